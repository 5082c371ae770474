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

/// What a table is known by before its rows are read.
#[derive(Debug)]
pub struct Head<'a> {
    /// The names of its columns.
    pub names: &'a [String],
    /// Its first rows, without the header.
    pub first: &'a [Vec<String>],
}

/// Reads such a table. Gives the names of its columns, and its rows; those that are no records are counted.
///
/// Errors: a sentence that says why it cannot be read.
pub fn load(path: &Path) -> Result<(Vec<String>, Vec<SideRow>, u64), String> {
    std::fs::File::open(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let (mut names, mut all) = (Vec::new(), Vec::new());
    let bad = read_rows(&mut Source::file(path), |head| names = head.names.to_vec(), |_, line, cells| all.push((line, cells)))
        .map_err(|e| format!("{}: {e}", path.display()))?;
    Ok((names, all, bad))
}

/// Gives the rows of such a table one by one, each with its line. Gives how many of them are no records.
///
/// Errors: a sentence that says why it cannot be read.
pub fn rows(source: &mut Source, mut take: impl FnMut(&Head<'_>, u64, &[String])) -> Result<u64, String> {
    read_rows(source, |_| (), |head, line, cells| take(head, line, &cells))
}

fn read_rows(source: &mut Source, mut begin: impl FnMut(&Head<'_>), mut take: impl FnMut(&Head<'_>, u64, Vec<String>)) -> Result<u64, String> {
    let fail = |e: std::io::Error| e.to_string();
    let head = source.head(PREFIX_BYTES).map_err(fail)?;
    let prefix = match containers::recognise(&head, head.len() < PREFIX_BYTES) {
        Some((form, encoding)) => {
            let done = containers::convert(form, source, encoding, &head).map_err(fail)?;
            if let Some(why) = done.broken {
                return Err(why);
            }
            let prefix = Prefix::of_table(&done.table, done.encoding.unwrap_or(super::text::Encoding::Utf8));
            source.replace(done.table);
            prefix
        }
        None => Prefix::look(&head, None).inspect(|prefix| source.transcode(prefix.encoding)),
    };
    let prefix = prefix?;
    let names: Vec<String> = prefix.rows.first().into_iter().flatten().map(|n| clean_name(n).to_owned()).collect();
    let head = Head { names: &names, first: prefix.rows.get(1..).unwrap_or_default() };
    begin(&head);
    let width = names.len() + prefix.hidden;
    let mut bad = 0;
    type Piece = (Vec<(u64, Option<u64>, Vec<String>)>, u64);
    let work = |raw: &[u8], table: &Table| -> Piece {
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
    let give = |(found, faults): Piece, place: &super::records::Place| -> Result<(), ()> {
        bad += faults;
        found.into_iter().for_each(|(line, own, cells)| take(&head, own.unwrap_or(place.line + line + 1), cells));
        Ok(())
    };
    let skip = prefix.skip(true, 0);
    let done = match source.plain().map_err(fail)? {
        Some((file, length)) => read(&Feed::File(&file, length), prefix.dialect, width, skip, Cut::default(), work, give),
        None => read(&Feed::Blocks(&source.blocks(1 << 20).map_err(fail)?), prefix.dialect, width, skip, Cut::default(), work, give),
    };
    match done.map(|d| d.broken) {
        Ok(Some(e)) => Err(format!("breaks off: {e}")),
        _ => Ok(bad),
    }
}
