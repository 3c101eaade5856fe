//! Sentences for statements that the grammar refuses.

use crate::Diagnostic;
use crate::split::{HEADS, Statement};
use crate::syntax::{Refusal, StatementRule as Rule};
use crate::token::{Token, TokenKind};
use takens_symbolic::KEYWORDS;

/// Signs of other languages, with what is written here.
const FOREIGN: [(&str, &str); 6] = [
    ("&&", "conditions are joined by `and`"),
    ("||", "conditions are joined by `or`"),
    ("&", "conditions are joined by `and`"),
    ("|", "conditions are joined by `or`, and an absolute value is `abs(x)`"),
    ("!", "a condition is turned round by `not`"),
    ("%", "a remainder is `mod(a, b)`"),
];

/// The code of a keyword that stands as a name.
pub(crate) const RESERVED: &str = "E012";

/// What is wrong with a statement that the grammar refused.
pub(crate) fn explain(text: &str, statement: &Statement, refusal: &Refusal) -> Diagnostic {
    let tokens = &statement.tokens;
    let at = tokens.iter().position(|token| token.end > refusal.at).unwrap_or(tokens.len());
    let before = at.checked_sub(1).map(|place| &tokens[place]);
    let expects = |rule: Rule| refusal.expected.contains(&rule);
    if expects(Rule::else_) && tokens.get(at).is_none_or(|token| token.text(text) != "elif") {
        let end = before.map_or(refusal.at, |token| token.end);
        let start = before.map_or(refusal.at, |token| token.start);
        return Diagnostic::error("E001", start..end, "this `if` has no `else`")
            .help("an `if` is a value, so it says what holds otherwise: `if c then a else b`");
    }
    let Some(found) = tokens.get(at) else {
        return ends_early(text, statement, before);
    };
    let word = found.text(text);
    let span = found.span();
    if let Some((_, advice)) = FOREIGN.iter().find(|entry| entry.0 == word) {
        return Diagnostic::error("E001", span, format!("`{word}` is not an operator here"))
            .help(*advice);
    }
    if found.kind == TokenKind::Word && KEYWORDS.contains(&word) && wants_name(before, text) {
        let message = format!("`{word}` is a word of the language and cannot be a name as it is");
        return Diagnostic::error(RESERVED, span.clone(), message)
            .help("write it in backquotes wherever it stands")
            .fix(span, format!("`{word}`"));
    }
    if word == "=" && !expects(Rule::expr) {
        let equations = tokens[..at].iter().any(|token| token.text(text) == "=");
        let advice = if equations {
            "a comparison is written `==`; a new statement starts on its own line"
        } else {
            "an equation is written `x' = ...` in an `ode` and `next x = ...` in a `map`"
        };
        return Diagnostic::error("E001", span, "this `=` is not expected here").help(advice);
    }
    if expects(Rule::then_) {
        return Diagnostic::error(
            "E001",
            span,
            format!("`then` is expected before {}", show(found, text)),
        );
    }
    let previous = before.map(|token| token.text(text));
    match previous {
        Some(sign) if needs_value(before, text) => {
            let message = format!("a value is expected after `{sign}`, not {}", show(found, text));
            Diagnostic::error("E001", span, message)
        }
        _ => {
            let message = format!("{} is not expected here", show(found, text));
            let fault = Diagnostic::error("E001", span, message);
            match expected(refusal) {
                _ if previous == Some("use") => {
                    fault.help("a file is named in quotes: `use \"file.dsl\"`")
                }
                Some(list) => fault.help(format!("here could stand {list}")),
                None => fault,
            }
        }
    }
}

fn ends_early(text: &str, statement: &Statement, last: Option<&Token>) -> Diagnostic {
    let Some(last) = last else {
        return Diagnostic::error("E001", statement.span.clone(), "this statement is empty");
    };
    let word = last.text(text);
    let message = if needs_value(Some(last), text) {
        format!("the statement ends after `{word}`, where a value is expected")
    } else if HEADS.contains(&word) {
        format!("a name is expected after `{word}`")
    } else {
        format!("the statement ends too early, after `{}`", shorten(word))
    };
    Diagnostic::error("E001", last.span(), message)
}

fn needs_value(before: Option<&Token>, text: &str) -> bool {
    let Some(before) = before else { return false };
    let word = before.text(text);
    match before.kind {
        TokenKind::Symbol => word != "'",
        TokenKind::Open => true,
        TokenKind::Word => matches!(word, "and" | "or" | "not" | "if" | "then" | "elif" | "else"),
        _ => false,
    }
}

fn wants_name(before: Option<&Token>, text: &str) -> bool {
    let head = before.is_some_and(|token| HEADS.contains(&token.text(text)));
    before.is_none() || head || needs_value(before, text)
}

fn show(token: &Token, text: &str) -> String {
    format!("`{}`", shorten(token.text(text).trim_end()))
}

fn shorten(word: &str) -> String {
    if word.chars().count() <= 40 {
        return word.to_owned();
    }
    let start: String = word.chars().take(40).collect();
    format!("{start}...")
}

fn expected(refusal: &Refusal) -> Option<String> {
    let mut names: Vec<&str> = vec![];
    for rule in &refusal.expected {
        let name = match rule {
            Rule::add | Rule::sub | Rule::mul | Rule::div | Rule::pow => "an operator",
            Rule::name | Rule::word => "a name",
            Rule::number => "a number",
            Rule::interval => "an interval such as `[0, 1]`",
            Rule::string => "a string",
            _ => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(" or "))
}
