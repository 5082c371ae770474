//! Any table with a header whose words are known, in English or Chinese.

use std::collections::BTreeMap;

use crate::calls::columns::{Column, Kind, is_null};
use crate::calls::timestamps::Unit;
use crate::calls::zones::{Clock, parse_offset};
use crate::input::prefix::Prefix;
use crate::input::profile::{Origin, Profile, When, fold};
use crate::input::words::GRADES;

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
            "外显",
            "显号",
            "主叫号",
            "主叫方",
            "坐席号码",
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
            "被叫方",
            "客户联系方式",
            "联系方式",
            "受话号码",
            "呼出号码",
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
    (
        Column::CalleeId,
        &["calleeid", "customerid", "doctorid", "patientid", "memberid", "subscriberid", "targetid", "客户编号", "客户id", "用户id", "用户编号"],
    ),
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
            "拨号时间",
            "发起时间",
            "外呼开始时间",
            "创建时间",
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
            "answeredtime",
            "接通开始时间",
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
            "disconnecttimestamp",
            "释放时间",
        ],
    ),
    (Column::RingS, &["rings", "ring", "ringseconds", "ringtime", "ringduration", "ringing", "振铃时长", "响铃时长", "振铃秒数", "等待时长"]),
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
            "productcallstatus",
            "callendreason",
            "dispositionname",
            "通话状态",
            "呼叫结果",
            "呼叫状态",
            "接通状态",
            "外呼结果",
            "接听状态",
            "是否接通",
            "挂断状态",
            "任务状态",
            "拨打结果",
            "通话结果",
            "状态",
            "结果",
        ],
    ),
    (Column::AnsweredBy, &["answeredby", "接听方", "amd"]),
    (Column::Response, &["response", "意向标签", "客户意向", "意向", "意向等级", "客户意向等级", "客户标签"]),
    (Column::HangupBy, &["hangupby", "hangupside", "hangupparty", "挂断方", "挂机方", "释放方", "挂断方向"]),
    (Column::Agent, &["agent", "agentid", "agentname", "user", "operator", "telecallerid", "坐席", "坐席编号", "坐席工号", "座席", "坐席姓名", "工号", "客服"]),
    (
        Column::Campaign,
        &["campaign", "campaignid", "campaignname", "task", "taskname", "任务", "任务名称", "活动名称", "外呼任务", "外呼任务名称", "项目名称", "任务id"],
    ),
    (Column::List, &["list", "listid", "listname", "名单", "名单名称"]),
    (Column::Lead, &["lead", "leadid", "线索", "线索id"]),
    (Column::Line, &["line", "trunk", "gateway", "线路", "线路名称", "中继"]),
    (Column::Queue, &["queue", "queuename", "skill", "队列", "技能组"]),
    (Column::Account, &["account", "accountid", "accountcode", "accountsid", "tenant", "账户", "租户", "企业"]),
    (Column::Seller, &["seller", "client", "principal", "委托方", "委托机构", "商户"]),
    (Column::Purpose, &["purpose", "callpurpose", "用途", "业务类型", "外呼目的", "呼叫目的"]),
    (Column::Mode, &["mode", "dialmode", "callmode", "外呼方式", "呼叫方式", "外呼模式"]),
    (Column::Subject, &["subject", "loannumber", "caseid", "案件", "事由"]),
    (Column::Person, &["person", "personid", "联系人"]),
    (Column::BindingId, &["bindingid", "subid", "bindid", "绑定关系"]),
    (Column::Recording, &["recording", "recordingurl", "recordingfile", "录音", "录音地址", "录音链接", "录音文件"]),
    (Column::CalleeClass, &["calleeclass", "numberclass"]),
    (Column::CalleeZone, &["calleezone", "timezone", "calleetimezone", "gmtoffsetnow", "被叫时区"]),
    (Column::CalleeRegion, &["calleeregion", "region", "被叫地区", "归属地"]),
    (Column::OutcomeRaw, &["outcomeraw"]),
    (Column::Cause, &["cause", "hangupcause", "releasecause", "挂断原因", "释放原因"]),
];

/// A header cell.
struct Head {
    /// Its name without unit, zone, quotes and blanks, folded.
    name: String,
    unit: Option<Unit>,
    /// The clock that it names.
    zone: Option<String>,
}

/// `Start Time (UTC)`, `通话时长（秒）`, `开始时间(北京时间)`.
fn header(cell: &str) -> Head {
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
        _ => name.trim_end().ends_with("in_minutes").then_some(Unit::Minutes),
    };
    let offset = |h: &str| h.strip_prefix("utc").or_else(|| h.strip_prefix("gmt")).filter(|o| parse_offset(o).is_some()).map(str::to_owned);
    let zone = match hint.as_str() {
        "utc" | "gmt" => Some("UTC".to_owned()),
        "北京时间" | "beijing time" | "beijing" => Some("Asia/Shanghai".to_owned()),
        other => offset(other).and_then(|o| Clock::parse(&colon(&o)).is_ok().then(|| colon(&o))),
    };
    Head { name: fold(&name), unit, zone }
}

/// `+8` as `+08:00`.
fn colon(offset: &str) -> String {
    let minutes = parse_offset(offset).unwrap_or(0) / 60_000;
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}

impl Format for Layout {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let cells = prefix.rows.first()?;
        let heads: Vec<Head> = cells.iter().map(|c| header(c)).collect();
        let mut columns: BTreeMap<Column, Origin> = BTreeMap::new();
        let mut taken = vec![false; heads.len()];
        let mut zone = None;
        for (column, words) in HEADERS {
            let found = words.iter().find_map(|w| heads.iter().position(|h| h.name == *w).filter(|&i| !taken[i]));
            let Some(i) = found else { continue };
            taken[i] = true;
            if *column == Column::StartedAt {
                zone = heads[i].zone.clone();
            }
            let unit = if column.kind() == Kind::Seconds { heads[i].unit.unwrap_or_default() } else { Unit::Seconds };
            columns.insert(*column, Origin { unit, ..Origin::column(cells[i].clone()) });
        }
        two_columns(cells, &heads, &mut columns, &taken);
        let start = columns.get(&Column::StartedAt)?;
        // A header row is words: where its own "start" is a time, the table has no header.
        if columns.len() < 2 || start.columns.iter().any(|c| crate::calls::timestamps::parse(c, None).is_some()) {
            return None;
        }
        words(prefix, &mut columns);
        let numbers = [Column::Caller, Column::Callee, Column::CalleeId].iter().filter(|c| columns.contains_key(c)).count();
        let sure = 40 + 20 * u8::try_from(numbers.min(2)).unwrap_or(0) + u8::try_from(columns.len().min(10)).unwrap_or(0);
        let mut profile = Profile {
            name: self.name().to_owned(),
            header: true,
            columns,
            tz_evidence: zone.is_some().then(|| "header".to_owned()),
            tz: zone,
            delimiter: Some(prefix.dialect.delimiter),
            ..Profile::default()
        };
        sides(prefix, &heads, &taken, &mut profile);
        Some((profile, sure))
    }
}

/// Headers of a column that says whose side of a call a row is, and its words.
const SIDES: &[&str] = &["leg", "legtype", "callleg", "side", "role", "party", "角色", "通话角色", "侧", "通话方", "话路"];
const AGENTS: &[&str] = &["agent", "seat", "operator", "representative", "坐席", "座席", "坐席侧", "客服", "员工"];
const CUSTOMERS: &[&str] = &["customer", "client", "consumer", "lead", "客户", "客户侧", "用户"];

/// A call-back rings the agent first: where a column tells the sides of calls apart, the agent's is part of the call that has the same id.
fn sides(prefix: &Prefix, heads: &[Head], taken: &[bool], profile: &mut Profile) {
    let told =
        |place: usize| -> Vec<String> { prefix.rows.iter().skip(1).filter_map(|r| r.get(place)).filter(|c| !is_null(c.trim())).map(|c| fold(c)).collect() };
    let both = |words: &[String]| {
        let known = |of: &[&str], w: &String| of.contains(&w.as_str());
        words.iter().all(|w| known(AGENTS, w) || known(CUSTOMERS, w)) && words.iter().any(|w| known(AGENTS, w)) && words.iter().any(|w| known(CUSTOMERS, w))
    };
    let Some(place) = (0..heads.len()).find(|i| !taken[*i] && SIDES.contains(&heads[*i].name.as_str()) && both(&told(*i))) else { return };
    let name = prefix.rows[0][place].clone();
    profile.notes.push(format!("rows whose {} is the agent are no attempts: they belong to the customer's row with the same id", name.trim()));
    profile.when.push(When { cells: vec![(name, AGENTS.iter().map(|w| fold(w)).collect())], agent_leg: true, ..When::default() });
    profile.call_key = profile.columns.get(&Column::CallId).map(|o| o.columns.clone()).unwrap_or_default();
}

/// Columns of words, by what their first cells say: one of which no cell is a known word is another column of that name, and what the
/// person said may stand among the outcomes.
fn words(prefix: &Prefix, columns: &mut BTreeMap<Column, Origin>) {
    if let Some(response) = columns.get_mut(&Column::Response) {
        response.words = GRADES.iter().flat_map(|(ours, theirs)| theirs.iter().map(|t| (fold(t), (*ours).to_owned()))).collect();
    }
    let says = |origin: &Origin, column: Column| {
        let place = prefix.rows[0].iter().position(|n| *n == origin.columns[0]).unwrap_or(usize::MAX);
        let cells: Vec<&String> = prefix.rows.iter().skip(1).filter_map(|r| r.get(place)).filter(|c| !is_null(c.trim())).collect();
        (cells.iter().any(|c| origin.meaning(column, &fold(c)).is_some()), cells.is_empty())
    };
    for column in [Column::Direction, Column::AnsweredBy, Column::HangupBy] {
        if columns.get(&column).is_some_and(|o| says(o, column) == (false, false)) {
            columns.remove(&column);
        }
    }
    if !columns.contains_key(&Column::Response)
        && let Some(outcome) = columns.get(&Column::Outcome)
        && says(outcome, Column::Response).0
    {
        columns.insert(Column::Response, Origin::column(outcome.columns[0].clone()));
    }
}

/// Date and time in two columns.
fn two_columns(cells: &[String], heads: &[Head], columns: &mut BTreeMap<Column, Origin>, taken: &[bool]) {
    let date =
        heads.iter().position(|h| matches!(h.name.as_str(), "date" | "calldate" | "startdate" | "日期" | "呼叫日期" | "通话日期" | "拨打日期" | "外呼日期"));
    let time =
        heads.iter().position(|h| matches!(h.name.as_str(), "time" | "calltime" | "starttime" | "时间" | "呼叫时间" | "拨打时间" | "外呼时间" | "起始时间"));
    if let (Some(date), Some(time)) = (date, time) {
        let free = |i: usize| !taken[i] || columns.get(&Column::StartedAt).is_some_and(|o| o.columns == [cells[i].clone()]);
        if date != time && free(date) && free(time) {
            let origin = Origin { columns: vec![cells[date].clone(), cells[time].clone()], ..Origin::column("") };
            columns.insert(Column::StartedAt, origin);
        }
    }
}

/// What the header of a column usually means.
pub fn meaning_of_header(cell: &str) -> Option<Column> {
    let name = header(cell).name;
    let exact = Column::ALL.iter().find(|c| fold(c.name()) == name).copied();
    exact.or_else(|| HEADERS.iter().find(|(_, words)| words.contains(&name.as_str())).map(|(c, _)| *c))
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
        let beijing = look("被叫号码,开始时间（北京时间）\n").unwrap();
        assert_eq!(beijing.tz.as_deref(), Some("Asia/Shanghai"));
        assert_eq!(look("callee,start (UTC+8)\n").unwrap().tz.as_deref(), Some("+08:00"));
        assert!(look("name,sector\nLead 1,x\n").is_none());
    }

    #[test]
    fn columns_of_words_are_known_by_their_words() {
        let crm = look("start,phone,status,call type\n2026-11-18 09:00:00,1,Call Back,Group Call\n").unwrap();
        assert_eq!(crm.columns[&Column::Response].columns, ["status"]);
        assert!(!crm.columns.contains_key(&Column::Direction));
        assert!(!look("start,phone,status\n2026-11-18 09:00:00,1,busy\n").unwrap().columns.contains_key(&Column::Response));
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
    }
}
