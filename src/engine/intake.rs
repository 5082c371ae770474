//! Opening inputs: what layout each has, on which clock its times are, and how its rows are cut.

use std::path::{Path, PathBuf};

use crate::calls::columns::{Column, Field};
use crate::calls::numbers::NumberRegion;
use crate::calls::timestamps::{self, DateOrder};
use crate::calls::zones::Clock;
use crate::error::{Error, Result};
use crate::input::formats;
use crate::input::mapping::Mapping;
use crate::input::prefix::{PREFIX_BYTES, Prefix};
use crate::input::profile::Profile;
use crate::input::records::{Cut, Dialect, Feed, Splitter, piece_of};
use crate::input::source::Source;
use crate::report::{ClockInfo, InputInfo, Rows};
use crate::ruleset::Ruleset;

/// An input that is ready to be read.
#[derive(Debug)]
pub struct Input {
    /// Where it comes from.
    pub source: Source,
    /// How records are written.
    pub dialect: Dialect,
    /// Fields of a record.
    pub width: usize,
    /// Where the first record of a call begins: byte, and lines before it.
    pub skip: (u64, u64),
    /// For judging.
    pub mapping: Mapping,
    /// For evidence and outputs.
    pub evidence: Mapping,
    /// Region of its numbers.
    pub region: NumberRegion,
    /// What reports say of it.
    pub info: InputInfo,
}

/// What the command line says of inputs.
#[derive(Debug, Default, Clone)]
pub struct Reading {
    /// `-p`
    pub profile: Option<PathBuf>,
    /// `--tz`
    pub tz: Option<String>,
    /// `--region`
    pub region: Option<String>,
}

/// What reports say of an input that could not be read.
pub fn unreadable(path: &str, error: String) -> InputInfo {
    InputInfo {
        path: path.to_owned(),
        hash: None,
        bytes: 0,
        profile: None,
        confidence: None,
        encoding: None,
        clock: None,
        rows: Rows::default(),
        rejects: Vec::new(),
        numbers: Default::default(),
        unreadable: Default::default(),
        unmapped_outcomes: Default::default(),
        columns: Default::default(),
        stated: Default::default(),
        notes: Vec::new(),
        error: Some(error),
    }
}

/// Opens an input. `wanted`: text columns for judging; `shown`: those for evidence.
///
/// Errors: Ok(Err(info)) is an input that cannot be used, the audit goes on without it; Err stops the run (the user must say more).
pub fn open(source: Source, ruleset: &Ruleset, reading: &Reading, wanted: &[Field], shown: &[Field]) -> Result<std::result::Result<Input, InputInfo>> {
    let path = source.path.clone();
    let size = source.size();
    let refuse = |e: String| Ok(Err(InputInfo { bytes: size, ..unreadable(&path, e) }));
    let bytes = match source.prefix(PREFIX_BYTES) {
        Ok(bytes) => bytes,
        Err(e) => return refuse(format!("cannot be read: {e}")),
    };
    let table = ruleset.sources.iter().rev().find(|s| s.path.is_match(&path));
    let chosen = reading.profile.as_deref().or(table.and_then(|t| t.profile.as_deref()));
    let (fixed, wanted_format) = match chosen {
        Some(p) if !p.exists() && formats::FORMATS.iter().any(|f| Path::new(f.name()) == p) => (None, Some(p.to_string_lossy().into_owned())),
        Some(p) => (Some(Profile::load(p)?), None),
        None => (None, None),
    };
    let delimiter = fixed.as_ref().and_then(|p| p.delimiter);
    let prefix = match Prefix::look(&bytes, delimiter) {
        Ok(prefix) => prefix,
        Err(e) => return refuse(e),
    };
    let (mut profile, confidence) = match (fixed, wanted_format) {
        (Some(profile), _) => (profile, 100),
        (None, Some(name)) => match formats::FORMATS.iter().find(|f| f.name() == name).and_then(|f| f.recognise(&prefix)) {
            Some(found) => found,
            None => return refuse(format!("does not have the layout {name}")),
        },
        (None, None) => match formats::recognise(&prefix) {
            Some(found) => found,
            None => return refuse(unknown_layout(&prefix)),
        },
    };
    let names = if profile.header { prefix.rows.first().cloned().unwrap_or_default() } else { profile.names.clone() };
    if let Some(table) = table {
        profile.set.extend(table.set.iter().map(|(c, v)| (*c, v.clone())));
    }
    let region_name = reading.region.clone().or(profile.region.clone()).or(ruleset.region.clone());
    let region = NumberRegion::new(region_name.as_deref()).map_err(Error::Usage)?;
    let (zone, evidence, mut assumed) = clock(&profile, table.and_then(|t| t.tz.as_deref()), reading, ruleset);
    // What only the first rows tell may be wrong after a change of summer time: rules about hours must say so.
    let seen_whole = prefix.whole && prefix.rows.len() < crate::input::prefix::PREFIX_ROWS;
    assumed |= evidence.starts_with("inferred") && !seen_whole;
    settle_dates(&mut profile, &names, &source, &prefix)?;
    let make = |fields: &[Field]| -> Result<std::result::Result<Mapping, String>> {
        let clock = Clock::parse(&zone).map_err(Error::Usage)?;
        Ok(Mapping::new(&profile, names.clone(), prefix.encoding, clock, fields))
    };
    let (mapping, shown_mapping) = match (make(wanted)?, make(shown)?) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(e), _) | (_, Err(e)) => return refuse(e),
    };
    let skip = if profile.header { prefix.second } else { (prefix.bom as u64, 0) };
    let mut info = InputInfo {
        profile: Some(profile.name.clone()),
        confidence: Some(confidence),
        encoding: Some(prefix.encoding.name()),
        clock: Some(ClockInfo { zone, evidence, assumed }),
        columns: mapping.columns(),
        stated: profile.set.iter().map(|(c, v)| (c.name().to_owned(), v.clone())).collect(),
        bytes: size,
        error: None,
        ..unreadable(&path, String::new())
    };
    if prefix.encoding == crate::input::prefix::Encoding::Latin1 {
        info.notes.push("not UTF-8: bytes above 127 are read as ISO 8859-1".to_owned());
    }
    let width = names.len();
    Ok(Ok(Input { source, dialect: prefix.dialect, width, skip, mapping, evidence: shown_mapping, region, info }))
}

fn unknown_layout(prefix: &Prefix) -> String {
    let cells = prefix.rows.first().cloned().unwrap_or_default();
    let shown: Vec<String> = cells.iter().take(40).map(|c| format!("\"{}\"", c.trim())).collect();
    format!(
        "no known layout: no column of it is recognised as the start of a call. Its first line has {} fields: {}. Write a profile, save it as profile.toml and pass -p profile.toml:\n{}",
        cells.len(),
        shown.join(", "),
        formats::starter(&cells)
    )
}

/// The clock of local times: as the user says, as the layout tells, else assumed.
fn clock(profile: &Profile, stated: Option<&str>, reading: &Reading, ruleset: &Ruleset) -> (String, String, bool) {
    if let Some(tz) = &reading.tz {
        return (tz.clone(), "--tz".to_owned(), false);
    }
    if let Some(tz) = stated {
        return (tz.to_owned(), "stated in [[source]]".to_owned(), false);
    }
    if let Some(tz) = &profile.tz {
        return (tz.clone(), profile.tz_evidence.clone().unwrap_or_else(|| "profile".to_owned()), false);
    }
    (ruleset.timezone.clone(), "assumed: the ruleset's zone".to_owned(), true)
}

/// Which comes first in `03/05/2026`: a value above 12 in any row of the file tells; where none does, the user must.
fn settle_dates(profile: &mut Profile, names: &[String], source: &Source, prefix: &Prefix) -> Result<()> {
    let Some(origin) = profile.columns.get(&Column::StartedAt) else { return Ok(()) };
    if profile.date_order.is_some() {
        return Ok(());
    }
    let places: Vec<usize> = origin.columns.iter().filter_map(|c| names.iter().position(|n| n.trim() == c.trim())).collect();
    let cell = |row: &[String]| places.iter().filter_map(|p| row.get(*p)).map(|c| c.trim()).collect::<Vec<_>>().join(" ");
    if !prefix.rows.iter().skip(usize::from(profile.header)).any(|r| timestamps::swappable(&cell(r)).is_some()) {
        return Ok(());
    }
    let (mut day_first, mut month_first) = (false, false);
    let blocks = source.blocks(1 << 22).map_err(|e| Error::Io(format!("{}: {e}", source.path)))?;
    let skip = if profile.header { prefix.second } else { (prefix.bom as u64, 0) };
    let result: std::result::Result<_, ()> = crate::input::records::read(
        &Feed::Blocks(&blocks),
        prefix.dialect,
        names.len(),
        skip,
        Cut::default(),
        |raw, table| {
            let mut seen = (false, false);
            for row in table.rows.iter().filter(|r| r.fault.is_none()) {
                let text: Vec<_> = places.iter().map(|p| String::from_utf8_lossy(table.field(raw, row, *p)).trim().to_owned()).collect();
                if let Some((a, b)) = timestamps::swappable(&text.join(" ")) {
                    seen.0 |= a > 12 && b <= 12;
                    seen.1 |= b > 12 && a <= 12;
                }
            }
            seen
        },
        |seen, _| {
            day_first |= seen.0;
            month_first |= seen.1;
            Ok(())
        },
    );
    let _ = result;
    match (day_first, month_first) {
        (true, false) => profile.date_order = Some(DateOrder::DayFirst),
        (false, true) => profile.date_order = Some(DateOrder::MonthFirst),
        (both, _) => {
            let why = if both { "some rows have the day first and some the month" } else { "nothing tells whether the day or the month comes first" };
            return Err(Error::Input(format!(
                "{}: the dates of the column \"{}\" (such as \"{}\") are ambiguous: {why}. Pass a profile (-p) with date_order = \"dmy\" or \"mdy\"",
                source.path,
                origin.columns.join(" + "),
                prefix.rows.iter().skip(usize::from(profile.header)).map(|r| cell(r)).find(|c| timestamps::swappable(c).is_some()).unwrap_or_default()
            )));
        }
    }
    Ok(())
}

/// Bytes of one record, read again: that which comes `skip` records after the one at `offset`.
///
/// Errors: the source cannot be read again.
pub fn record_bytes(input: &Input, offset: u64, skip: usize) -> std::io::Result<Vec<u8>> {
    let file = input.source.seekable()?;
    let (mut bytes, mut size) = (Vec::new(), 1 << 13);
    loop {
        piece_of(file, offset, offset + size, &mut bytes)?;
        let last = (bytes.len() as u64) < size;
        let table = Splitter::new(input.dialect, input.width).split(&bytes, 0, bytes.len(), 0, last, skip + 1);
        match table.rows.get(skip) {
            Some(row) => return Ok(table.raw(&bytes, row).to_vec()),
            None if last => return Ok(Vec::new()),
            None => size *= 4,
        }
    }
}
