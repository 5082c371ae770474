//! The begin of a stream, on which layouts are recognised: bounded, so that a look never costs a whole file.

use std::io::Read;

use super::records::{Dialect, Fault, Row, Splitter, Table};
use super::repair::Repair;
use super::spool::{self, Spool};

pub use super::text::Encoding;

/// Bytes of a stream that recognition may look at.
pub const PREFIX_BYTES: usize = 1 << 16;
/// Records of it.
pub const PREFIX_ROWS: usize = 200;

/// The first records of a stream.
#[derive(Debug)]
pub struct Prefix {
    /// How the bytes are text; the stream is UTF-8 where they are transcoded.
    pub encoding: Encoding,
    /// How records are written.
    pub dialect: Dialect,
    /// Length of the byte order mark.
    pub bom: usize,
    /// The first records, the header among them if there is one.
    pub rows: Vec<Vec<String>>,
    /// The first lines as they are, for layouts of fixed width; none where the rows come from a container.
    pub lines: Vec<String>,
    /// Offset of the second record and lines before it.
    pub second: (u64, u64),
    /// Offsets of the first records and lines before them, from the one after the header on if the names are not in the stream.
    pub starts: Vec<(u64, u64)>,
    /// Bookkeeping columns in front of the fields of the stream, which rows do not show.
    pub hidden: usize,
    /// Are the names (the first of `rows`) kept beside the stream?
    pub named: bool,
    /// Does the stream end within the prefix?
    pub whole: bool,
}

impl Prefix {
    /// Looks at the first bytes.
    ///
    /// Errors: a sentence that says why this is no text table.
    pub fn look(bytes: &[u8], delimiter: Option<u8>) -> Result<Prefix, String> {
        Prefix::look_as(bytes, delimiter, None)
    }

    /// The same, where the encoding is known.
    ///
    /// Errors: a sentence that says why this is no text table.
    pub fn look_as(bytes: &[u8], delimiter: Option<u8>, encoding: Option<Encoding>) -> Result<Prefix, String> {
        if bytes.is_empty() {
            return Err("the file is empty".to_owned());
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return Err("a zip archive inside of another packing, or a spreadsheet that is not read: unpack it, or save it as .xlsx or CSV, first".to_owned());
        }
        if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err("a document of an office program that is not read: save it as .xlsx or CSV first".to_owned());
        }
        let whole = bytes.len() < PREFIX_BYTES;
        let encoding = match encoding {
            Some(known) => known,
            None => Encoding::detect(bytes, whole)?,
        };
        let decoded = encoding.transcoded().then(|| encoding.transcode(bytes));
        let bytes = decoded.as_deref().unwrap_or(bytes);
        let bom = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let candidates: Vec<u8> = delimiter.map_or_else(|| vec![b',', b';', b'\t', b'|'], |d| vec![d]);
        let (mut best, mut fault): (Option<(usize, usize, Prefix)>, _) = (None, None);
        for delimiter in candidates {
            let dialect = Dialect { delimiter, quote: b'"' };
            let table = Splitter::new(dialect, 0).split(bytes, bom, bytes.len(), 0, whole, PREFIX_ROWS);
            let Some(width) = table.rows.iter().find(|r| r.fault.is_none()).map(|r| table.width(r)) else {
                fault = fault.or_else(|| table.rows.first().and_then(|r| Some((r.line + 1, r.fault?))));
                continue;
            };
            // Rows whose quotes are broken are looked at as well as they can be read: there are exports that have no others.
            let repair = Repair { delimiter, width, quotes: width > 1, surplus: None };
            let look = |r: &Row| match r.fault {
                None => Some(cells(bytes, &table, r, 0)),
                Some(_) => repair.row(bytes, &table, r).map(|(raw, mended)| cells(&raw, &mended, &mended.rows[0], 0)),
            };
            let rows: Vec<Vec<String>> = table.rows.iter().filter_map(look).collect();
            let same = rows.iter().filter(|r| r.len() == width).count();
            let score = if width > 1 { same * 1000 / rows.len() } else { 0 };
            if best.as_ref().is_none_or(|(s, w, _)| (score, width) > (*s, *w)) {
                let starts: Vec<(u64, u64)> = table.rows.iter().map(|r| (r.offset, u64::from(r.line))).collect();
                let second = starts.get(1).copied().unwrap_or((table.range.1, table.lines));
                let prefix = Prefix { encoding, dialect, bom, rows, lines: Vec::new(), second, starts, hidden: 0, named: false, whole };
                best = Some((score, width, prefix));
            }
        }
        let mut prefix = best.map(|b| b.2).ok_or_else(|| no_record(whole, fault))?;
        prefix.lines = String::from_utf8_lossy(&bytes[bom..]).lines().take(PREFIX_ROWS).map(str::to_owned).collect();
        if !whole && prefix.lines.len() < PREFIX_ROWS {
            prefix.lines.pop(); // cut at the end of the prefix
        }
        Ok(prefix)
    }

    /// Looks at a table that was made of another form of export.
    ///
    /// Errors: a sentence that says why it cannot be read.
    pub fn of_table(table: &Spool, encoding: Encoding) -> Result<Prefix, String> {
        let mut bytes = Vec::new();
        // Rows of a table may be long: a look takes more of it than of other streams.
        let limit = PREFIX_BYTES * 16;
        table.open().and_then(|f| f.take(limit as u64).read_to_end(&mut bytes)).map_err(|e| format!("the temporary table cannot be read: {e}"))?;
        let whole = bytes.len() < limit;
        let split = Splitter::new(spool::DIALECT, 0).split(&bytes, 0, bytes.len(), 0, whole, PREFIX_ROWS);
        let mut rows: Vec<Vec<String>> = table.names.clone().into_iter().collect();
        let good = split.rows.iter().filter(|r| r.fault.is_none() && spool::fault(&bytes, &split, r).is_none());
        rows.extend(good.map(|r| cells(&bytes, &split, r, spool::HIDDEN)));
        if let (true, Some(row)) = (rows.is_empty(), split.rows.first()) {
            let line = spool::line(&bytes, &split, row).unwrap_or(1);
            return Err(format!("holds no record that can be read; line {line}: {}", spool::fault(&bytes, &split, row).unwrap_or_default()));
        }
        let mut starts: Vec<(u64, u64)> = split.rows.iter().map(|r| (r.offset, u64::from(r.line))).collect();
        let named = table.names.is_some();
        if named {
            starts.insert(0, (0, 0));
        }
        let second = starts.get(1).copied().unwrap_or((split.range.1, split.lines));
        Ok(Prefix { encoding, dialect: spool::DIALECT, bom: 0, rows, lines: Vec::new(), second, starts, hidden: spool::HIDDEN, named, whole })
    }

    /// Where the first record of a call begins: behind the header, if there is one, and behind so many records that are no data.
    pub fn skip(&self, header: bool, records: usize) -> (u64, u64) {
        let first = usize::from(header) + records;
        match first {
            0 => (self.bom as u64, 0),
            1 => self.second,
            n => self.starts.get(n).copied().unwrap_or(self.second),
        }
    }

    /// How many fields most records have.
    pub fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }
}

/// The fields of a record without the first `hidden` ones.
fn cells(bytes: &[u8], table: &Table, row: &Row, hidden: usize) -> Vec<String> {
    (hidden..table.width(row)).map(|i| Encoding::Latin1.text(table.field(bytes, row, i)).unwrap_or_default().into_owned()).collect()
}

fn no_record(whole: bool, fault: Option<(u32, Fault)>) -> String {
    if let (true, Some((line, fault))) = (whole, fault) {
        format!("no line of it is a record; line {line}: {}", super::mapping::reason(fault, 0))
    } else if whole {
        "no line of it is a record".to_owned()
    } else {
        format!("its first line is longer than {} KiB: not a table of calls, or its line ends are missing", PREFIX_BYTES >> 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_shows_utf8_whatever_the_encoding() {
        let text = "主叫号码;被叫号码\n1;2\n3;4\n";
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [text.as_bytes().to_vec(), wide, encoding_rs::GB18030.encode(text).0.into_owned()] {
            let prefix = Prefix::look(&bytes, None).unwrap();
            assert_eq!(prefix.rows[0], ["主叫号码", "被叫号码"]);
            assert_eq!(prefix.rows.len(), 3);
            assert_eq!(prefix.lines[1], "1;2");
            assert_eq!(prefix.second, (26, 1), "offsets are those of the text");
            assert_eq!(prefix.skip(true, 1), (30, 2));
        }
    }

    #[test]
    fn rows_whose_quotes_are_not_escaped_are_shown_too() {
        let prefix = Prefix::look(b"clid,src,dst\n\"A\" <1>,1,2\n\"B\",1\n", None).unwrap();
        assert_eq!(prefix.rows[1..], [vec!["\"A\" <1>", "1", "2"], vec!["B", "1"]]);
    }

    #[test]
    fn a_line_without_an_end_is_told() {
        let error = Prefix::look(&vec![b','; PREFIX_BYTES], None).unwrap_err();
        assert!(error.contains("longer than 64 KiB"), "{error}");
    }
}
