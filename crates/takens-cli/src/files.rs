//! Trajectories as files: csv, npy, parquet, json. A file appears whole or not at all.

use crate::failure::Failure;
use crate::interrupt::Guard;
use crate::print::number;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use takens_core::Trajectory;

/// The formats, by the ending of the file's name.
pub(crate) const FORMATS: &str = "csv, npy, parquet or json";

/// A way to write a trajectory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Npy,
    Parquet,
    Json,
}

impl Format {
    /// The format that a file's name asks for.
    ///
    /// # Errors
    /// [`Failure::Usage`] for another ending.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("npy") => Ok(Self::Npy),
            Some("parquet") => Ok(Self::Parquet),
            Some("json") => Ok(Self::Json),
            _ => Err(Failure::usage(format!("{}: the name must end in {FORMATS}", path.display()))),
        }
    }
}

/// Writes a trajectory under `path`: into a file beside it first, which then takes the name.
///
/// csv, parquet and json hold the time and a column for each component; npy holds the states alone,
/// `time × component`.
///
/// # Errors
/// [`Failure::Work`] if the disk refuses; nothing is left under `path` then.
pub(crate) fn write(path: &Path, format: Format, trajectory: &Trajectory) -> Result<(), Failure> {
    whole(path, |file| match format {
        Format::Csv => csv(file, trajectory).map_err(|error| error.to_string()),
        Format::Npy => npy(file, trajectory),
        Format::Parquet => parquet(file, trajectory),
        Format::Json => json(file, trajectory),
    })
}

/// Writes a file whole or not at all. Through a link, the file that it names is written; a device or
/// a pipe is written to as it is, and never replaced.
///
/// # Errors
/// [`Failure::Work`] if the disk refuses.
pub(crate) fn whole(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<(), String>,
) -> Result<(), Failure> {
    let refuse = |error: String| Failure::Work(format!("{}: {error}", path.display()));
    let text = |error: std::io::Error| refuse(error.to_string());
    let found = std::fs::metadata(path).ok();
    let target = match &found {
        Some(found) if found.is_dir() => {
            return Err(refuse("this is a folder; give the name of a file".into()));
        }
        Some(found) if !found.is_file() => {
            let mut file = OpenOptions::new().write(true).open(path).map_err(text)?;
            return fill(&mut file).map_err(refuse);
        }
        // A new file would take the place of one that its owner has locked.
        Some(found) if found.permissions().readonly() => {
            return Err(refuse("the file is read-only".into()));
        }
        Some(_) => path.canonicalize().map_err(text)?,
        None => path.to_path_buf(),
    };
    let folder =
        target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(refuse(format!("there is no folder {}", folder.display())));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".takens-").suffix(".tmp");
    // A new file is readable as far as the user's mask lets it be, an old one stays as it was.
    #[cfg(unix)]
    let new = {
        use std::os::unix::fs::PermissionsExt;
        std::fs::Permissions::from_mode(0o666)
    };
    #[cfg(unix)]
    builder.permissions(new);
    // The error names the file beside, which tells the user nothing.
    let mut partial = builder.tempfile_in(folder).map_err(|error| {
        let cause = error.get_ref().and_then(|inner| inner.source()).map(ToString::to_string);
        refuse(cause.unwrap_or_else(|| error.kind().to_string()))
    })?;
    let guard = Guard::new(partial.path());
    fill(partial.as_file_mut()).map_err(refuse)?;
    if let Some(found) = found {
        partial.as_file().set_permissions(found.permissions()).map_err(text)?;
    }
    let done = partial.persist(target).map(drop).map_err(|error| refuse(error.error.to_string()));
    drop(guard);
    done
}

/// Writes a trajectory as csv to any stream.
pub(crate) fn csv(out: impl Write, trajectory: &Trajectory) -> std::io::Result<()> {
    let mut out = BufWriter::new(out);
    write!(out, "t")?;
    for name in trajectory.names() {
        // Names of matrix elements hold a comma.
        if name.contains(',') { write!(out, ",\"{name}\"")? } else { write!(out, ",{name}")? }
    }
    writeln!(out)?;
    for (time, state) in trajectory.grid().iter().zip(trajectory.values().rows()) {
        write!(out, "{}", number(time))?;
        for value in state {
            write!(out, ",{}", number(*value))?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn npy(file: &mut File, trajectory: &Trajectory) -> Result<(), String> {
    use ndarray_npy::WriteNpyExt;
    let mut out = BufWriter::new(file);
    trajectory.values().write_npy(&mut out).map_err(|error| error.to_string())?;
    out.flush().map_err(|error| error.to_string())
}

fn json(file: &mut File, trajectory: &Trajectory) -> Result<(), String> {
    let times: Vec<f64> = trajectory.grid().iter().collect();
    let rows: Vec<Vec<f64>> =
        trajectory.values().rows().into_iter().map(|row| row.to_vec()).collect();
    let document = serde_json::json!({ "names": trajectory.names(), "t": times, "x": rows });
    let mut out = BufWriter::new(file);
    serde_json::to_writer(&mut out, &document).map_err(|error| error.to_string())?;
    out.flush().map_err(|error| error.to_string())
}

fn parquet(file: &mut File, trajectory: &Trajectory) -> Result<(), String> {
    use parquet::basic::{Compression, Repetition, Type as Physical};
    use parquet::data_type::DoubleType;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;

    let column = |name: &str| {
        let field = Type::primitive_type_builder(name, Physical::DOUBLE)
            .with_repetition(Repetition::REQUIRED);
        field.build().map(Arc::new)
    };
    let mut fill = || -> Result<(), parquet::errors::ParquetError> {
        let names = std::iter::once("t").chain(trajectory.names().iter().map(String::as_str));
        let fields = names.map(column).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("trajectory").with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut writer =
            SerializedFileWriter::new(&mut *file, Arc::new(schema), Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        let times: Vec<f64> = trajectory.grid().iter().collect();
        let values = trajectory.values();
        let columns = std::iter::once(times)
            .chain(values.columns().into_iter().map(|column| column.to_vec()));
        for numbers in columns {
            let mut column = group.next_column()?.expect("a column for each field of the schema");
            column.typed::<DoubleType>().write_batch(&numbers, None, None)?;
            column.close()?;
        }
        group.close()?;
        writer.close().map(drop)
    };
    fill().map_err(|error| error.to_string())
}
