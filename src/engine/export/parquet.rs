//! Calls as Parquet: instants are timestamps in UTC, lengths of time seconds, everything else text; what is not there is null.

use std::io::Write;

use polars::prelude::{
    Column, DataFrame, DataType, Field, IntoColumn, IntoSeries, NamedFrom, PolarsError, PolarsResult, Schema, Series, StringChunkedBuilder, TimeUnit, TimeZone,
};
use polars_io::parquet::write::ParquetWriter;

use super::{Block, CallColumn, Calls};
use crate::calls::columns::Kind;
use crate::error::{Error, Result};

/// Rows of a group.
pub const GROUP: usize = 131_072;

fn failed(error: &PolarsError) -> Error {
    Error::Io(format!("writing parquet: {error}"))
}

/// Writes all calls.
///
/// Errors: what the output says; sources that changed.
pub fn write(calls: &Calls<'_, '_>, columns: &[CallColumn], out: &mut dyn Write) -> Result<()> {
    let fields = columns.iter().map(|c| Field::new(c.name().as_str().into(), kind(c)));
    let schema = Schema::from_iter(fields);
    if schema.len() != columns.len() {
        return Err(Error::Usage("--columns names a column twice: a Parquet file cannot have two of one name".to_owned()));
    }
    let mut writer = ParquetWriter::new(out).with_row_group_size(Some(GROUP)).batched(&schema).map_err(|e| failed(&e))?;
    let mut waiting = DataFrame::empty_with_schema(&schema);
    calls.each(
        |block| frame(block, columns),
        |made| {
            let group = || -> PolarsResult<()> {
                waiting.vstack_mut_owned(made?)?;
                while waiting.height() >= GROUP {
                    let mut full = waiting.slice(0, GROUP);
                    full.rechunk_mut();
                    writer.write_batch(&full)?;
                    waiting = waiting.slice(GROUP as i64, usize::MAX);
                }
                Ok(())
            };
            group().map_err(|e| failed(&e))
        },
    )?;
    let mut end = || -> PolarsResult<u64> {
        if waiting.height() > 0 {
            waiting.rechunk_mut();
            writer.write_batch(&waiting)?;
        }
        writer.finish()
    };
    end().map(|_| ()).map_err(|e| failed(&e))
}

fn kind(column: &CallColumn) -> DataType {
    match (column, column.kind()) {
        (CallColumn::Line, _) => DataType::UInt64,
        (_, Kind::Instant) => DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)),
        (_, Kind::Seconds) => DataType::Float64,
        _ => DataType::String,
    }
}

fn frame(block: &Block<'_>, columns: &[CallColumn]) -> PolarsResult<DataFrame> {
    let made: PolarsResult<Vec<Column>> = columns.iter().map(|c| cells(block, c)).collect();
    DataFrame::new(block.rows().len(), made?)
}

#[allow(clippy::cast_precision_loss)] // seconds of a call
fn cells(block: &Block<'_>, column: &CallColumn) -> PolarsResult<Column> {
    let name = column.name();
    let rows = block.rows();
    let series = match (column, column.kind()) {
        (CallColumn::Line, _) => Series::new(name.as_str().into(), rows.iter().map(|i| block.line(*i)).collect::<Vec<u64>>()),
        (_, Kind::Instant) => {
            let times: Vec<Option<i64>> = rows.iter().map(|i| block.time(column, *i)).collect();
            Series::new(name.as_str().into(), times).cast(&kind(column))?
        }
        (_, Kind::Seconds) => {
            let times: Vec<Option<f64>> = rows.iter().map(|i| block.time(column, *i).map(|ms| ms as f64 / 1000.0)).collect();
            Series::new(name.as_str().into(), times)
        }
        _ => {
            let mut texts = StringChunkedBuilder::new(name.as_str().into(), rows.len());
            for i in rows {
                let text = block.text(column, *i);
                texts.append_option((!text.is_empty()).then_some(&*text));
            }
            texts.finish().into_series()
        }
    };
    Ok(series.into_column())
}
