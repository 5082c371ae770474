//! Asterisk channel event logging: several rows per call, none of which is a call.

use super::{Refusal, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

const EVENTS: [&str; 18] = [
    "BRIDGE_START",
    "BRIDGE_END",
    "CHAN_START",
    "CHAN_END",
    "ANSWER",
    "HANGUP",
    "APP_START",
    "APP_END",
    "BRIDGE_ENTER",
    "BRIDGE_EXIT",
    "PARK_START",
    "PARK_END",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
    "LINKEDID_END",
    "PICKUP",
    "FORWARD",
    "USER_DEFINED",
];

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "asterisk-cel"
    }

    fn sentence(&self) -> &'static str {
        "Asterisk channel events (CEL), not calls: give the call records (cdr-csv/Master.csv, or the table cdr) instead"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let first = |r: &Vec<String>| r.first().is_some_and(|c| EVENTS.contains(&c.trim())) && r.len() >= 15;
        names(prefix, &["eventtype", "eventtime"]) || names(prefix, &["eventtype", "uniqueid", "linkedid"]) || prefix.rows.iter().take(20).all(first)
    }
}
