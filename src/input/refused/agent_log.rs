//! Logs of agents: when they were logged in, ready or on a break.

use super::{Refusal, any, heads};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "agent-log"
    }

    fn sentence(&self) -> &'static str {
        "when agents were logged in, ready or on a break, not calls: give the call records of the same system"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let agent = any(prefix, &["agent", "agentid", "agentname", "user", "userid", "extension", "坐席", "坐席工号", "坐席姓名", "工号", "座席工号"]);
        let shift = (any(prefix, &["login", "logintime", "loginat", "签入时间", "登录时间"])
            && any(prefix, &["logout", "logouttime", "logoutat", "签出时间", "登出时间"]))
            || any(prefix, &["pausesec", "pausecode", "agentstatus", "置忙时长", "示忙时长", "小休时长"])
                && any(prefix, &["waitsec", "eventtime", "readytime", "空闲时长", "在线时长"]);
        let number =
            heads(prefix).iter().any(|h| ["phone", "callee", "called", "dnis", "destination", "被叫", "手机", "电话号码"].iter().any(|w| h.contains(w)));
        agent && shift && !number
    }
}
