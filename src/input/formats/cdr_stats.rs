//! CDR-Stats: its import table, and the same cut down to eight fields without a header. Causes are Q.850 numbers.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

fn is_record(row: &[String]) -> bool {
    [3, 4, 5].iter().all(|i| is_integer(&row[*i])) && is_uuid(&row[6]) && is_time(row[7].trim())
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "cdr-stats"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let draft = if prefix.width() == 8 && most(prefix, is_record) {
            Draft::placed(
                prefix,
                self.name(),
                &["caller_id_number", "caller_id_name", "destination_number", "duration", "billsec", "hangup_cause_id", "callid", "starting_date"],
            )
        } else {
            Draft::named(prefix, self.name(), &["callid", "destination_number", "starting_date", "hangup_cause_id"])?
        };
        draft
            .map(&[(CallId, "callid"), (Caller, "caller_id_number"), (Callee, "destination_number"), (StartedAt, "starting_date"), (TotalS, "duration")])
            .map(&[(TalkS, "billsec"), (Outcome, "hangup_cause_id"), (Cause, "hangup_cause_id"), (Account, "accountcode"), (RingS, "waitsec")])
            .words(Outcome, Q850)
            .answered_from("talk_s > 0")
            .clock_id("callid")
            .done(93)
    }
}
