//! The report for people, as blocks from which Markdown, HTML and the terminal's page are made.

use super::matching::Standing;
use super::model::*;
use crate::calls::timestamps;
use crate::calls::zones::Clock;
use crate::language::complaints::{self as words, Msg, say};
use crate::language::{self, Lang};
use crate::policy::{Block, Policy};
use crate::report::renderers::table::{decimal, grouped};
use crate::ruleset::citations::{Citation, Confidence};

/// Complaints that are listed; csv and json have all of them.
const LISTED: usize = 30;
/// Levels of a dimension that are listed, besides findings.
const LEVELS: usize = 8;

struct Writer {
    lang: Lang,
    clock: Option<Clock>,
    blocks: Vec<Block>,
}

/// The page of a report.
pub fn page(report: &Report, lang: Lang) -> Policy {
    let mut writer = Writer { lang, clock: Clock::parse(&report.clock).ok(), blocks: Vec::new() };
    let clock = Clock::parse(&report.clock).ok();
    writer.short(report);
    writer.became(report);
    writer.rates(report);
    writer.gather(report);
    writer.rules(report);
    writer.deadlines(report);
    writer.open(report);
    writer.sources(report);
    let say = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let files = |all: Vec<(&str, u64)>| {
        let told: Vec<String> = all.iter().map(|(path, n)| say(Msg::HeadInput, &[("path", path), ("n", &grouped(*n))])).collect();
        told.join(if lang == Lang::Zh { "、" } else { ", " })
    };
    let mut head = vec![
        (say(Msg::HeadLogs, &[]), files(report.logs.iter().map(|l| (l.path.as_str(), l.rows.read)).collect())),
        (say(Msg::HeadInputs, &[]), files(report.inputs.iter().map(|i| (i.path.as_str(), i.read)).collect())),
        (say(Msg::HeadCalls, &[]), grouped(report.calls.outbound)),
    ];
    if let (Some(first), Some(last)) = (&report.calls.first, &report.calls.last) {
        head.push((say(Msg::HeadPeriod, &[]), format!("{} – {}", local(first, &clock), local(last, &clock))));
    }
    head.push((say(Msg::HeadClock, &[]), report.clock.clone()));
    head.push((say(Msg::HeadAsOf, &[]), report.as_of.clone()));
    if let Some(ruleset) = &report.ruleset {
        let version = ruleset.version.as_deref().map(|v| format!(" {v}")).unwrap_or_default();
        head.push((say(Msg::HeadRuleset, &[]), format!("{}{version}", ruleset.id)));
    }
    let foot = say(Msg::Foot, &[("version", &report.tool.version)]);
    Policy { lang, title: say(Msg::Title, &[]), head, blocks: writer.blocks, foot }
}

/// A figure with as many digits as say something.
pub(super) fn figure(value: f64) -> String {
    match value.abs() {
        v if v >= 1000.0 => grouped_float(value),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => decimal((value * 10.0).round() / 10.0),
        v if v >= 0.01 || v == 0.0 => decimal((value * 100.0).round() / 100.0),
        _ => format!("{value:.1e}"),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count, or a ratio of such size
fn grouped_float(value: f64) -> String {
    grouped(value.round() as u64)
}

/// What a figure is called, with the letter of its source where that must be doubted.
fn doubt(id: &str, confidence: Option<Confidence>) -> String {
    match confidence.filter(|c| c.is_low()) {
        Some(letter) => format!("{id} ({})", letter.word()),
        None => id.to_owned(),
    }
}

/// A rate that is small: so many digits that it is not nought.
fn percent(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.1 { format!("{value:.4}") } else { figure(value) }
}

/// A time on the clock of the report, to the minute; a date stays one, and what is no time stays what it is.
pub(super) fn local(text: &str, clock: &Option<Clock>) -> String {
    let (Some(stamp), Some(clock)) = (timestamps::parse(text, None), clock) else { return text.to_owned() };
    let Some(offset) = stamp.offset else { return text.to_owned() };
    let shown = timestamps::rfc3339(clock.local(stamp.local - offset));
    shown.get(..16).unwrap_or(&shown).replace('T', " ")
}

impl Writer {
    fn say(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    fn section(&mut self, title: Msg) {
        let n = 1 + self.blocks.iter().filter(|b| matches!(b, Block::Section(_))).count();
        self.blocks.push(Block::Section(format!("{n}. {}", self.say(title, &[]))));
    }

    fn text(&mut self, message: Msg, values: &[(&str, &str)]) {
        self.blocks.push(Block::Text(self.say(message, values)));
    }

    fn table(&mut self, head: &[Msg], rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Table { head: head.iter().map(|m| self.say(*m, &[])).collect(), rows });
        }
    }

    fn short(&mut self, report: &Report) {
        self.section(Msg::Short);
        let reasons = report.exit.reason.join(if self.lang == Lang::Zh { "；" } else { "; " });
        let reasons = format!("{}{}", language_capital(&reasons), if self.lang == Lang::Zh { "。" } else { "." });
        self.blocks.push(if report.exit.status == 0 { Block::Text(reasons) } else { Block::Warning(reasons) });
        let rows = report.totals.rows;
        let n = |n: u64| grouped(n);
        self.text(
            Msg::ShortRows,
            &[
                ("read", &n(rows.read)),
                ("matched", &n(rows.matched)),
                ("ambiguous", &n(rows.ambiguous)),
                ("unmatched", &n(rows.unmatched)),
                ("duplicate", &n(rows.duplicate)),
                ("damaged", &n(rows.damaged)),
                ("people", &n(report.totals.people)),
            ],
        );
        match (&report.rates.matched, &report.rates.all) {
            (Some(matched), Some(all)) => self.text(
                Msg::ShortRate,
                &[("per", &figure(matched.per_10k)), ("low", &figure(matched.low)), ("high", &figure(matched.high)), ("all", &figure(all.per_10k))],
            ),
            _ => self.text(Msg::ShortNoRate, &[]),
        }
        if let Some(prevented) = &report.prevented {
            self.text(Msg::ShortPrevented, &[("n", &n(prevented.complaints)), ("yes", &n(prevented.prevented)), ("possible", &n(prevented.possible))]);
        }
    }

    fn became(&mut self, report: &Report) {
        self.section(Msg::Became);
        let lang = self.lang;
        let mut rows = Vec::new();
        for (sure, n) in &report.totals.sure {
            rows.push(vec![words::standing(lang, Standing::Matched).to_owned(), words::sure(lang, *sure).to_owned(), grouped(*n)]);
        }
        for reason in report.totals.reasons.keys() {
            for standing in [Standing::Ambiguous, Standing::Unmatched] {
                let n = report.complaints.iter().filter(|c| c.standing == standing && c.reason == Some(*reason)).count() as u64;
                if n > 0 {
                    rows.push(vec![words::standing(lang, standing).to_owned(), words::reason(lang, *reason).to_owned(), grouped(n)]);
                }
            }
        }
        self.table(&[Msg::ColStanding, Msg::ColWhy, Msg::ColComplaints], rows);
        let open: Vec<&Row> = report.complaints.iter().filter(|c| c.standing != Standing::Matched).collect();
        if open.is_empty() {
            return;
        }
        self.blocks.push(Block::Part(self.say(Msg::NotMatched, &[])));
        let rows = open.iter().take(LISTED).map(|c| {
            let why = c.reason.map_or("", |r| words::reason(lang, r)).to_owned();
            let told = c.happened_at.as_ref().or(c.received_at.as_ref()).map_or_else(String::new, |t| local(t, &self.clock));
            vec![name(c), c.number.clone(), c.shown.clone(), told, why]
        });
        let rows = rows.collect();
        self.table(&[Msg::ColComplaint, Msg::ColNumber, Msg::ColShown, Msg::ColTold, Msg::ColWhy], rows);
        self.more(open.len());
    }

    fn more(&mut self, n: usize) {
        if n > LISTED {
            self.text(Msg::AndMore, &[("n", &(n - LISTED).to_string())]);
        }
    }

    fn rates(&mut self, report: &Report) {
        self.section(Msg::Rates);
        let optional = |v: Option<f64>| v.map_or_else(|| "—".to_owned(), figure);
        let months = report.rates.months.iter().map(|m| {
            vec![
                m.month.clone(),
                grouped(m.calls),
                grouped(m.numbers),
                grouped(m.matched),
                grouped(m.complaints),
                optional(m.per_10k),
                optional(m.per_10k_all),
                optional(m.percent_of_numbers),
            ]
        });
        let months = months.collect();
        self.table(&[Msg::ColMonth, Msg::ColCalls, Msg::ColNumbers, Msg::ColMatched, Msg::ColAll, Msg::ColPer, Msg::ColPerAll, Msg::ColPerNumbers], months);
        if report.rates.months.is_empty() {
            self.text(Msg::ShortNoRate, &[]);
        }
        if report.limits.is_empty() {
            return;
        }
        self.blocks.push(Block::Part(self.say(Msg::Limits, &[])));
        self.text(Msg::LimitsText, &[]);
        let lang = self.lang;
        let rows = report.limits.iter().map(|l| {
            let value = |v: Option<f64>| match (v, l.percent) {
                (None, _) => "—".to_owned(),
                (Some(v), Some(_)) => format!("{} %", percent(v)),
                (Some(v), None) => figure(v),
            };
            let limit = match (l.percent, l.complaints, l.days) {
                (Some(p), _, _) => say(lang, Msg::LimitPercent, &[("percent", &decimal(p))]),
                (None, n, days) => say(lang, Msg::LimitNumber, &[("n", &n.unwrap_or(0).to_string()), ("days", &days.unwrap_or(0).to_string())]),
            };
            vec![
                doubt(&l.id, l.citation.as_ref().and_then(|c| c.confidence)),
                limit,
                l.worst.clone().unwrap_or_else(|| "—".to_owned()),
                value(l.measured),
                value(l.measured_all),
                words::limit(lang, l.state).to_owned(),
            ]
        });
        let rows = rows.collect();
        self.table(&[Msg::ColSource, Msg::ColLimit, Msg::ColWorst, Msg::ColMeasured, Msg::ColMeasuredAll, Msg::ColStanding], rows);
    }

    fn gather(&mut self, report: &Report) {
        self.section(Msg::Gather);
        let compared: Vec<&LiftDimension> = report.lift.dimensions.iter().filter(|d| d.compared).collect();
        if compared.is_empty() {
            return self.text(Msg::GatherNothing, &[]);
        }
        self.text(Msg::GatherText, &[("tests", &grouped(report.lift.tests)), ("alpha", &decimal(report.lift.alpha * 100.0))]);
        let mut shared = Vec::new();
        for dimension in compared {
            self.blocks.push(Block::Part(words::dimension(self.lang, &dimension.dimension).to_owned()));
            let shown = dimension.rows.iter().enumerate().filter(|(n, r)| r.finding && *n < 4 * LEVELS || *n < LEVELS).map(|(_, r)| r);
            let unbounded = self.say(Msg::Unbounded, &[]);
            let rows = shown.map(|r| {
                let high = r.high.map_or_else(|| unbounded.clone(), figure);
                vec![
                    format!("{}{}", if r.finding { "▲ " } else { "" }, r.level),
                    grouped(r.calls),
                    figure(r.complaints),
                    figure(r.per_10k),
                    r.ratio.map_or_else(|| "—".to_owned(), figure),
                    r.low.map_or_else(|| "—".to_owned(), |low| format!("{} – {high}", figure(low))),
                    r.p.map_or_else(|| "—".to_owned(), |p| if p < 0.0001 { "< 0.0001".to_owned() } else { format!("{p:.4}") }),
                ]
            });
            let rows = rows.collect();
            self.table(&[Msg::ColLevel, Msg::ColCalls, Msg::ColComplaints, Msg::ColPer, Msg::ColRatio, Msg::ColInterval, Msg::ColP], rows);
            if dimension.unknown > 0.0 {
                self.text(Msg::GatherUnknown, &[("n", &figure(dimension.unknown))]);
            }
            for row in dimension.rows.iter().filter(|r| r.finding) {
                shared.extend(row.with.iter().map(|with| {
                    let level = format!("{} {}", words::dimension(self.lang, &dimension.dimension), row.level);
                    let values = [
                        ("level", level.as_str()),
                        ("share", &figure(with.share * 100.0)),
                        ("dimension", words::dimension(self.lang, &with.dimension)),
                        ("other", &with.level),
                    ];
                    say(self.lang, Msg::GatherWith, &values)
                }));
            }
        }
        shared.truncate(LISTED);
        if !shared.is_empty() {
            self.blocks.push(Block::Items(shared));
        }
        let not: Vec<&str> = report.lift.dimensions.iter().filter(|d| !d.compared).map(|d| words::dimension(self.lang, &d.dimension)).collect();
        if !not.is_empty() {
            self.text(Msg::GatherNot, &[("dimensions", &not.join(if self.lang == Lang::Zh { "、" } else { ", " }))]);
        }
    }

    fn rules(&mut self, report: &Report) {
        let Some(prevented) = &report.prevented else { return };
        self.section(Msg::RulesSection);
        self.text(Msg::RulesText, &[]);
        if prevented.rules.is_empty() {
            self.text(Msg::RulesNone, &[]);
        }
        let lang = self.lang;
        let rows = prevented.rules.iter().map(|r| {
            #[allow(clippy::cast_precision_loss)] // counts of calls
            let share = if r.judged > 0 { format!("{} %", figure(r.calls as f64 * 100.0 / r.judged as f64)) } else { "—".to_owned() };
            let force = language::force(lang, &r.force);
            let forbids = say(lang, if r.forbids { Msg::Yes } else { Msg::No }, &[]);
            vec![format!("{} ({})", r.title, r.rule), force.to_owned(), forbids, grouped(r.complaints), grouped(r.possible), share]
        });
        let rows = rows.collect();
        self.table(&[Msg::ColRule, Msg::ColBasis, Msg::ColForbids, Msg::ColBroken, Msg::ColMayBroken, Msg::ColShareAll], rows);
        if !prevented.not_evaluable.is_empty() {
            self.text(Msg::RulesNotEvaluable, &[("rules", &prevented.not_evaluable.join(if lang == Lang::Zh { "、" } else { ", " }))]);
        }
    }

    fn deadlines(&mut self, report: &Report) {
        self.section(Msg::Deadlines);
        let lang = self.lang;
        let rows = report.deadlines.iter().map(|(state, n)| vec![words::deadline(lang, *state).to_owned(), grouped(*n)]).collect();
        self.table(&[Msg::ColStanding, Msg::ColCount], rows);
        let mut open: Vec<&Row> = report
            .complaints
            .iter()
            .filter(|c| matches!(c.deadline.state, DeadlineState::Missed | DeadlineState::AnsweredLate | DeadlineState::Due | DeadlineState::NotTold))
            .collect();
        open.sort_by(|a, b| (a.deadline.state, &a.deadline.due, &a.log, a.line).cmp(&(b.deadline.state, &b.deadline.due, &b.log, b.line)));
        let rows = open.iter().take(LISTED).map(|c| {
            let basis = match c.deadline.basis.as_deref() {
                Some("stated") => say(lang, Msg::Stated, &[]),
                Some(id) => doubt(id, super::sources::CLOCKS.iter().find(|c| c.id == id).map(|c| c.source.confidence)),
                None => String::new(),
            };
            let days = c.deadline.days.map_or_else(String::new, |d| d.to_string());
            let received = c.received_at.as_deref().map_or("", |t| t.get(..10).unwrap_or(t)).to_owned();
            let due = c.deadline.due.clone().unwrap_or_default();
            vec![name(c), c.channel.clone(), received, due, days, words::deadline(lang, c.deadline.state).to_owned(), basis]
        });
        let rows = rows.collect();
        self.table(&[Msg::ColComplaint, Msg::ColChannel, Msg::ColCame, Msg::ColDue, Msg::ColDays, Msg::ColStanding, Msg::ColBasis], rows);
        self.more(open.len());
    }

    fn open(&mut self, report: &Report) {
        self.section(Msg::Open);
        self.blocks.push(Block::Items(report.not_established.clone()));
        if !report.notes.is_empty() {
            self.blocks.push(Block::Part(self.say(Msg::Notes, &[])));
            self.blocks.push(Block::Items(report.notes.clone()));
        }
    }

    fn sources(&mut self, report: &Report) {
        let mut citations: Vec<Citation> = report.limits.iter().filter_map(|l| l.citation.clone()).collect();
        let used = |id: &str| report.complaints.iter().any(|c| c.deadline.basis.as_deref() == Some(id));
        citations.extend(super::sources::CLOCKS.iter().filter(|c| used(c.id)).map(|c| c.source.citation(c.id, self.lang)));
        if citations.is_empty() {
            return;
        }
        self.section(Msg::Sources);
        let line = |c: &Citation| {
            let date = c.as_of.map(crate::calls::calendar::iso).unwrap_or_default();
            let values = [
                ("id", c.id.as_deref().unwrap_or_default()),
                ("text", c.text.as_str()),
                ("source", c.source.as_deref().unwrap_or_default()),
                ("date", date.as_str()),
                ("letter", c.confidence.map_or("U", |c| c.word())),
            ];
            say(self.lang, Msg::SourceLine, &values)
        };
        self.blocks.push(Block::Items(citations.iter().map(line).collect()));
    }
}

fn language_capital(text: &str) -> String {
    crate::report::renderers::table::capital(text)
}

/// How a complaint is called: its id, else its place.
fn name(row: &Row) -> String {
    if row.id.is_empty() { format!("{}:{}", row.log, row.line) } else { row.id.clone() }
}
