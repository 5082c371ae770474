//! The report for people at a terminal: the verdict first, then what it rests on, then what to do.

use std::fmt::Write as _;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Renderer, View};
use crate::error::Result;
use crate::exposure::phrases as priced;
use crate::language::exposure::Msg as Told;
use crate::language::{self, Lang, Msg, say};
use crate::report::phrases::{self, SEVERITIES};
use crate::report::{BreakdownRow, Evaluation, Finding, Findings, Gap, Report, Rows, settled};
use crate::ruleset::citations::best;

/// How much is shown of each list before "and N more".
const FINDINGS: usize = 20;
const WITH_EVIDENCE: usize = 5;
const EVIDENCE: usize = 3;
const TOP: usize = 5;

/// Below this width, tables become lists.
const NARROW: usize = 56;
/// From this width on, the table of rules has a column for each word.
const WIDE: usize = 120;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const PLAIN: Style = Style::new();

/// One line under the header, nothing else.
const LIGHT: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// `-o table`
pub struct Table;

/// The one and only.
pub static RENDERER: Table = Table;

impl Renderer for Table {
    fn name(&self) -> &'static str {
        "table"
    }
    fn shows_exposure(&self) -> bool {
        true
    }

    fn may_leave_out_known(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        let mut page = Page { lang: view.lang, width: view.width.clamp(30, 500), colour: view.colour, text: String::new() };
        page.verdict(report);
        page.head(report);
        page.rules(report);
        page.severities(report);
        page.breakdowns(report);
        page.findings(report, rows, view.max_findings.unwrap_or(FINDINGS))?;
        page.sources(report);
        page.unjudged(report);
        page.settled(report);
        page.checklist(report);
        page.exposure(report);
        page.exit(report);
        out.write_all(page.text.as_bytes()).and_then(|()| out.flush()).map_err(|error| super::write_error(&error))
    }
}

/// The text so far. It stays small: every list has an end.
pub(crate) struct Page {
    pub(crate) lang: Lang,
    pub(crate) width: usize,
    pub(crate) colour: bool,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn say(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    /// A sentence that the report stores in English.
    pub(crate) fn sentence(&self, text: &str) -> String {
        phrases::sentence(self.lang, text)
    }

    pub(crate) fn number(&self, n: u64, one: Msg, many: Msg) -> String {
        phrases::number(self.lang, n, one, many)
    }

    pub(crate) fn count(&self, message: Msg, n: u64) -> String {
        self.say(message, &[("n", &grouped(n))])
    }

    pub(crate) fn line(&mut self, style: Style, line: &str) {
        let line = line.trim_end();
        if self.colour && style != PLAIN && !line.is_empty() {
            let _ = writeln!(self.text, "{style}{line}{style:#}");
        } else {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A text behind its label, wrapped beside it.
    pub(crate) fn labelled(&mut self, style: Style, label: &str, column: usize, text: &str) {
        let column = column.min(self.width / 2);
        for (n, line) in wrap(text, self.width - column).iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            let pad = " ".repeat(column.saturating_sub(label.width()));
            let (start, end) = if self.colour && style != PLAIN { (style.render().to_string(), style.render_reset().to_string()) } else { Default::default() };
            let _ = writeln!(self.text, "{}", format_args!("{label}{pad}{start}{}{end}", line.trim_end()));
        }
    }

    /// A paragraph at an indent.
    pub(crate) fn indented(&mut self, style: Style, indent: usize, hang: usize, text: &str) {
        let room = self.width.saturating_sub(indent + hang).max(8);
        for (n, line) in wrap(text, room).iter().enumerate() {
            let pad = " ".repeat(if n == 0 { indent } else { indent + hang });
            self.line(style, &format!("{pad}{line}"));
        }
    }

    /// A stretch without calls.
    pub(crate) fn gap(&self, gap: &Gap) -> String {
        let message = match gap.kind {
            Gap::MISSING => Msg::GapMissing,
            Gap::PAUSE => Msg::GapPause,
            _ => Msg::GapLine,
        };
        let values = [("from", show(&gap.from)), ("to", show(&gap.to)), ("hours", grouped(gap.hours)), ("n", grouped(gap.expected.unwrap_or(0)))];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.say(message, &values)
    }

    pub(crate) fn section(&mut self, style: Style, title: Msg, more: &str) {
        self.blank();
        let title = self.say(title, &[]);
        let text = if more.is_empty() { title } else { format!("{title} · {more}") };
        for line in wrap(&text, self.width) {
            self.line(style, &line);
        }
    }

    pub(crate) fn header(&self, message: Msg) -> Cell {
        let cell = Cell::new(self.say(message, &[]));
        if self.colour { cell.add_attribute(Attribute::Bold) } else { cell }
    }

    fn coloured(&self, text: String, severity: &str) -> Cell {
        let cell = Cell::new(text);
        match severity {
            _ if !self.colour => cell,
            "critical" => cell.fg(Color::Red).add_attribute(Attribute::Bold),
            "high" => cell.fg(Color::Red),
            "medium" => cell.fg(Color::Yellow),
            "low" => cell.fg(Color::Cyan),
            _ => cell,
        }
    }

    /// A light table; the columns in `left` give way, the others are numbers and stay whole where there is room.
    pub(crate) fn table(&mut self, header: Vec<Cell>, body: Vec<Vec<Cell>>, left: &[usize]) {
        let columns = header.len();
        let mut table = comfy_table::Table::new();
        table.load_style(LIGHT).force_no_tty().set_content_arrangement(ContentArrangement::Dynamic).set_width(self.width as u16);
        if self.colour {
            table.enforce_styling();
        }
        table.set_header(header);
        table.add_rows(body);
        let widths = table.column_max_content_widths();
        // The junction of the line under the header takes a column of its own.
        let padding = |index: usize| usize::from(index + 1 < columns);
        let number = |index: usize| usize::from(widths.get(index).copied().unwrap_or(1)) + padding(index);
        let numbers: usize = (0..columns).filter(|index| !left.contains(index)).map(number).sum();
        let roomy = numbers + columns + 12 * left.len() <= self.width;
        for index in 0..columns {
            let Some(column) = table.column_mut(index) else { continue };
            column.set_padding((0, padding(index) as u16));
            if !left.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
                if roomy {
                    column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(number(index) as u16)));
                }
            }
        }
        for line in table.lines() {
            self.line(PLAIN, &line);
        }
    }

    /// The verdict in one sentence, and how bad it is.
    pub(crate) fn verdict_sentence(&self, report: &Report) -> (String, Style) {
        let judged = report.rules.iter().any(phrases::was_judged);
        let unjudged = report.rules.iter().any(phrases::was_not_judged);
        let totals = &report.totals;
        let text = settled::verdict(self.lang, report);
        let style = if totals.violations > 0 || !judged {
            RED
        } else if totals.possible > 0 || unjudged {
            YELLOW.bold()
        } else {
            BOLD
        };
        (text, style)
    }

    fn verdict(&mut self, report: &Report) {
        let (text, style) = self.verdict_sentence(report);
        for line in wrap(&text, self.width) {
            self.line(style, &line);
        }
        self.blank();
    }

    fn head(&mut self, report: &Report) {
        let labels = [
            Msg::LabelRuleset,
            Msg::LabelInput,
            Msg::LabelInputs,
            Msg::LabelList,
            Msg::LabelPeriod,
            Msg::LabelClock,
            Msg::LabelIntake,
            Msg::LabelGaps,
            Msg::LabelNotes,
            Msg::LabelAsOf,
            Msg::LabelCalls,
        ];
        let column = labels.iter().map(|label| label.text(self.lang).width()).max().unwrap_or(0) + 2;
        let label = |page: &Page, message: Msg| page.say(message, &[]);

        let column = settled::letterhead(self.lang, report).iter().map(|l| l.0.width() + 2).max().unwrap_or(0).max(column);
        for (name, text) in settled::letterhead(self.lang, report) {
            self.labelled(PLAIN, &name, column, &text);
        }
        let text = phrases::ruleset(self.lang, report);
        let name = label(self, Msg::LabelRuleset);
        self.labelled(PLAIN, &name, column, &text);

        // Inputs: all of them when they are few, else the total and the worst.
        let mut inputs: Vec<_> = report.inputs.iter().collect();
        let many = inputs.len() > TOP;
        if many {
            inputs.sort_by(|a, b| (b.error.is_some(), b.rows.rejected).cmp(&(a.error.is_some(), a.rows.rejected)).then_with(|| a.path.cmp(&b.path)));
            let text = self.count(Msg::WorstFiles, inputs.len() as u64);
            let name = label(self, Msg::LabelInputs);
            self.labelled(PLAIN, &name, column, &text);
        }
        for (n, input) in inputs.iter().take(TOP).enumerate() {
            let name = if n == 0 && !many { label(self, if inputs.len() == 1 { Msg::LabelInput } else { Msg::LabelInputs }) } else { String::new() };
            let mut text = show(&input.path);
            let how = phrases::layout(input);
            if !how.is_empty() {
                let _ = write!(text, " ({how})");
            }
            self.labelled(PLAIN, &name, column, &text);
            if let Some(error) = phrases::input_error(self.lang, input) {
                self.labelled(RED, "", column, &format!("✗ {error}"));
            }
            if report.inputs.len() > 1 {
                let sum = self.sum(&input.rows);
                self.labelled(DIM, "", column, &sum);
            }
        }

        self.lists(report, column);
        let period = phrases::period(self.lang, report);
        let name = label(self, Msg::LabelPeriod);
        self.labelled(PLAIN, &name, column, &period);
        let mut gaps: Vec<&Gap> = report.coverage.iter().collect();
        gaps.sort_by_key(|g| g.kind == Gap::PAUSE);
        for (n, gap) in gaps.into_iter().take(3).enumerate() {
            let text = self.gap(gap);
            let name = if n == 0 { label(self, Msg::LabelGaps) } else { String::new() };
            self.labelled(PLAIN, &name, column, &text);
        }
        if report.coverage.len() > 3 {
            let text = self.count(Msg::MoreLines, report.coverage.len() as u64 - 3);
            self.labelled(PLAIN, "", column, &text);
        }

        let mut clocks: Vec<(bool, String, u64)> = vec![];
        for input in &report.inputs {
            let (assumed, text) = phrases::clock(self.lang, input);
            match clocks.iter_mut().find(|known| known.1 == text) {
                Some(known) => known.2 += 1,
                None => clocks.push((assumed, text, 1)),
            }
        }
        clocks.sort_by(|a, b| b.0.cmp(&a.0).then(b.2.cmp(&a.2)).then_with(|| a.1.cmp(&b.1)));
        let several = clocks.len() > 1;
        for (n, (assumed, text, files)) in clocks.iter().take(TOP).enumerate() {
            let files = self.number(*files, Msg::FileOne, Msg::Files);
            let mut text = if several { self.say(Msg::InFiles, &[("files", &files), ("text", text)]) } else { text.clone() };
            if *assumed {
                text.insert_str(0, "⚠ ");
            }
            let name = if n == 0 { label(self, Msg::LabelClock) } else { String::new() };
            self.labelled(if *assumed { YELLOW } else { PLAIN }, &name, column, &text);
        }

        let total = phrases::all_rows(report);
        let sum = self.sum(&total);
        let name = label(self, Msg::LabelIntake);
        self.labelled(if total.add_up() { PLAIN } else { RED }, &name, column, &sum);
        let calls = grouped(report.totals.calls);
        let name = label(self, Msg::LabelCalls);
        self.labelled(PLAIN, &name, column, &calls);
        let name = label(self, Msg::LabelAsOf);
        self.labelled(PLAIN, &name, column, &show(&report.as_of));

        let mut notes: Vec<String> = vec![];
        for input in &report.inputs {
            for note in phrases::input_notes(self.lang, input, TOP) {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        for (n, note) in notes.iter().take(TOP).enumerate() {
            let name = if n == 0 { label(self, Msg::LabelNotes) } else { String::new() };
            self.labelled(PLAIN, &name, column, note);
        }
        if notes.len() > TOP {
            let text = self.count(Msg::MoreLines, (notes.len() - TOP) as u64);
            self.labelled(PLAIN, "", column, &text);
        }
    }

    /// One line for each list: what was read of it.
    fn lists(&mut self, report: &Report, column: usize) {
        for (n, list) in report.lists.iter().take(TOP).enumerate() {
            let name = if n == 0 { self.say(if report.lists.len() == 1 { Msg::LabelList } else { Msg::LabelLists }, &[]) } else { String::new() };
            let (id, path) = (show(&list.id), show(list.path.as_deref().unwrap_or_default()));
            if let Some(error) = &list.error {
                let text = format!("✗ {}", self.say(Msg::ListMissing, &[("id", &id), ("error", &self.sentence(error))]));
                self.labelled(RED, &name, column, &text);
                continue;
            }
            let mut parts = vec![self.number(list.entries, Msg::ListEntryOne, Msg::ListEntries)];
            let counts = [
                (list.dated, Msg::ListDated),
                (list.prefixes, Msg::ListPrefixes),
                (list.masks, Msg::ListMasks),
                (list.short, Msg::ListShort),
                (list.copies.len() as u64, Msg::ListCopies),
                (list.unreadable.rows, Msg::ListUnreadable),
            ];
            parts.extend(counts.into_iter().filter(|c| c.0 > 0).map(|(n, message)| self.count(message, n)));
            if let (Some(first), Some(last)) = (&list.first_added_at, &list.last_added_at) {
                parts.push(self.say(Msg::ListAdded, &[("first", &show(first)), ("last", &show(last))]));
            }
            let text = self.say(Msg::ListLine, &[("id", &id), ("path", &path), ("counts", &parts.join(self.say(Msg::Between, &[]).as_str()))]);
            self.labelled(PLAIN, &name, column, &text);
        }
        if report.lists.len() > TOP {
            let text = self.count(Msg::MoreLines, (report.lists.len() - TOP) as u64);
            self.labelled(PLAIN, "", column, &text);
        }
    }

    /// `1,000 read = 900 accepted + 50 rejected + 50 folded`
    pub(crate) fn sum(&self, rows: &Rows) -> String {
        phrases::sum(self.lang, rows)
    }

    pub(crate) fn title(&self, rule: &Evaluation) -> String {
        phrases::title(self.lang, rule)
    }

    fn rules(&mut self, report: &Report) {
        if report.rules.is_empty() {
            return;
        }
        self.section(BOLD, Msg::SectionRules, "");
        let lang = self.lang;
        if self.width < NARROW {
            for rule in &report.rules {
                let head = format!("{} · {}", show(&rule.id), self.title(rule));
                self.indented(severity_style(rule.severity), 0, 2, &head);
                let words = [language::severity(lang, rule.severity), language::force_sentence(lang, rule.force), language::status(lang, rule.status)];
                self.indented(PLAIN, 2, 0, &words.join(" · "));
                let numbers = [
                    (Msg::ColJudged, rule.calls_judged),
                    (Msg::ColViolations, rule.violations),
                    (Msg::ColPossible, rule.possible),
                    (Msg::ColFindings, rule.findings),
                ];
                let numbers: Vec<String> = numbers.iter().map(|(label, n)| format!("{} {}", self.say(*label, &[]).to_lowercase(), grouped(*n))).collect();
                self.indented(PLAIN, 2, 0, &numbers.join(if lang == Lang::Zh { "，" } else { ", " }));
            }
        } else {
            let wide = self.width >= WIDE;
            let mut header = vec![Msg::ColRule];
            if wide {
                header.extend([Msg::ColSeverity, Msg::ColForce]);
            }
            header.extend([Msg::ColViolations, Msg::ColPossible, Msg::ColFindings, Msg::ColJudged]);
            if wide {
                header.push(Msg::ColStatus);
            }
            // What the other columns leave to the first, so that its lines are broken here, with their indent.
            let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) + 2;
            let mut others: usize = header[1..].iter().map(|message| message.text(lang).width() + 2).sum();
            let values = |rule: &Evaluation| [rule.violations, rule.possible, rule.findings, rule.calls_judged].map(grouped);
            for (n, message) in [Msg::ColViolations, Msg::ColPossible, Msg::ColFindings, Msg::ColJudged].into_iter().enumerate() {
                let label = message.text(lang).width() + 2;
                others += widest(&mut report.rules.iter().map(|rule| values(rule)[n].len())).saturating_sub(label);
            }
            if wide {
                let words = |rule: &Evaluation| {
                    [
                        language::severity(lang, rule.severity).width(),
                        language::force_sentence(lang, rule.force).width(),
                        language::status(lang, rule.status).width(),
                    ]
                };
                for (n, message) in [Msg::ColSeverity, Msg::ColForce, Msg::ColStatus].into_iter().enumerate() {
                    let label = message.text(lang).width() + 2;
                    others += widest(&mut report.rules.iter().map(|rule| words(rule)[n])).saturating_sub(label);
                }
            }
            let room = self.width.saturating_sub(others).max(10);
            let header = header.into_iter().map(|message| self.header(message)).collect();
            let body = report
                .rules
                .iter()
                .map(|rule| {
                    let [severity, force, status] =
                        [language::severity(lang, rule.severity), language::force_sentence(lang, rule.force), language::status(lang, rule.status)]
                            .map(String::from);
                    let mut first = wrap(&show(&rule.id), room);
                    first.extend(wrap(&self.title(rule), room - 2).into_iter().map(|line| format!("  {line}")));
                    let mut cells = vec![];
                    if wide {
                        cells.extend([Cell::new(first.join("\n")), self.coloured(severity, rule.severity), Cell::new(force)]);
                    } else {
                        let mut words = format!("{severity} · {force}");
                        if rule.status != "evaluated" {
                            let _ = write!(words, " · {status}");
                        }
                        first.extend(wrap(&words, room - 2).into_iter().map(|line| format!("  {line}")));
                        cells.push(self.coloured(first.join("\n"), rule.severity));
                    }
                    cells.extend(values(rule).map(Cell::new));
                    if wide {
                        cells.push(Cell::new(status));
                    }
                    cells
                })
                .collect();
            self.table(header, body, if wide { &[0, 1, 2, 7] } else { &[0] });
        }
        for rule in &report.rules {
            for note in rule.notes.iter().take(3) {
                let text = format!("⚠ {}: {}", show(&rule.id), self.sentence(note));
                self.indented(YELLOW, 0, 2, &text);
            }
        }
    }

    fn severities(&mut self, report: &Report) {
        let by = &report.totals.by_severity;
        let lines: Vec<_> = SEVERITIES.iter().filter_map(|severity| by.get(*severity).map(|count| (*severity, *count))).collect();
        if lines.is_empty() {
            return;
        }
        self.section(BOLD, Msg::SectionSeverity, "");
        let header = [Msg::ColSeverity, Msg::ColViolations, Msg::ColPossible, Msg::ColFindings].map(|message| self.header(message)).to_vec();
        let body = lines
            .iter()
            .map(|(severity, count)| {
                let mut cells = vec![self.coloured(language::severity(self.lang, severity).to_string(), severity)];
                cells.extend([count.violations, count.possible, count.findings].map(|n| Cell::new(grouped(n))));
                cells
            })
            .collect();
        self.table(header, body, &[0]);
    }

    fn breakdowns(&mut self, report: &Report) {
        let sections = [("caller", Msg::SectionCaller), ("agent", Msg::SectionAgent), ("campaign", Msg::SectionCampaign), ("callee", Msg::SectionCallee)];
        for (key, title) in sections {
            let rows: &[BreakdownRow] = report.breakdowns.get(key).map_or(&[], Vec::as_slice);
            if rows.is_empty() {
                continue;
            }
            self.section(BOLD, title, "");
            let calls = rows.iter().take(TOP).any(|row| row.calls.is_some());
            let name = Cell::new(capital(language::column(self.lang, key)));
            let mut header = vec![if self.colour { name.add_attribute(Attribute::Bold) } else { name }, self.header(Msg::ColViolations)];
            if calls {
                header.extend([self.header(Msg::ColCalls), self.header(Msg::ColRate)]);
            }
            let room = self.width.saturating_sub(if calls { 36 } else { 14 }).max(8);
            let body = rows
                .iter()
                .take(TOP)
                .map(|row| {
                    let value = if row.value.is_empty() { "—".to_string() } else { cut(&show(&row.value), room) };
                    let mut cells = vec![Cell::new(value), Cell::new(grouped(row.violations))];
                    if calls {
                        let rate = row.calls.filter(|calls| *calls > 0).map(|calls| format!("{:.1} %", row.violations as f64 * 100.0 / calls as f64));
                        cells.extend([Cell::new(row.calls.map(grouped).unwrap_or_default()), Cell::new(rate.unwrap_or_default())]);
                    }
                    cells
                })
                .collect();
            self.table(header, body, &[0]);
            if rows.len() > TOP {
                let text = self.count(Msg::MoreLines, (rows.len() - TOP) as u64);
                self.indented(DIM, 0, 2, &text);
            }
        }
    }

    fn findings(&mut self, report: &Report, rows: &dyn Findings, max: usize) -> Result<()> {
        let mut shown = 0;
        for finding in rows.findings().take(max) {
            let finding = finding?;
            if shown == 0 {
                let total = grouped(report.totals.findings);
                self.section(BOLD, Msg::SectionFindings, &total);
            }
            shown += 1;
            let rule = report.rules.iter().find(|rule| rule.id == finding.rule);
            self.finding(shown, &finding, rule, report);
        }
        let more = report.totals.findings.saturating_sub(shown as u64);
        if more > 0 && shown > 0 {
            self.blank();
            let text = self.count(Msg::FindingsMore, more);
            self.indented(BOLD, 0, 2, &text);
        }
        Ok(())
    }

    fn finding(&mut self, n: usize, finding: &Finding, rule: Option<&Evaluation>, report: &Report) {
        let lang = self.lang;
        self.blank();
        let mut words = vec![
            language::severity(lang, finding.severity).to_string(),
            show(&finding.rule),
            language::verdict(lang, finding.verdict).to_string(),
            language::force_sentence(lang, finding.force).to_string(),
        ];
        words.extend(rule.and_then(|rule| phrases::doubt(lang, rule)));
        words.extend(settled::state(lang, report, finding));
        self.indented(severity_style(finding.severity), 0, 4, &format!("{n:>2}. {}", words.join(" · ")));
        let subject = phrases::subject(lang, finding);
        if !subject.is_empty() {
            self.indented(BOLD, 4, 2, &subject);
        }
        self.indented(PLAIN, 4, 2, &show(&finding.message));
        self.indented(PLAIN, 4, 2, &phrases::facts(lang, finding));
        for note in &finding.notes {
            self.indented(YELLOW, 4, 2, &format!("⚠ {}", self.sentence(note)));
        }
        for leak in phrases::leaks(lang, finding) {
            self.indented(PLAIN, 4, 2, &leak);
        }
        if n > WITH_EVIDENCE {
            return;
        }
        // The calls that violate tell more than those that only fill the window.
        let violating: Vec<_> = finding.evidence.iter().filter(|row| row.violates).collect();
        let evidence = if violating.is_empty() { finding.evidence.iter().collect() } else { violating };
        for row in evidence.iter().take(EVIDENCE) {
            let or_dash = |text: &str| if text.is_empty() { "—".to_string() } else { show(text) };
            let text = format!(
                "{}:{}  {}  {} → {}  {}",
                show(&row.source),
                row.line,
                show(&row.started_at),
                or_dash(&row.caller),
                or_dash(&row.callee),
                language::outcome(lang, &show(&row.outcome))
            );
            self.indented(DIM, 4, 2, text.trim_end());
        }
        let more = finding.evidence.len().saturating_sub(evidence.len().min(EVIDENCE));
        if more > 0 {
            let text = self.count(Msg::EvidenceMore, more as u64);
            self.indented(DIM, 4, 2, &text);
        }
    }

    /// The sources of the rules that found something; a rule that cites none gets none.
    fn sources(&mut self, report: &Report) {
        let mut cited = report.rules.iter().filter(|rule| rule.findings > 0 && !rule.citations.is_empty()).peekable();
        if cited.peek().is_none() {
            return;
        }
        self.section(BOLD, Msg::SectionSources, "");
        for rule in cited {
            self.indented(PLAIN, 0, 2, &format!("{} · {}", show(&rule.id), language::force(self.lang, rule.force)));
            for citation in &rule.citations {
                self.indented(DIM, 2, 2, &phrases::citation(self.lang, citation));
            }
            match best(&rule.citations) {
                None => {
                    let text = self.say(Msg::NoConfidence, &[]);
                    self.indented(YELLOW, 2, 2, &format!("⚠ {text}"));
                }
                Some(_) => {
                    if let Some(doubt) = phrases::doubt(self.lang, rule) {
                        self.indented(YELLOW, 2, 2, &format!("⚠ {doubt}"));
                    }
                }
            }
        }
    }

    /// What was not judged, rule by rule: whether that is all of it, and why.
    pub(crate) fn not_judged<'a>(&self, report: &'a Report) -> Vec<(&'a Evaluation, bool, Vec<String>)> {
        let mut all = vec![];
        for rule in &report.rules {
            let reasons = phrases::unjudged(self.lang, rule);
            if reasons.is_empty() {
                continue;
            }
            all.push((rule, phrases::was_not_judged(rule), reasons));
        }
        all
    }

    fn unjudged(&mut self, report: &Report) {
        let mut lines: Vec<(Style, String)> = vec![];
        for (rule, whole, reasons) in self.not_judged(report) {
            let mut text = format!("{} {} · {}", if whole { "✗" } else { "•" }, show(&rule.id), self.title(rule));
            if whole && rule.required {
                let _ = write!(text, " ({})", self.say(Msg::RuleRequired, &[]));
            }
            lines.push((if whole { RED } else { BOLD }, text));
            lines.extend(reasons.into_iter().map(|reason| (PLAIN, format!("  {reason}"))));
        }
        if lines.is_empty() {
            return;
        }
        self.section(RED, Msg::SectionUnjudged, "");
        for (style, text) in lines {
            let indent = text.len() - text.trim_start().len();
            self.indented(style, indent, 2, text.trim_start());
        }
    }

    /// Baseline and suppressions.
    fn settled(&mut self, report: &Report) {
        for (title, lines) in settled::sections(self.lang, report) {
            self.blank();
            self.line(BOLD, &title);
            for (warns, text) in lines {
                self.indented(if warns { YELLOW } else { PLAIN }, 2, 2, &format!("{} {text}", if warns { "⚠" } else { "•" }));
            }
        }
    }

    /// What it may cost, in short.
    fn exposure(&mut self, report: &Report) {
        let Some(exposure) = &report.exposure else { return };
        let lang = self.lang;
        let told = |message: Told| crate::language::exposure::say(lang, message, &[]);
        self.blank();
        self.line(BOLD, crate::language::page::Msg::SectionExposure.text(lang));
        self.indented(DIM, 0, 0, &told(Told::Lead));
        for fact in &exposure.first {
            self.indented(PLAIN, 0, 2, &format!("• {}", lang.pick(&fact.text).map(show).unwrap_or_default()));
        }
        for priced in &exposure.regimes {
            self.indented(PLAIN, 0, 2, &format!("• {}", priced::regime(lang, priced).0));
            self.indented(DIM, 2, 0, &priced::counted(lang, &priced.counted));
            self.indented(DIM, 2, 0, &priced::read(lang, priced));
            if let Some(text) = lang.pick(&priced.only_if) {
                self.indented(DIM, 2, 0, &crate::language::exposure::say(lang, Told::OnlyIf, &[("text", &show(text))]));
            }
        }
        for sanction in &exposure.sanctions {
            let (head, lines) = priced::sanction(lang, sanction);
            self.indented(PLAIN, 0, 2, &format!("• {head}"));
            lines.iter().take(2).for_each(|line| self.indented(DIM, 2, 0, line));
        }
        for rule in &exposure.unpriced {
            self.indented(PLAIN, 0, 2, &format!("• {}", crate::language::exposure::say(lang, Told::UnpricedRule, &[("text", &priced::unpriced(lang, rule))])));
        }
        self.indented(DIM, 0, 0, &told(Told::MoreElsewhere));
    }

    fn checklist(&mut self, report: &Report) {
        if report.checklist.is_empty() {
            return;
        }
        self.section(BOLD, Msg::SectionChecklist, "");
        for item in &report.checklist {
            let step = self.lang.pick(&item.step).map_or_else(|| show(&item.id), show);
            self.indented(PLAIN, 0, 4, &format!("[ ] {step}"));
            let mut facts = vec![format!("{} {}", self.say(Msg::ColOwner, &[]), language::owner(self.lang, &show(&item.owner)))];
            if let Some(due) = item.due.as_deref().or(item.due_text.as_deref()) {
                facts.push(format!("{} {}", self.say(Msg::ColDue, &[]), show(due)));
            }
            if let Some(proof) = self.lang.pick(&item.proof) {
                facts.push(format!("{} {}", self.say(Msg::ColProof, &[]), show(proof)));
            }
            if !item.rules.is_empty() {
                facts.push(format!("{} {}", self.say(Msg::ColRule, &[]), item.rules.iter().map(|rule| show(rule)).collect::<Vec<_>>().join(", ")));
            }
            self.indented(DIM, 4, 2, &facts.join(" · "));
        }
    }

    fn exit(&mut self, report: &Report) {
        let status = report.exit.status;
        let text = phrases::exit(self.lang, report);
        self.blank();
        let text = format!("{} {text}", self.say(Msg::SectionExit, &[]));
        self.indented(if status == 0 { BOLD } else { RED }, 0, 2, &text);
        for reason in &report.exit.reason {
            self.indented(PLAIN, 2, 2, &format!("• {}", self.sentence(reason)));
        }
    }
}

fn severity_style(severity: &str) -> Style {
    match severity {
        "critical" => RED,
        "high" => AnsiColor::Red.on_default(),
        "medium" => YELLOW,
        "low" => AnsiColor::Cyan.on_default(),
        _ => PLAIN,
    }
}

/// With a capital letter, where there is such a thing.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Digits in groups of three.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// At most three decimals, none where there are none.
pub(crate) fn decimal(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    if rounded.is_finite() { format!("{rounded}") } else { format!("{value}") }
}

/// `2 d`, `3 h`, `90 s`
pub(crate) fn span(seconds: u64) -> String {
    match seconds {
        0 => "0 s".into(),
        s if s % 86_400 == 0 => format!("{} d", s / 86_400),
        s if s % 3_600 == 0 => format!("{} h", s / 3_600),
        s if s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

/// Would a character steer a terminal, turn the direction of the text, or hide in it?
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text as it may be shown on a terminal: what would steer it, turn the direction of the text or hide in it becomes `\u{1b}`.
pub fn show(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Columns of a character; at least those it has in any neighbourhood.
fn columns(c: char) -> usize {
    if c == '\u{fe0f}' { 1 } else { c.width().unwrap_or(0) }
}

/// The text cut to a width, with an ellipsis where something is missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut used = 1;
    let mut out = String::new();
    for c in text.chars() {
        used += columns(c);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Lines of at most this width, broken at spaces and between wide characters; a longer word is broken where it must be.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    const NOT_FIRST: &str = "，。；：、！？）》】”’％";
    const NOT_LAST: &str = "（《【“‘";
    let width = width.max(2);
    let mut lines = vec![];
    let mut line = String::new();
    let mut used = 0;
    let mut breakable = 0;
    let mut before = ' ';
    for c in text.chars() {
        let wide = columns(c);
        if (wide == 2 || columns(before) == 2) && c != ' ' && !NOT_FIRST.contains(c) && !NOT_LAST.contains(before) {
            breakable = line.len();
        }
        if used + wide > width {
            if c == ' ' {
                lines.push(std::mem::take(&mut line));
                (used, breakable, before) = (0, 0, ' ');
                continue;
            }
            let rest = line.split_off(if breakable > 0 { breakable } else { line.len() });
            lines.push(std::mem::replace(&mut line, rest));
            used = line.chars().map(columns).sum();
            breakable = 0;
        }
        if c == ' ' && line.is_empty() && !lines.is_empty() {
            continue;
        }
        line.push(c);
        used += wide;
        if c == ' ' {
            breakable = line.len();
        }
        before = c;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(rows: &sample::Rows, lang: Lang, width: usize, colour: bool) -> String {
        let mut out = Vec::new();
        Table.render(&sample::report(rows), rows, &View { lang, width, colour, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn without_colours(text: &str) -> String {
        let mut parts = text.split("\u{1b}[");
        let first = parts.next().unwrap().to_string();
        parts.fold(first, |all, part| all + part.split_once('m').unwrap().1)
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for rows in [sample::Rows::hostile(), sample::Rows::none()] {
            for lang in Lang::ALL {
                for width in [40, 56, 60, 80, 100, 120, 200] {
                    let text = rendered(&rows, lang, width, false);
                    for line in text.lines() {
                        assert!(line.width() <= width, "{lang:?} {width}: {} columns: {line}", line.width());
                    }
                    assert!(text.ends_with('\n') && !text.contains("\n\n\n"));
                    assert_eq!(without_colours(&rendered(&rows, lang, width, true)).replace(' ', ""), text.replace(' ', ""));
                }
            }
        }
    }

    #[test]
    fn the_largest_numbers_fit_as_well() {
        let rows = sample::Rows::hostile();
        let mut report = sample::report(&rows);
        report.rules.iter_mut().for_each(|rule| (rule.calls_judged, rule.findings, rule.calls_unknown) = (u64::MAX / 4, u64::MAX, u64::MAX));
        report.breakdowns.values_mut().flatten().for_each(|row| (row.calls, row.violations) = (Some(u64::MAX), u64::MAX));
        for width in [40, 56, 60, 80, 120] {
            let mut out = Vec::new();
            Table.render(&report, &rows, &View { lang: Lang::En, width, colour: false, ..View::default() }, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
        }
    }

    #[test]
    fn no_width_is_too_small_or_too_large() {
        for width in [0, 1, 7, 30, 39, usize::MAX] {
            rendered(&sample::Rows::hostile(), Lang::Zh, width, true);
        }
    }

    #[test]
    fn nothing_from_the_log_steers_the_terminal() {
        let text = rendered(&sample::Rows::hostile(), Lang::En, 120, false);
        assert!(text.contains("\\u{1b}") && text.contains("\\u{202e}") && text.contains("\\u{7}"));
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
        assert!(!text.contains('\u{202e}'));
        assert_eq!(show("a\u{9b}\u{2066}\r\n任"), "a\\u{9b}\\u{2066}\\u{d}\\u{a}任");
    }

    #[test]
    fn the_verdict_comes_first_and_is_never_more_than_it_can_be() {
        let text = rendered(&sample::Rows::none(), Lang::En, 120, false);
        assert!(text.starts_with("No violations found under the 3 rules that could be judged; 1 rule could not be judged.\n"), "{text}");
        assert!(!text.to_lowercase().contains("compliant") && !text.contains("合规"));
        let text = rendered(&sample::Rows::hostile(), Lang::En, 120, false);
        assert!(text.starts_with("271 violations in 23 findings under 3 of 3 rules; 5 possible; 1 rule could not be judged.\n"), "{text}");
        let text = rendered(&sample::Rows::hostile(), Lang::Zh, 120, false);
        assert!(text.starts_with("在 3 条规则中的 3 条规则下发现 271 次违规，计 23 个问题项；另有 5 次疑似；1 条规则无法判定。\n"), "{text}");
    }

    #[test]
    fn lists_end_and_say_how_much_they_leave_out() {
        let text = rendered(&sample::Rows::hostile(), Lang::En, 120, false);
        assert!(text.contains("\n… and 3 more: -o csv lists every violating call\n"));
        assert!(text.contains("20. ") && !text.contains("21. "));
        assert!(text.contains("ASSUMED") && text.contains("NOT JUDGED") && text.contains("rule line-hourly is required"));
    }

    #[test]
    fn a_low_source_is_told_with_the_finding_and_with_the_source() {
        let text = rendered(&sample::Rows::hostile(), Lang::En, 120, false);
        let said = "source of low confidence (C)";
        assert!(text.contains(&format!("1. critical · do-not-call · violation · apparent breach · {said}")), "{text}");
        assert!(text.contains(&format!("· a secondary source \\u{{202e}} · as of 2026-11-23\n  ⚠ {said}\n")), "{text}");
        assert_eq!(text.matches(said).count(), 4, "three findings of that rule, and the source itself");
        assert!(!rendered(&sample::Rows::none(), Lang::En, 120, false).contains("64.1200"));
    }

    #[test]
    fn texts_are_wrapped_at_spaces_and_between_wide_characters() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("呼叫频次，上限", 8), ["呼叫频", "次，上限"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(cut("任务任务", 6), "任务…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!((grouped(0), grouped(999), grouped(1_204_331)), ("0".into(), "999".into(), "1,204,331".into()));
        assert_eq!((decimal(3.0), decimal(0.12345)), ("3".into(), "0.123".into()));
    }

    #[test]
    fn errors_of_cursor_and_pipe_are_told_apart() {
        let view = View { lang: Lang::En, width: 80, colour: false, ..View::default() };
        let rows = sample::Rows::hostile();
        let error = Table.render(&sample::report(&rows), &sample::Broken, &view, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the spill is gone");
        let error = Table.render(&sample::report(&rows), &rows, &view, &mut sample::ClosedPipe).unwrap_err();
        assert!(error.to_string().starts_with("broken pipe"), "{error}");
    }

    /// Writes what people see to the folder that `CALLAUDIT_SHOW` names, to be looked at.
    #[test]
    fn to_be_looked_at() {
        let Some(folder) = std::env::var_os("CALLAUDIT_SHOW").map(std::path::PathBuf::from) else { return };
        for lang in Lang::ALL {
            for width in [40, 60, 80, 120, 200] {
                let name = |rows: &str| folder.join(format!("{rows}-{}-{width}.txt", lang.code()));
                std::fs::write(name("hostile"), rendered(&sample::Rows::hostile(), lang, width, false)).unwrap();
                std::fs::write(name("none"), rendered(&sample::Rows::none(), lang, width, false)).unwrap();
            }
        }
    }
}
