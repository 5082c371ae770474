//! Two stored reports compared: what differs around them, and what became of their findings.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::renderers::table::{BOLD, PLAIN, Page, RED, YELLOW, grouped, show};
use super::stored::Stored;
use super::{Findings, Period, Report, phrases, settled};
use crate::error::Result;
use crate::findings::baseline::{Baseline, Changed, Gone};
use crate::language::settled::{Msg, say};
use crate::language::{self, Lang, Msg as Word};
use crate::policy::markdown::line;

/// Version of the JSON form.
pub const SCHEMA: &str = "callaudit.diff/1";

/// How many findings of a sort are told in words.
const TOLD: usize = 50;

/// The comparison.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Version of this form.
    #[schemars(schema_with = "version")]
    schema: &'static str,
    /// The earlier report.
    old: Side,
    /// The later one.
    new: Side,
    /// What is not the same around the findings.
    changed: Changed,
    /// How many findings of each sort.
    counts: Counts,
    /// The findings of each sort.
    findings: Told,
}

fn version(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "const": SCHEMA })
}

/// One of the two reports.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Side {
    /// As named on the command line.
    path: String,
    /// "Today" of its audit.
    as_of: String,
    /// Version of the program that made it.
    version: String,
    /// Id, version and title of its ruleset.
    ruleset: String,
    /// BLAKE3 of the ruleset's files.
    ruleset_hash: String,
    /// How many inputs.
    inputs: usize,
    /// First and last start.
    period: Period,
    /// Its calls, violations and findings.
    calls: u64,
    violations: u64,
    findings: u64,
    /// Findings that it does not keep.
    left_out: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Counts {
    /// The old report does not have them.
    new: usize,
    /// They have violating calls that the old report does not have.
    grown: usize,
    /// As they were.
    unchanged: usize,
    /// The new report has them suppressed.
    suppressed: usize,
    /// They are no more.
    fixed: usize,
    /// Whether they are fixed cannot be told.
    not_covered: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    new: Vec<Gone>,
    grown: Vec<Grown>,
    unchanged: Vec<Gone>,
    suppressed: Vec<Gone>,
    fixed: Vec<Gone>,
    not_covered: Vec<Gone>,
}

/// A finding that has more violating calls than it had, or other ones.
#[derive(Debug, Serialize, JsonSchema)]
struct Grown {
    /// As the new report has it.
    #[serde(flatten)]
    now: Gone,
    /// Its violating calls in the old report.
    calls_before: u64,
}

impl Side {
    fn of(path: &str, report: &Report) -> Side {
        Side {
            path: path.to_owned(),
            as_of: report.as_of.clone(),
            version: report.tool.version.to_string(),
            ruleset: phrases::ruleset(Lang::En, report),
            ruleset_hash: report.ruleset.hash.clone(),
            inputs: report.inputs.len(),
            period: report.period.clone(),
            calls: report.totals.calls,
            violations: report.totals.violations,
            findings: report.totals.findings,
            left_out: report.truncated.findings,
        }
    }
}

impl Difference {
    /// Compares two reports, each with its path.
    ///
    /// Errors: an old report whose findings have no fingerprints.
    pub fn between((old_path, old): (&str, Stored), (new_path, new): (&str, &Stored)) -> Result<Difference> {
        let baseline = Baseline::of(old_path, old)?;
        baseline.fits(old_path, new.report.part.as_ref(), new.report.hidden.as_ref())?;
        let mut told = Told { new: vec![], grown: vec![], unchanged: vec![], suppressed: vec![], fixed: vec![], not_covered: vec![] };
        let mut seen = BTreeSet::new();
        for finding in new.findings() {
            let finding = finding?;
            seen.insert(finding.fingerprint.clone());
            let state = baseline.state(&finding.fingerprint, finding.calls, &finding.first, &finding.last, baseline.shows_fresh(&finding));
            let before = baseline.calls(&finding.fingerprint);
            let suppressed = finding.state == "suppressed";
            let now = Gone::of(finding);
            match state {
                _ if suppressed => told.suppressed.push(now),
                "new" => told.new.push(now),
                "grown" => told.grown.push(Grown { now, calls_before: before.unwrap_or(0) }),
                _ => told.unchanged.push(now),
            }
        }
        let compared = baseline.compared(&new.report, &seen, (0, 0, 0), new.report.truncated.findings == 0);
        (told.fixed, told.not_covered) = (compared.fixed, compared.not_covered);
        let counts = Counts {
            new: told.new.len(),
            grown: told.grown.len(),
            unchanged: told.unchanged.len(),
            suppressed: told.suppressed.len(),
            fixed: told.fixed.len(),
            not_covered: told.not_covered.len(),
        };
        let (old, new) = (Side::of(old_path, &baseline.report), Side::of(new_path, &new.report));
        Ok(Difference { schema: SCHEMA, old, new, changed: compared.changed, counts, findings: told })
    }

    /// 1 where something is new or grown, else 0.
    pub fn status(&self) -> u8 {
        u8::from(self.counts.new + self.counts.grown > 0)
    }

    /// What it says in words: what holds for all, then the findings by what became of them. True: a line that warns.
    fn lines(&self, lang: Lang) -> (Vec<(bool, String)>, Vec<(String, Vec<String>)>) {
        let side = |name: Msg, side: &Side| {
            let name = format!("{} ({})", say(lang, name, &[]), show(&side.path));
            let values = [
                ("name", name),
                ("as_of", show(&side.as_of)),
                ("period", settled::period(&side.period)),
                ("findings", phrases::number(lang, side.findings, Word::FindingOne, Word::FindingMany)),
                ("violations", phrases::number(lang, side.violations, Word::Violation, Word::Violations)),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            (false, say(lang, Msg::DiffOf, &values))
        };
        let c = &self.counts;
        let counts = [("new", c.new), ("grown", c.grown), ("unchanged", c.unchanged), ("fixed", c.fixed), ("not_covered", c.not_covered)];
        let counts = counts.map(|(key, n)| (key, grouped(n as u64)));
        let counts: Vec<(&str, &str)> = counts.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let changed = settled::changed(lang, self.changed);
        let doubt = self.changed.ruleset || self.changed.program || self.changed.lists;
        let mut head = vec![side(Msg::Old, &self.old), side(Msg::New, &self.new), (doubt, changed), (c.new + c.grown > 0, say(lang, Msg::Counts, &counts))];
        if self.old.left_out > 0 {
            head.push((true, say(lang, Msg::LeftOut, &[("n", &grouped(self.old.left_out))])));
        }
        let f = &self.findings;
        let now = |gone: &Gone, calls: String| finding(lang, gone, &calls);
        let own = |gone: &Gone| now(gone, grouped(gone.calls));
        let lists = [
            ("new", f.new.iter().map(own).collect::<Vec<_>>()),
            ("grown", f.grown.iter().map(|g| now(&g.now, format!("{} → {}", grouped(g.calls_before), grouped(g.now.calls)))).collect()),
            ("fixed", f.fixed.iter().map(|g| settled::gone(lang, g)).collect()),
            ("not_covered", f.not_covered.iter().map(|g| settled::gone(lang, g)).collect()),
            ("suppressed", f.suppressed.iter().map(own).collect()),
        ];
        let lists = lists.into_iter().filter(|l| !l.1.is_empty()).map(|(state, mut lines): (&str, Vec<String>)| {
            let title = match state {
                "fixed" => say(lang, Msg::Fixed, &[]),
                "not_covered" => say(lang, Msg::NotCovered, &[]),
                state => language::state(lang, state).to_owned(),
            };
            let n = lines.len();
            lines.truncate(TOLD);
            if n > TOLD {
                lines.push(say(lang, Msg::More, &[("n", &grouped((n - TOLD) as u64))]));
            }
            (format!("{} · {}", super::renderers::table::capital(&title), grouped(n as u64)), lines)
        });
        (head, lists.collect())
    }

    /// For a terminal.
    pub fn table(&self, lang: Lang, width: usize, colour: bool) -> String {
        let (head, lists) = self.lines(lang);
        let mut page = Page { lang, width: width.clamp(30, 500), colour, text: String::new() };
        page.line(BOLD, &say(lang, Msg::DiffTitle, &[]));
        page.blank();
        for (warns, text) in head {
            page.indented(if warns { YELLOW } else { PLAIN }, 0, 2, &format!("{} {text}", if warns { "⚠" } else { "•" }));
        }
        for (n, (title, lines)) in lists.into_iter().enumerate() {
            page.blank();
            page.line(if n == 0 && self.status() == 1 { RED } else { BOLD }, &title);
            lines.iter().for_each(|text| page.indented(PLAIN, 2, 2, &format!("• {text}")));
        }
        page.text
    }

    /// For an issue or a wiki.
    pub fn markdown(&self, lang: Lang) -> String {
        let (head, lists) = self.lines(lang);
        let mut out = format!("# {}\n\n", say(lang, Msg::DiffTitle, &[]));
        for (warns, text) in head {
            let _ = writeln!(out, "- {}{}", if warns { "⚠ " } else { "" }, line(&text));
        }
        for (title, lines) in lists {
            let _ = writeln!(out, "\n## {title}\n");
            out.extend(lines.iter().map(|text| format!("- {}\n", line(text))));
        }
        out
    }
}

fn finding(lang: Lang, gone: &Gone, calls: &str) -> String {
    let subject = settled::subject(lang, gone.subject.iter()).map(|s| format!(" {s}")).unwrap_or_default();
    let when = if gone.first == gone.last { show(&gone.first) } else { format!("{} – {}", show(&gone.first), show(&gone.last)) };
    let state = language::say(lang, Word::ColCalls, &[]);
    format!("{} · {}{subject} · {} {calls} · {when}", language::severity(lang, gone.severity), show(&gone.rule), state.to_lowercase())
}
