//! What a rule that claims to come from law may be called: nothing that no reliable source bears out is called a law.

use crate::language::{self, Lang, Msg, say};
use crate::ruleset::citations::{Citation, Confidence, best};

/// What is known of a rule's claim to come from law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does not claim that.
    NoLaw,
    /// The text was read, or an official page about it.
    Settled,
    /// Only secondary sources were.
    Secondary,
    /// Nothing that can be relied on was.
    Unverified,
}

impl Standing {
    /// Of a rule of this force with these sources.
    pub fn of(force: &str, citations: &[Citation]) -> Standing {
        if !matches!(force, "law" | "presumption") {
            return Standing::NoLaw;
        }
        match best(citations) {
            Some(c) if !c.is_low() => Standing::Settled,
            Some(Confidence::C) => Standing::Secondary,
            _ => Standing::Unverified,
        }
    }
}

/// The mark of a rule.
pub fn badge(lang: Lang, force: &str, citations: &[Citation]) -> String {
    match (Standing::of(force, citations), force) {
        (Standing::Secondary, "law") => say(lang, Msg::PolicyLawSecondary, &[]),
        (Standing::Secondary, _) => say(lang, Msg::PolicyPresumedSecondary, &[]),
        (Standing::Unverified, "law") => say(lang, Msg::PolicyLawUnverified, &[]),
        (Standing::Unverified, _) => say(lang, Msg::PolicyPresumedUnverified, &[]),
        (Standing::Settled | Standing::NoLaw, force) => language::force_badge(lang, force).to_owned(),
    }
}

/// What that mark means.
pub fn meaning(lang: Lang, force: &str, citations: &[Citation]) -> String {
    match (Standing::of(force, citations), force) {
        (Standing::Secondary, "law") => say(lang, Msg::PolicySecondaryMeans, &[]),
        (Standing::Secondary, _) => say(lang, Msg::PolicyPresumedSecondaryMeans, &[]),
        (Standing::Unverified, "law") => say(lang, Msg::PolicyUnverifiedMeans, &[]),
        (Standing::Unverified, _) => say(lang, Msg::PolicyPresumedUnverifiedMeans, &[]),
        (Standing::Settled | Standing::NoLaw, force) => language::force_meaning(lang, force).to_owned(),
    }
}
