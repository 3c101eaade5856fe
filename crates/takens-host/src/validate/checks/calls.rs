//! Checks of budgets: threads, the wish to stop, the deadline.

use crate::load::CallSetup;
use crate::validate::data;
use crate::validate::subject::{Finding, Subject, fail, is_refusal, say, told};
use crate::validate::watch;
use std::time::Duration;
use takens_abi::Status;

/// Enough data that a fit takes a while.
const MANY: usize = 4000;

/// No more threads than allowed, and no more processes at work. A pool of its own, of one thread, is let pass:
/// the caller waits then.
pub(super) fn thread_budget(subject: &Subject<'_>) -> Finding {
    let data = subject.clean(data::SAMPLES, 0)?;
    let context = data::context(&data);
    let mut instance = subject.create()?;
    let (answer, seen) = watch::at_once(|| {
        instance
            .fit(&data, &subject.setup())
            .and_then(|()| say(&mut instance, &context, data::HORIZON, subject))
    });
    let budget = subject.request.threads;
    if seen.threads > budget as usize {
        fail!("{} more threads were seen at once; the budget is {budget}", seen.threads);
    }
    if let Some(working) = seen.working.filter(|working| *working > f64::from(budget) + 0.5) {
        fail!("the method's processes were {working:.1} at work at once; the budget is {budget}");
    }
    match answer {
        Ok(_) => Ok(()),
        Err(failure) => fail!("{}", told("clean data", &failure)),
    }
}

/// Stops when asked, before and in the middle.
pub(super) fn cancel(subject: &Subject<'_>) -> Finding {
    let columns = subject.clean(data::SAMPLES, 0)?.dim();
    let large = data::dataset(data::lorenz(MANY, columns, subject.request.seed));
    for delay in [Duration::ZERO, Duration::from_millis(20)] {
        let mut instance = subject.create()?;
        let answer = watch::stops("fit", delay, true, || instance.fit(&large, &subject.setup()));
        match answer {
            Ok(()) => {}
            Err(failure) if failure.status == Status::CANCELLED => {}
            Err(failure) if is_refusal(failure.status) => {}
            Err(failure) => fail!("{}; CANCELLED is expected", told("a cancelled fit", &failure)),
        }
    }
    let mut fitted = subject.fitted()?;
    if !fitted.instance.forecasts() {
        return Ok(());
    }
    let setup = subject.setup();
    let answer = watch::stops("forecast", Duration::from_millis(20), true, || {
        fitted.instance.forecast(&fitted.context, 20_000, &setup)
    });
    match answer {
        Ok(_) => Ok(()),
        Err(failure) if failure.status == Status::CANCELLED || is_refusal(failure.status) => Ok(()),
        Err(failure) => fail!("{}; CANCELLED is expected", told("a cancelled forecast", &failure)),
    }
}

/// Stops by itself when its time is up.
pub(super) fn deadline(subject: &Subject<'_>) -> Finding {
    let columns = subject.clean(data::SAMPLES, 0)?.dim();
    let large = data::dataset(data::lorenz(MANY, columns, subject.request.seed));
    let mut instance = subject.create()?;
    let time = Duration::from_millis(30);
    let setup = CallSetup { deadline_ns: time.as_nanos() as u64, ..subject.setup() };
    let answer = watch::stops("fit", time, false, || instance.fit(&large, &setup));
    match answer {
        Ok(()) => Ok(()),
        Err(failure) if failure.status == Status::TIMEOUT || is_refusal(failure.status) => Ok(()),
        Err(failure) => fail!("{}; TIMEOUT is expected", told("a fit out of time", &failure)),
    }
}
