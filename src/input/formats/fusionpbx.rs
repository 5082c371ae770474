//! FusionPBX's export of its call log. Columns vanish with the user's permissions; `duration` is the talk time here, like `billsec`. Fields
//! are put between quotes that are not doubled inside.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "fusionpbx"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["xml_cdr_uuid", "hangup_cause", "start_epoch"])?;
        let answers = table.has("answer_stamp") || table.has("answer_epoch");
        let table = table
            .map(&[(CallId, "xml_cdr_uuid"), (StartedAt, "start_epoch"), (EndedAt, "end_stamp"), (TalkS, "billsec"), (TalkS, "duration")])
            .map(&[(Direction, "direction"), (Agent, "extension"), (Account, "domain_name"), (Account, "accountcode"), (Recording, "record_name")])
            .map(&[(Cause, "hangup_cause"), (Queue, "cc_queue")])
            .first_of(Caller, &["caller_id_number", "source_number"])
            .first_of(Callee, &["destination_number", "caller_destination"])
            .first_of(AnsweredAt, &["answer_stamp", "answer_epoch"])
            .first_of(Outcome, &["status", "hangup_cause"])
            .words(Outcome, FREESWITCH)
            .answer_needed()
            .loose_quotes();
        if answers || table.has("status") { table.done(97) } else { table.answered_from("talk_s > 0").done(96) }
    }
}
