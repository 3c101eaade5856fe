//! Error against horizon: how fast forecasts lose the truth.

use crate::leaderboard::{competitor, median};
use crate::svg::{Scale, axes, colour, escape, path};
use std::collections::BTreeMap;
use takens_host::{DataRecord, Reader, Record, Run, StoreError};

const SIZE: (f64, f64) = (520.0, 320.0);
/// Bins of the horizon.
const BINS: usize = 60;
/// Tasks read at most: a page of a huge run shows a sample of it.
const TASKS: usize = 4000;
/// Errors below this are drawn at it.
const FLOOR: f64 = 1e-6;

/// Median over tasks of the error in standard deviations, against the horizon in Lyapunov times,
/// within the trusted horizon; `None` if no system has a Lyapunov time.
///
/// # Errors
/// [`StoreError`] if the store cannot be read.
pub(crate) fn horizon_plot(
    reader: &Reader,
    run: &Run,
    methods: &[String],
) -> Result<Option<String>, StoreError> {
    let mut longest: f64 = 0.0;
    let mut curves: BTreeMap<usize, Vec<Vec<(f64, f64)>>> = BTreeMap::new();
    let mut sample: Vec<&Record> =
        run.results.values().filter(|record| !record.scores.is_empty()).take(TASKS).collect();
    // Tasks of the same data one after the other: only these are held.
    sample.sort_by(|a, b| a.data.cmp(&b.data));
    let mut held: Option<DataRecord> = None;
    for record in sample {
        if held.as_ref().is_none_or(|data| data.id != record.data) {
            held = reader.data(&record.data)?;
        }
        let Some(data) = &held else { continue };
        let Some(exponent) = data.exponent.filter(|exponent| *exponent > 1e-6) else { continue };
        let Some(forecast) = reader.forecast(&record.id)? else { continue };
        if forecast.dim() != data.truth.values.dim() {
            continue;
        }
        let unit = data.truth.step * exponent;
        let errors = forecast
            .rows()
            .into_iter()
            .zip(data.truth.values.rows())
            .take(data.trusted)
            .enumerate()
            .map(|(i, (f, t))| {
                let squares = f
                    .iter()
                    .zip(t)
                    .zip(&data.clean)
                    .map(|((f, t), (_, std))| ((f - t) / std.max(f64::MIN_POSITIVE)).powi(2));
                let error = (squares.sum::<f64>() / t.len() as f64).sqrt();
                ((i + 1) as f64 * unit, if error.is_finite() { error } else { f64::MAX })
            });
        let errors: Vec<_> = errors.collect();
        longest = longest.max(errors.last().map_or(0.0, |last| last.0));
        let place = methods.iter().position(|method| *method == competitor(record)).unwrap_or(0);
        curves.entry(place).or_default().push(errors);
    }
    if longest == 0.0 {
        return Ok(None);
    }
    // Systems reach differently far. Where fewer than half of a method's tasks are left, a median
    // would tell of another set of systems, and its curve ends.
    let reach = |tasks: &Vec<Vec<(f64, f64)>>| {
        median(&tasks.iter().filter_map(|task| Some(task.last()?.0)).collect::<Vec<_>>())
    };
    let end = curves.values().map(reach).fold(0.0, f64::max).min(longest);
    let x = Scale::linear((0.0, end), (64.0, SIZE.0 - 14.0));
    let y = Scale::log((FLOOR, 10.0), (SIZE.1 - 40.0, 12.0));
    let mut text = format!(
        "<svg viewBox=\"0 0 {} {}\" style=\"max-width:{}px\" role=\"img\" aria-label=\"error against horizon\">",
        SIZE.0, SIZE.1, SIZE.0
    );
    text += &axes(SIZE.1, (&x, "Lyapunov times ahead"), (&y, "median error / standard deviation"));
    for (place, tasks) in curves {
        let points = (1..=BINS).filter_map(|bin| {
            let time = end * bin as f64 / BINS as f64;
            let here: Vec<f64> = tasks
                .iter()
                .filter_map(|task| {
                    task.get(task.partition_point(|point| point.0 < time)).map(|point| point.1)
                })
                .collect();
            (2 * here.len() >= tasks.len())
                .then(|| (x.at(time), y.at(median(&here).clamp(FLOOR, 10.0))))
        });
        text += &format!(
            "<path class=\"curve\" stroke=\"{}\" d=\"{}\"><title>{}</title></path>",
            colour(place),
            path(points),
            escape(&methods[place])
        );
    }
    Ok(Some(text + "</svg>"))
}
