//! Expressions of XPPAUT in the language's syntax.

use super::super::formula::{Piece, arguments, closing, join};
use super::Model;
use std::collections::{BTreeMap, BTreeSet};
use takens_symbolic::quote;

/// What names mean in a file.
pub(super) struct Names {
    states: BTreeSet<String>,
    values: BTreeSet<String>,
    wiener: BTreeSet<String>,
    /// What each function reads beside its arguments: it gets that as arguments here.
    pub(super) captured: BTreeMap<String, Vec<String>>,
    arities: BTreeMap<String, usize>,
}

/// Functions that have the same name in the language.
const SAME: [&str; 17] = [
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "log",
    "sqrt", "abs", "sign", "max", "min",
];

impl Names {
    pub(super) fn new(model: &Model) -> Self {
        let name = |one: &super::Quantity| one.name.clone();
        let mut names = Self {
            states: model.equations.iter().map(name).collect(),
            values: (model.parameters.iter().chain(&model.derived).chain(&model.fixed))
                .map(name)
                .collect(),
            wiener: model.wiener.iter().cloned().collect(),
            captured: BTreeMap::new(),
            arities: (model.functions.iter())
                .map(|one| (one.name.clone(), one.arguments.len()))
                .collect(),
        };
        // A function may call others: what these capture it captures too.
        let mut captured: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        loop {
            let before = captured.clone();
            for function in &model.functions {
                let mut all = BTreeSet::new();
                for piece in &function.body {
                    let Piece::Name(word) = piece else { continue };
                    if function.arguments.contains(word) {
                        continue;
                    }
                    if names.states.contains(word) || names.values.contains(word) || word == "t" {
                        all.insert(word.clone());
                    }
                    let inner = before.get(word).into_iter().flatten().cloned();
                    all.extend(inner.filter(|name| !function.arguments.contains(name)));
                }
                captured.insert(function.name.clone(), all);
            }
            if captured == before {
                break;
            }
        }
        names.captured =
            captured.into_iter().map(|(name, all)| (name, all.into_iter().collect())).collect();
        names
    }

    /// An expression as text; `local` are names that mean themselves.
    ///
    /// # Errors
    /// What has no counterpart.
    pub(super) fn text(&self, pieces: &[Piece], local: &[String]) -> Result<String, String> {
        Ok(join(&self.convert(pieces, local, 0)?))
    }

    fn convert(
        &self,
        from: &[Piece],
        local: &[String],
        depth: usize,
    ) -> Result<Vec<Piece>, String> {
        if depth > crate::MAX_DEPTH {
            return Err(format!("brackets nest deeper than {}", crate::MAX_DEPTH));
        }
        let mut to = Vec::new();
        let mut at = 0;
        while let Some(piece) = from.get(at) {
            at += 1;
            let word = match piece {
                Piece::Number(_) => {
                    to.push(piece.clone());
                    continue;
                }
                Piece::Sign(sign) => {
                    to.push(match sign.as_str() {
                        "&" | "&&" => Piece::Name("and".into()),
                        "|" | "||" => Piece::Name("or".into()),
                        "'" => return Err("a derivative inside an expression".into()),
                        "=" => return Err("`=` inside an expression; `==` compares".into()),
                        _ => piece.clone(),
                    });
                    continue;
                }
                Piece::Name(word) => word,
            };
            if from.get(at) != Some(&Piece::Sign("(".into())) {
                to.extend(self.name(word, local)?);
                continue;
            }
            let end = closing(from, at).ok_or_else(|| format!("`{word}(` lacks a `)`"))?;
            let inside = &from[at + 1..end];
            at = end + 1;
            if word == "if" {
                at = self.choice(inside, from, at, local, depth, &mut to)?;
            } else {
                self.call(word, inside, local, depth, &mut to)?;
            }
        }
        Ok(to)
    }

    fn name(&self, word: &str, local: &[String]) -> Result<Vec<Piece>, String> {
        if local.iter().any(|one| one == word) || word == "t" || word == "pi" {
            return Ok(vec![Piece::Name(quote(word).into_owned())]);
        }
        if self.wiener.contains(word) {
            return Ok(vec![Piece::Name(format!("noise({})", quote(word)))]);
        }
        if self.states.contains(word) || self.values.contains(word) {
            return Ok(vec![Piece::Name(quote(word).into_owned())]);
        }
        Err(format!("`{word}` is not defined in this file"))
    }

    /// `if(c)then(a)else(b)`, whose condition has been read; gives where it ends.
    fn choice(
        &self,
        condition: &[Piece],
        from: &[Piece],
        mut at: usize,
        local: &[String],
        depth: usize,
        to: &mut Vec<Piece>,
    ) -> Result<usize, String> {
        let form = "a choice is `if(condition)then(value)else(value)`";
        to.extend([Piece::Sign("(".into()), Piece::Name("if".into())]);
        to.extend(self.convert(condition, local, depth + 1)?);
        for word in ["then", "else"] {
            let open = Some(&Piece::Sign("(".into()));
            if from.get(at) != Some(&Piece::Name(word.into())) || from.get(at + 1) != open {
                return Err(form.into());
            }
            let end = closing(from, at + 1).ok_or(form)?;
            to.push(Piece::Name(word.into()));
            let inside = from.get(at + 2..end).ok_or(form)?;
            to.extend(self.convert(inside, local, depth + 1)?);
            at = end + 1;
        }
        to.push(Piece::Sign(")".into()));
        Ok(at)
    }

    fn call(
        &self,
        word: &str,
        inside: &[Piece],
        local: &[String],
        depth: usize,
        to: &mut Vec<Piece>,
    ) -> Result<(), String> {
        let sign = |text: &str| Piece::Sign(text.into());
        if word == "delay" {
            let parts = arguments(inside);
            let [state, lag] = parts.as_slice() else {
                return Err("a delay is `delay(x, tau)`".into());
            };
            let [Piece::Name(state)] = state.as_slice() else {
                return Err("the first argument of `delay` is the name of a variable".into());
            };
            if !self.states.contains(state) {
                return Err(format!("`delay({state}, ..)`: only variables have a past"));
            }
            let lag = self.convert(lag, local, depth + 1)?;
            to.extend([Piece::Name(quote(state).into_owned()), sign("("), Piece::Name("t".into())]);
            to.push(sign("-"));
            if lag.len() > 1 {
                to.push(sign("("));
            }
            let single = lag.len() <= 1;
            to.extend(lag);
            to.extend((!single).then(|| sign(")")));
            to.push(sign(")"));
            return Ok(());
        }
        let new = match word {
            "not" => "not",
            "ln" => "log",
            "heav" => "heaviside",
            "flr" => "floor",
            "mod" => "mod",
            "log10" => "log",
            word if SAME.contains(&word) => word,
            word if self.arities.contains_key(word) => word,
            word if self.states.contains(word) || self.values.contains(word) => {
                return Err(format!(
                    "`{word}(`: a sign is missing, or `delay({word}, ..)` is meant"
                ));
            }
            _ => return Err(format!("the function `{word}` has no counterpart in the language")),
        };
        let mut inner = self.convert(inside, local, depth + 1)?;
        if let Some(&arity) = self.arities.get(word) {
            let given = arguments(inside).len();
            if given != arity {
                return Err(format!("`{word}` takes {arity} arguments, not {given}"));
            }
            for name in self.captured.get(word).into_iter().flatten() {
                inner.extend([sign(","), Piece::Name(quote(name).into_owned())]);
            }
        }
        if word == "log10" {
            to.push(sign("("));
        }
        to.extend([Piece::Name(new.into()), sign("(")]);
        to.extend(inner);
        to.push(sign(")"));
        if word == "log10" {
            to.extend([
                sign("/"),
                Piece::Name("log".into()),
                sign("("),
                Piece::Number("10".into()),
            ]);
            to.extend([sign(")"), sign(")")]);
        }
        Ok(())
    }
}
