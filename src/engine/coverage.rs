//! Is the log complete? What its hours, its last day, its outcomes and its running numbers say about calls that are not in it.

use std::collections::BTreeMap;

use super::running::Running;
use crate::calls::calendar::{Date, iso};
use crate::calls::columns::Outcome;
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::Clock;
use crate::report::Gap;
use crate::rules::sequence::Silence;

const HOUR: i64 = 3_600_000;
const WEEK: usize = 168;
/// Other weeks that a rhythm needs.
const WEEKS: u64 = 3;
/// A log that seems to reach further than ten years has damaged dates: it has no rhythm.
const LONGEST: i64 = 10 * 366 * 24;
/// Calls that must have an outcome before the lack of unanswered ones says anything.
const OUTCOMES: u64 = 30;

/// What was seen of one input, or of all.
#[derive(Debug, Default)]
pub struct Seen {
    /// Calls by hour since 1970.
    pub hours: BTreeMap<i64, u64>,
    /// First and last start.
    pub first: Option<i64>,
    #[allow(missing_docs)]
    pub last: Option<i64>,
    /// Calls by outcome.
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Its running numbers, where it has a column of them.
    pub running: Running,
}

impl Seen {
    /// Adds what was seen of a piece.
    pub fn piece(&mut self, hours: &BTreeMap<i64, u64>, first: Option<i64>, last: Option<i64>, outcomes: &[u64; Outcome::ALL.len()]) {
        for (hour, n) in hours {
            *self.hours.entry(*hour).or_default() += n;
        }
        self.first = [self.first, first].into_iter().flatten().min();
        self.last = self.last.max(last);
        self.outcomes.iter_mut().zip(outcomes).for_each(|(all, n)| *all += n);
    }

    /// The outcomes that calls have, by their words.
    pub fn by_outcome(&self) -> BTreeMap<&'static str, u64> {
        Outcome::ALL.iter().map(|o| (o.word(), self.outcomes[*o as usize])).filter(|(_, n)| *n > 0).collect()
    }

    /// What makes one doubt that the log is complete, besides its gaps.
    pub fn doubts(&self, clock: &Clock) -> Vec<String> {
        let mut doubts = Vec::new();
        doubts.extend(breaks_off(&self.hours, clock));
        doubts.extend(never_unanswered(&self.outcomes));
        doubts
    }
}

/// A log of attempts has some that nobody answered.
fn never_unanswered(outcomes: &[u64; Outcome::ALL.len()]) -> Option<String> {
    let known: u64 = outcomes.iter().sum::<u64>() - outcomes[Outcome::Unknown as usize];
    let answered: u64 = [Outcome::Answered, Outcome::Voicemail, Outcome::Abandoned].iter().map(|o| outcomes[*o as usize]).sum();
    (known >= OUTCOMES && known == answered)
        .then(|| format!("not one of {known} calls is unanswered: unanswered attempts may be missing, so that attempts are counted too low"))
}

/// The hours of the week in which a log usually has calls.
struct Rhythm {
    /// By hour of the week: weeks that the log covers, weeks with calls, calls.
    slots: Vec<(u64, u64, u64)>,
    /// Calls that must be expected in a silence before it is none of chance.
    least: f64,
}

fn slot(hour: i64, clock: &Clock) -> usize {
    // 1970 began on a Thursday.
    usize::try_from((clock.local(hour * HOUR).div_euclid(HOUR) + 72).rem_euclid(WEEK as i64)).unwrap_or(0)
}

impl Rhythm {
    /// None where the log is too short, or has no hour of the week in which it usually has calls: then nothing tells a pause from what is missing.
    #[allow(clippy::cast_precision_loss)] // hours of ten years
    fn of(hours: &BTreeMap<i64, u64>, clock: &Clock) -> Option<Rhythm> {
        let (first, last) = (*hours.keys().next()?, *hours.keys().next_back()?);
        if last - first > LONGEST || last - first < (WEEKS * WEEK as u64).cast_signed() {
            return None;
        }
        let mut slots = vec![(0, 0, 0); WEEK];
        for hour in first..=last {
            let n = hours.get(&hour).copied().unwrap_or(0);
            let slot = &mut slots[slot(hour, clock)];
            *slot = (slot.0 + 1, slot.1 + u64::from(n > 0), slot.2 + n);
        }
        let mut rhythm = Rhythm { slots, least: 0.0 };
        let looks: u64 = (0..WEEK).filter(|s| rhythm.expected(*s).is_some()).map(|s| rhythm.slots[s].0).sum();
        if looks == 0 {
            return None;
        }
        // With calls that come at random, one log in twenty shows such a silence by chance.
        rhythm.least = (20.0 * looks.max(1) as f64).ln();
        Some(rhythm)
    }

    /// Does the log have enough of such hours to tell whether they usually have calls?
    fn tells(&self, slot: usize) -> bool {
        self.slots[slot].0.saturating_sub(1) >= WEEKS
    }

    /// Calls that an hour without any usually has: if at least three of four other weeks have some.
    #[allow(clippy::cast_precision_loss)]
    fn expected(&self, slot: usize) -> Option<f64> {
        let (weeks, with_calls, calls) = self.slots[slot];
        let others = weeks.saturating_sub(1);
        (others >= WEEKS && with_calls * 4 >= others * 3).then(|| calls as f64 / others as f64)
    }
}

/// Silences of a day or more, and shorter ones in which the log usually has calls. With some weeks of log each says how many calls were expected.
pub fn gaps(hours: &BTreeMap<i64, u64>, clock: &Clock) -> Vec<Gap> {
    let rhythm = Rhythm::of(hours, clock);
    let all: Vec<i64> = hours.keys().copied().collect();
    let mut gaps = Vec::new();
    for pair in all.windows(2).filter(|w| w[1] - w[0] > 1) {
        let (mut from, mut to) = (pair[0] + 1, pair[1]);
        let long = to - from >= 24;
        let mut expected = None;
        if let Some(rhythm) = &rhythm {
            let usual: Vec<(i64, f64)> = (from..to).filter_map(|hour| rhythm.expected(slot(hour, clock)).map(|n| (hour, n))).collect();
            let calls: f64 = usual.iter().map(|u| u.1).sum();
            let told = (from..to).all(|hour| rhythm.tells(slot(hour, clock)));
            expected = (told || calls >= rhythm.least).then_some((calls, calls >= rhythm.least));
            if let (false, Some(a), Some(b)) = (long, usual.first(), usual.last()) {
                (from, to) = (a.0, b.0 + 1);
            }
        }
        let kind = match expected {
            Some((_, true)) => Gap::MISSING,
            _ if !long => continue,
            Some(_) => Gap::PAUSE,
            None => Gap::SILENCE,
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a number of calls
        let expected = expected.map(|e| e.0.round() as u64);
        let hours = u64::try_from(to - from).unwrap_or(0);
        gaps.push(Gap { from: rfc3339(from * HOUR), to: rfc3339(to * HOUR), hours, kind, expected, span: (from * HOUR, to * HOUR) });
    }
    gaps
}

/// All stretches of whole hours without a call, and whether calls are lacking in them: a day and more without a rhythm, or hours in which the log usually has
/// some. A stretch of less than a day in a log without a rhythm may be either.
pub fn silences(hours: &BTreeMap<i64, u64>, clock: &Clock) -> Vec<Silence> {
    let told = gaps(hours, clock);
    let rhythm = Rhythm::of(hours, clock).is_some();
    let all: Vec<i64> = hours.keys().copied().collect();
    let sort = |span: (i64, i64)| match told.iter().find(|g| g.span.0 < span.1 && span.0 < g.span.1) {
        Some(gap) => Some(gap.kind != Gap::PAUSE),
        None => rhythm.then_some(false),
    };
    let spans = all.windows(2).filter(|w| w[1] - w[0] > 1).map(|w| ((w[0] + 1) * HOUR, w[1] * HOUR));
    spans.map(|span| Silence { span, lacking: sort(span) }).collect()
}

/// A local day: calls by hour.
type Days = BTreeMap<i64, [u64; 24]>;

/// The last day ends earlier than such days do.
fn breaks_off(hours: &BTreeMap<i64, u64>, clock: &Clock) -> Option<String> {
    let mut days = Days::new();
    for (hour, n) in hours {
        let local = clock.local(hour * HOUR).div_euclid(HOUR);
        days.entry(local.div_euclid(24)).or_default()[usize::try_from(local.rem_euclid(24)).unwrap_or(0)] += n;
    }
    let (day, of_day) = days.pop_last()?;
    let end = last_hour(&of_day);
    // 1970 began on a Thursday: Monday is 0.
    let weekday = |day: i64| (day + 3).rem_euclid(7);
    let same = |like: &dyn Fn(i64) -> bool| -> Vec<[u64; 24]> { days.iter().filter(|d| like(weekday(*d.0))).map(|d| *d.1).collect() };
    let mut others = same(&|d| d == weekday(day));
    if others.len() < 3 {
        others = same(&|d| (d < 5) == (weekday(day) < 5));
    }
    if others.len() < 3 {
        return None;
    }
    let after = |d: &[u64; 24]| d[end + 1..].iter().sum::<u64>();
    let go_on = others.iter().filter(|d| after(d) > 0).count();
    let calls: u64 = others.iter().map(after).sum();
    if go_on * 5 < others.len() * 4 || calls < 5 * others.len() as u64 {
        return None;
    }
    let mut ends: Vec<usize> = others.iter().map(last_hour).collect();
    ends.sort_unstable();
    let usual = ends[ends.len() / 2];
    Some(format!(
        "the last day, {}, has calls up to {end:02}:59, other such days up to {usual:02}:59: the export may break off",
        iso(Date::try_from(day).unwrap_or(0))
    ))
}

fn last_hour(day: &[u64; 24]) -> usize {
    day.iter().rposition(|n| *n > 0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::parse("Asia/Shanghai").unwrap()
    }

    /// Hours of `weeks` weeks from Monday 2026-10-05, Monday to Friday from 9 to 18 in Shanghai, `n` calls each.
    fn office(weeks: i64, n: u64) -> BTreeMap<i64, u64> {
        let monday = 20_731 * 24 - 8;
        let mut hours = BTreeMap::new();
        for (week, day, hour) in (0..weeks).flat_map(|w| (0..5).flat_map(move |d| (9..18).map(move |h| (w, d, h)))) {
            hours.insert(monday + (week * 7 + day) * 24 + hour, n);
        }
        hours
    }

    #[test]
    fn weekends_are_pauses_and_a_workday_without_calls_is_missing() {
        let mut hours = office(6, 20);
        assert!(gaps(&hours, &clock()).iter().all(|g| g.kind == Gap::PAUSE && g.hours == 63 && g.expected == Some(0)));
        assert_eq!(gaps(&hours, &clock()).len(), 5);
        let monday = 20_731 * 24 - 8;
        hours.retain(|h, _| !(monday + 16 * 24 + 9..monday + 16 * 24 + 18).contains(h));
        let missing: Vec<Gap> = gaps(&hours, &clock()).into_iter().filter(|g| g.kind == Gap::MISSING).collect();
        assert_eq!(missing.len(), 1);
        assert_eq!((missing[0].from.as_str(), missing[0].expected, missing[0].hours), ("2026-10-20T10:00:00Z", Some(180), 39));
    }

    #[test]
    fn a_missing_hour_is_told_and_an_hour_that_may_be_empty_by_chance_is_not() {
        let hour = 20_731 * 24 - 8 + 15 * 24 + 11;
        let mut hours = office(6, 20);
        hours.remove(&hour);
        let found: Vec<Gap> = gaps(&hours, &clock()).into_iter().filter(|g| g.kind == Gap::MISSING).collect();
        assert_eq!(found.iter().map(|g| (g.from.as_str(), g.to.as_str(), g.hours)).collect::<Vec<_>>(), [("2026-10-20T03:00:00Z", "2026-10-20T04:00:00Z", 1)]);
        let mut hours = office(6, 3);
        hours.remove(&hour);
        assert!(gaps(&hours, &clock()).iter().all(|g| g.kind == Gap::PAUSE));
    }

    #[test]
    fn without_some_weeks_there_is_no_rhythm() {
        let mut hours = office(2, 50);
        hours.remove(&(20_731 * 24 - 8 + 24 + 11));
        let found = gaps(&hours, &clock());
        assert_eq!(found.iter().map(|g| (g.kind, g.expected)).collect::<Vec<_>>(), [(Gap::SILENCE, None)]);
        assert!(gaps(&BTreeMap::from([(0, 1), (70_000_000, 1)]), &clock()).len() == 1);
    }

    #[test]
    fn a_log_that_is_long_and_has_no_rhythm_does_not_pass_its_gaps_over() {
        let begin = 20_731 * 24;
        let sparse = BTreeMap::from([(begin, 1), (begin + 5, 1), (begin + 40, 1), (begin + 60 * 24, 1)]);
        assert_eq!(gaps(&sparse, &clock()).iter().map(|g| (g.kind, g.hours)).collect::<Vec<_>>(), [(Gap::SILENCE, 34), (Gap::SILENCE, 1399)]);
        // Three weeks and a bit: no hour of the week has three others.
        let mut hours = office(3, 20);
        hours.insert(20_731 * 24 - 8 + 21 * 24 + 10, 1);
        hours.retain(|h, _| !(20_731 * 24 - 8 + 8 * 24..20_731 * 24 - 8 + 9 * 24).contains(h));
        assert!(gaps(&hours, &clock()).iter().all(|g| g.kind != Gap::PAUSE && g.hours >= 24), "{:?}", gaps(&hours, &clock()));
        assert!(silences(&hours, &clock()).iter().any(|s| s.lacking == Some(true)));
    }

    #[test]
    fn a_last_day_that_ends_at_noon_is_told() {
        let mut hours = office(2, 9);
        assert_eq!(breaks_off(&hours, &clock()), None);
        let last = *hours.keys().next_back().unwrap();
        hours.retain(|h, _| *h <= last - 5);
        assert_eq!(
            breaks_off(&hours, &clock()).unwrap(),
            "the last day, 2026-10-16, has calls up to 12:59, other such days up to 17:59: the export may break off"
        );
        assert_eq!(breaks_off(&BTreeMap::new(), &clock()), None);
    }

    #[test]
    fn a_log_of_answered_calls_only_is_doubted() {
        let mut seen = Seen::default();
        seen.outcomes[Outcome::Answered as usize] = 40;
        assert_eq!(seen.doubts(&clock()).len(), 1);
        seen.outcomes[Outcome::Busy as usize] = 1;
        assert!(seen.doubts(&clock()).is_empty());
        assert_eq!(seen.by_outcome(), BTreeMap::from([("answered", 40), ("busy", 1)]));
    }
}
