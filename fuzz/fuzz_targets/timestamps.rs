//! Points in time, lengths of time and clocks: what was read is written and read again as the same.

#![no_main]

use std::sync::OnceLock;

use callaudit::calls::calendar;
use callaudit::calls::timestamps::{self, DateOrder, Unit, rfc3339, rfc3339_at};
use callaudit::calls::zones::{Clock, Readings, parse_offset};
use callaudit::input::mapping::seconds;
use libfuzzer_sys::fuzz_target;

const CLOCKS: [&str; 6] = ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "-09:30", "UTC"];

fn clocks() -> &'static [Clock] {
    static ALL: OnceLock<Vec<Clock>> = OnceLock::new();
    ALL.get_or_init(|| CLOCKS.iter().map(|name| Clock::parse(name).expect("a zone")).collect())
}

fuzz_target!(|cell: &str| {
    let settled = [DateOrder::DayFirst, DateOrder::MonthFirst].map(|order| timestamps::parse(cell, Some(order)));
    let open = timestamps::parse(cell, None);
    for stamp in settled.into_iter().chain([open]).flatten() {
        let written = match stamp.offset {
            Some(offset) => rfc3339_at(stamp.local - offset, offset),
            None => rfc3339(stamp.local).trim_end_matches('Z').to_owned(),
        };
        let again = timestamps::parse(&written, None).unwrap_or_else(|| panic!("{cell:?} is {stamp:?}, written as {written}, which is none"));
        assert_eq!((again.local, again.offset), (stamp.local, stamp.offset), "{cell:?} is written as {written}");
        clocks().iter().for_each(|c| clock(c, stamp.local));
    }
    if let Some(stamp) = open {
        assert!(settled.contains(&Some(stamp)), "{cell:?} means {stamp:?}, and in no order of day and month");
    } else if let [Some(a), Some(b)] = settled {
        assert!(a == b || timestamps::swappable(cell).is_some(), "{cell:?} depends on the order of day and month, and nothing says so");
    }
    for unit in [Unit::Seconds, Unit::Milliseconds, Unit::Minutes, Unit::Hours] {
        if let Some(ms) = timestamps::parse_duration(cell, unit) {
            assert!(ms >= 0, "{cell:?} is {ms} ms");
            if ms < 1_000_000_000_000_000 {
                assert_eq!(timestamps::parse_duration(&seconds(ms), Unit::Seconds), Some(ms), "{cell:?} is written as {}", seconds(ms));
            }
        }
    }
    if let Some(offset) = parse_offset(cell) {
        assert!(offset.abs() <= 18 * 3_600_000, "{cell:?} is {offset} ms");
    }
    if let Some(date) = calendar::parse_iso(cell) {
        assert_eq!(calendar::parse_iso(&calendar::iso(date)), Some(date), "{cell:?}");
    }
    // Names are compared with all names that there are, which takes long.
    if cell.len() < 40 && cell.starts_with(['+', '-', 'U']) && Clock::parse(cell).is_ok_and(|clock| clock.offset(0).abs() > 26 * 3_600_000) {
        panic!("a clock more than a day off: {cell:?}");
    }
    let _ = timestamps::epoch_in_id(cell);
    let _ = timestamps::swappable(cell);
});

/// A local time and the instants at which a clock shows it.
fn clock(clock: &Clock, local: i64) {
    match clock.instants(local) {
        Readings::One(at) => assert_eq!(clock.local(at), local),
        Readings::Twice(a, b) => {
            assert!(a < b);
            assert_eq!((clock.local(a), clock.local(b)), (local, local));
        }
        Readings::Never(a, b) => assert!(clock.local(a) != local && clock.local(b) != local),
    }
    let first = clock.first_at_or_after(local);
    assert!(clock.local(first) >= local, "{first} is before {local}");
}
