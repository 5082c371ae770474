//! Every layout against an export of its shape: `tests/formats/<name>.csv` is recognised as it and as nothing else as surely, and maps to the calls in `<name>.calls`.
//!
//! `<name>.<anything>.csv` is a further export of the same layout. `CALLAUDIT_RENEW=1 cargo test conformance` rewrites the calls.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::formats::{FORMATS, recognise};
use super::mapping::{Batch, Mapping, NONE, seconds};
use super::prefix::Prefix;
use super::profile::Profile;
use super::records::Splitter;
use super::refused::{REFUSED, refuse};
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{NumberReader, NumberRegion};
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::{Clock, Zones};

fn exports() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
    found.sort();
    found
}

/// The layout after which a file is named.
fn layout_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().split('.').next().unwrap().to_owned()
}

#[test]
fn each_layout_has_an_export() {
    let have: BTreeSet<String> = exports().iter().map(|p| layout_of(p)).collect();
    let missing: Vec<_> = FORMATS.iter().map(|f| f.name()).filter(|n| !have.contains(*n)).collect();
    assert!(missing.is_empty(), "tests/formats has no export for {missing:?}");
}

#[test]
fn each_layout_and_each_refusal_is_documented() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")).unwrap();
    let names = FORMATS.iter().map(|f| f.name()).chain(REFUSED.iter().map(|r| r.name()));
    let missing: Vec<_> = names.filter(|n| !page.contains(&format!("`{n}`"))).collect();
    assert!(missing.is_empty(), "docs/formats.md does not name {missing:?}");
}

#[test]
fn exports_are_recognised_as_what_they_are_and_as_nothing_else_as_surely() {
    for path in exports() {
        let text = std::fs::read(&path).unwrap();
        let prefix = Prefix::look(&text, None).unwrap();
        let found = recognise(&prefix).unwrap_or_else(|| panic!("{} is not recognised", path.display()));
        assert_eq!(found.profile.name, layout_of(&path), "{}", path.display());
        assert!(found.runner_up.is_none_or(|r| r.1 < found.confidence), "{} may also be {:?}", path.display(), found.runner_up);
        assert_eq!(refuse(&prefix), None, "{}", path.display());
    }
}

#[test]
fn exports_map_to_these_calls() {
    let mut wrong = String::new();
    for path in exports() {
        let text = std::fs::read(&path).unwrap();
        let prefix = Prefix::look(&text, None).unwrap();
        let found = recognise(&prefix).unwrap();
        let calls = calls(&text, &prefix, &found.profile);
        let expected = path.with_extension("calls");
        if std::env::var_os("CALLAUDIT_RENEW").is_some() {
            std::fs::write(expected, &calls).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != calls {
            writeln!(wrong, "== {} gives\n{calls}", path.display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What a file maps to, on the clock of its profile or UTC, with Chinese numbers under a Chinese header and American ones elsewhere.
fn calls(text: &[u8], prefix: &Prefix, profile: &Profile) -> String {
    let (dictionary, zones) = (Dictionary::default(), Zones::new());
    let names = if profile.header { prefix.rows[0].clone() } else { profile.names.clone() };
    let region =
        NumberRegion::new(Some(profile.region.as_deref().unwrap_or(if prefix.rows[0].iter().any(|c| c.contains('号')) { "CN" } else { "US" }))).unwrap();
    let fields: Vec<Field> = Column::ALL
        .iter()
        .filter(|c| matches!(c.kind(), Kind::Text | Kind::Word) && !matches!(c, Column::CallId | Column::Outcome | Column::Direction | Column::AnsweredBy))
        .map(|c| Field::Canonical(*c))
        .collect();
    let clock = Clock::parse(profile.tz.as_deref().unwrap_or("UTC")).unwrap();
    let mapping = Mapping::new(profile, names.clone(), prefix.encoding, 0, clock, &fields).unwrap();
    let skip = if profile.header { usize::try_from(prefix.second.0).unwrap() } else { prefix.bom };
    let table = Splitter::new(prefix.dialect, names.len()).split(text, skip, text.len(), 0, true, usize::MAX);
    let mut numbers = NumberReader::small(&dictionary, &zones, region);
    let mut batch = Batch::default();
    let (counts, _) = mapping.calls(text, (&table, &Default::default()), i64::MAX, &zones, (&mut numbers, &mut super::mapping::Words::default()), &mut batch);
    let mut out = String::new();
    for i in 0..batch.len() {
        writeln!(out, "{}", call(&batch, i, &fields, &dictionary)).unwrap();
    }
    write!(out, "rows={} no_call={} rejected={} mended={}", counts.read, counts.no_call, counts.rejects.len(), counts.repaired).unwrap();
    if !counts.unmapped.is_empty() {
        write!(out, " unmapped={:?}", counts.unmapped).unwrap();
    }
    if !counts.unreadable.is_empty() {
        write!(out, " unreadable={:?}", counts.unreadable).unwrap();
    }
    writeln!(out, " key={}", profile.call_key.join("+")).unwrap();
    out
}

fn call(batch: &Batch, i: usize, fields: &[Field], dictionary: &Dictionary) -> String {
    let number = |n: crate::calls::numbers::Number| if n.key.groups() { dictionary.show(n.key) } else { n.sort.name().to_owned() };
    let instant = |t: i64| if t == NONE { String::new() } else { rfc3339(t) };
    let length = |t: i64| if t == NONE { String::new() } else { seconds(t) };
    let (direction, known) = batch.direction[i];
    let mut parts = vec![
        ("id", batch.call_id.get(i).to_owned()),
        ("direction", if known { direction.word().to_owned() } else { String::new() }),
        ("caller", number(batch.caller[i])),
        ("callee", number(batch.callee[i])),
        ("start", instant(batch.start[i])),
        ("answer", instant(batch.answered[i])),
        ("end", instant(batch.ended[i])),
        ("ring", length(batch.ring[i])),
        ("talk", length(batch.talk[i])),
        ("total", length(batch.total[i])),
        ("outcome", batch.outcome[i].word().to_owned()),
        ("by", batch.answered_by[i].map_or("", |a| a.word()).to_owned()),
    ];
    for field in fields {
        let Field::Canonical(column) = field else { continue };
        parts.push((column.name(), batch.text(field, i).to_owned()));
    }
    let told: Vec<String> = parts.into_iter().filter(|(_, v)| !v.is_empty() && v != "empty").map(|(n, v)| format!("{n}={v}")).collect();
    told.join("; ")
}
