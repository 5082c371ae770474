//! Alibaba Cloud 号码隐私保护, SecretReport: A (`phone_no`) and B (`peer_no`) call each other through the number X (`secret_no`).
//!
//! `call_type` 0 is A to B, 1 is B to A, 2, 3 and 5 are messages, 4 is a call that the platform refused to put through. A call that was not
//! answered has its start equal to its release. Times have no zone.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aliyun-axb"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["secret_no", "peer_no", "call_type", "release_time"])?;
        table
            .map(&[(CallId, "call_id"), (BindingId, "sub_id"), (StartedAt, "call_time"), (AnsweredAt, "start_time"), (EndedAt, "release_time")])
            .map(&[(Callee, "peer_no"), (Direction, "call_type"), (Outcome, "release_cause"), (Cause, "release_cause"), (HangupBy, "release_dir")])
            .map(&[(Account, "pool_key"), (Subject, "out_id")])
            .first_of(Caller, &["called_display_no", "secret_no"])
            .unless(AnsweredAt, "release_time")
            .words(Outcome, Q850)
            .words(Direction, &[("outbound", &["0"]), ("inbound", &["1"])])
            .words(HangupBy, &[("system", &["0"]), ("caller", &["1"]), ("callee", &["2"])])
            .answered_from("answered_at IS NOT NULL")
            .when(&[("call_type", &["2", "3", "4", "5"])], &[(Outcome, NO_CALL)])
            .when_from(&[("call_type", &["1"])], &[(Caller, "peer_no"), (Callee, "phone_no")], &[])
            .set(Mode, "axb")
            .note(PERSONS_KNOWN)
            .region("CN")
            .done(97)
    }
}
