//! Equality under a declared symmetry: other names, other units, another clock.
//!
//! A candidate is the truth in other coordinates if `x_i = s_i · X_p(i)` and `τ = κ · t` turn one into
//! the other, for a permutation `p` of the components, scales `s` and a clock `κ`, none of them zero.
//! For polynomials this is one equation for each coefficient, and a product on both sides:
//!
//! `g_i,m · Π s_j^m_j · κ = s_i · f_p(i),m`.
//!
//! So the signs solve a linear system over the field of two elements, and the magnitudes, multiplied
//! instead of added, one over the integers. Elimination leaves equations without unknowns, between
//! products of coefficients alone: they hold exactly, or the two systems are not the same. No scale
//! needs to be rational for that. Other right-hand sides are compared under permutations alone.

use crate::Certainty;
use crate::problem::Problem;
use num_traits::{One, Signed, Zero};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use takens_symbolic::{
    FieldKind, Graph, Limits, Normalizer, Rational, Style, Symbol, VectorField, coefficients,
    evaluate_exact, to_f64,
};

/// Which changes of coordinates are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Symmetries {
    /// Components may come in another order.
    pub permutation: bool,
    /// Each component may be in other units, its sign included.
    pub scaling: bool,
    /// Time may run at another rate, backwards included; not in a map.
    pub time: bool,
}

impl Symmetries {
    /// Whether any change is allowed.
    #[must_use]
    pub fn any(self) -> bool {
        self.permutation || self.scaling || self.time
    }
}

/// Permutations are tried up to so many components.
const MOST_COMPONENTS: usize = 7;

/// Products of coefficients are followed up to so many binary digits.
const MOST_BITS: u64 = 1 << 16;

/// The change of coordinates under which candidate and truth are one, in words, with how certain that is.
pub(crate) fn find(
    problem: &Problem,
    kind: FieldKind,
    allowed: Symmetries,
) -> Option<(String, Certainty)> {
    let n = problem.dim();
    let allowed = Symmetries { time: allowed.time && kind == FieldKind::Flow, ..allowed };
    let orders = if allowed.permutation && n <= MOST_COMPONENTS {
        permutations(n)
    } else {
        vec![(0..n).collect()]
    };
    match (terms(problem, &problem.truth), terms(problem, &problem.candidate)) {
        (Some(truth), Some(candidate)) => orders.iter().find_map(|order| {
            let (scales, certainty) = solve(&truth, &candidate, order, allowed)?;
            Some((describe(problem, order, &scales), certainty))
        }),
        _ => orders.iter().find_map(|order| {
            renamed_is_equal(problem, order)
                .then(|| (describe(problem, order, &vec![1.0; n + 1]), Certainty::Proved))
        }),
    }
}

/// Exponents of the components, with what else stands in the product, and the coefficient.
type Terms = Vec<BTreeMap<(Vec<u32>, Vec<(Symbol, u32)>), Rational>>;

/// The terms of each component; `None` if one is no polynomial with rational coefficients.
fn terms(problem: &Problem, sides: &[takens_symbolic::ExprId]) -> Option<Terms> {
    let field = VectorField {
        graph: problem.graph.clone(),
        states: problem.states.clone(),
        rhs: sides.to_vec(),
        ..VectorField::default()
    };
    let found = coefficients(&field).ok()?;
    let mut components = vec![];
    for row in &found.rows {
        let mut component = BTreeMap::new();
        for &(place, id) in row {
            let value = evaluate_exact(&found.graph, &[id], &|_| None).remove(0)?;
            let mut powers = vec![0; problem.dim()];
            let mut rest = vec![];
            for &(symbol, power) in &found.products[place] {
                match symbol {
                    Symbol::State(i) => powers[i as usize] = power,
                    other => rest.push((other, power)),
                }
            }
            component.insert((powers, rest), value);
        }
        components.push(component);
    }
    Some(components)
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    (0..n).fold(vec![vec![]], |orders, next| {
        let inserted = orders.iter().flat_map(|order: &Vec<usize>| {
            (0..=order.len()).map(move |place| {
                let mut longer = order.clone();
                longer.insert(place, next);
                longer
            })
        });
        inserted.collect()
    })
}

/// `Π unknown^exponent = value`; the unknowns are the scales, then the clock.
#[derive(Clone)]
struct Equation {
    exponents: Vec<i64>,
    value: Rational,
}

/// Scales and clock, if there are any; component `i` of the candidate is component `order[i]` of the
/// truth.
fn solve(
    truth: &Terms,
    candidate: &Terms,
    order: &[usize],
    allowed: Symmetries,
) -> Option<(Vec<f64>, Certainty)> {
    let n = order.len();
    let mut equations = vec![];
    for (i, component) in candidate.iter().enumerate() {
        let true_component = &truth[order[i]];
        if component.len() != true_component.len() {
            return None;
        }
        for ((powers, rest), g) in component {
            let mut true_powers = vec![0; n];
            for (j, &power) in powers.iter().enumerate() {
                true_powers[order[j]] = power;
            }
            let f = true_component.get(&(true_powers, rest.clone()))?;
            // Time in the right-hand side would have to be scaled with the clock.
            let mut exponents: Vec<i64> = powers.iter().map(|&power| i64::from(power)).collect();
            exponents[i] -= 1;
            let in_time = |factor: &(Symbol, u32)| match factor.0 {
                Symbol::Time => i64::from(factor.1),
                _ => 0,
            };
            exponents.push(1 + rest.iter().map(in_time).sum::<i64>());
            equations.push(Equation { exponents, value: f / g });
        }
    }
    let free: Vec<bool> =
        (0..=n).map(|place| if place < n { allowed.scaling } else { allowed.time }).collect();
    for equation in &mut equations {
        for (exponent, free) in equation.exponents.iter_mut().zip(&free) {
            *exponent = if *free { *exponent } else { 0 };
        }
    }
    let signs = signs(&equations, n + 1)?;
    for equation in &mut equations {
        equation.value = equation.value.abs();
    }
    let (sizes, certainty) = magnitudes(equations, n + 1)?;
    Some((signs.iter().zip(sizes).map(|(sign, size)| sign * size).collect(), certainty))
}

/// The signs of the unknowns, positive where nothing says otherwise.
fn signs(equations: &[Equation], unknowns: usize) -> Option<Vec<f64>> {
    let mut rows: Vec<(Vec<bool>, bool)> = equations
        .iter()
        .map(|equation| {
            let odd = equation.exponents.iter().map(|exponent| exponent % 2 != 0).collect();
            (odd, equation.value.is_negative())
        })
        .collect();
    let mut pivots = vec![];
    for unknown in 0..unknowns {
        let used = pivots.len();
        let Some(row) = (used..rows.len()).find(|&row| rows[row].0[unknown]) else { continue };
        rows.swap(used, row);
        let pivot = rows[used].clone();
        for (place, row) in rows.iter_mut().enumerate() {
            if place != used && row.0[unknown] {
                row.0.iter_mut().zip(&pivot.0).for_each(|(bit, other)| *bit ^= other);
                row.1 ^= pivot.1;
            }
        }
        pivots.push(unknown);
    }
    if rows[pivots.len()..].iter().any(|row| row.1) {
        return None;
    }
    let mut signs = vec![1.0; unknowns];
    for (&unknown, row) in pivots.iter().zip(&rows) {
        signs[unknown] = if row.1 { -1.0 } else { 1.0 };
    }
    Some(signs)
}

/// The magnitudes of the unknowns, 1 where nothing says otherwise. *Proved* if all that is left without
/// an unknown was compared exactly.
fn magnitudes(mut rows: Vec<Equation>, unknowns: usize) -> Option<(Vec<f64>, Certainty)> {
    let mut certainty = Certainty::Proved;
    let mut logarithms: Vec<f64> = rows.iter().map(|row| to_f64(&row.value).ln()).collect();
    let mut pivots = vec![];
    for unknown in 0..unknowns {
        let used = pivots.len();
        let candidates = (used..rows.len()).filter(|&row| rows[row].exponents[unknown] != 0);
        let Some(row) = candidates.min_by_key(|&row| rows[row].exponents[unknown].abs()) else {
            continue;
        };
        rows.swap(used, row);
        logarithms.swap(used, row);
        let (pivot, log) = (rows[used].clone(), logarithms[used]);
        for place in 0..rows.len() {
            let factor = rows[place].exponents[unknown];
            if place == used || factor == 0 {
                continue;
            }
            let (a, b) = reduced(pivot.exponents[unknown], factor);
            let row = &mut rows[place];
            for (exponent, other) in row.exponents.iter_mut().zip(&pivot.exponents) {
                *exponent = exponent.checked_mul(a)?.checked_sub(other.checked_mul(b)?)?;
            }
            logarithms[place] = a as f64 * logarithms[place] - b as f64 * log;
            let exact = power(&row.value, a).zip(power(&pivot.value, -b));
            match exact.map(|(own, other)| own * other) {
                Some(value) if certainty == Certainty::Proved => row.value = value,
                _ => certainty = Certainty::Probable,
            }
        }
        pivots.push(unknown);
    }
    for (row, log) in rows.iter().zip(&logarithms).skip(pivots.len()) {
        let holds =
            if certainty == Certainty::Proved { row.value.is_one() } else { log.abs() < 1e-9 };
        if !holds {
            return None;
        }
    }
    let mut sizes = vec![1.0; unknowns];
    for ((&unknown, row), log) in pivots.iter().zip(&rows).zip(&logarithms) {
        sizes[unknown] = (log / row.exponents[unknown] as f64).exp();
    }
    Some((sizes, certainty))
}

/// `a / gcd` and `b / gcd`.
fn reduced(a: i64, b: i64) -> (i64, i64) {
    let (mut x, mut y) = (a.abs(), b.abs());
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x, b / x)
}

/// `value^exponent`, unless it is too long.
fn power(value: &Rational, exponent: i64) -> Option<Rational> {
    let size = exponent.unsigned_abs();
    let bits = value.numer().bits().max(value.denom().bits());
    if bits.saturating_mul(size) > MOST_BITS || value.is_zero() {
        return None;
    }
    let power = num_traits::pow(value.clone(), usize::try_from(size).ok()?);
    Some(if exponent < 0 { power.recip() } else { power })
}

/// Whether the candidate is the truth with its components renamed.
fn renamed_is_equal(problem: &Problem, order: &[usize]) -> bool {
    let mut graph = Graph::new();
    let same = |graph: &mut Graph, symbol: Symbol| graph.symbol(symbol);
    let truth = graph.import(&problem.graph, &problem.truth, same);
    let candidate =
        graph.import(&problem.graph, &problem.candidate, |graph, symbol| match symbol {
            Symbol::State(i) => graph.symbol(Symbol::State(order[i as usize] as u32)),
            other => graph.symbol(other),
        });
    let mut normalizer = Normalizer::new(Style::Exponential, Limits::default());
    candidate.iter().zip(order).all(|(&candidate, &place)| {
        let forms = normalizer.normalize(&graph, candidate).and_then(|candidate| {
            let truth = normalizer.normalize(&graph, truth[place])?;
            Ok(normalizer.is_cancellable(&truth)
                && normalizer.is_cancellable(&candidate)
                && normalizer.equal(&truth, &candidate)?)
        });
        forms.unwrap_or(false)
    })
}

/// The change, from the candidate's names to the truth's: `x = 2*y, y = x, time = 3*t`.
fn describe(problem: &Problem, order: &[usize], scales: &[f64]) -> String {
    let scaled = |scale: f64, name: &str| match scale {
        1.0 => name.to_owned(),
        -1.0 => format!("-{name}"),
        _ => format!("{scale}*{name}"),
    };
    let mut parts: Vec<String> = order
        .iter()
        .zip(scales)
        .enumerate()
        .filter(|(i, (place, scale))| i != *place || **scale != 1.0)
        .map(|(i, (&place, &scale))| {
            format!("{} = {}", problem.states[i], scaled(scale, &problem.states[place]))
        })
        .collect();
    let clock = scales[order.len()];
    if clock != 1.0 {
        parts.push(format!("time = {}", scaled(clock, "t")));
    }
    parts.join(", ")
}
