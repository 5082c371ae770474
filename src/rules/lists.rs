//! Lists of numbers, as of a moment: entries with dates and scopes, prefixes, masks.

use std::borrow::Cow;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::calls::calendar::{Calendar, Date, add_business_days};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{Number, NumberReader, NumberRegion, Sort, ascii};
use crate::calls::timestamps::{self, Precision};
use crate::calls::zones::{Clock, DAY};
use crate::input::prefix::PREFIX_BYTES;
use crate::input::records::{self, Cut, Dialect, Done, Feed, Place, Splitter, Table};
use crate::input::source::Source;

/// How long after it was added an entry does not count yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// It counts at once.
    None,
    /// Milliseconds.
    Elapsed(i64),
    /// Calendar days; the day of `added_at` is day 0.
    Days(u32),
    /// Business days; the day of `added_at` is day 0.
    BusinessDays(u32),
}

/// Does a callee stand on a list? The greater the surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// No.
    No,
    /// It depends on something that the log or the list does not tell.
    Possible {
        /// The entry has no date.
        undated: bool,
    },
    /// Yes.
    Certain {
        /// The entry has no date.
        undated: bool,
    },
}

#[derive(Clone, Debug)]
struct Entry {
    /// Since when, and the local date of that.
    added: Option<(i64, Date)>,
    expires: Option<i64>,
    scope: Option<Box<str>>,
}

#[derive(Clone, Debug)]
enum Pattern {
    /// E.164 digits, and the digits as written for what is no valid number.
    Prefix { e164: Option<String>, written: String },
    /// As written, without blanks and signs; with a plus if it had one.
    Mask(String),
}

/// A list of numbers.
#[derive(Debug)]
pub struct List {
    /// Its id.
    pub id: String,
    clock: Clock,
    trunk: String,
    country: String,
    /// Entries without date and scope, sorted.
    plain: Vec<Key>,
    filter: Filter,
    dated: HashMap<Key, Vec<Entry>>,
    patterns: Vec<(Pattern, Entry)>,
    /// Every entry's number as exported, for masked callees.
    masks: MaskIndex,
    /// How many entries it has.
    pub entries: usize,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// Numbers by the digits that a mask shows, made when the first masked callee asks.
#[derive(Debug, Default)]
struct MaskIndex {
    shapes: std::sync::RwLock<HashMap<String, HashMap<String, Vec<Key>>>>,
}

/// Says quickly of most keys that they are not in a list: one bit of sixteen for each that is.
#[derive(Debug, Default)]
struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    fn new(keys: &[Key]) -> Filter {
        if keys.is_empty() {
            return Filter::default();
        }
        let words = (keys.len() * 16).next_power_of_two().max(64) / 64;
        let mut filter = Filter { bits: vec![0; words] };
        for key in keys {
            let (word, bit) = filter.place(*key);
            filter.bits[word] |= 1 << bit;
        }
        filter
    }
    fn place(&self, key: Key) -> (usize, u32) {
        let spread = crate::calls::keys::spread(key);
        ((spread >> 6) as usize & (self.bits.len() - 1), (spread & 63) as u32)
    }
    fn may_hold(&self, key: Key) -> bool {
        if self.bits.is_empty() {
            return false;
        }
        let (word, bit) = self.place(key);
        self.bits[word] >> bit & 1 == 1
    }
}

/// How a list file is written.
struct Layout {
    dialect: Dialect,
    /// Where its first entry begins: byte, and lines before it.
    skip: (u64, u64),
    /// Number, added_at, expires_at, scope.
    columns: [Option<usize>; 4],
}

/// What a piece of a list file holds.
#[derive(Default)]
struct ListRows {
    /// Numbers without date and scope.
    plain: Vec<Key>,
    /// All other rows: line in the piece, cells, and the number if there is one.
    others: Vec<(u32, [Option<String>; 4], Option<Number>)>,
}

impl Layout {
    /// By the first line that is no comment: its delimiter, and whether it names columns.
    fn look(prefix: &[u8]) -> Layout {
        let bom = if prefix.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let first = prefix[bom..].split(|b| *b == b'\n').find(|l| !l.trim_ascii().is_empty() && !l.starts_with(b"#")).unwrap_or_default();
        let delimiter = [b'|', b'\t', b';', b','].into_iter().max_by_key(|d| first.iter().filter(|b| *b == d).count()).unwrap_or(b',');
        let dialect = Dialect { delimiter, quote: b'"' };
        let table = Splitter::new(dialect, 0).split(prefix, bom, prefix.len(), 0, true, 1000);
        let mut rows = table.rows.iter().filter(|r| r.fault.is_none() && !table.raw(prefix, r).starts_with(b"#"));
        let none = Layout { dialect, skip: (bom as u64, 0), columns: [Some(0), None, None, None] };
        let Some(header) = rows.next() else { return none };
        let names: Vec<String> =
            (0..table.width(header)).map(|i| crate::input::profile::fold(String::from_utf8_lossy(table.field(prefix, header, i)).trim())).collect();
        let find = |words: &[&str]| names.iter().position(|n| words.contains(&n.as_str()));
        let columns = [find(NUMBER), find(ADDED), find(EXPIRES), find(SCOPE)];
        if columns[0].is_none() {
            return none;
        }
        let next = table.rows.iter().find(|r| r.offset > header.offset).map_or((table.range.1, table.lines), |r| (r.offset, u64::from(r.line)));
        Layout { dialect, skip: next, columns }
    }

    fn rows(&self, raw: &[u8], table: &Table, numbers: &mut NumberReader<'_>) -> ListRows {
        let mut read = ListRows::default();
        for row in &table.rows {
            if table.raw(raw, row).starts_with(b"#") {
                continue;
            }
            let text = |place: Option<usize>| -> Option<Cow<'_, str>> {
                let bytes = table.field(raw, row, place?);
                let text = std::str::from_utf8(bytes).map_or_else(|_| Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect()), Cow::Borrowed);
                Some(text).filter(|t| !crate::calls::columns::is_null(t.trim()))
            };
            let number = text(self.columns[0]);
            let Some(cell) = number.as_deref().map(str::trim) else {
                if (0..table.width(row)).any(|i| !table.field(raw, row, i).trim_ascii().is_empty()) || row.fault.is_some() {
                    read.others.push((row.line, [None, None, None, None], None));
                }
                continue;
            };
            let judged = numbers.read(cell);
            let rest = [1, 2, 3].map(|i| self.columns[i].and_then(|c| text(Some(c))));
            let plain = matches!(judged.sort, Sort::Valid | Sort::Service) && rest.iter().all(Option::is_none) && row.fault.is_none();
            if plain {
                read.plain.push(judged.key);
            } else {
                let owned = |t: &Option<Cow<'_, str>>| t.as_deref().map(|t| t.trim().to_owned());
                let cells = [Some(cell.to_owned()), owned(&rest[0]), owned(&rest[1]), owned(&rest[2])];
                read.others.push((row.line, cells, Some(judged).filter(|_| row.fault.is_none())));
            }
        }
        read
    }
}

const NUMBER: &[&str] = &[
    "number",
    "phone",
    "phonenumber",
    "callee",
    "mobile",
    "msisdn",
    "pattern",
    "telephone",
    "手机号",
    "手机号码",
    "号码",
    "电话",
    "电话号码",
    "被叫号码",
    "黑名单",
];
const ADDED: &[&str] = &["addedat", "added", "since", "createdat", "date", "添加时间", "加入时间", "登记时间", "创建时间"];
const EXPIRES: &[&str] = &["expiresat", "expires", "until", "validuntil", "到期时间", "失效时间", "过期时间"];
const SCOPE: &[&str] = &["scope", "purpose", "范围", "用途"];

impl List {
    /// Reads a list file: one number a line, or a table with a header (number, added_at, expires_at, scope). `#` begins a comment line.
    ///
    /// Errors: a sentence that says why there is no list.
    pub fn load(
        id: &str,
        path: &std::path::Path,
        clock: Clock,
        region: NumberRegion,
        dictionary: &Dictionary,
        zones: &crate::calls::zones::Zones,
    ) -> Result<List, String> {
        let fail = |e: std::io::Error| format!("cannot read the list {}: {e}", path.display());
        let source = Source::file(path);
        let layout = Layout::look(&source.prefix(PREFIX_BYTES).map_err(fail)?);
        let mut list = List {
            id: id.to_owned(),
            clock,
            trunk: region.trunk_prefix(),
            country: region.country_code().map(|c| c.to_string()).unwrap_or_default(),
            plain: Vec::new(),
            filter: Filter::default(),
            dated: HashMap::new(),
            patterns: Vec::new(),
            masks: MaskIndex::default(),
            entries: 0,
            warnings: Vec::new(),
        };
        let mut bad = (0_u64, None);
        let work = |raw: &[u8], table: &Table| layout.rows(raw, table, &mut NumberReader::small(dictionary, zones, region));
        let take = |read: ListRows, place: &Place| -> Result<(), ()> {
            list.entries += read.plain.len();
            list.plain.extend(read.plain);
            for (line, cells, number) in read.others {
                let line = place.line + u64::from(line) + 1;
                let [text, added, expires, scope] = cells;
                let entry = list.entry(line, added.as_deref(), expires.as_deref(), scope.as_deref());
                let text = text.unwrap_or_default();
                if !number.is_some_and(|number| list.add(&text, entry, number)) {
                    bad.0 += 1;
                    bad.1.get_or_insert((line, text));
                }
            }
            Ok(())
        };
        let file = source.plain().map_err(fail)?;
        let blocks = if file.is_none() { Some(source.blocks(1 << 22).map_err(fail)?) } else { None };
        let feed = match (&file, &blocks) {
            (Some((file, length)), _) => Some(Feed::File(file, *length)),
            (None, blocks) => blocks.as_ref().map(Feed::Blocks),
        };
        if let Some(feed) = feed {
            let read = records::read(&feed, layout.dialect, 0, layout.skip, Cut::default(), work, take);
            if let Ok(Done { broken: Some(e), .. }) = read {
                return Err(fail(e));
            }
        }
        list.plain.par_sort_unstable();
        list.plain.dedup();
        list.filter = Filter::new(&list.plain);
        if let (n, Some((line, text))) = bad {
            list.warnings.push(format!("list {id}: {n} rows hold no readable number and are left out (first: line {line}, \"{text}\")"));
        }
        if list.entries == 0 {
            return Err(format!("the list {} holds no readable number", path.display()));
        }
        Ok(list)
    }

    fn entry(&mut self, line: u64, added: Option<&str>, expires: Option<&str>, scope: Option<&str>) -> Entry {
        let (mut from, mut to) = (None, None);
        let mut unreadable = Vec::new();
        if let Some(text) = added {
            match timestamps::parse(text, None) {
                Some(s) => {
                    let at = s.offset.map_or_else(
                        || if s.precision == Precision::Day { self.clock.first_at_or_after(s.local) } else { self.clock.instants(s.local).first() },
                        |o| s.local - o,
                    );
                    from = Some((at, Date::try_from(self.clock.local(at).div_euclid(DAY)).unwrap_or(0)));
                }
                None => unreadable.push(text),
            }
        }
        if let Some(text) = expires {
            match timestamps::parse(text, None) {
                Some(s) if s.precision == Precision::Day => to = Some(self.clock.first_at_or_after(s.local + DAY)),
                Some(s) => to = Some(s.offset.map_or_else(|| self.clock.instants(s.local).first(), |o| s.local - o)),
                None => unreadable.push(text),
            }
        }
        if !unreadable.is_empty() {
            self.warnings.push(format!("list {}: line {line}: \"{}\" is no time; the entry always counts", self.id, unreadable.join("\", \"")));
            (from, to) = (None, None);
        }
        Entry { added: from, expires: to, scope: scope.map(Into::into) }
    }

    fn add(&mut self, number: &str, entry: Entry, read: Number) -> bool {
        let text = ascii(number);
        let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '/')).collect();
        if bare.contains('*') {
            let digits = bare.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit() || b == b'*') && bare.bytes().any(|b| b.is_ascii_digit());
            if !digits {
                return false;
            }
            let pattern = match bare.strip_suffix('*').filter(|rest| !rest.contains('*')) {
                Some(rest) => self.prefix(rest),
                None => Pattern::Mask(bare),
            };
            self.patterns.push((pattern, entry));
            self.entries += 1;
            return true;
        }
        if !read.key.groups()
            || matches!(read.sort, Sort::Scientific | Sort::Truncated | Sort::Anonymous | Sort::Null)
            || !text.bytes().any(|b| b.is_ascii_digit())
        {
            return false;
        }
        if read.sort == Sort::Other
            && text.bytes().any(|b| b.is_ascii_alphabetic())
            && Key::digits(bare.as_bytes()).is_none()
            && !bare.starts_with('+')
            && !text.contains('x')
        {
            return false;
        }
        self.entries += 1;
        if entry.added.is_none() && entry.expires.is_none() && entry.scope.is_none() {
            self.plain.push(read.key);
        } else {
            self.dated.entry(read.key).or_default().push(entry);
        }
        true
    }

    fn prefix(&self, written: &str) -> Pattern {
        if let Some(digits) = written.strip_prefix('+') {
            return Pattern::Prefix { e164: Some(digits.to_owned()), written: digits.to_owned() };
        }
        let e164 = if let Some(rest) = written.strip_prefix("00") {
            Some(rest.to_owned())
        } else if self.country.is_empty() {
            None
        } else {
            let national = if self.trunk.is_empty() { written } else { written.strip_prefix(self.trunk.as_str()).unwrap_or(written) };
            Some(format!("{}{national}", self.country))
        };
        Pattern::Prefix { e164, written: written.to_owned() }
    }

    /// Does this callee stand on the list at this instant, for a call of this purpose (empty: unknown)?
    pub fn find(&self, callee: Number, dictionary: &Dictionary, at: i64, purpose: &str, grace: Grace, calendar: Option<&Calendar>) -> Match {
        let mut best = Match::No;
        let mut see = |matched: Match| best = best.max(matched);
        if callee.sort == Sort::Masked {
            let text: String =
                ascii(&dictionary.show(callee.key)).chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '/')).collect();
            for key in self.masked(&text, dictionary) {
                if self.plain.binary_search(&key).is_ok() {
                    see(Match::Possible { undated: true });
                }
                for entry in self.dated.get(&key).into_iter().flatten() {
                    see(weaken(self.judge(entry, at, purpose, grace, calendar)));
                }
            }
            for (pattern, entry) in &self.patterns {
                if compatible(pattern, &text, &self.country, &self.trunk) {
                    see(weaken(self.judge(entry, at, purpose, grace, calendar)));
                }
            }
            return best;
        }
        if self.filter.may_hold(callee.key) && self.plain.binary_search(&callee.key).is_ok() {
            see(Match::Certain { undated: true });
        }
        for entry in self.dated.get(&callee.key).into_iter().flatten() {
            see(self.judge(entry, at, purpose, grace, calendar));
        }
        if !self.patterns.is_empty() {
            let mut shown = dictionary.show(callee.key);
            // A service number that is a valid number too (400, 1010) has its country code here.
            let valid = callee.key.as_e164().is_some() || (callee.sort == Sort::Service && callee.zones != 0);
            if valid && !shown.starts_with('+') {
                shown.insert_str(0, "+86");
            }
            for (pattern, entry) in &self.patterns {
                match pattern {
                    Pattern::Prefix { e164, written } => {
                        let hit = match valid {
                            true => e164.as_ref().is_some_and(|p| shown[1..].starts_with(p.as_str())),
                            false => {
                                let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
                                digits.starts_with(written.as_str())
                            }
                        };
                        if hit {
                            see(self.judge(entry, at, purpose, grace, calendar));
                        }
                    }
                    Pattern::Mask(mask) => {
                        if self.spellings(&shown).iter().any(|s| mask_fits(mask, s)) {
                            see(weaken(self.judge(entry, at, purpose, grace, calendar)));
                        }
                    }
                }
            }
        }
        best
    }

    /// A key as E.164, and as written nationally with and without the trunk prefix.
    fn spellings(&self, shown: &str) -> Vec<String> {
        let mut all = vec![shown.to_owned()];
        if let Some(national) = shown.strip_prefix('+').and_then(|d| d.strip_prefix(self.country.as_str())).filter(|_| !self.country.is_empty()) {
            all.push(national.to_owned());
            if !self.trunk.is_empty() {
                all.push(format!("{}{national}", self.trunk));
            }
        }
        all
    }

    /// Listed numbers that a masked callee may be.
    fn masked(&self, mask: &str, dictionary: &Dictionary) -> Vec<Key> {
        let shape: String = mask.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let visible = |text: &str| -> String { text.chars().zip(shape.chars()).filter(|(_, s)| *s == '0').map(|(c, _)| c).collect() };
        if !self.masks.shapes.read().expect("masks").contains_key(&shape) {
            let mut index: HashMap<String, Vec<Key>> = HashMap::new();
            for key in self.plain.iter().chain(self.dated.keys()) {
                for spelling in self.spellings(&dictionary.show(*key)) {
                    let fits = spelling.chars().count() == shape.chars().count() && spelling.starts_with('+') == shape.starts_with('+');
                    if fits {
                        index.entry(visible(&spelling)).or_default().push(*key);
                    }
                }
            }
            self.masks.shapes.write().expect("masks").insert(shape.clone(), index);
        }
        let shapes = self.masks.shapes.read().expect("masks");
        shapes.get(&shape).and_then(|i| i.get(&visible(mask))).cloned().unwrap_or_default()
    }

    fn judge(&self, entry: &Entry, at: i64, purpose: &str, grace: Grace, calendar: Option<&Calendar>) -> Match {
        if let Some((added, date)) = entry.added {
            let day = |d: Date| self.clock.first_at_or_after(i64::from(d) * DAY);
            let from = match grace {
                Grace::None => added,
                Grace::Elapsed(ms) => added + ms,
                Grace::Days(n) => day(date + i32::try_from(n).unwrap_or(i32::MAX / 2) + 1),
                Grace::BusinessDays(n) => day(add_business_days(date, n, calendar) + 1),
            };
            if at < from {
                return Match::No;
            }
        }
        if entry.expires.is_some_and(|e| at >= e) {
            return Match::No;
        }
        let undated = entry.added.is_none();
        match entry.scope.as_deref() {
            None => Match::Certain { undated },
            Some(_) if purpose.is_empty() => Match::Possible { undated },
            Some(scope) if scope == purpose => Match::Certain { undated },
            Some(_) => Match::No,
        }
    }
}

fn weaken(matched: Match) -> Match {
    match matched {
        Match::Certain { undated } => Match::Possible { undated },
        other => other,
    }
}

/// Does each character of the mask fit?
fn mask_fits(mask: &str, text: &str) -> bool {
    mask.len() == text.len() && mask.bytes().zip(text.bytes()).all(|(m, t)| m == t || (m == b'*' && t.is_ascii_digit()))
}

/// May a masked callee be what a pattern means?
fn compatible(pattern: &Pattern, masked: &str, country: &str, trunk: &str) -> bool {
    let fits = |prefix: &str, text: &str| text.len() >= prefix.len() && prefix.bytes().zip(text.bytes()).all(|(p, t)| p == t || t == b'*' || p == b'*');
    match pattern {
        Pattern::Mask(mask) => mask.len() == masked.len() && fits(mask, masked),
        Pattern::Prefix { e164, written } => match (masked.strip_prefix('+'), e164) {
            (Some(digits), Some(prefix)) => fits(prefix, digits),
            (None, Some(prefix)) => {
                let national = if trunk.is_empty() { masked } else { masked.strip_prefix(trunk).unwrap_or(masked) };
                fits(prefix, &format!("{country}{national}")) || fits(written, masked)
            }
            _ => fits(written, masked),
        },
    }
}
