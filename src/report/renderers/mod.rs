//! Outputs of a report, one file each.

use std::io::Write;

use super::{Finding, Findings, Report};
use crate::error::{Error, Result};
use crate::language::Lang;

/// For whom a report is rendered.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The language of titles and labels.
    pub lang: Lang,
    /// Columns of the terminal.
    pub width: usize,
    /// Are colours wanted?
    pub colour: bool,
    /// Findings to show, where the format's own number is not wanted.
    pub max_findings: Option<usize>,
    /// Are only findings to be shown that are new or grown, by renderers that may leave out the others?
    pub only_new: bool,
}

impl Default for View {
    fn default() -> View {
        View { lang: Lang::En, width: 100, colour: false, max_findings: None, only_new: false }
    }
}

/// An output format.
pub trait Renderer: Sync {
    /// As `-o` names it.
    fn name(&self) -> &'static str;
    /// Does it show every violating call?
    fn shows_violations(&self) -> bool {
        false
    }
    /// Does it show findings, their evidence and breakdowns? What nobody shows is only counted.
    fn shows_findings(&self) -> bool {
        true
    }
    /// Does it show what violations may cost? What nobody shows is not counted.
    fn shows_exposure(&self) -> bool {
        false
    }
    /// Does it leave out findings that are known already, where only new ones fail?
    fn may_leave_out_known(&self) -> bool {
        false
    }
    /// Is the output bytes that nobody wants on a terminal?
    fn binary(&self) -> bool {
        false
    }
    /// Writes the report. A closed pipe is an [`Error::Io`] whose text begins with "broken pipe".
    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()>;
}

/// Declares the modules, each of which has a `RENDERER`, and lists them.
macro_rules! renderers {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*
        /// All output formats.
        pub static RENDERERS: &[&dyn Renderer] = &[$(&$name::RENDERER),*];
    };
}

renderers! { table, json, csv, csv_excel, ndjson, parquet, xlsx, html, markdown, sarif, junit, github }

/// Findings that are new or grown.
#[derive(Clone, Copy)]
pub struct Fresh<'a>(pub &'a dyn Findings);

impl std::fmt::Debug for Fresh<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fresh")
    }
}

impl Findings for Fresh<'_> {
    fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
        Box::new(self.0.findings().filter(|f| f.as_ref().map_or(true, |f| matches!(f.state, "new" | "grown"))))
    }
    fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<super::Cells>> + '_>> {
        self.0.violations()
    }
    fn violation_columns(&self) -> &[String] {
        self.0.violation_columns()
    }
    fn has_violations(&self) -> bool {
        self.0.has_violations()
    }
}

/// The renderer of this name.
pub fn by_name(name: &str) -> Option<&'static dyn Renderer> {
    RENDERERS.iter().copied().find(|renderer| renderer.name() == name)
}

/// The worst findings, at most so many.
pub(crate) fn worst(rows: &dyn Findings, max: usize) -> Result<Vec<Finding>> {
    rows.findings().take(max).collect()
}

/// Writes a text that was put together.
pub(crate) fn write_text(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| write_error(&error))
}

/// What a failed write is called; a closed pipe is told apart by its first words.
pub fn write_error(error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        Error::Io(format!("broken pipe while writing the report: {error}"))
    } else {
        Error::Io(format!("writing the report: {error}"))
    }
}

#[cfg(test)]
mod conformance;

/// One report for the tests of all renderers: hostile strings, CJK, everything that can be told; and one without findings.
#[cfg(test)]
pub(crate) mod sample {
    use std::collections::BTreeMap;

    use super::*;
    use crate::findings::baseline::{Compared, Gone};
    use crate::findings::suppressions::{Suppression, Suppressions};
    use crate::report::*;
    use crate::rules::lists::{Facts, Unreadable};
    use crate::ruleset::citations::{Citation, Confidence};

    pub(crate) struct Rows {
        pub(crate) findings: Vec<Finding>,
        violations: Vec<Vec<String>>,
        columns: Vec<String>,
    }

    pub(crate) fn texts(en: &str, zh: &str) -> BTreeMap<String, String> {
        [("en", en), ("zh", zh)].into_iter().filter(|(_, text)| !text.is_empty()).map(|(lang, text)| (lang.into(), text.into())).collect()
    }

    impl Rows {
        pub(crate) fn none() -> Rows {
            Rows { findings: vec![], violations: vec![], columns: ["rule", "caller", "campaign", "measured"].map(String::from).to_vec() }
        }

        /// A log in which every name is this text.
        pub(crate) fn named(text: &str) -> Rows {
            let mut rows = Rows::hostile();
            for finding in &mut rows.findings {
                finding.subject = [("campaign".to_string(), text.to_string())].into();
                finding.message = text.into();
                finding.notes = vec![text.into()];
                for row in &mut finding.evidence {
                    let texts = [&mut row.source, &mut row.call_id, &mut row.caller, &mut row.callee, &mut row.agent, &mut row.campaign, &mut row.outcome];
                    texts.into_iter().for_each(|cell| *cell = text.into());
                }
            }
            rows.columns = ["rule", "campaign", "source", "message"].map(String::from).to_vec();
            rows.violations = vec![vec![text.to_string(); 4], vec!["evening".into(), text.into(), text.into(), text.into()]];
            rows
        }

        /// So many violations.
        pub(crate) fn many(n: usize) -> Rows {
            let violations = (0..n).map(|i| ["evening", "+8613800138000", "", &i.to_string()].map(String::from).to_vec()).collect();
            Rows { violations, ..Rows::none() }
        }

        pub(crate) fn hostile() -> Rows {
            let violations = vec![
                ["evening", "+8613800138000", "=HYPERLINK(\"x\")", "-5"].map(String::from).to_vec(),
                ["redial", "4001", "年终 \"大促\",\n第二行", "4"].map(String::from).to_vec(),
            ];
            let evidence = |line: u64, violates: bool| EvidenceRow {
                source: if line == 1_000_007 {
                    "导出/2026-11/坐席外呼明细_华东一区_非常长的文件名称用于测试换行.csv".into()
                } else {
                    "calls-2026-11.csv".into()
                },
                line,
                call_id: format!("c{line}"),
                started_at: "2026-11-02T12:41:07.250Z".into(),
                local_time: "2026-11-02T20:41:07.250+08:00".into(),
                caller: "+8640012345678".into(),
                callee: "+8613800138000\u{1b}[31m\r".into(),
                agent: "坐席 07".into(),
                campaign: "a\u{202e}b".into(),
                outcome: "no_answer".into(),
                violates,
                seen: Default::default(),
            };
            let findings = (0..23)
                .map(|n| {
                    let (rule, severity, force, message) = match n {
                        0..3 => ("do-not-call", "critical", "law", "called although on list internal-dnc"),
                        3..9 => ("evening", "high", "house", "called at 20:41:07, outside the permitted hours"),
                        _ => ("redial", "medium", "contract", "4 calls within 24 h, limit 3"),
                    };
                    let subject = if n == 1 {
                        "任务\u{1b}]0;owned\u{7}\u{202e}txt.exe 双十一大促回访名单（第二批）".to_string()
                    } else {
                        format!("+86138001380{n:02}")
                    };
                    Finding {
                        fingerprint: format!("{n:016x}"),
                        rule: rule.into(),
                        severity,
                        force,
                        verdict: if n == 4 { "possible" } else { "violation" },
                        state: "open",
                        suppression: None,
                        scope: "key",
                        subject: [("callee".to_string(), subject)].into(),
                        first: "2026-11-02T12:41:07Z".into(),
                        last: if n % 2 == 0 { "2026-11-02T12:41:07Z".into() } else { "2026-11-03T01:02:03Z".into() },
                        calls: n + 1,
                        measured: (n > 2).then_some(4.0 + n as f64 / 8.0),
                        lower_bound: n == 5,
                        limit: (n > 2).then_some(3.0),
                        window: None,
                        message: message.into(),
                        notes: if n == 3 { vec!["clock assumed".into()] } else { vec![] },
                        leaks: vec![],
                        evidence: (0..if n == 3 { 0 } else { 5 }).map(|i| evidence(if n == 0 { 1_000_007 } else { 12 + i }, i > 0)).collect(),
                    }
                })
                .collect();
            Rows { findings, violations, ..Rows::none() }
        }
    }

    impl Findings for Rows {
        fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
            Box::new(self.findings.iter().cloned().map(Ok))
        }
        fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
            Ok(Box::new(self.violations.iter().map(|row| Ok(Cells::new(row)))))
        }
        fn violation_columns(&self) -> &[String] {
            &self.columns
        }
    }

    /// Cursors that fail.
    pub(crate) struct Broken;

    impl Findings for Broken {
        fn findings(&self) -> Box<dyn Iterator<Item = Result<Finding>> + '_> {
            Box::new(std::iter::once(Err(Error::Io("the spill is gone".into()))))
        }
        fn violations(&self) -> Result<Box<dyn Iterator<Item = Result<Cells>> + '_>> {
            Ok(Box::new(std::iter::once(Err(Error::Io("the spill is gone".into())))))
        }
        fn violation_columns(&self) -> &[String] {
            &[]
        }
    }

    /// A reader that has gone.
    pub(crate) struct ClosedPipe;

    impl Write for ClosedPipe {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }

    fn rule(id: &str, kind: &'static str, severity: &'static str, force: &'static str, title: BTreeMap<String, String>) -> Evaluation {
        Evaluation {
            id: id.into(),
            kind,
            force,
            severity,
            title,
            status: "evaluated",
            reason: None,
            required: true,
            calls_judged: 1_204_331,
            calls_unknown: 0,
            calls_without_key: 0,
            calls_without_time: 0,
            calls_uncovered: 0,
            calls_left_out: 0,
            violations: 0,
            possible: 0,
            findings: 0,
            states: BTreeMap::new(),
            budget: None,
            history: History::default(),
            citations: vec![],
            notes: vec![],
        }
    }

    /// The head that belongs to such a log.
    pub(crate) fn report_named(rows: &Rows, text: &str) -> Report {
        let mut report = report(rows);
        for input in &mut report.inputs {
            input.path = text.into();
            input.notes = vec![text.into()];
            input.unmapped_outcomes = [(text.to_string(), 3)].into();
            input.stated = [(text.to_string(), text.to_string())].into();
            input.error = Some(text.into());
        }
        report.breakdowns.values_mut().flatten().for_each(|row| row.value = text.into());
        report.exit.reason.retain(|reason| reason.ends_with(" violations"));
        report.exit.reason.extend([text.to_owned(), format!("{text}:1: the suppression of rule {text} expired on {text}")]);
        report.ruleset.title = texts(text, text);
        for rule in &mut report.rules {
            rule.title = texts(text, text);
            rule.notes = vec![text.into()];
            rule.reason = rule.reason.as_ref().map(|_| text.into());
            rule.citations.iter_mut().for_each(|c| (c.text, c.url) = (text.into(), Some(text.into())));
        }
        report.reader = Some(crate::report::audience::Reader {
            audience: "regulator",
            organisation: Some(text.into()),
            prepared_by: Some(text.into()),
            notice: Some(text.into()),
        });
        report.part = Some(crate::engine::part::Part { column: "campaign", value: Some(text.into()) });
        report.suppressions = Some(suppressions(text));
        report.baseline = Some(baseline(text));
        for item in &mut report.checklist {
            (item.step, item.proof, item.owner) = (texts(text, text), texts(text, text), text.into());
        }
        report
    }

    fn suppressions(text: &str) -> Suppressions {
        let entry = |state, severity| Suppression {
            line: 1,
            rule: text.into(),
            subject: [(text.to_string(), text.to_string())].into(),
            reason: text.into(),
            approver: text.into(),
            until: text.into(),
            state,
            severity,
            findings: 1,
            violations: 2,
            ..Suppression::default()
        };
        Suppressions { path: text.into(), hash: "b3".into(), entries: vec![entry("in_use", None), entry("expired", Some("low"))] }
    }

    fn baseline(text: &str) -> Compared {
        let gone = |reason| Gone {
            fingerprint: text.into(),
            rule: text.into(),
            severity: "high",
            verdict: "violation",
            subject: [(text.to_string(), text.to_string())].into(),
            first: text.into(),
            last: text.into(),
            calls: 3,
            reason,
        };
        Compared {
            as_of: text.into(),
            period: Period { first: Some(text.into()), last: None },
            fixed: vec![gone(None)],
            not_covered: vec![gone(Some("period"))],
            ..Compared::default()
        }
    }

    /// The head that belongs to the rows.
    pub(crate) fn report(rows: &Rows) -> Report {
        let found = !rows.findings.is_empty();
        let mut rules = vec![
            Evaluation {
                calls_without_key: 17,
                citations: vec![Citation {
                    id: Some("US-1".into()),
                    text: "47 CFR 64.1200(d)(3)\u{1b}[2J".into(),
                    source: Some("a secondary source \u{202e}".into()),
                    as_of: Some(20_780),
                    confidence: Some(Confidence::C),
                    url: None,
                }],
                ..rule("do-not-call", "dnc_list", "critical", "law", texts("Numbers on the do-not-call list", "免打扰名单中的号码"))
            },
            Evaluation {
                notes: vec!["clock assumed".into()],
                ..rule("evening", "quiet_hours", "high", "house", texts("Marketing calls only in working hours", "营销外呼仅限工作时段"))
            },
            Evaluation {
                history: History { needed: Some(86_400), present: Some(3_600), lower_bound_until: None },
                ..rule("redial", "repeat_dial", "medium", "contract", texts("At most three attempts a day", ""))
            },
            Evaluation {
                status: "not_evaluable",
                calls_judged: 0,
                reason: Some("column \"hangup_by\" is in none of the inputs".into()),
                ..rule("line-hourly", "call_cap", "low", "guideline", texts("", "单条线路每小时呼叫上限"))
            },
        ];
        let mut totals = Totals { calls: 1_204_331, findings: rows.findings.len() as u64, ..Totals::default() };
        for finding in &rows.findings {
            let (violations, possible) = if finding.verdict == "possible" { (0, finding.calls) } else { (finding.calls, 0) };
            totals.violations += violations;
            totals.possible += possible;
            let severity = totals.by_severity.entry(finding.severity.into()).or_default();
            severity.violations += violations;
            severity.possible += possible;
            severity.findings += 1;
            if let Some(rule) = rules.iter_mut().find(|rule| rule.id == finding.rule) {
                rule.violations += violations;
                rule.possible += possible;
                rule.findings += 1;
                if finding.state != "open" {
                    let count = rule.states.entry(finding.state).or_default();
                    count.violations += violations;
                    count.possible += possible;
                    count.findings += 1;
                }
            }
        }
        for rule in &rules {
            totals.by_rule.insert(rule.id.clone(), Count { violations: rule.violations, possible: rule.possible, findings: rule.findings });
        }
        let input = |path: &str, rejected: u64, assumed: bool| InputInfo {
            path: path.into(),
            hash: Some("b3".into()),
            bytes: 1 << 30,
            profile: Some("vicidial".into()),
            confidence: Some(92),
            runner_up: None,
            container: None,
            encoding: Some("utf-8"),
            clock: Some(ClockInfo {
                zone: "Asia/Shanghai".into(),
                evidence: if assumed { "assumed".into() } else { "inferred from ids (84 of 84)".into() },
                assumed,
            }),
            rows: crate::report::Rows { read: 602_190 + rejected, accepted: 602_165, rejected, folded: 25, ..Default::default() },
            rejects: vec![Reject { line: 8, reason: "no start".into(), field: Some("\u{1b}[2J".into()) }],
            numbers: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            unmapped_outcomes: if assumed { [("已\u{9b}转接".to_string(), 31)].into() } else { BTreeMap::new() },
            columns: BTreeMap::new(),
            delimiter: None,
            period: Period::default(),
            precision: None,
            outcomes: BTreeMap::new(),
            reject_reasons: vec![],
            coverage: vec![],
            stated: if assumed { [("purpose".to_string(), "marketing".to_string())].into() } else { BTreeMap::new() },
            notes: if assumed { vec!["no direction column: all calls are taken as outbound".into()] } else { vec![] },
            error: (rejected > 50).then(|| "gzip: unexpected end of file".into()),
            unsettled: false,
        };
        let mut inputs = vec![input("exports/2026-11/calls-east.csv.gz", 0, false)];
        if found {
            inputs.push(input("导出/2026-11/坐席外呼明细_华东一区_\u{202e}非常长的文件名称用于测试换行和截断.csv", 12, true));
            inputs.extend((0..6).map(|n| input(&format!("exports/2026-11/calls-{n}.csv"), n * 11, false)));
        }
        let lists = match found {
            true => vec![
                Facts {
                    id: "internal-dnc".into(),
                    path: Some("名单/\u{1b}[2J免打扰名单_\u{202e}非常长的文件名称用于测试换行和截断_非常长的文件名称用于测试换行和截断.csv".into()),
                    entries: 1_204_331,
                    dated: 1_000_000,
                    prefixes: 2,
                    masks: 1,
                    short: 3,
                    unreadable: Unreadable { rows: 12, first: vec![] },
                    first_added_at: Some("2020-01-01T00:00:00Z".into()),
                    last_added_at: Some("2026-11-20T00:00:00Z".into()),
                    ..Facts::default()
                },
                Facts { id: "tps".into(), error: Some("the list tps has no file: give it with --use-list tps=PATH".into()), ..Facts::default() },
            ],
            false => vec![],
        };
        let failing = rules.iter().filter(|r| r.severity != "info" && r.violations > 0 && found);
        let failing: Vec<String> = failing.map(|r| format!("rule {}: {} violations", r.id, r.violations)).collect();
        let row = |value: &str, calls: Option<u64>, violations: u64| BreakdownRow { value: value.into(), calls, violations };
        let mut breakdowns = BTreeMap::new();
        if found {
            breakdowns.insert("caller".into(), vec![row("+8640012345678", Some(200_000), 120), row("4001\u{85}", Some(7), 7), row("", None, 1)]);
            breakdowns.insert("agent".into(), (0..8).map(|n| row(&format!("坐席 {n:02}"), Some(4_000 + n), 90 - n)).collect());
            breakdowns.insert("campaign".into(), vec![row("年终大促\u{1b}[2J回访（第二批）名单非常长非常长非常长非常长非常长非常长非常长", None, 44)]);
            breakdowns.insert("callee".into(), vec![row("+8613800138000", Some(40), 41)]);
        }
        let step = |n: u32, owner: &str, step: BTreeMap<String, String>, proof: BTreeMap<String, String>| ChecklistItem {
            id: format!("dial-schedule/{n}"),
            step,
            owner: owner.into(),
            due: (n != 2).then(|| format!("2026-11-2{n}")),
            due_text: Some("1 business day".into()),
            proof,
            rules: vec!["evening".into(), "redial".into()],
            findings: 9,
        };
        Report {
            schema: SCHEMA,
            tool: Tool { name: "callaudit", version: "0.1.0".into(), tzdb: "2026c".into(), number_metadata: "9.0.34".into() },
            as_of: "2026-11-23".into(),
            reader: None,
            hidden: None,
            part: None,
            ruleset: RulesetInfo {
                id: "acme-marketing".into(),
                version: Some("2026.11".into()),
                title: texts("ACME marketing calls", "ACME 营销外呼"),
                hash: "b3".into(),
                files: vec!["callaudit.toml".into()],
                effective: serde_json::json!({ "rule": [] }),
            },
            inputs,
            lists,
            judged: None,
            period: Period { first: Some("2026-11-01T00:00:03Z".into()), last: Some("2026-11-20T13:59:58Z".into()) },
            coverage: if found {
                vec![Gap {
                    from: "2026-11-07T14:00:00Z".into(),
                    to: "2026-11-09T01:00:00Z".into(),
                    hours: 35,
                    kind: Gap::SILENCE,
                    expected: None,
                    span: (0, 0),
                }]
            } else {
                vec![]
            },
            totals,
            breakdowns,
            rules,
            suppressions: None,
            baseline: None,
            truncated: Truncated::default(),
            checklist: if found {
                vec![
                    step(
                        4,
                        "operations",
                        texts(
                            "Set the dialler's calling windows per callee zone, and stop the campaign that leaks until they hold",
                            "在外呼系统中按被叫时区设置可呼时段；在生效之前暂停出问题的任务",
                        ),
                        texts("screenshot of the schedule", "时段设置截图"),
                    ),
                    step(2, "quality \u{1b}[1mteam", texts("Review the redial plan", ""), texts("", "")),
                ]
            } else {
                vec![]
            },
            exposure: found.then(|| crate::exposure::hostile("</b>=1+1\u{1b}[2J|`*_<script>\u{202e}")),
            exit: Exit {
                status: if found { 3 } else { 0 },
                reason: if found {
                    let incomplete = ["rule line-hourly is required and could not be evaluated", "exports/2026-11/calls-5.csv: gzip: unexpected end of file"];
                    incomplete.into_iter().map(str::to_owned).chain(failing).collect()
                } else {
                    vec![]
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_renderer_is_found_by_its_name() {
        for renderer in RENDERERS {
            assert_eq!(by_name(renderer.name()).map(|found| found.name()), Some(renderer.name()));
        }
        assert!(by_name("pdf").is_none());
    }
}
