//! Normal forms: the algebraic view of an expression.
//!
//! Start at [`Normalizer::normalize`]. An expression becomes a rational function of [`Generator`]s:
//! the state, time, numbers like pi and √2, and functions of normal forms. Equal normal forms prove
//! equality wherever both expressions are defined, under the [`SideCondition`]s that were met on the
//! way. Different normal forms prove a difference only where no function is involved, since `log 6` and
//! `exp(1)` may be related in ways nobody knows.
//!
//! Two styles serve two purposes. [`Style::Exponential`] decides equality: `sin`, `cos`, `tanh` and
//! their like become exponentials, so that addition theorems hold by themselves. [`Style::Readable`]
//! keeps functions as they are, for people and for comparing coefficients one by one.
//!
//! The parts: `budget` bounds the work; `atom` says what generators stand for; `arithmetic` has the
//! field laws and the relations between generators; `factor` treats roots, logarithms and absolute
//! values factor by factor; `elementary` and `piecewise` have the functions; `show` prints.

mod arithmetic;
mod atom;
pub(crate) mod budget;
mod elementary;
mod factor;
mod piecewise;
mod show;
#[cfg(test)]
mod tests;

pub use atom::Atom;
pub use budget::{Limits, NormalError};

use crate::{
    ExprId, Function, Generator, Graph, Node, Polynomial, Rational, RationalFunction, Symbol,
};
use budget::Budget;
use num_traits::{One, ToPrimitive};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// How functions enter a normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Waves and hyperbolic functions as exponentials.
    Exponential,
    /// Functions as they are written.
    Readable,
}

/// What was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SideCondition {
    /// Something was divided by.
    NonZero(Polynomial),
    /// A root or a logarithm was taken of something.
    Positive(Polynomial),
}

/// Conditions beyond this many are not listed.
const MOST_CONDITIONS: usize = 64;

/// Makes normal forms of the expressions of one graph, over one set of generators.
#[derive(Debug, Clone)]
pub struct Normalizer {
    style: Style,
    atoms: atom::Atoms,
    budget: Budget,
    memo: HashMap<ExprId, Result<Rc<RationalFunction>, NormalError>>,
    unknowns: BTreeMap<u32, u32>,
    conditions: BTreeSet<SideCondition>,
    assumed: BTreeSet<Polynomial>,
}

impl Normalizer {
    /// A normaliser without generators yet.
    #[must_use]
    pub fn new(style: Style, limits: Limits) -> Self {
        Self {
            style,
            atoms: atom::Atoms::default(),
            budget: Budget::new(limits),
            memo: HashMap::new(),
            unknowns: BTreeMap::new(),
            conditions: BTreeSet::new(),
            assumed: BTreeSet::new(),
        }
    }

    /// The normal form of an expression of `graph`, always the same graph for one normaliser.
    ///
    /// # Errors
    /// [`NormalError`] if the form is too large, or the expression nowhere defined or not covered.
    pub fn normalize(
        &mut self,
        graph: &Graph,
        root: ExprId,
    ) -> Result<RationalFunction, NormalError> {
        self.budget.refill();
        self.unknowns.clear();
        let order = self.order(graph, root);
        for id in order {
            let value = self.compute(graph, id).map(Rc::new);
            if self.atoms.len() > self.budget.limits.generators {
                return Err(NormalError::Budget { what: "different functions" });
            }
            self.memo.insert(id, value);
        }
        self.known(root).map(|value| (*value).clone())
    }

    /// Whether two normal forms of this normaliser are equal wherever both are defined.
    ///
    /// # Errors
    /// [`NormalError::Budget`] if their difference is too large.
    pub fn equal(
        &mut self,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<bool, NormalError> {
        self.budget.refill();
        Ok(self.minus(a, b)?.is_zero())
    }

    /// Whether a normal form that is not zero proves that its value is not zero somewhere: it is made
    /// of the state and time alone, without functions.
    #[must_use]
    pub fn is_elementary(&self, value: &RationalFunction) -> bool {
        let free = |generator| {
            matches!(
                self.atoms.atom(generator),
                Atom::State(_) | Atom::Time | Atom::Parameter(_) | Atom::Delayed(_)
            )
        };
        let whole = |polynomial: &Polynomial| {
            let mut exponents = polynomial.terms().flat_map(|(monomial, _)| monomial.factors());
            exponents.all(|&(generator, exponent)| free(generator) && exponent.is_integer())
        };
        whole(value.numerator()) && value.denominator().all(|(factor, _)| whole(factor))
    }

    /// Whether equality by cross multiplication is safe: no factor of the denominator may vanish on a
    /// whole region. Only corners and steps can make one that does.
    #[must_use]
    pub fn is_cancellable(&self, value: &RationalFunction) -> bool {
        value.denominator().all(|(factor, _)| self.atoms.of_polynomial(factor).smooth)
    }

    /// What a generator stands for.
    #[must_use]
    pub fn atom(&self, generator: Generator) -> &Atom {
        self.atoms.atom(generator)
    }

    /// Whether a generator is the same number everywhere.
    #[must_use]
    pub fn is_constant(&self, generator: Generator) -> bool {
        self.atoms.traits(generator).constant
    }

    /// What the normal forms made so far took for granted.
    pub fn conditions(&self) -> impl ExactSizeIterator<Item = &SideCondition> {
        self.conditions.iter()
    }

    /// Takes all that had to be positive so far as positive from now on, and forgets the forms made.
    ///
    /// With this, the truth's own domain decides what `exp(log x)` is. Says whether there was anything
    /// to assume; if not, the forms made stay.
    pub fn assume_domain(&mut self) -> bool {
        let before = self.assumed.len();
        for condition in &self.conditions {
            if let SideCondition::Positive(polynomial) = condition {
                self.assumed.insert(polynomial.clone());
            }
        }
        let more = self.assumed.len() > before;
        if more {
            self.conditions.clear();
            self.memo.clear();
        }
        more
    }

    /// Forgets assumptions, conditions and the forms made; generators stay.
    pub fn start_over(&mut self) {
        self.assumed.clear();
        self.conditions.clear();
        self.memo.clear();
    }

    pub(crate) fn require_nonzero(&mut self, polynomial: &Polynomial) {
        self.require(SideCondition::NonZero(polynomial.clone()));
    }

    pub(crate) fn require_positive(&mut self, polynomial: &Polynomial) {
        self.require(SideCondition::Positive(polynomial.clone()));
    }

    fn require(&mut self, condition: SideCondition) {
        if self.conditions.len() < MOST_CONDITIONS {
            self.conditions.insert(condition);
        }
    }

    fn known(&self, id: ExprId) -> Result<Rc<RationalFunction>, NormalError> {
        self.memo.get(&id).expect("parts are made before the whole").clone()
    }

    /// What has to be computed for `root`, parts first.
    ///
    /// Sums inside sums that nothing else refers to are left out: [`Self::sum_of`] adds all their
    /// terms at once, so that long sums cost what their length says.
    fn order(&self, graph: &Graph, root: ExprId) -> Vec<ExprId> {
        let mut parents: BTreeMap<ExprId, (usize, bool)> = BTreeMap::new();
        let mut open = vec![root];
        parents.insert(root, (1, false));
        while let Some(id) = open.pop() {
            if self.memo.contains_key(&id) {
                continue;
            }
            let in_sum = is_sum(graph, id);
            for child in graph.node(id).children() {
                let entry = parents.entry(child).or_insert_with(|| {
                    open.push(child);
                    (0, true)
                });
                entry.0 += 1;
                entry.1 &= in_sum;
            }
        }
        let absorbed =
            |id: ExprId, (count, in_sum): (usize, bool)| count == 1 && in_sum && is_sum(graph, id);
        parents
            .into_iter()
            .filter(|&(id, use_)| !self.memo.contains_key(&id) && !absorbed(id, use_))
            .map(|(id, _)| id)
            .collect()
    }

    fn compute(&mut self, graph: &Graph, id: ExprId) -> Result<RationalFunction, NormalError> {
        let generator =
            |this: &mut Self, atom| Ok(Polynomial::generator(this.atoms.intern(atom)).into());
        match graph.node(id) {
            Node::Number(value) => {
                self.budget.check_bits(value)?;
                Ok(RationalFunction::constant(value.clone()))
            }
            Node::Pi => generator(self, Atom::Pi),
            Node::Symbol(Symbol::State(i)) => generator(self, Atom::State(*i)),
            Node::Symbol(Symbol::Parameter(i)) => generator(self, Atom::Parameter(*i)),
            Node::Symbol(Symbol::Time) => generator(self, Atom::Time),
            Node::Symbol(Symbol::Delayed(i)) => generator(self, Atom::Delayed(*i)),
            Node::Symbol(Symbol::Mode(i)) => generator(self, Atom::Mode(*i)),
            Node::Symbol(Symbol::Unknown(number)) => {
                let next = self.unknowns.len() as u32;
                let place = *self.unknowns.entry(*number).or_insert(next);
                generator(self, Atom::Unknown(place))
            }
            Node::Add(..) | Node::Sub(..) | Node::Neg(_) => self.sum_of(graph, id),
            Node::Mul(a, b) => {
                let (a, b) = (self.known(*a)?, self.known(*b)?);
                self.times(&a, &b)
            }
            Node::Div(a, b) => self.quotient(graph, *a, *b),
            Node::Pow(a, b) => self.power(graph, *a, *b),
            Node::Call(function, arguments) => self.function(graph, *function, arguments),
            Node::Compare(compare, a, b) => {
                let (a, b) = (self.known(*a)?, self.known(*b)?);
                self.comparison(*compare, &a, &b)
            }
            Node::And(a, b) => {
                let (a, b) = (self.known(*a)?, self.known(*b)?);
                self.times(&a, &b)
            }
            Node::Or(a, b) => {
                let (a, b) = (self.known(*a)?, self.known(*b)?);
                self.either(&a, &b)
            }
            Node::Not(a) => {
                let a = self.known(*a)?;
                self.negation(&a)
            }
            Node::If { condition, yes, no } => {
                let (condition, yes, no) =
                    (self.known(*condition)?, self.known(*yes)?, self.known(*no)?);
                self.choice(&condition, &yes, &no)
            }
            Node::Root { equation, start, .. } => {
                let (equation, start) = (self.known(*equation)?, self.known(*start)?);
                let atom = Atom::Root { equation: (*equation).clone(), start: (*start).clone() };
                generator(self, atom)
            }
        }
    }

    /// A sum with all sums inside it that are not known yet.
    fn sum_of(&mut self, graph: &Graph, id: ExprId) -> Result<RationalFunction, NormalError> {
        let mut leaves: BTreeMap<ExprId, Rational> = BTreeMap::new();
        let mut add = |id: ExprId, sign: bool| {
            let one = if sign { Rational::one() } else { -Rational::one() };
            *leaves.entry(id).or_insert_with(num_traits::Zero::zero) += one;
        };
        let mut open = vec![(id, true)];
        let mut first = true;
        while let Some((id, sign)) = open.pop() {
            if !first && self.memo.contains_key(&id) {
                add(id, sign);
                continue;
            }
            first = false;
            match graph.node(id) {
                Node::Add(a, b) => open.extend([(*b, sign), (*a, sign)]),
                Node::Sub(a, b) => open.extend([(*b, !sign), (*a, sign)]),
                Node::Neg(a) => open.push((*a, !sign)),
                _ => add(id, sign),
            }
        }
        let parts = leaves.into_iter().map(|(id, factor)| Ok((self.known(id)?, factor)));
        let parts = parts.collect::<Result<Vec<_>, NormalError>>()?;
        let parts: Vec<(&RationalFunction, Rational)> =
            parts.iter().map(|(part, factor)| (part.as_ref(), factor.clone())).collect();
        self.sum(&parts)
    }

    /// `a / b`, by the factors of `b`.
    fn quotient(
        &mut self,
        graph: &Graph,
        a: ExprId,
        b: ExprId,
    ) -> Result<RationalFunction, NormalError> {
        let (mut value, whole) = (self.known(a)?.as_ref().clone(), self.known(b)?);
        if whole.is_zero() {
            return Err(NormalError::DivisionByZero);
        }
        if self.atoms.of_rational(&whole).complex {
            let inverse = self.invert(&whole)?;
            return self.times(&value, &inverse);
        }
        let factored = self.factor(graph, b)?;
        value = self.scaled(&value, &factored.constant.recip())?;
        for (part, exponent) in &factored.parts {
            let factor = self.raise_part(part, -*exponent)?;
            value = self.times(&value, &factor)?;
        }
        Ok(value)
    }

    /// A power of one factor: multiplied out where the exponent is whole.
    fn raise_part(
        &mut self,
        part: &Polynomial,
        exponent: crate::polynomial::Exponent,
    ) -> Result<RationalFunction, NormalError> {
        if exponent.is_integer() && part.as_generator().is_none() {
            self.whole_power(&part.clone().into(), exponent.to_integer())
        } else {
            self.raise(part, exponent)
        }
    }

    fn power(
        &mut self,
        graph: &Graph,
        a: ExprId,
        b: ExprId,
    ) -> Result<RationalFunction, NormalError> {
        let (base, exponent) = (self.known(a)?, self.known(b)?);
        match exponent.as_constant() {
            Some(q) if q.is_integer() => {
                let n = q
                    .to_integer()
                    .to_i64()
                    .ok_or(NormalError::Budget { what: "digits in an exponent" })?;
                self.whole_power(&base, n)
            }
            Some(q) => {
                let factored = self.factor(graph, a)?;
                self.rational_power(factored, &q)
            }
            None => {
                let factored = self.factor(graph, a)?;
                self.general_power(&factored, &exponent)
            }
        }
    }

    fn function(
        &mut self,
        graph: &Graph,
        function: Function,
        arguments: &[ExprId],
    ) -> Result<RationalFunction, NormalError> {
        let first = arguments[0];
        let value = self.known(first)?;
        match function {
            Function::Sin | Function::Cos => self.wave(function, &value),
            Function::Tan => {
                let (sine, cosine) =
                    (self.wave(Function::Sin, &value)?, self.wave(Function::Cos, &value)?);
                let inverse = self.invert(&cosine)?;
                self.times(&sine, &inverse)
            }
            Function::Sinh | Function::Cosh | Function::Tanh => self.hyperbolic(function, &value),
            Function::Asin | Function::Atan => self.odd_or_even(function, &value),
            Function::Acos => self.arc_cosine(&value),
            Function::Exp => match graph.node(first) {
                // Exact, unlike |x|, which is all that the normal form of log x tells.
                Node::Call(Function::Log, inner) => {
                    let inner = self.known(inner[0])?;
                    self.require_positive_value(&inner);
                    Ok((*inner).clone())
                }
                _ => self.exponential(&value),
            },
            Function::Log => {
                let factored = self.factor(graph, first)?;
                self.logarithm(&factored)
            }
            Function::Sqrt => {
                let factored = self.factor(graph, first)?;
                self.power_of_product(&factored, crate::polynomial::Exponent::new(1, 2))
            }
            Function::Abs => {
                let factored = self.factor(graph, first)?;
                self.absolute(&factored)
            }
            Function::Sign => self.sign_of(graph, first),
            Function::Heaviside => self.step(&value),
            Function::Floor => self.floor(&value),
            Function::Mod => {
                let second = self.known(arguments[1])?;
                self.modulo(&value, &second)
            }
            Function::Min | Function::Max => {
                let second = self.known(arguments[1])?;
                self.extreme(function == Function::Min, &value, &second)
            }
            Function::Atan2 => {
                let second = self.known(arguments[1])?;
                let atom = Atom::Call(function, vec![(*value).clone(), (*second).clone()]);
                Ok(Polynomial::generator(self.atoms.intern(atom)).into())
            }
        }
    }

    fn require_positive_value(&mut self, value: &RationalFunction) {
        if let Some(polynomial) = value.as_polynomial() {
            self.require_positive(polynomial);
        }
    }
}

fn is_sum(graph: &Graph, id: ExprId) -> bool {
    matches!(graph.node(id), Node::Add(..) | Node::Sub(..) | Node::Neg(_))
}
