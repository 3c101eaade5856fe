//! From statements to trees, with the limits that keep the parser's stack and time bounded.

use crate::Diagnostic;
use crate::ast::Syntax;
use crate::diagnostic::Span;
use crate::limits::{MAX_DEPTH, MAX_EXPRESSION, MAX_TABLE};
use crate::refusal::explain;
use crate::split::Statement;
use crate::syntax::{StatementRule, read_statement};
use crate::token::{Token, TokenKind};

/// Reads a statement; `None` if it is broken, which is reported.
pub(crate) fn read(
    text: &str,
    statement: &Statement,
    rule: StatementRule,
    faults: &mut Vec<Diagnostic>,
) -> Option<Syntax> {
    let open_string = |token: &Token| {
        let word = token.text(text);
        token.kind == TokenKind::Text && (word.len() < 2 || !word.ends_with('"'))
    };
    // Both are reported where brackets are matched and tokens made.
    if statement.broken || statement.tokens.iter().any(open_string) {
        return None;
    }
    let table = statement.tokens.first().is_some_and(|token| token.text(text) == "param");
    let limit = if table { MAX_TABLE } else { MAX_EXPRESSION };
    if let Some(fault) = beyond_limits(text, &statement.tokens, &statement.span, limit) {
        faults.push(fault);
        return None;
    }
    match read_statement(text, statement.span.clone(), rule, faults) {
        Ok(syntax) => Some(syntax),
        Err(refusal) => {
            faults.push(explain(text, statement, &refusal));
            None
        }
    }
}

/// The fault of a run of tokens that is too long or nests too deep.
pub(crate) fn beyond_limits(
    text: &str,
    tokens: &[Token],
    span: &Span,
    limit: usize,
) -> Option<Diagnostic> {
    if span.len() > limit {
        let start = tokens.first().map_or(span.clone(), Token::span);
        let message = format!(
            "this statement has {} bytes; an expression may have at most {limit}",
            span.len()
        );
        return Some(Diagnostic::error("E003", start, message).help("name its parts with `let`"));
    }
    let at = too_deep(text, tokens)?;
    let message = format!("this nests deeper than {MAX_DEPTH} levels");
    Some(Diagnostic::error("E003", tokens[at].span(), message).help("name its parts with `let`"))
}

/// The token at which nesting passes the limit.
///
/// A level is an open bracket, an `if`, and what waits for its right-hand side: a prefix operator
/// or a `^`, which binds right.
fn too_deep(text: &str, tokens: &[Token]) -> Option<usize> {
    let mut outer: Vec<(usize, usize)> = vec![];
    let (mut branches, mut waiting, mut depth) = (0_usize, 0_usize, 0_usize);
    let mut operand_before = false;
    for (index, token) in tokens.iter().enumerate() {
        let word = token.text(text);
        let after_operand = operand_before;
        operand_before = matches!(
            token.kind,
            TokenKind::Number | TokenKind::Quoted | TokenKind::Close | TokenKind::Text
        ) || word == "'";
        match token.kind {
            TokenKind::Open => {
                outer.push((branches, waiting));
                (branches, waiting) = (0, 0);
                depth += 1;
            }
            TokenKind::Close => {
                depth -= branches + waiting;
                if let Some((before, open)) = outer.pop() {
                    (branches, waiting) = (before, open);
                    depth -= 1;
                }
            }
            TokenKind::Word => match word {
                "if" => {
                    branches += 1;
                    depth += 1;
                }
                "not" => {
                    waiting += 1;
                    depth += 1;
                }
                "and" | "or" | "then" | "elif" | "else" | "in" => {
                    depth -= waiting;
                    waiting = 0;
                }
                _ => operand_before = true,
            },
            TokenKind::Symbol if word == "^" || (word.trim_end() == "-" && !after_operand) => {
                waiting += 1;
                depth += 1;
            }
            TokenKind::Symbol if word.trim_end() == "," || word == ";" => {
                depth -= waiting + branches;
                (branches, waiting) = (0, 0);
            }
            TokenKind::Symbol if word != "'" => {
                depth -= waiting;
                waiting = 0;
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(index);
        }
    }
    None
}

/// The names that a broken statement would have declared: its uses are not to be reported too.
pub(crate) fn declared_names(text: &str, statement: &Statement) -> Vec<String> {
    let tokens = &statement.tokens;
    let word = |index: usize| tokens.get(index).map_or("", |token: &Token| token.text(text));
    let is_name = |index: usize| {
        tokens
            .get(index)
            .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
    };
    let name = |index: usize| word(index).trim_matches('`').to_owned();
    let first = match word(0) {
        "structural" => 2,
        "param" | "state" | "let" | "output" | "const" | "index" | "fn" | "next" | "time"
        | "event" | "mode" | "unit" => 1,
        _ if is_name(0) => return vec![name(0)],
        _ => return vec![],
    };
    let mut names = vec![];
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        let starts = index == first || (depth == 0 && index > first && word(index - 1) == ",");
        if starts
            && is_name(index)
            && matches!(word(index + 1), "=" | "[" | "<" | "in" | "," | "" | "(" | "'" | "wrap")
            || (index == first && is_name(index))
        {
            names.push(name(index));
        }
    }
    names
}
