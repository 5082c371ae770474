//! Alibaba Cloud robot tasks of the voice service (智能外呼): the outcome is a Chinese sentence of the network, or a code of the voice service.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aliyun-robot"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["taskId", "called", "callResult", "callStartTime"])?;
        table
            .map(&[(CallId, "callId"), (StartedAt, "callStartTime"), (EndedAt, "callEndTime"), (TalkS, "duration"), (Caller, "caller"), (Callee, "called")])
            .map(&[(Outcome, "callResult"), (Campaign, "taskId"), (Recording, "recordFile")])
            .words(Outcome, super::aliyun_voice::CODES)
            .set(Mode, "robot")
            .region("CN")
            .done(95)
    }
}
