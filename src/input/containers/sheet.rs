//! Excel workbooks, `.xlsx` and `.xls`: the first sheet that holds a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xls, Xlsx};

use super::super::compound;
use super::super::spool::{SpoolWriter, Stop};
use super::super::titles::Titled;
use super::{Container, Head, Original};

/// The form.
pub struct Form;

impl Container for Form {
    fn name(&self) -> &'static str {
        "excel"
    }

    fn recognise(&self, head: &Head<'_>) -> bool {
        head.bytes.starts_with(b"PK\x03\x04") || head.bytes.starts_with(b"\xD0\xCF\x11\xE0")
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let mut file = original.file()?;
        let mut magic = [0; 2];
        file.read_exact(&mut magic).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(Stop::input)?;
        if &magic == b"PK" {
            check(&file, original.most())?;
            let mut book = Xlsx::new(BufReader::new(file)).map_err(|e| damaged(&e.to_string()))?;
            let names = book.sheet_names();
            return first_table(names, spool, |name, sheet| {
                let mut cells = book.worksheet_cells_reader(name).map_err(|e| damaged(&e.to_string()))?;
                loop {
                    match cells.next_cell() {
                        Ok(Some(cell)) => {
                            let text = text_of(cell.get_value(), sheet.dates_of(cell.get_position().1));
                            sheet.cell(cell.get_position(), text)?;
                        }
                        Ok(None) => return Ok(()),
                        Err(e) => return Err(Stop::Input(format!("row {} of the sheet \"{name}\": {e}", sheet.line))),
                    }
                }
            });
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(Stop::input)?;
        if let Some(why) = compound::refuse(&bytes, original.most()) {
            return Err(damaged(&why));
        }
        let mut book = Xls::new(io::Cursor::new(bytes)).map_err(|e| damaged(&e.to_string()))?;
        let names = book.sheet_names();
        first_table(names, spool, |name, sheet| {
            let range = book.worksheet_range(name).map_err(|e| damaged(&e.to_string()))?;
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let place = (top + u32::try_from(row).unwrap_or(u32::MAX), left + u32::try_from(column).unwrap_or(u32::MAX));
                let text = text_of(&borrowed(value), sheet.dates_of(place.1));
                sheet.cell(place, text)?;
            }
            Ok(())
        })
    }
}

fn damaged(why: &str) -> Stop {
    let why = why.trim_end_matches('.');
    if why.contains("password") || why.contains("Password") {
        return Stop::Input("the workbook is protected by a password: save it without one".to_owned());
    }
    Stop::Input(format!("a workbook that is damaged, cut off, or no Excel workbook ({why}): save it again as .xlsx or CSV"))
}

/// Columns of the widest sheet.
const COLUMNS: u32 = 16_384;

/// Texts for which the reader may ask memory before it has seen them.
const TEXTS: u64 = 1 << 20;

/// Unpacks the parts of an .xlsx once, so that none becomes more than the limits allow when it is read into memory.
fn check(file: &File, most: u64) -> Result<(), Stop> {
    let handle = file.try_clone().map_err(Stop::input)?;
    let mut zip = zip::ZipArchive::new(BufReader::new(handle)).map_err(|e| damaged(&e.to_string()))?;
    let names: Vec<String> = zip.file_names_raw().map(|n| String::from_utf8_lossy(n).into_owned()).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.bin") {
        return Err(Stop::Input("an .xlsb workbook: save it as .xlsx first".to_owned()));
    }
    if has("mimetype") && has("content.xml") {
        return Err(Stop::Input("an OpenDocument sheet: save it as .xlsx or CSV first".to_owned()));
    }
    if !names.iter().any(|n| n.starts_with("xl/") || n.starts_with("xl\\")) {
        return Err(Stop::Input("a zip archive inside of another packing, and no workbook: unpack it first".to_owned()));
    }
    let mut left = most;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|e| damaged(&e.to_string()))?;
        let mut told = ToldTexts::default();
        let read = io::copy(&mut part.take(left.saturating_add(1)), &mut told).map_err(|e| damaged(&e.to_string()))?;
        if told.most > read.max(TEXTS) {
            return Err(damaged(&format!("a part of {read} bytes is told to hold {} texts", told.most)));
        }
        left = left
            .checked_sub(read)
            .ok_or_else(|| Stop::Input(format!("the workbook unpacks to more than {} (--max-decoded)", super::super::unpack::size(most))))?;
    }
    file.try_clone().and_then(|mut f| f.seek(SeekFrom::Start(0))).map(|_| ()).map_err(Stop::input)
}

/// Looks in the XML of shared texts for their told number, for which the reader asks memory without having seen one.
#[derive(Default)]
struct ToldTexts {
    most: u64,
    /// The end of what came before, without the zeros of UTF-16.
    rest: Vec<u8>,
}

impl Write for ToldTexts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const NAME: &[u8] = b"uniqueCount";
        self.rest.extend(bytes.iter().filter(|b| **b != 0));
        for at in memchr::memmem::find_iter(&self.rest, NAME) {
            let digits = self.rest[at + NAME.len()..].iter().skip_while(|b| !b.is_ascii_digit() && !matches!(b, b'>' | b'<'));
            let told = digits.take_while(|b| b.is_ascii_digit()).fold(0_u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
            self.most = self.most.max(told);
        }
        let done = self.rest.len().saturating_sub(200);
        self.rest.drain(..done);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the first sheet that holds a table: two rows, and two cells in one of them.
fn first_table(names: Vec<String>, spool: &mut SpoolWriter, mut read: impl FnMut(&str, &mut Sheet) -> Result<(), Stop>) -> Result<(), Stop> {
    let mut passed = Vec::new();
    for name in names {
        let mut timed = BTreeSet::new();
        loop {
            let mut sheet = Sheet::new(spool.another()?, timed.clone());
            let mut result = read(&name, &mut sheet).and_then(|()| sheet.row());
            result = sheet.table.flush().and(result);
            let mixed = sheet.mixed();
            if !mixed.is_empty() && timed.is_empty() && result.is_ok() {
                timed = mixed; // once more, with the times of day that were midnight
                continue;
            }
            if !sheet.table.holds() {
                result?;
                passed.push(name);
                break;
            }
            *spool = sheet.table.spool;
            spool.note(format!("sheet \"{name}\""));
            if !passed.is_empty() {
                spool.note(format!("sheets without a table were passed over: {}", passed.join(", ")));
            }
            return result;
        }
    }
    Err(Stop::Input("no sheet of the workbook holds a table".to_owned()))
}

/// One sheet on its way into a spool.
struct Sheet {
    table: Titled,
    /// Columns in which some date has a time of day: in them midnight is written, too.
    timed: BTreeSet<u32>,
    dates: BTreeMap<u32, Dates>,
    /// The row that is being read, 1-based.
    line: u64,
    cells: Vec<String>,
}

/// What the dates of a column were.
#[derive(Clone, Copy, Default)]
struct Dates {
    with_time: bool,
    without: bool,
}

/// How dates of a column are written, and what they turn out to be.
struct DateStyle<'a> {
    timed: bool,
    seen: &'a mut Dates,
}

impl Sheet {
    fn new(spool: SpoolWriter, timed: BTreeSet<u32>) -> Sheet {
        Sheet { table: Titled::new(spool), timed, dates: BTreeMap::new(), line: 0, cells: Vec::new() }
    }

    fn dates_of(&mut self, column: u32) -> DateStyle<'_> {
        DateStyle { timed: self.timed.contains(&column), seen: self.dates.entry(column).or_default() }
    }

    fn mixed(&self) -> BTreeSet<u32> {
        self.dates.iter().filter(|(_, d)| d.with_time && d.without).map(|(c, _)| *c).collect()
    }

    fn cell(&mut self, (row, column): (u32, u32), text: String) -> Result<(), Stop> {
        if text.is_empty() {
            return Ok(());
        }
        if self.line != u64::from(row) + 1 {
            self.row()?;
            self.line = u64::from(row) + 1;
        }
        if column >= COLUMNS {
            return Err(Stop::Input(format!("row {} has a cell in column {}: a sheet has at most {COLUMNS} columns", self.line, u64::from(column) + 1)));
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    /// The row that was read, if it has any cell.
    fn row(&mut self) -> Result<(), Stop> {
        let cells = std::mem::take(&mut self.cells);
        self.table.row(self.line, cells)
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(n) => DataRef::Int(*n),
        Data::Float(n) => DataRef::Float(*n),
        Data::String(s) => DataRef::SharedString(s),
        Data::Bool(b) => DataRef::Bool(*b),
        Data::DateTime(d) => DataRef::DateTime(*d),
        Data::DateTimeIso(s) => DataRef::DateTimeIso(s.clone()),
        Data::DurationIso(s) => DataRef::DurationIso(s.clone()),
        Data::Error(e) => DataRef::Error(e.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn text_of(value: &DataRef<'_>, dates: DateStyle<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(d) => date(*d, dates),
        DataRef::Error(e) => e.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number without `.0` and without exponent.
pub(super) fn number(n: f64) -> String {
    if n.fract() == 0.0 { format!("{n:.0}") } else { n.to_string() }
}

/// A serial date as ISO text: a day, an instant, or (below one day, or as a length of time) hours, minutes and seconds.
fn date(date: ExcelDateTime, style: DateStyle<'_>) -> String {
    let days = date.as_f64();
    #[allow(clippy::cast_possible_truncation)] // a workbook's dates are far below
    let ms = (days * 86_400_000.0).round() as i64;
    let clock = |ms: i64| {
        let (s, rest) = (ms / 1000, ms % 1000);
        let fraction = if rest == 0 { String::new() } else { format!(".{rest:03}") };
        format!("{:02}:{:02}:{:02}{fraction}", s / 3600, s / 60 % 60, s % 60)
    };
    if !(0.0..2_958_466.0).contains(&days) {
        return number(days);
    }
    if date.is_duration() || days < 1.0 {
        return clock(ms);
    }
    let of_day = ms.rem_euclid(86_400_000);
    // The day from its middle: rounding of the time cannot move it.
    #[allow(clippy::cast_precision_loss)]
    let whole = ExcelDateTime::new(ms.div_euclid(86_400_000) as f64 + 0.5 + epoch_shift(date), calamine::ExcelDateTimeType::DateTime, false);
    let (year, month, day, ..) = whole.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    if of_day == 0 {
        style.seen.without = true;
        return if style.timed { format!("{day} 00:00:00") } else { day };
    }
    style.seen.with_time = true;
    format!("{day} {}", clock(of_day))
}

/// Days between the epochs of 1900 and of 1904, where the workbook counts from the latter.
fn epoch_shift(date: ExcelDateTime) -> f64 {
    let same = ExcelDateTime::new(date.as_f64(), calamine::ExcelDateTimeType::DateTime, false);
    if same.to_ymd_hms_milli().0 == date.to_ymd_hms_milli().0 { 0.0 } else { 1462.0 }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    /// An .xlsx of one sheet; a cell is text, or a number behind `=`, or a date behind `@`.
    pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}").as_bytes()).unwrap();
        };
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
        part(
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        );
        part(
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets><sheet name=\"Cover\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"话单\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"
            ),
        );
        part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>"
            ),
        );
        part("xl/styles.xml", &format!("<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"));
        part(
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>cover</t></is></c></row></sheetData></worksheet>"),
        );
        let mut data = String::new();
        for (r, cells) in rows.iter().enumerate() {
            data.push_str(&format!("<row r=\"{}\">", r + 1));
            for (c, cell) in cells.iter().enumerate().filter(|c| !c.1.is_empty()) {
                let name = format!("{}{}", char::from(b'A' + u8::try_from(c).unwrap()), r + 1);
                data.push_str(&match cell.as_bytes()[0] {
                    b'=' => format!("<c r=\"{name}\"><v>{}</v></c>", &cell[1..]),
                    b'@' => format!("<c r=\"{name}\" s=\"1\"><v>{}</v></c>", &cell[1..]),
                    _ => format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
                });
            }
            data.push_str("</row>");
        }
        part("xl/worksheets/sheet2.xml", &format!("<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData></worksheet>"));
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn the_first_table_is_read_with_its_rows_dates_and_numbers() {
        let bytes = workbook(&[
            &["十月话单"],
            &[],
            &["被叫", "时间", "时长", "日期", "x"],
            &["=13800138000", "@46296.375", "=1.5", "@46296", "=1.38E+10"],
            &["", "", "", "", ""],
            &["a,b", "@46296", "@0.5", "@46297", ""],
        ]);
        let seen = table(&bytes).unwrap();
        assert_eq!(seen.broken, None);
        assert_eq!(seen.form, "excel");
        let rows: Vec<(u64, String)> = seen.rows.iter().map(|r| (r.0, r.1.join("|"))).collect();
        assert_eq!(
            rows,
            [
                (3, "被叫|时间|时长|日期|x".into()),
                (4, "13800138000|2026-10-01 09:00:00|1.5|2026-10-01|13800000000".into()),
                (6, "a,b|2026-10-01 00:00:00|12:00:00|2026-10-02|".into()),
            ]
        );
    }

    #[test]
    fn damaged_workbooks_are_told_and_nothing_panics() {
        let bytes = workbook(&[&["callee", "time"], &["1", "2"]]);
        for cut in (4..bytes.len()).step_by(7) {
            if let Some(seen) = table(&bytes[..cut]) {
                assert!(seen.broken.is_some(), "{cut}");
            }
        }
        assert!(table(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and nothing else").unwrap().broken.is_some());
    }

    /// An .xlsx of one sheet with these shared texts.
    fn parts(sheet: &str, texts: &str) -> Vec<u8> {
        let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, text) in [
            ("[Content_Types].xml", "<Types/>".to_owned()),
            ("_rels/.rels", format!("<Relationships><Relationship Id=\"r1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")),
            ("xl/workbook.xml", format!("<workbook xmlns:r=\"{rel}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>")),
            (
                "xl/_rels/workbook.xml.rels",
                format!("<Relationships><Relationship Id=\"r1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
            ),
            ("xl/sharedStrings.xml", texts.to_owned()),
            ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
        ] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn what_a_workbook_only_tells_of_its_size_takes_no_memory() {
        let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
        let seen = table(&parts(rows, "<sst uniqueCount=\"3\"><si><t>callee</t></si></sst>")).unwrap();
        assert_eq!((seen.broken, seen.rows[0].1.join("|")), (None, "callee|1".to_owned()));
        let seen = table(&parts(rows, "<sst count=\"1\" uniqueCount = '99999999999999'><si><t>callee</t></si></sst>")).unwrap();
        assert!(seen.broken.as_ref().unwrap().contains("told to hold 99999999999999 texts"), "{seen:?}");
        let seen = table(&parts(&rows.replace("B1", "ZZZZZ1"), "<sst><si><t>callee</t></si></sst>")).unwrap();
        assert!(seen.broken.as_ref().unwrap().contains("at most 16384 columns"), "{seen:?}");
    }

    #[test]
    fn an_old_workbook_is_read_unless_it_needs_too_much_memory() {
        use compound::tests::{END, compound, stream};
        let seen = table(&compound(&stream(2, &[(0, 0), (0, 1), (1, 0)]), END)).unwrap();
        assert_eq!((seen.broken, seen.rows), (None, vec![(1, vec!["0".to_owned(); 2], None), (2, vec!["1".to_owned(), String::new()], None)]));
        let seen = table(&compound(&stream(2, &[(0, 0), (0, 1), (65_535, 65_535)]), END)).unwrap();
        assert!(seen.broken.as_ref().unwrap().contains("more than 1GB of memory"), "{seen:?}");
        let seen = table(&compound(&[], 1)).unwrap();
        assert!(seen.broken.as_ref().unwrap().contains("in circles"), "{seen:?}");
    }

    #[test]
    fn numbers_have_neither_exponent_nor_point_zero() {
        assert_eq!(number(1.38e10), "13800000000");
        assert_eq!(number(0.1), "0.1");
        assert_eq!(number(1e22), "10000000000000000000000");
    }
}
