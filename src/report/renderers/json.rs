//! The stored form: every key in its order, findings written one by one.

use std::io::Write;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::{Renderer, View};
use crate::error::{Error, Result};
use crate::report::{Findings, Report, escapes};

/// `-o json`
pub struct Json;

/// The one and only.
pub static RENDERER: Json = Json;

impl Renderer for Json {
    fn name(&self) -> &'static str {
        "json"
    }
    fn shows_exposure(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, _view: &View, out: &mut dyn Write) -> Result<()> {
        let failure = std::cell::RefCell::new(None);
        let head = Head { report, findings: Stream { rows, failure: &failure } };
        let written = escapes::pretty(&mut *out, &head);
        if let Some(error) = failure.into_inner() {
            return Err(error);
        }
        written.map_err(|error| super::write_error(&error.into()))?;
        out.write_all(b"\n").map_err(|error| super::write_error(&error))
    }
}

struct Head<'a> {
    report: &'a Report,
    findings: Stream<'a>,
}

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Report { schema, tool, as_of, reader, hidden, part, ruleset, inputs, lists, period, judged, coverage, totals, breakdowns, .. } = self.report;
        let Report { rules, truncated, suppressions, baseline, checklist, exposure, exit, .. } = self.report;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", schema)?;
        map.serialize_entry("tool", tool)?;
        map.serialize_entry("as_of", as_of)?;
        if reader.is_some() {
            map.serialize_entry("reader", reader)?;
        }
        if hidden.is_some() {
            map.serialize_entry("hidden", hidden)?;
        }
        if part.is_some() {
            map.serialize_entry("part", part)?;
        }
        map.serialize_entry("ruleset", ruleset)?;
        map.serialize_entry("inputs", inputs)?;
        map.serialize_entry("lists", lists)?;
        map.serialize_entry("period", period)?;
        if judged.is_some() {
            map.serialize_entry("judged", judged)?;
        }
        map.serialize_entry("coverage", coverage)?;
        map.serialize_entry("totals", totals)?;
        map.serialize_entry("breakdowns", breakdowns)?;
        map.serialize_entry("rules", rules)?;
        map.serialize_entry("findings", &self.findings)?;
        map.serialize_entry("truncated", truncated)?;
        if suppressions.is_some() {
            map.serialize_entry("suppressions", suppressions)?;
        }
        if baseline.is_some() {
            map.serialize_entry("baseline", baseline)?;
        }
        map.serialize_entry("checklist", checklist)?;
        map.serialize_entry("exposure", exposure)?;
        map.serialize_entry("exit", exit)?;
        map.end()
    }
}

/// The findings as a sequence that is read while it is written. A cursor that fails ends it, and leaves its error here.
struct Stream<'a> {
    rows: &'a dyn Findings,
    failure: &'a std::cell::RefCell<Option<Error>>,
}

impl Serialize for Stream<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for finding in self.rows.findings() {
            match finding {
                Ok(finding) => sequence.serialize_element(&finding)?,
                Err(error) => {
                    let text = error.to_string();
                    *self.failure.borrow_mut() = Some(error);
                    return Err(serde::ser::Error::custom(text));
                }
            }
        }
        sequence.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::language::Lang;

    fn rendered(rows: &sample::Rows) -> String {
        let mut out = Vec::new();
        Json.render(&sample::report(rows), rows, &View { lang: Lang::En, width: 80, colour: true, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn keys_come_in_the_order_of_the_contract() {
        let text = rendered(&sample::Rows::hostile());
        assert_eq!(text, rendered(&sample::Rows::hostile()));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        let contract = "schema tool as_of ruleset inputs lists period coverage totals breakdowns rules findings truncated checklist exposure exit";
        assert_eq!(keys, contract.split(' ').collect::<Vec<_>>());
        assert_eq!(value["findings"].as_array().unwrap().len(), sample::Rows::hostile().findings.len());
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
        assert!(text.starts_with("{\n  \"schema\": \"callaudit.report/1\",\n"));
        assert!(!text.contains('\u{1b}') && text.contains("\\u001b"));
    }

    #[test]
    fn no_findings_are_an_empty_list() {
        assert!(rendered(&sample::Rows::none()).contains("\n  \"findings\": [],\n"));
    }

    #[test]
    fn errors_of_cursor_and_pipe_are_told_apart() {
        let view = View { lang: Lang::En, width: 80, colour: false, ..View::default() };
        let rows = sample::Rows::hostile();
        let error = Json.render(&sample::report(&rows), &sample::Broken, &view, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the spill is gone");
        let error = Json.render(&sample::report(&rows), &rows, &view, &mut sample::ClosedPipe).unwrap_err();
        assert!(matches!(&error, Error::Io(text) if text.starts_with("broken pipe")), "{error}");
    }
}
