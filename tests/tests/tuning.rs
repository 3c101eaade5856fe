//! Tuning inside a sweep: on data of its own, kept, and used again.

use std::fs;
use std::path::Path;
use takens_host::{Reader, Run};
use takens_tests::takens;

/// Runs a sweep; what it said on standard error.
fn bench(folder: &Path, sweep: &Path, more: &[&str]) -> String {
    let output = takens()
        .arg("bench")
        .arg(sweep)
        .args(["--workers", "2", "--out", folder.to_str().unwrap()])
        .args(more)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    errors
}

fn results(folder: &Path) -> Run {
    takens_host::read(folder).unwrap()
}

#[test]
fn tuned_methods_stand_beside_plain_ones_with_one_choice_for_all_seeds() {
    let place = tempfile::tempdir().unwrap();
    let sweep = place.path().join("sweep.toml");
    let text = "systems = [\"Lorenz\"]\nseeds = 2\nprotocol = \"p1-coarse\"\n\
        methods = [\"esn\", \
        { id = \"esn\", tuning = { by = \"grid\", candidates = 6, cpu_seconds = 100 } }, \
        { id = \"parrot\", tuning = { by = \"halving\", candidates = 9, cpu_seconds = 100 } }, \
        { id = \"naive\", tuning = { by = \"random\" } }]\n";
    fs::write(&sweep, text).unwrap();
    let (one, two) = (place.path().join("one"), place.path().join("two"));
    let said = bench(&one, &sweep, &[]);
    assert_eq!(said.matches("tuned on Lorenz").count(), 3, "{said}");
    let run = results(&one);
    assert_eq!(run.results.len(), 8);
    let mut tuned: Vec<(&str, &str)> = run
        .results
        .values()
        .filter(|record| record.parameters != "{}")
        .map(|record| (record.method.as_str(), record.tuned.as_str()))
        .collect();
    tuned.sort_unstable();
    tuned.dedup();
    assert_eq!(tuned.len(), 3, "both seeds have one choice: {tuned:?}");
    assert_eq!(tuned[1], ("naive", "{}"), "there is nothing to tune");
    assert!(tuned[0].0 == "esn" && tuned[0].1.contains("spectral_radius"), "{tuned:?}");

    // A budget that is not exhausted leaves the clock no say: the choice is the same again.
    bench(&two, &sweep, &[]);
    let (one, two) = (Reader::open(&one).unwrap(), Reader::open(&two).unwrap());
    let compared = takens_host::compare(&one, &two).unwrap();
    assert_eq!((compared.equal, compared.different.len()), (8, 0), "{:?}", compared.different);
}

#[test]
fn a_run_that_goes_on_uses_the_choices_that_were_made() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let sweep = place.path().join("sweep.toml");
    let text = |seeds| {
        format!(
            "systems = [\"Henon\"]\nseeds = {seeds}\nprotocol = \"p1-coarse\"\nmethods = [\"parrot\"]\n\
             tuning = {{ by = \"random\", candidates = 4 }}\n"
        )
    };
    fs::write(&sweep, text(1)).unwrap();
    assert!(bench(&folder, &sweep, &[]).contains("tuned on Henon"));
    fs::write(&sweep, text(3)).unwrap();
    let said = bench(&folder, &sweep, &["--resume"]);
    assert!(said.contains("1 known before") && !said.contains("tuned on"), "{said}");
    let run = results(&folder);
    let choices: std::collections::BTreeSet<&String> =
        run.results.values().map(|record| &record.tuned).collect();
    assert_eq!((run.results.len(), choices.len()), (3, 1));
}

#[test]
fn a_budget_spent_early_still_ends_with_a_choice() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let sweep = place.path().join("sweep.toml");
    let text =
        "systems = [\"Henon\"]\nseeds = 1\nprotocol = \"p1-coarse\"\nmethods = [\"parrot\"]\n";
    fs::write(&sweep, text).unwrap();
    let said = bench(
        &folder,
        &sweep,
        &["--tune", "halving", "--tune-candidates", "300", "--tune-cpu", "0.001"],
    );
    let line = said.lines().find(|line| line.contains("tuned on Henon")).unwrap();
    let trials: usize =
        line.split(" trials").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!((3..300).contains(&trials), "{line}");
    assert_eq!(results(&folder).results.len(), 1);
    let wrong = takens().args(["bench", "--tune", "luck"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}
