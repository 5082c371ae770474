//! Asterisk queue logs: events of agents and waiting calls.

use super::{Refusal, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

const EVENTS: [&str; 14] = [
    "ABANDON",
    "ADDMEMBER",
    "AGENTDUMP",
    "COMPLETEAGENT",
    "COMPLETECALLER",
    "CONFIGRELOAD",
    "CONNECT",
    "DID",
    "ENTERQUEUE",
    "EXITWITHTIMEOUT",
    "QUEUESTART",
    "REMOVEMEMBER",
    "RINGNOANSWER",
    "TRANSFER",
];

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "asterisk-queue-log"
    }

    fn sentence(&self) -> &'static str {
        "events of a queue (queue_log), several a call and none for who was dialled, not calls: give the call records (Master.csv, or the table cdr) of the same system instead"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let table = names(prefix, &["event", "callid"]) && (names(prefix, &["queuename"]) || names(prefix, &["queue"]));
        let piped = |r: &Vec<String>| r.len() >= 5 && EVENTS.contains(&r[4].trim());
        table || (prefix.dialect.delimiter == b'|' && prefix.rows.iter().take(20).all(piped))
    }
}
