//! The whole way, from inputs and complaints to a report.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::build::{Material, report};
use super::counting::{Counted, Plan, count, told_columns};
use super::log::{self, Complaint, LogFile};
use super::matching::{Join, Matcher};
use super::model::{self, InputRef, RulesetRef};
use super::optouts::{self};
use super::prevented::{ByPlace, audit};
use super::refusals::{self, Found};
use super::targets::Targets;
use crate::calls::columns::{Column, Field};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{NumberReader, NumberRegion};
use crate::calls::timestamps::DateOrder;
use crate::calls::zones::Clock;
use crate::engine::audit::{Job, Opened, open};
use crate::engine::coverage;
use crate::engine::export::{CallColumn, Calls, texts};
use crate::error::{Error, Result};
use crate::input::source::Inputs;
use crate::language::complaints::{Msg, say};
use crate::report::renderers::table::grouped;
use crate::report::{Exit, InputInfo};
use crate::rules::Rule;
use crate::rules::lists::consent::Consents;
use crate::rules::lists::events::Events;
use crate::rules::lists::{List, Surroundings};
use crate::rules::policy::Words;
use crate::ruleset::{ListKind, Ruleset};

/// How the column of a script is called; the first that an input has counts.
const SCRIPTS: [&str; 9] = ["script", "Script", "script_name", "script_id", "话术", "话术名称", "话术模板", "话术ID", "话术编号"];

/// What is asked, and how inputs are read.
pub struct Asked<'a, 'j> {
    /// Reads the calls, without a rule.
    pub job: &'a Job<'j>,
    /// Finds the inputs.
    pub inputs: &'a dyn Fn() -> Result<Inputs>,
    /// Can they be read several times?
    pub again: bool,
    /// The ruleset with its rules and lists, where there is one.
    pub ruleset: Option<&'a Ruleset>,
    /// Logs of complaints.
    pub complaints: &'a [PathBuf],
    /// The clock of days, and of times without an offset in complaints.
    pub zone: &'a str,
    /// Which of day and month comes first in complaints.
    pub dates: Option<DateOrder>,
    /// Columns to compare besides those that always are.
    pub by: Vec<(String, Field)>,
    /// Limit that the user states, in percent of the calls of a month.
    pub max_rate: Option<f64>,
    /// Lists of numbers besides those of the ruleset.
    pub lists: &'a [PathBuf],
}

impl std::fmt::Debug for Asked<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("complaints", &self.complaints).finish_non_exhaustive()
    }
}

impl Asked<'_, '_> {
    /// How numbers without a country code are read: as the inputs' are.
    fn region(&self, opened: &Opened) -> Result<NumberRegion> {
        match self.job.reading.region.as_deref().or(self.job.ruleset.region.as_deref()) {
            Some(region) => NumberRegion::new(Some(region)).map_err(Error::Usage),
            None => opened.inputs.first().map_or_else(|| NumberRegion::new(None).map_err(Error::Usage), |i| Ok(i.region)),
        }
    }

    fn read(&self, clock: &Clock, region: NumberRegion, dictionary: &Dictionary) -> Result<(Vec<LogFile>, Vec<Complaint>)> {
        let numbers = NumberReader::small(dictionary, self.job.zones, region);
        log::load(self.complaints, &mut log::Reading { clock, order: self.dates, numbers })
    }

    /// Columns that are compared: those that always are, the script where there is one, and those that are asked for.
    fn plan(&self) -> Plan {
        let canonical = [Column::Campaign, Column::Agent, Column::Line].map(|c| (c.name().to_owned(), Field::Canonical(c)));
        let scripts = SCRIPTS.map(|name| ("script".to_owned(), Field::Raw(name.to_owned())));
        let mut by: Vec<(String, Field)> = canonical.into_iter().chain(scripts).collect();
        by.extend(self.by.iter().filter(|b| !by.iter().any(|known| known.1 == b.1)).cloned().collect::<Vec<_>>());
        Plan { by, since: self.job.since, until: self.job.until }
    }
}

fn infos(opened: &Opened) -> Vec<InputInfo> {
    opened.inputs.iter().map(|i| i.info.clone()).chain(opened.infos.iter().cloned()).collect()
}

/// Leaves out columns that no call has, and all but the first of those that have the same name.
fn without_empty(plan: &mut Plan, counted: &mut Counted) {
    let mut seen = Vec::new();
    let keep: Vec<bool> = plan
        .by
        .iter()
        .zip(&counted.dimensions)
        .map(|((name, _), dimension)| {
            let keep = (!dimension.levels.is_empty() || counted.too_many.contains(name)) && !seen.contains(name);
            if keep {
                seen.push(name.clone());
            }
            keep
        })
        .collect();
    let kept = |n: usize| keep.get(n).copied().unwrap_or(true);
    let mut place = 0;
    counted.dimensions.retain(|_| {
        place += 1;
        kept(place - 1)
    });
    for call in &mut counted.kept {
        let mut place = 0;
        call.values.retain(|_| {
            place += 1;
            kept(place - 1)
        });
    }
    let mut place = 0;
    plan.by.retain(|_| {
        place += 1;
        kept(place - 1)
    });
}

/// Holds the complaints against the calls.
///
/// Errors: complaints or inputs that cannot be read; temporary files.
pub fn complaints(asked: &Asked<'_, '_>) -> Result<(model::Report, Vec<InputInfo>)> {
    let job = asked.job;
    let clock = Clock::parse(asked.zone).map_err(Error::Usage)?;
    let dictionary = Dictionary::default();
    let mut plan = asked.plan();
    let columns: Vec<CallColumn> = told_columns().into_iter().chain(plan.by.iter().map(|b| CallColumn::Field(b.1.clone()))).collect();
    let mut opened = open(job, (asked.inputs)()?, &texts(&columns), &dictionary)?;
    let region = asked.region(&opened)?;
    let (logs, complaints) = asked.read(&clock, region, &dictionary)?;
    let targets = Targets::of(&complaints, region, &dictionary);
    let calls = Calls::settle(job, &mut opened, &dictionary)?;
    let view = job.zones.view();
    let mut counted = count(&calls, &plan, &targets, (&dictionary, &view, &clock), job.memory / 4)?;
    without_empty(&mut plan, &mut counted);
    let inputs = infos(calls.opened());
    drop(calls);
    let gaps = coverage::gaps(&counted.hours, &clock);
    let country = region.country_code().map_or_else(String::new, |c| c.to_string());
    let matcher = Matcher::new(&counted, &dictionary, &clock, &country, gaps.clone());
    let joins: Vec<Join> = complaints.iter().map(|c| matcher.join(c)).collect();
    let mut notes = Vec::new();
    let ruleset = asked.ruleset.filter(|r| !r.rules.is_empty());
    let audited = match ruleset {
        Some(ruleset) if asked.again => {
            let places = joins.iter().flat_map(|j| &j.calls).map(|n| (counted.kept[*n].source.clone(), counted.kept[*n].line));
            Some((ruleset, audit(&with(job, ruleset), (asked.inputs)()?, places)?))
        }
        Some(_) => {
            notes.push(say(job.lang, Msg::NoteStdin, &[]));
            None
        }
        None => None,
    };
    let material = Material {
        lang: job.lang,
        as_of: job.as_of,
        clock: &clock,
        zone: asked.zone,
        dictionary: &dictionary,
        inputs: inputs.clone(),
        logs: &logs,
        complaints: &complaints,
        counted: &counted,
        since: job.since,
        until: job.until,
        gaps,
        joins: &joins,
        max_rate: asked.max_rate,
        audit: audited.as_ref().map(|(ruleset, (report, by_place))| (*ruleset, report, by_place)),
        notes,
    };
    Ok((report(&material), inputs))
}

/// A job with rules.
fn with<'a>(job: &'a Job<'_>, ruleset: &'a Ruleset) -> Job<'a> {
    Job { ruleset, reading: job.reading.clone(), with: job.with.clone(), columns: None, rejects: None, trace: None, settlement: None, ..*job }
}

/// The ledger of refusals.
///
/// Errors: lists, complaints or inputs that cannot be read; temporary files.
pub fn optouts(asked: &Asked<'_, '_>) -> Result<(optouts::Report, Vec<InputInfo>)> {
    let (job, lang) = (asked.job, asked.job.lang);
    let clock = Clock::parse(asked.zone).map_err(Error::Usage)?;
    let dictionary = Dictionary::default();
    let mut opened = open(job, (asked.inputs)()?, &texts(&refusals::columns()), &dictionary)?;
    let region = asked.region(&opened)?;
    let around =
        Surroundings { clock: std::sync::Arc::new(Clock::parse(asked.zone).map_err(Error::Usage)?), region, dictionary: &dictionary, zones: job.zones };
    let mut notes = Vec::new();
    let lists = lists(asked, &around, &mut notes)?;
    let (logs, complaints) = asked.read(&clock, region, &dictionary)?;
    let calls = Calls::settle(job, &mut opened, &dictionary)?;
    let refusals::InCalls { mut found, outbound, unknown } = refusals::in_calls(&calls)?;
    found.extend(events(asked, &around, &mut notes));
    found.extend(refusals::in_complaints(&logs, &complaints));
    let later = optouts::later(&calls, &found)?;
    let has_responses = calls.opened().inputs.iter().any(|i| i.profile.columns.contains_key(&Column::Response));
    let inputs = infos(calls.opened());
    drop(calls);
    let ruleset = asked.ruleset.filter(|r| !r.rules.is_empty());
    let mut broken = ByPlace::default();
    match ruleset {
        Some(ruleset) if asked.again => broken = audit(&with(job, ruleset), (asked.inputs)()?, later.places(&found).into_iter())?.1,
        Some(_) => notes.push(say(lang, Msg::NoteStdin, &[])),
        None => {}
    }
    let by_day = found.iter().any(|f| f.day);
    let (refusals, totals) = optouts::ledger(found, &later, &lists, (&clock, &dictionary), &broken);
    let mut incomplete: Vec<String> =
        inputs.iter().filter_map(|i| Some(format!("{}: {}", i.path, crate::language::sentence(lang, i.error.as_ref()?)))).collect();
    if outbound == 0 {
        incomplete.push(say(lang, Msg::ExitNoCalls, &[]));
    }
    let mut status = if incomplete.is_empty() { 0 } else { 3 };
    if totals.calls_after_explicit > 0 {
        status = status.max(1);
        incomplete.push(say(lang, Msg::OptExitAfter, &[("n", &grouped(totals.calls_after_explicit))]));
    } else if incomplete.is_empty() {
        incomplete.push(say(lang, Msg::OptExitNothing, &[]));
    }
    let mut not_established = vec![say(lang, Msg::OptOpenWords, &[])];
    if by_day {
        not_established.push(say(lang, Msg::OptOpenDays, &[]));
    }
    if totals.told.contains_key(&optouts::Told::Refused) {
        not_established.push(say(lang, Msg::OptOpenNotInterested, &[]));
    }
    if !unknown.is_empty() {
        let mut words: Vec<(u64, String)> = unknown.into_iter().map(|(word, n)| (n, word)).collect();
        words.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
        let words: Vec<String> = words.iter().take(10).map(|(n, word)| format!("{word} ({n})")).collect();
        notes.push(say(lang, Msg::OptNoteWords, &[("words", &words.join(if lang == crate::language::Lang::Zh { "、" } else { ", " }))]));
    }
    if !has_responses {
        notes.push(say(lang, Msg::OptNoteNoResponses, &[]));
    }
    let report = optouts::Report {
        schema: optouts::SCHEMA.to_owned(),
        tool: crate::engine::assembly::tool(),
        clock: asked.zone.to_owned(),
        ruleset: ruleset.map(|r| RulesetRef { id: r.id.clone(), version: r.version.clone(), hash: r.hash.clone() }),
        inputs: inputs.iter().map(input).collect(),
        calls: outbound,
        lists: lists.iter().map(|l| l.id.clone()).collect(),
        limits: ruleset.map_or_else(Vec::new, |r| limits(job, r)),
        totals,
        refusals,
        left_out: 0,
        not_established,
        notes,
        exit: Exit { status, reason: incomplete },
    };
    Ok((report, inputs))
}

fn input(info: &InputInfo) -> InputRef {
    super::build::input(info)
}

/// Which lists of the ruleset say who must not be called: those of its `dnc_list` rules, else all of numbers; and those of the command line.
///
/// Errors: a list of the command line that cannot be read.
fn lists(asked: &Asked<'_, '_>, around: &Surroundings<'_>, notes: &mut Vec<String>) -> Result<Vec<List>> {
    let mut lists = Vec::new();
    if let Some(ruleset) = asked.ruleset {
        let of_rules: Vec<usize> = ruleset.rules.iter().filter(|r| r.common().kind == "dnc_list").flat_map(|r| r.lists().to_vec()).collect();
        for (n, table) in ruleset.lists.iter().enumerate().filter(|(_, t)| t.kind == ListKind::Numbers) {
            let Some(path) = table.path.as_ref().filter(|_| of_rules.is_empty() || of_rules.contains(&n)) else { continue };
            match List::load(&table.id, path, &table.settings, around) {
                Ok(list) => lists.push(list),
                Err(facts) => notes.extend(facts.error.map(|e| crate::language::sentence(asked.job.lang, &e).into_owned())),
            }
        }
    }
    for path in asked.lists {
        let id = path.file_stem().map_or_else(|| path.display().to_string(), |s| s.to_string_lossy().into_owned());
        let list = List::load(&id, path, &crate::rules::lists::Settings::default(), around);
        lists.push(list.map_err(|facts| Error::Usage(facts.error.unwrap_or_default()))?);
    }
    for list in &lists {
        notes.extend(list.warnings.iter().map(|w| crate::language::sentence(asked.job.lang, w).into_owned()));
    }
    Ok(lists)
}

/// Refusals of the ruleset's lists: events, and consents that were taken back.
fn events(asked: &Asked<'_, '_>, around: &Surroundings<'_>, notes: &mut Vec<String>) -> Vec<Found> {
    let mut found = Vec::new();
    for table in asked.ruleset.into_iter().flat_map(|r| &r.lists).filter(|t| t.kind == ListKind::Events) {
        let Some(path) = &table.path else { continue };
        let mut numbers = NumberReader::small(around.dictionary, around.zones, around.region);
        match Events::load(&table.id, path, &around.clock, &mut numbers) {
            Ok(events) => found.extend(refusals::in_events(&table.id, &path.display().to_string(), &events)),
            Err(e) => notes.push(crate::language::sentence(asked.job.lang, &e).into_owned()),
        }
    }
    for table in asked.ruleset.into_iter().flat_map(|r| &r.lists).filter(|t| t.kind == ListKind::Consent) {
        let Some(path) = &table.path else { continue };
        match Consents::load(&table.id, path, &table.settings, around) {
            Ok(list) => found.extend(refusals::withdrawn(&path.display().to_string(), &list.withdrawn(), &around.clock)),
            Err(facts) => notes.extend(facts.error.map(|e| crate::language::sentence(asked.job.lang, &e).into_owned())),
        }
    }
    found
}

/// What the ruleset demands after a refusal, in its own words.
fn limits(job: &Job<'_>, ruleset: &Ruleset) -> Vec<optouts::Limit> {
    let view = job.zones.view();
    let words = Words { lang: job.lang, lists: &ruleset.lists, predicates: &ruleset.predicates, view: &view };
    let about = |rule: &&dyn Rule| matches!(rule.common().kind, "dnc_list" | "cooldown");
    let limit = |rule: &dyn Rule| optouts::Limit {
        rule: rule.common().id.clone(),
        force: rule.common().force.word().to_owned(),
        text: rule.policy(&words).text,
        citations: rule.common().citations.clone(),
    };
    let rules: BTreeMap<&str, &dyn Rule> = ruleset.rules.iter().map(|r| (r.common().id.as_str(), r.as_ref())).collect();
    rules.into_values().filter(about).map(limit).collect()
}
