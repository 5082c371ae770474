//! Units counted: distinct calls, callees and days by regime, exactly, in memory that grows with the callees only.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{self, Seen};
use super::regimes::{self, Regime};
use super::{Counted, Exposure, Limitation, Priced, Sanction, Text, Unpriced, both};
use crate::calls::calendar::{Date, civil, days_of, iso};
use crate::report::words::Word;
use crate::rules::{Common, Force};
use crate::ruleset::citations::best;

/// What a hit counts for, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It may violate: never priced.
    Possible,
    /// It violates, and is an accepted exception: only the high end counts it.
    Suppressed,
    /// It violates.
    Violation,
}

/// A call that breaks a rule.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// Another one for another call. All hits of one call come one after another.
    pub call: u64,
    /// Another one for another callee.
    pub callee: Option<u64>,
    /// The day on the rule's clock.
    pub day: Date,
    /// What it counts for.
    pub weight: Weight,
}

/// Distinct numbers of eight bytes: a list that is sorted whenever it has doubled.
#[derive(Debug, Default)]
struct Distinct {
    all: Vec<u64>,
    distinct: usize,
    /// Those that came more than once.
    repeated: Vec<u64>,
}

impl Distinct {
    fn add(&mut self, key: u64) {
        self.all.push(key);
        if self.all.len() > 2 * self.distinct + 4096 {
            self.settle();
        }
    }
    fn settle(&mut self) {
        self.all.sort_unstable();
        self.repeated.extend(self.all.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]));
        self.repeated.sort_unstable();
        self.repeated.dedup();
        self.all.dedup();
        self.distinct = self.all.len();
    }
    fn count(&mut self) -> u64 {
        self.settle();
        self.distinct as u64
    }
}

/// The call at hand.
#[derive(Clone, Copy, Debug)]
struct Open {
    call: u64,
    callee: Option<u64>,
    weight: Weight,
    /// The last day that a rule's clock shows.
    day: Date,
}

/// What is counted of one regime, or of the contract rules without one.
#[derive(Debug)]
struct Tally {
    regime: Regime,
    /// First and last day of its calls.
    dates: (Option<Date>, Option<Date>),
    /// Calls before this day are out of time.
    in_time: Option<Date>,
    open: Option<Open>,
    counted: Counted,
    callees: Distinct,
    /// Those with a call that the low end counts.
    callees_low: Distinct,
    /// Violating days, and whether the low end counts them.
    days: BTreeMap<Date, bool>,
    calls_low: u64,
    together_low: u64,
    rules: BTreeSet<usize>,
}

impl Tally {
    fn new(regime: Regime, as_of: Date) -> Tally {
        let in_time = regime.years.map(|years| years_later(as_of, -i64::from(years)));
        Tally {
            dates: regime.dates(),
            regime,
            in_time,
            open: None,
            counted: Counted::default(),
            callees: Distinct::default(),
            callees_low: Distinct::default(),
            days: BTreeMap::new(),
            calls_low: 0,
            together_low: 0,
            rules: BTreeSet::new(),
        }
    }

    fn add(&mut self, rule: usize, hit: Hit) {
        if !self.holds(hit.day) {
            return;
        }
        self.rules.insert(rule);
        if hit.weight > Weight::Possible {
            let low = hit.weight == Weight::Violation && self.is_in_time(hit.day);
            *self.days.entry(hit.day).or_default() |= low;
        }
        match &mut self.open {
            Some(open) if open.call == hit.call => {
                open.weight = open.weight.max(hit.weight);
                open.day = open.day.max(hit.day);
            }
            _ => {
                self.close();
                self.open = Some(Open { call: hit.call, callee: hit.callee, weight: hit.weight, day: hit.day });
            }
        }
    }

    /// Does the regime know calls of this day?
    fn holds(&self, day: Date) -> bool {
        self.dates.0.is_none_or(|from| day >= from) && self.dates.1.is_none_or(|to| day <= to)
    }

    fn is_in_time(&self, day: Date) -> bool {
        self.in_time.is_none_or(|from| day >= from)
    }

    /// Takes the call at hand into the counts.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        if open.weight == Weight::Possible {
            self.counted.possible += 1;
            return;
        }
        let in_time = self.is_in_time(open.day);
        let low = open.weight == Weight::Violation && in_time;
        self.counted.calls += 1;
        self.counted.suppressed += u64::from(open.weight == Weight::Suppressed);
        self.counted.out_of_time += u64::from(!in_time);
        self.calls_low += u64::from(low);
        match open.callee {
            Some(callee) => {
                self.callees.add(callee);
                if low {
                    self.callees_low.add(callee);
                }
            }
            None => self.counted.without_callee += 1,
        }
    }

    fn close_all(&mut self) {
        self.close();
        self.counted.callees = self.callees.count();
        self.counted.repeated = self.callees.repeated.len() as u64;
        self.counted.days = self.days.len() as u64;
    }

    /// Units of the low end and of the high end; none where they cannot be told.
    fn units(&mut self) -> Option<(u64, u64)> {
        let violated = self.counted.calls + self.counted.together > 0;
        let units = match self.regime.basis() {
            "per_call" => (self.calls_low, self.counted.calls),
            // Those whose callee is not known may be one more person or none.
            "per_callee" => (self.callees_low.count(), self.counted.callees + self.counted.without_callee),
            "per_day" => (self.days.values().filter(|low| **low).count() as u64, self.counted.days),
            _ => (u64::from(self.calls_low + self.together_low > 0), u64::from(violated)),
        };
        // A share that is too high has no calls of its own.
        let only_together = self.counted.calls == 0 && self.counted.together > 0 && matches!(self.regime.basis(), "per_call" | "per_callee" | "per_day");
        (!only_together).then_some(units)
    }

    fn limitation(&self) -> Option<Limitation> {
        let years = self.regime.years?;
        let (first, last) = (*self.days.keys().next()?, *self.days.keys().next_back()?);
        Some(Limitation { years: u64::from(years), first: iso(first), last: iso(last), until: iso(years_later(last, i64::from(years))) })
    }
}

/// The same day so many years later or earlier; the last of February for the 29th.
fn years_later(date: Date, years: i64) -> Date {
    let (year, month, day) = civil(date);
    let year = i32::try_from(i64::from(year) + years).unwrap_or(year);
    days_of(year, month, day).or_else(|| days_of(year, month, 28)).unwrap_or(date)
}

/// What was found under one rule.
#[derive(Debug, Default)]
struct PerRule {
    id: String,
    force: Option<Force>,
    /// Its regimes, as places in the tallies.
    tallies: Vec<usize>,
    violations: u64,
    possible: u64,
    together: u64,
}

/// Counts hits by regime.
#[derive(Debug)]
pub struct Counter {
    rules: Vec<PerRule>,
    tallies: Vec<Tally>,
}

/// Where rules of a contract are counted that name no regime.
const CONTRACT: &str = "contract";

impl Counter {
    /// For these rules, on this day.
    pub fn new(rules: &[&Common], as_of: Date) -> Counter {
        let mut counter = Counter { rules: Vec::new(), tallies: Vec::new() };
        for common in rules {
            let mut tallies: Vec<usize> = regimes_of(common).into_iter().map(|regime| counter.tally(regime, as_of)).collect();
            if common.force == Force::Contract && tallies.is_empty() {
                let contract = Regime { id: CONTRACT.to_owned(), basis: "sanction".to_owned(), ..Regime::default() };
                tallies.push(counter.tally(contract, as_of));
            }
            counter.rules.push(PerRule { id: common.id.clone(), force: Some(common.force), tallies, ..PerRule::default() });
        }
        counter
    }

    fn tally(&mut self, regime: Regime, as_of: Date) -> usize {
        if let Some(known) = self.tallies.iter().position(|t| t.regime.id == regime.id) {
            return known;
        }
        self.tallies.push(Tally::new(regime, as_of));
        self.tallies.len() - 1
    }

    /// Takes a call that breaks a rule, or may.
    pub fn add(&mut self, rule: usize, hit: Hit) {
        let Some(found) = self.rules.get_mut(rule) else { return };
        if hit.weight == Weight::Possible {
            found.possible += 1;
        } else {
            found.violations += 1;
        }
        for tally in &found.tallies {
            self.tallies[*tally].add(rule, hit);
        }
    }

    /// Takes a finding about calls together, whose calls are not told one by one; `day`: on which its window begins.
    pub fn together(&mut self, rule: usize, day: Date, weight: Weight) {
        let Some(found) = self.rules.get_mut(rule) else { return };
        if weight == Weight::Possible {
            found.possible += 1;
            return;
        }
        found.together += 1;
        for tally in &found.tallies {
            let tally = &mut self.tallies[*tally];
            if tally.holds(day) {
                tally.rules.insert(rule);
                tally.counted.together += 1;
                tally.together_low += u64::from(weight == Weight::Violation && tally.is_in_time(day));
            }
        }
    }

    /// What it may cost; none where nothing was found under a rule that is law, presumption or contract, or that names a regime.
    pub fn finish(mut self, seen: &Seen<'_>) -> Option<Exposure> {
        self.tallies.iter_mut().for_each(Tally::close_all);
        let weighty = |r: &PerRule| !r.tallies.is_empty() || matches!(r.force, Some(Force::Law | Force::Presumption | Force::Contract));
        if !self.rules.iter().any(|r| weighty(r) && r.violations + r.possible + r.together > 0) {
            return None;
        }
        let (mut priced, mut sanctions) = (Vec::new(), Vec::new());
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for tally in &mut self.tallies {
            let ids: Vec<String> = tally.rules.iter().map(|r| self.rules[*r].id.clone()).collect();
            if ids.is_empty() {
                continue;
            }
            if tally.regime.basis() == "sanction" {
                told.extend(&tally.rules);
                sanctions.push(sanction(tally, ids));
            } else if let Some(units) = tally.units() {
                if units.1 > 0 {
                    told.extend(&tally.rules);
                }
                priced.push(price(tally, ids, units));
            }
        }
        let present: Vec<String> = priced.iter().filter(|p| p.units_high > 0).map(|p| p.id.clone()).collect();
        for regime in &mut priced {
            regime.excludes.retain(|id| present.contains(id));
        }
        let unpriced = self.rules.iter().enumerate().filter_map(|(n, rule)| unpriced(rule, told.contains(&n))).collect();
        let regions: BTreeSet<&str> =
            self.tallies.iter().filter(|t| !t.rules.is_empty() && t.regime.basis() != "sanction").filter_map(|t| t.regime.region.as_deref()).collect();
        Some(Exposure {
            as_of: regimes::data().as_of.clone(),
            first: facts::first(&regions),
            facts: facts::seen(seen, &priced),
            precedents: facts::precedents(&regions),
            assumptions: facts::assumptions(seen),
            regimes: priced,
            sanctions,
            unpriced,
        })
    }
}

/// The regimes of a rule. Only law and presumptions have prices; what a contract or an authority does is told of every rule that names it.
fn regimes_of(common: &Common) -> Vec<Regime> {
    let law = matches!(common.force, Force::Law | Force::Presumption);
    let Some(named) = &common.exposure else {
        let own = common.penalty.as_ref().filter(|_| law).and_then(|p| Regime::of_penalty(&common.id, &common.title, p, &common.citations));
        return own.into_iter().collect();
    };
    let known = named.iter().filter_map(|id| regimes::by_id(id)).cloned();
    known.filter(|regime| law || regime.basis() == "sanction").collect()
}

fn unpriced(rule: &PerRule, told: bool) -> Option<Unpriced> {
    if told || rule.violations + rule.possible + rule.together == 0 {
        return None;
    }
    let force = rule.force.map_or("house", Force::word);
    let reason: Word = match rule.force {
        Some(Force::Law | Force::Presumption) if rule.tallies.is_empty() => "no_regime",
        // It has a regime that counts calls, and its findings are about no single one.
        Some(Force::Law | Force::Presumption) if rule.together > 0 => "together",
        // It has one, and there are only possible violations, which the regime shows.
        Some(Force::Law | Force::Presumption | Force::Contract) => return None,
        _ => "not_law",
    };
    Some(Unpriced { rule: rule.id.clone(), force, reason, violations: rule.violations + rule.together, possible: rule.possible })
}

fn sanction(tally: &Tally, rules: Vec<String>) -> Sanction {
    let regime = &tally.regime;
    let own = regime.id == CONTRACT;
    Sanction {
        id: regime.id.clone(),
        title: if own { both("the contract", "合同") } else { regime.title.clone() },
        text: if own {
            both(
                "the line may be closed and the service suspended, as the contract provides; the source of the limit does not say what follows: read your contract",
                "线路可能被关停、服务可能被暂停，以合同约定为准；限制的出处未载明后果，请查阅合同",
            )
        } else {
            regime.more.clone()
        },
        rules,
        counted: tally.counted,
        citations: regime.citation.clone(),
        confidence: best(&regime.citation),
    }
}

#[allow(clippy::cast_precision_loss)] // counts of calls
fn price(tally: &Tally, rules: Vec<String>, (units_low, units_high): (u64, u64)) -> Priced {
    let regime = &tally.regime;
    let times = |units: u64, amount: f64| units as f64 * amount;
    Priced {
        id: regime.id.clone(),
        region: regime.region.clone(),
        title: regime.title.clone(),
        statute: regime.statute.clone(),
        basis: regime.basis(),
        rules,
        units_low,
        units_high,
        low: Some(times(units_low, regime.low.unwrap_or(0.0))),
        high: regime.high.map(|high| times(units_high, high)).filter(|_| units_high > 0),
        currency: regime.currency.clone(),
        range: range(regime),
        more: regime.more.clone(),
        only_if: regime.only_if.clone(),
        counted: tally.counted,
        limitation: tally.limitation(),
        excludes: regime.excludes.clone(),
        citations: regime.citation.clone(),
        confidence: best(&regime.citation),
        assumes: regime.assumes.clone(),
    }
}

/// The range of a unit in words.
fn range(regime: &Regime) -> Text {
    use super::phrases::money;
    if !regime.range.is_empty() {
        return regime.range.clone();
    }
    let currency = regime.currency.as_deref().unwrap_or_default();
    match (regime.low.filter(|low| *low > 0.0), regime.high) {
        (Some(low), Some(high)) => both(format!("{} to {} {currency}", money(low), money(high)), format!("{} 至 {} {currency}", money(low), money(high))),
        (Some(low), None) => both(format!("at least {} {currency}", money(low)), format!("{} {currency} 起", money(low))),
        (None, Some(high)) => both(format!("up to {} {currency}", money(high)), format!("最高 {} {currency}", money(high))),
        (None, None) => both("no amount was read", "未读到数额"),
    }
}
