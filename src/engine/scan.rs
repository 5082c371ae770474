//! The scan over a key family: one order, all its detectors at once. In the callee's family duplicates are settled first.

use std::collections::HashMap;

use super::family::Part;
use super::rows::RowIndex;
use super::store::{FindingRecord, Violation};
use super::tuples::{Ordinal, Status, Tuple, status};
use crate::calls::keys::Key;
use crate::error::Result;
use crate::report::Count;
use crate::rules::lists::events::Known;
use crate::rules::scope::Unsure;
use crate::rules::sequence::{Detector, Group, Hit, Nearness, Scene, Sequence, SequenceCall, mark};
use crate::rules::{Common, Force, Verdict, broken, note};

/// A finding that is still growing.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its key.
    pub key: Key,
    /// What its calls break.
    pub broken: u8,
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
    /// The worst value; not a number where nothing was measured.
    pub measured: f64,
    /// The limit.
    pub limit: Option<f64>,
    /// Where its window begins.
    pub window_start: i64,
    /// Calls to show, and whether they violate.
    pub evidence: Vec<(u32, bool)>,
    /// Bits of `rules::note`.
    pub notes: u8,
    /// The number that violations name it by.
    pub fingerprint: u64,
    /// See `rules::sequence::Hit`.
    pub about: u16,
    /// It is about calls together, not about each.
    pub group: Option<Group>,
}

/// What a part gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Violating and possible calls.
    pub violations: Vec<Violation>,
    /// Finished findings.
    pub findings: Vec<FindingRecord>,
    /// Those about calls together, which are violations themselves.
    pub groups: Vec<FindingRecord>,
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
    fn fingerprint(&self, rule: usize, key: Key, broken: u8, verdict: Verdict, stretch: i64) -> u64;
    /// Its record.
    fn record(&self, rule: usize, open: Open) -> FindingRecord;
}

/// What a scan needs to know.
pub struct Scan<'a> {
    /// Rules of this family.
    pub rules: Vec<Scanned<'a>>,
    /// All classes.
    pub classes: &'a [Box<[u8]>],
    /// What detectors see of the log as a whole.
    pub scene: Scene<'a>,
    /// Records, their ids and what detectors ask of them.
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
    /// Takes violations over before a part has too many of them: one key may be in all calls.
    pub overflow: &'a (dyn Fn(Vec<Violation>) -> Result<()> + Sync),
}

/// Violations that a part holds before they are taken over.
const HELD: usize = 1 << 16;

impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan").field("home", &self.home).finish_non_exhaustive()
    }
}

/// A rule of the family at hand.
pub struct Scanned<'a> {
    /// Its number.
    pub rule: usize,
    /// What all rules have.
    pub common: &'a Common,
    /// How it is judged.
    pub sequence: &'a dyn Sequence,
    /// What it takes to break it.
    pub nearness: Vec<Nearness>,
    /// The number of what its detector asks of each call.
    pub extra: Option<usize>,
    /// What lists tell of keys.
    pub known: Known,
}

impl<'a> Scanned<'a> {
    /// A rule by its number. `extra`: the number of what its detector asks of each call.
    pub fn new(rule: usize, common: &'a Common, sequence: &'a dyn Sequence, extra: Option<usize>, scene: &Scene<'_>) -> Scanned<'a> {
        Scanned { rule, common, sequence, nearness: sequence.nearness(), extra, known: sequence.events(scene) }
    }
}

/// One rule's detector and the findings that grow for the key at hand.
struct Watch<'a> {
    scanned: &'a Scanned<'a>,
    events: bool,
    detector: Box<dyn Detector + 'a>,
    /// Sees only the calls to which the rule applies for certain, where there may be others: what breaks it both ways is sure.
    sure: Option<Box<dyn Detector + 'a>>,
    /// What both found of calls together, until the key ends.
    groups: [Vec<Hit>; 2],
    open: Vec<Open>,
}

/// The state of a scan of one part.
struct State<'a> {
    watches: Vec<Watch<'a>>,
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
    pub fn part(&self, part: Part<'_>) -> Result<Found> {
        let watches = self.rules.iter().map(|scanned| Watch {
            scanned,
            events: scanned.sequence.has_events(),
            detector: scanned.sequence.detector(&self.scene, &scanned.known),
            open: Vec::new(),
            sure: scanned.common.regions.as_ref().filter(|r| r.unknown == Unsure::Possible).map(|_| scanned.sequence.detector(&self.scene, &scanned.known)),
            groups: Default::default(),
        });
        let found =
            Found { classes: vec![0; if self.home { self.classes.len() } else { 0 }], counts: vec![Count::default(); self.rule_count], ..Found::default() };
        let mut state = State { watches: watches.collect(), found, ids: IdBuffers::default() };
        match part {
            Part::Memory(tuples) => self.memory(tuples, &mut state)?,
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
            let near = |w: &Watch<'_>| groups && may_break(&w.scanned.nearness, key);
            let breaks: u64 = state.watches.iter().enumerate().filter(|(_, w)| near(w)).fold(0, |b, (i, _)| b | 1 << i.min(63));
            if breaks == 0 && !(self.home && key.windows(2).any(|w| w[0].at == w[1].at)) {
                if self.home {
                    key.iter().for_each(|t| state.found.classes[t.class as usize] += 1);
                }
                continue;
            }
            state.watches.iter_mut().enumerate().filter(|(i, _)| breaks >> (*i).min(63) & 1 == 1).for_each(|(_, w)| w.begin(key[0].key));
            for instant in key.chunk_by(|a, b| a.at == b.at) {
                same.clear();
                same.extend_from_slice(instant);
                self.instant(&mut same, breaks, state)?;
            }
            self.close(key[0].key, breaks, state);
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
                    if let Some(done) = key.replace(same[0].key) {
                        self.close(done, all_of(done), state);
                    }
                    state.watches.iter_mut().for_each(|w| w.begin(same[0].key));
                }
                let breaks = all_of(same[0].key);
                self.instant(&mut same, breaks, state)?;
                same.clear();
            }
            match next {
                Some(tuple) => same.push(tuple),
                None => break,
            }
        }
        if let Some(done) = key {
            self.close(done, all_of(done), state);
        }
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
            self.order(same)?;
        }
        for tuple in same.iter() {
            let class = &self.classes[tuple.class as usize];
            let zones = u16::from_le_bytes([class[0], class[1]]);
            for (_, watch) in state.watches.iter_mut().enumerate().filter(|(i, _)| breaks >> (*i).min(63) & 1 == 1) {
                let Watch { scanned, events, detector, sure, groups, open } = watch;
                let flags = class[2 + scanned.rule];
                let (counted, judged) = match status(flags) {
                    Status::Judged => (true, true),
                    Status::Counted => (true, false),
                    _ if *events && flags & mark::FIRST != 0 => (false, false),
                    _ => continue,
                };
                let doubtful = counted && flags & mark::UNSURE != 0;
                let extra = scanned.extra.map_or(Ok(0), |n| self.rows.extra(tuple.row, n))?;
                let call = SequenceCall { at: tuple.at, row: tuple.row.0, extra, zones, counted, judged, marks: flags };
                let found = &mut state.found;
                let Some(sure) = sure else {
                    detector.call(&call, &mut |hit| self.take(scanned, tuple.key, hit, false, open, found));
                    continue;
                };
                let mut without: Vec<Hit> = Vec::new();
                if !doubtful {
                    sure.call(&call, &mut |hit| match hit.group {
                        Some(_) => groups[1].push(hit),
                        None if hit.verdict != Verdict::Approaching => without.push(hit),
                        None => {}
                    });
                }
                let mut broken = false;
                let both = without.iter().any(|h| h.verdict == Verdict::Violation);
                detector.call(&call, &mut |hit| {
                    if hit.group.is_some() {
                        return groups[0].push(hit);
                    }
                    broken |= hit.verdict != Verdict::Approaching;
                    self.take(scanned, tuple.key, hit, doubtful || !both, open, found);
                });
                if !broken {
                    without.into_iter().for_each(|hit| self.take(scanned, tuple.key, hit, true, open, found));
                }
            }
            if state.found.violations.len() >= HELD {
                (self.overflow)(std::mem::take(&mut state.found.violations))?;
            }
        }
        Ok(())
    }

    /// Calls of one instant by their ids, those without one first; then by place.
    fn order(&self, same: &mut [Tuple]) -> Result<()> {
        let mut ids: Vec<(Vec<u8>, Tuple)> = Vec::with_capacity(same.len());
        for tuple in same.iter() {
            let mut id = Vec::new();
            self.rows.id(tuple.row, &mut id)?;
            if id.first() == Some(&1) {
                id.clear();
            }
            ids.push((id, *tuple));
        }
        ids.sort_by(|a, b| (&a.0, a.1.row).cmp(&(&b.0, b.1.row)));
        same.iter_mut().zip(ids).for_each(|(t, (_, ordered))| *t = ordered);
        Ok(())
    }

    fn drop_duplicates(&self, same: &mut Vec<Tuple>, state: &mut State<'_>) -> Result<()> {
        if same.len() < 2 {
            return Ok(());
        }
        let mut by_id: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let id = &mut state.ids.one;
        for (i, tuple) in same.iter().enumerate() {
            self.rows.id(tuple.row, id)?;
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

    /// The key at hand has no more calls.
    fn close(&self, key: Key, breaks: u64, state: &mut State<'_>) {
        for (_, watch) in state.watches.iter_mut().enumerate().filter(|(i, _)| breaks >> (*i).min(63) & 1 == 1) {
            let Watch { scanned, detector, sure, groups, open, .. } = watch;
            let found = &mut state.found;
            match sure {
                None => detector.end(&mut |hit| self.take(scanned, key, hit, false, open, found)),
                Some(sure) => {
                    detector.end(&mut |hit| groups[0].push(hit));
                    sure.end(&mut |hit| groups[1].push(hit));
                    for (hit, doubtful) in both_ways(groups) {
                        self.take(scanned, key, hit, doubtful, open, found);
                    }
                }
            }
            for open in open.drain(..) {
                self.finish(scanned.rule, open, found);
            }
        }
    }

    /// Puts a hit into the finding of its stretch. `unsure`: whether the rule applies to the calls of this key cannot be told.
    fn take(&self, scanned: &Scanned<'_>, key: Key, mut hit: Hit, unsure: bool, open: &mut Vec<Open>, found: &mut Found) {
        let rule = scanned.rule;
        if hit.group.is_some() {
            return found.group(self.name, rule, scanned.common, key, hit, self.evidence, unsure);
        }
        weaken(&mut hit, scanned.common, unsure);
        if hit.verdict != Verdict::Approaching {
            open.retain(|o| (o.broken, o.verdict, o.stretch) != (hit.broken, Verdict::Approaching, hit.stretch));
        }
        let slot = match open.iter().position(|o| (o.broken, o.verdict) == (hit.broken, hit.verdict)) {
            Some(slot) if open[slot].stretch == hit.stretch => slot,
            known => {
                if let Some(slot) = known {
                    let done = open.swap_remove(slot);
                    self.finish(rule, done, found);
                }
                open.push(open_finding(self.name, rule, key, &hit, self.evidence.saturating_sub(1)));
                open.len() - 1
            }
        };
        let finding = &mut open[slot];
        finding.calls += 1;
        finding.last = hit.at;
        finding.notes |= hit.notes;
        finding.measured = if broken::least_is_worst(hit.broken) { finding.measured.min(hit.measured) } else { finding.measured.max(hit.measured) };
        if let Some(shown) = finding.evidence.iter_mut().find(|e| e.0 == hit.row) {
            shown.1 = true;
        } else if finding.evidence.len() < self.evidence {
            finding.evidence.push((hit.row, hit.verdict != Verdict::Approaching));
        }
        count(&mut found.counts[rule], hit.verdict);
        if hit.verdict != Verdict::Approaching {
            found.violations.push(Violation::sequence(rule, &hit, finding.fingerprint));
        }
    }
}

/// Findings about calls together, and whether they depend on calls to which the rule may not apply: not where the calls to which it applies for certain break
/// the same in a stretch that meets theirs. What only those alone break is a finding too.
fn both_ways(groups: &mut [Vec<Hit>; 2]) -> Vec<(Hit, bool)> {
    let [all, sure] = std::mem::take(groups);
    let span = |h: &Hit| h.group.map_or((h.at, h.at), |g| (g.first, g.last));
    let meets = |a: &Hit, b: &Hit| (a.broken, a.about) == (b.broken, b.about) && span(a).0 <= span(b).1 && span(b).0 <= span(a).1;
    let breaks = |h: &&Hit| h.verdict != Verdict::Approaching;
    let alone: Vec<Hit> = sure.iter().filter(breaks).filter(|s| !all.iter().filter(breaks).any(|a| meets(a, s))).cloned().collect();
    let told = all.into_iter().map(|a| {
        let doubtful = !sure.iter().any(|s| s.verdict == Verdict::Violation && meets(&a, s));
        (a, doubtful)
    });
    told.chain(alone.into_iter().map(|s| (s, true))).collect()
}

/// A hit of which it cannot be told whether the rule applies, or of a rule that only signals, is no violation.
fn weaken(hit: &mut Hit, common: &Common, unsure: bool) {
    if hit.verdict == Verdict::Violation && (unsure || common.force == Force::Signal) {
        hit.verdict = Verdict::Possible;
    }
    hit.notes |= u8::from(unsure) * note::UNSURE;
}

fn open_finding(name: &dyn Name, rule: usize, key: Key, hit: &Hit, evidence: usize) -> Open {
    let keep = evidence.min(hit.before.len());
    Open {
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
        notes: hit.notes,
        fingerprint: name.fingerprint(rule, key, hit.broken, hit.verdict, hit.stretch),
        about: hit.about,
        group: hit.group,
    }
}

impl Found {
    /// Takes a finding about calls together: one violation, whose row is made of the finding.
    #[allow(clippy::too_many_arguments)]
    pub fn group(&mut self, name: &dyn Name, rule: usize, common: &Common, key: Key, mut hit: Hit, evidence: usize, unsure: bool) {
        let Some(group) = hit.group else { return };
        weaken(&mut hit, common, unsure);
        let mut open = open_finding(name, rule, key, &hit, evidence);
        (open.first, open.last, open.calls) = (group.first, group.last, group.calls);
        open.evidence.iter_mut().for_each(|e| e.1 = hit.verdict != Verdict::Approaching);
        count(&mut self.counts[rule], hit.verdict);
        self.counts[rule].findings += 1;
        self.groups.push(name.record(rule, open));
    }
}

fn count(counts: &mut Count, verdict: Verdict) {
    match verdict {
        Verdict::Violation => counts.violations += 1,
        Verdict::Possible => counts.possible += 1,
        Verdict::Approaching => {}
    }
}

impl Watch<'_> {
    fn begin(&mut self, key: Key) {
        self.detector.begin(key);
        if let Some(sure) = &mut self.sure {
            sure.begin(key);
        }
    }
}

/// All rules of a family look at a key that groups, none at another.
fn all_of(key: Key) -> u64 {
    if key.groups() { u64::MAX } else { 0 }
}

/// May calls at these instants break a rule? False only if no choice among them does.
pub(crate) fn may_break(nearness: &[Nearness], key: &[Tuple]) -> bool {
    nearness.iter().any(|near| {
        let n = usize::try_from(near.calls).unwrap_or(usize::MAX);
        key.len() > n && (near.within == i64::MAX || n == 0 || key.windows(n + 1).any(|w| w[n].at - w[0].at < near.within))
    })
}
