//! A profile as the TOML file that a user would write: what `inspect --write-profile` gives to edit.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::calls::columns::{Column, Kind};
use crate::calls::timestamps::Unit;

use super::profile::{Join, Origin, Profile, When};

/// What is known of an export beside its profile.
#[derive(Debug, Default)]
pub struct Beside<'a> {
    /// The clock where nothing in the profile tells it: zone, and how it is known.
    pub clock: Option<(&'a str, &'a str)>,
    /// Outcome words that no table knows, with counts.
    pub unknown: Option<&'a BTreeMap<String, u64>>,
    /// Columns that are not mapped.
    pub unmapped: Vec<&'a str>,
}

/// The text of the file; read again, it is the same profile.
pub fn text(profile: &Profile, beside: &Beside<'_>) -> String {
    let mut out = String::new();
    head(profile, beside, &mut out);
    out.push_str("\n[columns]                  # column of a call = column of the export\n");
    for (column, origin) in &profile.columns {
        line(&mut out, column.name(), &entry(*column, origin, Some(profile)));
    }
    if !profile.columns.contains_key(&Column::Outcome) && profile.outcome_from.is_some() {
        line(&mut out, "outcome", &entry(Column::Outcome, &Origin::default(), Some(profile)));
    }
    for (word, n) in beside.unknown.into_iter().flatten() {
        let _ = writeln!(out, "# outcome: no table knows {} ({n} rows): words = {{ no_answer = [{}] }} would", quoted(word), quoted(word));
    }
    if !beside.unmapped.is_empty() {
        let names: Vec<String> = beside.unmapped.iter().map(|n| quoted(n)).collect();
        let _ = writeln!(out, "# not mapped, reachable as raw.\"…\": {}", names.join(", "));
    }
    if !profile.set.is_empty() {
        out.push_str("\n[set]                      # what the log does not tell: the same for every call\n");
        profile.set.iter().for_each(|(column, value)| line(&mut out, column.name(), &quoted(value)));
    }
    profile.when.iter().for_each(|when| case(when, &mut out));
    out
}

fn head(profile: &Profile, beside: &Beside<'_>, out: &mut String) {
    out.push_str("[profile]\n");
    line(out, "name", &quoted(&profile.name));
    if let Some(delimiter) = profile.delimiter.filter(|d| profile.widths.is_empty() && (b' '..=b'~').contains(d) || *d == b'\t') {
        line(out, "delimiter", &if delimiter == b'\t' { quoted("tab") } else { quoted(&char::from(delimiter).to_string()) });
    }
    if !profile.header {
        line(out, "header", "false");
        line(out, "names", &list(&profile.names));
    }
    if profile.skip_rows > 0 {
        line(out, "skip_rows", &profile.skip_rows.to_string());
    }
    if !profile.widths.is_empty() {
        line(out, "widths", &format!("{:?}", profile.widths));
    }
    if let Some(encoding) = profile.encoding {
        line(out, "encoding", &quoted(encoding.name()));
    }
    match (&profile.tz, beside.clock) {
        (Some(tz), _) => line(out, "tz", &quoted(tz)),
        (None, Some((zone, evidence))) => {
            let _ = writeln!(out, "# tz = {}    # {}", quoted(zone), shown(evidence));
        }
        (None, None) => {}
    }
    if let Some(region) = &profile.region {
        line(out, "region", &quoted(region));
    }
    if let Some(order) = profile.date_order {
        line(out, "date_order", &format!("\"{}\"", order.name()));
    }
    if !profile.call_key.is_empty() {
        let names = list(&profile.call_key);
        line(out, "call_key", &if profile.call_key_join == Join::First { format!("{{ first_of = {names} }}") } else { names });
    }
    if let Some(id) = &profile.clock_id {
        line(out, "clock_id", &quoted(id));
    }
    if profile.loose_quotes {
        line(out, "quotes", "\"loose\"");
    }
    if let Some(surplus) = &profile.surplus {
        line(out, "surplus", &quoted(surplus));
    }
    if let Some(rows) = profile.row_limit {
        line(out, "row_limit", &rows.to_string());
    }
}

/// Rows of which something else holds.
fn case(when: &When, out: &mut String) {
    // Of two columns with one name a profile can name only the first: a condition on both cannot be written.
    if when.cells.iter().enumerate().any(|(i, cell)| when.cells[..i].iter().any(|before| before.0 == cell.0)) {
        out.push_str("\n# A case that looks at two columns with the same name is left out: give the columns of the export names of their own.\n");
        return;
    }
    out.push_str("\n[[when]]\n");
    let cells: Vec<String> = when.cells.iter().map(|(name, words)| format!("{} = {}", key(name), list(words))).collect();
    line(out, "match", &format!("{{ {} }}", cells.join(", ")));
    if !when.columns.is_empty() {
        let columns: Vec<String> = when.columns.iter().map(|(c, o)| format!("{} = {}", c.name(), entry(*c, o, None))).collect();
        line(out, "columns", &format!("{{ {} }}", columns.join(", ")));
    }
    if when.agent_leg {
        line(out, "agent_leg", "true");
    }
    if !when.set.is_empty() {
        let set: Vec<String> = when.set.iter().map(|(c, v)| format!("{} = {}", c.name(), quoted(v))).collect();
        line(out, "set", &format!("{{ {} }}", set.join(", ")));
    }
}

/// One entry of `[columns]`. `profile`: also how the outcome is found.
fn entry(column: Column, origin: &Origin, profile: Option<&Profile>) -> String {
    let mut parts = Vec::new();
    let names = if origin.columns.len() == 1 { quoted(&origin.columns[0]) } else { list(&origin.columns) };
    match (origin.columns.len(), origin.join) {
        (0, _) => {}
        (1, Join::Blank) => parts.push(format!("column = {names}")),
        (_, Join::Blank) => parts.push(format!("columns = {names}")),
        (_, Join::Nothing) => parts.push(format!("joined = {}", list(&origin.columns))),
        (_, Join::First) => parts.push(format!("first_of = {}", list(&origin.columns))),
    }
    let plain = parts.len() == 1 && origin.join == Join::Blank;
    if column.kind() == Kind::Seconds && origin.unit != Unit::default() {
        parts.push(format!("unit = \"{}\"", origin.unit.name()));
    }
    for (name, texts) in [("strip", &origin.strip), ("null", &origin.null)] {
        if !texts.is_empty() {
            parts.push(format!("{name} = {}", list(texts)));
        }
    }
    if let Some(other) = &origin.unless {
        parts.push(format!("unless = {}", quoted(other)));
    }
    if !origin.words.is_empty() {
        let mut theirs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        origin.words.iter().for_each(|(their, word)| theirs.entry(word).or_default().push(their.clone()));
        let words: Vec<String> = theirs.iter().map(|(word, theirs)| format!("{} = {}", key(word), list(theirs))).collect();
        parts.push(format!("words = {{ {} }}", words.join(", ")));
    }
    if let Some(profile) = profile.filter(|_| column == Column::Outcome) {
        parts.extend(profile.outcome_from.as_ref().map(|c| format!("from = {}", quoted(c.text()))));
        parts.extend(profile.answer_needed.then(|| "needs = \"answered_at\"".to_owned()));
    }
    if parts.is_empty() {
        return "[]".to_owned();
    }
    if plain && parts.len() == 1 { names } else { format!("{{ {} }}", parts.join(", ")) }
}

fn line(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{name} = {value}");
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "))
}

fn key(name: &str) -> String {
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) { name.to_owned() } else { quoted(name) }
}

fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A basic string of one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::formats;
    use crate::input::prefix::Prefix;

    /// All that the file can say: notes, the evidence of a clock and what a layout knows of its callees are not in it.
    fn said(profile: &Profile) -> String {
        let mut profile = Profile { notes: Vec::new(), tz_evidence: None, callees_hidden: false, ..profile.clone() };
        if profile.call_key.is_empty() {
            profile.call_key_join = Join::default();
        }
        profile.when.iter_mut().for_each(|w| w.cells.sort());
        format!("{profile:?}")
    }

    #[test]
    fn every_layout_comes_back_as_it_was() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
        let mut seen = 0;
        for file in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csv")) {
            let bytes = std::fs::read(&file).unwrap();
            let Some(found) = Prefix::look(&bytes, None).ok().and_then(|p| formats::recognise(&p)) else { continue };
            let text = text(&found.profile, &Beside::default());
            let again = Profile::parse(&text).unwrap_or_else(|e| panic!("{}: {e}\n{text}", file.display()));
            assert_eq!(said(&again), said(&found.profile), "{}\n{text}", file.display());
            seen += 1;
        }
        assert!(seen > 40, "{seen}");
    }

    #[test]
    fn names_and_words_of_all_sorts_come_back() {
        let mut profile =
            Profile { name: "a \"b\"\nc".into(), header: false, names: vec!["x\ty".into(), "开始".into(), "it's".into()], ..Profile::default() };
        profile.columns.insert(Column::StartedAt, Origin::column("x\ty"));
        let mut outcome = Origin::column("开始");
        outcome.words.insert("a\"b'c\\".into(), "no_call".into());
        outcome.null = vec!["\n".into()];
        profile.columns.insert(Column::Outcome, outcome);
        profile.when.push(When { cells: vec![("it's".into(), vec![String::new(), "?*".into()])], set: [(Column::Mode, "x".into())].into(), ..When::default() });
        let unknown = BTreeMap::from([("odd\u{1b}\nword".to_owned(), 3)]);
        let beside = Beside { clock: Some(("UTC", "assumed\nreally")), unknown: Some(&unknown), unmapped: vec!["a\nb"] };
        let text = text(&profile, &beside);
        let again = Profile::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let same = |p: &Profile| (p.name.clone(), p.names.clone(), format!("{:?}", p.when));
        assert_eq!(same(&again), same(&profile));
        assert_eq!(again.columns[&Column::Outcome].words, profile.columns[&Column::Outcome].words);
        assert!(text.lines().any(|l| l == "# tz = \"UTC\"    # assumed really"), "{text}");
    }
}
