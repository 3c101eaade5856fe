//! The coefficient matrices of the polynomial systems of the collection: put together again, they are
//! the right-hand side.

use takens_core::Stream;
use takens_dsl::parse_file;
use takens_symbolic::{Bindings, NotPolynomial, Symbol, coefficients, evaluate, print_expr};

const COLLECTION: &str = include_str!("../../systems.dsl");

#[test]
fn matrices_of_coefficients_are_the_right_hand_side() {
    let mut polynomial = 0;
    for system in parse_file(COLLECTION).systems {
        let field = system.flatten(&Default::default()).expect("a sound system").field;
        let found = match coefficients(&field) {
            Ok(found) => found,
            Err(NotPolynomial::Node { expr, .. }) => {
                // What is named can be shown.
                let names = takens_symbolic::field_names(&field);
                assert!(!print_expr(&field.graph, expr, &names).is_empty(), "{}", system.name);
                continue;
            }
            Err(error) => panic!("{}: {error}", system.name),
        };
        polynomial += 1;
        let parameters = field.default_parameters();
        let stream = Stream::new(3, 0);
        let state: Vec<f64> = (0..field.dim() as u64).map(|i| stream.normal(i)).collect();
        let delayed: Vec<f64> = (0..field.delays.len() as u64).map(|i| stream.uniform(i)).collect();
        let bindings = Bindings {
            time: 0.75,
            state: &state,
            parameters: &parameters,
            delayed: &delayed,
            ..Bindings::default()
        };
        let value = |symbol: Symbol| match symbol {
            Symbol::State(i) => state[i as usize],
            Symbol::Delayed(i) => delayed[i as usize],
            Symbol::Time => 0.75,
            _ => f64::NAN,
        };
        let truth = evaluate(&field.graph, &field.rhs, &bindings);
        for (row, truth) in found.rows.iter().zip(truth) {
            let ids: Vec<_> = row.iter().map(|term| term.1).collect();
            let numbers = evaluate(&found.graph, &ids, &bindings);
            let terms = row.iter().zip(numbers).map(|(&(place, _), number)| {
                let powers = found.products[place].iter();
                number * powers.map(|&(s, power)| value(s).powi(power as i32)).product::<f64>()
            });
            let terms: Vec<f64> = terms.collect();
            let size = terms.iter().map(|term| term.abs()).sum::<f64>().max(1.0);
            let sum: f64 = terms.iter().sum();
            assert!((sum - truth).abs() <= 1e-13 * size, "{}: {sum} {truth}", system.name);
        }
    }
    assert!(polynomial >= 80, "{polynomial} polynomial systems");
    println!("{polynomial} polynomial systems");
}
