//! From a path to streams of rows: packing, encodings, and forms that are no delimited text, as inputs have them.

use std::path::Path;
use std::sync::Arc;

use super::layouts::Layout;
use crate::input::containers;
use crate::input::prefix::{PREFIX_BYTES, Prefix};
use crate::input::source::{Received, Source};
use crate::input::text::Encoding;
use crate::input::unpack::{self, Layer, Limits, Magic};

/// The streams of a file: itself, or the members of an archive.
///
/// Errors: a sentence.
pub fn streams(path: &Path) -> Result<Vec<Source>, String> {
    let name = path.to_string_lossy().into_owned();
    let received = Arc::new(Received::file(path).map_err(|e| e.to_string())?);
    let limits = Limits::default();
    let mut whole = Source::new(name.clone(), received.clone(), Vec::new(), limits);
    let head = whole.head(8).map_err(|e| e.to_string())?;
    if !matches!(unpack::magic(&head), Magic::Zip) {
        whole.unpack()?;
        return Ok(vec![whole]);
    }
    let archive = unpack::archive(path, limits)?;
    if archive.workbook {
        return Ok(vec![whole]);
    }
    if let Some((member, why)) = archive.problems.first() {
        return Err(format!("{member}: {why}"));
    }
    let mut members = Vec::new();
    for (member, place) in archive.members {
        let file = member.rsplit('/').next().unwrap_or_default();
        if !file.is_empty() && !file.starts_with('.') && !member.starts_with("__MACOSX/") {
            let mut source = Source::new(format!("{name}/{member}"), received.clone(), vec![Layer::Member(place)], limits);
            source.unpack()?;
            members.push(source);
        }
    }
    if members.is_empty() { Err("the archive is empty".to_owned()) } else { Ok(members) }
}

/// Makes a stream one of rows, and says how they are written; and why it breaks off, if it does.
///
/// Errors: a sentence.
pub fn layout(source: &mut Source) -> Result<(Layout, Option<String>), String> {
    let head = source.head(PREFIX_BYTES).map_err(|e| e.to_string())?;
    let whole = head.len() < PREFIX_BYTES;
    if let Some((form, encoding)) = containers::recognise(&head, whole) {
        let done = containers::convert(form, source, encoding, &head).map_err(|e| e.to_string())?;
        if done.table.rows == 0 {
            return Err(done.broken.unwrap_or_else(|| format!("it holds no rows (a {} file)", done.form)));
        }
        let prefix = Prefix::of_table(&done.table, done.encoding.unwrap_or(Encoding::Utf8))?;
        source.replace(done.table);
        return Ok((Layout::of_table(&prefix), done.broken));
    }
    source.transcode(if head.is_empty() { Encoding::Utf8 } else { Encoding::detect(&head, whole)? });
    let prefix = source.prefix(PREFIX_BYTES).map_err(|e| e.to_string())?;
    Ok((Layout::of_text(&prefix), None))
}
