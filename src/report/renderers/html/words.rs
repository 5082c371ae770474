//! What all parts of the page speak with: the language, and the clock.

use serde_json::Value;

use super::super::table::{Page, show};
use crate::calls::timestamps::rfc3339_at;
use crate::calls::zones::Clock;
use crate::language::page::{Msg as T, put};
use crate::language::{Lang, Msg};
use crate::report::Report;

/// More of a text than this is cut: a name of ten thousand characters would fill the page.
const LONGEST: usize = 300;

/// The language and the clock of the page.
pub(super) struct Words {
    /// The sentences that the terminal's report has too.
    pub(super) page: Page,
    clock: Clock,
    /// Its name.
    pub(super) zone: String,
}

impl Words {
    pub(super) fn new(report: &Report, lang: Lang) -> Words {
        let zone = report.ruleset.effective.pointer("/ruleset/timezone").and_then(Value::as_str).unwrap_or("UTC");
        let clock = Clock::parse(zone).unwrap_or_else(|_| Clock::fixed("UTC".to_owned(), 0));
        Words { page: Page { lang, width: 500, colour: false, text: String::new() }, clock, zone: zone.to_owned() }
    }

    pub(super) fn lang(&self) -> Lang {
        self.page.lang
    }

    /// A text of the page.
    pub(super) fn t(&self, message: T) -> &'static str {
        message.text(self.lang())
    }

    /// A text that other outputs have too.
    pub(super) fn m(&self, message: Msg) -> &'static str {
        message.text(self.lang())
    }

    /// A text of the page with values.
    pub(super) fn put(&self, message: T, values: &[(&str, &str)]) -> String {
        put(self.lang(), message, values)
    }

    /// Between the items of a list.
    pub(super) fn between(&self) -> &'static str {
        if self.lang() == Lang::Zh { "、" } else { ", " }
    }

    /// A remark behind a text.
    pub(super) fn aside(&self, text: &str) -> String {
        if self.lang() == Lang::Zh { format!("（{text}）") } else { format!(" ({text})") }
    }

    /// A colon between a label and its text.
    pub(super) fn colon(&self) -> &'static str {
        if self.lang() == Lang::Zh { "：" } else { ": " }
    }

    /// The local time of an instant, ms since 1970.
    pub(super) fn local(&self, at: i64) -> i64 {
        self.clock.local(at)
    }

    /// An instant on the clock of the page: `2026-10-01 08:00:00+08:00`.
    pub(super) fn at(&self, at: i64) -> String {
        rfc3339_at(at, self.clock.offset(at)).replacen('T', " ", 1)
    }

    /// A time that the report has in UTC.
    pub(super) fn time(&self, text: &str) -> String {
        instant(text).map_or_else(|| show(text), |at| self.at(at))
    }
}

/// The milliseconds of a time as reports write it.
pub(super) fn instant(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond())
}

/// A text of a log, as it is shown.
pub(super) fn short(text: &str) -> String {
    cut(text, LONGEST)
}

/// The same, with at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", show(&text[..end])),
        None => show(text),
    }
}

/// The same, with a dash where there is none.
pub(super) fn or_dash(text: &str) -> String {
    if text.is_empty() { "—".to_owned() } else { short(text) }
}
