//! Sweeps as machine code: for each order a few loops, in which the sums are written out.
//!
//! `chain` puts items into loops, so that most of what one makes is in a register when another reads it;
//! `product` writes the sums of products.

mod chain;
mod product;

use super::schedule::Item;
use super::{LINE, Plan, Sweep, Term};
use crate::ir::Op;
use crate::jet::Step;
use crate::lanes::Level;
use crate::native::rows::{Memory, Place, Rows, RowsWriter, Source, Turn, Two};
use chain::{Chain, chains};

/// Longer code is not written: it would be read from memory more slowly than sweeps without it run.
const MOST_BYTES: usize = 4 << 20;

/// Numbers that an address reaches.
const MOST_NUMBERS: usize = i32::MAX as usize / 16;

/// Machine code for a plan.
#[derive(Debug)]
pub(super) struct Code {
    rows: Rows,
    /// The order that it begins with.
    first: usize,
}

impl Code {
    /// The code of a plan; nothing where there can be none.
    pub(super) fn new(plan: &Plan, level: Level) -> Option<Self> {
        // A vector beyond a row of results there is another row.
        if plan.stride * (plan.order + 1) > MOST_NUMBERS || plan.jets.states < LINE {
            return None;
        }
        let mut rows = RowsWriter::new(level)?;
        let first = usize::from(!plan.stills_come_first());
        let chains = chains(plan, HELD);
        for k in first..plan.order {
            for chain in &chains {
                rows.each(chain.len, |turn| chain.write(plan, k, turn));
            }
            if rows.len() > MOST_BYTES {
                return None;
            }
        }
        rows.finish().ok().map(|rows| Self { rows, first })
    }

    /// Makes a series: what comes before the code, and then the code.
    pub(super) fn run(
        &self,
        plan: &Plan,
        level: Level,
        inputs: &[f64],
        coefficients: &mut [f64],
        outputs: &mut [f64],
    ) {
        if self.first == 0 {
            plan.start(inputs, coefficients);
        } else {
            plan.run_at(level, 0..self.first, inputs, outputs, coefficients);
        }
        assert!(coefficients.len() >= plan.stride * (plan.order + 1) + LINE, "a vector more");
        assert_eq!(outputs.len(), plan.order * plan.jets.states, "a row for each order");
        // SAFETY: places are below the stride and orders up to that of the plan are there; of the results
        // all orders but the last are read, and these are followed by as much as a vector.
        unsafe { self.rows.call(coefficients, outputs) };
    }
}

impl Plan {
    /// Whether what is constant reads nothing else.
    fn stills_come_first(&self) -> bool {
        let still = |place: &u32| matches!(self.jets.steps[*place as usize], Step::Still(_));
        let parts = |op: &Op| op.parts().iter().all(still);
        self.jets.steps.iter().all(|step| !matches!(step, Step::Still(op) if !parts(op)))
    }

    /// Order 0 of what is known beforehand.
    fn start(&self, inputs: &[f64], coefficients: &mut [f64]) {
        for item in &self.items {
            let Item::Sweep(sweep) = item else { continue };
            let own = sweep.place..sweep.place + sweep.len;
            match sweep.first {
                Step::Still(_) => self.still(sweep, inputs, coefficients),
                Step::Time => coefficients[own].fill(inputs[0]),
                Step::State(first) => {
                    coefficients[own].copy_from_slice(&inputs[1 + first as usize..][..sweep.len]);
                }
                _ => {}
            }
        }
    }

    /// Where coefficient `k` of a step is. The state goes to the results from order 1 on.
    fn place(&self, step: usize, k: usize) -> Place {
        let states = self.jets.states;
        if step < states && k > 0 {
            Place { memory: Memory::Results, index: (k - 1) * states + step }
        } else {
            Place { memory: Memory::Work, index: k * self.stride + step }
        }
    }
}

/// So many members of a chain are in registers at once, the one that is being made among them.
const HELD: usize = 3;

/// The registers that may be used, and those of the last members of a chain.
fn registers(turn: &Turn<'_>) -> (Vec<u8>, [u8; HELD]) {
    let mut free: Vec<u8> = turn.registers().collect();
    let held = free.split_off(free.len() - HELD);
    (free, held.try_into().expect("as many"))
}

impl Chain {
    /// Coefficient `k` of all members.
    fn write(&self, plan: &Plan, k: usize, turn: &mut Turn<'_>) {
        let (_, held) = registers(turn);
        for (index, member) in self.members.iter().enumerate() {
            match &member.item {
                Item::Sweep(sweep) => {
                    let to = held[index % HELD];
                    let recurrence = Recurrence { plan, chain: self, index, sweep, k, to };
                    recurrence.write(turn, held);
                    if member.kept {
                        turn.store(recurrence.to, plan.place(sweep.place, k));
                    }
                }
                Item::Rates(run) => {
                    if run.range.holds(k) {
                        let rate = turn.register(self.source(plan, index, run.place, k, held), 0);
                        turn.two(Two::Mul, 0, rate, Source::Number(1.0 / (k + 1) as f64));
                    } else {
                        turn.load(0, Source::Number(0.0));
                    }
                    turn.store(0, plan.place(run.state, k + 1));
                }
            }
        }
    }

    /// Coefficient `k` of the steps from `place` on, for the member at `index` of this order.
    fn source(
        &self,
        plan: &Plan,
        index: usize,
        place: usize,
        k: usize,
        held: [u8; HELD],
    ) -> Source {
        match self.maker(place) {
            Some(maker) if maker < index && index - maker < HELD => {
                Source::Register(held[maker % HELD])
            }
            _ => Source::Row(plan.place(place, k)),
        }
    }
}

/// Coefficient `k` of the steps of a sweep.
struct Recurrence<'a> {
    plan: &'a Plan,
    chain: &'a Chain,
    /// Its place in the chain.
    index: usize,
    sweep: &'a Sweep,
    k: usize,
    /// The register that it goes to.
    to: u8,
}

impl Recurrence<'_> {
    fn write(&self, turn: &mut Turn<'_>, held: [u8; HELD]) {
        if !(self.sweep.own.holds(self.k) && self.value(turn, held)) {
            turn.load(self.to, Source::Number(0.0));
        }
    }

    /// Coefficient `k` of a part.
    fn part(&self, part: usize, k: usize, held: [u8; HELD]) -> Source {
        let place = self.sweep.places[part];
        if !self.sweep.many[part] {
            return Source::Single(self.plan.place(place, k));
        }
        if k < self.k {
            return Source::Row(self.plan.place(place, k));
        }
        self.chain.source(self.plan, self.index, place, k, held)
    }

    /// The same; nothing where it is zero.
    fn known(&self, part: usize, held: [u8; HELD]) -> Option<Source> {
        self.sweep.parts[part].holds(self.k).then(|| self.part(part, self.k, held))
    }

    /// Coefficient `k` of the steps themselves.
    fn own(&self, k: usize) -> Source {
        Source::Row(self.plan.place(self.sweep.place, k))
    }

    /// Into its register; `false` if it is zero.
    fn value(&self, turn: &mut Turn<'_>, held: [u8; HELD]) -> bool {
        let (k, to) = (self.k, self.to);
        match self.sweep.first {
            Step::Still(_) | Step::State(_) => return false,
            Step::Time if k == 0 => turn.load(to, self.own(0)),
            Step::Time => turn.load(to, Source::Number(1.0)),
            Step::Neg(_) => {
                let a = turn.register(self.part(0, k, held), 0);
                turn.neg(to, a);
            }
            Step::Add(..) => match (self.known(0, held), self.known(1, held)) {
                (Some(a), Some(b)) => {
                    let a = turn.register(a, 0);
                    turn.two(Two::Add, to, a, b);
                }
                (Some(one), None) | (None, Some(one)) => turn.load(to, one),
                (None, None) => return false,
            },
            Step::Sub(..) => return difference(turn, to, self.known(0, held), self.known(1, held)),
            Step::Mul(..) => return self.product(turn, held),
            Step::Square(_) if k == 0 => {
                let a = turn.register(self.part(0, 0, held), 0);
                turn.two(Two::Mul, to, a, Source::Register(a));
            }
            Step::Square(_) => {
                turn.load(3, self.part(0, 0, held));
                turn.two(Two::Add, 3, 3, Source::Register(3));
                turn.two(Two::Mul, 3, 3, self.part(0, k, held));
                if inner_square(turn, k, |k| self.part(0, k, held)) {
                    turn.two(Two::Add, to, 0, Source::Register(3));
                } else {
                    turn.load(to, Source::Register(3));
                }
            }
            Step::Quotient(..) if k == 0 => {
                let a = turn.register(self.part(0, 0, held), 0);
                turn.two(Two::Div, to, a, self.part(1, 0, held));
            }
            Step::Quotient(..) => {
                let before = self.rest(turn, held).then_some(Source::Register(0));
                if !difference(turn, 0, self.known(0, held), before) {
                    return false;
                }
                turn.load(3, Source::Number(1.0));
                turn.two(Two::Div, 3, 3, self.part(1, 0, held));
                turn.two(Two::Mul, to, 0, Source::Register(3));
            }
            Step::Sqrt(_) if k == 0 => {
                let a = turn.register(self.part(0, 0, held), 0);
                turn.sqrt(to, a);
            }
            Step::Sqrt(_) => {
                let before = inner_square(turn, k, |k| self.own(k)).then_some(Source::Register(0));
                if !difference(turn, 0, self.known(0, held), before) {
                    return false;
                }
                turn.load(3, Source::Number(0.5));
                turn.two(Two::Div, 3, 3, self.own(0));
                turn.two(Two::Mul, to, 0, Source::Register(3));
            }
            Step::Rate(_) => {
                let a = turn.register(self.part(0, k, held), 0);
                turn.two(Two::Mul, to, a, Source::Number(k as f64));
            }
            Step::Integral { .. } if k == 0 => turn.load(to, self.part(0, 0, held)),
            Step::Integral { .. } => {
                let rate = turn.register(self.part(1, k, held), 0);
                turn.two(Two::Mul, to, rate, Source::Number(1.0 / k as f64));
            }
            Step::Choice { .. } => {
                turn.load(1, self.part(0, 0, held));
                turn.load(2, self.known(1, held).unwrap_or(Source::Number(0.0)));
                turn.load(3, self.known(2, held).unwrap_or(Source::Number(0.0)));
                turn.choose(to, 1, 2, 3);
            }
        }
        true
    }

    /// The sum of a quotient, `Σ b_j c_{k-j}`, into register 0; `false` if it has no terms.
    fn rest(&self, turn: &mut Turn<'_>, held: [u8; HELD]) -> bool {
        let Some((first, others)) = self.terms(self.k).split_first() else { return false };
        let product = |turn: &mut Turn<'_>, to: u8, ((i, j), second): Term| {
            turn.load(to, self.part(1, i, held));
            turn.two(Two::Mul, to, to, self.own(j));
            if let Some((i, j)) = second {
                turn.load(to + 1, self.part(1, i, held));
                turn.two(Two::Mul, to + 1, to + 1, self.own(j));
                turn.two(Two::Add, to, to, Source::Register(to + 1));
            }
        };
        product(turn, 0, *first);
        for term in others {
            product(turn, 1, *term);
            turn.two(Two::Add, 0, 0, Source::Register(1));
        }
        true
    }

    fn terms(&self, k: usize) -> &[Term] {
        &self.plan.sums[self.sweep.sum][k]
    }
}

/// `a - b`, where `b` may be in register 0; `false` if both are zero.
fn difference(turn: &mut Turn<'_>, to: u8, a: Option<Source>, b: Option<Source>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            let a = turn.register(a, 1);
            turn.two(Two::Sub, to, a, b);
        }
        (Some(a), None) => turn.load(to, a),
        (None, Some(b)) => {
            let b = turn.register(b, 0);
            turn.neg(to, b);
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
