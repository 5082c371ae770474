//! What must be known to read the figures, what the logs do not show, and the exit status.

use super::build::Material;
use super::matching::Reason;
use super::model::{DeadlineState, LiftRow, LimitState, Report, Row};
use crate::calls::timestamps::rfc3339;
use crate::language::Lang;
use crate::language::complaints::{Msg, say};
use crate::report::Exit;
use crate::report::renderers::table::grouped;

/// What must be known to read the figures.
pub(super) fn notes(m: &Material<'_>, report: &Report) -> Vec<String> {
    let say = |message: Msg, values: &[(&str, &str)]| say(m.lang, message, values);
    let mut notes = Vec::new();
    for name in &m.counted.too_many {
        notes.push(say(Msg::NoteTooMany, &[("dimension", crate::language::complaints::dimension(m.lang, name))]));
    }
    if m.counted.more {
        notes.push(say(Msg::NoteMoreOnLines, &[("n", &super::targets::ON_LINES.to_string())]));
    }
    if m.counted.others > 0 {
        notes.push(say(Msg::NoteOthers, &[("n", &grouped(m.counted.others))]));
    }
    for input in report.inputs.iter().filter(|i| i.assumed) {
        notes.push(say(Msg::NoteAssumedClock, &[("path", &input.path), ("zone", input.zone.as_deref().unwrap_or_default())]));
    }
    let bad = m.complaints.iter().filter(|c| c.bad_time).count();
    if bad > 0 {
        notes.push(say(Msg::NoteBadTimes, &[("n", &bad.to_string())]));
    }
    for log in m.logs.iter().filter(|l| !l.columns.contains_key("received") && !l.columns.contains_key("happened")) {
        notes.push(say(Msg::NoteNoTimes, &[("path", &log.path)]));
    }
    for log in m.logs.iter().filter(|l| !l.columns.contains_key("number")) {
        notes.push(say(Msg::NoteNoNumbers, &[("path", &log.path)]));
    }
    for log in m.logs.iter().filter(|l| l.columns.get("received").is_some_and(|title| !super::titles::tells_receipt(title))) {
        let counted = |r: &&Row| r.log == log.path && r.deadline.basis.as_deref().is_some_and(|b| b != "stated");
        if report.complaints.iter().any(|r| counted(&r)) {
            notes.push(say(Msg::NoteReceipt, &[("path", &log.path), ("column", &log.columns["received"])]));
        }
    }
    if report.complaints.iter().any(|c| c.deadline.calendar_short) {
        notes.push(say(Msg::NoteCalendarShort, &[]));
    }
    notes
}

/// What the logs do not show.
pub(super) fn not_established(m: &Material<'_>, report: &Report) -> Vec<String> {
    let say = |message: Msg, values: &[(&str, &str)]| say(m.lang, message, values);
    let reason = |r: Reason| report.totals.reasons.get(&r).copied().unwrap_or(0);
    let mut open = vec![say(Msg::OpenCause, &[])];
    let unmatched = reason(Reason::NumberNotCalled) + reason(Reason::ShownNotOurs) + reason(Reason::NoCallThen);
    if unmatched > 0 {
        open.push(say(Msg::OpenUnmatched, &[("n", &unmatched.to_string())]));
    }
    let uncovered = reason(Reason::PeriodNotCovered) + reason(Reason::GapInLog);
    if uncovered > 0 {
        open.push(say(Msg::OpenUncovered, &[("n", &uncovered.to_string())]));
    }
    // Complaints come days or weeks after the call: what is newer than the last of them is not yet told of.
    let last = m.complaints.iter().filter_map(|c| c.received.as_ref().or(c.happened.as_ref())).map(|t| t.last).max();
    if let Some(last) = last {
        let later: u64 = m.counted.hours.range(last.div_euclid(3_600_000) + 1..).map(|h| h.1).sum();
        if later > 0 {
            open.push(say(Msg::OpenLater, &[("n", &grouped(later)), ("date", &rfc3339(last)[..10])]));
        }
    }
    if report.deadlines.get(&DeadlineState::NoDeadline).is_some_and(|n| *n > 0) {
        open.push(say(Msg::OpenDeadlines, &[("n", &report.deadlines[&DeadlineState::NoDeadline].to_string())]));
    }
    if let Some(n) = report.deadlines.get(&DeadlineState::NotTold) {
        open.push(say(Msg::OpenAnswers, &[("n", &n.to_string())]));
    }
    open
}

/// 3: the data cannot tell; 1: there is a finding.
pub(super) fn exit(lang: Lang, report: &Report) -> Exit {
    let say = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let mut incomplete: Vec<String> =
        report.inputs.iter().filter_map(|i| i.error.as_ref().map(|e| format!("{}: {}", i.path, crate::language::sentence(lang, e)))).collect();
    if report.calls.outbound == 0 {
        incomplete.push(say(Msg::ExitNoCalls, &[]));
    }
    if report.complaints.is_empty() {
        incomplete.push(say(Msg::ExitNoComplaints, &[]));
    }
    let damaged = report.totals.rows.damaged;
    if damaged > (report.totals.rows.read / 100).max(1) {
        incomplete.push(say(Msg::ExitDamaged, &[("n", &damaged.to_string())]));
    }
    let mut findings = Vec::new();
    for dimension in &report.lift.dimensions {
        let found: Vec<&LiftRow> = dimension.rows.iter().filter(|r| r.finding).collect();
        let Some(first) = found.first() else { continue };
        let name = crate::language::complaints::dimension(lang, &dimension.dimension);
        let low = super::page::figure(first.low.unwrap_or_default());
        let values = [("dimension", name), ("level", first.level.as_str()), ("low", &low)];
        findings.push(if found.len() > 1 {
            say(Msg::ExitLiftMore, &[&values[..], &[("n", &(found.len() - 1).to_string())]].concat())
        } else {
            say(Msg::ExitLift, &values)
        });
    }
    for limit in report.limits.iter().filter(|l| l.counts && l.state == LimitState::Above) {
        findings.push(say(Msg::ExitLimit, &[("id", &limit.id)]));
    }
    let count = |state: DeadlineState| report.deadlines.get(&state).copied().unwrap_or(0);
    let late = count(DeadlineState::Missed) + count(DeadlineState::AnsweredLate);
    if late > 0 {
        let stated = report.complaints.iter().filter(|c| c.deadline.basis.as_deref() == Some("stated"));
        let stated = stated.filter(|c| matches!(c.deadline.state, DeadlineState::Missed | DeadlineState::AnsweredLate)).count();
        findings.push(say(Msg::ExitLate, &[("n", &late.to_string()), ("stated", &stated.to_string())]));
    }
    let status = if incomplete.is_empty() { u8::from(!findings.is_empty()) } else { 3 };
    incomplete.extend(findings);
    if incomplete.is_empty() {
        incomplete.push(say(Msg::ExitNothing, &[]));
    }
    Exit { status, reason: incomplete }
}
