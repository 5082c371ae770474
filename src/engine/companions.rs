//! Companion tables (`--with`): what leads, accounts or agents say of the calls that name them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::calls::columns::{Column, Field, Kind, is_null};
use crate::calls::numbers::{Number, NumberReader};
use crate::input::formats;
use crate::input::side_table;

/// Columns by which a table may be joined, the surest first.
const KEYS: [Column; 8] = [Column::Lead, Column::CalleeId, Column::BindingId, Column::CallId, Column::Callee, Column::Agent, Column::Campaign, Column::Account];

/// A companion table.
#[derive(Debug)]
pub struct Companion {
    /// Its file.
    pub path: String,
    /// Its columns by what they mean.
    columns: BTreeMap<Column, usize>,
    /// All names.
    names: Vec<String>,
    rows: Vec<Box<[Box<str>]>>,
    /// The callees that it gives, by row.
    callees: Vec<Number>,
    /// What is odd.
    pub notes: Vec<String>,
}

/// How a table is joined to an input.
#[derive(Debug)]
pub struct Joined {
    /// The column of the input.
    pub key: Field,
    /// Is the key a number?
    number: bool,
    rows: HashMap<Box<str>, u32>,
    /// What it gives.
    pub gives: Vec<Column>,
    /// What is odd.
    pub note: Option<String>,
}

impl Companion {
    /// Reads a table.
    ///
    /// Errors: a sentence that says why it cannot be used.
    pub fn load(path: &Path, numbers: &mut NumberReader<'_>) -> Result<Companion, String> {
        let (names, rows, bad) = side_table::load(path)?;
        let mut columns = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            if let Some(column) = formats::meaning_of_header(name) {
                columns.entry(column).or_insert(place);
            }
        }
        let rows: Vec<Box<[Box<str>]>> =
            rows.into_iter().map(|(_, cells)| cells.into_iter().map(|c| if is_null(&c) { "".into() } else { c.into() }).collect()).collect();
        let mut notes = Vec::new();
        if bad > 0 {
            notes.push(format!("{}: {bad} rows cannot be read and are left out", path.display()));
        }
        let callees = columns.get(&Column::Callee).map_or_else(Vec::new, |place: &usize| rows.iter().map(|r| numbers.read(&r[*place])).collect());
        Ok(Companion { path: path.display().to_string(), columns, names, rows, callees, notes })
    }

    /// Texts of an input that joining it asks for.
    pub fn asks(&self) -> impl Iterator<Item = Field> {
        let keys = KEYS.iter().filter(|c| c.kind() == Kind::Text && **c != Column::CallId && self.columns.contains_key(c));
        let zone = self.columns.contains_key(&Column::CalleeZone).then_some(&Column::CalleeZone);
        let raw = self.names.iter().filter(|n| !n.is_empty()).map(|n| Field::Raw(n.clone()));
        keys.chain(zone).map(|c| Field::Canonical(*c)).chain(raw)
    }

    /// Joins it to an input that has these columns. `key_of` turns a number's cell into its key as text.
    pub fn join(&self, has: &dyn Fn(&Field) -> bool, numbers: &mut dyn FnMut(&str) -> String) -> Option<Joined> {
        let canonical = KEYS.iter().find(|c| self.columns.contains_key(c) && has(&Field::Canonical(**c)));
        let (key, place) = match canonical {
            Some(column) => (Field::Canonical(*column), self.columns[column]),
            None => {
                let place = self.names.iter().position(|n| !n.is_empty() && has(&Field::Raw(n.clone())))?;
                (Field::Raw(self.names[place].clone()), place)
            }
        };
        let number = key == Field::Canonical(Column::Callee);
        let mut rows: HashMap<Box<str>, u32> = HashMap::new();
        let mut differ = 0_u64;
        for (n, row) in self.rows.iter().enumerate().filter(|(_, r)| !r[place].is_empty()) {
            let text: Box<str> = if number { numbers(&row[place]).into() } else { row[place].clone() };
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            // Of several rows with one key the first in the order of texts: no order of rows changes it.
            let known = rows.entry(text).or_insert(n);
            let other = &self.rows[*known as usize];
            if other != row {
                differ += 1;
                if row < other {
                    *known = n;
                }
            }
        }
        let given = |c: &Column| matches!(c.kind(), Kind::Text | Kind::Word) || *c == Column::Callee;
        let gives = self
            .columns
            .iter()
            .filter(|(c, p)| **p != place && given(c) && !matches!(c, Column::CallId | Column::Outcome | Column::Direction | Column::AnsweredBy));
        let gives = gives.map(|(c, _)| *c).collect();
        let note = (differ > 0).then(|| format!("{}: {differ} rows say something else of a {} than another row does", self.path, key.name()));
        Some(Joined { key, number, rows, gives, note })
    }

    /// What a row says of a column.
    pub fn text(&self, row: u32, column: Column) -> &str {
        self.columns.get(&column).map_or("", |place| &self.rows[row as usize][*place])
    }

    /// The callee that a row names.
    pub fn callee(&self, row: u32) -> Option<Number> {
        self.callees.get(row as usize).copied().filter(|n| !n.key.is_null())
    }
}

impl Joined {
    /// The row of a key, as text; a number as it is shown.
    pub fn row(&self, key: &str) -> Option<u32> {
        self.rows.get(key).copied()
    }

    /// Is the key a number?
    pub fn by_number(&self) -> bool {
        self.number
    }
}
