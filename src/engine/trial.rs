//! A case of a ruleset, run through the real engine: what each rule said of each of its calls, compared with what the case expects.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::audit::{COLUMNS, Job, run};
use super::evidence::key_text;
use super::intake::Reading;
use super::trace::{Call, Trace};
use super::tuples::Status;
use crate::calls::calendar::{Date, iso};
use crate::calls::columns::{Column, Field, is_null};
use crate::calls::timestamps;
use crate::calls::zones::{Clock, DAY, Zones};
use crate::error::{Error, Result};
use crate::input::records::Cut;
use crate::input::source::Inputs;
use crate::language::rules::Msg;
use crate::language::{Lang, sentence};
use crate::report::Findings;
use crate::report::trials::Wrong;
use crate::rules::Severity;
use crate::ruleset::cases::{Case, Group, Head, ListText, Suite, Word};
use crate::ruleset::compile::{ById, load_edited};
use crate::ruleset::node::{Name, Node, Value};

/// A case, its files written so that an audit can read them.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The case.
    pub case: &'a Case,
    suite: &'a Suite,
    folder: tempfile::TempDir,
    lists: Vec<(String, PathBuf)>,
    /// By row: the calls before it in the file; at the end their number.
    before: Vec<usize>,
}

/// What a case gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Everything that is not as expected.
    pub wrong: Vec<Wrong>,
    /// Rules that were evaluated and found nothing, neither in calls nor in groups.
    pub quiet: Vec<String>,
}

impl<'a> Trial<'a> {
    /// Writes the files of a case.
    ///
    /// Errors: temporary files.
    pub fn new(suite: &'a Suite, case: &'a Case) -> Result<Trial<'a>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("profile.toml"), profile(case))?;
        std::fs::write(folder.path().join("calls.csv"), table(case)?)?;
        let mut lists = Vec::new();
        for (n, (id, text)) in case.lists.iter().enumerate() {
            let path = |date: &str| folder.path().join(format!("list-{n}{date}.csv"));
            match text {
                ListText::File(text) => {
                    std::fs::write(path(""), text)?;
                    lists.push((id.clone(), path("")));
                }
                ListText::Copies(copies) => {
                    for (date, text) in copies {
                        std::fs::write(path(&format!("-{date}")), text)?;
                    }
                    lists.push((id.clone(), path("-{date}")));
                }
            }
        }
        let mut before = vec![0];
        for row in 0..case.rows.len() {
            before.push(before[row] + case.times(row));
        }
        Ok(Trial { case, suite, folder, lists, before })
    }

    /// Runs the case with the ruleset that these files make. `edit`: a change of its tables, made before.
    ///
    /// Errors: mistakes of the ruleset, rows that cannot be read, temporary files.
    pub fn run(&self, files: &[PathBuf], zones: &Zones, lang: Lang, colour: bool, edit: impl FnOnce(&mut ById)) -> Result<Outcome> {
        let case = self.case;
        let mut ruleset = load_edited(files, &self.lists, zones, colour, |tables| {
            edit(tables);
            only(tables, &case.rules);
        })?;
        // What is stated of inputs is stated of others.
        ruleset.sources.clear();
        let trace = Trace::all();
        let path = self.folder.path().join("calls.csv").to_string_lossy().into_owned();
        let job = Job {
            ruleset: &ruleset,
            zones,
            reading: Reading { profile: Some(self.folder.path().join("profile.toml")), tz: case.tz.clone(), region: case.region.clone(), date_order: None },
            with: Vec::new(),
            since: None,
            until: None,
            as_of: as_of(case, &ruleset.timezone),
            columns: Some(COLUMNS.map(str::to_owned).to_vec()),
            findings: Some(10_000),
            evidence: 0,
            exposure: false,
            memory: 64 << 20,
            rejects: None,
            lang,
            fail_on: Severity::Info,
            strict: false,
            settlement: None,
            max_rejects: &|read| read,
            progress: &|_, _| {},
            cut: Cut::default(),
            part: None,
            trace: Some(&trace),
        };
        let (report, store) = run(&job, Inputs::find(&[path])?)?;
        for input in &report.inputs {
            if let Some(reject) = input.rejects.first() {
                let row = self.row(usize::try_from(reject.line).unwrap_or(0).saturating_sub(2));
                return Err(self.mistake(row, &reject.reason, colour));
            }
            if let Some(e) = &input.error {
                return Err(self.mistake(0, e, colour));
            }
            if let Some((column, n)) = input.unreadable.first_key_value() {
                return Err(self.mistake(0, &format!("{n} cells of the column {column} cannot be read"), colour));
            }
        }
        // What the audit found, by rule and call; the calls of the case follow its line of headings.
        let mut found: BTreeMap<(String, usize), (Word, String)> = BTreeMap::new();
        let place = |name: &str| COLUMNS.iter().position(|c| *c == name).unwrap_or(0);
        let (rule, verdict, line, message) = (place("rule"), place("verdict"), place("line"), place("message"));
        for row in store.violations()? {
            let row = row?;
            let cells: Vec<&str> = row.iter().collect();
            let word = if cells[verdict] == "violation" { Word::Violation } else { Word::Possible };
            if let Ok(line) = cells[line].parse::<usize>() {
                found.insert((cells[rule].to_owned(), line.saturating_sub(2)), (word, cells[message].to_owned()));
            }
        }
        let say = |message: Msg| message.text(lang).to_owned();
        let mut outcome = Outcome::default();
        let calls = trace.calls();
        let by_line: HashMap<u64, &Call> = calls.iter().map(|c| (c.line, c)).collect();
        for (column, rule) in case.verdicts() {
            let not_evaluated = report.rules.iter().find(|r| r.id == rule).and_then(|r| r.reason.clone());
            let given = |n: usize| {
                let call = by_line.get(&(n as u64 + 2));
                let said = call.and_then(|c| c.seen.said.iter().find(|s| s.rule == rule));
                match (found.get(&(rule.to_owned(), n)), call, said) {
                    (Some((word, message)), _, _) => (*word, message.clone()),
                    (None, Some(call), _) if call.duplicate => (Word::Out, say(Msg::OutDuplicate)),
                    (None, _, Some(said)) => (if said.status == Status::Judged { Word::Clear } else { Word::Out }, said.sentence(lang, &ruleset)),
                    (None, _, None) => (Word::Out, not_evaluated.as_ref().map_or_else(String::new, |e| sentence(lang, e).into_owned())),
                }
            };
            for row in 0..case.rows.len() {
                let Some(expected) = case.expected(row, column) else { continue };
                if let Some((got, why)) = (self.before[row]..self.before[row + 1]).map(given).find(|(got, _)| *got != expected) {
                    let (expected, got) = (expected.word().to_owned(), got.word().to_owned());
                    outcome.wrong.push(Wrong { row: Some(row), column: Some(column), line: case.rows[row].line, rule: rule.to_owned(), expected, got, why });
                }
            }
        }
        outcome.wrong.sort_by_key(|w| (w.row, w.column));
        for (rule, status, line) in &case.status {
            let Some(evaluation) = report.rules.iter().find(|r| r.id == *rule) else { continue };
            if evaluation.status != status {
                let why = evaluation.reason.as_ref().map_or_else(String::new, |e| sentence(lang, e).into_owned());
                let (expected, got) = (status.clone(), evaluation.status.to_owned());
                outcome.wrong.push(Wrong { row: None, column: None, line: *line, rule: rule.clone(), expected, got, why });
            }
        }
        let mut groups = Vec::new();
        for finding in store.findings() {
            let finding = finding?;
            if finding.scope == "group" {
                let subject: Vec<(String, String)> = finding.subject.iter().map(|(a, b)| (a.clone(), b.clone())).collect();
                groups.push(Found {
                    rule: finding.rule,
                    verdict: finding.verdict,
                    subject: key_text(&subject),
                    measured: finding.measured,
                    limit: finding.limit,
                    message: finding.message,
                });
            }
        }
        let quiet = |rule: &&String| !found.keys().any(|(r, _)| r == *rule) && !groups.iter().any(|g| g.rule == **rule);
        let evaluated = |rule: &&String| report.rules.iter().any(|r| r.id == **rule && r.status == "evaluated");
        outcome.quiet = case.rules.iter().filter(evaluated).filter(quiet).cloned().collect();
        compare_groups(case, groups, &mut outcome.wrong);
        Ok(outcome)
    }

    /// The row that stands for a call of the file.
    fn row(&self, call: usize) -> usize {
        self.before.partition_point(|first| *first <= call).saturating_sub(1)
    }

    fn mistake(&self, row: usize, message: &str, colour: bool) -> Error {
        let at = row.min(self.case.rows.len().saturating_sub(1));
        self.suite.mistake(&self.case.rows[at].place, &format!("case \"{}\": {message}", self.case.id), colour)
    }
}

/// The tables of these rules alone, switched on.
fn only(tables: &mut ById, rules: &[String]) {
    let Some(all) = tables.get_mut("rule") else { return };
    all.retain(|(id, _)| rules.contains(id));
    switch_on(all);
}

/// Switches rules on: what is off has its cases too.
pub fn switch_on(rules: &mut [(String, Node)]) {
    for (_, node) in rules {
        let place = node.place.clone();
        if let Value::Table(table) = &mut node.value {
            table.entries.retain(|(name, _)| !matches!(name.text.as_str(), "enabled" | "disabled_because"));
            table.entries.push((Name { text: "enabled".to_owned(), place: place.clone() }, Node { value: Value::Bool(true), place }));
        }
    }
}

/// The date of the last call where the case names none: a case must not depend on the day on which it is run.
fn as_of(case: &Case, timezone: &str) -> Date {
    let started = case.heads.iter().position(|h| *h == Head::Field(Field::Canonical(Column::StartedAt)));
    let clock = Clock::parse(timezone).ok();
    let date = |cell: &String| {
        let stamp = timestamps::parse(cell, None)?;
        let local = stamp.offset.zip(clock.as_ref()).map_or(stamp.local, |(offset, clock)| clock.local(stamp.local - offset));
        Date::try_from(local.div_euclid(DAY)).ok()
    };
    case.as_of.or_else(|| case.rows.iter().filter_map(|r| date(r.cells.get(started?)?)).max()).unwrap_or(0)
}

/// The heading of a column in the file that the audit reads: a raw column keeps its own, which may be that of a canonical one.
fn heading(field: &Field) -> String {
    match field {
        Field::Canonical(column) => format!("call.{}", column.name()),
        Field::Raw(name) => name.clone(),
    }
}

fn fields(case: &Case) -> Vec<(usize, &Field)> {
    case.heads.iter().enumerate().filter_map(|(i, h)| if let Head::Field(field) = h { Some((i, field)) } else { None }).collect()
}

fn profile(case: &Case) -> String {
    let mut text = "[profile]\nname = \"case\"\ndelimiter = \",\"\n[columns]\n".to_owned();
    for (_, field) in fields(case) {
        if let Field::Canonical(column) = field {
            text.push_str(&format!("{} = \"{}\"\n", column.name(), heading(field)));
        }
    }
    text
}

fn table(case: &Case) -> Result<Vec<u8>> {
    let fail = |e: csv::Error| Error::Io(format!("temporary file: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fields = fields(case);
    writer.write_record(fields.iter().map(|(_, f)| heading(f))).map_err(fail)?;
    let started = Field::Canonical(Column::StartedAt);
    for (n, row) in case.rows.iter().enumerate() {
        for k in 0..case.times(n) {
            // A line of nothing but separators would be a blank line where there is one column.
            let cell = |(i, field): &(usize, &Field)| match row.cells[*i].as_str() {
                cell if is_null(cell) => String::new(),
                cell if k > 0 && **field == started => later(cell, k),
                cell => cell.to_owned(),
            };
            writer.write_record(fields.iter().map(cell)).map_err(fail)?;
        }
    }
    writer.into_inner().map_err(|e| Error::Io(format!("temporary file: {e}")))
}

/// The time so many milliseconds later, as it was written: with an offset or without one.
fn later(cell: &str, ms: usize) -> String {
    let Some(stamp) = timestamps::parse(cell, None) else { return cell.to_owned() };
    let local = stamp.local + i64::try_from(ms).unwrap_or(0);
    let (date, time) = (Date::try_from(local.div_euclid(DAY)).unwrap_or(0), local.rem_euclid(DAY));
    let (h, m, s, ms) = (time / 3_600_000, time / 60_000 % 60, time / 1000 % 60, time % 1000);
    let offset = stamp.offset.map_or_else(String::new, |o| {
        let minutes = o.abs() / 60_000;
        format!("{}{:02}:{:02}", if o < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    });
    format!("{}T{h:02}:{m:02}:{s:02}.{ms:03}{offset}", iso(date))
}

/// A group finding of the audit.
#[derive(Clone, Debug)]
struct Found {
    rule: String,
    verdict: &'static str,
    subject: String,
    measured: Option<f64>,
    limit: Option<f64>,
    message: String,
}

/// Parts in any order.
fn same_subject(a: &str, b: &str) -> bool {
    let parts = |s: &str| {
        let mut parts: Vec<String> = s.split(';').map(|p| p.trim().to_owned()).collect();
        parts.sort();
        parts
    };
    parts(a) == parts(b)
}

/// Is it the number that is written? One with four decimals or more is rounded to as many.
fn same_number(written: f64, found: Option<f64>) -> bool {
    let Some(found) = found else { return false };
    let text = written.to_string();
    let places = text.split_once('.').map_or(0, |(_, part)| part.len());
    (written - found).abs() <= 1e-9 * written.abs().max(1.0) || places >= 4 && format!("{found:.places$}") == text
}

fn numbers_match(group: &Group, found: &Found) -> bool {
    group.measured.is_none_or(|n| same_number(n, found.measured)) && group.limit.is_none_or(|n| same_number(n, found.limit))
}

fn about_the_same(group: &Group, found: &Found) -> bool {
    group.rule == found.rule && group.subject.as_ref().is_none_or(|s| same_subject(s, &found.subject))
}

/// Every group finding of the case's rules must be expected, and every expected one must be found.
fn compare_groups(case: &Case, mut found: Vec<Found>, wrong: &mut Vec<Wrong>) {
    let mut missing: Vec<&Group> = Vec::new();
    for group in &case.groups {
        match found.iter().position(|f| about_the_same(group, f) && f.verdict == group.verdict && numbers_match(group, f)) {
            Some(i) => drop(found.remove(i)),
            None => missing.push(group),
        }
    }
    let number = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    for group in missing {
        let mut expected = group.verdict.clone();
        for (name, value) in
            [("subject", group.subject.clone()), ("measured", group.measured.map(|n| n.to_string())), ("limit", group.limit.map(|n| n.to_string()))]
        {
            expected.extend(value.map(|v| format!(", {name} {v}")));
        }
        let (got, why) = match found.iter().position(|f| about_the_same(group, f)) {
            Some(i) => {
                let f = found.remove(i);
                (format!("{}, subject {}, measured {}, limit {}", f.verdict, f.subject, number(f.measured), number(f.limit)), f.message)
            }
            None => ("nothing".to_owned(), String::new()),
        };
        wrong.push(Wrong { row: None, column: None, line: group.line, rule: group.rule.clone(), expected, got, why });
    }
    for f in found {
        let got = format!("{}, subject {}, measured {}, limit {}", f.verdict, f.subject, number(f.measured), number(f.limit));
        wrong.push(Wrong { row: None, column: None, line: case.line, rule: f.rule, expected: "nothing".to_owned(), got, why: f.message });
    }
}

/// The file of cases of a ruleset, `rules.test.toml` beside `rules.toml`.
pub fn beside(ruleset: &Path) -> PathBuf {
    ruleset.with_extension("test.toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::columns::{AnsweredBy, Direction, HangupBy, Outcome, Response};

    /// Runs cases beside a ruleset; what is wrong, as text.
    fn tried(rules: &str, cases: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules.toml");
        std::fs::write(&path, rules).unwrap();
        let zones = Zones::new();
        let mut tables = ById::new();
        load_edited(std::slice::from_ref(&path), &[], &zones, false, |all| tables = all.clone()).unwrap();
        let suite = Suite::read(&beside(&path), cases, &tables, false).unwrap();
        let mut wrong = Vec::new();
        for case in &suite.cases {
            let trial = Trial::new(&suite, case).unwrap();
            let outcome = trial.run(std::slice::from_ref(&path), &zones, Lang::En, false, |_| {}).unwrap();
            wrong.extend(outcome.wrong.iter().map(|w| format!("{} {} {} ≠ {}", w.line, w.rule, w.expected, w.got)));
        }
        wrong
    }

    #[test]
    fn every_word_of_a_call_is_read_as_what_it_says() {
        let words: [(&str, Vec<&str>); 5] = [
            ("outcome", Outcome::ALL.iter().map(|w| w.word()).collect()),
            ("direction", Direction::ALL.iter().map(|w| w.word()).collect()),
            ("answered_by", AnsweredBy::ALL.iter().map(|w| w.word()).collect()),
            // `none` stands for nothing in a log, and so it does in a case.
            ("response", Response::ALL.iter().map(|w| w.word()).filter(|w| *w != "none").collect()),
            ("hangup_by", HangupBy::ALL.iter().map(|w| w.word()).collect()),
        ];
        for (column, words) in words {
            let mut rules = "[ruleset]\nid = 'words'\ntimezone = 'UTC'\n".to_owned();
            let mut cases = format!("[[case]]\nid = 'a'\ncalls = '''\nstarted_at | {column}");
            for word in &words {
                let sql = if column == "direction" { format!("direction = '{word}'") } else { format!("{column} = '{word}' AND direction IS NOT NULL") };
                rules += &format!("[[rule]]\nid = 'is-{word}'\nkind = 'call_cap'\nper = []\nmax = 9\nwindow = 'day'\nwhere = \"{sql}\"\n");
                cases += &format!(" | is-{word}");
            }
            for (n, word) in words.iter().enumerate() {
                cases += &format!("\n2026-03-02T09:00:{n:02}Z | {word}");
                words.iter().for_each(|other| cases += if other == word { " | clear" } else { " | out" });
            }
            assert_eq!(tried(&rules, &(cases + "\n'''\n")), Vec::<String>::new(), "{column}");
        }
    }

    #[test]
    fn raw_columns_zones_and_what_is_stated_of_inputs_stay_apart() {
        let rules = "[ruleset]\nid = 'r'\ntimezone = 'UTC'\n[[source]]\npath = '**'\nset = { campaign = 'stated' }\n[[rule]]\nid = 'raw'\nkind = 'call_cap'\nper = ['raw.agent']\nmax = 1\nwindow = 'day'\n[[rule]]\nid = 'own'\nkind = 'call_cap'\nper = ['agent']\nmax = 1\nwindow = 'day'\n[[rule]]\nid = 'night'\nkind = 'quiet_hours'\nallow = { mon-sun = ['08:00-20:00'] }\n[[rule]]\nid = 'stated'\nkind = 'call_cap'\nper = ['campaign']\nmax = 1\nwindow = 'day'\n";
        let table = "started_at | agent | raw.\"agent\" | campaign | raw | own | night | stated\n2026-03-02 07:00 | a | x | | clear | clear | clear | out\n2026-03-02 07:01 | b | x | | violation | clear | clear | out\n2026-03-02 07:02 | a | y \\| z | | clear | violation | clear | out\n";
        let case = |tz: &str| format!("[[case]]\nid = 'a'\n{tz}calls = '''\n{table}'''\n");
        // On the ruleset's clock it is night; in New York it is not, and the ruleset's clock is that of the rule all the same.
        assert_eq!(tried(rules, &case("tz = 'America/New_York'\n")), Vec::<String>::new());
        assert_eq!(tried(rules, &case("")), ["5 night clear ≠ violation", "6 night clear ≠ violation", "7 night clear ≠ violation"]);
    }

    #[test]
    fn today_is_the_day_of_the_last_call_where_no_case_says_otherwise() {
        let suite = |as_of: &str| {
            let tables =
                ById::from([("rule", vec![("r".to_owned(), Node { value: Value::Bool(true), place: crate::ruleset::node::Place { file: 0, span: 0..0 } })])]);
            let text = format!("[[case]]\nid = 'a'\n{as_of}calls = '''\nstarted_at | r\n2026-03-02T23:30:00Z | clear\n2026-03-01 10:00 | clear\n'''\n");
            Suite::read(Path::new("t"), &text, &tables, false).unwrap()
        };
        let day = |suite: &Suite, zone: &str| iso(as_of(&suite.cases[0], zone));
        assert_eq!((day(&suite(""), "UTC"), day(&suite(""), "Asia/Shanghai")), ("2026-03-02".to_owned(), "2026-03-03".to_owned()));
        assert_eq!(day(&suite("as_of = 2026-05-01\n"), "UTC"), "2026-05-01");
    }
}
