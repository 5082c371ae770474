//! `consent`: calls to people who did not agree to be called.

use std::sync::Arc;

use crate::calls::calendar::Calendar;
use crate::calls::columns::{Column, Field};
use crate::calls::zones::DAY;
use crate::input::profile::fold;
use crate::language::{Lang, Msg, say};
use crate::rules::lists::consent::{Age, Answer, Asked, Consents, Doubt, Part, Why};
use crate::rules::lists::{Grace, Others};
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::readings::{self, Said};
use crate::rules::windows::{parse_days, parse_duration};
use crate::rules::{Broke, Common, Plan, RowContext, RowTest, RowVerdict, Rule, RuleKind, broken, group_by, note, read_grace};
use crate::ruleset::ListKind;
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Calls to a callee of whom no consent on the lists is in force when the call begins.

## Why it matters
Many laws forbid advertising calls, robot calls or all commercial calls without consent, and put the proof on the caller.

## Parameters
- `lists`: ids of `[[list]]` tables of kind `consent`. One consent in force on one of them suffices.
- `grace`: how long a consent still counts after it was taken back: `"10 days"`, `"10 business days"` (of the `calendar`, if there is one; the day of the revocation is day 0), or elapsed time such as `"24h"`. Without it a consent ends at `revoked_at`; a date is that whole day.
- `max_age`: how old a consent may be: `"24 months"` (to the end of the same day of the month, or of its last one), `"90 days"` (calendar days, the day of the consent being day 0), or elapsed time such as `"720h"`.
- `proof = true`: only consents with evidence count.
- `consent_kind`: which sorts of consent count, such as `["written"]`: words of the list's column `kind`. A consent of which the list does not tell the sort does not count.
- `calendar`: `cn`, or the path of a calendar file.
- `group_by`: columns by which findings are grouped; the first that a call has counts (default campaign, else line, else callee, else callee_id).

A consent that is limited to purposes, modes or a seller counts for calls of these. What depends on something that is not told is *possible*: the call's purpose is unknown and the consent is limited, the time of the consent is missing or unreadable, digits are masked on one side or the other. The sentence says what is wrong with the consent that came nearest: none on record, given after the call, other purpose, mode or seller, another sort, no evidence, too old, expired, taken back.

## Example
```toml
[[list]]
id = "consents"
kind = "consent"
path = "consents.csv"

[[rule]]
id = "consent"
kind = "consent"
severity = "critical"
force = "law"
where = "purpose = 'marketing'"
lists = ["consents"]
grace = "10 business days"
proof = true
```

## What to do
Dial from the list of consents, not past it: take out of every lead list whoever has none, let revocations reach all systems at once, and keep the evidence beside each consent.

## References
- 47 CFR 64.1200(a)(1)-(2), (a)(10) and (f)(9); Regulation (EU) 2016/679 art. 7; 个人信息保护法 art. 14-15; a ruleset cites its own sources.
"#;

/// What is broken, for the sentence.
mod what {
    use super::broken::{OWN, OWN_MEASURED};
    pub const MISSING: u8 = OWN;
    pub const MODE: u8 = OWN + 1;
    pub const SELLER: u8 = OWN + 2;
    pub const PURPOSE: u8 = OWN + 3;
    pub const KIND: u8 = OWN + 4;
    pub const NO_PROOF: u8 = OWN + 5;
    pub const UNSURE_NUMBER: u8 = OWN + 8;
    pub const UNSURE_SCOPE: u8 = OWN + 9;
    pub const UNSURE_TIME: u8 = OWN + 10;
    /// These measure days.
    pub const NOT_YET: u8 = OWN_MEASURED;
    pub const TOO_OLD: u8 = OWN_MEASURED + 1;
    pub const EXPIRED: u8 = OWN_MEASURED + 2;
    pub const REVOKED: u8 = OWN_MEASURED + 3;
}

struct Consented {
    common: Common,
    lists: Vec<usize>,
    grace: Grace,
    calendar: Option<Arc<Calendar>>,
    max_age: Option<Age>,
    proof: bool,
    kinds: Vec<String>,
    group_by: Vec<Field>,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "consent"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        let age = serde_json::json!({ "type": "string", "pattern": r"^(\d+[smhd]|\d+ (months?|days?))$", "examples": ["24 months", "90 days", "720h"] });
        KindSchema {
            about: ["people who must have agreed to be called, as of the call", "呼叫须有被叫的同意，按呼叫时的状态判定"],
            keys: vec![
                key("lists", shape::lists(), "ids of [[list]] tables of kind consent", "类型为 consent 的 [[list]] 的 id").required(),
                key("grace", shape::days_or_duration(), "so long after it was taken back a consent still counts", "撤回后仍有效的宽限期"),
                key("calendar", shape::calendar(), "for business days", "用于工作日的日历"),
                key("max_age", age, "how old a consent may be", "同意的最长期限"),
                key("proof", shape::boolean(), "only consents with evidence count", "仅有凭证的同意有效"),
                key("consent_kind", shape::array(shape::text()), "which sorts of consent count", "何种形式的同意有效"),
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
        let lists = cx.lists_as(table, "lists", ListKind::Consent, out);
        let grace = read_grace(table, out);
        let calendar = cx.calendar(table, out);
        let max_age = read_age(table, out);
        let proof = table.boolean("proof", out).unwrap_or(false);
        let kinds: Vec<String> = table.texts("consent_kind", out).unwrap_or_default().into_iter().map(|k| fold(k.0)).collect();
        let group_by = group_by(table, out, &[Column::Campaign, Column::Line, Column::Callee, Column::CalleeId]);
        if out.errors() == before && !table.has_unknown() {
            if lists.is_empty() {
                let place = if table.has("lists") { table.place("lists") } else { table.place("kind") };
                let message = if table.has("lists") { "`lists` is empty" } else { "`lists` is missing" };
                out.error(&place, message).help = Some("lists = [\"id of a [[list]] of kind consent\"]".to_owned());
            } else if kinds.is_empty() && table.has("consent_kind") {
                out.error(&table.place("consent_kind"), "`consent_kind` is empty");
            }
        }
        (out.errors() == before).then(|| Box::new(Consented { common, lists, grace, calendar, max_age, proof, kinds, group_by }) as Box<dyn Rule>)
    }
}

fn read_age(table: &mut Reader<'_>, out: &mut Diagnostics) -> Option<Age> {
    let text = table.text("max_age", out)?;
    let months = text.strip_suffix(" months").or_else(|| text.strip_suffix(" month"));
    let found = match months {
        Some(n) => n.parse().ok().filter(|n| *n <= 1200).map(Age::Months),
        None => parse_days(text).map(Age::Days).or_else(|| parse_duration(text).map(Age::Elapsed)),
    };
    if found.is_none() {
        let place = table.place("max_age");
        out.error(&place, format!("\"{text}\" is no age")).help = Some("\"24 months\", \"90 days\" or elapsed time such as \"720h\"".to_owned());
    }
    found
}

impl Rule for Consented {
    fn common(&self) -> &Common {
        &self.common
    }
    fn needs(&self) -> Vec<Field> {
        Vec::new()
    }
    fn needs_one_of(&self) -> &[Column] {
        &[Column::Callee, Column::CalleeId]
    }
    fn reads(&self) -> Vec<Field> {
        [Column::CalleeId, Column::Mode, Column::Seller].map(Field::Canonical).to_vec()
    }
    fn lists(&self) -> &[usize] {
        &self.lists
    }
    fn missing(&self, others: &Others) -> Option<String> {
        let asked = [(self.max_age.is_some(), Part::Granted), (self.proof, Part::Evidence), (!self.kinds.is_empty(), Part::Kind)];
        let lists = self.lists.iter().filter_map(|l| others.consents.get(*l)?.as_ref());
        let lacking = |list: &Consents| {
            let (_, part) = asked.into_iter().find(|(wanted, part)| *wanted && !list.has(*part))?;
            Some(format!("the list {} has no column \"{}\": the rule cannot ask for it", list.id, part.name()))
        };
        lists.into_iter().find_map(lacking)
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Row(self)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        let lists = words.lists(&self.lists);
        let grace = match self.grace {
            Grace::None => None,
            Grace::Elapsed(ms) => Some(words.length(ms)),
            Grace::Days(n) => Some(words.days(n, false)),
            Grace::BusinessDays(n) => Some(words.days(n, true)),
        };
        let max_age = self.max_age.map(|a| age(words.lang, a));
        let mut text = match words.lang {
            Lang::En => format!("Nobody is called without a consent on {lists} that is in force."),
            Lang::Zh => format!("被叫须在{lists}中有有效的同意，方可呼叫。"),
        };
        let mut add = |en: String, zh: String| match words.lang {
            Lang::En => text.push_str(&format!(" {en}")),
            Lang::Zh => text.push_str(&zh),
        };
        match grace {
            None => add("Whoever takes it back is not called any more.".to_owned(), "撤回同意后不得再呼叫。".to_owned()),
            Some(grace) => add(
                format!("Whoever takes it back is not called any more from {grace} afterwards at the latest."),
                format!("撤回同意后，最迟 {grace}起不得再呼叫。"),
            ),
        }
        if let Some(age) = max_age {
            add(format!("A consent counts for {age} at most."), format!("同意最长有效 {age}。"));
        }
        if !self.kinds.is_empty() {
            let kinds = words.or(&self.kinds);
            add(format!("Only these sorts of consent count: {kinds}."), format!("有效的同意形式：{kinds}。"));
        }
        if self.proof {
            add("The evidence of each consent is kept.".to_owned(), "每条同意均须保存凭证。".to_owned());
        }
        Statement { topic: Topic::Who, text }
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        let time = days(lang, broke.measured.unwrap_or(0.0));
        let message = match broke.broken {
            what::MODE => Msg::FindingConsentMode,
            what::SELLER => Msg::FindingConsentSeller,
            what::PURPOSE => Msg::FindingConsentPurpose,
            what::KIND => Msg::FindingConsentKind,
            what::NO_PROOF => Msg::FindingConsentProof,
            what::UNSURE_NUMBER => Msg::FindingConsentNumber,
            what::UNSURE_SCOPE => Msg::FindingConsentScope,
            what::UNSURE_TIME => Msg::FindingConsentTime,
            what::NOT_YET => Msg::FindingConsentNotYet,
            what::EXPIRED => Msg::FindingConsentExpired,
            what::REVOKED => Msg::FindingConsentRevoked,
            what::TOO_OLD => {
                return say(lang, Msg::FindingConsentOld, &[("time", &time), ("limit", &self.max_age.map_or_else(String::new, |a| age(lang, a)))]);
            }
            _ => return say(lang, Msg::FindingConsentMissing, &[]),
        };
        say(lang, message, &[("time", &time)])
    }
    fn limit(&self, broken: u8) -> Option<f64> {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        match self.max_age.filter(|_| broken == what::TOO_OLD)? {
            Age::Months(_) => None,
            Age::Days(n) => Some(f64::from(n)),
            Age::Elapsed(ms) => Some(ms as f64 / DAY as f64),
        }
    }
    fn about_callee(&self) -> bool {
        true
    }
}

/// So many days in words: `3 days`, `5 hours`, `less than an hour`.
fn days(lang: Lang, days: f64) -> String {
    let plural = |n: f64| if n == 1.0 { "" } else { "s" };
    let (whole, hours) = (days.floor(), (days * 24.0 + 0.02).floor());
    match lang {
        Lang::En if whole >= 1.0 => format!("{whole} day{}", plural(whole)),
        Lang::En if hours >= 1.0 => format!("{hours} hour{}", plural(hours)),
        Lang::En => "less than an hour".to_owned(),
        // A blank stands before digits only.
        Lang::Zh if whole >= 1.0 => format!(" {whole} 天"),
        Lang::Zh if hours >= 1.0 => format!(" {hours} 小时"),
        Lang::Zh => "不到 1 小时".to_owned(),
    }
}

fn age(lang: Lang, age: Age) -> String {
    let plural = |n: u32| if n == 1 { "" } else { "s" };
    match (lang, age) {
        (Lang::En, Age::Months(n)) => format!("{n} month{}", plural(n)),
        (Lang::Zh, Age::Months(n)) => format!("{n} 个月"),
        (Lang::En, Age::Days(n)) => format!("{n} day{}", plural(n)),
        (Lang::Zh, Age::Days(n)) => format!("{n} 天"),
        (lang, Age::Elapsed(ms)) => days(lang, ms as f64 / DAY as f64).trim().to_owned(),
    }
}

impl Consented {
    fn said(&self, answer: Answer, which: usize) -> Option<Said> {
        let (certain, broken, ms, notes) = match answer {
            Answer::Yes => return None,
            Answer::Unsure(Doubt::Number) => (false, what::UNSURE_NUMBER, 0, 0),
            Answer::Unsure(Doubt::Scope) => (false, what::UNSURE_SCOPE, 0, 0),
            Answer::Unsure(Doubt::Time) => (false, what::UNSURE_TIME, 0, note::UNDATED),
            Answer::No(Why::Missing, _) => (true, what::MISSING, 0, 0),
            Answer::No(Why::Mode, _) => (true, what::MODE, 0, 0),
            Answer::No(Why::Seller, _) => (true, what::SELLER, 0, 0),
            Answer::No(Why::Purpose, _) => (true, what::PURPOSE, 0, 0),
            Answer::No(Why::Kind, _) => (true, what::KIND, 0, 0),
            Answer::No(Why::NoProof, _) => (true, what::NO_PROOF, 0, 0),
            Answer::No(Why::NotYet, ms) => (true, what::NOT_YET, ms, 0),
            Answer::No(Why::TooOld, ms) => (true, what::TOO_OLD, ms, 0),
            Answer::No(Why::Expired, ms) => (true, what::EXPIRED, ms, 0),
            Answer::No(Why::Revoked, ms) => (true, what::REVOKED, ms, 0),
        };
        // Thousandths of a day.
        Some(Said { certain, broken, measured: ms / (DAY / 1000), which, notes })
    }
}

impl RowTest for Consented {
    fn group_by(&self) -> &[Field] {
        &self.group_by
    }

    fn judge(&self, cx: &RowContext<'_>, i: usize, exempt: [bool; 2]) -> RowVerdict {
        let callee = cx.batch.callee[i];
        let text = |column| cx.batch.text(&Field::Canonical(column), i);
        let id = text(Column::CalleeId);
        let lists = || self.lists.iter().filter_map(|l| Some((*l, cx.others.consents[*l].as_ref()?)));
        if !lists().any(|(_, list)| list.knows(callee, id)) {
            return RowVerdict::NoKey;
        }
        readings::judge(&self.common, cx, i, exempt, |at| {
            let asked = Asked {
                at,
                of_call: [text(Column::Purpose), text(Column::Mode), text(Column::Seller)],
                grace: self.grace,
                calendar: self.calendar.as_deref(),
                max_age: self.max_age,
                proof: self.proof,
                kinds: &self.kinds,
            };
            let (mut best, mut which) = (Answer::No(Why::Missing, 0), self.lists[0]);
            for (number, list) in lists() {
                let answer = best.or(list.ask(callee, id, &asked, cx.dictionary));
                if answer != best {
                    (best, which) = (answer, number);
                }
            }
            self.said(best, which)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::readings::table::{Told, audited, judged_with};
    use Told::*;

    fn rule(keys: &str) -> String {
        format!(
            "[ruleset]\nid = \"x\"\ntimezone = \"Asia/Shanghai\"\nregion = \"CN\"\n[[list]]\nid = \"c\"\nkind = \"consent\"\npath = \"c.csv\"\n[[rule]]\nid = \"r\"\nkind = \"consent\"\nlists = [\"c\"]\n{keys}\n"
        )
    }

    /// Verdicts on calls at these times to one number, of whom the list says this.
    fn at(keys: &str, list: &str, times: &[&str]) -> Vec<Told> {
        let rows: Vec<String> = times.iter().map(|t| format!("13800130001,{t}+08:00")).collect();
        judged_with(&rule(keys), &format!("callee,started_at\n{}\n", rows.join("\n")), &[("c.csv", list)])
    }

    #[test]
    fn a_row_that_says_revoked_takes_all_consents_back() {
        use Told::*;
        let list = "number,granted_at,revoked_at,status\n13800130001,2026-09-30,,granted\n13800130001,2026-10-12,2026-11-11,revoked\n";
        assert_eq!(at("", list, &["2026-10-20 09:00:00", "2026-11-13 09:00:00"]), [Clear, Violation]);
        let own = "number,granted_at,revoked_at\n13800130001,2026-09-30,\n13800130001,2026-10-12,2026-11-11\n";
        assert_eq!(at("", own, &["2026-11-13 09:00:00"]), [Clear], "a revocation beside a grant ends that one alone");
    }

    /// What is said of calls with these cells.
    fn said(keys: &str, list: &str, calls: &str) -> Vec<String> {
        audited(&rule(keys), calls, &[("c.csv", list)], Lang::En).1
    }

    #[test]
    fn a_consent_counts_from_its_time_to_its_end() {
        let list = "number,granted_at,expires_at,revoked_at\n13800130001,2026-03-01,2026-03-10,\n13800130002,2026-03-01,,\n";
        let times = ["2026-02-28 23:59:59", "2026-03-01 00:00:00", "2026-03-10 23:59:59", "2026-03-11 00:00:00"];
        assert_eq!(at("", list, &times), [Violation, Clear, Clear, Violation]);
        let list = "号码,同意时间,撤回时间\n13800130001,2026-03-01 10:00:00,2026-03-05 12:00:00\n";
        let times = ["2026-03-01 09:59:59", "2026-03-01 10:00:00", "2026-03-05 11:59:59", "2026-03-05 12:00:00"];
        assert_eq!(at("", list, &times), [Violation, Clear, Clear, Violation]);
        assert_eq!(at("grace = \"24h\"", list, &["2026-03-06 11:59:59", "2026-03-06 12:00:00"]), [Clear, Violation]);
        // 2026-03-05 is a Thursday.
        assert_eq!(at("grace = \"2 days\"", list, &["2026-03-07 23:59:59", "2026-03-08 00:00:00"]), [Clear, Violation]);
        assert_eq!(at("grace = \"2 business days\"", list, &["2026-03-09 23:59:59", "2026-03-10 00:00:00"]), [Clear, Violation]);
    }

    #[test]
    fn one_consent_suffices_and_a_later_no_takes_back_the_earlier_ones() {
        let times = ["2026-03-02 10:00:00", "2026-03-05 10:00:00", "2026-03-08 10:00:00"];
        let again = "number,granted_at,revoked_at\n13800130001,2026-03-01,2026-03-04\n13800130001,2026-03-07,\n";
        assert_eq!(at("", again, &times), [Clear, Violation, Clear]);
        let rows_of_their_own = "number,granted_at,revoked_at\n13800130001,2026-03-01,\n13800130001,,2026-03-04\n13800130001,2026-03-07,\n";
        assert_eq!(at("", rows_of_their_own, &times), [Clear, Violation, Clear]);
        let log = "phone,status,date\n13800130001,granted,2026-03-01\n13800130001,revoked,2026-03-04\n13800130001,granted,2026-03-07\n";
        assert_eq!(at("", log, &times), [Clear, Violation, Clear]);
        let states = "手机号,状态,时间\n13800130001,已撤回,2026-03-04\n13800130001,同意,2026-03-01\n";
        assert_eq!(at("", states, &times), [Clear, Violation, Violation]);
        let no_time = "phone,status,date\n13800130001,granted,2026-03-01\n13800130001,revoked,\n";
        assert_eq!(at("", no_time, &times), [Possible, Possible, Possible]);
        let only_no = "number,granted_at,revoked_at\n13800130001,,2026-03-04\n13800130009,2026-01-01,\n";
        assert_eq!(at("", only_no, &times), [Violation, Violation, Violation]);
        let flags = "number,granted_at,revoked,expires_at\n13800130001,2026-01-01,no,never\n";
        assert_eq!(at("", flags, &times), [Clear; 3]);
        assert_eq!(at("", &flags.replace("no,", "yes,"), &times), [Possible; 3], "taken back nobody knows when");
        assert_eq!(at("", "number,consent\n13800130001,no\n", &times), [Violation; 3]);
        assert_eq!(at("", "number,consent,date\n13800130001,yes,2026-03-05\n", &times), [Violation, Clear, Clear]);
        assert_eq!(at("", "number,granted\n13800130001,no\n13800130002,yes\n", &times), [Violation; 3]);
        let unknown_state = "phone,status,date\n13800130001,granted,2026-03-01\n13800130001,maybe,2026-03-02\n";
        assert_eq!(at("", unknown_state, &times), [Clear, Clear, Clear]);
    }

    #[test]
    fn what_is_not_told_is_possible() {
        let times = ["2026-03-02 10:00:00"];
        assert_eq!(at("", "number\n13800130001\n", &times), [Possible], "undated");
        assert_eq!(at("", "number,granted_at\n13800130001,soon\n", &times), [Possible]);
        assert_eq!(at("", "number,granted_at,expires_at\n13800130001,2026-01-01,one day\n", &times), [Possible]);
        assert_eq!(at("", "number,granted_at\n138****0001,2026-01-01\n", &times), [Possible]);
        assert_eq!(at("", "number,granted_at\n138****0002,2026-01-01\n", &times), [Violation]);
        let list = [("c.csv", "number,granted_at\n13800130001,2026-01-01\n")];
        let masked = "callee,started_at\n138****0001,2026-03-02 10:00:00+08:00\n138****0002,2026-03-02 10:00:00+08:00\n1.38E+10,2026-03-02 10:00:00+08:00\n,2026-03-02 10:00:00+08:00\n";
        assert_eq!(judged_with(&rule(""), masked, &list), [Possible, Possible, Possible, NoKey]);
    }

    #[test]
    fn scopes_are_compared_with_the_call() {
        let list = "number,granted_at,purpose,mode,seller\n13800130001,2026-01-01,营销;调查,,\n13800130002,2026-01-01,,robot,\n13800130003,2026-01-01,,,Acme\n13800130004,2026-01-01,全部,,\n";
        let calls = "callee,started_at,purpose,mode,seller\n\
            13800130001,2026-03-02 10:00:00+08:00,marketing,manual,\n\
            13800130001,2026-03-02 10:00:00+08:00,survey,manual,\n\
            13800130001,2026-03-02 10:00:00+08:00,collection,manual,\n\
            13800130001,2026-03-02 10:00:00+08:00,,manual,\n\
            13800130002,2026-03-02 10:00:00+08:00,,机器人,\n\
            13800130002,2026-03-02 10:00:00+08:00,,manual,\n\
            13800130003,2026-03-02 10:00:00+08:00,,,Acme\n\
            13800130003,2026-03-02 10:00:00+08:00,,,Other\n\
            13800130003,2026-03-02 10:00:00+08:00,,,\n\
            13800130004,2026-03-02 10:00:00+08:00,,,\n";
        let found = judged_with(&rule(""), calls, &[("c.csv", list)]);
        assert_eq!(found, [Clear, Clear, Violation, Possible, Clear, Violation, Clear, Violation, Possible, Clear]);
        let list = "number,granted_at,revoked_at,purpose\n13800130001,2026-01-01,,\n13800130001,,2026-02-01,marketing\n";
        let calls = "callee,started_at,purpose\n13800130001,2026-03-02 10:00:00+08:00,marketing\n13800130001,2026-03-02 10:00:00+08:00,service\n13800130001,2026-03-02 10:00:00+08:00,\n";
        assert_eq!(judged_with(&rule(""), calls, &[("c.csv", list)]), [Violation, Clear, Possible]);
    }

    #[test]
    fn age_proof_and_sort() {
        let list = "number,granted_at,evidence,kind\n13800130001,2024-02-29 10:00:00,REC-1,Written\n";
        let times = ["2026-02-28 23:59:59", "2026-03-01 00:00:00"];
        assert_eq!(at("max_age = \"24 months\"", list, &times), [Clear, Violation]);
        assert_eq!(at("max_age = \"2 days\"", list, &["2024-03-02 23:59:59", "2024-03-03 00:00:00"]), [Clear, Violation]);
        assert_eq!(at("max_age = \"48h\"", list, &["2024-03-02 10:00:00", "2024-03-02 10:00:01"]), [Clear, Violation]);
        assert_eq!(at("proof = true\nconsent_kind = [\"written\"]", list, &["2026-02-01 10:00:00"]), [Clear]);
        assert_eq!(at("consent_kind = [\"oral\"]", list, &["2026-02-01 10:00:00"]), [Violation]);
        let empty = "number,granted_at,evidence,kind\n13800130001,2026-01-01,,\n13800130002,2026-01-01,x,oral\n";
        assert_eq!(at("proof = true", empty, &["2026-02-01 10:00:00"]), [Violation]);
        assert_eq!(at("consent_kind = [\"oral\"]", empty, &["2026-02-01 10:00:00"]), [Violation]);
        let bare = "number,granted_at\n13800130001,2026-01-01\n";
        for keys in ["proof = true", "consent_kind = [\"oral\"]"] {
            assert_eq!(at(keys, bare, &["2026-02-01 10:00:00"]), [Not], "the list cannot tell: {keys}");
        }
        assert_eq!(at("max_age = \"1 day\"", "number\n13800130001\n", &["2026-02-01 10:00:00"]), [Not]);
    }

    #[test]
    fn ids_stand_for_numbers() {
        let list = [("c.csv", "客户编号,同意时间\nA1,2026-01-01\n")];
        let calls = "callee_id,started_at\nA1,2026-03-02 10:00:00+08:00\nA2,2026-03-02 10:00:00+08:00\n";
        assert_eq!(judged_with(&rule(""), calls, &list), [Clear, Violation]);
        let both = [("c.csv", "number,callee_id,granted_at\n13800130001,A1,2026-01-01\n,A3,2026-01-01\n")];
        let calls = "callee,callee_id,started_at\n13800130001,,2026-03-02 10:00:00+08:00\n13900000000,A1,2026-03-02 10:00:00+08:00\n138****0009,A3,2026-03-02 10:00:00+08:00\n138****0009,A4,2026-03-02 10:00:00+08:00\n,,2026-03-02 10:00:00+08:00\n";
        assert_eq!(judged_with(&rule(""), calls, &both), [Clear, Clear, Clear, Possible, NoKey]);
    }

    #[test]
    fn the_sentence_says_what_is_wrong_with_it() {
        let list = "number,granted_at,expires_at,revoked_at,purpose,evidence\n13800130001,2026-03-01,,,,x\n13800130002,2026-01-01,2026-02-01,,,x\n13800130003,2026-01-01,,2026-03-02 04:00:00,,x\n13800130004,2026-01-01,,,survey,x\n13800130005,2026-01-01,,,,\n13800130006,2025-01-01,,,,x\n";
        let calls: Vec<String> = (0..7).map(|n| format!("1380013000{n},2026-03-02 10:0{n}:00+08:00,marketing\n")).collect();
        let calls = format!("callee,started_at,purpose\n13800130001,2026-02-27 10:00:00+08:00,marketing\n{}", calls.concat());
        let said = said("proof = true\nmax_age = \"6 months\"", list, &calls);
        assert_eq!(
            said,
            [
                "the consent was given 1 day after the call",
                "no consent is on record",
                "the consent had expired 28 days before",
                "the consent had been taken back 6 hours before",
                "the consent is for other purposes",
                "the consent has no evidence",
                "the consent was 425 days old, at most 6 months is permitted",
            ]
        );
    }

    /// What one row after the other says, and what is said of each call, does not depend on the order of the rows.
    #[test]
    fn the_order_of_rows_means_nothing() {
        let mut state = 11_u64;
        let mut random = move |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut hits = 0;
        for _ in 0..40 {
            let mut rows: Vec<String> = (0..2 + random(7))
                .map(|_| {
                    let number = ["13800130001", "13800130002", "138****0001"][usize::try_from(random(3)).unwrap()];
                    let day = |n: u64| if n < 3 { String::new() } else { format!("2026-03-{n:02}") };
                    let scope = ["", "marketing", "survey"][usize::try_from(random(3)).unwrap()];
                    format!("{number},{},{},{},{scope}", day(random(20)), day(random(20).saturating_sub(8)), day(random(28).saturating_sub(4)))
                })
                .collect();
            let calls: Vec<String> = (0..12)
                .map(|n| format!("1380013000{},2026-03-{:02} 10:00:{n:02}+08:00,{}", 1 + n % 2, 1 + random(24), ["marketing", "", "survey"][n % 3]))
                .collect();
            let calls = format!("callee,started_at,purpose\n{}\n", calls.join("\n"));
            let mut verdicts = Vec::new();
            for _ in 0..3 {
                let list = format!("number,granted_at,revoked_at,expires_at,purpose\n{}\n", rows.join("\n"));
                verdicts.push(said("", &list, &calls));
                for i in (1..rows.len()).rev() {
                    rows.swap(i, usize::try_from(random(i as u64 + 1)).unwrap());
                }
            }
            assert!(verdicts.iter().all(|v| *v == verdicts[0]), "{rows:?}: {verdicts:?}");
            hits += verdicts[0].len();
        }
        assert!((50..470).contains(&hits), "{hits} of 480 calls");
    }

    #[test]
    fn a_start_with_two_readings_is_tried_with_both() {
        let rules = rule("").replace("Asia/Shanghai", "Europe/Berlin");
        let list = [("c.csv", "number,granted_at\n13800130001,2026-10-25T01:00:00Z\n")];
        let calls = "callee,started_at\n13800130001,2026-10-25 02:30:00\n13800130001,2026-10-25 01:30:00\n13800130001,2026-10-25 03:30:00\n";
        assert_eq!(judged_with(&rules, calls, &list), [Possible, Violation, Clear]);
    }
}
