//! Volcengine 智能外呼 and 语音服务 (火山引擎): times are epoch milliseconds, `startTime` is the answer.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "volcengine"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["beginCallTime", "caller", "callee", "endTime", "serviceType"])?;
        table
            .map(&[(CallId, "callId"), (StartedAt, "beginCallTime"), (AnsweredAt, "startTime"), (EndedAt, "endTime"), (TalkS, "callDuration")])
            .map(&[(Caller, "caller"), (Callee, "callee"), (Outcome, "callResult"), (Response, "intentionGrading"), (Campaign, "taskOpenId")])
            .map(&[(Account, "accountId"), (Cause, "releaseType")])
            .words(Response, GRADES)
            .answered_from("answered_at IS NOT NULL")
            .when(&[("serviceType", &["200"])], &[(Mode, "axb")])
            .callees_hidden()
            .region("CN")
            .done(95)
    }
}
