//! Windows: stretches of time in which calls are counted, and how they are written.

use crate::calls::calendar::{Date, civil, days_unchecked};
use crate::calls::zones::{Clock, DAY};
use crate::language::Lang;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::{Node, Reader, Value};

/// A stretch of time in which calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The last so many milliseconds, exclusive.
    Sliding(i64),
    /// The clock's hour.
    Hour,
    /// The local date.
    Day,
    /// From Monday 00:00.
    Week,
    /// The month of the calendar.
    Month,
    /// So many local dates, today being the last.
    Days(u32),
    /// From the first counted call, so many milliseconds.
    Anchored(i64),
    /// The whole log.
    Ever,
    /// From this time of day (ms) to the next.
    ResetsAt(i64),
}

const HOUR: i64 = 3_600_000;

impl Window {
    /// Does it depend on the clock on which one looks?
    pub fn on_a_clock(self) -> bool {
        matches!(self, Window::Hour | Window::Day | Window::Week | Window::Month | Window::Days(_) | Window::ResetsAt(_))
    }

    /// How far back it reaches at most, ms.
    pub fn length(self) -> Option<i64> {
        Some(match self {
            Window::Sliding(w) | Window::Anchored(w) => w,
            Window::Hour => HOUR,
            Window::Day | Window::ResetsAt(_) => DAY,
            Window::Week => 7 * DAY,
            Window::Month => 31 * DAY,
            Window::Days(n) => i64::from(n) * DAY,
            Window::Ever => return None,
        })
    }

    /// No two calls further apart (ms) are in one window, on any clock.
    pub fn longest(self) -> i64 {
        match self {
            // A day, week or month of a clock that is set back lasts longer than its name says.
            Window::Hour => 2 * HOUR,
            Window::Day | Window::ResetsAt(_) | Window::Week | Window::Month | Window::Days(_) => self.length().unwrap_or(0) + 2 * DAY,
            Window::Sliding(w) | Window::Anchored(w) => w,
            Window::Ever => i64::MAX,
        }
    }

    /// Which of the clock's windows an instant lies in.
    pub fn id(self, clock: &Clock, at: i64) -> i64 {
        let local = clock.local(at);
        let date = local.div_euclid(DAY);
        match self {
            // The instant at which the hour began: an hour that the clock shows twice is two hours.
            Window::Hour => at - local.rem_euclid(HOUR),
            Window::Week => (date + 3).div_euclid(7),
            Window::Month => {
                let (y, m, _) = civil(Date::try_from(date).unwrap_or(0));
                i64::from(y) * 12 + i64::from(m) - 1
            }
            Window::ResetsAt(time) => (date - 1..=date + 1).rev().find(|d| clock.first_at_or_after(d * DAY + time) <= at).unwrap_or(date - 1),
            _ => date,
        }
    }

    /// The instant at which one of the clock's windows begins.
    pub fn begin(self, clock: &Clock, id: i64) -> i64 {
        match self {
            Window::Hour => id,
            Window::Week => clock.first_at_or_after((id * 7 - 3) * DAY),
            Window::Month => {
                let date = days_unchecked(i32::try_from(id.div_euclid(12)).unwrap_or(1970), u32::try_from(id.rem_euclid(12) + 1).unwrap_or(1), 1);
                clock.first_at_or_after(i64::from(date) * DAY)
            }
            Window::ResetsAt(time) => clock.first_at_or_after(id * DAY + time),
            Window::Days(n) => clock.first_at_or_after((id - i64::from(n) + 1) * DAY),
            _ => clock.first_at_or_after(id * DAY),
        }
    }

    /// As a sentence has it: `24h`, `hour`, `7 days`.
    pub fn show(self) -> String {
        match self {
            Window::Sliding(w) => duration_text(w),
            Window::Hour => "hour".into(),
            Window::Day => "day".into(),
            Window::Week => "week".into(),
            Window::Month => "month".into(),
            Window::Days(n) => format!("{n} days"),
            Window::Anchored(w) => format!("anchored {}", duration_text(w)),
            Window::Ever => "ever".into(),
            Window::ResetsAt(t) => format!("day from {:02}:{:02}", t / HOUR, t / 60_000 % 60),
        }
    }
}

/// `24h` of milliseconds.
pub fn duration_text(ms: i64) -> String {
    match ms {
        _ if ms % HOUR == 0 && ms > 0 => format!("{}h", ms / HOUR),
        _ if ms % 60_000 == 0 && ms > 0 => format!("{}m", ms / 60_000),
        _ => format!("{}s", ms / 1000),
    }
}

/// A whole number directly followed by s, m, h or d, in ms.
pub fn parse_duration(text: &str) -> Option<i64> {
    let unit = match text.as_bytes().last()? {
        b's' => 1000,
        b'm' => 60_000,
        b'h' => HOUR,
        b'd' => DAY,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok()?.checked_mul(unit)
}

/// A whole number, a blank and `day` or `days`.
pub fn parse_days(text: &str) -> Option<u32> {
    let digits = text.strip_suffix(" days").or_else(|| text.strip_suffix(" day"))?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// `HH:MM` or `HH:MM:SS` up to 24:00, in ms.
pub fn parse_time(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().any(|p| p.len() != 2 || !p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n = |i: usize| parts.get(i).map_or(Some(0), |p| p.parse::<i64>().ok());
    let (h, m, s) = (n(0)?, n(1)?, n(2)?);
    (h < 24 && m < 60 && s < 60 || h == 24 && m == 0 && s == 0).then_some((h * 3600 + m * 60 + s) * 1000)
}

/// Days of the week, as rulesets write them.
pub const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// The place of public holidays behind the days of the week.
pub const HOLIDAY: usize = 7;
/// The place of working days by decree.
pub const WORKDAY: usize = 8;

/// The days that a key names: Monday is 0, holiday 7, workday 8.
pub fn days_of(name: &str) -> Option<Vec<usize>> {
    match name {
        "holiday" => return Some(vec![HOLIDAY]),
        "workday" => return Some(vec![WORKDAY]),
        _ => {}
    }
    let index = |n: &str| NAMES.iter().position(|d| *d == n);
    let Some((from, to)) = name.split_once('-') else { return index(name).map(|d| vec![d]) };
    let (from, to) = (index(from)?, index(to)?);
    let length = (to + 7 - from) % 7 + 1;
    Some((0..length).map(|i| (from + i) % 7).collect())
}

/// A duration in a table, with a complaint where it is none.
pub fn read_duration(table: &mut Reader<'_>, key: &'static str, out: &mut Diagnostics) -> Option<i64> {
    let text = table.text(key, out)?;
    let found = parse_duration(text);
    if found.is_none() {
        let place = table.place(key);
        out.error(&place, format!("\"{text}\" is no duration")).help = Some("a whole number directly followed by s, m, h or d, such as \"30m\"".to_owned());
    }
    found
}

/// A window as a sentence has it: "an hour", "24 小时".
pub fn window_words(lang: Lang, window: Window) -> String {
    let elapsed = |ms: i64| match (lang, ms) {
        (Lang::En, ms) => duration_text(ms),
        (Lang::Zh, ms) if ms % 3_600_000 == 0 => format!("{} 小时", ms / 3_600_000),
        (Lang::Zh, ms) if ms % 60_000 == 0 => format!("{} 分钟", ms / 60_000),
        (Lang::Zh, ms) => format!("{} 秒", ms / 1000),
    };
    match (lang, window) {
        (_, Window::Sliding(ms)) => elapsed(ms),
        (Lang::Zh, Window::Anchored(ms)) => format!("自首次呼叫起 {}", elapsed(ms)),
        (Lang::Zh, Window::Days(n)) => format!("{n} 个自然日"),
        (Lang::Zh, Window::ResetsAt(t)) => format!("自 {:02}:{:02} 起的 1 天", t / 3_600_000, t / 60_000 % 60),
        (_, other) => crate::language::window(lang, &other.show()).to_owned(),
    }
}

/// Some time as a sentence has it: "71 h 59 min", "71 小时 59 分钟".
pub fn elapsed_words(lang: Lang, ms: i64) -> String {
    let (d, h, m, s) = (ms / DAY, ms / HOUR, ms / 60_000, ms / 1000);
    let two = |a: i64, unit: [&str; 2], b: i64, small: [&str; 2]| {
        let (unit, small) = if lang == Lang::En { (unit[0], small[0]) } else { (unit[1], small[1]) };
        let gap = if lang == Lang::En { "" } else { " " };
        if b == 0 { format!("{gap}{a} {unit}") } else { format!("{gap}{a} {unit} {b} {small}") }
    };
    match ms {
        _ if d > 3 => two(d, ["d", "天"], h % 24, ["h", "小时"]),
        _ if h > 0 => two(h, ["h", "小时"], m % 60, ["min", "分钟"]),
        _ if m > 0 => two(m, ["min", "分钟"], s % 60, ["s", "秒"]),
        _ => two(s, ["s", "秒"], 0, ["", ""]),
    }
}

/// A window, with a complaint where it is none.
pub fn read_window(node: &Node, out: &mut Diagnostics) -> Option<Window> {
    let help = "\"24h\" slides; \"hour\" \"day\" \"week\" \"month\" follow the calendar; \"7 days\" are calendar days; { anchored = \"1h\" }, { resets_at = \"04:00\" }, \"ever\"";
    let found = match &node.value {
        Value::Text(text) => match text.as_str() {
            "hour" => Some(Window::Hour),
            "day" => Some(Window::Day),
            "week" => Some(Window::Week),
            "month" => Some(Window::Month),
            "ever" => Some(Window::Ever),
            other => parse_duration(other).filter(|w| *w > 0).map(Window::Sliding).or_else(|| parse_days(other).filter(|n| *n > 0).map(Window::Days)),
        },
        Value::Table(t) if t.entries.len() == 1 => match (t.entries[0].0.text.as_str(), &t.entries[0].1.value) {
            ("anchored", Value::Text(text)) => parse_duration(text).filter(|w| *w > 0).map(Window::Anchored),
            ("resets_at", Value::Text(text)) => parse_time(text).filter(|t| *t < DAY).map(Window::ResetsAt),
            _ => None,
        },
        _ => None,
    };
    if found.is_none() {
        out.error(&node.place, "this is no window").help = Some(help.to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_times_are_read_strictly() {
        assert_eq!(parse_duration("24h"), Some(DAY));
        assert_eq!(parse_duration("7d"), Some(7 * DAY));
        for wrong in ["24 h", "h", "1.5h", "-1h", "24", ""] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
        assert_eq!(parse_days("7 days"), Some(7));
        assert_eq!(parse_days("7days"), None);
        assert_eq!(parse_time("24:00"), Some(DAY));
        for wrong in ["25:00", "9:00", "09:60", "24:01", "09"] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }
}
