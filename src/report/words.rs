//! The fixed words of a report: when a stored one is read back, each must be one of those that the program itself writes.

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error};

use crate::calls::columns::Outcome;
use crate::calls::numbers::Sort;
use crate::calls::timestamps::{self, Precision};
use crate::error::nearest;
use crate::input::text::Encoding;
use crate::rules::registry::KINDS;
use crate::rules::{Force, Severity, Verdict};

/// One of the words of a vocabulary. (An alias, because serde takes a reference for text that is borrowed from the JSON.)
pub type Word = &'static str;

/// Words, and what they are called in an error.
pub trait Vocabulary {
    /// What they are.
    const WHAT: &'static str;
    /// All of them.
    fn words() -> Vec<Word>;
}

macro_rules! vocabularies {
    ($($(#[$doc:meta])* $name:ident $what:literal = $words:expr;)*) => {
        $($(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Vocabulary for $name {
            const WHAT: &'static str = $what;
            fn words() -> Vec<Word> {
                $words
            }
        })*
    };
}

vocabularies! {
    /// Versions of the stored form.
    Schemas "version of the report" = vec![super::SCHEMA];
    /// Names of the program.
    Programs "program" = vec!["callaudit"];
    /// Kinds of rule.
    Kinds "kind of rule" = KINDS.iter().map(|k| k.name()).collect();
    /// How much a rule matters.
    Severities "severity" = Severity::WORDS.iter().map(|w| w.0).collect();
    /// Where a rule gets its force.
    Forces "force" = Force::WORDS.iter().map(|w| w.0).collect();
    /// What is said of a finding's calls.
    Verdicts "verdict" = Verdict::WORDS.iter().map(|w| w.0).collect();
    /// Whether a rule was evaluated.
    Statuses "status" = vec!["evaluated", "not_evaluable", "not_in_force"];
    /// What became of a finding.
    States "state" = super::STATES.to_vec();
    /// What became of a suppression.
    SuppressionStates "state of a suppression" = {
        use crate::findings::suppressions::{EXPIRED, IN_USE, UNUSED};
        vec![IN_USE, UNUSED, EXPIRED]
    };
    /// For whom a report is written.
    Audiences "audience" = super::audience::AUDIENCES.to_vec();
    /// By what a log is split.
    Parts "column" = crate::engine::part::COLUMNS.to_vec();
    /// Why it cannot be told whether a finding of a baseline is fixed.
    Reasons "reason" = crate::findings::baseline::REASONS.to_vec();
    /// What a finding is about.
    Scopes "scope" = vec!["key", "group"];
    /// Sorts of gap.
    Gaps "kind of gap" = vec![super::Gap::MISSING, super::Gap::PAUSE, super::Gap::SILENCE];
    /// Encodings of text.
    Encodings "encoding" = Encoding::ALL.iter().map(|e| e.name()).collect();
    /// How exactly a time is known.
    Precisions "precision" = Precision::ALL.iter().map(|p| p.name()).collect();
    /// Sorts of number.
    Sorts "sort of number" = Sort::ALL.iter().map(|s| s.name()).collect();
    /// Outcomes of a call.
    Outcomes "outcome" = Outcome::ALL.iter().map(|o| o.word()).collect();
    /// What a unit of a regime is.
    Bases "unit" = crate::exposure::BASES.to_vec();
    /// Why a rule has no price.
    Unpriceds "reason" = crate::exposure::REASONS.to_vec();
    /// How a fact weighs.
    Weighs "weight" = crate::exposure::WEIGHS.to_vec();
    /// Leaks.
    Leaks "leak" = crate::remediation::leaks::IDS.to_vec();
}

fn known<V: Vocabulary, E: Error>(word: &str) -> Result<Word, E> {
    let words = V::words();
    words.iter().copied().find(|w| *w == word).ok_or_else(|| {
        let near = nearest(word, words.iter().copied()).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        E::custom(format!("unknown {} \"{word}\"{near} (one of {})", V::WHAT, words.join(", ")))
    })
}

/// Reads a word.
///
/// Errors: no text, or none of the words.
pub fn read<'de, V: Vocabulary, D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
    known::<V, _>(&String::deserialize(from)?)
}

/// Reads a word that may be missing.
///
/// Errors: as [`read`].
pub fn option<'de, V: Vocabulary, D: Deserializer<'de>>(from: D) -> Result<Option<Word>, D::Error> {
    Option::<String>::deserialize(from)?.map(|word| known::<V, _>(&word)).transpose()
}

/// Reads counts by word.
///
/// Errors: as [`read`].
pub fn counts<'de, V: Vocabulary, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Word, u64>, D::Error> {
    BTreeMap::<String, u64>::deserialize(from)?.into_iter().map(|(word, n)| known::<V, _>(&word).map(|word| (word, n))).collect()
}

/// Reads an instant of RFC 3339.
///
/// Errors: no text, or no instant.
pub fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let stamp = timestamps::parse(&text, None).and_then(|s| Some(s.local - s.offset?));
    stamp.map(Some).ok_or_else(|| D::Error::custom(format!("\"{text}\" is no instant such as 2026-11-01T00:00:00Z")))
}

/// Reads counts of three by word.
///
/// Errors: as [`read`].
pub fn counted<'de, V: Vocabulary, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Word, super::Count>, D::Error> {
    BTreeMap::<String, super::Count>::deserialize(from)?.into_iter().map(|(word, n)| known::<V, _>(&word).map(|word| (word, n))).collect()
}

/// The schema of counts of three by word.
pub fn schema_counted<V: Vocabulary>(generator: &mut SchemaGenerator) -> Schema {
    let count = generator.subschema_for::<super::Count>();
    let properties: BTreeMap<Word, Schema> = V::words().into_iter().map(|word| (word, count.clone())).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The schema of a word.
pub fn schema<V: Vocabulary>(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": V::words() })
}

/// The schema of a word that may be missing.
pub fn schema_option<V: Vocabulary>(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [{ "type": "string", "enum": V::words() }, { "type": "null" }] })
}

/// The schema of counts by word.
pub fn schema_counts<V: Vocabulary>(_: &mut SchemaGenerator) -> Schema {
    let one = json_schema!({ "type": "integer", "minimum": 0 });
    let counts: serde_json::Map<String, serde_json::Value> = V::words().into_iter().map(|word| (word.to_owned(), one.clone().to_value())).collect();
    json_schema!({ "type": "object", "properties": counts, "additionalProperties": false })
}

/// The schema of an instant that may be missing.
pub fn schema_instant(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date-time" })
}
