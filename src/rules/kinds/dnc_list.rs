//! `dnc_list`: calls to numbers that stand on a list, as of the call.

use std::sync::Arc;

use crate::calls::calendar::Calendar;
use crate::calls::columns::{Column, Field};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::{Grace, List, Match, MatchBy, Moment};
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::{Broke, Common, Plan, RowContext, RowHit, RowTest, RowVerdict, Rule, RuleKind, Verdict, broken, group_by, note, read_grace};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls to a callee that stood on one of the lists when the call began.

## Why it matters
Calling somebody who said no, or who stands on a public registry, is the gravest and easiest complaint.

## Parameters
- `lists`: ids of `[[list]]` tables (kind `numbers`); `--use-list ID=PATH` gives or replaces one. Lists of hashes and lists with `match = "callee_id"` may stand beside others.
- `grace`: how long after `added_at` an entry does not count yet: `"10 days"`, `"10 business days"` (of the `calendar`, if there is one), or elapsed time such as `"24h"`.
- `calendar`: `cn`, or the path of a calendar file.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else callee).

## Example
```toml
[[list]]
id = "internal-dnc"
kind = "numbers"
path = "dnc.csv"

[[rule]]
id = "do-not-call"
kind = "dnc_list"
severity = "critical"
force = "house"
lists = ["internal-dnc"]
grace = "10 business days"
```

## What to do
Load the list into every system that dials, stop the leads that stand on it, and find out by which way they were dialled.

## References
A ruleset cites its own sources.
"#;

struct Listed {
    common: Common,
    lists: Vec<usize>,
    /// What the lists are compared with.
    columns: Vec<Field>,
    grace: Grace,
    calendar: Option<Arc<Calendar>>,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "dnc_list"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["people who must not be called: lists of numbers, as of the call", "不得呼叫的名单，按呼叫时的状态判定"],
            keys: vec![
                key("lists", shape::lists(), "ids of [[list]] tables", "[[list]] 的 id").required(),
                key("grace", shape::days_or_duration(), "so long after it was added an entry does not count yet", "条目加入后多久才生效"),
                key("calendar", shape::calendar(), "for business days", "用于工作日的日历"),
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
        let mut lists = Vec::new();
        let mut columns = Vec::new();
        match table.texts("lists", out) {
            Some(names) => {
                for (name, node) in names {
                    lists.extend(cx.list(name, node, out));
                }
                columns = cx.list_columns(&lists);
            }
            None if out.errors() == before && !table.has_unknown() => {
                out.error(&table.place("kind"), "`lists` is missing").help = Some("lists = [\"id of a [[list]]\"]".to_owned());
            }
            None => {}
        }
        let grace = read_grace(table, out);
        let calendar = cx.calendar(table, out);
        // Where a log has no numbers, the id is what a finding is about.
        let by_id = columns.contains(&Field::Canonical(Column::CalleeId));
        let subject = [Column::Campaign, Column::Line, Column::Callee, Column::CalleeId];
        let group_by = group_by(table, out, if by_id { &subject } else { &subject[..3] });
        (out.errors() == before).then(|| Box::new(Listed { common, lists, columns, grace, calendar, group_by }) as Box<dyn Rule>)
    }
}

impl Rule for Listed {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        self.columns.clone()
    }
    fn lists(&self) -> &[usize] {
        &self.lists
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        say(lang, Msg::FindingList, &[("list", broke.list)])
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let lists = words.lists(&self.lists);
        let grace = match self.grace {
            Grace::None => None,
            Grace::Elapsed(ms) => Some(words.length(ms)),
            Grace::Days(n) => Some(words.days(n, false)),
            Grace::BusinessDays(n) => Some(words.days(n, true)),
        };
        let text = match (words.lang, grace) {
            (Lang::En, None) => format!("Nobody on {lists} is called, from the moment of the entry on."),
            (Lang::En, Some(grace)) => {
                format!("Nobody on {lists} is called. A new entry must have taken effect in every system at the latest {grace} after it was added.")
            }
            (Lang::Zh, None) => format!("不得呼叫{lists}中的号码，自加入时起生效。"),
            (Lang::Zh, Some(grace)) => format!("不得呼叫{lists}中的号码。新条目最迟应在加入后 {grace}内在所有系统中生效。"),
        };
        Statement { topic: Topic::Who, text }
    }
    fn about_callee(&self) -> bool {
        true
    }
}

impl RowTest for Listed {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let batch = cx.batch;
        let callee = batch.callee[i];
        use crate::calls::numbers::Sort;
        let id = batch.text(&Field::Canonical(Column::CalleeId), i);
        // Is there anything by which one of the lists could be asked?
        let known = |list: &List| match list.by() {
            MatchBy::CalleeId => !id.is_empty(),
            MatchBy::Callee if list.is_hashed() => callee.key.groups(),
            MatchBy::Callee => callee.sort != Sort::Null,
        };
        if !self.lists.iter().filter_map(|l| cx.lists[*l].as_ref()).any(known) {
            return RowVerdict::NoKey;
        }
        if !self.lists.iter().any(|list| cx.may_stand_on(*list, i)) {
            return RowVerdict::Clear;
        }
        let purpose = batch.text(&Field::Canonical(Column::Purpose), i);
        let (zones, known) = self.common.zones(cx.view, batch.zones[i]);
        let (first, second) = (batch.start[i], batch.start_last[i]);
        let readings: &[i64] = if first == second { &[first] } else { &[first, second] };
        let (mut all, mut found) = (true, None);
        for zone in zones {
            for (start, exempt) in readings.iter().zip(exempt) {
                if exempt || self.common.dated() && !self.common.in_effect(cx.view.clock(*zone).local(*start)) {
                    all = false;
                    continue;
                }
                let mut best = Match::No;
                let mut which = 0;
                for list in &self.lists {
                    let Some(entries) = &cx.lists[*list] else { continue };
                    let moment = Moment { at: *start, purpose, grace: self.grace, calendar: self.calendar.as_deref() };
                    let matched = entries.find(callee, id, &moment, cx.dictionary);
                    if matched > best {
                        (best, which) = (matched, *list);
                    }
                }
                match best {
                    Match::No => all = false,
                    Match::Possible { undated } => {
                        all = false;
                        found = found.or(Some((*zone, which, undated)));
                    }
                    Match::Certain { undated } => found = found.or(Some((*zone, which, undated))),
                }
            }
        }
        let Some((zone, list, undated)) = found else { return RowVerdict::Clear };
        let doubtful = !known && self.common.dated();
        let verdict = if all && !doubtful { Verdict::Violation } else { Verdict::Possible };
        let notes = (u8::from(undated) * note::UNDATED) | (u8::from(doubtful) * note::NO_ZONE) | (u8::from(first != second) * note::AMBIGUOUS);
        RowVerdict::Hit(RowHit { verdict, broken: broken::LIST, measured: 0, zone, moment: first, list: u16::try_from(list).unwrap_or(u16::MAX), notes })
    }
}
