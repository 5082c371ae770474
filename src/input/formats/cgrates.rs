//! CGRateS: its table `cdrs`, or the same as its interface gives it. A call has a row for each run (raw, of the customer, of the supplier); what is not
//! voice is no call. A usage of more than nine digits is in nanoseconds.
//!
//! Columns: the statement that CGRateS makes of them (pastebin.com/bRYxKTEJ), and its export fields (pastebin.com/ZbGG3gna).

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "cgrates"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let named = |needs: &[&str]| Draft::named(prefix, self.name(), needs);
        let table = named(&["OriginID", "ToR", "Account", "Destination", "SetupTime", "Usage"])
            .or_else(|| named(&["origin_id", "tor", "account", "destination", "setup_time", "usage"]))?;
        let usage = if table.has("Usage") { "Usage" } else { "usage" };
        let nanoseconds = table.cells(prefix, usage).iter().any(|c| is_integer(c) && c.trim().len() > 9);
        table
            .map(&[(CallId, "OriginID"), (StartedAt, "SetupTime"), (AnsweredAt, "AnswerTime"), (TalkS, usage), (Account, "Tenant"), (Line, "Supplier")])
            .map(&[(Callee, "Destination"), (Cause, "DisconnectCause"), (Outcome, "DisconnectCause")])
            .first_of(Caller, &["Subject", "Account"])
            .unit(TalkS, if nanoseconds { Unit::Nanoseconds } else { Unit::Seconds })
            .words(Outcome, Q850)
            .words(Outcome, FREESWITCH)
            .answered_from("talk_s > 0")
            .call_key_first(&["CGRID", "OriginID"])
            .when(&[("ToR", &["*sms", "*data", "*generic", "*monetary"])], &[(Outcome, NO_CALL)])
            .done(94)
    }
}
