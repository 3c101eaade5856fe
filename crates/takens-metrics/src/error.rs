//! Why a pair of arrays has no score.

/// A score that cannot be given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// Truth and forecast differ in shape.
    #[error("forecast is {got:?}, the truth is {want:?} (samples, components)")]
    Shape {
        /// Shape of the truth.
        want: (usize, usize),
        /// Shape of the forecast.
        got: (usize, usize),
    },
    /// There is no sample or no component.
    #[error("the truth has {samples} samples of {components} components; a score needs both")]
    Empty {
        /// Samples.
        samples: usize,
        /// Components.
        components: usize,
    },
    /// The truth has a value that is not finite.
    #[error("the truth is {value} in component {component} of sample {sample}")]
    Truth {
        /// Which sample.
        sample: usize,
        /// Which component.
        component: usize,
        /// The value there.
        value: f64,
    },
    /// The context's moments do not fit the arrays.
    #[error(
        "the context has {got} training moments for {want} components; \
         `Context::from_training` takes them from the clean training part"
    )]
    Moments {
        /// Components of the truth.
        want: usize,
        /// Moments given.
        got: usize,
    },
    /// The context's time step is not one.
    #[error("the time step is {step}; a horizon needs a positive one")]
    Step {
        /// The step given.
        step: f64,
    },
    /// No Lyapunov time exists.
    #[error("largest Lyapunov exponent is {exponent}; a horizon needs a positive one")]
    NotChaotic {
        /// The exponent given.
        exponent: f64,
    },
    /// The truth lies where the metric is not defined.
    #[error("{metric} needs a truth above {bound}, and it is {value} at its least")]
    Domain {
        /// The metric's id.
        metric: &'static str,
        /// The bound of its domain.
        bound: f64,
        /// The least value of the truth.
        value: f64,
    },
    /// Too few samples for an estimate.
    #[error("{metric} needs at least {need} samples, and there are {len}")]
    TooShort {
        /// The metric's id.
        metric: &'static str,
        /// Samples it needs.
        need: usize,
        /// Samples there are.
        len: usize,
    },
    /// No metric has this id.
    #[error("no metric is called `{id}`; did you mean `{nearest}`?")]
    Unknown {
        /// The id asked for.
        id: String,
        /// The nearest that exists.
        nearest: &'static str,
    },
}

/// The name among `names` with the least edit distance to `id`; the first of several.
pub(crate) fn nearest(id: &str, names: impl Iterator<Item = &'static str>) -> &'static str {
    names.min_by_key(|name| edit_distance(id, name)).unwrap_or("")
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
