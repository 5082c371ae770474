//! Parquet: rows of typed columns, read a part at a time.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

use polars::prelude::{AnyValue, DataFrame, TimeUnit};
use polars_io::SerReader;
use polars_io::parquet::read::{FileMetadata, ParquetReader};
use polars_parquet::parquet::metadata::SchemaDescriptor;
use polars_parquet::parquet::schema::types::{ParquetType, PrimitiveLogicalType};

use super::super::spool::{SpoolWriter, Stop};
use super::sheet::number;
use super::{Container, Head, Original};
use crate::calls::calendar::iso;
use crate::calls::timestamps::rfc3339;

/// The form.
pub struct Form;

/// Rows that are in memory at a time.
const ROWS: usize = 1 << 17;

/// How the values of a column are told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// As they are stored.
    Plain,
    /// So many units a second.
    Length(i64),
    /// Units since midnight, so many a second.
    Clock(i64),
    /// Decimals behind the point.
    Decimal(usize),
}

/// The kind of a column by the name of its type; None for one that is not read.
fn kind(dtype: &str) -> Option<Kind> {
    let (name, inside) = dtype.split_once(['(', ' ']).unwrap_or((dtype, ""));
    let unit = |text: &str| {
        let units = [("Second", 1), ("Millisecond", 1000), ("Microsecond", 1_000_000), ("Nanosecond", 1_000_000_000)];
        units.into_iter().find(|u| text.starts_with(u.0)).map_or(1_000_000, |u| u.1)
    };
    Some(match name {
        "Duration" => Kind::Length(unit(inside)),
        "Time32" | "Time64" => Kind::Clock(unit(inside)),
        "Decimal" => Kind::Decimal(inside.split(',').nth(1).and_then(|s| s.trim_end_matches(')').trim().parse().ok()).unwrap_or(0)),
        "LargeList" | "List" if ["Struct", "Map", "Decimal", "Time32", "Time64", "Dictionary", "Int8", "Int16"].iter().any(|t| inside.contains(t)) => {
            return None;
        }
        "Struct" | "Map" | "Interval" | "FixedSizeList" | "Extension" | "Union" | "Float16" => return None,
        _ => Kind::Plain,
    })
}

/// The description of the file with every type as it is stored, so that types for which there are no columns here can be read; and how
/// each is then told.
fn stored(metadata: &FileMetadata, kinds: &[Option<Kind>]) -> FileMetadata {
    let mut plain = metadata.clone();
    plain.key_value_metadata = None;
    let mut fields = plain.schema_descr.fields().to_vec();
    for (field, kind) in fields.iter_mut().zip(kinds) {
        if let ParquetType::PrimitiveType(primitive) = field {
            let small = matches!(primitive.logical_type, Some(PrimitiveLogicalType::Integer(_))) || matches!(kind, Some(Kind::Clock(_) | Kind::Decimal(_)));
            if small {
                (primitive.logical_type, primitive.converted_type) = (None, None);
            }
        }
    }
    plain.schema_descr = SchemaDescriptor::new("schema".into(), fields);
    plain
}

impl Container for Form {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn recognise(&self, head: &Head<'_>) -> bool {
        head.bytes.starts_with(b"PAR1")
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let file = original.file()?;
        let mut reader = ParquetReader::new(handle(&file)?);
        let rows = reader.num_rows().map_err(|e| damaged(&e))?;
        let schema = reader.schema().map_err(|e| damaged(&e))?;
        let metadata = reader.get_metadata().map_err(|e| damaged(&e))?.clone();
        let kinds: Vec<Option<Kind>> = schema.iter_values().map(|f| kind(&format!("{:?}", f.dtype))).collect();
        let names: Vec<(usize, String)> = schema.iter_values().enumerate().map(|(i, f)| (i, f.name.to_string())).collect();
        let (taken, other): (Vec<_>, Vec<_>) = names.into_iter().partition(|(i, _)| kinds[*i].is_some());
        if !other.is_empty() {
            let other: Vec<String> = other.into_iter().map(|o| o.1).collect();
            spool.note(format!("columns with records or lists of records in them are not read: {}", other.join(", ")));
        }
        if taken.is_empty() {
            return Err(Stop::Input("none of its columns has a type that is read".to_owned()));
        }
        let metadata = Arc::new(stored(&metadata, &kinds));
        let kinds: Vec<Kind> = kinds.into_iter().flatten().collect();
        let (taken, names): (Vec<usize>, Vec<String>) = taken.into_iter().unzip();
        spool.name(names);
        let mut from = 0;
        while from < rows {
            let mut part = ParquetReader::new(handle(&file)?).with_slice(Some((from, ROWS))).with_projection(Some(taken.clone()));
            part.set_metadata(metadata.clone());
            let frame = part.finish().map_err(|e| Stop::Input(format!("row {}: {e}", from + 1)))?;
            if frame.height() == 0 {
                return Err(Stop::Input(format!("row {}: fewer rows than its footer says: it is damaged", from + 1)));
            }
            write(&frame, &kinds, from, spool)?;
            from += frame.height();
        }
        Ok(())
    }
}

fn handle(file: &File) -> Result<File, Stop> {
    let mut file = file.try_clone().map_err(Stop::input)?;
    file.seek(SeekFrom::Start(0)).map_err(Stop::input)?;
    Ok(file)
}

fn damaged(error: &polars::error::PolarsError) -> Stop {
    Stop::Input(format!("a Parquet file that is damaged or cut off ({error}): fetch it again"))
}

fn write(frame: &DataFrame, kinds: &[Kind], from: usize, spool: &mut SpoolWriter) -> Result<(), Stop> {
    let columns: Vec<_> = frame.columns().iter().map(|c| c.as_materialized_series()).collect();
    let mut cells = Vec::with_capacity(columns.len());
    for row in 0..frame.height() {
        cells.clear();
        for (column, kind) in columns.iter().zip(kinds) {
            cells.push(column.get(row).map(|v| told(&v, *kind)).unwrap_or_default());
        }
        spool.row((from + row + 1) as u64, &cells)?;
    }
    Ok(())
}

/// A stored value of a kind as a cell.
fn told(value: &AnyValue<'_>, kind: Kind) -> String {
    let whole = match value {
        AnyValue::Int32(n) => Some(i128::from(*n)),
        AnyValue::Int64(n) => Some(i128::from(*n)),
        AnyValue::Binary(bytes) if matches!(kind, Kind::Decimal(_)) && !bytes.is_empty() && bytes.len() <= 16 => {
            let sign = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
            Some(bytes.iter().fold(sign, |n, b| n << 8 | i128::from(*b)))
        }
        _ => None,
    };
    match (kind, whole) {
        (Kind::Length(per), Some(n)) => fraction(n, i128::from(per)),
        (Kind::Clock(per), Some(n)) => {
            let (per, n) = (i128::from(per), n.max(0));
            let second = n / per;
            format!("{:02}:{:02}:{}{}", second / 3600, second / 60 % 60, if second % 60 < 10 { "0" } else { "" }, fraction(second % 60 * per + n % per, per))
        }
        (Kind::Decimal(scale), Some(n)) => fraction(n, 10_i128.checked_pow(u32::try_from(scale).unwrap_or(0)).unwrap_or(1)),
        _ => text(value),
    }
}

/// `n / per`, exactly, where `per` is a power of ten.
fn fraction(n: i128, per: i128) -> String {
    let digits = per.ilog10() as usize;
    let (whole, rest) = (n.abs() / per, n.abs() % per);
    let sign = if n < 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{rest:0digits$}").trim_end_matches('0'))
}

/// A value as a cell.
fn text(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(s) => (*s).to_owned(),
        AnyValue::StringOwned(s) => s.to_string(),
        AnyValue::Binary(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|b| format!("{b:02x}")).collect(),
        },
        AnyValue::Float64(n) => number(*n),
        AnyValue::Float32(n) => number(n.to_string().parse().unwrap_or(f64::from(*n))),
        AnyValue::Date(days) => iso(*days),
        AnyValue::Datetime(at, unit, zone) => instant(*at, *unit, zone.is_some()),
        AnyValue::Duration(length, unit) => fraction(i128::from(*length), i128::from(per_second(*unit))),
        AnyValue::List(items) => items.iter().map(|v| text(&v)).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Milliseconds => 1000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Nanoseconds => 1_000_000_000,
    }
}

/// An instant in ISO form: with `Z` where the column has a zone, as it is stored in UTC then; else local.
fn instant(at: i64, unit: TimeUnit, zoned: bool) -> String {
    let ms = at.div_euclid(per_second(unit) / 1000);
    let text = rfc3339(ms);
    let text = text.trim_end_matches('Z');
    let text = text.strip_suffix("+00:00").unwrap_or(text);
    if zoned { format!("{text}Z") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;
    use polars::df;
    use polars::prelude::{DataType, IntoColumn, NamedFrom, Series};
    use polars_io::parquet::write::ParquetWriter;

    pub fn file() -> Vec<u8> {
        let mut frame = df!("callee" => ["13800138000", "a,\"b\""], "n" => [Some(1_i64), None], "f" => [13_800_138_000.0, 1.5]).unwrap();
        let at = Series::new("at".into(), [1_790_845_200_123_i64, 0]).cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).unwrap();
        let zoned = Series::new("zoned".into(), [1_790_845_200_000_000_i64, 0]).cast(&DataType::Datetime(TimeUnit::Microseconds, None)).unwrap();
        let day = Series::new("day".into(), [20_727_i32, 0]).cast(&DataType::Date).unwrap();
        for column in [at, zoned, day] {
            frame.with_column(column.into_column()).unwrap();
        }
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
        bytes
    }

    #[test]
    fn typed_columns_become_text() {
        let seen = table(&file()).unwrap();
        assert_eq!(seen.broken, None);
        assert_eq!(seen.names, ["callee", "n", "f", "at", "zoned", "day"]);
        assert_eq!((seen.rows[0].0, seen.rows[0].1.join("|")), (1, "13800138000|1|13800138000|2026-10-01T09:00:00.123|2026-10-01T09:00:00|2026-10-01".into()));
        assert_eq!(seen.rows[1].1.join("|"), "a,\"b\"||1.5|1970-01-01T00:00:00|1970-01-01T00:00:00|1970-01-01");
    }

    #[test]
    fn kinds_are_told_by_the_names_of_types() {
        assert_eq!(kind("Int16"), Some(Kind::Plain));
        assert_eq!(kind("Timestamp(Microsecond, Some(\"UTC\"))"), Some(Kind::Plain));
        assert_eq!(kind("Decimal(10, 2)"), Some(Kind::Decimal(2)));
        assert_eq!(kind("Time64(Nanosecond)"), Some(Kind::Clock(1_000_000_000)));
        assert_eq!(kind("Struct([])"), None);
        assert_eq!(told(&AnyValue::Binary(&[0xff, 0x85]), Kind::Decimal(2)), "-1.23");
        assert_eq!(told(&AnyValue::Int64(32_405_000_000), Kind::Clock(1_000_000)), "09:00:05");
        assert_eq!(told(&AnyValue::Int32(36_500_250), Kind::Clock(1000)), "10:08:20.25");
        assert_eq!(told(&AnyValue::Int64(1_500_000), Kind::Length(1_000_000)), "1.5");
        assert_eq!(told(&AnyValue::Int64(-50), Kind::Decimal(1)), "-5");
    }

    #[test]
    fn a_file_that_is_cut_is_told() {
        let bytes = file();
        for cut in (4..bytes.len()).step_by(11) {
            assert!(table(&bytes[..cut]).unwrap().broken.is_some(), "{cut}");
        }
    }
}
