//! A run's folder: the plan that it keeps, and the results that stand.

use crate::joint;
use crate::provenance::Provenance;
use crate::reader::{Reader, TASKS_FILE, has_results};
use crate::record::Status;
use crate::run::{Event, RunError};
use crate::store::{StoreError, set_damaged_aside, sync};
use crate::sweep::{Limits, Plan, Sweep};
use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::Path;

/// The file in which a run keeps its sweep, so that it can be resumed without it.
const SWEEP_FILE: &str = "sweep.json";

/// What a run's folder knows.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Tasks whose results stand.
    pub(crate) ids: HashSet<String>,
    /// What tuning chose, by key.
    pub(crate) choices: HashMap<String, String>,
}

/// The sweep that the run in `folder` was started with.
///
/// # Errors
/// [`RunError::NoSweep`] if there is none.
pub fn saved_sweep(folder: &Path) -> Result<Sweep, RunError> {
    let refuse = |message: String| RunError::NoSweep { folder: folder.into(), message };
    let text = std::fs::read_to_string(folder.join(SWEEP_FILE))
        .map_err(|error| refuse(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))
}

/// Keeps a plan in a run's folder and runs nothing: members of a joint run, or `run`, then go on with
/// it. Gives the number of its tasks whose results stand already.
///
/// - `resume`: whether to go on with what the folder holds; if not, it must hold no results.
///
/// # Errors
/// [`RunError`] if the folder is occupied, somebody is at work there, or it cannot be read or written.
pub fn plan_into(
    folder: &Path,
    sweep: &Sweep,
    plan: &Plan,
    resume: bool,
    on_event: &dyn Fn(Event),
) -> Result<usize, RunError> {
    let known = take_up(folder, resume, &plan.limits, on_event)?;
    save_plan(folder, sweep, plan)?;
    Ok(plan.tasks.iter().filter(|task| known.ids.contains(&task.id)).count())
}

/// Looks through a folder that a run is about to go on in: damaged files are set aside, and what is
/// left of a joint run is ended.
pub(crate) fn take_up(
    folder: &Path,
    resume: bool,
    limits: &Limits,
    on_event: &dyn Fn(Event),
) -> Result<Known, RunError> {
    if !folder.exists() {
        return Ok(Known::default());
    }
    if !resume && has_results(folder)? {
        return Err(RunError::Occupied { folder: folder.into() });
    }
    joint::end(folder)?;
    for file in set_damaged_aside(folder)? {
        on_event(Event::SetAside(&file));
    }
    let reader = Reader::open(folder)?;
    Ok(Known { ids: standing(&reader, limits)?, choices: reader.choices()? })
}

/// Keeps the sweep, to be resumed, and its tasks, to tell its results from those of earlier sweeps.
pub(crate) fn save_plan(folder: &Path, sweep: &Sweep, plan: &Plan) -> Result<(), StoreError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| StoreError::Folder { path: folder.into(), error })?;
    save(folder, TASKS_FILE, &tasks_text(plan))?;
    save(folder, SWEEP_FILE, &serde_json::to_string_pretty(sweep).expect("a sweep is plain data"))
}

fn tasks_text(plan: &Plan) -> String {
    plan.tasks.iter().flat_map(|task| [task.id.as_str(), "\n"]).collect()
}

/// Refuses a plan that is not the one which the folder keeps: on another machine, a plugin or a system
/// may be another one.
///
/// # Errors
/// [`RunError::OtherPlan`], or [`RunError::NoSweep`] if the folder keeps none.
pub fn check_plan(folder: &Path, plan: &Plan) -> Result<(), RunError> {
    let path = folder.join(TASKS_FILE);
    let kept = std::fs::read_to_string(&path)
        .map_err(|error| RunError::NoSweep { folder: folder.into(), message: error.to_string() })?;
    if kept == tasks_text(plan) {
        return Ok(());
    }
    let kept: HashSet<&str> = kept.lines().collect();
    let other = plan.tasks.iter().find(|task| !kept.contains(task.id.as_str()));
    Err(RunError::OtherPlan {
        folder: folder.into(),
        example: other.map_or_else(
            || format!("it has {} tasks, here are {}", kept.len(), plan.tasks.len()),
            |task| format!("for example {} on {}, seed {}", task.method, task.system, task.seed),
        ),
    })
}

/// Writes a file so that it is never seen in part, not even after a power cut.
fn save(folder: &Path, name: &str, text: &str) -> Result<(), StoreError> {
    let path = folder.join(name);
    // What a run that is resumed finds there is mostly what it would write.
    if std::fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let partial = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&partial, &path)?;
        sync(folder)
    };
    write().map_err(|error| {
        // On a full disk, half a file is in the way of the next attempt.
        let _ = std::fs::remove_file(&partial);
        StoreError::Folder { path: path.clone(), error }
    })
}

/// The tasks whose results stand.
pub(crate) fn standing(reader: &Reader, limits: &Limits) -> Result<HashSet<String>, StoreError> {
    let mut known = HashSet::new();
    reader.for_each_end(|id, status, provenance| {
        if stands(status, provenance, limits) {
            known.insert(id);
        }
    })?;
    Ok(known)
}

/// Whether a result stands. One that a limit cut short stands until the limit is raised.
fn stands(status: Status, provenance: &str, limits: &Limits) -> bool {
    let raised = |is_higher: fn(&Limits, &Limits) -> bool| {
        Provenance::limits(provenance).is_some_and(|old| is_higher(limits, &old))
    };
    match status {
        Status::Lost => false,
        Status::TimedOut => !raised(|new, old| new.wall_seconds > old.wall_seconds),
        Status::OutOfMemory => !raised(|new, old| new.memory_mib > old.memory_mib),
        Status::Done | Status::Diverged | Status::Failed | Status::Crashed => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin_set::tests::one_plugin;
    use crate::protocol::Recipe;

    #[test]
    fn what_a_limit_cut_short_stands_until_the_limit_is_raised() {
        let under = |wall_seconds, memory_mib| Limits { wall_seconds, memory_mib, threads: 1 };
        let recipe = Recipe::preset("p1-fine").unwrap();
        let (_folder, set) = one_plugin();
        let provenance = Provenance::of_this_machine().of_task(
            &set.plugins()[0],
            &recipe,
            &under(10.0, 100),
            1,
            &[],
        );
        assert!(provenance.contains("\"plugin_version\":\"0.1.0\""), "{provenance}");
        let check = |status, wall_seconds, memory_mib, expected| {
            let now = under(wall_seconds, memory_mib);
            assert_eq!(stands(status, &provenance, &now), expected, "{status:?} under {now:?}");
        };
        check(Status::Done, 20.0, 200, true);
        check(Status::Failed, 20.0, 200, true);
        check(Status::Lost, 10.0, 100, false);
        check(Status::TimedOut, 10.0, 200, true);
        check(Status::TimedOut, 5.0, 100, true);
        check(Status::TimedOut, 20.0, 100, false);
        check(Status::OutOfMemory, 20.0, 100, true);
        check(Status::OutOfMemory, 10.0, 200, false);
    }
}
