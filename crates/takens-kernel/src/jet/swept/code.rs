//! Sweeps as machine code: for each piece and each order a loop, in which the sums are written out.

use super::{Plan, Sweep, Term};
use crate::ir::Op;
use crate::jet::Step;
use crate::lanes::Level;
use crate::native::rows::{Rows, RowsWriter, Source, Turn, Two};

/// Longer code is not written: it would be read from memory more slowly than sweeps without it run.
const MOST_BYTES: usize = 4 << 20;

/// Numbers that an address reaches.
const MOST_NUMBERS: usize = i32::MAX as usize / 16;

/// The code of a plan; nothing where there can be none.
pub(super) fn write(plan: &Plan, level: Level) -> Option<Rows> {
    if plan.stride * (plan.order + 1) > MOST_NUMBERS || !plan.stills_come_first() {
        return None;
    }
    let mut rows = RowsWriter::new(level)?;
    for k in 0..plan.order {
        for sweep in &plan.sweeps {
            let known = matches!((&sweep.first, k), (Step::Still(_) | Step::Time, 0));
            if !known && !matches!(sweep.first, Step::State(_)) {
                rows.each(sweep.len, |turn| Recurrence { plan, sweep, k }.write(turn));
            }
        }
        plan.write_rates(k, &mut rows);
        if rows.len() > MOST_BYTES {
            return None;
        }
    }
    rows.finish().ok()
}

/// A series: what is constant and where it starts, then the code.
pub(super) fn run(
    plan: &Plan,
    code: &Rows,
    inputs: &[f64],
    coefficients: &mut [f64],
    outputs: &mut [f64],
) {
    for sweep in &plan.sweeps {
        let own = sweep.place..sweep.place + sweep.len;
        match sweep.first {
            Step::Still(_) => plan.still(sweep, inputs, coefficients),
            Step::Time => coefficients[own].fill(inputs[0]),
            Step::State(first) => {
                coefficients[own].copy_from_slice(&inputs[1 + first as usize..][..sweep.len]);
            }
            _ => {}
        }
    }
    assert!(coefficients.len() >= plan.stride * (plan.order + 1) + super::LINE, "a vector more");
    assert_eq!(outputs.len(), plan.order * plan.jets.states, "a row for each order");
    // SAFETY: places are below the stride, and orders up to that of the plan are there.
    unsafe { code.call(coefficients, outputs) };
}

impl Plan {
    /// Whether what is constant reads nothing else.
    fn stills_come_first(&self) -> bool {
        let still = |place: &u32| matches!(self.jets.steps[*place as usize], Step::Still(_));
        let parts = |op: &Op| op.parts().iter().all(still);
        self.jets.steps.iter().all(|step| !matches!(step, Step::Still(op) if !parts(op)))
    }

    /// The state at order `k + 1`.
    fn write_rates(&self, k: usize, rows: &mut RowsWriter) {
        let weight = 1.0 / (k + 1) as f64;
        let (stride, states) = (self.stride, self.jets.states);
        for run in &self.rates {
            rows.each(run.len, |turn| {
                if run.range.holds(k) {
                    turn.load(0, Source::Row(k * stride + run.place));
                    turn.two(Two::Mul, 0, 0, Source::Number(weight));
                } else {
                    turn.load(0, Source::Number(0.0));
                }
                turn.give(0, k * states + run.state);
                turn.store(0, (k + 1) * stride + run.state);
            });
        }
    }
}

/// Coefficient `k` of the steps of a sweep.
struct Recurrence<'a> {
    plan: &'a Plan,
    sweep: &'a Sweep,
    k: usize,
}

impl Recurrence<'_> {
    fn write(&self, turn: &mut Turn<'_>) {
        if !(self.sweep.own.holds(self.k) && self.value(turn)) {
            turn.load(0, Source::Number(0.0));
        }
        turn.store(0, self.k * self.plan.stride + self.sweep.place);
    }

    /// Coefficient `k` of a part.
    fn part(&self, part: usize, k: usize) -> Source {
        let place = k * self.plan.stride + self.sweep.places[part];
        if self.sweep.many[part] { Source::Row(place) } else { Source::Single(place) }
    }

    /// The same; nothing where it is zero.
    fn known(&self, part: usize) -> Option<Source> {
        self.sweep.parts[part].holds(self.k).then(|| self.part(part, self.k))
    }

    /// Coefficient `k` of the steps themselves.
    fn own(&self, k: usize) -> Source {
        Source::Row(k * self.plan.stride + self.sweep.place)
    }

    /// Into register 0; `false` if it is zero.
    fn value(&self, turn: &mut Turn<'_>) -> bool {
        let k = self.k;
        match self.sweep.first {
            Step::Still(_) | Step::State(_) => return false,
            Step::Time => turn.load(0, Source::Number(1.0)),
            Step::Neg(_) => {
                turn.load(0, self.part(0, k));
                turn.neg(0, 0);
            }
            Step::Add(..) => match (self.known(0), self.known(1)) {
                (Some(a), Some(b)) => {
                    turn.load(0, a);
                    turn.two(Two::Add, 0, 0, b);
                }
                (Some(one), None) | (None, Some(one)) => turn.load(0, one),
                (None, None) => return false,
            },
            Step::Sub(..) => return difference(turn, self.known(0), self.known(1)),
            Step::Mul(..) => return self.convolution(turn, 0),
            Step::Square(_) if k == 0 => {
                turn.load(0, self.part(0, 0));
                turn.two(Two::Mul, 0, 0, Source::Register(0));
            }
            Step::Square(_) => {
                turn.load(3, self.part(0, 0));
                turn.two(Two::Add, 3, 3, Source::Register(3));
                turn.two(Two::Mul, 3, 3, self.part(0, k));
                if inner_square(turn, k, |k| self.part(0, k)) {
                    turn.two(Two::Add, 0, 0, Source::Register(3));
                } else {
                    turn.load(0, Source::Register(3));
                }
            }
            Step::Quotient(..) if k == 0 => {
                turn.load(0, self.part(0, 0));
                turn.two(Two::Div, 0, 0, self.part(1, 0));
            }
            Step::Quotient(..) => {
                let before = self.convolution(turn, 1).then_some(Source::Register(0));
                if !difference(turn, self.known(0), before) {
                    return false;
                }
                turn.load(3, Source::Number(1.0));
                turn.two(Two::Div, 3, 3, self.part(1, 0));
                turn.two(Two::Mul, 0, 0, Source::Register(3));
            }
            Step::Sqrt(_) if k == 0 => {
                turn.load(0, self.part(0, 0));
                turn.sqrt(0, 0);
            }
            Step::Sqrt(_) => {
                let before = inner_square(turn, k, |k| self.own(k)).then_some(Source::Register(0));
                if !difference(turn, self.known(0), before) {
                    return false;
                }
                turn.load(3, Source::Number(0.5));
                turn.two(Two::Div, 3, 3, self.own(0));
                turn.two(Two::Mul, 0, 0, Source::Register(3));
            }
            Step::Rate(_) => {
                turn.load(0, self.part(0, k));
                turn.two(Two::Mul, 0, 0, Source::Number(k as f64));
            }
            Step::Integral { .. } if k == 0 => turn.load(0, self.part(0, 0)),
            Step::Integral { .. } => {
                turn.load(0, self.part(1, k));
                turn.two(Two::Mul, 0, 0, Source::Number(1.0 / k as f64));
            }
            Step::Choice { .. } => {
                turn.load(1, self.part(0, 0));
                turn.load(2, self.known(1).unwrap_or(Source::Number(0.0)));
                turn.load(3, self.known(2).unwrap_or(Source::Number(0.0)));
                turn.choose(0, 1, 2, 3);
            }
        }
        true
    }

    /// The sum of a product (`first` is 0) or of a quotient (1) into register 0; `false` if it has no terms.
    fn convolution(&self, turn: &mut Turn<'_>, first: usize) -> bool {
        let terms = &self.plan.sums[self.sweep.sum][self.k];
        let a = |k| self.part(first, k);
        let b = |k| if first == 0 { self.part(1, k) } else { self.own(k) };
        let product = |turn: &mut Turn<'_>, to: u8, ((i, j), second): Term| {
            turn.load(to, a(i));
            turn.two(Two::Mul, to, to, b(j));
            if let Some((i, j)) = second {
                turn.load(to + 1, a(i));
                turn.two(Two::Mul, to + 1, to + 1, b(j));
                turn.two(Two::Add, to, to, Source::Register(to + 1));
            }
        };
        let Some((first, rest)) = terms.split_first() else { return false };
        product(turn, 0, *first);
        for term in rest {
            product(turn, 1, *term);
            turn.two(Two::Add, 0, 0, Source::Register(1));
        }
        true
    }
}

/// `a - b` into register 0, where `b` may be; `false` if both are zero.
fn difference(turn: &mut Turn<'_>, a: Option<Source>, b: Option<Source>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            turn.load(1, a);
            turn.two(Two::Sub, 0, 1, b);
        }
        (Some(a), None) => turn.load(0, a),
        (None, Some(b)) => {
            turn.load(0, b);
            turn.neg(0, 0);
        }
        (None, None) => return false,
    }
    true
}

/// `Σ a_j a_{k-j}` for `0 < j < k`, each pair once and doubled, into register 0; `false` if it has no terms.
fn inner_square(turn: &mut Turn<'_>, k: usize, a: impl Fn(usize) -> Source) -> bool {
    let mut any = false;
    for m in (1..k.div_ceil(2)).rev() {
        let to = u8::from(any);
        turn.load(to, a(m));
        turn.two(Two::Mul, to, to, a(k - m));
        if any {
            turn.two(Two::Add, 0, 0, Source::Register(1));
        }
        any = true;
    }
    if any {
        turn.two(Two::Add, 0, 0, Source::Register(0));
    }
    if k.is_multiple_of(2) && k > 0 {
        let to = u8::from(any);
        turn.load(to, a(k / 2));
        turn.two(Two::Mul, to, to, Source::Register(to));
        if any {
            turn.two(Two::Add, 0, 0, Source::Register(1));
        }
        any = true;
    }
    any
}
