//! The validator: what an author is told before anybody else uses the method.
//!
//! Start at [`validate`]. Each check is a function in one of the files below `checks`, listed in
//! [`CHECKS`]; each runs in a process of its own (`child`), under a time limit, with its whole group
//! killed at the end. A check sees the plugin as a `Subject`: its table, its
//! methods, data to feed them. `raw` calls a method as hosts of other versions and with other memory
//! layouts do; `surroundings` compares what a process shares before and after; `watch` stops calls that
//! do not stop by themselves.

mod checks;
mod child;
mod data;
mod language;
mod parameters;
mod raw;
mod report;
mod subject;
mod surroundings;
mod watch;

pub use checks::{CHECKS, Check};
pub use child::main as child_main;
pub use report::{CheckResult, Report, Verdict};

use crate::isolate::WorkerCommand;
use crate::plugins::{Manifest, PluginFile, Problem};
use child::{Request, Run};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How a plugin is validated.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of data, random parameters and methods: the same seed, the same checks.
    pub seed: u64,
    /// Runs checks in this process, for debuggers: without time limits, and a crash is a crash.
    pub in_process: bool,
    /// Only these methods; empty for all.
    pub methods: Vec<String>,
    /// Only these checks; empty for all.
    pub checks: Vec<String>,
    /// Parameters that methods are checked with, a JSON object: quick ones, for a slow method.
    pub params: Option<String>,
    /// How long one check may take.
    pub limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            in_process: false,
            methods: Vec::new(),
            checks: Vec::new(),
            params: None,
            limit: Duration::from_secs(120),
        }
    }
}

/// A validation that cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValidateError {
    /// There is no plugin.
    #[error("{0}")]
    NoPlugin(#[from] Problem),
    /// No check of this name.
    #[error("there is no check `{found}`; there are {}", CHECKS.iter().map(|check| check.name).collect::<Vec<_>>().join(", "))]
    NoCheck {
        /// What was asked for.
        found: String,
    },
    /// No method of this name.
    #[error("the plugin has no method `{found}`; it has {}", known.join(", "))]
    NoMethod {
        /// What was asked for.
        found: String,
        /// What there is.
        known: Vec<String>,
    },
    /// No place to work in.
    #[error("no folder for temporary files can be made: {0}")]
    Folder(#[from] std::io::Error),
}

/// Validates the plugin in `folder` (or that a manifest or a library there belongs to).
///
/// `command` is how a process for a check is started: its program must call [`child_main`] with the
/// argument that follows `command`'s own. `each` hears of every result as it comes.
///
/// # Errors
/// [`ValidateError`] if there is nothing to validate. What is wrong with a plugin is in the report.
pub fn validate(
    folder: &Path,
    command: &WorkerCommand,
    options: &Options,
    each: &mut dyn FnMut(&CheckResult),
) -> Result<Report, ValidateError> {
    let plugin = PluginFile::open(&folder_of(folder))?;
    for found in &options.checks {
        if CHECKS.iter().all(|check| check.name != found) {
            return Err(ValidateError::NoCheck { found: found.clone() });
        }
    }
    let known: Vec<String> = plugin.manifest.methods.iter().map(|m| m.id.clone()).collect();
    if let Some(found) = options.methods.iter().find(|wanted| !known.contains(wanted)) {
        return Err(ValidateError::NoMethod { found: found.clone(), known });
    }
    let mut report = Report::new(&plugin, options.seed);
    let mut add = |report: &mut Report, result: CheckResult| {
        each(&result);
        report.checks.push(result);
    };
    let wanted = |name: &str| {
        options.checks.is_empty() || options.checks.iter().any(|wanted| wanted == name)
    };
    if wanted("manifest") {
        add(&mut report, manifest(&plugin));
    }
    let mut loaded = true;
    for check in CHECKS.iter().filter(|check| check.of_plugin && check.name != "manifest") {
        // Loading decides whether there is any sense in going on, so it is always done.
        if wanted(check.name) || check.name == "load" {
            let result = one(check, &plugin, None, command, options)?;
            loaded &= check.name != "load" || result.verdict == Verdict::Passed;
            if wanted(check.name) || !loaded {
                add(&mut report, result);
            }
        }
        if !loaded {
            return Ok(report);
        }
    }
    for method in &known {
        if !options.methods.is_empty() && !options.methods.contains(method) {
            continue;
        }
        for check in CHECKS.iter().filter(|check| !check.of_plugin && wanted(check.name)) {
            add(&mut report, one(check, &plugin, Some(method), command, options)?);
        }
    }
    Ok(report)
}

/// The folder of a plugin, by whichever of its files it is named.
fn folder_of(path: &Path) -> PathBuf {
    let folder = if path.is_file() { path.parent().unwrap_or(Path::new(".")) } else { path };
    // Checks run in folders of their own, so the path must hold there too.
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// What can be said of the manifest without running anything. That it can be read was seen already.
fn manifest(plugin: &PluginFile) -> CheckResult {
    let mut remarks: Vec<String> = plugin
        .manifest
        .unknown_keys()
        .iter()
        .map(|key| format!("the key `{key}` is not known to this version"))
        .collect();
    for method in &plugin.manifest.methods {
        if method.summary.trim().is_empty() {
            remarks.push(format!("`{}` has no summary", method.id));
        }
        if method.source.trim().is_empty() {
            remarks
                .push(format!("`{}` names no source: the paper, the book, or \"none\"", method.id));
        }
    }
    if Manifest::parse(&plugin.manifest_text).is_err() {
        remarks.push("the manifest changed while it was read".into());
    }
    let verdict = if remarks.is_empty() { Verdict::Passed } else { Verdict::Warning };
    CheckResult::new("manifest", None, verdict, remarks.join("; "), 0.0)
}

/// Runs one check.
fn one(
    check: &Check,
    plugin: &PluginFile,
    method: Option<&str>,
    command: &WorkerCommand,
    options: &Options,
) -> Result<CheckResult, ValidateError> {
    let start = Instant::now();
    let request = Request {
        folder: plugin.folder.clone(),
        method: method.map(str::to_owned),
        check: check.name.to_owned(),
        seed: options.seed,
        threads: 1,
        params: options.params.clone(),
    };
    let run = Run { command, in_process: options.in_process, limit: options.limit };
    let found = match check.compare {
        Some(compare) => compare(&|seed, threads| run.answer(&request.answer(seed, threads))),
        None => run.outcome(&request)?,
    };
    let seconds = start.elapsed().as_secs_f64();
    Ok(CheckResult::new(check.name, method, found.verdict, found.message, seconds))
}
