//! Alibaba Cloud voice service (语音服务, dyvms): `gmtCreate` is the request, `startDate` the answer, and a length of 0 means not connected.
//!
//! Codes: help.aliyun.com, documents 124301 (CreateRobotTask) and queryrobottaskcalllist.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

/// Codes of the voice service.
pub(super) const CODES: Words = &[
    ("answered", &["200000"]),
    ("busy", &["200002"]),
    ("no_answer", &["200003"]),
    ("unreachable", &["200005", "200010", "200011"]),
    ("abandoned", &["200012"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aliyun-voice"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["gmtCreate", "callee", "startDate", "endDate", "duration"])?;
        table
            .map(&[(CallId, "callId"), (StartedAt, "gmtCreate"), (AnsweredAt, "startDate"), (EndedAt, "endDate"), (TalkS, "duration")])
            .map(&[(Caller, "calleeShowNumber"), (Caller, "caller"), (Callee, "callee"), (Campaign, "taskId"), (Recording, "recordFile")])
            .first_of(Outcome, &["stateDesc", "state", "statusCode"])
            .words(Outcome, CODES)
            .answered_from("talk_s > 0")
            .set(Mode, "robot")
            .region("CN")
            .done(95)
    }
}
