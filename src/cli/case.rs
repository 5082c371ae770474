//! `callaudit case`.

use std::io::Write;
use std::path::PathBuf;

use super::args::{Arguments, Case as Options, CaseCommand, Close};
use super::terminal::Terminal;
use super::{loading, output};
use crate::calls::calendar::parse_iso;
use crate::calls::zones::{Clock, Zones};
use crate::casework::closing::Closing;
use crate::casework::complaint::{CHANNELS, Complaint, when};
use crate::casework::{Case, Investigation, claims, open, pack, page, summary, told_clock};
use crate::cli::audit::{as_of, given_lists};
use crate::cli::memory::memory;
use crate::engine::intake::Reading;
use crate::error::{Error, Result};
use crate::language::casework::{Msg, say};
use crate::remediation::plan::reading::File;
use crate::remediation::plan::sheets::plain;
use crate::ruleset::compile;

const FORMATS: [&str; 5] = ["table", "json", "html", "markdown", "docx"];

/// Runs the command; gives the exit status.
pub fn run(options: &Options, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    if let Some(CaseCommand::Close(options)) = &options.command {
        return close(options, terminal);
    }
    let outputs = outputs(&options.report, &FORMATS, &["docx"])?;
    let given = &options.given;
    if given.inputs.iter().any(|i| i == "-") {
        return Err(Error::Usage("a case reads its logs several times: name files, not - (standard input)".to_owned()));
    }
    let default = PathBuf::from("callaudit.toml");
    let files = match given.rules.is_empty() {
        false => given.rules.clone(),
        true if default.exists() => vec![default],
        true => return Err(Error::Usage("no ruleset: pass -r FILE, or put a callaudit.toml here".to_owned())),
    };
    let zones = Zones::new();
    let lists = given_lists(&options.use_list)?;
    let colour = terminal.stderr_colour();
    let ruleset = compile::load(&files, &lists, &zones, colour)?;
    let plain = compile::load(&files, &lists, &zones, false)?.without_rules();
    let clock = Clock::parse(&ruleset.timezone).map_err(Error::Usage)?;
    // Found once with their notes, then as often as they are read.
    loading::find(given, terminal)?;
    let find = || loading::inputs(given);
    let of = Investigation {
        ruleset: &ruleset,
        plain: &plain,
        files: &files,
        lists: &lists,
        zones: &zones,
        inputs: &find,
        reading: Reading { profile: given.profile.clone(), tz: given.tz.clone(), region: given.region.clone(), date_order: given.date_order },
        with: &given.with,
        memory: memory(given.memory.as_deref())?,
        as_of: as_of(options.as_of.as_deref(), &clock)?,
        lang: terminal.lang,
        organisation: options.organisation.clone(),
        prepared_by: options.prepared_by.clone(),
    };
    // Told times are read on the clock of the person, who is known by the number only.
    let first = complaint(options, &clock, colour)?;
    first.check()?;
    let heard = told_clock(&of, &first.numbers)?;
    let complaint = complaint(options, &heard, colour)?;
    let case = open(&of, &complaint, &heard)?;
    for (format, path) in &outputs {
        let text = |out: &mut dyn Write| write(&case, format, terminal, path.is_none(), out);
        match path {
            Some(path) => output::whole(path, text)?,
            None => text(&mut std::io::stdout().lock())?,
        }
    }
    if let Some(place) = &options.pack {
        if place.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) {
            output::whole(place, |out| pack::write_zip(&case, &ruleset.effective, out))?;
        } else {
            pack::write_folder(&case, &ruleset.effective, place)?;
        }
        terminal.tell(&say(terminal.lang, Msg::PackWhere, &[("path", &place.display().to_string())]));
    }
    for log in case.inputs.iter().filter(|l| l.rows.rejected > 0) {
        terminal.warn(&format!("{}: {} of {} rows are rejected: callaudit inspect shows why", log.path, log.rows.rejected, log.rows.read));
    }
    Ok(case.exit.status)
}

/// Formats and places; `files` are those that need a place.
fn outputs(arguments: &[String], formats: &[&str], files: &[&str]) -> Result<Vec<(String, Option<PathBuf>)>> {
    let mut all = Vec::new();
    for (text, format, path) in output::places(arguments)? {
        if !formats.contains(&format) {
            let near = crate::error::nearest(format, formats.iter().copied()).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            return Err(Error::Usage(format!("-o {text}: a case is written as {}{near}", formats.join(", "))));
        }
        if files.contains(&format) && path.is_none() {
            return Err(Error::Usage(format!("-o {format}: name the file, as in -o {format}=file.{format}")));
        }
        all.push((format.to_owned(), path));
    }
    if all.is_empty() {
        all.push(("table".to_owned(), None));
    }
    Ok(all)
}

/// Closes stored cases.
fn close(options: &Close, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["table", "markdown", "html", "docx", "csv", "xlsx"], &["docx", "xlsx"])?;
    let utc = Clock::parse("UTC").map_err(Error::Usage)?;
    let today = as_of(options.as_of.as_deref(), &utc)?;
    let answered = match &options.answered {
        Some(text) => Some(parse_iso(text).ok_or_else(|| Error::Usage(format!("--answered {text}: a date such as 2026-12-01 was expected")))?),
        None => None,
    };
    let plan = options.plan.as_deref().map(|path| File::load(path, terminal.stderr_colour())).transpose()?.map(|file| file.plan);
    let closing = Closing::read(&options.cases, plan, today, answered, terminal.lang)?;
    for (format, path) in &outputs {
        let fill = |out: &mut dyn Write| -> Result<()> {
            let summary = || closing.summary(env!("CARGO_PKG_VERSION"));
            let text = match format.as_str() {
                "markdown" => crate::policy::markdown(&summary()),
                "html" => crate::policy::html(&summary()),
                "table" => plain(&summary()),
                "csv" => return closing.csv(out),
                "xlsx" => return closing.xlsx(out),
                _ => return crate::casework::docx::write(&closing.draft(), &summary().foot, out),
            };
            out.write_all(text.as_bytes()).map_err(|e| crate::report::renderers::write_error(&e))
        };
        match path {
            Some(path) => output::whole(path, fill)?,
            None => fill(&mut std::io::stdout().lock())?,
        }
    }
    Ok(u8::from(!closing.open().is_empty()))
}

fn write(case: &Case, format: &str, terminal: &Terminal, to_stdout: bool, out: &mut dyn Write) -> Result<()> {
    let failed = |e: std::io::Error| crate::report::renderers::write_error(&e);
    match format {
        "json" => {
            crate::report::escapes::pretty(&mut *out, case).map_err(|e| failed(e.into()))?;
            out.write_all(b"\n").map_err(failed)
        }
        "html" => out.write_all(page::html(case).as_bytes()).map_err(failed),
        "markdown" => out.write_all(page::markdown(case).as_bytes()).map_err(failed),
        "docx" => {
            let draft = case.drafts.iter().find(|d| d.id == "rectification" && d.lang == case.lang.code());
            let foot = crate::language::drafts::say(case.lang, crate::language::drafts::Msg::DraftFoot, &[]);
            draft.map_or(Ok(()), |draft| crate::casework::docx::write(draft, &foot, out))
        }
        _ => out.write_all(summary::text(case, &terminal.view(to_stdout)).as_bytes()).map_err(failed),
    }
}

/// What the file and the options tell; options add to lists and win over single values.
fn complaint(options: &Options, clock: &Clock, colour: bool) -> Result<Complaint> {
    let mut told = match &options.complaint {
        Some(path) => Complaint::read(path, clock, colour)?,
        None => Complaint::default(),
    };
    told.numbers.extend(options.number.iter().cloned());
    told.shown.extend(options.shown.iter().cloned());
    told.claims.extend(options.claim.iter().map(|c| claims::claim(c)));
    let time = |option: &str, text: &Option<String>| {
        match text {
        Some(text) => when(text, clock).map(Some).ok_or_else(|| {
            Error::Usage(format!("{option} {text}: a date, a date and a time, or two dates with .. between them was expected, such as 2026-11-18, \"2026-11-18 20:15\", 2026-11-01..2026-11-20"))
        }),
        None => Ok(None),
    }
    };
    told.at = time("--at", &options.at)?.or(told.at);
    told.cover = time("--logs-cover", &options.logs_cover)?.or(told.cover);
    let date = |option: &str, text: &Option<String>| match text {
        Some(text) => parse_iso(text).map(Some).ok_or_else(|| Error::Usage(format!("{option} {text}: a date such as 2026-11-20 was expected"))),
        None => Ok(None),
    };
    told.received = date("--received", &options.received)?.or(told.received);
    told.due = date("--due", &options.due)?.or(told.due);
    if let (Some(received), Some(due)) = (told.received, told.due)
        && due < received
    {
        return Err(Error::Usage("the answer is due before the complaint was received: which of --received and --due is wrong?".to_owned()));
    }
    if let Some(channel) = &options.channel {
        let known = CHANNELS.iter().map(|c| c.0);
        told.channel = Some(known.clone().find(|c| c == channel).ok_or_else(|| {
            let near = crate::error::nearest(channel, known).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            Error::Usage(format!("--channel {channel}: {}{near}", CHANNELS.map(|c| c.0).join(", ")))
        })?);
    }
    told.id = options.id.clone().or(told.id);
    Ok(told)
}
