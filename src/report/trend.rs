//! How often each rule is broken, over several stored reports.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use comfy_table::Cell;
use schemars::JsonSchema;
use serde::Serialize;

use super::renderers::table::{BOLD, PLAIN, Page, YELLOW, grouped, show};
use super::words::{self, Word};
use super::{Period, Report, phrases, settled};
use crate::calls::calendar::{Date, iso, parse_iso};
use crate::language::Lang;
use crate::language::settled::{Msg, say};
use crate::policy::markdown::line;

/// Version of the JSON form.
pub const SCHEMA: &str = "callaudit.trend/1";

fn version(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "const": SCHEMA })
}

/// Rates per rule over the reports given.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// Version of this form.
    #[schemars(schema_with = "version")]
    schema: &'static str,
    /// By as_of, then by period.
    reports: Vec<Audit>,
    /// By rule id.
    rules: Vec<Row>,
    /// Were all made by one ruleset?
    same_ruleset: bool,
    /// When the next audit is due, at the usual distance of the reports in days.
    next_due: Option<String>,
    usual_days: Option<i32>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Audit {
    /// As named on the command line.
    path: String,
    /// "Today" of the audit.
    as_of: String,
    /// First and last start.
    period: Period,
    /// Id, version and title of its ruleset.
    ruleset: String,
    /// BLAKE3 of the ruleset's files.
    ruleset_hash: String,
    /// Its calls, violations and findings.
    calls: u64,
    violations: u64,
    findings: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Rule id.
    rule: String,
    /// Titles by language, of the last report that has the rule.
    title: BTreeMap<String, String>,
    /// Its severity there.
    #[schemars(schema_with = "words::schema::<words::Severities>")]
    severity: Word,
    /// One for each report, none where the rule was not judged.
    values: Vec<Option<Value>>,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Value {
    /// Violating calls.
    violations: u64,
    /// Calls that the rule judged.
    judged: u64,
    /// Findings of all verdicts.
    findings: u64,
    /// Violations per 10,000 judged calls.
    rate: f64,
}

impl Trend {
    /// Over these reports, each with its path.
    pub fn over(mut reports: Vec<(String, Report)>) -> Trend {
        reports.sort_by(|(a, x), (b, y)| (&x.as_of, &x.period.first, &x.period.last, a).cmp(&(&y.as_of, &y.period.first, &y.period.last, b)));
        let mut rules: BTreeMap<&str, Row> = BTreeMap::new();
        for (n, (_, report)) in reports.iter().enumerate() {
            for rule in &report.rules {
                let row = rules.entry(&rule.id).or_insert_with(|| Row {
                    rule: rule.id.clone(),
                    title: BTreeMap::new(),
                    severity: rule.severity,
                    values: vec![None; reports.len()],
                });
                (row.title, row.severity) = (rule.title.clone(), rule.severity);
                #[allow(clippy::cast_precision_loss)] // counts of calls
                let rate = rule.violations as f64 * 10_000.0 / rule.calls_judged as f64;
                row.values[n] = (rule.status == "evaluated" && rule.calls_judged > 0).then_some(Value {
                    violations: rule.violations,
                    judged: rule.calls_judged,
                    findings: rule.findings,
                    rate: (rate * 1000.0).round() / 1000.0,
                });
            }
        }
        let rules = rules.into_values().collect();
        let same_ruleset = reports.windows(2).all(|two| two[0].1.ruleset.hash == two[1].1.ruleset.hash);
        let (next_due, usual_days) = due(&reports).unzip();
        let audits = reports.iter().map(|(path, r)| Audit {
            path: path.clone(),
            as_of: r.as_of.clone(),
            period: r.period.clone(),
            ruleset: phrases::ruleset(Lang::En, r),
            ruleset_hash: r.ruleset.hash.clone(),
            calls: r.totals.calls,
            violations: r.totals.violations,
            findings: r.totals.findings,
        });
        Trend { schema: SCHEMA, reports: audits.collect(), rules, same_ruleset, next_due, usual_days }
    }

    fn heads(&self, lang: Lang) -> Vec<String> {
        let head = |(n, audit): (usize, &Audit)| {
            let values =
                [("as_of", show(&audit.as_of)), ("calls", grouped(audit.calls)), ("period", settled::period(&audit.period)), ("ruleset", show(&audit.ruleset))];
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            format!("{}. {} ({})", n + 1, say(lang, Msg::TrendHead, &values), show(&audit.path))
        };
        self.reports.iter().enumerate().map(head).collect()
    }

    /// What must be said with the numbers.
    fn notes(&self, lang: Lang) -> Vec<(bool, String)> {
        let mut notes = Vec::new();
        if !self.same_ruleset {
            notes.push((true, say(lang, Msg::TrendRulesets, &[])));
        }
        if let (Some(date), Some(days)) = (&self.next_due, self.usual_days) {
            notes.push((false, say(lang, Msg::TrendDue, &[("date", date), ("days", &days.to_string())])));
        }
        notes
    }

    /// Rule, a rate for each report, and the change between the last two that were judged.
    fn rows(&self, lang: Lang) -> Vec<Vec<String>> {
        let row = |row: &Row| {
            let mut cells = vec![show(&row.rule)];
            let rate = |value: &Option<Value>| value.map_or_else(|| say(lang, Msg::TrendNotJudged, &[]), |v| format!("{:.1}", v.rate));
            cells.extend(row.values.iter().map(rate));
            let judged: Vec<f64> = row.values.iter().flatten().map(|v| v.rate).collect();
            cells.push(match judged[..] {
                [.., before, now] => format!("{:+.1}", now - before),
                _ => "—".to_owned(),
            });
            cells
        };
        self.rules.iter().map(row).collect()
    }

    fn titles(&self, lang: Lang) -> Vec<String> {
        let mut titles = vec![say(lang, Msg::TrendRule, &[])];
        titles.extend(self.reports.iter().enumerate().map(|(n, a)| format!("{}. {}", n + 1, show(&a.as_of))));
        titles.push(say(lang, Msg::TrendChange, &[]));
        titles
    }

    /// For a terminal.
    pub fn table(&self, lang: Lang, width: usize, colour: bool) -> String {
        let mut page = Page { lang, width: width.clamp(30, 500), colour, text: String::new() };
        page.line(BOLD, &say(lang, Msg::TrendTitle, &[]));
        page.blank();
        let cells = |row: Vec<String>| row.into_iter().map(Cell::new).collect::<Vec<_>>();
        page.table(cells(self.titles(lang)), self.rows(lang).into_iter().map(cells).collect(), &[0]);
        page.blank();
        self.heads(lang).iter().for_each(|text| page.indented(PLAIN, 0, 3, text));
        for (warns, text) in self.notes(lang) {
            page.indented(if warns { YELLOW } else { PLAIN }, 0, 2, &format!("{} {text}", if warns { "⚠" } else { "•" }));
        }
        page.text
    }

    /// For an issue or a wiki.
    pub fn markdown(&self, lang: Lang) -> String {
        let mut out = format!("# {}\n\n", say(lang, Msg::TrendTitle, &[]));
        let cells = |row: &[String]| row.iter().map(|cell| line(cell).replace('|', "\\|")).collect::<Vec<_>>().join(" | ");
        let _ = writeln!(out, "| {} |", cells(&self.titles(lang)));
        let _ = writeln!(out, "| --- |{}", " ---: |".repeat(self.reports.len() + 1));
        out.extend(self.rows(lang).iter().map(|row| format!("| {} |\n", cells(row))));
        out.push('\n');
        out.extend(self.heads(lang).iter().map(|text| format!("- {}\n", line(text))));
        out.extend(self.notes(lang).iter().map(|(warns, text)| format!("- {}{}\n", if *warns { "⚠ " } else { "" }, line(text))));
        out
    }
}

/// The next audit, and the usual distance in days: the middle one of those between the reports' dates.
fn due(reports: &[(String, Report)]) -> Option<(String, i32)> {
    let mut dates: Vec<Date> = reports.iter().filter_map(|(_, r)| parse_iso(&r.as_of)).collect();
    dates.dedup();
    let mut apart: Vec<i32> = dates.windows(2).map(|two| two[1] - two[0]).filter(|days| *days > 0).collect();
    apart.sort_unstable();
    let days = *apart.get(apart.len().checked_sub(1)? / 2)?;
    Some((iso(dates.last()? + days), days))
}
