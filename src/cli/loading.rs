//! What `inspect` and `calls` share: inputs read as `audit` would read them, without a rule.

use std::path::PathBuf;

use super::args::Inputs as Given;
use super::memory::{memory, size};
use super::terminal::Terminal;
use crate::calls::numbers::NumberRegion;
use crate::calls::zones::{Clock, Zones};
use crate::engine::audit::Job;
use crate::engine::intake::Reading;
use crate::error::{Error, Result};
use crate::input::records::Cut;
use crate::input::source::Inputs;
use crate::input::unpack::Limits;
use crate::report::InputInfo;
use crate::rules::Severity;
use crate::ruleset::{Ruleset, compile};

/// What rulesets say of inputs: those that were given, else `callaudit.toml` here, else none.
pub fn ruleset(given: &Given, zones: &Zones, terminal: &Terminal) -> Result<Ruleset> {
    let default = PathBuf::from("callaudit.toml");
    let files = if given.rules.is_empty() && default.exists() { vec![default] } else { given.rules.clone() };
    if files.is_empty() {
        return Ok(Ruleset::none(zones));
    }
    Ok(compile::load(&files, &[], zones, terminal.stderr_colour())?.without_rules())
}

/// Looks for the inputs; sets the number of threads.
pub fn find(given: &Given, terminal: &Terminal) -> Result<Inputs> {
    if let Some(n) = given.threads {
        rayon::ThreadPoolBuilder::new().num_threads(n.max(1)).build_global().map_err(|e| Error::Usage(format!("--threads {n}: {e}")))?;
    }
    if let Some(tz) = &given.tz {
        Clock::parse(tz).map_err(|e| Error::Usage(format!("--tz: {e}")))?;
    }
    NumberRegion::new(given.region.as_deref()).map_err(|e| Error::Usage(format!("--region: {e}")))?;
    let inputs = inputs(given)?;
    inputs.notes.iter().for_each(|note| terminal.warn(note));
    Ok(inputs)
}

/// Looks for the inputs once more.
pub fn inputs(given: &Given) -> Result<Inputs> {
    Inputs::find_within(&given.inputs, limits(given)?)
}

/// How much packed inputs may unpack to.
pub fn limits(given: &Given) -> Result<Limits> {
    let decoded = given.max_decoded.as_deref().map(|t| size("--max-decoded", t)).transpose()?.map(|n| n as u64);
    Ok(Limits { decoded, ..Limits::default() })
}

/// A job that reads and judges nothing.
pub fn job<'a>(given: &Given, ruleset: &'a Ruleset, zones: &'a Zones, terminal: &Terminal, progress: &'a (dyn Fn(u64, u64) + Sync)) -> Result<Job<'a>> {
    Ok(Job {
        ruleset,
        zones,
        reading: Reading { profile: given.profile.clone(), tz: given.tz.clone(), region: given.region.clone(), date_order: given.date_order },
        with: given.with.clone(),
        since: None,
        until: None,
        as_of: 0,
        columns: None,
        findings: None,
        evidence: 0,
        exposure: false,
        memory: memory(given.memory.as_deref())?,
        rejects: None,
        lang: terminal.lang,
        fail_on: Severity::Info,
        strict: false,
        settlement: None,
        max_rejects: &|read| read,
        progress,
        cut: Cut::default(),
        part: None,
        trace: None,
    })
}

/// Says on stderr what is wrong with an input. Gives the exit status.
pub fn told(infos: &mut dyn Iterator<Item = &InputInfo>, terminal: &Terminal) -> u8 {
    let mut status = 0;
    for info in infos {
        if let Some(e) = &info.error {
            terminal.warn(&format!("{}: {e}", info.path));
            status = 3;
        }
        if info.rows.rejected > 0 {
            terminal.warn(&format!("{}: {} of {} rows are rejected: callaudit inspect shows why", info.path, info.rows.rejected, info.rows.read));
        }
    }
    status
}
