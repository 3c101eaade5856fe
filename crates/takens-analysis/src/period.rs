//! The dominant period of a trajectory.

use crate::AnalysisError;
use crate::signal::{REST, standardised};
use ndarray::s;
use rustfft::FftPlannerScalar;
use rustfft::num_complex::Complex;
use std::f64::consts::TAU;
use takens_core::TimeGrid;
use takens_integrate::{IntegrateError, Method, Options, Propagator};
use takens_symbolic::{FieldKind, Symbol, VectorField, evaluate};

/// The period at which a system's trajectory varies most.
///
/// The recipe, the same for all systems:
/// 1. A time scale: `hint`, or `2π · std(x) / std(x')` of the slowest component over 2000 steps.
/// 2. After 100 time scales, 16384 samples, 32 to a time scale (for a map: after 1000 iterations, 16384).
/// 3. The linear trend of each component is taken away and its standard deviation made one; components
///    that rest are left out, and a component that wanders (its variance is more than 4 times
///    that within eighths of the time), such as an angle that goes round, is replaced by its differences.
/// 4. The power spectrum, averaged over 7 half-overlapping segments of 4096 samples under a Hann window
///    and summed over components.
/// 5. The frequency at which `frequency · power` is greatest, from 4 oscillations in a segment up: where
///    most of the variance lies in an interval of the *logarithm* of frequency. A parabola through the
///    logarithms of three points refines it.
/// 6. If the period differs from the time scale by more than 4 times it becomes the time scale, and 2 to
///    5 are repeated, at most 3 times.
///
/// Returns the period in units of system time (iterations for a map).
///
/// # Errors
/// [`AnalysisError::Integrate`] if the trajectory ends early, [`AnalysisError::NoPeriod`] if nothing moves.
///
/// # Source
/// For 4: P. D. Welch, IEEE Transactions on Audio and Electroacoustics 15, 70-73 (1967).
pub fn dominant_period(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    hint: Option<f64>,
) -> Result<f64, AnalysisError> {
    let options = Options {
        tolerance: 1e-7,
        method: Method::Dop853,
        max_steps: 2_000_000,
        ..Options::default()
    };
    let propagator = Propagator::new(field, &options)?;
    if field.kind == FieldKind::Map {
        let grid = after(1000.0, 1.0)?;
        return strongest(&propagator, parameters, initial, &grid, 1.0);
    }
    let mut scale = match hint.filter(|hint| *hint > 0.0 && hint.is_finite()) {
        Some(hint) => hint,
        None if field.has_memory() => delay_scale(field, parameters),
        None => time_scale(&propagator, parameters, initial)?,
    };
    for attempt in 0.. {
        let step = scale / PER_SCALE;
        let grid = after(100.0 * scale, step)?;
        let period = strongest(&propagator, parameters, initial, &grid, step)?;
        let ratio = period / scale;
        if attempt == 3 || (0.25..4.0).contains(&ratio) {
            return Ok(period);
        }
        scale = period;
    }
    unreachable!("the fourth attempt is the last")
}

const SAMPLES: usize = 16_384;
const SEGMENT: usize = 4096;
const PER_SCALE: f64 = 32.0;
/// Oscillations in a segment below which a period is not told from a trend.
const SLOWEST: usize = 4;

/// The start, then samples from `transient` on.
fn after(transient: f64, step: f64) -> Result<TimeGrid, AnalysisError> {
    let samples = (0..SAMPLES).map(|index| transient + index as f64 * step);
    let grid = TimeGrid::explicit(std::iter::once(0.0).chain(samples).collect());
    Ok(grid.map_err(IntegrateError::from)?)
}

/// Four of the longest delays, about which delayed feedback goes around; one time unit without delays.
fn delay_scale(field: &VectorField, parameters: &[f64]) -> f64 {
    let lags: Vec<_> = field.delays.iter().map(|delay| delay.lag).collect();
    let bindings = takens_symbolic::Bindings { parameters, ..Default::default() };
    let constant = |symbol: &Symbol| matches!(symbol, Symbol::Parameter(_));
    if !field.graph.symbols(&lags).iter().all(constant) {
        return 1.0;
    }
    let longest = evaluate(&field.graph, &lags, &bindings).into_iter().fold(0.0, f64::max);
    if longest > 0.0 && longest.is_finite() { 4.0 * longest } else { 1.0 }
}

/// The slowest component's `2π · std(x) / std(x')`, from differences over steps, weighted by time.
fn time_scale(
    propagator: &Propagator,
    parameters: &[f64],
    initial: &[f64],
) -> Result<f64, AnalysisError> {
    let (discarded, kept) = (500, 2000);
    let mut walk = propagator.walk(parameters, initial, 0.0)?;
    for _ in 0..discarded {
        walk.step()?;
    }
    let mut states = vec![walk.state().to_vec()];
    let mut steps = Vec::with_capacity(kept);
    for _ in 0..kept {
        walk.step()?;
        steps.push(walk.last_step());
        states.push(walk.state().to_vec());
    }
    let total: f64 = steps.iter().sum();
    let scale = |component: usize| {
        let mean = average(&steps, total, |i| states[i + 1][component]);
        let variance = average(&steps, total, |i| (states[i + 1][component] - mean).powi(2));
        let speed = average(&steps, total, |i| {
            ((states[i + 1][component] - states[i][component]) / steps[i]).powi(2)
        });
        TAU * (variance / speed).sqrt()
    };
    let slowest = (0..propagator.dim())
        .map(scale)
        .filter(|scale| scale.is_finite() && *scale > 0.0)
        .fold(0.0, f64::max);
    if slowest > 0.0 {
        Ok(slowest)
    } else {
        Err(AnalysisError::NoPeriod { reason: "no component moves" })
    }
}

fn average(weights: &[f64], total: f64, value: impl Fn(usize) -> f64) -> f64 {
    weights.iter().enumerate().map(|(i, weight)| weight * value(i)).sum::<f64>() / total
}

/// The period of the strongest oscillation on a grid (its first instant, the start, left out).
fn strongest(
    propagator: &Propagator,
    parameters: &[f64],
    initial: &[f64],
    grid: &TimeGrid,
    step: f64,
) -> Result<f64, AnalysisError> {
    let trajectory = propagator.sample(parameters, initial, grid)?.trajectory;
    let mut power = vec![0.0; SEGMENT / 2];
    let mut moving = false;
    for column in trajectory.values().columns() {
        let size = column.iter().fold(0.0f64, |size, x| size.max(x.abs()));
        if let Some(signal) = standardised(column.slice(s![1..]), REST * size) {
            moving = true;
            add_power(&signal, &mut power);
        }
    }
    if !moving {
        return Err(AnalysisError::NoPeriod { reason: "the trajectory comes to rest" });
    }
    let weighted = |bin: usize| bin as f64 * power[bin];
    let peak = (SLOWEST..power.len() - 1)
        .max_by(|&a, &b| weighted(a).total_cmp(&weighted(b)))
        .expect("a segment has frequencies");
    let [below, here, above] =
        [peak - 1, peak, peak + 1].map(|bin| weighted(bin).max(f64::MIN_POSITIVE).ln());
    let curvature = below - 2.0 * here + above;
    let shift = if curvature < 0.0 { 0.5 * (below - above) / curvature } else { 0.0 };
    Ok(SEGMENT as f64 * step / (peak as f64 + shift.clamp(-0.5, 0.5)))
}

/// Adds the power of each positive frequency, averaged over segments.
fn add_power(signal: &[f64], power: &mut [f64]) {
    // The scalar transform: the same bits whatever instructions the processor has.
    let transform = FftPlannerScalar::new().plan_fft_forward(SEGMENT);
    let window: Vec<f64> =
        (0..SEGMENT).map(|i| 0.5 - 0.5 * (TAU * i as f64 / SEGMENT as f64).cos()).collect();
    let starts = (0..=signal.len() - SEGMENT).step_by(SEGMENT / 2);
    for start in starts {
        let mut segment: Vec<Complex<f64>> = signal[start..start + SEGMENT]
            .iter()
            .zip(&window)
            .map(|(x, weight)| Complex::new(x * weight, 0.0))
            .collect();
        transform.process(&mut segment);
        for (power, value) in power.iter_mut().zip(&segment) {
            *power += value.norm_sqr();
        }
    }
}
