//! Numbers hidden in everything that a report shows: as masks (138****1234), or as pseudonyms that only the holder of a key can make.
//!
//! What is hidden is found in the texts themselves, since numbers stand in call ids, recordings and paths as well: each number that stands where numbers
//! belong is looked for in every other text, with separators or without, and what else looks like a number is hidden too. Too much rather than too little.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::Type;
use super::stored::head;
use super::{Cells, Finding, Findings, Report};
use crate::error::{Error, Result};
use crate::findings::keyed;

/// Digits of the shortest and of the longest number.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Hide {
    /// Masks instead of pseudonyms.
    pub mask: bool,
    /// For pseudonyms and fingerprints.
    pub key: Option<[u8; 32]>,
}

/// How each number is shown.
#[derive(Debug)]
pub struct Masking {
    hide: Hide,
    known: Known,
    shown: HashMap<String, String>,
    /// Of a text that was not looked at before, anything that may be a number is hidden.
    wary: bool,
}

/// What a report tells of how its numbers are hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// Are masks shown (138****1234)? Else pseudonyms are.
    pub masked: bool,
    /// Which key the fingerprints (and pseudonyms) were made with: tells one key from another, and nothing of the key. null: without one, and then without fingerprints.
    pub key: Option<String>,
}

impl Hide {
    /// What reports tell of it.
    pub fn told(&self) -> Hidden {
        let name = |key: &[u8; 32]| blake3::keyed_hash(key, b"which key").to_hex()[..8].to_owned();
        Hidden { masked: self.mask, key: self.key.as_ref().map(name) }
    }
}

/// The numbers that stand where numbers belong.
#[derive(Debug, Default)]
struct Known {
    /// Digits, with the country code where there is one.
    numbers: BTreeSet<String>,
    /// Digits without country code, to those with it.
    national: HashMap<String, String>,
}

impl Known {
    fn add(&mut self, text: &str) {
        for (run, plus) in runs(text) {
            if DIGITS.contains(&run.len()) && self.numbers.insert(run.to_owned()) && plus {
                for code in 1..=3 {
                    if run.len() >= code + 7 {
                        self.national.entry(run[code..].to_owned()).or_insert_with(|| run.to_owned());
                    }
                }
            }
        }
    }
    /// The number that these digits are, however they are dialled.
    fn number(&self, digits: &str) -> Option<&str> {
        [digits, digits.trim_start_matches('0')]
            .into_iter()
            .find_map(|d| self.national.get(d).map(String::as_str).or_else(|| self.numbers.get(d).map(String::as_str)))
    }
}

/// Runs of digits, and whether a plus stands before them.
fn runs(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(|c: char| c.is_ascii_digit())?;
        let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |n| start + n);
        rest = end;
        Some((&text[start..end], text[..start].ends_with('+')))
    })
}

/// A date, a date with its time, or seconds or milliseconds since 1970: no number of anybody.
fn is_time(run: &str) -> bool {
    let date = |d: &str| {
        let part = |r: std::ops::Range<usize>| d[r].parse::<u32>().unwrap_or(0);
        matches!(&d[..2], "19" | "20") && (1..=12).contains(&part(4..6)) && (1..=31).contains(&part(6..8))
    };
    match run.len() {
        8 | 12 | 14 => date(run),
        10 | 13 => run.starts_with('1') && (b'4'..=b'9').contains(&run.as_bytes()[1]),
        _ => false,
    }
}

/// May a stretch of digits and separators be a number that is written in groups? A date is none.
fn written_apart(text: &str, digits: &str) -> bool {
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    let dated = |a: &str, b: &str, c: &str| a.len() == 4 && b.len() == 2 && c.len() == 2 && is_time(&format!("{a}{b}{c}"));
    let date = groups.windows(3).any(|g| dated(g[0], g[1], g[2]) || dated(g[2], g[1], g[0]));
    let instant = groups.first().is_some_and(|g| is_time(g));
    groups.len() > 1 && (*DIGITS.start()..=*DIGITS.end()).contains(&digits.len()) && !date && !instant
}

/// Keys whose values hold no number of anybody.
fn exempt(key: &str) -> bool {
    const KEYS: [&str; 22] = [
        "hash",
        "first",
        "last",
        "started_at",
        "local_time",
        "as_of",
        "due",
        "from",
        "to",
        "since",
        "until",
        "version",
        "tzdb",
        "number_metadata",
        "schema",
        "start",
        "first_added_at",
        "last_added_at",
        "lower_bound_until",
        "rule",
        "ruleset_hash",
        "finding",
    ];
    KEYS.contains(&key)
}

impl Masking {
    /// For everything that a report and its rows show.
    ///
    /// Errors: of the cursors.
    pub fn of(report: &Report, rows: &dyn Findings, hide: Hide) -> Result<Masking> {
        let mut masking = Masking { hide, known: Known::default(), shown: HashMap::new(), wary: false };
        // Everything is read twice: texts are many, and of them only the numbers are kept.
        let mut known = Known::default();
        texts(report, rows, &mut |key, text| {
            if matches!(key, "caller" | "callee" | "value" | "key" | "caller_raw" | "callee_raw") {
                known.add(text);
            }
        })?;
        masking.known = known;
        let mut all: BTreeSet<String> = masking.known.numbers.iter().map(|n| masking.known.number(n).unwrap_or(n).to_owned()).collect();
        texts(report, rows, &mut |key, text| {
            if !exempt(key) && text.bytes().filter(u8::is_ascii_digit).count() >= *DIGITS.start() {
                masking.parts(text, &mut |number, _| {
                    if !all.contains(number) {
                        all.insert(number.to_owned());
                    }
                });
            }
        })?;
        masking.name(all);
        Ok(masking)
    }

    /// For a value by itself: the numbers that stand under these keys are looked for in all of its texts.
    pub fn of_value(value: &Value, keys: &[&str], hide: Hide) -> Masking {
        let mut masking = Masking { hide, known: Known::default(), shown: HashMap::new(), wary: false };
        each(value, "", &mut |key, text| {
            if keys.contains(&key) {
                masking.known.add(text);
            }
        });
        let mut all: BTreeSet<String> = masking.known.numbers.iter().map(|n| masking.known.number(n).unwrap_or(n).to_owned()).collect();
        each(value, "", &mut |key, text| {
            if !exempt(key) && text.bytes().filter(u8::is_ascii_digit).count() >= *DIGITS.start() {
                masking.parts(text, &mut |number, _| {
                    all.insert(number.to_owned());
                });
            }
        });
        masking.name(all);
        masking
    }

    /// A value without numbers.
    pub fn hide(&self, value: &mut Value) {
        self.value("", value);
    }

    /// Gives each number its name: equal masks of different numbers are told apart.
    fn name(&mut self, numbers: BTreeSet<String>) {
        if let (Some(key), false) = (&self.hide.key, self.hide.mask) {
            self.shown = numbers.into_iter().map(|n| (pseudonym(key, &n), n)).map(|(name, n)| (n, name)).collect();
            return;
        }
        let coded: HashSet<&str> = self.known.national.values().map(String::as_str).collect();
        let mut by_mask: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for number in numbers {
            by_mask.entry(mask(&number, coded.contains(number.as_str()))).or_default().push(number);
        }
        for (mask, mut numbers) in by_mask {
            // In an order that tells nothing of the hidden digits.
            numbers.sort_by_key(|n| *blake3::hash(n.as_bytes()).as_bytes());
            for (place, number) in numbers.into_iter().enumerate() {
                let name = if place == 0 { mask.clone() } else { format!("{mask}#{}", place + 1) };
                self.shown.insert(number, name);
            }
        }
    }

    /// Gives each number of a text with the bytes that it takes, from left to right.
    fn parts(&self, text: &str, give: &mut dyn FnMut(&str, std::ops::Range<usize>)) {
        let bytes = text.as_bytes();
        let belongs = |b: u8| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'+');
        let mut at = 0;
        while at < bytes.len() {
            if let Some(end) = hex(bytes, at) {
                give(&text[at..end], at..end);
                at = end;
                continue;
            }
            if !belongs(bytes[at]) {
                at += 1;
                while at < bytes.len() && bytes[at - 1].is_ascii_hexdigit() && bytes[at].is_ascii_hexdigit() && !belongs(bytes[at]) {
                    at += 1;
                }
                continue;
            }
            let end = (at..bytes.len()).find(|i| !belongs(bytes[*i])).unwrap_or(bytes.len());
            self.token(text, at..end, give);
            at = end;
        }
    }

    /// A text that no report shows (a rejected row): its numbers may be known, and what may be one is hidden however long it is and however it is written.
    pub fn unread(&self, text: &str) -> String {
        let wary = Masking { hide: self.hide.clone(), known: Known::default(), shown: HashMap::new(), wary: true };
        wary.text(&self.text(text))
    }

    /// A message that is written before any number is known.
    pub fn message(text: &str) -> String {
        Masking { hide: Hide::default(), known: Known::default(), shown: HashMap::new(), wary: true }.text(text)
    }

    /// Numbers in a stretch of digits and separators: first those that are known, wherever they stand; then whatever else may be one.
    fn token(&self, text: &str, range: std::ops::Range<usize>, give: &mut dyn FnMut(&str, std::ops::Range<usize>)) {
        let bytes = text.as_bytes();
        let places: Vec<usize> = range.clone().filter(|i| bytes[*i].is_ascii_digit()).collect();
        let digits: String = places.iter().map(|i| char::from(bytes[*i])).collect();
        if self.wary && written_apart(&text[range.clone()], &digits) {
            give(&digits, places[0]..places[places.len() - 1] + 1);
            return;
        }
        let mut i = 0;
        while i < digits.len() {
            let longest = (digits.len() - i).min(*DIGITS.end());
            let found = (*DIGITS.start()..=longest).rev().find_map(|n| self.known.number(&digits[i..i + n]).map(|number| (number, n)));
            if let Some((number, n)) = found {
                let plus = usize::from(places[i] > range.start && bytes[places[i] - 1] == b'+');
                give(number, places[i] - plus..places[i + n - 1] + 1);
                i += n;
                continue;
            }
            // The rest of this run, as far as no known number begins in it.
            let run = (i..digits.len()).take_while(|j| *j == i || places[*j] == places[*j - 1] + 1).count();
            let starts = |j: usize| {
                let longest = (digits.len() - j).min(*DIGITS.end());
                (*DIGITS.start()..=longest).any(|n| self.known.number(&digits[j..j + n]).is_some())
            };
            let free = (1..run).find(|n| starts(i + n)).unwrap_or(run);
            let part = &digits[i..i + free];
            let long = DIGITS.contains(&free) || self.wary && free > *DIGITS.end();
            if free == run && long && !is_time(part) {
                let plus = usize::from(places[i] > range.start && bytes[places[i] - 1] == b'+');
                give(part, places[i] - plus..places[i + free - 1] + 1);
            }
            i += free;
        }
    }

    /// A text without numbers.
    pub fn text(&self, text: &str) -> String {
        self.without(text, &|_| true)
    }

    /// A text without those numbers that are to be hidden.
    fn without(&self, text: &str, hidden: &dyn Fn(&str) -> bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        self.parts(text, &mut |number, range| {
            if !hidden(number) {
                return;
            }
            out.push_str(&text[done..range.start]);
            match self.shown.get(number) {
                Some(shown) => out.push_str(shown),
                None => out.push_str("****"),
            }
            done = range.end;
        });
        out.push_str(&text[done..]);
        out
    }

    /// A fingerprint, which would tell the number to whoever tries all: through the key, or not at all.
    fn fingerprint(&self, plain: &str) -> String {
        self.hide.key.as_ref().map_or_else(String::new, |key| keyed(key, plain))
    }

    fn value(&self, key: &str, value: &mut Value) {
        match value {
            _ if matches!(key, "citation" | "citations") => self.cited(value),
            Value::String(text) if !exempt(key) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(key, item)),
            Value::Object(map) => {
                let old = std::mem::take(map);
                for (name, mut inner) in old {
                    self.value(&name, &mut inner);
                    map.insert(if exempt(&name) { name } else { self.text(&name) }, inner);
                }
            }
            _ => {}
        }
    }

    /// What the ruleset cites: an address is of use only whole, so that only numbers of the log are hidden in it.
    fn cited(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.without(text, &|number| self.known.number(number).is_some()),
            Value::Array(items) => items.iter_mut().for_each(|item| self.cited(item)),
            Value::Object(map) => map.values_mut().for_each(|item| self.cited(item)),
            _ => {}
        }
    }

    /// The head without numbers.
    ///
    /// Errors: a defect of this program.
    pub fn report(&self, report: &Report) -> Result<Report> {
        let mut value = serde_json::to_value(report).map_err(|e| wrong(&e))?;
        for entry in value.pointer_mut("/suppressions/entries").and_then(Value::as_array_mut).into_iter().flatten() {
            entry.as_object_mut().map(|entry| entry.remove("fingerprint"));
        }
        if self.hide.key.is_none() {
            for list in ["fixed", "not_covered"] {
                value
                    .pointer_mut(&format!("/baseline/{list}"))
                    .and_then(Value::as_array_mut)
                    .into_iter()
                    .flatten()
                    .for_each(|gone| gone["fingerprint"] = "".into());
            }
        }
        self.value("", &mut value);
        let mut report = head(value)?;
        report.hidden = Some(self.hide.told());
        Ok(report)
    }

    fn finding(&self, finding: &Finding) -> Result<Finding> {
        let mut value = serde_json::to_value(finding).map_err(|e| wrong(&e))?;
        value["fingerprint"] = "".into();
        self.value("", &mut value);
        value["fingerprint"] = self.fingerprint(&finding.fingerprint).into();
        serde_json::from_value(value).map_err(|e| wrong(&e))
    }
}

fn wrong(e: &serde_json::Error) -> Error {
    Error::Io(format!("hiding numbers: {e}"))
}

/// Calls with every text of a report and its rows, and the key or column under which it stands.
fn texts(report: &Report, rows: &dyn Findings, take: &mut dyn FnMut(&str, &str)) -> Result<()> {
    each(&serde_json::to_value(report).map_err(|e| wrong(&e))?, "", take);
    for finding in rows.findings() {
        let finding = finding?;
        finding.subject.values().for_each(|text| take("key", text));
        each(&serde_json::to_value(&finding).map_err(|e| wrong(&e))?, "", take);
    }
    let columns = rows.violation_columns().to_vec();
    for row in rows.violations()? {
        let row = row?;
        columns.iter().zip(row.iter()).filter(|(column, _)| Type::of(column) == Type::Text).for_each(|(column, cell)| take(column, cell));
    }
    Ok(())
}

/// Calls with every text and the key under which it stands; keys are texts too.
fn each(value: &Value, key: &str, take: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => take(key, text),
        Value::Array(items) => items.iter().for_each(|item| each(item, key, take)),
        Value::Object(map) => map.iter().for_each(|(name, inner)| {
            take("", name);
            each(inner, name, take);
        }),
        _ => {}
    }
}

/// Where a hash ends that begins here: of a number, it would tell it to whoever tries all.
fn hex(bytes: &[u8], at: usize) -> Option<usize> {
    if at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let end = (at..bytes.len()).find(|i| !bytes[*i].is_ascii_hexdigit()).unwrap_or(bytes.len());
    let whole = bytes.get(end).is_none_or(|b| !b.is_ascii_alphanumeric());
    (whole && end - at >= 32).then_some(end)
}

/// `138****1234`
fn mask(number: &str, country: bool) -> String {
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{}****{}", &number[..4], &number[number.len() - 4..]);
    }
    if let Some(national) = number.strip_prefix("86").filter(|n| country && n.len() == 11) {
        return format!("{}****{}", &national[..3], &national[7..]);
    }
    let n = number.len();
    let (head, tail) = match n {
        11.. => (n - 8, 4),
        10 => (3, 3),
        n => (2, n - 6),
    };
    format!("{}{}****{}", if country { "+" } else { "" }, &number[..head], &number[n - tail..])
}

/// Sixteen letters, the same in every report that is made with this key.
fn pseudonym(key: &[u8; 32], number: &str) -> String {
    let hash = blake3::keyed_hash(key, format!("number {number}").as_bytes());
    // Letters only: nothing that could be taken for a number.
    let letters = hash.as_bytes()[..8].iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(b'a' + n));
    std::iter::once('n').chain(['-']).chain(letters).collect()
}

/// Findings and violations without numbers.
pub struct Masked<'a> {
    /// With numbers.
    pub rows: &'a dyn Findings,
    /// How they are shown.
    pub masking: &'a Masking,
}

impl std::fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masked")
    }
}

impl Findings for Masked<'_> {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        Box::new(self.rows.findings().map(|finding| self.masking.finding(&finding?)))
    }
    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
        let columns: Vec<(bool, bool)> = self.rows.violation_columns().iter().map(|c| (c == "finding", Type::of(c) == Type::Text && !exempt(c))).collect();
        let hidden = move |row: Cells| {
            let cells = columns.iter().zip(row.iter()).map(|((finding, text), cell)| match (finding, text) {
                (true, _) => self.masking.fingerprint(cell),
                (_, true) => self.masking.text(cell),
                _ => cell.to_owned(),
            });
            Cells::new(cells.collect::<Vec<_>>())
        };
        Ok(Box::new(self.rows.violations()?.map(move |row| row.map(&hidden))))
    }
    fn violation_columns(&self) -> &[String] {
        self.rows.violation_columns()
    }
    fn has_violations(&self) -> bool {
        self.rows.has_violations()
    }
}

/// The keys of fingerprints and pseudonyms, from a file that nobody else can read.
///
/// Errors: a file that others can read, or that holds too little.
pub fn key(path: &std::path::Path) -> Result<[u8; 32]> {
    let fail = |text: String| Error::Usage(format!("--pseudonyms {}: {text}", path.display()));
    let meta = std::fs::metadata(path).map_err(|e| fail(e.to_string()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o077 != 0 {
            return Err(fail(format!("others can read this key; chmod 600 {}", path.display())));
        }
    }
    if !meta.is_file() {
        return Err(fail("this is no file".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
    if bytes.trim_ascii().len() < 16 {
        return Err(fail("a key has at least sixteen bytes; head -c 32 /dev/urandom makes one".to_owned()));
    }
    Ok(blake3::derive_key("callaudit 2026 pseudonyms of numbers and fingerprints", bytes.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::super::renderers::sample;
    use super::*;

    fn masking(numbers: &[&str], texts: &[&str], hide: Hide) -> Masking {
        let mut masking = Masking { hide, known: Known::default(), shown: HashMap::new(), wary: false };
        numbers.iter().for_each(|n| masking.known.add(n));
        let mut all: BTreeSet<String> = masking.known.numbers.iter().map(|n| masking.known.number(n).unwrap_or(n).to_owned()).collect();
        texts.iter().for_each(|t| {
            masking.parts(t, &mut |n, _| {
                all.insert(n.to_owned());
            })
        });
        masking.name(all);
        masking
    }

    #[test]
    fn numbers_are_hidden_wherever_they_stand() {
        let texts = [
            ("+8613800138000", "138****8000"),
            ("callee +8613800138000, 13800138000", "callee 138****8000, 138****8000"),
            ("rec/20261123-13800138000-01.wav", "rec/20261123-138****8000-01.wav"),
            ("2026112309301513800138000", "20261123093015138****8000"),
            ("138-0013-8000 and 07700 900-001", "138****8000 and +4477****0001"),
            ("07700900001", "+4477****0001"),
            ("1763900000.42", "1763900000.42"),
            ("calls-2026-11-23.csv:12345", "calls-2026-11-23.csv:12345"),
            ("95588 10086 12315", "95588 10086 12315"),
            ("lead 40012345678", "lead 400****5678"),
            ("138****1234", "138****1234"),
            ("c4ca4238a0b923820dcc509a6f75849b", "c4ca****849b"),
        ];
        let masking = masking(&["+8613800138000", "+447700900001"], &texts.map(|t| t.0), Hide { mask: true, key: None });
        for (text, shown) in texts {
            assert_eq!(masking.text(text), shown, "{text}");
        }
    }

    #[test]
    fn messages_and_rejected_rows_hide_what_may_be_a_number() {
        for (text, shown) in [
            ("calls.csv: line 3: \"13800138000\" is no time", "calls.csv: line 3: \"****\" is no time"),
            ("2026-11-18 10:20:31,138-0013-8000,rec-2026112309301513800138000.wav", "2026-11-18 10:20:31,****,rec-****.wav"),
            ("18.11.2026 10:20;(010) 8888 9999", "18.11.2026 10:20;(****"),
            ("1,763,900 rows in 20261118.csv", "1,763,900 rows in 20261118.csv"),
        ] {
            assert_eq!(Masking::message(text), shown);
        }
        let known = masking(&["+8613800138000"], &["+8613800138000"], Hide { mask: true, key: None });
        assert_eq!(known.unread("x,13800138000,13911112222"), "x,138****8000,****");
    }

    #[test]
    fn equal_masks_of_different_numbers_differ() {
        let numbers = ["+8613800138000", "+8613811118000", "+8613822228000"];
        let masking = masking(&numbers, &[], Hide { mask: true, key: None });
        let shown: BTreeSet<String> = numbers.iter().map(|n| masking.text(n)).collect();
        assert_eq!(shown.into_iter().collect::<Vec<_>>(), ["138****8000", "138****8000#2", "138****8000#3"]);
    }

    #[test]
    fn pseudonyms_join_reports_of_one_key() {
        let shown = |numbers: &[&str], key: u8| masking(numbers, &[], Hide { mask: false, key: Some([key; 32]) }).text("to +8613800138000");
        let one = shown(&["+8613800138000"], 1);
        assert!(one.starts_with("to n-") && one.len() == 21 && !one.bytes().any(|b| b.is_ascii_digit()), "{one}");
        assert_eq!(one, shown(&["+447700900001", "+8613800138000"], 1));
        assert_ne!(one, shown(&["+8613800138000"], 2));
    }

    #[test]
    fn a_masked_report_is_whole() {
        let rows = sample::Rows::hostile();
        let report = sample::report(&rows);
        let masking = Masking::of(&report, &rows, Hide { mask: true, key: None }).unwrap();
        let masked = masking.report(&report).unwrap();
        assert_eq!(masked.totals.violations, report.totals.violations);
        let value = serde_json::to_string(&masked).unwrap();
        assert!(value.contains("****") && !value.contains("13800138000") && !value.contains("40012345678"), "{value}");
        let rows = Masked { rows: &rows, masking: &masking };
        assert!(rows.findings().all(|f| f.unwrap().fingerprint.is_empty()));
        assert!(rows.violations().unwrap().all(|row| row.unwrap().iter().all(|cell| !cell.contains("13800138000"))));
    }
}
