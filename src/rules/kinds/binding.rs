//! `binding`: calls through virtual (X) numbers that no binding covers.

use crate::calls::columns::{Column, Field};
use crate::calls::keys::Key;
use crate::calls::numbers::Number;
use crate::language::{Lang, Msg, say};
use crate::rules::bindings::{Binding, Bindings, Part, Way};
use crate::rules::lists::Others;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::readings::{self, Said};
use crate::rules::windows::read_duration;
use crate::rules::{Broke, Common, Plan, RowContext, RowTest, RowVerdict, Rule, RuleKind, broken, group_by, words};
use crate::ruleset::ListKind;
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls through virtual numbers (AXB, AX): whether a binding of the number held between the two parties when the call began, in that direction, and whether the bindings keep to their limits.

## Why it matters
A call past its binding shows a number to somebody whom it was never meant for, or goes on after the business with them has ended; platforms limit how long a number may stand between two people, and between how many.

## Parameters
- `bindings`: id of a `[[list]]` of kind `bindings` (x, a, b, from, to, direction, binding_id).
- `check`: any of `"pair"` (a and b are bound to this number at some time), `"time"` (the binding holds at the start of the call: from `from` on, before `to`) and `"direction"` (the binding permits this side to call). Default: `pair` and `time`, and `direction` if the list has that column.
- `max_life`: how long a binding may last at most, such as `"90d"`; a binding without an end lasts longer.
- `max_pairs`: between how many pairs one number may stand at the moment of a call.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else caller).

A call is reported with the first that it breaks, in this order. It is about virtual numbers if its caller or callee is one of the list: the log may name X as the callee (and the real caller), or X as the number that was shown (and the person who was reached). A call that names no number of the list is counted in the evaluation as one without the key, unless its `mode` is `axb`: then no binding is known for it, which is a violation of `pair`. So is counted a call whose other party is masked, where that decides. A binding whose direction or beginning is not known makes *possible* what depends on it.

## Example
```toml
[[list]]
id = "axb"
kind = "bindings"
path = "bindings.csv"

[[rule]]
id = "bound"
kind = "binding"
severity = "high"
force = "contract"
bindings = "axb"
max_life = "90d"
max_pairs = 5000
```

## What to do
Let the platform end bindings by itself and refuse calls without one; compare its list of bindings with the orders that they were made for.

## References
- Huawei Cloud, Private Number: direction and duration of a binding, 5,000 pairs for one number; a ruleset cites its own sources.
"#;

/// What is broken, for the sentence.
mod what {
    use super::broken::{OWN, OWN_MEASURED};
    pub const UNKNOWN_X: u8 = OWN;
    pub const PAIR: u8 = OWN + 1;
    pub const DIRECTION: u8 = OWN + 2;
    pub const ENDLESS: u8 = OWN + 3;
    pub const SINCE: u8 = OWN + 4;
    /// These measure seconds.
    pub const ENDED: u8 = OWN_MEASURED;
    pub const NOT_YET: u8 = OWN_MEASURED + 1;
    pub const LIFE: u8 = OWN_MEASURED + 2;
    /// And this one pairs.
    pub const PAIRS: u8 = OWN_MEASURED + 3;
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Pair,
    Time,
    Direction,
}

const CHECKS: [(&str, Check); 3] = [("pair", Check::Pair), ("time", Check::Time), ("direction", Check::Direction)];

struct Bound {
    common: Common,
    list: [usize; 1],
    /// None: those that the list allows.
    check: Option<Vec<Check>>,
    /// ms.
    max_life: Option<i64>,
    max_pairs: Option<u32>,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "binding"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["calls through virtual (X) numbers that no binding covers, as of the call", "没有绑定关系的隐私号（X 号）呼叫，按呼叫时的状态判定"],
            keys: vec![
                key("bindings", shape::text(), "id of a [[list]] of kind bindings", "类型为 bindings 的 [[list]] 的 id").required(),
                key("check", shape::array(shape::words(CHECKS.map(|c| c.0))), "what is compared with the bindings", "与绑定关系核对的内容"),
                key("max_life", shape::duration(), "how long a binding may last", "绑定关系的最长期限"),
                key("max_pairs", shape::whole(), "between how many pairs a number may stand at once", "一个号码同时可绑定的最多对数"),
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
        let name = table.text("bindings", out);
        let list = name.zip(table.node("bindings")).and_then(|(name, node)| cx.list_as(name, ListKind::Bindings, node, out));
        let check = words(table, "check", &CHECKS, out);
        let max_life = read_duration(table, "max_life", out);
        let max_pairs = table.integer("max_pairs", out);
        let group_by = group_by(table, out, &[Column::Campaign, Column::Line, Column::Caller]);
        if max_pairs.is_some_and(|n| u32::try_from(n).is_err()) {
            out.error(&table.place("max_pairs"), "`max_pairs` is a whole number from 0 on");
        }
        if out.errors() == before && !table.has_unknown() {
            if name.is_none() {
                out.error(&table.place("kind"), "`bindings` is missing").help = Some("bindings = \"id of a [[list]] of kind bindings\"".to_owned());
            } else if check.as_ref().is_some_and(Vec::is_empty) && max_life.is_none() && max_pairs.is_none() {
                out.error(&table.place("check"), "the rule checks nothing").help =
                    Some("one of \"pair\", \"time\", \"direction\"; or `max_life`, `max_pairs`".to_owned());
            }
        }
        if out.errors() != before {
            return None;
        }
        let max_pairs = max_pairs.and_then(|n| u32::try_from(n).ok());
        Some(Box::new(Bound { common, list: [list?], check, max_life, max_pairs, group_by }))
    }
}

impl Rule for Bound {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        [Column::Caller, Column::Callee].map(Field::Canonical).to_vec()
    }
    fn reads(&self) -> Vec<Field> {
        [Column::BindingId, Column::Mode].map(Field::Canonical).to_vec()
    }
    fn lists(&self) -> &[usize] {
        &self.list
    }
    fn missing(&self, others: &Others) -> Option<String> {
        let list = others.bindings[self.list[0]].as_ref()?;
        let named = |check| self.check.as_ref().is_some_and(|all| all.contains(&check));
        let time = named(Check::Time) || self.check.is_none();
        let asked = [(named(Check::Direction), Part::Direction), (self.max_life.is_some(), Part::From), (self.max_life.is_some(), Part::To)];
        let lacking = asked.into_iter().find(|(wanted, part)| *wanted && !list.has(*part)).map(|a| a.1);
        let lacking = lacking.or_else(|| (time && !list.has(Part::From) && !list.has(Part::To)).then_some(Part::To))?;
        Some(format!("the list {} has no column \"{}\": the rule cannot ask for it", list.id, lacking.name()))
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let list = words.list(self.list[0]);
        let mut text = match words.lang {
            Lang::En => format!("A call through a virtual number is made only between the two parties, and while their binding on the list {list} holds."),
            Lang::Zh => format!("经隐私号的呼叫只能在名单{list}所列绑定双方之间、绑定有效期内进行。"),
        };
        let mut add = |en: String, zh: String| match words.lang {
            Lang::En => text.push_str(&format!(" {en}")),
            Lang::Zh => text.push_str(&zh),
        };
        if let Some(life) = self.max_life.map(|ms| words.length(ms)) {
            add(format!("A binding lasts {life} at most."), format!("绑定最长 {life}。"));
        }
        if let Some(n) = self.max_pairs {
            add(format!("A number stands between {n} pairs at most."), format!("一个号码同时最多绑定 {n} 对。"));
        }
        Statement { topic: Topic::Conduct, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let measured = broke.measured.unwrap_or(0.0);
        let limit = self.max_life.map_or_else(String::new, |ms| length(lang, ms as f64 / 1000.0));
        match broke.broken {
            what::PAIR => say(lang, Msg::FindingBindingPair, &[]),
            what::DIRECTION => say(lang, Msg::FindingBindingDirection, &[]),
            what::ENDLESS => say(lang, Msg::FindingBindingEndless, &[("limit", &limit)]),
            what::SINCE => say(lang, Msg::FindingBindingSince, &[("limit", &limit)]),
            what::ENDED => say(lang, Msg::FindingBindingEnded, &[("time", &length(lang, measured))]),
            what::NOT_YET => say(lang, Msg::FindingBindingNotYet, &[("time", &length(lang, measured))]),
            what::LIFE => say(lang, Msg::FindingBindingLife, &[("limit", &limit)]),
            what::PAIRS => {
                let max = self.max_pairs.unwrap_or(0).to_string();
                say(lang, Msg::FindingBindingPairs, &[("n", &measured.to_string()), ("limit", &max)])
            }
            _ => say(lang, Msg::FindingBindingNone, &[]),
        }
    }
    fn limit(&self, broken: u8) -> Option<f64> {
        match broken {
            what::LIFE => self.max_life.map(|ms| ms as f64 / 1000.0),
            what::PAIRS => self.max_pairs.map(f64::from),
            _ => None,
        }
    }
}

/// So many seconds in words: `3 days`, `5 hours`, `12 minutes`, `40 seconds`.
fn length(lang: Lang, seconds: f64) -> String {
    let (n, en, zh) = match seconds.floor() {
        s if s >= 172_800.0 => ((s / 86_400.0).floor(), "day", "天"),
        s if s >= 3600.0 => ((s / 3600.0).floor(), "hour", "小时"),
        s if s >= 60.0 => ((s / 60.0).floor(), "minute", "分钟"),
        s => (s, "second", "秒"),
    };
    match lang {
        Lang::En => format!("{n} {en}{}", if n == 1.0 { "" } else { "s" }),
        Lang::Zh => format!("{n} {zh}"),
    }
}

/// The two ends of a call as its log has them.
#[derive(Clone, Copy)]
struct Ends {
    x: Number,
    /// The other party that the log names.
    party: Number,
    /// Did that party call?
    calls: bool,
    /// Whom it reached, if that is known too.
    reached: Option<Number>,
}

impl Bound {
    fn checks(&self, list: &Bindings, check: Check) -> bool {
        self.check.as_ref().map_or(check != Check::Direction || list.has(Part::Direction), |all| all.contains(&check))
    }

    /// What is said of a call that began at a moment. `id`: of the binding, where the log tells.
    fn at(&self, list: &Bindings, ends: Ends, id: &str, at: i64) -> Result<Option<Said>, RowVerdict> {
        let pairs = self.pairs(list, ends.x, at);
        if ends.party.key.groups() {
            return Ok(sure(self.known(list, ends, id, at), pairs));
        }
        // Whoever is not known is a side of one of the bindings, or a stranger: what is so of all of them is told.
        let stranger = Number { key: Key::NOBODY, ..ends.party };
        let sides = list.all(ends.x).iter().flat_map(|b| [b.a, b.b]).filter(|n| n.key.groups()).chain([stranger]);
        let all: Vec<Option<Said>> = sides.map(|party| self.known(list, Ends { party, ..ends }, id, at)).collect();
        if all.iter().all(Option::is_none) {
            return Ok(pairs);
        }
        let certain = all.iter().flatten().all(|s| s.certain);
        let broken: Option<Vec<Said>> = all.into_iter().collect();
        // What holds of a stranger is told only where nothing else is.
        let told = broken.and_then(|all| all.into_iter().min_by_key(|s| (s.broken == what::PAIR, s.broken, s.measured)));
        let told = sure(told.map(|said| Said { certain, ..said }), pairs);
        told.map(Some).ok_or(RowVerdict::NoKey)
    }

    /// The same where the other party is known.
    fn known(&self, list: &Bindings, ends: Ends, id: &str, at: i64) -> Option<Said> {
        let own = |b: &&Binding| id.is_empty() || b.id.is_empty() || *b.id == *id;
        let mut matching: Vec<&Binding> = list.of_side(ends.x, ends.party).filter(own).filter(|b| takes_part(b, ends)).collect();
        if matching.is_empty() {
            if self.checks(list, Check::Pair) {
                return Some(Said { certain: true, broken: what::PAIR, ..Said::default() });
            }
            matching = list.all(ends.x).iter().filter(own).collect();
        }
        self.of_bindings(list, &matching, ends, at)
    }

    /// What is said of a call that belongs to one of these bindings, of which there is one at least.
    fn of_bindings(&self, list: &Bindings, matching: &[&Binding], ends: Ends, at: i64) -> Option<Said> {
        let said = |certain: bool, broken: u8, measured: i64| Some(Said { certain, broken, measured, ..Said::default() });
        let mut used: Vec<&Binding> = matching.iter().copied().filter(|b| b.holds(at)).collect();
        if used.is_empty() && self.checks(list, Check::Time) {
            let ended = matching.iter().filter(|b| b.to <= at).map(|b| at - b.to).min();
            let begins = matching.iter().filter(|b| b.from > at).map(|b| b.from - at).min();
            return match (ended, begins) {
                (Some(ms), _) => said(true, what::ENDED, ms),
                (None, ms) => said(true, what::NOT_YET, ms.unwrap_or(0)),
            };
        }
        if used.is_empty() {
            used = matching.to_vec();
        }
        // What is broken for sure is told before what may be.
        let mut possible = None;
        if self.checks(list, Check::Direction) {
            let permits = |b: &&Binding| match (b.way, calls_from_a(b, ends)) {
                (Way::Both, _) => Some(true),
                (_, None) | (Way::Unreadable, _) => None,
                (way, Some(from_a)) => Some((way == Way::AToB) == from_a),
            };
            let all: Vec<Option<bool>> = used.iter().map(permits).collect();
            if !all.contains(&Some(true)) {
                let direction = said(!all.contains(&None), what::DIRECTION, 0);
                if direction.is_some_and(|d| d.certain) {
                    return direction;
                }
                possible = direction;
            }
        }
        if let Some(max) = self.max_life {
            // Since when one has held that names no beginning nobody knows: from the call to its end at least.
            let life = |b: &&Binding| match (b.from, b.to) {
                (_, i64::MAX) => (true, i64::MAX),
                (i64::MIN, to) => (false, to - at),
                (from, to) => (true, to.saturating_sub(from)),
            };
            let lives: Vec<(bool, i64)> = used.iter().map(life).collect();
            if !lives.iter().any(|(known, life)| *known && *life <= max) {
                match lives.iter().map(|l| l.1).min() {
                    Some(life) if life <= max => possible = possible.or(said(false, what::SINCE, 0)),
                    Some(i64::MAX) => return said(true, what::ENDLESS, 0),
                    Some(life) => return said(true, what::LIFE, life),
                    None => {}
                }
            }
        }
        possible
    }

    /// What is said of a virtual number that stands between too many pairs.
    fn pairs(&self, list: &Bindings, x: Number, at: i64) -> Option<Said> {
        let max = self.max_pairs?;
        let pairs = list.pairs_at(x, at);
        (pairs > max).then(|| Said { certain: true, broken: what::PAIRS, measured: i64::from(pairs) * 1000, ..Said::default() })
    }
}

/// What is sure of two things that may be said, the first before the second.
fn sure(first: Option<Said>, second: Option<Said>) -> Option<Said> {
    first.filter(|s| s.certain).or(second).or(first)
}

/// May this call be one of the binding's? Of one that anybody may call only `a` is reached.
fn takes_part(binding: &Binding, ends: Ends) -> bool {
    let open = binding.b.key.is_null();
    match ends.reached {
        Some(reached) => {
            [(binding.a.key, binding.b.key), (binding.b.key, binding.a.key)].contains(&(ends.party.key, reached.key)) || open && reached.key == binding.a.key
        }
        None => !open || ends.calls || ends.party.key == binding.a.key,
    }
}

/// Did side `a` call? None: the log does not tell.
fn calls_from_a(binding: &Binding, ends: Ends) -> Option<bool> {
    let is_a = ends.party.key == binding.a.key;
    let is_b = ends.party.key == binding.b.key || binding.b.key.is_null() && !is_a;
    (is_a != is_b).then_some(is_a == ends.calls)
}

impl RowTest for Bound {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let Some(list) = cx.others.bindings[self.list[0]].as_ref() else { return RowVerdict::NoKey };
        let (caller, callee) = (cx.batch.caller[i], cx.batch.callee[i]);
        let text = |column| cx.batch.text(&Field::Canonical(column), i);
        let origin = cx.batch.called_from.get(i).copied().filter(|n| n.key.groups());
        let ends = match (list.is_virtual(callee), list.is_virtual(caller), origin) {
            (_, true, Some(origin)) => Ends { x: caller, party: origin, calls: true, reached: Some(callee) },
            (true, ..) => Ends { x: callee, party: caller, calls: true, reached: None },
            (false, true, None) => Ends { x: caller, party: callee, calls: false, reached: None },
            (false, false, _) => {
                if text(Column::Mode) == "axb" && self.checks(list, Check::Pair) && (caller.key.groups() || callee.key.groups()) {
                    let said = Said { certain: caller.key.groups() && callee.key.groups(), broken: what::UNKNOWN_X, ..Said::default() };
                    return readings::judge(&self.common, cx, i, exempt, |_| Some(said));
                }
                return RowVerdict::NoKey;
            }
        };
        let id = text(Column::BindingId);
        let mut unjudged = None;
        let verdict = readings::judge(&self.common, cx, i, exempt, |at| {
            self.at(list, ends, id, at).unwrap_or_else(|verdict| {
                unjudged = Some(verdict);
                None
            })
        });
        match (verdict, unjudged) {
            (RowVerdict::Clear, Some(unjudged)) => unjudged,
            (verdict, _) => verdict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::readings::table::{Told, audited, judged_with};
    use Told::*;

    fn rule(keys: &str) -> String {
        format!(
            "[ruleset]\nid = \"x\"\ntimezone = \"Asia/Shanghai\"\nregion = \"CN\"\n[[list]]\nid = \"axb\"\nkind = \"bindings\"\npath = \"axb.csv\"\n[[rule]]\nid = \"r\"\nkind = \"binding\"\nbindings = \"axb\"\n{keys}\n"
        )
    }

    const HEADER: &str = "x,a,b,from,to,direction,binding_id\n";

    /// Verdicts on calls `caller callee time`.
    fn calls(keys: &str, list: &str, calls: &[&str]) -> Vec<Told> {
        let rows: Vec<String> = calls.iter().map(|c| c.replacen(' ', ",", 2) + "+08:00").collect();
        judged_with(&rule(keys), &format!("caller,callee,started_at\n{}\n", rows.join("\n")), &[("axb.csv", list)])
    }

    const LIST: &str = "x,a,b,from,to\n17000000001,13900000001,13800000001,2026-10-01 08:00:00,2026-10-01 09:00:00\n17000000001,13900000001,13800000002,2026-10-02,2026-10-03\n17000000002,13900000002,,2026-10-01,\n";

    #[test]
    fn the_pair_and_the_time() {
        let found = calls(
            "",
            LIST,
            &[
                "13900000001 17000000001 2026-10-01 08:00:00",
                "13900000001 17000000001 2026-10-01 07:59:59",
                "13800000001 17000000001 2026-10-01 08:59:59",
                "13800000001 17000000001 2026-10-01 09:00:00",
                "13800000002 17000000001 2026-10-03 23:59:59",
                "13800000002 17000000001 2026-10-04 00:00:00",
                "13700000000 17000000001 2026-10-01 08:30:00",
                "13700000000 17000000002 2026-10-01 08:30:00",
                "13700000000 17000000002 2026-09-30 08:30:00",
                "13700000000 13800000001 2026-10-01 08:30:00",
                " 17000000001 2026-10-01 08:30:00",
                " 17000000001 2026-10-01 12:30:00",
                "139****0001 17000000001 2026-10-01 08:30:00",
            ],
        );
        assert_eq!(found, [Clear, Violation, Clear, Violation, Clear, Violation, Violation, Clear, Violation, NoKey, NoKey, Violation, NoKey]);
    }

    #[test]
    fn logs_that_name_the_person_reached() {
        let found = calls(
            "",
            LIST,
            &[
                "17000000001 13800000001 2026-10-01 08:30:00",
                "17000000001 13800000001 2026-10-01 09:30:00",
                "17000000001 13800000002 2026-10-01 08:30:00",
                "17000000001 13700000000 2026-10-01 08:30:00",
                "17000000002 13900000002 2026-10-01 08:30:00",
                "17000000002 13700000000 2026-10-01 08:30:00",
            ],
        );
        assert_eq!(found, [Clear, Violation, Violation, Violation, Clear, Violation]);
        let modes = "caller,callee,started_at,mode\n13900000001,17000000009,2026-10-01 08:30:00+08:00,axb\n13900000001,17000000009,2026-10-01 08:30:00+08:00,manual\n,17000000009,2026-10-01 08:30:00+08:00,axb\n";
        assert_eq!(judged_with(&rule(""), modes, &[("axb.csv", LIST)]), [Violation, NoKey, Possible]);
    }

    #[test]
    fn the_direction() {
        let list = format!(
            "{HEADER}17000000001,13900000001,13800000001,2026-10-01,,A→B,\n17000000002,13900000001,13800000001,2026-10-01,,双向,\n17000000003,13900000001,13800000001,2026-10-01,,sideways,\n17000000004,13900000001,13800000001,2026-10-01,,2,\n"
        );
        let time = "2026-10-01 08:30:00";
        let both = |x: &str| {
            [format!("13900000001 {x} {time}"), format!("13800000001 {x} {time}"), format!("{x} 13900000001 {time}"), format!("{x} 13800000001 {time}")]
        };
        let found = |keys: &str, x: &str| calls(keys, &list, &both(x).each_ref().map(String::as_str));
        assert_eq!(found("", "17000000001"), [Clear, Violation, Violation, Clear]);
        assert_eq!(found("", "17000000002"), [Clear; 4]);
        assert_eq!(found("", "17000000003"), [Possible; 4]);
        assert_eq!(found("", "17000000004"), [Violation, Clear, Clear, Violation]);
        assert_eq!(found("check = [\"pair\"]", "17000000001"), [Clear; 4]);
        assert_eq!(calls("check = [\"direction\"]", LIST, &["13900000001 17000000001 2026-10-01 08:30:00"]), [Not], "the list has no such column");
    }

    #[test]
    fn life_and_pairs() {
        let list = "x,a,b,绑定时间,到期时间,解绑时间\n17000000001,13900000001,13800000001,2026-01-01 00:00:00,2026-04-01 00:00:00,\n17000000001,13900000001,13800000002,2026-01-01 00:00:00,2026-04-01 00:00:01,\n17000000001,13900000001,13800000003,2026-01-01 00:00:00,,\n17000000001,13900000001,13800000004,2026-01-01 00:00:00,,2026-01-05 00:00:00\n17000000001,13900000001,13800000005,,2026-01-05 00:00:00,\n";
        let to = |n: u32, time: &str| format!("17000000001 1380000000{n} {time}");
        let found = |keys: &str, asked: &[String]| calls(keys, list, &asked.iter().map(String::as_str).collect::<Vec<_>>());
        let day = "2026-01-03 10:00:00";
        assert_eq!(found("max_life = \"90d\"", &[to(1, day), to(2, day), to(3, day), to(4, day), to(5, day)]), [Clear, Violation, Violation, Clear, Possible]);
        assert_eq!(found("max_life = \"1d\"", &[to(5, day)]), [Violation], "longer than that from the call on");
        assert_eq!(found("", &[to(4, "2026-01-04 23:59:59"), to(4, "2026-01-05 00:00:00")]), [Clear, Violation], "taken apart before its time");
        assert_eq!(found("max_pairs = 5", &[to(1, day)]), [Clear]);
        assert_eq!(found("max_pairs = 4", &[to(1, day), to(1, "2026-01-06 00:00:00")]), [Violation, Clear]);
        let bare = "x,a,b\n17000000001,13900000001,13800000001\n";
        assert_eq!(calls("", bare, &["17000000001 13800000001 2026-01-03 10:00:00"]), [Not], "no time to compare with");
        assert_eq!(
            calls("check = [\"pair\"]", bare, &["17000000001 13800000001 2026-01-03 10:00:00", "17000000001 13800000009 2026-01-03 10:00:00"]),
            [Clear, Violation]
        );
        assert_eq!(calls("check = [\"pair\"]\nmax_life = \"1d\"", bare, &["17000000001 13800000001 2026-01-03 10:00:00"]), [Not]);
    }

    #[test]
    fn a_hidden_party_is_judged_by_what_is_so_whoever_it_was() {
        let hidden = "138****5678 17000000001 2026-10-01 08:30:00";
        let later = "138****5678 17000000002 2026-10-05 08:30:00";
        let ways = format!("{HEADER}17000000001,13900000001,13800000001,2026-10-01,,A→B,\n17000000002,13900000001,13800000001,2026-10-01,,双向,\n");
        assert_eq!(calls("check = [\"direction\"]", &ways, &[hidden, later, " 17000000001 2026-10-01 08:30:00"]), [NoKey, Clear, NoKey]);
        assert_eq!(calls("check = [\"pair\"]\nmax_pairs = 0", LIST, &[hidden]), [Violation]);
        assert_eq!(
            calls(
                "check = [\"pair\"]\nmax_life = \"30m\"",
                "x,a,b,from,to\n17000000001,13900000001,13800000001,2026-10-01 08:00:00,2026-10-01 09:00:00\n",
                &[hidden]
            ),
            [Violation]
        );
        assert_eq!(calls("check = [\"pair\"]\nmax_pairs = 1", LIST, &[hidden]), [NoKey]);
        // Whoever rings a number that is bound to one person only reaches that one.
        let open = "x,a,b,from,to\n17000000002,13900000002,,2026-10-01,2026-10-01\n";
        assert_eq!(calls("check = [\"pair\"]", open, &[later, "138****5678 17000000002 2026-10-01 08:30:00"]), [Clear, Clear]);
        assert_eq!(calls("", open, &[later, "138****5678 17000000002 2026-10-01 08:30:00"]), [Violation, Clear]);
    }

    #[test]
    fn a_call_belongs_to_its_own_binding() {
        let others = "17000000001,13700000002,13700000001,2026-10-14,2026-10-14";
        let list = format!("x,a,b,from,to\n17000000001,13900000001,13800000001,2026-10-10,\n{others}\n");
        let call = "13900000001 17000000001 2026-10-14 10:00:00";
        for check in ["[]", "[\"pair\"]"] {
            assert_eq!(calls(&format!("check = {check}\nmax_life = \"2d\""), &list, &[call]), [Violation], "{check}");
        }
        let later = format!("x,a,b,from,to\n17000000001,13900000001,13800000001,2026-10-17,2026-11-17\n{others}\n");
        assert_eq!(calls("check = [\"time\"]", &later, &[call]), [Violation]);
        let ways = format!("{HEADER}17000000001,13900000001,13800000001,2026-10-10,,B→A,\n17000000001,13700000002,13700000001,2026-10-14,2026-10-14,both,\n");
        assert_eq!(calls("check = [\"direction\"]", &ways, &[call]), [Violation]);
    }

    #[test]
    fn what_is_broken_for_sure_is_told_before_what_may_be() {
        let list = format!("{HEADER}17000000001,13900000001,13800000001,2026-10-01,,sideways,\n17000000002,13900000001,13800000001,2026-10-01,2026-10-09,,\n");
        let call = |x: &str| format!("13900000001 {x} 2026-10-01 08:30:00");
        let found = |keys: &str, x: &str| calls(keys, &list, &[call(x).as_str()]);
        assert_eq!(found("check = [\"direction\"]", "17000000001"), [Possible]);
        assert_eq!(found("check = [\"direction\"]\nmax_pairs = 0", "17000000001"), [Violation]);
        assert_eq!(found("max_life = \"1h\"", "17000000001"), [Violation]);
        assert_eq!(found("check = [\"direction\"]", "17000000002"), [Possible], "a direction that the list does not tell");
    }

    #[test]
    fn sentences_tell_by_how_much() {
        let calls = "caller,callee,started_at\n13800000001,17000000001,2026-10-01 09:12:00+08:00\n13800000002,17000000001,2026-10-01 23:00:00+08:00\n13700000000,17000000001,2026-10-02 08:30:00+08:00\n13900000002,17000000002,2026-10-02 08:31:00+08:00\n";
        let (report, said) = audited(&rule("max_life = \"90d\""), calls, &[("axb.csv", LIST)], Lang::En);
        assert_eq!(
            said,
            [
                "called 12 minutes after the binding had ended",
                "called 1 hour before the binding began",
                "the party that the log names was never bound to the virtual number",
                "the binding has no end, at most 90 days are permitted",
            ]
        );
        assert_eq!(report.rules[0].violations, 4);
    }

    #[test]
    fn the_log_may_name_the_binding() {
        let list = format!(
            "{HEADER}17000000001,13900000001,13800000001,2026-10-01,2026-10-01,both,b1\n17000000001,13900000001,13800000001,2026-10-02,2026-10-02,both,b2\n"
        );
        let calls = "caller,callee,started_at,binding_id\n17000000001,13800000001,2026-10-01 08:30:00+08:00,b1\n17000000001,13800000001,2026-10-01 08:30:00+08:00,b2\n17000000001,13800000001,2026-10-01 08:30:00+08:00,\n17000000001,13800000001,2026-10-01 08:30:00+08:00,b9\n";
        assert_eq!(judged_with(&rule(""), calls, &[("axb.csv", list.as_str())]), [Clear, Violation, Clear, Violation]);
    }
}
