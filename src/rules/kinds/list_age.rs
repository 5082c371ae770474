//! `list_age`: was the copy of a registry young enough when calls were made?

use serde_json::json;

use crate::calls::calendar::Date;
use crate::calls::columns::Field;
use crate::calls::keys::Key;
use crate::calls::zones::{Clock, DAY, ZoneId};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::List;
use crate::rules::lists::events::Known;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Group, Hit, KeyFields, Nearness, RECENT, Scene, Sequence, SequenceCall};
use crate::rules::windows::parse_days;
use crate::rules::{Broke, Common, Plan, Rule, RuleClock, RuleKind, Verdict, broken, fields};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
That the copy of a list was not older than `max_age` on the day of each call. All calls on one copy that had grown too old are one violation.

## Why it matters
Registries of people who want no calls must be fetched anew within a period that the law sets: whoever signed up since then stands on no older copy.

## Parameters
- `lists`: lists of numbers whose copies have a date: several copies with `{date}` in their `path`, or one with `as_of` in its `[[list]]`.
- `max_age`: whole days, such as `"31 days"`: with a copy of 1 March a call on 1 April is clear, one on 2 April is not.
- `per`: by which columns calls are grouped (default: the whole log).

The newest copy that is not younger than the call is the one in use. A call before the first copy is *possible*: an older copy may have been used and not been kept.

## Example
```toml
[[rule]]
id = "registry-age"
kind = "list_age"
severity = "high"
force = "house"
lists = ["registry"]
max_age = "31 days"

[[list]]
id = "registry"
path = "lists/registry-{date}.txt"
```

## What to do
Fetch the registry by a schedule well within the period, keep every copy with its date, and let the dialler refuse to start when the copy is too old.

## References
A ruleset cites its own sources.
"#;

struct ListAge {
    common: Common,
    key: KeyFields,
    lists: Vec<usize>,
    days: u32,
    zone: ZoneId,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "list_age"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["how old the copy of a registry may be when calls are made", "名单版本的最长有效天数"],
            keys: vec![
                key("lists", shape::lists(), "lists whose copies have a date", "带日期版本的名单").required(),
                key("max_age", json!({ "type": "string", "pattern": r"^\d+ days?$" }), "whole days", "最长天数").required(),
                key("per", shape::columns(), "by which columns calls are grouped", "按哪些列归组"),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let mut lists = Vec::new();
        for (name, node) in table.texts("lists", out).unwrap_or_default() {
            lists.extend(cx.list(name, node, out));
        }
        let text = table.text("max_age", out).map(str::to_owned);
        let days = text.as_deref().and_then(parse_days);
        if let Some(text) = text.as_deref().filter(|_| days.is_none()) {
            let place = table.place("max_age");
            out.error(&place, format!("\"{text}\" is no number of days")).help = Some("such as max_age = \"31 days\"".to_owned());
        }
        let per = table.texts("per", out).map(|names| fields(&names, out)).unwrap_or_default();
        let zone = match common.clock {
            RuleClock::Zone(zone) => zone,
            RuleClock::Callee => {
                out.error(&table.place("clock"), "a copy has one date: the clock must be one").help = Some("clock = \"ruleset\"".to_owned());
                common.ruleset_zone
            }
        };
        if out.errors() == before && !table.has_unknown() && (lists.is_empty() || days.is_none()) {
            let key = if lists.is_empty() { "lists" } else { "max_age" };
            out.error(&table.place("kind"), format!("`{key}` is missing")).help = Some("lists = [\"id of a [[list]]\"] with max_age = \"31 days\"".to_owned());
        }
        if out.errors() != before {
            return None;
        }
        Some(Box::new(ListAge { common, key: KeyFields { fields: per, contact: false }, lists, days: days?, zone }))
    }
}

impl Rule for ListAge {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        self.key.fields.clone()
    }
    fn lists(&self) -> &[usize] {
        &self.lists
    }
    fn lacks(&self, _: usize, list: &List) -> Option<String> {
        list.copy_dates().is_empty().then(|| {
            format!("when the copy of the list {} was made is not known: put {{date}} into the names of its copies, or as_of into its [[list]]", list.id)
        })
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    fn limit(&self, _: u8) -> Option<f64> {
        Some(f64::from(self.days))
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let (lists, days) = (words.lists(&self.lists), words.days(self.days, false));
        let text = match words.lang {
            Lang::En => format!("Before calls are made {lists} is fetched anew: no copy is older than {days} on the day of a call."),
            Lang::Zh => format!("呼叫前须更新{lists}：呼叫当日所用版本不得超过 {days}。"),
        };
        Statement { topic: Topic::Who, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        match broke.measured {
            Some(days) if days >= 0.0 => {
                say(lang, Msg::FindingOldList, &[("list", broke.list), ("n", &number(broke.measured)), ("limit", &number(broke.limit))])
            }
            _ => say(lang, Msg::FindingNoCopy, &[("list", broke.list)]),
        }
    }
    fn on_a_clock(&self) -> bool {
        true
    }
}

impl Sequence for ListAge {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn nearness(&self) -> Vec<Nearness> {
        vec![Nearness { calls: 0, within: i64::MAX }]
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        let clock = scene.view.clock(self.zone);
        let of = |list: &usize| scene.lists.get(*list).and_then(Option::as_ref).map(|l| (*list, l.copy_dates()));
        let lists = self.lists.iter().filter_map(of).map(|(list, copies)| (list, copies, None)).collect();
        Box::new(Ages { rule: self, clock, lists })
    }
    fn reach(&self) -> i64 {
        0
    }
}

/// Calls on one copy that was too old.
#[derive(Clone, Debug)]
struct Stale {
    /// None: before the first copy.
    copy: Option<Date>,
    calls: u64,
    first: i64,
    last: i64,
    oldest: i32,
    shown: Vec<u32>,
}

struct Ages<'a> {
    rule: &'a ListAge,
    clock: &'a Clock,
    lists: Vec<(usize, Vec<Date>, Option<Stale>)>,
}

impl Ages<'_> {
    fn hit(&self, list: usize, stale: Stale) -> Hit {
        let begin = match stale.copy {
            Some(copy) => self.clock.first_at_or_after((i64::from(copy) + i64::from(self.rule.days) + 1) * DAY),
            None => stale.first,
        };
        Hit {
            at: begin,
            row: stale.shown.last().copied().unwrap_or(0),
            verdict: if stale.copy.is_some() { Verdict::Violation } else { Verdict::Possible },
            broken: broken::OLD,
            measured: if stale.copy.is_some() { f64::from(stale.oldest) } else { f64::NAN },
            limit: Some(f64::from(self.rule.days)),
            window_start: begin,
            stretch: begin.wrapping_mul(64).wrapping_add(i64::try_from(list).unwrap_or(0)),
            before: stale.shown,
            notes: 0,
            about: u16::try_from(list).unwrap_or(u16::MAX),
            group: Some(Group { calls: stale.calls, of: stale.calls, first: stale.first, last: stale.last }),
        }
    }
}

impl Detector for Ages<'_> {
    fn begin(&mut self, _: Key) {
        self.lists.iter_mut().for_each(|l| l.2 = None);
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        let local = self.clock.local(call.at);
        if !call.judged || (self.rule.common.dated() && !self.rule.common.in_effect(local)) {
            return;
        }
        let today = Date::try_from(local.div_euclid(DAY)).unwrap_or(0);
        for n in 0..self.lists.len() {
            let (list, copies, stale) = &mut self.lists[n];
            let copy = copies[..copies.partition_point(|c| *c <= today)].last().copied();
            let age = copy.map_or(-1, |c| today - c);
            let old = copy.is_none() || i64::from(age) > i64::from(self.rule.days);
            let done = stale.take_if(|s| s.copy != copy).map(|s| (*list, s));
            if old {
                let stale = stale.get_or_insert(Stale { copy, calls: 0, first: call.at, last: call.at, oldest: age, shown: Vec::new() });
                stale.calls += 1;
                stale.last = call.at;
                stale.oldest = stale.oldest.max(age);
                if stale.shown.len() < RECENT {
                    stale.shown.push(call.row);
                }
            }
            if let Some((list, stale)) = done {
                hit(self.hit(list, stale));
            }
        }
    }

    fn end(&mut self, hit: &mut dyn FnMut(Hit)) {
        for n in 0..self.lists.len() {
            let list = self.lists[n].0;
            if let Some(stale) = self.lists[n].2.take() {
                hit(self.hit(list, stale));
            }
        }
    }
}
