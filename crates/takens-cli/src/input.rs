//! JSON Lines that users give: one query a line, from a file or standard input, of bounded length.

use crate::failure::Failure;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line accepted, in bytes.
const LONGEST: u64 = 64 << 20;

/// The lines of a file, or of standard input for `-`. Empty ones are passed over.
pub(crate) struct Lines {
    source: Box<dyn BufRead>,
    name: String,
    number: u64,
}

impl Lines {
    /// Opens the file.
    ///
    /// # Errors
    /// [`Failure::Work`] if it cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let (source, name): (Box<dyn BufRead>, _) = if path.as_os_str() == "-" {
            (Box::new(BufReader::new(std::io::stdin().lock())), "standard input".into())
        } else {
            let name = path.display().to_string();
            let file = std::fs::File::open(path)
                .map_err(|error| Failure::Work(format!("{name}: {error}")))?;
            (Box::new(BufReader::new(file)), name)
        };
        Ok(Self { source, name, number: 0 })
    }

    /// The next line that is not empty; within, what is wrong with a line that is no text.
    ///
    /// # Errors
    /// [`Failure::Work`] if reading fails, or a line does not end within [`LONGEST`] bytes.
    pub(crate) fn next(&mut self) -> Result<Option<Result<String, String>>, Failure> {
        loop {
            let mut bytes = Vec::new();
            self.number += 1;
            let count = (&mut self.source)
                .take(LONGEST + 1)
                .read_until(b'\n', &mut bytes)
                .map_err(|error| Failure::Work(format!("{}: {error}", self.name)))?;
            if count == 0 {
                return Ok(None);
            }
            if count as u64 > LONGEST {
                return Err(Failure::Work(format!(
                    "{}, line {}: longer than {} MiB; JSON Lines are expected, one query a line",
                    self.name,
                    self.number,
                    LONGEST >> 20
                )));
            }
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            bytes.truncate(bytes.trim_ascii_end().len());
            return Ok(Some(String::from_utf8(bytes).map_err(|error| {
                format!("not UTF-8 text: byte {} is wrong", error.utf8_error().valid_up_to())
            })));
        }
    }
}

/// What is wrong with one line of JSON: serde counts lines, but there is only one.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}
