//! The command line for writers of definitions: layout, explanations, repairs, imports, exports, and
//! systems with delays or noise.

use std::fs;
use takens_tests::{json, run, stdout};

const MACKEY_GLASS: &str = "\
dde MackeyGlass {
    param beta = 2, gamma = 1, n = 10, tau = 2
    state x = 1/2
    x' = beta*x(t - tau)/(1 + x(t - tau)^n) - gamma*x
}
";

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

/// A folder with one file, and the file's path.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_string();
    (folder, path)
}

#[test]
fn layout_is_checked_then_mended() {
    let (_folder, path) = file("a.dsl", "ode  A {\n  state x=1\n x'=-x\n}\n");
    fails(&["fmt", "--check", &path], 1, &[]);
    assert_eq!(stdout(&["fmt", &path]), format!("{path}\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "ode A {\n    state x = 1\n    x' = -x\n}\n");
    assert_eq!(stdout(&["fmt", "--check", &path]), "");
    fails(&["fmt", "/no/such/file.dsl"], 1, &["/no/such/file.dsl"]);
}

#[test]
fn a_locked_file_keeps_its_layout() {
    let text = "ode  A { state x=1\n x'=-x }\n";
    let (_folder, path) = file("a.dsl", text);
    let mut locked = fs::metadata(&path).unwrap().permissions();
    locked.set_readonly(true);
    fs::set_permissions(&path, locked).unwrap();
    fails(&["fmt", &path], 1, &["read-only"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn codes_are_explained() {
    for code in ["E020", "e020"] {
        assert!(stdout(&["explain", code]).starts_with("E020: an unknown name\n"));
    }
    assert!(stdout(&["explain"]).lines().count() > 50);
    fails(&["explain", "E02"], 2, &["no diagnostic has the code \"E02\"", "lists all"]);
}

#[test]
fn certain_faults_are_fixed_and_guesses_are_left() {
    let (_folder, path) = file("a.dsl", "ode A {\n    state x = 1;\n    x' = -x**2 + xx\n}\n");
    fails(
        &["check", "--fix", &path],
        1,
        &["fixed E005", "fixed W001", "nothing here is called `xx`"],
    );
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, "ode A {\n    state x = 1\n    x' = -x^2 + xx\n}\n");
}

#[test]
fn files_of_xppaut_and_odebench_are_read() {
    let (_folder, path) = file("mg.ode", "x'=b*delay(x,tau)-x\npar b=0.5,tau=2\ninit x=1\ndone\n");
    let text = stdout(&["import", &path]);
    assert!(text.contains("dde Mg {") && text.contains("x' = b*x(t - tau) - x"), "{text}");
    let (_folder, path) = file("w.ode", "wiener w\nx'=-x+0.3*w\nx(0)=1\ndone\n");
    let text = stdout(&["import", &path]);
    assert!(text.contains("sde W {") && text.contains("noise(w)"), "{text}");
    let (_folder, path) = file("bad.ode", "x'=y\ntable f % 10\ny'=@\n");
    fails(&["import", &path], 1, &["line 2: `table`", "line 3: `@`"]);
    let entry = r#"[{"eq": "x_1 | -c_0*x_0", "consts": [[0.9]], "init": [[1, 0.2]], "id": 7}]"#;
    let (folder, path) = file("bench.json", entry);
    let out = folder.path().join("out.dsl");
    let out = out.to_str().unwrap();
    stdout(&["import", &path, "-o", out]);
    assert_eq!(stdout(&["check", out]), "1 system, 0 errors, 0 warnings\n");
}

#[test]
fn a_system_is_written_in_other_languages() {
    for (format, words) in [
        ("latex", "\\dot{x} &= \\sigma(y - x)"),
        ("sympy", "sigma*(y - x),"),
        ("julia", "D(x) ~ sigma*(y - x),"),
        ("python", "out[0] = sigma*(y - x)"),
        ("c", "f_[0] = sigma*(y - x);"),
        ("odebench", "c_0*(x_1 - x_0)"),
    ] {
        let text = stdout(&["show", "Lorenz", "--format", format]);
        assert!(text.contains(words), "{format}: {words:?} is missing from\n{text}");
    }
    fails(&["show", "DoubleWell", "--format", "odebench"], 1, &["has noise"]);
}

#[test]
fn a_system_with_delays_takes_its_past_and_knows_its_limits() {
    let (folder, path) = file("mg.dsl", MACKEY_GLASS);
    let with = |arguments: &[&str]| -> Vec<String> {
        [&["--catalog", path.as_str()], arguments]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let at = |arguments: &[&str]| {
        let all = with(arguments);
        json(&all.iter().map(String::as_str).collect::<Vec<_>>())["f"][0].as_f64().unwrap()
    };
    assert_eq!(at(&["eval", "MackeyGlass", "--state", "2", "--delayed", "1", "--json"]), -1.0);
    assert_eq!(
        at(&["eval", "MackeyGlass", "--json"]),
        at(&["eval", "MackeyGlass", "--delayed", "0.5", "--json"]),
        "the start is the history"
    );
    let batch = folder.path().join("batch.jsonl");
    fs::write(&batch, r#"{"system": "MackeyGlass", "x": [2], "x_tau": [1]}"#).unwrap();
    let reply = stdout(&["--catalog", &path, "eval", "--batch", batch.to_str().unwrap()]);
    assert!(reply.contains("[-1.0]"), "{reply}");
    let csv =
        stdout(&["--catalog", &path, "trajectory", "MackeyGlass", "--points", "4", "--dt", "1"]);
    assert_eq!(csv.lines().count(), 5);
    let all = with(&["lyapunov", "MackeyGlass", "--t-end", "500", "--json"]);
    let spectrum = json(&all.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(spectrum["exponents"].as_array().unwrap().len() >= 4, "{spectrum}");
    assert!(spectrum["mean_divergence"].is_null(), "{spectrum}");
    for (arguments, words) in [
        (&["eval", "MackeyGlass", "--delayed", "1,2"][..], "has 1 delayed value and"),
        (&["judge", "--truth", "MackeyGlass", "--candidate", "x"], "with delays is not judged"),
    ] {
        let all = with(arguments);
        fails(&all.iter().map(String::as_str).collect::<Vec<_>>(), 1, &[words]);
    }
    fails(&["eval", "Lorenz", "--delayed", "1"], 1, &["has no delays"]);
}

#[test]
fn a_jump_is_shown_and_followed() {
    let text = "ode Ball {\n    state h = 1, v = 0\n    h' = v\n    v' = -9.8\n    \
                event bounce when h falling { v := -v }\n}\n";
    let (_folder, path) = file("ball.dsl", text);
    let shown = stdout(&["--catalog", &path, "show", "Ball"]);
    assert!(shown.contains("event bounce when h falling { v := -v }"), "{shown}");
    let csv = stdout(&["--catalog", &path, "trajectory", "Ball", "--points", "20", "--dt", "0.2"]);
    let height = |line: &str| line.split(',').nth(1).unwrap().parse::<f64>().unwrap();
    assert!(csv.lines().skip(1).all(|line| height(line) > -1e-9), "{csv}");
    fails(&["--catalog", &path, "lyapunov", "Ball"], 1, &["with events are not computed"]);
}

#[test]
fn noise_follows_its_seed() {
    let path = |seed: &str| {
        stdout(&["trajectory", "DoubleWell", "--seed", seed, "--points", "3", "--dt", "0.1"])
    };
    assert_eq!(path("1"), path("1"));
    assert_ne!(path("1"), path("2"));
    fails(&["lyapunov", "DoubleWell"], 1, &["with noise are not computed"]);
}

#[test]
fn the_server_ends_when_its_editor_does() {
    let output = takens_tests::takens().arg("lsp").stdin(std::process::Stdio::null()).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the editor went away"));
}
