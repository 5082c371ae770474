//! The example of three systems and 25 complaints: what the program says of each is compared with the truth that was written down while the calls were made;
//! and nothing that a case writes holds the number of anybody but the complainant and the company.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/complaints-zh")
}

fn case(name: &str, more: &[&str]) -> (i32, Vec<u8>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
    command.current_dir(folder()).args(["case", "robot.csv.gz", "axb.jsonl.gz", "callback.csv.gz", "-r", "cn-law", "-r", "rules.toml"]);
    let out = command.args(["--complaint", &format!("complaints/{name}.toml"), "--as-of", "2026-10-15", "-q"]).args(more).output().unwrap();
    assert!(out.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&out.stderr));
    (out.status.code().unwrap(), out.stdout)
}

#[test]
fn cases_are_what_is_true() {
    let truth: Vec<Value> = serde_json::from_slice(&std::fs::read(folder().join("truth.json")).unwrap()).unwrap();
    assert_eq!(truth.len(), 25);
    let mut first = 0;
    for told in &truth {
        let name = told["id"].as_str().unwrap();
        let (status, out) = case(name, &["-o", "json", "--lang", "en"]);
        let case: Value = serde_json::from_slice(&out).unwrap();
        let best = &case["matches"][0];
        first += u32::from(match told["best"].as_object() {
            Some(call) => best["source"] == call["source"] && best["call_id"] == call["call_id"],
            // Nobody of ours called: nothing may look certain.
            None => best.is_null() || best["strength"] == "apart",
        });
        let verdicts: Vec<&Value> = case["claims"].as_array().unwrap().iter().map(|c| &c["verdict"]).collect();
        assert_eq!(verdicts, told["verdicts"].as_array().unwrap().iter().collect::<Vec<_>>(), "{name}: {}", case["claims"]);
        for (id, due) in told["deadlines"].as_object().unwrap() {
            let found = case["deadlines"].as_array().unwrap().iter().find(|d| d["id"] == id.as_str());
            assert_eq!(found.map(|d| &d["due"]), Some(due), "{name}: {id}");
        }
        if let Some(cause) = told["cause"].as_str() {
            assert!(case["cause"].as_array().unwrap().iter().any(|c| c["id"] == cause), "{name}: {}", case["cause"]);
        }
        let expected = match () {
            () if verdicts.iter().any(|v| *v == "substantiated" || *v == "partly") => 1,
            () if verdicts.iter().any(|v| *v == "cannot_be_told") => 3,
            () => 0,
        };
        assert_eq!(status, expected, "{name}");
    }
    assert!(first >= 24, "only in {first} of 25 cases the right call comes first");
}

/// Runs of digits that may be numbers, without country codes.
fn digits(text: &str) -> BTreeSet<String> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|r| r.len() >= 10);
    runs.map(|r| r.trim_start_matches('0').trim_start_matches("86").to_owned()).collect()
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

#[test]
fn nobody_elses_number_is_in_a_case() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
    command.current_dir(folder()).args(["calls", "robot.csv.gz", "axb.jsonl.gz", "callback.csv.gz", "-r", "rules.toml", "--columns", "callee", "-q"]);
    let called = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let called = digits(&called);
    assert!(called.len() > 10_000);
    // By a number, by a mask, by the displayed number with one and with several people, with a slip of the pen.
    for (name, own) in [("TS-01", "13900100001"), ("TS-02", ""), ("TS-16", "13900100016"), ("TS-17", ""), ("TS-19", ""), ("TS-14", "13900100014")] {
        let place = tempfile::tempdir().unwrap();
        let pack = place.path().join("pack");
        let named = |form: &str| format!("{form}={}", place.path().join(format!("case.{form}")).display());
        let forms: Vec<String> = ["html", "markdown", "json", "docx"].iter().map(|f| named(f)).collect();
        let mut more: Vec<&str> = forms.iter().flat_map(|f| ["-o", f.as_str()]).collect();
        more.extend(["-o", "table", "--lang", "zh", "--pack", pack.to_str().unwrap()]);
        let (_, shown) = case(name, &more);
        let mut all = Vec::new();
        files(place.path(), &mut all);
        assert!(all.len() > 30, "{name}: {}", all.len());
        let mut texts = vec![("table".to_owned(), String::from_utf8(shown).unwrap())];
        for path in all {
            let bytes = std::fs::read(&path).unwrap();
            let name = path.strip_prefix(place.path()).unwrap().display().to_string();
            if path.extension().is_some_and(|e| e == "docx") {
                let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
                let mut text = String::new();
                archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
                texts.push((name, text));
            } else {
                texts.push((name, String::from_utf8(bytes).unwrap()));
            }
        }
        for (file, text) in &texts {
            let strangers: Vec<String> = digits(text).intersection(&called).filter(|n| *n != own).cloned().collect();
            // Who was called alone from the told number at the told time is in the sealed row and nowhere else by number.
            assert!(strangers.is_empty(), "{name}: {file} holds {strangers:?}");
        }
        let sealed = texts.iter().filter(|(file, _)| file.contains("evidence/sealed")).count();
        assert_eq!(sealed > 0, !own.is_empty() && name != "TS-14", "{name}");
    }
}

#[test]
fn a_pack_is_whole_and_its_hashes_are_true() {
    use sha2::{Digest, Sha256};
    let place = tempfile::tempdir().unwrap();
    let pack = place.path().join("pack.zip");
    case("TS-10", &["-o", &format!("json={}", place.path().join("case.json").display()), "--pack", pack.to_str().unwrap()]);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&pack).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let hex = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let manifest: Value = serde_json::from_slice(&read("manifest.json")).unwrap();
    for file in manifest["files"].as_array().unwrap() {
        assert_eq!(hex(&read(file["path"].as_str().unwrap())), file["sha256"].as_str().unwrap(), "{}", file["path"]);
    }
    let received = manifest["received"].as_array().unwrap();
    assert_eq!(received.len(), 3);
    for log in received {
        assert_eq!(hex(&std::fs::read(folder().join(log["path"].as_str().unwrap())).unwrap()), log["sha256"].as_str().unwrap());
    }
    // Each row as received is a row of the log, and has its redacted copy beside its hash.
    let rows = String::from_utf8(read("evidence/rows.csv")).unwrap();
    let mut found = 0;
    for row in csv::Reader::from_reader(rows.trim_start_matches('\u{feff}').as_bytes()).records() {
        let row = row.unwrap();
        let sealed = read(&row[5]);
        let original = sealed.split(|b| *b == b'\n').find(|line| {
            let with = [line, &b"\n"[..]].concat();
            hex(line) == row[6] || hex(&with) == row[6]
        });
        assert!(original.is_some(), "{row:?}");
        found += 1;
    }
    assert_eq!(found, 2);
}
