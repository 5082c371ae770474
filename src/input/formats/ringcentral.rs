//! RingCentral's call log (JSON, its fields joined by dots). Faxes and messages are no calls.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const RESULTS: Words = &[
    ("answered", &["Accepted", "Call connected", "Answered Not Accepted", "Received", "Reply"]),
    ("voicemail", &["Voicemail"]),
    ("abandoned", &["Abandoned"]),
    ("no_answer", &["No Answer", "Missed"]),
    ("busy", &["Busy"]),
    ("rejected", &["Rejected", "Declined"]),
    ("canceled", &["Hang Up", "Stopped"]),
    ("invalid", &["Wrong Number"]),
    ("unreachable", &["IP Phone Offline", "No Answer on Transfer"]),
    ("blocked", &["Blocked", "Restricted Number", "International Disabled", "International Restricted", "Suspended Account", "Account Suspended"]),
    ("failed", &["Call Failed", "Call Failure", "Internal Error", "No Calling Credit", "Not Allowed", "Carrier Is Not Active", "EDGE Trunk Misconfigured"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "ringcentral"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["startTime", "direction", "action", "result"])?;
        table
            .map(&[(CallId, "id"), (StartedAt, "startTime"), (TotalS, "duration"), (Outcome, "result"), (Direction, "direction"), (Cause, "reason")])
            .map(&[(Recording, "recording.contentUri"), (Agent, "extension.id")])
            .first_of(Caller, &["from.phoneNumber", "from.extensionNumber"])
            .first_of(Callee, &["to.phoneNumber", "to.extensionNumber"])
            .words(Outcome, RESULTS)
            .call_key(&["sessionId"])
            .call_key(&["telephonySessionId"])
            .when(&[("type", &["Fax", "SMS"])], &[(Outcome, NO_CALL)])
            .done(95)
    }
}
