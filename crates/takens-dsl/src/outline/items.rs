//! The systems of a file by brackets alone, for those who check it piece by piece.

use crate::diagnostic::Span;
use crate::limits::MAX_FILE;
use crate::split::{Braces, Separator, split};
use crate::token::tokenize;

/// A system as far as brackets tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// The name of the system that it extends.
    pub base: Option<String>,
    /// From the word that begins it to its closing bracket.
    pub span: Span,
    /// Its block is there and closed.
    pub closed: bool,
}

/// The systems of a file, in order.
#[must_use]
pub fn items(text: &str) -> Vec<Item> {
    if text.len() > MAX_FILE {
        return vec![];
    }
    let mut faults = vec![];
    let tokens = tokenize(text, &mut faults);
    let braces = Braces::match_all(text, &tokens, &mut faults);
    let all = 0..tokens.len();
    let statements = split(text, &tokens, all, &braces, Separator::Line, &mut faults);
    let word = |token: &crate::token::Token| token.text(text).trim_matches('`').to_owned();
    statements
        .iter()
        .filter(|one| matches!(one.tokens[0].text(text), "ode" | "map" | "dde" | "sde"))
        .map(|one| {
            let close = one.block.as_ref().map(|block| block.end);
            let close = close.and_then(|place| tokens.get(place));
            let close = close.filter(|token| token.text(text) == "}");
            let extends = one.tokens.get(2).is_some_and(|token| token.text(text) == "extends");
            Item {
                name: one.tokens.get(1).map(word).unwrap_or_default(),
                base: one.tokens.get(3).filter(|_| extends).map(word),
                span: one.span.start..close.map_or(one.span.end, |token| token.end),
                closed: close.is_some() && !one.broken,
            }
        })
        .collect()
}
