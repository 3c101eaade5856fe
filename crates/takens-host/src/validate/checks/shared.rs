//! Checks of what a plugin shares with its process: looked at before the library is loaded, and after every
//! call.

use crate::validate::child::Request;
use crate::validate::data::{self, HORIZON};
use crate::validate::subject::{Finding, Subject, fail};
use crate::validate::surroundings::{Aspect, Captured, difference};

macro_rules! checks {
    ($($name:ident: $aspect:ident),* $(,)?) => {$(
        pub(super) fn $name(request: &Request) -> Finding {
            life(request, Aspect::$aspect)
        }
    )*};
}
checks!(
    floating_point: FloatingPoint,
    signals: Signals,
    directory: Directory,
    environment: Environment,
    locale: Locale,
    stdout: Stdout,
    descriptors: Descriptors,
    children: Children,
    files: Files,
);

/// A whole life of an instance. How calls end does not matter here: other checks look at that.
fn life(request: &Request, aspect: Aspect) -> Finding {
    let captured = (aspect == Aspect::Stdout).then(Captured::begin);
    let before = aspect.look();
    let compare = |call: &str| match difference(&before, &aspect.look()) {
        Some(change) => fail!("in {call}, {}: {change}", aspect.told()),
        None => Ok(()),
    };
    let subject = Subject::load(request)?;
    compare("load")?;
    let setup = subject.setup();
    let data = data::dataset(data::lorenz(data::SAMPLES, 3, request.seed));
    let context = data::context(&data);
    let mut instance = subject.create()?;
    compare("create")?;
    let _ = instance.fit(&data, &setup);
    compare("fit")?;
    if instance.forecasts() {
        let _ = instance.forecast(&context, HORIZON, &setup);
        compare("forecast")?;
    }
    let _ = instance.candidates(&setup);
    compare("candidates")?;
    if let Ok(bytes) = instance.save() {
        compare("save")?;
        let _ = instance.load(&bytes);
        compare("load of a model")?;
    }
    drop(instance);
    compare("destroy")?;
    drop(captured);
    Ok(())
}
