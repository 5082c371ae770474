//! What each rule said of one call, and why.

use super::page;
use crate::calls::columns::Column;
use crate::language::rules::Msg;
use crate::language::{self, Lang};
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, PLAIN, Page, RED, show};

/// A call, and what the rules said of it.
#[derive(Debug, Default)]
pub struct Explained {
    /// Its id; empty where there is none.
    pub id: String,
    /// Its place.
    pub source: String,
    #[allow(missing_docs)]
    pub line: u64,
    /// Columns and what they hold.
    pub facts: Vec<(String, String)>,
    /// By rule.
    pub rules: Vec<Ruled>,
}

/// How a rule stands to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Violation or possible.
    Found,
    /// One of the calls that are found together.
    Group,
    /// Judged, nothing found.
    Clear,
    /// Not judged.
    Out,
    /// The rule could not be evaluated, or is not in force.
    NotEvaluable,
    /// The rule is off.
    Off,
}

/// What a rule said of a call.
#[derive(Clone, Debug)]
pub struct Ruled {
    /// The rule.
    pub rule: String,
    /// What it is called.
    pub title: String,
    /// How it stands.
    pub standing: Standing,
    /// `violation` or `possible`, of what was found.
    pub verdict: String,
    /// Its sentences, the first one first.
    pub why: Vec<String>,
}

/// The page.
pub fn text(calls: &[Explained], view: &View) -> String {
    let mut page = page(view);
    if calls.len() > 1 {
        let text = page.tell(Msg::CallsSeveral, &[("n", &calls.len().to_string())]);
        page.indented(BOLD, 0, 2, &text);
    }
    for call in calls {
        one(&mut page, call);
    }
    page.text
}

fn one(page: &mut Page, call: &Explained) {
    if page.text.is_empty() {
        let text = page.tell(Msg::HeadCall, &[]);
        page.line(BOLD, &text);
    } else {
        page.heading(Msg::HeadCall);
    }
    let place = page.tell(Msg::CallAt, &[("source", &call.source), ("line", &call.line.to_string())]);
    page.item(&place);
    if !call.id.is_empty() {
        page.item(&show(&format!("call_id {}", call.id)));
    }
    for (column, value) in &call.facts {
        // Rules and expressions call a column by its name; beside it stands what it is.
        let name = match (page.lang, Column::by_name(column)) {
            (Lang::Zh, Some(c)) => format!("{}（{column}）", c.zh()),
            _ => column.clone(),
        };
        page.item(&show(&format!("{name} {value}")));
    }
    for (standing, heading) in [
        (Standing::Found, Msg::HeadFound),
        (Standing::Group, Msg::HeadGroup),
        (Standing::Clear, Msg::HeadClear),
        (Standing::Out, Msg::HeadNotJudged),
        (Standing::NotEvaluable, Msg::HeadNotEvaluable),
        (Standing::Off, Msg::HeadOff),
    ] {
        let rules: Vec<&Ruled> = call.rules.iter().filter(|r| r.standing == standing).collect();
        if rules.is_empty() {
            // That nothing was found is worth a word; that nothing was left out is not.
            if matches!(standing, Standing::Found | Standing::Clear) {
                page.heading(heading);
                page.told(Msg::CallNone, &[]);
            }
            continue;
        }
        page.heading(heading);
        for rule in rules {
            let verdict = if rule.verdict.is_empty() { String::new() } else { format!("{} · ", language::verdict(page.lang, &rule.verdict)) };
            let title = if rule.title.is_empty() { String::new() } else { format!(" · {}", rule.title) };
            let bad = matches!(standing, Standing::Found | Standing::Group);
            page.indented(if bad { RED } else { PLAIN }, 2, 2, &show(&format!("{verdict}{}{title}", rule.rule)));
            for why in &rule.why {
                page.indented(PLAIN, 6, 2, &show(why));
            }
        }
    }
}
