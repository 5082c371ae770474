//! VICIdial's tables `vicidial_log` and `vicidial_closer_log` (inbound) as exported from its database. Epochs are used: `call_date` is on the server's clock.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

/// Who ended a call: its caller is the person called, seen from the dialler.
pub(super) const ENDS: Words = &[("callee", &["CALLER", "ABANDON"]), ("agent", &["AGENT"]), ("system", &["QUEUETIMEOUT", "AFTERHOURS", "SYSTEM"])];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "vicidial-log"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["lead_id", "list_id", "campaign_id", "call_date", "start_epoch", "length_in_sec", "status"])?;
        let inbound = table.has("closecallid");
        let table = if table.has("phone_code") { table.joined(Callee, &["phone_code", "phone_number"]) } else { table.map(&[(Callee, "phone_number")]) };
        let table = table
            .map(&[(StartedAt, "start_epoch"), (EndedAt, "end_epoch"), (TotalS, "length_in_sec"), (Outcome, "status"), (Response, "status")])
            .map(&[(CallId, "uniqueid"), (Agent, "user"), (Campaign, "campaign_id"), (List, "list_id"), (Lead, "lead_id"), (CalleeId, "lead_id")])
            .map(&[(HangupBy, "term_reason")])
            .words(Outcome, super::vicidial::STATUSES)
            .words(Response, super::vicidial::RESPONSES)
            .words(HangupBy, ENDS)
            .null(Agent, &["VDAD", "VDCL"]);
        if inbound { table.set(Direction, "inbound").map(&[(Caller, "phone_number")]).done(97) } else { table.done(97) }
    }
}
