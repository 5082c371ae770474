//! A Chinese voice interface: `disnumber` is shown, `destnumber` was called (with a long-distance 0 before mobiles), `duration` is the waiting time, `billsec` talk.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "voice-cn"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["disnumber", "destnumber", "billsec", "callmethod"])?;
        table
            .map(&[(CallId, "callid"), (CallId, "uuid"), (Caller, "disnumber"), (Callee, "destnumber"), (TalkS, "billsec"), (RingS, "duration")])
            .map(&[
                (AnsweredAt, "answertime"),
                (EndedAt, "endtime"),
                (EndedAt, "hanguptime"),
                (Direction, "direction"),
                (Outcome, "hangupcause"),
                (Cause, "hangupcause"),
            ])
            .first_of(StartedAt, &["starttime", "begintime", "calltime"])
            .words(Outcome, Q850)
            .answered_from("talk_s > 0")
            .when(&[("callmethod", &["5"])], &[(Mode, "predictive")])
            .when(&[("callmethod", &["6"])], &[(Mode, "robot")])
            .region("CN")
            .done(94)
    }
}
