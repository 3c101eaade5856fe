//! Methods in Python: the package `takens_method`, the project that `takens plugin new` makes, and what is said
//! where something is missing. Skipped where `python3` has no numpy.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use takens_tests::{root, takens};

/// Whether there is a Python that methods can be written in.
fn python_with_numpy() -> bool {
    let found = Command::new("python3").args(["-c", "import numpy"]).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: `python3` has no numpy");
    }
    found
}

/// A new method in Python.
fn snake(place: &Path) -> PathBuf {
    let folder = place.join("snake");
    let new = ["plugin", "new", "snake", "--lang", "python", "--path", folder.to_str().unwrap()];
    assert!(takens().args(new).output().unwrap().status.success());
    folder
}

/// Replaces a text that is there.
#[track_caller]
fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from:?} is not in {}", file.display());
    fs::write(file, text.replace(from, to)).unwrap();
}

/// The checks that found a fault, with what they say.
fn faults(folder: &Path, checks: &[&str]) -> Vec<(String, String)> {
    let mut command = takens();
    command.args(["plugin", "validate", "--json"]).arg(folder);
    command.args(checks.iter().flat_map(|check| ["--check", check]));
    command.env("PYTHONPATH", root().join("python"));
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["checks"].as_array().into_iter().flatten();
    let found: Vec<_> = all
        .filter(|check| check["verdict"] == "failed" || check["verdict"] == "crashed")
        .map(|check| (text(&check["check"]), text(&check["message"])))
        .collect();
    assert_eq!(output.status.success(), found.is_empty());
    found
}

#[test]
fn the_package_passes_its_own_tests() {
    if !python_with_numpy() {
        return;
    }
    let output = Command::new("python3")
        .args(["-m", "unittest", "discover", "-s", "tests", "-t", "."])
        .current_dir(root().join("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !told.contains("Ran 0"), "{told}");
}

#[test]
fn a_new_plugin_in_python_is_sound() {
    if !python_with_numpy() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = snake(place.path());
    assert_eq!(faults(&folder, &[]), []);
    // With faults of its own, and one that is the process's.
    let script = folder.join("method.py");
    edit(
        &script,
        "            call.check()\n",
        "            while len(series.values) > 1000: pass\n",
    );
    edit(&script, "return context[-1]", "return np.random.default_rng().random() + context[-1]");
    edit(
        &script,
        "data.require(2)\n",
        "data.require(2)\n        import threading, time\n        for _ in range(4):\n            \
         threading.Thread(target=time.sleep, args=(0.2,)).start()\n",
    );
    let found = faults(&folder, &["same-seed", "cancel", "thread-budget"]);
    assert!(found.iter().any(|(check, _)| check == "same-seed"), "{found:?}");
    assert!(found.iter().any(|(check, _)| check == "thread-budget"), "{found:?}");
    // A loop without end is interrupted: cancelling works whatever the method does.
    assert!(!found.iter().any(|(check, _)| check == "cancel"), "{found:?}");
}

#[test]
fn the_manifest_names_the_python_and_what_it_lacks_is_said() {
    if !python_with_numpy() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = snake(place.path());
    let manifest = folder.join("takens-plugin.toml");
    // Without the paths of its user: as if the package were not installed.
    edit(&manifest, "[\"python3\"]", "[\"python3\", \"-I\", \"-S\"]");
    let found = faults(&folder, &["load"]);
    let (_, told) = found.first().expect("the package is missing");
    assert!(told.contains("`python3 ") && told.contains("No module named"), "{told}");

    // A path is one from the manifest's folder; it is looked at before anything is started.
    edit(&manifest, "[\"python3\", \"-I\", \"-S\"]", "[\".venv/bin/python\"]");
    let output = takens().args(["plugin", "validate"]).arg(&folder).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("snake/.venv/bin/python` is not there"), "{told}");
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let python = String::from_utf8(python.unwrap().stdout).unwrap();
    fs::create_dir_all(folder.join(".venv/bin")).unwrap();
    let script = format!("#!/bin/sh\nexec {} \"$@\"\n", python.trim());
    fs::write(folder.join(".venv/bin/python"), script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder.join(".venv/bin/python"), mode).unwrap();
    assert_eq!(faults(&folder, &["load", "result"]), []);
}
