//! Complaints of consumers as regulators publish them.

use super::{Refusal, names};
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "complaints"
    }

    fn sentence(&self) -> &'static str {
        "complaints about calls (FTC or FCC), not calls: a log of complaints is evidence, not what is audited; give the call log of the days that they name; callaudit complaints holds the two against each other"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        names(prefix, &["Company_Phone_Number", "Violation_Date"])
            || names(prefix, &["company-phone-number", "violation-date"])
            || names(prefix, &["Caller ID Number", "Advertiser Business Phone Number"])
            || names(prefix, &["caller_id_number", "advertiser_business_phone_number"])
    }
}
