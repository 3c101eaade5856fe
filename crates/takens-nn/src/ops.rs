//! Operations with hand-written gradients, each one pass over its input and one node of the graph.
//!
//! Built from candle's elementary operations, a normalisation is nine nodes and a causal softmax
//! seven, and each allocates: at the sizes used here that is most of the time of a training step.

mod kernel;

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use kernel::{Kernel, Real, run};

/// Keeps a constant row finite in [`normalise`].
const EPSILON: f64 = 1e-5;

/// Each row (last dimension) less its mean, over its standard deviation: layer normalisation without
/// its affine map, which a linear layer that follows can express.
///
/// # Errors
/// candle's.
///
/// # Source
/// J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", arXiv:1607.06450 (2016).
pub fn normalise(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Normalise)
}

/// Causal attention weights: in row `i` of the last two dimensions (square), the softmax of
/// `scale · x` over columns `0..=i`; zero beyond.
///
/// # Errors
/// candle's.
pub fn causal_softmax(x: &Tensor, scale: f64) -> Result<Tensor> {
    x.contiguous()?.apply_op1(CausalSoftmax { scale })
}

/// `x / (1 + exp(-x))`, element by element: the sigmoid linear unit.
///
/// # Errors
/// candle's.
///
/// # Source
/// S. Elfwing, E. Uchibe, K. Doya, Neural Networks 107, 3–11 (2018).
pub fn silu(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Silu)
}

struct Normalise;
struct NormaliseGradient;
struct CausalSoftmax {
    scale: f64,
}
struct CausalSoftmaxGradient {
    scale: f64,
}
struct Silu;
struct SiluGradient;

impl Kernel<1> for Normalise {
    fn run<T: Real>(&self, [x]: [&[T]; 1], width: usize, out: &mut [T]) {
        for (x, out) in x.chunks(width).zip(out.chunks_mut(width)) {
            let (mean, scale) = mean_and_scale(x);
            out.iter_mut().zip(x).for_each(|(out, &x)| *out = (x - mean) * scale);
        }
    }
}

impl CustomOp1 for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        run(self, [(x, layout)])
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        x.apply_op2_no_bwd(&gradient.contiguous()?, &NormaliseGradient).map(Some)
    }
}

/// From the input and the gradient by the output: `scale · (g - mean(g) - y · mean(g y))`.
impl Kernel<2> for NormaliseGradient {
    fn run<T: Real>(&self, [x, gradient]: [&[T]; 2], width: usize, out: &mut [T]) {
        let count = T::from_f64(width as f64);
        let rows = x.chunks(width).zip(gradient.chunks(width)).zip(out.chunks_mut(width));
        for ((x, gradient), out) in rows {
            let (mean, scale) = mean_and_scale(x);
            let (mut level, mut along) = (T::ZERO, T::ZERO);
            for (&x, &g) in x.iter().zip(gradient) {
                level = level + g;
                along = along + (x - mean) * scale * g;
            }
            let (level, along) = (level / count, along / count);
            for ((out, &x), &g) in out.iter_mut().zip(x).zip(gradient) {
                *out = scale * (g - level - (x - mean) * scale * along);
            }
        }
    }
}

impl CustomOp2 for NormaliseGradient {
    fn name(&self) -> &'static str {
        "normalise-gradient"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        run(self, [(x, x_layout), (gradient, gradient_layout)])
    }
}

fn mean_and_scale<T: Real>(row: &[T]) -> (T, T) {
    let count = T::from_f64(row.len() as f64);
    let mean = row.iter().fold(T::ZERO, |sum, &x| sum + x) / count;
    let variance = row.iter().fold(T::ZERO, |sum, &x| sum + (x - mean) * (x - mean)) / count;
    (mean, T::from_f64(1.0) / (variance + T::from_f64(EPSILON)).sqrt())
}

impl Kernel<1> for CausalSoftmax {
    fn run<T: Real>(&self, [x]: [&[T]; 1], width: usize, out: &mut [T]) {
        let scale = T::from_f64(self.scale);
        for (row, (x, out)) in x.chunks(width).zip(out.chunks_mut(width)).enumerate() {
            let seen = row % width + 1;
            let greatest = x[1..seen].iter().fold(x[0], |a, &b| if b > a { b } else { a });
            let mut sum = T::ZERO;
            for (out, &x) in out[..seen].iter_mut().zip(x) {
                *out = (scale * (x - greatest)).exp();
                sum = sum + *out;
            }
            out[..seen].iter_mut().for_each(|out| *out = *out / sum);
        }
    }
}

impl CustomOp1 for CausalSoftmax {
    fn name(&self) -> &'static str {
        "causal-softmax"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let square = layout.dims().len() >= 2 && {
            let dims = layout.dims();
            dims[dims.len() - 1] == dims[dims.len() - 2]
        };
        if !square {
            candle_core::bail!("causal softmax of {:?}, which is not square", layout.dims());
        }
        run(self, [(x, layout)])
    }

    fn bwd(&self, _x: &Tensor, y: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let op = CausalSoftmaxGradient { scale: self.scale };
        y.apply_op2_no_bwd(&gradient.contiguous()?, &op).map(Some)
    }
}

/// From the output and the gradient by it: `scale · y · (g - Σ g y)`.
impl Kernel<2> for CausalSoftmaxGradient {
    fn run<T: Real>(&self, [y, gradient]: [&[T]; 2], width: usize, out: &mut [T]) {
        let scale = T::from_f64(self.scale);
        let rows = y.chunks(width).zip(gradient.chunks(width)).zip(out.chunks_mut(width));
        for ((y, gradient), out) in rows {
            let along = y.iter().zip(gradient).fold(T::ZERO, |sum, (&y, &g)| sum + y * g);
            for ((out, &y), &g) in out.iter_mut().zip(y).zip(gradient) {
                *out = scale * y * (g - along);
            }
        }
    }
}

impl CustomOp2 for CausalSoftmaxGradient {
    fn name(&self) -> &'static str {
        "causal-softmax-gradient"
    }

    fn cpu_fwd(
        &self,
        y: &CpuStorage,
        y_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        run(self, [(y, y_layout), (gradient, gradient_layout)])
    }
}

impl Kernel<1> for Silu {
    fn run<T: Real>(&self, [x]: [&[T]; 1], _width: usize, out: &mut [T]) {
        let one = T::from_f64(1.0);
        out.iter_mut().zip(x).for_each(|(out, &x)| *out = x / (one + (T::ZERO - x).exp()));
    }
}

impl CustomOp1 for Silu {
    fn name(&self) -> &'static str {
        "silu"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        run(self, [(x, layout)])
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        x.apply_op3_no_bwd(y, &gradient.contiguous()?, &SiluGradient).map(Some)
    }
}

/// From input, output and the gradient by the output: `g · (s + y (1 - s))`, where the sigmoid `s`
/// is `y / x`, which spares an exponential.
impl Kernel<3> for SiluGradient {
    fn run<T: Real>(&self, [x, y, gradient]: [&[T]; 3], _width: usize, out: &mut [T]) {
        let (one, half) = (T::from_f64(1.0), T::from_f64(0.5));
        for (((out, &x), &y), &g) in out.iter_mut().zip(x).zip(y).zip(gradient) {
            let sigmoid = if x == T::ZERO { half } else { y / x };
            *out = g * (sigmoid + y * (one - sigmoid));
        }
    }
}

impl CustomOp3 for SiluGradient {
    fn name(&self) -> &'static str {
        "silu-gradient"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        run(self, [(x, x_layout), (y, y_layout), (gradient, gradient_layout)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Weights, gradient_check};
    use candle_core::DType;
    use takens_plugin::Call;

    /// The operation's gradient by a weighted sum of its output agrees with differences.
    #[track_caller]
    fn check(shape: (usize, usize), op: impl Fn(&Tensor) -> Result<Tensor>) {
        let call = Call::for_tests(4);
        let mut weights = Weights::new(&call, 0, DType::F64);
        let input = weights.matrix("input", shape.0, shape.1, 3.0).unwrap();
        let weighing = weights.matrix("weighing", shape.0, shape.1, 1.0).unwrap();
        let loss = || (op(input.as_tensor())? * weighing.as_tensor())?.sum_all();
        gradient_check(&weights.into_variables(), loss, 1e-7).unwrap();
    }

    #[test]
    fn gradients_agree_with_differences() {
        check((3, 5), normalise);
        check((4, 4), |x| causal_softmax(x, 0.7));
        check((3, 5), silu);
    }

    #[test]
    fn the_future_has_no_weight() {
        let x = Tensor::new(
            &[[0.0f32, 9.0, 9.0], [0.0, 0.0, 9.0], [1.0, 1.0, 1.0]],
            &crate::Device::Cpu,
        );
        let y = causal_softmax(&x.unwrap(), 1.0).unwrap().to_vec2::<f32>().unwrap();
        assert_eq!(y, [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [1.0 / 3.0; 3]]);
    }
}
