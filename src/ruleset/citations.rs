//! Where a figure comes from (`citation`) and what breaking it may cost (`penalty`), as a ruleset states them. Nothing is judged by them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::diagnostics::Diagnostics;
use super::node::{Node, Reader, Table, Value};
use crate::calls::calendar::{Date, iso, parse_iso};

/// How far a source may be trusted, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Confidence {
    /// The text itself was read.
    A,
    /// An official page was read; for limits of a platform, its own documentation.
    B,
    /// Secondary sources.
    C,
    /// A rule of thumb.
    D,
    /// Nobody checked it.
    U,
}

impl Confidence {
    /// Words and values, for reading rulesets.
    pub const WORDS: [(&'static str, Confidence); 5] =
        [("A", Confidence::A), ("B", Confidence::B), ("C", Confidence::C), ("D", Confidence::D), ("U", Confidence::U)];

    /// The letter in TOML and reports.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::A => "A",
            Confidence::B => "B",
            Confidence::C => "C",
            Confidence::D => "D",
            Confidence::U => "U",
        }
    }

    /// Is it so low that it must be said wherever the figure is shown?
    pub fn is_low(self) -> bool {
        self > Confidence::B
    }
}

/// A source of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// What it is called elsewhere, where it has such a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Which text, and what it says.
    pub text: String,
    /// Where that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was read, or the day of the state that was read.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "as_iso", deserialize_with = "of_iso")]
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
    /// How far it may be trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Where one can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

fn as_iso<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => to.serialize_str(&iso(*date)),
        None => to.serialize_none(),
    }
}

fn of_iso<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    parse_iso(&text).map(Some).ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is no date such as 2026-11-23")))
}

/// What breaking a rule may cost by the text that it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Penalty {
    /// At least.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
    /// Three letters of ISO 4217.
    pub currency: Option<String>,
    /// For each what: `call`, `violation`, `case` …
    pub per: Option<String>,
    /// The text that says so, by language.
    pub basis: BTreeMap<String, String>,
}

/// The best confidence of some sources; none where no source states it.
pub fn best(citations: &[Citation]) -> Option<Confidence> {
    citations.iter().filter_map(|c| c.confidence).min()
}

/// Which keys of a citation must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// The text alone: a file of the user's.
    Text,
    /// Text, source, date and confidence: what ships with the program says where it comes from.
    Whole,
}

/// Reads `citation`: a table or an array of tables.
pub fn read_citations(node: Option<&Node>, demand: Demand, out: &mut Diagnostics) -> Vec<Citation> {
    let items: Vec<&Node> = match node.map(|n| (n, &n.value)) {
        None => return Vec::new(),
        Some((node, Value::Table(_))) => vec![node],
        Some((_, Value::Array(items))) => items.iter().collect(),
        Some((node, _)) => {
            wrong_type(node, "`citation`", out);
            return Vec::new();
        }
    };
    let mut citations = Vec::new();
    for item in items {
        match &item.value {
            Value::Table(table) => citations.extend(read_citation(item, table, demand, out)),
            _ => wrong_type(item, "`citation`", out),
        }
    }
    citations
}

fn wrong_type(node: &Node, what: &str, out: &mut Diagnostics) {
    out.error(&node.place, format!("{what}: expected a table or an array of tables, found {}", node.type_name())).help =
        Some("citation = [{ text = \"…\", source = \"…\", as_of = 2026-11-23, confidence = \"A\" }]".to_owned());
}

fn read_citation(node: &Node, table: &Table, demand: Demand, out: &mut Diagnostics) -> Option<Citation> {
    let before = out.errors();
    let mut reader = Reader::new(table, &node.place, "a citation");
    let text = filled(&mut reader, "text", out);
    let source = filled(&mut reader, "source", out);
    let as_of = reader.date("as_of", out);
    let confidence = reader.choice("confidence", &Confidence::WORDS, out);
    let url = filled(&mut reader, "url", out);
    let id = filled(&mut reader, "id", out);
    if let Some(url) = url.as_deref().filter(|u| !is_web_address(u)) {
        out.error(&reader.place("url"), format!("{url:?} is no web address")).help = Some("https://… or http://…".to_owned());
    }
    // What seems to be missing may only be misspelt.
    if out.errors() == before && !reader.has_unknown() {
        let needed: &[&str] = if demand == Demand::Whole { &["text", "source", "as_of", "confidence"] } else { &["text"] };
        for key in needed.iter().filter(|k| !reader.has(k)) {
            out.error(&node.place, format!("a citation needs `{key}`"));
        }
    }
    reader.finish(out);
    (out.errors() == before).then(|| Citation { id, text: text.unwrap_or_default(), source, as_of, confidence, url })
}

/// A text that says something.
fn filled(reader: &mut Reader<'_>, key: &'static str, out: &mut Diagnostics) -> Option<String> {
    let text = reader.text(key, out)?;
    if text.trim().is_empty() {
        out.error(&reader.place(key), format!("`{key}` is empty"));
    }
    Some(text.to_owned())
}

/// Only addresses of the web become links in what is printed: `javascript:` and the like never do.
fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/')) && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c))
}

/// Reads `penalty`.
pub fn read_penalty(node: Option<&Node>, out: &mut Diagnostics) -> Option<Penalty> {
    let node = node?;
    let Value::Table(table) = &node.value else {
        out.error(&node.place, format!("`penalty`: expected a table, found {}", node.type_name())).help =
            Some("penalty = { min = 500, max = 1500, currency = \"USD\", per = \"call\" }".to_owned());
        return None;
    };
    let before = out.errors();
    let mut reader = Reader::new(table, &node.place, "`penalty`");
    let (min, max) = (reader.number("min", out), reader.number("max", out));
    let currency = reader.text("currency", out).map(str::to_owned);
    let per = filled(&mut reader, "per", out);
    let basis = super::compile::texts(reader.node("basis"), out);
    for (key, value) in [("min", min), ("max", max)] {
        if value.is_some_and(|v| v < 0.0) {
            out.error(&reader.place(key), format!("`{key}` is negative"));
        }
    }
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        out.error(&reader.place("min"), "`min` is greater than `max`");
    }
    if let Some(code) = currency.as_deref().filter(|c| c.len() != 3 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
        out.error(&reader.place("currency"), format!("{code:?} is no currency")).help = Some("three letters, such as \"CNY\" or \"USD\"".to_owned());
    }
    if out.errors() == before && !reader.has_unknown() {
        if min.is_none() && max.is_none() && basis.is_empty() {
            out.error(&node.place, "`penalty` says nothing: `min`, `max` or `basis` is needed");
        } else if (min.is_some() || max.is_some()) && currency.is_none() {
            out.error(&node.place, "`penalty` needs `currency`").help = Some("three letters, such as \"CNY\" or \"USD\"".to_owned());
        }
    }
    reader.finish(out);
    (out.errors() == before).then_some(Penalty { min, max, currency, per, basis })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::node::parse;

    fn read(text: &str, demand: Demand) -> (Vec<Citation>, Option<Penalty>, String) {
        let mut out = Diagnostics::default();
        let file = out.add_file("rules.toml".into(), text.into());
        let table = parse(file, text, &mut out);
        let citations = read_citations(table.get("citation"), demand, &mut out);
        let penalty = read_penalty(table.get("penalty"), &mut out);
        (citations, penalty, out.render(false))
    }

    #[test]
    fn a_table_and_an_array_of_tables_are_read() {
        let (citations, penalty, errors) = read(
            "citation = { text = 'art. 1', source = 'gazette', as_of = 2026-11-23, confidence = 'C', url = 'https://example.org/a?b=1', id = 'X-1' }\n\
             penalty = { min = 500, max = 1500.5, currency = 'USD', per = 'call', basis = { en = 's. 2', zh = '第二条' } }\n",
            Demand::Whole,
        );
        assert_eq!(errors, "");
        assert_eq!(
            serde_json::to_string(&citations).unwrap(),
            r#"[{"id":"X-1","text":"art. 1","source":"gazette","as_of":"2026-11-23","confidence":"C","url":"https://example.org/a?b=1"}]"#
        );
        let penalty = penalty.unwrap();
        assert_eq!((penalty.min, penalty.max, penalty.currency.as_deref(), penalty.per.as_deref()), (Some(500.0), Some(1500.5), Some("USD"), Some("call")));
        assert_eq!(penalty.basis["zh"], "第二条");
        let (citations, _, errors) = read("citation = [{ text = 'a' }, { text = 'b', confidence = 'A' }]", Demand::Text);
        assert_eq!(errors, "");
        assert_eq!(serde_json::to_string(&citations).unwrap(), r#"[{"text":"a"},{"text":"b","confidence":"A"}]"#);
        assert_eq!((best(&citations), best(&citations[..1])), (Some(Confidence::A), None));
    }

    #[test]
    fn the_best_is_the_highest_and_low_begins_below_b() {
        let low: Vec<bool> = Confidence::WORDS.iter().map(|w| w.1.is_low()).collect();
        assert_eq!(low, [false, false, true, true, true]);
        assert!(Confidence::WORDS.iter().all(|w| w.0 == w.1.word()));
        let (citations, ..) = read("citation = [{ text = 'a', confidence = 'U' }, { text = 'b', confidence = 'C' }]", Demand::Text);
        assert_eq!(best(&citations), Some(Confidence::C));
    }

    #[test]
    fn every_mistake_is_told_in_its_place() {
        for (text, demand, said, place) in [
            ("citation = 'art. 1'", Demand::Text, "expected a table or an array of tables, found text", "1:12"),
            ("citation = [{ text = 'a' }, 'b']", Demand::Text, "expected a table or an array of tables, found text", "1:29"),
            ("citation = [{ source = 'x' }]", Demand::Text, "a citation needs `text`", "1:13"),
            ("citation = [{ text = '  ' }]", Demand::Text, "`text` is empty", "1:22"),
            ("citation = [{ text = 'a', source = 'x', as_of = 2026-11-23 }]", Demand::Whole, "a citation needs `confidence`", "1:13"),
            ("citation = [{ text = 'a', source = 'x', confidence = 'A' }]", Demand::Whole, "a citation needs `as_of`", "1:13"),
            ("citation = [{ text = 'a', confidence = 'E' }]", Demand::Text, "`confidence`: unknown word `E`", "1:40"),
            ("citation = [{ text = 'a', as_of = '2026' }]", Demand::Text, "`as_of`: expected a date (2026-10-01), found text \"2026\"", "1:35"),
            ("citation = [{ txt = 'a' }]", Demand::Text, "did you mean `text`?", "1:15"),
            ("citation = [{ text = 'a', url = 'javascript:alert(1)' }]", Demand::Text, "is no web address", "1:33"),
            ("citation = [{ text = 'a', url = 'https://a\"onclick=b' }]", Demand::Text, "is no web address", "1:33"),
            ("penalty = 500", Demand::Text, "`penalty`: expected a table, found integer", "1:11"),
            ("penalty = { min = 500 }", Demand::Text, "`penalty` needs `currency`", "1:11"),
            ("penalty = { min = 9, max = 3, currency = 'USD' }", Demand::Text, "`min` is greater than `max`", "1:19"),
            ("penalty = { max = -1, currency = 'USD' }", Demand::Text, "`max` is negative", "1:19"),
            ("penalty = { max = 1, currency = 'dollars' }", Demand::Text, "\"dollars\" is no currency", "1:33"),
            ("penalty = { per = 'call' }", Demand::Text, "`penalty` says nothing", "1:11"),
            ("penalty = { max = 1, currency = 'USD', pre = 'call' }", Demand::Text, "did you mean `per`?", "1:40"),
        ] {
            let (_, _, errors) = read(text, demand);
            assert!(errors.contains(said) && errors.contains(&format!("rules.toml:{place}")) && errors.contains("1 error in"), "{text}\n{errors}");
        }
    }
}
