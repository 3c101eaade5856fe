//! Taylor series of a solution, by automatic differentiation of the right-hand side.
//!
//! Every quantity of the right-hand side is followed along the solution as a jet: its normalised
//! coefficients `a_k`, where `a(t + h) = Σ a_k h^k`. If all quantities are known up to order `k`, the
//! equation gives the state one order further, `x_{k+1} = f_k / (k + 1)`; so the orders are gone
//! through one after the other, and in each the operations of the right-hand side in their order.
//!
//! Start at [`Jets`]. `derive` turns operations into recurrences, `convolution` fixes the order of
//! their sums, and there are three ways to run them, with the same bits: `unroll` writes one straight
//! program, `looped` has loops over orders and needs no compilation, `swept` goes through like operations side by
//! side. `polynomial` evaluates what they computed.
//!
//! # Source
//! A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., SIAM (2008), chapter 13; the recurrences
//! are also in À. Jorba, M. Zou, Experimental Mathematics 14, 99–117 (2005), section 2.

mod convolution;
mod derive;
mod looped;
mod polynomial;
mod swept;
mod unroll;

pub use looped::LoopedJets;
pub use polynomial::{sample_series, series_at, series_slope_at};
pub use swept::SweptJets;

use crate::error::KernelError;
use crate::ir::{Op, Program};
use convolution::{Range, terms};

/// The recurrences for the Taylor coefficients of the solutions of `x' = f(t, x, p)`.
#[derive(Debug, Clone)]
pub struct Jets {
    inputs: usize,
    states: usize,
    /// In an order in which each coefficient can be computed once all of lower order are known.
    steps: Vec<Step>,
    /// Which coefficients of each step may differ from zero.
    ranges: Vec<Range>,
    /// The right-hand side of each component.
    outputs: Vec<Jet>,
    corners: bool,
}

/// A quantity along the solution, by its place among the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Jet(u32);

/// How the coefficients `c_k` of a quantity come from those of others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    /// Constant along the series: an operation on coefficients of order 0, whose places are steps.
    Still(Op),
    /// `t, 1, 0, 0, ...`
    Time,
    /// A component of the state.
    State(u32),
    /// `-a`
    Neg(Jet),
    /// `a + b`
    Add(Jet, Jet),
    /// `a - b`
    Sub(Jet, Jet),
    /// `a b`: `c_k = Σ a_j b_{k-j}`
    Mul(Jet, Jet),
    /// `a²`, by the symmetry of its sum
    Square(Jet),
    /// `a / b`: `c_k = (a_k - Σ_{j≥1} b_j c_{k-j}) / b_0`
    Quotient(Jet, Jet),
    /// `√a`: `c_k = (a_k - Σ_{0<j<k} c_j c_{k-j}) / 2c_0`
    Sqrt(Jet),
    /// `θa`, where `θ` is `h d/dh`: `c_k = k a_k`
    Rate(Jet),
    /// What has this value at order 0 and this `θ`: `c_k = rate_k / k`
    Integral {
        /// Its value.
        start: Jet,
        /// Its `θ`; may come from coefficients of lower order of the integral itself.
        rate: Jet,
    },
    /// One of two, as the condition holds at order 0.
    Choice {
        /// Not zero where it holds.
        condition: Jet,
        /// Where it holds.
        yes: Jet,
        /// Where it does not.
        no: Jet,
    },
}

impl Step {
    /// The steps that are read, at order 0 or others.
    fn parts(&self) -> Vec<Jet> {
        match self {
            Self::Time | Self::State(_) => vec![],
            Self::Still(op) => op.parts().into_iter().map(Jet).collect(),
            Self::Neg(a) | Self::Square(a) | Self::Sqrt(a) | Self::Rate(a) => vec![*a],
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) | Self::Quotient(a, b) => {
                vec![*a, *b]
            }
            Self::Integral { start, rate } => vec![*start, *rate],
            Self::Choice { condition, yes, no } => vec![*condition, *yes, *no],
        }
    }

    /// The same with its parts at other places.
    fn renumbered(&self, places: &[u32]) -> Self {
        let jet = |a: &Jet| Jet(places[a.0 as usize]);
        match self {
            Self::Time | Self::State(_) => self.clone(),
            Self::Still(op) => Self::Still(op.renumbered(places)),
            Self::Neg(a) => Self::Neg(jet(a)),
            Self::Add(a, b) => Self::Add(jet(a), jet(b)),
            Self::Sub(a, b) => Self::Sub(jet(a), jet(b)),
            Self::Mul(a, b) => Self::Mul(jet(a), jet(b)),
            Self::Square(a) => Self::Square(jet(a)),
            Self::Quotient(a, b) => Self::Quotient(jet(a), jet(b)),
            Self::Sqrt(a) => Self::Sqrt(jet(a)),
            Self::Rate(a) => Self::Rate(jet(a)),
            Self::Integral { start, rate } => Self::Integral { start: jet(start), rate: jet(rate) },
            Self::Choice { condition, yes, no } => {
                Self::Choice { condition: jet(condition), yes: jet(yes), no: jet(no) }
            }
        }
    }
}

impl Jets {
    /// The recurrences of a right-hand side with inputs `t`, state and parameters and one output for
    /// each of `states` components.
    ///
    /// # Errors
    /// [`KernelError::NoSeries`] for what has no recurrence here: the root of an equation that moves.
    ///
    /// # Panics
    /// If the program has not `states` outputs, or not as many inputs as `t` and the state.
    pub fn new(rhs: &Program, states: usize) -> Result<Self, KernelError> {
        derive::derive(rhs, states)
    }

    /// Components of the state.
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// Whether the right-hand side bends or jumps somewhere, by `abs`, `sign`, `floor`, `mod`, `min`,
    /// `max`, a comparison of what moves: no series reaches beyond such a place.
    #[must_use]
    pub fn has_corners(&self) -> bool {
        self.corners
    }

    /// Whether the right-hand side is a polynomial of the state with constant coefficients.
    ///
    /// Then nothing but the radius of convergence limits a step. Else the equations may end, bend, or
    /// change with time beyond what the coefficients tell.
    #[must_use]
    pub fn is_polynomial(&self) -> bool {
        self.steps.iter().all(|step| match step {
            Step::Still(op) => {
                !op.parts().iter().any(|&part| self.ranges[part as usize] != Range::STILL)
            }
            Step::Quotient(_, divisor) => self.range(*divisor) == Range::STILL,
            Step::State(_) | Step::Neg(_) | Step::Add(..) | Step::Sub(..) => true,
            Step::Mul(..) | Step::Square(_) => true,
            _ => false,
        })
    }

    /// Operations that one series up to `order` takes, roughly.
    #[must_use]
    pub fn operations(&self, order: usize) -> usize {
        let mut count = self.states * order;
        for (step, range) in self.steps.iter().zip(&self.ranges) {
            for k in (0..order).filter(|&k| range.holds(k)) {
                let sum = |a: Range, b: Range| {
                    let products: usize =
                        terms(k, a, b).map(|(_, other)| 1 + usize::from(other.is_some())).sum();
                    (2 * products).saturating_sub(1)
                };
                count += match step {
                    Step::State(_) => 0,
                    Step::Mul(a, b) => sum(self.range(*a), self.range(*b)),
                    Step::Quotient(_, b) => 2 + sum(self.range(*b).from(1), *range),
                    Step::Square(_) | Step::Sqrt(_) => k + 3,
                    _ => 1,
                };
            }
        }
        count
    }

    fn range(&self, jet: Jet) -> Range {
        self.ranges[jet.0 as usize]
    }
}
