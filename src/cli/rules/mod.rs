//! `callaudit rules`: rulesets and packs by themselves, without a log. One file per command.

mod check;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::args::Arguments;
use super::output;
use super::terminal::Terminal;
use crate::error::{Error, Result, nearest};

/// What to do with rulesets.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Are these rulesets without mistakes? Tells all of them, with line and column
    Check(check::Options),
}

/// Runs the command; gives the exit status.
pub fn run(command: &RulesCommand, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    match command {
        RulesCommand::Check(options) => check::run(options, terminal),
    }
}

/// Reads `FORMAT[=PATH]` arguments of a command that knows these formats, the first of which is its default.
///
/// Errors: unknown formats, two outputs to one place, folders that do not exist.
fn outputs(arguments: &[String], known: &[&'static str]) -> Result<Vec<(&'static str, Option<PathBuf>)>> {
    let default = [known[0].to_owned()];
    let arguments = if arguments.is_empty() { &default[..] } else { arguments };
    let mut outputs = Vec::new();
    for (argument, name, path) in output::places(arguments)? {
        let Some(format) = known.iter().find(|k| **k == name) else {
            let near = nearest(name, known.iter().copied()).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            return Err(Error::Usage(format!("-o {argument}: unknown format \"{name}\"{near} (one of {})", known.join(", "))));
        };
        outputs.push((*format, path));
    }
    Ok(outputs)
}

/// Writes each output, the files first: a closed pipe on standard output must not cost them.
///
/// Errors: what the file system says.
fn write(outputs: &[(&'static str, Option<PathBuf>)], text: impl Fn(&'static str, bool) -> Result<String>) -> Result<()> {
    for to_file in [true, false] {
        for (format, path) in outputs.iter().filter(|o| o.1.is_some() == to_file) {
            put(path.as_deref(), &text(format, path.is_none())?)?;
        }
    }
    Ok(())
}

/// Writes a text to a file, or to standard output.
///
/// Errors: what the file system says; a closed pipe is none.
fn put(path: Option<&Path>, text: &str) -> Result<()> {
    let fail = |e: std::io::Error| crate::report::renderers::write_error(&e);
    let written = match path {
        Some(path) => output::whole(path, |out| out.write_all(text.as_bytes()).map_err(fail)),
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(fail)
        }
    };
    match written {
        Err(e) if output::is_broken_pipe(&e) => Ok(()),
        other => other,
    }
}
