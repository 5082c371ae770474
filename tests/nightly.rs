//! Nights: a baseline, the same again, one more; suppressions that hold, expire, or name single calls.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const RULES: &str = "[ruleset]\nid = 'night'\ntimezone = 'UTC'\nregion = 'GB'\n\
    [[rule]]\nid = 'evening'\nkind = 'quiet_hours'\nseverity = 'high'\nallow = { mon-sun = ['08:00-20:00'] }\n\
    [[rule]]\nid = 'redial'\nkind = 'repeat_dial'\nper = ['callee']\nmax = 2\nwindow = 'day'\n";

const NIGHT: &str = "call_id,started_at,caller,callee,outcome\n\
    a1,2026-11-23T07:00:00Z,+442079460000,+447700900001,no_answer\n\
    a2,2026-11-23T09:00:00Z,+442079460000,+447700900001,no_answer\n\
    a3,2026-11-23T10:00:00Z,+442079460000,+447700900001,no_answer\n\
    a4,2026-11-23T22:00:00Z,+442079460001,+447700900002,no_answer\n\
    a5,2026-11-23T23:00:00Z,+442079460001,+447700900003,no_answer\n";

const MORE: &str = "a6,2026-11-23T22:30:00Z,+442079460009,+447700900004,no_answer\n";

struct Nights(tempfile::TempDir);

impl Nights {
    fn new() -> Nights {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rules.toml"), RULES).unwrap();
        fs::write(folder.path().join("calls.csv"), NIGHT).unwrap();
        Nights(folder)
    }
    fn path(&self) -> &Path {
        self.0.path()
    }
    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }
    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).current_dir(self.path()).env("LANG", "C").env_remove("LC_ALL").output().unwrap()
    }
    /// Audits; gives the exit status and what is printed.
    fn audit(&self, as_of: &str, more: &[&str]) -> (i32, String) {
        let mut arguments = vec!["audit", "calls.csv", "-r", "rules.toml", "-q", "--as-of", as_of];
        arguments.extend(more);
        let out = self.run(&arguments);
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    }
}

/// Fingerprint, or `None` of one that is not told, by state.
fn states(report: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let mut all: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|f| (text(&f["state"]), format!("{} {}", text(&f["rule"]), f["subject"]))).collect();
    all.sort();
    all
}

#[test]
fn three_nights() {
    let nights = Nights::new();
    assert_eq!(nights.audit("2026-11-24", &["-o", "json=1.json"]).0, 1);
    let against = ["--baseline", "1.json", "--fail-on-new"];
    // The second night: the same again, in another order and from another export.
    let mut lines: Vec<&str> = NIGHT.lines().collect();
    lines[1..].reverse();
    nights.write("calls.csv", &format!("{}\n", lines.join("\n")));
    let (status, shown) = nights.audit("2026-11-25", &[&against[..], &["-o", "table", "-o", "json=2.json"]].concat());
    assert_eq!(status, 0, "{shown}");
    assert!(!shown.contains("\nFindings") && shown.contains("0 new, 0 grown, 3 unchanged, 0 fixed, 0 not covered"), "{shown}");
    assert!(states(&nights.json("2.json")).iter().all(|s| s.0 == "unchanged"));
    // Without the option, what is known fails as well.
    assert_eq!(nights.audit("2026-11-25", &["--baseline", "1.json"]).0, 1);
    // The third night: one more.
    nights.write("calls.csv", &format!("{NIGHT}{MORE}"));
    let (status, shown) =
        nights.audit("2026-11-26", &[&against[..], &["-o", "table", "-o", "github=3.txt", "-o", "json=3.json", "-o", "sarif=3.sarif"]].concat());
    assert_eq!(status, 1, "{shown}");
    assert!(shown.contains("+442079460009") && shown.contains("rule evening: 1 new violations") && !shown.contains("rule redial: "), "{shown}");
    let findings = shown.split("\nFindings").nth(1).unwrap().split("\nAgainst").next().unwrap();
    assert!(!findings.contains("+442079460001") && findings.contains(" 1. high · evening"), "{findings}");
    assert_eq!(nights.read("3.txt").matches("::error").count(), 1, "{}", nights.read("3.txt"));
    assert_eq!(states(&nights.json("3.json")).iter().filter(|s| s.0 == "new").count(), 1);
    assert!(nights.read("3.sarif").contains("\"baselineState\": \"new\""));
    let compared = &nights.json("3.json")["baseline"];
    assert_eq!((&compared["new"], &compared["unchanged"], &compared["changed"]["inputs"]), (&1.into(), &3.into(), &true.into()));
    assert_eq!(compared["changed"]["ruleset"], false);
}

#[test]
fn more_calls_in_a_known_finding_are_new() {
    let nights = Nights::new();
    nights.audit("2026-11-24", &["-o", "json=1.json"]);
    nights.write("calls.csv", &format!("{NIGHT}a7,2026-11-23T22:45:00Z,+442079460001,+447700900005,no_answer\n"));
    let (status, shown) = nights.audit("2026-11-25", &["--baseline", "1.json", "--fail-on-new", "-o", "csv"]);
    assert_eq!(status, 1, "{shown}");
    assert_eq!(shown.matches("evening,high,house,violation,grown,").count(), 3, "{shown}");
    assert_eq!(shown.matches(",unchanged,").count(), 2, "{shown}");
}

#[test]
fn another_call_in_the_place_of_a_known_one_is_new() {
    let nights = Nights::new();
    nights.audit("2026-11-24", &["-o", "json=1.json"]);
    // As many calls, within the same stretch, and one of them is another.
    let other = NIGHT.replace("2026-11-23T23:00:00Z", "2026-11-23T22:40:00Z");
    nights.write("calls.csv", &other);
    let (status, shown) = nights.audit("2026-11-25", &["--baseline", "1.json", "--fail-on-new", "-o", "table", "-o", "json=2.json"]);
    assert!(status == 1 && shown.contains("0 new, 1 grown, 2 unchanged"), "{shown}");
    assert_eq!(nights.run(&["diff", "1.json", "2.json"]).status.code(), Some(1));
    // A report that does not keep its calls knows only how many they were, the first and the last.
    nights.write("calls.csv", NIGHT);
    nights.audit("2026-11-24", &["-o", "json=1.json", "--evidence", "0"]);
    nights.write("calls.csv", &other);
    assert_eq!(nights.audit("2026-11-25", &["--baseline", "1.json", "--fail-on-new"]).0, 0);
}

#[test]
fn what_is_no_more_is_fixed_only_where_the_log_shows_it() {
    let nights = Nights::new();
    nights.audit("2026-11-24", &["-o", "json=1.json"]);
    let compared = |calls: &str, more: &[&str]| {
        nights.write("calls.csv", calls);
        nights.audit("2026-11-25", &[&["--baseline", "1.json", "-o", "json=2.json"], more].concat());
        let compared = nights.json("2.json")["baseline"].clone();
        let reasons: Vec<String> = compared["not_covered"].as_array().unwrap().iter().map(|g| g["reason"].as_str().unwrap().to_owned()).collect();
        (compared["fixed"].as_array().unwrap().len(), reasons)
    };
    // The third call went to another number: mended.
    let mended = NIGHT.replace("10:00:00Z,+442079460000,+447700900001", "10:00:00Z,+442079460000,+447700900009");
    assert_eq!(compared(&mended, &[]), (1, vec![]));
    // It was left out of the export: that proves nothing.
    let less = NIGHT.lines().filter(|l| !l.starts_with("a3")).map(|l| format!("{l}\n")).collect::<String>();
    assert_eq!(compared(&less, &[]), (0, vec!["fewer_calls".to_owned()]));
    // Another day's log says nothing of this one.
    assert_eq!(compared(&NIGHT.replace("-23T", "-25T"), &[]), (0, vec!["period".to_owned(); 3]));
    assert_eq!(compared(NIGHT, &["--since", "2026-11-24"]).1, vec!["not_evaluated".to_owned(); 3]);
    // Nor does a milder rule.
    nights.write("rules.toml", &RULES.replace("max = 2", "max = 20"));
    assert_eq!(compared(NIGHT, &[]), (0, vec!["rule_changed".to_owned()]));
    nights.write("rules.toml", RULES.split("[[rule]]\nid = 'redial'").next().unwrap());
    assert_eq!(compared(NIGHT, &[]), (0, vec!["rule_gone".to_owned()]));
}

fn suppression(rule: &str, what: &str, until: &str) -> String {
    format!("[[suppression]]\nrule = '{rule}'\n{what}\nreason = 'agreed with the callee'\napprover = 'legal'\nuntil = {until}\n\n")
}

#[test]
fn suppressed_findings_are_shown_and_do_not_fail() {
    let nights = Nights::new();
    let redial = suppression("redial", "subject = { callee = '+447700900001' }", "2026-11-25");
    let calls = suppression("evening", "calls = ['a1', 'a4']", "2026-12-31");
    nights.write("accepted.toml", &(redial.clone() + &calls));
    let with = ["--suppressions", "accepted.toml"];
    let (status, shown) = nights.audit("2026-11-24", &[&with[..], &["-o", "csv"]].concat());
    assert_eq!(status, 1);
    let state =
        |call: &str, rule: &str| shown.lines().find(|l| l.contains(&format!(",{call},")) && l.starts_with(rule)).unwrap().split(',').nth(4).unwrap().to_owned();
    assert_eq!(
        [state("a1", "evening"), state("a3", "redial"), state("a4", "evening"), state("a5", "evening")],
        ["suppressed", "suppressed", "suppressed", "open"]
    );
    let outputs =
        ["-o", "json=s.json", "-o", "html=s.html", "-o", "markdown=s.md", "-o", "sarif=s.sarif", "-o", "junit=s.xml", "-o", "table=s.txt", "-o", "github=s.gh"];
    nights.audit("2026-11-24", &[&with[..], &outputs].concat());
    for name in ["s.json", "s.html", "s.md", "s.sarif", "s.xml", "s.txt"] {
        assert!(nights.read(name).split_whitespace().collect::<Vec<_>>().join(" ").contains("agreed with the callee"), "{name}");
    }
    let report = nights.json("s.json");
    assert_eq!(states(&report).iter().filter(|s| s.0 == "suppressed").count(), 2, "{:?}", states(&report));
    assert!(nights.read("s.txt").contains("1 of its 2 calls are suppressed"));
    assert_eq!(report["exit"]["reason"], serde_json::json!(["rule evening: 1 violations"]));
    // With the last call accepted as well, nothing is left that fails.
    nights.write("accepted.toml", &(redial.clone() + &calls + &suppression("evening", "calls = ['a5']", "2026-12-31")));
    let (status, shown) = nights.audit("2026-11-24", &with);
    assert_eq!(status, 0, "{shown}");
    // The day after its last day, what it took out counts again, and it is told itself.
    let (status, shown) = nights.audit("2026-11-26", &[&with[..], &["-o", "table", "-o", "github=s.gh", "-o", "sarif=s.sarif", "-o", "junit=s.xml"]].concat());
    assert_eq!(status, 1);
    assert!(shown.contains("accepted.toml:1: the suppression of rule redial expired on 2026-11-25") && shown.contains("rule redial: 1 violations"), "{shown}");
    assert!(nights.read("s.gh").contains("::warning file=accepted.toml,line=1,"));
    assert!(nights.read("s.sarif").contains("callaudit/suppression") && nights.read("s.xml").contains("expired"));
    // One that takes nothing out is told and does not fail, unless it is asked to.
    nights.write("accepted.toml", &(suppression("redial", "subject = { callee = '+447700900099' }", "2026-12-31")));
    let (_, shown) = nights.audit("2026-11-24", &with);
    assert!(shown.contains("unused, until 2026-12-31") && !shown.contains("suppresses nothing"), "{shown}");
    assert!(nights.audit("2026-11-24", &[&with[..], &["--fail-on", "info"]].concat()).1.contains("suppresses nothing"));
}

#[test]
fn a_finding_whose_suppression_ended_is_new_to_a_baseline() {
    let nights = Nights::new();
    nights.write("accepted.toml", &suppression("redial", "subject = { callee = '+447700900001' }", "2026-11-25"));
    nights.audit("2026-11-24", &["--suppressions", "accepted.toml", "-o", "json=1.json"]);
    let run = |day: &str| nights.audit(day, &["--suppressions", "accepted.toml", "--baseline", "1.json", "--fail-on-new"]);
    assert_eq!(run("2026-11-25").0, 0);
    let (status, shown) = run("2026-11-26");
    assert!(status == 1 && shown.contains("1 new, 0 grown, 2 unchanged"), "{shown}");
}

#[test]
fn budgets_tolerate_what_the_ruleset_says() {
    let nights = Nights::new();
    let with = |budget: &str| {
        nights.write(
            "rules.toml",
            &RULES.replace("severity = 'high'\n", &format!("severity = 'high'\n{budget}\n")).replace("max = 2\n", "max = 2\nmax_findings = 1\n"),
        );
        nights.audit("2026-11-24", &[])
    };
    let (status, shown) = with("max_findings = 1");
    assert!(status == 1 && shown.contains("rule evening: 2 findings, 1 are tolerated (max_findings)") && !shown.contains("rule redial: 1 find"), "{shown}");
    assert_eq!(with("max_findings = 2").0, 0);
    assert_eq!(with("max_share = 0.6").0, 0);
    let (status, shown) = with("max_share = 0.5");
    assert!(status == 1 && shown.contains("60 % of the judged calls violate, 50 % are tolerated (max_share)"), "{shown}");
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let nights = Nights::new();
    nights.write("1.json", "{\"schema\": \"callaudit.report/9\"}");
    let (status, shown) = nights.audit("2026-11-24", &["--baseline", "1.json"]);
    assert!(status == 2 && shown.contains("callaudit.report/9"), "{shown}");
    assert_eq!(nights.audit("2026-11-24", &["--fail-on-new"]).0, 2);
}

#[test]
fn two_reports_are_compared() {
    let nights = Nights::new();
    nights.audit("2026-11-24", &["-o", "json=1.json"]);
    nights.write("calls.csv", &format!("{}{MORE}", NIGHT.replace("10:00:00Z,+442079460000,+447700900001", "10:00:00Z,+442079460000,+447700900009")));
    nights.audit("2026-11-25", &["-o", "json=2.json"]);
    let diff = |arguments: &[&str]| {
        let out = nights.run(&[&["diff"], arguments].concat());
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    };
    let (status, shown) = diff(&["1.json", "2.json", "-o", "json"]);
    let told: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(status, 1, "{shown}");
    let counts = ["new", "grown", "unchanged", "fixed", "not_covered"].map(|key| told["counts"][key].as_u64().unwrap());
    assert_eq!(counts, [1, 0, 2, 1, 0]);
    assert_eq!(told["changed"], serde_json::json!({ "inputs": true, "ruleset": false, "lists": false, "program": false }));
    assert_eq!(told["findings"]["fixed"][0]["rule"], "redial");
    let (status, shown) = diff(&["1.json", "1.json"]);
    assert!(status == 0 && shown.contains("Input, ruleset, lists and program are the same."), "{shown}");
    for (lang, words) in [("en", ["New · 1", "Fixed · 1", "1 new, 0 grown"]), ("zh", ["新增 · 1", "已消除 · 1", "新增 1 项"])] {
        let (_, shown) = diff(&["1.json", "2.json", "-o", "markdown", "--lang", lang]);
        assert!(words.iter().all(|word| shown.contains(word)), "{shown}");
    }
    // What a report left out cannot be called fixed.
    nights.audit("2026-11-25", &["--findings", "1", "-o", "json=2.json"]);
    let told: Value = serde_json::from_str(&diff(&["1.json", "2.json", "-o", "json"]).1).unwrap();
    assert_eq!(told["counts"]["fixed"], 0);
    assert!(told["findings"]["not_covered"].as_array().unwrap().iter().all(|g| g["reason"] == "left_out"), "{told}");
    assert_eq!(diff(&["1.json", "rules.toml"]).0, 2);
}

#[test]
fn rates_over_several_reports() {
    let nights = Nights::new();
    for (day, name) in [("2026-11-24", "json=b.json"), ("2026-11-17", "json=a.json"), ("2026-12-01", "json=c.json")] {
        nights.audit(day, &["-o", name]);
    }
    let trend = |arguments: &[&str]| String::from_utf8(nights.run(&[&["trend"], arguments].concat()).stdout).unwrap();
    let told: Value = serde_json::from_str(&trend(&["b.json", "c.json", "a.json", "-o", "json"])).unwrap();
    let days: Vec<&str> = told["reports"].as_array().unwrap().iter().map(|r| r["as_of"].as_str().unwrap()).collect();
    assert_eq!(days, ["2026-11-17", "2026-11-24", "2026-12-01"]);
    assert_eq!(told["rules"][0]["values"][1], serde_json::json!({ "violations": 3, "judged": 5, "findings": 2, "rate": 6000.0 }));
    assert_eq!((&told["next_due"], &told["usual_days"], &told["same_ruleset"]), (&"2026-12-08".into(), &7.into(), &true.into()));
    nights.write("rules.toml", &RULES.split("[[rule]]\nid = 'redial'").next().unwrap().replace("08:00", "06:00"));
    nights.audit("2026-12-02", &["-o", "json=d.json"]);
    let shown = trend(&["c.json", "d.json"]);
    let has = ["evening  6000.0  4000.0  -2000.0", "not judged", "Not all reports were made by the same ruleset"].map(|words| {
        let one = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        one(&shown.replace("1. ", "").replace("2. ", "")).contains(&one(words))
    });
    assert_eq!(has, [true; 3], "{shown}");
}

/// The script of the examples, on dumps of single days.
#[test]
#[cfg(unix)]
fn the_nightly_script_works_as_it_stands() {
    let nights = Nights::new();
    fs::create_dir(nights.path().join("logs")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/nightly.sh");
    let dump = |day: &str, more: &str| nights.write(&format!("logs/calls-{day}.csv"), &format!("{}{more}", NIGHT.replace("2026-11-23", day)));
    let night = |today: &str, since: &str| {
        let mut command = Command::new("sh");
        command.arg(&script).current_dir(nights.path()).env("CALLAUDIT", env!("CARGO_BIN_EXE_callaudit")).env("RULES", "rules.toml");
        let out = command.env("TODAY", today).env("SINCE", since).env("DAYS", "3").env("LANG", "C").env_remove("LC_ALL").output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    };
    assert_eq!(night("2026-11-24", "yesterday").0, 3);
    dump("2026-11-22", "");
    dump("2026-11-23", "");
    let (status, shown) = night("2026-11-24", "yesterday");
    assert_eq!(status, 1, "{shown}");
    // Two days are read, and one is judged.
    let report = nights.json("reports/report-2026-11-24.json");
    assert_eq!((report["inputs"].as_array().unwrap().len(), report["rules"][0]["calls_judged"].as_u64()), (2, Some(5)));
    assert!(report["findings"].as_array().unwrap().iter().all(|f| f["first"].as_str().unwrap() >= "2026-11-23"));
    // The same days once more, with the same violations: nothing is new.
    nights.write("logs/calls-2026-11-24.csv", NIGHT.lines().next().unwrap());
    nights.write("logs/calls-2026-11-24.csv", &format!("{}\nb1,2026-11-24T10:00:00Z,+442079460000,+447700900077,answered\n", NIGHT.lines().next().unwrap()));
    let (status, shown) = night("2026-11-25", "2026-11-23");
    assert!(status == 0 && shown.contains("0 new, 0 grown, 3 unchanged"), "{shown}");
    // Once more on the same day: the same answer.
    assert_eq!(night("2026-11-25", "2026-11-23").0, 0);
    // One more violation, and a suppression until yesterday.
    nights.write("suppressions.toml", &suppression("redial", "subject = { callee = '+447700900001' }", "2026-11-25"));
    nights.write("logs/calls-2026-11-25.csv", &format!("{}\nc1,2026-11-25T21:00:00Z,+442079460009,+447700900078,answered\n", NIGHT.lines().next().unwrap()));
    let (status, shown) = night("2026-11-26", "2026-11-23");
    assert!(status == 1 && shown.contains("1 new, 0 grown, 3 unchanged") && shown.contains("expired: its last day was 2026-11-25"), "{shown}");
    let findings = shown.split("\nFindings").nth(1).unwrap().split("\nAgainst").next().unwrap();
    assert!(findings.contains("+442079460009") && !findings.contains("+442079460001"), "{findings}");
    let runs: Vec<Value> = nights.read("reports/runs.jsonl").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(runs.len(), 4);
    assert_eq!(runs.iter().map(|r| r["exit"]["status"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 0, 0, 1]);
    let last = &runs[3];
    assert_eq!((&last["schema"], &last["baseline"]["new"], &last["suppressions"]["entries"]), (&"callaudit.run/1".into(), &1.into(), &1.into()));
    assert!(last["inputs"][0]["hash"].as_str().unwrap().len() == 64 && last["seconds"].as_f64().unwrap() > 0.0 && last["ruleset"]["hash"].is_string());
}

#[test]
#[cfg(unix)]
fn a_run_record_that_cannot_be_written_is_told() {
    let (status, shown) = Nights::new().audit("2026-11-24", &["--run-record", "/dev/full"]);
    assert!(status == 3 && shown.contains("cannot write /dev/full"), "{shown}");
}
