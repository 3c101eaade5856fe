//! Layers: linear maps, causal attention, and the block of a transformer.
//!
//! Activations are matrices, one row a token, the sequences of a batch one after another: a linear
//! layer is then one matrix product.

use crate::ops::{causal_softmax, normalise, silu};
use crate::{Tensor, Var, Weights};
use candle_core::Result;

/// A linear map of rows, with or without an offset.
pub struct Linear {
    weight: Var,
    bias: Option<Var>,
}

impl Linear {
    /// A map from `inputs` to `outputs` numbers with an offset that starts at zero. `gain` scales
    /// the weights at the start; 0 makes the map start at zero.
    ///
    /// # Errors
    /// candle's.
    pub fn new(
        weights: &mut Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
        gain: f64,
    ) -> Result<Self> {
        let weight = weights.matrix(&format!("{name}.weight"), inputs, outputs, gain)?;
        let bias = Some(weights.zeros(&format!("{name}.bias"), &[1, outputs])?);
        Ok(Self { weight, bias })
    }

    /// A map without offset.
    ///
    /// # Errors
    /// candle's.
    pub fn without_bias(
        weights: &mut Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
        gain: f64,
    ) -> Result<Self> {
        let weight = weights.matrix(&format!("{name}.weight"), inputs, outputs, gain)?;
        Ok(Self { weight, bias: None })
    }

    /// The images of the rows of `x`.
    ///
    /// # Errors
    /// candle's, if the rows are not of the right length.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.matmul(self.weight.as_tensor())?;
        match &self.bias {
            Some(bias) => y.broadcast_add(bias.as_tensor()),
            None => Ok(y),
        }
    }
}

/// Causal self-attention with several heads: a token sees itself and those before it.
///
/// # Source
/// A. Vaswani et al., "Attention is all you need", NeurIPS 30 (2017).
pub struct CausalAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl CausalAttention {
    /// Attention over rows of `width` numbers; `heads` divides `width`.
    ///
    /// # Errors
    /// candle's.
    pub fn new(
        weights: &mut Weights,
        name: &str,
        width: usize,
        heads: usize,
        output_gain: f64,
    ) -> Result<Self> {
        let mut map = |part: &str, gain: f64| {
            Linear::without_bias(weights, &format!("{name}.{part}"), width, width, gain)
        };
        Ok(Self {
            query: map("query", 1.0)?,
            key: map("key", 1.0)?,
            value: map("value", 1.0)?,
            output: map("output", output_gain)?,
            heads,
        })
    }

    /// Attends within each run of `tokens` rows of `x`.
    ///
    /// # Errors
    /// candle's, if the rows are not whole runs.
    pub fn forward(&self, x: &Tensor, tokens: usize) -> Result<Tensor> {
        let (rows, width) = x.dims2()?;
        let (batch, per_head) = (rows / tokens, width / self.heads);
        let split = |map: &Linear| {
            map.forward(x)?
                .reshape((batch, tokens, self.heads, per_head))?
                .transpose(1, 2)?
                .contiguous()
        };
        let (query, key, value) = (split(&self.query)?, split(&self.key)?, split(&self.value)?);
        let scores = query.matmul(&key.t()?)?;
        let seen = causal_softmax(&scores, 1.0 / (per_head as f64).sqrt())?.matmul(&value)?;
        self.output.forward(&seen.transpose(1, 2)?.contiguous()?.reshape((rows, width))?)
    }
}

/// A transformer block, normalised before each part: attention, then a layer of hidden units, each
/// added to what came in.
///
/// # Source
/// R. Xiong et al., "On layer normalization in the transformer architecture", ICML (2020).
pub struct Block {
    attention: CausalAttention,
    expand: Linear,
    contract: Linear,
}

impl Block {
    /// A block over rows of `width` numbers with `hidden` hidden units. `depth` is the number of
    /// blocks of the network: what each adds starts as small as keeps their sum of unit size.
    ///
    /// # Errors
    /// candle's.
    pub fn new(
        weights: &mut Weights,
        name: &str,
        width: usize,
        heads: usize,
        hidden: usize,
        depth: usize,
    ) -> Result<Self> {
        let gain = 1.0 / (2.0 * depth as f64).sqrt();
        Ok(Self {
            attention: CausalAttention::new(
                weights,
                &format!("{name}.attention"),
                width,
                heads,
                gain,
            )?,
            expand: Linear::new(weights, &format!("{name}.expand"), width, hidden, 1.0)?,
            contract: Linear::new(weights, &format!("{name}.contract"), hidden, width, gain)?,
        })
    }

    /// The rows of `x`, in runs of `tokens`, after the block.
    ///
    /// # Errors
    /// candle's.
    pub fn forward(&self, x: &Tensor, tokens: usize) -> Result<Tensor> {
        let x = (x + self.attention.forward(&normalise(x)?, tokens)?)?;
        let hidden = silu(&self.expand.forward(&normalise(&x)?)?)?;
        x + self.contract.forward(&hidden)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DType, gradient_check};
    use takens_plugin::Call;

    #[test]
    fn every_weight_of_a_block_has_its_gradient() {
        let call = Call::for_tests(2);
        let mut weights = Weights::new(&call, 0, DType::F64);
        let block = Block::new(&mut weights, "block", 8, 2, 12, 1).unwrap();
        let input = weights.matrix("input", 6, 8, 2.0).unwrap();
        let weighing = weights.matrix("weighing", 6, 8, 2.0).unwrap();
        let loss = || (block.forward(input.as_tensor(), 3)? * weighing.as_tensor())?.sum_all();
        gradient_check(&weights.into_variables(), loss, 1e-6).unwrap();
    }

    #[test]
    fn a_token_does_not_depend_on_later_ones() {
        let call = Call::for_tests(2);
        let mut weights = Weights::new(&call, 0, DType::F32);
        let block = Block::new(&mut weights, "block", 8, 2, 12, 1).unwrap();
        let input = weights.matrix("input", 6, 8, 2.0).unwrap();
        let whole = block.forward(input.as_tensor(), 6).unwrap().to_vec2::<f32>().unwrap();
        let first = input.as_tensor().narrow(0, 0, 4).unwrap();
        let part = block.forward(&first, 4).unwrap().to_vec2::<f32>().unwrap();
        for (a, b) in whole.iter().zip(&part).flat_map(|(a, b)| a.iter().zip(b)) {
            assert!((a - b).abs() < 1e-5, "{a}, not {b}");
        }
    }
}
