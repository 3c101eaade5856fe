//! `takens discover`: equations from data, beside the truth and the verdict.

use crate::catalog::{find, load};
use crate::commands::document::expression;
use crate::failure::Failure;
use crate::{parameters, print};
use serde_json::json;
use std::path::PathBuf;
use takens_host::{DiscoveryData, Judged, Limits, discover};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// Id of the method
    #[arg(long, value_name = "M")]
    method: String,
    /// Parameters of the method, a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    parameters: String,
    /// Standard deviation of noise, in root mean squares of each component
    #[arg(long, value_name = "L", default_value_t = 0.0)]
    noise: f64,
    /// Trajectories given to the method
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = parameters::count::<usize>)]
    trajectories: usize,
    /// Samples in each trajectory
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = parameters::count::<usize>)]
    points: usize,
    /// Samples in one dominant period
    #[arg(long, value_name = "P", default_value_t = 100.0)]
    per_period: f64,
    /// Seed of noise and method
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Wall seconds that the method may take
    #[arg(long, value_name = "S", default_value_t = 600.0)]
    wall: f64,
    /// A folder of plugins, searched first (repeatable)
    #[arg(long, value_name = "DIR")]
    plugin_dir: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    check(arguments)?;
    let catalog = load(files)?;
    let entry = find(&catalog, &arguments.name)?;
    let plugins = crate::commands::plugin::scan(&arguments.plugin_dir)?;
    let data = DiscoveryData {
        trajectories: arguments.trajectories,
        points: arguments.points,
        per_period: arguments.per_period,
        noise: arguments.noise,
        seed: arguments.seed,
    };
    let limits = Limits { wall_seconds: arguments.wall, ..Limits::default() };
    let worker = crate::commands::worker_command()?;
    let found = discover(
        entry,
        &arguments.method,
        &arguments.parameters,
        &data,
        &limits,
        &plugins,
        &worker,
    )
    .map_err(Failure::work)?;
    let choice = &found.candidates[0];
    if arguments.json {
        let verdict = choice.verdict.as_ref();
        return print::json(&json!({
            "system": arguments.name,
            "method": arguments.method,
            "equations": choice.equations,
            "level": verdict.map(|verdict| verdict.level).ok(),
            "certainty": verdict.map(|verdict| verdict.certainty).ok(),
            "verdict": verdict.ok(),
            "error": verdict.err(),
            "scores": choice.scores,
            "complexity": choice.complexity,
            "loss": choice.loss,
            "front": found.candidates,
            "data": data,
            "seconds": found.seconds,
            "cpu_seconds": found.cpu_seconds,
        }));
    }
    let flat = entry.flatten().map_err(Failure::work)?;
    let mark = if entry.system.kind.keyword() == "map" { "next " } else { "" };
    let prime = if mark.is_empty() { "'" } else { "" };
    let mut text =
        format!("{} found by {} in {:.2} s\n\n", arguments.name, arguments.method, found.seconds);
    for ((name, rhs), equation) in
        flat.field.states.iter().zip(&flat.field.rhs).zip(&choice.equations)
    {
        text += &format!(
            "  {mark}{name}{prime} = {equation}\n    truth: {}\n",
            expression(&flat, *rhs)
        );
    }
    text += "\n";
    text += &match &choice.verdict {
        Ok(verdict) => crate::commands::judge::describe(&flat.field, verdict),
        Err(message) => format!("no verdict: {message}\n"),
    };
    text += &front(&found.candidates);
    print::text(&text)
}

/// The other candidates, a line each.
fn front(candidates: &[Judged]) -> String {
    if candidates.len() < 2 {
        return String::new();
    }
    let mut text = String::from("\nall candidates, the method's choice first:\n");
    for candidate in candidates {
        let level = candidate
            .verdict
            .as_ref()
            .map_or_else(|_| "none".to_string(), |verdict| verdict.level.to_string());
        text += &format!(
            "  {level:<5} complexity {:<6} loss {:.3e}\n",
            candidate.complexity, candidate.loss
        );
    }
    text
}

fn check(arguments: &Arguments) -> Result<(), Failure> {
    let parameters =
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&arguments.parameters);
    if let Err(error) = parameters {
        return Err(Failure::usage(format!("--parameters: a JSON object is needed ({error})")));
    }
    if !(arguments.noise >= 0.0 && arguments.noise.is_finite()) {
        return Err(Failure::usage(format!(
            "--noise {}: zero or a positive number is needed",
            arguments.noise
        )));
    }
    if !(1..=10_000).contains(&arguments.trajectories) {
        return Err(Failure::usage(format!(
            "--trajectories {}: between 1 and 10,000 are accepted",
            arguments.trajectories
        )));
    }
    if !(1..=10_000_000).contains(&arguments.points) {
        return Err(Failure::usage(format!(
            "--points {}: between 1 and 10,000,000 are accepted",
            arguments.points
        )));
    }
    if !(arguments.per_period > 0.0 && arguments.per_period.is_finite()) {
        return Err(Failure::usage(format!(
            "--per-period {}: a positive number is needed",
            arguments.per_period
        )));
    }
    if !(arguments.wall > 0.0 && arguments.wall <= 1e7) {
        return Err(Failure::usage(format!(
            "--wall {}: a positive number up to 1e7 is needed",
            arguments.wall
        )));
    }
    Ok(())
}
