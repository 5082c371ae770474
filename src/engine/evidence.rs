//! The second pass: the rows that outputs and findings show are read again, in the order of their places.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use rayon::prelude::*;

use super::intake::Input;
use super::store::{OutputRow, Violation};
use super::tuples::RowRef;
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::NumberReader;
use crate::calls::timestamps::{rfc3339, rfc3339_at};
use crate::calls::zones::{ZoneView, Zones};
use crate::error::{Error, Result};
use crate::input::mapping::{Batch, NONE, seconds};
use crate::input::records::{Place, Splitter, count_terminators};
use crate::report::EvidenceRow;
use crate::rules::{Common, Verdict};

/// What the second pass makes.
#[derive(Debug, Default)]
pub struct Shown {
    /// Output rows.
    pub rows: Vec<OutputRow>,
    /// Evidence rows by place.
    pub evidence: BTreeMap<u64, EvidenceRow>,
    /// Violations by caller, agent, campaign and callee.
    pub counts: [HashMap<String, u64>; 4],
    /// Rows that are not what they were.
    pub changed: u64,
}

/// What a row is shown with.
pub struct Show<'a> {
    /// All inputs.
    pub inputs: &'a [Input],
    /// Common parts of the judged rules, by number.
    pub commons: Vec<&'a Common>,
    /// Subject columns by rule: the key, or the chain of `group_by`.
    pub subjects: Vec<(Vec<Field>, bool)>,
    /// Keys.
    pub dictionary: &'a Dictionary,
    /// Zones.
    pub zones: &'a Zones,
    /// The columns of the output; none: no output.
    pub columns: Option<&'a [String]>,
    /// A sentence about a violation.
    pub message: &'a (dyn Fn(&Violation, &str) -> String + Sync),
}

impl std::fmt::Debug for Show<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Show").finish_non_exhaustive()
    }
}

impl Show<'_> {
    /// Reads the rows of one source again. `violations` and `wanted` are sorted by place; `pieces` are those of the first pass.
    ///
    /// Errors: the source cannot be read any more.
    pub fn source(&self, source: usize, pieces: &[Place], violations: &[Violation], wanted: &[u64]) -> Result<Shown> {
        let input = &self.inputs[source];
        let fail = |e: std::io::Error| Error::Io(format!("{}: cannot be read again: {e}", input.source.path));
        let mut stream = if input.source.compressed() { Some((input.source.open().map_err(fail)?, 0_u64)) } else { None };
        let mut all = Shown::default();
        let mut work: Vec<(Place, Vec<u8>, &[Violation], &[u64])> = Vec::new();
        let (mut v, mut w) = (violations, wanted);
        for place in pieces {
            let end = RowRef::new(source, place.end).0;
            let (now_v, rest_v) = v.split_at(v.partition_point(|x| x.row < end));
            let (now_w, rest_w) = w.split_at(w.partition_point(|x| *x < end));
            (v, w) = (rest_v, rest_w);
            if now_v.is_empty() && now_w.is_empty() {
                continue;
            }
            let length = usize::try_from(place.end - place.offset).unwrap_or(0);
            let bytes = match &mut stream {
                None => input.source.bytes_at(place.offset, length).map_err(fail)?,
                Some((stream, at)) => {
                    std::io::copy(&mut stream.by_ref().take(place.offset - *at), &mut std::io::sink()).map_err(fail)?;
                    let mut bytes = Vec::with_capacity(length);
                    stream.by_ref().take(length as u64).read_to_end(&mut bytes).map_err(fail)?;
                    *at = place.end;
                    bytes
                }
            };
            work.push((*place, bytes, now_v, now_w));
            if work.len() >= 16 {
                self.flush(source, &mut work, &mut all);
            }
        }
        self.flush(source, &mut work, &mut all);
        Ok(all)
    }

    fn flush(&self, source: usize, work: &mut Vec<(Place, Vec<u8>, &[Violation], &[u64])>, all: &mut Shown) {
        let shown: Vec<Shown> = work.par_iter().map(|(place, bytes, v, w)| self.piece(source, *place, bytes, v, w)).collect();
        work.clear();
        for part in shown {
            all.rows.extend(part.rows);
            all.evidence.extend(part.evidence);
            all.changed += part.changed;
            for (a, b) in all.counts.iter_mut().zip(part.counts) {
                for (k, n) in b {
                    *a.entry(k).or_default() += n;
                }
            }
        }
    }

    fn piece(&self, source: usize, place: Place, bytes: &[u8], violations: &[Violation], wanted: &[u64]) -> Shown {
        let input = &self.inputs[source];
        let mut shown = Shown::default();
        let mut numbers = NumberReader::small(self.dictionary, self.zones, input.region);
        let view = self.zones.view();
        let mut splitter = Splitter::new(input.dialect, input.width);
        let (mut v, mut w) = (violations, wanted);
        let (mut counted, mut line) = (0_usize, place.line);
        while let Some(row) = v.first().map(|x| x.row).into_iter().chain(w.first().copied()).min() {
            let (now, rest) = v.split_at(v.partition_point(|x| x.row == row));
            v = rest;
            let want = w.first() == Some(&row);
            w = &w[usize::from(want)..];
            let offset = RowRef(row).offset();
            let start = usize::try_from(offset - place.offset).unwrap_or(0);
            if start >= bytes.len() {
                shown.changed += 1;
                continue;
            }
            line += count_terminators(&bytes[counted..start]);
            counted = start;
            let table = splitter.split(bytes, start, start + 1, place.offset, true, 1);
            let (batch, ..) = input.evidence.calls(bytes, &table, i64::MAX, self.dictionary, self.zones, &mut numbers);
            if batch.len() != 1 || now.iter().any(|x| x.at != batch.start[0]) || batch.offset[0] != offset {
                shown.changed += 1;
                continue;
            }
            if want {
                shown.evidence.insert(row, self.evidence(input, &batch, line + 1, &view));
            }
            for violation in now {
                self.violation(violation, input, &batch, line + 1, &view, &mut shown);
            }
        }
        shown
    }

    fn evidence(&self, input: &Input, batch: &Batch, line: u64, view: &ZoneView) -> EvidenceRow {
        let text = |c: Column| self.cell(&Field::Canonical(c), batch);
        let zone = view.members(batch.zones[0]).first().copied();
        EvidenceRow {
            source: input.source.path.clone(),
            line,
            call_id: self.call_id(input, batch, line),
            started_at: rfc3339(batch.start[0]),
            local_time: zone.map_or_else(String::new, |z| rfc3339_at(batch.start[0], view.clock(z).offset(batch.start[0]))),
            caller: text(Column::Caller),
            callee: text(Column::Callee),
            agent: text(Column::Agent),
            campaign: text(Column::Campaign),
            outcome: text(Column::Outcome),
            violates: false,
        }
    }

    fn call_id(&self, input: &Input, batch: &Batch, line: u64) -> String {
        match batch.call_id.get(0) {
            "" => format!("{}:{line}", input.source.path),
            id => id.to_owned(),
        }
    }

    fn cell(&self, field: &Field, batch: &Batch) -> String {
        let length = |ms: i64| if ms == NONE { String::new() } else { seconds(ms) };
        let instant = |at: i64| if at == NONE { String::new() } else { rfc3339(at) };
        match field {
            Field::Canonical(Column::Caller) => self.dictionary.show(batch.caller[0].key),
            Field::Canonical(Column::Callee) => self.dictionary.show(batch.callee[0].key),
            Field::Canonical(Column::StartedAt) => instant(batch.start[0]),
            Field::Canonical(Column::AnsweredAt) => instant(batch.answered[0]),
            Field::Canonical(Column::EndedAt) => instant(batch.ended[0]),
            Field::Canonical(Column::RingS) => length(batch.ring[0]),
            Field::Canonical(Column::TalkS) => length(batch.talk[0]),
            Field::Canonical(Column::TotalS) => length(batch.total[0]),
            _ => batch.text(field, 0).to_owned(),
        }
    }

    /// The subject of a violation: the key, or the grouping column that its call has.
    pub fn subject(&self, rule: usize, column: u8, batch: &Batch) -> Vec<(String, String)> {
        let (fields, chain) = &self.subjects[rule];
        if *chain {
            return fields.get(usize::from(column)).map(|f| (f.name(), self.cell(f, batch))).into_iter().collect();
        }
        fields.iter().map(|f| (f.name(), self.cell(f, batch))).collect()
    }

    fn violation(&self, v: &Violation, input: &Input, batch: &Batch, line: u64, view: &ZoneView, shown: &mut Shown) {
        let text = |c: Column| self.cell(&Field::Canonical(c), batch);
        for (counts, column) in shown.counts.iter_mut().zip([Column::Caller, Column::Agent, Column::Campaign, Column::Callee]) {
            let value = text(column);
            if !value.is_empty() && v.verdict == 0 {
                *counts.entry(value).or_default() += 1;
            }
        }
        let Some(columns) = self.columns else { return };
        let common = self.commons[usize::from(v.rule)];
        let zone = v.zone.unwrap_or_else(|| super::pass::shown_zone(common, view, batch.zones[0]));
        let local = rfc3339_at(v.at, view.clock(zone).offset(v.at));
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let cells = columns
            .iter()
            .map(|name| match name.as_str() {
                "rule" => common.id.clone(),
                "severity" => common.severity.word().to_owned(),
                "force" => common.force.word().to_owned(),
                "verdict" => if v.verdict == 0 { Verdict::Violation } else { Verdict::Possible }.word().to_owned(),
                "state" => "open".to_owned(),
                "call_id" => self.call_id(input, batch, line),
                "source" => input.source.path.clone(),
                "line" => line.to_string(),
                "started_at" => rfc3339(v.at),
                "local_time" => local.clone(),
                "key" => key_text(&self.subject(usize::from(v.rule), v.column, batch)),
                "measured" => number(v.measured),
                "limit" => number(v.limit),
                "window_start" => v.window_start.map_or_else(String::new, rfc3339),
                "finding" => format!("{:016x}", v.finding),
                "message" => (self.message)(v, &local),
                other => Field::parse(other).map_or_else(String::new, |f| self.cell(&f, batch)),
            })
            .collect();
        shown.rows.push(OutputRow { rule: v.rule, at: v.at, row: v.row, cells });
    }
}

/// `name=value` joined by `;`, with both escaped inside.
pub fn key_text(subject: &[(String, String)]) -> String {
    let escape = |s: &str| s.replace('%', "%25").replace(';', "%3B").replace('=', "%3D");
    subject.iter().map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect::<Vec<_>>().join(";")
}

/// Text columns that the second pass needs for these columns and subjects.
pub fn shown_fields(columns: &[String], subjects: &[Vec<Field>]) -> Vec<Field> {
    let mut fields: Vec<Field> = columns.iter().filter(|c| *c != "line" && *c != "source").filter_map(|c| Field::parse(c)).collect();
    fields.extend(subjects.iter().flatten().cloned());
    fields.extend([Column::Agent, Column::Campaign].map(Field::Canonical));
    fields.retain(|f| match f {
        Field::Canonical(c) => {
            matches!(c.kind(), Kind::Text | Kind::Word) && !matches!(c, Column::CallId | Column::Outcome | Column::Direction | Column::AnsweredBy)
        }
        Field::Raw(_) => true,
    });
    fields.sort();
    fields.dedup();
    fields
}
