//! Trajectories that cannot be had: each ends with a clear error and leaves no file behind.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use takens_tests::run;

/// Systems that end badly, or well.
const SYSTEMS: &str = "
ode Escapes { state x = 1
  x' = x^2 }
ode Stalls { state x = 1
  x' = -1/(2*x) }
ode Leaves { state x = 1
  x' = log(x) - 1 }
ode Circle { state x = 1, y = 0
  x' = y
  y' = -x }
ode Stiff { state x = 1
  x' = -1e6*(x - cos(t)) - sin(t) }
dde Slow { param tau = 1e-3
  state x = 1
  x' = -x(t - tau) }
";

/// Every integrator that follows flows of any kind.
const METHODS: [&str; 3] = ["auto", "dop853", "radau5"];

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("systems.dsl"), SYSTEMS).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs `takens trajectory`; gives the exit code and what was said, and looks for files left behind.
    #[track_caller]
    fn trajectory(&self, arguments: &[&str]) -> (i32, String) {
        let catalog = self.path().join("systems.dsl");
        let file = self.path().join("out.csv");
        let mut all = vec!["--catalog", catalog.to_str().unwrap(), "trajectory"];
        all.extend(arguments);
        all.extend(["-o", file.to_str().unwrap()]);
        let begun = Instant::now();
        let output = run(&all);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(20), "{arguments:?} took {took:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("panicked"), "{said}");
        let left: Vec<_> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "systems.dsl")
            .collect();
        let code = output.status.code().expect("an exit code");
        let want: &[&str] = if code == 0 { &["out.csv"] } else { &[] };
        assert_eq!(left, want, "{arguments:?}: {said}");
        fs::remove_file(file).ok();
        (code, said)
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], code: i32, says: &str) {
        let (got, said) = self.trajectory(arguments);
        assert_eq!(got, code, "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {says:?} is not in\n{said}");
    }
}

#[test]
fn a_flow_that_ends_early_says_where_and_why() {
    let folder = Folder::new();
    for method in METHODS {
        let run = |name, end, says| {
            folder.fails(&[name, "--t-end", end, "--dt", "0.1", "--method", method], 1, says);
        };
        run("Escapes", "2", "x goes to infinity at t = ");
        run("Stalls", "2", "the steps shrank to");
        run("Leaves", "3", "the steps shrank to");
    }
}

#[test]
fn a_start_that_is_no_point_is_refused() {
    let folder = Folder::new();
    for method in METHODS {
        let start = |ic| ["Circle", "--t-end", "1", "--dt", "0.1", "--method", method, "--ic", ic];
        folder.fails(&start("nan,1"), 1, "the initial value of x is NaN; it must be finite");
        folder.fails(&start("1,inf"), 1, "the initial value of y is inf; it must be finite");
        let leaves = ["Leaves", "--t-end", "1", "--dt", "0.1", "--method", method, "--ic", "-1"];
        folder.fails(&leaves, 1, "start where the equations are defined");
    }
}

#[test]
fn what_cannot_be_held_or_reached_is_refused_at_once() {
    let folder = Folder::new();
    for method in METHODS {
        let run = |arguments: &[&str], code, says| {
            let all: Vec<&str> =
                ["Circle", "--method", method].iter().chain(arguments).copied().collect();
            folder.fails(&all, code, says);
        };
        run(&["--points", "1000000000", "--dt", "0.1"], 1, "samples");
        run(&["--points", "100", "--t-end", "1", "--tol", "1e-30"], 2, "a tolerance from");
        run(&["--points", "100", "--t-end", "1e300"], 1, "is too far");
        run(&["--points", "100", "--t-end", "1e9"], 1, "is too far");
        run(&["--points", "2", "--t-end", "inf"], 2, "a time from zero up is needed");
    }
}

#[test]
fn what_takes_a_thousand_million_steps_is_refused_whatever_makes_them() {
    let folder = Folder::new();
    let far = |name, more: &[&str], says| {
        let all = [&[name, "--points", "3", "--t-end", "1e12"][..], more].concat();
        folder.fails(&all, 1, says);
    };
    for method in ["taylor", "verner98", "tsit5", "symplectic"] {
        far("HenonHeiles", &["--method", method], "is too far");
    }
    far("Slow", &[], "is too far");
    far("Slow", &["--method", "dop853"], "is too far");
    far("Henon", &[], "1e12 iterations are too far");
    // Noise has an end before that.
    let noisy = ["LorenzNoisy", "--points", "3", "--t-end", "1e9", "--max-step", "0.01"];
    folder.fails(&noisy, 1, "is too far");
    // What is far but can be done is done.
    assert_eq!(folder.trajectory(&["Henon", "--points", "3", "--t-end", "2e6"]).0, 0);
}

#[test]
fn how_well_an_energy_was_kept_is_told() {
    let folder = Folder::new();
    let file = folder.path().join("out.csv");
    let drift = |name: &str, tolerance: &str| -> Vec<(String, f64)> {
        let path = file.to_str().unwrap();
        let report = takens_tests::json(&[
            "trajectory",
            name,
            "--t-end",
            "200",
            "--dt",
            "1",
            "--method",
            "dop853",
            "--tol",
            tolerance,
            "--json",
            "-o",
            path,
        ]);
        let drifts = report["drifts"].as_array().unwrap();
        let one = |drift: &serde_json::Value| {
            let name = drift["name"].as_str().unwrap().to_owned();
            (name, drift["greatest"].as_f64().unwrap())
        };
        drifts.iter().map(one).collect()
    };
    let (rough, fine) = (drift("HenonHeiles", "1e-4"), drift("HenonHeiles", "1e-8"));
    assert_eq!(rough[0].0, "energy");
    // The energy's error goes with the tolerance.
    assert!((1e-12..1e-5).contains(&rough[0].1), "{rough:?}");
    assert!(fine[0].1 < 1e-2 * rough[0].1, "{rough:?}, {fine:?}");
    assert_eq!(drift("Lorenz", "1e-6"), []);
}

#[test]
fn steps_end_at_the_delay_where_that_is_shorter() {
    // The natural step is a hundred delays; what is delayed is known all the same.
    let folder = Folder::new();
    let slow = ["Slow", "--t-end", "2", "--dt", "0.5"];
    assert_eq!(folder.trajectory(&slow).0, 0);
    folder.fails(
        &["Slow", "--t-end", "2", "--dt", "0.5", "--param", "tau=0"],
        1,
        "must be positive",
    );
    folder.fails(
        &["Slow", "--t-end", "2", "--dt", "0.5", "--param", "tau=-1"],
        1,
        "must be positive",
    );
    let implicit = ["Slow", "--t-end", "2", "--dt", "0.5", "--method", "radau5"];
    folder.fails(&implicit, 1, "cannot follow this system");
}

#[test]
fn the_integrator_that_was_chosen_is_told() {
    let folder = Folder::new();
    let catalog = folder.path().join("systems.dsl");
    let file = folder.path().join("out.csv");
    let [catalog, file] = [&catalog, &file].map(|path| path.to_str().unwrap());
    let told = |name: &str, more: &[&str]| {
        let mut all = vec!["--catalog", catalog, "trajectory", name, "--t-end", "10", "--dt", "1"];
        all.extend(more);
        all.extend(["--json", "--tol", "1e-6", "-o", file]);
        takens_tests::json(&all)["method"].as_str().unwrap().to_owned()
    };
    assert_eq!(told("Circle", &[]), "auto (dop853)");
    assert_eq!(told("Stiff", &[]), "auto (dop853, radau5)");
    assert_eq!(told("Stiff", &["--method", "radau5"]), "radau5");
}
