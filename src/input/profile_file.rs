//! A profile as a TOML file: what a user writes, with the place of every mistake.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::calls::columns::{AnsweredBy, Column, Direction, HangupBy, Kind, Outcome, Response};
use crate::calls::timestamps::{DateOrder, Unit};
use crate::error::{Error, Result, nearest};

use super::derive::Condition;
use super::profile::{Join, MOST_CASES, NO_CALL, Origin, Profile, When, fold, is_word};
use super::text::Encoding;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Head,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    set: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    no_call: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    agent_leg: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    when: Vec<Rows>,
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
    #[serde(default)]
    skip_rows: usize,
    #[serde(default)]
    widths: Vec<usize>,
    encoding: Option<String>,
    tz: Option<String>,
    region: Option<String>,
    date_order: Option<String>,
    call_key: Option<Value>,
    clock_id: Option<String>,
    quotes: Option<String>,
    surplus: Option<String>,
    row_limit: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(rename = "match")]
    cells: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    set: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    agent_leg: bool,
}

fn yes() -> bool {
    true
}

/// The words of a column with a closed list.
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

fn hint(name: &str) -> String {
    nearest(name, Column::ALL.iter().map(|c| c.name())).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default()
}

/// Collects mistakes with their lines.
struct Reader<'a> {
    text: &'a str,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    fn line(&self, span: &std::ops::Range<usize>) -> usize {
        self.text[..span.start.min(self.text.len())].matches('\n').count() + 1
    }

    /// A table of canonical columns; the rules by which the outcome is found go into `profile`.
    fn columns(&mut self, table: &BTreeMap<String, Spanned<Value>>, mut profile: Option<&mut Profile>) -> BTreeMap<Column, Origin> {
        let mut columns = BTreeMap::new();
        for (name, value) in table {
            let at = self.line(&value.span());
            let Some(column) = Column::by_name(name) else {
                self.mistakes.push(format!("line {at}: unknown column \"{name}\"{}", hint(name)));
                continue;
            };
            match origin(column, value.get_ref(), profile.as_deref_mut()) {
                Ok(Some(origin)) => {
                    columns.insert(column, origin);
                }
                Ok(None) => {}
                Err(e) => self.mistakes.push(format!("line {at}: {name}: {e}")),
            }
        }
        columns
    }

    /// Values that are stated: text and words. `no_call` is one only for some rows.
    fn stated(&mut self, table: &BTreeMap<String, Spanned<String>>, of_some_rows: bool) -> BTreeMap<Column, String> {
        let mut set = BTreeMap::new();
        for (name, spanned) in table {
            let (at, value) = (self.line(&spanned.span()), spanned.get_ref());
            match Column::by_name(name) {
                Some(c) if matches!(c.kind(), Kind::Text | Kind::Word) && is_word(c, value) && (of_some_rows || value != NO_CALL) => {
                    set.insert(c, value.clone());
                }
                Some(c) if matches!(c.kind(), Kind::Word) => {
                    self.mistakes.push(format!("line {at}: [set] {name} = \"{value}\": one of {}", words_of(c).join(", ")));
                }
                Some(_) => self.mistakes.push(format!("line {at}: [set] {name}: only columns of text can be stated")),
                None => self.mistakes.push(format!("line {at}: [set] unknown column \"{name}\"{}", hint(name))),
            }
        }
        set
    }

    fn cells(&mut self, table: &BTreeMap<String, Spanned<Value>>) -> Vec<(String, Vec<String>)> {
        let mut cells = Vec::new();
        for (name, value) in table {
            match names(value.get_ref()) {
                Ok(words) => cells.push((name.clone(), words.iter().map(|w| fold(w)).collect())),
                Err(_) => {
                    let at = self.line(&value.span());
                    self.mistakes.push(format!("line {at}: {name}: a word or a list of words was expected"));
                }
            }
        }
        cells
    }

    fn when(&mut self, rows: &Rows) -> When {
        if rows.cells.is_empty() {
            self.mistakes.push("[[when]] needs match = { \"column\" = [\"words\"] }".to_owned());
        }
        let (columns, set) = (self.columns(&rows.columns, None), self.stated(&rows.set, true));
        When { cells: self.cells(&rows.cells), columns, set, agent_leg: rows.agent_leg }
    }
}

impl Profile {
    /// Reads a profile file.
    ///
    /// Errors: all mistakes of the file, each with its place.
    pub fn load(path: &Path) -> Result<Profile> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::Usage(format!("cannot read the profile {}: {e}", path.display())))?;
        Profile::parse(&text).map_err(|mistakes| Error::Ruleset(format!("the profile {} has mistakes:\n{mistakes}", path.display())))
    }

    /// Reads the text of a profile file.
    pub(super) fn parse(text: &str) -> std::result::Result<Profile, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut reader = Reader { text, mistakes: Vec::new() };
        let mut profile = head(file.profile, &mut reader.mistakes);
        profile.columns = reader.columns(&file.columns, Some(&mut profile));
        profile.set = reader.stated(&file.set, false);
        for (column, words) in reader.cells(&file.no_call) {
            profile.when.push(When { cells: vec![(column, words)], set: [(Column::Outcome, NO_CALL.to_owned())].into(), ..When::default() });
        }
        for (column, words) in reader.cells(&file.agent_leg) {
            profile.when.push(When { cells: vec![(column, words)], agent_leg: true, ..When::default() });
        }
        for rows in &file.when {
            let when = reader.when(rows);
            profile.when.push(when);
        }
        if profile.when.len() > MOST_CASES {
            reader.mistakes.push(format!("[no_call], [agent_leg] and [[when]] have {} entries, at most {MOST_CASES} are possible", profile.when.len()));
        }
        if profile.answer_needed && !profile.columns.contains_key(&Column::AnsweredAt) {
            reader.mistakes.push("outcome needs answered_at, which [columns] does not have".to_owned());
        }
        if !profile.columns.contains_key(&Column::StartedAt) {
            reader.mistakes.push("[columns] needs started_at: no rule can judge a call without a start".to_owned());
        }
        if reader.mistakes.is_empty() { Ok(profile) } else { Err(reader.mistakes.join("\n")) }
    }
}

fn head(head: Head, mistakes: &mut Vec<String>) -> Profile {
    let mut profile = Profile {
        name: head.name,
        header: head.header,
        names: head.names,
        skip_rows: head.skip_rows,
        widths: head.widths,
        tz_evidence: head.tz.as_ref().map(|_| "profile".to_owned()),
        tz: head.tz,
        region: head.region,
        clock_id: head.clock_id,
        surplus: head.surplus,
        row_limit: head.row_limit,
        ..Profile::default()
    };
    match head.call_key {
        None => {}
        Some(Value::Table(t)) if t.len() == 1 && t.contains_key("first_of") => match names(&t["first_of"]) {
            Ok(columns) => (profile.call_key, profile.call_key_join) = (columns, Join::First),
            Err(e) => mistakes.push(format!("call_key: {e}")),
        },
        Some(value) => match names(&value) {
            Ok(columns) => profile.call_key = columns,
            Err(_) => mistakes.push("call_key: columns that the rows of a call share, or { first_of = [\"…\"] }".to_owned()),
        },
    }
    match head.delimiter.as_deref() {
        None => {}
        Some("tab" | "\t") => profile.delimiter = Some(b'\t'),
        Some(d) if d.len() == 1 => profile.delimiter = d.bytes().next(),
        Some(d) => mistakes.push(format!("delimiter = \"{d}\": one character, or \"tab\"")),
    }
    if let Some(name) = &head.encoding {
        profile.encoding = Encoding::by_name(name);
        if profile.encoding.is_none() {
            mistakes.push(format!("encoding = \"{name}\": utf-8, gb18030, utf-16le, utf-16be or iso-8859-1"));
        }
    }
    if profile.widths.iter().rev().skip(1).any(|w| *w == 0) {
        mistakes.push("widths: only the last one may be 0, the rest of the line".to_owned());
    }
    if !profile.widths.is_empty() && !profile.header && profile.widths.len() != profile.names.len() {
        mistakes.push(format!("{} widths for {} names", profile.widths.len(), profile.names.len()));
    }
    if profile.skip_rows > 100 {
        mistakes.push("skip_rows: at most 100".to_owned());
    }
    match head.date_order.as_deref() {
        None => {}
        Some(o) => match DateOrder::by_name(o) {
            Some(order) => profile.date_order = Some(order),
            None => mistakes.push(format!("date_order = \"{o}\": \"dmy\", \"mdy\" or \"ymd\"")),
        },
    }
    match head.quotes.as_deref() {
        None | Some("strict") => {}
        Some("loose") => profile.loose_quotes = true,
        Some(q) => mistakes.push(format!("quotes = \"{q}\": \"strict\", or \"loose\" for an export that does not double the quotes inside its fields")),
    }
    if !profile.header && profile.names.is_empty() {
        mistakes.push("header = false needs names = [\"…\"], the columns by position".to_owned());
    }
    if let Some(tz) = &profile.tz
        && let Err(e) = crate::calls::zones::Clock::parse(tz)
    {
        mistakes.push(e);
    }
    profile
}

fn names(value: &Value) -> std::result::Result<Vec<String>, String> {
    match value {
        Value::String(s) => Ok(vec![s.clone()]),
        Value::Array(a) if !a.is_empty() => a.iter().map(|v| v.as_str().map(str::to_owned).ok_or("a list of texts was expected".to_owned())).collect(),
        _ => Err("the name of a column was expected".to_owned()),
    }
}

/// One entry of `[columns]`; None if it only says how the outcome is found.
fn origin(column: Column, value: &Value, mut profile: Option<&mut Profile>) -> std::result::Result<Option<Origin>, String> {
    if profile.is_none() && value.as_array().is_some_and(Vec::is_empty) {
        return Ok(Some(Origin::default())); // such rows do not have it
    }
    let Value::Table(table) = value else {
        return Ok(Some(Origin { columns: names(value)?, ..Origin::default() }));
    };
    let mut origin = Origin::default();
    let mut derived = false;
    for (key, value) in table {
        match (key.as_str(), profile.as_deref_mut()) {
            ("column" | "columns", _) => origin.columns = names(value)?,
            ("joined", _) => (origin.columns, origin.join) = (names(value)?, Join::Nothing),
            ("first_of", _) => (origin.columns, origin.join) = (names(value)?, Join::First),
            ("unit", _) => {
                let name = value.as_str().unwrap_or_default();
                origin.unit = Unit::by_name(name).ok_or_else(|| format!("unit \"{name}\": one of s, ms, ns, min, h"))?;
            }
            ("words", _) => origin.words = words(column, value)?,
            ("strip", _) => origin.strip = names(value)?,
            ("null", _) => origin.null = names(value)?.iter().map(|n| fold(n)).collect(),
            ("unless", _) => origin.unless = Some(value.as_str().ok_or("unless = \"the name of a column\"")?.to_owned()),
            ("from", Some(profile)) if column == Column::Outcome => {
                profile.outcome_from = Some(Condition::parse(value.as_str().unwrap_or_default())?);
                derived = true;
            }
            ("needs", Some(profile)) if column == Column::Outcome => {
                if value.as_str() != Some("answered_at") {
                    return Err("needs = \"answered_at\": nothing else can be asked of an answered call".to_owned());
                }
                profile.answer_needed = true;
            }
            (other, _) => {
                let more = if column == Column::Outcome { ", from, needs" } else { "" };
                return Err(format!("unknown key \"{other}\" (column, joined, first_of, unit, words, strip, null, unless{more})"));
            }
        }
    }
    match (origin.columns.is_empty(), derived) {
        (true, true) => Ok(None),
        (true, false) => Err("column = \"…\" is missing".to_owned()),
        _ => Ok(Some(origin)),
    }
}

fn words(column: Column, value: &Value) -> std::result::Result<BTreeMap<String, String>, String> {
    let mut words = BTreeMap::new();
    for (word, theirs) in value.as_table().ok_or("words = { answered = [\"OK\"] }")? {
        if !is_word(column, word) {
            let near = nearest(word, words_of(column)).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
            return Err(format!("\"{word}\" is none of its words ({}){near}", words_of(column).join(", ")));
        }
        for their in names(theirs)? {
            words.insert(fold(&their), word.clone());
        }
    }
    Ok(words)
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
    fn a_profile_says_what_some_rows_mean() {
        let profile = Profile::parse(
            r#"
            [profile]
            name = "axb"
            call_key = ["call id"]
            clock_id = "uniqueid"
            quotes = "loose"
            surplus = "lastdata"
            [columns]
            started_at = "call_time"
            answered_at = { column = "start_time", unless = "release_time", null = ["0"] }
            callee = { joined = ["code", "number"], strip = ["Ext."] }
            caller = { first_of = ["shown", "line"] }
            outcome = { column = "cause", needs = "answered_at", from = "talk_s > 0" }
            [no_call]
            call_type = ["2", "3"]
            [[when]]
            match = { call_type = "1" }
            columns = { callee = "phone_no" }
            set = { direction = "inbound" }
            "#,
        )
        .unwrap();
        assert_eq!(profile.columns[&Column::AnsweredAt].unless.as_deref(), Some("release_time"));
        assert_eq!(profile.columns[&Column::Callee].join, Join::Nothing);
        assert_eq!(profile.columns[&Column::Caller].join, Join::First);
        assert!(profile.answer_needed && profile.loose_quotes && profile.outcome_from.is_some());
        assert_eq!(profile.when[0].set[&Column::Outcome], NO_CALL);
        assert_eq!(profile.when[1].cells, [("call_type".to_owned(), vec!["1".to_owned()])]);
        assert_eq!(profile.when[1].columns[&Column::Callee].columns, ["phone_no"]);
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = Profile::parse(
            "[profile]\nname='x'\ntz='Mars'\nquotes='some'\n[columns]\nstarted='T'\noutcome={column='s',words={answerd=['OK']}}\nagent={from='x'}\n[[when]]\nmatch={a='1'}\nset={outcome='gone'}\n[set]\noutcome='no_call'",
        )
        .unwrap_err();
        for part in ["Mars", "quotes", "line 6", "started_at", "answered", "line 8", "unknown key \"from\"", "line 11", "line 13", "needs started_at"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let text = Profile::parse("[profile]\nname='x'\n[columns]\nstarted_at='T'\noutcome={from='talk > 0'}").unwrap_err();
        assert!(text.contains("talk_s"), "{text}");
    }
}
