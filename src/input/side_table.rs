//! A table that stands beside the logs: leads, accounts, bindings. Any form of export with a header.

use std::path::Path;

use super::containers;
use super::mapping::clean_name;
use super::prefix::{PREFIX_BYTES, Prefix};
use super::records::{Cut, Feed, Table, read};
use super::source::Source;
use super::spool;

/// One row: its line, and its cells without blanks around them.
pub type SideRow = (u64, Vec<String>);

/// Reads such a table. Gives the names of its columns, and its rows; those that are no records are counted.
///
/// Errors: a sentence that says why it cannot be read.
pub fn load(path: &Path) -> Result<(Vec<String>, Vec<SideRow>, u64), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", path.display());
    std::fs::File::open(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let mut source = Source::file(path);
    let head = source.head(PREFIX_BYTES).map_err(fail)?;
    let prefix = match containers::recognise(&head, head.len() < PREFIX_BYTES) {
        Some((form, encoding)) => {
            let done = containers::convert(form, &source, encoding, &head).map_err(fail)?;
            if let Some(why) = done.broken {
                return Err(format!("{}: {why}", path.display()));
            }
            let prefix = Prefix::of_table(&done.table, done.encoding.unwrap_or(super::text::Encoding::Utf8));
            source.replace(done.table);
            prefix
        }
        None => Prefix::look(&head, None).inspect(|prefix| source.transcode(prefix.encoding)),
    };
    let prefix = prefix.map_err(|e| format!("{}: {e}", path.display()))?;
    let names: Vec<String> = prefix.rows.first().into_iter().flatten().map(|n| clean_name(n).to_owned()).collect();
    let width = names.len() + prefix.hidden;
    let (mut rows, mut bad) = (Vec::new(), 0);
    let work = |raw: &[u8], table: &Table| -> (Vec<(u64, Option<u64>, Vec<String>)>, u64) {
        let (mut rows, mut bad) = (Vec::new(), 0);
        for row in &table.rows {
            if row.fault.is_some() || (prefix.hidden > 0 && spool::fault(raw, table, row).is_some()) {
                bad += 1;
                continue;
            }
            let cell = |i: usize| prefix.encoding.text(table.field(raw, row, i)).map(|t| t.trim().trim_matches('"').trim().to_owned()).unwrap_or_default();
            let own = if prefix.hidden > 0 { spool::line(raw, table, row) } else { None };
            rows.push((u64::from(row.line), own, (prefix.hidden..width).map(cell).collect()));
        }
        (rows, bad)
    };
    let take = |(found, faults): (Vec<(u64, Option<u64>, Vec<String>)>, u64), place: &super::records::Place| -> Result<(), ()> {
        bad += faults;
        rows.extend(found.into_iter().map(|(line, own, cells)| (own.unwrap_or(place.line + line + 1), cells)));
        Ok(())
    };
    let skip = prefix.skip(true, 0);
    let done = match source.plain().map_err(fail)? {
        Some((file, length)) => read(&Feed::File(&file, length), prefix.dialect, width, skip, Cut::default(), work, take),
        None => read(&Feed::Blocks(&source.blocks(1 << 20).map_err(fail)?), prefix.dialect, width, skip, Cut::default(), work, take),
    };
    match done.map(|d| d.broken) {
        Ok(Some(e)) => Err(format!("{} breaks off: {e}", path.display())),
        _ => Ok((names, rows, bad)),
    }
}
