//! Points in time as exports write them, and lengths of time in their several units.

use super::calendar::{days_of, days_unchecked};
use super::zones::parse_offset;

/// How exactly a start is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// To the second or better.
    Second,
    /// To the minute.
    Minute,
    /// To the hour.
    Hour,
    /// To the day.
    Day,
}

impl Precision {
    /// All of them.
    pub const ALL: [Precision; 4] = [Precision::Second, Precision::Minute, Precision::Hour, Precision::Day];
    /// Milliseconds that a start may be later than its first instant.
    pub fn spread(self) -> i64 {
        match self {
            Precision::Second => 0,
            Precision::Minute => 59_999,
            Precision::Hour => 3_599_999,
            Precision::Day => 86_399_999,
        }
    }
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Second => "second",
            Precision::Minute => "minute",
            Precision::Hour => "hour",
            Precision::Day => "day",
        }
    }
}

/// In which order an export writes day and month when both are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
    /// 26/12/31; years of four digits come first whatever the order.
    YearFirst,
}

impl DateOrder {
    /// The names in rulesets, profiles and on the command line.
    pub const WORDS: [(&str, DateOrder); 3] = [("dmy", DateOrder::DayFirst), ("mdy", DateOrder::MonthFirst), ("ymd", DateOrder::YearFirst)];

    /// `dmy`, `mdy`, `ymd`.
    pub fn by_name(name: &str) -> Option<DateOrder> {
        DateOrder::WORDS.iter().find(|w| w.0 == name).map(|w| w.1)
    }
    /// The name in profiles.
    pub fn name(self) -> &'static str {
        DateOrder::WORDS.iter().find(|w| w.1 == self).map_or("", |w| w.0)
    }
}

/// A point in time as written: on a clock that the cell names (`offset`) or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Milliseconds since 1970-01-01 00:00 on the clock of the cell.
    pub local: i64,
    /// Milliseconds east of Greenwich, where the cell says.
    pub offset: Option<i64>,
    /// How exactly it is known.
    pub precision: Precision,
}

/// Reads a point in time: ISO 8601 and its relatives, `2026/3/5 8:00`, `05/03/2026 08:00 PM`, `20260305080000`, epoch seconds to nanoseconds by size, RFC 2822 and ctime. None if it is none.
pub fn parse(cell: &str, order: Option<DateOrder>) -> Option<Stamp> {
    let b = cell.as_bytes();
    if b.len() == 19 && b[4] == b'-' && b[7] == b'-' && (b[10] == b' ' || b[10] == b'T') && b[13] == b':' && b[16] == b':' {
        return usual(b);
    }
    if !b.is_empty() && b.iter().all(u8::is_ascii_digit) {
        return digits(cell);
    }
    general(cell, order)
}

/// `2026-10-01 08:00:00`, by far the most frequent form.
fn usual(b: &[u8]) -> Option<Stamp> {
    let two = |i: usize| -> Option<u32> {
        let (a, b) = (b[i].wrapping_sub(b'0'), b[i + 1].wrapping_sub(b'0'));
        (a < 10 && b < 10).then(|| u32::from(a) * 10 + u32::from(b))
    };
    let year = i32::try_from(two(0)? * 100 + two(2)?).ok()?;
    let date = days_of(year, two(5)?, two(8)?)?;
    let (h, m, s) = (two(11)?, two(14)?, two(17)?);
    if h > 23 || m > 59 || s > 60 {
        return None;
    }
    Some(Stamp { local: i64::from(date) * 86_400_000 + i64::from(h * 3600 + m * 60 + s) * 1000, offset: None, precision: Precision::Second })
}

fn digits(cell: &str) -> Option<Stamp> {
    let utc = |ms: i64| Some(Stamp { local: ms, offset: Some(0), precision: Precision::Second });
    let n: i64 = cell.parse().ok()?;
    match cell.len() {
        9 | 10 => utc(n * 1000),
        // Gregorian seconds: since the year 0.
        11 if cell.starts_with("63") || cell.starts_with("64") => utc((n - 62_167_219_200) * 1000),
        5 => serial(cell),
        13 => utc(n),
        16 => utc(n / 1000),
        19 => utc(n / 1_000_000),
        8 | 12 | 14 => {
            let part = |a: usize, z: usize| cell[a..z].parse::<u32>().ok();
            let date = days_of(i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?)?;
            if !(1970..2200).contains(&part(0, 4)?) {
                return None;
            }
            let (mut seconds, mut precision) = (0, Precision::Day);
            if cell.len() >= 12 {
                let (h, m) = (part(8, 10)?, part(10, 12)?);
                if h > 23 || m > 59 {
                    return None;
                }
                (seconds, precision) = (h * 3600 + m * 60, Precision::Minute);
            }
            if cell.len() == 14 {
                let s = part(12, 14)?;
                if s > 60 {
                    return None;
                }
                (seconds, precision) = (seconds + s, Precision::Second);
            }
            Some(Stamp { local: i64::from(date) * 86_400_000 + i64::from(seconds) * 1000, offset: None, precision })
        }
        _ => None,
    }
}

/// A spreadsheet's or OLE date: days since 1899-12-30 with the time as a fraction; or an epoch with a fraction.
fn serial(cell: &str) -> Option<Stamp> {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !(fraction.is_empty() || digits(fraction)) {
        return None;
    }
    let n: i64 = whole.parse().ok()?;
    let share: f64 = format!("0.{fraction}").parse().ok()?;
    #[allow(clippy::cast_possible_truncation)]
    let part = |of: f64| (share * of).round() as i64;
    match whole.len() {
        // 1954 to 2064: no other number of five digits is a time.
        5 if (20_000..60_000).contains(&n) => {
            let precision = if fraction.is_empty() { Precision::Day } else { Precision::Second };
            // Binary fractions of a day are off by some microseconds.
            Some(Stamp { local: (n - 25_569) * 86_400_000 + part(86_400_000.0) / 10 * 10, offset: None, precision })
        }
        10 if !fraction.is_empty() => Some(Stamp { local: n * 1000 + part(1000.0).min(999), offset: Some(0), precision: Precision::Second }),
        _ => None,
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A cell without what a spreadsheet puts around it, its parts set apart: what all looks at a time look at.
fn words(cell: &str) -> String {
    let text = super::numbers::ascii(cell);
    separated(text.trim().trim_start_matches(['=', '\'', '"']).trim_end_matches('"').trim())
}

/// Splits into words and looks at each: date, time, month name, weekday, half of the day, offset.
fn general(cell: &str, order: Option<DateOrder>) -> Option<Stamp> {
    if let Some(stamp) = serial(cell) {
        return Some(stamp);
    }
    let text = words(cell);
    if !text.is_empty() && text.len() < cell.len() && text.bytes().all(|b| b.is_ascii_digit()) {
        return digits(&text);
    }
    let (mut date, mut time, mut offset) = (None, None, None);
    let (mut month, mut lone): (Option<u32>, Vec<u32>) = (None, Vec::new());
    let mut half: Option<bool> = None;
    for word in text.split([' ', ',']).filter(|w| !w.is_empty()) {
        let lower = word.to_ascii_lowercase();
        if word.contains(':') && !word.starts_with(['+', '-']) {
            let (t, o) = clock_time(word)?;
            if time.replace(t).is_some() {
                return None;
            }
            if o.is_some() {
                offset = o;
            }
        } else if let Some(o) = (word.len() >= 3 && time.is_some()).then(|| parse_offset(word)).flatten() {
            offset = Some(o);
        } else if lower == "z" || lower == "utc" || lower == "gmt" {
            offset = Some(0);
        } else if lower == "am" || lower == "pm" || word == "上午" || word == "下午" {
            half = Some(lower == "pm" || word == "下午");
        } else if let Some(m) = MONTHS.iter().position(|m| lower.starts_with(m) && lower.len() <= 9 && lower.bytes().all(|b| b.is_ascii_alphabetic())) {
            month = u32::try_from(m + 1).ok();
        } else if ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|d| lower.starts_with(d)) && lower.bytes().all(|b| b.is_ascii_alphabetic()) {
        } else if word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= 4 {
            lone.push(word.parse().ok()?);
        } else if date.is_none() {
            date = Some(calendar_date(word, order)?);
        } else {
            return None;
        }
    }
    if let (Some(m), [day, year]) = (month, lone.as_slice()) {
        date = Some(days_of(i32::try_from(*year).ok()?, m, *day)?);
    } else if month.is_some() || !lone.is_empty() {
        return None;
    }
    let date = date?;
    let (mut ms, precision) = time.unwrap_or((0, Precision::Day));
    if let Some(pm) = half {
        let hour = ms / 3_600_000;
        if !(1..=12).contains(&hour) {
            return None;
        }
        ms = ms % 3_600_000 + (hour % 12 + if pm { 12 } else { 0 }) * 3_600_000;
    }
    Some(Stamp { local: i64::from(date) * 86_400_000 + ms, offset, precision })
}

/// Blanks where a date ends without one: the T of ISO, 年月日, AM stuck to the time, an offset stuck to the time.
fn separated(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let (before, after) = (i.checked_sub(1).map(|j| chars[j]), chars.get(i + 1).copied());
        let between_digits = before.is_some_and(|p| p.is_ascii_digit()) && after.is_some_and(|n| n.is_ascii_digit());
        match c {
            'T' | 't' if between_digits => out.push(' '),
            '年' | '月' => out.push('-'),
            '日' | '号' => out.push(' '),
            '时' | '点' => out.push(':'),
            '分' if after.is_some_and(|n| n.is_ascii_digit()) => out.push(':'),
            '分' | '秒' => out.push(' '),
            'Z' | 'z' | 'A' | 'a' | 'P' | 'p' | '上' | '下' if before.is_some_and(|p| p.is_ascii_digit()) => {
                out.push(' ');
                out.push(c);
            }
            '午' => {
                out.push(c);
                out.push(' ');
            }
            '+' if before.is_some_and(|p| p.is_ascii_digit()) => {
                out.push(' ');
                out.push(c);
            }
            '-' if out.contains(':') && before.is_some_and(|p| p.is_ascii_digit()) => {
                out.push(' ');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// `08:00`, `8:00:00.123`: milliseconds of the day.
fn clock_time(word: &str) -> Option<((i64, Precision), Option<i64>)> {
    let mut parts = word.split(':');
    let number = |s: &str, max: i64| -> Option<i64> {
        if s.is_empty() || s.len() > 2 || !s.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        s.parse().ok().filter(|n| *n <= max)
    };
    let h = number(parts.next()?, 23)?;
    let m = number(parts.next()?, 59)?;
    let Some(seconds) = parts.next() else { return Some((((h * 60 + m) * 60_000, Precision::Minute), None)) };
    if parts.next().is_some() {
        return None;
    }
    let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let s = number(whole, 60)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((((h * 60 + m) * 60_000 + s * 1000 + ms, Precision::Second), None))
}

/// `2026-10-01`, `2026/3/5`, `2026.10.01`, `31/12/2026`: days since 1970.
fn calendar_date(word: &str, order: Option<DateOrder>) -> Option<i32> {
    let word = word.trim_end_matches(['-', '.', '/']);
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else {
        if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
            return days_of(word[..4].parse().ok()?, word[4..6].parse().ok()?, word[6..].parse().ok()?);
        }
        return None;
    };
    let number = |s: &str| (!s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u32>().ok()).flatten();
    if a.len() == 4 {
        return days_of(year_of(a)?, number(b)?, number(c)?);
    }
    if let Some(m) = MONTHS.iter().position(|m| b.to_ascii_lowercase().starts_with(m)) {
        return days_of(year_of(c)?, u32::try_from(m + 1).ok()?, number(a)?);
    }
    if order == Some(DateOrder::YearFirst) {
        return days_of(year_of(a)?, number(b)?, number(c)?);
    }
    let (first, second, year) = (number(a)?, number(b)?, year_of(c)?);
    match order {
        Some(DateOrder::DayFirst) => days_of(year, second, first),
        Some(DateOrder::MonthFirst) => days_of(year, first, second),
        Some(DateOrder::YearFirst) => None,
        None if first > 12 => days_of(year, second, first),
        None if second > 12 => days_of(year, first, second),
        None if first == second => days_of(year, first, second),
        None => None,
    }
}

fn year_of(text: &str) -> Option<i32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        4 => text.parse().ok(),
        2 => text.parse::<i32>().ok().map(|y| if y >= 70 { 1900 + y } else { 2000 + y }),
        _ => None,
    }
}

/// The epoch second that an id carries: `1706368044.12` or `name-1706368044.12` (when a channel came up), or a UUID of version 1.
pub fn epoch_in_id(id: &str) -> Option<i64> {
    if let Some((whole, serial)) = id.rsplit_once('.') {
        let epoch = whole.rsplit('-').next()?;
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        return (epoch.len() == 10 && digits(epoch) && digits(serial)).then(|| epoch.parse().ok()).flatten();
    }
    let b = id.as_bytes();
    if b.len() != 36 || b[8] != b'-' || b[13] != b'-' || b[14] != b'1' {
        return None;
    }
    // Time low, mid and high of RFC 9562: tenths of microseconds since the Gregorian reform.
    let ticks = i64::from_str_radix(&format!("{}{}{}", id.get(15..18)?, id.get(9..13)?, id.get(..8)?), 16).ok()?;
    Some(ticks / 10_000_000 - 12_219_292_800)
}

/// The three numbers of a date such as `03/05/2026` as they are written, wherever [`parse`] would find one; None where the year stands first in four digits.
fn open_date(cell: &str) -> Option<[String; 3]> {
    if cell.len() > 4 && cell.as_bytes()[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let text = words(cell);
    let parts = text.split([' ', ',']).map(|w| w.trim_end_matches(['-', '.', '/']).split(['/', '-', '.']).collect::<Vec<_>>()).find(|p| p.len() == 3)?;
    Some([parts[0].to_owned(), parts[1].to_owned(), parts[2].to_owned()])
}

/// First and second number of a date such as `03/05/2026`, in which day and month could be swapped.
pub fn swappable(cell: &str) -> Option<(u32, u32)> {
    let [a, b, c] = open_date(cell)?;
    let short = |n: &str| (n.len() <= 2).then(|| n.parse().ok()).flatten();
    if c.len() != 2 && c.len() != 4 {
        return None;
    }
    Some((short(&a)?, short(&b)?))
}

/// The last number of such a date, where it has two digits: a year, or the day of a date that begins with its year.
pub fn last_of_two_digits(cell: &str) -> Option<u32> {
    let [_, _, c] = open_date(cell)?;
    (c.len() == 2).then(|| c.parse().ok()).flatten()
}

/// The unit in which an export writes a length of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Seconds, or a clock form (`00:01:23`, `1m23s`), whichever the cell shows.
    #[default]
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Nanoseconds.
    Nanoseconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

impl Unit {
    /// `s`, `ms`, `min`, `h`.
    pub fn by_name(name: &str) -> Option<Unit> {
        Some(match name {
            "s" | "seconds" => Unit::Seconds,
            "ms" | "milliseconds" => Unit::Milliseconds,
            "ns" | "nanoseconds" => Unit::Nanoseconds,
            "min" | "m" | "minutes" => Unit::Minutes,
            "h" | "hours" => Unit::Hours,
            _ => return None,
        })
    }
    /// The name in profiles.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Milliseconds => "ms",
            Unit::Nanoseconds => "ns",
            Unit::Minutes => "min",
            Unit::Hours => "h",
        }
    }
}

/// Reads a length of time in milliseconds: a number in `unit`, or `HH:MM:SS`, `MM:SS`, `1h2m3s`, `1分23秒`.
pub fn parse_duration(cell: &str, unit: Unit) -> Option<i64> {
    let b = cell.as_bytes();
    if unit == Unit::Seconds && !b.is_empty() && b.len() <= 9 && b.iter().all(u8::is_ascii_digit) {
        return Some(b.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0')) * 1000);
    }
    if cell.contains(':') {
        let mut total = 0;
        let parts: Vec<&str> = cell.split(':').collect();
        if parts.len() > 3 {
            return None;
        }
        for (i, part) in parts.iter().enumerate() {
            total = total * 60 + if i + 1 == parts.len() { decimal_ms(part)? } else { i64::from(part.parse::<u32>().ok()?) * 1000 };
        }
        return Some(total);
    }
    if let Some(ms) = decimal_ms(cell) {
        return Some(match unit {
            Unit::Seconds => ms,
            Unit::Milliseconds => ms / 1000,
            // Written without decimals: thousandths of them.
            Unit::Nanoseconds => ms / 1_000_000_000,
            Unit::Minutes => ms.checked_mul(60)?,
            Unit::Hours => ms.checked_mul(3600)?,
        });
    }
    let lower = cell.to_ascii_lowercase();
    let (mut total, mut number, mut seen) = (0, String::new(), false);
    let mut chars = lower.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '0'..='9' | '.' => number.push(c),
            ' ' => {}
            _ => {
                let factor = match c {
                    'h' | '时' => 3600,
                    '小' if chars.next_if_eq(&'时').is_some() => 3600,
                    'm' if chars.next_if_eq(&'s').is_some() => 0,
                    'm' | '分' => 60,
                    's' | '秒' => 1,
                    _ => return None,
                };
                while chars.next_if(|c| c.is_alphabetic() && !matches!(c, '分' | '秒')).is_some() {}
                let ms = decimal_ms(&number)?;
                total = i64::checked_add(total, if factor == 0 { ms / 1000 } else { ms.checked_mul(factor)? })?;
                number.clear();
                seen = true;
            }
        }
    }
    (seen && number.is_empty()).then_some(total)
}

/// A decimal number of seconds in whole milliseconds.
fn decimal_ms(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() > 15 || !whole.bytes().all(|b| b.is_ascii_digit()) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 1000 + ms)
}

/// `2026-10-01T08:00:00Z`, with milliseconds only where there are some.
pub fn rfc3339(at: i64) -> String {
    let mut out = String::with_capacity(24);
    push_civil(&mut out, at);
    out.push('Z');
    out
}

/// `2026-10-01T08:00:00+08:00` of an instant on a clock of this offset (ms east).
pub fn rfc3339_at(at: i64, offset: i64) -> String {
    let mut out = String::with_capacity(30);
    push_civil(&mut out, at + offset);
    let minutes = offset.abs() / 60_000;
    out.push(if offset < 0 { '-' } else { '+' });
    out.push_str(&format!("{:02}:{:02}", minutes / 60, minutes % 60));
    out
}

fn push_civil(out: &mut String, local: i64) {
    let date = i32::try_from(local.div_euclid(86_400_000)).unwrap_or(0);
    let ms = local.rem_euclid(86_400_000);
    let (y, m, d) = super::calendar::civil(date);
    let two = |n: i64, out: &mut String| {
        out.push(char::from(b'0' + u8::try_from(n / 10 % 10).unwrap_or(0)));
        out.push(char::from(b'0' + u8::try_from(n % 10).unwrap_or(0)));
    };
    two(i64::from(y / 100), out);
    two(i64::from(y % 100), out);
    out.push('-');
    two(i64::from(m), out);
    out.push('-');
    two(i64::from(d), out);
    out.push('T');
    two(ms / 3_600_000, out);
    out.push(':');
    two(ms / 60_000 % 60, out);
    out.push(':');
    two(ms / 1000 % 60, out);
    if ms % 1000 != 0 {
        out.push_str(&format!(".{:03}", ms % 1000));
    }
}

/// Start of a date on a clock-less time line (ms).
pub fn midnight(year: i32, month: u32, day: u32) -> i64 {
    i64::from(days_unchecked(year, month, day)) * 86_400_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(cell: &str) -> String {
        match parse(cell, None) {
            None => "none".into(),
            Some(s) => match s.offset {
                None => format!("{} {}", rfc3339(s.local).trim_end_matches('Z'), s.precision.name()),
                Some(o) => format!("{} {}", rfc3339_at(s.local - o, o), s.precision.name()),
            },
        }
    }

    #[test]
    fn whatever_stands_around_a_date_its_order_is_seen_to_be_open() {
        let cells =
            ["03/05/2026 08:00", "'03/05/2026", "=\"03/05/2026\"", "03/05/2026\n", "03.05.2026. 08:00", "Tue, 3-5-26 8:00PM", "０３／０５／２０２６ 08:00"];
        for cell in cells {
            assert_eq!(swappable(cell), Some((3, 5)), "{cell:?}");
            assert_eq!(parse(cell, None), None, "{cell:?}");
            assert!(parse(cell, Some(DateOrder::DayFirst)).is_some(), "{cell:?}");
        }
        assert_eq!(last_of_two_digits("'26/11/03 08:00"), Some(3));
        for cell in ["2026-03-05", "'2026-03-05", "5 Mar 2026", "", "1.5"] {
            assert_eq!(swappable(cell), None, "{cell:?}");
        }
    }

    #[test]
    fn the_order_of_a_date_is_read_as_stated() {
        let days = |cell: &str, order: &str| parse(cell, DateOrder::by_name(order)).map(|s| rfc3339(s.local)[..10].to_owned());
        for (cell, order, want) in [
            ("03/05/26", "dmy", Some("2026-05-03")),
            ("03/05/26", "mdy", Some("2026-03-05")),
            ("03/05/26", "ymd", Some("2003-05-26")),
            ("26.12.31 08:00", "ymd", Some("2026-12-31")),
            // What the stated order makes no date of is none.
            ("26/12/31", "mdy", None),
            ("31/12/2026", "ymd", None),
            ("2026-12-31", "dmy", Some("2026-12-31")),
        ] {
            assert_eq!(days(cell, order).as_deref(), want, "{cell} {order}");
        }
        assert!(DateOrder::WORDS.iter().all(|w| w.1.name() == w.0));
    }

    #[test]
    fn points_in_time_in_the_forms_of_real_exports() {
        for (cell, want) in [
            ("2026-10-01 08:00:00", "2026-10-01T08:00:00 second"),
            ("2026-10-01T08:00:00.250Z", "2026-10-01T08:00:00.250+00:00 second"),
            ("2019-11-01T00:00:08.2589935Z", "2019-11-01T00:00:08.258+00:00 second"),
            ("2026-10-01T08:00:00+0800", "2026-10-01T08:00:00+08:00 second"),
            ("2026-10-01 08:00:00-05:00", "2026-10-01T08:00:00-05:00 second"),
            ("2026/3/5 8:05", "2026-03-05T08:05:00 minute"),
            ("29/06/2026 18:37:00", "2026-06-29T18:37:00 second"),
            ("06/29/2026 06:37 PM", "2026-06-29T18:37:00 minute"),
            ("Fri, 18 Oct 2019 17:02:00 +0000", "2019-10-18T17:02:00+00:00 second"),
            ("Wed Sep 15 19:17:44 +0100 2010", "2010-09-15T19:17:44+01:00 second"),
            ("20260305080910", "2026-03-05T08:09:10 second"),
            ("202603050809", "2026-03-05T08:09:00 minute"),
            ("1706368044", "2024-01-27T15:07:24+00:00 second"),
            ("1706368044123", "2024-01-27T15:07:24.123+00:00 second"),
            ("2026年3月5日 15:20", "2026-03-05T15:20:00 minute"),
            ("2026年3月5日 下午3:20", "2026-03-05T15:20:00 minute"),
            ("2026-10-01", "2026-10-01T00:00:00 day"),
            ("2019.06.14 15:22:23", "2019-06-14T15:22:23 second"),
            ("2026年3月5日 上午 9:05:07", "2026-03-05T09:05:07 second"),
            ("２０２６-０３-０５ ０９:０５:０７", "2026-03-05T09:05:07 second"),
            ("29/06/26 18:37", "2026-06-29T18:37:00 minute"),
            ("Nov 18, 2026 9:30:00 PM", "2026-11-18T21:30:00 second"),
            ("46344.395833333336", "2026-11-18T09:30:00 second"),
            ("46344", "2026-11-18T00:00:00 day"),
            ("1795010400.123", "2026-11-18T14:00:00.123+00:00 second"),
            ("63962229600", "2026-11-18T14:00:00+00:00 second"),
            ("1795010400123456", "2026-11-18T14:00:00.123+00:00 second"),
            ("1795010400123456789", "2026-11-18T14:00:00.123+00:00 second"),
            ("1795010400 14:00", "none"),
            ("12345", "none"),
            ("03/05/2026 08:00", "none"),
            ("2026-02-30 08:00:00", "none"),
            ("2026-10-01 25:00:00", "none"),
            ("0000-00-00 00:00:00", "none"),
            ("003/05/2026 08:00", "none"),
            ("29/006/2026 18:37:00", "none"),
            ("hello", "none"),
            ("", "none"),
        ] {
            assert_eq!(at(cell), want, "{cell}");
        }
        let dmy = parse("03/05/2026 08:00", Some(DateOrder::DayFirst)).expect("settled");
        assert_eq!(rfc3339(dmy.local), "2026-05-03T08:00:00Z");
    }

    #[test]
    fn lengths_of_time_in_their_units() {
        for (cell, unit, want) in [
            ("27", Unit::Seconds, Some(27_000)),
            ("7.578", Unit::Seconds, Some(7578)),
            ("1500", Unit::Milliseconds, Some(1500)),
            ("1.5", Unit::Minutes, Some(90_000)),
            ("00:01:23", Unit::Seconds, Some(83_000)),
            ("01:23", Unit::Seconds, Some(83_000)),
            ("1h 2m 3s", Unit::Seconds, Some(3_723_000)),
            ("1分23秒", Unit::Seconds, Some(83_000)),
            ("2小时1分", Unit::Seconds, Some(7_260_000)),
            ("-3", Unit::Seconds, None),
            ("999999999999h 999999999999h 999999999999h", Unit::Seconds, None),
            ("999999999999999h", Unit::Seconds, None),
            ("abc", Unit::Seconds, None),
        ] {
            assert_eq!(parse_duration(cell, unit), want, "{cell}");
        }
    }

    #[test]
    fn dates_whose_day_and_month_could_be_swapped_are_seen() {
        assert_eq!(swappable("03/05/2026 08:00"), Some((3, 5)));
        assert_eq!(swappable("2026-03-05 08:00"), None);
    }

    #[test]
    fn ids_carry_the_second_of_their_making() {
        assert_eq!(epoch_in_id("1795010400.12"), Some(1_795_010_400));
        assert_eq!(epoch_in_id("pbx-1-1795010400.12"), Some(1_795_010_400));
        assert_eq!(epoch_in_id("61777b1a-e7ca-11f1-b492-02fc00000001"), Some(1_795_499_182));
        assert_eq!(epoch_in_id("61777b1a-e7ca-41f1-b492-02fc00000001"), None, "a random UUID carries nothing");
        assert_eq!(epoch_in_id("12.5"), None);
    }
}
