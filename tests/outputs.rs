//! Output files, read back: a stored report gives the same bytes as the audit did, and forms with types hold what the csv holds.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader};
use polars::prelude::{AnyValue, DataFrame};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Runs the program there; its exit status.
fn run(folder: &Path, arguments: &[&str]) -> i32 {
    let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).current_dir(folder).env("COLUMNS", "100").output().unwrap();
    let status = output.status.code().unwrap();
    assert!(status < 2 || status == 3, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    status
}

/// Audits that are worth a look: folder, and arguments.
fn audits() -> Vec<(PathBuf, Vec<String>)> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    let mut all: Vec<(PathBuf, Vec<String>)> = ["axb-zh", "callback-en", "callcentre-en", "manual-zh", "robot-zh"]
        .iter()
        .map(|example| (root(), words(&std::fs::read_to_string(root().join("examples").join(example).join("command")).unwrap())))
        .collect();
    all.push((root().join("tests/cases/output-csv"), words("audit calls.csv -r rules.toml --as-of 2026-11-24")));
    all.push((root().join("tests/cases/output-csv"), words("audit calls.csv -r rules.toml --as-of 2026-11-24 --findings 1")));
    all
}

#[test]
fn a_stored_report_gives_the_bytes_that_the_audit_gave() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    for (at, audit) in audits() {
        for lang in ["en", "zh"] {
            let formats = ["json", "table", "html", "markdown", "sarif", "junit", "github"];
            let outputs = |by: &str| formats.iter().flat_map(|f| ["-o".to_owned(), format!("{f}={}", file(&format!("{by}.{f}")))]).collect::<Vec<_>>();
            let mut arguments = audit.clone();
            arguments.extend(["--lang".to_owned(), lang.to_owned(), "-q".to_owned()]);
            arguments.extend(outputs("audit"));
            run(&at, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
            let mut arguments = vec!["render".to_owned(), file("audit.json"), "--lang".to_owned(), lang.to_owned()];
            arguments.extend(outputs("render"));
            assert_eq!(run(&at, &arguments.iter().map(String::as_str).collect::<Vec<_>>()), 0);
            for format in formats {
                let [a, b] = ["audit", "render"].map(|by| std::fs::read(file(&format!("{by}.{format}"))).unwrap());
                assert!(!a.is_empty() && a == b, "{audit:?} {lang} {format}");
            }
        }
    }
}

#[test]
fn help_and_documentation_name_every_form() {
    let help = |command: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_callaudit")).args([command, "--help"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (audit, render) = (help("audit"), help("render"));
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let pages = ["README.md", "docs/report.md", "docs/zh/使用说明.md"].map(|name| (name, read(name)));
    for renderer in callaudit::report::renderers::RENDERERS {
        let name = renderer.name();
        let named = |text: &str| text.split(|c: char| c != '-' && !c.is_ascii_alphanumeric()).any(|word| word == name);
        assert!(named(&audit), "audit --help does not name {name}");
        assert!(named(&render), "render --help does not name {name}");
        for (page, text) in &pages {
            assert!(text.contains(&format!("`{name}`")), "{page} does not name {name}");
        }
    }
}

/// The cells of the csv, and its header.
fn csv(path: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    (header, reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect())
}

/// `2026-11-18T02:20:00Z` as milliseconds.
fn ms(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[test]
fn forms_with_types_hold_what_the_csv_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let mut seen = 0;
    for (at, audit) in audits() {
        let mut arguments = audit.clone();
        for format in ["csv", "csv-excel", "ndjson", "parquet", "xlsx"] {
            arguments.extend(["-o".to_owned(), format!("{format}={}", file(&format!("all.{format}")))]);
        }
        arguments.push("-q".to_owned());
        run(&at, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let (header, rows) = csv(&file("all.csv"));
        let excel = std::fs::read_to_string(file("all.csv-excel")).unwrap();
        assert_eq!(excel.strip_prefix('\u{feff}').unwrap().replace("\r\n", "\n"), std::fs::read_to_string(file("all.csv")).unwrap());
        let lines: Vec<serde_json::Value> =
            std::fs::read_to_string(file("all.ndjson")).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let frame: DataFrame = ParquetReader::new(std::fs::File::open(file("all.parquet")).unwrap()).finish().unwrap();
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(file("all.xlsx")).unwrap();
        let sheet = book.worksheet_range("Violations").unwrap();
        assert_eq!((lines.len(), frame.height(), sheet.height()), (rows.len(), rows.len(), rows.len() + 1), "{audit:?}");
        for (i, row) in rows.iter().enumerate() {
            for (j, (column, cell)) in header.iter().zip(row).enumerate() {
                let (line, typed) = (&lines[i][column], frame.column(column).unwrap().get(i).unwrap());
                let shown = sheet.get((i + 1, j)).unwrap_or(&Data::Empty);
                let place = format!("{audit:?} row {i} {column}");
                same(cell, column, line, &typed, shown, &place);
                seen += 1;
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
}

/// Is a cell of the csv the same in the other forms?
fn same(cell: &str, column: &str, line: &serde_json::Value, typed: &AnyValue<'_>, shown: &Data, place: &str) {
    if cell.is_empty() {
        assert!(line.is_null() && *typed == AnyValue::Null && *shown == Data::Empty, "{place}: {line} {typed} {shown}");
        return;
    }
    match column {
        "line" | "measured" | "limit" => {
            let number: f64 = cell.parse().unwrap();
            assert_eq!(line.as_f64(), Some(number), "{place}");
            assert_eq!(typed.try_extract::<f64>().unwrap(), number, "{place}");
            assert_eq!(*shown, Data::Float(number), "{place}");
        }
        "started_at" | "window_start" => {
            assert_eq!(line.as_str(), Some(cell), "{place}");
            assert!(matches!(typed, AnyValue::Datetime(at, ..) if *at == ms(cell)), "{place}: {typed}");
            let days = ms(cell) as f64 / 86_400_000.0 + 25_569.0;
            assert!(matches!(shown, Data::DateTime(at) if (at.as_f64() - days).abs() < 1e-7), "{place}: {shown}");
        }
        "local_time" => {
            assert_eq!((line.as_str(), typed.get_str()), (Some(cell), Some(cell)), "{place}");
            assert!(matches!(shown, Data::DateTime(_)), "{place}: {shown}");
        }
        _ => {
            // Only the csv disarms what a spreadsheet would compute, and shows what steers.
            let plain = cell.strip_prefix('\'').unwrap_or(cell);
            assert_eq!(typed.get_str(), line.as_str(), "{place}");
            let visible = callaudit::report::renderers::table::show(line.as_str().unwrap());
            assert_eq!(visible, plain, "{place}");
            assert_eq!(shown.to_string(), plain, "{place}");
        }
    }
}
