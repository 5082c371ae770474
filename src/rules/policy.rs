//! Rules as sentences for staff: what each kind says of itself in a policy, and the words that these sentences are made of.

use super::windows::Window;
use super::{Common, CountWord, RuleClock};
use crate::calls::columns::{Column, Field, Outcome};
use crate::calls::zones::{ZoneId, ZoneView};
use crate::language::{self, Lang};
use crate::ruleset::ListTable;
use crate::ruleset::condition::in_words;
use crate::ruleset::sql::Expression;

/// Where in a policy a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// When people may be called.
    When,
    /// How often a person may be called, and how much may be dialled.
    HowOften,
    /// What to do after a refusal, a complaint, a conversation.
    Refusal,
    /// Who must not be called, and for whom something must be on record first.
    Who,
    /// How a call is made: the number shown, ringing, how many at once.
    Conduct,
    /// What must be recorded and kept.
    Records,
}

impl Topic {
    /// All, in the order of a policy.
    pub const ALL: [Topic; 6] = [Topic::When, Topic::HowOften, Topic::Refusal, Topic::Who, Topic::Conduct, Topic::Records];
}

/// What a rule says in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where it stands.
    pub topic: Topic,
    /// Whole sentences, plain text: what is permitted or forbidden, for whom and by which measure. To which calls it applies, on which dates and what is
    /// exempt is said by the policy itself.
    pub text: String,
}

/// The words of a ruleset in a language.
#[derive(Debug)]
pub struct Words<'a> {
    /// The language.
    pub lang: Lang,
    /// Its lists.
    pub lists: &'a [ListTable],
    /// Its expressions.
    pub predicates: &'a [Expression],
    /// Clocks.
    pub view: &'a ZoneView,
}

impl Words<'_> {
    /// One of two texts, by language.
    pub fn either<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }

    /// `a, b or c`, `a、b 或 c`
    pub fn or(&self, items: &[String]) -> String {
        self.joined(items, self.either(" or ", "或"))
    }

    /// `a, b and c`, `a、b 和 c`
    pub fn and(&self, items: &[String]) -> String {
        self.joined(items, self.either(" and ", "和"))
    }

    fn joined(&self, items: &[String], last: &str) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., end] => format!("{}{last}{end}", rest.join(self.either(", ", "、"))),
        }
    }

    /// A list, by its title and its id.
    pub fn list(&self, number: usize) -> String {
        let Some(list) = self.lists.get(number) else { return String::new() };
        match self.lang.pick(&list.title) {
            Some(title) => self.quoted(title) + self.either(" (", "（") + &list.id + self.either(")", "）"),
            None => self.quoted(&list.id),
        }
    }

    /// Several lists: any of them.
    pub fn lists(&self, numbers: &[usize]) -> String {
        let all: Vec<String> = numbers.iter().map(|n| self.list(*n)).collect();
        self.either("the list ", "名单").to_owned() + &self.or(&all)
    }

    /// `“name”`
    pub fn quoted(&self, text: &str) -> String {
        format!("“{text}”")
    }

    /// What a column holds: `campaign`, `“任务名称”`.
    pub fn column(&self, field: &Field) -> String {
        match (field, self.lang) {
            (Field::Canonical(Column::Caller), _) => self.either("displayed number", "外显号码").to_owned(),
            (Field::Canonical(Column::Callee), _) => self.either("called number", "被叫号码").to_owned(),
            (Field::Canonical(Column::Person), _) => self.either("person", "联系人").to_owned(),
            (Field::Canonical(Column::StartedAt), Lang::En) => "start".to_owned(),
            (Field::Canonical(Column::AnsweredAt), Lang::En) => "time of the answer".to_owned(),
            (Field::Canonical(Column::EndedAt), Lang::En) => "end".to_owned(),
            (Field::Canonical(Column::RingS), Lang::En) => "ringing time".to_owned(),
            (Field::Canonical(Column::TalkS), Lang::En) => "talk time".to_owned(),
            (Field::Canonical(Column::TotalS), Lang::En) => "total time".to_owned(),
            (Field::Canonical(c), Lang::En) => c.en().to_owned(),
            (Field::Canonical(c), Lang::Zh) => c.zh().to_owned(),
            (Field::Raw(name), _) => self.quoted(name),
        }
    }

    /// For each what calls are counted, at the beginning of a sentence: `Per called number and campaign`, `每个被叫号码、任务`; nothing is the whole log.
    pub fn per(&self, fields: &[Field]) -> String {
        let names: Vec<String> = fields.iter().map(|f| self.column(f)).collect();
        match (names.is_empty(), self.lang) {
            (true, Lang::En) => "Over all calls together".to_owned(),
            (true, Lang::Zh) => "全部呼叫合计".to_owned(),
            (false, Lang::En) => format!("Per {}", self.and(&names)),
            (false, Lang::Zh) => format!("每个{}", names.join("、")),
        }
    }

    /// Elapsed time: `24 hours`, `30 分钟`.
    pub fn length(&self, ms: i64) -> String {
        const UNITS: [(i64, [&str; 3]); 3] =
            [(3_600_000, ["hour", "hours", "小时"]), (60_000, ["minute", "minutes", "分钟"]), (1000, ["second", "seconds", "秒"])];
        let (unit, [one, many, zh]) = UNITS.into_iter().find(|u| ms % u.0 == 0 && ms >= u.0).unwrap_or(UNITS[2]);
        let n = ms / unit;
        match self.lang {
            Lang::En => format!("{n} {}", if n == 1 { one } else { many }),
            Lang::Zh => format!("{n} {zh}"),
        }
    }

    /// So many days: `10 business days`, `10 个工作日`.
    pub fn days(&self, n: u32, business: bool) -> String {
        let plural = if n == 1 { "" } else { "s" };
        match (self.lang, business) {
            (Lang::En, false) => format!("{n} day{plural}"),
            (Lang::En, true) => format!("{n} business day{plural}"),
            (Lang::Zh, false) => format!("{n} 个自然日"),
            (Lang::Zh, true) => format!("{n} 个工作日"),
        }
    }

    /// In which stretch of time: `within any 24 hours`, `任意 24 小时内`.
    pub fn within(&self, window: Window) -> String {
        match (window, self.lang) {
            (Window::Sliding(ms), Lang::En) => format!("within any {}", self.length(ms).trim_start_matches("1 ")),
            (Window::Sliding(ms), Lang::Zh) => format!("任意 {}内", self.length(ms)),
            (Window::Hour, _) => self.either("within an hour of the clock", "每个整点小时内").to_owned(),
            (Window::Day, _) => self.either("on a calendar day", "每个自然日内").to_owned(),
            (Window::Week, _) => self.either("in a calendar week (from Monday)", "每个自然周内（自周一起）").to_owned(),
            (Window::Month, _) => self.either("in a calendar month", "每个自然月内").to_owned(),
            (Window::Days(n), Lang::En) => format!("within {n} consecutive calendar day{}", if n == 1 { "" } else { "s" }),
            (Window::Days(n), Lang::Zh) => format!("连续 {}内", self.days(n, false)),
            (Window::Anchored(ms), Lang::En) => format!("within {} of the first call (the next call after that begins anew)", self.length(ms)),
            (Window::Anchored(ms), Lang::Zh) => format!("自首次呼叫起 {}内（其后的首次呼叫重新起算）", self.length(ms)),
            (Window::Ever, _) => self.either("over the whole time", "全部时间内").to_owned(),
            (Window::ResetsAt(t), Lang::En) => format!("within a day that begins at {}", clock_time(t)),
            (Window::ResetsAt(t), Lang::Zh) => format!("每日 {} 起的一天内", clock_time(t)),
        }
    }

    /// So many calls of the sort that counts, without the number: `connected calls`, `接通的呼叫`.
    pub fn counted(&self, n: u64, count: CountWord) -> String {
        let call = if n == 1 { "call" } else { "calls" };
        match (self.lang, count) {
            (Lang::En, CountWord::Attempts) => format!("{call}, answered or not"),
            (Lang::En, CountWord::Connected) => format!("connected {call}"),
            (Lang::En, CountWord::Answered) => format!("{call} answered by a person"),
            (Lang::En, CountWord::Sql(p)) => format!("{call} for which {}", self.condition(p)),
            (Lang::Zh, CountWord::Attempts) => "呼叫（无论是否接通）".to_owned(),
            (Lang::Zh, CountWord::Connected) => "接通的呼叫".to_owned(),
            (Lang::Zh, CountWord::Answered) => "真人接听的呼叫".to_owned(),
            (Lang::Zh, CountWord::Sql(p)) => format!("符合以下条件的呼叫（{}）", self.condition(p)),
        }
    }

    /// Outcomes: `no answer or busy`.
    pub fn outcomes(&self, outcomes: &[Outcome]) -> String {
        let words: Vec<String> = outcomes.iter().map(|o| language::outcome(self.lang, o.word()).to_owned()).collect();
        self.or(&words)
    }

    /// An expression of the ruleset, in words where it is simple.
    pub fn condition(&self, number: usize) -> String {
        self.predicates.get(number).map(|p| in_words(&p.text, self.lang)).unwrap_or_default()
    }

    /// The name of a zone.
    pub fn zone(&self, zone: ZoneId) -> &str {
        &self.view.clock(zone).name
    }

    /// On whose clock: `on the clock of the called person's place`, `按北京时间`.
    pub fn clock(&self, common: &Common) -> String {
        match (common.clock, self.lang) {
            (RuleClock::Callee, _) => self.either("on the clock of the place where the called person is", "按被叫所在地时间").to_owned(),
            (RuleClock::Zone(zone), Lang::En) => format!("on the clock of {}", self.zone(zone)),
            (RuleClock::Zone(zone), Lang::Zh) => format!("按 {} 时间", self.zone(zone)),
        }
    }
}

/// `09:00`, `09:00:30`, of milliseconds of the day; more than a day goes on from 00:00.
pub fn clock_time(ms: i64) -> String {
    let seconds = ms / 1000;
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let h = if h > 24 || h == 24 && (m, s) != (0, 0) { h - 24 } else { h };
    if s == 0 { format!("{h:02}:{m:02}") } else { format!("{h:02}:{m:02}:{s:02}") }
}
