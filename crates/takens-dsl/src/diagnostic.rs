//! Faults and warnings, and how they look on a terminal.

use annotate_snippets::{AnnotationKind, Level, Patch, Renderer, Snippet};
use std::ops::Range;

/// A range of bytes of the text.
pub type Span = Range<usize>;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The system cannot be used.
    Error,
    /// The system can be used; the writer may have meant something else.
    Warning,
}

/// A change of the text that takes the fault away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; empty where something is put in.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
    /// It can mean nothing else, so that a program may apply it unasked; otherwise it is a guess.
    pub safe: bool,
}

/// One fault, said in the writer's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code: `E` and three digits for errors, `W` for warnings.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence that says what is wrong.
    pub message: String,
    /// The very characters it is about, in bytes.
    pub span: Span,
    /// A few words beside the caret; may be empty.
    pub label: String,
    /// What could be done about it.
    pub help: Option<String>,
    /// The same, as a change of the text.
    pub fix: Option<Fix>,
    /// Other places that matter, with a few words each.
    pub related: Vec<(Span, String)>,
    /// The place in [`crate::Parsed::files`] of the used file that it is about; `None` for the file
    /// itself.
    pub file: Option<usize>,
}

impl Diagnostic {
    /// With every span at whole characters of `text`: what is read in the place of a foreign sign is
    /// shorter than the sign.
    pub(crate) fn at_whole_characters(mut self, text: &str) -> Self {
        let whole = |span: &mut Span| {
            *span = text.floor_char_boundary(span.start)..text.ceil_char_boundary(span.end);
        };
        whole(&mut self.span);
        self.fix.iter_mut().for_each(|fix| whole(&mut fix.span));
        self.related.iter_mut().for_each(|(span, _)| whole(span));
        self
    }

    /// An error at `span`.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            label: String::new(),
            help: None,
            fix: None,
            related: vec![],
            file: None,
        }
    }

    /// A warning at `span`.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// With words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a change of the text.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into(), safe: true });
        self
    }

    /// With a change of the text that the writer probably wants and has to decide on: the nearest
    /// name, say.
    #[must_use]
    pub fn guess(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into(), safe: false });
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }

    /// With every place moved.
    pub(crate) fn moved(mut self, to: impl Fn(usize) -> usize) -> Self {
        let moved = |span: &Span| to(span.start)..to(span.end);
        self.span = moved(&self.span);
        for (span, _) in &mut self.related {
            *span = moved(span);
        }
        if let Some(fix) = &mut self.fix {
            fix.span = moved(&fix.span);
        }
        self
    }

    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The diagnostics as a person reads them: source line, caret, advice. `file` is the name to show.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], file: &str, text: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let shown: Vec<String> =
        diagnostics.iter().map(|one| render_one(one, file, text, &renderer)).collect();
    shown.iter().map(|one| format!("{one}\n")).collect::<Vec<_>>().join("\n")
}

fn render_one(one: &Diagnostic, file: &str, text: &str, renderer: &Renderer) -> String {
    let level = match one.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // Only the lines around the places are handed on, so that a fault in a file of megabytes
    // costs no more than one in a small file.
    let places = || std::iter::once(&one.span).chain(one.related.iter().map(|(span, _)| span));
    let first = places().map(|span| span.start).min().unwrap_or(0).min(text.len());
    let last = places().map(|span| span.end).max().unwrap_or(0).clamp(first, text.len());
    let begin = text[..text.floor_char_boundary(first)].rfind('\n').map_or(0, |at| at + 1);
    let end_from = text.ceil_char_boundary(last);
    let end = text[end_from..].find('\n').map_or(text.len(), |at| end_from + at);
    let line = text[..begin].matches('\n').count() + 1;
    // A carriage return at a line's end would be shown as a picture of itself.
    let window = &text[begin..end].replace('\r', " ");
    let local = |span: &Span| {
        let start = text.floor_char_boundary(span.start.clamp(begin, end));
        let stop = text.ceil_char_boundary(span.end.clamp(start, end));
        start - begin..stop - begin
    };

    let mut snippet = Snippet::source(window).path(file).line_start(line).fold(true);
    let primary = AnnotationKind::Primary.span(local(&one.span));
    snippet = snippet.annotation(if one.label.is_empty() {
        primary
    } else {
        primary.label(one.label.as_str())
    });
    for (span, words) in &one.related {
        snippet =
            snippet.annotation(AnnotationKind::Context.span(local(span)).label(words.as_str()));
    }
    let mut report = vec![level.primary_title(one.message.as_str()).id(one.code).element(snippet)];
    match (&one.help, &one.fix) {
        (help, Some(fix)) if fix.span.start >= begin && fix.span.end <= end => {
            let title = help.as_deref().unwrap_or("write it so");
            let patch = Patch::new(local(&fix.span), fix.replacement.as_str());
            let patched =
                Snippet::source(window).path(file).line_start(line).fold(true).patch(patch);
            report.push(Level::HELP.secondary_title(title).element(patched));
        }
        (Some(help), _) => {
            let last = report.pop().expect("the title was pushed above");
            report.push(last.element(Level::HELP.message(help.as_str())));
        }
        _ => {}
    }
    renderer.render(&report)
}
