//! A plan as sheets: one for each department, or all of them in one.

use super::measuring::wilson;
use super::{Item, Measure, Plan, State};
use crate::calls::calendar::{Date, iso};
use crate::language::plan::{Msg, say, state, why};
use crate::language::{self, Lang};
use crate::policy::{Block, Policy};
use crate::report::renderers::csv::guard;
use crate::report::renderers::table::{grouped, show};

/// What is shown of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Only the steps of this department.
    pub owner: Option<&'a str>,
    /// The day by which a step is overdue.
    pub as_of: Date,
    /// The language.
    pub lang: Lang,
}

impl Sheet<'_> {
    fn say(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    /// The steps: by department, then by date.
    pub fn items(&self) -> Vec<&Item> {
        let mut items: Vec<&Item> = self.plan.items.iter().filter(|i| self.owner.is_none_or(|owner| i.owner.eq_ignore_ascii_case(owner))).collect();
        items.sort_by(|a, b| (&a.owner, a.due.unwrap_or(Date::MAX), &a.id).cmp(&(&b.owner, b.due.unwrap_or(Date::MAX), &b.id)));
        items
    }

    /// Is it late?
    pub fn overdue(&self, item: &Item) -> bool {
        matches!(item.state, State::Open | State::Reopened) && item.due.is_some_and(|due| due < self.as_of)
    }

    /// What to do, with settings and values.
    pub fn step(&self, item: &Item) -> String {
        self.lang.pick(&item.step).map_or_else(|| item.id.clone(), str::to_owned)
    }

    /// Rates of an item's rules before and after it was done.
    pub fn rates(&self, item: &Item) -> [Vec<(String, String)>; 2] {
        let on = item.on.unwrap_or(Date::MAX);
        let before = item.rules.iter().filter_map(|rule| Some((rule.clone(), self.rate(self.plan.before(rule, on)?))));
        let after = item.rules.iter().filter_map(|rule| {
            let last = self.plan.last(rule).filter(|m| item.on.is_some_and(|on| m.as_of > on))?;
            Some((rule.clone(), self.rate(last)))
        });
        [before.collect(), after.collect()]
    }

    fn rate(&self, m: &Measure) -> String {
        let values = [("violations", grouped(m.violations)), ("judged", grouped(m.judged))];
        if m.together {
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            return self.say(Msg::RateTogether, &values);
        }
        let (low, high) = wilson(m.violations, m.judged);
        #[allow(clippy::cast_precision_loss)] // shown with two decimals
        let share = if m.judged == 0 { 0.0 } else { m.violations as f64 / m.judged as f64 };
        let percent = |share: f64| format!("{:.2}", share * 100.0);
        let more = [("percent", percent(share)), ("low", percent(low)), ("high", percent(high))];
        let values: Vec<(&str, &str)> = values.iter().chain(&more).map(|(k, v)| (*k, v.as_str())).collect();
        self.say(Msg::Rate, &values)
    }

    /// What there is to say of a step besides what it is, line by line.
    pub fn lines(&self, item: &Item) -> Vec<String> {
        let mut lines = Vec::new();
        let mut add = |message: Msg, text: String| {
            if !text.is_empty() {
                lines.push(self.say(message, &[("text", &text)]));
            }
        };
        item.settings.iter().filter_map(|s| self.lang.pick(s)).for_each(|s| add(Msg::Setting, s.to_owned()));
        item.values.iter().for_each(|v| add(Msg::Value, v.clone()));
        add(Msg::Platform, item.platform.join(", "));
        let due = item.due.map(iso).unwrap_or_default();
        add(Msg::DueOn, if self.overdue(item) { format!("{due} ⚠ {}", self.say(Msg::Overdue, &[])) } else { due });
        add(Msg::Attach, self.lang.pick(&item.attach).unwrap_or_default().to_owned());
        add(Msg::Rules, item.rules.join(", "));
        if let Some(on) = item.on.filter(|_| !item.by.is_empty()) {
            lines.push(self.say(Msg::DoneBy, &[("by", &item.by), ("on", &iso(on)), ("proof", &item.proof)]));
        }
        let [before, after] = self.rates(item);
        for (message, rates) in [(Msg::RateBefore, before), (Msg::RateAfter, after)] {
            lines.extend(rates.iter().map(|(rule, rate)| self.say(message, &[("rule", rule), ("rate", rate)])));
        }
        lines.extend(self.last_word(item));
        if !item.remark.is_empty() {
            lines.push(self.say(Msg::Remark, &[("text", &item.remark)]));
        }
        lines
    }

    /// What the last audit said of it.
    fn last_word(&self, item: &Item) -> Option<String> {
        let entry = self.plan.log.iter().rev().find(|e| e.item == item.id)?;
        let message = match entry.what.as_str() {
            "kept" if item.state == State::Done => Msg::NotVerified,
            "reopened" if item.state == State::Reopened => Msg::ReopenedOn,
            "verified" if item.state == State::Verified => return Some(self.say(Msg::VerifiedOn, &[("on", &iso(entry.on))])),
            _ => return None,
        };
        Some(self.say(message, &[("on", &iso(entry.on)), ("why", &why(self.lang, &entry.why))]))
    }

    /// The sheet, for HTML and Markdown.
    pub fn document(&self) -> Policy {
        let items = self.items();
        let owner = |owner: &str| capital(language::owner(self.lang, &show(owner)));
        let title = match self.owner {
            Some(name) => self.say(Msg::TitleOf, &[("owner", &owner(name))]),
            None => self.say(Msg::Title, &[]),
        };
        let mut blocks = Vec::new();
        if items.is_empty() {
            blocks.push(Block::Text(self.say(Msg::Nothing, &[])));
        }
        let mut last = None;
        let sign = || Block::Text(format!("{}: ____________________", self.say(Msg::SignOff, &[])));
        for item in &items {
            if last != Some(&item.owner) {
                blocks.extend(last.map(|_| sign()));
                blocks.push(Block::Section(owner(&item.owner)));
                last = Some(&item.owner);
            }
            let mark = if matches!(item.state, State::Done | State::Verified) { "☑" } else { "☐" };
            blocks.push(Block::Part(format!("{mark} {} · {}", item.id, state(self.lang, item.state.word()))));
            blocks.push(Block::Text(self.step(item)));
            blocks.push(Block::Items(self.lines(item)));
        }
        blocks.extend(last.map(|_| sign()));
        Policy { lang: self.lang, title, head: self.head(), blocks, foot: self.say(Msg::Foot, &[]) }
    }

    /// The day, the last audit, how many steps are in which state.
    fn head(&self) -> Vec<(String, String)> {
        let mut head = vec![(self.say(Msg::AsOf, &[]), iso(self.as_of))];
        if let Some(last) = self.plan.reports.last() {
            let values = [
                ("as_of", iso(last.as_of)),
                ("calls", grouped(last.calls)),
                ("first", last.first.clone()),
                ("last", last.last.clone()),
                ("ruleset", last.ruleset.clone()),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            head.push((self.say(Msg::LastAudit, &[]), self.say(Msg::LastAuditIs, &values)));
        }
        let items = self.items();
        let n = |wanted: State| grouped(items.iter().filter(|i| i.state == wanted).count() as u64);
        let values = [
            ("open", n(State::Open)),
            ("reopened", n(State::Reopened)),
            ("done", n(State::Done)),
            ("verified", n(State::Verified)),
            ("overdue", grouped(items.iter().filter(|i| self.overdue(i)).count() as u64)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        head.push((self.say(Msg::Steps, &[]), self.say(Msg::StepsAre, &values)));
        head
    }

    /// The sheet as CSV, disarmed for spreadsheets.
    pub fn csv(&self) -> String {
        let names = [
            Msg::ColId,
            Msg::ColOwner,
            Msg::ColState,
            Msg::ColDue,
            Msg::ColStep,
            Msg::ColSettings,
            Msg::ColAttach,
            Msg::ColRules,
            Msg::ColBy,
            Msg::ColOn,
            Msg::ColProof,
            Msg::ColBefore,
            Msg::ColAfter,
            Msg::ColRemark,
            Msg::ColSince,
        ];
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing into memory does not fail.
        let _ = writer.write_record(names.map(|n| self.say(n, &[])));
        for item in self.items() {
            let date = |date: Option<Date>| date.map(iso).unwrap_or_default();
            let settings: Vec<&str> = item.settings.iter().filter_map(|s| self.lang.pick(s)).chain(item.values.iter().map(String::as_str)).collect();
            let [before, after] = self.rates(item).map(|rates| rates.iter().map(|(rule, rate)| format!("{rule}: {rate}")).collect::<Vec<_>>().join("; "));
            let cells = [
                item.id.clone(),
                language::owner(self.lang, &item.owner).to_owned(),
                state(self.lang, item.state.word()).to_owned(),
                date(item.due),
                self.step(item),
                settings.join("; "),
                self.lang.pick(&item.attach).unwrap_or_default().to_owned(),
                item.rules.join("; "),
                item.by.clone(),
                date(item.on),
                item.proof.clone(),
                before,
                after,
                item.remark.clone(),
                date(item.since),
            ];
            let _ = writer.write_record(cells.map(|cell| guard(&cell).into_owned()));
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// With a capital letter.
fn capital(text: &str) -> String {
    crate::report::renderers::table::capital(text)
}

/// A document in plain lines, for the terminal.
pub fn plain(document: &Policy) -> String {
    let colon = if document.lang == Lang::Zh { "：" } else { ": " };
    let mut lines = vec![show(&document.title), String::new()];
    lines.extend(document.head.iter().map(|(label, text)| format!("{}{colon}{}", show(label), show(text))));
    for block in &document.blocks {
        match block {
            Block::Section(title) => lines.extend([String::new(), show(title)]),
            Block::Part(title) => lines.extend([String::new(), show(title)]),
            Block::Text(text) | Block::Warning(text) => lines.push(show(text)),
            Block::Items(items) => lines.extend(items.iter().map(|item| format!("  - {}", show(item)))),
            Block::Table { head, rows } => {
                lines.extend([head].into_iter().chain(rows).map(|row| format!("  {}", row.iter().map(|c| show(c)).collect::<Vec<_>>().join(" | "))))
            }
            Block::Rule(_) | Block::Source(..) => {}
        }
    }
    lines.extend([String::new(), show(&document.foot)]);
    lines.join("\n") + "\n"
}
