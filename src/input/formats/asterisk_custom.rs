//! Asterisk cdr_custom in the order of its sample configuration: no header, 19 fields, clid first.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const FIELDS: [&str; 19] = [
    "clid",
    "src",
    "dst",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "accountcode",
    "uniqueid",
    "userfield",
    "sequence",
];

fn is_record(row: &[String]) -> bool {
    !row[8].is_empty()
        && [8, 9, 10].iter().all(|i| is_time_or_empty(&row[*i]))
        && is_integer(&row[11])
        && is_integer(&row[12])
        && super::asterisk::DISPOSITIONS.contains(&fold(&row[13]).as_str())
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "asterisk-custom"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        if prefix.width() != 19 || !most(prefix, is_record) {
            return None;
        }
        super::asterisk::family(Draft::placed(prefix, self.name(), &FIELDS), prefix).done(95)
    }
}
