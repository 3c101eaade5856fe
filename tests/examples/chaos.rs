//! `cargo xtask chaos [--tasks N] [--kills N] [--seed S] [--workers N]`: a sweep under attack.

use std::process::ExitCode;
use std::time::SystemTime;
use takens_tests::chaos::{Settings, attack};

const USAGE: &str = "usage: chaos [--tasks N] [--kills N] [--seed S] [--workers N]";

fn main() -> ExitCode {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seed = now.map_or(0, |since| since.as_secs());
    let mut settings = Settings { tasks: 2000, kills: 50, seed, workers: 2 };
    let words: Vec<String> = std::env::args().skip(1).collect();
    for pair in words.chunks(2) {
        let value = pair.get(1).and_then(|value| value.parse::<u64>().ok());
        match (pair[0].as_str(), value) {
            ("--tasks", Some(value)) => settings.tasks = (value as usize).next_multiple_of(40),
            ("--kills", Some(value)) => settings.kills = value as usize,
            ("--seed", Some(value)) => settings.seed = value,
            ("--workers", Some(value)) => settings.workers = value as usize,
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    println!("{settings:?}");
    match attack(&settings) {
        Ok(report) => {
            println!("{report:#?}\nevery task has one result, equal to that of a run in peace");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            println!("with seed {}: {fault}", settings.seed);
            ExitCode::FAILURE
        }
    }
}
