//! What stands between two pieces of a line.

use super::pieces::{Piece, PieceKind};
use super::structure::{Structure, UnitPart, is_keyword};
use crate::token::{TokenKind, tokenize};

/// The white space between two pieces of a line.
pub(super) enum Gap {
    Spaces(usize),
    /// As it is in the text.
    Written,
}

/// Spaces before a comment that ends a line, at least.
pub(super) const BEFORE_COMMENT: usize = 2;

pub(super) struct Spacing<'a> {
    pub(super) text: &'a str,
    pub(super) structure: &'a Structure,
    pub(super) pieces: &'a [Piece],
}

impl Spacing<'_> {
    /// What stands between piece `at` and the next one, on the same line.
    pub(super) fn after(&self, at: usize) -> Gap {
        let (a, b) = (&self.pieces[at], &self.pieces[at + 1]);
        let written = self.text[a.end..b.start].chars().count();
        if b.ends_line() {
            return Gap::Spaces(written.max(BEFORE_COMMENT));
        }
        if self.structure.statement(a.start).is_some_and(|one| one.broken && b.end <= one.end) {
            return Gap::Written;
        }
        if a.is_comment() || b.is_comment() {
            return Gap::Spaces(1);
        }
        let wanted = self.wanted(at, written);
        let (left, right) = (a.text(self.text), b.text(self.text));
        let glued = wanted == 0 && written > 0 && glue(a, b, left, right);
        Gap::Spaces(if glued { 1 } else { wanted })
    }

    fn word(&self, piece: &Piece) -> &str {
        piece.text(self.text)
    }

    fn wanted(&self, at: usize, written: usize) -> usize {
        let (a, b) = (&self.pieces[at], &self.pieces[at + 1]);
        let (left, right) = (self.word(a), self.word(b));
        let marks = &self.structure.marks;
        let (mark, next) = (marks[a.token], marks[b.token]);
        match (left, right) {
            // `x''` is one sign, `x' '` is a fault.
            ("'", "'") => return written.min(1),
            (_, "," | ";" | ")" | "]") => return 0,
            ("," | ";", _) if mark.table => return written.max(1),
            ("," | ";", _) => return 1,
            ("(" | "[", _) | ("{", "}") => return 0,
            ("{" | "}", _) | (_, "{" | "}") => return 1,
            (_, ":" | "'") => return 0,
            (":", _) => return 1,
            _ => {}
        }
        match (mark.unit, next.unit) {
            (Some(UnitPart::Open), _) | (_, Some(UnitPart::Close)) => return 0,
            (Some(UnitPart::Inside), _) => return written.min(1),
            (_, Some(UnitPart::Open)) => return 1,
            _ => {}
        }
        let after = self.sign(at).map(|sign| sign.after(written));
        let before = self.sign(at + 1).and_then(|sign| sign.before(written));
        if after.is_some() || before.is_some() {
            return after.unwrap_or(0).max(before.unwrap_or(0));
        }
        let kind = |piece: &Piece| match piece.kind {
            PieceKind::Token(kind) => kind,
            _ => TokenKind::Newline,
        };
        match (kind(a), kind(b)) {
            (TokenKind::Word, TokenKind::Open) => usize::from(is_keyword(left)),
            (TokenKind::Quoted | TokenKind::Close, TokenKind::Open) => 0,
            (TokenKind::Symbol, TokenKind::Open) => 0,
            (TokenKind::Number, _) => written.min(1),
            (TokenKind::Symbol, _) if left != "'" => written.min(1),
            _ => 1,
        }
    }

    /// The piece as an operator.
    fn sign(&self, at: usize) -> Option<Sign> {
        let piece = &self.pieces[at];
        if piece.kind != PieceKind::Token(TokenKind::Symbol) {
            return None;
        }
        let mark = self.structure.marks[piece.token];
        Some(match self.word(piece) {
            "'" | "," | ";" | ":" => return None,
            "+" | "-" | "\u{2212}" if mark.prefix => Sign::Prefix,
            "+" | "-" | "\u{2212}" if mark.tight => Sign::Tight,
            "*" | "/" | "\u{00B7}" | "\u{22C5}" | "\u{00D7}" | "\u{00F7}" => {
                let space = |end: usize, start: usize| start > end;
                // Where no space can stand, none is missed.
                let left = at.checked_sub(1).is_none_or(|before| {
                    let before = &self.pieces[before];
                    space(before.end, piece.start) || matches!(self.word(before), "(" | "[")
                });
                let right = self.pieces.get(at + 1).is_none_or(|next| {
                    let closes = [",", ";", ")", "]", ":", "'"].contains(&self.word(next));
                    space(piece.end, next.start) || closes
                });
                if left && right { Sign::Spaced } else { Sign::Tight }
            }
            "^" | "**" | ".." => Sign::Tight,
            "+" | "-" | "\u{2212}" | "=" | "==" | "!=" | "<=" | ">=" | "<" | ">" | ":=" | "&&"
            | "||" | "±" | "\u{2264}" | "\u{2265}" | "\u{2260}" => Sign::Spaced,
            _ => Sign::Unknown,
        })
    }
}

/// How an operator stands.
#[derive(Clone, Copy)]
enum Sign {
    Spaced,
    Tight,
    Prefix,
    /// No sign of the language: as it was written.
    Unknown,
}

impl Sign {
    fn after(self, written: usize) -> usize {
        match self {
            Self::Spaced => 1,
            Self::Tight | Self::Prefix => 0,
            Self::Unknown => written.min(1),
        }
    }

    /// `None` where what stands before decides.
    fn before(self, written: usize) -> Option<usize> {
        match self {
            Self::Spaced => Some(1),
            Self::Tight => Some(0),
            Self::Prefix => None,
            Self::Unknown => Some(written.min(1)),
        }
    }
}

/// Whether two pieces would be read as something else if no space stood between them.
fn glue(a: &Piece, b: &Piece, left: &str, right: &str) -> bool {
    let fixed =
        |piece: &Piece| matches!(piece.kind, PieceKind::Token(TokenKind::Open | TokenKind::Close));
    if fixed(a) || fixed(b) {
        return false;
    }
    let both = format!("{left}{right}");
    let tokens = tokenize(&both, &mut vec![]);
    tokens.len() != 2 || tokens[0].end != left.len()
}
