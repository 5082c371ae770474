//! FreePBX's CDR report: 16 columns in older versions, 26 in newer ones.
//!
//! Older versions write the caller's name with quotes that are not doubled. The form that makes the report has a limit, 100 rows if nobody changed it.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "freepbx"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["calldate", "clid", "src", "dst", "dcontext", "lastapp", "disposition", "uniqueid", "userfield"])?;
        let sure = if table.has("recordingfile") && table.has("linkedid") { 97 } else { 95 };
        if table.has("AcctId") {
            return None;
        }
        super::asterisk::family(table, prefix).loose_quotes().row_limit(100).done(sure)
    }
}
