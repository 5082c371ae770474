//! Bindings of virtual numbers (AXB): who is behind an X number, and from when to when.

use super::{Refusal, any, heads, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "bindings"
    }

    fn sentence(&self) -> &'static str {
        "bindings of virtual numbers (AXB), not calls: name it in a [[list]] of kind \"bindings\", and give the call records (话单) of the platform as input"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let sides = names(prefix, &["x", "a"])
            || names(prefix, &["PhoneNoA", "PhoneNoX"])
            || names(prefix, &["PhoneNoA", "SecretNo"])
            || names(prefix, &["telA", "telX"])
            || names(prefix, &["号码A", "号码X"])
            || names(prefix, &["A号码", "X号码"])
            || names(prefix, &["A号", "X号"])
            || names(prefix, &["真实号码", "隐私号码"]);
        let ends = any(
            prefix,
            &[
                "expiration",
                "expiredate",
                "expiretime",
                "expiresat",
                "to",
                "until",
                "unbindtime",
                "bindtime",
                "绑定时间",
                "解绑时间",
                "失效时间",
                "到期时间",
                "有效期",
            ],
        );
        let called = heads(prefix)
            .iter()
            .any(|h| ["calltime", "starttime", "releasetime", "duration", "billsec", "release", "呼叫", "通话", "时长", "挂断"].iter().any(|w| h.contains(w)));
        sides && ends && !called
    }
}
