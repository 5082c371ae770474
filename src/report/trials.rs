//! What the cases beside rulesets gave: the value from which every output of `rules test` and its exit status are made.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::ruleset::cases::{Case, Word};

pub mod junit;
pub mod page;

/// Version of the JSON form.
pub const SCHEMA: &str = "callaudit.tests/1";

/// A cell, a status or a group finding that is not what its case expects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wrong {
    /// Its row in the case's table, from 0; none: it is about the rule as a whole.
    #[serde(skip)]
    pub row: Option<usize>,
    /// Its column there, from 0.
    #[serde(skip)]
    pub column: Option<usize>,
    /// Its line in the file of cases.
    pub line: usize,
    /// The rule.
    pub rule: String,
    /// What the case says.
    pub expected: String,
    /// What the audit says.
    pub got: String,
    /// Why the audit says so; may be empty.
    pub why: String,
}

/// A case that was run.
#[derive(Debug, Serialize)]
pub struct Tried {
    /// Its id.
    pub id: String,
    /// What it shows, by language.
    pub title: BTreeMap<String, String>,
    /// Its line in the file of cases.
    pub line: usize,
    /// The rules that it is about.
    pub rules: Vec<String>,
    /// Is everything as expected?
    pub passed: bool,
    /// What is not.
    pub wrong: Vec<Wrong>,
    /// The case itself.
    #[serde(skip)]
    pub case: Case,
    /// Rules that were evaluated and found nothing.
    #[serde(skip)]
    pub quiet: Vec<String>,
}

/// The cases that a rule has.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The rule.
    pub rule: String,
    /// A case in which it fires, one in which it is clear, one on its boundary.
    pub fires: Option<String>,
    #[allow(missing_docs)]
    pub clear: Option<String>,
    #[allow(missing_docs)]
    pub boundary: Option<String>,
}

impl Coverage {
    /// Has it all three?
    pub fn complete(&self) -> bool {
        self.fires.is_some() && self.clear.is_some() && self.boundary.is_some()
    }
}

/// A figure that was changed by one step.
#[derive(Debug, Serialize)]
pub struct Mutated {
    /// The rule, or another table that rules use.
    pub rule: String,
    /// Where in its table.
    pub key: String,
    #[allow(missing_docs)]
    pub from: String,
    #[allow(missing_docs)]
    pub to: String,
    /// The first case that gives something else then.
    pub noticed: Option<String>,
}

/// One ruleset and its cases.
#[derive(Debug, Serialize)]
pub struct Tested {
    /// The ruleset's file or pack.
    pub ruleset: String,
    /// Its id and version.
    pub id: String,
    #[allow(missing_docs)]
    pub version: Option<String>,
    /// The file of its cases.
    pub tests: String,
    /// In the order of the file.
    pub cases: Vec<Tried>,
    /// Of the rules that the file itself writes.
    pub coverage: Vec<Coverage>,
    /// Rules that are off and have no case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untested: Vec<String>,
    /// Where figures were changed: each change that the ruleset takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutations: Option<Vec<Mutated>>,
    /// Cases that say that they stand on the boundary of a rule, and notice no change of its figures: case and rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<(String, String)>,
}

impl Tested {
    /// Cases that did not pass.
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|c| !c.passed).count()
    }
    /// Changes that no case notices.
    pub fn unnoticed(&self) -> impl Iterator<Item = &Mutated> {
        self.mutations.iter().flatten().filter(|m| m.noticed.is_none())
    }
}

/// All of them.
#[derive(Debug, Serialize)]
pub struct Trials {
    /// Version of this form.
    pub schema: &'static str,
    /// By file.
    pub files: Vec<Tested>,
    /// 1 where something is not as it must be, else 0.
    pub status: u8,
}

impl Trials {
    /// From its files. `covered`: must each rule have its three cases?
    pub fn new(files: Vec<Tested>, covered: bool) -> Trials {
        let wrong = |f: &Tested| f.failed() > 0 || f.unnoticed().next().is_some() || !f.idle.is_empty() || covered && f.coverage.iter().any(|c| !c.complete());
        let status = u8::from(files.iter().any(wrong));
        Trials { schema: SCHEMA, files, status }
    }
}

/// What the cases cover of these rules. A rule that `forbids` every call that it is about is clear of none: a case with a call that it is not about
/// takes its place.
pub fn coverage(rules: &[String], forbids: &dyn Fn(&str) -> bool, cases: &[Tried]) -> Vec<Coverage> {
    let expects = |tried: &Tried, rule: &str, words: &[Word]| {
        let case = &tried.case;
        let mut columns = case.verdicts().filter(|(_, r)| *r == rule);
        columns.any(|(column, _)| (0..case.rows.len()).any(|row| case.expected(row, column).is_some_and(|w| words.contains(&w))))
    };
    let group = |tried: &Tried, rule: &str| tried.case.groups.iter().any(|g| g.rule == rule && g.verdict != "approaching");
    let first = |test: &dyn Fn(&Tried) -> bool| cases.iter().find(|c| test(c)).map(|c| c.id.clone());
    let of = |rule: &String| {
        // A rule that judges groups is clear where it was evaluated and the case expects nothing of it.
        let silent = |t: &Tried| t.quiet.contains(rule) && !t.case.verdicts().any(|(_, r)| r == rule) && !t.case.groups.iter().any(|g| g.rule == *rule);
        Coverage {
            rule: rule.clone(),
            fires: first(&|t| expects(t, rule, &[Word::Violation, Word::Possible]) || group(t, rule)),
            clear: first(&|t| expects(t, rule, &[Word::Clear]) || silent(t) || forbids(rule) && expects(t, rule, &[Word::Out])),
            boundary: first(&|t| t.case.boundary.contains(rule)),
        }
    };
    rules.iter().map(of).collect()
}
