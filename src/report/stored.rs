//! A stored report read back: what `-o json` wrote, whole and as it was.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use serde_json::Value;

use super::words::{self, Word};
use super::{
    BTreeMap, BreakdownRow, Cells, ChecklistItem, Evaluation, Exit, Finding, Findings, Gap, InputInfo, Period, Report, RulesetInfo, SCHEMA, Tool, Totals,
    Truncated,
};
use crate::error::{Error, Result};
use crate::rules::lists::Facts;

/// A report and the findings that it keeps.
#[derive(Debug)]
pub struct Stored {
    /// Everything but the findings.
    pub report: Report,
    findings: Vec<Finding>,
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
    /// The ruleset in full.
    ruleset: RulesetInfo,
    /// Each input and what became of its rows.
    inputs: Vec<InputInfo>,
    /// Each list of the ruleset and what was read of it, by id.
    lists: Vec<Facts>,
    /// First and last start, RFC 3339.
    period: Period,
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
    /// What to do.
    checklist: Vec<ChecklistItem>,
    /// What it could cost.
    exposure: Option<Value>,
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
        let wrong = |what: String| Error::Usage(format!("{name}: {what}\n  write the report again: callaudit audit … -o json={name}"));
        let version: Version = serde_json::from_slice(bytes).map_err(|e| match e.classify() {
            serde_json::error::Category::Eof if bytes.trim_ascii().is_empty() => wrong("the report is empty".to_owned()),
            serde_json::error::Category::Eof => wrong(format!("the report ends in the middle, in line {}: it was cut off", e.line())),
            _ => wrong(format!("this is no stored report (-o json): {e}")),
        })?;
        match version.schema.as_ref().map(|s| s.as_str().map_or_else(|| s.to_string(), str::to_owned)) {
            None => return Err(wrong("this is no stored report (-o json): it has no key \"schema\"".to_owned())),
            Some(schema) if schema != SCHEMA => {
                let (shown, program) = (super::renderers::table::show(&schema), env!("CARGO_PKG_VERSION"));
                return Err(wrong(format!("the report is of the form \"{shown}\"; callaudit {program} reads \"{SCHEMA}\"")));
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
        let Whole { schema, tool, as_of, ruleset, inputs, lists, period, coverage, totals, breakdowns, rules, findings, truncated, checklist, exposure, exit } =
            whole;
        let report = Report { schema, tool, as_of, ruleset, inputs, lists, period, coverage, totals, breakdowns, rules, truncated, checklist, exposure, exit };
        Stored { report, findings }
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
        let kept = (self.findings.len() as u64).saturating_add(report.truncated.findings);
        if kept != report.totals.findings {
            return Some(format!(
                "totals.findings is {}, but the report has {} and left out {}",
                report.totals.findings,
                self.findings.len(),
                report.truncated.findings
            ));
        }
        let strange = self.findings.iter().find(|f| !report.rules.iter().any(|r| r.id == f.rule))?;
        Some(format!("the finding {} is of a rule {} that the report does not have", strange.fingerprint, strange.rule))
    }
}

impl Findings for Stored {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        Box::new(self.findings.iter().cloned().map(Ok))
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

/// The JSON Schema of a stored report (draft 2020-12), made from the structs that write it.
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Whole>();
    let head = json_schema!({ "title": "A report of callaudit", "$comment": SCHEMA });
    head.to_value().as_object().into_iter().flatten().for_each(|(key, value)| drop(schema.insert(key.clone(), value.clone())));
    schema
}
