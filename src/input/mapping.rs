//! From records to calls: each cell read by the profile, nothing guessed in silence, everything counted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::calls::columns::{AnsweredBy, Column, Direction, Field, Kind, Outcome, is_null};
use crate::calls::numbers::{Number, NumberReader, Sort, SortCounts};
use crate::calls::timestamps::{self, DateOrder, Precision, Stamp};
use crate::calls::zones::{Clock, Readings, ZoneSet, Zones, parse_offset};

use super::formats::meaning;
use super::prefix::Encoding;
use super::profile::{NO_CALL, Origin, Profile, fold};
use super::records::{Checked, Fault, Row, Table};

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
    /// The number shown.
    pub caller: Vec<Number>,
    /// The number that rang.
    pub callee: Vec<Number>,
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
        self.zones.clear();
        self.outcome.clear();
        self.answered_by.clear();
        self.direction.clear();
        self.record.clear();
        self.call_id.clear();
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
}

/// The profile of an input, tied to the columns that it has.
#[derive(Debug)]
pub struct Mapping {
    /// The names of the export's columns.
    pub names: Vec<String>,
    encoding: Encoding,
    sources: Sources,
    set: BTreeMap<Column, String>,
    clock: Clock,
    order: Option<DateOrder>,
    wanted: Vec<(Field, Wanted)>,
}

/// Where each column comes from, by its number.
#[derive(Debug, Default)]
struct Sources(Vec<Option<(Vec<usize>, Origin)>>);

impl Sources {
    fn get(&self, column: &Column) -> Option<&(Vec<usize>, Origin)> {
        self.0.get(*column as usize)?.as_ref()
    }
    fn contains_key(&self, column: &Column) -> bool {
        self.get(column).is_some()
    }
    fn insert(&mut self, column: Column, source: (Vec<usize>, Origin)) {
        if self.0.len() <= column as usize {
            self.0.resize(column as usize + 1, None);
        }
        self.0[column as usize] = Some(source);
    }
    fn iter(&self) -> impl Iterator<Item = (Column, &(Vec<usize>, Origin))> {
        Column::ALL.iter().filter_map(|c| self.get(c).map(|s| (*c, s)))
    }
}

#[derive(Debug)]
enum Wanted {
    Cells(Vec<usize>),
    Word(Vec<usize>, Column, BTreeMap<String, String>),
    Stated(String),
    Duration(Column),
    Absent,
}

impl Mapping {
    /// Ties a profile to the columns of an input. `wanted`: text columns that rules, keys and outputs use.
    ///
    /// Errors: the columns of the profile that the input does not have.
    pub fn new(profile: &Profile, names: Vec<String>, encoding: Encoding, clock: Clock, wanted: &[Field]) -> Result<Mapping, String> {
        let clean = |s: &str| s.trim_start_matches('\u{feff}').trim().to_owned();
        let position = |name: &str| names.iter().position(|n| n == name).or_else(|| names.iter().position(|n| clean(n) == clean(name)));
        let mut sources = Sources::default();
        let mut missing = Vec::new();
        for (column, origin) in &profile.columns {
            let places: Vec<Option<usize>> = origin.columns.iter().map(|n| position(n)).collect();
            missing.extend(origin.columns.iter().zip(&places).filter(|(_, p)| p.is_none()).map(|(n, _)| n.clone()));
            if places.iter().all(Option::is_some) {
                sources.insert(*column, (places.into_iter().flatten().collect::<Vec<_>>(), origin.clone()));
            }
        }
        if !missing.is_empty() {
            let found: Vec<String> = names.iter().map(|n| format!("\"{}\"", clean(n))).collect();
            return Err(format!(
                "the profile {} names columns that the file does not have: {}. The file has: {}",
                profile.name,
                missing.join(", "),
                found.join(", ")
            ));
        }
        let mut mapping = Mapping { names: names.clone(), encoding, sources, set: profile.set.clone(), clock, order: profile.date_order, wanted: Vec::new() };
        for field in wanted {
            let source = match field {
                Field::Raw(name) => position(name).map_or(Wanted::Absent, |i| Wanted::Cells(vec![i])),
                Field::Canonical(column) => mapping.wanted(*column),
            };
            mapping.wanted.push((field.clone(), source));
        }
        Ok(mapping)
    }

    fn wanted(&self, column: Column) -> Wanted {
        if column == Column::OutcomeRaw && !self.sources.contains_key(&column) {
            return self.sources.get(&Column::Outcome).map_or(Wanted::Absent, |s| Wanted::Cells(s.0.clone()));
        }
        if column.kind() == Kind::Seconds {
            return Wanted::Duration(column);
        }
        match (self.sources.get(&column), self.set.get(&column)) {
            (_, Some(value)) => Wanted::Stated(value.clone()),
            (Some((places, origin)), None) if column.kind() == Kind::Word => Wanted::Word(places.clone(), column, origin.words.clone()),
            (Some((places, _)), None) => Wanted::Cells(places.clone()),
            (None, None) => Wanted::Absent,
        }
    }

    /// Does the input have this column (or does somebody state it)?
    pub fn has(&self, field: &Field) -> bool {
        match field {
            Field::Raw(name) => self.names.iter().any(|n| n.trim() == name.trim()),
            Field::Canonical(Column::OutcomeRaw) => self.sources.contains_key(&Column::Outcome),
            Field::Canonical(Column::Direction | Column::CallId) => true,
            Field::Canonical(Column::RingS) => self.duration(Column::RingS, [Column::AnsweredAt, Column::StartedAt]),
            Field::Canonical(Column::TalkS) => self.duration(Column::TalkS, [Column::EndedAt, Column::AnsweredAt]),
            Field::Canonical(Column::TotalS) => self.duration(Column::TotalS, [Column::EndedAt, Column::StartedAt]),
            Field::Canonical(c) => self.sources.contains_key(c) || self.set.contains_key(c),
        }
    }

    fn duration(&self, column: Column, from: [Column; 2]) -> bool {
        self.sources.contains_key(&column) || from.iter().all(|c| self.sources.contains_key(c))
    }

    /// Canonical column to the export's columns, for reports.
    pub fn columns(&self) -> BTreeMap<String, String> {
        self.sources.iter().map(|(c, (_, o))| (c.name().to_owned(), o.columns.iter().map(|n| n.trim().to_owned()).collect::<Vec<_>>().join(" + "))).collect()
    }

    /// The clock of times without an offset.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Reads the records of a piece into `batch`. Gives what happened to the rows, and how many lie after `until`.
    pub fn calls(&self, raw: &[u8], table: &Table, until: i64, zones: &Zones, numbers: &mut NumberReader<'_>, batch: &mut Batch) -> (Counts, u64) {
        batch.begin(&self.wanted);
        let mut reading = Reading::new(self, raw, table, table.check(raw), until, zones, numbers);
        for (index, row) in table.rows.iter().enumerate() {
            reading.row(u32::try_from(index).unwrap_or(u32::MAX), row, batch);
        }
        (reading.counts, reading.out_of_period)
    }

    /// Reads one record of a piece again into `batch`, which holds it alone then, or nothing if it is no call.
    pub fn calls_of(&self, raw: &[u8], table: &Table, row: &Row, zones: &Zones, numbers: &mut NumberReader<'_>, batch: &mut Batch) {
        batch.begin(&self.wanted);
        Reading::new(self, raw, table, Checked::default(), i64::MAX, zones, numbers).row(0, row, batch);
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

/// The cells of a piece as text.
struct Cells<'a> {
    raw: &'a [u8],
    table: &'a Table,
    checked: Checked<'a>,
    encoding: Encoding,
}

impl<'a> Cells<'a> {
    /// A trimmed cell; None where its bytes are no text.
    fn one(&self, row: &Row, place: usize) -> Option<Cow<'a, str>> {
        if let Some(text) = self.table.text(self.checked, row, place) {
            return Some(Cow::Borrowed(trimmed(text)));
        }
        Some(match self.encoding.text(self.table.field(self.raw, row, place))? {
            Cow::Borrowed(t) => Cow::Borrowed(trimmed(t)),
            Cow::Owned(t) => Cow::Owned(trimmed(&t).to_owned()),
        })
    }

    /// Cells joined by blanks.
    fn joined(&self, row: &Row, places: &[usize]) -> Option<Cow<'a, str>> {
        if let [place] = places {
            return self.one(row, *place);
        }
        let mut joined = String::new();
        for place in places {
            let text = self.one(row, *place)?;
            if !text.is_empty() {
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(&text);
            }
        }
        Some(Cow::Owned(joined))
    }
}

/// Without blanks around it.
fn trimmed(text: &str) -> &str {
    let plain = |b: Option<&u8>| b.is_some_and(|b| (b'!'..=b'~').contains(b));
    if plain(text.as_bytes().first()) && plain(text.as_bytes().last()) { text } else { text.trim() }
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

/// The reading of one piece.
struct Reading<'a, 'n> {
    mapping: &'a Mapping,
    cells: Cells<'a>,
    until: i64,
    zones: &'a Zones,
    numbers: &'a mut NumberReader<'n>,
    counts: Counts,
    out_of_period: u64,
    /// None: a word that no table knows; Err: the row is no call.
    outcomes: Met<Option<Result<Outcome, ()>>>,
    directions: Met<Option<Direction>>,
    answerers: Met<Option<AnsweredBy>>,
}

impl<'a, 'n> Reading<'a, 'n> {
    fn new(
        mapping: &'a Mapping,
        raw: &'a [u8],
        table: &'a Table,
        checked: Checked<'a>,
        until: i64,
        zones: &'a Zones,
        numbers: &'a mut NumberReader<'n>,
    ) -> Reading<'a, 'n> {
        Reading {
            mapping,
            cells: Cells { raw, table, checked, encoding: mapping.encoding },
            until,
            zones,
            numbers,
            counts: Counts::default(),
            out_of_period: 0,
            outcomes: Vec::new(),
            directions: Vec::new(),
            answerers: Vec::new(),
        }
    }

    /// The cell of a column, if it has one and that is not null.
    fn get(&self, row: &Row, column: Column) -> Option<Cow<'a, str>> {
        let (places, _) = self.mapping.sources.get(&column)?;
        self.cells.joined(row, places).filter(|c| !is_null(c))
    }

    fn row(&mut self, index: u32, row: &Row, batch: &mut Batch) {
        let mapping = self.mapping;
        self.counts.read += 1;
        if let Some(fault) = row.fault {
            self.counts.rejects.push((index, reason(fault, mapping.names.len()), None));
            return;
        }
        if self.cells.checked.is_damaged() && mapping.encoding == Encoding::Utf8 && std::str::from_utf8(self.cells.table.raw(self.cells.raw, row)).is_err() {
            self.counts.rejects.push((index, "not UTF-8 like the rest of the file".to_owned(), None));
            return;
        }
        let start_text = self.get(row, Column::StartedAt).unwrap_or_default();
        let Some(stamp) = timestamps::parse(&start_text, mapping.order) else {
            let why = if start_text.is_empty() { "the start is empty".to_owned() } else { format!("the start \"{start_text}\" is no time") };
            let column = mapping.sources.get(&Column::StartedAt).map(|(_, o)| o.columns.join(" + "));
            self.counts.rejects.push((index, why, column));
            return;
        };
        let Ok(outcome) = self.outcome(row) else {
            self.counts.no_call += 1;
            return;
        };
        let (start, last) = mapping.start(stamp, &mut self.counts);
        if start >= self.until {
            self.out_of_period += 1;
            return;
        }
        let answered = self.instant(row, Column::AnsweredAt, start);
        let ended = self.instant(row, Column::EndedAt, if answered == NONE { start } else { answered });
        let lengths = [
            self.length(row, Column::RingS, start, answered),
            self.length(row, Column::TalkS, answered, ended),
            self.length(row, Column::TotalS, start, ended),
        ];
        let caller = self.number(row, Column::Caller);
        let callee = self.number(row, Column::Callee);
        self.counts.numbers.add(if mapping.sources.contains_key(&Column::Callee) { callee.sort } else { Sort::Null });
        let zones = self.get(row, Column::CalleeZone).and_then(|z| exported_zones(&z, callee.zones, start, self.zones, &mut self.counts));
        batch.zones.push(zones.unwrap_or(callee.zones));
        let direction = self.word(row, Column::Direction, |r| &mut r.directions, Direction::by_word);
        self.counts.direction_assumed += u64::from(direction.is_none());
        batch.direction.push((direction.unwrap_or(Direction::Outbound), direction.is_some()));
        batch.answered_by.push(self.word(row, Column::AnsweredBy, |r| &mut r.answerers, AnsweredBy::by_word));
        batch.offset.push(row.offset);
        batch.record.push(index);
        batch.start.push(start);
        batch.start_last.push(last);
        batch.answered.push(answered);
        batch.ended.push(ended);
        let (answered_last, ended_last) = if last == start { (answered, ended) } else { self.again(row, last, answered, ended) };
        batch.answered_last.push(answered_last);
        batch.ended_last.push(ended_last);
        batch.ring.push(lengths[0]);
        batch.talk.push(lengths[1]);
        batch.total.push(lengths[2]);
        batch.caller.push(caller);
        batch.callee.push(callee);
        batch.outcome.push(outcome);
        batch.call_id.push(&self.get(row, Column::CallId).unwrap_or_default());
        for ((_, wanted), (_, texts)) in mapping.wanted.iter().zip(&mut batch.texts) {
            self.push_text(wanted, row, lengths, texts);
        }
    }

    fn number(&mut self, row: &Row, column: Column) -> Number {
        let cell = self.get(row, column);
        self.numbers.read(cell.as_deref().unwrap_or_default())
    }

    fn instant(&mut self, row: &Row, column: Column, after: i64) -> i64 {
        let Some(text) = self.get(row, column) else { return NONE };
        if text == "0" || text.starts_with("0000-00-00") {
            return NONE;
        }
        match timestamps::parse(&text, self.mapping.order).and_then(|s| self.mapping.later(s, after)) {
            Some(at) => at,
            None => {
                *self.counts.unreadable.entry(column.name()).or_default() += 1;
                NONE
            }
        }
    }

    /// Answer and end under the other reading of the start.
    fn again(&self, row: &Row, last: i64, answered: i64, ended: i64) -> (i64, i64) {
        let read = |column: Column, after: i64, first: i64| -> i64 {
            if first == NONE {
                return first;
            }
            let stamp = self.get(row, column).and_then(|t| timestamps::parse(&t, self.mapping.order));
            stamp.and_then(|s| self.mapping.later(s, after)).unwrap_or(first)
        };
        let answered_last = read(Column::AnsweredAt, last, answered);
        (answered_last, read(Column::EndedAt, if answered_last == NONE { last } else { answered_last }, ended))
    }

    fn length(&mut self, row: &Row, column: Column, from: i64, to: i64) -> i64 {
        let source = self.mapping.sources.get(&column);
        if let (Some(text), Some((_, origin))) = (self.get(row, column), source) {
            if let Some(ms) = timestamps::parse_duration(&text, origin.unit) {
                return ms;
            }
            *self.counts.unreadable.entry(column.name()).or_default() += 1;
            return NONE;
        }
        if from == NONE || to == NONE || source.is_some() { NONE } else { to - from }
    }

    /// What a word of a closed list means.
    fn word<T: Copy>(&mut self, row: &Row, column: Column, met: impl Fn(&mut Self) -> &mut Met<Option<T>>, by_word: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mapping = self.mapping;
        if let Some(stated) = mapping.set.get(&column) {
            return by_word(stated);
        }
        let (_, origin) = mapping.sources.get(&column)?;
        let cell = self.get(row, column)?;
        meet(met(self), &cell, || {
            let folded = fold(&cell);
            origin.words.get(&folded).map(String::as_str).or_else(|| meaning(column, &folded)).and_then(by_word)
        })
    }

    /// The outcome of a record; Err if the record is no call.
    fn outcome(&mut self, row: &Row) -> Result<Outcome, ()> {
        let mapping = self.mapping;
        if let Some(stated) = mapping.set.get(&Column::Outcome) {
            return Ok(Outcome::by_word(stated).unwrap_or(Outcome::Unknown));
        }
        let Some((_, origin)) = mapping.sources.get(&Column::Outcome) else { return Ok(Outcome::Unknown) };
        let Some(text) = self.get(row, Column::Outcome) else { return Ok(Outcome::Unknown) };
        let found = meet(&mut self.outcomes, &text, || {
            let folded = fold(&text);
            match origin.words.get(&folded).map(String::as_str).or_else(|| meaning(Column::Outcome, &folded)) {
                Some(NO_CALL) => Some(Err(())),
                Some(word) => Outcome::by_word(word).map(Ok),
                None => None,
            }
        });
        found.unwrap_or_else(|| {
            *self.counts.unmapped.entry(text.into_owned()).or_default() += 1;
            Ok(Outcome::Unknown)
        })
    }

    fn push_text(&self, wanted: &Wanted, row: &Row, lengths: [i64; 3], texts: &mut Texts) {
        match wanted {
            Wanted::Absent => texts.push(""),
            Wanted::Stated(value) => texts.push(value),
            Wanted::Cells(places) => texts.push(&self.cells.joined(row, places).filter(|c| !is_null(c)).unwrap_or_default()),
            Wanted::Word(places, column, words) => {
                let folded = self.cells.joined(row, places).filter(|c| !is_null(c)).map(|c| fold(&c)).unwrap_or_default();
                texts.push(words.get(&folded).map(String::as_str).or_else(|| meaning(*column, &folded)).unwrap_or_default());
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
}

/// Seconds with as many decimals as needed.
pub fn seconds(ms: i64) -> String {
    if ms % 1000 == 0 { (ms / 1000).to_string() } else { format!("{}", ms as f64 / 1000.0) }
}

fn reason(fault: Fault, width: usize) -> String {
    match fault {
        Fault::Ragged { found } => format!("{found} fields where {width} were expected"),
        Fault::Quotes => "text follows a closing quote".to_owned(),
        Fault::Unclosed => "a quote opens and does not close".to_owned(),
        Fault::TooLong => "longer than 1 MiB or more than 4,096 fields".to_owned(),
    }
}

/// Zones of an exported cell: a name, or an offset that selects among the zones of the number; alone it may be an hour off.
fn exported_zones(cell: &str, of_number: ZoneSet, at: i64, zones: &Zones, counts: &mut Counts) -> Option<ZoneSet> {
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
