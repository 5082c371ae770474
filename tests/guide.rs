//! The guide for those who are reported is walked through: each of its commands runs as it stands, in a copy of the example that it is about.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { assert!(std::fs::copy(&path, &target).is_ok()) }
    }
}

fn walk(page: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    copy(&root.join("examples/complaints-zh"), folder.path());
    let text = std::fs::read_to_string(root.join(page)).unwrap();
    let mut statuses = Vec::new();
    for line in text.lines().filter_map(|l| l.strip_prefix("callaudit ")) {
        let out = Command::new(env!("CARGO_BIN_EXE_callaudit")).args(line.split(' ')).current_dir(folder.path()).output().unwrap();
        let status = out.status.code().unwrap();
        assert!(matches!(status, 0 | 1), "callaudit {line}: {status}\n{}", String::from_utf8_lossy(&out.stderr));
        statuses.push((line.split(' ').next().unwrap().to_owned(), status));
    }
    // Something is substantiated, found, called after a refusal; the plan says nothing; the case has open steps.
    let told: Vec<(&str, i32)> = statuses.iter().map(|(command, status)| (command.as_str(), *status)).collect();
    assert_eq!(told, [("case", 1), ("audit", 1), ("optouts", 1), ("plan", 0), ("plan", 0), ("plan", 0), ("case", 1)], "{page}");
    for file in
        ["case.html", "pack/READ-FIRST.md", "pack/manifest.json", "before.json", "audit.html", "plan.toml", "it.html", "it.ics", "summary.md", "ledger.xlsx"]
    {
        assert!(folder.path().join(file).is_file(), "{page}: {file}");
    }
    let lang = if page.contains("/zh/") { "zh" } else { "en" };
    for draft in ["acknowledgement", "notice", "counsel", "talking_points"] {
        assert!(
            text.contains(&format!("pack/drafts/{draft}.{lang}.md")) && folder.path().join(format!("pack/drafts/{draft}.{lang}.md")).is_file(),
            "{page}: {draft}"
        );
    }
}

#[test]
fn its_commands_run() {
    walk("docs/when-you-are-reported.md");
}

#[test]
fn its_commands_run_in_chinese() {
    walk("docs/zh/被投诉之后.md");
}
