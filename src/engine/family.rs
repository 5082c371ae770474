//! The tuples of a key family: cut into parts by key while they come in, and read part by part, the calls of a key together and in their order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use super::sorter::Item;
use super::tuples::{Ordinal, Tuple};
use crate::calls::keys::spread;
use crate::error::{Error, Result};
use crate::input::records::read_at;

/// How many parts a family is cut into, by key.
pub const PARTS: usize = 128;

/// Bytes of a tuple in a temporary file.
const BYTES: usize = std::mem::size_of::<Tuple>();

/// The tuples of one piece, part by part.
#[derive(Debug, Default)]
pub struct Partitioned {
    tuples: Vec<Tuple>,
    /// Where each part ends.
    ends: Vec<u32>,
}

impl Partitioned {
    /// Puts the tuples of a part together; within a part they keep their order.
    pub fn new(tuples: &[Tuple]) -> Partitioned {
        if tuples.is_empty() {
            return Partitioned::default();
        }
        let mut counts = [0_u32; PARTS];
        tuples.iter().for_each(|t| counts[part_of(t)] += 1);
        let mut ends = Vec::with_capacity(PARTS);
        let mut next = [0_u32; PARTS];
        let mut sum = 0;
        for (n, at) in counts.iter().zip(&mut next) {
            *at = sum;
            sum += n;
            ends.push(sum);
        }
        let mut sorted = vec![tuples[0]; tuples.len()];
        for tuple in tuples {
            let at = &mut next[part_of(tuple)];
            sorted[*at as usize] = *tuple;
            *at += 1;
        }
        Partitioned { tuples: sorted, ends }
    }

    /// From numbers within the piece to those of the run.
    pub fn shift(&mut self, base: Ordinal) {
        self.tuples.iter_mut().for_each(|t| t.row = Ordinal(t.row.0 + base.0));
    }

    fn part(&self, part: usize) -> &[Tuple] {
        let Some(&end) = self.ends.get(part) else { return &[] };
        let start = part.checked_sub(1).map_or(0, |p| self.ends[p]);
        &self.tuples[start as usize..end as usize]
    }
}

fn part_of(tuple: &Tuple) -> usize {
    (spread(tuple.key) >> 57) as usize
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
pub enum Part {
    /// In memory: the calls of a key lie together, in their order; keys are in no order.
    Memory(Vec<Tuple>),
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
        self.held += piece.tuples.len() * BYTES;
        self.pieces.push(piece);
        if self.held > self.limit { self.spill() } else { Ok(()) }
    }

    /// Has anything gone to temporary files?
    pub fn spilled(&self) -> bool {
        !self.spills.is_empty()
    }

    fn spill(&mut self) -> Result<()> {
        let mut file = tempfile::tempfile()?;
        let mut runs = Vec::with_capacity(PARTS);
        let mut writer = BufWriter::with_capacity(1 << 20, &mut file);
        let (mut from, mut bytes) = (0, Vec::new());
        for part in 0..PARTS {
            let mut tuples = self.gather(part);
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

    fn gather(&self, part: usize) -> Vec<Tuple> {
        let mut all = Vec::with_capacity(self.pieces.iter().map(|p| p.part(part).len()).sum());
        self.pieces.iter().for_each(|p| all.extend_from_slice(p.part(part)));
        all
    }

    /// The tuples of one part.
    ///
    /// Errors: a temporary file cannot be read.
    pub fn part(&self, part: usize) -> Result<Part> {
        let spilled: u64 = self.spills.iter().map(|s| s.1[part].count).sum();
        let memory = self.gather(part);
        let bytes = (usize::try_from(spilled).unwrap_or(usize::MAX)).saturating_add(memory.len()).saturating_mul(BYTES);
        if spilled > 0 && bytes > self.limit / 4 {
            return Ok(Part::Runs(Runs::new(self, part, memory)?));
        }
        let mut all = memory;
        for (file, runs) in &self.spills {
            let run = runs[part];
            let mut reader = BufReader::with_capacity(1 << 16, RunReader::new(file, run)?);
            while let Some(tuple) = next(&mut reader)? {
                all.push(tuple);
            }
        }
        group(&mut all);
        Ok(Part::Memory(all))
    }
}

/// Brings the tuples of each key together and into their order.
fn group(tuples: &mut Vec<Tuple>) {
    if tuples.len() < 64 {
        tuples.sort_unstable();
        return;
    }
    // As many buckets as tuples at most, so that most hold one or two keys.
    let bits = (tuples.len().ilog2()).min(16);
    let bucket = |t: &Tuple| (spread(t.key) >> (57 - bits)) as usize & ((1 << bits) - 1);
    let mut ends = vec![0_u32; (1 << bits) + 1];
    tuples.iter().for_each(|t| ends[bucket(t) + 1] += 1);
    for i in 1..ends.len() {
        ends[i] += ends[i - 1];
    }
    let mut sorted = vec![tuples[0]; tuples.len()];
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
    *tuples = sorted;
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
            let tuples: Vec<Tuple> = match family.part(part).unwrap() {
                Part::Memory(tuples) => tuples,
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
                tuples.chunks(777).for_each(|piece| family.push(Partitioned::new(piece)).unwrap());
                assert_eq!(family.spilled(), limit < usize::MAX);
                assert_eq!(read(&family), expected, "{keys} keys, {limit} bytes");
            }
        }
    }
}
