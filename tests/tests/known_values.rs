//! Values from the literature against computed ones.

use std::collections::BTreeMap;
use takens_analysis::Annotation;
use takens_catalog::Catalog;

/// Those of `known` blocks: within the error stated there and four standard errors of ours.
#[test]
fn known_values_are_found_again() {
    let catalog = Catalog::builtin().unwrap();
    let mut compared = 0;
    for entry in catalog.entries() {
        for known in &entry.system.known {
            let name = format!("{} of {}", known.name, entry.system.name);
            let annotation = entry.annotation().unwrap_or_else(|| panic!("{name}: no annotation"));
            let (found, errors) = match known.name.as_str() {
                "lyapunov" => (annotation.exponents.clone(), annotation.standard_errors.clone()),
                "kaplan_yorke" => (
                    annotation.kaplan_yorke.into_iter().collect(),
                    annotation.kaplan_yorke_error.into_iter().collect(),
                ),
                _ => continue,
            };
            let Some(values) = &known.values else { continue };
            assert!(values.len() <= found.len(), "{name}: {} computed", found.len());
            for (place, value) in values.iter().enumerate() {
                let stated = match known.tolerances.as_slice() {
                    [] => 0.0,
                    [one] => *one,
                    each => each[place],
                };
                let off = (found[place] - value).abs();
                assert!(
                    off <= stated + (4.0 * errors[place]).max(10.0 / annotation.t_end),
                    "{name}: {} ± {}, not {value} ± {stated}",
                    found[place],
                    errors[place]
                );
                compared += 1;
            }
        }
    }
    assert!(compared >= 11, "{compared} compared");
}

struct Published {
    exponent: f64,
    kaplan_yorke: Option<f64>,
    independent: Option<(f64, f64)>,
    why: String,
}

fn published() -> BTreeMap<String, Published> {
    let text = include_str!("../reference/published_exponents.csv");
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let [name, exponent, dimension, independent, error, why] = cells[..] else {
                panic!("{line}: six cells are wanted")
            };
            let number = |cell: &str| cell.parse::<f64>().ok();
            let independent = number(independent).map(|it| (it, number(error).unwrap_or(0.0)));
            let exponent = number(exponent).unwrap();
            let kaplan_yorke = number(dimension);
            (name.into(), Published { exponent, kaplan_yorke, independent, why: why.into() })
        })
        .collect()
}

/// What is published of the largest exponent agrees within 20 %, or an independent computation agrees with
/// ours in that it does not, or the reason is another one that is named.
#[test]
fn published_exponents_agree_or_it_is_said_why_not() {
    let catalog = Catalog::builtin().unwrap();
    let mut faults = Vec::new();
    let mut compared = 0;
    for (name, published) in published() {
        let entry = catalog.get(&name).unwrap_or_else(|| panic!("{name} is not in the collection"));
        let annotation = entry.annotation().unwrap_or_else(|| panic!("{name}: no annotation"));
        let Some((own, error)) = largest(annotation) else { continue };
        compared += 1;
        let near = (published.exponent - own).abs() <= 0.2 * own.abs();
        let again = published.independent.map(|(value, its)| {
            (value - own).abs() <= (4.0 * error.hypot(its)).max(10.0 / annotation.t_end)
        });
        let fault = match (published.why.as_str(), near, again) {
            ("", true, _) | ("departs" | "transient" | "escapes", ..) => continue,
            ("overestimated", _, Some(true)) if published.exponent > own => continue,
            ("underestimated", _, Some(true)) if published.exponent < own => continue,
            ("not chaotic", _, Some(true)) if !annotation.verdict.is_chaotic() => continue,
            (why, ..) => format!(
                "{name}: {own} ± {error} ({}), published {}, independent {:?}, why {why:?}",
                annotation.verdict, published.exponent, published.independent
            ),
        };
        faults.push(fault);
    }
    assert!(compared >= 125, "{compared} compared");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Systems whose published Kaplan-Yorke dimension is another one although the largest exponent is right, and
/// what is the matter.
const OTHER_DIMENSIONS: [(&str, &str); 9] = [
    ("AtmosphericRegime", "2.19 for 2.01, without a spectrum that would show how"),
    ("ForcedBrusselator", "1.19: the spectrum published beside it has no zero exponent"),
    (
        "IkedaDelay",
        "8.28 for 16.7, from ten exponents, which cannot tell of more than ten dimensions",
    ),
    ("Lorenz84", "2.45 for 2.16, from a spectrum whose largest exponent is another"),
    ("Lorenz96", "3.17 for 2.75: the spectrum published beside it has no zero exponent"),
    ("LorenzCoupled", "3.04 for 2.88: the spectrum published beside it has no zero exponent"),
    ("NuclearQuadrupole", "4.28 is above the dimension of the state, 4"),
    ("TurchinHanski", "1.21: the spectrum published beside it has no zero exponent"),
    (
        "VossDelay",
        "8.14 for 22.6, from ten exponents, which cannot tell of more than ten dimensions",
    ),
];

/// Where the exponent is right the dimension is within 0.1, or the system is named.
#[test]
fn published_dimensions_agree_or_are_named() {
    let catalog = Catalog::builtin().unwrap();
    let mut faults = Vec::new();
    let mut compared = 0;
    for (name, published) in published() {
        let entry = catalog.get(&name).unwrap_or_else(|| panic!("{name} is not in the collection"));
        let annotation = entry.annotation().unwrap_or_else(|| panic!("{name}: no annotation"));
        let (Some(own), Some(value)) = (annotation.kaplan_yorke, published.kaplan_yorke) else {
            continue;
        };
        if !published.why.is_empty() {
            continue;
        }
        compared += 1;
        let error = annotation.kaplan_yorke_error.unwrap_or(0.0);
        let near = (own - value).abs() <= 0.1 + 4.0 * error;
        if near == OTHER_DIMENSIONS.iter().any(|other| other.0 == name) {
            faults.push(format!("{name}: {own} ± {error}, published {value}"));
        }
    }
    assert!(compared >= 45, "{compared} compared");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn largest(annotation: &Annotation) -> Option<(f64, f64)> {
    Some((*annotation.exponents.first()?, *annotation.standard_errors.first()?))
}
