//! The normalised calls with their provenance: read, settled, and read again in order, a bounded number at a time.

pub mod csv;
pub mod parquet;

use std::borrow::Cow;
use std::sync::Mutex;

use super::audit::{Job, Opened, settled};
use super::intake::Input;
use super::reading::pieces;
use super::tuples::Ordinal;
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, NumberReader};
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::ZoneSet;
use crate::error::{Error, Result, nearest};
use crate::input::mapping::{Batch, NONE, Words, seconds};
use crate::input::records::Table;

/// What the line of a call is named here, where `line` is that of the file.
const PHONE_LINE: &str = "phone_line";

/// A column of the exported calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallColumn {
    /// A column of the call, or one of the export's own.
    Field(Field),
    /// Where the call comes from.
    Source,
    #[allow(missing_docs)]
    Line,
    /// A number as exported.
    Exported(Column),
}

impl CallColumn {
    /// All that a call has: its columns in the order in which they are documented, its provenance, its numbers as exported.
    pub fn all() -> Vec<CallColumn> {
        let canonical = Column::ALL.iter().map(|c| CallColumn::Field(Field::Canonical(*c)));
        let more = [CallColumn::Source, CallColumn::Line, CallColumn::Exported(Column::Caller), CallColumn::Exported(Column::Callee)];
        canonical.chain(more).collect()
    }

    /// Names of columns separated by commas; a name in quotes may hold some. A list that begins with `+` is added to all columns.
    ///
    /// Errors: a sentence about a name that nobody knows.
    pub fn parse(text: &str) -> std::result::Result<Vec<CallColumn>, String> {
        let (mut columns, list) = match text.trim().strip_prefix('+') {
            Some(rest) => (CallColumn::all(), rest),
            None => (Vec::new(), text),
        };
        let mut quoted = false;
        let names = list.split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        for name in names.map(str::trim).filter(|n| !n.is_empty()) {
            columns.push(CallColumn::by_name(name).ok_or_else(|| {
                let all = CallColumn::all();
                let known: Vec<String> = all.iter().map(CallColumn::name).collect();
                let near = nearest(name, known.iter().map(String::as_str)).map_or_else(String::new, |n| format!("; did you mean {n}?"));
                format!("unknown column \"{name}\"{near} (of a call, source, line, caller_raw, callee_raw, or raw.\"NAME\")")
            })?);
        }
        if columns.is_empty() { Err("names no column".to_owned()) } else { Ok(columns) }
    }

    fn by_name(name: &str) -> Option<CallColumn> {
        Some(match name {
            "source" => CallColumn::Source,
            "line" => CallColumn::Line,
            PHONE_LINE => CallColumn::Field(Field::Canonical(Column::Line)),
            "caller_raw" => CallColumn::Exported(Column::Caller),
            "callee_raw" => CallColumn::Exported(Column::Callee),
            other => CallColumn::Field(Field::parse(other)?),
        })
    }

    /// As it is written in a header.
    pub fn name(&self) -> String {
        match self {
            CallColumn::Field(Field::Canonical(Column::Line)) => PHONE_LINE.to_owned(),
            CallColumn::Field(field) => field.name(),
            CallColumn::Source => "source".to_owned(),
            CallColumn::Line => "line".to_owned(),
            CallColumn::Exported(column) => format!("{}_raw", column.name()),
        }
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        match self {
            CallColumn::Field(Field::Canonical(column)) => column.kind(),
            _ => Kind::Text,
        }
    }

    /// The text that must be read for it, where a call does not hold it anyway.
    fn text(&self) -> Option<Field> {
        match self {
            CallColumn::Exported(column) => Some(Field::Canonical(*column)),
            CallColumn::Field(Field::Canonical(Column::CallId | Column::Outcome | Column::Direction | Column::AnsweredBy)) => None,
            CallColumn::Field(Field::Canonical(column)) => matches!(column.kind(), Kind::Text | Kind::Word).then_some(Field::Canonical(*column)),
            CallColumn::Field(raw) => Some(raw.clone()),
            CallColumn::Source | CallColumn::Line => None,
        }
    }
}

/// Text columns that must be read for these columns.
pub fn texts(columns: &[CallColumn]) -> Vec<Field> {
    let mut fields: Vec<Field> = columns.iter().filter_map(CallColumn::text).collect();
    fields.sort();
    fields.dedup();
    fields
}

/// Calls of one piece of a source, without duplicates.
pub struct Block<'a> {
    input: &'a Input,
    dictionary: &'a Dictionary,
    batch: &'a Batch,
    raw: &'a [u8],
    table: &'a Table,
    line: u64,
    /// Which calls of the batch.
    rows: Vec<usize>,
}

impl std::fmt::Debug for Block<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

impl Block<'_> {
    /// The calls, by number.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The line of a call.
    pub fn line(&self, i: usize) -> u64 {
        let record = &self.table.rows[self.batch.record[i] as usize];
        self.input.line(self.raw, self.table, record, self.line + u64::from(record.line) + 1)
    }

    /// The called number, and the one that called.
    pub fn numbers(&self, i: usize) -> (Number, Number) {
        (self.batch.callee[i], self.batch.caller[i])
    }

    /// First and last instant at which it may have begun.
    pub fn start(&self, i: usize) -> (i64, i64) {
        (self.batch.start[i], self.batch.start_last[i])
    }

    /// Zones in which its callee may be.
    pub fn zones(&self, i: usize) -> ZoneSet {
        self.batch.zones[i]
    }

    /// Its row as it stands in the export; of a call of several rows the one that stands for it.
    pub fn row(&self, i: usize) -> &[u8] {
        self.input.shown(self.raw, self.table, &self.table.rows[self.batch.record[i] as usize])
    }

    /// What the export says where its layout finds a column, in its own words; of a call of several rows that of the one that stands for it.
    pub fn said(&self, column: Column, i: usize) -> Cow<'_, str> {
        let places = self.input.profile.columns.get(&column).into_iter().flat_map(|origin| &origin.columns).filter_map(|name| self.input.mapping.place(name));
        let row = &self.table.rows[self.batch.record[i] as usize];
        let cell = places.map(|place| self.table.field(self.raw, row, place)).find(|cell| !cell.trim_ascii().is_empty());
        String::from_utf8_lossy(cell.unwrap_or_default().trim_ascii())
    }

    /// An instant or a length of time in ms.
    pub fn time(&self, column: &CallColumn, i: usize) -> Option<i64> {
        let CallColumn::Field(Field::Canonical(column)) = column else { return None };
        let times = match column {
            Column::StartedAt => &self.batch.start,
            Column::AnsweredAt => &self.batch.answered,
            Column::EndedAt => &self.batch.ended,
            Column::RingS => &self.batch.ring,
            Column::TalkS => &self.batch.talk,
            Column::TotalS => &self.batch.total,
            _ => return None,
        };
        Some(times[i]).filter(|t| *t != NONE)
    }

    /// A cell as text; empty where there is nothing.
    pub fn text(&self, column: &CallColumn, i: usize) -> Cow<'_, str> {
        let batch = self.batch;
        let exported = |column: Column| batch.texts.iter().find(|t| t.0 == Field::Canonical(column)).map_or("", |t| t.1.get(i));
        match column {
            CallColumn::Source => Cow::Borrowed(&self.input.source.path),
            CallColumn::Line => Cow::Owned(self.line(i).to_string()),
            CallColumn::Exported(column) => Cow::Borrowed(exported(*column)),
            CallColumn::Field(Field::Canonical(Column::Caller)) => Cow::Owned(self.dictionary.show(batch.caller[i].key)),
            CallColumn::Field(Field::Canonical(Column::Callee)) => Cow::Owned(self.dictionary.show(batch.callee[i].key)),
            CallColumn::Field(Field::Canonical(Column::CallId)) => match batch.call_id.get(i) {
                "" => Cow::Owned(format!("{}:{}", self.input.source.path, self.line(i))),
                id => Cow::Borrowed(id),
            },
            CallColumn::Field(field) => match column.kind() {
                Kind::Instant => Cow::Owned(self.time(column, i).map_or_else(String::new, rfc3339)),
                Kind::Seconds => Cow::Owned(self.time(column, i).map_or_else(String::new, seconds)),
                _ => Cow::Borrowed(batch.text(field, i)),
            },
        }
    }
}

/// What one core needs, used again for the next piece.
struct Reader<'a> {
    numbers: NumberReader<'a>,
    words: Words,
    batch: Batch,
}

/// The calls of all inputs, settled once, to be read as often as there are outputs.
pub struct Calls<'a, 'j> {
    job: &'a Job<'j>,
    opened: &'a Opened,
    dictionary: &'a Dictionary,
    first: super::reading::First,
    duplicates: Vec<Ordinal>,
}

impl std::fmt::Debug for Calls<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calls").field("duplicates", &self.duplicates.len()).finish_non_exhaustive()
    }
}

impl<'a, 'j> Calls<'a, 'j> {
    /// Reads opened inputs and settles which rows are calls.
    ///
    /// Errors: temporary files, sources that change.
    pub fn settle(job: &'a Job<'j>, opened: &'a mut Opened, dictionary: &'a Dictionary) -> Result<Calls<'a, 'j>> {
        let (first, duplicates) = settled(job, opened, dictionary)?;
        Ok(Calls { job, opened, dictionary, first, duplicates })
    }

    /// The inputs, with what became of their rows.
    pub fn opened(&self) -> &Opened {
        self.opened
    }

    /// Gives all calls in the order of source and line: `make` on all cores, `take` in order.
    ///
    /// Errors: those of `take`; a source that changed meanwhile.
    pub fn each<M: Send>(&self, make: impl Fn(&Block<'_>) -> M + Sync, mut take: impl FnMut(M) -> Result<()>) -> Result<()> {
        for (source, input) in self.opened.inputs.iter().enumerate() {
            let changed = || Error::Io(format!("{}: changed while it was read: run the command again when it is complete", input.source.path));
            let readers: Mutex<Vec<Reader<'_>>> = Mutex::new(Vec::new());
            let work = |raw: &[u8], table: &Table| {
                let taken = readers.lock().expect("readers").pop();
                let mut reader = taken.unwrap_or_else(|| Reader {
                    numbers: NumberReader::new(self.dictionary, self.job.zones, input.region),
                    words: Words::default(),
                    batch: Batch::default(),
                });
                let made = self.piece(source, raw, table, &mut reader, &make);
                readers.lock().expect("readers").push(reader);
                made
            };
            let done = pieces(self.job, input, work, |made, place| match made? {
                Some(made) => take(made),
                None if place.end == place.offset => Ok(()),
                None => Err(changed()),
            })?;
            let done = done.map_err(|e| Error::Io(format!("{}: cannot be read again: {e}", input.source.path)))?;
            let hash = done.hash.filter(|_| input.source.table().is_none()).map(|h| h.to_hex().to_string());
            if hash.is_some() && hash != input.info.hash || input.source.changed() {
                return Err(changed());
            }
        }
        Ok(())
    }

    /// None: a piece that does not begin where one began before, which the reader will not take either.
    fn piece<M>(&self, source: usize, raw: &[u8], table: &Table, reader: &mut Reader<'_>, make: &impl Fn(&Block<'_>) -> M) -> Result<Option<M>> {
        let input = &self.opened.inputs[source];
        let known = self.first.index.piece_at(source, table.range.0);
        let (first, line) = match known {
            Some(piece) => (piece.first.0, piece.place.line),
            None if table.rows.is_empty() => (0, 0),
            None => return Ok(None),
        };
        let fates = input.fates(table.range.0, table.range.1)?;
        input.evidence.calls(
            raw,
            (table, &fates),
            self.job.until.unwrap_or(i64::MAX),
            self.job.zones,
            (&mut reader.numbers, &mut reader.words),
            &mut reader.batch,
        );
        input.complete(&fates, None, &mut reader.batch, self.dictionary, self.job.zones);
        let batch = &reader.batch;
        let kept = |i: &usize| self.duplicates.binary_search(&Ordinal(first + batch.record[*i])).is_err();
        let rows = (0..batch.len()).filter(kept).collect();
        Ok(Some(make(&Block { input, dictionary: self.dictionary, batch, raw, table, line, rows })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_added_and_refused() {
        let names = |text: &str| CallColumn::parse(text).map(|c| c.iter().map(CallColumn::name).collect::<Vec<_>>());
        assert_eq!(names("call_id, line,raw.\"a,b\"").unwrap(), ["call_id", "line", "raw.a,b"]);
        let all = names("+raw.x").unwrap();
        assert_eq!(all.len(), Column::ALL.len() + 5);
        assert_eq!((all[0].as_str(), all[Column::ALL.len()].as_str(), all[all.len() - 1].as_str()), ("call_id", "source", "raw.x"));
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
        assert!(names("calee").unwrap_err().contains("did you mean callee?"));
        assert!(names("").is_err());
    }
}
