//! Why a call was found or not: what each rule said of it, and how far it was from the limits, by running the real audit.

use std::path::PathBuf;

use super::audit::{Job, run};
use super::intake::Reading;
use super::trace::{Call, Trace};
use super::tuples::Status;
use crate::calls::calendar::Date;
use crate::calls::zones::Zones;
use crate::error::Result;
use crate::input::records::Cut;
use crate::input::source::Inputs;
use crate::language::rules::Msg;
use crate::language::{Lang, fill, sentence};
use crate::report::explanation::call::{Explained, Ruled, Standing};
use crate::report::{Finding, Findings, Report};
use crate::rules::{Broke, Rule, Severity, broken};
use crate::ruleset::Ruleset;
use crate::ruleset::compile::{ById, load_edited};
use crate::ruleset::node::{Name, Node, Table, Value};

/// What somebody asks.
pub struct Asked<'a> {
    /// The call, by its id or its place.
    pub name: &'a str,
    /// The ruleset's files, the lists that the command line gives, and what they make.
    pub files: &'a [PathBuf],
    #[allow(missing_docs)]
    pub lists: &'a [(String, PathBuf)],
    #[allow(missing_docs)]
    pub ruleset: &'a Ruleset,
    /// Zones.
    pub zones: &'a Zones,
    /// Finds the inputs.
    pub inputs: &'a dyn Fn() -> Result<Inputs>,
    /// Can they be read several times?
    pub again: bool,
    /// First and last judged instant (ms UTC, the last exclusive).
    pub since: Option<i64>,
    #[allow(missing_docs)]
    pub until: Option<i64>,
    /// "Today".
    pub as_of: Date,
    /// How they are read.
    pub reading: Reading,
    /// Companion tables.
    pub with: &'a [PathBuf],
    /// Bytes that sorters may keep.
    pub memory: usize,
    /// Language of sentences.
    pub lang: Lang,
}

impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an audit found of a call: the cells of its row in the csv output.
#[derive(Clone, Debug)]
struct Hit {
    rule: String,
    place: (String, u64),
    verdict: String,
    measured: Option<f64>,
    limit: Option<f64>,
    window_start: String,
    local: String,
    finding: String,
    message: String,
}

/// Kinds whose findings are about calls together.
const GROUPS: [&str; 3] = ["ratio", "list_age", "completeness"];

const CELLS: [&str; 10] = ["rule", "source", "line", "verdict", "measured", "limit", "window_start", "local_time", "finding", "message"];

/// What each rule said of the calls of this name; none where there is no such call.
///
/// Errors: inputs, temporary files, what stops an audit.
pub fn explain(asked: &Asked<'_>) -> Result<Vec<Explained>> {
    let trace = Trace::of(asked.name);
    let (report, hits, groups) = audit(asked, asked.ruleset, Some(&trace), &[])?;
    let calls = trace.calls();
    let places: Vec<(String, u64)> = calls.iter().map(|c| (c.source.clone(), c.line)).collect();
    let hits: Vec<Hit> = hits.into_iter().filter(|h| places.contains(&h.place)).collect();
    let measures = if asked.again && !calls.is_empty() { probe(asked, &calls, &places)? } else { Vec::new() };
    Ok(calls.iter().map(|call| of_call(asked, call, (&report, &hits, &groups), &measures)).collect())
}

/// The report, and what each rule said of the calls at these places, which begin at these instants; not how far they are from limits.
///
/// Errors: inputs, temporary files, what stops an audit.
pub fn followed(asked: &Asked<'_>, places: &[(String, u64)], starts: &[i64]) -> Result<(Report, Vec<Explained>)> {
    let trace = Trace::at(places, starts);
    let (report, hits, groups) = audit(asked, asked.ruleset, Some(&trace), places)?;
    let explained = trace.calls().iter().map(|call| of_call(asked, call, (&report, &hits, &groups), &[])).collect();
    Ok((report, explained))
}

/// Runs an audit; of its hits `only` those at these places, if any are named, and its findings about groups of calls.
fn audit(asked: &Asked<'_>, ruleset: &Ruleset, trace: Option<&Trace>, only: &[(String, u64)]) -> Result<(Report, Vec<Hit>, Vec<Finding>)> {
    let job = Job {
        ruleset,
        zones: asked.zones,
        reading: asked.reading.clone(),
        with: asked.with.to_vec(),
        since: asked.since,
        until: asked.until,
        as_of: asked.as_of,
        columns: Some(CELLS.map(str::to_owned).to_vec()),
        findings: Some(if trace.is_some() && ruleset.rules.iter().any(|r| GROUPS.contains(&r.common().kind)) { usize::MAX } else { 0 }),
        evidence: 0,
        exposure: false,
        memory: asked.memory,
        rejects: None,
        lang: asked.lang,
        fail_on: Severity::Info,
        strict: false,
        settlement: None,
        max_rejects: &|read| read,
        progress: &|_, _| {},
        cut: Cut::default(),
        part: None,
        trace,
    };
    let (report, store) = run(&job, (asked.inputs)()?)?;
    let mut hits = Vec::new();
    for row in store.violations()? {
        let row = row?;
        let cells: Vec<&str> = row.iter().collect();
        let [rule, source, line, verdict, measured, limit, window_start, local, finding, message] = cells[..] else { continue };
        let place = (source.to_owned(), line.parse().unwrap_or(0));
        if !only.is_empty() && !only.contains(&place) {
            continue;
        }
        hits.push(Hit {
            rule: rule.to_owned(),
            place,
            verdict: verdict.to_owned(),
            measured: measured.parse().ok(),
            limit: limit.parse().ok(),
            window_start: window_start.to_owned(),
            local: local.to_owned(),
            finding: finding.to_owned(),
            message: message.to_owned(),
        });
    }
    let mut groups = Vec::new();
    for finding in store.findings() {
        groups.extend(Some(finding?).filter(|f| f.scope == "group"));
    }
    Ok((report, hits, groups))
}

/// Is the call one of those that the finding is about? Its key and its time tell.
fn in_group(call: &Call, finding: &Finding) -> bool {
    let fact = |name: &str| call.seen.facts.iter().find(|f| f.0 == name).map(|f| f.1.as_str());
    // An inbound call is one of the customer who rang.
    let inbound = fact("direction") == Some("inbound");
    let same = |(name, value): (&String, &String)| fact(if inbound && name == "callee" { "caller" } else { name }) == Some(value.as_str());
    let start = fact("started_at").and_then(|t| t.split(' ').next()).unwrap_or_default();
    finding.subject.iter().all(same) && finding.first.as_str() <= start && start <= finding.last.as_str()
}

fn of_call(asked: &Asked<'_>, call: &Call, (report, hits, groups): (&Report, &[Hit], &[Finding]), measures: &[(u8, Hit)]) -> Explained {
    let lang = asked.lang;
    let say = |message: Msg, values: &[(&str, &str)]| fill(message.text(lang), values);
    let place = (call.source.clone(), call.line);
    let ruled = |rule: &dyn Rule, on: bool| {
        let common = rule.common();
        let title = lang.pick(&common.title).unwrap_or_default().to_owned();
        let mut ruled = Ruled { rule: common.id.clone(), title, standing: Standing::Off, verdict: String::new(), why: Vec::new() };
        if !on {
            ruled.why.extend(lang.pick(&common.disabled_because).map(str::to_owned));
            return ruled;
        }
        if let Some(hit) = hits.iter().find(|h| h.rule == common.id && h.place == place) {
            ruled.standing = Standing::Found;
            ruled.verdict.clone_from(&hit.verdict);
            ruled.why.push(hit.message.clone());
            if let (Some(measured), Some(limit)) = (hit.measured, hit.limit) {
                ruled.why.push(say(Msg::LimitMeasured, &[("measured", &measured.to_string()), ("limit", &limit.to_string())]));
            }
            if !hit.window_start.is_empty() {
                ruled.why.push(say(Msg::CallWindow, &[("start", &hit.window_start)]));
            }
            ruled.why.push(say(Msg::CallFinding, &[("finding", &hit.finding)]));
            return ruled;
        }
        let said = call.seen.said.iter().find(|s| s.rule == common.id);
        match said {
            None => {
                ruled.standing = Standing::NotEvaluable;
                ruled.why.extend(report.rules.iter().find(|r| r.id == common.id).and_then(|r| r.reason.as_ref()).map(|e| sentence(lang, e).into_owned()));
            }
            Some(_) if call.duplicate => {
                ruled.standing = Standing::Out;
                ruled.why.push(say(Msg::OutDuplicate, &[]));
            }
            Some(said) if said.status == Status::Judged && groups.iter().any(|g| g.rule == common.id && in_group(call, g)) => {
                ruled.standing = Standing::Group;
                for group in groups.iter().filter(|g| g.rule == common.id && in_group(call, g)) {
                    group.verdict.clone_into(&mut ruled.verdict);
                    ruled.why.push(group.message.clone());
                    ruled.why.push(say(Msg::CallFinding, &[("finding", &group.fingerprint)]));
                }
            }
            Some(said) if said.status == Status::Judged => {
                ruled.standing = Standing::Clear;
                ruled.why.extend(measures.iter().filter(|(_, h)| h.rule == common.id && h.place == place).map(|(broken, hit)| clear(lang, rule, *broken, hit)));
                let lists: Vec<&str> = rule.lists().iter().filter_map(|l| asked.ruleset.lists.get(*l)).map(|l| l.id.as_str()).collect();
                if common.kind == "dnc_list" && ruled.why.is_empty() {
                    ruled.why.push(say(Msg::CallNoList, &[("lists", &lists.join(", "))]));
                }
            }
            Some(said) => {
                ruled.standing = Standing::Out;
                ruled.why.push(said.sentence(lang, asked.ruleset));
            }
        }
        ruled
    };
    let on = asked.ruleset.rules.iter().map(|r| ruled(r.as_ref(), true));
    let off = asked.ruleset.off.iter().map(|r| ruled(r.as_ref(), false));
    Explained { id: call.seen.call_id.clone(), source: call.source.clone(), line: call.line, facts: call.seen.facts.clone(), rules: on.chain(off).collect() }
}

/// How far a call that is clear is from a limit.
fn clear(lang: Lang, rule: &dyn Rule, what: u8, hit: &Hit) -> String {
    if what == broken::LIST {
        return fill(Msg::CallGrace.text(lang), &[("message", &hit.message)]);
    }
    if what == broken::HOURS {
        let local = fill(Msg::CallLocal.text(lang), &[("local", &hit.local)]);
        return format!("{}{}{local}", Msg::CallPermitted.text(lang), if lang == Lang::Zh { "：" } else { ": " });
    }
    let broke = Broke { broken: what, measured: hit.measured, limit: rule.limit(what), local: &hit.local, ..Broke::default() };
    let text = rule.sentence(lang, &broke);
    if hit.window_start.is_empty() {
        return text;
    }
    let since = if matches!(what, broken::GAP | broken::WAIT) { Msg::CallSince } else { Msg::CallWindow };
    let window = fill(since.text(lang), &[("start", &hit.window_start)]);
    format!("{text}{}{window}", if lang == Lang::Zh { "，" } else { ", " })
}

/// Measures calls by auditing them again under limits that every call breaks: what is broken, by how much, is told as of any other call.
fn probe(asked: &Asked<'_>, calls: &[Call], places: &[(String, u64)]) -> Result<Vec<(u8, Hit)>> {
    let judged: Vec<&str> = calls.iter().flat_map(|c| &c.seen.said).filter(|s| s.status == Status::Judged).map(|s| s.rule.as_str()).collect();
    let mut measured = Vec::new();
    // The first, the second … limit of each rule, those of all rules in one audit.
    for round in 0.. {
        let mut what: Vec<(String, u8)> = Vec::new();
        let loaded = load_edited(asked.files, asked.lists, asked.zones, false, |tables: &mut ById| {
            let Some(rules) = tables.get_mut("rule") else { return };
            rules.retain_mut(|(id, node)| {
                let Value::Table(table) = &mut node.value else { return false };
                let off = matches!(table.get("enabled"), Some(Node { value: Value::Bool(false), .. }));
                if off || !judged.contains(&id.as_str()) {
                    return false;
                }
                match limits(table).into_iter().nth(round) {
                    Some((broken, changed)) => {
                        what.push((id.clone(), broken));
                        *table = changed;
                        true
                    }
                    None => false,
                }
            });
        });
        if what.is_empty() {
            break;
        }
        // A ruleset that does not take such a limit tells less, which is no reason to tell nothing.
        let Ok(ruleset) = loaded else { continue };
        let (_, hits, _) = audit(asked, &ruleset, None, places)?;
        for hit in hits {
            let broken = what.iter().find(|(id, _)| *id == hit.rule).map(|w| w.1);
            measured.extend(broken.map(|b| (b, hit)));
        }
    }
    Ok(measured)
}

/// The limits of a rule, each alone and such that every call breaks it, with the number of what is broken then.
fn limits(table: &Table) -> Vec<(u8, Table)> {
    let kind = match table.get("kind").map(|n| &n.value) {
        Some(Value::Text(kind)) => kind.as_str(),
        _ => return Vec::new(),
    };
    let with = |key: &str, value: Value, without: &[&str]| -> Option<Table> {
        let node = table.get(key)?;
        let mut changed = table.clone();
        changed.entries.retain(|(name, _)| name.text != key && name.text != "warn_at" && !without.contains(&name.text.as_str()));
        changed.entries.push((Name { text: key.to_owned(), place: node.place.clone() }, Node { value, place: node.place.clone() }));
        Some(changed)
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let mut all: Vec<(u8, Option<Table>)> = Vec::new();
    match kind {
        "call_cap" | "repeat_dial" => {
            all.push((broken::MAX, with("max", Value::Integer(0), &["min_gap", "gap_from", "gap_after", "max_unanswered_run"])));
            all.push((broken::GAP, with("min_gap", text("36500d"), &["max", "window", "max_unanswered_run"])));
            all.push((broken::RUN, with("max_unanswered_run", Value::Integer(0), &["max", "min_gap", "gap_from", "gap_after"])));
        }
        "duration" => {
            all.push((broken::SHORT, with("min", text("36500d"), &["max"])));
            all.push((broken::LONG, with("max", text("0s"), &["min"])));
        }
        "concurrency" => all.push((broken::AT_ONCE, with("max", Value::Integer(0), &[]))),
        "cooldown" => {
            let unit = match table.get("wait").map(|n| &n.value) {
                Some(Value::Text(wait)) => wait.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned(),
                _ => String::new(),
            };
            if !unit.is_empty() && unit != "ever" {
                all.push((broken::WAIT, with("wait", Value::Text(format!("20000{unit}")), &[])));
            }
        }
        "dnc_list" => {
            let mut changed = table.clone();
            changed.entries.retain(|(name, _)| name.text != "grace");
            all.push((broken::LIST, table.get("grace").map(|_| changed)));
        }
        "quiet_hours" => {
            let never = || Value::Table(Table::default());
            let allow = with("allow", never(), &[]);
            all.push((broken::HOURS, allow.or_else(|| forbid_all(table))));
        }
        _ => {}
    }
    all.into_iter().filter_map(|(broken, table)| Some((broken, table?))).collect()
}

/// Hours that forbid every moment, in place of those that the rule forbids.
fn forbid_all(table: &Table) -> Option<Table> {
    let node = table.get("forbid")?;
    let place = node.place.clone();
    let day = Node { value: Value::Array(vec![Node { value: Value::Text("00:00-24:00".to_owned()), place: place.clone() }]), place: place.clone() };
    let hours = Table { entries: vec![(Name { text: "mon-sun".to_owned(), place: place.clone() }, day)] };
    let mut changed = table.clone();
    changed.entries.retain(|(name, _)| name.text != "forbid");
    changed.entries.push((Name { text: "forbid".to_owned(), place: place.clone() }, Node { value: Value::Table(hours), place }));
    Some(changed)
}
