//! Why it came to the complaint, as far as the logs bear it out.

use schemars::JsonSchema;
use serde::Serialize;

use super::claims::{Judged, Verdict};
use super::matches::Match;
use crate::engine::casework::Gathered;
use crate::language::Lang;
use crate::language::casework::{Msg, say};

/// A cause.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cause {
    /// no_consent, frequency, hours, after_refusal, on_list, wrong_person, content, caller_id, other_rule, misunderstanding, possible_spoofing or
    /// cannot_be_told.
    pub id: &'static str,
    /// In words.
    pub text: String,
    /// Was a rule broken, or does the log itself tell a fault?
    pub violates: bool,
    /// The rules that were.
    pub rules: Vec<String>,
    /// The calls that show it (`source:line`).
    pub calls: Vec<String>,
}

/// What kinds of rules stand for.
fn of_kind(kind: &str, refused: bool) -> (&'static str, Msg) {
    match kind {
        "consent" => ("no_consent", Msg::CauseNoConsent),
        "call_cap" | "repeat_dial" => ("frequency", Msg::CauseFrequency),
        "quiet_hours" => ("hours", Msg::CauseHours),
        "dnc_list" if refused => ("after_refusal", Msg::CauseRefusal),
        "dnc_list" => ("on_list", Msg::CauseListed),
        // A wait after a conversation is about how often, one after a refusal about the refusal.
        "cooldown" if refused => ("after_refusal", Msg::CauseRefusal),
        "cooldown" => ("frequency", Msg::CauseFrequency),
        "caller_id" | "binding" => ("caller_id", Msg::CauseCallerId),
        _ => ("other_rule", Msg::CauseOther),
    }
}

/// The causes, those that rules bear out first.
pub fn causes(lang: Lang, matches: &[Match], claims: &[Judged], gathered: &Gathered, refusal: Option<(i64, i64)>, not_at_all: bool) -> Vec<Cause> {
    let mut all: Vec<Cause> = Vec::new();
    let mut add = |id: &'static str, text: String, violates: bool, rule: Option<&str>, call: Option<String>| {
        let at = all.iter().position(|c| c.id == id).unwrap_or_else(|| {
            all.push(Cause { id, text, violates, rules: Vec::new(), calls: Vec::new() });
            all.len() - 1
        });
        all[at].violates |= violates;
        if let Some(rule) = rule
            && !all[at].rules.iter().any(|r| r == rule)
        {
            all[at].rules.push(rule.to_owned());
        }
        if let Some(call) = call
            && !all[at].calls.contains(&call)
        {
            all[at].calls.push(call);
        }
    };
    let place = |m: &Match| format!("{}:{}", m.source, m.line);
    let theirs = || matches.iter().filter(|m| m.is_meant());
    for m in theirs() {
        let refused = refusal.is_some_and(|r| gathered.calls[m.call].at.0 > r.1);
        for hit in m.rules.iter().filter(|r| r.verdict == "violation" && !r.together && r.force != "signal") {
            let (id, message) = of_kind(&hit.kind, refused);
            add(id, say(lang, message, &[]), true, Some(&hit.rule), Some(place(m)));
        }
        if refused {
            add("after_refusal", say(lang, Msg::CauseRefusal, &[]), true, None, Some(place(m)));
        }
        if gathered.calls[m.call].response == "wrong_person" {
            add("wrong_person", say(lang, Msg::CauseWrongPerson, &[]), true, None, Some(place(m)));
        }
    }
    if claims.iter().any(|c| c.claim == "content") && theirs().next().is_some() {
        let recordings = theirs().filter(|m| !m.recording.is_empty()).count();
        for m in theirs() {
            add("content", say(lang, Msg::CauseContent, &[("n", &recordings.to_string())]), false, None, Some(place(m)));
        }
    }
    if !all.is_empty() {
        return all;
    }
    let (id, message) = if theirs().next().is_some() {
        ("misunderstanding", Msg::CauseUnexplained)
    } else if not_at_all && claims.iter().all(|c| c.verdict == Verdict::Not) {
        ("possible_spoofing", Msg::CauseSpoofing)
    } else {
        ("cannot_be_told", Msg::CauseUnknown)
    };
    vec![Cause { id, text: say(lang, message, &[]), violates: false, rules: Vec::new(), calls: theirs().map(place).collect() }]
}
