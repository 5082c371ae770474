//! The report as one page that needs nothing else: it is read in a browser, with or without its script, and on paper.
//!
//! Templates, since the page is made of many parts and a compiler that checks them and an escaper that cannot be forgotten are worth a dependency;
//! the policy's page is one short loop and needs none. Findings are written one by one as the cursor gives them.

use std::io::Write;

use askama::Template;
use sha2::{Digest, Sha256};

use super::table::{RED, YELLOW, capital, grouped, show};
use super::{Renderer, View};
use crate::error::{Error, Result};
use crate::language::page::Msg as T;
use crate::language::{self, Lang, Msg};
use crate::report::phrases;
use crate::report::settled::{self, Section};
use crate::report::{Findings, Report};

mod charts;
mod escape;
mod exposure;
mod findings;
mod hours;
mod intake;
mod tables;
mod words;

use charts::{Days, Heat};
use findings::Detail;
use hours::Hours;
use intake::{RuleCard, Source};
use tables::{Cell, Head, Table};
use words::{Words, short};

/// `-o html`
pub struct Html;

/// The one and only.
pub static RENDERER: Html = Html;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "html"
    }
    fn shows_exposure(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        let words = Words::new(report, view.lang);
        let mut bytes = write(&Top::new(report, &words), out)?;
        let (mut shown, mut lines) = (0, 0);
        for finding in rows.findings().take(view.max_findings.unwrap_or(usize::MAX)) {
            shown += 1;
            let detail = Detail::of(shown, bytes);
            lines += usize::from(detail > Detail::Bare);
            bytes += write(&findings::card(shown, &finding?, detail, report, &words), out)?;
        }
        write(&Bottom::new(report, shown, lines, &words), out)?;
        out.flush().map_err(|error| super::write_error(&error))
    }
}

/// Writes a template, and tells how many bytes that were.
fn write(template: &impl Template, out: &mut dyn Write) -> Result<usize> {
    let text = template.render().map_err(|error| Error::Io(format!("making the page: {error}")))?;
    out.write_all(text.as_bytes()).map_err(|error| super::write_error(&error))?;
    Ok(text.len())
}

/// What a browser may do with the page: apply this style, run this script, and nothing else; above all, ask nobody for anything.
fn policy(style: &str) -> String {
    let hash = |text: &str| base64(&Sha256::digest(text.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'", hash(style), hash(SCRIPT))
}

/// The style, with what stands at the foot of every printed page.
fn style(report: &Report) -> String {
    let Some(line) = settled::running(report) else { return STYLE.to_owned() };
    // In a string of CSS, anything but letters and digits is written as its number: nothing ends the string, or the style.
    let text: String = line.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { format!("\\{:x} ", u32::from(c)) }).collect();
    format!("{STYLE}@page {{ @bottom-left {{ content: '{text}'; font: 8.5pt sans-serif; color: #525b66 }} }}\n")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let n = (0..3).fold(0_usize, |n, i| n << 8 | usize::from(three.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            out.push(if i <= three.len() { char::from(DIGITS[n >> (18 - 6 * i) & 63]) } else { '=' });
        }
    }
    out
}

/// Everything before the findings.
#[derive(Template)]
#[template(path = "top.html")]
struct Top<'a> {
    w: &'a Words,
    code: &'static str,
    policy: String,
    style: String,
    title: String,
    letterhead: Vec<(String, String)>,
    about: Vec<(&'static str, String)>,
    incomplete: Vec<String>,
    verdict: String,
    mood: &'static str,
    tiles: Vec<(String, String)>,
    forces: Table,
    law: bool,
    severities: Table,
    heat: Option<Heat>,
    hours: Hours,
    days: Option<Days>,
    rules: Table,
    notes: Vec<(String, Vec<String>)>,
    worst: Vec<Table>,
    settled: Vec<Section>,
    checklist: Option<Table>,
    exposure: Option<exposure::Section>,
    unjudged: Vec<Unjudged>,
    found: u64,
    filter: Filter,
}

/// A rule that was not judged, or not for every call.
struct Unjudged {
    title: String,
    whole: bool,
    reasons: Vec<String>,
}

/// What findings are filtered by.
struct Filter {
    severities: Vec<(&'static str, String)>,
    rules: Vec<(usize, String)>,
    verdicts: Vec<(&'static str, String)>,
    /// None where nothing is suppressed or compared: all are open then.
    states: Vec<(&'static str, String)>,
    shown: &'static str,
}

impl<'a> Top<'a> {
    fn new(report: &Report, w: &'a Words) -> Top<'a> {
        let lang = w.lang();
        let sheet = style(report);
        let (verdict, style) = w.page.verdict_sentence(report);
        let (forces, law) = tables::forces(report, w);
        let incomplete = incomplete(report, w);
        let hours = hours::hours(report, w);
        let noted = report.rules.iter().filter(|r| !r.notes.is_empty());
        Top {
            w,
            code: if lang == Lang::Zh { "zh-CN" } else { "en" },
            policy: policy(&sheet),
            style: sheet,
            title: lang.pick(&report.ruleset.title).map_or_else(|| show(&report.ruleset.id), show),
            letterhead: settled::letterhead(lang, report),
            about: about(report, w),
            incomplete,
            verdict,
            mood: if style == RED {
                "bad"
            } else if style == YELLOW.bold() {
                "doubt"
            } else {
                "good"
            },
            tiles: tiles(report, w),
            forces,
            law,
            severities: tables::severities(report, w),
            heat: charts::heat(report, &hours, w),
            hours,
            days: charts::days(report, w),
            rules: tables::rules(report, w),
            notes: noted.map(|r| (show(&r.id), r.notes.iter().map(|n| w.page.sentence(n)).collect())).collect(),
            worst: tables::worst(report, w),
            settled: settled::sections(lang, report),
            checklist: checklist(report, w),
            exposure: report.exposure.as_ref().map(|exposure| exposure::section(exposure, w)),
            unjudged: unjudged(report, w),
            found: report.totals.findings,
            filter: filter(report, w),
        }
    }
}

/// Why the audit is incomplete: of the reasons for the exit status, those that are no findings.
fn incomplete(report: &Report, w: &Words) -> Vec<String> {
    let found =
        |reason: &str| report.rules.iter().any(|rule| reason.strip_prefix("rule ").and_then(|r| r.strip_prefix(&rule.id)).is_some_and(|r| r.starts_with(": ")));
    let reasons = report.exit.reason.iter().filter(|_| report.exit.status == 3);
    reasons.filter(|reason| !found(reason)).map(|reason| w.page.sentence(reason)).collect()
}

fn about(report: &Report, w: &Words) -> Vec<(&'static str, String)> {
    let ruleset = [Some(show(&report.ruleset.id)), report.ruleset.version.as_deref().map(show)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let period = match (&report.period.first, &report.period.last) {
        (Some(first), Some(last)) => format!("{} – {}", w.time(first), w.time(last)),
        _ => w.m(Msg::NoPeriod).to_owned(),
    };
    let mut inputs: Vec<String> = report.inputs.iter().take(3).map(|i| short(&i.path)).collect();
    if report.inputs.len() > 3 {
        inputs.push(w.page.count(Msg::MoreLines, report.inputs.len() as u64 - 3));
    }
    vec![
        (w.m(Msg::LabelRuleset), ruleset),
        (w.m(Msg::LabelInputs), inputs.join(w.between())),
        (w.m(Msg::LabelPeriod), period),
        (w.m(Msg::LabelAsOf), show(&report.as_of)),
    ]
}

fn tiles(report: &Report, w: &Words) -> Vec<(String, String)> {
    let totals = &report.totals;
    let judged = report.rules.iter().filter(|r| phrases::was_judged(r)).count() as u64;
    let all = report.rules.iter().filter(|r| r.status != "not_in_force").count() as u64;
    let mut tiles: Vec<(String, String)> =
        [(Msg::LabelCalls, totals.calls), (Msg::ColViolations, totals.violations), (Msg::ColPossible, totals.possible), (Msg::ColFindings, totals.findings)]
            .map(|(label, n)| (grouped(n), w.m(label).to_owned()))
            .to_vec();
    tiles.push((w.put(T::Of, &[("n", &grouped(judged)), ("of", &grouped(all))]), w.t(T::RulesJudged).to_owned()));
    tiles
}

fn checklist(report: &Report, w: &Words) -> Option<Table> {
    let row = |item: &crate::report::ChecklistItem| {
        let pick = |texts| w.lang().pick(texts).map(short);
        let due = item.due.as_deref().or(item.due_text.as_deref()).map_or_else(|| "—".to_owned(), show);
        let rules: Vec<String> = item.rules.iter().map(|r| show(r)).collect();
        vec![
            Cell { text: format!("☐ {}", pick(&item.step).unwrap_or_else(|| show(&item.id))), ..Cell::default() },
            Cell::name(&capital(language::owner(w.lang(), &item.owner))),
            Cell::text(due).class("nw"),
            Cell::text(pick(&item.proof).unwrap_or_else(|| "—".to_owned())),
            Cell::text(rules.join(w.between())).class("opt"),
            Cell { class: "r opt", ..Cell::number(item.findings) },
        ]
    };
    (!report.checklist.is_empty()).then(|| Table {
        caption: w.t(T::ChecklistCaption).to_owned(),
        folds: true,
        sorts: true,
        heads: vec![
            Head::left(w.m(Msg::ColStep)),
            Head::left(w.m(Msg::ColOwner)),
            Head::left(w.m(Msg::ColDue)),
            Head::left(w.m(Msg::ColProof)),
            Head { class: "opt", ..Head::left(w.m(Msg::ColRule)) },
            Head { class: "r opt", ..Head::left(w.m(Msg::ColFindings)) },
        ],
        rows: report.checklist.iter().map(row).collect(),
        ..Table::default()
    })
}

fn unjudged(report: &Report, w: &Words) -> Vec<Unjudged> {
    let one = |(rule, whole, reasons): (&crate::report::Evaluation, bool, Vec<String>)| {
        let required = if whole && rule.required { w.aside(w.m(Msg::RuleRequired)) } else { String::new() };
        Unjudged { title: format!("{} · {}{required}", show(&rule.id), w.page.title(rule)), whole, reasons }
    };
    w.page.not_judged(report).into_iter().map(one).collect()
}

fn filter(report: &Report, w: &Words) -> Filter {
    let lang = w.lang();
    let found = |s: &&&str| report.totals.by_severity.get(**s).is_some_and(|c| c.findings > 0);
    let settled = report.suppressions.is_some() || report.baseline.is_some();
    let states = crate::report::STATES.iter().filter(|_| settled);
    let severities = ["critical", "high", "medium", "low", "info"];
    Filter {
        severities: severities.iter().filter(found).map(|s| (*s, capital(language::severity(lang, s)))).collect(),
        rules: findings::rules_with_findings(report).map(|(n, r)| (n, format!("{} · {}", show(&r.id), w.page.title(r)))).collect(),
        verdicts: ["violation", "possible", "approaching"].map(|v| (v, language::verdict(lang, v).to_owned())).to_vec(),
        states: states.map(|s| (*s, language::state(lang, s).to_owned())).collect(),
        shown: w.t(T::FilterShown),
    }
}

/// Everything behind the findings.
#[derive(Template)]
#[template(path = "bottom.html")]
struct Bottom<'a> {
    w: &'a Words,
    more: Vec<String>,
    intake: Table,
    sources: Vec<Source>,
    open: bool,
    gaps: Vec<String>,
    lists: Option<Table>,
    clock: String,
    about: Vec<(&'static str, Vec<String>)>,
    rules: Vec<RuleCard>,
    foot: String,
    script: &'static str,
}

impl<'a> Bottom<'a> {
    fn new(report: &Report, shown: usize, lines: usize, w: &'a Words) -> Bottom<'a> {
        let mut more = Vec::new();
        if shown > findings::IN_FULL {
            more.push(w.put(T::CallsLater, &[("n", &grouped(findings::IN_FULL as u64))]));
        }
        if shown > lines {
            more.push(w.put(T::LinesLater, &[("n", &grouped(lines as u64))]));
        }
        let shown = shown as u64;
        if report.totals.findings > shown {
            more.push(w.put(T::NotShown, &[("n", &grouped(report.totals.findings - shown))]));
        }
        let ruleset = &report.ruleset;
        let tool = &report.tool;
        let foot = [("version", show(&tool.version)), ("tzdb", show(&tool.tzdb)), ("numbers", show(&tool.number_metadata)), ("schema", show(report.schema))];
        let foot: Vec<(&str, &str)> = foot.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Bottom {
            w,
            more,
            intake: intake::rows(report, w),
            sources: intake::sources(report, w),
            open: report.inputs.len() <= 3,
            gaps: report.coverage.iter().map(|gap| w.page.gap(gap)).collect(),
            lists: intake::lists(report, w),
            clock: w.put(T::ClockOfReport, &[("zone", &show(&w.zone))]),
            about: vec![
                (w.m(Msg::LabelRuleset), vec![[show(&ruleset.id), ruleset.version.as_deref().map(show).unwrap_or_default()].join(" ").trim().to_owned()]),
                (w.t(T::HashLabel), vec![show(&ruleset.hash)]),
                (w.t(T::FilesLabel), ruleset.files.iter().map(|f| short(f)).collect()),
            ],
            rules: intake::rules(report, w),
            foot: w.put(T::Foot, &foot),
            script: SCRIPT,
        }
    }
}

#[cfg(test)]
mod tests;
