//! The first pass: each piece of each input becomes calls, verdicts of row rules, and tuples of sequence rules.

use std::collections::{BTreeMap, HashMap};

use super::family::Partitioned;
use super::predicates::Predicates;
use super::rows::PieceFacts;
use super::running::Running;
use super::trace::{Followed, Trace};
use super::tuples::{Classes, Ordinal, Status, Tuple, VectorMap, exempt, flag};
use crate::calls::columns::{Column, Direction, Field, Kind, Outcome};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::regions::candidates;
use crate::calls::zones::{ZoneId, ZoneView, Zones};
use crate::input::mapping::{Batch, Counts, Mapping, NONE};
use crate::rules::lists::consent::{Answer, Asked};
use crate::rules::lists::events::{Events, Known};
use crate::rules::lists::{Grace, List, Match, MatchBy, Moment, Others};
use crate::rules::scope::{Applies, Exemption, Regions, exempts};
use crate::rules::sequence::{Extra, KeyFields, Lack, Marked, Sequence, mark};
use crate::rules::{Common, Exempt, Force, Plan, RowContext, RowTest, RowVerdict, Rule, RuleClock, Verdict, broken, counts, note};

/// What judging needs to know, the same for all pieces.
pub struct Judge<'a> {
    /// The rules that can be evaluated.
    pub rules: Vec<&'a dyn Rule>,
    /// The columns of each key family; the first is the callee's, in which duplicates are settled.
    pub families: Vec<KeyFields>,
    /// Users' expressions.
    pub predicates: Predicates,
    /// Which of an `exempt` cannot be checked, by rule.
    pub exempt: Vec<Vec<&'a Exempt>>,
    /// Loaded lists.
    pub lists: &'a [Option<List>],
    /// Those that are no lists of numbers.
    pub others: &'a Others,
    /// Lists of events.
    pub events: &'a [Option<Events>],
    /// Named exemptions, and the events that each asks for.
    pub exemptions: Vec<(&'a Exemption, Known)>,
    /// The ruleset's clock.
    pub zone: ZoneId,
    /// Are there calls that somebody else began?
    pub inbound: bool,
    /// Keys.
    pub dictionary: &'a Dictionary,
    /// Zones.
    pub zones: &'a Zones,
    /// Classes.
    pub classes: &'a Classes,
    /// Calls before it count and are not judged.
    pub since: i64,
    /// Do classes hold zones?
    pub with_zones: bool,
    /// What detectors ask of each call besides its marks.
    pub extras: Vec<Extra>,
    /// Follows chosen calls.
    pub trace: Option<&'a Trace>,
    /// Are calls counted by caller, agent and campaign? Only breakdowns ask.
    pub totals: bool,
    /// Does anything show the names of findings?
    pub named: bool,
}

/// How a rule is judged, looked up once for a piece.
enum Planned<'a> {
    Row(&'a dyn RowTest),
    Sequence(&'a dyn Sequence, usize),
}

/// A rule as the loop over calls needs it.
struct Prepared<'a> {
    common: &'a Common,
    plan: Planned<'a>,
    exempt: &'a [&'a Exempt],
    /// The number of its regions among those of all rules.
    regions: Option<usize>,
    dated: bool,
}

/// A quarter of an hour: no clock of today differs from UTC by anything else.
pub const QUARTER: i64 = 900_000;

/// Counts that are never walked into an output in their own order.
pub type Totals = HashMap<Key, u64, foldhash::fast::RandomState>;

impl std::fmt::Debug for Judge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge").field("families", &self.families).finish_non_exhaustive()
    }
}

/// Where callees may be, and to whom each rule with regions applies.
struct Places<'a> {
    rules: Vec<&'a Regions>,
    known: HashMap<Vec<&'static str>, Box<[Applies]>, foldhash::fast::RandomState>,
    /// Of the call at hand, by the number of the regions.
    now: Box<[Applies]>,
    last: Option<*const &'static str>,
    column: Field,
}

impl<'a> Places<'a> {
    fn new(rules: &[Prepared<'a>]) -> Places<'a> {
        let rules: Vec<&Regions> = rules.iter().filter_map(|r| r.common.regions.as_ref()).collect();
        let now = vec![Applies::Yes; rules.len()].into();
        Places { rules, known: HashMap::default(), now, last: None, column: Field::Canonical(Column::CalleeRegion) }
    }

    /// The next call.
    fn look(&mut self, batch: &Batch, i: usize) {
        if self.rules.is_empty() {
            return;
        }
        let found = candidates(batch.text(&self.column, i), batch.callee[i]);
        // Numbers of one area share one table.
        let same = if let std::borrow::Cow::Borrowed(table) = &found { (!table.is_empty()).then_some(table.as_ptr()) } else { None };
        if same.is_some() && same == self.last {
            return;
        }
        self.last = same;
        match self.known.get(&found[..]) {
            Some(known) => self.now.clone_from(known),
            None => {
                self.now = self.rules.iter().map(|r| r.apply(&found)).collect();
                self.known.insert(found.into_owned(), self.now.clone());
            }
        }
    }
}

/// The family in which a rule finds its calls: without inbound calls there are no contacts but callees.
pub fn family_of(key: &KeyFields, inbound: bool) -> KeyFields {
    KeyFields { contact: key.contact && inbound, ..key.clone() }
}

/// A call that a row rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowFinding {
    /// Number of the rule.
    pub rule: u16,
    /// Number of the grouping column in its chain.
    pub column: u8,
    /// Its value.
    pub group: u64,
    /// Local day.
    pub day: i64,
    /// 0 violation, 1 possible.
    pub verdict: u8,
    /// What is broken: one of `rules::broken`.
    pub broken: u8,
    /// When it began.
    pub at: i64,
    /// Its place.
    pub row: Ordinal,
    /// The zone on whose clock it is told.
    pub zone: ZoneId,
    /// The moment that is outside; or what was measured, in thousandths.
    pub moment: i64,
    /// The list.
    pub list: u16,
    /// Bits of `note`.
    pub notes: u8,
}

impl RowFinding {
    /// In the kind's unit.
    pub fn measured(&self) -> Option<f64> {
        broken::measures(self.broken).then(|| super::store::thousandths(self.moment))
    }
}

impl super::sorter::Item for RowFinding {
    fn weight(&self) -> usize {
        std::mem::size_of::<RowFinding>()
    }
    fn encode(&self, out: &mut Vec<u8>) {
        for long in [self.group, self.day.cast_unsigned(), self.at.cast_unsigned(), self.moment.cast_unsigned()] {
            out.extend_from_slice(&long.to_le_bytes());
        }
        out.extend_from_slice(&self.row.0.to_le_bytes());
        for short in [self.rule, self.zone, self.list] {
            out.extend_from_slice(&short.to_le_bytes());
        }
        out.extend_from_slice(&[self.column, self.verdict, self.notes, self.broken]);
    }
    fn decode(b: &[u8]) -> Option<RowFinding> {
        let long = |i: usize| Some(u64::from_le_bytes(b.get(i..i + 8)?.try_into().ok()?));
        let short = |i: usize| Some(u16::from_le_bytes(b.get(i..i + 2)?.try_into().ok()?));
        Some(RowFinding {
            group: long(0)?,
            day: long(8)?.cast_signed(),
            at: long(16)?.cast_signed(),
            moment: long(24)?.cast_signed(),
            row: Ordinal(u32::from_le_bytes(b.get(32..36)?.try_into().ok()?)),
            rule: short(36)?,
            zone: short(38)?,
            list: short(40)?,
            column: *b.get(42)?,
            verdict: *b.get(43)?,
            notes: *b.get(44)?,
            broken: *b.get(45)?,
        })
    }
}

/// What a piece gave.
#[derive(Debug, Default)]
pub struct Piece {
    /// What happened to its rows.
    pub counts: Counts,
    /// Accepted rows.
    pub calls: u64,
    /// Rows after `--until`.
    pub out_of_period: u64,
    /// By family; their places are numbers within the piece.
    pub tuples: Vec<Partitioned>,
    /// Hits of row rules; their places are numbers within the piece.
    pub hits: Vec<RowFinding>,
    /// Its records, with the ids of calls (or a fingerprint of the row where there is none).
    pub facts: PieceFacts,
    /// Calls by hour since 1970.
    pub hours: BTreeMap<i64, u64>,
    /// Calls by quarter of an hour since 1970, of which the hours of every clock are made.
    pub quarters: BTreeMap<i64, u64>,
    /// Calls by outcome.
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Numbers of a column that counts on.
    pub running: Running,
    /// First and last start.
    pub first: Option<i64>,
    #[allow(missing_docs)]
    pub last: Option<i64>,
    /// Calls by caller, agent and campaign.
    pub totals: [Totals; 3],
    /// A defect of an expression, told once.
    pub error: Option<String>,
    /// What tables beside the log told of its calls.
    pub told: super::completion::Told,
    /// A temporary file that cannot be read.
    pub broken: Option<std::io::Error>,
    /// Rejected rows as they are, where they are wanted: index in the rejects, bytes.
    pub rejected: Vec<Vec<u8>>,
    /// The zones that callees may be in.
    pub zone_sets: Vec<u16>,
    /// What was said of calls that somebody follows; their places are numbers within the piece.
    pub followed: Vec<Followed>,
}

impl Judge<'_> {
    /// Judges the calls of one piece. `facts`: its records; `fingerprints`: of the row of a call that has no id.
    pub fn piece(&self, batch: &Batch, counts: Counts, mapping: &Mapping, facts: PieceFacts, fingerprints: &dyn Fn(usize) -> [u8; 16]) -> Piece {
        let mut piece = Piece { counts, calls: batch.len() as u64, facts, ..Piece::default() };
        let predicates = match self.predicates.evaluate(batch, mapping, self.dictionary) {
            Ok(values) => values,
            Err(e) => {
                piece.error = Some(e);
                return piece;
            }
        };
        let view = self.zones.view();
        let near: Vec<Option<Vec<bool>>> = self.lists.iter().map(|l| l.as_ref().and_then(|list| list.screen(&batch.callee))).collect();
        let cx = RowContext { batch, view: &view, lists: self.lists, near: &near, others: self.others, dictionary: self.dictionary };
        let keys: Vec<Vec<Key>> = self.families.iter().map(|family| (0..batch.len()).map(|i| self.key(family, batch, i)).collect()).collect();
        let rules = self.prepared();
        let mut tuples: Vec<Vec<Tuple>> = self.families.iter().map(|_| Vec::with_capacity(batch.len())).collect();
        let mut vector = vec![0_u8; 2 + self.rules.len()];
        let mut last: (Vec<u8>, u32) = (Vec::new(), 0);
        let mut seen = VectorMap::default();
        let mut sets = std::collections::BTreeSet::new();
        let mut places = Places::new(&rules);
        for i in 0..batch.len() {
            places.look(batch, i);
            let row = Ordinal(batch.record[i]);
            let zones = if self.with_zones { batch.zones[i] } else { 0 };
            if self.with_zones {
                sets.insert(zones);
            }
            vector[..2].copy_from_slice(&zones.to_le_bytes());
            for (r, rule) in rules.iter().enumerate() {
                let (flags, hit) = self.rule(r, rule, &cx, i, &predicates, (&keys, &places));
                vector[2 + r] = flags;
                piece.hits.extend(hit);
            }
            if self.trace.is_some_and(|t| t.wants(batch, i)) {
                let elsewhere = |r: usize| rules[r].regions.is_some_and(|n| places.now[n] == Applies::No);
                piece.followed.push(self.follow(&cx, i, &predicates, &|r| (vector[2 + r], elsewhere(r))));
            }
            if last.0 != vector {
                let known = seen.get(vector.as_slice()).copied();
                let class = known.unwrap_or_else(|| self.classes.number(&vector));
                if known.is_none() {
                    seen.insert(vector.as_slice().into(), class);
                }
                last.0.clone_from(&vector);
                last.1 = class;
            }
            for (family, keys) in keys.iter().enumerate() {
                let key = keys[i];
                if family == 0 || key.groups() {
                    tuples[family].push(Tuple { key, at: batch.start[i], row, class: last.1 });
                }
            }
        }
        piece.tuples = tuples.iter().map(|t| Partitioned::new(t)).collect();
        piece.zone_sets = sets.into_iter().collect();
        self.tell(&mut piece, batch, fingerprints);
        piece
    }

    /// What reports, the order of calls and duplicates need: hours, totals, ids, lengths.
    fn tell(&self, piece: &mut Piece, batch: &Batch, fingerprints: &dyn Fn(usize) -> [u8; 16]) {
        let mut now = (i64::MIN, 0_u64);
        for start in &batch.start {
            let quarter = start.div_euclid(QUARTER);
            if quarter == now.0 {
                now.1 += 1;
            } else {
                *piece.quarters.entry(now.0).or_default() += now.1;
                now = (quarter, 1);
            }
        }
        *piece.quarters.entry(now.0).or_default() += now.1;
        piece.quarters.remove(&i64::MIN);
        piece.quarters.iter().for_each(|(quarter, n)| *piece.hours.entry(quarter.div_euclid(4)).or_default() += n);
        batch.outcome.iter().for_each(|o| piece.outcomes[*o as usize] += 1);
        piece.first = batch.start.iter().copied().min();
        piece.last = batch.start.iter().copied().max();
        let mut next = 0;
        for i in 0..batch.len() {
            if self.totals && batch.caller[i].key.groups() {
                *piece.totals[0].entry(batch.caller[i].key).or_default() += 1;
            }
            // Records that are no calls have no id.
            for _ in next..batch.record[i] {
                piece.facts.ids.push("");
            }
            next = batch.record[i] + 1;
            match batch.call_id.get(i) {
                "" => piece.facts.ids.push_made(fingerprints(i)),
                id => piece.facts.ids.push(id),
            }
        }
        for extra in &self.extras {
            let mut values = vec![0; piece.facts.count as usize];
            for i in 0..batch.len() {
                values[batch.record[i] as usize] = self.extra(extra, batch, i);
            }
            piece.facts.extras.push(values);
        }
        for (n, column) in [(1, Column::Agent), (2, Column::Campaign)].into_iter().filter(|_| self.totals) {
            let Some((_, texts)) = batch.texts.iter().find(|t| t.0 == Field::Canonical(column)) else { continue };
            let mut by_text: HashMap<&str, u64, foldhash::fast::RandomState> = HashMap::default();
            (0..batch.len()).for_each(|i| *by_text.entry(texts.get(i)).or_default() += 1);
            piece.totals[n] = by_text.into_iter().filter(|(text, _)| !text.is_empty()).map(|(text, n)| (self.dictionary.text(text), n)).collect();
        }
    }

    fn prepared(&self) -> Vec<Prepared<'_>> {
        let mut prepared: Vec<Prepared<'_>> = Vec::with_capacity(self.rules.len());
        for (r, rule) in self.rules.iter().enumerate() {
            let plan = match rule.plan() {
                Plan::Row(test) => Planned::Row(test),
                Plan::Sequence(sequence) => {
                    Planned::Sequence(sequence, self.families.iter().position(|f| *f == family_of(sequence.key(), self.inbound)).unwrap_or(0))
                }
            };
            let regions = rule.common().regions.as_ref().map(|_| prepared.iter().filter(|p| p.regions.is_some()).count());
            prepared.push(Prepared { common: rule.common(), plan, exempt: &self.exempt[r], regions, dated: rule.common().dated() });
        }
        prepared
    }

    fn rule(
        &self,
        r: usize,
        rule: &Prepared<'_>,
        cx: &RowContext<'_>,
        i: usize,
        predicates: &[Vec<Option<bool>>],
        (keys, places): (&[Vec<Key>], &Places<'_>),
    ) -> (u8, Option<RowFinding>) {
        let common = rule.common;
        let batch = cx.batch;
        let value = |p: usize| predicates[p][i];
        let effective = !rule.dated || self.in_effect(common, cx, i, matches!(rule.plan, Planned::Sequence(..)));
        let mut base = u8::from(effective) * flag::IN_EFFECT;
        if let Planned::Sequence(sequence, family) = &rule.plan
            && sequence.has_events()
            && keys[*family][i].groups()
        {
            base |= sequence.marks(&Marked { batch, call: i, view: cx.view, value: &value }) & mark::FIRST;
        }
        let status = |s: Status| (base | s as u8, None);
        if !common.any_direction && batch.direction[i].0 != Direction::Outbound {
            return status(Status::LeftOut);
        }
        match common.filter.map(value) {
            Some(None) => return status(Status::Unknown),
            Some(Some(false)) => return status(Status::LeftOut),
            _ => {}
        }
        let applies = rule.regions.map_or(Applies::Yes, |n| places.now[n]);
        if applies == Applies::No {
            return status(Status::LeftOut);
        }
        let unsure = applies == Applies::Unsure;
        // Rules that count take the first reading of a start that has two, the others look at both: a list may know the callee under one of them only.
        let first = self.exempt_at(rule, cx, i, batch.start[i], value);
        let both = matches!(rule.plan, Planned::Row(_)) && batch.start_last[i] != batch.start[i];
        let last = if both { self.exempt_at(rule, cx, i, batch.start_last[i], value) } else { first };
        if let (Some(by), Some(_)) = (first, last) {
            return (base | exempt(by), None);
        }
        let counted = counts(common.count, batch.outcome[i], batch.answered_by[i], value);
        let in_time = batch.start[i] >= self.since && effective;
        match &rule.plan {
            Planned::Row(test) => {
                if !in_time {
                    return status(Status::LeftOut);
                }
                let verdict = test.judge(cx, i, [first.is_some(), last.is_some()]);
                match verdict {
                    RowVerdict::NoKey => status(Status::NoKey),
                    RowVerdict::NoTime => status(Status::NoTime),
                    _ if !counted => status(Status::LeftOut),
                    RowVerdict::Uncovered => status(Status::Uncovered),
                    RowVerdict::Clear => status(Status::Judged),
                    RowVerdict::Hit(hit) => {
                        let (column, group) = test
                            .group_by()
                            .iter()
                            .enumerate()
                            .map(|(n, f)| (n, self.field_key(f, batch, i)))
                            .find(|(_, k)| !k.is_null())
                            .unwrap_or((255, Key::NULL));
                        let day = cx.view.clock(hit.zone).local(hit.moment).div_euclid(crate::calls::zones::DAY);
                        let finding = RowFinding {
                            rule: u16::try_from(r).unwrap_or(0),
                            column: u8::try_from(column).unwrap_or(255),
                            group: group.0,
                            day,
                            verdict: u8::from(hit.verdict == Verdict::Possible || unsure || common.force == Force::Signal),
                            broken: hit.broken,
                            at: batch.start[i],
                            row: Ordinal(batch.record[i]),
                            zone: hit.zone,
                            moment: if broken::measures(hit.broken) { hit.measured } else { hit.moment },
                            list: hit.list,
                            notes: hit.notes | (u8::from(unsure) * note::UNSURE),
                        };
                        (base | Status::Judged as u8, Some(finding))
                    }
                }
            }
            Planned::Sequence(sequence, family) => {
                if !keys[*family][i].groups() {
                    return status(if in_time { Status::NoKey } else { Status::LeftOut });
                }
                if !counted {
                    return status(Status::LeftOut);
                }
                if let Some(lack) = sequence.lacks(batch, i, cx.dictionary) {
                    let lacking = if lack == Lack::Key { Status::NoKey } else { Status::NoTime };
                    return status(if in_time { lacking } else { Status::LeftOut });
                }
                let s = if in_time { Status::Judged } else { Status::Counted };
                let marks = sequence.marks(&Marked { batch, call: i, view: cx.view, value: &value }) & (mark::FIRST | mark::SECOND | mark::THIRD);
                (base | s as u8 | marks | (u8::from(unsure) * mark::UNSURE), None)
            }
        }
    }

    /// Which exemption takes the call out, if it began then.
    fn exempt_at(&self, rule: &Prepared<'_>, cx: &RowContext<'_>, i: usize, at: i64, value: impl Fn(usize) -> Option<bool>) -> Option<usize> {
        let batch = cx.batch;
        // Days and months of the rule's clock; of callees that may be on several clocks those of the ruleset.
        let zone = if let RuleClock::Zone(zone) = rule.common.clock { zone } else { self.zone };
        rule.exempt.iter().position(|exempt| match exempt {
            Exempt::Sql(p, _) => value(*p) == Some(true),
            Exempt::Named(n) => {
                let (exemption, events) = &self.exemptions[*n];
                let key = || self.key(&KeyFields { fields: exemption.per.clone(), contact: false }, batch, i);
                exemption.filter.is_none_or(|p| value(p) == Some(true))
                    && (exemption.list.is_none() || exempts(exemption, events, key(), at, cx.view.clock(zone)))
            }
            Exempt::List(l) if self.others.consents[*l].is_some() => self.others.consents[*l].as_ref().is_some_and(|list| {
                let text = |column| batch.text(&Field::Canonical(column), i);
                let of_call = [Column::Purpose, Column::Mode, Column::Seller].map(text);
                let asked = Asked { at, of_call, grace: Grace::None, calendar: None, max_age: None, proof: false, kinds: &[] };
                list.ask(batch.callee[i], text(Column::CalleeId), &asked, self.dictionary) == Answer::Yes
            }),
            Exempt::List(l) if !cx.may_stand_on(*l, i) => false,
            Exempt::List(l) => self.lists[*l].as_ref().is_some_and(|list| {
                let purpose = batch.text(&Field::Canonical(Column::Purpose), i);
                let by_id = list.by() == MatchBy::CalleeId;
                let masked = batch.callee[i].sort == crate::calls::numbers::Sort::Masked;
                let moment = Moment { at, purpose, grace: Grace::None, calendar: None };
                let id = batch.text(&Field::Canonical(Column::CalleeId), i);
                (by_id || (!masked && batch.callee[i].key.groups()))
                    && matches!(list.find(batch.callee[i], id, &moment, self.dictionary), Match::Certain { .. })
            }),
        })
    }

    /// Does the call lie within the rule's dates on any clock and reading that it may have?
    pub(super) fn in_effect(&self, common: &Common, cx: &RowContext<'_>, i: usize, sequence: bool) -> bool {
        if !common.dated() {
            return true;
        }
        let (zones, _) = common.zones(cx.view, cx.batch.zones[i]);
        let starts = [cx.batch.start[i], cx.batch.start_last[i]];
        let readings = if sequence { &starts[..1] } else { &starts[..] };
        zones.iter().any(|z| readings.iter().any(|s| common.in_effect(cx.view.clock(*z).local(*s))))
    }

    fn field_key(&self, field: &Field, batch: &Batch, i: usize) -> Key {
        match field {
            Field::Canonical(Column::Callee) => batch.callee[i].key,
            Field::Canonical(Column::Caller) => batch.caller[i].key,
            Field::Canonical(Column::StartedAt) => self.dictionary.text(&crate::calls::timestamps::rfc3339(batch.start[i])),
            Field::Canonical(c) if c.kind() == Kind::Instant => {
                let at = if *c == Column::AnsweredAt { batch.answered[i] } else { batch.ended[i] };
                if at == NONE { Key::NULL } else { self.dictionary.text(&crate::calls::timestamps::rfc3339(at)) }
            }
            _ => self.dictionary.text(batch.text(field, i)),
        }
    }

    fn extra(&self, extra: &Extra, batch: &Batch, i: usize) -> u64 {
        match extra {
            // An end known to the minute may seem to lie before a start known to the second: such a call has no length.
            Extra::Length => u64::try_from(end(batch, i) - batch.start[i]).unwrap_or(0),
            Extra::Value(field) => self.field_key(field, batch, i).0,
            Extra::Empty(fields) => fields.iter().enumerate().filter(|(_, f)| self.is_empty(f, batch, i)).fold(0, |bits, (n, _)| bits | 1 << n.min(63)),
        }
    }

    /// Has the call nothing in this column?
    fn is_empty(&self, field: &Field, batch: &Batch, i: usize) -> bool {
        match field {
            Field::Canonical(Column::CallId) => batch.call_id.get(i).is_empty(),
            Field::Canonical(Column::RingS) => batch.ring[i] == NONE,
            Field::Canonical(Column::TalkS) => batch.talk[i] == NONE,
            Field::Canonical(Column::TotalS) => batch.total[i] == NONE,
            Field::Canonical(Column::Outcome) => batch.outcome[i] == Outcome::Unknown,
            Field::Canonical(Column::Direction) => !batch.direction[i].1,
            Field::Canonical(Column::AnsweredBy) => batch.answered_by[i].is_none(),
            field => self.field_key(field, batch, i).is_null(),
        }
    }

    /// The key of a family: null if any of its columns is.
    fn key(&self, family: &KeyFields, batch: &Batch, i: usize) -> Key {
        let inbound = family.contact && batch.direction[i].0 == Direction::Inbound;
        match family.fields.as_slice() {
            [one] => self.contact_key(one, batch, i, inbound),
            [] => self.dictionary.text("*"),
            many => {
                let mut keys = Vec::with_capacity(many.len());
                for field in many {
                    let key = self.contact_key(field, batch, i, inbound);
                    if !key.groups() {
                        return Key::NULL;
                    }
                    keys.push(key);
                }
                self.dictionary.several(&keys)
            }
        }
    }
}

impl Judge<'_> {
    /// A column of a key; of an inbound call the numbers are exchanged, since its customer is the caller.
    fn contact_key(&self, field: &Field, batch: &Batch, i: usize, inbound: bool) -> Key {
        match field {
            Field::Canonical(Column::Callee) if inbound => batch.caller[i].key,
            Field::Canonical(Column::Caller) if inbound => batch.callee[i].key,
            field => self.field_key(field, batch, i),
        }
    }
}

/// When a call ends: without `ended_at`, at the answer plus talk, else at the start plus ringing and talk.
pub fn end(batch: &Batch, i: usize) -> i64 {
    let known = |v: i64| if v == NONE { 0 } else { v };
    if batch.ended[i] != NONE {
        batch.ended[i]
    } else if batch.answered[i] != NONE {
        batch.answered[i] + known(batch.talk[i])
    } else {
        batch.start[i] + known(batch.ring[i]) + known(batch.talk[i])
    }
}

/// The clock of a rule for reports: its own, or the callee's in the first zone in which it may be.
pub fn shown_zone(common: &Common, view: &ZoneView, set: u16) -> ZoneId {
    match common.clock {
        RuleClock::Zone(z) => z,
        RuleClock::Callee => common.zones(view, set).0[0],
    }
}
