//! Logs of text messages.

use super::{Refusal, any, heads, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "messages"
    }

    fn sentence(&self) -> &'static str {
        "text messages (SMS), not calls: give the call records of the same account; messages are not judged"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        const MESSAGE: &[&str] = &[
            "numsegments",
            "messagesid",
            "messageuuid",
            "smsid",
            "smscontent",
            "smssize",
            "smstext",
            "messagebody",
            "messagetext",
            "短信内容",
            "短信签名",
            "短信模板",
            "短信条数",
        ];
        let spoken = heads(prefix).iter().any(|h| ["duration", "billsec", "talk", "hangup", "answer", "时长", "挂断", "接通"].iter().any(|w| h.contains(w)));
        let lone = any(prefix, MESSAGE) || (names(prefix, &["PhoneNum", "SendDate", "TemplateCode"])) || (names(prefix, &["from", "to", "body"]));
        lone && !spoken
    }
}
