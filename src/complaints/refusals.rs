//! Where refusals are found: in calls, in lists of events and of consents, in complaints.

use std::collections::BTreeMap;

use super::log::{Complaint, LogFile, Who};
use super::optouts::Told;
use crate::calls::columns::{Column, Direction, Field, Response, is_null};
use crate::calls::keys::Key;
use crate::calls::timestamps::Precision;
use crate::calls::zones::{Clock, DAY};
use crate::engine::export::{Block, CallColumn, Calls};
use crate::error::Result;
use crate::rules::lists::events::Events;

/// A refusal as it is found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whose.
    pub number: Key,
    /// First and last moment at which it may have been.
    pub at: (i64, i64),
    /// Is only the day told?
    pub day: bool,
    /// How.
    pub told: Told,
    #[allow(missing_docs)]
    pub source: String,
    #[allow(missing_docs)]
    pub line: u64,
    #[allow(missing_docs)]
    pub call_id: String,
    #[allow(missing_docs)]
    pub campaign: String,
    #[allow(missing_docs)]
    pub agent: String,
    /// The word of the log or the list for it.
    pub said: String,
}

/// The columns that refusals are told with.
pub fn columns() -> Vec<CallColumn> {
    super::counting::told_columns()
}

/// What calls tell of refusals.
#[derive(Debug, Default)]
pub struct InCalls {
    /// Refusals.
    pub found: Vec<Found>,
    /// Outbound calls.
    pub outbound: u64,
    /// Words of the column of responses that nobody knows, with counts.
    pub unknown: BTreeMap<String, u64>,
}

/// Distinct unknown words that are kept.
const WORDS: usize = 1000;

/// Refusals in the calls. A response that the layout does not know is one if its word says so; the others are counted.
///
/// Errors: a source that changed.
pub fn in_calls(calls: &Calls<'_, '_>) -> Result<InCalls> {
    let field = |c: Column| CallColumn::Field(Field::Canonical(c));
    let make = |block: &Block<'_>| {
        let mut part = InCalls::default();
        for i in block.rows().iter().copied() {
            let direction = block.text(&field(Column::Direction), i).into_owned();
            part.outbound += u64::from(direction == Direction::Outbound.word());
            let told = match Response::by_word(&block.text(&field(Column::Response), i)) {
                Some(Response::DoNotCall) => Told::DoNotCall,
                Some(Response::Complained) => Told::Complained,
                Some(Response::Refused) => Told::Refused,
                Some(_) => continue,
                None => {
                    let said = block.said(Column::Response, i);
                    if is_null(&said) {
                        continue;
                    }
                    let Some(told) = by_word(&said) else {
                        if part.unknown.len() < WORDS || part.unknown.contains_key(said.as_ref()) {
                            *part.unknown.entry(said.into_owned()).or_default() += 1;
                        }
                        continue;
                    };
                    told
                }
            };
            let (callee, caller) = block.numbers(i);
            // Whoever rings us is the caller.
            let number = if direction == Direction::Inbound.word() { caller.key } else { callee.key };
            if !number.groups() {
                continue;
            }
            let call = super::counting::call(block, i);
            let (source, line, call_id, campaign, agent) = (call.source, call.line, call.call_id, call.campaign, call.agent);
            let said = block.said(Column::Response, i).into_owned();
            part.found.push(Found { number, at: call.at, day: false, told, source, line, call_id, campaign, agent, said });
        }
        part
    };
    let mut all = InCalls::default();
    calls.each(make, |part| {
        all.found.extend(part.found);
        all.outbound += part.outbound;
        part.unknown.into_iter().for_each(|(word, n)| *all.unknown.entry(word).or_default() += n);
        Ok(())
    })?;
    Ok(all)
}

/// What a response means that no layout knows, where its word leaves no doubt.
fn by_word(word: &str) -> Option<Told> {
    let word = word.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| word.contains(w));
    match () {
        () if has(&["投诉", "complain"]) => Some(Told::Complained),
        () if has(&[
            "勿",
            "不要再",
            "别再",
            "免打扰",
            "拉黑",
            "退订",
            "do not call",
            "do_not_call",
            "donotcall",
            "opt out",
            "opt_out",
            "optout",
            "unsubscrib",
            "stop calling",
        ]) =>
        {
            Some(Told::DoNotCall)
        }
        () if has(&["拒绝", "无意向", "不需要", "refus", "not interested", "not_interested"]) => Some(Told::Refused),
        () => None,
    }
}

/// Refusals in a list of events: those that are called a refusal or a complaint, or all of a list that is.
pub fn in_events(id: &str, path: &str, events: &Events) -> Vec<Found> {
    let of_events = events.of_numbers().filter_map(|(number, event, word)| {
        let told = meaning(if word.is_empty() { id } else { word })?;
        Some(Found {
            number: number.key,
            at: (event.at, event.until),
            day: event.day.is_some(),
            told,
            source: path.to_owned(),
            line: 0,
            call_id: String::new(),
            campaign: String::new(),
            agent: String::new(),
            said: word.to_owned(),
        })
    });
    of_events.collect()
}

/// Consents that were taken back: whoever does that does not want to be called on its ground. Midnight is how a date is read.
pub fn withdrawn(path: &str, all: &[(Key, i64)], clock: &Clock) -> Vec<Found> {
    let found = all.iter().map(|(number, at)| {
        let local = clock.local(*at);
        let day = local.rem_euclid(DAY) == 0;
        let last = if day { clock.first_at_or_after(local + DAY) - 1 } else { *at };
        Found {
            number: *number,
            at: (*at, last),
            day,
            told: Told::ConsentWithdrawn,
            source: path.to_owned(),
            line: 0,
            call_id: String::new(),
            campaign: String::new(),
            agent: String::new(),
            said: String::new(),
        }
    });
    found.collect()
}

/// What is meant by the word of an event; none: neither a refusal nor a complaint.
fn meaning(word: &str) -> Option<Told> {
    let word = word.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| word.contains(w));
    match () {
        () if has(&["complain", "投诉", "举报"]) => Some(Told::Complaint),
        () if has(&[
            "refus",
            "do_not_call",
            "donotcall",
            "dnc",
            "opt_out",
            "opt-out",
            "optout",
            "unsubscribe",
            "revo",
            "拒绝",
            "拒访",
            "退订",
            "免打扰",
            "勿扰",
            "撤回",
        ]) =>
        {
            Some(Told::Event)
        }
        () => None,
    }
}

/// Whoever complains does not want to be called, from the day on which that came.
pub fn in_complaints(logs: &[LogFile], complaints: &[Complaint]) -> Vec<Found> {
    let mut found = Vec::new();
    for complaint in complaints {
        let (Who::Numbers(numbers), Some(came)) = (&complaint.who, complaint.received.as_ref().or(complaint.happened.as_ref())) else { continue };
        for number in numbers {
            found.push(Found {
                number: number.key,
                at: (came.first, came.last),
                day: came.precision == Precision::Day,
                told: Told::Complaint,
                source: logs[complaint.file].path.clone(),
                line: complaint.line,
                call_id: complaint.id.clone(),
                campaign: String::new(),
                agent: String::new(),
                said: complaint.subject.clone(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_refusals_by_their_word_or_by_their_list() {
        assert_eq!(
            [meaning("refusal"), meaning("客户拒绝"), meaning("DNC"), meaning("用户投诉")],
            [Some(Told::Event), Some(Told::Event), Some(Told::Event), Some(Told::Complaint)]
        );
        assert_eq!([by_word("要求勿扰"), by_word("Not Interested"), by_word("待跟进")], [Some(Told::DoNotCall), Some(Told::Refused), None]);
        assert_eq!([meaning("purchase"), meaning("购买")], [None, None]);
    }
}
