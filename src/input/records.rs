//! From bytes to records, with the place of each: byte of its first character, line counted by LF, CRLF and lone CR alike.
//!
//! Lines without a quote are split here; records with quotes go through `csv_core`. What it would repair in silence is
//! found by a second look at the raw bytes: text after a closing quote, and a quote that never closes.

use std::fs::File;
use std::ops::Range;
use std::sync::Mutex;

use memchr::{memchr, memchr_iter, memchr2, memchr3};
use rayon::prelude::*;

use super::quoting::{self, Reading};
use super::source::Blocks;

/// A record longer than this is rejected (an export's row is some hundred bytes long).
pub const MAX_RECORD: usize = 1 << 20;
/// The end of a longer record is sought so far; a line without end is rejected in parts of this length.
pub const MAX_LINE: usize = 64 << 20;
/// A record with more fields than this is rejected.
pub const MAX_FIELDS: usize = 4096;

/// Why a record is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another number of fields than the header has.
    Ragged {
        /// How many it has.
        found: u32,
    },
    /// Text follows a closing quote.
    Quotes,
    /// A quote opens and does not close.
    Unclosed,
    /// Longer than [`MAX_RECORD`] or more than [`MAX_FIELDS`] fields.
    TooLong,
}

/// The place of one record and of its fields in a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// First byte, from the begin of the decoded stream.
    pub offset: u64,
    /// Lines before it in its piece.
    pub line: u32,
    /// Length in bytes without its terminator.
    pub length: u32,
    first: u32,
    fields: u32,
    unquoted: bool,
    /// Why it is not taken.
    pub fault: Option<Fault>,
}

/// The records of one piece of a stream.
#[derive(Debug, Default)]
pub struct Table {
    /// The records, in order.
    pub rows: Vec<Row>,
    bytes: Vec<u8>,
    spans: Vec<(u32, u32)>,
    /// Offset of the piece in the stream.
    pub base: u64,
    /// Line terminators in the piece.
    pub lines: u64,
    /// Where it begins and ends (exclusive), from the begin of the stream.
    pub range: (u64, u64),
}

/// Where the fields of a table are text, checked once for all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checked<'a> {
    /// The piece, and where it begins in its buffer.
    raw: Option<(&'a str, usize)>,
    own: Option<&'a str>,
}

/// The fields of one record, as text.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    text: &'a str,
    /// Where the text begins in its buffer.
    begin: usize,
    spans: &'a [(u32, u32)],
}

impl<'a> Cells<'a> {
    /// A field; empty beyond the last one.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'a str> {
        match self.spans.get(index) {
            Some((start, end)) => self.text.get(*start as usize - self.begin..*end as usize - self.begin),
            None => Some(""),
        }
    }
}

impl Checked<'_> {
    /// Is something in the piece not UTF-8?
    pub fn is_damaged(&self) -> bool {
        self.raw.is_none()
    }
}

impl Table {
    /// Empties the table, its memory to be used again, for records from `from` on in a buffer that begins at `base`.
    fn begin(&mut self, from: usize, base: u64) {
        self.rows.clear();
        self.bytes.clear();
        self.spans.clear();
        self.base = base;
        self.lines = 0;
        self.range = (base + from as u64, base + from as u64);
    }

    /// Is the whole piece UTF-8? `raw` is the piece that was split.
    pub fn check<'a>(&'a self, raw: &'a [u8]) -> Checked<'a> {
        let start = usize::try_from(self.range.0 - self.base).unwrap_or(0);
        let end = usize::try_from(self.range.1 - self.base).unwrap_or(0);
        // The bytes around the piece belong to its neighbours, who check them.
        match (std::str::from_utf8(&raw[start..end]), std::str::from_utf8(&self.bytes)) {
            (Ok(text), Ok(own)) => Checked { raw: Some((text, start)), own: Some(own) },
            _ => Checked { raw: None, own: None },
        }
    }

    /// The fields of a record as places in one text; None where that is not UTF-8.
    #[inline]
    pub fn cells<'a>(&'a self, checked: Checked<'a>, row: &Row) -> Option<Cells<'a>> {
        let (raw, begin) = checked.raw?;
        let spans = self.spans.get(row.first as usize..row.first as usize + row.fields as usize)?;
        Some(if row.unquoted { Cells { text: raw, begin, spans } } else { Cells { text: checked.own?, begin: 0, spans } })
    }

    /// A field of a record; empty beyond its last one. `raw` is the piece that was split.
    pub fn field<'a>(&'a self, raw: &'a [u8], row: &Row, index: usize) -> &'a [u8] {
        if index >= row.fields as usize {
            return &[];
        }
        let (start, end) = self.spans[row.first as usize + index];
        let from = if row.unquoted { raw } else { &self.bytes };
        &from[start as usize..end as usize]
    }
    /// How many fields a record has.
    pub fn width(&self, row: &Row) -> usize {
        row.fields as usize
    }
    /// A record as it stands in the stream, without its terminator.
    pub fn raw<'a>(&self, raw: &'a [u8], row: &Row) -> &'a [u8] {
        let start = usize::try_from(row.offset - self.base).unwrap_or(0);
        &raw[start..start + row.length as usize]
    }
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields.
    pub quote: u8,
}

/// Splits a stretch of a stream into records.
pub struct Splitter {
    dialect: Dialect,
    /// Fields that a record must have; 0: any number.
    width: usize,
    core: csv_core::Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
    /// The records whose fields somebody wants, by number; None: all.
    wanted: Option<std::vec::IntoIter<usize>>,
}

impl std::fmt::Debug for Splitter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Splitter").field("dialect", &self.dialect).field("width", &self.width).finish_non_exhaustive()
    }
}

impl Splitter {
    /// A splitter for records of `width` fields (0: any).
    pub fn new(dialect: Dialect, width: usize) -> Splitter {
        let core = csv_core::ReaderBuilder::new().delimiter(dialect.delimiter).quote(dialect.quote).build();
        Splitter { dialect, width, core, out: vec![0; 4096], ends: vec![0; 64], wanted: None }
    }

    /// Splits `buffer[from..]` until a record ends at or past `until`, or `most` records were found. `base` is the offset of `buffer` in the
    /// stream. Where the buffer ends before a record does and the stream goes on (`!last`), the record is left for later.
    pub fn split(&mut self, buffer: &[u8], from: usize, until: usize, base: u64, last: bool, most: usize) -> Table {
        let mut table = Table::default();
        table.begin(from, base);
        self.split_into(&mut table, buffer, until, last, most);
        table
    }

    /// The same of a whole piece, into a table whose memory is used again; only the fields of the records of these numbers (sorted) are found.
    pub fn split_some(&mut self, table: &mut Table, buffer: &[u8], base: u64, wanted: Vec<usize>) {
        table.begin(0, base);
        self.wanted = Some(wanted.into_iter());
        self.split_into(table, buffer, buffer.len(), true, usize::MAX);
        self.wanted = None;
    }

    /// Does anybody want the fields of the next record?
    fn wants(&mut self, table: &Table) -> bool {
        let Some(wanted) = &mut self.wanted else { return true };
        let is_next = wanted.as_slice().first() == Some(&table.rows.len());
        if is_next {
            wanted.next();
        }
        is_next
    }

    /// Goes on where the table ends.
    fn split_into(&mut self, table: &mut Table, buffer: &[u8], until: usize, last: bool, most: usize) {
        let base = table.base;
        let begin = usize::try_from(table.range.0 - base).unwrap_or(0);
        let mut at = usize::try_from(table.range.1 - base).unwrap_or(0);
        while at < until && table.rows.len() < most {
            let start = skip_terminators(buffer, at, &mut table.lines);
            if start >= buffer.len() {
                at = start;
                break;
            }
            if start >= until && start > begin {
                at = start; // the blank lines were ours, the record is the next piece's
                break;
            }
            match self.record(buffer, start, base, last, table) {
                Some(next) => at = next,
                None => {
                    at = start;
                    break;
                }
            }
        }
        table.range.1 = base + at as u64;
    }

    /// One record; None if it does not end in the buffer and the stream goes on.
    fn record(&mut self, buffer: &[u8], start: usize, base: u64, last: bool, table: &mut Table) -> Option<usize> {
        let wanted = self.wants(table);
        let rest = &buffer[start..];
        let stop = memchr3(self.dialect.quote, b'\n', b'\r', rest);
        match stop {
            Some(i) if rest[i] != self.dialect.quote => Some(self.plain(buffer, start..start + i, base, last, table, wanted)),
            None if last => Some(self.plain(buffer, start..buffer.len(), base, last, table, wanted)),
            None if rest.len() <= MAX_RECORD => None,
            None => self.long(buffer, start, base, last, table),
            _ => self.quoted(buffer, start, base, last, table),
        }
    }

    /// A line without quotes. Its fields are found if they are `wanted`.
    fn plain(&mut self, buffer: &[u8], Range { start, end }: Range<usize>, base: u64, last: bool, table: &mut Table, wanted: bool) -> usize {
        if end - start > MAX_RECORD
            && let Some(next) = self.long(buffer, start, base, true, table)
        {
            return next;
        }
        let first = table.spans.len();
        if !wanted {
            self.push(table, start, end, base, first, self.width, true, None);
            if let Some(row) = table.rows.last_mut() {
                row.fields = 0;
            }
            return end_of_line(buffer, end, last, &mut table.lines);
        }
        let mut field = start;
        for i in memchr_iter(self.dialect.delimiter, &buffer[start..end]) {
            table.spans.push((to32(field), to32(start + i)));
            field = start + i + 1;
        }
        table.spans.push((to32(field), to32(end)));
        let fields = table.spans.len() - first;
        let too_long = fields > MAX_FIELDS;
        self.push(table, start, end, base, first, fields, true, too_long.then_some(Fault::TooLong));
        end_of_line(buffer, end, last, &mut table.lines)
    }

    fn quoted(&mut self, buffer: &[u8], start: usize, base: u64, last: bool, table: &mut Table) -> Option<usize> {
        let limit = buffer.len().min(start + MAX_RECORD + 1);
        let whole = last && limit == buffer.len();
        match scan(&buffer[start..limit], self.dialect, whole) {
            Scan::End { length, spaced } => {
                let end = start + length;
                let first = table.spans.len();
                let bytes = table.bytes.len();
                let again = if spaced { self.again(&buffer[start..end], false, true, table) } else { Err(Reading::Wrong) };
                let fields = again.map_or_else(|_| self.unquote(&buffer[start..end], table), |(_, fields)| Some(fields));
                if fields.is_none() {
                    table.bytes.truncate(bytes);
                }
                let fault = if fields.is_none_or(|n| n > MAX_FIELDS) { Some(Fault::TooLong) } else { None };
                self.push(table, start, end, base, first, fields.unwrap_or(0), false, fault);
                table.lines += count_terminators(&buffer[start..end]);
                Some(end_of_line(buffer, end, last, &mut table.lines))
            }
            Scan::Broken { opened, unclosed, at } => {
                let more = !last && limit == buffer.len() && limit - start <= MAX_RECORD;
                if unclosed && more {
                    return None;
                }
                // Quotes that a backslash protects, where that makes a record of all of it.
                if memchr::memmem::find(&buffer[start..start + at], &[b'\\', self.dialect.quote]).is_some() {
                    let first = table.spans.len();
                    match self.again(&buffer[start..limit], true, whole, table) {
                        Ok((length, fields)) => {
                            self.push(table, start, start + length, base, first, fields, false, None);
                            table.lines += count_terminators(&buffer[start..start + length]);
                            return Some(end_of_line(buffer, start + length, last, &mut table.lines));
                        }
                        Err(Reading::More) if more => return None,
                        Err(_) => {}
                    }
                }
                // Only the line on which the quote opened is lost: reading resumes on the next.
                let found = memchr2(b'\n', b'\r', &buffer[start + opened..]);
                if found.is_none() && !last && buffer.len() - start <= MAX_RECORD {
                    return None;
                }
                let line_end = found.map_or(buffer.len(), |i| start + opened + i);
                let line_end = line_end.min(start + MAX_RECORD.max(opened));
                let first = table.spans.len();
                let fault = if unclosed { Fault::Unclosed } else { Fault::Quotes };
                self.push(table, start, line_end, base, first, 0, false, Some(fault));
                table.lines += count_terminators(&buffer[start..line_end]);
                Some(end_of_line(buffer, line_end, last, &mut table.lines))
            }
            Scan::Unfinished if limit - start > MAX_RECORD => self.long(buffer, start, base, last, table),
            Scan::Unfinished => None,
        }
    }

    /// A record of more than [`MAX_RECORD`] bytes: it is lost up to the end of its line. None if that does not come in the buffer.
    fn long(&mut self, buffer: &[u8], start: usize, base: u64, last: bool, table: &mut Table) -> Option<usize> {
        let limit = buffer.len().min(start + MAX_LINE);
        let end = match memchr2(b'\n', b'\r', &buffer[start..limit]) {
            Some(i) => start + i,
            None if last || limit < buffer.len() => limit,
            None => return None,
        };
        let first = table.spans.len();
        self.push(table, start, end, base, first, 0, false, Some(Fault::TooLong));
        Some(end_of_line(buffer, end, last, &mut table.lines))
    }

    /// Reads a record by other rules for quotes; its length and number of fields, where that is consistent and gives as many as there must be.
    fn again(&self, bytes: &[u8], escape: bool, whole: bool, table: &mut Table) -> Result<(usize, usize), Reading> {
        let base = table.bytes.len();
        match quoting::read(bytes, self.dialect, escape, whole, &mut table.bytes) {
            Reading::Done(length, ends) if self.width == 0 || ends.len() == self.width => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                table.spans.extend(starts.zip(&ends).map(|(from, to)| (to32(base + from), to32(base + to))));
                Ok((length, ends.len()))
            }
            other => {
                table.bytes.truncate(base);
                Err(other)
            }
        }
    }

    fn unquote(&mut self, record: &[u8], table: &mut Table) -> Option<usize> {
        self.core.reset();
        if self.out.len() < record.len() + 1 {
            self.out.resize(record.len() + 1, 0);
        }
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, nin, nout, nend) = self.core.read_record(&record[read..], &mut self.out[written..], &mut self.ends[fields..]);
            read += nin;
            written += nout;
            fields += nend;
            match result {
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputEndsFull => {
                    if fields > MAX_FIELDS {
                        return None;
                    }
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                csv_core::ReadRecordResult::End => break,
            }
        }
        let base = table.bytes.len();
        table.bytes.extend_from_slice(&self.out[..written]);
        let mut from = 0;
        for &end in &self.ends[..fields] {
            table.spans.push((to32(base + from), to32(base + end)));
            from = end;
        }
        Some(fields)
    }

    #[allow(clippy::too_many_arguments)]
    fn push(&self, table: &mut Table, start: usize, end: usize, base: u64, first: usize, fields: usize, unquoted: bool, fault: Option<Fault>) {
        let ragged = self.width != 0 && fields != self.width;
        let fault = fault.or(ragged.then_some(Fault::Ragged { found: to32(fields) }));
        table.rows.push(Row {
            offset: base + start as u64,
            line: u32::try_from(table.lines).unwrap_or(u32::MAX),
            length: to32(end - start),
            first: to32(first),
            fields: to32(fields),
            unquoted,
            fault,
        });
    }
}

fn to32(n: usize) -> u32 {
    u32::try_from(n).expect("a piece is smaller than 4 GiB")
}

enum Scan {
    /// The record is whole and this long; blanks stand before a quote.
    End { length: usize, spaced: bool },
    /// A quote that opened at this byte is followed by text after it closed, or never closes; that was seen at `at`.
    Broken { opened: usize, unclosed: bool, at: usize },
    /// The buffer ends first.
    Unfinished,
}

/// Where a record with quotes ends, and whether its quotes are in order.
fn scan(bytes: &[u8], dialect: Dialect, whole: bool) -> Scan {
    let (quote, delimiter) = (dialect.quote, dialect.delimiter);
    let (mut at, mut spaced) = (0, false);
    let end = |length: usize, spaced: bool| Scan::End { length, spaced };
    loop {
        // at the begin of a field
        if at < bytes.len() && bytes[at] == quote {
            let opened = at;
            at += 1;
            loop {
                match memchr(quote, &bytes[at..]) {
                    None => return Scan::Broken { opened, unclosed: true, at: bytes.len() },
                    Some(i) if bytes.get(at + i + 1) == Some(&quote) => at += i + 2,
                    Some(i) => {
                        at += i + 1;
                        break;
                    }
                }
            }
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            match bytes.get(at) {
                None => return if whole { end(at, spaced) } else { Scan::Unfinished },
                Some(b'\n' | b'\r') => return end(at, spaced),
                Some(&c) if c == delimiter => at += 1,
                Some(_) => return Scan::Broken { opened, unclosed: false, at },
            }
        } else {
            if bytes.get(at) == Some(&b' ') {
                spaced |= bytes[at..].iter().find(|b| **b != b' ') == Some(&quote);
            }
            match memchr3(delimiter, b'\n', b'\r', &bytes[at..]) {
                None => return if whole { end(bytes.len(), spaced) } else { Scan::Unfinished },
                Some(i) if bytes[at + i] == delimiter => at += i + 1,
                Some(i) => return end(at + i, spaced),
            }
        }
    }
}

/// Past the terminator at `at`, if there is one. A CR at the end of a buffer may be half of a CRLF: the LF is then met as a terminator
/// of its own and must not count as a line.
fn end_of_line(buffer: &[u8], at: usize, _last: bool, lines: &mut u64) -> usize {
    match buffer.get(at) {
        Some(b'\n') => {
            *lines += 1;
            at + 1
        }
        Some(b'\r') => {
            *lines += 1;
            if buffer.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 }
        }
        _ => at,
    }
}

fn skip_terminators(buffer: &[u8], mut at: usize, lines: &mut u64) -> usize {
    while at < buffer.len() && matches!(buffer[at], b'\n' | b'\r') {
        at = end_of_line(buffer, at, true, lines);
    }
    at
}

/// LF, CRLF and lone CR in a stretch.
pub fn count_terminators(bytes: &[u8]) -> u64 {
    let lf = memchr_iter(b'\n', bytes).count();
    let lone = memchr_iter(b'\r', bytes).filter(|&i| bytes.get(i + 1) != Some(&b'\n')).count();
    (lf + lone) as u64
}

/// How a stream is cut for several cores.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Bytes of a piece.
    pub piece: usize,
    /// Pieces that are worked on at a time.
    pub pieces: usize,
}

impl Default for Cut {
    fn default() -> Cut {
        Cut { piece: 1 << 19, pieces: 64 }
    }
}

/// A stream to read: by place where it can be sought, else block by block.
#[derive(Debug)]
pub enum Feed<'a> {
    /// A file of this many bytes.
    File(&'a File, u64),
    /// Blocks in their order.
    Blocks(&'a Blocks),
}

/// What one core needs for a piece, used again for the next one.
struct Worker {
    splitter: Splitter,
    table: Table,
    buffer: Buffer,
}

/// The pieces of a stream, cut for several cores.
struct Pieces<'a, W> {
    dialect: Dialect,
    width: usize,
    workers: Mutex<Vec<Worker>>,
    work: &'a W,
}

/// A piece that was worked on: what came of it, where it lies, its lines.
type Worked<R> = (R, (u64, u64), u64);

impl<R, W: Fn(&[u8], &Table) -> R + Sync> Pieces<'_, W> {
    fn with<T>(&self, what: impl FnOnce(&mut Worker) -> T) -> T {
        let taken = self.workers.lock().expect("workers").pop();
        let mut worker =
            taken.unwrap_or_else(|| Worker { splitter: Splitter::new(self.dialect, self.width), table: Table::default(), buffer: Buffer::default() });
        let result = what(&mut worker);
        self.workers.lock().expect("workers").push(worker);
        result
    }

    /// Records of a buffer.
    fn slice(&self, buffer: &[u8], from: usize, until: usize, base: u64, last: bool) -> Worked<R> {
        self.with(|worker| {
            worker.table.begin(from, base);
            worker.splitter.split_into(&mut worker.table, buffer, until, last, usize::MAX);
            ((self.work)(buffer, &worker.table), worker.table.range, worker.table.lines)
        })
    }

    /// Records of a file that begin before `until`. `from`: a record's begin, or a border after whose first terminator one begins.
    /// None: no record begins there. `hash` receives the bytes from the border to `until`.
    fn file(&self, file: &File, length: u64, from: Begin, until: u64, hash: impl FnOnce(&[u8])) -> std::io::Result<Option<Worked<R>>> {
        self.with(|worker| {
            let border = from.byte();
            let base = if matches!(from, Begin::Border(_)) { border.saturating_sub(1) } else { border };
            let mut end = length.min(until + TAIL);
            worker.buffer.filled = 0;
            worker.buffer.append(file, base, &mut end, length)?;
            let size = |offset: u64| usize::try_from(offset - base).unwrap_or(usize::MAX);
            hash(worker.buffer.get().get(size(border)..size(until.min(length)).min(worker.buffer.filled)).unwrap_or_default());
            let limit = size(until);
            let start = match from {
                Begin::Record(_) => 0,
                Begin::Border(_) => match memchr2(b'\n', b'\r', worker.buffer.get()) {
                    Some(i) => {
                        let mut ignored = 0;
                        let begin = end_of_line(worker.buffer.get(), i, true, &mut ignored);
                        skip_terminators(worker.buffer.get(), begin, &mut ignored)
                    }
                    None => limit,
                },
            };
            if start >= limit {
                return Ok(None);
            }
            worker.table.begin(start, base);
            loop {
                let last = end >= length;
                // A CR at the very end may be half of a CRLF: it is looked at with what follows.
                let safe = worker.buffer.filled - usize::from(!last && worker.buffer.get().last() == Some(&b'\r'));
                worker.splitter.split_into(&mut worker.table, &worker.buffer.get()[..safe], limit, last, usize::MAX);
                if last || worker.table.range.1 >= base + limit as u64 {
                    break;
                }
                let more = (worker.buffer.filled as u64).max(TAIL);
                let from = end;
                end = length.min(end + more);
                let known = worker.buffer.filled;
                worker.buffer.append(file, from, &mut end, length)?;
                if worker.buffer.filled == known && end < length {
                    break;
                }
            }
            Ok(Some(((self.work)(worker.buffer.get(), &worker.table), worker.table.range, worker.table.lines)))
        })
    }
}

/// Bytes behind a piece that are read with it: most records end there.
const TAIL: u64 = 4096;

/// Where the records of a piece begin.
#[derive(Clone, Copy)]
enum Begin {
    /// Exactly here.
    Record(u64),
    /// After the first terminator at or directly before this border.
    Border(u64),
}

impl Begin {
    fn byte(self) -> u64 {
        match self {
            Begin::Record(at) | Begin::Border(at) => at,
        }
    }
}

/// Bytes of a file, in memory that is used again without being emptied first.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// What was read.
    pub fn get(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// The bytes of a file from `from` to `to`; fewer if it became shorter.
    ///
    /// Errors: the file cannot be read.
    pub fn piece(&mut self, file: &File, from: u64, to: u64) -> std::io::Result<&[u8]> {
        self.filled = 0;
        let mut end = to;
        self.append(file, from, &mut end, to)?;
        Ok(self.get())
    }

    /// Appends the bytes of a file from `from` to `end`. A file that became shorter ends earlier: `end` is set to its length then.
    fn append(&mut self, file: &File, from: u64, end: &mut u64, length: u64) -> std::io::Result<()> {
        let known = self.filled;
        let wanted = usize::try_from(end.saturating_sub(from)).unwrap_or(0);
        if self.bytes.len() < known + wanted {
            self.bytes.resize(known + wanted, 0);
        }
        let mut read = 0;
        while read < wanted {
            match read_at(file, &mut self.bytes[known + read..known + wanted], from + read as u64) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.filled = known + read;
        if read < wanted {
            *end = length; // nothing follows
        }
        Ok(())
    }
}

/// Some bytes at a place, without moving the file's own position.
#[cfg(unix)]
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Some bytes at a place.
#[cfg(windows)]
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// What is known of a stream once it was read.
#[derive(Debug, Default)]
pub struct Done {
    /// What the stream said when it broke; the rows before were taken.
    pub broken: Option<std::io::Error>,
    /// BLAKE3 of a file's bytes as they were read.
    pub hash: Option<blake3::Hash>,
}

/// Reads a stream from `skip.0` (a record's begin, `skip.1` lines into the stream) piece by piece on all cores. `work` turns a piece into a
/// result; `take` receives the results in order, with the line (0-based) on which the piece begins. A piece whose predecessor ended elsewhere than was guessed is
/// read again from there, so that the result is that of one sequential reader.
///
/// Errors: those of `take`.
pub fn read<R: Send, E>(
    feed: &Feed<'_>,
    dialect: Dialect,
    width: usize,
    skip: (u64, u64),
    cut: Cut,
    work: impl Fn(&[u8], &Table) -> R + Sync,
    take: impl FnMut(R, &Place) -> Result<(), E>,
) -> Result<Done, E> {
    let pieces = Pieces { dialect, width, workers: Mutex::new(Vec::new()), work: &work };
    match feed {
        Feed::File(file, length) => read_file(file, *length, skip, cut, &pieces, take),
        Feed::Blocks(blocks) => read_blocks(blocks, skip, cut, &pieces, take),
    }
}

fn read_file<R: Send, E, W: Fn(&[u8], &Table) -> R + Sync>(
    file: &File,
    length: u64,
    skip: (u64, u64),
    cut: Cut,
    pieces: &Pieces<'_, W>,
    mut take: impl FnMut(R, &Place) -> Result<(), E>,
) -> Result<Done, E> {
    let size = cut.piece as u64;
    let count = length.div_ceil(size);
    let (mut at, mut lines) = skip;
    let mut tree = super::source::HashTree::new(size, length);
    for round in (0..count).step_by(cut.pieces) {
        let numbers: Vec<u64> = (round..count.min(round + cut.pieces as u64)).collect();
        let results: Vec<_> = numbers
            .par_iter()
            .map(|&i| {
                let (border, until) = (i * size, length.min((i + 1) * size));
                let begin = if border <= skip.0 && skip.0 < until { Begin::Record(skip.0) } else { Begin::Border(border) };
                let mut hash = None;
                let found = pieces.file(file, length, begin, until, |bytes| {
                    // The piece that begins after the header lacks its first bytes here.
                    hash = (begin.byte() == border).then(|| tree.leaf(border, bytes));
                });
                (until, found, hash)
            })
            .collect();
        for (i, (until, found, hash)) in numbers.into_iter().zip(results) {
            let hash = match hash {
                Some(hash) => hash,
                None => {
                    let mut buffer = Buffer::default();
                    tree.leaf(i * size, buffer.piece(file, i * size, until).unwrap_or_default())
                }
            };
            tree.push(hash);
            if until <= at {
                continue; // wholly inside of the record before it
            }
            let found = match found {
                Ok(Some(found)) if found.1.0 == at => Ok(Some(found)),
                Ok(_) => pieces.file(file, length, Begin::Record(at), until, |_| {}),
                Err(e) => Err(e),
            };
            let (result, range, piece_lines) = match found {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(e) => return Ok(Done { broken: Some(e), hash: None }),
            };
            take(result, &Place { offset: range.0, end: range.1, line: lines })?;
            lines += piece_lines;
            at = range.1;
        }
    }
    Ok(Done { broken: None, hash: tree.root() })
}

fn read_blocks<R: Send, E, W: Fn(&[u8], &Table) -> R + Sync>(
    blocks: &Blocks,
    skip: (u64, u64),
    cut: Cut,
    pieces: &Pieces<'_, W>,
    mut take: impl FnMut(R, &Place) -> Result<(), E>,
) -> Result<Done, E> {
    let mut buffer: Vec<u8> = Vec::new();
    let (mut base, mut lines) = (0_u64, 0_u64);
    let mut at = usize::try_from(skip.0).unwrap_or(0);
    let mut broken = None;
    let mut first = true;
    loop {
        let mut last = false;
        match blocks.receive.recv() {
            Ok(Ok(block)) => {
                buffer.extend_from_slice(&block);
                let _ = blocks.empty.send(block);
            }
            Ok(Err(e)) => {
                broken = Some(e);
                last = true;
            }
            Err(_) => last = true,
        }
        if first && buffer.len() >= at {
            lines = skip.1;
            first = false;
        }
        // A CR at the very end may be half of a CRLF: leave it for the next round.
        let safe = if !last && buffer.last() == Some(&b'\r') { buffer.len() - 1 } else { buffer.len() };
        while at < safe {
            let stretch = &buffer[..safe];
            let starts = guess(stretch, at, cut);
            let until = |i: usize| starts.get(i + 1).copied().unwrap_or_else(|| stretch.len().min(starts[i] + 2 * cut.piece).max(starts[i] + 1));
            let ends: Vec<usize> = (0..starts.len()).map(until).collect();
            let mut results: Vec<Option<_>> = starts.par_iter().zip(&ends).map(|(&from, &to)| Some(pieces.slice(stretch, from, to, base, last))).collect();
            let before = at;
            for i in 0..results.len() {
                let guessed = results[i].take().filter(|r| r.1.0 == base + at as u64);
                let (result, range, piece_lines) = match guessed {
                    Some(result) => result,
                    None if ends[i] <= at => continue, // wholly inside of the record before it
                    None => pieces.slice(stretch, at, ends[i], base, last),
                };
                if range.1 == range.0 {
                    break;
                }
                take(result, &Place { offset: range.0, end: range.1, line: lines })?;
                lines += piece_lines;
                at = usize::try_from(range.1 - base).unwrap_or(at);
            }
            if at == before {
                break; // the record goes on in the next block
            }
        }
        if last {
            return Ok(Done { broken, hash: None });
        }
        // A header may reach beyond the first block.
        let done = at.min(buffer.len());
        buffer.drain(..done);
        base += done as u64;
        at -= done;
    }
}

/// Where the pieces of a stretch begin, if no quote reaches over a line.
fn guess(stretch: &[u8], at: usize, cut: Cut) -> Vec<usize> {
    let mut starts = vec![at];
    while starts.len() < cut.pieces {
        let nominal = starts[starts.len() - 1] + cut.piece;
        if nominal >= stretch.len() {
            break;
        }
        match memchr2(b'\n', b'\r', &stretch[nominal..]) {
            Some(i) => {
                let mut ignored = 0;
                let begin = end_of_line(stretch, nominal + i, true, &mut ignored);
                if begin >= stretch.len() {
                    break;
                }
                starts.push(begin);
            }
            None => break,
        }
    }
    starts
}

/// Where a piece lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First byte in the stream.
    pub offset: u64,
    /// Past its last byte.
    pub end: u64,
    /// Lines before it.
    pub line: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;

    const COMMA: Dialect = Dialect { delimiter: b',', quote: b'"' };

    type Seen = (u64, u64, Vec<String>, Option<Fault>);

    fn rows(bytes: &[u8], block: usize, cut: Cut) -> Vec<Seen> {
        let (send, receive) = sync_channel(1 << 16);
        for part in bytes.chunks(block) {
            send.send(Ok(part.to_vec())).unwrap();
        }
        drop(send);
        let blocks = Blocks { receive, empty: std::sync::mpsc::channel().0 };
        fed(&Feed::Blocks(&blocks), (0, 0), cut)
    }

    fn fed(feed: &Feed<'_>, skip: (u64, u64), cut: Cut) -> Vec<Seen> {
        let mut all = Vec::new();
        read::<_, ()>(
            feed,
            COMMA,
            0,
            skip,
            cut,
            |raw, table| {
                let rows: Vec<Seen> = table
                    .rows
                    .iter()
                    .map(|r| {
                        let fields = (0..table.width(r)).map(|i| String::from_utf8_lossy(table.field(raw, r, i)).into_owned()).collect();
                        (r.offset, u64::from(r.line), fields, r.fault)
                    })
                    .collect();
                rows
            },
            |rows, place| {
                all.extend(rows.into_iter().map(|(o, l, f, x)| (o, l + place.line + 1, f, x)));
                Ok(())
            },
        )
        .unwrap();
        all
    }

    fn simple(bytes: &[u8]) -> Vec<Seen> {
        rows(bytes, 1 << 20, Cut::default())
    }

    #[test]
    fn place_is_exact_with_every_terminator_and_blank_lines() {
        let seen = simple(b"a,b\r\n\r\n\"x\r\ny\",2\rc,d\n\n\ne,f");
        let places: Vec<_> = seen.iter().map(|s| (s.0, s.1)).collect();
        assert_eq!(places, [(0, 1), (7, 3), (16, 5), (22, 8)]);
        assert_eq!(seen[1].2, ["x\r\ny", "2"]);
        assert_eq!(seen[3].2, ["e", "f"]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_line_and_reading_resumes() {
        let seen = simple(b"a,b\n1,\"open\nc,d\ne,f\n");
        assert_eq!(seen[1].3, Some(Fault::Unclosed));
        assert_eq!((seen[1].0, seen[1].1), (4, 2));
        assert_eq!(seen[2].2, ["c", "d"]);
        assert_eq!(seen[2].1, 3);
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn text_after_a_closing_quote_is_seen_and_doubled_quotes_are_one() {
        let seen = simple(b"\"a\"\"b\",1\n\"a\"x,1\n5\" pipe,1\n\"a\" ,2\n");
        assert_eq!(seen[0].2, ["a\"b", "1"]);
        assert_eq!(seen[1].3, Some(Fault::Quotes));
        assert_eq!(seen[2].2, ["5\" pipe", "1"]);
        assert_eq!(seen[3].3, None);
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn quotes_behind_a_backslash_and_blanks_before_a_quote_are_read_where_nothing_else_fits() {
        let seen = simple(b"a,b,c\n1,\"say \\\"hi, you\\\"\",3\n1, \"x, y\",3\n1,\"a\\\" b\",\"c\"d\",3\n1,\"c:\\\",3\n");
        assert_eq!(seen.iter().map(|s| s.3).collect::<Vec<_>>(), [None, None, None, Some(Fault::Quotes), None]);
        assert_eq!(seen[1].2, ["1", "say \"hi, you\"", "3"]);
        assert_eq!(seen[2].2, ["1", "x, y", "3"]);
        assert_eq!(seen[4].2, ["1", "c:\\", "3"]);
        assert_eq!(seen.iter().map(|s| s.1).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_record_without_end_costs_its_line_and_no_memory() {
        let mut bytes = b"a,b\n".to_vec();
        bytes.extend(std::iter::repeat_n(b',', 3 << 20));
        bytes.extend_from_slice(b"\n1,2\n");
        bytes.extend(std::iter::repeat_n(b'x', MAX_LINE + 10));
        bytes.extend_from_slice(b"\n3,4\n");
        let seen = simple(&bytes);
        let faults: Vec<_> = seen.iter().map(|s| (s.1, s.3.is_some())).collect();
        assert_eq!(faults, [(1, false), (2, true), (3, false), (4, true), (4, false), (5, false)]);
        assert_eq!(rows(&bytes, 1 << 16, Cut { piece: 1 << 18, pieces: 4 }), seen);
    }

    #[test]
    fn a_header_may_reach_beyond_the_first_block() {
        let (send, receive) = std::sync::mpsc::sync_channel(8);
        for block in b"one,two\n1,2\n3,4\n".chunks(5) {
            send.send(Ok(block.to_vec())).unwrap();
        }
        drop(send);
        let blocks = Blocks { receive, empty: std::sync::mpsc::channel().0 };
        let seen = fed(&Feed::Blocks(&blocks), (8, 1), Cut { piece: 4, pieces: 2 });
        assert_eq!(seen.iter().map(|s| (s.0, s.1)).collect::<Vec<_>>(), [(8, 2), (12, 3)]);
        assert_eq!(seen[1].2, ["3", "4"]);
    }

    #[test]
    fn a_quote_that_a_later_line_seems_to_close_costs_only_its_own_line() {
        let seen = simple(b"1,\"open\n2,ok\n3,\"fine\"\n4,ok\n");
        assert_eq!(seen.iter().map(|s| s.3).collect::<Vec<_>>(), [Some(Fault::Quotes), None, None, None]);
    }

    proptest::proptest! {
        #[test]
        fn blocks_and_pieces_change_nothing(
            text in proptest::collection::vec(proptest::sample::select( vec!["a", ",", "\n", "\r", "\r\n", "\"", "\"\"", " ", "\\\"", ", \"", "é", "bc,d\n", "\"q\nr\","]), 0..120),
            block in 1_usize..40, piece in 1_usize..30, pieces in 1_usize..5,
        ) {
            let bytes = text.concat().into_bytes();
            proptest::prop_assert_eq!(rows(&bytes, block, Cut { piece, pieces }), simple(&bytes));
            let mut file = tempfile::tempfile().unwrap();
            std::io::Write::write_all(&mut file, &bytes).unwrap();
            proptest::prop_assert_eq!(fed(&Feed::File(&file, bytes.len() as u64), (0, 0), Cut { piece, pieces }), simple(&bytes));
        }
    }
}
