//! By when a complaint must be answered, and whether it was. What the log states comes first; else the clock of its channel, if one is known.

use std::collections::HashMap;
use std::path::Path;

use super::log::Complaint;
use super::model::{Deadline, DeadlineState};
use super::sources::{CLOCKS, ComplaintClock, Time};
use crate::calls::calendar::{Calendar, Date, Day, add_business_days, iso};

/// Counts deadlines; reads each calendar once.
#[derive(Debug)]
pub struct Deadlines {
    as_of: Date,
    calendars: HashMap<&'static str, Option<Calendar>>,
}

impl Deadlines {
    /// As of a day.
    pub fn new(as_of: Date) -> Deadlines {
        Deadlines { as_of, calendars: HashMap::new() }
    }

    /// How a complaint stands. The day on which it came is day 0; an answer on the last day is in time.
    pub fn of(&mut self, complaint: &Complaint) -> Deadline {
        let clock = CLOCKS.iter().find(|c| c.channel == complaint.channel);
        let nothing = |state| Deadline { state, due: None, days: None, basis: None, calendar_short: false };
        let (due, basis, short) = match (complaint.due, clock, &complaint.received) {
            (Some(due), _, _) => (due, "stated", false),
            (None, None, _) => return nothing(DeadlineState::NoDeadline),
            (None, Some(clock), None) => return Deadline { basis: Some(clock.id.to_owned()), ..nothing(DeadlineState::NoReceipt) },
            (None, Some(clock), Some(came)) => {
                let (due, short) = self.count(clock, came.date);
                (due, clock.id, short)
            }
        };
        let state = match &complaint.answered {
            Some(answered) if answered.date <= due => DeadlineState::Answered,
            Some(_) => DeadlineState::AnsweredLate,
            None if complaint.closed => DeadlineState::ClosedUndated,
            None if due < self.as_of && complaint.answers_told => DeadlineState::Missed,
            None if due < self.as_of => DeadlineState::NotTold,
            None => DeadlineState::Due,
        };
        let days = match (&complaint.answered, state) {
            (Some(answered), _) => Some(i64::from(due - answered.date)),
            (None, DeadlineState::ClosedUndated) => None,
            (None, _) => Some(i64::from(due - self.as_of)),
        };
        Deadline { state, due: Some(iso(due)), days, basis: Some(basis.to_owned()), calendar_short: short }
    }

    /// The last day, and whether the calendar does not reach so far.
    fn count(&mut self, clock: &ComplaintClock, from: Date) -> (Date, bool) {
        match clock.time {
            Time::Days(n) => (from + i32::try_from(n).unwrap_or(0), false),
            Time::BusinessDays(n, None) => (add_business_days(from, n, None), true),
            Time::BusinessDays(n, Some(name)) => {
                let calendar = self.calendars.entry(name).or_insert_with(|| Calendar::load(name, Path::new(".")).ok()).as_ref();
                let due = add_business_days(from, n, calendar);
                let short = calendar.is_none_or(|c| [from, due].iter().any(|d| c.day(*d) == Day::Uncovered));
                (due, short)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::{Told, Who};
    use super::*;
    use crate::calls::calendar::parse_iso;
    use crate::calls::timestamps::Precision;

    fn told(date: &str) -> Option<Told> {
        let date = parse_iso(date)?;
        Some(Told { first: 0, last: 0, date, precision: Precision::Day })
    }

    fn complaint(channel: &str, received: &str, answered: &str) -> Complaint {
        Complaint {
            file: 0,
            line: 2,
            id: String::new(),
            who: Who::Untold,
            number: String::new(),
            shown: None,
            shown_text: String::new(),
            happened: None,
            received: told(received),
            due: None,
            answered: told(answered),
            closed: false,
            answers_told: true,
            channel: channel.to_owned(),
            subject: String::new(),
            area: String::new(),
            bad_time: false,
        }
    }

    /// 2026-09-25 is a Friday. Working days after it: 28, 29, 30 September; 1 to 7 October are off, 10 October (a Saturday) is worked; then 8, 9, 10, 12 to 16,
    /// 19 to 22 October.
    #[test]
    fn fifteen_working_days_go_across_the_october_holiday() {
        let mut deadlines = Deadlines::new(parse_iso("2026-10-22").unwrap());
        let due = deadlines.of(&complaint("12321", "2026-09-25", ""));
        assert_eq!((due.due.as_deref(), due.state, due.days, due.calendar_short), (Some("2026-10-22"), DeadlineState::Due, Some(0), false));
        let late = Deadlines::new(parse_iso("2026-10-23").unwrap()).of(&complaint("12321", "2026-09-25", ""));
        assert_eq!((late.state, late.days), (DeadlineState::Missed, Some(-1)));
        assert_eq!(deadlines.of(&complaint("12321", "2026-09-25", "2026-10-22")).state, DeadlineState::Answered);
        assert_eq!(deadlines.of(&complaint("12321", "2026-09-25", "2026-10-23")).state, DeadlineState::AnsweredLate);
        assert!(deadlines.of(&complaint("12321", "2026-12-25", "")).calendar_short);
    }

    #[test]
    fn where_no_deadline_is_known_none_is_made_up() {
        let mut deadlines = Deadlines::new(parse_iso("2026-10-22").unwrap());
        for channel in ["12300", "12315", "ftc", "fcc", "carrier", "own desk", ""] {
            assert_eq!(deadlines.of(&complaint(channel, "2025-09-25", "")).state, DeadlineState::NoDeadline, "{channel}");
        }
        let stated = Complaint { due: parse_iso("2026-10-21"), ..complaint("fcc", "2026-10-01", "") };
        let stated = deadlines.of(&stated);
        assert_eq!((stated.state, stated.basis.as_deref()), (DeadlineState::Missed, Some("stated")));
        assert_eq!(deadlines.of(&complaint("12321", "", "")).state, DeadlineState::NoReceipt);
        // A log that has no column of answers does not say that there was none.
        let silent = Complaint { answers_told: false, ..complaint("12321", "2026-01-05", "") };
        assert_eq!(deadlines.of(&silent).state, DeadlineState::NotTold);
        let closed = Complaint { closed: true, ..complaint("12321", "2026-01-05", "") };
        assert_eq!(deadlines.of(&closed).state, DeadlineState::ClosedUndated);
    }
}
