//! From candle's storages to slices of `f32` or `f64` and back.

use candle_core::{CpuStorage, Layout, Result, Shape};
use takens_core::math;

/// What the operations need of a number.
pub(super) trait Real:
    Copy
    + PartialOrd
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
{
    const ZERO: Self;
    fn from_f64(x: f64) -> Self;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    fn exp(self) -> Self {
        math::exp(f64::from(self)) as f32
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    fn from_f64(x: f64) -> Self {
        x
    }
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    fn exp(self) -> Self {
        math::exp(self)
    }
}

/// A function of `N` arrays of one shape, to another of that shape.
pub(super) trait Kernel<const N: usize> {
    /// `width` is the last dimension; `out` starts as zeros.
    fn run<T: Real>(&self, inputs: [&[T]; N], width: usize, out: &mut [T]);
}

/// Applies a kernel to storages that candle hands over.
pub(super) fn run<const N: usize>(
    kernel: &impl Kernel<N>,
    inputs: [(&CpuStorage, &Layout); N],
) -> Result<(CpuStorage, Shape)> {
    let shape = inputs[0].1.shape().clone();
    if inputs.iter().any(|(_, layout)| *layout.shape() != shape) {
        candle_core::bail!("operands differ in shape");
    }
    let width = shape.dims().last().copied().unwrap_or(1).max(1);
    let storage = match inputs[0].0 {
        CpuStorage::F32(_) => {
            let mut out = vec![0.0; shape.elem_count()];
            kernel.run(slices::<f32, N>(inputs)?, width, &mut out);
            CpuStorage::F32(out)
        }
        _ => {
            let mut out = vec![0.0; shape.elem_count()];
            kernel.run(slices::<f64, N>(inputs)?, width, &mut out);
            CpuStorage::F64(out)
        }
    };
    Ok((storage, shape))
}

fn slices<'a, T: candle_core::WithDType, const N: usize>(
    inputs: [(&'a CpuStorage, &'a Layout); N],
) -> Result<[&'a [T]; N]> {
    let mut slices: [&[T]; N] = [&[]; N];
    for (slice, (storage, layout)) in slices.iter_mut().zip(inputs) {
        let Some((from, to)) = layout.contiguous_offsets() else {
            candle_core::bail!("an operand is not contiguous");
        };
        *slice = &storage.as_slice::<T>()?[from..to];
    }
    Ok(slices)
}
