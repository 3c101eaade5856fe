//! From tokens to statements: brackets are matched and line ends judged, nothing else is read.
//!
//! A grammar stops at its first error. Here the text is cut first, so that each statement is parsed
//! alone and a broken one hides neither its neighbours nor the other systems.

use crate::Diagnostic;
use crate::diagnostic::Span;
use crate::token::{Token, TokenKind};
use std::ops::Range;

/// A run of tokens that belong together.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Text of the `///` comments before it.
    pub(crate) doc: String,
    /// Its tokens, without those of the block.
    pub(crate) tokens: Vec<Token>,
    /// The tokens between its `{` and `}`, as a range of the file's tokens.
    pub(crate) block: Option<Range<usize>>,
    /// From the first to the last character, block excluded.
    pub(crate) span: Span,
    /// A bracket was left open: the fault is reported, the statement is not to be read.
    pub(crate) broken: bool,
}

/// What separates statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// Line ends.
    Line,
    /// Line ends and commas, as in `meta { .. }`.
    LineOrComma,
    /// Line ends and semicolons, as in `event .. { .. }`.
    LineOrSemicolon,
}

/// Words that start a statement and cannot stand inside an expression.
pub(crate) const HEADS: [&str; 27] = [
    "lang",
    "use",
    "const",
    "fn",
    "unit",
    "ode",
    "map",
    "dde",
    "sde",
    "meta",
    "param",
    "structural",
    "index",
    "state",
    "let",
    "next",
    "output",
    "known",
    "sample",
    "history",
    "event",
    "mode",
    "hamiltonian",
    "invariant",
    "time",
    "extends",
    "when",
];

/// The partner of every curly bracket: for `{` the place of its `}`, or of the token where a block
/// that was never closed is taken to end.
pub(crate) struct Braces {
    ends: Vec<Option<usize>>,
}

impl Braces {
    /// Matches the curly brackets of a file. `ode NAME` at the start of a line ends what is open.
    pub(crate) fn match_all(text: &str, tokens: &[Token], faults: &mut Vec<Diagnostic>) -> Self {
        let mut ends = vec![None; tokens.len()];
        let mut open: Vec<usize> = vec![];
        let unclosed = |at: usize, faults: &mut Vec<Diagnostic>| {
            faults.push(
                Diagnostic::error("E002", tokens[at].span(), "this `{` is never closed")
                    .help("a block ends with `}`"),
            );
        };
        let mut line_start = true;
        for (index, token) in tokens.iter().enumerate() {
            let text_of = token.text(text);
            if line_start && !open.is_empty() && starts_system(text, &tokens[index..]) {
                unclosed(open[0], faults);
                for at in open.drain(..) {
                    ends[at] = Some(index);
                }
            }
            match (token.kind, text_of) {
                (TokenKind::Open, "{") => open.push(index),
                (TokenKind::Close, "}") => match open.pop() {
                    Some(at) => ends[at] = Some(index),
                    None => faults.push(Diagnostic::error(
                        "E002",
                        token.span(),
                        "this `}` closes nothing",
                    )),
                },
                _ => {}
            }
            line_start = matches!(token.kind, TokenKind::Newline | TokenKind::Doc);
        }
        if let Some(&at) = open.first() {
            unclosed(at, faults);
        }
        for at in open {
            ends[at] = Some(tokens.len());
        }
        Self { ends }
    }
}

fn starts_system(text: &str, tokens: &[Token]) -> bool {
    let mut words = tokens.iter().map(|token| token.text(text));
    matches!(words.next(), Some("ode" | "map" | "dde" | "sde"))
        && tokens
            .get(1)
            .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
        && matches!(words.nth(1), Some("{" | "extends"))
}

/// Cuts a range of the file's tokens into statements.
pub(crate) fn split(
    text: &str,
    tokens: &[Token],
    range: Range<usize>,
    braces: &Braces,
    separator: Separator,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Statement> {
    let mut splitter =
        Splitter { text, tokens, end: range.end, braces, separator, faults, statements: vec![] };
    let mut at = range.start;
    while at < range.end {
        at = splitter.statement(at);
    }
    splitter.statements
}

struct Splitter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    end: usize,
    braces: &'a Braces,
    separator: Separator,
    faults: &'a mut Vec<Diagnostic>,
    statements: Vec<Statement>,
}

impl Splitter<'_> {
    fn word(&self, index: usize) -> &str {
        if index < self.end { self.tokens[index].text(self.text) } else { "" }
    }

    fn is(&self, index: usize, kind: TokenKind) -> bool {
        index < self.end && self.tokens[index].kind == kind
    }

    /// Reads one statement from token `at`; gives the place where the next one starts.
    fn statement(&mut self, mut at: usize) -> usize {
        let mut doc = String::new();
        while at < self.end {
            match self.tokens[at].kind {
                TokenKind::Newline => {}
                TokenKind::Doc => {
                    let line = self.word(at)[3..].trim();
                    if !doc.is_empty() {
                        doc.push('\n');
                    }
                    doc.push_str(line);
                }
                TokenKind::Symbol if self.word(at) == ";" => self.semicolon(at),
                TokenKind::Symbol
                    if self.word(at) == "," && self.separator == Separator::LineOrComma => {}
                // An unmatched `}` is reported where brackets are matched.
                TokenKind::Close if self.word(at) == "}" => {}
                _ => break,
            }
            at += 1;
        }
        if at >= self.end {
            return at;
        }

        let mut found = Statement { doc, tokens: vec![], block: None, span: 0..0, broken: false };
        let mut open: Vec<Token> = vec![];
        while at < self.end {
            let token = self.tokens[at];
            match token.kind {
                TokenKind::Newline if open.is_empty() => {
                    if !self.goes_on(&found.tokens, at) {
                        break;
                    }
                }
                TokenKind::Newline => {
                    if self.starts_statement(at + 1) {
                        found.broken = true;
                        break;
                    }
                }
                TokenKind::Doc => {}
                TokenKind::Symbol if open.is_empty() && self.word(at) == ";" => break,
                TokenKind::Symbol
                    if open.is_empty()
                        && self.word(at) == ","
                        && self.separator == Separator::LineOrComma =>
                {
                    break;
                }
                TokenKind::Open if self.word(at) == "{" => {
                    found.broken = !open.is_empty();
                    let close = self.braces.ends[at].unwrap_or(self.end).min(self.end);
                    found.block = Some(at + 1..close);
                    at = close + usize::from(self.word(close) == "}");
                    break;
                }
                TokenKind::Close if self.word(at) == "}" => {
                    found.broken = !open.is_empty();
                    break;
                }
                TokenKind::Open => {
                    open.push(token);
                    found.tokens.push(token);
                }
                TokenKind::Close => {
                    // `(` and `]` may pair, as in the interval `(0, 1]`; the grammar judges it.
                    if open.pop().is_none() {
                        let message = format!("this `{}` closes nothing", token.text(self.text));
                        self.faults.push(Diagnostic::error("E002", token.span(), message));
                        found.broken = true;
                    }
                    found.tokens.push(token);
                }
                _ => found.tokens.push(token),
            }
            at += 1;
        }
        if let Some(bracket) = open.last() {
            let message = format!("this `{}` is never closed", bracket.text(self.text));
            self.faults.push(Diagnostic::error("E002", bracket.span(), message));
            found.broken = true;
        }
        if let (Some(first), Some(last)) = (found.tokens.first(), found.tokens.last()) {
            found.span = first.start..last.end;
            self.statements.push(found);
        } else if let Some(block) = found.block {
            let brace = self.tokens[block.start - 1].span();
            let help = "a block follows a word such as `ode NAME`, `meta` or `known`";
            let fault = Diagnostic::error("E001", brace, "this `{` belongs to nothing").help(help);
            self.faults.push(fault);
        }
        at
    }

    fn semicolon(&mut self, at: usize) {
        if self.separator == Separator::LineOrSemicolon {
            return;
        }
        let span = self.tokens[at].span();
        let ends_line = at + 1 >= self.end
            || self.is(at + 1, TokenKind::Newline)
            || self.is(at + 1, TokenKind::Doc)
            || self.word(at + 1) == "}";
        let warning = Diagnostic::warning("W001", span.clone(), "a line needs no `;` at its end");
        self.faults.push(if ends_line {
            warning.help("leave it out").fix(span, "")
        } else {
            warning.help("write each statement on its own line").fix(span, "\n")
        });
    }

    /// Whether the statement continues past the line end at token `at`.
    fn goes_on(&self, before: &[Token], at: usize) -> bool {
        let mut next = at + 1;
        while self.is(next, TokenKind::Newline) || self.is(next, TokenKind::Doc) {
            next += 1;
        }
        if matches!(self.word(next), "then" | "elif" | "else") {
            return true;
        }
        if self.starts_statement(next) {
            return false;
        }
        let Some(last) = before.last() else { return true };
        match last.kind {
            TokenKind::Word => {
                let words = [
                    "then",
                    "else",
                    "and",
                    "or",
                    "not",
                    "if",
                    "elif",
                    "in",
                    "wrap",
                    "from",
                    "structural",
                ];
                words.contains(&last.text(self.text))
            }
            TokenKind::Symbol => match last.text(self.text) {
                "'" | ";" | "..." => false,
                ">" => !self.closes_unit(before),
                _ => true,
            },
            _ => false,
        }
    }

    /// Whether a final `>` closes a unit, as in `state v <m/s>`, rather than compare.
    fn closes_unit(&self, tokens: &[Token]) -> bool {
        let word = |token: &Token| token.text(self.text);
        let declares = tokens.first().is_some_and(|head| {
            ["time", "param", "structural", "state", "output", "const", "let", "mode"]
                .contains(&word(head))
        });
        if tokens.first().is_some_and(|head| word(head) == "unit") {
            return true;
        }
        let mut piece = tokens.iter().rev().take_while(|token| word(token) != ",");
        declares && !piece.any(|token| word(token) == "=")
    }

    /// Whether the line at token `at` can only be the start of a statement: a keyword or `x' =`.
    fn starts_statement(&self, at: usize) -> bool {
        if self.is(at, TokenKind::Word) && HEADS.contains(&self.word(at)) {
            return true;
        }
        let mut next = at + 1;
        if !self.is(at, TokenKind::Word) && !self.is(at, TokenKind::Quoted) {
            return false;
        }
        if self.word(next) == "[" {
            while next < self.end && !self.is(next, TokenKind::Newline) && self.word(next) != "]" {
                next += 1;
            }
            next += 1;
        }
        if self.word(next) != "'" {
            return false;
        }
        while self.word(next) == "'" {
            next += 1;
        }
        self.word(next) == "="
    }
}
