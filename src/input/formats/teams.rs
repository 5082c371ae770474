//! Microsoft Teams calls over a calling plan (PSTN report and Graph): no column tells an outcome.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "teams-pstn"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["id", "calleeNumber", "callerNumber", "startDateTime"])?;
        if table.has("finalSipCode") || table.has("inviteDateTime") {
            return None;
        }
        table
            .map(&[(CallId, "id"), (StartedAt, "startDateTime"), (EndedAt, "endDateTime"), (TalkS, "duration"), (Caller, "callerNumber")])
            .map(&[(Callee, "calleeNumber"), (Direction, "callType"), (Agent, "userPrincipalName"), (Account, "licenseCapability")])
            .words(Direction, &[("outbound", &["*out*"]), ("inbound", &["*in"])])
            .done(94)
    }
}
