//! Tables in HTML, which many systems call `.xls`, and Excel's own XML of 2003, which has the same shape.

use std::io::{BufRead, BufReader, Read};

use super::super::spool::{SpoolWriter, Stop};
use super::super::titles::Titled;
use super::{Container, Head, Original};

/// The form.
pub struct Form;

/// Text between two tags, and a tag, may be this long.
const LONGEST: u64 = 4 << 20;

impl Container for Form {
    fn name(&self) -> &'static str {
        "html"
    }

    fn recognise(&self, head: &Head<'_>) -> bool {
        let text = head.text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
        text.starts_with('<') && (text.contains("<table") || text.contains(":spreadsheet") || ["<html", "<!doctype html"].iter().any(|b| text.starts_with(b)))
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let mut page =
            Page { input: BufReader::with_capacity(1 << 17, original.text()?), line: 1, model: spool.another()?, table: None, inner: 0, best: None, others: 0 };
        let result = page.read();
        if result.is_err() {
            page.end_table()?;
        }
        if let Some(best) = page.best.take() {
            *spool = best.rows.spool;
            if page.others > 0 {
                spool.note(format!("{} other tables of the page, with fewer rows, were passed over", page.others));
            }
        }
        result
    }
}

/// A table on its way into a spool.
struct Table {
    rows: Titled,
    row: Option<(u64, Vec<String>)>,
    /// The text of the open cell.
    cell: Option<String>,
    /// Columns that it takes besides its own.
    merged: usize,
}

impl Table {
    fn end_cell(&mut self) {
        if let (Some(text), Some((_, cells))) = (self.cell.take(), &mut self.row) {
            cells.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
            let width = cells.len() + std::mem::take(&mut self.merged);
            cells.resize(width, String::new());
        }
    }

    fn end_row(&mut self) -> Result<(), Stop> {
        self.end_cell();
        let Some((line, cells)) = self.row.take() else { return Ok(()) };
        self.rows.row(line, cells)
    }
}

struct Page {
    input: BufReader<Box<dyn Read + Send>>,
    line: u64,
    model: SpoolWriter,
    table: Option<Table>,
    /// Tables that are open inside of a cell of the table that is read.
    inner: usize,
    best: Option<Table>,
    others: u64,
}

impl Page {
    fn read(&mut self) -> Result<(), Stop> {
        let (mut text, mut tag) = (Vec::new(), Vec::new());
        loop {
            let open = self.until(b'<', &mut text)?;
            self.text(&text);
            if !open && text.is_empty() {
                break;
            }
            if !open {
                continue;
            }
            let line = self.line;
            if !self.tag(&mut tag)? {
                break;
            }
            self.line += text.iter().chain(&tag).filter(|b| **b == b'\n').count() as u64;
            self.act(&String::from_utf8_lossy(&tag), line + text.iter().filter(|b| **b == b'\n').count() as u64)?;
        }
        if self.table.is_some() {
            self.end_table()?;
            return Err(Stop::Input(format!("line {}: the page ends within its table: it was cut off", self.line)));
        }
        Ok(())
    }

    /// Reads up to a byte, which is taken and left out; false where it does not come.
    fn until(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<bool, Stop> {
        out.clear();
        let line = self.line;
        self.input.by_ref().take(LONGEST).read_until(byte, out).map_err(|e| Stop::Input(format!("line {line}: {e}")))?;
        let found = out.last() == Some(&byte);
        if found {
            out.pop();
        }
        Ok(found)
    }

    /// Reads a tag behind its `<`; false where the page ends in it.
    fn tag(&mut self, out: &mut Vec<u8>) -> Result<bool, Stop> {
        let mut part = Vec::new();
        out.clear();
        loop {
            let found = self.until(b'>', &mut part)?;
            out.extend_from_slice(&part);
            let comment = out.starts_with(b"!--");
            let whole = if comment { out.len() >= 5 && out.ends_with(b"--") } else { out.iter().filter(|b| **b == b'"').count() % 2 == 0 };
            if found && whole {
                return Ok(true);
            }
            if !found && part.is_empty() || out.len() as u64 > LONGEST {
                return Ok(false);
            }
            if found {
                out.push(b'>');
            }
        }
    }

    fn text(&mut self, text: &[u8]) {
        if let Some(cell) = self.table.as_mut().and_then(|t| t.cell.as_mut())
            && (cell.len() as u64) < LONGEST
        {
            decode(&String::from_utf8_lossy(text), cell);
        }
    }

    fn act(&mut self, tag: &str, line: u64) -> Result<(), Stop> {
        let closes = tag.starts_with('/');
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace() && *c != '/').collect::<String>().to_ascii_lowercase();
        let name = name.rsplit(':').next().unwrap_or(&name);
        match (name, closes) {
            ("table", false) => self.begin_table()?,
            ("table", true) if self.inner > 0 => self.inner -= 1,
            ("table", true) => self.end_table()?,
            ("script" | "style", false) if !tag.ends_with('/') => self.skip(name)?,
            _ if self.inner > 0 => {}
            _ => {
                if let Some(table) = &mut self.table {
                    cell_or_row(table, name, closes, tag, line)?;
                }
            }
        }
        Ok(())
    }

    fn begin_table(&mut self) -> Result<(), Stop> {
        match &self.table {
            Some(table) if table.rows.holds() => {
                self.inner += 1;
                return Ok(());
            }
            // A table whose cells hold tables is there for the layout.
            _ => self.table = Some(Table { rows: Titled::new(self.model.another()?), row: None, cell: None, merged: 0 }),
        }
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), Stop> {
        let Some(mut table) = self.table.take() else { return Ok(()) };
        table.end_row()?;
        table.rows.flush()?;
        if !table.rows.holds() {
            return Ok(());
        }
        if self.best.as_ref().is_none_or(|b| b.rows.rows < table.rows.rows) {
            self.others += u64::from(self.best.is_some());
            self.best = Some(table);
        } else {
            self.others += 1;
        }
        Ok(())
    }

    /// Past the end of a script or style.
    fn skip(&mut self, name: &str) -> Result<(), Stop> {
        let mut text = Vec::new();
        let end = format!("/{name}");
        loop {
            let open = self.until(b'<', &mut text)?;
            self.line += text.iter().filter(|b| **b == b'\n').count() as u64;
            if !open && text.is_empty() {
                return Ok(());
            }
            if open && self.input.fill_buf().is_ok_and(|b| b.get(..end.len()).is_some_and(|b| b.eq_ignore_ascii_case(end.as_bytes()))) {
                return self.until(b'>', &mut text).map(|_| ());
            }
        }
    }
}

fn cell_or_row(table: &mut Table, name: &str, closes: bool, tag: &str, line: u64) -> Result<(), Stop> {
    match (name, closes) {
        ("tr" | "row", false) => {
            table.end_row()?;
            table.row = Some((line, Vec::new()));
        }
        ("tr" | "row", true) => table.end_row()?,
        ("td" | "th" | "cell", false) => {
            table.end_cell();
            let (_, cells) = table.row.get_or_insert_with(|| (line, Vec::new()));
            if let Some(place) = attribute(tag, "index") {
                cells.resize(place.saturating_sub(1).clamp(cells.len(), 5000), String::new());
            }
            if tag.ends_with('/') {
                cells.push(String::new());
            } else {
                table.cell = Some(String::new());
                let columns = attribute(tag, "colspan").unwrap_or(1).max(attribute(tag, "mergeacross").map_or(1, |n| n + 1));
                table.merged = columns.clamp(1, 5000) - 1;
            }
        }
        ("td" | "th" | "cell", true) => table.end_cell(),
        ("br" | "p" | "div" | "li", _) => {
            if let Some(cell) = &mut table.cell {
                cell.push(' ');
            }
        }
        _ => {}
    }
    Ok(())
}

/// The number in an attribute, whatever its namespace.
fn attribute(tag: &str, name: &str) -> Option<usize> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!("{name}="))?;
    let value = lower[at + name.len() + 1..].trim_start_matches(['"', '\'']);
    value.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// Appends text with its entities read.
fn decode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|c| c.1 == ';').map(|c| c.0);
        match end.and_then(|end| Some((end, entity(&rest[1..end])?))) {
            Some((end, c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Seen, table};

    fn rows(seen: &Seen) -> Vec<(u64, String)> {
        seen.rows.iter().map(|r| (r.0, r.1.join("|"))).collect()
    }

    #[test]
    fn the_table_of_a_page_is_read_and_its_layout_is_not() {
        let page = "<html><head><style>td > a {}</style><script>if (1<2) '<table>'</script></head><body>\n<table><tr><td>\n<table border=1>\n\
            <tr><td colspan=2>Title</td></tr>\n<tr><th>callee<th>time &amp; date\n<tr><td>&#49;&nbsp;<b>2</b></td><td>x<br>y</td></tr><!-- <tr> -->\n\
            <tr><td></td><td/></tr><tr><td>3</td><td>a &lt; b &unknown; &</td></tr></table></td></tr></table><table><tr><td>1</td><td>2</td></tr></table></html>";
        let seen = table(page.as_bytes()).unwrap();
        assert_eq!(seen.broken, None);
        assert_eq!(rows(&seen), [(5, "callee|time & date".into()), (6, "1 2|x y".into()), (7, "3|a < b &unknown; &".into())]);
    }

    #[test]
    fn a_workbook_in_xml_is_read_alike() {
        let book = "<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"x\"><Worksheet><Table>\n\
            <Row><Cell><Data ss:Type=\"String\">a</Data></Cell><Cell><Data>b</Data></Cell><Cell><Data>c</Data></Cell></Row>\n\
            <Row><Cell ss:Index=\"2\"><Data ss:Type=\"Number\">2</Data></Cell><Cell/></Row></Table></Worksheet></Workbook>";
        let seen = table(book.as_bytes()).unwrap();
        assert_eq!(rows(&seen), [(3, "a|b|c".into()), (4, "|2|".into())]);
    }

    #[test]
    fn a_page_that_is_cut_keeps_its_rows_and_says_so() {
        let seen = table(b"<table><tr><td>a</td><td>b</td></tr>\n<tr><td>1</td><td>2</td></tr>\n<tr><td>3").unwrap();
        assert_eq!(seen.rows.len(), 3);
        assert!(seen.broken.unwrap().starts_with("line 3"));
    }
}
