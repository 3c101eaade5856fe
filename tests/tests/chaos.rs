//! The short form of `cargo xtask chaos`: 200 tasks, 10 kills, a full disk, a file cut short.

use takens_tests::chaos::{Settings, attack};

#[test]
fn a_sweep_under_attack_ends_as_one_in_peace() {
    let settings = Settings { tasks: 200, kills: 10, seed: 20_261_128, workers: 2 };
    let report = attack(&settings).unwrap_or_else(|fault| panic!("{settings:?}: {fault}"));
    assert_eq!(report.workers_killed + report.coordinators_killed, 10, "{report:?}");
    assert!(!report.full.is_empty() && !report.cut.is_empty(), "{report:?}");
}
