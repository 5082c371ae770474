//! Changes by one step of the figures of rules (numbers, shares, durations, times of day, dates, numbers in SQL): a rule whose cases all pass with a
//! figure changed is not tested by them.

use super::compile::ById;
use super::node::{Node, Value};
use crate::calls::calendar;

/// A figure, changed by one step.
#[derive(Clone, Debug)]
pub struct Change {
    /// The sort of table that holds it: `rule`, or another one that rules use.
    pub table: &'static str,
    /// The id of the table.
    pub id: String,
    /// Where in the table: `max`, `allow.mon-fri[0]`.
    pub key: String,
    /// What is written there, and what is written instead.
    pub from: String,
    #[allow(missing_docs)]
    pub to: String,
    path: Vec<Step>,
    value: Value,
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

/// Keys that hold no figure by which calls are judged.
const OTHERS: [&str; 19] = [
    "id",
    "kind",
    "title",
    "severity",
    "force",
    "citation",
    "penalty",
    "exposure",
    "checklist",
    "enabled",
    "disabled_because",
    "required",
    "warn_at",
    "suppressible",
    "max_findings",
    "max_share",
    "group_by",
    "per",
    "calendar",
];

/// All changes of the tables of these sorts, as far as the ruleset's own file writes them and not one that it extends.
pub fn changes(tables: &ById, sorts: &[&'static str]) -> Vec<Change> {
    let mut all = Vec::new();
    for sort in sorts {
        for (id, node) in tables.get(sort).into_iter().flatten() {
            let Value::Table(table) = &node.value else { continue };
            for (name, node) in table.entries.iter().filter(|(name, _)| name.place.file == 0 && !OTHERS.contains(&name.text.as_str())) {
                let mut found = Vec::new();
                walk(node, name.text.clone(), vec![Step::Key(name.text.clone())], &mut found);
                all.extend(found.into_iter().map(|(key, path, from, to, value)| Change { table: sort, id: id.clone(), key, from, to, path, value }));
            }
        }
    }
    all
}

impl Change {
    /// Makes the change.
    pub fn apply(&self, tables: &mut ById) {
        let Some((_, node)) = tables.get_mut(self.table).and_then(|t| t.iter_mut().find(|(id, _)| *id == self.id)) else { return };
        let mut node = node;
        for step in &self.path {
            let next = match (&mut node.value, step) {
                (Value::Table(table), Step::Key(key)) => table.entries.iter_mut().find(|(name, _)| name.text == *key).map(|(_, node)| node),
                (Value::Array(items), Step::Index(i)) => items.get_mut(*i),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return,
            }
        }
        node.value = self.value.clone();
    }
}

type Found = (String, Vec<Step>, String, String, Value);

fn walk(node: &Node, key: String, path: Vec<Step>, out: &mut Vec<Found>) {
    let mut add = |from: String, to: String, value: Value| out.push((key.clone(), path.clone(), from, to, value));
    match &node.value {
        Value::Integer(n) => {
            for to in [n - 1, n + 1] {
                add(n.to_string(), to.to_string(), Value::Integer(to));
            }
        }
        Value::Float(n) if n.is_finite() => {
            for to in steps_of_decimal(&n.to_string()) {
                if let Ok(value) = to.parse() {
                    add(n.to_string(), to.clone(), Value::Float(value));
                }
            }
        }
        Value::Datetime(date) => {
            for to in steps_of_date(&date.to_string()) {
                if let Ok(value) = to.parse() {
                    add(date.to_string(), to, Value::Datetime(value));
                }
            }
        }
        Value::Text(text) => {
            for to in texts(text, &key) {
                add(text.clone(), to.clone(), Value::Text(to));
            }
        }
        Value::Float(_) | Value::Bool(_) => {}
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                walk(item, format!("{key}[{i}]"), [path.clone(), vec![Step::Index(i)]].concat(), out);
            }
        }
        Value::Table(table) => {
            for (name, node) in &table.entries {
                walk(node, format!("{key}.{}", name.text), [path.clone(), vec![Step::Key(name.text.clone())]].concat(), out);
            }
        }
    }
}

/// The texts that a text becomes by one step of one of its figures.
fn texts(text: &str, key: &str) -> Vec<String> {
    let dates = steps_of_date(text);
    if !dates.is_empty() {
        return dates;
    }
    if let Some((from, to)) = text.split_once('-').filter(|(a, b)| is_time(a) && is_time(b)) {
        let first = steps_of_time(from).into_iter().map(|t| format!("{t}-{to}"));
        return first.chain(steps_of_time(to).into_iter().map(|t| format!("{from}-{t}"))).collect();
    }
    if is_time(text) {
        return steps_of_time(text);
    }
    // "24h", "7 days", "10 business days"
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = &text[digits..];
    let length = unit.len() == 1 && "smhdwy".contains(unit) || unit.starts_with(' ') && unit[1..].chars().all(|c| c.is_ascii_lowercase() || c == ' ');
    if digits > 0 && length {
        return steps(&text[..digits]).into_iter().map(|n| format!("{n}{unit}")).collect();
    }
    // Only keys that hold SQL: ids of lists and numbers of telephones are no figures.
    let sql = ["where", "count", "numerator", "denominator", "after", "machines"].contains(&key) || key.starts_with("exempt[");
    if sql { in_sql(text) } else { Vec::new() }
}

fn steps(digits: &str) -> Vec<String> {
    digits.parse::<i64>().map(|n| [n - 1, n + 1].iter().filter(|n| **n >= 0).map(ToString::to_string).collect()).unwrap_or_default()
}

/// `0.03` becomes `0.02` and `0.04`: one unit of the last decimal that is written.
fn steps_of_decimal(text: &str) -> Vec<String> {
    let Some((whole, part)) = text.split_once('.') else { return steps(text) };
    let places = part.len();
    let Ok(n) = format!("{whole}{part}").parse::<i64>() else { return Vec::new() };
    let show = |n: i64| {
        let digits = format!("{:0width$}", n.unsigned_abs(), width = places + 1);
        format!("{}{}.{}", if n < 0 { "-" } else { "" }, &digits[..digits.len() - places], &digits[digits.len() - places..])
    };
    vec![show(n - 1), show(n + 1)]
}

fn is_time(text: &str) -> bool {
    crate::rules::windows::parse_time(text).is_some()
}

/// One minute, or one second where seconds are written.
fn steps_of_time(text: &str) -> Vec<String> {
    let Some(at) = crate::rules::windows::parse_time(text) else { return Vec::new() };
    let seconds = text.matches(':').count() == 2;
    let step = if seconds { 1000 } else { 60_000 };
    let show = |at: i64| {
        let (h, m, s) = (at / 3_600_000, at / 60_000 % 60, at / 1000 % 60);
        if seconds { format!("{h:02}:{m:02}:{s:02}") } else { format!("{h:02}:{m:02}") }
    };
    [at - step, at + step].into_iter().filter(|at| (0..=crate::calls::zones::DAY).contains(at)).map(show).collect()
}

fn steps_of_date(text: &str) -> Vec<String> {
    calendar::parse_iso(text).map(|date| vec![calendar::iso(date - 1), calendar::iso(date + 1)]).unwrap_or_default()
}

/// Numbers outside of quotes, each by one step.
fn in_sql(sql: &str) -> Vec<String> {
    let mut all = Vec::new();
    let bytes = sql.as_bytes();
    let (mut i, mut quote) = (0, None);
    while i < bytes.len() {
        let c = bytes[i];
        match quote {
            Some(q) => {
                quote = (c != q).then_some(q);
                i += 1;
            }
            None if c == b'\'' || c == b'"' => {
                quote = Some(c);
                i += 1;
            }
            None if c.is_ascii_alphanumeric() || c == b'_' || c >= 128 => {
                let length = bytes[i..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b == b'.' || **b >= 128).count();
                let word = &sql[i..i + length];
                if word.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                    all.extend(steps_of_decimal(word).into_iter().map(|n| format!("{}{n}{}", &sql[..i], &sql[i + length..])));
                }
                i += length;
            }
            None => i += 1,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::diagnostics::Diagnostics;
    use crate::ruleset::node::{self, Place};

    fn tables(text: &str) -> ById {
        let mut out = Diagnostics::default();
        let file = out.add_file("r.toml".into(), text.into());
        let table = node::parse(file, text, &mut out);
        assert!(!out.has_errors(), "{}", out.render(false));
        ById::from([("rule", vec![("r".to_owned(), Node { value: Value::Table(table), place: Place { file, span: 0..0 } })])])
    }

    #[test]
    fn each_figure_changes_by_one_step_and_nothing_else_changes() {
        let before = tables(
            "id = 'rule-24'\nmax = 3\nwindow = '24h'\ngrace = '10 business days'\nwarn_at = 0.8\nshare = 0.03\nallow = { mon-fri = ['09:00-12:00', '14:00:00-24:00'], sun = [] }\nresets = { resets_at = '04:00' }\neffective = { from = 2026-01-01 }\nwhere = \"talk_s >= 1.5 AND callee LIKE '138%' AND raw.\\\"列2\\\" = 7\"\nlists = ['dnc-2']\nforbid = ['+86950*', '95*']\nexempt = ['ring_s < 20']\n",
        );
        let changes = changes(&before, &["rule"]);
        let shown: Vec<String> = changes.iter().map(|c| format!("{} {} > {}", c.key, c.from, c.to)).collect();
        let expected = [
            "max 3 > 2",
            "max 3 > 4",
            "window 24h > 23h",
            "window 24h > 25h",
            "grace 10 business days > 9 business days",
            "grace 10 business days > 11 business days",
            "share 0.03 > 0.02",
            "share 0.03 > 0.04",
            "allow.mon-fri[0] 09:00-12:00 > 08:59-12:00",
            "allow.mon-fri[0] 09:00-12:00 > 09:01-12:00",
            "allow.mon-fri[0] 09:00-12:00 > 09:00-11:59",
            "allow.mon-fri[0] 09:00-12:00 > 09:00-12:01",
            "allow.mon-fri[1] 14:00:00-24:00 > 13:59:59-24:00",
            "allow.mon-fri[1] 14:00:00-24:00 > 14:00:01-24:00",
            "allow.mon-fri[1] 14:00:00-24:00 > 14:00:00-23:59",
            "resets.resets_at 04:00 > 03:59",
            "resets.resets_at 04:00 > 04:01",
            "effective.from 2026-01-01 > 2025-12-31",
            "effective.from 2026-01-01 > 2026-01-02",
            "where talk_s >= 1.5 AND callee LIKE '138%' AND raw.\"列2\" = 7 > talk_s >= 1.4 AND callee LIKE '138%' AND raw.\"列2\" = 7",
            "where talk_s >= 1.5 AND callee LIKE '138%' AND raw.\"列2\" = 7 > talk_s >= 1.6 AND callee LIKE '138%' AND raw.\"列2\" = 7",
            "where talk_s >= 1.5 AND callee LIKE '138%' AND raw.\"列2\" = 7 > talk_s >= 1.5 AND callee LIKE '138%' AND raw.\"列2\" = 6",
            "where talk_s >= 1.5 AND callee LIKE '138%' AND raw.\"列2\" = 7 > talk_s >= 1.5 AND callee LIKE '138%' AND raw.\"列2\" = 8",
            "exempt[0] ring_s < 20 > ring_s < 19",
            "exempt[0] ring_s < 20 > ring_s < 21",
        ];
        assert_eq!(shown, expected);
        for change in &changes {
            let mut after = before.clone();
            change.apply(&mut after);
            let json = |t: &ById| t["rule"][0].1.to_json().to_string();
            let quoted = |s: &str| serde_json::to_string(s).unwrap();
            let found = json(&after);
            assert_ne!(found, json(&before), "{change:?}");
            assert!(found.contains(&change.to) || found.contains(&quoted(&change.to)), "{change:?}\n{found}");
        }
    }
}
