//! Asterisk `Master.csv` (cdr_csv): no header, 16 to 21 fields; and what all tables have in common that Asterisk fills.
//!
//! Order of fields: `cdr/cdr_csv.c` of Asterisk. 16 fields; `loguniqueid` and `loguserfield` add one each, `newcdrcolumns` adds three.

use crate::input::layout::{Draft, prelude::*};

/// The layout.
pub struct Layout;

const FIELDS: [&str; 16] = [
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
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
];

/// What Asterisk writes, folded; the FreeSWITCH template of the same shape has hangup causes there.
pub(super) const DISPOSITIONS: [&str; 7] = ["answered", "noanswer", "busy", "failed", "congestion", "cancel", "unknown"];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "asterisk-master"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let width = prefix.width();
        if !(16..=21).contains(&width) || !most(prefix, is_record) {
            return None;
        }
        let unique = width > 16 && most(prefix, |r| crate::calls::timestamps::epoch_in_id(&r[16]).is_some());
        let extra: &[&str] = match (width, unique) {
            (17, true) => &["uniqueid"],
            (17, false) => &["userfield"],
            (18, _) => &["uniqueid", "userfield"],
            (19, _) => &["peeraccount", "linkedid", "sequence"],
            (20, true) => &["uniqueid", "peeraccount", "linkedid", "sequence"],
            (20, false) => &["userfield", "peeraccount", "linkedid", "sequence"],
            (21, _) => &["uniqueid", "userfield", "peeraccount", "linkedid", "sequence"],
            _ => &[],
        };
        let names: Vec<&str> = FIELDS.iter().chain(extra).copied().collect();
        family(Draft::placed(prefix, self.name(), &names), prefix).done(95)
    }
}

fn is_record(row: &[String]) -> bool {
    !row[9].is_empty()
        && [9, 10, 11].iter().all(|i| is_time_or_empty(&row[*i]))
        && is_integer(&row[12])
        && is_integer(&row[13])
        && DISPOSITIONS.contains(&fold(&row[14]).as_str())
}

/// Contexts into which FreePBX and its relatives put calls from outside.
const FROM_OUTSIDE: &[&str] =
    &["from-trunk*", "from-pstn*", "from-did*", "ext-did*", "from-sip-external*", "from-digital*", "from-analog*", "ext-queues", "ext-group"];

/// What is known of a table with Asterisk's names.
///
/// A row whose channel is one half of a `Local` channel and that reaches no channel of another sort repeats a call; a call that
/// ended in the application `VoiceMail` was answered by a machine. No column tells the direction, FreePBX's contexts do.
pub(super) fn family(draft: Draft, prefix: &Prefix) -> Draft {
    let disposition = numeric_disposition(&draft, prefix);
    let halves: &[&str] = &["Local/*;1", "Local/*;2"];
    draft
        .map(&[
            (Account, "accountcode"),
            (Callee, "dst"),
            (Callee, "destination"),
            (StartedAt, "start"),
            (StartedAt, "calldate"),
            (AnsweredAt, "answer"),
            (EndedAt, "end"),
            (TotalS, "duration"),
            (TalkS, "billsec"),
            (Outcome, "disposition"),
            (CallId, "uniqueid"),
            (Recording, "recordingfile"),
        ])
        .first_of(Caller, &["outbound_cnum", "src", "source"])
        .words(Outcome, disposition)
        .call_key(&["uniqueid"])
        .call_key(&["linkedid"])
        .clock_id("uniqueid")
        .when(&[("channel", halves), ("dstchannel", &["", "Local/*"])], &[(Outcome, NO_CALL)])
        .when(&[("lastapp", &["VoiceMail*"]), ("disposition", &["ANSWERED"])], &[(Outcome, "voicemail"), (AnsweredBy, "machine")])
        .when(&[("dcontext", FROM_OUTSIDE)], &[(Direction, "inbound")])
        .when(&[("dcontext", &["ext-local"])], &[(Direction, "internal")])
}

/// Dispositions as numbers mean one thing in older versions and another in newer ones: what the rows with talk have in common tells.
fn numeric_disposition(draft: &Draft, prefix: &Prefix) -> Words {
    let talked =
        draft.cells(prefix, "billsec").into_iter().zip(draft.cells(prefix, "disposition")).filter(|(s, _)| !s.trim_matches('0').is_empty() && is_integer(s));
    let words: std::collections::BTreeSet<&str> = talked.map(|(_, d)| d.trim()).collect();
    match words.into_iter().collect::<Vec<_>>().as_slice() {
        ["4"] => &[("no_answer", &["1"]), ("busy", &["2"]), ("failed", &["3"]), ("answered", &["4"])],
        ["8"] => &[("no_answer", &["0", "1"]), ("failed", &["2", "16"]), ("busy", &["4"]), ("answered", &["8"]), ("canceled", &["32"])],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Option<Profile> {
        Layout.recognise(&Prefix::look(text.as_bytes(), None).unwrap()).map(|p| p.0)
    }

    #[test]
    fn all_widths_are_legal() {
        let row = r#""","1001","13800138000","out","""A"" <1001>","SIP/1","SIP/2","Dial","x","2026-10-01 08:00:00",,"2026-10-01 08:00:20",20,0,"NO ANSWER","DOCUMENTATION""#;
        let profile = look(&format!("{row}\n")).unwrap();
        assert_eq!(profile.names.len(), 16);
        assert_eq!(profile.clock_id, None);
        let profile = look(&format!("{row},\"1790841600.1\",\"\"\n")).unwrap();
        assert_eq!(profile.clock_id.as_deref(), Some("uniqueid"));
        assert_eq!(profile.columns[&CallId].columns, ["uniqueid"]);
        let profile = look(&format!("{row},\"sys-1790812800.1\",\"\",\"\",\"1\",3\n")).unwrap();
        assert_eq!(profile.call_key, ["linkedid"]);
        assert!(look(&row.replace("NO ANSWER", "NORMAL_CLEARING")).is_none(), "the FreeSWITCH template of this name is another layout");
    }

    #[test]
    fn numbers_of_dispositions_are_read_by_what_the_rows_with_talk_say() {
        let table = |answered: &str| format!("calldate,src,dst,billsec,disposition\n2026-10-01 08:00:00,1,2,9,{answered}\n2026-10-01 08:00:00,1,2,0,2\n");
        let meaning = |answered: &str| {
            let text = table(answered);
            let prefix = Prefix::look(text.as_bytes(), None).unwrap();
            let draft = family(Draft::named(&prefix, "x", &[]).unwrap(), &prefix);
            draft.done(1).unwrap().0.columns[&Outcome].words.get("2").cloned()
        };
        assert_eq!(meaning("4").as_deref(), Some("busy"));
        assert_eq!(meaning("8").as_deref(), Some("failed"));
        assert_eq!(meaning("1"), None);
    }
}
