//! AdamW in one pass over each variable, in place, with clipping.

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, DType, InplaceOp2, Layout, Result, Tensor, Var};
use std::cell::RefCell;

/// Adam with decoupled weight decay. The gradient is first shortened to a given length.
///
/// For each variable: `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
/// `x ← x - rate · (m̂ / (√v̂ + ε) + decay · x)`, with `m̂`, `v̂` corrected for their start at zero.
/// Weight decay spares variables of one row, which are offsets.
///
/// # Source
/// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR (2019); clipping by the
/// length of the whole gradient after R. Pascanu, T. Mikolov, Y. Bengio, ICML (2013).
pub struct AdamW {
    slots: Vec<Slot>,
    steps: i32,
    /// Memory of the gradient, of its square, and what keeps a quotient finite.
    pub betas: (f64, f64),
    /// What keeps the quotient finite.
    pub epsilon: f64,
    /// Share of a weight that is taken away per step, times the rate.
    pub decay: f64,
    /// The greatest length of the gradient over all variables.
    pub clip: f64,
}

struct Slot {
    variable: Var,
    moments: RefCell<Vec<(f32, f32)>>,
    decays: bool,
}

impl AdamW {
    /// For these variables, with `β = (0.9, 0.99)`, `ε = 1e-8`, decay 0.01 and clipping at length 1.
    #[must_use]
    pub fn new(variables: &[(String, Var)]) -> Self {
        let slots = variables
            .iter()
            .map(|(_, variable)| Slot {
                variable: variable.clone(),
                moments: RefCell::new(vec![(0.0, 0.0); variable.elem_count()]),
                decays: variable.dims().first().is_some_and(|rows| *rows > 1),
            })
            .collect();
        Self { slots, steps: 0, betas: (0.9, 0.99), epsilon: 1e-8, decay: 0.01, clip: 1.0 }
    }

    /// One step down the gradient of `loss` at this rate. Returns the length of the gradient before
    /// clipping; if it is not finite, nothing was changed.
    ///
    /// # Errors
    /// candle's; it refuses variables that are not `F32` or `F64`.
    pub fn step(&mut self, loss: &Tensor, rate: f64) -> Result<f64> {
        let gradients = loss.backward()?;
        let length = self.length(&gradients)?;
        if !length.is_finite() {
            return Ok(length);
        }
        self.steps = self.steps.saturating_add(1);
        let correction = |beta: f64| 1.0 - beta.powi(self.steps);
        for slot in &self.slots {
            let Some(gradient) = gradients.get(&slot.variable) else { continue };
            let update = Update {
                moments: &slot.moments,
                betas: (self.betas.0 as f32, self.betas.1 as f32),
                shorten: if length > self.clip { (self.clip / length) as f32 } else { 1.0 },
                rate: (rate / correction(self.betas.0)) as f32,
                square_correction: (1.0 / correction(self.betas.1)) as f32,
                epsilon: self.epsilon as f32,
                keep: (1.0 - rate * if slot.decays { self.decay } else { 0.0 }) as f32,
            };
            slot.variable.as_tensor().inplace_op2(&gradient.contiguous()?, &update)?;
        }
        Ok(length)
    }

    fn length(&self, gradients: &GradStore) -> Result<f64> {
        let mut sum = 0.0;
        for gradient in self.slots.iter().filter_map(|slot| gradients.get(&slot.variable)) {
            let square = gradient.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>()?;
            sum += square.iter().map(|g| g * g).sum::<f64>();
        }
        Ok(sum.sqrt())
    }
}

struct Update<'a> {
    moments: &'a RefCell<Vec<(f32, f32)>>,
    betas: (f32, f32),
    shorten: f32,
    rate: f32,
    square_correction: f32,
    epsilon: f32,
    keep: f32,
}

impl Update<'_> {
    /// The change of one weight, from its gradient and its moments.
    fn change(&self, gradient: f32, (first, second): &mut (f32, f32)) -> f32 {
        let gradient = gradient * self.shorten;
        *first = self.betas.0 * *first + (1.0 - self.betas.0) * gradient;
        *second = self.betas.1 * *second + (1.0 - self.betas.1) * gradient * gradient;
        self.rate * *first / ((*second * self.square_correction).sqrt() + self.epsilon)
    }
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(
        &self,
        weights: &mut CpuStorage,
        layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<()> {
        let (Some((from, to)), Some((start, end))) =
            (layout.contiguous_offsets(), gradient_layout.contiguous_offsets())
        else {
            candle_core::bail!("a variable is not contiguous");
        };
        let mut moments = self.moments.borrow_mut();
        match (weights, gradient) {
            (CpuStorage::F32(weights), CpuStorage::F32(gradient)) => {
                let pairs = weights[from..to].iter_mut().zip(&gradient[start..end]);
                for ((weight, gradient), moments) in pairs.zip(moments.iter_mut()) {
                    *weight = *weight * self.keep - self.change(*gradient, moments);
                }
            }
            (CpuStorage::F64(weights), CpuStorage::F64(gradient)) => {
                let pairs = weights[from..to].iter_mut().zip(&gradient[start..end]);
                for ((weight, gradient), moments) in pairs.zip(moments.iter_mut()) {
                    let change = self.change(*gradient as f32, moments);
                    *weight = *weight * f64::from(self.keep) - f64::from(change);
                }
            }
            _ => candle_core::bail!("variables must be F32 or F64"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Weights;
    use takens_plugin::Call;

    #[test]
    fn the_first_step_is_the_rate_against_the_sign_of_the_gradient() {
        let call = Call::for_tests(0);
        let mut weights = Weights::new(&call, 0, DType::F32);
        let x = weights.zeros("x", &[1, 2]).unwrap();
        let mut optimiser = AdamW::new(&weights.into_variables());
        let slope = Tensor::new(&[[3.0f32, -4.0]], x.device()).unwrap();
        let loss = (x.as_tensor() * &slope).unwrap().sum_all().unwrap();
        assert_eq!(optimiser.step(&loss, 0.1).unwrap(), 5.0);
        let moved = x.as_tensor().to_vec2::<f32>().unwrap();
        assert!((moved[0][0] + 0.1).abs() < 1e-6 && (moved[0][1] - 0.1).abs() < 1e-6, "{moved:?}");
    }

    #[test]
    fn a_quadratic_is_minimised() {
        let call = Call::for_tests(0);
        let mut weights = Weights::new(&call, 0, DType::F32);
        let x = weights.matrix("x", 3, 3, 1.0).unwrap();
        let target = Tensor::new(&[[1.0f32, 2.0, 3.0]], x.device()).unwrap();
        let mut optimiser = AdamW::new(&weights.into_variables());
        optimiser.decay = 0.0;
        let loss =
            || x.as_tensor().broadcast_sub(&target).unwrap().sqr().unwrap().sum_all().unwrap();
        for step in 0..600 {
            optimiser.step(&loss(), 0.05 * (1.0 - f64::from(step) / 600.0)).unwrap();
        }
        let left = loss().to_scalar::<f32>().unwrap();
        assert!(left < 1e-6, "{left}");
    }

    #[test]
    fn a_gradient_that_is_not_finite_changes_nothing() {
        let call = Call::for_tests(0);
        let mut weights = Weights::new(&call, 0, DType::F32);
        let x = weights.zeros("x", &[1, 1]).unwrap();
        let mut optimiser = AdamW::new(&weights.into_variables());
        let loss = x.as_tensor().log().unwrap().sum_all().unwrap();
        assert!(!optimiser.step(&loss, 0.1).unwrap().is_finite());
        assert_eq!(x.as_tensor().to_vec2::<f32>().unwrap(), [[0.0]]);
    }
}
