//! What the columns of logs of complaints are called, and what their channels are.

use std::collections::BTreeMap;

use crate::calls::columns::is_null;
use crate::calls::numbers::ascii;
use crate::input::profile::fold;

/// Is it the day on which a complaint came to us that a column of this title tells, and not that on which it was made?
pub fn tells_receipt(title: &str) -> bool {
    const MADE: [&str; 10] =
        ["reportedat", "createdat", "complaintdate", "complainedat", "date(ticketcreated)", "投诉时间", "投诉日期", "举报时间", "举报日期", "createddate"];
    !MADE.contains(&ascii(&fold(title)).to_lowercase().as_str())
}

/// What columns are called, folded, the most telling first.
#[rustfmt::skip]
const TITLES: &[(&str, &[&str])] = &[
    (
        "id",
        &[
            "complaintid",
            "ticketid",
            "ticketno",
            "ticketnumber",
            "caseid",
            "casenumber",
            "reference",
            "id",
            "投诉编号",
            "投诉单号",
            "工单编号",
            "工单号",
            "受理编号",
            "举报编号",
            "编号",
            "单号",
        ],
    ),
    (
        "received",
        &[
            // When it came to us, then when it was made.
            "receivedat",
            "received",
            "receiveddate",
            "forwardedat",
            "收到时间",
            "收到日期",
            "接收时间",
            "转办时间",
            "转办日期",
            "派单时间",
            "受理时间",
            "受理日期",
            "登记时间",
            "createddate",
            "date(ticketcreated)",
            "ticketcreated",
            "reportedat",
            "createdat",
            "complaintdate",
            "complainedat",
            "投诉时间",
            "投诉日期",
            "举报时间",
            "举报日期",
        ],
    ),
    (
        "happened",
        &[
            "violationdate",
            "violationat",
            "happenedat",
            "occurredat",
            "calledat",
            "calldate",
            "calldatetime",
            "issuedate",
            "date(ticketdateofissue)",
            "incidentdate",
            "来电时间",
            "来电日期",
            "被叫时间",
            "呼叫时间",
            "拨打时间",
            "骚扰时间",
            "发生时间",
            "发生日期",
            "通话时间",
            "违规时间",
        ],
    ),
    ("happened time", &["issuetime", "timeofissue", "calltime", "violationtime", "incidenttime", "来电时刻", "呼叫时刻"]),
    (
        "number",
        &[
            "complainantnumber",
            "complainantphone",
            "complainant",
            "consumerphone",
            "consumernumber",
            "customernumber",
            "customerphone",
            "callednumber",
            "callee",
            "number",
            "phonenumber",
            "phone",
            "mobile",
            "投诉人号码",
            "投诉人电话",
            "举报人号码",
            "举报人电话",
            "投诉人手机号",
            "用户号码",
            "客户号码",
            "投诉号码",
            "被叫号码",
            "被叫",
            "手机号码",
            "手机号",
            "联系电话",
            "投诉人",
            "电话",
            "号码",
        ],
    ),
    (
        "shown",
        &[
            "companyphonenumber",
            "calleridnumber",
            "shownnumber",
            "displayednumber",
            "displaynumber",
            "ournumber",
            "callerid",
            "callernumber",
            "caller",
            "shown",
            "xnumber",
            "外显号码",
            "被投诉号码",
            "被举报号码",
            "主叫号码",
            "主叫",
            "来电号码",
            "显示号码",
            "骚扰号码",
            "x号码",
            "中间号",
            "小号",
        ],
    ),
    ("channel", &["channel", "complaintchannel", "source", "投诉渠道", "受理渠道", "举报渠道", "渠道", "投诉来源", "来源"]),
    (
        "subject",
        &[
            "subject",
            "content",
            "complaint",
            "description",
            "text",
            "issue",
            "typeofcallormessage(telemarketing)",
            "typeofcallormessge",
            "category",
            "type",
            "投诉内容",
            "举报内容",
            "问题描述",
            "投诉事由",
            "内容",
            "描述",
            "投诉类型",
            "类型",
        ],
    ),
    ("area", &["consumerareacode", "areacode"]),
    ("due", &["due", "dueby", "dueat", "duedate", "deadline", "办结时限", "处理时限", "回复期限", "截止时间", "截止日期", "要求回复时间"]),
    (
        "answered",
        &[
            "answeredat",
            "answered",
            "repliedat",
            "resolvedat",
            "closedat",
            "respondedat",
            "回复时间",
            "答复时间",
            "反馈时间",
            "办结时间",
            "结案时间",
            "处理时间",
        ],
    ),
    ("status", &["status", "state", "处理状态", "状态"]),
];

/// The places of the columns of a file.
pub(super) struct Columns {
    pub(super) places: BTreeMap<&'static str, usize>,
    pub(super) layout: &'static str,
}

impl Columns {
    pub(super) fn of(names: &[String]) -> Columns {
        let folded: Vec<String> = names.iter().map(|n| ascii(&fold(n)).to_lowercase()).collect();
        let mut places: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (what, titles) in TITLES {
            let found = titles.iter().find_map(|t| folded.iter().position(|n| n == t)).filter(|i| !places.values().any(|taken| taken == i));
            if let Some(place) = found {
                places.insert(what, place);
            }
        }
        let has = |title: &str| folded.iter().any(|n| n == title);
        let layout = match () {
            () if has("companyphonenumber") && has("violationdate") => "ftc",
            () if has("calleridnumber") && (has("timeofissue") || has("issuetime")) => "fcc",
            () => "table",
        };
        Columns { places, layout }
    }

    pub(super) fn cell<'a>(&self, what: &str, cells: &'a [String]) -> &'a str {
        let cell = self.places.get(what).and_then(|i| cells.get(*i)).map_or("", |c| c.trim());
        if is_null(cell) { "" } else { cell }
    }
}

/// One word for the ways in which one channel is written; others stay as they are.
pub(super) fn channel(text: &str, layout: &str) -> String {
    let folded = fold(text);
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    let word = match () {
        () if folded.is_empty() && layout != "table" => layout,
        () if has(&["12321"]) => "12321",
        () if has(&["12300", "工信部", "miit"]) => "12300",
        () if has(&["12315", "市场监管", "消协"]) => "12315",
        () if has(&["运营商", "carrier", "中国电信", "中国移动", "中国联通", "10000", "10086", "10010"]) => "carrier",
        () if folded == "ftc" => "ftc",
        () if folded == "fcc" => "fcc",
        () if has(&["trai", "1909"]) => "trai",
        () if has(&["fca", "financialombudsman"]) => "fca",
        () => return text.to_owned(),
    };
    word.to_owned()
}
