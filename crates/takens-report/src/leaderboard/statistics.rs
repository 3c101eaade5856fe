//! Medians, quantiles and mean ranks.

/// The middle value; the mean of the two middle ones of an even number.
///
/// # Panics
/// If there is no value.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    median_in_place(&mut values.to_vec())
}

/// The same, leaving the values in another order: the bootstrap takes a great many medians, and none
/// of them needs all values sorted.
pub(crate) fn median_in_place(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let is_odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if is_odd {
        return *upper;
    }
    let lower = below.iter().copied().max_by(f64::total_cmp).expect("two values at least");
    (lower + *upper) / 2.0
}

/// The value below which this share of the sorted values lies, without interpolation.
///
/// # Panics
/// If there is no value.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// Mean over systems of each method's place, ties sharing the mean of theirs.
///
/// `columns` has the scores by method, then by system; `sign` is 1 where low scores are good and -1
/// elsewhere.
pub(crate) fn mean_ranks(columns: &[Vec<f64>], sign: f64) -> Vec<f64> {
    let systems = columns.first().map_or(0, Vec::len);
    let rank = |own: f64, system: usize| {
        let others = || columns.iter().map(|other| sign * other[system]);
        let better = others().filter(|other| *other < own).count() as f64;
        let equal = others().filter(|other| *other == own).count() as f64;
        better + (equal + 1.0) / 2.0
    };
    columns
        .iter()
        .map(|column| {
            let sum: f64 = (0..systems).map(|system| rank(sign * column[system], system)).sum();
            sum / systems.max(1) as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_middles() {
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[9.0, 1.0, 5.0]), 5.0);
        assert_eq!(median(&[9.0, 1.0, 5.0, 2.0]), 3.5);
        assert_eq!(median(&[f64::INFINITY, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn ties_share_the_mean_of_their_places() {
        let columns = [vec![1.0, 5.0], vec![1.0, 4.0], vec![2.0, 3.0]];
        assert_eq!(mean_ranks(&columns, 1.0), [2.25, 1.75, 2.0]);
        assert_eq!(mean_ranks(&columns, -1.0), [1.75, 2.25, 2.0]);
    }
}
