//! `callaudit rules check`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{outputs, pretty, write};
use crate::calls::zones::Zones;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::language::{Lang, Msg, say, sentence};
use crate::report::renderers::table::show;
use crate::ruleset::compile::{self, Loaded};
use crate::ruleset::diagnostics::Told;

/// Options of `rules check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit rules check callaudit.toml\n  callaudit rules check rules/*.toml -o github\n\nExit status: 0 no mistake; 2 mistakes."
)]
pub struct Options {
    /// Rulesets: files, or names of packs
    #[arg(required = true, value_name = "FILE|PACK")]
    pub files: Vec<PathBuf>,
    /// text, json or github (annotations of a workflow), to standard output or to a file; may be repeated [default: text]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// What is said of one file.
#[derive(Debug, Serialize)]
struct Checked {
    path: String,
    ok: bool,
    id: Option<String>,
    version: Option<String>,
    /// Rules that are on.
    rules: usize,
    /// Rules that are off.
    off: usize,
    lists: usize,
    errors: Vec<Told>,
    warnings: Vec<Told>,
    #[serde(skip)]
    rendered: [String; 2],
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["text", "json", "github"])?;
    let zones = Zones::new();
    let checked: Vec<Checked> = options.files.iter().map(|file| check(file, &zones)).collect();
    write(&outputs, |format, on_screen| {
        Ok(match format {
            "json" => pretty(&serde_json::json!({ "schema": "callaudit.check/1", "files": checked }))?,
            "github" => github(&checked),
            _ => text(&checked, terminal.lang, terminal.view(on_screen).colour),
        })
    })?;
    Ok(if checked.iter().all(|c| c.ok) { 0 } else { 2 })
}

fn check(file: &PathBuf, zones: &Zones) -> Checked {
    let path = file.display().to_string();
    match compile::read(std::slice::from_ref(file), &[], zones) {
        Ok(Loaded { ruleset, found, .. }) => {
            let (errors, warnings) = found.told();
            let (id, version) = ruleset.as_ref().map_or((None, None), |r| (Some(r.id.clone()), r.version.clone()));
            let (rules, off, lists) = ruleset.as_ref().map_or((0, 0, 0), |r| (r.rules.len(), r.off.len(), r.lists.len()));
            Checked { path, ok: ruleset.is_some(), id, version, rules, off, lists, errors, warnings, rendered: [false, true].map(|c| found.render(c)) }
        }
        Err(e) => {
            let message = e.to_string();
            let rendered = [false, true].map(|_| format!("error: {message}\n"));
            let errors = vec![Told { file: path.clone(), line: 1, column: 1, end_column: 1, message, label: None, help: None }];
            Checked { path, ok: false, id: None, version: None, rules: 0, off: 0, lists: 0, errors, warnings: Vec::new(), rendered }
        }
    }
}

fn text(checked: &[Checked], lang: Lang, colour: bool) -> String {
    let mut out = String::new();
    for file in checked {
        let path = show(&file.path);
        for warning in &file.warnings {
            let place = format!("{}:{}:{}", show(&warning.file), warning.line, warning.column);
            out.push_str(&format!("{}: {place}: {}\n", say(lang, Msg::Warning, &[]), show(&sentence(lang, &warning.message))));
        }
        if file.ok {
            let name = [file.id.as_deref(), file.version.as_deref()].into_iter().flatten().map(show).collect::<Vec<_>>().join(" ");
            let counts = [("on", file.rules), ("off", file.off), ("lists", file.lists)].map(|(k, n)| (k, n.to_string()));
            let mut values: Vec<(&str, &str)> = counts.iter().map(|(k, n)| (*k, n.as_str())).collect();
            values.extend([("path", path.as_str()), ("name", name.as_str())]);
            out.push_str(&say(lang, Msg::CheckedOk, &values));
            out.push('\n');
        } else {
            out.push_str(&file.rendered[usize::from(colour)]);
        }
    }
    let bad = checked.iter().filter(|c| !c.ok).count();
    if checked.len() > 1 {
        out.push_str(&say(lang, Msg::CheckedAll, &[("n", &checked.len().to_string()), ("bad", &bad.to_string())]));
        out.push('\n');
    }
    out
}

/// Annotations as a workflow of GitHub reads them from standard output.
fn github(checked: &[Checked]) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut out = String::new();
    for file in checked {
        let all = file.errors.iter().map(|e| ("error", e)).chain(file.warnings.iter().map(|w| ("warning", w)));
        for (level, told) in all {
            let mut message = told.message.clone();
            for more in [&told.label, &told.help].into_iter().flatten() {
                message = format!("{message}; {more}");
            }
            out.push_str(&format!(
                "::{level} file={},line={},col={},endColumn={}::{}\n",
                property(&told.file),
                told.line,
                told.column,
                told.end_column,
                data(&message)
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Checked {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("100%,a:b.toml");
        std::fs::write(&file, text).unwrap();
        check(&file, &Zones::new())
    }

    #[test]
    fn github_gets_one_line_for_each_mistake_whatever_it_holds() {
        let checked = checked("[ruleset]\nid = 'a'\nsun\u{1b}day = \"1\\n::error::x\"\n[[rule]]\nid = 'r'\nkind = 'call_cpa'\n");
        let lines = github(&[checked]);
        assert!(lines.lines().count() >= 2 && lines.lines().all(|l| l.starts_with("::error file=")), "{lines}");
        assert!(lines.contains("100%25%2Ca%3Ab.toml,line=6,col=8,endColumn=18::`kind`: unknown word `call_cpa`"), "{lines}");
    }

    #[test]
    fn a_file_that_is_not_there_is_a_mistake_of_its_own() {
        let checked = check(&PathBuf::from("/nowhere/rules.toml"), &Zones::new());
        assert!(!checked.ok && checked.errors.len() == 1 && checked.rendered[0].starts_with("error: cannot read"), "{checked:?}");
    }
}
