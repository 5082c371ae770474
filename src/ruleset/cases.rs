//! Cases beside a ruleset, `NAME.test.toml`: small tables of calls with the verdict that each rule must give, read with the place of every mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::compile::{ById, texts};
use super::diagnostics::Diagnostics;
use super::node::{self, Node, Place, Reader, Table, Value};
use super::sql::place_in_text;
use crate::calls::calendar::{Date, parse_iso};
use crate::calls::columns::{AnsweredBy, Column, Direction, Field, HangupBy, Kind, Outcome, Response, is_null};
use crate::calls::numbers::NumberRegion;
use crate::calls::timestamps::{self, Unit};
use crate::calls::zones::Clock;
use crate::error::{Error, Result, nearest};

/// What a case says of a call under a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// It violates.
    Violation,
    /// It may violate.
    Possible,
    /// It was judged, and nothing was found.
    Clear,
    /// It was not judged: left out, without a key, without the time …
    Out,
}

impl Word {
    /// The words and what they mean.
    pub const WORDS: [(&'static str, Word); 4] = [("violation", Word::Violation), ("possible", Word::Possible), ("clear", Word::Clear), ("out", Word::Out)];

    /// As it is written.
    pub fn word(self) -> &'static str {
        Word::WORDS.iter().find(|w| w.1 == self).map_or("", |w| w.0)
    }
}

/// The heading of a column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A column of the call.
    Field(Field),
    /// What a rule must say.
    Rule(String),
    /// For how many calls the row stands.
    Times,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its line in the file.
    pub line: usize,
    /// Its cells, as many as there are headings; empty is null.
    pub cells: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// What a case says that a list holds.
#[derive(Clone, Debug)]
pub enum ListText {
    /// The text of its file.
    File(String),
    /// Its copies: the date and the text of each.
    Copies(Vec<(String, String)>),
}

/// A group finding that a case expects.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its line in the file.
    pub line: usize,
    /// The rule.
    pub rule: String,
    /// `violation`, `possible` or `approaching`.
    pub verdict: String,
    /// `name=value` joined by `;`, where it matters.
    pub subject: Option<String>,
    /// In the kind's unit, where it matters.
    pub measured: Option<f64>,
    #[allow(missing_docs)]
    pub limit: Option<f64>,
}

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// What it shows.
    pub title: BTreeMap<String, String>,
    /// Its line in the file.
    pub line: usize,
    /// The rules that it is about.
    pub rules: Vec<String>,
    /// "Today".
    pub as_of: Option<Date>,
    /// Clock of times without an offset, as `--tz`.
    pub tz: Option<String>,
    /// Region of numbers, as `--region`.
    pub region: Option<String>,
    /// The headings of its table.
    pub heads: Vec<Head>,
    /// Its calls.
    pub rows: Vec<Row>,
    /// Lists by id.
    pub lists: Vec<(String, ListText)>,
    /// The group findings that it expects.
    pub groups: Vec<Group>,
    /// Statuses of rules that it expects, each with its line.
    pub status: Vec<(String, String, usize)>,
    /// The rules on whose boundary it stands.
    pub boundary: Vec<String>,
}

impl Case {
    /// What it expects of a row under the rule of a column; None where nobody looks.
    pub fn expected(&self, row: usize, column: usize) -> Option<Word> {
        let word = self.rows.get(row)?.cells.get(column)?;
        Word::WORDS.iter().find(|w| w.0 == word).map(|w| w.1)
    }

    /// For how many calls a row stands: each begins a millisecond after the one before.
    pub fn times(&self, row: usize) -> usize {
        let column = self.heads.iter().position(|h| *h == Head::Times);
        column.and_then(|c| self.rows.get(row)?.cells.get(c)?.parse().ok()).unwrap_or(1)
    }

    /// The columns that hold expectations: number and rule.
    pub fn verdicts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.heads.iter().enumerate().filter_map(|(i, h)| if let Head::Rule(rule) = h { Some((i, rule.as_str())) } else { None })
    }
}

/// The cases of one file.
#[derive(Debug)]
pub struct Suite {
    /// The file.
    pub path: PathBuf,
    /// In the order of the file.
    pub cases: Vec<Case>,
    files: Diagnostics,
}

impl Suite {
    /// Reads the cases of a file about a ruleset that has these tables.
    ///
    /// Errors: all mistakes of the file in one text, each with its place.
    pub fn read(path: &Path, text: &str, tables: &ById, colour: bool) -> Result<Suite> {
        let mut out = Diagnostics::default();
        let file = out.add_file(path.display().to_string(), text.to_owned());
        let table = node::parse(file, text, &mut out);
        let ids = |kind: &str| tables.get(kind).into_iter().flatten().map(|(id, _)| id.as_str()).collect();
        let known = Known { rules: ids("rule"), lists: ids("list") };
        let mut cases: Vec<Case> = Vec::new();
        for (name, node) in &table.entries {
            match (name.text.as_str(), &node.value) {
                ("case", Value::Array(rows)) => {
                    for row in rows {
                        let Some(case) = case(row, &known, &mut out) else { continue };
                        if cases.iter().any(|c| c.id == case.id) {
                            out.error(&row.place, format!("two [[case]] of this file have the id \"{}\"", case.id));
                        }
                        cases.push(case);
                    }
                }
                ("case", _) => drop(out.error(&name.place, "write [[case]] with two brackets")),
                (other, _) => {
                    let near = nearest(other, ["case"]).map(|n| format!("did you mean `{n}`?"));
                    out.error(&name.place, format!("unknown table `{other}`")).help = Some(near.unwrap_or_else(|| "known tables: case".to_owned()));
                }
            }
        }
        if cases.is_empty() && !out.has_errors() {
            out.error(&Place { file, span: 0..0 }, "the file has no [[case]]");
        }
        if out.has_errors() {
            return Err(Error::Ruleset(out.render(colour)));
        }
        Ok(Suite { path: path.to_owned(), cases, files: out })
    }

    /// A mistake that shows only when a case is run: told with its place.
    pub fn mistake(&self, place: &Place, message: &str, colour: bool) -> Error {
        let mut out = Diagnostics::default();
        let (path, text) = self.files.file(0);
        out.add_file(path.to_owned(), text.to_owned());
        out.error(place, message);
        Error::Ruleset(out.render(colour))
    }
}

/// What the ruleset has.
struct Known<'a> {
    rules: BTreeSet<&'a str>,
    lists: BTreeSet<&'a str>,
}

impl Known<'_> {
    /// A rule that the ruleset has.
    fn rule(&self, id: &str, place: &Place, out: &mut Diagnostics) -> Option<String> {
        if self.rules.contains(id) {
            return Some(id.to_owned());
        }
        let near = nearest(id, self.rules.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
        let all: Vec<&str> = self.rules.iter().copied().take(12).collect();
        out.error(place, format!("the ruleset has no rule \"{id}\"")).help = Some(near.unwrap_or_else(|| format!("its rules: {}", all.join(", "))));
        None
    }
}

fn line(files: &Diagnostics, place: &Place) -> usize {
    let text = files.file(place.file).1;
    text[..text.floor_char_boundary(place.span.start)].matches('\n').count() + 1
}

fn case(node: &Node, known: &Known<'_>, out: &mut Diagnostics) -> Option<Case> {
    let Value::Table(table) = &node.value else {
        out.error(&node.place, "a table [[case]] was expected");
        return None;
    };
    let name = match table.get("id").map(|n| &n.value) {
        Some(Value::Text(id)) => format!("case \"{id}\""),
        _ => "[[case]]".to_owned(),
    };
    let mut reader = Reader::new(table, &node.place, &name);
    let id = reader.required_text("id", out).unwrap_or_default().to_owned();
    let title = texts(reader.node("title"), out);
    let as_of = reader.date("as_of", out);
    let tz = reader.text("tz", out).map(str::to_owned);
    if let Some(e) = tz.as_deref().and_then(|tz| Clock::parse(tz).err()) {
        out.error(&reader.place("tz"), e);
    }
    let region = reader.text("region", out).map(str::to_owned);
    if let Err(e) = NumberRegion::new(region.as_deref()) {
        out.error(&reader.place("region"), e);
    }
    let before = out.errors();
    let mut named = Vec::new();
    let given = reader.texts("rules", out);
    let all = given.is_none();
    for (rule, node) in given.unwrap_or_default() {
        named.extend(known.rule(rule, &node.place, out));
    }
    let mut parsed = Parsed::default();
    match (reader.text("calls", out), reader.node("calls")) {
        (Some(text), Some(node)) => parsed = calls(text, node, known, out),
        (None, None) => {
            out.error(&node.place, format!("{name} needs `calls`")).help = Some("a table of calls: a line of headings, then a line for each call".to_owned());
        }
        _ => {}
    }
    let lists = lists(&mut reader, known, out);
    let groups = groups(&mut reader, known, out);
    let status = statuses(&mut reader, known, out);
    let mut boundary = Vec::new();
    let mut boundaries = Vec::new();
    for (rule, node) in reader.texts("boundary", out).unwrap_or_default() {
        if let Some(rule) = known.rule(rule, &node.place, out) {
            boundaries.push((rule.clone(), node.place.clone()));
            boundary.push(rule);
        }
    }
    let place = reader.place("id");
    reader.finish(out);
    let about: BTreeSet<String> = parsed
        .heads
        .iter()
        .filter_map(|h| if let Head::Rule(r) = h { Some(r.clone()) } else { None })
        .chain(groups.iter().map(|g| g.rule.clone()))
        .chain(status.iter().map(|s| s.0.clone()))
        .collect();
    let rules: Vec<String> = if all { about.iter().cloned().collect() } else { named };
    // What follows from other mistakes is not told.
    if out.errors() == before {
        for rule in about.iter().filter(|r| !rules.contains(r)) {
            out.error(&place, format!("`rules` does not name \"{rule}\", of which the case expects something"));
        }
        if rules.is_empty() {
            out.error(&place, format!("{name} is about no rule")).help =
                Some("head a column of `calls` with the id of a rule, or name rules in `rules`".to_owned());
        }
        for (rule, place) in boundaries.iter().filter(|(rule, _)| !rules.contains(rule)) {
            out.error(place, format!("{name} is not about the rule \"{rule}\""));
        }
    }
    let line = line(out, &node.place);
    Some(Case { id, title, line, rules, as_of, tz, region, heads: parsed.heads, rows: parsed.rows, lists, groups, status, boundary })
}

fn lists(reader: &mut Reader<'_>, known: &Known<'_>, out: &mut Diagnostics) -> Vec<(String, ListText)> {
    let mut lists = Vec::new();
    let Some(Value::Table(table)) = reader.table("lists", out).map(|n| &n.value) else { return lists };
    for (name, node) in &table.entries {
        if !known.lists.contains(name.text.as_str()) {
            let near = nearest(&name.text, known.lists.iter().copied()).map(|n| format!("did you mean `{n}`?"));
            out.error(&name.place, format!("no [[list]] of the ruleset has the id \"{}\"", name.text)).help = near;
        }
        match &node.value {
            Value::Text(text) => lists.push((name.text.clone(), ListText::File(text.clone()))),
            Value::Table(table) => lists.push((name.text.clone(), ListText::Copies(copies(table, out)))),
            _ => drop(out.error(&node.place, format!("the text of a list was expected, found {}", node.type_name()))),
        }
    }
    lists
}

/// `{ 2026-04-01 = "…", 2026-05-01 = "…" }`
fn copies(table: &Table, out: &mut Diagnostics) -> Vec<(String, String)> {
    let mut copies = Vec::new();
    for (name, node) in &table.entries {
        if parse_iso(&name.text).is_none() {
            out.error(&name.place, format!("\"{}\" is no date of a copy", name.text)).help = Some("such as 2026-04-01".to_owned());
        }
        match &node.value {
            Value::Text(text) => copies.push((name.text.clone(), text.clone())),
            _ => drop(out.error(&node.place, format!("the text of a copy was expected, found {}", node.type_name()))),
        }
    }
    copies
}

fn groups(reader: &mut Reader<'_>, known: &Known<'_>, out: &mut Diagnostics) -> Vec<Group> {
    let mut groups = Vec::new();
    for node in reader.tables("groups", out).unwrap_or_default() {
        let Value::Table(table) = &node.value else { continue };
        let mut reader = Reader::new(table, &node.place, "a group");
        let rule = reader.required_text("rule", out).unwrap_or_default();
        let rule = known.rule(rule, &reader.place("rule"), out);
        let verdict = reader.choice("verdict", &[("violation", "violation"), ("possible", "possible"), ("approaching", "approaching")], out);
        if verdict.is_none() && table.get("verdict").is_none() {
            out.error(&node.place, "a group needs `verdict`");
        }
        let subject = reader.text("subject", out).map(str::to_owned);
        let (measured, limit) = (reader.number("measured", out), reader.number("limit", out));
        reader.finish(out);
        if let (Some(rule), Some(verdict)) = (rule, verdict) {
            groups.push(Group { line: line(out, &node.place), rule, verdict: verdict.to_owned(), subject, measured, limit });
        }
    }
    groups
}

fn statuses(reader: &mut Reader<'_>, known: &Known<'_>, out: &mut Diagnostics) -> Vec<(String, String, usize)> {
    const STATUSES: [&str; 3] = ["evaluated", "not_evaluable", "not_in_force"];
    let mut all = Vec::new();
    let Some(Value::Table(table)) = reader.table("status", out).map(|n| &n.value) else { return all };
    for (name, node) in &table.entries {
        let rule = known.rule(&name.text, &name.place, out);
        match &node.value {
            Value::Text(word) if STATUSES.contains(&word.as_str()) => all.extend(rule.map(|r| (r, word.clone(), line(out, &node.place)))),
            Value::Text(word) => {
                let near = nearest(word, STATUSES).map(|n| format!("did you mean \"{n}\"?"));
                out.error(&node.place, format!("unknown status \"{word}\"")).help = Some(near.unwrap_or_else(|| STATUSES.join(", ")));
            }
            _ => drop(out.error(&node.place, format!("a status was expected, found {}", node.type_name()))),
        }
    }
    all
}

/// A table of calls.
#[derive(Default)]
struct Parsed {
    heads: Vec<Head>,
    rows: Vec<Row>,
}

/// The cells of a line and where they are, without the blanks around them; `\|` is a stroke inside of a cell.
fn cells(line: &str, at: usize) -> Vec<(String, Range<usize>)> {
    let mut cells = Vec::new();
    let mut begin = 0;
    let mut escaped = false;
    for (i, c) in line.char_indices().chain([(line.len(), '|')]) {
        if c == '|' && !(escaped && i < line.len()) {
            let text = &line[begin..i];
            let lead = text.len() - text.trim_start().len();
            let cell = text.trim();
            cells.push((cell.replace("\\|", "|"), at + begin + lead..at + begin + lead + cell.len()));
            begin = (i + 1).min(line.len());
        }
        escaped = c == '\\';
    }
    cells
}

fn calls(text: &str, node: &Node, known: &Known<'_>, out: &mut Diagnostics) -> Parsed {
    let mut parsed = Parsed::default();
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let (begin, content) = (at, whole.trim_end_matches(['\n', '\r']));
        at += whole.len();
        let bare = content.trim();
        if bare.is_empty() || bare.starts_with('#') || (!bare.contains(|c| c != '-' && c != '|' && c != ' ' && c != ':') && bare.contains("--")) {
            continue;
        }
        let cells = cells(content, begin);
        if parsed.heads.is_empty() {
            parsed.heads = heads(&cells, node, known, out);
            continue;
        }
        let lead = content.len() - content.trim_start().len();
        let place = place_in_text(node, out, begin + lead..begin + lead + bare.len());
        if cells.len() != parsed.heads.len() {
            let message = format!("the line has {} cells, the line of headings {}", cells.len(), parsed.heads.len());
            out.error(&place, message).help = Some("cells are separated by |; an empty cell is null".to_owned());
            continue;
        }
        for ((cell, span), head) in cells.iter().zip(&parsed.heads) {
            check(cell, head, &place_in_text(node, out, span.clone()), out);
        }
        let started = parsed.heads.iter().position(|h| *h == Head::Field(Field::Canonical(Column::StartedAt)));
        if started.is_some_and(|i| is_null(&cells[i].0)) {
            out.error(&place, "a call needs its start");
        }
        parsed.rows.push(Row { line: line(out, &place), cells: cells.into_iter().map(|c| c.0).collect(), place });
    }
    let started = Head::Field(Field::Canonical(Column::StartedAt));
    if !parsed.heads.is_empty() && !parsed.heads.contains(&started) && !out.has_errors() {
        out.error(&node.place, "the table has no column started_at");
    } else if parsed.rows.is_empty() && !out.has_errors() {
        out.error(&node.place, "the table has no call");
    }
    parsed
}

fn heads(cells: &[(String, Range<usize>)], node: &Node, known: &Known<'_>, out: &mut Diagnostics) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    for (name, span) in cells {
        let place = place_in_text(node, out, span.clone());
        let head = match (Field::parse(name), name.strip_prefix("rule:")) {
            (Some(field), _) => Head::Field(field),
            (None, Some(rule)) => Head::Rule(known.rule(rule.trim(), &place, out).unwrap_or_default()),
            (None, None) if known.rules.contains(name.as_str()) => Head::Rule(name.clone()),
            (None, None) if name == "times" => Head::Times,
            (None, None) => {
                let columns = Column::ALL.iter().map(|c| c.name());
                let near = nearest(name, columns.chain(["times"]).chain(known.rules.iter().copied())).map(|n| format!("did you mean \"{n}\"?"));
                out.error(&place, format!("\"{name}\" is no column of a call and no rule")).help =
                    Some(near.unwrap_or_else(|| "a column of the canonical call, raw.\"name in the export\", or the id of a rule".to_owned()));
                Head::Rule(String::new())
            }
        };
        if heads.contains(&head) && head != Head::Rule(String::new()) {
            out.error(&place, format!("two columns have the heading \"{name}\""));
        }
        heads.push(head);
    }
    heads
}

/// The words of a column with a closed list.
fn words(column: Column) -> Vec<&'static str> {
    match column {
        Column::Outcome => Outcome::ALL.iter().map(|w| w.word()).collect(),
        Column::Direction => Direction::ALL.iter().map(|w| w.word()).collect(),
        Column::AnsweredBy => AnsweredBy::ALL.iter().map(|w| w.word()).collect(),
        Column::Response => Response::ALL.iter().map(|w| w.word()).collect(),
        Column::HangupBy => HangupBy::ALL.iter().map(|w| w.word()).collect(),
        _ => Vec::new(),
    }
}

/// Can a cell be read? What an audit would count as unreadable is a mistake here.
fn check(cell: &str, head: &Head, place: &Place, out: &mut Diagnostics) {
    let one_of = |known: &[&'static str], out: &mut Diagnostics, what: &str| {
        if !known.contains(&cell) {
            let near = nearest(cell, known.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
            out.error(place, format!("\"{cell}\" is no {what}")).help = Some(near.unwrap_or_else(|| format!("one of {}", known.join(", "))));
        }
    };
    match head {
        Head::Rule(rule) if cell.is_empty() || rule.is_empty() => {} // a heading that nobody knows was told
        Head::Times if cell.parse::<u32>().is_ok_and(|n| (1..=1_000_000).contains(&n)) => {}
        Head::Times => drop(out.error(place, format!("\"{cell}\" is no number of calls"))),
        Head::Rule(_) => one_of(&Word::WORDS.map(|w| w.0), out, "verdict"),
        Head::Field(_) if is_null(cell) => {}
        Head::Field(Field::Canonical(column)) => match column.kind() {
            Kind::Word => one_of(&words(*column), out, column.name()),
            Kind::Instant if timestamps::parse(cell, None).is_none() || timestamps::swappable(cell).is_some() => {
                out.error(place, format!("\"{cell}\" is no time")).help =
                    Some("such as 2026-03-02T09:00:00+08:00, or 2026-03-02 09:00:00 on the case's clock".to_owned());
            }
            Kind::Seconds if timestamps::parse_duration(cell, Unit::Seconds).is_none() => drop(out.error(place, format!("\"{cell}\" is no number of seconds"))),
            _ => {}
        },
        Head::Field(Field::Raw(_)) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> ById {
        let empty = |id: &str| (id.to_owned(), Node { value: Value::Bool(true), place: Place { file: 0, span: 0..0 } });
        ById::from([("rule", vec![empty("hours"), empty("redial"), empty("list")]), ("list", vec![empty("dnc")])])
    }

    fn read(text: &str) -> Result<Suite> {
        Suite::read(Path::new("r.test.toml"), text, &tables(), false)
    }

    #[test]
    fn a_table_is_read_with_its_lines() {
        let suite = read(
            "[[case]]\nid = 'a'\nboundary = ['redial']\ncalls = '''\nstarted_at | callee | raw.\"任务 a\" | rule:list | redial\n--- | --- | --- | --- | ---\n# the first\n 2026-03-02 09:00:00 | 138\\|00 | | out | clear\n\n2026-03-02T09:00:00Z|x|y||\n'''\n",
        )
        .unwrap();
        let case = &suite.cases[0];
        assert_eq!(case.rules, ["list", "redial"]);
        assert_eq!(case.heads[2], Head::Field(Field::Raw("任务 a".into())));
        assert_eq!(case.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [8, 10]);
        assert_eq!(case.rows[0].cells, ["2026-03-02 09:00:00", "138|00", "", "out", "clear"]);
        assert_eq!((case.expected(0, 3), case.expected(0, 4), case.expected(1, 4)), (Some(Word::Out), Some(Word::Clear), None));
        assert_eq!(case.verdicts().collect::<Vec<_>>(), [(3, "list"), (4, "redial")]);
    }

    #[test]
    fn every_mistake_has_its_place() {
        let text = "[[case]]\nid = 'a'\nrules = ['hour']\nsubject = 'x'\nlists = { dncs = '' }\nstatus = { hours = 'evaluted' }\ngroups = [{ rule = 'hours', verdict = 'clear' }]\nboundary = ['redial']\ncalls = '''\nstarted_at | calee | outcome | redial | redial\n2026-03-02 | x | answerd | violaton | clear\n05/03/26 09:00 | x | | |\n2026-03-02 09:00 | x\n'''\n[[case]]\nid = 'a'\n[caze]\n";
        let shown = read(text).unwrap_err().to_string();
        for part in [
            "r.test.toml:3:10",
            "did you mean \"hours\"?",
            "unknown key `subject`",
            "r.test.toml:5:11",
            "did you mean `dnc`?",
            "did you mean \"evaluated\"?",
            "r.test.toml:6:20",
            "r.test.toml:7:39",
            "r.test.toml:10:14",
            "did you mean \"callee\"?",
            "two columns have the heading \"redial\"",
            "r.test.toml:11:18",
            "did you mean \"answered\"?",
            "\"violaton\" is no verdict",
            "did you mean \"violation\"?",
            "r.test.toml:12:1",
            "\"05/03/26 09:00\" is no time",
            "the line has 2 cells, the line of headings 5",
            "case \"a\" needs `calls`",
            "two [[case]] of this file have the id \"a\"",
            "unknown table `caze`",
        ] {
            assert!(shown.contains(part), "{part} is missing in\n{shown}");
        }
        for (text, part) in [
            ("", "the file has no [[case]]"),
            ("[case]\nid='a'", "two brackets"),
            ("[[case]]\nid='a'\ncalls='''\nstarted_at | callee\n2026-03-02 09:00 | x\n'''", "is about no rule"),
            ("[[case]]\nid='a'\ncalls='''\ncallee | redial\nx | clear\n'''", "no column started_at"),
            ("[[case]]\nid='a'\ncalls='''\nstarted_at | redial\n'''", "no call"),
            ("[[case]]\nid='a'\ncalls='''\nstarted_at | redial\n | clear\n'''", "needs its start"),
            ("[[case]]\nid='a'\ntz='Mars'\nregion='XX'\nrules=['hours']\ncalls='''\nstarted_at | redial\n2026-03-02 09:00 | clear\n'''", "Mars"),
            ("[[case]]\nid='a'\nrules=['hours']\ncalls='''\nstarted_at | redial\n2026-03-02 09:00 | clear\n'''", "does not name \"redial\""),
            ("[[case]]\nid='a'\nboundary=['hours']\ncalls='''\nstarted_at | redial\n2026-03-02 09:00 | clear\n'''", "is not about the rule \"hours\""),
        ] {
            let shown = read(text).unwrap_err().to_string();
            assert!(shown.contains(part), "{part} is missing in\n{shown}");
        }
    }
}
