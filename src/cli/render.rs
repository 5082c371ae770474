//! `callaudit render`.

use std::io::Write;

use super::args::{Arguments, Render};
use super::output;
use super::outward::Outward;
use super::terminal::Terminal;
use crate::error::{Error, Result};
use crate::report::renderers::{View, write_error};
use crate::report::schemas::schema;
use crate::report::stored::Stored;

/// Runs the command; gives the exit status, which is 0 whatever the report says: nothing is judged here.
pub fn run(options: &Render, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    if let Some(column) = &options.split {
        let why = "a stored report does not tell whose each call is, and its totals are those of all: callaudit audit … --split";
        return Err(Error::Usage(format!("--split {column}: {why} {column} -o json=report.json")));
    }
    let form = options.schema.as_deref().unwrap_or("report");
    let Some(path) = options.stored.as_deref().filter(|_| options.schema.is_none()) else {
        let text = serde_json::to_string_pretty(&schema(form)).map_err(|e| Error::Io(format!("writing the schema: {e}")))?;
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).map_err(|e| write_error(&e))?;
        return Ok(0);
    };
    let outputs = output::parse(&options.report, output::From::Stored)?;
    let stored = Stored::read(path)?;
    let view = |to_stdout: bool| View { max_findings: options.max_findings, ..terminal.view(to_stdout) };
    let outward = Outward::new(&options.outward)?;
    let (report, rows) = stored.into_parts();
    outward.write(report, &rows, |report, rows, _| output::write_all(&outputs, report, rows, &view))?;
    Ok(0)
}
