//! `takens export`: the results of a run as one table for other tools, parquet or csv.

use crate::columns::{Column, Values, csv, parquet};
use crate::commands::bench::{existing, refuse_missing};
use crate::failure::Failure;
use crate::files;
use crate::print::{counted, note};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use takens_host::{Reader, Record};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The table: a name that ends in .parquet or .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.output;
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !["parquet", "csv"].contains(&ending) {
        let message = format!("{}: the name must end in parquet or csv", path.display());
        return Err(Failure::usage(message));
    }
    refuse_missing(&arguments.folder)?;
    let run = existing(&arguments.folder)?;
    for alarm in &run.alarms {
        note!("warning: {alarm}");
    }
    let (provenances, proofs) = Reader::open(&arguments.folder)
        .and_then(|reader| Ok((reader.provenances()?, reader.proofs()?)))
        .map_err(Failure::work)?;
    let mut records: Vec<Record> = run.results.into_values().collect();
    records.sort_by(|a, b| {
        let place = |r: &Record| (r.system.clone(), r.method.clone(), r.parameters.clone(), r.seed);
        place(a).cmp(&place(b))
    });
    let columns = columns(&records, &provenances, &proofs);
    files::whole(path, |file| match ending {
        "csv" => csv(file, &columns),
        _ => parquet(file, &columns),
    })?;
    note!("{} in {}", counted(records.len(), "result"), path.display());
    Ok(())
}

/// One column a field, then one a metric. What a result does not have is empty.
fn columns(
    records: &[Record],
    provenances: &HashMap<String, String>,
    proofs: &HashMap<String, String>,
) -> Vec<Column> {
    let text = |name: &str, of: &dyn Fn(&Record) -> String| Column {
        name: name.into(),
        values: Values::Text(records.iter().map(of).collect()),
    };
    let real = |name: &str, of: &dyn Fn(&Record) -> Option<f64>| Column {
        name: name.into(),
        values: Values::Real(records.iter().map(of).collect()),
    };
    let whole = |name: &str, of: &dyn Fn(&Record) -> Option<i64>| Column {
        name: name.into(),
        values: Values::Whole(records.iter().map(of).collect()),
    };
    let mut columns = vec![
        text("task", &|r| r.id.clone()),
        text("system", &|r| r.system.clone()),
        text("method", &|r| r.method.clone()),
        text("parameters", &|r| r.parameters.clone()),
        text("tuned", &|r| r.tuned.clone()),
        whole("seed", &|r| i64::try_from(r.seed).ok()),
        text("protocol", &|r| r.protocol.clone()),
        text("data", &|r| r.data.clone()),
        text("horizon_proof", &|r| proofs.get(&r.data).cloned().unwrap_or_default()),
        text("status", &|r| r.status.name().into()),
        text("kind", &|r| r.kind.clone()),
        text("message", &|r| r.message.clone()),
        real("fit_seconds", &|r| r.fit_seconds),
        real("forecast_seconds", &|r| r.forecast_seconds),
        real("cpu_seconds", &|r| r.cpu_seconds),
        whole("peak_memory", &|r| r.peak_memory.and_then(|bytes| i64::try_from(bytes).ok())),
    ];
    let metrics: BTreeSet<&String> = records.iter().flat_map(|r| r.scores.keys()).collect();
    columns.extend(metrics.into_iter().map(|m| real(m, &|r| r.scores.get(m).copied())));
    let provenance = |r: &Record| provenances.get(&r.id).cloned().unwrap_or_default();
    columns.push(text("provenance", &provenance));
    columns
}
