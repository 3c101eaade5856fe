//! A rolled system computes what its flat form computes, bit for bit, in every engine.

use std::collections::BTreeMap;
use takens_dsl::{Roll, Rolled, System, parse_file};
use takens_kernel::{
    CompiledLoops, Engine, Oracle, Part, RolledOracle, lower, lower_exprs, lower_rolled,
};
use takens_symbolic::{ExprId, VectorField, field_names, print_expr};

const COLLECTION: &str = include_str!("../../../systems.dsl");

/// The systems of a text, which must be sound.
#[track_caller]
fn systems(text: &str) -> Vec<System> {
    let parsed = parse_file(text);
    let faults = parsed.diagnostics.iter().filter(|fault| fault.is_error());
    let faults: Vec<_> = faults.map(|fault| &fault.message).collect();
    assert!(faults.is_empty(), "{faults:?} in {text}");
    parsed.systems
}

fn sizes(of: &[(&str, i64)]) -> BTreeMap<String, i64> {
    of.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect()
}

/// Rolls a system at these sizes and compares all that it computes with the flat form.
#[track_caller]
fn check(system: &System, sizes: &BTreeMap<String, i64>) -> Rolled {
    match system.roll(sizes) {
        Ok(Roll::Rolled(rolled)) => {
            same(system, sizes, &rolled);
            *rolled
        }
        Ok(Roll::Unrolled { reason }) => panic!("{} at {sizes:?}: {reason}", system.name),
        Err(error) => panic!("{} at {sizes:?}: {error}", system.name),
    }
}

#[track_caller]
fn same(system: &System, sizes: &BTreeMap<String, i64>, rolled: &Rolled) {
    let flat = system.flatten(sizes).expect("a flat form").field;
    let (name, field) = (&system.name, &rolled.field);
    let expanded = field.expand();
    assert_eq!(expanded.states, flat.states, "{name}");
    for (ours, theirs) in expanded.parameters.iter().zip(&flat.parameters) {
        assert_eq!((&ours.name, &ours.range), (&theirs.name, &theirs.range), "{name}");
    }
    let defaults = |field: &VectorField| -> Vec<ExprId> {
        field.parameters.iter().map(|parameter| parameter.default).collect()
    };
    let outputs = |field: &VectorField| -> Vec<ExprId> {
        field.outputs.iter().map(|output| output.1).collect()
    };
    let texts = |field: &VectorField, exprs: &[ExprId]| -> Vec<String> {
        let names = field_names(field);
        exprs.iter().map(|&id| print_expr(&field.graph, id, &names)).collect()
    };
    let parts = [
        (Part::Rhs, flat.rhs.clone(), expanded.rhs.clone()),
        (Part::Initial, flat.initial.clone(), expanded.initial.clone()),
        (Part::Outputs, outputs(&flat), outputs(&expanded)),
    ];
    // One long row of numbers serves as states, another as parameters.
    let defaults_of_flat = flat.default_parameters();
    let mut seed = 0.3_f64;
    let mut next = || {
        seed = 3.9 * seed * (1.0 - seed);
        4.0 * seed - 2.0
    };
    for (part, theirs, ours) in parts {
        if flat.graph.len() < 20_000 {
            assert_eq!(texts(&expanded, &ours), texts(&flat, &theirs), "{name}: {part:?}");
        }
        let program = lower_rolled(field, part);
        let reference =
            Oracle::new(lower_exprs(&flat.graph, &theirs, flat.dim(), flat.parameters.len()));
        let engines: [Box<dyn Engine>; 2] = [
            Box::new(RolledOracle::new(program.clone())),
            Box::new(CompiledLoops::new(&program).expect("machine code")),
        ];
        for round in 0..3 {
            let mut inputs = vec![0.7];
            inputs.extend((0..flat.dim()).map(|_| next()));
            match round {
                0 => inputs.extend(&defaults_of_flat),
                _ => inputs.extend(flat.parameters.iter().map(|_| next())),
            }
            let mut want = vec![0.0; theirs.len()];
            reference.call(&inputs, &mut want);
            for engine in &engines {
                let mut got = vec![0.0; theirs.len()];
                engine.call(&inputs, &mut got);
                bits(name, part, &want, &got);
            }
        }
    }
    let mut first = 0;
    for (place, parameter) in field.parameters.iter().enumerate() {
        let program = lower_rolled(field, Part::Defaults(place));
        let mut got = vec![0.0; parameter.array.count()];
        let mut inputs = vec![0.0; 1 + flat.dim()];
        inputs.extend(&defaults_of_flat);
        RolledOracle::new(program).call(&inputs, &mut got);
        assert_eq!(parameter.array.first, first, "{name}");
        bits(name, Part::Defaults(place), &defaults_of_flat[first..first + got.len()], &got);
        first += got.len();
    }
    assert_eq!(first, flat.parameters.len(), "{name}");
    assert_eq!(defaults(&expanded).len(), defaults(&flat).len(), "{name}");
    // The very program of the flat form is that of the expanded one.
    let (ours, theirs) = (lower(&expanded), lower(&flat));
    assert_eq!(ours.input_count(), theirs.input_count(), "{name}");
}

#[track_caller]
fn bits(name: &str, part: Part, want: &[f64], got: &[f64]) {
    for (place, (want, got)) in want.iter().zip(got).enumerate() {
        let same = want.to_bits() == got.to_bits() || (want.is_nan() && got.is_nan());
        assert!(same, "{name}, {part:?}, {place}: flat {want:e}, rolled {got:e}");
    }
}

/// Rolls the one system of a text at a few sizes of `N`.
#[track_caller]
fn check_text(body: &str) {
    let text = format!("ode S {{\nstructural param N = 5 in [1, 10000000]\n{body}\n}}\n");
    let system = &systems(&text)[0];
    for size in [5, 6, 7, 12, 33] {
        check(system, &sizes(&[("N", size)]));
    }
}

#[test]
fn every_indexed_system_of_the_collection() {
    let mut seen = 0;
    for system in systems(COLLECTION) {
        let structural: Vec<_> =
            system.parameters.iter().filter(|one| one.structural).map(|one| &one.name).collect();
        let indexed = system.states.iter().any(|state| !state.shape.is_empty())
            || system.parameters.iter().any(|one| !one.shape.is_empty());
        // Delays, noise and the like are expanded.
        let special = matches!(
            system.roll(&BTreeMap::new()),
            Ok(Roll::Unrolled { reason }) if reason.contains("no rolled form")
        );
        if special || (!indexed && structural.is_empty()) {
            continue;
        }
        seen += 1;
        check(&system, &BTreeMap::new());
        for name in structural {
            for size in [4, 5, 8, 13, 40] {
                check(&system, &sizes(&[(name, size)]));
            }
        }
    }
    assert!(seen >= 6, "{seen}");
}

#[test]
fn systems_without_an_index_roll_too() {
    for system in systems(COLLECTION) {
        match system.roll(&BTreeMap::new()).expect("sound systems") {
            Roll::Rolled(rolled) => same(&system, &BTreeMap::new(), &rolled),
            Roll::Unrolled { reason } => {
                let expected = ["root", "no rolled form"].iter().any(|one| reason.contains(one));
                assert!(expected, "{}: {reason}", system.name);
            }
        }
    }
}

#[test]
fn rings_and_ends() {
    check_text("index i in 0..N cyclic\nstate x[i] = i/7\nx[i]' = x[i+1] - 2*x[i] + x[i-2]");
    check_text("index i in 0..N clamped\nstate x[i] = 1\nx[i]' = x[i+1] - 2*x[i] + x[i-1]");
    check_text("index i in 0..N zero\nstate x[i] = 1\nx[i]' = x[i+2]*x[i-2] - 2*x[i]");
    check_text("index i in 0..N cyclic\nstate x[i] = 1\nx[i]' = x[N-1-i] + x[2*i] + x[7*i+3]");
    check_text(
        "index i in 0..N\nstate x[i] = 1\nx[i]' = if i == 0 then x[1] elif i == N-1 then x[i-1] else x[i+1]*x[i-1]",
    );
    check_text(
        "index i in 0..N\nstate x[i] = 1\nx[i]' = if i > 2 and i < N-1 then x[i-3] else x[0]",
    );
    check_text("index i in 0..N\nstate x[i] = 1\nx[i]' = if 2*i < N then x[i] else -x[N-1-i]");
}

#[test]
fn grids() {
    check_text(
        "index i, j in 0..N cyclic\nstate u[i, j] = i + 10*j\n\
         u[i,j]' = u[i+1,j] + u[i-1,j] + u[i,j+1] + u[i,j-1] - 4*u[i,j]",
    );
    check_text(
        "index i, j in 0..N zero\nstate u[i, j] = 1, v[i, j] = 0.1\n\
         let lap[i, j] = u[i+1,j] + u[i-1,j] + u[i,j+1] + u[i,j-1] - 4*u[i,j]\n\
         u[i,j]' = lap[i+1,j] - lap[i,j-1] + u[i,j]*v[j,i]\nv[i,j]' = -v[i,j]",
    );
    check_text(
        "index i, j in 0..N\nstate u[i, j] = if i == j then 1 else 0.25\n\
         u[i,j]' = if i == j then -u[i,j] elif i < j then u[j,i] else u[i,j]^2",
    );
}

#[test]
fn sums_stay_loops() {
    check_text(
        "index i, j in 0..N\nparam k[i, j] = 1/(1 + i + j)\nstate x[i] = 1\nx[i]' = sum(j)(k[i,j]*tanh(x[j])) - x[i]",
    );
    check_text("index i, j in 0..N\nstate x[i] = 1\nx[i]' = sum(j != i)(sin(x[j] - x[i])/(j - i))");
    check_text("index i, j in 0..N\nstate x[i] = 1\nx[i]' = sum(j in 0..i)(x[j]*x[i-1-j])");
    check_text(
        "index i, j in 0..N cyclic\nstate x[i] = 1\nx[i]' = sum(j in 0..3)(x[i+j-1]*(j+1)) + sum(j)(x[i+j])",
    );
    check_text(
        "index i, j in 0..N\nstate x[i] = 1\nx[i]' = prod(j)(1 + x[j]/9) + min(j)(x[j]) - max(j)(x[i]*x[j])",
    );
    check_text(
        "index i, j in 0..N\nstate x[i] = 1\nx[i]' = sum(i, j)(x[i]*x[j]*(i + 2*j)) - sum(j in i..N)(x[j])",
    );
    check_text(
        "index i, j, k in 0..N\nstate x[i] = 1\nx[i]' = sum(j)(sum(k in 0..j+1)(x[k]*x[i])/(j + 1))",
    );
    check_text(
        "index i, j in 0..N\nstate x[i] = 1\nx[i]' = sum(j)(if j < i then x[j] else -x[j]/(1 + abs(i - j)))",
    );
    check_text(
        "index i, j in 0..N\nstate x[i] = 1\nx[i]' = sum(j)(if j == i then 0 else x[j]) + sum(j)(1)",
    );
}

#[test]
fn definitions_and_equations_of_single_components() {
    check_text(
        "index i, j in 0..N\nstate x[i] = 1\nlet mean = sum(j)(x[j])/N\nlet d[i] = x[i] - mean\n\
         let c[i] = if i == 0 then d[1] else d[i-1]*d[i]\nx[i]' = c[i] + c[N-1-i]*mean",
    );
    check_text(
        "index i in 0..N\nstate x[i] = 1, y = 2\nx[i]' = x[i+1] - x[i-1]\nx[0]' = -x[0]\n\
         x[N-1]' = x[0]*y\ny' = x[2] - y",
    );
    check_text(
        "index i, j in 0..N\nstate u[i, j] = 1\nu[i,j]' = u[j,i]\nu[0,j]' = -u[0,j]\nu[i,0]' = u[i,1]*2\n\
         u[0,0]' = 3\nu[0,N-1]' = 1\nu[2,2]' = u[0,0]"
            .replace("u[i,0]' = u[i,1]*2\n", "")
            .as_str(),
    );
    check_text(
        "index i in 0..N\nlet w[i] = i*i/3\nstate x[i] = w[i]\nx[i]' = w[i]*x[i] + w[N-1-i]/3",
    );
}

#[test]
fn indices_as_numbers_stay_exact() {
    check_text("index i in 0..N\nstate x[i] = (i + 1)/3*3\nx[i]' = (i - 2)/7*x[i] + 0.1*i + i^2/9");
    check_text("index i in 0..N\nstate x[i] = 1\nx[i]' = x[i]^(i - 2) + x[i]^(i/2) + 2^(1/2)");
    check_text(
        "index i in 0..N\nstate x[i] = 1\nx[i]' = (-1)^i*x[i]/(i + 1) + mod(i, 3)/7 + floor(i/2)*x[i]",
    );
    check_text(
        "index i in 0..N\nstate x[i] = 1\nx[i]' = if mod(i, 2) == 0 then x[i] else -x[i] + min(i, 3) - max(i, N - i)",
    );
    check_text(
        "index i in 0..N\nstate x[i] = sin(2*pi*i/N)\nx[i]' = sign(i - 3)*x[i]/(2*N) + cos(i)",
    );
    check_text("index i in 0..N\nstate x[i] = 1\nx[i]' = x[mod(3*i + 1, N)] - x[floor(i/2)]");
}

#[test]
fn large_rings_take_no_more_than_small_ones() {
    let lorenz = systems(COLLECTION).into_iter().find(|system| system.name == "Lorenz96");
    let system = lorenz.expect("it is in the collection");
    let lengths: Vec<(usize, usize)> = [10, 10_000, 10_000_000]
        .into_iter()
        .map(|size| {
            let Ok(Roll::Rolled(rolled)) = system.roll(&sizes(&[("N", size)])) else {
                panic!("Lorenz96 rolls at {size}")
            };
            let program = lower_rolled(&rolled.field, Part::Rhs);
            (program.ops().len(), CompiledLoops::new(&program).expect("code").code_len())
        })
        .collect();
    assert_eq!(lengths[0].0, lengths[1].0);
    assert_eq!(lengths[1].0, lengths[2].0);
    assert!(lengths.iter().all(|length| length.1 < 4000), "{lengths:?}");
}

/// What cannot stay rolled says why, and expands.
#[test]
fn what_cannot_stay_rolled_says_so() {
    let refuse = |body: &str, reason: &str| {
        let text = format!("ode S {{\nstructural param N = 5\nindex i, j in 0..N\n{body}\n}}\n");
        let system = &systems(&text)[0];
        match system.roll(&BTreeMap::new()) {
            Ok(Roll::Unrolled { reason: got }) => assert!(got.contains(reason), "{got}"),
            other => panic!("{body}: {other:?}"),
        }
        system.flatten(&BTreeMap::new()).expect("a flat form");
    };
    refuse("state x[i] = 1\nx[i]' = x[i]*sum(j)(j)", "exact");
    refuse("state x[i] = 1\nx[i]' = if mod(i, 2) == 0 then x[i] else x[i-1]", "leave its range");
}
