//! Builds the plugins and stages each as a folder beside the binary: library and manifest.

use crate::metadata::{Workspace, workspace};
use std::fs;
use std::path::Path;

const MANIFEST: &str = "takens-plugin.toml";

/// Builds the binary and all plugins in one profile, and stages the plugins.
pub(crate) fn build(profile: &str) -> Result<(), String> {
    let workspace = workspace()?;
    let mut arguments = vec!["build", "--profile", profile, "-p", "takens-cli"];
    for plugin in workspace.plugins() {
        arguments.extend(["-p", plugin.name.as_str()]);
    }
    crate::cargo(&arguments, &[])?;
    stage(&workspace, profile)
}

/// Puts library and manifest of every plugin into `target/PROFILE/plugins/NAME/`.
pub(crate) fn stage(workspace: &Workspace, profile: &str) -> Result<(), String> {
    let all: Vec<&str> = workspace.plugins().map(|package| package.name.as_str()).collect();
    stage_some(workspace, profile, &all)
}

/// As [`stage`], but only these packages.
pub(crate) fn stage_some(
    workspace: &Workspace,
    profile: &str,
    packages: &[&str],
) -> Result<(), String> {
    let built = workspace.target.join(if profile == "dev" { "debug" } else { profile });
    let staged = built.join("plugins");
    let mut names = Vec::new();
    for plugin in workspace.plugins().filter(|plugin| packages.contains(&plugin.name.as_str())) {
        let library = format!(
            "{}{}{}",
            std::env::consts::DLL_PREFIX,
            plugin.name.replace('-', "_"),
            std::env::consts::DLL_SUFFIX
        );
        let name = plugin.folder.file_name().unwrap_or_default();
        let folder = staged.join(name);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        replace(&built.join(&library), &folder.join(&library))?;
        replace(&plugin.folder.join(MANIFEST), &folder.join(MANIFEST))?;
        names.push(name.to_os_string());
    }
    // A method that left the workspace leaves the stage as well.
    for entry in
        fs::read_dir(&staged).map_err(|error| format!("{}: {error}", staged.display()))?.flatten()
    {
        if !names.contains(&entry.file_name()) {
            fs::remove_dir_all(entry.path())
                .map_err(|error| format!("{}: {error}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Copies a file under its final name in one step, for a running worker may have the old one mapped.
fn replace(from: &Path, to: &Path) -> Result<(), String> {
    if let (Ok(new), Ok(old)) = (fs::read(from), fs::read(to))
        && new == old
    {
        return Ok(());
    }
    let partial = to.with_extension("partial");
    fs::copy(from, &partial).map_err(|error| format!("{}: {error}", from.display()))?;
    fs::rename(&partial, to).map_err(|error| format!("{}: {error}", to.display()))
}
