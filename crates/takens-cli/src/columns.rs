//! A table of named columns, as csv or parquet.

use crate::print::number;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

/// A column. All columns of a table are of one length.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) values: Values,
}

/// The values of a column; `None` is an empty cell.
pub(crate) enum Values {
    Text(Vec<String>),
    Whole(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Real(values) => values.len(),
        }
    }

    fn cell(&self, row: usize) -> String {
        match self {
            Self::Text(values) => quoted(&values[row]),
            Self::Whole(values) => values[row].map_or_else(String::new, |value| value.to_string()),
            Self::Real(values) => values[row].map_or_else(String::new, number),
        }
    }
}

/// A text as RFC 4180 has it: in quotes where it holds a comma, a quote or a line's end.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}

/// Writes a table as csv, numbers in the shortest digits that give them back.
///
/// # Errors
/// What the system says.
pub(crate) fn csv(file: &mut File, columns: &[Column]) -> Result<(), String> {
    let mut out = BufWriter::new(file);
    let mut write = || -> std::io::Result<()> {
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        writeln!(out, "{}", names.join(","))?;
        for row in 0..columns.first().map_or(0, |column| column.values.len()) {
            let cells: Vec<String> = columns.iter().map(|column| column.values.cell(row)).collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        out.flush()
    };
    write().map_err(|error| error.to_string())
}

/// Writes a table as parquet, compressed: text is UTF-8, numbers are int64 or double.
///
/// # Errors
/// What the system says.
pub(crate) fn parquet(file: &mut File, columns: &[Column]) -> Result<(), String> {
    use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;

    let field = |column: &Column| {
        let (physical, logical, repetition) = match column.values {
            Values::Text(_) => {
                (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED)
            }
            Values::Whole(_) => (Physical::INT64, None, Repetition::OPTIONAL),
            Values::Real(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
        };
        Type::primitive_type_builder(&column.name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
            .map(Arc::new)
    };
    let mut write = || -> Result<(), parquet::errors::ParquetError> {
        let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("results").with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut writer =
            SerializedFileWriter::new(&mut *file, Arc::new(schema), Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        for column in columns {
            let mut out = group.next_column()?.expect("a column for each field of the schema");
            match &column.values {
                Values::Text(texts) => {
                    let bytes: Vec<ByteArray> =
                        texts.iter().map(|text| text.as_str().into()).collect();
                    out.typed::<ByteArrayType>().write_batch(&bytes, None, None)?;
                }
                Values::Whole(numbers) => {
                    let (present, levels) = levels(numbers);
                    out.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
                }
                Values::Real(numbers) => {
                    let (present, levels) = levels(numbers);
                    out.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
                }
            }
            out.close()?;
        }
        group.close()?;
        writer.close().map(drop)
    };
    write().map_err(|error| error.to_string())
}

/// The values that are there, and for each place whether one is.
fn levels<T: Copy>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    let present = values.iter().flatten().copied().collect();
    (present, values.iter().map(|value| value.is_some().into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use std::io::Seek;

    fn columns() -> Vec<Column> {
        let column = |name: &str, values| Column { name: name.into(), values };
        vec![
            column("text", Values::Text(vec!["plain".into(), "a, \"b\"\nc".into()])),
            column("whole", Values::Whole(vec![None, Some(-7)])),
            column("real", Values::Real(vec![Some(0.1), None])),
        ]
    }

    #[test]
    fn a_csv_has_quotes_where_they_are_needed_and_gaps_where_nothing_is() {
        let mut file = tempfile::tempfile().unwrap();
        csv(&mut file, &columns()).unwrap();
        file.rewind().unwrap();
        let text = std::io::read_to_string(file).unwrap();
        assert_eq!(text, "text,whole,real\nplain,,0.1\n\"a, \"\"b\"\"\nc\",-7,\n");
    }

    #[test]
    fn parquet_gives_back_what_was_written() {
        let mut file = tempfile::tempfile().unwrap();
        parquet(&mut file, &columns()).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].contains("whole: null") && rows[0].contains("real: 0.1"), "{}", rows[0]);
        assert!(rows[1].contains("whole: -7") && rows[1].contains("real: null"), "{}", rows[1]);
    }
}
