//! The canonical layout of a file: `takens fmt`.
//!
//! Start at [`format`]. It moves white space and nothing else, so it works for every statement of the
//! language, and for those that are at fault as well. On the way, one file each: `pieces` gives tokens
//! and comments in order, `structure` what the splitter knows of them (statements, blocks, signs),
//! `lines` where lines begin and how far they are indented, `spacing` what stands between two pieces,
//! `align` which columns the writer has put under each other.
//!
//! The style:
//! - Blocks are indented by four spaces; one that takes several lines opens at a line's end and closes
//!   on a line of its own. Line breaks within a statement are the writer's; the lines that follow are
//!   indented by four more than the line of the bracket they stand in, or than the statement.
//! - One space around `=`, comparisons, `+` and `-`; none in subscripts and in `a..b`; none around `^`;
//!   `*` and `/` have either a space on both sides, as the writer wanted it, or none.
//! - What stands under each other in adjacent statements (`=`, `in`, the values of entries, comments at
//!   the end of lines, the columns of a table) stays so, with as few spaces as that needs.
//! - At most one blank line, none at the edges of a block; no white space at line ends, no byte order
//!   mark, line ends `\n`.

mod align;
mod lines;
mod pieces;
mod spacing;
mod structure;

use crate::limits::MAX_FILE;
use lines::Lines;
use pieces::{Piece, PieceKind, pieces};
use structure::Structure;

/// The text in canonical layout: same tokens, same comments, same statements. Formatting twice gives
/// what formatting once gave.
///
/// Any text is accepted. A statement whose brackets do not match keeps its inner spacing; a text
/// beyond the limits of the language comes back as it was.
#[must_use]
pub fn format(text: &str) -> String {
    if text.len() > MAX_FILE {
        return text.to_owned();
    }
    let once = laid_out(text);
    // A system that begins inside another's block ends that block once it stands on a line of its own:
    // such a text has no layout that lasts.
    if once == text || laid_out(&once) == once { once } else { text.to_owned() }
}

fn laid_out(text: &str) -> String {
    let structure = Structure::of(text);
    let pieces = pieces(text, &structure.tokens);
    let lines = Lines::new(text, &structure, &pieces);
    let formatted = align::write(text, &structure, &pieces, &lines);
    // A text so broken that moving white space would change how it is read stays as it is.
    if same(text, &structure, &pieces, &formatted) { formatted } else { text.to_owned() }
}

/// Whether nothing but white space differs.
fn same(text: &str, structure: &Structure, pieces: &[Piece], formatted: &str) -> bool {
    let new_structure = Structure::of(formatted);
    let new_pieces = self::pieces::pieces(formatted, &new_structure.tokens);
    let shown = |piece: &Piece, text: &str| match piece.kind {
        PieceKind::Token(_) => piece.text(text).trim_end().to_owned(),
        _ => piece.text(text).trim_end().replace("\r\n", "\n"),
    };
    pieces.len() == new_pieces.len()
        && pieces
            .iter()
            .zip(&new_pieces)
            .all(|(old, new)| old.kind == new.kind && shown(old, text) == shown(new, formatted))
        && structure.outline() == new_structure.outline()
}
