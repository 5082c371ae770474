//! What `rules test` and `rules explain` say.

use super::Lang;

messages! {
    // What a rule said of a call.
    SaidJudged: "judged, and nothing was found", "已判定，未见异常";
    OutDirection: "left out: the call is {direction}, and the rule is about outbound calls", "不适用：该呼叫方向为 {direction}，规则只针对呼出";
    OutWhere: "left out: `where` is not true of it", "不适用：不满足 where 条件";
    OutExempt: "exempt: {exempt}", "豁免：{exempt}";
    OutNotCounted: "left out: `count` does not count it", "不适用：不属于 count 所计的呼叫";
    OutNotInEffect: "left out: the rule was not in force on that day", "不适用：该日规则未生效";
    OutBeforeSince: "left out: it lies before --since", "不适用：早于 --since";
    CountedNotInEffect: "counted, not judged: the rule was not in force on that day", "计入次数但不判定：该日规则未生效";
    CountedBeforeSince: "counted, not judged: it lies before --since", "计入次数但不判定：早于 --since";
    OutUnknown: "not judged: `where` is unknown (NULL), the log does not tell what it asks", "未判定：where 条件未知（NULL），日志没有所需信息";
    OutNoKey: "not judged: it has no key (a column of `per` is empty), or no number by which a list could be asked", "未判定：没有键值（per 的某列为空），或没有可用于查名单的号码";
    OutNoTime: "not judged: the log does not tell the time or the length that the rule looks at", "未判定：日志没有该规则所需的时刻或时长";
    OutUncovered: "not judged: its date is outside of the calendar's years", "未判定：日期不在日历覆盖的年份内";
    OutDuplicate: "not judged: the row repeats another row", "未判定：该行与另一行重复";
    OutOther: "left out by the rule", "不适用于该规则";

    // `rules test`.
    TestedRuleset: "{cases} · {tests}", "{cases} · {tests}";
    CaseOne: "{n} case", "{n} 个用例";
    CaseMany: "{n} cases", "{n} 个用例";
    TestPassed: "ok", "通过";
    TestFailed: "FAIL", "失败";
    TestSum: "{passed} passed, {failed} failed", "通过 {passed}，失败 {failed}";
    TestExpectedGot: "line {line}, {rule}: expected {expected}, got {got}", "第 {line} 行，{rule}：应为 {expected}，实为 {got}";
    TestBecause: ": {why}", "：{why}";
    TestAtLine: "{path}:{line}", "{path}:{line}";
    ColLine: "Line", "行";
    ColRule: "Rule", "规则";
    ColFires: "Fires", "触发";
    ColClear: "Clear", "未见异常";
    ColBoundary: "Boundary", "边界";
    TestCoverage: "Coverage: a case in which the rule fires, one in which it is clear, one on its boundary", "覆盖：每条规则应有触发、未见异常、边界三种用例";
    TestLacking: "{rule}: no case {what}", "{rule}：缺少{what}的用例";
    LackFires: "in which it fires", "触发";
    LackClear: "in which it is clear", "未见异常";
    LackBoundary: "on its boundary", "位于边界";
    TestLackingAll: "{n} rules lack cases", "{n} 条规则缺少用例";
    TestLackingOne: "1 rule lacks cases", "1 条规则缺少用例";
    TestMutations: "Figures changed by one step: {n} changes, {noticed} noticed, {unnoticed} not", "数值逐个改动一步：共 {n} 处，用例发现 {noticed} 处，未发现 {unnoticed} 处";
    TestUnnoticed: "{rule}: {key}: no case notices {from} → {to}", "{rule}：{key}：{from} → {to} 没有用例发现";
    TestNoticed: "{rule}: {key}: {from} → {to} is noticed by {case}", "{rule}：{key}：{from} → {to} 由 {case} 发现";
    TestIdle: "{case} says that it stands on the boundary of {rule}, and notices no change of its figures", "{case} 声明位于 {rule} 的边界，但改动其数值时结果不变";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same() {
        let places = |text: &str| {
            let mut names: Vec<String> = text.split('{').skip(1).filter_map(|p| p.split('}').next().map(str::to_owned)).collect();
            names.sort();
            names
        };
        for message in Msg::ALL {
            let [en, zh] = Lang::ALL.map(|lang| message.text(lang));
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{message:?}");
            assert_eq!(places(en), places(zh), "{message:?}");
        }
    }
}
