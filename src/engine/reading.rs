//! The first pass: all inputs are read, judged call by call, and what sequence rules need of them is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Mutex;

use super::audit::Job;
use super::completion::Told;
use super::coverage::{self, Seen};
use super::family::Family;
use super::intake::Input;
use super::part;
use super::pass::{Judge, Piece, RowFinding, Totals};
use super::rows::{PieceFacts, RowIndex};
use super::running::Running;
use super::sorter::Sorter;
use super::tuples::Ordinal;
use crate::calls::columns::{Column, Field};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{NumberReader, SortCounts};
use crate::calls::timestamps::{Precision, rfc3339};
use crate::error::{Error, Result};
use crate::input::folds::Fates;
use crate::input::mapping::{Batch, Words};
use crate::input::records::{self, Done, Feed, Place};
use crate::input::source::Blocks;
use crate::report::{ClockInfo, Period, Reject, RejectReason, Rows};

/// Rows at which exports and spreadsheets stop.
const ROW_LIMITS: [u64; 8] = [100, 1000, 5000, 10_000, 65_535, 65_536, 1_048_575, 1_048_576];

/// What the first pass over all inputs gave.
pub struct First {
    /// Tuples by key family, the callee's first.
    pub families: Vec<Family>,
    /// All records.
    pub index: RowIndex,
    /// Hits of row rules.
    pub hits: Sorter<RowFinding>,
    /// What happened to the rows of each input.
    pub rows: Vec<Rows>,
    /// What else is told of each input.
    pub extras: Vec<Extra>,
    /// Calls by hour since 1970.
    pub hours: BTreeMap<i64, u64>,
    /// Calls by quarter of an hour since 1970.
    pub quarters: BTreeMap<i64, u64>,
    /// First and last start.
    pub first: Option<i64>,
    #[allow(missing_docs)]
    pub last: Option<i64>,
    /// Calls by caller, agent and campaign.
    pub totals: [Totals; 3],
    /// The zones that callees may be in.
    pub zone_sets: BTreeSet<u16>,
}

impl First {
    /// Bytes in temporary files.
    fn spilled(&self) -> u64 {
        self.families.iter().map(Family::spilled).sum::<u64>() + self.index.spilled()
    }
}

/// How many bytes more temporary files will need, about: what went there of so many of all bytes tells, and what is found of it half as much again.
fn needed(spilled: u64, read: u64, all: u64) -> u64 {
    let whole = u128::from(spilled) * u128::from(all.max(read)) / u128::from(read.max(1));
    u64::try_from(whole * 3 / 2).unwrap_or(u64::MAX).saturating_sub(spilled)
}

impl std::fmt::Debug for First {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("First").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// What reports say of an input besides its rows.
#[derive(Debug, Default)]
pub struct Extra {
    rejects: Vec<Reject>,
    numbers: SortCounts,
    unreadable: BTreeMap<String, u64>,
    unmapped: BTreeMap<String, u64>,
    notes: Vec<String>,
    folds: u64,
    gaps: u64,
    precision: Option<crate::calls::timestamps::Precision>,
    direction_assumed: u64,
    with_offset: u64,
    repaired: u64,
    reasons: BTreeMap<String, (u64, u64)>,
    /// What tells whether the log is complete.
    pub seen: Seen,
    /// What tables beside the log told.
    pub told: Told,
    hash: Option<String>,
    error: Option<String>,
    /// Are only the rows of one account, seller or campaign among these?
    part: bool,
}

impl Extra {
    /// Puts it into the input's part of the report.
    pub fn finish(self, input: &mut Input, rows: &Rows) {
        let info = &mut input.info;
        info.rows = *rows;
        info.rejects = self.rejects;
        info.numbers = self.numbers.by_name();
        (info.unreadable, info.unmapped_outcomes) = input.met.take().unwrap_or((self.unreadable, self.unmapped));
        info.hash = self.hash;
        info.error = self.error;
        info.notes.extend(self.notes);
        info.period = Period { first: self.seen.first.map(rfc3339), last: self.seen.last.map(rfc3339) };
        info.outcomes = self.seen.by_outcome();
        info.precision = (rows.accepted > 0).then(|| self.precision.unwrap_or(Precision::Second).name());
        info.reject_reasons = self.reasons.into_iter().map(|(reason, (rows, first_line))| RejectReason { reason, rows, first_line }).collect();
        info.reject_reasons.sort_by_key(|r| (std::cmp::Reverse(r.rows), r.first_line));
        info.coverage = coverage::gaps(&self.seen.hours, input.mapping.clock());
        info.notes.extend(self.seen.doubts(input.mapping.clock()));
        info.notes.extend(input.running.as_ref().and_then(|(_, name)| self.seen.running.doubt(name)));
        info.notes.extend(input.completion.iter().flat_map(|c| c.notes(&self.told)));
        let calls = rows.accepted + rows.duplicate;
        input.virtual_callees |= self.told.axb > 0;
        if input.virtual_callees {
            let n = if input.mode_by_row { self.told.axb } else { calls };
            info.notes.push(format!("{n} calls in mode axb: who is behind virtual (X) numbers is not known without a [[list]] of kind \"bindings\""));
        }
        if let Some(clock) = info.clock.as_mut().filter(|_| self.with_offset > 0 && self.with_offset >= calls) {
            *clock = ClockInfo { zone: "as in each row".to_owned(), evidence: "offset in the data".to_owned(), assumed: false };
        } else if self.with_offset > 0 {
            info.notes.push(format!("{} starts carry their offset, the others do not", self.with_offset));
        }
        if self.direction_assumed > 0 {
            info.notes.push(format!("{} calls without a direction are taken as outbound", self.direction_assumed));
        }
        if !self.part && (input.row_limit == Some(rows.read) || ROW_LIMITS.contains(&rows.read)) {
            info.notes.push(format!("exactly {} rows: a limit of the export may have cut it", rows.read));
        }
        if self.repaired > 0 {
            info.notes.push(format!("{} rows were mended: quotes or separators inside of fields are not escaped", self.repaired));
        }
        if self.folds > 0 {
            info.notes.push(format!("{} starts lie in an hour that the clock showed twice", self.folds));
        }
        if self.gaps > 0 {
            info.notes.push(format!("{} starts lie in an hour that the clock never showed", self.gaps));
        }
        if let Some(p) = self.precision {
            info.notes.push(format!("starts are known to the {}: counting rules use the first instant", p.name()));
        }
        if rows.duplicate_differs > 0 {
            info.notes.push(format!("{} duplicates differ in other columns", rows.duplicate_differs));
        }
    }
}

/// Different reasons that are counted each for itself.
const REASONS: usize = 50;

/// A reason without the cell that it quotes.
fn kind_of(reason: &str) -> String {
    match (reason.find('"'), reason.rfind('"')) {
        (Some(a), Some(b)) if a < b => format!("{}…{}", &reason[..=a], &reason[b..]),
        _ => reason.to_owned(),
    }
}

/// What one core needs for the pieces of one source, used again for the next one.
struct Reader<'a> {
    source: usize,
    numbers: NumberReader<'a>,
    words: Words,
    batch: Batch,
}

/// A source that is open: as a file, or block by block.
pub(super) enum Opened {
    File(File, u64),
    Blocks(Blocks),
}

pub(super) fn open(input: &Input, job: &Job<'_>) -> std::io::Result<Opened> {
    Ok(match input.source.plain()? {
        Some((file, length)) => Opened::File(file, length),
        None => Opened::Blocks(input.source.blocks(job.cut.piece * (job.cut.pieces / 4).max(1))?),
    })
}

/// Reads an input piece by piece, the same pieces each time.
///
/// Errors: those of `take`; Ok(Err) is an input that cannot be opened.
pub fn pieces<R: Send>(
    job: &Job<'_>,
    input: &Input,
    work: impl Fn(&[u8], &records::Table) -> R + Sync,
    take: impl FnMut(R, &Place) -> Result<()>,
) -> Result<std::io::Result<Done>> {
    let opened = match open(input, job) {
        Ok(opened) => opened,
        Err(e) => return Ok(Err(e)),
    };
    let feed = match &opened {
        Opened::File(file, length) => Feed::File(file, *length),
        Opened::Blocks(blocks) => Feed::Blocks(blocks),
    };
    records::read(&feed, input.dialect, input.width, input.skip, job.cut, work, take).map(Ok)
}

/// Reads and judges all inputs.
///
/// Errors: temporary files, expressions that cannot be evaluated.
pub fn read_inputs(job: &Job<'_>, inputs: &[Input], judge: &Judge<'_>, dictionary: &Dictionary) -> Result<First> {
    let share = job.memory / 2 / judge.families.len().max(1);
    let mut first = First {
        families: judge.families.iter().map(|_| Family::new(share)).collect(),
        index: RowIndex::new(job.memory / 8),
        hits: Sorter::new(job.memory / 8),
        rows: Vec::new(),
        extras: Vec::new(),
        hours: BTreeMap::new(),
        quarters: BTreeMap::new(),
        first: None,
        last: None,
        totals: Default::default(),
        zone_sets: BTreeSet::new(),
    };
    let readers: Mutex<Vec<Reader<'_>>> = Mutex::new(Vec::new());
    let mut rows_read = 0;
    let mut room = false;
    for (source, input) in inputs.iter().enumerate() {
        let (mut rows, mut extra) = (Rows::default(), Extra::default());
        extra.part = job.part.is_some();
        if !extra.part {
            (rows.read, rows.no_call) = (input.skipped, input.skipped);
        }
        let work = |raw: &[u8], table: &records::Table| work(job, judge, dictionary, &readers, (source, input), raw, table);
        let take = |(piece, lines): (Piece, Vec<Line>), place: &Place| {
            rows_read += piece.counts.read;
            (job.progress)(place.end, rows_read);
            take_piece(job, &mut first, piece, &lines, source, place, &input.source.path, &mut rows, &mut extra)?;
            if !room && first.spilled() > 0 {
                room = true;
                let before: u64 = inputs[..source].iter().map(|i| i.source.size()).sum();
                crate::temporary::room_for(needed(first.spilled(), before + place.end, inputs.iter().map(|i| i.source.size()).sum()))?;
            }
            Ok(())
        };
        match pieces(job, input, work, take)? {
            Ok(done) => {
                extra.error = done.broken.map(|e| format!("breaks off: {e}; the rows before are audited")).or_else(|| input.broken.clone());
                // The hash of a table that was made of a file is not the file's.
                match done.hash.filter(|_| input.source.table().is_none()).map_or_else(|| input.source.facts().map(|f| f.hash), |h| Ok(h.to_hex().to_string()))
                {
                    Ok(hash) => extra.hash = Some(hash),
                    // What breaks off was told; it has no hash.
                    Err(e) => extra.error = extra.error.take().or_else(|| Some(format!("cannot be read again: {e}"))),
                }
                if !extra.part && rows.read == input.skipped && extra.error.is_none() {
                    extra.error = Some("holds a header and no rows".to_owned());
                }
            }
            Err(e) => extra.error = Some(format!("cannot be read: {e}")),
        }
        first.rows.push(rows);
        first.extras.push(extra);
        readers.lock().expect("readers").clear(); // they know this source's numbers and words
    }
    Ok(first)
}

/// One piece of one source: its calls, judged; and the lines of its rejected rows.
fn work<'a>(
    job: &'a Job<'_>,
    judge: &Judge<'_>,
    dictionary: &'a Dictionary,
    readers: &Mutex<Vec<Reader<'a>>>,
    (source, input): (usize, &Input),
    raw: &[u8],
    table: &records::Table,
) -> (Piece, Vec<Line>) {
    let taken = {
        let mut readers = readers.lock().expect("readers");
        readers.iter().position(|r| r.source == source).map(|i| readers.swap_remove(i))
    };
    let mut reader = taken.unwrap_or_else(|| Reader {
        source,
        numbers: NumberReader::new(dictionary, job.zones, input.region),
        words: Words::default(),
        batch: Batch::default(),
    });
    let (fates, broken) = match input.fates(table.range.0, table.range.1) {
        Ok(fates) => (fates, None),
        Err(e) => (Fates::default(), Some(e)),
    };
    let until = job.until.unwrap_or(i64::MAX);
    let others = job.part.map(|part| {
        let known = (&mut reader.numbers, &mut reader.words);
        part::values(part.column, input, raw, (table, &fates), job.zones, known, &mut reader.batch, dictionary).iter().map(|v| **v != *part.value()).collect()
    });
    let others: Vec<bool> = others.unwrap_or_default();
    let known = (&mut reader.numbers, &mut reader.words);
    let (counts, out_of_period) = input.mapping.calls_but(&others, raw, (table, &fates), until, job.zones, known, &mut reader.batch);
    let mut told = input.complete(&fates, None, &mut reader.batch, dictionary, job.zones);
    let batch = &reader.batch;
    if input.mode_by_row {
        let mode = Field::Canonical(Column::Mode);
        told.axb = (0..batch.len()).filter(|i| batch.text(&mode, *i) == "axb").count() as u64;
    }
    let fingerprint = |i: usize| -> [u8; 16] {
        let hash = blake3::hash(input.shown(raw, table, &table.rows[batch.record[i] as usize]));
        hash.as_bytes()[..16].try_into().unwrap_or_default()
    };
    let facts = PieceFacts::new(table.rows.iter().map(|r| r.offset), table.range.0);
    let mut piece = judge.piece(batch, counts, &input.mapping, facts, &fingerprint);
    piece.out_of_period = out_of_period;
    if let Some((place, _)) = input.running.as_ref().filter(|_| job.part.is_none()) {
        piece.running = Running::of(table.rows.iter().map(|r| r.fault.is_none().then(|| table.field(raw, r, *place))));
    }
    (piece.told, piece.broken) = (told, broken);
    for call in &mut piece.followed {
        let row = &table.rows[call.row.0 as usize];
        (call.counted, call.own) = (row.line, input.source.table().is_some().then(|| input.line(raw, table, row, 0)));
    }
    let rejected = |r: &(u32, String, Option<String>)| table.rows[r.0 as usize];
    let lines = piece.counts.rejects.iter().map(|r| own_line(input, raw, table, &rejected(r))).collect();
    if job.rejects.is_some() {
        piece.rejected = piece.counts.rejects.iter().map(|r| input.shown(raw, table, &rejected(r)).to_vec()).collect();
    }
    readers.lock().expect("readers").push(reader);
    (piece, lines)
}

/// The line of a record.
enum Line {
    /// As counted from the begin of its piece.
    Counted(u32),
    /// As the table says that was made of the original.
    Own(u64),
}

fn own_line(input: &Input, raw: &[u8], table: &records::Table, row: &records::Row) -> Line {
    match input.source.table() {
        Some(_) => Line::Own(input.line(raw, table, row, 0)),
        None => Line::Counted(row.line),
    }
}

#[allow(clippy::too_many_arguments)]
fn take_piece(
    job: &Job<'_>,
    first: &mut First,
    piece: Piece,
    lines: &[Line],
    source: usize,
    place: &Place,
    path: &str,
    rows: &mut Rows,
    extra: &mut Extra,
) -> Result<()> {
    if let Some(e) = piece.broken {
        return Err(e.into());
    }
    if let Some(e) = piece.error {
        return Err(Error::Ruleset(format!("an expression cannot be evaluated: {e}")));
    }
    let counts = piece.counts;
    rows.read += counts.read;
    rows.accepted += piece.calls;
    rows.rejected += counts.rejects.len() as u64;
    rows.no_call += counts.no_call;
    rows.folded += counts.folded;
    rows.duplicate += counts.duplicate;
    rows.out_of_period += piece.out_of_period;
    for (n, (_, reason, field)) in counts.rejects.iter().enumerate() {
        let line = match lines[n] {
            Line::Counted(line) => place.line + u64::from(line) + 1,
            Line::Own(line) => line,
        };
        let kind = kind_of(reason);
        let full = extra.reasons.len() >= REASONS;
        match extra.reasons.get_mut(&kind) {
            Some(known) => known.0 += 1,
            None if full => extra.reasons.entry("other reasons".to_owned()).or_insert((0, line)).0 += 1,
            None => drop(extra.reasons.insert(kind, (1, line))),
        }
        if extra.rejects.len() < 20 {
            extra.rejects.push(Reject { line, reason: reason.clone(), field: field.clone() });
        }
        if let (Some(write), Some(row)) = (&job.rejects, piece.rejected.get(n)) {
            (write.lock().expect("rejects"))(path, line, reason, row)?;
        }
    }
    extra.numbers.merge(&counts.numbers);
    for (column, n) in counts.unreadable {
        *extra.unreadable.entry(column.to_owned()).or_default() += n;
    }
    for (word, n) in counts.unmapped {
        *extra.unmapped.entry(word).or_default() += n;
    }
    extra.folds += counts.folds;
    extra.gaps += counts.gaps;
    extra.precision = extra.precision.max(counts.precision);
    extra.direction_assumed += counts.direction_assumed;
    extra.with_offset += counts.with_offset;
    extra.repaired += counts.repaired;
    extra.seen.piece(&piece.hours, piece.first, piece.last, &piece.outcomes);
    extra.seen.running.merge(&piece.running);
    extra.told.add(&piece.told);
    let base = first.index.next()?;
    Ordinal::new(u64::from(base.0) + u64::from(piece.facts.count))?;
    if let Some(trace) = job.trace {
        trace.take(path, place.line, base, piece.followed);
    }
    for (family, mut tuples) in first.families.iter_mut().zip(piece.tuples) {
        tuples.shift(base);
        family.push(tuples)?;
    }
    first.hits.extend(piece.hits.into_iter().map(|hit| RowFinding { row: Ordinal(base.0 + hit.row.0), ..hit }))?;
    first.index.push(source, *place, piece.facts)?;
    for (hour, n) in piece.hours {
        *first.hours.entry(hour).or_default() += n;
    }
    for (quarter, n) in piece.quarters {
        *first.quarters.entry(quarter).or_default() += n;
    }
    first.first = [first.first, piece.first].into_iter().flatten().min();
    first.last = first.last.max(piece.last);
    for (all, part) in first.totals.iter_mut().zip(piece.totals) {
        for (key, n) in part {
            *all.entry(key).or_default() += n;
        }
    }
    first.zone_sets.extend(piece.zone_sets);
    Ok(())
}
