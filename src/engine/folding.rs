//! The pass before the first: where the rows of an input may be legs of calls, they are sorted by the key that legs share and folded, and
//! what was decided of each is written down by its place. Inputs whose layout has no such key are not touched.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::audit::Job;
use super::intake::Input;
use super::legs::{self, Leg, Spans};
use super::reading::{Opened, open};
use super::sorter::{Item, Sorter};
use crate::calls::columns::Field;
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, NumberReader, Sort};
use crate::error::{Error, Result};
use crate::input::folds::{Bytes, Fate, Fates, FoldsWriter, Values};
use crate::input::mapping::{Batch, Mapping, Words};
use crate::input::records::{self, Feed, Table};

/// A key that more rows share than this, or rows of more bytes, is none of a call: they are left as they are.
const MOST_LEGS: usize = 4096;
const MOST_BYTES: usize = 32 << 20;

/// The fate of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decided {
    source: u32,
    offset: u64,
    fate: Fate,
}

impl Ord for Decided {
    fn cmp(&self, other: &Decided) -> std::cmp::Ordering {
        (self.source, self.offset).cmp(&(other.source, other.offset))
    }
}

impl PartialOrd for Decided {
    fn partial_cmp(&self, other: &Decided) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Item for Decided {
    fn weight(&self) -> usize {
        let more = if let Fate::Call(_, texts) = &self.fate { std::mem::size_of::<Values>() + texts.iter().map(|t| t.1.len() + 24).sum::<usize>() } else { 0 };
        std::mem::size_of::<Decided>() + more
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.source.to_le_bytes());
        out.extend_from_slice(&self.offset.to_le_bytes());
        self.fate.encode(out);
    }

    fn decode(bytes: &[u8]) -> Option<Decided> {
        let mut bytes = Bytes(bytes);
        Some(Decided { source: bytes.word()?, offset: bytes.long()?, fate: Fate::decode(&mut bytes)? })
    }
}

/// Folds the legs of all inputs that have some. `fields`: the texts that legs lend each other.
///
/// Errors: temporary files.
pub fn fold(job: &Job<'_>, inputs: &mut [Input], fields: &[Field], dictionary: &Dictionary) -> Result<()> {
    if inputs.iter().all(|i| i.legs.is_none()) {
        return Ok(());
    }
    let mut sorter = Sorter::new(job.memory / 4);
    let mut spans = Spans::default();
    for (source, input) in inputs.iter_mut().enumerate() {
        let Some(mapping) = input.legs.take() else { continue };
        read(job, input, &mapping, source, dictionary, (&mut sorter, &mut spans))?;
    }
    sorter.sort();
    let mut decided = Sorter::new(job.memory / 8);
    let mut overfull: BTreeMap<u32, u64> = BTreeMap::new();
    let mut group = Group::default();
    for leg in sorter.read()? {
        let leg = leg?;
        if !group.takes(&leg) {
            group.close((fields, &spans), &mut decided, &mut overfull)?;
        }
        group.push(leg);
    }
    group.close((fields, &spans), &mut decided, &mut overfull)?;
    drop(sorter);
    for (source, rows) in overfull {
        let note = format!("{rows} rows share the key of a call with more than {MOST_LEGS} others: they are not folded");
        inputs[source as usize].info.notes.push(note);
    }
    write(inputs, decided, fields)
}

/// The legs of one input, and when they began.
fn read(
    job: &Job<'_>,
    input: &mut Input,
    mapping: &Mapping,
    source: usize,
    dictionary: &Dictionary,
    (sorter, spans): (&mut Sorter<Leg>, &mut Spans),
) -> Result<()> {
    let source = u32::try_from(source).unwrap_or(u32::MAX);
    // One that cannot be read says so in the first pass.
    let Ok(opened) = open(input, job) else { return Ok(()) };
    let feed = match &opened {
        Opened::File(file, length) => Feed::File(file, *length),
        Opened::Blocks(blocks) => Feed::Blocks(blocks),
    };
    let readers: Mutex<Vec<(NumberReader<'_>, Words, Batch)>> = Mutex::new(Vec::new());
    let work = |raw: &[u8], table: &Table| {
        let taken = readers.lock().expect("readers").pop();
        let (mut numbers, mut words, mut batch) =
            taken.unwrap_or_else(|| (NumberReader::new(dictionary, job.zones, input.region), Words::default(), Batch::default()));
        let (counts, _) = mapping.calls(raw, (table, &Fates::default()), i64::MAX, job.zones, (&mut numbers, &mut words), &mut batch);
        let legs = legs_of(input, raw, table, &batch, source, dictionary);
        readers.lock().expect("readers").push((numbers, words, batch));
        (legs, counts.unreadable, counts.unmapped)
    };
    let (mut cells, mut outcomes) = (BTreeMap::new(), BTreeMap::new());
    records::read(&feed, input.dialect, input.width, input.skip, job.cut, work, |(legs, unreadable, unmapped), _| {
        for (column, n) in unreadable {
            *cells.entry(column.to_owned()).or_default() += n;
        }
        for (word, n) in unmapped {
            *outcomes.entry(word).or_default() += n;
        }
        legs.iter().for_each(|leg| spans.add(leg.source, leg.start));
        sorter.extend(legs)
    })?;
    input.met = Some((cells, outcomes));
    Ok(())
}

fn legs_of(input: &Input, raw: &[u8], table: &Table, batch: &Batch, source: u32, dictionary: &Dictionary) -> Vec<Leg> {
    let with_key = (0..batch.len()).filter(|i| !batch.call_key.get(*i).is_empty());
    with_key
        .map(|i| {
            let record = &table.rows[batch.record[i] as usize];
            let hash = blake3::hash(input.shown(raw, table, record));
            Leg {
                key: batch.call_key.get(i).into(),
                start: batch.start[i],
                call_id: batch.call_id.get(i).into(),
                print: hash.as_bytes()[..16].try_into().unwrap_or_default(),
                source,
                offset: batch.offset[i],
                outside: outside(batch.callee[i], dictionary),
                agent: batch.agent_leg[i],
                values: Values::of(batch, i),
                texts: batch.texts.iter().map(|t| t.1.get(i).into()).collect(),
            }
        })
        .collect()
}

/// Does this number lie outside? Extensions and names of applications do not.
fn outside(number: Number, dictionary: &Dictionary) -> bool {
    match number.sort {
        Sort::Valid | Sort::Service | Sort::Masked | Sort::Scientific | Sort::Truncated => true,
        Sort::Null | Sort::Anonymous => false,
        Sort::Other => dictionary.show(number.key).bytes().filter(u8::is_ascii_digit).count() >= 7,
    }
}

/// The legs of one key.
#[derive(Debug, Default)]
struct Group {
    legs: Vec<Leg>,
    weight: usize,
    /// The key, and rows by source, of a group that is too large.
    over: Option<(Box<str>, BTreeMap<u32, u64>)>,
}

impl Group {
    fn takes(&self, leg: &Leg) -> bool {
        let key = self.over.as_ref().map(|o| &o.0).or_else(|| self.legs.first().map(|l| &l.key));
        key.is_none_or(|k| *k == leg.key)
    }

    fn push(&mut self, leg: Leg) {
        if let Some((_, rows)) = &mut self.over {
            *rows.entry(leg.source).or_default() += 1;
            return;
        }
        self.weight += leg.weight();
        self.legs.push(leg);
        if self.legs.len() > MOST_LEGS || self.weight > MOST_BYTES {
            let mut rows = BTreeMap::new();
            let key = self.legs[0].key.clone();
            self.legs.drain(..).for_each(|l| *rows.entry(l.source).or_default() += 1);
            self.over = Some((key, rows));
        }
    }

    fn close(&mut self, (fields, spans): (&[Field], &Spans), decided: &mut Sorter<Decided>, overfull: &mut BTreeMap<u32, u64>) -> Result<()> {
        for (source, rows) in self.over.take().into_iter().flat_map(|o| o.1) {
            *overfull.entry(source).or_default() += rows;
        }
        if self.legs.len() > 1 {
            let fates = legs::fold(&self.legs, fields, spans);
            for (leg, fate) in self.legs.iter().zip(fates) {
                if let Some(fate) = fate {
                    decided.push(Decided { source: leg.source, offset: leg.offset, fate })?;
                }
            }
        }
        self.legs.clear();
        self.weight = 0;
        Ok(())
    }
}

/// Writes the fates down, input by input.
fn write(inputs: &mut [Input], mut decided: Sorter<Decided>, fields: &[Field]) -> Result<()> {
    let fields: Arc<[Field]> = fields.into();
    let mut writer: Option<(u32, FoldsWriter)> = None;
    let done = |inputs: &mut [Input], (source, writer): (u32, FoldsWriter)| -> Result<()> {
        inputs[source as usize].folds = Some(writer.finish(fields.clone())?);
        Ok(())
    };
    decided.sort();
    for one in decided.read()? {
        let Decided { source, offset, fate } = one?;
        if writer.as_ref().is_none_or(|w| w.0 != source) {
            if let Some(last) = writer.take() {
                done(inputs, last)?;
            }
            writer = Some((source, FoldsWriter::new()?));
        }
        if let Some((_, writer)) = &mut writer {
            writer.push(offset, &fate)?;
        }
    }
    writer.map_or(Ok::<(), Error>(()), |last| done(inputs, last))
}
