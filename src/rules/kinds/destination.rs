//! `destination`: calls to numbers, classes of numbers and places that must not be called.

use crate::calls::classes::{Class, Emergency, classes_of};
use crate::calls::columns::{Column, Field};
use crate::calls::numbers::{Number, Sort};
use crate::calls::regions::{self, Within};
use crate::language::{self, Lang, Msg, say};
use crate::rules::lists::{Grace, List, Match, MatchBy, Moment};
use crate::rules::named::Named;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::readings::{self, Said};
use crate::rules::{Broke, Common, Plan, RowContext, RowTest, RowVerdict, Rule, RuleKind, broken, group_by, note, words};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls to numbers that must not be called: single numbers and prefixes, classes such as emergency numbers, regions, and lists of facilities.

## Why it matters
A dialler that reaches an emergency hotline or a hospital does real harm and is punished at once; platforms close accounts that call into regions which they exclude.

## Parameters
One of them at least. A call that breaks any is one violation, reported with the first in the order `forbid`, `allow`, `classes`, `areas`, `regions`, `only_regions`, `lists`.
- `forbid`: numbers (`"95588"`), prefixes (`"+86138*"`) and masks (`"138****1234"`, possible only); without a plus they are read in the ruleset's `region`.
- `allow`: the same; only these may be called.
- `lists`: ids of `[[list]]` tables of numbers (hospitals, schools), as of the call.
- `classes`: `emergency`, `service` (95, 96, 400, 1010, 12xxx in China), `toll_free`, `premium`, `shared_cost`, `mobile`, `fixed`, `voip`, `personal`, `pager`, `uan`, `voicemail`. Emergency numbers are those of the ruleset's `region`, in China also behind an area code (`0574-120`). In North America a mobile number looks like a fixed one: with only one of the two forbidden such calls are *possible*.
- `areas`: `"CN-54"` (Tibet) and `"CN-65"` (Xinjiang), by `callee_region` if the log names it, else by the area code of a fixed line or the first seven digits of a mobile number. Mobile numbers of the series 160 to 167, 171, 172, 174, 175, 179 and 190 to 199 are not in the data: without `callee_region` they are not seen.
- `regions`: countries (`"GB"`), states and provinces of the United States and Canada (`"US-FL"`) that must not be called; `only_regions`: all others must not. By `callee_region` if the log names one, else by the number. A number that may be in several regions of which not all are forbidden is *possible*.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else callee).

A call without a callee is counted in the evaluation as one without the key. So is one whose number is masked or destroyed, if what the rule asks of it cannot be told.

## Example
```toml
[[rule]]
id = "never"
kind = "destination"
severity = "critical"
force = "contract"
classes = ["emergency"]
areas = ["CN-65", "CN-54"]
forbid = ["+8695*"]
```

## What to do
Filter these numbers where calls are placed, not in the lead lists alone, and find the list that brought them in.

## References
- Numbers, their classes and places: libphonenumber's metadata, see `src/calls/data`.
- Emergency calls: 47 CFR 64.1200(a)(1)(i) and (iii); a ruleset cites its own sources.
"#;

/// What is broken, for the sentence.
mod what {
    use super::broken::OWN;
    pub const FORBIDDEN: u8 = OWN;
    pub const OTHER_NUMBER: u8 = OWN + 1;
    pub const LISTED: u8 = OWN + 2;
    pub const REGION: u8 = OWN + 3;
    pub const OTHER_REGION: u8 = OWN + 4;
    /// And the number of the class.
    pub const CLASS: u8 = OWN + 16;
    /// And the number of the area.
    pub const AREA: u8 = OWN + 48;
}

struct Places {
    common: Common,
    forbid: Named,
    allow: Option<Named>,
    lists: Vec<usize>,
    classes: Vec<Class>,
    emergency: Option<Emergency>,
    areas: Vec<&'static str>,
    regions: Vec<String>,
    only_regions: Vec<String>,
    columns: Vec<Field>,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "destination"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["numbers, classes of numbers and places that must not be called", "禁止呼叫的号码、号码类别与地区"],
            keys: vec![
                key("forbid", shape::array(shape::text()), "numbers, prefixes (138*) and masks", "禁止的号码、前缀（138*）与掩码"),
                key("allow", shape::array(shape::text()), "only these may be called", "仅允许呼叫"),
                key("lists", shape::lists(), "lists of numbers", "号码名单"),
                key("classes", shape::array(shape::words(Class::WORDS.iter().map(|w| w.0))), "classes of numbers", "号码类别"),
                key("areas", shape::array(shape::words(regions::AREAS)), "areas of a country", "国内地区"),
                key("regions", shape::array(shape::text()), "countries, states and provinces", "国家、州与省"),
                key("only_regions", shape::array(shape::text()), "only these may be called", "仅允许呼叫的地区"),
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
        let forbid = Named::read(table, "forbid", cx, out);
        let allow = Named::read(table, "allow", cx, out);
        let lists: Vec<usize> = table.texts("lists", out).unwrap_or_default().into_iter().filter_map(|(name, node)| cx.list(name, node, out)).collect();
        let classes = words(table, "classes", &Class::WORDS, out).unwrap_or_default();
        let areas = words(table, "areas", &regions::AREAS.map(|a| (a, a)), out).unwrap_or_default();
        let [regions, only_regions] = ["regions", "only_regions"].map(|key| read_regions(table, key, out));
        let group_by = group_by(table, out, &[Column::Campaign, Column::Line, Column::Callee]);
        let keys = ["forbid", "allow", "lists", "classes", "areas", "regions", "only_regions"];
        if out.errors() == before && !table.has_unknown() {
            if let Some(key) = keys.into_iter().find(|k| table.texts(k, out).is_some_and(|texts| texts.is_empty())) {
                out.error(&table.place(key), format!("`{key}` is empty"));
            } else if !keys.into_iter().any(|k| table.has(k)) {
                out.error(&table.place("kind"), "the rule forbids nothing").help = Some(format!("one of {}", keys.map(|k| format!("`{k}`")).join(", ")));
            }
        }
        if out.errors() != before {
            return None;
        }
        let emergency = classes.contains(&Class::Emergency).then(|| Emergency::of(cx.region()));
        let mut columns = cx.list_columns(&lists);
        let callee = Field::Canonical(Column::Callee);
        let by_id_only = !columns.is_empty() && !columns.contains(&callee) && keys.iter().filter(|k| table.has(k)).eq([&"lists"]);
        if !by_id_only && !columns.contains(&callee) {
            columns.push(callee);
        }
        let forbid = forbid.unwrap_or_default();
        Some(Box::new(Places { common, forbid, allow, lists, classes, emergency, areas, regions, only_regions, columns, group_by }))
    }
}

fn read_regions(table: &mut Reader<'_>, key: &'static str, out: &mut Diagnostics) -> Vec<String> {
    let mut all = Vec::new();
    for (text, node) in table.texts(key, out).unwrap_or_default() {
        match regions::parse(text) {
            Ok(code) => all.push(code),
            Err(e) => {
                out.error(&node.place, e);
            }
        }
    }
    all
}

impl Rule for Places {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        self.columns.clone()
    }
    fn reads(&self) -> Vec<Field> {
        vec![Field::Canonical(Column::CalleeRegion), Field::Canonical(Column::CalleeId)]
    }
    fn lists(&self) -> &[usize] {
        &self.lists
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let texts = |named: &Named| named.texts().to_vec();
        let mut never: Vec<String> = texts(&self.forbid);
        never.extend(self.classes.iter().filter_map(|c| Class::WORDS.iter().find(|w| w.1 == *c)).map(|w| language::class(words.lang, w.0).to_owned()));
        never.extend(self.areas.iter().map(|a| language::area(words.lang, a).to_owned()));
        never.extend(self.regions.iter().cloned());
        if !self.lists.is_empty() {
            never.push(words.lists(&self.lists));
        }
        let mut only = self.allow.as_ref().map(texts).unwrap_or_default();
        only.extend(self.only_regions.iter().cloned());
        let mut sentences = Vec::new();
        if !never.is_empty() {
            sentences.push(match words.lang {
                Lang::En => format!("Never called: {}.", words.and(&never)),
                Lang::Zh => format!("不得呼叫：{}。", words.and(&never)),
            });
        }
        if !only.is_empty() {
            sentences.push(match words.lang {
                Lang::En => format!("Called are only {}.", words.and(&only)),
                Lang::Zh => format!("仅可呼叫：{}。", words.and(&only)),
            });
        }
        Statement { topic: Topic::Who, text: sentences.join(words.either(" ", "")) }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let which = usize::from(broke.which);
        match broke.broken {
            what::FORBIDDEN => say(lang, Msg::FindingNumber, &[("number", self.forbid.text(which))]),
            what::OTHER_NUMBER => say(lang, Msg::FindingOtherNumber, &[]),
            what::LISTED => say(lang, Msg::FindingList, &[("list", broke.list)]),
            what::REGION => say(lang, Msg::FindingRegion, &[("region", self.regions.get(which).map_or("", String::as_str))]),
            what::OTHER_REGION => say(lang, Msg::FindingOtherRegion, &[]),
            n if n >= what::AREA => {
                let area = regions::AREAS.get(usize::from(n - what::AREA)).copied().unwrap_or_default();
                say(lang, Msg::FindingRegion, &[("region", language::area(lang, area))])
            }
            n => {
                let class = Class::WORDS.get(usize::from(n.saturating_sub(what::CLASS))).map_or("", |w| w.0);
                say(lang, Msg::FindingClass, &[("class", language::class(lang, class))])
            }
        }
    }
    fn about_callee(&self) -> bool {
        true
    }
}

/// What the rule says of a number, whenever it is called.
enum Told {
    Found(Said),
    Nothing,
    /// Digits are missing that would tell.
    Undecided,
}

fn code(base: u8, place: usize) -> u8 {
    base + u8::try_from(place).unwrap_or(0)
}

impl Places {
    fn of_number(&self, cx: &RowContext<'_>, callee: Number, region: &str) -> Told {
        let mut possible: Option<Said> = None;
        let whole = callee.key.groups();
        // A masked number may be one of a list; of a hash, or of a number that is destroyed, nobody can say.
        let silent = |list: &List| list.by() == MatchBy::Callee && (list.is_hashed() || callee.sort != Sort::Masked);
        let mut undecided = !whole && self.lists.iter().any(|l| cx.lists[*l].as_ref().is_some_and(silent));
        let mut see = |certain: bool, broken: u8, which: usize| -> Option<Said> {
            let said = Said { certain, broken, which, ..Said::default() };
            if certain {
                return Some(said);
            }
            possible = possible.or(Some(said));
            None
        };
        if let Some((which, certain)) = self.forbid.find(callee, cx.dictionary)
            && let Some(said) = see(certain, what::FORBIDDEN, which)
        {
            return Told::Found(said);
        }
        undecided |= !self.forbid.is_empty() && !whole && callee.sort != Sort::Masked;
        if let Some(allow) = &self.allow {
            match allow.find(callee, cx.dictionary) {
                Some((_, true)) => {}
                None if !whole && callee.sort != Sort::Masked => undecided = true,
                // Of a mask nothing is sure: other digits may stand in front of it than the rule has.
                found => {
                    if let Some(said) = see(found.is_none() && whole, what::OTHER_NUMBER, 0) {
                        return Told::Found(said);
                    }
                }
            }
        }
        let is_emergency = self.emergency.as_ref().is_some_and(|e| e.holds(callee, cx.dictionary));
        let classes = if self.classes.is_empty() { [None; 2] } else { classes_of(callee) };
        for (place, (_, class)) in Class::WORDS.iter().enumerate().filter(|(_, w)| self.classes.contains(&w.1)) {
            let is = if *class == Class::Emergency { is_emergency } else { classes.contains(&Some(*class)) };
            // Of two classes that it may have, the other one may be permitted.
            let certain = *class == Class::Emergency || classes.iter().flatten().all(|c| self.classes.contains(c));
            if is && let Some(said) = see(certain, code(what::CLASS, place), 0) {
                return Told::Found(said);
            }
        }
        undecided |= !self.classes.is_empty() && !whole && !is_emergency;
        if !self.areas.is_empty() {
            match regions::area_of(region, callee).and_then(|a| regions::AREAS.iter().position(|known| *known == a)) {
                Some(place) if self.areas.contains(&regions::AREAS[place]) => {
                    if let Some(said) = see(true, code(what::AREA, place), 0) {
                        return Told::Found(said);
                    }
                }
                Some(_) => {}
                // That it is in China does not tell where.
                None => undecided |= !whole && (region.is_empty() || regions::candidates(region, callee).contains(&"CN") && !region.contains('-')),
            }
        }
        if !self.regions.is_empty() || !self.only_regions.is_empty() {
            let candidates = regions::candidates(region, callee);
            if !self.regions.is_empty() {
                let which = self.regions.iter().position(|r| regions::within(&candidates, std::slice::from_ref(r)) != Within::None).unwrap_or(0);
                match regions::within(&candidates, &self.regions) {
                    within @ (Within::All | Within::Some) => {
                        if let Some(said) = see(within == Within::All, what::REGION, which) {
                            return Told::Found(said);
                        }
                    }
                    Within::None => {}
                    Within::Unknown => undecided |= !whole,
                }
            }
            if !self.only_regions.is_empty() {
                let broken = match regions::within(&candidates, &self.only_regions) {
                    Within::All => None,
                    Within::None => Some(true),
                    Within::Some => Some(false),
                    // A short code is dialled within a network; other digits may lead anywhere.
                    Within::Unknown if whole => (digits(&cx.dictionary.show(callee.key)) > 6).then_some(false),
                    Within::Unknown => {
                        undecided = true;
                        None
                    }
                };
                if let Some(certain) = broken
                    && let Some(said) = see(certain, what::OTHER_REGION, 0)
                {
                    return Told::Found(said);
                }
            }
        }
        match possible {
            Some(said) => Told::Found(said),
            None if undecided => Told::Undecided,
            None => Told::Nothing,
        }
    }

    /// Does the callee stand on one of the lists at a moment?
    fn listed(&self, cx: &RowContext<'_>, i: usize, at: i64) -> Option<Said> {
        let id = cx.batch.text(&Field::Canonical(Column::CalleeId), i);
        let purpose = cx.batch.text(&Field::Canonical(Column::Purpose), i);
        let moment = Moment { at, purpose, grace: Grace::None, calendar: None };
        let found = self.lists.iter().filter_map(|l| Some((cx.lists[*l].as_ref()?.find(cx.batch.callee[i], id, &moment, cx.dictionary), *l)));
        let (best, which) = found.max_by_key(|f| (f.0, std::cmp::Reverse(f.1)))?;
        let (certain, undated) = match best {
            Match::No => return None,
            Match::Possible { undated } => (false, undated),
            Match::Certain { undated } => (true, undated),
        };
        Some(Said { certain, broken: what::LISTED, which, notes: u8::from(undated) * note::UNDATED, ..Said::default() })
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

impl RowTest for Places {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let callee = cx.batch.callee[i];
        let told = if callee.sort == Sort::Null {
            // Only lists that are compared with the id can say anything.
            let by_id = !self.columns.contains(&Field::Canonical(Column::Callee));
            if cx.batch.text(&Field::Canonical(Column::CalleeId), i).is_empty() {
                return RowVerdict::NoKey;
            }
            if by_id { Told::Nothing } else { Told::Undecided }
        } else {
            self.of_number(cx, callee, cx.batch.text(&Field::Canonical(Column::CalleeRegion), i))
        };
        let of_number = if let Told::Found(said) = &told { Some(*said) } else { None };
        let verdict = readings::judge(&self.common, cx, i, exempt, |at| match of_number {
            Some(said) if said.certain => Some(said),
            said => self.listed(cx, i, at).filter(|l| l.certain).or(said).or_else(|| self.listed(cx, i, at)),
        });
        match (verdict, told) {
            (RowVerdict::Clear, Told::Undecided) => RowVerdict::NoKey,
            (verdict, _) => verdict,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::readings::table::{Told, judged};

    fn rule(keys: &str) -> String {
        format!("[ruleset]\nid = \"x\"\ntimezone = \"Asia/Shanghai\"\nregion = \"CN\"\n[[rule]]\nid = \"r\"\nkind = \"destination\"\n{keys}\n")
    }

    /// The verdict on calls to these numbers, in their order.
    fn callees(keys: &str, numbers: &[&str]) -> Vec<Told> {
        let rows: Vec<String> = numbers.iter().map(|n| format!("{n},2026-03-02T09:00:00+08:00")).collect();
        judged(&rule(keys), &format!("callee,started_at\n{}\n", rows.join("\n")))
    }

    #[test]
    fn numbers_that_are_forbidden_or_not_permitted() {
        use Told::*;
        let forbid = callees(
            "forbid = [\"95*\", \"0755-12345678\", \"138****0001\"]",
            &["95588", "+8675512345678", "13812340001", "13812340002", "96110", "", "139****0001", "138****0001", "anonymous"],
        );
        assert_eq!(forbid, [Violation, Violation, Possible, Clear, Clear, NoKey, Clear, Possible, NoKey]);
        let allow = callees("allow = [\"+86138*\"]", &["13812340002", "13912340002", "110", "138****0001", "139****0001", "1.38E+10"]);
        assert_eq!(allow, [Clear, Violation, Violation, Possible, Possible, NoKey]);
        let both = callees("allow = [\"+86138*\"]\nforbid = [\"13812340002\"]", &["13812340002", "13812340003", "13912340002"]);
        assert_eq!(both, [Violation, Clear, Violation]);
    }

    #[test]
    fn classes_and_areas() {
        use Told::*;
        let found = callees(
            "classes = [\"emergency\", \"service\", \"premium\"]",
            &["120", "0574-120", "95588", "4001234567", "13812345678", "8120", "+19002345678", "138****5678"],
        );
        assert_eq!(found, [Violation, Violation, Violation, Violation, Clear, Clear, Violation, NoKey]);
        let found = callees("classes = [\"mobile\"]", &["13812345678", "075512345678", "+12125550123", "+447400123456"]);
        assert_eq!(found, [Violation, Clear, Possible, Violation]);
        let found = callees("classes = [\"mobile\", \"fixed\"]", &["+12125550123", "95588"]);
        assert_eq!(found, [Violation, Clear]);
        let found = callees("areas = [\"CN-65\"]", &["0991-2345678", "0891-6324567", "13999123456", "13812345678", "19912345678", "139****3456"]);
        assert_eq!(found, [Violation, Clear, Violation, Clear, Clear, NoKey]);
        let exported = "callee,started_at,callee_region\n19912345678,2026-03-02T09:00:00+08:00,新疆乌鲁木齐\n138****5678,2026-03-02T09:00:00+08:00,西藏\n138****5678,2026-03-02T09:00:00+08:00,广东\n";
        assert_eq!(judged(&rule("areas = [\"CN-65\", \"CN-54\"]"), exported), [Violation, Violation, Clear]);
    }

    #[test]
    fn regions_forbidden_and_permitted() {
        use Told::*;
        let numbers = ["13812345678", "+85221234567", "+12125550123", "+13055550123", "+18005550123", "+19025550123", "110", "138****5678", "+9991234567890"];
        let found = callees("regions = [\"HK\", \"US-FL\", \"CA-PE\"]", &numbers);
        assert_eq!(found, [Clear, Violation, Clear, Violation, Possible, Possible, Clear, NoKey, Clear]);
        let found = callees("only_regions = [\"CN\", \"US\"]", &numbers);
        assert_eq!(found, [Clear, Violation, Clear, Clear, Possible, Violation, Clear, NoKey, Possible]);
    }
}
