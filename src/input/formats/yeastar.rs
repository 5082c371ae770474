//! Yeastar: its call events (`callduraction` and `talkduraction` are its own spelling) and its CDR table.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "yeastar"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        if let Some(events) = Draft::named(prefix, self.name(), &["callid", "timestart", "callfrom", "callto"]) {
            return events
                .map(&[(CallId, "callid"), (StartedAt, "timestart"), (Caller, "callfrom"), (Callee, "callto"), (TotalS, "callduraction")])
                .map(&[(TotalS, "callduration"), (TalkS, "talkduraction"), (TalkS, "talkduration"), (Outcome, "status"), (Direction, "type")])
                .map(&[(Recording, "recording")])
                .first_of(Line, &["desttrunkname", "srctrunkname"])
                .clock_id("callid")
                .done(96);
        }
        let table = Draft::named(prefix, self.name(), &["datetime", "src", "dst", "srctrunk", "disposition", "billable"])?;
        table
            .map(&[(StartedAt, "datetime"), (Caller, "src"), (Callee, "dst"), (TotalS, "duration"), (TalkS, "billable"), (Outcome, "disposition")])
            .map(&[(Direction, "calltype"), (CallId, "uniqueid"), (Account, "accountcode"), (Recording, "recordfile")])
            .first_of(Line, &["dstrunk", "dsttrunk", "srctrunk"])
            .clock_id("uniqueid")
            .done(96)
    }
}
