//! What a format file is made of: the names of an export's columns, and which column of a call each of them is.

use std::collections::BTreeMap;

use crate::calls::columns::Column;
use crate::calls::timestamps::{self, Unit};

use super::prefix::Prefix;
use super::profile::{Join, Origin, Profile, When, fold};
use super::words::Words;

/// What a format file needs.
pub mod prelude {
    pub use super::{Draft, PERSONS_KNOWN, is_integer, is_time, is_time_or_empty, is_uuid, most, records};
    pub use crate::calls::columns::Column::*;
    pub use crate::calls::timestamps::Unit;
    pub use crate::input::formats::Format;
    pub use crate::input::prefix::Prefix;
    pub use crate::input::profile::{NO_CALL, Profile, fold};
    pub use crate::input::words::{FREESWITCH, GRADES, Q850, SIP, Words};
}

/// What a report says of exports of virtual numbers that name both sides.
pub const PERSONS_KNOWN: &str = "calls through virtual (X) numbers: the callee is the person whom the export names, the caller the number that was shown";

/// A name of a column as it is compared: without byte order mark, quotes, TAB, `_`, `-`, `.`, and without case.
pub fn name_of(cell: &str) -> String {
    fold(cell.trim_start_matches('\u{feff}').trim().trim_matches('"'))
}

/// A layout in the making: the columns that the export has, and what is known of them.
#[derive(Debug)]
pub struct Draft {
    names: Vec<String>,
    folded: Vec<String>,
    profile: Profile,
}

impl Draft {
    /// A layout whose first record names the columns; None unless all of `needs` are among them.
    pub fn named(prefix: &Prefix, name: &str, needs: &[&str]) -> Option<Draft> {
        let first = prefix.rows.first()?;
        let names: Vec<String> = first.clone();
        let folded: Vec<String> = names.iter().map(|n| name_of(n)).collect();
        needs.iter().all(|n| folded.contains(&name_of(n))).then(|| Draft {
            names,
            folded,
            profile: Profile { name: name.to_owned(), header: true, delimiter: Some(prefix.dialect.delimiter), ..Profile::default() },
        })
    }

    /// A layout whose columns are known by their place.
    pub fn placed<S: AsRef<str>>(prefix: &Prefix, name: &str, names: &[S]) -> Draft {
        let names: Vec<String> = names.iter().map(|n| n.as_ref().to_owned()).collect();
        let folded = names.iter().map(|n| name_of(n)).collect();
        let profile = Profile { name: name.to_owned(), names: names.clone(), delimiter: Some(prefix.dialect.delimiter), ..Profile::default() };
        Draft { names, folded, profile }
    }

    /// Does the export have this column?
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A column of the export as it is written there.
    pub fn find(&self, name: &str) -> Option<String> {
        let wanted = name_of(name);
        self.folded.iter().position(|n| *n == wanted).map(|i| self.names[i].clone())
    }

    fn present(&self, names: &[&str]) -> Vec<String> {
        names.iter().filter_map(|n| self.find(n)).collect()
    }

    fn put(&mut self, column: Column, columns: Vec<String>, join: Join) {
        if !columns.is_empty() {
            self.profile.columns.insert(column, Origin { columns, join, ..Origin::default() });
        }
    }

    /// Columns of a call, each from a column of the export, if that is there.
    pub fn map(mut self, pairs: &[(Column, &str)]) -> Draft {
        for (column, name) in pairs {
            if !self.profile.columns.contains_key(column) {
                self.put(*column, self.present(&[name]), Join::Blank);
            }
        }
        self
    }

    /// A column of a call from the first of several columns that is not empty.
    pub fn first_of(mut self, column: Column, names: &[&str]) -> Draft {
        self.put(column, self.present(names), Join::First);
        self
    }

    /// A column of a call from several columns with nothing between.
    pub fn joined(mut self, column: Column, names: &[&str]) -> Draft {
        self.put(column, self.present(names), Join::Nothing);
        self
    }

    /// A column of a call from several columns with a blank between.
    pub fn spaced(mut self, column: Column, names: &[&str]) -> Draft {
        self.put(column, self.present(names), Join::Blank);
        self
    }

    /// Changes what is known of a column, if the export has it.
    pub fn with(mut self, column: Column, change: impl FnOnce(&mut Origin)) -> Draft {
        if let Some(origin) = self.profile.columns.get_mut(&column) {
            change(origin);
        }
        self
    }

    /// The export's words for a column; those that are there stay.
    pub fn words(self, column: Column, words: Words) -> Draft {
        self.with(column, |origin| {
            for (ours, theirs) in words {
                for their in *theirs {
                    origin.words.entry(fold(their)).or_insert_with(|| (*ours).to_owned());
                }
            }
        })
    }

    /// Texts that cells of a column begin with and that are no part of them.
    pub fn strip(self, column: Column, texts: &[&str]) -> Draft {
        self.with(column, |origin| origin.strip = texts.iter().map(|t| (*t).to_owned()).collect())
    }

    /// Cells of a column that mean nothing.
    pub fn null(self, column: Column, cells: &[&str]) -> Draft {
        self.with(column, |origin| origin.null = cells.iter().map(|c| fold(c)).collect())
    }

    /// A column means nothing where it says the same as another.
    pub fn unless(self, column: Column, other: &str) -> Draft {
        let other = self.find(other);
        self.with(column, |origin| origin.unless = other)
    }

    /// The unit of a length of time.
    pub fn unit(self, column: Column, unit: Unit) -> Draft {
        self.with(column, |origin| origin.unit = unit)
    }

    /// What is stated of rows with these words; nothing if the export lacks one of the columns.
    pub fn when(self, cells: &[(&str, &[&str])], set: &[(Column, &str)]) -> Draft {
        self.when_from(cells, &[], set)
    }

    /// What is stated of rows with these words, and where their columns come from: from nowhere, if the export lacks a column.
    pub fn when_from(mut self, cells: &[(&str, &[&str])], columns: &[(Column, &str)], set: &[(Column, &str)]) -> Draft {
        let found: Option<Vec<(String, Vec<String>)>> =
            cells.iter().map(|(name, words)| Some((self.find(name)?, words.iter().map(|w| fold(w)).collect()))).collect();
        let Some(cells) = found else { return self };
        let mut from = BTreeMap::new();
        for (column, name) in columns {
            let strip = self.profile.columns.get(column).map(|o| o.strip.clone()).unwrap_or_default();
            from.insert(*column, Origin { strip, columns: self.present(&[name]), ..Origin::default() });
        }
        let set = set.iter().map(|(c, v)| (*c, (*v).to_owned())).collect();
        self.profile.when.push(When { cells, columns: from, set, ..When::default() });
        self
    }

    /// What the log does not tell: the same for every call.
    pub fn set(mut self, column: Column, value: &str) -> Draft {
        self.profile.set.insert(column, value.to_owned());
        self
    }

    /// The column of which the first that is not empty is what the rows of one call share.
    pub fn call_key_first(mut self, names: &[&str]) -> Draft {
        self.profile.call_key = self.present(names);
        self.profile.call_key_join = Join::First;
        self
    }

    /// Columns that the rows of one call share, if the export has them all.
    pub fn call_key(mut self, names: &[&str]) -> Draft {
        let found = self.present(names);
        if found.len() == names.len() {
            self.profile.call_key = found;
        }
        self
    }

    /// The column whose ids carry an epoch.
    pub fn clock_id(mut self, name: &str) -> Draft {
        self.profile.clock_id = self.profile.clock_id.take().or_else(|| self.find(name));
        self
    }

    /// The clock of its times without an offset, and who says so.
    pub fn clock(mut self, tz: &str, evidence: &str) -> Draft {
        (self.profile.tz, self.profile.tz_evidence) = (Some(tz.to_owned()), Some(evidence.to_owned()));
        self
    }

    /// The country of its numbers without a code.
    pub fn region(mut self, region: &str) -> Draft {
        self.profile.region = Some(region.to_owned());
        self
    }

    /// A call is answered only if it has an answer time.
    pub fn answer_needed(mut self) -> Draft {
        self.profile.answer_needed = self.profile.columns.contains_key(&Column::AnsweredAt);
        self
    }

    /// A call is answered if, and only if, this holds.
    pub fn answered_from(mut self, condition: &str) -> Draft {
        self.profile.outcome_from = super::derive::Condition::parse(condition).ok();
        self
    }

    /// Its writer does not double the quotes inside of fields.
    pub fn loose_quotes(mut self) -> Draft {
        self.profile.loose_quotes = true;
        self
    }

    /// Fields beyond the header's belong to this column.
    pub fn surplus(mut self, name: &str) -> Draft {
        self.profile.surplus = self.find(name);
        self
    }

    /// Rows at which the writer of such exports stops if nobody changes it.
    pub fn row_limit(mut self, rows: u64) -> Draft {
        self.profile.row_limit = Some(rows);
        self
    }

    /// What a reader of a report must know of such exports.
    pub fn note(mut self, text: &str) -> Draft {
        self.profile.notes.push(text.to_owned());
        self
    }

    /// Its calls of mode axb reach virtual numbers, and nothing in it tells who is behind them.
    pub fn callees_hidden(mut self) -> Draft {
        self.profile.callees_hidden = true;
        self
    }

    /// The cells of a column in the first records.
    pub fn cells<'a>(&self, prefix: &'a Prefix, name: &str) -> Vec<&'a str> {
        let wanted = name_of(name);
        let Some(i) = self.folded.iter().position(|n| *n == wanted) else { return Vec::new() };
        records(prefix, self.profile.header).map(|r| r[i].as_str()).collect()
    }

    /// The finished layout, if it has the start of a call.
    pub fn done(self, sure: u8) -> Option<(Profile, u8)> {
        self.profile.columns.contains_key(&Column::StartedAt).then_some((self.profile, sure))
    }
}

/// The rows below the header, or all where there is none, of the width of the first.
pub fn records(prefix: &Prefix, header: bool) -> impl Iterator<Item = &Vec<String>> + Clone {
    let width = prefix.width();
    prefix.rows.iter().skip(usize::from(header)).filter(move |r| r.len() == width)
}

/// Do nine of ten records, the first among them, pass?
pub fn most(prefix: &Prefix, test: impl Fn(&[String]) -> bool) -> bool {
    let rows = records(prefix, false);
    let all = rows.clone().count();
    let good = rows.clone().filter(|r| test(r)).count();
    good > 0 && good * 10 >= all * 9 && rows.take(1).any(|r| test(r))
}

/// A cell that is a point in time (day and month in any order) with hours.
pub fn is_time(cell: &str) -> bool {
    let cell = cell.trim();
    let parsed = timestamps::parse(cell, Some(timestamps::DateOrder::DayFirst)).or_else(|| timestamps::parse(cell, Some(timestamps::DateOrder::MonthFirst)));
    parsed.is_some_and(|s| s.precision < timestamps::Precision::Day)
}

/// A cell that is a time or empty.
pub fn is_time_or_empty(cell: &str) -> bool {
    cell.trim().is_empty() || is_time(cell)
}

/// A cell of digits only.
pub fn is_integer(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit())
}

/// A UUID in its usual form.
pub fn is_uuid(cell: &str) -> bool {
    let b = cell.trim().as_bytes();
    b.len() == 36 && b.iter().enumerate().all(|(i, c)| if matches!(i, 8 | 13 | 18 | 23) { *c == b'-' } else { c.is_ascii_hexdigit() })
}
