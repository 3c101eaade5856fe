//! The numbers of a dataset as files.

use super::manifest::System;
use super::recipe::Recipe;
use super::series::{Series, Split};
use crate::failure::Failure;
use crate::files;
use crate::print::number;
use crate::rows::Rows;
use ndarray::{Array1, ArrayView2};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A way to write a split: time and observed components, and with noise the components without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// Columns `t`, the components, and `clean_` and the components.
    Parquet,
    /// Arrays `t`, `x`, and `clean`.
    Npz,
    /// As parquet, as text.
    Csv,
}

/// A file of a dataset.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    pub(super) split: String,
    /// The path in the dataset's folder.
    path: String,
    samples: usize,
    initial: Vec<f64>,
    t_start: f64,
    bytes: u64,
    /// BLAKE3 of the file.
    blake3: String,
    /// BLAKE3 of the times and numbers, little-endian f64, row after row.
    pub(super) numbers: String,
}

/// Writes all splits of a system into a folder of its own.
pub(super) fn system(folder: &Path, recipe: &Recipe, series: &Series) -> Result<System, Failure> {
    let own = folder.join(&series.name);
    std::fs::create_dir(&own)
        .map_err(|error| Failure::Work(format!("{}: {error}", own.display())))?;
    let ending = match recipe.format {
        Format::Parquet => "parquet",
        Format::Npz => "npz",
        Format::Csv => "csv",
    };
    let mut written = Vec::new();
    for split in &series.splits {
        let path = format!("{}/{}.{ending}", series.name, split.name);
        let place = folder.join(&path);
        let table = Table::new(split);
        files::whole(&place, |file| match recipe.format {
            Format::Parquet => table.parquet(file),
            Format::Npz => npz(file, split),
            Format::Csv => table.csv(file).map_err(|error| error.to_string()),
        })?;
        let bytes = std::fs::read(&place)
            .map_err(|error| Failure::Work(format!("{}: {error}", place.display())))?;
        written.push(Written {
            split: split.name.clone(),
            path,
            samples: split.clean.len(),
            initial: split.initial.clone(),
            t_start: split.clean.grid().time(0),
            bytes: bytes.len() as u64,
            blake3: blake3::hash(&bytes).to_hex().to_string(),
            numbers: table.hash(),
        });
    }
    Ok(System {
        name: series.name.clone(),
        definition: series.definition.clone(),
        parameters: series.parameters.clone(),
        period: series.period,
        step: series.step,
        method: series.method.to_owned(),
        columns: series.columns.clone(),
        files: written,
    })
}

/// Writes a text whole.
pub(super) fn text(path: &Path, text: &str) -> Result<(), Failure> {
    files::whole(path, |file| file.write_all(text.as_bytes()).map_err(|error| error.to_string()))
}

/// Rows of a split: time, what is observed, what is.
struct Table {
    names: Vec<String>,
    rows: Vec<f64>,
}

impl Table {
    fn new(split: &Split) -> Self {
        let seen = split.clean.names();
        let mut names = vec!["t".to_owned()];
        names.extend(seen.iter().cloned());
        if split.noisy.is_some() {
            names.extend(seen.iter().map(|name| format!("clean_{name}")));
        }
        let mut rows = Vec::with_capacity(names.len() * split.clean.len());
        let clean = split.clean.values();
        for (index, (time, state)) in split.clean.grid().iter().zip(clean.rows()).enumerate() {
            rows.push(time);
            if let Some(noisy) = &split.noisy {
                rows.extend_from_slice(&noisy[index * seen.len()..][..seen.len()]);
            }
            rows.extend(state);
        }
        Self { names, rows }
    }

    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for value in &self.rows {
            hasher.update(&value.to_le_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    fn parquet(&self, file: &mut File) -> Result<(), String> {
        let mut rows = Rows::parquet(file, &self.names)?;
        rows.push(&self.rows)?;
        rows.finish()
    }

    fn csv(&self, file: &mut File) -> std::io::Result<()> {
        let mut out = BufWriter::new(file);
        // Names of matrix elements hold a comma.
        let quoted = |name: &String| {
            if name.contains(',') { format!("\"{name}\"") } else { name.clone() }
        };
        let names: Vec<String> = self.names.iter().map(quoted).collect();
        writeln!(out, "{}", names.join(","))?;
        for row in self.rows.chunks_exact(self.names.len()) {
            let numbers: Vec<String> = row.iter().map(|&value| number(value).to_string()).collect();
            writeln!(out, "{}", numbers.join(","))?;
        }
        out.flush()
    }
}

fn npz(file: &mut File, split: &Split) -> Result<(), String> {
    let fail = |error: ndarray_npy::WriteNpzError| error.to_string();
    let mut npz = ndarray_npy::NpzWriter::new(BufWriter::new(file));
    let times: Array1<f64> = split.clean.grid().iter().collect();
    let clean = split.clean.values();
    npz.add_array("t", &times).map_err(fail)?;
    match &split.noisy {
        None => npz.add_array("x", &clean).map_err(fail)?,
        Some(noisy) => {
            let shape = (clean.nrows(), clean.ncols());
            let noisy = ArrayView2::from_shape(shape, noisy).map_err(|error| error.to_string())?;
            npz.add_array("x", &noisy).map_err(fail)?;
            npz.add_array("clean", &clean).map_err(fail)?;
        }
    }
    let mut out = npz.finish().map_err(fail)?;
    out.flush().map_err(|error| error.to_string())
}
