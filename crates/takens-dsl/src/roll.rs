//! A definition at given sizes with its loops kept: the rolled form, in time that does not depend on N.
//!
//! Start at [`System::roll`]. [`Roller`] does what `lower` does, with indices that run in the place of
//! indices with values, so that the two give the same operations in the same order: what is exact there
//! (numbers known before a run) is a whole number, or a quotient of two, in running indices here.
//!
//! Where what is done depends on an index (`if i == 0`, a subscript past the end, an equation for one
//! component beside the general one), the loop is split there and each piece is lowered for itself: see
//! `split`. So nothing is decided at run time that `lower` decides before, and what cannot be decided
//! for a whole piece is refused with the reason; callers expand the system then.
//!
//! One file for each kind of expression, as in `lower`: `arithmetic`, `conditions`, `names`, `calls`;
//! `blocks` makes the loops of declarations and equations.

mod arithmetic;
mod blocks;
mod calls;
mod conditions;
mod names;
mod split;

use crate::ast::*;
use crate::definition::{Definition, Role};
use crate::expand::{Expansion, expand};
use crate::limits::MAX_INLINE_DEPTH;
use crate::lower::{Extent, Place, Small};
use crate::system::{FlattenError, System, output_name};
use std::collections::{BTreeMap, HashMap};
use takens_symbolic::{
    Auxiliary, ExprId, FieldKind, IntId, Ranges, Rational, RolledArray, RolledField, RolledGraph,
    RolledNode, RolledParameter,
};

/// A system whose vectors and matrices stayed arrays.
#[derive(Debug, Clone)]
pub struct Rolled {
    /// The equations.
    pub field: RolledField,
    /// For each declared state the interval into which outputs are wrapped.
    pub wraps: Vec<Option<(f64, f64)>>,
    /// The structural sizes that were used.
    pub sizes: BTreeMap<String, i64>,
}

/// What became of an attempt to keep loops.
#[derive(Debug, Clone)]
pub enum Roll {
    /// All are kept.
    Rolled(Box<Rolled>),
    /// Something cannot stay rolled: [`System::flatten`] serves.
    Unrolled {
        /// What.
        reason: String,
    },
}

impl System {
    /// The system with its loops kept; `sizes` overrides structural parameters.
    ///
    /// Takes the same time at all sizes. [`RolledField::expand`] of the result is what
    /// [`System::flatten`] gives.
    ///
    /// # Errors
    /// [`FlattenError`] if a size is unknown or impossible, or if at these sizes the system has faults
    /// that show at the ends of its indices.
    pub fn roll(&self, sizes: &BTreeMap<String, i64>) -> Result<Roll, FlattenError> {
        let overrides = self.overrides(sizes)?;
        match expand(&self.definition, &overrides, Extent::Ends) {
            (Some(expansion), _) => Ok(
                match plain(&self.definition, &expansion)
                    .and_then(|()| roll(&self.definition, expansion))
                {
                    Ok(rolled) => Roll::Rolled(Box::new(rolled)),
                    Err(Stop::Refused(reason)) => Roll::Unrolled { reason },
                    Err(Stop::Split { .. }) => {
                        Roll::Unrolled { reason: "an index leaves its loop".to_owned() }
                    }
                },
            ),
            (None, faults) => Err(self.faults(faults)),
        }
    }
}

/// Refuses what a rolled field has no place for.
fn plain(definition: &Definition, expansion: &Expansion) -> Rolling<()> {
    let found = [
        (!expansion.delays.is_empty() || !definition.histories.is_empty(), "delays"),
        (!expansion.paths.is_empty(), "noise"),
        (definition.energy.is_some(), "equations from an energy"),
        (!definition.invariants.is_empty(), "invariants"),
        (!definition.events.is_empty() || !definition.modes.is_empty(), "events"),
    ];
    match found.iter().find(|one| one.0) {
        Some((_, what)) => Err(Stop::Refused(format!("{what} have no rolled form"))),
        None => Ok(()),
    }
}

fn roll(definition: &Definition, expansion: Expansion) -> Rolling<Rolled> {
    let Expansion { sizes, parameters, states, ranges, wraps, .. } = expansion;
    let names = definition.structural.iter().map(|one| one.name.text.clone());
    let named = names.zip(sizes.iter().copied()).collect();
    let mut roller = Roller {
        definition,
        graph: RolledGraph::default(),
        sizes,
        parameters,
        states,
        ranges: Ranges::default(),
        lets: vec![],
        auxiliaries: vec![],
        inlined: HashMap::new(),
        constants: HashMap::new(),
        locals: vec![],
        base: 0,
        in_function: false,
        depth: 0,
        reductions: 0,
        steps: 0,
    };
    let mut rolled_parameters = vec![];
    for ((place, declared), range) in definition.parameters.iter().enumerate().zip(ranges) {
        let place = roller.parameters[place].clone();
        let defaults = roller.elements(declared, &place)?;
        let array = array(declared.name.text.clone(), &place)?;
        rolled_parameters.push(RolledParameter { array, range, defaults });
    }
    roller.lets()?;
    let rhs = roller.equations()?;
    let mut initial = vec![];
    let mut state_arrays = vec![];
    for (place, declared) in definition.states.iter().enumerate() {
        let place = roller.states[place].clone();
        initial.extend(roller.elements(declared, &place)?);
        state_arrays.push(array(output_name(declared), &place)?);
    }
    let (mut outputs, mut observed, mut first) = (vec![], vec![], 0);
    for declared in &definition.outputs {
        let shape = roller.shape(&declared.subscripts)?;
        let place = Place { shape, first };
        first += place.count();
        observed.extend(roller.elements(declared, &place)?);
        outputs.push(array(declared.name.text.clone(), &place)?);
    }
    let field = RolledField {
        kind: if definition.is_map { FieldKind::Map } else { FieldKind::Flow },
        graph: roller.graph,
        states: state_arrays,
        parameters: rolled_parameters,
        auxiliaries: roller.auxiliaries,
        rhs,
        initial,
        outputs,
        observed,
    };
    Ok(Rolled { field, wraps, sizes: named })
}

fn array(name: String, place: &Place) -> Rolling<RolledArray> {
    let size = |size: i64| usize::try_from(size).map_err(|_| refused("a size is negative"));
    let shape = place.shape.iter().map(|&one| size(one)).collect::<Rolling<_>>()?;
    Ok(RolledArray { name, shape, first: size(place.first)? })
}

/// What an expression becomes: as in `lower`, but for whole numbers that run.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Value {
    /// An integer or fraction as written.
    Literal(Small),
    /// The quotient of two whole numbers in indices, the second positive.
    Static(IntId, IntId),
    /// A number known at run time, or for some values of the indices only.
    Expr(ExprId, Known),
    /// A condition known for all values of the indices.
    Truth(bool),
    /// A condition known at run time.
    Condition(ExprId),
}

/// Whether a number is known before a run for some values of the indices: exact arithmetic would have
/// to go on there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    No,
    /// There it is as the writer wrote it.
    Literal,
    /// There it depends on indices or sizes.
    Static,
}

/// Why lowering stopped.
#[derive(Debug, Clone, PartialEq)]
enum Stop {
    /// What is done changes where an index reaches `at`: its loop is to be split there.
    Split { index: u32, at: IntId },
    /// It cannot stay rolled.
    Refused(String),
}

type Rolling<T> = Result<T, Stop>;

fn refused(reason: &str) -> Stop {
    Stop::Refused(reason.to_owned())
}

/// How an indexed `let` is used.
#[derive(Debug, Clone, Copy, PartialEq)]
enum LetForm {
    /// Computed for all indices beforehand: the auxiliary of this place.
    Auxiliary(usize),
    /// Put in place with the indices of each use.
    Inline,
}

/// Values beyond this are refused: a system whose loops fall into ever smaller pieces.
const MOST_STEPS: usize = 1_000_000;

struct Roller<'a> {
    definition: &'a Definition,
    graph: RolledGraph,
    sizes: Vec<i64>,
    parameters: Vec<Place>,
    states: Vec<Place>,
    /// The loops that are open.
    ranges: Ranges,
    /// For each `let` that has been looked at.
    lets: Vec<LetForm>,
    auxiliaries: Vec<Auxiliary>,
    /// Values of `let`s without indices.
    inlined: HashMap<usize, Value>,
    constants: HashMap<String, Value>,
    locals: Vec<(String, Value)>,
    /// Locals below this place belong to the caller of the function being put in place.
    base: usize,
    in_function: bool,
    depth: usize,
    /// Reductions that are open, which number their indices.
    reductions: u32,
    steps: usize,
}

impl<'a> Roller<'a> {
    /// The number that `expr` is, as a node.
    fn number(&mut self, expr: &Expr) -> Rolling<ExprId> {
        let value = self.value(expr)?;
        self.node(value)
    }

    /// A value as a node; a condition is refused.
    fn node(&mut self, value: Value) -> Rolling<ExprId> {
        match value {
            Value::Literal(value) => Ok(self.exact(value)),
            Value::Static(above, below) => self.ratio_node(above, below),
            Value::Expr(id, _) => Ok(id),
            Value::Truth(_) | Value::Condition(_) => {
                Err(refused("a condition stands where a number is needed"))
            }
        }
    }

    fn exact(&mut self, value: Small) -> ExprId {
        self.graph.number(Rational::new((*value.numer()).into(), (*value.denom()).into()))
    }

    fn ratio_node(&mut self, above: IntId, below: IntId) -> Rolling<ExprId> {
        let integers = &self.graph.integers;
        match (integers.as_constant(above), integers.as_constant(below)) {
            (Some(a), Some(b)) => Ok(self.graph.number(Rational::new(a.into(), b.into()))),
            (_, Some(1)) => Ok(self.graph.add(RolledNode::Ratio(above, below))),
            // Both must be f64 numbers for their quotient to be rounded once.
            _ if self.within(above, 1 << 53) && self.within(below, 1 << 53) => {
                Ok(self.graph.add(RolledNode::Ratio(above, below)))
            }
            _ => Err(refused("a fraction of large indices needs exact arithmetic")),
        }
    }

    fn within(&self, id: IntId, limit: i64) -> bool {
        self.ranges
            .bounds(&self.graph.integers, id)
            .is_some_and(|(low, high)| -limit <= low && high <= limit)
    }

    /// Counts work.
    fn spend(&mut self) -> Rolling<()> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(refused("its loops fall into too many pieces"));
        }
        Ok(())
    }

    /// What `expr` is.
    fn value(&mut self, expr: &Expr) -> Rolling<Value> {
        self.spend()?;
        if self.depth >= MAX_INLINE_DEPTH {
            return Err(refused("its functions nest too deeply"));
        }
        self.depth += 1;
        let result = self.dispatch(expr);
        self.depth -= 1;
        result
    }

    fn dispatch(&mut self, expr: &Expr) -> Rolling<Value> {
        match &expr.kind {
            ExprKind::Number(value) => Ok(self.literal(value)),
            ExprKind::Truth(value) => Ok(Value::Truth(*value)),
            ExprKind::Reference { name, subscripts, primes } => {
                self.reference(name, subscripts, *primes)
            }
            ExprKind::Call { name, subscripts, arguments, .. } if subscripts.is_empty() => {
                self.call(name, arguments)
            }
            ExprKind::Reduce { name, binders, body } => self.reduce(name, binders, body),
            ExprKind::Neg(operand) => self.negative(operand),
            ExprKind::Not(operand) => {
                let operand = self.condition(operand)?;
                Ok(self.not(operand))
            }
            ExprKind::Sum(first, rest) => self.sum(first, rest),
            ExprKind::Product(first, rest) => self.product(first, rest),
            ExprKind::Power(base, exponent) => self.power(base, exponent),
            ExprKind::Compare(compare, a, b) => self.compare(*compare, a, b),
            ExprKind::And(parts) => self.joined(parts, true),
            ExprKind::Or(parts) => self.joined(parts, false),
            ExprKind::If { branches, otherwise } => self.choice(branches, otherwise),
            _ => Err(refused("an expression of a kind that has no rolled form")),
        }
    }

    /// The role of a name of the system.
    fn role(&self, key: &str) -> Option<Role> {
        self.definition.names.get(key).map(|entity| entity.role)
    }
}
