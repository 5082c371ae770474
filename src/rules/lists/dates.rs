//! Times of list entries: a date stands for the whole day, as `added_at` from its first moment, as `expires_at` to its last.

use crate::calls::calendar::Date;
use crate::calls::timestamps::{self, DateOrder, Precision};
use crate::calls::zones::{Clock, DAY};

/// How the times of a file are read.
#[derive(Clone, Copy, Debug)]
pub struct Times<'a> {
    /// The clock of those without an offset.
    pub clock: &'a Clock,
    /// Which of day and month comes first, where the file tells.
    pub order: Option<DateOrder>,
}

impl Times<'_> {
    /// Since when, and the local date of that.
    pub fn begin(self, text: &str) -> Option<(i64, Date)> {
        let s = timestamps::parse(text, self.order)?;
        let at = match s.offset {
            Some(offset) => s.local - offset,
            None if s.precision == Precision::Day => self.clock.first_at_or_after(s.local),
            None => self.clock.instants(s.local).first(),
        };
        Some((at, Date::try_from(self.clock.local(at).div_euclid(DAY)).unwrap_or(0)))
    }

    /// From when on no longer.
    pub fn end(self, text: &str) -> Option<i64> {
        let s = timestamps::parse(text, self.order)?;
        Some(match s.offset {
            _ if s.precision == Precision::Day => self.clock.first_at_or_after(s.local + DAY),
            Some(offset) => s.local - offset,
            None => self.clock.instants(s.local).first(),
        })
    }
}

/// Which of day and month comes first, as far as some of the times tell.
pub fn order<'a>(times: impl Iterator<Item = &'a str>) -> Option<DateOrder> {
    let (mut day, mut month) = (false, false);
    for (first, second) in times.filter_map(|t| timestamps::swappable(t.trim())) {
        day |= first > 12;
        month |= second > 12;
    }
    match (day, month) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}
