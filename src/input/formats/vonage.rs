//! Vonage voice calls: a status of a call that has not ended tells no outcome.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "vonage"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["conversation_uuid", "status"]).filter(|t| t.has("from") || t.has("from.number"))?;
        table
            .map(&[
                (CallId, "uuid"),
                (Caller, "from"),
                (Caller, "from.number"),
                (Callee, "to"),
                (Callee, "to.number"),
                (Outcome, "status"),
                (Direction, "direction"),
                (EndedAt, "end_time"),
                (TalkS, "duration"),
            ])
            .first_of(StartedAt, &["start_time", "timestamp"])
            .words(Outcome, &[("unknown", &["started", "ringing"])])
            .call_key(&["conversation_uuid"])
            .done(94)
    }
}
