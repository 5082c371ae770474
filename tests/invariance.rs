//! What must change nothing: threads, memory, the order of rows and files, and the cutting into files.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

const RULES: &str = r#"
[ruleset]
id = "invariance"
timezone = "Asia/Shanghai"
region = "CN"
[[rule]]
id = "hours"
kind = "quiet_hours"
severity = "high"
allow = { mon-sun = ["09:00-12:00", "14:00-20:00"] }
[[rule]]
id = "line"
kind = "call_cap"
severity = "medium"
per = ["caller"]
max = 8
window = "hour"
[[rule]]
id = "redial"
kind = "repeat_dial"
severity = "high"
per = ["callee"]
max = 2
window = "24h"
min_gap = "30m"
gap_after = ["no_answer", "busy"]
max_unanswered_run = 3
[[rule]]
id = "pair"
kind = "repeat_dial"
severity = "low"
per = ["caller", "callee"]
max = 1
window = "7 days"
[[rule]]
id = "at-once"
kind = "concurrency"
severity = "low"
per = ["caller"]
max = 2
[[rule]]
id = "shown"
kind = "caller_id"
severity = "medium"
per = ["callee"]
max_numbers = 2
window = "3 days"
"#;

/// A log in which calls often begin in the same second, ids are in no order and some rows stand twice.
fn log(rows: u64) -> Vec<String> {
    let mut state = 12345_u64;
    let mut random = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut lines = Vec::new();
    for i in 0..rows {
        let (day, hour, minute, second) = (1 + random(9), 7 + random(14), random(60), random(4) * 15);
        let outcome = ["answered", "no_answer", "busy", "failed"][usize::try_from(random(4)).unwrap()];
        let line = format!(
            "{:08x},400{:07},138{:08},2026-10-{day:02} {hour:02}:{minute:02}:{second:02},{outcome},{}",
            i.wrapping_mul(2_654_435_761) & 0xffff_ffff,
            random(12),
            random(rows / 6),
            random(900)
        );
        if random(50) == 0 {
            lines.push(line.clone());
        }
        lines.push(line);
    }
    lines
}

fn write(path: &Path, lines: &[String]) {
    std::fs::write(path, format!("call_id,caller,callee,started_at,outcome,talk_s\n{}\n", lines.join("\n"))).unwrap();
}

fn audit(folder: &Path, inputs: &[&str], more: &[&str]) -> (String, String) {
    let status = Command::new(env!("CARGO_BIN_EXE_callaudit"))
        .current_dir(folder)
        .arg("audit")
        .args(inputs)
        .args(["-r", "rules.toml", "-q", "--as-of", "2026-11-24", "-o", "csv=out.csv", "-o", "json=out.json"])
        .args(more)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (read("out.csv"), read("out.json"))
}

/// The rows without the columns `source` and `line`, sorted.
fn without_places(csv: &str) -> Vec<String> {
    let mut rows: Vec<String> =
        csv.lines().map(|line| line.split(',').enumerate().filter(|(i, _)| *i != 6 && *i != 7).map(|(_, cell)| cell).collect::<Vec<_>>().join(",")).collect();
    rows.sort();
    rows
}

#[test]
fn threads_memory_and_partitions_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let lines = log(30_000);
    write(&folder.path().join("log.csv"), &lines);
    let one = audit(folder.path(), &["log.csv"], &["--threads", "1"]);
    assert!(one.0.lines().count() > 1000, "the log violates much");
    for more in [&["--threads", "2"][..], &["--memory", "1MB"], &["--threads", "1", "--memory", "1MB"]] {
        assert!(audit(folder.path(), &["log.csv"], more) == one, "{more:?} changes the bytes");
    }
    let mut names = Vec::new();
    for part in 0..5 {
        let name = format!("part-{part}.csv");
        write(&folder.path().join(&name), &lines.iter().skip(part).step_by(5).cloned().collect::<Vec<_>>());
        names.push(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let parts = audit(folder.path(), &names, &[]);
    let reversed: Vec<&str> = names.iter().rev().copied().collect();
    assert!(audit(folder.path(), &reversed, &[]) == parts, "the order in which files are named changes the bytes");
    assert_eq!(without_places(&parts.0), without_places(&one.0), "the cutting into files changes violations");
    let mut turned = lines.clone();
    turned.reverse();
    write(&folder.path().join("log.csv"), &turned);
    assert_eq!(without_places(&audit(folder.path(), &["log.csv"], &[]).0), without_places(&one.0), "the order of rows changes violations");
}

/// Calls and violations by a text.
type Counts = std::collections::BTreeMap<String, (u64, u64)>;

fn breakdown(json: &str, name: &str) -> Counts {
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    let row = |r: &serde_json::Value| (r["value"].as_str().unwrap().to_owned(), (r["calls"].as_u64().unwrap(), r["violations"].as_u64().unwrap()));
    report["breakdowns"][name].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn breakdowns_are_those_of_a_naive_count() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let mut lines = log(6_000);
    write(&folder.path().join("log.csv"), &lines);
    let (csv, json) = audit(folder.path(), &["log.csv"], &[]);
    // Some rows stand twice and are one call.
    lines.sort();
    lines.dedup();
    // The first of October 2026 is a Thursday.
    let hour = |local: &str| {
        let day: usize = local[8..10].parse().unwrap();
        format!("{} {}", ["thu", "fri", "sat", "sun", "mon", "tue", "wed"][(day - 1) % 7], &local[11..13])
    };
    let [mut hours, mut days, mut callers, mut rules] = <[Counts; 4]>::default();
    for cells in lines.iter().map(|l| l.split(',').collect::<Vec<_>>()) {
        hours.entry(hour(cells[3])).or_default().0 += 1;
        days.entry(cells[3][..10].to_owned()).or_default().0 += 1;
        callers.entry(cells[1].to_owned()).or_default().0 += 1;
    }
    for cells in csv.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>()).filter(|c| c[3] == "violation") {
        hours.entry(hour(cells[9])).or_default().1 += 1;
        days.entry(cells[9][..10].to_owned()).or_default().1 += 1;
        callers.entry(cells[10].to_owned()).or_default().1 += 1;
        rules.entry(cells[0].to_owned()).or_default().1 += 1;
    }
    assert_eq!(breakdown(&json, "hour"), hours);
    assert_eq!(breakdown(&json, "day"), days);
    assert_eq!(breakdown(&json, "caller"), callers);
    let violations = |counts: Counts| counts.into_iter().map(|(k, n)| (k, n.1)).collect::<Vec<_>>();
    assert_eq!(violations(breakdown(&json, "rule")), violations(rules));
}
