//! `callaudit rules test`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{outputs, pretty, write};
use crate::calls::zones::Zones;
use crate::cli::terminal::Terminal;
use crate::engine::trial::{Outcome, Trial, beside, switch_on};
use crate::error::{Error, Result};
use crate::report::trials::{Mutated, Tested, Trials, Tried, coverage, junit, page};
use crate::ruleset::cases::Suite;
use crate::ruleset::compile::{ById, load_edited};
use crate::ruleset::mutations::{Change, changes};
use crate::ruleset::node::{Node, Value};
use crate::ruleset::packs::{self, Pack};

/// Options of `rules test`.
#[derive(Debug, Args)]
#[command(
    after_help = "The cases of rules.toml are in rules.test.toml beside it.\n\nExit status: 0 all pass; 1 some do not (or coverage lacks, or no case notices a change); 2 a mistake in the files.\n\nExamples:\n  callaudit rules test rules.toml\n  callaudit rules test rules.toml --require-coverage -o table -o junit=tests.xml\n  callaudit rules test rules.toml --mutate"
)]
pub struct Options {
    /// Rulesets whose cases are run [default: callaudit.toml here]
    #[arg(value_name = "FILE|PACK")]
    pub files: Vec<PathBuf>,
    /// Only these cases; may be repeated
    #[arg(long = "case", value_name = "ID", conflicts_with_all = ["coverage", "require_coverage"])]
    pub cases: Vec<String>,
    /// table, json or junit, to standard output or to a file; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
    /// Shows for each rule a case in which it fires, one in which it is clear, one on its boundary
    #[arg(long)]
    pub coverage: bool,
    /// Fails unless each rule has all three
    #[arg(long)]
    pub require_coverage: bool,
    /// Changes each figure of each rule by one step, and fails if no case notices it
    #[arg(long)]
    pub mutate: bool,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["table", "json", "junit"])?;
    let files = if options.files.is_empty() { vec![PathBuf::from("callaudit.toml")] } else { options.files.clone() };
    let zones = Zones::new();
    let mut tested = Vec::new();
    for file in &files {
        tested.push(Run::new(file, options, terminal, &zones)?.test()?);
    }
    if let Some(id) = options.cases.iter().find(|id| !tested.iter().any(|t| t.cases.iter().any(|c| c.id == **id))) {
        return Err(Error::Usage(format!("--case {id}: no file has a case of this id")));
    }
    let trials = Trials::new(tested, options.require_coverage);
    write(&outputs, |format, on_screen| match format {
        "json" => pretty(&serde_json::to_value(&trials).unwrap_or_default()),
        "junit" => Ok(junit::text(&trials, options.require_coverage)),
        _ => Ok(page::text(&trials, options.coverage || options.require_coverage, &terminal.view(on_screen))),
    })?;
    Ok(trials.status)
}

/// One ruleset and its cases, ready to be run.
struct Run<'a> {
    options: &'a Options,
    terminal: &'a Terminal,
    zones: &'a Zones,
    ruleset: PathBuf,
    name: String,
    /// Its id and version.
    head: (String, Option<String>),
    suite: Suite,
    tables: ById,
    /// Rules that are off.
    off: Vec<String>,
}

impl<'a> Run<'a> {
    /// Reads a ruleset and its cases.
    ///
    /// Errors: what is wrong with them.
    fn new(file: &Path, options: &'a Options, terminal: &'a Terminal, zones: &'a Zones) -> Result<Run<'a>> {
        // Somebody who names the file of cases means its ruleset.
        let named = file.to_string_lossy();
        let ruleset = named.strip_suffix(".test.toml").map_or_else(|| file.to_owned(), |stem| PathBuf::from(format!("{stem}.toml")));
        let pack = match packs::resolve(&ruleset.to_string_lossy(), ruleset.is_file()).map_err(Error::Usage)? {
            packs::Named::Pack(pack) => Some(pack),
            packs::Named::File => None,
        };
        let colour = terminal.stderr_colour();
        let (mut tables, mut off) = (ById::new(), Vec::new());
        let loaded = load_edited(std::slice::from_ref(&ruleset), &[], zones, colour, |all| {
            // A rule that is off has its cases too, and a ruleset all of whose rules are off can be tested.
            off = all.get("rule").into_iter().flatten().filter(|(_, node)| is_off(node)).map(|(id, _)| id.clone()).collect();
            all.get_mut("rule").into_iter().for_each(|rules| switch_on(rules));
            tables = all.clone();
        })?;
        let (path, text) = match pack {
            Some(pack) => (PathBuf::from(format!("{}{}.test.toml", packs::ORIGIN, pack.name)), pack.tests.to_owned()),
            None => {
                let path = beside(&ruleset);
                let fail = |e: std::io::Error| Error::Usage(format!("cannot read the cases of {}: {}: {e}", ruleset.display(), path.display()));
                let text = std::fs::read_to_string(&path).map_err(fail)?;
                (path, text)
            }
        };
        let suite = Suite::read(&path, &text, &tables, colour)?;
        let name = pack.map_or_else(|| ruleset.display().to_string(), Pack::origin);
        Ok(Run { options, terminal, zones, name, ruleset, head: (loaded.id, loaded.version), suite, tables, off })
    }

    fn test(&self) -> Result<Tested> {
        let chosen = |id: &String| self.options.cases.is_empty() || self.options.cases.contains(id);
        let mut trials = Vec::new();
        let mut cases = Vec::new();
        for case in self.suite.cases.iter().filter(|c| chosen(&c.id)) {
            let trial = Trial::new(&self.suite, case)?;
            let Outcome { wrong, quiet } = self.run(&trial, |_| {})?;
            cases.push(Tried {
                id: case.id.clone(),
                title: case.title.clone(),
                line: case.line,
                rules: case.rules.clone(),
                passed: wrong.is_empty(),
                wrong,
                case: case.clone(),
                quiet,
            });
            trials.push(trial);
        }
        // A rule that is off judges nobody: it may be without cases, which is told.
        let (untested, rules): (Vec<String>, Vec<String>) =
            self.own_rules().into_iter().partition(|r| self.off.contains(r) && !self.suite.cases.iter().any(|c| c.rules.contains(r)));
        let coverage = coverage(&rules, &|rule| self.forbids(rule), &cases);
        let (mutations, idle) = if self.options.mutate { self.mutate(&trials, &cases, &untested)? } else { (None, Vec::new()) };
        Ok(Tested {
            ruleset: self.name.clone(),
            id: self.head.0.clone(),
            version: self.head.1.clone(),
            tests: self.suite.path.display().to_string(),
            cases,
            coverage,
            untested,
            mutations,
            idle,
        })
    }

    fn run(&self, trial: &Trial<'_>, edit: impl FnOnce(&mut ById)) -> Result<Outcome> {
        trial.run(std::slice::from_ref(&self.ruleset), self.zones, self.terminal.lang, self.terminal.stderr_colour(), edit)
    }

    /// The rules that the file itself writes, and does not only take over from one that it extends (or switch off, or name otherwise).
    fn own_rules(&self) -> Vec<String> {
        const NAMES: [&str; 10] = ["id", "enabled", "disabled_because", "title", "severity", "required", "checklist", "citation", "penalty", "exposure"];
        let own = |node: &Node| match &node.value {
            Value::Table(table) => table.entries.iter().any(|(name, _)| name.place.file == 0 && !NAMES.contains(&name.text.as_str())),
            _ => false,
        };
        self.tables.get("rule").into_iter().flatten().filter(|(_, node)| own(node)).map(|(id, _)| id.clone()).collect()
    }

    /// Does the rule permit no call that it is about?
    fn forbids(&self, rule: &str) -> bool {
        let node = self.tables.get("rule").into_iter().flatten().find(|(id, _)| id == rule);
        matches!(node, Some((_, Node { value: Value::Table(table), .. })) if matches!(table.get("max"), Some(Node { value: Value::Integer(0), .. })))
    }

    /// Changes figure by figure; which case notices it? And which case that stands on the boundary of a rule notices nothing?
    fn mutate(&self, trials: &[Trial<'_>], before: &[Tried], untested: &[String]) -> Result<(Option<Vec<Mutated>>, Vec<(String, String)>)> {
        let mut changes = changes(&self.tables, &["rule", "exemption"]);
        changes.retain(|c| c.table != "rule" || !untested.contains(&c.id));
        let progress = self.terminal.progress(changes.len() as u64);
        let mut mutated = Vec::new();
        let mut idle: Vec<(String, String)> = Vec::new();
        for trial in trials {
            idle.extend(trial.case.boundary.iter().map(|rule| (trial.case.id.clone(), rule.clone())));
        }
        for (n, change) in changes.iter().enumerate() {
            progress.at(n as u64, n as u64);
            let mut noticed = None;
            let mut taken = true;
            for (trial, before) in trials.iter().zip(before).filter(|(t, _)| change.table != "rule" || t.case.rules.contains(&change.id)) {
                let on_boundary = idle.iter().position(|(case, rule)| *case == trial.case.id && *rule == change.id);
                if noticed.is_some() && on_boundary.is_none() {
                    continue;
                }
                match self.changed(trial, before, change)? {
                    // The ruleset does not take such a figure: there is nothing to notice.
                    None => taken = false,
                    Some(false) => {}
                    Some(true) => {
                        noticed.get_or_insert_with(|| trial.case.id.clone());
                        on_boundary.into_iter().for_each(|i| drop(idle.remove(i)));
                    }
                }
                if !taken {
                    break;
                }
            }
            if taken {
                mutated.push(Mutated { rule: change.id.clone(), key: change.key.clone(), from: change.from.clone(), to: change.to.clone(), noticed });
            }
        }
        progress.done();
        // A rule without a figure has a boundary that no change of one shows.
        idle.retain(|(_, rule)| mutated.iter().any(|m| m.rule == *rule));
        Ok((Some(mutated), idle))
    }

    /// Does the case give something else with this change? None: the ruleset does not take it.
    fn changed(&self, trial: &Trial<'_>, before: &Tried, change: &Change) -> Result<Option<bool>> {
        match self.run(trial, |tables| change.apply(tables)) {
            Ok(outcome) => Ok(Some(outcome.wrong != before.wrong)),
            Err(Error::Ruleset(_) | Error::Usage(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

fn is_off(rule: &Node) -> bool {
    matches!(&rule.value, Value::Table(table) if matches!(table.get("enabled"), Some(Node { value: Value::Bool(false), .. })))
}
