//! `takens fmt`: the canonical layout of definition files.

use crate::failure::Failure;
use crate::files;
use crate::print;
use crate::print::note;
use std::io::Write;
use std::path::PathBuf;
use takens_catalog::SourceFile;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Definition files; each is written anew if its layout changes
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write nothing; list the files whose layout would change, and fail if there are any
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut fine = true;
    for path in &arguments.files {
        let source = match SourceFile::read(path) {
            Ok(source) => source,
            // The other files are laid out all the same.
            Err(error) => {
                note!("error: {error}");
                fine = false;
                continue;
            }
        };
        let formatted = takens_dsl::format(&source.text);
        if formatted == source.text {
            let found = takens_dsl::parse_file(&source.text).diagnostics;
            if let Some(open) = found.iter().find(|one| one.code == "E002") {
                note!("{}: left as it is, since {}", path.display(), open.message);
            }
            continue;
        }
        if arguments.check {
            fine = false;
        } else if let Err(failure) = files::whole(path, |file| {
            file.write_all(formatted.as_bytes()).map_err(|error| error.to_string())
        }) {
            failure.report();
            fine = false;
            continue;
        }
        print::text(&format!("{}\n", path.display()))?;
    }
    if fine { Ok(()) } else { Err(Failure::Shown) }
}
