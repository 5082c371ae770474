//! Tables: of rules, of severities and forces, of lines, agents, campaigns and callees.

use askama::Template;

use super::super::table::{capital, decimal, grouped, show};
use super::words::{Words, or_dash};
use crate::language::page::Msg as T;
use crate::language::{self, Msg};
use crate::report::phrases;
use crate::report::standing::{Standing, badge, meaning};
use crate::report::{BreakdownRow, Count, Evaluation, Report};

/// A table with a caption; its first column heads the rows.
#[derive(Default, Template)]
#[template(path = "table.html")]
pub(super) struct Table {
    pub(super) caption: String,
    /// Is it so wide that small screens scroll it?
    pub(super) wide: bool,
    /// Does each row become a block there instead?
    pub(super) folds: bool,
    pub(super) sorts: bool,
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The head of a column.
#[derive(Default)]
pub(super) struct Head {
    pub(super) label: String,
    pub(super) class: &'static str,
    /// Does a click on it sort?
    pub(super) still: bool,
}

/// A cell: its text, lines below it, and what it is sorted by.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) more: Vec<String>,
    pub(super) class: &'static str,
    pub(super) number: Option<String>,
    /// The width of a bar, per cent.
    pub(super) bar: Option<String>,
    pub(super) link: String,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }
    pub(super) fn class(mut self, class: &'static str) -> Cell {
        self.class = class;
        self
    }
    pub(super) fn number(n: u64) -> Cell {
        Cell { text: grouped(n), class: "r", number: Some(n.to_string()), ..Cell::default() }
    }
    /// So many of a hundred; a dash where there are none to divide by.
    pub(super) fn rate(n: u64, of: Option<u64>) -> Cell {
        match of.filter(|of| *of > 0) {
            #[allow(clippy::cast_precision_loss)] // shown with one decimal
            Some(of) => {
                let rate = n as f64 * 100.0 / of as f64;
                Cell { text: format!("{rate:.1}"), class: "r", number: Some(decimal(rate)), ..Cell::default() }
            }
            None => Cell { text: "—".to_owned(), class: "r", number: Some("-1".to_owned()), ..Cell::default() },
        }
    }
    /// A text of a log: a number stays on one line, what is longer breaks anywhere.
    pub(super) fn name(text: &str) -> Cell {
        Cell::text(or_dash(text)).class(if text.chars().count() <= if text.is_ascii() { 20 } else { 6 } { "nw" } else { "any" })
    }
    fn bar(n: u64, most: u64) -> Cell {
        #[allow(clippy::cast_precision_loss)] // a width
        let width = format!("{:.1}", n as f64 * 100.0 / most.max(1) as f64);
        Cell { bar: Some(width), class: "barcell", ..Cell::default() }
    }
}

impl Head {
    pub(super) fn left(label: impl Into<String>) -> Head {
        Head { label: label.into(), ..Head::default() }
    }
    pub(super) fn right(label: impl Into<String>) -> Head {
        Head { label: label.into(), class: "r", still: false }
    }
    fn bar(label: impl Into<String>) -> Head {
        Head { label: label.into(), class: "barcell", still: true }
    }
}

const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// Violations by severity.
pub(super) fn severities(report: &Report, w: &Words) -> Table {
    let by = &report.totals.by_severity;
    let some = |count: &&Count| count.violations + count.possible + count.findings > 0;
    let rows = SEVERITIES.iter().filter_map(|s| by.get(*s).filter(some).map(|count| (*s, count)));
    Table {
        caption: w.t(T::SeverityCaption).to_owned(),
        heads: std::iter::once(Head::left(w.m(Msg::ColSeverity))).chain(counts(w)).collect(),
        rows: rows.map(|(s, count)| std::iter::once(Cell::text(capital(language::severity(w.lang(), s)))).chain(cells(count)).collect()).collect(),
        ..Table::default()
    }
}

fn counts(w: &Words) -> impl Iterator<Item = Head> {
    [Msg::ColViolations, Msg::ColPossible, Msg::ColFindings].map(|m| Head::right(w.m(m))).into_iter()
}

fn cells(count: &Count) -> impl Iterator<Item = Cell> {
    [count.violations, count.possible, count.findings].map(Cell::number).into_iter()
}

/// Violations by what the rules rest on, and what a violation is called; and whether a law is among them.
pub(super) fn forces(report: &Report, w: &Words) -> (Table, bool) {
    let mut by: Vec<(String, String, &str, Count)> = Vec::new();
    let mut law = false;
    for rule in report.rules.iter().filter(|r| r.violations + r.possible + r.findings > 0) {
        law |= Standing::of(rule.force, &rule.citations) != Standing::NoLaw;
        let badge = badge(w.lang(), rule.force, &rule.citations);
        let at = by.iter().position(|b| b.0 == badge).unwrap_or_else(|| {
            by.push((badge, meaning(w.lang(), rule.force, &rule.citations), rule.force, Count::default()));
            by.len() - 1
        });
        let count = &mut by[at].3;
        count.violations += rule.violations;
        count.possible += rule.possible;
        count.findings += rule.findings;
    }
    const ORDER: [&str; 7] = ["law", "presumption", "standard", "guideline", "contract", "house", "signal"];
    by.sort_by_key(|b| ORDER.iter().position(|o| *o == b.2));
    let row = |(badge, meaning, force, count): (String, String, &str, Count)| {
        let called = capital(language::force_sentence(w.lang(), force));
        let first = Cell { text: badge, more: vec![meaning], ..Cell::default() };
        [first, Cell::text(called)].into_iter().chain(cells(&count)).collect()
    };
    let heads = [Head::left(w.t(T::ColRests)), Head::left(w.m(Msg::ColForce))];
    (
        Table {
            caption: w.t(T::ForceCaption).to_owned(),
            folds: true,
            heads: heads.into_iter().chain(counts(w)).collect(),
            rows: by.into_iter().map(row).collect(),
            ..Table::default()
        },
        law,
    )
}

/// What each rule found.
pub(super) fn rules(report: &Report, w: &Words) -> Table {
    let lang = w.lang();
    let most = report.rules.iter().map(|r| r.violations).max().unwrap_or(0);
    let mut order: Vec<(usize, &Evaluation)> = report.rules.iter().enumerate().collect();
    // Those that found something first, and those that could not be judged last.
    order.sort_by_key(|(n, r)| (std::cmp::Reverse((r.violations, r.possible)), r.status != "evaluated", *n));
    let row = |(n, rule): (usize, &Evaluation)| {
        let mut more = vec![format!("{} · {}", show(&rule.id), badge(lang, rule.force, &rule.citations))];
        more.extend(phrases::doubt(w.page.lang, rule).map(|d| format!("⚠ {d}")));
        if rule.status != "evaluated" {
            more.push(format!("⚠ {}", language::status(lang, rule.status)));
        }
        let first = Cell { text: w.page.title(rule), more, link: format!("#rule-{}", n + 1), ..Cell::default() };
        let rank = SEVERITIES.iter().position(|s| *s == rule.severity).map_or(0, |p| 5 - p);
        let severity = Cell { number: Some(rank.to_string()), ..Cell::text(capital(language::severity(lang, rule.severity))) };
        vec![
            first,
            severity,
            Cell::number(rule.violations),
            Cell::bar(rule.violations, most),
            Cell::number(rule.possible),
            Cell::number(rule.findings),
            Cell::number(rule.calls_judged),
            Cell::rate(rule.violations, Some(rule.calls_judged)),
        ]
    };
    Table {
        caption: w.t(T::RuleCaption).to_owned(),
        folds: true,
        sorts: true,
        heads: vec![
            Head::left(w.m(Msg::ColRule)),
            Head::left(w.m(Msg::ColSeverity)),
            Head::right(w.m(Msg::ColViolations)),
            Head::bar(w.t(T::ColShare)),
            Head::right(w.m(Msg::ColPossible)),
            Head::right(w.m(Msg::ColFindings)),
            Head::right(w.m(Msg::ColJudged)),
            Head::right(w.t(T::ColShareJudged)),
        ],
        rows: order.into_iter().map(row).collect(),
        ..Table::default()
    }
}

/// The lines, agents, campaigns and callees with the most violations.
pub(super) fn worst(report: &Report, w: &Words) -> Vec<Table> {
    let parts = [("caller", Msg::SectionCaller), ("agent", Msg::SectionAgent), ("campaign", Msg::SectionCampaign), ("callee", Msg::SectionCallee)];
    parts
        .into_iter()
        .filter_map(|(key, title)| {
            let rows: &[BreakdownRow] = report.breakdowns.get(key).filter(|rows| !rows.is_empty())?;
            let calls = rows.iter().any(|r| r.calls.is_some());
            let most = rows.iter().map(|r| r.violations).max().unwrap_or(0);
            let mut heads = vec![Head::left(capital(language::column(w.lang(), key))), Head::right(w.m(Msg::ColViolations)), Head::bar(w.t(T::ColShare))];
            if calls {
                heads.extend([Head::right(w.m(Msg::ColCalls)), Head::right(w.t(T::ColPer100))]);
            }
            let row = |r: &BreakdownRow| {
                let mut cells = vec![Cell::name(&r.value), Cell::number(r.violations), Cell::bar(r.violations, most)];
                if calls {
                    cells.push(r.calls.map_or_else(|| Cell::text("—").class("r"), Cell::number));
                    cells.push(Cell::rate(r.violations, r.calls));
                }
                cells
            };
            Some(Table { caption: w.m(title).to_owned(), sorts: rows.len() > 1, heads, rows: rows.iter().map(row).collect(), ..Table::default() })
        })
        .collect()
}
