//! Files of lists: read by one thread and by two, plain and in UTF-16, they say the same, and no number that is asked for breaks anything.

#![no_main]

use std::path::Path;
use std::sync::Arc;

use callaudit::calls::keys::Dictionary;
use callaudit::calls::numbers::{NumberReader, NumberRegion};
use callaudit::calls::timestamps::DateOrder;
use callaudit::calls::zones::Clock;
use callaudit::rules::lists::{Facts, Form, Grace, Hash, List, Match, MatchBy, Moment, Settings, Surroundings};
use callaudit_fuzz::{Dice, file, pool, zones};
use libfuzzer_sys::fuzz_target;

const ASKED: [&str; 8] = ["13812345678", "+8613800000001", "138****5678", "95588", "+12125550123", "(212) 555-0199", "8001", "1.38E+10"];

/// What a list said: what is told of it, its warnings, and the answers to some questions.
type Said = (Facts, Vec<String>, Vec<Match>);

fuzz_target!(|bytes: &[u8]| {
    let (data, mut dice) = Dice::behind(bytes, 8);
    let region = NumberRegion::new(dice.of(&[Some("CN"), Some("US"), None, Some("GB")])).expect("a region");
    let settings = Settings {
        hash: dice.of(&[None, None, None, Some(Hash::Md5), Some(Hash::Sha1), Some(Hash::Sha256)]),
        format: Form::default(),
        by: dice.of(&[MatchBy::Callee, MatchBy::Callee, MatchBy::CalleeId]),
        order: dice.of(&[None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)]),
        place: String::new(),
    };
    let path = file("list.csv", data);
    let usual = pool(1).install(|| said(&path, &settings, region));
    let other = pool(2).install(|| said(&path, &settings, region));
    assert_eq!(usual, other, "one thread and two");
    let (facts, ..) = &usual;
    assert!(facts.dated <= facts.entries && facts.prefixes + facts.masks <= facts.entries && facts.short <= facts.entries, "{facts:?}");
    assert_eq!(facts.unreadable.first.len() as u64, facts.unreadable.rows.min(20), "{facts:?}");
    assert!(facts.unreadable.first.is_sorted_by_key(|r| r.line), "{facts:?}");
});

fn said(path: &str, settings: &Settings, region: NumberRegion) -> Said {
    let dictionary = Dictionary::default();
    let clock = Arc::new(Clock::parse("Asia/Shanghai").expect("a zone"));
    let around = Surroundings { clock, region, dictionary: &dictionary, zones: zones() };
    let list = match List::load("no", Path::new(path), settings, &around) {
        Ok(list) => list,
        Err(facts) => return (*facts, Vec::new(), Vec::new()),
    };
    assert!(list.facts.entries > 0, "{:?}", list.facts);
    let mut answers = Vec::new();
    let mut reader = NumberReader::small(&dictionary, zones(), region);
    for cell in ASKED {
        for (at, grace) in [(1_700_000_000_000, Grace::None), (1_795_000_000_000, Grace::BusinessDays(10)), (0, Grace::Days(3))] {
            let moment = Moment { at, purpose: "marketing", grace, calendar: None };
            answers.push(list.find(reader.read(cell), "0123456789abcdef0123456789abcdef", &moment, &dictionary));
        }
    }
    (list.facts.clone(), list.warnings.clone(), answers)
}
