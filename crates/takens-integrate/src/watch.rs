//! How fast a flow could change: the largest rate of its linearisation, followed along the way.
//!
//! Every look is one more iteration of the power method, with the Jacobian of where the state is then:
//! where one rate is far above the others, as in a stiff system, a few looks find it. A pair of
//! conjugate rates makes the growth of a vector alternate; the mean of two looks does not.
//!
//! # Source
//! E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer (1996), section
//! IV.2, for detecting stiffness by steps times rates and by counting.

use takens_kernel::Engine;

/// The direction that grows fastest, and its rate.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    /// The direction, of length one in units of `sizes`.
    vector: Vec<f64>,
    image: Vec<f64>,
    /// The greatest magnitude of each component so far; one where it has always been zero.
    sizes: Vec<f64>,
    /// The growth at the last look.
    last: Option<f64>,
    /// Inputs of the right-hand side, and its outputs here and beside.
    inputs: Vec<f64>,
    here: Vec<f64>,
}

/// How far beside the state a look is, in units of its size: half the digits.
const BESIDE: f64 = 1.5e-8;

impl Watch {
    pub(crate) fn new(parameters: &[f64], state: &[f64]) -> Self {
        let n = state.len();
        let mut inputs = vec![0.0; 1 + n];
        inputs.extend_from_slice(parameters);
        let (vector, image) = (vec![(1.0 / n as f64).sqrt(); n], vec![0.0; n]);
        Self { vector, image, sizes: vec![0.0; n], last: None, inputs, here: vec![0.0; n] }
    }

    /// The largest rate at a state, by two evaluations of the right-hand side.
    pub(crate) fn look(&mut self, rhs: &dyn Engine, time: f64, state: &[f64]) -> f64 {
        let n = state.len();
        let (inputs, here) = (&mut self.inputs, &mut self.here);
        inputs[0] = time;
        inputs[1..=n].copy_from_slice(state);
        rhs.call(inputs, here);
        let sizes = &mut self.sizes;
        measure(sizes, state);
        for ((input, size), part) in inputs[1..].iter_mut().zip(sizes).zip(&self.vector) {
            *input += BESIDE * *size * part;
        }
        rhs.call(inputs, &mut self.image);
        for (image, here) in self.image.iter_mut().zip(here) {
            *image = (*image - *here) / BESIDE;
        }
        self.grown()
    }

    /// The largest rate at a state whose Jacobian takes a vector to its image by `multiply`.
    pub(crate) fn turn(&mut self, multiply: impl FnOnce(&[f64], &mut [f64]), state: &[f64]) -> f64 {
        measure(&mut self.sizes, state);
        for ((here, size), part) in self.here.iter_mut().zip(&self.sizes).zip(&self.vector) {
            *here = size * part;
        }
        multiply(&self.here, &mut self.image);
        self.grown()
    }

    /// Takes the image for the next direction.
    fn grown(&mut self) -> f64 {
        let mut square = 0.0;
        for (image, size) in self.image.iter_mut().zip(&self.sizes) {
            *image /= size;
            square += *image * *image;
        }
        let growth = square.sqrt();
        if !(growth > 0.0 && growth.is_finite()) {
            let part = (1.0 / self.vector.len() as f64).sqrt();
            self.vector.fill(part);
            self.last = None;
            return 0.0;
        }
        for (part, image) in self.vector.iter_mut().zip(&self.image) {
            *part = image / growth;
        }
        let last = self.last.replace(growth).unwrap_or(growth);
        (growth * last).sqrt()
    }
}

fn measure(sizes: &mut [f64], state: &[f64]) {
    for (size, x) in sizes.iter_mut().zip(state) {
        if x.abs() > *size {
            *size = x.abs();
        }
        if *size == 0.0 {
            *size = 1.0;
        }
    }
}
