//! Habits of other tools, in single signs: each is reported with its fix and read as what it means.
//!
//! The text is patched in place, byte for byte, so that every span stays true.

use crate::Diagnostic;
use crate::token::{Token, TokenKind};

/// Signs that stand for one of ours: what is written, what is meant, its name.
const FOREIGN: [(&str, &str, &str); 9] = [
    ("\u{2212}", "-", "the minus sign U+2212"),
    ("\u{00B7}", "*", "the dot `·`"),
    ("\u{22C5}", "*", "the dot `⋅`"),
    ("\u{00D7}", "*", "the cross `×`"),
    ("\u{00F7}", "/", "the sign `÷`"),
    ("\u{2264}", "<=", "the sign `≤`"),
    ("\u{2265}", ">=", "the sign `≥`"),
    ("\u{2260}", "!=", "the sign `≠`"),
    ("\u{2032}", "'", "the prime U+2032"),
];

/// The text with foreign signs replaced by ours, of the same length.
pub(crate) fn patch(text: &str, tokens: &[Token], faults: &mut Vec<Diagnostic>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut overwrite = |token: &Token, meant: &str| {
        let place = &mut bytes[token.start..token.end];
        place.fill(b' ');
        place[..meant.len()].copy_from_slice(meant.as_bytes());
    };
    let in_events = events(text, tokens);
    for (place, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Symbol {
            continue;
        }
        let written = token.text(text);
        let block = in_events.partition_point(|block| block.end <= place);
        let in_event = in_events.get(block).is_some_and(|block| block.contains(&place));
        if in_event && written == ":=" {
            overwrite(token, "=");
        } else if in_event && written == "=" {
            faults.push(
                Diagnostic::error("E118", token.span(), "what an event sets is written with `:=`")
                    .help("write `:=`")
                    .fix(token.span(), ":="),
            );
        } else if written == "**" {
            faults.push(
                Diagnostic::error("E005", token.span(), "a power is written with `^`, not `**`")
                    .help("write `^`")
                    .fix(token.span(), "^"),
            );
            overwrite(token, "^");
        } else if written == ":=" {
            faults.push(
                Diagnostic::error(
                    "E007",
                    token.span(),
                    "an equation is written with `=`, not `:=`",
                )
                .help("write `=`")
                .fix(token.span(), "="),
            );
            overwrite(token, "=");
        } else if let Some((_, meant, name)) = FOREIGN.iter().find(|entry| entry.0 == written) {
            let message = format!("{name} is not an operator here; write `{meant}`");
            faults.push(
                Diagnostic::error("E010", token.span(), message)
                    .help(format!("write `{meant}`"))
                    .fix(token.span(), *meant),
            );
            overwrite(token, meant);
        }
    }
    derivatives(text, tokens, &mut bytes, faults);
    String::from_utf8(bytes).expect("whole characters were replaced by ASCII")
}

/// The blocks of events, as ranges of tokens: there `:=` sets what stands before it.
fn events(text: &str, tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut line_start, mut event, mut open) = (vec![], true, false, None);
    for (place, token) in tokens.iter().enumerate() {
        let word = token.text(text);
        let starts = line_start;
        line_start = matches!(token.kind, TokenKind::Newline | TokenKind::Doc) || word == "{";
        match word {
            "event" if starts => event = true,
            "{" if event => {
                open = Some(place);
                event = false;
            }
            "}" => found.extend(open.take().map(|start| start..place)),
            _ => {}
        }
    }
    found.extend(open.map(|start| start..tokens.len()));
    found
}

/// `dx/dt =` and `dx[i]/dt =` become `x' =`.
fn derivatives(text: &str, tokens: &[Token], bytes: &mut [u8], faults: &mut Vec<Diagnostic>) {
    let word = |index: usize| tokens.get(index).map_or("", |token| token.text(text));
    let mut line_start = true;
    for (index, token) in tokens.iter().enumerate() {
        let begins = std::mem::replace(
            &mut line_start,
            matches!(token.kind, TokenKind::Newline | TokenKind::Doc) || token.text(text) == "{",
        );
        let name = token.text(text);
        if !begins || token.kind != TokenKind::Word || !name.starts_with('d') || name.len() < 2 {
            continue;
        }
        let mut slash = index + 1;
        if word(slash) == "[" {
            while slash < tokens.len() && word(slash) != "]" && word(slash) != "\n" {
                slash += 1;
            }
            slash += 1;
        }
        let is_rate =
            word(slash) == "/" && word(slash + 1) == "dt" && matches!(word(slash + 2), "=" | ":=");
        if !is_rate {
            continue;
        }
        let span = token.start..tokens[slash + 1].end;
        let target = text[token.start + 1..tokens[slash].start].trim_end();
        faults.push(
            Diagnostic::error("E006", span.clone(), format!("a derivative is written `{target}'`"))
                .help(format!("write `{target}' =`"))
                .fix(span.clone(), format!("{target}'")),
        );
        bytes[token.start] = b' ';
        bytes[tokens[slash].start] = b'\'';
        bytes[tokens[slash + 1].start..tokens[slash + 1].end].fill(b' ');
    }
}
