//! Which national numbers are valid whatever their last digits are, so that most numbers need no look into the library's patterns.
//!
//! The table (data/ranges.txt, made by data/make_ranges.py) is derived from the same metadata as the library's. What it does not cover, and what may be
//! read in more than one way, is the library's to judge.

use std::sync::LazyLock;

/// National numbers of one length, from the first to the last of them.
#[derive(Clone, Copy, Debug)]
struct Range {
    low: u64,
    high: u64,
    tied: bool,
}

/// Valid national numbers of one length, in their order.
#[derive(Debug, Default)]
struct Ranges {
    all: Vec<Range>,
    /// By the first three digits: where the ranges begin that do not end before them.
    begins: Vec<u32>,
    /// Ten to the power of the length.
    power: u64,
}

impl Ranges {
    /// No more follow.
    fn close(&mut self, length: usize) {
        self.power = 10_u64.pow(u32::try_from(length).unwrap_or(0));
        if let Some(rest) = length.checked_sub(3).map(|n| 10_u64.pow(u32::try_from(n).unwrap_or(0))) {
            let begin = |lead: u64| u32::try_from(self.all.partition_point(|r| r.high < lead * rest)).unwrap_or(u32::MAX);
            self.begins = (0..1000).map(begin).collect();
        }
    }

    /// The range in which the number lies, if there is one.
    fn find(&self, digits: &[u8], n: u64) -> Option<&Range> {
        let lead = digits.get(..3)?.iter().fold(0, |n, d| n * 10 + usize::from(d.wrapping_sub(b'0')));
        let from = *self.begins.get(lead)? as usize;
        self.all.get(from..)?.iter().find(|r| r.high >= n).filter(|r| r.low <= n)
    }
}

/// The valid national numbers of one calling code, by length.
#[derive(Debug, Default)]
pub struct CodeRanges {
    /// The calling code.
    pub code: u32,
    by_length: Vec<Ranges>,
    /// Beginnings of three digits that may be a prefix, in its main region.
    unsafe_beginnings: Beginnings,
}

/// Which of the numbers 000 to 999 are in a set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beginnings([u64; 16]);

impl Beginnings {
    fn insert(&mut self, n: usize) {
        self.0[n / 64] |= 1 << (n % 64);
    }
    fn holds(&self, digits: &[u8]) -> bool {
        let n = digits[..3].iter().fold(0, |n, d| n * 10 + usize::from(d - b'0'));
        self.0[n / 64] >> (n % 64) & 1 == 1
    }
}

/// A number that is proved to be valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Its E.164 digits.
    pub digits: u64,
    /// Its calling code.
    pub code: u32,
    /// Is it tied to a place?
    pub tied: bool,
}

/// The region of numbers without country code, as far as the table knows it.
#[derive(Clone, Copy, Debug)]
pub struct Home {
    ranges: &'static CodeRanges,
    unsafe_beginnings: Beginnings,
}

#[derive(Debug)]
struct Table {
    codes: Vec<CodeRanges>,
    /// Calling code to its place in `codes`.
    index: Vec<Option<usize>>,
    regions: Vec<(&'static str, usize, Beginnings)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("data/ranges.txt")));

impl Table {
    fn read(text: &'static str) -> Table {
        let mut table = Table { codes: Vec::new(), index: vec![None; 1000], regions: Vec::new() };
        for line in text.lines() {
            let mut words = line.split(' ');
            match words.next() {
                Some("R") => {
                    let (Some(region), Some(code)) = (words.next(), words.next().and_then(|c| c.parse::<usize>().ok())) else { continue };
                    let mut beginnings = Beginnings::default();
                    for span in words {
                        let (from, to) = span.split_once('-').unwrap_or((span, span));
                        if let (Ok(from), Ok(to)) = (from.parse::<usize>(), to.parse::<usize>()) {
                            (from..=to).for_each(|n| beginnings.insert(n));
                        }
                    }
                    let place = table.place(code);
                    if !table.regions.iter().any(|r| r.1 == place) {
                        table.codes[place].unsafe_beginnings = beginnings; // the main region of the code comes first
                    }
                    table.regions.push((region, place, beginnings));
                }
                Some("N") => {
                    let mut number = || words.next().map(|w| (w.parse::<u64>().unwrap_or(0), w.len()));
                    let (Some((code, _)), Some((length, _)), Some((low, digits)), Some((high, _))) = (number(), number(), number(), number()) else { continue };
                    let tied = words.next() == Some("t");
                    let length = usize::try_from(length).unwrap_or(0);
                    let rest = 10_u64.pow(u32::try_from(length - digits).unwrap_or(0));
                    let place = table.place(usize::try_from(code).unwrap_or(0));
                    let by_length = &mut table.codes[place].by_length;
                    by_length.resize_with(by_length.len().max(length + 1), Ranges::default);
                    by_length[length].all.push(Range { low: low * rest, high: (high + 1) * rest - 1, tied });
                }
                _ => {}
            }
        }
        for code in &mut table.codes {
            code.by_length.iter_mut().enumerate().for_each(|(length, ranges)| ranges.close(length));
        }
        table
    }

    fn place(&mut self, code: usize) -> usize {
        if let Some(place) = self.index[code] {
            return place;
        }
        self.codes.push(CodeRanges { code: u32::try_from(code).unwrap_or(0), ..CodeRanges::default() });
        self.index[code] = Some(self.codes.len() - 1);
        self.codes.len() - 1
    }
}

impl CodeRanges {
    fn find(&self, national: &[u8]) -> Option<Proved> {
        let ranges = self.by_length.get(national.len())?;
        let n = value(national)?;
        let range = ranges.find(national, n)?;
        Some(Proved { digits: u64::from(self.code) * ranges.power + n, code: self.code, tied: range.tied })
    }
}

/// The value of digits, at most 18 of them; None if another character is among them.
pub fn value(digits: &[u8]) -> Option<u64> {
    if digits.len() > 18 {
        return None;
    }
    let (mut n, mut rest) = (0_u64, digits);
    while let Some((eight, after)) = rest.split_first_chunk::<8>() {
        n = n * 100_000_000 + value_of_eight(*eight)?;
        rest = after;
    }
    for d in rest {
        let d = d.wrapping_sub(b'0');
        if d > 9 {
            return None;
        }
        n = n * 10 + u64::from(d);
    }
    Some(n)
}

/// The value of eight digits, all at once; None if another character is among them.
fn value_of_eight(digits: [u8; 8]) -> Option<u64> {
    let x = u64::from_le_bytes(digits);
    let high = |x: u64| x & 0xF0F0_F0F0_F0F0_F0F0;
    if high(x) != 0x3030_3030_3030_3030 || high(x.wrapping_add(0x0606_0606_0606_0606)) != 0x3030_3030_3030_3030 {
        return None;
    }
    // Pairs of digits, then of pairs, then of fours: in each step the lower place holds the more significant half.
    let x = (x & 0x0F0F_0F0F_0F0F_0F0F).wrapping_mul(10 * 256 + 1) >> 8;
    let x = (x & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 * 65_536 + 1) >> 16;
    Some((x & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 * (1 << 32) + 1) >> 32)
}

/// The calling code of a number in E.164 digits, and the regions (ISO 3166 codes) that share it.
pub fn regions_of(e164: u64) -> Option<(u32, impl Iterator<Item = &'static str>)> {
    let digits = e164.checked_ilog10()?;
    let place = (0..3).find_map(|n| {
        let code = usize::try_from(e164 / 10_u64.pow(digits.checked_sub(n)?)).ok()?;
        TABLE.index[code]
    })?;
    Some((TABLE.codes[place].code, TABLE.regions.iter().filter(move |r| r.1 == place).map(|r| r.0)))
}

/// All regions that have telephone numbers (ISO 3166 codes).
pub fn all_regions() -> impl Iterator<Item = &'static str> {
    TABLE.regions.iter().map(|r| r.0)
}

/// What the table knows of a region (ISO 3166 code).
pub fn home(region: &str) -> Option<Home> {
    let (_, place, unsafe_beginnings) = *TABLE.regions.iter().find(|r| r.0 == region)?;
    Some(Home { ranges: &TABLE.codes[place], unsafe_beginnings })
}

impl Home {
    /// The number that these digits are in the region, where they can be read in one way only and are valid whatever the last of them are.
    pub fn national(&self, digits: &[u8]) -> Option<Proved> {
        if digits.len() < 6 || !digits[..3].iter().all(u8::is_ascii_digit) || self.unsafe_beginnings.holds(digits) {
            return None;
        }
        self.ranges.find(digits)
    }
}

/// The number that these digits are after a plus.
pub fn international(digits: &[u8]) -> Option<Proved> {
    if !(8..=15).contains(&digits.len()) || !digits[..6].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut code = 0;
    for (i, d) in digits[..3].iter().enumerate() {
        code = code * 10 + usize::from(d - b'0');
        if code == 0 {
            return None;
        }
        if let Some(place) = TABLE.index[code] {
            let (ranges, national) = (&TABLE.codes[place], &digits[i + 1..]);
            return if ranges.unsafe_beginnings.holds(national) { None } else { ranges.find(national) };
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlibphonenumber::{PHONE_NUMBER_UTIL as UTIL, PhoneNumberType, Region, get_national_significant_number_owned};

    /// The library's verdict on a text.
    fn judged(text: &str, region: Option<Region>) -> Option<Proved> {
        let number = UTIL.parse(text, region).ok()?;
        let kind = UTIL.get_number_type(&number);
        let code = u32::try_from(number.country_code).ok()?;
        let digits = format!("{code}{}", get_national_significant_number_owned(&number)).parse().ok()?;
        (kind != PhoneNumberType::Unknown).then(|| Proved {
            digits,
            code,
            tied: UTIL.is_number_geographical_by_country_code_and_type(kind, number.country_code),
        })
    }

    #[test]
    fn values_are_those_of_the_digits() {
        for text in ["", "0", "7", "12345678", "99999999", "13800138000", "861380013800012", "123456789012345678", "00000000", "1000000010000000"] {
            assert_eq!(value(text.as_bytes()), Some(text.parse().unwrap_or(0)), "{text}");
            for place in 0..text.len() {
                for other in [b'/', b':', b'-', b'+', b' ', b'?', 0, 0xB0, 0xFF, b'a'] {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[place] = other;
                    assert_eq!(value(&bytes), None, "{other} at {place} of {text}");
                }
            }
        }
        assert_eq!(value(b"1234567890123456789"), None);
    }

    /// Both ends of every range and numbers inside of it, in every region of its code and after a plus.
    #[test]
    fn every_range_is_what_the_library_says() {
        let mut seed = 88_172_645_463_325_252_u64;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut compared = 0_u64;
        for (place, code) in TABLE.codes.iter().enumerate() {
            let regions: Vec<_> = TABLE.regions.iter().filter(|r| r.1 == place).collect();
            for (length, ranges) in code.by_length.iter().enumerate() {
                for range in &ranges.all {
                    let inside = range.low + random() % (range.high - range.low + 1);
                    for n in [range.low, range.high, inside] {
                        let national = format!("{n:0length$}");
                        let abroad = format!("+{}{national}", code.code);
                        if let Some(found) = international(&abroad.as_bytes()[1..]) {
                            assert_eq!(Some(found), judged(&abroad, None), "{abroad}");
                            compared += 1;
                        }
                        let (name, ..) = regions[usize::try_from(random()).unwrap_or(0) % regions.len()];
                        let region = Region::try_from(*name).expect("region");
                        if let Some(found) = home(name).expect("home").national(national.as_bytes()) {
                            assert_eq!(Some(found), judged(&national, Some(region)), "{national} in {name}");
                            compared += 1;
                        }
                    }
                }
            }
        }
        assert!(compared > 80_000, "{compared} numbers compared");
    }

    /// What is proved is never something else: random digits in regions with prefixes of their own.
    #[test]
    fn random_digits_are_never_proved_to_be_what_they_are_not() {
        let mut state = 42_u64;
        for round in 0..60_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407 + round);
            let length = 6 + (state >> 33) as usize % 8;
            let digits = &format!("{:020}", state)[..length];
            let name = ["CN", "US", "GB", "DE", "FR", "IN", "BR", "SG", "AR", "MX", "IT", "RU", "JP", "AU", "CA", "KR"][(state >> 20) as usize % 16];
            if let Some(found) = home(name).expect("home").national(digits.as_bytes()) {
                assert_eq!(Some(found), judged(digits, Region::try_from(name).ok()), "{digits} in {name}");
            }
        }
    }
}
