//! `callaudit rules` on the packs that ship, whichever they are.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use callaudit::calls::zones::Zones;
use callaudit::rules::registry::KINDS;
use callaudit::ruleset::compile;
use callaudit::ruleset::packs::PACKS;
use serde_json::Value;

/// Runs a command that must end with this status; gives what it prints.
fn run(folder: &Path, arguments: &[&str], status: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callaudit"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "C").env("COLUMNS", "100").stdin(Stdio::null());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn all_packs_and_kinds_are_listed_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let json: Value = serde_json::from_str(&run(folder.path(), &["rules", "list", "-o", "json"], 0)).unwrap();
    let texts = ["en", "zh"].map(|lang| run(folder.path(), &["rules", "list", "--lang", lang], 0));
    assert_eq!(json["packs"].as_array().unwrap().len(), PACKS.len());
    for (pack, told) in PACKS.iter().zip(json["packs"].as_array().unwrap()) {
        assert_eq!((told["name"].as_str(), told["version"].as_str()), (Some(pack.name), Some(pack.version())));
        let ruleset = compile::load(&[PathBuf::from(pack.name)], &[], &Zones::new(), false).unwrap();
        assert_eq!((told["rules"].as_u64(), told["off"].as_u64()), (Some(ruleset.rules.len() as u64), Some(ruleset.off.len() as u64)));
        let by_force: u64 = told["force"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(by_force, ruleset.rules.len() as u64, "{}", pack.name);
        for (text, lang) in texts.iter().zip(["en", "zh"]) {
            let title = told["title"][lang].as_str().unwrap().split_whitespace().next().unwrap();
            assert!(text.contains(&format!("{}@{} · ", pack.name, pack.version())) && text.contains(title), "{}: {text}", pack.name);
        }
    }
    for kind in KINDS {
        assert!(texts.iter().all(|text| text.lines().any(|l| l.trim_start().starts_with(kind.name()))), "{}", kind.name());
    }
    assert!(texts.iter().flat_map(|t| t.lines()).all(|l| unicode_width::UnicodeWidthStr::width(l) <= 100));
}

#[test]
fn what_show_prints_is_the_same_ruleset_again() {
    let folder = tempfile::tempdir().unwrap();
    for pack in PACKS {
        let shown = run(folder.path(), &["rules", "show", pack.name], 0);
        let file = folder.path().join(format!("{}-shown.toml", pack.name));
        std::fs::write(&file, &shown).unwrap();
        let name = file.to_str().unwrap();
        run(folder.path(), &["rules", "check", name], 0);
        assert_eq!(run(folder.path(), &["rules", "diff", pack.name, name], 0), "no difference\n", "{}", pack.name);
        // Each key says where it comes from.
        let origin = format!("  # pack:{}@{}:", pack.name, pack.version());
        let keys = shown.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()) && l.contains(" = "));
        for key in keys {
            assert!(key.contains(&origin), "{key}");
        }
        for rule in toml::from_str::<toml::Table>(pack.text).unwrap()["rule"].as_array().unwrap() {
            let id = rule["id"].as_str().unwrap();
            let one: Value = serde_json::from_str(&run(folder.path(), &["rules", "show", pack.name, id, "-o", "json"], 0)).unwrap();
            assert_eq!((one["rule"].as_array().unwrap().len(), one["rule"][0]["id"].as_str()), (1, Some(id)));
            let off = rule.get("enabled").is_some_and(|e| e.as_bool() == Some(false));
            assert_eq!((one["rule"][0]["on"].as_bool(), one["rule"][0]["disabled_because"].is_object()), (Some(!off), off), "{id}");
        }
    }
}

#[test]
fn an_exported_pack_is_the_pack_and_passes_its_cases() {
    let folder = tempfile::tempdir().unwrap();
    for pack in PACKS {
        assert_eq!(run(folder.path(), &["rules", "export", pack.name], 0), pack.text);
        let (file, cases) = (format!("{}.toml", pack.name), format!("{}.test.toml", pack.name));
        run(folder.path(), &["rules", "export", pack.name, "-o", &file], 0);
        run(folder.path(), &["rules", "export", &format!("{}@{}", pack.name, pack.version()), "--cases", "-o", &cases], 0);
        run(folder.path(), &["rules", "test", &file], 0);
        run(folder.path(), &["rules", "export", pack.name, "-o", &file], 2);
    }
    run(folder.path(), &["rules", "export", &format!("{}@1999", PACKS[0].name)], 2);
}

#[test]
fn every_pack_has_a_policy_that_names_each_of_its_rules() {
    let folder = tempfile::tempdir().unwrap();
    for pack in PACKS {
        for lang in ["en", "zh"] {
            let text = run(folder.path(), &["rules", "policy", pack.name, "--lang", lang], 0);
            for rule in toml::from_str::<toml::Table>(pack.text).unwrap()["rule"].as_array().unwrap() {
                let off = rule.get("enabled").is_some_and(|e| e.as_bool() == Some(false));
                assert_eq!(text.contains(&format!("`{}`", rule["id"].as_str().unwrap())), !off, "{}: {}", pack.name, rule["id"]);
            }
            assert!(!text.contains("\n\n\n\n") && text.ends_with("…\n"), "{}", pack.name);
        }
    }
}

/// Every ruleset that the documentation shows has no mistakes. What a block leaves out stands elsewhere on its page: the `[ruleset]`, and lists that its rules name.
#[test]
fn rulesets_in_the_documentation_have_no_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    for (page, least) in [("docs/ruleset.md", 19), ("docs/zh/使用说明.md", 12)] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        let blocks: Vec<toml::Table> = text
            .split("```toml\n")
            .skip(1)
            .map(|b| b.split("```").next().unwrap())
            .map(|b| toml::from_str(b).unwrap_or_else(|e| panic!("{page}: {e}\n{b}")))
            .collect();
        let tables = |block: &toml::Table, key: &str| block.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let lists: Vec<toml::Value> = blocks.iter().flat_map(|b| tables(b, "list")).collect();
        let mut checked = 0;
        for block in blocks.iter().filter(|b| b.contains_key("rule") || b.contains_key("exemption")) {
            let mut whole = block.clone();
            let head: toml::Table = toml::from_str("id = 'page'\ntimezone = 'Asia/Shanghai'\nregion = 'CN'").unwrap();
            whole.entry("ruleset").or_insert(head.into());
            let mut own = tables(block, "list");
            for list in &lists {
                if own.iter().all(|l| l["id"] != list["id"]) {
                    own.push(list.clone());
                }
            }
            whole.insert("list".to_owned(), own.into());
            let (file, shown) = (folder.path().join("page.toml"), toml::to_string(&whole).unwrap());
            std::fs::write(&file, &shown).unwrap();
            if let Err(e) = compile::load(&[file], &[], &Zones::new(), false) {
                panic!("{page}: {e}\n{shown}");
            }
            checked += 1;
        }
        assert!(checked >= least, "{page}: {checked} rulesets");
        for kind in KINDS {
            assert!(text.contains(kind.name()), "{page} does not name {}", kind.name());
        }
    }
}
