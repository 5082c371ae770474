//! UCloud voice messages (UVMS): `Phone` is called, `ShowNumber` shown, times are epoch milliseconds.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "ucloud"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["Phone", "ShowNumber", "CallStartTime", "AnswerTime", "CallEndTime"])?;
        table
            .map(&[(CallId, "SessionNo"), (CallId, "CallId"), (StartedAt, "CallStartTime"), (AnsweredAt, "AnswerTime"), (EndedAt, "CallEndTime")])
            .map(&[(Caller, "ShowNumber"), (Callee, "Phone"), (TalkS, "Duration")])
            .answered_from("answered_at IS NOT NULL")
            .set(Mode, "robot")
            .region("CN")
            .done(94)
    }
}
