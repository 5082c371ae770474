//! `callaudit rules policy`.

use std::path::PathBuf;

use clap::Args;

use super::{open, outputs, write};
use crate::calls::zones::Zones;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::policy::{html, markdown, policy};

/// Options of `rules policy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callaudit rules policy callaudit.toml -o html=policy.html\n  callaudit rules policy cn-tencent-ccc --lang zh")]
pub struct Options {
    /// A ruleset: a file, or a pack
    #[arg(value_name = "FILE|PACK")]
    pub ruleset: PathBuf,
    /// markdown or html, to standard output or to a file; may be repeated [default: markdown]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["markdown", "html"])?;
    let zones = Zones::new();
    let (ruleset, _) = open(&options.ruleset, &zones, terminal)?;
    let policy = policy(&ruleset, &zones.view(), terminal.lang);
    write(&outputs, |format, _| Ok(if format == "html" { html(&policy) } else { markdown(&policy) }))?;
    Ok(0)
}
