//! Chosen calls, followed through an audit: what each rule said of them before anything was counted. What rules found is in the rows of the csv
//! output; a call of which a rule says that it was judged, and that is not there, is clear.

use std::collections::HashSet;
use std::sync::Mutex;

use super::pass::Judge;
use super::tuples::{Ordinal, Status, exempt_by, status};
use crate::calls::columns::{AnsweredBy, Column, Direction, Field};
use crate::calls::timestamps::rfc3339;
use crate::input::mapping::{Batch, NONE};
use crate::language::rules::Msg;
use crate::language::{Lang, fill};
use crate::rules::{Exempt, Plan, RowContext, counts};
use crate::ruleset::Ruleset;

/// Candidate zones of a callee that are named.
const ZONES: usize = 6;

/// Why a rule did not judge a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It does not go out.
    Direction(Direction),
    /// `where` is not true of it.
    Where,
    /// The callee is not where the rule applies.
    Elsewhere,
    /// This takes it out.
    Exempt(Exempt),
    /// `count` does not count it.
    NotCounted,
    /// It is not within the rule's dates.
    NotInEffect,
    /// It lies before `--since`.
    BeforeSince,
}

impl Reason {
    /// What an exemption is called in its ruleset: its id, the id of a list, or SQL.
    pub fn exemption(exempt: &Exempt, ruleset: &Ruleset) -> String {
        match exempt {
            Exempt::List(l) => ruleset.lists.get(*l).map_or_else(String::new, |l| l.id.clone()),
            Exempt::Sql(p, _) => ruleset.predicates.get(*p).map_or_else(String::new, |e| e.sql.clone()),
            Exempt::Named(n) => ruleset.exemptions.get(*n).map_or_else(String::new, |e| e.id.clone()),
        }
    }
}

/// What one rule said of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The rule.
    pub rule: String,
    /// What became of the call.
    pub status: Status,
    /// Why, where the status alone does not tell.
    pub reason: Option<Reason>,
}

impl Said {
    /// What became of the call, as people read it.
    pub fn sentence(&self, lang: Lang, ruleset: &Ruleset) -> String {
        let with = |message: Msg, values: &[(&str, &str)]| fill(message.text(lang), values);
        match (self.status, &self.reason) {
            (Status::Judged, _) => with(Msg::SaidJudged, &[]),
            (Status::Unknown, _) => with(Msg::OutUnknown, &[]),
            (Status::NoKey, _) => with(Msg::OutNoKey, &[]),
            (Status::NoTime, _) => with(Msg::OutNoTime, &[]),
            (Status::Uncovered, _) => with(Msg::OutUncovered, &[]),
            (_, Some(Reason::Direction(d))) => with(Msg::OutDirection, &[("direction", d.word())]),
            (_, Some(Reason::Where)) => with(Msg::OutWhere, &[]),
            (_, Some(Reason::Elsewhere)) => with(Msg::OutElsewhere, &[]),
            (_, Some(Reason::Exempt(exempt))) => with(Msg::OutExempt, &[("exempt", &Reason::exemption(exempt, ruleset))]),
            (_, Some(Reason::NotCounted)) => with(Msg::OutNotCounted, &[]),
            (Status::Counted, Some(Reason::NotInEffect)) => with(Msg::CountedNotInEffect, &[]),
            (_, Some(Reason::NotInEffect)) => with(Msg::OutNotInEffect, &[]),
            (Status::Counted, Some(Reason::BeforeSince)) => with(Msg::CountedBeforeSince, &[]),
            (_, Some(Reason::BeforeSince)) => with(Msg::OutBeforeSince, &[]),
            (Status::LeftOut | Status::Counted | Status::Exempt, None) => with(Msg::OutOther, &[]),
        }
    }
}

/// A call as the first pass saw it.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Its place.
    pub row: Ordinal,
    /// Lines before it in its piece; the line in the file as received, where the piece is of a table that was made of it.
    pub counted: u32,
    #[allow(missing_docs)]
    pub own: Option<u64>,
    /// The system's id; empty where there is none.
    pub call_id: String,
    /// Columns and what they hold, without those that are null.
    pub facts: Vec<(String, String)>,
    /// By rule, of those that could be evaluated.
    pub said: Vec<Said>,
}

/// A call that was followed.
#[derive(Clone, Debug)]
pub struct Call {
    /// The path of its source.
    pub source: String,
    /// Its line there.
    pub line: u64,
    /// Does it repeat another row, so that no rule counted or judged it?
    pub duplicate: bool,
    /// What the first pass saw.
    pub seen: Followed,
}

/// Which calls are followed.
#[derive(Debug)]
enum Wanted {
    /// All, without what their columns hold.
    All,
    /// Those of this id, or at this place.
    Name(String),
    /// Those at these places; their starts tell the others apart before places are known.
    Places { places: HashSet<(String, u64)>, starts: HashSet<i64> },
}

/// Follows chosen calls through an audit.
#[derive(Debug)]
pub struct Trace {
    wanted: Wanted,
    calls: Mutex<Vec<Call>>,
}

impl Trace {
    /// Follows all calls, without what their columns hold.
    pub fn all() -> Trace {
        Trace { wanted: Wanted::All, calls: Mutex::default() }
    }

    /// Follows the calls of this id, or at this place (`calls.csv:12`).
    pub fn of(name: &str) -> Trace {
        Trace { wanted: Wanted::Name(name.to_owned()), calls: Mutex::default() }
    }

    /// Follows the calls at these places (source and line), which begin at these instants.
    pub fn at(places: &[(String, u64)], starts: &[i64]) -> Trace {
        let wanted = Wanted::Places { places: places.iter().cloned().collect(), starts: starts.iter().copied().collect() };
        Trace { wanted, calls: Mutex::default() }
    }

    /// Is it told what the columns of these calls hold?
    fn with_facts(&self) -> bool {
        !matches!(self.wanted, Wanted::All)
    }

    /// May it be one of the chosen calls? Places are compared when they are known.
    pub fn wants(&self, batch: &Batch, call: usize) -> bool {
        match &self.wanted {
            Wanted::All => true,
            Wanted::Name(name) => {
                let place = name.rsplit_once(':').is_some_and(|(_, line)| line.bytes().all(|b| b.is_ascii_digit()));
                place || name == batch.call_id.get(call)
            }
            Wanted::Places { starts, .. } => starts.contains(&batch.start[call]),
        }
    }

    /// Takes the calls of a piece of the source at `path`, before which lie so many lines and records.
    pub fn take(&self, path: &str, lines: u64, base: Ordinal, followed: Vec<Followed>) {
        for mut seen in followed {
            let line = seen.own.unwrap_or(lines + u64::from(seen.counted) + 1);
            let chosen = match &self.wanted {
                Wanted::All => true,
                Wanted::Name(name) => *name == seen.call_id || name.strip_prefix(path).and_then(|n| n.strip_prefix(':')).is_some_and(|n| n == line.to_string()),
                Wanted::Places { places, .. } => places.contains(&(path.to_owned(), line)),
            };
            if chosen {
                seen.row = Ordinal(base.0 + seen.row.0);
                self.calls.lock().expect("trace").push(Call { source: path.to_owned(), line, duplicate: false, seen });
            }
        }
    }

    /// These rows (sorted) repeat others.
    pub fn duplicates(&self, rows: &[Ordinal]) {
        self.calls.lock().expect("trace").iter_mut().for_each(|c| c.duplicate = rows.binary_search(&c.seen.row).is_ok());
    }

    /// Hands over the calls, in the order of their places.
    pub fn calls(&self) -> Vec<Call> {
        let mut calls = std::mem::take(&mut *self.calls.lock().expect("trace"));
        calls.sort_by_key(|c| c.seen.row);
        calls
    }
}

impl Judge<'_> {
    /// A call and what the rules said of it. `flags`: of a rule, by its number, and whether its regions leave the call out.
    pub(super) fn follow(&self, cx: &RowContext<'_>, i: usize, predicates: &[Vec<Option<bool>>], flags: &dyn Fn(usize) -> (u8, bool)) -> Followed {
        let said = |(r, rule): (usize, &&dyn crate::rules::Rule)| {
            let (flags, elsewhere) = flags(r);
            Said { rule: rule.common().id.clone(), status: status(flags), reason: self.reason(r, cx, i, predicates, (flags, elsewhere)) }
        };
        Followed {
            row: Ordinal(cx.batch.record[i]),
            counted: 0,
            own: None,
            call_id: cx.batch.call_id.get(i).to_owned(),
            facts: if self.trace.is_some_and(Trace::with_facts) { self.facts(cx, i) } else { Vec::new() },
            said: self.rules.iter().enumerate().map(said).collect(),
        }
    }

    /// Why a rule left a call out, or only counted it: the questions in the order in which judging asks them.
    fn reason(&self, r: usize, cx: &RowContext<'_>, i: usize, predicates: &[Vec<Option<bool>>], (flags, elsewhere): (u8, bool)) -> Option<Reason> {
        let (rule, batch, status) = (self.rules[r], cx.batch, status(flags));
        let common = rule.common();
        let value = |p: usize| predicates[p][i];
        let row = matches!(rule.plan(), Plan::Row(_));
        match status {
            Status::Exempt => return self.exempt[r].get(exempt_by(flags)).map(|e| Reason::Exempt((*e).clone())),
            Status::LeftOut if !common.any_direction && batch.direction[i].0 != Direction::Outbound => return Some(Reason::Direction(batch.direction[i].0)),
            Status::LeftOut if common.filter.map(value) == Some(Some(false)) => return Some(Reason::Where),
            Status::LeftOut if elsewhere => return Some(Reason::Elsewhere),
            Status::LeftOut | Status::Counted => {}
            _ => return None,
        }
        // A rule that counts judges by time only what has a key and is counted.
        if row || status == Status::Counted {
            if batch.start[i] < self.since {
                return Some(Reason::BeforeSince);
            }
            if !self.in_effect(common, cx, i, !row) {
                return Some(Reason::NotInEffect);
            }
        }
        (!counts(common.count, batch.outcome[i], batch.answered_by[i], value)).then_some(Reason::NotCounted)
    }

    /// What is known of a call, column by column.
    fn facts(&self, cx: &RowContext<'_>, i: usize) -> Vec<(String, String)> {
        let batch = cx.batch;
        let instant = |at: i64| if at == NONE { String::new() } else { rfc3339(at) };
        let length = |ms: i64| if ms == NONE { String::new() } else { super::store::thousandths(ms).to_string() };
        let members = cx.view.members(batch.zones[i]);
        let mut zones: Vec<&str> = members.iter().map(|z| cx.view.clock(*z).name.as_str()).collect();
        zones.sort_unstable();
        let more = zones.len().saturating_sub(ZONES);
        zones.truncate(ZONES);
        let zones = if more > 0 { format!("{} … +{more}", zones.join(", ")) } else { zones.join(", ") };
        let start = instant(batch.start[i]);
        let both = if batch.start_last[i] == batch.start[i] { start } else { format!("{start} – {}", instant(batch.start_last[i])) };
        let mut facts = vec![
            (Column::StartedAt.name().to_owned(), both),
            (Column::AnsweredAt.name().to_owned(), instant(batch.answered[i])),
            (Column::EndedAt.name().to_owned(), instant(batch.ended[i])),
            (Column::RingS.name().to_owned(), length(batch.ring[i])),
            (Column::TalkS.name().to_owned(), length(batch.talk[i])),
            (Column::TotalS.name().to_owned(), length(batch.total[i])),
            (Column::Caller.name().to_owned(), self.dictionary.show(batch.caller[i].key)),
            (Column::Callee.name().to_owned(), self.dictionary.show(batch.callee[i].key)),
            (Column::CalleeZone.name().to_owned(), zones),
            (Column::Direction.name().to_owned(), batch.direction[i].0.word().to_owned()),
            (Column::Outcome.name().to_owned(), batch.outcome[i].word().to_owned()),
            (Column::AnsweredBy.name().to_owned(), batch.answered_by[i].map_or("", AnsweredBy::word).to_owned()),
        ];
        for (field, texts) in &batch.texts {
            let length = matches!(field, Field::Canonical(c) if c.kind() == crate::calls::columns::Kind::Seconds || *c == Column::CalleeZone);
            if !length {
                facts.push((field.name(), texts.get(i).to_owned()));
            }
        }
        facts.retain(|f| !f.1.is_empty());
        facts
    }
}
