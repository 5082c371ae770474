//! What the HTML report says beyond the texts that other outputs have too.

use super::Lang;

messages! {
    Title: "Audit of outbound calls", "外呼审计报告";
    Contents: "Contents", "目录";
    Incomplete: "The audit is incomplete", "审计不完整";
    Disclaimer: "A call without a finding is clear, not proved lawful. What the log does not tell is possible or not evaluable, never clean. This report is no legal advice.", "未见异常的呼叫不等于已证明合规。话单没有说明的，为疑似或无法判定，绝不当作没有问题。本报告不构成法律意见。";
    Foot: "callaudit {version} · time zones {tzdb} · numbers {numbers} · report {schema}", "callaudit {version} · 时区数据 {tzdb} · 号码数据 {numbers} · 报告格式 {schema}";
    ClockOfReport: "Times in this report are on the ruleset's clock ({zone}), each with its offset from UTC.", "本报告中的时间均按规则集时钟（{zone}），并注明与 UTC 的时差。";

    SectionTotals: "Totals", "总计";
    SectionWhen: "When", "时间分布";
    SectionWhere: "Where", "违规集中在哪里";
    SectionExposure: "What it could cost", "处罚风险测算";
    SectionUnjudged: "What could not be judged", "未能判定的内容";
    SectionIntake: "Intake and clock", "接入情况与时钟依据";
    SectionRuleset: "Ruleset and sources", "规则集与出处";

    Of: "{n} of {of}", "{n}/{of}";
    RulesJudged: "rules judged", "条规则已判定";
    AllJudged: "Every rule could be judged for every call.", "每条规则均已对每次呼叫作出判定。";
    NoFindings: "There are no findings.", "没有问题项。";
    NothingToDo: "There is nothing to do.", "没有需要整改的事项。";
    ForceCaption: "Violations by the force of the rule", "按规则效力统计的违规";
    SeverityCaption: "Violations by severity", "按严重程度统计的违规";
    NoLaw: "None of these violations is of a rule that is law.", "上述违规均不涉及法律规则。";
    SomeLaw: "Only rules marked “law” come from a legal text; whether there is a breach is for the authorities and the courts to decide.", "仅标为“法律”的规则出自法律条文；是否构成违法由主管机关和法院认定。";

    HeatTitle: "Calls and violations by hour and weekday", "按星期与小时统计的呼叫与违规";
    HeatText: "Busiest: {busiest}. Most violations: {worst}. Each number is in the table below.", "呼叫最多：{busiest}。违规最多：{worst}。各数值见下表。";
    HeatAt: "{day} {hour}:00 ({n})", "{day} {hour} 时（{n}）";
    HeatCells: "Numbers by hour and weekday (calls / violations)", "各时段数值（呼叫 / 违规）";
    LegendCalls: "Colour: calls in the hour, none to {n}", "颜色：该小时呼叫量，0 至 {n}";
    LegendViolations: "Red: violating calls", "红色数字：违规呼叫";
    LegendAllowed: "Frame: permitted under every rule about hours that was judged", "实线框：所有已判定时段规则均允许";
    LegendSome: "Dashed frame: permitted under some of them only", "虚线框：仅部分时段规则允许";
    HoursTitle: "Permitted hours", "允许时段";
    HoursNone: "No rule about hours was judged: no permitted hours are drawn.", "没有已判定的时段规则，图中未画允许时段。";
    HoursCallee: "on the clock of the called person's place; the map shows it on the ruleset's clock, so its frame is only a guide", "按被叫所在地时间；图按规则集时钟绘制，其框线仅供参考";
    HoursClock: "on the clock of {zone}", "按 {zone} 时间";
    HoursForbid: "forbidden", "禁止";
    HoursNever: "no calls", "全天禁呼";
    HoursOpen: "open", "不限";
    HoursRegions: "for called persons in {regions}", "适用于所在地区为 {regions} 的被叫";
    HoursFor: "for calls where {where}", "适用于 {where} 的呼叫";
    HoursCalendar: "holidays by the calendar {calendar} are not in the map", "图中未体现日历 {calendar} 的节假日";
    Holiday: "public holidays", "节假日";
    Workday: "working days by decree", "调休上班日";
    GroupsApart: "Violations that are of calls together, such as a share, stand at no hour and no day.", "由多次呼叫共同构成的违规（如比率）不计入任何小时或日期。";

    DayTitle: "Calls and violations by day", "按日统计的呼叫与违规";
    WeekTitle: "Calls and violations by week", "按周统计的呼叫与违规";
    MonthTitle: "Calls and violations by month", "按月统计的呼叫与违规";
    DayText: "{n} bars from {first} to {last}. Most violations: {worst}. Each number is in the table below.", "自 {first} 至 {last} 共 {n} 个柱。违规最多：{worst}。各数值见下表。";
    DayCells: "Numbers", "数值";
    ColRemarks: "Remarks", "说明";
    ColRests: "Rests on", "规则效力";
    ColKind: "Kind", "规则类型";
    ColItem: "Item", "项目";
    ColEntries: "Entries", "条目";
    ColDated: "Dated", "有日期";
    ColPrefixes: "Prefixes", "号段";
    ColAdded: "Added", "添加时间";
    Size: "Size", "大小";
    Particulars: "Particulars", "详情";
    ColDay: "Day", "日期";
    ColWeek: "Week from", "周起始日";
    ColMonth: "Month", "月份";
    ColHour: "Hour", "小时";
    ColPer100: "Per 100 calls", "每百次呼叫";
    ColShareJudged: "Per 100 judged", "每百次判定";
    ColShare: "Share", "图示";
    AtMost: "at most {n}", "最多 {n}";
    RuleCaption: "What each rule found", "各规则的结果";
    CalleesNote: "The most violating calls to one person; how often each was called in all is not counted.", "对同一被叫的违规呼叫最多者；未统计其呼叫总数。";
    MostOnly: "At most 20 are listed, those with the most violations.", "最多列出违规最多的 20 个。";

    FindingsHelp: "The worst first. Each line runs from the first call to the last or over the window of the rule; for a single call, over its day.", "最严重的在前。每条时间轴自首次呼叫至末次呼叫，或涵盖规则的窗口；仅一次呼叫的，涵盖当日全天。";
    TickViolating: "violating call", "违规呼叫";
    TickOther: "other call in the window", "窗口内的其他呼叫";
    TickWindow: "window", "窗口";
    TimelineText: "{n} calls on a line of time, {violating} violating", "时间轴：共 {n} 次呼叫，其中违规 {violating} 次";
    LinesLater: "For the same reason, the lines of calls are drawn for the first {n} findings only.", "出于同样原因，仅前 {n} 个问题项绘有时间轴。";
    CallsOf: "Calls: {n}", "呼叫：{n} 次";
    CallsShown: "Calls: {shown} of {n} violating ones shown", "呼叫：{n} 次违规中列出 {shown} 次";
    CallsLater: "To keep this file small, the single calls are listed for the first {n} findings only. The csv output lists every violating call.", "为控制文件大小，仅前 {n} 个问题项列出逐次呼叫；csv 输出列有全部违规呼叫。";
    NotShown: "Findings that are not in this report: {n}. The csv output lists every violating call.", "另有 {n} 个问题项未列入本报告；csv 输出列有全部违规呼叫。";
    Evidence: "Calls of finding {n}", "问题项 {n} 的呼叫";
    ColStart: "Start", "开始时间";
    ColCalleeClock: "On the callee's clock", "被叫所在地时间";
    ColCaller: "Caller", "主叫";
    ColCallee: "Callee", "被叫";
    ColAgent: "Agent", "坐席";
    ColCampaign: "Campaign", "任务";
    ColOutcome: "Outcome", "呼叫结果";
    ColPlace: "Place", "位置";
    ColCallId: "Call id", "呼叫标识";
    ColViolates: "Violates", "违规";
    Yes: "yes", "是";
    No: "no", "否";
    Line: "line {n}", "第 {n} 行";
    Fingerprint: "fingerprint {hex}", "指纹 {hex}";

    FilterLabel: "Filter and sort findings", "筛选与排序问题项";
    FilterText: "Search", "搜索";
    FilterAll: "all", "全部";
    FilterSort: "Sort by", "排序";
    SortWorst: "worst first", "严重程度";
    SortCalls: "most calls", "呼叫次数";
    SortFirst: "earliest first", "时间先后";
    SortRule: "rule", "规则";
    FilterVerdict: "Verdict", "判定";
    FilterReset: "Reset", "重置";
    FilterShown: "{n} of {of} findings shown", "显示 {n}/{of} 个问题项";

    ChecklistCaption: "Steps, owners and due dates", "整改措施、负责人与期限";

    IntakeCaption: "What became of the rows", "各行的去向";
    IntakeRule: "Rows read are the sum of the other columns.", "读取行数等于其余各列之和。";
    InputHash: "BLAKE3", "BLAKE3";
    InputBytes: "{n} bytes", "{n} 字节";
    ListCaption: "Lists of numbers", "号码名单";
    RejectsFirst: "First rejected rows", "首批被拒绝的行";
    RejectOf: "line {line}: {reason}", "第 {line} 行：{reason}";
    RejectField: "column {field}", "列 {field}";
    Unreadable: "Cells that could not be read", "无法读取的单元格";
    Numbers: "Callees by sort", "被叫号码分类";
    GapsTitle: "Stretches without calls", "无呼叫的时段";
    FilesLabel: "Files", "文件";
    HashLabel: "Hash (BLAKE3)", "哈希（BLAKE3）";
    ParametersLabel: "Parameters", "参数";
    CitationsLabel: "Sources", "出处";
    NoCitation: "The ruleset cites no source for this rule.", "规则集未注明该规则的出处。";
    Confidence: "confidence {letter}: {meaning}", "可信度 {letter}：{meaning}";
    Read: "Read", "阅读";
}

/// A text with its values.
pub fn put(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    super::fill(message.text(lang), values)
}

/// A day of the week by the word that breakdowns and rulesets have for it.
pub fn weekday(lang: Lang, word: &str) -> &str {
    let names = [
        ("mon", "Mon", "周一"),
        ("tue", "Tue", "周二"),
        ("wed", "Wed", "周三"),
        ("thu", "Thu", "周四"),
        ("fri", "Fri", "周五"),
        ("sat", "Sat", "周六"),
        ("sun", "Sun", "周日"),
    ];
    match (names.iter().find(|n| n.0 == word), lang) {
        (Some(n), Lang::En) => n.1,
        (Some(n), Lang::Zh) => n.2,
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
            names.dedup();
            names
        };
        for message in Msg::ALL {
            let [en, zh] = Lang::ALL.map(|lang| message.text(lang));
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{message:?}");
            assert_eq!(placeholders(en), placeholders(zh), "{message:?}");
        }
    }
}
