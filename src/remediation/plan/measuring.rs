//! What an audit measured of a rule, and whether two measures can be compared.

use super::{Item, Measure, Plan};
use crate::calls::calendar::Date;
use crate::calls::zones::{Clock, DAY};
use crate::findings::baseline::judged_by;
use crate::report::{Evaluation, Finding, Gap, Report};

/// Why an audit does not verify a step.
pub const REASONS: &[&str] = &[
    "rule_gone",
    "not_evaluated",
    "rule_changed",
    "before_done",
    "input_unread",
    "gap",
    "history",
    "list_smaller",
    "fewer_judged",
    "fewer_calls",
    "possible",
    "too_few",
    "no_before",
    "found",
    "left_out",
    "not_done",
];

/// The interval in which a rate lies with 95 % confidence, by Wilson's score.
pub fn wilson(hits: u64, of: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0 {
        return (0.0, 1.0);
    }
    #[allow(clippy::cast_precision_loss)] // counts of calls
    let (n, share) = (of as f64, hits.min(of) as f64 / of as f64);
    let middle = share + Z * Z / (2.0 * n);
    let reach = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let low = if hits == 0 { 0.0 } else { (middle - reach) / scale };
    let high = if hits >= of { 1.0 } else { (middle + reach) / scale };
    (low.max(0.0), high.min(1.0))
}

/// A report, as far as plans go.
#[derive(Debug)]
pub struct Audit<'a> {
    /// Its head.
    pub report: &'a Report,
    /// The findings that it keeps.
    pub findings: &'a [Finding],
    /// BLAKE3 of the stored form.
    pub hash: &'a str,
    /// The ruleset's clock.
    pub clock: Clock,
}

impl<'a> Audit<'a> {
    /// Of a report.
    pub fn new(report: &'a Report, findings: &'a [Finding], hash: &'a str) -> Audit<'a> {
        let zone = report.ruleset.effective.pointer("/ruleset/timezone").and_then(|z| z.as_str()).unwrap_or("UTC");
        let clock = Clock::parse(zone).unwrap_or_else(|_| Clock::fixed("UTC".to_owned(), 0));
        Audit { report, findings, hash, clock }
    }

    /// The first sixteen digits of its hash.
    pub fn name(&self) -> &str {
        self.hash.get(..16).unwrap_or(self.hash)
    }

    /// The day of an instant on the ruleset's clock.
    fn day(&self, instant: &str) -> Option<Date> {
        let stamp = crate::calls::timestamps::parse(instant, None)?;
        Date::try_from(self.clock.local(stamp.local - stamp.offset?).div_euclid(DAY)).ok()
    }

    /// The day of the first call that it judges.
    fn first(&self) -> Option<Date> {
        let since = self.report.judged.as_ref().and_then(|j| j.since.as_deref()).and_then(|t| self.day(t));
        let first = self.report.period.first.as_deref().and_then(|t| self.day(t));
        since.max(first)
    }

    /// Is a day (`2026-11-02`) one whose calls it judges? Windows look at earlier ones too.
    fn judges(&self, day: &str) -> bool {
        let until = self.report.judged.as_ref().and_then(|j| j.until.as_deref()).and_then(|t| self.day(t));
        crate::calls::calendar::parse_iso(day).is_some_and(|day| self.first().is_none_or(|first| day >= first) && until.is_none_or(|until| day <= until))
    }

    fn rule(&self, id: &str) -> Option<&'a Evaluation> {
        self.report.rules.iter().find(|r| r.id == id)
    }

    /// What it measured of a rule; none where it does not have it.
    pub fn measure(&self, id: &str) -> Option<Measure> {
        let rule = self.rule(id)?;
        let lists = crate::findings::baseline::lists_of(self.report, id);
        let entries = self.report.lists.iter().filter(|l| lists.contains(&l.id) && l.error.is_none()).map(|l| l.entries).sum();
        let days = self.report.breakdowns.get("day").into_iter().flatten().filter(|d| d.calls.unwrap_or(0) > 0 && self.judges(&d.value)).count() as u64;
        Some(Measure {
            report: self.name().to_owned(),
            as_of: crate::calls::calendar::parse_iso(&self.report.as_of).unwrap_or(0),
            rule: id.to_owned(),
            parameters: parameters(self.report, id),
            evaluated: rule.status == "evaluated",
            judged: rule.calls_judged,
            violations: rule.violations,
            possible: rule.possible,
            unjudged: rule.calls_unknown + rule.calls_without_key + rule.calls_without_time + rule.calls_uncovered,
            entries,
            days,
            together: self.findings.iter().any(|f| f.rule == id && f.scope == "group"),
        })
    }

    /// Was a rule broken by a call of a later day? None: the findings that are kept do not tell.
    pub fn broken_after(&self, id: &str, on: Date) -> Option<bool> {
        let rule = self.rule(id)?;
        if rule.violations == 0 {
            return Some(false);
        }
        if self.first().is_some_and(|first| first > on) {
            return Some(true);
        }
        let mut kept = 0;
        for finding in self.findings.iter().filter(|f| f.rule == id) {
            kept += 1;
            if finding.verdict == "violation" && self.day(&finding.last).is_some_and(|last| last > on) {
                return Some(true);
            }
        }
        (kept == rule.findings).then_some(false)
    }

    /// Why it does not show that what was measured before is gone; none: it does.
    pub fn doubts(&self, plan: &Plan, item: &Item, rule: &str, on: Date) -> Vec<&'static str> {
        let Some(now) = self.measure(rule) else { return vec!["rule_gone"] };
        if !now.evaluated {
            return vec!["not_evaluated"];
        }
        let Some(before) = plan.before(rule, on) else { return vec!["no_before"] };
        let mut doubts = Vec::new();
        let mut doubt = |why: &'static str, holds: bool| {
            if holds {
                doubts.push(why);
            }
        };
        doubt("found", now.violations > 0);
        doubt("possible", now.violations == 0 && now.possible > 0);
        doubt("rule_changed", now.parameters != before.parameters);
        doubt("before_done", self.first().is_none_or(|first| first <= on));
        doubt("input_unread", self.report.inputs.iter().any(|i| i.error.is_some()));
        doubt(
            "gap",
            self.report.coverage.iter().any(|g| g.kind == Gap::MISSING && self.day(&g.to).is_none_or(|to| self.first().is_none_or(|first| to >= first))),
        );
        doubt("history", self.history_short(rule));
        doubt("list_smaller", now.entries * 10 < before.entries * 9);
        doubt("fewer_judged", share(now.unjudged, now.judged) > share(before.unjudged, before.judged) + 0.1);
        // Half as many calls a day may be another business.
        doubt("fewer_calls", u128::from(now.judged) * u128::from(before.days.max(1)) * 2 < u128::from(before.judged) * u128::from(now.days.max(1)));
        let apart = wilson(now.violations, now.judged).1 < wilson(before.violations, before.judged).0;
        doubt("too_few", !apart && !before.together);
        let _ = item;
        doubts
    }

    /// Do the windows of a rule begin before the log for all of its calls?
    fn history_short(&self, rule: &str) -> bool {
        let until = self.rule(rule).and_then(|r| r.history.lower_bound_until);
        let last = self.report.period.last.as_deref().and_then(|t| crate::calls::timestamps::parse(t, None)).and_then(|s| Some(s.local - s.offset?));
        until.zip(last).is_some_and(|(until, last)| until > last)
    }
}

#[allow(clippy::cast_precision_loss)] // counts of calls
fn share(of: u64, rest: u64) -> f64 {
    if of + rest == 0 { 0.0 } else { of as f64 / (of + rest) as f64 }
}

/// What decides which findings a rule has, as sixteen digits.
fn parameters(report: &Report, id: &str) -> String {
    let table = judged_by(report, id).map(|t| t.to_string()).unwrap_or_default();
    blake3::hash(table.as_bytes()).to_hex().as_str()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // Wilson's score without continuity correction, as published tables give it.
        for (hits, of, low, high) in [(4, 8, 0.2152, 0.7848), (0, 8, 0.0, 0.3244), (0, 1000, 0.0, 0.003_827), (1, 10, 0.0179, 0.4042), (10, 10, 0.7225, 1.0)] {
            let (a, b) = wilson(hits, of);
            assert!((a - low).abs() < 1e-4 && (b - high).abs() < 1e-4, "{hits}/{of}: {a} {b}");
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
