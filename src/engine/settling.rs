//! What becomes of each finding: suppressed, known from the baseline, new; and what that leaves for the exit status.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::store::{FindingRecord, Violation};
use crate::calls::timestamps::rfc3339;
use crate::findings::Settlement;
use crate::findings::baseline::Compared;
use crate::findings::suppressions::{Suppression, Suppressions};
use crate::report::words::Word;
use crate::report::{Budget, Count, Evaluation, Report};
use crate::rules::{Common, Verdict};

/// How many violations of which finding an entry of the suppressions takes, call by call.
pub type Taken = BTreeMap<(u64, usize), u64>;

/// The states of all findings.
pub struct Settling<'a> {
    given: Option<&'a Settlement>,
    commons: Vec<&'a Common>,
    strict: bool,
    /// What most are: open, or new where there is a baseline.
    usual: Word,
    /// The others, by fingerprint.
    states: HashMap<u64, Word>,
    /// Which entry suppresses a finding.
    by: HashMap<u64, usize>,
    /// By rule and state.
    counts: Vec<BTreeMap<Word, Count>>,
    /// Findings that count against a budget, by rule.
    counted: Vec<u64>,
    /// Of the baseline, those that are found again.
    seen: BTreeSet<String>,
    /// Findings with violating calls that the baseline does not know.
    fresh: HashSet<u64>,
    /// Findings that are new, grown, unchanged.
    against: BTreeMap<Word, u64>,
    /// By entry: findings and violations.
    uses: Vec<(u64, u64)>,
    /// Entries that name calls: by rule and call.
    calls: HashMap<(u16, &'a str), usize>,
    /// Findings of which only some calls are suppressed, with how many.
    partly: HashMap<u64, u64>,
}

impl<'a> Settling<'a> {
    /// Of the rules that are judged, in their order.
    pub fn new(given: Option<&'a Settlement>, strict: bool, commons: Vec<&'a Common>) -> Settling<'a> {
        let entries = given.and_then(|g| g.suppressions.as_ref()).map_or(&[][..], |s| &s.entries);
        let mut calls = HashMap::new();
        for (n, entry) in entries.iter().enumerate() {
            let Some(rule) = commons.iter().position(|c| c.id == entry.rule).and_then(|r| u16::try_from(r).ok()) else { continue };
            for id in &entry.calls {
                // One that holds goes before one that has expired.
                let known = calls.entry((rule, id.as_str())).or_insert(n);
                if entries[*known].expired() && !entry.expired() {
                    *known = n;
                }
            }
        }
        Settling {
            given,
            strict,
            usual: if given.is_some_and(|g| g.baseline.is_some()) { "new" } else { "open" },
            states: HashMap::new(),
            by: HashMap::new(),
            counts: vec![BTreeMap::new(); commons.len()],
            counted: vec![0; commons.len()],
            seen: BTreeSet::new(),
            fresh: HashSet::new(),
            against: BTreeMap::new(),
            uses: vec![(0, 0); entries.len()],
            calls,
            partly: HashMap::new(),
            commons,
        }
    }

    fn entries(&self) -> &'a [Suppression] {
        self.given.and_then(|g| g.suppressions.as_ref()).map_or(&[], |s| &s.entries)
    }

    /// Takes note of violating calls that the baseline does not know, before the findings.
    ///
    /// Errors: temporary files.
    pub fn calls(&mut self, violations: impl Iterator<Item = crate::error::Result<Violation>>) -> crate::error::Result<()> {
        let Some((given, baseline)) = self.given.and_then(|g| Some((g, g.baseline.as_ref()?))) else { return Ok(()) };
        let mut names: HashMap<u64, String> = HashMap::new();
        for violation in violations {
            let v = violation?;
            let name = names.entry(v.finding).or_insert_with(|| given.fingerprint(&format!("{:016x}", v.finding)));
            if baseline.is_fresh(name, v.at) {
                self.fresh.insert(v.finding);
            }
        }
        Ok(())
    }

    /// Takes note of a finding, before its calls are read again.
    pub fn finding(&mut self, record: &FindingRecord) {
        let Some(given) = self.given else { return self.tally(record, self.usual, 0) };
        let hex = format!("{:016x}", record.fingerprint);
        let plain = |wanted: &str| given.fingerprint(&hex) == wanted || hex == wanted;
        let covers = |entry: &&(usize, &Suppression)| entry.1.covers(&record.rule_id, &record.subject, &plain);
        let all: Vec<(usize, &Suppression)> = self.entries().iter().enumerate().collect();
        let mut matching = all.iter().filter(covers).collect::<Vec<_>>();
        matching.sort_by_key(|(n, entry)| (entry.expired(), *n));
        let mut state = self.usual;
        if let Some(baseline) = &given.baseline {
            let printed = given.fingerprint(&hex);
            self.seen.insert(printed.clone());
            state = baseline.state(&printed, record.calls, &rfc3339(record.first), &rfc3339(record.last), self.fresh.contains(&record.fingerprint));
        }
        if let Some((n, entry)) = matching.first() {
            let weight = weight(record);
            self.uses[*n] = (self.uses[*n].0 + 1, self.uses[*n].1 + weight);
            if !entry.expired() {
                state = "suppressed";
                self.by.insert(record.fingerprint, *n);
            }
        }
        self.tally(record, state, 0);
        if state != self.usual {
            self.states.insert(record.fingerprint, state);
        }
    }

    fn tally(&mut self, record: &FindingRecord, state: Word, less: u64) {
        let rule = usize::from(record.rule);
        let count = self.counts[rule].entry(state).or_default();
        count.findings += 1;
        match record.rank.1 {
            v if v == Verdict::Violation as u8 => count.violations += weight(record) - less,
            v if v == Verdict::Possible as u8 => count.possible += weight(record) - less,
            _ => {}
        }
        let fails = record.rank.1 == Verdict::Violation as u8 || self.strict && record.rank.1 == Verdict::Possible as u8;
        self.counted[rule] += u64::from(fails && self.counts_for_exit(state));
        *self.against.entry(state).or_default() += 1;
    }

    fn counts_for_exit(&self, state: Word) -> bool {
        match state {
            "suppressed" => false,
            "unchanged" => !self.given.is_some_and(|g| g.fail_on_new),
            _ => true,
        }
    }

    /// Do entries name single calls?
    pub fn by_call(&self) -> bool {
        !self.calls.is_empty()
    }

    /// What a violating call is, and which entry names it, expired or not.
    pub fn call(&self, v: &Violation, call_id: &str) -> (Word, Option<usize>) {
        let state = self.states.get(&v.finding).copied().unwrap_or(self.usual);
        if state == "suppressed" || self.calls.is_empty() {
            return (state, None);
        }
        let entry = self.calls.get(&(v.rule, call_id)).copied();
        let holds = entry.is_some_and(|n| !self.entries()[n].expired());
        (if holds { "suppressed" } else { state }, entry)
    }

    /// Whether a finding without rows of its own is suppressed or new.
    pub fn state(&self, fingerprint: u64) -> Word {
        self.states.get(&fingerprint).copied().unwrap_or(self.usual)
    }

    /// Which entry suppresses it, counted from 1.
    pub fn entry(&self, fingerprint: u64) -> Option<u64> {
        self.by.get(&fingerprint).map(|n| *n as u64 + 1)
    }

    /// How many of its calls are suppressed one by one, where not all are.
    pub fn partly(&self, fingerprint: u64) -> Option<u64> {
        self.partly.get(&fingerprint).copied()
    }

    /// Takes in which calls were suppressed one by one. `records`: all findings once more.
    ///
    /// Errors: temporary files.
    pub fn calls_taken(&mut self, taken: &Taken, records: impl Iterator<Item = crate::error::Result<FindingRecord>>) -> crate::error::Result<()> {
        let mut by_finding: HashMap<u64, (u64, usize)> = HashMap::new();
        for ((fingerprint, entry), n) in taken {
            let uses = &mut self.uses[*entry];
            *uses = (uses.0 + 1, uses.1 + n);
            if !self.entries()[*entry].expired() {
                let sum = by_finding.entry(*fingerprint).or_insert((0, *entry));
                sum.0 += n;
            }
        }
        if by_finding.is_empty() {
            return Ok(());
        }
        for record in records {
            let record = record?;
            let Some((n, entry)) = by_finding.get(&record.fingerprint).copied() else { continue };
            let state = self.state(record.fingerprint);
            let rule = usize::from(record.rule);
            let possible = record.rank.1 == Verdict::Possible as u8;
            let add = |count: &mut Count, n: i64| {
                let field = if possible { &mut count.possible } else { &mut count.violations };
                *field = field.saturating_add_signed(n);
            };
            let n_signed = i64::try_from(n).unwrap_or(i64::MAX);
            add(self.counts[rule].entry(state).or_default(), -n_signed);
            add(self.counts[rule].entry("suppressed").or_default(), n_signed);
            if n < weight(&record) {
                self.partly.insert(record.fingerprint, n);
                continue;
            }
            self.counts[rule].entry(state).or_default().findings -= 1;
            self.counts[rule].entry("suppressed").or_default().findings += 1;
            let fails = record.rank.1 == Verdict::Violation as u8 || self.strict && possible;
            self.counted[rule] -= u64::from(fails && self.counts_for_exit(state));
            *self.against.entry(state).or_default() -= 1;
            self.states.insert(record.fingerprint, "suppressed");
            self.by.insert(record.fingerprint, entry);
        }
        Ok(())
    }

    /// Tells the evaluations of the rules.
    pub fn tell(&mut self, usable: &[usize], evaluations: &mut [Evaluation]) {
        for (r, n) in usable.iter().enumerate() {
            let e = &mut evaluations[*n];
            if self.given.is_some() {
                let mut states = std::mem::take(&mut self.counts[r]);
                states.retain(|_, count| *count != Count::default());
                e.states = states;
            }
            let common = self.commons[r];
            if common.max_findings.is_some() || common.max_share.is_some() {
                let (violations, possible) = e.standing(self.given.is_some_and(|g| g.fail_on_new));
                let violating = violations + if self.strict { possible } else { 0 };
                #[allow(clippy::cast_precision_loss)] // counts of calls
                let share = if e.calls_judged > 0 { violating as f64 / e.calls_judged as f64 } else { 0.0 };
                e.budget = Some(Budget { max_findings: common.max_findings, max_share: common.max_share, findings: self.counted[r], share });
            }
        }
    }

    /// The suppressions, with what became of them.
    pub fn suppressions(&self) -> Option<Suppressions> {
        let mut all = self.given?.suppressions.clone()?;
        for (entry, (findings, violations)) in all.entries.iter_mut().zip(&self.uses) {
            entry.settle(*findings, *violations);
        }
        Some(all)
    }

    /// The comparison with the baseline.
    pub fn compare(&self, report: &mut Report) {
        let Some(baseline) = self.given.and_then(|g| g.baseline.as_ref()) else { return };
        let n = |state| self.against.get(state).copied().unwrap_or(0);
        let compared = baseline.compared(report, &self.seen, (n("new"), n("grown"), n("unchanged")), true);
        report.baseline = Some(Compared { fails_only_new: self.given.is_some_and(|g| g.fail_on_new), ..compared });
    }
}

/// How many violations a finding stands for: those of its calls, or one about calls together.
fn weight(record: &FindingRecord) -> u64 {
    if record.group.is_some() { 1 } else { record.calls }
}
