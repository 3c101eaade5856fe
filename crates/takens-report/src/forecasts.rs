//! Forecasts over truth: small plots, one a system.

use crate::leaderboard::competitor;
use crate::svg::{Scale, axes, colour, escape, path};
use takens_host::{DataRecord, Reader, Run, StoreError};
use takens_metrics::{Direction, MetricInfo};

const SIZE: (f64, f64) = (430.0, 210.0);
/// Points of a curve that a plot of this size can show.
const POINTS: usize = 400;
/// Forecast curves that one plot can hold and still be read.
const CURVES: usize = 4;

/// The first component of truth and forecasts for the first seed of every system, up to `limit`
/// systems; of the forecasts the best few by `metric`.
///
/// # Errors
/// [`StoreError`] if the store cannot be read.
pub(crate) fn forecast_plots(
    reader: &Reader,
    run: &Run,
    methods: &[String],
    metric: &MetricInfo,
    limit: usize,
) -> Result<String, StoreError> {
    let mut systems: Vec<&str> =
        run.results.values().map(|record| record.system.as_str()).collect();
    systems.sort_unstable();
    systems.dedup();
    let mut text = String::from("<div class=\"grid-of-plots\">");
    for system in systems.iter().take(limit) {
        let mut records: Vec<_> = run
            .results
            .values()
            .filter(|record| record.system == *system && record.scores.contains_key(metric.id))
            .collect();
        let Some(seed) = records.iter().map(|record| record.seed).min() else { continue };
        records.retain(|record| record.seed == seed);
        records.sort_by(|a, b| a.scores[metric.id].total_cmp(&b.scores[metric.id]));
        if metric.direction == Direction::HigherIsBetter {
            records.reverse();
        }
        let Some(data) =
            records.first().map(|record| reader.data(&record.data)).transpose()?.flatten()
        else {
            continue;
        };
        let mut curves = Vec::new();
        for record in &records {
            if curves.len() == CURVES {
                break;
            }
            if let Some(forecast) = reader.forecast(&record.id)?
                && forecast.dim() == data.truth.values.dim()
            {
                let name = competitor(record);
                let place = methods.iter().position(|method| *method == name).unwrap_or(0);
                curves.push((name, place, forecast.column(0).to_vec()));
            }
        }
        text += &plot(system, &data, &curves);
    }
    text += "</div>";
    if systems.len() > limit {
        text += &format!("<p>The first {limit} of {} systems, by name.</p>", systems.len());
    }
    Ok(text)
}

fn plot(system: &str, data: &DataRecord, curves: &[(String, usize, Vec<f64>)]) -> String {
    let truth = data.truth.values.column(0);
    let (low, high) = truth
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    let margin = 0.15 * (high - low).max(f64::MIN_POSITIVE);
    // Lyapunov times where there are any: then plots of different systems can be compared.
    let exponent = data.exponent.filter(|exponent| *exponent > 1e-6);
    let unit = data.truth.step * exponent.unwrap_or(1.0);
    let title = if exponent.is_some() { "Lyapunov times" } else { "time" };
    let x = Scale::linear((unit, truth.len() as f64 * unit), (56.0, SIZE.0 - 10.0));
    let y = Scale::linear((low - margin, high + margin), (SIZE.1 - 36.0, 24.0));
    let stride = truth.len().div_ceil(POINTS).max(1);
    let curve = |values: &dyn Fn(usize) -> f64| {
        path((0..truth.len()).step_by(stride).map(|i| {
            let value = values(i);
            // A curve that leaves the plot is cut at its edge.
            let inside =
                if value.is_finite() { value.clamp(low - margin, high + margin) } else { f64::NAN };
            (x.at((i + 1) as f64 * unit), y.at(inside))
        }))
    };
    let mut text = format!(
        "<figure><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"forecasts of {}\">",
        SIZE.0,
        SIZE.1,
        escape(system)
    );
    text += &format!("<text class=\"heading\" x=\"56\" y=\"15\">{}</text>", escape(system));
    text += &axes(SIZE.1, (&x, title), (&y, &data.truth.names[0]));
    if data.trusted < truth.len() {
        let place = x.at(data.trusted as f64 * unit);
        text += &format!(
            "<line class=\"trust\" x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"24\" y2=\"{}\"><title>trusted horizon</title></line>",
            SIZE.1 - 36.0
        );
    }
    text += &format!("<path class=\"truth\" d=\"{}\"/>", curve(&|i| truth[i]));
    for (name, place, values) in curves {
        text += &format!(
            "<path class=\"curve\" stroke=\"{}\" d=\"{}\"><title>{}</title></path>",
            colour(*place),
            curve(&|i| values[i]),
            escape(name)
        );
    }
    text + "</svg></figure>"
}
