//! Accepted exceptions: a TOML file of `[[suppression]]` tables, each with its reason, its approver and its last day.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::calendar::{Date, iso};
use crate::engine::audit::subjects;
use crate::error::{Error, Result, nearest};
use crate::report::words::{self, Word};
use crate::ruleset::Ruleset;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{self, Node, Place, Reader, Table, Value};

/// The file, and what became of each of its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppressions {
    /// The file as it was named.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// The exceptions, in the order of the file.
    pub entries: Vec<Suppression>,
}

/// One exception: findings of one rule about one subject, single calls, or one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// Line of its header.
    pub line: u64,
    /// Id of the rule.
    pub rule: String,
    /// Columns that the subject of a finding must have with these values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub subject: BTreeMap<String, String>,
    /// Ids of single calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
    /// Of one finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// The last day on which it holds.
    pub until: String,
    /// in_use, unused or expired.
    #[serde(deserialize_with = "words::read::<words::SuppressionStates, _>")]
    #[schemars(schema_with = "words::schema::<words::SuppressionStates>")]
    pub state: Word,
    /// How much that matters: an expired one is of low severity, an unused one is info.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "words::option::<words::Severities, _>")]
    #[schemars(schema_with = "words::schema_option::<words::Severities>")]
    pub severity: Option<Word>,
    /// Findings that it suppresses, in whole or in part; that it would suppress, had it not expired.
    pub findings: u64,
    /// The same of violations, possible ones among them.
    pub violations: u64,
}

/// It holds, and something is suppressed by it.
pub const IN_USE: Word = "in_use";
/// It holds, and there is nothing that it suppresses.
pub const UNUSED: Word = "unused";
/// Its last day is over.
pub const EXPIRED: Word = "expired";

impl Suppression {
    /// Is it over?
    pub fn expired(&self) -> bool {
        self.state == EXPIRED
    }
    /// Is it about a finding as a whole, and about this one?
    pub fn covers(&self, rule: &str, subject: &[(String, String)], fingerprint: &dyn Fn(&str) -> bool) -> bool {
        self.rule == rule
            && self.calls.is_empty()
            && self.fingerprint.as_deref().is_none_or(fingerprint)
            && self.subject.iter().all(|(column, value)| subject.iter().any(|(c, v)| c == column && v == value))
    }
    /// Sets what became of it, when all findings are known.
    pub fn settle(&mut self, findings: u64, violations: u64) {
        (self.findings, self.violations) = (findings, violations);
        if !self.expired() {
            self.state = if findings + violations > 0 { IN_USE } else { UNUSED };
        }
        self.severity = match self.state {
            EXPIRED => Some("low"),
            UNUSED => Some("info"),
            _ => None,
        };
    }
}

impl Suppressions {
    /// Reads a file.
    ///
    /// Errors: all mistakes at once, each with its place.
    pub fn load(path: &Path, ruleset: &Ruleset, as_of: Date, colour: bool) -> Result<Suppressions> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|e| Error::Usage(format!("--suppressions {name}: {e}")))?;
        let text = String::from_utf8(bytes).map_err(|_| Error::Usage(format!("--suppressions {name}: it is no UTF-8 text")))?;
        Suppressions::parse(&name, &text, ruleset, as_of, colour)
    }

    /// Reads the text of a file.
    ///
    /// Errors: as [`Suppressions::load`].
    pub fn parse(name: &str, text: &str, ruleset: &Ruleset, as_of: Date, colour: bool) -> Result<Suppressions> {
        let mut out = Diagnostics::default();
        let file = out.add_file(name.to_owned(), text.to_owned());
        let table = node::parse(file, text, &mut out);
        let mut reader = Reader::new(&table, &Place { file, span: 0..0 }, "a file of suppressions");
        let tables = reader.tables("suppression", &mut out).unwrap_or_default();
        reader.finish(&mut out);
        let mut entries = Vec::new();
        for node in tables {
            if let Value::Table(table) = &node.value {
                let line = text[..node.place.span.start.min(text.len())].matches('\n').count() as u64 + 1;
                entries.push(entry(table, node, line, ruleset, as_of, &mut out));
            }
        }
        if out.has_errors() {
            return Err(Error::Ruleset(out.render(colour)));
        }
        Ok(Suppressions { path: name.to_owned(), hash: blake3::hash(text.as_bytes()).to_hex().to_string(), entries })
    }
}

fn entry(table: &Table, node: &Node, line: u64, ruleset: &Ruleset, as_of: Date, out: &mut Diagnostics) -> Suppression {
    let mut reader = Reader::new(table, &node.place, "a [[suppression]]");
    let text = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
    let rule = text(reader.required_text("rule", out));
    let reason = text(reader.required_text("reason", out));
    let approver = text(reader.required_text("approver", out));
    for (key, value) in [("rule", &rule), ("reason", &reason), ("approver", &approver)] {
        if value.is_empty() && matches!(table.get(key).map(|n| &n.value), Some(Value::Text(_))) {
            out.error(&reader.place(key), format!("`{key}` is empty"));
        }
    }
    if !rule.is_empty() {
        known_rule(&rule, &reader.place("rule"), ruleset, out);
    }
    if !reader.has("until") {
        out.error(&node.place, "a [[suppression]] needs `until`, its last day").help = Some("until = 2026-12-31".to_owned());
    }
    let until = reader.date("until", out);
    let fingerprint = reader.text("fingerprint", out).map(|f| f.trim().to_ascii_lowercase());
    if fingerprint.as_deref().is_some_and(|f| f.len() != 16 || !f.bytes().all(|b| b.is_ascii_hexdigit())) {
        out.error(&reader.place("fingerprint"), "a fingerprint has sixteen hexadecimal digits").help = Some("copy it from a report".to_owned());
    }
    let calls: Vec<String> = reader.texts("calls", out).unwrap_or_default().into_iter().map(|(id, _)| id.to_owned()).collect();
    let mut subject = BTreeMap::new();
    if let Some(Node { value: Value::Table(columns), .. }) = reader.table("subject", out) {
        for (name, value) in &columns.entries {
            known_column(&name.text, &name.place, &rule, ruleset, out);
            match &value.value {
                Value::Text(text) => drop(subject.insert(name.text.clone(), text.clone())),
                _ => drop(out.error(&value.place, format!("`{}`: expected a text, found {}", name.text, value.type_name()))),
            }
        }
    }
    let ways = [("subject", subject.is_empty()), ("calls", calls.is_empty()), ("fingerprint", fingerprint.is_none())];
    let given: Vec<&str> = ways.iter().map(|w| w.0).filter(|key| reader.has(key)).collect();
    match given[..] {
        [] => {
            let diagnostic = out.error(&node.place, "a [[suppression]] needs one of `subject`, `calls`, `fingerprint`");
            diagnostic.help = Some("a whole rule is turned off in the ruleset: enabled = false".to_owned());
        }
        [one] if ways.iter().any(|(key, empty)| *key == one && *empty) => drop(out.error(&reader.place(one), format!("`{one}` names nothing"))),
        [_] => {}
        [_, second, ..] => drop(out.error(&reader.place(second), format!("`{}` and `{second}` in one [[suppression]]: give one of them", given[0]))),
    }
    reader.finish(out);
    let expired = until.is_some_and(|until| until < as_of);
    Suppression {
        line,
        rule,
        subject,
        calls,
        fingerprint,
        reason,
        approver,
        until: until.map(iso).unwrap_or_default(),
        state: if expired { EXPIRED } else { UNUSED },
        ..Suppression::default()
    }
}

/// A column that findings of the rule are about: another one would never match.
fn known_column(name: &str, place: &Place, rule: &str, ruleset: &Ruleset, out: &mut Diagnostics) {
    let Some(rule) = ruleset.rules.iter().chain(&ruleset.off).find(|r| r.common().id == rule) else { return };
    let columns: Vec<String> = subjects(rule.as_ref()).0.iter().map(|f| f.name()).collect();
    if !columns.iter().any(|column| column == name) {
        let help = match nearest(name, columns.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("their subject: {}", columns.join(", ")),
        };
        out.error(place, format!("findings of the rule \"{}\" are about no `{name}`", rule.common().id)).help = Some(help);
    }
}

/// A rule of the ruleset, on or off, that may be suppressed.
fn known_rule(id: &str, place: &Place, ruleset: &Ruleset, out: &mut Diagnostics) {
    let all = || ruleset.rules.iter().chain(&ruleset.off).map(|r| r.common());
    match all().find(|common| common.id == id) {
        None => {
            let near = nearest(id, all().map(|c| c.id.as_str())).map(|near| format!("did you mean \"{near}\"?"));
            out.error(place, format!("no [[rule]] has the id \"{id}\"")).help = near;
        }
        Some(common) if !common.suppressible => {
            let diagnostic = out.error(place, format!("findings of the rule \"{id}\" may not be suppressed"));
            diagnostic.help = Some("its ruleset says suppressible = false".to_owned());
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::calendar::parse_iso;
    use crate::calls::zones::Zones;
    use crate::ruleset::compile;

    fn parse(text: &str) -> Result<Suppressions> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.toml");
        let rule = "[ruleset]\nid = 'a'\n[[rule]]\nid = 'line'\nkind = 'call_cap'\nper = ['caller']\nmax = 60\nwindow = 'hour'\n";
        std::fs::write(&file, format!("{rule}[[rule]]\nid = 'law'\nkind = 'call_cap'\nper = ['caller']\nmax = 9\nwindow = 'hour'\nsuppressible = false\n"))
            .unwrap();
        let ruleset = compile::load(&[file], &[], &Zones::new(), false).unwrap();
        Suppressions::parse("accepted.toml", text, &ruleset, parse_iso("2026-11-24").unwrap(), false)
    }

    const GOOD: &str = "[[suppression]]\nrule = 'line'\nsubject = { caller = '+441' }\nreason = 'r'\napprover = 'a'\nuntil = 2026-11-24\n";

    #[test]
    fn the_last_day_is_included() {
        let entry = parse(GOOD).unwrap().entries.remove(0);
        assert_eq!((entry.state, entry.line, entry.until.as_str()), (UNUSED, 1, "2026-11-24"));
        assert!(parse(&GOOD.replace("-24", "-23")).unwrap().entries[0].expired());
        assert_eq!(parse("").unwrap().entries, []);
    }

    #[test]
    fn an_entry_covers_what_it_names() {
        let entry = parse(GOOD).unwrap().entries.remove(0);
        let subject = |number: &str| vec![("agent".to_owned(), "x".to_owned()), ("caller".to_owned(), number.to_owned())];
        assert!(entry.covers("line", &subject("+441"), &|_| false));
        assert!(!entry.covers("line", &subject("+442"), &|_| true) && !entry.covers("law", &subject("+441"), &|_| true));
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let text = "[[suppression]]\nrule = 'lin'\nfingerprint = 'xyz'\nreason = ''\nuntil = 'soon'\nexpires = 1\n\n\
                    [[suppression]]\nrule = 'law'\nreason = 'r'\napprover = 'a'\nuntil = 2026-12-01\n\n\
                    [[suppression]]\nrule = 'line'\nsubject = {}\nreason = 'r'\napprover = 'a'\nuntil = 2026-12-01\n\n\
                    [[suppression]]\nrule = 'line'\nsubject = { a = 1 }\ncalls = ['1']\nreason = 'r'\napprover = 'a'\n\n[other]\n";
        let shown = parse(text).unwrap_err().to_string();
        for part in [
            "no [[rule]] has the id \"lin\"",
            "accepted.toml:2:8",
            "did you mean \"line\"?",
            "a fingerprint has sixteen hexadecimal digits",
            "`reason` is empty",
            "a [[suppression]] needs `approver`",
            "expected a date",
            "unknown key `expires`",
            "findings of the rule \"law\" may not be suppressed",
            "needs one of `subject`, `calls`, `fingerprint`",
            "`subject` names nothing",
            "findings of the rule \"line\" are about no `a`",
            "their subject: caller",
            "`a`: expected a text, found integer",
            "`subject` and `calls` in one [[suppression]]",
            "needs `until`, its last day",
            "unknown key `other`",
        ] {
            assert!(shown.contains(part), "{part} is missing in\n{shown}");
        }
        assert_eq!(parse(text).unwrap_err().status(), 2);
    }
}
