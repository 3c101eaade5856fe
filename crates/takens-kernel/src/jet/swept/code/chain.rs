//! Items that are made in one loop: each finds what it reads of the others in a register.

use crate::jet::Step;
use crate::jet::convolution::Range;
use crate::jet::swept::schedule::Item;
use crate::jet::swept::{Plan, Sweep};

/// Neighbouring items of one length that read of each other nothing but their own neighbours.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) len: usize,
    pub(super) members: Vec<Member>,
}

/// An item in its chain.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) item: Item,
    /// Whether its coefficients are read where they are no longer in a register.
    pub(super) kept: bool,
}

/// More items do not go into one loop.
const MOST: usize = 24;

/// The items of a plan in chains, if `held` members of a chain are in registers, the present one among them.
pub(super) fn chains(plan: &Plan, held: usize) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    for item in &plan.items {
        if let Item::Sweep(sweep) = item
            && matches!(sweep.first, Step::Still(_) | Step::State(_))
        {
            continue;
        }
        let member = Member { item: item.clone(), kept: false };
        match chains.last_mut() {
            Some(chain) if chain.takes(item) => chain.members.push(member),
            _ => chains.push(Chain { len: item.len(), members: vec![member] }),
        }
    }
    keep(plan, &mut chains, held);
    chains
}

/// Marks what is read where it is no longer in a register.
fn keep(plan: &Plan, chains: &mut [Chain], held: usize) {
    // Chain and member that make a step.
    let mut makers = vec![(usize::MAX, 0); plan.jets.steps.len()];
    for (number, chain) in chains.iter().enumerate() {
        for (index, member) in chain.members.iter().enumerate() {
            if let Item::Sweep(sweep) = &member.item {
                makers[sweep.place..sweep.place + sweep.len].fill((number, index));
            }
        }
    }
    let mut kept = vec![false; plan.jets.steps.len()];
    for (number, chain) in chains.iter().enumerate() {
        for (index, member) in chain.members.iter().enumerate() {
            for read in member.item.reads() {
                for place in read.place..read.place + read.len {
                    let (maker, made) = makers[place];
                    let near = maker == number && made < index && index - made < held;
                    kept[place] |= read.lower || !near;
                }
            }
            if let Item::Sweep(sweep) = &member.item
                && matches!(sweep.first, Step::Quotient(..) | Step::Sqrt(_))
            {
                kept[sweep.place..sweep.place + sweep.len].fill(true);
            }
        }
    }
    for member in chains.iter_mut().flat_map(|chain| &mut chain.members) {
        if let Item::Sweep(sweep) = &member.item {
            member.kept = kept[sweep.place..sweep.place + sweep.len].contains(&true);
        }
    }
}

impl Chain {
    /// Whether the item can be made in the same loop.
    fn takes(&self, item: &Item) -> bool {
        let apart = |read: &Read| {
            self.members.iter().all(|member| match &member.item {
                Item::Rates(_) => true,
                Item::Sweep(sweep) => {
                    let same = read.many && read.place == sweep.place;
                    let overlaps =
                        read.place < sweep.place + sweep.len && sweep.place < read.place + read.len;
                    same || !overlaps
                }
            })
        };
        item.len() == self.len && self.members.len() < MOST && item.reads().iter().all(apart)
    }

    /// The member that makes the steps from `place` on.
    pub(super) fn maker(&self, place: usize) -> Option<usize> {
        let makes = |member: &Member| match &member.item {
            Item::Sweep(sweep) => sweep.place == place,
            Item::Rates(_) => false,
        };
        self.members.iter().position(makes)
    }
}

/// Steps that an item reads.
struct Read {
    place: usize,
    len: usize,
    /// Whether each of its steps reads another.
    many: bool,
    /// Whether coefficients of lower order are read as well.
    lower: bool,
}

impl Item {
    fn len(&self) -> usize {
        match self {
            Self::Sweep(sweep) => sweep.len,
            Self::Rates(run) => run.len,
        }
    }

    fn reads(&self) -> Vec<Read> {
        match self {
            Self::Rates(run) => {
                vec![Read { place: run.place, len: run.len, many: true, lower: false }]
            }
            Self::Sweep(sweep) => {
                (0..sweep.first.parts().len()).map(|part| sweep.read(part)).collect()
            }
        }
    }
}

impl Sweep {
    fn read(&self, part: usize) -> Read {
        let many = self.many[part];
        let lower = match self.first {
            // A product with a constant reads one coefficient.
            Step::Mul(..) => self.parts[1 - part] != Range::STILL,
            Step::Square(_) | Step::Quotient(..) | Step::Sqrt(_) | Step::Integral { .. } => true,
            Step::Choice { .. } => part == 0,
            _ => false,
        };
        Read { place: self.places[part], len: if many { self.len } else { 1 }, many, lower }
    }
}
