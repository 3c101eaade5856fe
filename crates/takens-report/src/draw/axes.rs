//! A frame with ticks and titles, and curves within it.

use super::{Scale, escape};

/// Two axes.
pub(crate) struct Frame<'a> {
    /// From left to right.
    pub(crate) x: Scale,
    /// From bottom to top.
    pub(crate) y: Scale,
    /// What the horizontal axis shows, with its unit.
    pub(crate) x_title: &'a str,
    /// What the vertical axis shows, with its unit; empty where a title for several plots says it.
    pub(crate) y_title: &'a str,
    /// About how many ticks they have.
    pub(crate) ticks: (usize, usize),
}

impl Frame<'_> {
    /// The frame with its grid, ticks below and left of it, titles beyond them.
    pub(crate) fn svg(&self) -> String {
        self.grid() + &self.below() + &self.beside()
    }

    /// The frame and its grid alone, for neighbours that share their ticks.
    pub(crate) fn grid(&self) -> String {
        let (left, right) = self.x.ends();
        let (bottom, top) = self.y.ends();
        let columns = self.x.ticks(self.ticks.0).into_iter();
        let columns = columns.map(|tick| format!("M{:.1} {top:.1}V{bottom:.1}", self.x.at(tick.0)));
        let rows = self.y.ticks(self.ticks.1).into_iter();
        let rows = rows.map(|tick| format!("M{left:.1} {:.1}H{right:.1}", self.y.at(tick.0)));
        format!(
            "<path class=\"grid\" d=\"{}\"/><rect class=\"frame\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            columns.chain(rows).collect::<String>(),
            right - left,
            bottom - top
        )
    }

    /// Ticks and title of the horizontal axis.
    pub(crate) fn below(&self) -> String {
        let (left, right) = self.x.ends();
        let bottom = self.y.ends().0;
        let ticks = self.x.ticks(self.ticks.0).into_iter();
        let ticks = ticks.map(|(value, label)| {
            format!(
                "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
                self.x.at(value),
                bottom + 15.0
            )
        });
        let title = format!(
            "<text class=\"title\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            (left + right) / 2.0,
            bottom + 33.0,
            escape(self.x_title)
        );
        ticks.chain([title]).collect()
    }

    /// Ticks of the vertical axis, and its title, if it has one.
    pub(crate) fn beside(&self) -> String {
        let left = self.x.ends().0;
        let (bottom, top) = self.y.ends();
        let mut text = String::new();
        for (value, label) in self.y.ticks(self.ticks.1) {
            text += &format!(
                "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                left - 6.0,
                self.y.at(value) + 3.5
            );
        }
        if !self.y_title.is_empty() {
            let middle = (top + bottom) / 2.0;
            text += &format!(
                "<text class=\"title\" x=\"13\" y=\"{middle:.1}\" text-anchor=\"middle\" transform=\"rotate(-90 13 {middle:.1})\">{}</text>",
                escape(self.y_title)
            );
        }
        text
    }
}

/// A polyline through points; interrupted where a value is not finite.
pub(crate) fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut text = String::new();
    let mut pen_down = false;
    for (x, y) in points {
        if !(x.is_finite() && y.is_finite()) {
            pen_down = false;
            continue;
        }
        text += &format!("{}{x:.1} {y:.1}", if pen_down { "L" } else { "M" });
        pen_down = true;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_interrupted_where_a_value_is_missing() {
        let points = [(0.0, 0.0), (1.0, f64::NAN), (2.0, 1.0), (3.0, 1.0)];
        assert_eq!(path(points.into_iter()), "M0.0 0.0M2.0 1.0L3.0 1.0");
    }
}
