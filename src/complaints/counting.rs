//! One pass over the calls: counts by level of every dimension, and those calls that a complaint may be about. Nothing else of the calls is kept, so that
//! logs of any size can be counted: a level takes some 100 bytes, and the numbers of called people, which tell how many calls were somebody's second or
//! third, are sorted outside of memory where they are many.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::AtomicU64;

use super::lift::{Dimension, Level};
use super::targets::{ON_LINES, Targets};
use crate::calls::columns::{Column, Direction, Field};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::zones::{Clock, ZoneView};
use crate::engine::export::{Block, CallColumn, Calls};
use crate::engine::sorter::{Item, Sorter};
use crate::error::Result;

pub(super) type Fast<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

const HOUR: i64 = 3_600_000;

/// Levels of a dimension that are kept: with more it is left out.
pub const LEVELS: usize = 200_000;

/// What to count.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Columns that are dimensions, with their names.
    pub by: Vec<(String, Field)>,
    /// Calls from here on.
    pub since: Option<i64>,
    /// Calls before this.
    pub until: Option<i64>,
}

/// A call that a complaint may be about.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Where it stands.
    pub source: String,
    #[allow(missing_docs)]
    pub line: u64,
    /// Its id.
    pub call_id: String,
    /// First and last instant at which it may have begun.
    pub at: (i64, i64),
    /// When it ended, where that is told.
    pub ended: Option<i64>,
    /// The displayed number, and the one that was called.
    pub caller: Key,
    #[allow(missing_docs)]
    pub callee: Key,
    /// Of a number whose digits the log hides: what it shows of it.
    pub mask: Option<String>,
    /// What the network did.
    pub outcome: String,
    /// What the person said.
    pub response: String,
    /// Agent and campaign.
    pub agent: String,
    #[allow(missing_docs)]
    pub campaign: String,
    /// Values of the dimensions, in their order; empty: not told.
    pub values: Vec<String>,
    /// The hour on the callee's clock, where all of its zones show the same one.
    pub hour: Option<u8>,
    /// Which call to this number it is; 0: not known.
    pub attempt: u32,
}

/// Calls of a month, and the displayed numbers in them.
#[derive(Debug, Default)]
pub struct Month {
    /// Calls.
    pub calls: u64,
    /// Displayed numbers that made them.
    pub numbers: HashSet<Key, foldhash::fast::RandomState>,
}

/// A callee, for counting their calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Callee(u64);

impl Item for Callee {
    fn weight(&self) -> usize {
        8
    }
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }
    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Callee(u64::from_le_bytes(bytes.try_into().ok()?)))
    }
}

/// Counts of one piece, and of all.
#[derive(Debug, Default)]
struct Part {
    calls: u64,
    others: u64,
    levels: Vec<Fast<Box<str>, u64>>,
    callers: Fast<Key, u64>,
    hours: [u64; 24],
    clock: BTreeMap<i64, u64>,
    months: BTreeMap<i32, Month>,
    callees: Vec<Callee>,
    first: Option<i64>,
    last: Option<i64>,
    kept: Vec<Call>,
}

/// All that was counted.
#[derive(Debug, Default)]
pub struct Counted {
    /// Outbound calls, and others, which are not counted.
    pub calls: u64,
    #[allow(missing_docs)]
    pub others: u64,
    /// Calls by level; the last three are caller, hour and attempt.
    pub dimensions: Vec<Dimension>,
    /// Dimensions that have too many levels.
    pub too_many: Vec<String>,
    /// Calls by hour since 1970.
    pub hours: BTreeMap<i64, u64>,
    /// By month: year times twelve plus month from nought.
    pub months: BTreeMap<i32, Month>,
    /// First and last start.
    pub period: Option<(i64, i64)>,
    /// Calls that a complaint may be about, in the order of source and line.
    pub kept: Vec<Call>,
    /// Numbers that were displayed.
    pub callers: HashSet<Key, foldhash::fast::RandomState>,
    /// Not all of those on displayed numbers are kept.
    pub more: bool,
}

/// Names of the attempts: each of the first five, then several together.
pub const ATTEMPTS: [(&str, u32, u32); 7] = [("1", 1, 1), ("2", 2, 2), ("3", 3, 3), ("4", 4, 4), ("5", 5, 5), ("6-10", 6, 10), ("11+", 11, u32::MAX)];

/// The name of an attempt; none: not known.
pub fn attempt(n: u32) -> Option<&'static str> {
    ATTEMPTS.iter().find(|a| a.1 <= n && n <= a.2).map(|a| a.0)
}

/// `09:00`
pub fn hour(n: u8) -> String {
    format!("{n:02}:00")
}

/// Year times twelve plus month from nought, of an instant.
pub fn month(clock: &Clock, at: i64) -> i32 {
    let (year, month, _) = crate::calls::calendar::civil(i32::try_from(clock.local(at).div_euclid(crate::calls::zones::DAY)).unwrap_or(0));
    year * 12 + i32::try_from(month).unwrap_or(1) - 1
}

/// Counts all calls. `memory`: bytes for sorting.
///
/// Errors: temporary files; a source that changed.
pub fn count(
    calls: &Calls<'_, '_>,
    plan: &Plan,
    targets: &Targets,
    (dictionary, view, clock): (&Dictionary, &ZoneView, &Clock),
    memory: usize,
) -> Result<Counted> {
    let on_lines = AtomicU64::new(0);
    let columns: Vec<CallColumn> = plan.by.iter().map(|b| CallColumn::Field(b.1.clone())).collect();
    let make = |block: &Block<'_>| piece(block, plan, &columns, targets, (dictionary, view, clock), &on_lines);
    let mut all = Part { levels: plan.by.iter().map(|_| Fast::default()).collect(), ..Part::default() };
    let mut callees = Sorter::new(memory);
    calls.each(make, |mut part| {
        callees.extend(part.callees.drain(..))?;
        all.add(part);
        Ok(())
    })?;
    callees.sort();
    let mut counted = Counted { calls: all.calls, others: all.others, hours: all.clock, months: all.months, ..Counted::default() };
    counted.period = all.first.zip(all.last);
    counted.more = on_lines.into_inner() > ON_LINES;
    counted.kept = all.kept;
    for ((name, _), levels) in plan.by.iter().zip(all.levels) {
        counted.dimension(name, levels.into_iter().map(|(name, calls)| (name.into_string(), calls)));
    }
    counted.dimension("caller", all.callers.iter().map(|(key, calls)| (dictionary.show(*key), *calls)));
    counted.dimension("hour", (0..24_u8).zip(all.hours).filter(|h| h.1 > 0).map(|(h, calls)| (hour(h), calls)));
    counted.callers = all.callers.keys().copied().collect();
    let attempts = attempts(&callees)?;
    counted.dimension("attempt", ATTEMPTS.iter().zip(attempts).filter(|a| a.1 > 0).map(|(a, calls)| (a.0.to_owned(), calls)));
    counted.number();
    Ok(counted)
}

/// Calls that were somebody's first, second …: somebody with n calls has one of each up to the n-th.
fn attempts(callees: &Sorter<Callee>) -> Result<[u64; ATTEMPTS.len()]> {
    let mut counts = [0_u64; ATTEMPTS.len()];
    let (mut last, mut n) = (None, 0_u32);
    for callee in callees.read()? {
        let callee = callee?;
        n = if last == Some(callee) { n.saturating_add(1) } else { 1 };
        last = Some(callee);
        if let Some(place) = ATTEMPTS.iter().position(|a| a.1 <= n && n <= a.2) {
            counts[place] += 1;
        }
    }
    Ok(counts)
}

impl Counted {
    fn dimension(&mut self, name: &str, levels: impl Iterator<Item = (String, u64)>) {
        let mut levels: Vec<Level> = levels.map(|(name, calls)| Level { name, calls, complaints: 0.0 }).collect();
        levels.sort_by(|a, b| a.name.cmp(&b.name));
        if levels.len() > LEVELS {
            self.too_many.push(name.to_owned());
            levels.clear();
        }
        self.dimensions.push(Dimension { name: name.to_owned(), levels });
    }

    /// Numbers the calls of each callee of whom all are known, in the order of their starts.
    fn number(&mut self) {
        let mut by_callee: HashMap<Key, Vec<usize>> = HashMap::new();
        for (n, call) in self.kept.iter().enumerate().filter(|(_, c)| c.mask.is_none() && c.callee.groups()) {
            by_callee.entry(call.callee).or_default().push(n);
        }
        for calls in by_callee.values_mut() {
            calls.sort_by_key(|n| (self.kept[*n].at.0, *n));
            for (place, n) in calls.iter().enumerate() {
                self.kept[*n].attempt = u32::try_from(place).unwrap_or(u32::MAX - 1) + 1;
            }
        }
    }
}

fn merge<K: Eq + Hash>(into: &mut Fast<K, u64>, from: Fast<K, u64>) {
    if into.is_empty() {
        *into = from;
    } else {
        from.into_iter().for_each(|(key, n)| *into.entry(key).or_default() += n);
    }
}

impl Part {
    fn add(&mut self, part: Part) {
        self.calls += part.calls;
        self.others += part.others;
        self.levels.iter_mut().zip(part.levels).for_each(|(all, levels)| merge(all, levels));
        merge(&mut self.callers, part.callers);
        self.hours.iter_mut().zip(part.hours).for_each(|(all, n)| *all += n);
        part.clock.into_iter().for_each(|(hour, n)| *self.clock.entry(hour).or_default() += n);
        for (month, part) in part.months {
            let all = self.months.entry(month).or_default();
            all.calls += part.calls;
            all.numbers.extend(part.numbers);
        }
        self.first = [self.first, part.first].into_iter().flatten().min();
        self.last = self.last.max(part.last);
        self.kept.extend(part.kept);
    }
}

fn piece(
    block: &Block<'_>,
    plan: &Plan,
    columns: &[CallColumn],
    targets: &Targets,
    (dictionary, view, clock): (&Dictionary, &ZoneView, &Clock),
    on_lines: &AtomicU64,
) -> Part {
    let mut part = Part { levels: columns.iter().map(|_| Fast::default()).collect(), ..Part::default() };
    let outbound = Direction::Outbound.word();
    let direction = CallColumn::Field(Field::Canonical(Column::Direction));
    let (mut day, mut of_day) = (i64::MIN, 0);
    for i in block.rows().iter().copied() {
        let at = block.start(i);
        if plan.since.is_some_and(|t| at.0 < t) || plan.until.is_some_and(|t| at.0 >= t) {
            continue;
        }
        if block.text(&direction, i) != outbound {
            part.others += 1;
            continue;
        }
        part.calls += 1;
        let (callee, caller) = block.numbers(i);
        for (levels, column) in part.levels.iter_mut().zip(columns) {
            let value = block.text(column, i);
            match levels.get_mut(value.as_ref()) {
                _ if value.is_empty() => {}
                Some(n) => *n += 1,
                None => drop(levels.insert(value.into(), 1)),
            }
        }
        if caller.key.groups() {
            *part.callers.entry(caller.key).or_default() += 1;
        }
        let hour = hour_of(view, block, i);
        if let Some(hour) = hour {
            part.hours[usize::from(hour)] += 1;
        }
        *part.clock.entry(at.0.div_euclid(HOUR)).or_default() += 1;
        let local = clock.local(at.0).div_euclid(crate::calls::zones::DAY);
        if local != day {
            (day, of_day) = (local, month(clock, at.0));
        }
        let month = part.months.entry(of_day).or_default();
        month.calls += 1;
        if caller.key.groups() {
            month.numbers.insert(caller.key);
        }
        if callee.key.groups() {
            part.callees.push(Callee(callee.key.0));
        }
        part.first = Some(part.first.map_or(at.0, |t| t.min(at.0)));
        part.last = part.last.max(Some(at.0));
        if let Some(mask) = targets.wants(block, i, dictionary, on_lines) {
            part.kept.push(Call { mask, hour, values: columns.iter().map(|c| block.text(c, i).into_owned()).collect(), ..call(block, i) });
        }
    }
    part
}

/// The hour on the callee's clock; none where no zone is known, or where several show different ones.
fn hour_of(view: &ZoneView, block: &Block<'_>, i: usize) -> Option<u8> {
    let at = block.start(i).0;
    let mut hours = view.members(block.zones(i)).iter().map(|z| view.clock(*z).local(at).div_euclid(HOUR).rem_euclid(24));
    let first = hours.next()?;
    hours.all(|h| h == first).then(|| u8::try_from(first).unwrap_or(0))
}

/// A call with what is told of it.
pub fn call(block: &Block<'_>, i: usize) -> Call {
    let field = |c: Column| CallColumn::Field(Field::Canonical(c));
    let text = |c: Column| block.text(&field(c), i).into_owned();
    let (callee, caller) = block.numbers(i);
    Call {
        source: block.text(&CallColumn::Source, i).into_owned(),
        line: block.line(i),
        call_id: text(Column::CallId),
        at: block.start(i),
        ended: block.time(&field(Column::EndedAt), i),
        caller: caller.key,
        callee: callee.key,
        outcome: text(Column::Outcome),
        response: text(Column::Response),
        agent: text(Column::Agent),
        campaign: text(Column::Campaign),
        ..Call::default()
    }
}

/// The columns that calls are told with.
pub fn told_columns() -> Vec<CallColumn> {
    [Column::Response, Column::Agent, Column::Campaign].map(|c| CallColumn::Field(Field::Canonical(c))).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_from_the_numbers_of_calls() {
        let mut callees = Sorter::new(1 << 20);
        callees.extend([7, 3, 3, 7, 3, 9].map(Callee)).unwrap();
        callees.extend([5; 12].map(Callee)).unwrap();
        callees.sort();
        // 3: three calls, 5: twelve, 7: two, 9: one.
        assert_eq!(attempts(&callees).unwrap(), [4, 3, 2, 1, 1, 5, 2]);
        assert_eq!((attempt(1), attempt(7), attempt(11), attempt(0)), (Some("1"), Some("6-10"), Some("11+"), None));
    }
}
