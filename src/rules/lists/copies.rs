//! Successive copies of a list: a number stands on it from the day of a copy that holds it to the day of the next one that does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::entries::{ALWAYS, Dated, Entries, Item, Span, Spans};
use super::patterns::Pattern;
use super::{Copy, List};
use crate::calls::calendar::Date;
use crate::calls::timestamps::{self, Precision};
use crate::calls::zones::DAY;

/// What stands for the day of a copy in a path.
pub const DATE: &str = "{date}";

/// Are there copies behind the path, one for each day in its name? `Err`: the day stands where it cannot.
///
/// Errors: a sentence.
pub fn dated_name(path: &str) -> Result<bool, String> {
    let name = Path::new(path).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    match (path.matches(DATE).count(), name.matches(DATE).count()) {
        (0, _) => Ok(false),
        (1, 1) => Ok(true),
        _ => Err(format!("{DATE} may stand once, in the name of the file")),
    }
}

/// The copies of a list by date.
///
/// Errors: a sentence.
pub fn find(path: &Path) -> Result<Vec<(Date, PathBuf)>, String> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((before, after)) = name.split_once(DATE) else { return Err(format!("{DATE} may stand once, in the name of the file")) };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let day = file.strip_prefix(before).and_then(|f| f.strip_suffix(after)).and_then(day);
        copies.extend(day.map(|d| (d, path.with_file_name(file))));
    }
    copies.sort();
    if let Some(two) = copies.windows(2).find(|w| w[0].0 == w[1].0) {
        return Err(format!("{} and {} are copies of the same day", two[0].1.display(), two[1].1.display()));
    }
    if copies.is_empty() {
        return Err(format!("no file has such a name ({DATE} stands for a day such as 2026-10-01 or 20261001)"));
    }
    Ok(copies)
}

/// `2026-10-01` or `20261001`.
fn day(text: &str) -> Option<Date> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let dashed = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    let text = match (digits, text.len(), dashed) {
        (true, 8, _) => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        (_, _, true) => text.to_owned(),
        _ => return None,
    };
    let stamp = timestamps::parse(&text, None).filter(|s| s.precision == Precision::Day)?;
    Date::try_from(stamp.local.div_euclid(DAY)).ok()
}

/// What stood on all copies since one of them.
#[derive(Debug, Default)]
pub struct Standing {
    numbers: Vec<(Dated<crate::calls::keys::Key>, u32)>,
    digests: Vec<(Dated<super::digests::Digest>, u32)>,
    patterns: BTreeMap<(Pattern, u32), u32>,
}

impl Standing {
    /// The next copy: what was read of it lies in the list. What is missing in it has ended.
    pub fn step(&mut self, list: &mut List, ended: &mut Ended) {
        let copy = u32::try_from(list.copies.len().saturating_sub(1)).unwrap_or(u32::MAX);
        step(&mut self.numbers, std::mem::take(&mut list.numbers), copy, &mut ended.numbers);
        step(&mut self.digests, std::mem::take(&mut list.digests), copy, &mut ended.digests);
        let mut now: BTreeMap<(Pattern, u32), u32> = std::mem::take(&mut list.patterns).into_iter().map(|p| (p, copy)).collect();
        for (entry, since) in std::mem::take(&mut self.patterns) {
            match now.get_mut(&entry) {
                Some(begin) => *begin = since,
                None => ended.patterns.push((entry.0, entry.1, since, copy)),
            }
        }
        self.patterns = now;
    }

    /// After the last copy: everything with its interval goes into the list.
    pub fn finish(self, list: &mut List, mut ended: Ended) {
        let never = u32::MAX;
        ended.numbers.extend(self.numbers.into_iter().map(|(d, since)| (d, since, never)));
        ended.digests.extend(self.digests.into_iter().map(|(d, since)| (d, since, never)));
        ended.patterns.extend(self.patterns.into_iter().map(|((p, span), since)| (p, span, since, never)));
        let List { numbers, digests, patterns, spans, copies, .. } = list;
        fill(numbers, ended.numbers, spans, copies);
        fill(digests, ended.digests, spans, copies);
        patterns.extend(ended.patterns.into_iter().map(|(p, own, since, until)| (p, between(spans, copies, own, since, until))));
    }
}

/// What has ended: entry, first copy with it, first copy without it.
#[derive(Debug, Default)]
pub struct Ended {
    numbers: Vec<(Dated<crate::calls::keys::Key>, u32, u32)>,
    digests: Vec<(Dated<super::digests::Digest>, u32, u32)>,
    patterns: Vec<(Pattern, u32, u32, u32)>,
}

fn step<K: Item>(standing: &mut Vec<(Dated<K>, u32)>, mut now: Entries<K>, copy: u32, ended: &mut Vec<(Dated<K>, u32, u32)>) {
    now.sort();
    let mut fresh = Vec::with_capacity(now.len());
    let mut before = std::mem::take(standing).into_iter().peekable();
    let mut dated = now.dated.into_iter().peekable();
    let mut plain = now.plain.into_iter().map(|key| Dated { key, span: ALWAYS }).peekable();
    loop {
        let next = match (plain.peek(), dated.peek()) {
            (Some(p), Some(d)) if p.order() <= d.order() => plain.next(),
            (_, Some(_)) => dated.next(),
            (_, None) => plain.next(),
        };
        let Some(entry) = next else { break };
        while let Some((gone, since)) = before.next_if(|b| b.0.order() < entry.order()) {
            ended.push((gone, since, copy));
        }
        let since = before.next_if(|b| b.0.order() == entry.order()).map_or(copy, |b| b.1);
        fresh.push((entry, since));
    }
    ended.extend(before.map(|(gone, since)| (gone, since, copy)));
    *standing = fresh;
}

fn fill<K: Item>(entries: &mut Entries<K>, ended: Vec<(Dated<K>, u32, u32)>, spans: &mut Spans, copies: &[Copy]) {
    entries.dated.reserve_exact(ended.len());
    for (entry, since, until) in ended {
        entries.push(entry.key, between(spans, copies, entry.span, since, until));
    }
}

/// The span of an entry that stood on the list from one copy to another. A date of its own says since when a period of grace runs.
fn between(spans: &mut Spans, copies: &[Copy], own: u32, since: u32, until: u32) -> u32 {
    let own = spans.get(own);
    let begin = copies[since as usize];
    let end = copies.get(until as usize).map(|c| c.from);
    let expires = [own.expires, end].into_iter().flatten().min();
    spans.number(Span { added: Some(own.added.unwrap_or((begin.from, begin.date))), from: Some(begin.from), expires, scope: own.scope })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_two_ways() {
        assert_eq!(day("2026-10-01"), day("20261001"));
        assert!(day("2026-10-01").is_some());
        for text in ["", "2026-13-01", "20261301", "2026-1-01", "latest", "2026-10-011", "202610"] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(dated_name("lists/tps-{date}.txt"), Ok(true));
        assert_eq!(dated_name("lists/tps.txt"), Ok(false));
        assert!(dated_name("{date}/tps.txt").is_err() && dated_name("{date}-{date}.txt").is_err());
    }
}
