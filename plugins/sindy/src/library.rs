//! The library of candidate terms: monomials of the state, and how equations are written.

/// All monomials of `variables` variables up to a total degree, by degree, the constant first.
#[derive(Debug, Clone)]
pub(crate) struct Library {
    /// Exponents of each term.
    pub(crate) terms: Vec<Vec<u32>>,
}

/// The number of monomials of `variables` variables up to `degree`, saturating.
pub(crate) fn count(variables: usize, degree: usize) -> usize {
    (1..=degree).fold(1usize, |product, k| product.saturating_mul(variables + k) / k)
}

impl Library {
    pub(crate) fn new(variables: usize, degree: usize) -> Self {
        let mut terms = vec![vec![0; variables]];
        let mut block = 0..1;
        for _ in 0..degree {
            let first = terms.len();
            for parent in block {
                // Each term arises once: from its parent by the last variable, or a later one.
                let from = terms[parent].iter().rposition(|&e| e > 0).unwrap_or(0);
                for variable in from..variables {
                    let mut term = terms[parent].clone();
                    term[variable] += 1;
                    terms.push(term);
                }
            }
            block = first..terms.len();
        }
        Self { terms }
    }

    /// The value of term `index` at `state`.
    pub(crate) fn value(&self, index: usize, state: &[f64]) -> f64 {
        let factors = self.terms[index].iter().zip(state);
        factors.fold(1.0, |product, (&e, &x)| (0..e).fold(product, |product, _| product * x))
    }

    /// The right-hand side `Σ coefficient · term`, in the language's syntax; zero if it is empty.
    pub(crate) fn print(&self, sum: &[(usize, f64)], names: &[String]) -> String {
        let mut text = String::new();
        for &(index, coefficient) in sum {
            let sign = match (coefficient < 0.0, text.is_empty()) {
                (true, true) => "-",
                (false, true) => "",
                (true, false) => " - ",
                (false, false) => " + ",
            };
            text.push_str(sign);
            // Display of f64 is the shortest decimal that reads back as the same number.
            text.push_str(&coefficient.abs().to_string());
            for (name, &exponent) in names.iter().zip(&self.terms[index]) {
                match exponent {
                    0 => {}
                    1 => text.push_str(&format!("*{name}")),
                    _ => text.push_str(&format!("*{name}^{exponent}")),
                }
            }
        }
        if text.is_empty() { "0".into() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_monomial_arises_once() {
        for (variables, degree) in [(1, 5), (3, 3), (6, 2), (2, 0)] {
            let mut terms = Library::new(variables, degree).terms;
            assert_eq!(terms.len(), count(variables, degree));
            terms.sort();
            terms.dedup();
            assert_eq!(terms.len(), count(variables, degree));
        }
    }

    #[test]
    fn equations_are_written_as_on_paper() {
        let library = Library::new(2, 2);
        let names = ["x".to_owned(), "x[1]".to_owned()];
        // Terms: 1, x, x[1], x^2, x*x[1], x[1]^2.
        let text = library.print(&[(0, -0.5), (2, 28.0), (4, -1.0), (5, 1e-7)], &names);
        assert_eq!(text, "-0.5 + 28*x[1] - 1*x*x[1] + 0.0000001*x[1]^2");
        assert_eq!(library.print(&[], &names), "0");
    }
}
