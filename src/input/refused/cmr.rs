//! Cisco CUCM call management records: the quality of media streams.

use super::{Refusal, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "cucm-cmr"
    }

    fn sentence(&self) -> &'static str {
        "Cisco call management records (CMR, quality of streams), not calls: give the files whose names begin with cdr_"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        names(prefix, &["cdrRecordType", "numberPacketsSent"])
    }
}
