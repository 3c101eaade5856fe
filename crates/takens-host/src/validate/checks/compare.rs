//! Checks that compare answers of several processes.

use crate::validate::child::Request;
use crate::validate::data::{self, HORIZON, SAMPLES};
use crate::validate::report::Outcome;
use crate::validate::subject::{Subject, say, told};
use serde::{Deserialize, Serialize};
use takens_abi::caps;

/// What a method answers to clean data, as a hash of every bit, and what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::validate) struct Answer {
    digest: String,
    caps: u64,
}

/// Has a fresh process answer: with a seed that is so much larger, and a budget of threads.
pub(in crate::validate) type Ask<'a> = dyn Fn(u64, u32) -> Result<Answer, Outcome> + 'a;

/// The answer of this process. Data do not change with the seed here: the method's seed does.
pub(in crate::validate) fn answer(request: &Request) -> Result<Answer, Outcome> {
    let subject = Subject::load(request)?;
    let data = subject.clean_at(SAMPLES, 0)?;
    let mut instance = subject.create()?;
    let said = instance
        .fit(&data, &subject.setup())
        .and_then(|()| say(&mut instance, &data::context(&data), HORIZON, &subject))
        .map_err(|failure| Outcome::failed(told("clean data", &failure)))?;
    Ok(Answer { digest: said.digest(), caps: subject.method().facts.caps })
}

fn both(
    one: Result<Answer, Outcome>,
    two: Result<Answer, Outcome>,
) -> Result<(Answer, bool), Outcome> {
    let (one, two) = (one?, two?);
    let same = one.digest == two.digest;
    Ok((one, same))
}

/// Reproducible.
pub(super) fn same(ask: &Ask<'_>) -> Outcome {
    match both(ask(0, 1), ask(0, 1)) {
        Ok((_, true)) => Outcome::passed(),
        Ok((_, false)) => Outcome::failed(
            "another process gives another result for the same seed; use `random_f64` alone, and \
             neither time nor addresses nor the order of hash maps",
        ),
        Err(outcome) => outcome,
    }
}

/// Stochastic, or not.
pub(super) fn other(ask: &Ask<'_>) -> Outcome {
    match both(ask(0, 1), ask(1, 1)) {
        Ok((Answer { caps, .. }, same)) => match (caps & caps::STOCHASTIC != 0, same) {
            (true, true) => Outcome::failed(
                "the method says that it is stochastic, and another seed gives the same result",
            ),
            (false, false) => Outcome::failed(
                "another seed gives another result; say so with the capability STOCHASTIC",
            ),
            _ => Outcome::passed(),
        },
        Err(outcome) => outcome,
    }
}

/// Threads do not matter, or it is said.
pub(super) fn threads(ask: &Ask<'_>) -> Outcome {
    match both(ask(0, 1), ask(0, 4)) {
        Ok((_, true)) => Outcome::passed(),
        Ok((Answer { caps, .. }, false)) if caps & caps::THREADS_MATTER != 0 => {
            Outcome::passed_with("4 threads give other bits than 1, as the method says")
        }
        Ok(_) => Outcome::failed(
            "4 threads give other bits than 1; sum in a fixed order, or say so with the capability \
             THREADS_MATTER",
        ),
        Err(outcome) => outcome,
    }
}
