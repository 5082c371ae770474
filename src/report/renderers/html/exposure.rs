//! What the findings could cost, as far as the report says so.

use serde_json::Value;

use super::tables::{Cell, Head, Table};
use super::words::{Words, short};
use crate::language::page::Msg as T;

/// Every value under its name.
pub(super) fn table(value: &Value, w: &Words) -> Table {
    let mut rows = Vec::new();
    flatten("", value, &mut rows);
    Table {
        caption: w.t(T::SectionExposure).to_owned(),
        heads: vec![Head::left(w.t(T::ColItem)), Head::left(w.t(T::DayCells))],
        rows: rows.into_iter().map(|(name, value)| vec![Cell::text(name), Cell::text(value)]).collect(),
        ..Table::default()
    }
}

fn flatten(name: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let under = |key: &str| if name.is_empty() { short(key) } else { format!("{name} · {}", short(key)) };
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| flatten(&under(key), value, rows)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| flatten(&under(&(n + 1).to_string()), value, rows)),
        Value::String(text) => rows.push((name.to_owned(), short(text))),
        Value::Null => rows.push((name.to_owned(), "—".to_owned())),
        value => rows.push((name.to_owned(), value.to_string())),
    }
}
