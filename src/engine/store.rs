//! What an audit found, sorted and spilled where it is much: findings worst first, violations by rule, start, source and line.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pass::RowFinding;
use super::sorter::Sorter;
use super::tuples::Ordinal;
use crate::error::Result;
use crate::report::{Cells, EvidenceRow, Finding, Findings};
use crate::rules::sequence::Hit;
use crate::rules::{Verdict, broken};

/// A pair of call and rule, before its row is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Place of the call.
    pub row: Ordinal,
    /// Number of the rule.
    pub rule: u16,
    /// 0 violation, 1 possible.
    pub verdict: u8,
    /// What is broken: one of `rules::broken`.
    pub broken: u8,
    /// When it began.
    pub at: i64,
    /// Fingerprint of its finding.
    pub finding: u64,
    /// Windows: where the window begins. One call at a time: the moment that is outside, or what was measured in thousandths.
    moment: i64,
    /// Windows: what was measured, as bits. One call at a time: the zone of the clock, the list and the grouping column.
    facts: u64,
}

impl Violation {
    /// A call that breaks a limit.
    pub fn sequence(rule: usize, hit: &Hit, finding: u64) -> Violation {
        Violation {
            row: Ordinal(hit.row),
            rule: u16::try_from(rule).unwrap_or(u16::MAX),
            verdict: u8::from(hit.verdict == Verdict::Possible),
            broken: hit.broken,
            at: hit.at,
            finding,
            moment: hit.window_start,
            facts: hit.measured.to_bits(),
        }
    }

    /// A call that a row rule found.
    pub fn row(hit: &RowFinding, finding: u64) -> Violation {
        let facts = u64::from(hit.zone) << 32 | u64::from(hit.list) << 16 | u64::from(hit.column);
        Violation { row: hit.row, rule: hit.rule, verdict: hit.verdict, broken: hit.broken, at: hit.at, finding, moment: hit.moment, facts }
    }

    fn by_row(&self) -> bool {
        broken::by_row(self.broken)
    }
    /// In the kind's unit.
    pub fn measured(&self) -> Option<f64> {
        if self.by_row() { broken::measures(self.broken).then(|| thousandths(self.moment)) } else { Some(f64::from_bits(self.facts)) }
    }
    /// Where the window begins.
    pub fn window_start(&self) -> Option<i64> {
        (!self.by_row()).then_some(self.moment)
    }
    /// The zone on whose clock it is told, where the rule says.
    pub fn zone(&self) -> Option<u16> {
        self.by_row().then(|| u16::try_from(self.facts >> 32 & 0xffff).unwrap_or(0))
    }
    /// The list.
    pub fn list(&self) -> u16 {
        if self.by_row() { u16::try_from(self.facts >> 16 & 0xffff).unwrap_or(0) } else { 0 }
    }
    /// The grouping column in its chain.
    pub fn column(&self) -> u8 {
        if self.by_row() { u8::try_from(self.facts & 0xff).unwrap_or(0) } else { 0 }
    }
}

/// Thousandths as a number of units.
#[allow(clippy::cast_precision_loss)] // far below 2^53
pub fn thousandths(n: i64) -> f64 {
    n as f64 / 1000.0
}

impl super::sorter::Item for Violation {
    fn weight(&self) -> usize {
        std::mem::size_of::<Violation>()
    }
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.row.0.to_le_bytes());
        out.extend_from_slice(&self.rule.to_le_bytes());
        out.extend_from_slice(&[self.verdict, self.broken]);
        for long in [self.at.cast_unsigned(), self.finding, self.moment.cast_unsigned(), self.facts] {
            out.extend_from_slice(&long.to_le_bytes());
        }
    }
    fn decode(b: &[u8]) -> Option<Violation> {
        let long = |i: usize| Some(u64::from_le_bytes(b.get(i..i + 8)?.try_into().ok()?));
        Some(Violation {
            row: Ordinal(u32::from_le_bytes(b.get(..4)?.try_into().ok()?)),
            rule: u16::from_le_bytes(b.get(4..6)?.try_into().ok()?),
            verdict: *b.get(6)?,
            broken: *b.get(7)?,
            at: long(8)?.cast_signed(),
            finding: long(16)?,
            moment: long(24)?.cast_signed(),
            facts: long(32)?,
        })
    }
}

/// A finding before its evidence is read again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// Worst first: severity (critical 0), verdict, fewer calls later.
    pub rank: (u8, u8, i64),
    /// Rule id.
    pub rule_id: String,
    /// The key as text.
    pub subject: Vec<(String, String)>,
    /// First and last violating call.
    pub first: i64,
    #[allow(missing_docs)]
    pub last: i64,
    /// Number of the rule.
    pub rule: u16,
    /// How many violating calls.
    pub calls: u64,
    /// The worst value.
    pub measured: Option<f64>,
    /// The limit.
    pub limit: Option<f64>,
    /// What is broken, as in a [`Violation`].
    pub broken: u8,
    /// Where the window begins.
    pub window_start: Option<i64>,
    /// Its fingerprint.
    pub fingerprint: u64,
    /// Places of the calls to show, and whether they violate.
    pub evidence: Vec<(u32, bool)>,
    /// The zone on whose clock it is told.
    pub zone: Option<u16>,
    /// The moment that is outside.
    pub moment: i64,
    /// The list.
    pub list: u16,
    /// Bits of `note`.
    pub notes: u8,
    /// It is about calls together: out of how many, in a window that begins then.
    pub group: Option<u64>,
}

impl FindingRecord {
    fn order(&self) -> (&(u8, u8, i64), &str, &[(String, String)], i64, u8, u64) {
        (&self.rank, &self.rule_id, &self.subject, self.first, self.broken, self.fingerprint)
    }
}
impl Eq for FindingRecord {}
impl PartialOrd for FindingRecord {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for FindingRecord {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}
crate::json_item!(FindingRecord, |f: &FindingRecord| 160 + 16 * f.evidence.len() + f.subject.iter().map(|(a, b)| a.len() + b.len() + 48).sum::<usize>());

/// A row of the csv output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutputRow {
    /// Number of the rule (rules are sorted by id).
    pub rule: u16,
    /// When the call began.
    pub at: i64,
    /// Its place.
    pub row: Ordinal,
    /// The cells.
    pub cells: Cells,
}

impl super::sorter::Item for OutputRow {
    fn weight(&self) -> usize {
        64 + self.cells.bytes().len()
    }
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.rule.to_le_bytes());
        out.extend_from_slice(&self.at.to_le_bytes());
        out.extend_from_slice(&self.row.0.to_le_bytes());
        out.extend_from_slice(self.cells.bytes());
    }
    fn decode(b: &[u8]) -> Option<OutputRow> {
        Some(OutputRow {
            rule: u16::from_le_bytes(b.get(..2)?.try_into().ok()?),
            at: i64::from_le_bytes(b.get(2..10)?.try_into().ok()?),
            row: Ordinal(u32::from_le_bytes(b.get(10..14)?.try_into().ok()?)),
            cells: Cells::from_bytes(b.get(14..)?)?,
        })
    }
}

/// Findings and violations of an audit.
#[derive(Debug)]
pub struct Store {
    /// The worst findings, as many as the report keeps.
    pub kept: Vec<FindingRecord>,
    /// Everything that a finding shows but its evidence.
    pub heads: Vec<Finding>,
    /// Rows that evidence needs, read again.
    pub evidence: BTreeMap<u32, EvidenceRow>,
    /// Sorted output rows, where somebody asked for them.
    pub rows: Option<Sorter<OutputRow>>,
    /// Names of the output's columns.
    pub columns: Vec<String>,
}

impl Findings for Store {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        Box::new(self.kept.iter().zip(&self.heads).map(|(record, head)| {
            let mut finding = head.clone();
            let mut rows: Vec<(u32, EvidenceRow)> = record
                .evidence
                .iter()
                .filter_map(|(row, violates)| {
                    let mut shown = self.evidence.get(row)?.clone();
                    shown.violates = *violates;
                    Some((*row, shown))
                })
                .collect();
            rows.sort_by(|a, b| (&a.1.started_at, a.0).cmp(&(&b.1.started_at, b.0)));
            finding.evidence = rows.into_iter().map(|r| r.1).collect();
            Ok(finding)
        }))
    }

    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
        match &self.rows {
            Some(rows) => Ok(Box::new(rows.read()?.map(|r| r.map(|row| row.cells)))),
            None => Ok(Box::new(std::iter::empty())),
        }
    }

    fn violation_columns(&self) -> &[String] {
        &self.columns
    }
}
