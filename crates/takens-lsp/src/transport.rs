//! Messages on a stream: a header with their length, then JSON.
//!
//! A message that is no JSON-RPC is answered as the protocol says and skipped, for its length is
//! known. Only a header that cannot be read ends the conversation.

use lsp_server::Message;
use std::io::{self, BufRead, Write};

/// A longer message than any editor sends; its header is taken for noise.
const MAX_MESSAGE: usize = 512 << 20;

/// A header line longer than this is none.
const MAX_HEADER: u64 = 8 << 10;

/// What was read.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message.
    Message(Message),
    /// Something of known length that is no message, and why.
    Broken(String),
    /// The stream ended, with the reason if it broke.
    End(Option<String>),
}

/// Reads the next message; waits for it.
pub(crate) fn read(input: &mut impl BufRead) -> Incoming {
    match body(input) {
        Ok(Some(bytes)) => match serde_json::from_slice(&bytes) {
            Ok(message) => Incoming::Message(message),
            Err(error) => Incoming::Broken(error.to_string()),
        },
        Ok(None) => Incoming::End(None),
        Err(error) => Incoming::End(Some(error.to_string())),
    }
}

fn body(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let taken = io::Read::take(&mut *input, MAX_HEADER).read_until(b'\n', &mut line)?;
        if taken == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            match length {
                Some(_) => break,
                None => continue,
            }
        }
        let Some((name, value)) = line.split_once(':') else {
            let shown: String = line.chars().take(40).collect();
            return Err(invalid(format!("`{shown}` is no header; `Content-Length: N` is")));
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            let number = value.trim().parse().ok().filter(|&number| number <= MAX_MESSAGE);
            let number = number.ok_or_else(|| invalid(format!("a message of{value} bytes")))?;
            length = Some(number);
        }
    }
    // What is announced may never come: memory follows what has arrived.
    let (length, mut bytes) = (length.unwrap_or(0), Vec::new());
    let taken = io::Read::take(&mut *input, length as u64);
    let mut taken = io::BufReader::new(taken);
    io::Read::read_to_end(&mut taken, &mut bytes)?;
    if bytes.len() < length {
        return Ok(None);
    }
    Ok(Some(bytes))
}

/// Writes a message.
///
/// # Errors
/// Those of the stream.
pub(crate) fn write(out: &mut impl Write, message: &serde_json::Value) -> io::Result<()> {
    let text = message.to_string();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}
