//! Issabel's and Elastix's CDR report. Its labels follow the language of the user, so the places of the first nine columns tell: date, source,
//! ring group, destination, source channel, account code, destination channel, status, duration.

use crate::input::layout::{name_of, prelude::*};

/// The layout.
pub struct Layout;

fn is_record(row: &[String]) -> bool {
    row.len() >= 9 && is_time(&row[0]) && row[4].contains('/') && super::asterisk::DISPOSITIONS.contains(&fold(&row[7]).as_str())
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "issabel"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let header = prefix.rows.first().filter(|r| r.len() >= 9)?;
        let english = Draft::named(prefix, self.name(), &["Date", "Source", "Ring Group", "Destination", "Src. Channel", "Status"]).is_some();
        // "Elastix MT" may put the domain first.
        let at = usize::from(name_of(&header[0]) == "domain");
        let shaped = records(prefix, true).next().is_some() && records(prefix, true).all(|r| is_record(&r[at..]));
        if !(english || shaped) || header.len() < at + 9 {
            return None;
        }
        let name = |i: usize| header[at + i].as_str();
        Draft::named(prefix, self.name(), &[])?
            .map(&[(StartedAt, name(0)), (Caller, name(1)), (Queue, name(2)), (Callee, name(3)), (Account, name(5)), (Outcome, name(7)), (TotalS, name(8))])
            .map(&[(CallId, "UniqueID"), (Direction, "Call Type")])
            .call_key(&["UniqueID"])
            .clock_id("UniqueID")
            .loose_quotes()
            .when(&[(name(4), &["Local/*;1", "Local/*;2"]), (name(6), &["", "Local/*"])], &[(Outcome, NO_CALL)])
            .done(if english { 96 } else { 92 })
    }
}
