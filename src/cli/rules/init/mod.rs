//! `callaudit rules init`: a commented ruleset from flags, or from a few answers at a terminal; with cases beside it.

mod answers;
mod draft;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::refuse_to_overwrite;
use crate::calls::zones::Zones;
use crate::cli::output;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::language::{Msg, say};
use crate::ruleset::compile;
use draft::{Cap, Draft, Hours};

/// Options of `rules init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit rules init --region CN --hours 'mon-fri 09:00-12:00 14:00-20:00, sat 10:00-17:00, holiday none' --cap 3/24h --list dnc=dnc.csv\n  callaudit rules init ours.toml --pack cn-tencent-ccc --cap caller=60/hour\n\nWithout options, and at a terminal, it asks. A file that is there is not replaced without --force."
)]
pub struct Options {
    /// The file to write; its cases go beside it
    #[arg(value_name = "FILE", default_value = "callaudit.toml")]
    pub file: PathBuf,
    /// Country of numbers without a country code: CN, US …
    #[arg(long, value_name = "CC")]
    pub region: Option<String>,
    /// The clock of the rules, such as Asia/Shanghai [default: that of the region, where it has but one]
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// What all calls are for, where the logs do not tell: marketing, collection, service …
    #[arg(long, value_name = "WORD")]
    pub purpose: Option<String>,
    /// Permitted hours: '09:00-21:00', or by day as in the example
    #[arg(long, value_name = "HOURS")]
    pub hours: Option<String>,
    /// At most N calls in a window, per callee or per another column: 3/24h, '5/7 days', caller=60/hour; may be repeated
    #[arg(long, value_name = "[COLUMN=]N/WINDOW")]
    pub cap: Vec<String>,
    /// A list of numbers that must not be called; may be repeated
    #[arg(long, value_name = "NAME=PATH")]
    pub list: Vec<String>,
    /// A pack to build on; may be repeated
    #[arg(long, value_name = "NAME")]
    pub pack: Vec<String>,
    /// Replaces the file if it is there
    #[arg(long)]
    pub force: bool,
}

impl Options {
    /// Is nothing said but where to write?
    fn silent(&self) -> bool {
        let single = [&self.region, &self.timezone, &self.purpose, &self.hours].iter().all(|o| o.is_none());
        single && self.cap.is_empty() && self.list.is_empty() && self.pack.is_empty()
    }
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let cases = cases_beside(&options.file);
    refuse_to_overwrite(Some(&options.file), options.force)?;
    refuse_to_overwrite(Some(&cases), options.force)?;
    let zones = Zones::new();
    // A script has no terminal at one of the two ends: it is never made to wait.
    let asks = options.silent() && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let draft = if asks {
        answers::ask(&mut std::io::stdin().lock(), &mut std::io::stdout().lock(), &zones, terminal.lang)?
    } else {
        from_options(options, &zones, terminal)?
    };
    let (ruleset, tests) = (draft.ruleset(terminal.lang), draft.cases(terminal.lang));
    check(&options.file, &ruleset, &zones)?;
    let put = |path: &Path, text: &str| output::whole(path, |out| out.write_all(text.as_bytes()).map_err(Error::from));
    put(&options.file, &ruleset)?;
    let file = options.file.display().to_string();
    if !tests.is_empty() {
        put(&cases, &tests)?;
    }
    for (name, path) in &draft.lists {
        let beside = options.file.parent().unwrap_or(Path::new("")).join(path);
        if !beside.exists() {
            terminal.warn(&format!("the list {name} has no file yet: {} is expected", beside.display()));
        }
    }
    let written = if tests.is_empty() { file.clone() } else { format!("{file}, {}", cases.display()) };
    super::put(None, &format!("{}\n", say(terminal.lang, Msg::InitWrote, &[("files", &written), ("file", &file)])))?;
    Ok(0)
}

/// `callaudit.test.toml` beside `callaudit.toml`.
fn cases_beside(file: &Path) -> PathBuf {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    file.with_file_name(format!("{}.test.toml", name.strip_suffix(".toml").unwrap_or(&name)))
}

fn from_options(options: &Options, zones: &Zones, terminal: &Terminal) -> Result<Draft> {
    let flag = |name: &str, e: String| Error::Usage(format!("--{name}: {e}"));
    let mut draft = Draft::default();
    if let Some(region) = &options.region {
        draft.region = Some(draft::region(region).map_err(|e| flag("region", e))?);
    }
    draft.timezone = match &options.timezone {
        Some(zone) => Some(draft::timezone(zone).map_err(|e| flag("timezone", e))?),
        None => draft.region.as_deref().and_then(|r| draft::zone_of(r, zones)),
    };
    if draft.timezone.is_none() {
        terminal.warn("no time zone is given: UTC is written, which is hardly what your rules mean (--timezone)");
    }
    if let Some(purpose) = &options.purpose {
        draft.purpose = Some(draft::word(purpose).map_err(|e| flag("purpose", e))?);
    }
    if let Some(hours) = &options.hours {
        draft.hours = Some(Hours::parse(hours, draft.region.as_deref()).map_err(|e| flag("hours", e))?);
    }
    for cap in &options.cap {
        draft.add_cap(Cap::parse(cap).map_err(|e| flag("cap", e))?);
    }
    for list in &options.list {
        draft.add_list(list).map_err(|e| flag("list", e))?;
    }
    for pack in &options.pack {
        draft.add_pack(pack).map_err(|e| flag("pack", e))?;
    }
    draft.examples_if_empty();
    Ok(draft)
}

/// What is written is a ruleset without mistakes: looked at before it takes its place.
fn check(file: &Path, text: &str, zones: &Zones) -> Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |e: std::io::Error| Error::Usage(format!("cannot write {}: {e}", file.display()));
    let mut trial = crate::temporary::within(folder, ".toml").map_err(fail)?;
    trial.write_all(text.as_bytes()).and_then(|()| trial.flush()).map_err(fail)?;
    compile::load(&[trial.path().to_owned()], &[], zones, false).map(|_| ())
}
