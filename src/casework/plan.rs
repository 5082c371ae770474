//! Until when, and what to do: terms as dates, and steps by department.

use schemars::JsonSchema;
use serde::Serialize;

use super::cause::Cause;
use super::duties::{self, DUTIES, From, Mark, Sort};
use crate::calls::calendar::{Calendar, Date, iso};
use crate::language::Lang;
use crate::language::casework::{Msg, say};
use crate::report::ChecklistItem;
use crate::ruleset::citations::Confidence;

/// A term with its date.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Deadline {
    /// Its name.
    pub id: String,
    /// What is due.
    pub what: String,
    /// The date; none where the day from which it runs is not known.
    pub due: Option<String>,
    /// The day from which it runs, and how long.
    pub from: Option<String>,
    #[allow(missing_docs)]
    pub term: String,
    /// law, draft, guideline, fact, house or asked.
    pub basis: &'static str,
    /// Whom it binds, if not the company that called.
    pub binds: Option<String>,
    /// The text that says so, where it was read and on which day's state; none for house practice.
    pub citation: Option<&'static str>,
    #[allow(missing_docs)]
    pub source: Option<&'static str>,
    #[allow(missing_docs)]
    pub read: Option<&'static str>,
    /// How far the source may be trusted (A to D).
    pub confidence: Option<Confidence>,
    /// Was it before "today"?
    pub overdue: bool,
    /// Does it say how long to keep things?
    pub keep: bool,
    #[serde(skip)]
    pub(super) date: Option<Date>,
    #[serde(skip)]
    pub(super) sort: Sort,
}

/// The dates that terms run from.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Days {
    pub today: Date,
    pub received: Option<Date>,
    pub asked: Option<Date>,
    pub first_call: Option<Date>,
    pub last_call: Option<Date>,
}

/// Business days of a country.
#[derive(Debug)]
pub struct Business {
    /// Its calendar; none: Monday to Friday.
    pub calendar: Option<Calendar>,
    /// What a reader must know of it.
    pub note: String,
}

impl Business {
    /// Of a country (ISO 3166).
    pub fn of(region: &str, lang: Lang) -> Business {
        let calendar = duties::calendar(region).and_then(|name| Calendar::load(name, std::path::Path::new(".")).ok());
        let note = match &calendar {
            Some(c) => say(lang, Msg::CalendarUsed, &[("calendar", &c.id)]),
            None => say(lang, Msg::CalendarNone, &[("region", if region.is_empty() { "—" } else { region })]),
        };
        Business { calendar, note }
    }

    fn beyond(&self, date: Date) -> Option<(&str, Date)> {
        self.calendar.as_ref().map(|c| (c.id.as_str(), c.coverage().1)).filter(|c| date > c.1)
    }
}

/// Facts by which terms and steps are chosen.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Facts<'a> {
    pub lang: Lang,
    /// Country of the called number.
    pub region: &'a str,
    pub channel: Option<&'a str>,
    pub days: Days,
    /// Layouts of the logs from which matching calls come.
    pub profiles: Vec<&'a str>,
    pub causes: &'a [Cause],
    /// Does the complaint speak of leaked data?
    pub leak: bool,
    /// Calls that match, and recordings of them.
    pub calls: usize,
    pub recordings: &'a [String],
    /// The checklist of the audit, for the rules that found matching calls.
    pub checklist: &'a [ChecklistItem],
}

/// All terms that apply, the soonest first; and what a reader must know of the calendar.
pub fn deadlines(facts: &Facts<'_>) -> (Vec<Deadline>, Vec<String>) {
    let lang = facts.lang;
    let business = Business::of(facts.region, lang);
    let mut all = Vec::new();
    let lawful_stop = DUTIES.iter().any(|d| d.sort == Sort::Stop && d.regions.contains(&facts.region));
    for duty in DUTIES {
        let regional = duty.regions.is_empty() || duty.regions.contains(&facts.region);
        let channelled = duty.channels.is_empty() || facts.channel.is_some_and(|c| duty.channels.contains(&c));
        let fits = match duty.id {
            "stop-house" => !lawful_stop,
            "recordings-huawei" => facts.profiles.iter().any(|p| p.contains("huawei")),
            "incident-cn" => facts.leak,
            "rectification-report" => facts.causes.iter().any(|c| c.violates),
            _ => true,
        };
        if !regional || !channelled || !fits {
            continue;
        }
        // Nothing is due for calls that there were not.
        let from = match duty.from {
            From::Received => facts.days.received.or(Some(facts.days.today)),
            From::FirstCall => facts.days.first_call,
            From::LastCall => facts.days.last_call,
        };
        let Some(from) = from else { continue };
        let date = duties::ends(duty.term, from, business.calendar.as_ref());
        let sourced = duty.mark != Mark::House;
        let pick = |pair: (&'static str, &'static str)| if lang == Lang::Zh { pair.1 } else { pair.0 };
        all.push(Deadline {
            id: duty.id.to_owned(),
            what: pick(duty.what).to_owned(),
            due: date.map(iso),
            from: Some(iso(from)),
            term: duty.term.to_owned(),
            basis: duty.mark.word(),
            binds: duty.binds.map(|b| pick(b).to_owned()),
            citation: Some(duty.citation).filter(|_| sourced),
            source: Some(duty.source).filter(|s| !s.is_empty()),
            read: Some(duties::READ).filter(|_| duty.confidence.is_some()),
            confidence: duty.confidence,
            overdue: date.is_some_and(|d| d < facts.days.today),
            keep: duty.sort == Sort::Keep,
            date,
            sort: duty.sort,
        });
    }
    if let Some(asked) = facts.days.asked {
        all.push(Deadline {
            id: "asked".to_owned(),
            what: say(lang, Msg::DueAsked, &[]),
            due: Some(iso(asked)),
            from: None,
            term: String::new(),
            basis: Mark::Asked.word(),
            binds: None,
            citation: None,
            source: None,
            read: None,
            confidence: None,
            overdue: asked < facts.days.today,
            keep: false,
            date: Some(asked),
            sort: Sort::Answer,
        });
    }
    all.sort_by(|a, b| (a.keep, a.date, &a.id).cmp(&(b.keep, b.date, &b.id)));
    let mut notes = vec![business.note.clone()];
    if let Some((calendar, end)) = all.iter().filter(|d| d.term.contains("business")).filter_map(|d| business.beyond(d.date?)).next() {
        notes.push(say(lang, Msg::CalendarEnds, &[("calendar", calendar), ("date", &iso(end))]));
    }
    if facts.days.received.is_none() {
        notes.push(say(lang, Msg::ReceivedUnknown, &[("date", &iso(facts.days.today))]));
    }
    (all, notes)
}

/// A step of the response.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Step {
    /// Its name: `hold`, or that of the checklist's item.
    pub id: String,
    /// operations, legal, it, training, customer service or management.
    pub owner: String,
    /// What to do.
    pub step: String,
    /// Until when.
    pub due: Option<String>,
    /// What gives the date its force: law, house …
    pub basis: &'static str,
    /// The deadline that it keeps, by its name.
    pub deadline: Option<String>,
    /// What to attach.
    pub proof: String,
    /// The rules that ask for it.
    pub rules: Vec<String>,
    #[serde(skip)]
    pub(super) date: Option<Date>,
}

impl Step {
    /// Is it about what the company considers, decides or writes, and nobody else's matter?
    pub fn internal(&self) -> bool {
        const OURS: [&str; 8] = ["assess", "decide", "close", "call-back", "report", "answer", "acknowledge", "rectification"];
        // Legal steps of checklists weigh exemptions and exposure.
        OURS.contains(&self.id.as_str()) || self.owner == "legal" && !self.rules.is_empty()
    }
}

/// The steps, the soonest first.
pub fn steps(facts: &Facts<'_>, deadlines: &[Deadline]) -> Vec<Step> {
    let lang = facts.lang;
    let business = Business::of(facts.region, lang);
    let received = facts.days.received.unwrap_or(facts.days.today);
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let mut all: Vec<Step> = Vec::new();
    // Of several terms of a sort the soonest that binds this company; those of law before those of the house.
    let soonest = |sort: Sort| {
        let own = deadlines.iter().filter(|d| d.sort == sort && d.binds.is_none());
        own.min_by_key(|d| (d.date, d.basis != "law")).map(|d| (d.date, d.basis, Some(d.id.clone())))
    };
    let house = |term: &str| (duties::ends(term, received, business.calendar.as_ref()), Mark::House.word(), None);
    let mut add = |id: &str, owner: &str, (date, basis, deadline): (Option<Date>, &'static str, Option<String>), step: String, proof: String| {
        all.push(Step { id: id.to_owned(), owner: owner.to_owned(), step, due: date.map(iso), basis, deadline, proof, rules: Vec::new(), date });
    };
    let once = || house("at once");
    let has = |cause: &str| facts.causes.iter().any(|c| c.id == cause);
    let count = |n: usize| n.to_string();
    add("hold", "legal", once(), tell(Msg::StepHold, &[]), tell(Msg::ProofHold, &[]));
    let stop = soonest(Sort::Stop).unwrap_or_else(once);
    // A term for stopping says how late it may be; there is no reason to wait for its end.
    add("stop", "operations", (once().0, stop.1, stop.2.clone()), tell(Msg::StepStop, &[]), tell(Msg::ProofStop, &[]));
    if facts.recordings.is_empty() {
        add(
            "recordings",
            "it",
            soonest(Sort::Evidence).unwrap_or_else(once),
            tell(Msg::StepRecordingsAsk, &[("n", &count(facts.calls))]),
            tell(Msg::ProofRecordings, &[]),
        );
    } else {
        add(
            "recordings",
            "it",
            soonest(Sort::Evidence).unwrap_or_else(once),
            tell(Msg::StepRecordings, &[("n", &count(facts.recordings.len()))]),
            tell(Msg::ProofRecordings, &[]),
        );
    }
    add(
        "acknowledge",
        "customer service",
        soonest(Sort::Acknowledge).unwrap_or_else(|| house("1 business day")),
        tell(Msg::StepAcknowledge, &[]),
        tell(Msg::ProofAcknowledge, &[]),
    );
    add("assess", "legal", house("2 business days"), tell(Msg::StepAssess, &[]), tell(Msg::ProofAssess, &[]));
    add("call-back", "customer service", house("3 business days"), tell(Msg::StepCallBack, &[]), tell(Msg::ProofCallBack, &[]));
    add("answer", "legal", soonest(Sort::Answer).unwrap_or_else(|| house("10 business days")), tell(Msg::StepAnswer, &[]), tell(Msg::ProofAnswer, &[]));
    if facts.channel.is_some_and(|c| !matches!(c, "direct" | "lawyer")) || has("possible_spoofing") {
        let authority = duties::authority(facts.region, facts.channel);
        let authority = if lang == Lang::Zh { authority.1 } else { authority.0 };
        let when = soonest(Sort::Authority).unwrap_or_else(|| house("5 business days"));
        add("report", "legal", when, tell(Msg::StepReport, &[("authority", authority)]), tell(Msg::ProofReport, &[]));
    }
    if has("possible_spoofing") {
        add("spoofing-carrier", "operations", once(), tell(Msg::StepSpoofCarrier, &[]), tell(Msg::ProofSpoofCarrier, &[]));
        add("spoofing-lines", "it", house("2 business days"), tell(Msg::StepSpoofLines, &[]), tell(Msg::ProofSpoofLines, &[]));
        add("spoofing-tell", "customer service", house("3 business days"), tell(Msg::StepSpoofTell, &[]), tell(Msg::ProofAnswer, &[]));
    }
    if has("content") {
        add("hear", "training", house("2 business days"), tell(Msg::StepHear, &[("n", &count(facts.recordings.len()))]), tell(Msg::ProofHear, &[]));
    }
    if has("wrong_person") {
        add("wrong-person", "operations", house("1 business day"), tell(Msg::StepWrongPerson, &[]), tell(Msg::ProofWrongPerson, &[]));
    }
    if has("no_consent") {
        add("consent", "legal", house("2 business days"), tell(Msg::StepConsent, &[]), tell(Msg::ProofConsent, &[]));
    }
    if has("after_refusal") || has("on_list") {
        add("list-path", "it", house("2 business days"), tell(Msg::StepListPath, &[]), tell(Msg::ProofListPath, &[]));
    }
    if has("misunderstanding") {
        add("explain", "customer service", house("3 business days"), tell(Msg::StepExplain, &[]), tell(Msg::ProofAnswer, &[]));
    }
    if has("cannot_be_told") {
        add("logs", "it", house("1 business day"), tell(Msg::StepLogs, &[]), tell(Msg::ProofLogs, &[]));
    }
    let rectify = soonest(Sort::Rectify).unwrap_or_else(|| house("7 business days"));
    if facts.causes.iter().any(|c| c.violates) {
        add("similar", "operations", house("3 business days"), tell(Msg::StepSimilar, &[]), tell(Msg::ProofSimilar, &[]));
        add("rectification", "legal", rectify, tell(Msg::StepRectify, &[]), tell(Msg::ProofRectify, &[]));
        add("audit-again", "management", house("30 days"), tell(Msg::StepAuditAgain, &[]), tell(Msg::ProofAuditAgain, &[]));
    }
    add("decide", "management", house("2 business days"), tell(Msg::StepDecide, &[]), tell(Msg::ProofDecide, &[]));
    add("close", "customer service", house("30 days"), tell(Msg::StepClose, &[]), tell(Msg::ProofClose, &[]));
    for item in facts.checklist {
        // Each rule brings steps of its own; those that say the same are one.
        let step = lang.pick(&item.step).unwrap_or_default().to_owned();
        if let Some(same) = all.iter_mut().find(|s| s.step == step) {
            same.rules.extend(item.rules.iter().cloned());
            continue;
        }
        let date = item.due.as_deref().and_then(crate::calls::calendar::parse_iso);
        let proof = lang.pick(&item.proof).unwrap_or_default().to_owned();
        all.push(Step {
            id: item.id.clone(),
            owner: item.owner.clone(),
            step,
            due: item.due.clone(),
            basis: "house",
            deadline: None,
            proof,
            rules: item.rules.clone(),
            date,
        });
    }
    // In the order of dates, what was named first before the others: the hold comes before everything.
    all.sort_by_key(|s| s.date.unwrap_or(Date::MAX));
    all
}
