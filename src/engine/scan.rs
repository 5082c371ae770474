//! The scan over a key family: one order, all its detectors at once. In the callee's family duplicates are settled first.

use std::collections::HashMap;

use super::family::Part;
use super::rows::RowIndex;
use super::store::{FindingRecord, Violation};
use super::tuples::{Ordinal, Status, Tuple, flag, status};
use crate::calls::keys::Key;
use crate::calls::zones::{ZoneId, ZoneView};
use crate::error::Result;
use crate::report::Count;
use crate::rules::windows::{Broken, Hit, LimitDetector, Limits, SequenceCall};
use crate::rules::{RuleClock, Verdict};

/// A finding that is still growing.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its key.
    pub key: Key,
    /// The first limit that its calls break.
    pub broken: Broken,
    /// Violation, possible or approaching.
    pub verdict: Verdict,
    /// Which stretch.
    pub stretch: i64,
    /// First and last violating call.
    pub first: i64,
    #[allow(missing_docs)]
    pub last: i64,
    /// How many.
    pub calls: u64,
    /// The worst value.
    pub measured: f64,
    /// The limit.
    pub limit: f64,
    /// Where its window begins.
    pub window_start: i64,
    /// Calls to show, and whether they violate.
    pub evidence: Vec<(u32, bool)>,
    /// The callee's zone is not known.
    pub no_zone: bool,
    /// The number that violations name it by.
    pub fingerprint: u64,
}

/// What a part gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Violating and possible calls.
    pub violations: Vec<Violation>,
    /// Finished findings.
    pub findings: Vec<FindingRecord>,
    /// Violations, possible ones and findings by rule.
    pub counts: Vec<Count>,
    /// Duplicate rows (callee's family only) and the pairs that differ.
    pub duplicates: Vec<(Ordinal, bool)>,
    /// Calls by class (callee's family only).
    pub classes: Vec<u64>,
}

/// Decides which of several rows of one call is the call: gives the index of the survivor and whether the rows differ.
pub type Settle<'a> = dyn Fn(&[Ordinal]) -> Result<(usize, bool)> + Sync + 'a;

/// Names a finding, and makes a record of one that is finished.
pub trait Name: Sync {
    /// Its fingerprint.
    fn fingerprint(&self, rule: usize, key: Key, broken: Broken, verdict: Verdict, stretch: i64) -> u64;
    /// Its record.
    fn record(&self, rule: usize, open: Open) -> FindingRecord;
}

/// What a scan needs to know.
pub struct Scan<'a> {
    /// Rules of this family: number and limits.
    pub rules: Vec<(usize, &'a Limits)>,
    /// All classes.
    pub classes: &'a [Box<[u8]>],
    /// Clocks.
    pub view: &'a ZoneView,
    /// Zones in which callees may be.
    pub zones: &'a [ZoneId],
    /// Records, their ids and lengths.
    pub rows: &'a RowIndex,
    /// Is this the callee's family, in which duplicates are settled?
    pub home: bool,
    /// Rows that are duplicates, sorted, once they are known.
    pub dropped: &'a [Ordinal],
    /// Decides between rows of one call.
    pub settle: &'a Settle<'a>,
    /// Names findings.
    pub name: &'a dyn Name,
    /// Calls shown as evidence.
    pub evidence: usize,
    /// Are findings kept, or only counted?
    pub keep: bool,
    /// How many rules there are.
    pub rule_count: usize,
}

impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan").field("home", &self.home).finish_non_exhaustive()
    }
}

/// One rule's detector and the findings that grow for the key at hand.
struct Group<'a> {
    rule: usize,
    limits: &'a Limits,
    detector: LimitDetector<'a>,
    open: [[Option<Open>; 3]; 3],
}

/// The state of a scan of one part.
struct State<'a> {
    groups: Vec<Group<'a>>,
    found: Found,
    ids: IdBuffers,
}

#[derive(Default)]
struct IdBuffers {
    one: Vec<u8>,
}

impl Scan<'_> {
    /// Scans one part of the family.
    ///
    /// Errors: temporary files, and sources that changed.
    pub fn part(&self, part: Part) -> Result<Found> {
        let groups =
            self.rules.iter().map(|(rule, limits)| Group { rule: *rule, limits, detector: limits.detector(self.view, self.zones), open: Default::default() });
        let found =
            Found { classes: vec![0; if self.home { self.classes.len() } else { 0 }], counts: vec![Count::default(); self.rule_count], ..Found::default() };
        let mut state = State { groups: groups.collect(), found, ids: IdBuffers::default() };
        match part {
            Part::Memory(mut tuples) => self.memory(&mut tuples, &mut state)?,
            Part::Runs(runs) => self.runs(runs, &mut state)?,
        }
        Ok(state.found)
    }

    /// Keys that lie in memory, each as one slice: what cannot break a rule costs one look.
    fn memory(&self, tuples: &mut [Tuple], state: &mut State<'_>) -> Result<()> {
        let mut same: Vec<Tuple> = Vec::new();
        for key in tuples.chunk_by_mut(|a, b| a.key == b.key) {
            let groups = key[0].key.groups();
            // Judged on all tuples, of which those that count are some: what is far from a limit so is far from it in truth.
            let breaks: u64 = state.groups.iter().enumerate().filter(|(_, g)| groups && may_break(g.limits, key)).fold(0, |b, (i, _)| b | 1 << i.min(63));
            if breaks == 0 && !(self.home && key.windows(2).any(|w| w[0].at == w[1].at)) {
                if self.home {
                    key.iter().for_each(|t| state.found.classes[t.class as usize] += 1);
                }
                continue;
            }
            state.groups.iter_mut().enumerate().filter(|(i, _)| breaks >> (*i).min(63) & 1 == 1).for_each(|(_, g)| g.detector.begin());
            for instant in key.chunk_by(|a, b| a.at == b.at) {
                same.clear();
                same.extend_from_slice(instant);
                self.instant(&mut same, breaks, state)?;
            }
            self.close(state);
        }
        Ok(())
    }

    /// Sorted runs: a key may be in more calls than memory holds.
    fn runs(&self, mut runs: super::family::Runs, state: &mut State<'_>) -> Result<()> {
        let mut key = None;
        let mut same: Vec<Tuple> = Vec::new();
        loop {
            let next = runs.next().transpose()?;
            let ends = same.first().is_some_and(|s| next.is_none_or(|n| (n.key, n.at) != (s.key, s.at)));
            if ends {
                if key != Some(same[0].key) {
                    self.close(state);
                    key = Some(same[0].key);
                    state.groups.iter_mut().for_each(|g| g.detector.begin());
                }
                let breaks = if same[0].key.groups() { u64::MAX } else { 0 };
                self.instant(&mut same, breaks, state)?;
                same.clear();
            }
            match next {
                Some(tuple) => same.push(tuple),
                None => break,
            }
        }
        self.close(state);
        Ok(())
    }

    /// The calls of one key and instant. `breaks`: the rules that they may break.
    fn instant(&self, same: &mut Vec<Tuple>, breaks: u64, state: &mut State<'_>) -> Result<()> {
        if self.home {
            self.drop_duplicates(same, state)?;
            same.iter().for_each(|t| state.found.classes[t.class as usize] += 1);
        } else if !self.dropped.is_empty() {
            same.retain(|t| self.dropped.binary_search(&t.row).is_err());
        }
        if breaks == 0 || same.is_empty() {
            return Ok(());
        }
        if same.len() > 1 {
            self.order(same);
        }
        for tuple in same.iter() {
            let class = &self.classes[tuple.class as usize];
            let zones = u16::from_le_bytes([class[0], class[1]]);
            for (_, group) in state.groups.iter_mut().enumerate().filter(|(i, _)| breaks >> (*i).min(63) & 1 == 1) {
                let flags = class[2 + group.rule];
                let judged = match status(flags) {
                    Status::Judged => true,
                    Status::Counted => false,
                    _ => continue,
                };
                let length = if group.limits.gap_from_end { self.rows.length(tuple.row) } else { 0 };
                let call = SequenceCall {
                    at: tuple.at,
                    row: tuple.row.0,
                    end: tuple.at + length,
                    zones,
                    judged,
                    answered: flags & flag::ANSWERED != 0,
                    gap_outcome: flags & flag::GAP != 0,
                };
                let (rule, open) = (group.rule, &mut group.open);
                let found = &mut state.found;
                group.detector.call(call, |hit| self.take(rule, tuple.key, hit, open, found));
            }
        }
        Ok(())
    }

    /// Calls of one instant by their ids, those without one first; then by place.
    fn order(&self, same: &mut [Tuple]) {
        let mut ids: Vec<(Vec<u8>, Tuple)> = same
            .iter()
            .map(|t| {
                let mut id = Vec::new();
                self.rows.id(t.row, &mut id);
                if id.first() == Some(&1) {
                    id.clear();
                }
                (id, *t)
            })
            .collect();
        ids.sort_by(|a, b| (&a.0, a.1.row).cmp(&(&b.0, b.1.row)));
        same.iter_mut().zip(ids).for_each(|(t, (_, ordered))| *t = ordered);
    }

    fn drop_duplicates(&self, same: &mut Vec<Tuple>, state: &mut State<'_>) -> Result<()> {
        if same.len() < 2 {
            return Ok(());
        }
        let mut by_id: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let id = &mut state.ids.one;
        for (i, tuple) in same.iter().enumerate() {
            self.rows.id(tuple.row, id);
            match by_id.get_mut(id.as_slice()) {
                Some(rows) => rows.push(i),
                None => {
                    by_id.insert(id.clone(), vec![i]);
                }
            }
        }
        let mut drop = Vec::new();
        for rows in by_id.values().filter(|r| r.len() > 1) {
            let places: Vec<Ordinal> = rows.iter().map(|i| same[*i].row).collect();
            let (survivor, differs) = (self.settle)(&places)?;
            for i in rows.iter().enumerate().filter(|(n, _)| *n != survivor).map(|(_, i)| *i) {
                drop.push(i);
                state.found.duplicates.push((same[i].row, differs));
            }
        }
        if !drop.is_empty() {
            let mut i = 0;
            same.retain(|_| {
                i += 1;
                !drop.contains(&(i - 1))
            });
        }
        Ok(())
    }

    fn finish(&self, rule: usize, open: Open, found: &mut Found) {
        found.counts[rule].findings += 1;
        if self.keep {
            found.findings.push(self.name.record(rule, open));
        }
    }

    fn close(&self, state: &mut State<'_>) {
        for group in &mut state.groups {
            for open in group.open.iter_mut().flatten().filter_map(Option::take) {
                self.finish(group.rule, open, &mut state.found);
            }
        }
    }

    /// Puts a hit into the finding of its stretch.
    fn take(&self, rule: usize, key: Key, hit: Hit, open: &mut [[Option<Open>; 3]; 3], found: &mut Found) {
        let which = hit.broken as usize;
        let near = Verdict::Approaching as usize;
        if hit.verdict != Verdict::Approaching && open[which][near].as_ref().is_some_and(|o| o.stretch == hit.stretch) {
            open[which][near] = None;
        }
        let slot = &mut open[which][hit.verdict as usize];
        if slot.as_ref().is_none_or(|o| o.stretch != hit.stretch) {
            if let Some(done) = slot.take() {
                self.finish(rule, done, found);
            }
            let keep = self.evidence.saturating_sub(1).min(hit.before.len());
            *slot = Some(Open {
                key,
                broken: hit.broken,
                verdict: hit.verdict,
                stretch: hit.stretch,
                first: hit.at,
                last: hit.at,
                calls: 0,
                measured: hit.measured,
                limit: hit.limit,
                window_start: hit.window_start,
                evidence: hit.before[hit.before.len() - keep..].iter().map(|r| (*r, false)).collect(),
                no_zone: hit.no_zone,
                fingerprint: self.name.fingerprint(rule, key, hit.broken, hit.verdict, hit.stretch),
            });
        }
        let Some(finding) = slot else { return };
        finding.calls += 1;
        finding.last = hit.at;
        finding.measured = if hit.broken == Broken::Gap { finding.measured.min(hit.measured) } else { finding.measured.max(hit.measured) };
        if let Some(shown) = finding.evidence.iter_mut().find(|e| e.0 == hit.row) {
            shown.1 = true;
        } else if finding.evidence.len() < self.evidence {
            finding.evidence.push((hit.row, hit.verdict != Verdict::Approaching));
        }
        let counts = &mut found.counts[rule];
        match hit.verdict {
            Verdict::Violation => counts.violations += 1,
            Verdict::Possible => counts.possible += 1,
            Verdict::Approaching => return,
        }
        found.violations.push(Violation::sequence(rule, &hit, finding.fingerprint));
    }
}

/// May calls at these instants break the limits? False only if no choice among them does.
pub(crate) fn may_break(limits: &Limits, key: &[Tuple]) -> bool {
    let near = |n: u64, length: i64| -> bool {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        key.len() > n && (length == i64::MAX || n == 0 || key.windows(n + 1).any(|w| w[n].at - w[0].at < length))
    };
    let length = limits.window.map_or(i64::MAX, |w| w.longest());
    if let Some(max) = limits.max {
        // What only comes near to the limit is told too.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a small number
        let told = limits.common.warn_at.map_or(max, |share| ((share * max as f64).ceil() as u64).saturating_sub(1).min(max));
        if near(told, length) {
            return true;
        }
    }
    if let Some(gap) = limits.min_gap
        && (limits.gap_from_end && key.len() > 1 || near(1, gap))
    {
        return true;
    }
    limits.max_run.is_some_and(|run| near(run, length))
}

/// Does any rule look at callees' clocks?
pub fn looks_at_callees(limits: &Limits) -> bool {
    limits.common.clock == RuleClock::Callee
}
