//! An exposure in lines, for every form of report.

use super::{Counted, Exposure, Fact, Priced, Sanction, Unpriced};
use crate::language::Lang;
use crate::language::exposure::{Msg, basis, reason, say, weighs};
use crate::report::renderers::table::{grouped, show};
use crate::ruleset::citations::Citation;

/// A block of text: its heading and its lines.
pub type Block = (String, Vec<String>);

/// An amount: whole ones without decimals.
pub fn money(amount: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // amounts are not negative, and far below 2^53
    let whole = amount.trunc() as u64;
    let cents = ((amount - amount.trunc()) * 100.0).round();
    if cents > 0.0 { format!("{}.{cents:02}", grouped(whole)) } else { grouped(whole) }
}

/// Low to high, or what can be said of it.
pub fn span(lang: Lang, priced: &Priced) -> String {
    let currency = show(priced.currency.as_deref().unwrap_or_default());
    let low = money(priced.low.unwrap_or(0.0));
    match priced.high {
        Some(high) => say(lang, Msg::Span, &[("low", &low), ("high", &money(high)), ("currency", &currency)]),
        None if priced.units_high > 0 => say(lang, Msg::FromOn, &[("low", &low), ("currency", &currency)]),
        None => say(lang, Msg::NothingPriced, &[]),
    }
}

/// The low end and the high end, each in words.
pub fn ends(lang: Lang, priced: &Priced) -> [String; 2] {
    let currency = show(priced.currency.as_deref().unwrap_or_default());
    let amount = |amount: f64| format!("{} {currency}", money(amount));
    let high = priced.high.map(amount).unwrap_or_else(|| say(lang, if priced.units_high > 0 { Msg::NoUpperEnd } else { Msg::NothingPriced }, &[]));
    [amount(priced.low.unwrap_or(0.0)), high]
}

/// `12 calls`, with those that only the high end counts.
pub fn units(lang: Lang, priced: &Priced) -> String {
    let unit = basis(lang, priced.basis);
    if priced.units_low == priced.units_high {
        return say(lang, Msg::Units, &[("n", &grouped(priced.units_high)), ("unit", unit)]);
    }
    say(lang, Msg::UnitsBetween, &[("low", &grouped(priced.units_low)), ("high", &grouped(priced.units_high)), ("unit", unit)])
}

/// Calls, callees, days, and what of them is not priced.
pub fn counted(lang: Lang, counted: &Counted) -> String {
    let mut parts = vec![say(
        lang,
        Msg::Counted,
        &[
            ("calls", &grouped(counted.calls)),
            ("callees", &grouped(counted.callees)),
            ("repeated", &grouped(counted.repeated)),
            ("days", &grouped(counted.days)),
        ],
    )];
    for (n, message) in [
        (counted.suppressed, Msg::Suppressed),
        (counted.out_of_time, Msg::OutOfTime),
        (counted.together, Msg::Together),
        (counted.without_callee, Msg::WithoutCallee),
        (counted.possible, Msg::Possible),
    ] {
        if n > 0 {
            parts.push(say(lang, message, &[("n", &grouped(n))]));
        }
    }
    parts.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// Where a range was read.
pub fn sources(lang: Lang, citations: &[Citation]) -> String {
    let one = |c: &Citation| {
        let mut text = c.source.as_deref().map_or_else(|| show(&c.text), show);
        if let Some(as_of) = c.as_of {
            text += &format!(", {}", crate::calls::calendar::iso(as_of));
        }
        if let Some(known) = c.confidence {
            text +=
                &crate::language::exposure::say(lang, Msg::Confidence, &[("letter", known.word()), ("text", crate::language::confidence(lang, known.word()))]);
        }
        text
    };
    citations.iter().map(one).collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
}

/// In one line where a range stands, when it was read and how far that may be trusted.
pub fn read(lang: Lang, priced: &Priced) -> String {
    let statute = lang.pick(&priced.statute).or(lang.pick(&priced.title)).map_or_else(|| show(&priced.id), show);
    let best = priced.citations.iter().find(|c| c.confidence == priced.confidence);
    let (Some(as_of), Some(known)) = (best.and_then(|c| c.as_of), priced.confidence) else { return say(lang, Msg::OwnRange, &[]) };
    let how = say(lang, Msg::Confidence, &[("letter", known.word()), ("text", crate::language::confidence(lang, known.word()))]);
    say(lang, Msg::Read, &[("statute", &statute), ("as_of", &crate::calls::calendar::iso(as_of)), ("how", how.trim())])
}

/// A regime: its heading, then what there is to say of it.
pub fn regime(lang: Lang, priced: &Priced) -> Block {
    let pick = |text: &super::Text| lang.pick(text).map(show);
    let title = pick(&priced.title).unwrap_or_else(|| show(&priced.id));
    let head = say(lang, Msg::Head, &[("title", &title), ("span", &span(lang, priced)), ("units", &units(lang, priced))]);
    let mut lines = vec![counted(lang, &priced.counted)];
    let mut add = |message: Msg, text: Option<String>| lines.extend(text.map(|text| say(lang, message, &[("text", &text)])));
    add(Msg::Range, pick(&priced.range));
    add(Msg::More, pick(&priced.more));
    add(Msg::OnlyIf, pick(&priced.only_if));
    add(Msg::Assumes, pick(&priced.assumes));
    add(Msg::Excludes, (!priced.excludes.is_empty()).then(|| show(&priced.excludes.join(", "))));
    if let Some(limit) = &priced.limitation {
        let values = [("years", limit.years.to_string()), ("first", show(&limit.first)), ("last", show(&limit.last)), ("until", show(&limit.until))];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        lines.push(say(lang, Msg::Limitation, &values));
    }
    lines.push(say(lang, Msg::Rules, &[("rules", &show(&priced.rules.join(", ")))]));
    let source = match priced.citations.is_empty() {
        true => say(lang, Msg::OwnRange, &[]),
        false => say(
            lang,
            Msg::Source,
            &[("statute", &pick(&priced.statute).map(|s| format!("{s} — ")).unwrap_or_default()), ("text", &sources(lang, &priced.citations))],
        ),
    };
    lines.push(source);
    (head, lines)
}

/// A sanction: its heading, then what there is to say of it.
pub fn sanction(lang: Lang, sanction: &Sanction) -> Block {
    let title = lang.pick(&sanction.title).map_or_else(|| show(&sanction.id), show);
    let mut lines = vec![lang.pick(&sanction.text).map(show).unwrap_or_default(), counted(lang, &sanction.counted)];
    lines.push(say(lang, Msg::Rules, &[("rules", &show(&sanction.rules.join(", ")))]));
    if !sanction.citations.is_empty() {
        lines.push(say(lang, Msg::Source, &[("statute", ""), ("text", &sources(lang, &sanction.citations))]));
    }
    (say(lang, Msg::InsteadOfMoney, &[("title", &title)]), lines)
}

/// Why a rule has no price, in one line.
pub fn unpriced(lang: Lang, rule: &Unpriced) -> String {
    let force = crate::language::force(lang, rule.force);
    say(lang, Msg::Unpriced, &[("rule", &show(&rule.rule)), ("force", force), ("why", reason(lang, rule.reason)), ("n", &grouped(rule.violations))])
}

/// A fact in one line.
pub fn fact(lang: Lang, fact: &Fact) -> String {
    let mut text = lang.pick(&fact.text).map(show).unwrap_or_default();
    if fact.weighs != "neutral" {
        text = say(lang, Msg::Weighs, &[("how", weighs(lang, fact.weighs)), ("text", &text)]);
    }
    if let Some(known) = lang.pick(&fact.known) {
        text += &say(lang, Msg::Known, &[("text", &show(known))]);
    }
    if !fact.citations.is_empty() {
        text += &say(lang, Msg::Cited, &[("text", &sources(lang, &fact.citations))]);
    }
    text
}

/// Everything, block by block: first what decides, then each regime, sanctions, rules without a price, facts, cases, assumptions.
pub fn blocks(lang: Lang, exposure: &Exposure) -> Vec<Block> {
    let mut all = Vec::new();
    let facts = |facts: &[Fact]| facts.iter().map(|f| fact(lang, f)).collect::<Vec<_>>();
    let mut add = |title: Msg, lines: Vec<String>| {
        if !lines.is_empty() {
            all.push((say(lang, title, &[]), lines));
        }
    };
    add(Msg::First, facts(&exposure.first));
    all.extend(exposure.regimes.iter().map(|p| regime(lang, p)));
    all.extend(exposure.sanctions.iter().map(|s| sanction(lang, s)));
    let mut add = |title: Msg, lines: Vec<String>| {
        if !lines.is_empty() {
            all.push((say(lang, title, &[]), lines));
        }
    };
    add(Msg::WithoutPrice, exposure.unpriced.iter().map(|u| unpriced(lang, u)).collect());
    add(Msg::Facts, facts(&exposure.facts));
    add(Msg::Precedents, facts(&exposure.precedents));
    add(Msg::Assumptions, exposure.assumptions.iter().filter_map(|a| lang.pick(a).map(show)).collect());
    all
}
