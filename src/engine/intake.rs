//! Opening inputs: what layout each has, on which clock its times are, and how its rows are cut.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::completion::{Completion, Told};
use super::running;
use crate::calls::columns::{Column, Field};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::NumberRegion;
use crate::calls::timestamps::{self, DateOrder};
use crate::calls::zones::{Clock, Zones};
use crate::error::{Error, Result};
use crate::input::containers::{self, Container};
use crate::input::fixed::Fixed;
use crate::input::folds::{Fates, Folds};
use crate::input::formats;
use crate::input::mapping::{Batch, Mapping, clean_name, unique_names};
use crate::input::prefix::{Encoding, PREFIX_BYTES, Prefix};
use crate::input::profile::{NO_CALL, Profile, When};
use crate::input::records::{Buffer, Dialect, Row, Splitter, Table};
use crate::input::refused;
use crate::input::source::Source;
use crate::input::spool;
use crate::input::survey::{ClockFound, Survey};
use crate::report::{ClockInfo, InputInfo, Rows, RunnerUp};
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
    /// Records behind the header that are no data.
    pub skipped: u64,
    /// Why the export breaks off, where that is known before its rows are read.
    pub broken: Option<String>,
    /// For judging.
    pub mapping: Mapping,
    /// For evidence and outputs.
    pub evidence: Mapping,
    /// For reading legs, where several rows may be one call.
    pub legs: Option<Mapping>,
    /// What was decided of them.
    pub folds: Option<Folds>,
    /// Cells that could not be read and words that no table knows, of all legs.
    pub met: Option<(BTreeMap<String, u64>, BTreeMap<String, u64>)>,
    /// What tables beside it tell of its calls.
    pub completion: Option<Completion>,
    /// Are its callees virtual numbers, with nothing that tells who is behind them?
    pub virtual_callees: bool,
    /// May some of its rows say so, each for itself?
    pub mode_by_row: bool,
    /// Region of its numbers.
    pub region: NumberRegion,
    /// Rows at which its writer stops if nobody changes it.
    pub row_limit: Option<u64>,
    /// The layout, with all that was found out about this export.
    pub profile: Profile,
    /// Its first rows, to show what a column holds.
    pub first_rows: Vec<Vec<String>>,
    /// The place of a column that counts on from row to row, and its name.
    pub running: Option<(usize, String)>,
    /// What reports say of it.
    pub info: InputInfo,
}

impl Input {
    /// The line of a record in the file as received: `counted` unless the record comes from a table that was made of it.
    pub fn line(&self, raw: &[u8], table: &Table, row: &Row, counted: u64) -> u64 {
        if self.source.table().is_none() { counted } else { spool::line(raw, table, row).unwrap_or(counted) }
    }

    /// What folding decided about the records of a stretch of its stream.
    ///
    /// Errors: a temporary file.
    pub fn fates(&self, from: u64, to: u64) -> std::io::Result<Fates> {
        self.folds.as_ref().map_or_else(|| Ok(Fates::default()), |f| f.within(from, to))
    }

    /// Tells the calls of a batch what legs and tables beside the log know of them. `fate`: of the one record that was read again.
    pub fn complete(&self, fates: &Fates, fate: Option<u64>, batch: &mut Batch, dictionary: &Dictionary, zones: &Zones) -> Told {
        if let Some(fate) = fate.and_then(|offset| fates.of(offset)).filter(|_| batch.len() == 1) {
            fates.apply(fate, batch);
        }
        self.completion.as_ref().map(|c| c.apply(batch, dictionary, zones)).unwrap_or_default()
    }

    /// A record without bookkeeping.
    pub fn shown<'a>(&self, raw: &'a [u8], table: &'a Table, row: &Row) -> &'a [u8] {
        if self.source.table().is_none() { table.raw(raw, row) } else { spool::visible(raw, table, row) }
    }
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
    /// `--date-order`
    pub date_order: Option<DateOrder>,
}

/// What reports say of an input that could not be read.
pub fn unreadable(path: &str, error: String) -> InputInfo {
    InputInfo {
        path: path.to_owned(),
        hash: None,
        bytes: 0,
        profile: None,
        confidence: None,
        runner_up: None,
        encoding: None,
        container: None,
        clock: None,
        rows: Rows::default(),
        rejects: Vec::new(),
        numbers: Default::default(),
        unreadable: Default::default(),
        unmapped_outcomes: Default::default(),
        columns: Default::default(),
        delimiter: None,
        period: Default::default(),
        precision: None,
        outcomes: Default::default(),
        reject_reasons: Vec::new(),
        coverage: Vec::new(),
        stated: Default::default(),
        notes: Vec::new(),
        error: Some(error),
        unsettled: false,
    }
}

/// Opens an input. `wanted`: text columns for judging; `shown`: those for evidence.
///
/// Errors: Ok(Err(info)) is an input that cannot be used; an audit goes on without it, unless it is unsettled. Err stops the run.
pub fn open(mut source: Source, ruleset: &Ruleset, reading: &Reading, wanted: &[Field], shown: &[Field]) -> Result<std::result::Result<Input, InputInfo>> {
    let path = source.path.clone();
    let size = source.size();
    let refuse = |e: String| Ok(Err(InputInfo { bytes: size, ..unreadable(&path, e) }));
    let table = ruleset.sources.iter().rev().find(|s| s.path.is_match(&path));
    let chosen = reading.profile.as_deref().or(table.and_then(|t| t.profile.as_deref()));
    let (fixed, wanted_format) = match chosen {
        Some(p) if !p.exists() && formats::FORMATS.iter().any(|f| Path::new(f.name()) == p) => (None, Some(p.to_string_lossy().into_owned())),
        Some(p) => (Some(Profile::load(p)?), None),
        None => (None, None),
    };
    let Look { mut prefix, mut form, mut broken } = match look(&mut source, fixed.as_ref())? {
        Ok(look) => look,
        Err(e) => return refuse(e),
    };
    // What a layout says of all its exports is no statement of the user.
    let chosen_layout = fixed.is_none();
    let mut stated = fixed.as_ref().map(|p| p.set.clone()).unwrap_or_default();
    let (mut profile, confidence, runner_up) = match (fixed, wanted_format) {
        (Some(profile), _) => (profile, 100, None),
        (None, Some(name)) => match formats::FORMATS.iter().find(|f| f.name() == name).and_then(|f| f.recognise(&prefix)) {
            Some((profile, confidence)) => (profile, confidence, None),
            None => return refuse(format!("does not have the layout {name}")),
        },
        (None, None) => match (refused::refuse(&prefix), formats::recognise(&prefix)) {
            (Some(sentence), _) => return refuse(sentence.to_owned()),
            (None, Some(found)) => (found.profile, found.confidence, found.runner_up),
            (None, None) => return refuse(unknown_layout(&prefix)),
        },
    };
    if !profile.widths.is_empty() && form.is_none() {
        match as_fixed(&mut source, &profile, &prefix)? {
            Ok(look) => (prefix, form, broken) = (look.prefix, look.form, look.broken),
            Err(e) => return refuse(e),
        }
    }
    if prefix.hidden > 0 {
        profile.delimiter = Some(prefix.dialect.delimiter);
    }
    profile.delimiter.get_or_insert(prefix.dialect.delimiter);
    let names = if profile.header { unique_names(prefix.rows.first().map_or(&[], Vec::as_slice)) } else { profile.names.clone() };
    if let Some(begin) = source.table().and_then(|t| t.attempts.as_deref()) {
        let cells = names.iter().filter(|n| n.starts_with(begin)).map(|n| (n.clone(), vec![String::new()])).collect();
        let set = [(Column::Outcome, NO_CALL.to_owned())].into();
        profile.when.push(When { cells, set, ..When::default() });
    }
    // Layouts of virtual numbers name the person that was reached; that a user says so of another layout does not tell who that was.
    let is_axb = |set: &BTreeMap<Column, String>| set.get(&Column::Mode).is_some_and(|m| m == "axb");
    let own = chosen_layout && !profile.callees_hidden;
    let knows_persons = own && is_axb(&profile.set) && !is_axb(&stated);
    if let Some(table) = table {
        profile.set.extend(table.set.iter().map(|(c, v)| (*c, v.clone())));
        stated.extend(table.set.iter().map(|(c, v)| (*c, v.clone())));
    }
    let region_name = reading.region.clone().or(profile.region.clone()).or(ruleset.region.clone());
    let region = NumberRegion::new(region_name.as_deref()).map_err(Error::Usage)?;
    let stated_zone = reading.tz.as_deref().map(|t| (t, "--tz")).or_else(|| Some((table?.tz.as_deref()?, "stated in [[source]]")));
    profile.date_order = reading.date_order.or_else(|| table?.date_order).or(profile.date_order);
    let surveyed = match survey(&mut profile, &names, &source, &prefix, stated_zone.is_some(), &ruleset.timezone)? {
        Ok(surveyed) => surveyed,
        Err(why) => {
            let columns = profile.columns.iter().map(|(column, origin)| (column.name().to_owned(), origin.shown())).collect();
            return Ok(Err(InputInfo {
                profile: Some(profile.name.clone()),
                confidence: Some(confidence),
                runner_up: runner_up.map(|(profile, confidence)| RunnerUp { profile: profile.into(), confidence }),
                encoding: Some(prefix.encoding.name()),
                container: container(form, &source),
                columns,
                bytes: size,
                unsettled: true,
                ..unreadable(&path, why)
            }));
        }
    };
    let ClockInfo { zone, evidence, assumed } = clock(&profile, stated_zone, &surveyed, ruleset);
    let make = |fields: &[Field]| -> Result<std::result::Result<Mapping, String>> {
        let clock = Clock::parse(&zone).map_err(Error::Usage)?;
        Ok(Mapping::new(&profile, names.clone(), prefix.encoding, prefix.hidden, clock, fields))
    };
    let mode_by_row = profile.columns.contains_key(&Column::Mode) || !own && profile.when.iter().any(|w| is_axb(&w.set));
    let mode = Field::Canonical(Column::Mode);
    let with_mode: Vec<Field> = wanted.iter().cloned().chain((mode_by_row && !wanted.contains(&mode)).then_some(mode)).collect();
    let wanted = with_mode.as_slice();
    let (mapping, shown_mapping) = match (make(wanted)?, make(shown)?) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(e), _) | (_, Err(e)) => return refuse(e),
    };
    let legs = if profile.call_key.is_empty() {
        None
    } else {
        let all: Vec<Field> = leg_fields(wanted, shown);
        match make(&all)? {
            Ok(mapping) => Some(mapping.with_keys(&profile)),
            Err(e) => return refuse(e),
        }
    };
    let virtual_callees = !knows_persons && is_axb(&profile.set);
    let skipped = profile.skip_rows.min(prefix.starts.len().saturating_sub(usize::from(profile.header)));
    let skip = prefix.skip(profile.header, skipped);
    let mut info = InputInfo {
        profile: Some(profile.name.clone()),
        confidence: Some(confidence),
        runner_up: runner_up.map(|(profile, confidence)| RunnerUp { profile: profile.into(), confidence }),
        encoding: Some(prefix.encoding.name()),
        container: container(form, &source),
        clock: Some(ClockInfo { zone, evidence, assumed }),
        columns: mapping.columns(),
        stated: stated.iter().map(|(c, v)| (c.name().to_owned(), v.clone())).collect(),
        bytes: size,
        error: None,
        ..unreadable(&path, String::new())
    };
    if prefix.encoding == crate::input::prefix::Encoding::Latin1 {
        info.notes.push("not UTF-8: bytes above 127 are read as ISO 8859-1".to_owned());
    }
    info.notes.extend(surveyed.notes);
    info.notes.extend(profile.notes.iter().cloned());
    if let Some(condition) = &profile.outcome_from {
        info.notes.push(format!("the outcome is derived: answered where {}", condition.text()));
    }
    info.notes.extend(source.table().into_iter().flat_map(|t| t.notes.clone()));
    let first_rows = prefix.rows.get(usize::from(profile.header) + skipped..).unwrap_or_default();
    let id = profile.columns.get(&Column::CallId).and_then(|o| mapping.names.iter().position(|n| Some(n) == o.columns.first()));
    let running = running::column(first_rows, id).map(|place| (place + prefix.hidden, mapping.names[place].clone()));
    info.delimiter = (form.is_none() && profile.widths.is_empty()).then(|| char::from(prefix.dialect.delimiter).to_string());
    let first_rows = first_rows.to_vec();
    profile.region = region_name;
    profile.tz = stated_zone.map(|(zone, _)| zone.to_owned()).or(profile.tz);
    let (width, skipped) = (names.len() + prefix.hidden, skipped as u64);
    Ok(Ok(Input {
        source,
        dialect: prefix.dialect,
        width,
        skip,
        skipped,
        broken,
        mapping,
        evidence: shown_mapping,
        legs,
        folds: None,
        met: None,
        completion: None,
        virtual_callees,
        mode_by_row: mode_by_row && !virtual_callees && !is_axb(&profile.set),
        region,
        row_limit: profile.row_limit,
        profile,
        first_rows,
        running,
        info,
    }))
}

/// The texts that legs lend each other: all that judging and outputs use.
pub fn leg_fields(wanted: &[Field], shown: &[Field]) -> Vec<Field> {
    let all: std::collections::BTreeSet<&Field> = wanted.iter().chain(shown).collect();
    all.into_iter().cloned().collect()
}

/// A look at an input, after it was turned into text or a table.
struct Look {
    prefix: Prefix,
    /// The form of export that the table was made of.
    form: Option<&'static str>,
    broken: Option<String>,
}

/// Unpacks, transcodes or converts an input as its first bytes (or the profile) say.
///
/// Errors: Ok(Err(sentence)) where it cannot be used; Err where a temporary file cannot be written.
fn look(source: &mut Source, profile: Option<&Profile>) -> Result<std::result::Result<Look, String>> {
    let bytes = match source.head(PREFIX_BYTES) {
        Ok(bytes) => bytes,
        Err(e) => return Ok(Err(format!("cannot be read: {e}"))),
    };
    let known = profile.and_then(|p| p.encoding);
    if let Some(profile) = profile.filter(|p| !p.widths.is_empty()) {
        return as_table(source, &Fixed { widths: profile.widths.clone() }, known.or_else(|| Encoding::detect(&bytes, false).ok()), &bytes);
    }
    if let Some((form, encoding)) = containers::recognise(&bytes, bytes.len() < PREFIX_BYTES) {
        return as_table(source, form, known.or(encoding), &bytes);
    }
    Ok(Prefix::look_as(&bytes, profile.and_then(|p| p.delimiter), known).map(|prefix| {
        source.transcode(prefix.encoding);
        Look { prefix, form: None, broken: None }
    }))
}

/// Turns an input into a table.
fn as_table(source: &mut Source, form: &dyn Container, encoding: Option<Encoding>, head: &[u8]) -> Result<std::result::Result<Look, String>> {
    let done = containers::convert(form, source, encoding, head)?;
    if done.table.rows == 0 && done.table.names.is_none() {
        return Ok(Err(done.broken.unwrap_or_else(|| format!("holds no records (a {} file)", done.form))));
    }
    let prefix = match Prefix::of_table(&done.table, done.encoding.unwrap_or(Encoding::Utf8)) {
        Ok(prefix) => prefix,
        Err(e) => return Ok(Err(e)),
    };
    source.replace(done.table);
    let broken = done.broken.map(|e| format!("breaks off: {e}; the rows before are audited"));
    Ok(Ok(Look { prefix, form: Some(done.form), broken }))
}

/// An input that a layout recognised as lines of fixed width.
fn as_fixed(source: &mut Source, profile: &Profile, prefix: &Prefix) -> Result<std::result::Result<Look, String>> {
    as_table(source, &Fixed { widths: profile.widths.clone() }, Some(prefix.encoding), &[])
}

/// `xlsx in zip`; None for plain delimited text.
fn container(form: Option<&'static str>, source: &Source) -> Option<String> {
    let packing = source.packing();
    let parts: Vec<&str> = form.into_iter().chain(Some(packing.as_str()).filter(|p| !p.is_empty())).collect();
    (!parts.is_empty()).then(|| parts.join(" in "))
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

/// What a look at all rows told.
#[derive(Debug, Default)]
struct Surveyed {
    clock: Option<ClockInfo>,
    notes: Vec<String>,
}

/// Looks at all rows where the clock or the order of day and month depends on them, and settles that order.
///
/// Errors: Ok(Err(sentence)) where the order cannot be settled; Err where the source cannot be read.
fn survey(
    profile: &mut Profile,
    names: &[String],
    source: &Source,
    prefix: &Prefix,
    clock_stated: bool,
    timezone: &str,
) -> Result<std::result::Result<Surveyed, String>> {
    let Some(origin) = profile.columns.get(&Column::StartedAt) else { return Ok(Ok(Surveyed::default())) };
    let places: Vec<usize> = origin.columns.iter().filter_map(|c| names.iter().position(|n| clean_name(n) == clean_name(c))).collect();
    let cell = |row: &[String]| places.iter().filter_map(|p| row.get(*p)).map(|c| c.trim()).collect::<Vec<_>>().join(" ");
    let swapped = prefix.rows.iter().skip(usize::from(profile.header)).map(|r| cell(r)).find(|c| timestamps::swappable(c).is_some());
    let undecided = swapped.filter(|_| profile.date_order.is_none());
    let by_ids = profile.clock_id.is_some() && profile.tz.is_none() && !clock_stated;
    let mut surveyed = Surveyed::default();
    if undecided.is_none() && !by_ids {
        return Ok(Ok(surveyed));
    }
    let expected = Clock::parse(timezone).map_err(Error::Usage)?;
    let survey = Survey::of(source, prefix, profile, names, &expected).map_err(|e| Error::Io(format!("{}: {e}", source.path)))?;
    if let Some(example) = undecided {
        match survey.order() {
            Ok((order, evidence)) => {
                profile.date_order = Some(order);
                let first = if order == DateOrder::DayFirst { "day" } else { "month" };
                surveyed.notes.push(format!("dates have the {first} first: told by {evidence}"));
            }
            Err(why) => {
                let more = if timestamps::last_of_two_digits(&example).is_some() { " (ymd, where the year comes first)" } else { "" };
                return Ok(Err(format!(
                    "the dates of the column \"{}\" (such as \"{example}\") are ambiguous: {why}. Pass --date-order dmy or --date-order mdy{more}, or write date_order in a [[source]]",
                    origin.shown(),
                )));
            }
        }
    }
    if by_ids {
        match survey.clock(profile.date_order, timezone) {
            ClockFound::Known { zone, evidence, sure } => surveyed.clock = Some(ClockInfo { zone, evidence, assumed: !sure }),
            ClockFound::Nothing(why) => surveyed.notes.extend(why),
        }
    }
    Ok(Ok(surveyed))
}

/// The clock of local times: as the user says, as the layout or its ids tell, else assumed.
fn clock(profile: &Profile, stated: Option<(&str, &str)>, surveyed: &Surveyed, ruleset: &Ruleset) -> ClockInfo {
    let known = |zone: &str, evidence: &str| ClockInfo { zone: zone.to_owned(), evidence: evidence.to_owned(), assumed: false };
    if let Some((zone, evidence)) = stated {
        return known(zone, evidence);
    }
    if let Some(tz) = &profile.tz {
        return known(tz, profile.tz_evidence.as_deref().unwrap_or("profile"));
    }
    let why = if ruleset.files.is_empty() { "assumed: there is neither a ruleset nor --tz" } else { "assumed: the ruleset's zone" };
    surveyed.clock.clone().unwrap_or_else(|| ClockInfo { assumed: true, ..known(&ruleset.timezone, why) })
}

/// Bytes of one record, read again: that which comes `skip` records after the one at `offset`.
///
/// Its place is given too.
///
/// Errors: the source cannot be read again.
pub fn record_bytes(input: &Input, offset: u64, skip: usize) -> std::io::Result<(Vec<u8>, u64)> {
    let file = input.source.seekable()?;
    let (mut buffer, mut size) = (Buffer::default(), 1 << 13);
    loop {
        let bytes = buffer.piece(file, offset, offset + size)?;
        let last = (bytes.len() as u64) < size;
        let table = Splitter::new(input.dialect, input.width).split(bytes, 0, bytes.len(), 0, last, skip + 1);
        match table.rows.get(skip) {
            Some(row) => return Ok((table.raw(bytes, row).to_vec(), offset + row.offset)),
            None if last => return Ok((Vec::new(), offset)),
            None => size *= 4,
        }
    }
}
