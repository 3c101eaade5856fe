//! Checks of extensions: equations, distributions, derivatives, learning on the way.

use crate::load::Failure;
use crate::validate::data::{self, HORIZON, SAMPLES};
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Subject, fail, is_refusal, told};
use ndarray::Array3;
use takens_abi::{SYMBOLIC, caps};

fn none(what: &str) -> Outcome {
    Outcome::skipped(format!("the method has no extension {what}"))
}

fn whole(what: &str, answer: Result<Array3<f64>, Failure>) -> Result<Array3<f64>, Outcome> {
    match answer {
        Ok(values) => match values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            Some((place, value)) => fail!("{what}: {value} at {place:?}"),
            None => Ok(values),
        },
        Err(failure) => fail!("{}", told(what, &failure)),
    }
}

/// Equations that the host can read.
pub(super) fn symbolic(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    let offered = fitted.instance.extension::<()>(SYMBOLIC).is_some();
    let said = subject.method().facts.caps & caps::DISCOVERS != 0;
    if said != offered {
        fail!("the capability DISCOVERS is {said}, but {SYMBOLIC} is there: {offered}");
    }
    if !offered {
        return Err(none(SYMBOLIC));
    }
    let candidates = fitted.say(subject)?.candidates;
    if candidates.is_empty() {
        fail!("a discoverer finds no equations in clean data of a chaotic system");
    }
    for (index, candidate) in candidates.iter().enumerate() {
        let (found, wanted) = (candidate.equations.len(), fitted.data.dim());
        if found != wanted {
            fail!("candidate {index} has {found} equations for {wanted} components");
        }
        if candidate.complexity.is_nan() {
            fail!("the complexity of candidate {index} is not a number");
        }
        let text = candidate.equations.join("; ");
        if let Err(message) = crate::validate::language::read(&fitted.data.names, &text) {
            fail!(
                "candidate {index} cannot be read: {message} in `{}`",
                candidate.equations.join("; ")
            );
        }
    }
    Ok(())
}

/// Futures of the right shape; the same for the same seed.
pub(super) fn probabilistic(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    let (shape, setup) = ((5, HORIZON), subject.setup());
    let Some(answer) = fitted.instance.sample(&fitted.context, shape, &setup) else {
        return Err(none(takens_abi::PROBABILISTIC));
    };
    let first = whole("samples", answer)?;
    let again = fitted.instance.sample(&fitted.context, shape, &setup);
    if again.is_none_or(|again| again.as_ref() != Ok(&first)) {
        fail!("the same seed gives other samples the second time");
    }
    let paths = first.outer_iter();
    if paths.skip(1).all(|path| path == first.index_axis(ndarray::Axis(0), 0)) {
        return Err(Outcome::warning("all samples are the same path"));
    }
    Ok(())
}

/// The derivative against difference quotients of the forecast.
pub(super) fn jacobian(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    let setup = subject.setup();
    let Some(answer) = fitted.instance.jacobian(&fitted.context, 1, &setup) else {
        return Err(none(takens_abi::JACOBIAN));
    };
    let derivative = whole("the derivative", answer)?;
    let (rows, columns) = fitted.context.dim();
    for j in 0..columns {
        let step =
            1e-5 * fitted.context.column(j).iter().fold(1e-3_f64, |most, x| most.max(x.abs()));
        let mut sides = Vec::new();
        for side in [step, -step] {
            let mut context = fitted.context.clone();
            context[[rows - 1, j]] += side;
            let next = fitted.instance.forecast(&context, 1, &setup);
            sides.push(next.map_err(|failure| Outcome::failed(told("forecast", &failure)))?);
        }
        for i in 0..columns {
            let quotient = (sides[0][[0, i]] - sides[1][[0, i]]) / (2.0 * step);
            let found = derivative[[0, i, j]];
            if (found - quotient).abs() > 1e-3 * (1.0 + quotient.abs()) {
                fail!(
                    "the derivative of component {i} by component {j} is {found}; the forecast changes \
                     by {quotient}"
                );
            }
        }
    }
    Ok(())
}

/// Learning goes on.
pub(super) fn online(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    let columns = fitted.context.ncols();
    let all = data::lorenz(SAMPLES + 40, columns, subject.request.seed);
    let more = all.slice(ndarray::s![SAMPLES.., ..]).to_owned();
    let Some(answer) = fitted.instance.update(&more, &subject.setup()) else {
        return Err(none(takens_abi::ONLINE));
    };
    if let Err(failure) = answer {
        fail!("{}", told("an update with the samples that follow", &failure));
    }
    let said = fitted.say(subject)?;
    if let Some(odd) = said.odd_value() {
        fail!("after an update the forecast has {odd}");
    }
    let wrong = ndarray::Array2::from_elem((3, columns + 1), f64::NAN);
    match fitted.instance.update(&wrong, &subject.setup()) {
        Some(Err(failure)) if is_refusal(failure.status) => Ok(()),
        Some(Err(failure)) => fail!("{}", told("an update with bad samples", &failure)),
        _ => fail!("an update with NaN of other components is taken"),
    }
}
