//! What breaking rules may cost: per regime the counted units and the range of the law, first the facts that decide whether there is a fine at all.
//!
//! Never one number, never a sum: each regime has its low and its high end, and those that exclude each other say so. How to count any calls, those of an
//! audit or those with one person:
//!
//! ```ignore
//! let commons: Vec<&Common> = ruleset.rules.iter().map(|rule| rule.common()).collect();
//! let mut counter = Counter::new(&commons, as_of);
//! for (call, hits) in calls_in_order {           // all hits of one call come one after another
//!     for hit in hits {
//!         // `call`: any number that is another one for another call. `callee`: the bits of its key, or of a hash of the person.
//!         // `day`: the day of the call on the rule's clock, in days since 1970.
//!         counter.add(hit.rule, Hit { call, callee, day, weight: Weight::Violation });
//!     }
//! }
//! counter.together(rule, Weight::Violation);      // a finding about calls together (a share): no single call is at fault
//! let exposure: Option<Exposure> = counter.finish(&Seen { rules: &report.rules, lists: &report.lists, leaks: &leaks });
//! ```
//!
//! `rule` is the place of a rule in `commons`. `finish` gives none where nothing was found under a rule that is law, presumption or contract, or that names a
//! regime. [`Seen::default`] will do where there is no report: then only what was counted is told. All texts stand in both languages
//! ([`Lang::pick`](crate::language::Lang::pick) takes one); `phrases::lines` makes lines of all of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::words::{self, Word};
use crate::ruleset::citations::{Citation, Confidence};

pub mod counter;
pub mod facts;
pub mod phrases;
pub mod regimes;

pub use counter::{Counter, Hit, Weight};
pub use facts::Seen;

/// A text by language: `en` and `zh`.
pub type Text = BTreeMap<String, String>;

/// What a unit of a regime is.
pub const BASES: &[Word] = &["per_call", "per_callee", "per_day", "per_case", "turnover", "sanction"];
/// Why a rule has no price.
pub const REASONS: &[Word] = &["no_regime", "not_law", "together"];
/// How a fact weighs.
pub const WEIGHS: &[Word] = &["aggravating", "mitigating", "neutral"];

/// What the violations of a report may cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// The day on which the ranges were checked.
    pub as_of: String,
    /// The facts that decide whether there is a fine at all.
    pub first: Vec<Fact>,
    /// Ranges of money, by regime.
    pub regimes: Vec<Priced>,
    /// What happens instead of a fine, by regime.
    pub sanctions: Vec<Sanction>,
    /// Rules that were broken and have no price, with the reason.
    pub unpriced: Vec<Unpriced>,
    /// What these calls and lists show that weighs.
    pub facts: Vec<Fact>,
    /// Who was in fact fined.
    pub precedents: Vec<Fact>,
    /// What all of this takes for granted.
    pub assumptions: Vec<Text>,
}

/// The range of one regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Priced {
    /// Its id.
    pub id: String,
    /// Country or state.
    pub region: Option<String>,
    /// What it is.
    pub title: Text,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statute: Text,
    /// What a unit is: per_call, per_callee, per_day, per_case or turnover.
    #[serde(deserialize_with = "words::read::<words::Bases, _>")]
    #[schemars(schema_with = "words::schema::<words::Bases>")]
    pub basis: Word,
    /// The rules that were broken under it.
    pub rules: Vec<String>,
    /// Units that the low end counts: neither suppressed nor out of time.
    pub units_low: u64,
    /// Units that the high end counts: all violations.
    pub units_high: u64,
    /// The low end.
    pub low: Option<f64>,
    /// The high end; none where the law has none or no unit can be told.
    pub high: Option<f64>,
    /// Three letters of ISO 4217.
    pub currency: Option<String>,
    /// The range of one unit in words.
    pub range: Text,
    /// What else there may be.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: Text,
    /// Without this there is nothing to pay.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub only_if: Text,
    /// What was counted.
    pub counted: Counted,
    /// When it is too late for a penalty or a suit, where that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limitation: Option<Limitation>,
    /// Of the regimes of this report, those that do not come on top of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<String>,
    /// Where the range was read.
    pub citations: Vec<Citation>,
    /// The best confidence of these; none: the ruleset states the range itself.
    pub confidence: Option<Confidence>,
    /// What is taken for granted in counting it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assumes: Text,
}

/// What was counted under a regime. A call that breaks several of its rules is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Calls that violate.
    pub calls: u64,
    /// Numbers or persons that they went to.
    pub callees: u64,
    /// Of these, those with more than one violating call.
    pub repeated: u64,
    /// Days on which they were made, on the clocks of the rules.
    pub days: u64,
    /// Of the calls, those of which every violation is suppressed: the high end counts them.
    pub suppressed: u64,
    /// Of the calls, those that are older than the limitation: the high end counts them.
    pub out_of_time: u64,
    /// Calls that may violate and do not for certain: not priced.
    pub possible: u64,
    /// Findings about calls together, of which no single call is at fault.
    pub together: u64,
    /// Violating calls whose callee is not known.
    pub without_callee: u64,
}

/// Until when a penalty or a suit is possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limitation {
    /// Years from the act, or from its end where it continues.
    pub years: u64,
    /// Day of the first violating call.
    pub first: String,
    /// Day of the last one.
    pub last: String,
    /// The last day on which the last call is within the time.
    pub until: String,
}

/// What a contract or an authority does instead of a fine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sanction {
    /// Id of the regime; `contract` where none is named.
    pub id: String,
    /// What it is.
    pub title: Text,
    /// What may happen.
    pub text: Text,
    /// The rules that were broken under it.
    pub rules: Vec<String>,
    /// What was counted.
    pub counted: Counted,
    /// Where that was read.
    pub citations: Vec<Citation>,
    /// The best confidence of these; none: your contract says it.
    pub confidence: Option<Confidence>,
}

/// A rule that was broken and has no price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unpriced {
    /// Its id.
    pub rule: String,
    /// law … signal.
    #[serde(deserialize_with = "words::read::<words::Forces, _>")]
    #[schemars(schema_with = "words::schema::<words::Forces>")]
    pub force: Word,
    /// no_regime, not_law or together.
    #[serde(deserialize_with = "words::read::<words::Unpriceds, _>")]
    #[schemars(schema_with = "words::schema::<words::Unpriceds>")]
    pub reason: Word,
    /// Calls that violate it, or findings about calls together.
    pub violations: u64,
    /// Calls that may violate it.
    pub possible: u64,
}

/// A fact, and how it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// aggravating, mitigating or neutral.
    #[serde(deserialize_with = "words::read::<words::Weighs, _>")]
    #[schemars(schema_with = "words::schema::<words::Weighs>")]
    pub weighs: Word,
    /// What it is.
    pub text: Text,
    /// How it is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub known: Text,
    /// Where that was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// The same text in both languages.
pub(crate) fn both(en: impl Into<String>, zh: impl Into<String>) -> Text {
    BTreeMap::from([("en".to_owned(), en.into()), ("zh".to_owned(), zh.into())])
}

/// With this text wherever a text may stand.
#[cfg(test)]
pub(crate) fn hostile(text: &str) -> Exposure {
    let both = || both(text, text);
    let citations = vec![Citation { id: None, text: text.to_owned(), source: Some(text.to_owned()), as_of: None, confidence: None, url: None }];
    let fact = Fact { weighs: "neutral", text: both(), known: both(), citations: citations.clone() };
    Exposure {
        as_of: text.to_owned(),
        first: vec![fact.clone()],
        regimes: vec![Priced {
            id: text.to_owned(),
            region: Some(text.to_owned()),
            title: both(),
            statute: both(),
            basis: "per_call",
            rules: vec![text.to_owned()],
            units_low: 1,
            units_high: 2,
            low: Some(500.0),
            high: Some(3000.5),
            currency: Some(text.to_owned()),
            range: both(),
            more: both(),
            only_if: both(),
            counted: Counted { calls: 2, callees: 2, days: 1, suppressed: 1, possible: 3, ..Counted::default() },
            limitation: Some(Limitation { years: 4, first: text.to_owned(), last: text.to_owned(), until: text.to_owned() }),
            excludes: vec![text.to_owned()],
            citations: citations.clone(),
            confidence: None,
            assumes: both(),
        }],
        sanctions: vec![Sanction {
            id: text.to_owned(),
            title: both(),
            text: both(),
            rules: vec![text.to_owned()],
            counted: Counted::default(),
            citations,
            confidence: None,
        }],
        unpriced: vec![Unpriced { rule: text.to_owned(), force: "house", reason: "not_law", violations: 1, possible: 0 }],
        facts: vec![fact.clone()],
        precedents: vec![fact],
        assumptions: vec![both()],
    }
}

#[cfg(test)]
mod tests;
