//! JSON lines: one record a line. A line that is damaged costs itself only.

use std::io::{BufRead, BufReader, Read};

use super::super::json::{self, Json, Place};
use super::super::spool::{SpoolWriter, Stop};
use super::json::Records;
use super::{Container, Head, Original};

/// The form.
pub struct Form;

/// A line longer than this is rejected.
const LONGEST: u64 = 16 << 20;

impl Container for Form {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn recognise(&self, head: &Head<'_>) -> bool {
        let mut lines = head.text.trim_start_matches('\u{feff}').split_inclusive('\n').filter(|l| !l.trim().is_empty());
        let Some(first) = lines.next().filter(|l| l.ends_with('\n') && l.starts_with('{')) else { return false };
        values(first).is_ok_and(|v| !v.is_empty()) && lines.next().is_some_and(|l| l.trim_start().starts_with('{'))
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let first = original.head.trim_start_matches('\u{feff}').lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
        let place = json::parse_head(first).map_or_else(Place::default, |v| json::place(&v));
        let mut records = Records { place, spool };
        let mut input = BufReader::with_capacity(1 << 17, original.text()?);
        let (mut line, mut bytes) = (0, Vec::new());
        loop {
            bytes.clear();
            let number = line + 1;
            let fail = |e| Stop::Input(format!("line {number}: {e}"));
            if input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes).map_err(fail)? == 0 {
                return Ok(());
            }
            line += 1;
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim().trim_start_matches('\u{feff}');
            if bytes.len() as u64 >= LONGEST && !bytes.ends_with(b"\n") {
                input.skip_until(b'\n').map_err(fail)?;
                records.spool.fault(line, "longer than 16 MiB", text)?;
            } else if !text.is_empty() {
                match values(text) {
                    Ok(values) => values.iter().try_for_each(|v| one(&mut records, v, line, text))?,
                    Err(why) => records.spool.fault(line, &format!("not JSON: {why}"), text)?,
                }
            }
        }
    }
}

fn one(records: &mut Records<'_>, value: &Json<'_>, line: u64, text: &str) -> Result<(), Stop> {
    match value {
        Json::List(items, _) => items.iter().try_for_each(|i| records.value(i, line, text)),
        other => records.value(other, line, text),
    }
}

/// The values of a line, usually one.
fn values(line: &str) -> Result<Vec<Json<'_>>, String> {
    let mut values = Vec::new();
    let mut rest = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1e}' || c == ',');
    while !rest.is_empty() {
        let (value, end) = json::parse(rest).map_err(|(_, why)| why)?;
        values.push(value);
        rest = rest[end..].trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    #[test]
    fn a_damaged_line_costs_itself_only_and_columns_come_as_they_appear() {
        let seen = table(b"{\"callee\":\"1\"}\r\n\r\n{\"callee\":\"2\",\"x\":{\"y\":1}\r\n{\"z\":0,\"callee\":\"3\"}{\"callee\":\"4\"}\n").unwrap();
        assert_eq!(seen.form, "jsonl");
        assert_eq!(seen.names, ["callee", "z"]);
        let shown: Vec<_> = seen.rows.iter().map(|r| (r.0, r.1.join("|"), r.2.is_some())).collect();
        assert_eq!(shown, [(1, "1|".into(), false), (3, "|".into(), true), (4, "3|0".into(), false), (4, "4|".into(), false)]);
    }

    #[test]
    fn lines_may_wrap_their_records() {
        let push = "{\"type\":\"fee\",\"feeLst\":[{\"callerNum\":\"1\",\"callInTime\":\"x\"},{\"callerNum\":\"2\"}]}\n";
        let seen = table(format!("{push}{{\"type\":\"other\"}}\n{push}").as_bytes()).unwrap();
        assert_eq!(seen.rows.len(), 5);
        assert!(seen.rows[2].2.as_deref().unwrap().contains("feeLst"));
    }
}
