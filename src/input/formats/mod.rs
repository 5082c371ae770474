//! The layouts that are recognised by themselves: one file each, and one word in the list below.

use super::prefix::Prefix;
use super::profile::Profile;

/// A layout that recognises its exports.
pub trait Format: Sync {
    /// Its name, as `-p` takes it and reports show it.
    fn name(&self) -> &'static str;
    /// The profile of this export, if it has this layout, with how sure that is (0 to 100).
    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)>;
}

macro_rules! formats {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// All layouts, the most particular first.
        pub static FORMATS: &[&dyn Format] = &[$(&$module::Layout),*];
    };
}
formats! { asterisk, generic }

/// The layout that is surest of an export.
pub fn recognise(prefix: &Prefix) -> Option<(Profile, u8)> {
    let mut best: Option<(Profile, u8)> = None;
    for format in FORMATS {
        if let Some(found) = format.recognise(prefix)
            && best.as_ref().is_none_or(|b| found.1 > b.1)
        {
            best = Some(found);
        }
    }
    best
}

pub use generic::{meaning, starter};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_each_file_is_registered() {
        let names: std::collections::BTreeSet<_> = FORMATS.iter().map(|f| f.name()).collect();
        assert_eq!(names.len(), FORMATS.len());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/input/formats");
        let files = std::fs::read_dir(folder).unwrap().filter(|f| f.as_ref().unwrap().file_name() != "mod.rs").count();
        assert_eq!(files, FORMATS.len());
    }
}
