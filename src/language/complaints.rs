//! What `complaints` and `optouts` say.

use super::Lang;
use crate::complaints::matching::{How, Reason, Standing, Sure};
use crate::complaints::model::{DeadlineState, LimitState, Prevention};
use crate::complaints::optouts::{Listing, Told};

messages! {
    Title: "Complaints, and the calls behind them", "投诉与话单比对报告";
    HeadLogs: "Complaints", "投诉记录";
    HeadInputs: "Calls", "话单";
    HeadInput: "{path} ({n} rows)", "{path}（{n} 行）";
    HeadPeriod: "Period", "话单时段";
    HeadCalls: "Outbound calls", "外呼量";
    HeadClock: "Clock of days and months", "日期所用时钟";
    HeadAsOf: "As of", "截至";
    HeadRuleset: "Ruleset", "规则集";
    Foot: "callaudit {version}. Not legal advice: figures are those of the sources named, with how far each may be trusted.", "callaudit {version}。本报告不构成法律意见；数值均出自所列来源，并注明可信等级。";

    Short: "In short", "要点";
    ShortRows: "Of {read} rows, {matched} are matched with calls, {ambiguous} may be about several, {unmatched} have no call in these logs, {duplicate} repeat an earlier one, {damaged} are damaged. {people} different people complained of matched calls.", "投诉记录共 {read} 行：已对应到呼叫 {matched} 行，对应多种可能 {ambiguous} 行，话单中无对应呼叫 {unmatched} 行，重复 {duplicate} 行，损坏 {damaged} 行。已对应的投诉涉及 {people} 名不同投诉人。";
    ShortRate: "{per} matched complaints per 10,000 calls (95 %: {low} to {high}); {all} if every complaint counts that may be about these calls.", "每万次外呼 {per} 件已对应投诉（95% 置信区间 {low}–{high}）；若计入所有可能涉及这些呼叫的投诉，则为 {all} 件。";
    ShortNoRate: "There is no outbound call: no rate can be told.", "话单中没有外呼记录，无法计算投诉率。";
    ShortPrevented: "Of {n} matched complaints, keeping the rules would have prevented {yes}, and possibly {possible} more.", "在 {n} 件已对应投诉中，遵守规则即可避免 {yes} 件，另有 {possible} 件可能避免。";

    Became: "What became of the complaints", "投诉对应情况";
    ColStanding: "state", "状态";
    ColWhy: "why", "原因";
    ColComplaints: "complaints", "投诉数";
    NotMatched: "Complaints that are not matched", "未能对应的投诉";
    ColComplaint: "complaint", "投诉";
    ColNumber: "number", "号码";
    ColShown: "displayed number", "外显号码";
    ColTold: "time told", "所述时间";
    AndMore: "… and {n} more: csv and json have all of them", "……另有 {n} 件，详见 csv、json";

    Rates: "How many there are", "投诉率";
    ColMonth: "month", "月份";
    ColCalls: "calls", "外呼量";
    ColNumbers: "displayed numbers", "外显号码数";
    ColMatched: "matched", "已对应";
    ColAll: "all", "全部";
    ColPer: "per 10,000", "每万次";
    ColPerAll: "all per 10,000", "每万次（全部）";
    ColPerNumbers: "% of numbers", "占号码数 %";
    Limits: "Against published limits", "与公布的限额比对";
    ColLimit: "limit", "限额";
    ColWorst: "worst", "最高";
    ColMeasured: "measured", "实测";
    ColMeasuredAll: "with all", "计入全部";
    ColSource: "source", "来源";
    LimitPercent: "{percent} % a month", "每月 {percent}%";
    LimitNumber: "{n} in {days} days", "{days} 天内 {n} 件";
    LimitStated: "{percent} % of the calls of a month, as stated on the command line (--max-rate)", "每月呼叫量的 {percent}%，由命令行指定（--max-rate）";
    LimitsText: "No limit here is law unless it says so. Where nothing in the logs says that one applies it is shown to compare, and does not count.", "除注明外，以下限额均非法律规定。话单中没有依据表明适用的，仅供比对，不计入判定。";

    Gather: "Where complaints gather", "投诉集中在哪里";
    GatherText: "Complaints a call in each level against all other calls of which the dimension is known. One person counts once, shared by the calls that are meant. Ratio: exact conditional interval (Przyborowski and Wilenski 1940; Clopper and Pearson 1934), corrected for {tests} comparisons so that in all of them together nothing looks like something in at most {alpha} % of logs. An interval above 1 is a finding (marked ▲).", "各取值的每通投诉率与该维度已知的其余全部呼叫比较。同一投诉人只计一次，由所涉呼叫分摊。比值采用精确条件区间（Przyborowski–Wilenski 1940；Clopper–Pearson 1934），并对 {tests} 次比较作校正，使全部比较合计的误报概率不超过 {alpha}%。区间整体高于 1 者为问题项（标 ▲）。";
    GatherNothing: "Nothing could be compared: no complaint is matched, or there is one level only.", "无从比较：没有已对应的投诉，或只有一个取值。";
    GatherNot: "Not compared: {dimensions}.", "未比较：{dimensions}。";
    GatherUnknown: "Not known of: {n} of the people who complained.", "该项未知的投诉人：{n} 名。";
    ColLevel: "level", "取值";
    ColRatio: "ratio", "比值";
    ColInterval: "interval", "区间";
    ColP: "p", "p 值";
    Unbounded: "no bound", "无上限";
    GatherWith: "{level}: nearly all of its complaints ({share} %) are of {dimension} {other} as well; which of the two is the cause cannot be told from these logs", "{level}：其投诉几乎全部（{share}%）同时属于{dimension} {other}；仅凭话单无法判断何者为因";

    RulesSection: "What rules would have prevented", "遵守规则本可避免的投诉";
    RulesText: "A complaint would have been prevented where a rule forbids every call that it is about; it may have been where a rule forbids some of them, or may forbid them. The share of all calls stands beside it: a rule that most calls break explains no complaint.", "一件投诉所涉呼叫全部为规则所禁止的，计为“本可避免”；部分呼叫被禁止或可能被禁止的，计为“可能避免”。表中并列该规则在全部呼叫中的违反比例：若多数呼叫都违反，则不能说明投诉的原因。";
    ColRule: "rule", "规则";
    ColForbids: "forbids the call", "禁止该呼叫";
    ColBroken: "complaints", "涉及投诉";
    ColMayBroken: "possible", "疑似";
    ColShareAll: "of all calls", "占全部呼叫";
    Yes: "yes", "是";
    No: "no", "否";
    RulesNone: "No rule is broken by a call that a matched complaint is about.", "已对应的投诉所涉呼叫未违反任何规则。";
    RulesNotEvaluable: "Not evaluable, so that nothing is said of them: {rules}.", "无法判定、故不作结论的规则：{rules}。";

    Deadlines: "Deadlines", "答复时限";
    ColCount: "complaints", "投诉数";
    ColCame: "came", "收到";
    ColDue: "due", "期限";
    ColDays: "days left", "剩余天数";
    ColBasis: "by", "依据";
    ColChannel: "channel", "渠道";
    Stated: "stated in the log", "记录所载";

    Open: "What is not established", "未能认定的事项";
    OpenCause: "Why complaints gather somewhere: the logs show where, not why.", "投诉集中的原因：话单只能显示集中在何处，不能说明为何。";
    OpenUnmatched: "Whether complaints are unfounded that name calls these logs do not have ({n}): other systems may have made the calls, and others may have displayed the number (spoofing).", "所述呼叫不在所提供话单中的投诉（{n} 件）是否不成立：可能由其他系统拨出，也可能是他人冒用外显号码。";
    OpenUncovered: "Anything about complaints of times that the logs do not cover ({n}).", "所述时间不在话单覆盖范围内的投诉（{n} 件），无法作出任何判断。";
    OpenLater: "Complaints of the {n} calls that are newer than the last complaint ({date}): they may still come, so that the newest rates are too low.", "晚于最后一件投诉（{date}）的呼叫共 {n} 次，后续仍可能被投诉，近期投诉率偏低。";
    OpenDeadlines: "By when complaints must be answered whose channel has no known deadline and which state none ({n}).", "既未载明期限、其渠道也没有已知期限规定的投诉（{n} 件）应在何时答复。";
    OpenAnswers: "Whether complaints whose deadline is over were answered: the log has no column that tells ({n}).", "期限已过的投诉（{n} 件）是否已答复：记录中没有相应的列。";
    Notes: "Notes", "说明";
    NoteTooMany: "{dimension} has too many values to be compared.", "{dimension}取值过多，未作比较。";
    NoteMoreOnLines: "More than {n} calls fit complaints that name only a displayed number; the others are not looked at.", "仅载明外显号码的投诉可能涉及的呼叫超过 {n} 次，其余未予比对。";
    NoteOthers: "{n} inbound and internal calls are not counted.", "呼入及内部呼叫 {n} 次未计入。";
    NoteAssumedClock: "{path}: the clock ({zone}) is assumed; hours and days depend on it.", "{path}：时钟（{zone}）为假定，时段与日期的结论取决于此。";
    NoteBadTimes: "{n} complaints hold a time that cannot be read; it is left aside.", "有 {n} 件投诉的时间无法读取，未予采用。";
    NoteNoTimes: "{path} tells no time: its complaints are matched by number alone.", "{path} 不含时间列：其投诉仅按号码对应。";
    NoteNoNumbers: "{path} does not tell who complained: its complaints are matched by the displayed number and the time.", "{path} 不含投诉人号码：其投诉按外显号码和时间对应。";
    NoteReceipt: "{path} tells when complaints were made ({column}), not when they came to you: deadlines are counted from the former, which is the earliest they can begin.", "{path} 只载明投诉提出时间（{column}），未载明贵方收到时间：期限自前者起算，为最早可能的起算日。";
    NoteCalendarShort: "For some deadlines there is no calendar of holidays, or it does not reach so far: they are counted Monday to Friday.", "部分期限没有可用的节假日日历或日历未覆盖，按周一至周五计算。";
    NoteStdin: "The calls came from standard input, which is read once: rules were not asked.", "话单来自标准输入，只能读取一次，故未按规则判定。";
    Sources: "Sources", "来源";
    SourceLine: "[{id}] {text} ({source}, read {date}, confidence {letter})", "[{id}] {text}（{source}，查阅日期 {date}，可信等级 {letter}）";

    ExitNoCalls: "there is no outbound call", "没有外呼记录";
    ExitNoComplaints: "there is no complaint that could be read", "没有可读取的投诉";
    ExitDamaged: "{n} rows of the complaints are damaged", "投诉记录有 {n} 行损坏";
    ExitLift: "complaints gather: {dimension} {level} has at least {low} times as many a call as all others", "投诉集中：{dimension} {level} 的每通投诉率至少为其余呼叫的 {low} 倍";
    ExitLiftMore: "complaints gather: {dimension} {level} has at least {low} times as many a call as all others, and {n} more stand out", "投诉集中：{dimension} {level} 的每通投诉率至少为其余呼叫的 {low} 倍，另有 {n} 项突出";
    ExitLimit: "complaints are above the limit {id}", "投诉超过限额 {id}";
    ExitLate: "complaints answered late or overdue: {n} ({stated} by deadlines that the log states, the others by the clocks under Sources)", "逾期答复或逾期未答复的投诉：{n} 件（其中 {stated} 件按记录所载期限，其余按“来源”所列期限）";
    ExitNothing: "no level stands out, no limit that applies is exceeded, no known deadline is missed", "没有明显集中的取值，未超过适用的限额，未错过已知期限";

    OptTitle: "Refusals, and the calls after them", "拒绝与免打扰登记台账";
    OptShort: "{refusals} refusals of {people} people. {after} of them were called again afterwards: {calls} calls, {explicit} of them after an explicit refusal or a complaint.", "共 {refusals} 次拒绝，涉及 {people} 人。其后又被呼叫的 {after} 人，呼叫 {calls} 次，其中明确拒绝或投诉之后的 {explicit} 次。";
    OptListed: "When they were listed", "登记情况";
    OptNoLists: "No list is given (-r RULESET, --use-list): when refusals were listed is not established.", "未提供名单（-r 规则集、--use-list）：何时登记无法认定。";
    OptLists: "Lists: {lists}", "名单：{lists}";
    OptLimits: "How soon a refusal must be listed", "拒绝后应多久内登记";
    OptLimitNone: "No rule of the ruleset states how soon a refusal must take effect; delays are told, not judged.", "规则集中没有规定拒绝应在多长时间内生效；仅列出间隔，不作判定。";
    OptWorst: "Called again after refusing", "拒绝后仍被呼叫";
    OptColRefused: "refused", "拒绝时间";
    OptColTold: "how", "方式";
    OptColListed: "listed", "登记时间";
    OptColDelay: "took", "用时";
    OptColBetween: "calls until listed", "登记前呼叫";
    OptColAfter: "calls after listing", "登记后呼叫";
    OptColFirst: "first call after", "其后首次呼叫";
    OptNone: "Nobody was called again after refusing.", "没有人在拒绝后再次被呼叫。";
    OptOpenWords: "What people said in calls whose outcome tells nothing of it: a refusal that nobody recorded is in no log.", "通话中口头拒绝但未作登记的情况：未被记录的拒绝不会出现在话单中。";
    OptOpenDays: "What order a refusal and a call of the same day have, where only the day is told: such calls are not counted.", "仅知日期的拒绝与同日呼叫的先后：此类呼叫未计入。";
    OptOpenNotInterested: "Whether \"not interested\" is meant as \"do not call again\": such refusals are told apart, and calls after them do not make the exit status 1.", "“无意向/不需要”是否即为“勿再呼叫”：此类拒绝单独列示，其后的呼叫不使退出状态为 1。";
    OptExitAfter: "{n} calls were made after an explicit refusal or a complaint", "明确拒绝或投诉之后又呼叫 {n} 次";
    OptExitNothing: "no call was made after an explicit refusal or a complaint", "明确拒绝或投诉之后没有再呼叫";
    OptNoteWords: "Words of the column of responses that are not known, so that a refusal among them is missing here: {words}. A profile can say what they mean.", "客户意向列中有未识别的用词，其中若有拒绝则未列入本台账：{words}。可在导出格式文件中说明其含义。";
    OptNoteNoResponses: "No log has a column of what people said: refusals in calls are not in this ledger.", "话单均无客户意向列：通话中的拒绝未列入本台账。";
    OptColCount: "number", "次数";
    OptDays: "{n} d", "{n} 天";
    OptHours: "{n} h", "{n} 小时";
    OptMinutes: "{n} min", "{n} 分钟";
}

/// A message with its values.
pub fn say(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    super::fill(message.text(lang), values)
}

fn pick(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// What became of a complaint.
pub fn standing(lang: Lang, standing: Standing) -> &'static str {
    match standing {
        Standing::Matched => pick(lang, "matched", "已对应"),
        Standing::Ambiguous => pick(lang, "ambiguous", "多种可能"),
        Standing::Unmatched => pick(lang, "unmatched", "未对应"),
    }
}

/// How sure a match is.
pub fn sure(lang: Lang, sure: Sure) -> &'static str {
    match sure {
        Sure::High => pick(lang, "sure: number and time fit", "确定：号码与时间均相符"),
        Sure::Medium => pick(lang, "likely: one of them is told less exactly, or differs", "较确定：其中一项不够精确或有出入"),
        Sure::Low => pick(lang, "uncertain: both are", "不太确定：两项均如此"),
    }
}

/// Why a complaint is not matched.
pub fn reason(lang: Lang, reason: Reason) -> &'static str {
    match reason {
        Reason::SeveralPeople => pick(lang, "calls to several people fit", "有多名被叫相符"),
        Reason::SharedNumber => pick(lang, "so many calls fit that the number is one that many share", "相符呼叫过多，应为多人共用号码（总机）"),
        Reason::TimeDiffers => pick(lang, "the number was called, not at the time told", "呼叫过该号码，但时间不符"),
        Reason::LogHidesDigits => pick(lang, "a call fits whose called number the log masks", "有呼叫相符，但话单中被叫号码已脱敏"),
        Reason::NumberNotCalled => pick(lang, "the number is not in the logs", "话单中没有该号码"),
        Reason::ShownNotOurs => pick(lang, "the displayed number made no call in these logs", "话单中没有以该号码外显的呼叫"),
        Reason::NoCallThen => pick(lang, "the displayed number made no call at that time", "该外显号码在所述时间没有呼叫"),
        Reason::PeriodNotCovered => pick(lang, "the logs do not cover the time", "话单未覆盖所述时间"),
        Reason::GapInLog => pick(lang, "the logs have a gap at the time", "话单在所述时间有缺口"),
        Reason::NumberUnreadable => pick(lang, "what stands for a number is none", "号码无法读取"),
        Reason::NumberHidden => pick(lang, "too many digits of the number are hidden", "号码被隐去的位数过多"),
        Reason::NothingTold => pick(lang, "neither a number nor a displayed number with a time is told", "既无号码，也无外显号码及时间"),
    }
}

/// What speaks for a match, or against it.
pub fn how(lang: Lang, how: How) -> &'static str {
    match how {
        How::Number => pick(lang, "the number", "号码相符"),
        How::MaskedNumber => pick(lang, "the digits shown", "可见位数相符"),
        How::ShownNumber => pick(lang, "the displayed number only", "仅外显号码相符"),
        How::TimeExact => pick(lang, "the time", "时间相符"),
        How::DayTold => pick(lang, "the day", "日期相符"),
        How::SameDay => pick(lang, "the day, at another time", "日期相符、时刻不符"),
        How::ShiftedHours => pick(lang, "off by whole hours", "相差整小时"),
        How::NextDay => pick(lang, "a day off", "相差一天"),
        How::BeforeReceipt => pick(lang, "before the complaint came", "早于投诉时间"),
        How::NoTime => pick(lang, "no time told", "未载明时间"),
        How::ShownSame => pick(lang, "the displayed number too", "外显号码亦相符"),
        How::ShownDiffers => pick(lang, "another displayed number", "外显号码不符"),
    }
}

/// How logs stand to a limit.
pub fn limit(lang: Lang, state: LimitState) -> &'static str {
    match state {
        LimitState::Above => pick(lang, "above", "超过"),
        LimitState::Possible => pick(lang, "possibly above", "可能超过"),
        LimitState::Below => pick(lang, "not above", "未超过"),
        LimitState::Compared => pick(lang, "not known to apply", "是否适用不明"),
        LimitState::CannotTell => pick(lang, "cannot be told", "无法判断"),
    }
}

/// How a complaint stands to its deadline.
pub fn deadline(lang: Lang, state: DeadlineState) -> &'static str {
    match state {
        DeadlineState::Missed => pick(lang, "overdue", "逾期未答复"),
        DeadlineState::AnsweredLate => pick(lang, "answered late", "逾期答复"),
        DeadlineState::Due => pick(lang, "due", "待答复"),
        DeadlineState::Answered => pick(lang, "answered in time", "按期答复"),
        DeadlineState::NotTold => pick(lang, "over; not told whether answered", "已过期限，是否答复不详"),
        DeadlineState::ClosedUndated => pick(lang, "closed on an unknown day", "已办结，日期不详"),
        DeadlineState::NoDeadline => pick(lang, "no deadline known", "未知期限"),
        DeadlineState::NoReceipt => pick(lang, "not told when it came", "收到时间不详"),
    }
}

/// Would keeping the rules have prevented it?
pub fn prevention(lang: Lang, prevention: Prevention) -> &'static str {
    match prevention {
        Prevention::Yes => pick(lang, "yes", "是"),
        Prevention::Possible => pick(lang, "possibly", "可能"),
        Prevention::No => pick(lang, "no", "否"),
    }
}

/// A dimension; a column that has no other name keeps its own.
pub fn dimension(lang: Lang, name: &str) -> &str {
    match name {
        "campaign" => pick(lang, "campaign", "任务"),
        "agent" => pick(lang, "agent", "坐席"),
        "caller" => pick(lang, "displayed number", "外显号码"),
        "line" => pick(lang, "line", "线路"),
        "hour" => pick(lang, "hour of the called person", "被叫当地时段"),
        "attempt" => pick(lang, "attempt", "第几次拨打"),
        "script" => pick(lang, "script", "话术"),
        other => other,
    }
}

/// In which way somebody refused.
pub fn refusal(lang: Lang, told: Told) -> &'static str {
    match told {
        Told::DoNotCall => pick(lang, "do not call", "要求勿再呼叫"),
        Told::Complained => pick(lang, "complained in the call", "通话中投诉"),
        Told::Refused => pick(lang, "not interested", "无意向/拒绝"),
        Told::Event => pick(lang, "event of a list", "名单所载事件"),
        Told::ConsentWithdrawn => pick(lang, "consent withdrawn", "撤回同意"),
        Told::Complaint => pick(lang, "complaint", "投诉"),
    }
}

/// How a refusal was listed.
pub fn listing(lang: Lang, listing: Listing) -> &'static str {
    match listing {
        Listing::Before => pick(lang, "listed before", "此前已登记"),
        Listing::After => pick(lang, "listed afterwards", "此后登记"),
        Listing::Undated => pick(lang, "listed, the day is not told", "已登记，日期不详"),
        Listing::Not => pick(lang, "not listed", "未登记"),
        Listing::Unknown => pick(lang, "not established", "无法认定"),
    }
}

/// Errors, in Chinese.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    (
        "{}: no column of it is the number of a complainant or the number that was displayed (it has {}); call it number (投诉人号码) or shown (外显号码)",
        "{0}：没有投诉人号码列，也没有外显号码列（现有列：{1}）；请将列名改为“投诉人号码”或“外显号码”",
    ),
    ("{}: it is open which is the day of {}: pass --complaints-dates dmy or mdy", "{0}：{1} 中哪个是日无法确定：请加 --complaints-dates dmy 或 mdy"),
    ("complaints: cannot read {}: {}", "投诉记录：无法读取 {0}：{1}"),
    ("complaints: {}", "投诉记录：{0}"),
    ("--max-rate {}: a share of calls such as 0.05% was expected", "--max-rate {0}：应为呼叫量的百分比，如 0.05%"),
    ("--by {}: unknown column (of a call, or raw.\"NAME\")", "--by {0}：未知列（应为呼叫的列，或 raw.\"列名\"）"),
    ("--use-list gives a list of a ruleset: pass -r PACK or -r FILE as well", "--use-list 指定的是规则集的名单：请同时给出 -r 规则包或 -r 文件"),
    ("--complaints-dates {}: dmy or mdy was expected", "--complaints-dates {0}：应为 dmy 或 mdy"),
];

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
        for reason_ in Reason::ALL {
            assert_ne!(reason(Lang::En, reason_), reason(Lang::Zh, reason_));
        }
    }
}
