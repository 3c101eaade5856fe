//! Jacobians of the whole collection, three ways: as expressions in machine arithmetic, as exact
//! rational numbers, and as differences of the right-hand side.

use num_traits::ToPrimitive;
use takens_core::Stream;
use takens_dsl::parse_file;
use takens_kernel::{Engine, Oracle, lower, lower_with};
use takens_symbolic::{Rational, Symbol, VectorField, evaluate_exact, jacobian};

const COLLECTION: &str = include_str!("../../systems.dsl");

/// States to look at, in each system.
const POINTS: u64 = 4;

struct System {
    name: String,
    field: VectorField,
    parameters: Vec<f64>,
    rhs: Oracle,
    jacobian: Oracle,
}

/// A place to look at: time, state and delayed values, all of them sums of few powers of two.
struct Point {
    time: f64,
    state: Vec<f64>,
    delayed: Vec<f64>,
}

fn collection() -> Vec<System> {
    let parsed = parse_file(COLLECTION);
    let systems = parsed.systems.iter().map(|system| {
        let field = system.flatten(&Default::default()).expect("a sound system").field;
        let (graph, rows) = jacobian(&field);
        System {
            name: system.name.clone(),
            parameters: field.default_parameters(),
            rhs: Oracle::new(lower(&field)),
            jacobian: Oracle::new(lower_with(&graph, &rows.concat(), &field)),
            field,
        }
    });
    systems.collect()
}

impl System {
    fn points(&self) -> impl Iterator<Item = Point> + '_ {
        let start = self.field.initial_state(&self.parameters);
        (0..POINTS).map(move |point| {
            let stream = Stream::new(7, point);
            let near = |place: usize, x: f64| {
                let unit = if x == 0.0 { 1.0 } else { x.abs() };
                let moved = x + 0.1 * unit * stream.normal(place as u64);
                // 20 bits: exact sums and products stay small.
                let scale = 2.0_f64.powi(20 - moved.abs().max(1e-300).log2().ceil() as i32);
                (moved * scale).round() / scale
            };
            let n = start.len();
            let state = start.iter().enumerate().map(|(i, &x)| near(i, x)).collect();
            let delays = self.field.delays.iter().enumerate();
            let delayed = delays.map(|(i, delay)| near(n + i, start[delay.state as usize]));
            Point { time: 0.75, delayed: delayed.collect(), state }
        })
    }

    fn inputs(&self, point: &Point) -> Vec<f64> {
        let mut inputs = vec![point.time];
        inputs.extend(&point.state);
        inputs.extend(&self.parameters);
        inputs.extend(&point.delayed);
        inputs.resize(self.rhs.input_count(), 0.0);
        inputs
    }

    fn matrix(&self, point: &Point) -> Vec<f64> {
        let mut out = vec![0.0; self.field.dim() * self.field.dim()];
        self.jacobian.call(&self.inputs(point), &mut out);
        out
    }

    fn rhs(&self, inputs: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.field.dim()];
        self.rhs.call(inputs, &mut out);
        out
    }

    /// Column `j` by differences, extrapolated once, with an estimate of the error of each entry.
    fn differences(&self, point: &Point, j: usize) -> Vec<(f64, f64)> {
        let inputs = self.inputs(point);
        let size = point.state[j].abs().clamp(1e-2, 1.0);
        let central = |step: f64| -> Vec<f64> {
            let at = |sign: f64| {
                let mut moved = inputs.clone();
                moved[1 + j] += sign * step;
                self.rhs(&moved)
            };
            at(1.0).iter().zip(at(-1.0)).map(|(a, b)| (a - b) / (2.0 * step)).collect()
        };
        let (wide, narrow) = (central(2e-4 * size), central(1e-4 * size));
        let rounding = self.rhs(&inputs).iter().fold(0.0_f64, |most, f| most.max(f.abs())) * 1e-15
            / (1e-4 * size);
        let pairs = wide.iter().zip(&narrow);
        pairs.map(|(w, n)| (n + (n - w) / 3.0, (n - w).abs() * 1e-2 + rounding)).collect()
    }
}

#[test]
fn jacobians_agree_with_differences() {
    let mut compared = 0;
    for system in collection() {
        let n = system.field.dim();
        // Beyond this the matrix says nothing new, and its size costs time.
        let columns = n.min(24);
        let mut off = 0;
        let mut looked = 0;
        for point in system.points() {
            let matrix = system.matrix(&point);
            for j in 0..columns {
                for (i, (difference, doubt)) in
                    system.differences(&point, j).into_iter().enumerate()
                {
                    let exact = matrix[i * n + j];
                    if !(exact.is_finite() && difference.is_finite()) {
                        continue;
                    }
                    let row = (0..n).map(|k| matrix[i * n + k].abs()).fold(0.0, f64::max);
                    looked += 1;
                    if (exact - difference).abs() > 1e-6 * row.max(exact.abs()) + doubt {
                        off += 1;
                    }
                }
            }
        }
        // A corner or a jump between the two states of a difference spoils that difference alone.
        let has_corners = takens_analysis::has_jumps(&system.field) || has_corner(&system.field);
        let allowed = if has_corners { looked / 20 } else { 0 };
        assert!(off <= allowed, "{}: {off} of {looked} entries differ", system.name);
        assert!(looked > 0, "{}: nothing to compare", system.name);
        compared += 1;
    }
    assert!(compared >= 152, "{compared} systems");
}

fn has_corner(field: &VectorField) -> bool {
    use takens_symbolic::{Function, Node};
    field.graph.nodes().any(|node| {
        matches!(node, Node::If { .. })
            || matches!(
                node,
                Node::Call(
                    Function::Abs
                        | Function::Sign
                        | Function::Floor
                        | Function::Mod
                        | Function::Min
                        | Function::Max
                        | Function::Heaviside,
                    _
                )
            )
    })
}

#[test]
fn jacobians_agree_with_exact_rational_numbers() {
    let (mut wholly, mut systems) = (0, 0);
    for system in collection() {
        let n = system.field.dim();
        let (graph, rows) = jacobian(&system.field);
        let entries = rows.concat();
        let mut all = true;
        for point in system.points() {
            let exact = |value: f64| Rational::from_float(value);
            let symbol = |symbol: Symbol| match symbol {
                Symbol::State(i) => exact(point.state[i as usize]),
                Symbol::Parameter(i) => exact(system.parameters[i as usize]),
                Symbol::Time => exact(point.time),
                Symbol::Delayed(i) => exact(point.delayed[i as usize]),
                Symbol::Mode(_) => exact(0.0),
                Symbol::Unknown(_) => None,
            };
            let matrix = system.matrix(&point);
            for (place, value) in evaluate_exact(&graph, &entries, &symbol).iter().enumerate() {
                let Some(value) = value else {
                    all = false;
                    continue;
                };
                let (value, row) = (value.to_f64().expect("finite"), place / n);
                let size = (0..n).map(|j| matrix[row * n + j].abs()).fold(value.abs(), f64::max);
                let error = (matrix[place] - value).abs();
                assert!(
                    error <= 1e-11 * size,
                    "{}: entry {place} is {}, exactly {value}",
                    system.name,
                    matrix[place]
                );
            }
        }
        systems += 1;
        wholly += usize::from(all);
    }
    // Where a sine or an exponential stands, an entry has no rational value; it is compared with
    // differences above.
    assert!(wholly * 2 > systems, "{wholly} of {systems} systems have rational Jacobians");
    println!("{wholly} of {systems} systems have wholly rational Jacobians");
}
