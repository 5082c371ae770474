//! The joined rows as csv: one for each complaint and call, and one for a complaint without a call.

use super::model::{CallRef, Report, Row};
use crate::error::{Error, Result};
use crate::report::renderers::csv::guard;

/// The columns.
pub const COLUMNS: [&str; 34] = [
    "complaint",
    "log",
    "log_line",
    "channel",
    "received_at",
    "happened_at",
    "number",
    "displayed_number",
    "subject",
    "standing",
    "sure",
    "reason",
    "how",
    "person",
    "people",
    "calls",
    "source",
    "line",
    "call_id",
    "started_at",
    "caller",
    "callee",
    "outcome",
    "response",
    "agent",
    "campaign",
    "attempt",
    "rules",
    "possible_rules",
    "prevented",
    "due",
    "deadline",
    "days_left",
    "deadline_by",
];

/// The word under which a value is stored.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The table.
///
/// Errors: none that can happen in memory.
pub fn csv(report: &Report) -> Result<String> {
    table(&lines(report))
}

/// The rows under the names of their columns.
pub fn lines(report: &Report) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = vec![COLUMNS.map(str::to_owned).to_vec()];
    for row in &report.complaints {
        if row.calls.is_empty() {
            lines.push(line(row, None));
        }
        lines.extend(row.calls.iter().map(|call| line(row, Some(call))));
    }
    lines
}

/// Cells that neither compute in a spreadsheet nor steer a terminal, as lines.
///
/// Errors: none that can happen in memory.
pub(super) fn table(lines: &[Vec<String>]) -> Result<String> {
    let failed = |e: String| Error::Io(format!("writing csv: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.iter().map(|cell| guard(cell).into_owned())).map_err(|e| failed(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| failed(e.to_string()))
}

fn line(row: &Row, call: Option<&CallRef>) -> Vec<String> {
    let text = |v: &Option<String>| v.clone().unwrap_or_default();
    let of = |f: &dyn Fn(&CallRef) -> String| call.map_or_else(String::new, f);
    vec![
        row.id.clone(),
        row.log.clone(),
        row.line.to_string(),
        row.channel.clone(),
        text(&row.received_at),
        text(&row.happened_at),
        row.number.clone(),
        row.shown.clone(),
        row.subject.clone(),
        word(&row.standing),
        row.sure.as_ref().map(word).unwrap_or_default(),
        row.reason.as_ref().map(word).unwrap_or_default(),
        row.how.iter().map(word).collect::<Vec<_>>().join(";"),
        row.person.to_string(),
        row.people.to_string(),
        row.calls_in_all.to_string(),
        of(&|c| c.source.clone()),
        of(&|c| c.line.to_string()),
        of(&|c| c.call_id.clone()),
        of(&|c| c.started_at.clone()),
        of(&|c| c.caller.clone()),
        of(&|c| c.callee.clone()),
        of(&|c| c.outcome.clone()),
        of(&|c| c.response.clone()),
        of(&|c| c.agent.clone()),
        of(&|c| c.campaign.clone()),
        of(&|c| c.attempt.map_or_else(String::new, |n| n.to_string())),
        of(&|c| c.rules.join(";")),
        of(&|c| c.possible.join(";")),
        row.prevented.as_ref().map(word).unwrap_or_default(),
        text(&row.deadline.due),
        word(&row.deadline.state),
        row.deadline.days.map_or_else(String::new, |d| d.to_string()),
        text(&row.deadline.basis),
    ]
}
