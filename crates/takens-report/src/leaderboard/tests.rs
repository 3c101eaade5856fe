//! Rankings of small runs that were made by hand.

use super::*;

fn record(system: &str, method: &str, seed: u64, smape: Option<f64>) -> Record {
    Record {
        id: format!("{system}-{method}-{seed}"),
        system: system.into(),
        method: method.into(),
        parameters: "{}".into(),
        seed,
        protocol: "p1-fine".into(),
        data: String::new(),
        status: if smape.is_some() { Status::Done } else { Status::TimedOut },
        kind: String::new(),
        message: String::new(),
        fit_seconds: Some(1.0),
        forecast_seconds: Some(0.5),
        cpu_seconds: None,
        peak_memory: None,
        provenance: String::new(),
        forecast: None,
        tuned: String::new(),
        scores: smape.map(|score| ("smape".to_string(), score)).into_iter().collect(),
    }
}

fn run(records: Vec<Record>) -> Run {
    Run {
        results: records.into_iter().map(|record| (record.id.clone(), record)).collect(),
        ..Run::default()
    }
}

#[test]
fn a_failure_counts_as_the_worst_score() {
    let run = run(vec![
        record("A", "good", 0, Some(10.0)),
        record("A", "late", 0, None),
        record("B", "good", 0, Some(20.0)),
        record("B", "late", 0, Some(1.0)),
    ]);
    let board = leaderboard(&run, "smape", str::to_string).unwrap();
    assert_eq!(board.rows[0].method, "good");
    assert_eq!(board.rows[0].median, 15.0);
    assert_eq!(board.rows[1].median, (200.0 + 1.0) / 2.0);
    assert_eq!(board.rows[1].failures["timed_out"], 1);
}

#[test]
fn what_some_method_has_not_run_yet_does_not_count() {
    let mut run = run(vec![
        record("A", "first", 0, Some(10.0)),
        record("A", "second", 0, Some(20.0)),
        record("A", "first", 1, Some(50.0)),
        record("B", "first", 0, Some(50.0)),
    ]);
    let board = leaderboard(&run, "smape", str::to_string).unwrap();
    assert_eq!((board.systems, board.left_out), (1, 2));
    let medians: Vec<f64> = board.rows.iter().map(|row| row.median).collect();
    assert_eq!(medians, [10.0, 20.0]);

    run.results.retain(|id, _| id != "A-first-0");
    let error = leaderboard(&run, "smape", str::to_string).unwrap_err();
    assert_eq!(error, LeaderboardError::NothingInCommon { methods: 2 });
}

#[test]
fn a_seed_without_data_counts_for_no_method() {
    let no_data = |method: &str| Record {
        status: Status::Failed,
        kind: "data".into(),
        ..record("A", method, 1, None)
    };
    let run = run(vec![
        record("A", "a", 0, Some(10.0)),
        record("A", "b", 0, Some(20.0)),
        no_data("a"),
        no_data("b"),
    ]);
    let board = leaderboard(&run, "smape", str::to_string).unwrap();
    assert_eq!((board.rows[0].median, board.left_out), (10.0, 1));
    assert_eq!(board.rows[0].failures["data"], 1);
}

#[test]
fn results_of_several_sweeps_are_not_mixed() {
    let mixed = |change: fn(&mut Record)| {
        let mut other = record("A", "b", 0, Some(1.0));
        other.id = "other".into();
        change(&mut other);
        let run = run(vec![record("A", "a", 0, Some(1.0)), other]);
        matches!(leaderboard(&run, "smape", str::to_string), Err(LeaderboardError::Mixed { .. }))
    };
    assert!(!mixed(|_| {}));
    assert!(mixed(|other| other.data = "other data".into()));
    assert!(mixed(|other| other.method = "a".into()));
    assert!(mixed(|other| other.protocol = "p3".into()));
}

#[test]
fn an_infinite_score_stays_infinite_in_means() {
    let run = run(vec![
        record("A", "a", 0, Some(f64::MAX)),
        record("A", "a", 1, Some(1.0)),
        record("A", "b", 0, Some(2.0)),
        record("A", "b", 1, Some(2.0)),
    ]);
    let board = leaderboard(&run, "smape", str::to_string).unwrap();
    assert_eq!(board.rows[0].method, "b");
    assert_eq!(board.rows[1].median, f64::MAX);
}

#[test]
fn seeds_are_averaged_before_the_median() {
    let run = run(vec![
        record("A", "m", 0, Some(10.0)),
        record("A", "m", 1, Some(30.0)),
        record("B", "m", 0, Some(50.0)),
        record("B", "m", 1, Some(50.0)),
    ]);
    let board = leaderboard(&run, "smape", str::to_string).unwrap();
    assert_eq!(board.rows[0].median, 35.0);
    assert_eq!(board.rows[0].first, board.rows[0].first.clamp(0.999, 1.001));
}

#[test]
fn equal_methods_share_a_rank() {
    let run = run(vec![
        record("A", "a", 0, Some(10.0)),
        record("A", "b", 0, Some(10.0)),
        record("A", "c", 0, Some(11.0)),
    ]);
    let ranks: Vec<usize> = leaderboard(&run, "smape", str::to_string)
        .unwrap()
        .rows
        .iter()
        .map(|row| row.rank)
        .collect();
    assert_eq!(ranks, [1, 1, 3]);
}

#[test]
fn unknown_metrics_and_empty_runs_are_refused() {
    assert!(matches!(
        leaderboard(&Run::default(), "smapee", str::to_string),
        Err(LeaderboardError::Metric(_))
    ));
    assert_eq!(
        leaderboard(&Run::default(), "smape", str::to_string).unwrap_err(),
        LeaderboardError::Empty
    );
}

#[test]
fn what_is_hard_for_all_cancels_in_paired_differences() {
    // The second method is always two behind, on systems that are far apart.
    let records = (0..12).flat_map(|k| {
        let system = format!("S{k:02}");
        let easy = 10.0 * f64::from(k);
        [record(&system, "a", 0, Some(easy)), record(&system, "b", 0, Some(easy + 2.0))]
    });
    let board = leaderboard(&run(records.collect()), "smape", str::to_string).unwrap();
    let (a, b) = (&board.rows[0], &board.rows[1]);
    assert!(a.high > b.low, "the intervals of the medians overlap");
    assert_eq!((a.behind_low, a.behind_high), (0.0, 0.0));
    assert_eq!((b.behind_low, b.behind_high), (2.0, 2.0));
    assert_eq!((a.first, b.first), (a.first.clamp(0.999, 1.001), 0.0));
}

#[test]
fn twins_are_one_piece_of_evidence() {
    let records = (0..8).map(|k| record(&format!("S{k}"), "a", 0, Some(f64::from(k)))).collect();
    let run = run(records);
    let apart = leaderboard(&run, "smape", str::to_string).unwrap();
    let twins = leaderboard(&run, "smape", |_| "one form".into()).unwrap();
    assert_eq!((apart.groups, twins.groups), (8, 1));
    assert!(apart.rows[0].low < apart.rows[0].high);
    assert_eq!((twins.rows[0].low, twins.rows[0].high), (3.5, 3.5));
}
