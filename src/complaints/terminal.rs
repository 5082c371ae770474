//! A page of blocks for a terminal.

use comfy_table::Cell;

use crate::policy::{Block, Policy};
use crate::report::renderers::table::{BOLD, PLAIN, Page, YELLOW, show};

/// The page, no line wider than this.
pub fn terminal(page: &Policy, width: usize, colour: bool) -> String {
    let mut out = Page { lang: page.lang, width: width.clamp(30, 500), colour, text: String::new() };
    out.indented(BOLD, 0, 2, &show(&page.title));
    out.blank();
    let label = page.head.iter().map(|(l, _)| unicode_width::UnicodeWidthStr::width(l.as_str())).max().unwrap_or(0) + 2;
    for (name, text) in &page.head {
        out.labelled(PLAIN, name, label, &show(text));
    }
    let mut before_table = false;
    for block in &page.blocks {
        let table = matches!(block, Block::Table { .. });
        if !(before_table && table) {
            out.blank();
        }
        before_table = matches!(block, Block::Part(_));
        match block {
            Block::Section(text) => out.indented(BOLD, 0, 2, &show(text)),
            Block::Part(text) => out.indented(BOLD, 0, 2, &show(text)),
            Block::Text(text) => out.indented(PLAIN, 0, 0, &show(text)),
            Block::Warning(text) => out.indented(YELLOW, 0, 2, &format!("⚠ {}", show(text))),
            Block::Items(items) => items.iter().for_each(|item| out.indented(PLAIN, 0, 2, &format!("• {}", show(item)))),
            Block::Table { head, rows } => {
                let left: Vec<usize> = (0..head.len()).filter(|i| !rows.iter().all(|r| r.get(*i).is_none_or(|c| is_figure(c)))).collect();
                let cells = |row: &[String]| row.iter().map(|c| Cell::new(show(&one_line(c)))).collect::<Vec<_>>();
                out.table(cells(head), rows.iter().map(|r| cells(r)).collect(), &left);
            }
            // These pages have neither.
            Block::Rule(_) | Block::Source(..) => {}
        }
    }
    out.blank();
    out.indented(PLAIN, 0, 0, &show(&page.foot));
    out.text
}

/// Breaks of lines in a cell would break the table.
fn one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Is it a figure, an interval of two, or a dash?
fn is_figure(cell: &str) -> bool {
    cell.len() < 24
        && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '–' | '—' | '%' | ' ' | '<' | 'e' | '+'))
        && !cell.starts_with('+')
}
