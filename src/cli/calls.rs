//! `callaudit calls`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::args::{Arguments, Calls as Options};
use super::terminal::Terminal;
use super::{loading, output};
use crate::calls::keys::Dictionary;
use crate::calls::zones::Zones;
use crate::engine::audit::open;
use crate::engine::export::{CallColumn, Calls, csv, parquet, texts};
use crate::error::{Error, Result};

/// How calls are written.
type Form = fn(&Calls<'_, '_>, &[CallColumn], &mut dyn Write) -> Result<()>;

/// Runs the command; gives the exit status.
pub fn run(options: &Options, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    let outputs = outputs(&options.output)?;
    let columns = match &options.columns {
        Some(text) => CallColumn::parse(text).map_err(|e| Error::Usage(format!("--columns: {e}")))?,
        None => CallColumn::all(),
    };
    let zones = Zones::new();
    let ruleset = loading::ruleset(&options.given, &zones, terminal)?;
    let inputs = loading::find(&options.given, terminal)?;
    let progress = terminal.progress(inputs.sources.iter().map(|s| s.size()).sum());
    let at = |bytes: u64, rows: u64| progress.at(bytes, rows);
    let job = loading::job(&options.given, &ruleset, &zones, terminal, &at)?;
    let dictionary = Dictionary::default();
    let mut opened = open(&job, inputs, &texts(&columns), &dictionary)?;
    let calls = Calls::settle(&job, &mut opened, &dictionary)?;
    progress.done();
    // Files first: a closed pipe on standard output must not cost them.
    for to_file in [true, false] {
        for (form, path) in outputs.iter().filter(|o| o.1.is_some() == to_file) {
            let written = match path {
                Some(path) => output::whole(path, |out| form(&calls, &columns, out)),
                None => form(&calls, &columns, &mut BufWriter::new(std::io::stdout().lock())),
            };
            match written {
                Err(e) if output::is_broken_pipe(&e) => {}
                other => other?,
            }
        }
    }
    let opened = calls.opened();
    Ok(loading::told(&mut opened.inputs.iter().map(|i| &i.info).chain(&opened.infos), terminal))
}

fn outputs(arguments: &[String]) -> Result<Vec<(Form, Option<PathBuf>)>> {
    let default = ["csv".to_owned()];
    let arguments = if arguments.is_empty() { &default[..] } else { arguments };
    let outputs = output::places(arguments)?.into_iter().map(|(argument, name, path)| match name {
        "csv" => Ok((csv::write as Form, path)),
        "parquet" if path.is_none() => Err(Error::Usage("-o parquet: give it a path, such as -o parquet=calls.parquet".to_owned())),
        "parquet" => Ok((parquet::write as Form, path)),
        other => Err(Error::Usage(format!("-o {argument}: unknown format \"{other}\" (one of csv, parquet)"))),
    });
    outputs.collect()
}
