//! Profiles: how one export layout maps to calls. Built-in formats make them from a header, users write them as TOML files.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::calls::columns::{AnsweredBy, Column, Direction, HangupBy, Kind, Outcome, Response};
use crate::calls::timestamps::{DateOrder, Unit};
use crate::error::{Error, Result, nearest};

/// How one export layout maps to calls.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Its name in reports.
    pub name: String,
    /// Between fields, where it is not recognised from the file.
    pub delimiter: Option<u8>,
    /// Does the first record name the columns?
    pub header: bool,
    /// Names by position, where there is no header.
    pub names: Vec<String>,
    /// Clock of times without an offset.
    pub tz: Option<String>,
    /// How the clock is known, for reports.
    pub tz_evidence: Option<String>,
    /// Region of numbers without a country code.
    pub region: Option<String>,
    /// Which comes first in `03/05/2026`.
    pub date_order: Option<DateOrder>,
    /// Where each column comes from.
    pub columns: BTreeMap<Column, Origin>,
    /// What the log does not tell: the same for every call.
    pub set: BTreeMap<Column, String>,
    /// An expression that makes an outcome `answered`; others are `no_answer`. Marked as derived.
    pub outcome_from: Option<String>,
}

/// Where a column comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Columns of the export, joined by a blank (date and time in two columns).
    pub columns: Vec<String>,
    /// Unit of a length of time.
    pub unit: Unit,
    /// The export's words, folded ([`fold`]), and what they mean; [`NO_CALL`] is "this row is no call".
    pub words: BTreeMap<String, String>,
}

/// The meaning of a word that says that a row is no call.
pub const NO_CALL: &str = "no_call";

impl Origin {
    /// One column, in seconds where it is a length of time.
    pub fn column(name: impl Into<String>) -> Origin {
        Origin { columns: vec![name.into()], unit: Unit::Seconds, words: BTreeMap::new() }
    }
}

/// A word as tables hold it: lower case, without blanks, `_` and `-`.
pub fn fold(word: &str) -> String {
    word.trim().chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.')).flat_map(char::to_lowercase).collect()
}

/// Is this a word of a column with a closed list?
pub fn is_word(column: Column, word: &str) -> bool {
    match column {
        Column::Outcome => word == NO_CALL || Outcome::by_word(word).is_some(),
        Column::Direction => Direction::by_word(word).is_some(),
        Column::AnsweredBy => AnsweredBy::by_word(word).is_some(),
        Column::Response => Response::by_word(word).is_some(),
        Column::HangupBy => HangupBy::by_word(word).is_some(),
        _ => true,
    }
}

fn words_of(column: Column) -> Vec<&'static str> {
    match column {
        Column::Outcome => Outcome::ALL.iter().map(|o| o.word()).chain([NO_CALL]).collect(),
        Column::Direction => Direction::ALL.iter().map(|o| o.word()).collect(),
        Column::AnsweredBy => AnsweredBy::ALL.iter().map(|o| o.word()).collect(),
        Column::Response => Response::ALL.iter().map(|o| o.word()).collect(),
        Column::HangupBy => HangupBy::ALL.iter().map(|o| o.word()).collect(),
        _ => Vec::new(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Head,
    #[serde(default)]
    columns: BTreeMap<String, toml::Spanned<toml::Value>>,
    #[serde(default)]
    set: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    #[allow(dead_code)]
    title: Option<BTreeMap<String, String>>,
    delimiter: Option<String>,
    #[serde(default = "yes")]
    header: bool,
    #[serde(default)]
    names: Vec<String>,
    tz: Option<String>,
    region: Option<String>,
    date_order: Option<String>,
}

fn yes() -> bool {
    true
}

impl Profile {
    /// Reads a profile file.
    ///
    /// Errors: all mistakes of the file, each with its place.
    pub fn load(path: &Path) -> Result<Profile> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::Usage(format!("cannot read the profile {}: {e}", path.display())))?;
        Profile::parse(&text).map_err(|mistakes| Error::Ruleset(format!("the profile {} has mistakes:\n{mistakes}", path.display())))
    }

    fn parse(text: &str) -> std::result::Result<Profile, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut mistakes = Vec::new();
        let line = |span: &std::ops::Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
        let known: Vec<&str> = Column::ALL.iter().map(|c| c.name()).collect();
        let hint = |name: &str| nearest(name, known.iter().copied()).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
        let head = file.profile;
        let mut profile = Profile { name: head.name, header: head.header, names: head.names, tz: head.tz, region: head.region, ..Profile::default() };
        profile.tz_evidence = profile.tz.as_ref().map(|_| "profile".to_owned());
        match head.delimiter.as_deref() {
            None => {}
            Some("tab" | "\t") => profile.delimiter = Some(b'\t'),
            Some(d) if d.len() == 1 => profile.delimiter = d.bytes().next(),
            Some(d) => mistakes.push(format!("delimiter = \"{d}\": one character, or \"tab\"")),
        }
        match head.date_order.as_deref() {
            None => {}
            Some("dmy") => profile.date_order = Some(DateOrder::DayFirst),
            Some("mdy") => profile.date_order = Some(DateOrder::MonthFirst),
            Some(o) => mistakes.push(format!("date_order = \"{o}\": \"dmy\" or \"mdy\"")),
        }
        if !profile.header && profile.names.is_empty() {
            mistakes.push("header = false needs names = [\"…\"], the columns by position".to_owned());
        }
        if let Some(tz) = &profile.tz
            && let Err(e) = crate::calls::zones::Clock::parse(tz)
        {
            mistakes.push(e);
        }
        for (name, value) in &file.columns {
            let at = line(&value.span());
            let Some(column) = Column::by_name(name) else {
                mistakes.push(format!("line {at}: unknown column \"{name}\"{}", hint(name)));
                continue;
            };
            match origin(column, value.get_ref()) {
                Ok((origin, from)) => {
                    profile.outcome_from = profile.outcome_from.or(from);
                    if let Some(origin) = origin {
                        profile.columns.insert(column, origin);
                    }
                }
                Err(e) => mistakes.push(format!("line {at}: {name}: {e}")),
            }
        }
        for (name, value) in file.set {
            match Column::by_name(&name) {
                Some(c) if matches!(c.kind(), Kind::Text | Kind::Word) && is_word(c, &value) => {
                    profile.set.insert(c, value);
                }
                Some(c) if matches!(c.kind(), Kind::Word) => mistakes.push(format!("[set] {name} = \"{value}\": one of {}", words_of(c).join(", "))),
                Some(_) => mistakes.push(format!("[set] {name}: only columns of text can be stated")),
                None => mistakes.push(format!("[set] unknown column \"{name}\"{}", hint(&name))),
            }
        }
        if !profile.columns.contains_key(&Column::StartedAt) {
            mistakes.push("[columns] needs started_at: no rule can judge a call without a start".to_owned());
        }
        if mistakes.is_empty() { Ok(profile) } else { Err(mistakes.join("\n")) }
    }

    /// Every column of the export that the profile names.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.columns.values().flat_map(|o| o.columns.iter().map(String::as_str))
    }
}

type Parsed = (Option<Origin>, Option<String>);

fn origin(column: Column, value: &toml::Value) -> std::result::Result<Parsed, String> {
    let names = |v: &toml::Value| -> std::result::Result<Vec<String>, String> {
        match v {
            toml::Value::String(s) => Ok(vec![s.clone()]),
            toml::Value::Array(a) if !a.is_empty() => {
                a.iter().map(|v| v.as_str().map(str::to_owned).ok_or("a list of column names was expected".to_owned())).collect()
            }
            _ => Err("the name of a column was expected".to_owned()),
        }
    };
    let toml::Value::Table(table) = value else {
        return Ok((Some(Origin { columns: names(value)?, unit: Unit::Seconds, words: BTreeMap::new() }), None));
    };
    let (mut columns, mut unit, mut words, mut from) = (Vec::new(), Unit::Seconds, BTreeMap::new(), None);
    for (key, value) in table {
        match key.as_str() {
            "column" | "columns" => columns = names(value)?,
            "unit" => {
                let name = value.as_str().unwrap_or_default();
                unit = Unit::by_name(name).ok_or_else(|| format!("unit \"{name}\": one of s, ms, min, h"))?;
            }
            "words" => {
                for (word, theirs) in value.as_table().ok_or("words = { answered = [\"OK\"] }")? {
                    if !is_word(column, word) {
                        let hint = nearest(word, words_of(column)).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
                        return Err(format!("\"{word}\" is none of its words ({}){hint}", words_of(column).join(", ")));
                    }
                    for their in names(theirs)? {
                        words.insert(fold(&their), word.clone());
                    }
                }
            }
            "from" if column == Column::Outcome => from = value.as_str().map(str::to_owned),
            other => return Err(format!("unknown key \"{other}\" (column, unit, words{})", if column == Column::Outcome { ", from" } else { "" })),
        }
    }
    if columns.is_empty() {
        return if from.is_some() { Ok((None, from)) } else { Err("column = \"…\" is missing".to_owned()) };
    }
    Ok((Some(Origin { columns, unit, words }), from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_where_each_column_comes_from() {
        let profile = Profile::parse(
            "[profile]\nname='x'\ntz='Asia/Shanghai'\n[columns]\nstarted_at=['Date','Time']\ntalk_s={column='d',unit='min'}\noutcome={column='s',words={answered=['OK, done']}}\n[set]\nmode='robot'",
        )
        .unwrap();
        assert_eq!(profile.columns[&Column::StartedAt].columns, ["Date", "Time"]);
        assert_eq!(profile.columns[&Column::TalkS].unit, Unit::Minutes);
        assert_eq!(profile.columns[&Column::Outcome].words["ok,done"], "answered");
        assert_eq!(profile.set[&Column::Mode], "robot");
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = Profile::parse("[profile]\nname='x'\ntz='Mars'\n[columns]\nstarted='T'\noutcome={column='s',words={answerd=['OK']}}").unwrap_err();
        for part in ["Mars", "line 5", "started_at", "answered", "needs started_at"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
