//! Which calls may be the ones that are meant: ranked, each with what speaks for it and against it.

use schemars::JsonSchema;
use serde::Serialize;

use super::complaint::When;
use super::privacy::mask;
use crate::calls::timestamps::rfc3339_at;
use crate::calls::zones::{Clock, DAY};
use crate::engine::casework::{By, Gathered, Seen};
use crate::language::casework::{Msg, say};
use crate::language::{self, Lang};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// How a call's start lies to the told time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// None is told.
    Untold,
    /// It is the told time.
    Inside,
    /// So many minutes away.
    Round(i64),
    /// So many hours away, to the minute.
    Zone(i64),
    /// At that time of day, so many days away.
    Day(i64),
    /// So many milliseconds away.
    Away(i64),
}

/// How sure it is that a call is one that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Number and time fit.
    Certain,
    /// The number fits, the time only after a correction.
    Near,
    /// It may be somebody else's call.
    Possible,
    /// The number fits, the time does not.
    Apart,
}

/// A call that matches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Match {
    /// The greater the better.
    pub score: i64,
    /// How sure it is.
    pub strength: Strength,
    /// Does it lie within the told days, or fit the told time once that is corrected? Without a told time every call does.
    pub in_told_days: bool,
    /// Its place and its id.
    pub source: String,
    #[allow(missing_docs)]
    pub line: u64,
    #[allow(missing_docs)]
    pub call_id: String,
    /// Its start in UTC, and on the ruleset's clock.
    pub started_at: String,
    #[allow(missing_docs)]
    pub local_time: String,
    #[allow(missing_docs)]
    pub caller: String,
    /// Masked unless it is the complainant's.
    pub callee: String,
    #[allow(missing_docs)]
    pub outcome: String,
    #[allow(missing_docs)]
    pub talk_s: Option<f64>,
    #[allow(missing_docs)]
    pub recording: String,
    /// What speaks for it, and against it.
    pub reasons: Vec<String>,
    #[allow(missing_docs)]
    pub against: Vec<String>,
    /// What rules found of it.
    pub rules: Vec<RuleHit>,
    /// Its number among the gathered calls.
    #[serde(skip)]
    pub call: usize,
}

impl Match {
    /// Is it a call to the person?
    pub fn is_theirs(&self) -> bool {
        self.strength != Strength::Possible
    }

    /// Is it a call to the person that the complaint is about?
    pub fn is_meant(&self) -> bool {
        self.is_theirs() && self.in_told_days
    }
}

/// What a rule found of a call.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct RuleHit {
    pub rule: String,
    /// Is it about many calls together, such as a rate or what a log lacks? Then it says nothing of this one.
    pub together: bool,
    pub kind: String,
    pub force: String,
    pub verdict: String,
    pub message: String,
}

/// How a start lies to the told time.
pub fn timing(at: (i64, i64), when: Option<&When>) -> Timing {
    let Some(when) = when else { return Timing::Untold };
    if when.from <= at.1 && at.0 < when.to {
        return Timing::Inside;
    }
    let away = if at.1 < when.from { when.from - at.1 } else { at.0 - when.to + 1 };
    if when.days {
        return Timing::Away(away);
    }
    let whole = |unit: i64, most: i64, slack: i64| (1..=most).find(|n| (away - n * unit).abs() <= slack);
    if away <= 30 * MINUTE {
        return Timing::Round((away + MINUTE - 1) / MINUTE);
    }
    if let Some(hours) = whole(HOUR, 14, 2 * MINUTE) {
        return Timing::Zone(hours);
    }
    whole(DAY, 3, 60 * MINUTE).map_or(Timing::Away(away), Timing::Day)
}

/// Which calls may be one that another system recorded too: of each pair the one whose start is known less exactly, else the later one; and the place of
/// the other.
pub fn twice(calls: &[Seen]) -> Vec<Option<usize>> {
    let mut twins: Vec<Option<usize>> = vec![None; calls.len()];
    for (i, call) in calls.iter().enumerate().filter(|(_, c)| c.outbound) {
        let earlier = (0..i).rev().take_while(|j| call.at.0 - calls[*j].at.1 <= 10_000);
        let same = |j: &usize| {
            let other = &calls[*j];
            let lengths = call.talk_s.zip(other.talk_s).is_none_or(|(a, b)| (a - b).abs() <= 3_000);
            other.outbound && other.source != call.source && other.callee == call.callee && lengths && twins[*j].is_none()
        };
        let spread = |c: &Seen| c.at.1 - c.at.0;
        match earlier.into_iter().find(same) {
            Some(j) if spread(&calls[j]) > spread(call) => twins[j] = Some(i),
            found => twins[i] = found,
        }
    }
    twins
}

fn strength(by: By, timing: Timing) -> Strength {
    match (by, timing) {
        (By::Mask | By::Slip | By::Shown, _) => Strength::Possible,
        (_, Timing::Untold | Timing::Inside) => Strength::Certain,
        (_, Timing::Round(minutes)) if minutes <= 10 => Strength::Certain,
        (_, Timing::Round(_) | Timing::Zone(_) | Timing::Day(_)) => Strength::Near,
        (_, Timing::Away(_)) => Strength::Apart,
    }
}

/// All outbound calls that may be meant, the best first.
pub fn ranked(gathered: &Gathered, when: Option<&When>, clock: &Clock, lang: Lang) -> Vec<Match> {
    let twins = twice(&gathered.calls);
    let mut all: Vec<Match> = Vec::new();
    for (i, call) in gathered.calls.iter().enumerate().filter(|(_, c)| c.outbound) {
        let timing = timing(call.at, when);
        let far = matches!(timing, Timing::Away(_)) && matches!(call.by, By::Mask | By::Slip | By::Shown);
        if !far {
            all.push(one(i, (call, twins[i].map(|t| &gathered.calls[t])), (timing, when.is_some_and(|w| w.days)), gathered, clock, lang));
        }
    }
    all.sort_by(|a, b| (b.score, &a.started_at, &a.source, a.line).cmp(&(a.score, &b.started_at, &b.source, b.line)));
    all
}

fn one(i: usize, (call, twin): (&Seen, Option<&Seen>), (timing, days): (Timing, bool), gathered: &Gathered, clock: &Clock, lang: Lang) -> Match {
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let theirs = matches!(call.by, By::Number | By::Person);
    let callee = if theirs { call.callee.clone() } else { mask(&call.callee) };
    let (mut reasons, mut against) = (Vec::new(), Vec::new());
    let mut score = match call.by {
        By::Number => 60,
        By::Person => 50,
        By::Mask => 35,
        By::Shown => 30,
        By::Slip => 15,
    };
    reasons.push(match call.by {
        By::Number => tell(Msg::MatchNumber, &[]),
        By::Person => tell(Msg::MatchPerson, &[("number", &callee)]),
        By::Mask => tell(Msg::MatchMask, &[]),
        By::Slip => tell(Msg::MatchSlip, &[("number", &callee)]),
        By::Shown => tell(Msg::MatchShown, &[]),
    });
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (read, raw) = (digits(&call.callee), digits(&call.callee_raw));
    if theirs && raw.len() >= 7 && !raw.ends_with(&read[read.len().saturating_sub(7)..]) && !call.callee_raw.contains('*') {
        reasons.push(tell(Msg::MatchBehind, &[("number", &call.callee_raw)]));
    }
    score += match timing {
        Timing::Untold => 20,
        Timing::Inside => 40,
        Timing::Round(_) => 30,
        Timing::Zone(_) | Timing::Day(_) => 15,
        Timing::Away(_) => 0,
    };
    match timing {
        Timing::Untold => {}
        Timing::Inside => reasons.push(tell(if days { Msg::MatchDay } else { Msg::MatchTime }, &[])),
        Timing::Round(n) => reasons.push(tell(Msg::MatchRound, &[("minutes", &n.to_string())])),
        Timing::Zone(n) => reasons.push(tell(Msg::MatchZone, &[("hours", &n.to_string())])),
        Timing::Day(n) => reasons.push(tell(Msg::MatchWrongDay, &[("days", &n.to_string())])),
        Timing::Away(ms) if ms >= DAY => against.push(tell(Msg::AgainstDays, &[("days", &(ms / DAY).to_string())])),
        Timing::Away(ms) => against.push(tell(Msg::AgainstTime, &[("hours", &((ms + HOUR / 2) / HOUR).max(1).to_string())])),
    }
    if !gathered.shown.is_empty() {
        score += if call.as_shown { 10 } else { -10 };
        if call.as_shown {
            reasons.extend(Some(tell(Msg::MatchAsShown, &[])).filter(|_| call.by != By::Shown));
        } else {
            against.push(tell(Msg::AgainstShown, &[("number", &call.caller)]));
        }
    }
    match call.by {
        By::Mask => against.push(tell(Msg::AgainstMask, &[])),
        By::Slip => against.push(tell(Msg::AgainstSlip, &[])),
        By::Shown => against.push(tell(Msg::AgainstWhom, &[])),
        By::Number | By::Person => {}
    }
    // Whoever complains has mostly heard something.
    if matches!(call.outcome.as_str(), "answered" | "abandoned" | "voicemail") {
        score += 2;
    }
    if let Some(twin) = twin {
        score -= 3;
        against.push(tell(Msg::AgainstTwice, &[("place", &format!("{}:{}", twin.source, twin.line))]));
    }
    if !matches!(call.outcome.as_str(), "answered" | "voicemail" | "abandoned" | "unknown" | "") {
        against.push(tell(Msg::AgainstUnanswered, &[("outcome", language::outcome(lang, &call.outcome))]));
    }
    if call.at.1 - call.at.0 >= MINUTE - 1 {
        against.push(tell(Msg::AgainstPrecision, &[("minutes", &((call.at.1 - call.at.0 + 1) / MINUTE).to_string())]));
    }
    Match {
        score,
        strength: strength(call.by, timing),
        in_told_days: true,
        source: call.source.clone(),
        line: call.line,
        call_id: call.call_id.clone(),
        started_at: rfc3339_at(call.at.0, 0).replace("+00:00", "Z"),
        local_time: rfc3339_at(call.at.0, clock.offset(call.at.0)),
        caller: call.caller.clone(),
        callee,
        outcome: call.outcome.clone(),
        talk_s: call.talk_s.map(crate::engine::store::thousandths),
        recording: call.recording.clone(),
        reasons,
        against,
        rules: Vec::new(),
        call: i,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(from: i64, to: i64, days: bool) -> When {
        When { text: String::new(), from, to, days }
    }

    #[test]
    fn a_wrong_time_is_told_from_another_zone_and_another_day() {
        let told = when(10 * DAY, 10 * DAY + MINUTE, false);
        let lies = |ms: i64| timing((10 * DAY + ms, 10 * DAY + ms), Some(&told));
        assert_eq!(lies(0), Timing::Inside);
        assert_eq!(lies(-MINUTE * 7), Timing::Round(7));
        assert_eq!(lies(-8 * HOUR), Timing::Zone(8));
        assert_eq!(lies(DAY + 20 * MINUTE), Timing::Day(1));
        assert!(matches!(lies(5 * HOUR + 30 * MINUTE), Timing::Away(_)));
        assert_eq!(timing((0, 0), None), Timing::Untold);
        assert!(matches!(timing((9 * DAY, 9 * DAY), Some(&when(10 * DAY, 11 * DAY, true))), Timing::Away(DAY)));
    }
}
