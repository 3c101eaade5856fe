//! From a fresh clone to a leaderboard.

use std::process::Command;

/// Builds everything in release and runs the default sweep; `rest` goes on to `takens bench`.
pub(crate) fn run(rest: &[&str]) -> Result<(), String> {
    crate::plugins::build("release")?;
    let binary = crate::metadata::workspace()?.target.join("release").join("takens");
    let line = format!("{} bench {}", binary.display(), rest.join(" "));
    eprintln!("$ {line}");
    let status = Command::new(&binary)
        .arg("bench")
        .args(rest)
        .status()
        .map_err(|error| format!("{line}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{line}: {status}")) }
}
