//! Systems for tests, written by hand.
#![allow(dead_code, reason = "each test file uses its part")]

use takens_symbolic::{ExprId, FieldKind, Graph, Symbol, VectorField};

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

/// `x' = y, y' = -x`
pub(crate) fn circle() -> VectorField {
    field(FieldKind::Flow, 2, |g, _, x| vec![x[1], g.neg(x[0])])
}

/// `x' = a·x` for each of `rates`.
pub(crate) fn linear(rates: &[i64]) -> VectorField {
    field(FieldKind::Flow, rates.len(), |g, _, x| {
        let rate = |(i, &rate): (usize, &i64)| {
            let rate = g.integer(rate);
            g.mul(rate, x[i])
        };
        rates.iter().enumerate().map(rate).collect()
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

/// The logistic map at `rate / 10`.
pub(crate) fn logistic(rate: i64) -> VectorField {
    field(FieldKind::Map, 1, |g, _, x| {
        let (rate, ten, one) = (g.integer(rate), g.integer(10), g.one());
        let rate = g.div(rate, ten);
        let rest = g.sub(one, x[0]);
        let product = g.mul(x[0], rest);
        vec![g.mul(rate, product)]
    })
}
