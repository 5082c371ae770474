//! `calls` and `inspect --write-profile` over the exports of all layouts and the examples.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polars::prelude::{AnyValue, DataFrame, SerReader};
use polars_io::parquet::read::ParquetReader;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn exports() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root().join("tests/formats")).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| p.extension().is_some_and(|e| e == "csv"));
    found.sort();
    assert!(found.len() > 40);
    found
}

#[test]
fn a_written_profile_gives_the_same_calls() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for export in exports() {
        let path = export.to_str().unwrap();
        let first = run(folder.path(), &["calls", path, "-q"]);
        let profile = run(folder.path(), &["inspect", path, "-o", "json=inspection.json", "--write-profile", "own.toml"]);
        if first.status.code() == Some(2) {
            assert_eq!(profile.status.code(), Some(2), "{path}");
            continue; // days and months that nothing tells apart
        }
        assert!(profile.status.success(), "{path}: {}", text(&profile.stderr));
        let again = run(folder.path(), &["calls", path, "-q", "-p", "own.toml"]);
        assert!(again.status.success(), "{path}: {}", text(&again.stderr));
        assert_eq!(text(&again.stdout), text(&first.stdout), "{path}\n{}", fs::read_to_string(folder.path().join("own.toml")).unwrap());
        let inspection: serde_json::Value = serde_json::from_slice(&fs::read(folder.path().join("inspection.json")).unwrap()).unwrap();
        let accepted = inspection["inputs"][0]["rows"]["accepted"].as_u64().unwrap();
        let records = csv::Reader::from_reader(&first.stdout[..]).into_records().count() as u64;
        assert_eq!(records, accepted, "{path}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn rows_are_the_accepted_ones_of_the_audit_and_the_zone_comes_along() {
    let folder = tempfile::tempdir().unwrap();
    for example in ["robot-zh", "callcentre-en"] {
        let example = root().join("examples").join(example);
        let rules = ["-r", "rules.toml"];
        let audit = run(&example, &[&["audit", "calls.csv", "--as-of", "2026-11-24", "-o", "json"], &rules[..]].concat());
        let report: serde_json::Value = serde_json::from_slice(&audit.stdout).unwrap();
        let calls = run(&example, &[&["calls", "calls.csv"], &rules[..]].concat());
        assert!(calls.status.success());
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(&calls.stdout[..]).into_records().map(|r| r.unwrap()).collect();
        assert_eq!(rows.len() as u64, report["inputs"][0]["rows"]["accepted"].as_u64().unwrap());
        let lines: Vec<u64> = rows.iter().map(|r| r[35].parse().unwrap()).collect();
        assert!(lines.is_sorted());
        let own = folder.path().join("own.toml");
        let own = own.to_str().unwrap();
        let written = run(&example, &["inspect", "calls.csv", "--tz", "Asia/Shanghai", "--region", "CN", "-q", "--write-profile", own]);
        assert!(written.status.success());
        let stated = run(folder.path(), &["calls", example.join("calls.csv").to_str().unwrap(), "--tz", "Asia/Shanghai", "--region", "CN"]);
        let again = run(folder.path(), &["calls", example.join("calls.csv").to_str().unwrap(), "-p", own]);
        assert_eq!(text(&again.stdout), text(&stated.stdout));
    }
}

/// A log that is read in several pieces, with duplicates, rejects and line breaks inside of fields.
fn long_log(rows: usize, day: u32) -> String {
    let mut log = String::from("call_id,started_at,callee,caller,talk_s,outcome,note\n");
    for i in 0..rows {
        let (hour, minute) = (8 + i / 7 % 10, i % 60);
        let start = if i % 997 == 0 { "never".to_owned() } else { format!("2026-11-{day} {hour:02}:{minute:02}:07.250") };
        let note = if i % 53 == 0 { "\"two\nlines\"" } else { "=1+1" };
        let row = format!("c{i},{start},1380013{:04},138****1234,{}.5,answered,{note}\n", i % 9000, i % 90);
        log.push_str(&row);
        if i % 101 == 0 {
            log.push_str(&row);
        }
    }
    log
}

fn cell(frame: &DataFrame, column: &str, row: usize) -> String {
    match frame.column(column).unwrap().get(row).unwrap() {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => text.to_owned(),
        AnyValue::UInt64(n) => n.to_string(),
        AnyValue::Float64(s) => s.to_string(),
        other => format!("{other}"),
    }
}

#[test]
fn csv_and_parquet_are_the_same_rows_and_threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), long_log(150_000, 18)).unwrap();
    fs::write(folder.path().join("b.csv"), long_log(100, 19)).unwrap();
    let mut written = Vec::new();
    for threads in ["1", "2"] {
        let columns = "call_id,started_at,callee,talk_s,answered_at,source,line,caller_raw,raw.note";
        let done = run(
            folder.path(),
            &[
                "calls",
                "b.csv",
                "a.csv",
                "-p",
                "generic",
                "--region",
                "CN",
                "-q",
                "-o",
                "csv=calls.csv",
                "-o",
                "parquet=calls.parquet",
                "--columns",
                columns,
                "--threads",
                threads,
            ],
        );
        assert!(done.status.success(), "{}", text(&done.stderr));
        written.push(["calls.csv", "calls.parquet"].map(|f| fs::read(folder.path().join(f)).unwrap()));
    }
    assert!(written[0] == written[1]);
    let all = run(folder.path(), &["calls", "b.csv", "-q", "-o", "parquet=all.parquet"]);
    assert!(all.status.success(), "{}", text(&all.stderr));
    let again = run(folder.path(), &["inspect", "all.parquet", "-o", "json"]);
    let inspection: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((&inspection["inputs"][0]["profile"], &inspection["inputs"][0]["rows"]["accepted"]), (&"generic".into(), &99.into()));
    let [lines, parquet] = &written[0];
    let mut reader = csv::Reader::from_reader(&lines[..]);
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.into_records().map(|r| r.unwrap()).collect();
    let frame = ParquetReader::new(std::io::Cursor::new(parquet)).finish().unwrap();
    assert_eq!((rows.len(), frame.height()), (frame.height(), 150_100 - 151 - 1));
    assert_eq!(frame.get_column_names().iter().map(|n| n.to_string()).collect::<Vec<_>>(), names);
    for (i, row) in rows.iter().enumerate().filter(|(i, _)| i % 1_009 == 0 || *i > 149_900) {
        for (name, csv) in names.iter().zip(row).filter(|(name, _)| *name != "started_at") {
            let expected = if name == "raw.note" { csv.trim_start_matches('\'') } else { csv };
            assert_eq!(cell(&frame, name, i), expected, "row {i}, {name}");
        }
        assert_eq!(cell(&frame, "started_at", i).replace(' ', "T").replace("TUTC", "Z"), row[1], "row {i}");
    }
    let (first, last) = (&rows[0], &rows[rows.len() - 1]);
    assert_eq!((&first[5], &last[5], &last[7], &last[2]), ("a.csv", "b.csv", "138****1234", "+8613800130099"));
}

#[test]
fn the_screen_in_the_docs_is_what_people_see() {
    let docs = fs::read_to_string(root().join("docs/inspect.md")).unwrap();
    let screen = fs::read_to_string(root().join("tests/cases/inspect/stdout")).unwrap();
    assert!(docs.contains(&screen), "docs/inspect.md shows an older screen than tests/cases/inspect/stdout");
}
