//! The record of a run: one JSON line for a log of audits.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::words::Word;
use super::{Count, Report};

/// Version of the record.
pub const SCHEMA: &str = "callaudit.run/1";

/// What was audited, with what, for how long, and what came of it. `at`: when the run began; no other output tells the time of day.
pub fn record(report: &Report, at: &str, seconds: f64) -> Value {
    let inputs: Vec<Value> = report
        .inputs
        .iter()
        .map(|i| json!({ "path": i.path, "hash": i.hash, "bytes": i.bytes, "read": i.rows.read, "accepted": i.rows.accepted, "rejected": i.rows.rejected, "error": i.error }))
        .collect();
    let mut states: BTreeMap<Word, Count> = BTreeMap::new();
    for (state, count) in report.rules.iter().flat_map(|r| &r.states) {
        let sum = states.entry(state).or_default();
        sum.violations += count.violations;
        sum.possible += count.possible;
        sum.findings += count.findings;
    }
    let rules: BTreeMap<&str, Value> = report
        .rules
        .iter()
        .map(|r| {
            (r.id.as_str(), json!({ "status": r.status, "judged": r.calls_judged, "violations": r.violations, "possible": r.possible, "findings": r.findings }))
        })
        .collect();
    let totals = &report.totals;
    json!({
        "schema": SCHEMA,
        "at": at,
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "as_of": report.as_of,
        "tool": report.tool,
        "ruleset": { "id": report.ruleset.id, "version": report.ruleset.version, "hash": report.ruleset.hash },
        "inputs": inputs,
        "lists": report.lists.iter().map(|l| json!({ "id": l.id, "path": l.path, "hash": l.hash })).collect::<Vec<_>>(),
        "suppressions": report.suppressions.as_ref().map(|s| json!({ "path": s.path, "hash": s.hash, "entries": s.entries.len() })),
        "baseline": report.baseline.as_ref().map(|b| json!({
            "as_of": b.as_of, "new": b.new, "grown": b.grown, "unchanged": b.unchanged, "fixed": b.fixed.len(), "not_covered": b.not_covered.len(),
        })),
        "period": report.period,
        "judged": report.judged,
        "totals": { "calls": totals.calls, "violations": totals.violations, "possible": totals.possible, "findings": totals.findings },
        "states": states,
        "rules": rules,
        "exit": report.exit,
    })
}
