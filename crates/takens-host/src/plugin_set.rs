//! The plugins of a run, with the hashes of their libraries.

use crate::plugins::{Kind, ManifestMethod, PluginFile, Scan};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Plugins whose libraries have been read, so that their hashes are known.
#[derive(Debug, Default)]
pub struct PluginSet {
    plugins: Vec<HashedPlugin>,
}

/// A plugin with the hash of its library: another build is another method.
#[derive(Debug)]
pub struct HashedPlugin {
    /// Where it lies and what its manifest says.
    pub file: PluginFile,
    /// blake3 of the library, hexadecimal.
    pub hash: String,
    stamp: Option<Stamp>,
}

/// Length and time of the library before it was read: while they stay, so does the hash.
type Stamp = (u64, SystemTime);

fn stamp(library: &Path) -> Option<Stamp> {
    let metadata = library.metadata().ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

impl HashedPlugin {
    fn new(file: PluginFile) -> Result<Self, UnreadableLibrary> {
        let stamp = stamp(&file.library);
        match file.hash() {
            Ok(hash) => Ok(Self { file, hash, stamp }),
            Err(error) => Err(UnreadableLibrary { path: file.library, error }),
        }
    }

    /// Whether the library on disk is still the one that was hashed, and not a newer build.
    pub(crate) fn is_unchanged(&self) -> bool {
        let as_seen = self.stamp.is_some() && self.stamp == stamp(&self.file.library);
        as_seen || self.file.hash().is_ok_and(|hash| hash == self.hash)
    }
}

/// A library that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}; build the plugins with `cargo xtask plugins`", path.display())]
pub struct UnreadableLibrary {
    /// The library.
    pub path: PathBuf,
    /// What the system said.
    pub error: std::io::Error,
}

impl PluginSet {
    /// The plugins that a scan found.
    ///
    /// # Errors
    /// [`UnreadableLibrary`] for the first library that is missing or cannot be read.
    pub fn of(scan: Scan) -> Result<Self, UnreadableLibrary> {
        let plugins = scan.plugins.into_iter().map(HashedPlugin::new);
        Ok(Self { plugins: plugins.collect::<Result<_, _>>()? })
    }

    /// Leaves out the plugins that are not to be kept.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&HashedPlugin) -> bool) {
        self.plugins.retain(keep);
    }

    /// All plugins; tasks name them by their place here.
    #[must_use]
    pub fn plugins(&self) -> &[HashedPlugin] {
        &self.plugins
    }

    /// All methods that `wanted` picks, each with its plugin's place, ordered by id.
    pub(crate) fn methods(
        &self,
        wanted: impl Fn(&ManifestMethod) -> bool,
    ) -> Vec<(usize, &ManifestMethod)> {
        let all = self.plugins.iter().enumerate();
        let mut methods: Vec<_> = all
            .flat_map(|(place, plugin)| {
                plugin.file.manifest.methods.iter().map(move |method| (place, method))
            })
            .filter(|(_, method)| wanted(method))
            .collect();
        methods.sort_by(|a, b| a.1.id.cmp(&b.1.id));
        methods
    }

    /// The methods that forecast.
    pub(crate) fn forecasters(&self) -> Vec<(usize, &ManifestMethod)> {
        self.methods(|method| method.kind == Kind::Forecaster)
    }

    /// The methods that discover equations.
    pub(crate) fn discoverers(&self) -> Vec<(usize, &ManifestMethod)> {
        self.methods(|method| method.kind == Kind::Discoverer || method.discovers)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A plugin whose library is a text.
    pub(crate) fn one_plugin() -> (tempfile::TempDir, PluginSet) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("one");
        std::fs::create_dir(&place).unwrap();
        let manifest = format!(
            "id = \"one\"\nversion = \"0.1.0\"\nabi = \"1.0\"\n[library]\n{} = \"l.so\"\n\
             [[method]]\nid = \"one\"\nkind = \"forecaster\"\nsummary = \"s\"\n",
            crate::plugins::target()
        );
        std::fs::write(place.join("takens-plugin.toml"), manifest).unwrap();
        std::fs::write(place.join("l.so"), "one build").unwrap();
        let set = PluginSet::of(crate::plugins::scan(&[folder.path().into()])).unwrap();
        (folder, set)
    }

    #[test]
    fn only_a_new_build_of_a_plugin_counts_as_changed() {
        let (_folder, set) = one_plugin();
        let plugin = &set.plugins()[0];
        let library = &plugin.file.library;
        assert!(plugin.is_unchanged());
        std::fs::remove_file(library).unwrap();
        std::fs::write(library, "one build").unwrap();
        assert!(plugin.is_unchanged());
        std::fs::write(library, "another build").unwrap();
        assert!(!plugin.is_unchanged());
    }
}
