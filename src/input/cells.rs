//! Where the cells of a call are in an export, tied to the columns that an input has, and what its words mean.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::calls::columns::{Column, Kind, is_null};

use super::prefix::Encoding;
use super::profile::{Join, MOST_CASES, NO_CALL, Origin, Profile, When, fold, matches};
use super::records::{Cells, Checked, Row, Table};

/// One record, for reading its cells.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) raw: &'a [u8],
    pub(super) table: &'a Table,
    pub(super) row: &'a Row,
    pub(super) encoding: Encoding,
    cells: Option<Cells<'a>>,
}

impl<'a> Record<'a> {
    /// A record of a table that was split from `raw`.
    pub(super) fn new(raw: &'a [u8], table: &'a Table, row: &'a Row, encoding: Encoding, checked: Checked<'a>) -> Record<'a> {
        Record { raw, table, row, encoding, cells: table.cells(checked, row) }
    }

    /// What [`Record::at`] gives, where nothing needs to be looked at but the cell itself; None elsewhere.
    #[inline]
    pub(super) fn quick(&self, place: usize) -> Option<&'a str> {
        self.cells.and_then(|cells| cells.get(place)).map(|text| unquoted(trimmed(text)))
    }

    /// A cell without blanks around it; None where it is not in the encoding of the file.
    pub(super) fn at(&self, place: usize) -> Option<Cow<'a, str>> {
        if let Some(text) = self.quick(place) {
            return Some(Cow::Borrowed(text));
        }
        Some(trim(self.encoding.text(self.table.field(self.raw, self.row, place))?))
    }
}

fn trim(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(t) => Cow::Borrowed(unquoted(t.trim())),
        Cow::Owned(t) => Cow::Owned(unquoted(t.trim()).to_owned()),
    }
}

/// Without blanks around it.
#[inline]
fn trimmed(text: &str) -> &str {
    let plain = |b: Option<&u8>| b.is_some_and(|b| (b'!'..=b'~').contains(b));
    if plain(text.as_bytes().first()) && plain(text.as_bytes().last()) { text } else { text.trim() }
}

/// A cell without quotes that a blank before them left there (`, "1001"`).
#[inline]
fn unquoted(cell: &str) -> &str {
    if cell.starts_with('"') { cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell) } else { cell }
}

/// Where one column of a call comes from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) places: Vec<usize>,
    pub(super) origin: Origin,
    unless: Option<usize>,
    /// Nothing is to be done with its one cell.
    plain: bool,
    /// A country code and a number: together an international one.
    international: bool,
}

impl Source {
    /// Ties an origin to the columns of an input.
    ///
    /// Errors: the columns that the input does not have.
    fn tie(column: Column, origin: &Origin, position: &dyn Fn(&str) -> Option<usize>) -> Result<Source, Vec<String>> {
        let places: Vec<Option<usize>> = origin.columns.iter().map(|n| position(n)).collect();
        let mut missing: Vec<String> = origin.columns.iter().zip(&places).filter(|(_, p)| p.is_none()).map(|(n, _)| n.clone()).collect();
        let unless = origin.unless.as_deref().map(|n| position(n).ok_or_else(|| n.to_owned())).transpose();
        let unless = unless.unwrap_or_else(|name| {
            missing.push(name);
            None
        });
        if !missing.is_empty() {
            return Err(missing);
        }
        let places: Vec<usize> = places.into_iter().flatten().collect();
        let plain = places.len() == 1 && origin.strip.is_empty() && origin.null.is_empty() && unless.is_none();
        let international = origin.join == Join::Nothing && places.len() > 1 && column.kind() == Kind::Number;
        Ok(Source { places, origin: origin.clone(), unless, plain, international })
    }

    /// The text of the column; None where it is not in the encoding of the file.
    pub(super) fn text<'a>(&self, record: Record<'a>) -> Option<Cow<'a, str>> {
        if self.plain {
            return record.at(self.places[0]);
        }
        let mut text = match self.places.as_slice() {
            [] => Cow::Borrowed(""),
            [place] => record.at(*place)?,
            places if self.origin.join == Join::First => {
                let mut found = Cow::Borrowed("");
                for place in places {
                    let cell = record.at(*place)?;
                    if !self.is_nothing(&cell) {
                        found = cell;
                        break;
                    }
                }
                found
            }
            places => Cow::Owned(self.joined(record, places)?),
        };
        if self.is_nothing(&text) {
            return Some(Cow::Borrowed(""));
        }
        if let Some(rest) = self.stripped(&text) {
            text = Cow::Owned(rest);
        }
        if self.unless.is_some_and(|other| record.at(other).is_some_and(|o| o == text)) {
            return Some(Cow::Borrowed(""));
        }
        Some(text)
    }

    fn is_nothing(&self, cell: &str) -> bool {
        is_null(cell) || (!self.origin.null.is_empty() && self.origin.null.contains(&fold(cell)))
    }

    fn joined(&self, record: Record<'_>, places: &[usize]) -> Option<String> {
        let mut joined = String::new();
        for (i, place) in places.iter().enumerate() {
            let cell = record.at(*place)?;
            if cell.is_empty() || (self.origin.join == Join::Nothing && self.is_nothing(&cell)) {
                continue;
            }
            if self.international && i == 0 && cell.starts_with(|c: char| matches!(c, '1'..='9')) {
                joined.push('+');
            }
            if !joined.is_empty() && self.origin.join == Join::Blank {
                joined.push(' ');
            }
            joined.push_str(&cell);
        }
        Some(joined)
    }

    /// A cell without the text that it begins with. An access digit is one only before a number that is long enough.
    fn stripped(&self, cell: &str) -> Option<String> {
        self.origin.strip.iter().find_map(|text| {
            let rest = cell.get(..text.len()).filter(|begin| begin.eq_ignore_ascii_case(text)).map(|_| &cell[text.len()..])?;
            let access = text.bytes().all(|b| b.is_ascii_digit());
            (!access || rest.bytes().filter(u8::is_ascii_digit).count() >= 7).then(|| rest.trim().to_owned())
        })
    }

    /// What the record says in a column of words: the text, and its meaning. Of several columns the first that has a meaning speaks.
    pub(super) fn word(&self, column: Column, record: Record<'_>) -> (String, Option<String>) {
        if self.origin.join != Join::First {
            let text = self.text(record).filter(|t| !is_null(t)).unwrap_or_default().into_owned();
            let meant = if text.is_empty() { None } else { self.origin.meaning(column, &fold(&text)).map(str::to_owned) };
            return (text, meant);
        }
        let mut first = String::new();
        for place in &self.places {
            let Some(cell) = record.at(*place).filter(|c| !self.is_nothing(c)) else { continue };
            if let Some(word) = self.origin.meaning(column, &fold(&cell)) {
                return (cell.into_owned(), Some(word.to_owned()));
            }
            if first.is_empty() {
                first = cell.into_owned();
            }
        }
        (first, None)
    }
}

/// Where each column comes from, by its number.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    all: Vec<Option<Source>>,
    /// The cells of columns of which nothing is to be done but to read them.
    plain: Vec<Option<u32>>,
}

impl Sources {
    /// Ties origins to the columns of an input; what it lacks is noted in `missing`.
    fn tie(columns: &BTreeMap<Column, Origin>, position: &dyn Fn(&str) -> Option<usize>, missing: &mut Vec<String>) -> Sources {
        let mut sources = Sources { all: vec![None; Column::ALL.len()], plain: vec![None; Column::ALL.len()] };
        for (column, origin) in columns {
            match Source::tie(*column, origin, position) {
                Ok(source) => {
                    sources.plain[*column as usize] = source.places.first().filter(|_| source.plain).and_then(|p| u32::try_from(*p).ok());
                    sources.all[*column as usize] = Some(source);
                }
                Err(names) => missing.extend(names),
            }
        }
        sources
    }

    pub(super) fn get(&self, column: Column) -> Option<&Source> {
        self.all.get(column as usize)?.as_ref()
    }

    /// The cell of a column, if nothing is to be done with it but to read it.
    #[inline]
    pub(super) fn plain(&self, column: Column) -> Option<usize> {
        self.plain.get(column as usize).copied().flatten().map(|p| p as usize)
    }

    pub(super) fn contains(&self, column: Column) -> bool {
        self.get(column).is_some()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Column, &Source)> {
        Column::ALL.iter().filter_map(|c| self.get(*c).map(|s| (*c, s)))
    }
}

/// Rows of which something else holds, tied to the columns of an input.
#[derive(Debug)]
struct Case {
    cells: Vec<(usize, Vec<String>)>,
    sources: Sources,
    set: BTreeMap<Column, String>,
    agent_leg: bool,
}

impl Case {
    fn tie(when: &When, position: &dyn Fn(&str) -> Option<usize>, missing: &mut Vec<String>) -> Case {
        let mut cells = Vec::new();
        for (name, words) in &when.cells {
            match position(name) {
                Some(place) => cells.push((place, words.clone())),
                None => missing.push(name.clone()),
            }
        }
        Case { cells, sources: Sources::tie(&when.columns, position, missing), set: when.set.clone(), agent_leg: when.agent_leg }
    }

    fn fits(&self, record: Record<'_>) -> bool {
        self.cells.iter().all(|(place, patterns)| {
            let Some(cell) = record.at(*place) else { return false };
            let cell = if is_null(&cell) { "" } else { cell.as_ref() };
            // Most rows are told apart by their first letter: nothing is folded for them.
            let first = cell.bytes().next().unwrap_or(b'*');
            let may = |p: &&String| {
                let begin = p.bytes().next().unwrap_or(b'*');
                matches!(begin, b'*' | b'?') || !first.is_ascii_alphanumeric() || first.eq_ignore_ascii_case(&begin)
            };
            let mut candidates = patterns.iter().filter(may).peekable();
            if candidates.peek().is_none() {
                return false;
            }
            let folded = fold(cell);
            candidates.any(|p| matches(p, &folded))
        })
    }
}

/// The cases that a record is of, as bits.
pub(super) type Cases = u64;

/// A profile tied to an input: where columns come from, for all rows and for rows of some cases.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) sources: Sources,
    pub(super) set: BTreeMap<Column, String>,
    cases: Vec<Case>,
}

impl Layout {
    /// Ties a profile to the columns of an input.
    ///
    /// Errors: the columns that the input does not have.
    pub(super) fn tie(profile: &Profile, position: &dyn Fn(&str) -> Option<usize>) -> Result<Layout, Vec<String>> {
        let mut missing = Vec::new();
        let sources = Sources::tie(&profile.columns, position, &mut missing);
        let cases = profile.when.iter().take(MOST_CASES).map(|w| Case::tie(w, position, &mut missing)).collect();
        let layout = Layout { sources, set: profile.set.clone(), cases };
        if missing.is_empty() { Ok(layout) } else { Err(missing) }
    }

    /// The cases that a record is of.
    pub(super) fn cases(&self, record: Record<'_>) -> Cases {
        let mut cases = 0;
        for (i, case) in self.cases.iter().enumerate() {
            if case.fits(record) {
                cases |= 1 << i;
            }
        }
        cases
    }

    /// Cases of a record, the last first: it wins.
    fn of(&self, cases: Cases) -> impl Iterator<Item = &Case> {
        self.cases.iter().enumerate().rev().filter(move |(i, _)| cases >> i & 1 == 1).map(|(_, case)| case)
    }

    /// Where a column of a record of these cases comes from.
    pub(super) fn source(&self, column: Column, cases: Cases) -> Option<&Source> {
        if cases != 0
            && let Some(source) = self.of(cases).find_map(|c| c.sources.get(column))
        {
            return Some(source);
        }
        self.sources.get(column)
    }

    /// What is stated of a column of a record of these cases.
    pub(super) fn stated(&self, column: Column, cases: Cases) -> Option<&String> {
        if cases != 0
            && let Some(case) = self.of(cases).find(|c| c.set.contains_key(&column) || c.sources.contains(column))
        {
            return case.set.get(&column);
        }
        self.set.get(&column)
    }

    /// Is a record of these cases no call?
    pub(super) fn no_call(&self, cases: Cases) -> bool {
        cases != 0 && self.of(cases).any(|c| c.set.get(&Column::Outcome).is_some_and(|w| w == NO_CALL))
    }

    /// Is a record of these cases the side of an agent?
    pub(super) fn agent_leg(&self, cases: Cases) -> bool {
        cases != 0 && self.of(cases).any(|c| c.agent_leg)
    }

    /// Does any row have this column?
    pub(super) fn has(&self, column: Column) -> bool {
        self.sources.contains(column) || self.set.contains_key(&column) || self.cases.iter().any(|c| c.sources.contains(column) || c.set.contains_key(&column))
    }
}
