//! Mutants of expressions: rewritings that keep the value, and near misses that do not.

use takens_symbolic::{ExprId, Function, Graph, Node, Rational};

/// Copies an expression into the graph with some nodes replaced.
///
/// `rule` sees a node whose parts have been copied already, and may return another expression.
fn rewrite(
    graph: &mut Graph,
    root: ExprId,
    rule: &mut dyn FnMut(&mut Graph, &Node) -> Option<ExprId>,
) -> ExprId {
    let mut wanted = vec![root];
    let mut order = std::collections::BTreeSet::new();
    while let Some(id) = wanted.pop() {
        if order.insert(id) {
            wanted.extend(graph.node(id).children());
        }
    }
    let mut copies = std::collections::BTreeMap::new();
    for id in order {
        let node = map_parts(graph.node(id), |part| copies[&part]);
        let copy = match rule(graph, &node) {
            Some(copy) => copy,
            None => graph.add_node(node),
        };
        copies.insert(id, copy);
    }
    copies[&root]
}

fn map_parts(node: &Node, part: impl Fn(ExprId) -> ExprId) -> Node {
    match node {
        Node::Number(_) | Node::Pi | Node::Symbol(_) => node.clone(),
        Node::Neg(a) => Node::Neg(part(*a)),
        Node::Not(a) => Node::Not(part(*a)),
        Node::Add(a, b) => Node::Add(part(*a), part(*b)),
        Node::Sub(a, b) => Node::Sub(part(*a), part(*b)),
        Node::Mul(a, b) => Node::Mul(part(*a), part(*b)),
        Node::Div(a, b) => Node::Div(part(*a), part(*b)),
        Node::Pow(a, b) => Node::Pow(part(*a), part(*b)),
        Node::And(a, b) => Node::And(part(*a), part(*b)),
        Node::Or(a, b) => Node::Or(part(*a), part(*b)),
        Node::Compare(compare, a, b) => Node::Compare(*compare, part(*a), part(*b)),
        Node::Call(function, arguments) => {
            Node::Call(*function, arguments.iter().map(|a| part(*a)).collect())
        }
        Node::If { condition, yes, no } => {
            Node::If { condition: part(*condition), yes: part(*yes), no: part(*no) }
        }
        Node::Root { unknown, equation, start } => {
            Node::Root { unknown: *unknown, equation: part(*equation), start: part(*start) }
        }
    }
}

/// `p/q` as a node.
fn number(graph: &mut Graph, p: i64, q: i64) -> ExprId {
    graph.number(Rational::new(p.into(), q.into()))
}

/// A rewriting by name.
pub(crate) type Mutation = (&'static str, fn(&mut Graph, ExprId) -> ExprId);

/// Rewritings that keep the value wherever the original is defined.
pub(crate) const REWRITINGS: [Mutation; 8] = [
    ("shuffle terms and factors", |graph, root| {
        rewrite(graph, root, &mut |graph, node| match *node {
            Node::Add(a, b) => Some(graph.add(b, a)),
            Node::Mul(a, b) => Some(graph.mul(b, a)),
            _ => None,
        })
    }),
    ("a - b as -(b - a)", |graph, root| {
        rewrite(graph, root, &mut |graph, node| match *node {
            Node::Sub(a, b) => {
                let flipped = graph.sub(b, a);
                Some(graph.neg(flipped))
            }
            _ => None,
        })
    }),
    ("expand products", |graph, root| {
        rewrite(graph, root, &mut |graph, node| match *node {
            Node::Mul(a, b) => match (graph.node(a).clone(), graph.node(b).clone()) {
                (_, Node::Add(c, d)) => {
                    let (c, d) = (graph.mul(a, c), graph.mul(a, d));
                    Some(graph.add(c, d))
                }
                (_, Node::Sub(c, d)) => {
                    let (c, d) = (graph.mul(a, c), graph.mul(a, d));
                    Some(graph.sub(c, d))
                }
                (Node::Add(c, d), _) => {
                    let (c, d) = (graph.mul(c, b), graph.mul(d, b));
                    Some(graph.add(c, d))
                }
                _ => None,
            },
            _ => None,
        })
    }),
    ("powers as products, products as powers", |graph, root| {
        rewrite(graph, root, &mut |graph, node| match *node {
            Node::Mul(a, b) if a == b => {
                let two = graph.integer(2);
                Some(graph.pow(a, two))
            }
            Node::Pow(a, b) => {
                let exponent = graph.as_number(b)?.clone();
                let square = graph.mul(a, a);
                match exponent.to_integer().to_string().as_str() {
                    "2" if exponent.is_integer() => Some(square),
                    "3" if exponent.is_integer() => Some(graph.mul(square, a)),
                    _ => None,
                }
            }
            _ => None,
        })
    }),
    ("functional identities", |graph, root| {
        rewrite(graph, root, &mut |graph, node| {
            let Node::Call(function, arguments) = node else { return None };
            let u = arguments[0];
            let (one, two) = (graph.integer(1), graph.integer(2));
            let half = number(graph, 1, 2);
            match function {
                Function::Sin | Function::Cos => {
                    let half_angle = graph.div(u, two);
                    let s = graph.call(Function::Sin, &[half_angle]);
                    if *function == Function::Sin {
                        let c = graph.call(Function::Cos, &[half_angle]);
                        let product = graph.mul(s, c);
                        return Some(graph.mul(two, product));
                    }
                    let square = graph.mul(s, s);
                    let twice = graph.mul(two, square);
                    Some(graph.sub(one, twice))
                }
                Function::Tanh => {
                    let twice = graph.mul(two, u);
                    let e = graph.call(Function::Exp, &[twice]);
                    let (above, below) = (graph.sub(e, one), graph.add(e, one));
                    Some(graph.div(above, below))
                }
                Function::Exp => {
                    let half_way = graph.mul(half, u);
                    let e = graph.call(Function::Exp, &[half_way]);
                    Some(graph.mul(e, e))
                }
                Function::Sqrt => Some(graph.pow(u, half)),
                Function::Abs => {
                    let square = graph.mul(u, u);
                    Some(graph.call(Function::Sqrt, &[square]))
                }
                Function::Max => {
                    let (sum, gap) = (graph.add(u, arguments[1]), graph.sub(u, arguments[1]));
                    let distance = graph.call(Function::Abs, &[gap]);
                    let total = graph.add(sum, distance);
                    Some(graph.mul(half, total))
                }
                _ => None,
            }
        })
    }),
    ("multiply and divide by 7/3", |graph, root| {
        let k = number(graph, 7, 3);
        let product = graph.mul(root, k);
        graph.div(product, k)
    }),
    ("add and subtract", |graph, root| {
        let x = graph.symbol(takens_symbolic::Symbol::State(0));
        let square = graph.mul(x, x);
        let more = graph.add(root, square);
        graph.sub(more, square)
    }),
    ("a/b as a·b^-1", |graph, root| {
        rewrite(graph, root, &mut |graph, node| match *node {
            Node::Div(a, b) => {
                let minus_one = graph.integer(-1);
                let inverse = graph.pow(b, minus_one);
                Some(graph.mul(a, inverse))
            }
            _ => None,
        })
    }),
];

/// `factor` times the whole.
pub(crate) fn scaled(graph: &mut Graph, root: ExprId, p: i64, q: i64) -> ExprId {
    let factor = number(graph, p, q);
    graph.mul(factor, root)
}

/// One half more.
pub(crate) fn shifted(graph: &mut Graph, root: ExprId) -> ExprId {
    let half = number(graph, 1, 2);
    graph.add(root, half)
}

/// The last term of a sum changed by a factor; `None` if the whole is no sum.
pub(crate) fn last_term_scaled(graph: &mut Graph, root: ExprId, p: i64, q: i64) -> Option<ExprId> {
    match *graph.node(root) {
        Node::Add(a, b) => {
            let b = scaled(graph, b, p, q);
            Some(graph.add(a, b))
        }
        Node::Sub(a, b) => {
            let b = scaled(graph, b, p, q);
            Some(graph.sub(a, b))
        }
        _ => None,
    }
}

/// The last term of a sum left out.
pub(crate) fn last_term_dropped(graph: &Graph, root: ExprId) -> Option<ExprId> {
    match *graph.node(root) {
        Node::Add(a, _) | Node::Sub(a, _) => Some(a),
        _ => None,
    }
}

/// Squares made cubes; `None` if there is no square.
pub(crate) fn squares_cubed(graph: &mut Graph, root: ExprId) -> Option<ExprId> {
    let mut found = false;
    let mutant = rewrite(graph, root, &mut |graph, node| match *node {
        Node::Pow(a, b) if graph.as_number(b) == Some(&Rational::from_integer(2.into())) => {
            found = true;
            let three = graph.integer(3);
            Some(graph.pow(a, three))
        }
        _ => None,
    });
    found.then_some(mutant)
}
