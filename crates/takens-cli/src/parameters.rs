//! Numbers on the command line: `--param k=v`, `--state 1,2,3`, `--points 1e6`.

use crate::failure::Failure;
use crate::print::number;
use serde_json::Value;
use std::collections::BTreeMap;
use takens_integrate::Options;

/// The parameters given by `--param`, by name: a number, or JSON for vectors and matrices.
///
/// # Errors
/// [`Failure::Usage`] for text that is not `name=value`, or a name given twice.
pub(crate) fn parse(given: &[String]) -> Result<BTreeMap<String, Value>, Failure> {
    let mut parameters = BTreeMap::new();
    for text in given {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--param {text:?}: write name=value, as in --param rho=28"))
        })?;
        let number =
            serde_json::from_str(value).ok().or_else(|| value.parse::<f64>().ok().map(Value::from));
        let number: Value = number.filter(|value: &Value| !value.is_null()).ok_or_else(|| {
            Failure::usage(format!(
                "--param {text:?}: {value:?} is neither a number nor an array such as [1, 2]"
            ))
        })?;
        if parameters.insert(name.trim().to_string(), number).is_some() {
            return Err(Failure::usage(format!("--param {name} is given twice")));
        }
    }
    Ok(parameters)
}

/// What every run of a trajectory is given.
///
/// # Errors
/// [`Failure::Usage`] for a tolerance that no integrator accepts, and times that are none.
pub(crate) fn check_run(tol: f64, transient: f64, t_end: Option<f64>) -> Result<(), Failure> {
    let (low, high) = Options::TOLERANCES;
    if !(low..=high).contains(&tol) {
        return Err(Failure::usage(format!(
            "--tol {}: a tolerance from {} to {} is accepted",
            number(tol),
            number(low),
            number(high)
        )));
    }
    for (option, time) in [("--transient", Some(transient)), ("--t-end", t_end)] {
        if let Some(time) = time
            && !(time >= 0.0 && time.is_finite())
        {
            return Err(Failure::usage(format!("{option} {time}: a time from zero up is needed")));
        }
    }
    Ok(())
}

/// A list of numbers, separated by commas.
///
/// # Errors
/// [`Failure::Usage`] naming the part that is no number.
pub(crate) fn numbers(option: &str, text: &str) -> Result<Vec<f64>, Failure> {
    text.split(',')
        .map(|part| {
            let part = part.trim();
            part.parse().map_err(|_| {
                Failure::usage(format!("{option}: {part:?} is not a number; write 1,2,3"))
            })
        })
        .collect()
}

/// A whole number from zero up, also written as `1e6`.
///
/// # Errors
/// What is wanted, if the text is something else.
pub(crate) fn count<T: std::str::FromStr + TryFrom<u64>>(text: &str) -> Result<T, String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let rounded = || {
        let value = text.parse::<f64>().ok()?;
        let whole = value.fract() == 0.0 && (0.0..=EXACT).contains(&value);
        whole.then(|| T::try_from(value as u64).ok()).flatten()
    };
    text.parse()
        .ok()
        .or_else(rounded)
        .ok_or_else(|| "a whole number from zero up is needed, such as 1000 or 1e6".into())
}
