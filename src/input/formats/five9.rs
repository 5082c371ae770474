//! Five9's call log report. DNIS is the number called and ANI the number shown, whichever way the call went.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "five9"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["CALL ID", "TIMESTAMP", "CALL TYPE", "DISPOSITION", "ANI", "DNIS"])?;
        table
            .map(&[(CallId, "CALL ID"), (StartedAt, "TIMESTAMP"), (Caller, "ANI"), (Callee, "DNIS"), (Outcome, "DISPOSITION"), (Response, "DISPOSITION")])
            .map(&[(Direction, "CALL TYPE"), (Campaign, "CAMPAIGN"), (Agent, "AGENT"), (List, "LIST NAME"), (TalkS, "TALK TIME"), (TotalS, "CALL TIME")])
            .words(Direction, &[("outbound", &["Outbound", "Manual", "Autodial", "Preview"]), ("inbound", &["Inbound"]), ("internal", &["Internal"])])
            .words(Outcome, &[("abandoned", &["Abandon"]), ("canceled", &["Caller Disconnected"])])
            .call_key(&["SESSION ID"])
            .when(&[("CALL TYPE", &["Manual"])], &[(Mode, "manual")])
            .done(94)
    }
}
