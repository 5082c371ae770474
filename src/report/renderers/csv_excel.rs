//! The lines of the csv as Excel opens them by a double click: a byte order mark, without which it takes UTF-8 for the local encoding, and CRLF.

use std::io::Write;

use super::{Renderer, View};
use crate::error::Result;
use crate::report::{Findings, Report};

/// `-o csv-excel`
pub struct CsvExcel;

/// The one and only.
pub static RENDERER: CsvExcel = CsvExcel;

impl Renderer for CsvExcel {
    fn name(&self) -> &'static str {
        "csv-excel"
    }
    fn shows_violations(&self) -> bool {
        true
    }
    fn shows_findings(&self) -> bool {
        false
    }

    fn render(&self, _report: &Report, rows: &dyn Findings, _view: &View, out: &mut dyn Write) -> Result<()> {
        out.write_all("\u{feff}".as_bytes()).map_err(|error| super::write_error(&error))?;
        super::csv::lines(rows, csv::Terminator::CRLF, out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn it_is_the_csv_with_a_mark_and_other_line_ends() {
        let rows = sample::Rows::hostile();
        let render = |renderer: &dyn Renderer| {
            let mut out = Vec::new();
            renderer.render(&sample::report(&rows), &rows, &View::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let (plain, excel) = (render(&super::super::csv::RENDERER), render(&RENDERER));
        assert!(excel.starts_with("\u{feff}rule,caller,campaign,measured\r\nevening,"), "{excel}");
        assert!(excel.ends_with("\r\n"));
        assert_eq!(excel.trim_start_matches('\u{feff}').replace("\r\n", "\n"), plain);
    }
}
