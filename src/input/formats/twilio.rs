//! Twilio: calls of its REST interface and of its console. `completed` may be a voicemail; the length counts from the answer.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "twilio"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let named = |names| Draft::named(prefix, self.name(), names);
        let table = named(&["sid", "from", "to", "status", "direction", "start_time"]).or_else(|| named(&["Call Sid", "From", "To", "Status"]))?;
        let machines: &[&str] = &["machine*", "fax"];
        table
            .map(&[(CallId, "sid"), (CallId, "Call Sid"), (StartedAt, "start_time"), (StartedAt, "Start Time"), (EndedAt, "end_time"), (TalkS, "duration")])
            .map(&[(Caller, "from"), (Callee, "to"), (Outcome, "status"), (Direction, "direction"), (AnsweredBy, "answered_by"), (Account, "account_sid")])
            .words(Outcome, &[("unknown", &["ringing", "in-progress", "initiated"])])
            .when(&[("status", &["completed"]), ("answered_by", machines)], &[(Outcome, "voicemail")])
            .call_key_first(&["parent_call_sid", "sid"])
            .done(96)
    }
}
