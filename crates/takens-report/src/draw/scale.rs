//! From data to pixels, on linear and logarithmic axes.

use super::text::trim;

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

    /// The pixels that the ends of the axis are at.
    pub(super) fn ends(&self) -> (f64, f64) {
        self.to
    }

    /// Where a value lies.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = if self.log { value.ln() } else { value };
        let width = self.from.1 - self.from.0;
        let share = if width == 0.0 { 0.5 } else { (value - self.from.0) / width };
        self.to.0 + share * (self.to.1 - self.to.0)
    }

    /// About `count` round values within the axis, with what is written beside them.
    pub(crate) fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        if self.log { self.log_ticks(count) } else { self.linear_ticks(count) }
    }

    /// Powers of ten; every second or third of them where there are many, and 2 and 5 times them where
    /// there are few.
    fn log_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let (low, high) = (self.from.0.exp(), self.from.1.exp());
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let within = |value: &f64| *value >= low * (1.0 - 1e-9) && *value <= high * (1.0 + 1e-9);
        let powers: Vec<i32> = (first..=last).filter(|power| within(&10f64.powi(*power))).collect();
        if powers.len() < 3 {
            return (first..=last)
                .flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 10f64.powi(power)))
                .filter(within)
                .map(|value| (value, plain(value)))
                .collect();
        }
        let stride = powers.len().div_ceil(count.max(1)).max(1) as i32;
        powers
            .into_iter()
            .filter(|power| power.rem_euclid(stride) == 0)
            .map(|power| (10f64.powi(power), power_of_ten(power)))
            .collect()
    }

    fn linear_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let (low, high) = self.from;
        let rough = (high - low) / count.max(1) as f64;
        if !(rough > 0.0 && rough.is_finite()) {
            return vec![(low, super::number(low))];
        }
        let power = rough.log10().floor();
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * 10f64.powf(power))
            .find(|step| *step >= rough * (1.0 - 1e-9))
            .unwrap_or(rough);
        let decimals = (-step.log10() + 1e-9).ceil().max(0.0) as usize;
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        let label = |value: f64| {
            if value == 0.0 {
                "0".to_string()
            } else if decimals > 4 || high.abs().max(low.abs()) >= 1e6 {
                super::number(value)
            } else {
                format!("{value:.decimals$}").replace('-', "−")
            }
        };
        (first..=last).map(|place| place as f64 * step).map(|value| (value, label(value))).collect()
    }
}

/// A value of one digit.
fn plain(value: f64) -> String {
    if (1e-4..1e6).contains(&value) { trim(&format!("{value:.4}")) } else { format!("{value:.0e}") }
}

/// `0.01`, `1000`, `10⁻⁶`.
fn power_of_ten(power: i32) -> String {
    if (-2..=3).contains(&power) {
        return plain(10f64.powi(power));
    }
    let raised = |digit: char| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        // The other raised digits follow one another.
        digit => digit.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)).unwrap_or(digit),
    };
    format!("10{}", power.to_string().chars().map(raised).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, count: usize) -> Vec<String> {
        scale.ticks(count).into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        assert_eq!(
            labels(Scale::linear((0.0, 10.0), (0.0, 1.0)), 5),
            ["0", "2", "4", "6", "8", "10"]
        );
        assert_eq!(
            labels(Scale::linear((-0.5, 0.5), (0.0, 1.0)), 5),
            ["−0.4", "−0.2", "0", "0.2", "0.4"]
        );
        assert_eq!(labels(Scale::log((1e-6, 10.0), (0.0, 1.0)), 4), ["10⁻⁶", "10⁻⁴", "0.01", "1"]);
        assert_eq!(
            labels(Scale::log((0.3, 30.0), (0.0, 1.0)), 5),
            ["0.5", "1", "2", "5", "10", "20"]
        );
        assert_eq!(Scale::linear((3.0, 3.0), (0.0, 1.0)).at(3.0), 0.5);
    }
}
