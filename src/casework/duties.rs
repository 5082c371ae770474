//! What somebody about whom people complain has to do until when, and where that is written. Figures, sources and confidence as they were read on
//! [`READ`]; what no text demands is marked as house practice.

use crate::calls::calendar::{Calendar, Date, civil, days_of};
use crate::remediation::due_by;
use crate::ruleset::citations::Confidence::{self, A, B, C, D};

/// The day of the state in which the sources were read.
pub const READ: &str = "2026-11-23";

/// What gives a term its force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mark {
    Law,
    /// A text that is not in force.
    Draft,
    /// A code, a scheme of self-regulation, a regulator's handbook for the firms that it licenses.
    Guideline,
    /// Something that simply happens, such as a platform deleting recordings.
    Fact,
    /// Good practice that no text demands.
    House,
    /// What the letter asks for.
    Asked,
}

impl Mark {
    /// As reports name it.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Law => "law",
            Mark::Draft => "draft",
            Mark::Guideline => "guideline",
            Mark::Fact => "fact",
            Mark::House => "house",
            Mark::Asked => "asked",
        }
    }
}

/// From when a term runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The complaint was received.
    Received,
    /// The first call that matches.
    FirstCall,
    /// The last one.
    LastCall,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sort {
    Stop,
    Evidence,
    Acknowledge,
    Answer,
    Authority,
    Incident,
    Rectify,
    Keep,
}

/// A term.
#[derive(Debug)]
pub struct Duty {
    /// Its name in reports.
    pub id: &'static str,
    /// Countries of the called number (ISO 3166); none: any.
    pub regions: &'static [&'static str],
    /// Channels of the complaint; none: any.
    pub channels: &'static [&'static str],
    #[allow(missing_docs)]
    pub sort: Sort,
    #[allow(missing_docs)]
    pub from: From,
    /// `at once`, `15 business days`, `14 days`. The day from which it runs is not counted.
    pub term: &'static str,
    #[allow(missing_docs)]
    pub mark: Mark,
    /// Whom it binds, if not the company that called; English and Chinese.
    pub binds: Option<(&'static str, &'static str)>,
    /// What is due; English and Chinese.
    pub what: (&'static str, &'static str),
    /// The text that says so; empty for house practice.
    pub citation: &'static str,
    /// Where it was read.
    pub source: &'static str,
    #[allow(missing_docs)]
    pub confidence: Option<Confidence>,
}

const REFERENCE: &str = "phone-compliance reference on GitHub, checked 2026-09-30";
const BASE: Duty = Duty {
    id: "",
    regions: &[],
    channels: &[],
    sort: Sort::Answer,
    from: From::Received,
    term: "at once",
    mark: Mark::House,
    binds: None,
    what: ("", ""),
    citation: "",
    source: "",
    confidence: None,
};

const STOP: (&str, &str) =
    ("stop all calls to this person: every campaign, line, vendor, list and re-import", "停止对该客户的一切外呼：覆盖全部任务、线路、供应商、名单及再次导入");
const ANSWER: (&str, &str) = ("substantive answer to the complainant", "向投诉人作出实质答复");
const KEEP: (&str, &str) = (
    "keep until then: call records, recordings, consent, refusals, list versions, this case",
    "至少保存至该日：话单、录音、同意凭证、拒绝记录、名单版本及本案卷",
);

/// All terms.
pub const DUTIES: &[Duty] = &[
    Duty {
        id: "stop-cn",
        regions: &["CN"],
        sort: Sort::Stop,
        mark: Mark::Law,
        what: STOP,
        citation: "消费者权益保护法第二十九条第三款（明确拒绝后不得再发送商业性信息）",
        source: "LawRefBook/Laws @2f4c5c23 (2025-04-19)",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "stop-cn-regulation",
        regions: &["CN"],
        sort: Sort::Stop,
        mark: Mark::Law,
        what: ("stop commercial calls as soon as consent is cancelled", "消费者取消同意的，应当立即停止拨打商业性电话"),
        citation: "消费者权益保护法实施条例第二十四条（2024-07-01 起施行）",
        source: "public repository note citing gov.cn/zhengce/content/202403/content_6940158.htm",
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "stop-us",
        regions: &["US"],
        sort: Sort::Stop,
        term: "10 business days",
        mark: Mark::Law,
        what: ("honour the request not to be called", "落实对方不再接听来电的要求"),
        citation: "47 CFR 64.1200(d)(3), (6)",
        source: REFERENCE,
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "stop-ca",
        regions: &["CA"],
        sort: Sort::Stop,
        term: "14 days",
        mark: Mark::Law,
        what: ("put the number on the internal do-not-call list", "将号码列入企业内部免打扰名单"),
        citation: "CRTC Unsolicited Telecommunications Rules, internal list",
        source: REFERENCE,
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "stop-gb",
        regions: &["GB"],
        sort: Sort::Stop,
        mark: Mark::Law,
        what: STOP,
        citation: "PECR reg. 21(1)(a), (5)",
        source: "caps-ltd.co.uk/?p=5789",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "stop-de",
        regions: &["DE"],
        sort: Sort::Stop,
        mark: Mark::Law,
        what: STOP,
        citation: "UWG § 7(2)",
        source: "bundestag/gesetze @77abca2c (2022-03-26)",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "stop-fr",
        regions: &["FR"],
        sort: Sort::Stop,
        mark: Mark::Law,
        what: STOP,
        citation: "loi 2025-594 art. 13 (opt-in since 2026-08-11; consent can be taken back)",
        source: "cms.law; illiade.digitaloi.fr",
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "stop-br",
        regions: &["BR"],
        sort: Sort::Stop,
        term: "30 days",
        mark: Mark::Guideline,
        what: STOP,
        citation: "Não Me Perturbe (sector scheme)",
        source: "valor.globo.com 2022-10-20; g1 2021-03-17",
        confidence: Some(C),
        ..BASE
    },
    Duty { id: "stop-house", sort: Sort::Stop, what: STOP, ..BASE },
    Duty {
        id: "recordings-huawei",
        sort: Sort::Evidence,
        from: From::FirstCall,
        term: "7 days",
        mark: Mark::Fact,
        what: ("the platform deletes the recording of the first matching call: export it before", "平台将删除首次匹配呼叫的录音，须在此前导出"),
        citation: "Huawei Cloud private numbers: recordings are kept for 7 days",
        source: "support.huaweicloud.com/api-PrivateNumber; huaweicloud.com VoiceCall help pages",
        confidence: Some(B),
        ..BASE
    },
    Duty {
        id: "recordings",
        sort: Sort::Evidence,
        what: (
            "secure recordings, logs as received, list and consent versions; ask the platform how long it keeps recordings",
            "固定录音、原始话单、名单与同意的版本，并向平台确认录音保存期限",
        ),
        ..BASE
    },
    Duty { id: "acknowledge", sort: Sort::Acknowledge, term: "1 business day", what: ("acknowledge the complaint", "向投诉人确认已受理"), ..BASE },
    Duty {
        id: "acknowledge-gb-fca",
        regions: &["GB"],
        sort: Sort::Acknowledge,
        mark: Mark::Guideline,
        binds: Some(("firms that the FCA regulates", "受英国 FCA 监管的机构")),
        what: ("prompt written acknowledgement", "及时书面确认"),
        citation: "FCA Handbook, DISP 1.6",
        source: "handbook.fca.org.uk DISP 1.6 (2026-06-01)",
        confidence: Some(B),
        ..BASE
    },
    Duty {
        id: "answer-12321",
        regions: &["CN"],
        channels: &["12321"],
        sort: Sort::Authority,
        term: "15 business days",
        mark: Mark::Draft,
        what: ("verify, act and report the result to 12321", "核实处理并向 12321 反馈结果"),
        citation: "通信短信息和语音呼叫服务管理规定（征求意见稿，2020-08-31）",
        source: "89826.com/5363.html; cnxydf.cn 2020-09-01; junxund.cn 2020-09-02",
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "answer-operator",
        regions: &["CN"],
        channels: &["carrier", "12300", "12321"],
        sort: Sort::Answer,
        term: "15 days",
        mark: Mark::Law,
        binds: Some(("telecom operators", "电信业务经营者")),
        what: ("the operator answers its user, who may else petition 12300", "电信业务经营者答复用户，逾期用户可向 12300 申诉"),
        citation: "电信用户申诉处理办法（工信部令第 35 号）第十条",
        source: "m.78911.com.cn/ZhengCeGaiGe/595082-2.html; hubca.miit.gov.cn/gzcy/dxyhss",
        confidence: Some(B),
        ..BASE
    },
    Duty {
        id: "petition-accepted",
        regions: &["CN"],
        channels: &["12300"],
        sort: Sort::Authority,
        term: "5 business days",
        mark: Mark::Law,
        binds: Some(("the petition body", "申诉受理机构")),
        what: ("accepts or refuses the petition", "决定是否受理申诉"),
        citation: "电信用户申诉处理办法第十四条",
        source: "m.78911.com.cn/ZhengCeGaiGe/595082-2.html; gdca.gov.cn/guide/guide05.asp",
        confidence: Some(B),
        ..BASE
    },
    Duty {
        id: "petition-answered",
        regions: &["CN"],
        channels: &["12300"],
        sort: Sort::Authority,
        term: "30 days",
        mark: Mark::Law,
        binds: Some(("the petition body, from the day its file is complete", "申诉受理机构，自材料齐全之日起")),
        what: ("answers the petition", "答复申诉"),
        citation: "电信条例第三十九条",
        source: "LawRefBook/Laws @2f4c5c23 (2025-04-19); hubca.miit.gov.cn/gzcy/dxyhss",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "answer-12315",
        regions: &["CN"],
        channels: &["12315"],
        sort: Sort::Authority,
        term: "7 business days",
        mark: Mark::Law,
        binds: Some(("the administration that received it", "收到投诉的行政部门")),
        what: ("handles the complaint and tells the consumer", "处理并告知消费者"),
        citation: "消费者权益保护法第四十六条",
        source: "LawRefBook/Laws @2f4c5c23 (2025-04-19)",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "answer-gb-fca",
        regions: &["GB"],
        sort: Sort::Answer,
        term: "8 weeks",
        mark: Mark::Guideline,
        binds: Some(("firms that the FCA regulates", "受英国 FCA 监管的机构")),
        what: ("final response (8 weeks)", "最终答复（8 周）"),
        citation: "FCA Handbook, DISP 1.6",
        source: "handbook.fca.org.uk DISP 1.6 (2026-06-01)",
        confidence: Some(B),
        ..BASE
    },
    Duty {
        id: "proof-de",
        regions: &["DE"],
        channels: &["regulator"],
        sort: Sort::Authority,
        mark: Mark::Law,
        what: ("hand over the proof of consent without delay", "及时提交同意凭证"),
        citation: "UWG § 7a(2)",
        source: "bundestag/gesetze @77abca2c (2022-03-26)",
        confidence: Some(A),
        ..BASE
    },
    Duty { id: "answer", sort: Sort::Answer, term: "10 business days", what: ANSWER, ..BASE },
    Duty {
        id: "rectification-report",
        regions: &["CN"],
        sort: Sort::Rectify,
        term: "7 business days",
        what: (
            "rectification report with seal; the figure is what operators describe, on pages of low grade, and no law",
            "加盖公章的整改报告；期限为从业者所述（来源可信度低），并非法律规定",
        ),
        citation: "",
        source: "yunzhuji.net/kahao; 9m8m.com",
        confidence: Some(D),
        ..BASE
    },
    Duty {
        id: "incident-cn",
        regions: &["CN"],
        sort: Sort::Incident,
        mark: Mark::Law,
        what: (
            "if personal data has leaked: remedy at once, and tell the authority and the persons",
            "如确有个人信息泄露：立即补救，并通知履行个人信息保护职责的部门和个人",
        ),
        citation: "个人信息保护法第五十七条",
        source: "LawRefBook/Laws @2f4c5c23 (2025-04-19)",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "keep-us",
        regions: &["US"],
        sort: Sort::Keep,
        from: From::LastCall,
        term: "5 years",
        mark: Mark::Law,
        what: KEEP,
        citation: "16 CFR 310.5 (5 years)",
        source: "federal.elaws.us/citation/89-FR-26783",
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "keep-ca",
        regions: &["CA"],
        sort: Sort::Keep,
        term: "3 years 14 days",
        mark: Mark::Law,
        what: ("keep the entry of the internal list (3 years and 14 days)", "保存内部免打扰名单记录（3 年零 14 天）"),
        citation: "CRTC Unsolicited Telecommunications Rules, internal list",
        source: REFERENCE,
        confidence: Some(C),
        ..BASE
    },
    Duty {
        id: "keep-de",
        regions: &["DE"],
        sort: Sort::Keep,
        from: From::LastCall,
        term: "5 years",
        mark: Mark::Law,
        what: ("keep the proof of consent (5 years from grant and after each use)", "保存同意凭证（自给予及每次使用起 5 年）"),
        citation: "UWG § 7a",
        source: "bundestag/gesetze @77abca2c (2022-03-26)",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "keep-cn",
        regions: &["CN"],
        sort: Sort::Keep,
        from: From::LastCall,
        term: "3 years",
        mark: Mark::Law,
        what: ("keep the impact assessment and the processing log (3 years)", "保存个人信息保护影响评估报告和处理情况记录（至少 3 年）"),
        citation: "个人信息保护法第五十六条",
        source: "LawRefBook/Laws @2f4c5c23 (2025-04-19)",
        confidence: Some(A),
        ..BASE
    },
    Duty {
        id: "keep-cn-consent",
        regions: &["CN"],
        sort: Sort::Keep,
        from: From::LastCall,
        term: "5 months",
        mark: Mark::Draft,
        what: ("keep consent evidence (5 months)", "保存同意凭证（至少 5 个月）"),
        citation: "通信短信息和语音呼叫服务管理规定（征求意见稿，2020-08-31）",
        source: "89826.com/5363.html; cnxydf.cn 2020-09-01",
        confidence: Some(C),
        ..BASE
    },
];

/// Whom to turn to, by country: words for people, and no figure among them. English and Chinese.
pub fn authority(region: &str, channel: Option<&str>) -> (&'static str, &'static str) {
    match (channel, region) {
        (Some("12321"), _) => ("12321 (reporting centre for bad network and spam information)", "12321 网络不良与垃圾信息举报受理中心"),
        (Some("12300"), _) => ("12300 (telecom user petitions)", "12300 电信用户申诉受理机构"),
        (Some("12315"), _) => ("12315 (market regulation)", "12315 市场监管部门"),
        (Some("carrier"), _) => ("the carrier of the displayed number", "外显号码所属电信运营商"),
        (Some("platform"), _) => ("the calling platform", "外呼平台"),
        (_, "CN") => {
            ("the provincial communications administration, 12321, and the carrier of the displayed number", "省通信管理局、12321 及外显号码所属电信运营商")
        }
        (_, "US") => ("the authority that wrote (FCC, FTC or the state attorney general)", "来函机关（FCC、FTC 或州总检察长）"),
        (_, "GB") => ("the authority that wrote (ICO or Ofcom)", "来函机关（ICO 或 Ofcom）"),
        (_, "CA") => ("the CRTC", "加拿大 CRTC"),
        (_, "DE") => ("the Bundesnetzagentur", "德国联邦网络管理局"),
        _ => ("the authority or carrier that wrote", "来函的主管机关或运营商"),
    }
}

/// The calendar of business days of a country.
pub fn calendar(region: &str) -> Option<&'static str> {
    Some(match region {
        "CN" => "cn",
        "US" => "us-federal",
        "CA" => "ca",
        "GB" => "uk",
        "DE" => "de",
        "FR" => "fr",
        "AU" => "au",
        _ => return None,
    })
}

/// The day on which a term ends that runs from a day, which is not counted: a number of days, business days, weeks, months or years, or several of these.
/// Months and years end on the day of the same number, or on the last of their month. None: the text is no term.
pub fn ends(term: &str, from: Date, calendar: Option<&Calendar>) -> Option<Date> {
    if term == "at once" {
        return Some(from);
    }
    if let Some(date) = due_by(term, from, calendar) {
        return Some(date);
    }
    let words: Vec<&str> = term.split(' ').collect();
    let mut date = from;
    for pair in words.chunks(2) {
        let [n, unit] = pair else { return None };
        let n: i32 = n.parse().ok()?;
        date = match *unit {
            "day" | "days" => date.checked_add(n)?,
            "week" | "weeks" => date.checked_add(n.checked_mul(7)?)?,
            "month" | "months" => months(date, n)?,
            "year" | "years" => months(date, n.checked_mul(12)?)?,
            _ => return None,
        };
    }
    Some(date)
}

fn months(date: Date, n: i32) -> Option<Date> {
    let (year, month, day) = civil(date);
    let at = year.checked_mul(12)?.checked_add(i32::try_from(month).ok()? - 1)?.checked_add(n)?;
    let (year, month) = (at.div_euclid(12), u32::try_from(at.rem_euclid(12)).ok()? + 1);
    (1..=day).rev().find_map(|day| days_of(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::calendar::{iso, parse_iso};

    #[test]
    fn what_is_called_law_has_a_source() {
        let mut ids = std::collections::HashSet::new();
        for duty in DUTIES {
            assert!(ids.insert(duty.id), "{}", duty.id);
            assert!(!duty.what.0.is_empty() && !duty.what.1.is_empty(), "{}", duty.id);
            let sourced = !duty.citation.is_empty() && !duty.source.is_empty() && duty.confidence.is_some();
            assert_eq!(sourced, duty.mark != Mark::House, "{}", duty.id);
            assert!(duty.mark != Mark::Law || duty.confidence.is_some_and(|c| c <= C), "{}: a law of low confidence", duty.id);
            assert!(ends(duty.term, 0, None).is_some(), "{}: {}", duty.id, duty.term);
        }
    }

    #[test]
    fn terms_are_counted_across_holidays() {
        let cn = Calendar::load("cn", std::path::Path::new(".")).unwrap();
        let due = |from: &str, term: &str| iso(ends(term, parse_iso(from).unwrap(), Some(&cn)).unwrap());
        // National Day 2026 is 1 to 7 October; Sunday 20 September and Saturday 10 October are worked.
        assert_eq!(due("2026-09-28", "15 business days"), "2026-10-23");
        assert_eq!(due("2026-09-28", "7 business days"), "2026-10-13");
        assert_eq!(due("2026-09-28", "15 days"), "2026-10-13");
        assert_eq!(due("2026-09-30", "1 business day"), "2026-10-08");
        assert_eq!(due("2024-02-29", "3 years"), "2027-02-28");
        assert_eq!(due("2026-09-30", "5 months"), "2027-02-28");
        assert_eq!(due("2026-09-30", "3 years 14 days"), "2029-10-14");
        assert_eq!(due("2026-09-30", "8 weeks"), "2026-11-25");
    }
}
