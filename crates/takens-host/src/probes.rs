//! Plugins tried before they are used: in a process of its own, each is loaded once, and one that crashes there is
//! set aside, with the reason, until its file changes.
//!
//! What was found is kept in the user's cache, in a file named by a hash of library and manifest, so that a plugin is tried
//! once and not at every start. Failures of programs are not kept: what they lack may be installed meanwhile.

use crate::isolate::WorkerCommand;
use crate::plugin_set::{HashedPlugin, PluginSet};
use crate::plugins::Runner;
use crate::validate::{Options, Verdict, validate};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Loading may take so long, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);
/// What a record says of a plugin that can be loaded.
const FINE: &str = "fine\n";

/// How plugins are tried, and where it is kept what was found.
#[derive(Debug, Clone)]
pub struct Probes {
    command: WorkerCommand,
    records: Option<PathBuf>,
}

/// A plugin that cannot be loaded, and is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: set aside, for it cannot be loaded: {reason}{}", folder.display(), again(record.as_deref()))]
pub struct Unloadable {
    /// The plugin's folder.
    pub folder: PathBuf,
    /// What happened.
    pub reason: String,
    /// The file that keeps this; as long as it is there, the plugin is not tried again.
    pub record: Option<PathBuf>,
}

fn again(record: Option<&Path>) -> String {
    match record {
        Some(record) => {
            format!("; it is tried again once its files change, or {} is removed", record.display())
        }
        None => String::new(),
    }
}

impl Probes {
    /// Tries plugins by `command`, as `takens plugin validate` does, and keeps records in the user's cache:
    /// `$XDG_CACHE_HOME/takens/probes`, or `~/.cache/takens/probes`.
    #[must_use]
    pub fn new(command: WorkerCommand) -> Self {
        let absolute = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
        };
        let cache =
            absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        Self { command, records: cache.map(|cache| cache.join("takens").join("probes")) }
    }

    /// Takes out of a set what cannot be loaded.
    pub fn sift(&self, set: &mut PluginSet) -> Vec<Unloadable> {
        let mut left_out = Vec::new();
        set.retain(|plugin| match self.fault(plugin) {
            None => true,
            Some(fault) => {
                left_out.push(fault);
                false
            }
        });
        left_out
    }

    fn fault(&self, plugin: &HashedPlugin) -> Option<Unloadable> {
        let folder = plugin.file.folder.clone();
        let record = self.record(plugin);
        let known = record.as_ref().and_then(|record| std::fs::read_to_string(record).ok());
        match known.as_deref() {
            Some(FINE) => return None,
            Some(reason) if !reason.is_empty() => {
                return Some(Unloadable { folder, reason: reason.trim().to_owned(), record });
            }
            _ => {}
        }
        let reason = self.load(&folder)?;
        match reason {
            Ok(()) => {
                record.iter().for_each(|record| keep(record, FINE));
                None
            }
            Err(reason) => {
                let lasting = plugin.file.manifest.runner == Runner::Library;
                let record = record.filter(|record| lasting && keep_is_done(record, &reason));
                Some(Unloadable { folder, reason, record })
            }
        }
    }

    /// Loads a plugin in another process: what went wrong, if something did. None if no process can be had, which says
    /// nothing of the plugin.
    fn load(&self, folder: &Path) -> Option<Result<(), String>> {
        let options = Options { checks: vec!["load".into()], limit: LIMIT, ..Options::default() };
        let report = validate(folder, &self.command, &options, &mut |_| {}).ok()?;
        let load = report.checks.into_iter().find(|check| check.check == "load")?;
        Some(match load.verdict {
            Verdict::Failed | Verdict::Crashed => Err(load.message),
            _ => Ok(()),
        })
    }

    fn record(&self, plugin: &HashedPlugin) -> Option<PathBuf> {
        let mut hasher = blake3::Hasher::new();
        // Another host may load what this one cannot.
        for part in [env!("CARGO_PKG_VERSION"), &plugin.hash, &plugin.file.manifest_text] {
            hasher.update(part.as_bytes()).update(b"\0");
        }
        let name = hasher.finalize().to_hex();
        self.records.as_ref().map(|records| records.join(&name.as_str()[..32]))
    }
}

/// Keeps a record. Without a cache, plugins are tried every time.
fn keep(record: &Path, text: &str) {
    keep_is_done(record, text);
}

fn keep_is_done(record: &Path, text: &str) -> bool {
    let Some(folder) = record.parent() else { return false };
    // Written aside and renamed: another process never reads half of it.
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let file = tempfile::NamedTempFile::new_in(folder)?;
        std::fs::write(file.path(), text)?;
        file.persist(record)?;
        Ok(())
    };
    write().is_ok()
}
