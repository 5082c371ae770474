//! Asterisk `Master.csv` (cdr_csv): no header, 16 to 21 fields.
//!
//! Order of fields: `cdr/cdr_csv.c` of Asterisk. 16 fields; `loguniqueid` and `loguserfield` add one each, `newcdrcolumns` adds three.

use std::collections::BTreeMap;

use crate::calls::columns::Column;
use crate::calls::timestamps;
use crate::calls::zones::Clock;
use crate::input::prefix::Prefix;
use crate::input::profile::{Origin, Profile, fold};

use super::Format;

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
const DISPOSITIONS: [&str; 7] = ["answered", "noanswer", "busy", "failed", "congestion", "cancel", "unknown"];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "asterisk-master"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let width = prefix.width();
        if !(16..=21).contains(&width) {
            return None;
        }
        let rows: Vec<&Vec<String>> = prefix.rows.iter().filter(|r| r.len() == width).collect();
        let good = rows.iter().filter(|r| is_record(r)).count();
        if good == 0 || !is_record(rows[0]) || good * 10 < rows.len() * 9 {
            return None;
        }
        let epoch = |r: &&&Vec<String>| epoch_of(&r[16]).is_some();
        let unique = width > 16 && rows.iter().filter(epoch).count() * 2 > rows.len();
        let mut names: Vec<String> = FIELDS.iter().map(|f| (*f).to_owned()).collect();
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
        names.extend(extra.iter().map(|f| (*f).to_owned()));
        let mut columns = BTreeMap::new();
        let mut map = |column, name: &str| columns.insert(column, Origin::column(name));
        for (column, name) in [
            (Column::Account, "accountcode"),
            (Column::Caller, "src"),
            (Column::Callee, "dst"),
            (Column::StartedAt, "start"),
            (Column::AnsweredAt, "answer"),
            (Column::EndedAt, "end"),
            (Column::TotalS, "duration"),
            (Column::TalkS, "billsec"),
            (Column::Outcome, "disposition"),
        ] {
            map(column, name);
        }
        if names.iter().any(|n| n == "uniqueid") {
            map(Column::CallId, "uniqueid");
        }
        let (tz, evidence) = names.iter().position(|n| n == "uniqueid").and_then(|i| infer(&rows, i)).unzip();
        Some((
            Profile {
                name: self.name().to_owned(),
                header: false,
                names,
                columns,
                tz,
                tz_evidence: evidence,
                delimiter: Some(prefix.dialect.delimiter),
                ..Profile::default()
            },
            95,
        ))
    }
}

fn is_record(row: &[String]) -> bool {
    let time = |i: usize| row[i].is_empty() || timestamps::parse(&row[i], None).is_some();
    let number = |i: usize| !row[i].is_empty() && row[i].bytes().all(|b| b.is_ascii_digit());
    !row[9].is_empty() && time(9) && time(10) && time(11) && number(12) && number(13) && DISPOSITIONS.contains(&fold(&row[14]).as_str())
}

/// `1706368044.12` or `name-1706368044.12`: the epoch second at which the channel came up.
fn epoch_of(id: &str) -> Option<i64> {
    let (whole, serial) = id.rsplit_once('.')?;
    let epoch = whole.rsplit('-').next()?;
    (epoch.len() == 10 && epoch.bytes().all(|b| b.is_ascii_digit()) && serial.bytes().all(|b| b.is_ascii_digit())).then(|| epoch.parse().ok()).flatten()
}

/// The zone of the log: the start read as UTC less the epoch in the id, to the quarter of an hour, where nearly all rows agree.
fn infer(rows: &[&Vec<String>], id: usize) -> Option<(String, String)> {
    let mut votes: BTreeMap<i64, usize> = BTreeMap::new();
    let mut of = 0;
    for row in rows {
        let (Some(epoch), Some(start)) = (epoch_of(&row[id]), timestamps::parse(&row[9], None)) else { continue };
        of += 1;
        let quarter = (start.local / 1000 - epoch + 450).div_euclid(900);
        *votes.entry(quarter).or_default() += 1;
    }
    let (&quarter, &votes) = votes.iter().max_by_key(|(q, n)| (**n, -**q))?;
    if votes * 10 < of * 9 {
        return None;
    }
    let minutes = quarter * 15;
    let name = format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60);
    Clock::parse(&name).ok()?;
    Some((name, format!("inferred from ids of {votes} of the first {of} rows")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Option<Profile> {
        Layout.recognise(&Prefix::look(text.as_bytes(), None).unwrap()).map(|p| p.0)
    }

    #[test]
    fn all_widths_are_legal_and_the_clock_comes_from_the_ids() {
        let row = r#""","1001","13800138000","out","""A"" <1001>","SIP/1","SIP/2","Dial","x","2026-10-01 08:00:00",,"2026-10-01 08:00:20",20,0,"NO ANSWER","DOCUMENTATION""#;
        let profile = look(&format!("{row}\n")).unwrap();
        assert_eq!(profile.names.len(), 16);
        assert_eq!(profile.tz, None);
        let profile = look(&format!("{row},\"1790841600.1\",\"\"\n")).unwrap();
        assert_eq!(profile.tz.as_deref(), Some("+00:00"));
        assert_eq!(profile.columns[&Column::CallId].columns, ["uniqueid"]);
        let profile = look(&format!("{row},\"sys-1790812800.1\",\"\",\"\",\"1\",3\n")).unwrap();
        assert_eq!(profile.tz.as_deref(), Some("+08:00"));
        assert!(look(&row.replace("NO ANSWER", "NORMAL_CLEARING")).is_none(), "the FreeSWITCH template of this name is another layout");
    }
}
