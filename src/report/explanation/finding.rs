//! A finding of a stored report, explained to somebody who has never seen the program.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::page;
use crate::calls::calendar::parse_iso;
use crate::language::rules::Msg;
use crate::language::{self, Lang};
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, DIM, PLAIN, Page, RED, show};
use crate::rules::policy::Words;
use crate::rules::{Broke, Rule};
use crate::ruleset::citations::{Citation, Confidence};

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A text by language, as reports store it.
fn pick(lang: Lang, value: &Value) -> String {
    let text = |lang: &str| value[lang].as_str().filter(|t| !t.is_empty());
    text(lang.code()).or_else(|| text("en")).or_else(|| text("zh")).unwrap_or_default().to_owned()
}

fn entry<'a>(report: &'a Value, list: &str, id: &str) -> &'a Value {
    report[list].as_array().into_iter().flatten().find(|r| text_of(r, "id") == id).unwrap_or(&Value::Null)
}

/// The findings of a stored report whose fingerprint begins so.
pub fn matching<'a>(report: &'a Value, begin: &str) -> Vec<&'a Value> {
    report["findings"].as_array().into_iter().flatten().filter(|f| text_of(f, "fingerprint").starts_with(begin)).collect()
}

/// The ruleset of a report as a file that can be compiled: what its rules demand is in it, in both languages.
pub fn ruleset(report: &Value) -> Option<String> {
    let mut tables = report["ruleset"]["effective"].clone();
    // What it extends is in it already; what a pack says of itself only packs may say.
    let head = tables["ruleset"].as_object_mut()?;
    head.remove("extends");
    head.remove("pack");
    toml::to_string(&tables).ok()
}

/// The sentence of a finding in this language, where the one that the report stores is in another.
fn message(finding: &Value, rule: Option<(&dyn Rule, &Words<'_>)>) -> String {
    let stored = text_of(finding, "message");
    let Some((rule, words)) = rule else { return stored.to_owned() };
    let (measured, limit) = (finding["measured"].as_f64(), finding["limit"].as_f64());
    let lists: Vec<&str> = std::iter::once("").chain(words.lists.iter().map(|l| l.id.as_str())).collect();
    const LOCAL: &str = "\u{1}";
    // What is broken is not stored; the sentence that says the same tells it.
    for broken in 0..=u8::MAX {
        for list in &lists {
            for lang in Lang::ALL {
                let say = |lang: Lang, local: &str| rule.sentence(lang, &Broke { broken, measured, limit, local, list, ..Broke::default() });
                let pattern = say(lang, LOCAL);
                let local = match pattern.split_once(LOCAL) {
                    Some((before, after)) => stored.strip_prefix(before).and_then(|s| s.strip_suffix(after)),
                    None => (pattern == stored).then_some(""),
                };
                if let Some(local) = local {
                    return say(words.lang, local);
                }
            }
        }
    }
    stored.to_owned()
}

/// A finding of a report. `compiled`: its rule, where the report's ruleset could be compiled again.
pub fn text(report: &Value, finding: &Value, compiled: Option<(&dyn Rule, &Words<'_>)>, view: &View) -> String {
    let mut page = page(view);
    let lang = page.lang;
    let id = text_of(finding, "rule");
    let rule = entry(report, "rules", id);
    let force = language::force_sentence(lang, text_of(finding, "force")).to_owned();
    let verdict = text_of(finding, "verdict");
    let sentence = if verdict == "violation" { force } else { language::verdict(lang, verdict).to_owned() };
    let head = page.tell(Msg::FindingHead, &[("fingerprint", text_of(finding, "fingerprint")), ("sentence", &sentence)]);
    page.indented(BOLD, 0, 2, &head);

    page.heading(Msg::HeadWhat);
    let title = pick(lang, &rule["title"]);
    page.told(Msg::FindingRule, &[("id", id), ("title", if title.is_empty() { language::kind(lang, text_of(rule, "kind")) } else { &title })]);
    if let Some((rule, words)) = compiled {
        let demand = rule.policy(words).text;
        page.told(Msg::FindingDemand, &[("text", &demand)]);
    }
    let (n, first, last) = (finding["calls"].as_u64().unwrap_or(0), text_of(finding, "first"), text_of(finding, "last"));
    let values = [("n", n.to_string()), ("first", first.to_owned()), ("last", last.to_owned()), ("from", first.to_owned()), ("to", last.to_owned())];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let group = text_of(finding, "scope") == "group";
    page.told(
        match (group, n) {
            (true, 0) => Msg::FindingGroupNone,
            (true, 1) => Msg::FindingGroupOne,
            (true, _) => Msg::FindingGroup,
            (false, 1) => Msg::FindingCountOne,
            (false, _) => Msg::FindingCount,
        },
        &values,
    );
    page.told(Msg::FindingMessage, &[("message", &message(finding, compiled))]);
    page.told(
        match verdict {
            "violation" => Msg::VerdictViolation,
            "possible" => Msg::VerdictPossible,
            _ => Msg::VerdictApproaching,
        },
        &[],
    );

    page.heading(Msg::HeadWho);
    let subject: Vec<(&String, &Value)> = finding["subject"].as_object().into_iter().flatten().collect();
    if subject.is_empty() {
        page.told(Msg::WholeLog, &[]);
    }
    for (column, value) in subject {
        let line = format!("{} {}", language::column(lang, column), value.as_str().unwrap_or_default());
        page.item(&show(&line));
    }
    calls(&mut page, finding, n, group);
    limit(&mut page, finding);
    clock(&mut page, report, rule, finding);
    let leaks: Vec<&Value> = finding["leaks"].as_array().into_iter().flatten().collect();
    if !leaks.is_empty() {
        page.heading(Msg::HeadLeaks);
        for leak in leaks {
            page.item(&show(&format!("{}: {}", text_of(leak, "id"), text_of(leak, "text"))));
            page.indented(PLAIN, 6, 0, &show(text_of(leak, "setting")));
        }
    }
    let notes: Vec<&str> = finding["notes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !notes.is_empty() {
        page.heading(Msg::HeadMust);
        for note in notes {
            let note = page.sentence(note);
            page.item(&note);
        }
    }
    let citations: Vec<Citation> = rule["citations"].as_array().into_iter().flatten().map(citation).collect();
    page.cited(&citations);
    page.heading(Msg::HeadDo);
    let mut steps = 0;
    for item in report["checklist"].as_array().into_iter().flatten() {
        if item["rules"].as_array().into_iter().flatten().any(|r| r == id) {
            let proof = pick(lang, &item["proof"]);
            page.step(&pick(lang, &item["step"]), text_of(item, "owner"), item["due"].as_str().unwrap_or("-"), Some(&proof));
            steps += 1;
        }
    }
    if steps == 0 {
        page.default_steps(text_of(rule, "kind"));
    }
    page.blank();
    let end = page.tell(Msg::FindingNotProof, &[]);
    page.indented(DIM, 0, 0, &end);
    page.text
}

/// The calls that the report keeps of it: a line each, or a few where there is no room.
fn calls(page: &mut Page, finding: &Value, all: u64, group: bool) {
    page.heading(Msg::HeadWhichCalls);
    let rows: Vec<&Value> = finding["evidence"].as_array().into_iter().flatten().collect();
    if rows.is_empty() {
        page.told(Msg::CallsNone, &[]);
        return;
    }
    if rows.iter().any(|r| r["violates"] == false) && !group {
        page.told(Msg::CallsLegend, &[]);
    }
    for row in &rows {
        let violates = row["violates"] == true && !group;
        let mark = if violates { "✗ " } else { "  " };
        let outcome = language::outcome(page.lang, text_of(row, "outcome")).to_owned();
        let (at, local) = (text_of(row, "started_at"), text_of(row, "local_time"));
        let time = if local.is_empty() { at } else { local };
        let numbers = format!("{} → {}", text_of(row, "caller"), text_of(row, "callee"));
        let place = format!("{}:{}", text_of(row, "source"), row["line"].as_u64().unwrap_or(0));
        let line = show(&format!("{mark}{time}  {numbers}  {outcome}  {place}"));
        let style = if violates { RED } else { PLAIN };
        if line.width() + 2 <= page.width {
            page.line(style, &format!("  {line}"));
        } else {
            page.indented(style, 2, 4, &show(&format!("{mark}{time}")));
            page.indented(style, 6, 0, &show(&format!("{numbers}  {outcome}")));
            page.indented(style, 6, 0, &show(&place));
        }
    }
    let shown = rows.iter().filter(|r| r["violates"] == true).count() as u64;
    if shown < all && !group {
        page.told(Msg::CallsShown, &[("n", &shown.to_string()), ("all", &all.to_string())]);
    }
}

fn limit(page: &mut Page, finding: &Value) {
    page.heading(Msg::HeadLimit);
    let number = |key: &str| finding[key].as_f64().map(|n| ((n * 10_000.0).round() / 10_000.0).to_string());
    match (number("measured"), number("limit")) {
        (Some(measured), Some(limit)) => page.told(Msg::LimitMeasured, &[("measured", &measured), ("limit", &limit)]),
        (Some(measured), None) => page.told(Msg::LimitOnly, &[("measured", &measured)]),
        _ => page.told(Msg::LimitNone, &[]),
    }
    if let Some(form) = finding["window"]["form"].as_str() {
        let form = language::window(page.lang, form).to_owned();
        match finding["window"]["start"].as_str() {
            Some(start) => page.told(Msg::LimitWindowStart, &[("form", &form), ("start", start)]),
            None => page.told(Msg::LimitWindow, &[("form", &form)]),
        }
    }
}

fn clock(page: &mut Page, report: &Value, rule: &Value, finding: &Value) {
    page.heading(Msg::HeadClock);
    let table = entry(&report["ruleset"]["effective"], "rule", text_of(rule, "id"));
    let zone = report["ruleset"]["effective"]["ruleset"]["timezone"].as_str().unwrap_or("UTC");
    let clock = match table["clock"].as_str() {
        Some("callee") => page.tell(Msg::OnCalleeClock, &[]),
        None | Some("ruleset") => page.tell(Msg::OnRulesetClock, &[("zone", zone)]),
        Some(zone) => page.tell(Msg::OnRulesetClock, &[("zone", zone)]),
    };
    page.told(Msg::ClockRule, &[("clock", &clock)]);
    let mut paths: Vec<&str> = finding["evidence"].as_array().into_iter().flatten().map(|r| text_of(r, "source")).collect();
    paths.sort_unstable();
    paths.dedup();
    for input in report["inputs"].as_array().into_iter().flatten() {
        let path = text_of(input, "path");
        let Some(clock) = input["clock"].as_object().filter(|_| paths.contains(&path)) else { continue };
        let text = |key: &str| clock.get(key).and_then(Value::as_str).unwrap_or_default();
        let (zone, evidence) = (page.sentence(text("zone")), page.sentence(text("evidence")));
        let assumed = clock.get("assumed") == Some(&Value::Bool(true));
        let message = match (assumed, text("zone")) {
            (true, _) => Msg::ClockInputAssumed,
            (false, "as in each row") => Msg::ClockEachRow,
            (false, _) => Msg::ClockInput,
        };
        page.told(message, &[("path", path), ("zone", &zone), ("evidence", &evidence)]);
    }
    page.told(Msg::ClockUtc, &[]);
}

/// A source as the report stores it.
fn citation(value: &Value) -> Citation {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let confidence = value["confidence"].as_str().and_then(|word| Confidence::WORDS.iter().find(|w| w.0 == word)).map(|w| w.1);
    Citation {
        id: text("id"),
        text: text("text").unwrap_or_default(),
        source: text("source"),
        as_of: value["as_of"].as_str().and_then(parse_iso),
        confidence,
        url: text("url"),
    }
}
