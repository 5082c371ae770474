//! `sequential_dialling`: numbers dialled one after the other, as scanners and random diallers do.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::calls::columns::{Column, Field};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::zones::ZoneView;
use crate::input::mapping::Batch;
use crate::language::{Lang, Msg, say};
use crate::rules::lists::events::Known;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Extra, Hit, KeyFields, Lack, Nearness, RECENT, Scene, Sequence, SequenceCall, on_clocks};
use crate::rules::windows::{Window, read_duration, window_words};
use crate::rules::{Broke, Common, Plan, Rule, RuleKind, broken, note, read_per};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls of a key to more than `max` numbers that follow each other without a gap (…001, …002, …003), or that lie in one block of numbers, within a sliding window. The order in which they were dialled does not matter, and a number that was dialled twice counts once. A call violates when the numbers around its own, dialled up to then, are more than `max`.

## Why it matters
Dialling numbers in sequence reaches people who never gave theirs to anybody; several regulators forbid it, and it is how scanners find lines in use.

## Parameters
- `per`: the columns of the key, such as `["caller"]` or `["line"]`.
- `max`: so many neighbouring numbers are permitted.
- `window`: elapsed time such as `"1h"`.
- `block`: instead of neighbours, the different numbers of one block of so many are counted: with `block = 100` numbers that share all but their last two digits. A power of ten.
- `count`: `attempts` (default), `connected`, `answered`, or an SQL expression.

Numbers that are not valid are looked at too, since who dials in sequence dials those as well; those of fewer than seven digits have no neighbours. A masked callee is counted in the evaluation as one without the key.

## Example
```toml
[[rule]]
id = "scanning"
kind = "sequential_dialling"
severity = "high"
force = "house"
per = ["caller"]
max = 5
window = "1h"
```

## What to do
Find out where the list came from, and dial only numbers that were given with a consent or by a customer.

## References
A ruleset cites its own sources.
"#;

struct Neighbours {
    common: Common,
    key: KeyFields,
    max: u64,
    window: i64,
    block: Option<u64>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "sequential_dialling"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["numbers dialled one after the other", "连号拨打、号段扫描"],
            keys: vec![
                key("per", shape::columns(), "the columns of the key", "按哪些列计算").required(),
                key("max", shape::whole(), "so many neighbouring numbers are permitted", "允许的相邻号码数").required(),
                key("window", shape::duration(), "elapsed time", "滑动时长").required(),
                key("block", shape::whole(), "count the numbers of one block of so many instead", "改为统计同一号段（每段号码数，10 的幂）"),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let per = read_per(table, &["max", "window", "block"], out);
        let max = table.whole("max", out);
        let window = read_duration(table, "window", out);
        let block = table.whole("block", out);
        if out.errors() == before && !table.has_unknown() {
            let place = table.place("kind");
            if max.is_none() || window.is_none() {
                let key = if max.is_none() { "max" } else { "window" };
                out.error(&place, format!("`{key}` is missing")).help = Some("such as max = 5 with window = \"1h\"".to_owned());
            } else if max == Some(0) {
                out.error(&table.place("max"), "one number always follows itself: `max` is at least 1");
            } else if block.is_some_and(|b| !(10..=10_000_000).contains(&b) || !(1..=7).any(|n| 10_u64.pow(n) == b)) {
                out.error(&table.place("block"), "`block` is a power of ten: 10, 100, 1000 …");
            }
        }
        if out.errors() != before {
            return None;
        }
        Some(Box::new(Neighbours { common, key: KeyFields { fields: per, contact: false }, max: max?, window: window?, block }))
    }
}

impl Rule for Neighbours {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        let mut needs = self.key.fields.clone();
        needs.push(Field::Canonical(Column::Callee));
        needs
    }
    fn history(&self) -> Option<i64> {
        Some(self.window)
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    #[allow(clippy::cast_precision_loss)] // limits are far below 2^53
    fn limit(&self, _: u8) -> Option<f64> {
        Some(self.max as f64)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let (per, within) = (words.per(&self.key.fields), words.within(Window::Sliding(self.window)));
        let text = match (words.lang, self.block) {
            (Lang::En, None) => format!("{per}, {within}: at most {} consecutive numbers are dialled.", self.max),
            (Lang::En, Some(block)) => format!("{per}, {within}: at most {} numbers of one block of {block} are dialled.", self.max),
            (Lang::Zh, None) => format!("{per}，{within}最多拨打 {} 个连续号码。", self.max),
            (Lang::Zh, Some(block)) => format!("{per}，{within}同一号段（每段 {block} 个号码）最多拨打 {} 个号码。", self.max),
        };
        Statement { topic: Topic::Conduct, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let window = window_words(lang, Window::Sliding(self.window));
        let (n, limit) = (number(broke.measured), number(broke.limit));
        match self.block {
            None => say(lang, Msg::FindingConsecutive, &[("n", &n), ("limit", &limit), ("window", &window)]),
            Some(block) => say(lang, Msg::FindingBlock, &[("n", &n), ("limit", &limit), ("window", &window), ("block", &block.to_string())]),
        }
    }
    fn about_callee(&self) -> bool {
        true
    }
}

impl Sequence for Neighbours {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn lacks(&self, batch: &Batch, i: usize, _: &Dictionary) -> Option<Lack> {
        (!batch.callee[i].key.groups()).then_some(Lack::Key)
    }
    fn extra(&self) -> Option<Extra> {
        Some(Extra::Value(Field::Canonical(Column::Callee)))
    }
    fn nearness(&self) -> Vec<Nearness> {
        vec![Nearness { calls: self.max, within: self.window }]
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        Box::new(Dialled {
            rule: self,
            view: scene.view,
            dictionary: scene.dictionary,
            inside: VecDeque::new(),
            times: HashMap::default(),
            runs: BTreeMap::new(),
            blocks: HashMap::default(),
            last: None,
            stretch: 0,
        })
    }
    fn reach(&self) -> i64 {
        self.window
    }
    fn window(&self) -> Option<String> {
        Some(Window::Sliding(self.window).show())
    }
}

type Counts = HashMap<u64, u64, foldhash::fast::RandomState>;

/// The numbers that a key dialled within the window.
struct Dialled<'a> {
    rule: &'a Neighbours,
    view: &'a ZoneView,
    dictionary: &'a Dictionary,
    /// Instant, number and place.
    inside: VecDeque<(i64, u64, u32)>,
    /// How often each number is in the window.
    times: Counts,
    /// First and last number of each unbroken run.
    runs: BTreeMap<u64, u64>,
    /// Different numbers by block.
    blocks: Counts,
    last: Option<i64>,
    stretch: i64,
}

impl Detector for Dialled<'_> {
    fn begin(&mut self, _: Key) {
        self.inside.clear();
        self.times.clear();
        self.runs.clear();
        self.blocks.clear();
        self.last = None;
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        let Some(number) = self.number(Key(call.extra)) else { return };
        while let Some((_, old, _)) = self.inside.front().copied().filter(|c| call.at - c.0 >= self.rule.window) {
            self.remove(old);
            self.inside.pop_front();
        }
        self.add(number);
        self.inside.push_back((call.at, number, call.row));
        if !call.judged {
            return;
        }
        let n = self.around(number);
        if n <= self.rule.max {
            return;
        }
        let Some((verdict, measured, _, no_zone)) = on_clocks(&self.rule.common, self.view, call, false, |_| Some(n as f64)) else { return };
        if self.last.is_none_or(|last| call.at - last > self.rule.window) {
            self.stretch = call.at;
        }
        self.last = Some(call.at);
        let near = |c: &&(i64, u64, u32)| self.rule.block.map_or(self.run_of(c.1) == self.run_of(number), |b| c.1 / b == number / b);
        let mut before: Vec<u32> = self.inside.iter().rev().skip(1).take(4 * RECENT).filter(near).take(RECENT).map(|c| c.2).collect();
        before.reverse();
        hit(Hit {
            at: call.at,
            row: call.row,
            verdict,
            broken: broken::CONSECUTIVE,
            measured,
            limit: Some(self.rule.max as f64),
            window_start: self.inside.front().map_or(call.at, |c| c.0),
            stretch: self.stretch,
            before,
            notes: u8::from(no_zone && self.rule.common.dated()) * note::NO_ZONE,
            about: 0,
            group: None,
        });
    }
}

impl Dialled<'_> {
    /// The digits of a number, valid or not.
    fn number(&self, key: Key) -> Option<u64> {
        key.as_e164().or_else(|| {
            let text = self.dictionary.show(key);
            let digits = text.strip_prefix('+').unwrap_or(&text);
            // A short code has no neighbours that mean anything.
            (7..=18).contains(&digits.len()).then(|| digits.parse().ok()).flatten().filter(|_| key.groups())
        })
    }

    /// The run in which a number lies.
    fn run_of(&self, number: u64) -> Option<(u64, u64)> {
        self.runs.range(..=number).next_back().map(|(a, b)| (*a, *b)).filter(|r| number <= r.1)
    }

    /// How many numbers lie around it without a gap, or in its block.
    fn around(&self, number: u64) -> u64 {
        match self.rule.block {
            Some(block) => self.blocks.get(&(number / block)).copied().unwrap_or(0),
            None => self.run_of(number).map_or(0, |(a, b)| b - a + 1),
        }
    }

    fn add(&mut self, number: u64) {
        let times = self.times.entry(number).or_default();
        *times += 1;
        if *times > 1 {
            return;
        }
        if let Some(block) = self.rule.block {
            *self.blocks.entry(number / block).or_default() += 1;
            return;
        }
        let left = number.checked_sub(1).and_then(|n| self.run_of(n));
        let end = self.runs.remove(&(number + 1)).unwrap_or(number);
        self.runs.insert(left.map_or(number, |l| l.0), end);
    }

    fn remove(&mut self, number: u64) {
        let Some(times) = self.times.get_mut(&number) else { return };
        *times -= 1;
        if *times > 0 {
            return;
        }
        self.times.remove(&number);
        if let Some(block) = self.rule.block {
            if let Some(n) = self.blocks.get_mut(&(number / block)) {
                *n -= 1;
                if *n == 0 {
                    self.blocks.remove(&(number / block));
                }
            }
            return;
        }
        let Some((a, b)) = self.run_of(number) else { return };
        self.runs.remove(&a);
        if a < number {
            self.runs.insert(a, number - 1);
        }
        if number < b {
            self.runs.insert(number + 1, b);
        }
    }
}
