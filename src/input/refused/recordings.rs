//! Lists of recordings.

use super::{Refusal, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "recordings"
    }

    fn sentence(&self) -> &'static str {
        "a list of recordings, not calls: it does not tell who was called with what outcome; give the call records of the same system instead"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let recordings =
            names(prefix, &["recordingid", "filename"]) || names(prefix, &["recordinglogid", "filename"]) || names(prefix, &["录音文件", "文件大小"]);
        recordings && !names(prefix, &["disposition"]) && !names(prefix, &["status"])
    }
}
