//! Every violating call as a row of a Parquet file: instants are timestamps in UTC, numbers are numbers, what is not there is null.

use std::cell::RefCell;
use std::io::Write;

use polars::prelude::{
    Column, DataFrame, DataType, Field, IntoColumn, IntoSeries, NamedFrom, PolarsError, PolarsResult, Schema, Series, StringChunkedBuilder, TimeUnit, TimeZone,
};
use polars_io::parquet::write::ParquetWriter;

use super::{Renderer, View};
use crate::error::{Error, Result};
use crate::report::columns::{Type, instant, number};
use crate::report::{Cells, Findings, Report};

/// Rows of a group, which is what lies in memory at once.
const GROUP: usize = 65_536;

/// `-o parquet`
pub struct Parquet;

/// The one and only.
pub static RENDERER: Parquet = Parquet;

impl Renderer for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }
    fn shows_violations(&self) -> bool {
        true
    }
    fn shows_findings(&self) -> bool {
        false
    }
    fn binary(&self) -> bool {
        true
    }

    fn render(&self, _report: &Report, rows: &dyn Findings, _view: &View, out: &mut dyn Write) -> Result<()> {
        let columns: Vec<(&str, Type)> = rows.violation_columns().iter().map(|name| (name.as_str(), Type::of(name))).collect();
        let schema = Schema::from_iter(columns.iter().map(|(name, kind)| Field::new((*name).into(), data_type(*kind))));
        if schema.len() != columns.len() {
            return Err(Error::Usage("--columns names a column twice: a Parquet file cannot have two of one name".to_owned()));
        }
        let failure = RefCell::new(None);
        let failed = |error: PolarsError| match failure.borrow_mut().take() {
            Some(error) => super::write_error(&error),
            None => Error::Io(format!("writing parquet: {error}")),
        };
        let mut writer = ParquetWriter::new(Remembering { out, failure: &failure }).with_row_group_size(Some(GROUP)).batched(&schema).map_err(failed)?;
        let mut violations = rows.violations()?;
        loop {
            let group = violations.by_ref().take(GROUP).collect::<Result<Vec<Cells>>>()?;
            if group.is_empty() {
                break;
            }
            frame(&columns, &group).and_then(|made| writer.write_batch(&made)).map_err(failed)?;
        }
        writer.finish().map(|_| ()).map_err(failed)
    }
}

/// Keeps what the output said, of which the writer tells only the text.
struct Remembering<'a> {
    out: &'a mut dyn Write,
    failure: &'a RefCell<Option<std::io::Error>>,
}

impl Remembering<'_> {
    fn keep<T>(&self, done: std::io::Result<T>) -> std::io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            *self.failure.borrow_mut() = Some(error);
            kind.into()
        })
    }
}

impl Write for Remembering<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let done = self.out.write(bytes);
        self.keep(done)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        let done = self.out.flush();
        self.keep(done)
    }
}

fn data_type(kind: Type) -> DataType {
    match kind {
        Type::Whole => DataType::Int64,
        Type::Number => DataType::Float64,
        Type::Instant => DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)),
        Type::Text | Type::Local => DataType::String,
    }
}

fn frame(columns: &[(&str, Type)], rows: &[Cells]) -> PolarsResult<DataFrame> {
    let mut cells: Vec<_> = rows.iter().map(Cells::iter).collect();
    let made: PolarsResult<Vec<Column>> = columns
        .iter()
        .map(|(name, kind)| {
            let mut next = cells.iter_mut().map(|row| row.next().unwrap_or_default());
            let series = match kind {
                Type::Whole => Series::new((*name).into(), next.map(|cell| cell.parse().ok()).collect::<Vec<Option<i64>>>()),
                Type::Number => Series::new((*name).into(), next.map(number).collect::<Vec<Option<f64>>>()),
                Type::Instant => Series::new((*name).into(), next.map(instant).collect::<Vec<Option<i64>>>()).cast(&data_type(*kind))?,
                Type::Text | Type::Local => {
                    let mut texts = StringChunkedBuilder::new((*name).into(), rows.len());
                    next.by_ref().for_each(|text| texts.append_option((!text.is_empty()).then_some(text)));
                    texts.finish().into_series()
                }
            };
            Ok(series.into_column())
        })
        .collect();
    DataFrame::new(rows.len(), made?)
}

#[cfg(test)]
mod tests {
    use polars::prelude::AnyValue;
    use polars_io::SerReader;
    use polars_io::parquet::read::ParquetReader;

    use super::super::sample;
    use super::*;

    fn read(rows: &sample::Rows) -> DataFrame {
        let mut out = Vec::new();
        RENDERER.render(&sample::report(rows), rows, &View::default(), &mut out).unwrap();
        ParquetReader::new(std::io::Cursor::new(out)).finish().unwrap()
    }

    #[test]
    fn rows_are_read_back_with_their_types() {
        let frame = read(&sample::Rows::hostile());
        assert_eq!((frame.height(), frame.width()), (2, 4));
        assert_eq!(frame.column("measured").unwrap().get(0).unwrap(), AnyValue::Float64(-5.0));
        assert_eq!(frame.column("caller").unwrap().get(0).unwrap(), AnyValue::String("+8613800138000"));
        assert_eq!(frame.column("campaign").unwrap().get(0).unwrap(), AnyValue::String("=HYPERLINK(\"x\")"));
        let none = read(&sample::Rows::none());
        assert_eq!((none.height(), none.width()), (0, 4));
    }

    #[test]
    fn more_rows_than_a_group_have_them_all() {
        let many = sample::Rows::many(GROUP + 3);
        let frame = read(&many);
        assert_eq!(frame.height(), GROUP + 3);
        assert_eq!(frame.column("measured").unwrap().get(GROUP + 2).unwrap(), AnyValue::Float64((GROUP + 2) as f64));
    }

    #[test]
    fn instants_are_instants_and_what_is_not_there_is_null() {
        let columns = [("started_at", Type::Instant), ("local_time", Type::Local), ("line", Type::Whole), ("limit", Type::Number)];
        let rows = [Cells::new(["1970-01-01T00:00:01.500Z", "1970-01-01T08:00:01.500+08:00", "12", ""]), Cells::new(["", "", "", "x"])];
        let frame = frame(&columns, &rows).unwrap();
        assert_eq!(frame.column("started_at").unwrap().get(0).unwrap(), AnyValue::Datetime(1_500, TimeUnit::Milliseconds, Some(&TimeZone::UTC)));
        assert_eq!(frame.column("line").unwrap().get(0).unwrap(), AnyValue::Int64(12));
        assert!(columns.iter().all(|(name, _)| frame.column(name).unwrap().get(1).unwrap() == AnyValue::Null));
    }
}
