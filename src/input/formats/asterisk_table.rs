//! Tables with Asterisk's own column names: adaptive ODBC, MySQL, SQLite, JSON lines, and reports cut down to some columns.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "asterisk-table"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["disposition"])?;
        let numbers = (table.has("src") || table.has("source")) && (table.has("dst") || table.has("destination"));
        if !numbers || !(table.has("start") || table.has("calldate")) || !table.has("billsec") {
            return None;
        }
        super::asterisk::family(table, prefix).loose_quotes().done(91)
    }
}
