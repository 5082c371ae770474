//! `212,5550123`: area code and number, as the full list of the registry of the United States has them.

use super::{Columns, Sample, is_digits};

/// Two columns and no other.
pub fn recognise(sample: &Sample<'_>) -> Option<Columns> {
    (sample.width() == 2 && begins(sample)).then_some(Columns { number: 1, area: Some(0), ..Columns::default() })
}

/// Does each row begin with an area code and a number?
pub fn begins(sample: &Sample<'_>) -> bool {
    sample.mostly(0, |c| is_digits(c, 3)) && sample.mostly(1, |c| is_digits(&c.replace('-', ""), 7))
}
