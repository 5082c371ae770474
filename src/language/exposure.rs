//! What reports say of what violations may cost.

use super::Lang;

messages! {
    Span: "{low} to {high} {currency}", "{low} 至 {high} {currency}";
    FromOn: "from {low} {currency}, no upper bound was read", "{low} {currency} 起，未读到上限";
    NoUpperEnd: "no upper end was read", "未读到上限";
    NothingPriced: "nothing that is certain to price", "没有可计价的确定违规";
    Units: "{n} × {unit}", "{n} × {unit}";
    UnitsBetween: "{low} to {high} × {unit}", "{low} 至 {high} × {unit}";
    Counted: "violating calls {calls}, numbers called {callees} (more than once {repeated}), days {days}", "违规呼叫 {calls} 次，涉及 {callees} 个号码（其中多次 {repeated} 个）、{days} 天";
    Suppressed: "of the calls suppressed: {n}", "其中 {n} 次已登记豁免";
    OutOfTime: "of the calls older than the limitation: {n}", "其中 {n} 次已超过时效";
    Together: "findings about calls together, which name no single call: {n}", "另有 {n} 项由多次呼叫共同构成，不指向单次呼叫";
    WithoutCallee: "of the calls to a number that is not known: {n}", "其中 {n} 次被叫未知";
    Possible: "calls that may violate, not priced: {n}", "疑似违规 {n} 次，不计价";
    Head: "{title}: {span} ({units})", "{title}：{span}（{units}）";
    Range: "Range: {text}", "幅度：{text}";
    More: "Also: {text}", "另有：{text}";
    OnlyIf: "Only if {text}", "前提：{text}";
    Assumes: "Taken for granted: {text}", "假定：{text}";
    Excludes: "Does not come on top of: {text}", "不与下列叠加：{text}";
    Limitation: "Limitation {years} years: violating calls from {first} to {last}; of the last one it ends after {until}", "时效 {years} 年：违规呼叫自 {first} 至 {last}；最后一次的时效至 {until} 届满";
    Rules: "Rules: {rules}", "规则：{rules}";
    Confidence: " ({letter}: {text})", "（{letter}：{text}）";
    Read: "{statute}, read {as_of} {how}", "{statute}，查阅于 {as_of}{how}";
    Source: "Source: {statute}{text}", "出处：{statute}{text}";
    OwnRange: "Source: the ruleset itself states this range", "出处：规则集自行载明";
    InsteadOfMoney: "{title}: no fine, a sanction", "{title}：非罚款，属违约后果";
    Unpriced: "{rule} ({force}), violations {n}: {why}", "{rule}（{force}），违规 {n} 次：{why}";
    Weighs: "{how}: {text}", "{how}：{text}";
    Known: " (known: {text})", "（依据：{text}）";
    Cited: "; source: {text}", "；出处：{text}";

    First: "First: whether there is a fine at all", "首先：是否会被处罚";
    WithoutPrice: "Not priced", "不计价";
    UnpricedRule: "Not priced: {text}", "不计价：{text}";
    Facts: "What weighs for and against", "从重与从轻的情形";
    Precedents: "Who was in fact fined", "实际处罚案例";
    Assumptions: "Taken for granted", "测算前提";
    Lead: "Ranges of the law for what was counted; never to be added up, and no forecast.", "按统计数与法定幅度列示，不得相加，亦非预测。";
    MoreElsewhere: "Facts, cases and assumptions stand in the other formats (-o markdown, html, json, xlsx).", "从重从轻情形、案例与测算前提见其他格式（-o markdown、html、json、xlsx）。";

    Sheet: "Exposure", "处罚测算";
    ColRegime: "Regime", "制度";
    ColUnits: "Units", "单位数";
    ColLow: "Low", "下限";
    ColHigh: "High", "上限";
    ColCurrency: "Currency", "币种";
    ColCounted: "Counted", "统计";
    ColParticulars: "Particulars", "说明";
}

/// A text, each `{name}` replaced by its value.
pub fn say(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    super::fill(message.text(lang), values)
}

fn word<'a>(lang: Lang, words: &[(&str, &'static str, &'static str)], word: &'a str) -> &'a str {
    match (words.iter().find(|w| w.0 == word), lang) {
        (Some(w), Lang::En) => w.1,
        (Some(w), Lang::Zh) => w.2,
        (None, _) => word,
    }
}

/// What a unit is.
pub fn basis(lang: Lang, basis: &str) -> &str {
    let words = [
        ("per_call", "call", "次呼叫"),
        ("per_callee", "person called", "名被叫"),
        ("per_day", "day", "日"),
        ("per_case", "case", "案"),
        ("turnover", "case, by turnover", "案（按营业额）"),
        ("sanction", "sanction", "违约后果"),
    ];
    word(lang, &words, basis)
}

/// Why a rule has no price.
pub fn reason(lang: Lang, reason: &str) -> &str {
    let words = [
        ("no_regime", "no regime is known for it (name one: exposure, in the ruleset)", "未知对应的处罚依据（可在规则集中用 exposure 指定）"),
        ("not_law", "it is no law: there is no fine for it", "并非法律，没有罚款"),
        ("together", "no single call is at fault, and the fine is counted by calls", "不指向单次呼叫，而罚款按次计算"),
    ];
    word(lang, &words, reason)
}

/// How a fact weighs.
pub fn weighs(lang: Lang, weighs: &str) -> &str {
    let words = [("aggravating", "against you", "不利"), ("mitigating", "for you", "有利"), ("neutral", "neutral", "中性")];
    word(lang, &words, weighs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same() {
        let placeholders = |text: &'static str| {
            let mut names: Vec<&str> = text.split('{').skip(1).map(|part| part.split('}').next().unwrap()).collect();
            names.sort_unstable();
            names
        };
        for message in Msg::ALL {
            let [en, zh] = Lang::ALL.map(|lang| message.text(lang));
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{message:?}");
            assert_eq!(placeholders(en), placeholders(zh), "{message:?}");
        }
    }

    #[test]
    fn every_word_of_a_report_has_its_text() {
        for (words, text) in
            [(crate::exposure::BASES, basis as fn(Lang, &'static str) -> &'static str), (crate::exposure::REASONS, reason), (crate::exposure::WEIGHS, weighs)]
        {
            for word in words {
                assert!(text(Lang::En, word) != *word || *word == "sanction" || *word == "neutral", "{word}");
                assert!(!text(Lang::Zh, word).is_ascii(), "{word}");
            }
        }
    }
}
