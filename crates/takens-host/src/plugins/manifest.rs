//! The file `takens-plugin.toml`: what a plugin says of itself without being loaded.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use takens_abi::{ABI_MAJOR, ABI_MINOR};

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Manifest {
    /// The plugin's name.
    pub id: String,
    /// The plugin's version.
    pub version: String,
    /// The version of the contract it was built for: `1.0`.
    pub abi: String,
    /// How its methods are run.
    #[serde(default)]
    pub runner: Runner,
    /// The library's file name by target, such as `x86_64-linux`. None for a plugin that is a process.
    #[serde(default)]
    pub library: BTreeMap<String, String>,
    /// The program, for a plugin that is a process.
    #[serde(default)]
    pub process: Option<ProcessSpec>,
    /// The methods.
    #[serde(default, rename = "method")]
    pub methods: Vec<ManifestMethod>,
    /// Keys of a later version of the contract, or mistyped ones.
    #[serde(flatten)]
    pub others: BTreeMap<String, toml::Value>,
}

/// How a plugin's methods are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Runner {
    /// In a library that a worker loads.
    #[default]
    Library,
    /// In a program that a worker starts, and talks to over pipes.
    Process,
}

/// The program of a plugin that is a process.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProcessSpec {
    /// What is started, with the script behind it: `["python3"]`. A name is looked for on `$PATH`, a path
    /// such as `.venv/bin/python` is one from the manifest's folder.
    pub command: Vec<String>,
    /// The script's file name; it lies beside the manifest.
    pub script: String,
}

/// One method, as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ManifestMethod {
    /// The name by which sweeps ask for it.
    pub id: String,
    /// What it does.
    pub kind: Kind,
    /// Whether a forecaster also discovers equations. A discoverer always does.
    #[serde(default)]
    pub discovers: bool,
    /// What it does, in one line.
    pub summary: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
    /// Keys of a later version of the contract, or mistyped ones.
    #[serde(flatten)]
    pub others: BTreeMap<String, toml::Value>,
}

/// What a method does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Continues trajectories.
    Forecaster,
    /// Finds equations.
    Discoverer,
}

/// A manifest that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not a TOML file with these fields.
    #[error("{0}")]
    Syntax(String),
    /// A name that cannot be typed in a sweep.
    #[error(
        "the {what} is `{found}`; it must be lower-case letters, digits and `-`, and not empty"
    )]
    Name {
        /// Whose name.
        what: &'static str,
        /// The name.
        found: String,
    },
    /// The version of the contract is not one.
    #[error("abi is `{found}`; it must be two numbers, as in `{ABI_MAJOR}.{ABI_MINOR}`")]
    Abi {
        /// What stands there.
        found: String,
    },
    /// Built for another major version of the contract.
    #[error("built for ABI {found}, this host has {ABI_MAJOR}.{ABI_MINOR}; rebuild the plugin")]
    Major {
        /// What stands there.
        found: String,
    },
    /// No method at all.
    #[error("there is no [[method]]")]
    NoMethod,
    /// A method listed twice.
    #[error("the method `{id}` is listed twice")]
    Twice {
        /// Which.
        id: String,
    },
    /// No library for this machine.
    #[error("there is no library for {}; there is one for {found}", target())]
    Target {
        /// What there is.
        found: String,
    },
    /// A process is to be run, and none is named.
    #[error(
        "runner is \"process\" without [process]: command = [\"python3\"], script = \"method.py\""
    )]
    NoProcess,
    /// The library is not beside the manifest.
    #[error("the library is `{found}`; it must be a file name, for it lies beside the manifest")]
    Library {
        /// What stands there.
        found: String,
    },
}

impl ProcessSpec {
    /// The program, for a manifest in `folder`.
    #[must_use]
    pub fn program(&self, folder: &Path) -> PathBuf {
        match self.command.first().map(Path::new) {
            Some(path) if path.components().count() > 1 => folder.join(path),
            first => first.unwrap_or(Path::new("")).to_owned(),
        }
    }
}

impl Kind {
    /// The name by which it crosses the boundary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Forecaster => "forecaster",
            Self::Discoverer => "discoverer",
        }
    }
}

/// The target that this host runs on, as manifests name it: `x86_64-linux`.
#[must_use]
pub fn target() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`ManifestError`]: the first thing that is not as it should be.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text)
            .map_err(|error| ManifestError::Syntax(error.to_string().trim_end().to_owned()))?;
        named("plugin's id", &manifest.id)?;
        let (major, _) = version(&manifest.abi)
            .ok_or_else(|| ManifestError::Abi { found: manifest.abi.clone() })?;
        if major != ABI_MAJOR {
            return Err(ManifestError::Major { found: manifest.abi.clone() });
        }
        if manifest.methods.is_empty() {
            return Err(ManifestError::NoMethod);
        }
        for (index, method) in manifest.methods.iter().enumerate() {
            named("method's id", &method.id)?;
            if manifest.methods[..index].iter().any(|earlier| earlier.id == method.id) {
                return Err(ManifestError::Twice { id: method.id.clone() });
            }
        }
        manifest.library()?;
        Ok(manifest)
    }

    /// The file name of the library on this machine, or of the script of a process.
    ///
    /// # Errors
    /// [`ManifestError::Target`] if there is none, [`ManifestError::Library`] if it is a path,
    /// [`ManifestError::NoProcess`] if a process is to be run and none is named.
    pub fn library(&self) -> Result<&str, ManifestError> {
        if self.runner == Runner::Process {
            let process = self.process.as_ref().filter(|process| !process.command.is_empty());
            return beside(&process.ok_or(ManifestError::NoProcess)?.script);
        }
        let name = self.library.get(&target()).ok_or_else(|| ManifestError::Target {
            found: match self.library.is_empty() {
                true => "none".into(),
                false => self.library.keys().cloned().collect::<Vec<_>>().join(", "),
            },
        })?;
        beside(name)
    }

    /// Keys that this host does not know: `colour`, `method.naive.kindd`.
    #[must_use]
    pub fn unknown_keys(&self) -> Vec<String> {
        let own = self.others.keys().cloned();
        let of_methods = self.methods.iter().flat_map(|method| {
            method.others.keys().map(|key| format!("method.{}.{key}", method.id))
        });
        own.chain(of_methods).collect()
    }
}

/// A file name and nothing more.
fn beside(name: &str) -> Result<&str, ManifestError> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(_)), None) => Ok(name),
        _ => Err(ManifestError::Library { found: name.to_owned() }),
    }
}

fn named(what: &'static str, found: &str) -> Result<(), ManifestError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if found.is_empty() || !found.chars().all(plain) {
        return Err(ManifestError::Name { what, found: found.to_owned() });
    }
    Ok(())
}

fn version(text: &str) -> Option<(u16, u16)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> String {
        format!(
            "id = \"one\"\nversion = \"0.1.0\"\nabi = \"1.0\"\n[library]\n{} = \"libone.so\"\n\
             [[method]]\nid = \"one\"\nkind = \"forecaster\"\nsummary = \"nothing\"\n",
            target()
        )
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        let text = manifest();
        assert!(text.contains(from), "{from} is not in the manifest");
        let error = Manifest::parse(&text.replace(from, to)).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn a_manifest_is_read() {
        let manifest = Manifest::parse(&manifest()).unwrap();
        assert_eq!(manifest.library(), Ok("libone.so"));
        assert_eq!(manifest.methods[0].kind, Kind::Forecaster);
        assert!(manifest.unknown_keys().is_empty());
    }

    #[test]
    fn a_program_has_a_script_beside_its_manifest() {
        let text = |process: &str| {
            format!(
                "id = \"one\"\nversion = \"0.1.0\"\nabi = \"1.0\"\nrunner = \"process\"\n{process}\
                 [[method]]\nid = \"one\"\nkind = \"forecaster\"\nsummary = \"nothing\"\n"
            )
        };
        let good = text("[process]\ncommand = [\"python3\"]\nscript = \"method.py\"\n");
        assert_eq!(Manifest::parse(&good).unwrap().library(), Ok("method.py"));
        assert_eq!(Manifest::parse(&text("")), Err(ManifestError::NoProcess));
        let away = good.replace("method.py", "../method.py");
        assert!(matches!(Manifest::parse(&away), Err(ManifestError::Library { .. })));
    }

    #[test]
    fn keys_of_a_later_version_are_let_be() {
        let text = manifest() + "colour = 1\n";
        assert_eq!(Manifest::parse(&text).unwrap().unknown_keys(), ["method.one.colour"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("abi = \"1.0\"", "abi = \"2.0\"", "built for ABI 2.0, this host has 1.");
        check("abi = \"1.0\"", "abi = \"one\"", "abi is `one`; it must be two numbers");
        check("version = \"0.1.0\"\n", "", "missing field `version`");
        check("id = \"one\"\nv", "id = \"One\"\nv", "the plugin's id is `One`");
        check("forecaster", "oracle", "unknown variant `oracle`, expected `forecaster` or");
        check("libone.so", "../libone.so", "it must be a file name");
        check(&target(), "z80-cpm", "there is one for z80-cpm");
        check("kind =", "kind", "line 8");
    }
}
