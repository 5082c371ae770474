//! Mitel SMDR (3300, MiVoice Business): lines of fixed width whose dates have no year.

use super::Refusal;
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "mitel-smdr"
    }

    fn sentence(&self) -> &'static str {
        "Mitel SMDR, whose dates have no year: no call of it can be placed in time; let the program that collects it write the full date, and give its export"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        // `-10/05 09:30  0000:01:23 1001 ...`: mark of a long call, month and day, time, length.
        let line = |text: &String| {
            let b = text.as_bytes();
            let form = |from: usize, form: &str| {
                form.bytes().enumerate().all(|(i, f)| b.get(from + i).is_some_and(|c| if f == b'9' { c.is_ascii_digit() } else { *c == f }))
            };
            b.first().is_some_and(|c| b" -%+".contains(c)) && form(1, "99/99 99:99") && b.len() >= 60 && !text.contains([',', ';', '\t'])
        };
        prefix.lines.len() > 1 && prefix.lines.iter().filter(|l| line(l)).count() * 10 >= prefix.lines.len() * 9
    }
}
