//! ivozProvider's scheduled call CSVs: the start is that of the conversation, and only calls that were set up are in it.
//!
//! Columns: irontec.github.io/ivozprovider, "Call CSV schedulers".

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "ivozprovider"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["callid", "startTime", "duration", "caller", "callee", "price", "direction"])?;
        table
            .map(&[(CallId, "callid"), (StartedAt, "startTime"), (TalkS, "duration"), (Caller, "caller"), (Callee, "callee"), (Direction, "direction")])
            .map(&[(Agent, "endpointName"), (Account, "companyId")])
            .answered_from("talk_s > 0")
            .note("the start is that of the conversation, and calls that were not set up are not in such exports: attempts are counted too low")
            .done(95)
    }
}
