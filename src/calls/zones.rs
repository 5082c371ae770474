//! Time zones: the clock of one zone as a table of transitions, and the sets of zones in which a callee may be.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

use jiff::{Timestamp, tz::TimeZone};

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The clock of one zone: offsets and the instants at which they change.
#[derive(Debug)]
pub struct Clock {
    /// IANA name, or an offset such as `-06:00`.
    pub name: String,
    /// Start of each stretch (ms, UTC; the first is the beginning of time) and its offset (ms).
    stretches: Vec<(i64, i64)>,
}

/// The instants that one local time can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readings {
    /// The usual case.
    One(i64),
    /// The clock showed it twice: the first and the second instant.
    Twice(i64, i64),
    /// The clock never showed it: the instant by the offset before the change, and by the one after.
    Never(i64, i64),
}

impl Readings {
    /// The instant that counting rules use.
    pub fn first(self) -> i64 {
        match self {
            Readings::One(t) | Readings::Twice(t, _) | Readings::Never(t, _) => t,
        }
    }
}

impl Clock {
    /// The clock of an IANA zone, `UTC`, `Z` or a fixed offset (`+08:00`, `-0600`).
    ///
    /// Errors: a sentence naming the zone and the nearest known name.
    pub fn parse(text: &str) -> Result<Clock, String> {
        if let Some(offset) = parse_offset(text) {
            return Ok(Clock::fixed(text.to_owned(), offset));
        }
        if text.eq_ignore_ascii_case("utc") || text == "Z" {
            return Ok(Clock::fixed("UTC".to_owned(), 0));
        }
        let Ok(zone) = TimeZone::get(text) else {
            let known: Vec<_> = jiff::tz::db().available().map(|n| n.to_string()).collect();
            let near = crate::error::nearest(text, known.iter().map(String::as_str));
            let hint = near.map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
            return Err(format!("unknown time zone \"{text}\"{hint} (an IANA name such as Asia/Shanghai, or an offset such as +08:00)"));
        };
        let name = zone.iana_name().unwrap_or(text).to_owned();
        let mut stretches = vec![(i64::MIN, i64::from(zone.to_offset(Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_hours(24 * 36_500)).seconds()) * 1000)];
        let from = Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_hours(24 * 36_500);
        let until = 5_680_281_600_000; // 2150-01-01: later rules are as unknown as later laws
        for change in zone.following(from) {
            let at = change.timestamp().as_millisecond();
            if at > until {
                break;
            }
            stretches.push((at, i64::from(change.offset().seconds()) * 1000));
        }
        Ok(Clock { name, stretches })
    }

    /// A clock that never changes. `offset` in milliseconds east of Greenwich.
    pub fn fixed(name: String, offset: i64) -> Clock {
        Clock { name, stretches: vec![(i64::MIN, offset)] }
    }

    /// The last stretch: in most zones of the world all calls of today's logs lie in it.
    fn last(&self) -> (i64, i64) {
        self.stretches[self.stretches.len() - 1]
    }

    fn stretch(&self, at: i64) -> usize {
        self.stretches.partition_point(|s| s.0 <= at) - 1
    }

    /// Offset (ms east) at an instant (ms UTC).
    pub fn offset(&self, at: i64) -> i64 {
        let last = self.last();
        if at >= last.0 { last.1 } else { self.stretches[self.stretch(at)].1 }
    }

    /// Local time (ms since 1970-01-01 00:00 on that clock) of an instant.
    pub fn local(&self, at: i64) -> i64 {
        at + self.offset(at)
    }

    /// The stretch of unchanged offset around an instant: start, end (exclusive), offset.
    pub fn around(&self, at: i64) -> (i64, i64, i64) {
        let i = self.stretch(at);
        let end = self.stretches.get(i + 1).map_or(i64::MAX, |s| s.0);
        (self.stretches[i].0, end, self.stretches[i].1)
    }

    /// The instants at which the clock shows this local time (ms).
    pub fn instants(&self, local: i64) -> Readings {
        let last = self.last();
        if self.stretches.len() == 1 || local.saturating_sub(2 * DAY) >= last.0 {
            return Readings::One(local - last.1);
        }
        let near = self.stretch(local.saturating_sub(2 * DAY));
        let mut first = None;
        for i in near..self.stretches.len() {
            let (start, offset) = self.stretches[i];
            if start > local.saturating_add(2 * DAY) {
                break;
            }
            let at = local - offset;
            let end = self.stretches.get(i + 1).map_or(i64::MAX, |s| s.0);
            if at >= start && at < end {
                match first {
                    None => first = Some(at),
                    Some(t) => return Readings::Twice(t, at),
                }
            }
        }
        if let Some(at) = first {
            return Readings::One(at);
        }
        for i in near..self.stretches.len() {
            let at = local - self.stretches[i].1;
            if let Some(next) = self.stretches.get(i + 1)
                && at >= next.0
                && local - next.1 < next.0
            {
                return Readings::Never(at, local - next.1);
            }
        }
        Readings::One(local - self.offset(local))
    }

    /// The first instant at which the clock shows this local time or a later one.
    pub fn first_at_or_after(&self, local: i64) -> i64 {
        match self.instants(local) {
            Readings::One(t) | Readings::Twice(t, _) => t,
            Readings::Never(t, _) => self.around(t).0,
        }
    }

    /// Changes of the offset in `(from, to]`.
    pub fn changes(&self, from: i64, to: i64) -> impl Iterator<Item = i64> + '_ {
        self.stretches.iter().map(|s| s.0).filter(move |&t| t > from && t <= to)
    }
}

/// `+08:00`, `-0600`, `+8`, `-5.00` in milliseconds east of Greenwich.
pub fn parse_offset(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &text[1..];
    let digits = |s: &str| (!s.is_empty() && s.len() <= 6 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i64>().ok()).flatten();
    let minutes = if let Some((h, m)) = rest.split_once(':') {
        (m.len() == 2).then_some(())?;
        digits(h)? * 60 + digits(m)?
    } else if let Some((h, part)) = rest.split_once('.') {
        let share = digits(part)? * 60 / 10_i64.pow(u32::try_from(part.len()).ok()?);
        digits(h)? * 60 + share
    } else if rest.len() <= 2 {
        digits(rest)? * 60
    } else if rest.len() == 4 && rest.is_ascii() {
        digits(&rest[..2])? * 60 + digits(&rest[2..])?
    } else {
        return None;
    };
    (minutes <= 18 * 60).then_some(sign * minutes * 60_000)
}

/// Number of a clock in [`Zones`].
pub type ZoneId = u16;
/// Number of a set of candidate zones in [`Zones`]; 0 is "no candidate known".
pub type ZoneSet = u16;

/// All clocks and sets of candidate zones that a run has met. Numbers are given out in the order of meeting and reach no output.
#[derive(Debug, Default)]
pub struct Zones {
    inner: RwLock<Inner>,
    prefixes: OnceLock<Prefixes>,
}

#[derive(Debug, Default)]
struct Inner {
    clocks: Vec<Arc<Clock>>,
    by_name: HashMap<String, ZoneId>,
    sets: Vec<Arc<[ZoneId]>>,
    by_members: HashMap<Vec<ZoneId>, ZoneSet>,
}

/// A moment's view of [`Zones`], free of locks.
#[derive(Clone, Debug, Default)]
pub struct ZoneView {
    clocks: Vec<Arc<Clock>>,
    sets: Vec<Arc<[ZoneId]>>,
}

impl ZoneView {
    /// A clock by its number.
    pub fn clock(&self, id: ZoneId) -> &Clock {
        &self.clocks[usize::from(id)]
    }
    /// The members of a set; empty for "no candidate known".
    pub fn members(&self, set: ZoneSet) -> &[ZoneId] {
        &self.sets[usize::from(set)]
    }
    /// How many clocks there are.
    pub fn clocks(&self) -> usize {
        self.clocks.len()
    }
}

impl Zones {
    /// An empty registry in which set 0 is "no candidate known".
    pub fn new() -> Zones {
        let zones = Zones::default();
        zones.set(Vec::new());
        zones
    }

    /// The number of a zone by name.
    pub fn clock(&self, name: &str) -> Result<ZoneId, String> {
        if let Some(&id) = self.inner.read().expect("zones").by_name.get(name) {
            return Ok(id);
        }
        let clock = Clock::parse(name)?;
        let mut inner = self.inner.write().expect("zones");
        if let Some(&id) = inner.by_name.get(name) {
            return Ok(id);
        }
        let id = ZoneId::try_from(inner.clocks.len()).map_err(|_| "more than 65,535 time zones".to_owned())?;
        inner.clocks.push(Arc::new(clock));
        inner.by_name.insert(name.to_owned(), id);
        Ok(id)
    }

    /// The number of a set of zones.
    pub fn set(&self, mut members: Vec<ZoneId>) -> ZoneSet {
        members.sort_unstable();
        members.dedup();
        let mut inner = self.inner.write().expect("zones");
        if let Some(&id) = inner.by_members.get(&members) {
            return id;
        }
        let id = ZoneSet::try_from(inner.sets.len()).unwrap_or(0);
        inner.sets.push(members.clone().into());
        inner.by_members.insert(members, id);
        id
    }

    /// A snapshot for reading without locks.
    pub fn view(&self) -> ZoneView {
        let inner = self.inner.read().expect("zones");
        ZoneView { clocks: inner.clocks.clone(), sets: inner.sets.clone() }
    }

    /// Candidate zones of an E.164 number. A number tied to a place has the zones of its longest prefix, any other all zones of its country code.
    pub fn of_number(&self, e164: u64, country_code: u32, tied_to_place: bool) -> ZoneSet {
        let table = self.prefixes.get_or_init(|| Prefixes::load(self));
        match table.codes.get(country_code as usize) {
            Some(Some(code)) if !tied_to_place || code.alone => code.set,
            _ if tied_to_place => table.longest(e164),
            _ => 0,
        }
    }

    /// All zones of a country calling code.
    pub fn of_country_code(&self, code: u32) -> ZoneSet {
        self.of_number(u64::from(code), code, false)
    }
}

/// Number prefixes and their zones, from libphonenumber's map (data/zones.txt, made by data/make_zones.py).
#[derive(Debug)]
struct Prefixes {
    /// Where stretches of numbers of eighteen digits begin, each with its longest prefix and the zones of that.
    begins: Vec<u64>,
    sets: Vec<(u64, ZoneSet)>,
    /// By calling code.
    codes: Vec<Option<CodeZones>>,
}

#[derive(Clone, Copy, Debug)]
struct CodeZones {
    set: ZoneSet,
    /// No longer prefix has other zones.
    alone: bool,
}

impl Prefixes {
    fn load(zones: &Zones) -> Prefixes {
        let mut rows: Vec<(u64, ZoneSet)> = Vec::new();
        for line in include_str!("data/zones.txt").lines() {
            let Some((prefix, names)) = line.split_once('|') else { continue };
            let Ok(prefix) = prefix.parse() else { continue };
            let members = names.split('&').filter_map(|n| zones.clock(n).ok()).collect();
            rows.push((prefix, zones.set(members)));
        }
        let mut codes = vec![None; 1000];
        for (prefix, set) in rows.iter().filter(|r| r.0 < 1000) {
            codes[usize::try_from(*prefix).unwrap_or(0)] = Some(CodeZones { set: *set, alone: true });
        }
        for (prefix, set) in &rows {
            let mut shorter = prefix / 10;
            while shorter > 0 {
                if let Some(Some(code)) = codes.get_mut(usize::try_from(shorter).unwrap_or(usize::MAX)) {
                    code.alone &= code.set == *set;
                }
                shorter /= 10;
            }
        }
        // The shortest first: a longer prefix that begins at the same number comes later, and wins.
        rows.sort_unstable();
        let mut edges: Vec<u64> = rows.iter().flat_map(|(p, _)| [aligned(*p), aligned(*p) + span(*p)]).chain([0]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut sets = vec![(0, 0); edges.len()];
        for (prefix, set) in &rows {
            let (from, to) = (edges.partition_point(|e| *e < aligned(*prefix)), edges.partition_point(|e| *e < aligned(*prefix) + span(*prefix)));
            sets[from..to].fill((*prefix, *set));
        }
        Prefixes { begins: edges, sets, codes }
    }

    fn longest(&self, e164: u64) -> ZoneSet {
        let (prefix, set) = self.sets[self.begins.partition_point(|b| *b <= aligned(e164)) - 1];
        // A number that is shorter than the prefix that its digits would have with zeros after them.
        if prefix <= e164 { set } else { self.shorter(e164) }
    }

    fn shorter(&self, mut digits: u64) -> ZoneSet {
        while digits > 0 {
            if let Some((_, set)) = self.sets.iter().find(|s| s.0 == digits) {
                return *set;
            }
            digits /= 10;
        }
        0
    }
}

/// A number's first digits in a line of numbers of eighteen digits.
fn aligned(digits: u64) -> u64 {
    digits * span(digits)
}

/// How many numbers of eighteen digits begin with these.
fn span(digits: u64) -> u64 {
    10_u64.pow(17_u32.saturating_sub(digits.checked_ilog10().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("timestamp").as_millisecond()
    }
    fn local(text: &str) -> i64 {
        ms(&format!("{text}Z"))
    }

    #[test]
    fn a_fold_has_two_readings_and_a_gap_is_read_by_the_offset_before() {
        let ny = Clock::parse("America/New_York").expect("zone");
        assert_eq!(ny.instants(local("2026-11-01T01:30:00")), Readings::Twice(ms("2026-11-01T05:30:00Z"), ms("2026-11-01T06:30:00Z")));
        let gap = ny.instants(local("2026-03-08T02:30:00"));
        assert_eq!(gap, Readings::Never(ms("2026-03-08T07:30:00Z"), ms("2026-03-08T06:30:00Z")));
        assert_eq!(ny.local(gap.first()), local("2026-03-08T03:30:00"), "02:30 is 03:30");
        assert_eq!(ny.first_at_or_after(local("2026-03-08T02:30:00")), ms("2026-03-08T07:00:00Z"));
        assert_eq!(ny.instants(local("2026-07-01T12:00:00")), Readings::One(ms("2026-07-01T16:00:00Z")));
    }

    #[test]
    fn offsets_are_read_in_every_spelling() {
        assert_eq!(parse_offset("+08:00"), Some(28_800_000));
        assert_eq!(parse_offset("-0330"), Some(-12_600_000));
        assert_eq!(parse_offset("-5.50"), Some(-19_800_000));
        assert_eq!(parse_offset("+8"), Some(28_800_000));
        assert_eq!(parse_offset("08:00"), None);
        assert_eq!(parse_offset("+25:00"), None);
        assert_eq!(parse_offset("+999999999999999999:00"), None);
        assert_eq!(parse_offset("+1.9999999"), None);
    }

    #[test]
    fn an_unknown_zone_is_refused_with_the_nearest_name() {
        let error = Clock::parse("Asia/Shangai").expect_err("unknown");
        assert!(error.contains("Asia/Shanghai"), "{error}");
    }

    #[test]
    fn the_longest_prefix_wins_and_other_numbers_have_all_zones_of_the_country_code() {
        let zones = Zones::new();
        let names = |set| {
            let view = zones.view();
            view.members(set).iter().map(|&z| view.clock(z).name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(zones.of_number(8_613_812_345_678, 86, true)), ["Asia/Shanghai"]);
        assert_eq!(names(zones.of_number(12_125_550_123, 1, true)), ["America/New_York"]);
        assert!(names(zones.of_number(18_005_550_123, 1, false)).len() > 20);
    }

    /// The same by looking for ever shorter prefixes in the file.
    #[test]
    fn stretches_are_longest_prefixes() {
        let zones = Zones::new();
        let mut map = HashMap::new();
        for (prefix, names) in include_str!("data/zones.txt").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('|')) {
            map.insert(prefix.parse::<u64>().expect("digits"), names.split('&').count());
        }
        let view = || zones.view();
        for prefix in map.keys() {
            for number in [prefix * 10, prefix * 1000 + 999, prefix * 100_000 + 12_345, *prefix] {
                let mut shorter = number;
                while !map.contains_key(&shorter) {
                    shorter /= 10;
                }
                let table = zones.prefixes.get_or_init(|| Prefixes::load(&zones));
                assert_eq!(view().members(table.longest(number)).len(), map[&shorter], "{number}");
            }
        }
        assert_eq!(zones.of_number(8_613_812_345_678, 86, true), zones.of_country_code(86));
    }

    #[test]
    fn every_zone_of_the_map_is_known() {
        let zones = Zones::new();
        for line in include_str!("data/zones.txt").lines().filter(|l| !l.starts_with('#')) {
            for name in line.split_once('|').expect("prefix|zones").1.split('&') {
                zones.clock(name).expect("a zone of the map");
            }
        }
    }
}
