//! Newfies-Dialer: its call report.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "newfies"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["callid", "callerid", "phone_number", "starting_date", "billsec"])?;
        table
            .map(&[(CallId, "callid"), (Caller, "callerid"), (Callee, "phone_number"), (StartedAt, "starting_date"), (TotalS, "duration"), (TalkS, "billsec")])
            .map(&[(Outcome, "disposition"), (Cause, "hangup_cause"), (Account, "user"), (Campaign, "campaign")])
            .set(Mode, "robot")
            .done(94)
    }
}
