//! `takens poincare`: crossings of a surface, as files and as errors.

use std::fs;
use takens_tests::{json, run};

/// Crossings of Lorenz's surface between the lobes: time, x, y, z.
fn rows(text: &str) -> Vec<[f64; 4]> {
    text.lines()
        .skip(1)
        .map(|line| {
            let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            numbers.try_into().unwrap()
        })
        .collect()
}

#[test]
fn crossings_lie_on_the_surface_and_go_the_way_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crossings.csv");
    let file = file.to_str().unwrap();
    for (direction, first) in [("up", Some(1.0)), ("down", Some(-1.0)), ("both", None)] {
        let section = ["poincare", "Lorenz", "--section", "z = rho - 1", "--count", "40"];
        let more = ["--direction", direction, "--transient", "20", "--json", "-o", file];
        let report = json(&[&section[..], &more].concat());
        let text = fs::read_to_string(file).unwrap();
        assert!(text.starts_with("t,x,y,z\n"));
        let rows = rows(&text);
        assert_eq!(rows.len(), 40);
        assert_eq!(report["t_first"].as_f64().unwrap(), rows[0][0]);
        // z' = xy - 8z/3
        let signs: Vec<f64> = rows.iter().map(|[_, x, y, _]| (x * y - 72.0).signum()).collect();
        for (place, [time, _, _, z]) in rows.iter().enumerate() {
            assert!((z - 27.0).abs() < 1e-12 && *time >= 20.0, "{time}: {z}");
            let back_and_forth = if place % 2 == 0 { signs[0] } else { -signs[0] };
            assert_eq!(signs[place], first.unwrap_or(back_and_forth), "{direction}: {time}");
        }
    }
}

#[test]
fn a_crossing_is_as_right_as_the_trajectory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rough.csv");
    let path = file.to_str().unwrap();
    let at = |tolerance: &str| {
        let section = ["poincare", "Rossler", "--section", "y=0", "--count", "6"];
        let output = run(&[&section[..], &["--tol", tolerance, "-o", path]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        rows(&fs::read_to_string(path).unwrap())
    };
    let (rough, fine) = (at("1e-6"), at("1e-12"));
    for (rough, fine) in rough.iter().zip(&fine) {
        for (a, b) in rough.iter().zip(fine) {
            assert!((a - b).abs() < 1e-5, "{rough:?}, {fine:?}");
        }
    }
}

#[test]
fn every_format_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["csv", "npy", "parquet", "json"] {
        let file = folder.path().join(format!("a.{format}"));
        let path = file.to_str().unwrap();
        let section = ["--section", "x+y=0", "--count", "3"];
        let output = run(&[&["poincare", "Lorenz"][..], &section, &["-o", path]].concat());
        assert!(output.status.success(), "{format}");
        assert!(fs::metadata(&file).unwrap().len() > 60, "{format}");
    }
    let npy = fs::read(folder.path().join("a.npy")).unwrap();
    assert_eq!((npy.len() - 9 * 8) % 64, 0);
}

#[track_caller]
fn fails(arguments: &[&str], code: i32, says: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.csv");
    let all = [&["poincare"][..], arguments, &["-o", file.to_str().unwrap()]].concat();
    let output = run(&all);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(says), "{arguments:?}: {says:?} is not in\n{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a file was left behind");
}

#[test]
fn what_cannot_be_crossed_is_refused_and_leaves_no_file() {
    fails(&["Lorenz", "--section", "z=99", "--count", "3"], 1, "crossed 0 times up to t = ");
    fails(&["Lorenz", "--section", "w=1"], 2, "nothing here is called `w`");
    fails(&["Lorenz", "--section", "rho=28"], 2, "neither a state nor t");
    fails(&["Lorenz", "--section", "z=1=2"], 2, "one = is needed at most");
    fails(&["Lorenz", "--section", "z="], 2, "an expression is expected");
    fails(&["Lorenz", "--section", "x;y"], 2, "one expression a side");
    fails(&["Lorenz", "--section", "z=27", "--count", "0"], 2, "crossings are kept");
    fails(&["Lorenz", "--section", "z=27", "--tol", "1e-30"], 2, "a tolerance from");
    fails(&["Lorenz", "--section", "z=27", "--t-end", "-1"], 2, "a time from zero up");
    fails(&["Henon", "--section", "x=0"], 1, "a map, whose orbit is points already");
    fails(&["LorenzNoisy", "--section", "z=27"], 1, "a system with noise");
    fails(&["Lorenz", "--section", "z=27", "--ic", "1,2"], 1, "");
}
