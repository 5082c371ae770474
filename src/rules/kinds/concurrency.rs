//! `concurrency`: how many calls of a line, an agent or a trunk go on at once.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::calls::columns::{Column, Field};
use crate::calls::keys::{Dictionary, Key};
use crate::input::mapping::{Batch, NONE};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::events::Known;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Extra, Hit, KeyFields, Lack, Nearness, RECENT, Scene, Sequence, SequenceCall, on_clocks};
use crate::rules::{Broke, Common, Plan, Rule, RuleKind, broken, note, read_per};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls that begin while `max` other calls of the same key go on. A call that begins at the very moment at which another ends is not at once with it.

## Why it matters
Carriers and platforms sell lines for so many calls at once; more at a time than a number may carry is a sign of a leased or shared number, and agents cannot talk twice.

## Parameters
- `per`: the columns of the key, such as `["caller"]`, `["agent"]` or `["account"]`.
- `max`: so many calls at once are permitted.
- `count`: `attempts` (default), `connected`, `answered`, or an SQL expression: only these go on and are judged.

A call goes on from its start to its end (without `ended_at`: the answer and the talk, else the start, the ringing and the talk). A call of which nothing of the kind is known is counted in the evaluation as one without the time.

## Example
```toml
[[rule]]
id = "one-at-a-time"
kind = "concurrency"
severity = "medium"
force = "house"
per = ["caller"]
max = 1
```

## What to do
Lower the channels of the line or the calls-per-agent ratio, and find out who else dials with the number.

## References
A ruleset cites its own sources.
"#;

struct AtOnce {
    common: Common,
    key: KeyFields,
    max: u64,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "concurrency"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["how many calls of a line, an agent or a trunk go on at once", "线路、坐席或中继的并发呼叫上限"],
            keys: vec![
                key("per", shape::columns(), "the columns of the key", "按哪些列计算").required(),
                key("max", shape::whole(), "so many calls at once are permitted", "允许同时进行的呼叫数").required(),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let per = read_per(table, &["max"], out);
        let max = table.whole("max", out);
        if out.errors() == before && !table.has_unknown() && max.is_none() {
            out.error(&table.place("kind"), "`max` is missing").help = Some("the calls that may go on at once, such as max = 1".to_owned());
        }
        if out.errors() != before {
            return None;
        }
        Some(Box::new(AtOnce { common, key: KeyFields { fields: per, contact: false }, max: max? }))
    }
}

impl Rule for AtOnce {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        self.key.fields.clone()
    }
    fn needs_one_of(&self) -> &[Column] {
        &[Column::EndedAt, Column::TalkS, Column::TotalS, Column::RingS]
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    #[allow(clippy::cast_precision_loss)] // limits are far below 2^53
    fn limit(&self, _: u8) -> Option<f64> {
        Some(self.max as f64)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let per = words.per(&self.key.fields);
        let text = match words.lang {
            Lang::En => format!("{per}: at most {} at once.", if self.max == 1 { "one call".to_owned() } else { format!("{} calls", self.max) }),
            Lang::Zh => format!("{per}：同时进行的呼叫最多 {} 路。", self.max),
        };
        Statement { topic: Topic::Conduct, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        say(lang, Msg::FindingAtOnce, &[("n", &number(broke.measured)), ("limit", &number(broke.limit))])
    }
    fn about_callee(&self) -> bool {
        self.key.fields.contains(&Field::Canonical(Column::Callee))
    }
}

impl Sequence for AtOnce {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn lacks(&self, batch: &Batch, i: usize, _: &Dictionary) -> Option<Lack> {
        (batch.ended[i] == NONE && batch.talk[i] == NONE && batch.ring[i] == NONE).then_some(Lack::Time)
    }
    fn extra(&self) -> Option<Extra> {
        Some(Extra::Length)
    }
    fn nearness(&self) -> Vec<Nearness> {
        vec![Nearness { calls: self.max, within: i64::MAX }]
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        Box::new(Going { rule: self, view: scene.view, on: BinaryHeap::new(), latest: VecDeque::new(), last: None, stretch: 0 })
    }
    fn reach(&self) -> i64 {
        // Calls may last a day at most in any system of which we know.
        crate::calls::zones::DAY
    }
}

/// The calls of a key that go on.
struct Going<'a> {
    rule: &'a AtOnce,
    view: &'a crate::calls::zones::ZoneView,
    /// When each ends.
    on: BinaryHeap<Reverse<i64>>,
    /// Start, end and place of the latest.
    latest: VecDeque<(i64, i64, u32)>,
    /// The end of the last violating call.
    last: Option<i64>,
    stretch: i64,
}

impl Detector for Going<'_> {
    fn begin(&mut self, _: Key) {
        self.on.clear();
        self.latest.clear();
        self.last = None;
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        while self.on.peek().is_some_and(|end| end.0 <= call.at) {
            self.on.pop();
        }
        let n = self.on.len() as u64 + 1;
        if call.judged && n > self.rule.max {
            let found = on_clocks(&self.rule.common, self.view, call, false, |_| Some(n as f64));
            if let Some((verdict, measured, _, no_zone)) = found {
                // Violations of calls that overlap are one finding.
                if self.last.is_none_or(|end| call.at >= end) {
                    self.stretch = call.at;
                }
                let on: Vec<&(i64, i64, u32)> = self.latest.iter().filter(|c| c.1 > call.at).collect();
                let before = &on[on.len().saturating_sub(RECENT)..];
                hit(Hit {
                    at: call.at,
                    row: call.row,
                    verdict,
                    broken: broken::AT_ONCE,
                    measured,
                    limit: Some(self.rule.max as f64),
                    window_start: before.first().map_or(call.at, |c| c.0),
                    stretch: self.stretch,
                    before: before.iter().map(|c| c.2).collect(),
                    notes: u8::from(no_zone && self.rule.common.dated()) * note::NO_ZONE,
                    about: 0,
                    group: None,
                });
                let end = call.at.saturating_add(i64::try_from(call.extra).unwrap_or(0));
                self.last = Some(self.last.map_or(end, |l| l.max(end)));
            }
        }
        let end = call.at.saturating_add(i64::try_from(call.extra).unwrap_or(0));
        if end > call.at {
            self.on.push(Reverse(end));
            self.latest.push_back((call.at, end, call.row));
            if self.latest.len() > 4 * RECENT {
                self.latest.pop_front();
            }
        }
    }
}
