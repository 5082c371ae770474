//! A run that is killed leaves no output, and what it leaves of temporary files the next one removes.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn audit(folder: &Path, input: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
    command.args(["audit", input, "-r", "rules.toml", "--as-of", "2026-11-24", "-q", "-o", "csv=out/found.csv", "--rejects", "out/rejects.csv"]);
    command.current_dir(folder).env("TMPDIR", folder.join("tmp")).stdout(Stdio::null());
    command
}

#[test]
fn a_kill_leaves_nothing_after_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["out", "tmp"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    fs::write(
        folder.join("rules.toml"),
        "[ruleset]\nid = \"x\"\ntimezone = \"Asia/Shanghai\"\nregion = \"CN\"\n[[rule]]\nid = \"evening\"\nkind = \"quiet_hours\"\nallow = { mon-sun = [\"08:00-21:00\"] }\n",
    )
    .unwrap();
    let log = "call_id,callee,started_at\na,13800138000,2026-11-02 22:00:00\nb,13800138001,yesterday\n";
    let mut killed = audit(folder, "-").stdin(Stdio::piped()).spawn().unwrap();
    // Standard input stays open: the run waits in the middle, with a copy of it in a temporary file.
    killed.stdin.as_mut().unwrap().write_all(log.as_bytes()).unwrap();
    let begun = Instant::now();
    while names(&folder.join("tmp")).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no temporary file");
        std::thread::sleep(Duration::from_millis(10));
    }
    // One that is alive keeps what it has.
    fs::write(folder.join("calls.csv"), log).unwrap();
    assert_eq!(audit(folder, "calls.csv").status().unwrap().code(), Some(1), "a call in the evening");
    assert_eq!(names(&folder.join("tmp")).len(), 1);
    assert_eq!(names(&folder.join("out")), ["found.csv", "rejects.csv"]);
    for name in ["found.csv", "rejects.csv"] {
        fs::remove_file(folder.join("out").join(name)).unwrap();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(names(&folder.join("out")).iter().all(|n| n.starts_with(".callaudit-")), "no output of a killed run");
    let mut next = audit(folder, "-").stdin(Stdio::piped()).spawn().unwrap();
    next.stdin.take().unwrap().write_all(log.as_bytes()).unwrap();
    assert_eq!(next.wait().unwrap().code(), Some(1));
    assert_eq!(names(&folder.join("tmp")), [""; 0]);
    assert_eq!(names(&folder.join("out")), ["found.csv", "rejects.csv"]);
}
