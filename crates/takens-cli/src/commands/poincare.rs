//! `takens poincare`: where a trajectory crosses a surface.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::files::{self, Format};
use crate::{parameters, print};
use serde::Serialize;
use std::path::PathBuf;
use takens_dsl::parse_expressions;
use takens_integrate::{Crossings, Options, Section, crossings};
use takens_symbolic::{Direction, ExprId, Symbol, VectorField};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// The surface, as z=27 or x+y=0; an expression alone is zero there. States, parameters and t are known
    #[arg(long, value_name = "EXPR[=EXPR]", allow_hyphen_values = true)]
    section: String,
    /// Crossings from below to above (up: left side minus right side rises), from above to below, or both
    #[arg(long, value_enum, default_value_t = Side::Both)]
    direction: Side,
    /// Number of crossings
    #[arg(long, value_name = "N", default_value = "100", value_parser = parameters::count::<u64>)]
    count: u64,
    /// Time before which crossings do not count
    #[arg(long, value_name = "T", default_value_t = 0.0)]
    transient: f64,
    /// Time to give up at; 100 dominant periods a crossing after the transient if left out
    #[arg(long, value_name = "T")]
    t_end: Option<f64>,
    /// Relative and absolute tolerance of a step
    #[arg(long, value_name = "TOL", default_value_t = 1e-9)]
    tol: f64,
    /// Initial state, as 1,2,3
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    ic: Option<String>,
    /// A parameter, as name=value (repeatable)
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// The file: csv, parquet and json have the times, npy the states alone; csv on standard output if left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print steps, evaluations and seconds as JSON
    #[arg(long, requires = "output")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    Up,
    Down,
    Both,
}

#[derive(Debug, Serialize)]
struct Report {
    system: String,
    section: String,
    direction: Side,
    count: usize,
    t_first: f64,
    t_last: f64,
    steps: u64,
    rejected: u64,
    evaluations: u64,
    seconds: f64,
}

/// As many numbers as are kept: 2 GiB of them.
const MOST_NUMBERS: u64 = 1 << 28;

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let format = arguments.output.as_deref().map(Format::of).transpose()?;
    parameters::check_run(arguments.tol, arguments.transient, arguments.t_end)?;
    let catalog = load(files)?;
    let entry = find(&catalog, &arguments.name)?;
    let ic = arguments.ic.as_deref().map(|text| parameters::numbers("--ic", text)).transpose()?;
    let given = parameters::parse(&arguments.param)?;
    let instance = entry.instance(&given, ic.as_ref().map(Vec::len)).map_err(Failure::work)?;
    let start = ic.unwrap_or_else(|| instance.initial.clone());
    let mut field = instance.flat.field;
    let count = count(arguments, &field)?;
    let level = level(&arguments.section, &mut field)?;
    let until = match (arguments.t_end, entry.period()) {
        (Some(until), _) => until,
        (None, Some(period)) => arguments.transient + 100.0 * period * count as f64,
        (None, None) => {
            return Err(Failure::Work(format!(
                "{} has no dominant period on record; give --t-end, when to give up",
                arguments.name
            )));
        }
    };
    let direction = match arguments.direction {
        Side::Up => Direction::Rising,
        Side::Down => Direction::Falling,
        Side::Both => Direction::Any,
    };
    let section = Section { level, direction, count, from: arguments.transient, until };
    let options = Options { tolerance: arguments.tol, ..Options::default() };
    let begun = std::time::Instant::now();
    let found = crossings(&field, &instance.parameters, &start, &section, &options);
    let Crossings { trajectory, steps, rejected, evaluations } =
        found.map_err(|error| Failure::Work(format!("{}: {error}", arguments.name)))?;
    let seconds = begun.elapsed().as_secs_f64();
    match (&arguments.output, format) {
        (Some(path), Some(format)) => files::write(path, format, &trajectory)?,
        _ => return files::csv(std::io::stdout().lock(), &trajectory).map_err(print::refused),
    }
    if arguments.json {
        print::json(&Report {
            system: arguments.name.clone(),
            section: arguments.section.clone(),
            direction: arguments.direction,
            count,
            t_first: trajectory.grid().time(0),
            t_last: trajectory.grid().time(count - 1),
            steps,
            rejected,
            evaluations,
            seconds,
        })?;
    }
    Ok(())
}

fn count(arguments: &Arguments, field: &VectorField) -> Result<usize, Failure> {
    let most = MOST_NUMBERS / field.dim().max(1) as u64;
    if (1..=most).contains(&arguments.count) {
        Ok(arguments.count as usize)
    } else {
        let count = arguments.count;
        Err(Failure::usage(format!("--count {count}: from 1 to {most} crossings are kept")))
    }
}

/// What is zero on the surface, put into the graph of `field`.
fn level(text: &str, field: &mut VectorField) -> Result<ExprId, Failure> {
    let refuse = |why: &str| Failure::usage(format!("--section {text:?}: {why}"));
    let sides: Vec<&str> = text.split('=').collect();
    let mut levels = Vec::new();
    for side in &sides {
        let (graph, roots) = parse_expressions(side, field).map_err(|faults| {
            let first = faults.iter().find(|fault| fault.is_error());
            refuse(&first.map_or_else(String::new, |fault| fault.message.clone()))
        })?;
        let [root] = roots[..] else {
            return Err(refuse("one expression a side is needed, as in z=27"));
        };
        levels.extend(field.graph.import(&graph, &[root], |graph, symbol| graph.symbol(symbol)));
    }
    let level = match levels[..] {
        [level] => level,
        [left, right] => field.graph.sub(left, right),
        _ => return Err(refuse("one = is needed at most, as in z=27")),
    };
    let moves = |symbol: &Symbol| matches!(symbol, Symbol::State(_) | Symbol::Time);
    if field.graph.symbols(&[level]).iter().any(moves) {
        Ok(level)
    } else {
        Err(refuse("it has neither a state nor t in it, and is never crossed"))
    }
}
