//! Cisco Unified Communications Manager: a row of names, a row of SQL types, then records. Either of the first two may be missing.
//!
//! Times are UTC epoch seconds, 0 meaning never. The side that hung up has the cause, the other 0. Legs of a call share three columns.

use crate::input::layout::{Draft, prelude::*};

/// The layout.
pub struct Layout;

/// The first columns in the order in which all versions have them; later ones are added at the end.
const FIELDS: [&str; 60] = [
    "cdrRecordType",
    "globalCallID_callManagerId",
    "globalCallID_callId",
    "origLegCallIdentifier",
    "dateTimeOrigination",
    "origNodeId",
    "origSpan",
    "origIpAddr",
    "callingPartyNumber",
    "callingPartyUnicodeLoginUserID",
    "origCause_location",
    "origCause_value",
    "origPrecedenceLevel",
    "origMediaTransportAddress_IP",
    "origMediaTransportAddress_Port",
    "origMediaCap_payloadCapability",
    "origMediaCap_maxFramesPerPacket",
    "origMediaCap_g723BitRate",
    "origVideoCap_Codec",
    "origVideoCap_Bandwidth",
    "origVideoCap_Resolution",
    "origVideoTransportAddress_IP",
    "origVideoTransportAddress_Port",
    "origRSVPAudioStat",
    "origRSVPVideoStat",
    "destLegIdentifier",
    "destNodeId",
    "destSpan",
    "destIpAddr",
    "originalCalledPartyNumber",
    "finalCalledPartyNumber",
    "finalCalledPartyUnicodeLoginUserID",
    "destCause_location",
    "destCause_value",
    "destPrecedenceLevel",
    "destMediaTransportAddress_IP",
    "destMediaTransportAddress_Port",
    "destMediaCap_payloadCapability",
    "destMediaCap_maxFramesPerPacket",
    "destMediaCap_g723BitRate",
    "destVideoCap_Codec",
    "destVideoCap_Bandwidth",
    "destVideoCap_Resolution",
    "destVideoTransportAddress_IP",
    "destVideoTransportAddress_Port",
    "destRSVPAudioStat",
    "destRSVPVideoStat",
    "dateTimeConnect",
    "dateTimeDisconnect",
    "lastRedirectDn",
    "pkid",
    "originalCalledPartyNumberPartition",
    "callingPartyNumberPartition",
    "finalCalledPartyNumberPartition",
    "lastRedirectDnPartition",
    "duration",
    "origDeviceName",
    "destDeviceName",
    "origCallTerminationOnBehalfOf",
    "destCallTerminationOnBehalfOf",
];

/// Names with which devices of people begin; the others are gateways and trunks.
const PHONES: &[&str] = &["SEP*", "CSF*", "BOT*", "TCT*", "TAB*", "CTI*"];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "cucm"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let named = Draft::named(prefix, self.name(), &["cdrRecordType", "dateTimeOrigination", "callingPartyNumber", "finalCalledPartyNumber"]);
        let draft = match named {
            Some(draft) => draft,
            None if is_types(prefix.rows.first()?) => {
                let more = (FIELDS.len()..prefix.width()).map(|i| format!("field {}", i + 1));
                Draft::placed(prefix, self.name(), &FIELDS.iter().map(|f| (*f).to_owned()).chain(more).collect::<Vec<_>>())
            }
            None => return None,
        };
        draft
            .map(&[(StartedAt, "dateTimeOrigination"), (AnsweredAt, "dateTimeConnect"), (EndedAt, "dateTimeDisconnect"), (TalkS, "duration")])
            .map(&[(CallId, "pkid"), (Agent, "callingPartyUnicodeLoginUserID"), (Line, "destDeviceName"), (Queue, "huntPilotDN")])
            .first_of(Caller, &["outpulsedCallingPartyNumber", "callingPartyNumber"])
            .first_of(Callee, &["outpulsedCalledPartyNumber", "finalCalledPartyNumber", "originalCalledPartyNumber"])
            .first_of(Outcome, &["destCause_value", "origCause_value"])
            .first_of(Cause, &["destCause_value", "origCause_value"])
            .null(Outcome, &["0"])
            .null(Cause, &["0"])
            .words(Outcome, Q850)
            .words(Outcome, &[("answered", &["126", "128", "129", "130", "131", "132", "133", "393216", "458752"])])
            .answered_from("answered_at IS NOT NULL")
            .call_key(&["globalCallID_callManagerId", "globalCallID_callId"])
            .call_key(&["globalCallID_callManagerId", "globalCallID_callId", "globalCallId_ClusterID"])
            .when(&[("cdrRecordType", &["INTEGER", "0", "2"])], &[(Outcome, NO_CALL)])
            .when(&[("origCause_value", &["16"]), ("dateTimeConnect", &["0"])], &[(Outcome, "canceled")])
            .when(&[("destDeviceName", PHONES)], &[(Direction, "inbound")])
            .when(&[("origDeviceName", PHONES), ("destDeviceName", PHONES)], &[(Direction, "internal")])
            .note("CUCM leaves out calls of no length unless its service parameter says otherwise: failed attempts may be missing")
            .done(97)
    }
}

fn is_types(row: &[String]) -> bool {
    let is_type = |c: &String| matches!(c.trim(), "INTEGER" | "STRING" | "UNIQUEIDENTIFIER") || c.trim().starts_with("VARCHAR(");
    row.len() >= FIELDS.len() && row.iter().all(is_type)
}
