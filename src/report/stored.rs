//! A stored report read back: what `-o json` wrote, whole and as it was.

use std::path::Path;

use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::Value;

use super::audience::Reader;
use super::masking::Hidden;
use super::renderers::table::show;
use super::words::{self, Word};
use super::{
    BTreeMap, BreakdownRow, Cells, ChecklistItem, Evaluation, Exit, Finding, Findings, Gap, InputInfo, Judged, Period, Report, RulesetInfo, SCHEMA, Tool,
    Totals, Truncated,
};
use crate::engine::part::Part;
use crate::error::{Error, Result};
use crate::exposure::Exposure;
use crate::findings::baseline::Compared;
use crate::findings::suppressions::Suppressions;
use crate::rules::lists::Facts;

/// A report and the findings that it keeps.
#[derive(Debug)]
pub struct Stored {
    /// Everything but the findings.
    pub report: Report,
    findings: Kept,
}

/// One audit of call records by a ruleset, as `callaudit audit -o json` stores it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Whole {
    /// Version of the stored form. It changes when a reader of the old form could misread the new one.
    #[serde(deserialize_with = "words::read::<words::Schemas, _>")]
    #[schemars(schema_with = "words::schema::<words::Schemas>")]
    schema: Word,
    /// Program and data that judged.
    tool: Tool,
    /// "Today" for due dates, `2026-11-23`.
    as_of: String,
    /// For whom it is written, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reader: Option<Reader>,
    /// How its numbers are hidden, where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hidden: Option<Hidden>,
    /// Whose calls it is about, where it is one of several that share a log (`--split`): the calls of others are neither counted nor judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<Part>,
    /// The ruleset in full.
    ruleset: RulesetInfo,
    /// Each input and what became of its rows.
    inputs: Vec<InputInfo>,
    /// Each list of the ruleset and what was read of it, by id.
    lists: Vec<Facts>,
    /// First and last start, RFC 3339.
    period: Period,
    /// Which calls are judged, where `--since` or `--until` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    judged: Option<Judged>,
    /// Stretches of a day or more without any call, inside the period.
    coverage: Vec<Gap>,
    /// Exact totals.
    totals: Totals,
    /// Calls and violations by caller, agent, campaign and callee.
    breakdowns: BTreeMap<String, Vec<BreakdownRow>>,
    /// What each rule said.
    rules: Vec<Evaluation>,
    /// The worst findings first, at most as many as `--findings` says.
    findings: Vec<Finding>,
    /// What was left out of `findings` and of their evidence.
    truncated: Truncated,
    /// Accepted exceptions, where there is a file of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suppressions: Option<Suppressions>,
    /// The comparison with an earlier report, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<Compared>,
    /// What to do.
    checklist: Vec<ChecklistItem>,
    /// What it could cost.
    exposure: Option<Exposure>,
    /// The exit status and why.
    exit: Exit,
}

#[derive(Deserialize)]
struct Version {
    schema: Option<Value>,
}

impl Stored {
    /// Reads a file, or standard input for `-`.
    ///
    /// Errors: what is wrong with it, where, and what to do.
    pub fn read(path: &Path) -> Result<Stored> {
        let name = path.display().to_string();
        let bytes = match path.as_os_str() == "-" {
            true => std::io::read_to_string(std::io::stdin()).map(String::into_bytes),
            false => std::fs::read(path),
        };
        let bytes = bytes.map_err(|e| Error::Usage(format!("cannot read the report {name}: {e}")))?;
        Stored::parse(&name, &bytes)
    }

    /// Reads what a file of this name holds.
    ///
    /// Errors: as [`Stored::read`].
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Stored> {
        // What stands in the file may steer a terminal.
        let wrong = |what: String| Error::Usage(format!("{name}: {}\n  write the report again: callaudit audit … -o json=report.json", show(&what)));
        // A struct would be read from a list as well.
        if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
            return Err(wrong("this is no stored report (-o json): it is no JSON object".to_owned()));
        }
        let version: Version = serde_json::from_slice(bytes).map_err(|e| match e.classify() {
            serde_json::error::Category::Eof if bytes.trim_ascii().is_empty() => wrong("the report is empty".to_owned()),
            serde_json::error::Category::Eof => wrong(format!("the report ends in the middle, in line {}: it was cut off", e.line())),
            _ => wrong(format!("this is no stored report (-o json): {e}")),
        })?;
        match version.schema.as_ref().map(|s| s.as_str().map_or_else(|| s.to_string(), str::to_owned)) {
            None => return Err(wrong("this is no stored report (-o json): it has no key \"schema\"".to_owned())),
            Some(schema) if schema != SCHEMA => {
                let program = env!("CARGO_PKG_VERSION");
                return Err(wrong(format!("the report is of the form \"{schema}\"; callaudit {program} reads \"{SCHEMA}\"")));
            }
            Some(_) => {}
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let whole: Whole = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
            let (path, why) = (e.path().to_string(), e.inner().to_string());
            wrong(format!("{path}: {why}; the report was edited, or another version of the program wrote it"))
        })?;
        let stored = Stored::of(whole);
        match stored.contradiction() {
            Some(what) => Err(wrong(format!("{what}; the report was edited"))),
            None => Ok(stored),
        }
    }

    fn of(whole: Whole) -> Stored {
        let Whole { schema, tool, as_of, reader, hidden, part, ruleset, inputs, lists, period, judged, coverage, totals, breakdowns, .. } = whole;
        let Whole { rules, findings, truncated, suppressions, baseline, checklist, exposure, exit, .. } = whole;
        let about = Report {
            schema,
            tool,
            as_of,
            reader,
            hidden,
            part,
            ruleset,
            inputs,
            lists,
            period,
            judged,
            coverage,
            totals,
            breakdowns,
            rules,
            truncated,
            suppressions,
            baseline,
            checklist,
            exposure,
            exit,
        };
        Stored { report: about, findings: Kept(findings) }
    }

    /// Head and findings apart.
    pub fn into_parts(self) -> (Report, Kept) {
        (self.report, self.findings)
    }

    /// Where the report says two different things.
    fn contradiction(&self) -> Option<String> {
        let report = &self.report;
        if let Some(input) = report.inputs.iter().find(|i| !i.rows.add_up()) {
            return Some(format!("the rows of {} do not add up to those read", input.path));
        }
        let rules = |count: fn(&Evaluation) -> u64| report.rules.iter().map(count).fold(0, u64::saturating_add);
        let sums = [
            ("violations", report.totals.violations, rules(|r| r.violations)),
            ("possible", report.totals.possible, rules(|r| r.possible)),
            ("findings", report.totals.findings, rules(|r| r.findings)),
        ];
        if let Some((key, total, sum)) = sums.into_iter().find(|(_, total, sum)| total != sum) {
            return Some(format!("totals.{key} is {total}, but the rules have {sum} together"));
        }
        let kept = (self.findings.0.len() as u64).saturating_add(report.truncated.findings);
        if kept != report.totals.findings {
            return Some(format!(
                "totals.findings is {}, but the report has {} and left out {}",
                report.totals.findings,
                self.findings.0.len(),
                report.truncated.findings
            ));
        }
        let strange = self.findings.0.iter().find(|f| !report.rules.iter().any(|r| r.id == f.rule))?;
        Some(format!("the finding {} is of a rule {} that the report does not have", strange.fingerprint, strange.rule))
    }
}

impl Findings for Stored {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        self.findings.findings()
    }
    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
        self.findings.violations()
    }
    fn violation_columns(&self) -> &[String] {
        self.findings.violation_columns()
    }
    fn has_violations(&self) -> bool {
        false
    }
}

/// The findings that a stored report keeps.
#[derive(Debug)]
pub struct Kept(Vec<Finding>);

impl Findings for Kept {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        Box::new(self.0.iter().cloned().map(Ok))
    }
    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
        Ok(Box::new(std::iter::empty()))
    }
    fn violation_columns(&self) -> &[String] {
        &[]
    }
    fn has_violations(&self) -> bool {
        false
    }
}

/// The head of a report from the value that was made of it.
///
/// Errors: what does not fit it.
pub fn head(mut value: Value) -> Result<Report> {
    value["findings"] = Value::Array(Vec::new());
    let whole: Whole = serde_json::from_value(value).map_err(|e| Error::Io(format!("a report made anew: {e}")))?;
    Ok(Stored::of(whole).report)
}

/// The JSON Schema of a stored report (draft 2020-12), made from the structs that write it.
pub fn schema() -> Schema {
    super::schemas::of::<Whole>("A report of callaudit", SCHEMA)
}

#[cfg(test)]
mod tests {
    use super::super::renderers::{View, by_name, sample};
    use super::*;

    fn stored(rows: &sample::Rows) -> Vec<u8> {
        written(&sample::report(rows), rows)
    }

    fn written(report: &Report, rows: &dyn Findings) -> Vec<u8> {
        let mut out = Vec::new();
        by_name("json").unwrap().render(report, rows, &View::default(), &mut out).unwrap();
        out
    }

    #[test]
    fn what_is_read_back_is_written_as_it_was() {
        for rows in [sample::Rows::hostile(), sample::Rows::none()] {
            let bytes = stored(&rows);
            let read = Stored::parse("report.json", &bytes).unwrap();
            assert_eq!(written(&read.report, &read), bytes);
            assert!(!read.has_violations() && read.violations().unwrap().next().is_none());
        }
    }

    #[test]
    fn a_report_that_was_cut_off_is_none() {
        let bytes = stored(&sample::Rows::hostile());
        for end in (0..bytes.len() - 2).step_by(997) {
            let error = Stored::parse("report.json", &bytes[..end]).unwrap_err().to_string();
            let told = if end == 0 { "report.json: the report is empty" } else { "report.json: the report ends in the middle, in line " };
            assert!(error.starts_with(told), "{end}: {error}");
            assert!(error.ends_with("\n  write the report again: callaudit audit … -o json=report.json"), "{error}");
        }
    }

    #[test]
    fn an_edited_report_is_told_with_its_place() {
        let text = String::from_utf8(stored(&sample::Rows::hostile())).unwrap();
        for (from, to, told) in [
            ("callaudit.report/1", "callaudit.report/2", "the report is of the form \"callaudit.report/2\""),
            ("\"schema\"", "\"skema\"", "it has no key \"schema\""),
            ("\"severity\": \"high\"", "\"severity\": \"hihg\"", "rules[1].severity: unknown severity \"hihg\"; did you mean high?"),
            ("\"severity\": \"high\"", "\"severity\": \"\\u001b[2J\"", "rules[1].severity: unknown severity \"\\u{1b}[2J\""),
            ("\"as_of\": \"2026-11-23\"", "\"as_of\": 7", "as_of: invalid type: integer `7`, expected a string"),
            ("\"possible\": 5,", "\"possible\": 6,", "totals.possible is 6, but the rules have 5 together"),
            ("\"accepted\": 602165", "\"accepted\": 602164", "the rows of exports/2026-11/calls-east.csv.gz do not add up to those read"),
            ("\"as_of\"", "\"as_off\"", "unknown field `as_off`"),
            ("\"fingerprint\": \"0000000000000003\",", "", "findings[3]: missing field `fingerprint`"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Stored::parse("report.json", text.replacen(from, to, 1).as_bytes()).unwrap_err();
            assert!(error.to_string().contains(told) && error.status() == 2, "{from}: {error}");
        }
        let whole: Value = serde_json::from_str(&text).unwrap();
        let mut less = whole.clone();
        less["findings"].as_array_mut().unwrap().pop();
        let error = Stored::parse("report.json", less.to_string().as_bytes()).unwrap_err().to_string();
        assert!(error.contains("totals.findings is 23, but the report has 22 and left out 0; the report was edited"), "{error}");
        let mut strange = whole;
        strange["findings"][2]["rule"] = "nobody".into();
        let error = Stored::parse("report.json", strange.to_string().as_bytes()).unwrap_err().to_string();
        assert!(error.contains("the finding 0000000000000002 is of a rule nobody that the report does not have"), "{error}");
    }

    #[test]
    fn other_files_are_no_reports() {
        for (bytes, told) in [(&b"[1]"[..], "this is no stored report"), (b"rule,severity\n", "this is no stored report"), (b"{\"a\":1}", "no key \"schema\"")]
        {
            let error = Stored::parse("x", bytes).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
