//! Webex Calling, detailed call history: a record for each leg, tied together by the correlation id. A busy or unanswered call is a `Success` of its own
//! reason, which therefore comes first.
//!
//! Columns: developer.webex.com, Reports: Detailed Call History; a schema of them in api-evangelist/webex, json-schema/webex-cdr-schema.json.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const REASONS: Words = &[
    ("answered", &["Normal", "Success"]),
    ("busy", &["UserBusy"]),
    ("no_answer", &["NoAnswer", "NoAnswerFromUser", "NoUserResponse", "SIP408", "InternalRequestTimeout"]),
    ("rejected", &["CallRejected"]),
    ("invalid", &["UnassignedNumber"]),
    ("unreachable", &["SIP480", "TemporarilyUnavailable", "Unreachable", "UserAbsent", "DestinationOutOfOrder"]),
    ("canceled", &["SIP487"]),
    ("blocked", &["AdminCallBlock", "UserCallBlock", "RouteListCalls"]),
    (
        "failed",
        &[
            "SIP501",
            "SIP503",
            "SIP606",
            "ProtocolError",
            "NoRouteToDestination",
            "Internal",
            "Q850102ServerTimeout",
            "LocalGatewayLoop",
            "Failure",
            "Refusal",
            "MaxConcurrent*",
        ],
    ),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "webex"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["Start time", "Calling number", "Called number", "Call outcome", "Correlation ID", "Direction"])?;
        // What the length counts from is not said: the instants tell it where they are there.
        let table = if table.has("Release time") { table } else { table.map(&[(TalkS, "Duration")]) };
        table
            .map(&[(CallId, "Report ID"), (CallId, "Call ID"), (StartedAt, "Start time"), (AnsweredAt, "Answer time"), (EndedAt, "Release time")])
            .map(&[(Callee, "Called number"), (Direction, "Direction"), (Agent, "User"), (Cause, "Call outcome reason")])
            .first_of(Caller, &["External caller ID number", "Calling number", "Caller ID number"])
            .first_of(Outcome, &["Call outcome reason", "Call outcome"])
            .null(AnsweredAt, &["NA"])
            .words(Outcome, REASONS)
            .words(Direction, &[("outbound", &["ORIGINATING"]), ("inbound", &["TERMINATING"])])
            .when(&[("Call type", &["SIP_ENTERPRISE"])], &[(Direction, "internal")])
            .when(&[("Call type", &["SIP_MEETING"])], &[(Outcome, NO_CALL)])
            .when(&[("Answered", &["false"]), ("Call outcome reason", &["Normal"])], &[(Outcome, "no_answer")])
            .call_key(&["Correlation ID"])
            .clock("UTC", "the vendor's documentation")
            .done(95)
    }
}
