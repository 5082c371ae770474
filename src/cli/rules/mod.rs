//! `callaudit rules`: rulesets and packs by themselves, without a log. One file per command.

mod check;
mod diff;
mod explain;
mod export;
mod init;
mod list;
mod policy;
mod schema;
mod show;
mod test;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::args::Arguments;
use super::output;
use super::terminal::Terminal;
use crate::calls::zones::Zones;
use crate::error::{Error, Result, nearest};
use crate::ruleset::Ruleset;
use crate::ruleset::compile::{self, Loaded};

/// What to do with rulesets.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Are these rulesets without mistakes? Tells all of them, with line and column
    Check(check::Options),
    /// The packs that the program brings, and the kinds of rule that it knows
    List(list::Options),
    /// The rules that hold after `extends`, each key with the place it comes from
    Show(show::Options),
    /// Runs the cases beside rulesets: does each rule say of each call what it should?
    Test(test::Options),
    /// Explains a kind, a rule, a finding, or why a call was found and another was not
    Explain(explain::Options),
    /// What differs between two rulesets or packs
    Diff(diff::Options),
    /// The ruleset as a policy for staff: who may be called when and how often, lists, records, sources, what is law and what is not
    Policy(policy::Options),
    /// Writes a commented ruleset to begin with, and its cases
    Init(init::Options),
    /// The text of a pack, to be edited
    Export(export::Options),
    /// JSON Schema of rulesets, with which editors complete and check them
    Schema(schema::Options),
}

/// Runs the command; gives the exit status.
pub fn run(command: &RulesCommand, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    match command {
        RulesCommand::Check(options) => check::run(options, terminal),
        RulesCommand::List(options) => list::run(options, terminal),
        RulesCommand::Show(options) => show::run(options, terminal),
        RulesCommand::Test(options) => test::run(options, terminal),
        RulesCommand::Explain(options) => explain::run(options, terminal),
        RulesCommand::Diff(options) => diff::run(options, terminal),
        RulesCommand::Policy(options) => policy::run(options, terminal),
        RulesCommand::Init(options) => init::run(options, terminal),
        RulesCommand::Export(options) => export::run(options, terminal),
        RulesCommand::Schema(options) => schema::run(options, terminal),
    }
}

/// Reads `FORMAT[=PATH]` arguments of a command that knows these formats, the first of which is its default.
///
/// Errors: unknown formats, two outputs to one place, folders that do not exist.
pub(super) fn outputs(arguments: &[String], known: &[&'static str]) -> Result<Vec<(&'static str, Option<PathBuf>)>> {
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
pub(super) fn write(outputs: &[(&'static str, Option<PathBuf>)], text: impl Fn(&'static str, bool) -> Result<String>) -> Result<()> {
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

/// A ruleset with what its files say.
///
/// Errors: all its mistakes.
fn open(file: &Path, zones: &Zones, terminal: &Terminal) -> Result<(Ruleset, Loaded)> {
    let mut loaded = compile::read(&[file.to_owned()], &[], zones)?;
    let ruleset = loaded.ruleset.take().ok_or_else(|| Error::Ruleset(loaded.found.render(terminal.stderr_colour())))?;
    ruleset.warnings.iter().for_each(|w| terminal.warn(w));
    Ok((ruleset, loaded))
}

/// A file that somebody may have edited is not replaced without a word.
///
/// Errors: it is there, and `force` is not given.
fn refuse_to_overwrite(path: Option<&Path>, force: bool) -> Result<()> {
    match path.filter(|p| p.exists() && !output::is_device(p) && !force) {
        Some(path) => Err(Error::Usage(format!("{} is there already: --force replaces it", path.display()))),
        None => Ok(()),
    }
}

/// JSON as people can read it.
///
/// Errors: none that a value of ours can cause.
pub(super) fn pretty(value: &serde_json::Value) -> Result<String> {
    serde_json::to_string_pretty(value).map(|t| t + "\n").map_err(|e| Error::Io(format!("writing JSON: {e}")))
}
