//! Lists that tell who is behind a number: bindings of virtual (X) numbers, and aliases.

use std::collections::HashMap;
use std::path::Path;

use crate::calls::columns::is_null;
use crate::calls::keys::Key;
use crate::calls::numbers::{Number, NumberReader};
use crate::calls::timestamps::{self, Precision};
use crate::calls::zones::{Clock, DAY};
use crate::input::profile::fold;
use crate::input::side_table;

/// Who may call whom through a virtual number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Each the other.
    Both,
    /// Only `a` may call.
    AToB,
    /// Only `b` may call.
    BToA,
    /// The list says something that is none of these.
    Unreadable,
}

/// A virtual number stands between two others for some time.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Since when (ms UTC), i64::MIN: nobody knows.
    pub from: i64,
    /// From when on no longer, i64::MAX: never.
    pub to: i64,
    /// One side.
    pub a: Number,
    /// The other one. Null: whoever calls reaches `a`.
    pub b: Number,
    /// Who may call.
    pub way: Way,
    /// Its id; may be empty.
    pub id: Box<str>,
}

impl Binding {
    /// Does it hold at a moment?
    pub fn holds(&self, at: i64) -> bool {
        self.from <= at && at < self.to
    }
    /// The two sides, whichever of them stands first.
    fn pair(&self) -> (Key, Key) {
        (self.a.key.min(self.b.key), self.a.key.max(self.b.key))
    }
}

/// What a list may tell of its bindings, besides the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Part {
    From,
    To,
    Direction,
}

impl Part {
    /// As it is called in documents.
    pub fn name(self) -> &'static str {
        match self {
            Part::From => "from",
            Part::To => "to",
            Part::Direction => "direction",
        }
    }
}

/// A list of bindings.
#[derive(Debug)]
pub struct Bindings {
    /// Its id.
    pub id: String,
    by_x: HashMap<Key, Vec<Binding>>,
    has: Vec<Part>,
    /// By virtual number and side: places in `by_x`; the side is null for bindings that anybody may call.
    sides: HashMap<(Key, Key), Vec<u32>>,
    /// By virtual number: from when on it stands between so many pairs.
    pairs: HashMap<Key, Vec<(i64, u32)>>,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// Who is behind a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behind<'a> {
    /// It is no virtual number.
    Itself,
    /// Nobody that the list tells, or several at once.
    Unknown,
    /// This number, by this binding.
    Person(Number, &'a str),
}

const X: &[&str] =
    &["x", "xnumber", "number", "virtualnumber", "bindnum", "secretno", "privatenumber", "隐私号", "隐私号码", "虚拟号", "虚拟号码", "x号码", "中间号"];
const A: &[&str] = &["a", "anumber", "callernum", "phonenoa", "tela", "a号码", "主叫", "主叫号码", "真实主叫"];
const B: &[&str] = &["b", "bnumber", "calleenum", "phonenob", "telb", "b号码", "被叫", "被叫号码", "真实被叫"];
const FROM: &[&str] = &["from", "since", "start", "starttime", "bindtime", "boundat", "生效时间", "绑定时间", "开始时间"];
const TO: &[&str] = &["to", "until", "end", "endtime", "expiretime", "expiresat", "expires", "expiration", "失效时间", "结束时间", "到期时间"];
/// Taken apart before its time.
const UNBOUND: &[&str] = &["unbindtime", "unboundat", "unbound", "unbindat", "releasedat", "解绑时间"];
const DIRECTION: &[&str] = &["direction", "calldirection", "callingdirection", "callrestrict", "方向", "呼叫方向", "允许方向", "呼叫限制"];
const ID: &[&str] = &["bindingid", "subid", "subscriptionid", "bindid", "绑定关系", "绑定id"];
const PERSON: &[&str] = &["person", "personid", "customer", "customerid", "name", "联系人", "客户", "客户编号", "姓名"];
const NUMBER: &[&str] = &["number", "phone", "phonenumber", "mobile", "callee", "手机号", "手机号码", "号码", "电话", "电话号码"];

/// The place of a column by its possible names.
fn find(names: &[String], words: &[&str]) -> Option<usize> {
    names.iter().position(|n| words.iter().any(|w| fold(w) == fold(n)))
}

fn told(cells: &[String], place: Option<usize>) -> Option<&str> {
    place.and_then(|p| cells.get(p)).map(String::as_str).filter(|c| !is_null(c))
}

/// A moment; a date stands for its first moment, as an end for its last.
fn moment(text: &str, clock: &Clock, end: bool) -> Option<i64> {
    let stamp = timestamps::parse(text, None)?;
    let local = stamp.local + if end && stamp.precision == Precision::Day { DAY } else { 0 };
    Some(stamp.offset.map_or_else(
        || if stamp.precision == Precision::Day { clock.first_at_or_after(local) } else { clock.instants(local).first() },
        |offset| local - offset,
    ))
}

impl Bindings {
    /// Reads a table with the columns x, a, b, from, to and binding_id; b, from, to and binding_id may be missing or empty.
    ///
    /// Errors: a sentence that says why there is no list.
    pub fn load(id: &str, path: &Path, clock: &Clock, numbers: &mut NumberReader<'_>) -> Result<Bindings, String> {
        let (names, rows, bad) = side_table::load(path)?;
        let (x, a) = (find(&names, X), find(&names, A));
        if x.is_none() || a.is_none() {
            return Err(format!("the list {} needs the columns x and a (and b, from, to): it has {}", path.display(), names.join(", ")));
        }
        let [b, from, to, unbound, own, way] = [B, FROM, TO, UNBOUND, ID, DIRECTION].map(|words| find(&names, words));
        let parts = [(Part::From, from), (Part::To, to.or(unbound)), (Part::Direction, way)];
        let has = parts.into_iter().filter(|p| p.1.is_some()).map(|p| p.0).collect();
        let mut list = Bindings { id: id.to_owned(), by_x: HashMap::new(), has, sides: HashMap::new(), pairs: HashMap::new(), warnings: Vec::new() };
        let mut no_way: Option<(u64, u64, String)> = None;
        let (mut left_out, mut first) = (bad, None);
        for (line, cells) in &rows {
            let mut number = |place: Option<usize>| told(cells, place).map(|t| numbers.read(t));
            let (virtual_number, one, other) = (number(x), number(a), number(b).unwrap_or(Number::NOTHING));
            let begins = told(cells, from).map_or(Some(i64::MIN), |t| moment(t, clock, false));
            // Whichever comes first: the end that was meant, or that it was taken apart.
            let ends = [to, unbound].map(|place| told(cells, place).map_or(Some(i64::MAX), |t| moment(t, clock, true)));
            let ends = ends[0].zip(ends[1]).map(|(a, b)| a.min(b));
            match (virtual_number, one, begins, ends) {
                (Some(x), Some(a), Some(from), Some(to)) if x.key.groups() && !a.key.is_null() => {
                    let id = told(cells, own).unwrap_or_default().into();
                    let word = told(cells, way);
                    // Where the list tells directions, one that it does not tell is not known.
                    let untold = if way.is_some() { Way::Unreadable } else { Way::Both };
                    let way = word.map_or(untold, direction);
                    if word.is_some() && way == Way::Unreadable {
                        no_way.get_or_insert_with(|| (0, *line, word.unwrap_or_default().to_owned())).0 += 1;
                    }
                    list.by_x.entry(x.key).or_default().push(Binding { from, to, a, b: other, way, id });
                }
                _ => {
                    left_out += 1;
                    first.get_or_insert(*line);
                }
            }
        }
        if left_out > 0 {
            let line = first.map_or_else(String::new, |l| format!(" (first: line {l})"));
            list.warnings.push(format!("list {id}: {left_out} rows hold no readable numbers or times and are left out{line}"));
        }
        if let Some((n, line, word)) = no_way {
            list.warnings
                .push(format!("list {id}: {n} rows name a direction that is not known (first: line {line}, \"{word}\"): what depends on it is possible"));
        }
        if list.by_x.is_empty() {
            return Err(format!("the list {} holds no readable binding", path.display()));
        }
        Ok(list)
    }

    /// The same, ready to be asked for sides and for pairs.
    pub fn ready(mut self) -> Bindings {
        for (x, bindings) in &self.by_x {
            let mut pairs: HashMap<(Key, Key), Vec<(i64, i64)>> = HashMap::new();
            for (place, binding) in bindings.iter().enumerate() {
                let place = u32::try_from(place).unwrap_or(u32::MAX);
                self.sides.entry((*x, binding.a.key)).or_default().push(place);
                if binding.b.key != binding.a.key {
                    self.sides.entry((*x, binding.b.key)).or_default().push(place);
                }
                if binding.from < binding.to {
                    pairs.entry(binding.pair()).or_default().push((binding.from, binding.to));
                }
            }
            self.pairs.insert(*x, steps(pairs.into_values()));
        }
        self
    }

    /// Does the list tell this?
    pub fn has(&self, part: Part) -> bool {
        self.has.contains(&part)
    }

    /// Is it a virtual number of the list?
    pub fn is_virtual(&self, number: Number) -> bool {
        self.by_x.contains_key(&number.key)
    }

    /// All bindings of a virtual number.
    pub fn all(&self, x: Number) -> &[Binding] {
        self.by_x.get(&x.key).map_or(&[], Vec::as_slice)
    }

    /// The bindings in which a number is one of the sides, each with its virtual number.
    pub fn with_side(&self, side: Number) -> Vec<(Key, &Binding)> {
        let all = self.by_x.iter().flat_map(|(x, all)| all.iter().map(move |b| (*x, b)));
        let mut found: Vec<(Key, &Binding)> = all.filter(|(_, b)| b.a.key == side.key || b.b.key == side.key).collect();
        found.sort_by(|a, b| (a.1.from, a.1.to, &a.1.id).cmp(&(b.1.from, b.1.to, &b.1.id)));
        found
    }

    /// The bindings of a virtual number of which this number is a side, and those that anybody may call. See [`Bindings::ready`].
    pub fn of_side(&self, x: Number, side: Number) -> impl Iterator<Item = &Binding> {
        let all = self.all(x);
        let places = [side.key, Key::NULL].into_iter().filter_map(move |key| self.sides.get(&(x.key, key)));
        places.flatten().filter_map(move |place| all.get(*place as usize))
    }

    /// Between how many different pairs a virtual number stands at a moment. See [`Bindings::ready`].
    pub fn pairs_at(&self, x: Number, at: i64) -> u32 {
        let Some(steps) = self.pairs.get(&x.key) else { return 0 };
        steps.partition_point(|s| s.0 <= at).checked_sub(1).map_or(0, |i| steps[i].1)
    }

    /// Who was reached by a call to `callee` at this moment: the other side of the binding that the caller is in. `id`: the binding, where
    /// the log tells it.
    pub fn behind(&self, callee: Number, caller: Number, at: i64, id: &str) -> Behind<'_> {
        let Some(bindings) = self.by_x.get(&callee.key) else { return Behind::Itself };
        let mut found: Option<(Number, &str)> = None;
        for binding in bindings.iter().filter(|b| b.from <= at && at < b.to && (id.is_empty() || b.id.is_empty() || *b.id == *id)) {
            let reached = if binding.b.key.is_null() {
                (caller.key != binding.a.key).then_some(binding.a)
            } else if caller.key == binding.a.key {
                Some(binding.b)
            } else if caller.key == binding.b.key {
                Some(binding.a)
            } else {
                None
            };
            let Some(reached) = reached else { continue };
            match &found {
                Some((known, _)) if known.key != reached.key => return Behind::Unknown,
                Some((_, known)) if *known <= &*binding.id => {}
                _ => found = Some((reached, &binding.id)),
            }
        }
        found.map_or(Behind::Unknown, |(number, id)| Behind::Person(number, id))
    }
}

/// What a column of directions says. Platforms write 0, 1 and 2, or name what is forbidden.
fn direction(text: &str) -> Way {
    let word = fold(text).replace(['→', '>', '到', '呼'], "2").replace("to", "2");
    match word.as_str() {
        "both" | "0" | "twoway" | "bidirectional" | "双向" | "不限" | "all" | "any" | "a2b,b2a" => Way::Both,
        "a2b" | "ab" | "1" | "a" | "caller2callee" | "主叫2被叫" | "controlbxdisable" => Way::AToB,
        "b2a" | "ba" | "2" | "b" | "callee2caller" | "被叫2主叫" | "controlaxdisable" => Way::BToA,
        _ => Way::Unreadable,
    }
}

/// How many of several things there are at a time, as steps: each thing is a set of intervals that may overlap.
fn steps(things: impl Iterator<Item = Vec<(i64, i64)>>) -> Vec<(i64, u32)> {
    let mut changes: Vec<(i64, i64)> = Vec::new();
    for mut spans in things {
        spans.sort_unstable();
        let mut open: Option<(i64, i64)> = None;
        for (from, to) in spans {
            match &mut open {
                Some((_, end)) if from <= *end => *end = to.max(*end),
                _ => {
                    changes.extend(open.take().into_iter().flat_map(|(from, to)| [(from, 1), (to, -1)]));
                    open = Some((from, to));
                }
            }
        }
        changes.extend(open.into_iter().flat_map(|(from, to)| [(from, 1), (to, -1)]));
    }
    changes.sort_unstable();
    let (mut all, mut count) = (Vec::new(), 0_i64);
    for same in changes.chunk_by(|a, b| a.0 == b.0) {
        count += same.iter().map(|c| c.1).sum::<i64>();
        all.push((same[0].0, u32::try_from(count).unwrap_or(u32::MAX)));
    }
    all
}

/// A list of numbers and the persons that they belong to.
#[derive(Debug)]
pub struct Aliases {
    persons: HashMap<Key, Box<str>>,
    /// What could not be read.
    pub warnings: Vec<String>,
}

impl Aliases {
    /// Reads a table with the columns number and person.
    ///
    /// Errors: a sentence that says why there is no list.
    pub fn load(id: &str, path: &Path, numbers: &mut NumberReader<'_>) -> Result<Aliases, String> {
        let (names, rows, mut bad) = side_table::load(path)?;
        let (Some(number), Some(person)) = (find(&names, NUMBER), find(&names, PERSON)) else {
            return Err(format!("the list {} needs the columns number and person: it has {}", path.display(), names.join(", ")));
        };
        let mut list = Aliases { persons: HashMap::new(), warnings: Vec::new() };
        let mut differ = 0_u64;
        for (_, cells) in &rows {
            let key = told(cells, Some(number)).map(|t| numbers.read(t).key).filter(|k| k.groups());
            let (Some(key), Some(person)) = (key, told(cells, Some(person))) else {
                bad += 1;
                continue;
            };
            // Of several the first in the order of texts: no order of rows changes it.
            let known = list.persons.entry(key).or_insert_with(|| person.into());
            if **known != *person {
                differ += 1;
                if person < &**known {
                    *known = person.into();
                }
            }
        }
        for (n, what) in [(bad, "rows hold no readable number and person and are left out"), (differ, "rows give a number to another person than one before")] {
            if n > 0 {
                list.warnings.push(format!("list {id}: {n} {what}"));
            }
        }
        if list.persons.is_empty() {
            return Err(format!("the list {} holds no readable number and person", path.display()));
        }
        Ok(list)
    }

    /// All numbers of a person.
    pub fn numbers(&self, person: &str) -> Vec<Key> {
        self.persons.iter().filter(|(_, p)| ***p == *person).map(|(key, _)| *key).collect()
    }

    /// The person that a number belongs to.
    pub fn person(&self, number: Number) -> Option<&str> {
        self.persons.get(&number.key).map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::calls::keys::Dictionary;
    use crate::calls::numbers::NumberRegion;
    use crate::calls::zones::Zones;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn the_other_side_of_a_binding_is_reached_while_it_lasts() {
        let (dictionary, zones) = (Dictionary::default(), Zones::default());
        let mut numbers = NumberReader::small(&dictionary, &zones, NumberRegion::new(Some("CN")).unwrap());
        let list = file(
            "x,a,b,from,to,binding_id\n17000000001,13900000001,13800000001,2026-10-01 08:00:00,2026-10-01 09:00:00,b1\n17000000001,13900000001,13800000002,2026-10-01 09:00:00,2026-10-02,b2\n17000000001,13900000009,13800000009,2026-10-01,,b9\n17000000002,13900000001,,,,\nrubbish,,,,,\n",
        );
        let clock = Clock::parse("Asia/Shanghai").unwrap();
        let list = Bindings::load("x", list.path(), &clock, &mut numbers).unwrap();
        assert_eq!(list.warnings.len(), 1);
        let at = |text: &str| moment(text, &clock, false).unwrap();
        let mut reached = |x: &str, caller: &str, when: &str, id: &str| {
            let (x, caller) = (numbers.read(x), numbers.read(caller));
            match list.behind(x, caller, at(when), id) {
                Behind::Itself => "itself".to_owned(),
                Behind::Unknown => "unknown".to_owned(),
                Behind::Person(number, id) => format!("{} {id}", dictionary.show(number.key)),
            }
        };
        assert_eq!(reached("17000000001", "13900000001", "2026-10-01 08:00:00", ""), "+8613800000001 b1");
        assert_eq!(reached("17000000001", "13800000001", "2026-10-01 08:59:59", ""), "+8613900000001 b1");
        assert_eq!(reached("17000000001", "13900000001", "2026-10-01 09:00:00", ""), "+8613800000002 b2");
        assert_eq!(reached("17000000001", "13900000001", "2026-10-02 23:59:59", ""), "+8613800000002 b2");
        assert_eq!(reached("17000000001", "13900000001", "2026-10-03 00:00:00", ""), "unknown");
        assert_eq!(reached("17000000001", "13900000009", "2026-10-09 00:00:00", ""), "+8613800000009 b9");
        assert_eq!(reached("17000000001", "13900000009", "2026-10-09 00:00:00", "b1"), "unknown");
        assert_eq!(reached("17000000001", "13700000000", "2026-10-01 08:30:00", ""), "unknown");
        assert_eq!(reached("17000000002", "13700000000", "2026-10-01 08:30:00", ""), "+8613900000001 ");
        assert_eq!(reached("17000000003", "13700000000", "2026-10-01 08:30:00", ""), "itself");
    }

    #[test]
    fn directions_are_read_as_platforms_write_them() {
        for (text, way) in [
            ("both", Way::Both),
            ("双向", Way::Both),
            ("0", Way::Both),
            ("A→B", Way::AToB),
            ("a2b", Way::AToB),
            ("a to b", Way::AToB),
            ("A呼B", Way::AToB),
            ("1", Way::AToB),
            ("CONTROL_BX_DISABLE", Way::AToB),
            ("B->A", Way::BToA),
            ("2", Way::BToA),
            ("CONTROL_AX_DISABLE", Way::BToA),
            ("outbound", Way::Unreadable),
        ] {
            assert_eq!(direction(text), way, "{text}");
        }
    }

    /// The number of pairs at every moment, counted one by one.
    #[test]
    fn pairs_at_a_moment_are_counted_once() {
        let mut state = 3_u64;
        let mut random = move |n: i64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(state >> 33).unwrap() % n
        };
        let number = |n: i64| Number { key: Key::e164(u64::try_from(n).unwrap() + 1), ..Number::NOTHING };
        let x = Number { key: Key::e164(9_999), ..Number::NOTHING };
        for _ in 0..200 {
            let mut bindings = Vec::new();
            for _ in 0..random(12) {
                let from = if random(6) == 0 { i64::MIN } else { random(20) };
                let to = if random(6) == 0 { i64::MAX } else { from.max(0) + random(8) };
                bindings.push(Binding { from, to, a: number(random(3)), b: number(3 + random(2)), way: Way::Both, id: "".into() });
                if random(4) == 0 {
                    // The same pair the other way round.
                    let last = bindings[bindings.len() - 1].clone();
                    bindings.push(Binding { a: last.b, b: last.a, from: random(20), to: 10 + random(20), ..last });
                }
            }
            let list = Bindings {
                id: String::new(),
                by_x: HashMap::from([(x.key, bindings.clone())]),
                has: Vec::new(),
                sides: HashMap::new(),
                pairs: HashMap::new(),
                warnings: Vec::new(),
            }
            .ready();
            for at in -2..40 {
                let mut pairs: Vec<_> = bindings.iter().filter(|b| b.holds(at)).map(Binding::pair).collect();
                pairs.sort_unstable();
                pairs.dedup();
                assert_eq!(list.pairs_at(x, at) as usize, pairs.len(), "{at}: {bindings:?}");
                let side = number(1);
                let of_side = bindings.iter().filter(|b| b.a.key == side.key || b.b.key == side.key).count();
                assert_eq!(list.of_side(x, side).count(), of_side);
            }
        }
    }

    #[test]
    fn numbers_belong_to_persons() {
        let (dictionary, zones) = (Dictionary::default(), Zones::default());
        let mut numbers = NumberReader::small(&dictionary, &zones, NumberRegion::new(Some("CN")).unwrap());
        let list = file("号码;姓名\n13800000001;王\n+86 138 0000 0002;王\n;李\n13800000001;安\n");
        let list = Aliases::load("x", list.path(), &mut numbers).unwrap();
        let mut person = |n: &str| list.person(numbers.read(n)).map(str::to_owned);
        assert_eq!((person("013800000001"), person("13800000002"), person("13800000003")), (Some("安".to_owned()), Some("王".to_owned()), None));
        assert_eq!(list.warnings.len(), 2);
    }
}
