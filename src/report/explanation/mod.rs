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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use unicode_width::UnicodeWidthStr;

    use super::call::{Explained, Ruled, Standing};
    use super::*;
    use crate::rules::registry::KINDS;

    const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{202e}txt.exe\n第二行 with a word-that-is-longer-than-any-line-of-a-narrow-terminal-could-ever-be";

    fn views() -> Vec<View> {
        Lang::ALL.iter().flat_map(|lang| [50, 80].map(|width| View { lang: *lang, width, colour: false, ..View::default() })).collect()
    }

    fn fits(text: &str, view: &View) {
        for line in text.lines() {
            assert!(line.width() <= view.width, "{} > {}: {line}", line.width(), view.width);
            assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
        }
    }

    #[test]
    fn kinds_are_explained_within_the_terminal_in_both_languages() {
        for view in views() {
            fits(&kind::list(&view), &view);
            for one in KINDS {
                let text = kind::text(*one, &view);
                let (head, rest) = text.split_once(Msg::HeadExample.text(view.lang)).unwrap();
                let (example, rest) = rest.split_once(Msg::HeadDo.text(view.lang)).unwrap();
                assert!(example.contains(&format!("kind = \"{}\"", one.name())), "{text}");
                fits(head, &view);
                fits(rest, &view);
                if view.lang == Lang::Zh {
                    // Keys and examples are code; whatever else is said is said in Chinese.
                    let sentences = head.lines().filter(|l| l.split(' ').filter(|w| w.len() > 3 && w.chars().all(|c| c.is_ascii_lowercase())).count() > 4);
                    assert_eq!(sentences.count(), 0, "{head}");
                }
            }
        }
    }

    #[test]
    fn what_a_report_or_a_log_holds_steers_no_terminal() {
        let finding = json!({
            "fingerprint": "00ab", "rule": HOSTILE, "force": "law", "verdict": "possible", "scope": "key", "subject": { "campaign": HOSTILE },
            "first": HOSTILE, "last": HOSTILE, "calls": 3, "measured": 5.0, "limit": 3.0, "window": { "form": HOSTILE, "start": HOSTILE }, "message": HOSTILE, "notes": [HOSTILE],
            "evidence": [{ "source": HOSTILE, "line": 7, "started_at": HOSTILE, "local_time": "", "caller": HOSTILE, "callee": HOSTILE, "outcome": HOSTILE, "violates": true }],
        });
        let report = json!({
            "findings": [finding], "inputs": [{ "path": HOSTILE, "clock": { "zone": HOSTILE, "evidence": HOSTILE, "assumed": true } }],
            "rules": [{ "id": HOSTILE, "kind": HOSTILE, "title": { "en": HOSTILE }, "citations": [{ "text": HOSTILE, "source": HOSTILE, "confidence": "Z" }] }],
            "checklist": [{ "rules": [HOSTILE], "step": { "zh": HOSTILE }, "owner": HOSTILE, "due": HOSTILE, "proof": { "en": HOSTILE } }],
            "ruleset": { "effective": { "ruleset": { "timezone": HOSTILE } } },
        });
        let ruled = |standing| Ruled { rule: HOSTILE.into(), title: HOSTILE.into(), standing, verdict: "violation".into(), why: vec![HOSTILE.into()] };
        let call = Explained {
            id: HOSTILE.into(),
            source: HOSTILE.into(),
            line: 3,
            facts: vec![("agent".into(), HOSTILE.into()), (HOSTILE.into(), HOSTILE.into())],
            rules: [Standing::Found, Standing::Group, Standing::Clear, Standing::Out, Standing::NotEvaluable, Standing::Off].map(ruled).into(),
        };
        for view in views() {
            fits(&finding::text(&report, finding::matching(&report, "00")[0], None, &view), &view);
            fits(&call::text(&[], &view), &view);
            fits(&call::text(std::slice::from_ref(&call), &view), &view);
            // Nothing of what a report should hold is there.
            fits(&finding::text(&json!({}), &json!({}), None, &view), &view);
        }
    }
}
