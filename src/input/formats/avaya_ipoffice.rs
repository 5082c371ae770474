//! Avaya IP Office SMDR: with or without a header, dates year first (as documented) or day first. Connected time is talk; a call that was
//! transferred has several records with one call id. An analogue line cannot tell an answer.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const FIELDS: [&str; 17] = [
    "Call Start",
    "Connected Time",
    "Ring Time",
    "Caller",
    "Direction",
    "Called Number",
    "Dialled Number",
    "Account",
    "Is Internal",
    "Call ID",
    "Continuation",
    "Party1Device",
    "Party1Name",
    "Party2Device",
    "Party2Name",
    "Hold Time",
    "Park Time",
];

fn is_record(row: &[String]) -> bool {
    row.len() >= 16
        && is_time(&row[0])
        && row[1].len() == 8
        && row[1].matches(':').count() == 2
        && matches!(row[4].trim(), "I" | "O")
        && matches!(row[8].trim(), "0" | "1")
        && matches!(row[10].trim(), "0" | "1")
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "avaya-ipoffice"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let draft =
            match Draft::named(prefix, self.name(), &["Call Start", "Connected Time", "Ring Time", "Caller", "Direction", "Called Number", "Dialled Number"]) {
                Some(draft) => draft,
                None if most(prefix, is_record) => {
                    let names: Vec<String> =
                        (0..prefix.width()).map(|i| FIELDS.get(i).map_or_else(|| format!("field {}", i + 1), |f| (*f).to_owned())).collect();
                    Draft::placed(prefix, self.name(), &names)
                }
                None => return None,
            };
        draft
            .map(&[(StartedAt, "Call Start"), (TalkS, "Connected Time"), (RingS, "Ring Time"), (Caller, "Caller"), (Direction, "Direction")])
            .map(&[(Account, "Account"), (CallId, "Call ID"), (Agent, "Party1Name"), (Line, "Party2Device")])
            .first_of(Callee, &["Called Number", "Dialled Number"])
            .answered_from("talk_s > 0")
            .call_key(&["Call ID"])
            .when(&[("Is Internal", &["1"])], &[(Direction, "internal")])
            .done(96)
    }
}
