//! Bandwidth's voice interface: the state of calls that have ended. `timeout` is a call that nobody answered.
//!
//! Members: rubydoc.info/gems/bandwidth-sdk, `CallState`; causes: dev.bandwidth.com/docs/voice/webhooks/disconnect.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const CAUSES: Words = &[
    ("answered", &["hangup"]),
    ("busy", &["busy"]),
    ("no_answer", &["timeout"]),
    ("canceled", &["cancel"]),
    ("rejected", &["rejected"]),
    ("failed", &["callback-error", "invalid-bxml", "application-error", "account-limit", "node-capacity-exceeded", "error"]),
    ("unknown", &["unknown"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "bandwidth"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["callId", "from", "to", "direction", "startTime", "disconnectCause"])?;
        table
            .map(&[(CallId, "callId"), (StartedAt, "startTime"), (AnsweredAt, "answerTime"), (EndedAt, "endTime"), (Account, "applicationId")])
            .map(&[(Caller, "from"), (Callee, "to"), (Direction, "direction"), (Outcome, "disconnectCause"), (Cause, "disconnectCause")])
            .words(Outcome, CAUSES)
            .answered_from("answered_at IS NOT NULL")
            .call_key_first(&["parentCallId", "callId"])
            .done(95)
    }
}
