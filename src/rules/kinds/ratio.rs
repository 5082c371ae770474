//! `ratio`: shares of calls over a window: abandoned calls, short calls, answer rate, complaints.

use std::collections::VecDeque;

use crate::calls::columns::{Column, Field};
use crate::calls::keys::Key;
use crate::calls::zones::{Clock, DAY, ZoneId};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::events::Known;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Group, Hit, KeyFields, Marked, Nearness, RECENT, Scene, Sequence, SequenceCall, mark};
use crate::rules::windows::{Window, parse_days, read_window};
use crate::rules::{Broke, Common, Plan, Rule, RuleClock, RuleKind, Verdict, broken, read_per};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{Reader, Value};
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
The share of some calls among others, over a window: how many of the calls that people answered were abandoned, how many calls were short, how many were answered at all. A window that breaks a bound is one violation, of all of its calls together: its row in the csv has no call, and begins when the window does.

## Why it matters
Several laws and contracts limit the share of abandoned calls by campaign and period, each with its own formula; platforms watch short calls and answer rates.

## Parameters
- `per`: the columns of the key, such as `["campaign"]`; `[]` is the whole log.
- `numerator`: an SQL expression, true for the calls that are counted against the key; `denominator`: for those among which they are counted (default: all counted calls). `"answered"` and `"connected"` mean what they mean in `count`: of a log that does not tell machines from people, every answered call is answered.
- `max`, `min`: the permitted share from 0 to 1, both included; one of them or both.
- `window`: as in `call_cap` (`"24h"` slides, `"day"`, `"month"`, `"7 days"`, `"ever"` …), or `{ blocks = "30 days" }`: successive blocks of so many days from the day of the key's first call. In a sliding window and in `"7 days"` every window that ends with a call is looked at; of a stretch of windows that break a bound the one with the most calls is told, of several the worst: a share of three calls says less than one of three hundred. A stretch breaks one bound: a key may have a finding for `max` and one for `min`. A window is judged if one of its calls is: those before `--since` count in it. A sliding window is told by its first call, `"ever"` by the first of all.
- `min_count`: a window with fewer calls than this is not judged (default 1): for `share` those of the denominator, for `us` and `ofcom` those of numerator and denominator together, machines not counted.
- `formula`:
  - `share` (default): calls of the denominator for which the numerator is true, divided by the denominator.
  - `us`: numerator / (calls for which the numerator or the denominator is true): with `numerator` the abandoned calls and `denominator` the calls that reached a person, whether these include the abandoned ones or not.
  - `ofcom`: the adjusted rate for abandoned calls some of which were answered by machines. With D abandoned calls (`numerator`), L calls passed to a person (`denominator`) and M calls that agents found to be machines (`machines`): D' = D × L / (L + M), and the rate is D' / (D' + L) with `drops = "adjusted"` (default) or D' / (D + L) with `drops = "raw"`. A call is one of them only: an abandoned one first, then a machine. Without L and M nothing is adjusted.
- `warn_at`: a share of `max` from which a finding says that it comes near.
- `count`, `where`: which calls there are at all.

The clock must be one: `clock = "callee"` is an error, since a window belongs to all calls of the key.

## Example
```toml
[[rule]]
id = "abandoned"
kind = "ratio"
severity = "high"
force = "house"
per = ["campaign"]
numerator = "outcome = 'abandoned'"
denominator = "outcome = 'answered'"
formula = "us"
max = 0.03
window = { blocks = "30 days" }
min_count = 100
```

## What to do
Lower the pacing of the campaign until enough agents are free, and let an announcement play at once when none is.

## References
The adjusted formula is the one that Ofcom's 2010 statement on persistent misuse describes for users of answering machine detection, as secondary sources report it (rule packs cite them). They differ on the divisor: therefore `drops`.
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Formula {
    Share,
    Us,
    Ofcom { raw: bool },
}

/// Over which stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Window(Window),
    /// Days from the first call.
    Blocks(u32),
}

struct Ratio {
    common: Common,
    key: KeyFields,
    numerator: usize,
    denominator: Option<usize>,
    machines: Option<usize>,
    formula: Formula,
    max: Option<f64>,
    min: Option<f64>,
    span: Span,
    min_count: u64,
    zone: ZoneId,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "ratio"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["shares of calls over a window: abandoned, short, answered", "窗口内的呼叫比率：呼损、短呼、接通等"],
            keys: vec![
                key("per", shape::columns(), "the columns of the key", "按哪些列计算").required(),
                key("numerator", shape::sql(), "the calls that are counted", "分子：计入的呼叫").required(),
                key("denominator", shape::sql(), "among these; default: all counted calls", "分母：默认全部计数呼叫"),
                key("machines", shape::sql(), "formula ofcom: calls that were machines", "ofcom 公式：应答机呼叫"),
                key("drops", shape::words(["adjusted", "raw"]), "formula ofcom: abandoned calls in the divisor", "ofcom 公式：分母中的呼损取值"),
                key("formula", shape::words(["share", "us", "ofcom"]), "how the share is made", "计算公式"),
                key("max", shape::share(), "the greatest permitted share", "上限"),
                key("min", shape::share(), "the least permitted share", "下限"),
                key(
                    "window",
                    shape::any_of([
                        shape::window(),
                        shape::table(&[
                            key("blocks", shape::days_or_duration(), "successive blocks of days from the first call", "自首次呼叫起的连续分段").required()
                        ]),
                    ]),
                    "over which stretch of time",
                    "统计窗口",
                )
                .required(),
                key("min_count", shape::whole(), "windows with fewer calls are not judged", "少于此数的窗口不判定"),
            ],
        }
    }
    fn compile(&self, mut common: Common, table: &mut Reader<'_>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let keys = ["numerator", "denominator", "machines", "drops", "formula", "max", "min", "window", "min_count"];
        let per = read_per(table, &keys, out);
        let mut predicate = |key: &'static str, out: &mut Diagnostics| -> Option<usize> {
            let (text, node) = (table.text(key, out)?, table.node(key)?);
            let (found, fields) = cx.condition(text, node, out)?;
            common.fields.extend(fields);
            Some(found)
        };
        let (numerator, denominator, machines) = (predicate("numerator", out), predicate("denominator", out), predicate("machines", out));
        let word = table.choice("formula", &[("share", 0), ("us", 1), ("ofcom", 2)], out).unwrap_or(0);
        let drops = table.choice("drops", &[("adjusted", false), ("raw", true)], out);
        let (max, min) = (table.number("max", out), table.number("min", out));
        let min_count = table.whole("min_count", out);
        let span = read_span(table, out);
        for (key, value) in [("max", max), ("min", min)] {
            if value.is_some_and(|v| !(0.0..=1.0).contains(&v)) {
                out.error(&table.place(key), format!("`{key}` is a share from 0 to 1")).help = Some("3 % is 0.03".to_owned());
            }
        }
        let place = table.place("kind");
        let zone = match common.clock {
            RuleClock::Zone(zone) => zone,
            RuleClock::Callee => {
                out.error(&table.place("clock"), "a ratio is about the calls of many callees: its clock must be one").help =
                    Some("clock = \"ruleset\", or a zone such as \"Europe/London\"".to_owned());
                common.ruleset_zone
            }
        };
        if out.errors() == before && !table.has_unknown() {
            let missing = [("numerator", !table.has("numerator")), ("window", !table.has("window"))].into_iter().find(|m| m.1);
            if let Some((key, _)) = missing {
                out.error(&place, format!("`{key}` is missing"));
            } else if max.is_none() && min.is_none() {
                out.error(&place, "the rule has no bound: `max` or `min` is needed").help = Some("such as max = 0.03".to_owned());
            } else if max.zip(min).is_some_and(|(max, min)| min > max) {
                out.error(&table.place("min"), "`min` is greater than `max`: no share is permitted");
            } else if word != 0 && denominator.is_none() {
                out.error(&place, "this formula needs a `denominator`: the calls that reached a person");
            } else if (word == 2) != machines.is_some() {
                out.error(&place, if word == 2 { "the formula \"ofcom\" needs `machines`" } else { "`machines` is for the formula \"ofcom\"" });
            } else if word != 2 && drops.is_some() {
                out.error(&table.place("drops"), "`drops` is for the formula \"ofcom\"");
            }
        }
        if out.errors() != before {
            return None;
        }
        let formula = [Formula::Share, Formula::Us, Formula::Ofcom { raw: drops == Some(true) }][word];
        Some(Box::new(Ratio {
            common,
            key: KeyFields { fields: per, contact: false },
            numerator: numerator?,
            denominator,
            machines,
            formula,
            max,
            min,
            span: span?,
            min_count: min_count.unwrap_or(1).max(1),
            zone,
        }))
    }
}

fn read_span(table: &mut Reader<'_>, out: &mut Diagnostics) -> Option<Span> {
    let node = table.node("window")?;
    if let Value::Table(t) = &node.value
        && let [(name, value)] = t.entries.as_slice()
        && name.text == "blocks"
    {
        let days = if let Value::Text(text) = &value.value { parse_days(text).filter(|n| *n > 0) } else { None };
        if days.is_none() {
            out.error(&value.place, "blocks are whole days").help = Some("{ blocks = \"30 days\" }".to_owned());
        }
        return days.map(Span::Blocks);
    }
    read_window(node, out).map(Span::Window)
}

/// Calls of each sort in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    /// Against the key.
    against: u64,
    /// Among which they are counted: for `share` with, for the others without those against it.
    among: u64,
    machines: u64,
}

impl Ratio {
    /// What a call adds.
    fn adds(&self, marks: u8) -> Sums {
        let [n, d, m] = [mark::FIRST, mark::SECOND, mark::THIRD].map(|bit| marks & bit != 0);
        match self.formula {
            Formula::Share => Sums { against: u64::from(n && d), among: u64::from(d), machines: 0 },
            Formula::Us => Sums { against: u64::from(n), among: u64::from(d && !n), machines: 0 },
            Formula::Ofcom { .. } => Sums { against: u64::from(n), among: u64::from(d && !n && !m), machines: u64::from(m && !n) },
        }
    }

    /// The share, and the calls that it is taken of; None: there are too few.
    #[allow(clippy::cast_precision_loss)] // counts are far below 2^53
    fn share(&self, sums: Sums) -> Option<(f64, u64)> {
        let Sums { against, among, machines } = sums;
        let of = if self.formula == Formula::Share { among } else { against + among };
        if of < self.min_count {
            return None;
        }
        let (n, l, m) = (against as f64, among as f64, machines as f64);
        let share = match self.formula {
            Formula::Share | Formula::Us => n / of as f64,
            Formula::Ofcom { raw } => {
                let adjusted = if l + m > 0.0 { n * (l / (l + m)) } else { n };
                let divisor = if raw { n + l } else { adjusted + l };
                if divisor > 0.0 { adjusted / divisor } else { 0.0 }
            }
        };
        Some((share, of))
    }

    /// What a share breaks, and its bound.
    fn broken(&self, share: f64) -> Option<(u8, Verdict, f64)> {
        match (self.max, self.min) {
            (Some(max), _) if share > max => Some((broken::SHARE_HIGH, Verdict::Violation, max)),
            (_, Some(min)) if share < min => Some((broken::SHARE_LOW, Verdict::Violation, min)),
            (Some(max), _) if self.common.warn_at.is_some_and(|w| share > 0.0 && share >= w * max) => Some((broken::SHARE_HIGH, Verdict::Approaching, max)),
            _ => None,
        }
    }
}

impl Rule for Ratio {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        self.key.fields.clone()
    }
    fn history(&self) -> Option<i64> {
        match self.span {
            Span::Window(window) => window.length(),
            Span::Blocks(n) => Some(i64::from(n) * DAY),
        }
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    fn limit(&self, what: u8) -> Option<f64> {
        if what == broken::SHARE_LOW { self.min } else { self.max }
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let per = words.per(&self.key.fields);
        let within = match (self.span, words.lang) {
            (Span::Window(window), _) => words.within(window),
            (Span::Blocks(n), Lang::En) => format!("in each block of {} from the first call on", words.days(n, false)),
            (Span::Blocks(n), Lang::Zh) => format!("自首次呼叫起每 {}一段内", words.days(n, false)),
        };
        // As the calls for which a condition holds: the words differ where it holds for all.
        let calls = |condition: Option<usize>| match (condition, words.lang) {
            (None, _) => words.either("all calls", "全部呼叫").to_owned(),
            (Some(p), Lang::En) => format!("the calls for which {}", words.condition(p)),
            (Some(p), Lang::Zh) => format!("{}的呼叫", words.condition(p)),
        };
        let (numerator, among) = (calls(Some(self.numerator)), calls(self.denominator));
        let mut bounds = Vec::new();
        if let Some(max) = self.max {
            bounds.push(format!("{} {}", words.either("at most", "不超过"), percent(max)));
        }
        if let Some(min) = self.min {
            bounds.push(format!("{} {}", words.either("at least", "不低于"), percent(min)));
        }
        let bounds = words.and(&bounds);
        let machines = calls(self.machines);
        let share = match (self.formula, words.lang) {
            (Formula::Share, Lang::En) => format!("the share of {numerator} among {among} is {bounds}"),
            (Formula::Share, Lang::Zh) => format!("在{among}中，{numerator}占比{bounds}"),
            (Formula::Us, Lang::En) => format!("the share of {numerator}, among these together with {among}, is {bounds}"),
            (Formula::Us, Lang::Zh) => format!("{numerator}占其与{among}之和的比率{bounds}"),
            (Formula::Ofcom { .. }, Lang::En) => {
                format!("the share of {numerator}, among these together with {among} and corrected for machines ({machines}), is {bounds}")
            }
            (Formula::Ofcom { .. }, Lang::Zh) => format!("{numerator}占其与{among}之和的比率（按应答机校正：{machines}）{bounds}"),
        };
        let least = match (self.min_count, words.lang) {
            (..=1, _) => String::new(),
            (n, Lang::En) => format!(" This is judged from {n} calls on."),
            (n, Lang::Zh) => format!("呼叫数达到 {n} 次方予判定。"),
        };
        let text = match words.lang {
            Lang::En => format!("{per}, {within}: {share}.{least}"),
            Lang::Zh => format!("{per}，{within}：{share}。{least}"),
        };
        Statement { topic: Topic::Conduct, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let percent = |n: Option<f64>| n.map_or_else(String::new, percent);
        let (n, of) = broke.calls.unwrap_or_default();
        let message = match self.formula {
            _ if broke.broken == broken::SHARE_LOW => Msg::FindingShareLow,
            Formula::Ofcom { .. } => Msg::FindingShareCorrected,
            Formula::Share | Formula::Us => Msg::FindingShareHigh,
        };
        say(lang, message, &[("share", &percent(broke.measured)), ("limit", &percent(broke.limit)), ("n", &n.to_string()), ("of", &of.to_string())])
    }
    fn about_callee(&self) -> bool {
        self.key.fields.contains(&Field::Canonical(Column::Callee))
    }
    fn on_a_clock(&self) -> bool {
        match self.span {
            Span::Window(window) => window.on_a_clock(),
            Span::Blocks(_) => true,
        }
    }
}

/// `3.25 %`, with as many places as the share needs, four at most.
pub fn percent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

impl Sequence for Ratio {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn marks(&self, call: &Marked<'_>) -> u8 {
        let is = |p: usize| (call.value)(p) == Some(true);
        (u8::from(is(self.numerator)) * mark::FIRST)
            | (u8::from(self.denominator.is_none_or(is)) * mark::SECOND)
            | (u8::from(self.machines.is_some_and(is)) * mark::THIRD)
    }
    fn nearness(&self) -> Vec<Nearness> {
        vec![Nearness { calls: self.min_count - 1, within: i64::MAX }]
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        let clock = scene.view.clock(self.zone);
        match self.span {
            Span::Window(Window::Sliding(_) | Window::Days(_)) => Box::new(Rolling::new(self, clock)),
            _ => Box::new(Fixed::new(self, clock)),
        }
    }
    fn reach(&self) -> i64 {
        match self.span {
            Span::Window(window) => window.longest(),
            Span::Blocks(n) => (i64::from(n) + 2) * DAY,
        }
    }
    fn window(&self) -> Option<String> {
        Some(match self.span {
            Span::Window(window) => window.show(),
            Span::Blocks(n) => format!("blocks of {n} days"),
        })
    }
}

/// A window that broke a bound.
#[derive(Clone, Debug)]
struct Worst {
    what: (u8, Verdict, f64),
    share: f64,
    sums: Sums,
    of: u64,
    begin: i64,
    first: i64,
    last: i64,
    row: u32,
    shown: Vec<u32>,
}

impl Worst {
    fn hit(self) -> Hit {
        Hit {
            at: self.begin,
            row: self.row,
            verdict: self.what.1,
            broken: self.what.0,
            measured: self.share,
            limit: Some(self.what.2),
            window_start: self.begin,
            stretch: self.begin,
            before: self.shown,
            notes: 0,
            about: 0,
            group: Some(Group { calls: self.sums.against, of: self.of, first: self.first, last: self.last }),
        }
    }

    /// Does it say more than another of the same stretch? More calls, then the worse share.
    fn says_more(&self, other: &Worst) -> bool {
        match self.of.cmp(&other.of) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal if self.what.0 == broken::SHARE_LOW => self.share < other.share,
            std::cmp::Ordering::Equal => self.share > other.share,
        }
    }
}

/// Windows that follow each other: of the calendar, anchored, blocks, the whole log.
struct Fixed<'a> {
    rule: &'a Ratio,
    clock: &'a Clock,
    id: Option<i64>,
    /// Of a block: the day of the key's first call.
    first_day: Option<i64>,
    sums: Sums,
    judged: bool,
    first: i64,
    last: i64,
    row: u32,
    shown: VecDeque<u32>,
}

impl<'a> Fixed<'a> {
    fn new(rule: &'a Ratio, clock: &'a Clock) -> Fixed<'a> {
        Fixed { rule, clock, id: None, first_day: None, sums: Sums::default(), judged: false, first: 0, last: 0, row: 0, shown: VecDeque::new() }
    }

    fn day(&self, at: i64) -> i64 {
        self.clock.local(at).div_euclid(DAY)
    }

    fn id_of(&mut self, at: i64) -> i64 {
        match self.rule.span {
            Span::Blocks(n) => {
                let day = self.day(at);
                let first = *self.first_day.get_or_insert(day);
                (day - first).div_euclid(i64::from(n))
            }
            Span::Window(Window::Anchored(length)) => match self.id {
                Some(open) if at < open + length => open,
                _ => at,
            },
            Span::Window(Window::Ever) => 0,
            Span::Window(window) => window.id(self.clock, at),
        }
    }

    fn begins(&self, id: i64) -> i64 {
        match self.rule.span {
            Span::Blocks(n) => self.clock.first_at_or_after((self.first_day.unwrap_or(0) + id * i64::from(n)) * DAY),
            Span::Window(Window::Anchored(_)) => id,
            Span::Window(Window::Ever) => self.first,
            Span::Window(window) => window.begin(self.clock, id),
        }
    }

    fn close(&mut self, hit: &mut dyn FnMut(Hit)) {
        let Some(id) = self.id else { return };
        if self.judged
            && let Some((share, of)) = self.rule.share(self.sums)
            && let Some(what) = self.rule.broken(share)
        {
            let (begin, shown) = (self.begins(id), self.shown.iter().copied().collect());
            hit(Worst { what, share, sums: self.sums, of, begin, first: self.first, last: self.last, row: self.row, shown }.hit());
        }
    }
}

impl Detector for Fixed<'_> {
    fn begin(&mut self, _: Key) {
        *self = Fixed::new(self.rule, self.clock);
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        let id = self.id_of(call.at);
        if self.id != Some(id) {
            self.close(hit);
            (self.sums, self.judged, self.first) = (Sums::default(), false, call.at);
            self.shown.clear();
            self.id = Some(id);
        }
        let adds = self.rule.adds(call.marks);
        self.sums.against += adds.against;
        self.sums.among += adds.among;
        self.sums.machines += adds.machines;
        self.judged |= call.judged && (!self.rule.common.dated() || self.rule.common.in_effect(self.clock.local(call.at)));
        self.last = call.at;
        show(&mut self.shown, call, adds);
        if adds.against > 0 {
            self.row = call.row;
        }
    }

    fn end(&mut self, hit: &mut dyn FnMut(Hit)) {
        self.close(hit);
        self.id = None;
    }
}

/// Keeps the latest calls that count against the key.
fn show(shown: &mut VecDeque<u32>, call: &SequenceCall, adds: Sums) {
    if adds.against > 0 {
        shown.push_back(call.row);
        if shown.len() > RECENT {
            shown.pop_front();
        }
    }
}

/// Windows that end with each call.
struct Rolling<'a> {
    rule: &'a Ratio,
    clock: &'a Clock,
    /// Instant, day, marks and place of the calls in the window.
    inside: VecDeque<(i64, i64, u8, u32)>,
    sums: Sums,
    /// By bound: what is told of the stretch at hand, and when its last window ended.
    worst: [Option<(Worst, i64)>; 3],
}

impl<'a> Rolling<'a> {
    fn new(rule: &'a Ratio, clock: &'a Clock) -> Rolling<'a> {
        Rolling { rule, clock, inside: VecDeque::new(), sums: Sums::default(), worst: [None, None, None] }
    }

    fn length(&self) -> i64 {
        self.rule.history().unwrap_or(i64::MAX)
    }

    /// Is a call of then still in the window that ends now?
    fn holds(&self, then: (i64, i64), now: (i64, i64)) -> bool {
        match self.rule.span {
            Span::Window(Window::Days(n)) => now.1 - then.1 < i64::from(n),
            _ => now.0 - then.0 < self.length(),
        }
    }

    fn begins(&self, at: i64, day: i64) -> i64 {
        match self.rule.span {
            Span::Window(w @ Window::Days(_)) => w.begin(self.clock, day),
            _ => self.inside.front().map_or(at, |c| c.0),
        }
    }

    fn flush(&mut self, which: usize, hit: &mut dyn FnMut(Hit)) {
        if let Some((worst, _)) = self.worst[which].take() {
            hit(worst.hit());
        }
    }
}

impl Detector for Rolling<'_> {
    fn begin(&mut self, _: Key) {
        *self = Rolling::new(self.rule, self.clock);
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        let now = (call.at, self.clock.local(call.at).div_euclid(DAY));
        while let Some(old) = self.inside.front().copied().filter(|c| !self.holds((c.0, c.1), now)) {
            let gone = self.rule.adds(old.2);
            self.sums.against -= gone.against;
            self.sums.among -= gone.among;
            self.sums.machines -= gone.machines;
            self.inside.pop_front();
        }
        let adds = self.rule.adds(call.marks);
        self.sums.against += adds.against;
        self.sums.among += adds.among;
        self.sums.machines += adds.machines;
        self.inside.push_back((now.0, now.1, call.marks, call.row));
        let in_effect = !self.rule.common.dated() || self.rule.common.in_effect(self.clock.local(call.at));
        let broken = if call.judged && in_effect { self.rule.share(self.sums).and_then(|(s, of)| Some((s, of, self.rule.broken(s)?))) } else { None };
        let Some((share, of, what)) = broken else { return };
        // A stretch goes on as long as windows that break the bound end no further apart than one is long.
        let which = match what {
            (_, Verdict::Approaching, _) => 2,
            (broken::SHARE_LOW, ..) => 1,
            _ => 0,
        };
        if self.worst[which].as_ref().is_some_and(|(_, last)| call.at - last > self.length()) {
            self.flush(which, hit);
        }
        let first = self.inside.front().map_or(call.at, |c| c.0);
        let mut found = Worst { what, share, sums: self.sums, of, begin: self.begins(now.0, now.1), first, last: call.at, row: call.row, shown: Vec::new() };
        if self.worst[which].as_ref().is_none_or(|(worst, _)| found.says_more(worst)) {
            let mut shown: Vec<u32> = self.inside.iter().rev().filter(|c| self.rule.adds(c.2).against > 0).take(RECENT).map(|c| c.3).collect();
            shown.reverse();
            found.shown = shown;
            self.worst[which] = Some((found, call.at));
        } else if let Some((_, last)) = &mut self.worst[which] {
            *last = call.at;
        }
    }

    fn end(&mut self, hit: &mut dyn FnMut(Hit)) {
        // What only comes near is not told where the same stretch breaks the bound.
        if let (Some((broken, _)), Some((near, _))) = (&self.worst[0], &self.worst[2])
            && near.last >= broken.first
            && broken.last >= near.first
        {
            self.worst[2] = None;
        }
        (0..3).for_each(|which| self.flush(which, hit));
    }
}
