//! One number a line, with whatever stands behind it: `number`, `number;comment`, `number,label`. Names in front of the number are passed over.

use super::{Columns, Sample, is_number};
use crate::rules::lists::extract::{self, Found};

/// The first column in which numbers stand.
pub fn columns(sample: &Sample<'_>) -> Columns {
    let readable = |c: &str| is_number(c) || matches!(extract::number(c), Found::One(_));
    let first = sample.cells(0).any(readable);
    let other = (1..sample.width()).find(|i| sample.mostly(*i, |c| is_number(c) && c.bytes().filter(u8::is_ascii_digit).count() >= 7));
    Columns { number: other.filter(|_| !first && sample.cells(0).count() == sample.rows.len()).unwrap_or(0), ..Columns::default() }
}
