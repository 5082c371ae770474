//! FreeSWITCH mod_cdr_csv: no header, and a template that decides everything. The templates that ship with it are told apart by their
//! width and by where the hangup cause stands. Nothing in them is escaped. A cause of NORMAL_CLEARING without an answer is no answered call.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const FIELDS: [&str; 15] = [
    "caller_id_name",
    "caller_id_number",
    "destination_number",
    "context",
    "start_stamp",
    "answer_stamp",
    "end_stamp",
    "duration",
    "billsec",
    "hangup_cause",
    "uuid",
    "bleg_uuid",
    "accountcode",
    "read_codec",
    "write_codec",
];

const ASTERISK: [&str; 18] = [
    "accountcode",
    "caller_id_number",
    "destination_number",
    "context",
    "caller_id",
    "channel_name",
    "bridge_channel",
    "last_app",
    "last_arg",
    "start_stamp",
    "answer_stamp",
    "end_stamp",
    "duration",
    "billsec",
    "hangup_cause",
    "amaflags",
    "uuid",
    "userfield",
];

/// It has no start: the answer stands for it, or the end where there was none.
const OPENCDRRATE: [&str; 13] = [
    "uuid",
    "signal_bond",
    "direction",
    "ani",
    "destination_number",
    "answer_stamp",
    "end_stamp",
    "billsec",
    "accountcode",
    "userfield",
    "network_addr",
    "original_caller_id_name",
    "sip_gateway_name",
];

fn is_cause(cell: &str) -> bool {
    cell.len() > 3 && cell.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

fn is_record(row: &[String]) -> bool {
    is_time(&row[4]) && is_time_or_empty(&row[5]) && is_time_or_empty(&row[6]) && is_integer(&row[7]) && is_cause(&row[9]) && is_uuid(&row[10])
}

fn is_asterisk(row: &[String]) -> bool {
    is_time(&row[9]) && is_time_or_empty(&row[10]) && is_time_or_empty(&row[11]) && is_integer(&row[12]) && is_cause(&row[14]) && is_uuid(&row[16])
}

fn is_opencdrrate(row: &[String]) -> bool {
    is_uuid(&row[0]) && is_time_or_empty(&row[5]) && is_time(&row[6]) && is_integer(&row[7])
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "freeswitch-csv"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let (names, sure): (&[&str], u8) = match prefix.width() {
            // "default" has a blank before the last quote, which stays part of the account.
            width @ (13 | 15 | 17 | 20) if most(prefix, is_record) => (&FIELDS[..width.min(15)], 95),
            18 if most(prefix, is_asterisk) => (&ASTERISK, 96),
            13 if most(prefix, is_opencdrrate) => (&OPENCDRRATE, 93),
            _ => return None,
        };
        let more: &[&str] = match prefix.width() {
            17 => &["sip_user_agent", "sip_p_rtp_stat"],
            20 => &["sip_user_agent", "call_clientcode", "sip_rtp_rxstat", "sip_rtp_txstat", "sofia_record_file"],
            _ => &[],
        };
        let names: Vec<&str> = names.iter().chain(more).copied().collect();
        let start: &[&str] = if names.contains(&"start_stamp") { &["start_stamp"] } else { &["answer_stamp", "end_stamp"] };
        let draft = Draft::placed(prefix, self.name(), &names)
            .map(&[(CallId, "uuid"), (Callee, "destination_number"), (AnsweredAt, "answer_stamp"), (EndedAt, "end_stamp"), (TotalS, "duration")])
            .map(&[(TalkS, "billsec"), (Outcome, "hangup_cause"), (Cause, "hangup_cause"), (Account, "accountcode"), (Line, "sip_gateway_name")])
            .map(&[(Recording, "sofia_record_file"), (Campaign, "call_clientcode")])
            .first_of(StartedAt, start)
            .first_of(Caller, &["caller_id_number", "ani"])
            .words(Outcome, FREESWITCH)
            .answer_needed()
            .clock_id("uuid")
            .loose_quotes();
        if draft.has("hangup_cause") { draft.done(sure) } else { draft.answered_from("answered_at IS NOT NULL").done(sure) }
    }
}
