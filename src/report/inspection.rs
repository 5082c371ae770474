//! The inspection: what each input is and why, as data and as a page for people.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::renderers::{View, write_error};
use super::{Exit, Gap, InputInfo, Period, Rows, Tool};
use crate::error::Result;

mod page;

pub use page::table;

/// Version of the form.
pub const SCHEMA: &str = "callaudit.inspection/1";

/// What was found out about some inputs.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// Version of the form.
    pub schema: &'static str,
    /// Program and data.
    pub tool: Tool,
    /// Sorted by path.
    pub inputs: Vec<Inspected>,
    /// Rows of all inputs.
    pub rows: Rows,
    /// First and last start of all inputs.
    pub period: Period,
    /// Gaps of all inputs together.
    pub coverage: Vec<Gap>,
    /// The exit status and why.
    pub exit: Exit,
}

/// One input.
#[derive(Debug, Default, Serialize)]
pub struct Inspected {
    /// What every report says of it.
    #[serde(flatten)]
    pub info: InputInfo,
    /// Does its first record name the columns?
    pub header: Option<bool>,
    /// Country of its numbers without a code.
    pub region: Option<String>,
    /// What holds for every call without being in the log: said by its layout or by the user.
    pub set: BTreeMap<String, String>,
    /// Columns that the rows of one call share.
    pub legs: Vec<String>,
    /// What its columns are taken for.
    pub mapping: Vec<Mapped>,
    /// Columns that are not mapped, reachable as `raw."…"`.
    pub unmapped: Vec<Unmapped>,
}

/// A column of a call; or another use of columns of the export: `(legs)`, `(clock)`, `(kind of row)`.
#[derive(Debug, Serialize)]
pub struct Mapped {
    /// Its name.
    pub column: String,
    /// The columns of the export.
    pub from: Vec<String>,
    /// What several are to one value: `blank` between, `nothing` between, the `first` that is not empty; `one`; `each` for itself.
    pub join: &'static str,
    /// Which rows, if not all.
    pub when: Option<String>,
    /// Up to three values as exported.
    pub samples: Vec<String>,
}

/// A column that is not mapped.
#[derive(Debug, Serialize)]
pub struct Unmapped {
    /// Its name.
    pub name: String,
    /// Up to three values.
    pub samples: Vec<String>,
}

/// Writes the data.
///
/// Errors: what the output says.
pub fn json(inspection: &Inspection, _view: &View, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, inspection).map_err(|e| write_error(&e.into()))?;
    out.write_all(b"\n").and_then(|()| out.flush()).map_err(|e| write_error(&e))
}
