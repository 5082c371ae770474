//! Lists of consents: who agreed to be called, since when and until when, for what, and with which proof.

use std::collections::HashMap;
use std::path::Path;

use super::dates::{self, Times};
use super::facts::{Facts, UnreadableRow};
use super::layouts::{EXPIRES, NUMBER};
use super::patterns::Pattern;
use super::rows::{Meaning, NO_NUMBER, meaning};
use super::{Grace, List, MatchBy, Settings, Surroundings, opening};
use crate::calls::calendar::{Calendar, Date, add_business_days, civil, days_of};
use crate::calls::columns::{Column, is_null};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{Number, NumberReader, Sort, ascii};
use crate::calls::timestamps;
use crate::calls::zones::DAY;
use crate::input::profile::fold;
use crate::input::side_table;
use crate::input::words;

/// A list of consents.
#[derive(Debug)]
pub struct Consents {
    /// Its id.
    pub id: String,
    /// Finds the rows of a number: the numbers of spans are those of rows, from 1 on.
    index: List,
    ids: HashMap<Box<str>, Vec<u32>>,
    rows: Vec<Row>,
    /// What rows are limited to; the first is nothing.
    scopes: Vec<Vec<Box<str>>>,
    /// Sorts of consent, as [`fold`] has them; the first is none.
    kinds: Vec<Box<str>>,
    has: Vec<Part>,
    /// What is told of it.
    pub facts: Facts,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// A consent as far as its row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// When it was given.
    pub granted: Option<i64>,
    /// When it was taken back.
    pub revoked: Option<i64>,
    /// When it ended by itself.
    pub expires: Option<i64>,
    /// Does the row name a proof?
    pub proof: bool,
    /// It only takes back.
    pub only_revokes: bool,
}

/// A time of a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told<T> {
    Nothing,
    /// It says something that cannot be read.
    Unreadable,
    At(T),
}

#[derive(Clone, Debug)]
struct Row {
    granted: Told<(i64, Date)>,
    revoked: Told<(i64, Date)>,
    expires: Told<i64>,
    /// Numbers in `scopes`: purpose, mode, seller.
    scopes: [u32; 3],
    kind: u16,
    evidence: bool,
    /// It gives no consent: it takes back those that were given before.
    only_revokes: bool,
}

/// What a list may tell of its consents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Part {
    Number,
    Id,
    Granted,
    Revoked,
    Expires,
    Purpose,
    Mode,
    Seller,
    Kind,
    Evidence,
    Status,
}

impl Part {
    /// As it is called in documents.
    pub fn name(self) -> &'static str {
        match self {
            Part::Number => "number",
            Part::Id => "callee_id",
            Part::Granted => "granted_at",
            Part::Revoked => "revoked_at",
            Part::Expires => "expires_at",
            Part::Purpose => "purpose",
            Part::Mode => "mode",
            Part::Seller => "seller",
            Part::Kind => "kind",
            Part::Evidence => "evidence",
            Part::Status => "status",
        }
    }
}

const ID: &[&str] = &["calleeid", "customerid", "leadid", "lead", "userid", "contactid", "客户编号", "客户id", "被叫标识", "用户id", "线索"];
const GRANTED: &[&str] = &[
    "grantedat",
    "granted",
    "grantdate",
    "consentedat",
    "consentat",
    "consentdate",
    "consenttime",
    "optinat",
    "optindate",
    "optintime",
    "agreedat",
    "signedat",
    "signedon",
    "addedat",
    "added",
    "createdat",
    "since",
    "validfrom",
    "date",
    "time",
    "datetime",
    "timestamp",
    "同意时间",
    "同意日期",
    "授权时间",
    "授权日期",
    "签署时间",
    "签署日期",
    "取得时间",
    "取得日期",
    "登记时间",
    "创建时间",
    "添加时间",
    "生效时间",
    "生效日期",
    "时间",
    "日期",
];
const REVOKED: &[&str] = &[
    "revokedat",
    "revoked",
    "revokedate",
    "revocationdate",
    "withdrawnat",
    "withdrawn",
    "withdrawalat",
    "withdrawaldate",
    "optoutat",
    "optoutdate",
    "optouttime",
    "unsubscribedat",
    "cancelledat",
    "canceledat",
    "撤回时间",
    "撤回日期",
    "撤销时间",
    "撤销日期",
    "取消时间",
    "取消日期",
    "退订时间",
    "退订日期",
    "拒绝时间",
    "拒绝日期",
];
const PURPOSE: &[&str] = &["scopepurpose", "purpose", "scope", "purposes", "用途", "目的", "范围", "授权范围"];
const MODE: &[&str] = &["scopemode", "mode", "modes", "外呼方式", "呼叫方式"];
const SELLER: &[&str] = &["seller", "onbehalfof", "brand", "company", "advertiser", "委托方", "品牌", "商家", "公司"];
const KIND: &[&str] = &["consentkind", "consenttype", "consentform", "kind", "type", "form", "同意类型", "同意方式", "同意形式", "类型", "形式"];
const EVIDENCE: &[&str] = &[
    "evidence",
    "proof",
    "evidenceref",
    "evidenceid",
    "recording",
    "recordingid",
    "document",
    "documentid",
    "url",
    "link",
    "file",
    "reference",
    "ref",
    "凭证",
    "同意凭证",
    "凭证编号",
    "证据",
    "证明",
    "录音",
    "录音编号",
    "文件",
];
const STATUS: &[&str] = &[
    "status",
    "state",
    "action",
    "event",
    "operation",
    "状态",
    "操作",
    "动作",
    "事件",
    "consent",
    "consented",
    "optin",
    "optedin",
    "agreed",
    "是否同意",
    "同意",
    "是否授权",
];

const GIVEN: &[&str] = &[
    "granted",
    "grant",
    "given",
    "consent",
    "consented",
    "optin",
    "in",
    "active",
    "valid",
    "yes",
    "true",
    "1",
    "y",
    "agreed",
    "subscribed",
    "同意",
    "已同意",
    "授权",
    "已授权",
    "有效",
    "订阅",
    "已订阅",
    "是",
];
const TAKEN_BACK: &[&str] = &[
    "revoked",
    "revoke",
    "withdrawn",
    "withdraw",
    "withdrawal",
    "optout",
    "out",
    "inactive",
    "invalid",
    "no",
    "false",
    "0",
    "n",
    "cancelled",
    "canceled",
    "cancel",
    "refused",
    "unsubscribed",
    "unsubscribe",
    "撤回",
    "已撤回",
    "撤销",
    "已撤销",
    "取消",
    "已取消",
    "拒绝",
    "已拒绝",
    "退订",
    "已退订",
    "无效",
    "失效",
    "已失效",
    "否",
];

/// All parts with the names of their columns, those first that are named more exactly.
const PARTS: [(Part, &[&str]); 11] = [
    (Part::Revoked, REVOKED),
    (Part::Expires, EXPIRES),
    (Part::Status, STATUS),
    (Part::Number, NUMBER),
    (Part::Id, ID),
    (Part::Granted, GRANTED),
    (Part::Purpose, PURPOSE),
    (Part::Mode, MODE),
    (Part::Seller, SELLER),
    (Part::Kind, KIND),
    (Part::Evidence, EVIDENCE),
];

/// The columns of a file.
#[derive(Debug, Default)]
struct Columns(Vec<(Part, usize)>);

impl Columns {
    /// By the names of a header; `status` says whether the cells of a column of states are such words.
    fn of(names: &[String], status: impl Fn(usize) -> bool) -> Columns {
        let folded: Vec<String> = names.iter().map(|n| fold(n)).collect();
        let mut found: Vec<(Part, usize)> = Vec::new();
        for (part, words) in PARTS {
            // The first word that is a column, as the words stand in their order.
            let place = words.iter().find_map(|w| folded.iter().position(|n| n == w).filter(|i| !found.iter().any(|f| f.1 == *i)));
            found.extend(place.filter(|i| part != Part::Status || status(*i)).map(|i| (part, i)));
        }
        Columns(found)
    }

    fn cell<'a>(&self, cells: &'a [String], part: Part) -> Option<&'a str> {
        let place = self.0.iter().find(|f| f.0 == part)?.1;
        cells.get(place).map(|c| c.trim()).filter(|c| !is_null(c))
    }
}

/// How old a consent may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Months of the calendar, to the same day of the month or its last one.
    Months(u32),
    /// Days of the calendar; the day of the consent is day 0.
    Days(u32),
    /// Milliseconds.
    Elapsed(i64),
}

/// What a rule asks of a consent, and the call that it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// When the call began.
    pub at: i64,
    /// Its purpose, mode and seller; empty: not known.
    pub of_call: [&'a str; 3],
    /// How long it counts after it was taken back.
    pub grace: Grace,
    /// For business days.
    pub calendar: Option<&'a Calendar>,
    /// How old it may be.
    pub max_age: Option<Age>,
    /// Must there be evidence?
    pub proof: bool,
    /// Which sorts count, as [`fold`] has them; none: all.
    pub kinds: &'a [String],
}

/// Why a consent does not count; of several the greatest is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// There is none.
    Missing,
    /// It was given after the call began.
    NotYet,
    /// It is for other modes.
    Mode,
    /// It was given to somebody else.
    Seller,
    /// It is for other purposes.
    Purpose,
    /// It is of another sort.
    Kind,
    /// There is no evidence.
    NoProof,
    /// It is too old.
    TooOld,
    /// It had expired.
    Expired,
    /// It had been taken back.
    Revoked,
}

/// What makes a consent uncertain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// One of the numbers is masked or destroyed.
    Number,
    /// It is limited, and what the call is for is not known.
    Scope,
    /// A time of it is missing or cannot be read.
    Time,
}

/// What a list says of a call; the greater the better for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Why not, and by how much in ms where that is a time.
    No(Why, i64),
    /// There may be one.
    Unsure(Doubt),
    /// There is one in force.
    Yes,
}

impl Answer {
    fn rank(self) -> (u8, u8, i64) {
        match self {
            Answer::No(why, ms) => (0, why as u8, -ms),
            Answer::Unsure(doubt) => (1, doubt as u8, 0),
            Answer::Yes => (2, 0, 0),
        }
    }

    /// The better of two.
    pub fn or(self, other: Answer) -> Answer {
        if other.rank() > self.rank() { other } else { self }
    }
}

impl Consents {
    /// Reads the file of a list: a table with a column of numbers or of ids.
    ///
    /// Errors: what is known of it, with a sentence that says why there is no list, where it is named, and what to do.
    pub fn load(id: &str, path: &Path, settings: &Settings, around: &Surroundings<'_>) -> Result<Consents, Box<Facts>> {
        let mut list = Consents {
            id: id.to_owned(),
            index: List::empty(id, path, settings, around),
            ids: HashMap::new(),
            rows: Vec::new(),
            scopes: vec![Vec::new()],
            kinds: vec!["".into()],
            has: Vec::new(),
            facts: Facts { id: id.to_owned(), path: Some(path.display().to_string()), ..Facts::default() },
            warnings: Vec::new(),
        };
        match list.read(path, settings, around) {
            Ok(()) => Ok(list),
            Err(e) => {
                let place = if settings.place.is_empty() { String::new() } else { format!("{}: ", settings.place) };
                list.facts.error = Some(format!("{place}{e} (check it or give another with --use-list {id}=PATH)"));
                Err(Box::new(list.facts))
            }
        }
    }

    fn read(&mut self, path: &Path, settings: &Settings, around: &Surroundings<'_>) -> Result<(), String> {
        let fail = |e: String| format!("cannot read the list {}: {e}", path.display());
        let mut streams = opening::streams(path).map_err(fail)?;
        let mut numbers = NumberReader::small(around.dictionary, around.zones, around.region);
        let mut bad_times: (u64, Option<(u64, String)>) = (0, None);
        let several = streams.len() > 1;
        for source in &mut streams {
            let shown = several.then(|| source.path.clone());
            let mut columns: Option<(Columns, Option<timestamps::DateOrder>)> = None;
            let mut problem = None;
            let damaged = side_table::rows(source, |table, line, cells| {
                let (columns, order) = columns.get_or_insert_with(|| self.columns(table.names, table.first, settings));
                if !columns.0.iter().any(|c| matches!(c.0, Part::Number | Part::Id)) {
                    problem.get_or_insert_with(|| format!("needs a column of numbers or of ids (number, callee_id): it has {}", table.names.join(", ")));
                    return;
                }
                let times = Times { clock: &around.clock, order: *order };
                match self.row(columns, times, cells, &mut numbers, around.dictionary) {
                    Ok(None) => {}
                    Ok(Some(text)) => {
                        bad_times.0 += 1;
                        bad_times.1.get_or_insert((line, text));
                    }
                    Err((reason, text)) => self.facts.unreadable.push(UnreadableRow { path: shown.clone(), line, text, reason: reason.into() }),
                }
            })
            .map_err(fail)?;
            if let Some(problem) = problem {
                return Err(format!("the list {} {problem}", path.display()));
            }
            self.facts.unreadable.rows += damaged;
        }
        if let Some(source) = streams.first() {
            let received = source.received().map_err(|e| fail(e.to_string()))?;
            (self.facts.hash, self.facts.bytes) = (Some(received.hash), received.bytes);
        }
        self.close(bad_times, path)
    }

    /// What stands where, by the header and the first rows.
    fn columns(&mut self, names: &[String], first: &[Vec<String>], settings: &Settings) -> (Columns, Option<timestamps::DateOrder>) {
        let known = |i: usize| first.iter().filter_map(|r| r.get(i)).any(|c| state(c).is_some());
        let columns = Columns::of(names, known);
        for (part, _) in &columns.0 {
            if !self.has.contains(part) {
                self.has.push(*part);
            }
        }
        let times = [Part::Granted, Part::Revoked, Part::Expires];
        let cells = times.iter().flat_map(|part| first.iter().filter_map(|r| columns.cell(r, *part)));
        let order = settings.order.or_else(|| dates::order(cells));
        (columns, order)
    }

    fn close(&mut self, bad_times: (u64, Option<(u64, String)>), path: &Path) -> Result<(), String> {
        self.index.numbers.close();
        self.index.digests.close();
        let (id, facts) = (&self.id, &mut self.facts);
        if let (n, Some((line, text))) = bad_times {
            self.warnings
                .push(format!("list {id}: {n} rows hold times that cannot be read (first: line {line}, \"{text}\"): what depends on them is possible"));
        }
        if facts.unreadable.rows > 0 {
            let first = facts.unreadable.first.first().map_or_else(String::new, |f| format!(" (first: line {}, \"{}\")", f.line, f.text));
            self.warnings.push(format!("list {id}: {} rows hold no readable consent and are left out{first}", facts.unreadable.rows));
        }
        if self.rows.is_empty() {
            return Err(format!("the list {} holds no readable consent", path.display()));
        }
        facts.entries = self.rows.len() as u64;
        let granted = || self.rows.iter().filter_map(|r| if let Told::At((at, _)) = r.granted { Some(at) } else { None });
        facts.dated =
            self.rows.iter().filter(|r| matches!(r.granted, Told::At(_)) || matches!(r.expires, Told::At(_)) || matches!(r.revoked, Told::At(_))).count()
                as u64;
        facts.first_added_at = granted().min().map(timestamps::rfc3339);
        facts.last_added_at = granted().max().map(timestamps::rfc3339);
        facts.prefixes = self.index.facts.prefixes;
        facts.masks = self.index.facts.masks;
        Ok(())
    }

    /// A row. Gives a time of it that cannot be read.
    ///
    /// Errors: why it is no consent, and of which number.
    fn row(
        &mut self,
        columns: &Columns,
        times: Times<'_>,
        cells: &[String],
        numbers: &mut NumberReader<'_>,
        _dictionary: &Dictionary,
    ) -> Result<Option<String>, (&'static str, String)> {
        let cell = |part| columns.cell(cells, part);
        let (number, id) = (cell(Part::Number), cell(Part::Id));
        let shown = || number.or(id).unwrap_or_default().to_owned();
        if number.is_none() && id.is_none() {
            return if cells.iter().all(|c| c.trim().is_empty()) { Ok(None) } else { Err((NO_NUMBER, String::new())) };
        }
        let given = match cell(Part::Status).map(state) {
            None => true,
            Some(Some(given)) => given,
            Some(None) => return Err((NO_STATE, shown())),
        };
        // Where others have a time, some say yes or no.
        let given = given && cell(Part::Granted).and_then(yes_or_no) != Some(false);
        let key = number.map(|text| (text, meaning(numbers, self.index.settings.hash, text).0));
        let pattern = match &key {
            Some((text, Meaning::Starred)) => match Pattern::read(&ascii(text), self.index.home()) {
                Some(pattern) => Some(pattern),
                None => return Err((NO_NUMBER, shown())),
            },
            Some((_, Meaning::Nothing(why))) if id.is_none() => return Err((why, shown())),
            _ => None,
        };
        let mut unreadable = None;
        let mut time = |part| match cell(part).map(|text| (text, times.begin(text).filter(|_| yes_or_no(text).is_none()))) {
            None => Told::Nothing,
            Some((_, Some(begin))) => Told::At(begin),
            Some((text, None)) if yes_or_no(text) == Some(false) => Told::Nothing,
            Some((text, None)) if yes_or_no(text) == Some(true) => Told::Unreadable,
            Some((text, None)) => {
                unreadable.get_or_insert_with(|| text.to_owned());
                Told::Unreadable
            }
        };
        let (mut granted, mut revoked) = (time(Part::Granted), time(Part::Revoked));
        let expires = match cell(Part::Expires).map(|text| (text, times.end(text))) {
            None => Told::Nothing,
            Some((_, Some(end))) => Told::At(end),
            Some((text, None)) if NEVER.contains(&fold(text).as_str()) => Told::Nothing,
            Some((text, None)) => {
                unreadable.get_or_insert_with(|| text.to_owned());
                Told::Unreadable
            }
        };
        let mut only_revokes = granted == Told::Nothing && revoked != Told::Nothing && self.has.contains(&Part::Granted);
        if !given && revoked == Told::Nothing {
            // The time of a row that takes back is when that happened.
            (granted, revoked) = (Told::Nothing, if granted == Told::Nothing { Told::Unreadable } else { granted });
            only_revokes = true;
        }
        // A row whose status says so takes back whatever was given before, also where it repeats when that was.
        if !given && revoked != Told::Nothing {
            (granted, only_revokes) = (Told::Nothing, true);
        }
        let scopes = [(Part::Purpose, Some(Column::Purpose)), (Part::Mode, Some(Column::Mode)), (Part::Seller, None)];
        let scopes = scopes.map(|(part, column)| self.scope(cell(part), column));
        let kind = self.kind(cell(Part::Kind));
        self.rows.push(Row { granted, revoked, expires, scopes, kind, evidence: cell(Part::Evidence).is_some(), only_revokes });
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        match (key, pattern) {
            (_, Some(pattern)) => self.index.add_pattern(pattern, row),
            (Some((_, Meaning::Number(key))), _) => self.index.numbers.push(key, row),
            (Some((_, Meaning::Digest(digest))), _) => self.index.digests.push(digest, row),
            _ => {}
        }
        if let Some(id) = id {
            self.ids.entry(id.into()).or_default().push(row);
        }
        Ok(unreadable)
    }

    /// The number of a scope: one or several words of which one must be the call's.
    fn scope(&mut self, cell: Option<&str>, column: Option<Column>) -> u32 {
        let Some(cell) = cell else { return 0 };
        let mut all: Vec<Box<str>> = Vec::new();
        let several = |c: char| matches!(c, ';' | '|' | ',' | '、' | '；' | '，') || (c == '/' && column.is_some());
        for word in cell.split(several).map(str::trim).filter(|w| !w.is_empty()) {
            all.push(word.into());
            // As calls have it: 营销 is marketing.
            all.extend(column.and_then(|c| words::meaning(c, &fold(word))).map(Into::into));
        }
        if all.is_empty() || all.iter().any(|w| matches!(&**w, "*" | "all" | "any" | "全部" | "所有" | "不限")) {
            return 0;
        }
        let known = self.scopes.iter().position(|s| *s == all).unwrap_or_else(|| {
            self.scopes.push(all);
            self.scopes.len() - 1
        });
        u32::try_from(known).unwrap_or(u32::MAX)
    }

    fn kind(&mut self, cell: Option<&str>) -> u16 {
        let word: Box<str> = cell.map(fold).unwrap_or_default().into();
        let known = self.kinds.iter().position(|k| *k == word).unwrap_or_else(|| {
            self.kinds.push(word);
            self.kinds.len() - 1
        });
        u16::try_from(known).unwrap_or(u16::MAX)
    }

    /// Does the file tell this of its consents?
    pub fn has(&self, part: Part) -> bool {
        self.has.contains(&part)
    }

    /// Can a call be looked for?
    pub fn knows(&self, callee: Number, id: &str) -> bool {
        !id.is_empty() && self.has(Part::Id) || callee.sort != Sort::Null && self.has(Part::Number) && self.index.by() == MatchBy::Callee
    }

    /// What happened to the consents of a number or id: when each was given, taken back and ended, and whether a proof is named.
    pub fn told_of(&self, number: Number, id: &str, dictionary: &Dictionary) -> Vec<Given> {
        let mut found: Vec<u32> = Vec::new();
        if self.index.by() == MatchBy::Callee && number.key.groups() {
            self.index.each(number, dictionary, |row, sure| found.extend(Some(row).filter(|_| sure)));
        }
        found.extend(self.ids.get(id).into_iter().flatten().filter(|_| !id.is_empty()));
        found.sort_unstable();
        found.dedup();
        let given = |n: &u32| {
            let row = &self.rows[*n as usize - 1];
            let day = |told: Told<(i64, Date)>| if let Told::At((at, _)) = told { Some(at) } else { None };
            let expires = if let Told::At(at) = row.expires { Some(at) } else { None };
            Given { granted: day(row.granted), revoked: day(row.revoked), expires, proof: row.evidence, only_revokes: row.only_revokes }
        };
        found.iter().map(given).collect()
    }

    /// When consents were taken back, each with the number whose it was.
    pub fn withdrawn(&self) -> Vec<(Key, i64)> {
        let row = |span: u32| (span as usize).checked_sub(1).and_then(|n| self.rows.get(n));
        let at = |span: u32| if let Told::At((at, _)) = row(span)?.revoked { Some(at) } else { None };
        self.index.numbers.dated.iter().filter_map(|d| Some((d.key, at(d.span)?))).collect()
    }

    /// Is there a consent that counts for a call to this number or id?
    pub fn ask(&self, callee: Number, id: &str, asked: &Asked<'_>, dictionary: &Dictionary) -> Answer {
        let mut found: Vec<(u32, bool)> = Vec::new();
        if self.index.by() == MatchBy::Callee && callee.sort != Sort::Null {
            self.index.each(callee, dictionary, |row, certain| found.push((row, certain)));
        }
        if !id.is_empty() {
            found.extend(self.ids.get(id).into_iter().flatten().map(|row| (*row, true)));
        }
        // A row with both number and id is the same row; what is sure once is sure.
        found.sort_unstable_by_key(|f| (f.0, !f.1));
        found.dedup_by_key(|f| f.0);
        let row = |n: u32| &self.rows[n as usize - 1];
        let revocations: Vec<(&Row, bool)> = found.iter().map(|f| (row(f.0), f.1)).filter(|f| f.0.only_revokes).collect();
        let mut answer = Answer::No(Why::Missing, 0);
        for (n, certain) in &found {
            if !row(*n).only_revokes {
                answer = answer.or(self.consent(row(*n), *certain, &revocations, asked));
            }
        }
        // Somebody who never agreed and said no: that is more than no consent.
        for (revocation, certain) in &revocations {
            if let (Told::At((at, _)), true, Answer::No(Why::Missing, _)) = (revocation.revoked, certain, answer)
                && at <= asked.at
            {
                answer = Answer::No(Why::Revoked, asked.at - at);
            }
        }
        match answer {
            Answer::No(..) if !callee.key.groups() && callee.sort != Sort::Null && (self.has(Part::Number) || id.is_empty()) => Answer::Unsure(Doubt::Number),
            answer => answer,
        }
    }

    /// What one consent is worth for a call.
    fn consent(&self, row: &Row, certain: bool, revocations: &[(&Row, bool)], asked: &Asked<'_>) -> Answer {
        let at = asked.at;
        let mut why: Option<(Why, i64)> = None;
        let mut doubt: Option<Doubt> = (!certain).then_some(Doubt::Number);
        let mut no = |reason: Why, ms: i64| {
            if why.is_none_or(|w| reason > w.0) {
                why = Some((reason, ms));
            }
        };
        match row.granted {
            Told::At((granted, date)) => {
                if at < granted {
                    no(Why::NotYet, granted - at);
                } else if asked.max_age.is_some_and(|age| self.too_old(age, granted, date, at)) {
                    no(Why::TooOld, at - granted);
                }
            }
            Told::Nothing | Told::Unreadable => doubt = doubt.max(Some(Doubt::Time)),
        }
        match row.expires {
            Told::At(end) if at >= end => no(Why::Expired, at - end),
            Told::Unreadable => doubt = doubt.max(Some(Doubt::Time)),
            Told::At(_) | Told::Nothing => {}
        }
        match row.revoked {
            Told::At(revoked) if self.is_over(revoked, asked) => no(Why::Revoked, at - revoked.0),
            Told::Unreadable => doubt = doubt.max(Some(Doubt::Time)),
            Told::At(_) | Told::Nothing => {}
        }
        for (revocation, sure) in revocations {
            match (self.covers(revocation, asked), revocation.revoked, row.granted) {
                (Some(false), ..) => {}
                // Given again afterwards.
                (_, Told::At(revoked), Told::At(granted)) if granted.0 > revoked.0 => {}
                (_, Told::At(revoked), _) if !self.is_over(revoked, asked) => {}
                (Some(true), Told::At(revoked), Told::At(_)) if *sure => no(Why::Revoked, at - revoked.0),
                (None, ..) => doubt = doubt.max(Some(Doubt::Scope)),
                (Some(true), Told::At(_), Told::At(_)) => doubt = doubt.max(Some(Doubt::Number)),
                (Some(true), ..) => doubt = doubt.max(Some(Doubt::Time)),
            }
        }
        for (place, reason) in [Why::Purpose, Why::Mode, Why::Seller].into_iter().enumerate() {
            match self.is_for(row, place, asked) {
                Some(true) => {}
                Some(false) => no(reason, 0),
                None => doubt = doubt.max(Some(Doubt::Scope)),
            }
        }
        if !asked.kinds.is_empty() && !asked.kinds.iter().any(|k| **k == *self.kinds[usize::from(row.kind)]) {
            no(Why::Kind, 0);
        }
        if asked.proof && !row.evidence {
            no(Why::NoProof, 0);
        }
        match (why, doubt) {
            (Some((why, ms)), _) => Answer::No(why, ms),
            (None, Some(doubt)) => Answer::Unsure(doubt),
            (None, None) => Answer::Yes,
        }
    }

    /// Is it for what the call is for? None: the call does not say.
    fn is_for(&self, row: &Row, place: usize, asked: &Asked<'_>) -> Option<bool> {
        let scope = &self.scopes[row.scopes[place] as usize];
        if scope.is_empty() {
            return Some(true);
        }
        let of_call = asked.of_call[place];
        (!of_call.is_empty()).then(|| scope.iter().any(|word| **word == *of_call))
    }

    /// Does a revocation cover what the call is for?
    fn covers(&self, row: &Row, asked: &Asked<'_>) -> Option<bool> {
        let all = [0, 1, 2].map(|place| self.is_for(row, place, asked));
        if all.contains(&Some(false)) {
            Some(false)
        } else if all.contains(&None) {
            None
        } else {
            Some(true)
        }
    }

    /// Does a revocation count, the grace being over?
    fn is_over(&self, (revoked, date): (i64, Date), asked: &Asked<'_>) -> bool {
        let day = |d: Date| self.index.clock.first_at_or_after(i64::from(d) * DAY);
        let from = match asked.grace {
            Grace::None => revoked,
            Grace::Elapsed(ms) => revoked + ms,
            Grace::Days(n) => day(date + i32::try_from(n).unwrap_or(i32::MAX / 2) + 1),
            Grace::BusinessDays(n) => day(add_business_days(date, n, asked.calendar) + 1),
        };
        asked.at >= from
    }

    /// Is a consent of that day too old?
    fn too_old(&self, age: Age, granted: i64, date: Date, at: i64) -> bool {
        let last = match age {
            Age::Elapsed(ms) => return at - granted > ms,
            Age::Days(n) => date + i32::try_from(n).unwrap_or(i32::MAX / 2),
            Age::Months(n) => months_later(date, n),
        };
        at >= self.index.clock.first_at_or_after((i64::from(last) + 1) * DAY)
    }
}

/// The same day of the month so many months later, or the last day of that month.
fn months_later(date: Date, months: u32) -> Date {
    let (year, month, day) = civil(date);
    let n = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
    let (year, month) = (i32::try_from(n.div_euclid(12)).unwrap_or(9999), u32::try_from(n.rem_euclid(12)).unwrap_or(0) + 1);
    (28..=day).rev().chain(std::iter::once(day.min(28))).find_map(|d| days_of(year, month, d)).unwrap_or(i32::MAX / 2)
}

/// Words of an end that never comes.
const NEVER: &[&str] = &["never", "none", "no", "permanent", "forever", "indefinite", "unlimited", "永久", "长期", "永不", "无期限", "不限"];

/// Where a time is expected: that it happened, or that it did not.
fn yes_or_no(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "yes" | "true" | "1" | "y" | "是" | "有" => Some(true),
        "no" | "false" | "0" | "n" | "否" | "无" | "没有" => Some(false),
        _ => None,
    }
}

const NO_STATE: &str = "neither given nor taken back";

/// What a column of states says: given, taken back, or something else.
fn state(text: &str) -> Option<bool> {
    let word = fold(text);
    if GIVEN.contains(&word.as_str()) { Some(true) } else { TAKEN_BACK.contains(&word.as_str()).then_some(false) }
}
