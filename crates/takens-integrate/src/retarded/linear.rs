//! Where a component enters its own equation linearly.

use std::collections::{BTreeSet, HashMap};
use takens_symbolic::{ExprId, Graph, Node, Symbol, VectorField};

/// Components up to which a linear part is looked for.
const MOST_COMPONENTS: usize = 256;

/// For each component the slope of its equation in the component itself, where it enters linearly (or
/// not at all) with a slope made of parameters; in a graph that extends the field's.
pub(crate) fn own_slopes(field: &VectorField) -> (Graph, Vec<Option<ExprId>>) {
    let mut graph = field.graph.clone();
    if field.dim() > MOST_COMPONENTS {
        return (graph, vec![None; field.dim()]);
    }
    let mut slopes = Vec::with_capacity(field.dim());
    for (component, &rhs) in field.rhs.iter().enumerate() {
        let slope = slope(&mut graph, rhs, Symbol::State(component as u32));
        slopes.push(slope.filter(|&slope| {
            graph.symbols(&[slope]).iter().all(|symbol| matches!(symbol, Symbol::Parameter(_)))
        }));
    }
    (graph, slopes)
}

/// The slope of `expr` in `symbol`, if it is a sum of a product with it and of what does not contain it.
fn slope(graph: &mut Graph, expr: ExprId, symbol: Symbol) -> Option<ExprId> {
    // Parts are older than the whole: in the order of ids, each finds its parts done.
    let mut parts = BTreeSet::new();
    let mut open = vec![expr];
    while let Some(id) = open.pop() {
        if parts.insert(id) {
            open.extend(graph.node(id).children());
        }
    }
    // Of those that contain the symbol; others are absent.
    let mut known: HashMap<ExprId, Option<ExprId>> = HashMap::new();
    for id in parts {
        let node = graph.node(id).clone();
        let contains = node == Node::Symbol(symbol)
            || node.children().iter().any(|child| known.contains_key(child));
        if contains {
            let found = linear(graph, &node, &known);
            known.insert(id, found);
        }
    }
    known.get(&expr).copied().unwrap_or_else(|| Some(graph.zero()))
}

/// The slope of a node that contains the symbol, from those of its parts.
fn linear(
    graph: &mut Graph,
    node: &Node,
    known: &HashMap<ExprId, Option<ExprId>>,
) -> Option<ExprId> {
    let of = |id: &ExprId| known.get(id).copied();
    match node {
        Node::Symbol(_) => Some(graph.one()),
        Node::Neg(a) => of(a)?.map(|a| graph.neg(a)),
        Node::Add(a, b) => match (of(a), of(b)) {
            (Some(a), Some(b)) => Some(graph.add(a?, b?)),
            (a, b) => a.or(b)?,
        },
        Node::Sub(a, b) => match (of(a), of(b)) {
            (Some(a), Some(b)) => Some(graph.sub(a?, b?)),
            (Some(a), None) => a,
            (None, b) => b?.map(|b| graph.neg(b)),
        },
        Node::Mul(a, b) => match (of(a), of(b)) {
            (Some(slope), None) => slope.map(|slope| graph.mul(slope, *b)),
            (None, Some(slope)) => slope.map(|slope| graph.mul(*a, slope)),
            _ => None,
        },
        Node::Div(a, b) => match (of(a), of(b)) {
            (Some(slope), None) => slope.map(|slope| graph.div(slope, *b)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_symbolic::{Bindings, Function, evaluate};

    fn check(build: impl FnOnce(&mut Graph, ExprId, ExprId) -> ExprId, want: Option<f64>) {
        let mut graph = Graph::new();
        let (x, p) = (graph.symbol(Symbol::State(0)), graph.symbol(Symbol::Parameter(0)));
        let expr = build(&mut graph, x, p);
        let found = slope(&mut graph, expr, Symbol::State(0));
        let bindings =
            Bindings { time: 0.0, state: &[5.0], parameters: &[3.0], ..Bindings::default() };
        assert_eq!(found.map(|found| evaluate(&graph, &[found], &bindings)[0]), want);
    }

    #[test]
    fn a_slope_is_found_where_there_is_one() {
        check(|_, _, p| p, Some(0.0));
        check(
            |g, x, p| {
                let a = g.mul(p, x);
                g.sub(p, a)
            },
            Some(-3.0),
        );
        check(
            |g, x, p| {
                let a = g.div(x, p);
                let b = g.neg(x);
                g.add(a, b)
            },
            Some(1.0 / 3.0 - 1.0),
        );
        check(|g, x, _| g.mul(x, x), None);
        check(|g, x, p| g.div(p, x), None);
        check(|g, x, _| g.call(Function::Sign, &[x]), None);
        check(
            |g, x, p| {
                let a = g.call(Function::Abs, &[x]);
                g.add(a, p)
            },
            None,
        );
    }
}
