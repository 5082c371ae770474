//! The inspection for people: one screen for each input.

use std::collections::BTreeMap;
use std::io::Write;

use comfy_table::Cell;
use unicode_width::UnicodeWidthStr;

use super::{Inspected, Inspection, Mapped};
use crate::calls::columns::Column;
use crate::error::Result;
use crate::language::{self, Lang, Msg};
use crate::report::Gap;
use crate::report::renderers::table::{BOLD, DIM, PLAIN, Page, RED, YELLOW, cut, grouped, show, wrap};
use crate::report::renderers::{View, write_error};

/// How many of a list are shown before "and N more".
const TOP: usize = 6;
/// How many columns that are not mapped are named.
const UNMAPPED: usize = 32;
/// Columns of a terminal that one value takes at most.
const VALUE: usize = 28;
/// Below this width, the mapping is a list.
const NARROW: usize = 56;

/// Writes the page.
///
/// Errors: what the output says.
pub fn table(inspection: &Inspection, view: &View, out: &mut dyn Write) -> Result<()> {
    let mut page = Page { lang: view.lang, width: view.width.clamp(30, 500), colour: view.colour, text: String::new() };
    for (n, input) in inspection.inputs.iter().enumerate() {
        if n > 0 {
            page.blank();
        }
        Screen::new(&mut page).input(input);
    }
    out.write_all(page.text.as_bytes()).and_then(|()| out.flush()).map_err(|e| write_error(&e))
}

/// The screen of one input.
struct Screen<'a> {
    page: &'a mut Page,
    column: usize,
}

const LABELS: [Msg; 14] = [
    Msg::LabelLayout,
    Msg::LabelFile,
    Msg::LabelIntake,
    Msg::LabelPeriod,
    Msg::LabelClock,
    Msg::LabelPrecision,
    Msg::LabelOutcomes,
    Msg::LabelNumbers,
    Msg::LabelRejects,
    Msg::LabelDuplicates,
    Msg::LabelLegs,
    Msg::LabelGaps,
    Msg::LabelUnreadable,
    Msg::LabelNotes,
];

impl<'a> Screen<'a> {
    fn new(page: &'a mut Page) -> Screen<'a> {
        let column = LABELS.iter().map(|label| label.text(page.lang).width()).max().unwrap_or(0) + 2;
        Screen { page, column }
    }

    fn lang(&self) -> Lang {
        self.page.lang
    }

    fn line(&mut self, label: Msg, text: &str) {
        self.styled(PLAIN, label, text);
    }

    fn styled(&mut self, style: anstyle::Style, label: Msg, text: &str) {
        let label = label.text(self.lang());
        self.page.labelled(style, label, self.column, text);
    }

    /// Several texts behind one label, the first of them at most.
    fn lines(&mut self, style: anstyle::Style, label: Msg, texts: &[String], most: usize) {
        for (n, text) in texts.iter().take(most).enumerate() {
            let label = if n == 0 { label.text(self.lang()) } else { "" };
            self.page.labelled(style, label, self.column, text);
        }
        if texts.len() > most {
            let more = self.page.count(Msg::MoreLines, (texts.len() - most) as u64);
            self.page.labelled(DIM, "", self.column, &more);
        }
    }

    fn input(&mut self, input: &Inspected) {
        for line in wrap(&show(&input.info.path), self.page.width) {
            self.page.line(BOLD, &line);
        }
        if let Some(error) = &input.info.error {
            let told = match (&input.info.profile, input.info.unsettled) {
                (None, _) => Msg::Refused,
                (Some(_), true) => Msg::Unsettled,
                (Some(_), false) => Msg::Unread,
            };
            // A profile to begin with has lines of its own.
            for (n, line) in error.lines().enumerate() {
                let text = self.page.sentence(line);
                let text = if n == 0 { format!("✗ {}", self.page.say(told, &[("error", &text)])) } else { text };
                self.page.indented(if n == 0 { RED } else { PLAIN }, 0, 2, &text);
            }
        }
        if input.info.profile.is_none() {
            return;
        }
        self.layout(input);
        self.file(input);
        if input.info.unsettled {
            return;
        }
        self.rows(input);
        self.times(input);
        self.calls(input);
        self.doubts(input);
        self.mapping(input);
    }

    fn layout(&mut self, input: &Inspected) {
        let info = &input.info;
        let profile = show(info.profile.as_deref().unwrap_or_default());
        let sure = info.confidence.unwrap_or(0);
        let mut parts = vec![match (sure, info.runner_up.is_none()) {
            (100, true) => self.page.say(Msg::LayoutGiven, &[("profile", &profile)]),
            _ => self.page.say(Msg::LayoutSure, &[("profile", &profile), ("n", &sure.to_string())]),
        }];
        parts.extend(info.runner_up.as_ref().map(|r| self.page.say(Msg::LayoutNext, &[("profile", &show(&r.profile)), ("n", &r.confidence.to_string())])));
        if input.info.unsettled {
            return self.line(Msg::LabelLayout, &parts.join(" · "));
        }
        let known = input.mapping.iter().flat_map(|m| &m.from).collect::<std::collections::BTreeSet<_>>().len();
        let all = known + input.unmapped.len();
        parts.push(self.page.say(Msg::LayoutWhy, &[("n", &known.to_string()), ("all", &all.to_string())]));
        if info.delimiter.is_some() {
            parts.push(self.page.say(if input.header == Some(false) { Msg::HeaderNo } else { Msg::HeaderYes }, &[]));
        }
        self.line(Msg::LabelLayout, &parts.join(" · "));
    }

    fn file(&mut self, input: &Inspected) {
        let info = &input.info;
        let mut parts = vec![self.page.count(Msg::Bytes, info.bytes)];
        parts.extend(info.container.as_deref().map(show));
        parts.extend(info.encoding.map(str::to_owned));
        if let Some(delimiter) = &info.delimiter {
            let name = if delimiter == "\t" { self.page.say(Msg::DelimiterTab, &[]) } else { show(delimiter) };
            parts.push(self.page.say(Msg::Delimited, &[("delimiter", &name)]));
        }
        self.line(Msg::LabelFile, &parts.join(" · "));
    }

    fn rows(&mut self, input: &Inspected) {
        let info = &input.info;
        let sum = self.page.sum(&info.rows);
        self.styled(if info.rows.add_up() { PLAIN } else { RED }, Msg::LabelIntake, &sum);
        let reasons: Vec<String> = info
            .reject_reasons
            .iter()
            .map(|r| {
                let values = [("reason", self.page.sentence(&r.reason)), ("n", grouped(r.rows)), ("line", grouped(r.first_line))];
                let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
                self.page.say(Msg::RejectLine, &values)
            })
            .collect();
        self.lines(YELLOW, Msg::LabelRejects, &reasons, TOP);
        if info.rows.duplicate > 0 {
            let text = self.page.say(Msg::DuplicatesAll, &[("n", &grouped(info.rows.duplicate)), ("differ", &grouped(info.rows.duplicate_differs))]);
            self.line(Msg::LabelDuplicates, &text);
        }
        let legs = if input.legs.is_empty() {
            self.page.say(Msg::LegsNone, &[])
        } else {
            self.page.say(Msg::LegsBy, &[("columns", &show(&input.legs.join(" + "))), ("n", &grouped(info.rows.folded))])
        };
        self.line(Msg::LabelLegs, &legs);
    }

    fn times(&mut self, input: &Inspected) {
        let info = &input.info;
        let period = match (&info.period.first, &info.period.last) {
            (Some(first), Some(last)) => format!("{first} – {last}"),
            _ => self.page.say(Msg::NoPeriod, &[]),
        };
        self.line(Msg::LabelPeriod, &period);
        if let Some(clock) = &info.clock {
            let evidence = self.page.sentence(&clock.evidence);
            let zone = self.page.sentence(&clock.zone);
            let known = self.page.say(Msg::ClockKnown, &[("zone", &zone), ("evidence", &evidence)]);
            let text = if clock.assumed { format!("⚠ {known}") } else { known };
            self.styled(if clock.assumed { YELLOW } else { PLAIN }, Msg::LabelClock, &text);
        }
        if let Some(precision) = info.precision {
            let word = self.page.sentence(precision);
            let text = self.page.say(Msg::KnownTo, &[("precision", &word)]);
            self.line(Msg::LabelPrecision, &text);
        }
    }

    fn counted(&self, counts: &BTreeMap<&'static str, u64>, word: impl Fn(Lang, &'static str) -> &'static str) -> String {
        let mut counts: Vec<(&'static str, u64)> = counts.iter().map(|(w, n)| (*w, *n)).collect();
        counts.sort_by_key(|(w, n)| (std::cmp::Reverse(*n), *w));
        let parts: Vec<String> = counts.iter().map(|(w, n)| format!("{} {}", word(self.lang(), w), grouped(*n))).collect();
        if parts.is_empty() { self.page.say(Msg::NoneAtAll, &[]) } else { parts.join(" · ") }
    }

    fn calls(&mut self, input: &Inspected) {
        let info = &input.info;
        let outcomes = self.counted(&info.outcomes, language::outcome);
        self.line(Msg::LabelOutcomes, &outcomes);
        if !info.unmapped_outcomes.is_empty() {
            let mut words: Vec<(&String, &u64)> = info.unmapped_outcomes.iter().collect();
            words.sort_by_key(|(w, n)| (std::cmp::Reverse(**n), *w));
            let mut shown: Vec<String> = words.iter().take(TOP).map(|(w, n)| format!("{} ({})", cut(&show(w), VALUE), grouped(**n))).collect();
            if words.len() > TOP {
                shown.push(self.page.count(Msg::MoreLines, (words.len() - TOP) as u64));
            }
            let text = self.page.say(Msg::UnmappedOutcomes, &[("words", &shown.join(", "))]);
            self.page.labelled(YELLOW, "", self.column, &format!("⚠ {text}"));
        }
        let numbers = self.counted(&info.numbers, language::number);
        let region = match &input.region {
            Some(region) => self.page.say(Msg::RegionKnown, &[("region", &show(region))]),
            None => self.page.say(Msg::RegionNone, &[]),
        };
        self.line(Msg::LabelNumbers, &format!("{numbers} · {region}"));
        if !info.unreadable.is_empty() {
            let parts: Vec<String> = info.unreadable.iter().map(|(c, n)| format!("{c} {}", grouped(*n))).collect();
            self.styled(YELLOW, Msg::LabelUnreadable, &parts.join(" · "));
        }
    }

    fn doubts(&mut self, input: &Inspected) {
        let info = &input.info;
        let mut gaps: Vec<&Gap> = info.coverage.iter().collect();
        gaps.sort_by_key(|g| g.kind == Gap::PAUSE);
        let mut texts: Vec<String> = gaps.iter().map(|g| self.page.gap(g)).collect();
        if texts.is_empty() {
            texts.push(self.page.say(Msg::NoGaps, &[]));
        }
        self.lines(PLAIN, Msg::LabelGaps, &texts, 4);
        let stated = info.stated.iter().map(|(c, v)| self.page.say(Msg::Stated, &[("column", &show(c)), ("value", &show(v))]));
        let notes: Vec<String> = info.notes.iter().map(|n| self.page.sentence(n)).chain(stated).collect();
        self.lines(PLAIN, Msg::LabelNotes, &notes, 12);
    }

    fn mapping(&mut self, input: &Inspected) {
        let set: Vec<String> =
            input.set.iter().filter(|(c, _)| !input.info.stated.contains_key(*c)).map(|(c, v)| format!("{} = {}", show(c), show(v))).collect();
        if !set.is_empty() {
            self.page.section(BOLD, Msg::SectionSet, "");
            self.page.indented(PLAIN, 2, 0, &set.join(" · "));
        }
        self.page.section(BOLD, Msg::SectionMapping, "");
        let rows: Vec<[String; 3]> = input.mapping.iter().map(|m| self.mapped(m)).collect();
        if self.page.width < NARROW {
            for [call, export, values] in rows {
                self.page.indented(PLAIN, 2, 2, &format!("{call} ← {export}"));
                self.page.indented(DIM, 4, 0, &values);
            }
        } else {
            let header = [Msg::ColCall, Msg::ColExport, Msg::ColSamples].map(|m| self.page.header(m)).to_vec();
            let body = rows.into_iter().map(|[call, export, values]| vec![Cell::new(call), Cell::new(format!("← {export}")), Cell::new(values)]).collect();
            self.page.table(header, body, &[0, 1, 2]);
        }
        if input.unmapped.is_empty() {
            return;
        }
        self.page.section(BOLD, Msg::SectionUnmapped, "");
        let names: Vec<String> = input
            .unmapped
            .iter()
            .take(UNMAPPED)
            .map(|u| {
                let name = cut(&show(u.name.trim()), 40);
                u.samples.first().map_or_else(|| name.clone(), |s| format!("{name} ({})", cut(&show(s), 20)))
            })
            .collect();
        let mut text = names.join(" · ");
        if input.unmapped.len() > UNMAPPED {
            text = format!("{text} {}", self.page.count(Msg::MoreLines, (input.unmapped.len() - UNMAPPED) as u64));
        }
        self.page.indented(PLAIN, 2, 0, &text);
    }

    /// Column, where it comes from, and values.
    fn mapped(&self, mapped: &Mapped) -> [String; 3] {
        let call = match (self.lang(), Column::by_name(&mapped.column)) {
            (Lang::Zh, Some(column)) => format!("{} {}", column.name(), column.zh()),
            _ => self.page.sentence(&mapped.column),
        };
        let names: Vec<String> = mapped.from.iter().map(|n| show(n.trim())).collect();
        let mut export = match mapped.join {
            "each" => names.join(", "),
            "first" => self.page.say(Msg::FirstOf, &[("columns", &names.join(", "))]),
            _ => names.join(" + "),
        };
        if let Some(when) = &mapped.when {
            export = format!("{export} {}", self.page.say(Msg::WhenRows, &[("when", &cut(&show(when), 60))]));
        }
        let values: Vec<String> = mapped.samples.iter().map(|s| cut(&show(s), VALUE)).collect();
        [call, export, values.join(" · ")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::inspection::{SCHEMA, Unmapped};
    use crate::report::renderers::sample;
    use crate::report::{Exit, Period, RejectReason, Rows};

    fn inspection() -> Inspection {
        let report = sample::report(&sample::Rows::hostile());
        let mapped = |column: &str, from: &[&str], join, when: Option<&str>| Mapped {
            column: column.into(),
            from: from.iter().map(|n| (*n).into()).collect(),
            join,
            when: when.map(str::to_owned),
            samples: vec!["2026-11-18 09:30:00".into(), "任务\u{1b}[2J名单非常长非常长非常长非常长非常长非常长".into(), "x".repeat(90)],
        };
        let gap = |kind| Gap { from: "2026-11-07T14:00:00Z".into(), to: "2026-11-09T01:00:00Z".into(), hours: 35, kind, expected: Some(1_200), span: (0, 0) };
        let inputs = report
            .inputs
            .into_iter()
            .map(|mut info| {
                info.outcomes = BTreeMap::from([("answered", 1_204_331), ("no_answer", 7)]);
                info.numbers = BTreeMap::from([("valid", 999), ("masked", 3)]);
                info.reject_reasons = vec![RejectReason { reason: "the start \"…\" is no time".into(), rows: 12, first_line: 1_000_007 }];
                info.coverage = vec![gap(Gap::PAUSE), gap(Gap::MISSING), gap(Gap::SILENCE)];
                info.unreadable = BTreeMap::from([("talk_s".to_owned(), 4)]);
                info.precision = Some("minute");
                info.delimiter = Some("\t".into());
                Inspected {
                    info,
                    header: Some(true),
                    region: None,
                    set: BTreeMap::from([("mode".to_owned(), "axb".to_owned())]),
                    legs: vec!["linkedid".into()],
                    mapping: vec![
                        mapped("started_at", &["日期", "时间\u{202e}"], "blank", None),
                        mapped("callee", &["phone_no", "peer_no"], "first", Some("call_type = 1 | 3")),
                        mapped("(legs)", &["linkedid"], "one", None),
                    ],
                    unmapped: vec![Unmapped { name: "任务名称\u{7}".into(), samples: vec!["年终大促".into()] }, Unmapped { name: "x".into(), samples: vec![] }],
                }
            })
            .collect();
        Inspection { schema: SCHEMA, tool: report.tool, inputs, rows: Rows::default(), period: Period::default(), coverage: vec![], exit: Exit::default() }
    }

    fn rendered(lang: Lang, width: usize, colour: bool) -> String {
        let mut out = Vec::new();
        table(&inspection(), &View { lang, width, colour, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_nothing_steers_it() {
        for lang in Lang::ALL {
            for width in [40, 60, 80, 100, 120, 250] {
                let text = rendered(lang, width, false);
                for line in text.lines() {
                    assert!(line.width() <= width, "{lang:?} {width}: {}: {line}", line.width());
                }
                assert!(!text.chars().any(|c| c.is_control() && c != '\n') && !text.contains('\u{202e}'));
            }
        }
    }

    #[test]
    fn both_languages_tell_the_same() {
        let lines = |lang| rendered(lang, 250, false).lines().count();
        assert_eq!(lines(Lang::En), lines(Lang::Zh));
        let zh = rendered(Lang::Zh, 120, false);
        for text in ["开始时间“…”无法识别：12 行，首见于第 1,000,007 行", "精确到分钟", "接通 1,204,331", "callee 被叫", "通常约 1,200 次", "制表符"]
        {
            assert!(zh.contains(text), "{text}\n{zh}");
        }
    }
}
