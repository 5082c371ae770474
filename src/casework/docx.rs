//! A draft as DOCX: it is edited, printed and stamped.

use std::io::{Cursor, Write};

use docx_rs::{AlignmentType, Docx, Paragraph, Run, RunFonts, Style, StyleType, Table, TableCell, TableRow, WidthType};

use super::Draft;
use crate::error::{Error, Result};
use crate::policy::Block;
use crate::report::renderers::table::show;

/// Width of an A4 page between its margins, in twentieths of a point.
const WIDTH: usize = 9_000;

fn fonts() -> RunFonts {
    RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").east_asia("SimSun")
}

/// Half points.
fn paragraph(text: &str, size: usize) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(show(text)).size(size).fonts(fonts()))
}

fn heading(text: &str, style: &str, size: usize) -> Paragraph {
    Paragraph::new().style(style).add_run(Run::new().add_text(show(text)).size(size).bold().fonts(fonts()))
}

/// Writes it; with `foot` as its last line.
///
/// Errors: those of writing.
pub fn write(draft: &Draft, foot: &str, out: &mut dyn Write) -> Result<()> {
    let style = |id: &str, name: &str| Style::new(id, StyleType::Paragraph).name(name);
    let mut docx = Docx::new().default_fonts(fonts()).add_style(style("Heading1", "heading 1")).add_style(style("Heading2", "heading 2"));
    docx = docx.add_paragraph(heading(&draft.title, "Heading1", 36).align(AlignmentType::Center));
    for block in &draft.blocks {
        docx = match block {
            Block::Section(text) => docx.add_paragraph(heading(text, "Heading1", 28)),
            Block::Part(text) => docx.add_paragraph(heading(text, "Heading2", 24)),
            Block::Text(text) => docx.add_paragraph(paragraph(text, 24)),
            Block::Warning(text) => docx.add_paragraph(Paragraph::new().add_run(Run::new().add_text(show(text)).size(24).bold().fonts(fonts()))),
            Block::Items(items) => {
                items.iter().fold(docx, |docx, item| docx.add_paragraph(paragraph(&format!("· {item}"), 24).indent(Some(360), None, None, None)))
            }
            Block::Table { head, rows } => docx.add_table(table(head, rows)).add_paragraph(Paragraph::new()),
            other => match other.again() {
                Block::Text(text) => docx.add_paragraph(paragraph(&text, 24)),
                _ => docx,
            },
        };
    }
    docx = docx.add_paragraph(paragraph(foot, 18));
    // The library wants to seek; what comes out is small.
    let mut bytes = Cursor::new(Vec::new());
    docx.build().pack(&mut bytes).map_err(|e| Error::Io(format!("cannot write the DOCX: {e}")))?;
    out.write_all(bytes.get_ref()).map_err(|e| crate::report::renderers::write_error(&e))
}

fn table(head: &[String], rows: &[Vec<String>]) -> Table {
    let width = WIDTH / head.len().max(1);
    let cell = |text: &String, bold: bool| {
        let run = Run::new().add_text(show(text)).size(21).fonts(fonts());
        let run = if bold { run.bold() } else { run };
        TableCell::new().add_paragraph(Paragraph::new().add_run(run)).width(width, WidthType::Dxa)
    };
    let row = |cells: &[String], bold: bool| TableRow::new(cells.iter().map(|c| cell(c, bold)).collect());
    let all = std::iter::once(row(head, true)).chain(rows.iter().map(|r| row(r, false))).collect();
    Table::new(all).width(WIDTH, WidthType::Dxa)
}
