//! The features: products of Chebyshev polynomials of the scaled state.
//!
//! They span the same space as the monomials up to the degree, so least squares over them is the
//! same estimator, but on data scaled to the box `[-1, 1]` they are far better conditioned: in
//! `f64` the monomials lose digits from degree 6 on.

/// All products `T_a(u_0) · T_b(u_1) · ..` with `a + b + .. ≤ degree`, in order of total degree.
#[derive(Debug, Clone)]
pub(crate) struct Basis {
    variables: usize,
    degree: usize,
    /// Feature `i` is feature `parent` times `T_order(u_variable)`; feature 0 is 1.
    factors: Vec<Factor>,
    /// Entry `q` counts the features of total degree `q` and below.
    counts: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Factor {
    parent: usize,
    variable: usize,
    order: usize,
}

/// The number of features of `variables` variables up to `degree`, saturating.
pub(crate) fn count(variables: usize, degree: usize) -> usize {
    // binomial(variables + degree, degree): every partial product is itself a binomial.
    (1..=degree).fold(1usize, |product, k| product.saturating_mul(variables + k) / k)
}

impl Basis {
    pub(crate) fn new(variables: usize, degree: usize) -> Self {
        let mut factors = vec![Factor { parent: 0, variable: 0, order: 0 }];
        let mut totals = vec![0usize];
        let mut last = vec![None];
        let mut counts = vec![1];
        for total in 1..=degree {
            // A feature extends one whose variables all come before its own: each arises once.
            for parent in 0..factors.len() {
                let order = total - totals[parent];
                let first = last[parent].map_or(0, |variable: usize| variable + 1);
                if order == 0 {
                    continue;
                }
                for variable in first..variables {
                    factors.push(Factor { parent, variable, order });
                    totals.push(total);
                    last.push(Some(variable));
                }
            }
            counts.push(factors.len());
        }
        Self { variables, degree, factors, counts }
    }

    /// The number of features.
    pub(crate) fn len(&self) -> usize {
        self.factors.len()
    }

    /// The number of features of total degree `degree` and below.
    pub(crate) fn len_at(&self, degree: usize) -> usize {
        self.counts[degree.min(self.degree)]
    }

    /// The features at the scaled state `u`; `table` is scratch that is kept between calls.
    pub(crate) fn evaluate(&self, u: &[f64], table: &mut Vec<f64>, out: &mut [f64]) {
        let width = self.degree + 1;
        table.resize(self.variables * width, 0.0);
        for (row, &x) in table.chunks_exact_mut(width).zip(u) {
            row[0] = 1.0;
            if width > 1 {
                row[1] = x;
            }
            for order in 2..width {
                row[order] = 2.0 * x * row[order - 1] - row[order - 2];
            }
        }
        out[0] = 1.0;
        for index in 1..out.len() {
            let Factor { parent, variable, order } = self.factors[index];
            out[index] = out[parent] * table[variable * width + order];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_arises_once() {
        for (variables, degree) in [(1, 8), (3, 6), (10, 3), (2, 0)] {
            let basis = Basis::new(variables, degree);
            assert_eq!(basis.len(), count(variables, degree));
            for lower in 0..=degree {
                assert_eq!(basis.len_at(lower), count(variables, lower));
            }
        }
    }

    #[test]
    fn features_are_chebyshev_products() {
        let basis = Basis::new(2, 3);
        let mut out = vec![0.0; basis.len()];
        let (x, y) = (0.3, -0.7);
        basis.evaluate(&[x, y], &mut Vec::new(), &mut out);
        let mut expected = vec![
            1.0,
            x,
            y,
            2.0 * x * x - 1.0,
            x * y,
            2.0 * y * y - 1.0,
            4.0 * x * x * x - 3.0 * x,
            4.0 * y * y * y - 3.0 * y,
            (2.0 * x * x - 1.0) * y,
            x * (2.0 * y * y - 1.0),
        ];
        for value in out {
            let place = expected.iter().position(|e: &f64| (e - value).abs() < 1e-15);
            expected.remove(place.expect("each feature is one of the ten"));
        }
        assert!(expected.is_empty());
    }
}
