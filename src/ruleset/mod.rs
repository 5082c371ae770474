//! Rulesets: from TOML files to compiled rules, with every mistake shown at once and in its place.

pub mod cases;
pub mod citations;
pub mod compile;
pub mod condition;
pub mod diagnostics;
pub mod mutations;
pub mod node;
pub mod packs;
pub mod schema;
pub mod scope;
pub mod sql;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::calls::calendar::{Date, civil, days_of, iso};
use crate::calls::zones::ZoneId;
use crate::rules::Rule;
use crate::rules::scope::Exemption;

/// The same day so many months later, or the last of that month.
fn months_later(date: Date, months: u32) -> Date {
    let (year, month, day) = civil(date);
    let months = month - 1 + months;
    let (year, month) = (year + i32::try_from(months / 12).unwrap_or(0), months % 12 + 1);
    (1..=day).rev().find_map(|d| days_of(year, month, d)).unwrap_or(date)
}

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
    /// The rules that are off (`enabled = false`), sorted by id.
    pub off: Vec<Box<dyn Rule>>,
    /// The distinct expressions that rules use.
    pub predicates: Vec<sql::Expression>,
    /// The lists that it declares or is given.
    pub lists: Vec<ListTable>,
    /// Named exemptions.
    pub exemptions: Vec<Exemption>,
    /// What is stated of sources.
    pub sources: Vec<SourceTable>,
    /// What to do about findings.
    pub checklists: BTreeMap<String, Vec<Step>>,
    /// Files in the order of loading.
    pub files: Vec<String>,
    /// BLAKE3 of the files.
    pub hash: String,
    /// The packs among the files.
    pub packs: Vec<PackUse>,
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
            off: Vec::new(),
            predicates: Vec::new(),
            lists: Vec::new(),
            exemptions: Vec::new(),
            sources: Vec::new(),
            checklists: BTreeMap::new(),
            files: Vec::new(),
            hash: String::new(),
            packs: Vec::new(),
            effective: serde_json::Value::Null,
            warnings: Vec::new(),
        }
    }

    /// A word about each pack whose figures are more than six months older than `today`.
    pub fn aged(&self, today: Date) -> Vec<String> {
        let old = self.packs.iter().filter(|p| today > months_later(p.as_of, 6));
        old.map(|p| {
            let when = iso(p.as_of);
            format!(
                "the figures of the pack {}@{} are of {when}, more than six months before this audit: check them, or take a newer program",
                p.name, p.version
            )
        })
        .collect()
    }

    /// What it says of inputs and of who is behind their numbers, without its rules and the lists that only these use.
    pub fn without_rules(self) -> Ruleset {
        let lists = self.lists.into_iter().filter(|l| matches!(l.kind, ListKind::Aliases | ListKind::Bindings)).collect();
        Ruleset { rules: Vec::new(), off: Vec::new(), predicates: Vec::new(), exemptions: Vec::new(), lists, checklists: BTreeMap::new(), ..self }
    }
}

/// A pack that a ruleset is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackUse {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The day on which its figures were checked.
    pub as_of: Date,
}

/// A `[[list]]`.
#[derive(Clone, Debug)]
pub struct ListTable {
    /// Its id.
    pub id: String,
    /// Titles by language.
    pub title: BTreeMap<String, String>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::calendar::parse_iso;

    #[test]
    fn six_months_end_on_the_same_day_or_the_last_of_the_month() {
        for (from, to) in [("2026-11-23", "2027-05-23"), ("2026-08-31", "2027-02-28"), ("2027-08-31", "2028-02-29")] {
            assert_eq!(iso(months_later(parse_iso(from).unwrap(), 6)), to);
        }
        let mut ruleset = Ruleset::none(&crate::calls::zones::Zones::new());
        ruleset.packs.push(PackUse { name: "cn-law", version: "2026.11", as_of: parse_iso("2026-11-23").unwrap() });
        assert!(ruleset.aged(parse_iso("2027-05-23").unwrap()).is_empty());
        assert!(ruleset.aged(parse_iso("2027-05-24").unwrap())[0].contains("cn-law@2026.11"));
    }
}
