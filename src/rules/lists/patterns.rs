//! Prefixes and masks: entries with `*`.

use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, Sort};

/// An entry that means several numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pattern {
    /// E.164 digits, and the digits as written for what is no valid number.
    Prefix {
        /// In a region only.
        e164: Option<String>,
        /// Without plus.
        written: String,
    },
    /// As written, without blanks and signs; with a plus if it had one.
    Mask(String),
}

/// How the region writes numbers.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// Country code; empty without a region.
    pub country: &'a str,
    /// What is dialled before a national number.
    pub trunk: &'a str,
}

impl Home<'_> {
    /// A key as E.164, and as written nationally with and without the trunk prefix.
    pub fn spellings(self, shown: &str) -> Vec<String> {
        let mut all = vec![shown.to_owned()];
        if let Some(national) = shown.strip_prefix('+').and_then(|d| d.strip_prefix(self.country)).filter(|_| !self.country.is_empty()) {
            all.push(national.to_owned());
            if !self.trunk.is_empty() {
                all.push(format!("{}{national}", self.trunk));
            }
        }
        all
    }
}

/// A number as patterns are compared with it.
#[derive(Debug)]
pub struct Shown {
    text: String,
    /// It is a valid number: `text` begins with a plus.
    valid: bool,
}

impl Shown {
    /// Of a number that is not masked.
    pub fn of(number: Number, dictionary: &Dictionary) -> Shown {
        let mut text = dictionary.show(number.key);
        // A service number that is a valid number too (400, 1010) has its country code here.
        let valid = number.key.as_e164().is_some() || (number.sort == Sort::Service && number.zones != 0);
        if valid && !text.starts_with('+') {
            text.insert_str(0, "+86");
        }
        Shown { text, valid }
    }
}

impl Shown {
    /// Of a Chinese service number, with its country code.
    pub fn with_country(number: Number, dictionary: &Dictionary) -> Shown {
        let text = dictionary.show(number.key);
        Shown { text: if text.starts_with('+') { text } else { format!("+86{text}") }, valid: true }
    }
}

/// A text without blanks and the signs that group digits.
pub fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '/')).collect()
}

impl Pattern {
    /// A text with `*`; None if it is neither.
    pub fn read(text: &str, home: Home<'_>) -> Option<Pattern> {
        let bare = bare(text);
        let digits = bare.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit() || b == b'*') && bare.bytes().any(|b| b.is_ascii_digit());
        if !digits {
            return None;
        }
        Some(match bare.strip_suffix('*').filter(|rest| !rest.contains('*')) {
            Some(rest) => Pattern::prefix(rest, home),
            None => Pattern::Mask(bare),
        })
    }

    fn prefix(written: &str, home: Home<'_>) -> Pattern {
        if let Some(digits) = written.strip_prefix('+') {
            return Pattern::Prefix { e164: Some(digits.to_owned()), written: digits.to_owned() };
        }
        // What is dialled before the country code in North America.
        let abroad = if home.country == "1" { written.strip_prefix("011") } else { None };
        let e164 = if let Some(rest) = written.strip_prefix("00").or(abroad) {
            Some(rest.to_owned())
        } else if home.country.is_empty() {
            None
        } else {
            let national = if home.trunk.is_empty() { written } else { written.strip_prefix(home.trunk).unwrap_or(written) };
            Some(format!("{}{national}", home.country))
        };
        Pattern::Prefix { e164, written: written.to_owned() }
    }

    /// Is a number one of those that it means? A mask does not say that it is the same one.
    pub fn fits(&self, number: &Shown, home: Home<'_>) -> bool {
        match self {
            Pattern::Prefix { e164, .. } if number.valid => e164.as_ref().is_some_and(|p| number.text[1..].starts_with(p.as_str())),
            Pattern::Prefix { written, .. } => {
                let digits: String = number.text.chars().filter(char::is_ascii_digit).collect();
                digits.starts_with(written.as_str())
            }
            Pattern::Mask(mask) => home.spellings(&number.text).iter().any(|s| mask_fits(mask, s)),
        }
    }

    /// May a masked callee be what it means?
    pub fn may_mean(&self, masked: &str, home: Home<'_>) -> bool {
        let fits = |prefix: &str, text: &str| text.len() >= prefix.len() && prefix.bytes().zip(text.bytes()).all(|(p, t)| p == t || t == b'*' || p == b'*');
        match self {
            Pattern::Mask(mask) => mask.len() == masked.len() && fits(mask, masked),
            Pattern::Prefix { e164, written } => match (masked.strip_prefix('+'), e164) {
                (Some(digits), Some(prefix)) => fits(prefix, digits),
                (None, Some(prefix)) => {
                    let national = if home.trunk.is_empty() { masked } else { masked.strip_prefix(home.trunk).unwrap_or(masked) };
                    fits(prefix, &format!("{}{national}", home.country)) || fits(written, masked)
                }
                _ => fits(written, masked),
            },
        }
    }
}

/// Does each character of the mask fit?
fn mask_fits(mask: &str, text: &str) -> bool {
    mask.len() == text.len() && mask.bytes().zip(text.bytes()).all(|(m, t)| m == t || (m == b'*' && t.is_ascii_digit()))
}
