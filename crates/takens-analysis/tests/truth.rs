//! The trusted horizon of Lorenz's system against one computed with 75 digits.

mod common;

use common::lorenz;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use takens_analysis::{TRUST, samples_borne_out, trusted_samples};
use takens_core::{TimeGrid, Trajectory};
use takens_integrate::{Options, sample};

/// Numbers are integers in units of `2^-BITS`, about 75 digits behind the point.
const BITS: u64 = 250;
const ORDER: usize = 60;

fn fixed(value: f64) -> BigInt {
    BigInt::from((value * 1e6) as i64) * (BigInt::from(1) << BITS) / 1_000_000
}

/// `Σ a[i] b[k-i]`
fn convolution(a: &[BigInt], b: &[BigInt]) -> BigInt {
    let sum: BigInt = a.iter().zip(b.iter().rev()).map(|(a, b)| a * b).sum();
    sum >> BITS
}

/// One step of `1/64` of the Taylor series of Lorenz's system at 10, 28, 8/3.
fn step(state: &[BigInt; 3]) -> [BigInt; 3] {
    let [mut x, mut y, mut z] = state.clone().map(|value| vec![value]);
    for k in 0..ORDER {
        let dx = 10 * (&y[k] - &x[k]);
        let dy = 28 * &x[k] - &y[k] - convolution(&x, &z);
        let dz = convolution(&x, &y) - 8 * &z[k] / 3;
        for (series, slope) in [(&mut x, dx), (&mut y, dy), (&mut z, dz)] {
            series.push(slope / (k as i64 + 1));
        }
    }
    [x, y, z].map(|series| {
        series.iter().rev().fold(BigInt::from(0), |sum, coefficient| (sum >> 6u8) + coefficient)
    })
}

/// The trajectory from (1, 1, 1) at multiples of 1/64.
fn digits(len: usize) -> Trajectory {
    let mut state = [1.0, 1.0, 1.0].map(fixed);
    let unit = 2f64.powi(-60);
    let mut values = Vec::new();
    for _ in 0..len {
        values.extend(state.iter().map(|value| {
            (value >> (BITS - 60)).to_f64().expect("a number of the attractor") * unit
        }));
        state = step(&state);
    }
    let grid = TimeGrid::uniform(0.0, 1.0 / 64.0, len).unwrap();
    let values = ndarray::Array2::from_shape_vec((len, 3), values).unwrap();
    Trajectory::new(grid, values, lorenz().states).unwrap()
}

#[test]
fn the_horizon_of_lorenz_is_that_of_75_digits() {
    let len = 64 * 55 + 1;
    let grid = TimeGrid::uniform(0.0, 1.0 / 64.0, len).unwrap();
    let options = Options { tolerance: 1e-12, ..Options::default() };
    let run = sample(&lorenz(), &[], &[1.0; 3], &grid, &options).unwrap().trajectory;
    let exact = trusted_samples(run.values(), digits(len).values(), TRUST);
    let proved = samples_borne_out(&lorenz(), &[], &run, TRUST).unwrap();
    let times = [exact, proved].map(|samples| grid.time(samples - 1));
    assert!((25.0..45.0).contains(&times[0]), "{times:?}");
    assert!((times[0] - times[1]).abs() < 1.0, "{times:?}");
    // In fact they agree to the sample.
    assert_eq!(exact, proved);
}
