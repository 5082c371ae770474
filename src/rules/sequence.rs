//! Rules over the calls of a key, in their order: what a kind says of each call, and the detector that sees one key after another.

use super::lists::List;
use super::lists::events::{Events, Known};
use super::{Common, RuleClock, Verdict};
use crate::calls::calendar::Date;
use crate::calls::columns::Field;
use crate::calls::keys::{Dictionary, Key};
use crate::calls::zones::{ZoneId, ZoneView};
use crate::input::mapping::Batch;

/// The columns of a key, and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFields {
    /// Its columns; none: one key for the whole log.
    pub fields: Vec<Field>,
    /// Is an inbound call one of the customer who rang, so that its caller stands where an outbound call has its callee?
    pub contact: bool,
}

/// What a kind marks a call with: bits beside its status in the byte that a rule has in a class.
pub mod mark {
    /// The first mark, and the others; their meaning is the kind's.
    pub const FIRST: u8 = 8;
    #[allow(missing_docs)]
    pub const SECOND: u8 = 16;
    #[allow(missing_docs)]
    pub const THIRD: u8 = 64;
    /// Whether the rule applies to the call cannot be told: the engine's.
    pub const UNSURE: u8 = 128;
}

/// A call of which a kind is asked.
pub struct Marked<'a> {
    /// The batch.
    pub batch: &'a Batch,
    /// The call's number in it.
    pub call: usize,
    /// Clocks and zone sets.
    pub view: &'a ZoneView,
    /// Values of the ruleset's expressions for it.
    pub value: &'a dyn Fn(usize) -> Option<bool>,
}

impl std::fmt::Debug for Marked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Marked").field("call", &self.call).finish_non_exhaustive()
    }
}

/// What a detector must be told of each call besides its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extra {
    /// How long it lasts, ms.
    Length,
    /// The key of this column.
    Value(Field),
    /// Which of these columns are empty, one bit each.
    Empty(Vec<Field>),
}

/// A call of a key, as detectors see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SequenceCall {
    /// When it began, ms UTC.
    pub at: i64,
    /// Its place.
    pub row: u32,
    /// What [`Extra`] asks for.
    pub extra: u64,
    /// Candidate zones of its callee.
    pub zones: u16,
    /// Does it count? A call that does not is there for its mark only.
    pub counted: bool,
    /// Is it judged, or does it only count?
    pub judged: bool,
    /// See [`mark`].
    pub marks: u8,
}

/// Calls that break something.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// When it began; of a group: when its window begins.
    pub at: i64,
    /// Its place; of a group: that of the last call that counts against it.
    pub row: u32,
    /// Violation, possible or approaching.
    pub verdict: Verdict,
    /// What it breaks, one of [`super::broken`].
    pub broken: u8,
    /// In the kind's unit.
    pub measured: f64,
    /// In the kind's unit.
    pub limit: Option<f64>,
    /// Where its window begins.
    pub window_start: i64,
    /// Hits of one limit with the same number are one finding.
    pub stretch: i64,
    /// The calls before it that count against it, the latest at most.
    pub before: Vec<u32>,
    /// Bits of [`super::note`].
    pub notes: u8,
    /// What it is about, where the kind tells several things apart: a list by its number, a column by its place.
    pub about: u16,
    /// For a finding about a group of calls.
    pub group: Option<Group>,
}

/// What a finding about a group of calls says besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// How many calls count against it.
    pub calls: u64,
    /// Out of how many.
    pub of: u64,
    /// When the first and the last call of the group began.
    pub first: i64,
    #[allow(missing_docs)]
    pub last: i64,
}

/// Calls shown as evidence of a finding at most, besides the violating ones.
pub const RECENT: usize = 20;

/// What detectors see of the log as a whole.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Clocks and zone sets.
    pub view: &'a ZoneView,
    /// All zones in which callees may be.
    pub zones: &'a [ZoneId],
    /// The lists that are loaded.
    pub lists: &'a [Option<List>],
    /// Lists of events.
    pub events: &'a [Option<Events>],
    /// Keys and texts.
    pub dictionary: &'a Dictionary,
    /// The start of the log's last call.
    pub last: i64,
    /// "Today".
    pub as_of: Date,
}

impl std::fmt::Debug for Scene<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scene").field("zones", &self.zones).finish_non_exhaustive()
    }
}

/// How many calls how near together it takes to break a rule at all: more than `calls` of them less than `within` ms apart. What is never so near is
/// not looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearness {
    /// How many calls break nothing, however near.
    pub calls: u64,
    /// ms; `i64::MAX`: however far apart.
    pub within: i64,
}

/// Whole hours of the clock without a call. The silence itself is longer, by less than two hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// From the first moment of the first of them to that after the last, ms UTC.
    pub span: (i64, i64),
    /// Are calls lacking in it, or is it the log's own rhythm (nights, weekends)? None: the log is too short to tell.
    pub lacking: Option<bool>,
}

/// Where the log begins and ends and where it has holes, for what only the whole tells.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    /// First and last call.
    pub first: i64,
    #[allow(missing_docs)]
    pub last: i64,
    /// Stretches without calls.
    pub silences: &'a [Silence],
    /// Calls before it are not judged.
    pub since: i64,
    /// "Today".
    pub as_of: Date,
    /// The clocks.
    pub view: &'a ZoneView,
}

/// What a call lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A time or a length.
    Time,
    /// A number or a text that is compared.
    Key,
}

/// A rule over the calls of a key.
pub trait Sequence: Send + Sync {
    /// The key.
    fn key(&self) -> &KeyFields;
    /// The marks of a call.
    fn marks(&self, _call: &Marked<'_>) -> u8 {
        0
    }
    /// Does [`mark::FIRST`] make a call of interest that does not count: one of another direction, exempt, or not meant by `where`?
    fn has_events(&self) -> bool {
        false
    }
    /// What a call lacks that it cannot be judged without.
    fn lacks(&self, _batch: &Batch, _call: usize, _dictionary: &Dictionary) -> Option<Lack> {
        None
    }
    /// What detectors need to know of each call.
    fn extra(&self) -> Option<Extra> {
        None
    }
    /// What it takes at least to break it; each by itself.
    fn nearness(&self) -> Vec<Nearness>;
    /// What lists tell of keys.
    fn events(&self, _scene: &Scene<'_>) -> Known {
        Known::default()
    }
    /// Something that looks at the calls of this log, and at what lists tell.
    fn detector<'a>(&'a self, scene: &Scene<'a>, events: &'a Known) -> Box<dyn Detector + 'a>;
    /// How far back from a judged call it looks, ms; `i64::MAX`: to the beginning.
    fn reach(&self) -> i64;
    /// Its window in words, for reports.
    fn window(&self) -> Option<String> {
        None
    }
    /// What the log as a whole shows.
    fn whole(&self, _whole: &Whole<'_>) -> Vec<Hit> {
        Vec::new()
    }
}

/// Looks at the calls of one key after another, each in order; keeps its state while a key goes on.
pub trait Detector {
    /// A new key begins.
    fn begin(&mut self, key: Key);
    /// The next call of the key.
    fn call(&mut self, call: &SequenceCall, hit: &mut dyn FnMut(Hit));
    /// The key has no more calls.
    fn end(&mut self, _hit: &mut dyn FnMut(Hit)) {}
}

/// The zones on whose clocks a rule looks at calls, numbered.
#[derive(Debug)]
pub struct Tracked {
    /// The zones.
    pub zones: Vec<ZoneId>,
    index: Vec<usize>,
}

impl Tracked {
    /// The rule's own, or all in which callees may be.
    pub fn new(common: &Common, scene: &Scene<'_>) -> Tracked {
        let zones: Vec<ZoneId> = match common.clock {
            RuleClock::Zone(z) => vec![z],
            RuleClock::Callee => {
                let mut all = scene.zones.to_vec();
                all.push(common.ruleset_zone);
                all.sort_unstable();
                all.dedup();
                all
            }
        };
        let mut index = vec![usize::MAX; scene.view.clocks()];
        for (i, zone) in zones.iter().enumerate() {
            index[usize::from(*zone)] = i;
        }
        Tracked { zones, index }
    }

    /// The number of a zone.
    pub fn number(&self, zone: ZoneId) -> usize {
        self.index[usize::from(zone)]
    }
}

/// What the clocks of all candidate zones say of a call: broken on all is a violation, on some possible. `broken` gives what was measured where it is;
/// `depends`: does it depend on the clock? Gives the greatest value, and the zone in which it was measured.
pub fn on_clocks(
    common: &Common,
    view: &ZoneView,
    call: &SequenceCall,
    depends: bool,
    mut broken: impl FnMut(ZoneId) -> Option<f64>,
) -> Option<(Verdict, f64, ZoneId, bool)> {
    let (zones, known) = common.zones(view, call.zones);
    let (mut worst, mut all): (Option<(f64, ZoneId)>, bool) = (None, true);
    for zone in zones {
        let in_effect = !common.dated() || common.in_effect(view.clock(*zone).local(call.at));
        match broken(*zone).filter(|_| in_effect) {
            Some(value) if worst.is_none_or(|w| value > w.0) => worst = Some((value, *zone)),
            Some(_) => {}
            None => all = false,
        }
    }
    let (value, zone) = worst?;
    let unsure = !all || (!known && (depends || common.dated()));
    Some((if unsure { Verdict::Possible } else { Verdict::Violation }, value, zone, !known))
}
