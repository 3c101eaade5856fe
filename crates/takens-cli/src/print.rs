//! Standard output and standard error, which may be pipes that close at any moment.

use crate::failure::Failure;
use std::io::Write;

/// Writes text to standard output.
///
/// # Errors
/// [`Failure::Closed`] if the reader has gone (`takens list | head`), [`Failure::Work`] if the disk is full.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(refused)
}

/// What it means that standard output takes no more.
pub(crate) fn refused(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Work(format!("standard output: {error}")),
    }
}

/// Writes one JSON document, on one line or indented for people.
///
/// # Errors
/// As [`text`].
pub(crate) fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let document = serde_json::to_string_pretty(value).map_err(Failure::work)?;
    text(&(document + "\n"))
}

/// Writes to standard error. Whether anybody reads it is no concern of the work, so that a closed
/// pipe is no error here (`eprintln!` would panic).
pub(crate) fn aside(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// A line on standard error, as [`aside`].
macro_rules! note {
    ($($part:tt)*) => { $crate::print::aside(&(format!($($part)*) + "\n")) };
}
pub(crate) use note;

/// A number as people read it: the shortest digits that give it back, with a power of ten where
/// many zeros would stand.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) || !value.is_finite() {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// A number with its standard error, in as many digits as the error leaves sense: `0.9058 ± 0.0034`.
pub(crate) fn measured(value: f64, error: f64) -> String {
    let size = value.abs().max(error);
    if size != 0.0 && !(1e-4..1e6).contains(&size) || !error.is_finite() {
        return format!("{value:.2e} ± {error:.0e}");
    }
    let digits = if error > 0.0 { (1.0 - error.log10().floor()).clamp(0.0, 6.0) } else { 4.0 };
    let digits = digits as usize;
    // Minus zero is zero.
    let text = format!("{value:.digits$}");
    let zero = text.trim_start_matches('-').chars().all(|digit| matches!(digit, '0' | '.'));
    format!("{} ± {error:.digits$}", if zero { text.trim_start_matches('-') } else { &text })
}

/// `1 system`, `2 systems`.
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{measured, number};

    #[test]
    fn measured_numbers_have_the_digits_of_their_error() {
        for (value, error, text) in [
            (0.90583, 0.00341, "0.9058 ± 0.0034"),
            (-0.00001, 0.002, "0.0000 ± 0.0020"),
            (-14.5723, 0.0, "-14.5723 ± 0.0000"),
            (25.4188, 1.9, "25.4 ± 1.9"),
            (6.5e-10, 4.6e-10, "6.50e-10 ± 5e-10"),
        ] {
            assert_eq!(measured(value, error), text);
        }
    }

    #[test]
    fn numbers_are_short_and_exact() {
        for (value, text) in [
            (0.0, "0"),
            (-1.5, "-1.5"),
            (1e-300, "1e-300"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
