//! 3CX: `Call 288831,…,00:00:25,2024/06/17 05:59:49,…`, the fields in the order of its CDR settings, one file per call or one log.
//!
//! No column tells the outcome: a call with an answer time was answered.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const FIELDS: [&str; 27] = [
    "historyid",
    "callid",
    "duration",
    "time-start",
    "time-answered",
    "time-end",
    "reason-terminated",
    "from-no",
    "to-no",
    "from-dn",
    "to-dn",
    "dial-no",
    "reason-changed",
    "final-number",
    "final-dn",
    "bill-code",
    "bill-rate",
    "bill-cost",
    "bill-name",
    "chain",
    "from-type",
    "to-type",
    "final-type",
    "from-dispname",
    "to-dispname",
    "final-dispname",
    "missed-queue-calls",
];

const REASONS: Words = &[
    ("busy", &["*busy*"]),
    ("canceled", &["*cancel*"]),
    ("no_answer", &["*noanswer*", "*timeout*"]),
    ("invalid", &["*notfound*", "*invalid*"]),
    ("rejected", &["*reject*"]),
    ("failed", &["fail*"]),
    ("answered", &["TerminatedBySrc", "TerminatedByDst"]),
];

fn is_record(row: &[String]) -> bool {
    row.len() >= 14 && row[0].strip_prefix("Call ").is_some_and(is_integer) && is_time(&row[3]) && is_time_or_empty(&row[4]) && is_time(&row[5])
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "3cx"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let draft = match Draft::named(prefix, self.name(), &["historyid", "time-start", "from-no", "to-no"]) {
            Some(draft) => draft,
            None if most(prefix, is_record) => {
                let names: Vec<String> = (0..prefix.width()).map(|i| FIELDS.get(i).map_or_else(|| format!("field {}", i + 1), |f| (*f).to_owned())).collect();
                Draft::placed(prefix, self.name(), &names)
            }
            None => return None,
        };
        let line: &[&str] = &["Line", "ExternalLine", "Provider", "Bridge"];
        draft
            .map(&[(CallId, "callid"), (StartedAt, "time-start"), (AnsweredAt, "time-answered"), (EndedAt, "time-end"), (TalkS, "duration")])
            .map(&[(Caller, "from-no"), (Agent, "from-dn"), (Outcome, "reason-terminated"), (HangupBy, "reason-terminated"), (Cause, "reason-terminated")])
            .first_of(Callee, &["to-no", "dial-no", "final-number"])
            .strip(Caller, &["Ext."])
            .strip(Callee, &["Ext."])
            .words(Outcome, REASONS)
            .answered_from("answered_at IS NOT NULL")
            .call_key(&["historyid"])
            .when(&[("from-type", line)], &[(Direction, "inbound")])
            .when(&[("to-type", line)], &[(Direction, "outbound")])
            .when(&[("from-type", &["Extension"]), ("to-type", &["Extension", "Queue", "RingGroup", "Voicemail", "IVR"])], &[(Direction, "internal")])
            .done(96)
    }
}
