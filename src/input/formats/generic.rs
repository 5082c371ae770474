//! Any table with a header whose words are known, in English or Chinese.

use std::collections::BTreeMap;

use crate::calls::columns::{Column, Kind};
use crate::calls::timestamps::Unit;
use crate::input::prefix::Prefix;
use crate::input::profile::{NO_CALL, Origin, Profile, fold};

use super::Format;

/// The layout.
pub struct Layout;

/// Header words by column, folded, the best first.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::CallId,
        &[
            "callid",
            "callsid",
            "sid",
            "uniqueid",
            "callguid",
            "callidentifier",
            "sessionid",
            "contactid",
            "cdrid",
            "呼叫标识",
            "呼叫id",
            "通话id",
            "话单id",
            "会话id",
            "录音流水号",
            "流水号",
            "id",
        ],
    ),
    (Column::Direction, &["direction", "calldirection", "calltype", "呼叫类型", "呼叫方向", "通话类型", "呼入呼出", "方向"]),
    (
        Column::Caller,
        &[
            "caller",
            "callernumber",
            "callerid",
            "calleridnumber",
            "callingnumber",
            "src",
            "source",
            "from",
            "fromnumber",
            "ani",
            "cli",
            "outboundcid",
            "主叫",
            "主叫号码",
            "外显号码",
            "主叫号",
            "显示号码",
            "外呼号码",
            "线路号码",
        ],
    ),
    (
        Column::Callee,
        &[
            "callee",
            "calleenumber",
            "callednumber",
            "calledpartynumber",
            "dst",
            "destination",
            "destinationnumber",
            "dialednumber",
            "dialled",
            "to",
            "tonumber",
            "phonenumberdialed",
            "phonenumbercalled",
            "phonenumber",
            "phone",
            "customernumber",
            "customerphone",
            "mobile",
            "number",
            "numbercalled",
            "被叫",
            "被叫号码",
            "被叫号",
            "客户号码",
            "客户电话",
            "客户手机",
            "用户号码",
            "对方号码",
            "手机号",
            "手机号码",
            "联系电话",
            "电话号码",
            "目的地号码",
            "号码",
            "电话",
        ],
    ),
    (Column::CalleeId, &["calleeid", "customerid", "客户编号", "客户id"]),
    (
        Column::StartedAt,
        &[
            "startedat",
            "starttime",
            "start",
            "startdatetime",
            "calltime",
            "callstart",
            "callstarttime",
            "callstartedat",
            "calldate",
            "calldatetime",
            "callat",
            "begintime",
            "begincalltime",
            "setuptime",
            "initiationtimestamp",
            "timestamp",
            "datetime",
            "startstamp",
            "呼叫开始时间",
            "通话开始时间",
            "开始时间",
            "呼叫时间",
            "拨打时间",
            "外呼时间",
            "起始时间",
            "呼叫日期时间",
            "日期时间",
            "时间",
            "createdat",
            "time",
        ],
    ),
    (
        Column::AnsweredAt,
        &[
            "answeredat",
            "answertime",
            "answer",
            "answerstamp",
            "connecttime",
            "establishedtime",
            "connectedtime",
            "接听时间",
            "应答时间",
            "接通时间",
            "摘机时间",
        ],
    ),
    (
        Column::EndedAt,
        &[
            "endedat",
            "endtime",
            "end",
            "endstamp",
            "hanguptime",
            "releasetime",
            "disconnecttime",
            "callend",
            "结束时间",
            "挂断时间",
            "通话结束时间",
            "挂机时间",
        ],
    ),
    (Column::RingS, &["rings", "ring", "ringseconds", "ringtime", "ringduration", "ringing", "振铃时长", "响铃时长", "振铃秒数"]),
    (
        Column::TalkS,
        &[
            "talks",
            "talk",
            "talktime",
            "talkduration",
            "talkseconds",
            "billsec",
            "billableseconds",
            "conversation",
            "通话时长",
            "通话秒数",
            "通话时间",
            "计费时长",
        ],
    ),
    (
        Column::TotalS,
        &[
            "totals",
            "total",
            "duration",
            "callduration",
            "totalduration",
            "totaltime",
            "lengthinsec",
            "calltimeinsec",
            "calldurationinminutes",
            "通话总时长",
            "总时长",
            "时长",
        ],
    ),
    (
        Column::Outcome,
        &[
            "outcome",
            "disposition",
            "calldisposition",
            "status",
            "callstatus",
            "result",
            "callresult",
            "通话状态",
            "呼叫结果",
            "呼叫状态",
            "接通状态",
            "外呼结果",
            "拨打结果",
            "通话结果",
            "状态",
            "结果",
        ],
    ),
    (Column::AnsweredBy, &["answeredby", "接听方", "amd"]),
    (Column::Response, &["response", "意向标签", "客户意向", "意向"]),
    (Column::HangupBy, &["hangupby", "hangupside", "hangupparty", "挂断方", "挂机方", "释放方"]),
    (Column::Agent, &["agent", "agentid", "agentname", "user", "operator", "telecallerid", "坐席", "坐席编号", "坐席工号", "座席", "坐席姓名", "工号", "客服"]),
    (Column::Campaign, &["campaign", "campaignid", "campaignname", "task", "taskname", "任务", "任务名称", "活动名称", "外呼任务", "项目名称"]),
    (Column::List, &["list", "listid", "listname", "名单", "名单名称"]),
    (Column::Lead, &["lead", "leadid", "线索", "线索id"]),
    (Column::Line, &["line", "trunk", "gateway", "线路", "线路名称", "中继"]),
    (Column::Queue, &["queue", "queuename", "skill", "队列", "技能组"]),
    (Column::Account, &["account", "accountid", "accountcode", "accountsid", "tenant", "账户", "租户", "企业"]),
    (Column::Seller, &["seller", "client", "principal", "委托方", "商户"]),
    (Column::Purpose, &["purpose", "用途", "业务类型"]),
    (Column::Mode, &["mode", "dialmode", "外呼方式", "呼叫方式"]),
    (Column::Subject, &["subject", "loannumber", "caseid", "案件", "事由"]),
    (Column::Person, &["person", "personid", "联系人"]),
    (Column::BindingId, &["bindingid", "subid", "bindid", "绑定关系"]),
    (Column::Recording, &["recording", "recordingurl", "recordingfile", "录音", "录音地址"]),
    (Column::CalleeClass, &["calleeclass", "numberclass"]),
    (Column::CalleeZone, &["calleezone", "timezone", "calleetimezone", "gmtoffsetnow", "被叫时区"]),
    (Column::CalleeRegion, &["calleeregion", "region", "被叫地区", "归属地"]),
    (Column::OutcomeRaw, &["outcomeraw"]),
    (Column::Cause, &["cause", "hangupcause", "releasecause", "挂断原因", "释放原因"]),
];

/// What exports call each word, folded. After the vocabularies of dialers, PBXs and cloud platforms.
const WORDS: &[(Column, &str, &[&str])] = &[
    (
        Column::Outcome,
        "answered",
        &[
            "answered",
            "answer",
            "completed",
            "callconnected",
            "connected",
            "accepted",
            "success",
            "ok",
            "callsuccessful",
            "pickedup",
            "pu",
            "human",
            "接通",
            "已接通",
            "已接听",
            "接听",
            "通话成功",
            "成功",
            "已应答",
            "正常接听",
        ],
    ),
    (Column::Outcome, "voicemail", &["voicemail", "voicemailed", "am", "al", "aa", "answeringmachine", "machine", "语音信箱", "留言"]),
    (Column::Outcome, "abandoned", &["abandoned", "drop", "dropped", "pdrop", "xdrop", "timeot", "呼损", "放弃"]),
    (
        Column::Outcome,
        "no_answer",
        &[
            "noanswer",
            "na",
            "n",
            "notanswered",
            "unanswered",
            "timeout",
            "missed",
            "noresponse",
            "noanswered",
            "无人接听",
            "未接",
            "未接听",
            "未接通",
            "无应答",
            "无人应答",
            "振铃未接",
        ],
    ),
    (Column::Outcome, "busy", &["busy", "b", "ab", "userbusy", "customerbusy", "占线", "用户忙", "忙线", "正忙", "忙"]),
    (Column::Outcome, "rejected", &["rejected", "reject", "callrejected", "declined", "拒接", "拒绝接听", "用户拒接", "挂断"]),
    (Column::Outcome, "canceled", &["canceled", "cancelled", "cancel", "originatorcancel", "callercancel", "losepace", "取消", "主叫取消", "主叫挂断"]),
    (
        Column::Outcome,
        "invalid",
        &[
            "invalid",
            "unallocatednumber",
            "invalidnumberformat",
            "numbernotexist",
            "notexist",
            "invalidphonenumber",
            "numberchanged",
            "dc",
            "adc",
            "空号",
            "号码不存在",
            "号码错误",
        ],
    ),
    (
        Column::Outcome,
        "unreachable",
        &[
            "unreachable",
            "notreachable",
            "poweroff",
            "notinservice",
            "subscriberabsent",
            "destinationoutoforder",
            "关机",
            "停机",
            "无法接通",
            "不在服务区",
            "暂时无法接通",
        ],
    ),
    (
        Column::Outcome,
        "blocked",
        &["blocked", "carrierblocked", "outgoingcallbarred", "calleerestricted", "拦截", "呼叫拦截", "呼叫受限", "禁止呼叫", "运营商拦截"],
    ),
    (Column::Outcome, "failed", &["failed", "failure", "fail", "congestion", "error", "失败", "呼叫失败", "线路故障"]),
    (Column::Outcome, "unknown", &["unknown", "未知"]),
    (Column::Outcome, NO_CALL, &["pending", "queued", "scheduled", "filtered", "notdialed", "未拨打", "未呼叫", "待拨打"]),
    (Column::Direction, "outbound", &["outbound", "out", "o", "outgoing", "outboundapi", "outbounddial", "callout", "呼出", "外呼", "去电", "主叫"]),
    (Column::Direction, "inbound", &["inbound", "in", "i", "incoming", "callin", "呼入", "来电", "被叫"]),
    (Column::Direction, "internal", &["internal", "内部", "内线"]),
    (Column::AnsweredBy, "human", &["human", "person", "humananswered", "人工", "真人"]),
    (
        Column::AnsweredBy,
        "machine",
        &[
            "machine",
            "machinestart",
            "machineendbeep",
            "machineendsilence",
            "machineendother",
            "fax",
            "voicemail",
            "voicemailbeep",
            "voicemailnobeep",
            "机器",
            "语音信箱",
            "语音助手",
        ],
    ),
    (Column::AnsweredBy, "unknown", &["unknown", "未知"]),
    (Column::Response, "interested", &["interested", "a", "有意向", "高意向", "意向"]),
    (Column::Response, "refused", &["refused", "notinterested", "明确拒绝", "拒绝", "无意向"]),
    (Column::Response, "do_not_call", &["donotcall", "dnc", "勿扰", "不要再打"]),
    (Column::Response, "callback", &["callback", "callbacklater", "回拨", "稍后联系"]),
    (Column::Response, "complained", &["complained", "complaint", "投诉", "要投诉"]),
    (Column::Response, "wrong_person", &["wrongperson", "wrongnumber", "非本人", "打错"]),
    (Column::Response, "none", &["none", "无"]),
    (Column::HangupBy, "caller", &["caller", "主叫"]),
    (Column::HangupBy, "callee", &["callee", "customer", "被叫", "客户", "用户"]),
    (Column::HangupBy, "agent", &["agent", "seat", "坐席", "座席"]),
    (Column::HangupBy, "system", &["system", "platform", "系统", "平台"]),
];

/// What a folded word of an export means in this column.
pub fn meaning(column: Column, folded: &str) -> Option<&'static str> {
    WORDS.iter().find(|(c, _, theirs)| *c == column && theirs.contains(&folded)).map(|w| w.1)
}

/// A header cell without unit, zone hint, quotes and blanks; then the unit and whether it says UTC.
fn header(cell: &str) -> (String, Option<Unit>, bool) {
    let cell = cell.trim_start_matches('\u{feff}').trim().trim_matches('"').trim();
    let lower = cell.to_lowercase().replace('（', "(").replace('）', ")");
    let (name, hint) = match lower.find('(') {
        Some(i) => (lower[..i].to_owned(), lower[i + 1..].trim_end_matches(')').trim().to_owned()),
        None => (lower, String::new()),
    };
    let unit = match hint.as_str() {
        "s" | "sec" | "secs" | "seconds" | "秒" => Some(Unit::Seconds),
        "ms" | "毫秒" => Some(Unit::Milliseconds),
        "min" | "mins" | "minutes" | "分钟" | "分" => Some(Unit::Minutes),
        _ => None,
    };
    (fold(&name), unit, hint == "utc" || hint == "gmt")
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let cells = prefix.rows.first()?;
        let headers: Vec<_> = cells.iter().map(|c| header(c)).collect();
        let mut columns: BTreeMap<Column, Origin> = BTreeMap::new();
        let mut taken = vec![false; headers.len()];
        let mut utc = false;
        for (column, words) in HEADERS {
            let found = words.iter().find_map(|w| headers.iter().position(|h| h.0 == *w).filter(|&i| !taken[i]));
            let Some(i) = found else { continue };
            if *column == Column::Callee && cells.iter().any(|c| header(c).0 == "outboundcid") && headers[i].0 == "number" {
                continue;
            }
            taken[i] = true;
            utc |= headers[i].2 && *column == Column::StartedAt;
            let minutes = headers[i].0.ends_with("inminutes");
            let unit = headers[i].1.unwrap_or(if minutes { Unit::Minutes } else { Unit::Seconds });
            columns.insert(*column, Origin { unit: if column.kind() == Kind::Seconds { unit } else { Unit::Seconds }, ..Origin::column(cells[i].clone()) });
        }
        two_columns(cells, &headers, &mut columns, &taken);
        let start = columns.get(&Column::StartedAt)?;
        // A header row is words: where its own "start" is a time, the table has no header.
        if start.columns.iter().any(|c| crate::calls::timestamps::parse(c, None).is_some()) {
            return None;
        }
        let numbers = [Column::Caller, Column::Callee, Column::CalleeId].iter().filter(|c| columns.contains_key(c)).count();
        if columns.len() < 2 {
            return None;
        }
        let sure = 40 + 20 * u8::try_from(numbers.min(2)).unwrap_or(0) + u8::try_from(columns.len().min(10)).unwrap_or(0);
        let profile = Profile {
            name: self.name().to_owned(),
            header: true,
            columns,
            tz: utc.then(|| "UTC".to_owned()),
            tz_evidence: utc.then(|| "header".to_owned()),
            delimiter: Some(prefix.dialect.delimiter),
            ..Profile::default()
        };
        Some((profile, sure))
    }
}

/// Date and time in two columns.
fn two_columns(cells: &[String], headers: &[(String, Option<Unit>, bool)], columns: &mut BTreeMap<Column, Origin>, taken: &[bool]) {
    let date = headers.iter().position(|h| matches!(h.0.as_str(), "date" | "calldate" | "startdate" | "日期" | "呼叫日期"));
    let time = headers.iter().position(|h| matches!(h.0.as_str(), "time" | "calltime" | "starttime" | "时间" | "呼叫时间"));
    if let (Some(date), Some(time)) = (date, time) {
        let free = |i: usize| !taken[i] || columns.get(&Column::StartedAt).is_some_and(|o| o.columns == [cells[i].clone()]);
        if date != time && free(date) && free(time) {
            let origin = Origin { columns: vec![cells[date].clone(), cells[time].clone()], ..Origin::column("") };
            columns.insert(Column::StartedAt, origin);
        }
    }
}

/// A profile to begin with, for a table whose header no layout knows.
pub fn starter(cells: &[String]) -> String {
    let mut text = String::from(
        "[profile]\nname = \"my-export\"\n# tz = \"Asia/Shanghai\"      # clock of times without an offset\n# region = \"CN\"            # of numbers without country code\n\n[columns]                  # canonical column = column of the export\n",
    );
    let quoted = |c: &str| format!("\"{}\"", c.trim().replace('\\', "\\\\").replace('"', "\\\""));
    let example = |i: usize| cells.get(i).map_or_else(|| "\"…\"".to_owned(), |c| quoted(c));
    text.push_str(&format!(
        "started_at = {}         # needed\ncallee = {}\n# caller = …  call_id = …  outcome = {{ column = …, words = {{ answered = [\"…\"] }} }}\n",
        example(0),
        example(1)
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Option<Profile> {
        Layout.recognise(&Prefix::look(text.as_bytes(), None).unwrap()).map(|p| p.0)
    }

    #[test]
    fn english_and_chinese_headers_are_known() {
        let zh = look("任务名称,主叫号码,被叫号码,呼叫开始时间,通话时长(秒),通话状态\n").unwrap();
        assert_eq!(zh.columns[&Column::Callee].columns, ["被叫号码"]);
        assert_eq!(zh.columns[&Column::Outcome].columns, ["通话状态"]);
        let en = look("\u{feff}\"Call ID\t\";\"From\";\"To\";\"Start Time (UTC)\";\"Duration (min)\"\n").unwrap();
        assert_eq!(en.tz.as_deref(), Some("UTC"));
        assert_eq!(en.columns[&Column::TotalS].unit, Unit::Minutes);
        assert_eq!(en.columns[&Column::Caller].columns, ["From"]);
        let two = look("日期,时间,被叫号码\n").unwrap();
        assert_eq!(two.columns[&Column::StartedAt].columns, ["日期", "时间"]);
        assert!(look("name,sector\nLead 1,x\n").is_none());
    }

    #[test]
    fn no_header_word_or_outcome_word_stands_twice() {
        for (i, (_, words)) in HEADERS.iter().enumerate() {
            for word in *words {
                assert_eq!(*word, fold(word));
                let others = HEADERS.iter().enumerate().filter(|(j, (_, w))| *j != i && w.contains(word)).count();
                assert_eq!(others, 0, "{word}");
            }
        }
        for (column, _, words) in WORDS {
            for word in *words {
                assert_eq!(*word, fold(word));
                assert_eq!(WORDS.iter().filter(|(c, _, w)| c == column && w.contains(word)).count(), 1, "{word}");
            }
        }
    }
}
