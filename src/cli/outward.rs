//! What of a report its reader is shown: everything, or without what is internal, or without numbers.

use super::args::Outward as Options;
use crate::error::{Error, Result};
use crate::report::audience::{self, INTERNAL, Reader};
use crate::report::masking::{self, Hidden, Hide, Masked, Masking};
use crate::report::words::Word;
use crate::report::{Findings, Report};
use crate::ruleset::Ruleset;

/// The reader, and how numbers are hidden.
#[derive(Debug)]
pub struct Outward {
    reader: Option<Reader>,
    hide: Option<Hide>,
}

/// A complainant is shown nobody else's number: all are masked.
fn for_a_complainant(options: &Options) -> bool {
    options.audience.as_deref() == Some("complainant")
}

/// Are numbers to be hidden, in messages as well?
pub fn hides(options: &Options) -> bool {
    options.mask || options.pseudonyms.is_some() || for_a_complainant(options)
}

impl Outward {
    /// As the command line says.
    ///
    /// Errors: a key that others can read.
    pub fn new(options: &Options) -> Result<Outward> {
        let key = options.pseudonyms.as_deref().map(masking::key).transpose()?;
        let mask = options.mask || for_a_complainant(options);
        let hide = (mask || key.is_some()).then_some(Hide { mask, key });
        let word = |word: &str| audience::AUDIENCES.iter().copied().find(|a| *a == word);
        let audience: Option<Word> = options.audience.as_deref().and_then(word);
        let said = audience.is_some() || options.organisation.is_some() || options.prepared_by.is_some() || options.notice.is_some();
        let reader = said.then(|| Reader {
            audience: audience.unwrap_or(INTERNAL),
            organisation: options.organisation.clone(),
            prepared_by: options.prepared_by.clone(),
            notice: options.notice.clone(),
        });
        Ok(Outward { reader, hide })
    }

    /// The key of fingerprints.
    pub fn key(&self) -> Option<[u8; 32]> {
        self.hide.as_ref().and_then(|h| h.key)
    }

    /// What reports tell of how numbers are hidden.
    pub fn hidden(&self) -> Option<Hidden> {
        self.hide.as_ref().map(Hide::told)
    }

    /// Is it for somebody else?
    pub fn is_external(&self) -> bool {
        self.reader.as_ref().is_some_and(|r| r.audience != INTERNAL)
    }

    /// Takes rules out that the reader is not shown, before anything is judged by them.
    ///
    /// Errors: nothing is left; options that are for internal reports.
    pub fn restrict(&self, ruleset: &mut Ruleset, settled: bool) -> Result<()> {
        let Some(reader) = self.reader.as_ref().filter(|_| self.is_external()) else { return Ok(()) };
        if settled {
            return Err(Error::Usage(format!(
                "--audience {0} shows neither suppressions nor a baseline: leave them out, or write an internal report and then callaudit render report.json --audience {0}",
                reader.audience
            )));
        }
        let house: Vec<String> = ruleset.rules.iter().map(|r| r.common()).filter(|c| c.force.word() == "house").map(|c| c.id.clone()).collect();
        ruleset.rules.retain(|rule| !house.contains(&rule.common().id));
        if ruleset.rules.is_empty() {
            return Err(Error::Usage(format!("--audience {}: all rules are of force \"house\", which only internal reports show", reader.audience)));
        }
        if let Some(rules) = ruleset.effective.get_mut("rule").and_then(serde_json::Value::as_array_mut) {
            rules.retain(|rule| rule["id"].as_str().is_none_or(|id| !house.iter().any(|h| h == id)));
        }
        Ok(())
    }

    /// Hands on what the reader is shown of a report.
    ///
    /// Errors: those of `write`, of the cursors, and an outward report of which an internal one is asked.
    pub fn write(&self, mut report: Report, rows: &dyn Findings, write: impl FnOnce(&Report, &dyn Findings, Option<&Masking>) -> Result<()>) -> Result<Report> {
        if let Some(reader) = &self.reader {
            if audience::is_external(&report) && report.reader.as_ref().map(|r| r.audience) != Some(reader.audience) {
                let was = report.reader.as_ref().map_or(INTERNAL, |r| r.audience);
                return Err(Error::Usage(format!("the report was written for another reader ({was}): make it again from an internal one")));
            }
            report.reader = Some(reader.clone());
        }
        let outward;
        let mut rows = rows;
        if self.is_external() {
            outward = audience::Outward { rows, house: audience::house_rules(&report) };
            audience::strip(&mut report, outward.findings().count() as u64);
            rows = &outward;
        }
        if let (Some(hidden), Some(hide)) = (&report.hidden, &self.hide) {
            // What is hidden stays so, and is not hidden once more.
            if hide.key.is_some() && hide.told().key != hidden.key {
                let how = if hidden.key.is_some() { "with another key" } else { "without a key" };
                return Err(Error::Usage(format!("the numbers of the report are hidden already, {how}: --pseudonyms needs one that shows them")));
            }
        }
        let Some(hide) = self.hide.as_ref().filter(|_| report.hidden.is_none()) else {
            write(&report, rows, None)?;
            return Ok(report);
        };
        let masking = Masking::of(&report, rows, hide.clone())?;
        let report = masking.report(&report)?;
        write(&report, &Masked { rows, masking: &masking }, Some(&masking))?;
        Ok(report)
    }
}
