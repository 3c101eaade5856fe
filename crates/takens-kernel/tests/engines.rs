//! The interpreter and the machine code agree to the last bit.

mod random;

use proptest::prelude::*;
use random::{choices, crowded, number, program, waiting};
use takens_kernel::{Builder, Compiled, Engine, Oracle, Program};
use takens_symbolic::Function;

#[track_caller]
fn check(program: &Program, inputs: &[f64]) {
    let oracle = Oracle::new(program.clone());
    let mut want = vec![0.0; program.output_count()];
    oracle.call(inputs, &mut want);
    for (name, compiled) in
        [("own", Compiled::new(program)), ("portable", Compiled::portable(program))]
    {
        let compiled = compiled.expect("this machine has a back end");
        let mut got = vec![1.0; program.output_count()];
        compiled.call(inputs, &mut got);
        for (place, (want, got)) in want.iter().zip(&got).enumerate() {
            let same = want.to_bits() == got.to_bits() || (want.is_nan() && got.is_nan());
            let what = format!("output {place} of inputs {inputs:?}");
            assert!(same, "{what}: interpreter {want:e}, {name} code {got:e}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_programs_agree(choices in choices(60), inputs in prop::array::uniform5(number())) {
        check(&program(&choices, false), &inputs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn programs_with_roots_agree(choices in choices(40), inputs in prop::array::uniform5(number())) {
        check(&program(&choices, true), &inputs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn large_programs_agree(choices in choices(30_000), inputs in prop::array::uniform5(number())) {
        check(&program(&choices, false), &inputs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn crowded_programs_agree(seed in any::<u64>(), inputs in prop::array::uniform5(-2.0..2.0f64)) {
        check(&crowded(800, seed), &inputs);
    }
}

#[test]
fn many_values_may_wait() {
    check(&waiting(200), &[0.5, -3.0, 1.25, 8.0, 1e-3]);
    check(&waiting(20_000), &[0.5, -3.0, 1.25, 8.0, 1e-3]);
}

#[test]
fn code_outlives_the_program_and_moves_between_threads() {
    let mut builder = Builder::new(2);
    let [x, y] = [0, 1].map(|index| builder.input(index));
    let sine = builder.call(Function::Sin, x);
    let sum = builder.add(sine, y);
    let compiled = Compiled::new(&builder.finish(vec![sum, x])).expect("a back end");
    let clone = compiled.clone();
    drop(compiled);
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|i| {
                let clone = &clone;
                scope.spawn(move || {
                    let mut outputs = [0.0; 2];
                    clone.call(&[0.0, f64::from(i)], &mut outputs);
                    outputs
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(results, [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]);
}

#[test]
#[should_panic(expected = "inputs and outputs")]
fn wrong_lengths_are_refused() {
    let mut builder = Builder::new(1);
    let x = builder.input(0);
    let compiled = Compiled::new(&builder.finish(vec![x])).expect("a back end");
    compiled.call(&[], &mut [0.0]);
}
