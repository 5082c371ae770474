//! JSON: a list of records, an object that wraps one somewhere, a single record, or objects one after the other.

use std::io::Read;

use super::super::json::{self, Json, Place};
use super::super::json_cdr;
use super::super::spool::{SpoolWriter, Stop};
use super::{Container, Head, Original};

/// The form.
pub struct Form;

/// A record longer than this is rejected.
const LONGEST: usize = 4 << 20;
/// An object that holds JSON in a string may be this long.
const LONGEST_WRAPPER: usize = 64 << 20;

impl Container for Form {
    fn name(&self) -> &'static str {
        "json"
    }

    fn recognise(&self, head: &Head<'_>) -> bool {
        let text = head.text.trim_start_matches('\u{feff}').trim_start();
        let second = text.get(1..).map(|t| t.trim_start().chars().next());
        matches!((text.chars().next(), second), (Some('{'), Some(Some('"' | '}') | None)) | (Some('['), Some(Some('{' | '[' | ']') | None)))
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let mut begin = Vec::new();
        original.text()?.take(1 << 20).read_to_end(&mut begin).map_err(Stop::input)?;
        let begin = String::from_utf8_lossy(&begin).into_owned();
        let place = match json::parse_head(begin.trim_start()) {
            Some(Json::List(items, _)) => items.first().map(json::place).unwrap_or_default(),
            Some(value) => json::place(&value),
            None => Place::default(),
        };
        let mut reader = Reader { scan: Scan::new(original.text()?), records: Records { place, spool }, text: Vec::new() };
        reader.all()
    }
}

/// Takes the records out of values and writes them.
pub(super) struct Records<'a> {
    pub(super) place: Place,
    pub(super) spool: &'a mut SpoolWriter,
}

impl Records<'_> {
    /// A value that stands where a record or a wrapper is expected.
    pub(super) fn value(&mut self, value: &Json<'_>, line: u64, text: &str) -> Result<(), Stop> {
        let mut at = value;
        for name in &self.place.path {
            match at.member(name) {
                Some(inner) => at = inner,
                None => {
                    let why = format!("an object without \"{}\", in which the records of the first one are", self.place.path.join("."));
                    return self.spool.fault(line, &why, text);
                }
            }
        }
        if self.place.text
            && let Json::Text(inner) = at
        {
            return match json::parse(inner) {
                Ok((value, _)) => self.records(&value, line, text),
                Err((_, why)) => self.spool.fault(line, &format!("the text in it is not JSON: {why}"), text),
            };
        }
        self.records(at, line, text)
    }

    /// A record, or a list of them.
    fn records(&mut self, value: &Json<'_>, line: u64, text: &str) -> Result<(), Stop> {
        match value {
            Json::List(items, _) if items.iter().all(|i| matches!(i, Json::Object(_))) => items.iter().try_for_each(|i| self.record(i, line, text)),
            other => self.record(other, line, text),
        }
    }

    /// One record.
    pub(super) fn record(&mut self, value: &Json<'_>, line: u64, text: &str) -> Result<(), Stop> {
        match value {
            Json::Object(_) if !self.place.attempts.is_empty() => return self.attempts(value, line, text),
            Json::Object(_) => {}
            Json::List(items, _) if self.spool.names().is_empty() => {
                let cells: Vec<_> = items.iter().map(Json::cell).collect();
                return self.spool.row(line, &cells);
            }
            _ => return self.spool.fault(line, "not a JSON object", text),
        }
        match json_cdr::plain(value) {
            Some(plain) => self.row(&[("", &plain)], line, text),
            None => self.row(&[("", value)], line, text),
        }
    }

    /// What was done for one customer or one job: a record for each attempt, which has what all share beside its own; one without an attempt is a row, too.
    fn attempts(&mut self, value: &Json<'_>, line: u64, text: &str) -> Result<(), Stop> {
        let path = std::mem::take(&mut self.place.attempts);
        let (name, list) = (path.join("."), path.iter().try_fold(value, |at, name| at.member(name)));
        let result = match list {
            Some(Json::List(items, raw)) if items.iter().any(|i| matches!(i, Json::Object(_))) => {
                let shared = value.without(&path);
                let mut lines = Lines::new(text, raw, line);
                items.iter().try_for_each(|item| match (lines.next(), item) {
                    (line, Json::Object(_)) => self.row(&[("", &shared), (&name, item)], line, text),
                    (line, _) => self.spool.fault(line, "not a JSON object", text),
                })
            }
            _ => {
                self.spool.without_attempts(&name);
                self.row(&[("", &value.without(&path))], line, text)
            }
        };
        self.place.attempts = path;
        result
    }

    /// A row of the cells of these objects, those of each with its name in front.
    fn row(&mut self, parts: &[(&str, &Json<'_>)], line: u64, text: &str) -> Result<(), Stop> {
        let mut cells: Vec<std::borrow::Cow<'_, str>> = Vec::new();
        let mut full = false;
        let spool = &mut *self.spool;
        for (prefix, value) in parts {
            value.flatten(prefix, &mut |name, cell| match spool.column(&name) {
                Some(place) => {
                    if cells.len() <= place {
                        cells.resize(place + 1, "".into());
                    }
                    cells[place] = cell;
                }
                None => full = true,
            });
        }
        if full {
            return self.spool.fault(line, "the records have more than 4,000 different members", text);
        }
        self.spool.row(line, &cells)
    }
}

/// The lines on which the items of a list begin.
struct Lines<'a> {
    /// The text of the list from the item that is next.
    rest: &'a str,
    line: u64,
}

impl<'a> Lines<'a> {
    /// `list` is a part of `text`, which begins on `line`; of a list that was made of something else, all items are on that line.
    fn new(text: &str, list: &'a str, line: u64) -> Lines<'a> {
        match (list.as_ptr() as usize).checked_sub(text.as_ptr() as usize).and_then(|at| text.get(..at)) {
            Some(before) => Lines { rest: list.get(1..).unwrap_or_default(), line: line + newlines(before) },
            None => Lines { rest: "", line },
        }
    }

    fn next(&mut self) -> u64 {
        let item = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '\u{1e}'));
        self.line += newlines(&self.rest[..self.rest.len() - item.len()]);
        let line = self.line;
        if let Ok((_, end)) = json::parse(item) {
            self.line += newlines(&item[..end]);
            self.rest = &item[end..];
        }
        line
    }
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

struct Reader<'a> {
    scan: Scan,
    records: Records<'a>,
    text: Vec<u8>,
}

impl Reader<'_> {
    fn all(&mut self) -> Result<(), Stop> {
        let path = self.records.place.path.clone();
        let deep = self.records.place.text;
        while let Some(byte) = self.scan.next_value()? {
            match byte {
                b'[' => {
                    self.scan.take();
                    self.list()?;
                }
                b'{' if path.is_empty() || deep => self.element()?,
                b'{' => {
                    let (line, before) = (self.scan.line, self.records.spool.rows());
                    self.scan.take();
                    let found = self.inside(&path)?;
                    if !found && self.records.spool.rows() == before {
                        self.records.spool.fault(line, &format!("an object without \"{}\", in which the records of the first one are", path.join(".")), "")?;
                    }
                }
                _ => return Err(self.scan.stop("an object was expected here")),
            }
        }
        Ok(())
    }

    /// The elements of a list, whose bracket was taken.
    fn list(&mut self) -> Result<(), Stop> {
        let top = std::mem::take(&mut self.records.place);
        // Records in a list at the end of the path are themselves; in a list at the top each may be a wrapper.
        let mut result = Ok(());
        if self.scan.depth_of_path == 0 {
            self.records.place = top.clone();
        } else {
            self.records.place.attempts.clone_from(&top.attempts);
        }
        loop {
            match self.scan.next_value() {
                Ok(Some(b']')) => {
                    self.scan.take();
                    break;
                }
                Ok(Some(_)) => {
                    if let Err(stop) = self.element() {
                        result = Err(stop);
                        break;
                    }
                }
                Ok(None) => {
                    result = Err(self.scan.stop("it ends within the list of records: it was cut off"));
                    break;
                }
                Err(stop) => {
                    result = Err(stop);
                    break;
                }
            }
        }
        self.records.place = top;
        result
    }

    /// Follows the path into an object whose brace was taken; true if its end was reached.
    fn inside(&mut self, path: &[String]) -> Result<bool, Stop> {
        let mut found = false;
        loop {
            match self.scan.next_value()? {
                Some(b'}') => {
                    self.scan.take();
                    return Ok(found);
                }
                Some(b'"') => {}
                Some(_) => return Err(self.scan.stop("the name of a member was expected here")),
                None => return Err(self.scan.stop("it ends within an object: it was cut off")),
            }
            self.scan.capture(&mut self.text, LONGEST)?;
            let name = String::from_utf8_lossy(&self.text).into_owned();
            let name = json::parse(&name).ok().map(|(value, _)| value.cell().into_owned()).unwrap_or_default();
            if self.scan.next_value()? != Some(b':') {
                return Err(self.scan.stop("':' was expected here"));
            }
            self.scan.take();
            let Some(byte) = self.scan.next_value()? else { return Err(self.scan.stop("it ends within an object: it was cut off")) };
            let ours = path.first() == Some(&name);
            match byte {
                b'{' if ours && path.len() > 1 => {
                    self.scan.take();
                    found |= self.inside(&path[1..])?;
                }
                b'[' if ours && path.len() == 1 => {
                    self.scan.take();
                    self.scan.depth_of_path = 1;
                    let result = self.list();
                    self.scan.depth_of_path = 0;
                    result?;
                    found = true;
                }
                b'{' if ours => {
                    let place = std::mem::take(&mut self.records.place);
                    self.records.place.attempts.clone_from(&place.attempts);
                    let result = self.element();
                    self.records.place = place;
                    result?;
                    found = true;
                }
                _ => self.scan.capture(&mut self.text, 0).map(|_| ())?,
            }
        }
    }

    /// One value, whole.
    fn element(&mut self) -> Result<(), Stop> {
        let line = self.scan.line;
        let cap = if self.records.place.text { LONGEST_WRAPPER } else { LONGEST };
        let whole = self.scan.capture(&mut self.text, cap)?;
        let bytes = std::mem::take(&mut self.text);
        let text = String::from_utf8_lossy(&bytes);
        let result = match whole {
            Captured::Whole => match json::parse(&text) {
                Ok((value, _)) => self.records.value(&value, line, &text),
                Err((at, why)) => {
                    let line_of = line + text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() as u64;
                    self.records.spool.fault(line, &format!("not JSON: {why} (line {line_of})"), &text)
                }
            },
            Captured::TooLong => self.records.spool.fault(line, "longer than 4 MiB", &text),
            Captured::Cut => {
                self.records.spool.fault(line, "ends in the midst of the record", &text)?;
                Err(self.scan.stop("it ends in the midst of a record: it was cut off"))
            }
        };
        self.text = bytes;
        result
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Captured {
    Whole,
    TooLong,
    Cut,
}

/// Finds values in a stream without reading them.
struct Scan {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    /// 1-based.
    line: u64,
    ended: bool,
    /// 1 while the list at the end of the path is read.
    depth_of_path: u8,
}

impl Scan {
    fn new(input: Box<dyn Read + Send>) -> Scan {
        Scan { input, buffer: Vec::new(), at: 0, line: 1, ended: false, depth_of_path: 0 }
    }

    fn stop(&self, why: &str) -> Stop {
        Stop::Input(format!("line {}: {why}", self.line))
    }

    /// The bytes that are not yet taken; none at the end.
    fn rest(&mut self) -> Result<&[u8], Stop> {
        if self.at == self.buffer.len() && !self.ended {
            self.buffer.clear();
            self.at = 0;
            let (input, buffer) = (&mut self.input, &mut self.buffer);
            let read = input.by_ref().take(1 << 17).read_to_end(buffer);
            if self.buffer.is_empty() {
                self.ended = true;
                read.map_err(|e| Stop::Input(format!("line {}: {e}", self.line)))?;
            }
        }
        Ok(&self.buffer[self.at..])
    }

    /// The first byte that is neither white space nor a comma; it is not taken.
    fn next_value(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            let rest = self.rest()?;
            let Some(&byte) = rest.first() else { return Ok(None) };
            if !(byte.is_ascii_whitespace() || matches!(byte, b',' | 0x1e)) {
                return Ok(Some(byte));
            }
            self.line += u64::from(byte == b'\n');
            self.at += 1;
        }
    }

    fn take(&mut self) {
        self.at += 1;
    }

    /// Takes one value; at most `cap` bytes of it are kept in `out`.
    fn capture(&mut self, out: &mut Vec<u8>, cap: usize) -> Result<Captured, Stop> {
        out.clear();
        let (mut depth, mut text, mut escaped, mut first, mut scalar) = (0_usize, false, false, true, false);
        let mut length = 0;
        loop {
            let rest = self.rest()?;
            if rest.is_empty() {
                return Ok(if scalar { Captured::Whole } else { Captured::Cut });
            }
            let (mut used, mut done, mut lines) = (0, false, 0);
            for &byte in rest {
                if scalar && (byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b':')) {
                    done = true;
                    break;
                }
                used += 1;
                lines += u64::from(byte == b'\n');
                if text {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => text = false,
                        _ => {}
                    }
                    done = !text && depth == 0;
                } else {
                    match byte {
                        b'"' => text = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.saturating_sub(1),
                        _ => scalar |= first,
                    }
                    done = !first && depth == 0 && !text && !scalar;
                }
                first = false;
                if done {
                    break;
                }
            }
            let keep = used.min(cap.saturating_sub(out.len()));
            let part = &self.buffer[self.at..self.at + keep];
            out.extend_from_slice(part);
            length += used;
            self.at += used;
            self.line += lines;
            if done {
                return Ok(if length > cap { Captured::TooLong } else { Captured::Whole });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let seen = table(text.as_bytes()).unwrap();
        assert_eq!(seen.broken, None);
        seen.rows.into_iter().map(|r| (r.0, r.1)).collect()
    }

    #[test]
    fn records_are_found_wherever_they_are_wrapped() {
        let two = "{\"callee\": \"1\", \"time\": \"x, y\"},\n  {\"callee\": \"2\", \"talk\": 3.0}";
        let expected = vec![(2, vec!["1".to_owned(), "x, y".into(), String::new()]), (3, vec!["2".to_owned(), String::new(), "3.0".into()])];
        for text in [
            format!("[\n{two}]"),
            format!("{{\"Response\": {{\"n\": [1], \"TelCdrs\": [\n{two}], \"after\": {{}} }} }}"),
            format!("\u{feff}{{\"a\":\"]}}\",\"records\":[\n{two}\n]}}"),
            format!("\n{}", two.replace("},", "}")),
        ] {
            assert_eq!(rows(&text), expected, "{text}");
        }
    }

    #[test]
    fn concatenated_objects_and_wrappers_and_json_in_a_string() {
        assert_eq!(rows("{\"callee\":\"1\",\"time\":\"x\"}{\"callee\":\"2\"}\n{\"callee\":\"3\"}").len(), 3);
        let push = "{\"type\":\"fee\",\"feeLst\":[{\"callerNum\":\"1\",\"callInTime\":\"x\"},{\"callerNum\":\"2\"}]}";
        assert_eq!(rows(&format!("{push}{push}\n\n{push}")).len(), 6);
        assert_eq!(rows(&format!("[{push},{push}]")).len(), 4);
        let inside = r#"{"Code":"OK","Data":"{\"caller\":\"1\",\"startDate\":\"2026\"}"}"#;
        assert_eq!(rows(inside), [(1, vec!["1".to_owned(), "2026".into()])]);
    }

    #[test]
    fn attempts_within_a_job_are_records_on_their_own_lines() {
        let job = |id: &str, tasks: &str| format!("{{\"JobId\": \"{id}\",\n\"Contacts\": [{{\"Phone\": \"1\"}}],\n\"Tasks\": [\n{tasks}]}}");
        let task = |n: u32| format!("{{\"CalledNumber\": \"{n}\", \"ActualTime\": {n},\n\"Duration\": 5}}");
        let text = format!("{{\"Jobs\": [\n{},\n{},\n{}]}}", job("a", ""), job("b", &format!("{},\n{}", task(1), task(2))), job("c", &task(3)));
        let seen = table(text.as_bytes()).unwrap();
        assert_eq!(seen.names, ["JobId", "Contacts", "Tasks.CalledNumber", "Tasks.ActualTime", "Tasks.Duration"]);
        let shown: Vec<_> = seen.rows.iter().map(|r| (r.0, r.1[0].as_str(), r.1[2].as_str(), r.2.is_none())).collect();
        assert_eq!(shown, [(2, "a", "", true), (9, "b", "1", true), (11, "b", "2", true), (16, "c", "3", true)]);
        // What is no attempt among them costs itself only.
        let text = format!("{{\"Jobs\": [{},{}]}}", job("a", &task(3)), job("b", &format!("{}, 7, {}", task(1), task(2))));
        let seen = table(text.as_bytes()).unwrap();
        assert_eq!(seen.rows.iter().map(|r| (r.0, r.2.is_none())).collect::<Vec<_>>(), [(4, true), (8, true), (9, false), (9, true)]);
    }

    #[test]
    fn what_is_damaged_is_a_fault_of_its_own_and_counts() {
        let seen = table(b"[{\"callee\":\"1\",\"time\":1},\n{\"callee\":\"2\",},\n7,\n{\"callee\":\"4\"}]").unwrap();
        assert_eq!(seen.rows.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert!(seen.rows[1].2.as_deref().unwrap().contains("name of a member"));
        assert_eq!(seen.rows[2].2.as_deref(), Some("not a JSON object"));
        let seen = table(b"{\"records\":[{\"callee\":\"1\",\"time\":1},\n{\"callee\":\"2").unwrap();
        assert_eq!(seen.rows.len(), 2);
        assert!(seen.broken.unwrap().starts_with("line 2: "));
    }
}
