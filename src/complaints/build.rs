//! From what was read and counted to the report.

use std::collections::{BTreeMap, HashMap};

use super::attribution::{self, Complainant, Weights};
use super::counting::{Call, Counted, month};
use super::deadlines::Deadlines;
use super::lift::{ALPHA, Dimension, Lift, is_tested, lifts};
use super::log::{Complaint, LogFile, Told};
use super::matching::{Join, Reason, Standing};
use super::model::{self, *};
use super::prevented::{Broken, ByPlace, forbids};
use super::stats::interval;
use super::{limits, remarks};
use crate::calls::calendar::{Date, iso};
use crate::calls::keys::Dictionary;
use crate::calls::timestamps::{Precision, rfc3339, rfc3339_at};
use crate::calls::zones::Clock;
use crate::engine::assembly::tool;
use crate::language::Lang;
use crate::report::{Exit, Gap, InputInfo};
use crate::ruleset::Ruleset;

/// Rows of a dimension that are kept though nobody complained of them.
const SILENT_ROWS: usize = 100;
/// A finding shares so much of its complaints with another one before that is said.
const MOSTLY: f64 = 0.8;

/// All that the report is made from.
#[derive(Debug)]
pub struct Material<'a> {
    #[allow(missing_docs)]
    pub lang: Lang,
    /// "Today".
    pub as_of: Date,
    /// The clock of days and months, and its name.
    pub clock: &'a Clock,
    #[allow(missing_docs)]
    pub zone: &'a str,
    /// Texts of keys.
    pub dictionary: &'a Dictionary,
    /// The inputs.
    pub inputs: Vec<InputInfo>,
    /// The logs of complaints, and what stands in them.
    pub logs: &'a [LogFile],
    #[allow(missing_docs)]
    pub complaints: &'a [Complaint],
    /// What was counted of the calls.
    pub counted: &'a Counted,
    /// Which calls were looked at.
    pub since: Option<i64>,
    #[allow(missing_docs)]
    pub until: Option<i64>,
    /// Stretches without calls.
    pub gaps: Vec<Gap>,
    /// What became of each complaint.
    pub joins: &'a [Join],
    /// Limit that the user states, in percent of the calls of a month.
    pub max_rate: Option<f64>,
    /// The ruleset, and what an audit by it said.
    pub audit: Option<(&'a Ruleset, &'a crate::report::Report, &'a ByPlace)>,
    /// What must be known besides.
    pub notes: Vec<String>,
}

/// Makes the report.
pub fn report(m: &Material<'_>) -> Report {
    let mut deadlines = Deadlines::new(m.as_of);
    let mut persons: HashMap<&str, u64> = HashMap::new();
    let mut rows: Vec<Row> = Vec::new();
    for (complaint, join) in m.complaints.iter().zip(m.joins) {
        let next = persons.len() as u64 + 1;
        let person = *persons.entry(&join.person).or_insert(next);
        rows.push(row(m, complaint, join, person, deadlines.of(complaint)));
    }
    let people = attribution::complainants(m.joins);
    let mut by_state: BTreeMap<DeadlineState, u64> = BTreeMap::new();
    rows.iter().for_each(|r| *by_state.entry(r.deadline.state).or_default() += 1);
    let rates = rates(m);
    let limits = limits::of(m, &rates);
    let lift = lift(m, &people);
    let prevented = m.audit.map(|(_, audited, _)| prevented(m, audited, &rows));
    let logs = logs(m);
    let totals = totals(m, &logs, &people);
    let mut report = Report {
        schema: model::SCHEMA.to_owned(),
        tool: tool(),
        as_of: iso(m.as_of),
        clock: m.zone.to_owned(),
        ruleset: m.audit.map(|(r, _, _)| RulesetRef { id: r.id.clone(), version: r.version.clone(), hash: r.hash.clone() }),
        inputs: m.inputs.iter().map(input).collect(),
        logs,
        calls: Calls {
            outbound: m.counted.calls,
            others: m.counted.others,
            since: m.since.map(rfc3339),
            until: m.until.map(rfc3339),
            first: m.counted.period.map(|p| rfc3339(p.0)),
            last: m.counted.period.map(|p| rfc3339(p.1)),
            gaps: m.gaps.clone(),
        },
        totals,
        rates,
        limits,
        lift,
        prevented,
        deadlines: by_state,
        complaints: rows,
        not_established: Vec::new(),
        notes: m.notes.clone(),
        exit: Exit::default(),
    };
    report.notes.extend(remarks::notes(m, &report));
    report.not_established = remarks::not_established(m, &report);
    report.exit = remarks::exit(m.lang, &report);
    report
}

pub(super) fn input(info: &InputInfo) -> InputRef {
    InputRef {
        path: info.path.clone(),
        hash: info.hash.clone(),
        profile: info.profile.clone(),
        read: info.rows.read,
        rejected: info.rows.rejected,
        zone: info.clock.as_ref().map(|c| c.zone.clone()),
        assumed: info.clock.as_ref().is_some_and(|c| c.assumed),
        error: info.error.clone(),
    }
}

/// A told time as reports show it: a date where no more is told.
fn shown(told: &Told, clock: &Clock) -> String {
    if told.precision == Precision::Day { iso(told.date) } else { rfc3339_at(told.first, clock.offset(told.first)) }
}

fn row(m: &Material<'_>, complaint: &Complaint, join: &Join, person: u64, deadline: Deadline) -> Row {
    let calls: Vec<CallRef> =
        join.calls.iter().take(if join.standing == Standing::Matched { CALLS.0 } else { CALLS.1 }).map(|n| call(m, &m.counted.kept[*n])).collect();
    let prevented = m.audit.filter(|_| join.standing == Standing::Matched).map(|(ruleset, _, by_place)| {
        let broken: Vec<&Broken> = join.calls.iter().filter_map(|n| by_place.get(&place(&m.counted.kept[*n]))).collect();
        prevention(ruleset, &broken, join.calls.len())
    });
    Row {
        log: m.logs[complaint.file].path.clone(),
        line: complaint.line,
        id: complaint.id.clone(),
        channel: complaint.channel.clone(),
        subject: complaint.subject.clone(),
        received_at: complaint.received.as_ref().map(|t| shown(t, m.clock)),
        happened_at: complaint.happened.as_ref().map(|t| shown(t, m.clock)),
        number: complaint.number.clone(),
        shown: complaint.shown_text.clone(),
        standing: join.standing,
        sure: join.sure,
        reason: join.reason,
        how: join.how.clone(),
        person,
        people: join.people as u64,
        calls_in_all: join.calls.len() as u64,
        calls,
        prevented,
        deadline,
    }
}

fn place(call: &Call) -> (String, u64) {
    (call.source.clone(), call.line)
}

fn call(m: &Material<'_>, call: &Call) -> CallRef {
    let broken = m.audit.and_then(|(_, _, by_place)| by_place.get(&place(call))).cloned().unwrap_or_default();
    CallRef {
        source: call.source.clone(),
        line: call.line,
        call_id: call.call_id.clone(),
        started_at: rfc3339(call.at.0),
        caller: m.dictionary.show(call.caller),
        callee: m.dictionary.show(call.callee),
        outcome: call.outcome.clone(),
        response: call.response.clone(),
        agent: call.agent.clone(),
        campaign: call.campaign.clone(),
        attempt: (call.attempt > 0).then_some(call.attempt),
        rules: broken.rules.into_iter().collect(),
        possible: broken.possible.into_iter().collect(),
    }
}

fn prevention(ruleset: &Ruleset, broken: &[&Broken], calls: usize) -> Prevention {
    let forbidding = |id: &String| ruleset.rules.iter().any(|r| r.common().id == *id && forbids(r.common().kind));
    let certain = broken.iter().filter(|b| b.rules.iter().any(forbidding)).count();
    let some = broken.iter().any(|b| b.rules.iter().chain(&b.possible).any(forbidding));
    match () {
        () if calls > 0 && certain == calls => Prevention::Yes,
        () if some => Prevention::Possible,
        () => Prevention::No,
    }
}

fn prevented(m: &Material<'_>, audited: &crate::report::Report, rows: &[Row]) -> Prevented {
    let matched: Vec<&Row> = rows.iter().filter(|r| r.standing == Standing::Matched).collect();
    let mut rules: Vec<RuleShare> = Vec::new();
    for rule in &audited.rules {
        let has = |list: fn(&CallRef) -> &Vec<String>| matched.iter().filter(|r| r.calls.iter().any(|c| list(c).contains(&rule.id))).count() as u64;
        let complaints = has(|c| &c.rules);
        let possible = matched.iter().filter(|r| {
            let any = |list: fn(&CallRef) -> &Vec<String>| r.calls.iter().any(|c| list(c).contains(&rule.id));
            !any(|c| &c.rules) && any(|c| &c.possible)
        });
        let possible = possible.count() as u64;
        if complaints + possible == 0 {
            continue;
        }
        let title = m.lang.pick(&rule.title).map_or_else(|| crate::language::kind(m.lang, rule.kind).to_owned(), str::to_owned);
        rules.push(RuleShare {
            rule: rule.id.clone(),
            kind: rule.kind.to_owned(),
            force: rule.force.to_owned(),
            title,
            forbids: forbids(rule.kind),
            complaints,
            possible,
            calls: rule.violations,
            judged: rule.calls_judged,
        });
    }
    rules.sort_by(|a, b| (b.complaints, b.possible).cmp(&(a.complaints, a.possible)).then_with(|| a.rule.cmp(&b.rule)));
    let count = |what: Prevention| matched.iter().filter(|r| r.prevented == Some(what)).count() as u64;
    let not_evaluable = audited.rules.iter().filter(|r| r.status == "not_evaluable").map(|r| r.id.clone()).collect();
    Prevented { complaints: matched.len() as u64, prevented: count(Prevention::Yes), possible: count(Prevention::Possible), rules, not_evaluable }
}

fn logs(m: &Material<'_>) -> Vec<LogRef> {
    let standing = |file: usize, standing: Standing| m.complaints.iter().zip(m.joins).filter(|(c, j)| c.file == file && j.standing == standing).count() as u64;
    let log = |(n, file): (usize, &LogFile)| LogRef {
        path: file.path.clone(),
        hash: file.hash.clone(),
        layout: file.layout.to_owned(),
        columns: file.columns.iter().map(|(what, title)| ((*what).to_owned(), title.clone())).collect(),
        rows: LogRows {
            read: file.read,
            matched: standing(n, Standing::Matched),
            ambiguous: standing(n, Standing::Ambiguous),
            unmatched: standing(n, Standing::Unmatched),
            duplicate: file.duplicate,
            damaged: file.damaged,
        },
        duplicates: file.duplicates.clone(),
    };
    m.logs.iter().enumerate().map(log).collect()
}

fn totals(m: &Material<'_>, logs: &[LogRef], people: &[Complainant]) -> Totals {
    let mut totals = Totals { people: people.iter().filter(|p| !p.open).count() as u64, ..Totals::default() };
    for log in logs {
        let (all, rows) = (&mut totals.rows, log.rows);
        all.read += rows.read;
        all.matched += rows.matched;
        all.ambiguous += rows.ambiguous;
        all.unmatched += rows.unmatched;
        all.duplicate += rows.duplicate;
        all.damaged += rows.damaged;
    }
    for join in m.joins {
        join.sure.into_iter().for_each(|s| *totals.sure.entry(s).or_default() += 1);
        join.reason.into_iter().for_each(|r| *totals.reasons.entry(r).or_default() += 1);
    }
    totals
}

/// Rounded so that it shows what it is known to.
pub(super) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 5 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(digits.clamp(-12, 300));
    (value * scale).round() / scale
}

#[allow(clippy::cast_precision_loss)] // counts
fn rate(complaints: u64, calls: u64) -> Option<Rate> {
    if calls == 0 {
        return None;
    }
    // Several complaints of one call are possible: then there is no share.
    let (x, n) = (complaints as f64, calls as f64);
    let (low, high) = interval(x.min(n), n, ALPHA);
    let per = |share: f64| rounded(share * 10_000.0);
    Some(Rate { complaints, per_10k: per(x / n), low: per(low), high: per(high) })
}

/// May it be about calls of the time that the logs cover?
fn concerns(join: &Join) -> bool {
    join.reason != Some(Reason::PeriodNotCovered)
}

#[allow(clippy::cast_precision_loss)] // counts
fn rates(m: &Material<'_>) -> Rates {
    let matched = m.joins.iter().filter(|j| j.standing == Standing::Matched).count() as u64;
    let all = m.joins.iter().filter(|j| concerns(j)).count() as u64;
    let mut months: BTreeMap<i32, (u64, u64)> = m.counted.months.keys().map(|k| (*k, (0, 0))).collect();
    for (complaint, join) in m.complaints.iter().zip(m.joins).filter(|(_, j)| concerns(j)) {
        // What is matched belongs to the month of its call.
        let of_call = join.calls.first().filter(|_| join.standing == Standing::Matched).map(|n| m.counted.kept[*n].at.0);
        let at = of_call.or_else(|| complaint.time().map(|t| t.first));
        let Some((all, matched)) = at.and_then(|at| months.get_mut(&month(m.clock, at))) else { continue };
        *all += 1;
        *matched += u64::from(join.standing == Standing::Matched);
    }
    let months = months.into_iter().map(|(month, (all, matched))| {
        let none = super::counting::Month::default();
        let of = m.counted.months.get(&month).unwrap_or(&none);
        let per = |n: u64, of: u64, by: f64| (of > 0).then(|| rounded(n as f64 * by / of as f64));
        Month {
            month: format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1),
            calls: of.calls,
            numbers: of.numbers.len() as u64,
            complaints: all,
            matched,
            per_10k: per(matched, of.calls, 10_000.0),
            per_10k_all: per(all, of.calls, 10_000.0),
            percent_of_numbers: per(matched, of.numbers.len() as u64, 100.0),
        }
    });
    Rates { matched: rate(matched, m.counted.calls), all: rate(all, m.counted.calls), months: months.collect() }
}

fn lift(m: &Material<'_>, people: &[Complainant]) -> model::Lift {
    let columns = m.counted.dimensions.len().saturating_sub(3);
    let mut dimensions: Vec<Dimension> = m.counted.dimensions.clone();
    let mut weights: Vec<Weights> = Vec::new();
    for (n, dimension) in dimensions.iter_mut().enumerate() {
        let own = attribution::weigh(people, &m.counted.kept, &dimension.name, (n < columns).then_some(n), m.dictionary);
        attribution::add(dimension, &own);
        weights.push(own);
    }
    let found = lifts(&dimensions, ALPHA);
    let all_tests: u64 = dimensions.iter().filter(|d| is_tested(d)).map(|d| d.levels.len() as u64).sum();
    let findings: Vec<(usize, &str)> =
        found.iter().enumerate().flat_map(|(d, rows)| rows.iter().filter(|l| l.finding).map(move |l| (d, l.level.name.as_str()))).collect();
    let with = |d: usize, level: &str| -> Vec<Shared> {
        let others = findings.iter().filter(|f| f.0 != d);
        let shared = others.map(|f| (f, attribution::shared((&weights[d], level), (&weights[f.0], f.1)))).filter(|s| s.1 >= MOSTLY);
        shared.map(|(f, share)| Shared { dimension: dimensions[f.0].name.clone(), level: f.1.to_owned(), share: rounded(share) }).collect()
    };
    let mut told = Vec::new();
    for (d, (dimension, rows)) in dimensions.iter().zip(&found).enumerate() {
        if dimension.levels.is_empty() {
            continue;
        }
        let mut silent = 0;
        let rows = rows.iter().filter(|l| {
            l.level.complaints > 0.0 || {
                silent += 1;
                silent <= SILENT_ROWS
            }
        });
        told.push(LiftDimension {
            dimension: dimension.name.clone(),
            levels: dimension.levels.len() as u64,
            calls: dimension.levels.iter().map(|l| l.calls).sum(),
            complaints: rounded(dimension.levels.iter().map(|l| l.complaints).sum()),
            unknown: rounded(weights[d].unknown),
            compared: is_tested(dimension),
            rows: rows.map(|l| lift_row(l, if l.finding { with(d, &l.level.name) } else { Vec::new() })).collect(),
        });
    }
    model::Lift { alpha: ALPHA, tests: all_tests, dimensions: told }
}

#[allow(clippy::cast_precision_loss)] // counts of calls
fn lift_row(lift: &Lift, with: Vec<Shared>) -> LiftRow {
    LiftRow {
        level: lift.level.name.clone(),
        calls: lift.level.calls,
        complaints: rounded(lift.level.complaints),
        per_10k: rounded(lift.level.complaints * 10_000.0 / (lift.level.calls.max(1)) as f64),
        ratio: lift.ratio.and_then(|r| r.ratio).map(rounded),
        low: lift.ratio.map(|r| rounded(r.low)),
        high: lift.ratio.and_then(|r| r.high).map(rounded),
        p: lift.ratio.map(|_| rounded(lift.p)),
        finding: lift.finding,
        with,
    }
}
