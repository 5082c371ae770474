//! `completeness`: are the records whole: columns filled, no gaps, kept long enough.

use serde_json::json;

use crate::calls::columns::Field;
use crate::calls::keys::Key;
use crate::calls::zones::{Clock, DAY, ZoneId};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::events::Known;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Extra, Group, Hit, KeyFields, Nearness, RECENT, Scene, Sequence, SequenceCall, Whole};
use crate::rules::windows::{Window, parse_days, read_duration, read_window};
use crate::rules::{Broke, Common, Plan, Rule, RuleClock, RuleKind, Verdict, broken, fields};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
The records themselves, for which several laws say what they must hold and how long they must be kept: that columns are filled, that the log has no gaps, that it reaches back far enough. Each is one violation of all calls of a key and window together.

## Why it matters
Who cannot show records cannot show that a complaint is unfounded; missing records are a breach of their own under some laws, and a sign of an export that was cut or edited.

## Parameters
- `columns`: columns that must be filled; for each one that is empty too often there is a finding. An outcome that is not known counts as empty.
- `max_empty`: the share of calls that may lack it, from 0 (default) to 1.
- `per`, `window`: by which key and over which window calls are looked at (default: the whole log together); `window` is one of the calendar (`"day"`, `"month"` …), `"ever"` (default).
- `max_gap`: a gap of the log longer than this is a violation, such as `"24h"`. It is at least `"2h"`: gaps are told by whole hours (of UTC) without a call, and one that is within the limit by its hours, but may be longer, is *possible*. The log's own rhythm (nights, weekends) is no gap; where a log has none (shorter than four weeks, or few calls), gaps of less than a day are *possible* only. It is about the log as a whole, whichever calls `where` chooses; gaps before `--since` and outside of `effective` are not told.
- `retention`: so far back from the day of the audit the log must reach, such as `"1825 days"`. A log that begins later is *possible*: there may be others, or the company may be younger.
- `count`, `where`: which calls are looked at.

## Example
```toml
[[rule]]
id = "records"
kind = "completeness"
severity = "medium"
force = "house"
columns = ["caller", "outcome", "ended_at"]
max_gap = "24h"
```

## What to do
Have the missing columns exported, look for what stopped the log in its gaps, and agree with whoever runs the system how long records are kept.

## References
A ruleset cites its own sources.
"#;

const HOUR: i64 = 3_600_000;

struct Records {
    common: Common,
    key: KeyFields,
    columns: Vec<Field>,
    max_empty: f64,
    window: Window,
    max_gap: Option<i64>,
    retention: Option<u32>,
    zone: ZoneId,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "completeness"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["whether records are whole: filled, without gaps, kept long enough", "记录完整性：字段、中断与保存期限"],
            keys: vec![
                key("columns", shape::columns(), "columns that must be filled", "必填列"),
                key("max_empty", shape::share(), "the share of calls that may lack one", "允许缺失的比率"),
                key("per", shape::columns(), "the columns of the key", "按哪些列计算"),
                key("window", shape::window(), "a window of the calendar, or ever", "日历窗口或 ever"),
                key("max_gap", shape::duration(), "the longest gap of the log", "记录允许中断的最长时间"),
                key("retention", json!({ "type": "string", "pattern": r"^\d+ days?$" }), "how far back the log must reach", "记录须可回溯的天数"),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let columns = table.texts("columns", out).map(|names| fields(&names, out)).unwrap_or_default();
        let max_empty = table.number("max_empty", out);
        let per = table.texts("per", out).map(|names| fields(&names, out));
        let window = table.node("window").and_then(|n| read_window(n, out));
        let max_gap = read_duration(table, "max_gap", out);
        let retention = table.text("retention", out).map(str::to_owned);
        let days = retention.as_deref().and_then(parse_days);
        if let Some(text) = retention.as_deref().filter(|_| days.is_none()) {
            let place = table.place("retention");
            out.error(&place, format!("\"{text}\" is no number of days")).help = Some("such as retention = \"1825 days\"".to_owned());
        }
        if max_empty.is_some_and(|v| !(0.0..=1.0).contains(&v)) {
            out.error(&table.place("max_empty"), "`max_empty` is a share from 0 to 1");
        }
        let zone = match common.clock {
            RuleClock::Zone(zone) => zone,
            RuleClock::Callee => {
                out.error(&table.place("clock"), "records are those of many callees: the clock must be one").help = Some("clock = \"ruleset\"".to_owned());
                common.ruleset_zone
            }
        };
        if out.errors() == before && !table.has_unknown() {
            let place = table.place("kind");
            if columns.is_empty() && max_gap.is_none() && days.is_none() {
                out.error(&place, "the rule asks for nothing: `columns`, `max_gap` or `retention` is needed").help =
                    Some("such as columns = [\"caller\", \"outcome\"]".to_owned());
            } else if max_gap.is_some_and(|g| g < 2 * HOUR) {
                out.error(&table.place("max_gap"), "`max_gap` is \"2h\" at least: of a gap the hours are known");
            } else if columns.len() > 60 {
                out.error(&table.place("columns"), "at most 60 columns in one rule");
            } else if columns.is_empty() && (max_empty.is_some() || per.is_some() || window.is_some()) {
                out.error(&place, "`max_empty`, `per` and `window` are about `columns`");
            } else if matches!(window, Some(Window::Sliding(_) | Window::Days(_) | Window::Anchored(_))) {
                out.error(&table.place("window"), "a window of the calendar is needed").help = Some("\"day\", \"week\", \"month\" or \"ever\"".to_owned());
            }
        }
        if out.errors() != before {
            return None;
        }
        Some(Box::new(Records {
            common,
            key: KeyFields { fields: per.unwrap_or_default(), contact: false },
            columns,
            max_empty: max_empty.unwrap_or(0.0),
            window: window.unwrap_or(Window::Ever),
            max_gap,
            retention: days,
            zone,
        }))
    }
}

impl Rule for Records {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        // A column that no input has is empty in all calls: that is what the rule finds.
        self.key.fields.clone()
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    fn limit(&self, what: u8) -> Option<f64> {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        match what {
            broken::HOLE => self.max_gap.map(hours),
            broken::RETENTION => self.retention.map(f64::from),
            _ => Some(self.max_empty),
        }
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let mut sentences = Vec::new();
        if !self.columns.is_empty() {
            let columns: Vec<String> = self.columns.iter().map(|c| words.column(c)).collect();
            let (columns, share) = (words.and(&columns), super::ratio::percent(self.max_empty));
            sentences.push(match (words.lang, self.max_empty > 0.0) {
                (Lang::En, false) => format!("Each call is recorded with its {columns}."),
                (Lang::En, true) => format!("Calls are recorded with their {columns}; at most {share} may lack one."),
                (Lang::Zh, false) => format!("每次呼叫须记录{columns}。"),
                (Lang::Zh, true) => format!("呼叫须记录{columns}，缺失比率不超过 {share}。"),
            });
        }
        if let Some(gap) = self.max_gap {
            let gap = words.length(gap);
            sentences.push(match words.lang {
                Lang::En => format!("The log has no gap longer than {gap}."),
                Lang::Zh => format!("记录中断不得超过 {gap}。"),
            });
        }
        if let Some(days) = self.retention {
            let days = words.days(days, false);
            sentences.push(match words.lang {
                Lang::En => format!("Records are kept for {days}."),
                Lang::Zh => format!("记录保存 {days}。"),
            });
        }
        Statement { topic: Topic::Records, text: sentences.join(words.either(" ", "")) }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let (measured, limit) = (number(broke.measured), number(broke.limit));
        match broke.broken {
            broken::HOLE => say(lang, Msg::FindingHole, &[("n", &measured), ("limit", &limit)]),
            broken::RETENTION => say(lang, Msg::FindingRetention, &[("n", &measured), ("limit", &limit)]),
            _ => {
                let percent = |n: Option<f64>| n.map_or_else(String::new, super::ratio::percent);
                let (n, of) = broke.calls.unwrap_or_default();
                let column = self.columns.get(usize::from(broke.which)).map(Field::name).unwrap_or_default();
                let (share, limit) = (percent(broke.measured), percent(broke.limit));
                say(lang, Msg::FindingEmpty, &[("n", &n.to_string()), ("of", &of.to_string()), ("columns", &column), ("share", &share), ("limit", &limit)])
            }
        }
    }
    fn on_a_clock(&self) -> bool {
        self.window.on_a_clock()
    }
}

#[allow(clippy::cast_precision_loss)] // far below 2^53
fn hours(ms: i64) -> f64 {
    (ms as f64 / 36_000.0).round() / 100.0
}

impl Sequence for Records {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn extra(&self) -> Option<Extra> {
        (!self.columns.is_empty()).then(|| Extra::Empty(self.columns.clone()))
    }
    fn nearness(&self) -> Vec<Nearness> {
        if self.columns.is_empty() { Vec::new() } else { vec![Nearness { calls: 0, within: i64::MAX }] }
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        Box::new(Filled {
            rule: self,
            clock: scene.view.clock(self.zone),
            id: None,
            calls: 0,
            judged: false,
            first: 0,
            last: 0,
            empty: vec![Vec::new(); self.columns.len()],
            counts: vec![0; self.columns.len()],
        })
    }
    fn reach(&self) -> i64 {
        0
    }
    fn window(&self) -> Option<String> {
        (!self.columns.is_empty()).then(|| self.window.show())
    }
    fn whole(&self, whole: &Whole<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let group = |first: i64, last: i64| Some(Group { calls: 0, of: 0, first, last });
        let hit = |at: i64, last: i64, verdict: Verdict, what: u8, measured: f64| Hit {
            at,
            row: 0,
            verdict,
            broken: what,
            measured,
            limit: self.limit(what),
            window_start: at,
            stretch: at,
            before: Vec::new(),
            notes: 0,
            about: 0,
            group: group(at, last),
        };
        if let Some(max) = self.max_gap {
            for silence in whole.silences {
                let (from, to) = silence.span;
                let in_effect = !self.common.dated() || self.common.in_effect(whole.view.clock(self.zone).local(from));
                // Known is the hour of a call: the silence is longer than the hours without one, by less than two.
                let (sure, may_be) = (to - from >= max, to - from + 2 * HOUR > max);
                let verdict = match silence.lacking {
                    Some(true) if sure => Verdict::Violation,
                    Some(true) | None if may_be => Verdict::Possible,
                    _ => continue,
                };
                if to > whole.since && in_effect {
                    hits.push(hit(from, to, verdict, broken::HOLE, hours(to - from)));
                }
            }
        }
        if let Some(days) = self.retention {
            let first = whole.view.clock(self.zone).local(whole.first).div_euclid(DAY);
            let back = i64::from(whole.as_of) - first;
            if back < i64::from(days) {
                #[allow(clippy::cast_precision_loss)] // far below 2^53
                hits.push(hit(whole.first, whole.first, Verdict::Possible, broken::RETENTION, back as f64));
            }
        }
        hits
    }
}

/// The calls of one key and window.
struct Filled<'a> {
    rule: &'a Records,
    clock: &'a Clock,
    id: Option<i64>,
    calls: u64,
    judged: bool,
    first: i64,
    last: i64,
    /// Places of the first calls that lack each column, and how many do.
    empty: Vec<Vec<u32>>,
    counts: Vec<u64>,
}

impl Filled<'_> {
    #[allow(clippy::cast_precision_loss)] // counts are far below 2^53
    fn close(&mut self, hit: &mut dyn FnMut(Hit)) {
        if let (Some(id), true) = (self.id, self.judged) {
            for (n, lacking) in self.counts.iter().enumerate() {
                let share = *lacking as f64 / self.calls as f64;
                if share <= self.rule.max_empty {
                    continue;
                }
                let begin = if self.rule.window == Window::Ever { self.first } else { self.rule.window.begin(self.clock, id) };
                hit(Hit {
                    at: begin,
                    row: self.empty[n].last().copied().unwrap_or(0),
                    verdict: Verdict::Violation,
                    broken: broken::EMPTY,
                    measured: share,
                    limit: Some(self.rule.max_empty),
                    window_start: begin,
                    // Two columns of one window are two findings.
                    stretch: begin.wrapping_mul(64).wrapping_add(i64::try_from(n).unwrap_or(0)),
                    before: self.empty[n].clone(),
                    notes: 0,
                    about: u16::try_from(n).unwrap_or(0),
                    group: Some(Group { calls: *lacking, of: self.calls, first: self.first, last: self.last }),
                });
            }
        }
        self.empty.iter_mut().for_each(Vec::clear);
        self.counts.fill(0);
        (self.calls, self.judged, self.id) = (0, false, None);
    }
}

impl Detector for Filled<'_> {
    fn begin(&mut self, _: Key) {
        self.close(&mut |_| {});
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        let id = if self.rule.window == Window::Ever { 0 } else { self.rule.window.id(self.clock, call.at) };
        if self.id != Some(id) {
            self.close(hit);
            (self.id, self.first) = (Some(id), call.at);
        }
        self.calls += 1;
        self.last = call.at;
        self.judged |= call.judged && (!self.rule.common.dated() || self.rule.common.in_effect(self.clock.local(call.at)));
        if call.extra == 0 {
            return;
        }
        for (n, rows) in self.empty.iter_mut().enumerate().filter(|(n, _)| call.extra >> n & 1 == 1) {
            self.counts[n] += 1;
            if rows.len() < RECENT {
                rows.push(call.row);
            }
        }
    }

    fn end(&mut self, hit: &mut dyn FnMut(Hit)) {
        self.close(hit);
    }
}
