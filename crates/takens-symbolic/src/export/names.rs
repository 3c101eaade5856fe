//! Names in other languages: what a system calls its symbols becomes what the target can call them.
//!
//! A name that the target can have as it is stays; all others are changed, each to one that nothing
//! else has, in order of declaration. So the table depends on the system alone and is one to one.

use crate::{Node, Symbol, VectorField};
use std::collections::{BTreeSet, HashMap};

/// The target's names of all symbols of a system.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    table: HashMap<Symbol, String>,
    taken: BTreeSet<String>,
    /// What was renamed by more than a subscript that moved (`x[3]` to `x_3`): old name, new name.
    pub(crate) renamed: Vec<(String, String)>,
}

impl Names {
    /// Names for the symbols of `field`, none of them among the words of `reserved`.
    pub(crate) fn new(field: &VectorField, reserved: &str) -> Self {
        let mut taken: BTreeSet<String> = reserved.split_whitespace().map(String::from).collect();
        let mut table = HashMap::from([(Symbol::Time, "t".to_owned())]);
        taken.insert("t".into());
        let wanted = wanted(field);
        // Who can keep a name goes first: nobody else can take it then.
        for (symbol, name, base) in &wanted {
            if name == base && !taken.contains(base) {
                taken.insert(base.clone());
                table.insert(*symbol, base.clone());
            }
        }
        let mut renamed = Vec::new();
        for (symbol, name, base) in wanted {
            if table.contains_key(&symbol) {
                continue;
            }
            let new = free(&mut taken, base.clone());
            let internal = matches!(symbol, Symbol::Unknown(_) | Symbol::Delayed(_));
            if !internal && (new != base || name.contains(|c: char| !c.is_ascii())) {
                renamed.push((name, new.clone()));
            }
            table.insert(symbol, new);
        }
        Self { table, taken, renamed }
    }

    /// The name of a symbol.
    pub(crate) fn of(&self, symbol: Symbol) -> &str {
        self.table.get(&symbol).map_or("t", String::as_str)
    }

    /// A name that nothing has yet, of a stem and the first free number.
    pub(crate) fn fresh(&mut self, stem: &str) -> String {
        let mut number = 1;
        loop {
            let name = format!("{stem}{number}");
            if self.taken.insert(name.clone()) {
                return name;
            }
            number += 1;
        }
    }
}

/// Each symbol with its own name and the nearest that any target can have.
fn wanted(field: &VectorField) -> Vec<(Symbol, String, String)> {
    let mut wanted = Vec::new();
    let mut add = |symbol, name: &str| wanted.push((symbol, name.to_owned(), plain(name)));
    for (place, name) in (0..).zip(&field.states) {
        add(Symbol::State(place), name);
    }
    for (place, parameter) in (0..).zip(&field.parameters) {
        add(Symbol::Parameter(place), &parameter.name);
    }
    for (place, mode) in (0..).zip(&field.modes) {
        add(Symbol::Mode(place), &mode.name);
    }
    for (place, delay) in (0..).zip(&field.delays) {
        let several = field.delays.iter().filter(|other| other.state == delay.state).count() > 1;
        let earlier = field.delays[..place as usize].iter();
        let number = 1 + earlier.filter(|other| other.state == delay.state).count();
        let state = plain(&field.states[delay.state as usize]);
        let base =
            if several { format!("{state}_delayed{number}") } else { format!("{state}_delayed") };
        wanted.push((Symbol::Delayed(place), delay.name.clone(), base));
    }
    let unknowns: BTreeSet<u32> = (field.graph.nodes())
        .filter_map(|node| match node {
            Node::Root { unknown, .. } | Node::Symbol(Symbol::Unknown(unknown)) => Some(*unknown),
            _ => None,
        })
        .collect();
    for number in unknowns {
        wanted.push((Symbol::Unknown(number), "?".into(), format!("q{}", number + 1)));
    }
    wanted
}

/// A name that is not taken, made of `base` by underscores; it is taken then.
fn free(taken: &mut BTreeSet<String>, base: String) -> String {
    let mut name = base;
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

/// A name in letters, digits and underscores: Greek letters by their names, `x[1,2]` as `x_1_2`,
/// `x'` as `x_dot`, anything else by its code point.
pub(crate) fn plain(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '0'..='9' if text.is_empty() => text.extend(['_', c]),
            c if c.is_ascii_alphanumeric() => text.push(c),
            '[' | ',' | '_' => text.push('_'),
            ']' | ' ' => {}
            '\'' => text.push_str("_dot"),
            c => match greek(c) {
                Some(word) => text.push_str(word),
                None => text.push_str(&format!("u{:x}", u32::from(c))),
            },
        }
    }
    if text.is_empty() { "_".into() } else { text }
}

/// The name of a Greek letter; capitals begin with one.
pub(crate) fn greek(letter: char) -> Option<&'static str> {
    GREEK.iter().find(|entry| entry.0 == letter).map(|entry| entry.1)
}

/// Greek letters with their names. Capitals that look like Latin ones have theirs too.
pub(crate) const GREEK: [(char, &str); 53] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ϵ', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ϑ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('µ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('ο', "omicron"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('ς', "sigma"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('ϕ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('Α', "Alpha"),
    ('Β', "Beta"),
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Ε', "Epsilon"),
    ('Ζ', "Zeta"),
    ('Η', "Eta"),
    ('Θ', "Theta"),
    ('Ι', "Iota"),
    ('Κ', "Kappa"),
    ('Λ', "Lambda"),
    ('Μ', "Mu"),
    ('Ν', "Nu"),
    ('Ξ', "Xi"),
    ('Ο', "Omicron"),
    ('Π', "Pi"),
    ('Ρ', "Rho"),
    ('Σ', "Sigma"),
    ('Τ', "Tau"),
    ('Υ', "Upsilon"),
    ('Φ', "Phi"),
    ('Χ', "Chi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameter;

    #[test]
    fn names_are_one_to_one() {
        let mut field = VectorField::default();
        let zero = field.graph.zero();
        field.states = ["x", "x[3]", "x_3", "σ", "sigma"].map(String::from).to_vec();
        let parameter = |name: &str| Parameter { name: name.into(), default: zero, range: None };
        field.parameters = ["lambda", "lambda_", "t"].map(parameter).to_vec();
        let names = Names::new(&field, "lambda");
        let mut all: Vec<&str> = (0..5).map(|i| names.of(Symbol::State(i))).collect();
        all.extend((0..3).map(|i| names.of(Symbol::Parameter(i))));
        assert_eq!(all, ["x", "x_3_", "x_3", "sigma_", "sigma", "lambda__", "lambda_", "t_"]);
        assert_eq!(names.renamed.len(), 4);
    }

    #[test]
    fn names_are_spelled_in_ascii() {
        for (name, text) in
            [("x[1,2]", "x_1_2"), ("x'", "x_dot"), ("Ω_max", "Omega_max"), ("é", "ue9")]
        {
            assert_eq!(plain(name), text);
        }
    }
}
