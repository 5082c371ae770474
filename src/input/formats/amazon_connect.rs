//! Amazon Connect contact records. The customer's endpoint is the caller of an inbound contact and the callee of any other; chats, tasks and
//! mail are no calls. A contact that was connected to the system was answered.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const OUTCOMES: Words = &[
    ("voicemail", &["VOICEMAIL_BEEP", "VOICEMAIL_NO_BEEP", "FAX_MACHINE_DETECTED"]),
    ("no_answer", &["AMD_UNANSWERED", "TELECOM_UNANSWERED", "TELECOM_TIMEOUT"]),
    ("busy", &["SIT_TONE_BUSY", "TELECOM_BUSY"]),
    ("invalid", &["SIT_TONE_INVALID_NUMBER", "TELECOM_NUMBER_INVALID"]),
    ("blocked", &["TELECOM_POTENTIAL_BLOCKING"]),
    ("canceled", &["TELECOM_ORIGINATOR_CANCEL"]),
    ("failed", &["SIT_TONE_DETECTED", "TELECOM_PROBLEM", "OUTBOUND_DESTINATION_ENDPOINT_ERROR", "OUTBOUND_RESOURCE_ERROR", "OUTBOUND_ATTEMPT_FAILED"]),
    (
        "answered",
        &[
            "HUMAN_ANSWERED",
            "AMD_UNRESOLVED*",
            "CUSTOMER_DISCONNECT",
            "AGENT_DISCONNECT",
            "THIRD_PARTY_DISCONNECT",
            "CONTACT_FLOW_DISCONNECT",
            "BARGED",
            "EXPIRED",
            "OTHER",
        ],
    ),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "amazon-connect"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["ContactId", "InitiationMethod", "InitiationTimestamp"])?;
        let inbound: &[(crate::calls::columns::Column, &str)] = &[(Caller, "CustomerEndpoint.Address"), (Callee, "SystemEndpoint.Address")];
        table
            .map(&[(CallId, "ContactId"), (StartedAt, "InitiationTimestamp"), (AnsweredAt, "ConnectedToSystemTimestamp"), (EndedAt, "DisconnectTimestamp")])
            .map(&[(Caller, "SystemEndpoint.Address"), (Callee, "CustomerEndpoint.Address"), (Agent, "Agent.Username"), (Queue, "Queue.Name")])
            .map(&[(Direction, "InitiationMethod"), (HangupBy, "DisconnectReason"), (AnsweredBy, "AnsweringMachineDetectionStatus")])
            .map(&[(Campaign, "Campaign.CampaignId"), (Recording, "Recording.Location"), (Cause, "DisconnectReason"), (Account, "AWSAccountId")])
            .first_of(Outcome, &["AnsweringMachineDetectionStatus", "DisconnectReason"])
            .words(Outcome, OUTCOMES)
            .words(Direction, &[("outbound", &["OUTBOUND", "CALLBACK", "API", "EXTERNAL_OUTBOUND"]), ("inbound", &["INBOUND", "TRANSFER", "QUEUE_TRANSFER"])])
            .words(HangupBy, &[("callee", &["CUSTOMER_DISCONNECT"]), ("agent", &["AGENT_DISCONNECT"]), ("system", &["CONTACT_FLOW_DISCONNECT", "EXPIRED"])])
            .words(AnsweredBy, &[("machine", &["FAX_MACHINE_DETECTED", "VOICEMAIL_*"]), ("unknown", &["AMD_UNRESOLVED", "AMD_ERROR", "ANSWERED"])])
            .answered_from("answered_at IS NOT NULL")
            .call_key_first(&["InitialContactId", "ContactId"])
            .when(&[("Channel", &["CHAT", "TASK", "EMAIL"])], &[(Outcome, NO_CALL)])
            .when(&[("InitiationMethod", &["CALLBACK"])], &[(Mode, "callback")])
            .when(&[("InitiationMethod", &["MONITOR"])], &[(Outcome, NO_CALL)])
            .when_from(&[("InitiationMethod", &["INBOUND", "TRANSFER", "QUEUE_TRANSFER"])], inbound, &[])
            .done(96)
    }
}
