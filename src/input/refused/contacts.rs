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
        "contacts or leads (people to be called), not calls: no column of it is the time of a call; give the call log of the campaign that dialled them"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let heads: Vec<String> = prefix.rows.first().map(|r| r.iter().map(|c| name_of(c)).collect()).unwrap_or_default();
        let any = |words: &[&str]| heads.iter().any(|h| words.contains(&h.as_str()));
        let timed = heads
            .iter()
            .any(|h| h.contains("time") || h.contains("date") || h.contains("start") || h.contains("时间") || h.contains("日期") || h.ends_with("at"));
        headerless(prefix)
            || heads.len() > 1
                && !timed
                && any(&["phone", "phonenumber", "mobile", "手机", "手机号", "电话"])
                && any(&["name", "firstname", "lastname", "fullname", "email", "姓名"])
                && !any(&["status", "disposition", "duration", "outcome", "result", "通话时长", "通话状态"])
    }
}

/// A number first, an address of electronic mail somewhere, and no time: a list of people without a header.
fn headerless(prefix: &Prefix) -> bool {
    let person = |r: &&Vec<String>| {
        let digits = r[0].trim().trim_start_matches('+');
        let number = digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit());
        let mail = |c: &String| c.trim().split_once('@').is_some_and(|(a, z)| !a.is_empty() && z.contains('.') && !c.trim().contains(' '));
        number && r.iter().any(mail) && !r.iter().skip(1).any(|c| c.len() > 8 && crate::input::layout::is_time(c))
    };
    prefix.width() > 3 && prefix.rows.iter().filter(|r| !r.is_empty()).filter(person).count() * 10 >= prefix.rows.len() * 9
}
