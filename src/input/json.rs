//! JSON values as exports hold them: numbers keep their text, objects keep the order of their keys, nesting becomes dotted names.

use std::borrow::Cow;

/// A value.
#[derive(Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// A number, `true` or `false`, as it is written.
    Word(&'a str),
    /// A string.
    Text(Cow<'a, str>),
    /// A list, and its text.
    List(Vec<Json<'a>>, &'a str),
    /// An object.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Values are nested at most so deep.
const DEEPEST: usize = 64;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// The text may end anywhere: what is open then counts as closed.
    cut: bool,
}

/// Why a text is no JSON: the byte, and a sentence.
pub type Mistake = (usize, String);

/// Reads one value; gives it and where it ends.
///
/// Errors: where and why the text is no JSON.
pub fn parse(text: &str) -> Result<(Json<'_>, usize), Mistake> {
    let mut parser = Parser { text, at: 0, cut: false };
    let value = parser.value(0)?;
    Ok((value, parser.at))
}

/// Reads the beginning of a value whose text may be cut off.
pub fn parse_head(text: &str) -> Option<Json<'_>> {
    Parser { text, at: 0, cut: true }.value(0).ok()
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|b| b.is_ascii_whitespace() || **b == 0x1e).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong<T>(&self, expected: &str) -> Result<T, Mistake> {
        let found = self.text[self.at..].chars().next().map_or("its end".to_owned(), |c| format!("'{}'", c.escape_default()));
        Err((self.at, format!("{expected} was expected, {found} was found")))
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, Mistake> {
        if depth > DEEPEST {
            return Err((self.at, format!("nested more than {DEEPEST} deep")));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => self.word(),
            _ => self.wrong("a value"),
        }
    }

    fn word(&mut self) -> Result<Json<'a>, Mistake> {
        let from = self.at;
        let length = self.text.as_bytes()[from..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')).count();
        self.at += length;
        let word = &self.text[from..self.at];
        match word {
            "null" => Ok(Json::Null),
            "true" | "false" => Ok(Json::Word(word)),
            // What JSON libraries write for numbers that are none.
            "NaN" | "Infinity" | "-Infinity" => Ok(Json::Null),
            _ if word.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) && word.parse::<f64>().is_ok() => Ok(Json::Word(word)),
            _ => {
                self.at = from;
                self.wrong("a value")
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, Mistake> {
        self.at += 1;
        let mut members = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            match self.member(depth) {
                Ok(member) => members.push(member),
                Err(_) if self.cut && self.at >= self.text.len() => return Ok(Json::Object(members)),
                Err(e) => return Err(e),
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Json::Object(members));
                }
                None if self.cut => return Ok(Json::Object(members)),
                _ => return self.wrong("',' or '}'"),
            }
        }
    }

    fn member(&mut self, depth: usize) -> Result<(Cow<'a, str>, Json<'a>), Mistake> {
        if self.peek() != Some(b'"') {
            return self.wrong("the name of a member");
        }
        let name = self.string()?;
        if self.peek() != Some(b':') {
            return self.wrong("':'");
        }
        self.at += 1;
        Ok((name, self.value(depth + 1)?))
    }

    fn list(&mut self, depth: usize) -> Result<Json<'a>, Mistake> {
        let from = self.at;
        self.at += 1;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::List(items, &self.text[from..self.at]));
        }
        loop {
            match self.value(depth + 1) {
                Ok(item) => items.push(item),
                Err(_) if self.cut && self.at >= self.text.len() => return Ok(Json::List(items, &self.text[from..])),
                Err(e) => return Err(e),
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::List(items, &self.text[from..self.at]));
                }
                None if self.cut => return Ok(Json::List(items, &self.text[from..])),
                _ => return self.wrong("',' or ']'"),
            }
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Mistake> {
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let rest = &self.text[self.at..];
            let Some(i) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                self.at = self.text.len();
                return self.wrong("'\"' at the end of a string");
            };
            let plain = &rest[..i];
            let escaped = rest.as_bytes()[i] == b'\\';
            self.at += i + 1;
            if !escaped {
                return Ok(match owned {
                    None => Cow::Borrowed(plain),
                    Some(text) => Cow::Owned(text + plain),
                });
            }
            let text = owned.get_or_insert_default();
            text.push_str(plain);
            let c = self.escape()?;
            owned.get_or_insert_default().push(c);
        }
    }

    fn escape(&mut self) -> Result<char, Mistake> {
        let Some(&byte) = self.text.as_bytes().get(self.at) else { return self.wrong("an escaped character") };
        let simple = match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(byte),
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return self.wrong("one of \"\\/bfnrtu after '\\'"),
        };
        self.at += 1;
        Ok(simple)
    }

    fn unicode(&mut self) -> Result<char, Mistake> {
        let first = self.hex()?;
        if (0xD800..0xDC00).contains(&first) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                return Ok(char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).unwrap_or('\u{fffd}'));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self) -> Result<u32, Mistake> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|d| u32::from_str_radix(d, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.wrong("four hexadecimal digits"),
        }
    }
}

impl Json<'_> {
    /// A scalar as a cell; None for lists and objects.
    fn scalar(&self) -> Option<&str> {
        match self {
            Json::Null => Some(""),
            Json::Word(word) => Some(word),
            Json::Text(text) => Some(text),
            Json::List(..) | Json::Object(_) => None,
        }
    }

    /// A value as one cell: scalars of a list joined by `;`, a list with objects as its JSON text.
    pub fn cell(&self) -> Cow<'_, str> {
        match self {
            Json::List(items, raw) => match items.iter().map(Json::scalar).collect::<Option<Vec<_>>>() {
                Some(scalars) => scalars.join(";").into(),
                None => Cow::Borrowed(raw),
            },
            other => other.scalar().unwrap_or_default().into(),
        }
    }

    /// The cells of an object with their dotted names.
    pub fn flatten<'s>(&'s self, prefix: &str, give: &mut dyn FnMut(Cow<'s, str>, Cow<'s, str>)) {
        let Json::Object(members) = self else { return };
        for (name, value) in members {
            let name = if prefix.is_empty() { Cow::Borrowed(name.as_ref()) } else { Cow::Owned(format!("{prefix}.{name}")) };
            match value {
                Json::Object(inner) if !inner.is_empty() => value.flatten(&name, give),
                _ => give(name, value.cell()),
            }
        }
    }

    /// An object without the member at this place; other members are as they were.
    pub fn without(&self, path: &[String]) -> Json<'_> {
        let (Json::Object(members), Some((first, rest))) = (self, path.split_first()) else { return self.borrowed() };
        let kept = members.iter().filter(|m| m.0 != *first || !rest.is_empty()).map(|(name, value)| {
            let value = if name == first { value.without(rest) } else { value.borrowed() };
            (Cow::Borrowed(name.as_ref()), value)
        });
        Json::Object(kept.collect())
    }

    /// The same value, borrowed.
    pub fn borrowed(&self) -> Json<'_> {
        match self {
            Json::Null => Json::Null,
            Json::Word(word) => Json::Word(word),
            Json::Text(text) => Json::Text(Cow::Borrowed(text)),
            Json::List(items, raw) => Json::List(items.iter().map(Json::borrowed).collect(), raw),
            Json::Object(members) => Json::Object(members.iter().map(|(n, v)| (Cow::Borrowed(n.as_ref()), v.borrowed())).collect()),
        }
    }

    /// The member of an object by its name.
    pub fn member(&self, name: &str) -> Option<&Json<'_>> {
        match self {
            Json::Object(members) => members.iter().find(|m| m.0 == name).map(|m| &m.1),
            _ => None,
        }
    }
}

/// Where the records of a value are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Names of the members that lead to them; none: the value itself is a record.
    pub path: Vec<String>,
    /// The last member is a string that holds JSON.
    pub text: bool,
    /// Names of the members that lead from what is there to a list of its attempts, each of which is a record (a job with its calls); none: it is one itself.
    pub attempts: Vec<String>,
}

/// Decides whether an object is a record or wraps a list of records somewhere.
pub fn place(value: &Json<'_>) -> Place {
    let own = likeness(value);
    let mut best: Option<(u32, usize, Place)> = None;
    search(value, &mut Vec::new(), &mut best);
    match best {
        Some((score, _, place)) if score > own => place,
        Some((_, _, place)) if own < 10 && !place.path.is_empty() => place,
        _ => Place::default(),
    }
}

/// Where an object that is no call by itself, as it has no time, holds the list of calls that were made for it.
fn attempts(value: &Json<'_>) -> Option<(Vec<String>, u32)> {
    let own = kinds(value);
    if own[TIME] {
        return None;
    }
    let mut best: Option<(Vec<String>, u32)> = None;
    within(value, &mut Vec::new(), &mut |path, items| {
        let score = items.iter().take(5).filter(|i| {
            let theirs = kinds(i);
            // A time alone is that of a note or of a sentence that was said.
            theirs[TIME] && (theirs[NUMBER] || (theirs[LENGTH] && own[NUMBER]))
        });
        if let Some(score) = score.map(likeness).max()
            && best.as_ref().is_none_or(|b| score > b.1)
        {
            best = Some((path.to_vec(), score));
        }
    });
    best
}

/// The lists of objects in an object, and where they are.
fn within<'a>(value: &'a Json<'_>, path: &mut Vec<String>, give: &mut dyn FnMut(&[String], &'a [Json<'a>])) {
    let Json::Object(members) = value else { return };
    for (name, value) in members {
        path.push(name.to_string());
        match value {
            Json::List(items, _) if !items.is_empty() && items.iter().all(|i| matches!(i, Json::Object(_))) => give(path, items),
            Json::Object(_) if path.len() < 3 => within(value, path, give),
            _ => {}
        }
        path.pop();
    }
}

fn search(value: &Json<'_>, path: &mut Vec<String>, best: &mut Option<(u32, usize, Place)>) {
    let Json::Object(members) = value else { return };
    for (name, value) in members {
        path.push(name.to_string());
        let mut offer = |score: u32, size: usize, text: bool, attempts: Vec<String>| {
            if best.as_ref().is_none_or(|b| (score, size) > (b.0, b.1)) {
                *best = Some((score, size, Place { path: path.clone(), text, attempts }));
            }
        };
        match value {
            Json::List(items, _) if items.iter().all(|i| matches!(i, Json::Object(_))) => {
                offer(items.iter().take(5).map(likeness).max().unwrap_or(0), items.len(), false, Vec::new());
                // The first ones may be jobs for which nobody was called yet.
                if let Some((inner, score)) = items.iter().take(100).filter_map(attempts).max_by_key(|a| a.1) {
                    offer(score, items.len(), false, inner);
                }
            }
            Json::Text(text) if text.trim_start().starts_with(['{', '[']) => {
                if let Ok((inner, _)) = parse(text) {
                    let score = match &inner {
                        Json::List(items, _) => items.iter().take(5).map(likeness).max().unwrap_or(0),
                        object => likeness(object),
                    };
                    offer(score, 1, true, Vec::new());
                }
            }
            Json::Object(_) if path.len() < 6 => search(value, path, best),
            _ => {}
        }
        path.pop();
    }
}

/// How much the names of an object's cells look like those of a call.
fn likeness(value: &Json<'_>) -> u32 {
    let (kinds, words) = kinds_of(names(value).iter().map(String::as_str));
    score(kinds, words)
}

/// Do the names of an object's cells tell a time, a number, a length?
fn kinds(value: &Json<'_>) -> [bool; 3] {
    kinds_of(names(value).iter().map(String::as_str)).0
}

fn names(value: &Json<'_>) -> Vec<String> {
    let mut names = Vec::new();
    value.flatten("", &mut |name, _| names.push(name.into_owned()));
    names
}

const TIME: usize = 0;
const NUMBER: usize = 1;
const LENGTH: usize = 2;

/// How much these column names look like those of calls: ten for each of time, number and length, and one for each word.
pub fn call_likeness<'a>(names: impl Iterator<Item = &'a str>) -> u32 {
    let (kinds, words) = kinds_of(names);
    score(kinds, words)
}

fn score(kinds: [bool; 3], words: u32) -> u32 {
    kinds.iter().map(|k| u32::from(*k) * 10).sum::<u32>() + words.min(9)
}

fn kinds_of<'a>(names: impl Iterator<Item = &'a str>) -> ([bool; 3], u32) {
    const TIMES: &[&str] = &["time", "date", "stamp", "epoch", "时间", "日期", "setup", "starts"];
    const NUMBERS: &[&str] = &["call", "phone", "number", "mobile", "dst", "src", "ani", "dnis", "callee", "peer", "主叫", "被叫", "号码", "电话", "手机"];
    const LENGTHS: &[&str] = &["duration", "billsec", "talk", "length", "seconds", "时长"];
    const WHOLE: &[&str] = &["from", "to", "start", "end", "answer", "dst", "src"];
    let (mut kinds, mut words) = ([false; 3], 0);
    for name in names {
        let lower = name.rsplit('.').next().unwrap_or(name).to_lowercase();
        let mut hit = false;
        for (kind, tokens) in kinds.iter_mut().zip([TIMES, NUMBERS, LENGTHS]) {
            if tokens.iter().any(|t| lower.contains(t)) {
                (*kind, hit) = (true, true);
            }
        }
        words += u32::from(hit || WHOLE.contains(&lower.as_str()));
    }
    (kinds, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> Vec<(String, String)> {
        let mut all = Vec::new();
        parse(text).unwrap().0.flatten("", &mut |n, v| all.push((n.into_owned(), v.into_owned())));
        all
    }

    #[test]
    fn nesting_becomes_dotted_names_and_numbers_keep_their_digits() {
        let cells = flat(
            r#"{"a":1.50,"b":{"c":"x\n\u4e3b\ud83d\ude00","d":{"e":null}},"l":[1,"2",true],"o":[{"k":1}],"big":1380013800013800138000,"none":{},"empty":[]}"#,
        );
        let shown: Vec<String> = cells.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(shown, ["a=1.50", "b.c=x\n主😀", "b.d.e=", "l=1;2;true", "o=[{\"k\":1}]", "big=1380013800013800138000", "none=", "empty="]);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        assert_eq!(parse(r#"{"a":1,}"#).unwrap_err(), (7, "the name of a member was expected, '}' was found".to_owned()));
        assert!(parse(r#"{"a":"x"#).unwrap_err().1.contains("its end"));
        assert!(parse("{\"a\":\"\\ud8\"}").is_err());
        assert!(parse(&"[".repeat(100_000)).unwrap_err().1.contains("nested"));
        assert!(parse(r#"{"a":tru}"#).is_err());
        for cut in 0..20 {
            let _ = parse_head(&r#"{"a":[1,"\u4e3b",-1.5e3,{"b":tru"#[..cut]);
        }
    }

    #[test]
    fn records_are_told_from_their_wrappers() {
        let place_of = |text: &str| place(&parse_head(text).unwrap());
        let path = |p: &[&str]| Place { path: p.iter().map(|s| (*s).to_owned()).collect(), text: false, attempts: Vec::new() };
        assert_eq!(place_of(r#"{"Response":{"TelCdrs":[{"Caller":"1","Callee":"2","Time":3,"Duration":1}],"TotalCount":1}}"#), path(&["Response", "TelCdrs"]));
        assert_eq!(place_of(r#"{"eventType":"fee","feeLst":[{"callerNum":"1","callInTime":"2"#), path(&["feeLst"]));
        assert_eq!(place_of(r#"{"start":0,"end":9,"calls":[{"from":"1","to":"2","start_time":"x","duration":1,"date_created":"x"}]}"#), path(&["calls"]));
        let record = r#"{"startTime":"x","duration":3,"from":{"phoneNumber":"1"},"legs":[{"startTime":"x","duration":3}]}"#;
        assert_eq!(place_of(record), Place::default());
        assert_eq!(place_of(r#"{"records":[]}"#), path(&["records"]));
        let jobs = r#"{"Code":"OK","Jobs":[{"JobId":"a","Priority":5,"Tasks":[]},{"JobId":"b","Contacts":[{"PhoneNumber":"1"}],
            "Tasks":[{"CalledNumber":"1","ActualTime":1,"Duration":2,"Conversation":[{"Timestamp":1,"Script":"x"}]}]}]}"#;
        assert_eq!(place_of(jobs), Place { attempts: vec!["Tasks".to_owned()], ..path(&["Jobs"]) });
        // A customer with notes is no job with calls.
        let contacts = r#"{"contacts":[{"phone":"1","name":"x","notes":[{"created_time":"2026","text":"x"}]}]}"#;
        assert_eq!(place_of(contacts), path(&["contacts"]));
        assert_eq!(place_of(r#"{"Code":"OK","Data":"{\"caller\":\"1\",\"startDate\":\"x\",\"duration\":1}"}"#), Place { text: true, ..path(&["Data"]) });
    }
}
