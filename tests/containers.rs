//! One log in every form that is read: the same violations from each, the same counts, and each place as it is in that form. And each form
//! cut off anywhere: no panic, no row that is counted nowhere.

#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

use polars::prelude::{DataFrame, IntoColumn, NamedFrom, Series};
use polars_io::parquet::write::ParquetWriter;

const RULES: &str = r#"
[ruleset]
id = "forms"
timezone = "Asia/Shanghai"
region = "CN"
[[rule]]
id = "hours"
kind = "quiet_hours"
severity = "high"
allow = { mon-sun = ["09:00-20:00"] }
[[rule]]
id = "redial"
kind = "repeat_dial"
severity = "high"
per = ["callee"]
max = 2
window = "24h"
where = "raw.\"任务 名称\" <> 'x'"
"#;

const NAMES: [&str; 5] = ["呼叫标识", "被叫号码", "呼叫开始时间", "通话时长", "任务 名称"];

/// Rows of a log: some numbers are called too often, some calls are too early, a text has quotes, commas and an emoji.
fn rows(n: usize) -> Vec<[String; 5]> {
    (0..n)
        .map(|i| {
            let task = ["催收\"一\"组", "营销,二", "测试é", ""][i % 4];
            [
                format!("c{i}"),
                format!("138000{:05}", i * i % (n / 3 + 1)),
                format!("2026-10-{:02} {:02}:{:02}:00", 1 + i / 40 % 28, 7 + i % 13, i % 60),
                (i % 90).to_string(),
                task.to_owned(),
            ]
        })
        .collect()
}

fn delimited(rows: &[[String; 5]], delimiter: &str) -> String {
    let quoted = |cell: &str| if cell.contains(['"', ',', '\t', ';']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() };
    let line = |cells: Vec<String>| format!("{}\n", cells.join(delimiter));
    let mut text = line(NAMES.iter().map(|n| quoted(n)).collect());
    for row in rows {
        text.push_str(&line(row.iter().map(|c| quoted(c)).collect()));
    }
    text
}

fn json(row: &[String; 5]) -> String {
    let mut members: Vec<String> = NAMES.iter().zip(row).map(|(n, c)| format!("{}:{}", serde_json::json!(n), serde_json::json!(c))).collect();
    members[3] = format!("\"{}\":{}", NAMES[3], row[3]);
    format!("{{{}}}", members.join(","))
}

fn sql(rows: &[[String; 5]]) -> String {
    let columns = NAMES.map(|n| format!("`{n}` varchar(99)")).join(", ");
    let mut text = format!("-- dump\nCREATE TABLE `话单` ({columns});\nINSERT INTO `话单` VALUES\n");
    let value = |c: &String| format!("'{}'", c.replace('\'', "''"));
    let tuples: Vec<String> = rows.iter().map(|r| format!("({})", r.iter().map(value).collect::<Vec<_>>().join(","))).collect();
    text.push_str(&format!("{};\n", tuples.join(",\n")));
    text
}

fn html(rows: &[[String; 5]]) -> String {
    let escape = |c: &str| c.replace('&', "&amp;").replace('<', "&lt;");
    let row = |cells: &[String]| format!("<tr>{}</tr>\n", cells.iter().map(|c| format!("<td>{}</td>", escape(c))).collect::<String>());
    let head = row(&NAMES.map(str::to_owned));
    format!("<html><body><table>\n{head}{}</table></body></html>", rows.iter().map(|r| row(r)).collect::<String>())
}

/// A workbook of one sheet with shared strings, as spreadsheet programs write it.
fn xlsx(rows: &[[String; 5]]) -> Vec<u8> {
    let escape = |c: &str| c.replace('&', "&amp;").replace('<', "&lt;");
    let (mut strings, mut data) = (String::new(), String::new());
    let header = NAMES.map(str::to_owned);
    for (r, row) in std::iter::once(&header).chain(rows).enumerate() {
        data.push_str(&format!("<row r=\"{}\">", r + 1));
        for (c, cell) in row.iter().enumerate().filter(|c| !c.1.is_empty()) {
            let name = format!("{}{}", char::from(b'A' + u8::try_from(c).unwrap()), r + 1);
            if r > 0 && (c == 1 || c == 3) {
                data.push_str(&format!("<c r=\"{name}\"><v>{cell}</v></c>"));
            } else {
                data.push_str(&format!("<c r=\"{name}\" t=\"s\"><v>{}</v></c>", r * 5 + c));
            }
        }
        data.push_str("</row>");
        strings.push_str(&row.iter().map(|c| format!("<si><t xml:space=\"preserve\">{}</t></si>", escape(c))).collect::<String>());
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let link = |id: &str, kind: &str, to: &str| format!("<Relationship Id=\"{id}\" Type=\"{rel}/{kind}\" Target=\"{to}\"/>");
    let links = |all: &str| format!("<Relationships xmlns=\"{package}/relationships\">{all}</Relationships>");
    archive(&[
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>").as_bytes()),
        ("_rels/.rels", links(&link("r1", "officeDocument", "xl/workbook.xml")).as_bytes()),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>").as_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            links(&(link("r1", "worksheet", "worksheets/sheet1.xml") + &link("r2", "sharedStrings", "sharedStrings.xml"))).as_bytes(),
        ),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{main}\">{strings}</sst>").as_bytes()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData></worksheet>").as_bytes()),
    ])
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn parquet(rows: &[[String; 5]]) -> Vec<u8> {
    let texts = |c: usize| rows.iter().map(|r| r[c].clone()).collect::<Vec<String>>();
    let mut columns: Vec<_> = NAMES.iter().enumerate().map(|(c, n)| Series::new((*n).into(), texts(c)).into_column()).collect();
    columns[3] = Series::new(NAMES[3].into(), rows.iter().map(|r| r[3].parse::<i64>().unwrap()).collect::<Vec<_>>()).into_column();
    let mut frame = DataFrame::new(rows.len(), columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Each form: the name of the file, its bytes, and the line of the first row.
fn forms(rows: &[[String; 5]]) -> Vec<(&'static str, Vec<u8>, usize)> {
    let csv = delimited(rows, ",");
    let records: Vec<String> = rows.iter().map(json).collect();
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let zst = |bytes: &[u8]| zstd::stream::encode_all(bytes, 3).unwrap();
    vec![
        ("a.csv", csv.clone().into_bytes(), 2),
        ("bom.csv", format!("\u{feff}{csv}").into_bytes(), 2),
        ("a.tsv", delimited(rows, "\t").into_bytes(), 2),
        ("semicolon.csv", delimited(rows, ";").into_bytes(), 2),
        ("wide.csv", wide(&delimited(rows, "\t")), 2),
        ("wide-without-mark.csv", wide(&csv)[2..].to_vec(), 2),
        ("gb.csv", gb(&csv), 2),
        ("a.csv.gz", gzip(csv.as_bytes()), 2),
        ("a.csv.zst", zst(csv.as_bytes()), 2),
        ("a.bin", zst(&gzip(&gb(&csv))), 2),
        ("a.zip", archive(&[("readme.md", b"x"), ("十月/gb.csv.gz", &gzip(&gb(&csv)))]), 2),
        ("a.json", format!("[{}]", records.join(",\n")).into_bytes(), 1),
        ("wrapped.json", format!("{{\"total\":3,\"Response\":{{\"TelCdrs\":[\n{}]}}}}", records.join(",\n")).into_bytes(), 2),
        ("pretty.json", wide(&records.join("\n\n").replace(",\"被", ",\n\"被")), 1),
        ("a.jsonl", records.join("\n").into_bytes(), 1),
        ("joined.json", records.concat().into_bytes(), 0),
        ("a.xlsx", xlsx(rows), 2),
        ("workbook.gz", gzip(&xlsx(rows)), 2),
        ("a.xls", html(rows).into_bytes(), 3),
        ("gb.html", gb(&html(rows)), 3),
        ("tab.xls", wide(&delimited(rows, "\t")), 2),
        ("a.parquet", parquet(rows), 1),
        ("a.sql", sql(rows).into_bytes(), 4),
    ]
}

fn audit(folder: &Path, input: &str, more: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit"))
        .current_dir(folder)
        .args(["audit", input, "-r", "rules.toml", "-q", "--as-of", "2026-11-24"])
        .args(more)
        .output()
        .unwrap();
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn every_form_gives_the_same_violations_with_its_own_places() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let rows = rows(240);
    let columns = ["-o", "csv", "--columns", "rule,verdict,call_id,started_at,callee,talk_s,measured,raw.任务 名称"];
    let mut expected: Option<String> = None;
    for (name, bytes, first) in forms(&rows) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let (status, csv, error) = audit(folder.path(), name, &columns);
        assert_eq!(status, 1, "{name}: {error}{csv}");
        assert!(csv.lines().count() > 60, "{name}: the log violates much");
        let expected = expected.get_or_insert_with(|| csv.clone());
        assert!(*expected == csv, "{name} gives other violations than CSV");
        let (_, places, _) = audit(folder.path(), name, &["-o", "csv", "--columns", "call_id,line"]);
        for place in places.lines().skip(1).filter(|_| first > 0 && name != "pretty.json") {
            let (id, line) = place.split_once(',').unwrap();
            assert_eq!(line.parse::<usize>().unwrap(), id[1..].parse::<usize>().unwrap() + first, "{name}: {place}");
        }
    }
}

/// Cuts of a form at as many places, always the same ones: a folder of files.
fn cuts(folder: &Path, name: &str, bytes: &[u8], many: usize, state: &mut u64) -> Vec<usize> {
    std::fs::create_dir(folder).unwrap();
    let places = (0..many).map(|n| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let cut = usize::try_from(*state >> 33).unwrap() % bytes.len();
        std::fs::write(folder.join(format!("{n:03}-{name}")), &bytes[..cut]).unwrap();
        cut
    });
    places.collect()
}

/// Reads a folder of cuts in one run, and looks at what is said of each: no panic, no row that is counted nowhere, nothing that is passed over in silence.
fn is_told(folder: &Path, command: &[&str], name: &str, cuts: &[usize], most: u64) {
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).current_dir(folder.parent().unwrap()).args(command).arg(folder.join("*")).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|s| s != 2) && !error.contains("panicked"), "{name}: {:?} {error}", output.status);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let inputs = said["inputs"].as_array().unwrap();
    let mut told = vec![false; cuts.len()];
    for input in inputs {
        let path = input["path"].as_str().unwrap();
        let number = path.rsplit('/').find_map(|part| part.get(..3)?.parse::<usize>().ok()).unwrap_or_else(|| panic!("{path}"));
        let place = format!("{name} cut at {}", cuts[number]);
        let rows = |what: &str| input["rows"][what].as_u64().unwrap();
        let became = ["accepted", "rejected", "duplicate", "folded", "no_call", "out_of_period"].map(rows);
        assert_eq!(rows("read"), became.iter().sum::<u64>(), "{place}");
        assert!(rows("read") <= most, "{place}: {} rows", rows("read"));
        assert!(input["error"].is_string() || rows("read") > 0, "{place}: says nothing");
        told[number] = true;
    }
    let missing: Vec<_> = (0..cuts.len()).filter(|n| !told[*n]).map(|n| cuts[n]).collect();
    assert!(missing.is_empty(), "{name}: nothing is said of the cuts at {missing:?}");
}

#[test]
fn a_form_that_is_cut_off_anywhere_is_told_and_all_its_rows_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let rows = rows(30);
    let mut state = 1_u64;
    for (name, bytes, _) in forms(&rows) {
        let cut = folder.path().join(name.replace('.', "-"));
        let cuts = cuts(&cut, name, &bytes, 200, &mut state);
        is_told(&cut, &["audit", "-r", "rules.toml", "-q", "--as-of", "2026-11-24", "-o", "json"], name, &cuts, 31);
    }
}

#[test]
fn an_export_of_any_layout_that_is_cut_off_anywhere_is_told_and_all_its_rows_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let exports = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let mut exports: Vec<_> = std::fs::read_dir(exports).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
    exports.sort();
    let mut state = 2_u64;
    for export in exports {
        let (name, bytes) = (export.file_name().unwrap().to_str().unwrap(), std::fs::read(&export).unwrap());
        let cut = folder.path().join(name.replace('.', "-"));
        let cuts = cuts(&cut, name, &bytes, 200, &mut state);
        is_told(&cut, &["inspect", "-q", "-o", "json"], name, &cuts, bytes.iter().filter(|b| **b == b'\n').count() as u64 + 1);
    }
}

#[test]
fn a_member_of_an_archive_has_the_hash_that_it_has_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let csv = delimited(&rows(30), ",").into_bytes();
    let (packed, book) = (gzip(&csv), xlsx(&rows(20)));
    let members = [("十月/a.csv", &csv), ("b.csv.gz", &packed), ("c.xlsx", &book)];
    std::fs::write(folder.path().join("log.zip"), archive(&members.map(|(name, bytes)| (name, bytes.as_slice())))).unwrap();
    std::fs::write(folder.path().join("b.csv.gz"), &packed).unwrap();
    for (input, wanted) in [("log.zip", &members[..]), ("b.csv.gz", &members[1..2])] {
        let (_, report, error) = audit(folder.path(), input, &["-o", "json"]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap_or_else(|e| panic!("{e}: {error}"));
        let inputs = report["inputs"].as_array().unwrap();
        assert_eq!(inputs.len(), wanted.len());
        for (name, bytes) in wanted {
            let path = if input == "log.zip" { format!("log.zip/{name}") } else { (*name).to_owned() };
            let found = inputs.iter().find(|i| i["path"] == path.as_str()).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(found["hash"], blake3::hash(bytes).to_hex().to_string(), "{path}");
            assert_eq!(found["bytes"], bytes.len(), "{path}");
        }
    }
}

#[test]
fn what_was_packed_too_small_or_too_often_is_refused_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let csv = delimited(&rows(60_000), ",");
    let inner = archive(&[("a.csv", b"x")]);
    let mut deep = csv.clone().into_bytes();
    for _ in 0..4 {
        deep = gzip(&deep);
    }
    for (name, bytes, more, wanted) in [
        ("bomb.csv.gz", gzip(csv.as_bytes()), &["--max-decoded", "1MB"][..], "--max-decoded"),
        ("nested.zip", archive(&[("inner.zip", &inner)]), &[], "archive inside"),
        ("deep.gz", deep, &[], "more than 3 times"),
        ("empty.zip", archive(&[]), &[], "empty"),
        ("other.zip", archive(&[("a.md", b"x")]), &[], "no export"),
        ("archive.7z", b"7z\xbc\xaf\x27\x1c and more".to_vec(), &[], "7z"),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let (status, report, _) = audit(folder.path(), name, &[&["-o", "json"], more].concat());
        assert_eq!(status, 3, "{name}");
        assert!(report.contains(wanted), "{name}: {report}");
    }
    let (status, report, _) = audit(folder.path(), "bomb.csv.gz", &["-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((status, report["inputs"][0]["rows"]["read"].as_u64()), (1, Some(60_000)), "within the limits it is read");
}
