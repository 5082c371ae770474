//! Tencent Cloud Contact Centre (腾讯云联络中心) call records. Times are epoch seconds, 0 meaning never; numbers are written `0086…`.
//!
//! The platform's own refusals (108 risk number, 109 frequency, 110 area, 111 hours) were never dialled.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const ENDS: Words = &[
    ("answered", &["1", "ok"]),
    ("voicemail", &["222", "voiceMailReached"]),
    ("no_answer", &["202", "notAnswer"]),
    ("rejected", &["203", "userReject"]),
    ("unreachable", &["204", "powerOff", "207", "outOfCredit", "210", "notInService"]),
    ("invalid", &["205", "numberNotExist"]),
    ("busy", &["206", "busy"]),
    ("failed", &["208", "operatorError"]),
    ("canceled", &["209", "220", "callerCancel"]),
    ("blocked", &["212", "carrierBlocked", "217", "calleeRestricted"]),
    (NO_CALL, &["108", "restrictedCallee", "109", "tooManyRequest", "110", "restrictedArea", "111", "restrictedTime"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "tencent-ccc"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["Caller", "Callee", "EndedTimestamp", "EndStatus"])?;
        table
            .first_of(StartedAt, &["StartTimestamp", "Time"])
            .map(&[(CallId, "SessionId"), (AnsweredAt, "AcceptTimestamp"), (EndedAt, "EndedTimestamp"), (TalkS, "Duration"), (Caller, "Caller")])
            .map(&[(Callee, "Callee"), (CalleeId, "ProtectedCallee"), (Direction, "Direction"), (HangupBy, "HungUpSide")])
            .map(&[(Agent, "SeatUser.Mail"), (Agent, "SeatUser.UserId"), (Queue, "QueuedSkillGroupName"), (Recording, "RecordURL"), (Cause, "EndStatus")])
            .first_of(Outcome, &["EndStatus", "EndStatusString"])
            .null(StartedAt, &["0"])
            .words(Outcome, ENDS)
            .words(Direction, &[("inbound", &["0"]), ("outbound", &["1"])])
            .words(HangupBy, &[("agent", &["seat"]), ("callee", &["user"])])
            .when(&[("Direction", &["0"]), ("HungUpSide", &["user"])], &[(HangupBy, "caller")])
            .when(&[("CallType", &["1"])], &[(Mode, "manual")])
            .when(&[("CallType", &["5"])], &[(Mode, "predictive")])
            .when(&[("CallType", &["6"])], &[(Direction, "internal")])
            .region("CN")
            .done(97)
    }
}
