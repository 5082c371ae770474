//! The outcome of cases for people: a line for each case, and for those that failed the table with the wrong cells marked.

use unicode_width::UnicodeWidthStr;

use super::{Coverage, Tested, Trials, Tried};
use crate::calls::columns::{Column, Field};
use crate::language::fill;
use crate::language::rules::Msg;
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, DIM, PLAIN, Page, RED, YELLOW, show};
use crate::ruleset::cases::Head;

/// Rows of a table that are shown around a wrong one.
const AROUND: usize = 6;
const INDENT: usize = 6;

/// The page. `coverage`: the table of coverage too.
pub fn text(trials: &Trials, coverage: bool, view: &View) -> String {
    let mut page = Page { lang: view.lang, width: view.width.clamp(30, 500), colour: view.colour, text: String::new() };
    for (n, file) in trials.files.iter().enumerate() {
        if n > 0 {
            page.blank();
        }
        tested(&mut page, file, coverage);
    }
    let failed: usize = trials.files.iter().map(Tested::failed).sum();
    let passed = trials.files.iter().map(|f| f.cases.len()).sum::<usize>() - failed;
    page.blank();
    let sum = page.tell(Msg::TestSum, &[("passed", &passed.to_string()), ("failed", &failed.to_string())]);
    page.line(if failed > 0 { RED } else { BOLD }, &sum);
    page.text
}

impl Page {
    pub(crate) fn tell(&self, message: Msg, values: &[(&str, &str)]) -> String {
        let shown: Vec<(&str, String)> = values.iter().map(|(k, v)| (*k, show(v))).collect();
        let shown: Vec<(&str, &str)> = shown.iter().map(|(k, v)| (*k, v.as_str())).collect();
        fill(message.text(self.lang), &shown)
    }
}

fn tested(page: &mut Page, file: &Tested, with_coverage: bool) {
    let version = file.version.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
    let n = file.cases.len().to_string();
    let cases = page.tell(if file.cases.len() == 1 { Msg::CaseOne } else { Msg::CaseMany }, &[("n", &n)]);
    page.indented(BOLD, 0, 2, &show(&format!("{} ({}{version}) · {} · {cases}", file.ruleset, file.id, file.tests)));
    for case in &file.cases {
        tried(page, file, case);
    }
    if with_coverage {
        coverage(page, &file.coverage);
        if !file.untested.is_empty() {
            let text = page.tell(Msg::TestOff, &[("rules", &file.untested.join(", "))]);
            page.indented(DIM, 0, 2, &text);
        }
    }
    if let Some(mutations) = &file.mutations {
        let unnoticed = file.unnoticed().count();
        page.blank();
        let (all, noticed) = (mutations.len().to_string(), (mutations.len() - unnoticed).to_string());
        let text = page.tell(Msg::TestMutations, &[("n", &all), ("noticed", &noticed)]);
        page.indented(if unnoticed > 0 { YELLOW } else { BOLD }, 0, 2, &text);
        for m in file.unnoticed() {
            let text = page.tell(Msg::TestUnnoticed, &[("rule", &m.rule), ("key", &m.key), ("from", &m.from), ("to", &m.to)]);
            page.indented(PLAIN, 2, 2, &text);
        }
        for (case, rule) in &file.idle {
            let text = page.tell(Msg::TestIdle, &[("case", case), ("rule", rule)]);
            page.indented(PLAIN, 2, 2, &text);
        }
    }
}

fn tried(page: &mut Page, file: &Tested, tried: &Tried) {
    let word = page.tell(if tried.passed { Msg::TestPassed } else { Msg::TestFailed }, &[]);
    let title = page.lang.pick(&tried.title).map(|t| format!(" · {t}")).unwrap_or_default();
    let style = if tried.passed { PLAIN } else { RED };
    page.indented(style, 2, 2, &show(&format!("{word} {}{title}", tried.id)));
    if tried.passed {
        return;
    }
    let place = page.tell(Msg::TestAtLine, &[("path", &file.tests), ("line", &tried.line.to_string())]);
    page.indented(DIM, INDENT, 2, &place);
    table(page, tried);
    for wrong in &tried.wrong {
        let mut text =
            page.tell(Msg::TestExpectedGot, &[("line", &wrong.line.to_string()), ("rule", &wrong.rule), ("expected", &wrong.expected), ("got", &wrong.got)]);
        if !wrong.why.is_empty() {
            text += &page.tell(Msg::TestBecause, &[("why", &wrong.why)]);
        }
        page.indented(PLAIN, INDENT, 2, &text);
    }
}

/// The table of a case with its wrong cells; where it is too wide, without the columns that tell least.
fn table(page: &mut Page, tried: &Tried) {
    let case = &tried.case;
    let wrong = |row: usize, column: usize| tried.wrong.iter().find(|w| (w.row, w.column) == (Some(row), Some(column)));
    let bad: Vec<usize> = tried.wrong.iter().filter_map(|w| w.row).collect();
    if bad.is_empty() {
        return;
    }
    let rows: Vec<usize> = (0..case.rows.len()).filter(|r| bad.iter().any(|b| r.abs_diff(*b) <= AROUND)).collect();
    let cell = |row: usize, column: usize| match wrong(row, column) {
        Some(w) => format!("{} ≠ {}", w.expected, w.got),
        None => show(&case.rows[row].cells[column]),
    };
    let name = |column: usize| match &case.heads[column] {
        Head::Field(field) => field.name(),
        Head::Rule(rule) => rule.clone(),
        Head::Times => "times".to_owned(),
    };
    let width = |column: usize| rows.iter().map(|r| cell(*r, column).width()).chain([show(&name(column)).width()]).max().unwrap_or(0);
    let is_rule = |column: usize| matches!(case.heads[column], Head::Rule(_));
    let has_wrong = |column: usize| tried.wrong.iter().any(|w| w.column == Some(column));
    let varies = |column: usize| rows.windows(2).any(|w| case.rows[w[0]].cells[column] != case.rows[w[1]].cells[column]);
    let started = |column: usize| case.heads[column] == Head::Field(Field::Canonical(Column::StartedAt));
    let filled = |column: usize| rows.iter().any(|r| !cell(*r, column).is_empty());
    let line = page.tell(Msg::ColLine, &[]);
    let first = rows.last().map_or(0, |r| case.rows[*r].line.to_string().len()).max(line.width());
    let room = page.width.saturating_sub(INDENT + 2 + first);
    let fits = |columns: &[usize]| columns.iter().map(|c| width(*c) + 2).sum::<usize>() <= room;
    let all = || (0..case.heads.len()).filter(|c| filled(*c));
    let choices: [Vec<usize>; 4] = [
        all().collect(),
        all().filter(|c| is_rule(*c) || started(*c) || varies(*c)).collect(),
        all().filter(|c| has_wrong(*c) || started(*c) || (!is_rule(*c) && varies(*c))).collect(),
        all().filter(|c| has_wrong(*c) || started(*c)).collect(),
    ];
    // Where even the last one does not fit the sentences below tell it all.
    let Some(columns) = choices.iter().find(|c| fits(c)) else { return };
    let mut lines = vec![(
        PLAIN,
        [vec![format!("{}{line}", " ".repeat(first - line.width()))], columns.iter().map(|c| pad(&show(&name(*c)), width(*c))).collect()].concat(),
    )];
    let mut last = None;
    for row in &rows {
        if last.is_some_and(|l: usize| l + 1 != *row) {
            lines.push((DIM, vec![format!("{:>first$}", "…")]));
        }
        last = Some(*row);
        let cells = columns.iter().map(|c| pad(&cell(*row, *c), width(*c)));
        let style = if bad.contains(row) { RED } else { PLAIN };
        lines.push((style, [format!("{:>first$}", case.rows[*row].line)].into_iter().chain(cells).collect()));
    }
    for (style, cells) in lines {
        let mark = if style == RED { "✗ " } else { "  " };
        page.line(style, &format!("{}{mark}{}", " ".repeat(INDENT - 2), cells.join("  ")));
    }
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn coverage(page: &mut Page, coverage: &[Coverage]) {
    page.blank();
    let title = page.tell(Msg::TestCoverage, &[]);
    page.indented(BOLD, 0, 2, &title);
    let heads = [Msg::ColRule, Msg::ColFires, Msg::ColClear, Msg::ColBoundary].map(|m| page.tell(m, &[]));
    let cells = |c: &Coverage| [Some(&c.rule), c.fires.as_ref(), c.clear.as_ref(), c.boundary.as_ref()].map(|c| c.map_or_else(|| "✗".to_owned(), |c| show(c)));
    let rows: Vec<[String; 4]> = coverage.iter().map(cells).collect();
    let widths: Vec<usize> = (0..4).map(|i| rows.iter().map(|r| r[i].width()).chain([heads[i].width()]).max().unwrap_or(0)).collect();
    if widths.iter().sum::<usize>() + 8 <= page.width {
        for (n, row) in std::iter::once(&heads).chain(&rows).enumerate() {
            let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width)).collect();
            let lacks = n > 0 && !coverage[n - 1].complete();
            page.line(if lacks { YELLOW } else { PLAIN }, &format!("  {}", line.join("  ")));
        }
    } else {
        for (row, c) in rows.iter().zip(coverage) {
            let style = if c.complete() { PLAIN } else { YELLOW };
            page.indented(style, 2, 2, &row[0]);
            for (head, cell) in heads.iter().zip(row).skip(1) {
                page.indented(style, 4, 2, &format!("{head}: {cell}"));
            }
        }
    }
    let lacking = coverage.iter().filter(|c| !c.complete()).count();
    if lacking > 0 {
        let text = page.tell(if lacking == 1 { Msg::TestLackingOne } else { Msg::TestLackingAll }, &[("n", &lacking.to_string())]);
        page.indented(YELLOW, 0, 2, &text);
    }
}
