//! Without a column or a list exactly the rules that need it are not evaluable, and each says what it lacks. Every kind has a rule here.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Id of the rule, its text, the columns and the lists that it needs.
type Needs = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const RULES: &[Needs] = &[
    ("call-cap", "kind = 'call_cap'\nper = ['agent']\nmax = 1\nwindow = 'day'", &["agent"], &[]),
    ("call-cap-where", "kind = 'call_cap'\nper = []\nmax = 1\nwindow = 'day'\nwhere = \"campaign = 'a'\"", &["campaign"], &[]),
    ("repeat-dial", "kind = 'repeat_dial'\nper = ['callee']\nmax_unanswered_run = 1", &["callee", "outcome"], &[]),
    ("quiet-hours", "kind = 'quiet_hours'\nallow = { mon-sun = ['09:00-12:00'] }", &[], &[]),
    ("quiet-hours-end", "kind = 'quiet_hours'\nat = 'end'\nallow = { mon-sun = ['09:00-12:00'] }", &["ended_at"], &[]),
    ("dnc-list", "kind = 'dnc_list'\nlists = ['dnc']", &["callee"], &["dnc"]),
    ("list-age", "kind = 'list_age'\nlists = ['dnc']\nmax_age = '31 days'", &[], &["dnc"]),
    ("duration", "kind = 'duration'\nof = 'ring_s'\nmin = '15s'", &["ring_s"], &[]),
    ("cooldown", "kind = 'cooldown'\nper = ['callee']\nafter = \"response = 'refused'\"\nwait = '60 days'", &["callee", "response"], &[]),
    ("cooldown-list", "kind = 'cooldown'\nper = ['callee', 'subject']\nevents = ['refusals']\nwait = 'ever'", &["callee", "subject"], &["refusals"]),
    ("ratio", "kind = 'ratio'\nper = ['campaign']\nnumerator = \"outcome = 'abandoned'\"\nmax = 0.03\nwindow = 'day'", &["campaign", "outcome"], &[]),
    ("concurrency", "kind = 'concurrency'\nper = ['line_no']\nmax = 1", &[], &[]),
    ("sequential", "kind = 'sequential_dialling'\nper = ['caller']\nmax = 3\nwindow = '1h'", &["caller", "callee"], &[]),
    ("completeness", "kind = 'completeness'\ncolumns = ['agent', 'recording']\nmax_empty = 1", &[], &[]),
    ("caller-id", "kind = 'caller_id'\npresent = true\ninventory = ['own']", &["caller"], &["own"]),
    ("rotation", "kind = 'caller_id'\nper = ['callee']\nmax_numbers = 1\nwindow = '7 days'", &["caller", "callee"], &[]),
    ("destination", "kind = 'destination'\nforbid = ['110']", &["callee"], &[]),
    ("consent", "kind = 'consent'\nlists = ['consents']", &["callee"], &["consents"]),
    ("pattern", "kind = 'pattern'\nforce = 'signal'\nper = ['agent']\nfeature = 'answered'\nmin = 0.1\nmin_count = 1", &["agent", "outcome"], &[]),
];

const COLUMNS: [&str; 13] =
    ["call_id", "started_at", "caller", "callee", "outcome", "response", "ring_s", "ended_at", "agent", "campaign", "subject", "recording", "purpose"];

const LISTS: [(&str, &str, &str); 4] = [
    ("dnc", "numbers", "number,added_at\n+8613800000009,2026-01-01\n"),
    ("refusals", "events", "number,subject,at\n+8613800000009,x,2026-01-01\n"),
    ("own", "inventory", "number,filed_at\n+862161234567,2026-01-01\n"),
    ("consents", "consent", "number,granted_at\n+8613800000001,2026-01-01\n"),
];

fn log(without: Option<&str>) -> String {
    let columns: Vec<&str> = COLUMNS.into_iter().filter(|c| Some(*c) != without).collect();
    let mut text = columns.join(",") + "\n";
    for n in 1..4 {
        let cell = |c: &&str| match *c {
            "call_id" => format!("c{n}"),
            "started_at" => format!("2026-03-02T10:0{n}:00+08:00"),
            "ended_at" => format!("2026-03-02T10:0{n}:30+08:00"),
            "caller" => "+862161234567".to_owned(),
            "callee" => format!("+861380000000{n}"),
            "outcome" => "answered".to_owned(),
            "response" => "interested".to_owned(),
            "ring_s" => "20".to_owned(),
            "campaign" => "a".to_owned(),
            _ => "x".to_owned(),
        };
        text += &(columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

fn ruleset(without: Option<&str>) -> String {
    let mut text = "[ruleset]\nid = 'all'\ntimezone = 'Asia/Shanghai'\nregion = 'CN'\n".to_owned();
    for (id, rule, _, _) in RULES {
        text += &format!("[[rule]]\nid = '{id}'\nseverity = 'low'\n{}\n", rule.replace("line_no", "agent"));
    }
    for (id, kind, _) in LISTS {
        let path = if Some(id) == without { String::new() } else { format!("path = '{id}.csv'\n") };
        let as_of = if id == "dnc" { "as_of = 2026-03-01\n" } else { "" };
        text += &format!("[[list]]\nid = '{id}'\nkind = '{kind}'\n{path}{as_of}");
    }
    text
}

/// The rules that are not evaluable, with their reasons.
fn unevaluable(folder: &Path, column: Option<&str>, list: Option<&str>) -> Vec<(String, String)> {
    std::fs::write(folder.join("log.csv"), log(column)).unwrap();
    std::fs::write(folder.join("rules.toml"), ruleset(list)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit"))
        .current_dir(folder)
        .args(["audit", "log.csv", "-r", "rules.toml", "--as-of", "2026-03-03", "-q", "-o", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    let rules = report["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    rules
        .iter()
        .filter(|r| r["status"] != "evaluated")
        .map(|r| (r["id"].as_str().unwrap().to_owned(), r["reason"].as_str().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn every_kind_is_here() {
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).args(["rules", "list", "-o", "json"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    // `binding` needs a list that changes who is called in all other rules: its cases are in tests/cases.
    for kind in listed["kinds"].as_array().unwrap().iter().map(|k| k["name"].as_str().unwrap()).filter(|k| *k != "binding") {
        assert!(RULES.iter().any(|r| r.1.contains(&format!("kind = '{kind}'"))), "{kind} has no rule here");
    }
}

#[test]
fn without_a_column_the_rules_that_need_it_are_not_evaluable() {
    let folder = tempfile::tempdir().unwrap();
    for (id, _, text) in LISTS {
        std::fs::write(folder.path().join(format!("{id}.csv")), text).unwrap();
    }
    assert_eq!(unevaluable(folder.path(), None, None), [], "all columns and lists are there");
    for column in COLUMNS.into_iter().filter(|c| *c != "started_at") {
        let found = unevaluable(folder.path(), Some(column), None);
        // The rule of `concurrency` has the key `agent`, and one of several lengths is enough for it.
        let needs = |r: &&Needs| r.2.contains(&column) || r.0 == "concurrency" && column == "agent";
        let expected: BTreeSet<&str> = RULES.iter().filter(needs).map(|r| r.0).collect();
        assert_eq!(found.iter().map(|f| f.0.as_str()).collect::<BTreeSet<_>>(), expected, "without {column}");
        assert!(found.iter().all(|f| f.1.contains(column)), "without {column}: {found:?}");
    }
    for (list, ..) in LISTS {
        let found = unevaluable(folder.path(), None, Some(list));
        let expected: BTreeSet<&str> = RULES.iter().filter(|r| r.3.contains(&list)).map(|r| r.0).collect();
        assert_eq!(found.iter().map(|f| f.0.as_str()).collect::<BTreeSet<_>>(), expected, "without the list {list}");
        assert!(found.iter().all(|f| f.1.contains(list)), "without the list {list}: {found:?}");
    }
}
