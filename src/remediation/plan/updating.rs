//! What an audit, and what a person, changes in a plan.

use std::collections::BTreeMap;

use super::editing::Edit;
use super::measuring::Audit;
use super::reading::File;
use super::{Entry, Item, Plan, State, Taken};
use crate::calls::calendar::{Date, iso, parse_iso};
use crate::error::{Error, Result, nearest};
use crate::remediation::leaks;
use crate::report::audience::is_external;
use crate::report::{ChecklistItem, Report};

/// What became of a plan.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Steps that are new, verified, reopened.
    pub added: Vec<String>,
    #[allow(missing_docs)]
    pub verified: Vec<String>,
    #[allow(missing_docs)]
    pub reopened: Vec<String>,
    /// Steps that stay as they are, with the reasons.
    pub kept: Vec<(String, Vec<String>)>,
    /// The plan knew this audit.
    pub known: bool,
}

/// Takes an audit into a plan.
///
/// Errors: a report for somebody else, one that is older than what the plan knows.
pub fn take(file: &File, name: &str, audit: &Audit<'_>) -> Result<(File, Outcome)> {
    let report = audit.report;
    if is_external(report) {
        return Err(Error::Usage("a plan is made from internal reports: this one was written for somebody else and does not have all rules".to_owned()));
    }
    let as_of = parse_iso(&report.as_of).ok_or_else(|| Error::Usage(format!("the report's as_of \"{}\" is no date", report.as_of)))?;
    let mut outcome = Outcome::default();
    if file.plan.reports.iter().any(|r| r.hash == audit.hash) {
        // What was said to be done since then may be verified by it all the same; of anything else it has told what it had to tell.
        outcome.known = true;
        let mut edit = Edit::new(file);
        let told = |item: &Item| file.plan.log.iter().rev().find(|e| e.item == item.id).is_some_and(|e| e.report == audit.name());
        for item in file.plan.items.iter().filter(|i| i.state == State::Done && !told(i)) {
            step(&file.plan, item, audit, as_of, &mut edit, &mut outcome);
        }
        return Ok((edit.finish(name)?, outcome));
    }
    if let Some(last) = file.plan.as_of().filter(|last| as_of < *last) {
        return Err(Error::Usage(format!("the report is of {}, and the plan has taken in one of {}: give reports in their order", iso(as_of), iso(last))));
    }
    let mut edit = Edit::new(file);
    let period = |text: &Option<String>| text.clone().unwrap_or_default();
    edit.report(&Taken {
        hash: audit.hash.to_owned(),
        as_of,
        ruleset: report.ruleset.id.clone(),
        first: period(&report.period.first),
        last: period(&report.period.last),
        calls: report.totals.calls,
    });
    let mut rules: Vec<&String> = file.plan.items.iter().flat_map(|i| &i.rules).chain(report.checklist.iter().flat_map(|i| &i.rules)).collect();
    rules.sort();
    rules.dedup();
    rules.into_iter().filter_map(|rule| audit.measure(rule)).for_each(|m| edit.measure(&m));
    for item in &file.plan.items {
        step(&file.plan, item, audit, as_of, &mut edit, &mut outcome);
    }
    for asked in &report.checklist {
        match file.plan.item(&asked.id) {
            Some(known) => asked.rules.iter().filter(|r| !known.rules.contains(r)).for_each(|rule| edit.add(&known.id, "rules", rule)),
            None => {
                edit.item(&item_of(asked, audit, as_of));
                outcome.added.push(asked.id.clone());
            }
        }
    }
    Ok((edit.finish(name)?, outcome))
}

/// What an audit says of a step.
fn step(plan: &Plan, item: &Item, audit: &Audit<'_>, as_of: Date, edit: &mut Edit<'_>, outcome: &mut Outcome) {
    let entry = |what: &str, why: Vec<String>| Entry {
        item: item.id.clone(),
        on: as_of,
        what: what.to_owned(),
        report: audit.name().to_owned(),
        why,
        ..Entry::default()
    };
    let (State::Done | State::Verified, Some(on)) = (item.state, item.on) else {
        if audit.report.checklist.iter().all(|c| c.id != item.id) {
            outcome.kept.push((item.id.clone(), vec!["not_done".to_owned()]));
        }
        return;
    };
    let back: Vec<String> = item.rules.iter().filter(|rule| audit.broken_after(rule, on) == Some(true)).map(|rule| format!("{rule}: found")).collect();
    if !back.is_empty() {
        edit.set(&item.id, "state", super::reading::quoted(State::Reopened.word()));
        // The old date is over.
        let due = audit.report.checklist.iter().find(|c| c.id == item.id).and_then(|c| c.due.as_deref()).and_then(parse_iso);
        if let Some(due) = due {
            edit.set(&item.id, "due", iso(due));
        }
        edit.log(&entry("reopened", back));
        outcome.reopened.push(item.id.clone());
        return;
    }
    if item.state == State::Verified {
        let unknown: Vec<String> = item
            .rules
            .iter()
            .filter(|rule| audit.broken_after(rule, on).is_none() && audit.measure(rule).is_some())
            .map(|rule| format!("{rule}: left_out"))
            .collect();
        if !unknown.is_empty() {
            edit.log(&entry("kept", unknown.clone()));
            outcome.kept.push((item.id.clone(), unknown));
        }
        return;
    }
    let doubts: Vec<String> =
        item.rules.iter().flat_map(|rule| audit.doubts(plan, item, rule, on).into_iter().map(move |why| format!("{rule}: {why}"))).collect();
    if doubts.is_empty() {
        edit.set(&item.id, "state", super::reading::quoted(State::Verified.word()));
        edit.set(&item.id, "verified_by", super::reading::quoted(audit.name()));
        edit.log(&entry("verified", Vec::new()));
        outcome.verified.push(item.id.clone());
    } else {
        edit.log(&entry("kept", doubts.clone()));
        outcome.kept.push((item.id.clone(), doubts));
    }
}

/// A step of a checklist, made concrete: which settings the leaks of its findings name, on which platform, to which value.
fn item_of(asked: &ChecklistItem, audit: &Audit<'_>, as_of: Date) -> Item {
    let mut platform: Vec<String> =
        audit.report.inputs.iter().filter(|i| i.rows.accepted > 0).filter_map(|i| i.profile.clone()).filter(|p| p != "generic").collect();
    platform.sort();
    platform.dedup();
    // Which setting and to which value is for whoever changes settings.
    let sets = matches!(asked.owner.as_str(), "it" | "operations");
    Item {
        id: asked.id.clone(),
        rules: asked.rules.clone(),
        owner: asked.owner.clone(),
        due: asked.due.as_deref().and_then(parse_iso),
        since: Some(as_of),
        step: asked.step.clone(),
        settings: if sets { settings(asked, audit, &platform) } else { Vec::new() },
        values: if sets { asked.rules.iter().filter_map(|rule| value(audit.report, rule)).collect() } else { Vec::new() },
        platform,
        attach: asked.proof.clone(),
        ..Item::default()
    }
}

/// What closes the leaks that the findings of a step show.
fn settings(asked: &ChecklistItem, audit: &Audit<'_>, platform: &[String]) -> Vec<BTreeMap<String, String>> {
    let of_step = audit.findings.iter().filter(|f| asked.rules.contains(&f.rule));
    let mut ids: Vec<&str> = of_step.flat_map(|f| f.leaks.iter().map(|l| l.id)).collect();
    ids.sort_by_key(|id| leaks::IDS.iter().position(|known| known == id));
    ids.dedup();
    let texts = |id: &str| {
        let [en, zh] = leaks::setting(id, platform)?;
        Some(BTreeMap::from([("en".to_owned(), format!("{id}: {en}")), ("zh".to_owned(), format!("{id}：{zh}"))]))
    };
    ids.into_iter().filter_map(texts).collect()
}

/// The figures of a rule, as the ruleset has them.
fn value(report: &Report, id: &str) -> Option<String> {
    const FIGURES: [&str; 12] = ["allow", "max", "min", "window", "gap", "wait", "grace", "max_age", "ever", "lists", "after", "per"];
    let rule = report.ruleset.effective["rule"].as_array()?.iter().find(|r| r["id"] == id)?;
    let parts: Vec<String> = FIGURES
        .iter()
        .filter(|key| !rule[**key].is_null())
        .map(|key| format!("{key} = {}", toml::Value::try_from(&rule[*key]).map_or_else(|_| rule[*key].to_string(), |v| v.to_string())))
        .collect();
    (!parts.is_empty()).then(|| format!("{id}: {}", parts.join(", ")))
}

/// What a person says of a step.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Said<'a> {
    pub id: &'a str,
    pub by: &'a str,
    pub proof: &'a str,
    pub on: Date,
}

/// Takes note that a step is done.
///
/// Errors: an unknown step, one that is done already, an empty name or proof.
pub fn done(file: &File, name: &str, said: &Said<'_>) -> Result<File> {
    let Some(item) = file.plan.item(said.id) else {
        let near = nearest(said.id, file.plan.items.iter().map(|i| i.id.as_str())).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        return Err(Error::Usage(format!("{name}: no step has the id \"{}\"{near}", said.id)));
    };
    if let Some(option) = [("--by", said.by), ("--proof", said.proof)].iter().find(|o| o.1.trim().is_empty()).map(|o| o.0) {
        return Err(Error::Usage(format!("{option} is empty: who says that {} is done, and what proves it", said.id)));
    }
    if matches!(item.state, State::Done | State::Verified) {
        return Err(Error::Usage(format!("{name}: {} is {} already", item.id, item.state.word())));
    }
    let mut edit = Edit::new(file);
    let quoted = |text: &str| super::reading::quoted(text.trim());
    for (key, value) in [("state", quoted(State::Done.word())), ("by", quoted(said.by)), ("on", iso(said.on)), ("proof", quoted(said.proof))] {
        edit.set(&item.id, key, value);
    }
    edit.log(&Entry {
        item: item.id.clone(),
        on: said.on,
        what: "done".to_owned(),
        by: said.by.trim().to_owned(),
        proof: said.proof.trim().to_owned(),
        ..Entry::default()
    });
    edit.finish(name)
}
