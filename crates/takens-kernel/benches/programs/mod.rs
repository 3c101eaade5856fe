//! Programs to be timed.
#![allow(dead_code, reason = "each bench takes some")]

use takens_kernel::{Builder, Program, Value};

/// Parameters of the Lorenz system.
pub(crate) const LORENZ: [f64; 3] = [10.0, 28.0, 8.0 / 3.0];

/// Right-hand side of the Lorenz system with [`LORENZ`] built in. Inputs: x, y, z.
pub(crate) fn lorenz() -> Program {
    let mut b = Builder::new(3);
    let state = [0, 1, 2].map(|index| b.input(index));
    let parameters = LORENZ.map(|value| b.constant(value));
    let outputs = lorenz_at(&mut b, state, parameters);
    b.finish(outputs.to_vec())
}

/// The same at a place of a larger program.
pub(crate) fn lorenz_at(
    b: &mut Builder,
    [x, y, z]: [Value; 3],
    [sigma, rho, beta]: [Value; 3],
) -> [Value; 3] {
    let difference = b.sub(y, x);
    let first = b.mul(sigma, difference);
    let height = b.sub(rho, z);
    let product = b.mul(x, height);
    let second = b.sub(product, y);
    let product = b.mul(x, y);
    let decay = b.mul(beta, z);
    let third = b.sub(product, decay);
    [first, second, third]
}

/// Right-hand side of the Lorenz 96 ring of `size` components, force 8.
pub(crate) fn ring(size: usize) -> Program {
    let mut b = Builder::new(size);
    let state: Vec<Value> = (0..size).map(|index| b.input(index)).collect();
    let force = b.constant(8.0);
    let outputs = (0..size).map(|i| {
        let at = |offset: usize| state[(i + offset) % size];
        let difference = b.sub(at(1), at(size - 2));
        let product = b.mul(difference, at(size - 1));
        let decay = b.sub(product, at(0));
        b.add(decay, force)
    });
    let outputs = outputs.collect();
    b.finish(outputs)
}

/// Taylor coefficients 1 to `order` of the Lorenz system. Inputs: x, y, z; outputs: x₁, y₁, z₁, x₂, ...
pub(crate) fn lorenz_jet(order: usize) -> Program {
    let mut b = Builder::new(3);
    let [sigma, rho, beta] = LORENZ.map(|value| b.constant(value));
    let [mut x, mut y, mut z] = [0, 1, 2].map(|index| vec![b.input(index)]);
    let mut outputs = vec![];
    for k in 0..order {
        let xz = convolution(&mut b, &x, &z);
        let xy = convolution(&mut b, &x, &y);
        let difference = b.sub(y[k], x[k]);
        let first = b.mul(sigma, difference);
        let lifted = b.mul(rho, x[k]);
        let second = b.sub(lifted, y[k]);
        let second = b.sub(second, xz);
        let decay = b.mul(beta, z[k]);
        let third = b.sub(xy, decay);
        let share = b.constant(1.0 / (k + 1) as f64);
        for (series, slope) in [(&mut x, first), (&mut y, second), (&mut z, third)] {
            let next = b.mul(slope, share);
            series.push(next);
            outputs.push(next);
        }
    }
    b.finish(outputs)
}

/// `Σ a[j] b[k - j]` for the last k, from the left.
fn convolution(builder: &mut Builder, a: &[Value], b: &[Value]) -> Value {
    let mut sum = None;
    for (&a, &b) in a.iter().zip(b.iter().rev()) {
        let term = builder.mul(a, b);
        sum = Some(match sum {
            None => term,
            Some(before) => builder.add(before, term),
        });
    }
    sum.expect("at least one coefficient")
}
