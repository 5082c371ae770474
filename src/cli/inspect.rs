//! `callaudit inspect`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::args::{Arguments, Inspect};
use super::terminal::Terminal;
use super::{loading, output};
use crate::calls::zones::Zones;
use crate::engine::inspect::{inspect, profile_file};
use crate::error::{Error, Result};
use crate::report::inspection::{Inspection, json, table};
use crate::report::renderers::View;

/// How an inspection is written.
type Form = fn(&Inspection, &View, &mut dyn Write) -> Result<()>;

/// Runs the command; gives the exit status.
pub fn run(options: &Inspect, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    let outputs = outputs(&options.report)?;
    let zones = Zones::new();
    let ruleset = loading::ruleset(&options.given, &zones, terminal)?;
    let inputs = loading::find(&options.given, terminal)?;
    let progress = terminal.progress(inputs.sources.iter().map(|s| s.size()).sum());
    let at = |bytes: u64, rows: u64| progress.at(bytes, rows);
    let job = loading::job(&options.given, &ruleset, &zones, terminal, &at)?;
    let (inspection, opened) = inspect(&job, inputs)?;
    progress.done();
    if let Some(path) = &options.write_profile {
        let [input] = opened.inputs.as_slice() else {
            return Err(Error::Usage(format!("--write-profile writes the profile of one input, and {} can be read", opened.inputs.len())));
        };
        let name = path.file_stem().map_or_else(|| "profile".to_owned(), |s| s.to_string_lossy().into_owned());
        let text = profile_file(input, &name);
        output::whole(path, |out| out.write_all(text.as_bytes()).map_err(Error::from))?;
        terminal.tell(&format!("wrote {}", path.display()));
    }
    // Files first: a closed pipe on standard output must not cost them.
    for to_file in [true, false] {
        for (form, path) in outputs.iter().filter(|o| o.1.is_some() == to_file) {
            let view = terminal.view(path.is_none());
            let written = match path {
                Some(path) => output::whole(path, |out| form(&inspection, &view, out)),
                None => form(&inspection, &view, &mut BufWriter::new(std::io::stdout().lock())),
            };
            match written {
                Err(e) if output::is_broken_pipe(&e) => {}
                other => other?,
            }
        }
    }
    Ok(inspection.exit.status)
}

fn outputs(arguments: &[String]) -> Result<Vec<(Form, Option<PathBuf>)>> {
    let default = ["table".to_owned()];
    let arguments = if arguments.is_empty() { &default[..] } else { arguments };
    let outputs = output::places(arguments)?.into_iter().map(|(argument, name, path)| match name {
        "table" => Ok((table as Form, path)),
        "json" => Ok((json as Form, path)),
        other => Err(Error::Usage(format!("-o {argument}: unknown format \"{other}\" (one of table, json)"))),
    });
    outputs.collect()
}
