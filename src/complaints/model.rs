//! What `callaudit complaints` stores: the value that every output and the exit status are made from.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Serialize};

use super::matching::{How, Reason, Standing, Sure};
use crate::report::{Exit, Gap, Tool};
use crate::ruleset::citations::Citation;

/// Version of the stored form.
pub const SCHEMA: &str = "callaudit.complaints/1";

/// Calls of one complaint that are named: of one that is matched, and of one that may be about several.
pub const CALLS: (usize, usize) = (100, 20);

/// Complaints held against the calls.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of the stored form.
    pub schema: String,
    /// Program and data that judged.
    pub tool: Tool,
    /// "Today" for what is due.
    pub as_of: String,
    /// The clock of days and months.
    pub clock: String,
    /// The ruleset, where there is one with rules.
    pub ruleset: Option<RulesetRef>,
    /// The logs of calls.
    pub inputs: Vec<InputRef>,
    /// The logs of complaints.
    pub logs: Vec<LogRef>,
    /// What was counted.
    pub calls: Calls,
    /// What became of the complaints; these add up to the rows read.
    pub totals: Totals,
    /// Complaints a call.
    pub rates: Rates,
    /// Published limits, and how these logs stand to them.
    pub limits: Vec<Limit>,
    /// Where complaints gather.
    pub lift: Lift,
    /// What rules would have prevented.
    pub prevented: Option<Prevented>,
    /// Deadlines by state.
    pub deadlines: BTreeMap<DeadlineState, u64>,
    /// Each complaint with its calls.
    pub complaints: Vec<Row>,
    /// What the logs do not show.
    pub not_established: Vec<String>,
    /// What must be known to read the figures.
    pub notes: Vec<String>,
    /// The exit status and why.
    pub exit: Exit,
}

/// The ruleset that was audited by.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RulesetRef {
    pub id: String,
    pub version: Option<String>,
    pub hash: String,
}

/// A log of calls.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputRef {
    /// As named or found.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub hash: Option<String>,
    /// Its layout.
    pub profile: Option<String>,
    /// Rows read, and those that are rejected.
    pub read: u64,
    #[allow(missing_docs)]
    pub rejected: u64,
    /// The clock of its times.
    pub zone: Option<String>,
    /// Is that assumed?
    pub assumed: bool,
    /// Why it could not be read, or not to its end.
    pub error: Option<String>,
}

/// A log of complaints.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogRef {
    /// As named.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// `ftc`, `fcc` or `table`.
    pub layout: String,
    /// What each of its columns was taken for.
    pub columns: BTreeMap<String, String>,
    /// What became of its rows: `read` is the sum of the others.
    pub rows: LogRows,
    /// Lines of the first rows that repeat an earlier one.
    pub duplicates: Vec<u64>,
}

/// Rows of a log of complaints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct LogRows {
    pub read: u64,
    pub matched: u64,
    pub ambiguous: u64,
    pub unmatched: u64,
    pub duplicate: u64,
    pub damaged: u64,
}

/// What was counted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// Outbound calls.
    pub outbound: u64,
    /// Inbound and internal ones, which are not counted.
    pub others: u64,
    /// Which calls were looked at, where that was asked for.
    pub since: Option<String>,
    #[allow(missing_docs)]
    pub until: Option<String>,
    /// First and last start.
    pub first: Option<String>,
    #[allow(missing_docs)]
    pub last: Option<String>,
    /// Stretches without calls.
    pub gaps: Vec<Gap>,
}

/// What became of the complaints.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// All rows of all logs.
    pub rows: LogRows,
    /// People who complained of matched calls: several complaints of one are one.
    pub people: u64,
    /// Matches by how sure they are.
    pub sure: BTreeMap<Sure, u64>,
    /// Why the others are not matched.
    pub reasons: BTreeMap<Reason, u64>,
}

/// Complaints a call.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Of the complaints that are matched.
    pub matched: Option<Rate>,
    /// Of all that may be about these calls: without those about times that the logs do not cover.
    pub all: Option<Rate>,
    /// By month of the call that is complained of (else of the complaint).
    pub months: Vec<Month>,
}

/// A rate with its interval (Clopper and Pearson, 95 %).
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Complaints.
    pub complaints: u64,
    /// Per 10,000 outbound calls.
    pub per_10k: f64,
    /// Between these bounds.
    pub low: f64,
    #[allow(missing_docs)]
    pub high: f64,
}

/// A month.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Month {
    /// `2026-10`
    pub month: String,
    /// Outbound calls, and displayed numbers that made them.
    pub calls: u64,
    #[allow(missing_docs)]
    pub numbers: u64,
    /// Complaints: all that may be about calls of the month, and those that are matched.
    pub complaints: u64,
    #[allow(missing_docs)]
    pub matched: u64,
    /// Matched complaints per 10,000 calls.
    pub per_10k: Option<f64>,
    /// The same of all complaints.
    pub per_10k_all: Option<f64>,
    /// Matched complaints per displayed number, in percent.
    pub percent_of_numbers: Option<f64>,
}

/// How these logs stand to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitState {
    /// Above it, by the matched complaints alone.
    Above,
    /// Above it only if complaints count that are not matched, or by one of several readings.
    Possible,
    /// Not above it.
    Below,
    /// Nothing in the logs says that it applies; shown to compare.
    Compared,
    /// No call, no rate.
    CannotTell,
}

/// A limit of complaints.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// The limit, in percent of the calls of a month; none where it is a number of complaints.
    pub percent: Option<f64>,
    /// A number of complaints, and the days within which they come.
    pub complaints: Option<u64>,
    #[allow(missing_docs)]
    pub days: Option<u32>,
    /// The month (or number) that stands worst, and its value in the unit of the limit: by matched complaints, and by all.
    pub worst: Option<String>,
    #[allow(missing_docs)]
    pub measured: Option<f64>,
    #[allow(missing_docs)]
    pub measured_all: Option<f64>,
    /// How these logs stand to it.
    pub state: LimitState,
    /// Does going above it make the exit status 1?
    pub counts: bool,
    /// Where it comes from.
    pub citation: Option<Citation>,
}

/// Where complaints gather.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// How often nothing may look like something, all tests together.
    pub alpha: f64,
    /// Levels that were compared, of all dimensions.
    pub tests: u64,
    /// Dimensions.
    pub dimensions: Vec<LiftDimension>,
}

/// A dimension.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftDimension {
    /// campaign, agent, caller, hour, attempt, script, or a column.
    pub dimension: String,
    /// Its levels.
    pub levels: u64,
    /// Calls and people who complained, of which the dimension is known.
    pub calls: u64,
    #[allow(missing_docs)]
    pub complaints: f64,
    /// People who complained of whom it is not known.
    pub unknown: f64,
    /// Is there more than one level, and a complaint?
    pub compared: bool,
    /// The levels, the surest lift first; those without complaints are left out beyond the first hundred.
    pub rows: Vec<LiftRow>,
}

/// A level held against all other calls.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftRow {
    /// Its value.
    pub level: String,
    /// Calls, and people who complained of them.
    pub calls: u64,
    #[allow(missing_docs)]
    pub complaints: f64,
    /// Per 10,000 calls.
    pub per_10k: f64,
    /// Times as many as of the others; none: they have none.
    pub ratio: Option<f64>,
    /// Interval of the ratio with the correction for all tests; no upper bound where the others have none.
    pub low: Option<f64>,
    #[allow(missing_docs)]
    pub high: Option<f64>,
    /// p-value with the same correction.
    pub p: Option<f64>,
    /// Does the interval lie above 1?
    pub finding: bool,
    /// Findings of other dimensions that share nearly all of its complaints: which of them is the cause is not told.
    pub with: Vec<Shared>,
}

/// A level that shares the complaints of another.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// Dimension and level.
    pub dimension: String,
    #[allow(missing_docs)]
    pub level: String,
    /// The share of its complaints.
    pub share: f64,
}

/// What rules would have prevented.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prevented {
    /// Matched complaints.
    pub complaints: u64,
    /// All of whose calls a rule forbids.
    pub prevented: u64,
    /// Some of whose calls a rule forbids, or may forbid.
    pub possible: u64,
    /// Rules that matched calls break, the most complaints first.
    pub rules: Vec<RuleShare>,
    /// Rules that could not be evaluated.
    pub not_evaluable: Vec<String>,
}

/// A rule.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleShare {
    /// Its id, kind and force.
    pub rule: String,
    #[allow(missing_docs)]
    pub kind: String,
    #[allow(missing_docs)]
    pub force: String,
    /// Its title in the language of the report.
    pub title: String,
    /// Does it say that such a call is not to be made? Others are about how it is made.
    pub forbids: bool,
    /// Complaints with a call that breaks it, and that may break it.
    pub complaints: u64,
    #[allow(missing_docs)]
    pub possible: u64,
    /// The same of all calls that it judged: without that, the first figure says nothing.
    pub calls: u64,
    #[allow(missing_docs)]
    pub judged: u64,
}

/// A complaint.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Where it stands.
    pub log: String,
    #[allow(missing_docs)]
    pub line: u64,
    /// Its id, channel and what it says.
    pub id: String,
    #[allow(missing_docs)]
    pub channel: String,
    #[allow(missing_docs)]
    pub subject: String,
    /// When it came, and when the call is said to have been; a date where no more is told.
    pub received_at: Option<String>,
    #[allow(missing_docs)]
    pub happened_at: Option<String>,
    /// The numbers as written.
    pub number: String,
    #[allow(missing_docs)]
    pub shown: String,
    /// What became of it.
    pub standing: Standing,
    #[allow(missing_docs)]
    pub sure: Option<Sure>,
    #[allow(missing_docs)]
    pub reason: Option<Reason>,
    #[allow(missing_docs)]
    pub how: Vec<How>,
    /// Complaints of one person have the same number.
    pub person: u64,
    /// People and calls that it may be about.
    pub people: u64,
    #[allow(missing_docs)]
    pub calls_in_all: u64,
    /// The calls: at most a hundred, and twenty where several may be meant.
    pub calls: Vec<CallRef>,
    /// Would keeping the rules have prevented it? None where that was not asked, or where nothing is matched.
    pub prevented: Option<Prevention>,
    /// When an answer is due.
    pub deadline: Deadline,
}

/// Would keeping the rules have prevented a complaint?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Prevention {
    /// All of its calls are forbidden.
    Yes,
    /// Some are, or may be.
    Possible,
    /// None is.
    No,
}

/// A call.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CallRef {
    pub source: String,
    pub line: u64,
    pub call_id: String,
    pub started_at: String,
    pub caller: String,
    pub callee: String,
    pub outcome: String,
    pub response: String,
    pub agent: String,
    pub campaign: String,
    /// Which call to this number it is, where all of them are known.
    pub attempt: Option<u32>,
    /// Rules that it breaks, and that it may break.
    pub rules: Vec<String>,
    pub possible: Vec<String>,
}

/// How a complaint stands to its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineState {
    /// Not answered, and the day is over.
    Missed,
    /// Answered, too late.
    AnsweredLate,
    /// Still to be answered.
    Due,
    /// Answered in time.
    Answered,
    /// The day is over, and the log tells nothing of answers.
    NotTold,
    /// Closed on an unknown day.
    ClosedUndated,
    /// No deadline is stated, and none is known for its channel.
    NoDeadline,
    /// It is not told when it came.
    NoReceipt,
}

/// When an answer is due.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// How it stands.
    pub state: DeadlineState,
    /// The last day.
    pub due: Option<String>,
    /// Days left; negative: days over.
    pub days: Option<i64>,
    /// `stated` in the log, or the id of the clock by which it was counted.
    pub basis: Option<String>,
    /// Does the calendar not cover the days, so that holidays are missing?
    pub calendar_short: bool,
}

/// The JSON Schema of the stored form (draft 2020-12), made from the structs that write it.
pub fn schema() -> Schema {
    schema_of::<Report>("Complaints held against calls, by callaudit", SCHEMA)
}

/// The JSON Schema of what a struct writes.
pub fn schema_of<T: JsonSchema>(title: &str, version: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let head = json_schema!({ "title": title, "$comment": version });
    head.to_value().as_object().into_iter().flatten().for_each(|(key, value)| drop(schema.insert(key.clone(), value.clone())));
    schema
}
