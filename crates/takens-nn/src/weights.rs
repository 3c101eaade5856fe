//! Trainable variables, drawn from the host's random numbers.

use candle_core::{DType, Device, Result, Tensor, Var};
use takens_plugin::Call;

/// Makes the variables of a network and remembers them, in the order in which they were made.
///
/// Every number comes from one stream of [`Call::random`]: the same seed and the same order of
/// making give the same bits.
pub struct Weights<'a> {
    call: &'a Call,
    stream: u64,
    offset: u64,
    dtype: DType,
    variables: Vec<(String, Var)>,
}

impl<'a> Weights<'a> {
    /// Variables of type `dtype` from `stream` of `call`.
    #[must_use]
    pub fn new(call: &'a Call, stream: u64, dtype: DType) -> Self {
        Self { call, stream, offset: 0, dtype, variables: Vec::new() }
    }

    /// A matrix that maps `inputs` numbers to `outputs`, uniform within `±gain · √(3 / inputs)`:
    /// it keeps the variance of independent inputs, times `gain²`.
    ///
    /// # Errors
    /// candle's.
    pub fn matrix(&mut self, name: &str, inputs: usize, outputs: usize, gain: f64) -> Result<Var> {
        let bound = gain * (3.0 / inputs as f64).sqrt();
        let mut values = vec![0.0; inputs * outputs];
        self.call.random(self.stream, self.offset, &mut values);
        self.offset += values.len() as u64;
        values.iter_mut().for_each(|value| *value = bound * (2.0 * *value - 1.0));
        self.keep(name, Tensor::from_vec(values, (inputs, outputs), &Device::Cpu)?)
    }

    /// A variable of zeros.
    ///
    /// # Errors
    /// candle's.
    pub fn zeros(&mut self, name: &str, shape: &[usize]) -> Result<Var> {
        self.keep(name, Tensor::zeros(shape, DType::F64, &Device::Cpu)?)
    }

    /// The variables made so far, with their names.
    #[must_use]
    pub fn into_variables(self) -> Vec<(String, Var)> {
        self.variables
    }

    fn keep(&mut self, name: &str, values: Tensor) -> Result<Var> {
        let variable = Var::from_tensor(&values.to_dtype(self.dtype)?)?;
        self.variables.push((name.to_owned(), variable.clone()));
        Ok(variable)
    }
}
