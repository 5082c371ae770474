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

impl Ruleset {
    /// No rules: times without an offset are taken as UTC.
    pub fn none(zones: &crate::calls::zones::Zones) -> Ruleset {
        Ruleset {
            id: String::new(),
            version: None,
            title: BTreeMap::new(),
            timezone: "UTC".to_owned(),
            zone: zones.clock("UTC").unwrap_or_default(),
            region: None,
            rules: Vec::new(),
            predicates: Vec::new(),
            lists: Vec::new(),
            sources: Vec::new(),
            checklists: BTreeMap::new(),
            files: Vec::new(),
            hash: String::new(),
            effective: serde_json::Value::Null,
            warnings: Vec::new(),
        }
    }

    /// What it says of inputs and of who is behind their numbers, without its rules and the lists that only these use.
    pub fn without_rules(self) -> Ruleset {
        let lists = self.lists.into_iter().filter(|l| matches!(l.kind, ListKind::Aliases | ListKind::Bindings)).collect();
        Ruleset { rules: Vec::new(), predicates: Vec::new(), lists, checklists: BTreeMap::new(), ..self }
    }
}

/// A `[[list]]`.
#[derive(Clone, Debug)]
pub struct ListTable {
    /// Its id.
    pub id: String,
    /// Where its file lies, if it has one.
    pub path: Option<PathBuf>,
    /// What its entries are.
    pub kind: ListKind,
    /// How its file is read.
    pub settings: crate::rules::lists::Settings,
}

/// What the entries of a list are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListKind {
    /// Numbers, as of a moment.
    #[default]
    Numbers,
    /// Numbers and the persons that they belong to.
    Aliases,
    /// Virtual numbers and who is behind them.
    Bindings,
    /// What happened to numbers or persons, and when.
    Events,
    /// One's own numbers, as of a moment.
    Inventory,
    /// Who agreed to be called.
    Consent,
    /// Something that no part of the program asks for yet.
    Other,
}

impl ListKind {
    /// As rulesets name it.
    pub fn word(self) -> &'static str {
        match self {
            ListKind::Numbers => "numbers",
            ListKind::Aliases => "aliases",
            ListKind::Bindings => "bindings",
            ListKind::Events => "events",
            ListKind::Inventory => "inventory",
            ListKind::Consent => "consent",
            ListKind::Other => "other",
        }
    }
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
    /// Which comes first in `03/05/2026`.
    pub date_order: Option<crate::calls::timestamps::DateOrder>,
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
