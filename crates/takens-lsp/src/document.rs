//! An open text, and what is known of it, computed when it is first asked for.

use crate::check::Checked;
use crate::files::path_of;
use crate::position::Lines;
use lsp_types::{Range, TextDocumentContentChangeEvent, Uri};
use std::cell::OnceCell;
use takens_dsl::Span;
use takens_dsl::outline::{Definition, Outline, outline};

/// A text with its lines and names.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) uri: Uri,
    pub(crate) version: Option<i32>,
    pub(crate) text: String,
    lines: OnceCell<Lines>,
    outline: OnceCell<Outline>,
    checked: Checked,
    /// The text that was checked is this one.
    fresh: bool,
}

impl Document {
    pub(crate) fn new(uri: Uri, version: Option<i32>, text: String) -> Self {
        Self {
            uri,
            version,
            text,
            lines: OnceCell::new(),
            outline: OnceCell::new(),
            checked: Checked::default(),
            fresh: false,
        }
    }

    /// Changes the text as the editor did.
    pub(crate) fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>) {
        for change in changes {
            match change.range {
                Some(range) => {
                    let span = self.lines().span(&self.text, &range);
                    self.text.replace_range(span, &change.text);
                }
                None => self.text = change.text,
            }
            self.lines = OnceCell::new();
        }
        self.outline = OnceCell::new();
        self.fresh = false;
    }

    pub(crate) fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(&self.text))
    }

    pub(crate) fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| outline(&self.text))
    }

    /// Diagnostics and sound systems of the text as it is.
    pub(crate) fn checked(&mut self) -> &Checked {
        if !self.fresh {
            let uses = self.text.lines().any(|line| line.trim_start().starts_with("use "));
            match path_of(self.uri.as_str()).filter(|_| uses) {
                Some(path) => self.checked.update_with_files(&self.text, &path),
                None => self.checked.update(&self.text),
            }
            self.fresh = true;
        }
        &self.checked
    }

    /// What the last check found, of this text or one before it.
    pub(crate) fn known(&self) -> &Checked {
        &self.checked
    }

    pub(crate) fn range(&self, span: &Span) -> Range {
        self.lines().range(&self.text, span)
    }

    pub(crate) fn slice(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or("")
    }

    pub(crate) fn definition(&self, place: usize) -> &Definition {
        &self.outline().definitions[place]
    }
}
