//! `caller_id`: the number that a call shows.

use crate::calls::columns::{Column, Field};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, Sort};
use crate::language::{Lang, Msg, say};
use crate::rules::lists::{Grace, Match, Moment, Outside};
use crate::rules::named::Named;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::readings::{self, Said};
use crate::rules::rotation::Rotation;
use crate::rules::sequence::KeyFields;
use crate::rules::windows::read_window;
use crate::rules::withheld::shows_nothing;
use crate::rules::{Broke, Common, Plan, RowContext, RowTest, RowVerdict, Rule, RuleKind, broken, group_by, note, read_per};
use crate::ruleset::ListKind;
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
The number that each call shows: whether there is one, whether it is one of your own, and whether it may be used.

## Why it matters
Calls without a number, or with one that was not filed with the carrier, are blocked and marked, and hiding or changing the caller is what the heaviest penalties are for.

## Parameters
One of them at least. A call that breaks any is one violation, reported with the first in this order.
- `present = true`: a number must be shown. A caller that is empty, a word such as *anonymous*, *private*, 匿名, 未知, zeros only, or the digits that a telephone's keys give for such a word (266696687) is none; a masked caller and a name are *possible*.
- `forbid`: numbers (`"95588"`), prefixes (`"400*"`) and masks that must not be shown; without a plus they are read in the ruleset's `region`.
- `allow`: the same; only these may be shown.
- `inventory`: ids of `[[list]]` tables of kind `inventory`, your own numbers and prefixes with `filed_at`, `expires_at` and `purpose`; a caller must stand on one of them when the call begins. A call without a purpose whose number is filed for one only is *possible*.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else caller).

Or, in a rule of its own, the rotation of numbers:
- `per`, `max_numbers`, `window`: at most so many different numbers are shown to a key, such as `per = ["callee"]`, within the window (as in `call_cap`). A call violates when the numbers shown in its window, its own included, are more. A call whose caller is no key (withheld, masked) does not count, and is told in the evaluation as one without the key.

What is masked or destroyed is *possible* under `allow` and `inventory`. Without `present`, a call that shows no number is counted in the evaluation as one without the key.

## Example
```toml
[[list]]
id = "our-numbers"
kind = "inventory"
path = "numbers.csv"

[[rule]]
id = "caller"
kind = "caller_id"
severity = "high"
force = "house"
present = true
inventory = ["our-numbers"]
forbid = ["+86400*"]
```

## What to do
Bind each campaign to filed numbers, let the gateway refuse all others, and take out numbers whose filing has ended.

## References
- Calling line identification must be shown: 47 CFR 64.1601(e); a ruleset cites its own sources.
- Digits for words: the letters on the keys of a telephone, ITU-T E.161.
"#;

/// What is broken, for the sentence.
mod what {
    use super::broken::OWN;
    pub const WITHHELD: u8 = OWN;
    pub const MASKED: u8 = OWN + 1;
    pub const NAME: u8 = OWN + 2;
    pub const FORBIDDEN: u8 = OWN + 3;
    pub const OTHER: u8 = OWN + 4;
    pub const UNLISTED: u8 = OWN + 8;
    pub const NOT_YET: u8 = OWN + 9;
    pub const ENDED: u8 = OWN + 10;
    pub const PURPOSE: u8 = OWN + 11;
    pub const UNSURE: u8 = OWN + 12;
}

struct Caller {
    common: Common,
    present: bool,
    inventory: Vec<usize>,
    allow: Option<Named>,
    forbid: Option<Named>,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "caller_id"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["the number that a call shows: whether there is one, and which ones may be shown", "外显号码：是否显示、是否为可用号码"],
            keys: vec![
                key("present", shape::boolean(), "a number must be shown", "必须显示号码"),
                key("inventory", shape::lists(), "lists of one's own numbers, as of the call", "号码清单，按呼叫时的状态判定"),
                key("allow", shape::array(shape::text()), "only these numbers, prefixes (400*) and masks may be shown", "仅可外显的号码、前缀（400*）与掩码"),
                key("forbid", shape::array(shape::text()), "these must not be shown", "不得外显的号码、前缀与掩码"),
                key("per", shape::columns(), "rotation: to whom numbers are shown", "号码轮换：对谁外显"),
                key("max_numbers", shape::whole(), "rotation: so many different numbers are permitted", "号码轮换：允许的不同号码数"),
                key("window", shape::window(), "rotation: within this window", "号码轮换：统计窗口"),
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
        if ["per", "max_numbers", "window"].iter().any(|k| table.has(k)) {
            return Some(Box::new(rotation(common, table, out)?));
        }
        Some(Box::new(checks(common, table, cx, out)?))
    }
}

/// The numbers shown to one key.
fn rotation(common: Common, table: &mut Reader<'_>, out: &mut Diagnostics) -> Option<Rotation> {
    let before = out.errors();
    let per = read_per(table, &["max_numbers", "window", "present", "inventory", "allow", "forbid", "group_by"], out);
    let max = table.whole("max_numbers", out);
    let window = table.node("window").and_then(|n| read_window(n, out));
    if let Some(key) = ["present", "inventory", "allow", "forbid", "group_by"].into_iter().find(|k| table.node(k).is_some()) {
        out.error(&table.place(key), format!("`{key}` is about each call by itself, `max_numbers` about the calls of a key")).help =
            Some("write two rules".to_owned());
    }
    if out.errors() == before && !table.has_unknown() && (max.is_none() || window.is_none()) {
        let key = if max.is_none() { "max_numbers" } else { "window" };
        out.error(&table.place("kind"), format!("`{key}` is missing")).help = Some("per = [\"callee\"], max_numbers = 3, window = \"7 days\"".to_owned());
    }
    if out.errors() != before {
        return None;
    }
    Some(Rotation { common, key: KeyFields { fields: per, contact: false }, max: max?, window: window? })
}

/// The checks on each call by itself.
fn checks(common: Common, table: &mut Reader<'_>, cx: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Caller> {
    let before = out.errors();
    let present = table.boolean("present", out);
    let inventory = cx.lists_as(table, "inventory", ListKind::Inventory, out);
    let (allow, forbid) = (Named::read(table, "allow", cx, out), Named::read(table, "forbid", cx, out));
    let group_by = group_by(table, out, &[Column::Campaign, Column::Line, Column::Caller]);
    if out.errors() == before && !table.has_unknown() {
        let empty = [
            ("inventory", inventory.is_empty()),
            ("allow", allow.as_ref().is_some_and(Named::is_empty)),
            ("forbid", forbid.as_ref().is_some_and(Named::is_empty)),
        ];
        if let Some((key, _)) = empty.into_iter().find(|(key, empty)| *empty && table.has(key)) {
            out.error(&table.place(key), format!("`{key}` is empty"));
        } else if present != Some(true) && inventory.is_empty() && allow.is_none() && forbid.is_none() {
            out.error(&table.place("kind"), "the rule asks nothing of the caller").help =
                Some("one of `present = true`, `inventory`, `allow`, `forbid`".to_owned());
        }
    }
    (out.errors() == before).then_some(Caller { common, present: present == Some(true), inventory, allow, forbid, group_by })
}

impl Rule for Caller {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        vec![Field::Canonical(Column::Caller)]
    }
    fn lists(&self) -> &[usize] {
        &self.inventory
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let mut sentences = Vec::new();
        if self.present {
            sentences.push(words.either("Every call shows a number.", "每次呼叫都须显示号码。").to_owned());
        }
        if !self.inventory.is_empty() {
            let lists = words.lists(&self.inventory);
            sentences.push(match words.lang {
                Lang::En => format!("The number shown stands on {lists} when the call is made."),
                Lang::Zh => format!("外显号码在呼叫时须在{lists}中。"),
            });
        }
        if let Some(allow) = &self.allow {
            let all = words.and(allow.texts());
            sentences.push(match words.lang {
                Lang::En => format!("Only these numbers are shown: {all}."),
                Lang::Zh => format!("仅可外显以下号码：{all}。"),
            });
        }
        if let Some(forbid) = &self.forbid {
            let all = words.or(forbid.texts());
            sentences.push(match words.lang {
                Lang::En => format!("Never shown: {all}."),
                Lang::Zh => format!("不得外显：{all}。"),
            });
        }
        Statement { topic: Topic::Conduct, text: sentences.join(words.either(" ", "")) }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let number = self.forbid.as_ref().map_or("", |f| f.text(usize::from(broke.which)));
        let message = match broke.broken {
            what::WITHHELD => Msg::FindingNoCaller,
            what::MASKED => Msg::FindingMaskedCaller,
            what::NAME => Msg::FindingCallerName,
            what::FORBIDDEN => return say(lang, Msg::FindingCallerForbidden, &[("number", number)]),
            what::OTHER => Msg::FindingCallerOther,
            what::NOT_YET => Msg::FindingCallerNotYet,
            what::ENDED => Msg::FindingCallerEnded,
            what::PURPOSE => Msg::FindingCallerPurpose,
            what::UNSURE => Msg::FindingCallerUnsure,
            _ => Msg::FindingCallerUnlisted,
        };
        say(lang, message, &[("list", broke.list)])
    }
}

impl Caller {
    /// What is said of a caller at any time; and whether it can be looked for in lists.
    fn of_number(&self, caller: Number, dictionary: &Dictionary) -> Result<Option<Said>, RowVerdict> {
        let said = |certain: bool, broken: u8, which: usize| Said { certain, broken, which, ..Said::default() };
        let withheld = shows_nothing(caller, dictionary);
        let name = caller.sort == Sort::Anonymous;
        let masked = caller.sort == Sort::Masked;
        if withheld || name {
            return match (self.present, withheld) {
                (true, true) => Ok(Some(said(true, what::WITHHELD, 0))),
                (true, false) => Ok(Some(said(false, what::NAME, 0))),
                (false, _) => Err(RowVerdict::NoKey),
            };
        }
        let mut possible = (self.present && masked).then(|| said(false, what::MASKED, 0));
        let whole = caller.key.groups();
        if let Some((which, certain)) = self.forbid.as_ref().and_then(|f| f.find(caller, dictionary)) {
            if certain {
                return Ok(Some(said(true, what::FORBIDDEN, which)));
            }
            possible = possible.or(Some(said(false, what::FORBIDDEN, which)));
        }
        match self.allow.as_ref().map(|a| a.find(caller, dictionary)) {
            None | Some(Some((_, true))) => {}
            Some(None) if whole => return Ok(Some(said(true, what::OTHER, 0))),
            Some(_) => possible = possible.or(Some(said(false, what::OTHER, 0))),
        }
        // Of a destroyed number nothing is known that a pattern could be compared with.
        let destroyed = !whole && !masked;
        if possible.is_none() && destroyed && self.forbid.is_some() && self.inventory.is_empty() {
            return if self.present && self.forbid.is_none() { Ok(None) } else { Err(RowVerdict::NoKey) };
        }
        Ok(possible)
    }

    /// What the inventory says of a caller at a moment.
    fn listed(&self, cx: &RowContext<'_>, i: usize, at: i64) -> Option<Said> {
        let caller = cx.batch.caller[i];
        let purpose = cx.batch.text(&Field::Canonical(Column::Purpose), i);
        let moment = Moment { at, purpose, grace: Grace::None, calendar: None };
        let lists = || self.inventory.iter().filter_map(|l| Some((*l, cx.lists[*l].as_ref()?)));
        let (which, _) = lists().next()?;
        let whole = caller.key.groups();
        let mut best = Match::No;
        let mut why = (Outside::Never, which);
        for (number, list) in lists() {
            let matched = if whole || caller.sort == Sort::Masked { list.find(caller, "", &moment, cx.dictionary) } else { Match::No };
            if matched > best {
                (best, why.1) = (matched, number);
            }
            if matched == Match::No {
                let outside = list.outside(caller, &moment, cx.dictionary);
                if best == Match::No && outside > why.0 {
                    why = (outside, number);
                }
            }
        }
        let said = |certain: bool, broken: u8| Some(Said { certain, broken, which: why.1, ..Said::default() });
        match best {
            Match::Certain { .. } => None,
            Match::Possible { undated } => said(false, what::UNSURE).map(|s| Said { notes: u8::from(undated) * note::UNDATED, ..s }),
            Match::No => {
                let broken = match why.0 {
                    Outside::Never => what::UNLISTED,
                    Outside::NotYet => what::NOT_YET,
                    Outside::Ended => what::ENDED,
                    Outside::OtherPurpose => what::PURPOSE,
                };
                said(whole, broken)
            }
        }
    }
}

impl RowTest for Caller {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let of_number = match self.of_number(cx.batch.caller[i], cx.dictionary) {
            Ok(said) => said,
            Err(verdict) => return verdict,
        };
        let unlistable = of_number.is_some_and(|s| s.broken == what::NAME);
        readings::judge(&self.common, cx, i, exempt, |at| match of_number {
            Some(said) if said.certain || unlistable => Some(said),
            said => {
                let listed = self.listed(cx, i, at);
                listed.filter(|l| l.certain).or(said).or(listed)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::readings::table::{Told, audited, judged_with};

    const LISTS: &[(&str, &str)] = &[
        (
            "ours.csv",
            "外显号码,报备时间,停用时间,用途\n0755-88880101,2026-03-01,,\n0755-88880102,2026-03-01,2026-03-05,\n0755-88880103,2026-03-01,,marketing\n95*,,,\n",
        ),
        ("more.csv", "number\n075588880199\n"),
    ];

    fn rule(keys: &str) -> String {
        format!(
            "[ruleset]\nid = \"x\"\ntimezone = \"Asia/Shanghai\"\nregion = \"CN\"\n[[list]]\nid = \"ours\"\nkind = \"inventory\"\npath = \"ours.csv\"\n[[list]]\nid = \"more\"\nkind = \"inventory\"\npath = \"more.csv\"\n[[rule]]\nid = \"r\"\nkind = \"caller_id\"\n{keys}\n"
        )
    }

    fn callers(keys: &str, callers: &[&str]) -> Vec<Told> {
        let rows: Vec<String> = callers.iter().map(|c| format!("{c},13812345678,2026-03-02T09:00:00+08:00")).collect();
        judged_with(&rule(keys), &format!("caller,callee,started_at\n{}\n", rows.join("\n")), LISTS)
    }

    #[test]
    fn a_number_must_be_shown() {
        use Told::*;
        let found = callers(
            "present = true",
            &["", "anonymous", "NULL", "匿名", "+266696687", "0000", "alice", "0755****0101", "075588880101", "95588", "8001", "7.5588E+10"],
        );
        assert_eq!(found, [Violation, Violation, Violation, Violation, Violation, Violation, Possible, Possible, Clear, Clear, Clear, Clear]);
    }

    #[test]
    fn numbers_that_may_and_may_not_be_shown() {
        use Told::*;
        let found = callers(
            "allow = [\"+86755*\", \"95*\"]",
            &["075588880101", "95588", "02188880101", "+12125550123", "0755****0101", "138****0101", "", "anonymous", "7.5588E+10"],
        );
        assert_eq!(found, [Clear, Clear, Violation, Violation, Possible, Possible, NoKey, NoKey, Possible]);
        let found = callers("forbid = [\"400*\", \"170****0000\"]", &["4001234567", "075588880101", "17012340000", "400****567", "", "7.5588E+10"]);
        assert_eq!(found, [Violation, Clear, Possible, Possible, NoKey, NoKey]);
        let found = callers("present = true\nforbid = [\"400*\"]", &["", "4001234567", "0755****0101", "075588880101"]);
        assert_eq!(found, [Violation, Violation, Possible, Clear]);
    }

    #[test]
    fn a_caller_stands_in_the_inventory_when_the_call_begins() {
        use Told::*;
        let found = callers("inventory = [\"ours\"]", &["075588880101", "075588880104", "95588", "0755****0101", "0755****0999", "", "1.38E+10"]);
        assert_eq!(found, [Clear, Violation, Clear, Possible, Possible, NoKey, Possible]);
        assert_eq!(callers("inventory = [\"ours\", \"more\"]", &["075588880199", "075588880101", "075588880104"]), [Clear, Clear, Violation]);
        let times = "caller,started_at,purpose\n075588880101,2026-02-28T23:59:59+08:00,\n075588880101,2026-03-01T00:00:00+08:00,\n075588880102,2026-03-05T23:59:59+08:00,\n075588880102,2026-03-06T00:00:00+08:00,\n075588880103,2026-03-02T09:00:00+08:00,marketing\n075588880103,2026-03-02T09:00:00+08:00,survey\n075588880103,2026-03-02T09:00:00+08:00,\n";
        assert_eq!(judged_with(&rule("inventory = [\"ours\"]"), times, LISTS), [Violation, Clear, Clear, Violation, Clear, Violation, Possible]);
        let (_, messages) = audited(&rule("inventory = [\"ours\"]"), times, LISTS, Lang::En);
        assert_eq!(
            messages,
            [
                "the caller number was not yet filed in the inventory ours",
                "the caller number is filed for other purposes in the inventory ours",
                "whether the caller number is in the inventory ours cannot be told",
                "the caller number had expired in the inventory ours",
            ]
        );
    }

    #[test]
    fn nobody_is_no_number_that_was_shown() {
        let calls = "caller,callee,started_at\n0000,13812345678,2026-03-02T09:00:00+08:00\n075588880101,13812345678,2026-03-02T09:01:00+08:00\n+266696687,13812345678,2026-03-02T09:02:00+08:00\n075588880102,13812345678,2026-03-02T09:03:00+08:00\n";
        let rules = rule("per = [\"callee\"]\nmax_numbers = 1\nwindow = \"day\"");
        let (report, messages) = audited(&rules, calls, LISTS, Lang::En);
        assert_eq!(messages, ["2 different caller numbers shown in a day, limit 1"]);
        assert_eq!((report.rules[0].calls_judged, report.rules[0].calls_without_key), (2, 2));
    }

    #[test]
    fn a_start_with_two_readings_is_tried_with_both() {
        let rules = rule("inventory = [\"ours\"]");
        let coarse = "caller,started_at\n075588880101,2026-02-28 23:59\n075588880101,2026-03-01 00:00\n";
        assert_eq!(judged_with(&rules, coarse, LISTS), [Told::Violation, Told::Clear]);
        let folded = rules.replace("Asia/Shanghai", "Europe/Berlin").replace("ours.csv", "fold.csv");
        let list = [("fold.csv", "number,added_at\n075588880101,2026-10-25T01:00:00Z\n"), LISTS[1]];
        let calls = "caller,started_at\n075588880101,2026-10-25 02:30:00\n075588880101,2026-10-25 01:30:00\n075588880101,2026-10-25 03:30:00\n";
        assert_eq!(judged_with(&folded, calls, &list), [Told::Possible, Told::Violation, Told::Clear], "02:30 is before and after the filing");
    }
}
