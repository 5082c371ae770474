//! What folding decided about the records of an input, found again by their places: which are legs or duplicates, and what a call that
//! has several legs takes from the others.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use crate::calls::columns::{AnsweredBy, Column, Direction, Field, Outcome};
use crate::calls::keys::Key;
use crate::calls::numbers::{Number, Sort};
use crate::calls::zones::ZoneSet;

use super::mapping::{Batch, NONE, seconds};
use super::records::Buffer;

/// What a leg says of its call, besides texts and its start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Values {
    pub caller: Number,
    pub callee: Number,
    pub zones: ZoneSet,
    pub outcome: Outcome,
    pub answered_by: Option<AnsweredBy>,
    pub direction: (Direction, bool),
    pub answered: i64,
    pub ended: i64,
    pub answered_last: i64,
    pub ended_last: i64,
    pub ring: i64,
    pub talk: i64,
    pub total: i64,
}

/// What becomes of a record that shares its call with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is part of the call of another record.
    Leg,
    /// Another record says the same.
    Duplicate,
    /// It is the call: with these values, and these texts by the number of their field.
    Call(Box<Values>, Vec<(u16, Box<str>)>),
}

impl Values {
    /// Those of a call of a batch.
    pub fn of(batch: &Batch, i: usize) -> Values {
        Values {
            caller: batch.caller[i],
            callee: batch.callee[i],
            zones: batch.zones[i],
            outcome: batch.outcome[i],
            answered_by: batch.answered_by[i],
            direction: batch.direction[i],
            answered: batch.answered[i],
            ended: batch.ended[i],
            answered_last: batch.answered_last[i],
            ended_last: batch.ended_last[i],
            ring: batch.ring[i],
            talk: batch.talk[i],
            total: batch.total[i],
        }
    }

    /// Makes them those of the last call of a batch.
    fn put(&self, batch: &mut Batch) {
        fn last<T: Clone>(column: &mut [T], value: &T) {
            if let Some(place) = column.last_mut() {
                *place = value.clone();
            }
        }
        last(&mut batch.caller, &self.caller);
        last(&mut batch.callee, &self.callee);
        last(&mut batch.zones, &self.zones);
        last(&mut batch.outcome, &self.outcome);
        last(&mut batch.answered_by, &self.answered_by);
        last(&mut batch.direction, &self.direction);
        last(&mut batch.answered, &self.answered);
        last(&mut batch.ended, &self.ended);
        last(&mut batch.answered_last, &self.answered_last);
        last(&mut batch.ended_last, &self.ended_last);
        last(&mut batch.ring, &self.ring);
        last(&mut batch.talk, &self.talk);
        last(&mut batch.total, &self.total);
        for (field, texts) in &mut batch.texts {
            let length = match field {
                Field::Canonical(Column::RingS) => self.ring,
                Field::Canonical(Column::TalkS) => self.talk,
                Field::Canonical(Column::TotalS) => self.total,
                _ => continue,
            };
            texts.replace_last(&if length == NONE { String::new() } else { seconds(length) });
        }
    }

    /// Writes them down.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for number in [self.caller, self.callee] {
            out.extend_from_slice(&number.key.0.to_le_bytes());
            out.extend_from_slice(&number.zones.to_le_bytes());
            out.push(place(&Sort::ALL, number.sort));
        }
        out.extend_from_slice(&self.zones.to_le_bytes());
        out.push(place(Outcome::ALL, self.outcome));
        out.push(self.answered_by.map_or(u8::MAX, |a| place(AnsweredBy::ALL, a)));
        out.push(place(Direction::ALL, self.direction.0));
        out.push(u8::from(self.direction.1));
        for time in [self.answered, self.ended, self.answered_last, self.ended_last, self.ring, self.talk, self.total] {
            out.extend_from_slice(&time.to_le_bytes());
        }
    }

    /// Reads what was written.
    pub fn decode(bytes: &mut Bytes<'_>) -> Option<Values> {
        let mut number = || Some(Number { key: Key(bytes.long()?), zones: bytes.short()?, sort: *Sort::ALL.get(usize::from(bytes.byte()?))? });
        let (caller, callee) = (number()?, number()?);
        Some(Values {
            caller,
            callee,
            zones: bytes.short()?,
            outcome: *Outcome::ALL.get(usize::from(bytes.byte()?))?,
            answered_by: AnsweredBy::ALL.get(usize::from(bytes.byte()?)).copied(),
            direction: (*Direction::ALL.get(usize::from(bytes.byte()?))?, bytes.byte()? == 1),
            answered: bytes.time()?,
            ended: bytes.time()?,
            answered_last: bytes.time()?,
            ended_last: bytes.time()?,
            ring: bytes.time()?,
            talk: bytes.time()?,
            total: bytes.time()?,
        })
    }
}

fn place<T: PartialEq>(all: &[T], one: T) -> u8 {
    all.iter().position(|x| *x == one).and_then(|i| u8::try_from(i).ok()).unwrap_or(0)
}

/// Written bytes, read from the front.
#[derive(Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

#[allow(missing_docs)]
impl<'a> Bytes<'a> {
    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (now, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(now)
    }
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
    pub fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|b| b[0])
    }
    pub fn short(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }
    pub fn word(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }
    pub fn long(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
    pub fn time(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.word()? as usize;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

/// Writes a text so that [`Bytes::text`] reads it.
pub fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

impl Fate {
    /// Writes it down.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Fate::Leg => out.push(0),
            Fate::Duplicate => out.push(1),
            Fate::Call(values, texts) => {
                out.push(2);
                values.encode(out);
                out.extend_from_slice(&u32::try_from(texts.len()).unwrap_or(0).to_le_bytes());
                for (field, text) in texts {
                    out.extend_from_slice(&field.to_le_bytes());
                    push_text(out, text);
                }
            }
        }
    }

    /// Reads what was written.
    pub fn decode(bytes: &mut Bytes<'_>) -> Option<Fate> {
        match bytes.byte()? {
            0 => Some(Fate::Leg),
            1 => Some(Fate::Duplicate),
            _ => {
                let values = Values::decode(bytes)?;
                let count = bytes.word()?;
                let texts = (0..count).map(|_| Some((bytes.short()?, bytes.text()?.into()))).collect::<Option<_>>()?;
                Some(Fate::Call(Box::new(values), texts))
            }
        }
    }
}

/// One in so many fates has its place remembered.
const STEP: u64 = 64;

/// The fates of the records of one input, on disk.
#[derive(Debug)]
pub struct Folds {
    file: File,
    /// Offset of a record, and where its fate is written.
    marks: Vec<(u64, u64)>,
    length: u64,
    fields: Arc<[Field]>,
}

/// Writes the fates of the records of one input.
#[derive(Debug)]
pub struct FoldsWriter {
    file: BufWriter<File>,
    marks: Vec<(u64, u64)>,
    length: u64,
    count: u64,
    bytes: Vec<u8>,
}

impl FoldsWriter {
    /// An empty one.
    ///
    /// Errors: no temporary file can be made.
    pub fn new() -> io::Result<FoldsWriter> {
        Ok(FoldsWriter { file: BufWriter::new(crate::temporary::unnamed()?), marks: Vec::new(), length: 0, count: 0, bytes: Vec::new() })
    }

    /// The next one: they come in the order of their records.
    ///
    /// Errors: the temporary file.
    pub fn push(&mut self, offset: u64, fate: &Fate) -> io::Result<()> {
        if self.count.is_multiple_of(STEP) {
            self.marks.push((offset, self.length));
        }
        self.count += 1;
        self.bytes.clear();
        self.bytes.extend_from_slice(&offset.to_le_bytes());
        fate.encode(&mut self.bytes);
        self.length += self.bytes.len() as u64;
        self.file.write_all(&self.bytes)
    }

    /// All are written; `fields` are those that their texts are numbered by.
    ///
    /// Errors: the temporary file.
    pub fn finish(self, fields: Arc<[Field]>) -> io::Result<Folds> {
        let FoldsWriter { file, marks, length, .. } = self;
        Ok(Folds { file: file.into_inner().map_err(io::IntoInnerError::into_error)?, marks, length, fields })
    }
}

impl Folds {
    /// The fates of the records that begin in a stretch of the stream.
    ///
    /// Errors: the temporary file.
    pub fn within(&self, from: u64, to: u64) -> io::Result<Fates> {
        let first = self.marks.partition_point(|m| m.0 <= from).saturating_sub(1);
        let after = self.marks.partition_point(|m| m.0 < to);
        let place = |mark: usize| self.marks.get(mark).map_or(self.length, |m| m.1);
        let mut buffer = Buffer::default();
        let (mut bytes, mut fates) = (Bytes(buffer.piece(&self.file, place(first), place(after))?), Vec::new());
        while !bytes.0.is_empty() {
            let read = bytes.long().and_then(|offset| Some((offset, Fate::decode(&mut bytes)?)));
            let (offset, fate) = read.ok_or_else(|| io::Error::other("a temporary file was changed while it was in use"))?;
            if (from..to).contains(&offset) {
                fates.push((offset, fate));
            }
        }
        Ok(Fates { fates, fields: self.fields.clone() })
    }
}

/// The fates of some records of an input; of most inputs there are none.
#[derive(Debug, Default)]
pub struct Fates {
    fates: Vec<(u64, Fate)>,
    fields: Arc<[Field]>,
}

impl Fates {
    /// The fate of the record at an offset.
    pub fn of(&self, offset: u64) -> Option<&Fate> {
        if self.fates.is_empty() {
            return None;
        }
        self.fates.binary_search_by_key(&offset, |f| f.0).ok().map(|i| &self.fates[i].1)
    }

    /// Makes the last call of a batch what it is together with its other legs.
    pub fn apply(&self, fate: &Fate, batch: &mut Batch) {
        let Fate::Call(values, texts) = fate else { return };
        values.put(batch);
        for (number, text) in texts {
            let Some(field) = self.fields.get(usize::from(*number)) else { continue };
            if let Some((_, column)) = batch.texts.iter_mut().find(|(f, _)| f == field) {
                column.replace_last(text);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A leg about which nothing is known.
    pub fn nothing() -> Values {
        let number = Number { key: Key::NULL, sort: Sort::Null, zones: 0 };
        Values {
            caller: number,
            callee: number,
            zones: 0,
            outcome: Outcome::Unknown,
            answered_by: None,
            direction: (Direction::Outbound, false),
            answered: NONE,
            ended: NONE,
            answered_last: NONE,
            ended_last: NONE,
            ring: NONE,
            talk: NONE,
            total: NONE,
        }
    }

    #[test]
    fn fates_are_found_by_place_whatever_is_asked_for() {
        let fields: Arc<[Field]> = [Field::Canonical(Column::Agent)].into();
        let mut writer = FoldsWriter::new().unwrap();
        let call = |n: u64| {
            let values = Values { ended: n.cast_signed(), answered_by: Some(AnsweredBy::Machine), direction: (Direction::Inbound, true), ..nothing() };
            Fate::Call(Box::new(values), vec![(0, format!("agent {n}").into())])
        };
        let fate = |n: u64| match n % 3 {
            0 => Fate::Leg,
            1 => Fate::Duplicate,
            _ => call(n),
        };
        for n in 0..1000 {
            writer.push(n * 10, &fate(n)).unwrap();
        }
        let folds = writer.finish(fields).unwrap();
        for (from, to) in [(0, 10_000), (15, 20), (640, 641), (639, 1300), (9990, u64::MAX), (20_000, 30_000), (630, 640)] {
            let fates = folds.within(from, to).unwrap();
            for n in 0..1000 {
                let expected = (from..to).contains(&(n * 10)).then(|| fate(n));
                assert_eq!(fates.of(n * 10), expected.as_ref(), "{n} in {from}..{to}");
            }
            assert_eq!(fates.of(5), None);
        }
    }
}
