//! `callaudit rules export`.

use std::path::PathBuf;

use clap::Args;

use super::{put, refuse_to_overwrite};
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::ruleset::packs::{self, Named};

/// Options of `rules export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callaudit rules export cn-tencent-ccc -o ours.toml\n  callaudit rules export cn-tencent-ccc --cases -o ours.test.toml")]
pub struct Options {
    /// A pack: NAME or NAME@VERSION
    #[arg(value_name = "PACK")]
    pub pack: String,
    /// Writes to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The pack's cases instead of its rules
    #[arg(long)]
    pub cases: bool,
    /// Replaces the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let pack = match packs::resolve(&options.pack, false).map_err(Error::Usage)? {
        Named::Pack(pack) => pack,
        Named::File => return Err(Error::Usage(format!("{}: a pack is exported, not a file (packs: {})", options.pack, packs::names()))),
    };
    refuse_to_overwrite(options.output.as_deref(), options.force)?;
    put(options.output.as_deref(), if options.cases { pack.tests } else { pack.text })?;
    if let Some(path) = &options.output {
        terminal.tell(&format!("wrote {}", path.display()));
    }
    Ok(0)
}
