//! What `rules test` and `rules explain` say.

use super::Lang;

/// What is wrong with a command, in English and Chinese.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    ("--case {}: no file has a case of this id", "--case {0}：没有文件含有此 id 的用例"),
    ("cannot read the cases of {}: {}: {}", "无法读取 {0} 的用例：{1}：{2}"),
    ("which finding? Give its fingerprint, or the beginning of it", "哪个问题项？请给出其指纹或指纹的开头"),
    ("one thing at a time: {} is too much (exports are given with --call)", "一次只能解释一项：{0} 多余（导出文件须与 --call 同用）"),
    ("there is no kind \"{}\"; a rule needs -r FILE (kinds: {})", "没有规则类型“{0}”；规则须加 -r 文件（类型：{1}）"),
    ("there is no kind \"{}\"; did you mean {}?; a rule needs -r FILE (kinds: {})", "没有规则类型“{0}”；是否应为 {1}？规则须加 -r 文件（类型：{2}）"),
    (
        "there is no kind \"{}\"; a rule needs -r FILE; a finding needs --report REPORT.json (kinds: {})",
        "没有规则类型“{0}”；规则须加 -r 文件；问题项须加 --report 报告.json（类型：{1}）",
    ),
    ("{}: there is no rule and no kind \"{}\"", "{0}：没有规则或规则类型“{1}”"),
    ("{}: there is no rule and no kind \"{}\"; did you mean {}?", "{0}：没有规则或规则类型“{1}”；是否应为 {2}？"),
    ("cannot read the report {}: {}", "无法读取报告 {0}：{1}"),
    ("{} is no stored report (-o json): {}", "{0} 不是已存的报告（-o json）：{1}"),
    ("{} is no stored report of this version ({})", "{0} 不是此版本的已存报告（{1}）"),
    ("{} holds no finding whose fingerprint begins with {}", "{0} 中没有指纹以 {1} 开头的问题项"),
    ("{} findings are not in it, because --findings kept fewer", "因 --findings 限制，另有 {0} 个问题项未保存"),
    ("{} findings begin with {}: {}", "有 {0} 个问题项以 {1} 开头：{2}"),
    ("no ruleset: pass -r FILE, or put a callaudit.toml here", "没有规则集：请加 -r 文件，或在此放置 callaudit.toml"),
    ("which export? callaudit rules explain --call ID -r RULESET INPUT…", "哪个导出文件？callaudit rules explain --call 标识 -r 规则集 文件…"),
    (
        "no call has the id or the place {}: a row that is rejected, no call, part of another call or after --until is none (callaudit inspect shows what became of the rows)",
        "没有标识或位置为 {0} 的呼叫：被拒绝、不是呼叫、属于另一呼叫或晚于 --until 的行都不算（callaudit inspect 可查看各行的去向）",
    ),
];

messages! {
    // What a rule said of a call.
    SaidJudged: "judged, and nothing was found", "已判定，未见异常";
    OutDirection: "left out: the call is {direction}, and the rule is about outbound calls", "不适用：该呼叫方向为 {direction}，规则只针对呼出";
    OutWhere: "left out: what `where` (or `applies`) asks is not true of it", "不适用：不满足 where（或 applies）条件";
    OutElsewhere: "left out: the callee is not where the rule applies", "不适用：被叫不在规则适用的地区";
    OutExempt: "exempt: {exempt}", "豁免：{exempt}";
    OutNotCounted: "left out: `count` does not count it", "不适用：不属于 count 所计的呼叫";
    OutNotInEffect: "left out: the rule was not in force on that day", "不适用：该日规则未生效";
    OutBeforeSince: "left out: it lies before --since", "不适用：早于 --since";
    CountedNotInEffect: "counted, not judged: the rule was not in force on that day", "计入次数但不判定：该日规则未生效";
    CountedBeforeSince: "counted, not judged: it lies before --since", "计入次数但不判定：早于 --since";
    OutUnknown: "not judged: what `where` (or `applies`) asks is unknown (NULL), the log does not tell it", "未判定：where（或 applies）条件未知（NULL），日志没有所需信息";
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
    TestOff: "off, and without cases: {rules}", "停用且没有用例：{rules}";
    TestMutations: "Figures changed by one step: cases notice {noticed} of {n}", "数值逐个改动一步：{n} 处中用例发现 {noticed} 处";
    TestUnnoticed: "{rule}: {key}: no case notices {from} → {to}", "{rule}：{key}：{from} → {to} 没有用例发现";
    TestNoticed: "{rule}: {key}: {from} → {to} is noticed by {case}", "{rule}：{key}：{from} → {to} 由 {case} 发现";
    TestIdle: "{case} says that it stands on the boundary of {rule}, and notices no change of its figures", "{case} 声明位于 {rule} 的边界，但改动其数值时结果不变";

    // `rules explain`: headings.
    HeadKinds: "Kinds of rule", "规则类型";
    HeadChecks: "What it checks", "检查什么";
    HeadWhy: "Why it matters", "为何重要";
    HeadKeys: "Its keys", "参数";
    HeadExample: "Example", "示例";
    HeadDo: "What to do about findings", "有问题项时怎么办";
    HeadSays: "What it says", "规定什么";
    HeadCalls: "Which calls it is about", "针对哪些呼叫";
    HeadClock: "On whose clock", "按谁的时钟";
    HeadForce: "Since when, and whether it is on", "何时生效、是否启用";
    HeadSource: "Where it comes from", "出处";
    HeadPenalty: "What breaking it may cost", "违反的后果";
    HeadNeeds: "What it needs", "需要什么";
    HeadWhat: "What happened", "发生了什么";
    HeadWho: "What it is about", "涉及对象";
    HeadWhichCalls: "Which calls", "哪些呼叫";
    HeadLimit: "Which limit", "哪条限制";
    HeadLeaks: "By which hole in the dialler's own controls the calls came, and what closes it", "呼叫从外呼系统的哪个漏洞漏出，如何封堵";
    HeadMust: "What one must know", "须知";
    HeadCall: "The call", "该次呼叫";
    HeadFound: "Found", "发现问题";
    HeadGroup: "It lies in a group of calls that was found", "所在的一组呼叫发现问题";
    HeadClear: "Judged, and nothing was found", "已判定，未见异常";
    HeadNotJudged: "Not judged", "未判定";
    HeadNotEvaluable: "Rules that could not be evaluated", "无法判定的规则";
    HeadOff: "Rules that are off", "停用的规则";

    // Kinds.
    KindMore: "callaudit rules explain KIND tells its keys and gives an example; every key of every kind is in docs/ruleset.md", "callaudit rules explain 类型 列出其参数并给出示例；全部参数见 docs/ruleset.md";
    KeyRequired: "{key} (required)", "{key}（必填）";
    KeyAlways: "Besides, every rule has id, severity, force, clock, where, exempt, effective and others: docs/ruleset.md", "此外每条规则都有 id、severity、force、clock、where、exempt、effective 等参数：docs/ruleset.md";

    // Rules.
    RuleHead: "{kind} ({name}) · {severity} · {force}: what breaks it is called “{sentence}”", "{kind}（{name}）· {severity} · {force}：违反者称为“{sentence}”";
    CallsOutbound: "outbound calls", "呼出";
    CallsWhere: "calls for which: {sql}", "符合以下条件的呼叫：{sql}";
    CallsWhereOutbound: "outbound calls for which: {sql}", "符合以下条件的呼出：{sql}";
    CallsRegionPossible: "callees in {codes}; of those who may be there and may be elsewhere, what would be a violation is possible", "被叫在 {codes}；不能确定所在地的，违规只作疑似";
    CallsRegionApplies: "callees in {codes}, and those who may be there", "被叫在或可能在 {codes}";
    CallsRegionCertain: "callees who are certainly in {codes}", "确定在 {codes} 的被叫";
    CallsCount: "of these it counts: {count}", "其中计数的是：{count}";
    CallsExempt: "exempt is what stands on the list or is true here: {exempt}", "在名单上或符合以下条件的豁免：{exempt}";
    ForceFrom: "in force from {from} on", "自 {from} 起生效";
    ForceUntil: "in force until {to}", "有效至 {to}";
    ForceFromTo: "in force from {from} to {to}, both included", "自 {from} 至 {to} 有效（含首尾）";
    ForceAlways: "in force on every date", "不限日期";
    SourceRead: "{source}, as of {date}", "{source}，{date} 查阅";
    SourceOnly: "{source}", "{source}";
    SourceDate: "as of {date}", "{date} 查阅";
    ConfidenceA: "confidence A: the text itself was read", "可信度 A：已查阅原文";
    ConfidenceB: "confidence B: an official page was read", "可信度 B：已查阅官方页面";
    ConfidenceC: "confidence C: secondary sources; check the text before you rely on it", "可信度 C：二手资料；据以行事前请核对原文";
    ConfidenceD: "confidence D: a rule of thumb", "可信度 D：经验值";
    ConfidenceU: "confidence U: nobody checked it", "可信度 U：未经核实";
    ConfidenceNone: "nothing is said of how far it may be trusted", "未注明可信度";
    SourceNone: "none is cited", "未注明出处";
    PenaltyRange: "{min} to {max} {currency} per {per}", "{min} 至 {max} {currency}，每{per}";
    PenaltyFrom: "from {min} {currency} per {per}", "{min} {currency} 起，每{per}";
    PenaltyTo: "up to {max} {currency} per {per}", "最高 {max} {currency}，每{per}";
    StepMore: "Owner {owner} · Due {due} · Proof {proof}", "负责 {owner} · 期限 {due} · 凭证 {proof}";
    StepOwner: "Owner {owner} · Due {due}", "负责 {owner} · 期限 {due}";
    NoSteps: "no steps are laid down", "没有规定步骤";

    // Findings.
    FindingHead: "Finding {fingerprint}: {sentence}", "问题项 {fingerprint}：{sentence}";
    FindingRule: "The rule {id}: {title}", "规则 {id}：{title}";
    FindingDemand: "What it demands: {text}", "要求：{text}";
    FindingMessage: "At its worst: {message}", "最严重时：{message}";
    FindingCount: "{n} calls break it, the first on {first}, the last on {last}", "共 {n} 次呼叫违反，首次 {first}，末次 {last}";
    FindingCountOne: "one call breaks it, on {first}", "有 1 次呼叫违反，时间 {first}";
    FindingGroup: "{n} calls count against it together, from {first} to {last}", "由 {n} 次呼叫共同构成，自 {first} 至 {last}";
    FindingGroupOne: "one call counts against it, among those from {from} to {to}", "其间 1 次呼叫构成违反，自 {from} 至 {to}";
    FindingGroupNone: "It is about the log as a whole, from {first} to {last}", "针对整个日志，自 {first} 至 {last}";
    VerdictViolation: "The log shows it on every reading.", "无论怎样解读，日志都显示如此。";
    VerdictPossible: "It is possible, not certain: it depends on something that the log does not tell (where the person is, a masked digit, an ambiguous time …).", "属于疑似而非确定：取决于日志没有说明的情况（被叫所在地、被遮住的号码、含糊的时间等）。";
    VerdictApproaching: "Nothing is broken yet: the limit comes near.", "尚未违反：已接近上限。";
    WholeLog: "all calls of the log together", "整个日志的全部呼叫";
    CallsLegend: "✗ breaks the rule; the others count towards its limit", "✗ 为违反规则的呼叫；其余计入次数";
    CallsShown: "{n} of {all} calls that break it are shown here: callaudit audit … -o csv lists all", "此处列出 {all} 次违反呼叫中的 {n} 次：callaudit audit … -o csv 列出全部";
    CallsNone: "the report keeps no calls of it", "报告中没有保存其呼叫";
    LimitMeasured: "measured {measured}, limit {limit}", "实测 {measured}，限值 {limit}";
    LimitOnly: "measured {measured}", "实测 {measured}";
    LimitWindow: "counted in this window: {form}", "计数窗口：{form}";
    LimitWindowStart: "counted in this window: {form}, from {start} on", "计数窗口：{form}，自 {start} 起";
    LimitNone: "it has no number: each call is permitted or not", "没有数值：每次呼叫要么允许，要么不允许";
    ClockRule: "the rule looks {clock}", "规则{clock}判定";
    ClockInput: "{path}: the clock of its times is {zone} ({evidence})", "{path}：时间所用时钟为 {zone}（{evidence}）";
    ClockInputAssumed: "{path}: the clock of its times is ASSUMED to be {zone}: nothing in the log says so", "{path}：假定时间所用时钟为 {zone}：日志中无任何依据";
    ClockEachRow: "{path}: each time carries its own offset from UTC", "{path}：每个时间自带与 UTC 的偏移";
    ClockUtc: "times ending in Z are UTC", "以 Z 结尾的时间为 UTC";
    FindingNotProof: "A finding is what the log shows under this rule. Whether a law was broken, and with what consequence, is for people to judge.", "问题项只说明日志在该规则下显示的情况；是否违法、后果如何，须由人判断。";
    OnCalleeClock: "on the clock of the place where the called person is", "按被叫所在地时间";
    OnRulesetClock: "on the clock of {zone}", "按 {zone} 时间";

    // Calls.
    CallAt: "{source}, line {line}", "{source} 第 {line} 行";
    CallsSeveral: "{n} calls are of this name", "有 {n} 次呼叫符合该名称";
    CallFinding: "finding {finding}: callaudit rules explain {finding} --report REPORT.json", "问题项 {finding}：callaudit rules explain {finding} --report 报告.json";
    CallWindow: "counted from {start} on", "自 {start} 起计数";
    CallSince: "since {start}", "自 {start}";
    CallLocal: "{local} on the rule's clock", "规则时钟上为 {local}";
    CallNoList: "at that moment it stands on none of these lists: {lists}", "当时不在以下名单的有效条目中：{lists}";
    CallGrace: "within the rule's grace; without it: {message}", "仍在宽限期内；若无宽限期：{message}";
    CallPermitted: "permitted hours", "在允许时段内";
    CallNone: "no rule", "没有规则";
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
