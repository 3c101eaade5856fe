//! Columns: what the writer has put under each other stays under each other.
//!
//! A slot is a place in a line before which extra spaces may stand. Where neighbouring lines have a
//! slot in the same column of the text, it gets the same column in the output: after the longest of the
//! lines, with as many spaces as the writer left there at least. Elsewhere it gets one space. Lines
//! whose slots come to stand in one column by chance would get that very column, so that formatting
//! once more changes nothing.

use super::lines::{Line, Lines};
use super::pieces::{Piece, PieceKind};
use super::spacing::{BEFORE_COMMENT, Gap, Spacing};
use super::structure::Structure;
use crate::token::TokenKind;

/// The kinds of slot, in the order in which they stand in a line.
const SLOTS: [Slot; 3] = [Slot::Value, Slot::Equals, Slot::Range];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// The value of `key: value`.
    Value,
    /// The first `=`.
    Equals,
    /// The first `in` after it.
    Range,
}

/// A line as it is written, cut at its slots.
struct Row {
    /// The text before the first slot, or all of it.
    head: String,
    slots: Vec<Cut>,
    /// The comment at its end.
    comment: Option<Trailing>,
    /// Nothing but a comment: its column in the text.
    only_comment: Option<usize>,
    /// It starts a statement, so that its slots may be lined up.
    starts: bool,
    indent: usize,
}

/// A slot with the text from it on.
struct Cut {
    slot: Slot,
    /// Its column in the text, counted from the start of the statement.
    column: usize,
    /// Spaces before it in the text.
    gap: usize,
    /// Spaces before it in the output.
    pad: usize,
    text: String,
}

struct Trailing {
    text: String,
    /// Its column in the text.
    column: usize,
    gap: usize,
}

impl Row {
    /// Characters before slot number `slot`; its line is one, as it has slots.
    fn width(&self, slot: usize) -> usize {
        let slots = self.slots[..slot].iter();
        let inner: usize = slots.map(|cut| cut.pad + cut.text.chars().count()).sum();
        self.head.chars().count() + inner
    }

    /// The column in which its last line ends, the comment aside.
    fn end(&self) -> usize {
        match self.head.rsplit_once('\n') {
            // A long comment before the rest; such a row is not cut.
            Some((_, last)) => last.chars().count(),
            None => self.indent + self.width(self.slots.len()),
        }
    }

    fn slot(&self, slot: Slot) -> Option<usize> {
        self.slots.iter().position(|cut| cut.slot == slot)
    }
}

/// The lines as text.
pub(super) fn write(text: &str, structure: &Structure, pieces: &[Piece], lines: &Lines) -> String {
    let spacing = Spacing { text, structure, pieces };
    let mut rows: Vec<Row> = lines.0.iter().map(|line| row(&spacing, line)).collect();
    for slot in SLOTS {
        line_up(slot, &mut rows, &lines.0);
    }
    line_up_comments(&mut rows, &lines.0);

    let mut out = String::with_capacity(text.len());
    for (row, line) in rows.iter().zip(&lines.0) {
        if line.blank {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n(' ', row.indent));
        out.push_str(&row.head);
        for cut in &row.slots {
            out.extend(std::iter::repeat_n(' ', cut.pad));
            out.push_str(&cut.text);
        }
        if let Some(comment) = &row.comment {
            out.extend(std::iter::repeat_n(' ', comment.gap));
            out.push_str(&comment.text);
        }
        out.push('\n');
    }
    out
}

fn row(spacing: &Spacing, line: &Line) -> Row {
    let Spacing { text, structure, pieces } = *spacing;
    let places = line.pieces.clone();
    let first = &pieces[places.start];
    let starts = !line.goes_on
        && structure.statement(first.start).is_some_and(|statement| !statement.broken)
        && !pieces[places.clone()]
            .iter()
            .any(|piece| piece.kind == PieceKind::Block && piece.text(text).contains('\n'));
    let mut row = Row {
        head: String::new(),
        slots: vec![],
        comment: None,
        only_comment: (first.ends_line() && places.len() == 1).then(|| column(text, first.start)),
        starts,
        indent: line.indent,
    };
    let slots = if starts { slots(spacing, line) } else { vec![] };
    for place in places.clone() {
        let piece = &pieces[place];
        let gap = match place.checked_sub(1).filter(|before| *before >= places.start) {
            Some(before) => spacing.after(before),
            None => Gap::Spaces(0),
        };
        let shown = piece.text(text).replace("\r\n", "\n");
        if piece.ends_line() && place > places.start {
            let gap = match gap {
                Gap::Spaces(count) => count,
                Gap::Written => BEFORE_COMMENT,
            };
            row.comment = Some(Trailing { text: shown, column: column(text, piece.start), gap });
            continue;
        }
        if let Some(&(slot, _)) = slots.iter().find(|slot| slot.1 == place) {
            let column = text[first.start..piece.start].chars().count();
            let gap = text[pieces[place - 1].end..piece.start].chars().count().max(1);
            row.slots.push(Cut { slot, column, gap, pad: 1, text: shown });
            continue;
        }
        let part = row.slots.last_mut().map_or(&mut row.head, |cut| &mut cut.text);
        match gap {
            Gap::Spaces(count) => part.extend(std::iter::repeat_n(' ', count)),
            Gap::Written => part.push_str(&text[pieces[place - 1].end..piece.start]),
        }
        part.push_str(&shown);
    }
    row
}

/// The column of a byte in its line of the text.
fn column(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    text[start..at].chars().count()
}

/// The slots of a line that starts a statement, each with the place of its piece.
fn slots(spacing: &Spacing, line: &Line) -> Vec<(Slot, usize)> {
    let Spacing { text, structure, pieces } = *spacing;
    let mut found = vec![];
    let second = line.pieces.start + 1;
    for place in second..line.pieces.end {
        let piece = &pieces[place];
        if piece.is_comment() || !structure.marks[piece.token].outer {
            continue;
        }
        let last = found.last().map(|slot: &(Slot, usize)| slot.0);
        match (piece.kind, piece.text(text), last) {
            (_, ":", None) if place == second => {
                let value = pieces.get(place + 1).filter(|value| !value.is_comment());
                if value.is_some() && place + 1 < line.pieces.end {
                    found.push((Slot::Value, place + 1));
                }
            }
            (PieceKind::Token(TokenKind::Symbol), "=" | ":=", None) => {
                found.push((Slot::Equals, place));
            }
            (PieceKind::Token(TokenKind::Word), "in", None | Some(Slot::Equals)) => {
                found.push((Slot::Range, place));
            }
            _ => {}
        }
    }
    found
}

/// Gives a slot one column in each run of lines that have it in one column of the text.
fn line_up(slot: Slot, rows: &mut [Row], lines: &[Line]) {
    let mut run: Vec<(usize, usize)> = vec![];
    let mut run_column = 0;
    for number in 0..=rows.len() {
        let next = rows.get(number);
        // Comments and the lines of a long statement do not part its neighbours.
        let between = next.is_some_and(|row| row.only_comment.is_some())
            || lines.get(number).is_some_and(|line| line.goes_on);
        let blank = lines.get(number).is_none_or(|line| line.blank);
        if between && !blank {
            continue;
        }
        let place = next.filter(|row| row.starts).and_then(|row| row.slot(slot));
        let entry =
            place.zip(next).map(|(place, row)| (place, row.slots[place].column, row.indent));
        let joins = match (run.last(), entry) {
            (Some(&(last, _)), Some((_, column, indent))) => {
                !blank && column == run_column && rows[last].indent == indent
            }
            _ => false,
        };
        if !joins {
            settle(rows, &run);
            run.clear();
        }
        if let Some((place, column, _)) = entry {
            run.push((number, place));
            run_column = column;
        }
    }
}

/// Puts the slots of a run (row, slot) into one column.
fn settle(rows: &mut [Row], run: &[(usize, usize)]) {
    let gaps = || run.iter().map(|&(row, slot)| rows[row].slots[slot].gap);
    // One line alone, or columns that are equal by chance: nobody has lined them up.
    if run.len() < 2 || gaps().all(|gap| gap == 1) {
        return;
    }
    let gap = gaps().min().unwrap_or(1);
    let column = run.iter().map(|&(row, slot)| rows[row].width(slot) + gap).max().unwrap_or(0);
    for &(row, slot) in run {
        rows[row].slots[slot].pad = column - rows[row].width(slot);
    }
}

/// The same for comments at the end of lines; one alone on the next line may go on under it.
fn line_up_comments(rows: &mut [Row], lines: &[Line]) {
    let mut run: Vec<usize> = vec![];
    let mut run_column = 0;
    for number in 0..=rows.len() {
        let row = rows.get(number);
        let column = row.and_then(|row| {
            row.comment.as_ref().map(|comment| comment.column).or(row.only_comment)
        });
        let blank = lines.get(number).is_none_or(|line| line.blank);
        if column.is_none() || blank || run.is_empty() || column != Some(run_column) {
            settle_comments(rows, &run);
            run.clear();
        }
        let begins = rows.get(number).is_some_and(|row| row.comment.is_some());
        if let Some(column) = column
            && (begins || !run.is_empty())
        {
            run.push(number);
            run_column = column;
        }
    }
}

fn settle_comments(rows: &mut [Row], run: &[usize]) {
    let with = |row: &&usize| rows[**row].comment.is_some();
    let gaps = run.iter().filter(with).filter_map(|&row| rows[row].comment.as_ref());
    let gap = gaps.map(|comment| comment.gap).min().unwrap_or(BEFORE_COMMENT);
    let column = run.iter().filter(with).map(|&row| rows[row].end() + gap).max().unwrap_or(0);
    for &number in run {
        let end = rows[number].end();
        match &mut rows[number].comment {
            Some(comment) => comment.gap = column - end,
            None => rows[number].indent = column,
        }
    }
}
