//! Systems for tests, written by hand.
#![allow(dead_code, reason = "each test file uses its part")]

use takens_symbolic::{ExprId, FieldKind, Function, Graph, Symbol, VectorField};

/// A field of `dim` components whose right-hand side is built by `rhs` from `t` and the state.
pub(crate) fn field(
    kind: FieldKind,
    dim: usize,
    rhs: impl FnOnce(&mut Graph, ExprId, &[ExprId]) -> Vec<ExprId>,
) -> VectorField {
    let mut graph = Graph::new();
    let t = graph.symbol(Symbol::Time);
    let x: Vec<ExprId> = (0..dim as u32).map(|i| graph.symbol(Symbol::State(i))).collect();
    let rhs = rhs(&mut graph, t, &x);
    let zero = graph.zero();
    VectorField {
        kind,
        graph,
        states: (0..dim).map(|i| format!("x[{i}]")).collect(),
        parameters: vec![],
        rhs,
        initial: vec![zero; dim],
        ..VectorField::default()
    }
}

/// Lorenz at 10, 28, 8/3.
pub(crate) fn lorenz() -> VectorField {
    field(FieldKind::Flow, 3, |g, _, s| {
        let (x, y, z) = (s[0], s[1], s[2]);
        let sigma = g.integer(10);
        let slope = g.sub(y, x);
        let dx = g.mul(sigma, slope);
        let rho = g.integer(28);
        let slope = g.sub(rho, z);
        let slope = g.mul(x, slope);
        let dy = g.sub(slope, y);
        let (eight, three) = (g.integer(8), g.integer(3));
        let beta = g.div(eight, three);
        let (gain, loss) = (g.mul(x, y), g.mul(beta, z));
        let dz = g.sub(gain, loss);
        vec![dx, dy, dz]
    })
}

/// Lorenz 96 of `dim` components at forcing 8.
pub(crate) fn lorenz96(dim: usize) -> VectorField {
    field(FieldKind::Flow, dim, |g, _, x| {
        (0..dim)
            .map(|i| {
                let near = |offset: usize| x[(i + dim + offset - 2) % dim];
                let ahead = g.sub(near(3), near(0));
                let carried = g.mul(near(1), ahead);
                let damped = g.sub(carried, x[i]);
                let force = g.integer(8);
                g.add(damped, force)
            })
            .collect()
    })
}

/// `x' = y, y' = -x`
pub(crate) fn circle() -> VectorField {
    field(FieldKind::Flow, 2, |g, _, x| vec![x[1], g.neg(x[0])])
}

/// `x' = cos(t) x`, so that `x = x0 exp(sin t)`.
pub(crate) fn forced() -> VectorField {
    field(FieldKind::Flow, 1, |g, t, x| {
        let force = g.call(Function::Cos, &[t]);
        vec![g.mul(force, x[0])]
    })
}

/// `x' = x^power`
pub(crate) fn power(power: i64) -> VectorField {
    field(FieldKind::Flow, 1, |g, _, x| {
        let power = g.integer(power);
        vec![g.pow(x[0], power)]
    })
}

/// Henon at 1.4, 0.3.
pub(crate) fn henon() -> VectorField {
    field(FieldKind::Map, 2, |g, _, x| {
        let (fourteen, three, ten, one) = (g.integer(14), g.integer(3), g.integer(10), g.one());
        let a = g.div(fourteen, ten);
        let b = g.div(three, ten);
        let square = g.mul(x[0], x[0]);
        let bend = g.mul(a, square);
        let bent = g.sub(one, bend);
        vec![g.add(bent, x[1]), g.mul(b, x[0])]
    })
}
