//! `takens lyapunov`: the full spectrum of one system.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::print::note;
use crate::{parameters, print};
use serde_json::json;
use std::path::PathBuf;
use takens_analysis::{SpectrumOptions, expected_seconds, lyapunov_spectrum};
use takens_symbolic::FieldKind;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// Time over which the exponents are averaged (iterations for a map)
    #[arg(long, value_name = "T")]
    t_end: Option<f64>,
    /// Only so many exponents, from the greatest, which takes less time in a large system
    #[arg(long, value_name = "K")]
    exponents: Option<usize>,
    /// A parameter, as name=value (repeatable)
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Seconds of silence that want an explanation.
const WORTH_TELLING: f64 = 4.0;

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
    if let Some(count) = arguments.exponents {
        let most = if field.delays.is_empty() { field.dim() } else { usize::MAX };
        if !(1..=most).contains(&count) {
            let all = field.dim();
            return Err(Failure::usage(format!("--exponents {count}: from 1 to {all} there are")));
        }
        options.exponents = Some(count);
    }
    let seconds = expected_seconds(field, &options, entry.period());
    if seconds > WORTH_TELLING {
        let vectors = options.exponents.unwrap_or(field.dim());
        note!(
            "{} of {}, averaged over {}: about {seconds:.0} s; fewer --exponents or a shorter --t-end take less",
            print::counted(vectors, "exponent"),
            arguments.name,
            options.t_end
        );
    }
    let spectrum = lyapunov_spectrum(field, &instance.parameters, &instance.initial, &options)
        .map_err(|error| Failure::Work(format!("{}: {error}", arguments.name)))?;
    // Of a part of the exponents neither sum nor dimension follows.
    // With delays there are infinitely many, and those that matter are computed.
    let whole = match arguments.exponents {
        None => true,
        Some(_) => spectrum.exponents.len() == field.dim() && field.delays.is_empty(),
    };
    if arguments.json {
        return print::json(&json!({
            "system": arguments.name,
            "exponents": spectrum.exponents,
            "standard_errors": spectrum.standard_errors,
            "kaplan_yorke": whole.then_some(spectrum.kaplan_yorke),
            "sum": whole.then_some(spectrum.sum),
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
    if whole {
        let divergence = match spectrum.mean_divergence {
            mean if mean.is_finite() => format!(", mean divergence {mean:.6}"),
            _ => ", more below".into(),
        };
        text += &format!(
            "  sum {:.6}{divergence}\n  Kaplan-Yorke dimension {:.4} ± {:.1e}\n",
            spectrum.sum,
            spectrum.kaplan_yorke,
            spectrum.kaplan_yorke_error()
        );
    }
    text += &format!("  {}\n", spectrum.verdict());
    print::text(&text)
}
