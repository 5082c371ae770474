//! Grandstream UCM: Asterisk's columns with the extensions of both channels.
//!
//! Commas inside of `lastdata` are not quoted, so rows have more fields than the header: what is too much belongs there.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "grandstream"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["AcctId", "src", "dst", "start", "disposition", "channel_ext", "dstchannel_ext"])?;
        super::asterisk::family(table.map(&[(Direction, "userfield")]), prefix)
            .words(Direction, &[("internal", &["EXT"]), ("inbound", &["Inbound"]), ("outbound", &["Outbound"])])
            .surplus("lastdata")
            .loose_quotes()
            .done(97)
    }
}
