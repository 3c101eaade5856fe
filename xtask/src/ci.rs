//! The whole check, in the order in which a fault is cheapest to find.

use crate::cargo;

/// Format, floors, lints, tests, documentation; a warning fails.
pub(crate) fn run() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"], &[])?;
    crate::tidy::run()?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])?;
    // The tests of the command line run the binary and load the plugins.
    cargo(&["build", "--workspace"], &[])?;
    crate::plugins::stage(&crate::metadata::workspace()?, "dev")?;
    cargo(&["test", "--workspace"], &[])?;
    cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])
}
