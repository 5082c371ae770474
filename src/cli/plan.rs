//! `callaudit plan`.

use std::path::{Path, PathBuf};

use super::args::{Arguments, PlanOptions};
use super::output;
use super::rules::{outputs, write};
use super::terminal::Terminal;
use crate::calls::calendar::{Date, parse_iso};
use crate::error::{Error, Result};
use crate::language::plan::{Msg, say, why};
use crate::policy::Policy;
use crate::remediation::plan::measuring::Audit;
use crate::remediation::plan::reading::File;
use crate::remediation::plan::sheets::{Sheet, plain};
use crate::remediation::plan::updating::{Outcome, Said, done, take};
use crate::remediation::plan::{ics, training};
use crate::report::stored::Stored;
use crate::report::{Finding, Findings, Report};

/// A stored report.
struct Read {
    name: String,
    hash: String,
    report: Report,
    findings: Vec<Finding>,
}

/// Runs the command; gives the exit status.
pub fn run(options: &PlanOptions, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    if options.training {
        return train(options, terminal);
    }
    let Some(path) = &options.plan else { return Err(Error::Usage("the plan file is missing: --plan FILE".to_owned())) };
    let as_of = options.as_of.as_deref().map(|text| day("--as-of", text)).transpose()?;
    let wanted = outputs(&options.report, &["table", "markdown", "html", "csv", "ics"])?;
    let name = path.display().to_string();
    let is_new = !path.exists();
    if is_new && options.reports.is_empty() {
        return Err(Error::Usage(format!("{name}: there is no such plan; begin it with a report: callaudit plan REPORT --plan {name}")));
    }
    let mut file = if is_new { File::default() } else { File::load(path, terminal.stderr_colour())? };
    let before = file.text.clone();
    let mut told = Vec::new();
    let mut reports = options.reports.iter().map(read).collect::<Result<Vec<_>>>()?;
    reports.sort_by(|a, b| (&a.report.as_of, &a.report.period.last, &a.name).cmp(&(&b.report.as_of, &b.report.period.last, &b.name)));
    for read in &reports {
        let audit = Audit::new(&read.report, &read.findings, &read.hash);
        let (new, outcome) = take(&file, &name, &audit).map_err(|e| named(e, &read.name))?;
        file = new;
        told.extend(lines(terminal, &read.name, &outcome));
    }
    if let Some(id) = &options.done {
        let on = options.on.as_deref().map(|text| day("--on", text)).transpose()?.unwrap_or_else(today);
        let said = Said { id, by: options.by.as_deref().unwrap_or_default(), proof: options.proof.as_deref().unwrap_or_default(), on };
        file = done(&file, &name, &said)?;
        told.push(say(terminal.lang, Msg::SaidDone, &[("id", id), ("on", &crate::calls::calendar::iso(on))]));
    }
    if file.text != before {
        unchanged(path, &before, is_new)?;
        output::whole(path, |out| out.write_all(file.text.as_bytes()).map_err(Error::from))?;
    }
    told.iter().for_each(|line| terminal.note(line));
    // Whoever only updates is told what changed; whoever asks for a sheet, or only looks, gets one.
    if !options.report.is_empty() || options.owner.is_some() || (options.reports.is_empty() && options.done.is_none()) {
        let as_of = as_of.or(file.plan.as_of()).unwrap_or_else(today);
        known_owner(options, &file)?;
        write(&wanted, |format, _| {
            let sheet = Sheet { plan: &file.plan, owner: options.owner.as_deref(), as_of, lang: terminal.lang };
            Ok(match format {
                "csv" => sheet.csv(),
                "ics" => ics::calendar(&sheet),
                format => document(&sheet.document(), format),
            })
        })?;
    }
    Ok(0)
}

/// Somebody may have edited it in the meantime.
fn unchanged(path: &Path, before: &str, is_new: bool) -> Result<()> {
    let now = std::fs::read_to_string(path).ok();
    if now.as_deref() == Some(before) || is_new && now.is_none() {
        return Ok(());
    }
    Err(Error::Usage(format!("{} was changed by somebody else while the plan was made: nothing was written, run the command again", path.display())))
}

fn document(document: &Policy, format: &str) -> String {
    match format {
        "html" => crate::policy::html(document),
        "markdown" => crate::policy::markdown(document),
        _ => plain(document),
    }
}

/// Training sheets of one report.
fn train(options: &PlanOptions, terminal: &Terminal) -> Result<u8> {
    let [path] = &options.reports[..] else { return Err(Error::Usage("--training is made from one report: callaudit plan REPORT --training".to_owned())) };
    let wanted = outputs(&options.report, &["table", "markdown", "html"])?;
    let read = read(path)?;
    if crate::report::audience::is_external(&read.report) {
        return Err(Error::Usage(format!("{}: training sheets are made from internal reports", read.name)));
    }
    let sheets = training::sheets(terminal.lang, &read.report, &read.findings);
    write(&wanted, |format, _| Ok(document(&sheets, format)))?;
    Ok(0)
}

fn read(path: &PathBuf) -> Result<Read> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| Error::Usage(format!("cannot read the report {name}: {e}")))?;
    let (report, kept) = Stored::parse(&name, &bytes)?.into_parts();
    let findings = kept.findings().collect::<Result<Vec<_>>>()?;
    Ok(Read { name, hash: blake3::hash(&bytes).to_hex().to_string(), report, findings })
}

fn named(error: Error, name: &str) -> Error {
    match error {
        Error::Usage(text) => Error::Usage(format!("{name}: {text}")),
        other => other,
    }
}

fn known_owner(options: &PlanOptions, file: &File) -> Result<()> {
    let Some(owner) = &options.owner else { return Ok(()) };
    let mut owners: Vec<&str> = file.plan.items.iter().map(|i| i.owner.as_str()).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.iter().any(|o| o.eq_ignore_ascii_case(owner)) {
        return Ok(());
    }
    let near = crate::error::nearest(owner, owners.iter().copied()).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
    Err(Error::Usage(format!("--owner {owner}: the plan has no step of theirs{near} (owners: {})", owners.join(", "))))
}

/// What became of the plan, line by line.
fn lines(terminal: &Terminal, name: &str, outcome: &Outcome) -> Vec<String> {
    let lang = terminal.lang;
    let n = |ids: &[String]| ids.len().to_string();
    let values = [("name", name), ("added", &n(&outcome.added)), ("verified", &n(&outcome.verified)), ("reopened", &n(&outcome.reopened))];
    let mut lines = vec![if outcome.known { say(lang, Msg::Known, &[("name", name)]) } else { say(lang, Msg::Taken, &values) }];
    if outcome.known {
        lines.extend(outcome.verified.iter().map(|id| say(lang, Msg::VerifiedNow, &[("id", id)])));
        lines.extend(outcome.reopened.iter().map(|id| say(lang, Msg::ReopenedNow, &[("id", id)])));
    }
    for (id, reasons) in &outcome.kept {
        let open = reasons.len() == 1 && reasons[0] == "not_done";
        lines.push(if open { say(lang, Msg::NotDone, &[("id", id)]) } else { say(lang, Msg::Kept, &[("id", id), ("why", &why(lang, reasons))]) });
    }
    lines
}

fn day(option: &str, text: &str) -> Result<Date> {
    parse_iso(text).ok_or_else(|| Error::Usage(format!("{option} {text}: a date such as 2026-11-24 was expected")))
}

fn today() -> Date {
    Date::try_from(jiff::Timestamp::now().as_millisecond().div_euclid(crate::calls::zones::DAY)).unwrap_or(0)
}
