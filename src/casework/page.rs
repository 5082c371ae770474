//! The whole case as one document.

use super::matches::Match;
use super::{Case, Draft, summary};
use crate::exposure::phrases;
use crate::language::casework::{Msg, basis, say};
use crate::language::{self, Lang};
use crate::policy::{self, Block, Policy};

/// Matches in the document; all that are ranked are in the JSON.
const MATCHES: usize = 50;

/// As Markdown.
pub fn markdown(case: &Case) -> String {
    policy::markdown(&document(case))
}

/// As one HTML page.
pub fn html(case: &Case) -> String {
    policy::html(&document(case))
}

/// What it could cost, one sentence for each regime; none where nothing is priced.
pub fn exposure_lines(case: &Case) -> Option<Vec<String>> {
    let exposure = case.exposure.as_ref()?;
    let lang = case.lang;
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let title = |text: &crate::exposure::Text| lang.pick(text).unwrap_or_default().to_owned();
    let money = exposure.regimes.iter().map(|r| format!("{}{colon}{}", title(&r.title), phrases::span(lang, r)));
    let instead = exposure.sanctions.iter().map(|s| phrases::sanction(lang, s).0);
    let all: Vec<String> = money.chain(instead).collect();
    if all.is_empty() { None } else { Some(all) }
}

fn document(case: &Case) -> Policy {
    let lang = case.lang;
    let tell = |message: Msg| say(lang, message, &[]);
    let title = case.complaint.id.as_deref().map_or_else(|| tell(Msg::Title), |id| format!("{} {id}", tell(Msg::Title)));
    let ruleset = case.ruleset.version.as_ref().map_or_else(|| case.ruleset.id.clone(), |v| format!("{} {v}", case.ruleset.id));
    let mut head = vec![(tell(Msg::CaseOf), summary::subject(case)), (tell(Msg::ColVerdict), case.exit.reason.clone())];
    head.extend(case.organisation.iter().map(|o| (tell(Msg::CaseFor), o.clone())));
    head.extend(case.prepared_by.iter().map(|o| (tell(Msg::CaseBy), o.clone())));
    head.push((tell(Msg::CaseDay), case.as_of.clone()));
    let foot = say(lang, Msg::Foot, &[("version", &case.tool.version), ("ruleset", &ruleset), ("schema", case.schema)]);
    Policy { lang, title, head, blocks: blocks(case), foot }
}

fn table(head: Vec<String>, rows: Vec<Vec<String>>) -> Block {
    Block::Table { head, rows }
}

fn blocks(case: &Case) -> Vec<Block> {
    let lang = case.lang;
    let tell = |message: Msg| say(lang, message, &[]);
    let names = |messages: &[Msg]| messages.iter().map(|m| tell(*m)).collect::<Vec<_>>();
    let semicolon = if lang == Lang::Zh { "；" } else { "; " };
    let text = |s: &Option<String>| s.clone().unwrap_or_else(|| "—".to_owned());
    let mut all = Vec::new();
    for (head, answer) in [(Msg::AnswerWrong, &case.answer.wrong), (Msg::AnswerFined, &case.answer.fined), (Msg::AnswerWhen, &case.answer.by_when)] {
        all.push(Block::Part(tell(head)));
        all.push(Block::Text(answer.clone()));
    }
    all.push(Block::Warning(tell(Msg::Disclaimer)));

    all.push(Block::Section(tell(Msg::HeadDeadlines)));
    let deadline = |d: &super::plan::Deadline| {
        let mut mark = basis(lang, d.basis);
        if let Some(who) = &d.binds {
            mark = format!("{mark}{semicolon}{}", say(lang, Msg::BindsMark, &[("who", who)]));
        }
        let source = match (d.citation.filter(|c| !c.is_empty()), d.source) {
            (Some(citation), _) | (None, Some(citation)) => {
                let confidence = d.confidence.map_or("", crate::ruleset::citations::Confidence::word);
                say(lang, Msg::SourceOf, &[("citation", citation), ("date", d.read.unwrap_or_default()), ("confidence", confidence)])
            }
            (None, None) => String::new(),
        };
        let due = if d.overdue { format!("{} ({})", text(&d.due), tell(Msg::OverdueMark)) } else { text(&d.due) };
        vec![due, d.what.clone(), mark, source]
    };
    all.push(table(names(&[Msg::ColDue, Msg::ColWhat, Msg::ColBasis, Msg::ColPlace]), case.deadlines.iter().map(deadline).collect()));
    all.push(Block::Items(case.deadline_notes.clone()));

    all.push(Block::Section(tell(Msg::HeadClaims)));
    let claim = |c: &super::claims::Judged| {
        let said = c.text.as_ref().map_or_else(|| c.meaning.clone(), |t| format!("{t} ({})", c.meaning));
        vec![said, tell(c.verdict.message()), c.why.join(semicolon), c.calls.iter().take(20).cloned().collect::<Vec<_>>().join(", "), c.rules.join(", ")]
    };
    all.push(table(names(&[Msg::ColClaim, Msg::ColVerdict, Msg::ColWhy, Msg::ColCall, Msg::HeadRules]), case.claims.iter().map(claim).collect()));

    all.push(Block::Section(tell(Msg::HeadCause)));
    all.push(Block::Items(case.cause.iter().map(|c| c.text.clone()).collect()));

    all.push(Block::Section(tell(Msg::HeadMatches)));
    if case.matches.is_empty() {
        all.push(Block::Text(tell(Msg::NoMatch)));
    } else {
        let row = |m: &Match| {
            let rules: Vec<String> = m.rules.iter().map(|r| format!("{} ({}): {}", r.rule, language::verdict(lang, &r.verdict), r.message)).collect();
            vec![m.score.to_string(), summary::matched(lang, m), m.reasons.join(semicolon), m.against.join(semicolon), rules.join(semicolon)]
        };
        all.push(table(
            names(&[Msg::ColScore, Msg::ColCall, Msg::ColFor, Msg::ColAgainst, Msg::HeadRules]),
            case.matches.iter().take(MATCHES).map(row).collect(),
        ));
        let more = case.matches.len().saturating_sub(MATCHES) as u64 + case.matches_left_out;
        if more > 0 {
            all.push(Block::Text(say(lang, Msg::MoreMatches, &[("n", &more.to_string())])));
        }
    }

    all.push(Block::Section(tell(Msg::HeadTimeline)));
    let entry = |e: &super::timeline::Entry| {
        let place = match (&e.source, e.line) {
            (Some(source), Some(line)) => format!("{source}:{line}"),
            (Some(source), None) => source.clone(),
            _ => String::new(),
        };
        let when = e.local_time.as_deref().or(e.at.as_deref()).map(super::read).unwrap_or_else(|| tell(Msg::Undated));
        let kind = match e.kind {
            "call" => Msg::KindCall,
            "refusal" => Msg::KindRefusal,
            "consent" => Msg::KindConsent,
            "binding" => Msg::KindBinding,
            "complaint" => Msg::KindComplaint,
            _ => Msg::KindList,
        };
        vec![when, tell(kind), e.text.clone(), place]
    };
    all.push(table(names(&[Msg::ColTime, Msg::ColWhat, Msg::AllContact, Msg::ColPlace]), case.timeline.iter().map(entry).collect()));

    all.push(Block::Section(tell(Msg::HeadRules)));
    if case.rules.is_empty() {
        all.push(Block::Text(say(lang, Msg::WrongNoRule, &[])));
    }
    for rule in &case.rules {
        all.push(Block::Part(if rule.title.is_empty() { rule.rule.clone() } else { format!("{} · {}", rule.title, rule.rule) }));
        all.push(Block::Text(super::ruled(lang, rule)));
        let cite = |c: &crate::ruleset::citations::Citation| {
            let date = c.as_of.map(crate::calls::calendar::iso).unwrap_or_default();
            let confidence = c.confidence.map_or("—", crate::ruleset::citations::Confidence::word);
            let citation = c.source.as_ref().map_or_else(|| c.text.clone(), |s| format!("{s}: {}", c.text));
            say(lang, Msg::SourceOf, &[("citation", &citation), ("date", &date), ("confidence", confidence)])
        };
        all.push(Block::Items(rule.citations.iter().map(cite).collect()));
    }

    all.push(Block::Section(tell(Msg::HeadNotEstablished)));
    all.push(Block::Items(case.not_established.clone()));

    all.push(Block::Section(tell(Msg::HeadPlan)));
    let step = |s: &super::plan::Step| vec![text(&s.due), language::owner(lang, &s.owner).to_owned(), s.step.clone(), s.proof.clone(), basis(lang, s.basis)];
    all.push(table(names(&[Msg::ColDue, Msg::ColOwner, Msg::ColStep, Msg::ColProof, Msg::ColBasis]), case.plan.iter().map(step).collect()));

    all.push(Block::Section(tell(Msg::HeadExposure)));
    match &case.exposure {
        None => all.push(Block::Text(case.answer.fined.clone())),
        Some(exposure) => {
            for (head, lines) in phrases::blocks(lang, exposure) {
                all.push(Block::Part(head));
                all.push(Block::Items(lines));
            }
            all.push(Block::Text(tell(Msg::ExposureMark)));
        }
    }

    all.push(Block::Section(tell(Msg::HeadInputs)));
    let log = |l: &super::Log| {
        let none = String::from("—");
        let clock = l.clock.as_ref();
        say(
            lang,
            Msg::LogFacts,
            &[
                ("path", &l.path),
                ("rows", &l.rows.read.to_string()),
                ("first", l.period.first.as_ref().unwrap_or(&none)),
                ("last", l.period.last.as_ref().unwrap_or(&none)),
                ("zone", clock.map_or("—", |c| &c.zone)),
                ("evidence", &clock.map_or_else(String::new, |c| language::sentence(lang, &c.evidence).into_owned())),
                ("hash", l.hash.as_ref().unwrap_or(&none)),
            ],
        )
    };
    all.push(Block::Items(case.inputs.iter().map(log).collect()));

    all.push(Block::Section(tell(Msg::HeadDrafts)));
    all.push(Block::Text(tell(Msg::DraftNote)));
    // Those of the reader's language first.
    let ours = |d: &&Draft| d.lang == lang.code();
    for draft in case.drafts.iter().filter(ours).chain(case.drafts.iter().filter(|d| !ours(d))) {
        all.push(Block::Section(format!("{} ({})", draft.title, draft.lang)));
        all.extend(draft.blocks.iter().map(|block| match block {
            // A draft's sections are parts here.
            Block::Section(title) => Block::Part(title.clone()),
            other => other.again(),
        }));
    }
    all
}
