//! DIDWW's exports of call logs. The header says that all times are UTC; an inbound export names the DID.
//!
//! Columns of inbound exports: doc.didww.com, api3, "Get CSV File of Export" (2017-09-18 to 2026-11-19). Outbound ones have the same names for what both have;
//! what else is in them is not mapped.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "didww"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let named = |needs: &[&str]| Draft::named(prefix, self.name(), needs);
        let table = named(&["Date/Time Start (UTC)", "Disconnect Code", "Disconnect Initiator"])
            .or_else(|| named(&["Date/Time (UTC)", "Source", "Disconnect Code", "Disconnect Initiator"]))?;
        let inbound = table.has("Destination DID") || table.has("DID");
        let table = table
            .map(&[(StartedAt, "Date/Time Start (UTC)"), (StartedAt, "Date/Time (UTC)"), (AnsweredAt, "Date/Time Connect (UTC)")])
            .map(&[(EndedAt, "Date/Time End (UTC)"), (TalkS, "Duration (sec)"), (TalkS, "Duration (secs)"), (Outcome, "Disconnect Code")])
            .map(&[(Cause, "Disconnect Code"), (HangupBy, "Disconnect Initiator"), (Line, "Voice OUT Trunk"), (Account, "Customer ID")])
            .first_of(Caller, &["Source Number Out", "Source Number", "Source"])
            .first_of(Callee, &["Destination DID", "DID", "Destination Number", "Destination"])
            .words(Outcome, SIP)
            .words(HangupBy, &[("caller", &["Origination"]), ("callee", &["Destination", "Termination"])])
            .answered_from("talk_s > 0")
            .clock("UTC", "header");
        if inbound { table.set(Direction, "inbound") } else { table }.done(96)
    }
}
