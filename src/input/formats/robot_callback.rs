//! A voice robot's callbacks (智能外呼): one sort is a call, another a number that was filtered before it was dialled and has a reason for that.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "robot-callback"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["taskId", "callId", "phone", "callTime", "hangUpStatus"])?;
        table
            .map(&[(CallId, "callId"), (StartedAt, "callTime"), (Callee, "phone"), (TalkS, "callDuration"), (RingS, "ringDuration"), (Outcome, "replyStatus")])
            .map(&[(Response, "intentTag"), (Campaign, "taskName"), (Campaign, "taskId"), (Cause, "hangUpStatus")])
            .words(Response, GRADES)
            .when(&[("filterReason", &["?*"])], &[(Outcome, NO_CALL)])
            .set(Mode, "robot")
            .region("CN")
            .done(94)
    }
}
