//! 尘锋 (dustess): `local_tel` belongs to the employee, `contact_tel` to the customer.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "dustess"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["call_type", "local_tel", "contact_tel", "begin_time", "connect_type"])?;
        table
            .map(&[(CallId, "id"), (StartedAt, "begin_time"), (Caller, "local_tel"), (Callee, "contact_tel"), (TalkS, "duration"), (Outcome, "connect_type")])
            .map(&[(Direction, "call_type")])
            .words(Outcome, &[("no_answer", &["unconnected", "not_connected", "notconnected"])])
            .when_from(&[("call_type", &["in"])], &[(Caller, "contact_tel"), (Callee, "local_tel")], &[])
            .region("CN")
            .done(94)
    }
}
