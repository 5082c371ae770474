//! Avaya Communication Manager CDR in its unformatted layout: times without dates.

use super::Refusal;
use crate::input::prefix::Prefix;

/// The sort of file.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "avaya-cm-unformatted"
    }
    fn sentence(&self) -> &'static str {
        "Avaya CM call records without dates (the unformatted layout): no call of it can be placed in time; let the switch write the expanded or a customised layout with the date"
    }
    fn is(&self, prefix: &Prefix) -> bool {
        // ` 1430 0123 9 0009 0009 84951234567`: time, duration in minutes and tenths, condition code.
        let line = |text: &String| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let digits = |w: &str, n: usize| w.len() == n && w.bytes().all(|b| b.is_ascii_digit());
            words.len() >= 6 && digits(words[0], 4) && words[0] < "2400" && digits(words[1], 4) && words[2].len() == 1 && text.len() > 40
        };
        prefix.lines.len() > 1 && prefix.lines.iter().filter(|l| line(l)).count() * 10 >= prefix.lines.len() * 9
    }
}
