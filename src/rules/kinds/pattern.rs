//! `pattern`: how the calls of a line, an agent or a campaign look as a whole. Signals, never violations.

use std::collections::{HashMap, VecDeque};

use crate::calls::columns::{Column, Field};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::zones::{Clock, DAY, ZoneId};
use crate::input::mapping::{Batch, NONE};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::events::Known;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Extra, Group, Hit, KeyFields, Lack, Marked, Nearness, RECENT, Scene, Sequence, SequenceCall, mark};
use crate::rules::windows::{Window, parse_days, parse_time, read_duration, read_window};
use crate::rules::{Broke, Common, Force, Plan, Rule, RuleClock, RuleKind, Verdict, broken, is_answered, read_per};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
One feature of all calls of a key in a window, against a fixed bound or against the key's own past: how many there are, how they come in bursts, how often the same people are called, how short calls are, how many are answered, how evenly they are paced, how many come at night, and numbers that are used for a few days and dropped.

## Why it matters
Carriers and analytics services mark and block numbers by such patterns, whatever the law says of each call. A pattern proves nothing: lawful traffic can look the same. Therefore the force of such a rule is `signal`, and what it finds is *possible*, never a violation.

## Parameters
- `per`: the columns of the key, such as `["caller"]`, `["agent"]` or `["campaign"]`.
- `feature`:
  - `volume`: calls in the window.
  - `burst`: the most calls that begin within any `within` (such as `"5m"`).
  - `repeat`: calls divided by different callees.
  - `short`: the share of answered calls that last at most `within` (such as `"6s"`).
  - `answered`: the share of calls that a person answered.
  - `pacing`: the standard deviation of the gaps between calls divided by their mean, of three calls at least; machines that dial evenly come near to 0.
  - `night`: the share of calls that begin within `night` (such as `"21:00-08:00"`) on the callee's clock, in all of the zones in which they may be.
  - `burn`: a key that made `min_count` calls or more, all within `within_days` (such as `"3 days"`), and none in as many days before the end of the log; the value is the number of calls.
- `max`, `min`: bounds of the value, both permitted.
- `baseline` with `factor`: instead of a bound, the mean of the key's own values in the windows of so many days before (such as `"14 days"`), of which five at least must hold `min_count` calls. With a factor above 1 a value above factor × mean is told, with one below 1 a value below it.
- `window`: `"hour"`, `"day"` (default), `"week"` or `"month"`.
- `min_count`: windows with fewer calls are not judged (default 20).
- `count`, `where`: which calls are looked at.

## Example
```toml
[[rule]]
id = "short-calls"
kind = "pattern"
severity = "low"
force = "signal"
per = ["caller"]
feature = "short"
within = "6s"
baseline = "14 days"
factor = 2
min_count = 50
```

## What to do
Look at the calls behind the signal before anything else: a new campaign, a list of poor quality, a robot that hangs up. Do not report a signal as a breach.

## References
Features that the literature on unwanted calls and the published notices of carriers and regulators name; thresholds are the ruleset's own.
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feature {
    Volume,
    Burst,
    Repeat,
    Short,
    Answered,
    Pacing,
    Night,
    Burn,
}

const FEATURES: [(&str, Feature); 8] = [
    ("volume", Feature::Volume),
    ("burst", Feature::Burst),
    ("repeat", Feature::Repeat),
    ("short", Feature::Short),
    ("answered", Feature::Answered),
    ("pacing", Feature::Pacing),
    ("night", Feature::Night),
    ("burn", Feature::Burn),
];

/// What a value is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Fixed { max: Option<f64>, min: Option<f64> },
    Own { days: u32, factor: f64 },
}

/// Windows of the past that a baseline needs at least.
const PAST: usize = 5;

struct Pattern {
    common: Common,
    key: KeyFields,
    feature: Feature,
    within: i64,
    within_days: u32,
    night: (i64, i64),
    bound: Bound,
    window: Window,
    min_count: u64,
    zone: ZoneId,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "pattern"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["how the calls of a line, an agent or a campaign look as a whole: a signal", "线路、坐席或任务的整体呼叫特征（仅为风险信号）"],
            keys: vec![
                key("per", shape::columns(), "the columns of the key", "按哪些列计算").required(),
                key("feature", shape::words(FEATURES.iter().map(|f| f.0)), "which feature", "哪一项特征").required(),
                key("within", shape::duration(), "of burst and short: how long", "burst 与 short 的时长"),
                key("within_days", shape::days_or_duration(), "of burn: how many days", "burn 的天数"),
                key("night", shape::text(), "of night: 21:00-08:00", "night 的时段，如 21:00-08:00"),
                key("max", shape::amount(), "the greatest permitted value", "上限"),
                key("min", shape::amount(), "the least permitted value", "下限"),
                key("baseline", shape::days_or_duration(), "days of the key's own past", "自身历史天数"),
                key("factor", shape::amount(), "times the mean of the past", "历史均值的倍数"),
                key("window", shape::window(), "hour, day, week or month", "hour、day、week 或 month"),
                key("min_count", shape::whole(), "windows with fewer calls are not judged", "少于此数的窗口不判定"),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let keys = ["feature", "within", "within_days", "night", "max", "min", "baseline", "factor", "window", "min_count"];
        let per = read_per(table, &keys, out);
        let feature = table.choice("feature", &FEATURES, out);
        let within = read_duration(table, "within", out);
        let mut days = |key: &'static str, out: &mut Diagnostics| -> Option<u32> {
            let text = table.text(key, out)?;
            let found = parse_days(text).filter(|n| *n > 0);
            if found.is_none() {
                let place = table.place(key);
                out.error(&place, format!("\"{text}\" is no number of days")).help = Some(format!("such as {key} = \"14 days\""));
            }
            found
        };
        let (within_days, baseline) = (days("within_days", out), days("baseline", out));
        let night = read_night(table, out);
        let (max, min, factor) = (table.number("max", out), table.number("min", out), table.number("factor", out));
        let window = table.node("window").map(|n| read_window(n, out));
        let min_count = table.whole("min_count", out);
        let place = table.place("kind");
        let zone = match common.clock {
            RuleClock::Zone(zone) => zone,
            RuleClock::Callee => {
                out.error(&table.place("clock"), "a pattern is about the calls to many callees: its clock must be one").help =
                    Some("clock = \"ruleset\"".to_owned());
                common.ruleset_zone
            }
        };
        if common.force != Force::Signal {
            let place = if table.has("force") { table.place("force") } else { place.clone() };
            out.error(&place, "a pattern is a signal and breaks no rule").help = Some("force = \"signal\"".to_owned());
        }
        let windows = [Window::Hour, Window::Day, Window::Week, Window::Month];
        if out.errors() == before && !table.has_unknown() {
            let missing = match feature {
                None => Some("feature"),
                Some(Feature::Burst | Feature::Short) if within.is_none() => Some("within"),
                Some(Feature::Burn) if within_days.is_none() => Some("within_days"),
                Some(Feature::Night) if night.is_none() => Some("night"),
                Some(_) => None,
            };
            let idle = [
                ("within", within.is_some() && !matches!(feature, Some(Feature::Burst | Feature::Short))),
                ("within_days", within_days.is_some() && feature != Some(Feature::Burn)),
                ("night", night.is_some() && feature != Some(Feature::Night)),
                ("window", window.is_some() && feature == Some(Feature::Burn)),
            ];
            if let Some(key) = missing {
                out.error(&place, format!("`{key}` is missing"));
            } else if let Some((key, _)) = idle.into_iter().find(|i| i.1) {
                out.error(&table.place(key), format!("this feature has no `{key}`"));
            } else if window.flatten().is_some_and(|w| !windows.contains(&w)) {
                out.error(&table.place("window"), "a window of the calendar is needed").help = Some("\"hour\", \"day\", \"week\" or \"month\"".to_owned());
            } else if baseline.is_some() != factor.is_some() {
                out.error(&place, "`baseline` and `factor` go together").help = Some("baseline = \"14 days\", factor = 3".to_owned());
            } else if factor.is_some_and(|f| f <= 0.0) {
                out.error(&table.place("factor"), "`factor` is greater than 0");
            } else if baseline.is_some() && (max.is_some() || min.is_some()) {
                out.error(&table.place("baseline"), "a rule has a bound or a baseline, not both");
            } else if feature == Some(Feature::Burn) && (baseline.is_some() || max.is_some() || min.is_some()) {
                out.error(&place, "`burn` has no bound: it is told by `min_count` and `within_days`");
            } else if feature != Some(Feature::Burn) && baseline.is_none() && max.is_none() && min.is_none() {
                out.error(&place, "the rule has no bound: `max`, `min`, or `baseline` with `factor` is needed");
            }
        }
        if out.errors() != before {
            return None;
        }
        let bound = match baseline.zip(factor) {
            Some((days, factor)) => Bound::Own { days, factor },
            None => Bound::Fixed { max, min },
        };
        Some(Box::new(Pattern {
            common,
            key: KeyFields { fields: per, contact: false },
            feature: feature?,
            within: within.unwrap_or(0),
            within_days: within_days.unwrap_or(1),
            night: night.unwrap_or((0, 0)),
            bound,
            window: window.flatten().unwrap_or(Window::Day),
            min_count: min_count.unwrap_or(20).max(1),
            zone,
        }))
    }
}

/// `21:00-08:00`
fn read_night(table: &mut Reader<'_>, out: &mut Diagnostics) -> Option<(i64, i64)> {
    let text = table.text("night", out)?;
    let found = text.split_once('-').and_then(|(a, b)| parse_time(a).zip(parse_time(b))).filter(|(a, b)| a != b && *a < DAY);
    if found.is_none() {
        let place = table.place("night");
        out.error(&place, format!("\"{text}\" is no interval")).help = Some("such as night = \"21:00-08:00\"".to_owned());
    }
    found
}

impl Pattern {
    /// What a value breaks, and the bound. `past`: the values of earlier windows.
    #[allow(clippy::cast_precision_loss)] // few windows
    fn broken(&self, value: f64, past: impl Iterator<Item = f64>) -> Option<(u8, f64)> {
        match self.bound {
            Bound::Fixed { max: Some(max), .. } if value > max => Some((broken::SHARE_HIGH, max)),
            Bound::Fixed { min: Some(min), .. } if value < min => Some((broken::SHARE_LOW, min)),
            Bound::Fixed { .. } => None,
            Bound::Own { factor, .. } => {
                let past: Vec<f64> = past.collect();
                if past.len() < PAST {
                    return None;
                }
                let limit = factor * past.iter().sum::<f64>() / past.len() as f64;
                match factor > 1.0 {
                    true if value > limit => Some((broken::SHARE_HIGH, limit)),
                    false if value < limit => Some((broken::SHARE_LOW, limit)),
                    _ => None,
                }
            }
        }
    }

    fn is_share(&self) -> bool {
        matches!(self.feature, Feature::Short | Feature::Answered | Feature::Night)
    }

    fn word(&self) -> &'static str {
        FEATURES.iter().find(|f| f.1 == self.feature).map_or("", |f| f.0)
    }
}

impl Rule for Pattern {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        let mut needs = self.key.fields.clone();
        match self.feature {
            Feature::Repeat | Feature::Night => needs.push(Field::Canonical(Column::Callee)),
            Feature::Short => needs.extend([Column::Outcome, Column::TalkS].map(Field::Canonical)),
            Feature::Answered => needs.push(Field::Canonical(Column::Outcome)),
            _ => {}
        }
        needs
    }
    fn history(&self) -> Option<i64> {
        match self.bound {
            Bound::Own { days, .. } => Some(i64::from(days) * DAY),
            Bound::Fixed { .. } => self.window.length(),
        }
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    fn limit(&self, what: u8) -> Option<f64> {
        match self.bound {
            Bound::Fixed { max, min } => {
                if what == broken::SHARE_LOW {
                    min
                } else {
                    max
                }
            }
            Bound::Own { .. } => None,
        }
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let per = words.per(&self.key.fields);
        let feature = crate::language::feature(words.lang, self.word());
        let text = match words.lang {
            Lang::En => format!("{per}: {feature} is watched; what stands out is looked at, and is no breach by itself."),
            Lang::Zh => format!("{per}：监测{feature}；出现异常时须核查，本身不构成违规。"),
        };
        Statement { topic: Topic::Conduct, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let show =
            |n: Option<f64>| n.map_or_else(String::new, |n| if self.is_share() { super::ratio::percent(n) } else { ((n * 100.0).round() / 100.0).to_string() });
        let (n, of) = broke.calls.unwrap_or_default();
        let feature = crate::language::feature(lang, self.word());
        let (value, limit) = (show(broke.measured), show(broke.limit));
        let values = [("feature", feature), ("value", &value), ("limit", &limit), ("n", &n.to_string()), ("of", &of.to_string())];
        match (self.feature, self.bound) {
            (Feature::Burn, _) => say(lang, Msg::FindingBurn, &[("n", &n.to_string()), ("days", &self.within_days.to_string())]),
            (_, Bound::Own { .. }) => say(lang, Msg::FindingPatternPast, &values),
            _ => say(lang, Msg::FindingPattern, &values),
        }
    }
    fn on_a_clock(&self) -> bool {
        true
    }
}

impl Sequence for Pattern {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn marks(&self, call: &Marked<'_>) -> u8 {
        let (batch, i) = (call.batch, call.call);
        match self.feature {
            Feature::Short | Feature::Answered => {
                let answered = is_answered(batch.outcome[i], batch.answered_by[i]);
                let short = answered && batch.talk[i] != NONE && batch.talk[i] <= self.within;
                (u8::from(answered) * mark::FIRST) | (u8::from(short) * mark::SECOND)
            }
            Feature::Night => {
                let zones = call.view.members(batch.zones[i]);
                let zones = if zones.is_empty() { std::slice::from_ref(&self.common.ruleset_zone) } else { zones };
                let at_night = |zone: &ZoneId| {
                    let time = call.view.clock(*zone).local(batch.start[i]).rem_euclid(DAY);
                    let (from, to) = self.night;
                    if from < to { time >= from && time < to } else { time >= from || time < to }
                };
                u8::from(zones.iter().all(at_night)) * mark::FIRST
            }
            _ => 0,
        }
    }
    fn lacks(&self, batch: &Batch, i: usize, _: &Dictionary) -> Option<Lack> {
        match self.feature {
            Feature::Repeat if !batch.callee[i].key.groups() => Some(Lack::Key),
            Feature::Short if is_answered(batch.outcome[i], batch.answered_by[i]) && batch.talk[i] == NONE => Some(Lack::Time),
            _ => None,
        }
    }
    fn extra(&self) -> Option<Extra> {
        (self.feature == Feature::Repeat).then_some(Extra::Value(Field::Canonical(Column::Callee)))
    }
    fn nearness(&self) -> Vec<Nearness> {
        vec![Nearness { calls: self.min_count - 1, within: i64::MAX }]
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        Box::new(Watched { rule: self, clock: scene.view.clock(self.zone), log_ends: scene.last, id: None, now: Now::default(), past: VecDeque::new() })
    }
    fn reach(&self) -> i64 {
        self.history().unwrap_or(0) + self.window.longest()
    }
    fn window(&self) -> Option<String> {
        (self.feature != Feature::Burn).then(|| self.window.show())
    }
}

/// What the window at hand holds.
#[derive(Debug, Default)]
struct Now {
    calls: u64,
    judged: bool,
    first: i64,
    last: i64,
    row: u32,
    /// Answered, short or at night, as the feature has it.
    marked: u64,
    answered: u64,
    callees: HashMap<u64, u32, foldhash::fast::RandomState>,
    recent: VecDeque<i64>,
    most: u64,
    /// Count, mean and sum of squared differences of the gaps (Welford's method).
    gaps: (u64, f64, f64),
    shown: Vec<u32>,
}

/// The calls of one key.
struct Watched<'a> {
    rule: &'a Pattern,
    clock: &'a Clock,
    log_ends: i64,
    id: Option<i64>,
    now: Now,
    /// When each earlier window began, and its value.
    past: VecDeque<(i64, f64)>,
}

impl Now {
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn add(&mut self, rule: &Pattern, call: &SequenceCall) {
        let [first, second] = [mark::FIRST, mark::SECOND].map(|bit| call.marks & bit != 0);
        if self.calls == 0 {
            self.first = call.at;
        } else if rule.feature == Feature::Pacing {
            let gap = (call.at - self.last) as f64 / 1000.0;
            let (n, mean, sum) = self.gaps;
            let step = gap - mean;
            let mean = mean + step / (n + 1) as f64;
            self.gaps = (n + 1, mean, sum + step * (gap - mean));
        }
        self.calls += 1;
        self.last = call.at;
        self.judged |= call.judged;
        match rule.feature {
            Feature::Burst => {
                while self.recent.front().is_some_and(|t| call.at - t >= rule.within) {
                    self.recent.pop_front();
                }
                self.recent.push_back(call.at);
                self.most = self.most.max(self.recent.len() as u64);
            }
            Feature::Repeat => *self.callees.entry(call.extra).or_default() += 1,
            _ => {}
        }
        self.answered += u64::from(first);
        let marked = if rule.feature == Feature::Short { second } else { first };
        self.marked += u64::from(marked);
        if (marked || !rule.is_share()) && self.shown.len() < RECENT {
            self.shown.push(call.row);
            self.row = call.row;
        }
    }

    /// The value of the feature, and of how many calls; None: too few.
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn value(&self, rule: &Pattern) -> Option<(f64, u64, u64)> {
        let of = if rule.feature == Feature::Short { self.answered } else { self.calls };
        if of < rule.min_count {
            return None;
        }
        let n = of as f64;
        Some(match rule.feature {
            Feature::Volume | Feature::Burn => (n, self.calls, of),
            Feature::Burst => (self.most as f64, self.most, of),
            Feature::Repeat => (n / self.callees.len().max(1) as f64, self.calls, of),
            Feature::Short | Feature::Answered | Feature::Night => (self.marked as f64 / n, self.marked, of),
            Feature::Pacing => {
                let (gaps, mean, sum) = self.gaps;
                // One gap has no spread.
                if gaps < 2 || mean <= 0.0 {
                    return None;
                }
                ((sum / gaps as f64).sqrt() / mean, self.calls, of)
            }
        })
    }
}

impl Watched<'_> {
    fn close(&mut self, hit: &mut dyn FnMut(Hit)) {
        let now = std::mem::take(&mut self.now);
        let Some(id) = self.id.take() else { return };
        let rule = self.rule;
        let Some((value, calls, of)) = now.value(rule) else { return };
        let burn = rule.feature == Feature::Burn;
        let begin = if burn { now.first } else { rule.window.begin(self.clock, id) };
        let found = if burn {
            let days = i64::from(rule.within_days) * DAY;
            (now.last - now.first < days && self.log_ends - now.last >= days).then_some((broken::SHARE_HIGH, None))
        } else {
            if let Bound::Own { days, .. } = rule.bound {
                while self.past.front().is_some_and(|p| begin - p.0 > i64::from(days) * DAY) {
                    self.past.pop_front();
                }
            }
            rule.broken(value, self.past.iter().map(|p| p.1)).map(|(what, limit)| (what, Some(limit)))
        };
        self.past.push_back((begin, value));
        if let Some((what, limit)) = found.filter(|_| now.judged) {
            hit(Hit {
                at: begin,
                row: now.row,
                verdict: Verdict::Possible,
                broken: what,
                measured: value,
                limit,
                window_start: begin,
                stretch: begin,
                before: now.shown,
                notes: 0,
                about: 0,
                group: Some(Group { calls, of, first: now.first, last: now.last }),
            });
        }
    }
}

impl Detector for Watched<'_> {
    fn begin(&mut self, _: Key) {
        self.id = None;
        self.now = Now::default();
        self.past.clear();
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        let id = if self.rule.feature == Feature::Burn { 0 } else { self.rule.window.id(self.clock, call.at) };
        if self.id != Some(id) {
            self.close(hit);
            self.id = Some(id);
        }
        let in_effect = !self.rule.common.dated() || self.rule.common.in_effect(self.clock.local(call.at));
        let call = SequenceCall { judged: call.judged && in_effect, ..*call };
        self.now.add(self.rule, &call);
    }

    fn end(&mut self, hit: &mut dyn FnMut(Hit)) {
        self.close(hit);
    }
}
