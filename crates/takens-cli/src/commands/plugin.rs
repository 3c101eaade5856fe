//! `takens plugin`: what plugins there are, whether one is sound, and the beginning of a new one.

mod new;
mod validate;

use crate::commands::worker_command;
use crate::failure::Failure;
use crate::print;
use crate::print::note;
use crate::table::{Align, table};
use serde_json::{Value, json};
use std::path::PathBuf;
use takens_host::{PluginFile, PluginSet, Probes, WorkerCommand, plugins};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the methods of all plugins found; runs no code of theirs
    List {
        /// A folder of plugins, searched first (repeatable)
        #[arg(long, value_name = "DIR")]
        plugin_dir: Vec<PathBuf>,
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show one method: summary, source, plugin
    Show {
        /// Id of the method
        id: String,
        /// A folder of plugins, searched first (repeatable)
        #[arg(long, value_name = "DIR")]
        plugin_dir: Vec<PathBuf>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Check a plugin, each check in a process of its own; exit code 1 if it is not sound
    Validate(validate::Arguments),
    /// Begin a plugin: a project that builds, is sound, and beats nothing
    New(new::Arguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::List { plugin_dir, json } => list(plugin_dir, *json),
        Command::Show { id, plugin_dir, json } => show(id, plugin_dir, *json),
        Command::Validate(arguments) => validate::run(arguments),
        Command::New(arguments) => new::run(arguments),
    }
}

/// The plugins on the search path that can be loaded; what is left out is named on stderr.
///
/// # Errors
/// [`Failure::Work`] if a library cannot be read, [`Failure::Usage`] for a `--plugin-dir` that is not there.
pub(crate) fn scan(folders: &[PathBuf]) -> Result<PluginSet, Failure> {
    let mut set = PluginSet::of(found(folders)?).map_err(Failure::work)?;
    let probes = Probes::new(WorkerCommand::new(worker_command()?.executable, ["probe"]));
    for unloadable in probes.sift(&mut set) {
        note!("warning: {unloadable}");
    }
    Ok(set)
}

fn found(folders: &[PathBuf]) -> Result<plugins::Scan, Failure> {
    if let Some(missing) = folders.iter().find(|folder| !folder.is_dir()) {
        return Err(Failure::usage(format!("--plugin-dir {}: no such folder", missing.display())));
    }
    let scan = plugins::scan(&plugins::search_path(folders));
    for problem in &scan.problems {
        note!("warning: {}: {}", problem.path.display(), problem.reason);
    }
    Ok(scan)
}

fn document(plugin: &PluginFile, method: &plugins::ManifestMethod) -> Value {
    json!({
        "id": method.id,
        "kind": method.kind.name(),
        "discovers": method.kind == plugins::Kind::Discoverer || method.discovers,
        "summary": method.summary,
        "source": method.source,
        "plugin": plugin.manifest.id,
        "version": plugin.manifest.version,
        "abi": plugin.manifest.abi,
        "library": plugin.library,
    })
}

fn list(folders: &[PathBuf], json: bool) -> Result<(), Failure> {
    let scan = found(folders)?;
    let mut methods: Vec<_> = scan.methods().collect();
    methods.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    if json {
        let all: Vec<Value> =
            methods.iter().map(|(plugin, method)| document(plugin, method)).collect();
        return print::json(&all);
    }
    if methods.is_empty() {
        note!(
            "no plugins found; `cargo xtask plugins` builds those of the workspace, --plugin-dir names others"
        );
        return Ok(());
    }
    let rows: Vec<Vec<String>> = methods
        .iter()
        .map(|(plugin, method)| {
            let discovers = method.discovers && method.kind == plugins::Kind::Forecaster;
            let kind =
                format!("{}{}", method.kind.name(), if discovers { ", discoverer" } else { "" });
            vec![method.id.clone(), kind, plugin.manifest.version.clone(), method.summary.clone()]
        })
        .collect();
    let heading = [
        ("method", Align::Left),
        ("kind", Align::Left),
        ("version", Align::Left),
        ("summary", Align::Left),
    ];
    print::text(&table(&heading, &rows))
}

fn show(id: &str, folders: &[PathBuf], json: bool) -> Result<(), Failure> {
    let scan = found(folders)?;
    let Some((plugin, method)) = scan.method(id) else {
        let known: Vec<&str> = scan.methods().map(|(_, method)| method.id.as_str()).collect();
        return Err(Failure::Work(format!(
            "no plugin has a method {id:?}; there are: {}",
            known.join(", ")
        )));
    };
    if json {
        return print::json(&document(plugin, method));
    }
    print::text(&format!(
        "{} ({}{})\n  {}\n  source   {}\n  plugin   {} {}, ABI {}\n  library  {}\n",
        method.id,
        method.kind.name(),
        if method.discovers { ", discoverer" } else { "" },
        method.summary,
        method.source,
        plugin.manifest.id,
        plugin.manifest.version,
        plugin.manifest.abi,
        plugin.library.display()
    ))
}
