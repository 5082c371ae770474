//! Keys: what calls are grouped by, exact and 8 bytes wide. A number is its digits; any other text is an entry of the dictionary.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::RwLock;

/// A key of one column. Equal keys are equal texts; the order of keys means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Key(pub u64);

const SHIFT: u32 = 61;
const PAYLOAD: u64 = (1 << SHIFT) - 1;
const E164: u64 = 1;
const DIGITS: u64 = 2;
const TEXT: u64 = 3;
const NO_KEY: u64 = 4;

impl Key {
    /// No value: never a group.
    pub const NULL: Key = Key(0);

    /// A value that no column has, for somebody who is nobody in particular. Its bits are those of an entry that no dictionary reaches.
    pub const NOBODY: Key = Key(TEXT << SHIFT | PAYLOAD);

    /// A valid number, by its E.164 digits without the plus.
    pub fn e164(digits: u64) -> Key {
        Key(E164 << SHIFT | digits)
    }

    /// Digits that are no valid number (a service number, a short code, an extension), leading zeros kept; None beyond 17 digits.
    pub fn digits(text: &[u8]) -> Option<Key> {
        if text.is_empty() || text.len() > 17 || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        Some(Key(DIGITS << SHIFT | text.iter().fold(1, |n, d| n * 10 + u64::from(d - b'0'))))
    }

    /// May calls be grouped by it? Not if it is null or a number that is masked or destroyed.
    pub fn groups(self) -> bool {
        matches!(self.0 >> SHIFT, E164 | DIGITS | TEXT)
    }

    /// Is there nothing at all?
    pub fn is_null(self) -> bool {
        self.0 == 0
    }

    /// The digits of a valid number.
    pub fn as_e164(self) -> Option<u64> {
        (self.0 >> SHIFT == E164).then_some(self.0 & PAYLOAD)
    }
}

/// Spreads keys over parts, buckets and filters. Reaches no order and no output.
pub fn spread(key: Key) -> u64 {
    let x = key.0 ^ (key.0 >> 32);
    let x = x.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

const SHARDS: usize = 16;

/// All texts that serve as keys. Ids are given out in the order of meeting and reach no order and no output.
#[derive(Debug)]
pub struct Dictionary {
    hasher: std::hash::BuildHasherDefault<std::collections::hash_map::DefaultHasher>,
    shards: Vec<RwLock<Shard>>,
}

#[derive(Debug, Default)]
struct Shard {
    ids: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Dictionary { hasher: Default::default(), shards: (0..SHARDS).map(|_| RwLock::default()).collect() }
    }
}

impl Dictionary {
    fn id(&self, text: &str) -> u64 {
        let shard = usize::try_from(self.hasher.hash_one(text) % SHARDS as u64).unwrap_or(0);
        if let Some(&id) = self.shards[shard].read().expect("dictionary").ids.get(text) {
            return u64::from(id) * SHARDS as u64 + shard as u64;
        }
        let mut inner = self.shards[shard].write().expect("dictionary");
        let next = u32::try_from(inner.texts.len()).expect("fewer than 2^32 distinct texts in a shard");
        let id = match inner.ids.get(text) {
            Some(&id) => id,
            None => {
                inner.ids.insert(text.into(), next);
                inner.texts.push(text.into());
                next
            }
        };
        u64::from(id) * SHARDS as u64 + shard as u64
    }

    /// The key of a text; null for an empty one.
    pub fn text(&self, text: &str) -> Key {
        if text.is_empty() { Key::NULL } else { Key(TEXT << SHIFT | self.id(text)) }
    }

    /// The key of several keys together; [`Dictionary::parts`] gives them back.
    pub fn several(&self, keys: &[Key]) -> Key {
        let mut text = String::with_capacity(keys.len() * 17);
        for key in keys {
            use std::fmt::Write;
            let _ = write!(text, "{:x}:", key.0);
        }
        self.text(&text)
    }

    /// The keys of which a key of several is made.
    pub fn parts(&self, several: Key) -> Vec<Key> {
        self.show(several).split_terminator(':').filter_map(|p| u64::from_str_radix(p, 16).ok()).map(Key).collect()
    }

    /// Something that is not null and never a group: a number that is masked or destroyed, as exported.
    pub fn no_key(&self, text: &str) -> Key {
        Key(NO_KEY << SHIFT | self.id(text))
    }

    /// The text of a key as reports show it: `+8613812345678`, `95588`, or the text itself. Empty for null.
    pub fn show(&self, key: Key) -> String {
        let payload = key.0 & PAYLOAD;
        match key.0 >> SHIFT {
            E164 => format!("+{payload}"),
            DIGITS => payload.to_string()[1..].to_owned(),
            TEXT | NO_KEY => {
                let shard = self.shards[usize::try_from(payload % SHARDS as u64).unwrap_or(0)].read().expect("dictionary");
                shard.texts[usize::try_from(payload / SHARDS as u64).unwrap_or(0)].to_string()
            }
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_show_what_they_were_made_of() {
        let dictionary = Dictionary::default();
        assert_eq!(dictionary.show(Key::e164(8_613_812_345_678)), "+8613812345678");
        assert_eq!(dictionary.show(Key::digits(b"0095").expect("digits")), "0095");
        assert_eq!(dictionary.show(dictionary.text("坐席 1")), "坐席 1");
        assert_eq!(dictionary.text("a"), dictionary.text("a"));
        assert_ne!(dictionary.text("a"), dictionary.text("A"));
        assert_ne!(Key::digits(b"95"), Key::digits(b"095"));
        assert!(!dictionary.no_key("138****1234").groups() && !dictionary.no_key("x").is_null());
        assert!(Key::NULL.is_null() && !Key::NULL.groups());
    }
}
