//! Exports that run: Python and C give the numbers of this program, for every system of the
//! collection at its start, near it, and at the reference states.
//!
//! Python needs `python3` with NumPy, C a compiler called `cc`. A machine without them fails here
//! with the name of what is missing: a check that nobody runs is none.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use takens_dsl::{System, parse_file};
use takens_symbolic::{
    About, Bindings, Delay, Direction, Event, ExprId, Language, Mode, Noise, Parameter, Symbol,
    Target, VectorField, evaluate, export,
};

const COLLECTION: &str = include_str!("../../systems.dsl");
const FEATURES: &str = include_str!("../suite/exports/features.dsl");
const VECTORS: &str = include_str!("../reference/rhs_vectors.json");
const PARAMETERS: &str = include_str!("../reference/systems_parameters.json");

/// Largest error, as a part of the largest component.
const TOLERANCE: f64 = 1e-12;

/// A system and where it is asked for its numbers.
struct Case {
    about: About,
    field: VectorField,
    points: Vec<Point>,
}

struct Point {
    time: f64,
    state: Vec<f64>,
    parameters: Vec<f64>,
    delayed: Vec<f64>,
    modes: Vec<f64>,
}

impl Point {
    /// What this program says: the right-hand side, then the outputs.
    fn wanted(&self, field: &VectorField) -> [Vec<f64>; 2] {
        let outputs: Vec<ExprId> = field.outputs.iter().map(|output| output.1).collect();
        let bindings = Bindings {
            time: self.time,
            state: &self.state,
            parameters: &self.parameters,
            delayed: &self.delayed,
            modes: &self.modes,
        };
        [&field.rhs, &outputs].map(|ids| evaluate(&field.graph, ids, &bindings))
    }
}

/// Numbers from -1 to 1 that are the same in every run.
struct Scatter(u64);

impl Scatter {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A system at its start and near it.
fn case(system: &System, sizes: &BTreeMap<String, i64>, name: &str) -> Case {
    let flat = system.flatten(sizes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let field = flat.field;
    let parameters = field.default_parameters();
    let start = field.initial_state(&parameters);
    let mut scatter = Scatter(1);
    let points = (0..6).map(|place| {
        let spread = [0.0, 1e-3, 0.1, 0.1, 1.0, 3.0][place];
        let near = |x: &f64, by: f64| x + spread * by * x.abs().max(0.1);
        let state: Vec<f64> = start.iter().map(|x| near(x, scatter.next())).collect();
        Point {
            time: place as f64 * 0.7,
            delayed: field.delays.iter().map(|d| state[d.state as usize] * 0.9).collect(),
            modes: field.modes.iter().map(|_| place as f64).collect(),
            parameters: parameters.clone(),
            state,
        }
    });
    let points = points.collect();
    let about = About { name: name.into(), doc: system.doc.clone(), ..About::default() };
    Case { about, field, points }
}

/// A system with everything that few have: a delay, noise, a mode, an event, outputs.
fn handmade() -> Case {
    let mut field = VectorField {
        states: vec!["x".into(), "v".into()],
        outputs: vec![],
        ..VectorField::default()
    };
    let graph = &mut field.graph;
    let [x, v] = [0, 1].map(|place| graph.symbol(Symbol::State(place)));
    let tau = graph.symbol(Symbol::Parameter(0));
    let past = graph.symbol(Symbol::Delayed(0));
    let mode = graph.symbol(Symbol::Mode(0));
    let time = graph.symbol(Symbol::Time);
    let [two, zero] = [2, 0].map(|value| graph.integer(value));
    let power = graph.pow(past, two);
    let pull = graph.mul(mode, power);
    let push = graph.sub(time, pull);
    let back = graph.neg(v);
    let double = graph.mul(two, tau);
    let moved = graph.add(x, time);
    let next = graph.add(mode, two);
    field.rhs = vec![v, push];
    field.initial = vec![tau, zero];
    field.parameters = vec![Parameter { name: "tau".into(), default: two, range: None }];
    field.delays = vec![Delay { name: "x(t - tau)".into(), state: 0, lag: tau }];
    field.history = vec![time, zero];
    field.noise = Noise { names: vec!["w".into()], terms: vec![vec![], vec![(0, double)]] };
    field.modes = vec![Mode { name: "gear".into(), initial: two }];
    field.events = vec![Event {
        name: "bounce".into(),
        when: x,
        direction: Direction::Falling,
        assignments: vec![(Target::State(1), back), (Target::Mode(0), next)],
    }];
    field.outputs = vec![("moved".into(), moved)];
    let point = |place: f64| Point {
        time: place,
        state: vec![0.3, -place],
        parameters: vec![1.5],
        delayed: vec![0.7 * place],
        modes: vec![place],
    };
    let about = About { name: "Handmade".into(), ..About::default() };
    Case { about, field, points: vec![point(0.5), point(2.0)] }
}

/// Every system; those with reference states at them too, at the size and parameters of these.
fn cases() -> Vec<Case> {
    let none = BTreeMap::new();
    let systems = parse_file(COLLECTION).systems;
    let features = parse_file(FEATURES);
    assert!(features.diagnostics.iter().all(|d| !d.is_error()), "{:#?}", features.diagnostics);
    let mut cases: Vec<Case> = (systems.iter().chain(&features.systems))
        .map(|system| case(system, &none, &system.name))
        .collect();
    cases.push(handmade());
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    let published: Value = serde_json::from_str(PARAMETERS).expect("JSON");
    for system in &systems {
        let about = &published["systems"][&system.name];
        let group = if about["kind"] == "map" { "maps" } else { "flows" };
        let Some(points) = vectors[group][&system.name].as_array() else { continue };
        let numbers = |value: &Value| -> Vec<f64> {
            value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
        };
        let dimension = numbers(&points[0]["x"]).len();
        let Some(sizes) = system.size_for_dimension(dimension) else { continue };
        let mut case = case(system, &sizes, &format!("{}_published", system.name));
        let mut overrides = vec![None; case.field.parameters.len()];
        for (name, value) in about["parameters"].as_object().into_iter().flatten() {
            if let (Some(place), Some(value)) = (case.field.parameter_index(name), value.as_f64()) {
                overrides[place] = Some(value);
            }
        }
        let parameters = case.field.parameter_values(&overrides);
        let states = points.iter().map(|point| Point {
            time: point["t"].as_f64().unwrap_or(0.0),
            state: numbers(&point["x"]),
            parameters: parameters.clone(),
            delayed: numbers(&point["x_tau"]),
            modes: vec![],
        });
        case.points =
            states.filter(|point| point.delayed.len() == case.field.delays.len()).collect();
        cases.push(case);
    }
    cases
}

/// Compares with what came back: for each case and point, right-hand side and outputs.
#[track_caller]
fn check(cases: &[Case], lines: &str) {
    let mut lines = lines.lines();
    let mut faults = Vec::new();
    for case in cases {
        for (place, point) in case.points.iter().enumerate() {
            for (what, want) in ["rhs", "observe"].iter().zip(point.wanted(&case.field)) {
                let line = lines.next().unwrap_or_else(|| panic!("{}: no answer", case.about.name));
                let bits =
                    |word: &str| f64::from_bits(u64::from_str_radix(word, 16).expect("bits"));
                let got: Vec<f64> = line.split_whitespace().map(bits).collect();
                assert_eq!(got.len(), want.len(), "{} {what}: numbers", case.about.name);
                let scale = want.iter().fold(0.0_f64, |scale, w| scale.max(w.abs()));
                for (component, (g, w)) in got.iter().zip(&want).enumerate() {
                    let same = g == w || g.is_nan() && w.is_nan();
                    let close = (g - w).abs() <= TOLERANCE * scale;
                    if !(same || close) {
                        let name = &case.about.name;
                        faults.push(format!(
                            "{name} {what}, point {place}: [{component}] {g:e} for {w:e}"
                        ));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}

/// Runs a program of the machine that the test cannot do without.
#[track_caller]
fn run(command: &mut Command, needed: &str) -> Output {
    let output =
        command.output().unwrap_or_else(|error| panic!("{needed} is needed here: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{needed}: {}\n{errors}", output.status);
    output
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the folder can be written");
}

const DRIVER: &str = r#"
import importlib, json, struct, sys
import numpy as np
np.seterr(all="ignore")
sys.path.insert(0, sys.argv[1])
def show(values):
    print(" ".join("%016x" % struct.unpack("<Q", struct.pack("<d", v))[0] for v in values))
for case in json.load(open(sys.argv[1] + "/cases.json")):
    module = importlib.import_module("export_" + case["name"])
    for point in case["points"]:
        extra = {k: point[k] for k in ("x_tau", "modes") if point[k]}
        arguments = (point["t"], point["x"], point["p"])
        show(module.rhs(*arguments, **extra))
        show(module.observe(*arguments, **extra) if hasattr(module, "observe") else [])
        for name in ("lags", "diffusion"):
            if hasattr(module, name):
                getattr(module, name)(*arguments, **extra)
        if hasattr(module, "history"):
            module.history(-1.0)
        for _, when, _, jump in getattr(module, "EVENTS", []):
            when(*arguments, **extra), jump(*arguments, **extra)
        for got, want in ((module.DEFAULTS, case["defaults"]), (module.initial(), case["start"])):
            if not np.allclose(got, want, rtol=1e-12, atol=0, equal_nan=True):
                sys.exit(case["name"] + ": defaults or start differ")
"#;

#[test]
fn python_gives_the_same_numbers() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let cases = cases();
    let mut asked = Vec::new();
    for case in &cases {
        let text =
            export(&case.field, &case.about, Language::Python).expect("Python has all words");
        write(&folder.path().join(format!("export_{}.py", case.about.name)), &text);
        let points: Vec<Value> = (case.points.iter())
            .map(|p| json!({ "t": p.time, "x": p.state, "p": p.parameters, "x_tau": p.delayed, "modes": p.modes }))
            .collect();
        let defaults = case.field.default_parameters();
        let start = case.field.initial_state(&defaults);
        asked.push(json!({ "name": case.about.name, "points": points, "defaults": defaults, "start": start }));
    }
    write(&folder.path().join("cases.json"), &json!(asked).to_string());
    write(&folder.path().join("driver.py"), DRIVER);
    let mut command = Command::new("python3");
    command.arg(folder.path().join("driver.py")).arg(folder.path());
    let output = run(&mut command, "python3 with NumPy (Debian: python3-numpy)");
    check(&cases, &String::from_utf8_lossy(&output.stdout));
}

/// A C program that has all exports and prints what `cases` asks for.
fn program(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        text += &export(&case.field, &case.about, Language::C).expect("C has all words");
    }
    text += "\n#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n\
        static void show(const double *v, int n)\n{\n    uint64_t bits;\n    \
        for (; n > 0; n--, v++) { memcpy(&bits, v, 8); printf(\"%016llx \", (unsigned long long)bits); }\n    \
        puts(\"\");\n}\nint main(void)\n{\n    static double f[4096];\n";
    let list = |values: &[f64]| -> String {
        let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        if values.is_empty() { "{0.0}".into() } else { format!("{{{}}}", values.join(", ")) }
    };
    for case in cases {
        let (name, field) = (&case.about.name, &case.field);
        for point in &case.points {
            text += "    {\n";
            let mut extra = String::new();
            let arrays = [("x", &point.state), ("p", &point.parameters)];
            let more = [("x_tau", &point.delayed), ("modes", &point.modes)];
            for (array, values) in arrays.iter().chain(more.iter().filter(|one| !one.1.is_empty()))
            {
                text += &format!("        static const double {array}[] = {};\n", list(values));
            }
            for (array, _) in more.iter().filter(|one| !one.1.is_empty()) {
                extra += &format!(", {array}");
            }
            text += &format!("        {name}_rhs({:?}, x, p, f{extra});\n", point.time);
            text += &format!("        show(f, {});\n", field.dim());
            if !field.outputs.is_empty() {
                text += &format!("        {name}_observe({:?}, x, p, f{extra});\n", point.time);
            }
            text += &format!("        show(f, {});\n    }}\n", field.outputs.len());
        }
    }
    text + "    return 0;\n}\n"
}

#[test]
fn what_moves_in_jumps_and_noise_is_there_too() {
    let case = handmade();
    let python = export(&case.field, &case.about, Language::Python).expect("Python has all words");
    let c = export(&case.field, &case.about, Language::C).expect("C has all words");
    let latex = export(&case.field, &case.about, Language::Latex).expect("LaTeX has all words");
    let sympy = export(&case.field, &case.about, Language::Sympy).expect("SymPy has all words");
    let julia = export(&case.field, &case.about, Language::Julia).expect_err("there are events");
    assert!(julia.to_string().contains("events"), "{julia}");
    for (text, part) in [
        (&python, "def rhs(t, x, params=None, x_tau=None, modes=None):"),
        (&python, "    out[1, 0] = 2*tau"),
        (&python, "(\"bounce\", when_bounce, -1, jump_bounce)"),
        (
            &c,
            "void Handmade_rhs(double t, const double *x, const double *p, double *f, const double *x_tau, const double *modes);",
        ),
        (&c, "f_[1] = -v;"),
        (&latex, "x(t - \\tau)"),
        (&latex, "\\mathrm{d}W_{w}"),
        (&sympy, "DIFFUSION[1, 0] = 2*tau"),
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn c_gives_the_same_numbers() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let cases = cases();
    let (source, binary) = (folder.path().join("all.c"), folder.path().join("all"));
    write(&source, &program(&cases));
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off"]);
    // Most of a file's functions are not called by this program, and are not meant to be.
    compiler.args(["-Wno-unused-function", "-o"]);
    run(compiler.arg(&binary).arg(&source).arg("-lm"), "a C compiler called cc");
    let output = run(&mut Command::new(&binary), "the compiled exports");
    check(&cases, &String::from_utf8_lossy(&output.stdout));
}

/// Where `TAKENS_EXPORTS` names a folder, all files are written there, for `tests/exports/check.sh`.
#[test]
fn every_language_writes_every_system() {
    let folder = std::env::var_os("TAKENS_EXPORTS").map(std::path::PathBuf::from);
    for case in cases() {
        for (language, ending) in [
            (Language::Latex, "tex"),
            (Language::Sympy, "sympy.py"),
            (Language::Python, "py"),
            (Language::Julia, "jl"),
        ] {
            let name = &case.about.name;
            match export(&case.field, &case.about, language) {
                Ok(text) => {
                    assert!(text.contains("takens"), "{name}: the header is missing");
                    if let Some(folder) = &folder {
                        write(&folder.join(format!("{name}.{ending}")), &text);
                    }
                }
                // ModelingToolkit has no words for some.
                Err(error) => assert_eq!(language, Language::Julia, "{name}: {error}"),
            }
        }
    }
}
