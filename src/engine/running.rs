//! Running numbers of an export: which are there, in ranges, and which are missing between them.

use std::collections::BTreeMap;

/// Ranges beyond which a column is no running number after all.
const MOST: usize = 100_000;
/// Rows that a column must show before it is taken for a running number.
const ROWS: usize = 20;

/// The numbers that were met, as ranges: first to last.
#[derive(Debug, Default)]
pub struct Running {
    ranges: BTreeMap<u64, u64>,
    given_up: bool,
    /// Rows whose number could not be read.
    unread: u64,
}

/// The column that counts on from row to row, if there is one. `preferred`: the column of call ids.
pub fn column(rows: &[Vec<String>], preferred: Option<usize>) -> Option<usize> {
    let width = rows.first().map_or(0, Vec::len);
    let counts_on = |place: usize| {
        let numbers: Option<Vec<u64>> = rows.iter().map(|r| r.get(place).and_then(|c| number(c.as_bytes()))).collect();
        let Some(numbers) = numbers.filter(|n| n.len() >= ROWS) else { return false };
        let steps = numbers.windows(2).filter(|w| w[0].abs_diff(w[1]) == 1).count();
        let mut distinct = numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        steps * 10 >= (numbers.len() - 1) * 6 && distinct.len() * 10 >= numbers.len() * 6
    };
    preferred.into_iter().chain(0..width).find(|place| counts_on(*place))
}

fn number(cell: &[u8]) -> Option<u64> {
    let cell = cell.trim_ascii();
    if cell.is_empty() || cell.len() > 18 || !cell.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(cell.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')))
}

impl Running {
    /// The numbers of some rows; None is a row whose number cannot be read.
    pub fn of<'a>(cells: impl Iterator<Item = Option<&'a [u8]>>) -> Running {
        let mut running = Running::default();
        let mut numbers: Vec<u64> = Vec::new();
        for cell in cells {
            match cell.and_then(number) {
                Some(n) => numbers.push(n),
                None => running.unread += 1,
            }
        }
        numbers.sort_unstable();
        for range in numbers.chunk_by(|a, b| b - a <= 1) {
            running.add(range[0], range[range.len() - 1]);
        }
        running
    }

    /// Adds those of other rows.
    pub fn merge(&mut self, other: &Running) {
        self.unread += other.unread;
        self.given_up |= other.given_up;
        if !self.given_up {
            other.ranges.iter().for_each(|(first, last)| self.add(*first, *last));
        }
    }

    fn add(&mut self, mut first: u64, mut last: u64) {
        if self.given_up {
            return;
        }
        if let Some((&a, &b)) = self.ranges.range(..=first).next_back()
            && b + 1 >= first
        {
            first = a;
            last = last.max(b);
        }
        while let Some((&a, &b)) = self.ranges.range(first..=last + 1).next() {
            self.ranges.remove(&a);
            last = last.max(b);
        }
        self.ranges.insert(first, last);
        if self.ranges.len() > MOST {
            self.given_up = true;
            self.ranges.clear();
        }
    }

    /// A sentence about the numbers that are missing; none where none are, or where rows that could not be read may hold them.
    pub fn doubt(&self, column: &str) -> Option<String> {
        let (first, last) = (*self.ranges.keys().next()?, *self.ranges.values().next_back()?);
        let present: u64 = self.ranges.iter().map(|(a, b)| b - a + 1).sum();
        let missing = last - first + 1 - present;
        if missing <= self.unread || missing > present {
            return None;
        }
        let holes: Vec<(u64, u64)> = self.ranges.iter().zip(self.ranges.keys().skip(1)).map(|((_, b), next)| (b + 1, next - 1)).collect();
        let shown: Vec<String> = holes.iter().take(3).map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") }).collect();
        let more = if holes.len() > 3 { ", …" } else { "" };
        Some(format!("the column {column} counts from {first} to {last} and {missing} numbers are missing ({}{more}): rows may be missing", shown.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(numbers: impl Iterator<Item = u64>) -> Running {
        let texts: Vec<String> = numbers.map(|n| n.to_string()).collect();
        Running::of(texts.iter().map(|t| Some(t.as_bytes())))
    }

    #[test]
    fn holes_are_told_however_the_rows_come() {
        let mut all = running((1..=40).rev().filter(|n| *n != 7));
        all.merge(&running((61..=100).chain(30..=45)));
        let text = all.doubt("id").unwrap();
        assert_eq!(text, "the column id counts from 1 to 100 and 16 numbers are missing (7, 46-60): rows may be missing");
        all.merge(&Running::of([None].into_iter().cycle().take(16)));
        assert_eq!(all.doubt("id"), None, "rows that could not be read may hold them");
        assert_eq!(running(5..90).doubt("id"), None);
        assert_eq!(running((0..90).map(|n| n * 1000)).doubt("id"), None, "that is no running number");
    }

    #[test]
    fn a_running_number_is_told_from_flags_and_lengths() {
        let rows: Vec<Vec<String>> = (0..60_u64).map(|i| vec![(i % 2).to_string(), (i * 37 % 11).to_string(), (900 - i - i / 10).to_string()]).collect();
        assert_eq!(column(&rows, None), Some(2));
        assert_eq!(column(&rows, Some(1)), Some(2));
        assert_eq!(column(&rows[..10], None), None);
    }
}
