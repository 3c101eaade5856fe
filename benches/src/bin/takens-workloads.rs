//! Ours at one workload, for `peers/run.py`: `takens-workloads WORKLOAD [TOLERANCE]`.
//!
//! `takens-workloads collection` runs W7 once and prints what was done; `takens-workloads periods` tells the
//! periods of the flows.

use std::process::ExitCode;
use takens_benches::protocol::serve;
use takens_benches::{NAMES, Size, collection, periods, prepare};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [name] if name == "collection" => tell_collection(),
        [name] if name == "periods" => tell_periods(),
        [name] => serve(|| prepare(name, 1e-9, Size::Full)).map_err(|error| error.to_string()),
        [name, tolerance] => match tolerance.parse() {
            Ok(tolerance) => {
                serve(|| prepare(name, tolerance, Size::Full)).map_err(|error| error.to_string())
            }
            Err(_) => Err(format!("`{tolerance}` is no tolerance")),
        },
        _ => Err(format!(
            "usage: takens-workloads WORKLOAD [TOLERANCE]; workloads are {}, w2-two, w8-18, collection, periods",
            NAMES.join(", ")
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("takens-workloads: {message}");
            ExitCode::FAILURE
        }
    }
}

fn tell_collection() -> Result<(), String> {
    let collected = collection(1)?;
    println!("{{\"done\": {}, \"failed\": {:?}}}", collected.done, collected.failed);
    Ok(())
}

fn tell_periods() -> Result<(), String> {
    let pairs: Vec<String> =
        periods()?.iter().map(|(name, period)| format!("{name:?}: {period:?}")).collect();
    println!("{{{}}}", pairs.join(", "));
    Ok(())
}
