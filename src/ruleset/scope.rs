//! Reading `applies` and `[[exemption]]`.

use super::citations::{Demand, read_citations};
use super::compile::{Compile, table_of, texts};
use super::diagnostics::Diagnostics;
use super::node::{Node, Reader};
use crate::calls::columns::{Column, Field};
use crate::calls::regions;
use crate::rules::scope::{Exemption, Regions, Span, Unsure};
use crate::rules::windows::{parse_days, parse_duration};
use crate::rules::{Common, fields};

/// The columns of text that `applies` may name.
pub const COLUMNS: [(&str, Column); 5] =
    [("mode", Column::Mode), ("purpose", Column::Purpose), ("seller", Column::Seller), ("account", Column::Account), ("callee_class", Column::CalleeClass)];

/// Reads `applies` into the rule: its regions, and conditions that are added to those of `where`. `filter`: the text of that.
pub fn read_applies(node: &Node, filter: Option<&str>, common: &mut Common, cx: &mut Compile<'_>, out: &mut Diagnostics) {
    let Some(table) = table_of(node) else { return };
    let mut reader = Reader::new(table, &node.place, "applies");
    let unknown = reader.choice("unknown", &Unsure::WORDS, out);
    let (mut codes, before) = (Vec::new(), out.errors());
    for (text, node) in reader.texts("region", out).unwrap_or_default() {
        match regions::parse(text) {
            Ok(code) => codes.push(code),
            Err(e) => {
                out.error(&node.place, e);
            }
        }
    }
    if reader.has("region") && codes.is_empty() && out.errors() == before {
        out.error(&reader.place("region"), "`region` is empty: the rule would apply to nothing");
    }
    let mut conditions: Vec<String> = filter.map(|f| format!("({f})")).into_iter().collect();
    for (name, _) in COLUMNS {
        let Some(words) = reader.texts(name, out) else { continue };
        if words.is_empty() {
            out.error(&reader.place(name), format!("`{name}` is empty: the rule would apply to nothing"));
            continue;
        }
        let words: Vec<String> = words.iter().map(|(w, _)| format!("'{}'", w.replace('\'', "''"))).collect();
        conditions.push(format!("{name} IN ({})", words.join(", ")));
    }
    if unknown.is_some() && !reader.has("region") {
        out.error(&reader.place("unknown"), "`unknown` is about `region`").help = Some("region = [\"US-FL\"]".to_owned());
    }
    reader.finish(out);
    if conditions.len() > usize::from(filter.is_some())
        && let Some(p) = cx.predicate(&conditions.join(" AND "), node, out)
    {
        common.filter = Some(p);
        common.fields.extend(cx.fields_of(p));
    }
    if !codes.is_empty() {
        common.regions = Some(Regions { codes, unknown: unknown.unwrap_or_default() });
    }
}

/// Reads an `[[exemption]]`.
pub fn read_exemption(id: &str, node: &Node, demand: Demand, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Exemption> {
    let before = out.errors();
    let what = format!("exemption \"{id}\"");
    let mut reader = Reader::new(table_of(node)?, &node.place, &what);
    reader.text("id", out);
    let title = texts(reader.node("title"), out);
    let mut filter = None;
    let mut needed = Vec::new();
    if let (Some(text), Some(node)) = (reader.text("where", out), reader.node("where")) {
        filter = cx.predicate(text, node, out);
        needed.extend(filter.map(|p| cx.fields_of(p)).into_iter().flatten());
    }
    let list = match (reader.text("list", out), reader.node("list")) {
        (Some(name), Some(node)) => cx.events(name, node, out),
        _ => None,
    };
    let words: Vec<String> = reader.texts("event", out).unwrap_or_default().into_iter().map(|w| w.0.to_owned()).collect();
    let per = reader.texts("per", out).map(|names| fields(&names, out));
    let first = reader.integer("event_day", out);
    if first.is_some_and(|d| !(0..=1).contains(&d)) {
        out.error(&reader.place("event_day"), "`event_day` is 0 (the days begin after the event's day) or 1 (they begin with it)");
    }
    let mut within = None;
    if let Some(text) = reader.text("within", out) {
        let months = text.strip_suffix(" months").or_else(|| text.strip_suffix(" month")).and_then(|n| n.parse().ok());
        within =
            months.map(Span::Months).or_else(|| parse_days(text).map(|n| Span::Days(n, first == Some(1)))).or_else(|| parse_duration(text).map(Span::Elapsed));
        if within.is_none() {
            let place = reader.place("within");
            out.error(&place, format!("\"{text}\" is no length of time")).help =
                Some("\"18 months\", \"7 days\" (calendar days) or elapsed time such as \"72h\"".to_owned());
        }
    }
    let citations = read_citations(reader.node("citation"), demand, out);
    if out.errors() == before {
        if filter.is_none() && list.is_none() {
            out.error(&node.place, "the exemption says nothing: `where` or `list` is needed").help =
                Some("where = \"purpose = 'emergency'\", or list = \"id of a [[list]] of kind events\"".to_owned());
        } else if list.is_none()
            && let Some(key) = ["event", "within", "per", "event_day"].into_iter().find(|k| reader.has(k))
        {
            out.error(&reader.place(key), format!("`{key}` is about the events of a `list`"));
        } else if first.is_some() && !matches!(within, Some(Span::Days(..))) {
            out.error(&reader.place("event_day"), "`event_day` is for days: within = \"7 days\"");
        }
    }
    reader.finish(out);
    if out.errors() != before {
        return None;
    }
    let per = per.unwrap_or_else(|| vec![Field::Canonical(Column::Callee)]);
    if list.is_some() {
        needed.extend(per.iter().cloned());
    }
    Some(Exemption { id: id.to_owned(), title, filter, list, words, per, within, citations, fields: needed })
}
