//! Tokens: just enough of the text's shape to cut it into statements.
//!
//! The grammar proper is `grammar/systems.pest`. Tokens serve what comes before it: matching
//! brackets, line ends, limits, and the habits of other tools.

use crate::Diagnostic;
use crate::diagnostic::Span;
use crate::limits::MAX_NAME;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A name in backquotes.
    Quoted,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// An operator or a separator.
    Symbol,
    /// The end of a line.
    Newline,
    /// A `///` comment.
    Doc,
}

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn span(&self) -> Span {
        self.start..self.end
    }

    pub(crate) fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

const SYMBOLS: [&str; 10] = ["**", "==", "!=", "<=", ">=", ":=", "..", "&&", "||", "±"];

/// The tokens of `text`, ordinary comments left out. Faults go to `faults`.
pub(crate) fn tokenize(text: &str, faults: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut scanner = Scanner { text, at: 0, tokens: Vec::with_capacity(text.len() / 3), faults };
    if text.starts_with('\u{FEFF}') {
        scanner.at = '\u{FEFF}'.len_utf8();
    }
    while scanner.at < text.len() {
        scanner.token();
    }
    scanner.tokens
}

/// The end of the word that starts at `start`; `start` itself if none does.
pub(crate) fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    for (offset, c) in text[start..].char_indices() {
        let fits = if offset == 0 { is_word_start(c) } else { is_word_part(c) };
        if !fits {
            break;
        }
        end = start + offset + c.len_utf8();
    }
    end
}

/// The middle dot is part of words in Unicode; here it is somebody's product sign.
fn is_word_part(c: char) -> bool {
    c != '\u{00B7}' && unicode_ident::is_xid_continue(c)
}

fn is_word_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    faults: &'a mut Vec<Diagnostic>,
}

impl Scanner<'_> {
    fn push(&mut self, kind: TokenKind, end: usize) {
        self.tokens.push(Token { kind, start: self.at, end });
        self.at = end;
    }

    fn token(&mut self) {
        let rest = &self.text[self.at..];
        let c = rest.chars().next().expect("the caller checks that text is left");
        let line_end = || self.at + rest.find('\n').unwrap_or(rest.len());
        match c {
            '\n' => self.push(TokenKind::Newline, self.at + 1),
            ' ' | '\t' | '\r' => self.at += 1,
            '/' if rest.starts_with("///") && !rest.starts_with("////") => {
                let end = line_end();
                self.push(TokenKind::Doc, end);
            }
            '/' if rest.starts_with("//") => self.at = line_end(),
            '/' if rest.starts_with("/*") => self.block_comment(),
            '"' => self.string(),
            '`' => self.quoted(),
            '0'..='9' => self.number(),
            '.' if rest[1..].starts_with(|d: char| d.is_ascii_digit()) => self.number(),
            '(' | '[' | '{' => self.push(TokenKind::Open, self.at + 1),
            ')' | ']' | '}' => self.push(TokenKind::Close, self.at + 1),
            c if is_word_start(c) => self.word(),
            c => {
                let long = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                let length = long.map_or(c.len_utf8(), |symbol| symbol.len());
                self.push(TokenKind::Symbol, self.at + length);
            }
        }
    }

    fn block_comment(&mut self) {
        match self.text[self.at + 2..].find("*/") {
            Some(length) => {
                // A comment over several lines does not end a statement.
                self.at += length + 4;
            }
            None => {
                let span = self.at..self.at + 2;
                self.faults.push(
                    Diagnostic::error("E002", span, "this comment is never closed")
                        .help("end it with `*/`"),
                );
                self.at = self.text.len();
            }
        }
    }

    fn string(&mut self) {
        let mut escaped = false;
        for (offset, c) in self.text[self.at + 1..].char_indices() {
            match c {
                '\n' => break,
                '"' if !escaped => return self.push(TokenKind::Text, self.at + offset + 2),
                _ => escaped = c == '\\' && !escaped,
            }
        }
        let rest = &self.text[self.at..];
        let line = rest[..rest.find('\n').unwrap_or(rest.len())].trim_end();
        // The bracket that closes the block is hardly meant to be in the string.
        let line = line.strip_suffix('}').map_or(line, str::trim_end);
        let end = self.at + line.len().max(1);
        self.faults.push(
            Diagnostic::error("E002", self.at..end, "this string is never closed")
                .help("a string ends with `\"` on the line where it starts"),
        );
        self.push(TokenKind::Text, end);
    }

    fn quoted(&mut self) {
        let rest = &self.text[self.at + 1..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        match line.find('`') {
            Some(length) => {
                let inner = &line[..length];
                if word_end(inner, 0) != length || length == 0 {
                    let span = self.at..self.at + length + 2;
                    self.faults.push(
                        Diagnostic::error("E001", span, format!("`{inner}` is not a name"))
                            .help("between backquotes stands a name: letters, digits and `_`"),
                    );
                }
                self.push(TokenKind::Quoted, self.at + length + 2);
            }
            None => {
                let span = self.at..self.at + 1;
                self.faults.push(Diagnostic::error("E002", span, "this backquote is never closed"));
                self.push(TokenKind::Quoted, self.at + 1 + word_end(line, 0));
            }
        }
    }

    fn number(&mut self) {
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(self.at);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let after = digits(end + 1 + sign);
            if after > end + 1 + sign {
                end = after;
            }
        }
        self.push(TokenKind::Number, end);
    }

    fn word(&mut self) {
        let end = word_end(self.text, self.at);
        if end - self.at > MAX_NAME {
            let message =
                format!("this name has {} bytes; at most {MAX_NAME} are allowed", end - self.at);
            let shown = self.text.floor_char_boundary(self.at + 40);
            self.faults.push(Diagnostic::error("E003", self.at..shown, message));
        }
        self.push(TokenKind::Word, end);
    }
}
