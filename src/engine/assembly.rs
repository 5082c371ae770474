//! From what was found to the report: rows read again, heads of findings, totals, checklist, exit status.

use std::collections::{BTreeMap, BTreeSet};

use super::audit::{Job, subjects};
use super::breakdowns::{self, Counts};
use super::coverage;
use super::evidence::{Show, Shows};
use super::findings::Collected;
use super::intake::Input;
use super::pass::Judge;
use super::reading::First;
use super::settling::{Settling, Taken};
use super::sorter::Sorter;
use super::store::{FindingRecord, Store, Violation};
use crate::calls::calendar::{Calendar, Date, iso};
use crate::calls::keys::Dictionary;
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::DAY;
use crate::error::Result;
use crate::exposure::{Counter, Exposure, Weight};
use crate::remediation::leaks::{Case, Seen, leaks};
use crate::report::*;
use crate::rules::{Broke, Common, Plan, Severity, Verdict, broken, note};

/// What the report is made of, besides what was found.
pub struct Parts<'a> {
    #[allow(missing_docs)]
    pub opened: &'a [Input],
    #[allow(missing_docs)]
    pub infos: Vec<InputInfo>,
    #[allow(missing_docs)]
    pub lists: Vec<crate::rules::lists::Facts>,
    #[allow(missing_docs)]
    pub evaluations: Vec<Evaluation>,
    #[allow(missing_docs)]
    pub warnings: Vec<String>,
    #[allow(missing_docs)]
    pub usable: Vec<usize>,
    #[allow(missing_docs)]
    pub judge: &'a Judge<'a>,
    #[allow(missing_docs)]
    pub dictionary: &'a Dictionary,
}

/// The report, and the store of what it shows.
///
/// Errors: sources that cannot be read again, temporary files.
pub fn finish(job: &Job<'_>, mut parts: Parts<'_>, mut out: Collected, first: First, columns: &[String]) -> Result<(Report, Store)> {
    let judge = parts.judge;
    let dictionary = parts.dictionary;
    out.findings.sort();
    out.violations.sort();
    let mut kept: Vec<FindingRecord> = Vec::new();
    let mut truncated = Truncated::default();
    let mut settling = Settling::new(job.settlement, job.strict, judge.rules.iter().map(|r| r.common()).collect());
    settling.calls(out.violations.read()?)?;
    for finding in out.findings.read()? {
        let finding = finding?;
        settling.finding(&finding);
        if kept.len() < job.findings.unwrap_or(0) {
            truncated.evidence += finding.calls.saturating_sub(finding.evidence.iter().filter(|e| e.1).count() as u64);
            kept.push(finding);
        } else {
            truncated.findings += 1;
        }
    }
    let mut wanted: Vec<u32> = kept.iter().flat_map(|f| f.evidence.iter().map(|e| e.0)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let list_names: Vec<String> = job.ruleset.lists.iter().map(|l| l.id.clone()).collect();
    let view = job.zones.view();
    let limit = |v: &Violation| judge.rules[usize::from(v.rule)].limit(v.broken);
    let message = |v: &Violation, local: &str| {
        let list = list_names.get(usize::from(v.list())).map_or("", String::as_str);
        let broke = Broke { broken: v.broken, measured: v.measured(), limit: limit(v), local, list, which: v.list(), calls: None };
        judge.rules[usize::from(v.rule)].sentence(job.lang, &broke)
    };
    let shown: Option<Vec<Shows>> = job.columns.as_ref().map(|_| columns.iter().filter_map(|c| Shows::parse(c)).collect());
    let show = Show {
        inputs: parts.opened,
        commons: judge.rules.iter().map(|r| r.common()).collect(),
        subjects: judge.rules.iter().map(|r| subjects(*r)).collect(),
        contacts: judge.rules.iter().map(|r| matches!(r.plan(), Plan::Sequence(s) if s.key().contact)).collect(),
        lists: judge.lists,
        dictionary,
        zones: job.zones,
        columns: shown.as_deref(),
        limit: &limit,
        again: Default::default(),
        settling: &settling,
        breakdowns: job.findings.is_some(),
        exposure: job.exposure,
        message: &message,
    };
    let mut rows = Sorter::new(job.memory / 4);
    let mut evidence = BTreeMap::new();
    let mut counts = Counts::default();
    let mut changed: BTreeMap<usize, u64> = BTreeMap::new();
    let mut taken = Taken::new();
    let mut counter = job.exposure.then(|| Counter::new(&show.commons, job.as_of));
    let mut violations = out.violations.read()?.peekable();
    // A bounded number of violations at a time, those of whole pieces.
    // Of a file that can be sought fewer than of a stream, which is read from its begin each time.
    let step = |source: usize| if parts.opened[source].source.plain().is_ok_and(|file| file.is_some()) { 64 } else { 1024 };
    for pieces in first.index.pieces().chunk_by(|a, b| a.source == b.source).flat_map(|p| p.chunks(step(p[0].source))) {
        let Some(source) = pieces.first().map(|p| p.source) else { continue };
        let from = pieces[0].first.0;
        let end = first.index.after(pieces);
        let mut batch: Vec<Violation> = Vec::new();
        while let Some(v) = violations.next_if(|v| v.as_ref().map_or(true, |v| u64::from(v.row.0) < end)) {
            batch.push(v?);
        }
        let (a, b) = (wanted.partition_point(|w| *w < from), wanted.partition_point(|w| u64::from(*w) < end));
        show.source(source, pieces, &batch, &wanted[a..b], |shown| {
            rows.extend(shown.rows)?;
            evidence.extend(shown.evidence);
            *changed.entry(source).or_default() += shown.changed;
            counts.add(shown.counts, shown.quarters);
            counter.iter_mut().for_each(|counter| shown.hits.iter().for_each(|(rule, hit)| counter.add(usize::from(*rule), *hit)));
            shown.taken.into_iter().for_each(|(key, n)| *taken.entry(key).or_default() += n);
            Ok(())
        })?;
    }
    drop(violations);
    if shown.is_some() || counter.is_some() {
        out.groups.sort();
        for group in out.groups.read()? {
            let group = group?;
            if let Some(counter) = &mut counter {
                counter.together(usize::from(group.rule), day_of(&group, show.commons[usize::from(group.rule)], &view), weight(&group, &settling));
            }
            if let Some(columns) = &shown {
                rows.push(show.group(&group, columns, &view, |f, local| sentence(job, judge, f, local, &list_names)))?;
            }
        }
    }
    rows.sort();
    settling.calls_taken(&taken, out.findings.read()?)?;
    settling.tell(&parts.usable, &mut parts.evaluations);
    let gaps = coverage::gaps(&first.hours, view.clock(job.ruleset.zone));
    let told = |f: &FindingRecord| {
        let mut head = head(job, f, judge, &parts, &view, &list_names, (&gaps, first.first));
        (head.state, head.suppression) = (settling.state(f.fingerprint), settling.entry(f.fingerprint));
        head.notes.extend(settling.partly(f.fingerprint).map(|n| format!("{n} of its {} calls are suppressed", f.calls)));
        head
    };
    let heads: Vec<Finding> = kept.iter().map(told).collect();
    let heads = with_leaks(job, judge, &kept, heads, &evidence);
    for (r, n) in parts.usable.iter().enumerate() {
        parts.evaluations[*n].notes.extend(gap_note(judge.rules[r].plan(), judge.since, &gaps));
    }
    let store = Store { kept, heads, evidence, rows: job.columns.as_ref().map(|_| rows), columns: columns.to_vec() };
    let mut report = assemble(job, parts, &first, counts, &changed, truncated, gaps);
    report.suppressions = settling.suppressions();
    report.exposure = counter.and_then(|counter| exposure(counter, &report, &store.heads));
    settling.compare(&mut report);
    report.exit = exit(&report, job);
    Ok((report, store))
}

/// The day on which the window of a finding about calls together begins, on the clock of its rule.
fn day_of(f: &FindingRecord, common: &Common, view: &crate::calls::zones::ZoneView) -> Date {
    let zone = match common.clock {
        crate::rules::RuleClock::Zone(z) => z,
        crate::rules::RuleClock::Callee => common.ruleset_zone,
    };
    Date::try_from(view.clock(zone).local(f.window_start.unwrap_or(f.first)).div_euclid(DAY)).unwrap_or(0)
}

fn weight(f: &FindingRecord, settling: &Settling<'_>) -> Weight {
    match (f.rank.1 == Verdict::Violation as u8, settling.state(f.fingerprint)) {
        (false, _) => Weight::Possible,
        (true, "suppressed") => Weight::Suppressed,
        (true, _) => Weight::Violation,
    }
}

/// What was counted, beside what the report knows of it.
fn exposure(counter: Counter, report: &Report, heads: &[Finding]) -> Option<Exposure> {
    let mut leaks: BTreeMap<String, BTreeSet<words::Word>> = BTreeMap::new();
    for head in heads.iter().filter(|h| !h.leaks.is_empty()) {
        leaks.entry(head.rule.clone()).or_default().extend(head.leaks.iter().map(|l| l.id));
    }
    let tables = report.ruleset.effective["rule"].as_array().map_or(&[][..], Vec::as_slice);
    let refusals = tables.iter().filter(|t| crate::exposure::facts::about_refusals(t)).filter_map(|t| t["id"].as_str()).map(str::to_owned).collect();
    counter.finish(&crate::exposure::Seen { rules: &report.rules, lists: &report.lists, leaks: Some(&leaks), refusals: Some(&refusals) })
}

/// What a rule must say of the gaps into which its windows reach.
fn gap_note(plan: Plan<'_>, since: i64, gaps: &[Gap]) -> Option<String> {
    let Plan::Sequence(sequence) = plan else { return None };
    let reach = sequence.reach();
    let touched: Vec<&Gap> = gaps.iter().filter(|g| g.kind != Gap::PAUSE && g.span.1 > since.saturating_sub(reach)).collect();
    let first = touched.first()?;
    let more = if touched.len() > 1 { format!(", and {} more", touched.len() - 1) } else { String::new() };
    Some(format!("its windows reach into gaps of the log, calls in which are not counted: {} to {}{more}", first.from, first.to))
}

/// A finding in one sentence; `local`: its moment on the rule's clock.
fn sentence(job: &Job<'_>, judge: &Judge<'_>, f: &FindingRecord, local: &str, lists: &[String]) -> String {
    let list = lists.get(usize::from(f.list)).map_or("", String::as_str);
    let broke = Broke { broken: f.broken, measured: f.measured, limit: f.limit, local, list, which: f.list, calls: f.group.map(|of| (f.calls, of)) };
    judge.rules[usize::from(f.rule)].sentence(job.lang, &broke)
}

/// Is what a finding counted a lower bound, because its window reaches back beyond the log's first call?
fn begins_before(rule: &dyn crate::rules::Rule, f: &FindingRecord, log_begins: i64) -> bool {
    let Plan::Sequence(sequence) = rule.plan() else { return false };
    if !matches!(f.broken, broken::MAX | broken::RUN | broken::DISTINCT | broken::CONSECUTIVE) {
        return false;
    }
    let begins = if rule.on_a_clock() { f.window_start.unwrap_or(f.first) } else { f.first.saturating_sub(sequence.reach()) };
    begins < log_begins
}

/// Tells each finding by which leaks its calls came.
fn with_leaks(job: &Job<'_>, judge: &Judge<'_>, kept: &[FindingRecord], mut heads: Vec<Finding>, evidence: &BTreeMap<u32, EvidenceRow>) -> Vec<Finding> {
    // A view that was taken before may not know this clock.
    let Ok(utc) = job.zones.clock("UTC") else { return heads };
    let view = job.zones.view();
    for (record, head) in kept.iter().zip(&mut heads) {
        let mut calls: Vec<Seen> =
            record.evidence.iter().filter_map(|(row, violates)| Some(Seen { violates: *violates, ..evidence.get(row)?.seen.clone() })).collect();
        calls.sort_by(|a, b| (a.at, &a.call_id).cmp(&(b.at, &b.call_id)));
        let case = Case {
            rule: judge.rules[usize::from(record.rule)],
            broken: record.broken,
            measured: record.measured,
            limit: record.limit,
            list: record.list,
            listed_event: record.notes & note::LISTED != 0,
            calls: &calls,
            server: view.clock(job.ruleset.zone),
            utc: view.clock(utc),
        };
        head.leaks = leaks(&case, job.lang);
    }
    heads
}

fn head(
    job: &Job<'_>,
    f: &FindingRecord,
    judge: &Judge<'_>,
    parts: &Parts<'_>,
    view: &crate::calls::zones::ZoneView,
    lists: &[String],
    (gaps, log_begins): (&[Gap], Option<i64>),
) -> Finding {
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
        (note::UNSURE, "it is not certain that the rule applies to these calls: the callee's region is not known"),
        (note::LISTED, "the event stands in a list, not in the log"),
    ] {
        if f.notes & bit != 0 {
            notes.push(text.to_owned());
        }
    }
    let begin = f.window_start.unwrap_or(f.first).min(f.first);
    if matches!(judge.rules[rule].plan(), Plan::Sequence(_)) && gaps.iter().any(|g| g.kind != Gap::PAUSE && g.span.0 < f.last && begin < g.span.1) {
        notes.push("the log has a gap within this stretch: calls in it are not counted".to_owned());
    }
    let window = match judge.rules[rule].plan() {
        Plan::Sequence(sequence) => Some(serde_json::json!({ "form": sequence.window(), "start": f.window_start.map(rfc3339) })),
        Plan::Row(_) => None,
    };
    Finding {
        fingerprint: format!("{:016x}", f.fingerprint),
        rule: f.rule_id.clone(),
        severity: if verdict == Verdict::Approaching { "info" } else { common.severity.word() },
        force: common.force.word(),
        verdict: verdict.word(),
        state: "open",
        suppression: None,
        scope: if f.group.is_some() { "group" } else { "key" },
        subject: f.subject.iter().cloned().collect(),
        first: rfc3339(f.first),
        last: rfc3339(f.last),
        calls: f.calls,
        measured: f.measured,
        lower_bound: log_begins.is_some_and(|begin| begins_before(judge.rules[rule], f, begin)),
        limit: f.limit,
        window,
        message: sentence(job, judge, f, &local, lists),
        notes,
        leaks: Vec::new(),
        evidence: Vec::new(),
    }
}

fn assemble(job: &Job<'_>, parts: Parts<'_>, first: &First, counts: Counts, changed: &BTreeMap<usize, u64>, truncated: Truncated, gaps: Vec<Gap>) -> Report {
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
    // A table was made of the file as it was then: whether a row is still the same cannot be told from the table.
    for (info, _) in inputs.iter_mut().zip(parts.opened).filter(|(_, i)| i.source.table().is_some() && i.source.changed()) {
        info.error = Some("changed while it was read: run the audit again when it is complete".to_owned());
    }
    if let (Some(info), false) = (inputs.first_mut(), parts.warnings.is_empty()) {
        info.notes.extend(parts.warnings.iter().cloned());
    }
    inputs.extend(parts.infos);
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    totals.calls = inputs.iter().map(|i| i.rows.accepted).sum();
    let view = job.zones.view();
    let breakdowns = match job.findings {
        Some(_) => breakdowns::breakdowns(counts, first, &parts.evaluations, parts.dictionary, view.clock(job.ruleset.zone)),
        None => BTreeMap::new(),
    };
    let checklist = checklist(job, &parts.evaluations);
    Report {
        schema: SCHEMA,
        tool: tool(),
        as_of: iso(job.as_of),
        reader: None,
        hidden: None,
        part: job.part.cloned(),
        ruleset: RulesetInfo {
            id: job.ruleset.id.clone(),
            version: job.ruleset.version.clone(),
            title: job.ruleset.title.clone(),
            hash: job.ruleset.hash.clone(),
            files: job.ruleset.files.clone(),
            effective: job.ruleset.effective.clone(),
        },
        inputs,
        lists: parts.lists,
        period: Period { first: first.first.map(rfc3339), last: first.last.map(rfc3339) },
        judged: (job.since.is_some() || job.until.is_some()).then(|| Judged { since: job.since.map(rfc3339), until: job.until.map(rfc3339) }),
        coverage: gaps,
        totals,
        breakdowns,
        rules: parts.evaluations,
        truncated,
        suppressions: None,
        baseline: None,
        checklist,
        exposure: None,
        exit: Exit::default(),
    }
}

/// This program and its data.
pub fn tool() -> Tool {
    Tool {
        name: "callaudit",
        version: env!("CARGO_PKG_VERSION").into(),
        tzdb: "2026f (bundled with jiff)".to_owned(),
        number_metadata: "libphonenumber 9.0.42 (rlibphonenumber 2.2.15)".into(),
    }
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

/// Why a rule fails, if it does: violations that are not suppressed, known or tolerated.
fn fails(rule: &Evaluation, strict: bool, only_new: bool) -> Option<String> {
    let (violations, possible) = rule.standing(only_new);
    if violations == 0 && !(strict && possible > 0) {
        return None;
    }
    let Some(budget) = &rule.budget else {
        let new = if only_new { "new violations" } else { "violations" };
        return Some(format!("rule {}: {violations} {new}", rule.id));
    };
    if let Some(max) = budget.max_findings.filter(|max| budget.findings > *max) {
        return Some(format!("rule {}: {} findings, {max} are tolerated (max_findings)", rule.id, budget.findings));
    }
    let max = budget.max_share.filter(|max| budget.share > *max)?;
    let percent = |share: f64| format!("{:.4}", share * 100.0).trim_end_matches('0').trim_end_matches('.').to_owned();
    Some(format!("rule {}: {} % of the judged calls violate, {} % are tolerated (max_share)", rule.id, percent(budget.share), percent(max)))
}

/// The exit status, from the report alone: 3 wins over 1.
pub fn exit(report: &Report, job: &Job<'_>) -> Exit {
    let Job { fail_on, strict, max_rejects, .. } = *job;
    let only_new = job.settlement.is_some_and(|s| s.fail_on_new);
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
    // Of one account among several, a rule that is about none of its calls lacks nothing.
    let of_others = |r: &Evaluation| {
        let lacking = r.calls_unknown + r.calls_without_key + r.calls_without_time + r.calls_uncovered;
        report.part.is_some() && !strict && r.calls_judged + lacking == 0 && r.calls_left_out > 0
    };
    for rule in report.rules.iter().filter(|r| r.status == "not_evaluable" && (r.required || strict) && !of_others(r)) {
        incomplete.push(format!("rule {} could not be evaluated: {}", rule.id, rule.reason.clone().unwrap_or_default()));
    }
    if report.rules.iter().all(|r| r.calls_judged == 0 && !of_others(r)) {
        incomplete.push("no call was judged by any rule".to_owned());
    }
    let level = |word: &str| Severity::WORDS.iter().find(|w| w.0 == word).map_or(Severity::Info, |w| w.1);
    let mut failing: Vec<String> = report.rules.iter().filter(|r| level(r.severity) >= fail_on).filter_map(|r| fails(r, strict, only_new)).collect();
    if let Some(all) = &report.suppressions {
        for entry in all.entries.iter().filter(|e| e.severity.is_some_and(|s| level(s) >= fail_on)) {
            let what = if entry.expired() { format!("expired on {}", entry.until) } else { "suppresses nothing".to_owned() };
            failing.push(format!("{}:{}: the suppression of rule {} {what}", all.path, entry.line, entry.rule));
        }
    }
    if !incomplete.is_empty() {
        incomplete.extend(failing);
        return Exit { status: 3, reason: incomplete };
    }
    Exit { status: u8::from(!failing.is_empty()), reason: failing }
}
