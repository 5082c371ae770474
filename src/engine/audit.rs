//! One audit: open, judge, settle, show, and put together the report.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;

use rayon::prelude::*;

use super::evidence::{Show, key_text, shown_fields};
use super::family::{Family, Found, Ids, Open, Pass, looks_at_callees};
use super::intake::{self, Input, Reading};
use super::pass::{Judge, Piece, RowFinding};
use super::predicates::Predicates;
use super::sorter::Sorter;
use super::store::{FindingRecord, Store, Violation};
use super::tuples::{Classes, RowRef, Status, flag, status};
use crate::calls::calendar::{Calendar, Date, iso};
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{NumberReader, NumberRegion, SortCounts};
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::{Clock, ZoneId, Zones};
use crate::error::{Error, Result};
use crate::input::mapping::NONE;
use crate::input::records::{self, Cut, Feed, Place};
use crate::input::source::Inputs;
use crate::language::{Lang, Msg, say};
use crate::report::*;
use crate::rules::lists::List;
use crate::rules::windows::{Broken, Limits};
use crate::rules::{Exempt, Plan, Rule, Severity, Verdict, note};
use crate::ruleset::Ruleset;

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
    /// First and last judged instant (ms UTC, the last exclusive).
    pub since: Option<i64>,
    #[allow(missing_docs)]
    pub until: Option<i64>,
    /// "Today".
    pub as_of: Date,
    /// Columns of the csv output, if there is one.
    pub columns: Option<Vec<String>>,
    /// Findings and evidence rows that the report keeps.
    pub findings: usize,
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
    /// How many rejected rows are too many, of so many rows.
    pub max_rejects: &'a (dyn Fn(u64) -> u64 + Sync),
    /// Called with bytes and rows read.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Size of pieces.
    pub cut: Cut,
}

/// Receives rejected rows: source, line, reason, row.
pub type Rejects<'a> = Mutex<Box<dyn FnMut(&str, u64, &str, &[u8]) -> Result<()> + Send + 'a>>;

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("ruleset", &self.ruleset).finish_non_exhaustive()
    }
}

/// Text columns that judging needs.
fn wanted(ruleset: &Ruleset) -> Vec<Field> {
    let mut fields: BTreeSet<Field> = [Column::Agent, Column::Campaign, Column::Purpose].map(Field::Canonical).into();
    for expression in &ruleset.predicates {
        fields.extend(expression.fields.iter().cloned());
    }
    for rule in &ruleset.rules {
        match rule.plan() {
            Plan::Row(test) => fields.extend(test.group_by().iter().cloned()),
            Plan::Sequence(limits) => fields.extend(limits.per.iter().cloned()),
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

fn subjects(rule: &dyn Rule) -> (Vec<Field>, bool) {
    match rule.plan() {
        Plan::Row(test) => (test.group_by().to_vec(), true),
        Plan::Sequence(limits) => (limits.per.clone(), false),
    }
}

/// Runs an audit.
///
/// Errors: what stops it before there is a report.
pub fn run(job: &Job<'_>, inputs: Inputs) -> Result<(Report, Store)> {
    let ruleset = job.ruleset;
    let dictionary = Dictionary::default();
    let mut infos: Vec<InputInfo> = Vec::new();
    let columns: Vec<String> = job.columns.clone().unwrap_or_default();
    let all_subjects: Vec<Vec<Field>> = ruleset.rules.iter().map(|r| subjects(r.as_ref()).0).collect();
    let (wanted, shown) = (wanted(ruleset), shown_fields(&columns, &all_subjects));
    let mut opened: Vec<Input> = Vec::new();
    for source in inputs.sources {
        match intake::open(source, ruleset, &job.reading, &wanted, &shown)? {
            Ok(input) => opened.push(input),
            Err(info) => infos.push(info),
        }
    }
    infos.extend(inputs.problems.into_iter().map(|(path, error)| intake::unreadable(&path, error)));
    let mut warnings = ruleset.warnings.clone();
    warnings.extend(inputs.notes);
    let lists = load_lists(job, &dictionary, &mut warnings)?;
    let mut evaluations: Vec<Evaluation> = ruleset.rules.iter().map(|r| evaluation(r.as_ref())).collect();
    let usable = usable_rules(ruleset, &opened, &lists.0, &lists.1, &mut evaluations);
    let classes = Classes::default();
    let judge = judge(job, &usable, &opened, &lists.0, &dictionary, &classes)?;
    let mut first = read_inputs(job, &mut opened, &judge, &dictionary)?;
    let zones = callee_zones(job, &first.zone_sets);
    let view = job.zones.view();
    let class_vectors = classes.all();
    let settle = |rows: &[RowRef]| settle(&opened, rows, job, &dictionary);
    let mut duplicates: Vec<RowRef> = Vec::new();
    let mut out = Collected::new(job.memory);
    let mut histogram = vec![0_u64; class_vectors.len()];
    let subject_of = |rule: usize, key: Key| subject_text(&judge, rule, key, &dictionary);
    for (number, family) in first.families.iter().enumerate() {
        let pass = Pass {
            rules: sequence_rules(&judge, number),
            classes: &class_vectors,
            view: &view,
            zones: &zones,
            ids: &first.ids,
            home: number == 0,
            dropped: &duplicates,
            settle: &settle,
            evidence: job.evidence,
        };
        if number > 0 && pass.rules.is_empty() {
            continue;
        }
        let mut dropped = Vec::new();
        // A few parts at a time: what they find is taken over before the next ones begin.
        for parts in family.parts.chunks(8) {
            let found: Vec<Result<Found>> = parts.par_iter().map(|p| pass.part(p)).collect();
            for part in found {
                let part = part?;
                for (class, n) in part.classes.iter().enumerate() {
                    histogram[class] += n;
                }
                dropped.extend(part.duplicates.iter().copied());
                out.sequence(part, &judge, &subject_of)?;
            }
        }
        if number == 0 {
            dropped.sort();
            for (row, differs) in &dropped {
                let rows = &mut opened_rows(&mut first.rows, row.source());
                rows.accepted -= 1;
                rows.duplicate += 1;
                rows.duplicate_differs += u64::from(*differs);
            }
            duplicates = dropped.into_iter().map(|d| d.0).collect();
        }
    }
    out.rows(&mut first.hits, &duplicates, &judge, &dictionary, job.evidence)?;
    for (input, (rows, extra)) in opened.iter_mut().zip(first.rows.iter().zip(first.extras.drain(..))) {
        extra.finish(input, rows);
    }
    count_statuses(&class_vectors, &histogram, &judge, &usable, &out, &mut evaluations, &opened, &first);
    clock_notes(&opened, &judge, &usable, &mut evaluations);
    let parts = Parts { opened: &opened, infos, evaluations, warnings, usable, judge: &judge, dictionary: &dictionary };
    finish(job, parts, out, first, &columns)
}

fn opened_rows(rows: &mut [Rows], source: usize) -> &mut Rows {
    &mut rows[source]
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
        history: History { needed: rule.history().and_then(|h| u64::try_from(h / 1000).ok()), present: None },
        notes: Vec::new(),
    }
}

type Lists = (Vec<Option<List>>, Vec<Option<String>>);

fn load_lists(job: &Job<'_>, dictionary: &Dictionary, warnings: &mut Vec<String>) -> Result<Lists> {
    let (mut lists, mut problems) = (Vec::new(), Vec::new());
    let region = NumberRegion::new(job.reading.region.as_deref().or(job.ruleset.region.as_deref())).map_err(Error::Usage)?;
    for table in &job.ruleset.lists {
        let loaded = match &table.path {
            None => Err(format!("the list {} has no file: give it with --use-list {}=PATH", table.id, table.id)),
            Some(path) => Clock::parse(&job.ruleset.timezone).and_then(|clock| List::load(&table.id, path, clock, region, dictionary, job.zones)),
        };
        match loaded {
            Ok(list) => {
                warnings.extend(list.warnings.iter().cloned());
                lists.push(Some(list));
                problems.push(None);
            }
            Err(e) => {
                lists.push(None);
                problems.push(Some(e));
            }
        }
    }
    Ok((lists, problems))
}

/// The rules that can be evaluated, by their number in the ruleset; the others get a reason.
fn usable_rules(ruleset: &Ruleset, inputs: &[Input], lists: &[Option<List>], problems: &[Option<String>], evaluations: &mut [Evaluation]) -> Vec<usize> {
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
        reasons.extend(rule.lists().iter().filter(|l| lists[**l].is_none()).filter_map(|l| problems[*l].clone()));
        for exempt in &common.exempt {
            let unchecked = match exempt {
                Exempt::List(l) => lists[*l].is_none(),
                Exempt::Sql(_, fields) => !inputs.is_empty() && fields.iter().any(|f| inputs.iter().all(|i| !i.mapping.has(f))),
            };
            if unchecked {
                evaluations[n].notes.push("exemption not checked".to_owned());
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

fn judge<'a>(
    job: &'a Job<'_>,
    usable: &[usize],
    inputs: &[Input],
    lists: &'a [Option<List>],
    dictionary: &'a Dictionary,
    classes: &'a Classes,
) -> Result<Judge<'a>> {
    let rules: Vec<&'a dyn Rule> = usable.iter().map(|n| job.ruleset.rules[*n].as_ref()).collect();
    let mut families = vec![vec![Field::Canonical(Column::Callee)]];
    let mut with_zones = false;
    for rule in &rules {
        if let Plan::Sequence(limits) = rule.plan() {
            if !families.contains(&limits.per) {
                families.push(limits.per.clone());
            }
            with_zones |= looks_at_callees(limits);
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
                    Exempt::List(l) => lists[*l].is_some(),
                    Exempt::Sql(_, fields) => fields.iter().all(present),
                })
                .collect()
        })
        .collect();
    Ok(Judge {
        rules,
        families,
        predicates: Predicates::new(&job.ruleset.predicates).map_err(Error::Ruleset)?,
        exempt,
        lists,
        dictionary,
        zones: job.zones,
        classes,
        since: job.since.unwrap_or(i64::MIN + 1),
        with_zones,
    })
}

/// What the first pass over all inputs gave.
struct First {
    families: Vec<Family>,
    ids: Ids,
    hits: Sorter<RowFinding>,
    rows: Vec<Rows>,
    extras: Vec<Extra>,
    places: Vec<Vec<Place>>,
    hours: BTreeMap<i64, u64>,
    first: Option<i64>,
    last: Option<i64>,
    totals: [HashMap<Key, u64>; 3],
    zone_sets: BTreeSet<u16>,
}

/// What reports say of an input besides its rows.
#[derive(Default)]
struct Extra {
    rejects: Vec<Reject>,
    numbers: SortCounts,
    unreadable: BTreeMap<String, u64>,
    unmapped: BTreeMap<String, u64>,
    notes: Vec<String>,
    folds: u64,
    gaps: u64,
    precision: Option<crate::calls::timestamps::Precision>,
    direction_assumed: u64,
    with_offset: u64,
    hash: Option<String>,
    error: Option<String>,
}

impl Extra {
    fn finish(self, input: &mut Input, rows: &Rows) {
        let info = &mut input.info;
        info.rows = *rows;
        info.rejects = self.rejects;
        info.numbers = self.numbers.by_name();
        info.unreadable = self.unreadable;
        info.unmapped_outcomes = self.unmapped;
        info.hash = self.hash;
        info.error = self.error;
        info.notes.extend(self.notes);
        let calls = rows.accepted + rows.duplicate;
        if let Some(clock) = info.clock.as_mut().filter(|_| self.with_offset > 0 && self.with_offset >= calls) {
            *clock = ClockInfo { zone: "as in each row".to_owned(), evidence: "offset in the data".to_owned(), assumed: false };
        } else if self.with_offset > 0 {
            info.notes.push(format!("{} starts carry their offset, the others do not", self.with_offset));
        }
        if self.direction_assumed > 0 {
            info.notes.push(format!("{} calls without a direction are taken as outbound", self.direction_assumed));
        }
        if self.folds > 0 {
            info.notes.push(format!("{} starts lie in an hour that the clock showed twice", self.folds));
        }
        if self.gaps > 0 {
            info.notes.push(format!("{} starts lie in an hour that the clock never showed", self.gaps));
        }
        if let Some(p) = self.precision {
            info.notes.push(format!("starts are known to the {}: counting rules use the first instant", p.name()));
        }
        if rows.duplicate_differs > 0 {
            info.notes.push(format!("{} duplicates differ in other columns", rows.duplicate_differs));
        }
    }
}

fn read_inputs(job: &Job<'_>, inputs: &mut [Input], judge: &Judge<'_>, dictionary: &Dictionary) -> Result<First> {
    let share = job.memory / 2 / judge.families.len().max(1);
    let mut first = First {
        families: judge.families.iter().map(|_| Family::new(share)).collect(),
        ids: Ids::default(),
        hits: Sorter::new(job.memory / 8),
        rows: Vec::new(),
        extras: Vec::new(),
        places: Vec::new(),
        hours: BTreeMap::new(),
        first: None,
        last: None,
        totals: Default::default(),
        zone_sets: BTreeSet::new(),
    };
    let readers: Mutex<Vec<(usize, NumberReader<'_>)>> = Mutex::new(Vec::new());
    let until = job.until.unwrap_or(i64::MAX);
    let mut rows_read = 0;
    for (source, input) in inputs.iter().enumerate() {
        let (mut rows, mut extra, mut places) = (Rows::default(), Extra::default(), Vec::new());
        let opened = input.source.plain().and_then(|file| match file {
            Some(file) => Ok((Some(file), None)),
            None => input.source.blocks(job.cut.piece * job.cut.pieces / 4).map(|blocks| (None, Some(blocks))),
        });
        let (file, blocks) = match opened {
            Ok(opened) => opened,
            Err(e) => {
                extra.error = Some(format!("cannot be read: {e}"));
                first.rows.push(rows);
                first.extras.push(extra);
                first.places.push(places);
                continue;
            }
        };
        let feed = match (&file, &blocks) {
            (Some(file), _) => Feed::File(file, input.source.size()),
            (None, Some(blocks)) => Feed::Blocks(blocks),
            (None, None) => unreachable!("one of the two was opened"),
        };
        let work = |raw: &[u8], table: &records::Table| -> (Piece, Vec<u32>) {
            let taken = {
                let mut readers = readers.lock().expect("readers");
                readers.iter().position(|r| r.0 == source).map(|i| readers.swap_remove(i))
            };
            let mut numbers = taken.map_or_else(|| NumberReader::new(dictionary, job.zones, input.region), |r| r.1);
            let (batch, counts, out_of_period) = input.mapping.calls(raw, table, until, dictionary, job.zones, &mut numbers);
            readers.lock().expect("readers").push((source, numbers));
            let fingerprint = |i: usize| {
                let at = table.rows.partition_point(|r| r.offset < batch.offset[i]);
                blake3::hash(table.raw(raw, &table.rows[at])).to_hex()[..32].to_owned()
            };
            let mut piece = judge.piece(source, &batch, counts, &input.mapping, &fingerprint);
            piece.out_of_period = out_of_period;
            let lines = piece.counts.rejects.iter().map(|r| table.rows[r.0 as usize].line).collect();
            if job.rejects.is_some() {
                piece.rejected = piece.counts.rejects.iter().map(|r| table.raw(raw, &table.rows[r.0 as usize]).to_vec()).collect();
            }
            (piece, lines)
        };
        let done = records::read(&feed, input.dialect, input.width, input.skip, job.cut, work, |(piece, lines), place| {
            rows_read += piece.counts.read;
            (job.progress)(place.end, rows_read);
            places.push(*place);
            take_piece(job, &mut first, piece, &lines, place, &input.source.path, &mut rows, &mut extra)
        })?;
        extra.error = done.broken.map(|e| format!("breaks off: {e}; the rows before are audited"));
        match done.hash.map(|h| Ok(h.to_hex().to_string())).unwrap_or_else(|| input.source.facts().map(|f| f.hash)) {
            Ok(hash) => extra.hash = Some(hash),
            Err(e) => extra.error = Some(format!("cannot be read again: {e}")),
        }
        if rows.read == 0 && extra.error.is_none() {
            extra.error = Some("holds a header and no rows".to_owned());
        }
        first.rows.push(rows);
        first.extras.push(extra);
        first.places.push(places);
    }
    Ok(first)
}

#[allow(clippy::too_many_arguments)]
fn take_piece(job: &Job<'_>, first: &mut First, piece: Piece, lines: &[u32], place: &Place, path: &str, rows: &mut Rows, extra: &mut Extra) -> Result<()> {
    if let Some(e) = piece.error {
        return Err(Error::Ruleset(format!("an expression cannot be evaluated: {e}")));
    }
    let counts = piece.counts;
    rows.read += counts.read;
    rows.accepted += piece.calls;
    rows.rejected += counts.rejects.len() as u64;
    rows.no_call += counts.no_call;
    rows.out_of_period += piece.out_of_period;
    for (n, (_, reason, field)) in counts.rejects.iter().enumerate() {
        let line = place.line + u64::from(lines[n]) + 1;
        if extra.rejects.len() < 20 {
            extra.rejects.push(Reject { line, reason: reason.clone(), field: field.clone() });
        }
        if let (Some(write), Some(row)) = (&job.rejects, piece.rejected.get(n)) {
            (write.lock().expect("rejects"))(path, line, reason, row)?;
        }
    }
    extra.numbers.merge(&counts.numbers);
    for (column, n) in counts.unreadable {
        *extra.unreadable.entry(column.to_owned()).or_default() += n;
    }
    for (word, n) in counts.unmapped {
        *extra.unmapped.entry(word).or_default() += n;
    }
    extra.folds += counts.folds;
    extra.gaps += counts.gaps;
    extra.precision = extra.precision.max(counts.precision);
    extra.direction_assumed += counts.direction_assumed;
    extra.with_offset += counts.with_offset;
    for (family, tuples) in first.families.iter_mut().zip(&piece.tuples) {
        family.extend(tuples)?;
    }
    first.hits.extend(piece.hits)?;
    first.ids.push(piece.ids);
    for (hour, n) in piece.hours {
        *first.hours.entry(hour).or_default() += n;
    }
    first.first = [first.first, piece.first].into_iter().flatten().min();
    first.last = first.last.max(piece.last);
    for (all, part) in first.totals.iter_mut().zip(piece.totals) {
        for (key, n) in part {
            *all.entry(key).or_default() += n;
        }
    }
    first.zone_sets.extend(piece.zone_sets);
    Ok(())
}

fn callee_zones(job: &Job<'_>, sets: &BTreeSet<u16>) -> Vec<ZoneId> {
    let view = job.zones.view();
    let zones: BTreeSet<ZoneId> = sets.iter().flat_map(|s| view.members(*s).to_vec()).collect();
    zones.into_iter().collect()
}

fn sequence_rules<'a>(judge: &Judge<'a>, family: usize) -> Vec<(usize, &'a Limits)> {
    judge
        .rules
        .iter()
        .enumerate()
        .filter_map(|(n, rule)| match rule.plan() {
            Plan::Sequence(limits) if limits.per == judge.families[family] => Some((n, limits)),
            _ => None,
        })
        .collect()
}

/// Which of several rows of one call is the call: the latest end, then the greatest text; and whether they differ.
fn settle(inputs: &[Input], rows: &[RowRef], job: &Job<'_>, dictionary: &Dictionary) -> Result<(usize, bool)> {
    let mut read = Vec::new();
    for row in rows {
        let input = &inputs[row.source()];
        let bytes = intake::record_bytes(input, row.offset()).map_err(|e| Error::Io(format!("{}: {e}", input.source.path)))?;
        let table = records::Splitter::new(input.dialect, input.width).split(&bytes, 0, 1, 0, true, 1);
        let mut numbers = NumberReader::small(dictionary, job.zones, input.region);
        let (batch, ..) = input.evidence.calls(&bytes, &table, i64::MAX, dictionary, job.zones, &mut numbers);
        read.push((batch.ended.first().copied().unwrap_or(NONE), bytes));
    }
    let differs = read.iter().any(|r| r.1 != read[0].1);
    let best = read.iter().enumerate().max_by(|(i, a), (j, b)| (a.0, &a.1).cmp(&(b.0, &b.1)).then(j.cmp(i))).map_or(0, |b| b.0);
    Ok((best, differs))
}

/// Hits and findings of all rules.
struct Collected {
    violations: Sorter<Violation>,
    findings: Sorter<FindingRecord>,
    counts: Vec<Count>,
}

impl Collected {
    fn new(memory: usize) -> Collected {
        Collected { violations: Sorter::new(memory / 8), findings: Sorter::new(memory / 8), counts: Vec::new() }
    }

    fn count(&mut self, rule: usize) -> &mut Count {
        if self.counts.len() <= rule {
            self.counts.resize(rule + 1, Count::default());
        }
        &mut self.counts[rule]
    }

    fn sequence(&mut self, found: Found, judge: &Judge<'_>, subject: &dyn Fn(usize, Key) -> Vec<(String, String)>) -> Result<()> {
        let mut texts: HashMap<(usize, Key), String> = HashMap::new();
        for (rule, key, hit) in found.hits {
            if texts.len() > 4096 {
                texts.clear();
            }
            let key_of = texts.entry((rule, key)).or_insert_with(|| key_text(&subject(rule, key)));
            let fingerprint = fingerprint(&judge.rules[rule].common().id, key_of, hit.broken as u8, hit.verdict, hit.stretch);
            let count = self.count(rule);
            match hit.verdict {
                Verdict::Violation => count.violations += 1,
                Verdict::Possible => count.possible += 1,
                Verdict::Approaching => continue,
            }
            self.violations.push(Violation {
                row: hit.row,
                rule: u16::try_from(rule).unwrap_or(u16::MAX),
                at: hit.at,
                verdict: u8::from(hit.verdict == Verdict::Possible),
                broken: hit.broken as u8,
                measured: Some(hit.measured),
                limit: Some(hit.limit),
                window_start: Some(hit.window_start),
                finding: fingerprint,
                zone: None,
                moment: hit.at,
                list: 0,
                column: 0,
            })?;
        }
        for (rule, open) in found.findings {
            let subject = subject(rule, open.key);
            let record = sequence_finding(judge, rule, open, subject);
            self.count(rule).findings += 1;
            self.findings.push(record)?;
        }
        Ok(())
    }

    /// Findings of row rules: one per rule, group, local day and verdict.
    fn rows(&mut self, hits: &mut Sorter<RowFinding>, duplicates: &[RowRef], judge: &Judge<'_>, dictionary: &Dictionary, evidence: usize) -> Result<()> {
        hits.sort();
        let mut open: Option<(RowFinding, FindingRecord)> = None;
        for hit in hits.read()? {
            let hit = hit?;
            if duplicates.binary_search(&RowRef(hit.row)).is_ok() {
                continue;
            }
            let rule = usize::from(hit.rule);
            let same = |o: &RowFinding| (o.rule, o.column, o.group, o.day, o.verdict) == (hit.rule, hit.column, hit.group, hit.day, hit.verdict);
            if !open.as_ref().is_some_and(|(o, _)| same(o)) {
                if let Some((_, done)) = open.take() {
                    self.findings.push(done)?;
                }
                self.count(rule).findings += 1;
                open = Some((hit, row_finding(judge, hit, dictionary)));
            }
            let Some((_, finding)) = &mut open else { continue };
            finding.calls += 1;
            finding.rank.2 -= 1;
            finding.last = hit.at;
            finding.notes |= hit.notes;
            if finding.evidence.len() < evidence {
                finding.evidence.push((hit.row, true));
            }
            let fingerprint = finding.fingerprint;
            let broken = finding.broken;
            let count = self.count(rule);
            if hit.verdict == 0 {
                count.violations += 1
            } else {
                count.possible += 1
            }
            self.violations.push(Violation {
                row: hit.row,
                rule: hit.rule,
                at: hit.at,
                verdict: hit.verdict,
                broken,
                measured: None,
                limit: None,
                window_start: None,
                finding: fingerprint,
                zone: Some(hit.zone),
                moment: hit.moment,
                list: hit.list,
                column: hit.column,
            })?;
        }
        if let Some((_, done)) = open {
            self.findings.push(done)?;
        }
        Ok(())
    }
}

fn fingerprint(rule: &str, key: &str, broken: u8, verdict: Verdict, stretch: i64) -> u64 {
    let text = format!("{rule}\n{key}\n{broken}\n{}\n{stretch}", verdict.word());
    let hash = blake3::hash(text.as_bytes());
    u64::from_be_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

fn rank(severity: Severity, verdict: Verdict, calls: u64) -> (u8, u8, i64) {
    (Severity::Critical as u8 - severity as u8, verdict as u8, -i64::try_from(calls).unwrap_or(i64::MAX))
}

fn sequence_finding(judge: &Judge<'_>, rule: usize, open: Open, subject: Vec<(String, String)>) -> FindingRecord {
    let common = judge.rules[rule].common();
    let severity = if open.verdict == Verdict::Approaching { Severity::Info } else { common.severity };
    FindingRecord {
        rank: rank(severity, open.verdict, open.calls),
        rule_id: common.id.clone(),
        fingerprint: fingerprint(&common.id, &key_text(&subject), open.broken as u8, open.verdict, open.stretch),
        subject,
        first: open.first,
        last: open.last,
        rule: u16::try_from(rule).unwrap_or(u16::MAX),
        calls: open.calls,
        measured: Some(open.measured),
        limit: Some(open.limit),
        broken: open.broken as u8,
        window_start: Some(open.window_start),
        evidence: open.evidence,
        zone: None,
        moment: open.first,
        list: 0,
        notes: u8::from(open.no_zone) * note::NO_ZONE,
    }
}

fn row_finding(judge: &Judge<'_>, hit: RowFinding, dictionary: &Dictionary) -> FindingRecord {
    let rule = judge.rules[usize::from(hit.rule)];
    let common = rule.common();
    let (fields, _) = subjects(rule);
    let subject: Vec<(String, String)> = fields.get(usize::from(hit.column)).map(|f| (f.name(), dictionary.show(Key(hit.group)))).into_iter().collect();
    let verdict = if hit.verdict == 0 { Verdict::Violation } else { Verdict::Possible };
    let broken = if common.kind == "dnc_list" { 4 } else { 3 };
    FindingRecord {
        rank: rank(common.severity, verdict, 0),
        rule_id: common.id.clone(),
        fingerprint: fingerprint(&common.id, &key_text(&subject), broken, verdict, hit.day),
        subject,
        first: hit.at,
        last: hit.at,
        rule: hit.rule,
        calls: 0,
        measured: None,
        limit: None,
        broken,
        window_start: None,
        evidence: Vec::new(),
        zone: Some(hit.zone),
        moment: hit.moment,
        list: hit.list,
        notes: 0,
    }
}

fn subject_text(judge: &Judge<'_>, rule: usize, key: Key, dictionary: &Dictionary) -> Vec<(String, String)> {
    let Plan::Sequence(limits) = judge.rules[rule].plan() else { return Vec::new() };
    match limits.per.as_slice() {
        [] => Vec::new(),
        [one] => vec![(one.name(), dictionary.show(key))],
        many => {
            let shown = dictionary.show(key);
            let parts = shown.split_terminator(':').filter_map(|p| u64::from_str_radix(p, 16).ok());
            many.iter().zip(parts).map(|(f, k)| (f.name(), dictionary.show(Key(k)))).collect()
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn count_statuses(
    classes: &[Box<[u8]>],
    histogram: &[u64],
    judge: &Judge<'_>,
    usable: &[usize],
    out: &Collected,
    evaluations: &mut [Evaluation],
    inputs: &[Input],
    first: &First,
) {
    for (r, n) in usable.iter().enumerate() {
        let e = &mut evaluations[*n];
        let mut in_effect = 0;
        for (class, count) in classes.iter().zip(histogram) {
            let flags = class[2 + r];
            in_effect += if flags & flag::IN_EFFECT != 0 { *count } else { 0 };
            match status(flags) {
                Status::LeftOut | Status::Counted => e.calls_left_out += count,
                Status::Unknown => e.calls_unknown += count,
                Status::NoKey => e.calls_without_key += count,
                Status::NoTime => e.calls_without_time += count,
                Status::Uncovered => e.calls_uncovered += count,
                Status::Judged => e.calls_judged += count,
            }
        }
        let counts = out.counts.get(r).copied().unwrap_or_default();
        (e.violations, e.possible, e.findings) = (counts.violations, counts.possible, counts.findings);
        e.history.present = first.first.map(|f| u64::try_from((judge.since.max(f) - f) / 1000).unwrap_or(0));
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

/// A rule about hours that was judged on an assumed clock says so.
fn clock_notes(inputs: &[Input], judge: &Judge<'_>, usable: &[usize], evaluations: &mut [Evaluation]) {
    let assumed = inputs.iter().any(|i| i.info.clock.as_ref().is_some_and(|c| c.assumed) && i.info.rows.accepted > 0);
    if !assumed {
        return;
    }
    for (r, n) in usable.iter().enumerate() {
        let on_a_clock = match judge.rules[r].plan() {
            Plan::Row(_) => judge.rules[r].common().kind == "quiet_hours",
            Plan::Sequence(limits) => limits.on_a_clock(),
        };
        if on_a_clock || judge.rules[r].common().dated() {
            evaluations[*n].notes.push("clock assumed: nothing in the log tells its zone".to_owned());
        }
    }
}

struct Parts<'a> {
    opened: &'a [Input],
    infos: Vec<InputInfo>,
    evaluations: Vec<Evaluation>,
    warnings: Vec<String>,
    usable: Vec<usize>,
    judge: &'a Judge<'a>,
    dictionary: &'a Dictionary,
}

fn finish(job: &Job<'_>, parts: Parts<'_>, mut out: Collected, first: First, columns: &[String]) -> Result<(Report, Store)> {
    let judge = parts.judge;
    let dictionary = parts.dictionary;
    out.findings.sort();
    out.violations.sort();
    let mut kept: Vec<FindingRecord> = Vec::new();
    let mut truncated = Truncated::default();
    for finding in out.findings.read()? {
        let finding = finding?;
        if kept.len() < job.findings {
            truncated.evidence += finding.calls.saturating_sub(finding.evidence.iter().filter(|e| e.1).count() as u64);
            kept.push(finding);
        } else {
            truncated.findings += 1;
        }
    }
    let mut wanted: Vec<u64> = kept.iter().flat_map(|f| f.evidence.iter().map(|e| e.0)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let list_names: Vec<String> = job.ruleset.lists.iter().map(|l| l.id.clone()).collect();
    let view = job.zones.view();
    let message = |v: &Violation, local: &str| sentence(job.lang, judge, usize::from(v.rule), v.broken, v.measured, v.limit, v.list, local, &list_names);
    let show = Show {
        inputs: parts.opened,
        commons: judge.rules.iter().map(|r| r.common()).collect(),
        subjects: judge.rules.iter().map(|r| subjects(*r)).collect(),
        dictionary,
        zones: job.zones,
        columns: job.columns.as_ref().map(|_| columns),
        message: &message,
    };
    let mut rows = Sorter::new(job.memory / 4);
    let mut evidence = BTreeMap::new();
    let mut counts: [HashMap<String, u64>; 4] = Default::default();
    let mut changed: BTreeMap<usize, u64> = BTreeMap::new();
    let mut violations = out.violations.read()?.peekable();
    for source in 0..parts.opened.len() {
        let end = RowRef::new(source + 1, 0).0;
        let mut from = 0;
        // A bounded number of violations at a time.
        loop {
            let mut batch: Vec<Violation> = Vec::new();
            while let Some(v) = violations.next_if(|v| v.as_ref().map_or(true, |v| v.row < end)) {
                let v = v?;
                let full = batch.len() >= 200_000 && batch.last().is_some_and(|l| l.row != v.row);
                batch.push(v);
                if full {
                    break;
                }
            }
            let more = batch.len() > 200_000;
            // The last row of a full batch may have more violations: they are read with the next one, evidence only once.
            let to = if more { batch.last().map_or(end, |v| v.row) } else { end };
            let (a, b) = (wanted.partition_point(|w| *w < from.max(RowRef::new(source, 0).0)), wanted.partition_point(|w| *w < to));
            let shown = show.source(source, &first.places[source], &batch, &wanted[a..b.max(a)])?;
            from = to;
            rows.extend(shown.rows)?;
            evidence.extend(shown.evidence);
            *changed.entry(source).or_default() += shown.changed;
            for (all, part) in counts.iter_mut().zip(shown.counts) {
                for (k, n) in part {
                    *all.entry(k).or_default() += n;
                }
            }
            if !more {
                break;
            }
        }
    }
    drop(violations);
    rows.sort();
    let heads = kept.iter().map(|f| head(job, f, judge, &parts, &view, &list_names)).collect();
    let store = Store { kept, heads, evidence, rows: job.columns.as_ref().map(|_| rows), columns: columns.to_vec() };
    let report = assemble(job, parts, &first, counts, &changed, truncated);
    Ok((report, store))
}

#[allow(clippy::too_many_arguments)]
fn sentence(
    lang: Lang,
    judge: &Judge<'_>,
    rule: usize,
    broken: u8,
    measured: Option<f64>,
    limit: Option<f64>,
    list: u16,
    local: &str,
    lists: &[String],
) -> String {
    let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
    let (measured, limit) = (number(measured), number(limit));
    match broken {
        3 => say(lang, Msg::FindingHours, &[("local", local)]),
        4 => say(lang, Msg::FindingList, &[("list", lists.get(usize::from(list)).map_or("", String::as_str))]),
        b if b == Broken::Gap as u8 => say(lang, Msg::FindingGap, &[("seconds", &measured), ("limit", &limit)]),
        b if b == Broken::Run as u8 => say(lang, Msg::FindingRun, &[("n", &measured), ("limit", &limit)]),
        _ => {
            let window = match judge.rules[rule].plan() {
                Plan::Sequence(limits) => limits.window.map(|w| w.show()).unwrap_or_default(),
                Plan::Row(_) => String::new(),
            };
            say(lang, Msg::FindingCap, &[("n", &measured), ("limit", &limit), ("window", &window)])
        }
    }
}

fn head(job: &Job<'_>, f: &FindingRecord, judge: &Judge<'_>, parts: &Parts<'_>, view: &crate::calls::zones::ZoneView, lists: &[String]) -> Finding {
    let rule = usize::from(f.rule);
    let common = judge.rules[rule].common();
    let zone = f.zone.unwrap_or(match common.clock {
        crate::rules::RuleClock::Zone(z) => z,
        crate::rules::RuleClock::Callee => common.ruleset_zone,
    });
    let local = crate::calls::timestamps::rfc3339_at(f.moment, view.clock(zone).offset(f.moment));
    let verdict = [Verdict::Violation, Verdict::Possible, Verdict::Approaching][usize::from(f.rank.1)];
    let mut notes = parts.evaluations[parts.usable[rule]].notes.clone();
    for (bit, text) in [
        (note::UNDATED, "undated entry"),
        (note::NO_ZONE, "the callee's zone is not known: judged on the ruleset's clock"),
        (note::AMBIGUOUS, "the start is ambiguous or known only coarsely"),
    ] {
        if f.notes & bit != 0 {
            notes.push(text.to_owned());
        }
    }
    let window = match judge.rules[rule].plan() {
        Plan::Sequence(limits) => Some(serde_json::json!({ "form": limits.window.map(|w| w.show()), "start": f.window_start.map(rfc3339) })),
        Plan::Row(_) => None,
    };
    Finding {
        fingerprint: format!("{:016x}", f.fingerprint),
        rule: f.rule_id.clone(),
        severity: if verdict == Verdict::Approaching { "info" } else { common.severity.word() },
        force: common.force.word(),
        verdict: verdict.word(),
        state: "open",
        scope: "key",
        subject: f.subject.iter().cloned().collect(),
        first: rfc3339(f.first),
        last: rfc3339(f.last),
        calls: f.calls,
        measured: f.measured,
        limit: f.limit,
        window,
        message: sentence(job.lang, judge, rule, f.broken, f.measured, f.limit, f.list, &local, lists),
        notes,
        evidence: Vec::new(),
    }
}

fn assemble(job: &Job<'_>, parts: Parts<'_>, first: &First, counts: [HashMap<String, u64>; 4], changed: &BTreeMap<usize, u64>, truncated: Truncated) -> Report {
    let mut totals = Totals::default();
    for e in &parts.evaluations {
        let count = Count { violations: e.violations, possible: e.possible, findings: e.findings };
        totals.violations += e.violations;
        totals.possible += e.possible;
        totals.findings += e.findings;
        totals.by_rule.insert(e.id.clone(), count);
        let severity = totals.by_severity.entry(e.severity.to_owned()).or_default();
        severity.violations += e.violations;
        severity.possible += e.possible;
        severity.findings += e.findings;
    }
    let mut inputs: Vec<InputInfo> = parts.opened.iter().map(|i| i.info.clone()).collect();
    for (source, n) in changed.iter().filter(|(_, n)| **n > 0) {
        inputs[*source].error = Some(format!("changed while it was read: {n} rows are not what they were"));
    }
    if let (Some(info), false) = (inputs.first_mut(), parts.warnings.is_empty()) {
        info.notes.extend(parts.warnings.iter().cloned());
    }
    inputs.extend(parts.infos);
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    totals.calls = inputs.iter().map(|i| i.rows.accepted).sum();
    let breakdowns = breakdowns(counts, &first.totals, parts.dictionary);
    let checklist = checklist(job, &parts.evaluations);
    let mut report = Report {
        schema: SCHEMA,
        tool: Tool {
            name: "callaudit",
            version: env!("CARGO_PKG_VERSION"),
            tzdb: tzdb_version(),
            number_metadata: "libphonenumber 9.0.42 (rlibphonenumber 2.2.15)",
        },
        as_of: iso(job.as_of),
        ruleset: RulesetInfo {
            id: job.ruleset.id.clone(),
            version: job.ruleset.version.clone(),
            title: job.ruleset.title.clone(),
            hash: job.ruleset.hash.clone(),
            files: job.ruleset.files.clone(),
            effective: job.ruleset.effective.clone(),
        },
        inputs,
        period: Period { first: first.first.map(rfc3339), last: first.last.map(rfc3339) },
        coverage: gaps(&first.hours),
        totals,
        breakdowns,
        rules: parts.evaluations,
        truncated,
        checklist,
        exposure: None,
        exit: Exit::default(),
    };
    report.exit = exit(&report, job.fail_on, job.strict, job.max_rejects);
    report
}

fn tzdb_version() -> String {
    "2026f (bundled with jiff)".to_owned()
}

/// Stretches of a day or more without any call.
fn gaps(hours: &BTreeMap<i64, u64>) -> Vec<Gap> {
    let all: Vec<i64> = hours.keys().copied().collect();
    all.windows(2)
        .filter(|w| w[1] - w[0] > 24)
        .map(|w| Gap { from: rfc3339((w[0] + 1) * 3_600_000), to: rfc3339(w[1] * 3_600_000), hours: u64::try_from(w[1] - w[0] - 1).unwrap_or(0) })
        .collect()
}

fn breakdowns(counts: [HashMap<String, u64>; 4], totals: &[HashMap<Key, u64>; 3], dictionary: &Dictionary) -> BTreeMap<String, Vec<BreakdownRow>> {
    let names = ["caller", "agent", "campaign", "callee"];
    let mut all = BTreeMap::new();
    for (i, counts) in counts.into_iter().enumerate() {
        let calls: Option<HashMap<String, u64>> = totals.get(i).map(|t| t.iter().map(|(k, n)| (dictionary.show(*k), *n)).collect());
        let mut rows: Vec<BreakdownRow> = counts
            .into_iter()
            .map(|(value, violations)| BreakdownRow { calls: calls.as_ref().and_then(|c| c.get(&value).copied()), value, violations })
            .collect();
        rows.sort_by(|a, b| b.violations.cmp(&a.violations).then_with(|| a.value.cmp(&b.value)));
        rows.truncate(20);
        all.insert(names[i].to_owned(), rows);
    }
    all
}

/// What to do: the checklists of the rules that have findings, and those of the kinds where a rule names none.
fn checklist(job: &Job<'_>, evaluations: &[Evaluation]) -> Vec<ChecklistItem> {
    let calendar = (job.ruleset.region.as_deref() == Some("CN")).then(|| Calendar::load("cn", std::path::Path::new("")).ok()).flatten();
    let due = |text: &str| crate::remediation::due_by(text, job.as_of, calendar.as_ref()).map(iso);
    let both = |en: &str, zh: &str| BTreeMap::from([("en".to_owned(), en.to_owned()), ("zh".to_owned(), zh.to_owned())]);
    let mut items: Vec<ChecklistItem> = Vec::new();
    for (rule, e) in job.ruleset.rules.iter().zip(evaluations) {
        if e.violations + e.possible == 0 {
            continue;
        }
        let mut add = |item: ChecklistItem| match items.iter_mut().find(|i| i.id == item.id) {
            Some(known) => {
                known.rules.push(e.id.clone());
                known.findings += e.findings;
            }
            None => items.push(item),
        };
        let base = |id: String, step, owner: String, due_text: Option<String>, proof| ChecklistItem {
            id,
            step,
            owner,
            due: due_text.as_deref().and_then(due),
            due_text,
            proof,
            rules: vec![e.id.clone()],
            findings: e.findings,
        };
        match rule.common().checklist.as_ref().and_then(|c| job.ruleset.checklists.get(c).map(|s| (c, s))) {
            Some((id, steps)) => {
                for (n, step) in steps.iter().enumerate() {
                    add(base(format!("{id}/{}", n + 1), step.step.clone(), step.owner.clone(), step.due.clone(), step.proof.clone()));
                }
            }
            None => {
                for (n, step) in crate::remediation::defaults::steps(e.kind).iter().enumerate() {
                    add(base(
                        format!("{}/{}", e.kind, n + 1),
                        both(step.en, step.zh),
                        step.owner.to_owned(),
                        Some(step.due.to_owned()),
                        both(step.proof_en, step.proof_zh),
                    ));
                }
            }
        }
    }
    items.sort_by(|a, b| (&a.due, &a.id).cmp(&(&b.due, &b.id)));
    items
}

/// The exit status, from the report alone: 3 wins over 1.
pub fn exit(report: &Report, fail_on: Severity, strict: bool, max_rejects: &dyn Fn(u64) -> u64) -> Exit {
    let mut incomplete = Vec::new();
    for input in report.inputs.iter() {
        if let Some(e) = &input.error {
            // The full text, a profile to begin with among it, stands with the input.
            let short = e.split(". Its first line").next().unwrap_or(e);
            incomplete.push(format!("{}: {short}", input.path));
        }
        if !input.rows.add_up() {
            incomplete.push(format!("{}: its rows do not add up, which is a defect of this program", input.path));
        }
    }
    let (read, rejected) = report.inputs.iter().fold((0, 0), |(a, b), i| (a + i.rows.read, b + i.rows.rejected));
    if rejected > max_rejects(read) {
        incomplete.push(format!("{rejected} of {read} rows were rejected, at most {} are tolerated (--max-rejects)", max_rejects(read)));
    }
    for rule in report.rules.iter().filter(|r| r.status == "not_evaluable" && (r.required || strict)) {
        incomplete.push(format!("rule {} could not be evaluated: {}", rule.id, rule.reason.clone().unwrap_or_default()));
    }
    if report.rules.iter().all(|r| r.calls_judged == 0) {
        incomplete.push("no call was judged by any rule".to_owned());
    }
    let level = |word: &str| Severity::WORDS.iter().find(|w| w.0 == word).map_or(Severity::Info, |w| w.1);
    let failing: Vec<String> = report
        .rules
        .iter()
        .filter(|r| level(r.severity) >= fail_on && (r.violations > 0 || strict && r.possible > 0))
        .map(|r| format!("rule {}: {} violations", r.id, r.violations))
        .collect();
    if !incomplete.is_empty() {
        incomplete.extend(failing);
        return Exit { status: 3, reason: incomplete };
    }
    Exit { status: u8::from(!failing.is_empty()), reason: failing }
}
