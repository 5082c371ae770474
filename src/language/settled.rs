//! What reports say of suppressions, baselines, trends and their readers.

use super::Lang;

messages! {
    Suppressions: "Suppressions", "豁免登记";
    InUse: "until {until}", "有效期至 {until}";
    Unused: "unused, until {until}", "未命中任何问题项，有效期至 {until}";
    Expired: "expired: its last day was {until}", "已过期：最后有效日为 {until}";
    Takes: "takes out {violations} in {findings}", "豁免 {findings}、{violations}";
    Returns: "without it count again: {violations} in {findings}", "重新计入 {findings}、{violations}";
    ByFingerprint: "finding {fingerprint}", "问题项 {fingerprint}";
    Approved: "{reason} ({approver})", "{reason}（批准人：{approver}）";
    Of: "{path}:{line}", "{path}:{line}";

    Baseline: "Against the baseline", "与基线对比";
    Counts: "{new} new, {grown} grown, {unchanged} unchanged, {fixed} fixed, {not_covered} not covered by this log", "新增 {new} 项，扩大 {grown} 项，未变 {unchanged} 项，已消除 {fixed} 项，本日志未覆盖 {not_covered} 项";
    BaselineOf: "Baseline: report as of {as_of}, calls {period}", "基线：截至 {as_of} 的报告，呼叫时段 {period}";
    ChangedNothing: "Input, ruleset, lists and program are the same.", "输入、规则集、名单和程序均相同。";
    ChangedSince: "Changed since: {what}", "此后有变化：{what}";
    Input: "input", "输入";
    Ruleset: "ruleset", "规则集";
    Lists: "lists", "名单";
    Program: "program or its data", "程序或其数据";
    LeftOut: "The baseline left out {n} findings: if they are still there, they count as new.", "基线未保留 {n} 项问题：若仍存在，则计为新增。";
    Fixed: "fixed", "已消除";
    NotCovered: "not covered", "未覆盖";
    Gone: "{what}: {rule}{subject}, {when}", "{what}：{rule}{subject}，{when}";
    GoneWhy: "{what}: {rule}{subject}, {when} ({why})", "{what}：{rule}{subject}，{when}（{why}）";
    More: "… and {n} more", "…… 另有 {n} 项";
    FindingSuppressed: "suppressed until {until}: {reason} ({approver})", "豁免至 {until}：{reason}（批准人：{approver}）";
    VerdictSuppressed: " Suppressed: {violations}.", "其中已登记豁免：{violations}。";

    Covers: "Covers", "覆盖范围";
    CoversPart: "only calls with {column} “{value}”. Calls of others are neither counted nor shown: a limit that several share may be reached together without being shown here.", "仅限{column}“{value}”的呼叫。其他呼叫既不计入也不显示：多方共用的上限合计是否超出，本报告不体现。";
    CoversRest: "only calls without {column}. Other calls are neither counted nor shown: a limit that several share may be reached together without being shown here.", "仅限未注明{column}的呼叫。其他呼叫既不计入也不显示：多方共用的上限合计是否超出，本报告不体现。";
    OnlyPart: " Covered are only calls with {column} “{value}”.", "仅覆盖{column}“{value}”的呼叫。";
    OnlyRest: " Covered are only calls without {column}.", "仅覆盖未注明{column}的呼叫。";

    Organisation: "Organisation", "单位";
    PreparedBy: "Prepared by", "编制";
    PreparedFor: "Prepared for", "呈送";
    Notice: "Notice", "声明";
    VerdictOutward: "Of {calls}, {judged} of {all} could be judged: {found}. What the logs do not show is not established.", "所提供日志共有 {calls}，{all}中有 {judged}得以判定：{found}。日志未显示的情况，不作认定。";
    FoundNone: "they found no violation", "未发现违规";
    FoundPossible: "they found no certain violation, and {possible}", "未发现确定的违规，{possible}";
    FoundSome: "{violations} in {findings}", "{findings}，{violations}";
    FoundBoth: "{violations} and {possible} in {findings}", "{findings}，{violations}，{possible}";
    FoundNothing: "nothing is said of these calls", "对这些呼叫不作任何判断";

    DiffTitle: "Two reports compared", "两份报告对比";
    DiffOf: "{name}: as of {as_of}, calls {period}, {violations} in {findings}", "{name}：截至 {as_of}，呼叫时段 {period}，{findings}，{violations}";
    Old: "old", "旧报告";
    New: "new", "新报告";

    TrendTitle: "Violations per 10,000 judged calls", "每万次已判定呼叫的违规数";
    TrendRule: "Rule", "规则";
    TrendChange: "Change", "变化";
    TrendNotJudged: "not judged", "未判定";
    TrendHead: "{as_of}: {calls} calls, {period}, ruleset {ruleset}", "{as_of}：{calls} 次呼叫，{period}，规则集 {ruleset}";
    TrendRulesets: "Not all reports were made by the same ruleset: rates of rules that changed do not compare.", "各报告所用规则集不完全相同：规则有变化的，比率不可比。";
    TrendDue: "Next audit due on {date}, at the usual distance of {days} days.", "按惯常间隔 {days} 天，下次审计应于 {date} 进行。";
}

/// A text, each `{name}` replaced by its value.
pub fn say(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    super::fill(message.text(lang), values)
}

/// For whom a report is written.
pub fn audience(lang: Lang, word: &str) -> &str {
    let words = [
        ("internal", "internal use", "内部使用"),
        ("regulator", "the regulator", "监管部门"),
        ("carrier", "the carrier", "运营商"),
        ("complainant", "the complainant", "投诉人"),
    ];
    match (words.iter().find(|w| w.0 == word), lang) {
        (Some(w), Lang::En) => w.1,
        (Some(w), Lang::Zh) => w.2,
        (None, _) => word,
    }
}

/// Why it cannot be told whether a finding is fixed.
pub fn reason(lang: Lang, word: &str) -> &str {
    let reasons = [
        ("input_unread", "an input was not read to its end", "有输入未能读完"),
        ("rule_gone", "the rule is not in the ruleset any more", "规则集中已无此规则"),
        ("rule_changed", "the rule has changed", "规则已变更"),
        ("list_changed", "a list of the rule has changed", "规则所用名单已变更"),
        ("not_evaluated", "the rule was not evaluated", "该规则未判定"),
        ("period", "the log does not cover its time", "日志未覆盖该时段"),
        ("gap", "the log has a gap there", "日志在该时段有缺口"),
        ("fewer_calls", "the log holds fewer calls of that day than before", "日志中该日的呼叫比此前少"),
        ("left_out", "the report keeps not all of its findings", "报告未保留全部问题项"),
        ("time_unreadable", "its time cannot be read", "其时间无法读取"),
    ];
    match (reasons.iter().find(|r| r.0 == word), lang) {
        (Some(r), Lang::En) => r.1,
        (Some(r), Lang::Zh) => r.2,
        (None, _) => word,
    }
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
    fn every_reason_has_its_words() {
        for word in crate::findings::baseline::REASONS {
            assert!(Lang::ALL.iter().all(|lang| reason(*lang, word) != *word), "{word}");
        }
    }
}
