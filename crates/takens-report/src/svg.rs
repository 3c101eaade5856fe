//! What the plots are drawn with: text made safe, scales, axes, colours.

/// Text with the characters that HTML gives a meaning written as entities.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            other => safe.push(other),
        }
    }
    safe
}

/// A number with four digits, as people read it; powers of ten where those would not do.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_infinite() || size >= f64::MAX {
        return if value > 0.0 { "∞".into() } else { "-∞".into() };
    }
    if size != 0.0 && !(1e-3..1e5).contains(&size) {
        return format!("{value:.2e}");
    }
    let decimals = if size >= 100.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

/// The colour of a method: its place in the alphabet decides, so that all plots agree.
pub(crate) fn colour(place: usize) -> String {
    // Steps of the golden angle keep neighbours apart, however many there are.
    let hue = (f64::from(u16::try_from(place % 1000).unwrap_or(0)) * 137.508 + 210.0) % 360.0;
    format!("hsl({hue:.0} 70% 48%)")
}

/// An affine map from data to pixels, on a linear or logarithmic axis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    from: (f64, f64),
    to: (f64, f64),
    log: bool,
}

impl Scale {
    /// The linear map that takes the interval `from` to `to`; a single point goes to the middle.
    pub(crate) fn linear(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { from, to, log: false }
    }

    /// The same on a logarithmic axis; both ends must be positive.
    pub(crate) fn log(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { from: (from.0.ln(), from.1.ln()), to, log: true }
    }

    /// Where a value lies.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = if self.log { value.ln() } else { value };
        let width = self.from.1 - self.from.0;
        let share = if width == 0.0 { 0.5 } else { (value - self.from.0) / width };
        self.to.0 + share * (self.to.1 - self.to.0)
    }

    /// About `count` round values within the axis.
    pub(crate) fn ticks(&self, count: usize) -> Vec<f64> {
        if self.log {
            let (low, high) =
                (self.from.0 / std::f64::consts::LN_10, self.from.1 / std::f64::consts::LN_10);
            return (low.ceil() as i32..=high.floor() as i32)
                .map(|power| 10f64.powi(power))
                .collect();
        }
        let (low, high) = self.from;
        let rough = (high - low) / count.max(1) as f64;
        if !(rough > 0.0 && rough.is_finite()) {
            return vec![low];
        }
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| *step >= rough)
            .unwrap_or(power);
        let first = (low / step).ceil() as i64;
        let last = (high / step).floor() as i64;
        (first..=last).map(|place| place as f64 * step).collect()
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

/// A frame with ticks and titles, for a plot of this height whose axes are `x` and `y`.
pub(crate) fn axes(height: f64, x: (&Scale, &str), y: (&Scale, &str)) -> String {
    let (left, right) = x.0.to;
    let (bottom, top) = y.0.to;
    let mut text = format!(
        "<rect class=\"frame\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\"/>",
        right - left,
        bottom - top
    );
    for tick in x.0.ticks(6) {
        let place = x.0.at(tick);
        text += &format!(
            "<line class=\"grid\" x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
             <text class=\"tick\" x=\"{place:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            bottom + 14.0,
            number(tick)
        );
    }
    for tick in y.0.ticks(5) {
        let place = y.0.at(tick);
        text += &format!(
            "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{place:.1}\" y2=\"{place:.1}\"/>\
             <text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 5.0,
            place + 3.5,
            number(tick)
        );
    }
    text += &format!(
        "<text class=\"title\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        (left + right) / 2.0,
        height - 4.0,
        escape(x.1)
    );
    let middle = (top + bottom) / 2.0;
    text += &format!(
        "<text class=\"title\" x=\"12\" y=\"{middle:.1}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {middle:.1})\">{}</text>",
        escape(y.1)
    );
    text
}

/// The colours' key: a mark and a name for each method.
pub(crate) fn legend(methods: &[String]) -> String {
    let items: Vec<String> = methods
        .iter()
        .enumerate()
        .map(|(place, method)| {
            format!(
                "<span class=\"key\"><i style=\"background:{}\"></i>{}</span>",
                colour(place),
                escape(method)
            )
        })
        .collect();
    format!("<p class=\"legend\">{}</p>", items.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<b a=\"1\">&'"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (12.345, "12.35"),
            (0.5, "0.5"),
            (1e-7, "1.00e-7"),
            (f64::MAX, "∞"),
            (200.0, "200"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        assert_eq!(
            Scale::linear((0.0, 10.0), (0.0, 1.0)).ticks(5),
            [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
        );
        assert_eq!(Scale::log((0.05, 20.0), (0.0, 1.0)).ticks(5), [0.1, 1.0, 10.0]);
        assert_eq!(Scale::linear((3.0, 3.0), (0.0, 1.0)).at(3.0), 0.5);
    }

    #[test]
    fn a_path_is_interrupted_where_a_value_is_missing() {
        let points = [(0.0, 0.0), (1.0, f64::NAN), (2.0, 1.0), (3.0, 1.0)];
        assert_eq!(path(points.into_iter()), "M0.0 0.0M2.0 1.0L3.0 1.0");
    }
}
