//! The report: what one audit found, as the value from which every output and the exit status are made.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engine::part::Part;
use crate::exposure::Exposure;
use crate::findings::baseline::Compared;
use crate::findings::suppressions::Suppressions;
use crate::remediation::leaks::{Leak, Seen};
use crate::ruleset::citations::Citation;

pub mod audience;
pub mod columns;
pub mod difference;
pub mod escapes;
pub mod explanation;
pub mod inspection;
pub mod masking;
pub mod phrases;
pub mod renderers;
pub mod run;
pub mod schemas;
pub mod settled;
pub mod standing;
pub mod stored;
pub mod trend;
pub mod trials;
pub mod words;

use words::Word;

/// Version of the stored form.
pub const SCHEMA: &str = "callaudit.report/1";

/// What may have become of a finding; `open` while there is neither baseline nor suppression.
pub const STATES: &[&str] = &["open", "new", "grown", "unchanged", "suppressed"];

/// The head of a report: everything but the findings and violations, which are read from a [`Findings`].
#[derive(Debug, Serialize)]
pub struct Report {
    /// Version of the stored form.
    pub schema: Word,
    /// Program and data that judged.
    pub tool: Tool,
    /// "Today" for due dates, `2026-11-23`.
    pub as_of: String,
    /// For whom it is written, where that is said.
    pub reader: Option<audience::Reader>,
    /// How its numbers are hidden, where they are.
    pub hidden: Option<masking::Hidden>,
    /// Whose calls it is about, where it is one of several that share a log.
    pub part: Option<Part>,
    /// The ruleset in full.
    pub ruleset: RulesetInfo,
    /// Each input and what became of its rows.
    pub inputs: Vec<InputInfo>,
    /// Each list of the ruleset and what was read of it, by id.
    pub lists: Vec<crate::rules::lists::Facts>,
    /// First and last start, RFC 3339.
    pub period: Period,
    /// Which calls are judged, where `--since` or `--until` says so.
    pub judged: Option<Judged>,
    /// Stretches of a day or more without any call, inside the period.
    pub coverage: Vec<Gap>,
    /// Exact totals.
    pub totals: Totals,
    /// Calls and violations by caller, agent, campaign and callee.
    pub breakdowns: BTreeMap<String, Vec<BreakdownRow>>,
    /// What each rule said.
    pub rules: Vec<Evaluation>,
    /// What the outputs leave out.
    pub truncated: Truncated,
    /// Accepted exceptions, where there is a file of them.
    pub suppressions: Option<Suppressions>,
    /// The comparison with an earlier report, where one was given.
    pub baseline: Option<Compared>,
    /// What to do.
    pub checklist: Vec<ChecklistItem>,
    /// What it could cost, where something was found under a law, a presumption or a contract.
    pub exposure: Option<Exposure>,
    /// The exit status and why.
    pub exit: Exit,
}

/// Program and data versions.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `callaudit`
    #[serde(deserialize_with = "words::read::<words::Programs, _>")]
    #[schemars(schema_with = "words::schema::<words::Programs>")]
    pub name: Word,
    /// Version of the program.
    pub version: Cow<'static, str>,
    /// Version of the time zone database.
    pub tzdb: String,
    /// Version of the number metadata.
    pub number_metadata: Cow<'static, str>,
}

/// The ruleset as it was applied.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesetInfo {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// Titles by language.
    pub title: BTreeMap<String, String>,
    /// BLAKE3 of all files.
    pub hash: String,
    /// The files, in the order of loading.
    pub files: Vec<String>,
    /// All tables after merging.
    pub effective: Value,
}

/// One input file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputInfo {
    /// As named or found.
    pub path: String,
    /// BLAKE3 of the bytes as received; of a member of an archive, of the file in it.
    pub hash: Option<String>,
    /// Size in bytes of the same.
    pub bytes: u64,
    /// The export layout, and why it was taken for that.
    pub profile: Option<String>,
    /// How sure the recognition is (0 to 100).
    pub confidence: Option<u8>,
    /// The layout that it was next to be taken for.
    pub runner_up: Option<RunnerUp>,
    /// Encoding of the text.
    #[serde(deserialize_with = "words::option::<words::Encodings, _>")]
    #[schemars(schema_with = "words::schema_option::<words::Encodings>")]
    pub encoding: Option<Word>,
    /// What the text or table was taken out of, innermost first: `json`, `xlsx in zip`; none for plain delimited text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// How local times were read.
    pub clock: Option<ClockInfo>,
    /// What became of the rows.
    pub rows: Rows,
    /// The first rejected rows.
    pub rejects: Vec<Reject>,
    /// Callee cells by sort of number.
    #[serde(deserialize_with = "words::counts::<words::Sorts, _>")]
    #[schemars(schema_with = "words::schema_counts::<words::Sorts>")]
    pub numbers: BTreeMap<Word, u64>,
    /// Cells that could not be read, by column.
    pub unreadable: BTreeMap<String, u64>,
    /// Outcome words that no table knows, with counts.
    pub unmapped_outcomes: BTreeMap<String, u64>,
    /// Columns found: canonical name to the export's header.
    pub columns: BTreeMap<String, String>,
    /// Between fields, where fields are delimited.
    pub delimiter: Option<String>,
    /// First and last start.
    pub period: Period,
    /// What its starts are known to: second, minute, hour or day.
    #[serde(deserialize_with = "words::option::<words::Precisions, _>")]
    #[schemars(schema_with = "words::schema_option::<words::Precisions>")]
    pub precision: Option<Word>,
    /// Calls by outcome, without duplicates.
    #[serde(deserialize_with = "words::counts::<words::Outcomes, _>")]
    #[schemars(schema_with = "words::schema_counts::<words::Outcomes>")]
    pub outcomes: BTreeMap<Word, u64>,
    /// Rejected rows by reason, the most first.
    pub reject_reasons: Vec<RejectReason>,
    /// Its own gaps.
    pub coverage: Vec<Gap>,
    /// What the user stated and the log does not tell.
    pub stated: BTreeMap<String, String>,
    /// Everything else worth knowing (direction assumed, several starts in a fold …).
    pub notes: Vec<String>,
    /// Why it could not be read, or not to its end.
    pub error: Option<String>,
    /// Must the user say more before it can be read? An inspection goes on with the others, nothing else does.
    #[serde(skip)]
    pub unsettled: bool,
}

/// The layout that is next to the one that an input was taken for.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunnerUp {
    /// Its name.
    pub profile: Cow<'static, str>,
    /// How sure it is (0 to 100).
    pub confidence: u8,
}

/// The clock of an input.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockInfo {
    /// Zone name or offset.
    pub zone: String,
    /// How it is known: `offset in the data`, `profile`, `source`, `--tz`, `inferred from ids (84 of 84)`, `assumed`.
    pub evidence: String,
    /// True when nothing but the ruleset's zone speaks for it.
    pub assumed: bool,
}

/// Every row read is in exactly one of the other seven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Rows {
    pub read: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub duplicate: u64,
    pub folded: u64,
    pub no_call: u64,
    pub out_of_period: u64,
    /// Of the duplicates, those that differ in other columns.
    pub duplicate_differs: u64,
}

impl Rows {
    /// Do the seven add up?
    pub fn add_up(&self) -> bool {
        self.read == self.accepted + self.rejected + self.duplicate + self.folded + self.no_call + self.out_of_period
    }
    /// Adds another input's rows.
    pub fn merge(&mut self, o: &Rows) {
        self.read += o.read;
        self.accepted += o.accepted;
        self.rejected += o.rejected;
        self.duplicate += o.duplicate;
        self.folded += o.folded;
        self.no_call += o.no_call;
        self.out_of_period += o.out_of_period;
        self.duplicate_differs += o.duplicate_differs;
    }
}

/// A row that could not be taken.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// Line of its first byte.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// The column at fault, where there is one.
    pub field: Option<String>,
}

/// Rows that were rejected for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectReason {
    /// Why, with `…` for what differs from row to row.
    pub reason: String,
    /// How many.
    pub rows: u64,
    /// Line of the first one.
    pub first_line: u64,
}

/// First and last start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Period {
    pub first: Option<String>,
    pub last: Option<String>,
}

/// Which calls are judged; windows look at earlier ones too.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// From this instant on.
    pub since: Option<String>,
    /// Before this one.
    pub until: Option<String>,
}

/// A stretch without calls.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Gap {
    pub from: String,
    pub to: String,
    pub hours: u64,
    /// `missing`: the log usually has calls then; `pause`: it usually has none; `silence`: too few weeks to tell.
    #[serde(deserialize_with = "words::read::<words::Gaps, _>")]
    #[schemars(schema_with = "words::schema::<words::Gaps>")]
    pub kind: Word,
    /// Calls that the log usually has in such a stretch, with some weeks of log.
    pub expected: Option<u64>,
    /// The same stretch as instants.
    #[serde(skip)]
    pub span: (i64, i64),
}

impl Gap {
    /// The log usually has calls then.
    pub const MISSING: &'static str = "missing";
    /// The log usually has no calls then.
    pub const PAUSE: &'static str = "pause";
    /// A day or more; too few weeks to tell whether that is usual.
    pub const SILENCE: &'static str = "silence";
}

/// Totals over the whole audit.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Calls: accepted rows, without duplicates.
    pub calls: u64,
    /// Pairs of call and rule that violate.
    pub violations: u64,
    /// Pairs that may violate.
    pub possible: u64,
    /// Findings of all verdicts.
    pub findings: u64,
    /// By rule id.
    pub by_rule: BTreeMap<String, Count>,
    /// By severity.
    pub by_severity: BTreeMap<String, Count>,
}

/// Three counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Count {
    pub violations: u64,
    pub possible: u64,
    pub findings: u64,
}

/// One line of a breakdown.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakdownRow {
    /// The caller, agent, campaign or callee.
    pub value: String,
    /// All its calls, where they were counted.
    pub calls: Option<u64>,
    /// Its violations under all rules.
    pub violations: u64,
}

/// What one rule said of the whole log.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Rule id.
    pub id: String,
    /// Its kind.
    #[serde(deserialize_with = "words::read::<words::Kinds, _>")]
    #[schemars(schema_with = "words::schema::<words::Kinds>")]
    pub kind: Word,
    /// law, presumption, standard, guideline, contract, house or signal.
    #[serde(deserialize_with = "words::read::<words::Forces, _>")]
    #[schemars(schema_with = "words::schema::<words::Forces>")]
    pub force: Word,
    /// critical, high, medium, low or info.
    #[serde(deserialize_with = "words::read::<words::Severities, _>")]
    #[schemars(schema_with = "words::schema::<words::Severities>")]
    pub severity: Word,
    /// Titles by language.
    pub title: BTreeMap<String, String>,
    /// evaluated, not_evaluable or not_in_force.
    #[serde(deserialize_with = "words::read::<words::Statuses, _>")]
    #[schemars(schema_with = "words::schema::<words::Statuses>")]
    pub status: Word,
    /// Why it is not evaluated.
    pub reason: Option<String>,
    /// Must it be evaluated?
    pub required: bool,
    /// Calls that the rule judged.
    pub calls_judged: u64,
    /// Calls for which `where` is NULL.
    pub calls_unknown: u64,
    /// Calls without a key.
    pub calls_without_key: u64,
    /// Calls without the time that `at` names.
    pub calls_without_time: u64,
    /// Calls outside of the calendar's years.
    pub calls_uncovered: u64,
    /// Calls that `where`, `exempt`, `count`, `effective` or `--since` leave out.
    pub calls_left_out: u64,
    /// Calls that violate.
    pub violations: u64,
    /// Calls that may violate.
    pub possible: u64,
    /// Findings of all verdicts.
    pub findings: u64,
    /// Its findings by state, where there are suppressions or a baseline.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "words::counted::<words::States, _>")]
    #[schemars(schema_with = "words::schema_counted::<words::States>")]
    pub states: BTreeMap<Word, Count>,
    /// What is tolerated, where the ruleset says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// How far back the rule looks and how much of the log lies before the first judged call, in seconds.
    pub history: History,
    /// Where the rule's figures come from, as the ruleset states it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// What a reader must know (exemption not checked, clock assumed, columns missing in some inputs).
    pub notes: Vec<String>,
}

impl Evaluation {
    /// Violations and possible ones that count for the exit status: those that are neither suppressed nor, where only new ones fail, known.
    pub fn standing(&self, only_new: bool) -> (u64, u64) {
        let taken = |state: &str| state == "suppressed" || only_new && state == "unchanged";
        let less = self.states.iter().filter(|(state, _)| taken(state)).map(|(_, count)| *count);
        less.fold((self.violations, self.possible), |(v, p), count| (v.saturating_sub(count.violations), p.saturating_sub(count.possible)))
    }
}

/// What of a rule's findings is tolerated, and what is counted against it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// So many findings.
    pub max_findings: Option<u64>,
    /// Such a share of the judged calls.
    pub max_share: Option<f64>,
    /// Findings that count for the exit status.
    pub findings: u64,
    /// Share of their violating calls in the judged ones.
    pub share: f64,
}

impl Budget {
    /// Is more found than is tolerated?
    pub fn exceeded(&self) -> bool {
        self.max_findings.is_some_and(|max| self.findings > max) || self.max_share.is_some_and(|max| self.share > max)
    }
}

/// Seconds of log that a window needs before the first judged call, and that are there.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct History {
    pub needed: Option<u64>,
    pub present: Option<u64>,
    /// Where the log does not reach back far enough: what was counted of calls before this moment is a lower bound, and what was found clear among them may not be.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "as_instant", deserialize_with = "words::instant")]
    #[schemars(schema_with = "words::schema_instant")]
    pub lower_bound_until: Option<i64>,
}

fn as_instant<S: serde::Serializer>(at: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&crate::calls::timestamps::rfc3339(at.unwrap_or_default()))
}

/// What was left out of the report.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Truncated {
    pub findings: u64,
    pub evidence: u64,
}

/// One step of the checklist.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// `dial-schedule/1`
    pub id: String,
    /// By language.
    pub step: BTreeMap<String, String>,
    /// operations, legal, it, training, customer service, management …
    pub owner: String,
    /// `2026-11-24`
    pub due: Option<String>,
    /// As the ruleset gives it.
    pub due_text: Option<String>,
    /// What to attach, by language.
    pub proof: BTreeMap<String, String>,
    /// The rules whose findings ask for it.
    pub rules: Vec<String>,
    /// How many findings these have.
    pub findings: u64,
}

/// How the run ends.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exit {
    /// 0, 1 or 3.
    pub status: u8,
    /// Why, one sentence each.
    pub reason: Vec<String>,
}

/// A finding: the violating calls of one rule, one subject and one stretch of time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Sixteen hexadecimal digits of BLAKE3 over rule, subject and begin of the stretch.
    pub fingerprint: String,
    /// Rule id.
    pub rule: String,
    /// critical … info.
    #[serde(deserialize_with = "words::read::<words::Severities, _>")]
    #[schemars(schema_with = "words::schema::<words::Severities>")]
    pub severity: Word,
    /// law … signal.
    #[serde(deserialize_with = "words::read::<words::Forces, _>")]
    #[schemars(schema_with = "words::schema::<words::Forces>")]
    pub force: Word,
    /// violation, possible or approaching.
    #[serde(deserialize_with = "words::read::<words::Verdicts, _>")]
    #[schemars(schema_with = "words::schema::<words::Verdicts>")]
    pub verdict: Word,
    /// `open` while there is neither baseline nor suppression.
    #[serde(deserialize_with = "words::read::<words::States, _>")]
    #[schemars(schema_with = "words::schema::<words::States>")]
    pub state: Word,
    /// By which entry of the suppressions, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppression: Option<u64>,
    /// `key`.
    #[serde(deserialize_with = "words::read::<words::Scopes, _>")]
    #[schemars(schema_with = "words::schema::<words::Scopes>")]
    pub scope: Word,
    /// The key, column by column.
    pub subject: BTreeMap<String, String>,
    /// Start of the first violating call, RFC 3339 UTC.
    pub first: String,
    /// Start of the last one.
    pub last: String,
    /// How many violating calls.
    pub calls: u64,
    /// The worst measured value.
    pub measured: Option<f64>,
    /// The window begins before the log does: `measured` is a lower bound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lower_bound: bool,
    /// The limit.
    pub limit: Option<f64>,
    /// `{start, end}` of the calendar window, or the length of a sliding one.
    pub window: Option<Value>,
    /// One sentence in the language of the run.
    pub message: String,
    /// clock assumed, undated entry, exemption not checked …
    pub notes: Vec<String>,
    /// By which holes of the dialler's controls its calls came through, as far as they show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaks: Vec<Leak>,
    /// The calls in the window, oldest first.
    pub evidence: Vec<EvidenceRow>,
}

/// One call as evidence, read again from its source.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct EvidenceRow {
    pub source: String,
    pub line: u64,
    pub call_id: String,
    pub started_at: String,
    pub local_time: String,
    pub caller: String,
    pub callee: String,
    pub agent: String,
    pub campaign: String,
    pub outcome: String,
    /// Does this call itself violate, or is it only in the window?
    pub violates: bool,
    /// What else of it tells leaks.
    #[serde(skip)]
    pub seen: Seen,
}

/// The cells of one row of the violations, together in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cells(Box<str>);

/// Between a cell's length, in hexadecimal, and its text.
const LENGTH: char = ':';

impl Cells {
    /// From the texts of the cells.
    pub fn new<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> Cells {
        let mut all = String::new();
        cells.into_iter().for_each(|c| Cells::add(&mut all, c.as_ref()));
        Cells(all.into())
    }
    /// Appends a cell to the text of a row that is in the making.
    pub fn add(row: &mut String, cell: &str) {
        let mut n = cell.len();
        let mut digits = [0_u8; 16];
        let mut i = digits.len();
        loop {
            i -= 1;
            digits[i] = b"0123456789abcdef"[n & 15];
            n >>= 4;
            if n == 0 {
                break;
            }
        }
        digits[i..].iter().for_each(|d| row.push(char::from(*d)));
        row.push(LENGTH);
        row.push_str(cell);
    }
    /// From a row to which cells were added.
    pub fn of_row(row: &str) -> Cells {
        Cells(row.into())
    }
    /// As it is written down.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
    /// What `bytes` gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Cells> {
        std::str::from_utf8(bytes).ok().map(|t| Cells(t.into()))
    }
    /// The texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (length, text) = rest.split_once(LENGTH)?;
            let length = usize::from_str_radix(length, 16).ok()?;
            rest = text.get(length..)?;
            text.get(..length)
        })
    }
}

/// Findings and violations of an audit, as cursors.
pub trait Findings {
    /// The worst findings first, at most as many as the report keeps.
    fn findings(&self) -> Box<dyn Iterator<Item = crate::error::Result<Finding>> + '_>;
    /// One row per violating call and rule, sorted by rule, start, source and line: the values of `violation_columns`.
    fn violations(&self) -> crate::error::Result<Box<dyn Iterator<Item = crate::error::Result<Cells>> + '_>>;
    /// Names of the columns of [`Findings::violations`].
    fn violation_columns(&self) -> &[String];
    /// Can the violations be told? A stored report holds none.
    fn has_violations(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;

    #[test]
    fn cells_are_what_they_were() {
        let long = "长".repeat(400);
        for cells in [vec![], vec![""], vec!["a", "", "1:b", &long, "\n", ""]] {
            let made = Cells::new(&cells);
            assert_eq!(made.iter().collect::<Vec<_>>(), cells);
            assert_eq!(Cells::from_bytes(made.bytes()), Some(made));
        }
    }
}
