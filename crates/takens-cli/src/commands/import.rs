//! `takens import`: a file of another tool, written in the language.

use crate::failure::Failure;
use crate::files;
use crate::print;
use crate::print::note;
use std::io::Write;
use std::path::PathBuf;
use takens_catalog::SourceFile;
use takens_dsl::ImportFormat;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A JSON file of ODEBench or an .ode file of XPPAUT
    file: PathBuf,
    /// Where to write; without it, standard output
    #[arg(short, long, value_name = "OUT.dsl")]
    output: Option<PathBuf>,
    /// Whose file it is; without it, the ending of its name tells
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// JSON, many systems
    Odebench,
    /// XPPAUT's .ode, one system
    Xpp,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.file;
    let shown = path.display();
    let ending = path.extension().and_then(|ending| ending.to_str());
    let format = match (arguments.format, ending) {
        (Some(Format::Odebench), _) | (None, Some("json")) => ImportFormat::Odebench,
        (Some(Format::Xpp), _) | (None, Some("ode")) => ImportFormat::Xpp,
        (None, _) => {
            return Err(Failure::usage(format!(
                "{shown}: the name ends neither in .json (ODEBench) nor in .ode (XPPAUT); say --format \
                 odebench or --format xpp"
            )));
        }
    };
    let source = SourceFile::read(path).map_err(Failure::work)?;
    let name = path.file_stem().map_or("system".into(), |stem| stem.to_string_lossy());
    let text = takens_dsl::import(&source.text, format, &name).map_err(|faults| {
        for fault in &faults {
            match fault.line {
                0 => note!("error: {shown}: {}", fault.message),
                line => note!("error: {shown}, line {line}: {}", fault.message),
            }
        }
        Failure::Shown
    })?;
    match &arguments.output {
        None => print::text(&text),
        Some(out) => files::whole(out, |file| {
            file.write_all(text.as_bytes()).map_err(|error| error.to_string())
        }),
    }
}
