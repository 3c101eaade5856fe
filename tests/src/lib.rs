//! Helpers that the tests in this package share.

pub mod chaos;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the root").into()
}

/// The folder that cargo built this profile's binaries into.
#[must_use]
pub fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    test.ancestors().nth(2).expect("tests run from target/PROFILE/deps").into()
}

/// A call of the binary `takens`.
///
/// # Panics
/// If it has not been built: `cargo xtask plugins` builds it with the plugins.
#[must_use]
pub fn takens() -> Command {
    let binary = built().join("takens");
    assert!(
        binary.exists(),
        "{} is missing; build it with `cargo xtask plugins`",
        binary.display()
    );
    let mut command = Command::new(binary);
    command.env_remove("TAKENS_PLUGIN_PATH");
    // What is known of plugins belongs to this build.
    command.env("XDG_CACHE_HOME", built().join("cache"));
    command
}

/// The output of `takens` with these arguments.
///
/// # Panics
/// If it cannot be started.
#[must_use]
pub fn run(arguments: &[&str]) -> Output {
    takens().args(arguments).output().expect("the binary starts")
}

/// What `takens` prints on standard output.
///
/// # Panics
/// If it fails.
#[track_caller]
pub fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "takens {}: {}\n{errors}", arguments.join(" "), output.status);
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The JSON document that `takens` prints.
///
/// # Panics
/// If it fails or prints something else.
#[must_use]
#[track_caller]
pub fn json(arguments: &[&str]) -> serde_json::Value {
    let text = stdout(arguments);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("not JSON: {error}\n{text}"))
}

/// Writes the reference vectors, delays aside, as a batch for `takens eval --batch`; gives their number.
///
/// # Panics
/// If the reference files are not as expected.
pub fn reference_batch(path: &Path) -> usize {
    let read = |name: &str| -> serde_json::Value {
        let file = root().join("tests/reference").join(name);
        serde_json::from_str(&std::fs::read_to_string(file).expect("the file is there"))
            .expect("the file is JSON")
    };
    let (vectors, systems) = (read("rhs_vectors.json"), read("systems_parameters.json"));
    let mut lines = Vec::new();
    for group in ["flows", "maps"] {
        for (name, points) in vectors[group].as_object().expect("systems by name") {
            let known = &systems["systems"][name];
            if known["kind"] == "delay" {
                continue;
            }
            for point in points.as_array().expect("a list of points") {
                let line = serde_json::json!({
                    "system": name, "t": point["t"].as_f64().unwrap_or(0.0), "x": point["x"], "params": known["parameters"],
                });
                lines.push(line.to_string());
            }
        }
    }
    std::fs::write(path, lines.join("\n")).expect("the folder can be written");
    lines.len()
}
