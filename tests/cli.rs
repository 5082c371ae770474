//! Runs every folder of `tests/cases` as a user would, and compares what the program prints, writes and returns.
//!
//! A case is a folder with a file `command`: one line of arguments with shell-like quoting, run in a copy of the folder.
//! Beside it may lie `stdin`, `status` (default 0), `stdout`, `stderr` and `expect/`, the files that the run must write.
//! `CALLAUDIT_RENEW=1 cargo test --test cli` rewrites what exists and creates `status` and `stdout`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What belongs to the test and not to the user's folder.
const OWN: [&str; 6] = ["command", "status", "stdin", "stdout", "stderr", "expect"];

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut found: Vec<PathBuf> = fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.join("command").is_file()).collect();
    found.sort();
    found
}

#[test]
fn there_are_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let folders = fs::read_dir(root).unwrap().filter(|e| e.as_ref().unwrap().path().is_dir()).count();
    assert!(folders > 20, "tests/cases holds {folders} folders");
    assert_eq!(cases().len(), folders, "a folder without a file `command`");
}

/// A device is written to and stays a device; a link keeps leading where it led.
#[test]
#[cfg(unix)]
fn outputs_replace_files_and_nothing_else() {
    use std::os::unix::fs::FileTypeExt;
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/asterisk-master");
    let folder = tempfile::tempdir().unwrap();
    let run = |output: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
        command.args(["audit", "calls.csv", "-r", "rules.toml", "--as-of", "2026-11-24", "-q", "-o", output]).args(more).current_dir(&case);
        command.output().unwrap()
    };
    let full = run("csv=/dev/full", &["--rejects", "/dev/null"]);
    assert_eq!(full.status.code(), Some(3), "{}", String::from_utf8_lossy(&full.stderr));
    for more in [["--rejects", "/dev/full"], ["--run-record", "/dev/full"]] {
        let full = run("csv=/dev/null", &more);
        assert_eq!(full.status.code(), Some(3), "{more:?}: {}", String::from_utf8_lossy(&full.stderr));
    }
    for device in ["/dev/full", "/dev/null"] {
        assert!(fs::metadata(device).unwrap().file_type().is_char_device(), "{device} is a device no more");
    }
    let (file, link) = (folder.path().join("file.csv"), folder.path().join("link.csv"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(run(&format!("csv={}", link.display()), &[]).status.code(), Some(1));
    assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().starts_with("rule,"));
}

#[test]
fn cases_give_what_they_say() {
    let renew = std::env::var_os("CALLAUDIT_RENEW").is_some();
    let mut failures = String::new();
    let cases = cases();
    for case in &cases {
        let wrong = run(case, renew);
        if !wrong.is_empty() {
            let name = case.file_name().unwrap().to_string_lossy();
            writeln!(failures, "\n== {name}\n   callaudit {}\n{wrong}", fs::read_to_string(case.join("command")).unwrap().trim()).unwrap();
        }
    }
    println!("{} cases", cases.len());
    assert!(failures.is_empty(), "{failures}");
}

/// Runs one case; returns what is wrong with it, or nothing.
fn run(case: &Path, renew: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    copy(case, folder.path(), true);
    let arguments = split(&fs::read_to_string(case.join("command")).unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
    command.args(&arguments).current_dir(folder.path()).env_clear().env("COLUMNS", "100");
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.stdin(match fs::File::open(case.join("stdin")) {
        Ok(file) => Stdio::from(file),
        Err(_) => Stdio::null(),
    });
    let output = command.output().unwrap();
    let status = output.status.code().map_or_else(|| "killed by a signal".to_owned(), |c| c.to_string());
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));

    let mut wrong = String::new();
    let expected = fs::read_to_string(case.join("status")).unwrap_or_else(|_| "0".into());
    compare(&mut wrong, "status", &case.join("status"), Some(expected.trim()), &status, renew, true);
    if !renew && expected.trim() != status {
        writeln!(wrong, "   stderr was:\n{stderr}").unwrap();
    }
    for (name, text, create) in [("stdout", stdout, true), ("stderr", stderr, false)] {
        let file = case.join(name);
        let expected = fs::read(&file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        compare(&mut wrong, name, &file, expected.as_deref(), &text, renew, create);
    }
    for file in files(&case.join("expect")) {
        let name = file.file_name().unwrap();
        let expected = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        match fs::read(folder.path().join(name)) {
            Ok(bytes) => compare(&mut wrong, &name.to_string_lossy(), &file, Some(&expected), &String::from_utf8_lossy(&bytes), renew, false),
            Err(_) => writeln!(wrong, "   {} was not written", name.to_string_lossy()).unwrap(),
        }
    }
    wrong
}

/// Notes a difference, or rewrites the expectation.
fn compare(wrong: &mut String, what: &str, file: &Path, expected: Option<&str>, actual: &str, renew: bool, create: bool) {
    if renew {
        if create || expected.is_some() {
            let end = if what == "status" { "\n" } else { "" };
            fs::write(file, format!("{actual}{end}")).unwrap();
        }
    } else if let Some(expected) = expected.filter(|e| *e != actual) {
        writeln!(wrong, "   {what} differs (- expected, + actual):\n{}", difference(expected, actual)).unwrap();
    }
}

/// The lines between the common beginning and the common end of two texts.
fn difference(expected: &str, actual: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let mut text = String::new();
    for (sign, lines) in [('-', &a[head..a.len() - tail]), ('+', &b[head..b.len() - tail])] {
        for line in lines.iter().take(40) {
            writeln!(text, "   {sign} {line}").unwrap();
        }
        if lines.len() > 40 {
            writeln!(text, "   {sign} … {} more lines", lines.len() - 40).unwrap();
        }
    }
    if text.is_empty() { "   only in line endings, or in the last one\n".to_owned() } else { text }
}

/// Splits a command line: blanks separate, quotes of both sorts group, a backslash outside of single quotes takes the next character as it is.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut rest = line.trim().chars();
    while let Some(c) = rest.next() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(rest.next()),
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The files of a folder, sorted; none if there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).map(|all| all.map(|e| e.unwrap().path()).collect()).unwrap_or_default();
    found.sort();
    found
}

/// Copies a folder, the test's own files at its top left out.
fn copy(from: &Path, to: &Path, top: bool) {
    for file in files(from) {
        let name = file.file_name().unwrap();
        if top && OWN.iter().any(|own| OsStr::new(own) == name) {
            continue;
        }
        if file.is_dir() {
            fs::create_dir(to.join(name)).unwrap();
            copy(&file, &to.join(name), false);
        } else {
            fs::copy(&file, to.join(name)).unwrap();
        }
    }
}

#[test]
fn quotes_group_and_backslashes_protect() {
    assert_eq!(split(r#"audit 'a b.csv' --columns "x y",z \"q\" ''"#), ["audit", "a b.csv", "--columns", "x y,z", "\"q\"", ""]);
}
