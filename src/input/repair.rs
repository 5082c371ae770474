//! Rows of writers that do not escape: quotes inside of quoted fields, and commas in a field that they never quote.

use std::collections::HashMap;

use super::profile::Profile;
use super::records::{Dialect, Fault, Row, Splitter, Table};

/// What may be done to rows of an export that are not written as CSV should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repair {
    pub(super) delimiter: u8,
    /// Fields of a record.
    pub(super) width: usize,
    /// Quotes inside of fields are not doubled.
    pub(super) quotes: bool,
    /// The column into which surplus fields belong.
    pub(super) surplus: Option<usize>,
}

impl Repair {
    /// What a profile allows.
    pub(super) fn of(profile: &Profile, width: usize, position: &dyn Fn(&str) -> Option<usize>) -> Repair {
        Repair { delimiter: profile.delimiter.unwrap_or(b','), width, quotes: profile.loose_quotes, surplus: profile.surplus.as_deref().and_then(position) }
    }

    /// The record with as many fields as it should have, as a table of its own; None where there is no way to read it so.
    pub(super) fn row(&self, raw: &[u8], table: &Table, row: &Row) -> Option<(Vec<u8>, Table)> {
        let mut fields = match row.fault? {
            Fault::Quotes if self.quotes => self.split(table.raw(raw, row))?,
            Fault::Ragged { .. } if table.width(row) > self.width && self.surplus.is_some() => {
                (0..table.width(row)).map(|i| table.field(raw, row, i).to_vec()).collect()
            }
            Fault::Ragged { .. } if self.quotes => self.split(table.raw(raw, row))?,
            _ => return None,
        };
        if let Some(surplus) = self.surplus.filter(|_| fields.len() > self.width) {
            let more = fields.len() - self.width;
            let merged = fields[surplus..=surplus + more].join(&self.delimiter);
            fields.splice(surplus..=surplus + more, [merged]);
        }
        if fields.len() != self.width {
            return None;
        }
        let mut text = Vec::new();
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                text.push(self.delimiter);
            }
            text.push(b'"');
            text.extend(field.iter().flat_map(|b| if *b == b'"' { vec![b'"', b'"'] } else { vec![*b] }));
            text.push(b'"');
        }
        let mut table = Splitter::new(Dialect { delimiter: self.delimiter, quote: b'"' }, self.width).split(&text, 0, text.len(), 0, true, 1);
        let fixed = table.rows.first_mut().filter(|r| r.fault.is_none())?;
        (fixed.offset, fixed.line) = (row.offset, row.line);
        Some((text, table))
    }

    /// The fields of a line in which a quote may be anything: of the readings that have as many fields as they should the plainest one.
    fn split(&self, line: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut known = HashMap::new();
        self.best(line, 0, 0, &mut known)?;
        let mut fields = Vec::new();
        let mut at = 0;
        while let Some(Some((_, end))) = known.get(&(at, fields.len())) {
            fields.push(value(&line[at..*end]));
            at = end + 1;
        }
        Some(fields)
    }

    /// How odd the plainest reading of the line from `at` is, `before` being the fields before it; in `known` it has its first end.
    fn best(&self, line: &[u8], at: usize, before: usize, known: &mut HashMap<(usize, usize), Option<(u32, usize)>>) -> Option<u32> {
        if let Some(found) = known.get(&(at, before)) {
            return found.map(|f| f.0);
        }
        let limit = if self.surplus.is_some() { 2 * self.width } else { self.width };
        let mut best: Option<(u32, usize)> = None;
        if before < limit && at <= line.len() {
            for end in self.ends(line, at) {
                let after = before + 1;
                let rest = if end < line.len() {
                    self.best(line, end + 1, after, known)
                } else {
                    (after == self.width || (after > self.width && self.surplus.is_some())).then_some(0)
                };
                let Some(rest) = rest else { continue };
                let cost = rest + self.oddity(&line[at..end]);
                if best.is_none_or(|b| cost < b.0) {
                    best = Some((cost, end));
                }
            }
        }
        known.insert((at, before), best);
        best.map(|b| b.0)
    }

    /// Where a field that begins at `at` may end: at a quote before a separator if it begins with a quote, or at the next separator.
    fn ends(&self, line: &[u8], at: usize) -> Vec<usize> {
        let mut ends = Vec::new();
        if line.get(at) == Some(&b'"') {
            let closes = |i: &usize| line[*i] == b'"' && line[*i - 1] != b'\\' && line.get(*i + 1).is_none_or(|c| *c == self.delimiter);
            ends.extend((at + 1..line.len()).filter(closes).take(6).map(|i| i + 1));
        }
        ends.push(line[at..].iter().position(|c| *c == self.delimiter).map_or(line.len(), |i| at + i));
        ends
    }

    /// How unlikely a field is: one that holds the end of another and the begin of a third is most unlikely.
    fn oddity(&self, field: &[u8]) -> u32 {
        let inner = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\"")).unwrap_or(field);
        let seam = inner.windows(2).filter(|w| *w == [b'"', self.delimiter]).count() + inner.windows(2).filter(|w| *w == [self.delimiter, b'"']).count();
        u32::from(inner.contains(&b'"')) + 4 * u32::try_from(seam).unwrap_or(u32::MAX / 8)
    }
}

/// A field without the quotes around it, inner quotes being one however they are written.
fn value(field: &[u8]) -> Vec<u8> {
    let Some(inner) = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\"")) else { return field.to_vec() };
    let mut out = Vec::with_capacity(inner.len());
    let mut i = 0;
    while i < inner.len() {
        let pair = (inner[i], inner.get(i + 1));
        i += if matches!(pair, (b'"' | b'\\', Some(b'"'))) { 2 } else { 1 };
        out.push(if pair == (b'\\', Some(&b'"')) { b'"' } else { pair.0 });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(line: &str, width: usize, quotes: bool, surplus: Option<usize>) -> Option<Vec<String>> {
        let raw = line.as_bytes();
        let table = Splitter::new(Dialect { delimiter: b',', quote: b'"' }, width).split(raw, 0, raw.len(), 0, true, 1);
        let (text, fixed) = Repair { delimiter: b',', width, quotes, surplus }.row(raw, &table, &table.rows[0])?;
        let row = fixed.rows[0];
        Some((0..width).map(|i| String::from_utf8_lossy(fixed.field(&text, &row, i)).into_owned()).collect())
    }

    #[test]
    fn quotes_that_are_not_doubled_are_read_by_the_number_of_fields() {
        assert_eq!(fixed("a,\"Ann\" <101>,\"x,y\",4", 4, true, None).unwrap(), ["a", "\"Ann\" <101>", "x,y", "4"]);
        assert_eq!(fixed("1,\"\"Ann\" <101>\",\"x,y\"", 3, true, None).unwrap(), ["1", "\"Ann\" <101>", "x,y"]);
        assert_eq!(fixed("\"Ann \"the boss\", Ltd\",\"x\",\"\", \"4\"", 4, true, None).unwrap(), ["Ann \"the boss\", Ltd", "x", "", " \"4\""]);
        assert_eq!(fixed("a,\"Ann\" <101>,3", 3, false, None), None, "only where the profile says so");
        assert_eq!(fixed("a,\"Ann\" <101>,3", 4, true, None), None, "no reading has four fields");
    }

    #[test]
    fn surplus_fields_belong_to_one_column() {
        assert_eq!(fixed("1,SIP/1,60,,2026", 3, false, Some(1)).unwrap(), ["1", "SIP/1,60,", "2026"]);
        assert_eq!(fixed("\"A\" <1>,SIP/1,60,,2026", 3, true, Some(1)).unwrap(), ["\"A\" <1>", "SIP/1,60,", "2026"]);
        assert_eq!(fixed("1,2", 3, true, Some(1)), None, "too few cannot be mended");
    }
}
