//! Numbers in free text: `01234567890 (call after 3pm)` holds one, `01234567890 or 01234567891` two.

use std::borrow::Cow;

/// The digits that a number has at least, where it stands in other text.
const LEAST: usize = 7;
/// A number has no more digits than this.
const MOST: usize = 15;

/// What a text holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// No number.
    None,
    /// One.
    One(&'a str),
    /// Several, of which none is meant for sure.
    Several,
}

/// Looks for numbers in a text of ASCII digits.
pub fn number(text: &str) -> Found<'_> {
    let mut found = Found::None;
    let belongs = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '(' | ')' | '/' | ' ' | '\t' | '\u{A0}');
    for run in text.split(|c: char| !belongs(c)) {
        let long = digits(run) > MOST || run.split('/').filter(|part| digits(part) >= LEAST).count() > 1;
        let parts: Box<dyn Iterator<Item = &str>> =
            if long { Box::new(run.split(|c: char| c == '/' || c.is_whitespace())) } else { Box::new(std::iter::once(run)) };
        let mut some = false;
        for part in parts.filter(|p| digits(p) >= LEAST) {
            some = true;
            match found {
                Found::None => found = Found::One(trimmed(part)),
                _ => return Found::Several,
            }
        }
        if long && !some {
            return Found::Several; // more digits than a number has, in groups that belong to nobody knows which
        }
    }
    found
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Without what opens or ends a remark.
fn trimmed(run: &str) -> &str {
    let run = run.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '(').trim_end_matches(|c: char| !c.is_ascii_digit() && c != ')');
    if run.starts_with('(') && !run.contains(')') { &run[1..] } else { run }
}

/// Area code and local number as one number.
pub fn joined<'a>(area: Option<Cow<'a, str>>, local: Option<Cow<'a, str>>) -> Option<Cow<'a, str>> {
    match (area, local) {
        (Some(area), Some(local)) => Some(Cow::Owned(format!("{}{}", area.trim(), local.trim()))),
        (None, local) => local,
        (Some(_), None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_number_is_taken() {
        for (text, number_in_it) in [
            ("01234567890 (call after 3pm)", "01234567890"),
            ("Mobile: 07700 900123", "07700 900123"),
            ("(020) 7946 0958 (Mr Smith)", "(020) 7946 0958"),
            ("+44 20 7946 0958 since 2024", "+44 20 7946 0958"),
            ("012345/67890 home", "012345/67890"),
            ("01234567890 12/03/2024", "01234567890"),
            ("张三 13800130001 下午", "13800130001"),
        ] {
            assert_eq!(number(text), Found::One(number_in_it), "{text}");
        }
    }

    #[test]
    fn two_numbers_or_none_are_not() {
        for text in [
            "01234567890 or 01234567891",
            "01234567890 / 01234567891",
            "01234567890/01234567891",
            "5550123/5550124",
            "138 0013 8000 139 0013 9000",
            "13800130001 13900130002",
        ] {
            assert_eq!(number(text), Found::Several, "{text}");
        }
        for text in ["", "nobody", "ring after 3pm", "ext 12"] {
            assert_eq!(number(text), Found::None, "{text}");
        }
    }
}
