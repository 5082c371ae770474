//! Tuples: what sequence rules need of a call, in 32 bytes; and the classes that one of its fields stands for.

use std::collections::HashMap;
use std::sync::RwLock;

use super::sorter::Item;
use crate::calls::keys::Key;

/// Place of a call: source (sorted by path) in the upper 16 bits, byte offset of its record in the lower 48. Orders rows, and finds them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef(pub u64);

impl RowRef {
    /// A place.
    pub fn new(source: usize, offset: u64) -> RowRef {
        RowRef((source as u64) << 48 | offset)
    }
    /// Which source.
    pub fn source(self) -> usize {
        usize::try_from(self.0 >> 48).unwrap_or(0)
    }
    /// Where in it.
    pub fn offset(self) -> u64 {
        self.0 & ((1 << 48) - 1)
    }
}

/// A call in the order of a key family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tuple {
    /// The key.
    pub key: Key,
    /// When it began, ms UTC.
    pub at: i64,
    /// Its place.
    pub row: RowRef,
    /// What predicates and rules said of it, see [`Classes`].
    pub class: u32,
    /// Milliseconds from its start to its end.
    pub length: u32,
}

impl Item for Tuple {
    fn weight(&self) -> usize {
        std::mem::size_of::<Tuple>()
    }
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.key.0.to_le_bytes());
        out.extend_from_slice(&self.at.to_le_bytes());
        out.extend_from_slice(&self.row.0.to_le_bytes());
        out.extend_from_slice(&self.class.to_le_bytes());
        out.extend_from_slice(&self.length.to_le_bytes());
    }
    fn decode(b: &[u8]) -> Option<Tuple> {
        let long = |i: usize| Some(u64::from_le_bytes(b.get(i..i + 8)?.try_into().ok()?));
        let short = |i: usize| Some(u32::from_le_bytes(b.get(i..i + 4)?.try_into().ok()?));
        Some(Tuple { key: Key(long(0)?), at: i64::from_le_bytes(long(8)?.to_le_bytes()), row: RowRef(long(16)?), class: short(24)?, length: short(28)? })
    }
}

/// What one rule says of a call before its windows are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Status {
    LeftOut = 0,
    Unknown = 1,
    NoKey = 2,
    NoTime = 3,
    Uncovered = 4,
    Judged = 5,
    /// Counts inside windows and is not judged.
    Counted = 6,
}

/// Flags of one rule and call: the status in the lower three bits.
pub mod flag {
    /// Answered by a person.
    pub const ANSWERED: u8 = 8;
    /// The outcome is one of `gap_after`.
    pub const GAP: u8 = 16;
    /// The call lies within `effective`.
    pub const IN_EFFECT: u8 = 32;
}

/// The distinct vectors of (zones, flags of each rule). Any number of rules costs a tuple four bytes.
#[derive(Debug, Default)]
pub struct Classes {
    inner: RwLock<(HashMap<Box<[u8]>, u32>, Vec<Box<[u8]>>)>,
}

impl Classes {
    /// The number of a vector.
    pub fn number(&self, vector: &[u8]) -> u32 {
        if let Some(n) = self.inner.read().expect("classes").0.get(vector) {
            return *n;
        }
        let mut inner = self.inner.write().expect("classes");
        if let Some(n) = inner.0.get(vector) {
            return *n;
        }
        let n = u32::try_from(inner.1.len()).expect("fewer than 2^32 classes");
        inner.0.insert(vector.into(), n);
        inner.1.push(vector.into());
        n
    }

    /// All vectors, by number.
    pub fn all(&self) -> Vec<Box<[u8]>> {
        self.inner.read().expect("classes").1.clone()
    }
}

/// The status in a rule's flags.
pub fn status(flags: u8) -> Status {
    match flags & 7 {
        1 => Status::Unknown,
        2 => Status::NoKey,
        3 => Status::NoTime,
        4 => Status::Uncovered,
        5 => Status::Judged,
        6 => Status::Counted,
        _ => Status::LeftOut,
    }
}
