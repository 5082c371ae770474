//! The report as JUnit XML, which build servers read: one test case for each rule. A rule fails where it makes the audit fail; one that was not judged is an error
//! where it is required, else skipped: never passed.

use std::fmt::Write as _;
use std::io::Write;

use super::table::show;
use super::{Renderer, View};
use crate::error::Result;
use crate::language::{self, Lang, Msg, say};
use crate::report::trials::junit::escape;
use crate::report::{Evaluation, Finding, Findings, Report, phrases, settled};

/// Findings that are listed in all, the worst first.
const FINDINGS: usize = 1_000;
/// Calls shown of each.
const EVIDENCE: usize = 3;

/// `-o junit`
pub struct Junit;

/// The one and only.
pub static RENDERER: Junit = Junit;

/// What became of a test.
enum Outcome {
    Passed,
    Failed(String, String),
    Error(String),
    Skipped(String),
}

struct Case {
    name: String,
    class: String,
    outcome: Outcome,
    told: Vec<String>,
}

impl Renderer for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn may_leave_out_known(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        let findings = super::worst(rows, view.max_findings.unwrap_or(FINDINGS))?;
        let mut cases: Vec<Case> = report.rules.iter().map(|rule| case(view.lang, report, rule, &findings)).collect();
        cases.extend(settled_case(view.lang, report));
        // Where the log could not be read to its end, no green rule may hide it.
        if report.exit.status == 3 {
            let reasons: Vec<String> = report.exit.reason.iter().map(|reason| phrases::sentence(view.lang, reason)).collect();
            let said = say(view.lang, Msg::FormIncompleteBecause, &[("reasons", &phrases::joined(view.lang, &reasons))]);
            cases.push(Case { name: "audit".into(), class: show(&report.ruleset.id), outcome: Outcome::Error(said), told: vec![] });
        }
        super::write_text(out, &xml(view.lang, report, &cases))
    }
}

fn case(lang: Lang, report: &Report, rule: &Evaluation, findings: &[Finding]) -> Case {
    let own: Vec<&Finding> = findings.iter().filter(|f| f.rule == rule.id).collect();
    let title = phrases::title(lang, rule);
    let mut told: Vec<String> = rule.notes.iter().map(|note| format!("⚠ {}", phrases::sentence(lang, note))).collect();
    let outcome = if !phrases::was_judged(rule) {
        let reason = phrases::joined(lang, &phrases::unjudged(lang, rule));
        if incomplete(report, rule) { Outcome::Error(reason) } else { Outcome::Skipped(reason) }
    } else {
        told.extend(phrases::unjudged(lang, rule));
        let mut lines: Vec<String> = own.iter().map(|finding| told_of(lang, finding)).collect();
        let more = rule.findings.saturating_sub(own.len() as u64);
        if more > 0 {
            lines.push(phrases::count(lang, Msg::FormMore, more));
        }
        if fails(report, rule) {
            let violations = match rule.violations {
                0 => phrases::count(lang, Msg::PossibleOne, rule.possible),
                n => phrases::number(lang, n, Msg::Violation, Msg::Violations),
            };
            let counted = phrases::number(lang, rule.findings, Msg::FindingOne, Msg::FindingMany);
            let message = say(lang, Msg::FormFailure, &[("violations", &violations), ("findings", &counted), ("title", &title)]);
            Outcome::Failed(message, lines.join("\n"))
        } else {
            if rule.violations > 0 {
                told.push(say(lang, Msg::FormNoFailure, &[("violations", &phrases::number(lang, rule.violations, Msg::Violation, Msg::Violations))]));
            }
            if rule.possible > 0 {
                told.push(phrases::count(lang, Msg::FormPossible, rule.possible));
            }
            told.append(&mut lines);
            Outcome::Passed
        }
    };
    Case { name: show(&rule.id), class: format!("{}.{}", show(&report.ruleset.id), rule.kind), outcome, told }
}

/// Does a rule fail? If it is a reason of the exit status, which depends on what was asked for: --fail-on, --strict, --fail-on-new, budgets, suppressions.
fn fails(report: &Report, rule: &Evaluation) -> bool {
    let begin = format!("rule {}: ", rule.id);
    report.exit.reason.iter().any(|reason| reason.starts_with(&begin))
}

/// Is an unjudged rule one without which the audit is incomplete? Of one account among several, a rule that is about none of its calls is not.
fn incomplete(report: &Report, rule: &Evaluation) -> bool {
    let begin = format!("rule {} could not be evaluated: ", rule.id);
    let said = report.exit.reason.iter().any(|reason| reason.starts_with(&begin));
    said || report.part.is_none() && rule.required && rule.status != "not_in_force"
}

/// One case for the suppressions, which fails where one is a reason of the exit status: an expired one, under the default --fail-on.
fn settled_case(lang: Lang, report: &Report) -> Option<Case> {
    let all = report.suppressions.as_ref()?;
    let complaints = settled::complaints(lang, report);
    let lines: Vec<String> = all.entries.iter().map(|entry| settled::suppression(lang, all, entry)).collect();
    let fails = report.exit.reason.iter().any(|reason| reason.contains(": the suppression of rule "));
    let worst = complaints.iter().find(|(entry, _)| entry.expired()).or(complaints.first());
    let outcome = match worst.filter(|_| fails) {
        Some((_, text)) => Outcome::Failed(text.clone(), lines.join("\n")),
        None => Outcome::Passed,
    };
    let told = if matches!(outcome, Outcome::Passed) { lines } else { vec![] };
    Some(Case { name: "suppressions".into(), class: show(&report.ruleset.id), outcome, told })
}

/// A finding in a few lines.
fn told_of(lang: Lang, finding: &Finding) -> String {
    let mut words = vec![language::verdict(lang, finding.verdict).to_string()];
    if finding.state != "open" {
        words.push(language::state(lang, finding.state).to_string());
    }
    words.extend([phrases::subject(lang, finding), show(&finding.message), phrases::facts(lang, finding)]);
    words.retain(|word| !word.is_empty());
    let mut text = words.join(" · ");
    for row in phrases::telling(finding, EVIDENCE) {
        let call = [&row.started_at, &row.caller, &row.callee].map(|text| show(text));
        let _ = write!(text, "\n    {}:{}  {}  {} → {}", show(&row.source), row.line, call[0], call[1], call[2]);
    }
    text
}

fn xml(lang: Lang, report: &Report, cases: &[Case]) -> String {
    let of = |holds: fn(&Outcome) -> bool| cases.iter().filter(|case| holds(&case.outcome)).count();
    let (failures, errors, skipped) =
        (of(|o| matches!(o, Outcome::Failed(..))), of(|o| matches!(o, Outcome::Error(_))), of(|o| matches!(o, Outcome::Skipped(_))));
    let name = escape(&show(&report.ruleset.id));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let tests = cases.len();
    let _ = writeln!(out, "<testsuites name=\"callaudit\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">");
    let _ = writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">");
    let properties = [
        ("version", show(&report.tool.version)),
        ("ruleset", phrases::ruleset(lang, report)),
        ("as_of", show(&report.as_of)),
        ("period", phrases::period(lang, report)),
        ("verdict", settled::verdict(lang, report)),
    ];
    out.push_str("    <properties>\n");
    for (name, value) in properties {
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", escape(&value));
    }
    out.push_str("    </properties>\n");
    for case in cases {
        let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", escape(&case.class), escape(&case.name));
        let inner = inner(case);
        let _ = if inner.is_empty() { writeln!(out, "/>") } else { writeln!(out, ">\n{inner}    </testcase>") };
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn inner(case: &Case) -> String {
    let mut out = match &case.outcome {
        Outcome::Passed => String::new(),
        Outcome::Failed(message, text) => {
            format!("      <failure message=\"{}\" type=\"violation\">{}</failure>\n", escape(message), lines(text))
        }
        Outcome::Error(message) => format!("      <error message=\"{}\" type=\"not_evaluable\"/>\n", escape(message)),
        Outcome::Skipped(message) => format!("      <skipped message=\"{}\"/>\n", escape(message)),
    };
    if !case.told.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", lines(&case.told.join("\n")));
    }
    out
}

/// Text with its line ends as they are.
fn lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(rows: &sample::Rows, lang: Lang, max_findings: Option<usize>) -> String {
        let mut out = Vec::new();
        RENDERER.render(&ended(rows, |r| r.severity != "info"), rows, &View { lang, max_findings, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The sample with the reasons that an audit gives where such rules fail.
    fn ended(rows: &sample::Rows, fail: impl Fn(&Evaluation) -> bool) -> Report {
        let mut report = sample::report(rows);
        let failing = report.rules.iter().filter(|r| r.standing(false).0 > 0 && fail(r)).map(|r| format!("rule {}: {} violations", r.id, r.violations));
        report.exit.reason.retain(|reason| !reason.ends_with(" violations"));
        report.exit.reason.extend(failing.collect::<Vec<_>>());
        report
    }

    #[test]
    fn a_rule_fails_where_it_makes_the_audit_fail_and_is_told_otherwise() {
        let rows = sample::Rows::hostile();
        let text = |report: &Report| {
            let mut out = Vec::new();
            RENDERER.render(report, &rows, &View::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let all = text(&ended(&rows, |_| true)).matches("<failure").count();
        let one = text(&ended(&rows, |r| r.id == "redial"));
        assert!(all > 1 && one.matches("<failure").count() == 1, "{all} {one}");
        assert!(one.contains("which do not make the audit fail") && one.contains("name=\"redial\">\n      <failure"), "{one}");
        // Strict: a rule whose findings are only possible.
        let mut report = ended(&rows, |_| false);
        let rule = report.rules.iter_mut().find(|r| r.id == "redial").unwrap();
        (rule.possible, rule.violations) = (rule.violations, 0);
        report.exit.reason.push("rule redial: 0 violations".into());
        assert!(text(&report).contains("<failure message=\"231 possible"), "{}", text(&report));
    }

    #[test]
    fn rules_that_were_not_judged_never_pass() {
        let text = rendered(&sample::Rows::none(), Lang::En, None);
        assert!(text.contains("<testsuite name=\"acme-marketing\" tests=\"4\" failures=\"0\" errors=\"1\" skipped=\"0\">"), "{text}");
        let error = "name=\"line-hourly\">\n      <error message=\"not evaluable · column &quot;hangup_by&quot; is in none of the inputs\"";
        assert!(text.contains(error), "{text}");
        let mut report = sample::report(&sample::Rows::none());
        report.rules.iter_mut().for_each(|rule| rule.required = false);
        let mut out = Vec::new();
        RENDERER.render(&report, &sample::Rows::none(), &View::default(), &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("failures=\"0\" errors=\"0\" skipped=\"1\""));
    }

    #[test]
    fn failures_list_their_findings_and_an_incomplete_audit_is_an_error() {
        let text = rendered(&sample::Rows::hostile(), Lang::En, Some(5));
        assert!(text.contains("tests=\"5\" failures=\"3\" errors=\"2\" skipped=\"0\""), "{text}");
        assert!(text.contains("<failure message=\"6 violations in 3 findings: Numbers on the do-not-call list\" type=\"violation\">"), "{text}");
        assert!(text.contains("… and 14 more: callaudit audit"), "{text}");
        assert!(text.contains("name=\"audit\">\n      <error message=\"the audit is incomplete: rule line-hourly"), "{text}");
    }

    #[test]
    fn what_is_only_possible_suppressed_or_for_information_does_not_fail() {
        let mut rows = sample::Rows::hostile();
        rows.findings.retain(|f| f.rule == "redial");
        rows.findings.iter_mut().for_each(|f| f.state = "suppressed");
        assert!(rendered(&rows, Lang::En, None).contains("failures=\"0\""));
        rows.findings.iter_mut().for_each(|f| (f.state, f.verdict) = ("open", "possible"));
        let text = rendered(&rows, Lang::En, None);
        assert!(text.contains("failures=\"0\"") && text.contains("possible, not counted as failed: 231"), "{text}");
    }
}
