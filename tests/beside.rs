//! What the report says of rows that were folded, and of calls that tables beside the log tell more of. The calls themselves are in the
//! cases of the same names.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The report of a case; `but`: arguments that are left out, with the one after each.
fn report(case: &str, but: &[&str], more: &[&str]) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case);
    let command = std::fs::read_to_string(folder.join("command")).unwrap();
    let mut arguments: Vec<&str> = Vec::new();
    let mut words = command.split_whitespace();
    while let Some(word) = words.next() {
        if but.contains(&word) || word == "-o" || word == "--columns" {
            words.next();
        } else {
            arguments.push(word);
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).current_dir(folder).args(arguments).args(["-q", "-o", "json"]).args(more).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Rows of an input: read, accepted, duplicate, folded, no call.
fn rows(report: &Value, input: usize) -> [u64; 5] {
    ["read", "accepted", "duplicate", "folded", "no_call"].map(|name| report["inputs"][input]["rows"][name].as_u64().unwrap())
}

fn says(value: &Value, text: &str) -> bool {
    value["notes"].as_array().unwrap().iter().any(|n| n.as_str().unwrap().contains(text))
}

#[test]
fn rows_of_folded_calls_add_up() {
    assert_eq!(rows(&report("legs-of-asterisk", &[], &[]), 0), [11, 5, 1, 5, 0]);
    let overlapping = report("freepbx-downloads-that-overlap", &[], &[]);
    assert_eq!((rows(&overlapping, 0), rows(&overlapping, 1)), ([4, 2, 0, 2, 0], [2, 1, 1, 0, 0]));
    assert_eq!(rows(&report("callback-counts-the-customer", &[], &[]), 0), [5, 2, 0, 2, 1]);
    assert_eq!(rows(&report("callback-by-profile", &[], &[]), 0), [5, 2, 0, 2, 1]);
}

#[test]
fn evidence_shows_the_row_that_gave_the_start() {
    let report = report("legs-of-asterisk", &[], &[]);
    let lines: Vec<u64> = report["findings"][0]["evidence"].as_array().unwrap().iter().map(|e| e["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 1, 8, 5, 10]);
    assert_eq!(report["findings"][0]["evidence"][0]["outcome"], "answered");
}

#[test]
fn virtual_numbers_are_resolved_or_said_to_be_unknown() {
    let with = report("axb-one-person-behind-three-numbers", &[], &[]);
    assert!(says(&with["inputs"][0], "4 calls to virtual numbers are told whom they reached"));
    assert!(says(&with["inputs"][0], "1 calls to virtual numbers had no binding"));
    assert!(says(&with["rules"][0], "without a binding at that time"));
    assert_eq!(with["findings"][0]["subject"]["callee"], "+8613800138001");
    let without = report("axb-without-bindings", &[], &[]);
    assert!(says(&without["rules"][0], "callees behind virtual numbers are not known"));
    let missing = report("axb-one-person-behind-three-numbers", &[], &["--use-list", "axb=nowhere.csv"]);
    assert!(says(&missing["rules"][0], "callees behind virtual numbers are not known"));
    assert!(says(&missing["inputs"][0], "nowhere.csv"));
}

#[test]
fn companion_tables_count_the_keys_that_they_lack() {
    let with = report("with-leads", &[], &[]);
    assert!(says(&with["inputs"][0], "leads.csv: joined by lead, 4 calls found their row, 1 did not"));
    assert!(says(&with["inputs"][0], "agents.csv: joined by agent, 6 calls found their row, 0 did not"));
    // Without the leads nothing tells who was called.
    let without = report("with-leads", &["--with"], &["--with", "agents.csv"]);
    assert_eq!(without["rules"][0]["status"], "not_evaluable");
    assert!(says(&report("aliases-of-one-person", &[], &[])["inputs"][0], "1 calls to numbers without an alias"));
}

#[test]
fn tables_give_the_same_whatever_threads_memory_and_the_order_of_rows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rules = "[ruleset]\nid='x'\ntimezone='Asia/Shanghai'\nregion='CN'\n[[list]]\nid='axb'\nkind='bindings'\npath='bindings.csv'\n[[list]]\nid='people'\nkind='aliases'\npath='people.csv'\n[[rule]]\nid='person'\nkind='repeat_dial'\nseverity='high'\nper=['person']\nmax=2\nwindow='24h'\n[[rule]]\nid='callee'\nkind='repeat_dial'\nseverity='high'\nper=['callee']\nmax=2\nwindow='24h'\nwhere=\"purpose <> 'service'\"\n";
    std::fs::write(folder.join("rules.toml"), rules).unwrap();
    let (mut calls, mut bindings, mut people, mut leads) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for x in 0..40 {
        for hour in 0..24 {
            bindings.push(format!("170000000{x:02},139{x:08},138{:08},2026-10-01 {hour:02}:00:00,2026-10-01 {hour:02}:40:00", (x * 7 + hour) % 60));
        }
    }
    (0..50).for_each(|n| people.push(format!("138{n:08},person {}", n / 2)));
    (0..90).for_each(|n| leads.push(format!("L{n},{}", ["marketing", "service", ""][n % 3])));
    for i in 0_u64..20_000 {
        let (x, second) = (i * 31 % 40, i * 7919 % 86_400);
        let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        calls.push(format!("c{i},L{},139{x:08},170000000{x:02},2026-10-01 {time},no_answer", i % 100));
    }
    let write = |turned: bool| {
        let heads = ["call_id,lead_id,caller,callee,started_at,outcome", "x,a,b,from,to", "number,person", "lead_id,purpose"];
        for ((name, head), rows) in ["calls.csv", "bindings.csv", "people.csv", "leads.csv"].into_iter().zip(heads).zip([&calls, &bindings, &people, &leads]) {
            let rows: Vec<&str> = if turned { rows.iter().rev().map(String::as_str).collect() } else { rows.iter().map(String::as_str).collect() };
            std::fs::write(folder.join(name), format!("{head}\n{}\n", rows.join("\n"))).unwrap();
        }
    };
    let run = |more: &[&str]| -> (Vec<String>, Value) {
        let arguments = ["audit", "calls.csv", "-r", "rules.toml", "--with", "leads.csv", "-q", "--as-of", "2026-11-24", "-o", "json=out.json", "-o", "csv"];
        let columns = ["--columns", "rule,call_id,caller,callee,person,purpose,binding_id,measured"];
        let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).current_dir(folder).args(arguments).args(columns).args(more).output().unwrap();
        let mut rows: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        rows.sort();
        (rows, serde_json::from_slice(&std::fs::read(folder.join("out.json")).unwrap()).unwrap())
    };
    write(false);
    let (rows, report) = run(&[]);
    // Twenty minutes of each hour are bound to nobody.
    let unbound = calls.iter().filter(|c| c.split(' ').nth(1).is_some_and(|t| &t[3..5] >= "40")).count();
    assert!(says(&report["inputs"][0], &format!("{} calls to virtual numbers are told", calls.len() - unbound)), "{}", report["inputs"][0]["notes"]);
    assert!(says(&report["inputs"][0], "18000 calls found their row, 2000 did not"));
    assert!(rows.len() > 5000 && rows.iter().any(|r| r.starts_with("person,")));
    for more in [&["--threads", "1"][..], &["--memory", "1MB"]] {
        assert!(run(more).0 == rows, "{more:?}");
    }
    write(true);
    assert!(run(&["--memory", "1MB"]).0 == rows, "the order of rows");
}
