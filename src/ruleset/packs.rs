//! Packs: rulesets that ship inside the program, each with its cases. A pack is two files in `rules/` and one word below.

use std::fmt::Write as _;

use crate::error::nearest;

/// A ruleset inside the program.
#[derive(Debug)]
pub struct Pack {
    /// What `-r` and `extends` call it.
    pub name: &'static str,
    /// The ruleset.
    pub text: &'static str,
    /// Its cases.
    pub tests: &'static str,
}

macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        /// All packs, by name.
        pub static PACKS: &[Pack] = &[$(Pack {
            name: $name,
            text: include_str!(concat!("../../rules/", $name, ".toml")),
            tests: include_str!(concat!("../../rules/", $name, ".test.toml")),
        }),*];
    };
}
packs! { "amazon-connect", "au", "br", "ca", "cn-aliyun-bot", "cn-aliyun-voice", "cn-collection", "cn-huawei", "cn-law", "cn-marketing", "cn-prevention", "cn-tencent-ccc", "cn-volcengine", "de", "es", "fr", "genesys", "hk", "in", "it", "jp", "kr", "sg", "telnyx", "uk", "us-federal", "us-regf", "us-states", "vicidial" }

/// How the texts of packs are called among files.
pub const ORIGIN: &str = "pack:";

impl Pack {
    /// `version` of its `[ruleset]`.
    pub fn version(&self) -> &'static str {
        // Packs are ours and a test reads them all: the line is where it is expected.
        let lines = self.text.lines().skip_while(|l| *l != "[ruleset]").skip(1).take_while(|l| !l.starts_with('['));
        let value = lines.filter_map(|l| l.split_once('=')).find(|(key, _)| key.trim() == "version").map_or("", |(_, value)| value);
        value.trim().trim_matches('"')
    }

    /// `pack:cn-law@2026.11`, as reports and messages call it.
    pub fn origin(&self) -> String {
        format!("{ORIGIN}{}@{}", self.name, self.version())
    }
}

/// The pack of this name.
pub fn by_name(name: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|p| p.name == name)
}

/// The names of all packs, separated by commas.
pub fn names() -> String {
    PACKS.iter().map(|p| p.name).collect::<Vec<_>>().join(", ")
}

/// What a text after `-r`, or in `extends`, names.
#[derive(Debug)]
pub enum Named {
    /// A file, by the path as written.
    File,
    /// A pack.
    Pack(&'static Pack),
}

/// A pack, or a file: what holds a `/` or a `.` or exists is a file, but a pack goes before a file of its name (which is then written `./NAME`).
///
/// `is_file`: is there a file of that name? Errors: no such pack, or not in this version; the text says which there are.
pub fn resolve(text: &str, is_file: bool) -> Result<Named, String> {
    let (name, wanted) = text.split_once('@').map_or((text, None), |(n, v)| (n, Some(v)));
    if let Some(pack) = by_name(name) {
        return match wanted {
            Some(v) if v != pack.version() => {
                let mut message = format!("the pack {name} is of version {} in this program, not {v}", pack.version());
                let _ = write!(message, ": compare the two, then write {name}@{}, or take the program that has {v}", pack.version());
                Err(message)
            }
            _ => Ok(Named::Pack(pack)),
        };
    }
    if name.contains(['/', '\\', '.']) || name == "-" || is_file {
        return Ok(Named::File);
    }
    let near = nearest(name, PACKS.iter().map(|p| p.name)).map_or_else(String::new, |n| format!(": did you mean {n}?"));
    Err(format!("there is neither a pack nor a file \"{text}\"{near} (packs: {}; a file without a dot is written ./{text})", names()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::ruleset::compile;

    #[test]
    fn each_file_is_registered() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().to_string_lossy().into_owned();
            let pack = name.trim_end_matches(".toml").trim_end_matches(".test");
            assert!(by_name(pack).is_some(), "rules/{name} is not registered");
        }
        assert!(PACKS.is_sorted_by_key(|p| p.name), "packs are listed by name");
    }

    /// Every pack compiles without a word of complaint, and each of its rules says where its figure comes from.
    #[test]
    fn packs_are_whole() {
        let zones = crate::calls::zones::Zones::new();
        for pack in PACKS {
            let ruleset = match compile::load(&[pack.name.into()], &[], &zones, false) {
                Ok(ruleset) => ruleset,
                Err(e) => panic!("{}: {e}", pack.name),
            };
            assert_eq!((ruleset.id.as_str(), ruleset.version.as_deref()), (pack.name, Some(pack.version())));
            assert!(ruleset.rules.is_empty() || ruleset.warnings.is_empty(), "{}: {:?}", pack.name, ruleset.warnings);
            let (head, all) = (&ruleset.effective["ruleset"], &ruleset.effective);
            let both =
                |v: &Value, what: &str| ["en", "zh"].iter().for_each(|l| assert!(v[l].as_str().is_some_and(|t| !t.is_empty()), "{what}: {l} is missing"));
            both(&head["title"], pack.name);
            both(&head["pack"]["about"], pack.name);
            for key in ["jurisdiction", "kind", "as_of"] {
                assert!(head["pack"][key].is_string(), "{}: pack.{key}", pack.name);
            }
            let mut titles = std::collections::BTreeSet::new();
            for rule in all["rule"].as_array().unwrap() {
                assert!(titles.insert(rule["title"]["en"].as_str()), "{}: two rules have the title {}", pack.name, rule["title"]["en"]);
                let id = rule["id"].as_str().unwrap();
                both(&rule["title"], id);
                for key in ["severity", "force", "clock", "checklist"] {
                    assert!(rule[key].is_string(), "{id}: {key} is missing");
                }
                assert_ne!(rule["clock"], "ruleset", "{id}: a ruleset over this pack may have another clock");
                let citations = rule["citation"].as_array().filter(|c| !c.is_empty()).unwrap_or_else(|| panic!("{id}: no citation"));
                for citation in citations {
                    for key in ["text", "source", "as_of", "confidence"] {
                        assert!(citation[key].is_string(), "{id}: citation.{key}");
                    }
                    assert!(["A", "B", "C", "D", "U"].contains(&citation["confidence"].as_str().unwrap()), "{id}");
                }
                let off = rule["enabled"] == false;
                assert_eq!(off, rule["disabled_because"].is_object(), "{id}: what is off says why, and only that");
                if off {
                    both(&rule["disabled_because"], id);
                }
                let weak = citations.iter().all(|c| ["D", "U"].contains(&c["confidence"].as_str().unwrap()));
                assert!(off || !weak || rule["force"] == "house" || rule["force"] == "signal", "{id}: a figure that nobody verified is on");
            }
            for list in all["checklist"].as_array().unwrap() {
                for step in list["steps"].as_array().unwrap() {
                    both(step, pack.name);
                    both(&step["proof"], pack.name);
                }
            }
        }
    }

    #[test]
    fn a_text_is_a_pack_or_a_file() {
        let pack = |text: &str, exists: bool| matches!(resolve(text, exists), Ok(Named::Pack(_)));
        let file = |text: &str, exists: bool| matches!(resolve(text, exists), Ok(Named::File));
        assert!(pack("cn-tencent-ccc", false) && pack("cn-tencent-ccc", true));
        assert!(pack(&format!("cn-tencent-ccc@{}", by_name("cn-tencent-ccc").unwrap().version()), false));
        assert!(file("./cn-tencent-ccc", true) && file("rules.toml", false) && file("a/b", false) && file("ours", true) && file("ours@2", true));
        let wrong = resolve("cn-tencent-cc", false).unwrap_err();
        assert!(wrong.contains("did you mean cn-tencent-ccc?") && wrong.contains("./cn-tencent-cc"), "{wrong}");
        let old = resolve("cn-tencent-ccc@2019.01", true).unwrap_err();
        assert!(old.contains(by_name("cn-tencent-ccc").unwrap().version()) && old.contains("not 2019.01"), "{old}");
    }
}
