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
    /// Every [`STEP`]th of those without dates, and of those with them: the search begins in what a core keeps at hand.
    steps: [Vec<K>; 2],
}

impl<K: Item> Default for Entries<K> {
    fn default() -> Self {
        Entries { plain: Vec::new(), dated: Vec::new(), filter: Filter::default(), steps: Default::default() }
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
        self.steps = [self.plain.iter().step_by(STEP).copied().collect(), self.dated.iter().step_by(STEP).map(|d| d.key).collect()];
    }
    /// Numbers of the spans of a key.
    pub fn find(&self, key: K) -> impl Iterator<Item = u32> + '_ {
        let may = self.filter.may_hold(key);
        let plain = (may && first(&self.steps[0], &self.plain, key, |k| *k).first() == Some(&key)).then_some(ALWAYS);
        let dated = if may { first(&self.steps[1], &self.dated, key, |d| d.key) } else { &[] };
        plain.into_iter().chain(dated.iter().take_while(move |d| { d.key } == key).map(|d| d.span))
    }
    /// May it hold each of these keys? All at once, so that the core waits for many places of memory at a time.
    pub fn may_hold(&self, keys: impl Iterator<Item = K>) -> Vec<bool> {
        keys.map(|key| self.filter.may_hold(key)).collect()
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.plain.len() + self.dated.len()
    }
}

/// One in so many entries is kept once more.
const STEP: usize = 32;

/// The sorted entries from the first on that is not less than `key`. `steps`: every [`STEP`]th of them.
fn first<'a, K: Item, E>(steps: &[K], all: &'a [E], key: K, key_of: impl Fn(&E) -> K) -> &'a [E] {
    let step = steps.partition_point(|k| *k < key);
    let from = step.saturating_sub(1) * STEP;
    let to = all.len().min(step * STEP + 1);
    let Some(near) = all.get(from..to) else { return &[] };
    &all[from + near.partition_point(|e| key_of(e) < key)..]
}

/// Says quickly of nearly all keys that they are not in a list: three bits of one word for each that is, with sixteen bits a key.
#[derive(Debug, Default)]
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    fn new<K: Item>(count: usize, keys: impl Iterator<Item = K>) -> Filter {
        if count == 0 {
            return Filter::default();
        }
        let words = (count * 16).next_power_of_two().max(64) / 64;
        let mut filter = Filter { words: vec![0; words] };
        for key in keys {
            let (word, bits) = filter.place(key);
            filter.words[word] |= bits;
        }
        filter
    }
    fn place<K: Item>(&self, key: K) -> (usize, u64) {
        let spread = key.spread();
        let bits = 1 << (spread >> 58) | 1 << (spread >> 52 & 63) | 1 << (spread >> 46 & 63);
        ((spread >> 6) as usize & (self.words.len() - 1), bits)
    }
    fn may_hold<K: Item>(&self, key: K) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let (word, bits) = self.place(key);
        self.words[word] & bits == bits
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
        let false_alarms = (0..70_000).filter(|n| n % 7 != 0 && entries.filter.may_hold(Key::e164(*n))).count();
        assert!(false_alarms < 1_200, "{false_alarms} of 60,000");
    }

    proptest::proptest! {
        #[test]
        fn entries_are_found_wherever_they_lie(
            keys in proptest::collection::vec(proptest::prop_oneof![0_u64..200, 8_613_800_000_000_u64..8_613_800_002_000, 0_u64..1 << 55], 0..400),
            asked in proptest::collection::vec(proptest::prop_oneof![0_u64..200, 8_613_800_000_000_u64..8_613_800_002_000], 0..200),
        ) {
            let mut entries = Entries::default();
            for (i, key) in keys.iter().enumerate() {
                entries.push(Key::e164(*key), u32::try_from(i % 3).unwrap());
            }
            entries.close();
            for key in asked.iter().chain(&keys) {
                let mut expected: Vec<u32> =
                    keys.iter().enumerate().filter(|(_, k)| *k == key).map(|(i, _)| u32::try_from(i % 3).unwrap()).collect();
                expected.sort_unstable();
                expected.dedup();
                proptest::prop_assert_eq!(entries.find(Key::e164(*key)).collect::<Vec<_>>(), expected);
            }
        }
    }
}
