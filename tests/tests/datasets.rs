//! Datasets and ensembles: the same bits whatever the threads, files that other programs read, and
//! errors that leave nothing behind.

use std::fs;
use std::path::Path;
use takens_tests::{json, run};

#[track_caller]
fn fails(arguments: &[&str], code: i32, says: &str) {
    let output = run(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "takens {}: {errors}", arguments.join(" "));
    assert!(errors.contains(says), "{says:?} is missing from\n{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
}

/// Makes a small dataset of every kind of system and gives its manifest.
fn dataset(folder: &Path, seed: &str, more: &[&str]) -> serde_json::Value {
    let mut arguments = vec![
        "dataset",
        "--systems",
        "Lorenz,Henon,MackeyGlass",
        "--split",
        "train=60,validation=20,test=30",
        "--granularity",
        "coarse",
        "--seed",
        seed,
        "--json",
        "-o",
        folder.to_str().unwrap(),
    ];
    arguments.extend(more);
    json(&arguments)
}

#[test]
fn a_dataset_is_made_again_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, more: &[&str]| dataset(&folder.path().join(name), "7", more);
    let one = make("one", &["--threads", "1"]);
    assert_eq!(one, make("two", &["--threads", "2"]));
    assert_eq!(one["systems"].as_array().unwrap().len(), 3);
    for format in ["npz", "csv"] {
        let other = make(format, &["--format", format]);
        assert_eq!(other["hash"], one["hash"], "the numbers do not depend on the format");
    }
    let file = "Lorenz/train.parquet";
    let read = |name: &str| fs::read(folder.path().join(name).join(file)).unwrap();
    assert_eq!(read("one"), read("two"));
    let text = fs::read_to_string(folder.path().join("csv/Lorenz/train.csv")).unwrap();
    assert_eq!(text.lines().count(), 61);
    assert!(text.starts_with("t,x,y,z\n"));
    let saved = fs::read_to_string(folder.path().join("one/manifest.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&saved).unwrap(), one);
    let seeded = dataset(&folder.path().join("seed"), "8", &[]);
    assert_ne!(seeded["hash"], one["hash"]);
}

#[test]
fn one_system_does_not_depend_on_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let all = dataset(&folder.path().join("all"), "7", &[]);
    let alone = folder.path().join("alone");
    let alone = json(&[
        "dataset",
        "--systems",
        "Henon",
        "--split",
        "test=30",
        "--granularity",
        "coarse",
        "--seed",
        "7",
        "--json",
        "-o",
        alone.to_str().unwrap(),
    ]);
    let numbers = |manifest: &serde_json::Value, system: usize, file: usize| {
        manifest["systems"][system]["files"][file]["numbers"].clone()
    };
    assert_eq!(all["systems"][0]["name"], "Henon");
    assert_eq!(numbers(&all, 0, 2), numbers(&alone, 0, 0));
}

#[test]
fn noise_is_of_its_level_and_the_truth_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noisy");
    let manifest = json(&[
        "dataset",
        "--systems",
        "Lorenz",
        "--split",
        "train=4000",
        "--noise",
        "0.1",
        "--format",
        "csv",
        "--json",
        "-o",
        path.to_str().unwrap(),
    ]);
    assert_eq!(manifest["skipped"], serde_json::json!([]));
    let text = fs::read_to_string(path.join("Lorenz/train.csv")).unwrap();
    assert!(text.starts_with("t,x,y,z,clean_x,clean_y,clean_z\n"));
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|value| value.parse().unwrap()).collect())
        .collect();
    let std = |values: Vec<f64>| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let noise = std(rows.iter().map(|row| row[1] - row[4]).collect());
    let clean = std(rows.iter().map(|row| row[4]).collect());
    // The standard error of a standard deviation from 4000 numbers is 1.1 %.
    assert!((noise / clean - 0.1).abs() < 0.005, "{noise} of {clean}");
}

#[test]
fn a_dataset_refuses_what_it_cannot_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("thesis.txt"), "years of work").unwrap();
    let taken = taken.to_str().unwrap();
    fails(&["dataset", "--systems", "Lorenz", "-o", taken], 1, "not empty");
    let new = folder.path().join("new");
    let new = new.to_str().unwrap();
    fails(&["dataset", "--split", "train=1", "-o", new], 2, "NAME=N");
    fails(&["dataset", "--granularity", "medium", "-o", new], 2, "coarse, fine");
    fails(&["dataset", "--noise", "-1", "-o", new], 2, "from zero up");
    fails(&["dataset", "--systems", "Lorentz", "-o", new], 1, "did you mean");
    fails(&["dataset", "--systems", "Lorenz,Lorenz", "-o", new], 2, "twice");
    assert!(!Path::new(new).exists(), "nothing is left behind");
}

#[test]
fn an_ensemble_does_not_depend_on_its_threads() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, count: &str, more: &[&str]| {
        let path = folder.path().join(name);
        let mut arguments = vec![
            "ensemble",
            "Lorenz",
            "--count",
            count,
            "--t-end",
            "3",
            "--seed",
            "1",
            "--json",
            "-o",
            path.to_str().unwrap(),
        ];
        arguments.extend(more);
        (json(&arguments), fs::read(&path).unwrap())
    };
    let (report, one) = make("one.npy", "37", &["--threads", "1"]);
    assert_eq!((report["count"].as_u64(), report["failed"].as_u64()), (Some(37), Some(0)));
    let (_, two) = make("two.npy", "37", &["--threads", "2"]);
    assert_eq!(one, two);
    // Eight bytes a number, 37 states of three, after a header whose length is a multiple of 64.
    assert_eq!((one.len() - 37 * 3 * 8) % 64, 0);
    // Each trajectory is that of `takens trajectory` from the same start, and its samples end there.
    let (_, sampled) = make("sampled.npy", "37", &["--dt", "0.5"]);
    let last = |bytes: &[u8]| bytes[bytes.len() - 24..].to_vec();
    assert_eq!(last(&sampled), last(&one));
    let (_, fewer) = make("fewer.npy", "5", &[]);
    assert!(fewer.len() < one.len());
}

#[test]
fn parameters_vary_over_an_ensemble() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("varied.npy");
    let path = path.to_str().unwrap();
    // Below rho = 1 the origin attracts all; a fixed point off it does beyond.
    let report = json(&[
        "ensemble",
        "Lorenz",
        "--count",
        "2",
        "--vary",
        "rho=0.5:10",
        "--t-end",
        "100",
        "--json",
        "-o",
        path,
    ]);
    assert_eq!(report["failed"], 0);
    let bytes = fs::read(path).unwrap();
    let numbers: Vec<f64> = bytes[bytes.len() - 48..]
        .chunks_exact(8)
        .map(|chunk| f64::from_le_bytes(chunk.try_into().unwrap()))
        .collect();
    assert!(numbers[..3].iter().all(|x| x.abs() < 1e-6), "{numbers:?}");
    assert!((numbers[5] - 9.0).abs() < 1e-6, "z = rho - 1: {numbers:?}");
    fails(
        &["ensemble", "Lorenz", "--count", "2", "--vary", "r=1:2", "--t-end", "1", "-o", path],
        2,
        "rho",
    );
}

#[test]
fn an_ensemble_says_what_failed_and_leaves_no_part() {
    let folder = tempfile::tempdir().unwrap();
    let system = folder.path().join("pole.dsl");
    fs::write(&system, "ode Pole {\n    state x = 0.5\n    x' = x^2\n}\n").unwrap();
    let out = folder.path().join("out.npy");
    let (system, out) = (system.to_str().unwrap(), out.to_str().unwrap());
    let arguments =
        ["--catalog", system, "ensemble", "Pole", "--count", "3", "--t-end", "9", "-o", out];
    fails(&arguments, 1, "ended early");
    fails(&["ensemble", "Lorenz", "--t-end", "1", "-o", out], 2, "--count N is needed");
    fails(
        &["ensemble", "Lorenz", "--count", "3", "--t-end", "1", "-o", "x.csv"],
        2,
        "npy or parquet",
    );
    fails(&["ensemble", "Lorenz", "--count", "3", "--t-end", "-1", "-o", out], 2, "above zero");
    let nan = folder.path().join("nan.npy");
    let mut header = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    let mut text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3), }".to_vec();
    text.resize(0x75, b' ');
    text.push(b'\n');
    header.extend(text);
    for value in [1.0, f64::NAN, 1.0] {
        header.extend(f64::to_le_bytes(value));
    }
    fs::write(&nan, header).unwrap();
    let nan = nan.to_str().unwrap();
    fails(&["ensemble", "Lorenz", "--ics", nan, "--t-end", "1", "-o", out], 1, "is NaN");
}
