//! How many different numbers are shown to one key within a window: rotation of callers.

use std::collections::{HashMap, VecDeque};

use super::lists::events::Known;
use super::policy::{Statement, Topic, Words};
use super::sequence::{Detector, Extra, Hit, KeyFields, Lack, Nearness, RECENT, Scene, Sequence, SequenceCall, Tracked, on_clocks};
use super::windows::{Window, window_words};
use super::withheld::shows_nothing;
use super::{Broke, Common, Plan, Rule, broken, note};
use crate::calls::columns::{Column, Field};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::zones::{DAY, ZoneId, ZoneView};
use crate::input::mapping::Batch;
use crate::language::{Lang, Msg, say};

/// A rule about the numbers shown to a key.
pub struct Rotation {
    /// What all rules have.
    pub common: Common,
    /// To whom they are shown.
    pub key: KeyFields,
    /// So many are permitted.
    pub max: u64,
    /// In this window.
    pub window: Window,
}

impl Rule for Rotation {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        let mut needs = self.key.fields.clone();
        needs.push(Field::Canonical(Column::Caller));
        needs
    }
    fn history(&self) -> Option<i64> {
        self.window.length()
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(self)
    }
    #[allow(clippy::cast_precision_loss)] // limits are far below 2^53
    fn limit(&self, _: u8) -> Option<f64> {
        Some(self.max as f64)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let (per, within) = (words.per(&self.key.fields), words.within(self.window));
        let text = match words.lang {
            Lang::En => format!("{per}, {within}: at most {} different numbers are shown.", self.max),
            Lang::Zh => format!("{per}，{within}最多外显 {} 个不同号码。", self.max),
        };
        Statement { topic: Topic::Conduct, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
        let window = window_words(lang, self.window);
        say(lang, Msg::FindingNumbers, &[("n", &number(broke.measured)), ("limit", &number(broke.limit)), ("window", &window)])
    }
    fn about_callee(&self) -> bool {
        self.key.fields.iter().any(|f| matches!(f, Field::Canonical(Column::Callee | Column::Person)))
    }
    fn on_a_clock(&self) -> bool {
        self.window.on_a_clock()
    }
}

impl Sequence for Rotation {
    fn key(&self) -> &KeyFields {
        &self.key
    }
    fn lacks(&self, batch: &Batch, i: usize, dictionary: &Dictionary) -> Option<Lack> {
        let caller = batch.caller[i];
        (!caller.key.groups() || shows_nothing(caller, dictionary)).then_some(Lack::Key)
    }
    fn extra(&self) -> Option<Extra> {
        Some(Extra::Value(Field::Canonical(Column::Caller)))
    }
    fn nearness(&self) -> Vec<Nearness> {
        vec![Nearness { calls: self.max, within: self.window.longest() }]
    }
    fn detector<'a>(&'a self, scene: &Scene<'a>, _: &'a Known) -> Box<dyn Detector + 'a> {
        let tracked = Tracked::new(&self.common, scene);
        let seen = tracked.zones.iter().map(|_| Seen::default()).collect();
        Box::new(Shown { rule: self, view: scene.view, tracked, seen, anchor: None, recent: VecDeque::new(), last: None, stretch: 0 })
    }
    fn reach(&self) -> i64 {
        self.window.longest()
    }
    fn window(&self) -> Option<String> {
        Some(self.window.show())
    }
}

/// The numbers that one clock's window holds.
#[derive(Debug, Default)]
struct Seen {
    /// Where each call lies (the window's id, the day, or the instant) and what it showed.
    inside: VecDeque<(i64, u64)>,
    counts: HashMap<u64, u64, foldhash::fast::RandomState>,
}

impl Seen {
    /// Takes out what `keeps` does not hold, and puts a call in.
    fn step(&mut self, place: i64, value: u64, keeps: impl Fn(i64) -> bool) {
        while let Some((_, old)) = self.inside.front().copied().filter(|c| !keeps(c.0)) {
            self.inside.pop_front();
            if let Some(n) = self.counts.get_mut(&old) {
                *n -= 1;
                if *n == 0 {
                    self.counts.remove(&old);
                }
            }
        }
        self.inside.push_back((place, value));
        *self.counts.entry(value).or_default() += 1;
    }
}

/// The numbers that were shown to a key.
struct Shown<'a> {
    rule: &'a Rotation,
    view: &'a ZoneView,
    tracked: Tracked,
    /// By tracked zone; without a clock's window the first one alone.
    seen: Vec<Seen>,
    anchor: Option<i64>,
    recent: VecDeque<(i64, u32)>,
    last: Option<i64>,
    stretch: i64,
}

impl Shown<'_> {
    /// Where a call lies on a zone's clock.
    fn place(&self, zone: ZoneId, at: i64) -> i64 {
        match self.rule.window {
            Window::Sliding(_) => at,
            Window::Anchored(_) => self.anchor.unwrap_or(at),
            Window::Ever => 0,
            Window::Days(_) => self.view.clock(zone).local(at).div_euclid(DAY),
            window => window.id(self.view.clock(zone), at),
        }
    }
}

impl Detector for Shown<'_> {
    fn begin(&mut self, _: Key) {
        for seen in &mut self.seen {
            seen.inside.clear();
            seen.counts.clear();
        }
        self.recent.clear();
        (self.anchor, self.last) = (None, None);
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit)) {
        if !Key(call.extra).groups() {
            return;
        }
        let window = self.rule.window;
        if let Window::Anchored(length) = window
            && self.anchor.is_none_or(|a| call.at >= a + length)
        {
            self.anchor = Some(call.at);
        }
        let zones = if window.on_a_clock() { self.seen.len() } else { 1 };
        for n in 0..zones {
            let place = self.place(self.tracked.zones[n], call.at);
            self.seen[n].step(place, call.extra, |old| match window {
                Window::Sliding(w) => place - old < w,
                Window::Days(days) => place - old < i64::from(days),
                _ => old == place,
            });
        }
        if call.judged {
            let slot = |zone: ZoneId| if window.on_a_clock() { self.tracked.number(zone) } else { 0 };
            let found = on_clocks(&self.rule.common, self.view, call, window.on_a_clock(), |zone| {
                let n = self.seen[slot(zone)].counts.len() as u64;
                (n > self.rule.max).then_some(n as f64)
            });
            if let Some((verdict, measured, zone, no_zone)) = found {
                let start = match window {
                    Window::Sliding(w) => self.recent.iter().find(|c| call.at - c.0 < w).map_or(call.at, |c| c.0),
                    Window::Anchored(_) => self.anchor.unwrap_or(call.at),
                    Window::Ever => self.recent.front().map_or(call.at, |c| c.0),
                    window => window.begin(self.view.clock(zone), self.place(zone, call.at)),
                };
                let own_stretch = matches!(window, Window::Sliding(_) | Window::Days(_) | Window::Ever);
                let length = window.length().unwrap_or(i64::MAX);
                if !own_stretch {
                    self.stretch = start;
                } else if self.last.is_none_or(|last| call.at.saturating_sub(last) > length) {
                    self.stretch = call.at;
                }
                self.last = Some(call.at);
                hit(Hit {
                    at: call.at,
                    row: call.row,
                    verdict,
                    broken: broken::DISTINCT,
                    measured,
                    limit: Some(self.rule.max as f64),
                    window_start: start,
                    stretch: self.stretch,
                    before: self.recent.iter().filter(|c| c.0 >= start).map(|c| c.1).collect(),
                    notes: u8::from(no_zone) * note::NO_ZONE,
                    about: 0,
                    group: None,
                });
            }
        }
        self.recent.push_back((call.at, call.row));
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::keys::Dictionary;
    use crate::calls::zones::Zones;
    use crate::ruleset::compile;

    const HOUR: i64 = 3_600_000;

    /// Numbers in the window that ends with a call, counted straight from the definition.
    fn naive(window: Window, view: &ZoneView, zone: ZoneId, calls: &[(i64, u64)], i: usize) -> usize {
        let clock = view.clock(zone);
        let date = |at: i64| clock.local(at).div_euclid(DAY);
        let anchor = |n: usize, length: i64| calls[..=n].iter().fold(calls[0].0, |open, c| if c.0 >= open + length { c.0 } else { open });
        let (now, _) = calls[i];
        let inside = |j: usize| match window {
            Window::Sliding(w) => now - calls[j].0 < w,
            Window::Days(n) => date(now) - date(calls[j].0) < i64::from(n),
            Window::Anchored(w) => anchor(j, w) == anchor(i, w),
            Window::Ever => true,
            window => window.id(clock, calls[j].0) == window.id(clock, now),
        };
        let mut numbers: Vec<u64> = (0..=i).filter(|j| inside(*j)).map(|j| calls[j].1).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_counted_as_a_naive_count_does(
            steps in proptest::collection::vec((0_usize..7, 1_u64..6), 1..50), window in 0_usize..8, max in 0_u64..4, zone in 0_usize..2,
        ) {
            let zones = Zones::new();
            let name = ["Asia/Shanghai", "America/New_York"][zone];
            let forms = ["'3h'", "'hour'", "'day'", "'week'", "'month'", "'2 days'", "{ anchored = '2h' }", "'ever'"];
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("rules.toml");
            let rule = format!("kind = 'caller_id'\nper = ['callee']\nmax_numbers = {max}\nwindow = {}", forms[window]);
            std::fs::write(&file, format!("[ruleset]\nid = 'a'\ntimezone = '{name}'\n[[rule]]\nid = 'r'\n{rule}")).unwrap();
            let ruleset = compile::load(&[file], &[], &zones, false).unwrap_or_else(|e| panic!("{e}"));
            let Plan::Sequence(sequence) = ruleset.rules[0].plan() else { panic!("a sequence") };
            let view = zones.view();
            // Around the change of summer time in New York.
            let mut at = "2026-10-31T20:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
            let gaps = [0, 60_000, HOUR - 1, HOUR, 3 * HOUR, 11 * HOUR, 30 * HOUR];
            let calls: Vec<(i64, u64)> = steps.iter().map(|(gap, number)| { at += gaps[*gap]; (at, *number) }).collect();
            let (dictionary, known) = (Dictionary::default(), Known::default());
            let scene = Scene { view: &view, zones: &[], lists: &[], events: &[], dictionary: &dictionary, last: at, as_of: 0 };
            let mut detector = sequence.detector(&scene, &known);
            detector.begin(Key::NULL);
            let mut found = Vec::new();
            for (row, (at, number)) in calls.iter().enumerate() {
                let row = u32::try_from(row).unwrap();
                let call = SequenceCall { at: *at, row, extra: Key::e164(*number).0, zones: 0, counted: true, judged: true, marks: 0 };
                detector.call(&call, &mut |h| found.push((h.row, h.measured)));
            }
            let form = [
                Window::Sliding(3 * HOUR), Window::Hour, Window::Day, Window::Week, Window::Month, Window::Days(2), Window::Anchored(2 * HOUR), Window::Ever,
            ][window];
            #[allow(clippy::cast_precision_loss)]
            let expected: Vec<(u32, f64)> = (0..calls.len())
                .map(|i| (u32::try_from(i).unwrap(), naive(form, &view, ruleset.zone, &calls, i) as f64))
                .filter(|(_, n)| *n > max as f64)
                .collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
