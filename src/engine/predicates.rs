//! The users' expressions, evaluated for a batch of calls by polars, in three-valued logic.

use polars::prelude::*;

use crate::calls::columns::{Column as Canonical, Field, Kind};
use crate::calls::keys::Dictionary;
use crate::input::mapping::{Batch, Mapping, NONE};
use crate::ruleset::sql::{self, Expression};

/// Expressions ready to run.
#[derive(Debug, Default)]
pub struct Predicates {
    exprs: Vec<Expr>,
    fields: Vec<Field>,
}

impl Predicates {
    /// Prepares the expressions of a ruleset.
    ///
    /// Errors: what polars says; the ruleset was checked, so this is a defect.
    pub fn new(expressions: &[Expression]) -> Result<Predicates, String> {
        let mut predicates = Predicates::default();
        for (i, expression) in expressions.iter().enumerate() {
            predicates.exprs.push(sql::to_polars(expression)?.cast(DataType::Boolean).alias(format!("p{i}")));
            predicates.fields.extend(expression.fields.iter().cloned());
        }
        predicates.fields.sort();
        predicates.fields.dedup();
        Ok(predicates)
    }

    /// Columns that the expressions name.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The values of all expressions for all calls of a batch: by expression, then by call.
    pub fn evaluate(&self, batch: &Batch, mapping: &Mapping, dictionary: &Dictionary) -> Result<Vec<Vec<Option<bool>>>, String> {
        if self.exprs.is_empty() || batch.is_empty() {
            return Ok(vec![Vec::new(); self.exprs.len()]);
        }
        let mut columns: Vec<Column> = Vec::new();
        for field in &self.fields {
            columns.push(column(field, batch, mapping, dictionary)?);
            if *field == Field::Canonical(Canonical::Direction) {
                let known: BooleanChunked = batch.direction.iter().map(|d| Some(d.1)).collect();
                columns.push(known.with_name(sql::DIRECTION_KNOWN.into()).into_series().into());
            }
        }
        if columns.is_empty() {
            columns.push(BooleanChunked::full("_".into(), true, batch.len()).into_series().into());
        }
        let frame = DataFrame::new(batch.len(), columns).map_err(|e| e.to_string())?;
        let height = frame.height();
        let result = frame.lazy().select(self.exprs.clone()).collect().map_err(|e| e.to_string())?;
        result
            .columns()
            .iter()
            .map(|c| {
                let series = c.as_materialized_series();
                let values = series.bool().map_err(|e| e.to_string())?;
                // An expression without columns gives one row for all.
                Ok(if values.len() == height { values.iter().collect() } else { vec![values.get(0); height] })
            })
            .collect()
    }
}

fn column(field: &Field, batch: &Batch, mapping: &Mapping, dictionary: &Dictionary) -> Result<Column, String> {
    let name: PlSmallStr = field.name().into();
    let instants = |values: &[i64]| -> Result<Column, String> {
        let numbers: Int64Chunked = values.iter().map(|v| (*v != NONE).then_some(*v)).collect();
        let series = numbers.with_name(name.clone()).into_series().cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).map_err(|e| e.to_string())?;
        Ok(series.into())
    };
    let lengths = |values: &[i64]| -> Column {
        #[allow(clippy::cast_precision_loss)] // lengths of time are far below 2^53 ms
        let numbers: Float64Chunked = values.iter().map(|v| (*v != NONE).then_some(*v as f64 / 1000.0)).collect();
        numbers.with_name(name.clone()).into_series().into()
    };
    let texts = |get: &dyn Fn(usize) -> Option<String>| -> Column {
        let all: StringChunked = (0..batch.len()).map(get).collect();
        all.with_name(name.clone()).into_series().into()
    };
    let Field::Canonical(c) = field else {
        return Ok(texts(&|i| Some(batch.text(field, i)).filter(|t| !t.is_empty()).map(str::to_owned)));
    };
    Ok(match c {
        Canonical::StartedAt => instants(&batch.start)?,
        Canonical::AnsweredAt => instants(&batch.answered)?,
        Canonical::EndedAt => instants(&batch.ended)?,
        Canonical::RingS => lengths(&batch.ring),
        Canonical::TalkS => lengths(&batch.talk),
        Canonical::TotalS => lengths(&batch.total),
        Canonical::Caller => texts(&|i| Some(batch.caller[i].key).filter(|k| k.groups()).map(|k| dictionary.show(k))),
        Canonical::Callee => texts(&|i| Some(batch.callee[i].key).filter(|k| k.groups()).map(|k| dictionary.show(k))),
        Canonical::Outcome if !mapping.has(field) => texts(&|_| None),
        _ if c.kind() == Kind::Word || c.kind() == Kind::Text => texts(&|i| Some(batch.text(field, i)).filter(|t| !t.is_empty()).map(str::to_owned)),
        _ => texts(&|_| None),
    })
}
