//! Does a callee stand on a list?

use super::entries::ALWAYS;
use super::patterns::{Home, Pattern, Shown, bare};
use super::{Form, Grace, List, Match, MatchBy, Moment, Outside};
use crate::calls::calendar::{Date, add_business_days};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, Sort, ascii};
use crate::calls::zones::DAY;

impl List {
    /// Does the called number, or the id where the list is compared with that, stand on it?
    pub fn find(&self, callee: Number, id: &str, moment: &Moment<'_>, dictionary: &Dictionary) -> Match {
        match (self.settings.by, self.settings.hash) {
            (MatchBy::CalleeId, hash) => hash.and_then(|h| h.parse(id)).map_or(Match::No, |digest| self.best(self.digests.find(digest), moment)),
            (MatchBy::Callee, Some(hash)) => {
                let written = self.written(callee, dictionary);
                self.best(written.iter().flat_map(|text| self.digests.find(hash.of(text))), moment)
            }
            (MatchBy::Callee, None) => self.find_number(callee, moment, dictionary),
        }
    }

    /// May each of these callees stand on it? None where that takes more than a look at their numbers.
    pub fn screen(&self, callees: &[Number]) -> Option<Vec<bool>> {
        if self.settings.by != MatchBy::Callee || self.settings.hash.is_some() || !self.patterns.is_empty() {
            return None;
        }
        let mut may = self.numbers.may_hold(callees.iter().map(|c| c.key));
        may.iter_mut().zip(callees).for_each(|(may, callee)| *may |= callee.sort == Sort::Masked);
        Some(may)
    }

    /// Since when a number stands on it, at that moment; None if it does not, or if its entry does not tell.
    pub fn since(&self, callee: Number, at: i64) -> Option<i64> {
        let added = |span: u32| if span == ALWAYS { None } else { self.spans.get(span).added.map(|a| a.0) };
        self.numbers.find(callee.key).filter_map(added).filter(|added| *added <= at).max()
    }

    /// Since when and until when a number stands on it, entry by entry; and whether that is sure. None: the entry does not tell.
    pub fn stays(&self, number: Number, dictionary: &Dictionary) -> Vec<(Option<i64>, Option<i64>, bool)> {
        let mut stays = Vec::new();
        self.each(number, dictionary, |span, sure| {
            let span = if span == ALWAYS { super::entries::Span::ALWAYS } else { self.spans.get(span) };
            stays.push((span.added.map(|a| a.0).or(span.from), span.expires, sure));
        });
        stays.sort_unstable();
        stays.dedup();
        stays
    }

    fn best(&self, spans: impl Iterator<Item = u32>, moment: &Moment<'_>) -> Match {
        spans.map(|span| self.judge(span, moment)).max().unwrap_or(Match::No)
    }

    fn find_number(&self, callee: Number, moment: &Moment<'_>, dictionary: &Dictionary) -> Match {
        let mut best = Match::No;
        self.each(callee, dictionary, |span, certain| {
            let matched = self.judge(span, moment);
            best = best.max(if certain { matched } else { weaken(matched) });
        });
        best
    }

    /// The entries that a number is, each by its span; and whether that is sure: not where one of the two is masked.
    pub(super) fn each(&self, number: Number, dictionary: &Dictionary, mut see: impl FnMut(u32, bool)) {
        if number.sort == Sort::Masked {
            let text = bare(&ascii(&dictionary.show(number.key)));
            self.masked(&text, dictionary).into_iter().for_each(|span| see(span, false));
            self.patterns.iter().filter(|p| p.0.may_mean(&text, self.home())).for_each(|p| see(p.1, false));
            return;
        }
        if let Some(hash) = self.settings.hash {
            let written = self.written(number, dictionary);
            return written.iter().flat_map(|text| self.digests.find(hash.of(text))).for_each(|span| see(span, true));
        }
        self.numbers.find(number.key).for_each(|span| see(span, true));
        if !self.patterns.is_empty() {
            let shown = Shown::of(number, dictionary);
            let fitting = self.patterns.iter().filter(|p| p.0.fits(&shown, self.home()));
            fitting.for_each(|(pattern, span)| see(*span, !matches!(pattern, Pattern::Mask(_))));
        }
    }

    /// Why a number does not stand on the list at a moment.
    pub fn outside(&self, number: Number, moment: &Moment<'_>, dictionary: &Dictionary) -> Outside {
        let mut why = Outside::Never;
        self.each(number, dictionary, |span, _| {
            let span = self.spans.get(span);
            let early = span.added.is_some_and(|a| moment.at < a.0) || span.from.is_some_and(|from| moment.at < from);
            why = why.max(match () {
                () if span.expires.is_some_and(|e| moment.at >= e) => Outside::Ended,
                () if early => Outside::NotYet,
                () => Outside::OtherPurpose,
            });
        });
        why
    }

    pub(super) fn home(&self) -> Home<'_> {
        Home { country: &self.country, trunk: &self.trunk }
    }

    /// A number as it was written before it was hashed; nothing for one that is masked or destroyed, or abroad where numbers are written nationally.
    fn written(&self, callee: Number, dictionary: &Dictionary) -> Vec<String> {
        if !callee.key.groups() {
            return Vec::new();
        }
        let shown = dictionary.show(callee.key);
        if !shown.starts_with('+') {
            // A short code or service number is written in one way only.
            return vec![shown];
        }
        match self.settings.format {
            Form::E164 => vec![shown],
            Form::Digits => vec![shown[1..].to_owned()],
            Form::National => self.home().spellings(&shown).split_off(1),
        }
    }

    fn judge(&self, span: u32, moment: &Moment<'_>) -> Match {
        if span == ALWAYS {
            return Match::Certain { undated: true };
        }
        let (span, at) = (self.spans.get(span), moment.at);
        if let Some((added, date)) = span.added {
            let day = |d: Date| self.clock.first_at_or_after(i64::from(d) * DAY);
            let from = match moment.grace {
                Grace::None => added,
                Grace::Elapsed(ms) => added + ms,
                Grace::Days(n) => day(date + i32::try_from(n).unwrap_or(i32::MAX / 2) + 1),
                Grace::BusinessDays(n) => day(add_business_days(date, n, moment.calendar) + 1),
            };
            if at < from {
                return Match::No;
            }
        }
        if span.from.is_some_and(|from| at < from) || span.expires.is_some_and(|e| at >= e) {
            return Match::No;
        }
        let undated = span.added.is_none();
        match self.spans.purpose(span.scope) {
            None => Match::Certain { undated },
            Some(_) if moment.purpose.is_empty() => Match::Possible { undated },
            Some(scope) if scope == moment.purpose => Match::Certain { undated },
            Some(_) => Match::No,
        }
    }
}

fn weaken(matched: Match) -> Match {
    match matched {
        Match::Certain { undated } => Match::Possible { undated },
        other => other,
    }
}
