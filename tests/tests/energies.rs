//! Energies and invariants of the collection are constant along the motion: a normal form proves it.

use takens_symbolic::{
    Bindings, Derivatives, ExprId, FieldKind, Graph, Limits, Normalizer, Style, Symbol,
    VectorField, evaluate,
};

/// Systems with more different distances than a normal form has room for: theirs are computed at some
/// states.
const BY_NUMBERS: [&str; 1] = ["PointVortices"];

/// Every quantity that a system says is conserved, with its name.
fn conserved(field: &VectorField) -> Vec<(String, ExprId)> {
    let energy = field.hamiltonian.iter().map(|one| ("the energy".to_owned(), one.energy));
    energy.chain(field.invariants.iter().cloned()).collect()
}

/// The time derivative of a quantity along the equations.
fn rate(field: &VectorField, graph: &mut Graph, quantity: ExprId) -> ExprId {
    let gradient = Derivatives::default().gradient(graph, quantity);
    let mut total = graph.zero();
    for (symbol, &slope) in gradient.iter() {
        let part = match symbol {
            Symbol::State(place) => graph.mul(slope, field.rhs[*place as usize]),
            Symbol::Time => slope,
            _ => continue,
        };
        total = graph.add(total, part);
    }
    total
}

/// What a normal form has to say against a quantity being conserved.
fn objection(field: &VectorField, quantity: ExprId) -> Option<String> {
    let mut graph = field.graph.clone();
    let rate = rate(field, &mut graph, quantity);
    let mut normalizer = Normalizer::new(Style::Exponential, Limits::default());
    match normalizer.normalize(&graph, rate) {
        Ok(normal) if normal.is_zero() => None,
        Ok(normal) => {
            Some(format!("changes by {}", normalizer.show(&normal, &|s| format!("{s:?}"))))
        }
        Err(error) => Some(format!("has no normal form: {error}")),
    }
}

/// What numbers have to say: the rate beside the sum of the sizes of its terms.
fn objection_by_numbers(field: &VectorField, quantity: ExprId) -> Option<String> {
    let mut graph = field.graph.clone();
    let gradient = Derivatives::default().gradient(&mut graph, quantity);
    let slopes = (0..field.dim() as u32).map(|place| gradient.get(&Symbol::State(place)));
    let (slopes, rhs): (Vec<_>, Vec<_>) =
        slopes.zip(&field.rhs).filter_map(|(slope, rhs)| Some((*slope?, *rhs))).unzip();
    let parameters = field.default_parameters();
    let start = field.initial_state(&parameters);
    for place in 0..20 {
        let shift = |(i, x): (usize, &f64)| x + 0.2 * (place as f64 + 1.7 * i as f64).sin();
        let state: Vec<f64> = start.iter().enumerate().map(shift).collect();
        let bindings = Bindings { state: &state, parameters: &parameters, ..Bindings::default() };
        let (slopes, rhs) =
            (evaluate(&graph, &slopes, &bindings), evaluate(&graph, &rhs, &bindings));
        let terms: Vec<f64> = slopes.iter().zip(&rhs).map(|(slope, rhs)| slope * rhs).collect();
        let (rate, size) =
            (terms.iter().sum::<f64>().abs(), terms.iter().map(|x| x.abs()).sum::<f64>());
        if rate > 1e-12 * size || !size.is_finite() {
            return Some(format!("changes by {rate:e} at {state:?}"));
        }
    }
    None
}

/// Systems with something to conserve, expanded.
fn conservative() -> Vec<(String, VectorField)> {
    let parsed = takens_dsl::parse_file(include_str!("../../systems.dsl"));
    let flat = |system: &takens_dsl::System| {
        let flat = system.flatten(&Default::default());
        let flat = flat.unwrap_or_else(|error| panic!("{}: {error}", system.name));
        (system.name.clone(), flat.field)
    };
    let all = parsed.systems.iter().map(flat);
    all.filter(|(_, field)| !conserved(field).is_empty()).collect()
}

#[test]
fn what_is_called_conserved_is() {
    let systems = conservative();
    let energies = systems.iter().filter(|(_, field)| field.hamiltonian.is_some()).count();
    assert!(energies >= 9 && systems.len() > energies, "{energies} of {}", systems.len());
    let mut failures = vec![];
    for (name, field) in &systems {
        assert_eq!(field.kind, FieldKind::Flow, "{name}: the rate of a map is a difference");
        assert!(!field.has_memory(), "{name}: noise, delays and events may change everything");
        for (quantity, id) in conserved(field) {
            let objection = match BY_NUMBERS.contains(&name.as_str()) {
                true => objection_by_numbers(field, id),
                false => objection(field, id),
            };
            failures.extend(objection.map(|objection| format!("{name}: {quantity} {objection}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_is_not_conserved_is_found_out() {
    let (_, mut field) = conservative().into_iter().find(|(name, _)| name == "YangMills").unwrap();
    let momentum = field.graph.symbol(Symbol::State(2));
    assert!(objection(&field, momentum).is_some_and(|what| what.starts_with("changes by")));
}
