//! Area codes of country code 1: the states and provinces of North America, from libphonenumber's map (data/areas.txt, made by
//! data/make_areas.py).

use std::sync::OnceLock;

/// The states, provinces or countries in which the numbers of this number's area code lie: ISO 3166-2 codes such as `US-FL` and `CA-ON`
/// (`US-PR` for a territory of the United States), and the country (`JM`) for the other islands.
///
/// Several where the area code is theirs together. None for toll-free and other codes that are tied to no place, for an unknown area code,
/// and for a number that is not of country code 1 with ten digits after it. It tells where the number was given out: whoever carried it to
/// another state, or uses a mobile phone there, is not seen.
pub fn states_of(e164: u64) -> &'static [&'static str] {
    static TABLE: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    if e164 / 10_000_000_000 != 1 {
        return &[];
    }
    let code = usize::try_from(e164 / 10_000_000 % 1000).unwrap_or(0);
    &TABLE.get_or_init(load)[code]
}

/// All states, provinces and countries that have an area code of country code 1, sorted.
pub fn all_states() -> &'static [&'static str] {
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<_> = load().into_iter().flatten().collect();
        all.sort_unstable();
        all.dedup();
        all
    })
}

/// By area code.
fn load() -> Vec<Vec<&'static str>> {
    let mut table = vec![Vec::new(); 1000];
    for line in include_str!("data/areas.txt").lines().filter(|l| !l.starts_with('#')) {
        let Some((code, states)) = line.split_once('|') else { continue };
        if let Some(entry) = code.parse().ok().and_then(|code: usize| table.get_mut(code)) {
            *entry = states.split('&').collect();
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_code_has_its_states() {
        assert_eq!(states_of(13_055_550_123), ["US-FL"]);
        assert_eq!(states_of(12_125_550_123), ["US-NY"]);
        assert_eq!(states_of(12_025_550_123), ["US-DC"]);
        assert_eq!(states_of(14_165_550_123), ["CA-ON"]);
        assert_eq!(states_of(17_875_550_123), ["US-PR"]);
        assert_eq!(states_of(18_765_550_123), ["JM"]);
        assert_eq!(states_of(19_025_550_123), ["CA-NS", "CA-PE"], "one area code for two provinces");
    }

    #[test]
    fn a_number_tied_to_no_place_has_none() {
        for number in [18_005_550_123, 18_885_550_123, 19_005_550_123, 15_005_550_123, 11_115_550_123] {
            assert!(states_of(number).is_empty(), "{number}");
        }
        for number in [0, 1, 1305, 3_055_550_123, 8_613_812_345_678, 113_055_550_123, u64::MAX] {
            assert!(states_of(number).is_empty(), "{number} is not of country code 1, or not whole");
        }
    }

    #[test]
    fn every_line_of_the_map_is_in_the_table() {
        let lines: Vec<_> = include_str!("data/areas.txt").lines().filter(|l| !l.starts_with('#')).collect();
        let table = load();
        assert_eq!(table.iter().filter(|t| !t.is_empty()).count(), lines.len());
        let mut all: Vec<_> = table.into_iter().flatten().collect();
        assert!(all.iter().all(|s| s.len() == 2 || (s.len() == 5 && (s.starts_with("US-") || s.starts_with("CA-")))));
        all.sort_unstable();
        all.dedup();
        let count = |start| all.iter().filter(|s| s.starts_with(start)).count();
        assert_eq!((count("US-"), count("CA-")), (50 + 1 + 5, 13), "the states, the District and five territories; provinces and territories");
    }
}
