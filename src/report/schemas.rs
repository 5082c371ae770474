//! The JSON Schemas (draft 2020-12) of what scripts read, each made from the structs that write it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};

use super::{difference, run, stored, trend};

/// The forms that have a schema, by the name that the command line knows and that their file in docs/ has.
pub const FORMS: &[&str] = &["report", "diff", "trend", "run", "case"];

/// The schema of a form; none of one that there is not.
pub fn schema(form: &str) -> Option<Schema> {
    Some(match form {
        "report" => stored::schema(),
        "diff" => of::<difference::Difference>("Two reports of callaudit compared", difference::SCHEMA),
        "trend" => of::<trend::Trend>("Rates of violations over several reports of callaudit", trend::SCHEMA),
        "run" => of::<run::Record<'_>>("The record of one run of callaudit", run::SCHEMA),
        "case" => of::<crate::casework::Case>("A complaint case of callaudit", crate::casework::SCHEMA),
        _ => return None,
    })
}

/// The schema of a type, with its title and version.
pub(super) fn of<T: JsonSchema>(title: &str, version: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let head = json_schema!({ "title": title, "$comment": version });
    head.to_value().as_object().into_iter().flatten().for_each(|(key, value)| drop(schema.insert(key.clone(), value.clone())));
    schema
}
