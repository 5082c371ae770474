//! Microsoft Teams Direct Routing (report and Graph): the invitation begins a call, a call that succeeded was answered, else its SIP code tells.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "teams-direct-routing"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["finalSipCode", "inviteDateTime", "calleeNumber", "callerNumber"])?;
        let never: &[&str] = &["0001-01-01T00:00:00Z"];
        table
            .map(&[(CallId, "id"), (AnsweredAt, "startDateTime"), (EndedAt, "endDateTime"), (TalkS, "duration"), (Caller, "callerNumber")])
            .map(&[(Callee, "calleeNumber"), (Direction, "callType"), (Agent, "userPrincipalName"), (Line, "trunkFullyQualifiedDomainName")])
            .map(&[(Cause, "finalSipCode")])
            .first_of(StartedAt, &["inviteDateTime", "startDateTime"])
            .first_of(Outcome, &["successfulCall", "finalSipCode"])
            .null(StartedAt, never)
            .null(AnsweredAt, never)
            .null(EndedAt, never)
            .words(Outcome, &[("answered", &["true", "yes", "1"])])
            .words(Outcome, SIP)
            .words(Direction, &[("outbound", &["*out*"]), ("inbound", &["*in"])])
            .call_key(&["correlationId"])
            .done(96)
    }
}
