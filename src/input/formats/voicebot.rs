//! A voice robot's log without a header: number, name, title, product, amount, due date, …, start, disposition, answer, end, path through the script, words understood.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const FIELDS: [&str; 13] = ["phone", "name", "title", "product", "amount", "due", "note", "start", "disposition", "answer", "end", "path", "understood"];

fn is_record(row: &[String]) -> bool {
    is_integer(&row[0])
        && is_time(&row[7])
        && super::asterisk::DISPOSITIONS.contains(&fold(&row[8]).as_str())
        && is_time_or_empty(&row[9])
        && is_time_or_empty(&row[10])
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "voicebot"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        if prefix.width() != 13 || !most(prefix, is_record) {
            return None;
        }
        Draft::placed(prefix, self.name(), &FIELDS)
            .map(&[(Callee, "phone"), (StartedAt, "start"), (AnsweredAt, "answer"), (EndedAt, "end"), (Outcome, "disposition"), (Subject, "product")])
            .set(Mode, "robot")
            .done(93)
    }
}
