//! Workflow commands of GitHub Actions: findings as annotations beside the lines of the log. GitHub shows ten of each level for a step, so no more are
//! written, and one says how many more there are.

use std::fmt::Write as _;
use std::io::Write;

use super::table::show;
use super::{Renderer, View};
use crate::error::Result;
use crate::language::settled as words;
use crate::language::{self, Lang, Msg, say};
use crate::report::{Finding, Findings, Report, phrases, settled};

/// Annotations of a level that GitHub shows.
const SHOWN: usize = 10;

/// `-o github`
pub struct Github;

/// The one and only.
pub static RENDERER: Github = Github;

impl Renderer for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn may_leave_out_known(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        let lang = view.lang;
        let mut page = Page { text: String::new(), written: [0; 3] };
        for (level, title, message) in unjudged(lang, report) {
            if page.written[level as usize] < SHOWN {
                page.command(level, None, &title, &message);
            }
        }
        for (entry, text) in settled::complaints(lang, report) {
            let level = if entry.expired() { Level::Warning } else { Level::Notice };
            let room = if level == Level::Notice { SHOWN - 1 } else { SHOWN };
            if page.written[level as usize] < room {
                let place = report.suppressions.as_ref().map(|all| (show(&all.path), entry.line));
                page.command(level, place, &words::say(lang, words::Msg::Suppressions, &[]), &text);
            }
        }
        let mut shown = 0;
        for finding in rows.findings() {
            let finding = finding?;
            let level = Level::of(&finding);
            // One place among the notices is for the last word.
            let room = if level == Level::Notice { SHOWN - 1 } else { SHOWN };
            let fits = view.max_findings.map_or(page.written[level as usize] < room, |max| shown < max as u64);
            if finding.state != "suppressed" && fits {
                page.finding(lang, level, &finding);
                shown += 1;
            }
        }
        let more = report.totals.findings.saturating_sub(shown);
        if more > 0 {
            page.command(Level::Notice, None, "callaudit", &phrases::count(lang, Msg::FormMore, more));
        }
        // No command: a line of the step's own log.
        let _ = writeln!(page.text, "{}", settled::verdict(lang, report));
        super::write_text(out, &page.text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn of(finding: &Finding) -> Level {
        match (finding.verdict, finding.severity) {
            ("violation", "critical" | "high") => Level::Error,
            ("violation", "medium" | "low") | ("possible", "critical" | "high") => Level::Warning,
            _ => Level::Notice,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        }
    }
}

/// What is missing from the audit, before what it found.
fn unjudged(lang: Lang, report: &Report) -> Vec<(Level, String, String)> {
    let mut all: Vec<(Level, String, String)> = report
        .inputs
        .iter()
        .filter_map(|input| Some((Level::Error, say(lang, Msg::FormIncomplete, &[]), format!("{}: {}", show(&input.path), phrases::input_error(lang, input)?))))
        .collect();
    for rule in report.rules.iter().filter(|rule| phrases::was_not_judged(rule)) {
        let (id, reason) = (show(&rule.id), phrases::why_not(lang, rule));
        let message = say(lang, Msg::FormRuleUnjudged, &[("id", &id), ("reason", &reason)]);
        all.push((if rule.required { Level::Error } else { Level::Warning }, id, message));
    }
    all
}

struct Page {
    text: String,
    written: [usize; 3],
}

impl Page {
    fn finding(&mut self, lang: Lang, level: Level, finding: &Finding) {
        let mut words = vec![
            language::severity(lang, finding.severity).to_string(),
            show(&finding.rule),
            language::verdict(lang, finding.verdict).to_string(),
            language::force_sentence(lang, finding.force).to_string(),
        ];
        if finding.state != "open" {
            words.push(language::state(lang, finding.state).to_owned());
        }
        let subject = phrases::subject(lang, finding);
        let said = [subject, show(&finding.message), phrases::facts(lang, finding)];
        let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
        let place = phrases::telling(finding, 1).first().map(|row| (show(&row.source), row.line));
        self.command(level, place, &words.join(" · "), &said.join(" · "));
    }

    fn command(&mut self, level: Level, place: Option<(String, u64)>, title: &str, message: &str) {
        self.written[level as usize] += 1;
        let place = place.map(|(file, line)| format!("file={},line={line},", property(&file))).unwrap_or_default();
        let _ = writeln!(self.text, "::{} {place}title={}::{}", level.word(), property(title), data(message));
    }
}

/// A message: what would end it is escaped as GitHub's own toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property: so is what would end that.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(rows: &sample::Rows, lang: Lang, max_findings: Option<usize>) -> String {
        let mut out = Vec::new();
        RENDERER.render(&sample::report(rows), rows, &View { lang, max_findings, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_more_than_github_shows_and_the_rest_is_told() {
        let text = rendered(&sample::Rows::hostile(), Lang::En, None);
        let of = |level: &str| text.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
        assert_eq!((of("error"), of("warning"), of("notice")), (10, 10, 1), "{text}");
        assert!(text.contains("\n::notice title=callaudit::… and 5 more: callaudit audit … -o csv"), "{text}");
        assert!(text.ends_with("1 rule could not be judged.\n") && !text.contains('\u{1b}'));
        let all = rendered(&sample::Rows::hostile(), Lang::Zh, Some(100));
        assert!(!all.contains("title=callaudit") && all.matches("\n::").count() >= 23, "{all}");
    }

    #[test]
    fn commands_cannot_be_ended() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,b::c%"), "a%2Cb%3A%3Ac%25");
    }
}
