//! What class of number a callee is: emergency, service, toll-free, premium, mobile, fixed …

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use rlibphonenumber::{PHONE_NUMBER_UTIL as UTIL, PhoneNumberType};

use super::keys::Dictionary;
use super::numbers::{Number, Sort, ascii};

/// A class of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Class {
    Emergency,
    Service,
    TollFree,
    Premium,
    SharedCost,
    Mobile,
    Fixed,
    Voip,
    Personal,
    Pager,
    Uan,
    Voicemail,
}

impl Class {
    /// As rulesets name them.
    pub const WORDS: [(&'static str, Class); 12] = [
        ("emergency", Class::Emergency),
        ("service", Class::Service),
        ("toll_free", Class::TollFree),
        ("premium", Class::Premium),
        ("shared_cost", Class::SharedCost),
        ("mobile", Class::Mobile),
        ("fixed", Class::Fixed),
        ("voip", Class::Voip),
        ("personal", Class::Personal),
        ("pager", Class::Pager),
        ("uan", Class::Uan),
        ("voicemail", Class::Voicemail),
    ];
}

/// The emergency numbers of a region; without one, those that are dialled in many countries.
#[derive(Clone, Debug)]
pub struct Emergency {
    numbers: Vec<&'static str>,
    china: bool,
}

/// Where no region is given.
const ANYWHERE: [&str; 7] = ["110", "112", "119", "120", "122", "911", "999"];

impl Emergency {
    /// By ISO 3166 code; the numbers are those of data/emergency.txt, made by data/make_emergency.py.
    pub fn of(region: Option<&str>) -> Emergency {
        static TABLE: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
            let lines = include_str!("data/emergency.txt").lines().filter(|l| !l.starts_with('#'));
            lines.filter_map(|l| l.split_once(' ')).map(|(region, numbers)| (region, numbers.split(' ').collect())).collect()
        });
        let region = region.map(str::to_ascii_uppercase);
        let numbers = region.as_deref().map_or_else(|| ANYWHERE.to_vec(), |r| TABLE.get(r).cloned().unwrap_or_default());
        Emergency { numbers, china: region.as_deref() == Some("CN") }
    }

    /// Is it one of them? In China also behind an area code (`0574-120`), by which the service of another city is reached.
    pub fn holds(&self, number: Number, dictionary: &Dictionary) -> bool {
        if matches!(number.sort, Sort::Null | Sort::Valid | Sort::Service | Sort::Masked | Sort::Anonymous | Sort::Scientific) {
            return false;
        }
        let shown = dictionary.show(number.key);
        let text = ascii(&shown);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if self.numbers.contains(&digits.as_str()) {
            return true;
        }
        if !self.china {
            return false;
        }
        let national = match (text.trim_start().strip_prefix('+'), digits.strip_prefix("0086")) {
            (Some(_), _) => digits.strip_prefix("86"),
            (None, Some(rest)) => Some(rest),
            (None, None) => digits.strip_prefix("86").filter(|rest| self.numbers.contains(rest)).or_else(|| digits.strip_prefix('0')),
        };
        let Some(national) = national else { return false };
        let national = national.strip_prefix('0').unwrap_or(national);
        if self.numbers.contains(&national) {
            return true;
        }
        // Beijing, 20 to 29, and area codes of three digits from 310 on.
        let area =
            |code: &str| code == "10" || code.len() == 2 && code.starts_with('2') || code.len() == 3 && code.starts_with(['3', '4', '5', '6', '7', '8', '9']);
        self.numbers.iter().any(|n| national.strip_suffix(n).is_some_and(area))
    }
}

/// The last numbers that the library was asked for.
const RECENT: usize = 1 << 12;

thread_local! {
    static KNOWN: RefCell<Vec<(u64, [Option<Class>; 2])>> = RefCell::new(vec![(0, [None; 2]); RECENT]);
}

/// The classes that a valid or a service number may have: one, two where a fixed line and a mobile phone cannot be told apart (North America), none where the
/// metadata say nothing. Emergency numbers are asked for with [`Emergency::holds`].
pub fn classes_of(number: Number) -> [Option<Class>; 2] {
    if number.sort == Sort::Service {
        return [Some(Class::Service), None];
    }
    let Some(digits) = number.key.as_e164() else { return [None; 2] };
    KNOWN.with_borrow_mut(|known| {
        let place = &mut known[(super::keys::spread(number.key) >> 40) as usize & (RECENT - 1)];
        if place.0 != digits {
            *place = (digits, by_library(digits));
        }
        place.1
    })
}

fn by_library(digits: u64) -> [Option<Class>; 2] {
    let Ok(number) = UTIL.parse(format!("+{digits}").as_str(), None) else { return [None; 2] };
    let class = match UTIL.get_number_type(&number) {
        PhoneNumberType::FixedLine => Class::Fixed,
        PhoneNumberType::Mobile => Class::Mobile,
        PhoneNumberType::FixedLineOrMobile => return [Some(Class::Fixed), Some(Class::Mobile)],
        PhoneNumberType::TollFree => Class::TollFree,
        PhoneNumberType::PremiumRate => Class::Premium,
        PhoneNumberType::SharedCost => Class::SharedCost,
        PhoneNumberType::VoIP => Class::Voip,
        PhoneNumberType::PersonalNumber => Class::Personal,
        PhoneNumberType::Pager => Class::Pager,
        PhoneNumberType::UAN => Class::Uan,
        PhoneNumberType::VoiceMail => Class::Voicemail,
        PhoneNumberType::Unknown => return [None; 2],
    };
    [Some(class), None]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::numbers::{NumberReader, NumberRegion};
    use crate::calls::zones::Zones;

    static ZONES: LazyLock<Zones> = LazyLock::new(Zones::new);

    fn is_emergency(region: &str, text: &str) -> bool {
        let dictionary = Dictionary::default();
        let number = NumberReader::small(&dictionary, &ZONES, NumberRegion::new(Some(region)).unwrap()).read(text);
        Emergency::of(Some(region)).holds(number, &dictionary)
    }

    fn classes(region: &str, text: &str) -> Vec<Class> {
        let number = NumberReader::small(&Dictionary::default(), &ZONES, NumberRegion::new(Some(region)).unwrap()).read(text);
        classes_of(number).into_iter().flatten().collect()
    }

    #[test]
    fn emergency_numbers_are_those_of_the_region() {
        for (region, text) in [
            ("CN", "110"),
            ("CN", "119"),
            ("CN", "120"),
            ("CN", "122"),
            ("CN", "+86110"),
            ("CN", "0086 120"),
            ("CN", "86120"),
            ("CN", "0574-120"),
            ("CN", "0574120"),
            ("CN", "010110"),
            ("CN", "+86574120"),
            ("CN", "+860574120"),
            ("US", "911"),
            ("US", "9-1-1"),
            ("GB", "999"),
            ("DE", "112"),
            ("AU", "000"),
        ] {
            assert!(is_emergency(region, text), "{text} in {region}");
        }
        for (region, text) in [
            ("CN", "911"),
            ("CN", "12110"),
            ("CN", "95110"),
            ("CN", "8120"),
            ("CN", "13812345110"),
            ("CN", "1234120"),
            ("CN", ""),
            ("CN", "***120"),
            ("US", "110"),
            ("US", "0574120"),
            ("US", "2125550911"),
            ("GB", "911"),
        ] {
            assert!(!is_emergency(region, text), "{text} in {region}");
        }
        let dictionary = Dictionary::default();
        let number = NumberReader::small(&dictionary, &ZONES, NumberRegion::new(None).unwrap()).read("911");
        assert!(Emergency::of(None).holds(number, &dictionary));
    }

    #[test]
    fn other_classes_are_those_of_the_metadata() {
        assert_eq!(classes("CN", "95588"), [Class::Service]);
        assert_eq!(classes("CN", "4001234567"), [Class::Service]);
        assert_eq!(classes("CN", "12315"), [Class::Service]);
        assert_eq!(classes("CN", "13812345678"), [Class::Mobile]);
        assert_eq!(classes("CN", "075512345678"), [Class::Fixed]);
        assert_eq!(classes("CN", "8008201234"), [Class::TollFree]);
        assert_eq!(classes("US", "8005550123"), [Class::TollFree]);
        assert_eq!(classes("US", "9002345678"), [Class::Premium]);
        assert_eq!(classes("US", "2125550123"), [Class::Fixed, Class::Mobile]);
        assert_eq!(classes("GB", "07400123456"), [Class::Mobile]);
        assert_eq!(classes("GB", "110"), []);
    }

    #[test]
    fn every_region_of_the_file_has_short_numbers() {
        for line in include_str!("data/emergency.txt").lines().filter(|l| !l.starts_with('#')) {
            let (region, numbers) = line.split_once(' ').unwrap();
            assert!(NumberRegion::new(Some(region)).is_ok() || ["AC", "TA", "XK"].contains(&region), "{region}");
            assert!(numbers.split(' ').all(|n| (2..=6).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())), "{line}");
        }
    }
}
