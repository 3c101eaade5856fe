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

/// Methods that use much, and one that does not.
const GREEDY: &str = r#"
import time
import numpy as np
from takens_method import Method, run


class Modest(Method):
    id, summary = "modest", "repeat the last observed state"

    def fit(self, data, call):
        data.require(1)

    def forecast(self, context, horizon, call):
        return np.repeat(context[-1:], horizon, axis=0)


class Hoards(Modest):
    id = "hoards"

    def fit(self, data, call):
        self.kept = [np.ones(1 << 20) for _ in range(128)]


class Grabs(Modest):
    id = "grabs"

    def fit(self, data, call):
        self.kept = np.ones(1 << 27)


class Toils(Modest):
    id = "toils"

    def fit(self, data, call):
        begun = time.process_time()
        while time.process_time() - begun < 1.0:
            pass


if __name__ == "__main__":
    run(Modest, Hoards, Grabs, Toils)
"#;

#[test]
fn what_the_process_uses_is_the_tasks_cost() {
    if !python_with_numpy() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("plugins/greedy");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("method.py"), GREEDY).unwrap();
    let mut manifest =
        "id = \"greedy\"\nversion = \"0.1.0\"\nabi = \"1.0\"\nrunner = \"process\"\n\n\
         [process]\ncommand = [\"python3\"]\nscript = \"method.py\"\n"
            .to_owned();
    for id in ["modest", "hoards", "grabs", "toils"] {
        manifest += &format!(
            "\n[[method]]\nid = \"{id}\"\nkind = \"forecaster\"\nsummary = \"greed\"\nsource = \"none\"\n"
        );
    }
    fs::write(folder.join("takens-plugin.toml"), manifest).unwrap();
    let sweep = place.path().join("sweep.toml");
    let text = "systems = [\"Henon\"]\nmethods = [\"modest\", \"hoards\", \"grabs\", \"toils\"]\nseeds = 1\n\n\
         [limits]\nmemory_mib = 300\n";
    fs::write(&sweep, text).unwrap();
    let out = place.path().join("run");
    let output = takens()
        .arg("bench")
        .arg(&sweep)
        .arg("--plugin-dir")
        .arg(place.path().join("plugins"))
        .arg("--out")
        .arg(&out)
        .args(["--workers", "1"])
        .env("PYTHONPATH", root().join("python"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let run = takens_host::read(&out).unwrap();
    let of = |method: &str| run.results.values().find(|record| record.method == method).unwrap();
    let megabytes = |method: &str| of(method).peak_memory.unwrap() >> 20;

    // Piece by piece it is seen by polling, or refused when it comes to twice the limit; the peak is told.
    let hoards = of("hoards");
    assert_eq!(hoards.status.name(), "out_of_memory", "{hoards:?}");
    assert!((300..1000).contains(&megabytes("hoards")), "{hoards:?}");
    // All at once it is refused.
    let grabs = of("grabs");
    assert_eq!(grabs.status.name(), "out_of_memory", "{grabs:?}");
    assert!(grabs.message.contains("allocate 1.00 GiB"), "{grabs:?}");

    let modest = of("modest");
    assert_eq!(modest.status.name(), "done", "{modest:?}");
    // A worker alone takes a few megabytes; numpy has its share in this.
    assert!((20..300).contains(&megabytes("modest")), "{modest:?}");
    assert!(modest.cpu_seconds.unwrap() < 0.5, "{modest:?}");
    let toils = of("toils");
    assert!(toils.cpu_seconds.unwrap() >= 0.9, "{toils:?}");
}

/// A new method, with what `change` does to its script.
fn changed(place: &Path, change: impl Fn(&Path)) -> PathBuf {
    let folder = snake(place);
    change(&folder.join("method.py"));
    folder
}

#[test]
fn what_is_kept_for_ever_is_a_leak() {
    if !python_with_numpy() {
        return;
    }
    #[track_caller]
    fn check(change: impl Fn(&Path), asked: &[&str], expected: &[&str]) {
        let place = tempfile::tempdir().unwrap();
        let found = faults(&changed(place.path(), change), asked);
        let names: Vec<&str> = found.iter().map(|(check, _)| check.as_str()).collect();
        assert_eq!(names, expected, "{found:?}");
        assert!(found.iter().all(|(_, told)| told.contains("bytes behind")), "{found:?}");
    }
    let (both, fit) = (["leaks", "leaks-fit"], "    def fit(self, data, call):\n");
    check(|_| {}, &both, &[]);
    // A circle is not kept for ever, though it looks like that for a while.
    let circle = |script: &Path| {
        edit(script, fit, &format!("{fit}        self.data, self.own = data, self\n"));
    };
    check(circle, &both, &[]);
    let list = |script: &Path| edit(script, "class Drift", "KEPT = []\n\n\nclass Drift");
    let datasets = |script: &Path| {
        list(script);
        edit(script, fit, &format!("{fit}        KEPT.append(data)\n"));
    };
    check(datasets, &both, &["leaks-fit"]);
    let instances = |script: &Path| {
        list(script);
        edit(script, fit, &format!("    def __init__(self):\n        KEPT.append(self)\n\n{fit}"));
    };
    check(instances, &["leaks"], &["leaks"]);
}

#[test]
fn processes_at_work_count_as_threads() {
    if !python_with_numpy() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let fork = |count: usize| {
        move |script: &Path| {
            let work = format!(
                "data.require(2)\n        import os, time\n        for _ in range({count}):\n            \
                 if os.fork() == 0:\n                while time.process_time() < 0.3: pass\n                \
                 os._exit(0)\n        for _ in range({count}): os.wait()\n"
            );
            edit(script, "data.require(2)\n", &work);
        }
    };
    let (one, three) = (place.path().join("one"), place.path().join("three"));
    // Whoever has another do the work and waits for it is one.
    assert_eq!(faults(&changed(&one, fork(1)), &["thread-budget"]), []);
    let found = faults(&changed(&three, fork(3)), &["thread-budget"]);
    let (_, told) = found.first().expect("three processes are at work");
    assert!(told.contains("at work at once; the budget is 1"), "{told}");
}
