//! What calls are told by tables beside the log: who is behind a virtual number, whose number it is, what a companion table says.
//! The log's own words win.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::companions::{Companion, Joined};
use super::intake::Input;
use crate::calls::columns::{Column, Direction, Field};
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, NumberReader, NumberRegion};
use crate::calls::zones::{Clock, Zones};
use crate::error::{Error, Result};
use crate::input::mapping::{Batch, Counts, Texts, exported_zones};
use crate::report::Evaluation;
use crate::rules::bindings::{Aliases, Behind, Bindings};
use crate::ruleset::{ListKind, Ruleset};

/// The tables beside the logs.
#[derive(Debug, Default)]
pub struct Beside {
    bindings: Vec<Bindings>,
    aliases: Vec<Aliases>,
    companions: Vec<Companion>,
}

/// The tables, as they are joined to one input.
#[derive(Debug)]
pub struct Completion {
    beside: Arc<Beside>,
    joined: Vec<Option<Joined>>,
}

/// How many calls were told something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Calls to virtual numbers whose callee is known now, and those whose is not.
    pub resolved: u64,
    #[allow(missing_docs)]
    pub unbound: u64,
    /// Calls of which the log itself says that they are of mode axb, row by row.
    pub axb: u64,
    /// Calls whose callee has no alias.
    pub without_alias: u64,
    /// By companion: calls with a row, and calls with a key that has none.
    pub companions: Vec<(u64, u64)>,
}

impl Told {
    /// Those of another piece too.
    pub fn add(&mut self, other: &Told) {
        self.resolved += other.resolved;
        self.unbound += other.unbound;
        self.axb += other.axb;
        self.without_alias += other.without_alias;
        self.companions.resize(self.companions.len().max(other.companions.len()), (0, 0));
        for (all, part) in self.companions.iter_mut().zip(&other.companions) {
            *all = (all.0 + part.0, all.1 + part.1);
        }
    }
}

/// Loads the tables. What is wrong with lists goes into `warnings`.
///
/// Errors: a companion table that cannot be used, a region that does not exist.
pub fn load(
    ruleset: &Ruleset,
    companions: &[std::path::PathBuf],
    region: Option<&str>,
    (dictionary, zones): (&Dictionary, &Zones),
    warnings: &mut Vec<String>,
) -> Result<Beside> {
    let mut beside = Beside::default();
    let region = NumberRegion::new(region.or(ruleset.region.as_deref())).map_err(Error::Usage)?;
    let mut numbers = NumberReader::small(dictionary, zones, region);
    let clock = Clock::parse(&ruleset.timezone).map_err(Error::Usage)?;
    for list in ruleset.lists.iter().filter(|l| matches!(l.kind, ListKind::Bindings | ListKind::Aliases)) {
        let Some(path) = &list.path else {
            warnings.push(format!("the list {} has no file: give it with --use-list {}=PATH", list.id, list.id));
            continue;
        };
        let problem = if list.kind == ListKind::Bindings {
            Bindings::load(&list.id, path, &clock, &mut numbers).map(|mut l| {
                warnings.append(&mut l.warnings);
                beside.bindings.push(l);
            })
        } else {
            Aliases::load(&list.id, path, &mut numbers).map(|mut l| {
                warnings.append(&mut l.warnings);
                beside.aliases.push(l);
            })
        };
        if let Err(e) = problem {
            warnings.push(e);
        }
    }
    for path in companions {
        let mut table = Companion::load(path, &mut numbers).map_err(Error::Input)?;
        warnings.append(&mut table.notes);
        beside.companions.push(table);
    }
    Ok(beside)
}

impl Beside {
    /// Texts that joining asks for.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = BTreeSet::new();
        if !self.bindings.is_empty() {
            fields.insert(Field::Canonical(Column::BindingId));
        }
        if !self.aliases.is_empty() {
            fields.insert(Field::Canonical(Column::Person));
        }
        for table in &self.companions {
            fields.extend(table.asks());
        }
        fields.into_iter().collect()
    }

    /// Joins the tables to an input, which has the columns that they give from then on.
    pub fn join(self: &Arc<Beside>, input: &mut Input, dictionary: &Dictionary, zones: &Zones) {
        input.virtual_callees &= self.bindings.is_empty();
        input.mode_by_row &= self.bindings.is_empty();
        if self.bindings.is_empty() && self.aliases.is_empty() && self.companions.is_empty() {
            return;
        }
        let mut numbers = NumberReader::small(dictionary, zones, input.region);
        let mut key = |text: &str| dictionary.show(numbers.read(text).key);
        let joined: Vec<Option<Joined>> = self.companions.iter().map(|c| c.join(&|f| input.mapping.has_own(f), &mut key)).collect();
        let mut gives: BTreeSet<Column> = joined.iter().flatten().flat_map(|j| j.gives.iter().copied()).collect();
        if !self.aliases.is_empty() && input.mapping.has(&Field::Canonical(Column::Callee)) {
            gives.insert(Column::Person);
        }
        if !self.bindings.is_empty() && input.mapping.has(&Field::Canonical(Column::Callee)) {
            gives.insert(Column::BindingId);
        }
        input.mapping.given = gives.iter().copied().collect();
        input.evidence.given = gives;
        for (table, joined) in self.companions.iter().zip(&joined) {
            match joined {
                Some(joined) => input.info.notes.extend(joined.note.clone()),
                None => input.info.notes.push(format!("{}: no column of it is found here, nothing is joined", table.path)),
            }
        }
        input.completion = Some(Completion { beside: self.clone(), joined });
    }
}

impl Completion {
    /// Tells the calls of a batch what the tables know of them.
    pub fn apply(&self, batch: &mut Batch, dictionary: &Dictionary, zones: &Zones) -> Told {
        let mut told = Told::default();
        for (table, joined) in self.beside.companions.iter().zip(&self.joined) {
            let counts = joined.as_ref().map_or((0, 0), |joined| companion(table, joined, batch, dictionary, zones));
            told.companions.push(counts);
        }
        if !self.beside.bindings.is_empty() {
            self.bindings(batch, &mut told);
        }
        if !self.beside.aliases.is_empty() {
            // Whoever rings is the person of an inbound call.
            let customer = |i: usize| if batch.direction[i].0 == Direction::Inbound { batch.caller[i] } else { batch.callee[i] };
            let person = |i: usize| self.beside.aliases.iter().find_map(|l| l.person(customer(i)));
            let persons: Vec<Option<&str>> = (0..batch.len()).map(person).collect();
            told.without_alias += persons.iter().filter(|p| p.is_none()).count() as u64;
            fill(batch, Column::Person, |i| persons[i].unwrap_or_default().into());
        }
        told
    }

    fn bindings(&self, batch: &mut Batch, told: &mut Told) {
        let mut ids: Vec<Option<Box<str>>> = vec![None; batch.len()];
        batch.called_from = vec![Number::NOTHING; batch.len()];
        for (i, binding) in ids.iter_mut().enumerate() {
            let (x, caller, at) = (batch.callee[i], batch.caller[i], batch.start[i]);
            let id = batch.text(&Field::Canonical(Column::BindingId), i);
            let mut found = Behind::Itself;
            for list in &self.beside.bindings {
                match list.behind(x, caller, at, id) {
                    Behind::Itself => {}
                    Behind::Unknown => found = Behind::Unknown,
                    person => {
                        found = person;
                        break;
                    }
                }
            }
            match found {
                Behind::Itself => {}
                Behind::Unknown => told.unbound += 1,
                Behind::Person(number, id) => {
                    told.resolved += 1;
                    if batch.zones[i] == x.zones {
                        batch.zones[i] = number.zones;
                    }
                    batch.called_from[i] = caller;
                    // What the person sees is the virtual number.
                    (batch.caller[i], batch.callee[i]) = (x, number);
                    *binding = Some(id.into());
                }
            }
        }
        fill(batch, Column::BindingId, |i| ids[i].clone().unwrap_or_default());
    }
}

/// Gives texts to the calls that have none.
fn fill(batch: &mut Batch, column: Column, text: impl Fn(usize) -> Box<str>) {
    let Some((_, texts)) = batch.texts.iter_mut().find(|t| t.0 == Field::Canonical(column)) else { return };
    let mut filled = Texts::default();
    for i in 0..texts.len() {
        match texts.get(i) {
            "" => filled.push(&text(i)),
            own => filled.push(own),
        }
    }
    *texts = filled;
}

fn companion(table: &Companion, joined: &Joined, batch: &mut Batch, dictionary: &Dictionary, zones: &Zones) -> (u64, u64) {
    let mut counts = (0, 0);
    let rows: Vec<Option<u32>> = (0..batch.len())
        .map(|i| {
            let number = if joined.by_number() { dictionary.show(batch.callee[i].key) } else { String::new() };
            let key = if joined.by_number() { number.as_str() } else { batch.text(&joined.key, i) };
            if key.is_empty() {
                return None;
            }
            let row = joined.row(key);
            counts = if row.is_some() { (counts.0 + 1, counts.1) } else { (counts.0, counts.1 + 1) };
            row
        })
        .collect();
    if joined.gives.contains(&Column::Callee) {
        for (i, row) in rows.iter().enumerate() {
            if let Some(number) = row.and_then(|r| table.callee(r)).filter(|_| batch.callee[i].key.is_null()) {
                (batch.callee[i], batch.zones[i]) = (number, if batch.zones[i] == 0 { number.zones } else { batch.zones[i] });
            }
        }
    }
    if joined.gives.contains(&Column::CalleeZone) {
        let mut unreadable = Counts::default();
        for (i, row) in rows.iter().enumerate() {
            let own = batch.text(&Field::Canonical(Column::CalleeZone), i);
            let Some(zone) = row.map(|r| table.text(r, Column::CalleeZone)).filter(|z| own.is_empty() && !z.is_empty()) else { continue };
            if let Some(set) = exported_zones(zone, batch.callee[i].zones, batch.start[i], zones, &mut unreadable) {
                batch.zones[i] = set;
            }
        }
    }
    for column in joined.gives.iter().filter(|c| **c != Column::Callee) {
        fill(batch, *column, |i| rows[i].map_or("", |r| table.text(r, *column)).into());
    }
    counts
}

impl Completion {
    /// What reports say of it.
    pub fn notes(&self, told: &Told) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.beside.bindings.is_empty() {
            notes.push(format!("{} calls to virtual numbers are told whom they reached", told.resolved));
            if told.unbound > 0 {
                notes.push(format!("{} calls to virtual numbers had no binding at that time: whom they reached is not known", told.unbound));
            }
        }
        if !self.beside.aliases.is_empty() && told.without_alias > 0 {
            notes.push(format!("{} calls to numbers without an alias", told.without_alias));
        }
        for ((table, joined), (found, lost)) in self.beside.companions.iter().zip(&self.joined).zip(&told.companions) {
            if let Some(joined) = joined {
                notes.push(format!("{}: joined by {}, {found} calls found their row, {lost} did not", table.path, joined.key.name()));
            }
        }
        notes
    }
}

/// Rules about callees say what virtual numbers hide. `unbound`: calls by input.
pub fn hidden_callees(inputs: &[Input], unbound: u64, by_callee: &[usize], evaluations: &mut [Evaluation]) {
    let mut notes = Vec::new();
    if unbound > 0 {
        notes.push(format!("{unbound} calls reached virtual numbers without a binding at that time: they count for the virtual number, not for a person"));
    }
    let hidden: Vec<&str> = inputs.iter().filter(|i| i.virtual_callees).map(|i| i.source.path.as_str()).collect();
    if !hidden.is_empty() {
        notes.push(format!("callees behind virtual numbers are not known without a [[list]] of kind \"bindings\": {}", hidden.join(", ")));
    }
    for n in by_callee {
        evaluations[*n].notes.extend(notes.iter().cloned());
    }
}
