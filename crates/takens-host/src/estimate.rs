//! What a sweep will cost, told from what past runs cost.

use crate::reader::Run;
use crate::record::{Record, Status};
use crate::sweep::{Plan, Task};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What a sweep is expected to cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Tasks in all.
    pub tasks: usize,
    /// Tasks that the run's folder has a result of.
    pub known: usize,
    /// By method.
    pub methods: Vec<MethodEstimate>,
    /// Seconds of all open tasks that anything is known of, one after another.
    pub seconds: f64,
    /// Open tasks whose method has no past run.
    pub without_past: usize,
    /// Seconds that the open tasks may take at the most, one after another: their wall-clock limits.
    pub limit_seconds: f64,
}

/// What the tasks of one method are expected to cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MethodEstimate {
    /// The method.
    pub method: String,
    /// Tasks in all.
    pub tasks: usize,
    /// Tasks that the run's folder has a result of.
    pub known: usize,
    /// Seconds of the open ones, one after another; `None` if the method has no past run.
    pub seconds: Option<f64>,
    /// Past results that this is told from.
    pub past: usize,
}

/// Costs of past results, summed.
#[derive(Default, Clone, Copy)]
struct Past {
    seconds: f64,
    count: usize,
}

impl Past {
    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.seconds / self.count as f64)
    }
}

/// What is to be expected of a plan.
///
/// A task costs what its method cost on its system in the past, on average over seeds and parameters,
/// or else on all systems. Other machines and other lengths of series make it a rough guess.
///
/// - `own`: the results in the folder that the run goes to; those of its tasks do not run again.
/// - `past`: results of other runs.
#[must_use]
pub fn estimate(plan: &Plan, own: Option<&Run>, past: &[Run]) -> Estimate {
    let mut by_pair: HashMap<(&str, &str), Past> = HashMap::new();
    let mut by_method: BTreeMap<&str, Past> = BTreeMap::new();
    for record in own.into_iter().chain(past).flat_map(|run| run.results.values()) {
        let Some(seconds) = cost(record, plan.limits.wall_seconds) else { continue };
        let pair = by_pair.entry((&record.method, &record.system)).or_default();
        for past in [pair, by_method.entry(&record.method).or_default()] {
            past.seconds += seconds;
            past.count += 1;
        }
    }
    let guess = |task: &Task| {
        let pair = by_pair.get(&(task.method.as_str(), task.system.as_str()));
        pair.or_else(|| by_method.get(task.method.as_str())).and_then(|past| past.mean())
    };
    let is_known = |task: &Task| own.is_some_and(|run| run.results.contains_key(&task.id));
    let mut methods: BTreeMap<&str, MethodEstimate> = BTreeMap::new();
    for task in &plan.tasks {
        let method = methods.entry(&task.method).or_insert_with(|| MethodEstimate {
            method: task.method.clone(),
            past: by_method.get(task.method.as_str()).map_or(0, |past| past.count),
            ..MethodEstimate::default()
        });
        method.tasks += 1;
        if is_known(task) {
            method.known += 1;
        } else if let Some(seconds) = guess(task) {
            *method.seconds.get_or_insert(0.0) += seconds;
        }
    }
    let methods: Vec<MethodEstimate> = methods.into_values().collect();
    let open = |method: &MethodEstimate| method.tasks - method.known;
    let all_open: usize = methods.iter().map(open).sum();
    Estimate {
        tasks: plan.tasks.len(),
        known: plan.tasks.len() - all_open,
        // Of none the sum would be -0.
        seconds: methods.iter().filter_map(|method| method.seconds).fold(0.0, |all, one| all + one),
        without_past: methods.iter().filter(|method| method.past == 0).map(open).sum(),
        limit_seconds: all_open as f64 * plan.limits.wall_seconds,
        methods,
    }
}

/// Wall seconds of a past result; of one that was stopped, the limit it would meet again.
fn cost(record: &Record, limit: f64) -> Option<f64> {
    match record.status {
        Status::TimedOut => Some(limit),
        Status::Lost => None,
        _ => {
            let parts = [record.fit_seconds, record.forecast_seconds];
            (parts != [None, None]).then(|| parts.into_iter().flatten().sum())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Recipe;
    use crate::store::tests::sample;
    use crate::sweep::Limits;

    #[test]
    fn a_task_costs_what_its_like_have_cost() {
        let task = |id: &str, system: &str, method: &str| Task {
            id: id.into(),
            data: "d".into(),
            system: system.into(),
            method: method.into(),
            plugin: 0,
            parameters: "{}".into(),
            seed: 0,
            tuning: None,
        };
        let plan = Plan {
            recipe: Recipe::preset("p1-fine").unwrap(),
            limits: Limits { wall_seconds: 100.0, ..Limits::default() },
            tasks: vec![
                task("a", "Lorenz", "naive"),
                task("b", "Lorenz", "naive"),
                task("c", "Rossler", "naive"),
                task("d", "Lorenz", "slow"),
                task("e", "Lorenz", "new"),
            ],
            tunings: vec![],
            tuning_stretch: 64,
        };
        let with = |id: &str, method: &str, system: &str, status, seconds| {
            let record = Record {
                method: method.into(),
                system: system.into(),
                fit_seconds: seconds,
                ..sample(id, status)
            };
            (id.to_string(), record)
        };
        let run = |records: Vec<(String, Record)>| Run {
            results: records.into_iter().collect(),
            ..Run::default()
        };
        let own = run(vec![with("a", "naive", "Lorenz", Status::Done, Some(1.0))]);
        let past = run(vec![
            with("x", "naive", "Lorenz", Status::Done, Some(3.0)),
            with("y", "naive", "Henon", Status::Failed, Some(5.0)),
            with("z", "slow", "Lorenz", Status::TimedOut, None),
        ]);
        let told = estimate(&plan, Some(&own), &[past]);
        assert_eq!((told.tasks, told.known, told.without_past), (5, 1, 1));
        // Lorenz as on Lorenz, 2 s; Rossler as on all systems, 3 s; what ran out of time, its limit.
        assert_eq!(told.seconds, 2.0 + 3.0 + 100.0);
        assert_eq!(told.limit_seconds, 400.0);
        let naive = told.methods.iter().find(|method| method.method == "naive").unwrap();
        assert_eq!((naive.tasks, naive.known, naive.past, naive.seconds), (3, 1, 3, Some(5.0)));
        assert_eq!(told.methods.iter().find(|m| m.method == "new").unwrap().seconds, None);
    }
}
