//! A plan file, read with every mistake in its place.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Entry, Item, Measure, Plan, SCHEMA, State, Taken};
use crate::calls::calendar::Date;
use crate::error::{Error, Result, nearest};
use crate::ruleset::compile::{table_of, texts};
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{self, Node, Place, Reader, Table, Value};

/// A plan with the text that it was read from.
#[derive(Debug, Default)]
pub struct File {
    /// What it says.
    pub plan: Plan,
    /// The text.
    pub text: String,
    /// The tree, for changes in their place.
    pub table: Table,
}

impl File {
    /// Reads a file.
    ///
    /// Errors: all mistakes at once, each with its place.
    pub fn load(path: &Path, colour: bool) -> Result<File> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|e| Error::Usage(format!("cannot read the plan {name}: {e}")))?;
        let text = String::from_utf8(bytes).map_err(|_| Error::Usage(format!("the plan {name} is no UTF-8 text")))?;
        File::parse(&name, &text, colour)
    }

    /// Reads the text of a file.
    ///
    /// Errors: as [`File::load`].
    pub fn parse(name: &str, text: &str, colour: bool) -> Result<File> {
        let mut out = Diagnostics::default();
        let file = out.add_file(name.to_owned(), text.to_owned());
        let table = node::parse(file, text, &mut out);
        let plan = read(&table, &Place { file, span: 0..0 }, &mut out);
        if out.has_errors() {
            return Err(Error::Ruleset(out.render(colour)));
        }
        Ok(File { plan, text: text.to_owned(), table })
    }
}

fn read(table: &Table, place: &Place, out: &mut Diagnostics) -> Plan {
    let mut reader = Reader::new(table, place, "a plan");
    let head = reader.table("plan", out);
    match head.and_then(|node| Some((node, table_of(node)?))) {
        Some((node, head)) => {
            let mut reader = Reader::new(head, &node.place, "[plan]");
            if let Some(schema) = reader.required_text("schema", out).filter(|s| *s != SCHEMA) {
                out.error(&reader.place("schema"), format!("the plan is of the form \"{schema}\"")).help = Some(format!("this program reads \"{SCHEMA}\""));
            }
            reader.finish(out);
        }
        None => {
            let has = reader.has("plan");
            if !has {
                out.error(place, "the table [plan] is missing").help = Some(format!("[plan] with schema = \"{SCHEMA}\""));
            }
        }
    }
    let reports: Vec<Taken> = reader.tables("report", out).unwrap_or_default().into_iter().filter_map(|n| taken(n, out)).collect();
    let measures = reader.tables("measure", out).unwrap_or_default().into_iter().filter_map(|n| measure(n, out)).collect();
    let mut items: Vec<Item> = Vec::new();
    for node in reader.tables("item", out).unwrap_or_default() {
        let Some(item) = item(node, &reports, out) else { continue };
        if !item.id.is_empty() && items.iter().any(|i| i.id == item.id) {
            let place = table_of(node).and_then(|t| t.get("id")).map_or(node.place.clone(), |n| n.place.clone());
            out.error(&place, format!("two [[item]] have the id \"{}\"", item.id));
        }
        items.push(item);
    }
    let log = reader.tables("log", out).unwrap_or_default().into_iter().filter_map(|n| entry(n, &items, out)).collect();
    reader.finish(out);
    Plan { items, reports, measures, log }
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().to_owned()
}

fn list(reader: &mut Reader<'_>, key: &'static str, out: &mut Diagnostics) -> Vec<String> {
    reader.texts(key, out).unwrap_or_default().into_iter().map(|(text, _)| text.to_owned()).collect()
}

fn needed_date(reader: &mut Reader<'_>, node: &Node, key: &'static str, what: &str, out: &mut Diagnostics) -> Date {
    if !reader.has(key) {
        out.error(&node.place, format!("{what} needs `{key}`")).help = Some(format!("{key} = 2026-11-24"));
    }
    reader.date(key, out).unwrap_or(0)
}

fn taken(node: &Node, out: &mut Diagnostics) -> Option<Taken> {
    let mut reader = Reader::new(table_of(node)?, &node.place, "a [[report]]");
    let taken = Taken {
        as_of: needed_date(&mut reader, node, "as_of", "a [[report]]", out),
        hash: owned(reader.required_text("hash", out)),
        ruleset: owned(reader.text("ruleset", out)),
        first: owned(reader.text("first", out)),
        last: owned(reader.text("last", out)),
        calls: reader.whole("calls", out).unwrap_or(0),
    };
    reader.finish(out);
    Some(taken)
}

fn measure(node: &Node, out: &mut Diagnostics) -> Option<Measure> {
    let mut reader = Reader::new(table_of(node)?, &node.place, "a [[measure]]");
    let measure = Measure {
        report: owned(reader.required_text("report", out)),
        as_of: needed_date(&mut reader, node, "as_of", "a [[measure]]", out),
        rule: owned(reader.required_text("rule", out)),
        parameters: owned(reader.text("parameters", out)),
        evaluated: reader.boolean("evaluated", out).unwrap_or(false),
        judged: reader.whole("judged", out).unwrap_or(0),
        violations: reader.whole("violations", out).unwrap_or(0),
        possible: reader.whole("possible", out).unwrap_or(0),
        unjudged: reader.whole("unjudged", out).unwrap_or(0),
        entries: reader.whole("entries", out).unwrap_or(0),
        days: reader.whole("days", out).unwrap_or(0),
        together: reader.boolean("together", out).unwrap_or(false),
    };
    reader.finish(out);
    Some(measure)
}

fn item(node: &Node, reports: &[Taken], out: &mut Diagnostics) -> Option<Item> {
    let table = table_of(node)?;
    let mut reader = Reader::new(table, &node.place, "an [[item]]");
    let id = owned(reader.required_text("id", out));
    if id.is_empty() && reader.has("id") {
        out.error(&reader.place("id"), "`id` is empty");
    }
    let item = Item {
        rules: list(&mut reader, "rules", out),
        owner: owned(reader.text("owner", out)),
        due: reader.date("due", out),
        since: reader.date("since", out),
        step: texts(reader.node("step"), out),
        settings: reader.tables("settings", out).unwrap_or_default().into_iter().map(|n| texts(Some(n), out)).collect(),
        values: list(&mut reader, "values", out),
        platform: list(&mut reader, "platform", out),
        attach: texts(reader.node("attach"), out),
        state: reader.choice("state", &State::WORDS, out).unwrap_or_default(),
        by: owned(reader.text("by", out)),
        on: reader.date("on", out),
        proof: owned(reader.text("proof", out)),
        verified_by: owned(reader.text("verified_by", out)),
        remark: owned(reader.text("remark", out)),
        id,
    };
    if matches!(item.state, State::Done | State::Verified) {
        for (key, missing) in [("by", item.by.is_empty()), ("on", item.on.is_none()), ("proof", item.proof.is_empty())] {
            if missing && !(key == "on" && reader.has("on")) {
                let place = if reader.has(key) { reader.place(key) } else { reader.place("state") };
                out.error(&place, format!("the state \"{}\" needs `{key}`", item.state.word())).help =
                    Some("who says so, on which day, with which proof: by, on, proof".to_owned());
            }
        }
    }
    if item.state == State::Verified && !reports.iter().any(|r| r.name() == item.verified_by) {
        out.error(&reader.place("state"), "no audit verified this step: only an audit does").help =
            Some("state = \"done\", then: callaudit plan REPORT --plan FILE".to_owned());
    }
    reader.finish(out);
    Some(item)
}

fn entry(node: &Node, items: &[Item], out: &mut Diagnostics) -> Option<Entry> {
    let mut reader = Reader::new(table_of(node)?, &node.place, "a [[log]]");
    let words = ["done", "verified", "reopened", "kept"].map(|w| (w, w));
    let entry = Entry {
        item: owned(reader.required_text("item", out)),
        on: needed_date(&mut reader, node, "on", "a [[log]]", out),
        what: reader.choice("what", &words, out).unwrap_or("kept").to_owned(),
        by: owned(reader.text("by", out)),
        proof: owned(reader.text("proof", out)),
        report: owned(reader.text("report", out)),
        why: list(&mut reader, "why", out),
    };
    if !entry.item.is_empty() && !items.iter().any(|i| i.id == entry.item) {
        let near = nearest(&entry.item, items.iter().map(|i| i.id.as_str())).map(|n| format!("did you mean \"{n}\"?"));
        out.error(&reader.place("item"), format!("no [[item]] has the id \"{}\"", entry.item)).help = near;
    }
    reader.finish(out);
    Some(entry)
}

/// The table of an item, for changes.
pub fn item_table<'a>(table: &'a Table, id: &str) -> Option<&'a Table> {
    let Some(Node { value: Value::Array(items), .. }) = table.get("item") else { return None };
    items.iter().filter_map(table_of).find(|t| matches!(t.get("id").map(|n| &n.value), Some(Value::Text(text)) if text.trim() == id))
}

/// Texts by language as an inline table.
pub(super) fn inline(texts: &BTreeMap<String, String>) -> String {
    let parts: Vec<String> = texts.iter().map(|(lang, text)| format!("{lang} = {}", quoted(text))).collect();
    format!("{{ {} }}", parts.join(", "))
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
