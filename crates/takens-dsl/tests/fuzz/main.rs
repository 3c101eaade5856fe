//! A short run of the fuzzer: the corpus, and what follows from a fixed seed. `cargo xtask fuzz` runs
//! it for as long as one likes.

mod mutate;

use mutate::{Dice, corpus, exercise, mutant};

#[test]
fn the_corpus_is_handled() {
    for text in corpus() {
        exercise(&text);
    }
}

#[test]
fn mutants_are_handled() {
    let corpus = corpus();
    let mut dice = Dice(1);
    for _ in 0..1000 {
        exercise(&mutant(&corpus, &mut dice));
    }
}
