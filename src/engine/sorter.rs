//! The external sorter: sorted runs in temporary files when a share of the memory budget is used up, merged when read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use rayon::prelude::*;

use crate::error::Result;

/// Something that can be sorted and written down.
pub trait Item: Ord + Send + Sized {
    /// Bytes that it takes in memory.
    fn weight(&self) -> usize;
    /// Writes it down.
    fn encode(&self, out: &mut Vec<u8>);
    /// Reads what `encode` wrote.
    fn decode(bytes: &[u8]) -> Option<Self>;
}

/// Collects items, in memory up to a limit.
#[derive(Debug)]
pub struct Sorter<T> {
    items: Vec<T>,
    weight: usize,
    limit: usize,
    /// Sorted runs, and how often each was merged.
    runs: Vec<(File, u32)>,
}

/// So many runs of one size become one: there are never many open files, whatever the memory.
const FAN: usize = 32;

impl<T: Item + Clone> Sorter<T> {
    /// A sorter that keeps at most `limit` bytes in memory.
    pub fn new(limit: usize) -> Sorter<T> {
        Sorter { items: Vec::new(), weight: 0, limit, runs: Vec::new() }
    }

    /// One more.
    ///
    /// Errors: a temporary file cannot be written.
    pub fn push(&mut self, item: T) -> Result<()> {
        self.weight += item.weight();
        self.items.push(item);
        if self.weight > self.limit { self.spill() } else { Ok(()) }
    }

    /// Many more.
    pub fn extend(&mut self, items: impl IntoIterator<Item = T>) -> Result<()> {
        let known = self.items.len();
        self.items.extend(items);
        self.weight += self.items[known..].iter().map(Item::weight).sum::<usize>();
        if self.weight > self.limit { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<()> {
        self.sort();
        let file = write(self.items.drain(..).map(Ok))?;
        self.items.shrink_to_fit();
        self.weight = 0;
        self.runs.push((file, 0));
        while let Some(level) = self.runs.last().map(|r| r.1)
            && self.runs.iter().rev().take_while(|r| r.1 == level).count() >= FAN
        {
            let smaller = self.runs.split_off(self.runs.len() - FAN);
            let none: &[T] = &[];
            let merged = write(merge(smaller.iter().map(|r| &r.0), none.iter())?)?;
            self.runs.push((merged, level + 1));
        }
        Ok(())
    }

    /// The items in their order. May be called again: nothing is used up.
    pub fn sort(&mut self) {
        if self.items.len() > 1 << 12 { self.items.par_sort_unstable() } else { self.items.sort_unstable() }
    }

    /// Reads the items in their order, after [`Sorter::sort`].
    pub fn read(&self) -> Result<Merge<'_, T>> {
        merge(self.runs.iter().map(|r| &r.0), self.items.iter())
    }
}

/// Runs, and items in memory, in one order.
fn merge<'a, 'f, T: Item + Clone>(files: impl Iterator<Item = &'f File>, mut memory: std::slice::Iter<'a, T>) -> Result<Merge<'a, T>> {
    let mut runs = Vec::new();
    let mut heap = BinaryHeap::new();
    for (i, file) in files.enumerate() {
        let file = file.try_clone()?;
        let mut reader = BufReader::with_capacity(1 << 16, RunReader { file, at: 0 });
        if let Some(item) = next(&mut reader)? {
            heap.push(Reverse((item, i)));
        }
        runs.push(reader);
    }
    let last = runs.len();
    let plain = runs.is_empty();
    if let Some(item) = (!plain).then(|| memory.next()).flatten() {
        heap.push(Reverse((item.clone(), last)));
    }
    Ok(Merge { runs, memory, heap, plain })
}

/// Writes sorted items to a file.
fn write<T: Item>(items: impl Iterator<Item = Result<T>>) -> Result<File> {
    let mut file = crate::temporary::unnamed()?;
    let mut writer = BufWriter::with_capacity(1 << 18, &mut file);
    let mut bytes = Vec::new();
    for item in items {
        bytes.clear();
        item?.encode(&mut bytes);
        writer.write_all(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        writer.write_all(&bytes)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(file)
}

/// A reader with a position of its own: several read one file.
#[derive(Debug)]
struct RunReader {
    file: File,
    at: u64,
}

impl Read for RunReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = crate::input::records::read_at(&self.file, buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

fn next<T: Item>(reader: &mut BufReader<RunReader>) -> Result<Option<T>> {
    let mut length = [0; 4];
    match reader.read_exact(&mut length) {
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e.into()),
    }
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    reader.read_exact(&mut bytes)?;
    T::decode(&bytes).map(Some).ok_or_else(|| crate::error::Error::Io("a temporary file was changed while it was in use".to_owned()))
}

/// The items of a [`Sorter`] in their order.
#[derive(Debug)]
pub struct Merge<'a, T> {
    runs: Vec<BufReader<RunReader>>,
    memory: std::slice::Iter<'a, T>,
    heap: BinaryHeap<Reverse<(T, usize)>>,
    plain: bool,
}

impl<T: Item + Clone> Iterator for Merge<'_, T> {
    type Item = Result<T>;
    fn next(&mut self) -> Option<Result<T>> {
        if self.plain {
            return self.memory.next().cloned().map(Ok);
        }
        let Reverse((item, from)) = self.heap.pop()?;
        if from == self.runs.len() {
            if let Some(after) = self.memory.next() {
                self.heap.push(Reverse((after.clone(), from)));
            }
        } else {
            match next(&mut self.runs[from]) {
                Ok(Some(after)) => self.heap.push(Reverse((after, from))),
                Ok(None) => {}
                Err(e) => return Some(Err(e)),
            }
        }
        Some(Ok(item))
    }
}

/// Texts are written as JSON: they are few.
#[macro_export]
#[doc(hidden)]
macro_rules! json_item {
    ($type:ty, $weight:expr) => {
        impl $crate::engine::sorter::Item for $type {
            fn weight(&self) -> usize {
                $weight(self)
            }
            fn encode(&self, out: &mut Vec<u8>) {
                let _ = serde_json::to_writer(out, self);
            }
            fn decode(bytes: &[u8]) -> Option<Self> {
                serde_json::from_slice(bytes).ok()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Item for u64 {
        fn weight(&self) -> usize {
            8
        }
        fn encode(&self, out: &mut Vec<u8>) {
            out.extend_from_slice(&self.to_le_bytes());
        }
        fn decode(bytes: &[u8]) -> Option<u64> {
            Some(u64::from_le_bytes(bytes.try_into().ok()?))
        }
    }

    proptest::proptest! {
        #[test]
        fn spilling_changes_nothing(items in proptest::collection::vec(0_u64..50, 0..1200), limit in 1_usize..2000) {
            let mut sorter = Sorter::new(limit);
            items.iter().for_each(|item| sorter.push(*item).unwrap());
            sorter.sort();
            let mut expected = items.clone();
            expected.sort_unstable();
            for _ in 0..2 {
                let read: Vec<u64> = sorter.read().unwrap().map(Result::unwrap).collect();
                proptest::prop_assert_eq!(&read, &expected);
            }
        }
    }
}
