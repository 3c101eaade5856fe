//! L4: the truth in other coordinates, found where it is declared and nowhere else.

mod systems;

use systems::{SYSTEMS, read, system};
use takens_discovery::{Certainty, JudgeOptions, Level, Symmetries, judge_expressions};

const ALL: Symmetries = Symmetries { permutation: true, scaling: true, time: true };

/// Judges `candidate` against Lorenz's system at 10, 28, 8/3.
#[track_caller]
fn check(candidate: &str, symmetries: Symmetries, want: (Level, Certainty, Option<&str>)) {
    let truth = ("Lorenz", "", "x=-9.8 y=-15 z=20.5", "10*(y - x); x*(28 - z) - y; x*y - 8/3*z");
    let mut field = system(&truth);
    let texts: Vec<&str> = candidate.split(';').collect();
    let ids: Vec<_> = texts.iter().map(|text| read(&mut field, text.trim())).collect();
    let options = JudgeOptions { symmetries, ..JudgeOptions::default() };
    let verdict = judge_expressions(&field, (&field.graph, &ids), &options).unwrap();
    let got = (verdict.level, verdict.certainty, verdict.symmetry.as_deref());
    assert_eq!(got, want, "{candidate}");
}

#[test]
fn a_permutation_is_equal_where_it_is_declared() {
    let swapped = "y*(28 - z) - x; 10*(x - y); x*y - 8/3*z";
    let declared = Symmetries { permutation: true, ..Symmetries::default() };
    check(swapped, declared, (Level::L4, Certainty::Proved, Some("x = y, y = x")));
    check(swapped, Symmetries::default(), (Level::L5, Certainty::Proved, None));
}

#[test]
fn scales_and_a_clock_are_found_exactly() {
    // x = 2 X, y = 2 Y, z = 2 Z: products of two are halved. These are other coefficients: L2.
    let scaled = "10*(y - x); x*(28 - z/2) - y; x*y/2 - 8/3*z";
    let declared = Symmetries { scaling: true, ..Symmetries::default() };
    check(scaled, declared, (Level::L2, Certainty::Proved, Some("x = 2*x, y = 2*y, z = 2*z")));
    // Twice as fast, in another order.
    let fast = "2*(y*(28 - z) - x); 20*(x - y); 2*(x*y - 8/3*z)";
    check(fast, ALL, (Level::L4, Certainty::Proved, Some("x = y, y = x, time = 0.5*t")));
}

#[test]
fn the_truth_itself_needs_no_symmetry() {
    for plain in &SYSTEMS {
        let field = system(plain);
        let options = JudgeOptions { symmetries: ALL, ..JudgeOptions::default() };
        let verdict = judge_expressions(&field, (&field.graph, &field.rhs), &options).unwrap();
        assert_eq!((verdict.level, verdict.symmetry), (Level::L0, None), "{}", plain.0);
    }
}

#[test]
fn a_near_miss_is_no_symmetry() {
    check("y*(28 - z) - x; 10*(x - y); x*y - 2.67*z", ALL, (Level::L5, Certainty::Proved, None));
    check("y*(28 - z) - x; 10*(x - y); x*y - 8/3*z + 1", ALL, (Level::L5, Certainty::Proved, None));
}

#[test]
fn signs_have_to_fit() {
    // x and y mirrored is Lorenz's own symmetry; x alone is not.
    check("10*(y - x); x*(28 - z) - y; -x*y - 8/3*z", ALL, (Level::L2, Certainty::Proved, None));
}
