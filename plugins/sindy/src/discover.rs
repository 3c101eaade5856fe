//! From data to equations: derivatives, thresholded fits, and the correction of differences.

use crate::derivative::{REACH, Slopes, differentiate, noise};
use crate::library::{Library, count};
use crate::model::Model;
use crate::sparse::{Blocks, Fit, ROUNDING, choose, thresholded};
use ndarray::{Array2, ArrayView2};
use takens_plugin::{Call, Dataset, Fault, NoiseKind, TimeKind};

/// Samples that the regression looks at, thinned evenly.
const MOST_SAMPLES: usize = 2500;
/// Terms that a library may have.
const MOST_TERMS: usize = 300;
/// What a term has to lower the logarithm of the squared error by. On 80 polynomial systems, one
/// trajectory of 1000 samples each, 0.1 finds 61 exact supports at noise of 0.1 % and 45 at 1 %, 0.6
/// finds 69 and 59, 0.9 finds 70 and 58; on clean data it hardly matters (78).
const PRICE: f64 = 0.6;
/// Half-widths tried for smoothing, in samples.
const WINDOWS: [usize; 9] = [4, 6, 8, 11, 15, 20, 27, 36, 48];
/// Degree of the local polynomials that smooth.
const SMOOTH_DEGREE: usize = 4;
/// Times that differences are corrected with the equations found.
const CORRECTIONS: usize = 8;

/// What was found: for each component, the fits of all thresholds and the one chosen.
pub(crate) struct Discovery {
    pub(crate) library: Library,
    pub(crate) paths: Vec<Vec<Fit>>,
    pub(crate) chosen: Vec<usize>,
    /// Standard deviation of each component.
    pub(crate) scale: Vec<f64>,
}

impl Discovery {
    /// The equations that were chosen.
    pub(crate) fn model(&self) -> Model {
        self.model_of(&self.chosen)
    }

    /// The equations at some place of each path.
    pub(crate) fn model_of(&self, places: &[usize]) -> Model {
        let fits = self.paths.iter().zip(places);
        Model { equations: fits.map(|(path, &k)| path[k].sum.clone()).collect() }
    }

    fn supports(&self) -> Vec<Vec<usize>> {
        let fits = self.paths.iter().zip(&self.chosen).map(|(path, &k)| &path[k].sum);
        fits.map(|sum| sum.iter().map(|term| term.0).collect()).collect()
    }

    fn loss(&self) -> f64 {
        self.paths.iter().zip(&self.chosen).map(|(path, &k)| path[k].loss).sum()
    }
}

/// Finds equations for `data` over monomials up to `degree`.
///
/// With a `threshold`, every term whose absence would cost less than that share of the derivative
/// goes; without, a term stays if it pays on data held out.
///
/// # Errors
/// [`Fault::InvalidData`] if there is too little of it; what [`Call::check`] says.
pub(crate) fn discover(
    data: &Dataset,
    degree: usize,
    threshold: Option<f64>,
    call: &Call,
) -> Result<Discovery, Fault> {
    let map = data.time == TimeKind::Discrete;
    data.require(if map { 3 } else { 2 * REACH + 3 })?;
    let series: Vec<ArrayView2<f64>> = data.series.iter().map(|s| s.values.view()).collect();
    let scale = deviations(&series);
    let sigma = if map { vec![0.0; data.dim()] } else { noise_of(data, &series, &scale) };
    let noisy = sigma.iter().any(|s| *s > 0.0);
    let times: Vec<Vec<f64>> = data.series.iter().map(|s| s.grid.iter().collect()).collect();
    let (reach, smoothness) = match (noisy, map) {
        (true, _) => (window(&times, &series, &sigma), SMOOTH_DEGREE),
        (false, false) => (REACH, 2 * REACH),
        (false, true) => (0, 0),
    };
    let parts: Vec<Slopes> = if map {
        series.iter().map(|values| next_states(*values)).collect()
    } else {
        let pairs = times.iter().zip(&series);
        pairs.map(|(times, values)| differentiate(times, *values, reach, smoothness)).collect()
    };
    let samples: usize = parts.iter().map(|part| part.states.nrows()).sum();
    let every = samples.div_ceil(MOST_SAMPLES).max(1);
    let rows: Vec<(usize, usize)> = parts
        .iter()
        .enumerate()
        .flat_map(|(k, part)| (0..part.states.nrows()).map(move |row| (k, row)))
        .step_by(every)
        .collect();
    let affordable = |q: &usize| count(data.dim(), *q) <= MOST_TERMS.min(rows.len() / 3);
    let degree = (0..=degree).rev().find(affordable).unwrap_or(0);
    let library = Library::new(data.dim(), degree);
    call.log(
        takens_plugin::Level::Info,
        &format!(
            "{} terms, degree {degree}, half-window {reach}, noise {sigma:?}",
            library.terms.len()
        ),
    );
    let take = |of: fn(&Slopes) -> &Array2<f64>| -> Vec<Vec<f64>> {
        rows.iter().map(|&(k, row)| of(&parts[k]).row(row).to_vec()).collect()
    };
    let (measured, slopes) = (take(|part| &part.states), take(|part| &part.slopes));
    let mut found = regress(&library, &measured, &slopes, threshold, &scale, call)?;
    if map {
        return Ok(found);
    }
    let (mut states, mut corrected) = (measured.clone(), slopes.clone());
    for _ in 0..CORRECTIONS {
        let model = found.model();
        for (index, &(k, row)) in rows.iter().enumerate() {
            if index % 64 == 0 {
                call.check()?;
            }
            let centre = row + reach;
            let around = &times[k][centre - reach..=centre + reach];
            let smoother =
                Smoother { model: &model, library: &library, around, degree: smoothness };
            match smoother.bias(&states[index], &scale) {
                Some((state, slope)) => {
                    for c in 0..scale.len() {
                        states[index][c] = measured[index][c] - state[c];
                        corrected[index][c] = slopes[index][c] - slope[c];
                    }
                }
                // Equations that cannot be followed that far correct nothing.
                None => return Ok(found),
            }
        }
        let next = regress(&library, &states, &corrected, threshold, &scale, call)?;
        let (before, after) = (found.loss(), next.loss());
        let floor = ROUNDING * scale.len() as f64;
        if after.is_nan() || after.max(floor) > 1.01 * before.max(floor) {
            break;
        }
        let settled = next.supports() == found.supports() && after > 0.9 * before;
        found = next;
        if settled {
            break;
        }
    }
    Ok(found)
}

/// What differentiation does to a path of the equations found so far.
struct Smoother<'a> {
    model: &'a Model,
    library: &'a Library,
    /// The instants that go in, an odd number of them.
    around: &'a [f64],
    degree: usize,
}

impl Smoother<'_> {
    /// How wrong the state and the slope come out for the path through `state`, if it can be
    /// followed over all instants.
    fn bias(&self, state: &[f64], scale: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let Self { model, library, around, degree } = *self;
        let reach = around.len() / 2;
        let mut path = Array2::zeros((around.len(), state.len()));
        let mut put = |at: usize, x: &[f64]| {
            path.row_mut(at).iter_mut().zip(x).for_each(|(out, x)| *out = *x);
        };
        put(reach, state);
        let (mut ahead, mut back) = (state.to_vec(), state.to_vec());
        for k in 1..=reach {
            let (up, down) = (reach + k, reach - k);
            model.advance(library, &mut ahead, around[up] - around[up - 1], scale).ok()?;
            model.advance(library, &mut back, around[down] - around[down + 1], scale).ok()?;
            put(up, &ahead);
            put(down, &back);
        }
        let found = differentiate(around, path.view(), reach, degree);
        let mut exact = vec![0.0; state.len()];
        model.evaluate(library, state, &mut exact);
        let less = |found: &Array2<f64>, exact: &[f64]| {
            found.row(0).iter().zip(exact).map(|(found, exact)| found - exact).collect()
        };
        Some((less(&found.states, state), less(&found.slopes, &exact)))
    }
}

fn regress(
    library: &Library,
    states: &[Vec<f64>],
    slopes: &[Vec<f64>],
    threshold: Option<f64>,
    scale: &[f64],
    call: &Call,
) -> Result<Discovery, Fault> {
    let terms = 0..library.terms.len();
    let columns = terms
        .map(|term| states.iter().map(|state| library.value(term, state)).collect())
        .chain((0..scale.len()).map(|c| slopes.iter().map(|slope| slope[c]).collect()))
        .collect();
    call.check()?;
    let blocks = Blocks::new(columns, library.terms.len());
    let mut paths = Vec::with_capacity(scale.len());
    for target in 0..scale.len() {
        call.check()?;
        paths.push(blocks.path(target));
    }
    let chosen = paths
        .iter()
        .map(|path| match threshold {
            Some(least) => thresholded(path, least),
            None => choose(path, PRICE),
        })
        .collect();
    Ok(Discovery { library: library.clone(), paths, chosen, scale: scale.to_vec() })
}

/// States with the next ones in place of slopes.
fn next_states(values: ArrayView2<f64>) -> Slopes {
    let rows = values.nrows() - 1;
    let dim = values.ncols();
    let states = Array2::from_shape_fn((rows, dim), |(row, c)| values[[row, c]]);
    let slopes = Array2::from_shape_fn((rows, dim), |(row, c)| values[[row + 1, c]]);
    Slopes { states, slopes }
}

/// The noise as declared, or as seen where nothing is declared.
fn noise_of(data: &Dataset, series: &[ArrayView2<f64>], scale: &[f64]) -> Vec<f64> {
    let size = |c: usize| {
        let squares = series.iter().flat_map(|v| v.column(c).to_vec()).map(|x| x * x);
        (squares.sum::<f64>() / data.samples() as f64).sqrt()
    };
    match data.noise {
        None => noise(series),
        Some(known) => (0..data.dim())
            .map(|c| match known.kind {
                NoiseKind::Additive => known.level * scale[c],
                NoiseKind::Multiplicative => known.level * size(c),
            })
            .collect(),
    }
}

/// The widest window that smooths away no more than the noise.
fn window(times: &[Vec<f64>], series: &[ArrayView2<f64>], sigma: &[f64]) -> usize {
    let shortest = series.iter().map(ArrayView2::nrows).min().unwrap_or(0);
    let fits = |reach: &usize| 4 * reach < shortest;
    let mut best = WINDOWS[0];
    for reach in WINDOWS.into_iter().filter(fits) {
        let (mut sum, mut count) = (0.0, 0usize);
        for (times, values) in times.iter().zip(series) {
            let smooth = differentiate(times, *values, reach, SMOOTH_DEGREE);
            for (row, states) in smooth.states.rows().into_iter().enumerate() {
                for (c, sigma) in sigma.iter().enumerate().filter(|(_, s)| **s > 0.0) {
                    let rest = (values[[row + reach, c]] - states[c]) / sigma;
                    sum += rest * rest;
                    count += 1;
                }
            }
        }
        // A residual keeps one less the share of the noise that the fit follows: for degree 4,
        // 225 / 64 over the number of points, in the limit of many.
        let kept = (1.0 - 3.5 / (2 * reach + 1) as f64).max(0.3);
        if count > 0 && sum / count as f64 > 1.1 * kept {
            break;
        }
        best = reach;
    }
    best
}

/// Standard deviation of each component over all series; 1 where it is constant.
fn deviations(series: &[ArrayView2<f64>]) -> Vec<f64> {
    (0..series.first().map_or(0, ArrayView2::ncols))
        .map(|c| {
            let values = || series.iter().flat_map(|v| v.column(c).to_vec());
            let count = values().count().max(1) as f64;
            let mean: f64 = values().map(|x| x / count).sum();
            let variance = values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
            if variance > 0.0 && variance.is_finite() { variance.sqrt() } else { 1.0 }
        })
        .collect()
}
