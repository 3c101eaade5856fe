//! Whether the language reads what a discoverer writes.

use takens_symbolic::VectorField;

/// Reads equations over these names, one for each.
///
/// # Errors
/// The first fault, and how many expressions there are if not as many as names.
pub(super) fn read(names: &[String], text: &str) -> Result<(), String> {
    let scope = VectorField { states: names.to_vec(), ..VectorField::default() };
    match takens_dsl::parse_expressions(text, &scope) {
        Ok((_, found)) if found.len() == names.len() => Ok(()),
        Ok((_, found)) => Err(format!("{} expressions for {} names", found.len(), names.len())),
        Err(faults) => {
            Err(faults.into_iter().next().map_or_else(String::new, |fault| fault.message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_language_cannot_say_is_named() {
        let names = ["x".to_owned(), "y".to_owned()];
        assert_eq!(read(&names, "x * y - 2; sin(y)"), Ok(()));
        assert!(read(&names, "x * w; y").unwrap_err().contains('w'));
        assert!(read(&names, "x *; y").is_err());
    }
}
