//! One audit: open, judge, settle, show, and put together the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::assembly::{Parts, finish};
use super::completion;
use super::coverage;
use super::evidence::shown_fields;
use super::family::{Buffers, PARTS};
use super::findings::{Collected, Names};
use super::folding;
use super::intake::{self, Input, Reading};
use super::part::Part;
use super::pass::{Judge, QUARTER, family_of};
use super::predicates::Predicates;
use super::reading::{First, read_inputs};
use super::rows::RowIndex;
use super::scan::{Found, Scan, Scanned};
use super::sorter::Sorter;
use super::store::{Store, Violation};
use super::trace::Trace;
use super::tuples::{Classes, Ordinal, Status, exempt_by, flag, status};
use crate::calls::calendar::Date;
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{NumberReader, NumberRegion};
use crate::calls::zones::{Clock, ZoneId, Zones};
use crate::error::{Error, Result};
use crate::findings::Settlement;
use crate::input::mapping::{Batch, NONE, Words};
use crate::input::records::{self, Checked, Cut};
use crate::input::source::Inputs;
use crate::language::Lang;
use crate::report::*;
use crate::rules::bindings::Bindings;
use crate::rules::lists::consent::Consents;
use crate::rules::lists::events::{Events, Known, sort};
use crate::rules::lists::{Facts, List, MatchBy, Others, Surroundings};
use crate::rules::scope::Exemption;
use crate::rules::sequence::{Extra, KeyFields, Scene, Whole};
use crate::rules::{Exempt, Plan, Rule, RuleClock, Severity};
use crate::ruleset::{ListKind, Ruleset};

/// The columns of the csv output.
pub const COLUMNS: [&str; 20] = [
    "rule",
    "severity",
    "force",
    "verdict",
    "state",
    "call_id",
    "source",
    "line",
    "started_at",
    "local_time",
    "caller",
    "callee",
    "agent",
    "campaign",
    "key",
    "measured",
    "limit",
    "window_start",
    "finding",
    "message",
];

/// What to audit, and how.
pub struct Job<'a> {
    /// Compiled rules.
    pub ruleset: &'a Ruleset,
    /// Zones, among them those of the ruleset.
    pub zones: &'a Zones,
    /// What the command line says of inputs.
    pub reading: Reading,
    /// Companion tables.
    pub with: Vec<PathBuf>,
    /// First and last judged instant (ms UTC, the last exclusive).
    pub since: Option<i64>,
    #[allow(missing_docs)]
    pub until: Option<i64>,
    /// "Today".
    pub as_of: Date,
    /// Columns of the csv output, if there is one.
    pub columns: Option<Vec<String>>,
    /// Findings and evidence rows that the report keeps; None: nobody shows findings, they are only counted.
    pub findings: Option<usize>,
    #[allow(missing_docs)]
    pub evidence: usize,
    /// Bytes that sorters may keep.
    pub memory: usize,
    /// Where rejected rows go: called with source, line, reason, row.
    pub rejects: Option<Rejects<'a>>,
    /// Language of messages.
    pub lang: Lang,
    /// Lowest severity that fails.
    pub fail_on: Severity,
    /// Any rule that cannot be evaluated makes the audit incomplete; possible findings fail.
    pub strict: bool,
    /// Suppressions and baseline, where there are any.
    pub settlement: Option<&'a Settlement>,
    /// How many rejected rows are too many, of so many rows.
    pub max_rejects: &'a (dyn Fn(u64) -> u64 + Sync),
    /// Called with bytes and rows read.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Size of pieces.
    pub cut: Cut,
    /// Is it shown what violations may cost?
    pub exposure: bool,
    /// The calls of one account, seller or campaign, if those of nobody else are looked at.
    pub part: Option<&'a Part>,
    /// Follows chosen calls: what each rule said of them.
    pub trace: Option<&'a Trace>,
}

/// Receives rejected rows: source, line, reason, row.
pub type Rejects<'a> = Mutex<Box<dyn FnMut(&str, u64, &str, &[u8]) -> Result<()> + Send + 'a>>;

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("ruleset", &self.ruleset).finish_non_exhaustive()
    }
}

/// Text columns that judging needs.
fn wanted(ruleset: &Ruleset, part: Option<&Part>, totals: bool) -> Vec<Field> {
    let mut fields: BTreeSet<Field> = [Field::Canonical(Column::Purpose)].into();
    fields.extend(part.map(Part::field));
    if totals {
        fields.extend([Column::Agent, Column::Campaign].map(Field::Canonical));
    }
    for expression in &ruleset.predicates {
        fields.extend(expression.fields.iter().cloned());
    }
    if ruleset.lists.iter().any(|l| l.settings.by == MatchBy::CalleeId) {
        fields.insert(Field::Canonical(Column::CalleeId));
    }
    fields.extend(ruleset.exemptions.iter().flat_map(|e| e.fields.iter().cloned()));
    for rule in &ruleset.rules {
        fields.extend(rule.reads());
        if rule.common().exempt.iter().any(|e| matches!(e, Exempt::List(l) if ruleset.lists[*l].kind == ListKind::Consent)) {
            fields.extend([Column::CalleeId, Column::Mode, Column::Seller].map(Field::Canonical));
        }
        if rule.common().regions.is_some() {
            fields.insert(Field::Canonical(Column::CalleeRegion));
        }
        match rule.plan() {
            Plan::Row(test) => fields.extend(test.group_by().iter().cloned()),
            Plan::Sequence(sequence) => {
                fields.extend(sequence.key().fields.iter().cloned());
                match sequence.extra() {
                    Some(Extra::Value(field)) => fields.extend([field]),
                    Some(Extra::Empty(columns)) => fields.extend(columns),
                    Some(Extra::Length) | None => {}
                }
            }
        }
    }
    fields
        .into_iter()
        .filter(|f| match f {
            Field::Raw(_) => true,
            Field::Canonical(c) => {
                matches!(c.kind(), Kind::Text | Kind::Word | Kind::Seconds)
                    && !matches!(c, Column::CallId | Column::Outcome | Column::Direction | Column::AnsweredBy)
            }
        })
        .collect()
}

/// The columns that a rule's findings are about; true: the first that the call has.
pub fn subjects(rule: &dyn Rule) -> (Vec<Field>, bool) {
    match rule.plan() {
        Plan::Row(test) => (test.group_by().to_vec(), true),
        Plan::Sequence(sequence) => (sequence.key().fields.clone(), false),
    }
}

/// Runs an audit.
///
/// Errors: what stops it before there is a report.
pub fn run(job: &Job<'_>, inputs: Inputs) -> Result<(Report, Store)> {
    let columns: Vec<String> = job.columns.clone().unwrap_or_default();
    let all_subjects: Vec<Vec<Field>> = job.ruleset.rules.iter().map(|r| subjects(r.as_ref()).0).collect();
    let dictionary = Dictionary::default();
    let mut opened = open(job, inputs, &shown_fields(&columns, &all_subjects), &dictionary)?;
    run_opened(job, &mut opened, &columns, &dictionary)
}

/// Inputs that were looked at.
#[derive(Debug)]
pub struct Opened {
    /// Those that can be read.
    pub inputs: Vec<Input>,
    /// What reports say of the others.
    pub infos: Vec<InputInfo>,
    /// What is odd but no mistake.
    pub warnings: Vec<String>,
}

/// Opens all inputs and folds their legs. `shown`: text columns for outputs.
///
/// Errors: what only the user can settle, of all inputs; temporary files.
pub fn open(job: &Job<'_>, inputs: Inputs, shown: &[Field], dictionary: &Dictionary) -> Result<Opened> {
    open_if(job, inputs, shown, dictionary, true)
}

/// Opens inputs as [`open`] does, and leaves those aside of which the user must say more unless all must be `settled`.
///
/// Errors: as of [`open`].
pub fn open_if(job: &Job<'_>, inputs: Inputs, shown: &[Field], dictionary: &Dictionary, settled: bool) -> Result<Opened> {
    let mut opened = Opened { inputs: Vec::new(), infos: Vec::new(), warnings: job.ruleset.warnings.clone() };
    let region = job.reading.region.as_deref();
    let beside = Arc::new(completion::load(job.ruleset, &job.with, region, (dictionary, job.zones), &mut opened.warnings)?);
    let more = beside.fields();
    let (wanted, shown) = (intake::leg_fields(&wanted(job.ruleset, job.part, job.findings.is_some()), &more), intake::leg_fields(shown, &more));
    for source in inputs.sources {
        match intake::open(source, job.ruleset, &job.reading, &wanted, &shown)? {
            Ok(input) => opened.inputs.push(input),
            Err(info) => opened.infos.push(info),
        }
    }
    let asked: Vec<String> =
        opened.infos.iter().filter(|i| settled && i.unsettled).map(|i| format!("{}: {}", i.path, i.error.as_deref().unwrap_or_default())).collect();
    if !asked.is_empty() {
        return Err(Error::Input(asked.join("\n")));
    }
    opened.infos.extend(inputs.problems.into_iter().map(|(path, error)| intake::unreadable(&path, error)));
    opened.warnings.extend(inputs.notes);
    for input in &mut opened.inputs {
        beside.join(input, dictionary, job.zones);
    }
    folding::fold(job, &mut opened.inputs, &intake::leg_fields(&wanted, &shown), dictionary)?;
    if job.part.is_some() {
        // What was met while folding was met in the rows of all.
        opened.inputs.iter_mut().for_each(|input| input.met = None);
    }
    Ok(opened)
}

/// Reads opened inputs to their end and settles duplicates, without any rule: what becomes of the rows.
///
/// Errors: temporary files, sources that change.
pub fn settled(job: &Job<'_>, opened: &mut Opened, dictionary: &Dictionary) -> Result<(First, Vec<Ordinal>)> {
    let classes = Classes::default();
    let lists = Lists::default();
    let judge = judge(job, &[], &opened.inputs, &lists, dictionary, &classes)?;
    let mut first = read_inputs(job, &opened.inputs, &judge, dictionary)?;
    let scanned = scan_families(job, &mut first, &opened.inputs, &judge, &classes.all(), &mut Collected::new(job.memory), dictionary)?;
    for (input, (rows, extra)) in opened.inputs.iter_mut().zip(first.rows.iter().zip(first.extras.drain(..))) {
        extra.finish(input, rows);
        if input.source.table().is_some() && input.source.changed() {
            input.info.error = Some("changed while it was read: run the command again when it is complete".to_owned());
        }
    }
    Ok((first, scanned.duplicates))
}

/// Audits opened inputs.
fn run_opened(job: &Job<'_>, all: &mut Opened, columns: &[String], dictionary: &Dictionary) -> Result<(Report, Store)> {
    let ruleset = job.ruleset;
    let Opened { inputs: opened, infos, warnings } = all;
    let lists = load_lists(job, dictionary, warnings)?;
    let mut evaluations: Vec<Evaluation> = ruleset.rules.iter().map(|r| evaluation(r.as_ref())).collect();
    let usable = usable_rules(ruleset, opened, &lists, &mut evaluations);
    let classes = Classes::default();
    let judge = judge(job, &usable, opened, &lists, dictionary, &classes)?;
    let mut first = read_inputs(job, opened, &judge, dictionary)?;
    let class_vectors = classes.all();
    let mut out = Collected::new(job.memory);
    let scanned = scan_families(job, &mut first, opened, &judge, &class_vectors, &mut out, dictionary)?;
    if let Some(trace) = job.trace {
        trace.duplicates(&scanned.duplicates);
    }
    out.rows(&mut first.hits, &scanned.duplicates, &judge, dictionary, job.findings.map(|_| job.evidence))?;
    first.hits = Sorter::new(0);
    let whole = shown_by_the_whole(job, &judge, &first, (&class_vectors, &scanned.histogram), dictionary);
    out.sequence(whole, job.findings.is_some())?;
    let mut told = Vec::new();
    for (input, (rows, extra)) in opened.iter_mut().zip(first.rows.iter().zip(first.extras.drain(..))) {
        told.push(extra.told.clone());
        extra.finish(input, rows);
    }
    let calls = Tally { ruleset, classes: &class_vectors, histogram: &scanned.histogram, inputs: opened, first: first.first };
    calls.count(&judge, &usable, &out, &mut evaluations);
    not_in_force(job, &usable, &first.hours, &mut evaluations);
    let unbound = told.iter().map(|t| t.unbound).sum();
    completion::hidden_callees(opened, unbound, &by_callee(&judge, &usable), &mut evaluations);
    clock_notes(opened, &judge, &usable, &mut evaluations);
    let parts = Parts {
        opened,
        infos: std::mem::take(infos),
        lists: lists.facts.clone(),
        evaluations,
        warnings: std::mem::take(warnings),
        usable,
        judge: &judge,
        dictionary,
    };
    finish(job, parts, out, first, columns)
}

/// What the scans of all families told besides what they found.
struct Scans {
    /// Sorted.
    duplicates: Vec<Ordinal>,
    /// Calls by class.
    histogram: Vec<u64>,
}

/// Scans one key family after another, each freed when it is done; the callee's settles duplicates for all.
fn scan_families(
    job: &Job<'_>,
    first: &mut First,
    opened: &[Input],
    judge: &Judge<'_>,
    classes: &[Box<[u8]>],
    out: &mut Collected,
    dictionary: &Dictionary,
) -> Result<Scans> {
    let zones = callee_zones(job, &first.zone_sets);
    let view = job.zones.view();
    let scene = Scene { view: &view, zones: &zones, lists: judge.lists, events: judge.events, dictionary, last: first.last.unwrap_or(0), as_of: job.as_of };
    let names = Names { judge, dictionary };
    let mut scanned = Scans { duplicates: Vec::new(), histogram: vec![0; classes.len()] };
    let lost = Lost::default();
    let buffers: Mutex<Vec<Buffers>> = Mutex::default();
    let out = Mutex::new(out);
    let take_over = |violations: Vec<Violation>| out.lock().expect("found").violations.extend(violations);
    for (number, family) in std::mem::take(&mut first.families).into_iter().enumerate() {
        let settle = |rows: &[Ordinal]| settle(opened, &first.index, rows, job, dictionary, &lost);
        let scan = Scan {
            rules: sequence_rules(judge, number, &scene),
            classes,
            scene,
            rows: &first.index,
            home: number == 0,
            dropped: &scanned.duplicates,
            settle: &settle,
            name: &names,
            evidence: job.evidence,
            keep: job.findings.is_some(),
            rule_count: judge.rules.len(),
            overflow: &take_over,
        };
        if number > 0 && scan.rules.is_empty() {
            continue;
        }
        let mut dropped = Vec::new();
        // A few parts at a time: what they find is taken over before the next ones begin.
        for parts in (0..PARTS).collect::<Vec<_>>().chunks(16) {
            let found: Vec<Result<Found>> = parts
                .par_iter()
                .map(|p| {
                    let mut own = buffers.lock().expect("buffers").pop().unwrap_or_default();
                    let found = family.part(*p, &mut own).and_then(|part| scan.part(part));
                    buffers.lock().expect("buffers").push(own);
                    found
                })
                .collect();
            for part in found {
                let mut part = part?;
                scanned.histogram.iter_mut().zip(&part.classes).for_each(|(all, n)| *all += n);
                dropped.append(&mut part.duplicates);
                out.lock().expect("found").sequence(part, job.findings.is_some())?;
            }
        }
        if number == 0 {
            dropped.sort_unstable();
            for (row, differs) in &dropped {
                let rows = &mut first.rows[first.index.source(*row)];
                rows.accepted -= 1;
                rows.duplicate += 1;
                rows.duplicate_differs += u64::from(*differs);
            }
            scanned.duplicates = dropped.into_iter().map(|d| d.0).collect();
            let lost = std::mem::take(&mut *lost.lock().expect("lost"));
            for ((source, outcome), n) in lost.outcomes {
                first.extras[source].seen.outcomes[outcome] -= n;
            }
            for (quarter, n) in lost.quarters {
                first.quarters.entry(quarter).and_modify(|all| *all = all.saturating_sub(n));
            }
            for (all, keys) in first.totals.iter_mut().zip(lost.keys) {
                keys.into_iter().for_each(|(key, n)| {
                    all.entry(key).and_modify(|all| *all = all.saturating_sub(n));
                });
            }
        }
    }
    Ok(scanned)
}

/// What rules say of the log as a whole.
fn shown_by_the_whole(job: &Job<'_>, judge: &Judge<'_>, first: &First, (classes, histogram): (&[Box<[u8]>], &[u64]), dictionary: &Dictionary) -> Found {
    let mut found = Found { counts: vec![Count::default(); judge.rules.len()], ..Found::default() };
    let Some((begin, end)) = first.first.zip(first.last) else { return found };
    let view = job.zones.view();
    let silences = coverage::silences(&first.hours, view.clock(job.ruleset.zone));
    let whole = Whole { first: begin, last: end, silences: &silences, since: judge.since, as_of: job.as_of, view: &view };
    let names = Names { judge, dictionary };
    for (rule, sequence) in judge.rules.iter().enumerate().filter_map(|(n, r)| if let Plan::Sequence(s) = r.plan() { Some((n, s)) } else { None }) {
        // What judged no call says nothing of the log either.
        if !classes.iter().zip(histogram).any(|(class, n)| *n > 0 && status(class[2 + rule]) == Status::Judged) {
            continue;
        }
        for hit in sequence.whole(&whole) {
            found.group(&names, rule, judge.rules[rule].common(), Key::NULL, hit, 0, false);
        }
    }
    found
}

fn evaluation(rule: &dyn Rule) -> Evaluation {
    let common = rule.common();
    Evaluation {
        id: common.id.clone(),
        kind: common.kind,
        force: common.force.word(),
        severity: common.severity.word(),
        title: common.title.clone(),
        status: "evaluated",
        reason: None,
        required: common.required,
        calls_judged: 0,
        calls_unknown: 0,
        calls_without_key: 0,
        calls_without_time: 0,
        calls_uncovered: 0,
        calls_left_out: 0,
        violations: 0,
        possible: 0,
        findings: 0,
        states: BTreeMap::new(),
        budget: None,
        history: History { needed: rule.history().and_then(|h| u64::try_from(h / 1000).ok()), present: None, lower_bound_until: None },
        citations: common.citations.clone(),
        notes: Vec::new(),
    }
}

/// The lists that rules ask, each under its number in the ruleset.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Lists of numbers.
    pub(super) numbers: Vec<Option<List>>,
    /// Lists of events.
    pub(super) events: Vec<Option<Events>>,
    /// Those that rules look into call by call.
    pub(super) others: Others,
    /// Why there is none.
    problems: Vec<Option<String>>,
    /// What is told of each, by id.
    facts: Vec<Facts>,
}

impl Lists {
    /// Why there is no list of this number, if there is none.
    fn problem(&self, list: usize) -> Option<&String> {
        self.problems[list].as_ref()
    }
}

pub(super) fn load_lists(job: &Job<'_>, dictionary: &Dictionary, warnings: &mut Vec<String>) -> Result<Lists> {
    let mut lists = Lists::default();
    let clock = Arc::new(Clock::parse(&job.ruleset.timezone).map_err(Error::Usage)?);
    let region = NumberRegion::new(job.reading.region.as_deref().or(job.ruleset.region.as_deref())).map_err(Error::Usage)?;
    for table in &job.ruleset.lists {
        let (mut numbers, mut events, mut problem) = (None, None, None);
        let (mut consents, mut bindings) = (None, None);
        let no_file = || format!("the list {} has no file: give it with --use-list {}=PATH", table.id, table.id);
        match table.kind {
            ListKind::Numbers | ListKind::Inventory => {
                let loaded = match &table.path {
                    None => Err(Box::new(Facts { id: table.id.clone(), error: Some(no_file()), ..Facts::default() })),
                    Some(path) => {
                        let around = Surroundings { clock: clock.clone(), region, dictionary, zones: job.zones };
                        List::load(&table.id, path, &table.settings, &around)
                    }
                };
                match loaded {
                    Ok(list) => {
                        warnings.extend(list.warnings.iter().cloned());
                        lists.facts.push(list.facts.clone());
                        numbers = Some(list);
                    }
                    Err(known) => {
                        problem.clone_from(&known.error);
                        lists.facts.push(*known);
                    }
                }
            }
            ListKind::Events => {
                let mut reader = NumberReader::small(dictionary, job.zones, region);
                let loaded = table.path.as_ref().map_or_else(|| Err(no_file()), |path| Events::load(&table.id, path, &clock, &mut reader));
                let path = table.path.as_ref().map(|p| p.display().to_string());
                let mut known = Facts { id: table.id.clone(), path, ..Facts::default() };
                match loaded {
                    Ok(list) => {
                        warnings.extend(list.warnings.iter().cloned());
                        known.entries = list.len() as u64;
                        events = Some(list);
                    }
                    Err(e) => {
                        known.error = Some(e.clone());
                        problem = Some(e);
                    }
                }
                lists.facts.push(known);
            }
            ListKind::Consent => {
                let around = Surroundings { clock: clock.clone(), region, dictionary, zones: job.zones };
                let loaded = match &table.path {
                    None => Err(Box::new(Facts { id: table.id.clone(), error: Some(no_file()), ..Facts::default() })),
                    Some(path) => Consents::load(&table.id, path, &table.settings, &around),
                };
                match loaded {
                    Ok(list) => {
                        warnings.extend(list.warnings.iter().cloned());
                        lists.facts.push(list.facts.clone());
                        consents = Some(list);
                    }
                    Err(known) => {
                        problem.clone_from(&known.error);
                        lists.facts.push(*known);
                    }
                }
            }
            // Those who are behind numbers are known to the inputs already: a rule that asks for them reads them for itself, without telling it again.
            ListKind::Bindings if job.ruleset.rules.iter().any(|r| r.lists().contains(&lists.problems.len())) => {
                let mut reader = NumberReader::small(dictionary, job.zones, region);
                match table.path.as_ref().map_or_else(|| Err(no_file()), |path| Bindings::load(&table.id, path, &clock, &mut reader)) {
                    Ok(list) => bindings = Some(list.ready()),
                    Err(e) => problem = Some(e),
                }
            }
            ListKind::Aliases | ListKind::Bindings | ListKind::Other => {}
        }
        lists.numbers.push(numbers);
        lists.events.push(events);
        lists.others.consents.push(consents);
        lists.others.bindings.push(bindings);
        lists.problems.push(problem);
    }
    lists.facts.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(lists)
}

/// The rules that can be evaluated, by their number in the ruleset; the others get a reason.
fn usable_rules(ruleset: &Ruleset, inputs: &[Input], lists: &Lists, evaluations: &mut [Evaluation]) -> Vec<usize> {
    let mut usable = Vec::new();
    for (n, rule) in ruleset.rules.iter().enumerate() {
        let common = rule.common();
        let needs: BTreeSet<Field> = rule.needs().into_iter().chain(common.fields.iter().cloned()).collect();
        let mut reasons = Vec::new();
        for field in &needs {
            let lacking: Vec<&str> = inputs.iter().filter(|i| !i.mapping.has(field)).map(|i| i.source.path.as_str()).collect();
            if inputs.is_empty() {
                continue;
            }
            if lacking.len() == inputs.len() {
                reasons.push(format!("no input has the column {}", field.name()));
            } else if !lacking.is_empty() {
                evaluations[n].notes.push(format!("the column {} is missing in {}", field.name(), lacking.join(", ")));
            }
        }
        let one_of = rule.needs_one_of();
        if !one_of.is_empty() && !inputs.is_empty() && !inputs.iter().any(|i| one_of.iter().any(|c| i.mapping.has(&Field::Canonical(*c)))) {
            let names: Vec<&str> = one_of.iter().map(|c| c.name()).collect();
            reasons.push(format!("no input has one of the columns {}", names.join(", ")));
        }
        for list in rule.lists() {
            reasons.extend(lists.problem(*list).cloned());
            reasons.extend(lists.numbers[*list].as_ref().and_then(|l| rule.lacks(*list, l)));
            if let (Some(events), Plan::Sequence(sequence)) = (&lists.events[*list], rule.plan()) {
                let lacking: Vec<String> = events.lacks(&sequence.key().fields).iter().map(|f| f.name()).collect();
                if !lacking.is_empty() {
                    reasons.push(format!("the list {} lacks the columns {}", events.id, lacking.join(", ")));
                }
            }
        }
        if reasons.is_empty() {
            reasons.extend(rule.missing(&lists.others));
        }
        for exempt in &common.exempt {
            let unchecked = match exempt {
                Exempt::List(l) if lists.others.consents[*l].is_some() => false,
                Exempt::List(l) => lists.numbers[*l].as_ref().is_none_or(|list| {
                    let id = Field::Canonical(Column::CalleeId);
                    list.by() == MatchBy::CalleeId && !inputs.is_empty() && inputs.iter().all(|i| !i.mapping.has(&id))
                }),
                Exempt::Sql(_, fields) => !inputs.is_empty() && fields.iter().any(|f| inputs.iter().all(|i| !i.mapping.has(f))),
                Exempt::Named(n) => {
                    let exemption = &ruleset.exemptions[*n];
                    let lacking = exemption.list.is_some_and(|l| lists.events[l].as_ref().is_none_or(|events| !events.lacks(&exemption.per).is_empty()));
                    lacking || !inputs.is_empty() && exemption.fields.iter().any(|f| inputs.iter().all(|i| !i.mapping.has(f)))
                }
            };
            if unchecked {
                evaluations[n].notes.push(match exempt {
                    Exempt::Named(_) => format!("exemption not checked: {}", exempt_name(ruleset, exempt)),
                    _ => "exemption not checked".to_owned(),
                });
            }
        }
        if reasons.is_empty() {
            usable.push(n);
        } else {
            evaluations[n].status = "not_evaluable";
            evaluations[n].reason = Some(reasons.join("; "));
        }
    }
    usable
}

fn judge<'a>(job: &'a Job<'_>, usable: &[usize], inputs: &[Input], lists: &'a Lists, dictionary: &'a Dictionary, classes: &'a Classes) -> Result<Judge<'a>> {
    let rules: Vec<&'a dyn Rule> = usable.iter().map(|n| job.ruleset.rules[*n].as_ref()).collect();
    let inbound = inputs.iter().any(|i| i.mapping.has(&Field::Canonical(Column::Direction)));
    let mut families = vec![KeyFields { fields: vec![Field::Canonical(Column::Callee)], contact: false }];
    let (mut with_zones, mut extras) = (false, Vec::new());
    for rule in &rules {
        if let Plan::Sequence(sequence) = rule.plan() {
            let family = family_of(sequence.key(), inbound);
            if !families.contains(&family) {
                families.push(family);
            }
            with_zones |= rule.common().clock == RuleClock::Callee;
            extras.extend(sequence.extra().filter(|e| !extras.contains(e)));
        }
    }
    let exempt = rules
        .iter()
        .map(|r| {
            let present = |f: &Field| inputs.iter().any(|i| i.mapping.has(f));
            r.common()
                .exempt
                .iter()
                .filter(|e| match e {
                    Exempt::List(l) => lists.numbers[*l].is_some() || lists.others.consents[*l].is_some(),
                    Exempt::Sql(_, fields) => fields.iter().all(present),
                    Exempt::Named(n) => {
                        let exemption = &job.ruleset.exemptions[*n];
                        let told = exemption.list.is_none_or(|l| lists.events[l].as_ref().is_some_and(|events| events.lacks(&exemption.per).is_empty()));
                        told && exemption.fields.iter().all(present)
                    }
                })
                .collect()
        })
        .collect();
    Ok(Judge {
        rules,
        families,
        predicates: Predicates::new(&job.ruleset.predicates).map_err(Error::Ruleset)?,
        exempt,
        lists: &lists.numbers,
        others: &lists.others,
        events: &lists.events,
        exemptions: job.ruleset.exemptions.iter().map(|e| (e, known_of(e, &lists.events, dictionary))).collect(),
        zone: job.ruleset.zone,
        inbound,
        dictionary,
        zones: job.zones,
        classes,
        since: job.since.unwrap_or(i64::MIN + 1),
        with_zones,
        extras,
        trace: job.trace,
        totals: job.findings.is_some(),
        named: job.findings.is_some() || job.trace.is_some() || job.columns.iter().flatten().any(|c| c == "finding"),
    })
}

fn callee_zones(job: &Job<'_>, sets: &BTreeSet<u16>) -> Vec<ZoneId> {
    let view = job.zones.view();
    let zones: BTreeSet<ZoneId> = sets.iter().flat_map(|s| view.members(*s).to_vec()).collect();
    zones.into_iter().collect()
}

fn sequence_rules<'a>(judge: &Judge<'a>, family: usize, scene: &Scene<'_>) -> Vec<Scanned<'a>> {
    let extra = |e: Extra| judge.extras.iter().position(|known| *known == e);
    let of_family = |(n, rule): (usize, &&'a dyn Rule)| match rule.plan() {
        Plan::Sequence(sequence) if family_of(sequence.key(), judge.inbound) == judge.families[family] => {
            Some(Scanned::new(n, rule.common(), sequence, sequence.extra().and_then(extra), scene))
        }
        _ => None,
    };
    judge.rules.iter().enumerate().filter_map(of_family).collect()
}

/// What was counted of rows that turned out to be duplicates.
#[derive(Default)]
struct Losses {
    /// By source and outcome.
    outcomes: BTreeMap<(usize, usize), u64>,
    /// By quarter of an hour.
    quarters: BTreeMap<i64, u64>,
    /// By caller, agent and campaign.
    keys: [BTreeMap<Key, u64>; 3],
}

type Lost = Mutex<Losses>;

/// Which of several rows of one call is the call: the latest end, then the greatest text; and whether they differ.
fn settle(inputs: &[Input], index: &RowIndex, rows: &[Ordinal], job: &Job<'_>, dictionary: &Dictionary, lost: &Lost) -> Result<(usize, bool)> {
    let mut read = Vec::new();
    let mut outcomes = Vec::new();
    let mut counted = Vec::new();
    for row in rows {
        let Some((source, offset, skip)) = index.place(*row) else { continue };
        let input = &inputs[source];
        let fail = |e: std::io::Error| Error::Io(format!("{}: {e}", input.source.path));
        let (bytes, place) = intake::record_bytes(input, offset, skip).map_err(fail)?;
        let fates = input.fates(place, place + 1).map_err(fail)?;
        let table = records::Splitter::new(input.dialect, input.width).split(&bytes, 0, bytes.len().max(1), 0, true, 1);
        let mut numbers = NumberReader::small(dictionary, job.zones, input.region);
        let mut batch = Batch::default();
        if let Some(record) = table.rows.first() {
            input.evidence.calls_of(&bytes, (&table, Checked::default()), record, job.zones, (&mut numbers, &mut Words::default()), &mut batch);
            input.complete(&fates, Some(place), &mut batch, dictionary, job.zones);
        }
        let shown = table.rows.first().map(|r| input.shown(&bytes, &table, r).to_vec()).unwrap_or_default();
        outcomes.push(batch.outcome.first().map(|o| (source, *o as usize)));
        counted.push(batch.start.first().map(|at| {
            let text = |c: Column| dictionary.text(batch.text(&Field::Canonical(c), 0));
            (at.div_euclid(QUARTER), [batch.caller[0].key, text(Column::Agent), text(Column::Campaign)])
        }));
        read.push((batch.ended.first().copied().unwrap_or(NONE), shown));
    }
    let differs = read.iter().any(|r| r.1 != read[0].1);
    let best = read.iter().enumerate().max_by(|(i, a), (j, b)| (a.0, &a.1).cmp(&(b.0, &b.1)).then(j.cmp(i))).map_or(0, |b| b.0);
    let mut lost = lost.lock().expect("lost");
    for outcome in outcomes.iter().enumerate().filter(|(i, _)| *i != best).filter_map(|(_, o)| *o) {
        *lost.outcomes.entry(outcome).or_default() += 1;
    }
    for (quarter, keys) in counted.into_iter().enumerate().filter(|(i, _)| *i != best).filter_map(|(_, c)| c) {
        *lost.quarters.entry(quarter).or_default() += 1;
        for (all, key) in lost.keys.iter_mut().zip(keys).filter(|(_, k)| !k.is_null()) {
            *all.entry(key).or_default() += 1;
        }
    }
    Ok((best, differs))
}

/// The calls of the log by what each rule said of them.
struct Tally<'a> {
    ruleset: &'a Ruleset,
    classes: &'a [Box<[u8]>],
    histogram: &'a [u64],
    inputs: &'a [Input],
    first: Option<i64>,
}

impl Tally<'_> {
    /// Counts them into the evaluations of the rules.
    fn count(&self, judge: &Judge<'_>, usable: &[usize], out: &Collected, evaluations: &mut [Evaluation]) {
        let Tally { ruleset, classes, histogram, inputs, first } = self;
        for (r, n) in usable.iter().enumerate() {
            let e = &mut evaluations[*n];
            let mut in_effect = 0;
            let mut exempt: BTreeMap<usize, u64> = BTreeMap::new();
            for (class, count) in classes.iter().zip(*histogram) {
                let flags = class[2 + r];
                in_effect += if flags & flag::IN_EFFECT != 0 { *count } else { 0 };
                match status(flags) {
                    Status::LeftOut | Status::Counted => e.calls_left_out += count,
                    Status::Exempt => {
                        e.calls_left_out += count;
                        *exempt.entry(exempt_by(flags)).or_default() += count;
                    }
                    Status::Unknown => e.calls_unknown += count,
                    Status::NoKey => e.calls_without_key += count,
                    Status::NoTime => e.calls_without_time += count,
                    Status::Uncovered => e.calls_uncovered += count,
                    Status::Judged => e.calls_judged += count,
                }
            }
            for (by, count) in exempt {
                let name = judge.exempt[r].get(by).map_or_else(String::new, |e| exempt_name(ruleset, e));
                e.notes.push(format!("{count} calls are not judged: exempt by {name}"));
                // A list that takes calls out of a rule is the dialler's white list (LK9): it must be kept as short as its reasons.
            }
            let counts = out.counts.get(r).copied().unwrap_or_default();
            (e.violations, e.possible, e.findings) = (counts.violations, counts.possible, counts.findings);
            let counts = matches!(judge.rules[r].plan(), Plan::Sequence(_));
            // Of calls that are judged from --since on, so far as the windows of the first ones begin before the log.
            e.history.lower_bound_until =
                first.zip(judge.rules[r].history()).filter(|_| counts).map(|(f, h)| f.saturating_add(h)).filter(|until| *until > judge.since);
            e.history.present = first.map(|f| u64::try_from((judge.since.max(f) - f) / 1000).unwrap_or(0));
            if e.calls_judged == 0 {
                if in_effect == 0 && judge.rules[r].common().dated() {
                    e.status = "not_in_force";
                    e.reason = Some("no call lies within its dates".to_owned());
                } else {
                    e.status = "not_evaluable";
                    let why = [
                        (e.calls_unknown, "`where` is NULL"),
                        (e.calls_without_key, "the key is null"),
                        (e.calls_without_time, "the time is missing"),
                        (e.calls_uncovered, "the calendar does not cover the date"),
                        (e.calls_left_out, "left out"),
                    ];
                    let parts: Vec<String> = why.iter().filter(|w| w.0 > 0).map(|w| format!("{} calls: {}", w.0, w.1)).collect();
                    e.reason = Some(if inputs.is_empty() {
                        "no input could be read".to_owned()
                    } else {
                        format!("no call was judged ({})", if parts.is_empty() { "there are none".to_owned() } else { parts.join(", ") })
                    });
                }
            }
        }
    }
}

/// A rule that lacks something and has no call within its dates is not in force, which is no reason for an incomplete audit.
fn not_in_force(job: &Job<'_>, usable: &[usize], hours: &BTreeMap<i64, u64>, evaluations: &mut [Evaluation]) {
    const HOUR: i64 = 3_600_000;
    let view = job.zones.view();
    for (n, (rule, e)) in job.ruleset.rules.iter().zip(evaluations).enumerate() {
        let common = rule.common();
        // Of those that were tried it is known call by call.
        if e.status != "not_evaluable" || usable.contains(&n) || !common.dated() || hours.is_empty() {
            continue;
        }
        // Where callees are is not known of a rule that was not judged: the earliest and the latest clock that there is.
        let around = match common.clock {
            RuleClock::Zone(_) => 0..=1,
            RuleClock::Callee => -15..=16,
        };
        let zone = if let RuleClock::Zone(zone) = common.clock { zone } else { job.ruleset.zone };
        let clock = view.clock(zone);
        if !hours.keys().any(|h| around.clone().any(|shift| common.in_effect(clock.local((h + shift) * HOUR - i64::from(shift > 0))))) {
            e.status = "not_in_force";
            e.reason = Some("no call lies within its dates".to_owned());
        }
    }
}

/// The events that an exemption asks for.
fn known_of(exemption: &Exemption, lists: &[Option<Events>], dictionary: &Dictionary) -> Known {
    let mut known = Known::default();
    if let Some(list) = exemption.list.and_then(|l| lists.get(l)?.as_ref()) {
        list.collect(&exemption.per, &exemption.words, dictionary, &mut known);
    }
    sort(&mut known);
    known
}

/// An exemption, as reports name it.
fn exempt_name(ruleset: &Ruleset, exempt: &Exempt) -> String {
    match exempt {
        Exempt::List(l) => format!("the list {}", ruleset.lists[*l].id),
        Exempt::Sql(p, _) => ruleset.predicates[*p].sql.clone(),
        Exempt::Named(n) => ruleset.exemptions[*n].id.clone(),
    }
}

/// The rules for which it matters who was called.
fn by_callee(judge: &Judge<'_>, usable: &[usize]) -> Vec<usize> {
    usable.iter().zip(&judge.rules).filter(|(_, rule)| rule.about_callee()).map(|(n, _)| *n).collect()
}

/// A rule about hours that was judged on an assumed clock says so.
fn clock_notes(inputs: &[Input], judge: &Judge<'_>, usable: &[usize], evaluations: &mut [Evaluation]) {
    let assumed = inputs.iter().any(|i| i.info.clock.as_ref().is_some_and(|c| c.assumed) && i.info.rows.accepted > 0);
    if !assumed {
        return;
    }
    for (r, n) in usable.iter().enumerate() {
        if judge.rules[r].on_a_clock() || judge.rules[r].common().dated() {
            evaluations[*n].notes.push("clock assumed: nothing in the log tells its zone".to_owned());
        }
    }
}
