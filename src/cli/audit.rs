//! `callaudit audit`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::args::{Arguments, Audit};
use super::output::Output;
use super::outward::Outward;
use super::terminal::Terminal;
use super::{loading, output, split};
use crate::calls::calendar::{Date, parse_iso};
use crate::calls::columns::Field;
use crate::calls::timestamps;
use crate::calls::zones::{Clock, DAY, Zones};
use crate::engine::audit::{COLUMNS, Job, run as audit};
use crate::error::{Error, Result, nearest};
use crate::findings::Settlement;
use crate::findings::baseline::Baseline;
use crate::findings::suppressions::Suppressions;
use crate::input::source::Inputs;
use crate::report::masking::Masking;
use crate::report::renderers::View;
use crate::report::stored::Stored;
use crate::report::{Report, escapes, run};
use crate::rules::Severity;
use crate::ruleset::{Ruleset, compile, packs};

/// Runs the command; gives the exit status.
pub fn run(options: &Audit, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    let started = timestamps::rfc3339(jiff::Timestamp::now().as_millisecond());
    let outputs = output::parse(&options.report, output::From::Audit)?;
    split::allowed(options)?;
    let zones = Zones::new();
    let mut ruleset = compile::load(&rule_files(options)?, &given_lists(&options.use_list)?, &zones, terminal.stderr_colour())?;
    let clock = Clock::parse(&ruleset.timezone).map_err(Error::Usage)?;
    let as_of = as_of(options.as_of.as_deref(), &clock)?;
    let outward = Outward::new(&options.outward)?;
    outward.restrict(&mut ruleset, options.suppressions.is_some() || options.baseline.is_some())?;
    ruleset.warnings.extend(ruleset.aged(as_of));
    for warning in &ruleset.warnings {
        terminal.warn(warning);
    }
    let since = options.since.as_deref().map(|t| bound(t, &clock, as_of, false).ok_or_else(|| bad_bound("--since", t))).transpose()?;
    let until = options.until.as_deref().map(|t| bound(t, &clock, as_of, true).ok_or_else(|| bad_bound("--until", t))).transpose()?;
    let fail_on = Severity::WORDS.iter().find(|w| w.0 == options.fail_on).map(|w| w.1).ok_or_else(|| {
        let words: Vec<_> = Severity::WORDS.iter().map(|w| w.0).collect();
        Error::Usage(format!("--fail-on {}: one of {}", options.fail_on, words.join(", ")))
    })?;
    let settlement = settlement(options, &ruleset, as_of, &outward, terminal)?;
    let max_rejects = max_rejects(options.max_rejects.as_deref())?;
    let rows = outputs.iter().any(|o| o.renderer.shows_violations());
    let budgets = ruleset.rules.iter().map(|r| r.common()).any(|c| c.max_findings.is_some() || c.max_share.is_some());
    let findings = outputs.iter().any(|o| o.renderer.shows_findings()) || settlement.is_some() || budgets;
    let columns = columns(options.columns.as_deref())?;
    let run = Run {
        options,
        terminal,
        ruleset: &ruleset,
        zones: &zones,
        outputs,
        outward,
        started,
        asked: (since, until, as_of, fail_on),
        settlement: settlement.as_ref(),
        max_rejects: &max_rejects,
        columns: rows.then_some(columns),
        findings,
    };
    let status = match &options.split {
        Some(column) => split::run(&run, column)?,
        None => run.audit(loading::find(&options.given, terminal)?, None)?,
    };
    terminal.tell(&format!("{:.2} s, peak memory {}", terminal.elapsed().as_secs_f64(), super::memory::peak_memory()));
    Ok(status)
}

/// What is asked of an audit, or of one audit after another where a log is split.
pub(super) struct Run<'a> {
    pub(super) options: &'a Audit,
    pub(super) terminal: &'a Terminal,
    pub(super) ruleset: &'a Ruleset,
    pub(super) zones: &'a Zones,
    pub(super) outputs: Vec<Output>,
    outward: Outward,
    started: String,
    /// Since and until, "today", and the lowest severity that fails.
    asked: (Option<i64>, Option<i64>, Date, Severity),
    settlement: Option<&'a Settlement>,
    pub(super) max_rejects: &'a (dyn Fn(u64) -> u64 + Sync),
    columns: Option<Vec<String>>,
    findings: bool,
}

impl Run<'_> {
    /// Audits inputs, or the calls of one account, seller or campaign in them, and writes what is asked for. Gives the exit status.
    pub(super) fn audit(&self, inputs: Inputs, part: Option<&split::Named<'_>>) -> Result<u8> {
        let Run { options, terminal, findings, .. } = *self;
        let (since, until, as_of, fail_on) = self.asked;
        let rejects = options.rejects.as_ref().map(|path| Rejected::new(path.clone())).transpose()?;
        let progress = terminal.progress(inputs.sources.iter().map(|s| s.size()).sum());
        let at = |bytes: u64, rows: u64| progress.at(bytes, rows);
        let job = Job {
            since,
            until,
            as_of,
            columns: self.columns.clone(),
            findings: findings.then_some(options.findings),
            evidence: if findings { options.evidence } else { 0 },
            exposure: !self.outward.is_external() && self.outputs.iter().any(|o| o.renderer.shows_exposure()),
            rejects: rejects.as_ref().map(|r| {
                Mutex::new(Box::new(move |source: &str, line: u64, reason: &str, row: &[u8]| r.add(source, line, reason, row))
                    as Box<dyn FnMut(&str, u64, &str, &[u8]) -> Result<()> + Send>)
            }),
            fail_on,
            strict: options.strict,
            settlement: self.settlement,
            max_rejects: self.max_rejects,
            part: part.map(|p| p.part),
            ..loading::job(&options.given, self.ruleset, self.zones, terminal, &at)?
        };
        let (mut report, store) = audit(&job, inputs)?;
        drop(job);
        progress.done();
        for input in &report.inputs {
            if let Some(e) = &input.error {
                terminal.warn(&format!("{}: {e}", input.path));
            }
            let (rows, profile) = (input.rows.read, input.profile.as_deref().unwrap_or("-"));
            terminal.tell(&format!("{}: {rows} rows, profile {profile}, {} notes", input.path, input.notes.len()));
        }
        if let Some(part) = part {
            part.only_its_own(&mut report, self.ruleset);
        }
        let view = |to_stdout: bool| View { max_findings: options.max_findings, only_new: options.fail_on_new, ..terminal.view(to_stdout) };
        let status = report.exit.status;
        let report = self.outward.write(report, &store, |report, rows, masking| {
            let name = part.map(|p| p.name(report));
            let place = |path: &Path| name.as_ref().map_or_else(|| path.to_owned(), |name| split::named(path, name));
            if let Some(rejects) = rejects {
                rejects.finish(&place, masking)?;
            }
            let outputs: Vec<Output> = self.outputs.iter().map(|o| Output { renderer: o.renderer, path: o.path.as_deref().map(&place) }).collect();
            output::write_all(&outputs, report, rows, &view)
        })?;
        if let Some(path) = &options.run_record {
            append(path, &report, &self.started, terminal.elapsed().as_secs_f64())?;
        }
        // The process ends: giving back the memory of millions of rows piece by piece would only take time. Another audit may need it.
        if part.is_none() {
            std::mem::forget((report, store));
        }
        Ok(status)
    }
}

/// What findings are held against.
fn settlement(options: &Audit, ruleset: &Ruleset, as_of: Date, outward: &Outward, terminal: &Terminal) -> Result<Option<Settlement>> {
    let suppressions = options.suppressions.as_deref().map(|path| Suppressions::load(path, ruleset, as_of, terminal.stderr_colour())).transpose()?;
    let baseline = options.baseline.as_deref().map(|path| Baseline::of(&path.display().to_string(), Stored::read(path)?)).transpose()?;
    if let Some((baseline, path)) = baseline.as_ref().zip(options.baseline.as_deref()) {
        // Without a key, fingerprints are compared before they are left out.
        baseline.fits(&path.display().to_string(), None, outward.hidden().filter(|h| h.key.is_some()).as_ref())?;
    }
    if let Some(left_out) = baseline.as_ref().map(|b| b.report.truncated.findings).filter(|n| *n > 0) {
        terminal.warn(&format!("the baseline kept not all of its findings: {left_out} that it left out count as new (--findings)"));
    }
    let given = suppressions.is_some() || baseline.is_some();
    Ok(given.then_some(Settlement { suppressions, baseline, fail_on_new: options.fail_on_new, key: outward.key() }))
}

/// Appends the record of this run, in one piece: other runs may append at the same time.
fn append(path: &Path, report: &Report, started: &str, seconds: f64) -> Result<()> {
    let fail = |e: std::io::Error| Error::Io(format!("cannot write {}: {e}", path.display()));
    let mut line = Vec::new();
    escapes::compact(&mut line, &run::record(report, started, seconds)?).map_err(|e| fail(e.into()))?;
    line.push(b'\n');
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(fail)?;
    let before = file.metadata().map_err(fail)?.len();
    file.write_all(&line).map_err(|e| {
        // Half a line would spoil the log for whoever reads it line by line.
        if file.metadata().is_ok_and(|m| m.is_file() && m.len() > before && m.len() < before + line.len() as u64) {
            let _ = file.set_len(before);
        }
        fail(e)
    })
}

fn rule_files(options: &Audit) -> Result<Vec<PathBuf>> {
    if !options.given.rules.is_empty() {
        return Ok(options.given.rules.clone());
    }
    let default = PathBuf::from("callaudit.toml");
    if default.exists() {
        return Ok(vec![default]);
    }
    Err(Error::Usage(format!("no ruleset: pass -r PACK or -r FILE, or put a callaudit.toml here\n  packs: {}", packs::names())))
}

/// `--use-list NAME=PATH`.
///
/// Errors: what is not of this form.
/// "Today": as it is given, else the date on the ruleset's clock.
pub(super) fn as_of(text: Option<&str>, clock: &Clock) -> Result<Date> {
    match text {
        Some(text) => parse_iso(text).ok_or_else(|| Error::Usage(format!("--as-of {text}: a date such as 2026-11-24 was expected"))),
        None => Ok(Date::try_from(clock.local(jiff::Timestamp::now().as_millisecond()).div_euclid(DAY)).unwrap_or(0)),
    }
}

pub(super) fn given_lists(arguments: &[String]) -> Result<Vec<(String, PathBuf)>> {
    let mut lists = Vec::new();
    for argument in arguments {
        match argument.split_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => lists.push((name.to_owned(), PathBuf::from(path))),
            _ => return Err(Error::Usage(format!("--use-list {argument}: NAME=PATH was expected"))),
        }
    }
    Ok(lists)
}

pub(super) fn bad_bound(option: &str, text: &str) -> Error {
    Error::Usage(format!("{option} {text}: a date (2026-11-01), an instant (2026-11-01T08:00:00+08:00), yesterday, or -7d was expected"))
}

/// A date, an instant, `yesterday`, `today` or `-7d`, as an instant. As an end, a bare date includes its day.
pub(super) fn bound(text: &str, clock: &Clock, as_of: Date, end: bool) -> Option<i64> {
    let day = |date: Date| clock.first_at_or_after((i64::from(date) + i64::from(end)) * DAY);
    match text {
        "today" => return Some(day(as_of)),
        "yesterday" => return Some(day(as_of - 1)),
        _ => {}
    }
    if let Some(days) = text.strip_prefix('-').and_then(|t| t.strip_suffix('d')).and_then(|d| d.parse::<i32>().ok()) {
        return Some(day(as_of - days));
    }
    if let Some(date) = parse_iso(text) {
        return Some(day(date));
    }
    let stamp = timestamps::parse(text, None)?;
    Some(match stamp.offset {
        Some(offset) => stamp.local - offset,
        None => clock.instants(stamp.local).first(),
    })
}

fn max_rejects(text: Option<&str>) -> Result<impl Fn(u64) -> u64 + Sync + use<>> {
    enum Limit {
        Default,
        Rows(u64),
        Share(f64),
    }
    let bad = |t: &str| Error::Usage(format!("--max-rejects {t}: a number of rows, or a share such as 0.5%, was expected"));
    let limit = match text {
        None => Limit::Default,
        Some(t) => match t.strip_suffix('%') {
            Some(p) => Limit::Share(p.trim().parse::<f64>().ok().filter(|p| (0.0..=100.0).contains(p)).ok_or_else(|| bad(t))?),
            None => Limit::Rows(t.parse().map_err(|_| bad(t))?),
        },
    };
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // shares of row counts
    Ok(move |read: u64| match limit {
        Limit::Default => (read / 100).max(1),
        Limit::Rows(n) => n,
        Limit::Share(p) => (read as f64 * p / 100.0) as u64,
    })
}

fn columns(text: Option<&str>) -> Result<Vec<String>> {
    let Some(text) = text else { return Ok(COLUMNS.iter().map(|c| (*c).to_owned()).collect()) };
    let mut columns = Vec::new();
    for name in text.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        if !COLUMNS.contains(&name) && Field::parse(name).is_none() {
            let known = COLUMNS.iter().copied().chain(crate::calls::columns::Column::ALL.iter().map(|c| c.name()));
            let near = nearest(name, known).map_or_else(String::new, |n| format!("; did you mean {n}?"));
            return Err(Error::Usage(format!("--columns: unknown column \"{name}\"{near} (of the csv output, of a call, or raw.NAME)")));
        }
        if columns.iter().any(|known| known == name) {
            return Err(Error::Usage(format!("--columns names {name} twice")));
        }
        columns.push(name.to_owned());
    }
    if columns.is_empty() { Err(Error::Usage("--columns names no column".to_owned())) } else { Ok(columns) }
}

/// The file of rejected rows.
struct Rejected {
    path: PathBuf,
    writer: Mutex<csv::Writer<tempfile::NamedTempFile>>,
}

impl Rejected {
    fn new(path: PathBuf) -> Result<Rejected> {
        let temporary = std::env::temp_dir();
        let beside = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
        let folder = if output::is_device(&path) { &temporary } else { beside };
        let fail = |e: String| Error::Io(format!("cannot write {}: {e}", path.display()));
        let file = crate::temporary::within(folder, "").map_err(|e| fail(e.to_string()))?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(["source", "line", "reason", "row"]).map_err(|e| fail(e.to_string()))?;
        Ok(Rejected { path, writer: Mutex::new(writer) })
    }

    fn add(&self, source: &str, line: u64, reason: &str, row: &[u8]) -> Result<()> {
        let line = line.to_string();
        let record: [&[u8]; 4] = [source.as_bytes(), line.as_bytes(), reason.as_bytes(), row];
        self.writer.lock().expect("rejects").write_record(record).map_err(|e| Error::Io(format!("cannot write {}: {e}", self.path.display())))
    }

    /// Puts the file where `place` says, with numbers hidden where they are.
    fn finish(self, place: &dyn Fn(&Path) -> PathBuf, masking: Option<&Masking>) -> Result<()> {
        let path = if output::is_device(&self.path) { self.path } else { place(&self.path) };
        let fail = |e: String| Error::Io(format!("cannot write {}: {e}", path.display()));
        let file = self.writer.into_inner().map_err(|e| fail(e.to_string()))?.into_inner().map_err(|e| fail(e.to_string()))?;
        if let Some(masking) = masking {
            return output::whole(&path, |out| hidden(&file, masking, out));
        }
        if output::is_device(&path) {
            let mut device = std::fs::OpenOptions::new().write(true).open(&path).map_err(|e| fail(e.to_string()))?;
            std::io::copy(&mut file.reopen().map_err(|e| fail(e.to_string()))?, &mut device).map_err(|e| fail(e.to_string()))?;
            return Ok(());
        }
        file.persist(&path).map_err(|e| fail(e.to_string()))?;
        Ok(())
    }
}

/// Rejected rows once more, with their numbers hidden.
fn hidden(file: &tempfile::NamedTempFile, masking: &Masking, out: &mut dyn Write) -> Result<()> {
    let fail = |e: csv::Error| Error::Io(e.to_string());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.reopen().map_err(|e| Error::Io(e.to_string()))?);
    let mut writer = csv::Writer::from_writer(out);
    for record in reader.byte_records() {
        let record = record.map_err(fail)?;
        let cells = record.iter().enumerate().map(|(n, cell)| if n == 1 { cell.to_vec() } else { masking.unread(&String::from_utf8_lossy(cell)).into_bytes() });
        writer.write_record(cells).map_err(fail)?;
    }
    writer.flush().map_err(|e| Error::Io(e.to_string()))
}
