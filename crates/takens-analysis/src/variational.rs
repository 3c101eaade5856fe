//! The motion of tangent vectors beside the state.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::sync::Arc;
use takens_integrate::{EngineChoice, IntegrateError, Options, Propagator, Variational};
use takens_kernel::{Builder, Engine, Op, Program, Value, lower_with};
use takens_symbolic::{FieldKind, Function, VectorField, jacobian};

/// Programs of more operations than this are not written out: the product of the Jacobian with the
/// tangent vectors is a loop instead.
const WRITTEN_OUT: usize = 1_500;

/// Programs of more operations have no series.
const LONGEST_SERIES: usize = 100_000;

/// A right-hand side (or map) with the entries of its Jacobian that are not zero everywhere.
///
/// The program's inputs are `t`, state and parameters, its outputs the right-hand side and then the
/// entries, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Linearised {
    pub(crate) n: usize,
    pub(crate) parameters: usize,
    pub(crate) program: Program,
    /// Row and column of each entry.
    pub(crate) entries: Vec<(usize, usize)>,
}

impl Linearised {
    pub(crate) fn new(field: &VectorField) -> Self {
        let (mut graph, rows) = jacobian(field);
        let zero = graph.zero();
        let mut exprs = field.rhs.clone();
        let mut entries = Vec::new();
        for (row, derivatives) in rows.iter().enumerate() {
            for (column, &derivative) in derivatives.iter().enumerate() {
                if derivative != zero {
                    entries.push((row, column));
                    exprs.push(derivative);
                }
            }
        }
        let (n, parameters) = (field.dim(), field.parameters.len());
        Self { n, parameters, program: lower_with(&graph, &exprs, field), entries }
    }

    /// Operations of the motion of state and `vectors` tangent vectors.
    pub(crate) fn operations(&self, vectors: usize) -> usize {
        self.program.ops().len() + 2 * self.entries.len() * vectors
    }

    /// The time that the motion of state and `vectors` tangent vectors takes, in additions, roughly.
    pub(crate) fn cost(&self, vectors: usize) -> f64 {
        let extra = |op: &Op| match op {
            Op::Call(Function::Abs | Function::Sqrt | Function::Floor, _) => 0,
            Op::Call(..) | Op::Call2(..) => 25,
            Op::Pow(..) => 60,
            Op::Root { .. } => 500,
            _ => 0,
        };
        let extra: usize = self.program.ops().iter().map(extra).sum();
        (self.operations(vectors) + extra) as f64
    }

    /// `matrix · frame` for the matrix of these entries, in `out`; both are `component × vector`.
    pub(crate) fn multiply(&self, values: &[f64], frame: &[f64], out: &mut [f64]) {
        let vectors = frame.len() / self.n;
        out.fill(0.0);
        for (&(row, column), value) in self.entries.iter().zip(values) {
            let from = &frame[column * vectors..][..vectors];
            let to = &mut out[row * vectors..][..vectors];
            to.iter_mut().zip(from).for_each(|(sum, x)| *sum += value * x);
        }
    }

    /// The flow of the state, `vectors` tangent vectors (`component × vector`) and the integral of the
    /// divergence, in this order.
    pub(crate) fn propagator(
        &self,
        field: &VectorField,
        vectors: usize,
        options: &Options,
    ) -> Result<Propagator, IntegrateError> {
        let names = names(field, vectors);
        if self.operations(vectors) <= WRITTEN_OUT {
            let program = self.written_out(vectors);
            return Propagator::from_program(FieldKind::Flow, &program, names, options);
        }
        let flow = Variational {
            engine: engine(options.engine, &self.program)?,
            entries: self.entries.clone(),
            n: self.n,
            vectors,
        };
        Propagator::variational(flow, names, options)
    }

    /// The same by Taylor series, if there can be any.
    pub(crate) fn by_series(
        &self,
        field: &VectorField,
        vectors: usize,
        options: &Options,
    ) -> Result<Option<Propagator>, IntegrateError> {
        if self.operations(vectors) > LONGEST_SERIES {
            return Ok(None);
        }
        Propagator::by_series(&self.written_out(vectors), names(field, vectors), options)
    }

    /// The entries, with those of a row together that differ in nothing but their sign: then one product does.
    fn factors(&self) -> Vec<Factor> {
        let mut factors: Vec<Factor> = Vec::new();
        let mut known: HashMap<(usize, Magnitude), (usize, bool)> = HashMap::new();
        for (entry, &(row, column)) in self.entries.iter().enumerate() {
            let (magnitude, minus) = self.magnitude(entry);
            match known.entry((row, magnitude)) {
                Occupied(first) => {
                    let (factor, first_minus) = *first.get();
                    factors[factor].columns.push((column, minus != first_minus));
                }
                Vacant(place) => {
                    place.insert((factors.len(), minus));
                    factors.push(Factor { row, entry, columns: vec![(column, false)] });
                }
            }
        }
        factors
    }

    /// What an entry is but for its sign, and whether that is there.
    fn magnitude(&self, entry: usize) -> (Magnitude, bool) {
        let value = self.program.outputs()[self.n + entry];
        match self.program.ops()[value.index()] {
            Op::Neg(a) => (Magnitude::Value(a.index()), true),
            Op::Constant(bits) => {
                let number = f64::from_bits(bits);
                (Magnitude::Number(number.abs().to_bits()), number.is_sign_negative())
            }
            _ => (Magnitude::Value(value.index()), false),
        }
    }

    fn written_out(&self, vectors: usize) -> Program {
        let n = self.n;
        let all = n + n * vectors + 1;
        let mut b = Builder::new(1 + all + self.parameters);
        let state = (0..=n).chain(1 + all..1 + all + self.parameters);
        let inputs: Vec<Value> = state.map(|place| b.input(place)).collect();
        let known = b.inline(&self.program, &inputs);
        let (rhs, values) = known.split_at(n);
        let mut outputs = rhs.to_vec();
        let mut sums: Vec<Option<Value>> = vec![None; n * vectors];
        for Factor { row, entry, columns } in self.factors() {
            let value = values[entry];
            for vector in 0..vectors {
                let mut along: Option<Value> = None;
                for &(column, minus) in &columns {
                    let tangent = b.input(1 + n + column * vectors + vector);
                    along = Some(match along {
                        None => tangent,
                        Some(along) if minus => b.sub(along, tangent),
                        Some(along) => b.add(along, tangent),
                    });
                }
                let term = b.mul(value, along.expect("a column"));
                let sum = &mut sums[row * vectors + vector];
                *sum = Some(sum.map_or(term, |sum| b.add(sum, term)));
            }
        }
        for sum in sums {
            outputs.push(sum.unwrap_or_else(|| b.constant(0.0)));
        }
        let diagonal = self.entries.iter().zip(values).filter(|((row, column), _)| row == column);
        let terms: Vec<(f64, Value)> = diagonal.map(|(_, &value)| (1.0, value)).collect();
        outputs.push(b.combine(&terms));
        b.finish(outputs)
    }
}

/// Entries of one row that are equal but for their sign.
struct Factor {
    row: usize,
    /// The first of them.
    entry: usize,
    /// Their columns, and whether the sign is another than that of the first.
    columns: Vec<(usize, bool)>,
}

/// A number, or what an operation gives.
#[derive(PartialEq, Eq, Hash)]
enum Magnitude {
    Number(u64),
    Value(usize),
}

/// The names of all components of state, tangent vectors and divergence.
fn names(field: &VectorField, vectors: usize) -> Vec<String> {
    let mut names = field.states.clone();
    for name in &field.states {
        names.extend((0..vectors).map(|vector| format!("tangent vector {vector} along {name}")));
    }
    names.push("divergence".into());
    names
}

/// `program`, ready to run.
pub(crate) fn engine(
    choice: EngineChoice,
    program: &Program,
) -> Result<Arc<dyn Engine>, IntegrateError> {
    Ok(choice.engine(program)?)
}
