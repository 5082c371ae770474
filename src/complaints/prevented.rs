//! Which rules do the calls break that complaints are about? An audit of the whole log tells, as it counts calls that nobody complained of as well.

use std::collections::{BTreeSet, HashMap};

use crate::engine::audit::{Job, run};
use crate::error::Result;
use crate::input::source::Inputs;
use crate::report::{Findings, Report};

/// Kinds whose rules say that such a call is not to be made; those of the others are about how it is made, or about the log.
const FORBID: [&str; 9] = ["quiet_hours", "call_cap", "repeat_dial", "dnc_list", "cooldown", "consent", "destination", "binding", "sequential_dialling"];

/// Does a rule of this kind say that such a call is not to be made?
pub fn forbids(kind: &str) -> bool {
    FORBID.contains(&kind)
}

/// Rules that a call breaks, and that it may break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// It breaks them.
    pub rules: BTreeSet<String>,
    /// It may.
    pub possible: BTreeSet<String>,
}

/// What an audit said of the calls at these places (source and line).
pub type ByPlace = HashMap<(String, u64), Broken>;

/// Audits the inputs; of the calls that break rules keeps those at these places.
///
/// Errors: what stops an audit.
pub fn audit(job: &Job<'_>, inputs: Inputs, places: impl Iterator<Item = (String, u64)>) -> Result<(Report, ByPlace)> {
    let columns = ["rule", "source", "line", "verdict"].map(str::to_owned).to_vec();
    let job = Job { columns: Some(columns), findings: None, evidence: 0, rejects: None, reading: job.reading.clone(), with: job.with.clone(), ..*job };
    let (report, store) = run(&job, inputs)?;
    let mut broken: ByPlace = places.map(|place| (place, Broken::default())).collect();
    for row in store.violations()? {
        let row = row?;
        let cells: Vec<&str> = row.iter().collect();
        let [rule, source, line, verdict] = cells[..] else { continue };
        // Findings about calls together have no line.
        let Ok(line) = line.parse() else { continue };
        if let Some(found) = broken.get_mut(&(source.to_owned(), line)) {
            let rules = if verdict == "violation" { &mut found.rules } else { &mut found.possible };
            rules.insert(rule.to_owned());
        }
    }
    Ok((report, broken))
}
