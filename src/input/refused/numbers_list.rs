//! Do-not-call and other lists: one number a row, with a remark at most.

use super::Refusal;
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "numbers-list"
    }

    fn sentence(&self) -> &'static str {
        "a list of numbers, not calls: it has no time of a call; name it in a [[list]] of the ruleset, or with --use-list, and give a call log as input"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let comment = |r: &&Vec<String>| r.first().is_some_and(|c| c.trim().starts_with('#'));
        let rows: Vec<&Vec<String>> = prefix.rows.iter().filter(|r| !comment(r)).collect();
        let number = |r: &&&Vec<String>| {
            // Comments above the list hide what separates its fields.
            let cell = r.first().and_then(|c| c.split([';', ',', '|']).next()).map(|c| c.trim().trim_start_matches('+')).unwrap_or_default();
            let digits = cell.bytes().filter(u8::is_ascii_digit).count();
            (3..=18).contains(&digits) && cell.bytes().all(|b| b.is_ascii_digit() || b" -()/.*".contains(&b))
        };
        // Codes with their meanings look alike, but are short.
        let long = rows.iter().filter(|r| r.first().is_some_and(|c| c.bytes().filter(u8::is_ascii_digit).count() >= 6)).count();
        let narrow = rows.iter().all(|r| r.len() <= 2);
        let timed = rows.iter().any(|r| r.iter().any(|c| crate::input::layout::is_time(c) && !c.trim().bytes().all(|b| b.is_ascii_digit())));
        let good = rows.iter().filter(number).count();
        // One of the first may be a header; junk is part of such lists.
        narrow && !timed && rows.len() > 1 && long * 2 >= rows.len() - 1 && good * 10 >= (rows.len() - 1) * 8
    }
}
