//! What every report says of suppressions and of its baseline, whatever its form.

use super::renderers::table::{grouped, show};
use super::{Finding, Report, phrases};
use crate::findings::baseline::{Changed, Compared, Gone};
use crate::findings::suppressions::{EXPIRED, IN_USE, Suppression, Suppressions};
use crate::language::settled::{Msg, reason, say};
use crate::language::{self, Lang, Msg as Word};

/// A heading and lines; true: a line that warns.
pub type Section = (String, Vec<(bool, String)>);

/// How many findings that are no more are told one by one.
const GONE: usize = 20;

/// What there is to say.
pub fn sections(lang: Lang, report: &Report) -> Vec<Section> {
    let compared = report.baseline.as_ref().map(|c| (say(lang, Msg::Baseline, &[]), baseline(lang, c)));
    let suppressed = report.suppressions.as_ref().map(|s| (say(lang, Msg::Suppressions, &[]), suppressions(lang, s)));
    compared.into_iter().chain(suppressed.filter(|s| !s.1.is_empty())).collect()
}

fn suppressions(lang: Lang, all: &Suppressions) -> Vec<(bool, String)> {
    all.entries.iter().map(|entry| (entry.state != IN_USE, suppression(lang, all, entry))).collect()
}

/// An entry in one line.
pub fn suppression(lang: Lang, all: &Suppressions, entry: &Suppression) -> String {
    let until = show(&entry.until);
    let state = match entry.state {
        IN_USE => Msg::InUse,
        EXPIRED => Msg::Expired,
        _ => Msg::Unused,
    };
    let mut parts = vec![show(&entry.rule)];
    parts.extend(subject(lang, entry.subject.iter()));
    if !entry.calls.is_empty() {
        parts.push(phrases::number(lang, entry.calls.len() as u64, Word::CallOne, Word::CallMany));
    }
    parts.extend(entry.fingerprint.as_ref().map(|f| say(lang, Msg::ByFingerprint, &[("fingerprint", &show(f))])));
    parts.push(say(lang, state, &[("until", &until)]));
    let counts = [("findings", phrases::number(lang, entry.findings, Word::FindingOne, Word::FindingMany)), ("violations", violations(lang, entry.violations))];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(k, v)| (*k, v.as_str())).collect();
    match entry.state {
        IN_USE => parts.push(say(lang, Msg::Takes, &counts)),
        EXPIRED if entry.findings > 0 => parts.push(say(lang, Msg::Returns, &counts)),
        _ => {}
    }
    parts.push(say(lang, Msg::Approved, &[("reason", &show(&entry.reason)), ("approver", &show(&entry.approver))]));
    parts.push(say(lang, Msg::Of, &[("path", &show(&all.path)), ("line", &entry.line.to_string())]));
    parts.join(" · ")
}

/// What is not in order about the suppressions: entry and what is said of it.
pub fn complaints(lang: Lang, report: &Report) -> Vec<(&Suppression, String)> {
    let Some(all) = &report.suppressions else { return vec![] };
    all.entries.iter().filter(|e| e.state != IN_USE).map(|e| (e, suppression(lang, all, e))).collect()
}

/// By what a finding is suppressed.
pub fn suppressed_by(lang: Lang, report: &Report, finding: &Finding) -> Option<String> {
    let n = usize::try_from(finding.suppression?).ok()?.checked_sub(1)?;
    let entry = report.suppressions.as_ref()?.entries.get(n)?;
    let values = [("until", show(&entry.until)), ("reason", show(&entry.reason)), ("approver", show(&entry.approver))];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Some(say(lang, Msg::FindingSuppressed, &values))
}

fn violations(lang: Lang, n: u64) -> String {
    phrases::number(lang, n, Word::Violation, Word::Violations)
}

/// How many violations are suppressed.
pub fn suppressed(report: &Report) -> u64 {
    report.rules.iter().filter_map(|r| r.states.get("suppressed")).map(|c| c.violations).sum()
}

/// New, grown …, as one line.
pub fn counts(lang: Lang, compared: &Compared) -> String {
    let values = [
        ("new", grouped(compared.new)),
        ("grown", grouped(compared.grown)),
        ("unchanged", grouped(compared.unchanged)),
        ("fixed", grouped(compared.fixed.len() as u64)),
        ("not_covered", grouped(compared.not_covered.len() as u64)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    say(lang, Msg::Counts, &values)
}

/// What is not the same, as one line.
pub fn changed(lang: Lang, changed: Changed) -> String {
    let parts = [(changed.inputs, Msg::Input), (changed.ruleset, Msg::Ruleset), (changed.lists, Msg::Lists), (changed.program, Msg::Program)];
    let parts: Vec<String> = parts.into_iter().filter(|p| p.0).map(|p| say(lang, p.1, &[])).collect();
    if parts.is_empty() {
        return say(lang, Msg::ChangedNothing, &[]);
    }
    say(lang, Msg::ChangedSince, &[("what", &parts.join(if lang == Lang::Zh { "、" } else { ", " }))])
}

/// First and last start.
pub fn period(period: &super::Period) -> String {
    let at = |text: &Option<String>| text.as_deref().map_or_else(|| "—".to_owned(), show);
    format!("{} – {}", at(&period.first), at(&period.last))
}

fn baseline(lang: Lang, compared: &Compared) -> Vec<(bool, String)> {
    let mut lines = vec![
        (compared.new + compared.grown > 0, counts(lang, compared)),
        (false, say(lang, Msg::BaselineOf, &[("as_of", &show(&compared.as_of)), ("period", &period(&compared.period))])),
        (false, changed(lang, compared.changed)),
    ];
    if compared.left_out > 0 {
        lines.push((true, say(lang, Msg::LeftOut, &[("n", &grouped(compared.left_out))])));
    }
    for list in [&compared.fixed, &compared.not_covered] {
        lines.extend(list.iter().take(GONE).map(|g| (false, gone(lang, g))));
        if list.len() > GONE {
            lines.push((false, say(lang, Msg::More, &[("n", &grouped((list.len() - GONE) as u64))])));
        }
    }
    lines
}

/// A finding that is no more, in one line.
pub fn gone(lang: Lang, gone: &Gone) -> String {
    let what = say(lang, if gone.reason.is_none() { Msg::Fixed } else { Msg::NotCovered }, &[]);
    let subject = subject(lang, gone.subject.iter()).map(|s| format!(" {s}")).unwrap_or_default();
    let when = if gone.first == gone.last { show(&gone.first) } else { format!("{} – {}", show(&gone.first), show(&gone.last)) };
    let why = gone.reason.map(|word| reason(lang, word)).unwrap_or_default();
    let values = [("what", what.as_str()), ("rule", &show(&gone.rule)), ("subject", &subject), ("when", &when), ("why", why)];
    say(lang, if gone.reason.is_some() { Msg::GoneWhy } else { Msg::Gone }, &values)
}

/// Columns and values of a subject; none where it has none.
pub fn subject<'a>(lang: Lang, columns: impl Iterator<Item = (&'a String, &'a String)>) -> Option<String> {
    let parts: Vec<String> = columns.map(|(column, value)| format!("{} {}", language::column(lang, &show(column)), show(value))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The state of a finding and by what it is suppressed; nothing of one that is only open.
pub fn state(lang: Lang, report: &Report, finding: &Finding) -> Option<String> {
    (finding.state != "open").then(|| suppressed_by(lang, report, finding).unwrap_or_else(|| language::state(lang, finding.state).to_owned()))
}

/// Organisation, author, reader and notice.
pub fn letterhead(lang: Lang, report: &Report) -> Vec<(String, String)> {
    let covers = covers(lang, report).map(|text| (say(lang, Msg::Covers, &[]), text));
    let Some(reader) = &report.reader else { return covers.into_iter().collect() };
    let line = |label: Msg, text: &Option<String>| text.as_deref().map(|text| (say(lang, label, &[]), show(text)));
    let audience = Some(crate::language::settled::audience(lang, reader.audience).to_owned());
    let lines =
        [(Msg::Organisation, &reader.organisation), (Msg::PreparedBy, &reader.prepared_by), (Msg::PreparedFor, &audience), (Msg::Notice, &reader.notice)];
    covers.into_iter().chain(lines.into_iter().filter_map(|(label, text)| line(label, text))).collect()
}

/// Organisation, author and notice in one line, for the foot of every printed page.
pub fn running(report: &Report) -> Option<String> {
    const LONGEST: usize = 110;
    let reader = report.reader.as_ref()?;
    let parts: Vec<String> = [&reader.organisation, &reader.prepared_by, &reader.notice].into_iter().flatten().map(|text| show(text)).collect();
    let line = parts.join(" · ");
    let short = line.char_indices().nth(LONGEST).map(|(end, _)| format!("{}…", &line[..end]));
    Some(short.unwrap_or(line)).filter(|line| !line.is_empty())
}

/// Whose calls alone the report is about, and what follows for limits.
fn covers(lang: Lang, report: &Report) -> Option<String> {
    let part = report.part.as_ref()?;
    let column = language::column(lang, part.column);
    Some(match &part.value {
        Some(value) => say(lang, Msg::CoversPart, &[("column", column), ("value", &show(value))]),
        None => say(lang, Msg::CoversRest, &[("column", column)]),
    })
}

/// The same in a few words behind the first sentence.
fn only(lang: Lang, report: &Report) -> String {
    let Some(part) = &report.part else { return String::new() };
    let column = language::column(lang, part.column);
    match &part.value {
        Some(value) => say(lang, Msg::OnlyPart, &[("column", column), ("value", &show(value))]),
        None => say(lang, Msg::OnlyRest, &[("column", column)]),
    }
}

/// The first sentence for a reader outside: what was judged, and no more.
fn outward(lang: Lang, report: &Report) -> String {
    let judged = report.rules.iter().filter(|r| phrases::was_judged(r)).count() as u64;
    let all = report.rules.iter().filter(|r| r.status != "not_in_force").count() as u64;
    let totals = &report.totals;
    let values = [
        ("violations", violations(lang, totals.violations)),
        ("possible", phrases::count(lang, Word::PossibleOne, totals.possible)),
        ("findings", phrases::number(lang, totals.findings, Word::FindingOne, Word::FindingMany)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let found = match (judged, totals.violations, totals.possible) {
        (0, _, _) => Msg::FoundNothing,
        (_, 0, 0) => Msg::FoundNone,
        (_, 0, _) => Msg::FoundPossible,
        (_, _, 0) => Msg::FoundSome,
        _ => Msg::FoundBoth,
    };
    let found = say(lang, found, &values);
    let rules = phrases::number(lang, all, Word::RuleOne, Word::RuleMany);
    let judged = if lang == Lang::Zh { phrases::number(lang, judged, Word::RuleOne, Word::RuleMany) } else { grouped(judged) };
    let calls = phrases::number(lang, totals.calls, Word::CallOne, Word::CallMany);
    say(lang, Msg::VerdictOutward, &[("calls", &calls), ("judged", &judged), ("all", &rules), ("found", &found)])
}

/// The report in one sentence that is true for its reader, with how much of it is suppressed.
pub fn verdict(lang: Lang, report: &Report) -> String {
    if super::audience::is_external(report) {
        return outward(lang, report) + &only(lang, report);
    }
    let mut text = phrases::verdict(lang, report);
    let n = suppressed(report);
    if n > 0 {
        text += &say(lang, Msg::VerdictSuppressed, &[("violations", &violations(lang, n))]);
    }
    text + &only(lang, report)
}
