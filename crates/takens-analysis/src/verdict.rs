//! What kind of motion exponents speak of.

use crate::Spectrum;
use std::fmt;
use takens_integrate::IntegrateError;
use takens_symbolic::FieldKind;

/// The kind of motion that a trajectory settles on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// One positive exponent.
    Chaotic,
    /// Several positive exponents.
    Hyperchaotic,
    /// Chaotic on the whole, but not in the last quarter of the time.
    TransientlyChaotic,
    /// No positive exponent; one phase that neither grows nor shrinks (none in a map or a driven flow).
    Periodic,
    /// No positive exponent; more such phases.
    Quasiperiodic,
    /// The motion comes to rest.
    FixedPoint,
    /// The state leaves every bound.
    Unbounded,
    /// The trajectory could not be followed for long enough.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chaotic => "chaotic",
            Self::Hyperchaotic => "hyperchaotic",
            Self::TransientlyChaotic => "transiently chaotic",
            Self::Periodic => "periodic",
            Self::Quasiperiodic => "quasiperiodic",
            Self::FixedPoint => "fixed point",
            Self::Unbounded => "unbounded",
            Self::Undecided => "undecided",
        })
    }
}

impl Verdict {
    /// Whether neighbours part exponentially for good.
    #[must_use]
    pub fn is_chaotic(self) -> bool {
        matches!(self, Self::Chaotic | Self::Hyperchaotic)
    }

    pub(crate) fn of(spectrum: &Spectrum) -> Self {
        match &spectrum.ended_by {
            Some(IntegrateError::BlowUp { .. } | IntegrateError::Escape { .. }) => {
                return Self::Unbounded;
            }
            // To run out of steps makes an average shorter, not wrong.
            None | Some(IntegrateError::MaxSteps { .. }) => {}
            Some(_) => return Self::Undecided,
        }
        let signs: Vec<f64> =
            (0..spectrum.exponents.len()).map(|i| spectrum.significant(i)).collect();
        let positive = signs.iter().filter(|&&exponent| exponent > 0.0).count();
        if positive > 0 {
            // A quarter of the time has twice the error: what is left there must be little, and less than
            // before beyond doubt. Where volume is kept the motion may linger near order, but comes back.
            let exponent = spectrum.exponents[0];
            let fell = exponent - spectrum.late > 2.0 * spectrum.resolution(0);
            return if spectrum.late < 0.25 * exponent && fell && !spectrum.keeps_volume() {
                Self::TransientlyChaotic
            } else if positive == 1 {
                Self::Chaotic
            } else {
                Self::Hyperchaotic
            };
        }
        let neutral = signs.iter().filter(|&&exponent| exponent == 0.0).count();
        let has_phase = spectrum.kind == FieldKind::Flow && !spectrum.driven;
        match (neutral, has_phase) {
            (0, true) => Self::FixedPoint,
            _ if spectrum.at_rest => Self::FixedPoint,
            (0, false) | (1, true) => Self::Periodic,
            _ => Self::Quasiperiodic,
        }
    }
}
