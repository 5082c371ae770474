//! Avaya Communication Manager CDR in a customised layout with a header; the trunks tell the direction. Its layouts of fixed width are read elsewhere.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "avaya-cm"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        Draft::named(prefix, self.name(), &["date", "time", "dialed", "calling", "cond"])?
            .spaced(StartedAt, &["date", "time"])
            .map(&[(Callee, "dialed"), (Caller, "calling"), (TalkS, "duration_s"), (Outcome, "disposition"), (CallId, "ucid"), (Agent, "ext")])
            .map(&[(Line, "out_trk"), (Cause, "cond")])
            .call_key(&["ucid"])
            .when(&[("in_trk", &["?*"])], &[(Direction, "inbound")])
            .when(&[("out_trk", &["?*"])], &[(Direction, "outbound")])
            .done(93)
    }
}
