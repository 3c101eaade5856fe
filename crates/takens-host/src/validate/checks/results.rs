//! Checks of what a method answers to data of many kinds.

use crate::validate::data::{self, HORIZON, SAMPLES};
use crate::validate::raw::{self, Era, Lay};
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Fitted, Said, Subject, fail, is_refusal, say, told};
use ndarray::Array2;
use takens_plugin::Dataset;

/// Skips what only forecasters do.
fn forecasting(fitted: &Fitted) -> Finding {
    if fitted.instance.forecasts() {
        return Ok(());
    }
    Err(Outcome::skipped("the method does not forecast"))
}

/// The ordinary case.
pub(super) fn result(subject: &Subject<'_>) -> Finding {
    let said = subject.fitted()?.say(subject)?;
    if let Some(odd) = said.odd_value() {
        fail!("the forecast of clean data has {odd}; if it runs away, answer DIVERGED");
    }
    if said.forecast.is_none() && said.candidates.is_empty() {
        fail!("the method neither forecasts nor finds an equation");
    }
    Ok(())
}

/// A forecast through the raw interface.
fn forecast(
    subject: &Subject<'_>,
    fitted: &mut Fitted,
    context: &mut Lay,
    out: &mut Lay,
) -> Finding {
    raw::forecast(&mut fitted.instance, context, out, &subject.setup(), Era::Now)
        .map_err(|failure| Outcome::failed(told("forecast", &failure)))
}

/// The memory around the output stays as it is.
pub(super) fn bounds(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    forecasting(&fitted)?;
    for lay in [Lay::rows, Lay::gaps, Lay::columns] {
        let mut context = lay(fitted.context.dim()).holding(&fitted.context);
        let mut out = lay((HORIZON, fitted.context.ncols()));
        let untouched = out.values();
        forecast(subject, &mut fitted, &mut context, &mut out)?;
        if let Some(place) = out.trespass() {
            fail!("the forecast is written {place}; heed the output's shape and strides");
        }
        if let Some(place) = context.trespass() {
            fail!("something is written {place} of the context");
        }
        let values = out.values();
        let same = values
            .indexed_iter()
            .find(|(place, value)| value.to_bits() == untouched[*place].to_bits());
        if let Some(((row, column), _)) = same {
            fail!("step {row}, component {column} of the output is not written");
        }
    }
    Ok(())
}

/// Bits do not depend on how memory is laid out.
pub(super) fn strides(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    forecasting(&fitted)?;
    let mut first: Option<Array2<f64>> = None;
    for (name, lay) in [
        ("rows", Lay::rows as fn(_) -> _),
        ("rows with gaps", Lay::gaps),
        ("columns", Lay::columns),
    ] {
        let mut context = lay(fitted.context.dim()).holding(&fitted.context);
        let mut out = lay((HORIZON, fitted.context.ncols()));
        forecast(subject, &mut fitted, &mut context, &mut out)?;
        let values = out.values();
        match &first {
            Some(first) if !same_bits(first, &values) => {
                fail!("the forecast differs when arrays lie in memory as {name}; heed the strides");
            }
            _ => first = first.or(Some(values)),
        }
    }
    Ok(())
}

pub(super) fn same_bits(a: &Array2<f64>, b: &Array2<f64>) -> bool {
    a.dim() == b.dim() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Data and context are the host's.
pub(super) fn inputs(subject: &Subject<'_>) -> Finding {
    let data = subject.clean(SAMPLES, 0)?;
    let (kept, context) = (data.clone(), data::context(&data));
    let mut instance = subject.create()?;
    instance
        .fit(&data, &subject.setup())
        .map_err(|failure| Outcome::failed(told("fit", &failure)))?;
    if data.names != kept.names || !same_bits(&data.series[0].values, &kept.series[0].values) {
        fail!("fit changes its data, which are to be read only");
    }
    let before = context.clone();
    say(&mut instance, &context, HORIZON, subject)
        .map_err(|failure| Outcome::failed(told("forecast", &failure)))?;
    if !same_bits(&context, &before) {
        fail!("forecast changes its context, which is to be read only");
    }
    Ok(())
}

/// Short and long forecasts begin alike.
pub(super) fn horizons(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    forecasting(&fitted)?;
    for horizon in [0, 1, 200] {
        match say(&mut fitted.instance, &fitted.context, horizon, subject) {
            Ok(said) => {
                if let Some(odd) = said.odd_value() {
                    fail!(
                        "a forecast of {horizon} steps has {odd}; if it runs away, answer DIVERGED"
                    );
                }
            }
            Err(failure) if horizon > 1 && is_refusal(failure.status) => {}
            Err(failure) => fail!("{}", told(&format!("a forecast of {horizon} steps"), &failure)),
        }
    }
    Ok(())
}

/// Fits and forecasts; a refusal is as good as a sound result.
fn survive(subject: &Subject<'_>, what: &str, data: &Dataset) -> Result<Option<Said>, Outcome> {
    let context = data::context(data);
    let mut instance = subject.create()?;
    let answer = instance
        .fit(data, &subject.setup())
        .and_then(|()| say(&mut instance, &context, HORIZON, subject));
    match answer {
        Ok(said) => {
            if let Some(odd) = said.odd_value() {
                fail!("{what}: the forecast has {odd}; answer INVALID_DATA or DIVERGED instead");
            }
            Ok(Some(said))
        }
        Err(failure) if is_refusal(failure.status) => Ok(None),
        Err(failure) => {
            fail!("{}; INVALID_DATA, UNSUPPORTED or DIVERGED is expected", told(what, &failure))
        }
    }
}

/// Next to nothing to learn from.
pub(super) fn lengths(subject: &Subject<'_>) -> Finding {
    for samples in [0, 1, 2, 5] {
        for components in [1, 3] {
            let data = data::dataset(data::lorenz(samples, components, subject.request.seed));
            survive(subject, &format!("{samples} samples of {components} components"), &data)?;
        }
    }
    let names = vec!["x".to_owned()];
    survive(subject, "no trajectory", &Dataset { names, ..Dataset::default() })?;
    survive(subject, "no component", &data::dataset(Array2::zeros((SAMPLES, 0))))?;
    // A context too short, and of other components, after a good fit.
    let mut fitted = subject.fitted()?;
    if !fitted.instance.forecasts() {
        return Ok(());
    }
    let columns = fitted.context.ncols();
    for shape in [(0, columns), (1, columns), (SAMPLES / 2, columns + 1)] {
        let context = Array2::from_elem(shape, 0.5);
        let what = format!("a context of {} samples of {} components", shape.0, shape.1);
        match say(&mut fitted.instance, &context, HORIZON, subject) {
            Ok(said) => {
                if let Some(odd) = said.odd_value() {
                    fail!("{what}: the forecast has {odd}");
                }
            }
            Err(failure) if is_refusal(failure.status) => {}
            Err(failure) => fail!("{}", told(&what, &failure)),
        }
    }
    Ok(())
}

/// Few and many components.
pub(super) fn components(subject: &Subject<'_>) -> Finding {
    let mut refused = Vec::new();
    for components in [1, 2, 64] {
        let samples = if components > 3 { SAMPLES / 2 } else { SAMPLES };
        let data = data::dataset(data::lorenz(samples, components, subject.request.seed));
        let what = format!("{components} components");
        if survive(subject, &what, &data)?.is_none() {
            refused.push(components.to_string());
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    Err(Outcome::passed_with(format!("{} components are refused", refused.join(", "))))
}

/// Data that nothing can be learnt from.
pub(super) fn awkward(subject: &Subject<'_>) -> Finding {
    for (what, data) in data::awkward(subject.request.seed) {
        survive(subject, &what, &data)?;
    }
    Ok(())
}

/// The context is the beginning of a longer array: first with the true future behind it, then with NaN.
pub(super) fn no_peeking(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    forecasting(&fitted)?;
    let columns = fitted.context.ncols();
    let mut seen: Option<Array2<f64>> = None;
    for future in [1.0, 2.0, f64::NAN] {
        let mut context = Lay::rows(fitted.context.dim()).holding(&fitted.context);
        let end = context.future();
        for (place, value) in end.iter_mut().enumerate() {
            *value = future * fitted.context[[place % fitted.context.nrows(), place % columns]];
        }
        let mut out = Lay::rows((HORIZON, columns));
        let answer =
            raw::forecast(&mut fitted.instance, &mut context, &mut out, &subject.setup(), Era::Now);
        if let Err(failure) = answer {
            fail!("{}", told("a forecast with another future", &failure));
        }
        match &seen {
            Some(seen) if !same_bits(seen, &out.values()) => fail!(
                "the forecast depends on what comes after the context: it reads beyond its end"
            ),
            _ => seen = seen.or(Some(out.values())),
        }
    }
    Ok(())
}
