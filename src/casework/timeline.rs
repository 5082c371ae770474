//! All contact with one person, in order.

use schemars::JsonSchema;
use serde::Serialize;

use super::matches::twice;
use crate::calls::calendar::{Date, iso};
use crate::calls::timestamps::rfc3339_at;
use crate::calls::zones::{Clock, DAY};
use crate::engine::casework::{By, Gathered, Seen, Told, What};
use crate::language::casework::{Msg, say};
use crate::language::{self, Lang};

/// Something that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Entry {
    /// When, in UTC; a date where only the day is known; none where nothing tells.
    pub at: Option<String>,
    /// The same on the ruleset's clock.
    pub local_time: Option<String>,
    /// call, refusal, list, consent, binding or complaint.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// Where it is written: a log's row, or a list.
    pub source: Option<String>,
    #[allow(missing_docs)]
    pub line: Option<u64>,
    #[allow(missing_docs)]
    pub call_id: Option<String>,
    /// outbound or inbound, of calls.
    pub direction: Option<&'static str>,
    /// The displayed number, of calls.
    pub caller: Option<String>,
    #[allow(missing_docs)]
    pub outcome: Option<String>,
    #[allow(missing_docs)]
    pub talk_s: Option<f64>,
    #[allow(missing_docs)]
    pub agent: Option<String>,
    #[allow(missing_docs)]
    pub campaign: Option<String>,
    #[allow(missing_docs)]
    pub recording: Option<String>,
    #[serde(skip)]
    order: (i64, u8),
}

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|t| !t.is_empty())
}

/// What a person or a number of theirs was part of.
pub fn timeline(lang: Lang, clock: &Clock, gathered: &Gathered, told: &[Told], received: Option<Date>) -> Vec<Entry> {
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let twins = twice(&gathered.calls);
    let mut all = Vec::new();
    for (i, call) in gathered.calls.iter().enumerate().filter(|(_, c)| matches!(c.by, By::Number | By::Person)) {
        let mut entry = of_call(lang, clock, call);
        if let Some(twin) = twins[i].map(|t| &gathered.calls[t]) {
            let place = format!("{}:{}", twin.source, twin.line);
            entry.text = format!("{} · {}", entry.text, tell(Msg::AgainstTwice, &[("place", &place)]));
        }
        if matches!(call.response.as_str(), "refused" | "do_not_call" | "complained") {
            let word = language::value(lang, &call.response);
            let kind = if call.response == "complained" { "complaint" } else { "refusal" };
            let more = Entry { kind, text: tell(Msg::TextRefusal, &[("word", word)]), order: (call.at.0, 2), ..entry.clone() };
            all.push(entry);
            all.push(more);
        } else {
            all.push(entry);
        }
    }
    for fact in told {
        let (list, word) = (fact.list.as_str(), fact.word.as_str());
        let values = [("list", list), ("word", if word.is_empty() { list } else { word })];
        let (kind, message) = match fact.what {
            What::Listed if fact.at.is_none() => ("list", Msg::TextUndated),
            What::Listed => ("list", Msg::TextListed),
            What::Unlisted => ("list", Msg::TextUnlisted),
            What::ConsentGiven if word.is_empty() => ("consent", Msg::TextGiven),
            What::ConsentGiven => ("consent", Msg::TextGivenProof),
            What::ConsentRevoked => ("consent", Msg::TextRevoked),
            What::ConsentEnded => ("consent", Msg::TextEnded),
            What::Bound => ("binding", Msg::TextBound),
            What::Unbound => ("binding", Msg::TextUnbound),
            What::Refusal if word.is_empty() => ("refusal", if fact.at.is_none() { Msg::TextUndated } else { Msg::TextListed }),
            What::Refusal => ("refusal", Msg::TextEvent),
            What::Complaint => ("complaint", Msg::TextEvent),
            What::Event => ("list", Msg::TextEvent),
        };
        let local = fact.at.map(|at| rfc3339_at(at, clock.offset(at)));
        let (at, local) = if fact.day {
            let day = local.as_deref().map(|l| l[..10].to_owned());
            (day.clone(), day)
        } else {
            (fact.at.map(|at| rfc3339_at(at, 0).replace("+00:00", "Z")), local)
        };
        all.push(Entry { at, local_time: local, source: filled(list), order: (fact.at.unwrap_or(i64::MIN), 0), ..Entry::new(kind, tell(message, &values)) });
    }
    if let Some(date) = received {
        let at = clock.first_at_or_after(i64::from(date) * DAY);
        let day = Some(iso(date));
        // What came in during a day is told behind what was before its end.
        all.push(Entry { at: day.clone(), local_time: day, order: (at + DAY - 1, 3), ..Entry::new("complaint", tell(Msg::TextReceived, &[])) });
    }
    all.sort_by(|a, b| (a.order, &a.source, a.line).cmp(&(b.order, &b.source, b.line)));
    all
}

impl Entry {
    fn new(kind: &'static str, text: String) -> Entry {
        Entry {
            at: None,
            local_time: None,
            kind,
            text,
            source: None,
            line: None,
            call_id: None,
            direction: None,
            caller: None,
            outcome: None,
            talk_s: None,
            agent: None,
            campaign: None,
            recording: None,
            order: (0, 0),
        }
    }
}

fn of_call(lang: Lang, clock: &Clock, call: &Seen) -> Entry {
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let talk = call.talk_s.filter(|t| *t > 0).map(|t| tell(Msg::TextTalk, &[("n", &(t / 1000).to_string())])).unwrap_or_default();
    let response = filled(&call.response).map(|r| tell(Msg::TextResponse, &[("word", language::value(lang, &r))])).unwrap_or_default();
    let direction = tell(if call.outbound { Msg::TextOut } else { Msg::TextIn }, &[]);
    let outcome = language::outcome(lang, &call.outcome);
    let text = tell(Msg::TextCall, &[("direction", &direction), ("caller", &call.caller), ("outcome", outcome), ("talk", &talk), ("response", &response)]);
    Entry {
        at: Some(rfc3339_at(call.at.0, 0).replace("+00:00", "Z")),
        local_time: Some(rfc3339_at(call.at.0, clock.offset(call.at.0))),
        source: Some(call.source.clone()),
        line: Some(call.line),
        call_id: filled(&call.call_id),
        direction: Some(if call.outbound { "outbound" } else { "inbound" }),
        caller: filled(&call.caller),
        outcome: filled(&call.outcome),
        talk_s: call.talk_s.map(crate::engine::store::thousandths),
        agent: filled(&call.agent),
        campaign: filled(&call.campaign),
        recording: filled(&call.recording),
        order: (call.at.0, 1),
        ..Entry::new("call", text)
    }
}
