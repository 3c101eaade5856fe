//! `takens check`: all diagnostics of definition files.

use crate::catalog::colour;
use crate::failure::Failure;
use crate::files;
use crate::print;
use crate::print::{aside, counted, note};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use takens_catalog::SourceFile;
use takens_dsl::{Diagnostic, LineIndex, Severity};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Definition files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON array of diagnostics
    #[arg(long)]
    json: bool,
    /// Apply the fixes that can mean nothing else, and show what remains
    #[arg(long)]
    fix: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    file: String,
    code: String,
    severity: &'static str,
    message: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix>,
}

#[derive(Debug, Serialize)]
struct Fix {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    replacement: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut lines = Vec::new();
    let (mut errors, mut warnings, mut systems) = (0, 0, 0);
    let mut unwritten = false;
    for path in &arguments.files {
        let mut source = match SourceFile::read(path) {
            Ok(source) => source,
            // The other files are checked all the same.
            Err(error) => {
                errors += 1;
                let (message, name) = (error.to_string(), path.display().to_string());
                let own = message.strip_prefix(&format!("{name}: ")).unwrap_or(&message);
                lines.push(unreadable(name, own.into()));
                note!("error: {message}");
                continue;
            }
        };
        let name = path.display().to_string();
        if arguments.fix
            && let Err(failure) = fix(path, &name, &mut source)
        {
            // The faults are shown all the same, of the file as it is.
            failure.report();
            unwritten = true;
        }
        let parsed = takens_catalog::parse_source(&source);
        systems += parsed.systems.len();
        let severe = |severity| {
            parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
        };
        errors += severe(Severity::Error);
        warnings += severe(Severity::Warning);
        if arguments.json {
            // The file itself, and behind it those that it uses.
            let own = (name, LineIndex::new(&source.text));
            let used: Vec<(String, LineIndex)> = parsed
                .files
                .iter()
                .map(|used| {
                    let path = path.with_file_name(&used.path).display().to_string();
                    (path, LineIndex::new(&used.text))
                })
                .collect();
            lines.extend(parsed.diagnostics.iter().map(|diagnostic| {
                let place = diagnostic.file.and_then(|place| used.get(place));
                let (file, index) = place.unwrap_or(&own);
                line(file, index, diagnostic)
            }));
        } else {
            aside(&parsed.render(&name, &source.text, colour()));
        }
    }
    if arguments.json {
        print::json(&lines)?;
    } else {
        print::text(&format!(
            "{}, {}, {}\n",
            counted(systems, "system"),
            counted(errors, "error"),
            counted(warnings, "warning")
        ))?;
    }
    if errors == 0 && !unwritten { Ok(()) } else { Err(Failure::Shown) }
}

/// Repairs a file as far as its faults have fixes that are safe, and tells what was done.
fn fix(path: &Path, name: &str, source: &mut SourceFile) -> Result<(), Failure> {
    let done = takens_dsl::repair(&source.text, |text| takens_dsl::parse_file(text).diagnostics);
    if done.text == source.text {
        return Ok(());
    }
    files::whole(path, |file| {
        file.write_all(done.text.as_bytes()).map_err(|error| error.to_string())
    })?;
    for one in &done.applied {
        let Diagnostic { code, message, .. } = &one.diagnostic;
        note!("{name}:{}: fixed {code}: {message}", one.line);
    }
    source.text = done.text;
    Ok(())
}

/// The one fault of a file that cannot be read, put where the file begins.
fn unreadable(file: String, message: String) -> Line {
    Line {
        file,
        code: "E000".into(),
        severity: "error",
        message,
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        fix: None,
    }
}

fn line(file: &str, index: &LineIndex, diagnostic: &takens_dsl::Diagnostic) -> Line {
    let (line, column) = index.position(diagnostic.span.start);
    let (end_line, end_column) = index.position(diagnostic.span.end);
    Line {
        file: file.into(),
        code: diagnostic.code.to_string(),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: diagnostic.message.clone(),
        line,
        column,
        end_line,
        end_column,
        fix: diagnostic.fix.as_ref().map(|fix| {
            let (line, column) = index.position(fix.span.start);
            let (end_line, end_column) = index.position(fix.span.end);
            Fix { line, column, end_line, end_column, replacement: fix.replacement.clone() }
        }),
    }
}
