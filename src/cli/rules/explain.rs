//! `callaudit rules explain`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value as Json;

use super::put;
use crate::calls::timestamps::DateOrder;
use crate::calls::zones::{Clock, Zones};
use crate::cli::args::{Inputs as Given, date_order};
use crate::cli::audit::{bad_bound, bound, given_lists};
use crate::cli::loading;
use crate::cli::memory::memory;
use crate::cli::terminal::Terminal;
use crate::engine::intake::Reading;
use crate::engine::why::{Asked, explain};
use crate::error::{Error, Result, nearest};
use crate::report::explanation::{call, finding, kind, rule};
use crate::rules::Rule;
use crate::rules::policy::Words;
use crate::rules::registry::{self, KINDS};
use crate::ruleset::{Ruleset, compile};

/// Options of `rules explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit rules explain\n  callaudit rules explain repeat_dial\n  callaudit rules explain redial -r rules.toml\n  callaudit rules explain 3f2a --report report.json\n  callaudit rules explain --call 20261118-0007 -r rules.toml calls.csv\n  callaudit rules explain --call calls.csv:12 -r rules.toml calls.csv --lang zh"
)]
pub struct Options {
    /// A kind of rule, the id of a rule (with -r), or the beginning of a finding's fingerprint (with --report); with --call the exports to look in [default: the list of kinds]
    #[arg(value_name = "WHAT|INPUT")]
    pub what: Vec<String>,
    /// A pack by its name, or a ruleset file; may be repeated, later ones change earlier ones [default: callaudit.toml here]
    #[arg(short, long = "rules", value_name = "PACK|FILE")]
    pub rules: Vec<PathBuf>,
    /// A stored report (-o json) that holds the finding
    #[arg(long, value_name = "REPORT.json")]
    pub report: Option<PathBuf>,
    /// A call by its id, or by its place (calls.csv:12): what did each rule say of it, and why?
    #[arg(long, value_name = "ID|SOURCE:LINE", conflicts_with = "report")]
    pub call: Option<String>,
    /// Gives or replaces a list of the ruleset
    #[arg(long = "use-list", value_name = "NAME=PATH", requires = "call")]
    pub use_list: Vec<String>,
    /// Layout of the export: a name or a profile file [default: recognised]
    #[arg(short, long, value_name = "NAME|FILE", requires = "call")]
    pub profile: Option<PathBuf>,
    /// Companion table, joined by a key column that the log has too; may be repeated
    #[arg(long, value_name = "TABLE", requires = "call")]
    pub with: Vec<PathBuf>,
    /// Clock of times without an offset, such as Asia/Shanghai or +08:00
    #[arg(long, value_name = "ZONE", requires = "call")]
    pub tz: Option<String>,
    /// Region of numbers without a country code, such as CN
    #[arg(long, value_name = "CC", requires = "call")]
    pub region: Option<String>,
    /// Dates such as 03/05/26: dmy, mdy or ymd [default: told by the rows]
    #[arg(long, value_name = "ORDER", value_parser = date_order, requires = "call")]
    pub date_order: Option<DateOrder>,
    /// Judge calls from here on: a date, an instant
    #[arg(long, value_name = "T", requires = "call")]
    pub since: Option<String>,
    /// Judge calls before this instant; a bare date includes its day
    #[arg(long, value_name = "T", requires = "call")]
    pub until: Option<String>,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let view = terminal.view(true);
    if let Some(name) = &options.call {
        return of_call(options, name, terminal);
    }
    let text = match options.what.as_slice() {
        [] if options.report.is_some() => return Err(Error::Usage("which finding? Give its fingerprint, or the beginning of it".to_owned())),
        [] => kind::list(&view),
        [what] => match &options.report {
            Some(report) => of_finding(what, report, terminal)?,
            None => match registry::by_name(what).filter(|_| options.rules.is_empty()) {
                Some(found) => kind::text(found, &view),
                None => of_rule(what, options, terminal)?,
            },
        },
        [_, more, ..] => return Err(Error::Usage(format!("one thing at a time: {more} is too much (exports are given with --call)"))),
    };
    put(None, &text)?;
    Ok(0)
}

/// The rulesets that are given, or the one here.
fn files(options: &Options) -> Option<Vec<PathBuf>> {
    let default = PathBuf::from("callaudit.toml");
    match options.rules.is_empty() {
        false => Some(options.rules.clone()),
        true => default.exists().then(|| vec![default]),
    }
}

fn of_rule(id: &str, options: &Options, terminal: &Terminal) -> Result<String> {
    let kinds = || KINDS.iter().map(|k| k.name());
    let Some(files) = files(options) else {
        let near = nearest(id, kinds()).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        let fingerprint = id.len() >= 4 && id.bytes().all(|b| b.is_ascii_hexdigit());
        let more = if fingerprint { "; a finding needs --report REPORT.json" } else { "" };
        return Err(Error::Usage(format!("there is no kind \"{id}\"{near}; a rule needs -r FILE{more} (kinds: {})", kinds().collect::<Vec<_>>().join(", "))));
    };
    let zones = Zones::new();
    let ruleset = compile::load(&files, &[], &zones, terminal.stderr_colour())?;
    let all = || ruleset.rules.iter().map(|r| (r.as_ref(), true)).chain(ruleset.off.iter().map(|r| (r.as_ref(), false)));
    let found: Option<(&dyn Rule, bool)> = all().find(|(r, _)| r.common().id == id);
    match found {
        Some((rule, on)) => {
            let view = zones.view();
            let words = Words { lang: terminal.lang, lists: &ruleset.lists, predicates: &ruleset.predicates, view: &view };
            Ok(rule::text(&ruleset, rule, on, &words, &terminal.view(true)))
        }
        None => match registry::by_name(id) {
            Some(found) => Ok(kind::text(found, &terminal.view(true))),
            None => {
                let near = nearest(id, all().map(|(r, _)| r.common().id.as_str()).chain(kinds())).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
                Err(Error::Usage(format!("{}: there is no rule and no kind \"{id}\"{near}", shown(&files))))
            }
        },
    }
}

fn shown(files: &[PathBuf]) -> String {
    files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn of_finding(begin: &str, path: &Path, terminal: &Terminal) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::Usage(format!("cannot read the report {}: {e}", path.display())))?;
    let report: Json = serde_json::from_str(&text).map_err(|e| Error::Usage(format!("{} is no stored report (-o json): {e}", path.display())))?;
    if report["schema"].as_str() != Some(crate::report::SCHEMA) {
        return Err(Error::Usage(format!("{} is no stored report of this version ({})", path.display(), crate::report::SCHEMA)));
    }
    match finding::matching(&report, &begin.to_ascii_lowercase()).as_slice() {
        [one] => {
            let zones = Zones::new();
            let id = one["rule"].as_str().unwrap_or_default();
            // A report of another version may hold what this one does not compile: then it is explained without.
            let ruleset = finding::ruleset(&report).and_then(|text| again(&text, &zones).ok());
            let view = zones.view();
            let words = ruleset.as_ref().map(|r| Words { lang: terminal.lang, lists: &r.lists, predicates: &r.predicates, view: &view });
            let rule = ruleset.as_ref().and_then(|r| r.rules.iter().find(|r| r.common().id == id)).map(|r| r.as_ref());
            Ok(finding::text(&report, one, rule.zip(words.as_ref()), &terminal.view(true)))
        }
        [] => {
            let left = report["truncated"]["findings"].as_u64().filter(|n| *n > 0);
            let more = left.map(|n| format!("; {n} findings are not in it, because --findings kept fewer")).unwrap_or_default();
            Err(Error::Usage(format!("{} holds no finding whose fingerprint begins with {begin}{more}", path.display())))
        }
        several => {
            let names: Vec<&str> = several.iter().take(5).filter_map(|f| f["fingerprint"].as_str()).collect();
            let more = if several.len() > names.len() { ", …" } else { "" };
            Err(Error::Usage(format!("{} findings begin with {begin}: {}{more}", several.len(), names.join(", "))))
        }
    }
}

/// A ruleset from its text alone.
fn again(text: &str, zones: &Zones) -> Result<Ruleset> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("effective.toml");
    std::fs::write(&path, text)?;
    compile::load(&[path], &[], zones, false)
}

fn of_call(options: &Options, name: &str, terminal: &Terminal) -> Result<u8> {
    let Some(files) = files(options) else {
        return Err(Error::Usage("no ruleset: pass -r FILE, or put a callaudit.toml here".to_owned()));
    };
    if options.what.is_empty() {
        return Err(Error::Usage("which export? callaudit rules explain --call ID -r RULESET INPUT…".to_owned()));
    }
    let lists = given_lists(&options.use_list)?;
    let given = Given {
        inputs: options.what.clone(),
        rules: files.clone(),
        profile: options.profile.clone(),
        with: options.with.clone(),
        tz: options.tz.clone(),
        region: options.region.clone(),
        date_order: options.date_order,
        memory: None,
        max_decoded: None,
        threads: None,
    };
    let zones = Zones::new();
    let colour = terminal.stderr_colour();
    let ruleset = compile::load(&files, &lists, &zones, colour)?;
    let clock = Clock::parse(&ruleset.timezone).map_err(Error::Usage)?;
    let at = |option: &str, text: &Option<String>, end: bool| match text {
        Some(t) => bound(t, &clock, 0, end).map(Some).ok_or_else(|| bad_bound(option, t)),
        None => Ok(None),
    };
    let (since, until) = (at("--since", &options.since, false)?, at("--until", &options.until, true)?);
    let asked = Asked {
        name,
        files: &files,
        lists: &lists,
        zones: &zones,
        ruleset: &ruleset,
        inputs: &|| loading::find(&given, terminal),
        // Standard input is read once.
        again: !given.inputs.iter().any(|i| i == "-"),
        since,
        until,
        as_of: 0,
        reading: Reading { profile: given.profile.clone(), tz: given.tz.clone(), region: given.region.clone(), date_order: given.date_order },
        with: &given.with,
        memory: memory(None)?,
        lang: terminal.lang,
    };
    let calls = explain(&asked)?;
    if calls.is_empty() {
        return Err(Error::Usage(format!(
            "no call has the id or the place {name}: a row that is rejected, no call, part of another call or after --until is none (callaudit inspect shows what became of the rows)"
        )));
    }
    put(None, &call::text(&calls, &terminal.view(true)))?;
    Ok(0)
}
