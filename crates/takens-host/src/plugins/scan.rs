//! Looking for plugins in folders.

use super::{Manifest, ManifestMethod};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The name of a manifest.
pub const MANIFEST: &str = "takens-plugin.toml";

/// A plugin that was found. Nothing of it has been run.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginFile {
    /// Where it lies.
    pub folder: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The same as text, which the library must hold to the byte.
    pub manifest_text: String,
    /// The library.
    pub library: PathBuf,
}

/// Something in the folders that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct Problem {
    /// Where.
    pub path: PathBuf,
    /// What, and what would do.
    pub reason: String,
}

/// What the folders hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    /// The plugins, in the order of the search path, then of their folders' names.
    pub plugins: Vec<PluginFile>,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
}

impl PluginFile {
    /// The plugin in `folder`.
    ///
    /// # Errors
    /// [`Problem`]: no manifest, a bad one, or no library.
    pub fn open(folder: &Path) -> Result<Self, Problem> {
        let path = folder.join(MANIFEST);
        let problem = |reason: String| Problem { path: path.clone(), reason };
        let manifest_text = std::fs::read_to_string(&path)
            .map_err(|error| problem(format!("cannot be read: {error}")))?;
        let manifest =
            Manifest::parse(&manifest_text).map_err(|error| problem(error.to_string()))?;
        let name = manifest.library().map_err(|error| problem(error.to_string()))?;
        let library = folder.join(name);
        if !library.is_file() {
            return Err(problem(format!(
                "the library `{name}` is not beside it; build the plugin"
            )));
        }
        if let Some(process) = &manifest.process {
            let program = process.program(folder);
            if program.components().count() > 1 && !program.is_file() {
                return Err(problem(format!(
                    "the program `{}` is not there; the plugin's README says how to install it, and \
                     [process] may name another",
                    program.display()
                )));
            }
        }
        Ok(Self { folder: folder.to_owned(), manifest, manifest_text, library })
    }

    /// The blake3 hash of the library, in hexadecimal: part of every task's identity.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn hash(&self) -> std::io::Result<String> {
        let mut hasher = blake3::Hasher::new();
        let mut file = std::fs::File::open(&self.library)?;
        std::io::copy(&mut file, &mut hasher)?;
        Ok(hasher.finalize().to_hex().to_string())
    }
}

impl Scan {
    /// The method of that id and the plugin that has it.
    #[must_use]
    pub fn method(&self, id: &str) -> Option<(&PluginFile, &ManifestMethod)> {
        self.methods().find(|(_, method)| method.id == id)
    }

    /// All methods with their plugins, in order.
    pub fn methods(&self) -> impl Iterator<Item = (&PluginFile, &ManifestMethod)> {
        let each = |plugin| move |method| (plugin, method);
        self.plugins.iter().flat_map(move |plugin| plugin.manifest.methods.iter().map(each(plugin)))
    }
}

/// Where plugins are looked for: the folders given, those of `$TAKENS_PLUGIN_PATH`, the user's data
/// folder, and beside the executable. What comes first wins.
#[must_use]
pub fn search_path(explicit: &[PathBuf]) -> Vec<PathBuf> {
    let mut path = explicit.to_vec();
    if let Some(list) = std::env::var_os("TAKENS_PLUGIN_PATH") {
        path.extend(std::env::split_paths(&list).filter(|folder| !folder.as_os_str().is_empty()));
    }
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(|| {
        std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local").join("share"))
    });
    path.extend(data.map(|data| data.join("takens").join("plugins")));
    if let Some(folder) = std::env::current_exe().ok().as_deref().and_then(Path::parent) {
        path.push(folder.join("plugins"));
        path.push(folder.join("..").join("plugins"));
    }
    path
}

/// Looks through `folders` for `NAME/takens-plugin.toml`; folders that are not there are passed
/// over.
///
/// A plugin or a method whose id came earlier is left out, and reported.
#[must_use]
pub fn scan(folders: &[PathBuf]) -> Scan {
    let mut scan = Scan::default();
    let mut seen = BTreeSet::new();
    for folder in folders {
        let Ok(real) = folder.canonicalize() else { continue };
        // The same folder by two ways is no duplicate.
        if !seen.insert(real) {
            continue;
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let reason = format!("cannot be listed: {error}");
                scan.problems.push(Problem { path: folder.clone(), reason });
                continue;
            }
        };
        let mut found: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.join(MANIFEST).exists())
            .collect();
        found.sort();
        for path in found {
            match PluginFile::open(&path) {
                Ok(plugin) => scan.add(plugin),
                Err(problem) => scan.problems.push(problem),
            }
        }
    }
    scan
}

impl Scan {
    fn add(&mut self, plugin: PluginFile) {
        let path = plugin.folder.join(MANIFEST);
        let id = &plugin.manifest.id;
        if let Some(first) = self.plugins.iter().find(|first| first.manifest.id == *id) {
            let first = first.folder.display();
            let reason = format!("the plugin `{id}` was already found in {first}; left out");
            self.problems.push(Problem { path, reason });
            return;
        }
        for method in &plugin.manifest.methods {
            if let Some((first, _)) = self.method(&method.id) {
                let reason = format!(
                    "the method `{}` was already found in {}; the plugin is left out",
                    method.id,
                    first.folder.display()
                );
                self.problems.push(Problem { path, reason });
                return;
            }
        }
        self.plugins.push(plugin);
    }
}

#[cfg(test)]
mod tests {
    use super::super::target;
    use super::*;

    /// A folder with one plugin for each `(folder, plugin, method)`, and a library of one byte.
    fn folder(plugins: &[(&str, &str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, plugin, method) in plugins {
            let folder = root.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            let text = format!(
                "id = \"{plugin}\"\nversion = \"0.1.0\"\nabi = \"1.0\"\n[library]\n{} = \"l.so\"\n\
                 [[method]]\nid = \"{method}\"\nkind = \"forecaster\"\nsummary = \"s\"\n",
                target()
            );
            std::fs::write(folder.join(MANIFEST), text).unwrap();
            std::fs::write(folder.join("l.so"), "x").unwrap();
        }
        root
    }

    #[track_caller]
    fn check(plugins: &[(&str, &str, &str)], found: &[&str], problems: &[&str]) {
        let root = folder(plugins);
        let twice = [root.path().to_owned(), root.path().join("."), root.path().join("none")];
        let scan = scan(&twice);
        let ids: Vec<_> = scan.methods().map(|(_, method)| method.id.as_str()).collect();
        assert_eq!(ids, found);
        assert_eq!(scan.problems.len(), problems.len(), "{:?}", scan.problems);
        for (problem, expected) in scan.problems.iter().zip(problems) {
            assert!(problem.to_string().contains(expected), "{problem}");
        }
    }

    #[test]
    fn plugins_are_found_in_the_order_of_their_folders() {
        check(&[("b", "two", "m2"), ("a", "one", "m1")], &["m1", "m2"], &[]);
    }

    #[test]
    fn duplicates_are_reported() {
        check(
            &[("a", "one", "m"), ("b", "one", "n"), ("c", "two", "m")],
            &["m"],
            &[
                "b/takens-plugin.toml: the plugin `one` was already found in",
                "c/takens-plugin.toml: the method `m` was already found in",
            ],
        );
    }

    #[test]
    fn a_program_that_is_not_installed_is_named() {
        let root = folder(&[("a", "one", "m")]);
        let place = root.path().join("a");
        let text = std::fs::read_to_string(place.join(MANIFEST)).unwrap();
        let process =
            "runner = \"process\"\n[process]\ncommand = [\".venv/bin/python\"]\nscript = \"l.so\"";
        std::fs::write(
            place.join(MANIFEST),
            text.replace("[library]", &format!("{process}\n[library]")),
        )
        .unwrap();
        let told = PluginFile::open(&place).unwrap_err().to_string();
        assert!(told.contains("a/.venv/bin/python` is not there"), "{told}");
        std::fs::create_dir_all(place.join(".venv/bin")).unwrap();
        std::fs::write(place.join(".venv/bin/python"), "").unwrap();
        assert!(PluginFile::open(&place).is_ok());
    }

    #[test]
    fn a_bad_manifest_hides_only_itself() {
        let root = folder(&[("a", "one", "m"), ("b", "two", "n")]);
        std::fs::remove_file(root.path().join("a/l.so")).unwrap();
        let scan = scan(&[root.path().to_owned()]);
        assert_eq!(scan.plugins.len(), 1);
        assert!(scan.problems[0].to_string().contains("a/takens-plugin.toml: the library `l.so`"));
        assert_eq!(scan.plugins[0].hash().unwrap(), blake3::hash(b"x").to_hex().to_string());
    }
}
