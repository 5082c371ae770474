//! The words of drafts: letters, reports and notes of a complaint case. Facts are put in; what somebody must add stands in `[…]`.

use super::Lang;

messages! {
    Gap: "[…]", "[…]";
    GapName: "[name, function]", "[姓名、职务]";
    GapDate: "[date]", "[日期]";
    GapContact: "[address, telephone, e-mail]", "[地址、电话、邮箱]";
    GapDone: "[done on …, proof …]", "[完成日期…，凭证…]";
    GapSeal: "[seal and signature]", "[公章及签字]";
    GapCompany: "[company]", "[公司名称]";
    GapReference: "[reference]", "[编号]";
    GapFiled: "[filed purpose, filing number, date]", "[报备用途、报备编号、日期]";
    GapState: "[open / done on …]", "[未完成／完成日期…]";

    Acknowledgement: "Acknowledgement of a complaint", "投诉受理回执";
    Dear: "Dear Sir or Madam,", "尊敬的客户：";
    AckReceived: "We received your complaint {reference} about calls to {numbers}{shown}{at} on {received}.", "我公司于 {received} 收到您关于号码 {numbers}{shown}{at}来电的投诉（{reference}）。";
    AckShown: " from the displayed number {shown}", "（外显号码 {shown}）";
    AckAt: " (told time: {at})", "（所称时间：{at}）";
    AckChecking: "Our records have been secured and each of your points is being checked. You will have our answer by {due}.", "我公司已固定相关记录，正逐项核查，将于 {due} 前答复您。";
    AckStop: "We have given the instruction not to call your number any more. [confirm before sending: entered on …, checked by a test call on …]", "我公司已要求停止拨打您的号码。[发出前确认：已于…列入免打扰名单，并于…以测试呼叫验证]";
    AckMore: "If you remember another time or another number, tell us at [address, telephone, e-mail]. We need no further personal data from you for this.", "如您记起其他来电时间或号码，请告知：[地址、电话、邮箱]。我们不需要您为此提供其他个人信息。";
    Regards: "Yours faithfully,", "此致";

    AnswerTitle: "Answer to your complaint", "投诉答复函";
    AnswerBegin: "We have compared your complaint {reference} of {received} with our call records. We are sorry for the disturbance that you describe.", "我公司已将您于 {received} 提出的投诉（{reference}）与呼叫记录逐项核对。对您所反映的打扰，我们深表歉意。";
    HeadRecords: "What our records show", "记录显示的情况";
    RecordsNone: "The records that we examined cover the time that you name, and hold no call from us to {numbers}.", "所核查的记录覆盖您所称的时间，其中没有我公司拨打 {numbers} 的呼叫。";
    RecordsUnknown: "The records that we have so far cannot settle whether there was such a call: {why}.", "现有记录尚不足以确认是否有该次呼叫：{why}。";
    RecordsShared: "Calls from that displayed number went to several people; which of them was you, our records do not tell. Please tell us the number on which you were called.", "该外显号码当时拨打了多位客户，记录无法确定哪一次是拨打给您的。请告知您的被叫号码。";
    HeadPoints: "Your points", "您反映的各项问题";
    PointSubstantiated: "Our records bear this out.", "经核查，记录可以证实。";
    PointPartly: "Our records bear this out in part.", "经核查，记录可以部分证实。";
    PointNot: "Our records do not show this.", "经核查，记录未显示该情况。";
    PointUnknown: "Our records cannot settle this. [what is being checked, and until when]", "现有记录无法认定。[正在核查的内容及完成时间]";
    HeadDone: "What we do", "我们采取的措施";
    DoneStop: "Your number is on our do-not-call list for all campaigns, lines and partners. [entered on …]", "您的号码已列入我公司全部任务、线路及合作方的免打扰名单。[列入日期…]";
    DoneSteps: "The causes that were found are being mended; the steps are recorded with owner and date. [which of them may be told]", "对查明的原因正在整改，各项措施均明确责任人和时限。[可对外告知的内容]";
    DoneChecking: "Where our records do not settle a point, we go on checking and will write to you again. [until when]", "对记录尚不能认定的事项，我们将继续核查并再次答复您。[完成时间]";
    DoneSpoof: "Displayed numbers can be falsified. If you receive another such call, please note the time and report it to your carrier and to {authority}; with the trace of your carrier it can be found out who made the call.", "外显号码可能被他人冒用。如再次收到此类来电，请记录时间并向您的运营商及{authority}举报；经运营商溯源可查明主叫。";
    AnswerTurn: "If you do not agree with this answer, write to us at [address, telephone, e-mail], or turn to {authority}.", "如您对答复有异议，可与我们联系：[地址、电话、邮箱]，也可向{authority}反映。";

    ReportTitle: "Report on a complaint", "投诉核查情况报告";
    ReportTo: "To", "报送单位";
    ReportFrom: "From", "报送人";
    HeadCompany: "1 Company", "一、企业基本情况";
    CompanyLine: "{company}; registration [number]; licence for telecommunication services [number, if any]; contact {contact}", "{company}；统一社会信用代码[…]；电信业务经营许可证[编号，如有]；联系人{contact}";
    HeadComplaint: "2 Complaint", "二、投诉情况";
    ComplaintReference: "Reference", "投诉编号";
    ComplaintChannel: "Channel", "投诉渠道";
    ComplaintReceived: "Received", "收到日期";
    ComplaintNumber: "Number of the complainant", "投诉人号码";
    ComplaintShown: "Displayed number complained of", "被投诉外显号码";
    ComplaintTime: "Told time", "所称时间";
    ComplaintClaims: "Claims", "投诉内容";
    HeadMethod: "3 How it was examined", "三、核查方法";
    Method: "All records listed below were read in full and each call was judged by the ruleset {ruleset} ({hash}) with callaudit {version}. The records as received are kept with their hashes.", "以 callaudit {version} 读取下列全部记录，并按规则集 {ruleset}（{hash}）逐次判定。原始记录及其哈希值均已留存。";
    ColLog: "Record", "记录";
    ColRows: "Rows", "行数";
    ColPeriod: "Period", "期间";
    ColHash: "BLAKE3", "BLAKE3";
    HeadFacts: "4 Facts", "四、核查事实";
    ColDate: "Time", "时间";
    ColDirection: "Direction", "方向";
    ColShown: "Displayed number", "外显号码";
    ColOutcome: "Outcome", "结果";
    ColTalk: "Talk (s)", "通话（秒）";
    ColPlace: "Record and line", "记录及行号";
    FactsMore: "more calls in the attached table: {n}", "另有 {n} 次呼叫见附表。";
    HeadFindings: "5 Findings by claim", "五、逐项认定";
    ColClaim: "Claim", "指称";
    ColFinding: "Finding", "认定";
    ColReason: "Reason", "理由";
    HeadRules: "6 Rules", "六、所依据规则";
    ColRule: "Rule", "规则";
    ColStanding: "Force", "效力";
    ColResult: "Result", "判定";
    ColSource: "Source", "出处";
    RulesNone: "No rule of the ruleset found these calls.", "规则集中没有规则对上述呼叫作出违规判定。";
    HeadOpen: "7 Not established", "七、尚未查明事项";
    HeadMeasures: "8 Measures", "八、处置措施";
    ColMeasure: "Measure", "措施";
    ColOwner: "Owner", "责任部门";
    ColDue: "Due", "完成时限";
    ColState: "State", "完成情况";
    HeadAttached: "9 Attached", "九、附件";
    Attached: "evidence pack: rows of the records, redacted copy, tables, manifest with hashes", "证据包：相关记录行、脱敏副本、统计表、哈希清单";
    AttachedRecordings: "recordings named in the records: {n} [attach or say why not]", "录音：记录载明 {n} 条[附上或说明原因]";
    AttachedConsent: "proof of consent [attach, or state that there is none]", "同意凭证[附上，或说明没有]";
    ReportTruth: "This report says what the records show. It is no statement on matters listed under 7.", "本报告仅陈述记录所示事实，不构成对第七项所列事项的认定。";

    NoticeTitle: "Internal notice: complaint and legal hold", "内部通知：投诉处置与证据保全";
    NoticeHold: "Legal hold: from now on nothing about this complaint may be deleted, overwritten or corrected: call records, recordings, lists and their versions, consents, chats, e-mails.", "证据保全：自即时起，与本投诉有关的话单、录音、名单及其版本、同意凭证、聊天及邮件一律不得删除、覆盖或更正。";
    NoticeShort: "In brief", "情况简述";
    NoticeWho: "Who does what by when", "任务分工与时限";
    NoticeNot: "Do not", "禁止事项";
    NoticeNot1: "contact the complainant, except for the one call that is agreed", "擅自联系投诉人（经批准的一次回访除外）";
    NoticeNot2: "admit or deny anything to people outside before legal has agreed", "未经法务同意对外承认或否认任何事项";
    NoticeNot3: "pass on the complainant's data beyond those named here", "向本通知所列人员以外传播投诉人信息";
    NoticeNot4: "comment in social media", "在社交媒体上发表评论";
    NoticeLead: "In charge: [name, function, telephone]", "负责人：[姓名、职务、电话]";

    RectificationTitle: "Rectification report", "关于外呼投诉的整改报告";
    RectTo: "To: {authority}", "致：{authority}";
    RectCompany: "1 Company and displayed numbers", "一、企业及外显号码";
    ColNumber: "Displayed number", "外显号码";
    ColPurpose: "Filed purpose", "报备用途";
    NumbersNone: "No displayed number is known from the records. [list them]", "记录中未见外显号码。[请列明]";
    RectComplaint: "2 Complaint", "二、投诉情况";
    RectFacts: "3 Facts", "三、核查事实";
    RectFactsLine: "outbound calls to the complainant that the records examined hold and that fit the complaint: {n} ({from} to {to})", "所核查的记录中，与投诉相符的外呼共 {n} 次（{from} 至 {to}）。";
    RectFactsNone: "The records examined hold no call that fits the complaint.", "所核查的记录中没有与投诉相符的呼叫。";
    RectCause: "4 Cause", "四、原因分析";
    RectCauseNote: "[confirm or correct after the check by the departments]", "[由各部门核查后确认或更正]";
    RectMeasures: "5 Measures, owners, dates", "五、整改措施、责任人及时限";
    RectAttached: "6 Attached", "六、附件";
    RectUndertaking: "7 Undertaking", "七、承诺";
    Undertaking: "We undertake to carry out the measures above by the dates named, to call only people who may be called, within permitted hours and limits, to obey refusals at once, and to report the result. [have it agreed by management]", "我公司承诺按上述时限落实各项整改措施，仅在允许的时段和频次内呼叫可呼对象，对拒绝意思立即执行，并如实报告整改结果。[须经管理层确认]";
    RectOpen: "Not yet established", "尚未查明事项";

    TalkTitle: "Talking points and contact log for the one call to the complainant", "回访投诉人沟通要点与联系登记表";
    TalkWhen: "When the call may be made", "可否回访";
    TalkWhen1: "not at all if the complainant said that they want no more calls: then write", "投诉人已明示不愿再接来电的：不得回访，改用书面";
    TalkWhen2: "once, on a working day between 09:00 and 18:00 where the complainant is (house rule), by the person named here: [name]", "仅一次，工作日投诉人所在地 09:00–18:00（内部规定），由指定人员拨打：[姓名]";
    TalkWhen3: "from the company's filed number, never through the campaign's lines or the robot", "使用企业备案号码，不得使用任务线路或机器人";
    TalkSay: "To say", "应当说明";
    TalkSay1: "who is calling, for which company, why, and that the call is recorded [if it is]", "来电人、所属公司、来电事由，以及通话是否录音";
    TalkSay2: "\"May I speak with you about your complaint now? If not, we write to you.\"", "“现在方便就您的投诉沟通吗？如不方便，我们将书面答复。”";
    TalkSay3: "what the records show, and nothing else: {facts}", "仅说明记录所示事实：{facts}";
    TalkSay4: "that the number is on the do-not-call list, and how to reach us", "号码已列入免打扰名单，以及我公司的联系方式";
    TalkListen: "To ask, and to write down in the complainant's words", "应当询问并如实记录";
    TalkListen1: "when the calls were, which number was displayed, what was said", "来电时间、外显号码、通话内容";
    TalkListen2: "how they wish to be answered", "希望以何种方式得到答复";
    TalkNever: "Never", "不得";
    TalkNever1: "argue, excuse, blame, promise money, ask to withdraw the complaint", "争辩、推责、许诺补偿或要求撤诉";
    TalkNever2: "admit or deny what the records do not show ({open})", "承认或否认记录未显示的事项（{open}）";
    TalkNever3: "name other customers, or read out their numbers", "提及其他客户或其号码";
    TalkLog: "Contact log", "联系登记表";
    ColWho: "Who called", "拨打人";
    ColFrom: "Displayed number", "外显号码";
    ColReached: "Reached?", "是否接通";
    ColSaid: "What was said", "沟通内容";
    ColAgreed: "Agreed", "约定事项";

    StatementTitle: "Public statement, and questions with answers", "对外声明与问答口径";
    StatementUse: "Only if asked, and only after legal and management have agreed. It names no person.", "仅在被问及且经法务和管理层同意后使用。不涉及任何个人。";
    Statement1: "We have received a complaint about calls from our company and take it seriously. The records have been secured and are being checked point by point.", "我公司收到有关外呼来电的投诉，高度重视，已固定相关记录并逐项核查。";
    Statement2: "Whoever does not want to be called by us can say so at any time: in the call, or at [contact]. Refusals are obeyed at once.", "不希望接到我公司来电的用户可随时提出：通话中直接说明，或联系[联系方式]。我公司收到后立即执行。";
    Statement3: "We co-operate with the authority and the carrier, and will tell the result. [until when]", "我公司将积极配合主管机关和运营商，并通报处理结果。[时间]";
    Question: "Question", "问题";
    Reply: "Answer", "答复口径";
    Q1: "Did you make these calls?", "这些电话是你们打的吗？";
    A1Yes: "Our records hold calls to the person who complained. Each of them is being checked. [nothing about single calls to people outside]", "记录中有拨打该投诉人的呼叫，正在逐次核查。[对外不披露具体呼叫]";
    A1No: "The records examined so far hold no such call. Displayed numbers can be falsified; the carrier can trace the call.", "目前核查的记录中没有该次呼叫。外显号码可能被冒用，可由运营商溯源。";
    A1Unknown: "That is being checked; the records do not settle it yet.", "正在核查，现有记录尚不能认定。";
    Q2: "Where do you have the numbers from?", "号码从哪里来？";
    A2: "[source of the list, legal basis; only what has been proved]", "[名单来源及合法性依据；仅陈述已核实内容]";
    Q3: "Have you broken the law?", "你们违法了吗？";
    A3: "That is for the authority to decide. We have put our records at its disposal.", "由主管机关认定。我公司已提供相关记录。";
    Q4: "What do you change?", "采取哪些整改措施？";
    A4: "[measures that are decided, with dates]", "[已决定的措施及时间]";
    Q5: "How can I stop your calls?", "如何不再接到你们的电话？";
    A5: "Say so in the call, or write to [contact]. It is obeyed at once, for all our lines and partners.", "通话中直接说明，或联系[联系方式]，我公司全部线路及合作方立即执行。";

    CounselTitle: "When to seek counsel before going on", "须先咨询律师的情形";
    CounselApplies: "applies here", "本案已出现";
    CounselCheck: "check", "待核对";
    ColItem: "Item", "事项";
    ColContent: "As told", "内容";
    ColPoint: "Point", "情形";
    ColApplies: "Here", "本案";
    Counsel1: "a lawyer, a court or the police has written, or the complaint threatens to sue", "收到律师函、法院或公安文书，或投诉人表示将起诉";
    Counsel2: "an authority opens a formal procedure, asks for a statement or sets a hearing", "主管机关立案、要求陈述申辩或告知听证权利";
    Counsel3: "calls after a refusal, without consent, or to numbers on a list are borne out", "拒绝后呼叫、未经同意呼叫或呼叫名单内号码获证实";
    Counsel4: "several people complain of the same campaign or line", "多人投诉同一任务或线路";
    Counsel5: "personal data may have leaked, or the list was bought", "个人信息可能泄露，或名单系购买取得";
    Counsel6: "what was said may be a threat, an insult or a fraud", "通话内容可能涉及威胁、辱骂或欺诈";
    Counsel7: "records or recordings are missing, or were deleted after the complaint", "记录或录音缺失，或在投诉后被删除";
    Counsel8: "the displayed number may be misused by others", "外显号码可能被他人冒用";
    Counsel9: "the answer would have to admit something that the records do not show", "答复可能须承认记录未显示的事项";
    DraftFoot: "Draft. Facts are those of the records; have it read by legal before it is sent. This is no legal advice.", "草稿。所述事实以记录为准，发出前须经法务审阅。不构成法律意见。";
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
