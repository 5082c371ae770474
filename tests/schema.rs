//! The JSON Schema of rulesets against what the program reads: the same keys, and every ruleset of this repository. And that of reports, against every
//! report of this repository.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use callaudit::calls::zones::Zones;
use callaudit::language::Lang;
use callaudit::report::{schemas, stored};
use callaudit::rules::registry::KINDS;
use callaudit::ruleset::compile;
use callaudit::ruleset::diagnostics::Diagnostics;
use callaudit::ruleset::node;
use callaudit::ruleset::schema::{self, Key, schema};
use regex::Regex;
use serde_json::{Value, json};

/// What the program answers to a key that nobody knows: the keys that it does know in that table.
fn known(ruleset: &str, what: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.toml");
    std::fs::write(&file, ruleset).unwrap();
    let read = compile::read(&[file], &[], &Zones::new()).unwrap();
    let (errors, _) = read.found.told();
    let told = errors.iter().find(|e| e.message == "unknown key `qqqqqqqqqqqqqqqq`").unwrap_or_else(|| panic!("{what}: {errors:?}\n{ruleset}"));
    told.help.as_deref().unwrap().trim_start_matches("known keys: ").split(", ").map(|k| k.trim_matches('`').to_owned()).collect()
}

fn names(keys: &[Key]) -> BTreeSet<String> {
    keys.iter().map(|k| k.name.to_owned()).collect()
}

const HEAD: &str = "[ruleset]\nid = 'a'\n";

#[test]
fn every_key_that_is_read_is_declared_and_the_other_way_round() {
    for kind in KINDS {
        let name = kind.name();
        let mut read = known(&format!("{HEAD}[[rule]]\nid = 'r'\nkind = '{name}'\nqqqqqqqqqqqqqqqq = 1\n"), name);
        // A kind may ask for keys only beside others: those of its own example, or any single one.
        let example = kind.doc().split("## Example").nth(1).unwrap().split("```").nth(1).unwrap().trim_start_matches("toml");
        let (before, rule) = example.rsplit_once("[[rule]]").unwrap();
        let rule = rule.trim_end();
        read.extend(known(&format!("{HEAD}{before}[[rule]]\nqqqqqqqqqqqqqqqq = 1{rule}\n"), name));
        let declared = kind.schema();
        for key in &declared.keys {
            let key = key.name;
            read.extend(known(&format!("{HEAD}[[rule]]\nid = 'r'\nkind = '{name}'\n{key} = 1\nqqqqqqqqqqqqqqqq = 1\n"), name));
        }
        let all: Vec<Key> = schema::common().into_iter().chain(declared.keys.clone()).collect();
        assert_eq!(names(&all).len(), all.len(), "{name}: a key is declared twice");
        assert_eq!(names(&all), read, "{name}: left what schema() declares (and common() for every kind), right what is read");
        for key in all {
            assert!(!key.about[0].is_empty() && !key.about[1].is_ascii(), "{name}.{}: {:?}", key.name, key.about);
        }
        assert!(!declared.about[0].is_empty() && !declared.about[1].is_ascii(), "{name}");
        // The documentation is about the same keys.
        let parameters = kind.doc().split("## Parameters").nth(1).unwrap().split("\n## ").next().unwrap();
        for key in &declared.keys {
            let told = ["`", " = "].iter().any(|end| parameters.contains(&format!("`{}{end}", key.name)));
            assert!(told, "{name}: `{}` is not among the parameters of its documentation", key.name);
        }
    }
}

#[test]
fn tables_are_declared_as_they_are_read() {
    let rule = "[[rule]]\nid = 'r'\nkind = 'call_cap'\nper = ['caller']\nmax = 1\nwindow = 'day'\n";
    for (declared, text) in [
        (schema::ruleset(), "[ruleset]\nid = 'a'\nqqqqqqqqqqqqqqqq = 1\n".to_owned()),
        (schema::list(), format!("{HEAD}[[list]]\nid = 'l'\nqqqqqqqqqqqqqqqq = 1\n")),
        (schema::checklist(), format!("{HEAD}[[checklist]]\nid = 'c'\nqqqqqqqqqqqqqqqq = 1\n")),
        (schema::step(), format!("{HEAD}[[checklist]]\nid = 'c'\nsteps = [{{ qqqqqqqqqqqqqqqq = 1 }}]\n")),
        (schema::source(), format!("{HEAD}[[source]]\npath = 'x'\nqqqqqqqqqqqqqqqq = 1\n")),
        (schema::citation(), format!("{HEAD}{rule}citation = {{ text = 'x', qqqqqqqqqqqqqqqq = 1 }}\n")),
    ] {
        assert_eq!(names(&declared), known(&text, &text), "{text}");
    }
    for key in ["penalty", "effective"] {
        let shape = schema::common().into_iter().find(|k| k.name == key).unwrap().shape;
        let declared: BTreeSet<String> = shape["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(declared, known(&format!("{HEAD}{rule}{key} = {{ qqqqqqqqqqqqqqqq = 1 }}\n"), key), "{key}");
    }
}

/// Is it an instant in UTC?
fn is_instant(text: &str) -> bool {
    Regex::new(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$").unwrap().is_match(text)
}

/// The first thing in which a value differs from a schema: the part of draft 2020-12 that this schema is written in. A word that is not known here fails.
fn differs(whole: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    for (word, given) in schema.as_object().unwrap() {
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let wrong = match word.as_str() {
            "$ref" => {
                let target = whole.pointer(given.as_str().unwrap().trim_start_matches('#')).unwrap_or_else(|| panic!("{given} leads nowhere"));
                differs(whole, target, value, at)
            }
            "type" => {
                let is = |name: &str| match name {
                    "null" => value.is_null(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("type {other}"),
                };
                let right = match given {
                    Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
                    name => is(name.as_str().unwrap()),
                };
                (!right).then(|| format!("{at}: {value} is no {given}"))
            }
            "const" => (given != value).then(|| format!("{at}: {value} is not {given}")),
            "enum" => (!given.as_array().unwrap().contains(value)).then(|| format!("{at}: {value} is none of {given}")),
            "pattern" => text(value).filter(|t| !Regex::new(given.as_str().unwrap()).unwrap().is_match(t)).map(|t| format!("{at}: {t} is not like {given}")),
            "minLength" => text(value).filter(|t| (t.chars().count() as u64) < given.as_u64().unwrap()).map(|_| format!("{at}: too short")),
            "minimum" => value.as_f64().filter(|n| *n < given.as_f64().unwrap()).map(|n| format!("{at}: {n} is below {given}")),
            "maximum" => value.as_f64().filter(|n| *n > given.as_f64().unwrap()).map(|n| format!("{at}: {n} is above {given}")),
            "minItems" => value.as_array().filter(|a| (a.len() as u64) < given.as_u64().unwrap()).map(|_| format!("{at}: too few")),
            "items" => value.as_array().into_iter().flatten().enumerate().find_map(|(i, item)| differs(whole, given, item, &format!("{at}[{i}]"))),
            "required" => {
                let missing = given.as_array().unwrap().iter().map(|k| k.as_str().unwrap()).find(|k| value.as_object().is_some_and(|o| !o.contains_key(*k)));
                missing.map(|k| format!("{at}: {k} is missing"))
            }
            "properties" | "patternProperties" | "additionalProperties" if word == "properties" => {
                let patterns = schema.get("patternProperties").and_then(Value::as_object);
                value.as_object().into_iter().flatten().find_map(|(key, below)| {
                    let at = format!("{at}.{key}");
                    let mut matched = false;
                    let named = given.get(key).into_iter();
                    let like = patterns.into_iter().flatten().filter(|(p, _)| Regex::new(p).unwrap().is_match(key)).map(|(_, s)| s);
                    for schema in named.chain(like) {
                        matched = true;
                        if let Some(wrong) = differs(whole, schema, below, &at) {
                            return Some(wrong);
                        }
                    }
                    (!matched && schema.get("additionalProperties") == Some(&json!(false))).then(|| format!("{at}: unknown key"))
                })
            }
            "anyOf" | "oneOf" => {
                let all: Vec<Option<String>> = given.as_array().unwrap().iter().map(|s| differs(whole, s, value, at)).collect();
                match all.iter().filter(|w| w.is_none()).count() {
                    0 => Some(format!("{at}: {}", all.into_iter().flatten().collect::<Vec<_>>().join(" / "))),
                    1 => None,
                    n => (word == "oneOf").then(|| format!("{at}: {n} alternatives hold at once")),
                }
            }
            // A table whose keys are anybody's.
            "additionalProperties" if given.is_object() => {
                let named = schema.get("properties").and_then(Value::as_object);
                let others = value.as_object().into_iter().flatten().filter(|(key, _)| named.is_none_or(|n| !n.contains_key(*key)));
                others.into_iter().find_map(|(key, below)| differs(whole, given, below, &format!("{at}.{key}")))
            }
            "patternProperties" | "additionalProperties" => None,
            "format" => match given.as_str().unwrap() {
                "date-time" => text(value).filter(|t| !is_instant(t)).map(|t| format!("{at}: {t} is no instant")),
                "double" | "uint8" | "uint32" | "int32" | "int64" | "uint64" | "uint" => None,
                other => panic!("format {other}"),
            },
            "description" | "title" | "examples" | "$schema" | "$id" | "$defs" | "$comment" => None,
            other => panic!("the word {other} is not known to this test"),
        };
        if wrong.is_some() {
            return wrong;
        }
    }
    None
}

fn rulesets(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            rulesets(&path, found);
        } else if name.ends_with(".toml") && !name.ends_with(".test.toml") {
            found.push(path);
        }
    }
}

#[test]
fn every_ruleset_of_this_repository_is_as_the_schema_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["tests", "examples", "rules"].iter().for_each(|f| rulesets(&root.join(f), &mut files));
    let (zones, schemas) = (Zones::new(), Lang::ALL.map(schema));
    let (mut right, mut wrong) = (0, 0);
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let mut out = Diagnostics::default();
        let id = out.add_file("a".into(), text.clone());
        let value = node::parse(id, &text, &mut out).to_json();
        if out.has_errors() || value.get("ruleset").is_none() {
            continue;
        }
        let read = compile::read(std::slice::from_ref(&file), &[], &zones).unwrap();
        let (errors, _) = read.found.told();
        // Of a text that is put into several files only mistakes of its own count.
        let own = || errors.iter().filter(|e| e.file == file.display().to_string());
        for schema in &schemas {
            let differs = differs(schema, schema, &value, "");
            if errors.is_empty() {
                assert_eq!(differs, None, "{}", file.display());
                right += 1;
            } else if own().any(|e| e.message.starts_with("unknown key")) {
                assert!(differs.is_some(), "{}: {errors:?}", file.display());
                wrong += 1;
            }
        }
    }
    println!("{right} rulesets without mistakes, {wrong} with unknown keys");
    assert!(right > 150 && wrong > 1, "{right} {wrong}");
}

#[test]
fn what_the_program_refuses_the_schema_refuses() {
    let schema = schema(Lang::En);
    let rule = |more: Value| {
        let mut rule = json!({ "id": "r", "kind": "call_cap", "per": ["caller"], "max": 1, "window": "day" });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "ruleset": { "id": "a" }, "rule": [rule] })
    };
    assert_eq!(differs(&schema, &schema, &rule(json!({})), ""), None);
    assert_eq!(differs(&schema, &schema, &rule(json!({ "effective": { "from": "2026-01-01" }, "window": { "anchored": "1h" } })), ""), None);
    // A table that changes a rule of a pack names only what it changes.
    assert_eq!(differs(&schema, &schema, &json!({ "rule": [{ "id": "r", "enabled": false }, { "id": "s", "max": 3, "allow": { "sat": [] } }] }), ""), None);
    for more in [
        json!({ "kind": "call_cpa" }),
        json!({ "max": -1 }),
        json!({ "max": "60" }),
        json!({ "window": "24 h" }),
        json!({ "window": { "anchored": "1h", "resets_at": "04:00" } }),
        json!({ "per": "caller" }),
        json!({ "per": ["kaller"] }),
        json!({ "severity": "severe" }),
        json!({ "min_gap": "30m" }),
        json!({ "warn_at": 1.5 }),
        json!({ "citation": { "source": "x" } }),
        json!({ "citation": [{ "text": "x", "url": "javascript:alert(1)" }] }),
        json!({ "penalty": { "min": -1 } }),
        json!({ "effective": { "from": "soon" } }),
        json!({ "title": { "fr": "x" } }),
    ] {
        assert!(differs(&schema, &schema, &rule(more.clone()), "").is_some(), "{more}");
    }
    for whole in [
        json!({ "rules": [] }),
        json!({ "rule": [{ "kind": "call_cap" }] }),
        json!({ "rule": [{ "id": "r", "kind": "quiet_hours", "allow": { "mun": [] } }] }),
        json!({ "rule": [{ "id": "r", "kind": "quiet_hours", "allow": { "mon": ["9-12"] } }] }),
        json!({ "list": [{ "id": "l", "hash": "md4" }] }),
        json!({ "ruleset": { "region": "CHN" } }),
    ] {
        assert!(differs(&schema, &schema, &whole, "").is_some(), "{whole}");
    }
}

/// Every stored report of this repository.
fn reports(folder: &Path, found: &mut Vec<(PathBuf, Value)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            reports(&path, found);
        } else if let Ok(value) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap())
            && value.get("schema").and_then(Value::as_str).is_some_and(|s| s.starts_with("callaudit.report/"))
        {
            found.push((path, value));
        }
    }
}

fn report_schema() -> Value {
    stored::schema().to_value()
}

#[test]
fn the_schemas_are_those_in_the_documentation() {
    for form in schemas::FORMS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{form}.schema.json"));
        let text = format!("{}\n", serde_json::to_string_pretty(&schemas::schema(form)).unwrap());
        if std::env::var_os("CALLAUDIT_RENEW").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        assert!(std::fs::read_to_string(&file).unwrap() == text, "renew it: callaudit render --schema={form} > docs/{form}.schema.json");
    }
    assert!(schemas::schema("letter").is_none());
}

/// What diff, trend and --run-record write, in all its states.
#[test]
fn comparisons_trends_and_records_are_as_their_schemas_say() {
    let folder = tempfile::tempdir().unwrap();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/baseline-and-suppressions");
    for entry in std::fs::read_dir(&case).unwrap().map(|e| e.unwrap()).filter(|e| e.path().is_file()) {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let run = |line: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_callaudit")).args(line.split(' ')).current_dir(folder.path()).output().unwrap();
        assert!(output.status.code().is_some_and(|c| c < 2 || c == 3), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let audit = "audit calls.csv -r rules.toml --as-of 2026-11-26 -q --run-record run.jsonl";
    run(&format!("{audit} -o json=plain.json"));
    run(&format!("{audit} --baseline earlier.json --suppressions accepted.toml -o json=later.json"));
    run(&format!("{audit} gone.csv --since 2026-11-20 -o json=gone.json"));
    std::fs::write(folder.path().join("split.csv"), "account,caller,callee,started_at\nA,+442079460001,+447700900001,2026-11-18 10:00:00\n").unwrap();
    run("audit split.csv -r rules.toml -q --run-record run.jsonl --split account -o json=part.json");
    let mut seen = [0; 3];
    let mut check = |form: usize, text: &str| {
        let schema = schemas::schema(["diff", "trend", "run"][form]).unwrap().to_value();
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(differs(&schema, &schema, &value, ""), None, "{text}");
        // It says something: nothing may be missing or new at the top.
        for key in value.as_object().unwrap().keys() {
            let mut less = value.clone();
            less.as_object_mut().unwrap().shift_remove(key);
            assert!(differs(&schema, &schema, &less, "").is_some() != (key == "part"), "{key}");
        }
        let mut more = value.clone();
        more["more"] = json!(1);
        assert!(differs(&schema, &schema, &more, "").is_some());
        more = value.clone();
        more["schema"] = json!("callaudit.other/1");
        assert!(differs(&schema, &schema, &more, "").is_some());
        seen[form] += 1;
    };
    for (old, new) in [("earlier.json", "later.json"), ("later.json", "earlier.json"), ("plain.json", "gone.json"), ("plain.json", "plain.json")] {
        run(&format!("diff {old} {new} -o json=diff.json"));
        check(0, &std::fs::read_to_string(folder.path().join("diff.json")).unwrap());
    }
    for stored in ["plain.json", "earlier.json later.json gone.json"] {
        run(&format!("trend {stored} -o json=trend.json"));
        check(1, &std::fs::read_to_string(folder.path().join("trend.json")).unwrap());
    }
    std::fs::read_to_string(folder.path().join("run.jsonl")).unwrap().lines().for_each(|line| check(2, line));
    assert_eq!(seen, [4, 2, 4]);
}

#[test]
fn every_report_of_this_repository_is_as_its_schema_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    ["tests/cases", "examples"].iter().for_each(|f| reports(&root.join(f), &mut found));
    let schema = report_schema();
    let mut right = 0;
    for (path, value) in &found {
        let wrong = path.with_file_name("status").exists() && std::fs::read_to_string(path.with_file_name("status")).unwrap().trim() == "2";
        let differs = differs(&schema, &schema, value, "");
        // Those that a case refuses are not.
        if wrong && path.file_name().is_some_and(|n| n == "report.json") && differs.is_some() {
            continue;
        }
        assert_eq!(differs, None, "{}", path.display());
        right += 1;
    }
    println!("{right} of {} reports", found.len());
    assert!(right > 8, "{right}");
}

/// What `complaints` and `optouts` store: the schema in the documentation is the one of the structs, and what they write is as it says.
#[test]
fn complaints_and_refusals_are_as_their_schemas_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemas = [
        ("complaints", callaudit::complaints::model::schema(), "complaints calls.csv --complaints complaints.csv -r rules.toml --as-of 2026-11-24 -o json"),
        ("optouts", callaudit::complaints::optouts::schema(), "optouts calls.csv -r rules.toml --complaints complaints.csv -o json"),
    ];
    for (name, schema, asked) in schemas {
        let file = root.join(format!("docs/{name}.schema.json"));
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("CALLAUDIT_RENEW").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        assert!(std::fs::read_to_string(&file).unwrap() == text, "renew it: CALLAUDIT_RENEW=1 cargo test --test schema");
        let schema = schema.to_value();
        for more in ["", " --mask --lang zh"] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callaudit"));
            let out = command.args(format!("{asked}{more}").split(' ')).current_dir(root.join("tests/cases").join(name)).output().unwrap();
            let value: Value = serde_json::from_slice(&out.stdout).unwrap();
            assert_eq!(differs(&schema, &schema, &value, ""), None, "{name}{more}");
            let mut less = value.clone();
            less.as_object_mut().unwrap().remove("exit");
            assert!(differs(&schema, &schema, &less, "").is_some(), "{name}");
        }
    }
}

#[test]
fn what_render_refuses_the_schema_of_reports_refuses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report: Value = serde_json::from_slice(&std::fs::read(root.join("examples/callcentre-en/report.json")).unwrap()).unwrap();
    let schema = report_schema();
    assert_eq!(differs(&schema, &schema, &report, ""), None);
    let edits: [(&str, Value); 10] = [
        ("/schema", json!("callaudit.report/2")),
        ("/as_of", json!(7)),
        ("/inputs/0/rows/read", json!(-1)),
        ("/inputs/0/encoding", json!("klingon")),
        ("/rules/0/severity", json!("severe")),
        ("/rules/0/status", json!("clean")),
        ("/findings/0/state", json!("forgotten")),
        ("/findings/0/calls", json!("3")),
        ("/findings/0/evidence/0/line", json!(null)),
        ("/exit/status", json!(300)),
    ];
    for (place, value) in edits {
        let mut edited = report.clone();
        *edited.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        assert!(differs(&schema, &schema, &edited, "").is_some(), "{place}");
        assert!(stored::Stored::parse("report.json", edited.to_string().as_bytes()).is_err(), "{place}");
    }
    // No key may be missing, and none may be new.
    for (key, value) in report.as_object().unwrap() {
        let mut less = report.clone();
        less.as_object_mut().unwrap().shift_remove(key);
        assert!(differs(&schema, &schema, &less, "").is_some() == schema["required"].as_array().unwrap().contains(&json!(key)), "{key}");
        let mut more = report.clone();
        more["findings"][0][format!("{key}_")] = value.clone();
        assert!(differs(&schema, &schema, &more, "").is_some(), "{key}_");
    }
    let required = schema["required"].as_array().unwrap().len();
    assert_eq!(required, report.as_object().unwrap().len(), "every key of a report is required");
}

/// A case as it is stored: found, not found, and by the displayed number.
#[test]
fn cases_are_as_their_schema_says() {
    let schema = schemas::schema("case").unwrap().to_value();
    for (name, command) in [
        ("case-table", ["--number", "13800138000", "--claim", "at night"]),
        ("case-no-call", ["--number", "13900001111", "--claim", "called"]),
        ("case-shown-number", ["--shown", "4008880100", "--claim", "rude"]),
        ("exposure-of-packs-in-chinese", ["--number", "13800138000", "--claim", "拒绝后仍来电"]),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
        let rules = if folder.join("rules.toml").is_file() { "rules.toml" } else { "cn-law" };
        let out = std::process::Command::new(env!("CARGO_BIN_EXE_callaudit"))
            .current_dir(folder)
            .args([
                "case",
                "calls.csv",
                "-r",
                rules,
                "--at",
                if rules == "cn-law" { "2026-11-20" } else { "2026-09-28 20:15" },
                "--received",
                "2026-09-28",
                "--as-of",
                "2026-09-29",
                "-q",
                "-o",
                "json",
            ])
            .args(command)
            .output()
            .unwrap();
        let case: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{name}: {e}: {}", String::from_utf8_lossy(&out.stderr)));
        assert_eq!(case["schema"], "callaudit.case/1");
        assert_eq!(case["exposure"].is_object(), rules == "cn-law" || name == "case-table", "{name}: {}", case["exposure"]);
        assert_eq!(differs(&schema, &schema, &case, ""), None, "{name}");
    }
}
