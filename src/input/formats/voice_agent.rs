//! An AI voice agent's campaign report: what it made of the conversation stands beside what the network did; a call that never began has only its creation.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "voice-agent"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["target_id", "phone_number", "category", "end_reason", "status", "created_at"])?;
        table
            .first_of(StartedAt, &["started_at", "created_at"])
            .map(&[(Callee, "phone_number"), (CalleeId, "target_id"), (TalkS, "duration"), (Outcome, "status"), (Response, "category")])
            .map(&[(HangupBy, "end_reason"), (Subject, "loan_number"), (CalleeRegion, "state"), (Recording, "recording_url"), (Cause, "end_reason")])
            .words(Response, &[("interested", &["PROMISE_TO_PAY", "WILLING_TO_PAY", "PARTIAL_PAYMENT_ACCEPTED"]), ("callback", &["WANTS_CALL_BACK"])])
            .words(HangupBy, &[("callee", &["customer-ended-call"]), ("system", &["silence-timed-out", "assistant-*"])])
            .when(&[("end_reason", &["customer-busy"])], &[(Outcome, "busy")])
            .set(Mode, "robot")
            .loose_quotes()
            .done(94)
    }
}
