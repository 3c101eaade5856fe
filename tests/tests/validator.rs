//! The validator: sound plugins pass, and each fault is caught by the check that is for it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use takens_tests::{built, root, takens};

/// What `takens plugin validate` says of a plugin, and whether it found it sound.
fn validate(folder: &Path, more: &[&str]) -> (bool, Value) {
    let mut command = takens();
    let output = command.args(["plugin", "validate", "--json"]).arg(folder).args(more).output();
    let output = output.expect("the binary starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let report = serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr))
    });
    (output.status.success(), report)
}

/// The checks that found a fault, with what they say.
fn faults(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = report["checks"].as_array().into_iter().flatten();
    checks
        .filter(|check| check["verdict"] == "failed" || check["verdict"] == "crashed")
        .map(|check| (text(&check["check"]), text(&check["message"])))
        .collect()
}

#[track_caller]
fn sound(folder: &Path, more: &[&str]) -> Value {
    let (sound, report) = validate(folder, more);
    assert!(sound, "{}: {:#?}", folder.display(), faults(&report));
    report
}

/// A plugin's folder in `place`, from the library that cargo built.
fn lay_out(place: &Path, source: &Path) -> PathBuf {
    let name = source.file_name().unwrap().to_str().unwrap();
    let library = format!("libtakens_{name}.so");
    let folder = place.join(name);
    fs::create_dir(&folder).unwrap();
    fs::copy(source.join("takens-plugin.toml"), folder.join("takens-plugin.toml")).unwrap();
    let from = built().join(&library);
    assert!(from.exists(), "{} is missing; `cargo build --workspace`", from.display());
    fs::copy(from, folder.join(library)).unwrap();
    folder
}

#[test]
fn all_plugins_of_the_workspace_are_sound() {
    let place = tempfile::tempdir().unwrap();
    let mut sources: Vec<PathBuf> =
        fs::read_dir(root().join("plugins")).unwrap().map(|entry| entry.unwrap().path()).collect();
    sources.push(root().join("examples/drift"));
    sources.sort();
    assert!(sources.len() > 5, "{sources:?}");
    for source in sources {
        let folder = lay_out(place.path(), &source);
        // A large reservoir takes its time in a build for tests.
        let small = ["--params", r#"{"units": 40}"#];
        let more: &[&str] = if folder.ends_with("esn") { &small } else { &[] };
        sound(&folder, more);
    }
}

#[test]
fn the_same_is_found_in_one_process() {
    let place = tempfile::tempdir().unwrap();
    let folder = lay_out(place.path(), &root().join("plugins/naive"));
    let verdicts = |report: Value| {
        let checks = report["checks"].as_array().unwrap().clone();
        checks.iter().map(|check| (check["check"].clone(), check["verdict"].clone())).collect()
    };
    let apart: Vec<_> = verdicts(sound(&folder, &[]));
    let together: Vec<_> = verdicts(sound(&folder, &["--in-process"]));
    assert_eq!(apart, together);
    assert!(apart.len() > 40);
}

/// The project that `takens plugin new --lang c` makes, built.
fn sound_in_c(place: &Path) -> PathBuf {
    let folder = place.join("sound");
    let new = ["plugin", "new", "sound", "--lang", "c", "--path", folder.to_str().unwrap()];
    assert!(takens().args(new).output().unwrap().status.success());
    let make = Command::new("make").arg("-C").arg(&folder).output().expect("`make` is there");
    assert!(make.status.success(), "{}", String::from_utf8_lossy(&make.stderr));
    folder
}

#[test]
fn a_new_plugin_in_c_is_sound() {
    let place = tempfile::tempdir().unwrap();
    let report = sound(&sound_in_c(place.path()), &[]);
    let saved = report["checks"].as_array().unwrap().iter();
    assert!(
        saved.clone().any(|check| check["check"] == "save-load" && check["verdict"] == "passed")
    );
}

#[test]
fn a_new_plugin_in_rust_is_sound() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("new-one");
    let sdk = root().join("crates/takens-plugin");
    let new = ["plugin", "new", "new-one", "--path", folder.to_str().unwrap()];
    let output = takens().args(new).arg("--sdk").arg(sdk).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The same versions as here, so that nothing is fetched; built once, then taken from there.
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = built().join("new-plugins");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::copy(target.join("debug/libnew_one.so"), folder.join("libnew_one.so")).unwrap();
    sound(&folder, &[]);
}

/// Faults of `tests/faulty/c/faults.c`, each with the check that is for it.
const FAULTS: &[(&str, &str)] = &[
    ("CRASHES_AT_LOAD", "load"),
    ("NOT_AN_ENTRY", "load"),
    ("OTHER_MAJOR", "load"),
    ("OTHER_MANIFEST", "load"),
    ("NOT_IN_MANIFEST", "load"),
    ("NO_DESTROY", "load"),
    ("ABORTS_AT_INIT", "load"),
    ("FAILS_AT_INIT", "load"),
    ("EXPORTS_MORE", "exports"),
    ("ANY_METHOD", "unknown-ids"),
    ("ANSWERS_ANY_ID", "unknown-ids"),
    ("INIT_ONCE", "init"),
    ("HALF_A_SCHEMA", "schema"),
    ("TUNES_BEYOND_BOUNDS", "schema"),
    ("OTHER_DEFAULT", "defaults"),
    ("TAKES_ANY_PARAMS", "bad-parameters"),
    ("PANICS_ON_BAD_PARAMS", "bad-parameters"),
    ("CRASHES_AT_EXTREME", "parameters"),
    ("FORECASTS_NAN", "result"),
    ("WRITES_BEYOND", "bounds"),
    ("LEAVES_OUT_A_STEP", "bounds"),
    ("IGNORES_STRIDES", "strides"),
    ("CHANGES_DATA", "inputs"),
    ("CHANGES_CONTEXT", "inputs"),
    ("REFUSES_MANY_STEPS", "horizons"),
    ("READS_FIRST_SAMPLE", "lengths"),
    ("PANICS_IF_WIDE", "components"),
    ("LETS_NAN_THROUGH", "awkward-data"),
    ("PEEKS", "no-peeking"),
    ("CRASHES_UNFITTED", "unfitted"),
    ("COUNTS_CALLS", "repeat"),
    ("REMEMBERS_FIT", "refit"),
    ("SHARES_INSTANCES", "instances"),
    ("DESTROYS_NULL", "destroy-null"),
    ("OVERRUNS_ERROR", "errors"),
    ("SEED_IGNORED", "random-source"),
    ("SEED_FROM_CLOCK", "same-seed"),
    ("SEED_UNDECLARED", "other-seed"),
    ("THREADS_UNDECLARED", "threads"),
    ("SPAWNS_THREADS", "thread-budget"),
    ("IGNORES_CANCEL", "cancel"),
    ("IGNORES_DEADLINE", "deadline"),
    ("LOADS_WRONG", "save-load"),
    ("SAVES_WITHOUT_LOAD", "save-load"),
    ("LOADS_ANYTHING", "saved-bytes"),
    ("EQUATIONS_UNREADABLE", "symbolic"),
    ("EQUATIONS_TOO_FEW", "symbolic"),
    ("SAMPLES_NAN", "probabilistic"),
    ("WRONG_JACOBIAN", "jacobian"),
    ("LEARNS_ANYTHING", "online"),
    ("USES_MISSING_CALLBACK", "old-host"),
    ("WANTS_EXACT_SIZE", "new-host"),
    ("LEAKS_INSTANCES", "leaks"),
    ("LEAKS_FITS", "leaks-fit"),
    ("ROUNDS_UP", "floating-point"),
    ("FLUSHES_TO_ZERO", "floating-point"),
    ("CATCHES_SIGNALS", "signals"),
    ("CHANGES_DIRECTORY", "directory"),
    ("CHANGES_ENVIRONMENT", "environment"),
    ("CHANGES_LOCALE", "locale"),
    ("PRINTS", "stdout"),
    ("LEAVES_FILE_OPEN", "descriptors"),
    ("LEAVES_PROCESS", "children"),
    ("LEAVES_FILE", "files"),
    ("HANGS", "result"),
];

/// The sound plugin with one fault, compiled with these flags too.
fn faulty(sound: &Path, fault: &str, flags: &[&str]) -> PathBuf {
    let folder = sound.with_file_name(format!("{fault}{}", flags.concat()));
    fs::create_dir(&folder).unwrap();
    let mut manifest = fs::read_to_string(sound.join("takens-plugin.toml")).unwrap();
    if fault.starts_with("EQUATIONS") {
        manifest += "discovers = true\n";
    }
    fs::write(folder.join("takens-plugin.toml"), manifest).unwrap();
    let numbers: String = FAULTS
        .iter()
        .map(|(name, _)| *name)
        .chain(["NOTHING"])
        .enumerate()
        .map(|(number, name)| format!("#define {name} {number}\n"))
        .collect();
    fs::write(folder.join("faults.h"), numbers).unwrap();
    let output = Command::new("cc")
        .args(["-std=gnu99", "-O1", "-shared", "-fPIC", "-pthread"])
        .args(flags)
        .args(["-DSOUND=\"sound.c\"".to_owned(), format!("-DFAULT={fault}")])
        .arg("-I")
        .arg(&folder)
        .arg("-I")
        .arg(sound)
        .arg(root().join("tests/faulty/c/faults.c"))
        .arg("-o")
        .arg(folder.join("libsound.so"))
        .arg("-lm")
        .output()
        .expect("the tests need a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

#[test]
fn each_fault_is_caught_by_the_check_that_is_for_it() {
    let place = tempfile::tempdir().unwrap();
    let plugin = sound_in_c(place.path());
    // Without a fault, the plugin that faults are built into is sound: what is found is the fault.
    sound(&faulty(&plugin, "NOTHING", &[]), &[]);
    let (next, missed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((fault, check)) = FAULTS.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let folder = faulty(&plugin, fault, &[]);
                    // Every check of a plugin that hangs would wait for its time to be over.
                    let only = ["--limit", "3", "--check", check];
                    let more: &[&str] = if *fault == "HANGS" { &only } else { &[] };
                    let (sound, report) = validate(&folder, more);
                    let found = faults(&report);
                    let caught = found
                        .iter()
                        .any(|(name, message)| name == check && !message.trim().is_empty());
                    if sound || !caught {
                        missed.lock().unwrap().push(format!("{fault}: no {check} in {found:?}"));
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_library_built_with_fast_math_is_caught_at_load() {
    let place = tempfile::tempdir().unwrap();
    let plugin = sound_in_c(place.path());
    // Newer compilers flush to zero only when they are told so.
    let told =
        Command::new("cc").args(["-mdaz-ftz", "-E", "-x", "c", "/dev/null"]).output().unwrap();
    let flags: &[&str] =
        if told.status.success() { &["-ffast-math", "-mdaz-ftz"] } else { &["-ffast-math"] };
    let folder = faulty(&plugin, "NOTHING", flags);
    let (sound, report) = validate(&folder, &["--check", "floating-point"]);
    let found = faults(&report);
    assert!(!sound && found[0].1.contains("in load"), "{found:?}");
}

#[test]
fn panics_in_rust_are_told_with_their_place() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("faulty");
    fs::create_dir(&folder).unwrap();
    let manifest = root().join("tests/faulty/takens-plugin.toml");
    fs::copy(manifest, folder.join("takens-plugin.toml")).unwrap();
    let library = "libtakens_faulty.so";
    fs::copy(built().join(library), folder.join(library)).unwrap();
    for (method, told) in [
        ("panics", "panicked: the fit of 240 samples is lost"),
        ("segfaults", "signal 11"),
        ("exits", "exit code 3"),
        ("nan", "NaN"),
    ] {
        let (sound, report) = validate(&folder, &["--method", method, "--check", "result"]);
        let found = faults(&report);
        assert!(!sound && found[0].1.contains(told), "{method}: {found:?}");
    }
}

#[test]
fn what_is_not_there_is_said() {
    let check = |arguments: &[&str], code: i32, text: &str| {
        let output = takens().args(["plugin", "validate"]).args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(code) && errors.contains(text), "{errors}");
    };
    let place = tempfile::tempdir().unwrap();
    let naive = lay_out(place.path(), &root().join("plugins/naive"));
    let naive = naive.to_str().unwrap();
    check(&[place.path().to_str().unwrap()], 1, "takens-plugin.toml: cannot be read");
    check(&[naive, "--check", "taste"], 2, "there is no check `taste`; there are manifest, load");
    check(&[naive, "--method", "nave"], 2, "the plugin has no method `nave`; it has naive");
    check(&[naive, "--params", "5"], 2, "--params must be a JSON object");
}
