//! Checks of saving and loading.

use crate::load::{Instance, model};
use crate::validate::data::HORIZON;
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Subject, fail, say, told};
use takens_abi::Status;
use takens_core::Stream;

/// Skips what cannot be saved.
fn keeping(instance: &Instance) -> Finding {
    match instance.keeps() {
        (true, true) => Ok(()),
        (false, false) => Err(Outcome::skipped("the method cannot be saved")),
        (saves, _) => {
            let (has, lacks) = if saves { ("save", "load") } else { ("load", "save") };
            fail!("the method has {has} and lacks {lacks}")
        }
    }
}

/// From one instance to another, through the host's envelope.
pub(super) fn save_load(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    keeping(&fitted.instance)?;
    let expected = fitted.say(subject)?.digest();
    let origin = model::origin(subject.method(), &subject.params);
    let failed = |what: &'static str| move |failure| Outcome::failed(told(what, &failure));
    let bytes = fitted.instance.save_sealed(&origin).map_err(failed("save"))?;
    if fitted.say(subject)?.digest() != expected {
        fail!("saving changes the instance");
    }
    let mut fresh = subject.create()?;
    fresh.load_sealed(&origin, &bytes).map_err(failed("load of what was saved"))?;
    let said = say(&mut fresh, &fitted.context, HORIZON, subject)
        .map_err(|failure| Outcome::failed(told("after load", &failure)))?;
    if said.digest() != expected {
        fail!("the loaded model gives other bits than the one that was saved");
    }
    let again = fresh.save_sealed(&origin).map_err(failed("save of what was loaded"))?;
    if again != bytes {
        return Err(Outcome::warning("a loaded model is saved as other bytes"));
    }
    Ok(())
}

/// Bytes that no instance wrote.
pub(super) fn saved_bytes(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    keeping(&fitted.instance)?;
    let good = fitted.instance.save().map_err(|failure| Outcome::failed(told("save", &failure)))?;
    let draws = Stream::new(subject.request.seed, 2);
    let random = |count: u64| (0..count).map(|place| draws.bits(place) as u8).collect::<Vec<u8>>();
    let half = good[..good.len() / 2].to_vec();
    let cases = [
        ("no bytes", Vec::new()),
        ("7 random bytes", random(7)),
        ("as many random bytes as were saved", random(good.len() as u64)),
        ("10,000 random bytes", random(10_000)),
        ("half of what was saved", half),
    ];
    for (what, bytes) in cases {
        let mut fresh = subject.create()?;
        match fresh.load(&bytes) {
            Ok(()) => {
                fail!("{what} are taken for a saved model; write a mark, a length and a checksum")
            }
            Err(failure)
                if [Status::INVALID_DATA, Status::UNSUPPORTED].contains(&failure.status) => {}
            Err(failure) => fail!("{}; INVALID_DATA is expected", told(what, &failure)),
        }
    }
    // The host's envelope refuses what is damaged before the method sees it.
    let origin = model::origin(subject.method(), &subject.params);
    let mut sealed = fitted
        .instance
        .save_sealed(&origin)
        .map_err(|failure| Outcome::failed(told("save", &failure)))?;
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    if subject.create()?.load_sealed(&origin, &sealed).is_ok() {
        fail!("a saved model with a bit turned over is taken");
    }
    Ok(())
}
