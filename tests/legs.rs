//! Several rows that are one call: folded as a program would that holds all of them and takes one call after another.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const RULES: &str = r#"
[ruleset]
id = "legs"
timezone = "Asia/Shanghai"
region = "CN"
[[rule]]
id = "every-call"
kind = "call_cap"
severity = "low"
per = ["callee"]
max = 0
window = "ever"
[[rule]]
id = "hours"
kind = "quiet_hours"
severity = "high"
allow = { mon-sun = ["09:00-12:00", "14:00-20:00"] }
at = "any"
[[rule]]
id = "redial"
kind = "repeat_dial"
severity = "high"
per = ["callee"]
max = 2
window = "24h"
min_gap = "2h"
gap_from = "end"
gap_after = ["no_answer", "busy"]
max_unanswered_run = 2
[[rule]]
id = "agent"
kind = "call_cap"
severity = "medium"
per = ["agent"]
max = 3
window = "day"
where = "talk_s > 20 OR outcome <> 'answered'"
"#;

const PROFILE: &str = r#"
[profile]
name = "legs"
call_key = ["call"]
[columns]
call_id = "id"
caller = "from"
callee = "to"
started_at = "start"
answered_at = "answer"
ended_at = "end"
outcome = "outcome"
agent = "agent"
direction = "direction"
[agent_leg]
side = ["agent"]
"#;

const COLUMNS: &str = "rule,verdict,call_id,started_at,caller,callee,agent,key,measured,limit,answered_at,ended_at,talk_s,total_s,outcome,direction";

#[derive(Clone, Debug)]
struct Leg {
    key: String,
    id: String,
    from: String,
    to: String,
    /// Seconds since the begin of the log; 0: none.
    start: u64,
    answer: u64,
    end: u64,
    outcome: &'static str,
    agent: String,
    direction: &'static str,
    side: &'static str,
}

fn clock(at: u64) -> String {
    if at == 0 {
        return String::new();
    }
    format!("2026-10-{:02} {:02}:{:02}:{:02}", 1 + at / 86_400, at / 3600 % 24, at / 60 % 60, at % 60)
}

impl Leg {
    fn line(&self) -> String {
        let Leg { key, id, from, to, outcome, agent, direction, side, .. } = self;
        format!("{key},{id},{from},{to},{},{},{},{outcome},{agent},{direction},{side}", clock(self.start), clock(self.answer), clock(self.end))
    }

    fn outside(&self) -> bool {
        self.to.len() > 6 && self.side != "agent" && self.direction != "internal"
    }
}

const OUTCOMES: [&str; 7] = ["answered", "voicemail", "abandoned", "busy", "rejected", "no_answer", "failed"];

/// Calls with up to six legs: extensions, a few customers, inbound ones, agents' sides; some keys are used again days later.
fn log(calls: u64) -> Vec<Leg> {
    let mut state = 99_u64;
    let mut random = move |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let pick = |n: u64| usize::try_from(n).unwrap();
    let mut legs: Vec<Leg> = Vec::new();
    for call in 0..calls {
        let began = 1 + random(3) * 86_400 + 7 * 3600 + random(14 * 3600);
        let key = if random(20) == 0 { String::new() } else { format!("k{call}") };
        let again = random(10) == 0;
        let customer = random(calls / 5);
        let inbound = random(6) == 0;
        for leg in 0..1 + random(6) {
            let start = began + random(40) + if again && leg > 2 { 5 * 86_400 } else { 0 };
            let inside = random(3) == 0;
            let to = if inside { format!("{}", 200 + random(4)) } else { format!("138{:08}", (customer + random(2)) % (calls / 5)) };
            let outcome = OUTCOMES[pick(random(7))];
            let answer = if random(3) == 0 { 0 } else { start + random(9) };
            legs.push(Leg {
                key: key.clone(),
                id: format!("{call}-{leg}"),
                from: if random(4) == 0 { String::new() } else { format!("4000000{:03}", random(5)) },
                to,
                start,
                answer,
                end: if random(5) == 0 { 0 } else { answer.max(start) + random(120) },
                outcome,
                agent: if random(2) == 0 { String::new() } else { format!("a{}", random(5)) },
                direction: if inbound && leg == 0 { "inbound" } else { ["", "outbound", "internal"][pick(random(3).min(if inside { 2 } else { 1 }))] },
                side: if random(8) == 0 { "agent" } else { "" },
            });
            if random(15) == 0 {
                legs.push(legs[legs.len() - 1].clone());
            }
        }
    }
    legs
}

/// The calls, each as one row, folded without any cleverness.
fn folded(legs: &[Leg]) -> Vec<Leg> {
    let mut by_key: BTreeMap<&str, Vec<&Leg>> = BTreeMap::new();
    let mut calls = Vec::new();
    let seen: BTreeSet<String> = BTreeSet::new();
    let mut seen = seen;
    for leg in legs {
        if !seen.insert(leg.line()) {
            continue;
        }
        if !leg.key.is_empty() {
            by_key.entry(&leg.key).or_default().push(leg);
        } else if leg.side != "agent" {
            calls.push(leg.clone());
        }
    }
    for mut legs in by_key.into_values() {
        legs.sort_by_key(|l| (l.start, l.id.clone()));
        // The second use of a key begins days later.
        let (early, late): (Vec<&Leg>, Vec<&Leg>) = legs.iter().partition(|l| l.start < legs[0].start + 2 * 86_400);
        for legs in [early, late] {
            calls.extend(of_one_key(&legs));
        }
    }
    calls
}

fn of_one_key(legs: &[&Leg]) -> Vec<Leg> {
    let inbound = |l: &&&Leg| l.direction == "inbound" && l.side != "agent";
    let dialled: BTreeSet<&str> = legs.iter().filter(|l| l.outside() && !inbound(l)).map(|l| l.to.as_str()).collect();
    let mut groups: Vec<(Vec<&Leg>, bool)> =
        dialled.iter().map(|to| (legs.iter().filter(|l| l.outside() && !inbound(l) && l.to == *to).copied().collect(), true)).collect();
    let came: Vec<&Leg> = legs.iter().filter(inbound).copied().collect();
    if !came.is_empty() {
        groups.push((came, false));
    }
    if groups.is_empty() {
        let own: Vec<&Leg> = legs.iter().filter(|l| l.side != "agent").copied().collect();
        let agents: Vec<&Leg> = legs.iter().filter(|l| l.side == "agent").copied().collect();
        return if own.is_empty() { Vec::new() } else { vec![one(&own, &agents, true)] };
    }
    groups.sort_by_key(|g| (g.0[0].start, g.0[0].id.clone()));
    let inside: Vec<&Leg> = legs.iter().filter(|l| !groups.iter().any(|g| g.0.iter().any(|o| o.id == l.id))).copied().collect();
    let of = |leg: &Leg| groups.iter().rposition(|g| g.0[0].start <= leg.start).unwrap_or(0);
    groups.iter().enumerate().map(|(n, (own, attempt))| one(own, &inside.iter().filter(|l| of(l) == n).copied().collect::<Vec<_>>(), *attempt)).collect()
}

fn one(own: &[&Leg], beside: &[&Leg], attempt: bool) -> Leg {
    let mut call = own[0].clone();
    if own.len() + beside.len() == 1 {
        return call;
    }
    let mut speak: Vec<&Leg> = own.to_vec();
    if !attempt {
        speak.extend(beside.iter().filter(|l| l.side != "agent"));
        speak.sort_by_key(|l| (l.start, l.id.clone()));
    }
    let place = |l: &Leg| OUTCOMES.iter().position(|o| *o == l.outcome).unwrap();
    let best = speak.iter().map(|l| place(l)).min().unwrap();
    call.outcome = OUTCOMES[best];
    call.from = own.iter().map(|l| l.from.clone()).find(|f| !f.is_empty()).unwrap_or_default();
    call.to = own[0].to.clone();
    call.agent = own.iter().chain(beside).map(|l| l.agent.clone()).find(|a| !a.is_empty()).unwrap_or_default();
    let answer = speak.iter().filter(|l| place(l) == best && l.answer > 0).map(|l| l.answer).min().unwrap_or(0);
    let mut lasting = speak.clone();
    if attempt && best < 3 {
        let since = if answer > 0 { answer } else { call.start };
        lasting.extend(beside.iter().filter(|l| l.side != "agent" && l.start >= since));
    }
    if lasting.len() > 1 {
        call.answer = answer;
        let end = lasting.iter().map(|l| l.end).max().unwrap();
        call.end = if end < answer { 0 } else { end };
    }
    call
}

fn write(path: &Path, legs: impl IntoIterator<Item = Leg>) {
    let lines: Vec<String> = legs.into_iter().map(|l| l.line()).collect();
    std::fs::write(path, format!("call,id,from,to,start,answer,end,outcome,agent,direction,side\n{}\n", lines.join("\n"))).unwrap();
}

fn audit(folder: &Path, inputs: &[&str], more: &[&str]) -> (Vec<String>, serde_json::Value) {
    let status = Command::new(env!("CARGO_BIN_EXE_callaudit"))
        .current_dir(folder)
        .arg("audit")
        .args(inputs)
        .args(["-r", "rules.toml", "-p", "profile.toml", "-q", "--as-of", "2026-11-24", "--columns", COLUMNS, "-o", "csv=out.csv", "-o", "json=out.json"])
        .args(more)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let mut rows: Vec<String> = std::fs::read_to_string(folder.join("out.csv")).unwrap().lines().map(str::to_owned).collect();
    rows.sort();
    (rows, serde_json::from_str(&std::fs::read_to_string(folder.join("out.json")).unwrap()).unwrap())
}

#[test]
fn legs_fold_into_the_calls_that_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("rules.toml"), RULES).unwrap();
    std::fs::write(folder.join("profile.toml"), PROFILE).unwrap();
    let legs = log(4000);
    let calls = folded(&legs);
    assert!(calls.len() * 3 < legs.len() * 2, "{} calls of {} legs", calls.len(), legs.len());
    // Each call for itself: no two rows of it share a key.
    write(&folder.join("calls.csv"), calls.iter().enumerate().map(|(i, call)| Leg { key: format!("c{i}"), side: "", ..call.clone() }));
    let expected = audit(folder, &["calls.csv"], &[]).0;
    assert!(expected.len() > 10_000, "{}", expected.len());

    let mut turned = legs.clone();
    turned.reverse();
    turned.rotate_left(1234);
    write(&folder.join("legs.csv"), legs.clone());
    write(&folder.join("turned.csv"), turned);
    for input in ["legs.csv", "turned.csv"] {
        for more in [&[][..], &["--threads", "1"], &["--memory", "1MB"]] {
            let (found, report) = audit(folder, &[input], more);
            let odd: Vec<_> = found.iter().filter(|f| expected.binary_search(f).is_err()).take(3).collect();
            let lost: Vec<_> = expected.iter().filter(|f| found.binary_search(f).is_err()).take(3).collect();
            assert!(found == expected, "{input} {more:?}: found {odd:#?} instead of {lost:#?}");
            let rows = &report["inputs"][0]["rows"];
            let count = |name: &str| usize::try_from(rows[name].as_u64().unwrap()).unwrap();
            assert_eq!(count("accepted"), calls.len());
            let sum: usize = ["accepted", "rejected", "duplicate", "folded", "no_call", "out_of_period"].into_iter().map(count).sum();
            assert_eq!((count("read"), sum), (legs.len(), legs.len()), "{rows}");
            let repeated = legs.windows(2).filter(|p| p[0].line() == p[1].line()).count();
            assert!(count("duplicate") <= repeated && count("duplicate") + 200 > repeated, "{rows}, {repeated} rows are repeated");
        }
    }
}

#[test]
fn exports_that_overlap_give_each_call_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("rules.toml"), RULES).unwrap();
    std::fs::write(folder.join("profile.toml"), PROFILE).unwrap();
    let legs: Vec<Leg> = log(1000).into_iter().filter(|l| !l.key.is_empty() && l.side.is_empty()).collect();
    write(&folder.join("all.csv"), legs.clone());
    let expected = audit(folder, &["all.csv"], &[]).0;
    // The cuts lie in the midst of calls, and each part begins some calls before the last one ends.
    for (n, (from, to)) in [(0, 1500), (1480, 2200), (1475, legs.len())].into_iter().enumerate() {
        write(&folder.join(format!("part-{n}.csv")), legs[from..to].to_vec());
    }
    let (found, report) = audit(folder, &["part-0.csv", "part-1.csv", "part-2.csv"], &["--memory", "1MB"]);
    assert_eq!(found, expected);
    for input in report["inputs"].as_array().unwrap() {
        let count = |name: &str| input["rows"][name].as_u64().unwrap();
        assert_eq!(count("read"), count("accepted") + count("duplicate") + count("folded"));
    }
}

#[test]
fn a_log_that_is_cut_in_the_midst_of_calls_folds_as_a_whole_where_its_keys_are_unique() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("rules.toml"), RULES).unwrap();
    std::fs::write(folder.join("profile.toml"), PROFILE).unwrap();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut unique = |leg: Leg| {
        let next = numbers.len();
        let n = *numbers.entry(leg.key.clone()).or_insert(next);
        let key = if n.is_multiple_of(2) { format!("pbx-1795010400.{n}") } else { format!("61777b1a-e7ca-41f1-b492-{n:012x}") };
        Leg { key: if leg.key.is_empty() { String::new() } else { key }, ..leg }
    };
    let mut legs: Vec<Leg> = log(1000).into_iter().filter(|l| !l.key.is_empty() && l.side.is_empty()).map(&mut unique).collect();
    // Logs are written as calls end, which is nearly the order in which they begin.
    legs.sort_by_key(|l| l.start);
    write(&folder.join("all.csv"), legs.clone());
    let expected = audit(folder, &["all.csv"], &[]).0;
    for (n, (from, to)) in [(0, 1501), (1501, 2200), (2200, legs.len())].into_iter().enumerate() {
        write(&folder.join(format!("part-{n}.csv")), legs[from..to].to_vec());
    }
    // Some calls lie across a cut.
    assert!([1501, 2200].iter().any(|cut| legs[..*cut].iter().rev().take(20).any(|l| legs[*cut..].iter().take(20).any(|m| l.key == m.key))));
    for (parts, more) in [(["part-0.csv", "part-1.csv", "part-2.csv"], &["--memory", "1MB"]), (["part-2.csv", "part-0.csv", "part-1.csv"], &["--threads", "1"])]
    {
        let (found, report) = audit(folder, &parts, more);
        let odd: Vec<_> = found.iter().filter(|f| expected.binary_search(f).is_err()).take(3).collect();
        let lost: Vec<_> = expected.iter().filter(|f| found.binary_search(f).is_err()).take(3).collect();
        assert!(found == expected, "{parts:?}: the cuts change the result: {odd:#?} instead of {lost:#?}");
        for input in report["inputs"].as_array().unwrap() {
            let count = |name: &str| input["rows"][name].as_u64().unwrap();
            assert_eq!(count("read"), count("accepted") + count("duplicate") + count("folded"));
        }
    }
}

/// Two servers that were started together count their calls alike: what one key names on both are two calls.
#[test]
fn systems_that_work_at_the_same_time_share_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("rules.toml"), RULES).unwrap();
    std::fs::write(folder.join("profile.toml"), PROFILE).unwrap();
    let of = |server: u64| {
        (0..200).map(move |n| Leg {
            key: format!("1790820000.{n}"),
            id: format!("{n}"),
            from: "4000000001".into(),
            to: format!("138{:08}", server * 1000 + n),
            start: 10 * 3600 + n * 30,
            answer: 0,
            end: 10 * 3600 + n * 30 + 20,
            outcome: "no_answer",
            agent: "a1".into(),
            direction: "outbound",
            side: "",
        })
    };
    write(&folder.join("a.csv"), of(0));
    write(&folder.join("b.csv"), of(1));
    let (found, report) = audit(folder, &["a.csv", "b.csv"], &[]);
    for input in report["inputs"].as_array().unwrap() {
        assert_eq!((&input["rows"]["accepted"], &input["rows"]["folded"]), (&200.into(), &0.into()));
    }
    assert_eq!(found.iter().filter(|row| row.starts_with("every-call,")).count(), 400);
}

#[test]
fn a_key_that_far_too_many_rows_share_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("rules.toml"), RULES).unwrap();
    std::fs::write(folder.join("profile.toml"), PROFILE).unwrap();
    let legs: Vec<Leg> = log(2000).into_iter().map(|l| Leg { key: "unknown".into(), side: "", ..l }).collect();
    assert!(legs.len() > 5000);
    write(&folder.join("legs.csv"), legs.clone());
    let report = audit(folder, &["legs.csv"], &["--memory", "1MB"]).1;
    assert_eq!(report["inputs"][0]["rows"]["folded"], 0);
    let note = format!("{} rows share the key of a call with more than 4096 others", legs.len());
    assert!(report["inputs"][0]["notes"].to_string().contains(&note), "{}", report["inputs"][0]["notes"]);
}
