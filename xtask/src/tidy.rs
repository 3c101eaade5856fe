//! Rules that no compiler checks: floors, headers, leftovers.

use crate::metadata::{Workspace, workspace};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The floor of each crate; a crate may need lower ones only.
const FLOORS: [(&str, u32); 18] = [
    ("takens-core", 0),
    ("takens-abi", 0),
    ("takens-plugin-derive", 0),
    ("takens-symbolic", 1),
    ("takens-metrics", 1),
    ("takens-plugin", 1),
    ("takens-dsl", 2),
    ("takens-kernel", 2),
    ("takens-nn", 2),
    ("takens-integrate", 3),
    ("takens-analysis", 4),
    ("takens-discovery", 4),
    ("takens-catalog", 5),
    ("takens-host", 6),
    ("takens-lsp", 6),
    ("takens-report", 7),
    ("takens-cli", 8),
    ("xtask", 9),
];

/// What a method may see of the workspace.
const FOR_PLUGINS: [&str; 2] = ["takens-plugin", "takens-nn"];

/// A file this long probably holds a second idea; one with nothing but constants may run on.
const LONG_FILE: usize = 700;

/// Checks everything and reports all faults at once.
pub(crate) fn run() -> Result<(), String> {
    let workspace = workspace()?;
    let mut faults = Vec::new();
    floors(&workspace, &mut faults);
    for file in rust_files(&workspace.root)? {
        let text = fs::read_to_string(workspace.root.join(&file))
            .map_err(|error| format!("{file}: {error}"))?;
        check_file(&file, &text, &mut faults);
    }
    for fault in &faults {
        eprintln!("tidy: {fault}");
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("{} fault(s)", faults.len())) }
}

fn floors(workspace: &Workspace, faults: &mut Vec<String>) {
    let floor = |name: &str| FLOORS.iter().find(|entry| entry.0 == name).map(|entry| entry.1);
    let plugins: Vec<&str> = workspace.plugins().map(|package| package.name.as_str()).collect();
    for package in &workspace.packages {
        let is_plugin = plugins.contains(&package.name.as_str());
        let in_crates = package.folder.parent().is_some_and(|parent| parent.ends_with("crates"));
        if in_crates && floor(&package.name).is_none() {
            faults
                .push(format!("{} stands on no floor; add it to xtask/src/tidy.rs", package.name));
        }
        for need in &package.needs {
            let inside = workspace.packages.iter().any(|other| other.name == *need);
            if is_plugin && inside && !FOR_PLUGINS.contains(&need.as_str()) {
                faults.push(format!(
                    "plugin {} needs {need}; plugins see {} only",
                    package.name,
                    FOR_PLUGINS.join(" and ")
                ));
            }
            if let (Some(own), Some(other)) = (floor(&package.name), floor(need))
                && other >= own
            {
                faults.push(format!(
                    "{} (floor {own}) needs {need} (floor {other}); floors point down",
                    package.name
                ));
            }
        }
    }
}

fn check_file(file: &str, text: &str, faults: &mut Vec<String>) {
    if !text.starts_with("//!") && !text.starts_with("#!") {
        faults.push(format!("{file}: a file begins with `//!` and says what it is"));
    }
    let lines = text.lines().count();
    let constants = text.contains("//! Constants");
    if lines > LONG_FILE && !constants {
        faults
            .push(format!("{file}: {lines} lines; look for a second idea that wants its own file"));
    }
    for (number, line) in text.lines().enumerate() {
        // The words are written apart, so that this file does not find itself.
        for leftover in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
            if line.contains(leftover) {
                faults.push(format!("{file}:{}: {leftover} left over", number + 1));
            }
        }
    }
}

/// Rust files that git tracks.
fn rust_files(root: &Path) -> Result<Vec<String>, String> {
    let output = Command::new("git")
        .args(["ls-files", "*.rs"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git ls-files: {error}"))?;
    let names = String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect();
    Ok(names)
}
