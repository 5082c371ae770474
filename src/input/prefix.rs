//! The begin of a stream, on which layouts are recognised: bounded, so that a look never costs a whole file.

use super::records::{Dialect, Row, Splitter, Table};
use super::repair::Repair;

/// Bytes of a stream that recognition may look at.
pub const PREFIX_BYTES: usize = 1 << 16;
/// Records of it.
pub const PREFIX_ROWS: usize = 200;

/// How the bytes of a source are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Not UTF-8: each byte above 127 is taken as ISO 8859-1, so that nothing is lost.
    Latin1,
}

impl Encoding {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Latin1 => "iso-8859-1",
        }
    }
    /// Bytes as text; None where they are not in this encoding.
    pub fn text(self, bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.into()),
            Err(_) if self == Encoding::Latin1 => Some(bytes.iter().map(|&b| char::from(b)).collect::<String>().into()),
            Err(_) => None,
        }
    }
}

/// The first records of a stream.
#[derive(Debug)]
pub struct Prefix {
    /// How the bytes are text.
    pub encoding: Encoding,
    /// How records are written.
    pub dialect: Dialect,
    /// Length of the byte order mark.
    pub bom: usize,
    /// The first records, the header among them if there is one.
    pub rows: Vec<Vec<String>>,
    /// Offset of the second record and lines before it.
    pub second: (u64, u64),
    /// Does the stream end within the prefix?
    pub whole: bool,
}

impl Prefix {
    /// Looks at the first bytes.
    ///
    /// Errors: a sentence that says why this is no text table.
    pub fn look(bytes: &[u8], delimiter: Option<u8>) -> Result<Prefix, String> {
        if bytes.is_empty() {
            return Err("the file is empty".to_owned());
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err("a spreadsheet or zip archive: save it as CSV (UTF-8) first".to_owned());
        }
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            return Err("UTF-16 text: save it as CSV in UTF-8 first".to_owned());
        }
        if bytes.contains(&0) {
            return Err("a binary file, not a table of calls".to_owned());
        }
        let bom = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let whole = bytes.len() < PREFIX_BYTES;
        let encoding = match std::str::from_utf8(bytes) {
            Ok(_) => Encoding::Utf8,
            Err(e) if e.error_len().is_none() && !whole => Encoding::Utf8,
            Err(_)
                if invalid_lines(bytes) * 10 <= bytes.split(|b| *b == b'\n').count() && bytes.split(|b| *b == b'\n').count() > 10 && !has_latin_rows(bytes) =>
            {
                Encoding::Utf8
            }
            Err(_) => Encoding::Latin1,
        };
        let candidates: Vec<u8> = delimiter.map_or_else(|| vec![b',', b';', b'\t', b'|'], |d| vec![d]);
        let mut best: Option<(usize, usize, Prefix)> = None;
        for delimiter in candidates {
            let dialect = Dialect { delimiter, quote: b'"' };
            let table = Splitter::new(dialect, 0).split(bytes, bom, bytes.len(), 0, whole, PREFIX_ROWS);
            let Some(width) = table.rows.iter().find(|r| r.fault.is_none()).map(|r| table.width(r)) else { continue };
            // Rows whose quotes are broken are looked at as well as they can be read: there are exports that have no others.
            let repair = Repair { delimiter, width, quotes: width > 1, surplus: None };
            let cells = |raw: &[u8], table: &Table, r: &Row| -> Vec<String> {
                (0..table.width(r)).map(|i| Encoding::Latin1.text(table.field(raw, r, i)).unwrap_or_default().into_owned()).collect()
            };
            let look = |r: &Row| match r.fault {
                None => Some(cells(bytes, &table, r)),
                Some(_) => repair.row(bytes, &table, r).map(|(raw, mended)| cells(&raw, &mended, &mended.rows[0])),
            };
            let rows: Vec<Vec<String>> = table.rows.iter().filter_map(look).collect();
            let same = rows.iter().filter(|r| r.len() == width).count();
            let score = if width > 1 { same * 1000 / rows.len() } else { 0 };
            let second = table.rows.get(1).map_or((table.range.1, table.lines), |r| (r.offset, u64::from(r.line)));
            if best.as_ref().is_none_or(|(s, w, _)| (score, width) > (*s, *w)) {
                best = Some((score, width, Prefix { encoding, dialect, bom, rows, second, whole }));
            }
        }
        best.map(|b| b.2).ok_or_else(|| "no line of it is a record".to_owned())
    }

    /// How many fields most records have.
    pub fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }
}

/// Lines that are not UTF-8.
fn invalid_lines(bytes: &[u8]) -> usize {
    bytes.split(|b| *b == b'\n').filter(|l| std::str::from_utf8(l).is_err()).count()
}

/// Rows in another encoding are whole words of single high bytes; a damaged UTF-8 file has some multi-byte characters that are in order.
fn has_latin_rows(bytes: &[u8]) -> bool {
    let good = bytes.split(|b| *b == b'\n').filter(|l| std::str::from_utf8(l).is_ok_and(|t| !t.is_ascii())).count();
    good == 0
}
