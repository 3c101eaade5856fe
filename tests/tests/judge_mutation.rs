//! The judge over the whole collection: the truth rewritten is found equal, a near miss is not.

#[path = "../../crates/takens-discovery/tests/mutation/mod.rs"]
mod mutation;

use mutation::{REWRITINGS, last_term_dropped, last_term_scaled, scaled, shifted, squares_cubed};
use std::collections::BTreeMap;
use takens_core::{TimeGrid, Trajectory};
use takens_discovery::{Certainty, JudgeOptions, Level, Verdict, judge_expressions};
use takens_dsl::System;
use takens_integrate::{Options, sample};
use takens_symbolic::{Bindings, ExprId, FieldKind, VectorField, evaluate};

/// Systems whose normal forms are too large (that of `SpeciesCompetition` has too many terms), or take
/// roots of waves or of whole numbers (`Antidots`: of a distance and of 2, in a condition): what is
/// equal there is probable at best, and not looked for here.
const OPEN: [&str; 6] = [
    "Antidots",
    "BickleyJet",
    "BlinkingRotlet",
    "BlinkingVortexMap",
    "MacArthur",
    "SpeciesCompetition",
];

/// Components that are changed one at a time; more of the same add nothing.
const MOST_COMPONENTS: usize = 2;

/// Sizes that are tried, from the least: more components of the same kind add nothing but time.
const SIZES: [i64; 4] = [4, 5, 6, 8];

/// A system expanded, small where a single structural parameter makes it large.
fn expanded(system: &System) -> VectorField {
    let structural: Vec<_> = system.parameters.iter().filter(|one| one.structural).collect();
    let small = match structural[..] {
        [one] => SIZES
            .iter()
            .find_map(|&size| system.flatten(&BTreeMap::from([(one.name.clone(), size)])).ok()),
        _ => None,
    };
    let flat = small.map_or_else(|| system.flatten(&BTreeMap::new()), Ok);
    flat.unwrap_or_else(|error| panic!("{}: {error}", system.name)).field
}

/// All systems of the collection, expanded, that the judge can judge: candidates are expressions over
/// the present state, so systems with delays are none.
fn collection() -> Vec<(String, VectorField, f64)> {
    let parsed = takens_dsl::parse_file(include_str!("../../systems.dsl"));
    let period =
        |system: &System| system.sample.period.filter(|period| *period > 0.0).unwrap_or(1.0);
    parsed
        .systems
        .iter()
        .filter(|system| !OPEN.contains(&system.name.as_str()))
        .map(|system| (system.name.clone(), expanded(system), period(system)))
        .filter(|(_, field, _)| field.delays.is_empty())
        .collect()
}

/// A short trajectory of the truth, computed once for all its mutants.
fn trajectory(field: &VectorField, period: f64) -> Option<Trajectory> {
    let parameters = field.default_parameters();
    let initial = field.initial_state(&parameters);
    let grid = match field.kind {
        FieldKind::Flow => TimeGrid::uniform(0.0, period / 20.0, 100),
        FieldKind::Map => TimeGrid::uniform(0.0, 1.0, 100),
    };
    let options = Options { tolerance: 1e-6, max_steps: 100_000, ..Options::default() };
    sample(field, &parameters, &initial, &grid.ok()?, &options)
        .ok()
        .map(|solution| solution.trajectory)
}

fn judge(field: &VectorField, candidate: &[ExprId], trajectory: Option<&Trajectory>) -> Verdict {
    let options = JudgeOptions {
        trajectory: trajectory.cloned(),
        duration: Some(1.0),
        points: 12,
        ..JudgeOptions::default()
    };
    judge_expressions(field, (&field.graph, candidate), &options).unwrap()
}

/// Runs a check on every system, on two threads; gives what it has to say.
fn over_the_collection(
    check: impl Fn(&str, &VectorField, Option<&Trajectory>) -> Vec<String> + Sync,
) -> Vec<String> {
    let systems = collection();
    assert!(systems.len() > 100, "only {} systems", systems.len());
    let half = |start: usize| {
        let mut lines = Vec::new();
        for (name, field, period) in systems.iter().skip(start).step_by(2) {
            lines.extend(check(name, field, trajectory(field, *period).as_ref()));
        }
        lines
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let mut lines = half(0);
        lines.extend(other.join().expect("a failed check panics in its own words"));
        lines
    })
}

#[test]
fn rewritings_of_every_system_are_equal() {
    let failures = over_the_collection(|name, field, trajectory| {
        let mut lines = Vec::new();
        for (what, rewriting) in REWRITINGS {
            let mut mutant = field.clone();
            let candidate: Vec<ExprId> =
                field.rhs.iter().map(|&id| rewriting(&mut mutant.graph, id)).collect();
            let verdict = judge(&mutant, &candidate, trajectory);
            if (verdict.level, verdict.certainty) != (Level::L0, Certainty::Proved) {
                lines.push(format!(
                    "{name} after `{what}`: {:?} {:?} {:?}",
                    verdict.level, verdict.certainty, verdict.witness
                ));
            }
        }
        lines
    });
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Whether a mutant is one: a term with a parameter that is zero may be left out.
fn differs(field: &VectorField, truth: ExprId, mutant: ExprId) -> bool {
    let parameters = field.default_parameters();
    let state: Vec<f64> = (0..field.dim()).map(|i| 0.37 + 0.29 * i as f64).collect();
    let values = evaluate(
        &field.graph,
        &[truth, mutant],
        &Bindings { time: 0.7, state: &state, parameters: &parameters, ..Bindings::default() },
    );
    (values[0] - values[1]).abs() > 1e-12 * values[0].abs()
}

#[test]
fn near_misses_of_no_system_are_equal() {
    type Mutant = fn(&mut VectorField, ExprId) -> Option<ExprId>;
    let mutants: [(&str, Mutant); 7] = [
        ("sign", |field, id| Some(scaled(&mut field.graph, id, -1, 1))),
        ("+ 1/2", |field, id| Some(shifted(&mut field.graph, id))),
        ("0.1 %", |field, id| Some(scaled(&mut field.graph, id, 1001, 1000))),
        ("5 %", |field, id| Some(scaled(&mut field.graph, id, 105, 100))),
        ("5 % of a term", |field, id| last_term_scaled(&mut field.graph, id, 105, 100)),
        ("a term less", |field, id| last_term_dropped(&field.graph, id)),
        ("cubes", |field, id| squares_cubed(&mut field.graph, id)),
    ];
    let failures = over_the_collection(|name, field, trajectory| {
        let mut lines = Vec::new();
        for (what, mutate) in mutants {
            for (i, &id) in field.rhs.iter().enumerate().take(MOST_COMPONENTS) {
                let mut mutant = field.clone();
                let Some(changed) = mutate(&mut mutant, id) else { continue };
                if !differs(&mutant, id, changed) {
                    continue;
                }
                let mut candidate = field.rhs.clone();
                candidate[i] = changed;
                let verdict = judge(&mutant, &candidate, trajectory);
                if verdict.level == Level::L0 {
                    lines.push(format!("{name}, {what} in {}: {verdict:?}", field.states[i]));
                }
            }
        }
        lines
    });
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}
