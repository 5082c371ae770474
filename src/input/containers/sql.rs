//! SQL dumps: the rows of `INSERT … VALUES` and `COPY … FROM stdin`, of the table that looks most like calls.

use std::collections::BTreeMap;
use std::io::Read;

use super::super::json::call_likeness;
use super::super::spool::{SpoolWriter, Stop};
use super::{Container, Head, Original};

/// The form.
pub struct Form;

/// A row longer than this is rejected.
const LONGEST: usize = 4 << 20;
/// Tables with rows that are looked at.
const MOST_TABLES: usize = 100;

impl Container for Form {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn recognise(&self, head: &Head<'_>) -> bool {
        let statement = |line: &str| {
            let words: Vec<String> = line.split_whitespace().take(3).map(str::to_ascii_uppercase).collect();
            match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["INSERT" | "REPLACE", second, ..] => matches!(*second, "INTO" | "IGNORE" | "OR") || second.starts_with(['[', '`', '"']),
                ["CREATE", "TABLE" | "TEMPORARY", ..] | ["COPY", ..] => line.contains('(') || line.trim_end().ends_with(';'),
                _ => false,
            }
        };
        let mut lines = head.text.lines().map(str::trim_start).filter(|l| !l.is_empty());
        lines.next().is_some_and(|first| begins(first) && (statement(first) || lines.any(statement)))
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let head = original.head;
        let standard = ["PostgreSQL database dump", "PRAGMA ", "SQLite", "[dbo]"].iter().any(|w| head.contains(w));
        let mut dump = Dump { text: Text::new(original.text()?), backslash: !standard, columns: BTreeMap::new(), tables: Vec::new(), passed: 0 };
        let result = dump.statements(spool);
        dump.choose(spool);
        result
    }
}

/// May a dump begin with this line?
fn begins(line: &str) -> bool {
    let upper = line.trim_start_matches('\u{feff}').to_ascii_uppercase();
    ["--", "/*", "#", "INSERT", "REPLACE", "CREATE", "COPY", "SET ", "BEGIN", "START ", "PRAGMA", "USE ", "DROP", "LOCK", "DELETE", "TRUNCATE", "ALTER"]
        .iter()
        .any(|w| upper.starts_with(w))
}

/// Rows of tables that have the same columns.
struct Rows {
    table: String,
    /// Columns as the first statement lists them; none where no statement does.
    columns: Vec<String>,
    /// Values of a row, where its columns are not known.
    width: usize,
    spool: SpoolWriter,
}

/// Where the values of a statement go.
#[derive(Clone)]
struct Target {
    /// Number of the rows.
    rows: usize,
    /// The column of each value; none: by position.
    columns: Vec<usize>,
}

struct Dump {
    text: Text,
    /// Does a backslash escape in strings?
    backslash: bool,
    /// Columns by table, as created.
    columns: BTreeMap<String, Vec<String>>,
    tables: Vec<Rows>,
    /// Statements whose rows cannot be told.
    passed: u64,
}

impl Dump {
    fn statements(&mut self, model: &SpoolWriter) -> Result<(), Stop> {
        while let Some(byte) = self.text.blank()? {
            if !byte.is_ascii_alphabetic() {
                self.text.next()?;
                continue;
            }
            match self.text.word()?.as_str() {
                "INSERT" | "REPLACE" => self.insert(model)?,
                "CREATE" => self.create()?,
                "COPY" => self.copy(model)?,
                "GO" => {}
                _ => self.text.skip_statement()?,
            }
        }
        Ok(())
    }

    fn create(&mut self) -> Result<(), Stop> {
        loop {
            self.text.blank()?;
            match self.text.word()?.as_str() {
                "TEMPORARY" | "TEMP" | "UNLOGGED" | "GLOBAL" => {}
                "TABLE" => break,
                _ => return self.text.skip_statement(),
            }
        }
        let mut name = self.text.name()?;
        while matches!(name.to_ascii_uppercase().as_str(), "IF" | "NOT" | "EXISTS") {
            name = self.text.name()?;
        }
        if self.text.blank()? != Some(b'(') {
            return self.text.skip_statement();
        }
        self.text.next()?;
        let mut columns = Vec::new();
        loop {
            let quoted = matches!(self.text.blank()?, Some(b'`' | b'"' | b'['));
            let column = self.text.name()?;
            let words = ["PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FOREIGN", "CHECK", "FULLTEXT", "SPATIAL", "EXCLUDE"];
            if !column.is_empty() && (quoted || !words.contains(&column.to_ascii_uppercase().as_str())) {
                columns.push(column);
            }
            if self.text.skip_item()? != Some(b',') {
                break;
            }
        }
        self.columns.insert(name.to_lowercase(), columns);
        self.text.skip_statement()
    }

    fn insert(&mut self, model: &SpoolWriter) -> Result<(), Stop> {
        let mut table = self.text.name()?;
        while ["INTO", "IGNORE", "OR", "REPLACE", "ABORT", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "OVERWRITE", "TABLE"]
            .contains(&table.to_ascii_uppercase().as_str())
        {
            table = self.text.name()?;
        }
        let mut columns = self.columns.get(&table.to_lowercase()).cloned().unwrap_or_default();
        if self.text.blank()? == Some(b'(') {
            columns = self.list()?;
        }
        loop {
            match self.text.blank()? {
                Some(b) if b.is_ascii_alphabetic() => match self.text.word()?.as_str() {
                    "VALUES" | "VALUE" => break,
                    "SELECT" | "SET" | "WITH" | "DEFAULT" => {
                        self.passed += 1;
                        return self.text.skip_statement();
                    }
                    _ => {}
                },
                _ => {
                    self.passed += 1;
                    return self.text.skip_statement();
                }
            }
        }
        let Some(target) = self.table(table, columns, model)? else { return self.text.skip_statement() };
        loop {
            match self.text.blank()? {
                Some(b'(') => {
                    self.text.next()?;
                    self.tuple(&target)?;
                }
                Some(b',') => {
                    self.text.next()?;
                }
                Some(b';') | None => return Ok(()),
                Some(b'o' | b'O' | b'r' | b'R' | b'a' | b'A') => return self.text.skip_statement(),
                Some(_) => return Ok(()),
            }
        }
    }

    /// The names in brackets.
    fn list(&mut self) -> Result<Vec<String>, Stop> {
        self.text.next()?;
        let mut columns = Vec::new();
        loop {
            match self.text.blank()? {
                Some(b')') => {
                    self.text.next()?;
                    return Ok(columns);
                }
                Some(b',') => {
                    self.text.next()?;
                }
                None => return Err(self.text.stop("the dump ends within a list of columns: it was cut off")),
                Some(_) => {
                    let name = self.text.name()?;
                    if name.is_empty() {
                        return Err(self.text.stop("the name of a column was expected here"));
                    }
                    columns.push(name);
                }
            }
        }
    }

    /// The rows to which those of this table belong.
    fn table(&mut self, table: String, columns: Vec<String>, model: &SpoolWriter) -> Result<Option<Target>, Stop> {
        let same = |t: &Rows| t.columns.is_empty() == columns.is_empty() && (t.table == table || !columns.is_empty() && t.columns == columns);
        let rows = match self.tables.iter().position(same) {
            Some(known) => known,
            None if self.tables.len() >= MOST_TABLES => {
                self.passed += 1;
                return Ok(None);
            }
            None => {
                self.tables.push(Rows { table, columns: columns.clone(), width: 0, spool: model.another()? });
                self.tables.len() - 1
            }
        };
        let spool = &mut self.tables[rows].spool;
        let places: Option<Vec<usize>> = columns.iter().map(|c| spool.column(c)).collect();
        match places {
            Some(columns) => Ok(Some(Target { rows, columns })),
            None => Err(self.text.stop("more columns than can be read")),
        }
    }

    /// One row of values, whose bracket was taken.
    fn tuple(&mut self, target: &Target) -> Result<(), Stop> {
        let line = self.text.line;
        let mut cells = Vec::new();
        let mut length = 0;
        self.text.record.clear();
        loop {
            let (value, end) = self.text.value(self.backslash)?;
            length += value.len();
            if length <= LONGEST {
                cells.push(value);
            }
            match end {
                Some(b',') => {}
                Some(_) => break,
                None => {
                    let text = format!("({}", String::from_utf8_lossy(&self.text.record));
                    self.tables[target.rows].spool.fault(line, "ends in the midst of the row", &text)?;
                    return Err(self.text.stop("the dump ends in the midst of a row: it was cut off"));
                }
            }
        }
        let text = String::from_utf8_lossy(&self.text.record);
        self.tables[target.rows].row(target, line, cells, length, || format!("({text}"))
    }

    /// PostgreSQL's `COPY t (a, b) FROM stdin;` and the lines after it.
    fn copy(&mut self, model: &SpoolWriter) -> Result<(), Stop> {
        let table = self.text.name()?;
        let mut columns = self.columns.get(&table.to_lowercase()).cloned().unwrap_or_default();
        if self.text.blank()? == Some(b'(') {
            columns = self.list()?;
        }
        let mut rest = String::new();
        while let Some(byte) = self.text.next()?.filter(|b| *b != b'\n') {
            rest.push(char::from(byte).to_ascii_lowercase());
        }
        let target = match self.table(table, columns, model)? {
            Some(target) if rest.contains("from stdin") => target,
            _ => return Ok(()),
        };
        loop {
            let line = self.text.line;
            let Some(text) = self.text.whole_line()? else { return Err(self.text.stop("the dump ends within the rows of COPY: it was cut off")) };
            if text == "\\." {
                return Ok(());
            }
            let cells: Vec<String> = text.split('\t').map(unescape).collect();
            self.tables[target.rows].row(&target, line, cells, text.len(), || text.clone())?;
        }
    }

    /// Gives the rows that look most like calls.
    fn choose(&mut self, spool: &mut SpoolWriter) {
        let score = |t: &Rows| (call_likeness(t.columns.iter().map(String::as_str).chain([t.table.as_str()])), t.spool.rows());
        let Some(best) = (0..self.tables.len()).max_by_key(|i| (score(&self.tables[*i]), usize::MAX - i)) else { return };
        let best = self.tables.remove(best);
        *spool = best.spool;
        spool.note(format!("table {} of the dump", best.table));
        if !self.tables.is_empty() {
            let others: Vec<String> = self.tables.iter().take(20).map(|t| format!("{} ({} rows)", t.table, t.spool.rows())).collect();
            spool.note(format!("other tables of the dump, which look less like calls, were passed over: {}", others.join(", ")));
        }
        if self.passed > 0 {
            spool.note(format!("{} INSERT statements that hold no rows of values were passed over", self.passed));
        }
    }
}

impl Rows {
    fn row(&mut self, target: &Target, line: u64, cells: Vec<String>, length: usize, text: impl FnOnce() -> String) -> Result<(), Stop> {
        if length > LONGEST {
            return self.spool.fault(line, "longer than 4 MiB", &text());
        }
        if self.width == 0 {
            self.width = cells.len();
        }
        let width = if target.columns.is_empty() { self.width } else { target.columns.len() };
        if cells.len() != width {
            return self.spool.fault(line, &format!("{} values where {width} were expected", cells.len()), &text());
        }
        if target.columns.iter().enumerate().all(|(i, place)| i == *place) {
            return self.spool.row(line, &cells);
        }
        let mut placed = vec![String::new(); target.columns.iter().max().map_or(0, |m| m + 1)];
        for (cell, place) in cells.into_iter().zip(&target.columns) {
            placed[*place] = cell;
        }
        self.spool.row(line, &placed)
    }
}

/// A cell of COPY.
fn unescape(cell: &str) -> String {
    if cell == "\\N" {
        return String::new();
    }
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, true) => text.extend(rest.next().map(|c| match c {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            })),
            (c, false) => text.push(c),
        }
    }
    text
}

/// The characters of a dump.
struct Text {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    /// 1-based.
    line: u64,
    ended: bool,
    /// What was read since the last row began.
    record: Vec<u8>,
}

impl Text {
    fn new(input: Box<dyn Read + Send>) -> Text {
        Text { input, buffer: Vec::new(), at: 0, line: 1, ended: false, record: Vec::new() }
    }

    fn stop(&self, why: &str) -> Stop {
        Stop::Input(format!("line {}: {why}", self.line))
    }

    /// Makes `n` bytes available, where there are so many.
    fn fill(&mut self, n: usize) -> Result<(), Stop> {
        if self.buffer.len() - self.at < n && !self.ended {
            self.buffer.drain(..self.at);
            self.at = 0;
            let before = self.buffer.len();
            let read = self.input.by_ref().take(1 << 17).read_to_end(&mut self.buffer);
            if self.buffer.len() == before {
                self.ended = true;
                read.map_err(|e| Stop::Input(format!("line {}: {e}", self.line)))?;
            }
        }
        Ok(())
    }

    fn peek(&mut self, ahead: usize) -> Result<Option<u8>, Stop> {
        self.fill(ahead + 1)?;
        Ok(self.buffer.get(self.at + ahead).copied())
    }

    fn next(&mut self) -> Result<Option<u8>, Stop> {
        let byte = self.peek(0)?;
        if let Some(byte) = byte {
            self.at += 1;
            self.line += u64::from(byte == b'\n');
            if self.record.len() < 1 << 16 {
                self.record.push(byte);
            }
        }
        Ok(byte)
    }

    /// Past white space and comments; gives the next byte.
    fn blank(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            match (self.peek(0)?, self.peek(1)?) {
                (Some(b), _) if b.is_ascii_whitespace() => {
                    self.next()?;
                }
                (Some(0xEF), Some(0xBB)) => self.at += 3,
                (Some(b'-'), Some(b'-')) | (Some(b'#'), _) => while self.next()?.is_some_and(|b| b != b'\n') {},
                (Some(b'/'), Some(b'*')) => {
                    self.next()?;
                    while self.next()?.is_some_and(|b| b != b'*') || self.peek(0)?.is_some_and(|b| b != b'/') {}
                    self.next()?;
                }
                (byte, _) => return Ok(byte),
            }
        }
    }

    /// A word in capitals; empty where there is none.
    fn word(&mut self) -> Result<String, Stop> {
        let mut word = String::new();
        while let Some(byte) = self.peek(0)?.filter(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            self.next()?;
            if word.len() < 64 {
                word.push(char::from(byte.to_ascii_uppercase()));
            }
        }
        Ok(word)
    }

    /// The last part of a name, out of its quotes.
    fn name(&mut self) -> Result<String, Stop> {
        loop {
            let mut name = Vec::new();
            match self.blank()? {
                Some(quote @ (b'`' | b'"' | b'[')) => {
                    let close = if quote == b'[' { b']' } else { quote };
                    self.next()?;
                    while let Some(byte) = self.next()?.filter(|b| *b != close) {
                        name.push(byte);
                    }
                }
                _ => {
                    while let Some(byte) = self.peek(0)?.filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$') || *b > 127) {
                        self.next()?;
                        name.push(byte);
                    }
                }
            }
            if self.blank()? != Some(b'.') {
                return Ok(String::from_utf8_lossy(&name).into_owned());
            }
            self.next()?;
        }
    }

    /// Past the rest of a definition; gives the `,` or `)` behind it.
    fn skip_item(&mut self) -> Result<Option<u8>, Stop> {
        let mut depth = 0;
        while let Some(byte) = self.blank()? {
            self.next()?;
            match byte {
                b'\'' | b'"' | b'`' => while self.next()?.is_some_and(|b| b != byte) {},
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b',' | b')' if depth == 0 => return Ok(Some(byte)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Past the end of a statement: a semicolon, or a line on which the next one begins.
    fn skip_statement(&mut self) -> Result<(), Stop> {
        while let Some(byte) = self.blank()? {
            let mut start = [0; 7];
            for (i, b) in start.iter_mut().enumerate() {
                *b = self.peek(i)?.unwrap_or(b' ').to_ascii_uppercase();
            }
            if &start == b"INSERT " || start.starts_with(b"GO") && start[2].is_ascii_whitespace() {
                return Ok(());
            }
            if byte.is_ascii_alphabetic() {
                self.word()?;
                continue;
            }
            self.next()?;
            match byte {
                b';' => return Ok(()),
                b'\'' | b'"' | b'`' => while self.next()?.is_some_and(|b| b != byte) {},
                _ => {}
            }
        }
        Ok(())
    }

    /// A value up to the `,` or `)` behind it, which is given; none where the dump ends.
    fn value(&mut self, backslash: bool) -> Result<(String, Option<u8>), Stop> {
        let (mut raw, mut literal, mut literals, mut depth) = (Vec::new(), Vec::new(), 0, 0_usize);
        let end = loop {
            let Some(byte) = self.next()? else { break None };
            match byte {
                b'\'' | b'"' => {
                    let escapes = backslash || matches!(raw.last(), Some(b'E' | b'e'));
                    literals += 1;
                    literal.clear();
                    if !self.literal(byte, escapes, &mut literal)? {
                        break None;
                    }
                    raw.extend_from_slice(&literal);
                }
                b'(' => {
                    depth += 1;
                    raw.push(byte);
                }
                b')' | b',' if depth == 0 => break Some(byte),
                b')' => {
                    depth -= 1;
                    raw.push(byte);
                }
                _ if raw.len() <= LONGEST => raw.push(byte),
                _ => {}
            }
        };
        let text = if literals == 1 { literal } else { raw };
        let text = String::from_utf8_lossy(&text);
        let text = if literals == 0 { text.trim() } else { &text };
        let value = match text {
            t if literals == 0 && t.eq_ignore_ascii_case("null") => String::new(),
            t if literals == 0 && (t.eq_ignore_ascii_case("true") || t.eq_ignore_ascii_case("false")) => t.to_ascii_lowercase(),
            t => t.to_owned(),
        };
        Ok((value, end))
    }

    /// A string behind its opening quote; false where the dump ends in it.
    fn literal(&mut self, quote: u8, backslash: bool, out: &mut Vec<u8>) -> Result<bool, Stop> {
        loop {
            let Some(byte) = self.next()? else { return Ok(false) };
            let byte = match byte {
                b if b == quote => {
                    if self.peek(0)? != Some(quote) {
                        return Ok(true);
                    }
                    self.next()?;
                    quote
                }
                b'\\' if backslash => match self.next()? {
                    Some(b'n') => b'\n',
                    Some(b'r') => b'\r',
                    Some(b't') => b'\t',
                    Some(b'0') => 0,
                    Some(b'Z') => 0x1a,
                    Some(other) => other,
                    None => return Ok(false),
                },
                other => other,
            };
            if out.len() <= LONGEST {
                out.push(byte);
            }
        }
    }

    /// The rest of a line, without its end.
    fn whole_line(&mut self) -> Result<Option<String>, Stop> {
        let mut line = Vec::new();
        let mut any = false;
        while let Some(byte) = self.next()? {
            any = true;
            if byte == b'\n' {
                break;
            }
            if line.len() <= LONGEST {
                line.push(byte);
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(any.then(|| String::from_utf8_lossy(&line).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Seen, table};

    fn seen(text: &str) -> Seen {
        let seen = table(text.as_bytes()).unwrap();
        assert_eq!(seen.form, "sql");
        seen
    }

    fn rows(text: &str) -> Vec<(u64, String)> {
        let seen = seen(text);
        assert_eq!(seen.broken, None);
        seen.rows.iter().map(|r| (r.0, r.1.join("|"))).collect()
    }

    #[test]
    fn rows_of_the_table_of_calls_are_read_with_their_lines() {
        let dump = "-- MySQL dump\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `users` (`id` int, `name` varchar(9) DEFAULT 'a,)', PRIMARY KEY (`id`));\n\
            INSERT INTO `users` VALUES (1,'x');\nCREATE TABLE `call_log` (\n `id` int(11) NOT NULL,\n `callee` varchar(20) COMMENT 'who, (called)',\n \
            `call_time` datetime,\n KEY `k` (`callee`,`id`)\n) ENGINE=InnoDB;\nINSERT INTO `call_log` VALUES (1,'138','2026-10-01 09:00:00'),\n\
            (2,'it''s \\'quoted\\' \\\\',NULL);\nLOCK TABLES x WRITE;\nINSERT INTO db.call_log (id, callee, call_time) VALUES\n(3, '5', now());\n";
        assert_eq!(rows(dump), [(11, "1|138|2026-10-01 09:00:00".into()), (12, "2|it's 'quoted' \\|".into()), (15, "3|5|now()".into())]);
        let seen = seen(dump);
        assert_eq!(seen.names, ["id", "callee", "call_time"]);
    }

    #[test]
    fn dialects_of_other_servers() {
        let ms = "SET IDENTITY_INSERT [dbo].[cdr] ON\nGO\nINSERT [dbo].[cdr] ([id], [dst], [start]) VALUES (1, N'C:\\x', CAST(N'2026-10-01T09:00:00' AS DateTime))\nGO\nINSERT [dbo].[cdr] ([id], [dst], [start]) VALUES (2, N'y', NULL)\n";
        assert_eq!(rows(ms), [(3, "1|C:\\x|2026-10-01T09:00:00".into()), (5, "2|y|".into())]);
        let pg = "-- PostgreSQL database dump\nCOPY public.cdr (dst, start) FROM stdin;\n138\t2026\n\\N\ta\\tb\\\\\n\\.\n\nINSERT INTO public.cdr (dst, start) VALUES ('a\\', E'b\\'c'::text) ON CONFLICT DO NOTHING;\n";
        assert_eq!(rows(pg), [(3, "138|2026".into()), (4, "|a\tb\\".into()), (7, "a\\|b'c".into())]);
        let fs = "INSERT INTO cdr VALUES (\"a, b\",\"1\");\nINSERT INTO cdr VALUES (\"c\",\"2\");\n";
        assert_eq!(rows(fs), [(1, "a, b|1".into()), (2, "c|2".into())]);
    }

    #[test]
    fn a_row_of_another_width_is_a_fault_and_a_cut_is_told() {
        let seen = seen("INSERT INTO cdr (dst,start) VALUES ('1','x'),('2'),\n('3','y'),('4");
        assert_eq!(seen.rows.len(), 4);
        assert_eq!(seen.rows[1].2.as_deref(), Some("1 values where 2 were expected"));
        assert!(seen.rows[3].2.is_some());
        assert!(seen.broken.unwrap().starts_with("line 2: "));
    }
}
