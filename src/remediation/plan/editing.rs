//! Changes of a plan file: values in their place, what is new at the end. Everything else stays as it was written, remarks and comments too.

use super::reading::{File, inline, item_table, quoted};
use super::{Entry, Item, Measure, SCHEMA, Taken};
use crate::calls::calendar::iso;
use crate::error::{Error, Result};
use crate::ruleset::node::Value;

/// What stands at the head of a new plan.
const HEAD: &str = "\
# Remediation plan. Edit it: state, by, on, proof, owner, due and remark are yours. \"verified\" is said by an audit only.
# 整改计划，可直接编辑：state、by、on、proof、owner、due、remark 由人填写；“verified”仅由复核审计写入。
# callaudit plan REPORT --plan FILE · callaudit plan --plan FILE --done ID --by NAME --proof TEXT
";

/// A file in the making: changes are gathered, then made together.
#[derive(Debug)]
pub struct Edit<'a> {
    file: &'a File,
    /// Ranges of the old text and what stands there instead.
    changes: Vec<(std::ops::Range<usize>, String)>,
    /// Appended.
    end: String,
}

impl<'a> Edit<'a> {
    /// Of a file as it was read.
    pub fn new(file: &'a File) -> Edit<'a> {
        let mut end = String::new();
        if file.text.trim().is_empty() {
            end = format!("{HEAD}\n[plan]\nschema = {}\n", quoted(SCHEMA));
        }
        Edit { file, changes: Vec::new(), end }
    }

    /// Sets a key of an item to a value that is TOML already.
    pub fn set(&mut self, id: &str, key: &str, value: String) {
        let Some(table) = item_table(&self.file.table, id) else { return };
        match table.get(key) {
            Some(node) => self.changes.push((node.place.span.clone(), value)),
            // In the line after that of the id, where no table within the item can have begun.
            None => {
                let after = table.get("id").map_or(0, |n| n.place.span.end);
                let line = self.file.text[after..].find('\n').map_or(self.file.text.len(), |n| after + n);
                self.changes.push((line..line, format!("\n{key} = {value}")));
            }
        }
    }

    /// Adds a text to an array of an item, at its begin: a comment in it stays where it is.
    pub fn add(&mut self, id: &str, key: &str, text: &str) {
        match item_table(&self.file.table, id).and_then(|t| t.get(key)) {
            Some(node) if matches!(&node.value, Value::Array(_)) => {
                let empty = matches!(&node.value, Value::Array(items) if items.is_empty());
                let at = node.place.span.start + 1;
                self.changes.push((at..at, format!("{}{}", quoted(text), if empty { "" } else { ", " })));
            }
            _ => self.set(id, key, format!("[{}]", quoted(text))),
        }
    }

    /// Appends an item.
    pub fn item(&mut self, item: &Item) {
        let list = |texts: &[String]| format!("[{}]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "));
        let mut lines = vec![format!("id = {}", quoted(&item.id)), format!("rules = {}", list(&item.rules)), format!("step = {}", inline(&item.step))];
        if !item.settings.is_empty() {
            lines.push(format!("settings = [\n{}]", item.settings.iter().map(|s| format!("  {},\n", inline(s))).collect::<String>()));
        }
        for (key, texts) in [("values", &item.values), ("platform", &item.platform)] {
            lines.extend((!texts.is_empty()).then(|| format!("{key} = {}", list(texts))));
        }
        lines.push(format!("owner = {}", quoted(&item.owner)));
        lines.extend(item.due.map(|due| format!("due = {}", iso(due))));
        lines.extend((!item.attach.is_empty()).then(|| format!("attach = {}", inline(&item.attach))));
        lines.extend(item.since.map(|since| format!("since = {}", iso(since))));
        lines.push(format!("state = {}", quoted(item.state.word())));
        lines.push("remark = \"\"".to_owned());
        self.block("item", &lines);
    }

    /// Appends a report.
    pub fn report(&mut self, taken: &Taken) {
        let lines = [
            format!("hash = {}", quoted(&taken.hash)),
            format!("as_of = {}", iso(taken.as_of)),
            format!("ruleset = {}", quoted(&taken.ruleset)),
            format!("first = {}", quoted(&taken.first)),
            format!("last = {}", quoted(&taken.last)),
            format!("calls = {}", taken.calls),
        ];
        self.block("report", &lines);
    }

    /// Appends a measure.
    pub fn measure(&mut self, m: &Measure) {
        let mut lines = vec![
            format!("report = {}", quoted(&m.report)),
            format!("as_of = {}", iso(m.as_of)),
            format!("rule = {}", quoted(&m.rule)),
            format!("parameters = {}", quoted(&m.parameters)),
            format!("evaluated = {}", m.evaluated),
        ];
        for (key, n) in
            [("judged", m.judged), ("violations", m.violations), ("possible", m.possible), ("unjudged", m.unjudged), ("entries", m.entries), ("days", m.days)]
        {
            lines.push(format!("{key} = {n}"));
        }
        lines.extend(m.together.then(|| "together = true".to_owned()));
        self.block("measure", &lines);
    }

    /// Appends an entry of the log.
    pub fn log(&mut self, entry: &Entry) {
        let mut lines = vec![format!("item = {}", quoted(&entry.item)), format!("on = {}", iso(entry.on)), format!("what = {}", quoted(&entry.what))];
        for (key, text) in [("by", &entry.by), ("proof", &entry.proof), ("report", &entry.report)] {
            lines.extend((!text.is_empty()).then(|| format!("{key} = {}", quoted(text))));
        }
        if !entry.why.is_empty() {
            lines.push(format!("why = [{}]", entry.why.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(", ")));
        }
        self.block("log", &lines);
    }

    fn block(&mut self, name: &str, lines: &[String]) {
        if !self.end.is_empty() || !self.file.text.is_empty() {
            self.end.push('\n');
        }
        self.end += &format!("[[{name}]]\n{}\n", lines.join("\n"));
    }

    /// Is there anything to change?
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.end.is_empty()
    }

    /// The file as it is now, read again.
    ///
    /// Errors: a change that would break it, which is a defect of this program.
    pub fn finish(mut self, name: &str) -> Result<File> {
        let mut text = self.file.text.clone();
        // From the back, so that places stay what they are; of two in one place the first stands first.
        self.changes.reverse();
        self.changes.sort_by_key(|c| std::cmp::Reverse(c.0.start));
        for (range, new) in self.changes {
            text.replace_range(range, &new);
        }
        if !text.is_empty() && !text.ends_with('\n') && !self.end.is_empty() {
            text.push('\n');
        }
        text += &self.end;
        if text.contains("\r\n") {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        let made = File::parse(name, &text, false).map_err(|e| {
            Error::Usage(format!("{name} cannot be changed in this form, so it was left as it is: write each step under [[item]], one key a line\n{e}"))
        })?;
        for item in &self.file.plan.items {
            if made.plan.item(&item.id).is_none_or(|now| now.remark != item.remark) {
                return Err(Error::Io(format!("a remark of {} would be lost: the plan was left as it is", item.id)));
            }
        }
        Ok(made)
    }
}
