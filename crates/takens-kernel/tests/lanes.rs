//! Every engine over lanes gives the bits of the interpreter in every lane.

mod random;

use proptest::prelude::*;
use random::{INPUTS, choices, crowded, number, program, waiting};
use takens_kernel::{Builder, Engine, KernelError, LANES, LaneChoice, Oracle, Program};

/// All that this machine can run.
fn choices_here() -> Vec<LaneChoice> {
    use LaneChoice::*;
    let one = Builder::new(0).finish(vec![]);
    [Plain, Tiles, Avx2, Avx512, Widest].into_iter().filter(|c| c.engine(&one).is_ok()).collect()
}

/// `states` holds one state a lane, group by group.
#[track_caller]
fn check(program: &Program, states: &[Vec<f64>]) {
    let (rows, columns) = (program.input_count(), program.output_count());
    let groups = states.len() / LANES;
    let mut inputs = vec![0.0; groups * rows * LANES];
    for (k, state) in states.iter().enumerate() {
        for (i, x) in state.iter().enumerate() {
            inputs[(k / LANES * rows + i) * LANES + k % LANES] = *x;
        }
    }
    let oracle = Oracle::new(program.clone());
    let mut want = vec![0.0; columns];
    for choice in choices_here() {
        let engine = choice.engine(program).expect("an engine of this machine");
        let mut got = vec![1.0; groups * columns * LANES];
        engine.call_many(groups, &inputs, &mut got);
        for (k, state) in states.iter().enumerate() {
            oracle.call(state, &mut want);
            for (i, want) in want.iter().enumerate() {
                let got = got[(k / LANES * columns + i) * LANES + k % LANES];
                let same = want.to_bits() == got.to_bits() || (want.is_nan() && got.is_nan());
                let place = format!("{choice:?}, output {i}, state {k} {state:?}");
                assert!(same, "{place}: interpreter {want:e}, lanes {got:e}");
            }
        }
    }
}

fn states(groups: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<Vec<f64>>> {
    let state = prop::collection::vec(number(), INPUTS);
    prop::collection::vec(prop::collection::vec(state, LANES), groups).prop_map(|g| g.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_programs_agree(choices in choices(60), states in states(1..3)) {
        check(&program(&choices, false), &states);
    }

    #[test]
    fn fixed_inputs_change_no_bit(choices in choices(60), state in prop::collection::vec(number(), INPUTS)) {
        let whole = program(&choices, false);
        let (free, fixed) = state.split_at(INPUTS / 2);
        let part = whole.with_fixed(fixed);
        let (mut want, mut got) = (vec![0.0; whole.output_count()], vec![1.0; whole.output_count()]);
        Oracle::new(whole).call(&state, &mut want);
        Oracle::new(part).call(free, &mut got);
        for (want, got) in want.iter().zip(&got) {
            prop_assert!(want.to_bits() == got.to_bits() || (want.is_nan() && got.is_nan()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn programs_with_roots_agree(choices in choices(40), states in states(1..2)) {
        check(&program(&choices, true), &states);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn large_programs_agree(choices in choices(2_000), states in states(17..18)) {
        check(&program(&choices, false), &states);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn crowded_programs_agree(seed in any::<u64>(), states in states(1..3)) {
        check(&crowded(800, seed), &states);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    // Short enough to be without calls, long enough to be run for several groups at once; seven groups
    // are no multiple of that.
    #[test]
    fn groups_side_by_side_agree(seed in any::<u64>(), states in states(7..8)) {
        check(&crowded(90, seed), &states);
    }
}

#[test]
fn many_values_may_wait() {
    let states: Vec<Vec<f64>> =
        (0..8).map(|lane| vec![0.5, -3.0, f64::from(lane), 8.0, 1e-3]).collect();
    check(&waiting(200), &states);
    check(&waiting(20_000), &states);
}

#[test]
fn a_group_has_eight_lanes() {
    let mut builder = Builder::new(2);
    let [x, y] = [0, 1].map(|index| builder.input(index));
    let sum = builder.add(x, y);
    let program = builder.finish(vec![sum]);
    for choice in choices_here() {
        let engine = choice.engine(&program).expect("an engine of this machine");
        assert_eq!((engine.width(), engine.input_count(), engine.output_count()), (8, 2, 1));
        let inputs: Vec<f64> = (0..16).map(f64::from).collect();
        let mut outputs = [0.0; 8];
        engine.call(&inputs, &mut outputs);
        assert_eq!(outputs, [8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0], "{choice:?}");
    }
}

#[test]
fn what_the_machine_lacks_is_an_error() {
    let program = Builder::new(0).finish(vec![]);
    for choice in [LaneChoice::Avx2, LaneChoice::Avx512] {
        if let Err(error) = choice.engine(&program) {
            assert!(matches!(error, KernelError::Machine { .. }), "{error}");
        }
    }
}
