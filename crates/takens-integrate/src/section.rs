//! Poincaré sections: where a trajectory crosses a surface.

use crate::IntegrateError;
use crate::course::Course;
use crate::options::Options;
use ndarray::Array2;
use takens_core::{TimeGrid, Trajectory};
use takens_symbolic::{Direction, Event, ExprId, FieldKind, VectorField};

/// A surface across a flow, and which crossings of it are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// What is zero on the surface, an expression of the field's graph over state, time and parameters.
    pub level: ExprId,
    /// From which side it is crossed.
    pub direction: Direction,
    /// How many crossings.
    pub count: usize,
    /// Those before this time do not count.
    pub from: f64,
    /// The trajectory is followed so far at most.
    pub until: f64,
}

/// Crossings of a section and what they cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossings {
    /// The states on the surface, with their times.
    pub trajectory: Trajectory,
    /// Steps made.
    pub steps: u64,
    /// Steps tried and refused.
    pub rejected: u64,
    /// Evaluations of the right-hand side.
    pub evaluations: u64,
}

/// The states at which the trajectory that is at `initial` at time 0 crosses a section.
///
/// The steps are DOP853's, of any flow without noise; a crossing is closed in by halving on the
/// interpolation of order 7, to the last bits of the step, and the state given is that just behind the
/// surface. Two crossings within one eighth of a step, back and forth, may be missed.
///
/// - `parameters`: one value per scalar parameter, in flat order.
/// - `options`: the tolerance, the longest step, the number of steps and the engine count.
///
/// # Errors
/// [`IntegrateError::NoSection`] for a map or a system with noise, [`IntegrateError::TooFewCrossings`] if
/// the time ends before all crossings were found, and else as [`sample`](crate::sample).
pub fn crossings(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    section: &Section,
    options: &Options,
) -> Result<Crossings, IntegrateError> {
    options.check()?;
    let refuse = |what| Err(IntegrateError::NoSection { what });
    if field.kind == FieldKind::Map {
        return refuse("a map, whose orbit is points already");
    }
    if !field.noise.names.is_empty() {
        return refuse("a system with noise, whose paths cross a surface infinitely often");
    }
    check_start(field, parameters, initial)?;
    let mut watched = field.clone();
    let event = watched.events.len();
    watched.events.push(Event {
        name: "section".into(),
        when: section.level,
        direction: section.direction,
        assignments: vec![],
    });
    let course = Course::new(&watched, options)?;
    let (mut times, mut states) = (Vec::new(), Vec::new());
    let start = (parameters, initial);
    let span = (0.0, section.until);
    let more = section.count > 0 && section.until > 0.0;
    let mut reached = 0.0;
    let counts = course.follow(&field.states, options, start, span, more, |walk, jump| {
        reached = jump.map_or(walk.time(), |jump| jump.time);
        if let Some(jump) = jump
            && jump.is_of(event)
            && jump.time >= section.from
            && jump.time <= section.until
        {
            times.push(jump.time);
            states.extend_from_slice(&jump.state);
        }
        times.len() < section.count && reached < section.until
    })?;
    if times.len() < section.count {
        let (found, wanted) = (times.len(), section.count);
        let time = reached.min(section.until);
        return Err(IntegrateError::TooFewCrossings { found, wanted, time });
    }
    let values = Array2::from_shape_vec((times.len(), field.dim()), states)
        .expect("a state for each crossing");
    let trajectory = Trajectory::new(TimeGrid::explicit(times)?, values, field.states.clone())
        .expect("a row per crossing and a column per name");
    let (steps, rejected, evaluations) = (counts.steps, counts.rejected, counts.evaluations);
    Ok(Crossings { trajectory, steps, rejected, evaluations })
}

fn check_start(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
) -> Result<(), IntegrateError> {
    if field.dim() == 0 {
        return Err(IntegrateError::NoState);
    }
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
