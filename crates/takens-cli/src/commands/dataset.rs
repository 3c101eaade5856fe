//! `takens dataset`: the collection as trajectories, regenerated bit for bit from a seed.
//!
//! A split of a system is one trajectory that starts after the transient, at a place of its own: the start
//! of the definition displaced at random, by the seed, the system's name and the split. So the splits are
//! independent, and adding a system or a split changes no other. `recipe` says what is asked for,
//! `series` computes one system, `write` puts numbers into files, `manifest` says what is there.

mod manifest;
mod recipe;
mod series;
mod write;

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::print;
use crate::print::note;
use indicatif::{ProgressBar, ProgressStyle};
use manifest::{Made, Manifest};
use rayon::prelude::*;
use recipe::Recipe;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use takens_catalog::Entry;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Names of systems, separated by commas; all if left out
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    systems: Vec<String>,
    /// Samples in a dominant period: coarse (15), fine (100) or a number; a map is sampled at every iteration
    #[arg(long, value_name = "G", default_value = "fine")]
    granularity: String,
    /// Splits and their lengths in samples
    #[arg(long, value_name = "NAME=N,...", default_value = "train=1000,validation=200,test=200")]
    split: String,
    /// Level of the noise on what is observed, in standard deviations of each component
    #[arg(long, value_name = "L", default_value_t = 0.0)]
    noise: f64,
    /// Kind of the noise: gaussian, uniform (of the same variance), or multiplicative (a factor 1 + L·ξ)
    #[arg(long, value_name = "KIND", default_value = "gaussian")]
    noise_kind: recipe::Noise,
    /// Keep one component only: the first that is observed
    #[arg(long)]
    univariate: bool,
    /// Make every component zero on average and of unit variance, by the numbers of the first split
    #[arg(long)]
    standardize: bool,
    /// Tolerance of the integration
    #[arg(long, value_name = "TOL", default_value_t = 1e-10)]
    tol: f64,
    /// Which starts and which noise
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// parquet, npz or csv
    #[arg(long, value_name = "F", default_value = "parquet")]
    format: write::Format,
    /// Threads; all processors if left out
    #[arg(long, value_name = "K")]
    threads: Option<usize>,
    /// The folder, which must not exist or be empty
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Print the manifest
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, catalogs: &[PathBuf]) -> Result<(), Failure> {
    let recipe = Recipe::new(arguments)?;
    let mut known = BTreeSet::new();
    if let Some(twice) = arguments.systems.iter().find(|name| !known.insert(*name)) {
        return Err(Failure::usage(format!("--systems: {twice} is there twice")));
    }
    let catalog = load(catalogs)?;
    let entries: Vec<&Entry> = if arguments.systems.is_empty() {
        catalog.entries().collect()
    } else {
        arguments.systems.iter().map(|name| find(&catalog, name)).collect::<Result<_, _>>()?
    };
    let folder = &arguments.output;
    claim(folder)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads.unwrap_or(0))
        .build()
        .map_err(Failure::work)?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {eta} left")
        .map_err(Failure::work)?;
    let bar = ProgressBar::new(entries.len() as u64).with_style(style);
    let one = |entry: &&Entry| -> Result<(String, Made), Failure> {
        let made = match series::make(entry, &recipe) {
            Ok(series) => Made::Written(Box::new(write::system(folder, &recipe, &series)?)),
            Err(reason) => Made::Skipped(reason),
        };
        bar.set_message(entry.system.name.clone());
        bar.inc(1);
        Ok((entry.system.name.clone(), made))
    };
    let made: Result<Vec<(String, Made)>, Failure> =
        pool.install(|| entries.par_iter().map(one).collect());
    bar.finish_and_clear();
    let manifest = Manifest::new(&recipe, made?);
    for (name, reason) in &manifest.skipped {
        note!("{name}: left out: {reason}");
    }
    // Last of all: a folder with a manifest is complete.
    write::text(&folder.join("manifest.json"), &manifest.to_json())?;
    if arguments.json {
        print::json(&manifest)?;
    } else {
        note!(
            "{} systems in {}, {} left out; hash {}",
            manifest.systems.len(),
            folder.display(),
            manifest.skipped.len(),
            manifest.hash
        );
    }
    if manifest.systems.is_empty() {
        return Err(Failure::Work("no system could be computed".into()));
    }
    Ok(())
}

/// Makes the folder; refuses one in which something is.
fn claim(folder: &Path) -> Result<(), Failure> {
    let refuse = |error: String| Failure::Work(format!("{}: {error}", folder.display()));
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(refuse("the folder is not empty; give another, or remove it".into())),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            std::fs::create_dir_all(folder).map_err(|error| refuse(error.to_string()))
        }
        Err(error) => Err(refuse(error.to_string())),
    }
}
