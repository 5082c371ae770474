//! What a report shows to whom: no number under `--mask` and `--pseudonyms`, nothing internal for readers outside.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use polars::prelude::DataFrame;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde_json::Value;

const RULES: &str = "[ruleset]\nid = 'p'\ntimezone = 'Asia/Shanghai'\nregion = 'CN'\n\
    [[rule]]\nid = 'evening'\nkind = 'quiet_hours'\nforce = 'law'\nallow = { mon-sun = ['09:00-20:00'] }\n\
    citation = [{ text = 'x', source = 'y', as_of = 2026-01-01, confidence = 'A' }]\n\
    [[rule]]\nid = 'own-cap'\nkind = 'call_cap'\nforce = 'house'\nper = ['caller']\nmax = 1\nwindow = 'day'\n";

const CALLS: &str = "call_id,started_at,caller,callee,outcome,agent,campaign,recording\n\
    20261123-13800138000-1,2026-11-23T21:00:00+08:00,02161234567,13800138000,no_answer,agent 13900139000,年终,rec/13800138000.wav\n\
    2,2026-11-23T21:10:00+08:00,02161234567,13811118000,no_answer,a,年终,rec/2026112313811118000.wav\n\
    3,2026-11-23T21:20:00+08:00,02161234567,13822228000,no_answer,a,call 138-2222-8000,rec/3.wav\n";

const NUMBERS: [&str; 5] = ["13800138000", "13811118000", "13822228000", "2161234567", "13900139000"];

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rules.toml"), RULES).unwrap();
        fs::write(folder.path().join("calls-13800138000.csv"), CALLS).unwrap();
        Folder(folder)
    }
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let out =
            Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments).current_dir(self.0.path()).env("LANG", "C").env_remove("LC_ALL").output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    }
    fn audit(&self, more: &[&str]) -> (i32, String) {
        let own = ["audit", "calls-13800138000.csv", "-r", "rules.toml", "-q", "--as-of", "2026-11-24"];
        self.run(&[&own[..], more].concat())
    }
    fn key(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

const OUTPUTS: [&str; 10] = ["table", "json", "ndjson", "csv", "csv-excel", "html", "markdown", "sarif", "junit", "github"];

/// All outputs of one audit; the packed ones are unpacked.
fn outputs(folder: &Folder, options: &[&str]) -> Vec<(String, String)> {
    let places: Vec<String> = OUTPUTS.iter().chain(&["xlsx", "parquet"]).map(|name| format!("{name}=out.{name}")).collect();
    let mut arguments: Vec<&str> = places.iter().flat_map(|place| ["-o", place]).collect();
    let columns = "rule,severity,verdict,state,call_id,source,line,caller,callee,agent,campaign,key,finding,message,recording,raw.recording,started_at";
    arguments.extend(["--columns", columns, "--run-record", "out.record"]);
    arguments.extend(options);
    let _ = fs::remove_file(folder.path("out.record"));
    let (status, shown) = folder.audit(&arguments);
    assert_eq!(status, 1, "{shown}");
    let mut all: Vec<(String, String)> =
        OUTPUTS.iter().map(|n| format!("out.{n}")).chain(["out.record".to_owned()]).map(|n| (n.clone(), folder.read(&n))).collect();
    let frame: DataFrame = ParquetReader::new(fs::File::open(folder.path("out.parquet")).unwrap()).finish().unwrap();
    let names = frame.get_column_names().into_iter().cloned().collect::<Vec<_>>();
    let cells = names.iter().flat_map(|name| (0..frame.height()).map(|i| format!("{}\n", frame.column(name).unwrap().get(i).unwrap())));
    all.push(("out.parquet".to_owned(), cells.collect()));
    all.push(("out.xlsx".to_owned(), unzipped(&folder.path("out.xlsx"))));
    all
}

fn unzipped(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    (0..archive.len()).map(|n| std::io::read_to_string(archive.by_index(n).unwrap()).unwrap()).collect()
}

#[test]
fn masked_outputs_hold_no_number() {
    let folder = Folder::new();
    // They would be found if they were there.
    for (name, text) in outputs(&folder, &[]).iter().filter(|o| o.0 != "out.record") {
        assert!(NUMBERS[..1].iter().all(|number| text.contains(number)), "{name} does not show what it should");
    }
    folder.key("key", "0123456789abcdef0123456789abcdef");
    for options in [&["--mask"][..], &["--pseudonyms", "key"], &["--mask", "--pseudonyms", "key"], &["--mask", "--audience", "complainant"]] {
        let plain: Vec<String> =
            folder.json("out.json")["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect();
        let all = outputs(&folder, options);
        for (name, text) in &all {
            for number in NUMBERS {
                assert!(!text.contains(number) && !text.contains("138-2222-8000"), "{name} shows {number} under {options:?}:\n{text}");
            }
            if !options.contains(&"key") {
                assert!(plain.iter().all(|f| f.is_empty() || !text.contains(f)), "{name} shows a fingerprint");
            }
        }
        let report = folder.json("out.json");
        let fingerprints: Vec<&str> = report["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap()).collect();
        assert!(fingerprints.iter().all(|f| f.len() == if options.contains(&"key") { 16 } else { 0 }), "{fingerprints:?}");
        // The same numbers have the same names in all outputs, and different ones differ.
        let callees: std::collections::BTreeSet<String> =
            folder.read("out.csv").lines().skip(1).filter(|l| l.starts_with("evening")).map(|l| l.split(',').nth(8).unwrap().to_owned()).collect();
        assert_eq!(callees.len(), 3, "{callees:?}");
        for name in ["out.json", "out.html", "out.ndjson"] {
            assert!(callees.iter().all(|c| folder.read(name).contains(c)), "{name}: {callees:?}");
        }
        assert_eq!(callees.contains("138****8000"), options.contains(&"--mask"), "{callees:?}");
    }
    // A stored report as well.
    folder.audit(&["-o", "json=plain.json"]);
    let (status, shown) = folder.run(&["render", "plain.json", "--mask", "-o", "markdown"]);
    assert!(status == 0 && shown.contains("138****8000") && NUMBERS.iter().all(|n| !shown.contains(n)), "{shown}");
}

/// Rows that cannot be read, with numbers that no report knows; lists and rulesets with mistakes that quote numbers.
#[test]
fn rejected_rows_and_messages_hide_numbers_too() {
    let folder = Folder::new();
    let bad = "x,never 13700137000,02161234567,13700137000,no_answer,a,b,rec/2026112313700137000001.wav\n\
        y,never,02161234567,137-0013-7000,no_answer,(021) 6123 4567,+86 137 0013 7000,r\n";
    fs::write(folder.path("calls-13800138000.csv"), format!("{CALLS}{bad}")).unwrap();
    fs::write(folder.path("dnc.csv"), "number\n13800138000\nnot 13700137000 a number 13700137000x\n").unwrap();
    let list = "[[list]]\nid = 'dnc'\nkind = 'numbers'\npath = 'dnc.csv'\n[[rule]]\nid = 'listed'\nkind = 'dnc_list'\nlists = ['dnc']\n";
    fs::write(folder.path("rules.toml"), format!("{RULES}{list}")).unwrap();
    let audit = |more: &[&str]| {
        let own = ["audit", "calls-13800138000.csv", "gone-13800138000.csv", "-r", "rules.toml", "-v", "--as-of", "2026-11-24", "--max-rejects", "9"];
        let (status, shown) = folder.run(&[&own[..], &["--rejects", "bad.csv", "-o", "json=out.json"], more].concat());
        assert_eq!(status, 3, "{shown}");
        (shown, folder.read("bad.csv"))
    };
    let hidden = ["137001", "13700137000", "137-0013-7000", "137 0013 7000", "6123 4567"];
    let all = |shown: &str, bad: &str| {
        let digits: String = shown.chars().chain(bad.chars()).filter(|c| c.is_ascii_digit() || *c == '\n').collect();
        NUMBERS.iter().chain(&hidden).filter(|n| shown.contains(*n) || bad.contains(*n)).count() + digits.matches("13700137000").count()
    };
    // They would be found if they were there.
    let (shown, bad) = audit(&[]);
    assert!(shown.contains("13800138000") && bad.contains("137-0013-7000"), "{shown}{bad}");
    assert!(all(&shown, &bad) > 0);
    folder.key("key", "0123456789abcdef0123456789abcdef");
    for options in [&["--mask"][..], &["--pseudonyms", "key"], &["--audience", "complainant"]] {
        let (shown, bad) = audit(options);
        assert_eq!(all(&shown, &bad), 0, "{options:?}\n{shown}\n{bad}");
        assert!(bad.contains("****") && bad.lines().count() == 3 && bad.contains("never"), "{bad}");
    }
    // What stops a run is told without numbers as well.
    fs::write(folder.path("rules.toml"), "[ruleset]\nid = '13700137000\n").unwrap();
    assert!(folder.audit(&[]).1.contains("13700137000"));
    let (status, shown) = folder.audit(&["--mask"]);
    assert!(status == 2 && !shown.contains("13700137000"), "{shown}");
}

#[test]
fn complainants_are_shown_no_number_of_others() {
    let folder = Folder::new();
    folder.audit(&["-o", "json=plain.json"]);
    for lang in ["en", "zh"] {
        let (status, shown) = folder.run(&["render", "plain.json", "--audience", "complainant", "-o", "markdown", "--lang", lang]);
        assert!(status == 0 && shown.contains("138****8000") && NUMBERS.iter().all(|n| !shown.contains(n)), "{shown}");
    }
    let (_, shown) = folder.run(&["render", "plain.json", "--audience", "regulator", "-o", "markdown"]);
    assert!(shown.contains("13800138000"), "{shown}");
}

#[test]
fn what_is_hidden_is_not_hidden_twice() {
    let folder = Folder::new();
    for (name, text) in [("key", "0123456789abcdef0123456789abcdef"), ("other", "fedcba9876543210fedcba9876543210")] {
        folder.key(name, text);
    }
    folder.audit(&["-o", "json=plain.json"]);
    let (status, shown) = folder.run(&["render", "plain.json", "--pseudonyms", "key", "-o", "json=keyed.json"]);
    assert_eq!(status, 0, "{shown}");
    for options in [&["--pseudonyms", "key"][..], &["--mask"], &["--mask", "--pseudonyms", "key"], &["--audience", "complainant"], &[]] {
        let (status, shown) = folder.run(&[&["render", "keyed.json", "-o", "json=again.json"], options].concat());
        assert_eq!(status, 0, "{options:?} {shown}");
        assert_eq!(folder.json("keyed.json")["findings"][0]["fingerprint"], folder.json("again.json")["findings"][0]["fingerprint"], "{options:?}");
    }
    let (status, shown) = folder.run(&["render", "keyed.json", "--pseudonyms", "other"]);
    assert!(status == 2 && shown.contains("hidden already, with another key"), "{shown}");
    folder.run(&["render", "plain.json", "--mask", "-o", "json=masked.json"]);
    let (status, shown) = folder.run(&["render", "masked.json", "--pseudonyms", "key"]);
    assert!(status == 2 && shown.contains("hidden already, without a key"), "{shown}");
    folder.run(&["render", "masked.json", "--mask", "-o", "json=again.json"]);
    assert_eq!(folder.read("masked.json"), folder.read("again.json"));
}

/// A source that nobody can open any more is none.
#[test]
fn addresses_of_cited_texts_stay_whole() {
    let folder = Folder::new();
    let url = "https://example.org/content/content_6940158.htm";
    fs::write(folder.path("rules.toml"), RULES.replace("confidence = 'A'", &format!("confidence = 'A', url = '{url}'"))).unwrap();
    folder.audit(&["--mask", "-o", "json=out.json", "-o", "html=out.html"]);
    for name in ["out.json", "out.html"] {
        assert!(folder.read(name).contains(url), "{name}");
    }
}

#[test]
fn a_key_makes_masked_reports_comparable() {
    let folder = Folder::new();
    folder.key("key", "0123456789abcdef0123456789abcdef");
    folder.audit(&["--mask", "--pseudonyms", "key", "-o", "json=1.json"]);
    let (status, shown) = folder.audit(&["--mask", "--pseudonyms", "key", "--baseline", "1.json", "--fail-on-new"]);
    assert!(status == 0 && shown.contains("0 new, 0 grown"), "{shown}");
    folder.audit(&["--mask", "-o", "json=2.json"]);
    let (status, shown) = folder.audit(&["--baseline", "2.json"]);
    assert!(status == 2 && shown.contains("masked without a key"), "{shown}");
    // With another key, or with none, everything would seem new.
    folder.key("other", "fedcba9876543210fedcba9876543210");
    folder.audit(&["-o", "json=3.json"]);
    for options in [&["--pseudonyms", "other", "--baseline", "1.json"][..], &["--baseline", "1.json"], &["--pseudonyms", "key", "--baseline", "3.json"]] {
        let (status, shown) = folder.audit(options);
        assert!(status == 2 && shown.contains("not made with the same key"), "{options:?} {shown}");
    }
    assert_eq!(folder.audit(&["--mask", "--baseline", "3.json", "--fail-on-new"]).0, 0);
    let (status, shown) = folder.run(&["diff", "3.json", "1.json"]);
    assert!(status == 2 && shown.contains("not made with the same key"), "{shown}");
}

#[test]
#[cfg(unix)]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.key("key", "0123456789abcdef");
    fs::set_permissions(folder.path("key"), fs::Permissions::from_mode(0o640)).unwrap();
    let (status, shown) = folder.audit(&["--pseudonyms", "key"]);
    assert!(status == 2 && shown.contains("others can read this key"), "{shown}");
    folder.key("key", "short");
    let (status, shown) = folder.audit(&["--pseudonyms", "key"]);
    assert!(status == 2 && shown.contains("at least sixteen bytes"), "{shown}");
}

#[test]
fn readers_outside_are_shown_nothing_internal() {
    let folder = Folder::new();
    fs::write(
        folder.path("accepted.toml"),
        "[[suppression]]\nrule = 'evening'\ncalls = ['2']\nreason = 'agreed in secret'\napprover = 'legal'\nuntil = 2026-12-31\n",
    )
    .unwrap();
    folder.audit(&["--suppressions", "accepted.toml", "-o", "json=internal.json"]);
    let internal = folder.json("internal.json");
    assert!(internal["totals"]["violations"].as_u64() == Some(5) && internal["findings"].to_string().contains("own-cap"));
    let letterhead = ["--organisation", "ACME", "--prepared-by", "Ms Li", "--notice", "Confidential"];
    for audience in ["regulator", "carrier", "complainant"] {
        let own = ["--audience", audience];
        let names = ["json", "markdown", "html", "table", "sarif", "junit", "github"];
        let places: Vec<String> = names.iter().map(|name| format!("{name}=r.{name}")).collect();
        let places: Vec<&str> = places.iter().flat_map(|p| ["-o", p]).collect();
        let (status, shown) = folder.run(&[&["render", "internal.json"], &own[..], &letterhead[..], &places[..]].concat());
        assert_eq!(status, 0, "{shown}");
        for name in names {
            let text = folder.read(&format!("r.{name}"));
            for word in ["own-cap", "agreed in secret", "accepted.toml", "suppressed", "\"LK"] {
                assert!(!text.contains(word), "{name} tells {audience} of {word}");
            }
            if matches!(name, "markdown" | "html" | "table") {
                let one = text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(["ACME", "Ms Li", "Confidential"].iter().all(|word| one.contains(word)), "{name}");
                let first = "Of 3 calls, 1 of 1 rule could be judged: 3 violations in 2 findings. What the logs do not show is not established.";
                assert!(one.contains(first), "{name}: {one}");
            }
        }
        // From the audit itself, the same.
        folder.audit(&[&own[..], &letterhead[..], &["-o", "json=a.json", "-o", "csv=a.csv"]].concat());
        let (audited, rendered) = (folder.json("a.json"), folder.json("r.json"));
        for key in ["reader", "totals", "findings", "rules"] {
            assert_eq!(audited[key], rendered[key], "{key}");
        }
        assert!(!folder.read("a.csv").contains("own-cap"));
    }
    // On paper, at the foot of each page, and nothing can end the text there.
    let own = ["render", "internal.json", "--organisation", "A&B's</style>\\", "--notice", "机密", "-o", "html=foot.html", "-o", "xlsx=foot.xlsx"];
    assert_eq!(folder.run(&own).0, 0);
    let html = folder.read("foot.html");
    let foot = r"@bottom-left { content: 'A\26 B\27 s\3c \2f style\3e \5c \20 \b7 \20 机密'";
    assert!(html.contains(foot) && html.matches("</style>").count() == 1, "{}", &html[..2000]);
    assert!(unzipped(&folder.path("foot.xlsx")).contains("&amp;LA&amp;&amp;B's&lt;/style&gt;\\ · 机密&amp;R&amp;P / &amp;N"));
    let (status, shown) = folder.audit(&["--audience", "regulator", "--suppressions", "accepted.toml"]);
    assert!(status == 2 && shown.contains("callaudit render report.json --audience regulator"), "{shown}");
    // What was left out cannot be brought back.
    assert_eq!(folder.run(&["render", "r.json", "--audience", "internal"]).0, 2);
}
