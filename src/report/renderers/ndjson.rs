//! Every violating call as a JSON object on a line of its own: the rows of the csv, for programs.

use std::io::Write;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Renderer, View};
use crate::error::Result;
use crate::report::columns::{Type, number};
use crate::report::{Cells, Findings, Report, escapes};

/// `-o ndjson`
pub struct Ndjson;

/// The one and only.
pub static RENDERER: Ndjson = Ndjson;

impl Renderer for Ndjson {
    fn name(&self) -> &'static str {
        "ndjson"
    }
    fn shows_violations(&self) -> bool {
        true
    }
    fn shows_findings(&self) -> bool {
        false
    }

    fn render(&self, _report: &Report, rows: &dyn Findings, _view: &View, out: &mut dyn Write) -> Result<()> {
        let columns: Vec<(&str, Type)> = rows.violation_columns().iter().map(|name| (name.as_str(), Type::of(name))).collect();
        for row in rows.violations()? {
            let row = row?;
            escapes::compact(&mut *out, &Line { columns: &columns, row: &row }).map_err(|error| super::write_error(&error.into()))?;
            out.write_all(b"\n").map_err(|error| super::write_error(&error))?;
        }
        out.flush().map_err(|error| super::write_error(&error))
    }
}

struct Line<'a> {
    columns: &'a [(&'a str, Type)],
    row: &'a Cells,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for ((name, kind), cell) in self.columns.iter().zip(self.row.iter()) {
            map.serialize_key(name)?;
            let whole = || cell.parse::<i64>().ok();
            match kind {
                _ if cell.is_empty() => map.serialize_value(&None::<()>)?,
                // A whole number stays one: 4, not 4.0.
                Type::Whole | Type::Number if whole().is_some() => map.serialize_value(&whole())?,
                Type::Number if number(cell).is_some() => map.serialize_value(&number(cell))?,
                _ => map.serialize_value(cell)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn numbers_are_numbers_and_texts_are_what_they_are() {
        let rows = sample::Rows::hostile();
        let mut out = Vec::new();
        RENDERER.render(&sample::report(&rows), &rows, &View::default(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"rule\":\"evening\",\"caller\":\"+8613800138000\",\"campaign\":\"=HYPERLINK(\\\"x\\\")\",\"measured\":-5}\n\
             {\"rule\":\"redial\",\"caller\":\"4001\",\"campaign\":\"年终 \\\"大促\\\",\\n第二行\",\"measured\":4}\n"
        );
    }

    #[test]
    fn what_is_not_there_is_null_and_decimals_stay() {
        let cells = Cells::new(["", "0.125", "7", "inf"]);
        let columns = [("rule", Type::Text), ("measured", Type::Number), ("line", Type::Whole), ("limit", Type::Number)];
        let text = serde_json::to_string(&Line { columns: &columns, row: &cells }).unwrap();
        assert_eq!(text, r#"{"rule":null,"measured":0.125,"line":7,"limit":"inf"}"#);
    }
}
