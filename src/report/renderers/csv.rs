//! Every violating call as a line, disarmed for spreadsheets.

use std::borrow::Cow;
use std::io::Write;

use rayon::prelude::*;

use super::table::{show, steers};
use super::{Renderer, View};
use crate::error::{Error, Result};
use crate::report::{Cells, Findings, Report};

/// `-o csv`
pub struct Csv;

/// The one and only.
pub static RENDERER: Csv = Csv;

impl Renderer for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }
    fn shows_violations(&self) -> bool {
        true
    }
    fn shows_findings(&self) -> bool {
        false
    }

    fn render(&self, _report: &Report, rows: &dyn Findings, _view: &View, out: &mut dyn Write) -> Result<()> {
        lines(rows, csv::Terminator::Any(b'\n'), out)
    }
}

/// Rows that are written down at a time, on all cores; and by one core.
const CHUNK: usize = 1 << 15;
const PART: usize = 1 << 12;

/// The header and a line for each violating call.
pub(super) fn lines(rows: &dyn Findings, end: csv::Terminator, out: &mut dyn Write) -> Result<()> {
    let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(|error| super::write_error(&error));
    put(&written([Cells::new(rows.violation_columns())].as_slice(), end)?)?;
    let mut all = rows.violations()?;
    loop {
        let chunk = all.by_ref().take(CHUNK).collect::<Result<Vec<Cells>>>()?;
        if chunk.is_empty() {
            return out.flush().map_err(|error| super::write_error(&error));
        }
        let parts: Vec<Result<Vec<u8>>> = chunk.par_chunks(PART).map(|part| written(part, end)).collect();
        for part in parts {
            put(&part?)?;
        }
    }
}

/// Rows as lines.
fn written(rows: &[Cells], end: csv::Terminator) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(end).from_writer(Vec::with_capacity(rows.len() * 96));
    let failed = |error: csv::Error| Error::Io(format!("writing csv: {error}"));
    for row in rows {
        for cell in row.iter() {
            writer.write_field(guard(cell).as_bytes()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Io(format!("writing csv: {error}")))
}

/// Digits, with decimals or without: a phone number or a negative value, which no spreadsheet takes for a formula.
fn is_number(rest: &[u8]) -> bool {
    let mut parts = rest.splitn(2, |b| *b == b'.');
    parts.all(|p| !p.is_empty() && p.iter().all(u8::is_ascii_digit))
}

/// A cell that neither computes nor steers a terminal.
pub(crate) fn guard(cell: &str) -> Cow<'_, str> {
    let shown = shown(cell);
    match disarmed(&shown) {
        Some(disarmed) => Cow::Owned(disarmed),
        None => shown,
    }
}

/// Breaks of lines and tabs may stand in a cell; other characters that steer or hide are shown.
fn shown(cell: &str) -> Cow<'_, str> {
    let harmless = |b: u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    if cell.bytes().all(harmless) || !cell.chars().any(hides) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(cell.chars().fold(String::with_capacity(cell.len() + 8), |mut out, c| {
        if hides(c) {
            out.push_str(&show(c.encode_utf8(&mut [0; 4])));
        } else {
            out.push(c);
        }
        out
    }))
}

fn hides(c: char) -> bool {
    steers(c) && !matches!(c, '\t' | '\n' | '\r')
}

/// With a leading apostrophe where a spreadsheet would compute; `+86…` and `-5` stay what they are.
fn disarmed(cell: &str) -> Option<String> {
    let formula = match cell.as_bytes() {
        [b'+' | b'-', rest @ ..] => cell != "-" && !is_number(rest), // a lone minus is standard input's name, and no formula
        [b'=' | b'@' | b'\t' | b'\r', ..] => true,
        _ => false,
    };
    formula.then(|| format!("'{cell}"))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::language::Lang;

    fn rendered(rows: &sample::Rows) -> String {
        let mut out = Vec::new();
        Csv.render(&sample::report(rows), rows, &View { lang: Lang::Zh, width: 40, colour: true, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_stay() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+8613800138000", "+8613800138000"),
            ("-5", "-5"),
            ("+", "'+"),
            ("-", "-"),
            ("-12.5", "-12.5"),
            ("-1.", "'-1."),
            ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("", ""),
            ("任务", "任务"),
            ("年终\u{202e}\u{1b}[2J\n第二行\0", "年终\\u{202e}\\u{1b}[2J\n第二行\\u{0}"),
            ("\u{feff}=1", "\\u{feff}=1"),
        ] {
            assert_eq!(guard(cell), written);
        }
    }

    #[test]
    fn lines_are_stable() {
        assert_eq!(
            rendered(&sample::Rows::hostile()),
            "rule,caller,campaign,measured\nevening,+8613800138000,\"'=HYPERLINK(\"\"x\"\")\",-5\nredial,4001,\"年终 \"\"大促\"\",\n第二行\",4\n"
        );
        assert_eq!(rendered(&sample::Rows::none()), "rule,caller,campaign,measured\n");
    }

    #[test]
    fn errors_of_cursor_and_pipe_are_told_apart() {
        let view = View { lang: Lang::En, width: 80, colour: false, ..View::default() };
        let rows = sample::Rows::hostile();
        let error = Csv.render(&sample::report(&rows), &sample::Broken, &view, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the spill is gone");
        let error = Csv.render(&sample::report(&rows), &rows, &view, &mut sample::ClosedPipe).unwrap_err();
        assert!(matches!(&error, crate::error::Error::Io(text) if text.starts_with("broken pipe")), "{error}");
    }
}
