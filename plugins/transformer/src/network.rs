//! The network: patches to tokens, blocks of attention, tokens to increments.

use crate::Params;
use crate::patches::Patches;
use takens_nn::candle_core::Result;
use takens_nn::layers::{Block, Linear};
use takens_nn::{DType, Device, Tensor, Var, Weights, ops};
use takens_plugin::Call;

/// The stream of the weights' random numbers.
const WEIGHTS: u64 = 1;

pub(crate) struct Network {
    embed: Linear,
    place: Var,
    blocks: Vec<Block>,
    read_out: Linear,
    input_width: usize,
}

impl Network {
    /// A network at its start, and its variables.
    pub(crate) fn new(
        patches: &Patches,
        params: &Params,
        dtype: DType,
        call: &Call,
    ) -> Result<(Self, Vec<(String, Var)>)> {
        let mut weights = Weights::new(call, WEIGHTS, dtype);
        let width = params.width;
        let embed = Linear::new(&mut weights, "embed", patches.input_width(), width, 1.0)?;
        let place = weights.matrix("place", patches.tokens(), width, 0.1)?;
        let mut blocks = Vec::with_capacity(params.layers);
        for layer in 0..params.layers {
            let name = format!("block{layer}");
            let hidden = 2 * width;
            let block =
                Block::new(&mut weights, &name, width, params.heads, hidden, params.layers)?;
            blocks.push(block);
        }
        let read_out = Linear::new(&mut weights, "read_out", width, patches.output_width(), 0.5)?;
        let input_width = patches.input_width();
        let network = Self { embed, place, blocks, read_out, input_width };
        Ok((network, weights.into_variables()))
    }

    /// One row of outputs for each row of inputs; the rows come in runs of `tokens`.
    fn forward(&self, inputs: &Tensor, tokens: usize) -> Result<Tensor> {
        let rows = inputs.dim(0)?;
        let embedded = self.embed.forward(inputs)?;
        let width = embedded.dim(1)?;
        let place = self.place.as_tensor().narrow(0, 0, tokens)?;
        let mut x = embedded
            .reshape((rows / tokens, tokens, width))?
            .broadcast_add(&place)?
            .reshape((rows, width))?;
        for block in &self.blocks {
            x = block.forward(&x, tokens)?;
        }
        self.read_out.forward(&ops::normalise(&x)?)
    }

    /// Mean squared error over rows and outputs.
    pub(crate) fn loss(&self, inputs: &Tensor, outputs: &Tensor, tokens: usize) -> Result<Tensor> {
        (self.forward(inputs, tokens)? - outputs)?.sqr()?.mean_all()
    }

    /// The outputs of the last of `tokens` tokens.
    pub(crate) fn predict(&self, inputs: &[f32], tokens: usize) -> Result<Vec<f32>> {
        let inputs = Tensor::from_slice(inputs, (tokens, self.input_width), &Device::Cpu)?;
        let outputs = self.forward(&inputs, tokens)?;
        outputs.narrow(0, tokens - 1, 1)?.flatten_all()?.to_vec1()
    }
}
