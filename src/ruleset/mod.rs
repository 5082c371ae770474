//! Rulesets: from TOML files to compiled rules, with every mistake shown at once and in its place.

pub mod compile;
pub mod diagnostics;
pub mod node;
pub mod sql;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::calls::zones::ZoneId;
use crate::rules::Rule;

/// A compiled ruleset.
pub struct Ruleset {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// Titles by language.
    pub title: BTreeMap<String, String>,
    /// Name of the ruleset's zone.
    pub timezone: String,
    /// The same, by number.
    pub zone: ZoneId,
    /// Region of numbers without a country code.
    pub region: Option<String>,
    /// The rules that are on, sorted by id.
    pub rules: Vec<Box<dyn Rule>>,
    /// The distinct expressions that rules use.
    pub predicates: Vec<sql::Expression>,
    /// The lists that it declares or is given.
    pub lists: Vec<ListTable>,
    /// What is stated of sources.
    pub sources: Vec<SourceTable>,
    /// What to do about findings.
    pub checklists: BTreeMap<String, Vec<Step>>,
    /// Files in the order of loading.
    pub files: Vec<String>,
    /// BLAKE3 of the files.
    pub hash: String,
    /// All tables after merging.
    pub effective: serde_json::Value,
    /// What is odd but no mistake.
    pub warnings: Vec<String>,
}

impl std::fmt::Debug for Ruleset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ruleset").field("id", &self.id).field("files", &self.files).finish_non_exhaustive()
    }
}

/// A `[[list]]`.
#[derive(Clone, Debug)]
pub struct ListTable {
    /// Its id.
    pub id: String,
    /// Where its file lies, if it has one.
    pub path: Option<PathBuf>,
    /// How its file is read.
    pub settings: crate::rules::lists::Settings,
}

/// A `[[source]]`.
#[derive(Clone, Debug)]
pub struct SourceTable {
    /// Which inputs it is about.
    pub path: globset::GlobMatcher,
    /// A layout by name, or a profile file.
    pub profile: Option<PathBuf>,
    /// Clock of times without an offset.
    pub tz: Option<String>,
    /// What the log does not tell.
    pub set: BTreeMap<crate::calls::columns::Column, String>,
}

/// A step of a `[[checklist]]`.
#[derive(Clone, Debug)]
pub struct Step {
    /// Who does it.
    pub owner: String,
    /// `1 business day`
    pub due: Option<String>,
    /// By language.
    pub step: BTreeMap<String, String>,
    /// By language.
    pub proof: BTreeMap<String, String>,
}
