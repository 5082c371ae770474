//! What every report says in words, whatever its form. Nothing in these texts steers a terminal; each form does its own escaping.

use std::fmt::Write as _;

use super::renderers::table::{decimal, grouped, show, span};
use super::{Evaluation, Finding, InputInfo, Report, Rows};
use crate::calls::calendar::iso;
use crate::language::{self, Lang, Msg, say};
use crate::ruleset::citations::{Citation, best};

/// The severities, the worst first.
pub const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// A text with one number in it.
pub fn count(lang: Lang, message: Msg, n: u64) -> String {
    say(lang, message, &[("n", &grouped(n))])
}

/// The same, with a word of its own for one.
pub fn number(lang: Lang, n: u64, one: Msg, many: Msg) -> String {
    count(lang, if n == 1 { one } else { many }, n)
}

/// Sentences one after another.
pub fn joined(lang: Lang, parts: &[String]) -> String {
    parts.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// A sentence that the report stores in English.
pub fn sentence(lang: Lang, text: &str) -> String {
    show(&language::sentence(lang, text))
}

/// Did the rule judge anything at all?
pub fn was_judged(rule: &Evaluation) -> bool {
    rule.status == "evaluated" && rule.calls_judged + rule.violations + rule.possible > 0
}

/// Is a rule in force, and said nothing?
pub fn was_not_judged(rule: &Evaluation) -> bool {
    rule.status != "not_in_force" && !was_judged(rule)
}

/// The report in one sentence, which says no more than was judged.
pub fn verdict(lang: Lang, report: &Report) -> String {
    let of = |holds: fn(&Evaluation) -> bool| report.rules.iter().filter(|rule| holds(rule)).count() as u64;
    let (judged, unjudged, hit) = (of(was_judged), of(was_not_judged), of(|rule| rule.violations + rule.possible > 0));
    let totals = &report.totals;
    let rules = |n| number(lang, n, Msg::RuleOne, Msg::RuleMany);
    let possible = count(lang, Msg::PossibleOne, totals.possible);
    let mut text = if totals.violations > 0 {
        let violations = number(lang, totals.violations, Msg::Violation, Msg::Violations);
        let findings = number(lang, totals.findings, Msg::FindingOne, Msg::FindingMany);
        let hit = if lang == Lang::Zh { rules(hit) } else { grouped(hit) };
        let mut text = say(lang, Msg::VerdictFound, &[("violations", &violations), ("findings", &findings), ("hit", &hit), ("judged", &rules(judged))]);
        if totals.possible > 0 {
            text += &say(lang, Msg::AndPossible, &[("possible", &possible)]);
        }
        text
    } else if totals.possible > 0 {
        say(lang, Msg::VerdictPossible, &[("judged", &rules(judged)), ("possible", &possible)])
    } else if judged > 0 {
        say(lang, Msg::VerdictNone, &[("judged", &rules(judged))])
    } else {
        say(lang, Msg::VerdictNothing, &[])
    };
    if unjudged > 0 {
        text += &say(lang, Msg::AndNotEvaluable, &[("rules", &rules(unjudged))]);
    }
    text.push_str(if lang == Lang::Zh { "。" } else { "." });
    text
}

/// Id, version and title of the ruleset.
pub fn ruleset(lang: Lang, report: &Report) -> String {
    let ruleset = &report.ruleset;
    let mut text = show(&ruleset.id);
    if let Some(version) = &ruleset.version {
        let _ = write!(text, " {}", show(version));
    }
    if let Some(title) = lang.pick(&ruleset.title) {
        let _ = write!(text, " · {}", show(title));
    }
    text
}

/// First and last start.
pub fn period(lang: Lang, report: &Report) -> String {
    match (&report.period.first, &report.period.last) {
        (Some(first), Some(last)) => format!("{} – {}", show(first), show(last)),
        (Some(one), None) | (None, Some(one)) => show(one),
        (None, None) => say(lang, Msg::NoPeriod, &[]),
    }
}

/// How an input was read: layout, how sure that is, encoding.
pub fn layout(input: &InputInfo) -> String {
    let how = [input.profile.as_deref().map(show), input.confidence.map(|c| format!("{c} %")), input.encoding.map(show)];
    how.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Why an input was not read, or not to its end.
pub fn input_error(lang: Lang, input: &InputInfo) -> Option<String> {
    let told = if input.profile.is_none() { Msg::Refused } else { Msg::Unread };
    input.error.as_ref().map(|error| say(lang, told, &[("error", &sentence(lang, error))]))
}

/// The clock of an input; true where it is assumed.
pub fn clock(lang: Lang, input: &InputInfo) -> (bool, String) {
    match &input.clock {
        Some(clock) if clock.assumed => (true, say(lang, Msg::ClockAssumed, &[("zone", &show(&clock.zone))])),
        Some(clock) => (false, say(lang, Msg::ClockKnown, &[("zone", &sentence(lang, &clock.zone)), ("evidence", &sentence(lang, &clock.evidence))])),
        None => (false, say(lang, Msg::ClockUnknown, &[])),
    }
}

/// Everything else worth knowing of an input.
pub fn input_notes(lang: Lang, input: &InputInfo, words: usize) -> Vec<String> {
    let stated = input.stated.iter().map(|(name, value)| say(lang, Msg::Stated, &[("column", &show(name)), ("value", &show(value))]));
    let unmapped: Vec<String> = input.unmapped_outcomes.iter().take(words).map(|(word, n)| format!("{} ({})", show(word), grouped(*n))).collect();
    let unmapped = (!unmapped.is_empty()).then(|| say(lang, Msg::UnmappedOutcomes, &[("words", &unmapped.join(", "))]));
    input.notes.iter().map(|note| sentence(lang, note)).chain(stated).chain(unmapped).collect()
}

/// All rows of all inputs.
pub fn all_rows(report: &Report) -> Rows {
    let mut total = Rows::default();
    report.inputs.iter().for_each(|input| total.merge(&input.rows));
    total
}

/// Where the rows went: every bucket with its count.
pub fn buckets(rows: &Rows) -> [(&'static str, u64); 6] {
    [
        ("accepted", rows.accepted),
        ("rejected", rows.rejected),
        ("duplicate", rows.duplicate),
        ("folded", rows.folded),
        ("no_call", rows.no_call),
        ("out_of_period", rows.out_of_period),
    ]
}

/// `1,000 read = 900 accepted + 50 rejected + 50 folded`
pub fn sum(lang: Lang, rows: &Rows) -> String {
    let part = |bucket: &'static str, n: u64| match lang {
        Lang::Zh => format!("{} {}", language::bucket(lang, bucket), grouped(n)),
        Lang::En => format!("{} {}", grouped(n), language::bucket(lang, bucket)),
    };
    let parts: Vec<String> = buckets(rows).iter().filter(|(_, n)| *n > 0).map(|(bucket, n)| part(bucket, *n)).collect();
    let mut text = part("read", rows.read);
    if !parts.is_empty() {
        let _ = write!(text, " = {}", parts.join(" + "));
    }
    if !rows.add_up() {
        let _ = write!(text, " — {}", say(lang, Msg::DoesNotAddUp, &[]));
    }
    text
}

/// What a rule is called: its title, else its kind.
pub fn title(lang: Lang, rule: &Evaluation) -> String {
    lang.pick(&rule.title).map_or_else(|| language::kind(lang, rule.kind).to_string(), show)
}

/// What a finding is about: `callee +8613800138000`.
pub fn subject(lang: Lang, finding: &Finding) -> String {
    let parts: Vec<String> = finding.subject.iter().map(|(column, value)| format!("{} {}", language::column(lang, &show(column)), show(value))).collect();
    parts.join(", ")
}

/// When its calls were.
pub fn when(finding: &Finding) -> String {
    if finding.first == finding.last { show(&finding.first) } else { format!("{} – {}", show(&finding.first), show(&finding.last)) }
}

/// What was measured, against which limit.
pub fn measured(lang: Lang, finding: &Finding) -> Option<String> {
    let measured = decimal(finding.measured?);
    Some(match finding.limit {
        Some(limit) => {
            let message = if finding.lower_bound { Msg::FindingMeasureAtLeast } else { Msg::FindingMeasure };
            say(lang, message, &[("measured", &measured), ("limit", &decimal(limit))])
        }
        None => say(lang, Msg::FindingMeasured, &[("measured", &measured)]),
    })
}

/// How many calls, when, and what was measured.
pub fn facts(lang: Lang, finding: &Finding) -> String {
    let mut facts = vec![number(lang, finding.calls, Msg::CallOne, Msg::CallMany), when(finding)];
    facts.extend(measured(lang, finding));
    facts.join(" · ")
}

/// By which holes of the dialler's controls its calls came through.
pub fn leaks(lang: Lang, finding: &Finding) -> Vec<String> {
    let told =
        |leak: &crate::remediation::leaks::Leak| show(&say(lang, Msg::FindingLeak, &[("id", leak.id), ("text", &leak.text), ("setting", &leak.setting)]));
    finding.leaks.iter().map(told).collect()
}

/// What must be said where a figure of this rule is shown: that its source is not to be trusted much.
pub fn doubt(lang: Lang, rule: &Evaluation) -> Option<String> {
    let best = best(&rule.citations).filter(|c| c.is_low())?;
    Some(say(lang, Msg::LowConfidence, &[("letter", best.word())]))
}

/// Text, source, day and address of a citation.
pub fn citation(lang: Lang, citation: &Citation) -> String {
    let mut parts = vec![show(&citation.text)];
    parts.extend(citation.source.as_deref().map(show));
    parts.extend(citation.as_of.map(|date| say(lang, Msg::AsOfDay, &[("date", &iso(date))])));
    parts.extend(citation.url.as_deref().map(show));
    parts.join(" · ")
}

/// Why a rule judged nothing, or not all calls; empty where nothing is left out.
pub fn unjudged(lang: Lang, rule: &Evaluation) -> Vec<String> {
    let mut reasons = vec![];
    if rule.status != "evaluated" {
        let reason = rule.reason.as_deref().map_or_else(|| say(lang, Msg::NoReason, &[]), |r| sentence(lang, r));
        reasons.push(format!("{} · {reason}", language::status(lang, rule.status)));
        return reasons;
    }
    if !was_judged(rule) {
        reasons.push(rule.reason.as_deref().map_or_else(|| say(lang, Msg::NothingJudged, &[]), |r| sentence(lang, r)));
    }
    let left = [
        (Msg::LeftUnknown, rule.calls_unknown),
        (Msg::LeftWithoutKey, rule.calls_without_key),
        (Msg::LeftWithoutTime, rule.calls_without_time),
        (Msg::LeftUncovered, rule.calls_uncovered),
    ];
    reasons.extend(left.iter().filter(|(_, n)| *n > 0).map(|(message, n)| count(lang, *message, *n)));
    if let (Some(needed), Some(present)) = (rule.history.needed, rule.history.present)
        && present < needed
    {
        reasons.push(say(lang, Msg::HistoryShort, &[("needed", &span(needed)), ("present", &span(present))]));
    }
    reasons
}

/// The same in one line, for where it is said already that the rule judged nothing.
pub fn why_not(lang: Lang, rule: &Evaluation) -> String {
    match &rule.reason {
        Some(reason) => sentence(lang, reason),
        None => joined(lang, &unjudged(lang, rule)),
    }
}

/// The exit status in words.
pub fn exit(lang: Lang, report: &Report) -> String {
    match report.exit.status {
        0 => say(lang, Msg::Exit0, &[]),
        1 => say(lang, Msg::Exit1, &[]),
        3 => say(lang, Msg::Exit3, &[]),
        other => count(lang, Msg::ExitOther, other.into()),
    }
}

/// The calls of a finding that tell the most, at most so many: those that violate rather than those that only fill the window.
pub fn telling(finding: &Finding, max: usize) -> Vec<&super::EvidenceRow> {
    let violating: Vec<_> = finding.evidence.iter().filter(|row| row.violates).collect();
    let all = if violating.is_empty() { finding.evidence.iter().collect() } else { violating };
    all.into_iter().take(max).collect()
}
