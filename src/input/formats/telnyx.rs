//! Telnyx call records: `start_timestamp_utc` is UTC, the billed time is talk.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "telnyx"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["origination_number", "terminating_number", "start_timestamp_utc"])?;
        table
            .map(&[(StartedAt, "start_timestamp_utc"), (Caller, "origination_number"), (Callee, "terminating_number"), (TalkS, "billable_time")])
            .map(&[(Direction, "direction"), (Outcome, "hangup_code"), (Cause, "hangup_code"), (CallId, "call_uuid"), (CallId, "id")])
            .words(Outcome, Q850)
            .words(Outcome, FREESWITCH)
            .answered_from("talk_s > 0")
            .clock("UTC", "header")
            .done(94)
    }
}
