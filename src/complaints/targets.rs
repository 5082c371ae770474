//! The numbers that complaints tell, and which calls may be to them.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use super::counting::Fast;
use super::log::{Complaint, Who};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{NumberRegion, Sort, ascii};
use crate::engine::export::Block;

const HOUR: i64 = 3_600_000;

/// Calls on displayed numbers alone that are kept: a line that dials all day makes every call a candidate.
pub const ON_LINES: u64 = 200_000;

/// Digits that a hidden number must show.
pub const SHOWN_DIGITS: usize = 6;

/// Numbers of which complaints tell.
#[derive(Debug, Default)]
pub struct Targets {
    numbers: HashSet<Key>,
    /// Times at which somebody is said to have been called from a number.
    lines: HashMap<Key, Vec<(i64, i64)>>,
    /// Hidden numbers, by their last four digits.
    masks: Fast<u16, Vec<String>>,
    /// Those whose last digits are hidden.
    odd: Vec<String>,
    /// Digits of readable numbers, by the last four.
    tails: Fast<u16, Vec<String>>,
    country: String,
}

/// Milliseconds on each side of a told time within which a call is kept as a candidate of a complaint that only names our number: another zone, or the day
/// before.
pub const AROUND: i64 = 36 * HOUR;

impl Targets {
    /// Of these complaints.
    pub fn of(complaints: &[Complaint], region: NumberRegion, dictionary: &Dictionary) -> Targets {
        let mut targets = Targets { country: region.country_code().map_or_else(String::new, |c| c.to_string()), ..Targets::default() };
        for complaint in complaints {
            match &complaint.who {
                Who::Numbers(numbers) => {
                    for number in numbers {
                        targets.numbers.insert(number.key);
                        let digits: String = dictionary.show(number.key).chars().filter(char::is_ascii_digit).collect();
                        if let Some(tail) = tail(&digits) {
                            targets.tails.entry(tail).or_default().push(digits);
                        }
                    }
                }
                Who::Masked(mask) if shown_digits(mask) >= SHOWN_DIGITS => match tail(mask) {
                    Some(tail) => targets.masks.entry(tail).or_default().push(mask.clone()),
                    None => targets.odd.push(mask.clone()),
                },
                Who::Untold | Who::Unreadable | Who::Masked(_) => {
                    if let (Some(shown), Some(told)) = (complaint.shown, complaint.time()) {
                        targets.lines.entry(shown.key).or_default().push((told.first - AROUND, told.last + AROUND));
                    }
                }
            }
        }
        for times in targets.lines.values_mut() {
            times.sort_unstable();
            // Joined where they touch: a look finds at most one.
            let mut joined: Vec<(i64, i64)> = Vec::new();
            for time in times.iter() {
                match joined.last_mut() {
                    Some(last) if time.0 <= last.1 => last.1 = last.1.max(time.1),
                    _ => joined.push(*time),
                }
            }
            *times = joined;
        }
        targets
    }

    /// May a number be what a mask shows, with or without its country code?
    pub fn fits(&self, mask: &str, digits: &str) -> bool {
        fits(&self.country, mask, digits)
    }

    pub(super) fn wants(&self, block: &Block<'_>, i: usize, dictionary: &Dictionary, on_lines: &AtomicU64) -> Option<Option<String>> {
        let (callee, caller) = block.numbers(i);
        if self.numbers.contains(&callee.key) {
            return Some(None);
        }
        if callee.sort == Sort::Masked {
            let mask: String = ascii(&dictionary.show(callee.key)).chars().filter(|c| c.is_ascii_digit() || *c == '*').collect();
            let near = tail(&mask).map(|t| (self.tails.get(&t), self.masks.get(&t)));
            let fitting = match near {
                Some((numbers, masks)) => numbers.is_some_and(|n| n.iter().any(|n| self.fits(&mask, n))) || masks.is_some_and(|m| m.contains(&mask)),
                None => self.tails.values().flatten().any(|n| self.fits(&mask, n)),
            };
            if fitting {
                return Some(Some(mask));
            }
        } else if let Some(digits) = callee.key.as_e164().filter(|_| !self.masks.is_empty() || !self.odd.is_empty()) {
            let near = self.masks.get(&u16::try_from(digits % 10_000).unwrap_or(0));
            if near.is_some() || !self.odd.is_empty() {
                let digits = digits.to_string();
                if near.into_iter().flatten().chain(&self.odd).any(|m| self.fits(m, &digits)) {
                    return Some(None);
                }
            }
        }
        let times = self.lines.get(&caller.key)?;
        let at = block.start(i);
        let next = times.partition_point(|t| t.0 <= at.1);
        let inside = next.checked_sub(1).is_some_and(|n| at.0 <= times[n].1);
        (inside && on_lines.fetch_add(1, Ordering::Relaxed) < ON_LINES).then_some(None)
    }
}

/// May a number be what a mask shows? `country`: digits of the country code that may be missing in either.
pub fn fits(country: &str, mask: &str, digits: &str) -> bool {
    let national = digits.strip_prefix(country).unwrap_or(digits);
    let same = |a: &str, b: &str| a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(m, d)| m == b'*' || m == d);
    same(mask, digits) || same(mask, national) || mask.strip_prefix(country).is_some_and(|m| same(m, national))
}

/// Digits that a mask shows.
pub fn shown_digits(mask: &str) -> usize {
    mask.bytes().filter(u8::is_ascii_digit).count()
}

/// The last four digits of a text that ends in them.
pub fn tail(text: &str) -> Option<u16> {
    let tail = text.get(text.len().checked_sub(4)?..)?;
    tail.bytes().all(|b| b.is_ascii_digit()).then(|| tail.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_fit_numbers_with_and_without_their_country() {
        assert!(fits("86", "138****1234", "8613800001234") && fits("86", "86138****1234", "8613800001234"));
        assert!(fits("86", "138****1234", "13800001234"));
        assert!(!fits("86", "138****1234", "8613900001234") && !fits("86", "138****1234", "861380001234"));
        assert_eq!((tail("138****1234"), tail("1380000****"), tail("12")), (Some(1234), None, None));
    }
}
