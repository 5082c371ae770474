//! What rules found, collected: violations, and findings with their fingerprints.

use super::audit::subjects;
use super::evidence::key_text;
use super::pass::{Judge, RowFinding};
use super::scan::{Found, Name, Open};
use super::sorter::Sorter;
use super::store::{FindingRecord, Violation};
use super::tuples::Ordinal;
use crate::calls::keys::{Dictionary, Key};
use crate::error::Result;
use crate::report::Count;
use crate::rules::{Plan, Severity, Verdict, broken};

/// Hits and findings of all rules.
#[derive(Debug)]
pub struct Collected {
    /// All violating and possible calls.
    pub violations: Sorter<Violation>,
    /// All findings.
    pub findings: Sorter<FindingRecord>,
    /// Those about calls together, violations and possible ones.
    pub groups: Sorter<FindingRecord>,
    /// By rule.
    pub counts: Vec<Count>,
}

impl Collected {
    /// Keeps a share of so many bytes in memory.
    pub fn new(memory: usize) -> Collected {
        Collected { violations: Sorter::new(memory / 8), findings: Sorter::new(memory / 8), groups: Sorter::new(memory / 16), counts: Vec::new() }
    }

    fn count(&mut self, rule: usize) -> &mut Count {
        if self.counts.len() <= rule {
            self.counts.resize(rule + 1, Count::default());
        }
        &mut self.counts[rule]
    }

    /// Takes what a part of a family gave. `keep`: are findings shown, or only counted?
    ///
    /// Errors: temporary files.
    pub fn sequence(&mut self, found: Found, keep: bool) -> Result<()> {
        for (rule, n) in found.counts.iter().enumerate() {
            let count = self.count(rule);
            count.violations += n.violations;
            count.possible += n.possible;
            count.findings += n.findings;
        }
        self.violations.extend(found.violations)?;
        self.groups.extend(found.groups.iter().filter(|g| g.rank.1 != Verdict::Approaching as u8).cloned())?;
        self.findings.extend(found.findings)?;
        self.findings.extend(if keep { found.groups } else { Vec::new() })
    }

    /// Findings of row rules: one per rule, group, local day and verdict.
    pub fn rows(
        &mut self,
        hits: &mut Sorter<RowFinding>,
        duplicates: &[Ordinal],
        judge: &Judge<'_>,
        dictionary: &Dictionary,
        evidence: Option<usize>,
    ) -> Result<()> {
        hits.sort();
        let mut open: Option<(RowFinding, FindingRecord)> = None;
        for hit in hits.read()? {
            let hit = hit?;
            if duplicates.binary_search(&hit.row).is_ok() {
                continue;
            }
            let rule = usize::from(hit.rule);
            let stretch = |f: &RowFinding| (f.rule, f.column, f.group, f.day, f.verdict, f.broken);
            let same = |o: &RowFinding| stretch(o) == stretch(&hit);
            if !open.as_ref().is_some_and(|(o, _)| same(o)) {
                if let Some((_, done)) = open.take().filter(|_| evidence.is_some()) {
                    self.findings.push(done)?;
                }
                self.count(rule).findings += 1;
                open = Some((hit, row_finding(judge, hit, dictionary)));
            }
            let Some((_, finding)) = &mut open else { continue };
            finding.calls += 1;
            finding.rank.2 -= 1;
            finding.last = hit.at;
            finding.notes |= hit.notes;
            finding.measured = finding.measured.zip(hit.measured()).map(|(a, b)| if broken::least_is_worst(hit.broken) { a.min(b) } else { a.max(b) });
            if finding.evidence.len() < evidence.unwrap_or(0) {
                finding.evidence.push((hit.row.0, true));
            }
            let fingerprint = finding.fingerprint;
            let count = self.count(rule);
            if hit.verdict == 0 {
                count.violations += 1
            } else {
                count.possible += 1
            }
            self.violations.push(Violation::row(&hit, fingerprint))?;
        }
        if let Some((_, done)) = open.filter(|_| evidence.is_some()) {
            self.findings.push(done)?;
        }
        Ok(())
    }
}

fn fingerprint(rule: &str, key: &str, broken: u8, verdict: Verdict, stretch: i64) -> u64 {
    let text = format!("{rule}\n{key}\n{broken}\n{}\n{stretch}", verdict.word());
    let hash = blake3::hash(text.as_bytes());
    u64::from_be_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

fn rank(severity: Severity, verdict: Verdict, calls: u64) -> (u8, u8, i64) {
    (Severity::Critical as u8 - severity as u8, verdict as u8, -i64::try_from(calls).unwrap_or(i64::MAX))
}

/// Names the findings of sequence rules.
#[derive(Debug)]
pub struct Names<'a> {
    /// The rules.
    pub judge: &'a Judge<'a>,
    /// Keys.
    pub dictionary: &'a Dictionary,
}

impl Names<'_> {
    fn subject(&self, rule: usize, key: Key) -> Vec<(String, String)> {
        let Plan::Sequence(sequence) = self.judge.rules[rule].plan() else { return Vec::new() };
        match sequence.key().fields.as_slice() {
            [] => Vec::new(),
            _ if key.is_null() => Vec::new(),
            [one] => vec![(one.name(), self.dictionary.show(key))],
            many => many.iter().zip(self.dictionary.parts(key)).map(|(f, k)| (f.name(), self.dictionary.show(k))).collect(),
        }
    }
}

impl Name for Names<'_> {
    fn fingerprint(&self, rule: usize, key: Key, broken: u8, verdict: Verdict, stretch: i64) -> u64 {
        if !self.judge.named {
            return 0;
        }
        fingerprint(&self.judge.rules[rule].common().id, &key_text(&self.subject(rule, key)), broken, verdict, stretch)
    }

    fn record(&self, rule: usize, open: Open) -> FindingRecord {
        let common = self.judge.rules[rule].common();
        let severity = if open.verdict == Verdict::Approaching { Severity::Info } else { common.severity };
        FindingRecord {
            rank: rank(severity, open.verdict, open.calls),
            rule_id: common.id.clone(),
            fingerprint: open.fingerprint,
            subject: self.subject(rule, open.key),
            first: open.first,
            last: open.last,
            rule: u16::try_from(rule).unwrap_or(u16::MAX),
            calls: open.calls,
            measured: Some(open.measured).filter(|m| !m.is_nan()),
            limit: open.limit,
            broken: open.broken,
            window_start: Some(open.window_start),
            evidence: open.evidence,
            zone: None,
            moment: open.first,
            list: open.about,
            notes: open.notes,
            group: open.group.map(|g| g.of),
        }
    }
}

fn row_finding(judge: &Judge<'_>, hit: RowFinding, dictionary: &Dictionary) -> FindingRecord {
    let rule = judge.rules[usize::from(hit.rule)];
    let common = rule.common();
    let (fields, _) = subjects(rule);
    let subject: Vec<(String, String)> = fields.get(usize::from(hit.column)).map(|f| (f.name(), dictionary.show(Key(hit.group)))).into_iter().collect();
    let verdict = if hit.verdict == 0 { Verdict::Violation } else { Verdict::Possible };
    FindingRecord {
        rank: rank(common.severity, verdict, 0),
        rule_id: common.id.clone(),
        fingerprint: fingerprint(&common.id, &key_text(&subject), hit.broken, verdict, hit.day),
        subject,
        first: hit.at,
        last: hit.at,
        rule: hit.rule,
        calls: 0,
        measured: hit.measured(),
        limit: rule.limit(hit.broken),
        broken: hit.broken,
        window_start: None,
        evidence: Vec::new(),
        zone: Some(hit.zone),
        moment: if broken::measures(hit.broken) { hit.at } else { hit.moment },
        list: hit.list,
        notes: 0,
        group: None,
    }
}
