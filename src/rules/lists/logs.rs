//! List logs: rows that add a number and rows that delete it give each number the intervals in which it stood on the list.

use super::List;
use super::digests::Digest;
use super::entries::Span;
use super::patterns::Pattern;
use crate::calls::calendar::Date;
use crate::calls::keys::Key;

/// Whose row it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Who {
    Number(Key),
    Digest(Digest),
    Pattern(Pattern),
}

/// A row of a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Whose.
    pub who: Who,
    /// Number of the purpose.
    pub scope: u32,
    /// When it happened; None: before everything.
    pub at: Option<(i64, Date)>,
    /// Its place among all rows.
    pub order: u64,
    /// What happened.
    pub what: Change,
    /// Is it a number of fewer than seven digits?
    pub short: bool,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Added, until this moment where the row says so.
    Added(Option<i64>),
    /// Deleted from this moment on.
    Deleted(i64),
}

/// An interval that has begun.
#[derive(Clone, Copy)]
struct Open {
    added: Option<(i64, Date)>,
    expires: Option<i64>,
}

/// Settles the rows of a log: each number's in the order of their times, those of one time in the order of the file.
pub fn settle(mut events: Vec<Event>, list: &mut List) {
    events.sort_unstable();
    for same in events.chunk_by(|a, b| a.who == b.who && a.scope == b.scope) {
        let mut open: Option<Open> = None;
        let mut seen = false;
        for event in same {
            match event.what {
                Change::Added(expires) => {
                    let lapsed = open.filter(|o| o.expires.zip(event.at).is_some_and(|(e, at)| e <= at.0));
                    if let Some(ended) = lapsed {
                        close(list, event, ended.added, ended.expires);
                        open = None;
                    }
                    // A number that is added again stays what it was, to the later of its ends.
                    open = Some(match open {
                        Some(o) => Open { added: o.added, expires: o.expires.zip(expires).map(|(a, b)| a.max(b)) },
                        None => Open { added: event.at, expires },
                    });
                }
                Change::Deleted(end) => match open.take() {
                    Some(o) => close(list, event, o.added, Some(o.expires.map_or(end, |e| e.min(end)))),
                    // The log begins later than the list: until then it stood there, nobody knows since when.
                    None if !seen => close(list, event, None, Some(end)),
                    None => {}
                },
            }
            seen = true;
        }
        if let (Some(o), Some(event)) = (open, same.last()) {
            close(list, event, o.added, o.expires);
        }
    }
}

fn close(list: &mut List, event: &Event, added: Option<(i64, Date)>, expires: Option<i64>) {
    let span = list.spans.number(Span { added, from: None, expires, scope: event.scope });
    list.facts.entries += 1;
    list.facts.short += u64::from(event.short);
    list.facts.dated += u64::from(added.is_some() || expires.is_some());
    match &event.who {
        Who::Number(key) => list.numbers.push(*key, span),
        Who::Digest(digest) => list.digests.push(*digest, span),
        Who::Pattern(pattern) => list.add_pattern(pattern.clone(), span),
    }
}
