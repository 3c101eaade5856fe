//! Checks with hosts of other versions of the contract.

use super::results::same_bits;
use crate::load::Instance;
use crate::validate::data::{self, HORIZON, SAMPLES};
use crate::validate::raw::{self, Era, Lay};
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Subject, fail, told};
use ndarray::Array2;

/// A host whose structs end early, without callbacks.
pub(super) fn old(subject: &Subject<'_>) -> Finding {
    compare(subject, Era::Old, "an older host, whose structs are shorter and callbacks null")
}

/// A host whose structs have grown.
pub(super) fn new(subject: &Subject<'_>) -> Finding {
    compare(subject, Era::New, "a newer host, whose structs are longer")
}

fn compare(subject: &Subject<'_>, era: Era, what: &str) -> Finding {
    let now = serve(subject, Era::Now, "this host")?;
    let then = serve(subject, era, what)?;
    match (now, then) {
        (Some(now), Some(then)) if !same_bits(&now, &then) => {
            fail!("{what}, gets another result; read a field only if struct_size covers it")
        }
        _ => Ok(()),
    }
}

/// Fits and forecasts as a host of that era would; no forecast of a method that only discovers.
fn serve(subject: &Subject<'_>, era: Era, what: &str) -> Result<Option<Array2<f64>>, Outcome> {
    let data = subject.clean(SAMPLES, 0)?;
    let context = data::context(&data);
    let failed = |call: &str| {
        let what = format!("{call} by {what}");
        move |failure| Outcome::failed(told(&what, &failure))
    };
    let mut instance = Instance::create_by(raw::host(era), subject.method(), &subject.params)
        .map_err(failed("create"))?;
    raw::fit(&mut instance, &data, &subject.setup(), era).map_err(failed("fit"))?;
    if !instance.forecasts() {
        return Ok(None);
    }
    let mut lent = Lay::rows(context.dim()).holding(&context);
    let mut out = Lay::rows((HORIZON, context.ncols()));
    raw::forecast(&mut instance, &mut lent, &mut out, &subject.setup(), era)
        .map_err(failed("forecast"))?;
    Ok(Some(out.values()))
}
