//! Completions and manual pages are made from the table of commands.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).output().unwrap()
}

#[test]
fn every_shell_has_completions_that_know_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let out = run(&["completions", shell]);
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(out.status.success() && ["audit", "trend", "fail-on-new"].iter().all(|word| text.contains(word)), "{shell}");
    }
    assert_eq!(run(&["completions", "cmd"]).status.code(), Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&["man", "--folder", &folder.path().display().to_string()]).status.success());
    let page = |name: &str| std::fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
    for name in ["callaudit", "callaudit-audit", "callaudit-complaints", "callaudit-optouts", "callaudit-diff", "callaudit-rules", "callaudit-rules-check"] {
        assert!(page(name).contains(&format!(".TH {name} 1")), "{name}");
    }
    assert!(page("callaudit-audit").contains("fail\\-on\\-new") && page("callaudit-audit").contains("Examples"));
    assert_eq!(String::from_utf8(run(&["man"]).stdout).unwrap(), page("callaudit"));
    assert_eq!(run(&["man", "--folder", "/nowhere"]).status.code(), Some(2));
}
