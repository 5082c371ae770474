//! Which calls is a complaint about, and how sure is that? Where it cannot be told, why not.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::counting::{Call, Counted};
use super::log::{Complaint, Told, Who};
use super::targets::{SHOWN_DIGITS, fits, shown_digits, tail};
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
    by_tail: HashMap<u16, Vec<usize>>,
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
        let mut by_tail: HashMap<u16, Vec<usize>> = HashMap::new();
        for (n, call) in counted.kept.iter().enumerate() {
            if call.mask.is_some() {
                hidden.push(n);
            } else {
                by_callee.entry(call.callee).or_default().push(n);
            }
            by_caller.entry(call.caller).or_default().push(n);
            let shown = call.mask.clone().or_else(|| call.callee.as_e164().map(|d| d.to_string()));
            shown.and_then(|s| tail(&s)).into_iter().for_each(|t| by_tail.entry(t).or_default().push(n));
        }
        Matcher { counted, dictionary, clock, country: country.to_owned(), gaps, by_callee, by_caller, by_tail, hidden }
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
                let all: Vec<usize> = match tail(mask) {
                    Some(tail) => self.by_tail.get(&tail).cloned().unwrap_or_default(),
                    None => (0..self.counted.kept.len()).collect(),
                };
                let (calls, hidden) = all.into_iter().filter(fitting).partition(|n| self.counted.kept[*n].mask.is_none());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::numbers::{Number, Sort};

    /// 2026-10-14 00:00 on the clock of Shanghai.
    const DAY_14: i64 = 20_740 * DAY - 8 * HOUR;

    fn call(callee: u64, at: i64) -> Call {
        Call { at: (at, at), caller: Key::e164(8_657_188_000_001), callee: Key::e164(callee), ..Call::default() }
    }

    fn hidden(mask: &str, at: i64) -> Call {
        Call { mask: Some(mask.to_owned()), callee: Key::NULL, ..call(0, at) }
    }

    fn complaint(who: Who, at: Option<i64>) -> Complaint {
        let date = |at: i64| Date::try_from((at + 8 * HOUR).div_euclid(DAY)).unwrap();
        let told = |first: i64, spread: i64, precision| Told { first, last: first + spread, date: date(first), precision };
        Complaint {
            file: 0,
            line: 2,
            id: String::new(),
            who,
            number: String::new(),
            shown: None,
            shown_text: String::new(),
            happened: at.map(|at| told(at, MINUTE - 1, Precision::Minute)),
            received: Some(told(DAY_14 + 3 * DAY, DAY - 1, Precision::Day)),
            due: None,
            answered: None,
            closed: false,
            answers_told: false,
            channel: String::new(),
            subject: String::new(),
            area: String::new(),
            bad_time: false,
        }
    }

    fn number(digits: u64) -> Who {
        Who::Numbers(vec![Number { key: Key::e164(digits), sort: Sort::Valid, zones: 0 }])
    }

    fn joined(calls: Vec<Call>, complaint: &Complaint, gaps: Vec<Gap>) -> Join {
        let (dictionary, clock) = (Dictionary::default(), Clock::parse("Asia/Shanghai").unwrap());
        let callers = calls.iter().map(|c| c.caller).collect();
        let counted = Counted { kept: calls, callers, period: Some((DAY_14 - 5 * DAY, DAY_14 + 5 * DAY)), ..Counted::default() };
        Matcher::new(&counted, &dictionary, &clock, "86", gaps).join(complaint)
    }

    const HIM: u64 = 8_613_800_001_234;

    fn of_time(at: i64, told: i64) -> (Standing, Option<Sure>, Option<Reason>, Vec<How>) {
        let join = joined(vec![call(HIM, at)], &complaint(number(HIM), Some(told)), Vec::new());
        (join.standing, join.sure, join.reason, join.how)
    }

    #[test]
    fn a_time_fits_exactly_on_the_day_by_whole_hours_or_a_day_off() {
        let ten = DAY_14 + 10 * HOUR;
        let matched = |sure, how| (Standing::Matched, Some(sure), None, vec![How::Number, how]);
        assert_eq!(of_time(ten, ten + 15 * MINUTE), matched(Sure::High, How::TimeExact));
        assert_eq!(of_time(ten, ten + 17 * MINUTE), matched(Sure::Medium, How::SameDay));
        // 02:00 UTC was told where 10:00 is meant: on that day here, and on the day before for a call at 04:00.
        assert_eq!(of_time(DAY_14 + 4 * HOUR, DAY_14 - 4 * HOUR), matched(Sure::Medium, How::ShiftedHours));
        assert_eq!(of_time(ten - DAY + 20 * MINUTE, ten), matched(Sure::Medium, How::NextDay));
        assert_eq!(of_time(ten - 3 * DAY, ten), (Standing::Ambiguous, None, Some(Reason::TimeDiffers), vec![How::Number]));
    }

    #[test]
    fn of_several_calls_those_that_fit_best_are_meant() {
        let ten = DAY_14 + 10 * HOUR;
        let calls = vec![call(HIM, ten - DAY), call(HIM, ten + 5 * MINUTE), call(HIM, ten - 10 * MINUTE), call(HIM + 1, ten)];
        let join = joined(calls.clone(), &complaint(number(HIM), Some(ten)), Vec::new());
        assert_eq!((join.calls, join.people), (vec![1, 2], 1));
        let untimed = joined(calls, &complaint(number(HIM), None), Vec::new());
        assert_eq!((untimed.calls, untimed.sure, untimed.how), (vec![0, 1, 2], Some(Sure::Medium), vec![How::Number, How::BeforeReceipt]));
    }

    #[test]
    fn hidden_digits_match_one_person_or_none_for_sure() {
        let ten = DAY_14 + 10 * HOUR;
        let masked = complaint(Who::Masked("138****1234".to_owned()), Some(ten));
        let one = joined(vec![call(HIM, ten), call(HIM + 1, ten)], &masked, Vec::new());
        assert_eq!((one.standing, one.sure, one.person.as_str()), (Standing::Matched, Some(Sure::Medium), "+8613800001234"));
        let two = joined(vec![call(HIM, ten), call(8_613_877_771_234, ten)], &masked, Vec::new());
        assert_eq!((two.standing, two.reason, two.people), (Standing::Ambiguous, Some(Reason::SeveralPeople), 2));
        // The log hides what the complaint tells.
        let log = joined(vec![hidden("138****1234", ten)], &complaint(number(HIM), Some(ten)), Vec::new());
        assert_eq!((log.standing, log.reason), (Standing::Ambiguous, Some(Reason::LogHidesDigits)));
        let both = joined(vec![hidden("138****1234", ten), call(HIM, ten)], &complaint(number(HIM), Some(ten)), Vec::new());
        assert_eq!((both.standing, both.calls), (Standing::Matched, vec![1]));
    }

    #[test]
    fn what_the_logs_do_not_cover_is_not_said_to_be_missing() {
        let ten = DAY_14 + 10 * HOUR;
        let reason = |told: i64, gaps| joined(vec![call(HIM + 1, ten)], &complaint(number(HIM), Some(told)), gaps).reason;
        assert_eq!(reason(ten, Vec::new()), Some(Reason::NumberNotCalled));
        assert_eq!(reason(ten - 30 * DAY, Vec::new()), Some(Reason::PeriodNotCovered));
        let gap = |kind| Gap { from: String::new(), to: String::new(), hours: 3, kind, expected: None, span: (ten - HOUR, ten + 2 * HOUR) };
        assert_eq!(reason(ten, vec![gap(Gap::MISSING)]), Some(Reason::GapInLog));
        assert_eq!(reason(ten, vec![gap(Gap::PAUSE)]), Some(Reason::NumberNotCalled));
        // A call to the number at another time does not make the time covered.
        let other = joined(vec![call(HIM, ten - 3 * DAY)], &complaint(number(HIM), Some(ten)), vec![gap(Gap::MISSING)]);
        assert_eq!((other.standing, other.reason), (Standing::Unmatched, Some(Reason::GapInLog)));
    }

    #[test]
    fn a_switchboard_is_no_person_unless_the_time_tells() {
        let ten = DAY_14 + 10 * HOUR;
        let calls: Vec<Call> = (0..150).map(|n| call(HIM, DAY_14 - 2 * DAY + n * 20 * MINUTE)).collect();
        let untimed = joined(calls.clone(), &complaint(number(HIM), None), Vec::new());
        assert_eq!((untimed.standing, untimed.reason), (Standing::Ambiguous, Some(Reason::SharedNumber)));
        let mut timed = calls;
        timed.push(call(HIM, ten));
        let timed = joined(timed, &complaint(number(HIM), Some(ten)), Vec::new());
        assert_eq!((timed.standing, timed.calls), (Standing::Matched, vec![150]));
    }
}
