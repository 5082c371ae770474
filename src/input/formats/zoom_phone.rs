//! Zoom Phone's call log.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "zoom-phone"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["caller_number", "callee_number", "date_time", "direction", "result"])?;
        table
            .map(&[(CallId, "id"), (CallId, "call_id"), (StartedAt, "date_time"), (AnsweredAt, "answer_start_time"), (EndedAt, "call_end_time")])
            .map(&[(TalkS, "duration"), (Caller, "caller_number"), (Callee, "callee_number"), (Direction, "direction"), (Outcome, "result")])
            .map(&[(Agent, "owner.name"), (Recording, "recording_id")])
            .words(
                Outcome,
                &[
                    ("answered", &["Auto Recorded", "recorded", "call_connected", "answered_by_other_member"]),
                    ("no_answer", &["no_answer", "ring_timeout", "missed", "call_missed"]),
                    ("unreachable", &["offline", "service_unavailable"]),
                    ("blocked", &["blocked", "restricted"]),
                ],
            )
            .call_key(&["call_id"])
            .done(94)
    }
}
