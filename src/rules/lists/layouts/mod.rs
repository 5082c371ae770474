//! How list files are written: one file each, the most particular first. Each looks at the first rows and says where the number stands.

use crate::calls::timestamps::DateOrder;
use crate::input::prefix::{PREFIX_ROWS, Prefix};
use crate::input::records::{Dialect, Splitter};

use super::dates;
use super::extract::{self, Found};

mod area;
mod bare;
mod changes;
mod header;

pub use changes::is_addition;
pub use header::{EXPIRES, NUMBER};

/// Where a row says what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The number, or the hash of one.
    pub number: usize,
    /// What stands in front of it.
    pub area: Option<usize>,
    /// Since when; in a log, when the row happened.
    pub added: Option<usize>,
    /// Until when.
    pub expires: Option<usize>,
    /// For which purpose.
    pub scope: Option<usize>,
    /// Added or deleted: a log.
    pub action: Option<usize>,
}

/// The first rows of a list.
#[derive(Debug)]
pub struct Sample<'a> {
    /// The first one: a header, if the list has one.
    pub first: &'a [String],
    /// All of them, or those behind the header.
    pub rows: &'a [Vec<String>],
}

impl Sample<'_> {
    /// The cells of a column that are not empty.
    pub fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |r| r.get(column)).map(|c| c.trim()).filter(|c| !c.is_empty())
    }
    /// Is it so of the cells of a column, all but one of twenty? Not of none.
    pub fn mostly(&self, column: usize, test: impl Fn(&str) -> bool) -> bool {
        let (all, good) = self.cells(column).fold((0, 0), |(all, good), c| (all + 1, good + usize::from(test(c))));
        all > 0 && good * 20 >= all * 19
    }
    /// Columns of the widest row.
    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// How a list file is written.
#[derive(Debug)]
pub struct Layout {
    /// Between and around fields.
    pub dialect: Dialect,
    /// Where its first entry begins: byte, and lines before it.
    pub skip: (u64, u64),
    /// Bookkeeping columns in front.
    pub hidden: usize,
    /// What stands where.
    pub columns: Columns,
    /// Which of day and month comes first in its dates.
    pub order: Option<DateOrder>,
}

/// Columns by the rows behind a header that names one of numbers.
fn with_header(rows: &[Vec<String>]) -> Option<Columns> {
    let (first, rest) = rows.split_first()?;
    header::recognise(&Sample { first, rows: rest })
}

/// Columns by what stands in them.
fn without_header(rows: &[Vec<String>]) -> Columns {
    let Some(first) = rows.first() else { return Columns::default() };
    let sample = Sample { first, rows };
    [changes::recognise, area::recognise].iter().find_map(|recognise| recognise(&sample)).unwrap_or_else(|| bare::columns(&sample))
}

impl Layout {
    /// By the first bytes of UTF-8 text.
    pub fn of_text(prefix: &[u8]) -> Layout {
        let bom = if prefix.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let is_comment = |l: &[u8]| l.trim_ascii().is_empty() || l.starts_with(b"#");
        let first = prefix[bom..].split(|b| *b == b'\n').find(|l| !is_comment(l)).unwrap_or_default();
        let count = |d: u8| first.iter().filter(|b| **b == d).count();
        let mut delimiters = [b',', b';', b'\t', b'|'];
        delimiters.sort_by_key(|d| std::cmp::Reverse(count(*d)));
        let mut best: Option<(usize, Layout)> = None;
        for delimiter in delimiters {
            let look = Look::new(prefix, bom, delimiter);
            if let Some(columns) = with_header(&look.rows) {
                return look.layout(columns, true);
            }
            let columns = without_header(&look.rows);
            let score = look.score(columns.number);
            if best.as_ref().is_none_or(|b| score > b.0) {
                best = Some((score, look.layout(columns, false)));
            }
        }
        best.map_or_else(|| Look::new(prefix, bom, b',').layout(Columns::default(), false), |b| b.1)
    }

    /// By the first rows of a table that was made of another form.
    pub fn of_table(prefix: &Prefix) -> Layout {
        let columns = with_header(&prefix.rows);
        let rows = if columns.is_some() || prefix.named { prefix.rows.get(1..).unwrap_or_default() } else { &prefix.rows };
        let order = order(columns.unwrap_or_default(), rows);
        let skip = prefix.skip(columns.is_some() || prefix.named, 0);
        let columns = columns.unwrap_or_else(|| without_header(rows));
        Layout { dialect: prefix.dialect, skip, hidden: prefix.hidden, columns, order }
    }
}

fn order(columns: Columns, rows: &[Vec<String>]) -> Option<DateOrder> {
    let times = [columns.added, columns.expires];
    dates::order(times.iter().flatten().flat_map(|c| rows.iter().filter_map(|r| r.get(*c))).map(String::as_str))
}

/// The first rows with one delimiter; comments are left out.
struct Look {
    dialect: Dialect,
    rows: Vec<Vec<String>>,
    begin: u64,
    /// Where the second row begins: byte, and lines before it.
    second: (u64, u64),
}

impl Look {
    fn new(prefix: &[u8], bom: usize, delimiter: u8) -> Look {
        let dialect = Dialect { delimiter, quote: b'"' };
        let table = Splitter::new(dialect, 0).split(prefix, bom, prefix.len(), 0, true, PREFIX_ROWS);
        let text = |r, i| String::from_utf8_lossy(table.field(prefix, r, i)).into_owned();
        let is_row = |r: &&crate::input::records::Row| r.fault.is_none() && !table.raw(prefix, r).starts_with(b"#");
        let rows = table.rows.iter().filter(is_row).map(|r| (0..table.width(r)).map(|i| text(r, i)).collect()).collect();
        let first = table.rows.iter().find(is_row).map_or(0, |r| r.offset);
        let second = table.rows.iter().find(|r| r.offset > first).map_or((table.range.1, table.lines), |r| (r.offset, u64::from(r.line)));
        Look { dialect, rows, begin: bom as u64, second }
    }

    /// How well the fields of a column can be read as numbers.
    fn score(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|r| r.get(column));
        cells.map(|c| if is_number(c) { 2 } else { usize::from(matches!(extract::number(c), Found::One(_))) }).sum()
    }

    fn layout(self, columns: Columns, header: bool) -> Layout {
        let rows = if header { &self.rows[1..] } else { &self.rows };
        let order = order(columns, rows);
        Layout { dialect: self.dialect, skip: if header { self.second } else { (self.begin, 0) }, hidden: 0, columns, order }
    }
}

/// Is it written as a number, and nothing else?
fn is_number(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits >= 3 && cell.bytes().all(|b| b.is_ascii_digit() || b"+-.()/ *\t".contains(&b))
}

/// So many digits and nothing else?
fn is_digits(cell: &str, count: usize) -> bool {
    cell.len() == count && cell.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> (char, Columns, u64) {
        let layout = Layout::of_text(text.as_bytes());
        (char::from(layout.dialect.delimiter), layout.columns, layout.skip.1)
    }

    #[test]
    fn the_delimiter_is_the_one_that_leaves_numbers() {
        assert_eq!(look("0412490010;Firm A, B, C\n0445087887;Firm D, E, F\n").0, ';');
        assert_eq!(look("13800130001\n13800130002").0, ',');
        assert_eq!(look("40001100|Belle| A, B|x\n").0, '|');
        assert_eq!(look("# a, b, c\n\n3922;short\n"), (';', Columns::default(), 0));
        assert_eq!(look("Smith, John 01234567890\nJones, Ann 01234567891\n"), (';', Columns::default(), 0));
        assert_eq!(look("Ann;07700900123\nBen;07700900124\n").1.number, 1);
    }

    #[test]
    fn headers_are_found_behind_comments() {
        let (delimiter, columns, lines) = look("# by hand\n手机号;添加时间;失效时间;范围\n13800130001;2026-01-01;;\n");
        assert_eq!((delimiter, lines), (';', 2));
        assert_eq!(columns, Columns { number: 0, added: Some(1), expires: Some(2), scope: Some(3), ..Columns::default() });
        assert_eq!(look("pattern\n4692576503\n").2, 1);
        assert_eq!(look("lead_id,phone_number\n1,2125550123\n").1.number, 1);
        let split = look("area_code,phone,date\n212,5550123,2026-01-01\n").1;
        assert_eq!((split.area, split.number, split.added), (Some(0), 1, Some(2)));
        assert_eq!(look("area_code,phone\n212,2125550123\n").1.area, None, "the number is whole");
    }

    #[test]
    fn registries_come_in_two_pieces_and_as_changes() {
        assert_eq!(look("212,5550123\n646,5550124\n").1, Columns { number: 1, area: Some(0), ..Columns::default() });
        let change = Columns { number: 0, action: Some(1), added: Some(2), ..Columns::default() };
        assert_eq!(look("2125550123,A,2026-01-05\n6465550124,D,2026-02-01\n").1, change);
        let change = Columns { number: 1, area: Some(0), action: Some(3), added: Some(2), ..Columns::default() };
        assert_eq!(look("212,5550123,20260105,add\n646,5550124,20260201,delete\n").1, change);
        let change = Columns { number: 0, action: Some(1), added: Some(2), ..Columns::default() };
        assert_eq!(look("手机号,操作,时间\n13800130001,新增,2026-01-05\n13800130001,删除,2026-03-05\n").1, change);
        assert_eq!(look("number,type\n2125550123,mobile\n").1.action, None);
    }

    #[test]
    fn the_order_of_day_and_month_is_told_by_the_dates() {
        let order = |text: &str| Layout::of_text(text.as_bytes()).order;
        assert_eq!(order("number,added_at\n2125550123,12/31/2026\n"), Some(DateOrder::MonthFirst));
        assert_eq!(order("number,added_at\n2125550123,31.12.2026\n"), Some(DateOrder::DayFirst));
        assert_eq!(order("number,added_at\n2125550123,2026-12-31\n"), None);
    }
}
