//! Tencent Cloud TCCC DescribePredictiveDialingSessions: the ids of the sessions of a predictive campaign, without what became of them.

use super::{Refusal, heads, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "predictive-sessions"
    }

    fn sentence(&self) -> &'static str {
        "the ids of the sessions of a predictive campaign, not calls: it has neither numbers nor times; export the calls (DescribeTelCdr, in the console 通话记录) of the same days"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let list = heads(prefix).iter().any(|h| h == "sessionlist" || h.ends_with("responsesessionlist"));
        list && !names(prefix, &["Caller"]) && !names(prefix, &["Callee"])
    }
}
