//! Where and when the violations are: by hour and weekday, by day, by rule, caller, agent, campaign and callee, each beside all calls.

use std::collections::BTreeMap;

use super::pass::{QUARTER, Totals};
use super::reading::First;
use crate::calls::calendar::{Date, iso, weekday};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::zones::Clock;
use crate::report::{BreakdownRow, Evaluation};
use crate::rules::windows::NAMES;

/// How many of the worst callers, agents, campaigns and callees a report names.
const MOST: usize = 20;

/// Violating pairs of call and rule.
#[derive(Debug, Default)]
pub struct Counts {
    /// By caller, agent, campaign and callee.
    by_key: [Totals; 4],
    /// By quarter of an hour since 1970.
    quarters: BTreeMap<i64, u64>,
}

impl Counts {
    /// Adds those of a piece.
    pub fn add(&mut self, by_key: [Totals; 4], quarters: BTreeMap<i64, u64>) {
        for (all, part) in self.by_key.iter_mut().zip(by_key) {
            part.into_iter().for_each(|(key, n)| *all.entry(key).or_default() += n);
        }
        quarters.into_iter().for_each(|(quarter, n)| *self.quarters.entry(quarter).or_default() += n);
    }
}

/// The breakdowns of a report. Hours and days are those of the clock.
pub fn breakdowns(counts: Counts, first: &First, rules: &[Evaluation], dictionary: &Dictionary, clock: &Clock) -> BTreeMap<String, Vec<BreakdownRow>> {
    let mut all = BTreeMap::new();
    for ((name, counts), totals) in ["caller", "agent", "campaign", "callee"].into_iter().zip(counts.by_key).zip(first.totals.iter().map(Some).chain([None])) {
        all.insert(name.to_owned(), worst(counts, totals, dictionary));
    }
    let local = |quarter: &i64| clock.local(quarter * QUARTER).div_euclid(4 * QUARTER);
    let day = |hour: i64| Date::try_from(hour.div_euclid(24)).unwrap_or(0);
    let hours = by_time(&first.quarters, &counts.quarters, |q| {
        let hour = local(q);
        (weekday(day(hour)), hour.rem_euclid(24))
    });
    let name = |(day, hour): &(u8, i64)| format!("{} {hour:02}", NAMES[usize::from(*day)]);
    all.insert("hour".to_owned(), rows(&hours, name));
    let days = by_time(&first.quarters, &counts.quarters, |q| day(local(q)));
    all.insert("day".to_owned(), rows(&days, |day| iso(*day)));
    let judged = rules.iter().filter(|r| r.status == "evaluated");
    all.insert("rule".to_owned(), judged.map(|r| BreakdownRow { value: r.id.clone(), calls: Some(r.calls_judged), violations: r.violations }).collect());
    all
}

/// Calls and violations by a stretch of time.
fn by_time<K: Ord>(calls: &BTreeMap<i64, u64>, violations: &BTreeMap<i64, u64>, stretch: impl Fn(&i64) -> K) -> BTreeMap<K, (u64, u64)> {
    let mut by: BTreeMap<K, (u64, u64)> = BTreeMap::new();
    calls.iter().filter(|(_, n)| **n > 0).for_each(|(q, n)| by.entry(stretch(q)).or_default().0 += n);
    violations.iter().for_each(|(q, n)| by.entry(stretch(q)).or_default().1 += n);
    by
}

fn rows<K>(by: &BTreeMap<K, (u64, u64)>, name: impl Fn(&K) -> String) -> Vec<BreakdownRow> {
    by.iter().map(|(k, (calls, violations))| BreakdownRow { value: name(k), calls: Some(*calls), violations: *violations }).collect()
}

/// The keys with the most violations.
fn worst(counts: Totals, totals: Option<&Totals>, dictionary: &Dictionary) -> Vec<BreakdownRow> {
    // Only the most are shown: the others need no text.
    let mut most: Vec<(Key, u64)> = counts.into_iter().collect();
    most.sort_unstable_by_key(|(_, n)| std::cmp::Reverse(*n));
    let least = most.get(MOST - 1).map_or(0, |m| m.1);
    most.retain(|m| m.1 >= least);
    let row = |(key, violations): (Key, u64)| BreakdownRow { calls: totals.and_then(|t| t.get(&key).copied()), value: dictionary.show(key), violations };
    let mut rows: Vec<BreakdownRow> = most.into_iter().map(row).collect();
    rows.sort_by(|a, b| b.violations.cmp(&a.violations).then_with(|| a.value.cmp(&b.value)));
    rows.truncate(MOST);
    rows
}
