//! What the fuzz targets share: an input file in memory, the whole intake of it, and what must hold of every intake.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use callaudit::calls::keys::Dictionary;
use callaudit::calls::timestamps::{self, rfc3339};
use callaudit::calls::zones::Zones;
use callaudit::engine::audit::{self, Job};
use callaudit::engine::export::{CallColumn, Calls, csv, texts};
use callaudit::engine::inspect::profile_file;
use callaudit::engine::intake::Reading;
use callaudit::input::paths::Inputs;
use callaudit::input::records::Cut;
use callaudit::input::unpack::Limits;
use callaudit::language::Lang;
use callaudit::report::Rows;
use callaudit::rules::Severity;
use callaudit::ruleset::{Ruleset, compile};

/// Choices of a run, taken from the end of the fuzzer's bytes: a plain file is a good seed, and its begin stays what it is.
#[derive(Debug)]
pub struct Dice<'a>(&'a [u8]);

impl<'a> Dice<'a> {
    /// The data, and so many choices behind it.
    pub fn behind(bytes: &'a [u8], choices: usize) -> (&'a [u8], Dice<'a>) {
        let (data, tail) = bytes.split_at(bytes.len().saturating_sub(choices));
        (data, Dice(tail))
    }

    /// The next choice among `n`; 0 when none is left.
    pub fn choose(&mut self, n: usize) -> usize {
        let (last, rest) = self.0.split_last().unwrap_or((&b' ', &[]));
        self.0 = rest;
        usize::from(last.wrapping_sub(b' ')) % n
    }

    /// One of some things.
    pub fn of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.choose(things.len())]
    }
}

/// A folder for this process, in memory where the system has such a one (`fuzz/run` sets TMPDIR).
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("callaudit-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    })
}

/// Writes a file for this run.
pub fn file(name: &str, bytes: &[u8]) -> String {
    let path = folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_string_lossy().into_owned()
}

/// The clocks of all runs.
pub fn zones() -> &'static Zones {
    static ZONES: OnceLock<Zones> = OnceLock::new();
    ZONES.get_or_init(Zones::new)
}

const RULES: &str = r#"
[ruleset]
id = "fuzz"
timezone = "Asia/Shanghai"
region = "CN"
[[rule]]
id = "hours"
kind = "quiet_hours"
severity = "high"
clock = "callee"
allow = { mon-fri = ["09:00-12:00", "14:00-20:00"], sat = ["10:00-17:00"], sun = [], holiday = [] }
calendar = "cn"
where = "talk_s >= 0 OR talk_s IS NULL"
[[rule]]
id = "line"
kind = "call_cap"
severity = "medium"
per = ["caller"]
max = 1
window = "hour"
[[rule]]
id = "redial"
kind = "repeat_dial"
severity = "high"
per = ["callee"]
max = 1
window = "24h"
min_gap = "30m"
gap_after = ["no_answer", "busy"]
max_unanswered_run = 1
[[rule]]
id = "list"
kind = "dnc_list"
severity = "high"
lists = ["no"]
[[list]]
id = "no"
path = "no.csv"
"#;

const LIST: &str = "number,added_at\n13812345678,2020-01-01\n138*,2021-01-01\n+12125550123,\n";

const CALLS: &str = "call_id,caller,callee,started_at,answered_at,talk_s,outcome,agent,campaign,direction,response,kind
1,4008880100,13812345678,2026-10-01 08:59:00,2026-10-01 08:59:10,12.5,answered,Ann,autumn,outbound,refused,a
2,4008880100,13812345678,2026-10-01 09:05:00,,0,no answer,Ann,autumn,outbound,,b
3,4008880100,+12125550123,2026-10-03 12:30:00,,,busy,,,outbound,,
4,,138****5678,2026-10-04 21:00:00,2026-10-04 21:00:05,33,answered,坐席,秋,inbound,,a
";

/// A ruleset with one rule of each kind.
fn rules() -> &'static Ruleset {
    static RULESET: OnceLock<Ruleset> = OnceLock::new();
    RULESET.get_or_init(|| {
        file("no.csv", LIST.as_bytes());
        let path = PathBuf::from(file("rules.toml", RULES.as_bytes()));
        compile::load(&[path], &[], zones(), false).unwrap()
    })
}

/// A pool of so many threads, one or two.
pub fn pool(threads: usize) -> &'static rayon::ThreadPool {
    static POOLS: [OnceLock<rayon::ThreadPool>; 2] = [OnceLock::new(), OnceLock::new()];
    POOLS[threads - 1].get_or_init(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
}

/// How an input is read: what must change nothing.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Bytes of a piece.
    pub piece: usize,
    /// Threads.
    pub threads: usize,
    /// Bytes that sorters may keep.
    pub memory: usize,
}

/// As a user reads.
pub const USUAL: Way = Way { piece: 1 << 19, threads: 1, memory: 1 << 26 };

fn job<'a>(ruleset: &'a Ruleset, reading: &Reading, way: Way, until: Option<i64>, rejected: &'a Mutex<u64>) -> Job<'a> {
    Job {
        ruleset,
        zones: zones(),
        reading: reading.clone(),
        with: Vec::new(),
        since: None,
        until,
        as_of: 20_000,
        columns: None,
        findings: None,
        evidence: 0,
        exposure: false,
        memory: way.memory,
        rejects: Some(Mutex::new(Box::new(|_: &str, _: u64, _: &str, _: &[u8]| {
            *rejected.lock().unwrap() += 1;
            Ok(())
        }))),
        lang: Lang::En,
        fail_on: Severity::Info,
        strict: false,
        settlement: None,
        max_rejects: &|read| read,
        progress: &|_, _| {},
        cut: Cut { piece: way.piece, pieces: 3 },
        part: None,
        trace: None,
    }
}

/// The inputs of a path, with at most 64 MB unpacked.
fn inputs(path: &str) -> Inputs {
    Inputs::find_within(&[path.to_owned()], Limits { decoded: Some(1 << 26), members: 100 }).unwrap()
}

/// What reading an input told.
#[derive(Debug, PartialEq)]
pub struct Told {
    /// All calls, as CSV.
    pub calls: String,
    /// What became of the rows.
    pub rows: Rows,
    /// What reports say of the inputs, as JSON.
    pub infos: Vec<String>,
    /// The profiles, as they would be written down to edit.
    pub profiles: Vec<String>,
    /// Was all of it readable?
    pub whole: bool,
}

/// Reads an input to its end as `callaudit calls` does. Err is a mistake that the user must settle.
fn calls(path: &str, reading: &Reading, way: Way, until: Option<i64>) -> Result<Told, String> {
    let none = Ruleset::none(zones());
    let rejected = Mutex::new(0);
    let told = {
        let job = job(&none, reading, way, until, &rejected);
        let columns = CallColumn::all();
        let dictionary = Dictionary::default();
        let mut opened = audit::open(&job, inputs(path), &texts(&columns), &dictionary).map_err(|e| e.to_string())?;
        let calls = Calls::settle(&job, &mut opened, &dictionary).map_err(|e| e.to_string())?;
        let mut out = Vec::new();
        csv::write(&calls, &columns, &mut out).map_err(|e| e.to_string())?;
        let opened = calls.opened();
        let infos: Vec<_> = opened.inputs.iter().map(|i| &i.info).chain(&opened.infos).collect();
        let mut rows = Rows::default();
        for info in &infos {
            // Readers of workbooks may panic on damaged ones, which is caught; ours must not.
            let caught = info.error.as_deref().is_some_and(|e| e.ends_with("it cannot be read") && !e.starts_with("a damaged excel"));
            assert!(!caught, "a reader panicked: {:?}", info.error);
            assert!(info.rows.add_up(), "the rows do not add up: {:?}", info.rows);
            assert_eq!(info.reject_reasons.iter().map(|r| r.rows).sum::<u64>(), info.rows.rejected, "reasons and rejected rows");
            rows.merge(&info.rows);
        }
        Told {
            calls: String::from_utf8(out).expect("calls are UTF-8"),
            rows,
            infos: infos.iter().map(|i| serde_json::to_string(i).unwrap()).collect(),
            profiles: opened.inputs.iter().map(|i| profile_file(i, "again")).collect(),
            whole: infos.iter().all(|i| i.error.is_none()),
        }
    };
    assert_eq!(*rejected.lock().unwrap(), told.rows.rejected, "each rejected row is given out once");
    Ok(told)
}

/// The records of a CSV that this program wrote.
fn records(csv: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    for c in csv.chars() {
        match c {
            '"' => {
                if !quoted && cell.ends_with('\u{0}') {
                    cell.pop();
                    cell.push('"');
                }
                quoted = !quoted;
                if !quoted {
                    cell.push('\u{0}'); // a closing quote, or half of a doubled one
                }
            }
            ',' | '\n' if !quoted => {
                record.push(std::mem::take(&mut cell).trim_end_matches('\u{0}').to_owned());
                if c == '\n' {
                    records.push(std::mem::take(&mut record));
                }
            }
            c => cell.push(c),
        }
    }
    records
}

/// The whole intake of a file, and what must hold of it whatever is in it.
pub fn intake(name: &str, bytes: &[u8], reading: &Reading, dice: &mut Dice<'_>) {
    let path = file(name, bytes);
    let until = (dice.choose(4) == 3).then_some(1_780_000_000_000);
    let told = pool(1).install(|| calls(&path, reading, USUAL, until));
    let way = Way { piece: dice.of(&[64, 1 << 10, 7, 300, 4096]), threads: 2, memory: dice.of(&[1 << 26, 1]) };
    let cut = pool(2).install(|| calls(&path, reading, way, until));
    assert_eq!(told, cut, "read in another way ({way:?})");
    let Ok(told) = told else { return };
    let records = records(&told.calls);
    assert_eq!(records.len() as u64, told.rows.accepted + 1, "accepted rows and calls");
    let starts = records[0].iter().position(|n| n == "started_at").unwrap();
    for record in &records[1..] {
        assert_eq!(record.len(), records[0].len(), "fields of a call");
        let stamp = timestamps::parse(&record[starts], None).unwrap_or_else(|| panic!("a start cannot be read again: {}", record[starts]));
        assert_eq!(rfc3339(stamp.local - stamp.offset.unwrap()), record[starts]);
    }
    if told.whole && until.is_none() {
        again(&path, &told, reading);
    }
    if told.rows.accepted > 0 && dice.choose(3) == 2 {
        let usual = pool(1).install(|| report(&path, reading, USUAL));
        let other = pool(2).install(|| report(&path, reading, way));
        assert_eq!(usual, other, "judged in another way ({way:?})");
    }
}

/// Read with the profile that `--write-profile` writes, an input has the same calls.
fn again(path: &str, told: &Told, reading: &Reading) {
    let [profile] = told.profiles.as_slice() else { return };
    let written = PathBuf::from(file("again.toml", profile.as_bytes()));
    let reading = Reading { profile: Some(written), ..reading.clone() };
    match pool(1).install(|| calls(path, &reading, USUAL, None)) {
        Ok(second) => {
            assert_eq!(told.rows, second.rows, "rows with the profile that was written:\n{profile}");
            assert_eq!(told.calls, second.calls, "calls with the profile that was written:\n{profile}");
        }
        Err(e) => panic!("the profile that was written is refused: {e}\n{profile}"),
    }
}

/// An audit with a rule of each kind: its report.
fn report(path: &str, reading: &Reading, way: Way) -> Result<String, String> {
    audited(rules(), path, reading, way)
}

/// A small log, judged by a ruleset. Err: what is wrong with the ruleset.
pub fn judge(text: &str) -> Result<String, String> {
    let rules = PathBuf::from(file("fuzzed.toml", text.as_bytes()));
    static LOG: OnceLock<String> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        file("no.csv", LIST.as_bytes());
        file("log.csv", CALLS.as_bytes())
    });
    match compile::load(&[rules], &[], zones(), false) {
        Ok(ruleset) => Ok(pool(1).install(|| audited(&ruleset, log, &Reading::default(), USUAL)).expect("a ruleset without mistakes")),
        Err(e) => Err(e.to_string()),
    }
}

fn audited(ruleset: &Ruleset, path: &str, reading: &Reading, way: Way) -> Result<String, String> {
    let rejected = Mutex::new(0);
    let job = Job { findings: Some(100), evidence: 3, ..job(ruleset, reading, way, None, &rejected) };
    let (report, _) = audit::run(&job, inputs(path)).map_err(|e| e.to_string())?;
    let accepted: u64 = report.inputs.iter().map(|i| i.rows.accepted).sum();
    assert_eq!(report.totals.calls, accepted, "calls and accepted rows");
    for rule in report.rules.iter().filter(|r| r.status == "evaluated") {
        let judged = rule.calls_judged + rule.calls_unknown + rule.calls_without_key + rule.calls_without_time + rule.calls_uncovered + rule.calls_left_out;
        assert_eq!(judged, accepted, "what became of the calls under {}", rule.id);
        assert!(rule.violations + rule.possible <= rule.calls_judged, "violations and judged calls under {}", rule.id);
    }
    Ok(serde_json::to_string(&report).unwrap())
}
