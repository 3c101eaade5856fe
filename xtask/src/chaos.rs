//! A sweep under attack, at length; the tests have it in short.

use std::process::Command;

/// Builds everything and attacks; `rest` goes on to the example `chaos` of the tests.
pub(crate) fn run(rest: &[&str]) -> Result<(), String> {
    crate::cargo(&["build", "--workspace"], &[])?;
    crate::cargo(&["build", "--workspace", "--example", "chaos"], &[])?;
    let workspace = crate::metadata::workspace()?;
    crate::plugins::stage(&workspace, "dev")?;
    let program = workspace.target.join("debug/examples/chaos");
    let status = Command::new(&program)
        .args(rest)
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err("the sweep did not survive".into()) }
}
