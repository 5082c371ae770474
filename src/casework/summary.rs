//! The three questions, and the page that answers them without scrolling.

use super::claims::Verdict;
use super::matches::{Match, Strength};
use super::{Answer, Case, ruled};
use crate::language::casework::{Msg, basis, channel, say};
use crate::language::{self, Lang};
use crate::report::explanation::page;
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, PLAIN, Page, RED, show};

/// Terms and steps on the page.
const SOONEST: usize = 7;

fn join(lang: Lang, parts: &[String]) -> String {
    parts.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// The answers, in the case's language.
pub fn answer(case: &Case) -> Answer {
    let lang = case.lang;
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let stop = if lang == Lang::Zh { "。" } else { ". " };
    let borne = case.claims.iter().filter(|c| matches!(c.verdict, Verdict::Substantiated | Verdict::Partly)).count();
    let of = |verdict: &str, told: bool| -> Vec<String> {
        let found = case.rules.iter().filter(|r| r.verdict == verdict && !r.together && (r.in_told_days > 0) == told);
        found
            .map(|r| {
                let title = if r.title.is_empty() { &r.rule } else { &r.title };
                if lang == Lang::Zh { format!("{title}（{}）", r.standing) } else { format!("{title} ({})", r.standing) }
            })
            .collect()
    };
    let (broken, possible, elsewhere) = (of("violation", true), of("possible", true), of("violation", false));
    let together: Vec<String> = case.rules.iter().filter(|r| r.together).map(|r| if r.title.is_empty() { r.rule.clone() } else { r.title.clone() }).collect();
    let (n, all) = (borne.to_string(), case.claims.len().to_string());
    // That somebody called, how often, or with what machine is a fact and by itself no wrong.
    let wrongs = ["night", "refused", "no_consent", "silent", "wrong_person"];
    let wronged = case.claims.iter().any(|c| matches!(c.verdict, Verdict::Substantiated | Verdict::Partly) && wrongs.contains(&c.claim));
    let mut wrong = match (case.exit.status, borne, broken.is_empty()) {
        (1, 1.., true) if !wronged => tell(Msg::WrongFacts, &[("n", &n), ("all", &all)]),
        (1, 0, _) => tell(Msg::WrongOnlyRules, &[("rules", &join(lang, &broken))]),
        (1, _, true) => format!("{}{stop}{}", tell(Msg::WrongYes, &[("n", &n), ("all", &all)]), upper(&tell(Msg::WrongNoRule, &[]))),
        (1, _, false) => format!("{}{stop}{}", tell(Msg::WrongYes, &[("n", &n), ("all", &all)]), tell(Msg::WrongRules, &[("rules", &join(lang, &broken))])),
        (0, ..) => tell(Msg::WrongNo, &[("all", &all)]),
        _ => {
            let why = case.claims.iter().find(|c| c.verdict == Verdict::CannotBeTold).and_then(|c| c.why.first().cloned()).unwrap_or_default();
            format!("{}{}{why}", tell(Msg::WrongUnknown, &[]), if lang == Lang::Zh { "：" } else { ": " })
        }
    };
    if !possible.is_empty() {
        wrong = format!("{wrong}{stop}{}", upper(&tell(Msg::WrongPossible, &[("rules", &join(lang, &possible))])));
    }
    if !elsewhere.is_empty() {
        wrong = format!("{wrong}{stop}{}", upper(&tell(Msg::WrongElsewhere, &[("rules", &join(lang, &elsewhere))])));
    }
    if !together.is_empty() {
        wrong = format!("{wrong}{stop}{}", upper(&tell(Msg::WrongTogether, &[("rules", &join(lang, &together))])));
    }
    let priced = super::page::exposure_lines(case).map(|lines| format!("{}{stop}{}", join(lang, &lines), upper(&tell(Msg::ExposureMark, &[]))));
    let fined = priced.unwrap_or_else(|| match case.exit.status {
        0 => tell(Msg::FinedNothing, &[]),
        3 => tell(Msg::FinedUnknown, &[]),
        _ => tell(Msg::ExposureNone, &[]),
    });
    // What is to come before what is past.
    let mut own: Vec<_> = case.deadlines.iter().filter(|d| !d.keep && d.binds.is_none()).collect();
    own.sort_by_key(|d| d.overdue);
    let bracket = |text: &str| if lang == Lang::Zh { format!("（{text}）") } else { format!(" ({text})") };
    let mark = |d: &super::plan::Deadline| if d.overdue { format!("{}, {}", basis(lang, d.basis), tell(Msg::OverdueMark, &[])) } else { basis(lang, d.basis) };
    let due: Vec<String> = own.iter().filter_map(|d| d.due.as_ref().map(|due| format!("{due} {}{}", d.what, bracket(&mark(d))))).take(6).collect();
    Answer { wrong, fined, by_when: join(lang, &due) }
}

/// The page for the terminal.
pub fn text(case: &Case, view: &View) -> String {
    let lang = case.lang;
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let mut out = page(view);
    let id = case.complaint.id.as_deref().map(|id| format!(" {}", show(id))).unwrap_or_default();
    let head = |out: &mut Page, title: Msg| {
        out.blank();
        out.line(BOLD, &tell(title, &[]));
    };
    out.indented(BOLD, 0, 2, &format!("{}{id} · {}", tell(Msg::Title, &[]), subject(case)));
    out.indented(if case.exit.status == 1 { RED } else { BOLD }, 0, 2, &case.exit.reason);
    head(&mut out, Msg::AnswerWrong);
    out.indented(PLAIN, 2, 0, &show(&case.answer.wrong));
    for claim in &case.claims {
        let mark = match claim.verdict {
            Verdict::Substantiated => "■",
            Verdict::Partly => "◧",
            Verdict::Not => "□",
            Verdict::CannotBeTold => "?",
        };
        let text = claim.text.as_deref().unwrap_or(&claim.meaning);
        let colon = if lang == Lang::Zh { "：" } else { ": " };
        let why = claim.why.first().map(|w| format!(" — {w}")).unwrap_or_default();
        out.indented(PLAIN, 2, 2, &show(&format!("{mark} {text}{colon}{}{why}", tell(claim.verdict.message(), &[]))));
    }
    let causes: Vec<String> = case.cause.iter().map(|c| c.text.clone()).collect();
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    out.indented(PLAIN, 2, 2, &show(&format!("{}{colon}{}", tell(Msg::HeadCause, &[]), join(lang, &causes))));
    let best = case.matches.first().map_or_else(|| tell(Msg::NoMatch, &[]), |m| matched(lang, m));
    let more = case.matches.len() as u64 + case.matches_left_out;
    let more = if more > 1 { format!(" ({})", tell(Msg::MoreMatches, &[("n", &(more - 1).to_string())])) } else { String::new() };
    out.indented(PLAIN, 2, 2, &show(&format!("{}{colon}{best}{more}", tell(Msg::BestMatch, &[]))));
    head(&mut out, Msg::AnswerFined);
    out.indented(PLAIN, 2, 0, &show(&case.answer.fined));
    head(&mut out, Msg::AnswerWhen);
    deadlines(&mut out, case);
    let owners = owners(case);
    out.indented(PLAIN, 2, 2, &show(&format!("{}{colon}{owners}", tell(Msg::HeadPlan, &[]))));
    head(&mut out, Msg::HeadNotEstablished);
    for text in case.not_established.iter().take(3) {
        out.indented(PLAIN, 2, 2, &show(text));
    }
    if case.not_established.len() > 3 {
        out.indented(PLAIN, 2, 2, &tell(Msg::ShowMore, &[("n", &(case.not_established.len() - 3).to_string())]));
    }
    out.blank();
    out.indented(PLAIN, 0, 0, &tell(Msg::Disclaimer, &[]));
    out.text
}

/// What is still to come, the soonest first, and in one line what should be done already: nobody but the company knows whether it is.
fn deadlines(out: &mut Page, case: &Case) {
    let lang = case.lang;
    let tell = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let bracket = |text: &str| if lang == Lang::Zh { format!("（{text}）") } else { format!(" ({text})") };
    let (past, to_come): (Vec<_>, Vec<_>) = case.deadlines.iter().filter(|d| !d.keep).partition(|d| d.overdue);
    for d in to_come.iter().take(SOONEST) {
        let who = d.binds.as_deref().map(|who| format!(" · {}", tell(Msg::BindsMark, &[("who", who)]))).unwrap_or_default();
        let basis = bracket(&format!("{}{who}", basis(lang, d.basis)));
        out.indented(PLAIN, 2, 12, &show(&format!("{}  {}{basis}", d.due.as_deref().unwrap_or("—"), d.what)));
    }
    let own: Vec<String> = past
        .iter()
        .filter(|d| d.binds.is_none())
        .map(|d| format!("{} {}{}", d.due.as_deref().unwrap_or("—"), d.what, bracket(&basis(lang, d.basis))))
        .collect();
    if !own.is_empty() {
        let colon = if lang == Lang::Zh { "：" } else { ": " };
        out.indented(RED, 2, 2, &show(&format!("{}{colon}{}", tell(Msg::PastMark, &[]), join(lang, &own))));
    }
}

/// Whom and what it is about.
pub fn subject(case: &Case) -> String {
    let (lang, told) = (case.lang, &case.complaint);
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    let mut parts = Vec::new();
    if told.numbers.is_empty() {
        parts.push(say(lang, Msg::AboutShown, &[("shown", &told.shown.join(comma))]));
    } else {
        parts.push(say(lang, Msg::AboutNumber, &[("numbers", &told.numbers.join(comma))]));
        if !told.shown.is_empty() {
            parts.push(say(lang, Msg::AboutShown, &[("shown", &told.shown.join(comma))]));
        }
    }
    parts.push(told.at.as_deref().map_or_else(|| say(lang, Msg::NoTime, &[]), |at| say(lang, Msg::ToldAt, &[("at", at)])));
    parts.extend(told.channel.map(|c| say(lang, Msg::Via, &[("channel", channel(lang, c))])));
    parts.extend(told.received.as_deref().map(|date| say(lang, Msg::ReceivedOn, &[("date", date)])));
    show(&parts.join(" · "))
}

/// A match on one line.
pub fn matched(lang: Lang, m: &Match) -> String {
    let strength = match m.strength {
        Strength::Certain => "",
        Strength::Near => " ~",
        Strength::Possible => " ?",
        Strength::Apart => " ≠",
    };
    format!("{} {} → {} · {} · {}:{}{strength}", super::read(&m.local_time), m.caller, m.callee, language::outcome(lang, &m.outcome), m.source, m.line)
}

/// Steps by department.
fn owners(case: &Case) -> String {
    let mut all: Vec<(&str, usize)> = Vec::new();
    for step in &case.plan {
        match all.iter_mut().find(|o| o.0 == step.owner) {
            Some(known) => known.1 += 1,
            None => all.push((&step.owner, 1)),
        }
    }
    all.iter().map(|(owner, n)| format!("{} {n}", language::owner(case.lang, owner))).collect::<Vec<_>>().join(" · ")
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The rules that found matching calls, one line each.
pub fn rules(case: &Case) -> Vec<String> {
    case.rules.iter().map(|r| ruled(case.lang, r)).collect()
}
