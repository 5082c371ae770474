//! Three audits in a row, and what they make of a plan: open, done, verified, reopened; and what does not verify anything.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

const RULES: &str = "[ruleset]\nid = 'acme'\ntimezone = 'Asia/Shanghai'\nregion = 'CN'\n[[rule]]\nid = 'evening'\nkind = 'quiet_hours'\nforce = 'contract'\n\
                     clock = 'Asia/Shanghai'\nallow = { mon-sun = ['08:00-21:00'] }\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).current_dir(folder).env("LANG", "en_GB.UTF-8").output().unwrap()
}

/// So many calls on each of five days from the `first` of November 2026 on, of which some are late.
fn audit(folder: &Path, name: &str, first: u32, calls: u32, late: u32, as_of: &str, rules: &str) -> String {
    let mut csv = "call_id,started_at,caller,callee,agent,outcome\n".to_owned();
    for day in first..first + 5 {
        for n in 0..calls {
            let time = if n < late { format!("22:{:02}:00", n % 60) } else { format!("{:02}:{:02}:00", 9 + n / 60, n % 60) };
            writeln!(csv, "{day:02}-{n},2026-11-{day:02}T{time}+08:00,+862188880000,+86138{day:04}{n:04},agent {},no_answer", n % 2).unwrap();
        }
    }
    std::fs::write(folder.join(format!("{name}.csv")), csv).unwrap();
    std::fs::write(folder.join("rules.toml"), rules).unwrap();
    let report = format!("{name}.json");
    run(folder, &["audit", &format!("{name}.csv"), "-r", "rules.toml", "--as-of", as_of, "-o", &format!("json={report}"), "-q"]);
    report
}

fn plan(folder: &Path, arguments: &[&str]) -> String {
    let out = run(folder, &[&["plan", "--plan", "plan.toml"], arguments].concat());
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stderr).unwrap() + &String::from_utf8(out.stdout).unwrap()
}

fn states(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("plan.toml")).unwrap();
    text.lines().filter_map(|l| l.strip_prefix("state = ")).map(|s| s.trim_matches('"').to_owned()).collect()
}

/// A plan of one audit with 50 of 500 calls late, and its first step said to be done.
fn begun(folder: &Path) {
    let report = audit(folder, "first", 2, 100, 10, "2026-11-07", RULES);
    assert!(plan(folder, &[&report]).contains("4 new steps, 0 verified, 0 reopened"));
    assert_eq!(states(folder), ["open"; 4]);
    plan(folder, &["--done", "quiet_hours/1", "--by", "Li Wei", "--proof", "pause log", "--on", "2026-11-08"]);
    assert_eq!(states(folder), ["done", "open", "open", "open"]);
}

#[test]
fn a_step_is_open_done_verified_and_reopened() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    begun(folder);
    let text = std::fs::read_to_string(folder.join("plan.toml")).unwrap();
    std::fs::write(folder.join("plan.toml"), text.replacen("remark = \"\"", "remark = \"ask the vendor\" # mine", 1)).unwrap();
    let clean = audit(folder, "second", 9, 100, 0, "2026-11-14", RULES);
    assert!(plan(folder, &[&clean]).contains("0 new steps, 1 verified, 0 reopened"));
    assert_eq!(states(folder), ["verified", "open", "open", "open"]);
    let sheet = plan(folder, &["--owner", "operations", "-o", "markdown"]);
    assert!(sheet.contains("evening before: 50 of 500 judged calls, 10.00 % (95 % interval 7.67 to 12.94 %)"), "{sheet}");
    assert!(sheet.contains("evening after: 0 of 500 judged calls, 0.00 % (95 % interval 0.00 to 0.76 %)"), "{sheet}");
    let back = audit(folder, "third", 16, 100, 1, "2026-11-21", RULES);
    assert!(plan(folder, &[&back]).contains("0 new steps, 0 verified, 1 reopened"));
    assert!(plan(folder, &[&back]).contains("the plan knew this audit already"));
    assert_eq!(states(folder), ["reopened", "open", "open", "open"]);
    let text = std::fs::read_to_string(folder.join("plan.toml")).unwrap();
    assert!(text.contains("remark = \"ask the vendor\" # mine"));
    let older = run(folder, &["plan", "first.json", "--plan", "other.toml"]);
    assert!(older.status.success());
    let older = run(folder, &["plan", "second.json", "third.json", "--plan", "other.toml"]);
    assert!(older.status.success());
    audit(folder, "first", 2, 99, 10, "2026-11-07", RULES);
    let older = run(folder, &["plan", "first.json", "--plan", "other.toml"]);
    assert!(String::from_utf8_lossy(&older.stderr).contains("give reports in their order") && older.status.code() == Some(2));
}

#[test]
fn a_log_that_reaches_back_verifies_where_only_later_calls_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    begun(folder);
    audit(folder, "second", 9, 100, 0, "2026-11-14", RULES);
    let both = ["first", "second"].map(|name| std::fs::read_to_string(folder.join(format!("{name}.csv"))).unwrap());
    std::fs::write(folder.join("both.csv"), format!("{}{}", both[0], both[1].split_once('\n').unwrap().1)).unwrap();
    let run_audit = |more: &[&str], report: &str| {
        run(folder, &[&["audit", "both.csv", "-r", "rules.toml", "--as-of", "2026-11-14", "-q", "-o", report], more].concat());
    };
    run_audit(&[], "json=all.json");
    let told = plan(folder, &["all.json"]);
    assert!(told.contains("0 verified") && told.contains("from before the step was done") && states(folder)[0] == "done", "{told}");
    run_audit(&["--since", "2026-11-09"], "json=later.json");
    let told = plan(folder, &["later.json"]);
    assert!(told.contains("1 verified") && states(folder)[0] == "verified", "{told}");
    // Done before the report that asked for it was written, and said so only after the later audit: that audit verifies it all the same.
    std::fs::remove_file(folder.join("plan.toml")).unwrap();
    plan(folder, &["first.json", "later.json"]);
    plan(folder, &["--done", "quiet_hours/1", "--by", "Li Wei", "--proof", "pause log", "--on", "2026-11-06"]);
    let told = plan(folder, &["later.json"]);
    assert!(told.contains("knew this audit already") && told.contains("quiet_hours/1 is verified") && states(folder)[0] == "verified", "{told}");
    let before = std::fs::read_to_string(folder.join("plan.toml")).unwrap();
    plan(folder, &["later.json"]);
    assert_eq!(std::fs::read_to_string(folder.join("plan.toml")).unwrap(), before);
    // A report of all calls again has the old violations, and none of a later day.
    run_audit(&["--evidence", "1"], "json=again.json");
    assert!(plan(folder, &["again.json"]).contains("0 reopened") && states(folder)[0] == "verified");
}

#[test]
fn an_audit_that_cannot_tell_verifies_nothing() {
    let changed = RULES.replace("21:00", "23:00");
    for (name, first, calls, late, rules, why) in [
        ("few", 9, 5, 0, RULES, "less than half as many calls a day"),
        ("few", 9, 5, 0, RULES, "the intervals of both rates overlap"),
        ("early", 7, 100, 0, RULES, "it judges calls from before the step was done"),
        ("other", 9, 100, 0, changed.as_str(), "the rule has changed"),
        ("gone", 9, 100, 0, &RULES.replace("'evening'", "'night'"), "the rule is not in the ruleset any more"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        begun(folder.path());
        let report = audit(folder.path(), name, first, calls, late, "2026-11-15", rules);
        let told = plan(folder.path(), &[&report]);
        assert!(told.contains("0 verified, 0 reopened") && told.contains(why), "{name}: {told}");
        assert_eq!(states(folder.path())[0], "done", "{name}");
    }
}

#[test]
fn a_plan_that_was_edited_wrongly_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    begun(folder.path());
    let file = folder.path().join("plan.toml");
    let text = std::fs::read_to_string(&file).unwrap().replacen("state = \"open\"", "state = \"verified\"", 1);
    std::fs::write(&file, &text).unwrap();
    let report = audit(folder.path(), "second", 9, 100, 0, "2026-11-14", RULES);
    let out = run(folder.path(), &["plan", &report, "--plan", "plan.toml"]);
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(told.contains("no audit verified this step") && told.contains("plan.toml:") && told.contains('^'), "{told}");
    assert_eq!((out.status.code(), std::fs::read_to_string(&file).unwrap()), (Some(2), text));
}

#[test]
fn agents_get_their_sheets_without_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let report = audit(folder.path(), "first", 2, 100, 3, "2026-11-07", RULES);
    let out = run(folder.path(), &["plan", &report, "--training", "-o", "markdown"]);
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("## Agent agent 0") && text.contains("## Agent agent 1") && text.contains("02-0") && !text.contains("+86138"), "{text}");
    assert!(text.contains("| evening | quiet hours | 10 |") && text.contains("| evening | quiet hours | 5 |"), "{text}");
}
