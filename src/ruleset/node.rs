//! A TOML tree in which each value knows its place, and a reader that takes keys out of a table and complains about the rest.

use std::ops::Range;

use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

use super::diagnostics::Diagnostics;
use crate::calls::calendar;
use crate::error::nearest;

/// A file known to [`Diagnostics`].
pub type FileId = usize;

/// A range of bytes in a file.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which file.
    pub file: FileId,
    /// Which bytes.
    pub span: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is written; for a table under a header, the header (its part of it, if the header names tables below).
    pub place: Place,
}

/// A TOML value.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Datetime(toml::value::Datetime),
    Array(Vec<Node>),
    Table(Table),
}

/// A TOML table, its keys in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Keys and values.
    pub entries: Vec<(Name, Node)>,
}

/// A key and its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The key, without quotes.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// Reads a TOML file that `out` knows as `file`. Every syntax error goes to `out`; what could be read is returned all the same, so that mistakes
/// of meaning are found in the same run.
pub fn parse(file: FileId, text: &str, out: &mut Diagnostics) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = Place { file, span: error.span().unwrap_or(0..0) };
        out.error(&place, error.message());
    }
    owned_table(file, table.into_inner(), out)
}

fn owned_table(file: FileId, table: DeTable<'_>, out: &mut Diagnostics) -> Table {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let name = Name { place: Place { file, span: key.span() }, text: key.into_inner().into_owned() };
        let span = value.span();
        entries.push((name, owned(file, span, value.into_inner(), out)));
    }
    entries.sort_by_key(|(name, _)| name.place.span.start);
    Table { entries }
}

fn owned(file: FileId, span: Range<usize>, value: DeValue<'_>, out: &mut Diagnostics) -> Node {
    let place = Place { file, span };
    let value = match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        // The parser keeps numbers as text; whether they fit is decided here.
        DeValue::Integer(n) => Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).unwrap_or_else(|_| {
            out.error(&place, "the integer does not fit 64 bits");
            0
        })),
        DeValue::Float(n) => Value::Float(n.as_str().parse().unwrap_or_else(|_| {
            out.error(&place, "not a number");
            0.0
        })),
        DeValue::Boolean(b) => Value::Bool(b),
        DeValue::Datetime(d) => Value::Datetime(d),
        DeValue::Array(items) => Value::Array(
            items
                .into_iter()
                .map(|item| {
                    let span = item.span();
                    owned(file, span, item.into_inner(), out)
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(owned_table(file, table, out)),
    };
    Node { value, place }
}

impl Node {
    /// What kind of value this is, in the words of a message.
    pub fn type_name(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "text",
            Value::Integer(_) => "integer",
            Value::Float(_) => "decimal number",
            Value::Bool(_) => "boolean",
            Value::Datetime(d) => match (d.date, d.time) {
                (Some(_), None) => "date",
                (None, _) => "time",
                _ => "date and time",
            },
            Value::Array(_) => "array",
            Value::Table(_) => "table",
        }
    }

    /// As JSON; dates become text.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Text(text) => Json::from(text.as_str()),
            Value::Integer(n) => Json::from(*n),
            // JSON has no inf and nan: as text they are at least not lost.
            Value::Float(n) if n.is_finite() => Json::from(*n),
            Value::Float(n) => Json::from(n.to_string()),
            Value::Bool(b) => Json::from(*b),
            Value::Datetime(d) => Json::from(d.to_string()),
            Value::Array(items) => items.iter().map(Node::to_json).collect(),
            Value::Table(table) => table.to_json(),
        }
    }
}

impl Node {
    /// As TOML, on one line; only arrays of several tables have a line for each. Characters that would steer a terminal are escaped.
    pub fn to_toml(&self) -> String {
        match &self.value {
            Value::Array(items) if items.len() > 1 && items.iter().all(|i| matches!(i.value, Value::Table(_))) => {
                let rows: Vec<String> = items.iter().map(|i| format!("  {},\n", i.inline())).collect();
                format!("[\n{}]", rows.concat())
            }
            _ => self.inline(),
        }
    }

    fn inline(&self) -> String {
        match &self.value {
            Value::Text(text) => quoted(text),
            Value::Integer(n) => n.to_string(),
            Value::Float(n) => format!("{n:?}").to_lowercase(),
            Value::Bool(b) => b.to_string(),
            Value::Datetime(d) => d.to_string(),
            Value::Array(items) => format!("[{}]", items.iter().map(Node::inline).collect::<Vec<_>>().join(", ")),
            Value::Table(table) if table.entries.is_empty() => "{}".to_owned(),
            Value::Table(table) => {
                let keys: Vec<String> = table.entries.iter().map(|(name, node)| format!("{} = {}", toml_key(&name.text), node.inline())).collect();
                format!("{{ {} }}", keys.join(", "))
            }
        }
    }
}

/// A key as TOML writes it: bare where that is possible.
pub fn toml_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { key.to_owned() } else { quoted(key) }
}

/// A text between quotes, with escapes.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if crate::report::renderers::table::steers(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    /// As a JSON object, keys in the order of the file.
    pub fn to_json(&self) -> Json {
        Json::Object(self.entries.iter().map(|(name, node)| (name.text.clone(), node.to_json())).collect())
    }

    /// The keys of `other` replace those of this table, or are appended.
    pub fn overlay(&mut self, other: Table) {
        for (name, node) in other.entries {
            match self.entries.iter_mut().find(|(n, _)| n.text == name.text) {
                Some(entry) => *entry = (name, node),
                None => self.entries.push((name, node)),
            }
        }
    }
}

/// Takes the known keys out of a table; [`Reader::finish`] then reports the unknown ones.
pub struct Reader<'a> {
    table: &'a Table,
    place: Place,
    what: String,
    asked: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    /// A reader of a table: `place` is where complaints about what is missing go, `what` names the table in messages (`rule "evening"`).
    pub fn new(table: &'a Table, place: &Place, what: &str) -> Reader<'a> {
        Reader { table, place: place.clone(), what: what.to_owned(), asked: Vec::new() }
    }

    /// The value of a key, of whatever type; the key is known from now on.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    /// A value of one type; one of another type is reported and is as good as missing.
    fn typed<T>(&mut self, key: &'static str, expected: &str, out: &mut Diagnostics, take: impl FnOnce(&'a Value) -> Option<T>) -> Option<T> {
        let node = self.node(key)?;
        let taken = take(&node.value);
        if taken.is_none() {
            mistyped(node, &format!("`{key}`: "), expected, out);
        }
        taken
    }

    /// A text.
    pub fn text(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<&'a str> {
        self.typed(key, "a text", out, text)
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<i64> {
        self.typed(key, "an integer", out, |v| if let Value::Integer(n) = v { Some(*n) } else { None })
    }

    /// A whole number that is not negative.
    pub fn whole(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<u64> {
        let n = self.integer(key, out)?;
        let found = u64::try_from(n).ok();
        if found.is_none() {
            let place = self.place(key);
            out.error(&place, format!("{n} is negative"));
        }
        found
    }

    /// A finite number, with or without decimals.
    pub fn number(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<f64> {
        self.typed(key, "a number", out, |v| match v {
            // Above 2^53 the nearest number is near enough for a threshold.
            #[allow(clippy::cast_precision_loss)]
            Value::Integer(n) => Some(*n as f64),
            Value::Float(n) if n.is_finite() => Some(*n),
            _ => None,
        })
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<bool> {
        self.typed(key, "`true` or `false`", out, |v| if let Value::Bool(b) = v { Some(*b) } else { None })
    }

    /// A date, as days since 1970: `2026-10-01`, bare or as a text.
    pub fn date(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<calendar::Date> {
        self.typed(key, "a date (2026-10-01)", out, |v| match v {
            Value::Datetime(toml::value::Datetime { date: Some(d), time: None, offset: None }) => {
                calendar::days_of(i32::from(d.year), u32::from(d.month), u32::from(d.day))
            }
            Value::Text(text) => calendar::parse_iso(text),
            _ => None,
        })
    }

    /// An array of texts, each with its node for messages. Elements of another type are reported and left out.
    pub fn texts(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<Vec<(&'a str, &'a Node)>> {
        let items = self.typed(key, "an array of texts", out, array)?;
        Some(elements(items, key, "a text", out, |item| text(&item.value).map(|t| (t, item))))
    }

    /// An array of tables (`[[key]]`). Elements of another type are reported and left out.
    pub fn tables(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<Vec<&'a Node>> {
        let expected = format!("an array of tables ([[{key}]])");
        let items = self.typed(key, &expected, out, array)?;
        Some(elements(items, key, "a table", out, |item| matches!(item.value, Value::Table(_)).then_some(item)))
    }

    /// A table; the node holds a [`Value::Table`].
    pub fn table(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<&'a Node> {
        let node = self.node(key)?;
        self.typed(key, "a table", out, |v| matches!(v, Value::Table(_)).then_some(node))
    }

    /// A text that must be there.
    pub fn required_text(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<&'a str> {
        if self.node(key).is_none() {
            let message = format!("{} needs `{key}`", self.what);
            out.error(&self.place, message);
        }
        self.text(key, out)
    }

    /// One of some known words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, known: &[(&'static str, T)], out: &mut Diagnostics) -> Option<T> {
        let word = self.text(key, out)?;
        let found = known.iter().find(|(k, _)| *k == word).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<_> = known.iter().map(|(k, _)| *k).collect();
            let diagnostic = out.error(&self.place(key), format!("`{key}`: unknown word `{word}`"));
            diagnostic.label = format!("expected {}", list(&words));
            diagnostic.help = nearest(word, words.iter().copied()).map(|k| format!("did you mean `{k}`?"));
        }
        found
    }

    /// Does the table have the key?
    pub fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Where the value of a key is; where the table is if it has no such key.
    pub fn place(&self, key: &str) -> Place {
        self.table.get(key).map_or_else(|| self.place.clone(), |node| node.place.clone())
    }

    /// Does the table have keys that nobody asked for yet? What seems to be missing may then only be misspelt.
    pub fn has_unknown(&self) -> bool {
        self.table.entries.iter().any(|(name, _)| !self.asked.contains(&name.text.as_str()))
    }

    /// As [`Reader::has_unknown`], while these keys are still to be asked for.
    pub fn has_unknown_beside(&self, later: &[&str]) -> bool {
        self.table.entries.iter().any(|(name, _)| !self.asked.contains(&name.text.as_str()) && !later.contains(&name.text.as_str()))
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, out: &mut Diagnostics) {
        for (name, _) in self.table.entries.iter().filter(|(name, _)| !self.asked.contains(&name.text.as_str())) {
            let diagnostic = out.error(&name.place, format!("unknown key `{}`", name.text));
            diagnostic.label = format!("not a key of {}", self.what);
            // A key that is there already cannot be what was meant.
            let free = self.asked.iter().copied().filter(|key| self.table.get(key).is_none());
            diagnostic.help = Some(match nearest(&name.text, free) {
                Some(key) => format!("did you mean `{key}`?"),
                None => format!("known keys: {}", list(&self.asked)),
            });
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn array(value: &Value) -> Option<&[Node]> {
    if let Value::Array(items) = value { Some(items) } else { None }
}

fn elements<'a, T>(items: &'a [Node], key: &str, expected: &str, out: &mut Diagnostics, take: impl Fn(&'a Node) -> Option<T>) -> Vec<T> {
    let mut taken = Vec::with_capacity(items.len());
    for item in items {
        match take(item) {
            Some(t) => taken.push(t),
            None => mistyped(item, &format!("`{key}`: "), expected, out),
        }
    }
    taken
}

fn mistyped(node: &Node, before: &str, expected: &str, out: &mut Diagnostics) {
    // A text that is no date would read "expected a date, found text": the text itself says more.
    let found = match &node.value {
        Value::Text(text) if expected.starts_with("a date") => format!("text {text:?}"),
        Value::Float(n) if !n.is_finite() => n.to_string(),
        _ => node.type_name().to_owned(),
    };
    out.error(&node.place, format!("{before}expected {expected}, found {found}"));
}

/// `` `a`, `b`, `c` ``
fn list(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Table, Diagnostics) {
        let mut out = Diagnostics::default();
        let file = out.add_file("rules.toml".into(), text.into());
        let table = parse(file, text, &mut out);
        (table, out)
    }

    const WHOLE: Place = Place { file: 0, span: 0..0 };

    #[test]
    fn a_tree_keeps_order_and_places() {
        let text = "z = 'x'\na = 0x1f\n\n[[rule]]\nname = \"夜\"\nmax = 1_000\n[rule.sub.deep]\non = 2026-10-01\n[[rule]]\nf = 1.5\n";
        let (table, out) = read(text);
        assert!(!out.has_errors(), "{}", out.render(false));
        assert_eq!(table.entries.iter().map(|(n, _)| n.text.as_str()).collect::<Vec<_>>(), ["z", "a", "rule"]);
        assert_eq!(&text[table.get("z").unwrap().place.span.clone()], "'x'");
        assert_eq!(table.to_json().to_string(), r#"{"z":"x","a":31,"rule":[{"name":"夜","max":1000,"sub":{"deep":{"on":"2026-10-01"}}},{"f":1.5}]}"#);
        let Value::Array(rules) = &table.get("rule").unwrap().value else { panic!() };
        assert_eq!(out.at(&rules[0].place), "rules.toml:4:1");
        assert_eq!(out.at(&rules[1].place), "rules.toml:9:1");
        let Value::Table(rule) = &rules[0].value else { panic!() };
        assert_eq!(out.at(&rule.get("sub").unwrap().place), "rules.toml:7:7");
    }

    #[test]
    fn all_syntax_errors_are_reported_and_the_rest_is_read() {
        let (table, out) = read("a = \nb = 2\nb = 3\nc = 99999999999999999999\nd = 'x\ne = 5\n");
        assert!(out.errors() >= 4, "{}", out.render(false));
        assert!(table.get("e").is_some());
        for junk in ["[", "a", "= 1", "[[", "\"", "a = \"\\q\"", "\u{feff}a=1", "a.b = 1\na = 2", "名 = 1"] {
            let (_, out) = read(junk);
            let _ = out.render(false);
        }
    }

    #[test]
    fn the_reader_reports_every_mistake_with_its_place() {
        let text = "name = 3\nwindw = 'x'\nzzz = 1\nkind = 'cuont'\nfrom = '2026-02-30'\nids = ['a', 1]\n";
        let (table, mut out) = read(text);
        let mut r = Reader::new(&table, &WHOLE, "rule \"evening\"");
        assert_eq!(r.text("name", &mut out), None);
        assert_eq!(r.node("window").map(Node::type_name), None);
        assert_eq!(r.choice("kind", &[("count", 1), ("share", 2)], &mut out), None);
        assert_eq!(r.date("from", &mut out), None);
        assert_eq!(r.texts("ids", &mut out).unwrap().len(), 1);
        assert_eq!(r.required_text("id", &mut out), None);
        r.finish(&mut out);
        let shown = out.render(false);
        for part in [
            "`name`: expected a text, found integer",
            "rules.toml:2:1",
            "unknown key `windw`",
            "help: did you mean `window`?",
            "known keys: `name`, `window`, `kind`, `from`, `ids`, `id`",
            "did you mean `count`?",
            "expected `count`, `share`",
            "rules.toml:5:8",
            "rules.toml:6:13",
            "rule \"evening\" needs `id`",
            "7 errors in rules.toml",
        ] {
            assert!(shown.contains(part), "{part} is missing in\n{shown}");
        }
    }

    #[test]
    fn values_of_the_right_type_are_taken() {
        let text = "i = 1\nf = 2.5\nb = true\nd = 2026-10-01\ns = '1970-01-02'\nn = 7\n[t]\nx = 1\n[[rule]]\nname = 'r'\n";
        let (table, mut out) = read(text);
        let mut r = Reader::new(&table, &WHOLE, "ruleset");
        assert_eq!(r.integer("i", &mut out), Some(1));
        assert_eq!((r.number("f", &mut out), r.number("n", &mut out)), (Some(2.5), Some(7.0)));
        assert_eq!(r.boolean("b", &mut out), Some(true));
        assert_eq!(r.date("d", &mut out), calendar::days_of(2026, 10, 1));
        assert_eq!(r.date("s", &mut out), Some(1));
        assert_eq!(r.table("t", &mut out).unwrap().type_name(), "table");
        assert_eq!(r.tables("rule", &mut out).unwrap().len(), 1);
        assert_eq!(r.integer("absent", &mut out), None);
        r.finish(&mut out);
        assert!(!out.has_errors(), "{}", out.render(false));
    }

    #[test]
    fn what_is_written_as_toml_is_read_back() {
        let text = "a = \"q\\\"\\\\\\n\\t\\u001b\\u202e夜\"\nb = [1, -2.5, 1e300, inf, nan, true]\nc = 2026-10-01\nd = 2026-10-01T08:00:00+08:00\n\
                    e = { \"raw.任务\" = 'x', y = { z = [] } }\nf = [{ a = 1 }, { b = {} }]\n";
        let (table, out) = read(text);
        assert!(!out.has_errors(), "{}", out.render(false));
        let written: String = table.entries.iter().map(|(name, node)| format!("{} = {}\n", toml_key(&name.text), node.to_toml())).collect();
        assert!(!written.chars().any(|c| c.is_control() && c != '\n') && !written.contains('\u{202e}'), "{written}");
        let (again, out) = read(&written);
        assert!(!out.has_errors(), "{}\n{written}", out.render(false));
        assert_eq!(again.to_json(), table.to_json());
    }

    #[test]
    fn an_overlay_replaces_and_appends() {
        let (mut base, _) = read("a = 1\nb = 2\n");
        base.overlay(read("b = 3\nc = 4\n").0);
        assert_eq!(base.to_json().to_string(), r#"{"a":1,"b":3,"c":4}"#);
    }
}
