//! From records to calls: each cell read by the profile, nothing guessed in silence, everything counted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::calls::columns::{AnsweredBy, Column, Direction, Field, Kind, Outcome, is_null};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, NumberReader, NumberRegion, Sort, SortCounts};
use crate::calls::timestamps::{self, DateOrder, Precision, Stamp};
use crate::calls::zones::{Clock, Readings, ZoneSet, Zones, parse_offset};

use super::formats::meaning;
use super::prefix::Encoding;
use super::profile::{NO_CALL, Origin, Profile, fold};
use super::records::{Fault, Row, Table};

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
}

/// Calls of one piece of one source, column by column.
#[derive(Debug, Default)]
pub struct Batch {
    /// First byte of each call's record.
    pub offset: Vec<u64>,
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
    pub texts: BTreeMap<Field, Texts>,
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
            _ => self.texts.get(field).map_or("", |t| t.get(i)),
        }
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
    region: NumberRegion,
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
    pub fn new(profile: &Profile, names: Vec<String>, encoding: Encoding, clock: Clock, region: NumberRegion, wanted: &[Field]) -> Result<Mapping, String> {
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
        let mut mapping =
            Mapping { names: names.clone(), encoding, sources, set: profile.set.clone(), clock, region, order: profile.date_order, wanted: Vec::new() };
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

    /// The texts of the columns that make up a start, of one record.
    pub fn start_cell<'a>(&self, raw: &'a [u8], table: &'a Table, row: &Row) -> Option<Cow<'a, str>> {
        self.sources.get(&Column::StartedAt).and_then(|(places, _)| self.cell(raw, table, row, places))
    }

    fn cell<'a>(&self, raw: &'a [u8], table: &'a Table, row: &Row, places: &[usize]) -> Option<Cow<'a, str>> {
        if let [place] = places {
            return Some(trim(self.encoding.text(table.field(raw, row, *place))?));
        }
        let mut joined = String::new();
        for place in places {
            let text = trim(self.encoding.text(table.field(raw, row, *place))?);
            if !text.is_empty() {
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(&text);
            }
        }
        Some(Cow::Owned(joined))
    }

    /// Reads the records of a piece.
    pub fn calls(&self, raw: &[u8], table: &Table, until: i64, dictionary: &Dictionary, zones: &Zones, numbers: &mut NumberReader<'_>) -> (Batch, Counts, u64) {
        let mut batch = Batch::default();
        let mut counts = Counts::default();
        let mut out_of_period = 0;
        let _ = (dictionary, self.region);
        let (mut directions, mut answerers) = (Vec::new(), Vec::new());
        let mut texts: Vec<Texts> = self.wanted.iter().map(|_| Texts::default()).collect();
        let mut outcomes: BTreeMap<Vec<u8>, Option<Result<Outcome, ()>>> = BTreeMap::new();
        for (index, row) in table.rows.iter().enumerate() {
            counts.read += 1;
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            if let Some(fault) = row.fault {
                counts.rejects.push((index, reason(fault, self.names.len()), None));
                continue;
            }
            if self.encoding == Encoding::Utf8 && std::str::from_utf8(table.raw(raw, row)).is_err() {
                counts.rejects.push((index, "not UTF-8 like the rest of the file".to_owned(), None));
                continue;
            }
            let get = |column: Column| -> Option<Cow<'_, str>> {
                let (places, _) = self.sources.get(&column)?;
                self.cell(raw, table, row, places).filter(|c| !is_null(c))
            };
            let start_text = get(Column::StartedAt).unwrap_or_default();
            let Some(stamp) = timestamps::parse(&start_text, self.order) else {
                let why = if start_text.is_empty() { "the start is empty".to_owned() } else { format!("the start \"{start_text}\" is no time") };
                let column = self.sources.get(&Column::StartedAt).map(|(_, o)| o.columns.join(" + "));
                counts.rejects.push((index, why, column));
                continue;
            };
            let outcome = match self.outcome(raw, table, row, &mut outcomes, &mut counts) {
                Ok(outcome) => outcome,
                Err(()) => {
                    counts.no_call += 1;
                    continue;
                }
            };
            let (start, last) = self.start(stamp, &mut counts);
            if start >= until {
                out_of_period += 1;
                continue;
            }
            let mut instant = |column: Column, after: i64| -> i64 {
                let Some(text) = get(column) else { return NONE };
                if text == "0" || text.starts_with("0000-00-00") {
                    return NONE;
                }
                match timestamps::parse(&text, self.order).and_then(|s| self.later(s, after)) {
                    Some(at) => at,
                    None => {
                        *counts.unreadable.entry(column.name()).or_default() += 1;
                        NONE
                    }
                }
            };
            let answered = instant(Column::AnsweredAt, start);
            let ended = instant(Column::EndedAt, if answered == NONE { start } else { answered });
            let mut length = |column: Column, from: i64, to: i64| -> i64 {
                if let (Some(text), Some((_, origin))) = (get(column), self.sources.get(&column)) {
                    if let Some(ms) = timestamps::parse_duration(&text, origin.unit) {
                        return ms;
                    }
                    *counts.unreadable.entry(column.name()).or_default() += 1;
                    return NONE;
                }
                if from == NONE || to == NONE || self.sources.contains_key(&column) { NONE } else { to - from }
            };
            let ring = length(Column::RingS, start, answered);
            let talk = length(Column::TalkS, answered, ended);
            let total = length(Column::TotalS, start, ended);
            let caller = numbers.read(&get(Column::Caller).unwrap_or_default());
            let callee = numbers.read(&get(Column::Callee).unwrap_or_default());
            counts.numbers.add(if self.sources.contains_key(&Column::Callee) { callee.sort } else { Sort::Null });
            batch.zones.push(get(Column::CalleeZone).and_then(|z| exported_zones(&z, callee.zones, start, zones, &mut counts)).unwrap_or(callee.zones));
            let word = |column: Column, known: &mut Vec<(String, Option<String>)>| -> Option<String> {
                if let Some(stated) = self.set.get(&column) {
                    return Some(stated.clone());
                }
                let (_, origin) = self.sources.get(&column)?;
                let cell = get(column)?;
                if let Some((_, meant)) = known.iter().find(|k| k.0 == cell) {
                    return meant.clone();
                }
                let folded = fold(&cell);
                let meant = origin.words.get(&folded).cloned().or_else(|| meaning(column, &folded).map(str::to_owned));
                if known.len() < 32 {
                    known.push((cell.into_owned(), meant.clone()));
                }
                meant
            };
            let direction = word(Column::Direction, &mut directions).and_then(|w| Direction::by_word(&w));
            counts.direction_assumed += u64::from(direction.is_none());
            batch.direction.push((direction.unwrap_or(Direction::Outbound), direction.is_some()));
            batch.answered_by.push(word(Column::AnsweredBy, &mut answerers).and_then(|w| AnsweredBy::by_word(&w)));
            batch.offset.push(row.offset);
            batch.start.push(start);
            batch.start_last.push(last);
            batch.answered.push(answered);
            batch.ended.push(ended);
            let again = |column: Column, after: i64, first: i64| -> i64 {
                if last == start || first == NONE {
                    return first;
                }
                get(column).and_then(|t| timestamps::parse(&t, self.order)).and_then(|s| self.later(s, after)).unwrap_or(first)
            };
            let answered_last = again(Column::AnsweredAt, last, answered);
            batch.ended_last.push(again(Column::EndedAt, if answered_last == NONE { last } else { answered_last }, ended));
            batch.answered_last.push(answered_last);
            batch.ring.push(ring);
            batch.talk.push(talk);
            batch.total.push(total);
            batch.caller.push(caller);
            batch.callee.push(callee);
            batch.outcome.push(outcome);
            batch.call_id.push(&get(Column::CallId).unwrap_or_default());
            for ((_, wanted), texts) in self.wanted.iter().zip(&mut texts) {
                self.push_text(wanted, raw, table, row, [ring, talk, total], texts);
            }
        }
        batch.texts = self.wanted.iter().map(|(field, _)| field.clone()).zip(texts).collect();
        (batch, counts, out_of_period)
    }

    fn push_text(&self, wanted: &Wanted, raw: &[u8], table: &Table, row: &Row, lengths: [i64; 3], texts: &mut Texts) {
        match wanted {
            Wanted::Absent => texts.push(""),
            Wanted::Stated(value) => texts.push(value),
            Wanted::Cells(places) => texts.push(&self.cell(raw, table, row, places).filter(|c| !is_null(c)).unwrap_or_default()),
            Wanted::Word(places, column, words) => {
                let folded = self.cell(raw, table, row, places).filter(|c| !is_null(c)).map(|c| fold(&c)).unwrap_or_default();
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

    /// The outcome of a record; Err if the record is no call.
    fn outcome(
        &self,
        raw: &[u8],
        table: &Table,
        row: &Row,
        seen: &mut BTreeMap<Vec<u8>, Option<Result<Outcome, ()>>>,
        counts: &mut Counts,
    ) -> Result<Outcome, ()> {
        if let Some(stated) = self.set.get(&Column::Outcome) {
            return Ok(Outcome::by_word(stated).unwrap_or(Outcome::Unknown));
        }
        let Some((places, origin)) = self.sources.get(&Column::Outcome) else { return Ok(Outcome::Unknown) };
        let bytes = if let [place] = places.as_slice() { table.field(raw, row, *place) } else { &[] };
        let known = seen.get(bytes).copied();
        let found = known.unwrap_or_else(|| {
            let text = self.cell(raw, table, row, places).filter(|c| !is_null(c)).unwrap_or_default();
            let folded = fold(&text);
            let word = origin.words.get(&folded).map(String::as_str).or_else(|| meaning(Column::Outcome, &folded));
            let found = match word {
                Some(NO_CALL) => Some(Err(())),
                Some(word) => Outcome::by_word(word).map(Ok),
                None if text.is_empty() => Some(Ok(Outcome::Unknown)),
                None => None,
            };
            seen.insert(bytes.to_vec(), found);
            found
        });
        found.unwrap_or_else(|| {
            let text = self.cell(raw, table, row, places).unwrap_or_default();
            *counts.unmapped.entry(text.into_owned()).or_default() += 1;
            Ok(Outcome::Unknown)
        })
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

fn trim(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(t) => Cow::Borrowed(t.trim()),
        Cow::Owned(t) => Cow::Owned(t.trim().to_owned()),
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
