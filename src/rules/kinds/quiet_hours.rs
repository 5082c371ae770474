//! `quiet_hours`: calls outside of the permitted hours.

use std::sync::Arc;

use crate::calls::calendar::{Calendar, Date, Day, weekday};
use crate::calls::columns::{Column, Field};
use crate::calls::zones::{Clock, DAY};
use crate::input::mapping::NONE;
use crate::language::{Lang, Msg, say};
use crate::rules::policy::{Statement, Topic, Words, clock_time};
use crate::rules::windows::{HOLIDAY, NAMES, WORKDAY, days_of, parse_time};
use crate::rules::{Broke, Common, Plan, RowContext, RowHit, RowTest, RowVerdict, Rule, RuleKind, Verdict, broken, group_by, note};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{Node, Reader, Value};
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls at a moment at which calling is not permitted, on the rule's clock.

## Why it matters
Nearly every regulator and platform sets hours; calls at night are what people report first.

## Parameters
- `allow` or `forbid` (not both): a table from days to intervals, `{ mon-fri = ["09:00-12:00", "14:00-20:00"], sat = ["10:00-17:00"], sun = [], holiday = [] }`. Ends are exclusive, `24:00` may end an interval, one that ends before it begins goes over midnight and belongs to the day on which it begins. With `allow`, a weekday that no key names is closed; with `forbid`, open. `holiday` and `workday` need a `calendar`.
- `calendar`: `cn`, or the path of a calendar file. A call outside of its years is not evaluable.
- `at`: `start` (default), `answer`, `end`, or `any` moment from start to end.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else caller).

## Example
```toml
[[rule]]
id = "evening"
kind = "quiet_hours"
severity = "high"
force = "house"
clock = "callee"
allow = { mon-sun = ["08:00-21:00"] }
```

## What to do
Set the calling hours of the dialler in the zone of the called person, with a margin for calls that queue.

## References
A ruleset cites its own sources.
"#;

/// At which moment a call is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Answer,
    End,
    Any,
}

#[derive(Debug, Default, Clone)]
struct Table {
    /// Intervals (ms of the day; an end above 24 h lies on the next day) of Monday to Sunday, holiday, workday.
    days: [Option<Vec<(i64, i64)>>; 9],
}

struct Hours {
    common: Common,
    allow: bool,
    table: Table,
    calendar: Option<Arc<Calendar>>,
    at: At,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "quiet_hours"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["calls outside the permitted hours", "在允许时段之外的呼叫"],
            keys: vec![
                key("allow", shape::hours(), "permitted hours; with it a day that is not named is closed", "允许时段；未列出的日子不得呼叫"),
                key("forbid", shape::hours(), "forbidden hours; with it a day that is not named is open", "禁呼时段；未列出的日子可以呼叫"),
                key(
                    "calendar",
                    shape::calendar(),
                    "name or file of a calendar; needed for holiday and workday",
                    "日历名称或文件；使用 holiday、workday 时必需",
                ),
                key("at", shape::words(["start", "answer", "end", "any"]), "which moment of the call is looked at", "按呼叫的哪一时刻判定"),
                key(
                    "group_by",
                    shape::columns(),
                    "columns by which findings are grouped; the first that a call has counts",
                    "问题项按哪一列归组（取首个非空列）",
                ),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        let before = out.errors();
        let (allow, forbid) = (table.table("allow", out), table.table("forbid", out));
        let calendar = cx.calendar(table, out);
        let at = table.choice("at", &[("start", At::Start), ("answer", At::Answer), ("end", At::End), ("any", At::Any)], out).unwrap_or(At::Start);
        let group_by = group_by(table, out, &[Column::Campaign, Column::Line, Column::Caller]);
        let node = match (allow, forbid) {
            (Some(a), None) => a,
            (None, Some(f)) => f,
            (Some(_), Some(f)) => {
                out.error(&f.place, "`allow` and `forbid` cannot both be given");
                return None;
            }
            (None, None) => {
                if out.errors() == before && !table.has_unknown() {
                    out.error(&table.place("kind"), "`allow` or `forbid` is missing").help = Some("such as allow = { mon-sun = [\"08:00-21:00\"] }".to_owned());
                }
                return None;
            }
        };
        let hours = read_table(node, table.node("calendar").is_some(), out);
        (out.errors() == before).then(|| Box::new(Hours { common, allow: allow.is_some(), table: hours, calendar, at, group_by }) as Box<dyn Rule>)
    }
}

fn read_table(node: &Node, calendar: bool, out: &mut Diagnostics) -> Table {
    let mut table = Table::default();
    let Value::Table(entries) = &node.value else { return table };
    for (name, value) in &entries.entries {
        let Some(days) = days_of(&name.text) else {
            let near = crate::error::nearest(&name.text, NAMES.into_iter().chain(["holiday", "workday", "mon-fri", "mon-sun"]));
            let help = near.map_or_else(|| "mon to sun, a range such as mon-fri, holiday or workday".to_owned(), |n| format!("did you mean \"{n}\"?"));
            out.error(&name.place, format!("unknown day \"{}\"", name.text)).help = Some(help);
            continue;
        };
        if days.iter().any(|d| *d >= HOLIDAY) && !calendar {
            out.error(&name.place, format!("\"{}\" needs a calendar", name.text)).help = Some("calendar = \"cn\", or the path of a calendar file".to_owned());
        }
        let intervals = read_intervals(value, out);
        for day in days {
            if table.days[day].is_some() {
                out.error(&name.place, format!("\"{}\" names a day that another key names too", name.text));
            }
            table.days[day] = Some(intervals.clone());
        }
    }
    table
}

fn read_intervals(node: &Node, out: &mut Diagnostics) -> Vec<(i64, i64)> {
    let Value::Array(items) = &node.value else {
        out.error(&node.place, "a list of intervals was expected").help = Some("such as [\"09:00-12:00\", \"14:00-20:00\"]".to_owned());
        return Vec::new();
    };
    let mut intervals = Vec::new();
    for item in items {
        let Value::Text(text) = &item.value else {
            out.error(&item.place, format!("an interval such as \"09:00-12:00\" was expected, found {}", item.type_name()));
            continue;
        };
        let Some((from, to)) = text.split_once('-') else {
            out.error(&item.place, format!("\"{text}\" is no interval")).help = Some("such as \"09:00-12:00\"".to_owned());
            continue;
        };
        match (parse_time(from.trim()), parse_time(to.trim())) {
            (Some(from), Some(to)) if from == to || from == DAY => {
                out.error(&item.place, format!("the interval \"{text}\" ends when it begins"));
            }
            (Some(from), Some(to)) => intervals.push((from, if to < from { to + DAY } else { to })),
            (from_ms, _) => {
                let wrong = if from_ms.is_none() { from } else { to };
                out.error(&item.place, format!("\"{}\" is no time of day", wrong.trim())).help = Some("HH:MM or HH:MM:SS, from 00:00 to 24:00".to_owned());
            }
        }
    }
    intervals
}

impl Hours {
    /// The intervals of a local date; an empty list where the table does not name it.
    fn intervals(&self, date: Date, day: Day) -> &[(i64, i64)] {
        let special = match day {
            Day::Holiday => self.table.days[HOLIDAY].as_ref(),
            Day::Workday => self.table.days[WORKDAY].as_ref(),
            Day::Plain | Day::Uncovered => None,
        };
        special.or(self.table.days[usize::from(weekday(date))].as_ref()).map_or(&[], Vec::as_slice)
    }

    fn day(&self, date: Date) -> Day {
        self.calendar.as_ref().map_or(Day::Plain, |c| c.day(date))
    }

    /// Is the moment outside of what is permitted? None: outside of the calendar's years.
    fn outside(&self, clock: &Clock, moment: i64) -> Option<bool> {
        self.outside_local(clock.local(moment))
    }

    /// The same of a local time.
    fn outside_local(&self, local: i64) -> Option<bool> {
        let date = Date::try_from(local.div_euclid(DAY)).unwrap_or(0);
        let time = local.rem_euclid(DAY);
        let today = self.day(date);
        if today == Day::Uncovered {
            return None;
        }
        let inside = self.intervals(date, today).iter().any(|(f, t)| time >= *f && time < *t)
            || self.intervals(date - 1, self.day(date - 1)).iter().any(|(f, t)| time + DAY >= *f && time + DAY < *t);
        Some(inside != self.allow)
    }

    /// The first moment from `from` to `to`, both included, that is outside.
    fn any_outside(&self, clock: &Clock, from: i64, to: i64) -> Option<Option<i64>> {
        if self.outside(clock, from)? {
            return Some(Some(from));
        }
        let mut moments: Vec<i64> = clock.changes(from, to).collect();
        let (first, last) = (clock.local(from).div_euclid(DAY) - 1, clock.local(to).div_euclid(DAY) + 1);
        for date in first..=last {
            let begin = date * DAY;
            let d = Date::try_from(date).unwrap_or(0);
            let borders = self.intervals(d, self.day(d)).iter().flat_map(|(f, t)| [*f, *t]).chain([0]);
            for border in borders {
                use crate::calls::zones::Readings;
                match clock.instants(begin + border) {
                    Readings::One(t) => moments.push(t),
                    Readings::Twice(a, b) => moments.extend([a, b]),
                    Readings::Never(..) => moments.push(clock.first_at_or_after(begin + border)),
                }
            }
        }
        moments.retain(|m| *m > from && *m <= to);
        moments.sort_unstable();
        moments.dedup();
        for moment in moments {
            if self.outside(clock, moment)? {
                return Some(Some(moment));
            }
        }
        Some(None)
    }

    /// What one reading of a call says on one clock: the moment outside, if there is one. None: uncovered.
    fn reading(&self, clock: &Clock, times: (i64, i64, i64)) -> Option<Option<i64>> {
        let (start, answered, ended) = times;
        let moment = match self.at {
            At::Start => start,
            At::Answer => answered,
            At::End => ended,
            At::Any => {
                let to = [ended, answered, start].into_iter().find(|t| *t != NONE && *t >= start).unwrap_or(start);
                return self.any_outside(clock, start, to);
            }
        };
        Some(self.outside(clock, moment)?.then_some(moment))
    }
}

impl Rule for Hours {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        match self.at {
            At::Start | At::Any => Vec::new(),
            At::Answer => vec![Field::Canonical(Column::AnsweredAt)],
            At::End => vec![Field::Canonical(Column::EndedAt)],
        }
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let message = if self.allow { Msg::FindingHours } else { Msg::FindingHoursForbidden };
        say(lang, message, &[("local", broke.local)])
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        Statement { topic: Topic::When, text: self.said(words) }
    }
    fn open_at(&self, local: i64) -> Option<bool> {
        self.outside_local(local).map(|outside| !outside)
    }
    fn on_a_clock(&self) -> bool {
        true
    }
}

impl Hours {
    /// Days with the same hours are named together, in the order of the week.
    fn said(&self, words: &Words<'_>) -> String {
        let lang = words.lang;
        let clock = words.clock(&self.common);
        let mut groups: Vec<(Vec<usize>, &[(i64, i64)])> = Vec::new();
        for day in 0..7 {
            let hours = self.table.days[day].as_deref().unwrap_or(&[]);
            match groups.iter_mut().find(|g| g.1 == hours) {
                Some(group) => group.0.push(day),
                None => groups.push((vec![day], hours)),
            }
        }
        groups.extend([HOLIDAY, WORKDAY].into_iter().filter_map(|d| Some((vec![d], self.table.days[d].as_deref()?))));
        let none = if self.allow { words.either("none", "不得呼叫") } else { words.either("no restriction", "不限") };
        let parts: Vec<String> =
            groups.iter().map(|(days, hours)| format!("{}{}{}", days_said(lang, days), words.either(": ", "："), intervals_said(lang, hours, none))).collect();
        let moment = match self.at {
            At::Start => words.either("The moment at which the call starts counts.", "以呼叫开始时刻为准。"),
            At::Answer => words.either("The moment at which the call is answered counts.", "以接听时刻为准。"),
            At::End => words.either("The moment at which the call ends counts.", "以呼叫结束时刻为准。"),
            At::Any => words.either("Every moment of the call counts, from start to end.", "呼叫自开始至结束的每一时刻均须符合。"),
        };
        let (list, moment) = (parts.join(words.either("; ", "；")), moment);
        match (lang, self.allow) {
            (Lang::En, true) => format!("Calls are permitted only in these hours, {clock}: {list}. {moment}"),
            (Lang::En, false) => format!("No calls in these hours, {clock}: {list}. {moment}"),
            (Lang::Zh, true) => format!("仅可在下列时段呼叫（{clock}）：{list}。{moment}"),
            (Lang::Zh, false) => format!("下列时段不得呼叫（{clock}）：{list}。{moment}"),
        }
    }
}

/// `Monday to Friday`, `周一至周五`; days of which three or more follow each other are a range.
fn days_said(lang: Lang, days: &[usize]) -> String {
    const EN: [&str; 9] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "public holidays", "make-up workdays"];
    const ZH: [&str; 9] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日", "法定节假日", "调休工作日"];
    let (names, to, and) = match lang {
        Lang::En => (EN, " to ", ", "),
        Lang::Zh => (ZH, "至", "、"),
    };
    let mut parts = Vec::new();
    let mut at = 0;
    while at < days.len() {
        let run = days[at..].iter().enumerate().take_while(|(i, d)| days[at] + i == **d && **d < HOLIDAY).count().max(1);
        if run > 2 {
            parts.push(format!("{}{to}{}", names[days[at]], names[days[at + run - 1]]));
        } else {
            parts.extend(days[at..at + run].iter().map(|d| names[*d].to_owned()));
        }
        at += run;
    }
    parts.join(and)
}

/// `09:00–12:00, 14:00–20:00`; one that goes over midnight says so.
fn intervals_said(lang: Lang, hours: &[(i64, i64)], none: &str) -> String {
    let next = if lang == Lang::En { " (next day)" } else { "（次日）" };
    let one = |(from, to): &(i64, i64)| format!("{}–{}{}", clock_time(*from), clock_time(*to), if *to > DAY { next } else { "" });
    match hours {
        [] => none.to_owned(),
        hours => hours.iter().map(one).collect::<Vec<_>>().join(if lang == Lang::En { ", " } else { "、" }),
    }
}

impl RowTest for Hours {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let batch = cx.batch;
        let first = (batch.start[i], batch.answered[i], batch.ended[i]);
        let second = (batch.start_last[i], batch.answered_last[i], batch.ended_last[i]);
        let missing = match self.at {
            At::Answer => first.1 == NONE,
            At::End => first.2 == NONE,
            At::Start | At::Any => false,
        };
        if missing {
            return RowVerdict::NoTime;
        }
        let (zones, known) = self.common.zones(cx.view, batch.zones[i]);
        let (mut all, mut found) = (true, None);
        for zone in zones {
            let clock = cx.view.clock(*zone);
            let readings: &[(i64, i64, i64)] = if first.0 == second.0 { &[first] } else { &[first, second] };
            for (times, exempt) in readings.iter().zip(exempt) {
                if exempt || self.common.dated() && !self.common.in_effect(clock.local(times.0)) {
                    all = false;
                    continue;
                }
                match self.reading(clock, *times) {
                    None => return RowVerdict::Uncovered,
                    Some(None) => all = false,
                    Some(Some(moment)) => found = found.or(Some((*zone, moment))),
                }
            }
        }
        let Some((zone, moment)) = found else { return RowVerdict::Clear };
        let verdict = if all && known { Verdict::Violation } else { Verdict::Possible };
        let notes = (u8::from(!known) * note::NO_ZONE) | (u8::from(first.0 != second.0) * note::AMBIGUOUS);
        RowVerdict::Hit(RowHit { verdict, broken: broken::HOURS, measured: 0, zone, moment, list: 0, notes })
    }
}
