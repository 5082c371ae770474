//! Tables of statuses or codes: what the words of a call log mean, and no call.

use super::{Refusal, any, heads};
use crate::input::layout::is_time;
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "statuses"
    }

    fn sentence(&self) -> &'static str {
        "a table of statuses or codes and what they mean, not calls: give the call log whose words it explains"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        const CODES: &[&str] = &[
            "status",
            "statuscode",
            "callstatus",
            "disposition",
            "dispositioncode",
            "code",
            "reasoncode",
            "错误码",
            "状态码",
            "状态",
            "代码",
            "编码",
            "结果码",
        ];
        const MEANINGS: &[&str] = &[
            "statusname",
            "name",
            "description",
            "meaning",
            "meaningzh",
            "meaningen",
            "rank",
            "label",
            "category",
            "说明",
            "含义",
            "描述",
            "名称",
            "解释",
            "备注",
        ];
        let told: Vec<String> = heads(prefix);
        // A phone or a time makes it something else, and so does what is no word.
        let person =
            ["time", "date", "时间", "日期", "phone", "number", "caller", "callee", "mobile", "lead", "agent", "user", "手机", "号码", "电话", "主叫", "被叫"];
        let other = told.iter().any(|h| person.iter().any(|w| h.contains(w)) && !h.contains("contact") && !h.ends_with("answered"));
        any(prefix, CODES) && any(prefix, MEANINGS) && !other && !prefix.rows.iter().skip(1).any(|r| r.iter().any(|c| c.len() > 8 && is_time(c)))
    }
}
