//! What the violations may cost: first whether there is a fine at all, then the ranges, then what weighs.

use super::tables::{Cell, Head, Table};
use super::words::Words;
use crate::exposure::phrases::{self, Block};
use crate::exposure::{Exposure, Priced};
use crate::language::Lang;
use crate::language::exposure::{Msg, say};
use crate::language::page::Msg as T;

/// The section.
pub(super) struct Section {
    pub(super) lead: String,
    pub(super) first: Vec<Block>,
    pub(super) table: Option<Table>,
    pub(super) rest: Vec<Block>,
}

pub(super) fn section(exposure: &Exposure, w: &Words) -> Section {
    let lang = w.lang();
    let whole = phrases::blocks(lang, exposure);
    let first = usize::from(!exposure.first.is_empty());
    Section {
        lead: say(lang, Msg::Lead, &[]),
        first: whole[..first].to_vec(),
        table: (!exposure.regimes.is_empty()).then(|| table(exposure, w)),
        rest: whole[first + exposure.regimes.len()..].to_vec(),
    }
}

fn table(exposure: &Exposure, w: &Words) -> Table {
    let lang = w.lang();
    let name = |message: Msg| say(lang, message, &[]);
    let heads = [Msg::ColRegime, Msg::ColUnits, Msg::ColLow, Msg::ColHigh];
    Table {
        caption: w.t(T::SectionExposure).to_owned(),
        folds: true,
        heads: heads.iter().map(|h| Head::left(name(*h))).collect(),
        rows: exposure.regimes.iter().map(|priced| row(lang, priced)).collect(),
        ..Table::default()
    }
}

fn row(lang: Lang, priced: &Priced) -> Vec<Cell> {
    let title = lang.pick(&priced.title).unwrap_or(&priced.id);
    let (_, particulars) = phrases::regime(lang, priced);
    let [low, high] = phrases::ends(lang, priced);
    vec![
        Cell { text: crate::report::renderers::table::show(title), more: particulars, ..Cell::default() },
        Cell::text(phrases::units(lang, priced)),
        Cell::text(low),
        Cell::text(high),
    ]
}
