//! The tuples of a key family: cut into parts by key while they come in, and read part by part, the calls of a key together and in their order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use super::sorter::Item;
use super::tuples::{Ordinal, Tuple};
use crate::calls::keys::{Key, spread};
use crate::error::{Error, Result};
use crate::input::records::read_at;

/// How many parts a family is cut into, by key.
pub const PARTS: usize = 128;

/// Bytes of a tuple in a temporary file.
const BYTES: usize = std::mem::size_of::<Tuple>();

/// A tuple without what all those of its piece share: 16 bytes instead of 24.
#[derive(Clone, Copy, Debug)]
struct Short {
    key: Key,
    /// After the first start of the piece, ms.
    after: u32,
    /// Number within the piece.
    row: u16,
    class: u16,
}

/// The tuples of a piece, which are nearly always near to each other.
#[derive(Debug)]
enum Kept {
    Short(Vec<Short>, i64),
    Long(Vec<Tuple>),
}

/// The tuples of one piece, part by part.
#[derive(Debug)]
pub struct Partitioned {
    kept: Kept,
    /// Where each part ends.
    ends: Vec<u32>,
    /// Number of the first record of the piece.
    base: u32,
}

/// Puts what belongs to a part together; within a part it keeps its order.
fn cut<T: Copy>(tuples: &[Tuple], ends: &[u32], as_kept: impl Fn(&Tuple) -> T) -> Vec<T> {
    let Some(first) = tuples.first() else { return Vec::new() };
    let mut next = [0_u32; PARTS];
    next[1..].copy_from_slice(&ends[..PARTS - 1]);
    let mut sorted = vec![as_kept(first); tuples.len()];
    for tuple in tuples {
        let at = &mut next[part_of(tuple)];
        sorted[*at as usize] = as_kept(tuple);
        *at += 1;
    }
    sorted
}

impl Partitioned {
    /// Puts the tuples of each part of a piece together; their places are numbers within the piece.
    pub fn new(tuples: &[Tuple]) -> Partitioned {
        let mut ends = vec![0_u32; PARTS];
        tuples.iter().for_each(|t| ends[part_of(t)] += 1);
        for part in 1..PARTS {
            ends[part] += ends[part - 1];
        }
        let first = tuples.iter().map(|t| t.at).min().unwrap_or(0);
        let fits = |t: &Tuple| u32::try_from(t.at - first).is_ok() && t.row.0 <= u32::from(u16::MAX) && t.class <= u32::from(u16::MAX);
        let kept = if tuples.iter().all(fits) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just looked at
            let short = |t: &Tuple| Short { key: t.key, after: (t.at - first) as u32, row: t.row.0 as u16, class: t.class as u16 };
            Kept::Short(cut(tuples, &ends, short), first)
        } else {
            Kept::Long(cut(tuples, &ends, |t| *t))
        };
        Partitioned { kept, ends, base: 0 }
    }

    /// From numbers within the piece to those of the run.
    pub fn shift(&mut self, base: Ordinal) {
        self.base = base.0;
    }

    fn bytes(&self) -> usize {
        let each = if matches!(self.kept, Kept::Short(..)) { std::mem::size_of::<Short>() } else { BYTES };
        self.ends.last().map_or(0, |n| *n as usize) * each + std::mem::size_of_val(self.ends.as_slice())
    }

    /// Where a part lies.
    fn span(&self, part: usize) -> std::ops::Range<usize> {
        let start = part.checked_sub(1).map_or(0, |p| self.ends[p]);
        start as usize..self.ends[part] as usize
    }

    /// Appends the tuples of a part.
    fn append(&self, part: usize, all: &mut Vec<Tuple>) {
        let base = self.base;
        match &self.kept {
            Kept::Short(kept, first) => all.extend(kept[self.span(part)].iter().map(|s| Tuple {
                key: s.key,
                at: first + i64::from(s.after),
                row: Ordinal(base + u32::from(s.row)),
                class: u32::from(s.class),
            })),
            Kept::Long(kept) => all.extend(kept[self.span(part)].iter().map(|t| Tuple { row: Ordinal(base + t.row.0), ..*t })),
        }
    }
}

fn part_of(tuple: &Tuple) -> usize {
    (spread(tuple.key) >> 57) as usize
}

/// What reading a part needs, used again for the next one.
#[derive(Debug, Default)]
pub struct Buffers {
    tuples: Vec<Tuple>,
    sorted: Vec<Tuple>,
    ends: Vec<u32>,
}

/// A sorted stretch of a part in a temporary file.
#[derive(Clone, Copy, Debug)]
struct Run {
    from: u64,
    count: u64,
}

/// All tuples of a family.
#[derive(Debug)]
pub struct Family {
    pieces: Vec<Partitioned>,
    held: usize,
    limit: usize,
    spills: Vec<(File, Vec<Run>)>,
}

/// The tuples of a part.
#[derive(Debug)]
pub enum Part<'b> {
    /// In memory: the calls of a key lie together, in their order; keys are in no order.
    Memory(&'b mut [Tuple]),
    /// More than memory holds: sorted runs.
    Runs(Runs),
}

impl Family {
    /// A family that keeps at most `limit` bytes in memory.
    pub fn new(limit: usize) -> Family {
        Family { pieces: Vec::new(), held: 0, limit, spills: Vec::new() }
    }

    /// Takes the tuples of a piece.
    ///
    /// Errors: a temporary file cannot be written.
    pub fn push(&mut self, piece: Partitioned) -> Result<()> {
        self.held += piece.bytes();
        self.pieces.push(piece);
        if self.held > self.limit { self.spill() } else { Ok(()) }
    }

    /// Bytes in temporary files.
    pub fn spilled(&self) -> u64 {
        self.spills.iter().flat_map(|s| &s.1).map(|run| run.count * BYTES as u64).sum()
    }

    fn spill(&mut self) -> Result<()> {
        let mut file = crate::temporary::unnamed()?;
        let mut runs = Vec::with_capacity(PARTS);
        let mut writer = BufWriter::with_capacity(1 << 20, &mut file);
        let (mut from, mut bytes) = (0, Vec::new());
        let mut tuples = Vec::new();
        for part in 0..PARTS {
            self.gather(part, &mut tuples);
            tuples.sort_unstable();
            runs.push(Run { from, count: tuples.len() as u64 });
            for tuple in &tuples {
                bytes.clear();
                tuple.encode(&mut bytes);
                writer.write_all(&bytes)?;
            }
            from += (tuples.len() * BYTES) as u64;
        }
        writer.flush()?;
        drop(writer);
        self.spills.push((file, runs));
        self.pieces = Vec::new();
        self.held = 0;
        Ok(())
    }

    /// The tuples of a part that are in memory.
    fn gather(&self, part: usize, all: &mut Vec<Tuple>) {
        all.clear();
        all.reserve(self.pieces.iter().map(|p| p.span(part).len()).sum());
        self.pieces.iter().for_each(|p| p.append(part, all));
    }

    /// The tuples of one part.
    ///
    /// Errors: a temporary file cannot be read.
    pub fn part<'b>(&self, part: usize, buffers: &'b mut Buffers) -> Result<Part<'b>> {
        let spilled: u64 = self.spills.iter().map(|s| s.1[part].count).sum();
        let all = &mut buffers.tuples;
        self.gather(part, all);
        let bytes = (usize::try_from(spilled).unwrap_or(usize::MAX)).saturating_add(all.len()).saturating_mul(BYTES);
        if spilled > 0 && bytes > self.limit / 4 {
            return Ok(Part::Runs(Runs::new(self, part, std::mem::take(all))?));
        }
        for (file, runs) in &self.spills {
            let run = runs[part];
            let mut reader = BufReader::with_capacity(1 << 16, RunReader::new(file, run)?);
            while let Some(tuple) = next(&mut reader)? {
                all.push(tuple);
            }
        }
        Ok(Part::Memory(group(buffers)))
    }
}

/// Brings the tuples of each key together and into their order.
fn group(buffers: &mut Buffers) -> &mut [Tuple] {
    let Buffers { tuples, sorted, ends } = buffers;
    if tuples.len() < 64 {
        tuples.sort_unstable();
        return tuples;
    }
    // As many buckets as tuples at most, so that most hold one or two keys.
    let bits = (tuples.len().ilog2()).min(16);
    let bucket = |t: &Tuple| (spread(t.key) >> (57 - bits)) as usize & ((1 << bits) - 1);
    ends.clear();
    ends.resize((1 << bits) + 1, 0);
    tuples.iter().for_each(|t| ends[bucket(t) + 1] += 1);
    for i in 1..ends.len() {
        ends[i] += ends[i - 1];
    }
    sorted.clear();
    sorted.resize(tuples.len(), tuples[0]);
    for tuple in tuples.iter() {
        let at = &mut ends[bucket(tuple)];
        sorted[*at as usize] = *tuple;
        *at += 1;
    }
    let mut start = 0;
    for end in &ends[..1 << bits] {
        let end = *end as usize;
        let bucket = &mut sorted[start..end];
        // Logs are mostly in the order of time, and a bucket of one key then needs no more.
        if bucket.len() > 1 && !bucket.is_sorted() {
            bucket.sort_unstable();
        }
        start = end;
    }
    sorted
}

/// Sorted runs of one part, merged.
#[derive(Debug)]
pub struct Runs {
    readers: Vec<BufReader<RunReader>>,
    memory: std::vec::IntoIter<Tuple>,
    heap: BinaryHeap<Reverse<(Tuple, usize)>>,
}

impl Runs {
    fn new(family: &Family, part: usize, mut memory: Vec<Tuple>) -> Result<Runs> {
        memory.sort_unstable();
        let mut runs = Runs { readers: Vec::new(), memory: memory.into_iter(), heap: BinaryHeap::new() };
        for (i, (file, all)) in family.spills.iter().enumerate() {
            let mut reader = BufReader::with_capacity(1 << 16, RunReader::new(file, all[part])?);
            if let Some(tuple) = next(&mut reader)? {
                runs.heap.push(Reverse((tuple, i)));
            }
            runs.readers.push(reader);
        }
        let last = runs.readers.len();
        if let Some(tuple) = runs.memory.next() {
            runs.heap.push(Reverse((tuple, last)));
        }
        Ok(runs)
    }
}

impl Iterator for Runs {
    type Item = Result<Tuple>;
    fn next(&mut self) -> Option<Result<Tuple>> {
        let Reverse((tuple, from)) = self.heap.pop()?;
        let after = match self.readers.get_mut(from) {
            Some(reader) => match next(reader) {
                Ok(after) => after,
                Err(e) => return Some(Err(e)),
            },
            None => self.memory.next(),
        };
        if let Some(after) = after {
            self.heap.push(Reverse((after, from)));
        }
        Some(Ok(tuple))
    }
}

/// Reads a stretch of a file that others read too.
#[derive(Debug)]
struct RunReader {
    file: File,
    at: u64,
    end: u64,
}

impl RunReader {
    fn new(file: &File, run: Run) -> Result<RunReader> {
        Ok(RunReader { file: file.try_clone()?, at: run.from, end: run.from + run.count * BYTES as u64 })
    }
}

impl Read for RunReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let n = read_at(&self.file, &mut buffer[..most], self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

fn next(reader: &mut BufReader<RunReader>) -> Result<Option<Tuple>> {
    let mut bytes = [0; BYTES];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Tuple::decode(&bytes).map(Some).ok_or_else(|| Error::Io("a temporary file was changed while it was in use".to_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(e.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::keys::Key;

    fn tuples(n: u64, keys: u64) -> Vec<Tuple> {
        let mut state = 3_u64;
        (0..n)
            .map(|i| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = i64::try_from(state >> 40).unwrap() % 1000;
                Tuple { key: Key::e164(8_613_800_000_000 + (state >> 33) % keys), at, row: Ordinal(u32::try_from(i).unwrap()), class: 0 }
            })
            .collect()
    }

    /// All tuples by key, each key's in its order.
    fn read(family: &Family) -> std::collections::BTreeMap<Key, Vec<Tuple>> {
        let mut all: std::collections::BTreeMap<Key, Vec<Tuple>> = Default::default();
        for part in 0..PARTS {
            let mut before: Option<Key> = None;
            let mut buffers = Buffers::default();
            let tuples: Vec<Tuple> = match family.part(part, &mut buffers).unwrap() {
                Part::Memory(tuples) => tuples.to_vec(),
                Part::Runs(runs) => runs.map(Result::unwrap).collect(),
            };
            for tuple in tuples {
                if before != Some(tuple.key) {
                    assert!(!all.contains_key(&tuple.key), "the calls of a key lie together");
                    before = Some(tuple.key);
                }
                all.entry(tuple.key).or_default().push(tuple);
            }
        }
        all
    }

    #[test]
    fn parts_and_spills_change_nothing() {
        for keys in [1, 7, 5000] {
            let tuples = tuples(20_000, keys);
            let mut expected: std::collections::BTreeMap<Key, Vec<Tuple>> = Default::default();
            let mut sorted = tuples.clone();
            sorted.sort_unstable();
            sorted.into_iter().for_each(|t| expected.entry(t.key).or_default().push(t));
            for limit in [usize::MAX, 200_000, 20_000] {
                let mut family = Family::new(limit);
                for (n, piece) in tuples.chunks(777).enumerate() {
                    let base = Ordinal(u32::try_from(n * 777).unwrap());
                    // Rows are numbers within the piece; every third piece is one whose tuples are far apart.
                    let far = |t: &Tuple| if n % 3 == 0 { i64::from(u32::MAX) + 1000 + t.at } else { t.at };
                    let within: Vec<Tuple> = piece.iter().map(|t| Tuple { row: Ordinal(t.row.0 - base.0), ..*t }).collect();
                    let mut cut = Partitioned::new(&within);
                    assert!(matches!(cut.kept, Kept::Short(..)));
                    assert!(matches!(Partitioned::new(&[within[0], Tuple { at: far(&within[1]), ..within[1] }]).kept, Kept::Long(_)) == (n % 3 == 0));
                    if n % 3 == 1 {
                        cut.kept = Kept::Long(super::cut(&within, &cut.ends, |t| *t));
                    }
                    cut.shift(base);
                    family.push(cut).unwrap();
                }
                assert_eq!(family.spilled() > 0, limit < usize::MAX);
                assert_eq!(read(&family), expected, "{keys} keys, {limit} bytes");
            }
        }
    }
}
