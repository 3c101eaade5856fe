//! What can be asked of a run's folder: its status, a table, scores anew, another run beside it.

use std::fs;
use std::path::{Path, PathBuf};
use takens_tests::{json, run, stdout, takens};

/// A finished run of twelve tasks, by itself in a folder.
fn finished(place: &Path, name: &str, more: &[&str]) -> PathBuf {
    let folder = place.join(name);
    let output = takens()
        .args(["bench", "--systems", "Henon,Logistic", "--methods", "naive,mean,parrot"])
        .args(["--protocol", "p1-coarse", "--workers", "2", "--seeds", "2"])
        .args(more)
        .arg("--out")
        .arg(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_run_tells_how_far_it_has_come() {
    let place = tempfile::tempdir().unwrap();
    let folder = finished(place.path(), "run", &[]);
    let status = json(&["status", text(&folder), "--json"]);
    assert_eq!((&status["planned"], &status["ended"]), (&12.into(), &12.into()));
    assert_eq!(status["statuses"]["done"], 12);
    assert_eq!(status["files"][0]["results"], 12);
    fs::write(folder.join("results-0002.sqlite"), "no database").unwrap();
    let told = stdout(&["status", text(&folder)]);
    assert!(told.contains("12 of 12 ended (100.0 %)") && told.contains("DAMAGED"), "{told}");
    let missing = run(&["status", "nowhere"]);
    assert_eq!(missing.status.code(), Some(1));
}

#[test]
fn results_become_a_table() {
    let place = tempfile::tempdir().unwrap();
    let folder = finished(place.path(), "run", &[]);
    let (csv, parquet) = (place.path().join("r.csv"), place.path().join("r.parquet"));
    for path in [&csv, &parquet] {
        let output = run(&["export", text(&folder), "-o", text(path)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let table = fs::read_to_string(&csv).unwrap();
    let heading: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    for name in ["task", "system", "seed", "status", "horizon_proof", "smape", "provenance"] {
        assert!(heading.contains(&name), "{name} is missing from {heading:?}");
    }
    assert_eq!(table.lines().count(), 13);
    assert!(table.lines().skip(1).all(|row| row.contains(",double_double,")), "{table}");
    assert!(table.contains("\"\"plugin_hash\"\"") && table.contains(",naive,{},,1,p1-coarse,"));
    assert_eq!(&fs::read(&parquet).unwrap()[..4], b"PAR1");
    assert_eq!(run(&["export", text(&folder), "-o", "r.xlsx"]).status.code(), Some(2));
}

#[test]
fn a_run_of_this_version_has_nothing_to_score_anew() {
    let place = tempfile::tempdir().unwrap();
    let folder = finished(place.path(), "run", &[]);
    let told = json(&["rescore", text(&folder), "--json"]);
    assert_eq!((&told["scored"], &told["changed"]), (&12.into(), &0.into()));
    assert!(!folder.join("results-0002.sqlite").exists());
}

#[test]
fn two_runs_of_one_sweep_are_equal_to_the_bit() {
    let place = tempfile::tempdir().unwrap();
    let one = finished(place.path(), "one", &["--events"]);
    let two = finished(place.path(), "two", &[]);
    let told = stdout(&["diff", text(&one), text(&two)]);
    assert_eq!(told, "12 tasks equal to the bit\n");
    // Other data: tasks that correspond, and are not the same.
    let other = finished(place.path(), "other", &["--catalog", text(&henon(place.path()))]);
    let told = json(&["diff", text(&one), text(&other), "--json"]);
    assert_eq!((&told["equal"], told["moved"].as_array().unwrap().len()), (&6.into(), 6));
}

/// The Hénon map with another parameter, under the same name.
fn henon(place: &Path) -> PathBuf {
    let path = place.join("henon.dsl");
    let text = "map Henon {\n    param a = 1.35, b = 0.3\n    state x = 0.1, y = 0.1\n\n    \
        next x = 1 - a*x^2 + y\n    next y = b*x\n}\n";
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_plan_is_told_with_its_cost_and_nothing_is_run() {
    let place = tempfile::tempdir().unwrap();
    let plan = |more: &[&str]| {
        let output = takens()
            .args(["bench", "--systems", "Henon", "--methods", "naive,mean", "--plan", "--json"])
            .args(["--protocol", "p1-coarse", "--seeds", "3", "--workers", "2"])
            .args(more)
            .current_dir(place.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let new = plan(&[]);
    assert_eq!(
        (&new["tasks"], &new["known"], &new["without_past"]),
        (&6.into(), &0.into(), &6.into())
    );
    assert_eq!(new["limit_seconds"], 720.0);
    assert!(!place.path().join("runs").exists(), "a plan makes no folder");
    fs::create_dir(place.path().join("runs")).unwrap();
    finished(place.path(), "runs/0001", &[]);
    let told = plan(&[]);
    assert_eq!((&told["known"], &told["without_past"]), (&0.into(), &0.into()));
    assert!(told["seconds"].as_f64().unwrap() > 0.0);
    // In the folder of that run, its tasks are known: two of three seeds.
    assert_eq!(plan(&["--out", "runs/0001", "--resume"])["known"], 4);
}
