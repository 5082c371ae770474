//! The permitted hours of the rules about hours that were judged, minute by minute of a week.

use serde_json::{Map, Value};

use super::super::table::show;
use super::tables::{Cell, Head, Table};
use super::words::Words;
use crate::language::Msg;
use crate::language::page::{Msg as T, weekday};
use crate::report::Report;
use crate::rules::windows::{HOLIDAY, NAMES, days_of, parse_time};

const DAY: usize = 1440;

/// A stretch of a weekday, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) day: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The permitted hours.
#[derive(Default)]
pub(super) struct Hours {
    /// Permitted under every rule.
    pub(super) always: Vec<Stretch>,
    /// Permitted under some only.
    pub(super) sometimes: Vec<Stretch>,
    /// What each rule says, in words.
    pub(super) rules: Table,
}

/// The hours of a report's ruleset.
pub(super) fn hours(report: &Report, w: &Words) -> Hours {
    let tables = report.ruleset.effective.get("rule").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut permitted = vec![[0_usize; DAY]; 7];
    let mut rules = Vec::new();
    for rule in report.rules.iter().filter(|r| r.kind == "quiet_hours" && r.status == "evaluated") {
        let Some(table) = tables.iter().find(|t| t.get("id").and_then(Value::as_str) == Some(&rule.id)) else { continue };
        let (allow, days) = match (table.get("allow").and_then(Value::as_object), table.get("forbid").and_then(Value::as_object)) {
            (Some(days), _) => (true, days),
            (None, Some(days)) => (false, days),
            (None, None) => continue,
        };
        for (all, one) in permitted.iter_mut().zip(week(allow, days)) {
            all.iter_mut().zip(one).for_each(|(n, open)| *n += usize::from(open));
        }
        let mut said = lines(allow, days, w).into_iter();
        let mut notes = notes(table, w).into_iter();
        rules.push(vec![
            Cell { more: vec![show(&rule.id)], ..Cell::text(w.page.title(rule)) },
            Cell { text: said.next().unwrap_or_default(), more: said.collect(), class: "even", ..Cell::default() },
            Cell { text: notes.next().unwrap_or_default(), more: notes.collect(), class: "even", ..Cell::default() },
        ]);
    }
    if rules.is_empty() {
        return Hours::default();
    }
    let all = rules.len();
    let rules = Table {
        caption: w.t(T::HoursTitle).to_owned(),
        folds: true,
        heads: vec![Head::left(w.m(Msg::ColRule)), Head::left(w.t(T::HoursTitle)), Head::left(w.t(T::ColRemarks))],
        rows: rules,
        ..Table::default()
    };
    Hours { always: stretches(&permitted, |n| n == all), sometimes: stretches(&permitted, |n| n > 0 && n < all), rules }
}

/// The minutes of a week at which a rule permits calls; holidays aside.
fn week(allow: bool, days: &Map<String, Value>) -> Vec<[bool; DAY]> {
    let mut week = vec![[!allow; DAY]; 7];
    for (name, intervals) in days {
        for day in days_of(name).unwrap_or_default().into_iter().filter(|d| *d < HOLIDAY) {
            for (from, to) in intervals.as_array().into_iter().flatten().filter_map(|i| interval(i.as_str()?)) {
                // One that ends before it begins goes over midnight.
                let end = if to <= from { to + DAY } else { to };
                (from..end).for_each(|minute| week[(day + minute / DAY) % 7][minute % DAY] = allow);
            }
        }
    }
    week
}

fn interval(text: &str) -> Option<(usize, usize)> {
    let (from, to) = text.split_once('-')?;
    let minute = |t: &str| usize::try_from(parse_time(t.trim())? / 60_000).ok();
    Some((minute(from)?, minute(to)?))
}

fn stretches(week: &[[usize; DAY]], wanted: impl Fn(usize) -> bool) -> Vec<Stretch> {
    let mut all = Vec::new();
    for (day, minutes) in week.iter().enumerate() {
        let mut from = None;
        for (minute, n) in minutes.iter().map(|n| wanted(*n)).chain([false]).enumerate() {
            match (from, n) {
                (None, true) => from = Some(minute),
                (Some(begin), false) => {
                    all.push(Stretch { day, from: begin, to: minute });
                    from = None;
                }
                _ => {}
            }
        }
    }
    all
}

/// Each key of the table with its hours, Monday first.
fn lines(allow: bool, days: &Map<String, Value>, w: &Words) -> Vec<String> {
    let mut keys: Vec<(&String, &Value)> = days.iter().collect();
    keys.sort_by_key(|(name, _)| days_of(name).and_then(|d| d.first().copied()));
    let name = |key: &str| match key {
        "holiday" => w.t(T::Holiday).to_owned(),
        "workday" => w.t(T::Workday).to_owned(),
        key => key.split('-').map(|d| if NAMES.contains(&d) { weekday(w.lang(), d).to_owned() } else { show(d) }).collect::<Vec<_>>().join("–"),
    };
    let hours = |value: &Value| {
        let all: Vec<String> = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(|i| show(i).replace('-', "–")).collect();
        match (all.is_empty(), allow) {
            (false, _) => all.join(w.between()),
            (true, true) => w.t(T::HoursNever).to_owned(),
            (true, false) => w.t(T::HoursOpen).to_owned(),
        }
    };
    let sense = if allow { String::new() } else { format!("{}{}", w.t(T::HoursForbid), w.colon()) };
    keys.into_iter().map(|(key, value)| format!("{sense}{} {}", name(key), hours(value))).collect()
}

/// What the picture does not show of a rule.
fn notes(table: &Value, w: &Words) -> Vec<String> {
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(show);
    let mut notes = Vec::new();
    match text("clock").as_deref() {
        None | Some("ruleset") => {}
        Some("callee") => notes.push(w.t(T::HoursCallee).to_owned()),
        Some(zone) => notes.push(w.put(T::HoursClock, &[("zone", zone)])),
    }
    let regions: Vec<String> = table.pointer("/applies/region").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(show).collect();
    if !regions.is_empty() {
        notes.push(w.put(T::HoursRegions, &[("regions", &regions.join(w.between()))]));
    }
    notes.extend(text("where").map(|t| w.put(T::HoursFor, &[("where", &t)])));
    notes.extend(text("calendar").map(|t| w.put(T::HoursCalendar, &[("calendar", &t)])));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches_of(allow: bool, days: &str) -> Vec<(usize, usize, usize)> {
        let days = serde_json::from_str(days).unwrap();
        let week: Vec<[usize; DAY]> = week(allow, &days).iter().map(|d| d.map(usize::from)).collect();
        stretches(&week, |n| n == 1).iter().map(|s| (s.day, s.from, s.to)).collect()
    }

    #[test]
    fn a_day_that_allow_does_not_name_is_closed_and_nights_go_on() {
        assert_eq!(stretches_of(true, r#"{"mon":["09:00-12:00","14:30-20:00"],"holiday":["00:00-24:00"]}"#), [(0, 540, 720), (0, 870, 1200)]);
        assert_eq!(stretches_of(true, r#"{"sun":["22:00-02:00"]}"#), [(0, 0, 120), (6, 1320, 1440)]);
    }

    #[test]
    fn a_day_that_forbid_does_not_name_is_open() {
        let open = stretches_of(false, r#"{"mon-fri":["00:00-24:00"],"sat":["21:00-08:00"]}"#);
        assert_eq!(open, [(5, 0, 1260), (6, 480, 1440)]);
        assert!(stretches_of(true, "{}").is_empty());
    }
}
