//! Huawei Cloud 隐私保护通话 and 语音通话, call records (话单). All times are UTC, as the vendor says. A call without an answer time was not answered.
//!
//! A failure of 7001 to 7004 is the platform's own limit: such a call was never put through to the callee. Records are pushed again until they are received.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const REASONS: Words = &[
    (NO_CALL, &["7001", "7002", "7003", "7004"]),
    ("answered", &["8010"]),
    ("invalid", &["8100"]),
    ("no_answer", &["8001", "8003", "8101"]),
    ("busy", &["8102"]),
    ("unreachable", &["8103", "8104", "8105"]),
    ("canceled", &["8004", "8009"]),
    ("failed", &["7108", "8000", "8002", "8012", "8013", "8014", "8016", "8018", "8019", "8020", "8022", "8106", "8107", "8108", "8109", "8110", "8111"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "huawei-axb"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["bindNum", "callerNum", "calleeNum", "callEndTime"])?;
        // Without it the callee is the virtual number.
        let table = if table.has("fwdDstNum") { table.note(PERSONS_KNOWN) } else { table.callees_hidden() };
        table
            .first_of(StartedAt, &["fwdStartTime", "callInTime", "callOutStartTime"])
            .first_of(AnsweredAt, &["fwdAnswerTime"])
            .first_of(Caller, &["fwdDisplayNum", "bindNum"])
            .first_of(Callee, &["fwdDstNum", "calleeNum"])
            .first_of(Outcome, &["ulFailReason", "sipStatusCode", "fwdUnaswRsn"])
            .first_of(Cause, &["ulFailReason", "fwdUnaswRsn"])
            .map(&[(CallId, "sessionId"), (EndedAt, "callEndTime"), (BindingId, "subscriptionId"), (Account, "appKey"), (Recording, "recordObjectName")])
            .null(Outcome, &["0"])
            .null(Cause, &["0"])
            .words(Outcome, REASONS)
            .words(Outcome, SIP)
            .answered_from("answered_at IS NOT NULL")
            .call_key(&["sessionId"])
            .clock("UTC", "the vendor's documentation")
            .set(Mode, "axb")
            .region("CN")
            .done(97)
    }
}
