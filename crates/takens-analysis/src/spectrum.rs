//! Lyapunov spectra.

use crate::batches::{Batches, LEAST};
use crate::delay_spectrum::{delay_spectrum, has_delays_alone};
use crate::orthonormal::{log_determinant, orthonormalise};
use crate::relay::gathered_by_series;
use crate::saltation::Surfaces;
use crate::variational::{Linearised, engine};
use crate::{AnalysisError, Verdict};
use takens_core::Stream;
use takens_integrate::{EngineChoice, IntegrateError, Method, Options};
use takens_symbolic::{FieldKind, Node, Symbol, VectorField};

/// All Lyapunov exponents of a flow or map, with standard errors.
///
/// Tangent vectors are carried along the trajectory by the variational equations (by the Jacobian, in a
/// map) and made orthonormal again after every few steps; an exponent is the mean rate at which the
/// logarithm of a diagonal element of the triangular factor grows. Natural logarithms.
///
/// - `parameters`: one value per scalar parameter, in flat order.
/// - `initial`: where the transient starts, at time 0.
///
/// Returns exponents per unit of system time (per iteration), in falling order. A map that is not
/// invertible somewhere has exponents of -708 at the least, the logarithm of the least positive number.
///
/// A flow with delays has infinitely many exponents: the leading ones are computed, as many as the options
/// say or as make their sum negative, 32 at most; its mean divergence is NaN.
///
/// A trajectory that ends early (it escapes, or takes more steps than the options allow) gives the
/// average up to there; [`Spectrum::ended_by`] and [`Spectrum::t_end`] tell.
///
/// # Errors
/// [`AnalysisError::Integrate`] if the trajectory ends before there is an average,
/// [`AnalysisError::TooShort`] if `t_end` is but a few steps, [`AnalysisError::Option`] for options that
/// mean nothing.
///
/// # Source
/// G. Benettin, L. Galgani, A. Giorgilli, J.-M. Strelcyn, Meccanica 15, 9-30 (1980).
pub fn lyapunov_spectrum(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Spectrum, AnalysisError> {
    options.check()?;
    if has_delays_alone(field) {
        return delay_spectrum(field, parameters, initial, options);
    }
    check_memory(field)?;
    check_start(field, parameters, initial)?;
    let linearised = Linearised::new(field);
    let vectors = options.exponents.unwrap_or(field.dim()).min(field.dim());
    let gathered = match field.kind {
        FieldKind::Flow => {
            match gathered_by_series(field, &linearised, vectors, parameters, initial, options)? {
                Some(gathered) => gathered,
                None => of_flow(field, &linearised, vectors, parameters, initial, options)?,
            }
        }
        FieldKind::Map => of_map(field, &linearised, vectors, parameters, initial, options)?,
    };
    let Gathered { batches, ended_by, at_rest, length } = gathered;
    if batches.len() < LEAST {
        return Err(match ended_by {
            Some(error) => error.into(),
            None => AnalysisError::TooShort {
                time: batches.duration(),
                batches: batches.len(),
                least: LEAST,
            },
        });
    }
    let (mut means, mut errors, late) =
        (batches.means(), batches.standard_errors(), batches.late_means());
    let late_errors = batches.late_standard_errors();
    let mean_divergence = means.pop().expect("the divergence is last");
    errors.pop();
    // Neighbours that are equal but for noise come in any order.
    let mut order: Vec<usize> = (0..vectors).collect();
    order.sort_by(|&a, &b| means[b].total_cmp(&means[a]));
    let exponents: Vec<f64> = order.iter().map(|&index| means[index]).collect();
    let mut spectrum = Spectrum {
        sum: exponents.iter().sum(),
        late: late[order[0]],
        late_error: late_errors[order[0]],
        standard_errors: order.iter().map(|&index| errors[index]).collect(),
        exponents,
        t_end: batches.duration(),
        kaplan_yorke: 0.0,
        mean_divergence,
        kind: field.kind,
        driven: is_driven(field),
        at_rest,
        length,
        ended_by,
    };
    spectrum.kaplan_yorke = kaplan_yorke(&spectrum);
    Ok(spectrum)
}

/// Refuses systems with more than a state.
pub(crate) fn check_memory(field: &VectorField) -> Result<(), AnalysisError> {
    let what = if !field.delays.is_empty() {
        "delays"
    } else if !field.noise.names.is_empty() {
        "noise"
    } else if !field.events.is_empty() {
        "events"
    } else {
        return Ok(());
    };
    Err(AnalysisError::Memory { what })
}

/// How a spectrum is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectrumOptions {
    /// The time averaged over, in units of system time (iterations for a map).
    pub t_end: f64,
    /// The time discarded before it, while the state reaches the attractor and the tangent vectors align.
    pub transient: f64,
    /// The tolerance of the integration (see [`takens_integrate::Options`]).
    pub tolerance: f64,
    /// How many steps of a flow there are from one orthonormalisation to the next; if not given, as many
    /// as leave the tangent vectors well apart.
    pub steps_per_frame: Option<u32>,
    /// How many exponents, from the greatest; all if not given (with delays, as many as matter).
    pub exponents: Option<usize>,
    /// Steps (iterations) after which the average ends early.
    pub max_steps: u64,
    /// What runs the programs.
    pub engine: EngineChoice,
    /// Whether parts of a chaotic trajectory may be gone through side by side, which is faster, but resolves exponents
    /// that are zero less well.
    pub parts: bool,
}

impl Default for SpectrumOptions {
    fn default() -> Self {
        Self {
            t_end: 1000.0,
            transient: 100.0,
            // Steps are held to a hundredth of it at least, and exponents are known to three digits at best.
            tolerance: 1e-4,
            steps_per_frame: None,
            exponents: None,
            max_steps: 50_000_000,
            engine: EngineChoice::default(),
            parts: true,
        }
    }
}

/// Operations of machine code, roughly, that make a second.
const OPERATIONS: f64 = 1e9;

impl SpectrumOptions {
    /// Options for about a second of work.
    ///
    /// - `period`: the time in which the state of a flow goes around once, roughly.
    ///
    /// The time is up to 5000 periods, fewer for large systems; for a map, up to a million iterations.
    #[must_use]
    pub fn for_field(field: &VectorField, period: Option<f64>) -> Self {
        let steps = affordable_steps(field);
        match field.kind {
            FieldKind::Map => {
                let t_end = steps.clamp(1e3, 1e6).floor();
                Self { t_end, transient: (t_end / 10.0).floor(), ..Self::default() }
            }
            FieldKind::Flow => {
                // Most systems need 50 to 100 steps for a period.
                let periods = (steps / 80.0).clamp(100.0, 5000.0);
                let period =
                    period.filter(|period| *period > 0.0 && period.is_finite()).unwrap_or(1.0);
                let t_end = periods * period;
                let transient = t_end.min(2000.0 * period) / 10.0;
                Self { t_end, transient, tolerance: 1e-8, parts: false, ..Self::default() }
            }
        }
    }

    fn check(&self) -> Result<(), AnalysisError> {
        let positive = self.t_end > 0.0 && self.t_end.is_finite();
        if !positive {
            let wanted = "it must be positive and finite";
            return Err(AnalysisError::Option {
                which: "time averaged over",
                value: self.t_end,
                wanted,
            });
        }
        let fits = self.transient >= 0.0 && self.transient.is_finite();
        if !fits {
            let wanted = "it must be finite and not negative";
            return Err(AnalysisError::Option {
                which: "transient",
                value: self.transient,
                wanted,
            });
        }
        Ok(())
    }
}

/// Steps of the variational equations, or iterations, that take about a second.
pub(crate) fn affordable_steps(field: &VectorField) -> f64 {
    let n = field.dim();
    if check_memory(field).is_err() {
        // No spectrum is computed, so that nothing is to be budgeted.
        return OPERATIONS;
    }
    let linearised = Linearised::new(field);
    let motion = linearised.cost(n);
    let frame = 2.0 * (n * n * n) as f64 + 30.0 * n as f64;
    let step = match field.kind {
        FieldKind::Map => motion + frame + (n * n * n) as f64,
        FieldKind::Flow => 13.0 * motion + 160.0 * (n + n * n + 1) as f64 + frame,
    };
    OPERATIONS / step
}

/// Lyapunov exponents and what follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// The exponents, from the greatest.
    pub exponents: Vec<f64>,
    /// Their standard errors, from the scatter of 32 to 64 parts of the average.
    pub standard_errors: Vec<f64>,
    /// The time averaged over.
    pub t_end: f64,
    /// The Kaplan-Yorke dimension: exponents that do not differ from zero significantly count as zero.
    pub kaplan_yorke: f64,
    /// The sum of the exponents.
    pub sum: f64,
    /// The mean of the divergence along the trajectory (of the logarithm of the Jacobian's determinant,
    /// in a map), computed apart: where all exponents are asked for, it should be their sum. NaN with delays.
    pub mean_divergence: f64,
    /// The greatest exponent over the last quarter of the time.
    pub late: f64,
    /// The standard error of that, from the scatter of its parts.
    pub late_error: f64,
    /// Flow or map.
    pub kind: FieldKind,
    /// Whether time enters the equations.
    pub driven: bool,
    /// Whether the state did not move at the end.
    pub at_rest: bool,
    /// The time that a frame of tangent vectors was carried along: that averaged over, or that of one of its parts.
    pub length: f64,
    /// Why the average ended before its time, if it did.
    pub ended_by: Option<IntegrateError>,
}

impl Spectrum {
    /// The kind of motion.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self)
    }

    /// The size below which exponent `index` does not differ from zero: four standard errors, and no
    /// less than 10 over the time that a frame had, since a phase that drifts as a power of time looks like that.
    pub(crate) fn resolution(&self, index: usize) -> f64 {
        (4.0 * self.standard_errors[index]).max(RESOLVED / self.length)
    }

    /// Whether volume neither grows nor shrinks, so that no motion is left for good. False with delays.
    pub(crate) fn keeps_volume(&self) -> bool {
        let per_component = self.mean_divergence.abs() / self.exponents.len() as f64;
        per_component < self.resolution(0)
    }

    /// Whether the scatter is that of what came before the last quarter, in which there is far less of it.
    pub(crate) fn has_settled_late(&self) -> bool {
        let error = self.standard_errors[0];
        4.0 * error > RESOLVED / self.length && self.late_error < LATE * error
    }

    /// The exponent, or zero if it does not differ from zero.
    pub(crate) fn significant(&self, index: usize) -> f64 {
        let exponent = self.exponents[index];
        if exponent.abs() < self.resolution(index) { 0.0 } else { exponent }
    }
}

pub(crate) struct Gathered {
    /// Of the logarithms of lengths, and last of the divergence.
    pub(crate) batches: Batches,
    pub(crate) ended_by: Option<IntegrateError>,
    pub(crate) at_rest: bool,
    /// The time that a frame was carried along.
    pub(crate) length: f64,
}

/// Where the motion is of one kind throughout, the error of a quarter is twice that of the whole.
const LATE: f64 = 0.2;

/// Exponents below this over the time look like a power of it.
pub(crate) const RESOLVED: f64 = 10.0;

/// The first batches are this much shorter than the whole average.
pub(crate) const FINE: f64 = 1.0 / 4096.0;

fn of_flow(
    field: &VectorField,
    linearised: &Linearised,
    vectors: usize,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Gathered, AnalysisError> {
    let n = field.dim();
    let integration = Options {
        tolerance: options.tolerance,
        method: Method::Dop853,
        max_steps: options.max_steps,
        engine: options.engine,
        // Where nothing moves steps would grow without bounds, and few would make no average.
        max_step: Some(options.t_end / 256.0),
        ..Options::default()
    };
    let propagator = linearised.propagator(field, vectors, &integration)?;
    let mut state = initial.to_vec();
    state.extend(first_frame(n, vectors));
    state.push(0.0);
    let mut walk = propagator.walk(parameters, &state, 0.0)?;
    let mut batches = Batches::new(vectors + 1, options.t_end * FINE);
    let mut increments = vec![0.0; vectors + 1];
    let mut before = 0.0;
    let mut ended_by = None;
    let mut at_rest = false;
    let mut leapt = state.clone();
    let mut surfaces = Surfaces::new(field, parameters, initial, options.engine)?;
    let mut pace = Pace::new(options.steps_per_frame);
    'average: while walk.time() < options.transient + options.t_end {
        for _ in 0..pace.steps {
            if let Err(error) = walk.step() {
                ended_by = Some(error);
                break 'average;
            }
            if let Some(surfaces) = &mut surfaces
                && surfaces.leap(&mut walk, &mut leapt)
            {
                walk.set_state(&leapt)?;
            }
        }
        at_rest = state[..n] == walk.state()[..n];
        state.copy_from_slice(walk.state());
        let (frame, divergence) = state[n..].split_at_mut(n * vectors);
        orthonormalise(frame, &mut increments[..vectors]);
        pace.adapt(&increments[..vectors]);
        increments[vectors] = std::mem::take(&mut divergence[0]);
        // The part of a step that is still transient is left to the transient.
        if before >= options.transient {
            batches.push(walk.time() - before, &increments);
        }
        before = walk.time();
        if let Err(error) = walk.set_state(&state) {
            ended_by = Some(error);
            break;
        }
    }
    let length = batches.duration();
    Ok(Gathered { batches, ended_by, at_rest, length })
}

/// How many steps are made before tangent vectors are made orthonormal again.
struct Pace {
    steps: u32,
    adapts: bool,
}

/// Lengths may come apart by this much, as a logarithm: then a vector still has ten digits of its own.
const APART: f64 = 14.0;

impl Pace {
    fn new(given: Option<u32>) -> Self {
        Self { steps: given.unwrap_or(1).max(1), adapts: given.is_none() }
    }

    /// - `increments`: logarithms of the lengths since the last time.
    fn adapt(&mut self, increments: &[f64]) {
        let [low, high] =
            increments.iter().fold([0.0f64; 2], |[low, high], &one| [low.min(one), high.max(one)]);
        if self.adapts && high - low > APART {
            self.steps = (self.steps / 2).max(1);
        } else if self.adapts && high - low < APART / 4.0 {
            self.steps = (2 * self.steps).min(16);
        }
    }
}

fn of_map(
    field: &VectorField,
    linearised: &Linearised,
    vectors: usize,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Gathered, AnalysisError> {
    let n = field.dim();
    let map = engine(options.engine, &linearised.program)?;
    let mut inputs = vec![0.0];
    inputs.extend_from_slice(initial);
    inputs.extend_from_slice(parameters);
    let mut outputs = vec![0.0; map.output_count()];
    let mut frame = first_frame(n, vectors);
    let mut image = frame.clone();
    let mut matrix = vec![0.0; n * n];
    let mut increments = vec![0.0; vectors + 1];
    let mut batches = Batches::new(vectors + 1, options.t_end * FINE);
    let mut ended_by = None;
    let mut at_rest = false;
    let transient = options.transient.round() as u64;
    let last = transient.saturating_add(options.t_end.round() as u64).min(options.max_steps);
    for iteration in 0..last {
        map.call(&inputs, &mut outputs);
        let (state, values) = outputs.split_at(n);
        if let Some(bad) = outputs.iter().position(|value| !value.is_finite()) {
            // A derivative may leave the numbers before the state does.
            let component = if bad < n { bad } else { linearised.entries[bad - n].0 };
            let component = field.states[component].clone();
            ended_by = Some(IntegrateError::Escape { iteration: iteration + 1, component });
            break;
        }
        linearised.multiply(values, &frame, &mut image);
        std::mem::swap(&mut frame, &mut image);
        orthonormalise(&mut frame, &mut increments[..vectors]);
        if iteration >= transient {
            matrix.fill(0.0);
            for (&(row, column), value) in linearised.entries.iter().zip(values) {
                matrix[row * n + column] = *value;
            }
            increments[vectors] = log_determinant(&mut matrix, n);
            batches.push(1.0, &increments);
        }
        at_rest = inputs[1..=n] == *state;
        inputs[0] += 1.0;
        inputs[1..=n].copy_from_slice(state);
    }
    let length = batches.duration();
    Ok(Gathered { batches, ended_by, at_rest, length })
}

fn check_start(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
) -> Result<(), IntegrateError> {
    if initial.len() != field.dim() {
        return Err(IntegrateError::InitialLength { want: field.dim(), got: initial.len() });
    }
    if parameters.len() != field.parameters.len() {
        let want = field.parameters.len();
        return Err(IntegrateError::ParameterCount { want, got: parameters.len() });
    }
    match initial.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(IntegrateError::InitialNotFinite {
            component: field.states[index].clone(),
            value: initial[index],
        }),
    }
}

/// An orthonormal frame in general position, `component × vector`.
///
/// Axes would not do: where some components move by themselves, a vector along them never feels the
/// others, and the exponents would not come in falling order.
pub(crate) fn first_frame(n: usize, vectors: usize) -> Vec<f64> {
    let stream = Stream::new(0, 0);
    let mut frame: Vec<f64> = (0..(n * vectors) as u64).map(|place| stream.normal(place)).collect();
    orthonormalise(&mut frame, &mut vec![0.0; vectors]);
    frame
}

/// The number of exponents, from the greatest, whose sum is not negative, and the part of the next that
/// makes it zero.
///
/// # Source
/// P. Frederickson, J. L. Kaplan, E. D. Yorke, J. A. Yorke, Journal of Differential Equations 49, 185-207
/// (1983).
pub(crate) fn kaplan_yorke(spectrum: &Spectrum) -> f64 {
    let mut sum = 0.0;
    for index in 0..spectrum.exponents.len() {
        let exponent = spectrum.significant(index);
        if sum + exponent < 0.0 {
            return index as f64 + sum / exponent.abs();
        }
        sum += exponent;
    }
    spectrum.exponents.len() as f64
}

/// Whether time enters the right-hand side.
pub(crate) fn is_driven(field: &VectorField) -> bool {
    let mut known = vec![false; field.graph.len()];
    let mut open = field.rhs.clone();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut known[id.index()], true) {
            if matches!(field.graph.node(id), Node::Symbol(Symbol::Time)) {
                return true;
            }
            open.extend(field.graph.node(id).children());
        }
    }
    false
}
