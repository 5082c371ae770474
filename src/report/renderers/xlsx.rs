//! The report as a workbook: summary, findings, every violating call, checklist, intake. Telephone numbers are text, times are times, and no cell computes.

use std::io::{Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::table::show;
use super::{Renderer, View};
use crate::calls::calendar::parse_iso;
use crate::error::{Error, Result};
use crate::exposure::{Exposure, phrases as phrases_of};
use crate::language::exposure::{Msg as Told, say as told};
use crate::language::{self, Lang, Msg, say};
use crate::report::columns::{Type, instant, local, number};
use crate::report::{Findings, Report, phrases, settled};

/// Rows of a sheet, its header among them.
const ROWS: u32 = 1_048_576;
/// Characters that a cell holds.
const LONGEST: usize = 32_000;
/// 1970-01-01 in days of the workbook.
const EPOCH: f64 = 25_569.0;
const DAY: f64 = 86_400_000.0;

/// `-o xlsx`
pub struct Xlsx;

/// The one and only.
pub static RENDERER: Xlsx = Xlsx;

impl Renderer for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }
    fn shows_exposure(&self) -> bool {
        true
    }
    fn shows_violations(&self) -> bool {
        true
    }
    fn binary(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        // The library's writer goes to other threads, which ours cannot.
        let mut file = crate::temporary::unnamed().map_err(|error| Error::Io(format!("temporary file of the workbook: {error}")))?;
        let mut book = workbook(report, rows, view, ROWS)?;
        book.save_to_writer(&mut file).map_err(failed)?;
        file.rewind()?;
        std::io::copy(&mut file, out).and_then(|_| out.flush()).map_err(|error| super::write_error(&error))
    }
}

fn failed(error: XlsxError) -> Error {
    Error::Io(format!("writing xlsx: {error}"))
}

/// A cell.
enum Cell {
    Text(String),
    Number(f64),
    /// Milliseconds since 1970.
    Time(i64),
    /// Days since 1970.
    Date(i32),
    Empty,
}

impl Cell {
    fn text(text: impl AsRef<str>) -> Cell {
        let text = text.as_ref();
        if text.is_empty() { Cell::Empty } else { Cell::Text(shorten(&show(text))) }
    }
    #[allow(clippy::cast_precision_loss)] // counts of calls
    fn count(n: u64) -> Cell {
        Cell::Number(n as f64)
    }
    fn number(n: Option<f64>) -> Cell {
        n.map_or(Cell::Empty, Cell::Number)
    }
    fn time(text: &str) -> Cell {
        instant(text).map_or_else(|| Cell::text(text), Cell::Time)
    }
    /// Of a column of the violations.
    fn of(kind: Type, text: &str) -> Cell {
        let typed = match kind {
            Type::Whole | Type::Number => number(text).map(Cell::Number),
            Type::Instant => instant(text).map(Cell::Time),
            Type::Local => local(text).map(Cell::Time),
            Type::Text => None,
        };
        typed.unwrap_or_else(|| Cell::text(text))
    }
}

/// No more of a text than a cell holds, in the units in which workbooks count.
fn shorten(text: &str) -> String {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST
    });
    end.map_or_else(|| text.to_owned(), |(at, _)| format!("{}…", &text[..at]))
}

/// What cells look like.
struct Looks {
    head: Format,
    bold: Format,
    wrapped: Format,
    time: Format,
    date: Format,
    count: Format,
    /// What stands at the foot of every printed page.
    footer: Option<String>,
}

impl Looks {
    fn new(report: &Report) -> Looks {
        let top = || Format::new().set_align(FormatAlign::Top);
        Looks {
            head: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color(0x00E7_E6E6),
            bold: top().set_bold().set_text_wrap(),
            wrapped: top().set_text_wrap(),
            time: top().set_num_format("yyyy-mm-dd hh:mm:ss"),
            date: top().set_num_format("yyyy-mm-dd"),
            count: top().set_num_format("#,##0.###"),
            // A single & would begin a code.
            footer: settled::running(report).map(|line| format!("&L{}&R&P / &N", line.replace('&', "&&"))),
        }
    }
}

/// A sheet in the making: a header that stays in sight, rows one after another.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    looks: &'a Looks,
    row: u32,
    columns: u16,
}

impl<'a> Sheet<'a> {
    fn new(book: &'a mut Workbook, looks: &'a Looks, name: &str) -> Result<Sheet<'a>> {
        let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).map_err(failed)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        if let Some(footer) = &looks.footer {
            sheet.set_footer(footer);
        }
        Ok(Sheet { sheet, looks, row: 0, columns: 0 })
    }

    fn widths(&mut self, widths: impl IntoIterator<Item = f64>) -> Result<()> {
        for (column, width) in (0..).zip(widths) {
            self.sheet.set_column_width(column, width).map_err(failed)?;
        }
        Ok(())
    }

    /// The header of a table that fills the sheet.
    fn header<T: AsRef<str>>(&mut self, names: &[T]) -> Result<()> {
        self.titles(names)?;
        self.sheet.set_freeze_panes(1, 0).map_err(failed)?;
        self.sheet.set_repeat_rows(0, 0).map_err(failed)?;
        Ok(())
    }

    fn titles<T: AsRef<str>>(&mut self, names: &[T]) -> Result<()> {
        for (column, name) in (0..).zip(names) {
            self.sheet.write_string_with_format(self.row, column, shorten(&show(name.as_ref())), &self.looks.head).map_err(failed)?;
            self.columns = self.columns.max(column + 1);
        }
        self.row += 1;
        Ok(())
    }

    #[allow(clippy::cast_precision_loss)] // times of calls, to the millisecond
    fn add(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<()> {
        for (column, cell) in (0..).zip(cells) {
            let (sheet, row, looks) = (&mut *self.sheet, self.row, self.looks);
            match cell {
                Cell::Empty => Ok(sheet),
                Cell::Text(text) => sheet.write_string_with_format(row, column, text, &looks.wrapped),
                Cell::Number(n) => sheet.write_number_with_format(row, column, n, &looks.count),
                Cell::Time(ms) => sheet.write_number_with_format(row, column, ms as f64 / DAY + EPOCH, &looks.time),
                Cell::Date(days) => sheet.write_number_with_format(row, column, f64::from(days) + EPOCH, &looks.date),
            }
            .map_err(failed)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A label in bold and what belongs to it.
    fn fact(&mut self, label: &str, cell: Cell) -> Result<()> {
        if !label.is_empty() {
            self.sheet.write_string_with_format(self.row, 0, label, &self.looks.bold).map_err(failed)?;
        }
        self.add([Cell::Empty, cell])
    }

    /// Filters over what was written.
    fn filters(&mut self) -> Result<()> {
        if self.columns > 0 && self.row > 1 {
            self.sheet.autofilter(0, 0, self.row - 1, self.columns - 1).map_err(failed)?;
        }
        Ok(())
    }
}

fn workbook(report: &Report, rows: &dyn Findings, view: &View, limit: u32) -> Result<Workbook> {
    let lang = view.lang;
    let name = |message: Msg| say(lang, message, &[]);
    let looks = Looks::new(report);
    let mut book = Workbook::new();
    let mut properties = DocProperties::new().set_title(say(lang, Msg::FormTitle, &[("ruleset", &phrases::ruleset(lang, report))]));
    // The day of the report, not that of its making: the same input gives the same bytes.
    if let Some(day) = parse_iso(&report.as_of).and_then(|day| ExcelDateTime::from_timestamp(i64::from(day) * 86_400).ok()) {
        properties = properties.set_creation_datetime(&day);
    }
    book.set_properties(&properties);
    let max = view.max_findings.unwrap_or(limit as usize - 1).min(limit as usize - 1);
    let shown = report.totals.findings.saturating_sub(report.truncated.findings).min(max as u64);
    summary(&mut Sheet::new(&mut book, &looks, &name(Msg::SheetSummary))?, lang, report, shown, rows.has_violations())?;
    findings(&mut Sheet::new(&mut book, &looks, &name(Msg::SheetFindings))?, lang, report, rows, max)?;
    if rows.has_violations() {
        violations(&mut book, &looks, lang, rows, limit)?;
    }
    checklist(&mut Sheet::new(&mut book, &looks, &name(Msg::SheetChecklist))?, lang, report)?;
    if let Some(found) = &report.exposure {
        exposure(&mut Sheet::new(&mut book, &looks, &told(lang, Told::Sheet, &[]))?, lang, found)?;
    }
    intake(&mut Sheet::new(&mut book, &looks, &name(Msg::SheetIntake))?, lang, report)?;
    Ok(book)
}

fn texts(lang: Lang, messages: &[Msg]) -> Vec<String> {
    messages.iter().map(|message| say(lang, *message, &[])).collect()
}

fn summary(sheet: &mut Sheet<'_>, lang: Lang, report: &Report, shown: u64, complete: bool) -> Result<()> {
    let name = |message: Msg| say(lang, message, &[]);
    sheet.widths([28.0, 60.0, 12.0, 22.0, 12.0, 12.0, 12.0, 14.0, 16.0, 60.0, 60.0])?;
    sheet.fact(&name(Msg::ColVerdict), Cell::text(settled::verdict(lang, report)))?;
    for (label, text) in settled::letterhead(lang, report) {
        sheet.fact(&label, Cell::text(text))?;
    }
    sheet.fact(&name(Msg::LabelRuleset), Cell::text(phrases::ruleset(lang, report)))?;
    sheet.fact(&name(Msg::LabelPeriod), Cell::text(phrases::period(lang, report)))?;
    sheet.fact(&name(Msg::LabelCalls), Cell::count(report.totals.calls))?;
    sheet.fact(&name(Msg::LabelIntake), Cell::text(phrases::sum(lang, &phrases::all_rows(report))))?;
    sheet.fact(&name(Msg::LabelAsOf), parse_iso(&report.as_of).map_or_else(|| Cell::text(&report.as_of), Cell::Date))?;
    sheet.fact(&name(Msg::SectionExit), Cell::text(phrases::exit(lang, report)))?;
    for reason in &report.exit.reason {
        sheet.fact("", Cell::text(phrases::sentence(lang, reason)))?;
    }
    let more = report.totals.findings.saturating_sub(shown);
    if more > 0 {
        sheet.fact(&name(Msg::SectionFindings), Cell::text(phrases::count(lang, Msg::FormMore, more)))?;
    }
    if !complete {
        sheet.fact(&name(Msg::SheetViolations), Cell::text(name(Msg::FormViolationsElsewhere)))?;
    }
    for (title, lines) in settled::sections(lang, report) {
        for (n, (_, text)) in lines.iter().enumerate() {
            sheet.fact(if n == 0 { &title } else { "" }, Cell::text(text))?;
        }
    }
    let tool = &report.tool;
    sheet.fact("callaudit", Cell::text(format!("{} · {} · {}", tool.version, tool.tzdb, tool.number_metadata)))?;
    sheet.fact(&name(Msg::ColHash), Cell::text(&report.ruleset.hash))?;
    sheet.row += 1;
    sheet.titles(&texts(
        lang,
        &[
            Msg::ColRule,
            Msg::ColTitle,
            Msg::ColSeverity,
            Msg::ColForce,
            Msg::ColViolations,
            Msg::ColPossible,
            Msg::ColFindings,
            Msg::ColJudged,
            Msg::ColStatus,
            Msg::ColNotes,
            Msg::ColSources,
        ],
    ))?;
    for rule in &report.rules {
        let notes: Vec<String> = phrases::unjudged(lang, rule)
            .into_iter()
            .chain(rule.notes.iter().map(|note| phrases::sentence(lang, note)))
            .chain(phrases::doubt(lang, rule))
            .collect();
        let sources: Vec<String> = rule.citations.iter().map(|citation| phrases::citation(lang, citation)).collect();
        let mut cells = vec![
            Cell::text(&rule.id),
            Cell::text(phrases::title(lang, rule)),
            Cell::text(language::severity(lang, rule.severity)),
            Cell::text(language::force_sentence(lang, rule.force)),
        ];
        cells.extend([rule.violations, rule.possible, rule.findings, rule.calls_judged].map(Cell::count));
        cells.extend([Cell::text(language::status(lang, rule.status)), Cell::text(phrases::joined(lang, &notes)), Cell::text(phrases::joined(lang, &sources))]);
        sheet.add(cells)?;
    }
    Ok(())
}

fn findings(sheet: &mut Sheet<'_>, lang: Lang, report: &Report, rows: &dyn Findings, max: usize) -> Result<()> {
    sheet.widths([20.0, 32.0, 10.0, 20.0, 10.0, 10.0, 28.0, 48.0, 8.0, 20.0, 20.0, 10.0, 10.0, 40.0, 48.0, 36.0, 20.0])?;
    let header = [
        Msg::ColRule,
        Msg::ColTitle,
        Msg::ColSeverity,
        Msg::ColForce,
        Msg::ColVerdict,
        Msg::ColState,
        Msg::ColSubject,
        Msg::ColMessage,
        Msg::ColCalls,
        Msg::ColFirst,
        Msg::ColLast,
        Msg::ColMeasured,
        Msg::ColLimit,
        Msg::ColNotes,
        Msg::ColLeaks,
        Msg::ColWhere,
        Msg::ColFingerprint,
    ];
    sheet.header(&texts(lang, &header))?;
    for finding in rows.findings().take(max) {
        let finding = finding?;
        let rule = report.rules.iter().find(|rule| rule.id == finding.rule);
        let mut notes: Vec<String> = finding.notes.iter().map(|note| phrases::sentence(lang, note)).collect();
        if finding.lower_bound {
            notes.extend(phrases::measured(lang, &finding));
        }
        notes.extend(rule.and_then(|rule| phrases::doubt(lang, rule)));
        let place = phrases::telling(&finding, 1).first().map(|row| format!("{}:{}", row.source, row.line));
        sheet.add([
            Cell::text(&finding.rule),
            Cell::text(rule.map(|rule| phrases::title(lang, rule)).unwrap_or_default()),
            Cell::text(language::severity(lang, finding.severity)),
            Cell::text(language::force_sentence(lang, finding.force)),
            Cell::text(language::verdict(lang, finding.verdict)),
            Cell::text(settled::state(lang, report, &finding).unwrap_or_else(|| language::state(lang, finding.state).to_owned())),
            Cell::text(phrases::subject(lang, &finding)),
            Cell::text(&finding.message),
            Cell::count(finding.calls),
            Cell::time(&finding.first),
            Cell::time(&finding.last),
            Cell::number(finding.measured),
            Cell::number(finding.limit),
            Cell::text(phrases::joined(lang, &notes)),
            Cell::text(phrases::joined(lang, &phrases::leaks(lang, &finding))),
            Cell::text(place.unwrap_or_default()),
            Cell::text(&finding.fingerprint),
        ])?;
    }
    sheet.filters()
}

/// Every violating call; what a sheet cannot hold goes on in the next.
fn violations(book: &mut Workbook, looks: &Looks, lang: Lang, rows: &dyn Findings, limit: u32) -> Result<()> {
    let columns: Vec<(&str, Type)> = rows.violation_columns().iter().map(|name| (name.as_str(), Type::of(name))).collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let title = say(lang, Msg::SheetViolations, &[]);
    let mut violations = rows.violations()?.peekable();
    let mut number = 1;
    while number == 1 || violations.peek().is_some() {
        let name = if number == 1 { title.clone() } else { format!("{title} {number}") };
        let mut sheet = Sheet::new(book, looks, &name)?;
        sheet.widths(columns.iter().map(|(name, kind)| width(name, *kind)))?;
        sheet.header(&names)?;
        while sheet.row < limit {
            let Some(row) = violations.next() else { break };
            let row = row?;
            sheet.add(columns.iter().zip(row.iter()).map(|((_, kind), cell)| Cell::of(*kind, cell)))?;
        }
        sheet.filters()?;
        number += 1;
    }
    Ok(())
}

fn width(name: &str, kind: Type) -> f64 {
    match (name, kind) {
        ("message", _) => 48.0,
        ("source" | "key" | "campaign" | "call_id", _) => 24.0,
        (_, Type::Instant | Type::Local) => 20.0,
        (_, Type::Whole | Type::Number) => 10.0,
        _ => 16.0,
    }
}

fn checklist(sheet: &mut Sheet<'_>, lang: Lang, report: &Report) -> Result<()> {
    sheet.widths([20.0, 60.0, 18.0, 14.0, 40.0, 30.0, 10.0])?;
    let header = [Msg::ColId, Msg::ColStep, Msg::ColOwner, Msg::ColDue, Msg::ColProof, Msg::ColRules, Msg::ColFindings];
    sheet.header(&texts(lang, &header))?;
    for item in &report.checklist {
        let due = item.due.as_deref().or(item.due_text.as_deref()).unwrap_or_default();
        sheet.add([
            Cell::text(&item.id),
            Cell::text(lang.pick(&item.step).unwrap_or_default()),
            Cell::text(language::owner(lang, &item.owner)),
            parse_iso(due).map_or_else(|| Cell::text(due), Cell::Date),
            Cell::text(lang.pick(&item.proof).unwrap_or_default()),
            Cell::text(item.rules.join(", ")),
            Cell::count(item.findings),
        ])?;
    }
    sheet.filters()
}

/// What it may cost: the regimes as a table, then everything else in lines.
fn exposure(sheet: &mut Sheet<'_>, lang: Lang, found: &Exposure) -> Result<()> {
    let name = |message: Told| told(lang, message, &[]);
    sheet.widths([44.0, 18.0, 18.0, 18.0, 10.0, 44.0, 100.0])?;
    let header = [Told::ColRegime, Told::ColUnits, Told::ColLow, Told::ColHigh, Told::ColCurrency, Told::ColCounted, Told::ColParticulars];
    sheet.header(&header.map(name))?;
    for priced in &found.regimes {
        let (_, lines) = phrases_of::regime(lang, priced);
        sheet.add([
            Cell::text(lang.pick(&priced.title).unwrap_or(&priced.id)),
            Cell::text(phrases_of::units(lang, priced)),
            Cell::number(priced.low),
            priced.high.map_or_else(|| Cell::text(&phrases_of::ends(lang, priced)[1]), Cell::Number),
            Cell::text(priced.currency.as_deref().unwrap_or_default()),
            Cell::text(phrases_of::counted(lang, &priced.counted)),
            Cell::text(lines[1..].join(" · ")),
        ])?;
    }
    sheet.filters()?;
    let blocks = phrases_of::blocks(lang, found);
    let first = usize::from(!found.first.is_empty());
    for (title, lines) in blocks[..first].iter().chain(&blocks[first + found.regimes.len()..]) {
        sheet.row += 1;
        for (n, text) in lines.iter().enumerate() {
            sheet.fact(if n == 0 { title } else { "" }, Cell::Empty)?;
            sheet.row -= 1;
            sheet.add([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::text(text)])?;
        }
    }
    Ok(())
}

fn intake(sheet: &mut Sheet<'_>, lang: Lang, report: &Report) -> Result<()> {
    sheet.widths([40.0, 28.0, 32.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 12.0, 20.0, 20.0, 48.0, 48.0, 14.0, 68.0])?;
    let mut header = texts(lang, &[Msg::ColInput, Msg::ColLayout, Msg::ColClock, Msg::ColRead]);
    header.extend(phrases::buckets(&Default::default()).map(|(bucket, _)| language::bucket(lang, bucket).to_owned()));
    header.extend(texts(lang, &[Msg::ColFirst, Msg::ColLast, Msg::ColNotes, Msg::ColError, Msg::ColBytes, Msg::ColHash]));
    sheet.header(&header)?;
    for input in &report.inputs {
        let (assumed, clock) = phrases::clock(lang, input);
        let mut cells = vec![
            Cell::text(&input.path),
            Cell::text(phrases::layout(input)),
            Cell::text(format!("{}{clock}", if assumed { "⚠ " } else { "" })),
            Cell::count(input.rows.read),
        ];
        cells.extend(phrases::buckets(&input.rows).map(|(_, n)| Cell::count(n)));
        cells.extend([&input.period.first, &input.period.last].map(|time| Cell::time(time.as_deref().unwrap_or_default())));
        cells.extend([
            Cell::text(phrases::joined(lang, &phrases::input_notes(lang, input, 5))),
            Cell::text(phrases::input_error(lang, input).unwrap_or_default()),
            Cell::count(input.bytes),
            Cell::text(input.hash.as_deref().unwrap_or_default()),
        ]);
        sheet.add(cells)?;
    }
    sheet.filters()
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader};

    use super::super::sample;
    use super::*;

    type Book = calamine::Xlsx<std::io::Cursor<Vec<u8>>>;

    fn read(rows: &sample::Rows, report: &Report, lang: Lang, limit: u32) -> Book {
        let mut book = workbook(report, rows, &View { lang, ..View::default() }, limit).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap()
    }

    fn cells(book: &mut Book, sheet: &str) -> Vec<Vec<Data>> {
        book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
    }

    #[test]
    fn it_has_its_sheets_in_both_languages() {
        let rows = sample::Rows::hostile();
        let report = sample::report(&rows);
        assert_eq!(read(&rows, &report, Lang::En, ROWS).sheet_names(), ["Summary", "Findings", "Violations", "Checklist", "Exposure", "Intake"]);
        assert_eq!(read(&rows, &report, Lang::Zh, ROWS).sheet_names(), ["概要", "问题项", "违规呼叫", "整改清单", "处罚测算", "接入情况"]);
        let mut book = read(&rows, &report, Lang::En, ROWS);
        let findings = cells(&mut book, "Findings");
        assert_eq!(findings.len(), 24);
        assert!(matches!(&findings[1][9], Data::DateTime(time) if (time.as_f64() - 46_328.528_553_24).abs() < 1e-6), "{:?}", findings[1][9]);
        assert_eq!(cells(&mut book, "Checklist").len(), 3);
        let exposure = cells(&mut book, "Exposure");
        assert_eq!((&exposure[1][2], &exposure[1][3]), (&Data::Float(500.0), &Data::Float(3000.5)));
        assert!(exposure[2..].iter().any(|row| row[0].to_string().starts_with("Taken for granted")));
        assert_eq!(cells(&mut book, "Intake").len(), 9);
    }

    #[test]
    fn numbers_of_telephones_are_text_and_values_are_numbers() {
        let rows = sample::Rows::hostile();
        let mut book = read(&rows, &sample::report(&rows), Lang::En, ROWS);
        let violations = cells(&mut book, "Violations");
        assert_eq!(violations[1][1], Data::String("+8613800138000".into()));
        assert_eq!(violations[2][1], Data::String("4001".into()));
        assert_eq!(violations[1][2], Data::String("=HYPERLINK(\"x\")".into()));
        assert_eq!(violations[1][3], Data::Float(-5.0));
        assert!(book.worksheet_formula("Violations").unwrap().cells().all(|(_, _, formula)| formula.is_empty()));
    }

    #[test]
    fn what_a_sheet_cannot_hold_goes_on_in_the_next() {
        let rows = sample::Rows::many(7);
        let report = sample::report(&rows);
        let mut book = read(&rows, &report, Lang::En, 4);
        assert_eq!(book.sheet_names()[2..5], ["Violations", "Violations 2", "Violations 3"]);
        let counts: Vec<usize> = ["Violations", "Violations 2", "Violations 3"].map(|sheet| cells(&mut book, sheet).len()).to_vec();
        assert_eq!(counts, [4, 4, 2]);
        assert_eq!(cells(&mut book, "Violations 3")[1][3], Data::Float(6.0));
        // Exactly full: no empty sheet follows.
        assert_eq!(read(&sample::Rows::many(3), &report, Lang::En, 4).sheet_names().len(), 5);
    }

    #[test]
    fn nothing_computes_and_everything_is_seen() {
        for name in ["=cmd|' /C calc'!A0", "a\0b\u{1b}[2J", "_x0041_", "\u{fffe}", "http://evil.example/", &"长".repeat(40_000)] {
            let rows = sample::Rows::named(name);
            let mut book = read(&rows, &sample::report_named(&rows, name), Lang::En, ROWS);
            for sheet in book.sheet_names() {
                assert!(book.worksheet_formula(&sheet).unwrap().cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
            }
            let seen = cells(&mut book, "Violations")[1][1].to_string();
            assert!(seen.starts_with(&show(name).chars().take(100).collect::<String>()), "{seen}");
            assert!(seen.encode_utf16().count() <= 32_767 && !seen.contains(char::is_control));
        }
    }
}
