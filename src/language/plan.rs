//! What remediation plans and training sheets say.

use super::Lang;

messages! {
    Title: "Remediation plan", "整改计划";
    TitleOf: "Remediation plan: {owner}", "整改计划：{owner}";
    AsOf: "As of", "截至";
    LastAudit: "Last audit", "最近一次审计";
    LastAuditIs: "{as_of}, {calls} calls from {first} to {last}, ruleset {ruleset}", "{as_of}，{calls} 次呼叫，{first} 至 {last}，规则集 {ruleset}";
    Steps: "Steps", "步骤";
    StepsAre: "{open} open, {reopened} reopened, {done} done and not verified, {verified} verified; {overdue} overdue", "待办 {open} 项，重新打开 {reopened} 项，已完成待核实 {done} 项，已核实 {verified} 项；逾期 {overdue} 项";
    Nothing: "There are no steps.", "没有步骤。";
    Setting: "Setting: {text}", "设置项：{text}";
    Value: "Value of the rule: {text}", "规则取值：{text}";
    Platform: "System: {text}", "系统：{text}";
    Rules: "Rules: {text}", "规则：{text}";
    Attach: "Attach: {text}", "须附：{text}";
    DueOn: "Due: {text}", "期限：{text}";
    Overdue: "overdue", "已逾期";
    DoneBy: "Said done by {by} on {on}: {proof}", "{by} 于 {on} 报告完成，凭证：{proof}";
    Remark: "Remark: {text}", "备注：{text}";
    RateBefore: "{rule} before: {rate}", "{rule} 整改前：{rate}";
    RateAfter: "{rule} after: {rate}", "{rule} 整改后：{rate}";
    Rate: "{violations} of {judged} judged calls, {percent} % (95 % interval {low} to {high} %)", "已判定 {judged} 次中违规 {violations} 次，{percent}%（95% 置信区间 {low}% 至 {high}%）";
    RateTogether: "{violations} findings about calls together in {judged} judged calls", "已判定 {judged} 次，由多次呼叫共同构成的问题 {violations} 项";
    NotVerified: "The audit of {on} did not verify it: {why}", "{on} 的审计未能核实：{why}";
    ReopenedOn: "Reopened by the audit of {on}: {why}", "{on} 的审计重新打开：{why}";
    VerifiedOn: "Verified by the audit of {on}", "{on} 的审计已核实";
    SignOff: "Name, date, signature", "姓名、日期、签字";
    Foot: "\"Done\" is said by a person, \"verified\" by an audit with the same rule over later calls. Intervals by Wilson's score.", "“已完成”由人报告，“已核实”由使用同一规则、针对之后呼叫的审计给出。置信区间按 Wilson 得分法。";

    ColId: "Id", "编号";
    ColStep: "Step", "步骤";
    ColOwner: "Owner", "责任部门";
    ColDue: "Due", "期限";
    ColState: "State", "状态";
    ColProof: "Proof", "凭证";
    ColRemark: "Remark", "备注";
    ColRules: "Rules", "规则";
    ColSettings: "Settings", "设置项";
    ColBy: "Done by", "完成人";
    ColOn: "Done on", "完成日期";
    ColSince: "Asked since", "提出日期";
    ColBefore: "Rate before", "整改前";
    ColAfter: "Rate after", "整改后";
    ColAttach: "To attach", "须附材料";

    TrainingTitle: "Training sheet", "培训单";
    TrainingOf: "Agent {agent}", "坐席 {agent}";
    TrainingNone: "No finding that the report keeps names an agent with a violating call.", "报告保留的问题项中，没有载明坐席的违规呼叫。";
    TrainingKept: "Only calls that the report keeps as evidence are listed; {n} violating calls and findings were left out.", "仅列出报告作为证据保留的呼叫，另有 {n} 次违规呼叫或问题项未列出。";
    TrainingAnother: "A call in a list is to be heard, not yet a fault of the agent: the dialler may have placed it.", "列出的呼叫供听录音核查，不等于坐席过错：呼叫可能由外呼系统发起。";
    RulesBroken: "Rules broken", "违反的规则";
    CallsToHear: "Calls to hear", "须听录音的呼叫";
    ColCall: "Call", "呼叫编号";
    ColTime: "Time", "时间";
    ColHeard: "Heard by, result", "听录人、结论";
    ColCalls: "Calls", "呼叫数";
    ColTitle: "What it asks", "要求";
    SignAgent: "Agent: I have been shown these rules and calls. Name, date, signature: ____________________", "坐席：上述规则与呼叫已向本人说明。姓名、日期、签字：____________________";
    SignTrainer: "Trainer: name, date, signature: ____________________", "培训人：姓名、日期、签字：____________________";

    Taken: "{name}: taken in: {added} new steps, {verified} verified, {reopened} reopened", "{name}：已纳入：新增 {added} 项，核实 {verified} 项，重新打开 {reopened} 项";
    Known: "{name}: the plan knew this audit already", "{name}：计划已包含此次审计";
    VerifiedNow: "{id} is verified", "{id} 已核实";
    ReopenedNow: "{id} is reopened", "{id} 重新打开";
    Kept: "{id} is not verified: {why}", "{id} 未核实：{why}";
    NotDone: "{id}: this audit does not ask for it any more; say who did it: --done {id} --by NAME --proof TEXT", "{id}：本次审计已不再要求；请注明完成人：--done {id} --by 姓名 --proof 凭证";
    SaidDone: "{id}: done, to be verified by an audit of calls after {on}", "{id}：已完成，待以 {on} 之后呼叫的审计核实";
}

/// A text, each `{name}` replaced by its value.
pub fn say(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    super::fill(message.text(lang), values)
}

/// What has become of a step.
pub fn state(lang: Lang, word: &str) -> &str {
    let words =
        [("open", "open", "待办"), ("done", "done, not verified", "已完成，待核实"), ("verified", "verified", "已核实"), ("reopened", "reopened", "重新打开")];
    match (words.iter().find(|w| w.0 == word), lang) {
        (Some(w), Lang::En) => w.1,
        (Some(w), Lang::Zh) => w.2,
        (None, _) => word,
    }
}

/// Why an audit does not verify a step.
pub fn reason(lang: Lang, word: &str) -> &str {
    let words = [
        ("rule_gone", "the rule is not in the ruleset any more", "规则集中已无此规则"),
        ("not_evaluated", "the rule was not evaluated", "该规则未判定"),
        ("rule_changed", "the rule has changed", "规则已变更"),
        ("before_done", "it judges calls from before the step was done (--since)", "审计含整改完成之前的呼叫（可用 --since）"),
        ("input_unread", "an input was not read to its end", "有输入未能读完"),
        ("gap", "the log has a gap", "日志有缺口"),
        ("history", "the windows of the rule begin before the log", "规则窗口早于日志起点"),
        ("list_smaller", "a list of the rule has fewer entries than before", "规则所用名单比此前条目少"),
        ("fewer_judged", "fewer of the calls could be judged than before", "可判定的呼叫比例低于此前"),
        ("fewer_calls", "less than half as many calls a day were judged as before", "日均判定呼叫不足此前一半"),
        ("possible", "there are possible violations", "存在疑似违规"),
        ("too_few", "too few calls to tell: the intervals of both rates overlap", "呼叫太少，前后比率的置信区间重叠"),
        ("no_before", "the plan knows no audit of it from before the step was done", "计划中没有整改完成之前的审计"),
        ("found", "there are violations", "仍有违规"),
        (
            "left_out",
            "the report keeps not all findings: whether they are of later days is not known (--findings)",
            "报告未保留全部问题项，无法判断是否为之后的呼叫（可用 --findings）",
        ),
        ("not_done", "nobody said that it is done", "尚无人报告完成"),
    ];
    match (words.iter().find(|w| w.0 == word), lang) {
        (Some(w), Lang::En) => w.1,
        (Some(w), Lang::Zh) => w.2,
        (None, _) => word,
    }
}

/// `rule: reason`, in words.
pub fn why(lang: Lang, why: &[String]) -> String {
    let one = |text: &String| match text.rsplit_once(": ") {
        Some((rule, word)) => format!("{rule}{}{}", if lang == Lang::Zh { "：" } else { ": " }, reason(lang, word)),
        None => reason(lang, text).to_owned(),
    };
    why.iter().map(one).collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
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
    fn every_reason_and_state_has_its_words() {
        for word in crate::remediation::plan::measuring::REASONS {
            assert_ne!(reason(Lang::En, word), *word);
            assert!(!reason(Lang::Zh, word).is_ascii(), "{word}");
        }
        for (word, _) in crate::remediation::plan::State::WORDS {
            assert!(!state(Lang::Zh, word).is_ascii(), "{word}");
        }
    }
}
