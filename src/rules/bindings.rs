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

/// A virtual number stands between two others for some time.
#[derive(Clone, Debug)]
struct Binding {
    from: i64,
    to: i64,
    a: Number,
    /// Null: whoever calls reaches `a`.
    b: Number,
    id: Box<str>,
}

/// A list of bindings.
#[derive(Debug)]
pub struct Bindings {
    by_x: HashMap<Key, Vec<Binding>>,
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
const TO: &[&str] = &["to", "until", "end", "endtime", "expiretime", "expiration", "unbindtime", "失效时间", "解绑时间", "结束时间", "到期时间"];
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
        let [b, from, to, own] = [B, FROM, TO, ID].map(|words| find(&names, words));
        let mut list = Bindings { by_x: HashMap::new(), warnings: Vec::new() };
        let (mut left_out, mut first) = (bad, None);
        for (line, cells) in &rows {
            let mut number = |place: Option<usize>| told(cells, place).map(|t| numbers.read(t));
            let (virtual_number, one, other) = (number(x), number(a), number(b).unwrap_or(Number::NOTHING));
            let begins = told(cells, from).map_or(Some(i64::MIN), |t| moment(t, clock, false));
            let ends = told(cells, to).map_or(Some(i64::MAX), |t| moment(t, clock, true));
            match (virtual_number, one, begins, ends) {
                (Some(x), Some(a), Some(from), Some(to)) if x.key.groups() && !a.key.is_null() => {
                    let id = told(cells, own).unwrap_or_default().into();
                    list.by_x.entry(x.key).or_default().push(Binding { from, to, a, b: other, id });
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
        if list.by_x.is_empty() {
            return Err(format!("the list {} holds no readable binding", path.display()));
        }
        Ok(list)
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
