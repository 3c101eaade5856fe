//! Where lines begin, and how far they are indented.

use super::pieces::{Piece, PieceKind};
use super::structure::Structure;
use crate::token::TokenKind;
use std::collections::HashMap;
use std::ops::Range;

/// Spaces of one level.
const STEP: usize = 4;

/// A line of the output.
pub(super) struct Line {
    pub(super) pieces: Range<usize>,
    /// An empty line stands before it.
    pub(super) blank: bool,
    pub(super) indent: usize,
    /// It begins inside a statement.
    pub(super) goes_on: bool,
}

/// The lines of the output, in order.
pub(super) struct Lines(pub(super) Vec<Line>);

impl Lines {
    pub(super) fn new(text: &str, structure: &Structure, pieces: &[Piece]) -> Self {
        let breaks = breaks(text, structure, pieces);
        let mut lines: Vec<Line> = vec![];
        for (place, piece) in pieces.iter().enumerate() {
            if place == 0 || piece.newlines > 0 || breaks[place] {
                let last_is = |word: &str| {
                    let line = lines.last().map_or(0..0, |line| line.pieces.clone());
                    let token = pieces[line].iter().rfind(|piece| !piece.is_comment());
                    token.is_some_and(|piece| piece.text(text) == word)
                };
                let blank =
                    piece.newlines > 1 && place > 0 && !last_is("{") && piece.text(text) != "}";
                lines.push(Line { pieces: place..place, blank, indent: 0, goes_on: false });
            }
            if let Some(line) = lines.last_mut() {
                line.pieces.end = place + 1;
            }
        }
        indent(text, structure, pieces, &mut lines);
        Self(lines)
    }
}

/// Before which pieces a line begins even if the writer began none: a block that takes several lines
/// has its brackets at the end and at the start of lines.
fn breaks(text: &str, structure: &Structure, pieces: &[Piece]) -> Vec<bool> {
    let mut breaks = vec![false; pieces.len()];
    let tall = structure.blocks.iter().filter(|block| structure.spans_lines(block.0, block.1));
    for &(open, close) in tall {
        let place = |token: usize| {
            pieces.partition_point(|piece| {
                piece.token < token || (piece.token == token && piece.is_comment_before(token))
            })
        };
        let (open, close) = (place(open), place(close));
        if pieces.get(open + 1).is_some_and(|piece| piece.kind != PieceKind::Comment) {
            breaks[open + 1] = true;
        }
        breaks[close] = true;
        let Some(next) = pieces.get(close + 1) else { continue };
        if !next.is_comment() && !matches!(next.text(text), "}" | "," | ";") {
            breaks[close + 1] = true;
        }
    }
    breaks
}

impl Piece {
    /// Whether this is a comment, which counts as standing before its token.
    fn is_comment_before(&self, token: usize) -> bool {
        self.token == token && !matches!(self.kind, PieceKind::Token(_))
    }
}

fn indent(text: &str, structure: &Structure, pieces: &[Piece], lines: &mut [Line]) {
    /// What a line needs to know of the brackets around its start.
    struct Around {
        base: usize,
        opener: Option<usize>,
        closes: bool,
    }
    // The brackets open at each point, by their tokens, and the line in which each was opened.
    let mut open: Vec<usize> = vec![];
    let mut opened_in: HashMap<usize, usize> = HashMap::new();
    let mut around = Vec::with_capacity(lines.len());
    for (number, line) in lines.iter_mut().enumerate() {
        let first = &pieces[line.pieces.start];
        line.goes_on =
            structure.statement(first.start).is_some_and(|statement| statement.start < first.start);
        if !line.goes_on {
            open.clear();
        }
        around.push(Around {
            base: STEP * depth(text, structure, first),
            opener: open.last().copied(),
            closes: matches!(first.text(text), ")" | "]"),
        });
        for piece in &pieces[line.pieces.clone()] {
            match piece.kind {
                PieceKind::Token(TokenKind::Open) if piece.text(text) != "{" => {
                    open.push(piece.token);
                    opened_in.insert(piece.token, number);
                }
                PieceKind::Token(TokenKind::Close) if piece.text(text) != "}" => {
                    open.pop();
                }
                PieceKind::Token(TokenKind::Symbol) if piece.text(text) == ";" => {
                    let outer = structure.statement(piece.start).is_none();
                    if outer {
                        open.clear();
                    }
                }
                _ => {}
            }
        }
    }

    // In a table over several lines, lines keep their places relative to each other.
    let table = |around: &Around| {
        around.opener.filter(|&open| structure.marks[open].tall && !around.closes)
    };
    let written = |line: &Line| {
        let start = pieces[line.pieces.start].start;
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        text[line_start..start].chars().count()
    };
    let mut least: HashMap<usize, usize> = HashMap::new();
    for (line, around) in lines.iter().zip(&around) {
        if let Some(open) = table(around) {
            let place = least.entry(open).or_insert(usize::MAX);
            *place = (*place).min(written(line));
        }
    }
    for number in 0..lines.len() {
        let Around { base, opener, closes } = around[number];
        let outside = opener
            .and_then(|open| opened_in.get(&open))
            .map_or(base, |&line: &usize| lines[line].indent);
        let extra = table(&around[number]).map_or(0, |open| written(&lines[number]) - least[&open]);
        lines[number].indent = match (lines[number].goes_on, closes) {
            (false, _) => base,
            (true, true) => outside,
            (true, false) => outside + STEP + extra,
        };
    }
}

/// In how many blocks a piece stands.
fn depth(text: &str, structure: &Structure, piece: &Piece) -> usize {
    let at = |token: usize| structure.depths.get(token).copied().unwrap_or(0);
    if matches!(piece.kind, PieceKind::Token(_)) {
        return at(piece.token);
    }
    // A comment belongs to the inner one of the places around it.
    let is = |token: usize, word: &str| {
        usize::from(structure.tokens.get(token).is_some_and(|token| token.text(text) == word))
    };
    let before = piece.token.checked_sub(1).map_or(0, |token| at(token) + is(token, "{"));
    before.max(at(piece.token))
}
