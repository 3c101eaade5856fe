//! The motion of tangent vectors beside the state.

use std::sync::Arc;
use takens_integrate::{EngineChoice, IntegrateError, Options, Propagator};
use takens_kernel::{Builder, Engine, Op, Program, Value, lower_with};
use takens_symbolic::{FieldKind, Function, VectorField, jacobian};

/// Programs of more operations than this are not written out: the product of the Jacobian with the
/// tangent vectors is a loop instead.
const WRITTEN_OUT: usize = 1_500;

/// Columns that are multiplied at once.
const TOGETHER: usize = 4;

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

    /// `matrix · columns` for the matrix of these entries, in `out`.
    pub(crate) fn multiply(&self, values: &[f64], columns: &[f64], out: &mut [f64]) {
        let groups = columns.chunks(TOGETHER * self.n).zip(out.chunks_mut(TOGETHER * self.n));
        for (columns, out) in groups {
            match columns.len() / self.n {
                TOGETHER => self.multiply_some::<TOGETHER>(values, columns, out),
                _ => {
                    let each = columns.chunks_exact(self.n).zip(out.chunks_exact_mut(self.n));
                    for (column, out) in each {
                        self.multiply_some::<1>(values, column, out);
                    }
                }
            }
        }
    }

    /// The products with `C` columns, row by row.
    fn multiply_some<const C: usize>(&self, values: &[f64], columns: &[f64], out: &mut [f64]) {
        let n = self.n;
        let mut terms = self.entries.iter().zip(values).peekable();
        for row in 0..n {
            let mut sums = [0.0; C];
            while let Some((&(_, place), value)) = terms.next_if(|((of, _), _)| *of == row) {
                for (c, sum) in sums.iter_mut().enumerate() {
                    *sum += value * columns[c * n + place];
                }
            }
            for (c, sum) in sums.into_iter().enumerate() {
                out[c * n + row] = sum;
            }
        }
    }

    /// The flow of the state, `vectors` tangent vectors (one after the other) and the integral of the
    /// divergence, in this order.
    pub(crate) fn propagator(
        &self,
        field: &VectorField,
        vectors: usize,
        options: &Options,
    ) -> Result<Propagator, IntegrateError> {
        let mut names = field.states.clone();
        for vector in 0..vectors {
            names.extend(
                field.states.iter().map(|name| format!("tangent vector {vector} along {name}")),
            );
        }
        names.push("divergence".into());
        if self.operations(vectors) <= WRITTEN_OUT {
            let program = self.written_out(vectors);
            return Propagator::from_program(FieldKind::Flow, &program, names, options);
        }
        let looped = Looped {
            linearised: self.clone(),
            engine: engine(options.engine, &self.program)?,
            vectors,
        };
        Propagator::from_engine(Arc::new(looped), names, options)
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
        for vector in 0..vectors {
            let mut sums: Vec<Option<Value>> = vec![None; n];
            for (&(row, column), &value) in self.entries.iter().zip(values) {
                let tangent = b.input(1 + n + vector * n + column);
                let term = b.mul(value, tangent);
                sums[row] = Some(sums[row].map_or(term, |sum| b.add(sum, term)));
            }
            for sum in sums {
                outputs.push(sum.unwrap_or_else(|| b.constant(0.0)));
            }
        }
        let diagonal = self.entries.iter().zip(values).filter(|((row, column), _)| row == column);
        let terms: Vec<(f64, Value)> = diagonal.map(|(_, &value)| (1.0, value)).collect();
        outputs.push(b.combine(&terms));
        b.finish(outputs)
    }
}

/// `program`, ready to run.
pub(crate) fn engine(
    choice: EngineChoice,
    program: &Program,
) -> Result<Arc<dyn Engine>, IntegrateError> {
    Ok(choice.engine(program)?)
}

/// The motion of state and tangent vectors, the Jacobian computed by a program, its products by a loop.
struct Looped {
    linearised: Linearised,
    engine: Arc<dyn Engine>,
    vectors: usize,
}

impl Engine for Looped {
    fn input_count(&self) -> usize {
        1 + self.output_count() + self.linearised.parameters
    }

    fn output_count(&self) -> usize {
        self.linearised.n * (1 + self.vectors) + 1
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        let Linearised { n, entries, .. } = &self.linearised;
        let all = self.output_count();
        let mut state = inputs[..=*n].to_vec();
        state.extend_from_slice(&inputs[1 + all..]);
        let mut known = vec![0.0; n + entries.len()];
        self.engine.call(&state, &mut known);
        let (rhs, values) = known.split_at(*n);
        let (out, tangents) = outputs.split_at_mut(*n);
        out.copy_from_slice(rhs);
        let (tangents, divergence) = tangents.split_at_mut(all - 1 - n);
        self.linearised.multiply(values, &inputs[1 + n..all], tangents);
        let diagonal = entries.iter().zip(values).filter(|((row, column), _)| row == column);
        divergence[0] = diagonal.map(|(_, value)| value).sum();
    }
}
