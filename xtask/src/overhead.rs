//! What the host itself costs, measured in a release build.

use std::process::Command;

/// The methods that the measurement runs: they cost next to nothing.
const METHODS: [&str; 4] = ["takens-naive", "takens-mean", "takens-parrot", "takens-polyprop"];

/// Builds what is needed and measures.
pub(crate) fn run() -> Result<(), String> {
    let mut arguments = vec!["build", "--release", "-p", "takens-cli", "-p", "takens-tests"];
    for method in METHODS {
        arguments.extend(["-p", method]);
    }
    arguments.extend(["--lib", "--bin", "takens", "--example", "overhead"]);
    crate::cargo(&arguments, &[])?;
    let workspace = crate::metadata::workspace()?;
    crate::plugins::stage_some(&workspace, "release", &METHODS)?;
    let program = workspace.target.join("release/examples/overhead");
    let status = Command::new(&program)
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err("a bound is not kept".into()) }
}
