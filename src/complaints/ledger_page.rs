//! The ledger of refusals for people, as blocks.

use super::model::InputRef;
use super::optouts::{Refusal, Report};
use super::page::local;
use crate::calls::zones::Clock;
use crate::language::complaints::{self as words, Msg, say};
use crate::language::{Lang, Msg as Word};
use crate::policy::{Block, Policy};
use crate::report::renderers::table::grouped;

/// Refusals that are listed.
const LISTED: usize = 40;

/// The page of a ledger.
pub fn page(report: &Report, lang: Lang) -> Policy {
    let say = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let clock = Clock::parse(&report.clock).ok();
    let and = if lang == Lang::Zh { "、" } else { ", " };
    let mut blocks = Vec::new();
    let section = |blocks: &mut Vec<Block>, title: String| {
        let n = 1 + blocks.iter().filter(|b| matches!(b, Block::Section(_))).count();
        blocks.push(Block::Section(format!("{n}. {title}")));
    };
    section(&mut blocks, say(Msg::Short, &[]));
    let reasons = report.exit.reason.join(if lang == Lang::Zh { "；" } else { "; " });
    let reasons = format!("{}{}", crate::report::renderers::table::capital(&reasons), if lang == Lang::Zh { "。" } else { "." });
    blocks.push(if report.exit.status == 0 { Block::Text(reasons) } else { Block::Warning(reasons) });
    let totals = &report.totals;
    let values = [
        ("refusals", grouped(totals.refusals)),
        ("people", grouped(totals.people)),
        ("after", grouped(totals.people_called_again)),
        ("calls", grouped(totals.calls_after)),
        ("explicit", grouped(totals.calls_after_explicit)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    blocks.push(Block::Text(say(Msg::OptShort, &values)));
    let rows: Vec<Vec<String>> = totals.told.iter().map(|(told, n)| vec![words::refusal(lang, *told).to_owned(), grouped(*n)]).collect();
    if !rows.is_empty() {
        blocks.push(Block::Table { head: vec![say(Msg::OptColTold, &[]), say(Msg::OptColCount, &[])], rows });
    }
    section(&mut blocks, say(Msg::OptListed, &[]));
    blocks.push(Block::Text(if report.lists.is_empty() { say(Msg::OptNoLists, &[]) } else { say(Msg::OptLists, &[("lists", &report.lists.join(and))]) }));
    let rows: Vec<Vec<String>> = totals.listing.iter().map(|(listing, n)| vec![words::listing(lang, *listing).to_owned(), grouped(*n)]).collect();
    if !rows.is_empty() {
        blocks.push(Block::Table { head: vec![say(Msg::OptListed, &[]), say(Msg::OptColCount, &[])], rows });
    }
    section(&mut blocks, say(Msg::OptLimits, &[]));
    if report.limits.is_empty() {
        blocks.push(Block::Text(say(Msg::OptLimitNone, &[])));
    }
    for limit in &report.limits {
        let force = crate::language::force(lang, &limit.force);
        let mut items = vec![format!("{} ({force}): {}", limit.rule, limit.text)];
        items.extend(limit.citations.iter().map(|c| {
            let date = c.as_of.map(crate::calls::calendar::iso).unwrap_or_default();
            let letter = c.confidence.map_or("U", |c| c.word());
            let values = [
                ("id", limit.rule.as_str()),
                ("text", c.text.as_str()),
                ("source", c.source.as_deref().unwrap_or_default()),
                ("date", date.as_str()),
                ("letter", letter),
            ];
            say(Msg::SourceLine, &values)
        }));
        blocks.push(Block::Items(items));
    }
    section(&mut blocks, say(Msg::OptWorst, &[]));
    let again: Vec<&Refusal> = report.refusals.iter().filter(|r| !r.calls.is_empty()).collect();
    if again.is_empty() {
        blocks.push(Block::Text(say(Msg::OptNone, &[])));
    } else {
        let rows = again.iter().take(LISTED).map(|r| {
            vec![
                r.number.clone(),
                local(&r.refused_at, &clock),
                words::refusal(lang, r.told).to_owned(),
                r.listed_at.as_ref().map_or_else(|| words::listing(lang, r.listing).to_owned(), |t| local(t, &clock)),
                r.took_s.map_or_else(|| "—".to_owned(), |s| took(lang, s)),
                grouped(r.calls_between),
                grouped(r.calls_after_listing),
                r.first_call_after.as_ref().map_or_else(String::new, |t| local(t, &clock)),
            ]
        });
        let head =
            [Msg::ColNumber, Msg::OptColRefused, Msg::OptColTold, Msg::OptColListed, Msg::OptColDelay, Msg::OptColBetween, Msg::OptColAfter, Msg::OptColFirst];
        blocks.push(Block::Table { head: head.map(|m| say(m, &[])).to_vec(), rows: rows.collect() });
        if again.len() > LISTED {
            blocks.push(Block::Text(say(Msg::AndMore, &[("n", &(again.len() - LISTED).to_string())])));
        }
    }
    section(&mut blocks, say(Msg::Open, &[]));
    blocks.push(Block::Items(report.not_established.clone()));
    if !report.notes.is_empty() {
        blocks.push(Block::Part(say(Msg::Notes, &[])));
        blocks.push(Block::Items(report.notes.clone()));
    }
    let input = |i: &InputRef| say(Msg::HeadInput, &[("path", &i.path), ("n", &grouped(i.read))]);
    let mut head = vec![
        (say(Msg::HeadInputs, &[]), report.inputs.iter().map(input).collect::<Vec<_>>().join(and)),
        (say(Msg::HeadCalls, &[]), grouped(report.calls)),
        (say(Msg::HeadClock, &[]), report.clock.clone()),
    ];
    if let Some(ruleset) = &report.ruleset {
        let version = ruleset.version.as_deref().map(|v| format!(" {v}")).unwrap_or_default();
        head.push((crate::language::say(lang, Word::LabelRuleset, &[]), format!("{}{version}", ruleset.id)));
    }
    Policy { lang, title: say(Msg::OptTitle, &[]), head, blocks, foot: say(Msg::Foot, &[("version", &report.tool.version)]) }
}

/// How long it took.
fn took(lang: Lang, seconds: i64) -> String {
    let (message, n) = match seconds {
        s if s >= 2 * 86_400 => (Msg::OptDays, s / 86_400),
        s if s >= 3600 => (Msg::OptHours, s / 3600),
        s => (Msg::OptMinutes, s / 60),
    };
    say(lang, message, &[("n", &n.to_string())])
}
