//! The report for an issue or a wiki: CommonMark with tables and task lists. Nothing that comes from a log or a ruleset can mark up, mention or link.

use std::fmt::Write as _;
use std::io::Write;

use super::table::{grouped, show};
use super::{Renderer, View};
use crate::error::Result;
use crate::language::{self, Lang, Msg, say};
use crate::policy::markdown::{code, line};
use crate::report::{ChecklistItem, EvidenceRow, Finding, Findings, Report, phrases, settled};

/// How much is shown before "and N more": an issue of GitHub holds 65,536 characters.
const FINDINGS: usize = 20;
const WITH_EVIDENCE: usize = 10;
const EVIDENCE: usize = 3;
const INPUTS: usize = 20;

/// `-o markdown`
pub struct Markdown;

/// The one and only.
pub static RENDERER: Markdown = Markdown;

impl Renderer for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }
    fn shows_exposure(&self) -> bool {
        true
    }

    fn may_leave_out_known(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        let findings = super::worst(rows, view.max_findings.unwrap_or(FINDINGS))?;
        let mut page = Page { lang: view.lang, text: String::new() };
        page.head(report);
        page.rules(report);
        page.findings(report, &findings);
        page.unjudged(report);
        page.settled(report);
        page.checklist(report);
        page.exposure(report);
        page.intake(report);
        page.sources(report);
        page.foot(report);
        super::write_text(out, &page.text)
    }
}

struct Page {
    lang: Lang,
    text: String,
}

impl Page {
    fn say(&self, message: Msg) -> String {
        say(self.lang, message, &[])
    }

    /// A line, as it is.
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn section(&mut self, title: Msg, more: &str) {
        let title = self.say(title);
        let more = if more.is_empty() { String::new() } else { format!(" · {more}") };
        self.put(&format!("\n## {title}{more}\n"));
    }

    fn fact(&mut self, label: Msg, text: &str) {
        let colon = if self.lang == Lang::Zh { "：" } else { ": " };
        let label = self.say(label);
        self.put(&format!("- **{label}**{colon}{}", line(text)));
    }

    /// A table; columns named in `right` are numbers.
    fn table(&mut self, header: &[Msg], right: &[usize], body: &[Vec<String>]) {
        let header: Vec<String> = header.iter().map(|message| self.say(*message)).collect();
        let rule: Vec<&str> = (0..header.len()).map(|n| if right.contains(&n) { "---:" } else { "---" }).collect();
        self.put(&format!("| {} |", header.join(" | ")));
        self.put(&format!("| {} |", rule.join(" | ")));
        for row in body {
            self.put(&format!("| {} |", row.join(" | ")));
        }
    }

    fn head(&mut self, report: &Report) {
        let lang = self.lang;
        let ruleset = phrases::ruleset(lang, report);
        let title = say(lang, Msg::FormTitle, &[("ruleset", &ruleset)]);
        self.put(&format!("# {}\n", line(&title)));
        self.put(&format!("**{}**\n", line(&settled::verdict(lang, report))));
        for (label, text) in settled::letterhead(lang, report) {
            self.put(&format!("- **{label}**{}{}", if lang == Lang::Zh { "：" } else { ": " }, line(&text)));
        }
        self.fact(Msg::LabelPeriod, &phrases::period(lang, report));
        self.fact(Msg::LabelCalls, &grouped(report.totals.calls));
        self.fact(Msg::LabelAsOf, &report.as_of);
        self.fact(Msg::SectionExit, &phrases::exit(lang, report));
        for reason in &report.exit.reason {
            self.put(&format!("  - {}", line(&phrases::sentence(lang, reason))));
        }
    }

    fn rules(&mut self, report: &Report) {
        let lang = self.lang;
        let by = &report.totals.by_severity;
        if !by.is_empty() {
            self.section(Msg::SectionSeverity, "");
            let body: Vec<Vec<String>> = phrases::SEVERITIES
                .iter()
                .filter_map(|severity| by.get(*severity).map(|count| (*severity, count)))
                .map(|(severity, count)| {
                    let mut row = vec![language::severity(lang, severity).to_string()];
                    row.extend([count.violations, count.possible, count.findings].map(grouped));
                    row
                })
                .collect();
            self.table(&[Msg::ColSeverity, Msg::ColViolations, Msg::ColPossible, Msg::ColFindings], &[1, 2, 3], &body);
        }
        if report.rules.is_empty() {
            return;
        }
        self.section(Msg::SectionRules, "");
        let body: Vec<Vec<String>> = report
            .rules
            .iter()
            .map(|rule| {
                let mut row = vec![format!("{} {}", cell(&rule.id), line(&phrases::title(lang, rule)))];
                row.push(language::severity(lang, rule.severity).to_string());
                row.push(language::force_sentence(lang, rule.force).to_string());
                row.extend([rule.violations, rule.possible, rule.findings, rule.calls_judged].map(grouped));
                row.push(language::status(lang, rule.status).to_string());
                row
            })
            .collect();
        let header = [Msg::ColRule, Msg::ColSeverity, Msg::ColForce, Msg::ColViolations, Msg::ColPossible, Msg::ColFindings, Msg::ColJudged, Msg::ColStatus];
        self.table(&header, &[3, 4, 5, 6], &body);
        let notes: Vec<String> = report
            .rules
            .iter()
            .flat_map(|rule| rule.notes.iter().take(3).map(|note| format!("- ⚠ {}: {}", code(&rule.id), line(&phrases::sentence(lang, note)))))
            .collect();
        if !notes.is_empty() {
            self.put(&format!("\n{}", notes.join("\n")));
        }
    }

    fn findings(&mut self, report: &Report, findings: &[Finding]) {
        if !findings.is_empty() {
            self.section(Msg::SectionFindings, &grouped(report.totals.findings));
        }
        for (n, finding) in findings.iter().enumerate() {
            self.finding(n + 1, finding, report);
        }
        let more = report.totals.findings.saturating_sub(findings.len() as u64);
        if more > 0 {
            let text = phrases::count(self.lang, Msg::FormMore, more);
            self.put(&format!("\n{}", line(&text)));
        }
    }

    fn finding(&mut self, n: usize, finding: &Finding, report: &Report) {
        let lang = self.lang;
        let mut words = vec![
            language::severity(lang, finding.severity).to_string(),
            code(&finding.rule),
            language::verdict(lang, finding.verdict).to_string(),
            language::force_sentence(lang, finding.force).to_string(),
        ];
        words.extend(settled::state(lang, report, finding).map(|state| line(&state)));
        words.extend(report.rules.iter().find(|rule| rule.id == finding.rule).and_then(|rule| phrases::doubt(lang, rule)));
        if n > 1 {
            self.put("");
        }
        self.put(&format!("### {n}. {}\n", words.join(" · ")));
        let subject = phrases::subject(lang, finding);
        let subject = if subject.is_empty() { String::new() } else { format!("**{}** · ", line(&subject)) };
        self.put(&format!("{subject}{}\n", line(&finding.message)));
        self.put(&format!("- {}", line(&phrases::facts(lang, finding))));
        for note in &finding.notes {
            self.put(&format!("- ⚠ {}", line(&phrases::sentence(lang, note))));
        }
        for leak in phrases::leaks(lang, finding) {
            self.put(&format!("- {}", line(&leak)));
        }
        if n <= WITH_EVIDENCE && !finding.evidence.is_empty() {
            self.evidence(finding);
        }
    }

    fn evidence(&mut self, finding: &Finding) {
        let lang = self.lang;
        let shown = phrases::telling(finding, EVIDENCE);
        let row = |row: &&EvidenceRow| {
            let place = format!("{}:{}", row.source, row.line);
            let texts = [&row.local_time, &row.caller, &row.callee].map(|text| or_dash(text));
            let mut cells = vec![cell(&place)];
            cells.extend(texts);
            cells.push(line(language::outcome(lang, &show(&row.outcome))));
            cells
        };
        let body: Vec<Vec<String>> = shown.iter().map(row).collect();
        self.put("");
        self.table(&[Msg::ColWhere, Msg::ColLocal, Msg::ColCaller, Msg::ColCallee, Msg::ColOutcome], &[], &body);
        let more = finding.evidence.len() - shown.len();
        if more > 0 {
            let text = phrases::count(lang, Msg::EvidenceMore, more as u64);
            self.put(&format!("\n{}", line(&text)));
        }
    }

    fn unjudged(&mut self, report: &Report) {
        let lang = self.lang;
        let mut text = String::new();
        for rule in &report.rules {
            let reasons = phrases::unjudged(lang, rule);
            if reasons.is_empty() {
                continue;
            }
            let mark = if phrases::was_not_judged(rule) { "✗ " } else { "" };
            let required = if phrases::was_not_judged(rule) && rule.required { format!(" ({})", self.say(Msg::RuleRequired)) } else { String::new() };
            let _ = writeln!(text, "- {mark}{} {}{required}", code(&rule.id), line(&phrases::title(lang, rule)));
            for reason in reasons {
                let _ = writeln!(text, "  - {}", line(&reason));
            }
        }
        if !text.is_empty() {
            self.section(Msg::SectionUnjudged, "");
            self.text.push_str(&text);
        }
    }

    /// Baseline and suppressions.
    fn settled(&mut self, report: &Report) {
        for (title, lines) in settled::sections(self.lang, report) {
            self.put(&format!("\n## {title}\n"));
            for (warns, text) in lines {
                self.put(&format!("- {}{}", if warns { "⚠ " } else { "" }, line(&text)));
            }
        }
    }

    /// What it may cost.
    fn exposure(&mut self, report: &Report) {
        let Some(exposure) = &report.exposure else { return };
        let lang = self.lang;
        self.put(&format!("\n## {}\n", crate::language::page::Msg::SectionExposure.text(lang)));
        self.put(&crate::language::exposure::say(lang, crate::language::exposure::Msg::Lead, &[]));
        for (title, lines) in crate::exposure::phrases::blocks(lang, exposure) {
            self.put(&format!("\n### {}\n", line(&title)));
            for text in lines {
                self.put(&format!("- {}", line(&text)));
            }
        }
    }

    fn checklist(&mut self, report: &Report) {
        if report.checklist.is_empty() {
            return;
        }
        self.section(Msg::SectionChecklist, "");
        for item in &report.checklist {
            let step = self.lang.pick(&item.step).unwrap_or(&item.id);
            self.put(&format!("- [ ] {}", line(step)));
            let facts = self.facts_of_step(item);
            self.put(&format!("  - {facts}"));
        }
    }

    fn facts_of_step(&self, item: &ChecklistItem) -> String {
        let lang = self.lang;
        let fact = |label: Msg, text: &str| format!("{} {}", self.say(label), line(text));
        let mut facts = vec![fact(Msg::ColOwner, language::owner(lang, &show(&item.owner)))];
        facts.extend(item.due.as_deref().or(item.due_text.as_deref()).map(|due| fact(Msg::ColDue, due)));
        facts.extend(lang.pick(&item.proof).map(|proof| fact(Msg::ColProof, proof)));
        if !item.rules.is_empty() {
            let rules: Vec<String> = item.rules.iter().map(|rule| code(rule)).collect();
            facts.push(format!("{} {}", self.say(Msg::ColRule), rules.join(" ")));
        }
        facts.join(" · ")
    }

    fn intake(&mut self, report: &Report) {
        let lang = self.lang;
        self.section(Msg::SectionIntake, "");
        let total = phrases::sum(lang, &phrases::all_rows(report));
        self.put(&format!("{}\n", line(&total)));
        let mut inputs: Vec<_> = report.inputs.iter().collect();
        if inputs.len() > INPUTS {
            inputs.sort_by(|a, b| (b.error.is_some(), b.rows.rejected).cmp(&(a.error.is_some(), a.rows.rejected)).then_with(|| a.path.cmp(&b.path)));
        }
        let body: Vec<Vec<String>> = inputs
            .iter()
            .take(INPUTS)
            .map(|input| {
                let (assumed, clock) = phrases::clock(lang, input);
                let mut path = cell(&input.path);
                if let Some(error) = phrases::input_error(lang, input) {
                    let _ = write!(path, " ✗ {}", line(&error));
                }
                let clock = format!("{}{}", if assumed { "⚠ " } else { "" }, line(&clock));
                vec![path, line(&phrases::layout(input)), clock, line(&phrases::sum(lang, &input.rows))]
            })
            .collect();
        self.table(&[Msg::ColInput, Msg::ColLayout, Msg::ColClock, Msg::ColRows], &[], &body);
        if inputs.len() > INPUTS {
            let text = phrases::count(lang, Msg::MoreLines, (inputs.len() - INPUTS) as u64);
            self.put(&format!("\n{}", line(&text)));
        }
        let mut notes: Vec<String> = vec![];
        for note in report.inputs.iter().flat_map(|input| phrases::input_notes(lang, input, 5)) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        if !notes.is_empty() {
            self.put("");
            notes.iter().take(INPUTS).for_each(|note| self.put(&format!("- {}", line(note))));
        }
    }

    /// The sources of the rules that found something.
    fn sources(&mut self, report: &Report) {
        let lang = self.lang;
        let cited: Vec<_> = report.rules.iter().filter(|rule| rule.findings > 0 && !rule.citations.is_empty()).collect();
        if cited.is_empty() {
            return;
        }
        self.section(Msg::SectionSources, "");
        for rule in cited {
            self.put(&format!("- {} · {}", code(&rule.id), language::force(lang, rule.force)));
            for citation in &rule.citations {
                self.put(&format!("  - {}", line(&phrases::citation(lang, citation))));
            }
            if let Some(doubt) = phrases::doubt(lang, rule) {
                self.put(&format!("  - ⚠ {}", line(&doubt)));
            }
        }
    }

    fn foot(&mut self, report: &Report) {
        let tool = &report.tool;
        let values =
            [("version", show(&tool.version)), ("hash", report.ruleset.hash.clone()), ("tzdb", show(&tool.tzdb)), ("numbers", show(&tool.number_metadata))];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.put(&format!("\n---\n\n{}", line(&say(self.lang, Msg::FormMade, &values))));
    }
}

/// A name as code within a table, where a bar would end the cell even in code.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "—".to_owned() } else { line(text) }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(rows: &sample::Rows, lang: Lang, max_findings: Option<usize>) -> String {
        let mut out = Vec::new();
        RENDERER.render(&sample::report(rows), rows, &View { lang, max_findings, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_verdict_comes_first_and_lists_end() {
        let text = rendered(&sample::Rows::hostile(), Lang::En, None);
        assert!(
            text.starts_with("# Call audit: acme-marketing 2026.11 · ACME marketing calls\n\n**271 violations in 23 findings under 3 of 3 rules; 5 possible"),
            "{text}"
        );
        assert!(text.contains("\n### 20. ") && !text.contains("\n### 21. "));
        assert!(text.contains("\n… and 3 more: callaudit audit … -o csv lists every violating call\n"), "{text}");
        let text = rendered(&sample::Rows::hostile(), Lang::Zh, Some(2));
        assert!(text.contains("\n### 2. ") && !text.contains("\n### 3. ") && text.contains("…… 另有 21 个"), "{text}");
    }

    #[test]
    fn a_report_without_findings_has_no_empty_sections() {
        let text = rendered(&sample::Rows::none(), Lang::En, None);
        assert!(!text.contains("## Findings") && !text.contains("## What to do") && text.contains("## NOT JUDGED"), "{text}");
    }

    #[test]
    fn every_row_of_a_table_has_as_many_cells_as_its_header() {
        for lang in Lang::ALL {
            let text = rendered(&sample::Rows::hostile(), lang, None);
            let cells = |line: &str| line.replace("\\|", "").matches('|').count();
            let mut expected = None;
            for line in text.lines() {
                if !line.starts_with('|') {
                    expected = None;
                    continue;
                }
                assert_eq!(cells(line), *expected.get_or_insert(cells(line)), "{line}");
            }
        }
    }
}
