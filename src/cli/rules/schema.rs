//! `callaudit rules schema`.

use std::path::PathBuf;

use clap::Args;

use super::put;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::ruleset::schema::schema;

/// Options of `rules schema`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit rules schema -o callaudit.schema.json\nand in the first line of a ruleset, for editors that complete TOML:\n  #:schema ./callaudit.schema.json"
)]
pub struct Options {
    /// Writes to this file, which is replaced [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let text = serde_json::to_string_pretty(&schema(terminal.lang)).map_err(|e| Error::Io(format!("writing the schema: {e}")))?;
    put(options.output.as_deref(), &(text + "\n"))?;
    Ok(0)
}
