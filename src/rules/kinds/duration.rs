//! `duration`: how long a call rings or lasts.

use crate::calls::columns::{Column, Field};
use crate::input::mapping::NONE;
use crate::language::{Lang, Msg, say};
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::windows::read_duration;
use crate::rules::{Broke, Common, Plan, RowContext, RowHit, RowTest, RowVerdict, Rule, RuleKind, Verdict, broken, group_by, note};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls that ring, talk or last in total for less than `min` or for more than `max`. Both bounds are permitted: with `min = "15s"` a call that rings 15 seconds is clear.

## Why it matters
Several regulators say how long an unanswered call must ring before the dialler gives up; a pattern of calls of a few seconds is what carriers take for robocalls.

## Parameters
- `of`: `ring_s`, `talk_s` or `total_s`. A call for which the log does not tell it is counted in the evaluation as one without the time. Where it is the difference of two times that are known to the minute only, what depends on that minute is *possible*.
- `min`, `max`: durations such as `"15s"`; one of them or both.
- `count`: `attempts` (default), `connected`, `answered`, or an SQL expression; `where` chooses calls, such as `where = "outcome = 'no_answer'"` for those that were given up.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else caller).

## Example
```toml
[[rule]]
id = "ring-time"
kind = "duration"
severity = "medium"
force = "house"
where = "outcome IN ('no_answer', 'canceled')"
of = "ring_s"
min = "15s"
```

## What to do
Set the dialler's ring time-out above the bound, and look for other reasons why calls end early: hang-ups by agents, pacing, carriers that cut.

## References
A ruleset cites its own sources.
"#;

struct Bounds {
    common: Common,
    of: Column,
    /// ms.
    min: Option<i64>,
    max: Option<i64>,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "duration"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["how long a call must ring or may last", "振铃、通话或总时长的上下限"],
            keys: vec![
                key("of", shape::words(["ring_s", "talk_s", "total_s"]), "which length", "哪一段时长").required(),
                key("min", shape::duration(), "at least so long; a call that lasts exactly as long is clear", "下限（含）"),
                key("max", shape::duration(), "at most so long; a call that lasts exactly as long is clear", "上限（含）"),
                key(
                    "group_by",
                    shape::columns(),
                    "columns by which findings are grouped; the first that a call has counts",
                    "问题项按哪一列归组（取首个非空列）",
                ),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let of = table.choice("of", &[("ring_s", Column::RingS), ("talk_s", Column::TalkS), ("total_s", Column::TotalS)], out);
        let (min, max) = (read_duration(table, "min", out), read_duration(table, "max", out));
        let group_by = group_by(table, out, &[Column::Campaign, Column::Line, Column::Caller]);
        if out.errors() == before && !table.has_unknown() {
            let place = table.place("kind");
            if of.is_none() {
                out.error(&place, "`of` is missing").help = Some("of = \"ring_s\", \"talk_s\" or \"total_s\"".to_owned());
            } else if min.is_none() && max.is_none() {
                out.error(&place, "the rule has no bound: `min` or `max` is needed").help = Some("such as min = \"15s\"".to_owned());
            } else if min.zip(max).is_some_and(|(min, max)| min > max) {
                out.error(&table.place("min"), "`min` is greater than `max`: no length is permitted");
            }
        }
        if out.errors() != before {
            return None;
        }
        Some(Box::new(Bounds { common, of: of?, min, max, group_by }))
    }
}

impl Rule for Bounds {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        vec![Field::Canonical(self.of)]
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let message = match (self.of, broke.broken == broken::SHORT) {
            (Column::RingS, true) => Msg::FindingRingShort,
            (Column::RingS, false) => Msg::FindingRingLong,
            (Column::TalkS, true) => Msg::FindingTalkShort,
            (Column::TalkS, false) => Msg::FindingTalkLong,
            (_, true) => Msg::FindingTotalShort,
            (_, false) => Msg::FindingTotalLong,
        };
        say(lang, message, &[("seconds", &number(broke.measured)), ("limit", &number(broke.limit))])
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let what = match self.of {
            Column::RingS => words.either("A call rings", "每次呼叫振铃时长"),
            Column::TalkS => words.either("A conversation lasts", "每次通话时长"),
            _ => words.either("A call lasts in total", "每次呼叫总时长"),
        };
        let (min, max) = (self.min.map(|ms| words.length(ms)), self.max.map(|ms| words.length(ms)));
        let text = match (words.lang, min, max) {
            (Lang::En, Some(min), Some(max)) => format!("{what} at least {min} and at most {max}."),
            (Lang::En, Some(min), None) => format!("{what} at least {min}."),
            (Lang::En, None, max) => format!("{what} at most {}.", max.unwrap_or_default()),
            (Lang::Zh, Some(min), Some(max)) => format!("{what}不少于 {min}，不超过 {max}。"),
            (Lang::Zh, Some(min), None) => format!("{what}不少于 {min}。"),
            (Lang::Zh, None, max) => format!("{what}不超过 {}。", max.unwrap_or_default()),
        };
        Statement { topic: Topic::Conduct, text }
    }
    fn limit(&self, broken: u8) -> Option<f64> {
        let bound = if broken == broken::SHORT { self.min } else { self.max };
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        bound.map(|ms| ms as f64 / 1000.0)
    }
}

impl RowTest for Bounds {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let batch = cx.batch;
        let (start, answered, ended) = (batch.start[i], batch.answered[i], batch.ended[i]);
        let (length, told, from, to) = match self.of {
            Column::RingS => (batch.ring[i], batch.told[0], start, answered),
            Column::TalkS => (batch.talk[i], batch.told[1], answered, ended),
            _ => (batch.total[i], batch.told[2], start, ended),
        };
        if length == NONE {
            return RowVerdict::NoTime;
        }
        let reach = batch.start_last[i] - start;
        // A difference of two times that are known to the minute may be a minute off either way. Clocks are set by whole minutes, so that a start that is
        // read twice for that reason is none of these.
        let slack = if !told && (reach + 1) % 60_000 == 0 && from != NONE && to != NONE { reach } else { 0 };
        let broken = match (self.min, self.max) {
            (Some(min), _) if length - slack < min => broken::SHORT,
            (_, Some(max)) if length + slack > max => broken::LONG,
            _ => return RowVerdict::Clear,
        };
        let certain = if broken == broken::SHORT { self.min.is_some_and(|m| length + slack < m) } else { self.max.is_some_and(|m| length - slack > m) };
        // The length does not depend on a clock, but whether the rule is in force may: in all zones and readings, or only in some.
        let (zones, known) = self.common.zones(cx.view, batch.zones[i]);
        let starts = [batch.start[i], batch.start_last[i]];
        let in_force = |zone: &u16, at: i64| self.common.in_effect(cx.view.clock(*zone).local(at));
        let in_force = !self.common.dated() || (known && zones.iter().all(|z| starts.iter().all(|s| in_force(z, *s))));
        let all = certain && in_force && exempt == [false; 2];
        let verdict = if all { Verdict::Violation } else { Verdict::Possible };
        let notes = (u8::from(self.common.dated() && !known) * note::NO_ZONE) | (u8::from(starts[0] != starts[1]) * note::AMBIGUOUS);
        RowVerdict::Hit(RowHit { verdict, broken, measured: length, zone: zones[0], moment: starts[0], list: 0, notes })
    }
}
