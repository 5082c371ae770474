//! Pictures of when calls and violations were: hours of a week, and days.

use std::collections::BTreeMap;

use askama::Template;

use super::super::table::grouped;
use super::hours::{Hours, Stretch};
use super::tables::{Cell, Head, Table};
use super::words::Words;
use crate::calls::calendar::{Date, civil, days_of, iso, parse_iso, weekday};
use crate::language::Msg;
use crate::language::page::{self, Msg as T};
use crate::report::Report;
use crate::rules::windows::NAMES;

const LEFT: usize = 46;
const TOP: usize = 20;
const WIDTH: usize = 28;
const HEIGHT: usize = 27;

/// Calls by hour and weekday as colours, violations as numbers, permitted hours as frames.
#[derive(Template)]
#[template(path = "heat.html")]
pub(super) struct Heat {
    label: String,
    name: &'static str,
    height: usize,
    cells: Vec<HeatCell>,
    frames: Vec<Frame>,
    pills: Vec<Pill>,
    days: Vec<(usize, &'static str)>,
    hours: Vec<(usize, String)>,
    legend: [String; 4],
    /// Are hours permitted, under all rules and under some?
    framed: [bool; 2],
    details: &'static str,
    pub(super) table: Table,
}

struct HeatCell {
    x: usize,
    y: usize,
    q: u64,
}

struct Frame {
    class: &'static str,
    x: String,
    y: usize,
    width: String,
    height: usize,
}

struct Pill {
    x: String,
    y: usize,
    width: String,
    middle: usize,
    base: usize,
    text: String,
}

/// The map; none where the report does not tell hours.
pub(super) fn heat(report: &Report, hours: &Hours, w: &Words) -> Option<Heat> {
    let rows = report.breakdowns.get("hour").filter(|rows| !rows.is_empty())?;
    let mut grid = [[(0_u64, 0_u64); 24]; 7];
    for row in rows {
        let Some((day, hour)) = row.value.split_once(' ') else { continue };
        let (Some(day), Ok(hour)) = (NAMES.iter().position(|n| *n == day), hour.parse::<usize>()) else { continue };
        if hour < 24 {
            grid[day][hour] = (row.calls.unwrap_or(0), row.violations);
        }
    }
    let places = || (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
    let most = places().map(|(d, h)| grid[d][h].0).max().unwrap_or(0).max(1);
    let names = NAMES.map(|n| day_name(w, n));
    let at = |value: &dyn Fn(usize, usize) -> u64| {
        let best = places().max_by_key(|(d, h)| (value(*d, *h), std::cmp::Reverse((*d, *h)))).filter(|(d, h)| value(*d, *h) > 0);
        best.map_or_else(|| "—".to_owned(), |(d, h)| w.put(T::HeatAt, &[("day", names[d]), ("hour", &format!("{h:02}")), ("n", &grouped(value(d, h)))]))
    };
    let (busiest, worst) = (at(&|d, h| grid[d][h].0), at(&|d, h| grid[d][h].1));
    let text = w.put(T::HeatText, &[("busiest", &busiest), ("worst", &worst)]);
    let place = |day: usize, hour: usize| (LEFT + hour * WIDTH, TOP + day * HEIGHT);
    let frames = |class, stretches: &[Stretch]| stretches.iter().map(|s| frame(class, *s)).collect::<Vec<_>>();
    Some(Heat {
        label: format!("{}{}{text}", w.t(T::HeatTitle), w.colon()),
        name: w.t(T::HeatTitle),
        height: TOP + 7 * HEIGHT + 2,
        cells: places()
            .map(|(day, hour)| {
                let ((x, y), calls) = (place(day, hour), grid[day][hour].0);
                HeatCell { x, y, q: if calls == 0 { 0 } else { 1 + (calls * 5 - 1) / most } }
            })
            .collect(),
        frames: frames("some", &hours.sometimes).into_iter().chain(frames("ok", &hours.always)).collect(),
        pills: places().filter(|(d, h)| grid[*d][*h].1 > 0).map(|(d, h)| pill(place(d, h), grid[d][h].1)).collect(),
        days: names.iter().enumerate().map(|(d, name)| (TOP + d * HEIGHT + 18, *name)).collect(),
        hours: (0..24).map(|h| (LEFT + h * WIDTH + WIDTH / 2, format!("{h:02}"))).collect(),
        legend: [
            w.put(T::LegendCalls, &[("n", &grouped(most))]),
            w.t(T::LegendViolations).to_owned(),
            w.t(T::LegendAllowed).to_owned(),
            w.t(T::LegendSome).to_owned(),
        ],
        framed: [!hours.always.is_empty(), !hours.sometimes.is_empty()],
        details: w.t(T::HeatCells),
        table: numbers(&grid, &names, w),
    })
}

fn day_name(w: &Words, word: &'static str) -> &'static str {
    page::weekday(w.lang(), word)
}

#[allow(clippy::cast_precision_loss)] // places in a picture
fn frame(class: &'static str, s: Stretch) -> Frame {
    let x = |minute: usize| LEFT as f64 + minute as f64 * WIDTH as f64 / 60.0;
    Frame { class, x: format!("{:.1}", x(s.from) + 0.5), y: TOP + s.day * HEIGHT + 1, width: format!("{:.1}", x(s.to) - x(s.from) - 2.0), height: HEIGHT - 3 }
}

#[allow(clippy::cast_precision_loss)] // places in a picture
fn pill((x, y): (usize, usize), n: u64) -> Pill {
    let text = compact(n);
    let width = (text.len() as f64 * 6.2 + 5.0).max(13.0);
    Pill {
        x: format!("{:.1}", x as f64 + (WIDTH as f64 - 1.0 - width) / 2.0),
        y: y + 6,
        width: format!("{width:.1}"),
        middle: x + WIDTH / 2,
        base: y + 17,
        text,
    }
}

/// At most four characters.
#[allow(clippy::cast_precision_loss)] // shown with two digits
fn compact(n: u64) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..9_950 => format!("{:.1}k", n as f64 / 1e3),
        9_950..999_500 => format!("{:.0}k", n as f64 / 1e3),
        999_500..9_950_000 => format!("{:.1}M", n as f64 / 1e6),
        _ => format!("{:.0}M", n as f64 / 1e6),
    }
}

/// The same in numbers: hours down, days across.
fn numbers(grid: &[[(u64, u64); 24]; 7], names: &[&'static str; 7], w: &Words) -> Table {
    let heads = std::iter::once(Head::left(w.t(T::ColHour))).chain(names.iter().map(|n| Head::right(*n))).collect();
    let busy = (0..24).filter(|h| grid.iter().any(|day| day[*h] != (0, 0)));
    let cell = |(calls, violations): (u64, u64)| match (calls, violations) {
        (0, 0) => Cell::text("–").class("r"),
        _ => Cell::text(format!("{} / {}", grouped(calls), grouped(violations))).class("r"),
    };
    let row = |h: usize| std::iter::once(Cell::text(format!("{h:02}:00"))).chain(grid.iter().map(|day| cell(day[h]))).collect();
    Table { caption: w.t(T::HeatCells).to_owned(), wide: true, heads, rows: busy.map(row).collect(), ..Table::default() }
}

/// Calls and violations by day, week or month.
#[derive(Template)]
#[template(path = "days.html")]
pub(super) struct Days {
    label: String,
    pub(super) title: &'static str,
    panels: Vec<Panel>,
    ticks: Vec<(String, String, &'static str)>,
    details: &'static str,
    table: Table,
}

/// Bars of one sort.
struct Panel {
    class: &'static str,
    caption: String,
    /// Of the caption, of the top and of the floor.
    text: usize,
    floor: usize,
    bars: Vec<(String, String, String, String)>,
}

/// More bars than this are put together to weeks, then to months.
const BARS: usize = 92;
const PANEL: usize = 66;

/// The picture; none where the report tells no days.
pub(super) fn days(report: &Report, w: &Words) -> Option<Days> {
    let rows = report.breakdowns.get("day").filter(|rows| !rows.is_empty())?;
    let days: BTreeMap<Date, (u64, u64)> = rows.iter().filter_map(|r| Some((parse_iso(&r.value)?, (r.calls.unwrap_or(0), r.violations)))).collect();
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let month = |d: Date| {
        let (y, m, _) = civil(d);
        days_of(y, m, 1).unwrap_or(d)
    };
    type Begin<'a> = Box<dyn Fn(Date) -> Date + 'a>;
    let span = usize::try_from(last - first).unwrap_or(0) + 1;
    let (title, column, begin): (T, T, Begin<'_>) = match span {
        n if n <= BARS => (T::DayTitle, T::ColDay, Box::new(|d| d)),
        n if n <= 7 * BARS => (T::WeekTitle, T::ColWeek, Box::new(|d| d - Date::from(weekday(d)))),
        _ => (T::MonthTitle, T::ColMonth, Box::new(month)),
    };
    // A day without calls has its place too.
    let mut by: BTreeMap<Date, (u64, u64)> = (first..=last).map(|d| (begin(d), (0, 0))).collect();
    for (day, (calls, violations)) in &days {
        let sum = by.entry(begin(*day)).or_default();
        *sum = (sum.0 + calls, sum.1 + violations);
    }
    let name = |d: Date| if matches!(title, T::MonthTitle) { iso(d)[..7].to_owned() } else { iso(d) };
    let worst = by.iter().max_by_key(|(d, n)| (n.1, std::cmp::Reverse(**d))).filter(|(_, n)| n.1 > 0);
    let worst = worst.map_or_else(|| "—".to_owned(), |(d, n)| format!("{} ({})", name(*d), grouped(n.1)));
    let bars: Vec<(Date, u64, u64)> = by.iter().map(|(d, n)| (*d, n.0, n.1)).collect();
    let (from, to) = (name(bars[0].0), name(bars[bars.len() - 1].0));
    let text = w.put(T::DayText, &[("n", &grouped(bars.len() as u64)), ("first", &from), ("last", &to), ("worst", &worst)]);
    let violations: Vec<u64> = bars.iter().map(|b| b.2).collect();
    let calls: Vec<u64> = bars.iter().map(|b| b.1).collect();
    let row = |(d, calls, violations): &(Date, u64, u64)| {
        let day = if matches!(title, T::DayTitle) { format!("{} {}", name(*d), page::weekday(w.lang(), NAMES[usize::from(weekday(*d))])) } else { name(*d) };
        vec![Cell::text(day).class("nw"), Cell::number(*calls), Cell::number(*violations), Cell::rate(*violations, Some(*calls))]
    };
    Some(Days {
        label: format!("{}{}{text}", w.t(title), w.colon()),
        title: w.t(title),
        panels: vec![panel("bv", w.m(Msg::ColViolations), 0, &violations, w), panel("bc", w.m(Msg::ColCalls), PANEL + 24, &calls, w)],
        ticks: ticks(bars.iter().map(|b| name(b.0)).collect()),
        details: w.t(T::DayCells),
        table: Table {
            caption: w.t(title).to_owned(),
            sorts: bars.len() > 1,
            heads: vec![Head::left(w.t(column)), Head::right(w.m(Msg::ColCalls)), Head::right(w.m(Msg::ColViolations)), Head::right(w.t(T::ColPer100))],
            rows: bars.iter().map(row).collect(),
            ..Table::default()
        },
    })
}

#[allow(clippy::cast_precision_loss)] // places in a picture
fn panel(class: &'static str, name: &str, top: usize, values: &[u64], w: &Words) -> Panel {
    let most = values.iter().copied().max().unwrap_or(0);
    let step = 720.0 / values.len() as f64;
    let width = (step * 0.78).min(48.0);
    let floor = top + 20 + PANEL;
    let bar = |(n, value): (usize, &u64)| {
        let height = *value as f64 * PANEL as f64 / most.max(1) as f64;
        // What is there is seen.
        let height = if *value > 0 { height.max(1.5) } else { 0.0 };
        let x = step * (n as f64 + 0.5) - width / 2.0;
        (format!("{x:.1}"), format!("{:.1}", floor as f64 - height), format!("{width:.1}"), format!("{height:.1}"))
    };
    Panel {
        class,
        caption: format!("{name} · {}", w.put(T::AtMost, &[("n", &grouped(most))])),
        text: top + 12,
        floor,
        bars: values.iter().enumerate().filter(|(_, v)| **v > 0).map(bar).collect(),
    }
}

/// At most eight dates below the bars, the first and the last among them.
#[allow(clippy::cast_precision_loss)] // places in a picture
fn ticks(names: Vec<String>) -> Vec<(String, String, &'static str)> {
    let n = names.len();
    let step = n.div_ceil(8).max(1);
    let middle = |i: usize| 720.0 * (i as f64 + 0.5) / n as f64;
    let place = |i: usize| {
        let x = middle(i);
        // Those at the borders stay inside.
        let (x, anchor) = if x < 34.0 {
            (0.0, "start")
        } else if x > 686.0 {
            (720.0, "end")
        } else {
            (x, "middle")
        };
        (format!("{x:.1}"), anchor)
    };
    let shown = (0..n).filter(|i| i % step == 0 && (*i == 0 || n - 1 - i > step / 2 || *i == n - 1));
    let mut all: Vec<usize> = shown.collect();
    if all.last() != Some(&(n - 1)) {
        all.push(n - 1);
    }
    all.into_iter().map(|i| (i, place(i))).map(|(i, (x, anchor))| (x, names[i].clone(), anchor)).collect()
}
