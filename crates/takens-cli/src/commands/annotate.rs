//! `takens annotate`: recompute what is known of each system.
//!
//! With `-o FILE`, every system that is done is a line of `FILE.part`, so that an interruption loses at most
//! those at work; `--resume` goes on from there. The file itself is written whole, at the end.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::print::note;
use crate::{files, print};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use takens_analysis::annotate;
use takens_catalog::{Annotated, Annotations, Entry, definition_hash};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Names of systems; all if left out
    names: Vec<String>,
    /// The file of annotations, of which other systems' entries are kept; if left out, the annotations are
    /// printed and nothing is kept
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Go on with what an interrupted run left beside the file
    #[arg(long, requires = "output")]
    resume: bool,
    /// Systems at a time; one to a processor if left out. The numbers do not depend on it
    #[arg(long, value_name = "K")]
    threads: Option<usize>,
}

/// A line of the file beside the one asked for.
#[derive(Serialize, Deserialize)]
struct Done {
    name: String,
    #[serde(flatten)]
    annotated: Annotated,
}

pub(crate) fn run(arguments: &Arguments, catalog_files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(catalog_files)?;
    let mut entries: Vec<&Entry> = if arguments.names.is_empty() {
        catalog.entries().collect()
    } else {
        arguments.names.iter().map(|name| find(&catalog, name)).collect::<Result<_, _>>()?
    };
    let mut annotations = previous(arguments.output.as_ref())?;
    if arguments.names.is_empty() {
        // What is no longer in the collection goes.
        annotations.systems.retain(|name, _| catalog.get(name).is_some());
    }
    annotations.about = format!(
        "computed by takens {} (`takens annotate`); times in units of system time, entropies and exponents per \
         unit of it, natural logarithms; what each number is and how it is found is told by takens_analysis::Annotation",
        env!("CARGO_PKG_VERSION")
    );
    let part = match &arguments.output {
        Some(path) => {
            let part = beside(path);
            if arguments.resume {
                entries = without_done(entries, &part, &mut annotations)?;
            }
            Some((open(&part, arguments.resume)?, part))
        }
        None => {
            note!(
                "the annotations are printed as one JSON document; with -o FILE they are kept (those built in \
                 are crates/takens-catalog/annotations.json)"
            );
            None
        }
    };
    // The longest work first, so that no thread is left with it alone.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.system.default_dimension()));
    let failed =
        all(&entries, threads(arguments)?, &mut annotations, part.as_ref().map(|one| &one.0))?;
    let text = annotations.to_json();
    match (&arguments.output, part) {
        (Some(path), Some((file, part))) => {
            files::whole(path, |file| {
                file.write_all(text.as_bytes()).map_err(|error| error.to_string())
            })?;
            drop(file);
            std::fs::remove_file(&part).map_err(|error| refused(&part, &error))?;
        }
        _ => print::text(&text)?,
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::Work(format!("{failed} system(s) could not be annotated")))
    }
}

/// Annotates all `entries` on so many threads; the number of failures.
fn all(
    entries: &[&Entry],
    threads: usize,
    annotations: &mut Annotations,
    part: Option<&File>,
) -> Result<usize, Failure> {
    let bar = ProgressBar::new(entries.len() as u64).with_style(
        ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {eta} left")
            .map_err(Failure::work)?,
    );
    let silent = !std::io::stderr().is_terminal();
    let next = AtomicUsize::new(0);
    let shared = Mutex::new((annotations, 0, Ok(())));
    let work = || {
        while let Some(entry) = entries.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = &entry.system.name;
            bar.set_message(name.clone());
            let result = one(entry);
            let mut shared = shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let (annotations, failed, written) = &mut *shared;
            match result {
                Ok(annotated) => {
                    if let Some(file) = part
                        && written.is_ok()
                    {
                        *written = keep(file, name, &annotated);
                    }
                    annotations.systems.insert(name.clone(), annotated);
                }
                Err(message) => {
                    *failed += 1;
                    bar.suspend(|| note!("{name}: {message}"));
                }
            }
            bar.inc(1);
            // Where no bar is drawn, a line now and then.
            let done = bar.position();
            if silent && (done.is_multiple_of(25) || done == entries.len() as u64) {
                note!("{done}/{} annotated, {} s", entries.len(), bar.elapsed().as_secs());
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(entries.len()) {
            scope.spawn(work);
        }
        work();
    });
    bar.finish_and_clear();
    let (_, failed, written) =
        shared.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    written.map(|()| failed)
}

fn threads(arguments: &Arguments) -> Result<usize, Failure> {
    match arguments.threads {
        Some(0) => Err(Failure::usage("--threads 0: at least one is needed")),
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn open(part: &Path, resume: bool) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    if resume {
        options.append(true)
    } else {
        options.write(true).truncate(true)
    };
    let mut file = options.create(true).open(part).map_err(|error| refused(part, &error))?;
    // The last line may be half a one.
    if resume {
        file.write_all(b"\n").map_err(|error| refused(part, &error))?;
    }
    Ok(file)
}

fn keep(mut file: &File, name: &str, annotated: &Annotated) -> Result<(), Failure> {
    let done = Done { name: name.to_owned(), annotated: annotated.clone() };
    let line = serde_json::to_string(&done).map_err(Failure::work)? + "\n";
    file.write_all(line.as_bytes()).map_err(Failure::work)
}

/// Takes what an earlier run has done from its lines, as far as the definitions are still those.
fn without_done<'a>(
    entries: Vec<&'a Entry>,
    part: &Path,
    annotations: &mut Annotations,
) -> Result<Vec<&'a Entry>, Failure> {
    if !part.is_file() {
        note!("{} is not there: nothing to go on with, so that all are computed", part.display());
        return Ok(entries);
    }
    let text = std::fs::read_to_string(part).map_err(|error| refused(part, &error))?;
    let done: Vec<Done> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let mut left = Vec::new();
    for entry in entries {
        let hash = entry.flatten().ok().map(|flat| definition_hash(&flat.field));
        let mine = |one: &&Done| {
            one.name == entry.system.name && Some(&one.annotated.definition) == hash.as_ref()
        };
        match done.iter().find(mine) {
            Some(one) => {
                annotations.systems.insert(one.name.clone(), one.annotated.clone());
            }
            None => left.push(entry),
        }
    }
    note!("{} done before, {} to do", print::counted(done.len(), "system"), left.len());
    Ok(left)
}

fn refused(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Work(format!("{}: {error}", path.display()))
}

fn previous(path: Option<&PathBuf>) -> Result<Annotations, Failure> {
    match path {
        Some(path) if path.is_file() => {
            let text = std::fs::read_to_string(path).map_err(|error| refused(path, &error))?;
            Annotations::from_json(&text).map_err(|error| refused(path, &error))
        }
        _ => Ok(Annotations::default()),
    }
}

fn one(entry: &Entry) -> Result<Annotated, String> {
    let field = entry.flatten().map_err(|error| error.to_string())?.field;
    let parameters = field.default_parameters();
    let initial = field.initial_state(&parameters);
    let annotation = annotate(&field, &parameters, &initial, entry.system.sample.period)
        .map_err(|error| error.to_string())?;
    Ok(Annotated { definition: definition_hash(&field), annotation })
}
