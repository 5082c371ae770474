//! Calls as lines, disarmed for spreadsheets.

use std::io::Write;

use super::{Block, CallColumn, Calls};
use crate::error::{Error, Result};
use crate::report::renderers::{csv::guard, write_error};

/// Writes all calls.
///
/// Errors: what the output says; sources that changed.
pub fn write(calls: &Calls<'_, '_>, columns: &[CallColumn], out: &mut dyn Write) -> Result<()> {
    let names: Vec<String> = columns.iter().map(CallColumn::name).collect();
    let header = lines(std::iter::once(names.iter().map(|n| guard(n))))?;
    out.write_all(&header).map_err(|e| write_error(&e))?;
    let make = |block: &Block<'_>| {
        let row = |i: usize| {
            columns.iter().map(move |c| match block.text(c, i) {
                std::borrow::Cow::Borrowed(text) => guard(text),
                std::borrow::Cow::Owned(text) => guard(&text).into_owned().into(),
            })
        };
        lines(block.rows().iter().map(|i| row(*i)))
    };
    calls.each(make, |made| out.write_all(&made?).map_err(|e| write_error(&e)))?;
    out.flush().map_err(|e| write_error(&e))
}

fn lines<'a>(rows: impl Iterator<Item = impl Iterator<Item = std::borrow::Cow<'a, str>>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let failed = |e: csv::Error| Error::Io(format!("writing csv: {e}"));
    for row in rows {
        for cell in row {
            writer.write_field(cell.as_bytes()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| Error::Io(format!("writing csv: {e}")))
}
