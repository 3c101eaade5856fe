//! What cargo knows of the workspace.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// A package of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    /// Names of the packages that it needs, development dependencies left out.
    pub(crate) needs: Vec<String>,
}

/// The workspace.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// Asks cargo.
pub(crate) fn workspace() -> Result<Workspace, String> {
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let packages = json["packages"].as_array().into_iter().flatten().map(|package| Package {
        name: text(&package["name"]),
        folder: PathBuf::from(text(&package["manifest_path"]))
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default(),
        needs: package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
            .map(|dependency| text(&dependency["name"]))
            .collect(),
    });
    Ok(Workspace {
        root: text(&json["workspace_root"]).into(),
        target: text(&json["target_directory"]).into(),
        packages: packages.collect(),
    })
}

impl Workspace {
    /// The packages in `plugins/`, one a method.
    pub(crate) fn plugins(&self) -> impl Iterator<Item = &Package> {
        let folder = self.root.join("plugins");
        self.packages.iter().filter(move |package| package.folder.parent() == Some(&folder))
    }
}
