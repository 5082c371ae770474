//! The second pass: the rows that outputs and findings show are read again, in the order of their places.

use std::collections::BTreeMap;
use std::io::Read;

use rayon::prelude::*;

use super::intake::Input;
use super::pass::{QUARTER, Totals};
use super::rows::PieceRows;
use super::settling::{Settling, Taken};
use super::store::{FindingRecord, OutputRow, Violation};
use super::tuples::Ordinal;
use crate::calls::calendar::Date;
use crate::calls::columns::{Column, Direction, Field, Kind};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::NumberReader;
use crate::calls::timestamps::{rfc3339, rfc3339_at};
use crate::calls::zones::{DAY, ZoneView, Zones};
use crate::error::{Error, Result};
use crate::exposure::{Hit, Weight};
use crate::input::mapping::{Batch, NONE, Words, seconds};
use crate::input::records::{Buffer, Splitter, Table};
use crate::remediation::leaks::Seen;
use crate::report::{Cells, EvidenceRow};
use crate::rules::lists::List;
use crate::rules::{Common, Verdict};

/// What the second pass makes.
#[derive(Debug, Default)]
pub struct Shown {
    /// Output rows.
    pub rows: Vec<OutputRow>,
    /// Evidence rows by place.
    pub evidence: BTreeMap<u32, EvidenceRow>,
    /// Violations by caller, agent, campaign and callee.
    pub counts: [Totals; 4],
    /// The same by quarter of an hour since 1970.
    pub quarters: BTreeMap<i64, u64>,
    /// Which findings have calls that are suppressed one by one, by entry.
    pub taken: Taken,
    /// Calls that break rules, with the number of the rule, where it is counted what they may cost.
    pub hits: Vec<(u16, Hit)>,
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
    /// By rule: is an inbound call one of the customer who rang?
    pub contacts: Vec<bool>,
    /// Lists of numbers.
    pub lists: &'a [Option<List>],
    /// Keys.
    pub dictionary: &'a Dictionary,
    /// Zones.
    pub zones: &'a Zones,
    /// The columns of the output; none: no output.
    pub columns: Option<&'a [Shows]>,
    /// The limit that a violation breaks.
    pub limit: &'a (dyn Fn(&Violation) -> Option<f64> + Sync),
    /// What became of a violating call.
    pub settling: &'a Settling<'a>,
    /// Are violations counted by caller, agent, campaign and callee?
    pub breakdowns: bool,
    /// Is it counted what they may cost?
    pub exposure: bool,
    /// What cores need for a piece, kept for the next one.
    pub again: std::sync::Mutex<Vec<Again<'a>>>,
    /// A sentence about a violation.
    pub message: &'a (dyn Fn(&Violation, &str) -> String + Sync),
}

impl std::fmt::Debug for Show<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Show").finish_non_exhaustive()
    }
}

impl Show<'_> {
    /// Reads the rows of pieces of one source again. `violations` and `wanted` are sorted by place and lie in these pieces.
    ///
    /// Errors: the source cannot be read any more.
    pub fn source(
        &self,
        source: usize,
        pieces: &[PieceRows],
        violations: &[Violation],
        wanted: &[u32],
        mut take: impl FnMut(Shown) -> Result<()>,
    ) -> Result<()> {
        let input = &self.inputs[source];
        let fail = |e: std::io::Error| Error::Io(format!("{}: cannot be read again: {e}", input.source.path));
        let file = input.source.plain().map_err(fail)?.map(|f| f.0);
        self.again.lock().expect("readers").retain(|a| a.source == source);
        let mut stream = if file.is_none() { Some((input.source.open().map_err(fail)?, 0_u64)) } else { None };
        let mut work: Vec<Work<'_>> = Vec::new();
        let (mut v, mut w) = (violations, wanted);
        for (i, piece) in pieces.iter().enumerate() {
            let end = pieces.get(i + 1).map_or(u64::MAX, |p| u64::from(p.first.0));
            let (now_v, rest_v) = v.split_at(v.partition_point(|x| u64::from(x.row.0) < end));
            let (now_w, rest_w) = w.split_at(w.partition_point(|x| u64::from(*x) < end));
            (v, w) = (rest_v, rest_w);
            if now_v.is_empty() && now_w.is_empty() {
                continue;
            }
            let mut bytes = Vec::new();
            if let Some((stream, at)) = &mut stream {
                std::io::copy(&mut stream.by_ref().take(piece.place.offset - *at), &mut std::io::sink()).map_err(fail)?;
                stream.by_ref().take(piece.place.end - piece.place.offset).read_to_end(&mut bytes).map_err(fail)?;
                *at = piece.place.end;
            }
            work.push(Work { piece, bytes, violations: now_v, wanted: now_w });
            if work.len() >= 64 {
                self.flush(source, file.as_ref(), &mut work, &mut take).map_err(|e| e.unwrap_or_else(fail))?;
            }
        }
        self.flush(source, file.as_ref(), &mut work, &mut take).map_err(|e| e.unwrap_or_else(fail))
    }

    fn flush(
        &self,
        source: usize,
        file: Option<&std::fs::File>,
        work: &mut Vec<Work<'_>>,
        take: &mut impl FnMut(Shown) -> Result<()>,
    ) -> std::result::Result<(), std::result::Result<Error, std::io::Error>> {
        let input = &self.inputs[source];
        let shown: Vec<std::io::Result<Shown>> = work
            .par_iter()
            .map(|work| {
                let taken = {
                    let mut again = self.again.lock().expect("readers");
                    again.iter().position(|a| a.source == source).map(|i| again.swap_remove(i))
                };
                let mut again = taken.unwrap_or_else(|| Again {
                    source,
                    numbers: NumberReader::new(self.dictionary, self.zones, input.region),
                    words: Words::default(),
                    batch: Batch::default(),
                    bytes: Buffer::default(),
                    splitter: Splitter::new(input.dialect, input.width),
                    table: Table::default(),
                });
                let shown = self.piece(input, file, work, &mut again);
                self.again.lock().expect("readers").push(again);
                shown
            })
            .collect();
        work.clear();
        for part in shown {
            take(part.map_err(Err)?).map_err(Ok)?;
        }
        Ok(())
    }

    fn piece(&self, input: &Input, file: Option<&std::fs::File>, work: &Work<'_>, again: &mut Again<'_>) -> std::io::Result<Shown> {
        let Again { numbers, words, batch, bytes: own, splitter, table, .. } = again;
        let place = work.piece.place;
        let bytes = match file {
            Some(file) => own.piece(file, place.offset, place.end)?,
            None => &work.bytes[..],
        };
        let fates = input.fates(place.offset, place.end)?;
        let mut shown = Shown::default();
        let view = self.zones.view();
        let number = |row: u32| (row - work.piece.first.0) as usize;
        let mut asked: Vec<usize> = work.violations.iter().map(|v| number(v.row.0)).chain(work.wanted.iter().map(|w| number(*w))).collect();
        asked.sort_unstable();
        asked.dedup();
        splitter.split_some(table, bytes, place.offset, asked);
        let checked = table.check(bytes);
        let (mut v, mut w) = (work.violations, work.wanted);
        let mut line = Line { cells: String::new(), number: place.line };
        while let Some(row) = v.first().map(|x| x.row.0).into_iter().chain(w.first().copied()).min() {
            let (now, rest) = v.split_at(v.partition_point(|x| x.row.0 == row));
            v = rest;
            let want = w.first() == Some(&row);
            w = &w[usize::from(want)..];
            let Some(record) = table.rows.get(number(row)) else {
                shown.changed += 1;
                continue;
            };
            line.number = place.line + u64::from(record.line);
            input.evidence.calls_of(bytes, (table, checked), record, self.zones, (numbers, words), batch);
            input.complete(&fates, Some(record.offset), batch, self.dictionary, self.zones);
            if batch.len() != 1 || now.iter().any(|x| x.at != batch.start[0]) {
                shown.changed += 1;
                continue;
            }
            let shown_line = input.line(bytes, table, record, line.number + 1);
            if want {
                shown.evidence.insert(row, self.evidence(input, batch, shown_line, &view));
            }
            for violation in now {
                self.violation(violation, input, batch, shown_line, &view, &mut line.cells, &mut shown);
            }
        }
        Ok(shown)
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
            seen: self.seen(batch, view),
        }
    }

    /// What of a call tells leaks.
    fn seen(&self, batch: &Batch, view: &ZoneView) -> Seen {
        let text = |c: Column| batch.text(&Field::Canonical(c), 0).to_owned();
        let at = batch.start[0];
        let since = |(n, list): (usize, &Option<List>)| Some((u16::try_from(n).ok()?, list.as_ref()?.since(batch.callee[0], at)?));
        Seen {
            at,
            call_id: batch.call_id.get(0).to_owned(),
            caller: self.dictionary.show(batch.caller[0].key),
            callee: self.dictionary.show(batch.callee[0].key),
            outcome: batch.outcome[0].word().to_owned(),
            mode: text(Column::Mode),
            account: text(Column::Account),
            campaign: text(Column::Campaign),
            lead: text(Column::Lead),
            listed: self.lists.iter().enumerate().filter_map(since).collect(),
            many_zones: view.members(batch.zones[0]).len() > 1,
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
        // As in the key: the customer of an inbound call is its caller.
        let exchanged = self.contacts[rule] && batch.direction[0].0 == Direction::Inbound;
        let cell = |f: &Field| match f {
            Field::Canonical(Column::Callee) if exchanged => self.cell(&Field::Canonical(Column::Caller), batch),
            Field::Canonical(Column::Caller) if exchanged => self.cell(&Field::Canonical(Column::Callee), batch),
            f => self.cell(f, batch),
        };
        fields.iter().map(|f| (f.name(), cell(f))).collect()
    }

    /// The output row of a finding about calls together: its window's start stands for the start of a call, and the columns of a call are empty.
    pub fn group(&self, f: &FindingRecord, columns: &[Shows], view: &ZoneView, message: impl Fn(&FindingRecord, &str) -> String) -> OutputRow {
        let common = self.commons[usize::from(f.rule)];
        let at = f.window_start.unwrap_or(f.first);
        let zone = match common.clock {
            crate::rules::RuleClock::Zone(z) => z,
            crate::rules::RuleClock::Callee => common.ruleset_zone,
        };
        let local = rfc3339_at(at, view.clock(zone).offset(at));
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let mut cells = String::new();
        for column in columns {
            let text = match column {
                Shows::Rule => common.id.clone(),
                Shows::Severity => common.severity.word().to_owned(),
                Shows::Force => common.force.word().to_owned(),
                Shows::Verdict => if f.rank.1 == Verdict::Violation as u8 { Verdict::Violation } else { Verdict::Possible }.word().to_owned(),
                Shows::State => self.settling.state(f.fingerprint).to_owned(),
                Shows::StartedAt | Shows::WindowStart => rfc3339(at),
                Shows::LocalTime => local.clone(),
                Shows::Key => key_text(&f.subject),
                Shows::Measured => number(f.measured),
                Shows::Limit => number(f.limit),
                Shows::Finding => format!("{:016x}", f.fingerprint),
                Shows::Message => message(f, &local),
                Shows::CallId | Shows::Source | Shows::Line | Shows::Field(_) => String::new(),
            };
            Cells::add(&mut cells, &text);
        }
        OutputRow { rule: f.rule, at, row: Ordinal(0), cells: Cells::of_row(&cells) }
    }

    #[allow(clippy::too_many_arguments)]
    fn violation(&self, v: &Violation, input: &Input, batch: &Batch, line: u64, view: &ZoneView, cells: &mut String, shown: &mut Shown) {
        if v.verdict == 0 && self.breakdowns {
            *shown.quarters.entry(v.at.div_euclid(QUARTER)).or_default() += 1;
            let text = |c: Column| self.dictionary.text(batch.text(&Field::Canonical(c), 0));
            let keys = [batch.caller[0].key, text(Column::Agent), text(Column::Campaign), batch.callee[0].key];
            for (counts, key) in shown.counts.iter_mut().zip(keys).filter(|(_, k)| !k.is_null()) {
                *counts.entry(key).or_default() += 1;
            }
        }
        let mut state = None;
        if self.columns.is_some() || self.settling.by_call() {
            let id = batch.call_id.get(0);
            let (word, entry) =
                if id.is_empty() && self.settling.by_call() { self.settling.call(v, &self.call_id(input, batch, line)) } else { self.settling.call(v, id) };
            state = Some(word);
            if let Some(entry) = entry {
                *shown.taken.entry((v.finding, entry)).or_default() += 1;
            }
        }
        if self.columns.is_none() && !self.exposure {
            return;
        }
        let common = self.commons[usize::from(v.rule)];
        let zone = v.zone().unwrap_or_else(|| super::pass::shown_zone(common, view, batch.zones[0]));
        if self.exposure {
            let suppressed = state.unwrap_or_else(|| self.settling.state(v.finding)) == "suppressed";
            let weight = match (v.verdict, suppressed) {
                (0, false) => Weight::Violation,
                (0, true) => Weight::Suppressed,
                _ => Weight::Possible,
            };
            let callee = Some(batch.callee[0].key).filter(|key| key.groups()).map(|key| key.0);
            let day = Date::try_from(view.clock(zone).local(v.at).div_euclid(DAY)).unwrap_or(0);
            shown.hits.push((v.rule, Hit { call: u64::from(v.row.0), callee, day, weight }));
        }
        let Some(columns) = self.columns else { return };
        let local = || rfc3339_at(v.at, view.clock(zone).offset(v.at));
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        cells.clear();
        for column in columns {
            match column {
                Shows::Rule => Cells::add(cells, &common.id),
                Shows::Severity => Cells::add(cells, common.severity.word()),
                Shows::Force => Cells::add(cells, common.force.word()),
                Shows::Verdict => Cells::add(cells, if v.verdict == 0 { Verdict::Violation } else { Verdict::Possible }.word()),
                Shows::State => Cells::add(cells, state.unwrap_or("open")),
                Shows::CallId => match batch.call_id.get(0) {
                    "" => Cells::add(cells, &self.call_id(input, batch, line)),
                    id => Cells::add(cells, id),
                },
                Shows::Source => Cells::add(cells, &input.source.path),
                Shows::Line => Cells::add(cells, &line.to_string()),
                Shows::StartedAt => Cells::add(cells, &rfc3339(v.at)),
                Shows::LocalTime => Cells::add(cells, &local()),
                Shows::Key => Cells::add(cells, &key_text(&self.subject(usize::from(v.rule), v.column(), batch))),
                Shows::Measured => Cells::add(cells, &number(v.measured())),
                Shows::Limit => Cells::add(cells, &number((self.limit)(v))),
                Shows::WindowStart => Cells::add(cells, &v.window_start().map_or_else(String::new, rfc3339)),
                Shows::Finding => Cells::add(cells, &format!("{:016x}", v.finding)),
                Shows::Message => Cells::add(cells, &(self.message)(v, &local())),
                Shows::Field(field) => Cells::add(cells, &self.cell(field, batch)),
            }
        }
        shown.rows.push(OutputRow { rule: v.rule, at: v.at, row: v.row, cells: Cells::of_row(cells) });
    }
}

/// What a column of the csv output shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Shows {
    Rule,
    Severity,
    Force,
    Verdict,
    State,
    CallId,
    Source,
    Line,
    StartedAt,
    LocalTime,
    Key,
    Measured,
    Limit,
    WindowStart,
    Finding,
    Message,
    /// A column of the call.
    Field(Field),
}

impl Shows {
    /// By the name of the column; the command line refused unknown ones.
    pub fn parse(name: &str) -> Option<Shows> {
        Some(match name {
            "rule" => Shows::Rule,
            "severity" => Shows::Severity,
            "force" => Shows::Force,
            "verdict" => Shows::Verdict,
            "state" => Shows::State,
            "call_id" => Shows::CallId,
            "source" => Shows::Source,
            "line" => Shows::Line,
            "started_at" => Shows::StartedAt,
            "local_time" => Shows::LocalTime,
            "key" => Shows::Key,
            "measured" => Shows::Measured,
            "limit" => Shows::Limit,
            "window_start" => Shows::WindowStart,
            "finding" => Shows::Finding,
            "message" => Shows::Message,
            other => Shows::Field(Field::parse(other)?),
        })
    }
}

/// A piece whose rows are shown.
struct Work<'a> {
    piece: &'a PieceRows,
    /// Its bytes, where its source cannot be sought.
    bytes: Vec<u8>,
    violations: &'a [Violation],
    wanted: &'a [u32],
}

/// What one core needs, used again for the next piece.
#[derive(Debug)]
pub struct Again<'a> {
    source: usize,
    splitter: Splitter,
    table: Table,
    numbers: NumberReader<'a>,
    words: Words,
    batch: Batch,
    bytes: Buffer,
}

/// The row at hand: its line, and the cells of an output row in the making.
struct Line {
    cells: String,
    number: u64,
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
    fields.extend([Column::Agent, Column::Campaign, Column::Mode, Column::Account, Column::Lead].map(Field::Canonical));
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
