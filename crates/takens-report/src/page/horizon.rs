//! Error against horizon: how fast forecasts lose the truth, and how far the truth can be trusted.

use super::ranking::counted;
use crate::archive::{Archive, ErrorCurve, Reach};
use crate::draw::{Frame, Scale, escape, number, path, shorten};
use crate::leaderboard::median;
use takens_analysis::Proof;

/// Left, right, top and bottom of the plot; labels stand right of it.
const PLOT: (f64, f64, f64, f64) = (66.0, 740.0, 14.0, 352.0);
/// The strip below it, which shows how much truth is left.
const STRIP: (f64, f64) = (402.0, 442.0);
const SIZE: (f64, f64) = (960.0, 490.0);
/// Bins of the horizon.
const BINS: usize = 80;
/// The range of the errors drawn; those beyond lie at the edge.
const ERRORS: (f64, f64) = (1e-6, 10.0);
/// Lines of labels are this far apart.
const LINE: f64 = 15.0;

/// The plot, or a sentence that says why there is none.
pub(super) fn section(archive: &Archive, methods: &[String]) -> String {
    if archive.horizons.is_empty() {
        return "<p class=\"nothing\">No data of this run have a Lyapunov time: none of its systems has a positive exponent on record.</p>".into();
    }
    if archive.errors.iter().all(|curves| curves.is_empty()) {
        return "<p class=\"nothing\">No forecast has been archived yet for a system with a Lyapunov time.</p>".into();
    }
    // Systems reach differently far. Where fewer than half of a method's tasks are left, a median
    // would tell of another set of systems, and its curve ends.
    let reach = |curves: &Vec<ErrorCurve>| {
        let ends: Vec<f64> = curves.iter().filter_map(|curve| Some(curve.last()?.0)).collect();
        if ends.is_empty() { 0.0 } else { median(&ends) }
    };
    let end = archive.errors.iter().map(reach).fold(0.0, f64::max);
    if end <= 0.0 {
        return "<p class=\"nothing\">No sample of any truth lies within its trusted horizon.</p>"
            .into();
    }
    let doubts = Doubts::of(&archive.horizons);
    let text = format!(
        "<p>Median over tasks of the error in standard deviations of the training part (root mean square over components), within the trusted \
         horizon of each truth. A curve ends where fewer than half of its method's tasks are left. Point at a curve or a name to single it out.{}</p>\
         <p>The strip below shows for how many of the {} the truth reaches so far, and how many of these can be trusted there: where two \
         computations of the truth part, no error is counted. {} {}</p>",
        sample(archive),
        counted(archive.horizons.len(), "pair of system and seed"),
        proofs(&archive.horizons),
        doubts.told(end)
    );
    format!(
        "{text}<figure><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"error against horizon\">{}</div></figure>",
        plot(archive, methods, end, &doubts)
    )
}

fn sample(archive: &Archive) -> String {
    if archive.read == archive.of {
        return String::new();
    }
    format!(" Shown are {} of {} forecasts, those of the first seeds.", archive.read, archive.of)
}

fn plot(archive: &Archive, methods: &[String], end: f64, doubts: &Doubts) -> String {
    let (left, right, top, bottom) = PLOT;
    let x = Scale::linear((0.0, end), (left, right));
    let y = Scale::log(ERRORS, (bottom, top));
    let mut text = format!(
        "<svg class=\"figure\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"horizon-plot\"><title id=\"horizon-plot\">Median error of {} against time in Lyapunov times</title>",
        SIZE.0,
        SIZE.1,
        counted(methods.len(), "method")
    );
    let frame = Frame {
        x,
        y,
        x_title: "Lyapunov times ahead",
        y_title: "median error / standard deviation",
        ticks: (8, 7),
    };
    text += &frame.svg();
    // Where a forecast is no better than a guess.
    text += &format!("<path class=\"level\" d=\"M{left} {0:.1}H{right}\"/>", y.at(1.0));
    text += &doubts.svg(x);
    let mut labels = Vec::new();
    for (place, curves) in archive.errors.iter().enumerate() {
        let points = middle(curves, end);
        let Some(last) = points.last() else { continue };
        labels.push((y.at(last.1), (x.at(last.0), y.at(last.1)), place));
        let name = escape(&methods[place]);
        let line = path(points.iter().map(|(time, error)| (x.at(*time), y.at(*error))));
        text +=
            &format!("<path class=\"curve m{place}\" d=\"{line}\"><title>{name}</title></path>");
    }
    text += &names(labels, methods);
    text += &strip(&archive.horizons, x);
    text + "</svg>"
}

/// Where truths cease to be trusted before their end, in Lyapunov times.
struct Doubts {
    /// All of them, in order.
    ends: Vec<f64>,
    /// Truths in all.
    of: usize,
}

impl Doubts {
    fn of(horizons: &[Reach]) -> Self {
        let cut = horizons.iter().filter(|reach| reach.trusted < reach.end);
        let mut ends: Vec<f64> = cut.map(|reach| reach.trusted).collect();
        ends.sort_by(f64::total_cmp);
        Self { ends, of: horizons.len() }
    }

    /// The first, and the one by which half of all truths are in doubt, if it comes to that.
    fn lines(&self) -> Vec<(f64, &'static str)> {
        let first = self.ends.first().map(|end| (*end, "first truth in doubt"));
        let half = self.ends.get(self.of.div_ceil(2).saturating_sub(1)).filter(|_| self.of > 1);
        first.into_iter().chain(half.map(|end| (*end, "half in doubt"))).collect()
    }

    /// In words; `end` is where the axis of time ends.
    fn told(&self, end: f64) -> String {
        if self.ends.is_empty() {
            return "In this run every truth can be trusted to its end.".into();
        }
        let lines = self.lines();
        let drawn = lines.iter().filter(|(time, _)| *time <= end).count();
        let where_drawn = match (drawn, lines.len()) {
            (0, _) => "beyond the axis of time",
            (1, 1) => "the dashed line",
            (2, 2) => "the dashed lines",
            _ => "the first is the dashed line, the other lies beyond the axis of time",
        };
        let lines: Vec<String> =
            lines.iter().map(|(time, what)| format!("{what} after {}", number(*time))).collect();
        format!(
            "In this run the trusted horizon ends {} of them before their time: {} Lyapunov times ({where_drawn}).",
            self.ends.len(),
            lines.join(", ")
        )
    }

    fn svg(&self, x: Scale) -> String {
        let (_, right, top, bottom) = PLOT;
        let lines = self.lines().into_iter().enumerate();
        lines
            .map(|(row, (end, what))| (row, x.at(end), what))
            .filter(|(_, place, _)| *place <= right)
            .map(|(row, place, what)| {
                let (dx, anchor) = if place > right - 150.0 { (-5.0, "end") } else { (5.0, "start") };
                format!(
                    "<path class=\"trust\" d=\"M{place:.1} {top}V{bottom}\"/><text class=\"doubt\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{what}</text>",
                    place + dx,
                    bottom - 8.0 - LINE * row as f64
                )
            })
            .collect()
    }
}

/// What trust rests on.
fn proofs(horizons: &[Reach]) -> String {
    let of = |proof| horizons.iter().filter(|reach| reach.proof == proof).count();
    let known = [
        (of(Some(Proof::DoubleDouble)), "by a truth in double-double arithmetic"),
        (of(Some(Proof::SecondRun)), "by a second run in double precision"),
        (of(None), "in a way that is not on record"),
    ];
    let told: Vec<String> = known
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{count} {how}"))
        .collect();
    format!("Trust is established {}.", told.join(", "))
}

/// The median error in each bin that enough tasks reach.
fn middle(curves: &[ErrorCurve], end: f64) -> Vec<(f64, f64)> {
    (1..=BINS)
        .filter_map(|bin| {
            let time = end * bin as f64 / BINS as f64;
            let here: Vec<f64> = curves
                .iter()
                .filter_map(|curve| {
                    curve.get(curve.partition_point(|point| point.0 < time)).map(|point| point.1)
                })
                .collect();
            (!here.is_empty() && 2 * here.len() >= curves.len())
                .then(|| (time, median(&here).clamp(ERRORS.0, ERRORS.1)))
        })
        .collect()
}

/// The names right of the plot, in the order in which the curves end, none over another, each with a
/// line to its curve.
fn names(mut labels: Vec<(f64, (f64, f64), usize)>, methods: &[String]) -> String {
    let (_, right, top, bottom) = PLOT;
    labels.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let line = LINE.min((bottom - top) / labels.len().max(1) as f64);
    let mut next = top;
    for label in &mut labels {
        label.0 = label.0.max(next);
        next = label.0 + line;
    }
    let mut limit = bottom;
    for label in labels.iter_mut().rev() {
        label.0 = label.0.min(limit);
        limit = label.0 - line;
    }
    labels
        .into_iter()
        .map(|(y, end, place)| {
            let name = &methods[place];
            format!(
                "<path class=\"leader\" d=\"M{:.1} {:.1}L{:.1} {y:.1}\"/><g class=\"key m{place}\" tabindex=\"0\"><title>{}</title>\
                 <path class=\"line m{place}\" d=\"M{:.1} {y:.1}h24\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
                end.0 + 2.0,
                end.1,
                right + 18.0,
                escape(name),
                right + 20.0,
                right + 50.0,
                y + 4.0,
                escape(&shorten(name, 24))
            )
        })
        .collect()
}

/// Shares of the truths that reach a time, and that can be trusted there.
fn strip(horizons: &[Reach], x: Scale) -> String {
    let (left, right, ..) = PLOT;
    let share = |ends: &dyn Fn(&Reach) -> f64| {
        let mut ends: Vec<f64> = horizons.iter().map(ends).collect();
        ends.sort_by(f64::total_cmp);
        let mut line = format!("M{left} {:.1}V{:.1}", STRIP.1, STRIP.0);
        for (gone, end) in ends.iter().enumerate() {
            let place = x.at(*end).min(right);
            let height = (gone + 1) as f64 / ends.len() as f64 * (STRIP.1 - STRIP.0);
            line += &format!("H{place:.1}");
            if x.at(*end) > right {
                break;
            }
            line += &format!("V{:.1}", STRIP.0 + height);
        }
        line + &format!("V{:.1}z", STRIP.1)
    };
    format!(
        "<path class=\"reach\" d=\"{}\"><title>truths that reach so far</title></path><path class=\"trusted\" d=\"{}\"><title>truths that can be trusted so far</title></path>\
         <rect class=\"frame\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\
         <text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">100 %</text><text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">0</text>\
         <text class=\"title\" x=\"{}\" y=\"{}\">share of truths</text>\
         <path class=\"reach\" d=\"M{left} {}h18v9h-18z\"/><text x=\"{}\" y=\"{}\">computed so far</text>\
         <path class=\"trusted\" d=\"M{} {}h18v9h-18z\"/><text x=\"{}\" y=\"{}\">trusted so far</text>",
        share(&|reach| reach.end),
        share(&|reach| reach.trusted),
        STRIP.0,
        right - left,
        STRIP.1 - STRIP.0,
        left - 6.0,
        STRIP.0 + 6.0,
        left - 6.0,
        STRIP.1 + 1.0,
        right + 20.0,
        (STRIP.0 + STRIP.1) / 2.0 + 4.0,
        STRIP.1 + 16.0,
        left + 24.0,
        STRIP.1 + 25.0,
        left + 150.0,
        STRIP.1 + 16.0,
        left + 174.0,
        STRIP.1 + 25.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_ends_where_fewer_than_half_of_the_tasks_are_left() {
        let task = |length: usize| (1..=length).map(|k| (k as f64, 0.5)).collect::<ErrorCurve>();
        let curves = [task(80), task(40), task(40), task(80), task(40)];
        let points = middle(&curves, 80.0);
        assert_eq!(points.last(), Some(&(40.0, 0.5)));
    }

    #[test]
    fn the_text_says_which_lines_are_drawn() {
        let doubts = Doubts { ends: vec![3.0, 8.0], of: 3 };
        for (end, said) in [
            (
                10.0,
                "first truth in doubt after 3, half in doubt after 8 Lyapunov times (the dashed lines).",
            ),
            (5.0, "(the first is the dashed line, the other lies beyond the axis of time)."),
            (2.0, "(beyond the axis of time)."),
        ] {
            let told = doubts.told(end);
            assert!(told.ends_with(said), "{told}");
            let drawn = doubts.svg(Scale::linear((0.0, end), (PLOT.0, PLOT.1)));
            assert_eq!(
                drawn.matches("<path").count(),
                [3.0, 8.0].iter().filter(|time| **time <= end).count()
            );
        }
    }

    #[test]
    fn names_keep_apart_and_within_the_plot() {
        let methods: Vec<String> = (0..20).map(|k| format!("m{k}")).collect();
        let labels = (0..20).map(|k| (351.0, (700.0, 351.0), k)).collect();
        let text = names(labels, &methods);
        let places: Vec<f64> = text
            .split("<text x=\"790.0\" y=\"")
            .skip(1)
            .map(|rest| rest[..rest.find('"').unwrap()].parse().unwrap())
            .collect();
        assert_eq!(places.len(), 20);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 14.8), "{places:?}");
        assert!(places[0] > 0.0 && places[19] <= 357.0);
    }
}
