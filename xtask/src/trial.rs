//! Trials at length, in a release build: the host under attack, what it costs, a report of full size.
//!
//! Each is an example of the tests' package, beside the binary and a few methods that cost next to nothing.

use std::process::Command;

/// The methods that the trials run.
const METHODS: [&str; 4] = ["takens-naive", "takens-mean", "takens-parrot", "takens-polyprop"];

/// Builds what the example needs, and runs it with these arguments.
pub(crate) fn run(example: &str, arguments: &[&str]) -> Result<(), String> {
    let mut build = vec!["build", "--release", "-p", "takens-cli", "-p", "takens-tests"];
    for method in METHODS {
        build.extend(["-p", method]);
    }
    build.extend(["--lib", "--bin", "takens", "--example", example]);
    crate::cargo(&build, &[])?;
    let workspace = crate::metadata::workspace()?;
    crate::plugins::stage_some(&workspace, "release", &METHODS)?;
    let program = workspace.target.join("release/examples").join(example);
    let status = Command::new(&program)
        .args(arguments)
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("{example}: not passed")) }
}
