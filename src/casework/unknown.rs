//! What is not established, said plainly: nobody may read more into a case than its logs hold.

use super::Case;
use super::claims::Kind;
use super::cover::Cover;
use super::matches::{Match, Strength};
use crate::calls::timestamps::rfc3339_at;
use crate::calls::zones::Clock;
use crate::engine::casework::{By, Gathered, What};
use crate::language::casework::{Msg, say};
use crate::language::{self, Lang};
use crate::report::{Gap, Report};

/// What the sentences are made from.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Known<'a> {
    pub lang: Lang,
    pub clock: &'a Clock,
    pub report: &'a Report,
    pub gathered: &'a Gathered,
    pub matches: &'a [Match],
    pub told: &'a [crate::engine::casework::Told],
    pub cover: &'a Cover,
    pub stated: Option<&'a str>,
    pub claims: &'a [Kind],
    pub shared: bool,
}

/// One sentence each, the weightiest first.
pub fn not_established(known: &Known<'_>) -> Vec<String> {
    let lang = known.lang;
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let mut all = Vec::new();
    if let Cover::No(why) = known.cover {
        all.push(tell(Msg::WhyUncovered, &[("why", why)]));
    }
    for input in known.report.inputs.iter().filter(|i| i.error.is_some()) {
        let why = input.error.as_deref().unwrap_or_default();
        all.push(tell(Msg::NotInput, &[("source", &input.path), ("why", &language::sentence(lang, why))]));
    }
    if known.shared {
        all.push(tell(Msg::WhyShared, &[]));
    }
    let candidates = known.matches.iter().any(|m| m.strength == Strength::Possible);
    if candidates && known.gathered.numbers.is_empty() {
        all.push(tell(Msg::NotWhom, &[]));
    }
    if known.gathered.more > 0 {
        all.push(tell(Msg::NotMore, &[("n", &known.gathered.more.to_string())]));
    }
    if !known.gathered.numbers.is_empty() {
        all.push(tell(Msg::NotIdentity, &[]));
    }
    let theirs: Vec<_> = known.matches.iter().filter(|m| m.is_meant()).collect();
    let recordings = theirs.iter().filter(|m| !m.recording.is_empty()).count();
    if !theirs.is_empty() {
        all.push(tell(Msg::NotRecordings, &[("n", &recordings.to_string())]));
    }
    if !known.told.iter().any(|t| t.what == What::ConsentGiven && !t.word.is_empty()) {
        all.push(tell(Msg::NotConsent, &[]));
    }
    let purpose = theirs.iter().filter(|m| known.gathered.calls[m.call].purpose.is_empty()).count();
    if purpose > 0 {
        all.push(tell(Msg::NotPurpose, &[("n", &purpose.to_string())]));
    }
    match known.stated {
        Some(stated) => all.push(tell(Msg::NotStated, &[("cover", stated)])),
        None => all.push(tell(Msg::NotComplete, &[])),
    }
    all.push(tell(Msg::NotLists, &[]));
    let date = |at: i64| super::read(&rfc3339_at(at, known.clock.offset(at)));
    for gap in known.report.coverage.iter().filter(|g| g.kind != Gap::PAUSE) {
        all.push(tell(Msg::NotGap, &[("from", &date(gap.span.0)), ("to", &date(gap.span.1))]));
    }
    if let Some((first, last)) = super::cover::bounds(&known.report.period) {
        all.push(tell(Msg::NotPeriod, &[("first", &date(first)), ("last", &date(last))]));
    }
    let rejected: u64 = known.report.inputs.iter().map(|i| i.rows.rejected).sum();
    if rejected > 0 {
        all.push(tell(Msg::NotRejected, &[("n", &rejected.to_string())]));
    }
    if known.gathered.hidden > 0 {
        all.push(tell(Msg::WhyHidden, &[("n", &known.gathered.hidden.to_string())]));
    }
    for input in &known.report.inputs {
        if let Some(clock) = input.clock.as_ref().filter(|c| c.assumed) {
            all.push(tell(Msg::NotClock, &[("source", &input.path), ("zone", &clock.zone)]));
        }
        if let Some(precision) = input.precision.filter(|p| *p != "second") {
            all.push(tell(Msg::NotRound, &[("source", &input.path), ("precision", super::precision(lang, precision))]));
        }
    }
    let unanswered = |m: &&&Match| {
        matches!(known.gathered.calls[m.call].by, By::Number | By::Person) && !matches!(m.outcome.as_str(), "answered" | "voicemail" | "abandoned")
    };
    if theirs.iter().filter(unanswered).count() > 0 {
        all.push(tell(Msg::NotUnanswered, &[]));
    }
    for rule in known.report.rules.iter().filter(|r| r.status == "not_evaluable") {
        let why = rule.reason.as_deref().map(|r| language::sentence(lang, r)).unwrap_or_default();
        all.push(tell(Msg::NotRule, &[("rule", &rule.id), ("why", &why)]));
    }
    if known.claims.contains(&Kind::Silent) {
        all.push(tell(Msg::WhySilence, &[]));
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|s| seen.insert(s.clone()));
    all
}

impl Case {
    /// The recordings that calls to the person name, in the order of the timeline.
    pub fn recordings(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for m in self.matches.iter().filter(|m| m.is_meant() && !m.recording.is_empty()) {
            if !all.contains(&m.recording) {
                all.push(m.recording.clone());
            }
        }
        all
    }
}
