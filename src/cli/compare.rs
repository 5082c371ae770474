//! `callaudit diff` and `callaudit trend`: stored reports against each other.

use std::path::Path;

use super::args::{Arguments, Diff, Trend as Options};
use super::rules::{outputs, pretty, write};
use super::terminal::Terminal;
use crate::error::{Error, Result};
use crate::report::difference::Difference;
use crate::report::stored::Stored;
use crate::report::trend::Trend;

/// Runs `diff`; gives the exit status.
pub fn diff(options: &Diff, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    let outputs = outputs(&options.report, &["table", "json", "markdown"])?;
    if [&options.old, &options.new].iter().all(|p| p.as_os_str() == "-") {
        return Err(Error::Usage("only one of the two reports can come from standard input".to_owned()));
    }
    let name = |path: &Path| path.display().to_string();
    let (old, new) = (Stored::read(&options.old)?, Stored::read(&options.new)?);
    let difference = Difference::between((&name(&options.old), old), (&name(&options.new), &new))?;
    write(&outputs, |format, on_screen| {
        let view = terminal.view(on_screen);
        match format {
            "json" => json(&difference),
            "markdown" => Ok(difference.markdown(view.lang)),
            _ => Ok(difference.table(view.lang, view.width, view.colour)),
        }
    })?;
    Ok(difference.status())
}

/// Runs `trend`; gives the exit status.
pub fn trend(options: &Options, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    let outputs = outputs(&options.report, &["table", "json", "markdown"])?;
    let read = |path: &std::path::PathBuf| Ok((path.display().to_string(), Stored::read(path)?.report));
    let trend = Trend::over(options.stored.iter().map(read).collect::<Result<_>>()?);
    write(&outputs, |format, on_screen| {
        let view = terminal.view(on_screen);
        match format {
            "json" => json(&trend),
            "markdown" => Ok(trend.markdown(view.lang)),
            _ => Ok(trend.table(view.lang, view.width, view.colour)),
        }
    })?;
    Ok(0)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    pretty(&serde_json::to_value(value).map_err(|e| Error::Io(format!("writing JSON: {e}")))?)
}
