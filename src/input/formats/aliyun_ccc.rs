//! Alibaba Cloud Call Centre (云联络中心) ListCallDetailRecords. What the network said (`EarlyMediaState`) tells more than the disposition of a call that was
//! not answered; an established call was answered, except into a voice box or an empty queue.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aliyun-ccc"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["ContactId", "ContactDisposition", "CallingNumber", "CalledNumber"])?;
        table
            .map(&[(CallId, "ContactId"), (StartedAt, "StartTime"), (AnsweredAt, "EstablishedTime"), (EndedAt, "ReleaseTime"), (TalkS, "TalkTime")])
            .map(&[(RingS, "RingTime"), (Caller, "CallingNumber"), (Callee, "CalledNumber"), (Direction, "ContactType")])
            .map(&[(HangupBy, "ReleaseInitiator"), (Agent, "AgentIds"), (Queue, "SkillGroupIds"), (Account, "InstanceId"), (Cause, "ReleaseReason")])
            .first_of(Outcome, &["EarlyMediaState", "ContactDisposition"])
            .words(
                Outcome,
                &[
                    ("unreachable", &["OutOfService", "PowerOff", "NotConnected"]),
                    ("blocked", &["Restricted"]),
                    ("abandoned", &["AbandonedIn*", "QueuingTimeout", "QueuingOverflow"]),
                ],
            )
            .words(Direction, &[("outbound", &["Outbound", "Predictive", "Back2Back", "PrivacyDial"]), ("internal", &["Internal", "Conference"])])
            .words(HangupBy, &[("callee", &["customer"])])
            .answered_from("answered_at IS NOT NULL")
            .when_from(&[("ContactType", &["Back2Back", "PrivacyDial"]), ("Broker", &["?*"])], &[(Caller, "Broker")], &[])
            .when(&[("ContactType", &["Outbound"])], &[(Mode, "manual")])
            .when(&[("ContactType", &["Predictive"])], &[(Mode, "predictive")])
            .when(&[("ContactType", &["Back2Back"])], &[(Mode, "callback")])
            .when(&[("ContactType", &["PrivacyDial"])], &[(Mode, "axb")])
            .when(&[("ContactType", &["Inbound"]), ("ReleaseInitiator", &["customer"])], &[(HangupBy, "caller")])
            .region("CN")
            .done(96)
    }
}
