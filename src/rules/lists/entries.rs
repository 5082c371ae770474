//! What a list holds, in sorted arrays: 8 bytes for a number without dates, 12 for one with dates, which share their spans.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::calls::calendar::Date;
use crate::calls::keys::{Key, spread};

/// What entries are found by.
pub trait Item: Copy + Ord + Send + Sync {
    /// Its bits, spread for a filter.
    fn spread(self) -> u64;
}

impl Item for Key {
    fn spread(self) -> u64 {
        spread(self)
    }
}

/// When and for what an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Since when, and the local date of that.
    pub added: Option<(i64, Date)>,
    /// Not before: the first copy on which it stands.
    pub from: Option<i64>,
    /// No longer from here on.
    pub expires: Option<i64>,
    /// Number of the purpose; 0: all.
    pub scope: u32,
}

impl Span {
    /// Always, for all purposes.
    pub const ALWAYS: Span = Span { added: None, from: None, expires: None, scope: 0 };
}

/// The number of [`Span::ALWAYS`].
pub const ALWAYS: u32 = 0;

/// The distinct spans of a list: most lists have few.
#[derive(Debug)]
pub struct Spans {
    all: Vec<Span>,
    index: HashMap<Span, u32, foldhash::fast::FixedState>,
    scopes: Vec<Box<str>>,
}

impl Default for Spans {
    fn default() -> Spans {
        let mut spans = Spans { all: Vec::new(), index: HashMap::default(), scopes: vec!["".into()] };
        spans.number(Span::ALWAYS);
        spans
    }
}

impl Spans {
    /// The number of a span.
    pub fn number(&mut self, span: Span) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        *self.index.entry(span).or_insert_with(|| {
            self.all.push(span);
            next
        })
    }
    /// The number of a purpose.
    pub fn scope(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return 0 };
        let known = self.scopes.iter().position(|s| **s == *text).unwrap_or_else(|| {
            self.scopes.push(text.into());
            self.scopes.len() - 1
        });
        u32::try_from(known).unwrap_or(u32::MAX)
    }
    /// By its number.
    pub fn get(&self, number: u32) -> Span {
        self.all[number as usize]
    }
    /// The purpose by its number; None: all.
    pub fn purpose(&self, scope: u32) -> Option<&str> {
        (scope > 0).then(|| &*self.scopes[scope as usize])
    }
    /// All is read: what finds spans again is not needed any more.
    pub fn close(&mut self) {
        self.index = HashMap::default();
    }
}

/// An entry with the number of its span.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub struct Dated<K: Item> {
    /// Whose.
    pub key: K,
    /// When.
    pub span: u32,
}

impl<K: Item> Dated<K> {
    /// By key, then by span.
    pub fn order(self) -> (K, u32) {
        (self.key, self.span)
    }
}

/// The entries of one sort.
#[derive(Debug)]
pub struct Entries<K: Item> {
    /// Without dates and scope; sorted once it is closed.
    pub plain: Vec<K>,
    /// With them; sorted once it is closed.
    pub dated: Vec<Dated<K>>,
    filter: Filter,
}

impl<K: Item> Default for Entries<K> {
    fn default() -> Self {
        Entries { plain: Vec::new(), dated: Vec::new(), filter: Filter::default() }
    }
}

impl<K: Item> Entries<K> {
    /// Adds one.
    pub fn push(&mut self, key: K, span: u32) {
        if span == ALWAYS {
            self.plain.push(key);
        } else {
            self.dated.push(Dated { key, span });
        }
    }
    /// Sorts them, without doubles.
    pub fn sort(&mut self) {
        self.plain.par_sort_unstable();
        self.plain.dedup();
        self.dated.par_sort_unstable_by_key(|d| d.order());
        self.dated.dedup_by_key(|d| d.order());
    }
    /// Sorts them and makes them ready to be asked.
    pub fn close(&mut self) {
        self.sort();
        self.plain.shrink_to_fit();
        self.dated.shrink_to_fit();
        self.filter = Filter::new(self.plain.len() + self.dated.len(), self.plain.iter().copied().chain(self.dated.iter().map(|d| d.key)));
    }
    /// Numbers of the spans of a key.
    pub fn find(&self, key: K) -> impl Iterator<Item = u32> + '_ {
        let may = self.filter.may_hold(key);
        let plain = (may && self.plain.binary_search(&key).is_ok()).then_some(ALWAYS);
        let first = if may { self.dated.partition_point(|d| { d.key } < key) } else { self.dated.len() };
        plain.into_iter().chain(self.dated[first..].iter().take_while(move |d| { d.key } == key).map(|d| d.span))
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.plain.len() + self.dated.len()
    }
}

/// Says quickly of most keys that they are not in a list: one bit of sixteen for each that is.
#[derive(Debug, Default)]
struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    fn new<K: Item>(count: usize, keys: impl Iterator<Item = K>) -> Filter {
        if count == 0 {
            return Filter::default();
        }
        let words = (count * 16).next_power_of_two().max(64) / 64;
        let mut filter = Filter { bits: vec![0; words] };
        for key in keys {
            let (word, bit) = filter.place(key);
            filter.bits[word] |= 1 << bit;
        }
        filter
    }
    fn place<K: Item>(&self, key: K) -> (usize, u32) {
        let spread = key.spread();
        ((spread >> 6) as usize & (self.bits.len() - 1), (spread & 63) as u32)
    }
    fn may_hold<K: Item>(&self, key: K) -> bool {
        if self.bits.is_empty() {
            return false;
        }
        let (word, bit) = self.place(key);
        self.bits[word] >> bit & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_small_and_found() {
        assert_eq!(std::mem::size_of::<Dated<Key>>(), 12);
        let mut entries = Entries::default();
        for n in 0..1000 {
            entries.push(Key::e164(n * 7), if n % 3 == 0 { 1 } else { ALWAYS });
        }
        entries.push(Key::e164(7), 5);
        entries.push(Key::e164(7), 5);
        entries.close();
        assert_eq!(entries.len(), 1001);
        assert_eq!(entries.find(Key::e164(7)).collect::<Vec<_>>(), [ALWAYS, 5]);
        assert_eq!(entries.find(Key::e164(21)).collect::<Vec<_>>(), [1]);
        assert_eq!((0..7000).filter(|n| entries.find(Key::e164(*n)).next().is_some()).count(), 1000);
    }
}
