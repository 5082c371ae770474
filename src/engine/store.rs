//! What an audit found, sorted and spilled where it is much: findings worst first, violations by rule, start, source and line.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sorter::Sorter;
use crate::error::Result;
use crate::report::{EvidenceRow, Finding, Findings};

/// A pair of call and rule, before its row is read again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Place of the call.
    pub row: u64,
    /// Number of the rule.
    pub rule: u16,
    /// When it began.
    pub at: i64,
    /// 0 violation, 1 possible.
    pub verdict: u8,
    /// 0 max, 1 gap, 2 run, 3 hours, 4 list.
    pub broken: u8,
    /// In the kind's unit.
    pub measured: Option<f64>,
    /// In the kind's unit.
    pub limit: Option<f64>,
    /// Where the window begins.
    pub window_start: Option<i64>,
    /// Fingerprint of its finding.
    pub finding: u64,
    /// The zone on whose clock it is told, where the rule says.
    pub zone: Option<u16>,
    /// The moment that is outside.
    pub moment: i64,
    /// The list.
    pub list: u16,
    /// The grouping column in its chain.
    pub column: u8,
}

impl Violation {
    fn order(&self) -> (u64, u16, i64) {
        (self.row, self.rule, self.at)
    }
}
impl Eq for Violation {}
impl PartialOrd for Violation {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Violation {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}
crate::json_item!(Violation, |_: &Violation| 120);

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
    /// 0 max, 1 gap, 2 run, 3 hours, 4 list.
    pub broken: u8,
    /// Where the window begins.
    pub window_start: Option<i64>,
    /// Its fingerprint.
    pub fingerprint: u64,
    /// Places of the calls to show, and whether they violate.
    pub evidence: Vec<(u64, bool)>,
    /// The zone on whose clock it is told.
    pub zone: Option<u16>,
    /// The moment that is outside.
    pub moment: i64,
    /// The list.
    pub list: u16,
    /// Bits of `note`.
    pub notes: u8,
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OutputRow {
    /// Number of the rule (rules are sorted by id).
    pub rule: u16,
    /// When the call began.
    pub at: i64,
    /// Its place.
    pub row: u64,
    /// The cells.
    pub cells: Vec<String>,
}
crate::json_item!(OutputRow, |r: &OutputRow| 48 + r.cells.iter().map(|c| c.len() + 24).sum::<usize>());

/// Findings and violations of an audit.
#[derive(Debug)]
pub struct Store {
    /// The worst findings, as many as the report keeps.
    pub kept: Vec<FindingRecord>,
    /// Everything that a finding shows but its evidence.
    pub heads: Vec<Finding>,
    /// Rows that evidence needs, read again.
    pub evidence: BTreeMap<u64, EvidenceRow>,
    /// Sorted output rows, where somebody asked for them.
    pub rows: Option<Sorter<OutputRow>>,
    /// Names of the output's columns.
    pub columns: Vec<String>,
}

impl Findings for Store {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        Box::new(self.kept.iter().zip(&self.heads).map(|(record, head)| {
            let mut finding = head.clone();
            let mut rows: Vec<(u64, EvidenceRow)> = record
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

    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Vec<String>>> + '_>> {
        match &self.rows {
            Some(rows) => Ok(Box::new(rows.read()?.map(|r| r.map(|row| row.cells)))),
            None => Ok(Box::new(std::iter::empty())),
        }
    }

    fn violation_columns(&self) -> &[String] {
        &self.columns
    }
}
