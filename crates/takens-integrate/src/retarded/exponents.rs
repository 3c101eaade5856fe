//! Parameters that stand in exponents, as the whole numbers that they mostly are.
//!
//! `x^n` with a parameter `n` is a general power, which costs as much as thirty products; where `n` is 10
//! it is four of them. So an equation is compiled for the values that its exponents have.

use takens_symbolic::{ExprId, Node, Symbol, VectorField, small_integer, to_f64};

/// A parameter's place and the whole number that it was replaced by.
pub(crate) type Exponent = (usize, f64);

/// The field with parameters that stand in exponents replaced by their values in the right-hand side,
/// where these are small whole numbers, and the places and values of these.
///
/// - `parameters`: one value per scalar parameter, in flat order.
///
/// The new right-hand side is that of the old one at these values, up to rounding in powers.
#[must_use]
pub fn with_whole_exponents(
    field: &VectorField,
    parameters: &[f64],
) -> (VectorField, Vec<(usize, f64)>) {
    let mut exponents: Vec<Exponent> = Vec::new();
    let mut seen = vec![false; field.graph.len()];
    let mut open: Vec<ExprId> = field.rhs.clone();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        let node = field.graph.node(id);
        open.extend(node.children());
        if let Node::Pow(_, exponent) = node {
            let symbols = field.graph.symbols(&[*exponent]);
            exponents.extend(symbols.iter().filter_map(|symbol| match symbol {
                Symbol::Parameter(place) => {
                    let place = *place as usize;
                    whole(parameters[place]).map(|value| (place, value))
                }
                _ => None,
            }));
        }
    }
    exponents.sort_by_key(|exponent| exponent.0);
    exponents.dedup();
    let mut special = field.clone();
    if !exponents.is_empty() {
        special.rhs = special.graph.import(&field.graph, &field.rhs, |graph, symbol| {
            let fixed = exponents.iter().find(|(place, _)| {
                symbol == Symbol::Parameter(u32::try_from(*place).unwrap_or(u32::MAX))
            });
            match fixed {
                // Whole and small.
                Some((_, value)) => graph.integer(*value as i64),
                None => graph.symbol(symbol),
            }
        });
    }
    (special, exponents)
}

/// The value, if it is a whole number for which a power is written as products.
fn whole(value: f64) -> Option<f64> {
    let exact = takens_symbolic::Rational::from_float(value)?;
    small_integer(&exact).is_some().then(|| to_f64(&exact))
}
