//! The kinds of rule: one file each, and one word in the list below.

use super::RuleKind;

macro_rules! kinds {
    ($($module:ident),* $(,)?) => {
        #[path = "kinds"]
        mod kinds { $(pub mod $module;)* }
        /// All kinds, by name.
        pub static KINDS: &[&dyn RuleKind] = &[$(&kinds::$module::Kind),*];
    };
}
kinds! {
    binding, call_cap, caller_id, completeness, concurrency, consent, cooldown, destination, dnc_list, duration, list_age, pattern, quiet_hours, ratio, repeat_dial, sequential_dialling
}

/// The kind of this name.
pub fn by_name(name: &str) -> Option<&'static dyn RuleKind> {
    KINDS.iter().copied().find(|k| k.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_registered_and_each_kind_documented() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/kinds");
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
            assert!(by_name(&name).is_some(), "{name} is not registered");
        }
        for kind in KINDS {
            for heading in ["## What it checks", "## Parameters", "## Example", "## What to do"] {
                assert!(kind.doc().contains(heading), "{}: {heading}", kind.name());
            }
        }
    }
}
