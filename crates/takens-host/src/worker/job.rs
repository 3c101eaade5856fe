//! One job: create, fit, forecast, candidates; measured, and everything put back afterwards.

use crate::load::{CallSetup, Failure, Instance, Plugin, process_id, wake_process};
use crate::sandbox::tree::{self, Meter};
use crate::sandbox::{self, FloatControl};
use crate::wire::{Report, Task};
use std::time::Instant;
use takens_abi::Status;

/// Does one job; what went wrong is in the report.
pub(super) fn run(plugin: &Plugin, number: u64, task: &Task, control: FloatControl) -> Report {
    let mut report = Report { number, ..Report::default() };
    wake_process();
    let meter = Meter::start();
    sandbox::limit_data(task.memory_bytes);
    if let Err(failure) = work(plugin, task, control, &mut report) {
        report.status = failure.status.0;
        report.message = failure.message;
    }
    let used = meter.read();
    sandbox::limit_data(0);
    report.cpu_seconds = used.cpu_seconds;
    report.peak_memory = used.peak_memory;
    let started = tree::children(std::process::id());
    if started.iter().any(|process| Some(*process) != process_id()) {
        report.oddities.push("processes started by the method are still there".into());
    }
    // What the C library has buffered belongs to this job's log.
    // SAFETY: null means all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
    report
}

fn work(
    plugin: &Plugin,
    task: &Task,
    control: FloatControl,
    report: &mut Report,
) -> Result<(), Failure> {
    let method = plugin.method(&task.method).ok_or_else(|| Failure {
        status: Status::UNSUPPORTED,
        message: format!("the plugin has no method `{}`", task.method),
    })?;
    let start = Instant::now();
    // The deadline is the job's: each call gets what is left of it.
    let setup = || CallSetup {
        seed: task.seed,
        stream: task.stream,
        threads: task.threads,
        deadline_ns: match task.deadline_ns {
            0 => 0,
            all => all.saturating_sub(start.elapsed().as_nanos() as u64).max(1),
        },
        memory_bytes: task.memory_bytes,
    };
    let mut oddities = Vec::new();
    let mut watch = |call: &str| {
        if let Some(told) = control.restore() {
            oddities.push(format!("in {call}, {told}"));
        }
    };
    let result = (|| {
        let created = Instance::create(method, &task.params);
        watch("create");
        let mut instance = created?;
        let clock = Instant::now();
        let fitted = instance.fit(&task.data, &setup());
        report.fit_seconds = clock.elapsed().as_secs_f64();
        watch("fit");
        fitted?;
        if instance.forecasts() && task.horizon > 0 {
            let clock = Instant::now();
            let horizon = usize::try_from(task.horizon).unwrap_or(usize::MAX);
            let forecast = instance.forecast(&task.context, horizon, &setup());
            report.forecast_seconds = clock.elapsed().as_secs_f64();
            watch("forecast");
            report.forecast = Some(forecast?);
        }
        if task.want_candidates {
            let candidates = instance.candidates(&setup());
            watch("candidates");
            report.candidates = candidates?;
        }
        drop(instance);
        watch("destroy");
        Ok(())
    })();
    report.oddities = oddities;
    result
}
