//! The remediation plan: the steps of checklists, who does them until when, and what an audit says of them afterwards.
//!
//! A plan is a TOML file that people edit. Said done by a person, verified by an audit only: with the same rule, over calls from after that day, with as many
//! calls judged, and with a rate that is lower beyond doubt. The file is changed where it must be and nowhere else, so what people wrote in it stays.

use std::collections::BTreeMap;

use crate::calls::calendar::Date;

pub mod editing;
pub mod ics;
pub mod measuring;
pub mod reading;
pub mod sheets;
pub mod training;
pub mod updating;

#[cfg(test)]
mod tests;

/// Version of the file.
pub const SCHEMA: &str = "callaudit.plan/1";

/// What has become of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody said that it is done.
    #[default]
    Open,
    /// Somebody said so.
    Done,
    /// An audit found nothing any more.
    Verified,
    /// An audit found it again.
    Reopened,
}

impl State {
    /// Words and values, for reading plans.
    pub const WORDS: [(&'static str, State); 4] = [("open", State::Open), ("done", State::Done), ("verified", State::Verified), ("reopened", State::Reopened)];

    /// The word in the file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|w| w.1 == self).map_or("open", |w| w.0)
    }
}

/// A step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// As in the checklist: `quiet_hours/1`.
    pub id: String,
    /// The rules whose findings ask for it.
    pub rules: Vec<String>,
    /// Who does it.
    pub owner: String,
    /// Until when.
    pub due: Option<Date>,
    /// The day of the first audit that asked for it.
    pub since: Option<Date>,
    /// What to do, by language.
    pub step: BTreeMap<String, String>,
    /// Which setting, where, by language.
    pub settings: Vec<BTreeMap<String, String>>,
    /// To which value.
    pub values: Vec<String>,
    /// The systems that the logs came from.
    pub platform: Vec<String>,
    /// What to attach, by language.
    pub attach: BTreeMap<String, String>,
    /// What has become of it.
    pub state: State,
    /// Who said that it is done.
    pub by: String,
    /// When.
    pub on: Option<Date>,
    /// The proof that it is.
    pub proof: String,
    /// The report that verified it.
    pub verified_by: String,
    /// What people noted.
    pub remark: String,
}

/// An audit that the plan has taken in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// BLAKE3 of the stored report.
    pub hash: String,
    /// Its day.
    pub as_of: Date,
    /// Its ruleset.
    pub ruleset: String,
    /// First and last call.
    pub first: String,
    #[allow(missing_docs)]
    pub last: String,
    /// How many calls.
    pub calls: u64,
}

impl Taken {
    /// By what measures and the log name it.
    pub fn name(&self) -> &str {
        self.hash.get(..16).unwrap_or(&self.hash)
    }
}

/// What an audit said of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// The report, by the first sixteen digits of its hash.
    pub report: String,
    /// Its day.
    pub as_of: Date,
    /// The rule.
    pub rule: String,
    /// What it was judged by, as a hash.
    pub parameters: String,
    /// Was it evaluated?
    pub evaluated: bool,
    /// Calls judged, violations, possible ones.
    pub judged: u64,
    #[allow(missing_docs)]
    pub violations: u64,
    #[allow(missing_docs)]
    pub possible: u64,
    /// Calls that it should have judged and could not.
    pub unjudged: u64,
    /// Entries of its lists.
    pub entries: u64,
    /// Days with calls.
    pub days: u64,
    /// Is it about calls together?
    pub together: bool,
}

/// What happened to a step, and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The step.
    pub item: String,
    /// The day.
    pub on: Date,
    /// done, verified, reopened, or kept: an audit looked at it and changed nothing.
    pub what: String,
    /// Who.
    pub by: String,
    /// With which proof.
    pub proof: String,
    /// Which report.
    pub report: String,
    /// Why: `rule: reason`.
    pub why: Vec<String>,
}

/// A plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The steps.
    pub items: Vec<Item>,
    /// The audits, in their order.
    pub reports: Vec<Taken>,
    /// What they said of rules.
    pub measures: Vec<Measure>,
    /// What happened.
    pub log: Vec<Entry>,
}

impl Plan {
    /// The step of this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }

    /// The day of the last audit.
    pub fn as_of(&self) -> Option<Date> {
        self.reports.iter().map(|r| r.as_of).max()
    }

    /// What was measured of a rule before a day, with violations: the state that the step was to mend.
    pub fn before(&self, rule: &str, on: Date) -> Option<&Measure> {
        let broken = |m: &&Measure| m.rule == rule && m.violations > 0;
        // A step may be done before the report that asks for it is written: then its rate is that of the first one.
        self.measures.iter().rev().filter(broken).find(|m| m.as_of <= on).or_else(|| self.measures.iter().find(broken))
    }

    /// What was measured of a rule last.
    pub fn last(&self, rule: &str) -> Option<&Measure> {
        self.measures.iter().rev().find(|m| m.rule == rule)
    }
}
