//! A look at all rows of an export before they are read: what its ids tell about its clock, and whether the day or the month comes first.

use std::collections::BTreeMap;

use crate::calls::columns::Column;
use crate::calls::timestamps::{self, DateOrder, Stamp, epoch_in_id};
use crate::calls::zones::Clock;

use super::cells::{Layout, Record};
use super::mapping::clean_name;
use super::prefix::Prefix;
use super::profile::Profile;
use super::records::{Checked, Cut, Feed, Table, read};
use super::repair::Repair;
use super::source::Source;

/// Local times are never farther from UTC than this (ms), with some time in a queue.
const FAR: i64 = 15 * 3_600_000;

/// Starts in the order of the file, read in one order of day and month: how often the next is later, and how often earlier.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    first: Option<i64>,
    last: Option<i64>,
    up: u64,
    down: u64,
}

impl Run {
    fn step(&mut self, at: i64) {
        if let Some(last) = self.last {
            self.up += u64::from(at > last);
            self.down += u64::from(at < last);
        }
        self.first.get_or_insert(at);
        self.last = Some(at);
    }

    fn then(&mut self, next: Run) {
        let Some(first) = next.first else { return };
        self.step(first);
        (self.up, self.down, self.last) = (self.up + next.up, self.down + next.down, next.last);
    }

    /// Sorted, one way or the other, and long enough to mean it?
    fn sorted(&self) -> bool {
        self.up + self.down >= 3 && self.up.min(self.down) == 0
    }

    /// Does one step in ten or more go against the others?
    fn mixed(&self) -> bool {
        self.up.min(self.down) * 10 >= self.up + self.down && self.up.min(self.down) > 0
    }
}

/// What ids tell about the clock, if the dates are read in one order.
#[derive(Clone, Debug, Default)]
struct Votes {
    /// Rows by offset in quarters of an hour.
    quarters: BTreeMap<i64, u64>,
    /// Rows for which the expected zone is right.
    expected: u64,
}

impl Votes {
    fn add(&mut self, other: &Votes) {
        for (quarter, n) in &other.quarters {
            *self.quarters.entry(*quarter).or_default() += n;
        }
        self.expected += other.expected;
    }

    fn vote(&mut self, local: i64, epoch: i64, expected: &Clock) {
        let quarter = (local - epoch + 450_000).div_euclid(900_000);
        *self.quarters.entry(quarter).or_default() += 1;
        self.expected += u64::from(expected.offset(epoch).div_euclid(900_000) == quarter);
    }
}

/// What the rows of an export tell.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Rows read.
    pub rows: u64,
    /// Of ids, those that are UUIDs: a hint only.
    uuids: u64,
    /// Starts that have one meaning, and those that depend on the order of day and month.
    plain: Votes,
    day: Votes,
    month: Votes,
    /// Starts that fit their ids only with the day first, and only with the month first.
    day_fits: u64,
    month_fits: u64,
    /// Is any first number above 12, any second one?
    day_first: bool,
    month_first: bool,
    runs: [Run; 2],
    /// Of dates with three numbers of two digits: the least and the greatest first one, and last one.
    short: Option<[u32; 4]>,
}

/// What is known of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockFound {
    /// A zone or an offset, and how it is known; `sure` unless it is a hint only.
    Known {
        /// Name or offset.
        zone: String,
        /// For reports.
        evidence: String,
        /// Enough to judge by?
        sure: bool,
    },
    /// Nothing, and maybe why.
    Nothing(Option<String>),
}

impl Survey {
    /// Reads an export from its begin to its end. `expected` is the zone that would be assumed.
    ///
    /// Errors: what the stream says when it cannot be opened; one that breaks off has told what it has.
    pub fn of(source: &Source, prefix: &Prefix, profile: &Profile, names: &[String], expected: &Clock) -> std::io::Result<Survey> {
        let position = |name: &str| names.iter().position(|n| clean_name(n) == clean_name(name)).map(|i| i + prefix.hidden);
        let Ok(layout) = Layout::tie(profile, &position) else { return Ok(Survey::default()) };
        let look = Look {
            layout,
            repair: Repair::of(profile, names.len() + prefix.hidden, &position),
            id: profile.clock_id.as_deref().and_then(position),
            encoding: prefix.encoding,
            order: profile.date_order,
            expected,
        };
        let skip = prefix.skip(profile.header, profile.skip_rows);
        let mut survey = Survey::default();
        let take = |seen: Survey, _: &_| -> Result<(), ()> {
            survey.then(&seen);
            Ok(())
        };
        let work = |raw: &[u8], table: &Table| look.piece(raw, table);
        // A stream that breaks off has told what it has: the reading proper will say where it breaks.
        let (dialect, width) = (prefix.dialect, names.len() + prefix.hidden);
        let _ = match source.plain()? {
            Some((file, length)) => read(&Feed::File(&file, length), dialect, width, skip, Cut::default(), work, take),
            None => read(&Feed::Blocks(&source.blocks(1 << 22)?), dialect, width, skip, Cut::default(), work, take),
        };
        Ok(survey)
    }

    fn then(&mut self, next: &Survey) {
        self.rows += next.rows;
        self.uuids += next.uuids;
        self.plain.add(&next.plain);
        self.day.add(&next.day);
        self.month.add(&next.month);
        self.day_fits += next.day_fits;
        self.month_fits += next.month_fits;
        self.day_first |= next.day_first;
        self.month_first |= next.month_first;
        for (run, more) in self.runs.iter_mut().zip(next.runs) {
            run.then(more);
        }
        if let Some(more) = next.short {
            self.short(more);
        }
    }

    fn short(&mut self, more: [u32; 4]) {
        let [a, b, c, d] = self.short.unwrap_or(more);
        self.short = Some([a.min(more[0]), b.max(more[1]), c.min(more[2]), d.max(more[3])]);
    }

    /// Which comes first, and what tells.
    ///
    /// Errors: why that cannot be told.
    pub fn order(&self) -> Result<(DateOrder, &'static str), &'static str> {
        let (day, month) = (self.day_fits, self.month_fits);
        if day + month > 0 && day.max(month) * 10 >= (day + month) * 9 {
            return Ok((if day > month { DateOrder::DayFirst } else { DateOrder::MonthFirst }, "the seconds in the ids"));
        }
        // 26/11/03, 26/11/04 …: the same day of several years is less likely than several days of a year.
        if let Some([first, last, from, to]) = self.short
            && first == last
            && from < to
            && to <= 31
        {
            return Err("nothing tells whether the year or the day comes first");
        }
        match (self.day_first, self.month_first) {
            (true, false) => return Ok((DateOrder::DayFirst, "numbers above 12")),
            (false, true) => return Ok((DateOrder::MonthFirst, "numbers above 12")),
            (true, true) => return Err("some rows have the day first and some the month"),
            (false, false) => {}
        }
        let [day, month] = &self.runs;
        match (day.sorted() && month.mixed(), month.sorted() && day.mixed()) {
            (true, false) => Ok((DateOrder::DayFirst, "the order of the rows")),
            (false, true) => Ok((DateOrder::MonthFirst, "the order of the rows")),
            _ => Err("nothing tells whether the day or the month comes first"),
        }
    }

    /// The clock of the starts by their ids, dates being read in `order`. `expected` is the name of the zone that would be assumed.
    pub fn clock(&self, order: Option<DateOrder>, expected: &str) -> ClockFound {
        let mut votes = self.plain.clone();
        match order {
            Some(DateOrder::DayFirst) => votes.add(&self.day),
            Some(DateOrder::MonthFirst) => votes.add(&self.month),
            Some(DateOrder::YearFirst) | None => {}
        }
        let all: u64 = votes.quarters.values().sum();
        let mut by_count: Vec<(i64, u64)> = votes.quarters.iter().map(|(q, n)| (*q, *n)).collect();
        by_count.sort_by_key(|(quarter, n)| (std::cmp::Reverse(*n), *quarter));
        let Some(&(quarter, most)) = by_count.first() else { return ClockFound::Nothing(None) };
        let nearly_all = |n: u64| n * 10 >= all * 9;
        let hint = self.uuids * 2 > all;
        if votes.expected > most && nearly_all(votes.expected) {
            let evidence = format!("the ruleset's zone, confirmed by ids of {} of {} rows", votes.expected, self.rows);
            return ClockFound::Known { zone: expected.to_owned(), evidence, sure: true };
        }
        if nearly_all(most) || (hint && most * 2 > all) {
            let zone = offset_name(quarter);
            if Clock::parse(&zone).is_err() {
                return ClockFound::Nothing(None);
            }
            let ids = if hint { "UUIDs" } else { "ids" };
            return ClockFound::Known { zone, evidence: format!("inferred from {ids} of {most} of {} rows", self.rows), sure: nearly_all(most) };
        }
        let second = by_count.get(1).copied().filter(|(q, n)| (q - quarter).abs() == 4 && nearly_all(most + n));
        ClockFound::Nothing(second.map(|(other, n)| {
            format!(
                "ids show two offsets an hour apart ({} in {most} rows, {} in {n}), as if its clock changed for summer: pass its zone with --tz",
                offset_name(quarter),
                offset_name(other)
            )
        }))
    }
}

/// `-05:00` of a number of quarters of an hour.
fn offset_name(quarters: i64) -> String {
    let minutes = quarters * 15;
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}

/// What is needed to look at rows.
struct Look<'a> {
    layout: Layout,
    repair: Repair,
    id: Option<usize>,
    encoding: super::prefix::Encoding,
    order: Option<DateOrder>,
    expected: &'a Clock,
}

impl Look<'_> {
    fn piece(&self, raw: &[u8], table: &Table) -> Survey {
        let mut survey = Survey::default();
        let checked = table.check(raw);
        for row in &table.rows {
            survey.rows += 1;
            let mended = if row.fault.is_some() { self.repair.row(raw, table, row) } else { None };
            let record = match (&mended, row.fault) {
                (Some((raw, table)), _) => Record::new(raw, table, &table.rows[0], self.encoding, Checked::default()),
                (None, None) => Record::new(raw, table, row, self.encoding, checked),
                (None, Some(_)) => continue,
            };
            self.record(record, &mut survey);
        }
        survey
    }

    fn record(&self, record: Record<'_>, survey: &mut Survey) {
        let Some(start) = self.layout.sources.get(Column::StartedAt).and_then(|s| s.text(record)) else { return };
        let id = self.id.and_then(|place| record.at(place)).and_then(|id| Some((epoch_in_id(&id)? * 1000, id.len() == 36)));
        let swappable = if self.order.is_none() { timestamps::swappable(&start) } else { None };
        let Some((first, second)) = swappable else {
            let stamp = timestamps::parse(&start, self.order);
            if let (Some(stamp), Some((epoch, uuid))) = (stamp, id) {
                survey.uuids += u64::from(uuid);
                near(stamp, epoch).inspect(|local| survey.plain.vote(*local, epoch, self.expected));
            }
            return;
        };
        if let Some(last) = timestamps::last_of_two_digits(&start) {
            survey.short([first, first, last, last]);
        }
        survey.day_first |= first > 12 && second <= 12;
        survey.month_first |= second > 12 && first <= 12;
        let readings = [DateOrder::DayFirst, DateOrder::MonthFirst].map(|o| timestamps::parse(&start, Some(o)));
        for (run, reading) in survey.runs.iter_mut().zip(readings) {
            if let Some(stamp) = reading {
                run.step(stamp.local);
            }
        }
        let Some((epoch, uuid)) = id else { return };
        survey.uuids += u64::from(uuid);
        let [day, month] = readings.map(|r| r.and_then(|stamp| near(stamp, epoch)));
        survey.day_fits += u64::from(day.is_some() && month.is_none());
        survey.month_fits += u64::from(month.is_some() && day.is_none());
        day.inspect(|local| survey.day.vote(*local, epoch, self.expected));
        month.inspect(|local| survey.month.vote(*local, epoch, self.expected));
    }
}

/// The local time of a start without an offset, if it may be that of an id.
fn near(stamp: Stamp, epoch: i64) -> Option<i64> {
    (stamp.offset.is_none() && (stamp.local - epoch).abs() <= FAR).then_some(stamp.local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source::Inputs;

    fn survey(text: &str, expected: &str) -> Survey {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.csv");
        std::fs::write(&path, text).unwrap();
        let inputs = Inputs::find(&[path.to_string_lossy().into_owned()]).unwrap();
        let prefix = Prefix::look(text.as_bytes(), None).unwrap();
        let found = crate::input::formats::recognise(&prefix).unwrap();
        Survey::of(&inputs.sources[0], &prefix, &found.profile, &prefix.rows[0], &Clock::parse(expected).unwrap()).unwrap()
    }

    fn log(rows: &[(&str, &str)]) -> String {
        let rows: Vec<String> = rows.iter().map(|(start, id)| format!("{start},1,2,9,5,ANSWERED,{id}\n")).collect();
        format!("calldate,src,dst,duration,billsec,disposition,uniqueid\n{}", rows.concat())
    }

    #[test]
    fn the_clock_is_told_by_the_ids_of_all_rows() {
        let mut rows = vec![("2026-11-18 09:00:00", "1795010400.1"); 300];
        rows.extend([("2026-11-18 09:37:00", "1795010400.2"); 10]);
        let found = survey(&log(&rows), "UTC").clock(None, "UTC");
        assert_eq!(found, ClockFound::Known { zone: "-05:00".into(), evidence: "inferred from ids of 300 of 310 rows".into(), sure: true });
    }

    #[test]
    fn a_log_over_a_change_of_summer_time_confirms_the_rulesets_zone_or_none() {
        // 2026-10-31 09:00 is -04:00 in New York, 2026-11-18 09:00 is -05:00.
        let rows = [vec![("2026-10-31 09:00:00", "1793451600.1"); 5], vec![("2026-11-18 09:00:00", "1795010400.1"); 5]].concat();
        let found = survey(&log(&rows), "America/New_York").clock(None, "America/New_York");
        assert_eq!(
            found,
            ClockFound::Known { zone: "America/New_York".into(), evidence: "the ruleset's zone, confirmed by ids of 10 of 10 rows".into(), sure: true }
        );
        let ClockFound::Nothing(Some(why)) = survey(&log(&rows), "UTC").clock(None, "UTC") else { panic!() };
        assert!(why.contains("-05:00") && why.contains("-04:00"), "{why}");
    }

    #[test]
    fn day_and_month_are_settled_by_ids_then_numbers_then_the_order_of_rows() {
        let order = |rows: &[(&str, &str)]| survey(&log(rows), "UTC").order();
        // 2026-11-03 08:00 UTC.
        assert_eq!(order(&[("03/11/2026 08:00", "1793692800.1")]), Ok((DateOrder::DayFirst, "the seconds in the ids")));
        assert_eq!(order(&[("11/03/2026 08:00", "1793692800.1")]), Ok((DateOrder::MonthFirst, "the seconds in the ids")));
        assert_eq!(order(&[("03/11/2026 08:00", ""), ("11/18/2026 08:00", "")]), Ok((DateOrder::MonthFirst, "numbers above 12")));
        assert!(order(&[("13/11/2026 08:00", ""), ("11/18/2026 08:00", "")]).is_err());
        let rows = [("09/10/2026 08:00", ""), ("10/10/2026 08:00", ""), ("11/10/2026 08:00", ""), ("01/11/2026 08:00", ""), ("02/11/2026 08:00", "")];
        assert_eq!(order(&rows), Ok((DateOrder::DayFirst, "the order of the rows")));
        // Years first, or the same day of several years?
        assert!(order(&[("26/11/03 08:00", ""), ("26/11/04 08:00", "")]).is_err());
        assert_eq!(order(&[("26/11/24 08:00", ""), ("27/11/24 08:00", "")]), Ok((DateOrder::DayFirst, "numbers above 12")));
        assert!(order(&[("03/09/2026 08:00", ""), ("04/09/2026 08:00", ""), ("05/09/2026 08:00", ""), ("06/09/2026 08:00", "")]).is_err());
    }

    #[test]
    fn uuids_are_a_hint_that_needs_a_majority() {
        // The UUID was made on 2026-11-24 05:46:22 UTC.
        let id = "61777b1a-e7ca-11f1-b492-02fc00000001";
        let rows = [vec![("2026-11-24 13:46:22", id); 6], vec![("2026-11-24 14:16:22", id); 4]].concat();
        let found = survey(&log(&rows), "UTC").clock(None, "UTC");
        assert_eq!(found, ClockFound::Known { zone: "+08:00".into(), evidence: "inferred from UUIDs of 6 of 10 rows".into(), sure: false });
    }
}
