//! Names as symbols: Greek letters, subscripts, words upright.

use super::super::dialect::Level;
use super::super::names::{GREEK, plain};
use super::formula::Formulas;
use crate::{Node, Symbol, VectorField};
use std::collections::{BTreeSet, HashMap};

/// The symbols of a system, all different.
pub(super) struct Symbols {
    table: HashMap<Symbol, String>,
    taken: BTreeSet<String>,
}

impl Symbols {
    pub(super) fn new(field: &VectorField) -> Self {
        let mut symbols =
            Self { table: HashMap::from([(Symbol::Time, "t".into())]), taken: BTreeSet::new() };
        symbols.taken.insert("t".into());
        for (place, name) in (0..).zip(&field.states) {
            symbols.add(Symbol::State(place), name);
        }
        for (place, parameter) in (0..).zip(&field.parameters) {
            symbols.add(Symbol::Parameter(place), &parameter.name);
        }
        for (place, mode) in (0..).zip(&field.modes) {
            symbols.add(Symbol::Mode(place), &mode.name);
        }
        let unknowns: BTreeSet<u32> = (field.graph.nodes())
            .filter_map(|node| match node {
                Node::Root { unknown, .. } => Some(*unknown),
                _ => None,
            })
            .collect();
        for number in unknowns {
            symbols.add(Symbol::Unknown(number), &format!("q{}", number + 1));
        }
        for (place, delay) in (0..).zip(&field.delays) {
            let lag = Formulas::bare(&field.graph, &symbols).at(delay.lag, Level::Product).text;
            let text = format!("{}(t - {lag})", symbols.of(Symbol::State(delay.state)));
            symbols.table.insert(Symbol::Delayed(place), text);
        }
        symbols
    }

    fn add(&mut self, symbol: Symbol, name: &str) {
        let mut text = of_name(name);
        if self.taken.contains(&text) {
            // `x1` and `x[1]` would look the same: the later one is spelled out.
            text = spelled(name);
        }
        while !self.taken.insert(text.clone()) {
            text.push('\'');
        }
        self.table.insert(symbol, text);
    }

    /// The formula of a symbol.
    pub(super) fn of(&self, symbol: Symbol) -> &str {
        self.table.get(&symbol).map_or("t", String::as_str)
    }

    /// A symbol that nothing has: `s_{1}` and so on.
    pub(super) fn fresh(&self, number: usize) -> String {
        let stem = ["s", "u", "w", "\\xi", "\\zeta"]
            .into_iter()
            .find(|stem| {
                !self.taken.contains(*stem)
                    && !self.taken.iter().any(|one| one.starts_with(&format!("{stem}_")))
            })
            .unwrap_or("\\mathrm{aux}");
        format!("{stem}_{{{number}}}")
    }
}

/// A name as a formula: `rho1` is ρ with index 1, `k[0,1]` is k with index 0,1, words stand upright.
pub(super) fn of_name(name: &str) -> String {
    if let Some(base) = name.strip_suffix("_dot").or_else(|| name.strip_suffix('\'')) {
        return dotted(&of_name(base));
    }
    let (word, index) = match name.split_once('[') {
        Some((word, index)) => (word, index.trim_end_matches(']')),
        None => (name, ""),
    };
    let word = plain(word);
    let mut parts: Vec<&str> = word.split('_').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return spelled(name);
    }
    let first = parts.remove(0);
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let (stem, digits) = if stem.is_empty() { (first, "") } else { first.split_at(stem.len()) };
    let mut indices: Vec<String> = Vec::new();
    if !digits.is_empty() {
        indices.push(digits.into());
    }
    indices.extend(parts.iter().map(|part| letters(part)));
    if !index.is_empty() {
        indices.push(index.into());
    }
    let stem = letters(stem);
    if indices.is_empty() { stem } else { format!("{stem}_{{{}}}", indices.join(",")) }
}

/// A word: a Greek letter, one letter, or upright.
fn letters(word: &str) -> String {
    if word.len() == 1 || word.chars().all(|c| c.is_ascii_digit()) {
        word.into()
    } else if GREEK.iter().any(|entry| entry.1 == word) {
        greek(word)
    } else {
        format!("\\mathrm{{{word}}}")
    }
}

/// A Greek letter by its name. Those that look like Latin letters have no command.
pub(super) fn greek(name: &str) -> String {
    const CAPITALS: [&str; 11] = [
        "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
    ];
    match name {
        "epsilon" => "\\varepsilon".into(),
        "phi" => "\\varphi".into(),
        "omicron" => "o".into(),
        name if name.starts_with(char::is_uppercase) && !CAPITALS.contains(&name) => {
            format!("\\mathrm{{{name}}}")
        }
        name => format!("\\{name}"),
    }
}

/// A name letter by letter.
fn spelled(name: &str) -> String {
    format!("\\mathrm{{{}}}", plain(name).replace('_', "\\_"))
}

/// The time derivative: a dot on the letter, before the index.
pub(super) fn dotted(symbol: &str) -> String {
    match symbol.split_once("_{") {
        Some((stem, index)) => format!("\\dot{{{stem}}}_{{{index}"),
        None if symbol.starts_with("\\dot{") => format!("\\d{}", &symbol[1..]),
        None => format!("\\dot{{{symbol}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_symbols() {
        for (name, formula) in [
            ("x", "x"),
            ("rho1", "\\rho_{1}"),
            ("x[3]", "x_{3}"),
            ("k[0,1]", "k_{0,1}"),
            ("a_max", "a_{\\mathrm{max}}"),
            ("diode", "\\mathrm{diode}"),
            ("β", "\\beta"),
            ("x_dot", "\\dot{x}"),
            ("Beta", "\\mathrm{Beta}"),
        ] {
            assert_eq!(of_name(name), formula);
        }
        assert_eq!(dotted("x_{3}"), "\\dot{x}_{3}");
        assert_eq!(dotted("\\dot{x}"), "\\ddot{x}");
    }
}
