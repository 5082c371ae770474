//! What inputs are: the audit's own reading, without a rule, and which column of the export became what.

use std::collections::BTreeSet;

use super::assembly::tool;
use super::audit::{Job, Opened, open_if, settled};
use super::coverage;
use super::intake::Input;
use crate::calls::columns::{Column, is_null};
use crate::calls::keys::Dictionary;
use crate::calls::timestamps::{self, rfc3339};
use crate::error::Result;
use crate::input::mapping::clean_name;
use crate::input::profile::{Join, Origin, Profile};
use crate::input::profile_text::{self, Beside};
use crate::input::source::Inputs;
use crate::report::inspection::{Inspected, Inspection, Mapped, SCHEMA, Unmapped};
use crate::report::{Exit, Period, Rows};

/// Reads all inputs to their end.
///
/// Errors: what only the user can settle; temporary files.
pub fn inspect(job: &Job<'_>, inputs: Inputs) -> Result<(Inspection, Opened)> {
    let dictionary = Dictionary::default();
    let mut opened = open_if(job, inputs, &[], &dictionary, false)?;
    let (first, _) = settled(job, &mut opened, &dictionary)?;
    let mut all: Vec<Inspected> = opened.inputs.iter().map(inspected).collect();
    all.extend(opened.infos.iter().map(|info| Inspected { info: info.clone(), ..Inspected::default() }));
    all.sort_by(|a, b| a.info.path.cmp(&b.info.path));
    let mut rows = Rows::default();
    all.iter().for_each(|i| rows.merge(&i.info.rows));
    let reason: Vec<String> = all.iter().filter_map(|i| i.info.error.as_ref().map(|e| format!("{}: {e}", i.info.path))).collect();
    let inspection = Inspection {
        schema: SCHEMA,
        tool: tool(),
        inputs: all,
        rows,
        period: Period { first: first.first.map(rfc3339), last: first.last.map(rfc3339) },
        coverage: coverage::gaps(&first.hours, job.zones.view().clock(job.ruleset.zone)),
        exit: Exit { status: if reason.is_empty() { 0 } else { 3 }, reason },
    };
    Ok((inspection, opened))
}

/// The columns of an export by what uses them.
struct Columns<'a> {
    input: &'a Input,
    rows: &'a [&'a Vec<String>],
    used: BTreeSet<usize>,
    mapped: Vec<Mapped>,
}

impl Columns<'_> {
    fn add(&mut self, column: &str, origin: &Origin, when: Option<String>) {
        let names = &self.input.mapping.names;
        let places: Vec<usize> = origin.columns.iter().filter_map(|c| names.iter().position(|n| clean_name(n) == clean_name(c))).collect();
        let other = origin.unless.iter().filter_map(|c| names.iter().position(|n| clean_name(n) == clean_name(c)));
        self.used.extend(places.iter().copied().chain(other));
        let join = match (origin.columns.len(), origin.join) {
            (0 | 1, _) => "one",
            (_, Join::Blank) => "blank",
            (_, Join::Nothing) => "nothing",
            (_, Join::First) => "first",
        };
        let samples = samples(self.rows, &places, origin.join);
        self.mapped.push(Mapped { column: column.to_owned(), from: origin.columns.clone(), join, when, samples });
    }
}

fn inspected(input: &Input) -> Inspected {
    let profile = &input.profile;
    let rows = calls_of(input);
    let mut columns = Columns { input, rows: &rows, used: BTreeSet::new(), mapped: Vec::new() };
    for column in Column::ALL {
        if let Some(origin) = profile.columns.get(column) {
            columns.add(column.name(), origin, None);
        }
        for when in &profile.when {
            if let Some(origin) = when.columns.get(column).filter(|o| !o.columns.is_empty()) {
                let cells: Vec<String> = when.cells.iter().map(|(name, words)| format!("{name} = {}", words.join(" | "))).collect();
                columns.add(column.name(), origin, Some(cells.join(", ")));
            }
        }
    }
    let key = Origin { columns: profile.call_key.clone(), join: profile.call_key_join, ..Origin::default() };
    let cells = profile.when.iter().flat_map(|w| w.cells.iter().map(|c| c.0.clone()));
    let rows: Vec<String> = cells.collect::<BTreeSet<String>>().into_iter().collect();
    let singly = |name: &Option<String>| name.iter().cloned().collect::<Vec<_>>();
    for (use_, names) in [("(legs)", key.columns), ("(clock)", singly(&profile.clock_id)), ("(kind of row)", rows)] {
        if !names.is_empty() {
            columns.add(use_, &Origin { columns: names, ..Origin::default() }, None);
            columns.mapped.last_mut().into_iter().for_each(|m| (m.join, m.samples) = ("each", Vec::new()));
        }
    }
    let rest = |i: &usize| !columns.used.contains(i);
    let unmapped = (0..input.mapping.names.len())
        .filter(rest)
        .map(|i| Unmapped { name: input.mapping.names[i].clone(), samples: samples(columns.rows, &[i], Join::Blank) })
        .collect();
    Inspected {
        info: input.info.clone(),
        header: Some(profile.header),
        region: profile.region.clone(),
        set: profile.set.iter().map(|(c, v)| (c.name().to_owned(), v.clone())).collect(),
        legs: profile.call_key.clone(),
        mapping: columns.mapped,
        unmapped,
    }
}

/// The first rows that have a start; all of them, where none has.
fn calls_of(input: &Input) -> Vec<&Vec<String>> {
    let names = &input.mapping.names;
    let columns = input.profile.columns.get(&Column::StartedAt).map(|o| o.columns.as_slice()).unwrap_or_default();
    let places: Vec<usize> = columns.iter().filter_map(|c| names.iter().position(|n| clean_name(n) == clean_name(c))).collect();
    let starts = |row: &&Vec<String>| {
        let text = places.iter().filter_map(|p| row.get(*p)).map(|c| c.trim()).collect::<Vec<_>>();
        timestamps::parse(&text.join(" "), input.profile.date_order).is_some() || text.iter().any(|t| timestamps::parse(t, input.profile.date_order).is_some())
    };
    let with_start: Vec<&Vec<String>> = input.first_rows.iter().filter(starts).collect();
    if with_start.is_empty() { input.first_rows.iter().collect() } else { with_start }
}

/// Up to three different values.
fn samples(rows: &[&Vec<String>], places: &[usize], join: Join) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for row in rows {
        let mut cells = places.iter().filter_map(|p| row.get(*p)).map(|c| c.trim()).filter(|c| !is_null(c));
        let value = match join {
            Join::First => cells.next().unwrap_or_default().to_owned(),
            Join::Blank => cells.collect::<Vec<_>>().join(" "),
            Join::Nothing => cells.collect(),
        };
        if !value.is_empty() && !samples.contains(&value) {
            samples.push(value);
            if samples.len() == 3 {
                break;
            }
        }
    }
    samples
}

/// The profile of an input as a file to edit. `name`: what it is to be called.
pub fn profile_file(input: &Input, name: &str) -> String {
    let info = &input.info;
    let clock = info.clock.as_ref();
    let delimiter = input.profile.delimiter.filter(|_| info.delimiter.is_some());
    let profile = Profile { name: name.to_owned(), delimiter, ..input.profile.clone() };
    let inspected = inspected(input);
    let beside = Beside {
        clock: clock.map(|c| (c.zone.as_str(), c.evidence.as_str())),
        unknown: Some(&info.unmapped_outcomes),
        unmapped: inspected.unmapped.iter().map(|u| u.name.as_str()).collect(),
    };
    profile_text::text(&profile, &beside)
}
