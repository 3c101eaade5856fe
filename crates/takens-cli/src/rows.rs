//! Rows of numbers written one block after the other: what is written need never be in memory at once.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

/// A table in the making.
pub(crate) enum Rows<'a> {
    /// The numbers alone, with a shape.
    Npy(BufWriter<&'a mut File>),
    /// A column for each name.
    Parquet {
        writer: Box<parquet::file::writer::SerializedFileWriter<&'a mut File>>,
        columns: usize,
    },
}

impl<'a> Rows<'a> {
    /// An npy file of `shape`, little-endian f64 in C order; its rows are all but the first axes.
    ///
    /// The format is version 1.0 of `numpy.lib.format`: a magic string, the length of the header, and the
    /// header, a Python literal that ends where the length is a multiple of 64.
    pub(crate) fn npy(file: &'a mut File, shape: &[usize]) -> Result<Self, String> {
        let sizes: Vec<String> = shape.iter().map(|size| format!("{size},")).collect();
        let sizes = sizes.join(" ");
        let sizes = if shape.len() == 1 { sizes } else { sizes.trim_end_matches(',').to_owned() };
        let mut header =
            format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({sizes}), }}")
                .into_bytes();
        let unpadded = 10 + header.len() + 1;
        header.resize(header.len() + (64 - unpadded % 64) % 64, b' ');
        header.push(b'\n');
        let length = u16::try_from(header.len()).map_err(|_| "too many axes for npy".to_owned())?;
        let mut out = BufWriter::new(file);
        let mut write = |bytes: &[u8]| out.write_all(bytes).map_err(|error| error.to_string());
        write(b"\x93NUMPY\x01\x00")?;
        write(&length.to_le_bytes())?;
        write(&header)?;
        Ok(Self::Npy(out))
    }

    /// A parquet file with a column of f64 for each name.
    pub(crate) fn parquet(file: &'a mut File, names: &[String]) -> Result<Self, String> {
        use parquet::basic::{Compression, Repetition, Type as Physical};
        use parquet::file::properties::WriterProperties;
        use parquet::file::writer::SerializedFileWriter;
        use parquet::schema::types::Type;

        let make = || -> Result<_, parquet::errors::ParquetError> {
            let column = |name: &String| {
                let field = Type::primitive_type_builder(name, Physical::DOUBLE)
                    .with_repetition(Repetition::REQUIRED);
                field.build().map(Arc::new)
            };
            let fields = names.iter().map(column).collect::<Result<_, _>>()?;
            let schema = Type::group_type_builder("ensemble").with_fields(fields).build()?;
            let properties =
                WriterProperties::builder().set_compression(Compression::SNAPPY).build();
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
        };
        let writer = Box::new(make().map_err(|error| error.to_string())?);
        Ok(Self::Parquet { writer, columns: names.len() })
    }

    /// Adds a block, row after row.
    pub(crate) fn push(&mut self, block: &[f64]) -> Result<(), String> {
        match self {
            Self::Npy(out) => {
                for value in block {
                    out.write_all(&value.to_le_bytes()).map_err(|error| error.to_string())?;
                }
                Ok(())
            }
            Self::Parquet { writer, columns } => {
                use parquet::data_type::DoubleType;
                let mut fill = || -> Result<(), parquet::errors::ParquetError> {
                    let mut group = writer.next_row_group()?;
                    for index in 0..*columns {
                        let numbers: Vec<f64> =
                            block.iter().skip(index).step_by(*columns).copied().collect();
                        let mut column = group.next_column()?.expect("a column for each name");
                        column.typed::<DoubleType>().write_batch(&numbers, None, None)?;
                        column.close()?;
                    }
                    group.close().map(drop)
                };
                fill().map_err(|error| error.to_string())
            }
        }
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self {
            Self::Npy(mut out) => out.flush().map_err(|error| error.to_string()),
            Self::Parquet { writer, .. } => {
                writer.close().map(drop).map_err(|error| error.to_string())
            }
        }
    }
}
