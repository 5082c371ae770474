//! `--split`: one audit after another, each of the calls of one account, seller or campaign, each with files of its own.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::args::Audit;
use super::audit::Run;
use super::{loading, output};
use crate::engine::audit::Job;
use crate::engine::part::{self, Part};
use crate::error::{Error, Result};
use crate::input::source::Inputs;
use crate::report::Report;
use crate::rules::Plan;
use crate::ruleset::Ruleset;

/// More files than anybody looks at.
const MOST: usize = 1000;
/// Characters of a value in the name of a file.
const LONGEST: usize = 60;

/// Can these options be split at all?
///
/// Errors: what names the calls of others, and what cannot be read twice.
pub fn allowed(options: &Audit) -> Result<()> {
    let Some(column) = &options.split else { return Ok(()) };
    let refuse = |why: &str| Err(Error::Usage(format!("--split {column}: {why}")));
    if options.suppressions.is_some() {
        return refuse("suppressions name calls of all; audit without --split, or give each its own audit");
    }
    if options.baseline.is_some() {
        return refuse("a baseline is one report; compare the reports of each one with callaudit diff OLD NEW");
    }
    if options.given.inputs.iter().any(|input| input == "-") {
        return refuse("standard input can be read only once: give a file");
    }
    Ok(())
}

/// One of several that share a log.
pub struct Named<'a> {
    /// Whose calls.
    pub part: &'a Part,
    /// The values of the others.
    others: Vec<&'a str>,
    /// Names that files have already.
    taken: &'a RefCell<BTreeSet<String>>,
}

impl Named<'_> {
    /// What stands in the names of its files: its value as the report shows it, and a number where another one looks the same.
    pub fn name(&self, report: &Report) -> String {
        let shown = report.part.as_ref().and_then(|p| p.value.as_deref());
        let name = shown.map_or_else(|| format!("without-{}", self.part.column), safe);
        let mut taken = self.taken.borrow_mut();
        let mut numbered = name.clone();
        let mut n = 1;
        // Some file systems take great letters for small ones.
        while !taken.insert(numbered.to_lowercase()) {
            n += 1;
            numbered = format!("{name}-{n}");
        }
        numbered
    }

    /// Takes out of the ruleset's text what names the others, and tells of which rules the limits are not those of all calls.
    pub fn only_its_own(&self, report: &mut Report, ruleset: &Ruleset) {
        if let Some(tables) = report.ruleset.effective.as_object_mut() {
            // How inputs are read stands with the inputs.
            tables.remove("source");
        }
        self.redact("", &mut report.ruleset.effective);
        let field = self.part.field();
        for (rule, said) in ruleset.rules.iter().zip(&mut report.rules) {
            let Plan::Sequence(sequence) = rule.plan() else { continue };
            if said.status == "evaluated" && !sequence.key().fields.contains(&field) {
                said.notes.push(format!("counted are the calls of this {} alone", field.name()));
            }
            debug_assert_eq!(rule.common().id, said.id);
        }
    }

    /// `key`: under which the value stands. Ids and words of the ruleset's own stay: a rule may have the name of a campaign.
    fn redact(&self, key: &str, value: &mut Value) {
        const OWN: [&str; 12] = ["id", "kind", "force", "severity", "version", "timezone", "region", "checklist", "exempt", "lists", "extends", "calendar"];
        match value {
            Value::String(text) => {
                for other in &self.others {
                    if text == other && !OWN.contains(&key) {
                        *text = "…".to_owned();
                    }
                    for quote in ['\'', '"'] {
                        let quoted = format!("{quote}{other}{quote}");
                        if text.contains(&quoted) {
                            *text = text.replace(&quoted, &format!("{quote}…{quote}"));
                        }
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact(key, item)),
            Value::Object(map) => map.iter_mut().for_each(|(key, item)| self.redact(key, item)),
            _ => {}
        }
    }
}

/// Audits each part. Gives the worst exit status.
pub fn run(run: &Run<'_>, column: &str) -> Result<u8> {
    let (options, terminal) = (run.options, run.terminal);
    let column = part::COLUMNS.iter().copied().find(|c| *c == column).unwrap_or("account");
    let inputs = loading::find(&options.given, terminal)?;
    if let Some((path, why)) = inputs.problems.first() {
        return Err(Error::Input(format!("{path}: {why}")));
    }
    let progress = terminal.progress(inputs.sources.iter().map(|s| s.size()).sum());
    let at = |bytes: u64, rows: u64| progress.at(bytes, rows);
    let any = Part { column, value: None };
    let job = Job { part: Some(&any), ..loading::job(&options.given, run.ruleset, run.zones, terminal, &at)? };
    let mut held = part::survey(&job, inputs)?;
    drop(job);
    progress.done();
    let mut status = 0;
    // Rows that are no calls and name nobody make no report, unless there is nothing else.
    let nobody = held.get("").filter(|rest| rest.calls == 0 && held.len() > 1).map(|rest| (rest.rows, rest.rejected));
    if let Some((rows, rejected)) = nobody {
        held.remove("");
        terminal.warn(&format!("{rows} rows that are no calls have no {column} and stand in no report, {rejected} of them rejected"));
        let read = rows + held.values().map(|h| h.rows).sum::<u64>();
        status = if rejected > (run.max_rejects)(read) { 3 } else { 0 };
    }
    places(run, column, held.len())?;
    let taken = RefCell::default();
    for (value, one) in &held {
        let part = Part { column, value: (!value.is_empty()).then(|| value.clone()) };
        let others = held.keys().filter(|v| *v != value && !v.is_empty()).map(String::as_str).collect();
        let mut inputs = Inputs::find_within(&options.given.inputs, loading::limits(&options.given)?)?;
        inputs.notes.clear();
        inputs.sources.retain(|source| one.paths.contains(&source.path));
        let own = run.audit(inputs, Some(&Named { part: &part, others, taken: &taken }))?;
        terminal.tell(&format!("{column} {}: {} calls, exit status {own}", part.value.as_deref().unwrap_or("-"), one.calls));
        status = status.max(own);
    }
    Ok(status)
}

/// Have all of these reports a place?
fn places(run: &Run<'_>, column: &str, n: usize) -> Result<()> {
    let refuse = |why: String| Err(Error::Usage(format!("--split {column}: {why}")));
    if n > MOST {
        return refuse(format!("{n} values, and so many reports; at most {MOST} are written"));
    }
    let own = |path: &Option<PathBuf>| path.as_ref().is_some_and(|p| !output::is_device(p));
    if n > 1 && run.outputs.iter().any(|o| !own(&o.path)) {
        return refuse(format!("{n} reports cannot all go to one place: give each output a file, such as -o html=report.html"));
    }
    if n > 1 && run.options.rejects.as_ref().is_some_and(|p| output::is_device(p)) {
        return refuse("rejected rows of several cannot all go to one place: give --rejects a file".to_owned());
    }
    Ok(())
}

/// `report.html` with a name in it: `report-ACME.html`.
pub fn named(path: &Path, name: &str) -> PathBuf {
    let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let (stem, ending) = match file.split_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
        _ => (file, String::new()),
    };
    path.with_file_name(format!("{stem}-{name}{ending}"))
}

/// A value as a part of the name of a file: letters, digits, `-`, `_` and `.` stay, anything else becomes `_`.
fn safe(value: &str) -> String {
    let name: String = value.chars().take(LONGEST).map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
    // No file system takes more than 255 bytes.
    let mut end = name.len().min(3 * LONGEST);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_safe_in_the_names_of_files() {
        for (value, shown) in [
            ("ACME", "report-ACME.html"),
            ("某某科技/华东", "report-某某科技_华东.html"),
            ("../../etc/passwd", "report-.._.._etc_passwd.html"),
            ("a\u{0}b\nc\u{202e}d:*?\"<>|", "report-a_b_c_d_______.html"),
        ] {
            assert_eq!(named(Path::new("out/report.html"), &safe(value)), Path::new("out").join(shown), "{value:?}");
        }
        assert_eq!(named(Path::new("report"), "A"), Path::new("report-A"));
        assert_eq!(named(Path::new("report.junit.xml"), "A"), Path::new("report-A.junit.xml"));
        assert!(safe(&"长".repeat(1000)).len() <= 180);
    }
}
