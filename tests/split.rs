//! `--split`: each report holds the calls of one account, and nothing of the others anywhere.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use polars::prelude::DataFrame;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde_json::Value;

/// Accounts, and the digits by which their numbers, ids, agents and campaigns are known.
const ACCOUNTS: [(&str, &str); 3] = [("Acorn Ltd", "41"), ("Birch/Söhne", "52"), ("雪松科技", "63")];
const FORMATS: [&str; 12] = ["table", "json", "csv", "csv-excel", "ndjson", "parquet", "xlsx", "html", "markdown", "sarif", "junit", "github"];

const RULES: &str = r#"
[ruleset]
id = "shared"
timezone = "UTC"
region = "GB"

[[source]]
path = "*.csv"
tz = "UTC"
set = { purpose = "marketing" }

[[rule]]
id = "evening"
kind = "quiet_hours"
severity = "high"
allow = { mon-sun = ["08:00-20:00"] }

[[rule]]
id = "shared-line"
kind = "call_cap"
severity = "low"
per = ["caller"]
max = 3
window = "day"

[[rule]]
id = "not-birch"
kind = "quiet_hours"
severity = "low"
where = "account IS NULL OR account <> 'Birch/Söhne'"
allow = { mon-sun = ["09:00-10:00"] }
"#;

/// A log in which the accounts alternate, on one shared line; some rows cannot be read.
fn log() -> String {
    let mut log = "call_id,account,caller,callee,started_at,agent,campaign\n".to_owned();
    for n in 0..8 {
        for (account, digits) in ACCOUNTS {
            let hour = if n % 2 == 0 { 21 } else { 10 + n };
            writeln!(log, "id-{digits}-{n:03},{account},+442079460001,+4477009{digits}00{n},2026-11-1{n} {hour:02}:00:00,agent{digits},camp{digits}").unwrap();
        }
    }
    for (account, digits) in ACCOUNTS {
        writeln!(log, "id-{digits}-bad,{account},+442079460001,+4477009{digits}999,soon{digits},agent{digits},camp{digits}").unwrap();
    }
    log.push_str("id-none-1,,+442079460001,+447700974000,2026-11-12 22:00:00,agent74,camp74\n");
    log
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).current_dir(folder).env("LANG", "C").output().unwrap();
    let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code().unwrap(), shown.concat())
}

/// What is read of a file: of a workbook what its parts hold.
fn text(path: &Path) -> String {
    if path.extension().is_some_and(|e| e == "xlsx") {
        let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
        return (0..archive.len()).map(|n| std::io::read_to_string(archive.by_index(n).unwrap()).unwrap()).collect();
    }
    if path.extension().is_some_and(|e| e == "parquet") {
        let frame: DataFrame = ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap();
        let names = frame.get_column_names().into_iter().cloned().collect::<Vec<_>>();
        let cells = names.iter().flat_map(|name| (0..frame.height()).map(|i| format!("{}\n", frame.column(name).unwrap().get(i).unwrap())));
        return cells.collect();
    }
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}

fn outputs() -> Vec<String> {
    FORMATS.iter().flat_map(|f| ["-o".to_owned(), format!("{f}=out.{f}")]).collect()
}

/// The files of each account, by the name in them.
fn files(folder: &Path) -> BTreeMap<String, Vec<(String, String)>> {
    let names = ["Acorn_Ltd", "Birch_Söhne", "雪松科技", "without-account"];
    let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap()) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = names.iter().find(|n| file.contains(&format!("-{n}"))) {
            all.entry((*name).to_owned()).or_default().push((file, text(&entry.path())));
        }
    }
    all
}

#[test]
fn no_report_holds_anything_of_another_account() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("calls.csv"), log()).unwrap();
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let base = ["audit", "calls.csv", "-r", "rules.toml", "--as-of", "2026-11-24", "--split", "account", "--max-rejects", "50%", "--rejects", "bad.csv"];
    let outputs = outputs();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    for lang in ["en", "zh"] {
        let (status, shown) = run(folder.path(), &[&base[..], &outputs, &["--lang", lang]].concat());
        assert_eq!(status, 1, "{shown}");
        let all = files(folder.path());
        assert_eq!(all.len(), 4, "{:?}", all.keys());
        for (name, own) in [("Acorn_Ltd", 0), ("Birch_Söhne", 1), ("雪松科技", 2), ("without-account", 3)] {
            let files = &all[name];
            assert_eq!(files.len(), FORMATS.len() + 1, "{name}");
            for (file, text) in files {
                for (n, (account, digits)) in ACCOUNTS.iter().enumerate() {
                    let traces =
                        [format!("+4477009{digits}"), format!("id-{digits}-"), format!("agent{digits}"), format!("camp{digits}"), format!("soon{digits}")];
                    let found = traces.iter().map(String::as_str).chain([*account]).find(|trace| text.contains(trace));
                    // They would be found if they were there.
                    if n == own && !file.ends_with("github") {
                        assert!(found.is_some(), "{file} shows nothing of {account}");
                    } else if n != own {
                        assert_eq!(found, None, "{file} shows something of {account}:\n{text}");
                    }
                }
                assert!(own == 3 || !text.contains("+447700974") && !text.contains("id-none"), "{file}");
            }
        }
    }
}

#[test]
fn counts_are_those_of_an_audit_of_these_calls_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("calls.csv"), log()).unwrap();
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let audit = |input: &str, more: &[&str]| {
        let (status, shown) = run(folder.path(), &[&["audit", input, "-r", "rules.toml", "--as-of", "2026-11-24", "--max-rejects", "50%"], more].concat());
        assert!(status == 1 || status == 3, "{shown}");
    };
    audit("calls.csv", &["--split", "account", "-o", "json=split.json"]);
    let read = |name: &str| -> Value { serde_json::from_str(&fs::read_to_string(folder.path().join(name)).unwrap()).unwrap() };
    for (account, name) in [("Acorn Ltd", "Acorn_Ltd"), ("Birch/Söhne", "Birch_Söhne"), ("雪松科技", "雪松科技")] {
        let (header, rows) = log().split_once('\n').map(|(h, r)| (h.to_owned(), r.to_owned())).unwrap();
        let own: Vec<&str> = rows.lines().filter(|l| l.contains(account)).collect();
        fs::write(folder.path().join("own.csv"), format!("{header}\n{}\n", own.join("\n"))).unwrap();
        audit("own.csv", &["-o", "json=own.json"]);
        let (split, alone) = (read(&format!("split-{name}.json")), read("own.json"));
        assert_eq!(split["part"], serde_json::json!({ "column": "account", "value": account }));
        // Alone, a rule about others judges no call and is missed.
        assert_eq!((split["exit"]["status"].as_u64(), alone["exit"]["status"].as_u64()), (Some(1), Some(if name.starts_with("Birch") { 3 } else { 1 })));
        for key in ["totals", "breakdowns", "coverage", "period", "checklist"] {
            assert_eq!(split[key], alone[key], "{account} {key}");
        }
        let (a, b) = (&split["inputs"][0], &alone["inputs"][0]);
        for key in ["rows", "numbers", "unreadable", "outcomes", "reject_reasons", "coverage", "period"] {
            if key == "reject_reasons" {
                assert_eq!(a[key][0]["rows"], b[key][0]["rows"]);
            } else {
                assert_eq!(a[key], b[key], "{account} {key}");
            }
        }
        let prints = |report: &Value| report["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(prints(&split), prints(&alone));
    }
}

#[test]
fn rows_that_are_no_calls_and_name_nobody_are_told_and_make_no_report() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let log = "call_id,account,caller,callee,started_at\n1,A,+442079460001,+447700900001,2026-11-18 10:00:00\n2,,+442079460001,+447700900001,never\n";
    fs::write(folder.path().join("calls.csv"), log).unwrap();
    let base = ["audit", "calls.csv", "-r", "rules.toml", "--split", "account", "-o", "json=out.json"];
    let (status, shown) = run(folder.path(), &base);
    assert!(status == 1 && shown.contains("1 rows that are no calls have no account and stand in no report, 1 of them rejected"), "{status} {shown}");
    assert!(folder.path().join("out-A.json").exists() && !folder.path().join("out-without-account.json").exists());
    assert_eq!(run(folder.path(), &[&base[..], &["--max-rejects", "0"]].concat()).0, 3);
    // Where there is nothing else, that is told.
    fs::write(folder.path().join("calls.csv"), "call_id,account,caller,callee,started_at\n2,,+442079460001,+447700900001,never\n").unwrap();
    assert_eq!(run(folder.path(), &base).0, 3);
    assert!(folder.path().join("out-without-account.json").exists());
}

#[test]
fn a_value_that_companion_tables_tell_counts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let log =
        "call_id,agent,caller,callee,started_at\n1,x,+442079460001,+447700900001,2026-11-18 10:00:00\n2,y,+442079460001,+447700900002,2026-11-18 21:00:00\n";
    fs::write(folder.path().join("calls.csv"), log).unwrap();
    fs::write(folder.path().join("agents.csv"), "agent,account\nx,A\ny,B\n").unwrap();
    let (status, shown) = run(folder.path(), &["audit", "calls.csv", "--with", "agents.csv", "-r", "rules.toml", "--split", "account", "-o", "json=out.json"]);
    assert_eq!(status, 1, "{shown}");
    let b = fs::read_to_string(folder.path().join("out-B.json")).unwrap();
    assert!(b.contains("+447700900002") && !b.contains("+447700900001"), "{b}");
}

#[test]
fn masked_numbers_do_not_come_back_in_the_names_of_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.toml"), RULES.split("[[rule]]\nid = \"not-birch").next().unwrap()).unwrap();
    let log = "call_id,campaign,caller,callee,started_at\n1,ring 07700900001,+442079460001,+447700900001,2026-11-18 21:00:00\n2,ring 07700910001,+442079460001,+447700910001,2026-11-18 21:00:00\n";
    fs::write(folder.path().join("calls.csv"), log).unwrap();
    let base = ["audit", "calls.csv", "-r", "rules.toml", "--split", "campaign", "--mask", "-v", "-o", "csv=out.csv"];
    let (status, shown) = run(folder.path(), &base);
    assert_eq!(status, 1, "{shown}");
    let names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).filter(|n| n.starts_with("out")).collect();
    assert!(names.len() == 2 && names.iter().all(|n| !n.contains("0900001") && !n.contains("0910001")), "{names:?}");
    assert!(!shown.contains("0900001") && !shown.contains("0910001"), "{shown}");
}

#[test]
fn what_cannot_be_split_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    fs::write(folder.path().join("calls.csv"), log()).unwrap();
    fs::write(folder.path().join("empty.csv"), "").unwrap();
    fs::write(folder.path().join("s.toml"), "").unwrap();
    for (more, said) in [
        (&["-o", "table"][..], "cannot all go to one place"),
        (&["-o", "csv=/dev/null"], "cannot all go to one place"),
        (&["-o", "csv=a.csv", "--rejects", "/dev/null"], "rejected rows of several"),
        (&["-o", "csv=a.csv", "--suppressions", "s.toml"], "suppressions name calls of all"),
        (&["-o", "csv=a.csv", "--baseline", "s.toml"], "callaudit diff OLD NEW"),
        (&["-o", "csv=a.csv", "empty.csv"], "whose calls it holds is not known"),
        (&["-o", "csv=a.csv", "missing.csv"], "no such file"),
        (&["-o", "csv=a.csv", "-"], "can be read only once"),
    ] {
        let (status, shown) = run(folder.path(), &[&["audit", "calls.csv", "-r", "rules.toml", "--split", "account"], more].concat());
        assert!(status >= 2 && shown.contains(said), "{more:?}: {status} {shown}");
        assert_eq!(files(folder.path()).len(), 0, "{more:?}");
    }
    // Reports of different calls do not compare.
    let audit = |more: &[&str]| run(folder.path(), &[&["audit", "calls.csv", "-r", "rules.toml", "--max-rejects", "9", "-q"], more].concat());
    audit(&["--split", "account", "-o", "json=out.json"]);
    audit(&["-o", "json=whole.json"]);
    for (old, new) in [("out-Acorn_Ltd.json", "out-雪松科技.json"), ("whole.json", "out-雪松科技.json"), ("out-Acorn_Ltd.json", "whole.json")] {
        let (status, shown) = run(folder.path(), &["diff", old, new]);
        assert!(status == 2 && shown.contains("and the other report about"), "{shown}");
    }
    assert_eq!(run(folder.path(), &["diff", "out-Acorn_Ltd.json", "out-Acorn_Ltd.json"]).0, 0);
    let (status, shown) = audit(&["--baseline", "out-Acorn_Ltd.json"]);
    assert!(status == 2 && shown.contains("calls with account \"Acorn Ltd\" alone"), "{shown}");
    let (status, shown) = run(folder.path(), &["render", "--split", "account", "r.json"]);
    assert!(status == 2 && shown.contains("callaudit audit"), "{shown}");
}
