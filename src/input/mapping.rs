//! From records to calls: each cell read by the profile, nothing guessed in silence, everything counted.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::calls::columns::{AnsweredBy, Column, Direction, Field, Kind, Outcome, is_null};
use crate::calls::numbers::{Number, NumberReader, Sort, SortCounts};
use crate::calls::timestamps::{self, DateOrder, Precision, Stamp};
use crate::calls::zones::{Clock, Readings, ZoneSet, Zones, parse_offset};

use super::cells::{Cases, Layout, Record, Source};
use super::derive::{Condition, Times};
use super::folds::{Fate, Fates};
use super::prefix::Encoding;
use super::profile::{Join, NO_CALL, Origin, Profile, fold};
use super::records::{Checked, Fault, Row, Table};
use super::repair::Repair;
use super::spool;

/// No instant, no length of time.
pub const NONE: i64 = i64::MIN;

/// Texts of one column, an empty one being null.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    data: String,
    ends: Vec<u32>,
}

impl Texts {
    /// One more.
    pub fn push(&mut self, text: &str) {
        self.data.push_str(text);
        self.ends.push(u32::try_from(self.data.len()).expect("a batch is smaller than 4 GiB"));
    }
    /// The text of a call.
    pub fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.data[start..self.ends[i] as usize]
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
    /// Something else in place of the last one.
    pub fn replace_last(&mut self, text: &str) {
        if self.ends.pop().is_some() {
            self.data.truncate(self.ends.last().map_or(0, |e| *e as usize));
            self.push(text);
        }
    }
    fn clear(&mut self) {
        self.data.clear();
        self.ends.clear();
    }
}

/// Calls of one piece of one source, column by column.
#[derive(Debug, Default)]
pub struct Batch {
    /// First byte of each call's record.
    pub offset: Vec<u64>,
    /// Which record of its piece each call is.
    pub record: Vec<u32>,
    /// When it began; counting rules use this reading.
    pub start: Vec<i64>,
    /// Its other reading: the same unless the clock was ambiguous, did not exist, or was coarse.
    pub start_last: Vec<i64>,
    /// Answer, or [`NONE`].
    pub answered: Vec<i64>,
    /// End, or [`NONE`].
    pub ended: Vec<i64>,
    /// Answer and end under the other reading of the start.
    pub answered_last: Vec<i64>,
    #[allow(missing_docs)]
    pub ended_last: Vec<i64>,
    /// Ringing, talk and total in ms, or [`NONE`].
    pub ring: Vec<i64>,
    #[allow(missing_docs)]
    pub talk: Vec<i64>,
    #[allow(missing_docs)]
    pub total: Vec<i64>,
    /// Which of the three the export has a column for; the others are differences of times.
    pub told: [bool; 3],
    /// The number shown.
    pub caller: Vec<Number>,
    /// The number that rang.
    pub callee: Vec<Number>,
    /// Who called a virtual number, where bindings told whom it reached: then that number stands as the caller. Empty where nobody asked.
    pub called_from: Vec<Number>,
    /// Candidate zones of the callee.
    pub zones: Vec<ZoneSet>,
    /// What the network did.
    pub outcome: Vec<Outcome>,
    /// Who answered, if the log tells.
    pub answered_by: Vec<Option<AnsweredBy>>,
    /// Which way, and whether the log tells.
    pub direction: Vec<(Direction, bool)>,
    /// The system's id; empty where there is none.
    pub call_id: Texts,
    /// Text columns that somebody asked for.
    pub texts: Vec<(Field, Texts)>,
    /// What the legs of each call share, and whether it is the agent's; empty unless legs are to be folded.
    pub call_key: Texts,
    #[allow(missing_docs)]
    pub agent_leg: Vec<bool>,
}

impl Batch {
    /// How many calls.
    pub fn len(&self) -> usize {
        self.offset.len()
    }
    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.offset.is_empty()
    }
    /// Words of a word column or texts of a text column; empty where null.
    pub fn text(&self, field: &Field, i: usize) -> &str {
        match field {
            Field::Canonical(Column::CallId) => self.call_id.get(i),
            Field::Canonical(Column::Outcome) => self.outcome[i].word(),
            Field::Canonical(Column::Direction) => self.direction[i].0.word(),
            Field::Canonical(Column::AnsweredBy) => self.answered_by[i].map_or("", AnsweredBy::word),
            _ => self.texts.iter().find(|t| t.0 == *field).map_or("", |t| t.1.get(i)),
        }
    }

    /// Empties it, its memory to be used again.
    fn begin(&mut self, wanted: &[(Field, Wanted)]) {
        self.offset.clear();
        for times in [
            &mut self.start,
            &mut self.start_last,
            &mut self.answered,
            &mut self.ended,
            &mut self.answered_last,
            &mut self.ended_last,
            &mut self.ring,
            &mut self.talk,
            &mut self.total,
        ] {
            times.clear();
        }
        self.caller.clear();
        self.callee.clear();
        self.called_from.clear();
        self.zones.clear();
        self.outcome.clear();
        self.answered_by.clear();
        self.direction.clear();
        self.record.clear();
        self.call_id.clear();
        self.call_key.clear();
        self.agent_leg.clear();
        if self.texts.len() != wanted.len() || self.texts.iter().zip(wanted).any(|(t, w)| t.0 != w.0) {
            self.texts = wanted.iter().map(|(field, _)| (field.clone(), Texts::default())).collect();
        }
        self.texts.iter_mut().for_each(|t| t.1.clear());
    }
}

/// What happened to the rows of a piece.
#[derive(Debug, Default)]
pub struct Counts {
    /// Records read.
    pub read: u64,
    /// Records that are no call.
    pub no_call: u64,
    /// Records that are legs of another record's call, and records that another one repeats.
    pub folded: u64,
    #[allow(missing_docs)]
    pub duplicate: u64,
    /// Rejected records: index in the table, why, and the column at fault.
    pub rejects: Vec<(u32, String, Option<String>)>,
    /// Callee cells by sort.
    pub numbers: SortCounts,
    /// Cells that could not be read, by column.
    pub unreadable: BTreeMap<&'static str, u64>,
    /// Outcome words that no table knows.
    pub unmapped: BTreeMap<String, u64>,
    /// Starts whose local time occurs twice, and never.
    pub folds: u64,
    #[allow(missing_docs)]
    pub gaps: u64,
    /// The coarsest precision of a start.
    pub precision: Option<Precision>,
    /// Calls whose direction the log does not tell.
    pub direction_assumed: u64,
    /// Starts that carry their offset.
    pub with_offset: u64,
    /// Rows that were mended: their writer does not escape.
    pub repaired: u64,
}

/// The profile of an input, tied to the columns that it has.
#[derive(Debug)]
pub struct Mapping {
    /// The names of the export's columns.
    pub names: Vec<String>,
    encoding: Encoding,
    /// Bookkeeping columns in front of the export's.
    hidden: usize,
    layout: Layout,
    clock: Clock,
    order: Option<DateOrder>,
    outcome_from: Option<Condition>,
    answer_needed: bool,
    repair: Repair,
    wanted: Vec<(Field, Wanted)>,
    /// Columns that tables beside the log give.
    pub given: BTreeSet<Column>,
    /// Where the key is that legs share, if that is what the records are read for.
    call_key: Option<(Vec<usize>, Join)>,
}

/// What a text column of a call is, for rows of which nothing else holds.
#[derive(Debug)]
enum Wanted {
    Cell(usize),
    Cells(Column),
    Word(Column, Origin),
    Stated(String),
    Duration(Column),
    Absent,
}

impl Mapping {
    /// Ties a profile to the columns of an input. `hidden`: bookkeeping columns in front of them. `wanted`: text columns that rules, keys and
    /// outputs use.
    ///
    /// Errors: the columns of the profile that the input does not have.
    pub fn new(profile: &Profile, names: Vec<String>, encoding: Encoding, hidden: usize, clock: Clock, wanted: &[Field]) -> Result<Mapping, String> {
        let clean = clean_name;
        let named = |name: &str| names.iter().position(|n| n == name).or_else(|| names.iter().position(|n| clean(n) == clean(name)));
        let position = |name: &str| named(name).map(|i| i + hidden);
        let layout = Layout::tie(profile, &position).map_err(|missing| {
            let found: Vec<String> = names.iter().map(|n| format!("\"{}\"", clean(n))).collect();
            format!("the profile {} names columns that the file does not have: {}. The file has: {}", profile.name, missing.join(", "), found.join(", "))
        })?;
        let repair = Repair::of(profile, names.len() + hidden, &position);
        let (outcome_from, answer_needed) = (profile.outcome_from.clone(), profile.answer_needed);
        let mut mapping = Mapping {
            names: names.clone(),
            encoding,
            hidden,
            layout,
            clock,
            order: profile.date_order,
            outcome_from,
            answer_needed,
            repair,
            wanted: Vec::new(),
            given: BTreeSet::new(),
            call_key: None,
        };
        for field in wanted {
            let source = match field {
                Field::Raw(name) => position(name).map_or(Wanted::Absent, Wanted::Cell),
                Field::Canonical(column) => mapping.wanted(*column),
            };
            mapping.wanted.push((field.clone(), source));
        }
        Ok(mapping)
    }

    /// Where a column of the export stands in its records.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| clean_name(n) == clean_name(name)).map(|i| i + self.hidden)
    }

    /// The same for reading legs: the key that they share is read too, and the agent's legs are not left out.
    pub fn with_keys(mut self, profile: &Profile) -> Mapping {
        let position = |name: &String| self.names.iter().position(|n| clean_name(n) == clean_name(name)).map(|i| i + self.hidden);
        self.call_key = Some((profile.call_key.iter().filter_map(position).collect(), profile.call_key_join));
        self
    }

    fn wanted(&self, column: Column) -> Wanted {
        if column == Column::OutcomeRaw && !self.layout.has(column) {
            return if self.layout.sources.contains(Column::Outcome) { Wanted::Cells(Column::Outcome) } else { Wanted::Absent };
        }
        if column.kind() == Kind::Seconds {
            return Wanted::Duration(column);
        }
        match (self.layout.sources.get(column), self.layout.set.get(&column)) {
            (_, Some(value)) => Wanted::Stated(value.clone()),
            (Some(source), None) => match source.places.as_slice() {
                _ if column.kind() == Kind::Word || has_words(column) || !source.origin.words.is_empty() => Wanted::Word(column, source.origin.clone()),
                _ => Wanted::Cells(column),
            },
            (None, None) => Wanted::Absent,
        }
    }

    /// Does the input have this column (or does somebody state it, or a table beside it)?
    pub fn has(&self, field: &Field) -> bool {
        self.has_own(field) || matches!(field, Field::Canonical(c) if self.given.contains(c) || *c == Column::CallId)
    }

    /// Does the input itself have this column (or does somebody state it)?
    pub fn has_own(&self, field: &Field) -> bool {
        match field {
            Field::Raw(name) => self.names.iter().any(|n| n.trim() == name.trim()),
            Field::Canonical(Column::OutcomeRaw) => self.layout.sources.contains(Column::Outcome),
            Field::Canonical(Column::Outcome) => self.layout.has(Column::Outcome) || self.outcome_from.is_some(),
            Field::Canonical(Column::Direction) => true,
            Field::Canonical(Column::RingS) => self.duration(Column::RingS, [Column::AnsweredAt, Column::StartedAt]),
            Field::Canonical(Column::TalkS) => self.duration(Column::TalkS, [Column::EndedAt, Column::AnsweredAt]),
            Field::Canonical(Column::TotalS) => self.duration(Column::TotalS, [Column::EndedAt, Column::StartedAt]),
            Field::Canonical(c) => self.layout.has(*c),
        }
    }

    fn duration(&self, column: Column, from: [Column; 2]) -> bool {
        self.layout.has(column) || from.iter().all(|c| self.layout.has(*c))
    }

    /// Canonical column to the export's columns, for reports.
    pub fn columns(&self) -> BTreeMap<String, String> {
        self.layout.sources.iter().map(|(c, s)| (c.name().to_owned(), s.origin.shown())).collect()
    }

    /// The clock of times without an offset.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Reads the records of a piece into `batch`. Gives what happened to the rows, and how many lie after `until`.
    pub fn calls(&self, raw: &[u8], piece: (&Table, &Fates), until: i64, zones: &Zones, known: Known<'_, '_>, batch: &mut Batch) -> (Counts, u64) {
        self.calls_but(&[], raw, piece, until, zones, known, batch)
    }

    /// The same without the `others` among the records, as if they were not there.
    #[allow(clippy::too_many_arguments)]
    pub fn calls_but(
        &self,
        others: &[bool],
        raw: &[u8],
        (table, fates): (&Table, &Fates),
        until: i64,
        zones: &Zones,
        known: Known<'_, '_>,
        batch: &mut Batch,
    ) -> (Counts, u64) {
        batch.begin(&self.wanted);
        batch.told = [Column::RingS, Column::TalkS, Column::TotalS].map(|c| self.layout.has(c));
        let mut reading = Reading::new(self, raw, table, table.check(raw), until, zones, known);
        for (index, row) in table.rows.iter().enumerate() {
            if others.get(index).copied().unwrap_or(false) {
                continue;
            }
            let fate = fates.of(row.offset);
            match fate {
                Some(Fate::Leg) => reading.counts.folded += 1,
                Some(Fate::Duplicate) => reading.counts.duplicate += 1,
                _ => {
                    let known = batch.len();
                    reading.row(u32::try_from(index).unwrap_or(u32::MAX), row, batch);
                    if let Some(fate) = fate.filter(|_| batch.len() > known) {
                        fates.apply(fate, batch);
                    }
                    continue;
                }
            }
            reading.counts.read += 1;
        }
        (reading.counts, reading.out_of_period)
    }

    /// Reads one record of a piece again into `batch`, which holds it alone then, or nothing if it is no call.
    pub fn calls_of(&self, raw: &[u8], (table, checked): (&Table, Checked<'_>), row: &Row, zones: &Zones, known: Known<'_, '_>, batch: &mut Batch) {
        batch.begin(&self.wanted);
        batch.told = [Column::RingS, Column::TalkS, Column::TotalS].map(|c| self.layout.has(c));
        Reading::new(self, raw, table, checked, i64::MAX, zones, known).row(0, row, batch);
    }

    /// A text column of each record, call or not; empty where it has none or cannot be read.
    pub fn texts(&self, field: &Field, raw: &[u8], table: &Table, zones: &Zones, known: Known<'_, '_>) -> Texts {
        let reading = Reading::new(self, raw, table, table.check(raw), i64::MAX, zones, known);
        let mut texts = Texts::default();
        table.rows.iter().for_each(|row| reading.text(field, row, &mut texts));
        texts
    }

    /// Why a row of a table or of a transcoded stream could not be read.
    fn unreadable(&self, raw: &[u8], table: &Table, row: &Row) -> Option<String> {
        if self.hidden > 0 {
            return spool::fault(raw, table, row).map(Cow::into_owned);
        }
        let damaged = self.encoding.transcoded() && memchr::memmem::find(table.raw(raw, row), "\u{fffd}".as_bytes()).is_some();
        damaged.then(|| format!("holds bytes that are not {} like the rest of the file", self.encoding.name()))
    }

    /// The outcome, after what the profile says of answers: a condition decides, or an answer time is needed.
    fn settled(&self, outcome: Outcome, cases: Cases, times: [i64; 5]) -> Outcome {
        if (self.outcome_from.is_none() && !self.answer_needed) || self.layout.stated(Column::Outcome, cases).is_some() {
            return outcome;
        }
        let [ring, talk, total, answered, ended] = times.map(|t| (t != NONE).then_some(t));
        let held = match &self.outcome_from {
            Some(condition) => condition.holds(&Times { ring, talk, total, answered, ended }),
            None => answered.is_none().then_some(false),
        };
        match (held, outcome) {
            (Some(true), Outcome::Voicemail | Outcome::Abandoned) => outcome,
            (Some(true), _) => Outcome::Answered,
            (Some(false), Outcome::Answered) => Outcome::NoAnswer,
            (Some(false), Outcome::Unknown) if self.outcome_from.is_some() => Outcome::NoAnswer,
            _ => outcome,
        }
    }

    /// The reading of a start that counting rules use, and the other one.
    fn start(&self, stamp: Stamp, counts: &mut Counts) -> (i64, i64) {
        if stamp.precision > Precision::Second {
            counts.precision = counts.precision.max(Some(stamp.precision));
        }
        let spread = stamp.precision.spread();
        if let Some(offset) = stamp.offset {
            counts.with_offset += 1;
            return (stamp.local - offset, stamp.local - offset + spread);
        }
        match self.clock.instants(stamp.local) {
            Readings::One(at) => (at, at + spread),
            Readings::Twice(first, second) => {
                counts.folds += 1;
                (first, second + spread)
            }
            Readings::Never(before, after) => {
                counts.gaps += 1;
                (before, after + spread)
            }
        }
    }

    /// The earliest reading that is not before `after`; None if there is none.
    fn later(&self, stamp: Stamp, after: i64) -> Option<i64> {
        let after = if stamp.precision > Precision::Second { after - stamp.precision.spread() } else { after };
        let readings = match stamp.offset {
            Some(offset) => Readings::One(stamp.local - offset),
            None => self.clock.instants(stamp.local),
        };
        match readings {
            Readings::Twice(a, b) | Readings::Never(b, a) => [a, b].into_iter().find(|t| *t >= after),
            Readings::One(t) => (t >= after).then_some(t),
        }
    }
}

/// Words of a column that were met in a piece and what they mean: a column has few.
type Met<T> = Vec<(Box<str>, T)>;

fn meet<T: Copy>(met: &mut Met<T>, word: &str, meaning: impl FnOnce() -> T) -> T {
    if let Some((_, known)) = met.iter().find(|m| *m.0 == *word) {
        return *known;
    }
    let found = meaning();
    if met.len() < 32 {
        met.push((word.into(), found));
    }
    found
}

/// Words of one source that were met and what they mean.
#[derive(Debug, Default)]
pub struct Words {
    /// None: a word that no table knows; Err: the row is no call.
    outcomes: Met<Option<Result<Outcome, ()>>>,
    directions: Met<Option<Direction>>,
    answerers: Met<Option<AnsweredBy>>,
}

/// What is remembered from one piece of a source to the next: numbers and words.
pub type Known<'a, 'n> = (&'a mut NumberReader<'n>, &'a mut Words);

/// The reading of one piece.
struct Reading<'a, 'n> {
    mapping: &'a Mapping,
    raw: &'a [u8],
    table: &'a Table,
    checked: Checked<'a>,
    until: i64,
    zones: &'a Zones,
    numbers: &'a mut NumberReader<'n>,
    counts: Counts,
    out_of_period: u64,
    words: &'a mut Words,
}

impl<'a, 'n> Reading<'a, 'n> {
    fn new(
        mapping: &'a Mapping,
        raw: &'a [u8],
        table: &'a Table,
        checked: Checked<'a>,
        until: i64,
        zones: &'a Zones,
        (numbers, words): Known<'a, 'n>,
    ) -> Reading<'a, 'n> {
        Reading { mapping, raw, table, checked, until, zones, numbers, counts: Counts::default(), out_of_period: 0, words }
    }

    /// The cell of a column, if it has one and that is not null.
    #[inline]
    fn get<'r>(&self, at: At<'r>, column: Column) -> Option<Cow<'r, str>> {
        if at.cases == 0
            && let Some(text) = self.mapping.layout.sources.plain(column).and_then(|place| at.record.quick(place))
        {
            return (!is_null(text)).then_some(Cow::Borrowed(text));
        }
        self.read(at, column)
    }

    #[inline(never)]
    fn read<'r>(&self, at: At<'r>, column: Column) -> Option<Cow<'r, str>> {
        self.mapping.layout.source(column, at.cases)?.text(at.record).filter(|c| !is_null(c))
    }

    fn row(&mut self, index: u32, row: &Row, batch: &mut Batch) {
        let mapping = self.mapping;
        self.counts.read += 1;
        let mended = if row.fault.is_some() { mapping.repair.row(self.raw, self.table, row) } else { None };
        let record = match (&mended, row.fault) {
            (None, None) => Record::new(self.raw, self.table, row, mapping.encoding, self.checked),
            (Some((raw, table)), _) => Record::new(raw, table, &table.rows[0], mapping.encoding, Checked::default()),
            (None, Some(fault)) => {
                self.counts.rejects.push((index, reason(fault, mapping.names.len()), None));
                return;
            }
        };
        if self.checked.is_damaged() && mapping.encoding == Encoding::Utf8 && std::str::from_utf8(self.table.raw(self.raw, row)).is_err() {
            self.counts.rejects.push((index, "not UTF-8 like the rest of the file".to_owned(), None));
            return;
        }
        if let Some(why) = mapping.unreadable(self.raw, self.table, row) {
            self.counts.rejects.push((index, why, None));
            return;
        }
        self.counts.repaired += u64::from(mended.is_some());
        let at = At { record, cases: mapping.layout.cases(record) };
        if mapping.layout.no_call(at.cases) {
            self.counts.no_call += 1;
            return;
        }
        if let Some((places, join)) = &mapping.call_key {
            let known = batch.len();
            self.call(index, row.offset, at, batch);
            if batch.len() > known {
                batch.call_key.push(&shared(record, places, *join));
                batch.agent_leg.push(mapping.layout.agent_leg(at.cases));
            }
            return;
        }
        // The side of an agent is no call to anybody, unless it was folded into one.
        if mapping.layout.agent_leg(at.cases) {
            self.counts.no_call += 1;
            return;
        }
        self.call(index, row.offset, at, batch);
    }

    /// One text of a record, whether it is a call or not.
    fn text(&self, field: &Field, row: &Row, texts: &mut Texts) {
        let mapping = self.mapping;
        let mended = if row.fault.is_some() { mapping.repair.row(self.raw, self.table, row) } else { None };
        let record = match &mended {
            Some((raw, table)) => Record::new(raw, table, &table.rows[0], mapping.encoding, Checked::default()),
            None if row.fault.is_some() => return texts.push(""),
            None => Record::new(self.raw, self.table, row, mapping.encoding, self.checked),
        };
        let at = At { record, cases: mapping.layout.cases(record) };
        match mapping.wanted.iter().find(|w| w.0 == *field) {
            Some((field, wanted)) => self.push_text(field, wanted, at, [NONE; 3], texts),
            None => texts.push(""),
        }
    }

    fn call(&mut self, index: u32, offset: u64, at: At<'_>, batch: &mut Batch) {
        let mapping = self.mapping;
        let start_text = self.get(at, Column::StartedAt).unwrap_or_default();
        let Some(stamp) = timestamps::parse(&start_text, mapping.order) else {
            let why = if start_text.is_empty() { "the start is empty".to_owned() } else { format!("the start \"{start_text}\" is no time") };
            let column = mapping.layout.source(Column::StartedAt, at.cases).map(|s| s.origin.shown());
            self.counts.rejects.push((index, why, column));
            return;
        };
        let Ok(outcome) = self.outcome(at) else {
            self.counts.no_call += 1;
            return;
        };
        let (start, last) = mapping.start(stamp, &mut self.counts);
        if start >= self.until {
            self.out_of_period += 1;
            return;
        }
        let answered = self.instant(at, Column::AnsweredAt, start);
        let ended = self.instant(at, Column::EndedAt, if answered == NONE { start } else { answered });
        let lengths =
            [self.length(at, Column::RingS, start, answered), self.length(at, Column::TalkS, answered, ended), self.length(at, Column::TotalS, start, ended)];
        let caller = self.number(at, Column::Caller);
        let callee = self.number(at, Column::Callee);
        self.counts.numbers.add(if mapping.layout.has(Column::Callee) { callee.sort } else { Sort::Null });
        let zone = mapping.layout.stated(Column::CalleeZone, at.cases).map(|z| Cow::Borrowed(z.as_str())).or_else(|| self.get(at, Column::CalleeZone));
        let zones = zone.and_then(|z| exported_zones(&z, callee.zones, start, self.zones, &mut self.counts));
        batch.zones.push(zones.unwrap_or(callee.zones));
        let direction = self.word(at, Column::Direction, |w| &mut w.directions, Direction::by_word);
        self.counts.direction_assumed += u64::from(direction.is_none());
        batch.direction.push((direction.unwrap_or(Direction::Outbound), direction.is_some()));
        batch.answered_by.push(self.word(at, Column::AnsweredBy, |w| &mut w.answerers, AnsweredBy::by_word));
        batch.offset.push(offset);
        batch.record.push(index);
        batch.start.push(start);
        batch.start_last.push(last);
        batch.answered.push(answered);
        batch.ended.push(ended);
        let (answered_last, ended_last) = if last == start { (answered, ended) } else { self.again(at, last, answered, ended) };
        batch.answered_last.push(answered_last);
        batch.ended_last.push(ended_last);
        batch.ring.push(lengths[0]);
        batch.talk.push(lengths[1]);
        batch.total.push(lengths[2]);
        batch.caller.push(caller);
        batch.callee.push(callee);
        let [ring, talk, total] = lengths;
        batch.outcome.push(mapping.settled(outcome, at.cases, [ring, talk, total, answered, ended]));
        batch.call_id.push(&self.get(at, Column::CallId).unwrap_or_default());
        for ((field, wanted), (_, texts)) in mapping.wanted.iter().zip(&mut batch.texts) {
            self.push_text(field, wanted, at, lengths, texts);
        }
    }

    fn number(&mut self, at: At<'_>, column: Column) -> Number {
        let cell = self.get(at, column);
        self.numbers.read(cell.as_deref().unwrap_or_default())
    }

    fn instant(&mut self, at: At<'_>, column: Column, after: i64) -> i64 {
        let Some(text) = self.get(at, column) else { return NONE };
        if is_never(&text) {
            return NONE;
        }
        match timestamps::parse(&text, self.mapping.order).and_then(|s| self.mapping.later(s, after)) {
            Some(instant) => instant,
            None => {
                *self.counts.unreadable.entry(column.name()).or_default() += 1;
                NONE
            }
        }
    }

    /// Answer and end under the other reading of the start.
    fn again(&self, at: At<'_>, last: i64, answered: i64, ended: i64) -> (i64, i64) {
        let read = |column: Column, after: i64, first: i64| -> i64 {
            if first == NONE {
                return first;
            }
            let stamp = self.get(at, column).and_then(|t| timestamps::parse(&t, self.mapping.order));
            stamp.and_then(|s| self.mapping.later(s, after)).unwrap_or(first)
        };
        let answered_last = read(Column::AnsweredAt, last, answered);
        (answered_last, read(Column::EndedAt, if answered_last == NONE { last } else { answered_last }, ended))
    }

    fn length(&mut self, at: At<'_>, column: Column, from: i64, to: i64) -> i64 {
        let source = self.mapping.layout.source(column, at.cases);
        if let (Some(text), Some(source)) = (self.get(at, column), source) {
            if let Some(ms) = timestamps::parse_duration(&text, source.origin.unit) {
                return ms;
            }
            *self.counts.unreadable.entry(column.name()).or_default() += 1;
            return NONE;
        }
        if from == NONE || to == NONE || source.is_some() { NONE } else { to - from }
    }

    /// What a word of a closed list means.
    fn word<T: Copy>(&mut self, at: At<'_>, column: Column, met: impl Fn(&mut Words) -> &mut Met<Option<T>>, by_word: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mapping = self.mapping;
        if let Some(stated) = mapping.layout.stated(column, at.cases) {
            return by_word(stated);
        }
        let source = mapping.layout.source(column, at.cases)?;
        if !at.remembered(source) {
            return source.word(column, at.record).1.as_deref().and_then(by_word);
        }
        let cell = self.get(at, column)?;
        meet(met(self.words), &cell, || source.origin.meaning(column, &fold(&cell)).and_then(by_word))
    }

    /// The outcome that a record names; Err if the record is no call.
    fn outcome(&mut self, at: At<'_>) -> Result<Outcome, ()> {
        let mapping = self.mapping;
        if let Some(stated) = mapping.layout.stated(Column::Outcome, at.cases) {
            return Ok(Outcome::by_word(stated).unwrap_or(Outcome::Unknown));
        }
        let Some(source) = mapping.layout.source(Column::Outcome, at.cases) else { return Ok(Outcome::Unknown) };
        let result = |word: Option<&str>| match word {
            Some(NO_CALL) => Some(Err(())),
            Some(word) => Outcome::by_word(word).map(Ok),
            None => None,
        };
        let (text, found) = if at.remembered(source) {
            let Some(text) = self.get(at, Column::Outcome) else { return Ok(Outcome::Unknown) };
            let found = meet(&mut self.words.outcomes, &text, || result(source.origin.meaning(Column::Outcome, &fold(&text))));
            (text, found)
        } else {
            let (text, meant) = source.word(Column::Outcome, at.record);
            if text.is_empty() {
                return Ok(Outcome::Unknown);
            }
            (Cow::Owned(text), result(meant.as_deref()))
        };
        found.unwrap_or_else(|| {
            *self.counts.unmapped.entry(text.into_owned()).or_default() += 1;
            Ok(Outcome::Unknown)
        })
    }

    fn push_text(&self, field: &Field, wanted: &Wanted, at: At<'_>, lengths: [i64; 3], texts: &mut Texts) {
        let record = at.record;
        if at.cases != 0
            && let Field::Canonical(column) = field
            && !matches!(wanted, Wanted::Duration(_))
        {
            return texts.push(&self.text_of_case(*column, at));
        }
        let layout = &self.mapping.layout;
        match wanted {
            Wanted::Absent => texts.push(""),
            Wanted::Stated(value) => texts.push(value),
            Wanted::Cell(place) => texts.push(&record.at(*place).filter(|c| !is_null(c)).unwrap_or_default()),
            Wanted::Cells(column) => {
                texts.push(&layout.sources.get(*column).and_then(|s| s.text(record)).filter(|c| !is_null(c)).unwrap_or_default());
            }
            Wanted::Word(column, origin) => {
                let Some(source) = layout.sources.get(*column).filter(|_| origin.join == Join::First) else {
                    let text = layout.sources.get(*column).and_then(|s| s.text(record)).filter(|c| !is_null(c)).unwrap_or_default();
                    let meant = if text.is_empty() { None } else { origin.meaning(*column, &fold(&text)) };
                    return texts.push(meant.unwrap_or(if column.kind() == Kind::Word { "" } else { &text }));
                };
                let (text, meant) = source.word(*column, record);
                texts.push(meant.as_deref().unwrap_or(if column.kind() == Kind::Word { "" } else { &text }));
            }
            Wanted::Duration(column) => {
                let ms = lengths[match column {
                    Column::RingS => 0,
                    Column::TalkS => 1,
                    _ => 2,
                }];
                texts.push(&if ms == NONE { String::new() } else { seconds(ms) });
            }
        }
    }

    /// A text column of a record of which something else holds.
    fn text_of_case(&self, column: Column, at: At<'_>) -> String {
        let layout = &self.mapping.layout;
        if let Some(stated) = layout.stated(column, at.cases) {
            return stated.clone();
        }
        let raw_outcome = column == Column::OutcomeRaw && !layout.has(column);
        let Some(source) = layout.source(if raw_outcome { Column::Outcome } else { column }, at.cases) else { return String::new() };
        if raw_outcome || (column.kind() != Kind::Word && !has_words(column) && source.origin.words.is_empty()) {
            return source.text(at.record).filter(|c| !is_null(c)).unwrap_or_default().into_owned();
        }
        let (text, meant) = source.word(column, at.record);
        meant.unwrap_or(if column.kind() == Kind::Word { String::new() } else { text })
    }
}

/// What the legs of a call share; empty where it is null.
fn shared(record: Record<'_>, places: &[usize], join: Join) -> String {
    let mut key = String::new();
    let mut any = false;
    for place in places {
        let cell = record.at(*place).filter(|c| !is_null(c));
        if join == Join::First {
            if let Some(cell) = cell {
                return cell.into_owned();
            }
            continue;
        }
        any |= cell.is_some();
        key.push_str(cell.as_deref().unwrap_or_default());
        key.push('\u{1f}');
    }
    if any { key } else { String::new() }
}

/// A record, and the cases that it is of.
#[derive(Clone, Copy)]
struct At<'r> {
    record: Record<'r>,
    cases: Cases,
}

impl At<'_> {
    /// May the meaning of its cell be that of the same cell in another record?
    fn remembered(&self, source: &Source) -> bool {
        self.cases == 0 && source.origin.join != Join::First
    }
}

/// Text columns of which the general table knows words; other texts stay as they are.
fn has_words(column: Column) -> bool {
    matches!(column, Column::Mode | Column::Purpose)
}

/// What stands for "never" where a time is expected.
fn is_never(text: &str) -> bool {
    text == "0" || text.starts_with("0000-00-00") || text.starts_with("0001-01-01")
}

/// Seconds with as many decimals as needed.
pub fn seconds(ms: i64) -> String {
    if ms % 1000 == 0 { (ms / 1000).to_string() } else { format!("{}", ms as f64 / 1000.0) }
}

/// Why a record of a table with so many fields is not taken.
pub fn reason(fault: Fault, width: usize) -> String {
    match fault {
        Fault::Ragged { found } => format!("{found} fields where {width} were expected"),
        Fault::Quotes => "text follows a closing quote".to_owned(),
        Fault::Unclosed => "a quote opens and does not close".to_owned(),
        Fault::TooLong => "longer than 1 MiB or more than 4,096 fields".to_owned(),
    }
}

/// Zones of an exported cell: a name, or an offset that selects among the zones of the number; alone it may be an hour off.
pub fn exported_zones(cell: &str, of_number: ZoneSet, at: i64, zones: &Zones, counts: &mut Counts) -> Option<ZoneSet> {
    let signed = if cell.starts_with(['+', '-']) { cell.to_owned() } else { format!("+{cell}") };
    if cell.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
        let Some(offset) = parse_offset(&signed) else {
            *counts.unreadable.entry("callee_zone").or_default() += 1;
            return None;
        };
        let view = zones.view();
        let fitting: Vec<_> = view.members(of_number).iter().copied().filter(|z| view.clock(*z).offset(at) == offset).collect();
        if !fitting.is_empty() {
            return Some(zones.set(fitting));
        }
        let around = [offset - 3_600_000, offset, offset + 3_600_000].map(|o| {
            let minutes = o.abs() / 60_000;
            format!("{}{:02}:{:02}", if o < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
        });
        return Some(zones.set(around.iter().filter_map(|n| zones.clock(n).ok()).collect()));
    }
    match zones.clock(cell) {
        Ok(zone) => Some(zones.set(vec![zone])),
        Err(_) => {
            *counts.unreadable.entry("callee_zone").or_default() += 1;
            None
        }
    }
}

/// A column's name without what editors, spreadsheets and exporters put around it.
pub fn clean_name(name: &str) -> String {
    name.trim_start_matches('\u{feff}').trim().trim_matches(['"', '\'']).trim().to_owned()
}

/// The names of columns as they are addressed: cleaned, unnamed ones by their number (`column_7`), later ones of the same name with
/// theirs (`name_2`).
pub fn unique_names(cells: &[String]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Vec::with_capacity(cells.len());
    for (i, cell) in cells.iter().enumerate() {
        let clean = clean_name(cell);
        let base = if clean.is_empty() { format!("column_{}", i + 1) } else { clean };
        let mut name = base.clone();
        while !seen.insert(name.clone()) {
            let n = counts.entry(base.clone()).or_insert(1);
            *n += 1;
            name = format!("{base}_{n}");
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_each_stands_once() {
        let cells = ["\u{feff}Id\t", "status", "", " 'status' ", "\"to\"", "status_2", ""].map(str::to_owned);
        assert_eq!(unique_names(&cells), ["Id", "status", "column_3", "status_2", "to", "status_2_2", "column_7"]);
    }
}
