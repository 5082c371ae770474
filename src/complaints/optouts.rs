//! The refusals that the logs tell: when each was listed, how long that took, and which calls were made in between and afterwards.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::model::{InputRef, RulesetRef, schema_of};
use super::prevented::ByPlace;
use super::refusals::Found;
use crate::calls::columns::{Column, Direction, Field};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{Number, Sort};
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::{Clock, DAY};
use crate::engine::export::{Block, CallColumn, Calls};
use crate::error::Result;
use crate::report::{Exit, Tool};
use crate::rules::lists::List;
use crate::ruleset::citations::Citation;

/// Version of the stored form.
pub const SCHEMA: &str = "callaudit.optouts/1";

/// Refusals that the JSON keeps, the worst first; the csv has all of them.
pub const REFUSALS: usize = 10_000;
/// Calls of one refusal that are named; all are counted.
pub const CALLS: usize = 20;

/// In which way somebody refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// "Do not call again."
    DoNotCall,
    /// They complained in the call.
    Complained,
    /// A complaint that came in.
    Complaint,
    /// An event of a list.
    Event,
    /// A consent was taken back.
    ConsentWithdrawn,
    /// They are not interested, which may mean more.
    Refused,
}

impl Told {
    /// Does it say for sure that no further call is wanted?
    pub fn explicit(self) -> bool {
        self != Told::Refused
    }
}

/// How a refusal was listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// The number was listed when they refused.
    Before,
    /// It was listed afterwards.
    After,
    /// It is listed, nobody knows since when.
    Undated,
    /// It is on no list.
    Not,
    /// There is no list.
    Unknown,
}

/// The ledger.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of the stored form.
    pub schema: String,
    /// Program and data that judged.
    pub tool: Tool,
    /// The clock of days.
    pub clock: String,
    /// The ruleset, where there is one.
    pub ruleset: Option<RulesetRef>,
    /// The logs of calls.
    pub inputs: Vec<InputRef>,
    /// Outbound calls.
    pub calls: u64,
    /// The lists that were asked.
    pub lists: Vec<String>,
    /// What the ruleset demands after a refusal.
    pub limits: Vec<Limit>,
    /// What was counted.
    pub totals: Totals,
    /// Each refusal, the worst first.
    pub refusals: Vec<Refusal>,
    /// Refusals that are left out here; the csv has them.
    pub left_out: u64,
    /// What the logs do not show.
    pub not_established: Vec<String>,
    /// What must be known to read the figures.
    pub notes: Vec<String>,
    /// The exit status and why.
    pub exit: Exit,
}

/// What a rule demands after a refusal.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its id and force.
    pub rule: String,
    #[allow(missing_docs)]
    pub force: String,
    /// What it says, and where that comes from.
    pub text: String,
    #[allow(missing_docs)]
    pub citations: Vec<Citation>,
}

/// What was counted.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Refusals, and people who refused.
    pub refusals: u64,
    #[allow(missing_docs)]
    pub people: u64,
    /// Refusals by what was said, and by how they were listed.
    pub told: BTreeMap<Told, u64>,
    #[allow(missing_docs)]
    pub listing: BTreeMap<Listing, u64>,
    /// People who were called again, and those calls; each once.
    pub people_called_again: u64,
    #[allow(missing_docs)]
    pub calls_after: u64,
    /// Those of them after something that says for sure that no call is wanted.
    pub calls_after_explicit: u64,
    /// Those that were made when the number had been listed.
    pub calls_after_listing: u64,
}

/// A refusal.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The number of whoever refused.
    pub number: String,
    /// When; a date where no more is told.
    pub refused_at: String,
    /// How.
    pub told: Told,
    /// The call, or the list or log with its line.
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
    /// How it was listed, when, and on which list.
    pub listing: Listing,
    #[allow(missing_docs)]
    pub listed_at: Option<String>,
    #[allow(missing_docs)]
    pub list: Option<String>,
    /// Seconds from the refusal to the listing; where only a day is told, to its end.
    pub took_s: Option<i64>,
    /// Later calls: until it was listed, and since.
    pub calls_between: u64,
    #[allow(missing_docs)]
    pub calls_after_listing: u64,
    /// The first of them.
    pub first_call_after: Option<String>,
    /// The first of them, at most twenty.
    pub calls: Vec<Later>,
}

/// A call after a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Later {
    pub source: String,
    pub line: u64,
    pub started_at: String,
    /// Was the number listed then?
    pub listed: bool,
    /// Rules that it breaks, and that it may break.
    pub rules: Vec<String>,
    pub possible: Vec<String>,
}

/// A call to somebody who refused: 40 bytes, as there may be millions.
#[derive(Clone, Copy, Debug)]
struct Lite {
    key: Key,
    at: i64,
    line: u64,
    source: u32,
}

/// Outbound calls to people who refused, by their number, in the order of their starts.
#[derive(Debug, Default)]
pub struct CallsAfter {
    sources: Vec<String>,
    calls: Vec<Lite>,
}

/// Outbound calls to these numbers.
///
/// Errors: a source that changed.
pub fn later(calls: &Calls<'_, '_>, found: &[Found]) -> Result<CallsAfter> {
    // Of each number, the earliest refusal: what lies before it is of no matter.
    let mut first: HashMap<Key, i64, foldhash::fast::RandomState> = HashMap::default();
    for refusal in found {
        let at = first.entry(refusal.number).or_insert(i64::MAX);
        *at = (*at).min(refusal.at.0);
    }
    let direction = CallColumn::Field(Field::Canonical(Column::Direction));
    let make = |block: &Block<'_>| {
        let mut kept: Vec<(Key, i64, u64)> = Vec::new();
        let mut source = None;
        for i in block.rows().iter().copied() {
            let (callee, at) = (block.numbers(i).0, block.start(i).0);
            let after = first.get(&callee.key).is_some_and(|t| at > *t);
            if after && block.text(&direction, i) == Direction::Outbound.word() {
                kept.push((callee.key, at, block.line(i)));
                source.get_or_insert_with(|| block.text(&CallColumn::Source, i).into_owned());
            }
        }
        source.map(|s| (s, kept))
    };
    let mut all = CallsAfter::default();
    calls.each(make, |part| {
        let Some((source, kept)) = part else { return Ok(()) };
        if all.sources.last() != Some(&source) {
            all.sources.push(source);
        }
        let source = u32::try_from(all.sources.len() - 1).unwrap_or(u32::MAX);
        all.calls.extend(kept.into_iter().map(|(key, at, line)| Lite { key, at, line, source }));
        Ok(())
    })?;
    all.calls.sort_unstable_by_key(|c| (c.key, c.at, c.source, c.line));
    Ok(all)
}

impl CallsAfter {
    fn of(&self, key: Key, after: i64) -> &[Lite] {
        let begin = self.calls.partition_point(|c| (c.key, c.at) <= (key, after));
        let end = self.calls.partition_point(|c| c.key <= key);
        &self.calls[begin..end.max(begin)]
    }

    fn place(&self, call: &Lite) -> (String, u64) {
        (self.sources[call.source as usize].clone(), call.line)
    }

    /// Places of the calls that reports name.
    pub fn places(&self, found: &[Found]) -> Vec<(String, u64)> {
        let calls = found.iter().flat_map(|f| self.of(f.number, f.at.1).iter().take(CALLS));
        let places: HashSet<(u32, u64)> = calls.map(|c| (c.source, c.line)).collect();
        places.into_iter().map(|(source, line)| (self.sources[source as usize].clone(), line)).collect()
    }
}

/// When a number was listed after a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    listing: Listing,
    /// Since when it counts as listed: of a date the end of that day.
    from: Option<i64>,
    /// As reports show it.
    shown: Option<String>,
    list: Option<String>,
}

fn entry(number: Key, at: i64, lists: &[List], clock: &Clock, dictionary: &Dictionary) -> Entry {
    let nothing = |listing| Entry { listing, from: None, shown: None, list: None };
    if lists.is_empty() {
        return nothing(Listing::Unknown);
    }
    let number = Number { key: number, sort: if number.as_e164().is_some() { Sort::Valid } else { Sort::Other }, zones: 0 };
    let mut best: Option<Entry> = None;
    for list in lists {
        for (added, expires, _) in list.stays(number, dictionary).into_iter().filter(|s| s.2) {
            let (listing, from, shown) = match added {
                None => (Listing::Undated, None, None),
                Some(added) => {
                    let local = clock.local(added);
                    let (date, is_date) = (local.div_euclid(DAY), local.rem_euclid(DAY) == 0);
                    // An entry of the day itself, without an hour, was hardly made before the refusal of that day.
                    let same_day = is_date && date == clock.local(at).div_euclid(DAY);
                    let from = if is_date { clock.first_at_or_after((date + 1) * DAY) } else { added };
                    let shown = if is_date { crate::calls::calendar::iso(i32::try_from(date).unwrap_or(0)) } else { rfc3339(added) };
                    match () {
                        () if added <= at && !same_day && expires.is_none_or(|e| e > at) => (Listing::Before, Some(added), Some(shown)),
                        () if added > at || same_day => (Listing::After, Some(from), Some(shown)),
                        // It had ended before.
                        () => continue,
                    }
                }
            };
            let found = Entry { listing, from, shown, list: Some(list.id.clone()) };
            let order = |e: &Entry| (e.listing, e.from);
            if best.as_ref().is_none_or(|b| order(&found) < order(b)) {
                best = Some(found);
            }
        }
    }
    best.unwrap_or_else(|| nothing(Listing::Not))
}

/// Makes the ledger: each refusal with its listing and the calls after it, the worst first, and what was counted.
pub fn ledger(found: Vec<Found>, later: &CallsAfter, lists: &[List], (clock, dictionary): (&Clock, &Dictionary), broken: &ByPlace) -> (Vec<Refusal>, Totals) {
    let mut refusals = Vec::new();
    let mut totals = Totals::default();
    let (mut people, mut again) = (BTreeSet::new(), BTreeSet::new());
    let (mut after, mut explicit, mut listed) = (HashSet::new(), HashSet::new(), HashSet::new());
    for refusal in found {
        let entry = entry(refusal.number, refusal.at.0, lists, clock, dictionary);
        let calls = later.of(refusal.number, refusal.at.1);
        let since = |c: &Lite| entry.from.is_some_and(|from| c.at >= from);
        let on_list = calls.iter().filter(|c| since(c)).count() as u64;
        people.insert(refusal.number);
        for call in calls {
            let place = (call.source, call.line);
            again.insert(refusal.number);
            after.insert(place);
            if refusal.told.explicit() {
                explicit.insert(place);
            }
            if since(call) {
                listed.insert(place);
            }
        }
        *totals.told.entry(refusal.told).or_default() += 1;
        *totals.listing.entry(entry.listing).or_default() += 1;
        let named = calls.iter().take(CALLS).map(|c| {
            let place = later.place(c);
            let rules = broken.get(&place).cloned().unwrap_or_default();
            Later {
                source: place.0,
                line: place.1,
                started_at: rfc3339(c.at),
                listed: since(c),
                rules: rules.rules.into_iter().collect(),
                possible: rules.possible.into_iter().collect(),
            }
        });
        let date = i32::try_from(clock.local(refusal.at.0).div_euclid(DAY)).unwrap_or(0);
        refusals.push(Refusal {
            number: dictionary.show(refusal.number),
            refused_at: if refusal.day { crate::calls::calendar::iso(date) } else { rfc3339(refusal.at.0) },
            told: refusal.told,
            source: refusal.source,
            line: refusal.line,
            call_id: refusal.call_id,
            campaign: refusal.campaign,
            agent: refusal.agent,
            said: refusal.said,
            took_s: entry.from.filter(|_| entry.listing == Listing::After).map(|f| (f - refusal.at.0).max(0) / 1000),
            listing: entry.listing,
            listed_at: entry.shown,
            list: entry.list,
            calls_between: calls.len() as u64 - on_list,
            calls_after_listing: on_list,
            first_call_after: calls.first().map(|c| rfc3339(c.at)),
            calls: named.collect(),
        });
    }
    let order = |r: &Refusal| (r.calls.is_empty(), !r.told.explicit(), std::cmp::Reverse(r.calls_between + r.calls_after_listing));
    refusals.sort_by(|a, b| {
        order(a).cmp(&order(b)).then_with(|| (&a.refused_at, &a.number, &a.source, a.line).cmp(&(&b.refused_at, &b.number, &b.source, b.line)))
    });
    totals.refusals = refusals.len() as u64;
    totals.people = people.len() as u64;
    totals.people_called_again = again.len() as u64;
    totals.calls_after = after.len() as u64;
    totals.calls_after_explicit = explicit.len() as u64;
    totals.calls_after_listing = listed.len() as u64;
    (refusals, totals)
}

/// The JSON Schema of the stored form (draft 2020-12), made from the structs that write it.
pub fn schema() -> Schema {
    schema_of::<Report>("Refusals and the calls after them, by callaudit", SCHEMA)
}

/// The columns of the csv.
pub const COLUMNS: [&str; 20] = [
    "number",
    "refused_at",
    "told",
    "source",
    "line",
    "call_id",
    "campaign",
    "agent",
    "said",
    "listing",
    "listed_at",
    "list",
    "took_s",
    "calls_between",
    "calls_after_listing",
    "first_call_after",
    "first_call_source",
    "first_call_line",
    "rules",
    "possible_rules",
];

/// The ledger as csv.
///
/// Errors: none that can happen in memory.
pub fn csv(report: &Report) -> Result<String> {
    super::rows::table(&lines(report))
}

/// The ledger as rows under the names of their columns.
pub fn lines(report: &Report) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = vec![COLUMNS.map(str::to_owned).to_vec()];
    for r in &report.refusals {
        let rules =
            |of: fn(&Later) -> &Vec<String>| r.calls.iter().flat_map(of).cloned().collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>().join(";");
        let text = |v: &Option<String>| v.clone().unwrap_or_default();
        lines.push(vec![
            r.number.clone(),
            r.refused_at.clone(),
            super::rows::word(&r.told),
            r.source.clone(),
            if r.line > 0 { r.line.to_string() } else { String::new() },
            r.call_id.clone(),
            r.campaign.clone(),
            r.agent.clone(),
            r.said.clone(),
            super::rows::word(&r.listing),
            text(&r.listed_at),
            text(&r.list),
            r.took_s.map_or_else(String::new, |s| s.to_string()),
            r.calls_between.to_string(),
            r.calls_after_listing.to_string(),
            text(&r.first_call_after),
            r.calls.first().map_or_else(String::new, |c| c.source.clone()),
            r.calls.first().map_or_else(String::new, |c| c.line.to_string()),
            rules(|c| &c.rules),
            rules(|c| &c.possible),
        ]);
    }
    lines
}
