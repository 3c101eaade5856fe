//! Forecasts over truth: any system and any methods by choice, and a few systems at a glance.

use super::data::System;
use super::metrics::Board;
use crate::archive::{Archive, Orbit};
use crate::draw::{Frame, Scale, escape, path, sample, shorten};
use crate::leaderboard::sign;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Forecasts drawn where nobody has chosen.
const BEST: usize = 3;
/// Small plots.
const GLANCES: usize = 6;
/// Curves that a page holds at the most: half a kilobyte each.
const CURVES: usize = 5000;
/// Levels of a curve's points; the next one stands for what is not finite.
const LEVELS: f64 = 4094.0;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Said of maps.
const FIRST_ITERATIONS: &str = "a map, its first iterations, ";

/// A plot's size, and its frame: left, right, top, bottom.
struct Layout {
    size: (f64, f64),
    plot: (f64, f64, f64, f64),
    ticks: (usize, usize),
}

const LARGE: Layout =
    Layout { size: (960.0, 380.0), plot: (66.0, 944.0, 12.0, 332.0), ticks: (10, 6) };
const SMALL: Layout =
    Layout { size: (460.0, 226.0), plot: (62.0, 450.0, 8.0, 184.0), ticks: (5, 4) };

/// The section, and what the script needs for it.
///
/// `systems` are in the order of difficulty; `first` ranks the methods of a system.
pub(super) fn section(
    archive: &Archive,
    systems: &[System],
    methods: &[String],
    first: Option<&Board>,
) -> (String, Value) {
    // The order of the rows first, then what no row has.
    let ranked: Vec<&str> = systems.iter().map(|system| system.name.as_str()).collect();
    let rest = archive.systems.keys().map(String::as_str).filter(|name| !ranked.contains(name));
    let with_forecast = |name: &&str| {
        archive.systems.get(*name).is_some_and(|orbit| orbit.forecasts.values().any(Result::is_ok))
    };
    let all: Vec<&str> = ranked.iter().copied().chain(rest).filter(with_forecast).collect();
    if all.is_empty() {
        return (
            "<p class=\"nothing\">No forecast has been archived: no task has ended in one.</p>"
                .into(),
            Value::Null,
        );
    }
    let limit = (CURVES / methods.len().max(1)).max(1);
    let (shown, left_out) = all.split_at(limit.min(all.len()));
    let order = |name: &str| best(systems, name, first, methods.len());
    // Neither the easiest nor the hardest.
    let begin = shown[shown.len() / 2];
    let chosen: Vec<usize> = drawn(&archive.systems[begin], &order(begin));
    let mut text = format!(
        "<p>The first component of the first seed: the truth is the broad grey line; a curve that leaves the plot runs along its edge, and one \
         that is not finite ends. A dashed line marks the trusted horizon where it lies inside: beyond it the truth itself is in doubt.{}</p>",
        if left_out.is_empty() {
            String::new()
        } else {
            format!(" The page holds {} of {} systems, to stay small.", shown.len(), all.len())
        }
    );
    text += &viewer(archive, shown, methods, begin, &chosen);
    text += &glances(archive, shown, methods, &order);
    let orbits: BTreeMap<&str, Value> =
        shown.iter().map(|name| (*name, curves(&archive.systems[*name]))).collect();
    (
        text,
        json!({ "plot": [LARGE.plot.0, LARGE.plot.1, LARGE.plot.2, LARGE.plot.3], "levels": LEVELS, "systems": orbits }),
    )
}

/// The methods, the best on this system first.
fn best(systems: &[System], name: &str, first: Option<&Board>, methods: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..methods).collect();
    let system = systems.iter().find(|system| system.name == name);
    if let (Some(system), Some(board)) = (system, first) {
        let sign = sign(board.info.direction);
        let score = |method: usize| {
            system.score(board.info.id, method).map_or(f64::INFINITY, |score| sign * score)
        };
        order.sort_by(|&a, &b| score(a).total_cmp(&score(b)));
    }
    order
}

/// The first few methods of the order that have a forecast here.
fn drawn(orbit: &Orbit, order: &[usize]) -> Vec<usize> {
    let has = |method: &&usize| orbit.forecasts.get(method).is_some_and(Result::is_ok);
    order.iter().filter(has).take(BEST).copied().collect()
}

/// One plot with a choice of system and methods.
fn viewer(
    archive: &Archive,
    shown: &[&str],
    methods: &[String],
    begin: &str,
    chosen: &[usize],
) -> String {
    let mut names: Vec<&str> = shown.to_vec();
    names.sort_unstable();
    let options: String = names
        .iter()
        .map(|name| {
            let selected = if *name == begin { " selected" } else { "" };
            format!("<option{selected}>{}</option>", escape(name))
        })
        .collect();
    let boxes: String = methods
        .iter()
        .enumerate()
        .map(|(place, method)| {
            let checked = if chosen.contains(&place) { " checked" } else { "" };
            let name = escape(method);
            format!(
                "<label class=\"key m{place}\" title=\"{name}\"><input type=\"checkbox\" value=\"{place}\"{checked}>{}{}</label>",
                sample(place),
                escape(&shorten(method, 40))
            )
        })
        .collect();
    format!(
        "<div id=\"viewer\"><p class=\"needs-script\"><label>System <select id=\"viewer-system\">{options}</select></label></p>\
         <fieldset class=\"needs-script legend\"><legend>Methods</legend>{boxes}</fieldset>\
         <figure><figcaption id=\"viewer-caption\" aria-live=\"polite\">{}</figcaption><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"forecasts over truth\">{}</div></figure></div>",
        caption(begin, &archive.systems[begin], methods, chosen),
        plot(begin, &archive.systems[begin], methods, chosen, &LARGE)
    )
}

/// What a plot shows, in words.
fn caption(name: &str, orbit: &Orbit, methods: &[String], chosen: &[usize]) -> String {
    let names: Vec<String> = chosen.iter().map(|place| escape(&methods[*place])).collect();
    format!(
        "<b>{}</b>, {}component {}, seed {}: {}",
        escape(name),
        if orbit.is_map { FIRST_ITERATIONS } else { "" },
        escape(&orbit.component),
        orbit.seed,
        if names.is_empty() { "the truth alone".into() } else { names.join(", ") }
    )
}

/// Small plots of systems from the easiest to the hardest.
fn glances(
    archive: &Archive,
    shown: &[&str],
    methods: &[String],
    order: &impl Fn(&str) -> Vec<usize>,
) -> String {
    if shown.len() < 2 {
        return String::new();
    }
    let count = GLANCES.min(shown.len());
    let plots: String = (0..count)
        .map(|k| shown[k * (shown.len() - 1) / (count - 1)])
        .map(|name| {
            let orbit = &archive.systems[name];
            let chosen = drawn(orbit, &order(name));
            format!(
                "<figure><figcaption>{}</figcaption>{}</figure>",
                caption(name, orbit, methods, &chosen),
                plot(name, orbit, methods, &chosen, &SMALL)
            )
        })
        .collect();
    format!(
        "<h3>From the easiest to the hardest</h3><p>{count} systems by the median over methods of the first metric, each with its best {BEST} \
         forecasts.</p><div class=\"grid-of-plots\">{plots}</div>"
    )
}

/// The range of values that a plot shows: the truth's, and a margin.
fn range(orbit: &Orbit) -> (f64, f64) {
    let (low, high) = orbit
        .truth
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    let margin = 0.15 * (high - low).max(1e-9 * high.abs()).max(1e-12);
    (low - margin, high + margin)
}

/// The axes of a plot.
fn scales(orbit: &Orbit, layout: &Layout) -> (Scale, Scale) {
    let (left, right, top, bottom) = layout.plot;
    let step = orbit.step * orbit.unit().0;
    let x = Scale::linear((step, orbit.truth.len() as f64 * step), (left, right));
    (x, Scale::linear(range(orbit), (bottom, top)))
}

/// Where the trusted horizon ends, if within the plot.
fn trust(orbit: &Orbit, x: Scale) -> Option<f64> {
    let unit = orbit.unit().0;
    let inside = orbit.trusted < (orbit.truth.len() as f64 - 0.5) * orbit.step;
    inside.then(|| x.at((orbit.trusted * unit).max(orbit.step * unit)))
}

fn plot(
    name: &str,
    orbit: &Orbit,
    methods: &[String],
    chosen: &[usize],
    layout: &Layout,
) -> String {
    let (x, y) = scales(orbit, layout);
    let (low, high) = range(orbit);
    let step = orbit.step * orbit.unit().0;
    let curve = |values: &[f64]| {
        path(values.iter().enumerate().map(|(i, value)| {
            let inside = if value.is_nan() { f64::NAN } else { y.at(value.clamp(low, high)) };
            (x.at((i + 1) as f64 * step), inside)
        }))
    };
    let frame =
        Frame { x, y, x_title: orbit.unit().1, y_title: &orbit.component, ticks: layout.ticks };
    let (_, _, top, bottom) = layout.plot;
    let horizon = trust(orbit, x).map_or_else(String::new, |place| {
        format!("<path class=\"trust\" d=\"M{place:.1} {top}V{bottom}\"><title>trusted horizon</title></path>")
    });
    let curves: String = chosen
        .iter()
        .filter_map(|place| {
            let values = orbit.forecasts.get(place)?.as_ref().ok()?;
            Some(format!(
                "<path class=\"curve m{place}\" d=\"{}\"><title>{}</title></path>",
                curve(values),
                escape(&methods[*place])
            ))
        })
        .collect();
    format!(
        "<svg class=\"figure\" style=\"--w:{0}px\" viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"forecasts of {2}\"><g class=\"axes\">{3}</g>\
         <g class=\"curves\">{horizon}<path class=\"truth\" d=\"{4}\"/>{curves}</g></svg>",
        layout.size.0,
        layout.size.1,
        escape(name),
        frame.svg(),
        curve(&orbit.truth)
    )
}

/// A system's curves for the script, with the ticks of its axes.
fn curves(orbit: &Orbit) -> Value {
    let (x, y) = scales(orbit, &LARGE);
    let range = range(orbit);
    let ticks = |scale: Scale, count: usize| -> Vec<Value> {
        let place = |value: f64| (10.0 * scale.at(value)).round() / 10.0;
        scale.ticks(count).into_iter().map(|(value, label)| json!([place(value), label])).collect()
    };
    let mut forecasts = BTreeMap::new();
    let mut ends = BTreeMap::new();
    for (place, forecast) in &orbit.forecasts {
        match forecast {
            Ok(values) => drop(forecasts.insert(place, encode(values, range))),
            Err(end) => drop(ends.insert(place, end)),
        }
    }
    json!({
        "component": orbit.component, "of": if orbit.is_map { FIRST_ITERATIONS } else { "" }, "seed": orbit.seed, "unit": orbit.unit().1,
        "x": ticks(x, LARGE.ticks.0), "y": ticks(y, LARGE.ticks.1), "trust": trust(orbit, x),
        "truth": encode(&orbit.truth, range), "curves": forecasts, "ends": ends,
    })
}

/// A curve as text, two characters a point.
fn encode(values: &[f64], (low, high): (f64, f64)) -> String {
    let mut text = String::with_capacity(2 * values.len());
    for value in values {
        let level = if value.is_nan() {
            LEVELS as usize + 1
        } else {
            ((value.clamp(low, high) - low) / (high - low) * LEVELS).round() as usize
        };
        text.push(ALPHABET[level / 64] as char);
        text.push(ALPHABET[level % 64] as char);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_two_characters_a_point() {
        let text = encode(&[0.0, 1.0, 0.5, f64::NAN, 7.0, f64::NEG_INFINITY], (0.0, 1.0));
        assert_eq!(text, "AA/+f////+AA");
    }
}
