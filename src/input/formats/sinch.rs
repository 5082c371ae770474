//! Sinch's call records, separated by semicolons.
//!
//! Columns: developers.sinch.com/docs/voice-rest-api-cdr.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "sinch"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["CallId", "CallTime", "Result", "Reason", "From", "To"])?;
        table
            .map(&[(CallId, "CallId"), (StartedAt, "CallTime"), (AnsweredAt, "AnswerTime"), (TalkS, "Duration"), (Caller, "From"), (Callee, "To")])
            .map(&[(Outcome, "Result"), (HangupBy, "Reason"), (Cause, "Reason"), (Account, "ApplicationKey"), (Agent, "UserId")])
            .words(Outcome, &[("answered", &["ANSWERED"]), ("busy", &["BUSY"]), ("no_answer", &["NOANSWER"]), ("failed", &["FAILED"])])
            .words(HangupBy, &[("caller", &["CALLERHANGUP"]), ("callee", &["CALLEEHANGUP"]), ("system", &["MANAGERHANGUP", "NOCREDITPARTNER", "TIMEOUT"])])
            .null(HangupBy, &["BLOCKED", "GENERALERROR", "CANCEL"])
            .when(&[("Result", &["FAILED"]), ("Reason", &["BLOCKED"])], &[(Outcome, "blocked")])
            .when(&[("Result", &["FAILED", "NOANSWER"]), ("Reason", &["CANCEL"])], &[(Outcome, "canceled")])
            .done(95)
    }
}
