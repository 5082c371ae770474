//! FreeSWITCH mod_json_cdr: one document per leg. The channel's `direction` is seen from the switch (a call that a phone makes is inbound), so
//! it is not taken for the direction of the call. Epochs are used, as stamps are on the server's clock; 0 means never.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "freeswitch-json"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["variables.hangup_cause", "variables.uuid"])?;
        let plain = !table.has("variables.start_epoch");
        table
            .map(if plain {
                &[(StartedAt, "variables.start_stamp"), (AnsweredAt, "variables.answer_stamp"), (EndedAt, "variables.end_stamp")]
            } else {
                &[(StartedAt, "variables.start_epoch"), (AnsweredAt, "variables.answer_epoch"), (EndedAt, "variables.end_epoch")]
            })
            .map(&[(CallId, "variables.uuid"), (TotalS, "variables.duration"), (TalkS, "variables.billsec"), (Outcome, "variables.hangup_cause")])
            .map(&[(Cause, "variables.hangup_cause"), (Account, "variables.accountcode"), (Line, "variables.sip_gateway_name")])
            .first_of(
                Caller,
                &["variables.effective_caller_id_number", "variables.caller_id_number", "variables.origination_caller_id_number", "variables.sip_from_user"],
            )
            .first_of(
                Callee,
                &[
                    "callflow.caller_profile.destination_number",
                    "variables.destination_number",
                    "variables.dialed_user",
                    "variables.sip_to_user",
                    "variables.sip_req_user",
                ],
            )
            .words(Outcome, FREESWITCH)
            .answer_needed()
            .clock_id("variables.uuid")
            .done(96)
    }
}
