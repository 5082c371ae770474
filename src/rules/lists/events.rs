//! Lists of events: refusals, purchases, complaints, told of a number (or a person, a subject …) and a moment.

use std::collections::HashMap;
use std::path::Path;

use super::dates::{self, Times};
use crate::calls::calendar::Date;
use crate::calls::columns::{Column, Field, is_null};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{Number, NumberReader};
use crate::calls::timestamps::{self, Precision};
use crate::calls::zones::{Clock, DAY};
use crate::input::profile::fold;
use crate::input::side_table;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Its first possible moment, ms UTC: of a date the first of that day.
    pub at: i64,
    /// Its last possible moment.
    pub until: i64,
    /// The local date, where nothing more is known.
    pub day: Option<Date>,
}

/// Events by key, each key's in their order.
pub type Known = HashMap<Key, Vec<Event>, foldhash::fast::RandomState>;

#[derive(Debug)]
struct Row {
    event: Event,
    number: Option<Number>,
    texts: Vec<Box<str>>,
    word: u16,
}

/// A list of events.
#[derive(Debug)]
pub struct Events {
    /// Its id.
    pub id: String,
    columns: Vec<Column>,
    with_numbers: bool,
    words: Vec<Box<str>>,
    rows: Vec<Row>,
    /// What could not be read.
    pub warnings: Vec<String>,
}

const NUMBER: &[&str] = &["number", "phone", "phonenumber", "mobile", "callee", "tel", "手机号", "手机号码", "号码", "电话", "电话号码", "被叫", "被叫号码"];
const AT: &[&str] = &[
    "at",
    "time",
    "date",
    "datetime",
    "timestamp",
    "eventat",
    "eventtime",
    "happenedat",
    "addedat",
    "createdat",
    "时间",
    "日期",
    "发生时间",
    "登记时间",
    "创建时间",
];
const WORD: &[&str] = &["event", "type", "kind", "eventtype", "事件", "类型", "事件类型"];

impl Events {
    /// Reads a table with a column of numbers (or `person`, `callee_id`, `subject` and other columns of calls), a column `at`, and perhaps `event`.
    ///
    /// Errors: a sentence that says why there is no list.
    pub fn load(id: &str, path: &Path, clock: &Clock, numbers: &mut NumberReader<'_>) -> Result<Events, String> {
        let (names, rows, bad) = side_table::load(path)?;
        let find = |words: &[&str]| names.iter().position(|n| words.iter().any(|w| fold(w) == fold(n)));
        let Some(at) = find(AT) else {
            return Err(format!("the list {} needs a column `at` with the time of each event: it has {}", path.display(), names.join(", ")));
        };
        let (number, word) = (find(NUMBER), find(WORD));
        let taken = [Some(at), number, word];
        let others: Vec<(usize, Column)> = names
            .iter()
            .enumerate()
            .filter(|(i, _)| !taken.contains(&Some(*i)))
            .filter_map(|(i, n)| Column::by_name(&n.trim().to_lowercase()).map(|c| (i, c)))
            .collect();
        if number.is_none() && others.is_empty() {
            return Err(format!("the list {} needs a column `number`, `person` or `callee_id`: it has {}", path.display(), names.join(", ")));
        }
        let order = dates::order(rows.iter().filter_map(|(_, cells)| cells.get(at)).map(String::as_str));
        let times = Times { clock, order };
        let mut list = Events {
            id: id.to_owned(),
            columns: others.iter().map(|o| o.1).collect(),
            with_numbers: number.is_some(),
            words: Vec::new(),
            rows: Vec::new(),
            warnings: Vec::new(),
        };
        let (mut left_out, mut first) = (bad, None);
        for (line, cells) in &rows {
            let cell = |i: usize| cells.get(i).map(String::as_str).filter(|c| !is_null(c));
            let event = cell(at).and_then(|text| event(times, text));
            let who = number.and_then(cell).map(|t| numbers.read(t));
            let known = who.is_some_and(|n| n.key.groups()) || others.iter().any(|(i, _)| cell(*i).is_some());
            let Some(event) = event.filter(|_| known) else {
                left_out += 1;
                first.get_or_insert(*line);
                continue;
            };
            let word = word.and_then(cell).unwrap_or_default();
            let word = list.words.iter().position(|w| **w == *word).unwrap_or_else(|| {
                list.words.push(word.into());
                list.words.len() - 1
            });
            let texts = others.iter().map(|(i, _)| cell(*i).unwrap_or_default().into()).collect();
            list.rows.push(Row { event, number: who, texts, word: u16::try_from(word).unwrap_or(u16::MAX) });
        }
        if left_out > 0 {
            let line = first.map_or_else(String::new, |l| format!(" (first: line {l})"));
            list.warnings.push(format!("list {id}: {left_out} rows hold no readable number or time and are left out{line}"));
        }
        if list.rows.is_empty() {
            return Err(format!("the list {} holds no readable event", path.display()));
        }
        Ok(list)
    }

    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: a list without events is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Which of these columns it does not have.
    pub fn lacks<'a>(&self, fields: &'a [Field]) -> Vec<&'a Field> {
        let has = |f: &Field| match f {
            Field::Canonical(Column::Callee) => self.with_numbers,
            Field::Canonical(c) => self.columns.contains(c),
            Field::Raw(_) => false,
        };
        fields.iter().filter(|f| !has(f)).collect()
    }

    /// Adds its events to those of the keys that these columns make; `words`: only events that are called so (none: all). What lacks a column has no key.
    pub fn collect(&self, fields: &[Field], words: &[String], dictionary: &Dictionary, known: &mut Known) {
        let wanted: Vec<bool> = self.words.iter().map(|w| words.is_empty() || words.iter().any(|x| **x == **w)).collect();
        for row in self.rows.iter().filter(|r| wanted.get(usize::from(r.word)).copied().unwrap_or(false)) {
            if let Some(key) = self.key(row, fields, dictionary) {
                known.entry(key).or_default().push(row.event);
            }
        }
    }

    /// Its events about a number or a person, each with what it is called.
    pub fn told_of(&self, number: Number, person: &str) -> Vec<(Event, &str)> {
        let of_person = self.columns.iter().position(|c| *c == Column::Person).filter(|_| !person.is_empty());
        let about = |row: &&Row| {
            row.number.is_some_and(|n| n.key.groups() && n.key == number.key) || of_person.is_some_and(|p| row.texts.get(p).is_some_and(|t| **t == *person))
        };
        self.rows.iter().filter(about).map(|row| (row.event, self.words.get(usize::from(row.word)).map_or("", AsRef::as_ref))).collect()
    }

    /// All of its events that are about a number, each with that and with what it is called.
    pub fn of_numbers(&self) -> impl Iterator<Item = (Number, Event, &str)> {
        let word = |row: &Row| self.words.get(usize::from(row.word)).map_or("", AsRef::as_ref);
        self.rows.iter().filter_map(move |row| Some((row.number.filter(|n| n.key.groups())?, row.event, word(row))))
    }

    fn key(&self, row: &Row, fields: &[Field], dictionary: &Dictionary) -> Option<Key> {
        let one = |field: &Field| -> Option<Key> {
            let key = match field {
                Field::Canonical(Column::Callee) => row.number?.key,
                Field::Canonical(c) => dictionary.text(&row.texts[self.columns.iter().position(|known| known == c)?]),
                Field::Raw(_) => return None,
            };
            key.groups().then_some(key)
        };
        match fields {
            [] => Some(dictionary.text("*")),
            [field] => one(field),
            many => {
                // As calls have it: see the engine's keys of several columns.
                let keys: Option<Vec<Key>> = many.iter().map(one).collect();
                Some(dictionary.several(&keys?))
            }
        }
    }
}

/// When it happened.
fn event(times: Times<'_>, text: &str) -> Option<Event> {
    let stamp = timestamps::parse(text, times.order)?;
    let (at, date) = times.begin(text)?;
    Some(match stamp.precision {
        Precision::Day => Event { at, until: times.clock.first_at_or_after((i64::from(date) + 1) * DAY) - 1, day: Some(date) },
        _ => Event { at, until: at, day: None },
    })
}

/// Puts each key's events in order.
pub fn sort(known: &mut Known) {
    known.values_mut().for_each(|events| events.sort_unstable());
}
