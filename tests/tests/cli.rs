//! The command line as users and scripts meet it.

use std::fs;
use takens_tests::{json, root, run, stdout, takens};

#[track_caller]
fn fails(arguments: &[&str], code: i32, says: &[&str]) {
    let output = run(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "takens {}: {errors}", arguments.join(" "));
    for words in says {
        assert!(errors.contains(words), "{words:?} is missing from\n{errors}");
    }
    assert!(!errors.contains("panicked"), "{errors}");
}

#[test]
fn list_has_the_collection_and_filters_it() {
    let all = json(&["list", "--json"]);
    assert!(all.as_array().unwrap().len() >= 286);
    let maps = json(&["list", "--kind", "map", "--json"]);
    assert!(maps.as_array().unwrap().iter().all(|one| one["kind"] == "map"));
    assert!(maps.as_array().unwrap().len() >= 62);
    assert!(stdout(&["list"]).contains("Lorenz96"));
}

#[test]
fn unknown_names_are_corrected() {
    fails(&["show", "Lorentz"], 1, &["no system is called \"Lorentz\"", "did you mean \"Lorenz\""]);
    fails(
        &["eval", "Lorenz", "--param", "ro=3"],
        1,
        &["no parameter \"ro\"", "did you mean \"rho\""],
    );
    fails(&["list", "--kind", "pde"], 2, &["there are ode, map, dde and sde"]);
    fails(&["lsit"], 2, &["list"]);
}

#[test]
fn eval_gives_the_right_hand_side() {
    let answer = json(&["eval", "Lorenz", "--state", "1,2,3", "--json", "--jacobian"]);
    assert_eq!(answer["f"], serde_json::json!([10.0, 23.0, -6.0]));
    assert_eq!(answer["jacobian"][0], serde_json::json!([-10.0, 10.0, 0.0]));
    let jit = json(&["eval", "Lorenz", "--state", "1,2,3", "--json", "--engine", "jit"]);
    assert_eq!(answer["f"], jit["f"]);
    fails(&["eval", "Lorenz", "--state", "1,2"], 1, &["3 state components"]);
    fails(&["eval", "Lorenz", "--state", "1,two,3"], 2, &["\"two\" is not a number"]);
}

#[test]
fn all_engines_answer_the_reference_vectors_with_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let batch = folder.path().join("batch.jsonl");
    let count = takens_tests::reference_batch(&batch);
    let batch = batch.to_str().unwrap();
    let oracle = stdout(&["eval", "--batch", batch, "--engine", "oracle"]);
    assert_eq!(oracle.lines().count(), count);
    assert_eq!(oracle, stdout(&["eval", "--batch", batch, "--engine", "jit"]));
    assert_eq!(oracle, stdout(&["eval", "--batch", batch, "--engine", "tiles"]));
}

#[test]
fn a_batch_answers_every_line_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let batch = folder.path().join("batch.jsonl");
    let lines = [
        r#"{"system": "Lorenz", "x": [1, 2, 3]}"#,
        r#"{"system": "Lorentz", "x": [1, 2, 3]}"#,
        r#"{"system": "Lorenz", "x": [1, 2]}"#,
        r#"{"system": "Lorenz96", "x": [1, 2, 3, 4, 5]}"#,
        "nonsense",
    ];
    fs::write(&batch, lines.join("\n")).unwrap();
    let output = run(&["eval", "--batch", batch.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["f"][0], 10.0);
    assert!(answers[1]["error"].as_str().unwrap().contains("did you mean"));
    assert!(answers[2]["error"].as_str().unwrap().contains("3 state components"));
    assert_eq!(answers[3]["f"].as_array().unwrap().len(), 5, "the size follows the state");
    assert!(answers[4]["error"].as_str().unwrap().contains("not a point"));
}

#[test]
fn a_batch_knows_sizes_bad_bytes_and_lines_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = folder.path().join("sized.dsl");
    fs::write(&catalog, "ode S { structural param M = 2 in [1, 9]\n state x = 1\n x' = M*x }\n")
        .unwrap();
    let batch = folder.path().join("batch.jsonl");
    let mut text = b"\xef\xbb\xbf{\"system\": \"S\", \"x\": [1], \"x_tau\": []}\r\n\xff\n".to_vec();
    text.extend(b"{\"system\": \"S\", \"x\": [1], \"params\": {\"M\": 5}}");
    fs::write(&batch, text).unwrap();
    let catalog = catalog.to_str().unwrap();
    let output = run(&["--catalog", catalog, "eval", "--batch", batch.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["f"][0], 2.0);
    assert!(answers[1]["error"].as_str().unwrap().contains("not UTF-8"));
    assert_eq!(answers[2]["f"][0], 5.0);
    for command in ["eval", "judge"] {
        fails(&[command, "--batch", "/dev/zero"], 1, &["/dev/zero", "line 1"]);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault_like_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = run(&["check", path, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found[0]["file"], &found[0]["code"]), (&path.into(), &"E000".into()));
}

#[test]
fn points_and_a_last_time_give_the_step() {
    let csv = stdout(&["trajectory", "Lorenz", "--points", "5", "--t-end", "2"]);
    let times: Vec<&str> =
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(times, ["0", "0.5", "1", "1.5", "2"]);
    fails(&["trajectory", "Henon", "--points", "4", "--t-end", "5"], 2, &["whole iterations"]);
    fails(
        &["trajectory", "Lorenz", "--points", "5", "--t-end", "2", "--dt", "1"],
        2,
        &["leave one out"],
    );
}

#[test]
#[cfg(unix)]
fn devices_are_written_to_and_links_followed() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let full = folder.path().join("full.csv");
    symlink("/dev/full", &full).unwrap();
    fails(&["trajectory", "Lorenz", "-o", full.to_str().unwrap()], 1, &["No space left"]);
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
    let link = folder.path().join("link.csv");
    let real = folder.path().join("real.csv");
    fs::write(&real, "old").unwrap();
    symlink(&real, &link).unwrap();
    stdout(&["trajectory", "Lorenz", "--points", "2", "-o", link.to_str().unwrap()]);
    assert!(fs::read_to_string(&real).unwrap().starts_with("t,x,y,z"));
    assert!(link.is_symlink());
}

#[test]
fn five_mistakes_get_five_diagnostics_in_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.dsl");
    let text = "\
ode Broken {
    param a = 1 in [2, 3]
    state x = 1, y = 0
    x' = a*yy
    y' = sin(x, y)
    z' = x
    let u = x**2
}
";
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let output = run(&["check", path, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let found: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let errors: Vec<_> = found.iter().filter(|fault| fault["severity"] == "error").collect();
    let lines: Vec<u64> = errors.iter().map(|fault| fault["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7], "{found:#?}");
    assert_eq!(errors[1]["column"], 12);
    assert!(errors.iter().all(|fault| !fault["message"].as_str().unwrap().is_empty()));
    fails(&["check", path], 1, &["a*yy", "^^"]);
}

#[test]
fn the_collection_has_no_fault_and_no_warning() {
    let path = root().join("systems.dsl");
    let found = json(&["check", path.to_str().unwrap(), "--json"]);
    assert_eq!(found, serde_json::json!([]));
}

#[test]
fn a_catalogue_of_ones_own_adds_and_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own file.dsl");
    fs::write(&file, "ode Mine { state x = 1\n x' = -x }\node Lorenz { state u = 2\n u' = u }\n")
        .unwrap();
    let path = file.to_str().unwrap();
    assert_eq!(json(&["--catalog", path, "eval", "Mine", "--json"])["f"][0], -1.0);
    assert_eq!(json(&["eval", "Lorenz", "--json", "--catalog", path])["f"][0], 2.0);
    fails(&["list", "--catalog", "/no/such/file"], 1, &["/no/such/file"]);
    fails(&["list", "--catalog", folder.path().to_str().unwrap()], 1, &["not a regular file"]);
}

#[test]
fn trajectories_come_in_four_formats() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    for format in ["csv", "npy", "parquet", "json"] {
        stdout(&["trajectory", "Lorenz", "--points", "50", "-o", &path(&format!("a.{format}"))]);
    }
    let csv = fs::read_to_string(path("a.csv")).unwrap();
    assert_eq!(csv.lines().count(), 51);
    assert_eq!(csv.lines().next(), Some("t,x,y,z"));
    let document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path("a.json")).unwrap()).unwrap();
    let last: Vec<f64> =
        csv.lines().last().unwrap().split(',').map(|cell| cell.parse().unwrap()).collect();
    assert_eq!(document["x"][49][2], last[3]);
    let npy = fs::read(path("a.npy")).unwrap();
    assert!(npy.starts_with(b"\x93NUMPY"));
    assert_eq!(npy[npy.len() - 8..], last[3].to_le_bytes());
    assert!(fs::read(path("a.parquet")).unwrap().ends_with(b"PAR1"));
    fails(&["trajectory", "Lorenz", "-o", &path("a.txt")], 2, &["csv, npy, parquet or json"]);
}

#[test]
fn a_trajectory_that_fails_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.csv");
    let path = target.to_str().unwrap();
    fails(&["trajectory", "Lorenz", "--tol", "1e-30", "-o", path], 2, &["--tol 1e-30", "1e-14"]);
    fails(&["trajectory", "Lorenz", "--points", "-5", "-o", path], 2, &["whole number"]);
    fails(&["trajectory", "Lorenz", "--t-end", "-1", "-o", path], 2, &["--t-end -1"]);
    let lost = folder.path().join("no/a.csv");
    fails(&["trajectory", "Lorenz", "-o", lost.to_str().unwrap()], 1, &["there is no folder"]);
    fails(&["trajectory", "Lorenz", "--points", "1000000000000", "-o", path], 2, &["samples"]);
    fails(&["trajectory", "Lorenz", "--ic", "NaN,1,1", "-o", path], 1, &["NaN"]);
    let file = folder.path().join("blow.dsl");
    fs::write(&file, "ode Blow { state x = 1\n x' = x^2 }\n").unwrap();
    let catalog = file.to_str().unwrap();
    fails(
        &["--catalog", catalog, "trajectory", "Blow", "--t-end", "2", "--dt", "0.1", "-o", path],
        1,
        &["Blow", "x"],
    );
    assert!(!target.exists());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the definition is left");
}

#[test]
fn a_run_named_in_place_of_a_sweep_is_said_to_be_one() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("my run");
    std::fs::create_dir(&run).unwrap();
    let run = run.to_str().unwrap();
    let way_out = format!("takens bench --resume --out '{run}'");
    fails(&["bench", "--resume", run], 2, &["a folder", &way_out]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = takens()
        .args(["trajectory", "Lorenz", "--points", "200000"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn progress_that_nobody_reads_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = takens()
        .args(["bench", "--systems", "Henon", "--methods", "naive", "--seeds", "1", "--out"])
        .arg(folder.path().join("run"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert!(folder.path().join("run/report.html").exists());
}

#[test]
fn the_judge_knows_the_truth_from_a_near_miss() {
    let verdict =
        |candidate: &str| json(&["judge", "--truth", "Lorenz", "--json", "--candidate", candidate]);
    let exact = verdict("10*(y - x); x*(28 - z) - y; x*y - 8/3*z");
    assert_eq!((&exact["level"], &exact["certainty"]), (&"L0".into(), &"proved".into()));
    let near = verdict("9.99*(y - x); x*(28 - z) - y; x*y - 2.667*z");
    assert_eq!((&near["level"], &near["certainty"]), (&"L1".into(), &"proved".into()));
    let far = verdict("10*(y - x) + 0.5; x*(28 - z) - y; x*y - 8/3*z");
    assert_ne!(far["level"], "L0");
    assert_ne!(far["level"], "L1");
    fails(&["judge", "--truth", "Lorenz", "--candidate", "x; y"], 1, &["3"]);
    fails(&["judge", "--truth", "Lorenz", "--candidate", "x; y; w"], 1, &["w"]);
    let deep = format!("{}x{}; y; z", "(".repeat(60_000), ")".repeat(60_000));
    fails(&["judge", "--truth", "Lorenz", "--candidate", &deep], 1, &[]);
}
