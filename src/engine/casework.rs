//! What the inputs and lists know of one person: their calls, read by the audit's own reading, and what happened to their number on lists.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::audit::{Job, load_lists, open};
use super::export::{Block, CallColumn, Calls, texts};
use crate::calls::columns::{Column, Field, Response};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{Number, NumberReader, NumberRegion, Sort, ascii};
use crate::calls::zones::Clock;
use crate::error::{Error, Result};
use crate::input::source::Inputs;
use crate::rules::bindings::{Aliases, Bindings};
use crate::ruleset::{ListKind, Ruleset};

/// Calls on a displayed number that are kept, where only that is known.
const ON_LINE: usize = 10_000;

/// Whom to look for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Numbers as the complaint tells them.
    pub numbers: Vec<String>,
    /// Displayed numbers as the complaint tells them.
    pub shown: Vec<String>,
    /// Instants within which a call may be the one that is meant, where a time is told.
    pub window: Option<(i64, i64)>,
}

/// How a call came to be among those that were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Its callee is the number.
    Number,
    /// Another number of the same person.
    Person,
    /// Digits of the callee, or of the number as told, are masked.
    Mask,
    /// One digit differs, or two are exchanged.
    Slip,
    /// Only the displayed number and the time fit.
    Shown,
}

/// A call.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Seen {
    pub by: By,
    pub source: String,
    pub line: u64,
    pub call_id: String,
    /// First and last instant at which it may have begun.
    pub at: (i64, i64),
    pub caller: String,
    pub callee: String,
    /// As exported.
    pub caller_raw: String,
    pub callee_raw: String,
    /// Is the displayed number the one that is told?
    pub as_shown: bool,
    pub outbound: bool,
    pub outcome: String,
    pub response: String,
    pub talk_s: Option<i64>,
    pub agent: String,
    pub campaign: String,
    pub mode: String,
    pub purpose: String,
    pub recording: String,
    pub person: String,
    /// The dialler's id of the customer, and its lead.
    pub callee_id: String,
    pub lead: String,
    /// Local starts of all zones in which the callee may be (ms); none: no zone is known.
    pub locals: Vec<i64>,
    /// The row as it stands in the export.
    pub row: Vec<u8>,
}

/// Something that a list tells of the person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// When; none: the list does not tell.
    pub at: Option<i64>,
    /// Is only the day known?
    pub day: bool,
    /// What.
    pub what: What,
    /// The list.
    pub list: String,
    /// What the list calls it, or the number that it is about.
    pub word: String,
}

/// What lists tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum What {
    Listed,
    Unlisted,
    ConsentGiven,
    ConsentRevoked,
    ConsentEnded,
    Bound,
    Unbound,
    Refusal,
    Complaint,
    Event,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The numbers that were looked for, as reports show them.
    pub numbers: Vec<String>,
    /// Displayed numbers, the same way.
    pub shown: Vec<String>,
    /// The person behind them, where a list of aliases tells.
    pub persons: Vec<String>,
    /// Calls, in the order of their starts.
    pub calls: Vec<Seen>,
    /// What lists tell, in order.
    pub told: Vec<Told>,
    /// Calls within the window whose callee cannot be read.
    pub hidden: u64,
    /// Calls from the displayed number that were not kept.
    pub more: u64,
    /// Rejected rows, and those of them in which the number stands.
    pub rejected: u64,
    #[allow(missing_docs)]
    pub rejected_with: u64,
    /// Headings of the inputs, for rows as they stand in them.
    pub heads: Vec<(String, Vec<String>)>,
    /// A service number, or one that many people share.
    pub service: bool,
    /// How many people seem to share the number; 0: nothing speaks for it.
    pub shared: usize,
    /// Our own numbers: what outbound calls to this person displayed.
    pub own: Vec<String>,
}

impl Gathered {
    /// Outbound calls to the number itself.
    fn of_number(&self) -> impl Iterator<Item = &Seen> {
        self.calls.iter().filter(|c| c.by == By::Number && c.outbound)
    }

    /// How many customers are behind the number, where there are three or more: one customer may have two entries, a family two members.
    fn shared_by(&self) -> usize {
        let mut customers: Vec<&str> = self.of_number().map(|c| c.callee_id.as_str()).filter(|id| !id.is_empty()).collect();
        customers.sort_unstable();
        customers.dedup();
        let mut persons: Vec<&str> = self.of_number().map(|c| c.person.as_str()).filter(|p| !p.is_empty()).collect();
        persons.sort_unstable();
        persons.dedup();
        // Leads are numbered anew by each campaign.
        let mut leads: Vec<(&str, &str)> = self.of_number().map(|c| (c.campaign.as_str(), c.lead.as_str())).filter(|l| !l.1.is_empty()).collect();
        leads.sort_unstable();
        leads.dedup();
        let of_one = leads.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).max().unwrap_or(0);
        let most = customers.len().max(persons.len()).max(of_one);
        if most >= 3 { most } else { 0 }
    }
}

/// Numbers to compare calls with.
struct Targets {
    keys: HashSet<Key>,
    others: HashSet<Key>,
    persons: HashSet<String>,
    masks: Vec<String>,
    plain: Vec<String>,
    shown: HashSet<Key>,
    /// The same as digits.
    displayed: Vec<String>,
    country: String,
}

/// Reads all inputs and keeps what is about the person. `rules`: the ruleset whose lists are asked; the job's own has none.
///
/// Errors: a number that is none; inputs; temporary files.
pub fn gather(job: &Job<'_>, rules: &Ruleset, inputs: &dyn Fn() -> Result<Inputs>, sought: &Sought) -> Result<Gathered> {
    let first = read(job, rules, inputs()?, sought, &[])?;
    // The log may name the person: then their other numbers are found by reading it again.
    let named: Vec<String> = first.of_number().map(|c| c.person.clone()).filter(|p| !p.is_empty() && !first.persons.contains(p)).collect();
    let mut distinct = named.clone();
    distinct.sort();
    distinct.dedup();
    // A number that belongs to several is nobody's.
    if distinct.len() != 1 { Ok(first) } else { read(job, rules, inputs()?, sought, &distinct) }
}

fn read(job: &Job<'_>, rules: &Ruleset, inputs: Inputs, sought: &Sought, named: &[String]) -> Result<Gathered> {
    let dictionary = Dictionary::default();
    let region = NumberRegion::new(job.reading.region.as_deref().or(rules.region.as_deref())).map_err(Error::Usage)?;
    let mut reader = NumberReader::small(&dictionary, job.zones, region);
    let mut gathered = Gathered::default();
    let mut targets = targets(rules, sought, region, &mut reader, &dictionary, &mut gathered)?;
    targets.persons.extend(named.iter().cloned());
    gathered.persons.extend(named.iter().cloned());
    let rejects = Mutex::new((0_u64, 0_u64));
    let tails: Vec<String> = targets.plain.iter().map(|n| n.chars().skip(n.len().saturating_sub(8)).collect()).collect();
    let looked = |_: &str, _: u64, _: &str, row: &[u8]| {
        let digits: String = String::from_utf8_lossy(row).chars().filter(char::is_ascii_digit).collect();
        let mut counts = rejects.lock().expect("rejects");
        counts.0 += 1;
        counts.1 += u64::from(tails.iter().any(|t| digits.contains(t)));
        Ok(())
    };
    let job = Job { rejects: Some(Mutex::new(Box::new(looked))), reading: job.reading.clone(), with: job.with.clone(), columns: None, trace: None, ..*job };
    let columns: Vec<CallColumn> = CallColumn::all();
    let mut opened = open(&job, inputs, &texts(&columns), &dictionary)?;
    let calls = Calls::settle(&job, &mut opened, &dictionary)?;
    let view = job.zones.view();
    let hidden = AtomicU64::new(0);
    let middle = sought.window.map_or(0, |w| w.0 + (w.1 - w.0) / 2);
    let make = |block: &Block<'_>| {
        let mut kept = Vec::new();
        for i in block.rows() {
            let Some(by) = targets.matches(block, *i, sought.window, &dictionary, &hidden) else { continue };
            kept.push(seen(by, block, *i, &targets, &view));
        }
        kept
    };
    let mut on_line: Vec<Seen> = Vec::new();
    let mut more = 0;
    // Of the calls on a line those nearest to the told time, whatever the order of reading.
    let mut nearest = |on_line: &mut Vec<Seen>| {
        on_line.sort_by(|a, b| ((a.at.0 - middle).abs(), &a.source, a.line).cmp(&((b.at.0 - middle).abs(), &b.source, b.line)));
        more += on_line.len().saturating_sub(ON_LINE) as u64;
        on_line.truncate(ON_LINE);
    };
    calls.each(make, |kept| {
        let (shown, others): (Vec<Seen>, Vec<Seen>) = kept.into_iter().partition(|c| c.by == By::Shown);
        gathered.calls.extend(others);
        on_line.extend(shown);
        if on_line.len() > 2 * ON_LINE {
            nearest(&mut on_line);
        }
        Ok(())
    })?;
    nearest(&mut on_line);
    gathered.calls.append(&mut on_line);
    gathered.more = more;
    gathered.heads = calls.opened().inputs.iter().map(|i| (i.source.path.clone(), i.mapping.names.clone())).collect();
    gathered.calls.sort_by(|a, b| (a.at, &a.source, a.line).cmp(&(b.at, &b.source, b.line)));
    gathered.hidden = hidden.into_inner();
    drop(calls);
    drop(job);
    (gathered.rejected, gathered.rejected_with) = rejects.into_inner().expect("rejects");
    gathered.shared = gathered.shared_by();
    gathered.own = gathered.calls.iter().filter(|c| c.outbound).map(|c| c.caller.clone()).collect();
    gathered.own.sort();
    gathered.own.dedup();
    Ok(gathered)
}

/// The one zone in which all told numbers are; none where they are in several, or it is not known.
///
/// Errors: the ruleset's region.
pub fn home(job: &Job<'_>, numbers: &[String]) -> Result<Option<String>> {
    let dictionary = Dictionary::default();
    let region = NumberRegion::new(job.reading.region.as_deref().or(job.ruleset.region.as_deref())).map_err(Error::Usage)?;
    let mut reader = NumberReader::small(&dictionary, job.zones, region);
    let mut homes = Vec::new();
    for text in numbers {
        let number = reader.read(text);
        // Sets of zones are made when a number is read.
        let view = job.zones.view();
        let [zone] = view.members(number.zones) else { return Ok(None) };
        homes.push(*zone);
    }
    homes.sort_unstable();
    homes.dedup();
    let view = job.zones.view();
    Ok(if homes.len() == 1 { homes.pop().map(|zone| view.clock(zone).name.clone()) } else { None })
}

/// What lists tell of the person. `job`: of the ruleset with its rules.
///
/// Errors: the ruleset's zone and region.
pub fn told(job: &Job<'_>, sought: &Sought, gathered: &Gathered) -> Result<Vec<Told>> {
    let dictionary = Dictionary::default();
    let mut warnings = Vec::new();
    let lists = load_lists(job, &dictionary, &mut warnings)?;
    let region = NumberRegion::new(job.reading.region.as_deref().or(job.ruleset.region.as_deref())).map_err(Error::Usage)?;
    let clock = Clock::parse(&job.ruleset.timezone).map_err(Error::Usage)?;
    let mut reader = NumberReader::small(&dictionary, job.zones, region);
    let mut ids: Vec<&str> = gathered.calls.iter().filter(|c| c.by <= By::Person).map(|c| c.callee_id.as_str()).filter(|i| !i.is_empty()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::new();
    let mut numbers: Vec<Number> = sought.numbers.iter().chain(&gathered.numbers).map(|n| reader.read(n)).filter(|n| n.key.groups()).collect();
    numbers.sort_by_key(|n| n.key);
    numbers.dedup_by_key(|n| n.key);
    for (n, table) in job.ruleset.lists.iter().enumerate() {
        let mut add = |at: Option<i64>, day: bool, what: What, word: &str| {
            all.push(Told { at, day, what, list: table.id.clone(), word: word.to_owned() });
        };
        for number in &numbers {
            if let Some(list) = lists.numbers.get(n).and_then(Option::as_ref).filter(|_| table.kind == ListKind::Numbers) {
                for (added, expires, sure) in list.stays(*number, &dictionary) {
                    if sure {
                        add(added, false, if of_refusals(&table.id) { What::Refusal } else { What::Listed }, "");
                        expires.into_iter().for_each(|at| add(Some(at), false, What::Unlisted, ""));
                    }
                }
            }
            if let Some(list) = lists.events.get(n).and_then(Option::as_ref) {
                let person = gathered.persons.first().map_or("", String::as_str);
                for (event, word) in list.told_of(*number, person) {
                    add(Some(event.at), event.day.is_some(), meaning(word, &table.id), word);
                }
            }
            if let Some(list) = lists.others.consents.get(n).and_then(Option::as_ref) {
                for id in ids.iter().copied().chain(std::iter::once("").filter(|_| ids.is_empty())) {
                    for given in list.told_of(*number, id, &dictionary) {
                        if !given.only_revokes {
                            add(given.granted, false, What::ConsentGiven, if given.proof { "proof" } else { "" });
                        }
                        given.revoked.into_iter().for_each(|at| add(Some(at), false, What::ConsentRevoked, ""));
                        given.expires.into_iter().for_each(|at| add(Some(at), false, What::ConsentEnded, ""));
                    }
                }
            }
        }
        if let (ListKind::Bindings, Some(path)) = (table.kind, &table.path)
            && let Ok(list) = Bindings::load(&table.id, path, &clock, &mut reader)
        {
            for number in &numbers {
                for (x, binding) in list.with_side(*number) {
                    let shown = dictionary.show(x);
                    add(Some(binding.from).filter(|t| *t != i64::MIN), false, What::Bound, &shown);
                    if binding.to != i64::MAX {
                        add(Some(binding.to), false, What::Unbound, &shown);
                    }
                }
            }
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// Is it by its name a list of people who refused? A public register is none, and its entries are no refusals of this company's calls.
fn of_refusals(list: &str) -> bool {
    let name = list.to_lowercase();
    ["refus", "opt_out", "opt-out", "optout", "unsubscribe", "internal_dnc", "internal-dnc", "own_dnc", "own-dnc", "拒绝", "拒呼", "拒接", "退订"]
        .iter()
        .any(|w| name.contains(w))
}

/// What a list of events means by a word; where it has none, by its name.
fn meaning(word: &str, list: &str) -> What {
    let word = if word.is_empty() { list } else { word }.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| word.contains(w));
    if has(&["complain", "投诉", "举报"]) {
        What::Complaint
    } else if has(&["refus", "do_not_call", "dnc", "opt_out", "opt-out", "optout", "unsubscribe", "stop", "拒绝", "拒接", "退订", "免打扰"]) {
        What::Refusal
    } else {
        What::Event
    }
}

fn targets(
    rules: &Ruleset,
    sought: &Sought,
    region: NumberRegion,
    reader: &mut NumberReader<'_>,
    dictionary: &Dictionary,
    gathered: &mut Gathered,
) -> Result<Targets> {
    let mut targets = Targets {
        keys: HashSet::new(),
        others: HashSet::new(),
        persons: HashSet::new(),
        masks: Vec::new(),
        plain: Vec::new(),
        shown: HashSet::new(),
        displayed: Vec::new(),
        country: region.country_code().map_or_else(String::new, |c| c.to_string()),
    };
    let no_number = |option: &str, text: &str| Error::Usage(format!("{option} {text}: this is no telephone number"));
    for text in &sought.numbers {
        let number = reader.read(text);
        match number.sort {
            Sort::Masked => {
                let mask: String = ascii(text).chars().filter(|c| c.is_ascii_digit() || *c == '*').collect();
                if mask.bytes().filter(u8::is_ascii_digit).count() < 4 {
                    return Err(no_number("--number", text));
                }
                targets.masks.push(mask);
                gathered.numbers.push(text.trim().to_owned());
            }
            _ if number.key.groups() && dictionary.show(number.key).bytes().any(|b| b.is_ascii_digit()) => {
                gathered.service |= number.sort == Sort::Service;
                targets.keys.insert(number.key);
                let shown = dictionary.show(number.key);
                targets.plain.push(shown.trim_start_matches('+').to_owned());
                gathered.numbers.push(shown);
            }
            _ => return Err(no_number("--number", text)),
        }
    }
    for text in &sought.shown {
        let number = reader.read(text);
        if !number.key.groups() {
            return Err(no_number("--shown", text));
        }
        targets.shown.insert(number.key);
        let displayed = dictionary.show(number.key);
        targets.displayed.push(displayed.chars().filter(char::is_ascii_digit).collect());
        gathered.shown.push(displayed);
    }
    for table in rules.lists.iter().filter(|l| l.kind == ListKind::Aliases) {
        let Some(Ok(list)) = table.path.as_ref().map(|path| Aliases::load(&table.id, path, reader)) else { continue };
        for key in targets.keys.clone() {
            let Some(person) = list.person(Number { key, ..Number::NOTHING }) else { continue };
            targets.persons.insert(person.to_owned());
            targets.others.extend(list.numbers(person).into_iter().filter(|k| !targets.keys.contains(k)));
        }
    }
    gathered.persons = targets.persons.iter().cloned().collect();
    gathered.persons.sort();
    let mut others: Vec<String> = targets.others.iter().map(|k| dictionary.show(*k)).collect();
    others.sort();
    for number in others {
        if !gathered.numbers.contains(&number) {
            gathered.numbers.push(number);
        }
    }
    Ok(targets)
}

impl Targets {
    fn matches(&self, block: &Block<'_>, i: usize, window: Option<(i64, i64)>, dictionary: &Dictionary, hidden: &AtomicU64) -> Option<By> {
        let (callee, caller) = block.numbers(i);
        if self.keys.contains(&callee.key) || self.keys.contains(&caller.key) {
            return Some(By::Number);
        }
        if self.others.contains(&callee.key) || self.others.contains(&caller.key) {
            return Some(By::Person);
        }
        if !self.persons.is_empty() && self.persons.contains(block.text(&CallColumn::Field(Field::Canonical(Column::Person)), i).as_ref()) {
            return Some(By::Person);
        }
        if callee.sort == Sort::Masked || !self.masks.is_empty() {
            let shown: String = ascii(&dictionary.show(callee.key)).chars().filter(|c| c.is_ascii_digit() || *c == '*').collect();
            let fits = match callee.sort {
                Sort::Masked => self.plain.iter().any(|n| self.fits(&shown, n)) || self.masks.contains(&shown),
                _ => self.masks.iter().any(|m| self.fits(m, &shown)),
            };
            if fits {
                return Some(By::Mask);
            }
        }
        let at = block.start(i);
        let inside = window.is_some_and(|w| w.0 <= at.1 && at.0 < w.1);
        if inside && matches!(callee.sort, Sort::Masked | Sort::Scientific | Sort::Truncated | Sort::Anonymous | Sort::Null) {
            hidden.fetch_add(1, Ordering::Relaxed);
        }
        let behind = || self.behind(&block.text(&CallColumn::Exported(Column::Callee), i), callee);
        // Who is named is not one of the others that were called from that line.
        let unnamed = self.keys.is_empty() && self.masks.is_empty();
        if inside && unnamed && !self.shown.is_empty() && (self.shown.contains(&caller.key) || behind()) {
            return Some(By::Shown);
        }
        let slipped = || {
            let Some(digits) = callee.key.as_e164() else { return false };
            let digits = digits.to_string();
            self.plain.iter().any(|n| slip(n, &digits))
        };
        (inside && slipped()).then_some(By::Slip)
    }

    /// Was the called person reached through a virtual number that is one of those displayed? Then the person saw that one.
    fn behind(&self, exported: &str, callee: Number) -> bool {
        let digits: String = ascii(exported).chars().filter(char::is_ascii_digit).collect();
        let own = callee.key.as_e164().is_some_and(|n| n.to_string().ends_with(&digits));
        digits.len() >= 7 && !own && self.displayed.iter().any(|d| d.ends_with(&digits) || digits.ends_with(d.as_str()))
    }

    /// May a number be what a mask shows, with or without its country code?
    fn fits(&self, mask: &str, digits: &str) -> bool {
        let national = digits.strip_prefix(&self.country).unwrap_or(digits);
        let same = |a: &str, b: &str| a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(m, d)| m == b'*' || m == d);
        same(mask, digits) || same(mask, national) || mask.strip_prefix(&self.country).is_some_and(|m| same(m, national))
    }
}

/// Does one digit differ, or are two neighbours exchanged?
fn slip(a: &str, b: &str) -> bool {
    if a.len() != b.len() || a == b {
        return false;
    }
    let differ: Vec<usize> = a.bytes().zip(b.bytes()).enumerate().filter(|(_, (x, y))| x != y).map(|(i, _)| i).collect();
    match differ[..] {
        [_] => true,
        [i, j] => j == i + 1 && a.as_bytes()[i] == b.as_bytes()[j] && a.as_bytes()[j] == b.as_bytes()[i],
        _ => false,
    }
}

fn seen(by: By, block: &Block<'_>, i: usize, targets: &Targets, view: &crate::calls::zones::ZoneView) -> Seen {
    let text = |c: Column| block.text(&CallColumn::Field(Field::Canonical(c)), i).into_owned();
    let raw = |c: Column| block.text(&CallColumn::Exported(c), i).into_owned();
    let (callee, caller) = block.numbers(i);
    let at = block.start(i);
    let mut locals: Vec<i64> = view.members(block.zones(i)).iter().map(|z| view.clock(*z).local(at.0)).collect();
    locals.sort_unstable();
    locals.dedup();
    let callee_id = text(Column::CalleeId);
    let lead = text(Column::Lead);
    let response = text(Column::Response);
    Seen {
        by,
        source: block.text(&CallColumn::Source, i).into_owned(),
        line: block.line(i),
        call_id: text(Column::CallId),
        at,
        caller: text(Column::Caller),
        callee: text(Column::Callee),
        caller_raw: raw(Column::Caller),
        callee_raw: raw(Column::Callee),
        as_shown: targets.shown.contains(&caller.key) || targets.behind(&raw(Column::Callee), callee),
        outbound: text(Column::Direction) != "inbound",
        outcome: text(Column::Outcome),
        response: if response == Response::None.word() { String::new() } else { response },
        talk_s: block.time(&CallColumn::Field(Field::Canonical(Column::TalkS)), i),
        agent: text(Column::Agent),
        campaign: text(Column::Campaign),
        mode: text(Column::Mode),
        purpose: text(Column::Purpose),
        recording: text(Column::Recording),
        person: text(Column::Person),
        callee_id,
        lead,
        locals,
        row: block.row(i).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::slip;

    #[test]
    fn one_slip_is_forgiven_and_two_are_not() {
        assert!(slip("8613800138001", "8613800138007") && slip("8613800138001", "8613800130801"));
        assert!(!slip("8613800138001", "8613800138001") && !slip("8613800138001", "8613800138077") && !slip("861380013800", "8613800138001"));
    }
}
