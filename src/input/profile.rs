//! Profiles: how one export layout maps to calls. Built-in formats make them from a header, users write them as TOML files.

use std::collections::BTreeMap;

use crate::calls::columns::{AnsweredBy, Column, Direction, HangupBy, Outcome, Response};
use crate::calls::timestamps::{DateOrder, Unit};

use super::derive::Condition;
use super::text::Encoding;
use super::words::meaning;

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
    /// Records after the header that are no data (a row of types, units …); they count as no calls.
    pub skip_rows: usize,
    /// Fields of a fixed number of characters instead of delimited ones; 0, as the last one, is the rest of the line.
    pub widths: Vec<usize>,
    /// Encoding of the text, where it is not told from the bytes.
    pub encoding: Option<Encoding>,
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
    /// Rows that mean something else: what holds for them instead.
    pub when: Vec<When>,
    /// A condition that makes an outcome `answered`; without it `answered` is `no_answer`. Marked as derived.
    pub outcome_from: Option<Condition>,
    /// Is a call answered only if it has an answer time, whatever its word says?
    pub answer_needed: bool,
    /// Columns of the export that the rows of one call share.
    pub call_key: Vec<String>,
    /// All of them, or ([`Join::First`]) the first that is not empty.
    pub call_key_join: Join,
    /// The column whose ids carry the epoch second of their making (`1706368044.12`, a UUID of version 1), so that the clock can be told.
    pub clock_id: Option<String>,
    /// Does the writer of this export put quotes around fields without doubling those inside?
    pub loose_quotes: bool,
    /// The column into which fields beyond the header's belong, where its own commas are not quoted.
    pub surplus: Option<String>,
    /// Rows at which the system that writes such exports stops if nobody changes it.
    pub row_limit: Option<u64>,
    /// What a reader of a report must know of such exports.
    pub notes: Vec<String>,
    /// Does a layout whose calls are of mode axb not tell who was reached?
    pub callees_hidden: bool,
}

/// Where a column comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Columns of the export.
    pub columns: Vec<String>,
    /// What several columns are to one value.
    pub join: Join,
    /// Unit of a length of time.
    pub unit: Unit,
    /// The export's words, folded ([`fold`]), and what they mean; [`NO_CALL`] is "this row is no call". `*` and `?` stand for anything.
    pub words: BTreeMap<String, String>,
    /// Texts of which the first that a cell begins with is taken off.
    pub strip: Vec<String>,
    /// Cells, folded, that mean nothing beside the usual placeholders.
    pub null: Vec<String>,
    /// A column of the export: a cell that says the same as it means nothing.
    pub unless: Option<String>,
}

/// What several columns of an export are to one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// Its parts, with a blank between (date and time).
    #[default]
    Blank,
    /// Its parts, with nothing between (country code and number).
    Nothing,
    /// The first that is not empty is the value; of words, the first that has a meaning.
    First,
}

/// Rows of which something else holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// Columns of the export and the words, folded, of which each must have one; the empty word is an empty cell, `*` and `?` stand for anything.
    pub cells: Vec<(String, Vec<String>)>,
    /// Where columns of such a row come from.
    pub columns: BTreeMap<Column, Origin>,
    /// What such a row says.
    pub set: BTreeMap<Column, String>,
    /// It is the side of an agent: part of a call if others share its key, else no call.
    pub agent_leg: bool,
}

/// The meaning of a word that says that a row is no call.
pub const NO_CALL: &str = "no_call";

impl Origin {
    /// One column, in seconds where it is a length of time.
    pub fn column(name: impl Into<String>) -> Origin {
        Origin { columns: vec![name.into()], ..Origin::default() }
    }

    /// Its columns, for reports.
    pub fn shown(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|n| n.trim()).collect();
        names.join(if self.join == Join::First { " | " } else { " + " })
    }

    /// What a folded word of the export means: by its own table, else by the general one.
    pub fn meaning(&self, column: Column, folded: &str) -> Option<&str> {
        if let Some(word) = self.words.get(folded) {
            return Some(word);
        }
        let pattern = self.words.iter().find(|(theirs, _)| theirs.contains(['*', '?']) && matches(theirs, folded));
        pattern.map(|(_, word)| word.as_str()).or_else(|| meaning(column, folded))
    }
}

/// A word as tables hold it: lower case, without blanks, `_`, `-` and `.`.
pub fn fold(word: &str) -> String {
    word.trim().chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.')).flat_map(char::to_lowercase).collect()
}

/// Does a folded word fit a pattern, in which `*` is any text and `?` any one character?
pub fn matches(pattern: &str, word: &str) -> bool {
    // Nearly all patterns are told by their begin.
    match pattern.find(['*', '?']) {
        None => return pattern == word,
        Some(i) if &pattern[i..] == "*" => return word.starts_with(&pattern[..i]),
        Some(i) if !word.starts_with(&pattern[..i]) => return false,
        Some(_) => {}
    }
    let (pattern, word): (Vec<char>, Vec<char>) = (pattern.chars().collect(), word.chars().collect());
    let (mut p, mut w) = (0, 0);
    // Where the last `*` stands, and how much of the word it has taken.
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, w));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == '?' || *c == word[w]) {
            (p, w) = (p + 1, w + 1);
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (p, w) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
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

/// Most entries of [`Profile::when`].
pub const MOST_CASES: usize = 64;

impl Profile {
    /// Every column of the export that the profile names.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.columns.values().flat_map(|o| o.columns.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_any_text() {
        for (pattern, word, fits) in [
            ("local/*;2", "local/0@frominternal0000;2", true),
            ("local/*;2", "sip/113000000b4", false),
            ("*", "", true),
            ("?*", "", false),
            ("?*", "x", true),
            ("联系*", "联系人", true),
            ("a*b*c", "a12b3c", true),
            ("a*b*c", "a12b3", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, word), fits, "{pattern} {word}");
        }
    }

    #[test]
    fn an_exports_own_words_win_over_the_general_ones() {
        let mut origin = Origin::column("status");
        origin.words.extend([("b".to_owned(), "blocked".to_owned()), ("connected*".to_owned(), "answered".to_owned())]);
        assert_eq!(origin.meaning(Column::Outcome, "b"), Some("blocked"));
        assert_eq!(origin.meaning(Column::Outcome, "connectedinterested"), Some("answered"));
        assert_eq!(origin.meaning(Column::Outcome, "busy"), Some("busy"));
        assert_eq!(origin.meaning(Column::Outcome, "whatever"), None);
    }
}
