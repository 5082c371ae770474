//! What the columns of the violations hold, for forms that have types.

use crate::calls::columns::{Column, Kind};
use crate::calls::timestamps;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Any text, telephone numbers among them.
    Text,
    /// A whole number.
    Whole,
    /// A number with decimals.
    Number,
    /// A point in time, UTC.
    Instant,
    /// A point in time on a clock, with its offset.
    Local,
}

impl Type {
    /// Of the column of this name.
    pub fn of(column: &str) -> Type {
        match column {
            "line" => Type::Whole,
            "measured" | "limit" => Type::Number,
            "window_start" => Type::Instant,
            "local_time" => Type::Local,
            other => match Column::by_name(other).map(Column::kind) {
                Some(Kind::Instant) => Type::Instant,
                Some(Kind::Seconds) => Type::Number,
                _ => Type::Text,
            },
        }
    }
}

/// A cell as a number; none where it holds none.
pub fn number(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|n: &f64| n.is_finite())
}

/// A cell as an instant, ms.
pub fn instant(cell: &str) -> Option<i64> {
    let stamp = timestamps::parse(cell, None)?;
    Some(stamp.local - stamp.offset?)
}

/// A cell as what the clock showed, ms since 1970 on that clock.
pub fn local(cell: &str) -> Option<i64> {
    timestamps::parse(cell, None).map(|stamp| stamp.local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_type() {
        for (column, is) in [
            ("rule", Type::Text),
            ("caller", Type::Text),
            ("call_id", Type::Text),
            ("line", Type::Whole),
            ("limit", Type::Number),
            ("talk_s", Type::Number),
            ("started_at", Type::Instant),
            ("answered_at", Type::Instant),
            ("window_start", Type::Instant),
            ("local_time", Type::Local),
            ("raw.\"line\"", Type::Text),
        ] {
            assert_eq!(Type::of(column), is, "{column}");
        }
        assert_eq!((number("4.5"), number("inf"), number(""), number("x")), (Some(4.5), None, None, None));
        assert_eq!(instant("1970-01-02T00:00:00.250Z"), Some(86_400_250));
        assert_eq!((instant("1970-01-01T08:00:00+08:00"), local("1970-01-01T08:00:00+08:00")), (Some(0), Some(28_800_000)));
        assert_eq!(instant("soon"), None);
    }
}
