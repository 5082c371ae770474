//! Numbers of anybody but the complainant and the company are masked wherever a case shows them.

use crate::calls::calendar::days_of;

/// Whose numbers may be shown.
#[derive(Clone, Debug, Default)]
pub struct Privacy {
    /// Their digits, with country codes where they have one.
    allowed: Vec<String>,
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// `138****1234`: the first three and the last four digits; of a short number the last two.
pub fn mask(number: &str) -> String {
    let all: Vec<char> = number.chars().collect();
    let places: Vec<usize> = all.iter().enumerate().filter(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i).collect();
    if places.len() < 7 {
        return number.to_owned();
    }
    // A country code in front of a mainland number is no part of what people recognise.
    let country = if number.starts_with("+86") { 2 } else { 0 };
    let (front, back) = (country + 3, 4);
    let hidden = |n: usize| n >= front && n + back < places.len();
    all.iter().enumerate().map(|(i, c)| places.iter().position(|p| *p == i).filter(|n| hidden(*n)).map_or(*c, |_| '*')).collect()
}

impl Privacy {
    /// Of numbers that may be shown.
    pub fn new<'a>(allowed: impl IntoIterator<Item = &'a str>) -> Privacy {
        let mut allowed: Vec<String> = allowed.into_iter().map(digits).filter(|d| d.len() >= 3).collect();
        allowed.sort();
        allowed.dedup();
        Privacy { allowed }
    }

    /// May digits be shown? With or without country code they are one of the numbers.
    fn is_allowed(&self, run: &str) -> bool {
        let bare = run.trim_start_matches('0');
        self.allowed.iter().any(|a| {
            a == run
                || bare.len() >= 7
                    && (a.ends_with(bare) && a.len() - bare.len() <= 3 || bare.ends_with(a.as_str()) && bare.len() - a.len() <= 3 && a.len() >= 7)
        })
    }

    /// A number, or its mask.
    pub fn number(&self, number: &str) -> String {
        if self.is_allowed(&digits(number)) { number.to_owned() } else { mask(number) }
    }

    /// A text in which the numbers of others are masked. Digits that are a date, a time or an epoch stay.
    pub fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
            let (run, after) = from.split_at(end);
            // Hexadecimal digits around it: a hash or an id.
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
            let inside = letter(out.chars().next_back()) && letter(after.chars().next());
            if !(7..=15).contains(&run.len()) || inside || is_time(run) || self.is_allowed(run) {
                out.push_str(run);
            } else {
                let plus = if before.ends_with('+') { "+" } else { "" };
                out.push_str(mask(&format!("{plus}{run}")).trim_start_matches('+'));
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Digits that tell a time: 20261118, 20261118201500, with milliseconds, or an epoch in seconds or milliseconds of this century's early decades.
fn is_time(run: &str) -> bool {
    let number = |range: std::ops::Range<usize>| run.get(range).and_then(|t| t.parse::<i32>().ok());
    if matches!(run.len(), 8 | 12 | 14) && run.starts_with("20") {
        let date = number(0..4).zip(number(4..6)).zip(number(6..8));
        let whole = date.is_some_and(|((y, m), d)| days_of(y, u32::try_from(m).unwrap_or(0), u32::try_from(d).unwrap_or(0)).is_some());
        let clock = run.len() == 8 || number(8..10).is_some_and(|h| h < 24) && number(10..12).is_some_and(|m| m < 60);
        return whole && clock;
    }
    matches!(run.len(), 10 | 13) && ["14", "15", "16", "17", "18", "19"].iter().any(|p| run.starts_with(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_numbers_of_others_are_hidden() {
        let privacy = Privacy::new(["+8613800138000", "4008880100", "95588"]);
        assert_eq!(privacy.number("+8613800138000"), "+8613800138000");
        assert_eq!(privacy.number("+8613912345678"), "+86139****5678");
        assert_eq!(privacy.number("+12025550123"), "+120****0123");
        let text =
            "13800138000 from 4008880100 at 2026-11-18 20:15, rec/13912345678_20261118201500.wav, 1763467200.123, id 9f13912345678ab, +8613712345678 and 95588";
        assert_eq!(
            privacy.text(text),
            "13800138000 from 4008880100 at 2026-11-18 20:15, rec/139****5678_20261118201500.wav, 1763467200.123, id 9f13912345678ab, +86137****5678 and 95588"
        );
        assert_eq!(privacy.text("008613800138000 013912345678"), "008613800138000 013*****5678");
    }

    #[test]
    fn times_are_no_numbers() {
        assert!(is_time("20261118") && is_time("20261118201500") && is_time("1763467200") && is_time("1763467200123"));
        assert!(!is_time("20261318") && !is_time("13912345678") && !is_time("2025550123") && !is_time("20269918201500"));
    }
}
