//! Rules: what a ruleset says, compiled to something that judges calls. Free of input and output.

use std::collections::{BTreeMap, BTreeSet};

use crate::calls::calendar::Date;
use crate::calls::columns::{AnsweredBy, Column, Field, Outcome};
use crate::calls::zones::{DAY, ZoneId, ZoneSet, ZoneView};
use crate::input::mapping::Batch;
use crate::language::Lang;
use crate::ruleset::citations::{Citation, Penalty};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::KindSchema;

pub mod bindings;
pub mod limits;
pub mod lists;
pub mod named;
pub mod policy;
pub mod readings;
pub mod registry;
pub mod rotation;
pub mod scope;
pub mod sequence;
pub mod windows;
pub mod withheld;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal),* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum $name { $($variant),* }
        impl $name {
            /// Words and values, for reading rulesets.
            pub const WORDS: &'static [(&'static str, $name)] = &[$(($word, $name::$variant)),*];
            /// The word in TOML and reports.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),* } }
        }
    };
}
names! {
    /// How much a rule matters to this user, the least first.
    Severity { Info "info", Low "low", Medium "medium", High "high", Critical "critical" }
}
names! {
    /// Where a rule gets its force.
    Force { Law "law", Presumption "presumption", Standard "standard", Guideline "guideline", Contract "contract", House "house", Signal "signal" }
}
names! {
    /// What is said of a call under a rule.
    Verdict { Violation "violation", Possible "possible", Approaching "approaching" }
}

/// On whose clock a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleClock {
    /// The called person's, in every zone in which they may be.
    Callee,
    /// This one.
    Zone(ZoneId),
}

/// Which calls count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountWord {
    /// Every call.
    Attempts,
    /// Answered, voicemail or abandoned.
    Connected,
    /// Answered, unless by a machine.
    Answered,
    /// Those for which this predicate is true.
    Sql(usize),
}

/// What takes a call out of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exempt {
    /// It stands on this list.
    List(usize),
    /// This predicate is true; the columns that it names.
    Sql(usize, BTreeSet<Field>),
    /// The named exemption of this number.
    Named(usize),
}

/// What all kinds of rule have in common.
#[derive(Clone, Debug)]
pub struct Common {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: &'static str,
    /// By language.
    pub title: BTreeMap<String, String>,
    /// How much it matters.
    pub severity: Severity,
    /// Where it gets its force.
    pub force: Force,
    /// On whose clock it looks.
    pub clock: RuleClock,
    /// The ruleset's clock, for calls without candidate zones.
    pub ruleset_zone: ZoneId,
    /// Which calls it is about.
    pub filter: Option<usize>,
    /// Columns that `where` and `count` name.
    pub fields: BTreeSet<Field>,
    /// Does `where` name the direction?
    pub any_direction: bool,
    /// What takes calls out.
    pub exempt: Vec<Exempt>,
    /// Where callees must be.
    pub regions: Option<scope::Regions>,
    /// Dates, both included.
    pub effective: (Option<Date>, Option<Date>),
    /// Must it be evaluated?
    pub required: bool,
    /// Which calls count.
    pub count: CountWord,
    /// Share of the limit from which a finding says that it comes near.
    pub warn_at: Option<f64>,
    /// May its findings be suppressed?
    pub suppressible: bool,
    /// So many findings are tolerated.
    pub max_findings: Option<u64>,
    /// Such a share of violating calls is tolerated.
    pub max_share: Option<f64>,
    /// Its checklist.
    pub checklist: Option<String>,
    /// Where its figures come from.
    pub citations: Vec<Citation>,
    /// What breaking it may cost.
    pub penalty: Option<Penalty>,
    /// By which regimes its violations are priced, where it says so.
    pub exposure: Option<Vec<String>>,
    /// Why it is off, by language; only of rules that are.
    pub disabled_because: BTreeMap<String, String>,
}

impl Common {
    /// Has it dates?
    pub fn dated(&self) -> bool {
        self.effective != (None, None)
    }
    /// Is this local date within its dates?
    pub fn in_effect(&self, local: i64) -> bool {
        let date = Date::try_from(local.div_euclid(DAY)).unwrap_or(0);
        self.effective.0.is_none_or(|f| date >= f) && self.effective.1.is_none_or(|t| date <= t)
    }
    /// The zones on whose clocks a call is judged, and whether they are known.
    pub fn zones<'a>(&'a self, view: &'a ZoneView, set: ZoneSet) -> (&'a [ZoneId], bool) {
        match &self.clock {
            RuleClock::Zone(zone) => (std::slice::from_ref(zone), true),
            RuleClock::Callee => match view.members(set) {
                [] => (std::slice::from_ref(&self.ruleset_zone), false),
                members => (members, true),
            },
        }
    }
}

/// A kind of rule: knows text, not calls.
pub trait RuleKind: Sync {
    /// `quiet_hours`
    fn name(&self) -> &'static str;
    /// What it checks, its parameters, an example: Markdown with the headings *What it checks*, *Parameters*, *Example*, *What to do*.
    fn doc(&self) -> &'static str;
    /// The same for programs: in one line what it checks, and every key that `compile` reads, with its meaning in both languages.
    fn schema(&self) -> KindSchema;
    /// A rule from its table, or None with the mistakes in `out`. Does it have `per`, `count` and `warn_at`? Then it reads them itself.
    fn compile(&self, common: Common, table: &mut Reader<'_>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>>;
}

/// A rule that judges calls.
pub trait Rule: Send + Sync {
    /// What all rules have.
    fn common(&self) -> &Common;
    /// Columns without which it cannot be evaluated, besides those of its expressions.
    fn needs(&self) -> Vec<Field>;
    /// Other columns of text that it looks at where the log has them.
    fn reads(&self) -> Vec<Field> {
        Vec::new()
    }
    /// Lists without which it cannot be evaluated.
    fn lists(&self) -> &[usize] {
        &[]
    }
    /// Columns of which it needs one at least.
    fn needs_one_of(&self) -> &[Column] {
        &[]
    }
    /// What a list of numbers that it names lacks for it.
    fn lacks(&self, _number: usize, _list: &lists::List) -> Option<String> {
        None
    }
    /// What consents or bindings that it names lack for it, as a sentence.
    fn missing(&self, _others: &lists::Others) -> Option<String> {
        None
    }
    /// How far back it looks, ms.
    fn history(&self) -> Option<i64> {
        None
    }
    /// How it is judged.
    fn plan(&self) -> Plan<'_>;
    /// One sentence about a call that breaks it.
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String;
    /// What staff must know of it.
    fn policy(&self, words: &policy::Words<'_>) -> policy::Statement;
    /// The limit that is broken, in the kind's unit; None where there is no number.
    fn limit(&self, _broken: u8) -> Option<f64> {
        None
    }
    /// Does it matter who was called?
    fn about_callee(&self) -> bool {
        false
    }
    /// How many calls it permits in which window, if that is what it limits.
    fn cap(&self) -> Option<(windows::Window, u64)> {
        None
    }
    /// Is a call permitted at this local time (ms since 1970 on its clock)? None: the rule has no hours, or the calendar does not cover the day.
    fn open_at(&self, _local: i64) -> Option<bool> {
        None
    }
    /// Does a verdict depend on what a clock shows, besides the rule's dates?
    fn on_a_clock(&self) -> bool {
        false
    }
}

/// What a call broke, for a sentence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Broke<'a> {
    /// One of [`broken`].
    pub broken: u8,
    /// In the kind's unit.
    pub measured: Option<f64>,
    /// In the kind's unit.
    pub limit: Option<f64>,
    /// The moment on the rule's clock.
    pub local: &'a str,
    /// The id of the list.
    pub list: &'a str,
    /// The number of the list, or of what else the rule names.
    pub which: u16,
    /// Of a finding about calls together: how many of how many.
    pub calls: Option<(u64, u64)>,
}

/// What is broken: by the calls of a key below [`HOURS`](broken::HOURS) and from [`WAIT`](broken::WAIT) on, by one call alone between.
pub mod broken {
    /// `max`
    pub const MAX: u8 = 0;
    /// `min_gap`
    pub const GAP: u8 = 1;
    /// `max_unanswered_run`
    pub const RUN: u8 = 2;
    /// The hours.
    pub const HOURS: u8 = 3;
    /// A list.
    pub const LIST: u8 = 4;
    /// A length of time is below its bound; the hit's `measured` says how long it was.
    pub const SHORT: u8 = 5;
    /// The same above its bound.
    pub const LONG: u8 = 6;

    /// From here on, one call: the kind of rule has numbers of its own for what it says.
    pub const OWN: u8 = 16;
    /// The same where something is measured, the greatest value the worst.
    pub const OWN_MEASURED: u8 = 96;

    /// A call comes too soon after an event.
    pub const WAIT: u8 = 128;
    /// A share is above its bound.
    pub const SHARE_HIGH: u8 = 129;
    /// The same below.
    pub const SHARE_LOW: u8 = 130;
    /// Too many calls at once.
    pub const AT_ONCE: u8 = 131;
    /// Too many different values.
    pub const DISTINCT: u8 = 132;
    /// Too many numbers that follow each other, or of one block.
    pub const CONSECUTIVE: u8 = 133;
    /// A copy of a list was too old.
    pub const OLD: u8 = 134;
    /// Columns are empty.
    pub const EMPTY: u8 = 135;
    /// The log has a gap.
    pub const HOLE: u8 = 136;
    /// The log does not reach far enough back.
    pub const RETENTION: u8 = 137;

    /// Is it about one call, whatever its key's other calls are?
    pub fn by_row(broken: u8) -> bool {
        (HOURS..WAIT).contains(&broken)
    }
    /// Is the least value the worst?
    pub fn least_is_worst(broken: u8) -> bool {
        matches!(broken, GAP | SHORT | WAIT | SHARE_LOW | RETENTION)
    }
    /// Does a hit of this sort tell a measured value?
    pub fn measures(broken: u8) -> bool {
        matches!(broken, SHORT | LONG) || (OWN_MEASURED..WAIT).contains(&broken)
    }
}

/// How a rule is judged.
pub enum Plan<'a> {
    /// Each call by itself.
    Row(&'a dyn RowTest),
    /// The calls of a key in their order.
    Sequence(&'a dyn sequence::Sequence),
}

/// What a row test sees.
#[derive(Debug)]
pub struct RowContext<'a> {
    /// The calls.
    pub batch: &'a Batch,
    /// Clocks and zone sets.
    pub view: &'a ZoneView,
    /// The lists that are loaded.
    pub lists: &'a [Option<lists::List>],
    /// By list: may the callee of each call stand on it? None where nobody has looked.
    pub near: &'a [Option<Vec<bool>>],
    /// Those that are no lists of numbers.
    pub others: &'a lists::Others,
    /// Keys and texts.
    pub dictionary: &'a crate::calls::keys::Dictionary,
}

impl RowContext<'_> {
    /// May the callee stand on a list? False is sure.
    #[inline]
    pub fn may_stand_on(&self, list: usize, call: usize) -> bool {
        self.near.get(list).and_then(|n| n.as_ref()).is_none_or(|near| near[call])
    }
}

/// What a row test says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowVerdict {
    /// It does not have the time that the rule looks at.
    NoTime,
    /// It has no key.
    NoKey,
    /// Its date is outside of the calendar's years.
    Uncovered,
    /// Judged: nothing found.
    Clear,
    /// Judged: found.
    Hit(RowHit),
}

/// A call that a row test found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowHit {
    /// Violation or possible.
    pub verdict: Verdict,
    /// One of [`broken`].
    pub broken: u8,
    /// What was measured, in thousandths of the kind's unit, where [`broken::measures`] says so.
    pub measured: i64,
    /// The zone on whose clock it is told.
    pub zone: ZoneId,
    /// The moment that is outside (ms UTC).
    pub moment: i64,
    /// The list that it stands on, by number.
    pub list: u16,
    /// Bits of [`note`].
    pub notes: u8,
}

/// What a finding must say besides.
pub mod note {
    /// The entry has no date.
    pub const UNDATED: u8 = 1;
    /// The callee's zone is not known.
    pub const NO_ZONE: u8 = 2;
    /// The start is ambiguous or coarse.
    pub const AMBIGUOUS: u8 = 4;
    /// Whether the rule applies to the call cannot be told.
    pub const UNSURE: u8 = 64;
    /// The event stands in a list.
    pub const LISTED: u8 = 128;
}

/// Judges each call by itself.
pub trait RowTest: Send + Sync {
    /// One call that `where`, `exempt`, `count` and `--since` leave in. `exempt`: is it exempt if it began at its first, and at its last reading? Not at both.
    fn judge(&self, cx: &RowContext<'_>, call: usize, exempt: [bool; 2]) -> RowVerdict;
    /// By which columns its findings are grouped: the first that the call has.
    fn group_by(&self) -> &[Field];
}

/// `answered`, unless a machine answered.
pub fn is_answered(outcome: Outcome, by: Option<AnsweredBy>) -> bool {
    outcome == Outcome::Answered && by != Some(AnsweredBy::Machine)
}

/// Does `count` count this call? None is "NULL": not counted.
pub fn counts(word: CountWord, outcome: Outcome, by: Option<AnsweredBy>, predicate: impl Fn(usize) -> Option<bool>) -> bool {
    match word {
        CountWord::Attempts => true,
        CountWord::Connected => matches!(outcome, Outcome::Answered | Outcome::Voicemail | Outcome::Abandoned),
        CountWord::Answered => is_answered(outcome, by),
        CountWord::Sql(p) => predicate(p) == Some(true),
    }
}

/// Reads `group_by`, or takes the default chain.
pub fn group_by(table: &mut Reader<'_>, out: &mut Diagnostics, default: &[Column]) -> Vec<Field> {
    match table.texts("group_by", out) {
        None => default.iter().map(|c| Field::Canonical(*c)).collect(),
        Some(names) => fields(&names, out),
    }
}

/// Reads `per`, which all rules over the calls of a key need; `others`: the keys that a rule without it is told of first.
pub fn read_per(table: &mut Reader<'_>, others: &[&'static str], out: &mut Diagnostics) -> Vec<Field> {
    if let Some(names) = table.texts("per", out) {
        return fields(&names, out);
    }
    if table.node("per").is_none() && !table.has_unknown_beside(others) {
        out.error(&table.place("per"), "`per` is missing").help =
            Some("the columns of the key, such as per = [\"callee\"]; [] is one key for the whole log".to_owned());
    }
    Vec::new()
}

/// The values of words, complaining of those that do not exist; None if the rule does not have the key.
pub fn words<T: Copy>(table: &mut Reader<'_>, key: &'static str, known: &[(&'static str, T)], out: &mut Diagnostics) -> Option<Vec<T>> {
    let mut found = Vec::new();
    for (text, node) in table.texts(key, out)? {
        match known.iter().find(|w| w.0 == text) {
            Some(word) => found.push(word.1),
            None => {
                let near = crate::error::nearest(text, known.iter().map(|w| w.0)).map(|n| format!("did you mean \"{n}\"?"));
                let all = known.iter().map(|w| format!("\"{}\"", w.0)).collect::<Vec<_>>().join(", ");
                out.error(&node.place, format!("`{key}`: unknown word \"{text}\"")).help = Some(near.unwrap_or_else(|| format!("one of {all}")));
            }
        }
    }
    Some(found)
}

/// Reads `grace`: so long after its day an entry does not count yet.
pub fn read_grace(table: &mut Reader<'_>, out: &mut Diagnostics) -> lists::Grace {
    use lists::Grace;
    let Some(text) = table.text("grace", out) else { return Grace::None };
    let days = text.strip_suffix(" business days").or_else(|| text.strip_suffix(" business day"));
    let found = match days {
        Some(n) => n.parse().ok().map(Grace::BusinessDays),
        None => windows::parse_days(text).map(Grace::Days).or_else(|| windows::parse_duration(text).map(Grace::Elapsed)),
    };
    found.unwrap_or_else(|| {
        let place = table.place("grace");
        out.error(&place, format!("\"{text}\" is no grace period")).help = Some("\"10 days\", \"10 business days\" or elapsed time such as \"24h\"".to_owned());
        Grace::None
    })
}

/// Columns by name, complaining of those that do not exist.
pub fn fields(names: &[(&str, &crate::ruleset::node::Node)], out: &mut Diagnostics) -> Vec<Field> {
    let mut found = Vec::new();
    for (name, node) in names {
        match Field::parse(name) {
            Some(field) => found.push(field),
            None => {
                let near = crate::error::nearest(name, Column::ALL.iter().map(|c| c.name()));
                let diagnostic = out.error(&node.place, format!("unknown column \"{name}\""));
                diagnostic.help =
                    Some(near.map_or_else(|| "a column of the canonical call, or raw.\"name in the export\"".to_owned(), |n| format!("did you mean \"{n}\"?")));
            }
        }
    }
    found
}
