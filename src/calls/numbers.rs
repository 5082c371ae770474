//! Telephone numbers: from the text of an export to a key, the sort of the number, and the zones in which its owner may be.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rlibphonenumber::{PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat as NumberFormat, PhoneNumberType, Region, get_national_significant_number_owned};

use super::columns::is_null;
use super::keys::{Dictionary, Key};
use super::ranges::{self, Home, Proved};
use super::zones::{ZoneSet, Zones};

/// What a cell that should hold a number turned out to be. The intake counts each sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// Empty.
    Null,
    /// A valid number.
    Valid,
    /// A Chinese service number (95, 96, 400, 1010, 12xxx).
    Service,
    /// Digits or text that are no valid number: short codes, extensions, unassigned ranges.
    Other,
    /// `138****1234`.
    Masked,
    /// `1.38E+10`: digits are lost.
    Scientific,
    /// More than six digits, with digits missing at the end.
    Truncated,
    /// No digit at all: anonymous, unknown, a SIP name.
    Anonymous,
}

impl Sort {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Null => "empty",
            Sort::Valid => "valid",
            Sort::Service => "service",
            Sort::Other => "other",
            Sort::Masked => "masked",
            Sort::Scientific => "scientific",
            Sort::Truncated => "truncated",
            Sort::Anonymous => "anonymous",
        }
    }
    /// All sorts, in the order of reports.
    pub const ALL: [Sort; 8] = [Sort::Valid, Sort::Service, Sort::Other, Sort::Masked, Sort::Scientific, Sort::Truncated, Sort::Anonymous, Sort::Null];
}

/// A number as far as rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// What it is compared by.
    pub key: Key,
    /// What it turned out to be.
    pub sort: Sort,
    /// Candidate zones; 0 if there is none.
    pub zones: ZoneSet,
}

const NOTHING: Number = Number::NOTHING;

impl Number {
    /// No number.
    pub const NOTHING: Number = Number { key: Key::NULL, sort: Sort::Null, zones: 0 };
}

/// The region by which a number without country code is read.
#[derive(Clone, Copy, Debug)]
pub struct NumberRegion {
    region: Option<Region>,
    china: bool,
    home: Option<Home>,
}

impl NumberRegion {
    /// A region by its ISO 3166 code; none reads international numbers only.
    ///
    /// Errors: a sentence that names the code.
    pub fn new(code: Option<&str>) -> Result<NumberRegion, String> {
        let Some(code) = code else { return Ok(NumberRegion { region: None, china: false, home: None }) };
        let region = Region::try_from(code.to_ascii_uppercase().as_str()).ok();
        match region.filter(|r| UTIL.get_country_code_for_region(*r).is_some()) {
            Some(region) => {
                let code = code.to_ascii_uppercase();
                Ok(NumberRegion { region: Some(region), china: code == "CN", home: ranges::home(&code) })
            }
            None => Err(format!("unknown region \"{code}\" (a country code of two letters such as CN, US, GB)")),
        }
    }

    /// The calling code of the region (86), if there is a region.
    pub fn country_code(self) -> Option<u32> {
        self.region.and_then(|r| UTIL.get_country_code_for_region(r)).and_then(|c| u32::try_from(c).ok())
    }

    /// The digits that are dialled before a national number (0 in most countries).
    pub fn trunk_prefix(self) -> String {
        // In North America people write the prefix in every form but this one.
        if self.country_code() == Some(1) {
            return "1".to_owned();
        }
        // Not published by the crate: what it writes before an example number in national format.
        let Some(example) = self.region.and_then(|r| UTIL.get_example_number(r).ok()) else { return String::new() };
        let national: String = UTIL.format(&example, NumberFormat::National).chars().filter(char::is_ascii_digit).collect();
        let own = get_national_significant_number_owned(&example);
        national.strip_suffix(own.as_str()).unwrap_or_default().to_owned()
    }
}

/// Reads numbers; keeps the last verdicts, as most logs name each number several times.
#[derive(Debug)]
pub struct NumberReader<'a> {
    dictionary: &'a Dictionary,
    zones: &'a Zones,
    region: NumberRegion,
    recent: Vec<(u64, Number)>,
}

const RECENT: usize = 1 << 13;
/// Verdicts that share a place in the memory: the oldest of them goes.
const WAYS: usize = 4;

impl<'a> NumberReader<'a> {
    /// A reader that reads numbers without country code as those of `region`.
    pub fn new(dictionary: &'a Dictionary, zones: &'a Zones, region: NumberRegion) -> Self {
        NumberReader { dictionary, zones, region, recent: vec![(0, NOTHING); RECENT] }
    }

    /// A reader for a few numbers, that remembers only the last ones.
    pub fn small(dictionary: &'a Dictionary, zones: &'a Zones, region: NumberRegion) -> Self {
        NumberReader { dictionary, zones, region, recent: vec![(0, NOTHING); 1 << 10] }
    }

    /// The verdict on one cell.
    pub fn read(&mut self, cell: &str) -> Number {
        if let Some(number) = self.proved(cell.as_bytes()) {
            return number;
        }
        let cell = cell.trim();
        if cell.is_empty() {
            return NOTHING;
        }
        let Some(exact) = Key::digits(cell.as_bytes()) else { return self.judge(cell) };
        let sets = self.recent.len() / WAYS;
        let set = (super::keys::spread(exact) >> 40) as usize & (sets - 1);
        let ways = &mut self.recent[set * WAYS..(set + 1) * WAYS];
        if let Some(known) = ways.iter().find(|w| w.0 == exact.0) {
            return known.1;
        }
        ways.copy_within(..WAYS - 1, 1);
        let number = self.judge(cell);
        self.recent[set * WAYS] = (exact.0, number);
        number
    }

    /// The verdict on digits of which the table of ranges proves it: most cells of most logs.
    fn proved(&self, cell: &[u8]) -> Option<Number> {
        let found: Proved = match cell.first()? {
            b'+' => ranges::international(&cell[1..])?,
            _ => self.region.home.as_ref()?.national(cell)?,
        };
        if found.code == 86 && is_service_digits(cell.strip_prefix(b"+86").unwrap_or(cell)) {
            return None;
        }
        Some(Number { key: Key::e164(found.digits), sort: Sort::Valid, zones: self.zones.of_number(found.digits, found.code, found.tied) })
    }

    fn judge(&self, cell: &str) -> Number {
        if is_null(cell) {
            return NOTHING;
        }
        if cell.len() < 16 && cell.bytes().all(|b| b.is_ascii_digit()) {
            return self.judge_text(cell, cell);
        }
        let text = ascii(cell);
        let text = text.trim_start_matches('=').trim_matches(|c: char| c.is_whitespace() || c == '\'' || c == '"');
        let text = ["tel:", "sips:", "sip:"].iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text);
        // Whoever hosts a SIP number is no part of it.
        let text = text.split_once('@').map_or(text, |(user, _)| user);
        let thousands = without_thousands(text);
        let text = thousands.as_deref().unwrap_or(text);
        if text.contains('*') {
            return self.no_key(cell, Sort::Masked);
        }
        if is_scientific(text) {
            return self.no_key(cell, Sort::Scientific);
        }
        let text = whole_number(text);
        if !text.bytes().any(|b| b.is_ascii_digit()) {
            return self.no_key(cell, Sort::Anonymous);
        }
        self.judge_text(cell, text)
    }

    /// A text with digits and without signs that destroy it.
    fn judge_text(&self, cell: &str, text: &str) -> Number {
        let plain = text.bytes().all(|b| b.is_ascii_digit());
        let may_be_service = !plain || (self.region.china && text.len() <= 12) || text.starts_with("0086");
        if let Some(number) = may_be_service.then(|| self.service(text)).flatten() {
            return number;
        }
        let idd = text.strip_prefix("00").filter(|_| !text.starts_with("000")).map(|rest| format!("+{rest}"));
        let parsed = UTIL.parse(text, self.region.region);
        let spellings = [parsed.as_ref().ok().cloned(), None];
        for (n, candidate) in spellings.into_iter().enumerate() {
            // Numbers dialled with 00 where the region dials abroad in another way.
            let tried = if n == 0 { candidate } else { idd.as_ref().and_then(|t| UTIL.parse(t, None).ok()) };
            let Some(candidate) = tried else { continue };
            // The type is unknown exactly for numbers that are not valid.
            let kind = UTIL.get_number_type(&candidate);
            if kind != PhoneNumberType::Unknown {
                let national = get_national_significant_number_owned(&candidate);
                // A service number behind words, which are no part of it.
                if candidate.country_code == 86 && is_service(&national) {
                    return self.service_number(&national);
                }
                let Ok(digits) = format!("{}{national}", candidate.country_code).parse::<u64>() else { continue };
                let tied = UTIL.is_number_geographical_by_country_code_and_type(kind, candidate.country_code);
                let code = u32::try_from(candidate.country_code).unwrap_or(0);
                return Number { key: Key::e164(digits), sort: Sort::Valid, zones: self.zones.of_number(digits, code, tied) };
            }
        }
        let bare = bare(text);
        if bare != text {
            // What the library makes nothing of may be a number without its signs and its extension; either way it is judged as that would be.
            return self.judge_text(cell, &bare);
        }
        if bare.bytes().filter(u8::is_ascii_digit).count() > 6 {
            use rlibphonenumber::errors::ValidationError;
            let short = match &parsed {
                Ok(number) => matches!(UTIL.is_possible_number_with_reason(number), Err(ValidationError::TooShort)),
                Err(_) => false,
            };
            if short {
                return self.no_key(cell, Sort::Truncated);
            }
        }
        let key = Key::digits(bare.as_bytes()).unwrap_or_else(|| self.dictionary.text(&bare));
        Number { key, sort: Sort::Other, zones: 0 }
    }

    fn no_key(&self, cell: &str, sort: Sort) -> Number {
        Number { key: self.dictionary.no_key(cell), sort, zones: 0 }
    }

    /// Chinese service numbers have their digits without country code as key, however written.
    fn service(&self, text: &str) -> Option<Number> {
        if self.region.china && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            let national = text.strip_prefix("86").filter(|rest| is_service(rest)).unwrap_or(text);
            if !is_service(national) {
                return None;
            }
        }
        let bare = bare(text);
        let national = if let Some(rest) = bare.strip_prefix("+86").or_else(|| bare.strip_prefix("0086")) {
            rest
        } else if self.region.china && !bare.starts_with('+') {
            bare.strip_prefix("86").filter(|rest| is_service(rest)).unwrap_or(&bare)
        } else {
            return None;
        };
        is_service(national).then(|| self.service_number(national))
    }

    fn service_number(&self, national: &str) -> Number {
        // What the metadata hold valid (400 and 1010 numbers) may be anywhere in the country; what is no valid number has no zone.
        let valid = UTIL.parse(format!("+86{national}").as_str(), None).is_ok_and(|n| UTIL.get_number_type(&n) != PhoneNumberType::Unknown);
        let zones = if valid { self.zones.of_country_code(86) } else { 0 };
        Number { key: Key::digits(national.as_bytes()).unwrap_or_default(), sort: Sort::Service, zones }
    }
}

/// 95xxx and 96xxx (5 to 9 digits with sub-numbers), 400 and seven digits, 1010 and four, 12xxx (12315, 12321 …).
fn is_service(digits: &str) -> bool {
    digits.bytes().all(|b| b.is_ascii_digit()) && is_service_digits(digits.as_bytes())
}

fn is_service_digits(digits: &[u8]) -> bool {
    match digits.len() {
        5 => digits.starts_with(b"95") || digits.starts_with(b"96") || digits.starts_with(b"12"),
        6..=9 if digits.starts_with(b"95") || digits.starts_with(b"96") => true,
        6 => digits.starts_with(b"12"),
        8 => digits.starts_with(b"1010"),
        10 => digits.starts_with(b"400"),
        _ => false,
    }
}

/// Full-width digits and signs as ASCII.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| match c {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                '\u{3000}' | '\u{A0}' => ' ',
                _ => c,
            })
            .collect(),
    )
}

/// Without blanks and `. - ( ) /`, and without an extension.
fn bare(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let cut = [";ext=", "ext", "x", "#", ",", "转"].iter().filter_map(|m| lower.find(m)).filter(|&i| lower[..i].bytes().any(|b| b.is_ascii_digit())).min();
    let text = cut.map_or(text, |i| &text[..i]);
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '/')).collect()
}

fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all_digits(exponent) && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.') && mantissa.bytes().any(|b| b.is_ascii_digit())
}

/// `13,812,345,678` as a spreadsheet shows a number: nothing is lost. Fewer than seven digits may be a number and its extension.
fn without_thousands(text: &str) -> Option<String> {
    let mut parts = text.split(',');
    let first = parts.next()?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let grouped = (1..=3).contains(&first.len()) && digits(first) && parts.clone().count() >= 2 && parts.all(|p| p.len() == 3 && digits(p));
    (grouped && text.len() >= 9).then(|| text.replace(',', ""))
}

/// `918283507421.0` as a spreadsheet or a data frame writes a number: nothing is lost.
fn whole_number(text: &str) -> &str {
    text.strip_suffix(".0").filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit())).unwrap_or(text)
}

/// How many cells were of which sort.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortCounts([u64; Sort::ALL.len()]);

impl SortCounts {
    /// One more of this sort.
    pub fn add(&mut self, sort: Sort) {
        self.0[sort as usize] += 1;
    }
    /// Adds the counts of another.
    pub fn merge(&mut self, other: &SortCounts) {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a += b;
        }
    }
    /// The counts that are not zero, by name.
    pub fn by_name(&self) -> BTreeMap<&'static str, u64> {
        Sort::ALL.iter().filter(|s| self.0[**s as usize] > 0).map(|s| (s.name(), self.0[*s as usize])).collect()
    }
    /// How many of one sort.
    pub fn get(&self, sort: Sort) -> u64 {
        self.0[sort as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(region: &str, cell: &str) -> (String, Sort) {
        let (dictionary, zones) = (Dictionary::default(), Zones::new());
        let number = NumberReader::new(&dictionary, &zones, NumberRegion::new(Some(region)).expect("region")).read(cell);
        (if number.key.groups() { dictionary.show(number.key) } else { String::new() }, number.sort)
    }

    #[test]
    fn one_number_in_many_spellings_is_one_key() {
        for cell in [
            "13812345678",
            "+8613812345678",
            "008613812345678",
            "0086 138-1234-5678",
            "8613812345678",
            "138 1234 5678",
            "１３８１２３４５６７８",
            "013812345678",
            "13812345678.0",
            "'13812345678",
            "\t13812345678",
            "=\"13812345678\"",
            "13,812,345,678",
            "tel:+8613812345678",
            "sip:13812345678@203.0.113.9",
        ] {
            assert_eq!(show("CN", cell), ("+8613812345678".into(), Sort::Valid), "{cell}");
        }
        assert_eq!(show("US", "(212) 555-0123 x12").0, "+12125550123");
        assert_eq!(show("US", "0086 13812345678").0, "+8613812345678");
        assert_eq!(show("GB", "020 7946 0958").0, "+442079460958");
    }

    #[test]
    fn service_numbers_have_their_digits_without_country_code() {
        for cell in ["95588", "+8695588", "0086-95588", "8695588"] {
            assert_eq!(show("CN", cell), ("95588".into(), Sort::Service), "{cell}");
        }
        assert_eq!(show("US", "+86 400 012 3456"), ("4000123456".into(), Sort::Service));
        assert_eq!(show("CN", "电话 400 012 3456"), ("4000123456".into(), Sort::Service));
        assert_eq!(show("CN", "1010-1234").0, "10101234");
        assert_eq!(show("CN", "12321").0, "12321");
    }

    #[test]
    fn numbers_that_are_masked_or_destroyed_are_no_keys() {
        assert_eq!(show("CN", "138****1234"), (String::new(), Sort::Masked));
        assert_eq!(show("CN", "1.38E+10"), (String::new(), Sort::Scientific));
        assert_eq!(show("CN", "anonymous"), (String::new(), Sort::Anonymous));
        assert_eq!(show("US", "212555012"), (String::new(), Sort::Truncated));
        assert_eq!(show("US", "(212) 555-012 ext3 x12"), (String::new(), Sort::Truncated));
        assert_eq!(show("CN", "NULL"), (String::new(), Sort::Null));
    }

    /// With the table of ranges and without it the same, for cells near to what it proves.
    #[test]
    fn proofs_change_no_verdict() {
        let (dictionary, zones) = (Dictionary::default(), Zones::new());
        let mut state = 7_u64;
        let mut random = move |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let begins = [
            "1", "13", "138", "400", "95", "96", "86", "0", "00", "+86", "+86400", "+8695", "+1", "+44", "+39", "2", "212", "49", "7", "9", "12", "1010",
            "021", "+860",
        ];
        let regions = ["CN", "US", "GB", "DE", "IT", "BR", "IN", "RU"];
        let mut proved = 0;
        for round in 0..40_000 {
            let region = NumberRegion::new(Some(regions[round % regions.len()])).unwrap();
            let digits: String = (0..3 + random(10)).map(|_| char::from(b'0' + u8::try_from(random(10)).unwrap())).collect();
            let cell = format!("{}{digits}", begins[usize::try_from(random(begins.len() as u64)).unwrap()]);
            let mut reader = NumberReader::small(&dictionary, &zones, region);
            proved += u64::from(reader.proved(cell.as_bytes()).is_some());
            let slow = reader.judge(&cell);
            assert_eq!(reader.read(&cell), slow, "{cell} in {}", regions[round % regions.len()]);
        }
        assert!(proved > 2_000, "{proved} proved");
    }

    #[test]
    fn short_codes_and_extensions_are_keys() {
        assert_eq!(show("CN", "8001"), ("8001".into(), Sort::Other));
        assert_eq!(show("CN", "0001").0, "0001");
        assert_eq!(show("US", "911").0, "911");
    }
}
