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
    text
}

/// The hash of [`definition_text`], 32 hexadecimal digits.
#[must_use]
pub fn definition_hash(field: &VectorField) -> String {
    blake3::hash(definition_text(field).as_bytes()).to_hex()[..32].to_string()
}
