//! A page and rows as a workbook: the page on the first sheet, the rows as text on the second, where nothing computes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::error::{Error, Result};
use crate::policy::{Block, Policy};
use crate::report::renderers::table::show;

/// Rows of a sheet.
const ROWS: usize = 1 << 20;
/// Characters of a cell.
const CELL: usize = 32_000;

fn failed(e: XlsxError) -> Error {
    Error::Io(format!("writing xlsx: {e}"))
}

fn cell(text: &str) -> String {
    let shown = show(text);
    if shown.chars().count() <= CELL { shown } else { shown.chars().take(CELL - 1).chain(['…']).collect() }
}

/// The workbook. `names`: of its sheets.
///
/// Errors: more rows than a sheet holds.
pub fn xlsx(page: &Policy, rows: &[Vec<String>], names: [&str; 2]) -> Result<Vec<u8>> {
    if rows.len() > ROWS {
        return Err(Error::Usage(format!("-o xlsx: {} rows do not fit on a sheet: take csv", rows.len())));
    }
    let mut book = Workbook::new();
    // The same input gives the same bytes.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    let (head, bold, wrapped) = (Format::new().set_bold(), Format::new().set_bold().set_font_size(13), Format::new().set_text_wrap());
    let sheet = book.add_worksheet().set_name(names[0]).map_err(failed)?;
    let mut at = 0;
    sheet.write_string_with_format(at, 0, cell(&page.title), &bold).map_err(failed)?;
    for (label, text) in &page.head {
        at += 1;
        sheet.write_string_with_format(at, 0, cell(label), &head).and_then(|s| s.write_string(at, 1, cell(text))).map_err(failed)?;
    }
    at += 1;
    for block in &page.blocks {
        at += 1;
        match block {
            Block::Section(text) | Block::Part(text) => {
                at += 1;
                sheet.write_string_with_format(at, 0, cell(text), if matches!(block, Block::Section(_)) { &bold } else { &head }).map_err(failed)?;
            }
            Block::Text(text) | Block::Warning(text) => drop(sheet.write_string(at, 0, cell(text)).map_err(failed)?),
            Block::Items(items) => {
                for item in items {
                    sheet.write_string(at, 0, cell(item)).map_err(failed)?;
                    at += 1;
                }
            }
            Block::Table { head: titles, rows } => {
                for (row, format) in std::iter::once((titles, &head)).chain(rows.iter().map(|r| (r, &wrapped))) {
                    for (column, text) in (0_u16..).zip(row) {
                        sheet.write_string_with_format(at, column, cell(text), format).map_err(failed)?;
                    }
                    at += 1;
                }
            }
            // These pages have neither.
            Block::Rule(_) | Block::Source(..) => {}
        }
    }
    sheet.set_column_width(0, 28).and_then(|s| s.set_column_width(1, 24)).map_err(failed)?;
    let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
    sheet.set_name(names[1]).and_then(|s| s.set_freeze_panes(1, 0)).map_err(failed)?;
    for (n, row) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(row).filter(|(_, t)| !t.is_empty()) {
            match n {
                0 => sheet.write_string_with_format(n, column, cell(text), &head),
                _ => sheet.write_string(n, column, cell(text)),
            }
            .map_err(failed)?;
        }
    }
    book.save_to_buffer().map_err(failed)
}
