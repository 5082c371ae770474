//! Tuples: what sequence rules need of a call, in 24 bytes; and the classes that one of its fields stands for.

use std::sync::RwLock;

use super::sorter::Item;
use crate::calls::keys::Key;
use crate::error::{Error, Result};

/// Number of a record among all records of all sources in the order of their paths: orders calls, and finds them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ordinal(pub u32);

impl Ordinal {
    /// The record after so many others.
    ///
    /// Errors: more records than one run can hold.
    pub fn new(n: u64) -> Result<Ordinal> {
        u32::try_from(n).map(Ordinal).map_err(|_| {
            Error::Io(format!("more than {} records in one run: audit fewer files at a time (the longest window needs that much history)", u32::MAX))
        })
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
    pub row: Ordinal,
    /// What predicates and rules said of it, see [`Classes`].
    pub class: u32,
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
    }
    fn decode(b: &[u8]) -> Option<Tuple> {
        let long = |i: usize| Some(u64::from_le_bytes(b.get(i..i + 8)?.try_into().ok()?));
        let short = |i: usize| Some(u32::from_le_bytes(b.get(i..i + 4)?.try_into().ok()?));
        Some(Tuple { key: Key(long(0)?), at: i64::from_le_bytes(long(8)?.to_le_bytes()), row: Ordinal(short(16)?), class: short(20)? })
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
    /// Something takes it out; by what, see [`exempt_by`].
    Exempt = 7,
}

/// Flags of one rule and call: the status in the lower three bits, above it the kind's marks (see `rules::sequence::mark`).
pub mod flag {
    /// The call lies within `effective`.
    pub const IN_EFFECT: u8 = 32;
}

/// Numbers of vectors by what they hold.
pub type VectorMap = std::collections::HashMap<Box<[u8]>, u32, foldhash::fast::RandomState>;

/// The distinct vectors of (zones, flags of each rule). Any number of rules costs a tuple four bytes.
#[derive(Debug, Default)]
pub struct Classes {
    inner: RwLock<(VectorMap, Vec<Box<[u8]>>)>,
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

/// The flags of a call that the `n`-th exemption of its rule takes out; from the eighth on they are not told apart.
pub fn exempt(n: usize) -> u8 {
    let n = u8::try_from(n).unwrap_or(7).min(7);
    Status::Exempt as u8 | (n & 1) << 4 | (n & 6) << 5
}

/// The number of the exemption in such flags.
pub fn exempt_by(flags: u8) -> usize {
    usize::from(flags >> 4 & 1 | flags >> 5 & 6)
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
        7 => Status::Exempt,
        _ => Status::LeftOut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_tell_which_exemption_it_was() {
        for n in 0..12 {
            let flags = exempt(n) | flag::IN_EFFECT;
            assert_eq!((status(flags), exempt_by(flags)), (Status::Exempt, n.min(7)));
            assert_eq!(flags & crate::rules::sequence::mark::FIRST, 0, "an exempt call may still be an event");
        }
    }
}
