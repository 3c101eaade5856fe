//! What is asked for.

use super::Arguments;
use super::write::Format;
use crate::failure::Failure;
use crate::parameters;
use serde::Serialize;
use takens_integrate::Options;

/// How what is observed differs from what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Noise {
    /// `x + L·std·ξ`, ξ standard normal.
    Gaussian,
    /// `x + L·std·ξ`, ξ uniform with variance one.
    Uniform,
    /// `x·(1 + L·ξ)`, ξ standard normal.
    Multiplicative,
}

/// A dataset, but for its systems.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Recipe {
    /// Samples in a dominant period.
    pub(super) per_period: f64,
    /// Names and lengths.
    pub(super) splits: Vec<(String, usize)>,
    pub(super) noise: f64,
    pub(super) noise_kind: Noise,
    pub(super) univariate: bool,
    pub(super) standardize: bool,
    pub(super) tolerance: f64,
    pub(super) seed: u64,
    pub(super) format: Format,
}

/// So many samples a split may have.
const MOST: usize = 100_000_000;

impl Recipe {
    pub(super) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let per_period = match arguments.granularity.as_str() {
            "coarse" => 15.0,
            "fine" => 100.0,
            text => text.parse().ok().filter(|value| (1.0..=1e6).contains(value)).ok_or_else(|| {
                Failure::usage(format!(
                    "--granularity {text:?}: coarse, fine or a number of samples in a period, from 1 to 1e6"
                ))
            })?,
        };
        let noise = arguments.noise;
        if !(noise >= 0.0 && noise.is_finite()) {
            return Err(Failure::usage(format!("--noise {noise}: a level from zero up is needed")));
        }
        let (low, high) = Options::TOLERANCES;
        if !(low..=high).contains(&arguments.tol) {
            return Err(Failure::usage(format!(
                "--tol {}: a tolerance from {low:e} to {high} is accepted",
                arguments.tol
            )));
        }
        Ok(Self {
            per_period,
            splits: splits(&arguments.split)?,
            noise,
            noise_kind: arguments.noise_kind,
            univariate: arguments.univariate,
            standardize: arguments.standardize,
            tolerance: arguments.tol,
            seed: arguments.seed,
            format: arguments.format,
        })
    }
}

fn splits(text: &str) -> Result<Vec<(String, usize)>, Failure> {
    let mut splits: Vec<(String, usize)> = Vec::new();
    for part in text.split(',') {
        let wrong = || {
            Failure::usage(format!(
                "--split {part:?}: write NAME=N with N from 2 to {MOST}, as in train=1000,test=200"
            ))
        };
        let (name, length) = part.split_once('=').ok_or_else(wrong)?;
        let name = name.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let length: usize = parameters::count(length.trim()).map_err(|_| wrong())?;
        if name.is_empty() || !name.chars().all(plain) || !(2..=MOST).contains(&length) {
            return Err(wrong());
        }
        if splits.iter().any(|(known, _)| known == name) {
            return Err(Failure::usage(format!("--split {text:?}: {name} is there twice")));
        }
        splits.push((name.to_owned(), length));
    }
    Ok(splits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_names_and_lengths() {
        let read = splits("train=1e3, test=2").expect("two splits");
        assert_eq!(read, [("train".to_owned(), 1000), ("test".to_owned(), 2)]);
        for wrong in ["", "train", "train=", "train=1", "a=5,a=6", "../x=5", "train=1e12"] {
            assert!(splits(wrong).is_err(), "{wrong}");
        }
    }
}
