//! Bytes of a text and positions of an editor: lines from 0, columns in units of UTF-16.

use lsp_types::{Position, Range};
use takens_dsl::Span;

/// Where the lines of a text start. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { starts }
    }

    /// The byte at a position. A column beyond the end of its line is that end, a line beyond the last is
    /// the end of the text, and the middle of a character is its start.
    pub(crate) fn offset(&self, text: &str, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text[start..end].trim_end_matches(['\n', '\r']);
        let mut left = position.character as usize;
        for (at, c) in content.char_indices() {
            if left < c.len_utf16() {
                return start + at;
            }
            left -= c.len_utf16();
        }
        start + content.len()
    }

    /// The position of a byte.
    pub(crate) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let column: usize = text[self.starts[line]..offset].chars().map(char::len_utf16).sum();
        Position::new(narrow(line), narrow(column))
    }

    pub(crate) fn range(&self, text: &str, span: &Span) -> Range {
        Range::new(self.position(text, span.start), self.position(text, span.end))
    }

    /// The bytes between two positions; none if they are the wrong way round.
    pub(crate) fn span(&self, text: &str, range: &Range) -> Span {
        let start = self.offset(text, range.start);
        start..self.offset(text, range.end).max(start)
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units() {
        let text = "a\u{1D465} = β\r\nb\rc\n";
        let lines = Lines::new(text);
        let check = |offset: usize, line, character| {
            let position = Position::new(line, character);
            assert_eq!(lines.position(text, offset), position);
            assert_eq!(lines.offset(text, position), offset);
        };
        check(0, 0, 0);
        check(1, 0, 1);
        check(5, 0, 3);
        check(8, 0, 6);
        check(12, 1, 0);
        check(14, 2, 0);
        check(16, 3, 0);
        assert_eq!(lines.offset(text, Position::new(0, 2)), 1, "in the middle of a pair");
        assert_eq!(lines.offset(text, Position::new(0, 99)), 10, "beyond the line");
        assert_eq!(lines.offset(text, Position::new(99, 0)), text.len(), "beyond the text");
    }
}
