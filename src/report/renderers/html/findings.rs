//! One card for each finding: what was found, when its calls were, and which they are.

use askama::Template;
use serde_json::Value;

use super::super::table::{capital, decimal, show};
use super::tables::{Cell, Head, Table};
use super::words::{Words, cut, instant, or_dash, short};
use crate::calls::zones::DAY;
use crate::language::page::Msg as T;
use crate::language::{self, Msg};
use crate::report::{Evaluation, EvidenceRow, Finding, Report};
use crate::report::{phrases, settled};
use crate::rules::windows::parse_duration;

/// For so many findings the single calls are listed, and what to set in the dialler is told: ten thousand with all of that would be a file that no
/// mail server takes.
pub(super) const IN_FULL: usize = 250;

/// Once the page has so many bytes, the lines of calls are left out too, so that ten thousand findings with long names stay below ten million bytes.
const ROOM: usize = 8_300_000;

/// How much a card tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// Which holes, but not what they are; no line of calls, and no long texts.
    Bare,
    /// No single calls, and no very long texts.
    Short,
    /// Everything.
    Full,
}

impl Detail {
    /// More characters of a text are cut.
    fn longest(self) -> usize {
        match self {
            Detail::Bare => 40,
            Detail::Short => 120,
            Detail::Full => usize::MAX,
        }
    }

    /// Of the `n`th finding on a page that has so many bytes already.
    pub(super) fn of(n: usize, bytes: usize) -> Detail {
        match (n, bytes) {
            (_, ROOM..) => Detail::Bare,
            (0..=IN_FULL, _) => Detail::Full,
            _ => Detail::Short,
        }
    }
}

/// A card.
#[derive(Template)]
#[template(path = "finding.html")]
pub(super) struct Card {
    n: usize,
    rule: usize,
    severity: &'static str,
    verdict: &'static str,
    state: &'static str,
    calls: u64,
    at: i64,
    subject: String,
    meta: Vec<String>,
    message: String,
    facts: Vec<String>,
    timeline: Option<Timeline>,
    notes: Vec<String>,
    leaks: Vec<String>,
    evidence: Option<(String, Table)>,
    fingerprint: String,
}

/// The calls of a finding on a line.
struct Timeline {
    from: String,
    to: String,
    label: String,
    window: Option<(String, String)>,
    others: String,
    violating: String,
}

/// The `n`th finding, the worst being the first.
pub(super) fn card(n: usize, finding: &Finding, detail: Detail, report: &Report, w: &Words) -> Card {
    let lang = w.lang();
    let place = report.rules.iter().position(|r| r.id == finding.rule);
    let rule = place.map(|p| &report.rules[p]);
    let subject: Vec<String> = finding.subject.iter().map(|(column, value)| format!("{} {}", language::column(lang, &show(column)), or_dash(value))).collect();
    let title = rule.map_or_else(String::new, |r| w.page.title(r));
    let subject = if subject.is_empty() { title.clone() } else { capital(&subject.join(w.between())) };
    let mut meta = vec![capital(language::severity(lang, finding.severity))];
    let full = detail == Detail::Full;
    meta.push(if title.is_empty() || !full { show(&finding.rule) } else { format!("{}{}", show(&finding.rule), w.aside(&title)) });
    meta.push(language::verdict(lang, finding.verdict).to_owned());
    meta.push(language::force_sentence(lang, finding.force).to_owned());
    meta.extend(rule.and_then(|r| phrases::doubt(w.page.lang, r)));
    meta.extend(settled::state(lang, report, finding));
    let leak = |l: &crate::remediation::leaks::Leak| match detail {
        Detail::Full => short(&w.page.say(Msg::FindingLeak, &[("id", l.id), ("text", &l.text), ("setting", &l.setting)])),
        Detail::Short => short(&format!("→ {}{}{}", l.id, w.colon(), l.text)),
        Detail::Bare => short(&format!("→ {}", l.id)),
    };
    Card {
        n,
        rule: place.map_or(0, |p| p + 1),
        severity: known(finding.severity, &["critical", "high", "medium", "low", "info"]),
        verdict: known(finding.verdict, &["violation", "possible", "approaching"]),
        state: known(finding.state, crate::report::STATES),
        calls: finding.calls,
        at: instant(&finding.first).unwrap_or(0) / 1000,
        subject: cut(&subject, detail.longest()),
        meta,
        message: cut(&short(&finding.message), detail.longest()),
        facts: facts(finding, w),
        timeline: if detail == Detail::Bare { None } else { timeline(finding, w) },
        notes: finding.notes.iter().map(|note| w.page.sentence(note)).collect(),
        leaks: finding.leaks.iter().map(leak).collect(),
        evidence: (full && !finding.evidence.is_empty()).then(|| (calls_of(finding, w), evidence(n, finding, report, w))),
        fingerprint: if full && !finding.fingerprint.is_empty() {
            w.put(T::Fingerprint, &[("hex", &show(&finding.fingerprint))])
        } else {
            show(&finding.fingerprint)
        },
    }
}

/// Words of this program, which become attributes and classes.
fn known(word: &str, words: &[&'static str]) -> &'static str {
    words.iter().find(|w| **w == word).copied().unwrap_or("info")
}

/// The clock of a rule, as the ruleset names it.
fn clock_of<'a>(report: &'a Report, id: &str) -> Option<&'a str> {
    let tables = report.ruleset.effective.get("rule")?.as_array()?;
    tables.iter().find(|t| t.get("id").and_then(Value::as_str) == Some(id))?.get("clock")?.as_str()
}

fn facts(finding: &Finding, w: &Words) -> Vec<String> {
    let mut facts = vec![w.page.number(finding.calls, Msg::CallOne, Msg::CallMany)];
    let (first, last) = (w.time(&finding.first), w.time(&finding.last));
    facts.push(if finding.first == finding.last { first } else { format!("{first} – {last}") });
    let measured = finding.measured.map(decimal);
    let limit = finding.limit.map(decimal);
    facts.extend(match (&measured, &limit) {
        (Some(measured), Some(limit)) => {
            let message = if finding.lower_bound { Msg::FindingMeasureAtLeast } else { Msg::FindingMeasure };
            Some(w.page.say(message, &[("measured", measured), ("limit", limit)]))
        }
        (Some(measured), None) => Some(w.page.say(Msg::FindingMeasured, &[("measured", measured)])),
        (None, _) => None,
    });
    facts
}

fn calls_of(finding: &Finding, w: &Words) -> String {
    let shown = finding.evidence.iter().filter(|e| e.violates).count() as u64;
    let n = finding.evidence.len().to_string();
    if shown > 0 && shown < finding.calls {
        w.put(T::CallsShown, &[("shown", &shown.to_string()), ("n", &finding.calls.to_string())])
    } else {
        w.put(T::CallsOf, &[("n", &n)])
    }
}

/// Where the window of a finding begins and ends; a calendar month has no fixed length, so none is drawn.
fn window(finding: &Finding) -> Option<(i64, i64)> {
    let window = finding.window.as_ref()?;
    let start = instant(window.get("start")?.as_str()?)?;
    let length = match window.get("form")?.as_str()? {
        "hour" => DAY / 24,
        "day" => DAY,
        "week" => 7 * DAY,
        form => match form.strip_suffix(" days") {
            Some(days) => days.parse::<i64>().ok()? * DAY,
            None => parse_duration(form)?,
        },
    };
    Some((start, start + length))
}

/// The calls on a line from the first to the last, or over their window; a single one on a line of its day.
fn timeline(finding: &Finding, w: &Words) -> Option<Timeline> {
    let times: Vec<(i64, bool)> = finding.evidence.iter().filter_map(|e| Some((instant(&e.started_at)?, e.violates))).collect();
    let (first, last) = (times.iter().map(|t| t.0).min()?, times.iter().map(|t| t.0).max()?);
    // Where the measured value lies below its limit it is a gap between calls, for which the window says nothing.
    let gap = matches!((finding.measured, finding.limit), (Some(measured), Some(limit)) if measured < limit);
    let window = window(finding).filter(|(from, to)| !gap && *from <= last && first < *to);
    let (mut from, mut to) = window.map_or((first, last), |(begin, end)| (begin.min(first), end.max(last)));
    if from == to {
        let local = w.local(first);
        from = first - local.rem_euclid(DAY);
        to = from + DAY;
    }
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // places on a line of a thousand
    let x = |at: i64| (5.0 + (at - from) as f64 * 990.0 / (to - from) as f64).round() as i64;
    let path = |violates: bool, top: usize, height: usize| {
        let mut places: Vec<i64> = times.iter().filter(|t| t.1 == violates).map(|t| x(t.0)).collect();
        places.dedup();
        places.iter().map(|x| format!("M{x} {top}v{height}")).collect::<String>()
    };
    let violating = times.iter().filter(|t| t.1).count().to_string();
    let (begin, end) = (w.at(from), w.at(to));
    let values = [("n", times.len().to_string()), ("violating", violating)];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Some(Timeline {
        label: w.put(T::TimelineText, &values),
        window: window.map(|(a, b)| (x(a).to_string(), (x(b) - x(a)).max(1).to_string())),
        others: path(false, 6, 8),
        violating: path(true, 2, 16),
        from: begin,
        to: end,
    })
}

/// A time over its day.
fn time(text: String) -> Cell {
    match text.split_once(' ') {
        Some((day, time)) => Cell { more: vec![short(day)], ..Cell::text(short(time)).class("nw") },
        None => Cell::text(short(&text)),
    }
}

/// The single calls.
fn evidence(n: usize, finding: &Finding, report: &Report, w: &Words) -> Table {
    let callee_clock = clock_of(report, &finding.rule) == Some("callee");
    let several = report.inputs.len() > 1;
    let any = |text: &dyn Fn(&EvidenceRow) -> &str| finding.evidence.iter().any(|e| !text(e).is_empty());
    let (agents, campaigns, ids) = (any(&|e| &e.agent), any(&|e| &e.campaign), any(&|e| &e.call_id));
    let mut heads = vec![Head::left(w.t(T::ColStart)), Head::left(w.t(T::ColViolates))];
    let opt = |label: &str| Head { label: label.to_owned(), class: "opt", still: false };
    heads.extend(callee_clock.then(|| Head::left(w.t(T::ColCalleeClock))));
    heads.extend([Head::left(w.t(T::ColCaller)), Head::left(w.t(T::ColCallee))]);
    heads.extend(agents.then(|| opt(w.t(T::ColAgent))));
    heads.extend(campaigns.then(|| opt(w.t(T::ColCampaign))));
    heads.push(Head::left(w.t(T::ColOutcome)));
    heads.extend(ids.then(|| opt(w.t(T::ColCallId))));
    heads.push(Head::left(w.t(T::ColPlace)));
    let row = |e: &EvidenceRow| {
        let mut cells = vec![time(w.time(&e.started_at)), Cell::text(w.t(if e.violates { T::Yes } else { T::No })).class(if e.violates { "bad" } else { "" })];
        cells.extend(callee_clock.then(|| time(show(&e.local_time).replacen('T', " ", 1))));
        cells.extend([Cell::name(&e.caller), Cell::name(&e.callee)]);
        cells.extend(agents.then(|| Cell::text(or_dash(&e.agent)).class("opt")));
        cells.extend(campaigns.then(|| Cell::text(or_dash(&e.campaign)).class("opt")));
        cells.push(Cell::name(language::outcome(w.lang(), &e.outcome)));
        cells.extend(ids.then(|| Cell::text(or_dash(&e.call_id)).class("opt")));
        let line = w.put(T::Line, &[("n", &e.line.to_string())]);
        cells.push(if several { Cell { more: vec![short(&e.source)], ..Cell::text(line).class("any") } } else { Cell::text(line).class("nw") });
        cells
    };
    Table { caption: w.put(T::Evidence, &[("n", &n.to_string())]), wide: true, heads, rows: finding.evidence.iter().map(row).collect(), ..Table::default() }
}

/// The rules that findings are filtered by, with their places.
pub(super) fn rules_with_findings(report: &Report) -> impl Iterator<Item = (usize, &Evaluation)> {
    report.rules.iter().enumerate().map(|(n, rule)| (n + 1, rule)).filter(|(_, rule)| rule.findings > 0)
}
