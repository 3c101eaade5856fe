//! Generators and what they stand for.

use crate::{Function, Generator, Polynomial, RationalFunction};
use num_bigint::BigInt;
use std::collections::HashMap;

/// What a generator of a normal form stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Atom {
    /// The imaginary unit, `i^2 = -1`; only in [`Style::Exponential`](crate::Style).
    Imaginary,
    /// `exp(i·pi)`, for its fractional powers, the roots of unity.
    Unity,
    /// The circle's ratio.
    Pi,
    /// A prime (or an integer too large to factor), for its fractional powers.
    Prime(BigInt),
    /// Component of the state.
    State(u32),
    /// Parameter that has no value here.
    Parameter(u32),
    /// Time.
    Time,
    /// A component at an earlier time.
    Delayed(u32),
    /// A discrete state.
    Mode(u32),
    /// The unknown of an implicit root, numbered in order of first appearance.
    Unknown(u32),
    /// `exp` of one term.
    Exp(RationalFunction),
    /// `log` of the absolute value of a polynomial that does not factor further here.
    Log(Polynomial),
    /// A polynomial, for its fractional powers.
    Base(Polynomial),
    /// The absolute value of a polynomial.
    Absolute(Polynomial),
    /// 1 where the polynomial vanishes, else 0.
    Vanishes(Polynomial),
    /// Any other function of normal forms.
    Call(Function, Vec<RationalFunction>),
    /// The zero of an equation, from a start.
    Root {
        /// What vanishes.
        equation: RationalFunction,
        /// Where the search starts.
        start: RationalFunction,
    },
}

/// What is known of a generator without looking at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traits {
    /// The same number everywhere.
    pub(crate) constant: bool,
    /// Not a real number.
    pub(crate) complex: bool,
    /// Analytic wherever it is defined, but for a set of measure zero.
    pub(crate) smooth: bool,
    /// Above zero almost everywhere that it is defined.
    pub(crate) positive: bool,
}

/// All generators of one normaliser.
#[derive(Debug, Clone, Default)]
pub(crate) struct Atoms {
    list: Vec<(Atom, Traits)>,
    places: HashMap<Atom, Generator>,
}

impl Atoms {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn atom(&self, generator: Generator) -> &Atom {
        &self.list[generator.0 as usize].0
    }

    pub(crate) fn traits(&self, generator: Generator) -> Traits {
        self.list[generator.0 as usize].1
    }

    /// The generator of an atom, which is added if it is new.
    pub(crate) fn intern(&mut self, atom: Atom) -> Generator {
        if let Some(&generator) = self.places.get(&atom) {
            return generator;
        }
        let traits = self.find_traits(&atom);
        let generator =
            Generator(u32::try_from(self.list.len()).expect("limits keep generators few"));
        self.list.push((atom.clone(), traits));
        self.places.insert(atom, generator);
        generator
    }

    fn find_traits(&self, atom: &Atom) -> Traits {
        let leaf = Traits { constant: true, complex: false, smooth: true, positive: false };
        match atom {
            Atom::Imaginary | Atom::Unity => Traits { complex: true, ..leaf },
            Atom::Pi | Atom::Prime(_) => Traits { positive: true, ..leaf },
            Atom::State(_)
            | Atom::Parameter(_)
            | Atom::Time
            | Atom::Delayed(_)
            | Atom::Mode(_)
            | Atom::Unknown(_) => Traits { constant: false, ..leaf },
            Atom::Exp(argument) => {
                let inner = self.of_rational(argument);
                Traits { positive: !inner.complex, ..inner }
            }
            Atom::Log(argument) => {
                Traits { positive: false, complex: false, ..self.of_polynomial(argument) }
            }
            Atom::Base(base) => {
                Traits { positive: true, complex: false, ..self.of_polynomial(base) }
            }
            Atom::Absolute(argument) => {
                let inner = self.of_polynomial(argument);
                Traits { positive: true, complex: false, smooth: inner.constant, ..inner }
            }
            Atom::Vanishes(argument) => {
                let constant = self.of_polynomial(argument).constant;
                Traits { constant, complex: false, smooth: false, positive: false }
            }
            Atom::Call(function, arguments) => {
                let inner = arguments.iter().map(|argument| self.of_rational(argument));
                let all = inner.fold(leaf, |a, b| Traits {
                    constant: a.constant && b.constant,
                    smooth: a.smooth && b.smooth,
                    ..leaf
                });
                let steps = matches!(
                    function,
                    Function::Sign | Function::Floor | Function::Mod | Function::Heaviside
                );
                Traits { smooth: all.smooth && !steps, ..all }
            }
            Atom::Root { start, .. } => {
                Traits { constant: false, smooth: false, ..self.of_rational(start) }
            }
        }
    }

    pub(crate) fn of_polynomial(&self, polynomial: &Polynomial) -> Traits {
        self.join(polynomial.generators())
    }

    pub(crate) fn of_rational(&self, function: &RationalFunction) -> Traits {
        self.join(function.generators())
    }

    fn join(&self, generators: std::collections::BTreeSet<Generator>) -> Traits {
        let start = Traits { constant: true, complex: false, smooth: true, positive: false };
        generators.into_iter().map(|generator| self.traits(generator)).fold(start, |a, b| Traits {
            constant: a.constant && b.constant,
            complex: a.complex || b.complex,
            smooth: a.smooth && b.smooth,
            positive: false,
        })
    }
}
