//! Lists of hashes of numbers: what is hashed, and how.

use super::entries::Item;
use md5::Md5;
use sha1::Sha1;
use sha2::Sha256;
use sha2::digest::Digest as _;

/// The first 128 bits of a hash: all of MD5; of the others so many that no two numbers share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(pub u128);

impl Item for Digest {
    fn spread(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
}

/// How a number is written before it is hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// `+8613812345678`
    #[default]
    E164,
    /// `13812345678`, with the trunk prefix or without it.
    National,
    /// `8613812345678`
    Digits,
}

impl Hash {
    /// As rulesets name them.
    pub const WORDS: [(&'static str, Hash); 3] = [("md5", Hash::Md5), ("sha1", Hash::Sha1), ("sha256", Hash::Sha256)];

    /// Its name.
    pub fn name(self) -> &'static str {
        Hash::WORDS.iter().find(|w| w.1 == self).map_or("", |w| w.0)
    }

    /// Hexadecimal digits of a hash.
    pub fn length(self) -> usize {
        match self {
            Hash::Md5 => 32,
            Hash::Sha1 => 40,
            Hash::Sha256 => 64,
        }
    }

    /// The hash of a text.
    pub fn of(self, text: &str) -> Digest {
        let first = |bytes: &[u8]| Digest(bytes.iter().take(16).fold(0, |n, b| n << 8 | u128::from(*b)));
        match self {
            Hash::Md5 => first(&Md5::digest(text)),
            Hash::Sha1 => first(&Sha1::digest(text)),
            Hash::Sha256 => first(&Sha256::digest(text)),
        }
    }

    /// A hash in hexadecimal digits, in small or capital letters.
    pub fn parse(self, text: &str) -> Option<Digest> {
        let text = text.trim();
        if text.len() != self.length() || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u128::from_str_radix(&text[..32], 16).ok().map(Digest)
    }
}

impl Form {
    /// As rulesets name them.
    pub const WORDS: [(&'static str, Form); 3] = [("e164", Form::E164), ("national", Form::National), ("digits", Form::Digits)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standards() {
        for (hash, empty) in [
            (Hash::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
            (Hash::Sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (Hash::Sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ] {
            assert_eq!(hash.parse(empty), Some(hash.of("")), "{}", hash.name());
            assert_eq!(hash.parse(&empty.to_uppercase()), Some(hash.of("")));
            assert_eq!((hash.parse(&empty[1..]), hash.parse(&empty.replace(['d', 'e'], "g"))), (None, None));
        }
    }
}
