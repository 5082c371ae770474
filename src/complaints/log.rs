//! Logs of complaints: tables of regulators (FTC, FCC), of 12321 and carriers, or of one's own tickets, read by the titles of their columns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::titles::{Columns, channel};
use crate::calls::calendar::Date;
use crate::calls::numbers::{Number, NumberReader, Sort, ascii};
use crate::calls::timestamps::{self, DateOrder, Precision};
use crate::calls::zones::{Clock, DAY};
use crate::error::{Error, Result};
use crate::input::profile::fold;
use crate::input::side_table;

/// A time as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// First and last instant that it may be (ms UTC).
    pub first: i64,
    #[allow(missing_docs)]
    pub last: i64,
    /// The date on the clock of the log.
    pub date: Date,
    /// How exactly it is known.
    pub precision: Precision,
}

/// Who complained, as far as the log tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// By these numbers: mostly one.
    Numbers(Vec<Number>),
    /// By a number of which digits are hidden: digits and `*`.
    Masked(String),
    /// Nothing is told.
    Untold,
    /// What stands there is no number.
    Unreadable,
}

/// One complaint.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// Which of the files, and which line of it.
    pub file: usize,
    #[allow(missing_docs)]
    pub line: u64,
    /// The id of whoever keeps the log.
    pub id: String,
    /// Who complained.
    pub who: Who,
    /// The same as written.
    pub number: String,
    /// Our number that was shown, and as written.
    pub shown: Option<Number>,
    #[allow(missing_docs)]
    pub shown_text: String,
    /// When the call is said to have been.
    pub happened: Option<Told>,
    /// When the complaint came.
    pub received: Option<Told>,
    /// When an answer is due, as the log states.
    pub due: Option<Date>,
    /// When it was answered.
    pub answered: Option<Told>,
    /// Is it closed, whatever the date?
    pub closed: bool,
    /// Does the log tell of answers at all?
    pub answers_told: bool,
    /// 12321, carrier, ftc …; empty: not told.
    pub channel: String,
    /// What it says.
    pub subject: String,
    /// Area code of the complainant, where that is all that is told.
    pub area: String,
    /// A time stands there that cannot be read.
    pub bad_time: bool,
}

impl Complaint {
    /// When it happened, else when it came.
    pub fn time(&self) -> Option<&Told> {
        self.happened.as_ref().or(self.received.as_ref())
    }
}

/// One file of complaints.
#[derive(Clone, Debug, Default)]
pub struct LogFile {
    /// Where it lies.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// `ftc`, `fcc` or `table`.
    pub layout: &'static str,
    /// Its columns, each by what it was taken for.
    pub columns: BTreeMap<&'static str, String>,
    /// Rows: all, those that are damaged, those that repeat an earlier one.
    pub read: u64,
    #[allow(missing_docs)]
    pub damaged: u64,
    #[allow(missing_docs)]
    pub duplicate: u64,
    /// Lines of the first of those that repeat an earlier one.
    pub duplicates: Vec<u64>,
}

/// How complaints are read.
pub struct Reading<'a> {
    /// The clock of times without an offset.
    pub clock: &'a Clock,
    /// Which of day and month comes first, where somebody says.
    pub order: Option<DateOrder>,
    /// Reads numbers.
    pub numbers: NumberReader<'a>,
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

/// Words of a status that say that nothing is left to do.
const CLOSED: &[&str] = &["closed", "resolved", "done", "answered", "completed", "已办结", "办结", "已结案", "结案", "已回复", "已处理", "已完成", "已关闭"];

/// Reads all files.
///
/// Errors: a file that cannot be read or that names neither complainants nor displayed numbers; dates of which it is open which is the day.
pub fn load(paths: &[PathBuf], reading: &mut Reading<'_>) -> Result<(Vec<LogFile>, Vec<Complaint>)> {
    let (mut files, mut all) = (Vec::new(), Vec::new());
    let mut known = std::collections::HashSet::new();
    for (n, path) in paths.iter().enumerate() {
        let (file, complaints) = one(n, path, reading, &mut known)?;
        files.push(file);
        all.extend(complaints);
    }
    Ok((files, all))
}

fn one(n: usize, path: &Path, reading: &mut Reading<'_>, known: &mut std::collections::HashSet<String>) -> Result<(LogFile, Vec<Complaint>)> {
    let (names, rows, damaged) = side_table::load(path).map_err(|e| Error::Usage(format!("complaints: {e}")))?;
    let bytes = std::fs::read(path).map_err(|e| Error::Usage(format!("complaints: cannot read {}: {e}", path.display())))?;
    let columns = Columns::of(&names);
    let shown = path.display().to_string();
    if !columns.places.contains_key("number") && !columns.places.contains_key("shown") {
        let names = names.join(", ");
        return Err(Error::Usage(format!(
            "{shown}: no column of it is the number of a complainant or the number that was displayed (it has {names}); call it number (投诉人号码) or shown (外显号码)"
        )));
    }
    let order = reading.order.map_or_else(|| order(&shown, &columns, &rows), |o| Ok(Some(o)))?;
    let mut file = LogFile {
        path: shown,
        hash: blake3::hash(&bytes).to_hex().to_string(),
        layout: columns.layout,
        columns: columns.places.iter().map(|(what, place)| (*what, names[*place].clone())).collect(),
        read: damaged,
        damaged,
        ..LogFile::default()
    };
    let mut complaints = Vec::new();
    for (line, cells) in &rows {
        if cells.iter().all(|c| c.is_empty()) {
            continue;
        }
        file.read += 1;
        let complaint = complaint((n, *line), cells, &columns, order, reading);
        // The same complaint once more: the same id about the same call, or the same row. Two logs may both count from 1.
        let about = ["channel", "id", "number", "shown", "happened", "received"].map(|what| columns.cell(what, cells)).join("\u{1f}");
        let identity = if complaint.id.is_empty() { cells.join("\u{1f}") } else { about };
        if known.insert(identity) {
            complaints.push(complaint);
        } else {
            file.duplicate += 1;
            file.duplicates.extend((file.duplicates.len() < 20).then_some(*line));
        }
    }
    Ok((file, complaints))
}

/// Which of day and month comes first in a file.
///
/// Errors: dates that could be either, and nothing that tells.
fn order(path: &str, columns: &Columns, rows: &[side_table::SideRow]) -> Result<Option<DateOrder>> {
    if columns.layout != "table" {
        return Ok(Some(DateOrder::MonthFirst));
    }
    let mut open = None;
    let (mut day, mut month) = (false, false);
    for (_, cells) in rows {
        for what in ["received", "happened", "due", "answered"] {
            let cell = columns.cell(what, cells);
            if let Some((first, second)) = timestamps::swappable(cell) {
                day |= first > 12;
                month |= second > 12;
                open.get_or_insert_with(|| cell.to_owned());
            }
        }
    }
    match (day, month, open) {
        (true, false, _) => Ok(Some(DateOrder::DayFirst)),
        (false, true, _) => Ok(Some(DateOrder::MonthFirst)),
        (_, _, None) => Ok(None),
        (_, _, Some(cell)) => Err(Error::Usage(format!("{path}: it is open which is the day of {cell}: pass --complaints-dates dmy or mdy"))),
    }
}

fn complaint(place: (usize, u64), cells: &[String], columns: &Columns, order: Option<DateOrder>, reading: &mut Reading<'_>) -> Complaint {
    let cell = |what: &str| columns.cell(what, cells);
    let mut bad_time = false;
    let mut time = |what: &str| {
        let text = cell(what);
        let told = told(text, reading.clock, order);
        bad_time |= told.is_none() && !text.is_empty();
        told
    };
    let (received, answered) = (time("received"), time("answered"));
    let mut happened = time("happened");
    let hour = cell("happened time");
    if !hour.is_empty() && happened.as_ref().is_none_or(|h| h.precision == Precision::Day) {
        let date = cell("happened").split(' ').next().unwrap_or_default();
        // A column of times may hold whole times as well.
        let whole = told(&format!("{date} {}", ascii(hour).replace('.', "")), reading.clock, order).or_else(|| told(hour, reading.clock, order));
        happened = whole.or(happened);
    }
    // Midnight to the second is how these tables write that the time is not known.
    if columns.layout == "ftc" && happened.is_some() && cell("happened").ends_with("00:00:00") {
        happened = told(cell("happened").split(' ').next().unwrap_or_default(), reading.clock, order);
    }
    let due = told(cell("due"), reading.clock, order).map(|t| t.date);
    let status = fold(cell("status"));
    let number = cell("number").to_owned();
    let shown_text = cell("shown").to_owned();
    let shown = Some(reading.numbers.read(&shown_text)).filter(|n| n.key.groups());
    Complaint {
        file: place.0,
        line: place.1,
        id: cell("id").to_owned(),
        who: who(&number, &mut reading.numbers),
        number,
        shown,
        shown_text,
        happened,
        received,
        due,
        answered,
        closed: CLOSED.contains(&status.as_str()),
        answers_told: columns.places.contains_key("answered") || columns.places.contains_key("status"),
        channel: channel(cell("channel"), columns.layout),
        subject: cell("subject").to_owned(),
        area: cell("area").to_owned(),
        bad_time,
    }
}

/// A time on this clock, with what its precision leaves open.
fn told(text: &str, clock: &Clock, order: Option<DateOrder>) -> Option<Told> {
    if text.is_empty() {
        return None;
    }
    let stamp = timestamps::parse(text, order)?;
    let first = match stamp.offset {
        Some(offset) => stamp.local - offset,
        None if stamp.precision == Precision::Day => clock.first_at_or_after(stamp.local),
        None => clock.instants(stamp.local).first(),
    };
    let date = Date::try_from(clock.local(first).div_euclid(DAY)).unwrap_or(0);
    let last = if stamp.precision == Precision::Day && stamp.offset.is_none() {
        clock.first_at_or_after((i64::from(date) + 1) * DAY) - 1
    } else {
        first + stamp.precision.spread()
    };
    Some(Told { first, last, date, precision: stamp.precision })
}

/// Who is meant by a cell.
fn who(text: &str, numbers: &mut NumberReader<'_>) -> Who {
    if text.is_empty() {
        return Who::Untold;
    }
    if let Some(mask) = mask(text) {
        return Who::Masked(mask);
    }
    let whole = numbers.read(text);
    if matches!(whole.sort, Sort::Valid | Sort::Service) {
        return Who::Numbers(vec![whole]);
    }
    let mut found: Vec<Number> = Vec::new();
    for part in ascii(text).split(|c: char| matches!(c, ',' | ';' | '/' | '、' | '|') || c.is_whitespace()) {
        let part: String = part.chars().filter(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')).collect();
        let number = numbers.read(&part);
        if matches!(number.sort, Sort::Valid | Sort::Service) && !found.iter().any(|n| n.key == number.key) {
            found.push(number);
        }
    }
    match whole.sort {
        _ if !found.is_empty() => Who::Numbers(found),
        // A short code or an extension is a key as well; words are none.
        Sort::Other if whole.key.groups() && !text.chars().any(char::is_alphabetic) => Who::Numbers(vec![whole]),
        Sort::Null => Who::Untold,
        _ => Who::Unreadable,
    }
}

/// The digits and stars of a number of which digits are hidden, in whatever way; None if none are.
fn mask(text: &str) -> Option<String> {
    let hides = |c: char| matches!(c, '*' | 'x' | 'X' | '•' | '●' | '#' | '＊' | '×');
    let text: String = ascii(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '.' | '+')).collect();
    let belongs = text.chars().all(|c| c.is_ascii_digit() || hides(c));
    let hidden = text.chars().filter(|c| hides(*c)).count();
    let run = text.chars().collect::<Vec<_>>().windows(2).any(|w| hides(w[0]) && hides(w[1]));
    (belongs && (run || text.contains('*')) && text.len() > hidden).then(|| text.chars().map(|c| if hides(c) { '*' } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::keys::Dictionary;
    use crate::calls::numbers::NumberRegion;
    use crate::calls::timestamps::rfc3339;
    use crate::calls::zones::Zones;

    fn read(text: &str, region: &str, zone: &str) -> Result<(LogFile, Vec<Complaint>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("complaints.csv");
        std::fs::write(&path, text).unwrap();
        let (dictionary, zones, clock) = (Dictionary::default(), Zones::new(), Clock::parse(zone).unwrap());
        let numbers = NumberReader::small(&dictionary, &zones, NumberRegion::new(Some(region)).unwrap());
        let (mut files, complaints) = load(&[path], &mut Reading { clock: &clock, order: None, numbers })?;
        Ok((files.remove(0), complaints))
    }

    fn instant(told: &Option<Told>) -> String {
        told.as_ref().map_or_else(String::new, |t| format!("{} {}", rfc3339(t.first), t.precision.name()))
    }

    #[test]
    fn the_tables_of_the_ftc_and_the_fcc_are_read() {
        let ftc = "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,Recorded_Message_Or_Robocall\n\
                   2125550101,2026-05-14 00:00:13,2026-05-13 16:19:00,,,646,Other,Y\n,2026-05-14 00:00:13,2026-05-13 00:00:00,,,,,\n";
        let (file, complaints) = read(ftc, "US", "America/New_York").unwrap();
        assert_eq!((file.layout, file.read, file.damaged), ("ftc", 2, 0));
        let one = &complaints[0];
        assert_eq!((one.who.clone(), one.channel.as_str(), one.area.as_str()), (Who::Untold, "ftc", "646"));
        assert!(one.shown.is_some() && complaints[1].shown.is_none());
        assert_eq!([instant(&one.happened), instant(&complaints[1].happened)], ["2026-05-13T20:19:00Z second", "2026-05-13T04:00:00Z day"]);
        let fcc = "Phone Issues,Time of Issue,Caller ID Number,Advertiser Business Phone Number,State,Date (Ticket Date of Issue),Date (Ticket Created)\n\
                   Telemarketing,7:45 p.m.,212-555-0101,-,NY,10/1/2026,10/2/2026\nTelemarketing,-,212-555-0101,-,NY,10/1/2026,10/2/2026\n";
        let (file, complaints) = read(fcc, "US", "America/New_York").unwrap();
        assert_eq!(file.layout, "fcc");
        assert_eq!([instant(&complaints[0].happened), instant(&complaints[1].happened)], ["2026-10-01T23:45:00Z minute", "2026-10-01T04:00:00Z day"]);
        assert_eq!(instant(&complaints[0].received), "2026-10-02T04:00:00Z day");
    }

    #[test]
    fn a_chinese_table_is_read_by_its_titles() {
        let text = "投诉编号,投诉渠道,投诉人号码,被投诉号码,来电时间,投诉时间,投诉内容,状态\n\
                    T1,12321平台,138****1234,95100001,2026年10月1日 下午3:20,2026-10-02,多次骚扰,已办结\nT1,12321平台,138****1234,95100001,2026年10月1日 下午3:20,2026-10-02,,处理中\nT2,本公司客服,13800138000、13900139000,,2026-10-01,,,处理中\nT3,运营商,不详,,乱,,,\n";
        let (file, complaints) = read(text, "CN", "Asia/Shanghai").unwrap();
        assert_eq!((file.read, file.duplicate, file.duplicates.as_slice()), (4, 1, [3_u64].as_slice()));
        assert_eq!(complaints[0].who, Who::Masked("138****1234".to_owned()));
        assert_eq!((complaints[0].channel.as_str(), complaints[0].closed), ("12321", true));
        assert_eq!(instant(&complaints[0].happened), "2026-10-01T07:20:00Z minute");
        assert!(matches!(&complaints[1].who, Who::Numbers(n) if n.len() == 2));
        assert_eq!((complaints[1].channel.as_str(), complaints[1].closed), ("本公司客服", false));
        assert_eq!((complaints[2].who.clone(), complaints[2].bad_time, complaints[2].channel.as_str()), (Who::Unreadable, true, "carrier"));
    }

    #[test]
    fn hidden_digits_are_seen_however_they_are_written() {
        for (text, want) in [
            ("138****1234", Some("138****1234")),
            ("138xxxx1234", Some("138****1234")),
            ("+86 138-****-1234", Some("86138****1234")),
            ("13800138000", None),
            ("13800138000x12", None),
            ("****", None),
        ] {
            assert_eq!(mask(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_table_without_numbers_and_dates_that_may_be_either_are_refused() {
        let error = read("name,at\nx,2026-10-01\n", "CN", "UTC").unwrap_err().to_string();
        assert!(error.contains("it has name, at"), "{error}");
        let error = read("number,received_at\n13800138000,03/05/2026\n", "CN", "UTC").unwrap_err().to_string();
        assert!(error.contains("--complaints-dates"), "{error}");
        let (_, told) = read("number,received_at\n13800138000,03/05/2026\n13800138001,13/05/2026\n", "CN", "UTC").unwrap();
        assert_eq!(instant(&told[0].received), "2026-05-03T00:00:00Z day");
    }
}
