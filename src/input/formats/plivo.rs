//! Plivo's calls, as its interface lists them. Whether a call was answered, its answer time tells.
//!
//! Members: the types of Plivo's own libraries (plivo/plivo-go `Call`): `call_uuid`, `from_number`, `to_number`, `initiation_time`, `hangup_cause_name` …

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const CAUSES: Words = &[
    ("answered", &["Normal Hangup", "Completed", "End Of XML*"]),
    ("busy", &["Busy Line", "User busy"]),
    ("no_answer", &["No Answer", "Ring Timeout*"]),
    ("canceled", &["Cancelled", "Canceled"]),
    ("rejected", &["Rejected"]),
    ("invalid", &["Unknown Destination", "Invalid Destination*"]),
    ("failed", &["Network Error", "Carrier Error", "Endpoint Not Registered", "Unknown"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "plivo"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["call_uuid", "from_number", "to_number", "call_direction", "end_time"])?;
        table
            .map(&[(CallId, "call_uuid"), (AnsweredAt, "answer_time"), (EndedAt, "end_time"), (TalkS, "call_duration"), (Caller, "from_number")])
            .map(&[(Callee, "to_number"), (Direction, "call_direction"), (HangupBy, "hangup_source"), (Cause, "hangup_cause_code")])
            .first_of(StartedAt, &["initiation_time", "answer_time", "end_time"])
            .first_of(Outcome, &["hangup_cause_name", "call_state"])
            .words(Outcome, CAUSES)
            .words(HangupBy, &[("caller", &["Caller"]), ("callee", &["Callee"]), ("system", &["Plivo", "API Request", "Answer XML", "Carrier", "Error"])])
            .answer_needed()
            .call_key_first(&["parent_call_uuid", "call_uuid"])
            .done(95)
    }
}
