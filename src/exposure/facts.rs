//! What decides whether there is a fine, and what the log and the lists show that weighs for and against.

use std::collections::{BTreeMap, BTreeSet};

use super::regimes::{self, Known, data};
use super::{Fact, Priced, Text, both};
use crate::report::Evaluation;
use crate::report::words::Word;
use crate::rules::lists::Facts;

/// What is known besides the counts. All of it may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    /// What each rule said.
    pub rules: &'a [Evaluation],
    /// What was read of each list.
    pub lists: &'a [Facts],
    /// The leaks of the findings that are kept, by rule.
    pub leaks: Option<&'a BTreeMap<String, BTreeSet<Word>>>,
    /// Rules that are about refusals and complaints.
    pub refusals: Option<&'a BTreeSet<String>>,
}

/// Does a table of a ruleset (its `effective` form) say that the rule is about refusals, objections or complaints?
pub fn about_refusals(rule: &serde_json::Value) -> bool {
    let text = |key: &str| rule[key].to_string().to_lowercase();
    let event = ["after", "events", "event"].map(text).concat();
    match rule["kind"].as_str() {
        Some("dnc_list") => true,
        Some("cooldown") => ["refus", "do_not_call", "complain", "objection", "opt_out", "拒绝", "投诉"].iter().any(|word| event.contains(word)),
        _ => false,
    }
}

fn of_regions<'a>(all: &'a [Known], regions: &BTreeSet<&str>) -> impl Iterator<Item = &'a Known> {
    all.iter().filter(|k| regions.iter().any(|r| *r == k.region || r.starts_with(&format!("{}-", k.region))))
}

fn fact(known: &Known) -> Fact {
    let text = known.text.iter().map(|(lang, text)| (lang.clone(), format!("{}{}{text}", known.region, if lang == "zh" { "：" } else { ": " }))).collect();
    Fact { weighs: "neutral", text, known: known.known.clone(), citations: vec![known.citation.clone()] }
}

/// What decides whether there is a fine at all where these regimes hold.
pub(super) fn first(regions: &BTreeSet<&str>) -> Vec<Fact> {
    let mut all: Vec<Fact> = of_regions(&data().first, regions).map(fact).collect();
    let known: BTreeSet<&str> = data().first.iter().map(|f| f.region.as_str()).collect();
    let missing: Vec<&str> = regions.iter().copied().filter(|r| !known.contains(r.split('-').next().unwrap_or_default())).collect();
    if !missing.is_empty() {
        let names = missing.join(", ");
        all.push(Fact {
            weighs: "neutral",
            text: both(
                format!("{names}: when the authority leaves it at a warning or nothing was not read"),
                format!("{names}：主管机关在何种情形下仅予警告或不予处罚，未读到依据"),
            ),
            known: both("ask counsel", "请咨询律师"),
            citations: Vec::new(),
        });
    }
    all
}

/// Cases in which there was a fine.
pub(super) fn precedents(regions: &BTreeSet<&str>) -> Vec<Fact> {
    of_regions(&data().precedent, regions).map(fact).collect()
}

fn told(weighs: Word, text: Text, known: Text) -> Fact {
    Fact { weighs, text, known, citations: Vec::new() }
}

/// What these calls and lists show.
pub(super) fn seen(seen: &Seen<'_>, priced: &[Priced]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for rule in seen.rules.iter().filter(|r| r.violations > 0) {
        let refusals = seen.refusals.is_some_and(|ids| ids.contains(&rule.id)) || rule.kind == "dnc_list";
        if refusals {
            facts.push(refusal_ignored(rule, seen));
        } else if rule.kind == "list_age" {
            facts.push(told(
                "aggravating",
                both(
                    format!("{}: {} calls were made with a list older than allowed", rule.id, rule.violations),
                    format!("{}：{} 次呼叫所用名单已超过允许期限", rule.id, rule.violations),
                ),
                both("from the dates of the copies given", "依所提供名单副本的日期"),
            ));
        }
    }
    facts.extend(priced.iter().filter(|p| p.counted.repeated > 0).map(|p| {
        let (calls, callees, repeated) = (p.counted.calls, p.counted.callees, p.counted.repeated);
        told(
            "aggravating",
            both(
                format!("{}: repeated, of {callees} numbers with {calls} violating calls {repeated} had more than one", p.id),
                format!("{}：存在重复，{calls} 次违规呼叫涉及 {callees} 个号码，其中 {repeated} 个不止一次", p.id),
            ),
            both("counted in the log", "按日志统计"),
        )
    }));
    facts.extend(volume(seen.rules));
    facts.extend(seen.lists.iter().filter_map(list));
    facts.push(told(
        "neutral",
        both(
            "Not in the log: intent, harm, earlier cases, training, a written policy, the date of the correction, what was said.",
            "日志不能说明：主观过错、危害后果、既往处罚、培训情况、书面制度、改正日期、通话内容。",
        ),
        both("from your own records; collect them before you answer", "以自身记录为准，答复前应先收集"),
    ));
    facts
}

fn refusal_ignored(rule: &Evaluation, seen: &Seen<'_>) -> Fact {
    let leaks: Vec<Word> = seen.leaks.and_then(|l| l.get(&rule.id)).into_iter().flatten().copied().collect();
    let (mut en, mut zh) = (
        format!("{}: {} calls to people who had refused, complained or stood on a list", rule.id, rule.violations),
        format!("{}：{} 次呼叫的对象已拒绝、已投诉或在名单内", rule.id, rule.violations),
    );
    if !leaks.is_empty() {
        en += &format!("; how they came through: {}", leaks.join(", "));
        zh += &format!("；漏洞：{}", leaks.join("、"));
    }
    told("aggravating", both(en, zh), both("from the outcomes in the log and the lists given", "依日志中的结果与所提供的名单"))
}

/// The rule that most calls violate.
fn volume(rules: &[Evaluation]) -> Option<Fact> {
    let priced = rules.iter().filter(|r| matches!(r.force, "law" | "presumption") && r.violations > 0 && r.calls_judged > 0);
    let rule = priced.max_by(|a, b| a.violations.cmp(&b.violations).then_with(|| b.id.cmp(&a.id)))?;
    #[allow(clippy::cast_precision_loss)] // shown with two decimals
    let share = rule.violations as f64 * 100.0 / rule.calls_judged as f64;
    Some(told(
        "neutral",
        both(
            format!("Volume: {} of {} judged calls ({share:.2} %) violate {}, more than any other law", rule.violations, rule.calls_judged, rule.id),
            format!("规模：{} 违规最多，已判定呼叫 {} 次中有 {} 次（{share:.2}%）", rule.id, rule.calls_judged, rule.violations),
        ),
        both("counted in the log", "按日志统计"),
    ))
}

/// Records of a list speak for whoever keeps them; a list that is not there speaks for nobody.
fn list(list: &Facts) -> Option<Fact> {
    if list.error.is_some() {
        return Some(told(
            "neutral",
            both(format!("The list {} was not read: that it is kept is not shown", list.id), format!("名单 {} 未能读取：不能说明已建立该名单", list.id)),
            both("from the audit's inputs", "依审计输入"),
        ));
    }
    list.path.as_ref()?;
    let (copies, entries) = (list.copies.len(), list.entries);
    let (en, zh) = match (copies, &list.last_added_at) {
        (0, Some(last)) => (
            format!("A list is kept: {}, {entries} entries, the last one added {}", list.id, last),
            format!("已建立名单 {}，{entries} 条，最近一条添加于 {}", list.id, last),
        ),
        (0, None) => (format!("A list is kept: {}, {entries} entries without dates", list.id), format!("已建立名单 {}，{entries} 条，未注明日期", list.id)),
        _ => (
            format!("A list is kept with its copies by date: {}, {copies} copies, {entries} entries in the last", list.id),
            format!("已建立名单并按日期留存副本：{}，副本 {copies} 份，最近一份 {entries} 条", list.id),
        ),
    };
    Some(told(
        "mitigating",
        both(en, zh),
        both("from the files given to the audit; that it was used for these calls is not shown", "依提供给审计的文件；不能说明呼叫时已使用"),
    ))
}

/// What all of it takes for granted.
pub(super) fn assumptions(seen: &Seen<'_>) -> Vec<Text> {
    let as_of = &regimes::data().as_of;
    let mut all = vec![
        both(
            "Only calls that violate for certain are priced. Those that may violate are counted and not priced.",
            "仅对确定违规的呼叫计价；疑似违规只计数，不计价。",
        ),
        both(
            "A call that breaks several rules of one regime is one unit. The low end leaves out calls whose violations are all suppressed and calls older than the limitation; the high end counts all. A suppression binds no authority.",
            "同一呼叫违反同一制度的多条规则，只计一个单位。下限不计全部违规均已登记豁免的呼叫和超过时效的呼叫，上限全部计入；豁免登记对主管机关没有约束力。",
        ),
        both(
            "Where the law counts by case, everything in this report is taken as one case. An authority may open several, or none.",
            "法律按案计罚的，本报告全部内容按一案计；主管机关可能分案，也可能不立案。",
        ),
        both(
            "Ranges of different regimes are never added: some exclude each other, and whether others come together is for authorities and courts.",
            "不同制度的幅度不得相加：有的互相排斥，能否并罚由主管机关和法院决定。",
        ),
        both(
            format!(
                "Ranges as read on {as_of}, each with its confidence; turnover and illegal income are not known here. This is no legal advice and no forecast."
            ),
            format!("各幅度以 {as_of} 查阅为准，并注明可信度；营业额与违法所得未知。本节不构成法律意见，也不是预测。"),
        ),
    ];
    let lacking: Vec<&str> = seen.rules.iter().filter(|r| r.status == "not_evaluable" && r.force == "law").map(|r| r.id.as_str()).collect();
    if !lacking.is_empty() {
        let ids = lacking.join(", ");
        all.push(both(format!("Rules of law that could not be judged are not in these figures: {ids}"), format!("未能判定的法律规则不在上述数字内：{ids}")));
    }
    all
}
