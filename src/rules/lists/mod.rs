//! Lists of numbers, as of a moment: entries with dates and scopes, prefixes, masks, hashes. One file each: `loading` reads, `rows` and `layouts` tell how a
//! file is written, `logs` and `copies` turn what happened into intervals, `entries` hold them, `matching` answers.

use std::sync::Arc;

use crate::calls::calendar::{Calendar, Date};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::NumberRegion;
use crate::calls::timestamps::DateOrder;
use crate::calls::zones::{Clock, Zones};

pub mod consent;
mod copies;
mod dates;
mod digests;
mod entries;
pub mod events;
mod extract;
mod facts;
mod layouts;
mod loading;
mod logs;
mod masks;
mod matching;
mod opening;
mod patterns;
mod rows;
#[cfg(test)]
mod tests;

pub use copies::{DATE, dated_name};
pub use digests::{Form, Hash};
pub use facts::{CopyFacts, Facts, Unreadable, UnreadableRow};

use digests::Digest;
use entries::{Entries, Spans};
use masks::MaskIndex;
pub use patterns::{Home, Pattern, Shown, bare};

/// How long after it was added an entry does not count yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// It counts at once.
    None,
    /// Milliseconds.
    Elapsed(i64),
    /// Calendar days; the day of `added_at` is day 0.
    Days(u32),
    /// Business days; the day of `added_at` is day 0.
    BusinessDays(u32),
}

/// Does a callee stand on a list? The greater the surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// No.
    No,
    /// It depends on something that the log or the list does not tell.
    Possible {
        /// The entry has no date.
        undated: bool,
    },
    /// Yes.
    Certain {
        /// The entry has no date.
        undated: bool,
    },
}

/// Why a number does not stand on a list at a moment; of several reasons the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// It is no entry.
    Never,
    /// It was not yet added.
    NotYet,
    /// It had expired.
    Ended,
    /// It counts for other purposes.
    OtherPurpose,
}

/// The call about which a list is asked.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// When it began.
    pub at: i64,
    /// Its purpose; empty: unknown.
    pub purpose: &'a str,
    /// How long an entry does not count yet.
    pub grace: Grace,
    /// For business days.
    pub calendar: Option<&'a Calendar>,
}

/// Which column of a call a list is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatchBy {
    /// The number.
    #[default]
    Callee,
    /// The customer's id, where the log has hashes itself.
    CalleeId,
}

/// What a `[[list]]` says of its file besides the path.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Its entries are hashes.
    pub hash: Option<Hash>,
    /// Of the number written in this way.
    pub format: Form,
    /// What they are compared with.
    pub by: MatchBy,
    /// Which of day and month comes first in its dates.
    pub order: Option<DateOrder>,
    /// The day of its only copy, where the ruleset tells.
    pub as_of: Option<Date>,
    /// Where the ruleset names the file (`rules.toml:12:8`); empty for one from the command line.
    pub place: String,
}

/// What reading a list needs besides its file.
#[derive(Clone, Debug)]
pub struct Surroundings<'a> {
    /// The clock of times without an offset.
    pub clock: Arc<Clock>,
    /// How to read a number without country code.
    pub region: NumberRegion,
    /// Keys and texts.
    pub dictionary: &'a Dictionary,
    /// Zones of numbers, which a list does not need and the reader of numbers does.
    pub zones: &'a Zones,
}

/// One of successive copies of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its day.
    pub date: Date,
    /// The first moment of that, since when it is in force.
    pub from: i64,
}

/// A list of numbers.
#[derive(Debug)]
pub struct List {
    /// Its id.
    pub id: String,
    settings: Settings,
    clock: Arc<Clock>,
    trunk: String,
    country: String,
    numbers: Entries<Key>,
    digests: Entries<Digest>,
    patterns: Vec<(Pattern, u32)>,
    spans: Spans,
    masks: MaskIndex,
    copies: Vec<Copy>,
    /// What is told of it.
    pub facts: Facts,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// Lists that rules look into call by call and that are none of numbers, each under its number in the ruleset.
#[derive(Debug, Default)]
pub struct Others {
    /// Consents.
    pub consents: Vec<Option<consent::Consents>>,
    /// Bindings of virtual numbers.
    pub bindings: Vec<Option<super::bindings::Bindings>>,
}

impl List {
    /// What it is compared with.
    pub fn by(&self) -> MatchBy {
        self.settings.by
    }

    /// Does it hold hashes of numbers, so that a number of which digits are missing cannot be looked for?
    pub fn is_hashed(&self) -> bool {
        self.settings.hash.is_some()
    }

    /// Its copies by date, where it has several.
    pub fn copies(&self) -> &[Copy] {
        &self.copies
    }

    /// The days of its copies that are known, in their order.
    pub fn copy_dates(&self) -> Vec<Date> {
        if self.copies.is_empty() { self.settings.as_of.into_iter().collect() } else { self.copies.iter().map(|c| c.date).collect() }
    }

    /// The copy in force at a moment: the last one that is not younger.
    pub fn copy_in_force(&self, at: i64) -> Option<&Copy> {
        let next = self.copies.partition_point(|c| c.from <= at);
        next.checked_sub(1).map(|i| &self.copies[i])
    }
}
