//! What to do about findings: steps, owners, due dates.

pub mod defaults;
pub mod leaks;
pub mod plan;

use crate::calls::calendar::{Calendar, Date, add_business_days};

/// The date on which a step is due: `1 business day`, `30 days`, from a date. None if the text is neither.
///
/// Business days are Monday to Friday, less the holidays and plus the make-up workdays of the Chinese calendar within its years.
pub fn due(text: &str, from: Date) -> Option<Date> {
    due_by(text, from, None)
}

/// As [`due`], on a calendar.
pub fn due_by(text: &str, from: Date, calendar: Option<&Calendar>) -> Option<Date> {
    let (n, unit) = text.split_once(' ')?;
    let n: u32 = n.parse().ok()?;
    match unit {
        "business day" | "business days" => Some(add_business_days(from, n, calendar)),
        "day" | "days" => from.checked_add(i32::try_from(n).ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::calendar::{iso, parse_iso};

    #[test]
    fn due_dates_are_counted_from_the_day_of_the_report() {
        let tuesday = parse_iso("2026-11-24").unwrap();
        assert_eq!(due("1 business day", tuesday).map(iso), Some("2026-11-25".into()));
        assert_eq!(due("4 business days", tuesday).map(iso), Some("2026-11-30".into()));
        assert_eq!(due("30 days", tuesday).map(iso), Some("2026-12-24".into()));
        assert_eq!(due("soon", tuesday), None);
    }
}
