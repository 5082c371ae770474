//! Which calls is a complaint about, and how sure is that? Where it cannot be told, why not.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::counting::{Call, Counted, SHOWN_DIGITS, fits, shown_digits};
use super::log::{Complaint, Told, Who};
use crate::calls::calendar::Date;
use crate::calls::keys::{Dictionary, Key};
use crate::calls::timestamps::Precision;
use crate::calls::zones::{Clock, DAY};
use crate::report::Gap;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// A told time and the call may be so far apart: clocks differ, and people round. (Ours: of complaints to the FTC nearly one minute in three is a multiple of
/// five, where one in five would be so by chance.)
const NEAR: i64 = 15 * MINUTE;
/// A call in another zone's time may be so far off.
const SHIFTED: i64 = 5 * MINUTE;
/// With more calls than this a number is taken for one that many share.
const MANY: usize = 100;

/// What became of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The calls that it is about are known.
    Matched,
    /// Several people or calls may be meant.
    Ambiguous,
    /// No call in these logs fits.
    Unmatched,
}

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// The number and the time fit.
    High,
    /// One of the two is told less exactly, or differs.
    Medium,
    /// Both are.
    Low,
}

/// What speaks for a match, or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The called number is that of the complainant.
    Number,
    /// It fits the digits that are shown of it.
    MaskedNumber,
    /// Only the displayed number is told.
    ShownNumber,
    /// Within a quarter of an hour of the time told.
    TimeExact,
    /// On the day told; no more is told.
    DayTold,
    /// On the day told, at another time.
    SameDay,
    /// Off by whole hours, as on another zone's clock.
    ShiftedHours,
    /// On the day before or after.
    NextDay,
    /// Before the complaint came; it does not say when the call was.
    BeforeReceipt,
    /// No time is told.
    NoTime,
    /// The displayed number is the one told.
    ShownSame,
    /// Another number was displayed.
    ShownDiffers,
}

/// Why a complaint is not matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Calls to several people fit.
    SeveralPeople,
    /// So many calls fit that the number is one that many share.
    SharedNumber,
    /// The number was called, not at the time told.
    TimeDiffers,
    /// A call fits whose called number the log hides in part.
    LogHidesDigits,
    /// The number was not called.
    NumberNotCalled,
    /// The displayed number made no call in these logs: spoofing is possible.
    ShownNotOurs,
    /// The displayed number made no call at the time told.
    NoCallThen,
    /// The logs do not reach to the time told.
    PeriodNotCovered,
    /// The logs have a gap at the time told.
    GapInLog,
    /// What stands for a number is none.
    NumberUnreadable,
    /// Too many digits of the number are hidden.
    NumberHidden,
    /// Neither a number nor a displayed number with a time is told.
    NothingTold,
}

impl Reason {
    /// All of them, in the order of reports.
    pub const ALL: [Reason; 12] = [
        Reason::SeveralPeople,
        Reason::SharedNumber,
        Reason::TimeDiffers,
        Reason::LogHidesDigits,
        Reason::NumberNotCalled,
        Reason::ShownNotOurs,
        Reason::NoCallThen,
        Reason::PeriodNotCovered,
        Reason::GapInLog,
        Reason::NumberUnreadable,
        Reason::NumberHidden,
        Reason::NothingTold,
    ];
}

/// A complaint held against the calls.
#[derive(Clone, Debug)]
pub struct Join {
    /// What became of it.
    pub standing: Standing,
    /// How sure that is, of a match.
    pub sure: Option<Sure>,
    /// Why it is none.
    pub reason: Option<Reason>,
    /// What speaks for the calls.
    pub how: Vec<How>,
    /// The calls, by number.
    pub calls: Vec<usize>,
    /// How many people they were made to.
    pub people: usize,
    /// Who complained: complaints with the same are one person's.
    pub person: String,
}

/// What complaints are held against.
pub struct Matcher<'a> {
    counted: &'a Counted,
    dictionary: &'a Dictionary,
    clock: &'a Clock,
    country: String,
    gaps: Vec<Gap>,
    by_callee: HashMap<Key, Vec<usize>>,
    by_caller: HashMap<Key, Vec<usize>>,
    hidden: Vec<usize>,
}

impl std::fmt::Debug for Matcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("calls", &self.counted.kept.len()).finish_non_exhaustive()
    }
}

impl<'a> Matcher<'a> {
    /// Against these calls. `country`: digits of the country code; `gaps`: stretches in which calls are lacking, or may be.
    pub fn new(counted: &'a Counted, dictionary: &'a Dictionary, clock: &'a Clock, country: &str, gaps: Vec<Gap>) -> Matcher<'a> {
        let (mut by_callee, mut by_caller): (HashMap<Key, Vec<usize>>, HashMap<Key, Vec<usize>>) = Default::default();
        let mut hidden = Vec::new();
        for (n, call) in counted.kept.iter().enumerate() {
            if call.mask.is_some() {
                hidden.push(n);
            } else {
                by_callee.entry(call.callee).or_default().push(n);
            }
            by_caller.entry(call.caller).or_default().push(n);
        }
        Matcher { counted, dictionary, clock, country: country.to_owned(), gaps, by_callee, by_caller, hidden }
    }

    /// Holds one complaint against the calls.
    pub fn join(&self, complaint: &Complaint) -> Join {
        match &complaint.who {
            Who::Numbers(numbers) => {
                let calls: Vec<usize> = numbers.iter().filter_map(|n| self.by_callee.get(&n.key)).flatten().copied().collect();
                let person = numbers.iter().map(|n| self.dictionary.show(n.key)).min().unwrap_or_default();
                let digits: Vec<String> = numbers.iter().map(|n| self.dictionary.show(n.key).chars().filter(char::is_ascii_digit).collect()).collect();
                let hidden = self.hidden.iter().copied().filter(|n| digits.iter().any(|d| self.fits(*n, d))).collect();
                self.by_number(complaint, calls, hidden, How::Number, person)
            }
            Who::Masked(mask) if shown_digits(mask) < SHOWN_DIGITS => self.by_line(complaint, Reason::NumberHidden),
            Who::Masked(mask) => {
                let fitting = |n: &usize| {
                    let call = &self.counted.kept[*n];
                    let digits = call.callee.as_e164().map(|d| d.to_string());
                    digits.is_some_and(|d| fits(&self.country, mask, &d)) || call.mask.as_ref().is_some_and(|m| m == mask)
                };
                let (mut calls, mut hidden): (Vec<usize>, Vec<usize>) =
                    (0..self.counted.kept.len()).filter(|n| fitting(n)).partition(|n| self.counted.kept[*n].mask.is_none());
                calls.sort_unstable();
                hidden.sort_unstable();
                self.by_number(complaint, calls, hidden, How::MaskedNumber, mask.clone())
            }
            Who::Untold => self.by_line(complaint, Reason::NothingTold),
            Who::Unreadable => self.by_line(complaint, Reason::NumberUnreadable),
        }
    }

    fn fits(&self, call: usize, digits: &str) -> bool {
        self.counted.kept[call].mask.as_ref().is_some_and(|m| fits(&self.country, m, digits))
    }

    /// A complaint that tells a number, or some digits of one.
    fn by_number(&self, complaint: &Complaint, calls: Vec<usize>, hidden: Vec<usize>, by: How, person: String) -> Join {
        let none = |reason: Reason, how: Vec<How>, calls: Vec<usize>| Join {
            standing: if matches!(reason, Reason::TimeDiffers) { Standing::Ambiguous } else { Standing::Unmatched },
            sure: None,
            reason: Some(reason),
            how,
            people: self.people(&calls),
            calls,
            person: person.clone(),
        };
        let timed = self.in_time(complaint, &calls);
        let all = calls.len();
        let Some((time, calls)) = timed else {
            if let Some((time, hidden)) = self.in_time(complaint, &hidden) {
                let (people, reason) = (self.people(&hidden), Some(Reason::LogHidesDigits));
                return Join { standing: Standing::Ambiguous, sure: None, reason, how: vec![How::MaskedNumber, time], calls: hidden, people, person };
            }
            let uncovered = complaint.happened.as_ref().and_then(|t| self.uncovered(t)).or_else(|| {
                // Without the time of the call: it was before the complaint came.
                let came = complaint.received.as_ref().filter(|_| complaint.happened.is_none())?;
                self.counted.period.filter(|p| came.last < p.0).map(|_| Reason::PeriodNotCovered)
            });
            return match uncovered {
                Some(reason) => none(reason, Vec::new(), Vec::new()),
                None if calls.is_empty() => none(Reason::NumberNotCalled, complaint.time().map_or_else(|| vec![How::NoTime], |_| Vec::new()), Vec::new()),
                None => none(Reason::TimeDiffers, vec![by], self.nearest(complaint, &calls).into_iter().collect()),
            };
        };
        let (calls, shown) = self.as_shown(complaint, calls);
        let how: Vec<How> = [Some(by), Some(time), shown].into_iter().flatten().collect();
        let people = if by == How::Number { 1 } else { self.people(&calls) };
        let reason = match () {
            () if people > 1 => Some(Reason::SeveralPeople),
            // Which of those behind a number complained is told by the time alone.
            () if calls.len() > MANY || all > MANY && time != How::TimeExact => Some(Reason::SharedNumber),
            () => None,
        };
        let sure = reason.is_none().then(|| sure(&how));
        // One masked number is one person, who may have complained by the whole number as well.
        let person = match (by, people, calls.first()) {
            (How::MaskedNumber, 1, Some(n)) => self.dictionary.show(self.counted.kept[*n].callee),
            _ => person,
        };
        Join { standing: if reason.is_none() { Standing::Matched } else { Standing::Ambiguous }, sure, reason, how, calls, people, person }
    }

    /// A complaint that tells, at most, our number and a time.
    fn by_line(&self, complaint: &Complaint, otherwise: Reason) -> Join {
        let person = format!("{}\u{1f}{:?}\u{1f}{}", complaint.shown_text, complaint.time().map(|t| t.first), complaint.area);
        let none = |reason: Reason| Join {
            standing: Standing::Unmatched,
            sure: None,
            reason: Some(reason),
            how: Vec::new(),
            calls: Vec::new(),
            people: 0,
            person: person.clone(),
        };
        let (Some(shown), Some(told)) = (complaint.shown, complaint.happened.as_ref()) else { return none(otherwise) };
        if !self.counted.callers.contains(&shown.key) {
            return none(self.uncovered(told).unwrap_or(Reason::ShownNotOurs));
        }
        let mut calls: Vec<(How, usize)> = Vec::new();
        for n in self.by_caller.get(&shown.key).into_iter().flatten() {
            let fit = self.fit(&self.counted.kept[*n], told).filter(|h| matches!(h, How::TimeExact | How::DayTold));
            calls.extend(fit.map(|how| (how, *n)));
        }
        let Some(how) = calls.first().map(|c| c.0) else { return none(self.uncovered(told).unwrap_or(Reason::NoCallThen)) };
        let mut calls: Vec<usize> = calls.into_iter().map(|c| c.1).collect();
        if !complaint.area.is_empty() {
            let begin = format!("{}{}", self.country, complaint.area);
            let there = |n: &usize| self.counted.kept[*n].callee.as_e164().is_some_and(|d| d.to_string().starts_with(&begin));
            if calls.iter().any(there) {
                calls.retain(there);
            }
        }
        let how = vec![How::ShownNumber, how];
        let people = self.people(&calls);
        if people == 1 && calls.iter().all(|n| self.counted.kept[*n].callee.groups()) {
            let person = self.dictionary.show(self.counted.kept[calls[0]].callee);
            return Join { standing: Standing::Matched, sure: Some(sure(&how)), reason: None, how, calls, people, person };
        }
        Join { standing: Standing::Ambiguous, sure: None, reason: Some(Reason::SeveralPeople), how, calls, people, person }
    }

    fn people(&self, calls: &[usize]) -> usize {
        let callees: BTreeSet<(Key, Option<&String>)> = calls.iter().map(|n| (self.counted.kept[*n].callee, self.counted.kept[*n].mask.as_ref())).collect();
        callees.len()
    }

    /// Those of the calls that fit the time told best.
    fn in_time(&self, complaint: &Complaint, calls: &[usize]) -> Option<(How, Vec<usize>)> {
        let fitting: Vec<(How, usize)> = calls
            .iter()
            .filter_map(|n| {
                let call = &self.counted.kept[*n];
                let how = match (&complaint.happened, &complaint.received) {
                    (Some(told), _) => self.fit(call, told)?,
                    (None, Some(came)) => Some(How::BeforeReceipt).filter(|_| call.at.0 <= came.last)?,
                    (None, None) => How::NoTime,
                };
                Some((how, *n))
            })
            .collect();
        let best = fitting.iter().map(|f| f.0).min()?;
        Some((best, fitting.into_iter().filter(|f| f.0 == best).map(|f| f.1).collect()))
    }

    /// How a call fits a told time.
    fn fit(&self, call: &Call, told: &Told) -> Option<How> {
        let date = |at: i64| Date::try_from(self.clock.local(at).div_euclid(DAY)).unwrap_or(0);
        let day = date(call.at.0);
        if told.precision == Precision::Day {
            return match (day - told.date).abs() {
                0 => Some(How::DayTold),
                1 => Some(How::NextDay),
                _ => None,
            };
        }
        // People tell when it rang, or when they spoke.
        let end = call.ended.unwrap_or(call.at.1).max(call.at.1);
        let apart = (told.first - end).max(call.at.0 - told.last).max(0);
        if apart <= NEAR {
            return Some(How::TimeExact);
        }
        let off = call.at.0 - told.first;
        let hours = (off + off.signum() * HOUR / 2) / HOUR;
        match () {
            () if day == told.date => Some(How::SameDay),
            () if (1..=14).contains(&hours.abs()) && (off - hours * HOUR).abs() <= SHIFTED => Some(How::ShiftedHours),
            () if (day - told.date).abs() == 1 => Some(How::NextDay),
            () => None,
        }
    }

    /// Those of the calls that displayed the number told, if any did.
    fn as_shown(&self, complaint: &Complaint, calls: Vec<usize>) -> (Vec<usize>, Option<How>) {
        let Some(shown) = complaint.shown else { return (calls, None) };
        let same: Vec<usize> = calls.iter().copied().filter(|n| self.counted.kept[*n].caller == shown.key).collect();
        if same.is_empty() { (calls, Some(How::ShownDiffers)) } else { (same, Some(How::ShownSame)) }
    }

    fn nearest(&self, complaint: &Complaint, calls: &[usize]) -> Option<usize> {
        let told = complaint.time()?;
        calls.iter().copied().min_by_key(|n| (self.counted.kept[*n].at.0 - told.first).abs())
    }

    /// Why the logs may not hold a call of this time.
    fn uncovered(&self, told: &Told) -> Option<Reason> {
        let Some((first, last)) = self.counted.period else { return Some(Reason::PeriodNotCovered) };
        let around = if told.precision == Precision::Day { 0 } else { NEAR };
        if told.last + around < first || told.first - around > last {
            return Some(Reason::PeriodNotCovered);
        }
        let (from, to) = (told.first - around, told.last + around);
        let hit = |gap: &&Gap| match gap.kind {
            Gap::MISSING => gap.span.0 < to && from < gap.span.1,
            // Where nothing tells a pause from what is missing, all of the time told must lie in it.
            Gap::SILENCE => gap.span.0 <= told.first && told.last < gap.span.1,
            _ => false,
        };
        self.gaps.iter().find(hit).map(|_| Reason::GapInLog)
    }
}

/// How sure a match is: one step less for what is told less exactly, one for what differs.
fn sure(how: &[How]) -> Sure {
    let weak = how.iter().filter(|h| !matches!(h, How::Number | How::TimeExact | How::DayTold | How::ShownSame)).count();
    match weak {
        0 => Sure::High,
        1 => Sure::Medium,
        _ => Sure::Low,
    }
}
