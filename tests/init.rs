//! What `rules init` writes: without mistakes, tested by the cases that it brings, never over a file of somebody's, and never asking a script.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "C").stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_is_written_has_no_mistakes_and_its_cases_cover_it() {
    let all: [&[&str]; 7] = [
        &[],
        &["--region", "CN"],
        &["--timezone", "America/New_York", "--hours", "22:00-06:00"],
        &["--region", "us", "--hours", "mon-fri 09:00-12:00 14:00-20:00; sat 10:00-24:00; holiday none", "--purpose", "marketing"],
        &["--region", "GB", "--hours", "fri-mon 08:00:30-09:00, wed none", "--cap", "1/2s", "--cap", "2/day", "--cap", "2/90m", "--cap", "3/7d"],
        &[
            "--cap",
            "3/24h",
            "--cap",
            "caller=60/hour",
            "--cap",
            "5/7 days",
            "--cap",
            "campaign=2/week",
            "--cap",
            "raw.\"任务 \"=1/month",
            "--cap",
            "agent=4/ever",
        ],
        &["--region", "CN", "--list", "名单=a b.csv", "--list", "dnc=dnc.csv", "--pack", "cn-tencent-ccc", "--lang", "zh", "--purpose", "it's \"x\""],
    ];
    for flags in all {
        let folder = tempfile::tempdir().unwrap();
        let wrote = run(folder.path(), &[&["rules", "init"], flags].concat());
        assert_eq!(wrote.status.code(), Some(0), "{flags:?}: {}", text(&wrote.stderr));
        let checked = run(folder.path(), &["rules", "check", "callaudit.toml"]);
        assert_eq!(checked.status.code(), Some(0), "{flags:?}: {}", text(&checked.stdout));
        let tested = run(folder.path(), &["rules", "test", "callaudit.toml", "--require-coverage"]);
        assert_eq!(tested.status.code(), Some(0), "{flags:?}: {}{}", text(&tested.stdout), text(&tested.stderr));
    }
}

#[test]
fn a_changed_figure_fails_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callaudit.toml");
    let flags = ["rules", "init", "--timezone", "Asia/Tokyo", "--hours", "09:00-20:00", "--cap", "3/24h", "--cap", "agent=5/7 days"];
    assert_eq!(run(folder.path(), &flags).status.code(), Some(0));
    let whole = std::fs::read_to_string(&file).unwrap();
    for (figure, other) in
        [("09:00", "09:01"), ("20:00", "20:01"), ("max = 3", "max = 4"), ("\"24h\"", "\"25h\""), ("max = 5", "max = 4"), ("\"7 days\"", "\"8 days\"")]
    {
        assert!(whole.contains(figure));
        std::fs::write(&file, whole.replace(figure, other)).unwrap();
        assert_eq!(run(folder.path(), &["rules", "test", "callaudit.toml"]).status.code(), Some(1), "{figure} → {other}");
    }
}

#[test]
fn nothing_is_overwritten_and_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callaudit.toml");
    std::fs::write(&file, "mine").unwrap();
    let refused = run(folder.path(), &["rules", "init"]);
    assert_eq!((refused.status.code(), text(&refused.stderr).contains("--force")), (Some(2), true));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(run(folder.path(), &["rules", "init", "--force"]).status.code(), Some(0));
    assert!(std::fs::read_to_string(&file).unwrap().contains("[ruleset]"));
    // The cases of another ruleset are somebody's as well.
    std::fs::write(folder.path().join("ours.test.toml"), "mine").unwrap();
    assert_eq!(run(folder.path(), &["rules", "init", "ours.toml"]).status.code(), Some(2));
    assert!(!folder.path().join("ours.toml").exists());
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_is_written() {
    for (flags, said) in [
        (["--region", "XX"], "--region: unknown region"),
        (["--timezone", "Mars/Olympus"], "--timezone: "),
        (["--hours", "9 to 5"], "--hours: "),
        (["--cap", "3 a day"], "--cap: "),
        (["--list", "dnc.csv"], "NAME=PATH"),
        (["--pack", "no-such-pack"], "no-such-pack"),
        (["--purpose", " "], "--purpose: "),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let refused = run(folder.path(), &[&["rules", "init"], &flags[..]].concat());
        assert_eq!(refused.status.code(), Some(2), "{flags:?}");
        assert!(text(&refused.stderr).contains(said), "{flags:?}: {}", text(&refused.stderr));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{flags:?}");
    }
}
