//! Warnings for branches that jump: `if x < c then a else b` in an `ode`, where the right-hand side
//! differs on the two sides of the boundary. An integrator steps over such a place blindly.
//!
//! Start at [`jumps`]. A jump is measured, not guessed: from a few places the boundary is sought along
//! one component, and the whole right-hand side compared on both sides of it, so that a branch whose
//! factor vanishes there is left in peace. So is one at whose boundary an event is watched for: there
//! the integrator stops.

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Definition;
use crate::expand::Expansion;
use crate::lower::{Extent, Lowered, Lowerer, Place, subscript_names};
use takens_symbolic::{Bindings, Compare, ExprId, Graph, Node, Symbol, evaluate};

/// Branches looked at in one system.
const MAX_BRANCHES: usize = 50;

/// Components and nodes of a system that is judged: more would cost too much.
const MAX_JUDGED: usize = 5_000;

/// Components along which a boundary is sought.
const MAX_COORDINATES: usize = 4;

/// Places from which the boundary is sought.
const PLACES: usize = 3;

/// Warns of every plain `if` at whose boundary an equation jumps, at parameters `values`.
pub(crate) fn jumps(
    definition: &Definition,
    expansion: &Expansion,
    values: &[f64],
    faults: &mut Vec<Diagnostic>,
) {
    // A map jumps anyway, and what is delayed has no value of its own.
    if definition.is_map || !expansion.delays.is_empty() {
        return;
    }
    let size = |places: &[Place]| places.last().map_or(0, |last| last.first + last.count());
    let known = usize::try_from(size(&expansion.parameters)).is_ok_and(|all| all <= values.len());
    let size = usize::try_from(size(&expansion.states)).unwrap_or(usize::MAX);
    if !known || size > MAX_JUDGED || expansion.graph.len() > MAX_JUDGED {
        return;
    }
    let rights: Vec<ExprId> = expansion.rhs.iter().map(|(_, id)| *id).collect();
    let watched: Vec<ExprId> = expansion.events.iter().map(|event| event.when).collect();
    let modes = expansion.mode_values(values);
    let side = |ids| Side { graph: &expansion.graph, ids, parameters: values, modes: &modes };
    let (whole, watched) = (side(&rights), side(&watched));
    for (comparison, subscripts) in comparisons(definition).into_iter().take(MAX_BRANCHES) {
        let ExprKind::Compare(_, left, right) = &comparison.kind else { continue };
        let mut lowerer = Lowerer::new(definition, expansion.sizes.clone(), Extent::Ends);
        lowerer.parameters.clone_from(&expansion.parameters);
        lowerer.states.clone_from(&expansion.states);
        lowerer.modes.clone_from(&expansion.mode_places);
        let names = subscript_names(subscripts);
        let difference = lowerer.with(&names, &vec![0; names.len()], |lowerer| {
            let (left, right) = (lowerer.number(left)?, lowerer.number(right)?);
            Lowered::Ok(lowerer.graph.sub(left, right))
        });
        let Ok(difference) = difference else { continue };
        let (graph, ids) = (&lowerer.graph, &[difference]);
        let boundary = Side { graph, ids, parameters: values, modes: &modes };
        let coordinates = coordinates(&lowerer.graph, difference);
        let jumps = (0..PLACES).all(|place| {
            let start = Point::start(size, place);
            coordinates.iter().take(MAX_COORDINATES).any(|&along| {
                crossing(&boundary, &start, along).is_some_and(|point| {
                    jumps_at(&whole, &point, along) && !crosses(&watched, &point, along)
                })
            })
        });
        if jumps {
            let message = "the right-hand side jumps where this condition changes";
            faults.push(Diagnostic::warning("W009", comparison.span.clone(), message).help(
                "an integrator loses accuracy there; if the two sides should meet, their \
                 values differ at the boundary; else an `event` there makes it stop",
            ));
        }
    }
}

/// The comparisons of branches with one condition, and the subscripts over which they run.
fn comparisons(definition: &Definition) -> Vec<(&Expr, &[Expr])> {
    let lets = definition.lets.iter();
    let lets = lets.filter_map(|one| Some((one.value.as_ref()?, one.subscripts.as_slice())));
    let equations = definition.equations.iter().map(|one| &one.equation);
    let equations = equations.map(|one| (&one.right, one.subscripts.as_slice()));
    let mut found = vec![];
    for (expr, subscripts) in lets.chain(equations) {
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            if let ExprKind::If { branches, .. } = &expr.kind
                && let [(condition, _)] = branches.as_slice()
                && let ExprKind::Compare(compare, ..) = condition.kind
                && !matches!(compare, Compare::Equal | Compare::NotEqual)
            {
                found.push((condition, subscripts));
            }
            open.extend(expr.parts());
        }
    }
    found
}

/// The components and the time on which an expression depends.
fn coordinates(graph: &Graph, id: ExprId) -> Vec<Symbol> {
    let (mut found, mut seen, mut open) = (vec![], std::collections::HashSet::new(), vec![id]);
    while let Some(id) = open.pop() {
        match graph.node(id) {
            _ if !seen.insert(id) => {}
            Node::Symbol(symbol @ (Symbol::State(_) | Symbol::Time)) => found.push(*symbol),
            node => open.extend(node.children()),
        }
    }
    found
}

/// Expressions with parameters, to be evaluated at points.
struct Side<'a> {
    graph: &'a Graph,
    ids: &'a [ExprId],
    parameters: &'a [f64],
    modes: &'a [f64],
}

impl Side<'_> {
    fn at(&self, point: &Point) -> Vec<f64> {
        let (time, state, parameters) = (point.time, &point.state, self.parameters);
        let bindings =
            Bindings { time, state, parameters, modes: self.modes, ..Bindings::default() };
        evaluate(self.graph, self.ids, &bindings)
    }
}

/// A time and a state.
#[derive(Clone)]
struct Point {
    time: f64,
    state: Vec<f64>,
}

impl Point {
    /// A place like any other, the same in every run.
    fn start(size: usize, place: usize) -> Self {
        let any = |index: usize| 0.3 + ((index + 7 * place) as f64 * 0.618_033_988_749_895).fract();
        Self { time: any(size), state: (0..size).map(any).collect() }
    }

    fn along(&self, along: Symbol, value: f64) -> Self {
        let mut moved = self.clone();
        match along {
            Symbol::State(place) => moved.state[place as usize] = value,
            _ => moved.time = value,
        }
        moved
    }

    fn coordinate(&self, along: Symbol) -> f64 {
        match along {
            Symbol::State(place) => self.state[place as usize],
            _ => self.time,
        }
    }
}

/// A point at which `boundary` changes its sign along one coordinate: where the line through two
/// values vanishes, if that is a zero indeed.
fn crossing(boundary: &Side, start: &Point, along: Symbol) -> Option<Point> {
    let value = |at: f64| boundary.at(&start.along(along, at))[0];
    let (first, second) = (value(0.0), value(1.0));
    let zero = -first / (second - first);
    let point = zero.is_finite().then(|| start.along(along, zero))?;
    let near = 1e-3 * (1.0 + zero.abs());
    let (before, after) = (value(zero - near), value(zero + near));
    let vanishes = value(zero).abs() <= 1e-9 * (before.abs() + after.abs());
    (vanishes && before * after < 0.0).then_some(point)
}

/// Whether some right-hand side differs on the two sides of a point however near they are.
fn jumps_at(whole: &Side, point: &Point, along: Symbol) -> bool {
    let zero = point.coordinate(along);
    let sides = |near: f64| {
        let near = near * (1.0 + zero.abs());
        let (before, after) = (point.along(along, zero - near), point.along(along, zero + near));
        whole.at(&before).into_iter().zip(whole.at(&after))
    };
    sides(1e-5).zip(sides(1e-8)).any(|((a, b), (nearer_a, nearer_b))| {
        let (wide, narrow) = ((a - b).abs(), (nearer_a - nearer_b).abs());
        narrow > 0.5 * wide && narrow > 1e-6 * (1.0 + nearer_a.abs() + nearer_b.abs())
    })
}

/// Whether some event is watched for at a point: what it looks at changes its sign there.
fn crosses(watched: &Side, point: &Point, along: Symbol) -> bool {
    let zero = point.coordinate(along);
    let near = 1e-6 * (1.0 + zero.abs());
    let before = watched.at(&point.along(along, zero - near));
    let after = watched.at(&point.along(along, zero + near));
    before.into_iter().zip(after).any(|(before, after)| before * after < 0.0)
}
