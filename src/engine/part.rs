//! A part of a log: the calls of one account, seller or campaign. An audit of a part reads the log as if it held these calls alone, so that
//! nothing of the others gets into its report: no row count, no gap, no finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::audit::{Job, open};
use super::intake::Input;
use super::reading::pieces;
use crate::calls::columns::{Column, Field};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::NumberReader;
use crate::calls::zones::Zones;
use crate::error::{Error, Result};
use crate::input::folds::Fates;
use crate::input::mapping::{Batch, Known, Words};
use crate::input::records::Table;
use crate::input::source::Inputs;
use crate::report::words::{self, Word};

/// The columns by which logs are split.
pub const COLUMNS: &[Word] = &["account", "seller", "campaign"];

/// Whose calls a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// account, seller or campaign.
    #[serde(deserialize_with = "words::read::<words::Parts, _>")]
    #[schemars(schema_with = "words::schema::<words::Parts>")]
    pub column: Word,
    /// Its value; null: the calls that have none.
    pub value: Option<String>,
}

impl Part {
    /// The column as the field of a call.
    pub fn field(&self) -> Field {
        field(self.column)
    }
    /// The value, empty for calls that have none.
    pub fn value(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }
}

fn field(column: Word) -> Field {
    Field::Canonical(Column::by_name(column).unwrap_or(Column::Account))
}

/// What a log holds of one value.
#[derive(Debug, Default)]
pub struct Held {
    /// Calls, duplicates among them.
    pub calls: u64,
    /// Rows of all sorts.
    pub rows: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Inputs in which it occurs.
    pub paths: BTreeSet<String>,
}

/// The value of each record of a piece: that of the call which it is, with what legs and companion tables add; else that of its own cell.
#[allow(clippy::too_many_arguments)]
pub fn values(
    column: Word,
    input: &Input,
    raw: &[u8],
    (table, fates): (&Table, &Fates),
    zones: &Zones,
    (numbers, words): Known<'_, '_>,
    batch: &mut Batch,
    dictionary: &Dictionary,
) -> Vec<Box<str>> {
    let field = field(column);
    let own = input.mapping.texts(&field, raw, table, zones, (&mut *numbers, &mut *words));
    let mut values: Vec<Box<str>> = (0..own.len()).map(|i| own.get(i).into()).collect();
    input.mapping.calls(raw, (table, fates), i64::MAX, zones, (numbers, words), batch);
    input.complete(fates, None, batch, dictionary, zones);
    for i in 0..batch.len() {
        values[batch.record[i] as usize] = batch.text(&field, i).into();
    }
    values
}

/// The values of a column and what there is of each. The empty value: rows without one.
///
/// Errors: inputs that cannot be read to their end, since nobody knows whose calls are missing then; no input with this column.
pub fn survey(job: &Job<'_>, inputs: Inputs) -> Result<BTreeMap<String, Held>> {
    let Some(part) = job.part else { return Ok(BTreeMap::new()) };
    let dictionary = Dictionary::default();
    let opened = open(job, inputs, &[], &dictionary)?;
    let refused = |path: &str, why: &str| Error::Input(format!("{path}: {why}; whose calls it holds is not known, so --split needs inputs without it"));
    if let Some(info) = opened.infos.first() {
        return Err(refused(&info.path, info.error.as_deref().unwrap_or_default()));
    }
    if !opened.inputs.iter().any(|i| i.mapping.has(&part.field())) {
        return Err(Error::Usage(format!("--split {0}: no input has the column {0}", part.column)));
    }
    let mut all: BTreeMap<String, Held> = BTreeMap::new();
    for input in &opened.inputs {
        let readers: Mutex<Vec<(NumberReader<'_>, Words, Batch)>> = Mutex::new(Vec::new());
        let work = |raw: &[u8], table: &Table| -> std::io::Result<BTreeMap<Box<str>, (u64, u64, u64)>> {
            let taken = readers.lock().expect("readers").pop();
            let (mut numbers, mut words, mut batch) =
                taken.unwrap_or_else(|| (NumberReader::new(&dictionary, job.zones, input.region), Words::default(), Batch::default()));
            let fates = input.fates(table.range.0, table.range.1)?;
            let known = (&mut numbers, &mut words);
            let values = values(part.column, input, raw, (table, &fates), job.zones, known, &mut batch, &dictionary);
            let (counts, _) = input.mapping.calls(raw, (table, &fates), i64::MAX, job.zones, (&mut numbers, &mut words), &mut batch);
            let mut by: BTreeMap<Box<str>, (u64, u64, u64)> = BTreeMap::new();
            batch.record.iter().for_each(|record| by.entry(values[*record as usize].clone()).or_default().0 += 1);
            counts.rejects.iter().for_each(|r| by.entry(values[r.0 as usize].clone()).or_default().2 += 1);
            values.into_iter().for_each(|value| by.entry(value).or_default().1 += 1);
            readers.lock().expect("readers").push((numbers, words, batch));
            Ok(by)
        };
        let mut rows = 0;
        let done = pieces(job, input, work, |by, place| {
            for (value, (calls, all_rows, rejected)) in by? {
                rows += all_rows;
                let held = all.entry(value.into()).or_default();
                (held.calls, held.rows, held.rejected) = (held.calls + calls, held.rows + all_rows, held.rejected + rejected);
                if !held.paths.contains(&input.source.path) {
                    held.paths.insert(input.source.path.clone());
                }
            }
            (job.progress)(place.end, rows);
            Ok(())
        })?;
        let broken = match done {
            Ok(done) => done.broken.map(|e| format!("breaks off: {e}")).or_else(|| input.broken.clone()),
            Err(e) => Some(format!("cannot be read: {e}")),
        };
        if let Some(why) = broken.or_else(|| (rows == 0).then(|| "holds a header and no rows".to_owned())) {
            return Err(refused(&input.source.path, &why));
        }
    }
    Ok(all)
}
