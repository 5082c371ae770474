//! Calendars: which dates are holidays and which weekends are worked, within the years that the file covers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// Days since 1970-01-01.
pub type Date = i32;

/// What a calendar says of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Not mentioned: judged by its weekday.
    Plain,
    /// A day off.
    Holiday,
    /// A weekend day that is worked.
    Workday,
    /// Outside of the years that the file covers.
    Uncovered,
}

/// A calendar of holidays and make-up workdays.
#[derive(Debug)]
pub struct Calendar {
    /// Its name.
    pub id: String,
    from: Date,
    to: Date,
    days: BTreeMap<Date, Day>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    id: String,
    #[allow(dead_code)]
    title: Option<BTreeMap<String, String>>,
    coverage: Coverage,
    #[allow(dead_code)]
    source: Option<String>,
    #[serde(default)]
    day: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    from: toml::value::Datetime,
    to: toml::value::Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    date: toml::value::Datetime,
    kind: String,
    #[allow(dead_code)]
    name: Option<BTreeMap<String, String>>,
}

/// The calendars that ship with the program.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("au", include_str!("data/au.toml")),
    ("ca", include_str!("data/ca.toml")),
    ("cn", include_str!("data/cn.toml")),
    ("de", include_str!("data/de.toml")),
    ("fr", include_str!("data/fr.toml")),
    ("uk", include_str!("data/uk.toml")),
    ("uk-northern-ireland", include_str!("data/uk-northern-ireland.toml")),
    ("uk-scotland", include_str!("data/uk-scotland.toml")),
    ("us-al", include_str!("data/us-al.toml")),
    ("us-federal", include_str!("data/us-federal.toml")),
    ("us-la", include_str!("data/us-la.toml")),
    ("us-ri", include_str!("data/us-ri.toml")),
    ("us-ut", include_str!("data/us-ut.toml")),
];

impl Calendar {
    /// A calendar by the name of a built-in one (`cn`) or by the path of a file; `folder` is where relative paths begin.
    ///
    /// Errors: a sentence that says what is wrong with the name or the file.
    pub fn load(name: &str, folder: &Path) -> Result<Calendar, String> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(id, _)| *id == name) {
            return Calendar::parse(text);
        }
        let path = folder.join(name);
        if !name.contains(['/', '\\', '.']) {
            let known: Vec<_> = BUILT_IN.iter().map(|b| b.0).collect();
            let hint = crate::error::nearest(name, known.iter().copied()).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
            let known = known.join(", ");
            return Err(format!("unknown calendar \"{name}\"{hint} (there are {known}; or give the path of a calendar file, .toml)"));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| format!("cannot read the calendar file {}: {e}", path.display()))?;
        Calendar::parse(&text).map_err(|e| format!("{}: {e}", path.display()))
    }

    fn parse(text: &str) -> Result<Calendar, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let date = |d: &toml::value::Datetime| {
            let d = d.date.ok_or("a date such as 2026-01-01 was expected")?;
            days_of(i32::from(d.year), u32::from(d.month), u32::from(d.day)).ok_or_else(|| format!("{d} is no date"))
        };
        let (from, to) = (date(&file.coverage.from)?, date(&file.coverage.to)?);
        let mut days = BTreeMap::new();
        for entry in &file.day {
            let day = match entry.kind.as_str() {
                "holiday" => Day::Holiday,
                "workday" => Day::Workday,
                other => return Err(format!("kind \"{other}\" of {} is neither \"holiday\" nor \"workday\"", entry.date)),
            };
            let at = date(&entry.date)?;
            days.insert(at, day);
        }
        Ok(Calendar { id: file.id, from, to, days })
    }

    /// What the calendar says of a date.
    pub fn day(&self, date: Date) -> Day {
        if date < self.from || date > self.to {
            return Day::Uncovered;
        }
        self.days.get(&date).copied().unwrap_or(Day::Plain)
    }

    /// First and last date that it covers.
    pub fn coverage(&self) -> (Date, Date) {
        (self.from, self.to)
    }
}

/// Is this date worked? Monday to Friday, less the holidays and plus the make-up workdays of the calendar, if there is one.
pub fn is_business_day(date: Date, calendar: Option<&Calendar>) -> bool {
    match calendar.map_or(Day::Plain, |c| c.day(date)) {
        Day::Holiday => false,
        Day::Workday => true,
        Day::Plain | Day::Uncovered => weekday(date) < 5,
    }
}

/// The `n`-th business day after a date (the date itself is day 0).
pub fn add_business_days(date: Date, n: u32, calendar: Option<&Calendar>) -> Date {
    let (mut at, mut left) = (date, n);
    while left > 0 {
        at += 1;
        if is_business_day(at, calendar) {
            left -= 1;
        }
    }
    at
}

/// 0 is Monday.
pub fn weekday(date: Date) -> u8 {
    u8::try_from((date + 3).rem_euclid(7)).unwrap_or(0)
}

/// Days since 1970-01-01 of a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms").
pub fn days_of(year: i32, month: u32, day: u32) -> Option<Date> {
    if !(1..=12).contains(&month) || day == 0 || day > month_days(year, month) {
        return None;
    }
    Some(days_unchecked(year, month, day))
}

/// As [`days_of`] for a date that is known to exist.
pub fn days_unchecked(year: i32, month: u32, day: u32) -> Date {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let m = i32::try_from(month).unwrap_or(1);
    let doy = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + i32::try_from(day).unwrap_or(1) - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// Year, month and day of a date.
pub fn civil(date: Date) -> (i32, u32, u32) {
    let z = date + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i32::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

fn month_days(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `2026-10-01` of a date.
pub fn iso(date: Date) -> String {
    let (y, m, d) = civil(date);
    format!("{y:04}-{m:02}-{d:02}")
}

/// The date of `2026-10-01`.
pub fn parse_iso(text: &str) -> Option<Date> {
    let b = text.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    days_of(text[0..4].parse().ok()?, text[5..7].parse().ok()?, text[8..10].parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_and_days_are_inverse() {
        for date in -40_000..80_000 {
            let (y, m, d) = civil(date);
            assert_eq!(days_of(y, m, d), Some(date));
        }
        assert_eq!(days_of(2026, 2, 29), None);
        assert_eq!(weekday(days_unchecked(2026, 11, 24)), 1, "a Tuesday");
    }

    #[test]
    fn cn_knows_holidays_make_up_workdays_and_its_years() {
        let cn = Calendar::load("cn", Path::new(".")).expect("cn");
        assert_eq!(cn.day(days_unchecked(2026, 10, 1)), Day::Holiday);
        assert_eq!(cn.day(days_unchecked(2026, 10, 10)), Day::Workday);
        assert_eq!(cn.day(days_unchecked(2026, 11, 24)), Day::Plain);
        assert_eq!(cn.day(days_unchecked(2023, 12, 31)), Day::Uncovered);
        assert_eq!(cn.day(days_unchecked(2027, 1, 1)), Day::Uncovered);
    }

    #[test]
    fn built_in_calendars_know_well_known_dates() {
        let says = |name: &str, date: &str| Calendar::load(name, Path::new(".")).expect(name).day(parse_iso(date).expect(date));
        let off = [
            ("au", "2026-12-28"),                  // Boxing Day is a Saturday
            ("ca", "2026-05-18"),                  // Victoria Day
            ("de", "2026-10-03"),                  // German Unity Day, a Saturday
            ("fr", "2026-07-14"),                  // National Day
            ("uk", "2026-08-31"),                  // Summer bank holiday
            ("uk-northern-ireland", "2026-07-13"), // the twelfth is a Sunday
            ("uk-scotland", "2026-11-30"),         // Saint Andrew's Day
            ("us-al", "2026-04-27"),               // Confederate Memorial Day
            ("us-federal", "2026-07-03"),          // Independence Day is a Saturday
            ("us-federal", "2026-11-26"),          // Thanksgiving Day
            ("us-federal", "2027-12-31"),          // New Year's Day of the year after the last one
            ("us-la", "2026-02-17"),               // Mardi Gras
            ("us-la", "2026-04-03"),               // Good Friday
            ("us-ri", "2026-08-10"),               // Victory Day
            ("us-ri", "2026-11-26"),               // federal ones too
            ("us-ut", "2026-06-15"),               // Juneteenth is kept on a Monday
            ("us-ut", "2026-07-24"),               // Pioneer Day
        ];
        for (name, date) in off {
            assert_eq!(says(name, date), Day::Holiday, "{name} {date}");
        }
        // Days of a neighbour, which its own calendar has and this one has not.
        let plain = [
            ("uk-scotland", "2026-08-31"),
            ("uk", "2026-11-30"),
            ("us-federal", "2026-08-10"),
            ("de", "2026-10-31"),
            ("fr", "2026-04-03"),
            ("ca", "2026-08-03"),
        ];
        for (name, date) in plain {
            assert_eq!(says(name, date), Day::Plain, "{name} {date}");
        }
        for (name, _) in BUILT_IN.iter().filter(|b| b.0 != "cn") {
            let after = if *name == "us-ut" { "2027-01-01" } else { "2028-01-01" };
            assert_eq!([says(name, "2019-12-31"), says(name, after)], [Day::Uncovered; 2], "{name}");
        }
    }

    #[test]
    fn built_in_calendars_are_named_as_they_are_registered() {
        for (name, text) in BUILT_IN {
            let calendar = Calendar::parse(text).expect(name);
            assert_eq!(calendar.id, *name);
            assert!(calendar.days.keys().all(|d| (calendar.from..=calendar.to).contains(d)), "{name} has a day outside of its years");
        }
        assert!(BUILT_IN.is_sorted(), "the message of an unknown name lists them in order");
    }

    #[test]
    fn an_unknown_calendar_is_refused_with_the_names_there_are() {
        let error = Calendar::load("us-fedral", Path::new(".")).expect_err("unknown");
        assert!(error.contains("did you mean \"us-federal\"") && error.contains("us-al, us-federal, us-la"), "{error}");
    }

    #[test]
    fn business_days_skip_weekends_and_holidays() {
        let friday = days_unchecked(2026, 9, 18);
        assert_eq!(iso(add_business_days(friday, 1, None)), "2026-09-21");
        let cn = Calendar::load("cn", Path::new(".")).expect("cn");
        assert_eq!(iso(add_business_days(friday, 1, Some(&cn))), "2026-09-20", "a make-up workday on a Sunday");
        assert_eq!(iso(add_business_days(days_unchecked(2026, 9, 30), 1, Some(&cn))), "2026-10-08");
    }
}
