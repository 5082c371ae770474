//! What is claimed, and what the logs say of it: never more than they show.

use schemars::JsonSchema;
use serde::Serialize;

use super::cover::Cover;
use super::matches::{Match, Strength, twice};
use crate::calls::timestamps::rfc3339_at;
use crate::calls::zones::{Clock, DAY};
use crate::engine::casework::{Gathered, Told, What};
use crate::language::Lang;
use crate::language::casework::{Msg, say};

/// What somebody claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// As told.
    pub text: String,
    /// What is meant.
    pub kind: Kind,
}

/// Sorts of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Called,
    Times(u32),
    Night,
    Refused,
    NoConsent,
    Silent,
    WrongPerson,
    Robot,
    Content,
    Other,
}

impl Kind {
    /// As reports name it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Called => "called",
            Kind::Times(_) => "times",
            Kind::Night => "night",
            Kind::Refused => "refused",
            Kind::NoConsent => "no_consent",
            Kind::Silent => "silent",
            Kind::WrongPerson => "wrong_person",
            Kind::Robot => "robot",
            Kind::Content => "content",
            Kind::Other => "other",
        }
    }
}

const NUMBERS: [(&str, u32); 25] = [
    ("twice", 2),
    ("once", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("twenty", 20),
    ("十", 10),
    ("两", 2),
    ("二", 2),
    ("三", 3),
    ("四", 4),
    ("五", 5),
    ("六", 6),
    ("七", 7),
    ("八", 8),
    ("九", 9),
    ("一", 1),
];

/// How many times, where the text tells: a number before "times", "calls" or 次, 个, 通, 遍.
fn times(text: &str) -> Option<u32> {
    if let Some(n) = text.strip_prefix("times").map(|t| t.trim_start_matches([':', '=', ' '])).and_then(|t| t.parse().ok()) {
        return Some(n);
    }
    for unit in ["times", "calls", "次", "通", "遍", "个电话", "个骚扰电话"] {
        for (at, _) in text.match_indices(unit) {
            let before = text[..at].trim_end();
            let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect();
            if let Some(n) = digits.parse().ok().or_else(|| NUMBERS.iter().find(|(word, _)| before.ends_with(word)).map(|w| w.1)) {
                return Some(n);
            }
        }
    }
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|w| w == "twice").then_some(2)
}

/// Does a text hold a word? An English one only where a word begins: "ate" is not in "late", "refus" is in "refused".
fn holds(text: &str, word: &str) -> bool {
    let begins = |at: usize| !word.starts_with(|c: char| c.is_ascii_alphanumeric()) || !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| begins(at))
}

/// What a claim means, by its words in English or Chinese; what nobody knows is kept as it is.
pub fn claim(text: &str) -> Claim {
    let lower = text.trim().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| holds(&lower, w));
    let kind = if let Some(n) = times(&lower) {
        Kind::Times(n)
    } else if has(&["night", "evening", "late", "early morning", "asleep", "夜", "凌晨", "半夜", "晚上", "清早", "休息时间"]) {
        Kind::Night
    } else if has(&["no_consent", "no-consent", "consent", "never agreed", "permission", "未经同意", "没有同意", "没同意", "未同意", "授权", "泄露"])
    {
        Kind::NoConsent
    } else if has(&["wrong_person", "wrong-person", "wrong person", "wrong number", "not me", "找错", "打错", "非本人", "不是本人", "不认识"]) {
        Kind::WrongPerson
    } else if has(&["silent", "silence", "nobody spoke", "no one spoke", "hung up on", "没人说话", "无声", "无人应答", "不说话", "没声音"]) {
        Kind::Silent
    } else if has(&["robot", "machine", "recorded voice", "prerecorded", "automatic", "机器人", "录音播放", "自动外呼", "语音机器"]) {
        Kind::Robot
    } else if has(&[
        "refus",
        "said no",
        "told them to stop",
        "stop calling",
        "opted out",
        "do not call",
        "unsubscribed",
        "拒绝",
        "拒接",
        "退订",
        "不要再打",
        "别再打",
        "说过不要",
    ]) {
        Kind::Refused
    } else if has(&[
        "content",
        "rude",
        "threat",
        "lie",
        "lied",
        "lying",
        "insult",
        "false promise",
        "misled",
        "fraud",
        "态度",
        "辱骂",
        "威胁",
        "虚假",
        "误导",
        "诈骗",
        "内容",
    ]) {
        Kind::Content
    } else if has(&["called", "call", "来电", "打电话", "骚扰", "拨打"]) {
        Kind::Called
    } else {
        Kind::Other
    };
    Claim { text: text.trim().to_owned(), kind }
}

/// What the logs say of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Verdict {
    Substantiated,
    Partly,
    Not,
    CannotBeTold,
}

impl Verdict {
    /// In words.
    pub fn message(self) -> Msg {
        match self {
            Verdict::Substantiated => Msg::Substantiated,
            Verdict::Partly => Msg::Partly,
            Verdict::Not => Msg::Not,
            Verdict::CannotBeTold => Msg::CannotTell,
        }
    }
}

/// A claim and what became of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Judged {
    /// A word of [`Kind::word`].
    pub claim: &'static str,
    /// As told; none: the claim that every complaint makes.
    pub text: Option<String>,
    /// What it means.
    pub meaning: String,
    /// What the logs say.
    pub verdict: Verdict,
    /// Why, one sentence each.
    pub why: Vec<String>,
    /// The calls that it rests on (`source:line`).
    pub calls: Vec<String>,
    /// The rules that found them.
    pub rules: Vec<String>,
}

/// What claims are judged by.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Language of sentences.
    pub lang: Lang,
    /// The ruleset's clock.
    pub clock: &'a Clock,
    /// Calls, and what lists tell.
    pub gathered: &'a Gathered,
    #[allow(missing_docs)]
    pub told: &'a [Told],
    /// Those that match.
    pub matches: &'a [Match],
    /// Do the logs cover the told time?
    pub cover: &'a Cover,
    /// The told days, or that of the told time; none: all of the logs.
    pub span: Option<(i64, i64)>,
    /// Is the number one that many share?
    pub shared: bool,
    /// Sources whose clock is assumed.
    pub assumed: &'a [String],
    /// Was a rule of kind consent judged?
    pub consent: bool,
}

struct Answer {
    verdict: Verdict,
    why: Vec<String>,
    calls: Vec<usize>,
    kinds: &'static [&'static str],
}

impl Evidence<'_> {
    fn tell(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    fn count(&self, message: Msg, n: usize) -> String {
        self.tell(message, &[("n", &n.to_string())])
    }

    /// Judges one claim.
    pub fn judge(&self, kind: Kind, text: Option<&str>) -> Judged {
        let answer = match kind {
            Kind::Called => self.called(),
            Kind::Times(n) => self.of_person(|| self.times(n)),
            Kind::Night => self.of_person(|| self.night()),
            Kind::Refused => self.of_person(|| self.refused()),
            Kind::NoConsent => self.of_person(|| self.consent()),
            Kind::Silent => self.of_person(|| self.silent()),
            Kind::WrongPerson => self.of_person(|| self.wrong_person()),
            Kind::Robot => self.of_person(|| self.robot()),
            Kind::Content => self.unknown(Msg::WhyContent),
            Kind::Other => self.unknown(Msg::WhyOther),
        };
        let meaning = match kind {
            Kind::Called => self.tell(Msg::ClaimCalled, &[]),
            Kind::Times(n) => self.tell(Msg::ClaimTimes, &[("n", &n.to_string())]),
            Kind::Night => self.tell(Msg::ClaimNight, &[]),
            Kind::Refused => self.tell(Msg::ClaimRefused, &[]),
            Kind::NoConsent => self.tell(Msg::ClaimNoConsent, &[]),
            Kind::Silent => self.tell(Msg::ClaimSilent, &[]),
            Kind::WrongPerson => self.tell(Msg::ClaimWrongPerson, &[]),
            Kind::Robot => self.tell(Msg::ClaimRobot, &[]),
            Kind::Content => self.tell(Msg::ClaimContent, &[]),
            Kind::Other => self.tell(Msg::ClaimOther, &[]),
        };
        let mut rules: Vec<String> = Vec::new();
        for hit in self.matches.iter().filter(|m| answer.calls.contains(&m.call)).flat_map(|m| &m.rules) {
            if answer.kinds.contains(&hit.kind.as_str()) && !rules.contains(&hit.rule) {
                rules.push(hit.rule.clone());
            }
        }
        rules.sort();
        let place = |c: &usize| format!("{}:{}", self.gathered.calls[*c].source, self.gathered.calls[*c].line);
        Judged {
            claim: kind.word(),
            text: text.map(str::to_owned),
            meaning,
            verdict: answer.verdict,
            why: answer.why,
            calls: answer.calls.iter().map(place).collect(),
            rules,
        }
    }

    fn unknown(&self, why: Msg) -> Answer {
        let calls = self.sure();
        Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(why, &[])], calls, kinds: &[] }
    }

    /// Calls of which number and time fit.
    fn sure(&self) -> Vec<usize> {
        self.matches.iter().filter(|m| m.strength == Strength::Certain).map(|m| m.call).collect()
    }

    /// Outbound calls to the person that the claims are about, in order: those in the told days, and those that only a wrong clock or day sets apart.
    fn in_span(&self) -> Vec<usize> {
        let mut calls: Vec<usize> = self.matches.iter().filter(|m| m.is_meant()).map(|m| m.call).collect();
        calls.sort_unstable();
        calls
    }

    fn is_inside(&self, call: usize) -> bool {
        let at = self.gathered.calls[call].at;
        self.span.is_none_or(|s| s.0 <= at.1 && at.0 < s.1)
    }

    /// Why the logs may lack a call that there was; empty if they do not.
    fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if let Cover::No(why) = self.cover {
            doubts.push(self.tell(Msg::WhyUncovered, &[("why", why)]));
        }
        if self.gathered.hidden > 0 {
            doubts.push(self.tell(Msg::WhyHidden, &[("n", &self.gathered.hidden.to_string())]));
        }
        if self.gathered.rejected_with > 0 {
            doubts.push(self.tell(Msg::WhyRejectedWith, &[("n", &self.gathered.rejected_with.to_string())]));
        } else if self.gathered.rejected > 0 && self.gathered.numbers.iter().all(|n| n.contains('*')) {
            doubts.push(self.tell(Msg::WhyRejectedUnread, &[("n", &self.gathered.rejected.to_string())]));
        }
        doubts
    }

    /// What is true of a person cannot be told of a number that many share, or of one of several people.
    fn of_person(&self, judge: impl FnOnce() -> Answer) -> Answer {
        let calls = self.sure();
        if self.shared {
            return Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(Msg::WhyShared, &[])], calls, kinds: &[] };
        }
        if self.in_span().is_empty() {
            // Without any call there is none at night either; else nothing of the kind is known.
            let mut answer = self.called();
            if answer.verdict != Verdict::Not {
                answer.verdict = Verdict::CannotBeTold;
            }
            return answer;
        }
        let mut answer = judge();
        // Calls that fit only after the told time is corrected bear out less than what was told, and rule out nothing.
        let near = |c: &usize| self.matches.iter().any(|m| m.call == *c && m.strength == Strength::Near);
        if !answer.calls.is_empty() && answer.calls.iter().all(|c| near(c) && !self.is_inside(*c)) {
            answer.verdict = match answer.verdict {
                Verdict::Substantiated => Verdict::Partly,
                Verdict::Not => Verdict::CannotBeTold,
                other => other,
            };
            answer.why.push(self.count(Msg::WhyCalledNear, answer.calls.len()));
        }
        answer
    }

    fn called(&self) -> Answer {
        let (sure, mut why) = (self.sure(), Vec::new());
        if !sure.is_empty() {
            why.push(self.count(Msg::WhyCalled, sure.len()));
            if self.shared {
                why.push(self.tell(Msg::WhyShared, &[]));
            }
            return Answer { verdict: Verdict::Substantiated, why, calls: sure, kinds: &[] };
        }
        let of = |strength: &[Strength]| -> Vec<usize> { self.matches.iter().filter(|m| strength.contains(&m.strength)).map(|m| m.call).collect() };
        let near = of(&[Strength::Near]);
        if !near.is_empty() {
            return Answer { verdict: Verdict::Partly, why: vec![self.count(Msg::WhyCalledNear, near.len())], calls: near, kinds: &[] };
        }
        let possible = of(&[Strength::Possible]);
        if !possible.is_empty() {
            let mut people: Vec<&str> = possible.iter().map(|c| self.gathered.calls[*c].callee.as_str()).collect();
            people.sort_unstable();
            people.dedup();
            let only_shown = self.gathered.numbers.is_empty();
            why.push(if only_shown { self.count(Msg::WhySeveral, people.len()) } else { self.count(Msg::WhyPossibleOnly, possible.len()) });
            return Answer { verdict: Verdict::CannotBeTold, why, calls: possible, kinds: &[] };
        }
        let apart = of(&[Strength::Apart]);
        let doubts = self.doubts();
        let elsewhere = Some(self.count(Msg::WhyCalledNear, apart.len())).filter(|_| !apart.is_empty());
        if doubts.is_empty() {
            why.extend(elsewhere);
            why.push(self.tell(Msg::WhyNoCall, &[]));
            return Answer { verdict: Verdict::Not, why, calls: apart, kinds: &[] };
        }
        why.extend(doubts);
        why.extend(elsewhere);
        Answer { verdict: Verdict::CannotBeTold, why, calls: apart, kinds: &[] }
    }

    fn times(&self, claimed: u32) -> Answer {
        let calls = self.in_span();
        let twins = twice(&self.gathered.calls);
        let double = calls.iter().filter(|c| twins[**c].is_some()).count();
        let answered = calls.iter().filter(|c| matches!(self.gathered.calls[**c].outcome.as_str(), "answered" | "abandoned")).count();
        let mut why = vec![self.tell(Msg::WhyTimes, &[("n", &calls.len().to_string()), ("answered", &answered.to_string())])];
        if double > 0 {
            why.push(self.count(Msg::WhyTwice, double));
        }
        let claimed = claimed as usize;
        let verdict = if calls.len() - double >= claimed {
            Verdict::Substantiated
        } else if calls.len() >= claimed {
            Verdict::CannotBeTold
        } else {
            why.extend(self.doubts());
            Verdict::Partly
        };
        Answer { verdict, why, calls, kinds: &["call_cap", "repeat_dial"] }
    }

    fn night(&self) -> Answer {
        let all = self.in_span();
        // Without a zone the call is on the ruleset's clock.
        let night = |local: i64| !(8..21).contains(&(local.rem_euclid(DAY) / 3_600_000));
        let nights = |c: usize| -> Vec<bool> {
            let call = &self.gathered.calls[c];
            if call.locals.is_empty() { vec![night(self.clock.local(call.at.0))] } else { call.locals.iter().map(|l| night(*l)).collect() }
        };
        let surely: Vec<usize> = all.iter().copied().filter(|c| nights(*c).iter().all(|n| *n)).collect();
        let perhaps = all.iter().any(|c| nights(*c).contains(&true)) && surely.is_empty();
        let found: Vec<usize> = all.iter().copied().filter(|c| self.hit(*c, &["quiet_hours"])).collect();
        let assumed = all.iter().any(|c| self.assumed.contains(&self.gathered.calls[*c].source));
        let mut why = Vec::new();
        let (verdict, calls) = if !surely.is_empty() {
            why.push(self.count(Msg::WhyNight, surely.len()));
            (Verdict::Substantiated, surely)
        } else if perhaps {
            why.push(self.tell(Msg::WhyNightZone, &[]));
            (Verdict::CannotBeTold, all)
        } else if !found.is_empty() {
            why.push(self.count(Msg::WhyNightRule, found.len()));
            (Verdict::Partly, found)
        } else {
            why.push(self.count(Msg::WhyNightNone, all.len()));
            let doubts = self.doubts();
            let verdict = if doubts.is_empty() { Verdict::Not } else { Verdict::CannotBeTold };
            why.extend(doubts);
            (verdict, all)
        };
        why.push(self.tell(Msg::WhyNightMeaning, &[]));
        if assumed {
            why.push(self.tell(Msg::WhyClock, &[]));
            return Answer { verdict: Verdict::CannotBeTold, why, calls, kinds: &["quiet_hours"] };
        }
        Answer { verdict, why, calls, kinds: &["quiet_hours"] }
    }

    /// Did a rule of these kinds find the call?
    fn hit(&self, call: usize, kinds: &[&str]) -> bool {
        self.matches.iter().any(|m| m.call == call && m.rules.iter().any(|r| r.verdict == "violation" && !r.together && kinds.contains(&r.kind.as_str())))
    }

    /// When the person first refused, as far as anything on record tells: the first and the last instant at which it may have been.
    pub fn first_refusal(&self) -> Option<(i64, i64)> {
        let said = self.gathered.calls.iter().filter(|c| matches!(c.response.as_str(), "refused" | "do_not_call" | "complained")).map(|c| (c.at.0, c.at.1));
        let dated = |t: &Told| t.at.map(|at| (at, if t.day { at + DAY - 1 } else { at }));
        let listed = self.told.iter().filter(|t| matches!(t.what, What::Refusal | What::ConsentRevoked)).filter_map(dated);
        said.chain(listed).min()
    }

    fn refused(&self) -> Answer {
        let kinds: &'static [&'static str] = &["dnc_list", "cooldown", "consent"];
        let mut all: Vec<usize> = self.matches.iter().filter(|m| m.strength != Strength::Possible).map(|m| m.call).collect();
        all.sort_unstable();
        let date = |at: i64| super::read(&rfc3339_at(at, self.clock.offset(at)));
        let listed = self.told.iter().filter(|t| t.what == What::Listed).filter_map(|t| t.at).min();
        let mut why: Vec<String> = listed.iter().map(|at| self.tell(Msg::WhyListed, &[("date", &date(*at))])).collect();
        let found: Vec<usize> = all.iter().copied().filter(|c| self.hit(*c, &["dnc_list", "cooldown"])).collect();
        let Some(refusal) = self.first_refusal() else {
            // A list may be one of refusals or a public register: that a rule found the call is what it tells.
            why.insert(0, self.tell(Msg::WhyNoRefusal, &[]));
            return Answer { verdict: if found.is_empty() { Verdict::CannotBeTold } else { Verdict::Partly }, why, calls: found, kinds };
        };
        // Of a refusal that is known to the day the day is told.
        let date = |at: i64| {
            let told = date(at);
            if refusal.1 - refusal.0 >= DAY - 1 { told.split(' ').next().unwrap_or_default().to_owned() } else { told }
        };
        let starts = |c: &usize| self.gathered.calls[*c].at;
        let after: Vec<usize> = all.iter().copied().filter(|c| starts(c).0 > refusal.1).collect();
        let same_day: Vec<usize> = all.iter().copied().filter(|c| starts(c).0 <= refusal.1 && starts(c).0 > refusal.0).collect();
        if after.is_empty() {
            let message = if same_day.is_empty() { Msg::WhyRefusedNone } else { Msg::WhyRefusedDay };
            why.insert(0, self.tell(message, &[("date", &date(refusal.0))]));
            return Answer { verdict: Verdict::CannotBeTold, why, calls: if same_day.is_empty() { all } else { same_day }, kinds };
        }
        why.insert(0, self.tell(Msg::WhyRefused, &[("date", &date(refusal.0)), ("n", &after.len().to_string())]));
        // That there were such calls at another time than told bears the claim out in part.
        let told = self.in_span();
        let verdict = if after.iter().any(|c| told.contains(c)) { Verdict::Substantiated } else { Verdict::Partly };
        Answer { verdict, why, calls: after, kinds }
    }

    fn consent(&self) -> Answer {
        let (all, kinds): (Vec<usize>, &'static [&'static str]) = (self.in_span(), &["consent"]);
        let found: Vec<usize> = all.iter().copied().filter(|c| self.hit(*c, kinds)).collect();
        if !self.consent {
            return Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(Msg::WhyConsentUnknown, &[])], calls: all, kinds };
        }
        if !found.is_empty() {
            let verdict = if found.len() == all.len() { Verdict::Substantiated } else { Verdict::Partly };
            return Answer { verdict, why: vec![self.count(Msg::WhyNoConsent, found.len())], calls: found, kinds };
        }
        let mut given = self.told.iter().filter(|t| t.what == What::ConsentGiven).peekable();
        if given.peek().is_none() || self.matches.iter().any(|m| all.contains(&m.call) && m.rules.iter().any(|r| r.kind == "consent")) {
            return Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(Msg::WhyConsentUnknown, &[])], calls: all, kinds };
        }
        let mut why = vec![self.count(Msg::WhyConsent, all.len())];
        if given.all(|t| t.word.is_empty()) {
            why.push(self.tell(Msg::WhyConsentProof, &[]));
        }
        Answer { verdict: Verdict::Not, why, calls: all, kinds }
    }

    fn silent(&self) -> Answer {
        let all = self.in_span();
        let left: Vec<usize> = all.iter().copied().filter(|c| self.gathered.calls[*c].outcome == "abandoned").collect();
        if left.is_empty() {
            return Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(Msg::WhySilence, &[])], calls: all, kinds: &[] };
        }
        Answer { verdict: Verdict::Substantiated, why: vec![self.count(Msg::WhyAbandoned, left.len())], calls: left, kinds: &["ratio", "duration"] }
    }

    fn wrong_person(&self) -> Answer {
        let all = self.in_span();
        let wrong: Vec<usize> = all.iter().copied().filter(|c| self.gathered.calls[*c].response == "wrong_person").collect();
        if wrong.is_empty() {
            return Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(Msg::WhyWrongUnknown, &[])], calls: all, kinds: &[] };
        }
        Answer { verdict: Verdict::Substantiated, why: vec![self.count(Msg::WhyWrong, wrong.len())], calls: wrong, kinds: &["binding", "destination"] }
    }

    fn robot(&self) -> Answer {
        let all = self.in_span();
        let mode = |c: &usize| self.gathered.calls[*c].mode.as_str();
        let robots: Vec<usize> = all.iter().copied().filter(|c| matches!(mode(c), "robot" | "ivr" | "voicebot")).collect();
        let word = |c: &[usize]| c.first().map_or(String::new(), |c| crate::language::value(self.lang, mode(c)).to_owned());
        if !robots.is_empty() {
            let why = self.tell(Msg::WhyRobot, &[("n", &robots.len().to_string()), ("mode", &word(&robots))]);
            return Answer { verdict: Verdict::Substantiated, why: vec![why], calls: robots, kinds: &[] };
        }
        if all.iter().all(|c| mode(c) == "manual") && self.doubts().is_empty() {
            let why = self.tell(Msg::WhyNoRobot, &[("n", &all.len().to_string()), ("mode", &word(&all))]);
            return Answer { verdict: Verdict::Not, why: vec![why], calls: all, kinds: &[] };
        }
        Answer { verdict: Verdict::CannotBeTold, why: vec![self.tell(Msg::WhyModeUnknown, &[])], calls: all, kinds: &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_understood_in_both_languages() {
        for (text, kind) in [
            ("called five times", Kind::Times(5)),
            ("12 calls in a day", Kind::Times(12)),
            ("times:3", Kind::Times(3)),
            ("一天打了五次", Kind::Times(5)),
            ("打了3个电话", Kind::Times(3)),
            ("at night", Kind::Night),
            ("晚上来电", Kind::Night),
            ("I had said no", Kind::Refused),
            ("已明确拒绝后仍来电", Kind::Refused),
            ("未经同意", Kind::NoConsent),
            ("I never agreed", Kind::NoConsent),
            ("nobody spoke", Kind::Silent),
            ("机器人来电", Kind::Robot),
            ("wrong person", Kind::WrongPerson),
            ("the agent was rude", Kind::Content),
            ("called me", Kind::Called),
            ("hold music", Kind::Other),
            ("they were impolite on believing me", Kind::Other),
            ("called ten times at night", Kind::Times(10)),
        ] {
            assert_eq!(claim(text).kind, kind, "{text}");
        }
    }
}
