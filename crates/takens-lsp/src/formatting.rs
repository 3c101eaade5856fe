//! The canonical layout of a text, as the change that leads there.

use crate::document::Document;
use lsp_types::TextEdit;

/// The edits that bring a text into its canonical layout: none if it has it, else one, from the first
/// line that differs to the last.
pub(crate) fn edits(document: &Document) -> Vec<TextEdit> {
    let (old, new) = (document.text.as_str(), takens_dsl::format(&document.text));
    if *old == new {
        return vec![];
    }
    let lines = |text: &'_ str| text.split_inclusive('\n').map(str::len).collect::<Vec<_>>();
    let (before, after) = (lines(old), lines(&new));
    let (mut start, mut rows) = (0, 0);
    while let (Some(a), Some(b)) = (before.get(rows), after.get(rows))
        && old[start..start + a] == new[start..start + b]
    {
        start += a;
        rows += 1;
    }
    let mut kept = 0;
    for (a, b) in before[rows..].iter().rev().zip(after[rows..].iter().rev()) {
        let (from, to) = (old.len() - kept - a, new.len() - kept - b);
        if old[from..from + a] != new[to..to + b] {
            break;
        }
        kept += a;
    }
    let range = document.range(&(start..old.len() - kept));
    vec![TextEdit::new(range, new[start..new.len() - kept].to_owned())]
}
