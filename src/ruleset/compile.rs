//! Loading: files and what they extend, merged by id, then compiled; mistakes are collected, not returned at the first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::citations::{Demand, read_citations, read_penalty};
use super::diagnostics::Diagnostics;
use super::node::{self, FileId, Name, Node, Place, Reader, Table, Value};
use super::packs::{self, Named, Pack};
use super::scope::{read_applies, read_exemption};
use super::sql::{self, Expression};
use super::{ListKind, ListTable, PackUse, Ruleset, SourceTable, Step};
use crate::calls::calendar::{Calendar, Date};
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::numbers::NumberRegion;
use crate::calls::timestamps::DateOrder;
use crate::calls::zones::{ZoneId, Zones};
use crate::error::{Error, Result, nearest};
use crate::exposure::regimes;
use crate::rules::lists::{DATE, Form, Hash, MatchBy, Settings, dated_name};
use crate::rules::scope::Exemption;
use crate::rules::{Common, CountWord, Exempt, Force, Rule, RuleClock, Severity, registry};

/// What kinds see while a ruleset is compiled.
#[derive(Debug)]
pub struct Compile<'a> {
    zones: &'a Zones,
    ruleset_zone: ZoneId,
    region: Option<String>,
    predicates: Vec<Expression>,
    lists: Vec<ListTable>,
    list_kinds: BTreeMap<String, String>,
    exemptions: Vec<(String, Option<Exemption>)>,
    calendars: BTreeMap<PathBuf, Arc<Calendar>>,
    folders: Vec<PathBuf>,
}

#[cfg(test)]
impl<'a> Compile<'a> {
    /// Without any table of a ruleset.
    pub fn bare(zones: &'a Zones, region: Option<String>) -> Compile<'a> {
        Compile {
            zones,
            ruleset_zone: zones.clock("UTC").unwrap_or_default(),
            region,
            predicates: Vec::new(),
            lists: Vec::new(),
            list_kinds: BTreeMap::new(),
            exemptions: Vec::new(),
            calendars: BTreeMap::new(),
            folders: Vec::new(),
        }
    }
}

impl Compile<'_> {
    /// The ruleset's region: how numbers without a country code are read.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Clocks and the zones of numbers.
    pub fn zones(&self) -> &Zones {
        self.zones
    }

    /// The calendar that the table names.
    pub fn calendar(&mut self, table: &mut Reader<'_>, out: &mut Diagnostics) -> Option<Arc<Calendar>> {
        let name = table.text("calendar", out)?;
        let place = table.place("calendar");
        let key = self.folders[place.file].join(name);
        if let Some(known) = self.calendars.get(&key) {
            return Some(known.clone());
        }
        match Calendar::load(name, &self.folders[place.file]) {
            Ok(calendar) => {
                let calendar = Arc::new(calendar);
                self.calendars.insert(key, calendar.clone());
                Some(calendar)
            }
            Err(e) => {
                out.error(&place, e);
                None
            }
        }
    }

    /// The number of a list of numbers, by id.
    pub fn list(&mut self, id: &str, node: &Node, out: &mut Diagnostics) -> Option<usize> {
        self.list_as(id, ListKind::Numbers, node, out)
    }

    /// The number of a list of events, by id.
    pub fn events(&mut self, id: &str, node: &Node, out: &mut Diagnostics) -> Option<usize> {
        self.list_as(id, ListKind::Events, node, out)
    }

    /// The number of a list of this kind, by id.
    pub fn list_as(&mut self, id: &str, kind: ListKind, node: &Node, out: &mut Diagnostics) -> Option<usize> {
        let list = self.list_of(id, kind.word(), node, out)?;
        // A list that the command line gives is one of numbers until a rule says what it is.
        self.lists[list].kind = kind;
        self.list_kinds.entry(id.to_owned()).or_insert_with(|| kind.word().to_owned());
        Some(list)
    }

    /// The numbers of the lists of this kind that a key names, none where the key is missing.
    pub fn lists_as(&mut self, table: &mut Reader<'_>, key: &'static str, kind: ListKind, out: &mut Diagnostics) -> Vec<usize> {
        table.texts(key, out).unwrap_or_default().into_iter().filter_map(|(name, node)| self.list_as(name, kind, node, out)).collect()
    }

    /// The number of a list of a kind, by id.
    fn list_of(&self, id: &str, wanted: &str, node: &Node, out: &mut Diagnostics) -> Option<usize> {
        let Some(i) = self.lists.iter().position(|l| l.id == id) else {
            let near = nearest(id, self.lists.iter().map(|l| l.id.as_str())).map(|n| format!("did you mean \"{n}\"?"));
            out.error(&node.place, format!("no [[list]] has the id \"{id}\"")).help =
                Some(near.unwrap_or_else(|| format!("declare it, or give it with --use-list {id}=PATH")));
            return None;
        };
        if let Some(kind) = self.list_kinds.get(id).filter(|k| *k != wanted) {
            out.error(&node.place, format!("the list \"{id}\" has the kind \"{kind}\", one of kind \"{wanted}\" is needed"));
            return None;
        }
        Some(i)
    }

    /// The columns with which lists are compared.
    pub fn list_columns(&self, lists: &[usize]) -> Vec<Field> {
        let by = |wanted| lists.iter().any(|l| self.lists[*l].settings.by == wanted);
        let number = by(MatchBy::Callee).then_some(Field::Canonical(Column::Callee));
        let id = by(MatchBy::CalleeId).then_some(Field::Canonical(Column::CalleeId));
        number.into_iter().chain(id).collect()
    }

    /// The number of a predicate, from its text.
    pub fn predicate(&mut self, text: &str, node: &Node, out: &mut Diagnostics) -> Option<usize> {
        match sql::check(text) {
            Err(errors) => {
                for error in errors {
                    let place = sql::place_in_text(node, out, error.span);
                    out.error(&place, error.message).help = error.help;
                }
                None
            }
            Ok(expression) => {
                if let Err(e) = sql::type_check(&expression) {
                    out.error(&node.place, e);
                    return None;
                }
                if let Some(i) = self.predicates.iter().position(|p| p.sql == expression.sql) {
                    return Some(i);
                }
                self.predicates.push(expression);
                Some(self.predicates.len() - 1)
            }
        }
    }

    /// As [`Compile::predicate`], where the words of `count` may stand for it: with the columns without which it cannot be decided. Whether a machine answered
    /// is not asked of a log that does not tell it.
    pub fn condition(&mut self, text: &str, node: &Node, out: &mut Diagnostics) -> Option<(usize, Vec<Field>)> {
        let sql = match text {
            "answered" => "COALESCE(outcome, 'unknown') = 'answered' AND COALESCE(answered_by, 'unknown') <> 'machine'",
            "connected" => "COALESCE(outcome, 'unknown') IN ('answered', 'voicemail', 'abandoned')",
            sql => sql,
        };
        let predicate = self.predicate(sql, node, out)?;
        let fields = if text == "answered" { vec![Field::Canonical(Column::Outcome)] } else { self.fields_of(predicate) };
        Some((predicate, fields))
    }

    /// The columns that a predicate names.
    pub fn fields_of(&self, predicate: usize) -> Vec<Field> {
        self.predicates[predicate].fields.iter().cloned().collect()
    }

    fn zone(&self, name: &str, place: &Place, out: &mut Diagnostics) -> Option<ZoneId> {
        self.zones.clock(name).map_err(|e| out.error(place, e)).ok()
    }
}

/// The tables that have ids, by what they are called (`rule`, `list` …), then as first met, each with its id.
pub type ById = BTreeMap<&'static str, Vec<(String, Node)>>;

/// Tables of all files, merged; each value knows the file that it comes from.
#[derive(Debug, Default)]
pub struct Merged {
    /// `[ruleset]`
    pub ruleset: Option<Node>,
    /// By name of the table, then as first met, each with its id.
    pub named: ById,
    /// `[[source]]`
    pub sources: Vec<Node>,
}

impl Merged {
    /// The table with this id.
    pub fn find(&self, table: &str, id: &str) -> Option<&Table> {
        self.named.get(table)?.iter().find(|(known, _)| known == id).and_then(|(_, node)| table_of(node))
    }
}

/// Ruleset files that were read, whether or not they make a ruleset.
#[derive(Debug)]
pub struct Loaded {
    /// The ruleset, if there is no mistake.
    pub ruleset: Option<Ruleset>,
    /// What the files say together.
    pub tables: Merged,
    /// The mistakes, and the places of all values.
    pub found: Diagnostics,
}

const KINDS: [&str; 4] = ["rule", "list", "exemption", "checklist"];

/// Loads packs and ruleset files in their order; a later table with the same id changes the keys that it names. `given`: lists from the command line.
///
/// Errors: all mistakes of all files in one text.
pub fn load(files: &[PathBuf], given: &[(String, PathBuf)], zones: &Zones, colour: bool) -> Result<Ruleset> {
    load_edited(files, given, zones, colour, |_| {})
}

/// As [`load`]; `edit` may look at the merged tables, and change them, before they are compiled.
///
/// Errors: as of [`load`].
pub fn load_edited(files: &[PathBuf], given: &[(String, PathBuf)], zones: &Zones, colour: bool, edit: impl FnOnce(&mut ById)) -> Result<Ruleset> {
    let loaded = read_edited(files, given, zones, edit)?;
    loaded.ruleset.ok_or_else(|| Error::Ruleset(loaded.found.render(colour)))
}

/// As [`load`], and keeps what was read: for those who show rulesets.
///
/// Errors: only a file that cannot be read.
pub fn read(files: &[PathBuf], given: &[(String, PathBuf)], zones: &Zones) -> Result<Loaded> {
    read_edited(files, given, zones, |_| {})
}

fn read_edited(files: &[PathBuf], given: &[(String, PathBuf)], zones: &Zones, edit: impl FnOnce(&mut ById)) -> Result<Loaded> {
    let mut out = Diagnostics::default();
    let mut loader = Loader { out: &mut out, folders: Vec::new(), names: Vec::new(), hasher: blake3::Hasher::new(), open: Vec::new(), packs: Vec::new() };
    let mut merged = Merged::default();
    for file in files {
        match packs::resolve(&file.to_string_lossy(), file.is_file()).map_err(Error::Usage)? {
            Named::Pack(pack) => loader.pack(pack, &mut merged)?,
            Named::File => loader.file(file, None, &mut merged)?,
        }
    }
    edit(&mut merged.named);
    let (folders, names, packs) = (loader.folders, loader.names, loader.packs);
    let hash = loader.hasher.finalize().to_hex().to_string();
    let ruleset = compile(&merged, given, zones, folders, &mut out).filter(|_| !out.has_errors());
    let ruleset = ruleset.map(|r| Ruleset { files: names, hash, packs, warnings: out.warnings(), ..r });
    Ok(Loaded { ruleset, tables: merged, found: out })
}

struct Loader<'a> {
    out: &'a mut Diagnostics,
    folders: Vec<PathBuf>,
    names: Vec<String>,
    hasher: blake3::Hasher,
    open: Vec<PathBuf>,
    packs: Vec<PackUse>,
}

impl Loader<'_> {
    /// A pack is read once: what was changed of it since stays changed.
    fn pack(&mut self, pack: &'static Pack, merged: &mut Merged) -> Result<()> {
        if self.packs.iter().any(|p| p.name == pack.name) {
            return Ok(());
        }
        let (id, mut table) = self.read(pack.origin(), PathBuf::new(), pack.text);
        let as_of = read_pack_head(&table, self.out);
        self.packs.push(PackUse { name: pack.name, version: pack.version(), as_of });
        for (_, node) in table.entries.iter_mut().filter(|(name, _)| name.text == "rule") {
            not_required(node);
        }
        self.merge(id, table, merged)
    }

    /// Makes a file known to the diagnostics, and its tables.
    fn read(&mut self, name: String, folder: PathBuf, text: &str) -> (FileId, Table) {
        self.hasher.update(text.as_bytes());
        self.names.push(name.clone());
        self.folders.push(folder);
        let id = self.out.add_file(name, text.to_owned());
        (id, node::parse(id, text, self.out))
    }

    fn file(&mut self, path: &Path, from: Option<&Node>, merged: &mut Merged) -> Result<()> {
        let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if self.open.contains(&canonical) {
            if let Some(node) = from {
                self.out.error(&node.place, "the files extend each other in a circle");
            }
            return Ok(());
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) => {
                let message = format!("cannot read the ruleset {}: {e}", path.display());
                return match from {
                    Some(node) => {
                        self.out.error(&node.place, message);
                        Ok(())
                    }
                    None => Err(Error::Usage(message)),
                };
            }
        };
        let (id, table) = self.read(path.display().to_string(), path.parent().unwrap_or(Path::new("")).to_owned(), &text);
        self.open.push(canonical);
        self.merge(id, table, merged)?;
        self.open.pop();
        Ok(())
    }

    fn merge(&mut self, file: FileId, table: Table, merged: &mut Merged) -> Result<()> {
        if let Some(Node { value: Value::Table(head), .. }) = table.get("ruleset")
            && let Some(Node { value: Value::Array(items), .. }) = head.get("extends")
        {
            for item in items.clone() {
                if let Value::Text(name) = &item.value {
                    let path = self.folders[file].join(name);
                    match packs::resolve(name, path.is_file()) {
                        Ok(Named::Pack(pack)) => self.pack(pack, merged)?,
                        Ok(Named::File) => self.file(&path, Some(&item), merged)?,
                        Err(e) => {
                            self.out.error(&item.place, e);
                        }
                    }
                }
            }
        }
        for (name, node) in table.entries {
            let rows = match (name.text.as_str(), node.value.clone()) {
                ("ruleset", Value::Table(mut new)) => {
                    match &mut merged.ruleset {
                        Some(Node { value: Value::Table(old), place }) => {
                            if new.get("pack").is_some() && old.get("pack").is_some() {
                                together(old, &mut new, self.out);
                            } else if new.get("id").is_some() && old.get("pack").is_some() {
                                // A ruleset of its own name is not of the pack's version, and its title is not the pack's.
                                old.entries.retain(|(name, _)| !matches!(name.text.as_str(), "title" | "version" | "pack"));
                            }
                            old.overlay(new);
                            *place = node.place.clone();
                        }
                        _ => merged.ruleset = Some(node),
                    }
                    continue;
                }
                ("rule" | "list" | "exemption" | "checklist" | "source", Value::Array(rows)) => rows,
                ("ruleset", _) => {
                    self.out.error(&node.place, "[ruleset] must be a table");
                    continue;
                }
                ("rule" | "list" | "exemption" | "checklist" | "source", _) => {
                    self.out.error(&name.place, format!("write [[{}]] with two brackets", name.text));
                    continue;
                }
                (other, _) => {
                    let known = ["ruleset", "rule", "list", "exemption", "checklist", "source"];
                    let near = nearest(other, known).map_or_else(|| format!("known tables: {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
                    self.out.error(&name.place, format!("unknown table `{other}`")).help = Some(near);
                    continue;
                }
            };
            for row in rows {
                if name.text == "source" {
                    merged.sources.push(row);
                    continue;
                }
                let kind = KINDS.into_iter().find(|k| *k == name.text).unwrap_or("rule");
                self.named(kind, row, file, merged);
            }
        }
        Ok(())
    }

    fn named(&mut self, kind: &'static str, row: Node, file: FileId, merged: &mut Merged) {
        let Value::Table(table) = &row.value else {
            self.out.error(&row.place, format!("a table [[{kind}]] was expected"));
            return;
        };
        let id = match table.get("id") {
            Some(Node { value: Value::Text(id), .. }) if !id.is_empty() => id.clone(),
            Some(node) => {
                self.out.error(&node.place, "`id` must be a text");
                return;
            }
            None => {
                self.out.error(&row.place, format!("`id` is missing in [[{kind}]]"));
                return;
            }
        };
        let all = merged.named.entry(kind).or_default();
        match all.iter_mut().find(|(known, _)| *known == id) {
            Some((_, old)) => {
                let same_file = old.place.file == file;
                if let (Value::Table(old_table), Value::Table(new)) = (&mut old.value, row.value) {
                    if same_file {
                        let place = new.get("id").map_or(row.place.clone(), |n| n.place.clone());
                        self.out.error(&place, format!("two [[{kind}]] of this file have the id \"{id}\""));
                    } else {
                        old_table.overlay(new);
                    }
                }
            }
            None => all.push((id, row)),
        }
    }
}

/// Two packs in one audit: what they are called, together; each has its own clocks, but numbers without a country code can be read in one region only.
fn together(old: &Table, new: &mut Table, out: &mut Diagnostics) {
    let text = |table: &Table, key: &str| table.get(key).and_then(|n| if let Value::Text(t) = &n.value { Some(t.clone()) } else { None });
    if let (Some(before), Some(now), Some(node)) = (text(old, "region"), text(new, "region"), new.get("region"))
        && before != now
    {
        out.warning(&node.place, format!("numbers without a country code are read in {now}: another pack here is about {before}")).help =
            Some("give --region, or region in a ruleset of yours that extends the packs".to_owned());
    }
    for (name, node) in &mut new.entries {
        let Some(before) = old.get(&name.text) else { continue };
        match (name.text.as_str(), &mut node.value, &before.value) {
            ("id", Value::Text(now), Value::Text(before)) => *now = format!("{before} + {now}"),
            ("version", Value::Text(now), Value::Text(before)) if now != before => *now = format!("{before} + {now}"),
            ("title", Value::Table(now), Value::Table(before)) => {
                for (lang, node) in &mut now.entries {
                    if let (Value::Text(now), Some(before)) = (&mut node.value, text(before, &lang.text)) {
                        *now = format!("{before}{}{now}", if lang.text == "zh" { "；" } else { "; " });
                    }
                }
            }
            _ => {}
        }
    }
}

/// Rules of packs need not be evaluated unless they say so: a pack names more than one log can tell.
fn not_required(rules: &mut Node) {
    let Value::Array(rows) = &mut rules.value else { return };
    for row in rows {
        let place = row.place.clone();
        if let Value::Table(table) = &mut row.value
            && table.get("required").is_none()
        {
            let name = Name { text: "required".to_owned(), place: place.clone() };
            table.entries.push((name, Node { value: Value::Bool(false), place }));
        }
    }
}

/// The date of a pack's figures.
fn read_pack_head(table: &Table, out: &mut Diagnostics) -> Date {
    let head = table.get("ruleset").and_then(table_of).and_then(|h| h.get("pack"));
    let Some((node, table)) = head.and_then(|n| Some((n, table_of(n)?))) else { return 0 };
    Reader::new(table, &node.place, "pack").date("as_of", out).unwrap_or(0)
}

fn compile(merged: &Merged, given: &[(String, PathBuf)], zones: &Zones, folders: Vec<PathBuf>, out: &mut Diagnostics) -> Option<Ruleset> {
    let nowhere = Place { file: 0, span: 0..0 };
    let empty = Table::default();
    let (head, place) = match &merged.ruleset {
        Some(Node { value: Value::Table(t), place }) => (t, place.clone()),
        _ => {
            out.error(&nowhere, "the table [ruleset] is missing").help = Some("[ruleset] with id, and timezone".to_owned());
            (&empty, nowhere)
        }
    };
    let mut reader = Reader::new(head, &place, "[ruleset]");
    let id = if merged.ruleset.is_some() { reader.required_text("id", out).unwrap_or_default().to_owned() } else { String::new() };
    let version = reader.text("version", out).map(str::to_owned);
    let title = texts(reader.node("title"), out);
    let timezone = reader.text("timezone", out).unwrap_or("UTC").to_owned();
    let zone = zones.clock(&timezone).unwrap_or_else(|e| {
        out.error(&reader.place("timezone"), e);
        zones.clock("UTC").unwrap_or(0)
    });
    let region = reader.text("region", out).map(str::to_owned);
    if let Err(e) = NumberRegion::new(region.as_deref()) {
        out.error(&reader.place("region"), e);
    }
    reader.texts("extends", out);
    if let Some(node) = reader.table("pack", out)
        && let Some(table) = table_of(node)
    {
        let mut reader = Reader::new(table, &node.place, "pack");
        reader.date("as_of", out);
        texts(reader.node("about"), out);
        reader.text("jurisdiction", out);
        reader.text("kind", out);
        reader.finish(out);
    }
    if merged.ruleset.is_some() {
        reader.finish(out);
    }
    let mut cx = Compile {
        zones,
        ruleset_zone: zone,
        region: region.clone(),
        predicates: Vec::new(),
        lists: Vec::new(),
        list_kinds: BTreeMap::new(),
        exemptions: Vec::new(),
        calendars: BTreeMap::new(),
        folders,
    };
    for (id, node) in merged.named.get("list").into_iter().flatten() {
        read_list(id, node, &mut cx, out);
    }
    for (id, path) in given {
        match cx.lists.iter_mut().find(|l| l.id == *id) {
            Some(list) => {
                list.path = Some(path.clone());
                list.settings.place = String::new();
            }
            None => cx.lists.push(ListTable {
                id: id.clone(),
                title: BTreeMap::new(),
                path: Some(path.clone()),
                kind: ListKind::Numbers,
                settings: Settings::default(),
            }),
        }
    }
    let mut checklists = BTreeMap::new();
    let ids: BTreeSet<String> = cx.lists.iter().map(|l| l.id.clone()).collect();
    for (id, node) in merged.named.get("exemption").into_iter().flatten() {
        if ids.contains(id) {
            out.error(&node.place, format!("\"{id}\" is the id of a [[list]] too: `exempt` could mean either"));
        }
        let exemption = read_exemption(id, node, demand(node.place.file, out), &mut cx, out);
        // A mistake in it is told already: a rule that names it must not be told that there is none.
        cx.exemptions.push((id.clone(), exemption));
    }
    for (id, node) in merged.named.get("checklist").into_iter().flatten() {
        checklists.insert(id.clone(), read_checklist(id, node, out));
    }
    let sources = merged.sources.iter().filter_map(|n| read_source(n, &cx, out)).collect();
    let (mut rules, mut off) = (Vec::new(), Vec::new());
    let known: BTreeSet<&str> = checklists.keys().map(String::as_str).collect();
    for (id, node) in merged.named.get("rule").into_iter().flatten() {
        if let Some((rule, enabled)) = read_rule(id, node, &known, &mut cx, out) {
            if enabled { rules.push(rule) } else { off.push(rule) }
        }
    }
    if rules.is_empty() && !out.has_errors() {
        if head.get("pack").is_some() {
            // All of its figures are settings of the user's: it can be shown and tested, and an audit says that it judged nothing.
            out.warning(&place, "all rules of this pack are off").help =
                Some("extend it in a ruleset of yours, with your settings and enabled = true".to_owned());
        } else {
            out.error(&place, "the ruleset has no rule that is on").help = Some("[[rule]] with id and kind".to_owned());
        }
    }
    [&mut rules, &mut off].into_iter().for_each(|all| all.sort_by(|a, b| a.common().id.cmp(&b.common().id)));
    let all = |kind: &str| -> serde_json::Value { merged.named.get(kind).into_iter().flatten().map(|(_, n)| n.to_json()).collect::<Vec<_>>().into() };
    let effective = serde_json::json!({
        "ruleset": head.to_json(), "rule": all("rule"), "list": all("list"), "exemption": all("exemption"), "checklist": all("checklist"),
        "source": merged.sources.iter().map(Node::to_json).collect::<Vec<_>>(),
    });
    Some(Ruleset {
        id,
        version,
        title,
        timezone,
        zone,
        region,
        rules,
        off,
        predicates: cx.predicates,
        exemptions: cx.exemptions.into_iter().filter_map(|e| e.1).collect(),
        lists: cx.lists,
        sources,
        checklists,
        files: Vec::new(),
        hash: String::new(),
        packs: Vec::new(),
        effective,
        warnings: Vec::new(),
    })
}

/// `{ en = "…", zh = "…" }`, or one text for both.
pub fn texts(node: Option<&Node>, out: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    match node.map(|n| &n.value) {
        Some(Value::Text(text)) => {
            all.insert("en".to_owned(), text.clone());
        }
        Some(Value::Table(table)) => {
            for (name, value) in &table.entries {
                match &value.value {
                    Value::Text(text) if name.text == "en" || name.text == "zh" => {
                        all.insert(name.text.clone(), text.clone());
                    }
                    Value::Text(_) => {
                        out.error(&name.place, format!("unknown language `{}`", name.text)).help = Some("en or zh".to_owned());
                    }
                    _ => {
                        out.error(&value.place, format!("a text was expected, found {}", value.type_name()));
                    }
                }
            }
        }
        Some(_) => {
            if let Some(node) = node {
                out.error(&node.place, "a text, or { en = \"…\", zh = \"…\" } was expected");
            }
        }
        None => {}
    }
    all
}

/// A table, if it is one.
pub fn table_of(node: &Node) -> Option<&Table> {
    if let Value::Table(t) = &node.value { Some(t) } else { None }
}

fn read_list(id: &str, node: &Node, cx: &mut Compile<'_>, out: &mut Diagnostics) {
    let Some(table) = table_of(node) else { return };
    let what = format!("list \"{id}\"");
    let mut reader = Reader::new(table, &node.place, &what);
    reader.text("id", out);
    let kinds = ["numbers", "consent", "aliases", "bindings", "events", "inventory"].map(|k| (k, k));
    let kind = reader.choice("kind", &kinds, out).unwrap_or("numbers");
    let title = texts(reader.node("title"), out);
    let path = reader.text("path", out).map(|p| cx.folders[reader.place("path").file].join(p));
    let settings = if matches!(kind, "numbers" | "inventory" | "consent") { read_list_settings(kind, &mut reader, out) } else { Settings::default() };
    reader.finish(out);
    cx.list_kinds.insert(id.to_owned(), kind.to_owned());
    let kind = match kind {
        "numbers" => ListKind::Numbers,
        "aliases" => ListKind::Aliases,
        "bindings" => ListKind::Bindings,
        "events" => ListKind::Events,
        "inventory" => ListKind::Inventory,
        "consent" => ListKind::Consent,
        _ => ListKind::Other,
    };
    cx.lists.push(ListTable { id: id.to_owned(), title, path, kind, settings });
}

/// How the file of a list is read.
fn read_list_settings(kind: &str, reader: &mut Reader<'_>, out: &mut Diagnostics) -> Settings {
    let hash = reader.choice("hash", &Hash::WORDS, out);
    let format = reader.choice("format", &Form::WORDS, out);
    let by = reader.choice("match", &[("callee", MatchBy::Callee), ("callee_id", MatchBy::CalleeId)], out);
    let order = reader.choice("date_order", &DateOrder::WORDS, out);
    let as_of = reader.date("as_of", out);
    let hashed = reader.has("hash");
    for key in ["format", "match"].into_iter().filter(|k| reader.has(k) && !hashed && (*k != "match" || kind != "consent")) {
        out.error(&reader.place(key), format!("`{key}` is for lists of hashes")).help = Some("hash = \"md5\", \"sha1\" or \"sha256\"".to_owned());
    }
    if by == Some(MatchBy::CalleeId) && format.is_some() {
        let place = reader.place("format");
        out.error(&place, "`format` says how the callee's number is written before it is hashed; with match = \"callee_id\" nothing is hashed").help =
            Some("take `format` out".to_owned());
    }
    let mut place = String::new();
    if let Some(text) = reader.text("path", out) {
        place = out.at(&reader.place("path"));
        if let Err(e) = dated_name(text) {
            out.error(&reader.place("path"), e).help = Some(format!("path = \"lists/tps-{DATE}.txt\""));
        }
    }
    Settings { hash, format: format.unwrap_or_default(), by: by.unwrap_or_default(), order, as_of, place }
}

fn read_checklist(id: &str, node: &Node, out: &mut Diagnostics) -> Vec<Step> {
    let Some(table) = table_of(node) else { return Vec::new() };
    let what = format!("checklist \"{id}\"");
    let mut reader = Reader::new(table, &node.place, &what);
    reader.text("id", out);
    texts(reader.node("title"), out);
    let mut steps = Vec::new();
    for step in reader.tables("steps", out).unwrap_or_default() {
        let Some(table) = table_of(step) else { continue };
        let mut reader = Reader::new(table, &step.place, "a step");
        let owner = reader.text("owner", out).unwrap_or_default().to_owned();
        let due = reader.text("due", out).map(str::to_owned);
        if let Some(text) = &due
            && crate::remediation::due(text, 0).is_none()
        {
            out.error(&reader.place("due"), format!("\"{text}\" is no due date")).help = Some("such as \"1 business day\" or \"30 days\"".to_owned());
        }
        let mut both = BTreeMap::new();
        for lang in ["en", "zh"] {
            if let Some(text) = reader.text(lang, out) {
                both.insert(lang.to_owned(), text.to_owned());
            }
        }
        if both.is_empty() {
            out.error(&step.place, "the step says nothing: en = \"…\" or zh = \"…\" is needed");
        }
        let proof = texts(reader.node("proof"), out);
        reader.finish(out);
        steps.push(Step { owner, due, step: both, proof });
    }
    reader.finish(out);
    steps
}

fn read_source(node: &Node, cx: &Compile<'_>, out: &mut Diagnostics) -> Option<SourceTable> {
    let mut reader = Reader::new(table_of(node)?, &node.place, "[[source]]");
    let pattern = reader.required_text("path", out);
    let tz = reader.text("tz", out).map(str::to_owned);
    if let Some(name) = &tz {
        cx.zone(name, &reader.place("tz"), out);
    }
    let profile = reader.text("profile", out).map(|p| {
        let file = cx.folders[reader.place("profile").file].join(p);
        if file.exists() { file } else { PathBuf::from(p) }
    });
    let date_order = reader.choice("date_order", &DateOrder::WORDS, out);
    let mut set = BTreeMap::new();
    if let Some(Node { value: Value::Table(table), .. }) = reader.table("set", out) {
        for (name, value) in &table.entries {
            match (Column::by_name(&name.text), &value.value) {
                (Some(column), Value::Text(text)) if matches!(column.kind(), Kind::Text | Kind::Word) && crate::input::profile::is_word(column, text) => {
                    set.insert(column, text.clone());
                }
                (Some(_), _) => {
                    out.error(&value.place, "only columns of text can be stated, with their words");
                }
                (None, _) => {
                    let near = nearest(&name.text, Column::ALL.iter().map(|c| c.name()));
                    out.error(&name.place, format!("unknown column `{}`", name.text)).help = near.map(|n| format!("did you mean `{n}`?"));
                }
            }
        }
    }
    let place = reader.place("path");
    reader.finish(out);
    let glob = globset::GlobBuilder::new(pattern?).literal_separator(false).build();
    match glob {
        Ok(glob) => Some(SourceTable { path: glob.compile_matcher(), profile, tz, date_order, set }),
        Err(e) => {
            out.error(&place, format!("not a pattern: {e}"));
            None
        }
    }
}

/// Does it name the column `direction` itself? `direction_known` alone does not make a rule one about other directions.
fn names_direction(expression: &Expression) -> bool {
    let outside_texts: String = expression.sql.split('\'').step_by(2).collect();
    outside_texts.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').any(|word| word.eq_ignore_ascii_case("direction"))
}

/// A rule, and whether it is on.
fn read_rule(id: &str, node: &Node, checklists: &BTreeSet<&str>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<(Box<dyn Rule>, bool)> {
    let what = format!("rule \"{id}\"");
    let mut reader = Reader::new(table_of(node)?, &node.place, &what);
    reader.text("id", out);
    let enabled = reader.boolean("enabled", out).unwrap_or(true);
    let kinds: Vec<(&'static str, usize)> = registry::KINDS.iter().enumerate().map(|(i, k)| (k.name(), i)).collect();
    if reader.node("kind").is_none() {
        out.error(&node.place, format!("`kind` is missing in {what}")).help =
            Some(format!("one of {}", kinds.iter().map(|k| k.0).collect::<Vec<_>>().join(", ")));
        return None;
    }
    let kind = registry::KINDS[reader.choice("kind", &kinds, out)?];
    let common = read_common(id, kind.name(), &mut reader, checklists, cx, out);
    let rule = kind.compile(common, &mut reader, cx, out);
    reader.finish(out);
    Some((rule?, enabled))
}

/// What a citation in this file must hold.
fn demand(file: FileId, out: &Diagnostics) -> Demand {
    if out.file(file).0.starts_with(packs::ORIGIN) { Demand::Whole } else { Demand::Text }
}

/// Why a rule is off. A later file that switches it on need not take the reason away.
fn read_reason(reader: &mut Reader<'_>, out: &mut Diagnostics) -> BTreeMap<String, String> {
    let reason = texts(reader.node("disabled_because"), out);
    let place = reader.place("disabled_because");
    let off = matches!(reader.node("enabled").map(|n| &n.value), Some(Value::Bool(false)));
    let switched_on = reader.has("enabled") && reader.place("enabled").file != place.file;
    if reader.has("disabled_because") && !off && !switched_on {
        out.error(&place, "`disabled_because` is for rules that are off").help = Some("enabled = false".to_owned());
    }
    reason
}

/// By which regimes violations are priced.
fn read_exposure(reader: &mut Reader<'_>, out: &mut Diagnostics) -> Option<Vec<String>> {
    let named = reader.texts("exposure", out)?;
    for (id, node) in named.iter().filter(|(id, _)| regimes::by_id(id).is_none()) {
        let near = nearest(id, regimes::ids()).map(|n| format!("did you mean \"{n}\"?"));
        out.error(&node.place, format!("no regime has the id \"{id}\"")).help = Some(near.unwrap_or_else(|| regimes::ids().collect::<Vec<_>>().join(", ")));
    }
    Some(named.into_iter().map(|(id, _)| id.to_owned()).collect())
}

fn read_common(id: &str, kind: &'static str, reader: &mut Reader<'_>, checklists: &BTreeSet<&str>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Common {
    let mut common = Common {
        id: id.to_owned(),
        kind,
        title: texts(reader.node("title"), out),
        severity: reader.choice("severity", Severity::WORDS, out).unwrap_or(Severity::Medium),
        force: reader.choice("force", Force::WORDS, out).unwrap_or(Force::House),
        clock: RuleClock::Zone(cx.ruleset_zone),
        ruleset_zone: cx.ruleset_zone,
        filter: None,
        fields: BTreeSet::new(),
        any_direction: false,
        exempt: Vec::new(),
        regions: None,
        effective: (None, None),
        required: reader.boolean("required", out).unwrap_or(true),
        count: CountWord::Attempts,
        warn_at: reader.number("warn_at", out),
        suppressible: reader.boolean("suppressible", out).unwrap_or(true),
        max_findings: reader.whole("max_findings", out),
        max_share: reader.number("max_share", out),
        checklist: reader.text("checklist", out).map(str::to_owned),
        citations: read_citations(reader.node("citation"), demand(reader.place("citation").file, out), out),
        penalty: read_penalty(reader.node("penalty"), out),
        exposure: read_exposure(reader, out),
        disabled_because: read_reason(reader, out),
    };
    for (key, share) in [("warn_at", common.warn_at), ("max_share", common.max_share)] {
        if share.is_some_and(|s| !(0.0..=1.0).contains(&s)) {
            out.error(&reader.place(key), format!("`{key}` is a share from 0 to 1"));
        }
    }
    if let Some(name) = common.checklist.as_deref().filter(|c| !checklists.contains(c)) {
        let near = nearest(name, checklists.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
        out.error(&reader.place("checklist"), format!("no [[checklist]] has the id \"{name}\"")).help = near;
    }
    match reader.text("clock", out) {
        None | Some("ruleset") => {}
        Some("callee") => common.clock = RuleClock::Callee,
        Some(name) => {
            if let Some(zone) = cx.zone(name, &reader.place("clock"), out) {
                common.clock = RuleClock::Zone(zone);
            }
        }
    }
    if let (Some(text), Some(node)) = (reader.text("where", out), reader.node("where")) {
        common.filter = cx.predicate(text, node, out);
        if let Some(p) = common.filter {
            common.fields.extend(cx.predicates[p].fields.iter().cloned());
            common.any_direction = names_direction(&cx.predicates[p]);
        }
    }
    if let Some(node) = reader.table("applies", out) {
        let filter = reader.text("where", out).filter(|_| common.filter.is_some());
        read_applies(node, filter, &mut common, cx, out);
    }
    for (text, node) in reader.texts("exempt", out).unwrap_or_default() {
        if let Some(list) = cx.lists.iter().find(|l| l.id == text) {
            // A consent in force takes a call out as an entry of a list does.
            let kind = if list.kind == ListKind::Consent { ListKind::Consent } else { ListKind::Numbers };
            if let Some(list) = cx.list_as(text, kind, node, out) {
                common.exempt.push(Exempt::List(list));
            }
        } else if let Some(n) = cx.exemptions.iter().position(|(id, _)| id == text) {
            common.exempt.push(Exempt::Named(n));
        } else if text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) && Column::by_name(text).is_none() && text != "direction_known" {
            // One word that is no column is meant as an id.
            let ids = cx.lists.iter().map(|l| l.id.as_str()).chain(cx.exemptions.iter().map(|e| e.0.as_str()));
            let near = nearest(text, ids).map(|n| format!("did you mean \"{n}\"?"));
            out.error(&node.place, format!("no [[list]] and no [[exemption]] has the id \"{text}\"")).help =
                Some(near.unwrap_or_else(|| format!("declare it, or give it with --use-list {text}=PATH")));
        } else if let Some(p) = cx.predicate(text, node, out) {
            common.exempt.push(Exempt::Sql(p, cx.predicates[p].fields.clone()));
        }
    }
    if let Some(node) = reader.table("effective", out)
        && let Some(table) = table_of(node)
    {
        let mut dates = Reader::new(table, &node.place, "effective");
        common.effective = (dates.date("from", out), dates.date("to", out));
        dates.finish(out);
    }
    if let (Some(text), Some(node)) = (reader.text("count", out), reader.node("count")) {
        common.count = match text {
            "attempts" => CountWord::Attempts,
            "connected" => CountWord::Connected,
            "answered" => CountWord::Answered,
            sql => match cx.predicate(sql, node, out) {
                Some(p) => {
                    common.fields.extend(cx.predicates[p].fields.iter().cloned());
                    CountWord::Sql(p)
                }
                None => CountWord::Attempts,
            },
        };
        if matches!(common.count, CountWord::Connected | CountWord::Answered) {
            common.fields.insert(Field::Canonical(Column::Outcome));
        }
    }
    common
}
