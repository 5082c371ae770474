//! What exports call things: the vocabularies that several systems share, by canonical column.

use crate::calls::columns::Column;

use super::profile::NO_CALL;

/// Canonical words and what an export writes for each, as it writes them or folded.
pub type Words = &'static [(&'static str, &'static [&'static str])];

/// What any export may say, folded. After the vocabularies of dialers, PBXs and cloud platforms.
const GENERAL: &[(Column, Words)] = &[
    (Column::Outcome, OUTCOMES),
    (
        Column::Direction,
        &[
            (
                "outbound",
                &[
                    "outbound",
                    "out",
                    "o",
                    "outgoing",
                    "outboundapi",
                    "outbounddial",
                    "callout",
                    "dialout",
                    "dialled",
                    "dialed",
                    "呼出",
                    "外呼",
                    "去电",
                    "主叫",
                    "拨出",
                ],
            ),
            ("inbound", &["inbound", "in", "i", "incoming", "callin", "received", "呼入", "来电", "被叫", "接入"]),
            ("internal", &["internal", "内部", "内线", "ext", "local"]),
        ],
    ),
    (
        Column::AnsweredBy,
        &[
            ("human", &["human", "person", "humananswered", "live", "人工", "真人"]),
            (
                "machine",
                &[
                    "machine",
                    "machinestart",
                    "machineendbeep",
                    "machineendsilence",
                    "machineendother",
                    "answeringmachine",
                    "fax",
                    "voicemail",
                    "voicemailbeep",
                    "voicemailnobeep",
                    "ivr",
                    "机器",
                    "语音信箱",
                    "语音助手",
                    "留言",
                ],
            ),
            ("unknown", &["unknown", "notsure", "未知"]),
        ],
    ),
    (
        Column::Response,
        &[
            ("interested", &["interested", "有意向", "高意向", "意向", "意向客户", "sale", "promisetopay", "connectedinterested", "感兴趣"]),
            ("refused", &["refused", "notinterested", "connectednotinterested", "明确拒绝", "拒绝", "无意向", "不感兴趣", "不需要"]),
            ("do_not_call", &["donotcall", "dnc", "optout", "unsubscribe", "勿扰", "要求勿扰", "不要再打", "请勿再打", "免打扰", "黑名单"]),
            ("callback", &["callback", "callbacklater", "wantscallback", "followup", "回拨", "稍后联系", "稍后再打", "预约回访", "再联系"]),
            ("complained", &["complained", "complaint", "投诉", "要投诉", "投诉倾向"]),
            ("wrong_person", &["wrongperson", "wrongnumber", "非本人", "打错", "号码错误", "不是本人"]),
            ("none", &["none", "无"]),
        ],
    ),
    (
        Column::HangupBy,
        &[
            ("caller", &["caller", "src", "terminatedbysrc", "主叫", "主叫挂断", "主叫挂机"]),
            ("callee", &["callee", "customer", "user", "dst", "terminatedbydst", "被叫", "客户", "用户", "被叫挂断", "客户挂断", "用户挂断", "被叫挂机"]),
            ("agent", &["agent", "seat", "坐席", "座席", "客服", "坐席挂断", "坐席挂机"]),
            ("system", &["system", "platform", "robot", "系统", "平台", "机器人", "系统挂断"]),
        ],
    ),
    (
        Column::Mode,
        &[
            ("robot", &["robot", "机器人", "智能外呼", "智能", "ai", "ai外呼", "机器人外呼", "语音机器人"]),
            ("manual", &["manual", "人工", "手动", "人工外呼", "手动外呼", "手拨", "点击外呼"]),
            ("predictive", &["predictive", "预测式", "预测外呼", "预测式外呼"]),
            ("callback", &["callback", "双呼", "回呼", "双向回呼", "back2back"]),
            ("axb", &["axb", "隐私号", "隐私外呼", "privacydial", "虚拟号"]),
        ],
    ),
    (
        Column::Purpose,
        &[
            ("marketing", &["marketing", "sales", "telemarketing", "营销", "推销", "销售", "市场推广", "商业营销"]),
            ("collection", &["collection", "collections", "debtcollection", "催收", "催缴", "贷后"]),
            ("service", &["service", "服务", "客户服务", "通知", "售后"]),
            ("survey", &["survey", "调查", "调研", "回访", "满意度调查", "满意度回访"]),
            ("complaint_handling", &["complainthandling", "投诉处理"]),
            ("emergency", &["emergency", "紧急", "应急"]),
        ],
    ),
];

const OUTCOMES: Words = &[
    (
        "answered",
        &[
            "answered",
            "answer",
            "completed",
            "callconnected",
            "connected*",
            "connect",
            "leftmessagewithreceptionist",
            "calldonewithmoreinfoneeded",
            "accepted",
            "success",
            "succeeded",
            "successful",
            "ok",
            "callsuccessful",
            "pickedup",
            "pu",
            "human",
            "humananswered",
            "recorded",
            "promisetopay",
            "接通",
            "已接通",
            "已接听",
            "接听",
            "通话成功",
            "呼叫成功",
            "成功",
            "已应答",
            "正常接听",
            "正常通话",
            "已接",
            "wrongnumber",
            "wrongperson",
            "donotcall",
            "callback",
            "callbacklater",
            "wantscallback",
            "notinterested",
            "interested",
        ],
    ),
    (
        "voicemail",
        &[
            "voicemail",
            "voicemailed",
            "am",
            "al",
            "aa",
            "answeringmachine",
            "machine",
            "machinestart",
            "machineendbeep",
            "machineendsilence",
            "machineendother",
            "voicemailbeep",
            "voicemailnobeep",
            "fax",
            "语音信箱",
            "留言",
            "语音留言",
        ],
    ),
    ("abandoned", &["abandoned", "drop", "dropped", "pdrop", "xdrop", "timeot", "呼损", "放弃", "用户放弃", "排队放弃"]),
    (
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
            "callmissed",
            "ringnoanswer",
            "didnotanswer",
            "customerdidnotanswer",
            "无人接听",
            "未接",
            "未接听",
            "未接通",
            "无应答",
            "无人应答",
            "振铃未接",
            "用户未接",
            "超时未接",
        ],
    ),
    ("busy", &["busy", "b", "ab", "userbusy", "customerbusy", "callbusy", "占线", "用户忙", "忙线", "正忙", "忙", "用户正忙", "通话中", "线路忙"]),
    ("rejected", &["rejected", "reject", "callrejected", "declined", "refused", "拒接", "拒绝接听", "用户拒接", "挂断", "客户拒接", "被叫拒接"]),
    (
        "canceled",
        &["canceled", "cancelled", "cancel", "callcancel", "originatorcancel", "callercancel", "loserace", "取消", "主叫取消", "主叫挂断", "主叫放弃"],
    ),
    (
        "invalid",
        &[
            "invalid",
            "unallocatednumber",
            "invalidnumberformat",
            "invalidnumber",
            "numbernotexist",
            "notexist",
            "invalidphonenumber",
            "numberchanged",
            "deadendnumber",
            "sittoneinvalidnumber",
            "disconnectednumber",
            "dc",
            "adc",
            "空号",
            "号码不存在",
            "号码错误",
            "无效号码",
            "改号",
        ],
    ),
    (
        "unreachable",
        &[
            "unreachable",
            "notreachable",
            "poweroff",
            "poweredoff",
            "notinservice",
            "outofservice",
            "subscriberabsent",
            "destinationoutoforder",
            "suspended",
            "关机",
            "停机",
            "已关机",
            "已停机",
            "欠费停机",
            "无法接通",
            "不在服务区",
            "暂时无法接通",
            "来电提醒",
            "呼叫转移失败",
        ],
    ),
    (
        "blocked",
        &[
            "blocked",
            "callblocked",
            "carrierblocked",
            "outgoingcallbarred",
            "calleerestricted",
            "dnccar",
            "拦截",
            "呼叫拦截",
            "呼叫受限",
            "禁止呼叫",
            "运营商拦截",
        ],
    ),
    (
        "failed",
        &["failed", "failure", "fail", "callfailed", "congestion", "error", "twiliofailedtoconnectcall", "失败", "呼叫失败", "线路故障", "网络忙", "呼损失败"],
    ),
    ("unknown", &["unknown", "未知"]),
    (
        NO_CALL,
        &[
            "pending",
            "queued",
            "scheduled",
            "filtered",
            "sentemail/linkedinmessage",
            "notdialed",
            "notdialled",
            "notcalled",
            "dncl",
            "dncc",
            "mlinat",
            "restrictedcallee",
            "toomanyrequest",
            "restrictedarea",
            "restrictedtime",
            "未拨打",
            "未呼叫",
            "待拨打",
            "未外呼",
            "已过滤",
            "频次限制",
            "黑名单拦截",
        ],
    ),
];

/// Release causes of ITU-T Q.850 by number. A normal clearing (16) is answered only if there was an answer.
pub const Q850: Words = &[
    ("answered", &["16"]),
    ("busy", &["17"]),
    ("no_answer", &["18", "19"]),
    ("unreachable", &["20", "27"]),
    ("rejected", &["21"]),
    ("invalid", &["1", "22", "28"]),
    ("blocked", &["52", "54", "55", "57"]),
    (
        "failed",
        &[
            "2", "3", "6", "25", "26", "29", "34", "38", "41", "42", "43", "44", "45", "46", "47", "49", "50", "58", "63", "65", "66", "69", "79", "81", "88",
            "90", "95", "96", "97", "98", "99", "100", "101", "102", "103", "111", "127",
        ],
    ),
];

/// Final SIP status codes.
pub const SIP: Words = &[
    ("answered", &["200"]),
    ("busy", &["486", "600"]),
    ("no_answer", &["408", "480"]),
    ("invalid", &["404", "410", "484"]),
    ("rejected", &["403", "603", "607"]),
    ("blocked", &["608"]),
    ("canceled", &["487"]),
    ("failed", &["400", "401", "405", "407", "415", "420", "481", "482", "483", "488", "500", "501", "502", "503", "504", "505", "513", "580", "606"]),
];

/// FreeSWITCH's hangup causes by name; other numbers than those of [`Q850`] are its own.
pub const FREESWITCH: Words = &[
    ("answered", &["NORMAL_CLEARING", "SUCCESS", "ATTENDED_TRANSFER", "BLIND_TRANSFER", "MEDIA_TIMEOUT"]),
    ("busy", &["USER_BUSY", "BUSY_EVERYWHERE"]),
    ("no_answer", &["NO_USER_RESPONSE", "NO_ANSWER", "ALLOTTED_TIMEOUT", "PROGRESS_TIMEOUT", "NO_PICKUP"]),
    ("unreachable", &["SUBSCRIBER_ABSENT", "DESTINATION_OUT_OF_ORDER", "USER_NOT_REGISTERED", "GATEWAY_DOWN"]),
    ("rejected", &["CALL_REJECTED", "DECLINE", "UNWANTED"]),
    ("canceled", &["ORIGINATOR_CANCEL", "LOSE_RACE", "PICKED_OFF", "MANAGER_REQUEST"]),
    ("invalid", &["UNALLOCATED_NUMBER", "NUMBER_CHANGED", "INVALID_NUMBER_FORMAT", "NO_IDENTITY", "DOES_NOT_EXIST_ANYWHERE", "NOT_ACCEPTABLE"]),
    ("blocked", &["OUTGOING_CALL_BARRED", "INCOMING_CALL_BARRED", "BEARERCAPABILITY_NOTAUTH"]),
    (
        "failed",
        &[
            "NO_ROUTE_TRANSIT_NET",
            "NO_ROUTE_DESTINATION",
            "CHANNEL_UNACCEPTABLE",
            "EXCHANGE_ROUTING_ERROR",
            "FACILITY_REJECTED",
            "NORMAL_CIRCUIT_CONGESTION",
            "NETWORK_OUT_OF_ORDER",
            "NORMAL_TEMPORARY_FAILURE",
            "SWITCH_CONGESTION",
            "ACCESS_INFO_DISCARDED",
            "REQUESTED_CHAN_UNAVAIL",
            "FACILITY_NOT_SUBSCRIBED",
            "BEARERCAPABILITY_NOTAVAIL",
            "SERVICE_UNAVAILABLE",
            "BEARERCAPABILITY_NOTIMPL",
            "SERVICE_NOT_IMPLEMENTED",
            "INCOMPATIBLE_DESTINATION",
            "RECOVERY_ON_TIMER_EXPIRE",
            "MANDATORY_IE_MISSING",
            "PROTOCOL_ERROR",
            "INTERWORKING",
            "CRASH",
            "SYSTEM_SHUTDOWN",
            "INVALID_GATEWAY",
            "INVALID_PROFILE",
            "INVALID_URL",
            "CHAN_NOT_IMPLEMENTED",
            "SRTP_READ_ERROR",
        ],
    ),
];

/// Grades of interest (意向标签): only the best one means the same everywhere.
pub const GRADES: Words = &[("interested", &["A", "A类", "A级"])];

/// What a folded word of an export means in this column.
pub fn meaning(column: Column, folded: &str) -> Option<&'static str> {
    let (_, words) = GENERAL.iter().find(|(c, _)| *c == column)?;
    let fits = |their: &&str| their.strip_suffix('*').map_or(*their == folded, |begin| folded.starts_with(begin));
    words.iter().find(|(_, theirs)| theirs.iter().any(fits)).map(|w| w.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::profile::{fold, is_word};

    #[test]
    fn no_word_stands_twice_and_all_are_folded() {
        for (column, words) in GENERAL {
            for (ours, theirs) in *words {
                assert!(is_word(*column, ours), "{ours}");
                for word in *theirs {
                    assert_eq!(*word, fold(word));
                    assert_eq!(words.iter().filter(|(_, w)| w.contains(word)).count(), 1, "{word}");
                }
            }
        }
        for words in [Q850, SIP, FREESWITCH] {
            for (ours, theirs) in words {
                assert!(is_word(Column::Outcome, ours), "{ours}");
                for word in *theirs {
                    assert_eq!(words.iter().filter(|(_, w)| w.contains(word)).count(), 1, "{word}");
                }
            }
        }
    }
}
