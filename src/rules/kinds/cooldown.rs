//! `cooldown`: no call for a while after a refusal, a conversation, an abandoned call, a complaint.

use std::collections::HashMap;
use std::sync::Arc;

use crate::calls::calendar::{Calendar, Date, add_business_days};
use crate::calls::columns::{Column, Field};
use crate::calls::keys::Key;
use crate::calls::zones::{DAY, ZoneId, ZoneView};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::events::{Event, Known, sort};
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::sequence::{Detector, Extra, Hit, KeyFields, Marked, Nearness, Scene, Sequence, SequenceCall, mark, on_clocks};
use crate::rules::windows::{elapsed_words, parse_days, parse_duration};
use crate::rules::{Broke, Common, Plan, Rule, RuleKind, Verdict, broken, note, read_per};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls that come too soon after an event: a refusal, an opt-out, a conversation, an abandoned call, an answering machine, a complaint. The call that is the event itself is no violation; every later call within the wait is one.

## Why it matters
Several laws and standards forbid further calls for some time, or for ever, after a person has said no or has been spoken to.

## Parameters
- `per`: the columns of the key, such as `["callee"]`, or `["person", "subject"]` where several numbers are one person's and only calls on the same matter count.
- `after`: an SQL expression, true for the calls that are events, such as `"response = 'refused'"`, or the words `"answered"` and `"connected"` as in `count`. Calls of every direction are asked, and an inbound call belongs to the customer who rang: `"direction = 'outbound' AND …"` leaves those out. `where` and `exempt` choose the calls that are judged, not the events.
- `events`: lists of kind `events` with further events (columns `number`, `at` and perhaps `event`, and the columns of `per`); `event`: only those that are called so.
- `wait`: `"72h"` is elapsed time (a call exactly so long after the event is clear); `"60 days"` are full calendar days on the rule's clock; `"10 business days"` are those of `calendar`; `"ever"` never ends.
- `event_day`: `0` (default): the day of the event is day 0, and the wait ends with day N. `1`: the day of the event is the first of the N days.
- `from`: elapsed time counts from the `start` (default) or the `end` of the event's call.
- `count`: which later calls are judged: `attempts` (default), `connected`, `answered`, or an SQL expression.

An inbound call that is judged (`where` names the direction) belongs to the customer who rang too. With `event_day = 1` the day of the event is the first of the days even where it is no business day. Elapsed time since the end of a call that still goes on is 0. An event that is known to the day has its date as written on every clock.

An event of a list that is known to the day only makes a call of the same day possible, not certain.

## Example
```toml
[[rule]]
id = "after-refusal"
kind = "cooldown"
severity = "high"
force = "house"
per = ["callee"]
after = "response = 'refused'"
wait = "60 days"
```

## What to do
Have the dialler suppress the person at the moment of the event, in all campaigns and for all of their numbers, and take the suppression off only when the wait is over.

## References
A ruleset cites its own sources.
"#;

/// How long no call may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// ms.
    Elapsed(i64),
    Days(u32),
    BusinessDays(u32),
    Ever,
}

struct Cooldown {
    common: Common,
    key: KeyFields,
    after: Option<usize>,
    lists: Vec<usize>,
    words: Vec<String>,
    wait: Wait,
    /// The day of the event is the first one.
    first_day: bool,
    from_end: bool,
    calendar: Option<Arc<Calendar>>,
    /// What `per` and `after` name.
    needs: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "cooldown"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["no call for a while after a refusal, a conversation, a complaint", "拒绝、通话、投诉等事件之后的冷却期"],
            keys: vec![
                key("per", shape::columns(), "the columns of the key", "按哪些列计算").required(),
                key("after", shape::sql(), "which calls are events, of either direction", "哪些呼叫是事件（含呼入）"),
                key("events", shape::lists(), "lists of events", "事件名单"),
                key("event", shape::array(shape::text()), "only events that are called so", "仅取这些名称的事件"),
                key("wait", shape::any_of([shape::days_or_duration(), shape::words(["ever"])]), "how long no call may come", "冷却时长").required(),
                key("event_day", shape::whole(), "0: the event's day is day 0; 1: it is the first of the days", "0：事件当日为第 0 天；1：事件当日为第 1 天"),
                key("from", shape::words(["start", "end"]), "elapsed time counts from the event call's start or end", "自事件呼叫的开始或结束起算"),
                key("calendar", shape::calendar(), "for business days", "工作日日历"),
            ],
        }
    }
    fn compile(&self, mut common: Common, table: &mut Reader<'_>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let per = read_per(table, &["after", "events", "event", "wait", "event_day", "from", "calendar"], out);
        let mut after = None;
        let mut needs = per.clone();
        if let (Some(text), Some(node)) = (table.text("after", out), table.node("after"))
            && let Some((predicate, fields)) = cx.condition(text, node, out)
        {
            after = Some(predicate);
            needs.extend(fields);
        }
        let mut lists = Vec::new();
        for (name, node) in table.texts("events", out).unwrap_or_default() {
            lists.extend(cx.events(name, node, out));
        }
        let words: Vec<String> = table.texts("event", out).unwrap_or_default().into_iter().map(|w| w.0.to_owned()).collect();
        let wait = table.text("wait", out).map(str::to_owned);
        let read = |text: &str| -> Option<Wait> {
            let business = text.strip_suffix(" business days").or_else(|| text.strip_suffix(" business day"));
            match business {
                _ if text == "ever" => Some(Wait::Ever),
                Some(n) => n.parse().ok().map(Wait::BusinessDays),
                None => parse_days(text).map(Wait::Days).or_else(|| parse_duration(text).map(Wait::Elapsed)),
            }
        };
        let parsed = wait.as_deref().and_then(read);
        if let Some(text) = wait.as_deref().filter(|_| parsed.is_none()) {
            let place = table.place("wait");
            out.error(&place, format!("\"{text}\" is no wait")).help =
                Some("elapsed time such as \"72h\", \"60 days\", \"10 business days\" or \"ever\"".to_owned());
        }
        let event_day = table.integer("event_day", out);
        if event_day.is_some_and(|d| !(0..=1).contains(&d)) {
            out.error(&table.place("event_day"), "`event_day` is 0 (the wait begins after the event's day) or 1 (it begins with it)");
        }
        let from_end = table.choice("from", &[("start", false), ("end", true)], out);
        let calendar = cx.calendar(table, out);
        if out.errors() == before && !table.has_unknown() {
            let place = table.place("kind");
            if wait.is_none() {
                out.error(&place, "`wait` is missing").help = Some("such as wait = \"60 days\"".to_owned());
            } else if after.is_none() && lists.is_empty() {
                out.error(&place, "nothing says which events there are: `after` or `events` is needed").help =
                    Some("after = \"response = 'refused'\", or events = [\"id of a [[list]] of kind events\"]".to_owned());
            } else if event_day.is_some() && matches!(parsed, Some(Wait::Elapsed(_) | Wait::Ever)) {
                out.error(&table.place("event_day"), "`event_day` is for a wait in days");
            } else if from_end.is_some() && !matches!(parsed, Some(Wait::Elapsed(_))) {
                out.error(&table.place("from"), "`from` is for a wait of elapsed time");
            } else if !words.is_empty() && lists.is_empty() {
                out.error(&table.place("event"), "`event` chooses from lists: `events` is needed");
            } else if event_day == Some(1) && matches!(parsed, Some(Wait::Days(0) | Wait::BusinessDays(0))) {
                out.error(&table.place("wait"), "a wait of no days forbids nothing");
            }
        }
        if out.errors() != before {
            return None;
        }
        common.warn_at = None;
        // The customer of an inbound call is its caller, be the call an event or judged.
        let contact = per.iter().any(|f| matches!(f, Field::Canonical(Column::Callee | Column::Caller)));
        Some(Box::new(Cooldown {
            common,
            key: KeyFields { fields: per, contact },
            after,
            lists,
            words,
            wait: parsed?,
            first_day: event_day == Some(1),
            from_end: from_end == Some(true),
            calendar,
            needs,
        }))
    }
}

impl Rule for Cooldown {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        self.needs.clone()
    }
    fn lists(&self) -> &[usize] {
        &self.lists
    }
    fn history(&self) -> Option<i64> {
        (self.reach() != i64::MAX).then(|| self.reach())
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    fn limit(&self, _: u8) -> Option<f64> {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        match self.wait {
            Wait::Elapsed(ms) => Some(ms as f64 / 1000.0),
            Wait::Days(n) | Wait::BusinessDays(n) => Some(f64::from(n)),
            Wait::Ever => None,
        }
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let per = words.per(&self.key.fields);
        let mut events: Vec<String> = self.after.map(|p| words.condition(p)).into_iter().collect();
        if !self.lists.is_empty() {
            events.push(words.lists(&self.lists));
        }
        let events = words.or(&events);
        let wait = match self.wait {
            Wait::Elapsed(ms) => Some(words.length(ms)),
            Wait::Days(n) => Some(words.days(n, false)),
            Wait::BusinessDays(n) => Some(words.days(n, true)),
            Wait::Ever => None,
        };
        let first = match (words.lang, self.first_day) {
            (_, false) => "",
            (Lang::En, true) => ", the day of the event included",
            (Lang::Zh, true) => "（含事件当日）",
        };
        let text = match (words.lang, wait) {
            (Lang::En, Some(wait)) => format!("{per}: after an event ({events}) no call for {wait}{first}."),
            (Lang::En, None) => format!("{per}: after an event ({events}) no call ever again."),
            (Lang::Zh, Some(wait)) => format!("{per}：事件（{events}）发生后 {wait}内{first}不得呼叫。"),
            (Lang::Zh, None) => format!("{per}：事件（{events}）发生后不得再次呼叫。"),
        };
        Statement { topic: Topic::Refusal, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let days = |n: f64| match (lang, self.wait) {
            (Lang::En, Wait::BusinessDays(_)) => format!("{n} business days"),
            (Lang::En, _) => format!("{n} calendar days"),
            (Lang::Zh, Wait::BusinessDays(_)) => format!(" {n} 个工作日"),
            (Lang::Zh, _) => format!(" {n} 个自然日"),
        };
        let calendar = |n: f64| if lang == Lang::En { format!("{n} calendar days") } else { format!(" {n} 个自然日") };
        #[allow(clippy::cast_possible_truncation)]
        let elapsed = |s: f64| elapsed_words(lang, (s * 1000.0) as i64);
        let (measured, limit) = (broke.measured.unwrap_or(0.0), broke.limit.unwrap_or(0.0));
        match self.wait {
            Wait::Ever => say(lang, Msg::FindingWaitEver, &[]),
            Wait::Elapsed(_) => say(lang, Msg::FindingWait, &[("measured", &elapsed(measured)), ("limit", &elapsed(limit))]),
            Wait::Days(_) | Wait::BusinessDays(_) => say(lang, Msg::FindingWait, &[("measured", &calendar(measured)), ("limit", &days(limit))]),
        }
    }
    fn about_callee(&self) -> bool {
        self.key.fields.iter().any(|f| matches!(f, Field::Canonical(Column::Callee | Column::Person)))
    }
    fn on_a_clock(&self) -> bool {
        matches!(self.wait, Wait::Days(_) | Wait::BusinessDays(_))
    }
}

impl Sequence for Cooldown {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn marks(&self, call: &Marked<'_>) -> u8 {
        u8::from(self.after.is_some_and(|p| (call.value)(p) == Some(true))) * mark::FIRST
    }
    fn has_events(&self) -> bool {
        self.after.is_some()
    }
    fn extra(&self) -> Option<Extra> {
        self.from_end.then_some(Extra::Length)
    }
    fn nearness(&self) -> Vec<Nearness> {
        let calls = u64::from(self.lists.is_empty());
        let within = match self.wait {
            Wait::Elapsed(ms) if !self.from_end => ms,
            _ => self.reach(),
        };
        vec![Nearness { calls, within: if self.from_end { i64::MAX } else { within } }]
    }
    fn events(&self, scene: &Scene<'_>) -> Known {
        let mut known: Known = HashMap::default();
        for list in self.lists.iter().filter_map(|l| scene.events.get(*l)?.as_ref()) {
            list.collect(&self.key.fields, &self.words, scene.dictionary, &mut known);
        }
        sort(&mut known);
        known
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, events: &'a Known) -> Box<dyn Detector + 'a> {
        Box::new(After { rule: self, view: scene.view, events, listed: &[], next: 0, latest: None })
    }
    fn reach(&self) -> i64 {
        match self.wait {
            Wait::Elapsed(ms) => ms,
            Wait::Days(n) => (i64::from(n) + 2) * DAY,
            // No stretch of work days is longer than this with any calendar: every second day is one, and a month of holidays.
            Wait::BusinessDays(n) => (2 * i64::from(n) + 33) * DAY,
            Wait::Ever => i64::MAX,
        }
    }
    fn window(&self) -> Option<String> {
        Some(match self.wait {
            Wait::Elapsed(ms) => crate::rules::windows::duration_text(ms),
            Wait::Days(n) => format!("{n} days"),
            Wait::BusinessDays(n) => format!("{n} business days"),
            Wait::Ever => "ever".to_owned(),
        })
    }
}

/// The event that a call is held against.
#[derive(Clone, Copy, Debug)]
struct Held {
    event: Event,
    row: Option<u32>,
}

/// One key's calls and events.
struct After<'a> {
    rule: &'a Cooldown,
    view: &'a ZoneView,
    events: &'a Known,
    listed: &'a [Event],
    next: usize,
    /// The latest call that is an event.
    latest: Option<Held>,
}

impl Detector for After<'_> {
    fn begin(&mut self, key: Key) {
        self.listed = self.events.get(&key).map_or(&[], Vec::as_slice);
        self.next = 0;
        self.latest = None;
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        while self.listed.get(self.next).is_some_and(|e| e.at <= call.at) {
            self.next += 1;
        }
        if call.judged {
            let listed = self.near().map(|event| Held { event, row: None });
            let mut best: Option<(Verdict, f64, ZoneId, bool, Held)> = None;
            for held in self.latest.into_iter().chain(listed) {
                let Some((verdict, measured, zone, no_zone)) = self.judge(call, &held.event) else { continue };
                let better = best.is_none_or(|b| (verdict as u8, measured) < (b.0 as u8, b.1));
                if better {
                    best = Some((verdict, measured, zone, no_zone, held));
                }
            }
            if let Some((verdict, measured, _, no_zone, held)) = best {
                hit(Hit {
                    at: call.at,
                    row: call.row,
                    verdict,
                    broken: broken::WAIT,
                    measured,
                    limit: self.rule.limit(broken::WAIT),
                    window_start: held.event.at,
                    stretch: held.event.at,
                    before: held.row.into_iter().collect(),
                    notes: (u8::from(no_zone) * note::NO_ZONE) | (u8::from(held.row.is_none()) * note::LISTED),
                    about: 0,
                    group: None,
                });
            }
        }
        if call.marks & mark::FIRST != 0 {
            let at = call.at + if self.rule.from_end { i64::try_from(call.extra).unwrap_or(0) } else { 0 };
            if self.latest.is_none_or(|l| at >= l.event.at) {
                self.latest = Some(Held { event: Event { at, until: at, day: None }, row: Some(call.row) });
            }
        }
    }
}

impl After<'_> {
    /// The listed events that have begun and on which a verdict may depend: the latest that ended each way in which events are told, and those of its day. One
    /// that is known to the day may be later than an exact one that begins after its midnight.
    fn near(&self) -> impl Iterator<Item = Event> {
        let passed = &self.listed[..self.next];
        let exact = passed.iter().rev().find(|e| e.day.is_none()).copied();
        // Two days that have begun: the last of them may not be over.
        let mut days = passed.iter().rev().filter(|e| e.day.is_some()).copied();
        let last = days.next();
        let before = last.and_then(|last| days.find(|e| e.at < last.at));
        exact.into_iter().chain(last).chain(before)
    }

    /// Does the call come within the wait after the event? Seconds or days after it.
    fn judge(&self, call: &SequenceCall, event: &Event) -> Option<(Verdict, f64, ZoneId, bool)> {
        let rule = self.rule;
        // An event that ends after the call's start (a conversation that still goes on) is before it all the same.
        let over = event.until <= call.at || event.day.is_none();
        let within = |zone: ZoneId| -> Option<f64> {
            #[allow(clippy::cast_precision_loss)] // far below 2^53
            let seconds = |ms: i64| ms.max(0) as f64 / 1000.0;
            match rule.wait {
                Wait::Ever => Some(seconds(call.at - event.at)),
                Wait::Elapsed(ms) => (call.at - event.until < ms).then(|| seconds(call.at - event.at)),
                Wait::Days(_) | Wait::BusinessDays(_) => {
                    let clock = self.view.clock(zone);
                    let date = |at: i64| Date::try_from(clock.local(at).div_euclid(DAY)).unwrap_or(0);
                    let (day, today) = (event.day.unwrap_or_else(|| date(event.at)), date(call.at));
                    let last = match rule.wait {
                        Wait::BusinessDays(n) => add_business_days(day, n - u32::from(rule.first_day), rule.calendar.as_deref()),
                        Wait::Days(n) => day + i32::try_from(n - u32::from(rule.first_day)).unwrap_or(i32::MAX / 2),
                        _ => day,
                    };
                    (today <= last).then(|| f64::from((today - day).max(0)))
                }
            }
        };
        let (verdict, measured, zone, no_zone) = on_clocks(&rule.common, self.view, call, rule.on_a_clock(), within)?;
        // A refusal of the same day may have been said in this very call. Elapsed time may have ended if the event was early in its day.
        let early = matches!(rule.wait, Wait::Elapsed(ms) if event.day.is_some() && call.at - event.at >= ms);
        let unsure = !over || early;
        Some((if unsure { Verdict::Possible } else { verdict }, measured, zone, no_zone))
    }
}
