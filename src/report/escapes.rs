//! JSON in which nothing steers a terminal: what serde_json leaves as it is (C1 controls, marks of direction, characters that hide) is escaped as well.
//! Nothing is lost: whoever reads the JSON gets the same text.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::renderers::table::steers;

/// A formatter that escapes more than the one it writes with.
struct Escaping<F>(F);

macro_rules! as_before {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $kind)*) -> Result<()> {
            self.0.$name(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaping<F> {
    as_before! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| steers(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// On one line.
///
/// Errors: what the output says.
pub fn compact<T: Serialize>(out: impl Write, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaping(CompactFormatter)))
}

/// On many lines.
///
/// Errors: what the output says.
pub fn pretty<T: Serialize>(out: impl Write, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaping(PrettyFormatter::new())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_as_it_was_and_looks_as_before() {
        let value = serde_json::json!({ "a\u{9b}": ["任务\u{202e}\u{1b}\"\n", "\u{e0041}", "plain", []], "b": { "c": 1.5, "d": {} } });
        for (written, usual) in [
            (
                {
                    let mut out = vec![];
                    compact(&mut out, &value).unwrap();
                    out
                },
                serde_json::to_string(&value).unwrap(),
            ),
            (
                {
                    let mut out = vec![];
                    pretty(&mut out, &value).unwrap();
                    out
                },
                serde_json::to_string_pretty(&value).unwrap(),
            ),
        ] {
            let text = String::from_utf8(written).unwrap();
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
            assert!(!text.chars().any(|c| c != '\n' && steers(c)), "{text}");
            assert!(text.contains("\\u009b") && text.contains("任务\\u202e\\u001b\\\"\\n") && text.contains("\\udb40\\udc41"), "{text}");
            assert_eq!(text.lines().count(), usual.lines().count());
        }
        let mut out = vec![];
        pretty(&mut out, &serde_json::json!({ "a": [1, { "b": [] }], "c": "任务" })).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string_pretty(&serde_json::json!({ "a": [1, { "b": [] }], "c": "任务" })).unwrap());
    }
}
