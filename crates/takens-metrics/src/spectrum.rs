//! Hellinger distances between power spectra, which compare rhythms and not phases.

use crate::context::moments;
use crate::{Direction, MetricInfo, Pair};
use ndarray::ArrayView1;
use rustfft::{FftPlanner, num_complex::Complex};
use takens_core::math;

/// Width of the smoothing of [`hellinger_smoothed`], in frequency bins.
const SMOOTHING: f64 = 20.0;
/// Frequency bins that [`hellinger_raw_bins`] looks at.
const RAW_BINS: usize = 100;

pub(crate) const HELLINGER: MetricInfo = MetricInfo {
    id: "hellinger",
    direction: Direction::LowerIsBetter,
    range: (0.0, 1.0),
    summary: "Hellinger distance of power spectra, not smoothed, mean over components",
    compute: |pair, _| Ok(hellinger(pair)),
};

pub(crate) const HELLINGER_DYSTS: MetricInfo = MetricInfo {
    id: "hellinger_dysts",
    direction: Direction::LowerIsBetter,
    range: (0.0, 1.0),
    summary: "Hellinger distance of the first 100 bins of raw power spectra, mean included",
    compute: |pair, _| Ok(hellinger_raw_bins(pair)),
};

pub(crate) const D_H: MetricInfo = MetricInfo {
    id: "d_h",
    direction: Direction::LowerIsBetter,
    range: (0.0, 1.0),
    summary: "Hellinger distance of power spectra smoothed by 20 bins, mean over components",
    compute: |pair, _| Ok(hellinger_smoothed(pair)),
};

/// Hellinger distance `√(1 - Σ √(p q))` between the power spectra of truth and forecast, mean over
/// components.
///
/// Each series is standardised by its own mean and deviation; a spectrum is the squared modulus of
/// its real Fourier transform, divided by its sum.
///
/// From 0 to 1. A constant series has no spectrum: the distance is 0 between two of them and 1 to
/// any other. A component in which the forecast is not finite counts 1.
///
/// # Source
/// J. Mikhaeil, Z. Monfared, D. Durstewitz, NeurIPS 35 (2022).
#[must_use]
pub fn hellinger(pair: &Pair) -> f64 {
    pair.component_mean(|truth, forecast| distance(spectrum(truth), spectrum(forecast)))
}

/// D_H: [`hellinger`] with spectra smoothed by a Gaussian of 20 frequency bins (cut off at four
/// widths, reflected at the edges) before they are divided by their sums.
///
/// From 0 to 1; edge cases as [`hellinger`]. Series of a few hundred samples have too few bins for
/// this smoothing: it compares attractors over thousands.
///
/// # Source
/// J. Mikhaeil, Z. Monfared, D. Durstewitz, NeurIPS 35 (2022); the width as in F. Hess,
/// Z. Monfared, M. Brenner, D. Durstewitz, ICML (2023).
#[must_use]
pub fn hellinger_smoothed(pair: &Pair) -> f64 {
    let smooth_spectrum = |series| spectrum(series).map(|power| smooth(&power, SMOOTHING));
    pair.component_mean(|truth, forecast| {
        distance(smooth_spectrum(truth), smooth_spectrum(forecast))
    })
}

/// [`hellinger`] as dysts has it: series neither centred nor scaled, the first 100 bins alone.
///
/// From 0 to 1; edge cases as [`hellinger`], but a constant series other than zero does have a
/// spectrum, its mean. Kept for comparison with published scores: the mean of a component that is
/// far from zero outweighs all its motion.
///
/// # Source
/// W. Gilpin, Physical Review Research 5, 043252 (2023), as in the dysts library.
#[must_use]
pub fn hellinger_raw_bins(pair: &Pair) -> f64 {
    let raw_spectrum = |series: ArrayView1<f64>| {
        let mut power = power(series.iter().copied());
        power.truncate(RAW_BINS);
        power.iter().all(|x| x.is_finite()).then_some(power)
    };
    pair.component_mean(|truth, forecast| distance(raw_spectrum(truth), raw_spectrum(forecast)))
}

/// Power over non-negative frequencies of the standardised series; zero throughout for a constant
/// one, nothing for one that is not finite.
fn spectrum(series: ArrayView1<f64>) -> Option<Vec<f64>> {
    let (mean, std) = moments(series.iter().copied());
    if !std.is_finite() {
        return None;
    }
    let bins = series.len() / 2 + 1;
    if std == 0.0 {
        return Some(vec![0.0; bins]);
    }
    let mut power = power(series.iter().map(|x| (x - mean) / std));
    power.truncate(bins);
    Some(power)
}

fn power(series: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut buffer: Vec<Complex<f64>> = series.map(|x| Complex::new(x, 0.0)).collect();
    FftPlanner::new().plan_fft_forward(buffer.len()).process(&mut buffer);
    buffer.iter().map(Complex::norm_sqr).collect()
}

fn distance(truth: Option<Vec<f64>>, forecast: Option<Vec<f64>>) -> f64 {
    let (Some(p), Some(q)) = (truth, forecast) else { return 1.0 };
    let (sum_p, sum_q): (f64, f64) = (p.iter().sum(), q.iter().sum());
    match (sum_p > 0.0, sum_q > 0.0) {
        (true, true) => {
            // 1 - Σ √(p q), written so that equal spectra give exactly zero.
            let squares = p.iter().zip(&q).map(|(p, q)| {
                let difference = (p / sum_p).sqrt() - (q / sum_q).sqrt();
                difference * difference
            });
            (0.5 * squares.sum::<f64>()).min(1.0).sqrt()
        }
        (false, false) => 0.0,
        _ => 1.0,
    }
}

/// Convolution with a Gaussian of width `sigma`, cut off at `4 · sigma`, the values reflected about
/// their edges (`c b a | a b c | c b a`).
fn smooth(values: &[f64], sigma: f64) -> Vec<f64> {
    let reach = (4.0 * sigma + 0.5) as isize;
    let kernel: Vec<f64> =
        (-reach..=reach).map(|k| math::exp(-0.5 * (k as f64 / sigma).powi(2))).collect();
    let weight: f64 = kernel.iter().sum();
    let len = values.len() as isize;
    let at = |index: isize| {
        let folded = index.rem_euclid(2 * len);
        values[if folded < len { folded } else { 2 * len - 1 - folded } as usize]
    };
    (0..len)
        .map(|centre| {
            let sum: f64 =
                kernel.iter().zip(-reach..).map(|(k, offset)| k * at(centre + offset)).sum();
            sum / weight
        })
        .collect()
}
