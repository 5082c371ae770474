//! Avaya Communication Manager CDR in a customised layout with a header; the trunks tell the direction. And its expanded layout, lines of fixed
//! width. (Its unformatted layout has no dates and is refused by name.)

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

impl Format for Layout {
    fn name(&self) -> &'static str {
        "avaya-cm"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let fixed = prefix.lines.len() > 1 && prefix.lines.iter().filter(|l| is_expanded(l)).count() * 10 >= prefix.lines.len() * 9;
        let (draft, widths) = if fixed {
            (Draft::placed(prefix, self.name(), &FIELDS), WIDTHS.to_vec())
        } else {
            (Draft::named(prefix, self.name(), &["date", "time", "dialed", "calling", "cond"])?, Vec::new())
        };
        let columns = draft
            .spaced(StartedAt, &["date", "time"])
            .map(&[(Callee, "dialed"), (Caller, "calling"), (TalkS, "duration_s"), (Outcome, "disposition"), (CallId, "ucid"), (Agent, "ext")])
            .map(&[(Line, "out_trk"), (Cause, "cond")])
            .call_key(&["ucid"])
            .when(&[("in_trk", &["?*"])], &[(Direction, "inbound")])
            .when(&[("out_trk", &["?*"])], &[(Direction, "outbound")])
            .done(93)?;
        Some((Profile { widths, ..columns.0 }, columns.1))
    }
}

/// Fields of the expanded layout and their widths, the last reaching to the end of the line.
const FIELDS: [&str; 12] = ["date", "time", "duration_s", "cond", "code_dialed", "code_used", "dialed", "calling", "ext", "in_trk", "out_trk", "ucid"];
const WIDTHS: [usize; 12] = [9, 6, 9, 2, 5, 5, 15, 15, 5, 5, 5, 0];

/// `08/21/26 14:30 00:01:23 9 0009 …`
fn is_expanded(line: &str) -> bool {
    let shape = |text: &str| -> String { text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect() };
    line.get(..24).is_some_and(|begin| shape(begin) == "00/00/00 00:00 00:00:00 ") && line.len() > 70
}
