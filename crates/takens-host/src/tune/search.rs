//! In which order parameters are tried, for how long, and which win.

use super::{Strategy, Tuning};
use serde::Serialize;
use serde_json::{Map, Value};

/// Of so many, one goes on to the next rung, with so many times the training part.
///
/// # Source
/// L. Li et al., Hyperband, Journal of Machine Learning Research 18 (2018), section 3, where 3 or 4 is
/// advised.
const KEEP_ONE_OF: usize = 3;
/// Rungs of successive halving: on a ninth, on a third, and on all of the training part.
const RUNGS: i32 = 3;

/// One trial.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Trial {
    pub(crate) parameters: Map<String, Value>,
    /// The part of the training data that it was given.
    pub(crate) part: f64,
    /// The lower, the better; none if it failed.
    pub(crate) loss: Option<f64>,
    pub(crate) cpu_seconds: f64,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// The best parameters; the first candidate if all failed.
    pub(crate) chosen: Map<String, Value>,
    pub(crate) trials: Vec<Trial>,
}

/// Tries candidates until the budget is spent, and chooses.
///
/// `attempt` is told the parameters, the part of the training data, and the processor seconds that are
/// left; it tells the loss and the seconds that were spent. At least one candidate is tried on all data.
///
/// # Errors
/// The first error of `attempt`.
pub(crate) fn search<E>(
    tuning: &Tuning,
    candidates: Vec<Map<String, Value>>,
    mut attempt: impl FnMut(&Map<String, Value>, f64, f64) -> Result<(Option<f64>, f64), E>,
) -> Result<Outcome, E> {
    let mut chosen = candidates[0].clone();
    let mut trials = Vec::new();
    if candidates.len() == 1 {
        return Ok(Outcome { chosen, trials });
    }
    let rungs = if tuning.by == Strategy::Halving { RUNGS } else { 1 };
    let mut going = candidates;
    let mut spent = 0.0;
    for rung in 0..rungs {
        let part = (KEEP_ONE_OF as f64).powi(rung + 1 - rungs);
        // Each rung has an equal share, and what those before it left over.
        let share = tuning.cpu_seconds * f64::from(rung + 1) / f64::from(rungs);
        let mut ranked: Vec<(f64, Map<String, Value>)> = Vec::new();
        for (number, parameters) in going.into_iter().enumerate() {
            if spent >= share && number > 0 {
                break;
            }
            let left = (share - spent).max(tuning.cpu_seconds / f64::from(10 * rungs));
            let (loss, cpu_seconds) = attempt(&parameters, part, left)?;
            spent += cpu_seconds;
            if let Some(loss) = loss {
                ranked.push((loss, parameters.clone()));
            }
            trials.push(Trial { parameters, part, loss, cpu_seconds });
        }
        // Of equals, the one that was tried first.
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, best)) = ranked.first() {
            chosen.clone_from(best);
        }
        let stay = ranked.len().div_ceil(KEEP_ONE_OF);
        going = ranked.into_iter().take(stay).map(|(_, parameters)| parameters).collect();
        if going.is_empty() {
            // Too little data for anyone, perhaps; the defaults are tried on more.
            going.push(chosen.clone());
        }
    }
    Ok(Outcome { chosen, trials })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// Candidates 0 to 8, of which `loss` tells how bad each is on how much data.
    fn outcome(
        by: Strategy,
        cpu_seconds: f64,
        loss: impl Fn(i64, f64) -> Option<f64>,
    ) -> (i64, Vec<(i64, f64)>) {
        let tuning = Tuning { by, cpu_seconds, ..Tuning::default() };
        let candidate = |number: i64| Map::from_iter([("n".to_string(), Value::from(number))]);
        let number = |map: &Map<String, Value>| map["n"].as_i64().unwrap();
        let found = search(&tuning, (0..9).map(candidate).collect(), |map, part, left| {
            assert!(left > 0.0);
            Ok::<_, Infallible>((loss(number(map), part), part))
        });
        let found = found.unwrap_or_else(|never| match never {});
        let trials = found.trials.iter().map(|trial| (number(&trial.parameters), trial.part));
        (number(&found.chosen), trials.collect())
    }

    #[test]
    fn the_best_of_all_is_chosen() {
        let (chosen, trials) =
            outcome(Strategy::Random, 100.0, |n, _| Some((n as f64 - 5.2).abs()));
        assert_eq!((chosen, trials.len()), (5, 9));
    }

    #[test]
    fn a_budget_ends_the_trials() {
        let (chosen, trials) = outcome(Strategy::Grid, 2.5, |n, _| Some(-n as f64));
        assert_eq!((chosen, trials.len()), (2, 3));
    }

    #[test]
    fn halving_gives_more_data_to_fewer() {
        let loss = |n: i64, _: f64| Some((n as f64 - 7.0).abs());
        let (chosen, trials) = outcome(Strategy::Halving, 9.0, loss);
        let on =
            |wanted: f64| trials.iter().filter(|trial| (trial.1 - wanted).abs() < 1e-9).count();
        assert_eq!((on(1.0 / 9.0), on(1.0 / 3.0), on(1.0)), (9, 3, 1));
        assert_eq!(chosen, 7);
        // The rungs share the budget: those that come late are not starved by those before.
        let (_, trials) = outcome(Strategy::Halving, 1.0, loss);
        assert!(trials.iter().any(|trial| trial.1 == 1.0) && trials.len() < 13, "{trials:?}");
    }

    #[test]
    fn where_all_fail_the_defaults_stay() {
        assert_eq!(outcome(Strategy::Halving, 9.0, |_, _| None).0, 0);
        assert_eq!(outcome(Strategy::Random, 9.0, |_, _| None).0, 0);
    }
}
