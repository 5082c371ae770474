//! Every record of a run by its number: in which piece of which source it lies, the id of its call, and what detectors ask of it.

use std::fs::File;
use std::io::Write;

use super::tuples::Ordinal;
use crate::input::records::{Place, read_at};

/// One in so many records has its place and its id written out; the others are found from there.
const STEP: usize = 16;

/// Call ids of a piece, each as what it does not share with the one before: ids of a system mostly count on.
#[derive(Debug, Default)]
pub struct Ids {
    data: Vec<u8>,
    marks: Vec<u32>,
    count: usize,
    before: Vec<u8>,
}

/// Kinds of entries: up to `SHARED` bytes in common with the id before, or something else.
const SHARED: u8 = 250;
const UUID: u8 = 251;
const MADE: u8 = 252;

impl Ids {
    /// Takes the memory of another one, empty.
    fn step(&mut self) {
        if self.count.is_multiple_of(STEP) {
            self.marks.push(u32::try_from(self.data.len()).unwrap_or(u32::MAX));
            self.before.clear();
        }
        self.count += 1;
    }

    /// The id of the next record; empty if it has none and needs none (it is no call).
    pub fn push(&mut self, id: &str) {
        self.step();
        let id = id.as_bytes();
        if let Some(uuid) = uuid(id) {
            self.data.push(UUID);
            self.data.extend_from_slice(&uuid);
        } else {
            let shared = id.iter().zip(&self.before).take(usize::from(SHARED)).take_while(|(a, b)| a == b).count();
            self.data.push(u8::try_from(shared).unwrap_or(0));
            length(&mut self.data, id.len() - shared);
            self.data.extend_from_slice(&id[shared..]);
        }
        self.before.clear();
        self.before.extend_from_slice(id);
    }

    /// The fingerprint of the next record, whose call has no id.
    pub fn push_made(&mut self, fingerprint: [u8; 16]) {
        self.step();
        self.data.push(MADE);
        self.data.extend_from_slice(&fingerprint);
        self.before.clear();
    }

    /// No more follow.
    fn close(&mut self) {
        self.before = Vec::new();
        self.data.shrink_to_fit();
        self.marks.shrink_to_fit();
    }

    /// Where the ids of the records around one lie in the data.
    fn around(&self, index: usize, length: usize) -> Option<std::ops::Range<usize>> {
        let from = *self.marks.get(index / STEP)? as usize;
        Some(from..self.marks.get(index / STEP + 1).map_or(length, |m| *m as usize))
    }
}

/// Kept in memory, or in a temporary file.
#[derive(Debug)]
struct Body {
    ids: Ids,
    /// What detectors are told of each record's call besides its marks, by what they ask for.
    extras: Vec<Vec<u64>>,
    /// Where ids and extras lie in the file instead, and how long the ids are.
    at: Option<(u64, usize)>,
    count: usize,
}

impl Body {
    fn weight(&self) -> usize {
        self.ids.data.len() + self.extras.iter().map(|e| e.len() * 8).sum::<usize>()
    }

    /// Moves it to the end of a file.
    fn spill(&mut self, file: &mut File, end: &mut u64) -> std::io::Result<()> {
        let mut bytes = std::mem::take(&mut self.ids.data);
        self.at = Some((*end, bytes.len()));
        for extra in std::mem::take(&mut self.extras) {
            bytes.extend(extra.iter().flat_map(|v| v.to_le_bytes()));
        }
        file.write_all(&bytes)?;
        *end += bytes.len() as u64;
        Ok(())
    }

    fn id(&self, index: usize, file: Option<&File>, id: &mut Vec<u8>) -> std::io::Result<()> {
        match (self.at, file) {
            (Some((at, length)), Some(file)) => {
                let Some(range) = self.ids.around(index, length) else { return Ok(()) };
                let mut bytes = vec![0; range.len()];
                read_whole(file, &mut bytes, at + range.start as u64)?;
                decode(&bytes, index % STEP, id);
            }
            _ => {
                let Some(range) = self.ids.around(index, self.ids.data.len()) else { return Ok(()) };
                decode(&self.ids.data[range], index % STEP, id);
            }
        }
        Ok(())
    }

    fn extra(&self, index: usize, n: usize, file: Option<&File>) -> std::io::Result<u64> {
        match (self.at, file) {
            (Some((at, length)), Some(file)) => {
                let mut bytes = [0; 8];
                read_whole(file, &mut bytes, at + (length + 8 * (n * self.count + index)) as u64)?;
                Ok(u64::from_le_bytes(bytes))
            }
            _ => Ok(self.extras.get(n).and_then(|e| e.get(index)).copied().unwrap_or(0)),
        }
    }
}

fn read_whole(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    let mut read = 0;
    while read < bytes.len() {
        match read_at(file, &mut bytes[read..], at + read as u64) {
            Ok(0) => return Err(std::io::Error::other("a temporary file was changed while it was in use")),
            Ok(n) => read += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// The id of the `n`-th record of those in `data`; one that begins with U+0001 is the fingerprint of a row without an id.
fn decode(data: &[u8], n: usize, id: &mut Vec<u8>) {
    id.clear();
    let mut at = 0;
    for _ in 0..=n {
        let kind = data[at];
        at += 1;
        match kind {
            UUID => {
                id.clear();
                for (i, byte) in data[at..at + 16].iter().enumerate() {
                    if matches!(i, 4 | 6 | 8 | 10) {
                        id.push(b'-');
                    }
                    id.extend([byte >> 4, byte & 15].map(|d| if d < 10 { b'0' + d } else { b'a' + d - 10 }));
                }
                at += 16;
            }
            MADE => {
                id.clear();
                id.push(1);
                id.extend_from_slice(&data[at..at + 16]);
                at += 16;
            }
            shared => {
                id.truncate(usize::from(shared));
                let (n, next) = read_length(data, at);
                id.extend_from_slice(&data[next..next + n]);
                at = next + n;
            }
        }
    }
}

fn length(out: &mut Vec<u8>, mut n: usize) {
    while n > 127 {
        out.push(u8::try_from(n & 127).unwrap_or(0) | 128);
        n >>= 7;
    }
    out.push(u8::try_from(n).unwrap_or(0));
}

fn read_length(data: &[u8], mut at: usize) -> (usize, usize) {
    let (mut n, mut shift) = (0, 0);
    loop {
        let byte = data[at];
        at += 1;
        n |= usize::from(byte & 127) << shift;
        if byte < 128 {
            return (n, at);
        }
        shift += 7;
    }
}

/// The sixteen bytes of an id that is a UUID in lower case.
fn uuid(id: &[u8]) -> Option<[u8; 16]> {
    if id.len() != 36 || [8, 13, 18, 23].iter().any(|i| id[*i] != b'-') {
        return None;
    }
    let mut bytes = [0; 16];
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let digits = id.iter().enumerate().filter(|(i, _)| !matches!(i, 8 | 13 | 18 | 23)).map(|(_, b)| digit(*b));
    for (i, d) in digits.enumerate() {
        bytes[i / 2] = bytes[i / 2] << 4 | d?;
    }
    Some(bytes)
}

/// The records of one piece.
#[derive(Debug)]
pub struct PieceRows {
    /// Number of its first record.
    pub first: Ordinal,
    /// Its source.
    pub source: usize,
    /// Where it lies in it.
    pub place: Place,
    /// Bytes of the piece before every [`STEP`]th record.
    marks: Vec<u32>,
    body: Body,
}

/// What a piece tells of its records.
#[derive(Debug, Default)]
pub struct PieceFacts {
    /// How many.
    pub count: u32,
    #[allow(missing_docs)]
    pub marks: Vec<u32>,
    #[allow(missing_docs)]
    pub ids: Ids,
    #[allow(missing_docs)]
    pub extras: Vec<Vec<u64>>,
}

impl PieceFacts {
    /// From the offsets of all records of a piece that begins at `begin`.
    pub fn new(offsets: impl Iterator<Item = u64>, begin: u64) -> PieceFacts {
        let mut facts = PieceFacts::default();
        for (i, offset) in offsets.enumerate() {
            if i.is_multiple_of(STEP) {
                facts.marks.push(u32::try_from(offset - begin).unwrap_or(u32::MAX));
            }
            facts.count += 1;
        }
        facts.marks.shrink_to_fit();
        facts
    }
}

/// All records of a run.
#[derive(Debug)]
pub struct RowIndex {
    pieces: Vec<PieceRows>,
    count: u64,
    held: usize,
    limit: usize,
    /// What is too much for memory, and how long it is.
    spill: Option<(File, u64)>,
    /// The first piece that is still in memory.
    kept: usize,
}

impl RowIndex {
    /// An index that keeps at most so many bytes of ids and the like in memory.
    pub fn new(limit: usize) -> RowIndex {
        RowIndex { pieces: Vec::new(), count: 0, held: 0, limit, spill: None, kept: 0 }
    }

    /// Is some of it in a temporary file?
    pub fn spilled(&self) -> u64 {
        self.spill.as_ref().map_or(0, |s| s.1)
    }

    /// The number that the next record has.
    ///
    /// Errors: more records than one run can hold.
    pub fn next(&self) -> crate::error::Result<Ordinal> {
        Ordinal::new(self.count)
    }

    /// The next piece; pieces come in the order of sources and places.
    ///
    /// Errors: more records than one run can hold; a temporary file cannot be written.
    pub fn push(&mut self, source: usize, place: Place, mut facts: PieceFacts) -> crate::error::Result<()> {
        if facts.count == 0 {
            return Ok(());
        }
        facts.ids.close();
        let body = Body { ids: facts.ids, extras: facts.extras, at: None, count: facts.count as usize };
        self.held += body.weight();
        self.pieces.push(PieceRows { first: self.next()?, source, place, marks: facts.marks, body });
        self.count += u64::from(facts.count);
        if self.held > self.limit {
            let (file, end) = match &mut self.spill {
                Some(spill) => spill,
                none => none.insert((crate::temporary::unnamed()?, 0)),
            };
            for piece in &mut self.pieces[self.kept..] {
                piece.body.spill(file, end)?;
            }
            (self.kept, self.held) = (self.pieces.len(), 0);
        }
        self.next().map(|_| ())
    }

    /// All pieces in their order.
    pub fn pieces(&self) -> &[PieceRows] {
        &self.pieces
    }

    /// The piece of a source that begins at this byte.
    pub fn piece_at(&self, source: usize, offset: u64) -> Option<&PieceRows> {
        let piece = self.pieces.get(self.pieces.partition_point(|p| (p.source, p.place.offset) < (source, offset)))?;
        (piece.source == source && piece.place.offset == offset).then_some(piece)
    }

    fn piece(&self, row: Ordinal) -> Option<(&PieceRows, usize)> {
        let piece = self.pieces.get(self.pieces.partition_point(|p| p.first <= row).checked_sub(1)?)?;
        Some((piece, (row.0 - piece.first.0) as usize))
    }

    /// The number of the first record after these pieces.
    pub fn after(&self, pieces: &[PieceRows]) -> u64 {
        let Some(last) = pieces.last() else { return 0 };
        let next = self.pieces.partition_point(|p| p.first <= last.first);
        self.pieces.get(next).map_or(self.count, |p| u64::from(p.first.0))
    }

    /// The source of a record.
    pub fn source(&self, row: Ordinal) -> usize {
        self.piece(row).map_or(0, |p| p.0.source)
    }

    /// Writes the id of a record's call to `id`. One that begins with U+0001 is the fingerprint of a row without an id.
    ///
    /// Errors: a temporary file cannot be read.
    pub fn id(&self, row: Ordinal, id: &mut Vec<u8>) -> crate::error::Result<()> {
        id.clear();
        if let Some((piece, index)) = self.piece(row) {
            piece.body.id(index, self.spill.as_ref().map(|s| &s.0), id)?;
        }
        Ok(())
    }

    /// What is told of a record's call by the `n`-th of what detectors ask for.
    ///
    /// Errors: a temporary file cannot be read.
    pub fn extra(&self, row: Ordinal, n: usize) -> crate::error::Result<u64> {
        match self.piece(row) {
            Some((piece, index)) => Ok(piece.body.extra(index, n, self.spill.as_ref().map(|s| &s.0))?),
            None => Ok(0),
        }
    }

    /// Where to look for a record: its source, the offset of a record at or before it, and how many records lie between.
    pub fn place(&self, row: Ordinal) -> Option<(usize, u64, usize)> {
        let (piece, index) = self.piece(row)?;
        let mark = piece.marks.get(index / STEP)?;
        Some((piece.source, piece.place.offset + u64::from(*mark), index % STEP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn ids_are_what_they_were(
            texts in proptest::collection::vec(proptest::prop_oneof!["[a-c]{0,6}", "call-000[0-9]{3}", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "é{100,140}x?"], 0..80),
            spills in proptest::bool::ANY,
        ) {
            let mut ids = Ids::default();
            for (i, text) in texts.iter().enumerate() {
                if text.is_empty() && i % 2 == 0 { ids.push_made([u8::try_from(i).unwrap(); 16]) } else { ids.push(text) }
            }
            ids.close();
            let extras = vec![(0..texts.len() as u64).collect::<Vec<_>>(), (0..texts.len() as u64).map(|n| n * 3).collect()];
            let mut body = Body { ids, extras, at: None, count: texts.len() };
            let (mut file, mut end) = (tempfile::tempfile().unwrap(), 0);
            std::io::Write::write_all(&mut file, b"others").unwrap();
            end += 6;
            if spills {
                body.spill(&mut file, &mut end).unwrap();
            }
            let mut id = Vec::new();
            for (i, text) in texts.iter().enumerate().rev() {
                body.id(i, Some(&file), &mut id).unwrap();
                proptest::prop_assert_eq!([0, 1].map(|n| body.extra(i, n, Some(&file)).unwrap()), [i as u64, 3 * i as u64]);
                if text.is_empty() && i % 2 == 0 {
                    proptest::prop_assert_eq!(&id[1..], &[u8::try_from(i).unwrap(); 16]);
                } else {
                    proptest::prop_assert_eq!(&id[..], text.as_bytes());
                }
            }
        }
    }

    #[test]
    fn ids_that_count_on_take_few_bytes() {
        let mut ids = Ids::default();
        (0..4096).for_each(|i| ids.push(&format!("c0007-{i:010}")));
        ids.close();
        assert!(ids.data.len() + 4 * ids.marks.len() < 6 * 4096, "{} bytes", ids.data.len());
    }
}
