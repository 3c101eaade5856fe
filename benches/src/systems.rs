//! The systems of the workloads, written in the language of Takens.

use crate::givens::{
    LORENZ, LORENZ96_F, MACKEY_GLASS, ROBERTSON, ROBERTSON_START, VAN_DER_POL_MU, VAN_DER_POL_START,
};
use std::collections::BTreeMap;
use takens_dsl::{Roll, System, parse_file};
use takens_symbolic::{RolledField, VectorField};

pub(crate) fn lorenz() -> String {
    let [sigma, rho, _] = LORENZ;
    format!(
        "ode Lorenz {{\nparam sigma = {sigma}, rho = {rho}, beta = 8/3\n\
         state x = 1, y = 1, z = 1\n\
         x' = sigma*(y - x)\ny' = x*(rho - z) - y\nz' = x*y - beta*z\n}}\n"
    )
}

pub(crate) fn lorenz96(n: usize) -> String {
    format!(
        "ode Lorenz96 {{\nstructural param N = {n} in [4, 10000]\nparam F = {LORENZ96_F}\n\
         index i in 0..N cyclic\nstate x[i] = F + (if i == 0 then 0.01 else 0)\n\
         x[i]' = (x[i+1] - x[i-2])*x[i-1] - x[i] + F\n}}\n"
    )
}

pub(crate) fn van_der_pol() -> String {
    let [x, y] = VAN_DER_POL_START;
    format!(
        "ode VanDerPol {{\nparam mu = {VAN_DER_POL_MU}\nstate x = {x}, y = {y}\n\
         x' = y\ny' = mu*(1 - x^2)*y - x\n}}\n"
    )
}

pub(crate) fn robertson() -> String {
    let [a, b, c] = ROBERTSON;
    let [x, y, z] = ROBERTSON_START;
    format!(
        "ode Robertson {{\nparam a = {a}, b = {b}, c = {c}\nstate x = {x}, y = {y}, z = {z}\n\
         x' = c*y*z - a*x\ny' = a*x - c*y*z - b*y^2\nz' = b*y^2\n}}\n"
    )
}

pub(crate) fn mackey_glass(tau: f64) -> String {
    let [beta, gamma, past] = MACKEY_GLASS;
    format!(
        "dde MackeyGlass {{\nparam beta = {beta}, gamma = {gamma}, n = 10, tau = {tau}\n\
         state x = {past}\nlet past = x(t - tau)\nx' = beta*past/(1 + past^n) - gamma*x\n}}\n"
    )
}

/// The one system of a text.
pub(crate) fn read(text: &str) -> Result<System, String> {
    let mut parsed = parse_file(text);
    match (parsed.systems.pop(), parsed.diagnostics.first()) {
        (Some(system), None) => Ok(system),
        (_, Some(fault)) => Err(fault.message.clone()),
        (None, None) => Err("no system in the text".into()),
    }
}

/// A system with every index expanded, values of its parameters, and its start.
pub(crate) struct Expanded {
    pub(crate) field: VectorField,
    pub(crate) parameters: Vec<f64>,
    pub(crate) initial: Vec<f64>,
}

pub(crate) fn expanded(text: &str) -> Result<Expanded, String> {
    let field = read(text)?.flatten(&BTreeMap::new()).map_err(|error| error.to_string())?.field;
    let parameters = field.parameter_values(&vec![None; field.parameters.len()]);
    let initial = field.initial_state(&parameters);
    Ok(Expanded { field, parameters, initial })
}

/// A system whose loops are kept.
pub(crate) fn rolled(text: &str) -> Result<RolledField, String> {
    match read(text)?.roll(&BTreeMap::new()).map_err(|error| error.to_string())? {
        Roll::Rolled(rolled) => Ok(rolled.field),
        Roll::Unrolled { reason } => Err(reason),
    }
}
