//! A sweep as a whole: killed and resumed, and with plugins that misbehave.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use takens_host::{Reader, Record};
use takens_tests::{built, root, stdout, takens};

const SWEEP: [&str; 5] = [
    "--systems",
    "Lorenz,Rossler,Henon",
    "--methods",
    "naive,mean,parrot,polyprop,esn",
    "--seeds=2",
];

/// The leaderboard of a folder, but for what a clock says.
fn table(folder: &Path) -> serde_json::Value {
    let text = stdout(&["leaderboard", folder.to_str().unwrap(), "--json"]);
    let mut board: serde_json::Value = serde_json::from_str(&text).unwrap();
    for row in board["rows"].as_array_mut().unwrap() {
        for key in ["seconds", "cpu_seconds"] {
            row.as_object_mut().unwrap().remove(key);
        }
    }
    board
}

fn bench(folder: &Path, more: &[&str]) -> std::process::Output {
    let output = takens()
        .arg("bench")
        .args(more)
        .args(["--out", folder.to_str().unwrap()])
        .args(if more.contains(&"--workers") { &[][..] } else { &["--workers", "2"] })
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    output
}

fn start(folder: &Path) -> Child {
    takens()
        .arg("bench")
        .args(SWEEP)
        .args(["--out", folder.to_str().unwrap(), "--workers", "2"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Results in the store so far.
fn results(folder: &Path) -> usize {
    takens_host::read(folder).map_or(0, |run| run.results.len())
}

fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Process ids of the children of `parent`.
fn children(parent: u32) -> Vec<i32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name, in parentheses, may hold anything; state and parent follow it.
        let after = stat.rsplit(')').next().unwrap_or_default();
        if after.split_whitespace().nth(1) == Some(parent.to_string().as_str()) {
            found.push(id);
        }
    }
    found
}

fn kill(process: i32) {
    // SAFETY: sending a signal touches no memory of this process.
    unsafe { libc::kill(process, libc::SIGKILL) };
}

#[test]
fn a_killed_sweep_goes_on_to_the_same_table() {
    let place = tempfile::tempdir().unwrap();
    let (whole, cut) = (place.path().join("whole"), place.path().join("cut in two"));
    bench(&whole, &SWEEP);
    let expected = table(&whole);

    let mut coordinator = start(&cut);
    wait_for("a few results", || results(&cut) >= 4);
    kill(coordinator.id() as i32);
    coordinator.wait().unwrap();
    assert!(results(&cut) < 30, "the sweep was over before it was killed");

    // Without --resume the folder is not touched.
    let refused =
        takens().arg("bench").args(SWEEP).args(["--out", cut.to_str().unwrap()]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--resume"));

    // The sweep itself is remembered.
    bench(&cut, &["--resume"]);
    assert_eq!(table(&cut), expected);
}

#[test]
fn a_killed_worker_costs_nothing() {
    let place = tempfile::tempdir().unwrap();
    let (whole, hurt) = (place.path().join("whole"), place.path().join("hurt"));
    bench(&whole, &SWEEP);
    let mut coordinator = start(&hurt);
    let id = coordinator.id();
    wait_for("a result", || results(&hurt) >= 2);
    for worker in children(id) {
        kill(worker);
    }
    assert!(coordinator.wait().unwrap().success());
    assert_eq!(table(&hurt), table(&whole));
}

/// Puts the faulty plugin where `--plugin-dir` looks.
fn stage(folder: &Path) {
    let target = folder.join("faulty");
    fs::create_dir_all(&target).unwrap();
    fs::copy(root().join("tests/faulty/takens-plugin.toml"), target.join("takens-plugin.toml"))
        .unwrap();
    let library = built().join("libtakens_faulty.so");
    assert!(
        library.exists(),
        "{} is missing; build it with `cargo build -p takens-faulty`",
        library.display()
    );
    fs::copy(library, target.join("libtakens_faulty.so")).unwrap();
}

#[test]
fn each_fault_of_a_plugin_is_one_row_with_its_kind() {
    let place = tempfile::tempdir().unwrap();
    stage(place.path());
    let folder = place.path().join("run");
    let plugins = place.path().to_str().unwrap();
    let methods = "naive,panics,segfaults,spins";
    bench(
        &folder,
        &[
            "--plugin-dir",
            plugins,
            "--systems",
            "Lorenz",
            "--methods",
            methods,
            "--seeds=1",
            "--wall=2",
        ],
    );
    let run = takens_host::read(&folder).unwrap();
    let ends: BTreeMap<&str, (&str, &str)> = run
        .results
        .values()
        .map(|record| (record.method.as_str(), (record.status.name(), record.kind.as_str())))
        .collect();
    assert_eq!(ends["naive"], ("done", ""));
    assert_eq!(ends["panics"], ("failed", "panic"));
    assert_eq!(ends["segfaults"], ("crashed", "signal 11"));
    assert_eq!(ends["spins"].0, "timed_out");
    let board = table(&folder);
    assert_eq!(board["rows"][0]["method"], "naive");
    assert_eq!(board["rows"][1]["median"], 200.0, "a failure counts as the worst sMAPE");
}

/// All that a run's folder keeps, numbers as their bits, but for what a clock says and the memory used.
#[derive(Debug, PartialEq)]
struct Kept {
    results: BTreeMap<String, (Record, Vec<u64>, serde_json::Value)>,
    data: BTreeMap<String, (String, Vec<u64>)>,
}

fn kept(folder: &Path) -> Kept {
    let reader = Reader::open(folder).unwrap();
    let bits = |values: &mut dyn Iterator<Item = f64>| values.map(f64::to_bits).collect::<Vec<_>>();
    let provenances = reader.provenances().unwrap();
    let (mut results, mut data) = (BTreeMap::new(), BTreeMap::new());
    for (id, mut record) in reader.run().unwrap().results {
        record.fit_seconds = None;
        record.forecast_seconds = None;
        record.cpu_seconds = None;
        record.peak_memory = None;
        let mut provenance: serde_json::Value = serde_json::from_str(&provenances[&id]).unwrap();
        for volatile in ["ended", "load"] {
            provenance.as_object_mut().unwrap().remove(volatile).expect("it is kept");
        }
        let forecast = reader.forecast(&id).unwrap().expect("all of these methods forecast");
        let seen = reader.data(&record.data).unwrap().expect("data are kept with results");
        let moments = seen.clean.iter().flat_map(|(mean, deviation)| [*mean, *deviation]);
        let numbers = seen.train.values.iter().chain(&seen.truth.values).copied();
        let facts = [seen.train.start, seen.train.step, seen.truth.start, seen.trusted as f64];
        let all = &mut numbers.chain(moments).chain(facts).chain(seen.exponent);
        data.insert(record.data.clone(), (seen.system, bits(all)));
        results.insert(id, (record, bits(&mut forecast.iter().copied()), provenance));
    }
    Kept { results, data }
}

#[test]
fn one_worker_two_workers_and_two_coordinators_keep_the_same_bits() {
    let place = tempfile::tempdir().unwrap();
    let folder = |name: &str| place.path().join(name);
    let run = |folder: &Path, more: &[&str]| {
        bench(folder, &[&SWEEP[..], &["--protocol", "p1-coarse"], more].concat());
    };
    run(&folder("one"), &["--workers", "1"]);
    run(&folder("two"), &["--workers", "2"]);
    let joint = folder("joint");
    run(&joint, &["--prepare"]);
    let members: Vec<Child> = ["1/2", "2/2"]
        .into_iter()
        .map(|share| {
            let mut command = takens();
            command.args(["distribute", "work", joint.to_str().unwrap(), "--share", share]);
            command.stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut member in members {
        assert!(member.wait().unwrap().success());
    }
    let one = kept(&folder("one"));
    assert_eq!((one.results.len(), one.data.len()), (30, 6));
    assert_eq!(one, kept(&folder("two")));
    assert_eq!(one, kept(&joint));
    let files = fs::read_dir(&joint).unwrap().flatten();
    let stores = files.filter(|file| file.path().extension().is_some_and(|end| end == "sqlite"));
    assert_eq!(stores.count(), 2, "each coordinator writes a file of its own");
}

#[test]
fn mistakes_in_a_sweep_are_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("sweep.toml");
    let try_sweep = |text: &str, says: &str| {
        fs::write(&file, text).unwrap();
        let output = takens()
            .args(["bench", file.to_str().unwrap(), "--out"])
            .arg(place.path().join("run"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(errors.contains(says), "{says:?} is missing from\n{errors}");
    };
    try_sweep("systems = [\"Lorentz\"]", "did you mean \"Lorenz\"");
    try_sweep("sytems = [\"Lorenz\"]", "unknown field `sytems`");
    try_sweep(
        "systems = [\"Lorenz\"]\nmethods = [\"nave\"]",
        "no plugin has a forecaster \"nave\"",
    );
    try_sweep("systems = [\"Lorenz\"]\nprotocol = \"p9\"", "p1-fine");
    try_sweep("systems = [\"Lorenz\"]\nseeds = 0", "seeds is 0");
    try_sweep("systems = [", "sweep.toml");
}
