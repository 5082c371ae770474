//! A subscriber's own records: `user` is the subscriber, `other` whoever was called or called.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "subscriber"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["user", "other", "direction", "timestamp"])?;
        table
            .map(&[(StartedAt, "timestamp"), (Caller, "user"), (Callee, "other"), (TalkS, "duration"), (Direction, "direction"), (Line, "antenna_id")])
            .when_from(&[("direction", &["Incoming", "in", "inbound"])], &[(Caller, "other"), (Callee, "user")], &[])
            .when_from(&[("direction", &["Missed"])], &[(Caller, "other"), (Callee, "user")], &[(Direction, "inbound"), (Outcome, "no_answer")])
            .done(92)
    }
}
