//! An earlier report, against which findings are new, grown or unchanged; and what it had that is no more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calls::timestamps;
use crate::calls::zones::{Clock, DAY};
use crate::engine::part::Part;
use crate::error::{Error, Result};
use crate::report::masking::Hidden;
use crate::report::stored::Stored;
use crate::report::words::{self, Word};
use crate::report::{Finding, Findings, Gap, Period, Report};

/// A finding of a baseline, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Rule id.
    pub rule: String,
    /// As the earlier report had it.
    #[serde(deserialize_with = "words::read::<words::Severities, _>")]
    #[schemars(schema_with = "words::schema::<words::Severities>")]
    pub severity: Word,
    /// violation or possible.
    #[serde(deserialize_with = "words::read::<words::Verdicts, _>")]
    #[schemars(schema_with = "words::schema::<words::Verdicts>")]
    pub verdict: Word,
    /// The key, column by column.
    pub subject: BTreeMap<String, String>,
    /// Start of the first violating call.
    pub first: String,
    /// Start of the last one.
    pub last: String,
    /// How many violating calls.
    pub calls: u64,
    /// Why it cannot be told whether it is fixed; none: it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "words::option::<words::Reasons, _>")]
    #[schemars(schema_with = "words::schema_option::<words::Reasons>")]
    pub reason: Option<Word>,
}

impl Gone {
    /// What of a finding is compared.
    pub fn of(f: Finding) -> Gone {
        let Finding { fingerprint, rule, severity, verdict, subject, first, last, calls, .. } = f;
        Gone { fingerprint, rule, severity, verdict, subject, first, last, calls, reason: None }
    }
}

/// Why it cannot be told whether a finding is fixed.
pub const REASONS: &[Word] =
    &["input_unread", "rule_gone", "rule_changed", "list_changed", "not_evaluated", "period", "gap", "fewer_calls", "left_out", "time_unreadable"];

/// What the comparison with a baseline gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// "Today" of the baseline.
    pub as_of: String,
    /// Of its calls.
    pub period: Period,
    /// BLAKE3 of its ruleset.
    pub ruleset: String,
    /// What is not the same.
    pub changed: Changed,
    /// Findings that the baseline counted and did not keep: here, they count as new.
    pub left_out: u64,
    /// Findings by what became of them. A suppressed one is none of these.
    pub new: u64,
    /// Do only new and grown ones fail?
    pub fails_only_new: bool,
    /// With more violating calls than in the baseline, or other ones: they count as new.
    pub grown: u64,
    /// As in the baseline.
    pub unchanged: u64,
    /// Of the baseline, and no more: the log covers their time, the rule is the same and was evaluated.
    pub fixed: Vec<Gone>,
    /// Of the baseline, and whether they are fixed cannot be told.
    pub not_covered: Vec<Gone>,
}

/// What differs between two reports besides their findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Other input files, by hash.
    pub inputs: bool,
    /// Another ruleset, by hash.
    pub ruleset: bool,
    /// Other lists, by hash.
    pub lists: bool,
    /// Another version of the program, of the time zones or of the number metadata.
    pub program: bool,
}

impl Changed {
    /// What is not the same in two reports.
    pub fn between(old: &Report, new: &Report) -> Changed {
        let inputs = |r: &Report| r.inputs.iter().map(|i| i.hash.clone()).collect::<BTreeSet<_>>();
        let lists = |r: &Report| r.lists.iter().map(|l| (l.id.clone(), l.hash.clone())).collect::<BTreeSet<_>>();
        let tool = |r: &Report| (r.tool.version.clone(), r.tool.tzdb.clone(), r.tool.number_metadata.clone());
        Changed {
            inputs: inputs(old) != inputs(new),
            ruleset: old.ruleset.hash != new.ruleset.hash,
            lists: lists(old) != lists(new),
            program: tool(old) != tool(new),
        }
    }
}

/// A stored report as a baseline.
#[derive(Debug)]
pub struct Baseline {
    /// The earlier report.
    pub report: Report,
    findings: HashMap<String, Gone>,
    /// When the violating calls of a finding began, where the report keeps them all.
    starts: HashMap<String, BTreeSet<i64>>,
}

impl Baseline {
    /// Of a stored report.
    ///
    /// Errors: one whose findings have no fingerprints.
    pub fn of(name: &str, stored: Stored) -> Result<Baseline> {
        let (mut findings, mut starts) = (HashMap::new(), HashMap::new());
        for finding in stored.findings() {
            let finding = finding?;
            if finding.fingerprint.is_empty() {
                let text = "its findings have no fingerprints, because it was masked without a key: write one with --pseudonyms KEYFILE";
                return Err(Error::Usage(format!("{name}: {text}")));
            }
            // What was suppressed was accepted until a certain day, and is no part of what is known.
            if finding.state != "suppressed" {
                let violating: Vec<i64> = finding.evidence.iter().filter(|row| row.violates).filter_map(|row| instant(&row.started_at)).collect();
                if violating.len() as u64 == finding.calls {
                    starts.insert(finding.fingerprint.clone(), violating.into_iter().collect());
                }
                findings.insert(finding.fingerprint.clone(), Gone::of(finding));
            }
        }
        let (report, _) = stored.into_parts();
        Ok(Baseline { report, findings, starts })
    }

    /// Can its findings be found again in a report about these calls, whose fingerprints were made with this key?
    ///
    /// Errors: other calls, or another key: everything would seem new.
    pub fn fits(&self, name: &str, part: Option<&Part>, hidden: Option<&Hidden>) -> Result<()> {
        let own = self.report.part.as_ref();
        if own != part {
            let whose = |part: Option<&Part>| part.map_or("all calls".to_owned(), |p| format!("calls with {} \"{}\" alone", p.column, p.value()));
            return Err(Error::Usage(format!("{name}: it is about {}, and the other report about {}", whose(own), whose(part))));
        }
        let key = |hidden: Option<&Hidden>| hidden.and_then(|h| h.key.clone());
        if key(self.report.hidden.as_ref()) != key(hidden) {
            return Err(Error::Usage(format!("{name}: its fingerprints were not made with the same key (--pseudonyms), and cannot be compared")));
        }
        Ok(())
    }

    /// Is a violating call of a finding none that it knows? False where it does not keep them all.
    pub fn is_fresh(&self, fingerprint: &str, at: i64) -> bool {
        self.starts.get(fingerprint).is_some_and(|known| !known.contains(&at))
    }

    /// Does a stored finding show such a call?
    pub fn shows_fresh(&self, finding: &Finding) -> bool {
        finding.evidence.iter().filter(|row| row.violates).filter_map(|row| instant(&row.started_at)).any(|at| self.is_fresh(&finding.fingerprint, at))
    }

    /// What a finding of today is against it; none that it knows is new. `fresh`: has it a violating call that is not known?
    pub fn state(&self, fingerprint: &str, calls: u64, first: &str, last: &str, fresh: bool) -> Word {
        match self.findings.get(fingerprint) {
            None => "new",
            Some(known) if fresh || calls > known.calls || last > known.last.as_str() || first < known.first.as_str() => "grown",
            Some(_) => "unchanged",
        }
    }

    /// How many violating calls it had.
    pub fn calls(&self, fingerprint: &str) -> Option<u64> {
        self.findings.get(fingerprint).map(|known| known.calls)
    }

    /// The comparison with a report in which these of its findings were seen again. `all`: does that know all its findings?
    pub fn compared(&self, new: &Report, seen: &BTreeSet<String>, (fresh, grown, unchanged): (u64, u64, u64), all: bool) -> Compared {
        let old = &self.report;
        let mut gone: Vec<Gone> = self.findings.values().filter(|f| f.verdict != "approaching" && !seen.contains(&f.fingerprint)).cloned().collect();
        gone.sort_by(|a, b| (&a.rule, &a.first, &a.fingerprint).cmp(&(&b.rule, &b.first, &b.fingerprint)));
        let cover = Cover::of(old, new, all);
        for finding in &mut gone {
            finding.reason = cover.lacks(finding);
        }
        let (fixed, not_covered) = gone.into_iter().partition(|f| f.reason.is_none());
        Compared {
            as_of: old.as_of.clone(),
            period: old.period.clone(),
            ruleset: old.ruleset.hash.clone(),
            changed: Changed::between(old, new),
            left_out: old.truncated.findings,
            fails_only_new: false,
            new: fresh,
            grown,
            unchanged,
            fixed,
            not_covered,
        }
    }
}

/// What a report must cover so that a finding that it does not have is fixed.
struct Cover<'a> {
    old: &'a Report,
    new: &'a Report,
    all: bool,
    unread: bool,
    /// From the first call on, and from `--since` on; to the last one.
    from: Option<i64>,
    to: Option<i64>,
    clock: Option<Clock>,
    lists: BTreeSet<&'a str>,
}

impl<'a> Cover<'a> {
    fn of(old: &'a Report, new: &'a Report, all: bool) -> Cover<'a> {
        let judged = new.judged.as_ref();
        let bound = |text: Option<&String>| text.and_then(|t| instant(t));
        let list = |report: &'a Report, id: &str| report.lists.iter().find(|l| l.id == id).map(|l| l.hash.clone());
        Cover {
            old,
            new,
            all,
            unread: new.inputs.iter().any(|i| i.error.is_some()),
            from: bound(new.period.first.as_ref()).map(|first| first.max(bound(judged.and_then(|j| j.since.as_ref())).unwrap_or(first))),
            to: bound(new.period.last.as_ref()),
            clock: new.ruleset.effective["ruleset"]["timezone"].as_str().and_then(|zone| Clock::parse(zone).ok()),
            lists: old.lists.iter().chain(&new.lists).map(|l| l.id.as_str()).filter(|id| list(old, id) != list(new, id)).collect(),
        }
    }

    /// Why it cannot be told that a finding is fixed.
    fn lacks(&self, finding: &Gone) -> Option<Word> {
        if self.unread {
            return Some("input_unread");
        }
        let Some(rule) = self.new.rules.iter().find(|r| r.id == finding.rule) else { return Some("rule_gone") };
        let (before, now) = (table(self.old, &finding.rule), table(self.new, &finding.rule));
        if before != now {
            return Some("rule_changed");
        }
        if now.as_ref().is_some_and(|table| names(table, &self.lists)) {
            return Some("list_changed");
        }
        if rule.status != "evaluated" {
            return Some("not_evaluated");
        }
        let (Some(first), Some(last)) = (instant(&finding.first), instant(&finding.last)) else { return Some("time_unreadable") };
        if self.from.is_none_or(|from| first < from) || self.to.is_none_or(|to| last > to) {
            return Some("period");
        }
        let within = |gap: &&Gap| {
            let end = |text: &str| instant(text).unwrap_or(first);
            gap.kind != Gap::PAUSE && end(&gap.from) < last && first < end(&gap.to)
        };
        if self.new.coverage.iter().any(|gap| within(&gap)) {
            return Some("gap");
        }
        if self.fewer(first, last) {
            return Some("fewer_calls");
        }
        (!self.all).then_some("left_out")
    }

    /// Has the log fewer calls of one of these days than the earlier one? Then the calls may be missing instead of mended.
    fn fewer(&self, first: i64, last: i64) -> bool {
        let Some(clock) = &self.clock else { return true };
        let calls = |report: &Report, day: &str| report.breakdowns.get("day").and_then(|days| days.iter().find(|d| d.value == day)?.calls);
        let day = |at: i64| i32::try_from(clock.local(at).div_euclid(DAY)).unwrap_or(0);
        (day(first)..=day(last)).map(crate::calls::calendar::iso).any(|day| match (calls(self.old, &day), calls(self.new, &day)) {
            (Some(before), now) => now.unwrap_or(0) < before,
            (None, _) => false,
        })
    }
}

fn instant(text: &str) -> Option<i64> {
    timestamps::parse(text, None).and_then(|s| Some(s.local - s.offset?))
}

/// What of a rule decides which findings it has.
fn table(report: &Report, id: &str) -> Option<Value> {
    const OTHERS: [&str; 12] = [
        "title",
        "severity",
        "force",
        "citation",
        "penalty",
        "exposure",
        "checklist",
        "required",
        "suppressible",
        "max_findings",
        "max_share",
        "disabled_because",
    ];
    let rule = report.ruleset.effective["rule"].as_array()?.iter().find(|r| r["id"] == id)?;
    let mut rule = rule.as_object()?.clone();
    rule.retain(|key, _| !OTHERS.contains(&key.as_str()));
    Some(Value::Object(rule))
}

/// What of a rule decides which findings it has, its exemptions with it.
pub(crate) fn judged_by(report: &Report, id: &str) -> Option<Value> {
    let rule = table(report, id)?;
    let all = report.ruleset.effective["exemption"].as_array().into_iter().flatten();
    let exemptions: Vec<&Value> = all.filter(|e| e["id"].as_str().is_some_and(|id| names(&rule["exempt"], &BTreeSet::from([id])))).collect();
    let head = ["timezone", "region"].map(|key| &report.ruleset.effective["ruleset"][key]);
    Some(serde_json::json!({ "rule": rule, "exemptions": exemptions, "ruleset": head }))
}

/// The lists that a rule names.
pub(crate) fn lists_of(report: &Report, id: &str) -> BTreeSet<String> {
    let Some(rule) = table(report, id) else { return BTreeSet::new() };
    report.lists.iter().filter(|l| names(&rule, &BTreeSet::from([l.id.as_str()]))).map(|l| l.id.clone()).collect()
}

/// Does a text in it stand among these?
fn names(value: &Value, ids: &BTreeSet<&str>) -> bool {
    match value {
        Value::String(text) => ids.contains(text.as_str()),
        Value::Array(items) => items.iter().any(|v| names(v, ids)),
        Value::Object(map) => map.values().any(|v| names(v, ids)),
        _ => false,
    }
}
