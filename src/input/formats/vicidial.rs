//! VICIdial's call export (also GoAutoDial): TAB between fields, nothing quoted, the header as the user wishes; or the layout ALTERNATE_1 with `|` and the
//! start without seconds. Inbound rows follow the outbound ones in the same file; in them the dialled number is that of the caller.

use crate::input::layout::{Draft, prelude::*};

/// The layout.
pub struct Layout;

const FIELDS: [&str; 36] = [
    "call_date",
    "phone_number_dialed",
    "status",
    "user",
    "full_name",
    "campaign_id",
    "vendor_lead_code",
    "source_id",
    "list_id",
    "gmt_offset_now",
    "phone_code",
    "phone_number",
    "title",
    "first_name",
    "middle_initial",
    "last_name",
    "address1",
    "address2",
    "address3",
    "city",
    "state",
    "province",
    "postal_code",
    "country_code",
    "gender",
    "date_of_birth",
    "alt_phone",
    "email",
    "security_phrase",
    "comments",
    "length_in_sec",
    "user_group",
    "alt_dial",
    "rank",
    "owner",
    "lead_id",
];

const ALTERNATE: [&str; 9] =
    ["call_date", "phone_number_dialed", "status", "campaign_id", "vendor_lead_code", "source_id", "first_name", "last_name", "length_in_sec"];

/// The statuses that come with VICIdial, by its own flags; sites make more.
pub(super) const STATUSES: Words = &[
    (
        "answered",
        &[
            "CALLBK", "CBHOLD", "DEC", "DNC", "SALE", "NI", "NP", "PU", "XFER", "RQXFER", "QCFAIL", "SVYEXT", "SVYREC", "SVYCLM", "SVYHU", "PM", "DAIR",
            "LRERR", "CPDSUK", "CPDSNC",
        ],
    ),
    ("voicemail", &["A", "AA", "AM", "AL", "AFAX", "SVYVM", "QVMAIL"]),
    ("abandoned", &["DROP", "XDROP", "PDROP", "TIMEOT", "IVRXFR", "AFTHRS", "NANQUE", "IQNANQ", "MAXCAL"]),
    ("no_answer", &["NA", "N", "CPDNA"]),
    ("busy", &["B", "AB", "CPDB"]),
    ("invalid", &["DC", "ADC", "CPDINV"]),
    ("failed", &["ADCT", "CPDATB", "ERI", "CPDUK", "CPDERR"]),
    ("blocked", &["DNCCAR"]),
    (NO_CALL, &["NEW", "QUEUE", "DNCL", "DNCC", "MLINAT", "LSMERG"]),
    ("unknown", &["INCALL"]),
];

/// What the person said, as far as a status tells.
pub(super) const RESPONSES: Words =
    &[("interested", &["SALE", "XFER"]), ("refused", &["NI", "DEC"]), ("do_not_call", &["DNC"]), ("callback", &["CALLBK", "CBHOLD"])];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "vicidial"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let width = prefix.width();
        let named = Draft::named(prefix, self.name(), &["call_date", "phone_number_dialed", "status", "campaign_id"]);
        let draft = match named {
            Some(named) => named,
            None if prefix.dialect.delimiter == b'\t' && width >= FIELDS.len() && most(prefix, is_export) => {
                let more = (FIELDS.len()..width).map(|i| format!("field {}", i + 1));
                Draft::placed(prefix, self.name(), &FIELDS.iter().map(|f| (*f).to_owned()).chain(more).collect::<Vec<_>>())
            }
            None if prefix.dialect.delimiter == b'|' && width >= ALTERNATE.len() && most(prefix, is_alternate) => {
                let more = (ALTERNATE.len()..width).map(|i| format!("field {}", i + 1));
                Draft::placed(prefix, self.name(), &ALTERNATE.iter().map(|f| (*f).to_owned()).chain(more).collect::<Vec<_>>())
            }
            None => return None,
        };
        let draft =
            if draft.has("phone_code") { draft.joined(Callee, &["phone_code", "phone_number_dialed"]) } else { draft.map(&[(Callee, "phone_number_dialed")]) };
        draft
            .map(&[(StartedAt, "call_date"), (Outcome, "status"), (Response, "status"), (Agent, "user"), (Campaign, "campaign_id"), (List, "list_id")])
            .map(&[(Lead, "lead_id"), (CalleeId, "lead_id"), (CalleeZone, "gmt_offset_now"), (CalleeRegion, "state"), (TotalS, "length_in_sec")])
            .map(&[(TalkS, "answered_time"), (RingS, "dial_time"), (CallId, "uniqueid"), (Caller, "outbound_cid"), (Recording, "recording_location")])
            .map(&[(Cause, "hangup_cause"), (HangupBy, "term_reason"), (Seller, "owner")])
            .words(Outcome, STATUSES)
            .words(Response, RESPONSES)
            .words(HangupBy, super::vicidial_log::ENDS)
            .null(Agent, &["VDAD", "VDCL"])
            .clock_id("uniqueid")
            .loose_quotes()
            .when_from(&[("user", &["VDCL"])], INBOUND, &[(Direction, "inbound")])
            .when_from(&[("did_pattern", &["?*"])], INBOUND, &[(Direction, "inbound")])
            .when_from(&[("status", &["TIMEOT", "AFTHRS", "NANQUE", "IQNANQ", "MAXCAL", "QVMAIL"])], INBOUND, &[(Direction, "inbound")])
            .done(97)
    }
}

/// Who called whom in an inbound row.
const INBOUND: &[(crate::calls::columns::Column, &str)] = &[(Caller, "phone_number_dialed"), (Callee, "did_pattern")];

fn is_status(cell: &str) -> bool {
    (1..=6).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_export(row: &[String]) -> bool {
    is_time(&row[0]) && is_integer(&row[1]) && is_status(&row[2]) && row[9].parse::<f32>().is_ok_and(|o| o.abs() <= 14.0)
}

fn is_alternate(row: &[String]) -> bool {
    row[0].len() == 12 && is_time(&row[0]) && is_integer(&row[1]) && is_status(&row[2]) && (row[8].is_empty() || is_integer(&row[8]))
}
