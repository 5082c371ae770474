//! Limits over the calls of a key: at most N in a window, a gap between two, a run of unanswered ones.

use std::collections::VecDeque;

use super::{Common, RuleClock, Verdict};
use crate::calls::calendar::{Date, civil, days_unchecked};
use crate::calls::columns::{Field, Outcome};
use crate::calls::zones::{Clock, DAY, ZoneId, ZoneView};
use crate::language::{Lang, Msg, say};
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{Node, Reader, Value};

/// A stretch of time in which calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The last so many milliseconds, exclusive.
    Sliding(i64),
    /// The clock's hour.
    Hour,
    /// The local date.
    Day,
    /// From Monday 00:00.
    Week,
    /// The month of the calendar.
    Month,
    /// So many local dates, today being the last.
    Days(u32),
    /// From the first counted call, so many milliseconds.
    Anchored(i64),
    /// The whole log.
    Ever,
    /// From this time of day (ms) to the next.
    ResetsAt(i64),
}

const HOUR: i64 = 3_600_000;

impl Window {
    /// Does it depend on the clock on which one looks?
    pub fn on_a_clock(self) -> bool {
        matches!(self, Window::Hour | Window::Day | Window::Week | Window::Month | Window::Days(_) | Window::ResetsAt(_))
    }

    /// How far back it reaches at most, ms.
    pub fn length(self) -> Option<i64> {
        Some(match self {
            Window::Sliding(w) | Window::Anchored(w) => w,
            Window::Hour => HOUR,
            Window::Day | Window::ResetsAt(_) => DAY,
            Window::Week => 7 * DAY,
            Window::Month => 31 * DAY,
            Window::Days(n) => i64::from(n) * DAY,
            Window::Ever => return None,
        })
    }

    /// No two calls further apart (ms) are in one window, on any clock.
    pub fn longest(self) -> i64 {
        match self {
            // A day, week or month of a clock that is set back lasts longer than its name says.
            Window::Hour => 2 * HOUR,
            Window::Day | Window::ResetsAt(_) | Window::Week | Window::Month | Window::Days(_) => self.length().unwrap_or(0) + 2 * DAY,
            Window::Sliding(w) | Window::Anchored(w) => w,
            Window::Ever => i64::MAX,
        }
    }

    /// Which of the clock's windows an instant lies in.
    pub fn id(self, clock: &Clock, at: i64) -> i64 {
        let local = clock.local(at);
        let date = local.div_euclid(DAY);
        match self {
            // The instant at which the hour began: an hour that the clock shows twice is two hours.
            Window::Hour => at - local.rem_euclid(HOUR),
            Window::Week => (date + 3).div_euclid(7),
            Window::Month => {
                let (y, m, _) = civil(Date::try_from(date).unwrap_or(0));
                i64::from(y) * 12 + i64::from(m) - 1
            }
            Window::ResetsAt(time) => (date - 1..=date + 1).rev().find(|d| clock.first_at_or_after(d * DAY + time) <= at).unwrap_or(date - 1),
            _ => date,
        }
    }

    /// The instant at which one of the clock's windows begins.
    pub fn begin(self, clock: &Clock, id: i64) -> i64 {
        match self {
            Window::Hour => id,
            Window::Week => clock.first_at_or_after((id * 7 - 3) * DAY),
            Window::Month => {
                let date = days_unchecked(i32::try_from(id.div_euclid(12)).unwrap_or(1970), u32::try_from(id.rem_euclid(12) + 1).unwrap_or(1), 1);
                clock.first_at_or_after(i64::from(date) * DAY)
            }
            Window::ResetsAt(time) => clock.first_at_or_after(id * DAY + time),
            Window::Days(n) => clock.first_at_or_after((id - i64::from(n) + 1) * DAY),
            _ => clock.first_at_or_after(id * DAY),
        }
    }

    /// As a sentence has it: `24h`, `hour`, `7 days`.
    pub fn show(self) -> String {
        match self {
            Window::Sliding(w) => duration_text(w),
            Window::Hour => "hour".into(),
            Window::Day => "day".into(),
            Window::Week => "week".into(),
            Window::Month => "month".into(),
            Window::Days(n) => format!("{n} days"),
            Window::Anchored(w) => format!("anchored {}", duration_text(w)),
            Window::Ever => "ever".into(),
            Window::ResetsAt(t) => format!("day from {:02}:{:02}", t / HOUR, t / 60_000 % 60),
        }
    }
}

/// `24h` of milliseconds.
pub fn duration_text(ms: i64) -> String {
    match ms {
        _ if ms % HOUR == 0 && ms > 0 => format!("{}h", ms / HOUR),
        _ if ms % 60_000 == 0 && ms > 0 => format!("{}m", ms / 60_000),
        _ => format!("{}s", ms / 1000),
    }
}

/// A whole number directly followed by s, m, h or d, in ms.
pub fn parse_duration(text: &str) -> Option<i64> {
    let unit = match text.as_bytes().last()? {
        b's' => 1000,
        b'm' => 60_000,
        b'h' => HOUR,
        b'd' => DAY,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok()?.checked_mul(unit)
}

/// A whole number, a blank and `day` or `days`.
pub fn parse_days(text: &str) -> Option<u32> {
    let digits = text.strip_suffix(" days").or_else(|| text.strip_suffix(" day"))?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// `HH:MM` or `HH:MM:SS` up to 24:00, in ms.
pub fn parse_time(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().any(|p| p.len() != 2 || !p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n = |i: usize| parts.get(i).map_or(Some(0), |p| p.parse::<i64>().ok());
    let (h, m, s) = (n(0)?, n(1)?, n(2)?);
    (h < 24 && m < 60 && s < 60 || h == 24 && m == 0 && s == 0).then_some((h * 3600 + m * 60 + s) * 1000)
}

/// A duration in a table, with a complaint where it is none.
pub fn read_duration(table: &mut Reader<'_>, key: &'static str, out: &mut Diagnostics) -> Option<i64> {
    let text = table.text(key, out)?;
    let found = parse_duration(text);
    if found.is_none() {
        let place = table.place(key);
        out.error(&place, format!("\"{text}\" is no duration")).help = Some("a whole number directly followed by s, m, h or d, such as \"30m\"".to_owned());
    }
    found
}

/// A window as a sentence has it: "an hour", "24 小时".
pub fn window_words(lang: Lang, window: Window) -> String {
    let elapsed = |ms: i64| match (lang, ms) {
        (Lang::En, ms) => duration_text(ms),
        (Lang::Zh, ms) if ms % 3_600_000 == 0 => format!("{} 小时", ms / 3_600_000),
        (Lang::Zh, ms) if ms % 60_000 == 0 => format!("{} 分钟", ms / 60_000),
        (Lang::Zh, ms) => format!("{} 秒", ms / 1000),
    };
    match (lang, window) {
        (_, Window::Sliding(ms)) => elapsed(ms),
        (Lang::Zh, Window::Anchored(ms)) => format!("自首次呼叫起 {}", elapsed(ms)),
        (Lang::Zh, Window::Days(n)) => format!("{n} 个自然日"),
        (Lang::Zh, Window::ResetsAt(t)) => format!("自 {:02}:{:02} 起的 1 天", t / 3_600_000, t / 60_000 % 60),
        (_, other) => crate::language::window(lang, &other.show()).to_owned(),
    }
}

fn read_window(node: &Node, out: &mut Diagnostics) -> Option<Window> {
    let help = "\"24h\" slides; \"hour\" \"day\" \"week\" \"month\" follow the calendar; \"7 days\" are calendar days; { anchored = \"1h\" }, { resets_at = \"04:00\" }, \"ever\"";
    let found = match &node.value {
        Value::Text(text) => match text.as_str() {
            "hour" => Some(Window::Hour),
            "day" => Some(Window::Day),
            "week" => Some(Window::Week),
            "month" => Some(Window::Month),
            "ever" => Some(Window::Ever),
            other => parse_duration(other).filter(|w| *w > 0).map(Window::Sliding).or_else(|| parse_days(other).filter(|n| *n > 0).map(Window::Days)),
        },
        Value::Table(t) if t.entries.len() == 1 => match (t.entries[0].0.text.as_str(), &t.entries[0].1.value) {
            ("anchored", Value::Text(text)) => parse_duration(text).filter(|w| *w > 0).map(Window::Anchored),
            ("resets_at", Value::Text(text)) => parse_time(text).filter(|t| *t < DAY).map(Window::ResetsAt),
            _ => None,
        },
        _ => None,
    };
    if found.is_none() {
        out.error(&node.place, "this is no window").help = Some(help.to_owned());
    }
    found
}

/// The limits of a rule over the calls of a key.
#[derive(Clone, Debug)]
pub struct Limits {
    /// What all rules have.
    pub common: Common,
    /// The key.
    pub per: Vec<Field>,
    /// At most so many in the window.
    pub max: Option<u64>,
    /// The window.
    pub window: Option<Window>,
    /// At least so long after the previous counted call, ms.
    pub min_gap: Option<i64>,
    /// Is the gap counted from the end of the previous call?
    pub gap_from_end: bool,
    /// The gap holds only after these outcomes.
    pub gap_after: Option<Vec<Outcome>>,
    /// At most so many unanswered ones in a row.
    pub max_run: Option<u64>,
}

impl Limits {
    /// Reads the parameters that limits share.
    pub fn read(common: Common, table: &mut Reader<'_>, redial: bool, out: &mut Diagnostics) -> Option<Limits> {
        let before = out.errors();
        let per = match table.texts("per", out) {
            Some(names) => super::fields(&names, out),
            None => {
                if table.node("per").is_none() && !table.has_unknown_beside(&["max", "window", "min_gap", "gap_from", "gap_after", "max_unanswered_run"]) {
                    out.error(&table.place("per"), "`per` is missing").help =
                        Some("the columns of the key, such as per = [\"callee\"]; [] is one key for the whole log".to_owned());
                }
                Vec::new()
            }
        };
        let mut whole = |key: &'static str, out: &mut Diagnostics| -> Option<u64> {
            let n = table.integer(key, out)?;
            let found = u64::try_from(n).ok();
            if found.is_none() {
                let place = table.place(key);
                out.error(&place, format!("{n} is negative"));
            }
            found
        };
        let max = whole("max", out);
        let max_run = if redial { whole("max_unanswered_run", out) } else { None };
        let window = table.node("window").and_then(|n| read_window(n, out));
        let (mut min_gap, mut gap_from_end, mut gap_after) = (None, false, None);
        if redial {
            min_gap = read_duration(table, "min_gap", out);
            gap_from_end = table.choice("gap_from", &[("start", false), ("end", true)], out).unwrap_or(false);
            if let Some(words) = table.texts("gap_after", out) {
                let mut outcomes = Vec::new();
                for (word, node) in words {
                    match Outcome::by_word(word) {
                        Some(outcome) => outcomes.push(outcome),
                        None => {
                            let known: Vec<_> = Outcome::ALL.iter().map(|o| o.word()).collect();
                            let near = crate::error::nearest(word, known.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
                            out.error(&node.place, format!("unknown outcome \"{word}\"")).help =
                                Some(near.unwrap_or_else(|| format!("one of {}", known.join(", "))));
                        }
                    }
                }
                gap_after = Some(outcomes);
            }
        }
        let place = table.place("kind");
        if out.errors() == before && !table.has_unknown() {
            if max.is_some() && window.is_none() {
                out.error(&place, "`max` needs a `window`").help = Some("such as window = \"24h\"".to_owned());
            } else if max.is_none() && min_gap.is_none() && max_run.is_none() {
                let all = if redial { "`max` with `window`, `min_gap` or `max_unanswered_run`" } else { "`max` with `window`" };
                out.error(&place, format!("the rule has no limit: {all} is needed"));
            } else if window.is_some() && max.is_none() && max_run.is_none() {
                out.error(&place, "`window` needs a `max`");
            }
        }
        (out.errors() == before).then_some(Limits { common, per, max, window, min_gap, gap_from_end, gap_after, max_run })
    }

    /// The limit that is broken: calls, or seconds of a gap.
    #[allow(clippy::cast_precision_loss)] // limits are far below 2^53
    pub fn limit(&self, broken: u8) -> Option<f64> {
        match broken {
            b if b == Broken::Max as u8 => self.max.map(|n| n as f64),
            b if b == Broken::Gap as u8 => self.min_gap.map(|ms| ms as f64 / 1000.0),
            b if b == Broken::Run as u8 => self.max_run.map(|n| n as f64),
            _ => None,
        }
    }

    /// One sentence about a call that breaks a limit.
    pub fn sentence(&self, lang: Lang, broke: &super::Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let (measured, limit) = (number(broke.measured), number(broke.limit));
        match broke.broken {
            b if b == Broken::Gap as u8 => say(lang, Msg::FindingGap, &[("seconds", &measured), ("limit", &limit)]),
            b if b == Broken::Run as u8 => say(lang, Msg::FindingRun, &[("n", &measured), ("limit", &limit)]),
            _ => {
                let window = self.window.map(|w| window_words(lang, w)).unwrap_or_default();
                say(lang, Msg::FindingCap, &[("n", &measured), ("limit", &limit), ("window", &window)])
            }
        }
    }

    /// Is the clock needed to tell in which window a call lies?
    pub fn on_a_clock(&self) -> bool {
        self.window.is_some_and(Window::on_a_clock)
    }

    /// A detector for the calls of this log; `zones`: all zones in which callees may be.
    pub fn detector<'a>(&'a self, view: &'a ZoneView, zones: &[ZoneId]) -> LimitDetector<'a> {
        let tracked: Vec<ZoneId> = match self.common.clock {
            RuleClock::Zone(z) => vec![z],
            RuleClock::Callee => {
                let mut all = zones.to_vec();
                all.push(self.common.ruleset_zone);
                all.sort_unstable();
                all.dedup();
                all
            }
        };
        let mut index = vec![usize::MAX; view.clocks()];
        for (i, zone) in tracked.iter().enumerate() {
            index[usize::from(*zone)] = i;
        }
        let counter = || Counter::new(self.window, if self.on_a_clock() { tracked.len() } else { 1 });
        LimitDetector {
            limits: self,
            view,
            max: counter(),
            run: counter(),
            ids: vec![0; tracked.len()],
            tracked,
            index,
            anchor: None,
            previous: None,
            recent: VecDeque::new(),
            last: [None; 3],
            stretch: [0; 3],
        }
    }
}

/// A counted call of a key, as detectors see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceCall {
    /// When it began, ms UTC.
    pub at: i64,
    /// Its place.
    pub row: u32,
    /// Its end, ms UTC; its start if the log does not tell.
    pub end: i64,
    /// Candidate zones of its callee.
    pub zones: u16,
    /// Is it judged, or does it only count?
    pub judged: bool,
    /// Was it answered by a person?
    pub answered: bool,
    /// Is its outcome one of `gap_after`?
    pub gap_outcome: bool,
}

/// Which limit is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// `max`
    Max = 0,
    /// `min_gap`
    Gap = 1,
    /// `max_unanswered_run`
    Run = 2,
}

/// A call that breaks a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// When it began.
    pub at: i64,
    /// Its place.
    pub row: u32,
    /// Violation, possible or approaching.
    pub verdict: Verdict,
    /// The first limit that it breaks.
    pub broken: Broken,
    /// Calls or seconds.
    pub measured: f64,
    /// Calls or seconds.
    pub limit: f64,
    /// Where its window begins.
    pub window_start: i64,
    /// Hits of one limit with the same number are one finding.
    pub stretch: i64,
    /// The counted calls before it in its window, the latest at most.
    pub before: Vec<u32>,
    /// The callee's zone is not known.
    pub no_zone: bool,
}

/// Calls shown as evidence of a finding at most, besides the violating ones.
pub const RECENT: usize = 20;

#[derive(Debug)]
enum Counter {
    Sliding(i64, VecDeque<i64>),
    ById(Vec<Vec<(i64, u64)>>),
    Days(i64, Vec<Vec<(i64, u64)>>),
    Total(u64),
}

impl Counter {
    fn new(window: Option<Window>, zones: usize) -> Counter {
        match window {
            Some(Window::Sliding(w)) => Counter::Sliding(w, VecDeque::new()),
            Some(Window::Days(n)) => Counter::Days(i64::from(n), vec![Vec::new(); zones]),
            Some(Window::Ever) | None => Counter::Total(0),
            Some(_) => Counter::ById(vec![Vec::new(); zones]),
        }
    }
    fn clear(&mut self) {
        match self {
            Counter::Sliding(_, q) => q.clear(),
            Counter::ById(z) | Counter::Days(_, z) => z.iter_mut().for_each(Vec::clear),
            Counter::Total(n) => *n = 0,
        }
    }
    fn add(&mut self, at: i64, ids: &[i64]) {
        match self {
            Counter::Sliding(w, q) => {
                while q.front().is_some_and(|t| at - t >= *w) {
                    q.pop_front();
                }
                q.push_back(at);
            }
            Counter::ById(zones) | Counter::Days(_, zones) => {
                // A clock set back at midnight shows yesterday again: the last windows are kept, not only the last one.
                for (seen, id) in zones.iter_mut().zip(ids) {
                    match seen.iter_mut().rev().find(|s| s.0 == *id) {
                        Some(s) => s.1 += 1,
                        None => {
                            seen.push((*id, 1));
                            if seen.len() > 512 {
                                seen.drain(..128);
                            }
                        }
                    }
                }
            }
            Counter::Total(n) => *n += 1,
        }
    }
    fn count(&self, zone: usize, id: i64) -> u64 {
        match self {
            Counter::Sliding(_, q) => q.len() as u64,
            Counter::ById(zones) => zones[zone].iter().rev().find(|s| s.0 == id).map_or(0, |s| s.1),
            Counter::Days(n, zones) => zones[zone].iter().rev().take_while(|s| s.0 > id - 2 * n - 2).filter(|s| s.0 <= id && s.0 > id - n).map(|s| s.1).sum(),
            Counter::Total(n) => *n,
        }
    }
}

/// Looks at the calls of one key after another, each in order; keeps its state while a key goes on.
#[derive(Debug)]
pub struct LimitDetector<'a> {
    limits: &'a Limits,
    view: &'a ZoneView,
    tracked: Vec<ZoneId>,
    index: Vec<usize>,
    ids: Vec<i64>,
    max: Counter,
    run: Counter,
    anchor: Option<i64>,
    previous: Option<SequenceCall>,
    recent: VecDeque<(i64, u32)>,
    last: [Option<i64>; 3],
    stretch: [i64; 3],
}

impl LimitDetector<'_> {
    /// A new key begins.
    pub fn begin(&mut self) {
        self.max.clear();
        self.run.clear();
        self.anchor = None;
        self.previous = None;
        self.recent.clear();
        self.last = [None; 3];
        self.stretch = [0; 3];
    }

    /// The next counted call of the key.
    pub fn call(&mut self, call: SequenceCall, mut hit: impl FnMut(Hit)) {
        let limits = self.limits;
        let on_a_clock = limits.on_a_clock();
        match limits.window {
            Some(Window::Anchored(length)) => {
                if self.anchor.is_none_or(|a| call.at >= a + length) {
                    self.anchor = Some(call.at);
                }
                self.ids[0] = self.anchor.unwrap_or(call.at);
            }
            Some(window) if on_a_clock => {
                for (id, zone) in self.ids.iter_mut().zip(&self.tracked) {
                    *id = window.id(self.view.clock(*zone), call.at);
                }
            }
            _ => {}
        }
        self.max.add(call.at, &self.ids);
        if call.answered {
            self.run.clear();
        } else {
            self.run.add(call.at, &self.ids);
        }
        let gap = self.previous.filter(|p| limits.gap_after.is_none() || p.gap_outcome).zip(limits.min_gap).and_then(|(p, min)| {
            let elapsed = call.at - if limits.gap_from_end { p.end } else { p.at };
            (elapsed < min).then_some(elapsed)
        });
        if call.judged {
            self.judge(call, gap, &mut hit);
        }
        self.previous = Some(call);
        self.recent.push_back((call.at, call.row));
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    fn judge(&mut self, call: SequenceCall, gap: Option<i64>, hit: &mut impl FnMut(Hit)) {
        let limits = self.limits;
        let on_a_clock = limits.on_a_clock();
        let (zones, known) = limits.common.zones(self.view, call.zones);
        let (mut in_effect, mut all, mut any, mut max_any, mut run_any) = (0, true, false, false, false);
        let (mut worst_max, mut worst_run) = ((0, 0), (0, 0));
        let mut near = (0, 0);
        for zone in zones {
            let tracked = self.index[usize::from(*zone)];
            let slot = if on_a_clock { tracked } else { 0 };
            if limits.common.dated() && !limits.common.in_effect(self.view.clock(*zone).local(call.at)) {
                all = false;
                continue;
            }
            in_effect += 1;
            let id = self.ids.get(slot).copied().unwrap_or(0);
            let counted = self.max.count(slot, id);
            let max = limits.max.is_some_and(|n| counted > n);
            let row = if call.answered { 0 } else { self.run.count(slot, id) };
            let run = limits.max_run.is_some_and(|n| row > n);
            if max && counted > worst_max.0 {
                worst_max = (counted, slot);
            }
            if run && row > worst_run.0 {
                worst_run = (row, slot);
            }
            if counted > near.0 {
                near = (counted, slot);
            }
            let broken = max || run || gap.is_some();
            max_any |= max;
            run_any |= run;
            all &= broken;
            any |= broken;
        }
        if in_effect == 0 {
            return;
        }
        if !any {
            let (Some(share), Some(max)) = (limits.common.warn_at, limits.max) else { return };
            if near.0 as f64 >= share * max as f64 && near.0 > 0 {
                self.emit(call, Verdict::Approaching, Broken::Max, near.0 as f64, max as f64, near.1, !known, hit);
            }
            return;
        }
        // Without a candidate zone what depends on the clock is only possible: dates, and windows of the calendar where nothing else is broken.
        let depends = limits.common.dated() || (on_a_clock && gap.is_none());
        let verdict = if !all || (!known && depends) { Verdict::Possible } else { Verdict::Violation };
        if max_any {
            self.emit(call, verdict, Broken::Max, worst_max.0 as f64, limits.max.unwrap_or(0) as f64, worst_max.1, !known, hit);
        } else if let Some(elapsed) = gap {
            self.emit(call, verdict, Broken::Gap, elapsed as f64 / 1000.0, limits.min_gap.unwrap_or(0) as f64 / 1000.0, 0, !known, hit);
        } else if run_any {
            self.emit(call, verdict, Broken::Run, worst_run.0 as f64, limits.max_run.unwrap_or(0) as f64, worst_run.1, !known, hit);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn emit(&mut self, call: SequenceCall, verdict: Verdict, broken: Broken, measured: f64, limit: f64, slot: usize, no_zone: bool, hit: &mut impl FnMut(Hit)) {
        let window = self.limits.window;
        let which = broken as usize;
        let (stretch, window_start) = match (broken, window) {
            (Broken::Gap, _) => {
                let before = self.previous.map(|p| p.at);
                if self.last[which].is_none() || self.last[which] != before {
                    self.stretch[which] = call.at;
                }
                (self.stretch[which], before.unwrap_or(call.at))
            }
            (_, Some(Window::Anchored(_))) => (self.ids[0], self.ids[0]),
            (_, Some(w)) if w.on_a_clock() && !matches!(w, Window::Days(_)) => {
                let begin = w.begin(self.view.clock(self.tracked[slot]), self.ids[slot]);
                (begin, begin)
            }
            (_, w) => {
                let length = w.and_then(Window::length).unwrap_or(i64::MAX);
                if self.last[which].is_none_or(|last| call.at.saturating_sub(last) > length) {
                    self.stretch[which] = call.at;
                }
                let start = match w {
                    Some(Window::Sliding(w)) => self.recent.iter().find(|(t, _)| call.at - t < w).map_or(call.at, |r| r.0),
                    Some(w @ Window::Days(_)) => w.begin(self.view.clock(self.tracked[slot]), self.ids[slot]),
                    _ => self.recent.front().map_or(call.at, |r| r.0),
                };
                (self.stretch[which], start)
            }
        };
        if verdict != Verdict::Approaching {
            self.last[which] = Some(call.at);
        }
        let members = match broken {
            Broken::Gap => 1,
            _ => (measured as usize).saturating_sub(1).min(RECENT),
        };
        let before = self.recent.iter().rev().take(members).rev().map(|r| r.1).collect();
        hit(Hit { at: call.at, row: call.row, verdict, broken, measured, limit, window_start, stretch, before, no_zone });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::zones::Zones;
    use crate::rules::{CountWord, Force, Severity};
    use std::collections::{BTreeMap, BTreeSet};

    fn common(zone: ZoneId) -> Common {
        Common {
            id: "r".into(),
            kind: "repeat_dial",
            title: BTreeMap::new(),
            severity: Severity::High,
            force: Force::House,
            clock: RuleClock::Zone(zone),
            ruleset_zone: zone,
            filter: None,
            fields: BTreeSet::new(),
            any_direction: false,
            exempt: Vec::new(),
            effective: (None, None),
            required: true,
            count: CountWord::Attempts,
            warn_at: None,
            checklist: None,
            citations: Vec::new(),
            penalty: None,
            disabled_because: Default::default(),
        }
    }

    /// Hits of the detector: index of the call, limit broken, measured.
    fn detect(limits: &Limits, zones: &Zones, calls: &[SequenceCall]) -> Vec<(u32, Broken, f64)> {
        let view = zones.view();
        let mut detector = limits.detector(&view, &[]);
        let mut hits = Vec::new();
        detector.begin();
        for call in calls {
            detector.call(*call, |h| hits.push((h.row, h.broken, h.measured)));
        }
        hits
    }

    /// The same, counted straight from the definitions: for each call, look at all calls before it.
    fn naive(limits: &Limits, clock: &Clock, calls: &[SequenceCall]) -> Vec<(u32, Broken, f64)> {
        let mut hits = Vec::new();
        for (i, call) in calls.iter().enumerate() {
            let date = |c: &SequenceCall| clock.local(c.at).div_euclid(DAY);
            let anchor = |n: usize, length: i64| -> i64 {
                let mut open = calls[0].at;
                for c in &calls[..=n] {
                    if c.at >= open + length {
                        open = c.at;
                    }
                }
                open
            };
            let inside = |j: usize| -> bool {
                match limits.window {
                    Some(Window::Sliding(w)) => call.at - calls[j].at < w,
                    Some(Window::Days(n)) => date(&calls[j]) <= date(call) && date(call) - date(&calls[j]) < i64::from(n),
                    Some(Window::Anchored(w)) => anchor(j, w) == anchor(i, w),
                    Some(Window::Ever) | None => true,
                    Some(window) => window.id(clock, calls[j].at) == window.id(clock, call.at),
                }
            };
            let counted = (0..=i).filter(|j| inside(*j)).count();
            let gap = i.checked_sub(1).map(|p| &calls[p]).filter(|p| p.gap_outcome || limits.gap_after.is_none()).zip(limits.min_gap);
            let elapsed = gap.map(|(p, min)| (call.at - if limits.gap_from_end { p.end } else { p.at }, min)).filter(|(e, min)| e < min);
            let run = if call.answered { 0 } else { (0..=i).rev().take_while(|j| !calls[*j].answered).filter(|j| inside(*j)).count() };
            if limits.max.is_some_and(|n| counted as u64 > n) {
                hits.push((call.row, Broken::Max, counted as f64));
            } else if let Some((elapsed, _)) = elapsed {
                hits.push((call.row, Broken::Gap, elapsed as f64 / 1000.0));
            } else if limits.max_run.is_some_and(|n| run as u64 > n) {
                hits.push((call.row, Broken::Run, run as f64));
            }
        }
        hits
    }

    fn windows() -> Vec<Option<Window>> {
        vec![
            Some(Window::Sliding(HOUR)),
            Some(Window::Sliding(DAY)),
            Some(Window::Hour),
            Some(Window::Day),
            Some(Window::Week),
            Some(Window::Month),
            Some(Window::Days(2)),
            Some(Window::Days(7)),
            Some(Window::Anchored(HOUR)),
            Some(Window::Anchored(2 * DAY)),
            Some(Window::Ever),
            Some(Window::ResetsAt(4 * HOUR)),
            Some(Window::ResetsAt(2 * HOUR + HOUR / 2)),
        ]
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]
        #[test]
        fn every_window_form_counts_as_a_naive_count_does(
            steps in proptest::collection::vec((0_usize..8, proptest::bool::ANY, proptest::bool::ANY, 0_i64..400), 1..60),
            window in 0_usize..13, zone in 0_usize..4, start in 0_usize..3,
            max in proptest::option::of(0_u64..4), max_run in proptest::option::of(0_u64..3), min_gap in proptest::option::of(0_i64..7200), from_end in proptest::bool::ANY, after in proptest::bool::ANY,
        ) {
            let zones = Zones::new();
            let name = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Havana"][zone];
            let id = zones.clock(name).unwrap();
            let view = zones.view();
            // Around both changes of summer time of 2026, and a turn of the year.
            let mut at = ["2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z", "2026-12-31T12:00:00Z"][start].parse::<jiff::Timestamp>().unwrap().as_millisecond();
            let gaps = [0, 1000, 59_000, 15 * 60_000, HOUR, HOUR - 1, 5 * HOUR, 26 * HOUR];
            let calls: Vec<SequenceCall> = steps.iter().enumerate().map(|(i, (gap, answered, gap_outcome, length))| {
                at += gaps[*gap];
                SequenceCall { at, row: u32::try_from(i).unwrap(), end: at + length * 1000, zones: 0, judged: true, answered: *answered, gap_outcome: *gap_outcome }
            }).collect();
            let limits = Limits {
                common: common(id), per: Vec::new(), max, window: windows()[window], min_gap: min_gap.map(|s| s * 1000), gap_from_end: from_end,
                gap_after: after.then(|| vec![Outcome::Busy]), max_run,
            };
            proptest::prop_assert_eq!(detect(&limits, &zones, &calls), naive(&limits, view.clock(id), &calls));
            // What the scan passes over, because the calls of a key are too few or too far apart, must break nothing.
            let tuples: Vec<crate::engine::tuples::Tuple> = calls
                .iter()
                .map(|c| crate::engine::tuples::Tuple { key: crate::calls::keys::Key::e164(1), at: c.at, row: crate::engine::tuples::Ordinal(c.row), class: 0 })
                .collect();
            proptest::prop_assert!(crate::engine::scan::may_break(&limits, &tuples) || detect(&limits, &zones, &calls).is_empty());
        }
    }

    #[test]
    fn calls_exactly_a_window_apart_are_not_in_one() {
        let zones = Zones::new();
        let id = zones.clock("UTC").unwrap();
        let limits = Limits {
            common: common(id),
            per: Vec::new(),
            max: Some(1),
            window: Some(Window::Sliding(HOUR)),
            min_gap: None,
            gap_from_end: false,
            gap_after: None,
            max_run: None,
        };
        let call = |at: i64| SequenceCall { at, row: at as u32, end: at, zones: 0, judged: true, answered: false, gap_outcome: true };
        assert_eq!(detect(&limits, &zones, &[call(0), call(HOUR), call(2 * HOUR - 1)]), [(2 * HOUR as u32 - 1, Broken::Max, 2.0)]);
    }

    #[test]
    fn durations_and_times_are_read_strictly() {
        assert_eq!(parse_duration("24h"), Some(DAY));
        assert_eq!(parse_duration("7d"), Some(7 * DAY));
        for wrong in ["24 h", "h", "1.5h", "-1h", "24", ""] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
        assert_eq!(parse_days("7 days"), Some(7));
        assert_eq!(parse_days("7days"), None);
        assert_eq!(parse_time("24:00"), Some(DAY));
        for wrong in ["25:00", "9:00", "09:60", "24:01", "09"] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }
}
