//! Reading of list files in pieces on all cores, and what becomes of their rows.

use std::path::Path;

use super::copies::{self, Ended, Standing};
use super::dates::Times;
use super::entries::{Dated, Entries, Span, Spans};
use super::facts::{CopyFacts, Facts, UnreadableRow};
use super::layouts::Layout;
use super::logs::{self, Change, Event, Who};
use super::masks::MaskIndex;
use super::opening;
use super::patterns::Pattern;
use super::rows::{Known, ListRows, Meaning, NO_CHANGE, NO_NUMBER, NO_TIME, Other, RowReader};
use super::{Copy, List, Settings, Surroundings};
use crate::calls::numbers::{NumberReader, ascii};
use crate::calls::timestamps;
use crate::calls::zones::DAY;
use crate::input::records::{self, Cut, Done, Feed, Place, Table};
use crate::input::source::Source;

/// A list while it is read.
struct Reading<'a> {
    list: List,
    around: &'a Surroundings<'a>,
    events: Vec<Event>,
    rows: u64,
    /// Name of the stream, where a list has several.
    shown: Option<String>,
}

impl List {
    /// Reads the file of a list, or its successive copies.
    ///
    /// Errors: what is known of it, with a sentence that says why there is no list, where it is named, and what to do.
    pub fn load(id: &str, path: &Path, settings: &Settings, around: &Surroundings<'_>) -> Result<List, Box<Facts>> {
        let mut reading = Reading { list: List::empty(id, path, settings, around), around, events: Vec::new(), rows: 0, shown: None };
        let done = reading.run(path);
        let mut list = reading.list;
        match done {
            Ok(()) => Ok(list),
            Err(e) => {
                let place = if settings.place.is_empty() { String::new() } else { format!("{}: ", settings.place) };
                list.facts.error = Some(format!("{place}{e} (check it or give another with --use-list {id}=PATH)"));
                Err(Box::new(list.facts))
            }
        }
    }

    pub(super) fn empty(id: &str, path: &Path, settings: &Settings, around: &Surroundings<'_>) -> List {
        List {
            id: id.to_owned(),
            settings: settings.clone(),
            clock: around.clock.clone(),
            trunk: around.region.trunk_prefix(),
            country: around.region.country_code().map(|c| c.to_string()).unwrap_or_default(),
            numbers: Entries::default(),
            digests: Entries::default(),
            patterns: Vec::new(),
            spans: Spans::default(),
            masks: MaskIndex::default(),
            copies: Vec::new(),
            facts: Facts { id: id.to_owned(), path: Some(path.display().to_string()), ..Facts::default() },
            warnings: Vec::new(),
        }
    }

    pub(super) fn add_pattern(&mut self, pattern: Pattern, span: u32) {
        match pattern {
            Pattern::Prefix { .. } => self.facts.prefixes += 1,
            Pattern::Mask(_) => self.facts.masks += 1,
        }
        self.patterns.push((pattern, span));
    }
}

impl Reading<'_> {
    fn run(&mut self, path: &Path) -> Result<(), String> {
        match copies::dated_name(&path.to_string_lossy()) {
            Ok(false) => {
                let facts = self.file(path)?;
                (self.list.facts.hash, self.list.facts.bytes) = (Some(facts.hash), facts.bytes);
            }
            _ => self.copies(path)?,
        }
        let list = &mut self.list;
        logs::settle(std::mem::take(&mut self.events), list);
        list.numbers.close();
        list.digests.close();
        list.spans.close();
        if let Some(first) = list.facts.unreadable.first.first() {
            let (id, n, line, text) = (&list.id, list.facts.unreadable.rows, first.line, &first.text);
            list.warnings.push(format!("list {id}: {n} rows hold no readable number and are left out (first: line {line}, \"{text}\")"));
        }
        if list.facts.entries == 0 {
            return Err(format!("the list {} holds no readable number", path.display()));
        }
        list.added();
        Ok(())
    }

    /// All copies, in the order of their dates.
    fn copies(&mut self, path: &Path) -> Result<(), String> {
        let (mut standing, mut ended) = (Standing::default(), Ended::default());
        for (date, file) in copies::find(path).map_err(|e| format!("cannot read the list {}: {e}", path.display()))? {
            self.shown = Some(file.display().to_string());
            let before = std::mem::take(&mut self.list.facts);
            self.list.facts =
                Facts { id: before.id.clone(), path: before.path.clone(), unreadable: before.unreadable, bytes: before.bytes, ..Facts::default() };
            let mut facts = self.file(&file)?;
            if !self.events.is_empty() {
                return Err(format!("the list {} is a log of changes: it has no successive copies", file.display()));
            }
            if self.list.facts.entries == 0 {
                return Err(format!("the list {} holds no readable number", file.display()));
            }
            facts.date = timestamps::rfc3339(i64::from(date) * DAY).chars().take(10).collect();
            facts.entries = self.list.facts.entries;
            self.list.facts.bytes += facts.bytes;
            self.list.facts.copies = before.copies;
            self.list.facts.copies.push(facts);
            self.list.copies.push(Copy { date, from: self.list.clock.first_at_or_after(i64::from(date) * DAY) });
            standing.step(&mut self.list, &mut ended);
        }
        standing.finish(&mut self.list, ended);
        // Each entry is dated by its first copy.
        self.list.facts.dated = self.list.facts.entries;
        Ok(())
    }

    /// All streams of a file.
    fn file(&mut self, path: &Path) -> Result<CopyFacts, String> {
        let fail = |e: String| format!("cannot read the list {}: {e}", path.display());
        let mut streams = opening::streams(path).map_err(fail)?;
        let several = streams.len() > 1;
        let mut facts = CopyFacts { path: path.display().to_string(), ..CopyFacts::default() };
        for source in &mut streams {
            let before = self.shown.clone();
            if several {
                self.shown = Some(source.path.clone());
            }
            let hash = self.stream(source).map_err(fail)?;
            self.shown = before;
            if let Some(hash) = hash {
                (facts.hash, facts.bytes) = (hash.to_hex().to_string(), source.size());
            }
        }
        if let (Some(source), true) = (streams.first(), facts.hash.is_empty()) {
            let received = source.received().map_err(|e| fail(e.to_string()))?;
            (facts.hash, facts.bytes) = (received.hash, received.bytes);
        }
        Ok(facts)
    }

    /// All rows of a stream; the hash of its bytes, where they are those of the file.
    fn stream(&mut self, source: &mut Source) -> Result<Option<blake3::Hash>, String> {
        let (layout, broken) = opening::layout(source)?;
        let settings = self.list.settings.clone();
        let around = self.around;
        let work = |raw: &[u8], table: &Table| {
            let numbers = NumberReader::small(around.dictionary, around.zones, around.region);
            let times = Times { clock: &around.clock, order: settings.order.or(layout.order) };
            RowReader { layout: &layout, settings: &settings, numbers, times, known: Known::default() }.rows(raw, table)
        };
        let file = source.plain().map_err(|e| e.to_string())?;
        let blocks = if file.is_none() { Some(source.blocks(1 << 22).map_err(|e| e.to_string())?) } else { None };
        let (feed, length) = match (&file, &blocks) {
            (Some((file, length)), _) => (Feed::File(file, *length), Some(*length)),
            (None, Some(blocks)) => (Feed::Blocks(blocks), None),
            (None, None) => return Ok(None),
        };
        let take = |read: ListRows, place: &Place| -> Result<(), std::convert::Infallible> {
            self.take(read, place, length, &layout);
            Ok(())
        };
        let Ok(Done { broken: stopped, hash }) = records::read(&feed, layout.dialect, 0, layout.skip, Cut::default(), work, take);
        match stopped.map(|e| e.to_string()).or(broken) {
            Some(why) => Err(why),
            None => Ok(hash.filter(|_| source.table().is_none())),
        }
    }

    /// The rows of a piece. `length`: bytes of the stream, where that is known.
    fn take(&mut self, mut read: ListRows, place: &Place, length: Option<u64>, layout: &Layout) {
        let facts = &mut self.list.facts;
        facts.entries += (read.plain.len() + read.dated.len() + read.digests.len()) as u64;
        facts.dated += read.dated.len() as u64;
        facts.short += read.short;
        if let (Some(length), true) = (length, place.end > place.offset) {
            let (part, numbers) = (length as f64 / (place.end - place.offset) as f64, &mut self.list.numbers);
            reserve(&mut numbers.plain, read.plain.len(), part);
            reserve(&mut numbers.dated, read.dated.len(), part);
        }
        let spans: Vec<u32> = read.spans.iter().map(|s| self.list.spans.number(*s)).collect();
        self.list.numbers.dated.extend(read.dated.iter().map(|d| Dated { key: d.key, span: spans[d.span as usize] }));
        self.list.numbers.plain.append(&mut read.plain);
        self.list.digests.plain.append(&mut read.digests);
        for other in read.others {
            let line = if layout.hidden > 0 { other.line } else { place.line + other.line + 1 };
            if let Err((reason, text)) = self.other(other, line, layout) {
                let row = UnreadableRow { path: self.shown.clone(), line, text, reason: reason.into() };
                self.list.facts.unreadable.push(row);
            }
        }
    }

    /// A row with times, a purpose or a star, or one that cannot be read.
    fn other(&mut self, other: Other, line: u64, layout: &Layout) -> Result<(), (&'static str, String)> {
        let who = match other.meaning {
            Meaning::Number(key) => Who::Number(key),
            Meaning::Digest(digest) => Who::Digest(digest),
            Meaning::Starred => match Pattern::read(&ascii(&other.text), self.list.home()) {
                Some(pattern) => Who::Pattern(pattern),
                None => return Err((NO_NUMBER, other.text)),
            },
            Meaning::Nothing(why) => return Err((why, other.text)),
        };
        let times = Times { clock: &self.around.clock, order: self.list.settings.order.or(layout.order) };
        let [added, expires, scope] = other.rest;
        let scope = self.list.spans.scope(scope.as_deref());
        let Some(addition) = other.addition else {
            let (added, expires) = self.times(times, line, added.as_deref(), expires.as_deref());
            let span = self.list.spans.number(Span { added, from: None, expires, scope });
            self.list.facts.entries += 1;
            self.list.facts.short += u64::from(other.short);
            self.list.facts.dated += u64::from(added.is_some() || expires.is_some());
            match who {
                Who::Number(key) => self.list.numbers.push(key, span),
                Who::Digest(digest) => self.list.digests.push(digest, span),
                Who::Pattern(pattern) => self.list.add_pattern(pattern, span),
            }
            return Ok(());
        };
        self.rows += 1;
        let (at, what) = match addition {
            None => return Err((NO_CHANGE, other.text)),
            Some(true) => {
                let (added, expires) = self.times(times, line, added.as_deref(), expires.as_deref());
                (added, Change::Added(expires))
            }
            Some(false) => {
                let when = added.as_deref().and_then(|t| Some((times.begin(t)?, times.end(t)?)));
                let Some((at, end)) = when else { return Err((NO_TIME, other.text)) };
                (Some(at), Change::Deleted(end))
            }
        };
        self.events.push(Event { who, scope, at, order: self.rows, what, short: other.short });
        Ok(())
    }

    /// Begin and end of an entry. One that cannot be read is told, and the entry always counts.
    fn times(&mut self, times: Times<'_>, line: u64, added: Option<&str>, expires: Option<&str>) -> (Option<(i64, i32)>, Option<i64>) {
        let (from, to) = (added.map(|t| times.begin(t)), expires.map(|t| times.end(t)));
        let unreadable: Vec<&str> = [added.filter(|_| from == Some(None)), expires.filter(|_| to == Some(None))].into_iter().flatten().collect();
        if unreadable.is_empty() {
            return (from.flatten(), to.flatten());
        }
        let warning = format!("list {}: line {line}: \"{}\" is no time; the entry always counts", self.list.id, unreadable.join("\", \""));
        self.list.warnings.push(warning);
        (None, None)
    }
}

/// What the first piece tells of the whole: an array that grows would be there twice.
fn reserve<T>(entries: &mut Vec<T>, piece: usize, pieces: f64) {
    if entries.is_empty() && piece > 1000 {
        entries.reserve_exact((piece as f64 * pieces * 1.01) as usize);
    }
}

impl List {
    /// The first and the last time at which an entry was added.
    fn added(&mut self) {
        let spans = self.numbers.dated.iter().map(|d| d.span).chain(self.digests.dated.iter().map(|d| d.span)).chain(self.patterns.iter().map(|p| p.1));
        let times = spans.filter_map(|s| self.spans.get(s).added).map(|a| a.0);
        let range = times.fold(None, |range: Option<(i64, i64)>, at| Some(range.map_or((at, at), |(a, b)| (a.min(at), b.max(at)))));
        self.facts.first_added_at = range.map(|r| timestamps::rfc3339(r.0));
        self.facts.last_added_at = range.map(|r| timestamps::rfc3339(r.1));
    }
}
