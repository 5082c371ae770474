//! To which calls a rule applies by the place where the callee is, and what takes calls out of it: named exemptions.

use std::collections::BTreeMap;

use super::lists::events::Known;
use crate::calls::calendar::{Date, civil, days_of};
use crate::calls::columns::Field;
use crate::calls::keys::Key;
use crate::calls::regions::{Within, within};
use crate::calls::zones::{Clock, DAY};
use crate::ruleset::citations::Citation;

/// What happens where it is not certain that a callee is in one of a rule's regions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsure {
    /// What would be a violation is possible.
    #[default]
    Possible,
    /// The strictest reading: the rule applies.
    Applies,
    /// The rule does not apply.
    LeftOut,
}

impl Unsure {
    /// Words and values, for reading rulesets.
    pub const WORDS: [(&'static str, Unsure); 3] = [("possible", Unsure::Possible), ("applies", Unsure::Applies), ("left_out", Unsure::LeftOut)];
}

/// The regions of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    /// Countries, states and provinces.
    pub codes: Vec<String>,
    /// Where it is not certain.
    pub unknown: Unsure,
}

/// Does a rule apply to a call?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Yes.
    Yes,
    /// It cannot be told.
    Unsure,
    /// No.
    No,
}

impl Regions {
    /// To a callee who may be in these regions.
    pub fn apply(&self, candidates: &[&str]) -> Applies {
        match (within(candidates, &self.codes), self.unknown) {
            (Within::All, _) => Applies::Yes,
            (Within::None, _) => Applies::No,
            (Within::Some | Within::Unknown, Unsure::Possible) => Applies::Unsure,
            (Within::Some | Within::Unknown, Unsure::Applies) => Applies::Yes,
            (Within::Some | Within::Unknown, Unsure::LeftOut) => Applies::No,
        }
    }
}

/// How long before a call an event takes it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// ms.
    Elapsed(i64),
    /// Calendar days; true: the day of the event is the first of them.
    Days(u32, bool),
    /// Calendar months: to the same day of the month, or the month's last.
    Months(u32),
}

impl Span {
    /// Does an event of then still hold now, by this clock? `day`: its date, where nothing more is known of it.
    pub fn holds(self, (then, day): (i64, Option<Date>), now: i64, clock: &Clock) -> bool {
        let date = |at: i64| Date::try_from(clock.local(at).div_euclid(DAY)).unwrap_or(0);
        let begun = day.unwrap_or_else(|| date(then));
        then <= now
            && match self {
                Span::Elapsed(ms) => now - then < ms,
                Span::Days(n, first) => i64::from(date(now)) - i64::from(begun) <= i64::from(n) - i64::from(first),
                Span::Months(n) => date(now) <= months_later(begun, n),
            }
    }
}

/// The same day of a later month, or the last of that month if it has no such day.
pub fn months_later(date: Date, months: u32) -> Date {
    let (y, m, d) = civil(date);
    let total = y * 12 + i32::try_from(m).unwrap_or(1) - 1 + i32::try_from(months).unwrap_or(i32::MAX / 24);
    let (y, m) = (total.div_euclid(12), u32::try_from(total.rem_euclid(12) + 1).unwrap_or(1));
    (1..=d).rev().find_map(|d| days_of(y, m, d)).unwrap_or(date)
}

/// A `[[exemption]]`.
#[derive(Clone, Debug)]
pub struct Exemption {
    /// Its id.
    pub id: String,
    /// By language.
    pub title: BTreeMap<String, String>,
    /// Calls for which this predicate is true.
    pub filter: Option<usize>,
    /// Calls to somebody of whom this list tells an event.
    pub list: Option<usize>,
    /// Only events that are called so.
    pub words: Vec<String>,
    /// By these columns (default: the callee).
    pub per: Vec<Field>,
    /// So long before the call; None: at any time before it.
    pub within: Option<Span>,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// Columns that it needs.
    pub fields: Vec<Field>,
}

/// The events that an exemption asks for, by key.
pub type Events = Known;

/// Is there an event of this key that takes a call of then out?
pub fn exempts(exemption: &Exemption, events: &Events, key: Key, at: i64, clock: &Clock) -> bool {
    let Some(events) = events.get(&key).filter(|_| key.groups()) else { return false };
    events.iter().any(|e| exemption.within.map_or(e.at <= at, |span| span.holds((e.at, e.day), at, clock)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::calendar::parse_iso;

    #[test]
    fn months_end_on_the_same_day_or_the_last() {
        let later = |from: &str, n| months_later(parse_iso(from).unwrap(), n);
        assert_eq!(later("2025-01-31", 1), parse_iso("2025-02-28").unwrap());
        assert_eq!(later("2024-08-15", 18), parse_iso("2026-02-15").unwrap());
        assert_eq!(later("2024-02-29", 12), parse_iso("2025-02-28").unwrap());
    }

    #[test]
    fn an_event_holds_to_its_last_day() {
        let clock = Clock::parse("UTC").unwrap();
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let event = at("2024-08-15T10:00:00Z");
        assert!(Span::Months(18).holds((event, None), at("2026-02-15T23:59:59Z"), &clock));
        assert!(!Span::Months(18).holds((event, None), at("2026-02-16T00:00:00Z"), &clock));
        assert!(!Span::Months(18).holds((event, None), at("2024-08-15T09:59:59Z"), &clock), "not before it");
        assert!(Span::Days(7, true).holds((event, None), at("2024-08-21T23:59:59Z"), &clock), "the day of the event is the first");
        assert!(!Span::Days(7, true).holds((event, None), at("2024-08-22T00:00:00Z"), &clock));
        assert!(Span::Days(7, false).holds((event, None), at("2024-08-22T23:59:59Z"), &clock));
        let named = (at("2024-08-14T16:00:00Z"), parse_iso("2024-08-15"));
        assert!(Span::Days(1, false).holds(named, at("2024-08-16T23:59:59Z"), &clock), "a date is that date on every clock");
        assert!(!Span::Days(1, false).holds((named.0, None), at("2024-08-16T23:59:59Z"), &clock));
        assert!(Span::Elapsed(3_600_000).holds((event, None), at("2024-08-15T10:59:59Z"), &clock));
        assert!(!Span::Elapsed(3_600_000).holds((event, None), at("2024-08-15T11:00:00Z"), &clock), "exactly so long after is over");
    }

    #[test]
    fn the_strictest_reading_is_the_rules_choice() {
        let rule = |unknown| Regions { codes: vec!["US-FL".into()], unknown };
        let florida: &[&str] = &["US-FL"];
        let either: &[&str] = &["US-FL", "US-GA"];
        for (unknown, both, none) in
            [(Unsure::Possible, Applies::Unsure, Applies::Unsure), (Unsure::Applies, Applies::Yes, Applies::Yes), (Unsure::LeftOut, Applies::No, Applies::No)]
        {
            assert_eq!(rule(unknown).apply(florida), Applies::Yes);
            assert_eq!(rule(unknown).apply(&["US-NY"]), Applies::No);
            assert_eq!((rule(unknown).apply(either), rule(unknown).apply(&[])), (both, none));
        }
    }
}
