//! What `callaudit case` says.

use super::Lang;

messages! {
    Title: "Complaint case", "投诉处置案卷";
    Headline1: "Something is substantiated", "部分或全部指称属实";
    Headline0: "Nothing is substantiated", "指称均未获证实";
    HeadlineRules: "No claim is borne out as told, but rules are broken", "各项指称未如所述获证实，但触犯了规则";
    Headline3: "The logs cannot tell", "现有日志无法认定";
    AboutNumber: "Complaint of {numbers}", "投诉号码 {numbers}";
    AboutShown: "Complaint about the displayed number {shown}", "被投诉外显号码 {shown}";
    ToldAt: "told time {at}", "所称时间 {at}";
    NoTime: "no time was told: all calls of the logs are looked at", "未告知时间：查看日志中的全部呼叫";
    Via: "through {channel}", "来源 {channel}";
    ReceivedOn: "received {date}", "收到日期 {date}";

    HeadClaims: "Claims", "指称与认定";
    HeadCause: "Cause", "原因";
    HeadMatches: "Calls that match", "匹配的呼叫";
    HeadTimeline: "Timeline", "全部联系时间线";
    HeadNotEstablished: "Not established", "尚未查明";
    HeadDeadlines: "Deadlines", "期限";
    HeadPlan: "Response plan", "处置方案";
    HeadExposure: "What it could cost", "处罚风险";
    HeadDrafts: "Drafts", "文书草稿";
    HeadRules: "Rules and their sources", "所依据的规则与出处";
    HeadInputs: "Logs", "日志";
    HeadCounsel: "Seek counsel before going on", "须先咨询律师的情形";
    Disclaimer: "What the logs do not show is not established, neither for nor against the company. This is no legal advice.", "日志未显示的内容即为尚未查明，既不作为对公司有利也不作为不利的认定。本文不构成法律意见。";

    Substantiated: "substantiated", "属实";
    Partly: "partly substantiated", "部分属实";
    Not: "not substantiated", "不属实";
    CannotTell: "cannot be told", "无法认定";

    ClaimCalled: "the company called this number", "公司曾拨打该号码";
    ClaimTimes: "called {n} times", "拨打了 {n} 次";
    ClaimNight: "called at night", "夜间来电";
    ClaimRefused: "called after a refusal", "明确拒绝后仍来电";
    ClaimNoConsent: "called without consent", "未经同意来电";
    ClaimSilent: "nobody spoke", "接听后无人应答";
    ClaimWrongPerson: "the wrong person was called", "找错人";
    ClaimRobot: "a machine called", "机器人来电";
    ClaimContent: "what was said", "通话内容不当";
    ClaimOther: "another claim", "其他指称";

    WhyCalled: "outbound calls to this number that fit the told time: {n}", "有 {n} 次外呼与所称时间相符";
    WhyCalledNear: "outbound calls to this number that are in the logs, but at another time than told: {n}", "日志中有 {n} 次拨打该号码的外呼，但时间与所称不符";
    WhyPossibleOnly: "only calls that may or may not have been to this person fit: {n}", "只有 {n} 次呼叫可能涉及此人，无法确定";
    WhyNoCall: "no call to this number is in logs that cover the told time", "日志覆盖所称时间，其中没有拨打该号码的呼叫";
    WhyUncovered: "the logs do not cover the told time: {why}", "日志未覆盖所称时间：{why}";
    WhyHidden: "calls of that time whose callees cannot be read: {n}", "该时段有 {n} 次呼叫的被叫号码无法识别";
    WhyRejectedWith: "rejected rows that hold the number: {n}", "有 {n} 行被拒收的记录含有该号码";
    WhyRejectedUnread: "rows that were rejected, while the number is not known in full: {n}", "有 {n} 行被拒收，而号码并不完整";
    WhyShared: "this number is shared by many people: the log does not tell who of them was called", "该号码为多人共用：日志无法说明呼叫的是其中哪一位";
    WhySeveral: "people who were called from the displayed number at that time: {n}; which of them complains is not told", "该时段由此外显号码拨打了 {n} 个不同号码：无法确定投诉人是哪一个";
    WhyTimes: "outbound attempts in the told time: {n}, of them answered: {answered}", "所称时间内外呼 {n} 次，其中接通 {answered} 次";
    WhyTwice: "of them possibly one call that two systems recorded: {n}", "其中 {n} 次可能是两个系统记录的同一次呼叫";
    WhyNight: "calls between 21:00 and 08:00 where the callee is: {n}", "被叫所在地 21:00 至次日 08:00 之间有 {n} 次呼叫";
    WhyNightRule: "no call between 21:00 and 08:00; outside of the hours of a rule: {n}", "没有 21:00 至次日 08:00 的呼叫，但有 {n} 次超出规则允许时段";
    WhyNightNone: "between 08:00 and 21:00 where the callee is lie all calls: {n}", "全部 {n} 次呼叫均在被叫所在地 08:00 至 21:00 之间";
    WhyNightZone: "the callee may be in several time zones", "被叫可能处于多个时区";
    WhyClock: "the clock of the log is assumed, not known", "日志的时钟为假定，并未查明";
    WhyNightMeaning: "\"night\" is read as 21:00 to 08:00; that is this program's reading, not a law", "“夜间”按 21:00 至次日 08:00 理解，系本程序口径，并非法律规定";
    WhyRefused: "refusal on record since {date}; calls after it: {n}", "{date} 起有拒绝记录，其后仍有 {n} 次呼叫";
    WhyRefusedNone: "no call after the refusal of {date}; whether there was an earlier one that nobody recorded, the logs do not tell", "{date} 的拒绝之后没有呼叫；此前是否另有未登记的拒绝，日志无法说明";
    WhyRefusedDay: "a refusal is on record for {date}, without a time: whether the call of that day was before or after it, the records do not tell", "{date} 有拒绝记录但未注明时间：当日的呼叫在拒绝之前还是之后，无法说明";
    WhyNoRefusal: "no refusal is on record; that none was spoken, the logs do not tell: hear the recordings", "没有拒绝记录；是否口头拒绝过，日志无法说明：请听录音";
    WhyListed: "a list that the ruleset names holds the number since {date}", "规则集所列名单自 {date} 起载有该号码";
    WhyNoConsent: "calls for which the consent list has no consent: {n}", "有 {n} 次呼叫在同意名单中查无同意";
    WhyConsent: "calls, all with a consent in the consent list: {n}", "全部 {n} 次呼叫在同意名单中均有同意";
    WhyConsentUnknown: "no rule of kind consent could be judged: give the consent list", "没有可判定的 consent 规则：请提供同意名单";
    WhyConsentProof: "the row names no proof", "该行未注明凭证";
    WhyAbandoned: "calls that were answered and abandoned: {n}", "有 {n} 次呼叫接听后无人应答即断开";
    WhySilence: "what was heard on the line, the logs do not tell", "线路上听到了什么，日志无法说明";
    WhyWrong: "calls for which the log notes the wrong person: {n}", "日志对 {n} 次呼叫标注为找错人";
    WhyWrongUnknown: "whom the call was meant for, the logs do not tell", "呼叫原本要找谁，日志无法说明";
    WhyRobot: "calls dialled by a machine ({mode}): {n}", "有 {n} 次呼叫由机器拨打（{mode}）";
    WhyNoRobot: "calls, all dialled in the mode {mode}: {n}", "全部 {n} 次呼叫的外呼方式为 {mode}";
    WhyModeUnknown: "the mode of the calls is not in the log", "日志未说明外呼方式";
    WhyContent: "what was said is on the recordings, not in the logs", "通话内容在录音中，不在日志中";
    WhyOther: "this claim is about something that call logs do not hold", "该指称涉及呼叫日志不包含的内容";

    MatchNumber: "the called number is the one told", "被叫号码与所称一致";
    MatchPerson: "another number of the same person ({number})", "同一人的另一号码（{number}）";
    MatchMask: "the digits that are shown agree", "可见数字一致";
    MatchSlip: "the number differs by one slip of the pen ({number})", "号码仅一处笔误之差（{number}）";
    MatchShown: "called from the displayed number at that time", "该时段由所称外显号码拨出";
    MatchBehind: "reached through the virtual number {number}", "经隐私号 {number} 接通";
    MatchAsShown: "the displayed number is the one told", "外显号码与所称一致";
    MatchTime: "at the told time", "时间相符";
    MatchDay: "on the told day", "日期相符";
    MatchRound: "{minutes} min from the told time: rounded, or a clock that is off", "与所称时间相差 {minutes} 分钟：四舍五入或时钟误差";
    MatchZone: "{hours} h from the told time, to the minute: another time zone", "与所称时间恰差 {hours} 小时：可能为时区不同";
    MatchWrongDay: "at that time of day; days off: {days}", "钟点相符，日期相差 {days} 天";
    AgainstTime: "{hours} h from the told time", "与所称时间相差 {hours} 小时";
    AgainstDays: "days from the told time: {days}", "与所称时间相差 {days} 天";
    AgainstShown: "another displayed number than told: a rotated number, or read wrongly ({number})", "外显号码与所称不同：可能为轮换号码或看错（{number}）";
    AgainstMask: "other numbers look the same behind this mask", "掩码相同的号码不止一个";
    AgainstSlip: "it may be somebody else's number", "可能是他人的号码";
    AgainstWhom: "whether the complainant is the one called is not told", "无法确定被叫是否为投诉人";
    AgainstTwice: "may be the same call as {place}, recorded by another system", "可能与 {place} 为同一次呼叫（另一系统的记录）";
    AgainstUnanswered: "not answered ({outcome}); the phone may not have rung", "未接通（{outcome}）；对方电话可能并未响铃";
    AgainstPrecision: "its start is known to {minutes} min only", "开始时间仅精确到 {minutes} 分钟";
    AgainstInbound: "the person rang the company", "系对方来电";

    CauseNoConsent: "no consent on record", "无同意记录";
    CauseFrequency: "called too often", "呼叫过于频繁";
    CauseHours: "called outside of permitted hours", "非允许时段呼叫";
    CauseRefusal: "called after a refusal", "拒绝后仍呼叫";
    CauseListed: "called a number that is on a do-not-call list", "呼叫了免打扰名单内的号码";
    CauseCallerId: "displayed number or binding", "外显号码或绑定关系问题";
    CauseWrongPerson: "wrong person", "找错人";
    CauseContent: "content; recordings to hear: {n}", "内容：须听取 {n} 条录音";
    CauseUnexplained: "no rule was broken as far as the logs tell: a misunderstanding, or something on the recordings", "就日志而言未违反任何规则：可能为误解，或问题在录音中";
    CauseSpoofing: "no such call in logs that cover the time: another company, or possible misuse of the number (冒用)", "日志覆盖该时段而无此呼叫：可能为其他公司来电，或号码被冒用";
    CauseUnknown: "the logs cannot tell", "现有日志无法说明";
    CauseOther: "another rule", "其他规则";

    NotRecordings: "what was said: no recording was heard (recordings that the log names: {n})", "通话内容：未听取录音（日志载明 {n} 条录音）";
    NotConsent: "consent: no proof was seen", "同意：未见凭证";
    NotPurpose: "the purpose of calls whose purpose is not in the log: {n}", "{n} 次呼叫的用途未见于日志";
    NotComplete: "that these are all logs of the company", "所提供的日志是否为公司全部日志";
    NotGap: "no call of any kind from {from} to {to}: hours of log may be missing", "{from} 至 {to} 没有任何呼叫：可能缺失日志";
    NotPeriod: "before {first} and after {last}: no log was given", "{first} 之前及 {last} 之后：未提供日志";
    NotRejected: "rows that could not be read: {n}", "{n} 行无法读取的记录";
    NotRule: "rule {rule}: {why}", "规则 {rule}：{why}";
    NotRound: "starts of {source} are known to the {precision} only", "{source} 的开始时间只精确到{precision}";
    NotClock: "the clock of {source} is assumed ({zone})", "{source} 的时钟为假定（{zone}）";
    NotIdentity: "that the complainant is the holder of the number", "投诉人是否为该号码的机主";
    NotInput: "{source} could not be read to its end: {why}", "{source} 未能读完：{why}";
    NotUnanswered: "whether unanswered attempts rang at the callee's", "未接通的呼叫在对方处是否响铃";
    NotStated: "that the logs are complete for {cover} is stated, not shown", "日志在 {cover} 期间完整，系由报送人声明，并非日志所示";

    UncoveredEnds: "they run from {first} to {last}", "日志期间为 {first} 至 {last}";
    UncoveredSystem: "{profile} runs from {first} to {last} only", "{profile} 的日志仅为 {first} 至 {last}";
    UncoveredGap: "hours without any call in it, from {from} to {to}", "其间 {from} 至 {to} 没有任何呼叫";
    UncoveredInput: "{source} could not be read to its end", "{source} 未能读完";
    UncoveredNone: "they hold no call", "日志中没有呼叫";

    DueAsked: "answer by the date that the letter asks for", "按来函要求的日期答复";
    ReceivedUnknown: "when the complaint was received was not told: terms are counted from {date}", "未告知收到投诉的日期：各期限自 {date} 起算";
    StepHold: "Legal hold first: nothing about this number is deleted, overwritten or corrected; name who is in charge; keep the sealed evidence pack", "先行证据保全：与该号码有关的数据一律不得删除、覆盖或更正；指定负责人；封存证据包";
    ProofHold: "signed hold notice, with the SHA-256 of the manifest", "签字的保全通知，并载明清单文件的 SHA-256";
    StepStop: "Stop all calls to this person: add every number of theirs to the do-not-call list of all campaigns, lines, vendors and list imports, and try a test call that must be refused", "停止对该客户的一切外呼：将其全部号码加入所有任务、线路、供应商及名单导入的免打扰名单，并以测试呼叫验证已被拦截";
    ProofStop: "list entry with its time, and the refused test call", "名单条目（含时间）及被拦截的测试呼叫记录";
    StepRecordings: "Export the recordings that the matching calls name, before the platform deletes them, with their hashes (recordings: {n})", "在平台删除前导出匹配呼叫所载的 {n} 条录音，并记录哈希值";
    StepRecordingsAsk: "The log names no recording for the matching calls ({n}): ask the platform today whether there are any and how long they are kept, and export them", "日志未载明 {n} 次匹配呼叫的录音：当日向平台确认是否有录音及保存期限，并导出";
    ProofRecordings: "recordings with SHA-256, or the platform's answer that there are none", "录音文件及其 SHA-256，或平台出具的无录音说明";
    StepAcknowledge: "Acknowledge the complaint in the channel through which it came (draft acknowledgement)", "经原渠道向投诉人确认受理（见受理回执草稿）";
    ProofAcknowledge: "copy of what was sent, with its time", "发送内容及时间的留痕";
    StepAssess: "Read the claims and the findings against consent, exemptions and purpose; judge the exposure and whether to seek counsel", "对照同意、豁免与用途核对各项指称及问题项；评估处罚风险，决定是否咨询律师";
    ProofAssess: "signed assessment", "签字的评估意见";
    StepCallBack: "One call at most to the complainant, only if they did not forbid it: by a named person, within permitted hours, from the filed number, by the talking points, logged", "至多回访一次，且以对方未明示拒绝为前提：由指定人员在允许时段以备案号码按沟通要点拨打，并登记";
    ProofCallBack: "contact log, or the note why nobody called", "联系登记表，或未回访的原因说明";
    StepAnswer: "Answer the complainant (draft answer): what the records show, what is still being checked, what was done", "答复投诉人（见答复草稿）：记录显示的事实、仍在核查的事项、已采取的措施";
    ProofAnswer: "copy of the answer, and proof that it arrived", "答复副本及送达凭证";
    StepReport: "Report to {authority} (draft report)", "向{authority}书面反馈（见报告草稿）";
    ProofReport: "copy with receipt", "报告副本及回执";
    StepSpoofCarrier: "Possible misuse of our number: ask the carrier in writing to trace the call (called number, told time, displayed number), and to protect the number", "外显号码疑似被冒用：书面请运营商按被叫号码、所称时间、外显号码溯源，并对号码采取保护措施";
    ProofSpoofCarrier: "the request and the carrier's answer", "申请书及运营商答复";
    StepSpoofLines: "Check that no line, vendor, test system or sub-account is missing from the logs, and that nobody but us can display the number", "核查是否有线路、供应商、测试系统或子账号未纳入日志，并确认他人无法外显该号码";
    ProofSpoofLines: "list of all systems that can display the number, signed", "签字的外显号码使用系统清单";
    StepSpoofTell: "Tell the complainant that the records hold no such call and where misuse can be reported; accuse nobody", "告知投诉人记录中无该次呼叫以及冒用举报途径；不指认任何人";
    StepHear: "Hear the recordings by quality control, two people, against the script; note what was said word for word where it is complained of (recordings: {n})", "由质检双人听取 {n} 条录音，对照话术；对被投诉内容逐字记录";
    ProofHear: "hearing notes with time marks, signed", "签字的听审记录（含时间点）";
    StepWrongPerson: "Take the number off the lead that it stands for, find where the wrong number came from, and check the other leads of that source", "将该号码从对应客户资料中移除，查明错误号码来源，并核查同来源的其他名单";
    ProofWrongPerson: "the corrected lead, and the check of its source", "更正后的客户资料及来源核查记录";
    StepConsent: "Find the consent for each matching call: who gave it, when, how, for which purpose, and whether it was taken back", "逐次查找匹配呼叫的同意凭证：何人、何时、以何方式、就何用途同意，是否已撤回";
    ProofConsent: "the consents, or the statement that there is none", "同意凭证，或无凭证的说明";
    StepListPath: "Follow the refusal from where it was said to the list that the dialler asks: which step lost it or was late", "追踪拒绝意思从表达到外呼系统名单的全过程：哪一环节遗漏或迟延";
    ProofListPath: "the way of the entry with a time at each step", "名单条目流转记录（各环节时间）";
    StepExplain: "Tell the complainant what the calls were about, and offer the opt-out", "向投诉人说明来电事由，并提供拒绝方式";
    StepLogs: "Bring in the logs that are missing (all systems, lines and vendors; the told time and a day before and after), and run this case again", "补齐缺失的日志（全部系统、线路、供应商；所称时间及前后各一日），并重新出具本案卷";
    ProofLogs: "the complete exports with their hashes", "完整导出文件及哈希值";
    StepSimilar: "Audit all calls under the same rules: who else was called like this? Mend it for them too", "以同一规则审计全部呼叫：是否另有客户受到同样呼叫，一并整改";
    ProofSimilar: "the audit's report", "审计报告";
    StepRectify: "Rectification report (draft, also as DOCX): facts, cause, measures, owners, dates, undertaking, seal", "整改报告（见草稿，另有 DOCX）：事实、原因、措施、责任人、时限、承诺、盖章";
    ProofRectify: "the stamped report", "加盖公章的整改报告";
    StepAuditAgain: "Audit the weeks after the measures under the same rules, and attach both reports", "以同一规则审计整改后的数据，并附前后两份报告";
    ProofAuditAgain: "both reports", "前后两份审计报告";
    StepDecide: "Decide on the measures, who answers for them, and sign", "决定整改措施及责任人并签发";
    ProofDecide: "the signed decision", "签发的决定";
    StepClose: "Close the case: answer sent, measures proved, entry in the complaint ledger complete", "结案：答复已送达、措施有凭证、投诉台账登记完整";
    ProofClose: "the ledger's entry", "投诉台账条目";
    AnswerWrong: "Were we wrong?", "我们有错吗？";
    AnswerFined: "Will we be fined?", "会被处罚吗？";
    AnswerWhen: "What by when?", "何时之前做什么？";
    WrongYes: "As far as the logs tell: yes. Claims borne out, in full or in part: {n} of {all}", "就日志而言：有。{all} 项指称中 {n} 项全部或部分属实";
    WrongFacts: "The calls took place as told, in full or in part (claims: {n} of {all}); no rule of the ruleset is broken by calls to this person, as far as the logs tell", "所称来电部分或全部属实（{all} 项指称中 {n} 项）；就日志而言，对该客户的呼叫未触犯规则集中的规则";
    WrongRules: "Rules broken by calls to this person: {rules}", "对该客户的呼叫触犯规则：{rules}";
    WrongOnlyRules: "No claim is borne out as told, but calls to this person break rules: {rules}", "各项指称均未如所述获证实，但对该客户的呼叫触犯规则：{rules}";
    WrongNo: "As far as the logs tell: no. Claims borne out: 0 of {all}; no rule of the ruleset is broken by calls to this person", "就日志而言：无。{all} 项指称均未获证实，对该客户的呼叫亦未触犯规则集中的规则";
    WrongUnknown: "The logs cannot tell", "现有日志无法认定";
    WrongNoRule: "no rule of the ruleset is broken by calls to this person", "对该客户的呼叫未触犯规则集中的规则";
    WrongElsewhere: "at other times than told, calls to this person break: {rules}", "在所称时间之外，对该客户的呼叫触犯规则：{rules}";
    WrongTogether: "not about this person but about many calls together: {rules}", "不针对该客户、而针对整体呼叫的问题：{rules}";
    WrongPossible: "possibly broken, the logs do not settle it: {rules}", "可能触犯、日志尚不足以认定：{rules}";
    FinedNothing: "Nothing in the logs that a penalty attaches to.", "日志中没有可据以处罚的事实。";
    FinedUnknown: "Cannot be said before it is known whether there was a breach.", "违规与否尚未查明，无法判断。";
    BestMatch: "Best match", "最可能的呼叫";
    NoMatch: "no call matches", "没有匹配的呼叫";
    PastMark: "date has passed, check that it is done", "期限已过，请核对是否已完成";
    MoreMatches: "more: {n}", "另有 {n} 次";
    BasisLaw: "law", "法定";
    BasisDraft: "draft text, not in force", "征求意见稿，未生效";
    BasisGuideline: "guideline", "指引";
    BasisFact: "fact", "事实";
    BasisHouse: "house", "内部";
    BasisAsked: "asked for", "来函要求";
    SourceOf: "{citation} · read {date}, confidence {confidence}", "{citation} · 查阅状态 {date}，可信度 {confidence}";
    BesidesClaims: "Broken besides what is claimed", "指称之外另触犯的规则";
    AllContact: "All contact in the given logs", "所提供日志中的全部联系";
    CaseFor: "Company", "企业";
    CaseBy: "Prepared by", "编制人";
    CaseDay: "As of", "截至";
    CaseOf: "Case", "案卷";
    NotLists: "whether the lists that were given are all that the company keeps", "所提供的名单是否为公司全部名单";
    NotWhom: "which of the people called from this number at that time complains", "该时段以此号码呼叫的客户中哪一位为投诉人";
    NotMore: "more calls of that line within the told time that are not listed: {n}", "所称时间内该线路另有 {n} 次呼叫未列出";
    PackTitle: "Evidence pack", "证据包";
    PackWhat: "evidence/sealed holds the rows of the logs as received, evidence/rows.csv maps each to a redacted copy; tables/ holds what operators ask for; drafts/ is to be edited; manifest.json and SHA256SUMS hold the hashes of everything, the files as received included. Rows of other people are in it only redacted.", "evidence/sealed 为原始记录行，evidence/rows.csv 逐行对应脱敏副本；tables/ 为运营商通常要求的统计表；drafts/ 供编辑；manifest.json 与 SHA256SUMS 载明全部文件及所收原始文件的哈希值。涉及他人的记录仅以脱敏形式收录。";
    ColNumber: "No.", "序号";
    ColSource: "Source", "来源文件";
    ColLine: "Line", "行号";
    ColCallId: "Call id", "呼叫编号";
    ColSealed: "Sealed file", "封存文件";
    ColSha: "SHA-256 of the row", "该行 SHA-256";
    ColRedacted: "Redacted copy", "脱敏副本";
    ColColumns: "Columns of the export", "导出列名";
    ColHour: "Hour (ruleset's clock)", "时段（规则集时区）";
    ColDay: "Day", "日期";
    ColCalls: "Calls", "呼叫次数";
    ColAnswered: "Answered", "接通次数";
    ColListed: "Found on a do-not-call list", "命中免打扰名单";
    LedgerId: "No.", "投诉编号";
    LedgerReceived: "Received", "收到日期";
    LedgerChannel: "Channel", "投诉渠道";
    LedgerNumber: "Complainant", "投诉人号码";
    LedgerShown: "Displayed number", "被投诉外显号码";
    LedgerClaims: "Claims", "投诉内容";
    LedgerVerdict: "Finding", "核查认定";
    LedgerCause: "Cause", "原因";
    LedgerDue: "Answer due", "答复期限";
    LedgerDone: "Answered on", "答复日期";
    LedgerOwner: "Handled by", "经办人";
    OpenStep: "step {id} ({owner}, due {due}) is {state}", "措施 {id}（{owner}，时限 {due}）：{state}";
    OpenNoPlan: "no plan was given (--plan): whether the steps are done is not known", "未提供整改计划（--plan）：措施是否完成不明";
    OpenAnswer: "{id}: when the complainant was answered was not told (--answered)", "{id}：未注明答复投诉人的日期（--answered）";
    OpenLate: "{id}: answered on {on}, due on {due}", "{id}：{on} 答复，期限为 {due}";
    CloseTitle: "Summary report on complaints", "投诉处置总结报告";
    CloseNothing: "Nothing is open: each answer was given in time, and each step is done or verified.", "无未结事项：均已按期答复，各项措施已完成或已核实。";
    CloseOpen: "Still open: {n}", "尚未完结：{n} 项";
    CloseMeasures: "Measures", "整改措施";
    CloseNoSteps: "The plan holds no step for the rules of these cases.", "整改计划中没有与上述案卷所涉规则对应的措施。";
    CloseState: "State", "状态";
    CloseRates: "Before and after", "整改前后";
    CloseLessons: "What is learnt, and how it does not happen again", "经验教训与长效措施";
    CloseGap: "[…]", "[…]";
    CloseSeal: "[name, function, date, seal]", "[姓名、职务、日期、公章]";
    CloseLedger: "Complaint ledger", "投诉台账";
    CloseStepsOpen: "Steps open", "未完成措施";
    CloseFoot: "callaudit {version} · made from stored cases", "callaudit {version} · 由存档案卷生成";
    PackWhere: "evidence pack: {path}", "证据包：{path}";

    KindCall: "call", "呼叫";
    KindRefusal: "refusal", "拒绝";
    KindList: "list", "名单";
    KindConsent: "consent", "同意";
    KindBinding: "binding", "绑定";
    KindComplaint: "complaint", "投诉";
    TextCall: "{direction} · displayed {caller} · {outcome}{talk}{response}", "{direction} · 外显 {caller} · {outcome}{talk}{response}";
    TextTalk: ", {n} s of talk", "，通话 {n} 秒";
    TextOut: "outbound", "呼出";
    TextIn: "inbound", "呼入";
    TextResponse: ", said: {word}", "，客户意向：{word}";
    TextRefusal: "said in a call: {word}", "通话中表示：{word}";
    TextListed: "put on the list {list}", "列入名单 {list}";
    TextUnlisted: "taken off the list {list}", "移出名单 {list}";
    TextUndated: "stands on the list {list}, which does not tell since when", "在名单 {list} 上，未注明起始时间";
    TextGiven: "consent given ({list})", "给予同意（{list}）";
    TextGivenProof: "consent given, with a proof named ({list})", "给予同意，并注明凭证（{list}）";
    TextRevoked: "consent taken back ({list})", "撤回同意（{list}）";
    TextEnded: "consent ended ({list})", "同意到期（{list}）";
    TextBound: "bound to the virtual number {word} ({list})", "绑定隐私号 {word}（{list}）";
    TextUnbound: "binding to the virtual number {word} ended ({list})", "与隐私号 {word} 的绑定结束（{list}）";
    TextEvent: "{word} ({list})", "{word}（{list}）";
    TextReceived: "this complaint was received", "收到本次投诉";

    RuleHit: "{rule}: {force}, {verdict}", "{rule}：{force}，{verdict}";
    ShowMore: "… more in -o markdown: {n}", "……另有 {n} 项，见 -o markdown";
    None: "none", "无";
    Undated: "undated", "未注明时间";
    StatuteMark: "law", "法定";
    HouseMark: "house", "内部";
    StatedMark: "asked for", "来函要求";
    DraftLawMark: "draft text, not in force", "征求意见稿，未生效";
    ContractMark: "platform", "平台";
    FactMark: "fact", "事实";
    BindsMark: "binds {who}", "约束对象：{who}";
    OverdueMark: "date has passed", "期限已过";
    AtOnce: "at once", "立即";
    CalendarNone: "Monday to Friday; no calendar of holidays is known for {region}", "按周一至周五计；没有 {region} 的节假日历";
    CalendarUsed: "business days by the calendar {calendar}", "工作日按日历 {calendar} 计";
    CalendarEnds: "the calendar {calendar} ends on {date}: holidays after that are not known", "日历 {calendar} 止于 {date}，其后的节假日未知";
    ExposureNone: "no rule with a penalty in the ruleset was found on these calls", "未触及规则集中列有罚则的规则";
    ExposureRow: "{rule}: {min} to {max} {currency} per {per}, {n} calls concerned ({basis})", "{rule}：每{per} {min} 至 {max} {currency}，涉及呼叫 {n} 次（{basis}）";
    ExposureMark: "ranges as the ruleset states them; whether there is a penalty at all is for the authority to decide, and no sum is formed", "区间系规则集所载；是否处罚由主管机关决定，且不作合计";
    ColTime: "Time", "时间";
    ColWhat: "What", "事项";
    ColCall: "Call", "呼叫";
    ColFor: "For", "理由";
    ColAgainst: "Against", "反证";
    ColScore: "Rank", "分值";
    ColDue: "Due", "期限";
    ColStep: "Step", "措施";
    ColOwner: "Owner", "责任部门";
    ColBasis: "Basis", "依据";
    ColProof: "Proof", "留存证明";
    ColVerdict: "Verdict", "认定";
    ColClaim: "Claim", "指称";
    ColWhy: "Why", "理由";
    ColPlace: "Place", "出处";
    Foot: "callaudit {version} · ruleset {ruleset} · case {schema}", "callaudit {version} · 规则集 {ruleset} · 案卷格式 {schema}";
    LogFacts: "{path}: {rows} rows, {first} to {last}, clock {zone} ({evidence}), BLAKE3 {hash}", "{path}：{rows} 行，{first} 至 {last}，时钟 {zone}（{evidence}），BLAKE3 {hash}";
    DraftNote: "Drafts. Gaps are marked […]. Nothing in them goes beyond what the logs show; have them read before they are sent.", "以下为草稿，缺项以 […] 标出，内容不超出日志所示；发出前须经审阅。";
}

/// A channel through which complaints come.
pub fn channel(lang: Lang, word: &str) -> &str {
    match (lang, word) {
        (Lang::Zh, "direct") => "用户直接投诉",
        (Lang::Zh, "carrier") => "运营商转办",
        (Lang::Zh, "platform") => "外呼平台转办",
        (Lang::Zh, "regulator") => "主管机关转办",
        (Lang::Zh, "lawyer") => "律师函",
        (Lang::En, "direct") => "the complainant directly",
        (Lang::En, "carrier") => "the carrier",
        (Lang::En, "platform") => "the calling platform",
        (Lang::En, "regulator") => "a regulator",
        (Lang::En, "lawyer") => "a lawyer",
        (_, word) => word,
    }
}

/// What gives a term its force.
pub fn basis(lang: Lang, word: &str) -> String {
    let message = match word {
        "law" => Msg::BasisLaw,
        "draft" => Msg::BasisDraft,
        "guideline" => Msg::BasisGuideline,
        "fact" => Msg::BasisFact,
        "asked" => Msg::BasisAsked,
        _ => Msg::BasisHouse,
    };
    say(lang, message, &[])
}

/// The text, in a language, with its values.
pub fn say(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    super::fill(message.text(lang), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_gaps() {
        let gaps = |text: &str| {
            let mut all: Vec<String> = text.split('{').skip(1).filter_map(|p| p.split('}').next()).map(str::to_owned).collect();
            all.sort();
            all
        };
        for message in Msg::ALL {
            let [en, zh] = Lang::ALL.map(|lang| message.text(lang));
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{message:?}");
            assert_eq!(gaps(en), gaps(zh), "{message:?}");
        }
    }
}
