//! Lists of people to call: numbers without any time.

use super::Refusal;
use crate::input::layout::name_of;
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "contacts"
    }

    fn sentence(&self) -> &'static str {
        "contacts or leads, not calls: no column of it is a time of a call"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let heads: Vec<String> = prefix.rows.first().map(|r| r.iter().map(|c| name_of(c)).collect()).unwrap_or_default();
        let any = |words: &[&str]| heads.iter().any(|h| words.contains(&h.as_str()));
        let timed = heads
            .iter()
            .any(|h| h.contains("time") || h.contains("date") || h.contains("start") || h.contains("时间") || h.contains("日期") || h.ends_with("at"));
        heads.len() > 1
            && !timed
            && any(&["phone", "phonenumber", "mobile", "手机", "手机号", "电话"])
            && any(&["name", "firstname", "lastname", "fullname", "email", "姓名"])
            && !any(&["status", "disposition", "duration", "outcome", "result", "通话时长", "通话状态"])
    }
}
