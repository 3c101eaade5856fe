//! Identity of a definition: what moves the state, and nothing else.

use takens_symbolic::{Symbol, VectorField};

/// The system as text in which everything that moves it stands: kind, parameters, start, equations,
/// outputs. Names, comments and layout do not.
#[must_use]
pub fn definition_text(field: &VectorField) -> String {
    let name = |symbol: Symbol| match symbol {
        Symbol::State(i) => format!("s{i}"),
        Symbol::Parameter(i) => format!("p{i}"),
        Symbol::Time => "t".into(),
        Symbol::Delayed(i) => format!("d{i}"),
        Symbol::Mode(i) => format!("m{i}"),
        Symbol::Unknown(i) => format!("u{i}"),
    };
    let print = |id| takens_symbolic::print_expr(&field.graph, id, &name);
    let mut text = format!("{:?}\n", field.kind);
    for parameter in &field.parameters {
        text += &format!("p = {}\n", print(parameter.default));
    }
    for (initial, rhs) in field.initial.iter().zip(&field.rhs) {
        text += &format!("s = {} -> {}\n", print(*initial), print(*rhs));
    }
    for (_, output) in &field.outputs {
        text += &format!("o = {}\n", print(*output));
    }
    for delay in &field.delays {
        text += &format!("d = s{}({})\n", delay.state, print(delay.lag));
    }
    for history in &field.history {
        text += &format!("h = {}\n", print(*history));
    }
    for (component, terms) in field.noise.terms.iter().enumerate() {
        for (noise, coefficient) in terms {
            text += &format!("s{component} += {} w{noise}\n", print(*coefficient));
        }
    }
    for mode in &field.modes {
        text += &format!("m = {}\n", print(mode.initial));
    }
    for event in &field.events {
        text += &format!("e = {} {:?}\n", print(event.when), event.direction);
        for (target, value) in &event.assignments {
            text += &format!("  {target:?} := {}\n", print(*value));
        }
    }
    text
}

/// The hash of [`definition_text`], 32 hexadecimal digits.
#[must_use]
pub fn definition_hash(field: &VectorField) -> String {
    blake3::hash(definition_text(field).as_bytes()).to_hex()[..32].to_string()
}
