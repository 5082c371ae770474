//! The regimes that the program knows, from `regimes.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{BASES, Text};
use crate::calls::calendar::{Date, parse_iso};
use crate::report::words::Word;
use crate::ruleset::citations::{Citation, Penalty};

/// A regime: who pays what for which unit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// As rules name it.
    pub id: String,
    /// Country or state.
    pub region: Option<String>,
    /// What it is.
    pub title: Text,
    /// Where it stands.
    #[serde(default)]
    pub statute: Text,
    /// One of [`BASES`].
    pub basis: String,
    /// The least for a unit.
    pub low: Option<f64>,
    /// The most for a unit.
    pub high: Option<f64>,
    /// Three letters of ISO 4217.
    pub currency: Option<String>,
    /// The range in words, where the numbers do not say it.
    #[serde(default)]
    pub range: Text,
    /// What else there may be.
    #[serde(default)]
    pub more: Text,
    /// Without this there is nothing to pay.
    #[serde(default)]
    pub only_if: Text,
    /// What is taken for granted in counting.
    #[serde(default)]
    pub assumes: Text,
    /// Years after which it is too late.
    pub years: Option<u32>,
    /// First and last day of the calls that it is about.
    pub from: Option<String>,
    #[allow(missing_docs)]
    pub to: Option<String>,
    /// Regimes that do not come on top of it.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Where the range was read.
    #[serde(default)]
    pub citation: Vec<Citation>,
}

impl Regime {
    /// The unit, as one of the fixed words.
    pub fn basis(&self) -> Word {
        BASES.iter().copied().find(|b| *b == self.basis).unwrap_or("per_case")
    }

    /// First and last day of the calls that it is about.
    pub fn dates(&self) -> (Option<Date>, Option<Date>) {
        let date = |text: &Option<String>| text.as_deref().and_then(parse_iso);
        (date(&self.from), date(&self.to))
    }

    /// The regime that a rule of the user's states itself, by its `penalty`; none without an amount.
    pub fn of_penalty(rule: &str, title: &Text, penalty: &Penalty, citations: &[Citation]) -> Option<Regime> {
        if penalty.min.is_none() && penalty.max.is_none() {
            return None;
        }
        let basis = match penalty.per.as_deref() {
            Some("call" | "violation") => "per_call",
            Some("callee" | "person" | "number") => "per_callee",
            Some("day") => "per_day",
            _ => "per_case",
        };
        let title = if title.is_empty() { super::both(rule, rule) } else { title.clone() };
        Some(Regime {
            id: format!("rule:{rule}"),
            title,
            basis: basis.to_owned(),
            low: penalty.min,
            high: penalty.max,
            currency: penalty.currency.clone(),
            more: penalty.basis.clone(),
            citation: citations.to_vec(),
            ..Regime::default()
        })
    }
}

/// A fact that decides whether there is a fine, or a case in which there was one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Where it holds.
    pub region: String,
    /// What it is.
    pub text: Text,
    /// How it is known.
    #[serde(default)]
    pub known: Text,
    /// Where it was read.
    pub citation: Citation,
}

/// Everything that the program knows of fines.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The day on which it was checked.
    pub as_of: String,
    #[allow(missing_docs)]
    pub regime: Vec<Regime>,
    /// Whether there is a fine at all.
    pub first: Vec<Known>,
    /// Who was fined.
    pub precedent: Vec<Known>,
}

/// The data of the program.
pub fn data() -> &'static Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    // A test reads it: what ships cannot fail.
    DATA.get_or_init(|| toml::from_str(include_str!("regimes.toml")).expect("regimes.toml"))
}

/// The regime of this id.
pub fn by_id(id: &str) -> Option<&'static Regime> {
    data().regime.iter().find(|r| r.id == id)
}

/// All ids, in their order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    data().regime.iter().map(|r| r.id.as_str())
}
