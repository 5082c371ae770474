//! `callaudit complaints` and `callaudit optouts`.

use std::path::PathBuf;

use super::args::{Arguments, Complaints, Inputs as Given, OptOuts};
use super::audit::{bad_bound, bound, given_lists};
use super::output::whole;
use super::rules::{outputs, write};
use super::terminal::Terminal;
use super::{known_language, loading};
use crate::calls::calendar::{Date, parse_iso};
use crate::calls::columns::Field;
use crate::calls::timestamps::DateOrder;
use crate::calls::zones::{Clock, DAY, Zones};
use crate::complaints::{Asked, complaints, ledger_page, masked, optouts, page, rows, sheets, terminal as on_screen};
use crate::engine::audit::Job;
use crate::error::{Error, Result};
use crate::policy::{Policy, html, markdown};
use crate::report::{InputInfo, escapes};
use crate::ruleset::compile;

/// A format, and where it goes.
type Output = (&'static str, Option<PathBuf>);

const FORMATS: &[&str] = &["table", "json", "csv", "xlsx", "markdown", "html"];

/// Runs `complaints`; gives the exit status.
pub fn run(options: &Complaints, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    known_language(arguments)?;
    let outputs = outputs(&options.report, FORMATS)?;
    let mut by = Vec::new();
    for name in &options.by {
        let field = Field::parse(name).ok_or_else(|| Error::Usage(format!("--by {name}: unknown column (of a call, or raw.\"NAME\")")))?;
        by.push((field.name().trim_start_matches("raw.").to_owned(), field));
    }
    let bad = |t: &str| Error::Usage(format!("--max-rate {t}: a share of calls such as 0.05% was expected"));
    let rate = |t: &String| t.trim().strip_suffix('%').and_then(|p| p.trim().parse::<f64>().ok()).filter(|p| (0.0..=100.0).contains(p)).ok_or_else(|| bad(t));
    let max_rate = options.max_rate.as_ref().map(rate).transpose()?;
    let common = Common {
        given: &options.given,
        lists: &options.use_list,
        complaints: &options.complaints,
        zone: options.complaints_tz.as_deref(),
        dates: options.complaints_dates.as_deref(),
        bounds: (options.since.as_deref(), options.until.as_deref(), options.as_of.as_deref()),
        by,
        max_rate,
        files: &[],
    };
    let (report, inputs) = common.ask(terminal, complaints)?;
    told(&inputs, terminal);
    let status = report.exit.status;
    let report = if options.mask { masked(&report)? } else { report };
    let page = page::page(&report, terminal.lang);
    let outputs = books(outputs, &page, "complaints", || rows::lines(&report))?;
    write(&outputs, |format, to_stdout| match format {
        "json" => json(&report),
        "csv" => rows::csv(&report),
        _ => Ok(shown(&page, format, to_stdout, terminal)),
    })?;
    Ok(status)
}

/// Runs `optouts`; gives the exit status.
pub fn ledger(options: &OptOuts, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    known_language(arguments)?;
    let outputs = outputs(&options.report, FORMATS)?;
    let common = Common {
        given: &options.given,
        lists: &options.use_list,
        complaints: &options.complaints,
        zone: options.complaints_tz.as_deref(),
        dates: options.complaints_dates.as_deref(),
        bounds: (options.since.as_deref(), options.until.as_deref(), None),
        by: Vec::new(),
        max_rate: None,
        files: &options.list,
    };
    let (report, inputs) = common.ask(terminal, optouts)?;
    told(&inputs, terminal);
    let status = report.exit.status;
    let mut report = if options.mask { masked(&report)? } else { report };
    let outputs = books(outputs, &ledger_page::page(&report, terminal.lang), "refusals", || crate::complaints::optouts::lines(&report))?;
    let csv = if outputs.iter().any(|o| o.0 == "csv") { crate::complaints::optouts::csv(&report)? } else { String::new() };
    let more = report.refusals.len().saturating_sub(crate::complaints::optouts::REFUSALS);
    report.refusals.truncate(crate::complaints::optouts::REFUSALS);
    report.left_out = more as u64;
    write(&outputs, |format, to_stdout| match format {
        "json" => json(&report),
        "csv" => Ok(csv.clone()),
        _ => Ok(shown(&ledger_page::page(&report, terminal.lang), format, to_stdout, terminal)),
    })?;
    Ok(status)
}

/// Writes the workbooks among the outputs; gives the others.
fn books(outputs: Vec<Output>, page: &Policy, name: &str, rows: impl Fn() -> Vec<Vec<String>>) -> Result<Vec<Output>> {
    let (books, others): (Vec<Output>, Vec<Output>) = outputs.into_iter().partition(|o| o.0 == "xlsx");
    for (_, path) in books {
        let Some(path) = path else {
            return Err(Error::Usage("-o xlsx: xlsx is no text for a terminal: give it a path, such as -o xlsx=report.xlsx".to_owned()));
        };
        let bytes = sheets::xlsx(page, &rows(), ["report", name])?;
        whole(&path, |out| out.write_all(&bytes).map_err(|e| crate::report::renderers::write_error(&e)))?;
    }
    Ok(others)
}

fn shown(page: &Policy, format: &str, to_stdout: bool, terminal: &Terminal) -> String {
    match format {
        "markdown" => markdown(page),
        "html" => html(page),
        _ => {
            let view = terminal.view(to_stdout);
            on_screen::terminal(page, view.width, view.colour)
        }
    }
}

/// What strangers wrote steers no terminal in JSON either.
fn json(report: &impl serde::Serialize) -> Result<String> {
    let fail = |e: String| Error::Io(format!("writing JSON: {e}"));
    let mut out = Vec::new();
    escapes::pretty(&mut out, report).map_err(|e| fail(e.to_string()))?;
    out.push(b'\n');
    String::from_utf8(out).map_err(|e| fail(e.to_string()))
}

fn told(inputs: &[InputInfo], terminal: &Terminal) {
    // The report has the status.
    let _ = loading::told(&mut inputs.iter(), terminal);
}

/// What both commands are given.
struct Common<'a> {
    given: &'a Given,
    lists: &'a [String],
    complaints: &'a [PathBuf],
    zone: Option<&'a str>,
    dates: Option<&'a str>,
    /// Since, until, as of.
    bounds: (Option<&'a str>, Option<&'a str>, Option<&'a str>),
    /// Further columns to compare, a limit, further lists.
    by: Vec<(String, Field)>,
    max_rate: Option<f64>,
    files: &'a [PathBuf],
}

impl Common<'_> {
    /// Asks with all that the command line says.
    fn ask<T>(&self, terminal: &Terminal, ask: impl FnOnce(&Asked<'_, '_>) -> Result<T>) -> Result<T> {
        let zones = Zones::new();
        let given = self.given;
        let lists = given_lists(self.lists)?;
        let default = PathBuf::from("callaudit.toml");
        let files = if given.rules.is_empty() && default.exists() { vec![default] } else { given.rules.clone() };
        let full = if files.is_empty() { None } else { Some(compile::load(&files, &lists, &zones, terminal.stderr_colour())?) };
        if full.is_none() && !lists.is_empty() {
            return Err(Error::Usage("--use-list gives a list of a ruleset: pass -r PACK or -r FILE as well".to_owned()));
        }
        let ruleset = loading::ruleset(given, &zones, terminal)?;
        // Days of complaints are those of the ruleset; without one, those of the calls.
        let zone = self.zone.or(given.tz.as_deref().filter(|_| full.is_none())).unwrap_or(&ruleset.timezone);
        let clock = Clock::parse(zone).map_err(|e| Error::Usage(format!("--complaints-tz: {e}")))?;
        let as_of = match self.bounds.2 {
            Some(text) => parse_iso(text).ok_or_else(|| Error::Usage(format!("--as-of {text}: a date such as 2026-11-24 was expected")))?,
            None => Date::try_from(clock.local(jiff::Timestamp::now().as_millisecond()).div_euclid(DAY)).unwrap_or(0),
        };
        let dates = match self.dates {
            None => None,
            Some(text) => Some(DateOrder::by_name(text).ok_or_else(|| Error::Usage(format!("--complaints-dates {text}: dmy or mdy was expected")))?),
        };
        let at = |option: &str, text: Option<&str>, end: bool| text.map(|t| bound(t, &clock, as_of, end).ok_or_else(|| bad_bound(option, t))).transpose();
        let (since, until) = (at("--since", self.bounds.0, false)?, at("--until", self.bounds.1, true)?);
        let first = std::cell::RefCell::new(Some(loading::find(given, terminal)?));
        // Standard input is read once; threads are set once.
        let inputs = || match first.borrow_mut().take() {
            Some(inputs) => Ok(inputs),
            None => loading::inputs(given),
        };
        let total = first.borrow().as_ref().map_or(0, |i| i.sources.iter().map(|s| s.size()).sum());
        let progress = terminal.progress(total);
        let reading = |bytes: u64, rows: u64| progress.at(bytes, rows);
        let job = Job { since, until, as_of, ..loading::job(given, &ruleset, &zones, terminal, &reading)? };
        let asked = Asked {
            job: &job,
            inputs: &inputs,
            again: !given.inputs.iter().any(|i| i == "-"),
            ruleset: full.as_ref(),
            complaints: self.complaints,
            zone,
            dates,
            by: self.by.clone(),
            max_rate: self.max_rate,
            lists: self.files,
        };
        let done = ask(&asked);
        progress.done();
        done
    }
}
