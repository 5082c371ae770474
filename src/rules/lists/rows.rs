//! Rows of list files, and what each means: a number, the hash of one, a text with `*`, or nothing that can be read.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Settings;
use super::dates::Times;
use super::digests::{Digest, Hash};
use super::entries::{Dated, Span};
use super::extract::{self, Found};
use super::layouts::{self, Layout};
use super::patterns::bare;
use crate::calls::calendar::Date;
use crate::calls::keys::Key;
use crate::calls::numbers::{NumberReader, Sort, ascii};
use crate::input::records::{Row, Table};
use crate::input::spool;

/// What a row means, before its times are read.
pub enum Meaning {
    /// A number.
    Number(Key),
    /// The hash of one.
    Digest(Digest),
    /// A text with `*`.
    Starred,
    /// No entry, and why.
    Nothing(&'static str),
}

/// A row that is more than a number.
pub struct Other {
    /// In the original where the stream is a table, else in its piece.
    pub line: u64,
    /// The cell of the number.
    pub text: String,
    /// Times and scope.
    pub rest: [Option<String>; 3],
    /// In a log: added, deleted, or neither of them.
    pub addition: Option<Option<bool>>,
    pub meaning: Meaning,
    /// A number of fewer than seven digits.
    pub short: bool,
}

/// What a piece of a list file holds.
#[derive(Default)]
pub struct ListRows {
    /// Numbers without date and scope.
    pub plain: Vec<Key>,
    /// Hashes without date and scope.
    pub digests: Vec<Digest>,
    /// Numbers with dates and without scope, with the places of their spans in `spans`.
    pub dated: Vec<Dated<Key>>,
    /// The distinct spans of those.
    pub spans: Vec<Span>,
    index: HashMap<Span, u32>,
    /// How many of the numbers have fewer than seven digits.
    pub short: u64,
    /// All other rows.
    pub others: Vec<Other>,
}

/// Why a row is no entry.
pub const NO_NUMBER: &str = "no number in it";
const SEVERAL: &str = "several numbers in it";
const NO_HASH: &str = "no such hash";
/// Why a row of a log is none.
pub const NO_CHANGE: &str = "neither added nor deleted";
/// Why a row of a log is none.
pub const NO_TIME: &str = "deleted at no time that can be read";
const DAMAGED: &str = "the row is damaged";

/// Times that were read, as begin and as end.
#[derive(Default)]
pub struct Known {
    begins: HashMap<String, Option<(i64, Date)>>,
    ends: HashMap<String, Option<i64>>,
}

/// So many are remembered.
const KNOWN: usize = 1 << 12;

fn remember<T: Copy>(known: &mut HashMap<String, T>, text: &str, read: impl FnOnce() -> T) -> T {
    if let Some(found) = known.get(text) {
        return *found;
    }
    let found = read();
    if known.len() < KNOWN {
        known.insert(text.to_owned(), found);
    }
    found
}

/// Turns rows into what they mean.
pub struct RowReader<'a> {
    /// How the file is written.
    pub layout: &'a Layout,
    /// What the ruleset says of it.
    pub settings: &'a Settings,
    /// Reads its numbers.
    pub numbers: NumberReader<'a>,
    /// Reads its times.
    pub times: Times<'a>,
    /// Times that were read: most lists name the same days again and again.
    pub known: Known,
}

/// A field as text; None where it says nothing.
fn text<'a>(raw: &'a [u8], table: &'a Table, row: &Row, place: Option<usize>) -> Option<Cow<'a, str>> {
    let bytes = table.field(raw, row, place?);
    let text = std::str::from_utf8(bytes).map_or_else(|_| Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect()), Cow::Borrowed);
    Some(text).filter(|t| !crate::calls::columns::is_null(t.trim()))
}

impl ListRows {
    fn push(&mut self, key: Key, span: Span) {
        let next = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        let span = *self.index.entry(span).or_insert_with(|| {
            self.spans.push(span);
            next
        });
        self.dated.push(Dated { key, span });
    }
}

impl RowReader<'_> {
    /// The rows of a piece.
    pub fn rows(&mut self, raw: &[u8], table: &Table) -> ListRows {
        let mut read = ListRows::default();
        for row in &table.rows {
            let comment = if self.layout.hidden > 0 { table.field(raw, row, self.layout.hidden) } else { table.raw(raw, row) };
            if !comment.starts_with(b"#") {
                self.row(raw, table, row, &mut read);
            }
        }
        read
    }

    fn row(&mut self, raw: &[u8], table: &Table, row: &Row, read: &mut ListRows) {
        let (hidden, columns) = (self.layout.hidden, self.layout.columns);
        let field = |place: Option<usize>| text(raw, table, row, place.map(|p| p + hidden));
        let damaged = row.fault.is_some() || (hidden > 0 && spool::fault(raw, table, row).is_some());
        let line = if hidden > 0 { spool::line(raw, table, row).unwrap_or(0) } else { u64::from(row.line) };
        let nothing = |why| Other { line, text: String::new(), rest: Default::default(), addition: None, meaning: Meaning::Nothing(why), short: false };
        let number = match columns.area {
            None => field(Some(columns.number)),
            area => extract::joined(field(area), field(Some(columns.number))),
        };
        let Some(cell) = number.as_deref().map(str::trim) else {
            if (hidden..table.width(row)).any(|i| !table.field(raw, row, i).trim_ascii().is_empty()) || damaged {
                read.others.push(nothing(if damaged { DAMAGED } else { NO_NUMBER }));
            }
            return;
        };
        let (meaning, short) = if damaged { (Meaning::Nothing(DAMAGED), false) } else { meaning(&mut self.numbers, self.settings.hash, cell) };
        let rest = [columns.added, columns.expires, columns.scope].map(|i| i.and_then(|c| field(Some(c))));
        // "-" deletes, so that what says nothing elsewhere may say something here.
        let addition = columns.action.map(|c| String::from_utf8_lossy(table.field(raw, row, c + hidden)));
        let addition = addition.map(|a| if a.trim().is_empty() { Some(true) } else { layouts::is_addition(&a) });
        if rest.iter().all(Option::is_none) && addition.is_none() {
            match meaning {
                Meaning::Number(key) => {
                    read.short += u64::from(short);
                    return read.plain.push(key);
                }
                Meaning::Digest(digest) => return read.digests.push(digest),
                Meaning::Starred | Meaning::Nothing(_) => {}
            }
        }
        if let (Meaning::Number(key), None, None) = (&meaning, &addition, &rest[2])
            && let Some(span) = self.span(rest[0].as_deref(), rest[1].as_deref())
        {
            read.short += u64::from(short);
            return read.push(*key, span);
        }
        let owned = |t: Option<Cow<'_, str>>| t.as_deref().map(|t| t.trim().to_owned());
        read.others.push(Other { line, text: cell.to_owned(), rest: rest.map(owned), addition, meaning, short });
    }

    /// From when to when, if both can be read.
    fn span(&mut self, added: Option<&str>, expires: Option<&str>) -> Option<Span> {
        let (times, known) = (self.times, &mut self.known);
        let added = added.map(|t| remember(&mut known.begins, t, || times.begin(t.trim())));
        let expires = expires.map(|t| remember(&mut known.ends, t, || times.end(t.trim())));
        if added == Some(None) || expires == Some(None) {
            return None;
        }
        Some(Span { added: added.flatten(), from: None, expires: expires.flatten(), scope: 0 })
    }
}

/// What a cell means, and whether it is a number of fewer than seven digits.
pub fn meaning(numbers: &mut NumberReader<'_>, hash: Option<Hash>, cell: &str) -> (Meaning, bool) {
    if let Some(hash) = hash {
        return (hash.parse(cell).map_or(Meaning::Nothing(NO_HASH), Meaning::Digest), false);
    }
    let judged = numbers.read(cell);
    let plain = cell.bytes().all(|b| b.is_ascii() && !b.is_ascii_alphabetic());
    if plain && matches!(judged.sort, Sort::Valid | Sort::Service) {
        return (Meaning::Number(judged.key), judged.sort == Sort::Service && digits(cell) < 7);
    }
    let text = ascii(cell);
    if text.contains('*') {
        return (Meaning::Starred, false);
    }
    if !text.contains('@') {
        match extract::number(&text) {
            Found::Several => return (Meaning::Nothing(SEVERAL), false),
            Found::One(part) if part != text => {
                let found = numbers.read(part);
                if matches!(found.sort, Sort::Valid | Sort::Service) || (found.sort == Sort::Other && found.key.groups() && judged.sort != Sort::Valid) {
                    return (Meaning::Number(found.key), false);
                }
            }
            Found::One(_) | Found::None => {}
        }
    }
    let lost = matches!(judged.sort, Sort::Scientific | Sort::Truncated | Sort::Anonymous | Sort::Null);
    if !judged.key.groups() || lost || digits(&text) == 0 {
        return (Meaning::Nothing(NO_NUMBER), false);
    }
    let bare = bare(&text);
    let is_word = judged.sort == Sort::Other
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && Key::digits(bare.as_bytes()).is_none()
        && !bare.starts_with('+')
        && !text.contains('x');
    if is_word { (Meaning::Nothing(NO_NUMBER), false) } else { (Meaning::Number(judged.key), digits(&text) < 7) }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}
