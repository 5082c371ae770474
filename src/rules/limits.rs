//! Limits over the calls of a key: at most N in a window, a gap between two, a run of unanswered ones.

use std::collections::VecDeque;

use super::lists::events::Known;
use super::policy::Words;
use super::sequence::{Detector, Extra, Hit, KeyFields, Marked, Nearness, RECENT, Scene, Sequence, SequenceCall, Tracked, mark};
use super::windows::{Window, read_duration, read_window, window_words};
use super::{Common, Verdict, broken, is_answered, note};
use crate::calls::columns::Outcome;
use crate::calls::keys::Key;
use crate::calls::zones::ZoneView;
use crate::language::{Lang, Msg, say};
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;

/// The limits of a rule over the calls of a key.
#[derive(Clone, Debug)]
pub struct Limits {
    /// What all rules have.
    pub common: Common,
    /// The key.
    pub key: KeyFields,
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
        let per = super::read_per(table, &["max", "window", "min_gap", "gap_from", "gap_after", "max_unanswered_run"], out);
        let max = table.whole("max", out);
        let max_run = if redial { table.whole("max_unanswered_run", out) } else { None };
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
        (out.errors() == before).then_some(Limits {
            common,
            key: KeyFields { fields: per, contact: false },
            max,
            window,
            min_gap,
            gap_from_end,
            gap_after,
            max_run,
        })
    }

    /// The limit that is broken: calls, or seconds of a gap.
    #[allow(clippy::cast_precision_loss)] // limits are far below 2^53
    pub fn limit(&self, broken: u8) -> Option<f64> {
        match broken {
            broken::MAX => self.max.map(|n| n as f64),
            broken::GAP => self.min_gap.map(|ms| ms as f64 / 1000.0),
            broken::RUN => self.max_run.map(|n| n as f64),
            _ => None,
        }
    }

    /// One sentence about a call that breaks a limit.
    pub fn sentence(&self, lang: Lang, broke: &super::Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let (measured, limit) = (number(broke.measured), number(broke.limit));
        match broke.broken {
            broken::GAP => say(lang, Msg::FindingGap, &[("seconds", &measured), ("limit", &limit)]),
            broken::RUN => say(lang, Msg::FindingRun, &[("n", &measured), ("limit", &limit)]),
            _ => {
                let window = self.window.map(|w| window_words(lang, w)).unwrap_or_default();
                say(lang, Msg::FindingCap, &[("n", &measured), ("limit", &limit), ("window", &window)])
            }
        }
    }

    /// What staff must know of the limits.
    pub fn policy(&self, words: &Words<'_>) -> String {
        let count = self.common.count;
        // Where no call is allowed it is all the same whose calls are counted, and when.
        if self.max == Some(0) {
            let calls = words.counted(0, count);
            return match words.lang {
                Lang::En => format!("No such call at all: no {calls}."),
                Lang::Zh => format!("一律不得有此类呼叫：{calls}。"),
            };
        }
        let mut limits = Vec::new();
        if let Some((max, window)) = self.max.zip(self.window) {
            let (calls, within) = (words.counted(max, count), words.within(window));
            limits.push(match words.lang {
                Lang::En => format!("at most {max} {calls}, {within}"),
                Lang::Zh => format!("{within}最多 {max} 次{calls}"),
            });
        }
        if let Some(gap) = self.min_gap {
            let (gap, from_end) = (words.length(gap), self.gap_from_end);
            let after = self.gap_after.as_deref().map(|o| words.outcomes(o));
            limits.push(match words.lang {
                Lang::En => {
                    let after = after.map_or_else(|| "a call".to_owned(), |o| format!("a call that ended with {o}"));
                    let from = if from_end { "the end" } else { "the start" };
                    format!("after {after} at least {gap} until the next one, counted from {from} of the call")
                }
                Lang::Zh => {
                    let after = after.map_or_else(|| "每次呼叫后".to_owned(), |o| format!("上次呼叫的结果为{o}时"));
                    let from = if from_end { "结束" } else { "开始" };
                    format!("{after}，下一次呼叫至少间隔 {gap}（自上次呼叫{from}起算）")
                }
            });
        }
        if let Some(run) = self.max_run {
            let within = self.window.map(|w| words.within(w));
            limits.push(match words.lang {
                Lang::En => format!("not more than {run} unanswered in a row{}", within.map(|w| format!(", {w}")).unwrap_or_default()),
                Lang::Zh => format!("{}最多连续 {run} 次未接通", within.unwrap_or_default()),
            });
        }
        let per = words.per(&self.key.fields);
        match words.lang {
            Lang::En => format!("{per}: {}.", limits.join("; ")),
            Lang::Zh => format!("{per}：{}。", limits.join("；")),
        }
    }

    /// Is the clock needed to tell in which window a call lies?
    pub fn on_a_clock(&self) -> bool {
        self.window.is_some_and(Window::on_a_clock)
    }
}

impl Sequence for Limits {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn marks(&self, call: &Marked<'_>) -> u8 {
        let outcome = call.batch.outcome[call.call];
        let answered = is_answered(outcome, call.batch.answered_by[call.call]);
        let gap = self.gap_after.as_ref().is_none_or(|o| o.contains(&outcome));
        (u8::from(answered) * mark::FIRST) | (u8::from(gap) * mark::SECOND)
    }
    fn extra(&self) -> Option<Extra> {
        self.gap_from_end.then_some(Extra::Length)
    }
    fn nearness(&self) -> Vec<Nearness> {
        let within = self.window.map_or(i64::MAX, Window::longest);
        let max = self.max.map(|max| {
            // What only comes near to the limit is told too.
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a small number
            let told = self.common.warn_at.map_or(max, |share| ((share * max as f64).ceil() as u64).saturating_sub(1).min(max));
            Nearness { calls: told, within }
        });
        let gap = self.min_gap.map(|gap| Nearness { calls: 1, within: if self.gap_from_end { i64::MAX } else { gap } });
        let run = self.max_run.map(|run| Nearness { calls: run, within });
        max.into_iter().chain(gap).chain(run).collect()
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        Box::new(self.detect(scene))
    }
    fn reach(&self) -> i64 {
        let counts = self.max.is_some() || self.max_run.is_some();
        self.window.map_or(if counts { i64::MAX } else { 0 }, Window::longest).max(self.min_gap.unwrap_or(0))
    }
    fn window(&self) -> Option<String> {
        self.window.map(Window::show)
    }
}

impl Limits {
    fn detect<'a>(&'a self, scene: &Scene<'a>) -> LimitDetector<'a> {
        let tracked = Tracked::new(&self.common, scene);
        let zones = tracked.zones.len();
        let counter = || Counter::new(self.window, if self.on_a_clock() { zones } else { 1 });
        LimitDetector {
            limits: self,
            view: scene.view,
            max: counter(),
            run: counter(),
            ids: vec![0; zones],
            tracked,
            anchor: None,
            previous: None,
            recent: VecDeque::new(),
            last: [None; 3],
            stretch: [0; 3],
        }
    }
}

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
    tracked: Tracked,
    ids: Vec<i64>,
    max: Counter,
    run: Counter,
    anchor: Option<i64>,
    previous: Option<SequenceCall>,
    recent: VecDeque<(i64, u32)>,
    last: [Option<i64>; 3],
    stretch: [i64; 3],
}

impl Detector for LimitDetector<'_> {
    fn begin(&mut self, _: Key) {
        self.max.clear();
        self.run.clear();
        self.anchor = None;
        self.previous = None;
        self.recent.clear();
        self.last = [None; 3];
        self.stretch = [0; 3];
    }

    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
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
                for (id, zone) in self.ids.iter_mut().zip(&self.tracked.zones) {
                    *id = window.id(self.view.clock(*zone), call.at);
                }
            }
            _ => {}
        }
        self.max.add(call.at, &self.ids);
        if answered(call) {
            self.run.clear();
        } else {
            self.run.add(call.at, &self.ids);
        }
        let gap = self.previous.filter(|p| limits.gap_after.is_none() || p.marks & mark::SECOND != 0).zip(limits.min_gap).and_then(|(p, min)| {
            let elapsed = call.at - if limits.gap_from_end { end(&p) } else { p.at };
            (elapsed < min).then_some(elapsed)
        });
        if call.judged {
            self.judge(call, gap, hit);
        }
        self.previous = Some(*call);
        self.recent.push_back((call.at, call.row));
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }
}

/// Was it answered by a person?
fn answered(call: &SequenceCall) -> bool {
    call.marks & mark::FIRST != 0
}

/// When it ended, ms UTC; its start if the log does not tell.
fn end(call: &SequenceCall) -> i64 {
    call.at + i64::try_from(call.extra).unwrap_or(0)
}

impl LimitDetector<'_> {
    fn judge(&mut self, call: &SequenceCall, gap: Option<i64>, hit: &mut dyn FnMut(Hit)) {
        let limits = self.limits;
        let on_a_clock = limits.on_a_clock();
        let (zones, known) = limits.common.zones(self.view, call.zones);
        let (mut in_effect, mut all, mut any, mut max_any, mut run_any) = (0, true, false, false, false);
        let (mut worst_max, mut worst_run) = ((0, 0), (0, 0));
        let mut near = (0, 0);
        for zone in zones {
            let tracked = self.tracked.number(*zone);
            let slot = if on_a_clock { tracked } else { 0 };
            if limits.common.dated() && !limits.common.in_effect(self.view.clock(*zone).local(call.at)) {
                all = false;
                continue;
            }
            in_effect += 1;
            let id = self.ids.get(slot).copied().unwrap_or(0);
            let counted = self.max.count(slot, id);
            let max = limits.max.is_some_and(|n| counted > n);
            let row = if answered(call) { 0 } else { self.run.count(slot, id) };
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
            let breaks = max || run || gap.is_some();
            max_any |= max;
            run_any |= run;
            all &= breaks;
            any |= breaks;
        }
        if in_effect == 0 {
            return;
        }
        if !any {
            let (Some(share), Some(max)) = (limits.common.warn_at, limits.max) else { return };
            if near.0 as f64 >= share * max as f64 && near.0 > 0 {
                self.emit(call, Verdict::Approaching, broken::MAX, near.0 as f64, max as f64, near.1, !known, hit);
            }
            return;
        }
        // Without a candidate zone what depends on the clock is only possible: dates, and windows of the calendar where nothing else is broken.
        let depends = limits.common.dated() || (on_a_clock && gap.is_none());
        let verdict = if !all || (!known && depends) { Verdict::Possible } else { Verdict::Violation };
        if max_any {
            self.emit(call, verdict, broken::MAX, worst_max.0 as f64, limits.max.unwrap_or(0) as f64, worst_max.1, !known, hit);
        } else if let Some(elapsed) = gap {
            self.emit(call, verdict, broken::GAP, elapsed as f64 / 1000.0, limits.min_gap.unwrap_or(0) as f64 / 1000.0, 0, !known, hit);
        } else if run_any {
            self.emit(call, verdict, broken::RUN, worst_run.0 as f64, limits.max_run.unwrap_or(0) as f64, worst_run.1, !known, hit);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn emit(
        &mut self,
        call: &SequenceCall,
        verdict: Verdict,
        which_broken: u8,
        measured: f64,
        limit: f64,
        slot: usize,
        no_zone: bool,
        hit: &mut dyn FnMut(Hit),
    ) {
        let window = self.limits.window;
        let which = usize::from(which_broken);
        let (stretch, window_start) = match (which_broken, window) {
            (broken::GAP, _) => {
                let before = self.previous.map(|p| p.at);
                if self.last[which].is_none() || self.last[which] != before {
                    self.stretch[which] = call.at;
                }
                (self.stretch[which], before.unwrap_or(call.at))
            }
            (_, Some(Window::Anchored(_))) => (self.ids[0], self.ids[0]),
            (_, Some(w)) if w.on_a_clock() && !matches!(w, Window::Days(_)) => {
                let begin = w.begin(self.view.clock(self.tracked.zones[slot]), self.ids[slot]);
                (begin, begin)
            }
            (_, w) => {
                let length = w.and_then(Window::length).unwrap_or(i64::MAX);
                if self.last[which].is_none_or(|last| call.at.saturating_sub(last) > length) {
                    self.stretch[which] = call.at;
                }
                let start = match w {
                    Some(Window::Sliding(w)) => self.recent.iter().find(|(t, _)| call.at - t < w).map_or(call.at, |r| r.0),
                    Some(w @ Window::Days(_)) => w.begin(self.view.clock(self.tracked.zones[slot]), self.ids[slot]),
                    _ => self.recent.front().map_or(call.at, |r| r.0),
                };
                (self.stretch[which], start)
            }
        };
        if verdict != Verdict::Approaching {
            self.last[which] = Some(call.at);
        }
        let members = match which_broken {
            broken::GAP => 1,
            _ => (measured as usize).saturating_sub(1).min(RECENT),
        };
        let before = self.recent.iter().rev().take(members).rev().map(|r| r.1).collect();
        let notes = u8::from(no_zone) * note::NO_ZONE;
        hit(Hit {
            at: call.at,
            row: call.row,
            verdict,
            broken: which_broken,
            measured,
            limit: Some(limit),
            window_start,
            stretch,
            before,
            notes,
            about: 0,
            group: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::zones::{Clock, DAY, ZoneId, Zones};
    use crate::rules::RuleClock;

    const HOUR: i64 = 3_600_000;
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
            regions: None,
            effective: (None, None),
            required: true,
            count: CountWord::Attempts,
            warn_at: None,
            suppressible: true,
            max_findings: None,
            max_share: None,
            checklist: None,
            citations: Vec::new(),
            penalty: None,
            exposure: None,
            disabled_because: BTreeMap::new(),
        }
    }

    fn call(at: i64, row: u32, length: i64, answered: bool, gap_outcome: bool) -> SequenceCall {
        let marks = (u8::from(answered) * mark::FIRST) | (u8::from(gap_outcome) * mark::SECOND);
        SequenceCall { at, row, extra: u64::try_from(length).unwrap(), zones: 0, counted: true, judged: true, marks }
    }

    /// Hits of the detector: index of the call, limit broken, measured.
    fn detect(limits: &Limits, zones: &Zones, calls: &[SequenceCall]) -> Vec<(u32, u8, f64)> {
        let view = zones.view();
        let dictionary = crate::calls::keys::Dictionary::default();
        let scene = Scene { view: &view, zones: &[], lists: &[], events: &[], dictionary: &dictionary, last: 0, as_of: 0 };
        let mut detector = limits.detect(&scene);
        let mut hits = Vec::new();
        detector.begin(Key::NULL);
        for call in calls {
            detector.call(call, &mut |h| hits.push((h.row, h.broken, h.measured)));
        }
        hits
    }

    /// The same, counted straight from the definitions: for each call, look at all calls before it.
    fn naive(limits: &Limits, clock: &Clock, calls: &[SequenceCall]) -> Vec<(u32, u8, f64)> {
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
            let gap = i.checked_sub(1).map(|p| &calls[p]).filter(|p| p.marks & mark::SECOND != 0 || limits.gap_after.is_none()).zip(limits.min_gap);
            let elapsed = gap.map(|(p, min)| (call.at - if limits.gap_from_end { end(p) } else { p.at }, min)).filter(|(e, min)| e < min);
            let run = if answered(call) { 0 } else { (0..=i).rev().take_while(|j| !answered(&calls[*j])).filter(|j| inside(*j)).count() };
            if limits.max.is_some_and(|n| counted as u64 > n) {
                hits.push((call.row, broken::MAX, counted as f64));
            } else if let Some((elapsed, _)) = elapsed {
                hits.push((call.row, broken::GAP, elapsed as f64 / 1000.0));
            } else if limits.max_run.is_some_and(|n| run as u64 > n) {
                hits.push((call.row, broken::RUN, run as f64));
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
                call(at, u32::try_from(i).unwrap(), length * 1000, *answered, *gap_outcome)
            }).collect();
            let limits = Limits {
                common: common(id), key: KeyFields::default(), max, window: windows()[window], min_gap: min_gap.map(|s| s * 1000), gap_from_end: from_end,
                gap_after: after.then(|| vec![Outcome::Busy]), max_run,
            };
            proptest::prop_assert_eq!(detect(&limits, &zones, &calls), naive(&limits, view.clock(id), &calls));
            // What the scan passes over, because the calls of a key are too few or too far apart, must break nothing.
            let tuples: Vec<crate::engine::tuples::Tuple> = calls
                .iter()
                .map(|c| crate::engine::tuples::Tuple { key: crate::calls::keys::Key::e164(1), at: c.at, row: crate::engine::tuples::Ordinal(c.row), class: 0 })
                .collect();
            proptest::prop_assert!(crate::engine::scan::may_break(&limits.nearness(), &tuples) || detect(&limits, &zones, &calls).is_empty());
        }
    }

    #[test]
    fn calls_exactly_a_window_apart_are_not_in_one() {
        let zones = Zones::new();
        let id = zones.clock("UTC").unwrap();
        let limits = Limits {
            common: common(id),
            key: KeyFields::default(),
            max: Some(1),
            window: Some(Window::Sliding(HOUR)),
            min_gap: None,
            gap_from_end: false,
            gap_after: None,
            max_run: None,
        };
        let at = |at: i64| call(at, at as u32, 0, false, true);
        assert_eq!(detect(&limits, &zones, &[at(0), at(HOUR), at(2 * HOUR - 1)]), [(2 * HOUR as u32 - 1, broken::MAX, 2.0)]);
    }
}
