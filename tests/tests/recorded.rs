//! Bits that must not change: with threads, with the instruction set, from one version to the next.

use std::fs;
use std::path::Path;
use takens_tests::takens;

/// The hash of the dataset below. If numbers were meant to change, the new hash is recorded here, and the
/// changelog says so.
const RECORDED: &str = "65d81ae8725048380bb87511948eb12dcb44a4d714d62cfe7448aef088ee89e8";

/// What `TAKENS_LANES` may be.
const LANES: [&str; 4] = ["plain", "tiles", "avx2", "avx512"];

/// A map, a flow, a system with delays and one with noise.
fn dataset(folder: &Path, lanes: &str, threads: &str) -> String {
    let output = takens()
        .args(["dataset", "--systems", "Lorenz,Henon,MackeyGlass,LotkaVolterraNoisy"])
        .args(["--split", "train=60,validation=20,test=30", "--granularity", "coarse"])
        .args(["--seed", "7", "--threads", threads, "--json", "-o"])
        .arg(folder.join(format!("{lanes}-{threads}")))
        .env("TAKENS_LANES", lanes)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    manifest["hash"].as_str().unwrap().to_owned()
}

#[test]
fn a_dataset_has_its_recorded_hash() {
    let folder = tempfile::tempdir().unwrap();
    for lanes in LANES {
        for threads in ["1", "2"] {
            assert_eq!(dataset(folder.path(), lanes, threads), RECORDED, "{lanes}, {threads}");
        }
    }
}

#[test]
fn an_ensemble_has_the_same_bytes_on_every_instruction_set() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen: Option<Vec<u8>> = None;
    for lanes in LANES {
        for threads in ["1", "2"] {
            let file = folder.path().join(format!("{lanes}-{threads}.npy"));
            let output = takens()
                .args(["ensemble", "Lorenz", "--count", "21", "--t-end", "3", "--seed", "1"])
                .args(["--threads", threads, "-o"])
                .arg(&file)
                .env("TAKENS_LANES", lanes)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            if lanes.starts_with("avx") && said.contains("it lacks AVX") {
                continue;
            }
            assert!(output.status.success(), "{lanes}: {said}");
            let bytes = fs::read(file).unwrap();
            assert!(
                seen.replace(bytes.clone()).is_none_or(|one| one == bytes),
                "{lanes}, {threads}"
            );
        }
    }
}
