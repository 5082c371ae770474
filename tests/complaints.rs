//! Complaints and refusals as a whole: a guilty campaign is found and innocent ones are not, no output is wider than its terminal, none holds what steers or
//! marks up, and a masked one holds no number.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Output};

use callaudit::calls::keys::{Dictionary, Key};
use callaudit::calls::numbers::{Number, Sort};
use callaudit::calls::timestamps::Precision;
use callaudit::calls::zones::{Clock, DAY};
use callaudit::complaints::attribution::{self, Complainant};
use callaudit::complaints::counting::{ATTEMPTS, Call, Counted, attempt, hour};
use callaudit::complaints::lift::{ALPHA, Dimension, Level, Lift, lifts};
use callaudit::complaints::log::{Complaint, Told, Who};
use callaudit::complaints::matching::{Matcher, Standing};

/// Random numbers that are the same everywhere (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    #[allow(clippy::cast_precision_loss)]
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

const CAMPAIGNS: u64 = 40;
const PEOPLE: u64 = 20_000;
const GUILTY: u64 = 17;
const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;
/// 2026-10-05, a Monday, on the clock of Shanghai.
const MONDAY: i64 = 20_731;

/// Calls of a dialler and the complaints about them, with the figures that were measured of real ones: attempts per person are 0.88 Geom(0.48) + 0.12
/// Geom(0.16); a person complains the sooner the more often they are called; 3 % of complaints have no number, 4 % no time, 29 % a rounded minute; a
/// twentieth of the people who complain does so twice. `worse`: how many times as many complaints a call the guilty campaign has.
fn generate(seed: u64, worse: f64) -> (Counted, Vec<Complaint>) {
    let mut random = Random(seed.wrapping_mul(0x51_7C_C1_B7_27_22_0A_95));
    let mut counted = Counted::default();
    let mut levels = vec![vec![0_u64; CAMPAIGNS as usize], vec![0; 2 * CAMPAIGNS as usize], vec![0; 30], vec![0; 24], vec![0; ATTEMPTS.len()]];
    let mut complaints = Vec::new();
    let mut lines = HashSet::new();
    for person in 0..PEOPLE {
        let campaign = random.below(CAMPAIGNS);
        let callee = Key::e164(8_613_800_000_000 + person * 7919 % 100_000_000);
        let stop = if random.share() < 0.88 { 0.48 } else { 0.16 };
        let mut n = 1;
        while random.share() > stop && n < 60 {
            n += 1;
        }
        let mut at = (MONDAY + i64::try_from(random.below(28)).unwrap()) * DAY + i64::try_from(9 * 60 + random.below(600)).unwrap() * MINUTE - 8 * HOUR;
        let mut calls = Vec::new();
        let mut complained = None;
        for nth in 1..=n {
            let agent = campaign * 2 + random.below(2);
            let line = random.below(30);
            let local_hour = u8::try_from((at + 8 * HOUR).div_euclid(HOUR).rem_euclid(24)).unwrap();
            let place = ATTEMPTS.iter().position(|a| a.1 <= nth && nth <= a.2).unwrap();
            for (dimension, level) in [campaign, agent, line, u64::from(local_hour), place as u64].into_iter().enumerate() {
                levels[dimension][usize::try_from(level).unwrap()] += 1;
            }
            counted.calls += 1;
            let caller = Key::e164(8_657_188_000_000 + line);
            calls.push(Call {
                source: "calls.csv".to_owned(),
                line: counted.calls,
                at: (at, at),
                caller,
                callee,
                values: vec![format!("C{campaign:02}"), format!("A{agent:02}")],
                hour: Some(local_hour),
                attempt: nth,
                ..Call::default()
            });
            let p = 0.005 * (1.0 + 0.1 * f64::from(nth - 1)) * if campaign == GUILTY { worse } else { 1.0 };
            if random.share() < p {
                complained = Some((at, caller, line));
                break;
            }
            at += (31 + i64::try_from(random.below(600)).unwrap()) * MINUTE;
            while !(9..19).contains(&(at + 8 * HOUR).div_euclid(HOUR).rem_euclid(24)) {
                at += HOUR;
            }
        }
        let Some((at, caller, line)) = complained else { continue };
        lines.insert(line);
        counted.kept.extend(calls);
        let times = if random.share() < 0.05 { 2 } else { 1 };
        for _ in 0..times {
            let told = if random.share() < 0.29 { at.div_euclid(5 * MINUTE) * 5 * MINUTE } else { at.div_euclid(MINUTE) * MINUTE };
            let date = i32::try_from((at + 8 * HOUR).div_euclid(DAY)).unwrap();
            let number = Number { key: callee, sort: Sort::Valid, zones: 0 };
            let time = |first: i64, spread: i64, precision| Some(Told { first, last: first + spread, date, precision });
            complaints.push(Complaint {
                file: 0,
                line: complaints.len() as u64 + 2,
                id: String::new(),
                who: if random.share() < 0.03 { Who::Untold } else { Who::Numbers(vec![number]) },
                number: String::new(),
                shown: Some(Number { key: caller, sort: Sort::Valid, zones: 0 }),
                shown_text: format!("{line}"),
                happened: if random.share() < 0.04 { None } else { time(told, 59_999, Precision::Minute) },
                received: time(at + 58 * HOUR, DAY - 1, Precision::Day),
                due: None,
                answered: None,
                closed: false,
                answers_told: false,
                channel: "12321".to_owned(),
                subject: String::new(),
                area: String::new(),
                bad_time: false,
            });
        }
    }
    counted.period = Some((MONDAY * DAY, (MONDAY + 60) * DAY));
    counted.callers = (0..30).map(|l| Key::e164(8_657_188_000_000 + l)).collect();
    let name = |dimension: usize, level: usize| match dimension {
        0 => format!("C{level:02}"),
        1 => format!("A{level:02}"),
        2 => format!("+{}", 8_657_188_000_000 + level),
        3 => hour(u8::try_from(level).unwrap()),
        _ => attempt(ATTEMPTS[level].1).unwrap().to_owned(),
    };
    for (d, (id, levels)) in ["campaign", "agent", "caller", "hour", "attempt"].iter().zip(levels).enumerate() {
        let mut levels: Vec<Level> =
            levels.into_iter().enumerate().filter(|l| l.1 > 0).map(|(n, calls)| Level { name: name(d, n), calls, complaints: 0.0 }).collect();
        levels.sort_by(|a, b| a.name.cmp(&b.name));
        counted.dimensions.push(Dimension { name: (*id).to_owned(), levels });
    }
    (counted, complaints)
}

/// As the command does it: each complaint is matched, each person weighed, each level compared.
fn judge(counted: &Counted, complaints: &[Complaint]) -> Vec<Vec<Lift>> {
    let (dictionary, clock) = (Dictionary::default(), Clock::parse("Asia/Shanghai").unwrap());
    let matcher = Matcher::new(counted, &dictionary, &clock, "86", Vec::new());
    let joins: Vec<_> = complaints.iter().map(|c| matcher.join(c)).collect();
    let matched = joins.iter().filter(|j| j.standing == Standing::Matched).count();
    assert!(matched * 100 > complaints.len() * 95, "{matched} of {} are matched", complaints.len());
    let people: Vec<Complainant> = attribution::complainants(&joins);
    let mut dimensions = counted.dimensions.clone();
    for (n, dimension) in dimensions.iter_mut().enumerate() {
        let weights = attribution::weigh(&people, &counted.kept, &dimension.name, (n < 2).then_some(n), &dictionary);
        attribution::add(dimension, &weights);
    }
    lifts(&dimensions, ALPHA)
}

#[test]
fn one_guilty_campaign_among_forty_comes_first_and_its_interval_leaves_one_out() {
    for seed in 0..30 {
        let (counted, complaints) = generate(seed, 6.0);
        let found = &judge(&counted, &complaints)[0];
        let ratio = found[0].ratio.unwrap();
        assert_eq!(found[0].level.name, "C17", "seed {seed}");
        assert!(found[0].finding && ratio.low > 1.0 && ratio.ratio.unwrap() > 2.0, "seed {seed}: {:?}", found[0]);
    }
}

/// The calls of somebody who complained are fewer in the log than they would have been, and complaints grow with attempts: those differences are none of
/// campaigns, agents, displayed numbers and hours.
#[test]
fn forty_innocent_campaigns_give_no_finding_in_ninety_five_of_a_hundred_logs() {
    let mut alarms = Vec::new();
    for seed in 1000..1100 {
        let (counted, complaints) = generate(seed, 1.0);
        let found = judge(&counted, &complaints);
        let findings = found[..4].iter().flatten().filter(|l| l.finding);
        alarms.extend(findings.map(|l| format!("{seed}: {l:?}")));
    }
    let logs: HashSet<&str> = alarms.iter().filter_map(|a| a.split(':').next()).collect();
    println!("{} of 100 logs with a finding", logs.len());
    assert!(logs.len() <= 5, "{alarms:#?}");
}

fn case(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)
}

fn run(folder: &Path, arguments: &str, columns: usize) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callaudit")).args(arguments.split(' ')).current_dir(folder).env("COLUMNS", columns.to_string()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const ASKED: [(&str, &str); 2] = [
    ("complaints", "complaints calls.csv --complaints complaints.csv -r rules.toml --as-of 2026-11-24"),
    ("optouts", "optouts calls.csv -r rules.toml --complaints complaints.csv"),
];

#[test]
fn no_line_is_wider_than_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    for (name, asked) in ASKED {
        for lang in ["en", "zh"] {
            for width in [60, 80, 100, 140, 250] {
                let text = text(&run(&case(name), &format!("{asked} --lang {lang}"), width));
                assert!(text.lines().count() > 30, "{text}");
                for line in text.lines() {
                    assert!(line.width() <= width, "{name} {lang} {width}: {} columns: {line}", line.width());
                }
            }
        }
    }
}

/// A log of complaints is written by strangers.
#[test]
fn what_strangers_wrote_neither_steers_nor_marks_up_nor_computes() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["calls.csv", "rules.toml", "dnc.csv"] {
        std::fs::copy(case("complaints").join(file), folder.path().join(file)).unwrap();
    }
    let hostile = "=cmd|' /C calc'!A0 <script>alert(1)</script> [x](http://evil.example) \u{1b}[2J \u{202e}";
    let log =
        format!("投诉编号,投诉人号码,投诉时间,投诉内容\n\"{hostile}\",\"{hostile}\",2026-10-12,\"{hostile}\"\n\"{hostile} 2\",13800000001,2026-10-12,x\n");
    std::fs::write(folder.path().join("complaints.csv"), log).unwrap();
    for (command, asked) in ASKED {
        for format in ["table", "markdown", "html", "csv", "json"] {
            let out = text(&run(folder.path(), &format!("{asked} -o {format}"), 100));
            assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{command} {format}: {out}");
            match format {
                "html" => assert!(!out.contains("<script>"), "{out}"),
                "markdown" => assert!(!out.contains("[x](http") && !out.contains("<script>"), "{out}"),
                "csv" => assert!(!out.split(['\n', ',']).any(|cell| cell.starts_with('=') || cell.starts_with("\"=")), "{out}"),
                _ => {}
            }
        }
    }
}

#[test]
fn a_masked_report_holds_no_number() {
    let numbers = regex::Regex::new(r"1[3-9]\d{9}|0?571\d{8}").unwrap();
    for (name, asked) in ASKED {
        for format in ["table", "markdown", "html", "csv", "json"] {
            let plain = text(&run(&case(name), &format!("{asked} -o {format}"), 250));
            assert!(numbers.is_match(&plain), "{name} {format}: nothing to mask");
            let masked = text(&run(&case(name), &format!("{asked} --mask -o {format}"), 250));
            let found: Vec<&str> = numbers.find_iter(&masked).map(|m| m.as_str()).collect();
            assert!(found.is_empty(), "{name} {format}: {found:?}");
        }
    }
}

/// The rows of the complaints add up, however they are cut and whatever they hold.
#[test]
fn every_complaint_is_somewhere() {
    let report: serde_json::Value = serde_json::from_str(&text(&run(&case("complaints"), &format!("{} -o json", ASKED[0].1), 100))).unwrap();
    for rows in report["logs"].as_array().unwrap().iter().map(|l| &l["rows"]).chain([&report["totals"]["rows"]]) {
        let n = |key: &str| rows[key].as_u64().unwrap();
        assert_eq!(n("read"), n("matched") + n("ambiguous") + n("unmatched") + n("duplicate") + n("damaged"), "{rows}");
    }
    let reasons: u64 = report["totals"]["reasons"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    let rows = &report["totals"]["rows"];
    assert_eq!(reasons, rows["ambiguous"].as_u64().unwrap() + rows["unmatched"].as_u64().unwrap());
}

fn json(folder: &Path, arguments: &str) -> serde_json::Value {
    serde_json::from_str(&text(&run(folder, arguments, 100))).unwrap()
}

/// Neither the order of the calls nor the files they lie in, nor the form of the complaints change what is said.
#[test]
fn order_files_and_form_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["rules.toml", "dnc.csv", "complaints.csv"] {
        std::fs::copy(case("complaints").join(file), folder.path().join(file)).unwrap();
    }
    let calls = std::fs::read_to_string(case("complaints").join("calls.csv")).unwrap();
    let (head, rows) = calls.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    for half in 0..2 {
        let part: Vec<&str> = rows.iter().rev().enumerate().filter(|(n, _)| n % 2 == half).map(|(_, row)| *row).collect();
        std::fs::write(folder.path().join(format!("part{half}.csv")), format!("{head}\n{}\n", part.join("\n"))).unwrap();
    }
    let mut complaints = csv::Reader::from_path(case("complaints").join("complaints.csv")).unwrap();
    let names = complaints.headers().unwrap().clone();
    let records: Vec<serde_json::Value> = complaints
        .records()
        .map(|r| {
            names.iter().zip(r.unwrap().iter()).map(|(name, cell)| (name.to_owned(), serde_json::Value::from(cell))).collect::<serde_json::Map<_, _>>().into()
        })
        .collect();
    std::fs::write(folder.path().join("complaints.json"), serde_json::to_string(&records).unwrap()).unwrap();
    let one = json(&case("complaints"), &format!("{} -o json", ASKED[0].1));
    let other = json(folder.path(), "complaints part1.csv part0.csv --complaints complaints.json -r rules.toml --as-of 2026-11-24 -o json");
    for key in ["totals", "rates", "limits", "lift", "prevented", "deadlines"] {
        assert_eq!(one[key], other[key], "{key}");
    }
    let ledger = |folder: &Path, inputs: &str, complaints: &str| json(folder, &format!("optouts {inputs} -r rules.toml --complaints {complaints} -o json"));
    let (one, other) = (ledger(&case("optouts"), "calls.csv", "complaints.csv"), ledger(folder.path(), "part0.csv part1.csv", "complaints.json"));
    assert_eq!(one["totals"], other["totals"]);
}

/// The second sheet holds what the csv holds, as text; the same input gives the same bytes.
#[test]
fn a_workbook_holds_the_rows_of_the_csv() {
    use calamine::{Reader, Xlsx, open_workbook};
    for (name, asked) in ASKED {
        let folder = tempfile::tempdir().unwrap();
        let book = |file: &str| {
            let path = folder.path().join(file);
            run(&case(name), &format!("{asked} -o xlsx={}", path.display()), 100);
            path
        };
        let (one, two) = (book("one.xlsx"), book("two.xlsx"));
        assert!(std::fs::read(&one).unwrap() == std::fs::read(two).unwrap(), "{name}");
        let mut book: Xlsx<_> = open_workbook(one).unwrap();
        let sheets = book.worksheets();
        assert!(sheets[0].1.rows().any(|r| r[0].to_string().starts_with("1. ")), "{name}: the page");
        let out = text(&run(&case(name), &format!("{asked} -o csv"), 100));
        let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(out.as_bytes());
        for (row, cells) in rows.records().map(Result::unwrap).zip(sheets[1].1.rows()) {
            let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
            assert_eq!(row.iter().map(str::to_owned).collect::<Vec<_>>(), cells, "{name}");
        }
        assert_eq!(run(&case(name), &format!("{asked} -o xlsx"), 100).status.code(), Some(2));
    }
}
