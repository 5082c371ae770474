//! PBXware's CDR table: Asterisk's columns with the account, the trunk and the SIP ids. Its writer leaves quotes inside of fields as they are.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "pbxware"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let table = Draft::named(prefix, self.name(), &["AcctId", "tenant", "calldate", "billamount", "disposition"])?;
        super::asterisk::family(table.map(&[(Account, "tenant"), (Line, "trunk")]), prefix).loose_quotes().done(97)
    }
}
