//! Which legs are one call, and what that call is. Legs share a key; who was dialled tells how many attempts they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::calls::columns::{Column, Direction, Field, Outcome};
use crate::calls::timestamps::epoch_in_id;
use crate::input::folds::{Bytes, Fate, Values, push_text};
use crate::input::layout::is_uuid;
use crate::input::mapping::NONE;

/// A record that may be one of several of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// What the legs of a call share.
    pub key: Box<str>,
    /// When it began.
    pub start: i64,
    /// Its own id.
    pub call_id: Box<str>,
    /// Fingerprint of its text: what no order of rows changes.
    pub print: [u8; 16],
    /// Its input.
    pub source: u32,
    /// Its place there.
    pub offset: u64,
    /// Does its callee lie outside: a number that is no extension?
    pub outside: bool,
    /// Is it the side of the agent, whoever was called?
    pub agent: bool,
    /// What it says.
    pub values: Values,
    /// Texts by field, empty where null.
    pub texts: Vec<Box<str>>,
}

impl Leg {
    fn rank(&self) -> (&str, i64, &str, &[u8; 16], u32, u64) {
        (&self.key, self.start, &self.call_id, &self.print, self.source, self.offset)
    }

    fn inbound(&self) -> bool {
        self.values.direction == (Direction::Inbound, true) && !self.agent
    }

    fn attempt(&self) -> bool {
        self.outside && !self.agent && (!self.values.direction.1 || self.values.direction.0 == Direction::Outbound)
    }

    /// When it ended, as far as it tells.
    fn end(&self) -> i64 {
        let Values { ended, total, .. } = self.values;
        if ended != NONE { ended } else { self.start.saturating_add(total.max(0)) }
    }
}

impl Ord for Leg {
    fn cmp(&self, other: &Leg) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Leg {
    fn partial_cmp(&self, other: &Leg) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl super::sorter::Item for Leg {
    fn weight(&self) -> usize {
        let texts: usize = self.texts.iter().map(|t| t.len() + 16).sum();
        std::mem::size_of::<Leg>() + self.key.len() + self.call_id.len() + texts
    }

    fn encode(&self, out: &mut Vec<u8>) {
        push_text(out, &self.key);
        out.extend_from_slice(&self.start.to_le_bytes());
        push_text(out, &self.call_id);
        out.extend_from_slice(&self.print);
        out.extend_from_slice(&self.source.to_le_bytes());
        out.extend_from_slice(&self.offset.to_le_bytes());
        out.extend_from_slice(&[u8::from(self.outside), u8::from(self.agent)]);
        self.values.encode(out);
        self.texts.iter().for_each(|text| push_text(out, text));
    }

    fn decode(bytes: &[u8]) -> Option<Leg> {
        let mut bytes = Bytes(bytes);
        let mut leg = Leg {
            key: bytes.text()?.into(),
            start: bytes.time()?,
            call_id: bytes.text()?.into(),
            print: bytes.take(16)?.try_into().ok()?,
            source: bytes.word()?,
            offset: bytes.long()?,
            outside: bytes.byte()? == 1,
            agent: bytes.byte()? == 1,
            values: Values::decode(&mut bytes)?,
            texts: Vec::new(),
        };
        while !bytes.0.is_empty() {
            leg.texts.push(bytes.text()?.into());
        }
        Some(leg)
    }
}

/// Legs of one key of which one begins so long (ms) after all before it had ended are another call: systems use their ids again.
const APART: i64 = 86_400_000;

/// When the rows of each input began, by minute: tells whether two inputs are one log that was cut in two.
#[derive(Debug, Default)]
pub struct Spans(BTreeMap<u32, BTreeMap<i64, u64>>);

impl Spans {
    /// Takes the start (ms) of a row.
    pub fn add(&mut self, source: u32, start: i64) {
        *self.0.entry(source).or_default().entry(start.div_euclid(60_000)).or_default() += 1;
    }

    /// Did nearly all of one of two inputs begin after the last of the other? Two systems that worked at the same time do not look so.
    fn follow(&self, a: u32, b: u32) -> bool {
        let after = |earlier, later| {
            let (Some(earlier), Some(later)) = (self.0.get(&earlier), self.0.get(&later)) else { return false };
            let end = earlier.last_key_value().map_or(i64::MIN, |m| *m.0);
            let under_way: u64 = later.range(..end).map(|m| m.1).sum();
            // A call is written down when it ends: those under way at the cut stand in the later log.
            under_way <= (later.values().sum::<u64>() / 10).max(4)
        };
        after(a, b) || after(b, a)
    }
}

/// What becomes of each leg of one key, in the order of the legs, which are sorted; None: nothing but itself. `fields` are those of the texts.
pub fn fold(legs: &[Leg], fields: &[Field], spans: &Spans) -> Vec<Option<Fate>> {
    let mut fates = vec![None; legs.len()];
    for component in components(legs, spans) {
        let mut rest = component.as_slice();
        while let Some(first) = rest.first() {
            let mut end = legs[*first].end();
            let mut count = 0;
            for leg in rest.iter().map(|i| &legs[*i]) {
                if leg.start.saturating_sub(end) > APART {
                    break;
                }
                end = end.max(leg.end()).max(leg.start);
                count += 1;
            }
            let (now, after) = rest.split_at(count.max(1));
            rest = after;
            calls(legs, now, fields, &mut fates);
        }
    }
    fates
}

/// The legs of one key by the inputs that tell of the same call: those of one input, and those of inputs that have a row in common; all of them, where
/// the key means the same everywhere, so that a log may be cut in the midst of a call; and those of inputs that follow each other, where it means the same
/// on one system.
fn components(legs: &[Leg], spans: &Spans) -> Vec<Vec<usize>> {
    let (one, key) = legs.first().map_or((0, ""), |l| (l.source, &l.key));
    if legs.iter().all(|l| l.source == one) || is_unique(key) {
        return vec![(0..legs.len()).collect()];
    }
    let counted = key.split(PART).any(|id| epoch_in_id(id).is_some());
    // The lowest source that each source is known to be one with.
    let mut with: BTreeMap<u32, u32> = legs.iter().map(|l| (l.source, l.source)).collect();
    let mut unite = |a: u32, b: u32| {
        let (a, b) = (with[&a], with[&b]);
        with.values_mut().filter(|w| **w == a.max(b)).for_each(|w| *w = a.min(b));
    };
    legs.windows(2).filter(|p| same_row(&p[0], &p[1])).for_each(|p| unite(p[0].source, p[1].source));
    if counted {
        let sources: BTreeSet<u32> = legs.iter().map(|l| l.source).collect();
        for (n, a) in sources.iter().enumerate() {
            sources.iter().skip(n + 1).filter(|b| spans.follow(*a, **b)).for_each(|b| unite(*a, *b));
        }
    }
    let mut components: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (i, leg) in legs.iter().enumerate() {
        components.entry(with[&leg.source]).or_default().push(i);
    }
    components.into_values().collect()
}

/// Ends each part of a key.
const PART: char = '\u{1f}';

/// Holds this key an id that no two calls of any systems have: a UUID, or 32 hexadecimal digits with two letters in front at most? A second and a count,
/// as Asterisk gives them, is none: two servers that were started together count alike.
fn is_unique(key: &str) -> bool {
    key.split(PART).any(|id| {
        let hex = |text: &str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_uuid(id) || id.len() <= 34 && id.get(id.len().saturating_sub(32)..).is_some_and(hex)
    })
}

fn same_row(a: &Leg, b: &Leg) -> bool {
    a.start == b.start && a.call_id == b.call_id && a.print == b.print
}

/// The legs of one call: those that are the call, and those beside it.
#[derive(Debug, Default)]
struct Call {
    own: Vec<usize>,
    beside: Vec<usize>,
    attempt: bool,
}

/// Folds legs of one key that are near in time.
fn calls(legs: &[Leg], of: &[usize], fields: &[Field], fates: &mut [Option<Fate>]) {
    let mut different: Vec<usize> = Vec::new();
    for i in of {
        match different.last() {
            Some(last) if same_row(&legs[*last], &legs[*i]) => fates[*i] = Some(Fate::Duplicate),
            _ => different.push(*i),
        }
    }
    for call in grouped(legs, &different) {
        if call.own.len() + call.beside.len() < 2 {
            continue;
        }
        let Some((head, others)) = call.own.split_first() else { continue };
        fates[*head] = Some(merged(legs, &call, fields));
        others.iter().chain(&call.beside).for_each(|i| fates[*i] = Some(Fate::Leg));
    }
}

/// One call for all that came in, one for each callee outside that was dialled; legs inside belong to the call that began last before them.
fn grouped(legs: &[Leg], of: &[usize]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut inbound: Option<usize> = None;
    let mut attempts: Vec<(crate::calls::keys::Key, usize)> = Vec::new();
    let mut inside = Vec::new();
    for i in of {
        let leg = &legs[*i];
        let known = match (leg.inbound(), leg.attempt()) {
            (true, _) => inbound,
            (false, true) => attempts.iter().find(|a| a.0 == leg.values.callee.key).map(|a| a.1),
            (false, false) => {
                inside.push(*i);
                continue;
            }
        };
        let call = known.unwrap_or_else(|| {
            calls.push(Call { attempt: !leg.inbound(), ..Call::default() });
            let call = calls.len() - 1;
            if leg.inbound() {
                inbound = Some(call)
            } else {
                attempts.push((leg.values.callee.key, call))
            }
            call
        });
        calls[call].own.push(*i);
    }
    if calls.is_empty() {
        // Agents alone are no call to anybody: each such row says so when it is read.
        let (agents, own): (Vec<usize>, Vec<usize>) = inside.into_iter().partition(|i| legs[*i].agent);
        return if own.is_empty() { Vec::new() } else { vec![Call { own, beside: agents, attempt: true }] };
    }
    for i in inside {
        let last = calls.iter().rposition(|c| legs[c.own[0]].start <= legs[i].start);
        calls[last.unwrap_or(0)].beside.push(i);
    }
    calls
}

/// The best comes first.
const OUTCOMES: [Outcome; 12] = [
    Outcome::Answered,
    Outcome::Voicemail,
    Outcome::Abandoned,
    Outcome::Busy,
    Outcome::Rejected,
    Outcome::NoAnswer,
    Outcome::Canceled,
    Outcome::Unreachable,
    Outcome::Invalid,
    Outcome::Failed,
    Outcome::Blocked,
    Outcome::Unknown,
];

fn merged(legs: &[Leg], call: &Call, fields: &[Field]) -> Fate {
    let own: Vec<&Leg> = call.own.iter().map(|i| &legs[*i]).collect();
    let beside: Vec<&Leg> = call.beside.iter().map(|i| &legs[*i]).collect();
    // What came in is answered inside; whoever was dialled outside answers himself.
    let mut speaking: Vec<&Leg> = own.iter().chain(beside.iter().filter(|b| !call.attempt && !b.agent)).copied().collect();
    speaking.sort();
    let rank = |l: &&Leg| OUTCOMES.iter().position(|o| *o == l.values.outcome).unwrap_or(OUTCOMES.len());
    let head = own[0];
    let best = speaking.iter().copied().min_by_key(rank).unwrap_or(head);
    let answers = speaking.iter().filter(|l| l.values.outcome == best.values.outcome && l.values.answered != NONE);
    let answer = answers.min_by_key(|l| l.values.answered);
    let talked = matches!(best.values.outcome, Outcome::Answered | Outcome::Voicemail | Outcome::Abandoned);
    let since = answer.map_or(head.start, |a| a.values.answered);
    // Who was answered may be handed on inside: the call goes on.
    let after = beside.iter().filter(|b| call.attempt && talked && b.start >= since && !b.agent);
    let lasting: Vec<&Leg> = speaking.iter().chain(after).copied().collect();
    let mut values = head.values.clone();
    values.caller = own.iter().map(|l| l.values.caller).find(|n| !n.key.is_null()).unwrap_or(values.caller);
    if let Some(called) = own.iter().find(|l| !l.values.callee.key.is_null()) {
        (values.callee, values.zones) = (called.values.callee, called.values.zones);
    }
    values.outcome = best.values.outcome;
    values.answered_by = best.values.answered_by.or_else(|| own.iter().find_map(|l| l.values.answered_by));
    if lasting.len() > 1 {
        times(head.start, answer.copied(), &speaking, &lasting, &mut values);
    }
    let last = lasting.iter().copied().max_by_key(|l| (l.end(), std::cmp::Reverse(l.rank()))).unwrap_or(head);
    let mut texts = Vec::new();
    for (n, field) in fields.iter().enumerate() {
        let first = |legs: &[&Leg]| legs.iter().map(|l| &l.texts[n]).find(|t| !t.is_empty()).cloned();
        let near = match field {
            Field::Canonical(Column::RingS | Column::TalkS | Column::TotalS) => continue,
            Field::Canonical(Column::Cause | Column::OutcomeRaw) => first(&[best]),
            Field::Canonical(Column::HangupBy) => first(&[last]),
            _ => None,
        };
        let text = near.or_else(|| first(&own)).or_else(|| if of_the_callee(field) { None } else { first(&beside) });
        if let Some(text) = text.filter(|t| *t != head.texts[n]) {
            texts.push((u16::try_from(n).unwrap_or(u16::MAX), text));
        }
    }
    Fate::Call(Box::new(values), texts)
}

/// What only a leg to the callee can tell.
fn of_the_callee(field: &Field) -> bool {
    match field {
        Field::Canonical(c) => {
            matches!(c, Column::CalleeId | Column::Person | Column::CalleeZone | Column::CalleeRegion | Column::CalleeClass | Column::Response | Column::Lead)
        }
        Field::Raw(_) => true,
    }
}

/// From the first ring to the last end. `speaking` legs tell how the call went, `lasting` ones how long.
fn times(start: i64, answer: Option<&Leg>, speaking: &[&Leg], lasting: &[&Leg], values: &mut Values) {
    (values.answered, values.answered_last) = answer.map_or((NONE, NONE), |a| (a.values.answered, a.values.answered_last));
    // An end before the answer is that of another leg: this one's is not known.
    let ending = lasting.iter().filter(|l| l.values.ended != NONE && l.values.ended >= values.answered).max_by_key(|l| l.values.ended);
    (values.ended, values.ended_last) = ending.map_or((NONE, NONE), |e| (e.values.ended, e.values.ended_last));
    // Where there are no instants, the lengths of the legs that ended as the call did tell.
    let outcome = values.outcome;
    let longest = |of: fn(&Values) -> i64| speaking.iter().filter(|l| l.values.outcome == outcome).map(|l| of(&l.values)).max().unwrap_or(NONE);
    let between = |from: i64, to: i64| (from != NONE && to != NONE).then(|| to - from);
    values.ring = between(start, values.answered).unwrap_or_else(|| longest(|v| v.ring));
    values.talk = between(values.answered, values.ended).unwrap_or_else(|| longest(|v| v.talk));
    let reach = lasting.iter().filter(|l| l.values.total != NONE).map(|l| l.start + l.values.total - start).max();
    values.total = between(start, values.ended).or(reach.filter(|r| start + r >= values.answered)).unwrap_or(NONE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_follow_each_other_or_were_written_at_the_same_time() {
        let mut spans = Spans::default();
        let minutes = |spans: &mut Spans, source, range: std::ops::Range<i64>| range.for_each(|m| spans.add(source, m * 60_000));
        minutes(&mut spans, 0, 0..100);
        // Cut at 100: calls that had begun before are written behind the cut.
        minutes(&mut spans, 1, 90..200);
        minutes(&mut spans, 2, 0..300);
        assert!(spans.follow(0, 1) && spans.follow(1, 0));
        assert!(!spans.follow(0, 2) && !spans.follow(2, 1) && !spans.follow(1, 2));
    }

    #[test]
    fn ids_that_no_two_calls_have() {
        for key in [
            "61777b1a-e7ca-41f1-b492-02fc00000001",
            "CA0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789ABCDEF",
            "12\u{1f}61777b1a-e7ca-41f1-b492-02fc00000001\u{1f}",
        ] {
            assert!(is_unique(key), "{key}");
        }
        for key in [
            "1795010400.12",
            "pbx-a-1795010400.12",
            "12",
            "1\u{1f}12345",
            "1+12345+StandAloneCluster",
            "2026-11-18",
            "1795010400",
            "主叫0123456789abcdef0123456789abcdef",
            "",
        ] {
            assert!(!is_unique(key), "{key}");
        }
    }
}
