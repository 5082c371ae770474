//! Explanations for people: of a kind of rule, a rule, a finding, and what each rule said of one call.

use crate::language::rules::Msg;
use crate::language::{self, Lang};
use crate::remediation::defaults;
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, Page, show};
use crate::ruleset::citations::{Citation, Confidence};

pub mod call;
pub mod finding;
pub mod kind;
pub mod rule;

/// An empty page.
pub(crate) fn page(view: &View) -> Page {
    Page { lang: view.lang, width: view.width.clamp(30, 500), colour: view.colour, text: String::new() }
}

impl Page {
    /// A heading, after a blank line.
    pub(crate) fn heading(&mut self, message: Msg) {
        self.blank();
        let text = self.tell(message, &[]);
        self.line(BOLD, &text);
    }

    /// A paragraph below a heading.
    pub(crate) fn body(&mut self, text: &str) {
        self.indented(crate::report::renderers::table::PLAIN, 2, 0, text);
    }

    /// A text of the catalogue as such a paragraph.
    pub(crate) fn told(&mut self, message: Msg, values: &[(&str, &str)]) {
        let text = self.tell(message, values);
        self.body(&text);
    }

    /// An item of a list.
    pub(crate) fn item(&mut self, text: &str) {
        self.indented(crate::report::renderers::table::PLAIN, 2, 2, text);
    }

    /// The sources of a figure.
    pub(crate) fn cited(&mut self, citations: &[Citation]) {
        self.heading(Msg::HeadSource);
        if citations.is_empty() {
            self.told(Msg::SourceNone, &[]);
        }
        for citation in citations {
            self.item(&show(&citation.text));
            let mut more = Vec::new();
            match (citation.source.as_deref(), citation.as_of.map(crate::calls::calendar::iso)) {
                (Some(source), Some(date)) => more.push(self.tell(Msg::SourceRead, &[("source", source), ("date", &date)])),
                (Some(source), None) => more.push(self.tell(Msg::SourceOnly, &[("source", source)])),
                (None, Some(date)) => more.push(self.tell(Msg::SourceDate, &[("date", &date)])),
                (None, None) => {}
            }
            more.extend(citation.url.as_deref().map(show));
            more.push(self.tell(
                match citation.confidence {
                    Some(Confidence::A) => Msg::ConfidenceA,
                    Some(Confidence::B) => Msg::ConfidenceB,
                    Some(Confidence::C) => Msg::ConfidenceC,
                    Some(Confidence::D) => Msg::ConfidenceD,
                    Some(Confidence::U) => Msg::ConfidenceU,
                    None => Msg::ConfidenceNone,
                },
                &[],
            ));
            for line in more {
                self.indented(crate::report::renderers::table::PLAIN, 4, 2, &line);
            }
        }
    }

    /// A step of a checklist.
    pub(crate) fn step(&mut self, step: &str, owner: &str, due: &str, proof: Option<&str>) {
        self.indented(crate::report::renderers::table::PLAIN, 2, 4, &format!("[ ] {}", show(step)));
        let owner = language::owner(self.lang, owner).to_owned();
        let line = match proof.filter(|p| !p.is_empty()) {
            Some(proof) => self.tell(Msg::StepMore, &[("owner", &owner), ("due", due), ("proof", proof)]),
            None => self.tell(Msg::StepOwner, &[("owner", &owner), ("due", due)]),
        };
        self.indented(crate::report::renderers::table::PLAIN, 6, 2, &line);
    }

    /// The steps that a kind brings where a rule names none.
    pub(crate) fn default_steps(&mut self, kind: &str) {
        let steps = defaults::steps(kind);
        for step in steps {
            match self.lang {
                Lang::En => self.step(step.en, step.owner, step.due, Some(step.proof_en)),
                Lang::Zh => self.step(step.zh, step.owner, &due(self.lang, step.due), Some(step.proof_zh)),
            }
        }
        if steps.is_empty() {
            self.told(Msg::NoSteps, &[]);
        }
    }
}

/// `10 business days`, in this language.
pub(crate) fn due(lang: Lang, text: &str) -> String {
    let number = text.split(' ').next().unwrap_or_default();
    match lang {
        Lang::En => text.to_owned(),
        Lang::Zh if text.contains("business") => format!("{number} 个工作日"),
        Lang::Zh if text.contains("day") => format!("{number} 天"),
        Lang::Zh => text.to_owned(),
    }
}
