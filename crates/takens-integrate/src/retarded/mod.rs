//! Delay equations at speed: collocation on a mesh that repeats after a delay.
//!
//! Start at [`Retarded`]. `walk` makes the steps: `equation` takes the present's linear part apart
//! (`linear` finds it, `exponents` makes powers cheap),
//! `solver` solves for it once for each step length, `mesh` says where steps end, `past` keeps what is
//! looked back on, `columns` combines tangent functions, and `gauss` has the nodes and their polynomials. Systems that jump as well, and those
//! who ask for DOP853, go by `course`.

mod columns;
mod equation;
mod exponents;
mod gauss;
mod linear;
mod mesh;
mod past;
mod solver;
mod walk;

use crate::IntegrateError;
use crate::delay::Delays;
use crate::options::Options;
use crate::reach::Reach;
use crate::walk::Counts;
pub use columns::DelayWalk;
use equation::Equation;
use exponents::Exponent;
pub use exponents::with_whole_exponents;
use gauss::values;
use past::Places;
use takens_core::TimeGrid;
use takens_symbolic::VectorField;
use walk::Retarding;

/// Samples that are interpolated at once.
const LANES: usize = 8;

/// A delay equation, compiled.
#[derive(Clone)]
pub(crate) struct Retarded {
    /// For any values of parameters.
    general: Equation,
    /// For exponents that are what they are by default, if that makes it simpler.
    usual: Option<(Vec<Exponent>, Equation)>,
    delays: Delays,
}

impl Retarded {
    /// For a flow with delays, without noise, modes and events.
    pub(crate) fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        let (special, exponents) = with_whole_exponents(field, &field.default_parameters());
        let usual = if exponents.is_empty() {
            None
        } else {
            Some((exponents, Equation::new(&special, options)?))
        };
        let general = Equation::new(field, options)?;
        Ok(Self { general, usual, delays: Delays::new(field, options)? })
    }

    /// The equation for these parameters.
    fn equation(&self, parameters: &[f64]) -> &Equation {
        match &self.usual {
            Some((exponents, usual))
                if exponents.iter().all(|&(place, value)| parameters[place] == value) =>
            {
                usual
            }
            _ => &self.general,
        }
    }

    /// A walk from `initial` at time `begin`.
    pub(crate) fn walk<'a>(
        &'a self,
        names: &'a [String],
        options: &'a Options,
        (parameters, initial): (&[f64], &[f64]),
        begin: f64,
    ) -> Result<Retarding<'a>, IntegrateError> {
        let lags = self.delays.lags(parameters, initial)?;
        let history = self.delays.history(parameters, initial, begin);
        let start = (parameters, initial);
        Ok(Retarding::new(
            self.equation(parameters),
            (names, options),
            start,
            begin,
            history,
            &lags,
        ))
    }

    /// Writes the states at the instants of `grid`, none of which lies before `begin`, row after row.
    pub(crate) fn sample(
        &self,
        names: &[String],
        options: &Options,
        (parameters, initial): (&[f64], &[f64]),
        begin: f64,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let n = initial.len();
        let places = Places { n };
        let mut walk = self.walk(names, options, (parameters, initial), begin)?;
        let mut instants = grid.iter().peekable();
        let mut rest = out;
        while instants.next_if(|&time| time <= begin).is_some() {
            let (row, later) = rest.split_at_mut(n);
            row.copy_from_slice(initial);
            rest = later;
        }
        let mut reach = Reach::new(grid.time(grid.len() - 1));
        while instants.peek().is_some() {
            walk.step()?;
            let now = walk.now();
            let segment = walk.last().expect("a step was made");
            reach.check(now, segment.step, options)?;
            loop {
                let mut u = [0.0; LANES];
                let mut count = 0;
                while count < LANES
                    && let Some(time) = instants.next_if(|&time| now.until(time) <= 0.0)
                {
                    u[count] = segment.place(time);
                    count += 1;
                }
                let (now, later) = rest.split_at_mut(count * n);
                for component in 0..n {
                    let values = values(segment.polynomial(component, places), &u);
                    for (row, value) in now.chunks_exact_mut(n).zip(values) {
                        row[component] = value;
                    }
                }
                rest = later;
                if count < LANES {
                    break;
                }
            }
        }
        Ok(walk.counts())
    }
}
