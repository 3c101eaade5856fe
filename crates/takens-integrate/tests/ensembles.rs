//! Many trajectories: each has the bits that it has alone, whatever is beside it.

mod common;

use common::{circle, field, forced, henon, lorenz, power};
use takens_core::TimeGrid;
use takens_integrate::{IntegrateError, Member, Method, Options, Propagator, Work};
use takens_symbolic::{FieldKind, Function, VectorField};

const COUNT: usize = 83;

fn options(tolerance: f64) -> Options {
    Options { tolerance, ..Options::default() }
}

/// Starts that lie about `centre`.
fn member(centre: &[f64], index: usize) -> Member {
    let part = index as f64 / COUNT as f64;
    let initial = centre.iter().map(|x| x + 0.3 * (part - 0.5)).collect();
    Member { parameters: vec![], initial }
}

type Results = (Vec<f64>, Vec<Result<Work, IntegrateError>>);

fn together(propagator: &Propagator, centre: &[f64], grid: &TimeGrid, threads: usize) -> Results {
    let mut out = vec![0.0; COUNT * grid.len() * propagator.dim()];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let member = |index| member(centre, index);
    let results = pool.install(|| propagator.sample_all(COUNT, member, grid, &mut out)).unwrap();
    (out, results)
}

/// As `together`, one after the other; and how many of them failed.
fn alone(propagator: &Propagator, centre: &[f64], grid: &TimeGrid) -> Results {
    let (mut out, mut results) = (Vec::new(), Vec::new());
    for index in 0..COUNT {
        let Member { parameters, initial } = member(centre, index);
        match propagator.sample(&parameters, &initial, grid) {
            Ok(solution) => {
                out.extend(solution.trajectory.values());
                results.push(Ok(Work { steps: solution.steps, rejected: solution.rejected }));
            }
            Err(error) => {
                out.extend(vec![f64::NAN; grid.len() * propagator.dim()]);
                results.push(Err(error));
            }
        }
    }
    (out, results)
}

/// Gives how many trajectories failed, and how many steps were refused.
#[track_caller]
fn check(field: &VectorField, centre: &[f64], grid: &TimeGrid, options: &Options) -> (usize, u64) {
    let propagator = Propagator::new(field, options).unwrap();
    let (want, wanted) = alone(&propagator, centre, grid);
    for threads in [1, 2, 3] {
        let (got, results) = together(&propagator, centre, grid, threads);
        assert_eq!(results, wanted, "{threads} threads");
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        assert!(got.iter().zip(&want).all(same), "{threads} threads");
    }
    let rejected = wanted.iter().flatten().map(|work| work.rejected).sum();
    (wanted.iter().filter(|result| result.is_err()).count(), rejected)
}

fn uniform(step: f64, len: usize) -> TimeGrid {
    TimeGrid::uniform(0.0, step, len).unwrap()
}

fn ends(end: f64) -> TimeGrid {
    TimeGrid::explicit(vec![0.0, end]).unwrap()
}

#[test]
fn final_states() {
    for tolerance in [1e-9, 1e-10, 1e-12] {
        assert_eq!(check(&lorenz(), &[1.0; 3], &ends(20.0), &options(tolerance)), (0, 0));
    }
}

#[test]
fn samples() {
    assert_eq!(check(&lorenz(), &[1.0; 3], &uniform(0.013, 500), &options(1e-9)), (0, 0));
    assert_eq!(check(&circle(), &[1.0, 0.0], &uniform(0.5, 100), &options(1e-12)), (0, 0));
    let times = TimeGrid::explicit(vec![-1.0, -0.5, 3.0, 3.0001, 40.0]).unwrap();
    assert_eq!(check(&forced(), &[1.0], &times, &options(1e-9)).0, 0);
}

#[test]
fn steps_that_are_bounded() {
    for method in [Method::Auto, Method::Taylor] {
        let options =
            Options { method, first_step: Some(1e-4), max_step: Some(0.02), ..options(1e-9) };
        assert_eq!(check(&lorenz(), &[1.0; 3], &ends(3.0), &options), (0, 0));
    }
}

#[test]
fn refused_steps() {
    // x'' = -|x|: two corners in every turn.
    let corner = field(FieldKind::Flow, 2, |g, _, x| {
        let size = g.call(Function::Abs, &[x[0]]);
        let fall = g.neg(size);
        let one = g.one();
        vec![x[1], g.add(fall, one)]
    });
    let options = Options { method: Method::Taylor, ..options(1e-9) };
    let (failed, rejected) = check(&corner, &[-0.1, 0.3], &uniform(0.1, 100), &options);
    assert_eq!(failed, 0);
    assert!(rejected > 100, "{rejected} steps refused");
}

#[test]
fn trajectories_that_end_early() {
    // x' = x² from 1 ± 0.15 ends at 1/x, some of them before 1.
    let (failed, _) = check(&power(2), &[1.0], &ends(1.0), &options(1e-9));
    assert!((30..50).contains(&failed), "{failed} failed");
    // Half of the trajectories take more steps than are allowed.
    let propagator = Propagator::new(&lorenz(), &options(1e-9)).unwrap();
    let (_, results) = alone(&propagator, &[1.0; 3], &ends(5.0));
    let mut steps: Vec<u64> = results.into_iter().map(|work| work.unwrap().steps).collect();
    steps.sort_unstable();
    let few = Options { max_steps: steps[COUNT / 2], ..options(1e-9) };
    let (failed, _) = check(&lorenz(), &[1.0; 3], &ends(5.0), &few);
    assert!((1..COUNT).contains(&failed), "{failed} failed");
}

#[test]
fn flows_that_grow_stiff() {
    // y'' = 1000 (1 - y²) y' - y
    let van_der_pol = field(FieldKind::Flow, 2, |g, _, x| {
        let square = g.mul(x[0], x[0]);
        let one = g.one();
        let free = g.sub(one, square);
        let thousand = g.integer(1000);
        let rate = g.mul(thousand, free);
        let push = g.mul(rate, x[1]);
        vec![x[1], g.sub(push, x[0])]
    });
    assert_eq!(check(&van_der_pol, &[2.0, 0.0], &ends(300.0), &options(1e-9)).0, 0);
}

#[test]
fn other_integrators_and_maps() {
    for method in [Method::Dop853, Method::Tsit5, Method::Verner98] {
        let options = Options { method, ..options(1e-6) };
        assert_eq!(check(&lorenz(), &[1.0; 3], &uniform(0.5, 5), &options).0, 0);
    }
    let (failed, _) = check(&henon(), &[1.2, 0.0], &uniform(1.0, 40), &options(1e-9));
    assert!((1..COUNT).contains(&failed), "{failed} of Henon's orbits escape");
}

#[test]
fn a_start_that_is_none_fails_by_itself() {
    let propagator = Propagator::new(&lorenz(), &options(1e-9)).unwrap();
    let mut out = vec![0.0; 3 * 2 * 3];
    let member = |index| Member {
        parameters: vec![],
        initial: if index == 1 { vec![1.0, f64::NAN, 1.0] } else { vec![1.0; 3] },
    };
    let results = propagator.sample_all(3, member, &ends(1.0), &mut out).unwrap();
    assert!(matches!(results[1], Err(IntegrateError::InitialNotFinite { .. })), "{results:?}");
    assert!(results[0].is_ok() && results[0] == results[2]);
    assert!(out[..6].iter().chain(&out[12..]).all(|x| x.is_finite()));
    assert!(out[6..12].iter().all(|x| x.is_nan()));
}
