//! A patched causal transformer, trained on the series that it is to continue.
//!
//! A token is a patch: a few consecutive states. From each token and those before it the network
//! predicts the patch that follows, as increments over the last state, so that every window of the
//! training series gives as many examples as it has tokens. Longer horizons run in closed loop.
//!
//! With its defaults, one fit of 1000 states of three components takes 3.5 s of one core. On 25
//! systems at 100 samples a period (10 periods seen, 2 forecast) the median sMAPE is 68.9, where the
//! mean of what was seen has 140.8; with noise of 0.2 deviations on five of them, 89.6 and 139.5.
//!
//! Start at [`Transformer`]. What goes in and out is in `patches`, the network in `network`, its
//! training in `training`.

mod network;
mod patches;
mod training;

use network::Network;
use patches::Patches;
use takens_nn::fault;
use takens_plugin::prelude::*;

/// How the network is made and trained.
#[derive(Debug, Clone, PartialEq, Params)]
pub struct Params {
    /// states in a patch, and predicted at once
    #[takens(default = 8, range = 1..=64, tune = [4, 8, 16])]
    pub patch: usize,
    /// patches that the network looks back on
    #[takens(default = 8, range = 1..=64, tune = [4, 8, 16])]
    pub tokens: usize,
    /// numbers that stand for a token; a multiple of the heads
    #[takens(default = 32, range = 4..=256, scale = "log")]
    pub width: usize,
    /// heads of the attention
    #[takens(default = 4, range = 1..=16)]
    pub heads: usize,
    /// blocks of attention and hidden units
    #[takens(default = 2, range = 1..=8)]
    pub layers: usize,
    /// training steps
    #[takens(default = 1500, range = 1..=100_000, scale = "log", fidelity)]
    pub steps: usize,
    /// windows in a training step
    #[takens(default = 32, range = 1..=128, scale = "log")]
    pub batch: usize,
    /// greatest learning rate
    #[takens(default = 3e-3, range = 1e-6..=1.0, scale = "log", tune = [1e-3, 3e-3, 1e-2])]
    pub learning_rate: f64,
    /// weight decay
    #[takens(default = 0.01, range = 0.0..=1.0)]
    pub weight_decay: f64,
    /// noise added to the inputs in training, in units of the typical change from one state to the
    /// next: makes the closed loop forgive its own errors
    #[takens(default = 0.15, range = 0.0..=10.0, tune = [0.02, 0.1, 0.2])]
    pub jitter: f64,
}

/// The method.
pub struct Transformer {
    params: Params,
    fitted: Option<(Patches, Network)>,
}

impl Method for Transformer {
    type Params = Params;

    const ABOUT: About = About {
        id: "transformer",
        summary: "patched causal transformer, trained on the series, in closed loop",
        source: "Nie, Nguyen, Sinthong & Kalagnanam, A Time Series is Worth 64 Words, ICLR (2023), \
                 arXiv:2211.14730; Das, Kong, Sen & Zhou, A decoder-only foundation model for \
                 time-series forecasting, ICML (2024), arXiv:2310.10688",
        stochastic: true,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        if params.heads == 0 || !params.width.is_multiple_of(params.heads) {
            return Err(Fault::InvalidParams(format!(
                "`width` is {} and `heads` is {}; the width must be a multiple of the heads",
                params.width, params.heads
            )));
        }
        Ok(Self { params, fitted: None })
    }

    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault> {
        self.fitted = None;
        // One patch to see, one to predict, and the state before.
        data.require(2 * self.params.patch + 1)?;
        if let Some(used) = takens_nn::threads_over_budget(call) {
            let text = format!(
                "tensor operations may use {used} threads, more than {}; RAYON_NUM_THREADS sets it",
                call.threads
            );
            call.log(Level::Warn, &text);
        }
        let patches = Patches::measure(data, &self.params)?;
        let needed = self.memory(&patches);
        if call.memory.is_some_and(|memory| needed > memory) {
            return Err(Fault::OutOfMemory(format!(
                "a training step takes about {} MiB; a smaller `batch`, `width` or `tokens` takes \
                 less",
                needed >> 20
            )));
        }
        let network = training::train(data, &patches, &self.params, call)?;
        self.fitted = Some((patches, network));
        Ok(())
    }
}

impl Transformer {
    /// About how many bytes a training step takes: what the gradient keeps of each block.
    fn memory(&self, patches: &Patches) -> u64 {
        let tokens = patches.tokens();
        let row = self.params.layers * (30 * self.params.width + 4 * self.params.heads * tokens)
            + 4 * (patches.input_width() + patches.output_width());
        4 * (self.params.batch * tokens * row) as u64
    }
}

impl Forecaster for Transformer {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let Some((patches, network)) = &self.fitted else {
            return Err(Fault::InvalidData("the method is not fitted".into()));
        };
        require_context(context, 1)?;
        if context.ncols() != patches.dim() {
            return Err(Fault::InvalidData(format!(
                "the context has {} components, the training data had {}",
                context.ncols(),
                patches.dim()
            )));
        }
        let mut states = patches.start(context);
        let seen = states.len();
        while states.len() < seen + horizon * patches.dim() {
            call.check()?;
            let (tokens, inputs) = patches.inputs(&states);
            let outputs = network.predict(&inputs, tokens).map_err(fault)?;
            patches.append(&outputs, &mut states);
        }
        Ok(patches.restore(&states[seen..], horizon))
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster Transformer);
