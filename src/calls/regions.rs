//! Regions of callees: countries (ISO 3166-1), states and provinces of North America (ISO 3166-2), and the remote areas of China.
//!
//! A number tells where it was given out. Whoever carried it to another place is not seen.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use rlibphonenumber::{PHONE_NUMBER_UTIL as UTIL, Region};

use super::areas;
use super::columns::is_null;
use super::numbers::{Number, Sort};
use super::ranges;

/// How the regions in which a callee may be lie to some others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// All of them lie inside.
    All,
    /// Some lie inside, or one is larger than what is asked for.
    Some,
    /// None lies inside.
    None,
    /// No region is known.
    Unknown,
}

/// The regions in which a callee may be, each a country (`GB`) or, in the United States and Canada, a state or province (`US-FL`); none where nothing tells.
///
/// `exported` is the log's own word (`callee_region`), which wins: `US-FL`, `US`, or the two letters of a state (`FL`). Letters that stand for a state and for
/// a country (`CA`, `DE`) are settled by the number, else they are both. Without a word that is a region the number tells: its country (several where a
/// calling code is shared and the number is valid in several of them), and for country code 1 the states of its area code, all of them for a toll-free number.
pub fn candidates(exported: &str, callee: Number) -> Cow<'static, [&'static str]> {
    let of_number = of_number(callee);
    let stated = if exported.is_empty() { Vec::new() } else { stated(exported) };
    if stated.is_empty() {
        return Cow::Borrowed(of_number);
    }
    // What the number tells of the same place is more exact, or settles which of two is meant.
    let narrowed: Vec<&str> = of_number.iter().copied().filter(|c| stated.iter().any(|s| lies_in(c, s))).collect();
    Cow::Owned(if narrowed.is_empty() { stated } else { narrowed })
}

/// How the candidates lie to regions that a rule names.
pub fn within(candidates: &[&str], wanted: &[String]) -> Within {
    if candidates.is_empty() {
        return Within::Unknown;
    }
    let inside = candidates.iter().filter(|c| wanted.iter().any(|w| lies_in(c, w))).count();
    if inside == candidates.len() {
        Within::All
    } else if inside > 0 || candidates.iter().any(|c| wanted.iter().any(|w| lies_in(w, c))) {
        Within::Some
    } else {
        Within::None
    }
}

/// Does the first lie in the second, or are they the same? Territories of the United States have codes of both kinds (`PR`, `US-PR`).
fn lies_in(part: &str, whole: &str) -> bool {
    part == whole
        || part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('-'))
        || part.strip_prefix("US-") == Some(whole) && TERRITORIES.contains(&whole)
}

/// Territories of the United States, by their codes as countries.
const TERRITORIES: [&str; 5] = ["AS", "GU", "MP", "PR", "VI"];

/// A region as a rule may name it, in capital letters.
///
/// Errors: a sentence, with the nearest code.
pub fn parse(text: &str) -> Result<String, String> {
    let code = text.to_ascii_uppercase();
    if is_country(&code) || areas::all_states().contains(&code.as_str()) {
        return Ok(code);
    }
    let all: Vec<&str> = countries().iter().copied().chain(areas::all_states().iter().copied()).collect();
    // The two letters of a state stand for that state rather than for another one's that look alike.
    let state = ["US", "CA"].map(|country| format!("{country}-{code}")).into_iter().find(|s| all.contains(&s.as_str()));
    let near = state.or_else(|| crate::error::nearest(&code, all.iter().copied()).map(str::to_owned));
    let near = near.map_or_else(String::new, |n| format!("; did you mean \"{n}\"?"));
    Err(format!("unknown region \"{text}\"{near} (a country such as CN or GB, a state or province such as US-FL or CA-ON)"))
}

fn countries() -> &'static [&'static str] {
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<_> = ranges::all_regions().collect();
        all.sort_unstable();
        all.dedup();
        all
    })
}

fn is_country(code: &str) -> bool {
    countries().binary_search(&code).is_ok()
}

/// What the log's own word means; nothing if it is no region.
fn stated(text: &str) -> Vec<&'static str> {
    let code = text.trim().to_ascii_uppercase();
    if is_null(&code) {
        return Vec::new();
    }
    let code = match code.as_str() {
        "USA" => "US",
        "UK" => "GB",
        other => other,
    };
    let country = |code: &str| countries().binary_search(&code).ok().map(|i| countries()[i]);
    let state = |code: &str| areas::all_states().iter().copied().find(|s| *s == code);
    if let Some(exact) = state(code).filter(|s| s.contains('-')) {
        return vec![exact];
    }
    match code.split_once('-') {
        // A part of a country whose parts are not told apart here.
        Some((whole, part)) if (1..=3).contains(&part.len()) && !matches!(whole, "US" | "CA") => country(whole).into_iter().collect(),
        Some(_) => Vec::new(),
        None => [state(&format!("US-{code}")), state(&format!("CA-{code}")), country(code)].into_iter().flatten().collect(),
    }
}

/// The last numbers of a calling code that several countries share.
const RECENT: usize = 1 << 10;

thread_local! {
    static KNOWN: RefCell<Vec<(u64, &'static [&'static str])>> = RefCell::new(vec![(0, &[]); RECENT]);
}

/// The regions of a number.
fn of_number(number: Number) -> &'static [&'static str] {
    let Some(digits) = number.key.as_e164() else {
        return if number.sort == Sort::Service { &["CN"] } else { &[] };
    };
    if digits / 10_000_000_000 == 1 {
        let states = areas::states_of(digits);
        return if states.is_empty() { areas::all_states() } else { states };
    }
    let Some((code, _)) = ranges::regions_of(digits) else { return &[] };
    let Some(subsets) = shared().get(&code) else { return &[] };
    if subsets.len() == 2 {
        return &subsets[1];
    }
    KNOWN.with_borrow_mut(|known| {
        let place = &mut known[(super::keys::spread(number.key) >> 40) as usize & (RECENT - 1)];
        if place.0 != digits {
            *place = (digits, &subsets[valid_in(digits, &subsets[subsets.len() - 1])]);
        }
        place.1
    })
}

/// In which of these regions a number is valid, as bits; all of them if in none.
fn valid_in(digits: u64, regions: &[&str]) -> usize {
    let all = (1 << regions.len()) - 1;
    let Ok(number) = UTIL.parse(format!("+{digits}").as_str(), None) else { return all };
    let valid = |code: &&str| Region::try_from(*code).is_ok_and(|r| UTIL.is_valid_number_for_region(&number, r));
    let bits = regions.iter().enumerate().map(|(i, r)| usize::from(valid(r)) << i).sum();
    if bits == 0 { all } else { bits }
}

/// By calling code its countries, and all choices of them: the bits of the place in the list say which.
fn shared() -> &'static HashMap<u32, Vec<Vec<&'static str>>> {
    static TABLE: OnceLock<HashMap<u32, Vec<Vec<&'static str>>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for region in countries() {
            let Some(code) = Region::try_from(*region).ok().and_then(|r| UTIL.get_country_code_for_region(r)).and_then(|c| u32::try_from(c).ok()) else {
                continue;
            };
            if code != 1 {
                table.entry(code).or_insert_with(Vec::new).push(*region);
            }
        }
        let choices = |all: &Vec<&'static str>| -> Vec<Vec<&'static str>> {
            (0..1_usize << all.len()).map(|bits| all.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, r)| *r).collect()).collect()
        };
        table.into_iter().map(|(code, regions)| (code, choices(&regions))).collect()
    })
}

/// The areas of China that are told apart (ISO 3166-2): Tibet and Xinjiang.
pub const AREAS: [&str; 2] = ["CN-54", "CN-65"];

/// The area of China in which a callee is: by the log's own word (`callee_region`), else by the beginning of the number (data/china.txt, made by
/// data/make_china.py). None: elsewhere, or a mobile number of a series that the data do not hold.
pub fn area_of(exported: &str, callee: Number) -> Option<&'static str> {
    static TABLE: OnceLock<Vec<(u64, u64, &'static str)>> = OnceLock::new();
    let word = exported.trim().to_lowercase();
    let named = [("西藏", "tibet", "xizang", "cn-54", "cn-xz"), ("新疆", "xinjiang", "xinjiang", "cn-65", "cn-xj")];
    if let Some(i) = named.iter().position(|n| word.contains(n.0) || word.contains(n.1) || word.contains(n.2) || word == n.3 || word == n.4) {
        return Some(AREAS[i]);
    }
    // A log that names another place says that it is not one of these, whatever the number was once assigned to.
    if word.starts_with("cn-") || stated(exported).first().is_some_and(|country| *country != "CN") {
        return None;
    }
    let digits = callee.key.as_e164()?;
    let length = digits.checked_ilog10()? + 1;
    if length < 9 || digits / 10_u64.pow(length - 2) != 86 {
        return None;
    }
    let begins = digits / 10_u64.pow(length - 9) % 10_000_000;
    let table = TABLE.get_or_init(|| {
        let lines = include_str!("data/china.txt").lines().filter(|l| !l.starts_with('#'));
        lines
            .filter_map(|line| {
                let (range, code) = line.split_once('|')?;
                let (low, high) = range.split_once('-')?;
                Some((low.parse().ok()?, high.parse().ok()?, AREAS.into_iter().find(|a| *a == code)?))
            })
            .collect()
    });
    let range = table.get(table.partition_point(|r| r.1 < begins))?;
    (range.0 <= begins).then_some(range.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::keys::Dictionary;
    use crate::calls::numbers::{NumberReader, NumberRegion};
    use crate::calls::zones::Zones;

    fn number(text: &str) -> Number {
        static ZONES: std::sync::LazyLock<Zones> = std::sync::LazyLock::new(Zones::new);
        NumberReader::small(&Dictionary::default(), &ZONES, NumberRegion::new(Some("CN")).unwrap()).read(text)
    }
    fn of(exported: &str, text: &str) -> Vec<&'static str> {
        candidates(exported, number(text)).to_vec()
    }

    #[test]
    fn a_number_has_its_country() {
        for (text, regions) in [
            ("+8613812345678", &["CN"] as &[&str]),
            ("13812345678", &["CN"]),
            ("95588", &["CN"]),
            ("+85221234567", &["HK"]),
            ("+442079460958", &["GB"]),
            ("+441481256789", &["GG"]),
            ("+441534256789", &["JE"]),
            ("+447624256789", &["IM"]),
            ("+74951234567", &["RU"]),
            ("+77011234567", &["KZ"]),
            ("+390236618300", &["IT"]),
            ("+4930123456", &["DE"]),
            ("+80012345678", &[]),
            ("110", &[]),
            ("138****1234", &[]),
            ("anonymous", &[]),
            ("", &[]),
        ] {
            assert_eq!(of("", text), regions, "{text}");
        }
        assert_eq!(of("", "+448001111111"), ["GB", "GG"], "valid in both");
    }

    #[test]
    fn north_american_numbers_have_the_states_of_their_area_code() {
        assert_eq!(of("", "+13055550123"), ["US-FL"]);
        assert_eq!(of("", "+19025550123"), ["CA-NS", "CA-PE"]);
        assert_eq!(of("", "+18765550123"), ["JM"]);
        let toll_free = of("", "+18005550123");
        assert!(["US-FL", "CA-ON", "JM"].iter().all(|r| toll_free.contains(r)) && !toll_free.contains(&"US"));
    }

    #[test]
    fn the_logs_own_word_wins() {
        assert_eq!(of("US-FL", "+12125550123"), ["US-FL"], "carried to another state");
        assert_eq!(of("us-fl", ""), ["US-FL"]);
        assert_eq!(of("FL", "+12125550123"), ["US-FL"]);
        assert_eq!(of("US", "+12125550123"), ["US-NY"], "the number is more exact");
        assert_eq!(of("US", "+8613812345678"), ["US"]);
        assert_eq!(of("CA", "+14155550123"), ["US-CA"]);
        assert_eq!(of("CA", "+14165550123"), ["CA-ON"]);
        assert_eq!(of("CA", ""), ["US-CA", "CA"]);
        assert_eq!(of("DE", "+4930123456"), ["DE"]);
        assert_eq!(of("GB-SCT", ""), ["GB"]);
        assert_eq!(of("广东", "+8613812345678"), ["CN"], "no word that is known");
        for nothing in ["-", "NULL", "US-XX", "Atlantis", "12"] {
            assert_eq!(of(nothing, "+85221234567"), ["HK"], "{nothing}");
        }
    }

    #[test]
    fn regions_lie_in_others() {
        let wanted = |codes: &[&str]| codes.iter().map(|c| parse(c).unwrap()).collect::<Vec<_>>();
        assert_eq!(within(&["US-FL"], &wanted(&["US"])), Within::All);
        assert_eq!(within(&["US-FL"], &wanted(&["us-fl", "US-OK"])), Within::All);
        assert_eq!(within(&["US-FL"], &wanted(&["US-OK"])), Within::None);
        assert_eq!(within(&["US"], &wanted(&["US-OK"])), Within::Some);
        assert_eq!(within(&["CA-NS", "CA-PE"], &wanted(&["CA-PE"])), Within::Some);
        assert_eq!(within(&["CA-NS", "CA-PE"], &wanted(&["CA"])), Within::All);
        assert_eq!(within(areas::all_states(), &wanted(&["US"])), Within::Some);
        assert_eq!(within(&["US-PR"], &wanted(&["PR"])), Within::All);
        assert_eq!(within(&["US-PR"], &wanted(&["US"])), Within::All);
        assert_eq!(within(&["US-CA"], &wanted(&["CA"])), Within::None, "California is not Canada");
        assert_eq!(within(&["GB", "JE"], &wanted(&["GB"])), Within::Some);
        assert_eq!(within(&[], &wanted(&["US"])), Within::Unknown);
        assert!(parse("US-FX").unwrap_err().contains("US-"));
        assert!(parse("Florida").is_err() && parse("").is_err() && parse("US-").is_err());
    }

    #[test]
    fn countries_are_those_of_the_library() {
        assert!(countries().len() > 240);
        let several: Vec<u32> = {
            let mut codes: Vec<u32> = shared().iter().filter(|(_, s)| s.len() > 2).map(|(c, _)| *c).collect();
            codes.sort_unstable();
            codes
        };
        assert_eq!(several, [7, 39, 44, 47, 61, 212, 262, 290, 358, 590, 599]);
        for (code, choices) in shared() {
            let example = choices[choices.len() - 1].iter().filter_map(|r| UTIL.get_example_number(Region::try_from(*r).unwrap()).ok());
            for (example, region) in example.zip(&choices[choices.len() - 1]) {
                let text = format!("+{code}{}", rlibphonenumber::get_national_significant_number_owned(&example));
                assert!(of("", &text).contains(region), "{text} of {region}");
            }
        }
    }

    #[test]
    fn xinjiang_and_tibet_are_told_by_the_number() {
        for (text, area) in [
            ("+869912345678", Some("CN-65")),
            ("0991-2345678", Some("CN-65")),
            ("0891 6324567", Some("CN-54")),
            ("0898 66541234", None),
            ("0904-1234567", None),
            ("13999123456", Some("CN-65")),
            ("13908901234", Some("CN-54")),
            ("13812345678", None),
            ("19912345678", None),
            ("+12125550123", None),
            ("+8699", None),
            ("138****1234", None),
        ] {
            assert_eq!(area_of("", number(text)), area, "{text}");
        }
        assert_eq!(area_of("新疆维吾尔自治区", number("13812345678")), Some("CN-65"));
        assert_eq!(area_of("Xizang", number("")), Some("CN-54"));
        for elsewhere in ["CN-11", "GB", "USA", "cn-44"] {
            assert_eq!(area_of(elsewhere, number("0991-2345678")), None, "{elsewhere}");
        }
        assert_eq!(area_of("CN", number("0991-2345678")), Some("CN-65"), "that tells no more than the number");
        assert_eq!(area_of("广东", number("0991-2345678")), Some("CN-65"), "no word that is known");
        let lines = include_str!("data/china.txt").lines().filter(|l| !l.starts_with('#'));
        let borders: Vec<u64> = lines.flat_map(|l| l.split('|').next().unwrap().split('-').map(|n| n.parse().unwrap()).collect::<Vec<_>>()).collect();
        assert!(borders.is_sorted() && borders.iter().all(|b| (1_000_000..10_000_000).contains(b)));
    }
}
