//! SIP proxies (Kamailio, OpenSIPS): the tables `acc`, `missed_calls` and `acc_cdrs`. A call has a row for its INVITE and one for its BYE: only the first
//! is a call. Who called whom stands only in columns that the operator added.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "sip-acc"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let named = |needs| Draft::named(prefix, self.name(), needs);
        let table = named(&["method", "from_tag", "callid", "sip_code", "sip_reason"])
            .or_else(|| named(&["start_time", "end_time", "duration", "callid", "from_tag"]))?;
        let coded = table.has("sip_code");
        let table = table
            .map(&[(CallId, "callid"), (TalkS, "duration"), (Outcome, "sip_code"), (Cause, "sip_code"), (EndedAt, "end_time")])
            .first_of(StartedAt, &["created", "start_time", "time"])
            .first_of(Caller, &["src_user", "from_user", "caller"])
            .first_of(Callee, &["dst_user", "dst_ouser", "to_user", "callee"])
            .words(Outcome, SIP)
            .call_key(&["callid"])
            .when(&[("method", &["BYE", "ACK", "CANCEL", "MESSAGE", "REGISTER", "OPTIONS"])], &[(Outcome, NO_CALL)]);
        if coded { table.done(95) } else { table.set(Outcome, "answered").done(95) }
    }
}
