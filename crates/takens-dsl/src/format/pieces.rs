//! Tokens and comments of a text, in order: everything that is not white space.

use crate::token::{Token, TokenKind};

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// A token other than a line end.
    Token(TokenKind),
    /// `// ..` to the end of the line.
    Comment,
    /// `/* .. */`, or to the end of the file where it is never closed.
    Block,
}

/// A token or a comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Line ends between the piece before and this one.
    pub(super) newlines: usize,
    /// The place of the token; for a comment, that of the token after it.
    pub(super) token: usize,
}

impl Piece {
    pub(super) fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }

    /// A comment that ends its line, `///` among them.
    pub(super) fn ends_line(&self) -> bool {
        matches!(self.kind, PieceKind::Comment | PieceKind::Token(TokenKind::Doc))
    }

    pub(super) fn is_comment(&self) -> bool {
        self.ends_line() || self.kind == PieceKind::Block
    }
}

/// The pieces of `text`, whose tokens are given.
pub(super) fn pieces(text: &str, tokens: &[Token]) -> Vec<Piece> {
    let mut found = Vec::with_capacity(tokens.len());
    let (mut at, mut newlines) = (0, 0);
    for (index, token) in tokens.iter().enumerate() {
        comments(text, at..token.start, index, &mut newlines, &mut found);
        at = token.end;
        if token.kind == TokenKind::Newline {
            newlines += 1;
            continue;
        }
        let kind = PieceKind::Token(token.kind);
        let end = token.start + token.text(text).trim_end().len();
        found.push(Piece { kind, start: token.start, end, newlines, token: index });
        newlines = 0;
    }
    comments(text, at..text.len(), tokens.len(), &mut newlines, &mut found);
    found
}

/// The comments in a stretch of the text that holds no token.
fn comments(
    text: &str,
    stretch: std::ops::Range<usize>,
    token: usize,
    newlines: &mut usize,
    found: &mut Vec<Piece>,
) {
    let mut at = stretch.start;
    while let Some(offset) = text[at..stretch.end].find('/') {
        let start = at + offset;
        let rest = &text[start..stretch.end];
        let (kind, length) = if let Some(inside) = rest.strip_prefix("/*") {
            (PieceKind::Block, inside.find("*/").map_or(rest.len(), |inner| inner + 4))
        } else {
            (PieceKind::Comment, rest.find('\n').unwrap_or(rest.len()))
        };
        let end = start + rest[..length].trim_end().len();
        found.push(Piece { kind, start, end, newlines: std::mem::take(newlines), token });
        at = start + length;
    }
}
