//! Names of a statement that the grammar does not read: because it is broken, or being typed, or of a
//! kind that has no tree.
//!
//! What the words before and after a name tell is enough to know what it most likely is.

use super::gather::Gatherer;
use super::{NameKind, Sort};
use crate::split::Statement;
use crate::token::TokenKind;
use takens_symbolic::KEYWORDS;

impl Gatherer<'_> {
    /// Reads the words of a statement from token `first` on.
    pub(super) fn loose(&mut self, statement: &Statement, first: usize) {
        let tokens = &statement.tokens;
        let kind = match self.word(statement, 0) {
            _ if first > 0 => None,
            "param" => Some(NameKind::Parameter),
            "structural" => Some(NameKind::Structural),
            "state" => Some(NameKind::State),
            "let" => Some(NameKind::Let),
            "output" => Some(NameKind::Output),
            "invariant" => Some(NameKind::Invariant),
            "const" => Some(NameKind::Constant),
            "index" => Some(NameKind::Index),
            "fn" => Some(NameKind::Function),
            "time" => Some(NameKind::Time),
            "mode" => Some(NameKind::Mode),
            "event" => Some(NameKind::Event),
            "unit" => Some(NameKind::Unit),
            _ => None,
        };
        let several = !matches!(
            kind,
            None | Some(
                NameKind::Function
                    | NameKind::Invariant
                    | NameKind::Time
                    | NameKind::Event
                    | NameKind::Unit
            )
        );
        let head = tokens.first().filter(|_| first == 0);
        let history = head.is_some_and(|head| head.text(self.text) == "history");
        let equals = tokens.iter().position(|token| token.text(self.text) == "=");
        let mut depth = 0_usize;
        let mut noise = false;
        for (place, token) in tokens.iter().enumerate().skip(first) {
            let word = token.text(self.text);
            let is_name = match token.kind {
                TokenKind::Word => !KEYWORDS.contains(&word),
                TokenKind::Quoted => true,
                _ => false,
            };
            let before = place.checked_sub(1).map_or("", |place| self.word(statement, place));
            let after = self.word(statement, place + 1);
            if is_name && !(before == "<" && in_unit(self, statement, place)) {
                let name = self.name_of(token);
                let left = equals.is_none_or(|equals| place < equals);
                let starts = head.is_some_and(|head| before == head.text(self.text) && place == 1)
                    || before == "param" && place == 2
                    || several && depth == 0 && before == ",";
                let argument = depth > 0 && left && (kind == Some(NameKind::Function) || history);
                let bound = after == "in" && depth > 0;
                if let Some(kind) = kind.filter(|_| starts) {
                    let mut whole = statement.span.clone();
                    whole.start = token.start.min(whole.end);
                    let doc = statement.doc.clone();
                    self.define(&name, kind, &whole).doc = doc;
                } else if argument && before != "[" {
                    self.define(&name, NameKind::Argument, &statement.span.clone());
                } else if bound {
                    self.define(&name, NameKind::Bound, &(token.start..statement.span.end));
                } else {
                    let sort = match after {
                        _ if noise => Sort::Noise,
                        "(" if !history || !left => Sort::Call,
                        "'" | ":=" | "=" if place == first => Sort::Target,
                        _ => Sort::Value,
                    };
                    self.using(&name.text, name.span.clone(), sort);
                }
            }
            noise = before == "noise" && word == "(";
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

/// Whether the word at `place` stands in the angle brackets of a unit.
fn in_unit(gatherer: &Gatherer, statement: &Statement, place: usize) -> bool {
    let rest = statement.tokens.iter().skip(place).map(|token| token.text(gatherer.text));
    let mut rest = rest.take_while(|word| !matches!(*word, "=" | "," | "in"));
    rest.any(|word| word == ">")
}
