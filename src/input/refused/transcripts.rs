//! What was said in a call, sentence by sentence.

use super::{Refusal, any, heads};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "transcripts"
    }

    fn sentence(&self) -> &'static str {
        "what was said in calls (transcripts), sentence by sentence, not calls: give the call records in which each call is one row"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let who = any(prefix, &["speaker", "speakerrole", "role", "identity", "说话人", "角色", "发言人"]);
        let what = any(prefix, &["text", "script", "sentence", "utterance", "content", "transcript", "words", "文本", "内容", "话术", "对话内容", "识别结果"]);
        let number = heads(prefix).iter().any(|h| ["phone", "callee", "called", "dnis", "mobile", "被叫", "手机", "号码"].iter().any(|w| h.contains(w)));
        who && what && !number
    }
}
