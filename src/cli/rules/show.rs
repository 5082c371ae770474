//! `callaudit rules show`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value as Json, json};

use super::{open, outputs, pretty, write};
use crate::calls::zones::Zones;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result, nearest};
use crate::language::{Lang, Msg, say};
use crate::report::renderers::table::show;
use crate::rules::windows::duration_text;
use crate::rules::{Plan, Rule};
use crate::ruleset::Ruleset;
use crate::ruleset::citations::best;
use crate::ruleset::compile::Loaded;
use crate::ruleset::node::{Node, Place, Table, Value, toml_key};

/// Options of `rules show`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit rules show callaudit.toml\n  callaudit rules show cn-tencent-ccc cn-tencent-24h\n  callaudit rules show callaudit.toml -o json"
)]
pub struct Options {
    /// A ruleset: a file, or the name of a pack
    #[arg(value_name = "FILE|PACK")]
    pub ruleset: PathBuf,
    /// Only the rule of this id
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// toml or json, to standard output or to a file; may be repeated [default: toml]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["toml", "json"])?;
    let zones = Zones::new();
    let (ruleset, loaded) = open(&options.ruleset, &zones, terminal)?;
    let only = options.rule.as_deref();
    if let Some(id) = only
        && !all(&ruleset).any(|(r, _)| r.common().id == id)
    {
        let known: Vec<&str> = all(&ruleset).map(|(r, _)| r.common().id.as_str()).collect();
        let near = nearest(id, known.iter().copied()).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
        return Err(Error::Usage(format!("{}: no rule has the id \"{id}\"{near}", options.ruleset.display())));
    }
    let shown = Shown { ruleset: &ruleset, loaded: &loaded, only, lang: terminal.lang };
    write(&outputs, |format, _| match format {
        "json" => pretty(&shown.json()),
        _ => Ok(shown.toml()),
    })?;
    Ok(0)
}

/// All rules, those that are on first, and whether they are.
fn all(ruleset: &Ruleset) -> impl Iterator<Item = (&dyn Rule, bool)> {
    ruleset.rules.iter().map(|r| (r.as_ref(), true)).chain(ruleset.off.iter().map(|r| (r.as_ref(), false)))
}

struct Shown<'a> {
    ruleset: &'a Ruleset,
    loaded: &'a Loaded,
    only: Option<&'a str>,
    lang: Lang,
}

impl Shown<'_> {
    fn say(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    /// `rules.toml:12`
    fn place(&self, place: &Place) -> String {
        let at = self.loaded.found.at(place);
        at.rsplit_once(':').map_or(at.clone(), |(line, _)| line.to_owned())
    }

    fn tables(&self, name: &'static str) -> impl Iterator<Item = (&str, &Node)> {
        self.loaded.tables.named.get(name).into_iter().flatten().map(|(id, node)| (id.as_str(), node))
    }

    fn toml(&self) -> String {
        let mut out = String::new();
        let comment = |out: &mut String, text: &str| {
            let _ = writeln!(out, "# {}", show(text));
        };
        comment(&mut out, &self.say(Msg::ShowFiles, &[("files", &self.ruleset.files.join(", "))]));
        if self.only.is_none() {
            if let Some(node) = &self.loaded.tables.ruleset {
                self.table(&mut out, "\n[ruleset]", node);
            }
            self.loaded.tables.sources.iter().for_each(|node| self.table(&mut out, "\n[[source]]", node));
        }
        for (rule, on) in all(self.ruleset).filter(|(r, _)| self.only.is_none_or(|id| r.common().id == id)) {
            let common = rule.common();
            let Some((_, node)) = self.tables("rule").find(|(id, _)| *id == common.id) else { continue };
            out.push('\n');
            comment(&mut out, &self.state(rule, on));
            comment(&mut out, &self.looks_back(rule));
            if let Some(needs) = self.needs(rule) {
                comment(&mut out, &needs);
            }
            match best(&common.citations).filter(|c| c.is_low()) {
                Some(low) => comment(&mut out, &self.say(Msg::LowConfidence, &[("letter", low.word())])),
                None if common.citations.is_empty() => comment(&mut out, &self.say(Msg::ShowNoSource, &[])),
                None => {}
            }
            self.table(&mut out, "[[rule]]", node);
        }
        if self.only.is_none() {
            for name in self.loaded.tables.named.keys().filter(|name| **name != "rule") {
                self.tables(name).for_each(|(_, node)| self.table(&mut out, &format!("\n[[{name}]]"), node));
            }
        }
        out
    }

    /// A table with the place of each key. What `extends` names is already in it.
    fn table(&self, out: &mut String, header: &str, node: &Node) {
        let _ = writeln!(out, "{header}");
        let Value::Table(table) = &node.value else { return };
        for (name, value) in &table.entries {
            let text = format!("{} = {}", toml_key(&name.text), value.to_toml());
            let hidden = if header.ends_with("[ruleset]") && name.text == "extends" { "# " } else { "" };
            let (first, rest) = text.split_once('\n').map_or((text.as_str(), None), |(f, r)| (f, Some(r)));
            let _ = writeln!(out, "{hidden}{first}  # {}", show(&self.place(&name.place)));
            if let Some(rest) = rest {
                let _ = writeln!(out, "{rest}");
            }
        }
    }

    fn state(&self, rule: &dyn Rule, on: bool) -> String {
        let common = rule.common();
        match self.lang.pick(&common.disabled_because) {
            _ if on => self.say(Msg::ShowOn, &[]),
            Some(why) => self.say(Msg::ShowOffBecause, &[("why", why)]),
            None => self.say(Msg::ShowOff, &[]),
        }
    }

    fn looks_back(&self, rule: &dyn Rule) -> String {
        match (rule.history(), rule.plan()) {
            (Some(ms), _) => self.say(Msg::ShowHistory, &[("length", &duration_text(ms))]),
            (None, Plan::Row(_)) => self.say(Msg::ShowNoHistory, &[]),
            (None, _) => self.say(Msg::ShowWholeLog, &[]),
        }
    }

    fn needs(&self, rule: &dyn Rule) -> Option<String> {
        let (columns, lists) = (self.columns(rule), self.lists(rule));
        if columns.is_empty() && lists.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        if !columns.is_empty() {
            parts.push(self.say(Msg::ShowNeedsColumns, &[("columns", &columns.join(", "))]));
        }
        if !lists.is_empty() {
            parts.push(self.say(Msg::ShowNeedsLists, &[("lists", &lists.join(", "))]));
        }
        Some(parts.join(" · "))
    }

    /// Columns without which the rule cannot be evaluated.
    fn columns(&self, rule: &dyn Rule) -> Vec<String> {
        let mut columns: Vec<String> = rule.needs().iter().chain(&rule.common().fields).map(crate::calls::columns::Field::name).collect();
        columns.sort();
        columns.dedup();
        columns
    }

    fn lists(&self, rule: &dyn Rule) -> Vec<&str> {
        rule.lists().iter().filter_map(|l| self.ruleset.lists.get(*l)).map(|l| l.id.as_str()).collect()
    }

    fn json(&self) -> Json {
        let keys = |table: &Table| -> Json {
            let one = |node: &Node, place: &Place| {
                let at = self.loaded.found.at(place);
                let mut parts = at.rsplitn(3, ':');
                let number = |part: Option<&str>| part.and_then(|p| p.parse::<u64>().ok());
                let (column, line) = (number(parts.next()), number(parts.next()));
                json!({ "value": node.to_json(), "file": parts.next(), "line": line, "column": column })
            };
            Json::Object(table.entries.iter().map(|(name, node)| (name.text.clone(), one(node, &name.place))).collect())
        };
        let table = |node: &Node| if let Value::Table(t) = &node.value { keys(t) } else { Json::Null };
        let rules: Vec<Json> = all(self.ruleset)
            .filter(|(r, _)| self.only.is_none_or(|id| r.common().id == id))
            .map(|(rule, on)| {
                let common = rule.common();
                json!({
                    "id": common.id,
                    "kind": common.kind,
                    "on": on,
                    "disabled_because": (!on && !common.disabled_because.is_empty()).then_some(&common.disabled_because),
                    "force": common.force.word(),
                    "severity": common.severity.word(),
                    "history_s": rule.history().map(|ms| ms / 1000),
                    "each_call_by_itself": matches!(rule.plan(), Plan::Row(_)),
                    "columns": self.columns(rule),
                    "lists": self.lists(rule),
                    "citations": common.citations,
                    "confidence": best(&common.citations),
                    "keys": self.loaded.tables.find("rule", &common.id).map(keys),
                })
            })
            .collect();
        let mut whole = Map::new();
        whole.insert("schema".into(), json!("callaudit.ruleset/1"));
        whole.insert("files".into(), json!(self.ruleset.files));
        whole.insert("hash".into(), json!(self.ruleset.hash));
        if self.only.is_none() {
            whole.insert("ruleset".into(), self.loaded.tables.ruleset.as_ref().map_or(Json::Null, table));
        }
        whole.insert("rule".into(), json!(rules));
        if self.only.is_none() {
            for name in self.loaded.tables.named.keys().filter(|name| **name != "rule") {
                whole.insert((*name).to_owned(), self.tables(name).map(|(_, node)| table(node)).collect());
            }
            whole.insert("source".into(), self.loaded.tables.sources.iter().map(table).collect());
        }
        Json::Object(whole)
    }
}
