//! For whom a report is written: what is internal (exposure, leaks, house rules, suppressions, baseline) is shown to nobody else.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::{self, Word};
use super::{Cells, Finding, Findings, Report};
use crate::error::Result;

/// Reader and letterhead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// internal, regulator, carrier or complainant.
    #[serde(deserialize_with = "words::read::<words::Audiences, _>")]
    #[schemars(schema_with = "words::schema::<words::Audiences>")]
    pub audience: Word,
    /// Whose report it is.
    pub organisation: Option<String>,
    /// Who made it.
    pub prepared_by: Option<String>,
    /// What stands on it, such as who may read it.
    pub notice: Option<String>,
}

/// The organisation itself.
pub const INTERNAL: Word = "internal";
/// Everybody for whom reports are written.
pub const AUDIENCES: &[Word] = &[INTERNAL, "regulator", "carrier", "complainant"];

/// Is a report written for somebody else?
pub fn is_external(report: &Report) -> bool {
    report.reader.as_ref().is_some_and(|r| r.audience != INTERNAL)
}

/// The rules of a report that are the organisation's own.
pub fn house_rules(report: &Report) -> BTreeSet<String> {
    report.rules.iter().filter(|r| r.force == "house").map(|r| r.id.clone()).collect()
}

/// Takes out of the head what only the organisation itself is shown. `kept`: findings that its rows still have.
pub fn strip(report: &mut Report, kept: u64) {
    let house = house_rules(report);
    let broken = report.rules.iter().any(|r| house.contains(&r.id) && r.violations > 0);
    let settled = report.suppressions.is_some() || report.baseline.is_some();
    report.exposure = None;
    report.suppressions = None;
    report.baseline = None;
    report.rules.retain(|r| !house.contains(&r.id));
    for rule in &mut report.rules {
        rule.states.clear();
        rule.budget = None;
    }
    let totals = &mut report.totals;
    totals.by_rule.retain(|id, _| !house.contains(id));
    totals.by_severity.clear();
    (totals.violations, totals.possible, totals.findings) = (0, 0, 0);
    for rule in &report.rules {
        let count = totals.by_severity.entry(rule.severity.to_owned()).or_default();
        for (sum, n) in [(&mut count.violations, rule.violations), (&mut count.possible, rule.possible), (&mut count.findings, rule.findings)] {
            *sum += n;
        }
        totals.violations += rule.violations;
        totals.possible += rule.possible;
        totals.findings += rule.findings;
    }
    report.truncated.findings = totals.findings.saturating_sub(kept);
    report.breakdowns.values_mut().for_each(|rows| rows.retain(|row| !house.contains(&row.value)));
    if broken {
        // What was counted there of house rules cannot be told from the rest.
        report.breakdowns.retain(|by, _| by == "rule");
    }
    for item in &mut report.checklist {
        item.rules.retain(|id| !house.contains(id));
        item.findings = report.rules.iter().filter(|r| item.rules.contains(&r.id)).map(|r| r.findings).sum();
    }
    report.checklist.retain(|item| !item.rules.is_empty());
    if let Some(rules) = report.ruleset.effective.get_mut("rule").and_then(Value::as_array_mut) {
        rules.retain(|rule| rule["id"].as_str().is_none_or(|id| !house.contains(id)));
    }
    outward_exit(report, &house, settled);
}

/// The exit status without what only internal reports tell. Where findings were suppressed or known, each rule that is broken fails again.
fn outward_exit(report: &mut Report, house: &BTreeSet<String>, settled: bool) {
    let own: Vec<String> = report.rules.iter().map(|r| r.id.clone()).collect();
    let exit = &mut report.exit;
    exit.reason.retain(|r| !r.contains(": the suppression of rule ") && !house.iter().any(|id| names(r, id)));
    if settled {
        exit.reason.retain(|r| !own.iter().any(|id| r.starts_with(&format!("rule {id}: "))));
        let broken = report.rules.iter().filter(|r| r.violations > 0 && r.severity != "info");
        let broken: Vec<String> = broken.map(|r| format!("rule {}: {} violations", r.id, r.violations)).collect();
        exit.status = if exit.status == 3 { 3 } else { u8::from(!broken.is_empty()) };
        exit.reason.extend(broken);
    }
    if exit.status == 1 && exit.reason.is_empty() {
        exit.status = 0;
    }
}

/// `rule ID: …` and `rule ID could not be …`
fn names(reason: &str, id: &str) -> bool {
    reason.strip_prefix("rule ").and_then(|rest| rest.strip_prefix(id)).is_some_and(|rest| rest.starts_with(": ") || rest.starts_with(" could not"))
}

/// Findings without those of house rules, leaks and suppressions.
pub struct Outward<'a> {
    /// All findings.
    pub rows: &'a dyn Findings,
    /// Rules whose findings are left out.
    pub house: BTreeSet<String>,
}

impl std::fmt::Debug for Outward<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outward").field("house", &self.house).finish_non_exhaustive()
    }
}

impl Findings for Outward<'_> {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        let shown = self.rows.findings().filter(|f| f.as_ref().map_or(true, |f| !self.house.contains(&f.rule)));
        Box::new(shown.map(|finding| {
            let mut finding = finding?;
            (finding.state, finding.suppression) = ("open", None);
            finding.leaks.clear();
            finding.notes.retain(|note| !note.ends_with(" calls are suppressed"));
            Ok(finding)
        }))
    }
    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
        self.rows.violations()
    }
    fn violation_columns(&self) -> &[String] {
        self.rows.violation_columns()
    }
    fn has_violations(&self) -> bool {
        self.rows.has_violations()
    }
}
