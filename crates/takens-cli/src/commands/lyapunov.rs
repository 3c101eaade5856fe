//! `takens lyapunov`: the full spectrum of one system.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::{parameters, print};
use serde_json::json;
use std::path::PathBuf;
use takens_analysis::{SpectrumOptions, lyapunov_spectrum};
use takens_symbolic::FieldKind;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// Time over which the exponents are averaged (iterations for a map)
    #[arg(long, value_name = "T")]
    t_end: Option<f64>,
    /// A parameter, as name=value (repeatable)
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(files)?;
    let entry = find(&catalog, &arguments.name)?;
    let instance =
        entry.instance(&parameters::parse(&arguments.param)?, None).map_err(Failure::work)?;
    let field = &instance.flat.field;
    let mut options = SpectrumOptions::for_field(field, entry.period());
    if let Some(t_end) = arguments.t_end {
        if !(t_end > 0.0 && t_end.is_finite()) {
            return Err(Failure::usage(format!("--t-end {t_end}: a positive time is needed")));
        }
        options.t_end = t_end;
    }
    let spectrum = lyapunov_spectrum(field, &instance.parameters, &instance.initial, &options)
        .map_err(|error| Failure::Work(format!("{}: {error}", arguments.name)))?;
    if arguments.json {
        return print::json(&json!({
            "system": arguments.name,
            "exponents": spectrum.exponents,
            "standard_errors": spectrum.standard_errors,
            "kaplan_yorke": spectrum.kaplan_yorke,
            "sum": spectrum.sum,
            "mean_divergence": spectrum.mean_divergence,
            "t_end": spectrum.t_end,
            "verdict": spectrum.verdict(),
        }));
    }
    let mut text = format!(
        "{}, averaged over {} {}\n",
        arguments.name,
        spectrum.t_end,
        if field.kind == FieldKind::Map { "iterations" } else { "time units" }
    );
    for (exponent, error) in spectrum.exponents.iter().zip(&spectrum.standard_errors) {
        text += &format!("  {exponent:>12.6} ± {error:.1e}\n");
    }
    let divergence = match spectrum.mean_divergence {
        mean if mean.is_finite() => format!(", mean divergence {mean:.6}"),
        // With delays, the exponents are the first of infinitely many.
        _ => ", more below".into(),
    };
    text += &format!(
        "  sum {:.6}{divergence}\n  Kaplan-Yorke dimension {:.4}\n  {}\n",
        spectrum.sum,
        spectrum.kaplan_yorke,
        spectrum.verdict()
    );
    print::text(&text)
}
