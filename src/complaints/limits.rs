//! Published limits of complaints, and how these logs stand to them.

use std::collections::BTreeMap;

use super::build::{Material, rounded};
use super::lift::ALPHA;
use super::matching::Standing;
use super::model::{Limit, LimitState, Month, Rates};
use super::sources::{Applies, LIMITS, Measure};
use super::stats::interval;
use crate::calls::calendar::Date;
use crate::calls::keys::Key;
use crate::language::complaints::{Msg, say};
use crate::ruleset::citations::Citation;

/// All that may be of use to whoever reads the report.
pub(super) fn of(m: &Material<'_>, rates: &Rates) -> Vec<Limit> {
    let mut limits = Vec::new();
    if let Some(percent) = m.max_rate {
        let text = say(m.lang, Msg::LimitStated, &[("percent", &percent.to_string())]);
        limits.push(monthly("max-rate", text, percent, (true, true), rates, None));
    }
    // Figures of China are of no use to whoever displays no number of China.
    let chinese = m.counted.callers.iter().any(|n| of_country(*n, "86"));
    for limit in LIMITS {
        let applies = match limit.applies {
            Applies::Layout(layout) => m.inputs.iter().any(|i| i.profile.as_deref().is_some_and(|p| p == layout || p.starts_with(&format!("{layout} ")))),
            Applies::Country(code) => m.joins.iter().flat_map(|j| &j.calls).any(|n| of_country(m.counted.kept[*n].caller, code)),
            Applies::Nobody => false,
        };
        let citation = Some(limit.source.citation(limit.id, m.lang));
        let text = limit.source.text(m.lang).to_owned();
        match limit.measure {
            Measure::Percent(percent) if applies || chinese => limits.push(monthly(limit.id, text, percent, (applies, limit.settled), rates, citation)),
            Measure::Number(n, days) if applies => limits.push(within(m, limit.id, text, (n, days), citation)),
            Measure::Percent(_) | Measure::Number(..) => {}
        }
    }
    limits
}

fn of_country(number: Key, code: &str) -> bool {
    number.as_e164().is_some_and(|d| d.to_string().starts_with(code))
}

/// A limit of the calls of a month.
fn monthly(id: &str, text: String, percent: f64, (applies, settled): (bool, bool), rates: &Rates, citation: Option<Citation>) -> Limit {
    // The month that stands worst for sure: few calls tell little, so that months are ordered by the lower bounds of their rates.
    #[allow(clippy::cast_precision_loss)] // counts
    let bound = |complaints: u64, calls: u64| if calls == 0 { -1.0 } else { interval((complaints.min(calls)) as f64, calls as f64, ALPHA).0 };
    let worst_by = |complaints: fn(&Month) -> u64| {
        let months = rates.months.iter().filter(|m| m.calls > 0);
        months.max_by(|a, b| bound(complaints(a), a.calls).total_cmp(&bound(complaints(b), b.calls)).then_with(|| b.month.cmp(&a.month)))
    };
    let worst = worst_by(|m| m.matched);
    let percent_of = |v: Option<f64>| v.map(|v| rounded(v / 100.0));
    let measured = worst.and_then(|w| percent_of(w.per_10k));
    // Of all complaints another month may be the worst.
    let measured_all = worst_by(|m| m.complaints).and_then(|w| percent_of(w.per_10k_all));
    let above = |v: Option<f64>| v.is_some_and(|v| v >= percent);
    // A month of few calls may be above it by chance, and some limits may count numbers in use instead of calls: then it is possible, not more.
    let some_month = rates.months.iter().any(|m| above(percent_of(m.per_10k)));
    let by_numbers = citation.is_some() && rates.months.iter().any(|m| above(m.percent_of_numbers));
    let state = match () {
        () if measured.is_none() => LimitState::CannotTell,
        () if !applies => LimitState::Compared,
        () if above(measured) && settled => LimitState::Above,
        () if above(measured) || above(measured_all) || some_month || by_numbers => LimitState::Possible,
        () => LimitState::Below,
    };
    let counts = applies && settled;
    let worst = worst.map(|w| w.month.clone());
    Limit { id: id.to_owned(), text, percent: Some(percent), complaints: None, days: None, worst, measured, measured_all, state, counts, citation }
}

/// A number of complaints about one displayed number within some days.
fn within(m: &Material<'_>, id: &str, text: String, (n, days): (u64, u32), citation: Option<Citation>) -> Limit {
    let mut by_number: BTreeMap<String, Vec<(Date, &str)>> = BTreeMap::new();
    for (complaint, join) in m.complaints.iter().zip(m.joins).filter(|(_, j)| j.standing == Standing::Matched) {
        let Some(date) = complaint.received.as_ref().or(complaint.happened.as_ref()).map(|t| t.date) else { continue };
        if let Some(call) = join.calls.first().map(|n| &m.counted.kept[*n]) {
            by_number.entry(m.dictionary.show(call.caller)).or_default().push((date, &join.person));
        }
    }
    let mut worst: Option<(usize, String)> = None;
    for (number, mut dates) in by_number {
        dates.sort_unstable();
        for (i, (date, _)) in dates.iter().enumerate() {
            let people: std::collections::BTreeSet<&str> = dates[..=i].iter().filter(|d| d.0 > date - i32::try_from(days).unwrap_or(0)).map(|d| d.1).collect();
            if worst.as_ref().is_none_or(|w| people.len() > w.0) {
                worst = Some((people.len(), number.clone()));
            }
        }
    }
    #[allow(clippy::cast_precision_loss)] // a number of complaints
    let measured = worst.as_ref().map(|w| w.0 as f64);
    let above = worst.as_ref().is_some_and(|w| w.0 as u64 >= n);
    let state = if measured.is_none() {
        LimitState::CannotTell
    } else if above {
        LimitState::Above
    } else {
        LimitState::Below
    };
    let worst = worst.map(|w| w.1);
    Limit { id: id.to_owned(), text, percent: None, complaints: Some(n), days: Some(days), worst, measured, measured_all: None, state, counts: true, citation }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(month: &str, calls: u64, numbers: u64, matched: u64, complaints: u64) -> Month {
        #[allow(clippy::cast_precision_loss)]
        let per = |n: u64, of: u64, by: f64| Some(n as f64 * by / of as f64);
        Month {
            month: month.to_owned(),
            calls,
            numbers,
            complaints,
            matched,
            per_10k: per(matched, calls, 10_000.0),
            per_10k_all: per(complaints, calls, 10_000.0),
            percent_of_numbers: per(matched, numbers, 100.0),
        }
    }

    fn state(months: Vec<Month>, applies: bool, settled: bool, cited: bool) -> (LimitState, Option<String>) {
        let citation = cited.then(|| LIMITS[0].source.citation("x", crate::language::Lang::En));
        let limit = monthly("x", String::new(), 0.05, (applies, settled), &Rates { months, ..Rates::default() }, citation);
        (limit.state, limit.worst)
    }

    #[test]
    fn a_limit_is_exceeded_only_where_it_applies_and_is_settled() {
        let above = || vec![month("2026-10", 100_000, 200_000, 10, 10), month("2026-11", 100_000, 200_000, 60, 60)];
        assert_eq!(state(above(), true, true, true), (LimitState::Above, Some("2026-11".to_owned())));
        assert_eq!(state(above(), true, false, true).0, LimitState::Possible);
        assert_eq!(state(above(), false, true, true).0, LimitState::Compared);
        assert_eq!(state(Vec::new(), true, true, true).0, LimitState::CannotTell);
    }

    #[test]
    fn what_depends_on_the_reading_is_possible() {
        let below = |numbers: u64, all: u64| vec![month("2026-11", 100_000, numbers, 40, all)];
        assert_eq!(state(below(200_000, 40), true, true, true).0, LimitState::Below);
        assert_eq!(state(below(200_000, 60), true, true, true).0, LimitState::Possible, "if those count that are not matched");
        assert_eq!(state(below(10, 40), true, true, true).0, LimitState::Possible, "if numbers are counted");
        assert_eq!(state(below(10, 40), true, true, false).0, LimitState::Below, "--max-rate is a share of calls");
        let few = vec![month("2026-11", 100_000, 200_000, 40, 40), month("2026-12", 500, 200_000, 1, 1)];
        assert_eq!(state(few, true, true, true), (LimitState::Possible, Some("2026-11".to_owned())), "few calls tell little");
    }
}
