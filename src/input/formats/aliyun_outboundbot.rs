//! Alibaba Cloud 智能外呼机器人 (outboundbot): its tasks, one row an attempt.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aliyun-outboundbot"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["TaskId", "CalledNumber", "ActualTime", "Status"])?;
        table
            .map(&[(CallId, "CallId"), (CallId, "TaskId"), (StartedAt, "ActualTime"), (Caller, "CallingNumber"), (Callee, "CalledNumber")])
            .map(&[(TalkS, "Duration"), (Outcome, "Status"), (Campaign, "JobGroupId"), (Lead, "JobId")])
            .words(
                Outcome,
                &[("unknown", &["Executing"]), ("unreachable", &["NotConnected", "PoweredOff", "OutOfService"]), (NO_CALL, &["SchedulingPending", "Pending"])],
            )
            .set(Mode, "robot")
            .region("CN")
            .done(94)
    }
}
