//! Systems from other tools: text in, text of the language out.
//!
//! Start at [`import`]. `odebench` and `xpp` read a file each; `formula` reads the expressions of
//! both. What cannot be said in the language is a fault with its line, and nothing is dropped in
//! silence: what does not belong to the equations becomes a comment.

mod formula;
mod odebench;
mod xpp;

use crate::{LineIndex, format, parse_file};

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFormat {
    /// A JSON file of ODEBench: many systems.
    Odebench,
    /// An `.ode` file of XPPAUT: one system.
    Xpp,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFault {
    /// Counted from 1; 0 where the fault is in no line of its own.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Text of the language, made from a file of another tool.
///
/// - `name`: what a system is called whose file does not say it, such as the file's own name.
///
/// # Errors
/// All faults of the file, in order of their lines. A text that comes back passes all checks.
pub fn import(text: &str, from: ImportFormat, name: &str) -> Result<String, Vec<ImportFault>> {
    let lines = match from {
        ImportFormat::Odebench => odebench::read(text, name)?,
        ImportFormat::Xpp => xpp::read(text, name)?,
    };
    let made: String = lines.iter().map(|line| line.text.clone() + "\n").collect();
    let parsed = parse_file(&made);
    let index = LineIndex::new(&made);
    let faults: Vec<ImportFault> = (parsed.diagnostics.iter())
        .filter(|diagnostic| diagnostic.is_error())
        .map(|diagnostic| {
            let line = index.position(diagnostic.span.start).0;
            let from = lines.get(line.saturating_sub(1));
            ImportFault {
                line: from.map_or(0, |line| line.from),
                message: format!(
                    "{} (read as `{}`)",
                    diagnostic.message,
                    from.map_or("", |line| line.text.trim())
                ),
            }
        })
        .collect();
    if faults.is_empty() { Ok(format(&made)) } else { Err(faults) }
}

/// A line of the result, and the line that it was made from.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    from: usize,
}

impl Line {
    fn new(text: impl Into<String>, from: usize) -> Self {
        Self { text: text.into(), from }
    }
}

/// The words of a title as one name: `Lorenz equations` is `LorenzEquations`.
fn title_name(title: &str) -> String {
    let mut name = String::new();
    for word in title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            name.extend(first.to_uppercase());
            name.push_str(letters.as_str());
        }
    }
    if !name.starts_with(char::is_alphabetic) {
        name.insert(0, 'S');
    }
    name.chars().take(80).collect()
}

/// Text as a string of the language.
fn quoted(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!("\"{plain}\"")
}
