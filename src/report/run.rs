//! The record of a run: one JSON line for a log of audits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::words::{self, Word};
use super::{Count, Exit, Judged, Period, Report, Tool};
use crate::engine::part::Part;
use crate::error::{Error, Result};

/// Version of the record.
pub const SCHEMA: &str = "callaudit.run/1";

/// One run of `callaudit audit`, as `--run-record` appends it.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record<'a> {
    /// Version of this form.
    #[schemars(schema_with = "version")]
    schema: &'a str,
    /// When the run began, RFC 3339 UTC.
    at: &'a str,
    /// How long it took.
    seconds: f64,
    /// "Today" for due dates.
    as_of: &'a str,
    /// Program and data that judged.
    tool: &'a Tool,
    /// Whose calls alone it is about, where a log was split.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: &'a Option<Part>,
    /// What was judged by.
    ruleset: Ruleset<'a>,
    /// Each input.
    inputs: Vec<Input<'a>>,
    /// Each list of the ruleset.
    lists: Vec<List<'a>>,
    /// The file of suppressions, where there is one.
    suppressions: Option<Suppressions<'a>>,
    /// The comparison with a baseline, where one was given.
    baseline: Option<Baseline<'a>>,
    /// First and last start.
    period: &'a Period,
    /// Which calls are judged, where `--since` or `--until` says so.
    judged: &'a Option<Judged>,
    /// Exact totals.
    totals: Totals,
    /// Counts by state of findings, where there are suppressions or a baseline.
    #[schemars(schema_with = "words::schema_counted::<words::States>")]
    states: BTreeMap<Word, Count>,
    /// By rule id.
    rules: BTreeMap<&'a str, Rule>,
    /// The exit status and why.
    exit: &'a Exit,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ruleset<'a> {
    id: &'a str,
    version: &'a Option<String>,
    /// BLAKE3 of all files.
    hash: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input<'a> {
    path: &'a str,
    /// BLAKE3 of the bytes as received.
    hash: &'a Option<String>,
    bytes: u64,
    /// Rows.
    read: u64,
    accepted: u64,
    rejected: u64,
    /// Why it could not be read, or not to its end.
    error: &'a Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List<'a> {
    id: &'a str,
    path: &'a Option<String>,
    /// BLAKE3 of its file.
    hash: &'a Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Suppressions<'a> {
    path: &'a str,
    /// BLAKE3 of the file.
    hash: &'a str,
    entries: usize,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Baseline<'a> {
    /// "Today" of the baseline.
    as_of: &'a str,
    new: u64,
    grown: u64,
    unchanged: u64,
    fixed: usize,
    not_covered: usize,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Totals {
    calls: u64,
    violations: u64,
    possible: u64,
    findings: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[schemars(schema_with = "words::schema::<words::Statuses>")]
    status: Word,
    /// Calls that it judged.
    judged: u64,
    violations: u64,
    possible: u64,
    findings: u64,
}

fn version(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "const": SCHEMA })
}

/// What was audited, with what, for how long, and what came of it. `at`: when the run began; no other output tells the time of day.
///
/// Errors: a defect of this program.
pub fn record(report: &Report, at: &str, seconds: f64) -> Result<Value> {
    let mut states: BTreeMap<Word, Count> = BTreeMap::new();
    for (state, count) in report.rules.iter().flat_map(|r| &r.states) {
        let sum = states.entry(state).or_default();
        sum.violations += count.violations;
        sum.possible += count.possible;
        sum.findings += count.findings;
    }
    let inputs = report.inputs.iter().map(|i| {
        let super::Rows { read, accepted, rejected, .. } = i.rows;
        Input { path: &i.path, hash: &i.hash, bytes: i.bytes, read, accepted, rejected, error: &i.error }
    });
    let rule = |r: &super::Evaluation| Rule { status: r.status, judged: r.calls_judged, violations: r.violations, possible: r.possible, findings: r.findings };
    let totals = &report.totals;
    let baseline = report.baseline.as_ref().map(|b| Baseline {
        as_of: &b.as_of,
        new: b.new,
        grown: b.grown,
        unchanged: b.unchanged,
        fixed: b.fixed.len(),
        not_covered: b.not_covered.len(),
    });
    let record = Record {
        schema: SCHEMA,
        at,
        seconds: (seconds * 1000.0).round() / 1000.0,
        as_of: &report.as_of,
        tool: &report.tool,
        part: &report.part,
        ruleset: Ruleset { id: &report.ruleset.id, version: &report.ruleset.version, hash: &report.ruleset.hash },
        inputs: inputs.collect(),
        lists: report.lists.iter().map(|l| List { id: &l.id, path: &l.path, hash: &l.hash }).collect(),
        suppressions: report.suppressions.as_ref().map(|s| Suppressions { path: &s.path, hash: &s.hash, entries: s.entries.len() }),
        baseline,
        period: &report.period,
        judged: &report.judged,
        totals: Totals { calls: totals.calls, violations: totals.violations, possible: totals.possible, findings: totals.findings },
        states,
        rules: report.rules.iter().map(|r| (r.id.as_str(), rule(r))).collect(),
        exit: &report.exit,
    };
    serde_json::to_value(record).map_err(|e| Error::Io(format!("writing the record of the run: {e}")))
}
