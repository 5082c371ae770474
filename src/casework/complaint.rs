//! A complaint: what somebody says of calls, from options or a TOML file.

use std::path::Path;

use super::claims::{Claim, claim};
use crate::calls::calendar::{Date, iso, parse_iso};
use crate::calls::timestamps::{self, Precision};
use crate::calls::zones::{Clock, DAY};
use crate::error::{Error, Result};
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{self, Reader, Value};

/// Through whom a complaint came.
pub const CHANNELS: [(&str, &str); 8] = [
    ("direct", "direct"),
    ("carrier", "carrier"),
    ("platform", "platform"),
    ("12321", "12321"),
    ("12300", "12300"),
    ("12315", "12315"),
    ("regulator", "regulator"),
    ("lawyer", "lawyer"),
];

/// When it is said to have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// As told.
    pub text: String,
    /// First instant, and the first one behind the last.
    pub from: i64,
    #[allow(missing_docs)]
    pub to: i64,
    /// Are only days told?
    pub days: bool,
}

/// A complaint.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// Its reference.
    pub id: Option<String>,
    /// Numbers of the complainant, as told.
    pub numbers: Vec<String>,
    /// Numbers that were displayed, as told.
    pub shown: Vec<String>,
    /// When the calls were, as told.
    pub at: Option<When>,
    /// What is claimed.
    pub claims: Vec<Claim>,
    /// A word of [`CHANNELS`].
    pub channel: Option<&'static str>,
    /// When it came in, and until when an answer is asked for.
    pub received: Option<Date>,
    #[allow(missing_docs)]
    pub due: Option<Date>,
    /// For which days the logs are stated to be complete.
    pub cover: Option<When>,
}

/// A day, an instant, or two days with `..` between them.
pub fn when(text: &str, clock: &Clock) -> Option<When> {
    let day = |date: Date| clock.first_at_or_after(i64::from(date) * DAY);
    let text = text.trim();
    let told = |from: i64, to: i64, days: bool| Some(When { text: text.to_owned(), from, to, days }).filter(|w| w.from < w.to);
    if let Some((from, to)) = text.split_once("..") {
        return told(day(parse_iso(from.trim())?), day(parse_iso(to.trim())? + 1), true);
    }
    if let Some(date) = parse_iso(text) {
        return told(day(date), day(date + 1), true);
    }
    let stamp = timestamps::parse(text, None)?;
    let at = match stamp.offset {
        Some(offset) => stamp.local - offset,
        None => clock.instants(stamp.local).first(),
    };
    match stamp.precision {
        Precision::Day => {
            let date = Date::try_from(stamp.local.div_euclid(DAY)).ok()?;
            told(day(date), day(date + 1), true)
        }
        // People look at a clock: what is told to the second is not known to it.
        precision => told(at, at + precision.spread().max(59_999) + 1, false),
    }
}

impl Complaint {
    /// Reads a file with a `[complaint]`.
    ///
    /// Errors: all its mistakes, each in its place.
    pub fn read(path: &Path, clock: &Clock, colour: bool) -> Result<Complaint> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::Usage(format!("cannot read the complaint {}: {e}", path.display())))?;
        Complaint::parse(&path.display().to_string(), &text, clock, colour)
    }

    /// As [`Complaint::read`], from a text.
    ///
    /// Errors: all its mistakes.
    pub fn parse(path: &str, text: &str, clock: &Clock, colour: bool) -> Result<Complaint> {
        let mut out = Diagnostics::default();
        let file = out.add_file(path.to_owned(), text.to_owned());
        let root = node::parse(file, text, &mut out);
        let place = node::Place { file, span: 0..0 };
        let mut complaint = Complaint::default();
        let mut top = Reader::new(&root, &place, "the file");
        match top.table("complaint", &mut out).map(|n| (&n.value, &n.place)) {
            Some((Value::Table(table), place)) => complaint = fields(table, place, clock, &mut out),
            _ if out.has_errors() => {}
            _ => {
                out.error(&place, "the file has no table [complaint]").help =
                    Some("[complaint]\nnumber = \"13800138000\"\nat = \"2026-11-18 20:15\"\nclaims = [\"at night\"]".to_owned());
            }
        }
        top.finish(&mut out);
        if out.has_errors() { Err(Error::Ruleset(out.render(colour))) } else { Ok(complaint) }
    }

    /// Without a number, or without a time where only a displayed number is told, nobody can be looked for.
    ///
    /// Errors: what is missing.
    pub fn check(&self) -> Result<()> {
        if self.numbers.is_empty() && self.shown.is_empty() {
            return Err(Error::Usage("whose calls? Give --number NUMBER, or --shown NUMBER with --at T, or a --complaint FILE that tells them".to_owned()));
        }
        if self.numbers.is_empty() && self.at.is_none() {
            return Err(Error::Usage("--shown alone names every call of that line: add --at T (a date, or a date and a time)".to_owned()));
        }
        Ok(())
    }
}

fn fields(table: &node::Table, place: &node::Place, clock: &Clock, out: &mut Diagnostics) -> Complaint {
    let mut read = Reader::new(table, place, "[complaint]");
    let mut complaint = Complaint { id: read.text("id", out).map(str::to_owned), ..Complaint::default() };
    for (one, many, numbers) in [("number", "numbers", &mut complaint.numbers), ("shown", "shown_numbers", &mut complaint.shown)] {
        let single = read.text(one, out).map(|text| (text, read.place(one)));
        let several: Vec<_> = read.texts(many, out).unwrap_or_default().into_iter().map(|(text, node)| (text, node.place.clone())).collect();
        for (text, place) in single.into_iter().chain(several) {
            if text.bytes().filter(u8::is_ascii_digit).count() < 3 {
                out.error(&place, format!("`{text}` is no telephone number")).label = "digits were expected; hidden ones may be *".to_owned();
            } else {
                numbers.push(text.to_owned());
            }
        }
    }
    let mut time = |key: &'static str, out: &mut Diagnostics| {
        let text = match read.node(key).map(|n| &n.value) {
            Some(Value::Datetime(stamp)) => Some(stamp.to_string()),
            Some(_) => read.text(key, out).map(str::to_owned),
            None => None,
        };
        let found = text.as_deref().map(|t| when(t, clock));
        if found == Some(None) {
            let place = read.place(key);
            out.error(&place, format!("`{key}`: this is no time")).label = "expected a date, a date and a time, or 2026-11-01..2026-11-20".to_owned();
        }
        found.flatten()
    };
    complaint.at = time("at", out);
    complaint.cover = time("logs_cover", out);
    complaint.claims = read.texts("claims", out).unwrap_or_default().iter().map(|(text, _)| claim(text)).collect();
    complaint.channel = read.choice("channel", &CHANNELS, out);
    complaint.received = read.date("received", out);
    complaint.due = read.date("due", out);
    if let (Some(received), Some(due)) = (complaint.received, complaint.due)
        && due < received
    {
        out.error(&read.place("due"), format!("due on {}, before it was received on {}", iso(due), iso(received)));
    }
    read.finish(out);
    complaint
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::parse("Asia/Shanghai").unwrap()
    }

    #[test]
    fn times_are_days_instants_or_stretches() {
        let day = when("2026-11-18", &clock()).unwrap();
        assert!(day.days && day.to - day.from == DAY);
        let minute = when("2026-11-18 20:15", &clock()).unwrap();
        assert_eq!((minute.days, minute.to - minute.from), (false, 60_000));
        assert_eq!(when("2026-11-18T12:15:00Z", &clock()).unwrap().from, minute.from);
        let days = when("2026-11-01..2026-11-20", &clock()).unwrap();
        assert_eq!(days.to - days.from, 20 * DAY);
        assert_eq!((when("soon", &clock()), when("2026-11-20..2026-11-01", &clock())), (None, None));
    }

    #[test]
    fn all_mistakes_are_told_in_their_places() {
        let text = "[complaint]\nnumber = \"none\"\nat = \"soon\"\nchanel = \"12321\"\nreceived = 2026-11-20\ndue = 2026-11-19\n";
        let error = Complaint::parse("c.toml", text, &clock(), false).unwrap_err().to_string();
        for part in ["c.toml:2:10", "c.toml:3:6", "c.toml:6:7", "channel", "4 errors"] {
            assert!(error.contains(part), "{part} in {error}");
        }
        let error = Complaint::parse("c.toml", "number = \"13800138000\"\n", &clock(), false).unwrap_err().to_string();
        assert!(error.contains("[complaint]"), "{error}");
    }

    #[test]
    fn a_file_is_read() {
        let text = "[complaint]\nid = \"7\"\nnumbers = [\"13800138000\", \"138****8001\"]\nshown = \"4008880100\"\nat = 2026-11-18T20:15:00\nclaims = [\"打了五次\"]\nchannel = \"12321\"\n";
        let read = Complaint::parse("c.toml", text, &clock(), false).unwrap();
        assert_eq!((read.numbers.len(), read.shown.len(), read.claims.len(), read.channel), (2, 1, 1, Some("12321")));
        assert!(!read.at.unwrap().days);
        assert!(Complaint::default().check().is_err());
        assert!(Complaint { shown: vec!["400".into()], ..Complaint::default() }.check().is_err());
    }
}
