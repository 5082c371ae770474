//! Due dates as a calendar (RFC 5545): an event of the whole day for each step that is not verified, which every calendar shows; tasks many do not.

use std::fmt::Write as _;

use super::State;
use super::sheets::Sheet;
use crate::calls::calendar::{Date, civil};
use crate::language::{self, plan};
use crate::report::renderers::table::show;

/// Octets of a line, without its end.
const LINE: usize = 75;

/// The calendar.
pub fn calendar(sheet: &Sheet<'_>) -> String {
    let mut out = String::new();
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//callaudit//remediation plan//EN", "CALSCALE:GREGORIAN"] {
        line(&mut out, text);
    }
    for item in sheet.items().into_iter().filter(|i| i.state != State::Verified) {
        let Some(due) = item.due else { continue };
        // Of another plan it is another step.
        let plan = sheet.plan.reports.first().map_or("", |r| r.hash.as_str());
        let hash = blake3::hash(format!("{plan}\n{}", item.id).as_bytes()).to_hex().to_string();
        let summary = format!("{}: {}", language::owner(sheet.lang, &item.owner), sheet.step(item));
        let mut description = vec![plan::state(sheet.lang, item.state.word()).to_owned()];
        description.extend(sheet.lines(item));
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}@callaudit.plan", &hash[..24]));
        line(&mut out, &format!("DTSTAMP:{}T000000Z", date(sheet.as_of)));
        line(&mut out, &format!("DTSTART;VALUE=DATE:{}", date(due)));
        line(&mut out, &format!("DTEND;VALUE=DATE:{}", date(due + 1)));
        line(&mut out, &format!("SUMMARY:{}", escaped(&show(&summary))));
        line(&mut out, &format!("DESCRIPTION:{}", description.iter().map(|d| escaped(&show(d))).collect::<Vec<_>>().join("\\n")));
        line(&mut out, &format!("CATEGORIES:{}", escaped(&show(&item.owner))));
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn date(date: Date) -> String {
    let (year, month, day) = civil(date);
    format!("{year:04}{month:02}{day:02}")
}

/// A text of RFC 5545, 3.3.11.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded: no line has more than 75 octets, and no character is cut.
fn line(out: &mut String, text: &str) {
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    let _ = write!(out, "\r\n");
}

#[cfg(test)]
mod tests {
    use super::super::{Item, Plan};
    use super::*;
    use crate::calls::calendar::parse_iso;
    use crate::language::Lang;

    #[test]
    fn lines_are_folded_and_texts_escaped() {
        let item = Item {
            id: "a/1".into(),
            owner: "it".into(),
            due: parse_iso("2026-12-31"),
            step: [("zh".to_owned(), "按被叫时区设置外呼时段；".repeat(20)), ("en".to_owned(), "a, b; c\\d\nBEGIN:VEVENT".to_owned())].into(),
            ..Item::default()
        };
        let plan = Plan { items: vec![item, Item { id: "b".into(), ..Item::default() }], ..Plan::default() };
        for lang in Lang::ALL {
            let text = calendar(&Sheet { plan: &plan, owner: None, as_of: parse_iso("2026-11-24").unwrap(), lang });
            assert!(text.split("\r\n").all(|l| l.len() <= LINE && !l.contains('\n')), "{text}");
            let whole = text.replace("\r\n ", "");
            assert_eq!(whole.matches("\r\nBEGIN:VEVENT\r\n").count(), 1);
            assert!(whole.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n") && whole.contains("DTSTAMP:20261124T000000Z\r\n"));
            if lang == Lang::En {
                assert!(whole.contains("SUMMARY:IT: a\\, b\\; c\\\\d"), "{whole}");
            }
        }
    }
}
