//! The kind of motion by more than one test.

use crate::{Alignment, Estimate, Spectrum, Verdict, alignment::ALIGNED};

/// What a test says of the motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// There is chaos.
    Chaotic,
    /// There is none.
    Regular,
    /// Nothing, at this length or in this system.
    #[default]
    Nothing,
}

/// Tests beside the signs of the exponents.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Evidence {
    /// `K` of the 0-1 test.
    pub(crate) zero_one: Option<f64>,
    pub(crate) alignment: Option<Alignment>,
    /// The largest exponent from the distance of two trajectories, and the time averaged over.
    pub(crate) divergence: Option<(Estimate, f64)>,
}

/// `K` from here up is chaos, from there down order; in between a longer series is needed.
const CHAOS: f64 = 0.8;
const ORDER: f64 = 0.2;
/// An index that is still above this is not on its way to zero exponentially.
const APART: f64 = 1e-4;
/// A growth per period that cannot be told from none leaves it open whether there is chaos.
const UNRESOLVED: f64 = 0.15;

pub(crate) fn zero_one_says(k: f64) -> Says {
    if k >= CHAOS {
        Says::Chaotic
    } else if k <= ORDER {
        Says::Regular
    } else {
        Says::Nothing
    }
}

/// Aligned vectors tell chaos where volume is kept; vectors apart tell order where the exponents would
/// have turned them together.
pub(crate) fn alignment_says(alignment: &Alignment, spectrum: &Spectrum) -> Says {
    let aligned = alignment.index < ALIGNED;
    let keeps_volume = spectrum.keeps_volume();
    let gap = spectrum.exponents[0] - spectrum.exponents.get(1).copied().unwrap_or(0.0);
    let expected = -gap * alignment.time < 2.0 * takens_core::math::log(ALIGNED);
    if aligned {
        if keeps_volume { Says::Chaotic } else { Says::Nothing }
    } else if alignment.index > APART && (expected || spectrum.significant(0) <= 0.0) {
        Says::Regular
    } else {
        Says::Nothing
    }
}

/// The verdict of the exponents where no other test contradicts it, else [`Verdict::Undecided`]; and what
/// contradicts what.
///
/// Where the variational equations and the distance of two trajectories both find chaos, they are
/// believed against the 0-1 test, to which weak mixing and free diffusion look regular, and against
/// each other's figures: the errors of averages over sticky motion are too small. What speaks against the
/// verdict is told all the same.
///
/// - `period`: the time in which the motion goes around once, if it is known.
pub(crate) fn decide(
    spectrum: &Spectrum,
    evidence: &Evidence,
    period: Option<f64>,
) -> (Verdict, Option<String>) {
    let verdict = spectrum.verdict();
    let (exponent, error) = (spectrum.exponents[0], spectrum.standard_errors[0]);
    let claims =
        format!("the exponents say {verdict} (the largest is {exponent:.3e} ± {error:.1e})");
    if let Some(error) = &spectrum.ended_by
        && verdict == Verdict::Undecided
    {
        return (verdict, Some(error.to_string()));
    }
    if matches!(verdict, Verdict::TransientlyChaotic | Verdict::Unbounded) {
        return (verdict, None);
    }
    let mut objections = Vec::new();
    let mut chaotic_twice = false;
    if let Some((other, time)) = evidence.divergence {
        let own = Estimate { value: exponent, standard_error: error };
        let resolution = (10.0 / time).max(10.0 / spectrum.t_end);
        let (value, error) = (other.value, other.standard_error);
        chaotic_twice = verdict.is_chaotic() && value > (4.0 * error).max(resolution);
        if !other.agrees(&own, resolution) {
            objections.push(format!(
                "by the distance of two trajectories the largest is {value:.3e} ± {error:.1e}"
            ));
            if !chaotic_twice {
                return contradicted(Verdict::Undecided, &claims, &objections);
            }
        }
    }
    let against = match verdict {
        Verdict::Chaotic | Verdict::Hyperchaotic => Says::Regular,
        Verdict::Periodic | Verdict::Quasiperiodic | Verdict::FixedPoint => Says::Chaotic,
        _ => return (verdict, None),
    };
    let kind = if against == Says::Chaotic { "chaos" } else { "none" };
    // A spiral into a point is no stationary series.
    let zero_one = match evidence.zero_one {
        Some(k) if verdict != Verdict::FixedPoint => zero_one_says(k),
        _ => Says::Nothing,
    };
    let alignment =
        evidence.alignment.map_or(Says::Nothing, |alignment| alignment_says(&alignment, spectrum));
    if zero_one == against {
        let k = evidence.zero_one.unwrap_or(f64::NAN);
        objections.push(format!("the 0-1 test sees {kind} (K = {k:.2})"));
    }
    if alignment == against {
        let index = evidence.alignment.map_or(f64::NAN, |alignment| alignment.index);
        objections.push(format!("the alignment index sees {kind} ({index:.0e})"));
    }
    if !objections.is_empty() {
        let stands = chaotic_twice && alignment != against;
        let verdict = if stands { verdict } else { Verdict::Undecided };
        return contradicted(verdict, &claims, &objections);
    }
    let settled = matches!(verdict, Verdict::Periodic | Verdict::Quasiperiodic);
    let resolution = spectrum.resolution(0);
    let confirmed = zero_one == Says::Regular || alignment == Says::Regular;
    if settled && !confirmed && resolution * period.unwrap_or(0.0) > UNRESOLVED {
        let reason = format!(
            "{claims}, but a growth below {resolution:.1e} would not be seen, and no other test tells"
        );
        return (Verdict::Undecided, Some(reason));
    }
    (verdict, None)
}

fn contradicted(
    verdict: Verdict,
    claims: &str,
    objections: &[String],
) -> (Verdict, Option<String>) {
    (verdict, Some(format!("{claims}, but {}", objections.join(" and "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_symbolic::FieldKind;

    /// The verdict on a flow whose largest exponent is `exponent ± 0.001`, found again as `again ± 0.001`.
    #[track_caller]
    fn check(exponent: f64, again: f64, zero_one: f64, wanted: Verdict, objections: usize) {
        let exponents = vec![exponent, exponent.min(0.0), -1.0];
        let spectrum = Spectrum {
            standard_errors: vec![0.001; 3],
            sum: exponents.iter().sum(),
            late: exponent,
            late_error: 0.002,
            exponents,
            t_end: 1e5,
            kaplan_yorke: 2.0,
            mean_divergence: exponent - 1.0,
            kind: FieldKind::Flow,
            driven: false,
            at_rest: false,
            length: 1e5,
            ended_by: None,
        };
        let divergence = Some((Estimate { value: again, standard_error: 0.001 }, 1e5));
        let evidence = Evidence { zero_one: Some(zero_one), divergence, ..Evidence::default() };
        let (verdict, reason) = decide(&spectrum, &evidence, Some(1.0));
        let told = reason.as_ref().map_or(0, |reason| {
            reason.matches("the 0-1 test").count() + reason.matches("two trajectories").count()
        });
        assert_eq!((verdict, told), (wanted, objections), "{reason:?}");
    }

    #[test]
    fn two_exponents_outvote_the_zero_one_test() {
        check(0.1, 0.1, 0.99, Verdict::Chaotic, 0);
        check(0.1, 0.1, 0.1, Verdict::Chaotic, 1);
        check(0.1, 0.05, 0.1, Verdict::Chaotic, 2);
        check(0.1, 0.0, 0.1, Verdict::Undecided, 1);
        check(0.1, -5.0, 0.99, Verdict::Undecided, 1);
    }

    #[test]
    fn order_that_a_test_denies_is_undecided() {
        check(0.0, 0.0, 0.0, Verdict::Quasiperiodic, 0);
        check(0.0, 0.0, 0.99, Verdict::Undecided, 1);
        check(0.0, 0.1, 0.0, Verdict::Undecided, 1);
    }

    #[test]
    fn a_spiral_into_a_point_is_no_series() {
        check(-0.1, -0.1, 0.99, Verdict::FixedPoint, 0);
    }
}
