//! What a report tells of a list.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many unreadable rows are told one by one.
pub const SHOWN: usize = 20;

/// Of the text of an unreadable row, so many characters are told.
const TOLD: usize = 200;

/// A list as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// Its file, or the pattern of its copies.
    pub path: Option<String>,
    /// BLAKE3 of the file as received; none for copies, which have their own.
    pub hash: Option<String>,
    /// Size of the file, or of all copies.
    pub bytes: u64,
    /// Rows that are entries; of copies, those of the last one.
    pub entries: u64,
    /// Of these, with a time since when or until when they count.
    pub dated: u64,
    /// Of these, prefixes.
    pub prefixes: u64,
    /// Of these, masks.
    pub masks: u64,
    /// Of these, numbers of fewer than seven digits. They are numbers: a prefix ends in `*`.
    pub short: u64,
    /// Rows that are no entries.
    pub unreadable: Unreadable,
    /// The first time at which an entry was added, RFC 3339 UTC.
    pub first_added_at: Option<String>,
    /// The last one.
    pub last_added_at: Option<String>,
    /// The copies by date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<CopyFacts>,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// One of successive copies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CopyFacts {
    pub date: String,
    pub path: String,
    pub hash: String,
    pub bytes: u64,
    pub entries: u64,
}

/// Rows that are no entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unreadable {
    /// How many.
    pub rows: u64,
    /// The first ones.
    pub first: Vec<UnreadableRow>,
}

/// A row that is no entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct UnreadableRow {
    /// Where a list has several files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    pub line: u64,
    pub text: String,
    pub reason: Cow<'static, str>,
}

impl Unreadable {
    /// One more.
    pub fn push(&mut self, mut row: UnreadableRow) {
        self.rows += 1;
        if let Some((end, _)) = row.text.char_indices().nth(TOLD) {
            row.text.truncate(end);
            row.text.push('…');
        }
        if self.first.len() < SHOWN {
            self.first.push(row);
        }
    }
}
