//! `callaudit rules diff`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{open, outputs, pretty, write};
use crate::calls::zones::Zones;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::language::{Lang, Msg, say};
use crate::report::renderers::table::show;
use crate::ruleset::compile::Merged;
use crate::ruleset::node::{Node, Table, Value};

/// Options of `rules diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit rules diff old.toml new.toml\n  callaudit rules diff cn-tencent-ccc ours.toml -o json\n\nExit status: 0 the same; 1 they differ; 2 a mistake in one of them."
)]
pub struct Options {
    /// A ruleset: a file, or a pack
    #[arg(value_name = "A")]
    pub old: PathBuf,
    /// The one to compare with it
    #[arg(value_name = "B")]
    pub new: PathBuf,
    /// text or json, to standard output or to a file; may be repeated [default: text]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// A table that is not the same in both.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Change {
    /// `rule`, `list` …; `ruleset` for the head.
    table: &'static str,
    /// Of the table; none of the head.
    id: Option<String>,
    /// `added`, `removed` or `changed`.
    what: &'static str,
    /// The keys that differ, in the order of B, then those that are only in A; of a table that is only in one, all.
    keys: Vec<KeyChange>,
}

/// A key whose value is not the same; one that is not there has none.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct KeyChange {
    key: String,
    old: Option<Json>,
    new: Option<Json>,
    #[serde(skip)]
    shown: [Option<String>; 2],
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["text", "json"])?;
    let zones = Zones::new();
    let (_, old) = open(&options.old, &zones, terminal)?;
    let (_, new) = open(&options.new, &zones, terminal)?;
    let changes = changes(&old.tables, &new.tables);
    write(&outputs, |format, on_screen| match format {
        "json" => pretty(&json!({
            "schema": "callaudit.rules-diff/1",
            "old": options.old.display().to_string(),
            "new": options.new.display().to_string(),
            "changes": changes,
        })),
        _ => Ok(text(&changes, terminal.lang, terminal.view(on_screen).colour)),
    })?;
    Ok(u8::from(!changes.is_empty()))
}

fn table_of(node: &Node) -> Option<&Table> {
    if let Value::Table(table) = &node.value { Some(table) } else { None }
}

/// The head first, then rules and the other tables by name, each by id.
fn changes(old: &Merged, new: &Merged) -> Vec<Change> {
    let mut changes = Vec::new();
    let empty = Table::default();
    let head = |merged: &'_ Merged| merged.ruleset.as_ref().and_then(table_of).cloned().unwrap_or_default();
    // What `extends` names is compared itself: how a ruleset is put together makes no difference.
    let keys = keys(&without(&head(old), "extends"), &without(&head(new), "extends"));
    if !keys.is_empty() {
        changes.push(Change { table: "ruleset", id: None, what: "changed", keys });
    }
    let mut names: Vec<&'static str> = old.named.keys().chain(new.named.keys()).copied().collect();
    names.sort_by_key(|n| (*n != "rule", *n));
    names.dedup();
    for name in names {
        let by_id = |merged: &Merged| -> BTreeMap<String, Table> {
            merged.named.get(name).into_iter().flatten().filter_map(|(id, node)| Some((id.clone(), table_of(node)?.clone()))).collect()
        };
        let (a, b) = (by_id(old), by_id(new));
        let mut ids: Vec<&String> = a.keys().chain(b.keys()).collect();
        ids.sort();
        ids.dedup();
        for id in ids {
            let what = match (a.contains_key(id), b.contains_key(id)) {
                (true, true) => "changed",
                (true, false) => "removed",
                (false, _) => "added",
            };
            let keys = self::keys(a.get(id).unwrap_or(&empty), b.get(id).unwrap_or(&empty));
            if what != "changed" || !keys.is_empty() {
                changes.push(Change { table: name, id: Some(id.clone()), what, keys });
            }
        }
    }
    // Sources have no id: they differ as a whole.
    let sources = |merged: &Merged| merged.sources.iter().map(Node::to_json).collect::<Vec<Json>>();
    let (a, b) = (sources(old), sources(new));
    let only = |these: &[Json], those: &[Json], what: &'static str| -> Vec<Change> {
        let path = |s: &Json| s["path"].as_str().map(str::to_owned);
        these.iter().filter(|s| !those.contains(s)).map(|s| Change { table: "source", id: path(s), what, keys: Vec::new() }).collect()
    };
    changes.extend(only(&a, &b, "removed"));
    changes.extend(only(&b, &a, "added"));
    changes
}

fn without(table: &Table, key: &str) -> Table {
    Table { entries: table.entries.iter().filter(|(name, _)| name.text != key).cloned().collect() }
}

fn keys(old: &Table, new: &Table) -> Vec<KeyChange> {
    let mut names: Vec<&str> = new.entries.iter().map(|(n, _)| n.text.as_str()).collect();
    names.extend(old.entries.iter().map(|(n, _)| n.text.as_str()).filter(|n| new.get(n).is_none()));
    let change = |name: &&str| {
        let (a, b) = (old.get(name), new.get(name));
        let (before, after) = (a.map(Node::to_json), b.map(Node::to_json));
        (before != after).then(|| KeyChange { key: (*name).to_owned(), old: before, new: after, shown: [a, b].map(|n| n.map(Node::to_toml)) })
    };
    names.iter().filter_map(change).collect()
}

fn text(changes: &[Change], lang: Lang, colour: bool) -> String {
    const GREEN: Style = AnsiColor::Green.on_default();
    const RED: Style = AnsiColor::Red.on_default();
    let mut out = String::new();
    let mut line = |style: Option<Style>, text: String| {
        let _ = match style.filter(|_| colour) {
            Some(style) => writeln!(out, "{style}{text}{style:#}"),
            None => writeln!(out, "{text}"),
        };
    };
    if changes.is_empty() {
        line(None, say(lang, Msg::DiffSame, &[]));
    }
    for change in changes {
        let table = match change.table {
            "rule" => say(lang, Msg::DiffRule, &[]),
            "list" => say(lang, Msg::DiffList, &[]),
            "ruleset" => say(lang, Msg::LabelRuleset, &[]).to_lowercase(),
            "checklist" => say(lang, Msg::SectionChecklistName, &[]),
            other => other.to_owned(),
        };
        let name = change.id.as_deref().map(show).map_or(table.clone(), |id| format!("{table} {id}"));
        match change.what {
            "added" => line(Some(GREEN), format!("+ {}", say(lang, Msg::DiffAdded, &[("name", &name)]))),
            "removed" => line(Some(RED), format!("- {}", say(lang, Msg::DiffRemoved, &[("name", &name)]))),
            _ => line(None, format!("  {name}")),
        }
        for key in change.keys.iter().filter(|_| change.what == "changed") {
            let none = say(lang, Msg::DiffUnset, &[]);
            let [old, new] = key.shown.each_ref().map(|v| v.as_deref().map_or_else(|| none.clone(), |v| v.replace('\n', " ")));
            line(None, format!("    {}", show(&key.key)));
            line(Some(RED), format!("      - {old}"));
            line(Some(GREEN), format!("      + {new}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::compile;

    fn merged(text: &str) -> Merged {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.toml");
        std::fs::write(&file, text).unwrap();
        compile::read(&[file], &[], &Zones::new()).unwrap().tables
    }

    const RULE: &str = "[ruleset]\nid = 'a'\n[[rule]]\nid = 'r'\nkind = 'call_cap'\nper = ['caller']\nmax = 60\nwindow = 'hour'\n";

    #[test]
    fn the_order_of_keys_and_tables_makes_no_difference() {
        let other = "[[rule]]\nwindow = 'hour'\nkind = 'call_cap'\nid = 'r'\nmax = 60\nper = ['caller']\n[ruleset]\nid = 'a'\n";
        assert_eq!(changes(&merged(RULE), &merged(other)), []);
        assert_eq!(text(&[], Lang::En, false), "no difference\n");
    }

    #[test]
    fn a_default_that_is_written_down_is_a_difference() {
        let found = changes(&merged(RULE), &merged(&format!("{RULE}count = 'attempts'\n")));
        assert_eq!(found.len(), 1);
        assert_eq!(text(&found, Lang::En, false), "  rule r\n    count\n      - (not set)\n      + \"attempts\"\n");
    }

    #[test]
    fn sources_are_compared_as_wholes() {
        let with = |tz: &str| merged(&format!("{RULE}[[source]]\npath = 'a/*'\ntz = '{tz}'\n"));
        let found = changes(&with("UTC"), &with("Asia/Tokyo"));
        assert_eq!(
            found.iter().map(|c| (c.table, c.what, c.id.as_deref())).collect::<Vec<_>>(),
            [("source", "removed", Some("a/*")), ("source", "added", Some("a/*"))]
        );
    }
}
