//! The table that is made of an export that is no delimited text: comma separated UTF-8 in a temporary file, read by the same reader.
//!
//! Its first three columns are bookkeeping that layouts and mappings never see: the line (or row) in the original, why this row could not
//! be read (empty where it could), and in that case the original text.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::records::{Dialect, MAX_FIELDS, MAX_RECORD, Row, Table};
use super::unpack::Limits;

/// Bookkeeping columns in front.
pub const HIDDEN: usize = 3;
const LINE: usize = 0;
const FAULT: usize = 1;
const ORIGINAL: usize = 2;

/// How a spool is written.
pub const DIALECT: Dialect = Dialect { delimiter: b',', quote: b'"' };

/// Of the text of a row that could not be read, this much is kept.
const KEPT: usize = 1 << 16;

/// A table on disk.
#[derive(Debug)]
pub struct Spool {
    file: tempfile::NamedTempFile,
    /// Names of the columns, where the original has some; else its first row may be a header.
    pub names: Option<Vec<String>>,
    /// Columns without the bookkeeping.
    pub width: usize,
    /// Rows.
    pub rows: u64,
    /// Worth knowing.
    pub notes: Vec<String>,
    /// Some rows are of what nobody was called for: with what the names of the columns of calls begin, which are empty then.
    pub attempts: Option<String>,
}

impl Spool {
    /// The table as a stream.
    pub fn open(&self) -> io::Result<File> {
        self.file.reopen()
    }
}

/// The line of a row in the original.
pub fn line(raw: &[u8], table: &Table, row: &Row) -> Option<u64> {
    std::str::from_utf8(table.field(raw, row, LINE)).ok()?.parse().ok()
}

/// Why a row could not be read.
pub fn fault<'a>(raw: &'a [u8], table: &'a Table, row: &Row) -> Option<std::borrow::Cow<'a, str>> {
    let why = table.field(raw, row, FAULT);
    (!why.is_empty()).then(|| String::from_utf8_lossy(why))
}

/// A row without its bookkeeping, or the original text of one that could not be read.
pub fn visible<'a>(raw: &'a [u8], table: &'a Table, row: &Row) -> &'a [u8] {
    if !table.field(raw, row, FAULT).is_empty() {
        return table.field(raw, row, ORIGINAL);
    }
    let bytes = table.raw(raw, row);
    let mut at = 0;
    for _ in 0..HIDDEN {
        at += memchr::memchr(b',', &bytes[at..]).map_or(bytes.len() - at, |i| i + 1);
    }
    &bytes[at..]
}

/// Why a conversion stopped.
#[derive(Debug)]
pub enum Stop {
    /// The original breaks off or is damaged; the text says where and what to do. The rows before are good.
    Input(String),
    /// The temporary file cannot be written.
    Spool(io::Error),
}

impl Stop {
    /// An error of reading the original.
    pub fn input(error: impl std::fmt::Display) -> Stop {
        Stop::Input(error.to_string())
    }
}

/// Writes a spool.
#[derive(Debug)]
pub struct SpoolWriter {
    file: BufWriter<tempfile::NamedTempFile>,
    names: Option<Vec<String>>,
    index: HashMap<String, usize>,
    width: usize,
    /// Offsets at which rows become wider, and how wide.
    widths: Vec<(u64, usize)>,
    written: u64,
    rows: u64,
    record: Vec<u8>,
    notes: Vec<String>,
    attempts: Option<String>,
    limits: Limits,
    packed: u64,
    damaged: Arc<AtomicBool>,
}

impl SpoolWriter {
    /// An empty one. `packed`: size of the original; `damaged`: set where its text could not be decoded everywhere.
    ///
    /// Errors: no temporary file can be made.
    pub fn new(limits: Limits, packed: u64, damaged: Arc<AtomicBool>) -> io::Result<SpoolWriter> {
        Ok(SpoolWriter {
            file: BufWriter::with_capacity(1 << 18, crate::temporary::named()?),
            names: None,
            index: HashMap::new(),
            width: 0,
            widths: Vec::new(),
            written: 0,
            rows: 0,
            record: Vec::new(),
            notes: Vec::new(),
            attempts: None,
            limits,
            packed,
            damaged,
        })
    }

    /// Another empty one for the same original.
    ///
    /// Errors: no temporary file can be made.
    pub fn another(&self) -> Result<SpoolWriter, Stop> {
        SpoolWriter::new(self.limits, self.packed, self.damaged.clone()).map_err(Stop::Spool)
    }

    /// States the names of the columns.
    pub fn name(&mut self, names: Vec<String>) {
        self.width = self.width.max(names.len());
        self.names = Some(names);
    }

    /// The names so far.
    pub fn names(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }

    /// The number of a column by its name, a new one where it is new; None where there are too many.
    pub fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.index.get(name) {
            return Some(*known);
        }
        let names = self.names.get_or_insert_default();
        let number = names.len();
        if number + HIDDEN >= MAX_FIELDS {
            return None;
        }
        names.push(name.to_owned());
        self.index.insert(name.to_owned(), number);
        self.width = self.width.max(number + 1);
        Some(number)
    }

    /// Rows written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Says that a row is of what nobody was called for. `name`: of the list of calls, which it lacks.
    pub fn without_attempts(&mut self, name: &str) {
        self.attempts.get_or_insert_with(|| format!("{name}."));
    }

    /// Says something worth knowing in the report.
    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// A row: its cells by position.
    ///
    /// Errors: the temporary file, or more than the limits allow.
    pub fn row<T: AsRef<str>>(&mut self, line: u64, cells: &[T]) -> Result<(), Stop> {
        let damaged = self.damaged.load(Ordering::Relaxed);
        if cells.len() + HIDDEN > MAX_FIELDS {
            return self.fault(line, &format!("{} fields, more than the {} that are read", cells.len(), MAX_FIELDS - HIDDEN), &joined(cells));
        }
        let size: usize = cells.iter().map(|c| c.as_ref().len() + 1).sum();
        if size > MAX_RECORD / 2 {
            return self.fault(line, "longer than 512 KiB", &joined(cells));
        }
        if damaged && cells.iter().any(|c| c.as_ref().contains('\u{fffd}')) {
            return self.fault(line, "holds bytes that are not in the encoding of the rest", &joined(cells));
        }
        self.width = self.width.max(cells.len());
        self.begin(line, "", "");
        for cell in cells {
            self.cell(cell.as_ref());
        }
        self.end(cells.len())
    }

    /// A row that could not be read: why, and its text.
    ///
    /// Errors: the temporary file, or more than the limits allow.
    pub fn fault(&mut self, line: u64, why: &str, original: &str) -> Result<(), Stop> {
        let mut kept = original.len().min(KEPT);
        while !original.is_char_boundary(kept) {
            kept -= 1;
        }
        self.begin(line, why, &original[..kept]);
        self.end(0)
    }

    fn begin(&mut self, line: u64, why: &str, original: &str) {
        self.record.clear();
        self.record.extend_from_slice(line.to_string().as_bytes());
        self.cell(why);
        self.cell(original);
    }

    fn cell(&mut self, text: &str) {
        self.record.push(b',');
        if !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
            return self.record.extend_from_slice(text.as_bytes());
        }
        self.record.push(b'"');
        for part in text.split_inclusive('"') {
            self.record.extend_from_slice(part.as_bytes());
            if part.ends_with('"') {
                self.record.push(b'"');
            }
        }
        self.record.push(b'"');
    }

    fn end(&mut self, cells: usize) -> Result<(), Stop> {
        self.record.resize(self.record.len() + self.width - cells, b',');
        self.record.push(b'\n');
        if self.widths.last().is_none_or(|w| w.1 != self.width) {
            self.widths.push((self.written, self.width));
        }
        self.written += self.record.len() as u64;
        self.rows += 1;
        let most = self.limits.most(self.packed);
        if self.written > most {
            return Err(Stop::Input(self.limits.exceeded(most, self.packed)));
        }
        self.file.write_all(&self.record).map_err(Stop::Spool)
    }

    /// The table, all rows of one width.
    ///
    /// Errors: the temporary file.
    pub fn finish(self) -> io::Result<Spool> {
        let SpoolWriter { file, names, width, widths, rows, notes, attempts, .. } = self;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        if widths.iter().any(|w| w.1 != width) {
            file = widen(file, &widths, width)?;
        }
        Ok(Spool { file, names, width, rows, notes, attempts })
    }
}

fn joined<T: AsRef<str>>(cells: &[T]) -> String {
    let mut text = String::new();
    for cell in cells {
        if text.len() > KEPT {
            break;
        }
        text.push_str(if text.is_empty() { "" } else { "," });
        text.push_str(cell.as_ref());
    }
    text
}

/// Fills up the rows that were written before all columns were known. A line break outside of quotes ends a row.
fn widen(file: tempfile::NamedTempFile, widths: &[(u64, usize)], width: usize) -> io::Result<tempfile::NamedTempFile> {
    let mut input = BufReader::with_capacity(1 << 18, file.reopen()?);
    let mut output = BufWriter::with_capacity(1 << 18, crate::temporary::named()?);
    let mut buffer = vec![0; 1 << 16];
    let mut widths = widths.iter().peekable();
    let (mut offset, mut quoted, mut missing) = (0_u64, false, Vec::new());
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return output.into_inner().map_err(io::IntoInnerError::into_error);
        }
        let mut from = 0;
        for at in memchr::memchr2_iter(b'"', b'\n', &buffer[..read]) {
            if buffer[at] == b'"' {
                quoted = !quoted;
                continue;
            }
            if quoted {
                continue;
            }
            while let Some((_, has)) = widths.next_if(|w| w.0 <= offset + at as u64) {
                missing = vec![b','; width - has];
            }
            output.write_all(&buffer[from..at])?;
            output.write_all(&missing)?;
            from = at;
        }
        output.write_all(&buffer[from..read])?;
        offset += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::Splitter;
    use super::*;

    fn writer() -> SpoolWriter {
        SpoolWriter::new(Limits::default(), 1 << 20, Arc::default()).unwrap()
    }

    fn read(spool: &Spool) -> Vec<(u64, Option<String>, Vec<String>, String)> {
        let mut bytes = Vec::new();
        spool.open().unwrap().read_to_end(&mut bytes).unwrap();
        let table = Splitter::new(DIALECT, spool.width + HIDDEN).split(&bytes, 0, bytes.len(), 0, true, usize::MAX);
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        table
            .rows
            .iter()
            .map(|r| {
                assert_eq!(r.fault, None);
                let cells = (HIDDEN..table.width(r)).map(|i| text(table.field(&bytes, r, i))).collect();
                (line(&bytes, &table, r).unwrap(), fault(&bytes, &table, r).map(|f| f.into_owned()), cells, text(visible(&bytes, &table, r)))
            })
            .collect()
    }

    #[test]
    fn rows_that_come_before_a_column_are_filled_up_with_nothing() {
        let mut spool = writer();
        spool.column("a");
        spool.row(1, &["x\n\"y\","]).unwrap();
        spool.row(3, &[""]).unwrap();
        assert_eq!(spool.column("b"), Some(1));
        spool.fault(4, "why", "{\"text\n").unwrap();
        spool.row(5, &["1", "2"]).unwrap();
        let spool = spool.finish().unwrap();
        let rows = read(&spool);
        assert_eq!(rows[0], (1, None, vec!["x\n\"y\",".into(), String::new()], "\"x\n\"\"y\"\",\",".into()));
        assert_eq!(rows[1].2, ["", ""]);
        assert_eq!((rows[2].0, rows[2].1.as_deref(), rows[2].3.as_str()), (4, Some("why"), "{\"text\n"));
        assert_eq!(rows[3].2, ["1", "2"]);
        assert_eq!(spool.names.unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_the_reader_would_refuse_is_a_fault_and_counts() {
        let mut spool = writer();
        spool.row(1, &["ok"]).unwrap();
        spool.row(2, &["x".repeat(MAX_RECORD)]).unwrap();
        spool.row(3, &vec!["x"; MAX_FIELDS]).unwrap();
        let rows = read(&spool.finish().unwrap());
        assert_eq!(rows.len(), 3);
        assert!(rows[1].1.as_deref().unwrap().contains("512 KiB"));
        assert!(rows[2].1.as_deref().unwrap().contains("fields"));
    }

    #[test]
    fn a_table_beyond_the_limit_stops_with_advice() {
        let mut spool = SpoolWriter::new(Limits { decoded: Some(1 << 20), ..Limits::default() }, 10, Arc::default()).unwrap();
        let long = "x".repeat(1000);
        let stop = (0..2000).find_map(|n| spool.row(n, &[&long]).err());
        assert!(matches!(stop, Some(Stop::Input(text)) if text.contains("--max-decoded")));
    }
}
