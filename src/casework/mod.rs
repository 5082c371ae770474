//! A complaint and the logs become a case: the calls that match, all contact with the person, a verdict for each claim, what is not established, what to do
//! until when, and drafts. Nothing in it goes beyond what the logs show.

pub mod cause;
pub mod claims;
pub mod closing;
pub mod complaint;
pub mod cover;
pub mod docx;
pub mod drafts;
pub mod duties;
pub mod matches;
pub mod pack;
pub mod page;
pub mod plan;
pub mod privacy;
pub mod summary;
pub mod timeline;
pub mod unknown;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use crate::calls::calendar::{Date, iso};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{NumberReader, NumberRegion};
use crate::calls::regions;
use crate::calls::timestamps::rfc3339_at;
use crate::calls::zones::{Clock, DAY, Zones};
use crate::engine::audit::Job;
use crate::engine::casework::{By, Gathered, Sought, Told, What, gather, home, told};
use crate::engine::intake::Reading;
use crate::engine::why::{Asked, followed};
use crate::error::{Error, Result};
use crate::input::records::Cut;
use crate::input::source::Inputs;
use crate::language::casework::{Msg, say};
use crate::language::{self, Lang};
use crate::report::explanation::call::Standing;
use crate::report::{ClockInfo, Period, Report, Rows, Tool, standing};
use crate::rules::Severity;
use crate::ruleset::Ruleset;
use crate::ruleset::citations::Citation;

use crate::exposure::{self, Counter, Exposure, Hit, Weight};
use cause::Cause;
use claims::{Evidence, Judged, Kind, Verdict};
use complaint::{Complaint, When};
use matches::{Match, RuleHit, Strength};
use plan::{Days, Deadline, Facts, Step};
use privacy::Privacy;

/// Version of the stored form.
pub const SCHEMA: &str = "callaudit.case/1";

/// So many minutes around a told instant a call may lie that is known by the displayed number only.
const AROUND: i64 = 30 * 60_000;

/// Calls that are ranked in the case; the timeline holds all of the person's.
const MATCHES: usize = 1_000;

/// What a case is made from.
pub struct Investigation<'a> {
    /// The ruleset with its rules, and the same without.
    pub ruleset: &'a Ruleset,
    #[allow(missing_docs)]
    pub plain: &'a Ruleset,
    /// Its files, and the lists that the command line gives.
    pub files: &'a [PathBuf],
    #[allow(missing_docs)]
    pub lists: &'a [(String, PathBuf)],
    #[allow(missing_docs)]
    pub zones: &'a Zones,
    /// Finds the inputs; they are read several times.
    pub inputs: &'a dyn Fn() -> Result<Inputs>,
    #[allow(missing_docs)]
    pub reading: Reading,
    /// Companion tables.
    pub with: &'a [PathBuf],
    /// Bytes that sorters may keep.
    pub memory: usize,
    /// "Today".
    pub as_of: Date,
    #[allow(missing_docs)]
    pub lang: Lang,
    /// Whose case it is, and who made it.
    pub organisation: Option<String>,
    #[allow(missing_docs)]
    pub prepared_by: Option<String>,
}

impl std::fmt::Debug for Investigation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Investigation").field("files", &self.files).finish_non_exhaustive()
    }
}

/// The complaint as it was understood.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Heard {
    pub id: Option<String>,
    /// Numbers of the person: as told, and others of theirs that lists or logs name.
    pub numbers: Vec<String>,
    /// Displayed numbers as told.
    pub shown: Vec<String>,
    /// The time as told, and its first and last instant.
    pub at: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// On whose clock the told time was read.
    pub clock: String,
    pub claims: Vec<String>,
    pub channel: Option<&'static str>,
    pub received: Option<String>,
    pub due: Option<String>,
    /// For which days the logs are stated to be complete.
    pub logs_cover: Option<String>,
}

/// A rule that found a matching call, and where it comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Source {
    pub rule: String,
    /// Is it about many calls together, such as a rate or what a log lacks? Then it says nothing of single ones.
    pub together: bool,
    pub title: String,
    pub kind: String,
    /// law, contract, house …
    pub force: String,
    /// The same in words that never say more than is true.
    pub standing: String,
    /// The worst verdict: violation or possible.
    pub verdict: String,
    /// Calls to the person that it found, and those of them that the complaint is about.
    pub calls: u64,
    pub in_told_days: u64,
    /// Where its figures come from.
    pub citations: Vec<Citation>,
}

impl Source {
    /// Is it a rule that a call to the person breaks? A signal is no rule, and what is found of many calls together says nothing of single ones.
    pub fn is_broken(&self) -> bool {
        self.verdict == "violation" && !self.together && self.force != "signal"
    }
}

/// An input of a case.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Log {
    pub path: String,
    pub bytes: u64,
    /// BLAKE3 of the bytes as received.
    pub hash: Option<String>,
    pub profile: Option<String>,
    pub clock: Option<ClockInfo>,
    pub rows: Rows,
    pub period: Period,
}

/// The three questions, answered in a sentence or two each.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Answer {
    pub wrong: String,
    pub fined: String,
    pub by_when: String,
}

/// How it ends.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Exit {
    /// 0 nothing is substantiated, 1 something is, 3 the logs cannot tell.
    pub status: u8,
    /// The same in words.
    pub reason: String,
}

/// A draft.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Draft {
    /// acknowledgement, answer, report, notice, rectification, talking_points, statement or counsel.
    pub id: &'static str,
    /// en or zh.
    pub lang: &'static str,
    #[allow(missing_docs)]
    pub title: String,
    /// Markdown.
    pub text: String,
    #[serde(skip)]
    pub(crate) blocks: Vec<crate::policy::Block>,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Case {
    pub schema: &'static str,
    pub tool: Tool,
    pub as_of: String,
    pub organisation: Option<String>,
    pub prepared_by: Option<String>,
    pub ruleset: RulesetName,
    pub complaint: Heard,
    pub answer: Answer,
    /// Calls that may be meant, the best first.
    pub matches: Vec<Match>,
    /// Calls that may be meant and are not listed.
    pub matches_left_out: u64,
    pub timeline: Vec<timeline::Entry>,
    pub cause: Vec<Cause>,
    pub claims: Vec<Judged>,
    pub rules: Vec<Source>,
    pub not_established: Vec<String>,
    pub plan: Vec<Step>,
    pub deadlines: Vec<Deadline>,
    /// What a reader must know of the terms.
    pub deadline_notes: Vec<String>,
    pub drafts: Vec<Draft>,
    /// What the violating calls to this person may cost.
    pub exposure: Option<Exposure>,
    pub inputs: Vec<Log>,
    pub exit: Exit,
    #[serde(skip)]
    pub lang: Lang,
    /// Country of the called number.
    #[serde(skip)]
    pub region: String,
    /// Our own numbers, as displayed.
    #[serde(skip)]
    pub own: Vec<String>,
    #[serde(skip)]
    pub(crate) evidence: pack::Sealed,
}

/// The ruleset's name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct RulesetName {
    pub id: String,
    pub version: Option<String>,
    pub hash: String,
    pub files: Vec<String>,
    pub timezone: String,
}

/// What a case says in words, in one language.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) lang: Lang,
    pub(crate) timeline: Vec<timeline::Entry>,
    pub(crate) cause: Vec<Cause>,
    pub(crate) claims: Vec<Judged>,
    pub(crate) rules: Vec<Source>,
    pub(crate) not_established: Vec<String>,
    pub(crate) plan: Vec<Step>,
    pub(crate) deadlines: Vec<Deadline>,
    pub(crate) deadline_notes: Vec<String>,
    /// Why the logs do not cover the told time, if they do not.
    pub(crate) uncovered: Option<String>,
}

/// What is known, before it is put into words.
struct Seen<'a> {
    of: &'a Investigation<'a>,
    complaint: &'a Complaint,
    heard: &'a Clock,
    clock: &'a Clock,
    gathered: &'a Gathered,
    told: &'a [Told],
    matches: &'a [Match],
    report: &'a Report,
    privacy: &'a Privacy,
    region: &'a str,
}

impl Seen<'_> {
    fn view(&self, lang: Lang) -> View {
        let (complaint, gathered, matches, report) = (self.complaint, self.gathered, self.matches, self.report);
        let when = complaint.at.as_ref();
        let shared = gathered.service || gathered.shared > 0;
        let stated = complaint.cover.as_ref().map(|w| (w.from, w.to));
        let cover = cover::cover(report, when.map(|w| (w.from, w.to)), stated, self.clock, lang);
        let assumed: Vec<String> = report.inputs.iter().filter(|i| i.clock.as_ref().is_some_and(|c| c.assumed)).map(|i| i.path.clone()).collect();
        let evidence = Evidence {
            lang,
            clock: self.clock,
            gathered,
            told: self.told,
            matches,
            cover: &cover,
            span: when.map(|w| days(w, self.heard)),
            shared,
            assumed: &assumed,
            consent: report.rules.iter().any(|r| r.kind == "consent" && r.status == "evaluated"),
        };
        // That the company called at all is what every complaint says; it is judged by itself only where nothing else is said.
        let claims: Vec<Judged> = match complaint.claims.is_empty() {
            true => vec![evidence.judge(Kind::Called, None)],
            false => complaint.claims.iter().map(|c| evidence.judge(c.kind, Some(&c.text))).collect(),
        };
        let at_all = evidence.judge(Kind::Called, None).verdict;
        let cause = cause::causes(lang, matches, &claims, gathered, evidence.first_refusal(), at_all == Verdict::Not);
        let kinds: Vec<Kind> = complaint.claims.iter().map(|c| c.kind).collect();
        let stated = complaint.cover.as_ref().map(|w| w.text.as_str());
        let known = unknown::Known { lang, clock: self.clock, report, gathered, matches, told: self.told, cover: &cover, stated, claims: &kinds, shared };
        let not_established = unknown::not_established(&known).iter().map(|s| self.privacy.text(s)).collect();
        let rules = sources(self.of, lang, matches);
        let theirs = || matches.iter().filter(|m| m.is_meant());
        let day = |m: &Match| Date::try_from(self.clock.local(gathered.calls[m.call].at.0).div_euclid(DAY)).ok();
        let hit = |item: &&crate::report::ChecklistItem| item.rules.iter().any(|r| rules.iter().any(|s| s.rule == *r && s.is_broken()));
        let checklist: Vec<_> = report.checklist.iter().filter(hit).cloned().collect();
        let mut recordings: Vec<String> = Vec::new();
        for m in theirs().filter(|m| !m.recording.is_empty()) {
            if !recordings.contains(&m.recording) {
                recordings.push(m.recording.clone());
            }
        }
        let facts = Facts {
            lang,
            region: self.region,
            channel: complaint.channel,
            days: Days {
                today: self.of.as_of,
                received: complaint.received,
                asked: complaint.due,
                first_call: theirs().filter_map(day).min(),
                last_call: theirs().filter_map(day).max(),
            },
            profiles: report.inputs.iter().filter(|i| theirs().any(|m| m.source == i.path)).filter_map(|i| i.profile.as_deref()).collect(),
            causes: &cause,
            leak: complaint.claims.iter().any(|c| ["泄露", "leak"].iter().any(|w| c.text.to_lowercase().contains(w))),
            calls: theirs().count(),
            recordings: &recordings,
            checklist: &checklist,
        };
        let (deadlines, deadline_notes) = plan::deadlines(&facts);
        let plan = plan::steps(&facts, &deadlines);
        let timeline = timeline::timeline(lang, self.clock, gathered, self.told, complaint.received);
        let uncovered = if let cover::Cover::No(why) = cover { Some(why) } else { None };
        View { lang, timeline, cause, claims, rules, not_established, plan, deadlines, deadline_notes, uncovered }
    }
}

/// The clock on which a told time is read: that of the called numbers where they are in one zone, else the ruleset's.
///
/// Errors: the ruleset's zone and region.
pub fn told_clock(of: &Investigation<'_>, numbers: &[String]) -> Result<Clock> {
    let job = job(of, of.plain);
    let name = home(&job, numbers)?.unwrap_or_else(|| of.ruleset.timezone.clone());
    Clock::parse(&name).map_err(Error::Usage)
}

fn job<'a>(of: &'a Investigation<'_>, ruleset: &'a Ruleset) -> Job<'a> {
    Job {
        ruleset,
        zones: of.zones,
        reading: of.reading.clone(),
        with: of.with.to_vec(),
        since: None,
        until: None,
        as_of: of.as_of,
        columns: None,
        findings: None,
        exposure: false,
        part: None,
        evidence: 0,
        memory: of.memory,
        rejects: None,
        lang: of.lang,
        fail_on: Severity::Info,
        strict: false,
        settlement: None,
        max_rejects: &|read| read,
        progress: &|_, _| {},
        cut: Cut::default(),
        trace: None,
    }
}

/// The stretch in which a call may lie that nothing but a displayed number or a slip of the pen connects with the complaint.
fn around(when: &When) -> (i64, i64) {
    if when.days { (when.from, when.to) } else { (when.from - AROUND, when.to + AROUND) }
}

/// The told days; of an instant its day.
fn days(when: &When, clock: &Clock) -> (i64, i64) {
    if when.days {
        return (when.from, when.to);
    }
    let day = clock.local(when.from).div_euclid(DAY);
    (clock.first_at_or_after(day * DAY), clock.first_at_or_after((day + 1) * DAY))
}

/// Makes the case of a complaint whose told times were read on `heard`.
///
/// Errors: a number that is none; inputs; temporary files; what stops an audit.
pub fn open(of: &Investigation<'_>, complaint: &Complaint, heard: &Clock) -> Result<Case> {
    let clock = Clock::parse(&of.ruleset.timezone).map_err(Error::Usage)?;
    let when = complaint.at.as_ref();
    let sought = Sought { numbers: complaint.numbers.clone(), shown: complaint.shown.clone(), window: when.map(around) };
    let reading = job(of, of.plain);
    let gathered = gather(&reading, of.ruleset, of.inputs, &sought)?;
    let facts = told(&job(of, of.ruleset), &sought, &gathered)?;
    let mut ranked = matches::ranked(&gathered, when, &clock, of.lang);
    if gathered.numbers.is_empty() {
        by_exclusion(&mut ranked, &gathered);
    }
    if let Some(span) = when.map(|w| days(w, heard)) {
        for m in &mut ranked {
            let at = gathered.calls[m.call].at;
            m.in_told_days = span.0 <= at.1 && at.0 < span.1 || matches!(m.strength, Strength::Certain | Strength::Near);
        }
    }
    let privacy = Privacy::new(allowed(&gathered, &facts, complaint));
    let report = judged(of, &gathered, &mut ranked, &privacy)?;
    let region = region(of, &gathered)?;
    let seen =
        Seen { of, complaint, heard, clock: &clock, gathered: &gathered, told: &facts, matches: &ranked, report: &report, privacy: &privacy, region: &region };
    let mut views: Vec<View> = Lang::ALL.iter().map(|lang| seen.view(*lang)).collect();
    let at = views.iter().position(|v| v.lang == of.lang).unwrap_or(0);
    let exit = exit(of.lang, &views[at].claims, &views[at].rules);
    let left_out = ranked.len().saturating_sub(MATCHES) as u64 + gathered.more;
    let evidence = pack::rows(&gathered, &ranked, &privacy);
    ranked.truncate(MATCHES);
    let stamp = |at: i64| rfc3339_at(at, heard.offset(at));
    let exposure = priced(of, &report, &gathered, &ranked, &clock);
    let mut case = Case {
        schema: SCHEMA,
        tool: report.tool,
        as_of: iso(of.as_of),
        organisation: of.organisation.clone(),
        prepared_by: of.prepared_by.clone(),
        ruleset: RulesetName {
            id: of.ruleset.id.clone(),
            version: of.ruleset.version.clone(),
            hash: of.ruleset.hash.clone(),
            files: of.ruleset.files.clone(),
            timezone: of.ruleset.timezone.clone(),
        },
        complaint: Heard {
            id: complaint.id.clone(),
            numbers: gathered.numbers.clone(),
            shown: gathered.shown.clone(),
            at: when.map(|w| w.text.clone()),
            from: when.map(|w| stamp(w.from)),
            to: when.map(|w| stamp(w.to)),
            clock: heard.name.clone(),
            claims: complaint.claims.iter().map(|c| c.text.clone()).collect(),
            channel: complaint.channel,
            received: complaint.received.map(iso),
            due: complaint.due.map(iso),
            logs_cover: complaint.cover.as_ref().map(|w| w.text.clone()),
        },
        answer: Answer::default(),
        matches: ranked,
        matches_left_out: left_out,
        timeline: std::mem::take(&mut views[at].timeline),
        cause: views[at].cause.clone(),
        claims: views[at].claims.clone(),
        rules: views[at].rules.clone(),
        not_established: views[at].not_established.clone(),
        plan: views[at].plan.clone(),
        deadlines: views[at].deadlines.clone(),
        deadline_notes: views[at].deadline_notes.clone(),
        drafts: Vec::new(),
        exposure,
        inputs: report.inputs.into_iter().map(log).collect(),
        exit,
        lang: of.lang,
        region,
        own: gathered.own.clone(),
        evidence,
    };
    case.answer = summary::answer(&case);
    case.drafts = views.iter().flat_map(|view| drafts::all(&case, view)).collect();
    Ok(case)
}

/// Numbers that may be shown: the complainant's, and our own.
fn allowed<'a>(gathered: &'a Gathered, facts: &'a [Told], complaint: &'a Complaint) -> Vec<&'a str> {
    let own = gathered.own.iter().chain(&gathered.shown).chain(&complaint.shown);
    let theirs = gathered.numbers.iter().chain(&complaint.numbers).filter(|n| !n.contains('*'));
    let of_person =
        gathered.calls.iter().filter(|c| matches!(c.by, By::Number | By::Person)).flat_map(|c| [&c.callee, &c.callee_raw, &c.caller, &c.caller_raw]);
    let bound = facts.iter().filter(|f| matches!(f.what, What::Bound | What::Unbound)).map(|f| &f.word);
    own.chain(theirs).chain(of_person).chain(bound).map(String::as_str).collect()
}

/// Where only the displayed number is told and a single person was called from it at that time, that call is the one that is meant unless logs are missing.
fn by_exclusion(ranked: &mut [Match], gathered: &Gathered) {
    let mut people: Vec<&str> = ranked.iter().map(|m| gathered.calls[m.call].callee.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    if people.len() == 1 && !people[0].is_empty() && !people[0].contains('*') && gathered.hidden == 0 && gathered.more == 0 {
        for m in ranked.iter_mut().filter(|m| m.strength == Strength::Possible) {
            m.strength = Strength::Near;
        }
    }
}

/// Audits the logs, and tells of each match what rules found of it.
fn judged(of: &Investigation<'_>, gathered: &Gathered, ranked: &mut [Match], privacy: &Privacy) -> Result<Report> {
    let mut places: Vec<(String, u64)> = ranked.iter().take(MATCHES).map(|m| (m.source.clone(), m.line)).collect();
    let starts: Vec<i64> = ranked.iter().take(MATCHES).map(|m| gathered.calls[m.call].at.0).collect();
    if places.is_empty() {
        // No place of a call.
        places.push((String::new(), 0));
    }
    let asked = Asked {
        name: "",
        files: of.files,
        lists: of.lists,
        ruleset: of.ruleset,
        zones: of.zones,
        inputs: of.inputs,
        again: true,
        since: None,
        until: None,
        as_of: of.as_of,
        reading: of.reading.clone(),
        with: of.with,
        memory: of.memory,
        lang: of.lang,
    };
    let (report, explained) = followed(&asked, &places, &starts)?;
    let common = |id: &str| of.ruleset.rules.iter().map(|r| r.common()).find(|c| c.id == id);
    for m in ranked.iter_mut() {
        let Some(call) = explained.iter().find(|e| e.source == m.source && e.line == m.line) else { continue };
        for ruled in call.rules.iter().filter(|r| matches!(r.standing, Standing::Found | Standing::Group)) {
            let Some(common) = common(&ruled.rule) else { continue };
            m.rules.push(RuleHit {
                rule: ruled.rule.clone(),
                together: ruled.standing == Standing::Group,
                kind: common.kind.to_owned(),
                force: common.force.word().to_owned(),
                verdict: ruled.verdict.clone(),
                message: privacy.text(ruled.why.first().map_or("", String::as_str)),
            });
        }
    }
    for m in ranked.iter_mut().filter(|m| m.strength == Strength::Possible || gathered.numbers.is_empty()) {
        // What is somebody else's is told no further than it must be.
        for text in [&mut m.call_id, &mut m.recording, &mut m.callee] {
            *text = privacy.text(text);
        }
        m.reasons.iter_mut().chain(&mut m.against).for_each(|t| *t = privacy.text(t));
    }
    Ok(report)
}

/// What the violating calls to the person may cost.
fn priced(of: &Investigation<'_>, report: &Report, gathered: &Gathered, ranked: &[Match], clock: &Clock) -> Option<Exposure> {
    let commons: Vec<_> = of.ruleset.rules.iter().map(|r| r.common()).collect();
    let mut counter = Counter::new(&commons, of.as_of);
    for m in ranked.iter().filter(|m| m.is_theirs()) {
        let day = Date::try_from(clock.local(gathered.calls[m.call].at.0).div_euclid(DAY)).unwrap_or(0);
        for hit in m.rules.iter().filter(|r| !r.together) {
            let Some(rule) = commons.iter().position(|c| c.id == hit.rule) else { continue };
            let weight = if hit.verdict == "violation" { Weight::Violation } else { Weight::Possible };
            counter.add(rule, Hit { call: m.call as u64, callee: Some(1), day, weight });
        }
    }
    counter.finish(&exposure::Seen { rules: &report.rules, lists: &report.lists, ..exposure::Seen::default() })
}

/// The rules that found calls of the person.
fn sources(of: &Investigation<'_>, lang: Lang, ranked: &[Match]) -> Vec<Source> {
    let mut all: Vec<Source> = Vec::new();
    for (m, hit) in ranked.iter().filter(|m| m.is_theirs()).flat_map(|m| m.rules.iter().map(move |r| (m, r))) {
        if let Some(known) = all.iter_mut().find(|s| s.rule == hit.rule) {
            known.calls += 1;
            known.in_told_days += u64::from(m.in_told_days);
            if hit.verdict == "violation" {
                known.verdict.clone_from(&hit.verdict);
            }
            continue;
        }
        let Some(common) = of.ruleset.rules.iter().map(|r| r.common()).find(|c| c.id == hit.rule) else { continue };
        all.push(Source {
            rule: hit.rule.clone(),
            together: hit.together,
            title: lang.pick(&common.title).unwrap_or_default().to_owned(),
            kind: hit.kind.clone(),
            force: hit.force.clone(),
            standing: standing::badge(lang, &hit.force, &common.citations),
            verdict: hit.verdict.clone(),
            calls: 1,
            in_told_days: u64::from(m.in_told_days),
            citations: common.citations.clone(),
        });
    }
    all.sort_by(|a, b| (a.together, a.verdict != "violation", &a.rule).cmp(&(b.together, b.verdict != "violation", &b.rule)));
    all
}

/// Country of the called number; of the ruleset where that does not tell.
fn region(of: &Investigation<'_>, gathered: &Gathered) -> Result<String> {
    let dictionary = Dictionary::default();
    let stated = of.reading.region.as_deref().or(of.ruleset.region.as_deref());
    let own = NumberRegion::new(stated).map_err(Error::Usage)?;
    let mut reader = NumberReader::small(&dictionary, of.zones, own);
    let callees = gathered.numbers.iter().chain(gathered.calls.iter().filter(|c| c.outbound).map(|c| &c.callee));
    for number in callees.take(20) {
        let mut countries: Vec<&str> = regions::candidates("", reader.read(number)).iter().map(|r| r.split('-').next().unwrap_or(r)).collect();
        countries.sort_unstable();
        countries.dedup();
        if let [country] = countries[..] {
            return Ok(country.to_owned());
        }
    }
    Ok(stated.map(str::to_ascii_uppercase).unwrap_or_default())
}

fn exit(lang: Lang, claims: &[Judged], rules: &[Source]) -> Exit {
    let borne_out = claims.iter().any(|c| matches!(c.verdict, Verdict::Substantiated | Verdict::Partly));
    // What was broken at another time than told is told, and answers nothing of this complaint.
    let broken = rules.iter().any(|r| r.is_broken() && r.in_told_days > 0);
    let (status, message) = if borne_out {
        (1, Msg::Headline1)
    } else if broken {
        (1, Msg::HeadlineRules)
    } else if claims.iter().any(|c| c.verdict == Verdict::CannotBeTold) {
        (3, Msg::Headline3)
    } else {
        (0, Msg::Headline0)
    };
    Exit { status, reason: say(lang, message, &[]) }
}

fn log(input: crate::report::InputInfo) -> Log {
    Log { path: input.path, bytes: input.bytes, hash: input.hash, profile: input.profile, clock: input.clock, rows: input.rows, period: input.period }
}

/// A time as people read it: `2026-11-18 20:15:00 +08:00`.
pub fn read(time: &str) -> String {
    match time.split_once('T') {
        Some((date, rest)) if rest.len() > 8 && rest.is_char_boundary(8) => format!("{date} {} {}", &rest[..8], rest[8..].trim_start_matches('.')),
        _ => time.to_owned(),
    }
}

/// To what a log's starts are known, in words.
fn precision(lang: Lang, word: &str) -> &str {
    match (lang, word) {
        (Lang::Zh, "minute") => "分钟",
        (Lang::Zh, "hour") => "小时",
        (Lang::Zh, "day") => "日",
        (_, word) => word,
    }
}

/// Its words for a rule's force and verdict.
pub(crate) fn ruled(lang: Lang, source: &Source) -> String {
    let verdict = language::verdict(lang, &source.verdict);
    say(lang, Msg::RuleHit, &[("rule", &source.rule), ("force", &source.standing), ("verdict", verdict)])
}
