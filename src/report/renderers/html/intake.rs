//! What became of the rows, by which clock they were read, and by which rules and sources they were judged.

use askama::Template;
use serde_json::Value;

use super::super::table::{capital, grouped, show};
use super::tables::{Cell, Head, Table};
use super::words::{Words, short};
use crate::calls::calendar::iso;
use crate::language::page::Msg as T;
use crate::language::{self, Msg};
use crate::report::standing::{badge, meaning};
use crate::report::{Evaluation, InputInfo, Report, Rows};
use crate::ruleset::citations::Citation;

/// An input with all that is known of it.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) warnings: Vec<String>,
    pub(super) facts: Vec<(&'static str, Vec<String>)>,
}

/// One row for each input, and one for all.
pub(super) fn rows(report: &Report, w: &Words) -> Table {
    let buckets = ["read", "accepted", "rejected", "duplicate", "folded", "no_call", "out_of_period"];
    let cells = |name: String, r: &Rows| {
        let counts = [r.read, r.accepted, r.rejected, r.duplicate, r.folded, r.no_call, r.out_of_period];
        std::iter::once(Cell::text(name)).chain(counts.map(Cell::number)).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Cell>> = report.inputs.iter().map(|i| cells(short(&i.path), &i.rows)).collect();
    if rows.len() > 1 {
        let mut total = Rows::default();
        report.inputs.iter().for_each(|input| total.merge(&input.rows));
        rows.push(cells(capital(w.m(Msg::Total)), &total));
    }
    let heads = buckets.iter().map(|b| Head::right(capital(language::bucket(w.lang(), b))));
    Table {
        caption: w.t(T::IntakeCaption).to_owned(),
        folds: true,
        heads: std::iter::once(Head::left(w.m(Msg::LabelFile))).chain(heads).collect(),
        rows,
        ..Table::default()
    }
}

/// What is known of each input.
pub(super) fn sources(report: &Report, w: &Words) -> Vec<Source> {
    report.inputs.iter().map(|input| source(input, w)).collect()
}

fn source(input: &InputInfo, w: &Words) -> Source {
    let lang = w.lang();
    let mut warnings = Vec::new();
    if let Some(error) = &input.error {
        let told = if input.profile.is_none() { Msg::Refused } else { Msg::Unread };
        warnings.push(w.page.say(told, &[("error", &w.page.sentence(error))]));
    }
    if !input.rows.add_up() {
        warnings.push(w.m(Msg::DoesNotAddUp).to_owned());
    }
    let clock = match &input.clock {
        Some(clock) if clock.assumed => {
            warnings.push(w.page.say(Msg::ClockAssumed, &[("zone", &show(&clock.zone))]));
            None
        }
        Some(clock) => Some(w.page.say(Msg::ClockKnown, &[("zone", &w.page.sentence(&clock.zone)), ("evidence", &w.page.sentence(&clock.evidence))])),
        None => Some(w.m(Msg::ClockUnknown).to_owned()),
    };
    if !input.unmapped_outcomes.is_empty() {
        let words: Vec<String> = input.unmapped_outcomes.iter().map(|(word, n)| format!("{} ({})", short(word), grouped(*n))).collect();
        warnings.push(w.page.say(Msg::UnmappedOutcomes, &[("words", &words.join(w.between()))]));
    }
    let counted = |text: String, n: u64| format!("{text} {}", grouped(n));
    let joined = |parts: Vec<String>| if parts.is_empty() { vec![] } else { vec![parts.join(w.between())] };
    let layout: Vec<String> =
        [input.profile.as_deref().map(show), input.confidence.map(|c| format!("{c} %")), input.container.as_deref().map(show), input.encoding.map(show)]
            .into_iter()
            .flatten()
            .collect();
    let period = match (&input.period.first, &input.period.last) {
        (Some(first), Some(last)) => vec![format!("{} – {}", w.time(first), w.time(last))],
        _ => vec![],
    };
    let rejects = input.rejects.iter().map(|r| {
        let reason = w.page.sentence(&r.reason);
        let text = w.put(T::RejectOf, &[("line", &grouped(r.line)), ("reason", &reason)]);
        match &r.field {
            Some(field) => format!("{text} ({})", w.put(T::RejectField, &[("field", &short(field))])),
            None => text,
        }
    });
    let stated = input.stated.iter().map(|(name, value)| w.page.say(Msg::Stated, &[("column", &show(name)), ("value", &short(value))]));
    let outcomes = input.outcomes.iter().map(|(o, n)| counted(language::outcome(lang, o).to_owned(), *n)).collect();
    let numbers = input.numbers.iter().map(|(sort, n)| counted(language::number(lang, sort).to_owned(), *n)).collect();
    let columns = input.columns.iter().map(|(ours, theirs)| format!("{} = {}", show(ours), short(theirs))).collect();
    let unreadable = input.unreadable.iter().map(|(column, n)| counted(short(column), *n)).collect();
    let facts = vec![
        (w.m(Msg::LabelLayout), joined(layout)),
        (w.m(Msg::LabelClock), clock.into_iter().collect()),
        (w.m(Msg::LabelPeriod), period),
        (w.t(T::InputHash), input.hash.iter().map(|h| show(h)).collect()),
        (w.t(T::Size), vec![w.put(T::InputBytes, &[("n", &grouped(input.bytes))])]),
        (w.m(Msg::LabelOutcomes), joined(outcomes)),
        (w.t(T::Numbers), joined(numbers)),
        (w.m(Msg::SectionMapping), joined(columns)),
        (w.m(Msg::LabelNotes), input.notes.iter().map(|n| w.page.sentence(n)).chain(stated).collect()),
        (w.t(T::Unreadable), joined(unreadable)),
        (w.t(T::RejectsFirst), rejects.collect()),
    ];
    Source { path: short(&input.path), warnings, facts: facts.into_iter().filter(|f| !f.1.is_empty()).collect() }
}

/// The lists of numbers; none where the ruleset has none.
pub(super) fn lists(report: &Report, w: &Words) -> Option<Table> {
    let row = |list: &crate::rules::lists::Facts| {
        let mut more = vec![short(list.path.as_deref().unwrap_or_default())];
        more.extend(list.hash.as_deref().map(|h| format!("{} {}", w.t(T::InputHash), show(h))));
        more.extend(list.error.as_deref().map(|e| format!("⚠ {}", w.page.sentence(e))));
        if list.unreadable.rows > 0 {
            more.push(w.page.count(Msg::ListUnreadable, list.unreadable.rows));
        }
        more.retain(|m| !m.is_empty());
        let added = match (&list.first_added_at, &list.last_added_at) {
            (Some(first), Some(last)) => format!("{} – {}", w.time(first), w.time(last)),
            _ => "—".to_owned(),
        };
        let first = Cell { text: show(&list.id), more, ..Cell::default() };
        vec![first, Cell::number(list.entries), Cell::number(list.dated), Cell::number(list.prefixes), Cell::text(added)]
    };
    (!report.lists.is_empty()).then(|| Table {
        caption: w.t(T::ListCaption).to_owned(),
        folds: true,
        heads: vec![
            Head::left(w.m(Msg::LabelList)),
            Head::right(w.t(T::ColEntries)),
            Head::right(w.t(T::ColDated)),
            Head::right(w.t(T::ColPrefixes)),
            Head::left(w.t(T::ColAdded)),
        ],
        rows: report.lists.iter().map(row).collect(),
        ..Table::default()
    })
}

/// A rule with its parameters and sources.
#[derive(Template)]
#[template(path = "rule.html")]
pub(super) struct RuleCard {
    n: usize,
    title: String,
    id: String,
    badge: String,
    meaning: String,
    facts: Vec<(&'static str, String)>,
    warnings: Vec<String>,
    parameters_label: &'static str,
    parameters: Vec<String>,
    sources_label: &'static str,
    none: &'static str,
    sources: Vec<RuleSource>,
}

struct RuleSource {
    text: String,
    more: Vec<String>,
    url: Option<String>,
    doubtful: bool,
}

/// The rules, in the order of the report.
pub(super) fn rules(report: &Report, w: &Words) -> Vec<RuleCard> {
    let tables = report.ruleset.effective.get("rule").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let table = |id: &str| tables.iter().find(|t| t.get("id").and_then(Value::as_str) == Some(id));
    report.rules.iter().enumerate().map(|(n, rule)| rule_card(n + 1, rule, table(&rule.id), w)).collect()
}

fn rule_card(n: usize, rule: &Evaluation, table: Option<&Value>, w: &Words) -> RuleCard {
    const TOLD: [&str; 10] = ["id", "kind", "title", "severity", "force", "citation", "checklist", "penalty", "exposure", "notes"];
    let lang = w.lang();
    let parameters = table.and_then(Value::as_object).into_iter().flatten().filter(|(key, _)| !TOLD.contains(&key.as_str()));
    RuleCard {
        n,
        title: w.page.title(rule),
        id: show(&rule.id),
        badge: badge(lang, rule.force, &rule.citations),
        meaning: meaning(lang, rule.force, &rule.citations),
        facts: vec![
            (w.m(Msg::ColSeverity), capital(language::severity(lang, rule.severity))),
            (w.t(T::ColKind), capital(language::kind(lang, rule.kind))),
            (w.m(Msg::ColStatus), language::status(lang, rule.status).to_owned()),
        ],
        warnings: rule.notes.iter().map(|note| w.page.sentence(note)).collect(),
        parameters_label: w.t(T::ParametersLabel),
        parameters: parameters.map(|(key, value)| format!("{} = {}", show(key), toml(value))).collect(),
        sources_label: w.t(T::CitationsLabel),
        none: w.t(T::NoCitation),
        sources: rule.citations.iter().map(|c| rule_source(c, w)).collect(),
    }
}

fn rule_source(citation: &Citation, w: &Words) -> RuleSource {
    let mut more = Vec::new();
    more.extend(citation.source.as_deref().map(|s| format!("{}{}{}", w.t(T::Read), w.colon(), show(s))));
    more.extend(citation.as_of.map(|date| w.page.say(Msg::AsOfDay, &[("date", &iso(date))])));
    more.push(match citation.confidence {
        Some(c) => w.put(T::Confidence, &[("letter", c.word()), ("meaning", language::confidence(w.lang(), c.word()))]),
        None => w.m(Msg::NoConfidence).to_owned(),
    });
    RuleSource {
        text: show(&citation.text),
        more,
        // A link that a ruleset gives leads to a page, and to nothing that runs.
        url: citation.url.clone().filter(|u| u.starts_with("https://") || u.starts_with("http://")),
        doubtful: citation.confidence.is_none_or(|c| c.is_low()),
    }
}

/// A value as the ruleset would have it.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{} = {}", show(key), toml(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        value => show(&value.to_string()),
    }
}
