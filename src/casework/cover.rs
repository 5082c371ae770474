//! Do the logs cover a time? Only then does the absence of a call tell anything.

use crate::calls::timestamps::{self, rfc3339_at};
use crate::calls::zones::Clock;
use crate::language::Lang;
use crate::language::casework::{Msg, say};
use crate::report::{Gap, Period, Report};

/// Whether logs cover a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cover {
    /// They do.
    Yes,
    /// They do not, and why.
    No(String),
}

/// First and last start of a period.
pub fn bounds(period: &Period) -> Option<(i64, i64)> {
    let at = |t: &Option<String>| t.as_deref().and_then(|t| timestamps::parse(t, None)).map(|s| s.local - s.offset.unwrap_or(0));
    Some((at(&period.first)?, at(&period.last)?))
}

/// Do the logs cover all of this stretch? `stated`: for which stretch somebody states that they are complete.
pub fn cover(report: &Report, window: Option<(i64, i64)>, stated: Option<(i64, i64)>, clock: &Clock, lang: Lang) -> Cover {
    let tell = |message: Msg, values: &[(&str, &str)]| Cover::No(say(lang, message, values));
    let date = |at: i64| super::read(&rfc3339_at(at, clock.offset(at)));
    for input in &report.inputs {
        if input.error.is_some() {
            return tell(Msg::UncoveredInput, &[("source", &input.path)]);
        }
    }
    let Some(all) = bounds(&report.period) else { return tell(Msg::UncoveredNone, &[]) };
    // Nobody knows which time is meant.
    let Some((from, to)) = window else { return tell(Msg::UncoveredEnds, &[("first", &date(all.0)), ("last", &date(all.1))]) };
    if stated.is_some_and(|s| s.0 <= from && to <= s.1) {
        return Cover::Yes;
    }
    if from < all.0 || to > all.1 + 1 {
        return tell(Msg::UncoveredEnds, &[("first", &date(all.0)), ("last", &date(all.1))]);
    }
    // Each system by itself: the call may have been made by the one whose log is too short.
    let mut systems: Vec<(&str, (i64, i64))> = Vec::new();
    for input in &report.inputs {
        let (Some(profile), Some(own)) = (input.profile.as_deref(), bounds(&input.period)) else { continue };
        match systems.iter_mut().find(|s| s.0 == profile) {
            Some(known) => known.1 = (known.1.0.min(own.0), known.1.1.max(own.1)),
            None => systems.push((profile, own)),
        }
    }
    if let Some((profile, own)) = systems.iter().find(|(_, own)| from < own.0 || to > own.1 + 1) {
        return tell(Msg::UncoveredSystem, &[("profile", profile), ("first", &date(own.0)), ("last", &date(own.1))]);
    }
    let gaps = report.coverage.iter().chain(report.inputs.iter().flat_map(|i| &i.coverage));
    for gap in gaps.filter(|g| g.kind != Gap::PAUSE) {
        if let Some((begin, end)) = bounds(&Period { first: Some(gap.from.clone()), last: Some(gap.to.clone()) })
            && begin < to
            && from < end
        {
            return tell(Msg::UncoveredGap, &[("from", &date(begin)), ("to", &date(end))]);
        }
    }
    Cover::Yes
}
