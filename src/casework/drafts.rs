//! Letters, reports and notes, with the facts put in and gaps marked `[…]`: no other person's data, and no admission that the records do not bear.

use super::claims::Verdict;
use super::matches::Match;
use super::plan::Deadline;
use super::{Case, Draft, View, duties};
use crate::language::drafts::{Msg, say};
use crate::language::{self, Lang};
use crate::policy::{Block, markdown};

/// Calls that a letter lists; the others are in the pack.
const LISTED: usize = 20;

/// All drafts in the view's language.
pub(crate) fn all(case: &Case, view: &View) -> Vec<Draft> {
    let write = Writer { case, view, lang: view.lang };
    let drafts = [
        ("acknowledgement", Msg::Acknowledgement, write.acknowledgement()),
        ("answer", Msg::AnswerTitle, write.answer()),
        ("report", Msg::ReportTitle, write.report()),
        ("notice", Msg::NoticeTitle, write.notice()),
        ("rectification", Msg::RectificationTitle, write.rectification()),
        ("talking_points", Msg::TalkTitle, write.talking_points()),
        ("statement", Msg::StatementTitle, write.statement()),
        ("counsel", Msg::CounselTitle, write.counsel()),
    ];
    let foot = say(view.lang, Msg::DraftFoot, &[]);
    let make = |(id, title, blocks): (&'static str, Msg, Vec<Block>)| {
        let title = say(view.lang, title, &[]);
        let text = format!("# {title}\n{}\n---\n\n{}\n", markdown::body(&blocks, view.lang), markdown::line(&foot));
        Draft { id, lang: view.lang.code(), title, text, blocks }
    };
    drafts.into_iter().map(make).collect()
}

struct Writer<'a> {
    case: &'a Case,
    view: &'a View,
    lang: Lang,
}

impl Writer<'_> {
    fn tell(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    fn text(&self, message: Msg, values: &[(&str, &str)]) -> Block {
        Block::Text(self.tell(message, values))
    }

    fn section(&self, message: Msg) -> Block {
        Block::Section(self.tell(message, &[]))
    }

    fn items(&self, messages: &[Msg]) -> Block {
        Block::Items(messages.iter().map(|m| self.tell(*m, &[])).collect())
    }

    fn row(&self, messages: &[Msg]) -> Vec<String> {
        messages.iter().map(|m| self.tell(*m, &[])).collect()
    }

    fn or_gap(&self, value: Option<&str>, gap: Msg) -> String {
        value.filter(|v| !v.is_empty()).map_or_else(|| self.tell(gap, &[]), str::to_owned)
    }

    fn list(&self, parts: &[String]) -> String {
        parts.join(if self.lang == Lang::Zh { "、" } else { ", " })
    }

    fn numbers(&self) -> String {
        let all = &self.case.complaint.numbers;
        if all.is_empty() { self.tell(Msg::Gap, &[]) } else { self.list(all) }
    }

    fn reference(&self) -> String {
        self.or_gap(self.case.complaint.id.as_deref(), Msg::GapReference)
    }

    fn company(&self) -> String {
        self.or_gap(self.case.organisation.as_deref(), Msg::GapCompany)
    }

    fn authority(&self) -> &'static str {
        let pair = duties::authority(&self.case.region, self.case.complaint.channel.filter(|c| !matches!(*c, "direct" | "lawyer")));
        if self.lang == Lang::Zh { pair.1 } else { pair.0 }
    }

    /// The calls that are meant, oldest first.
    fn calls(&self) -> Vec<&Match> {
        let mut calls: Vec<&Match> = self.case.matches.iter().filter(|m| m.is_meant()).collect();
        calls.sort_by(|a, b| (&a.started_at, &a.source, a.line).cmp(&(&b.started_at, &b.source, b.line)));
        calls
    }

    /// Of the terms those whose date is the company's own and not about keeping things.
    fn due(&self, id: &[&str]) -> Option<&Deadline> {
        id.iter().find_map(|id| self.view.deadlines.iter().find(|d| d.id == *id))
    }

    fn answer_due(&self) -> String {
        let due = self.due(&["asked", "answer"]).and_then(|d| d.due.clone());
        self.or_gap(due.as_deref(), Msg::GapDate)
    }

    fn signed(&self) -> Vec<Block> {
        vec![
            Block::Text(self.tell(Msg::Regards, &[])),
            Block::Text(self.company()),
            Block::Text(self.or_gap(self.case.prepared_by.as_deref(), Msg::GapName)),
            Block::Text(self.tell(Msg::GapDate, &[])),
        ]
    }

    fn acknowledgement(&self) -> Vec<Block> {
        let complaint = &self.case.complaint;
        let shown = if complaint.shown.is_empty() { String::new() } else { self.tell(Msg::AckShown, &[("shown", &self.list(&complaint.shown))]) };
        let at = complaint.at.as_deref().map(|at| self.tell(Msg::AckAt, &[("at", at)])).unwrap_or_default();
        let received = self.or_gap(complaint.received.as_deref(), Msg::GapDate);
        let values = [("reference", self.reference()), ("numbers", self.numbers()), ("shown", shown), ("at", at), ("received", received)];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let mut all = vec![
            self.text(Msg::Dear, &[]),
            self.text(Msg::AckReceived, &values),
            self.text(Msg::AckChecking, &[("due", &self.answer_due())]),
            self.text(Msg::AckStop, &[]),
            self.text(Msg::AckMore, &[]),
        ];
        all.extend(self.signed());
        all
    }

    fn facts_table(&self) -> Block {
        let calls = self.calls();
        let cell = |m: &&Match| {
            let talk = m.talk_s.map(|t| format!("{t}")).unwrap_or_default();
            vec![super::read(&m.local_time), m.caller.clone(), language::outcome(self.lang, &m.outcome).to_owned(), talk, format!("{}:{}", m.source, m.line)]
        };
        Block::Table {
            head: self.row(&[Msg::ColDate, Msg::ColShown, Msg::ColOutcome, Msg::ColTalk, Msg::ColPlace]),
            rows: calls.iter().take(LISTED).map(cell).collect(),
        }
    }

    /// What the records show: calls, none, or that it cannot be said.
    fn records(&self) -> Vec<Block> {
        let calls = self.calls();
        if !calls.is_empty() {
            let mut all = vec![self.facts_table()];
            if calls.len() > LISTED {
                all.push(self.text(Msg::FactsMore, &[("n", &(calls.len() - LISTED).to_string())]));
            }
            return all;
        }
        if self.case.complaint.numbers.is_empty() && !self.case.matches.is_empty() {
            return vec![self.text(Msg::RecordsShared, &[])];
        }
        // Only where every claim fails for want of a call do the records speak.
        if self.view.uncovered.is_none() && self.view.claims.iter().all(|c| c.verdict == Verdict::Not) {
            return vec![self.text(Msg::RecordsNone, &[("numbers", &self.numbers())])];
        }
        let why = self.view.uncovered.clone().or_else(|| self.view.claims.first().and_then(|c| c.why.first().cloned())).unwrap_or_default();
        vec![self.text(Msg::RecordsUnknown, &[("why", &why)])]
    }

    fn answer(&self) -> Vec<Block> {
        let received = self.or_gap(self.case.complaint.received.as_deref(), Msg::GapDate);
        let mut all = vec![
            self.text(Msg::Dear, &[]),
            self.text(Msg::AnswerBegin, &[("reference", &self.reference()), ("received", &received)]),
            self.section(Msg::HeadRecords),
        ];
        all.extend(self.records());
        all.push(self.section(Msg::HeadPoints));
        for claim in &self.view.claims {
            let said = match claim.verdict {
                Verdict::Substantiated => Msg::PointSubstantiated,
                Verdict::Partly => Msg::PointPartly,
                Verdict::Not => Msg::PointNot,
                Verdict::CannotBeTold => Msg::PointUnknown,
            };
            all.push(Block::Part(claim.text.clone().unwrap_or_else(|| claim.meaning.clone())));
            let colon = if self.lang == Lang::Zh { "" } else { " " };
            let stop = if self.lang == Lang::Zh { "。" } else { "." };
            let why: Vec<String> = claim.why.iter().map(|w| format!("{}{stop}", sentence(w))).collect();
            all.push(Block::Text(format!("{}{colon}{}", self.tell(said, &[]), why.join(colon))));
        }
        all.push(self.section(Msg::HeadDone));
        let mut done = vec![self.tell(Msg::DoneStop, &[])];
        if self.view.cause.iter().any(|c| c.violates) {
            done.push(self.tell(Msg::DoneSteps, &[]));
        }
        if self.view.claims.iter().any(|c| c.verdict == Verdict::CannotBeTold) {
            done.push(self.tell(Msg::DoneChecking, &[]));
        }
        if self.view.cause.iter().any(|c| c.id == "possible_spoofing") {
            done.push(self.tell(Msg::DoneSpoof, &[("authority", self.authority())]));
        }
        all.push(Block::Items(done));
        all.push(self.text(Msg::AnswerTurn, &[("authority", self.authority())]));
        all.extend(self.signed());
        all
    }

    fn complaint_table(&self) -> Block {
        let complaint = &self.case.complaint;
        let channel = complaint.channel.map(|c| language::casework::channel(self.lang, c).to_owned());
        let shown = Some(self.list(&complaint.shown)).filter(|s| !s.is_empty());
        let claims = if complaint.claims.is_empty() { None } else { Some(self.list(&complaint.claims)) };
        let line = |label: Msg, value: Option<&str>, gap: Msg| vec![self.tell(label, &[]), self.or_gap(value, gap)];
        Block::Table {
            head: self.row(&[Msg::ColItem, Msg::ColContent]),
            rows: vec![
                line(Msg::ComplaintReference, complaint.id.as_deref(), Msg::GapReference),
                line(Msg::ComplaintChannel, channel.as_deref(), Msg::Gap),
                line(Msg::ComplaintReceived, complaint.received.as_deref(), Msg::GapDate),
                line(Msg::ComplaintNumber, Some(&self.numbers()), Msg::Gap),
                line(Msg::ComplaintShown, shown.as_deref(), Msg::Gap),
                line(Msg::ComplaintTime, complaint.at.as_deref(), Msg::Gap),
                line(Msg::ComplaintClaims, claims.as_deref(), Msg::Gap),
            ],
        }
    }

    fn claims_table(&self) -> Block {
        let row = |c: &super::claims::Judged| {
            let verdict = language::casework::say(self.lang, c.verdict.message(), &[]);
            vec![c.text.clone().unwrap_or_else(|| c.meaning.clone()), verdict, c.why.join(if self.lang == Lang::Zh { "；" } else { "; " })]
        };
        Block::Table { head: self.row(&[Msg::ColClaim, Msg::ColFinding, Msg::ColReason]), rows: self.view.claims.iter().map(row).collect() }
    }

    fn rules_block(&self) -> Block {
        if self.view.rules.is_empty() {
            return self.text(Msg::RulesNone, &[]);
        }
        let row = |r: &super::Source| {
            let sources: Vec<String> = r.citations.iter().map(|c| c.source.clone().unwrap_or_else(|| c.text.clone())).collect();
            let title = if r.title.is_empty() { r.rule.clone() } else { format!("{} ({})", r.title, r.rule) };
            vec![title, r.standing.clone(), format!("{} × {}", language::verdict(self.lang, &r.verdict), r.calls), sources.join("; ")]
        };
        Block::Table { head: self.row(&[Msg::ColRule, Msg::ColStanding, Msg::ColResult, Msg::ColSource]), rows: self.view.rules.iter().map(row).collect() }
    }

    /// What is done, for people outside: not what the company considers, decides or writes.
    fn measures(&self) -> Block {
        let row = |s: &super::plan::Step| {
            let due = self.or_gap(s.due.as_deref(), Msg::GapDate);
            vec![s.step.clone(), language::owner(self.lang, &s.owner).to_owned(), due, self.tell(Msg::GapState, &[])]
        };
        Block::Table {
            head: self.row(&[Msg::ColMeasure, Msg::ColOwner, Msg::ColDue, Msg::ColState]),
            rows: self.view.plan.iter().filter(|s| !s.internal()).map(row).collect(),
        }
    }

    fn attached(&self) -> Block {
        let n = self.case.recordings().len().to_string();
        Block::Items(vec![self.tell(Msg::Attached, &[]), self.tell(Msg::AttachedRecordings, &[("n", &n)]), self.tell(Msg::AttachedConsent, &[])])
    }

    fn report(&self) -> Vec<Block> {
        let colon = if self.lang == Lang::Zh { "：" } else { ": " };
        let line = |label: Msg, text: &str| Block::Text(format!("{}{colon}{text}", self.tell(label, &[])));
        let log = |l: &super::Log| {
            let period = format!("{} – {}", l.period.first.as_deref().unwrap_or("—"), l.period.last.as_deref().unwrap_or("—"));
            vec![l.path.clone(), l.rows.read.to_string(), period, l.hash.clone().unwrap_or_else(|| "—".to_owned())]
        };
        let ruleset = self.case.ruleset.version.as_ref().map_or_else(|| self.case.ruleset.id.clone(), |v| format!("{} {v}", self.case.ruleset.id));
        let mut all = vec![
            line(Msg::ReportTo, self.authority()),
            line(Msg::ReportFrom, &self.company()),
            self.section(Msg::HeadCompany),
            self.text(Msg::CompanyLine, &[("company", &self.company()), ("contact", &self.tell(Msg::GapContact, &[]))]),
            self.section(Msg::HeadComplaint),
            self.complaint_table(),
            self.section(Msg::HeadMethod),
            self.text(Msg::Method, &[("ruleset", &ruleset), ("hash", &self.case.ruleset.hash), ("version", &self.case.tool.version)]),
            Block::Table { head: self.row(&[Msg::ColLog, Msg::ColRows, Msg::ColPeriod, Msg::ColHash]), rows: self.case.inputs.iter().map(log).collect() },
            self.section(Msg::HeadFacts),
        ];
        all.extend(self.records());
        all.push(self.section(Msg::HeadFindings));
        all.push(self.claims_table());
        all.push(self.section(Msg::HeadRules));
        all.push(self.rules_block());
        all.push(self.section(Msg::HeadOpen));
        all.push(Block::Items(self.view.not_established.clone()));
        all.push(self.section(Msg::HeadMeasures));
        all.push(self.measures());
        all.push(self.section(Msg::HeadAttached));
        all.push(self.attached());
        all.push(self.text(Msg::ReportTruth, &[]));
        all.push(self.text(Msg::GapSeal, &[]));
        all.push(self.text(Msg::GapDate, &[]));
        all
    }

    fn notice(&self) -> Vec<Block> {
        let who = |s: &super::plan::Step| {
            vec![self.or_gap(s.due.as_deref(), Msg::GapDate), language::owner(self.lang, &s.owner).to_owned(), s.step.clone(), s.proof.clone()]
        };
        let brief: Vec<String> = self
            .view
            .claims
            .iter()
            .map(|c| {
                let verdict = language::casework::say(self.lang, c.verdict.message(), &[]);
                let colon = if self.lang == Lang::Zh { "：" } else { ": " };
                format!("{}{colon}{verdict}", c.text.clone().unwrap_or_else(|| c.meaning.clone()))
            })
            .collect();
        vec![
            self.text(Msg::NoticeLead, &[]),
            Block::Warning(self.tell(Msg::NoticeHold, &[])),
            self.section(Msg::NoticeShort),
            self.complaint_table(),
            Block::Items(brief),
            self.section(Msg::NoticeWho),
            Block::Table { head: self.row(&[Msg::ColDue, Msg::ColOwner, Msg::ColMeasure, Msg::ColState]), rows: self.view.plan.iter().map(who).collect() },
            self.section(Msg::NoticeNot),
            self.items(&[Msg::NoticeNot1, Msg::NoticeNot2, Msg::NoticeNot3, Msg::NoticeNot4]),
        ]
    }

    fn rectification(&self) -> Vec<Block> {
        let mut own: Vec<String> = self.case.complaint.shown.clone();
        own.extend(self.calls().iter().map(|m| m.caller.clone()).filter(|c| !c.is_empty()));
        own.sort();
        own.dedup();
        let filed = |n: &String| vec![n.clone(), self.tell(Msg::GapFiled, &[])];
        let numbers = if own.is_empty() {
            self.text(Msg::NumbersNone, &[])
        } else {
            Block::Table { head: self.row(&[Msg::ColNumber, Msg::ColPurpose]), rows: own.iter().map(filed).collect() }
        };
        let calls = self.calls();
        let mut all = vec![
            self.text(Msg::RectTo, &[("authority", self.authority())]),
            self.section(Msg::RectCompany),
            self.text(Msg::CompanyLine, &[("company", &self.company()), ("contact", &self.tell(Msg::GapContact, &[]))]),
            numbers,
            self.section(Msg::RectComplaint),
            self.complaint_table(),
            self.section(Msg::RectFacts),
        ];
        match (calls.first(), calls.last()) {
            (Some(first), Some(last)) => {
                let n = calls.len().to_string();
                all.push(self.text(Msg::RectFactsLine, &[("n", &n), ("from", &super::read(&first.local_time)), ("to", &super::read(&last.local_time))]));
                all.extend(self.records());
            }
            _ if self.view.uncovered.is_none() => {
                all.push(self.text(Msg::RectFactsNone, &[]));
                all.extend(self.records());
            }
            _ => all.extend(self.records()),
        }
        all.push(self.claims_table());
        all.push(self.rules_block());
        all.push(self.section(Msg::RectCause));
        all.push(Block::Items(self.view.cause.iter().map(|c| c.text.clone()).collect()));
        all.push(self.text(Msg::RectCauseNote, &[]));
        all.push(Block::Part(self.tell(Msg::RectOpen, &[])));
        all.push(Block::Items(self.view.not_established.clone()));
        all.push(self.section(Msg::RectMeasures));
        all.push(self.measures());
        all.push(self.section(Msg::RectAttached));
        all.push(self.attached());
        all.push(self.section(Msg::RectUndertaking));
        all.push(self.text(Msg::Undertaking, &[]));
        all.push(Block::Text(self.company()));
        all.push(self.text(Msg::GapSeal, &[]));
        all.push(self.text(Msg::GapDate, &[]));
        all
    }

    fn talking_points(&self) -> Vec<Block> {
        let colon = if self.lang == Lang::Zh { "；" } else { "; " };
        let facts: Vec<String> =
            self.calls().iter().take(5).map(|m| format!("{} {}", super::read(&m.local_time), language::outcome(self.lang, &m.outcome))).collect();
        let facts = if facts.is_empty() { self.tell(Msg::Gap, &[]) } else { facts.join(colon) };
        let open = self.view.not_established.iter().take(3).cloned().collect::<Vec<_>>().join(colon);
        let blank = || vec![String::new(); 6];
        vec![
            self.section(Msg::TalkWhen),
            self.items(&[Msg::TalkWhen1, Msg::TalkWhen2, Msg::TalkWhen3]),
            self.section(Msg::TalkSay),
            Block::Items(vec![
                self.tell(Msg::TalkSay1, &[]),
                self.tell(Msg::TalkSay2, &[]),
                self.tell(Msg::TalkSay3, &[("facts", &facts)]),
                self.tell(Msg::TalkSay4, &[]),
            ]),
            self.section(Msg::TalkListen),
            self.items(&[Msg::TalkListen1, Msg::TalkListen2]),
            self.section(Msg::TalkNever),
            Block::Items(vec![self.tell(Msg::TalkNever1, &[]), self.tell(Msg::TalkNever2, &[("open", &open)]), self.tell(Msg::TalkNever3, &[])]),
            self.section(Msg::TalkLog),
            Block::Table {
                head: self.row(&[Msg::ColDate, Msg::ColWho, Msg::ColFrom, Msg::ColReached, Msg::ColSaid, Msg::ColAgreed]),
                rows: vec![blank(), blank(), blank()],
            },
        ]
    }

    fn statement(&self) -> Vec<Block> {
        let first = if !self.calls().is_empty() {
            Msg::A1Yes
        } else if self.view.cause.iter().any(|c| c.id == "possible_spoofing") {
            Msg::A1No
        } else {
            Msg::A1Unknown
        };
        let rows = [(Msg::Q1, first), (Msg::Q2, Msg::A2), (Msg::Q3, Msg::A3), (Msg::Q4, Msg::A4), (Msg::Q5, Msg::A5)];
        vec![
            Block::Warning(self.tell(Msg::StatementUse, &[])),
            self.text(Msg::Statement1, &[]),
            self.text(Msg::Statement2, &[]),
            self.text(Msg::Statement3, &[]),
            Block::Table { head: self.row(&[Msg::Question, Msg::Reply]), rows: rows.iter().map(|(q, a)| self.row(&[*q, *a])).collect() },
        ]
    }

    fn counsel(&self) -> Vec<Block> {
        let cause = |id: &[&str]| self.view.cause.iter().any(|c| id.contains(&c.id));
        let channel = self.case.complaint.channel;
        let points = [
            (Msg::Counsel1, channel == Some("lawyer")),
            (Msg::Counsel2, false),
            (Msg::Counsel3, cause(&["after_refusal", "no_consent", "on_list"])),
            (Msg::Counsel4, false),
            (Msg::Counsel5, self.view.deadlines.iter().any(|d| d.id == "incident-cn")),
            (Msg::Counsel6, self.view.claims.iter().any(|c| c.claim == "content")),
            (Msg::Counsel7, self.view.uncovered.is_some()),
            (Msg::Counsel8, cause(&["possible_spoofing"])),
            (Msg::Counsel9, false),
        ];
        let row = |(point, applies): &(Msg, bool)| self.row(&[*point, if *applies { Msg::CounselApplies } else { Msg::CounselCheck }]);
        vec![Block::Table { head: self.row(&[Msg::ColPoint, Msg::ColApplies]), rows: points.iter().map(row).collect() }]
    }
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
