//! Standard output, which may be a pipe that closes at any moment.

use crate::failure::Failure;
use std::io::Write;

/// Writes text to standard output.
///
/// # Errors
/// [`Failure::Closed`] if the reader has gone (`takens list | head`), [`Failure::Work`] if the disk is full.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Work(format!("standard output: {error}")),
    })
}

/// Writes one JSON document, on one line or indented for people.
///
/// # Errors
/// As [`text`].
pub(crate) fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let document = serde_json::to_string_pretty(value).map_err(Failure::work)?;
    text(&(document + "\n"))
}
