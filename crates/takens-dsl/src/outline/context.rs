//! What surrounds a place of the text: what could be written there.

use super::Outline;
use crate::split::HEADS;
use crate::token::{Token, TokenKind};

/// Where something is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Within a comment: nothing is to be offered.
    Comment,
    /// Within a string, after this key of `meta` or after `use`.
    Text(String),
    /// At the start of an item of the file.
    Item,
    /// At the start of a statement of this system.
    Statement(usize),
    /// At the start of an entry of this block of a system.
    Entry(String, usize),
    /// Where a system is named, after `extends`.
    Base,
    /// Where a name is being made up.
    NewName,
    /// Where a value or the name of one is expected; the system, if it is in one.
    Value(Option<usize>),
    /// After a whole value: where a clause or an operator could follow.
    Clause(Option<usize>),
}

/// A place, with the words before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Where it is.
    pub place: Place,
    /// The first word of the line.
    pub head: String,
    /// Where the word being written starts.
    pub start: usize,
}

impl Outline {
    /// What surrounds byte `offset` of `text`, which is the text that was outlined.
    #[must_use]
    pub fn context(&self, text: &str, offset: usize) -> Context {
        let offset = text.floor_char_boundary(offset);
        let tokens = &self.tokens;
        // The word being written is no part of what surrounds it.
        let mut end = tokens.partition_point(|token| token.end < offset);
        let mut start = offset;
        if let Some(token) = tokens.get(end).filter(|token| token.start < offset) {
            let doc = token.kind == TokenKind::Doc;
            if doc || token.kind == TokenKind::Text && offset < token.end {
                let head = self.line_head(text, end);
                let place = if doc { Place::Comment } else { Place::Text(head.clone()) };
                return Context { place, head, start: token.start + usize::from(!doc) };
            }
            if matches!(token.kind, TokenKind::Word | TokenKind::Quoted) {
                start = token.start;
            } else {
                end += 1;
            }
        }
        let before = &tokens[..end];
        let gap = before.last().map_or(0, |token| token.end)..start;
        if in_comment(text.get(gap).unwrap_or("")) {
            return Context { place: Place::Comment, head: String::new(), start };
        }
        let head = self.line_head(text, end);
        let system = self.systems.iter().position(|one| {
            one.block.start <= start && start <= one.block.end && !one.block.is_empty()
        });
        let place = self.place(text, before, system, start);
        Context { place, head, start }
    }

    fn place(&self, text: &str, before: &[Token], system: Option<usize>, at: usize) -> Place {
        let last = before.last();
        let word = last.map_or("", |token| token.text(text));
        let block = self.blocks.iter().find(|one| one.span.start <= at && at <= one.span.end);
        let beginning = match last.map(|token| token.kind) {
            None | Some(TokenKind::Doc) => true,
            Some(TokenKind::Newline) => !goes_on(text, before),
            Some(TokenKind::Open | TokenKind::Close) => matches!(word, "{" | "}"),
            _ => block.is_some() && word == ",",
        };
        if beginning {
            return match (block, system) {
                (Some(block), _) => Place::Entry(block.word.clone(), block.system),
                (None, Some(system)) => Place::Statement(system),
                (None, None) => Place::Item,
            };
        }
        let significant = before.iter().rev().find(|token| token.kind != TokenKind::Newline);
        let word = significant.map_or("", |token| token.text(text));
        let kind = significant.map_or(TokenKind::Symbol, |token| token.kind);
        let heads = ["param", "state", "let", "output", "index", "const", "fn", "structural"];
        match (kind, word) {
            (_, "extends") => Place::Base,
            (_, "ode" | "map" | "dde" | "sde" | "time" | "mode" | "event" | "unit") => {
                Place::NewName
            }
            (_, word) if heads.contains(&word) => Place::NewName,
            (
                _,
                "next" | "in" | "then" | "else" | "elif" | "if" | "and" | "or" | "not" | "when",
            ) => Place::Value(system),
            (TokenKind::Open, _) => Place::Value(system),
            (TokenKind::Symbol, word) if word != "'" => Place::Value(system),
            _ => Place::Clause(system),
        }
    }

    /// The first word of the line that ends before token `end`.
    fn line_head(&self, text: &str, end: usize) -> String {
        let breaks = |token: &Token| {
            matches!(token.kind, TokenKind::Newline | TokenKind::Doc)
                || matches!(token.text(text), "{" | "}")
        };
        let tokens = &self.tokens[..end.min(self.tokens.len())];
        let first = tokens.iter().rposition(breaks).map_or(0, |place| place + 1);
        self.tokens.get(first).map_or(String::new(), |token| token.text(text).to_owned())
    }
}

/// Whether a statement goes on over the line end that is the last of these tokens.
fn goes_on(text: &str, before: &[Token]) -> bool {
    let Some(last) = before.iter().rev().find(|token| token.kind != TokenKind::Newline) else {
        return false;
    };
    let word = last.text(text);
    match last.kind {
        TokenKind::Symbol => !matches!(word, "'" | ";" | ">"),
        TokenKind::Word => matches!(word, "then" | "else" | "and" | "or" | "not" | "if" | "elif"),
        TokenKind::Open if word != "{" => true,
        TokenKind::Close if word == "}" => false,
        _ => open_bracket(text, before),
    }
}

/// Whether a round or square bracket of the last statement is open.
fn open_bracket(text: &str, before: &[Token]) -> bool {
    let mut depth = 0_i32;
    for token in before.iter().rev() {
        let word = token.text(text);
        match token.kind {
            TokenKind::Close if word == "}" => return false,
            TokenKind::Open if word == "{" => return false,
            TokenKind::Close => depth += 1,
            TokenKind::Open if depth == 0 => return true,
            TokenKind::Open => depth -= 1,
            TokenKind::Word if depth == 0 && HEADS.contains(&word) => return false,
            _ => {}
        }
    }
    false
}

/// Whether the end of a text that holds no token is within a comment.
fn in_comment(mut gap: &str) -> bool {
    while let Some(start) = gap.find('/') {
        let rest = &gap[start..];
        let close = if rest.starts_with("/*") { "*/" } else { "\n" };
        match rest.find(close) {
            Some(end) => gap = &rest[end + close.len()..],
            None => return true,
        }
    }
    false
}
