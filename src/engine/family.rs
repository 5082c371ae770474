//! The pass over a key family: one order, one scan, all its detectors at once. In the callee's family duplicates are settled first.

use std::sync::Mutex;

use super::sorter::Sorter;
use super::tuples::{RowRef, Status, Tuple, flag, status};
use crate::calls::keys::Key;
use crate::calls::zones::{ZoneId, ZoneView};
use crate::error::Result;
use crate::rules::windows::{Broken, Hit, LimitDetector, Limits, SequenceCall};
use crate::rules::{RuleClock, Verdict};

/// How many parts a family is cut into, by key.
pub const PARTS: usize = 64;

/// The tuples of a family, by part.
#[derive(Debug)]
pub struct Family {
    /// Sorters, one per part.
    pub parts: Vec<Mutex<Sorter<Tuple>>>,
}

impl Family {
    /// A family that keeps at most `limit` bytes in memory.
    pub fn new(limit: usize) -> Family {
        Family { parts: (0..PARTS).map(|_| Mutex::new(Sorter::new(limit / PARTS))).collect() }
    }
    /// Takes the tuples of a piece.
    pub fn extend(&mut self, tuples: &[Tuple]) -> Result<()> {
        for tuple in tuples {
            let part = (tuple.key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize;
            self.parts[part].get_mut().expect("part").push(*tuple)?;
        }
        Ok(())
    }
}

/// Call ids by place, for the order of calls of the same instant and for duplicates.
#[derive(Debug, Default)]
pub struct Ids {
    batches: Vec<(Vec<u64>, crate::input::mapping::Texts)>,
}

impl Ids {
    /// The ids of a piece; pieces come in the order of their places.
    pub fn push(&mut self, ids: (Vec<u64>, crate::input::mapping::Texts)) {
        if !ids.0.is_empty() {
            self.batches.push(ids);
        }
    }
    /// The id of a call. One that begins with U+0001 is the fingerprint of a row without an id.
    pub fn get(&self, row: RowRef) -> &str {
        let b = self.batches.partition_point(|b| b.0[0] <= row.0).saturating_sub(1);
        match self.batches.get(b).map(|b| (b, b.0.binary_search(&row.0))) {
            Some((batch, Ok(i))) => batch.1.get(i),
            _ => "",
        }
    }
    fn order(&self, row: RowRef) -> (&str, RowRef) {
        let id = self.get(row);
        (if id.starts_with('\u{1}') { "" } else { id }, row)
    }
}

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
    pub evidence: Vec<(u64, bool)>,
    /// The callee's zone is not known.
    pub no_zone: bool,
}

/// What a part gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Hits by rule and, for violations and possible ones, the stretch of their finding.
    pub hits: Vec<(usize, Key, Hit)>,
    /// Finished findings by rule.
    pub findings: Vec<(usize, Open)>,
    /// Duplicate rows (callee's family only) and the pairs that differ.
    pub duplicates: Vec<(RowRef, bool)>,
    /// Calls by class (callee's family only).
    pub classes: Vec<u64>,
}

/// Decides which of several rows of one call is the call: gives the index of the survivor and whether the rows differ.
pub type Settle<'a> = dyn Fn(&[RowRef]) -> Result<(usize, bool)> + Sync + 'a;

/// What a pass needs to know.
pub struct Pass<'a> {
    /// Rules of this family: number and limits.
    pub rules: Vec<(usize, &'a Limits)>,
    /// All classes.
    pub classes: &'a [Box<[u8]>],
    /// Clocks.
    pub view: &'a ZoneView,
    /// Zones in which callees may be.
    pub zones: &'a [ZoneId],
    /// Ids.
    pub ids: &'a Ids,
    /// Is this the callee's family, in which duplicates are settled?
    pub home: bool,
    /// Rows that are duplicates, sorted, once they are known.
    pub dropped: &'a [RowRef],
    /// Decides between rows of one call.
    pub settle: &'a Settle<'a>,
    /// Calls shown as evidence.
    pub evidence: usize,
}

impl std::fmt::Debug for Pass<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pass").field("home", &self.home).finish_non_exhaustive()
    }
}

struct Group<'a> {
    rule: usize,
    detector: LimitDetector<'a>,
    open: [[Option<Open>; 3]; 3],
}

impl Pass<'_> {
    /// Scans one part of the family.
    ///
    /// Errors: temporary files, and sources that changed.
    pub fn part(&self, part: &Mutex<Sorter<Tuple>>) -> Result<Found> {
        let mut sorter = part.lock().expect("part");
        sorter.sort();
        let mut found = Found { classes: vec![0; if self.home { self.classes.len() } else { 0 }], ..Found::default() };
        let mut groups: Vec<Group<'_>> =
            self.rules.iter().map(|(rule, limits)| Group { rule: *rule, detector: limits.detector(self.view, self.zones), open: Default::default() }).collect();
        let mut key = None;
        let mut same: Vec<Tuple> = Vec::new();
        let mut tuples = sorter.read()?;
        loop {
            let next = tuples.next().transpose()?;
            let ends = same.first().is_some_and(|s| next.is_none_or(|n| (n.key, n.at) != (s.key, s.at)));
            if ends {
                if key != Some(same[0].key) {
                    self.close(&mut groups, &mut found);
                    key = Some(same[0].key);
                    groups.iter_mut().for_each(|g| g.detector.begin());
                }
                self.instant(&mut same, &mut groups, &mut found)?;
                same.clear();
            }
            match next {
                Some(tuple) => same.push(tuple),
                None => break,
            }
        }
        self.close(&mut groups, &mut found);
        Ok(found)
    }

    /// The calls of one key and instant.
    fn instant(&self, same: &mut Vec<Tuple>, groups: &mut [Group<'_>], found: &mut Found) -> Result<()> {
        if self.home {
            self.drop_duplicates(same, found)?;
            for tuple in same.iter() {
                found.classes[tuple.class as usize] += 1;
            }
        } else if !self.dropped.is_empty() {
            same.retain(|t| self.dropped.binary_search(&t.row).is_err());
        }
        if same.len() > 1 {
            same.sort_by(|a, b| self.ids.order(a.row).cmp(&self.ids.order(b.row)));
        }
        if groups.is_empty() || !same.first().is_some_and(|t| t.key.groups()) {
            return Ok(());
        }
        for tuple in same.iter() {
            let class = &self.classes[tuple.class as usize];
            let zones = u16::from_le_bytes([class[0], class[1]]);
            for group in groups.iter_mut() {
                let flags = class[2 + group.rule];
                let judged = match status(flags) {
                    Status::Judged => true,
                    Status::Counted => false,
                    _ => continue,
                };
                let call = SequenceCall {
                    at: tuple.at,
                    row: tuple.row.0,
                    end: tuple.at + i64::from(tuple.length),
                    zones,
                    judged,
                    answered: flags & flag::ANSWERED != 0,
                    gap_outcome: flags & flag::GAP != 0,
                };
                let (rule, open, evidence) = (group.rule, &mut group.open, self.evidence);
                group.detector.call(call, |hit| take(rule, tuple.key, hit, open, found, evidence));
            }
        }
        Ok(())
    }

    fn drop_duplicates(&self, same: &mut Vec<Tuple>, found: &mut Found) -> Result<()> {
        if same.len() < 2 {
            return Ok(());
        }
        let mut by_id: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
        for (i, tuple) in same.iter().enumerate() {
            by_id.entry(self.ids.get(tuple.row)).or_default().push(i);
        }
        let mut drop = Vec::new();
        for rows in by_id.values().filter(|r| r.len() > 1) {
            let places: Vec<RowRef> = rows.iter().map(|i| same[*i].row).collect();
            let (survivor, differs) = (self.settle)(&places)?;
            for (n, i) in rows.iter().enumerate().filter(|(n, _)| *n != survivor) {
                let _ = n;
                drop.push(*i);
                found.duplicates.push((same[*i].row, differs));
            }
        }
        let mut i = 0;
        same.retain(|_| {
            i += 1;
            !drop.contains(&(i - 1))
        });
        Ok(())
    }

    fn close(&self, groups: &mut [Group<'_>], found: &mut Found) {
        for group in groups {
            for open in group.open.iter_mut().flatten() {
                if let Some(open) = open.take() {
                    found.findings.push((group.rule, open));
                }
            }
        }
    }
}

/// Puts a hit into the finding of its stretch.
fn take(rule: usize, key: Key, hit: Hit, open: &mut [[Option<Open>; 3]; 3], found: &mut Found, evidence: usize) {
    let which = hit.broken as usize;
    let near = Verdict::Approaching as usize;
    if hit.verdict != Verdict::Approaching && open[which][near].as_ref().is_some_and(|o| o.stretch == hit.stretch) {
        open[which][near] = None;
    }
    let slot = &mut open[which][hit.verdict as usize];
    if slot.as_ref().is_none_or(|o| o.stretch != hit.stretch) {
        if let Some(done) = slot.take() {
            found.findings.push((rule, done));
        }
        let keep = evidence.saturating_sub(1).min(hit.before.len());
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
        });
    }
    if let Some(finding) = slot {
        finding.calls += 1;
        finding.last = hit.at;
        finding.measured = if hit.broken == Broken::Gap { finding.measured.min(hit.measured) } else { finding.measured.max(hit.measured) };
        if let Some(shown) = finding.evidence.iter_mut().find(|e| e.0 == hit.row) {
            shown.1 = true;
        } else if finding.evidence.len() < evidence {
            finding.evidence.push((hit.row, hit.verdict != Verdict::Approaching));
        }
    }
    if hit.verdict != Verdict::Approaching {
        found.hits.push((rule, key, hit));
    }
}

/// Does any rule look at callees' clocks?
pub fn looks_at_callees(limits: &Limits) -> bool {
    limits.common.clock == RuleClock::Callee
}
