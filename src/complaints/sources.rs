//! Published figures about complaints: limits of their number, and how soon they must be answered. Each with its source, its date and how far it may be
//! trusted; nothing here is a figure of ours.

use crate::calls::calendar::{Date, days_unchecked};
use crate::language::Lang;
use crate::ruleset::citations::{Citation, Confidence};

/// A published text.
#[derive(Debug)]
pub struct Source {
    /// What it says.
    pub en: &'static str,
    #[allow(missing_docs)]
    pub zh: &'static str,
    /// Where that was read.
    pub source: &'static str,
    /// How far it may be trusted.
    pub confidence: Confidence,
}

/// The day on which the sources were read.
fn read_on() -> Date {
    days_unchecked(2026, 11, 23)
}

impl Source {
    /// In a language.
    pub fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }

    /// As reports cite it.
    pub fn citation(&self, id: &str, lang: Lang) -> Citation {
        Citation {
            id: Some(id.to_owned()),
            text: self.text(lang).to_owned(),
            source: Some(self.source.to_owned()),
            as_of: Some(read_on()),
            confidence: Some(self.confidence),
            url: None,
        }
    }
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Complaints of a month in percent of its calls.
    Percent(f64),
    /// So many complaints about one displayed number within so many days.
    Number(u64, u32),
}

/// Of whom it is known that a limit applies to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Those whose logs have this layout.
    Layout(&'static str),
    /// Displayed numbers of this country code.
    Country(&'static str),
    /// Nobody: it is shown to compare.
    Nobody,
}

/// A limit of complaints.
#[derive(Debug)]
pub struct PublishedLimit {
    /// Its id.
    pub id: &'static str,
    /// What it counts.
    pub measure: Measure,
    /// To whom it applies.
    pub applies: Applies,
    /// May one be said to be above it, or only possibly, as the sources contradict each other?
    pub settled: bool,
    /// Where it comes from.
    pub source: Source,
}

/// All limits that were found.
pub static LIMITS: &[PublishedLimit] = &[
    PublishedLimit {
        id: "huawei-axb-0.05",
        measure: Measure::Percent(0.05),
        applies: Applies::Layout("huawei-axb"),
        settled: true,
        source: Source {
            en: "Huawei Cloud private numbers (AXB): a monthly complaint rate below 0.05 %, or the service is closed; a limit of a contract, not law. Whether it counts calls or numbers in use was not established, so that both are looked at",
            zh: "华为云隐私保护通话（AXB）：月投诉率须低于 0.05%，否则关停业务；属合同/平台限额，并非法律规定。分母是呼叫量还是在用号码数未能查明，故两种均予比对",
            source: "support.huaweicloud.com/api-PrivateNumber/privatenumber_02_0002.html and help pages",
            confidence: Confidence::B,
        },
    },
    PublishedLimit {
        id: "huawei-axb-0.01",
        measure: Measure::Percent(0.01),
        applies: Applies::Layout("huawei-axb"),
        settled: false,
        source: Source {
            en: "Huawei Cloud private numbers (AXB), another page: a monthly complaint rate below 0.01 % (complaints of the month by numbers used in the month); it contradicts the 0.05 %, and which of them holds was not settled",
            zh: "华为云隐私保护通话（AXB）另一页面：月投诉率须低于 0.01%（当月投诉数÷当月使用号码数）；与 0.05% 相互矛盾，以何者为准尚未查明",
            source: "support.huaweicloud.com/api-PrivateNumber (privatenumber_02_0002, _0011, FAQ)",
            confidence: Confidence::U,
        },
    },
    PublishedLimit {
        id: "cn-line-sellers",
        measure: Measure::Percent(0.3),
        applies: Applies::Nobody,
        settled: false,
        source: Source {
            en: "sellers of lines and dialling systems in China claim that carriers close a number at a complaint rate of 0.3 % to 0.5 %, or at three complaints; they contradict each other, and no carrier publishes a figure",
            zh: "国内线路及外呼系统销售方称，投诉率达 0.3%–0.5% 或投诉满 3 次即被运营商关停；各家说法互相矛盾，运营商未公布数值",
            source: "9m8m.com, yunzhuji.net/kahao, seridoat.com (pages of sellers)",
            confidence: Confidence::D,
        },
    },
    PublishedLimit {
        id: "in-tcccpr",
        measure: Measure::Number(5, 10),
        applies: Applies::Country("91"),
        settled: true,
        source: Source {
            en: "India, TCCCPR 2018 as amended on 12 February 2025: action against a sender at five complaints within ten days",
            zh: "印度 TCCCPR 2018（2025-02-12 修订）：同一主叫 10 天内被投诉 5 次即采取措施",
            source: "gazettetracker.com CG-DL-E-18022025-261096; timesofsenapati.com; businesstimes.co 2025-02-13",
            confidence: Confidence::C,
        },
    },
];

/// How long somebody has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Calendar days.
    Days(u32),
    /// Business days of a calendar; none: Monday to Friday.
    BusinessDays(u32, Option<&'static str>),
}

/// A deadline for complaints of a channel.
#[derive(Debug)]
pub struct ComplaintClock {
    /// Its id.
    pub id: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// How long.
    pub time: Time,
    /// Where it comes from.
    pub source: Source,
}

/// Deadlines that bind whoever made the calls. Those of an authority for itself (12315: 7 working days; a petition to 12300: 30 days) are none of these, and
/// for complaints to FTC and FCC none was found.
pub static CLOCKS: &[ComplaintClock] = &[
    ComplaintClock {
        id: "cn-12321-draft",
        channel: "12321",
        time: Time::BusinessDays(15, Some("cn")),
        source: Source {
            en: "whoever 12321 forwards a complaint to verifies, acts and reports back within 15 working days: a draft of 2020 (通信短信息和语音呼叫服务管理规定), of which no final version was found",
            zh: "被举报单位收到 12321 转办后 15 个工作日内核实、处理并反馈：《通信短信息和语音呼叫服务管理规定（征求意见稿）》（2020-08-31），未见正式文本",
            source: "89826.com/5363.html; cnxydf.cn 2020-09-01; junxund.cn 2020-09-02",
            confidence: Confidence::C,
        },
    },
    ComplaintClock {
        id: "in-tcccpr-5",
        channel: "trai",
        time: Time::BusinessDays(5, None),
        source: Source {
            en: "India, TCCCPR 2018 as amended in 2025: action within 5 business days of the complaint",
            zh: "印度 TCCCPR 2018（2025 年修订）：投诉后 5 个工作日内处理",
            source: "gazettetracker.com CG-DL-E-18022025-261096; timesofsenapati.com; businesstimes.co 2025-02-13",
            confidence: Confidence::C,
        },
    },
    ComplaintClock {
        id: "uk-disp-8w",
        channel: "fca",
        time: Time::Days(56),
        source: Source {
            en: "UK, FCA handbook DISP 1.6, regulated firms only: final response within 8 weeks (payment services and e-money: 15 business days)",
            zh: "英国 FCA 手册 DISP 1.6，仅适用于受监管机构：8 周内作出最终答复（支付与电子货币业务：15 个工作日）",
            source: "handbook.fca.org.uk DISP 1.6 (2026-06-01)",
            confidence: Confidence::B,
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_both_languages_say_something() {
        let sources = LIMITS.iter().map(|l| (l.id, &l.source)).chain(CLOCKS.iter().map(|c| (c.id, &c.source)));
        let mut ids = std::collections::BTreeSet::new();
        for (id, source) in sources {
            assert!(ids.insert(id), "{id}");
            assert!(!source.en.is_empty() && !source.zh.is_ascii() && !source.source.is_empty(), "{id}");
        }
    }
}
