//! Aircall's calls, as its interface lists them or pushes them: times are epoch seconds, 0 or empty is never; `raw_digits` is the customer in both directions.
//! An outbound call that reaches a voicemail counts as answered.
//!
//! Members: developer.aircall.io/api-references (Call), and a pushed call (pastebin.com/LhNnSsgZ).

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const REASONS: Words = &[
    ("no_answer", &["agents_did_not_answer", "no_available_agent", "out_of_opening_hours"]),
    ("canceled", &["short_abandoned", "abandoned_in_ivr", "abandoned_in_classic"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aircall"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let list = Draft::named(prefix, self.name(), &["raw_digits", "started_at", "direction", "answered_at"]).map(|t| (t, ""));
        let (table, at) =
            list.or_else(|| Draft::named(prefix, self.name(), &["data.raw_digits", "data.started_at", "data.direction"]).map(|t| (t, "data.")))?;
        let name = |n: &str| format!("{at}{n}");
        let (digits, own, direction) = (name("raw_digits"), name("number.digits"), name("direction"));
        let voicemail = name("voicemail");
        table
            .map(&[(CallId, &name("id")), (StartedAt, &name("started_at")), (AnsweredAt, &name("answered_at")), (EndedAt, &name("ended_at"))])
            .map(&[(Caller, &own), (Callee, &digits), (Direction, &direction), (Agent, &name("user.name")), (Outcome, &name("missed_call_reason"))])
            .map(&[(Cause, &name("missed_call_reason")), (Recording, &name("recording")), (Line, &name("number.name"))])
            .words(Outcome, REASONS)
            .answered_from("answered_at IS NOT NULL")
            .when_from(&[(&direction, &["inbound"])], &[(Caller, &digits), (Callee, &own)], &[])
            .when(&[(&direction, &["inbound"]), (&voicemail, &["?*"])], &[(Outcome, "voicemail")])
            .note("Aircall counts an outbound call that reaches a voicemail as answered")
            .done(95)
    }
}
