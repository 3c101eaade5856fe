//! Text: made safe for HTML, and numbers as people read them.

/// Text with the characters that HTML gives a meaning written as entities.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            // Control characters are faults in HTML, however they are written.
            other if other.is_control() && !matches!(other, '\n' | '\t') => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

/// A number with four digits, as people read it; powers of ten where those would not do.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_infinite() || size >= f64::MAX {
        return if value > 0.0 { "∞".into() } else { "−∞".into() };
    }
    // Halves are rounded up, here and in the page's script.
    let value = value * (1.0 + 1e-12);
    let text = if size != 0.0 && !(1e-3..1e5).contains(&size) {
        format!("{value:.2e}")
    } else {
        let decimals = if size >= 100.0 {
            1
        } else if size >= 1.0 {
            2
        } else {
            4
        };
        trim(&format!("{value:.decimals$}"))
    };
    text.replace('-', "−")
}

/// Without zeros at the end of a fraction.
pub(super) fn trim(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text.to_string()
    }
}

/// At most `limit` characters.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        text.into()
    } else {
        text.chars().take(limit - 1).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<b a=\"1\">&'"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
        assert_eq!(escape("a\u{0}\u{1b}b\n"), "a\u{fffd}\u{fffd}b\n");
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (12.345, "12.35"),
            (0.5, "0.5"),
            (-0.5, "−0.5"),
            (1e-7, "1.00e−7"),
            (f64::MAX, "∞"),
            (200.0, "200"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn long_names_end_in_an_ellipsis() {
        assert_eq!(shorten("esn", 3), "esn");
        assert_eq!(shorten("sindy", 4), "sin…");
    }
}
