//! Training: windows of the series, in random order, down the squared error.

use crate::Params;
use crate::network::Network;
use crate::patches::{Examples, Patches};
use takens_nn::candle_core::Result as TensorResult;
use takens_nn::{AdamW, DType, Device, Schedule, Tensor, fault};
use takens_plugin::prelude::*;

/// Streams of random numbers: which windows a step takes, and the noise of the inputs.
const WINDOWS: u64 = 2;
const JITTER: u64 = 3;
/// Steps for which one draw of the noise is kept.
const JITTER_STEPS: usize = 25;
/// Steps between two reports.
const REPORT: usize = 50;

/// A network trained on the data.
pub(crate) fn train(
    data: &Dataset,
    patches: &Patches,
    params: &Params,
    call: &Call,
) -> Result<Network, Fault> {
    let series: Vec<Vec<f64>> =
        data.series.iter().map(|series| patches.standardise(series.values.view())).collect();
    let mut examples = draw_examples(&series, patches, params.jitter, 0, call);
    let (network, variables) = Network::new(patches, params, DType::F32, call).map_err(fault)?;
    let mut optimiser = AdamW::new(&variables);
    optimiser.decay = params.weight_decay;
    let schedule = Schedule { peak: params.learning_rate, warmup: 0.05 };
    let (mut loss_sum, mut loss_count) = (0.0, 0usize);
    for step in 0..params.steps {
        call.check()?;
        if step > 0 && step % JITTER_STEPS == 0 && params.jitter > 0.0 {
            examples = draw_examples(&series, patches, params.jitter, step / JITTER_STEPS, call);
        }
        let starts = draw_windows(&examples, patches, params.batch, step, call);
        let (inputs, outputs) = gather(&examples, &starts, patches).map_err(fault)?;
        let loss = network.loss(&inputs, &outputs, patches.tokens()).map_err(fault)?;
        let rate = schedule.rate((step as f64 + 0.5) / params.steps as f64);
        optimiser.step(&loss, rate).map_err(fault)?;
        loss_sum += f64::from(loss.to_scalar::<f32>().map_err(fault)?);
        loss_count += 1;
        if loss_count == REPORT || step + 1 == params.steps {
            let mean = loss_sum / loss_count as f64;
            call.progress((step + 1) as f64 / params.steps as f64, Some(mean), "training");
            (loss_sum, loss_count) = (0.0, 0);
        }
    }
    Ok(network)
}

/// The examples of all series under one draw of the noise.
fn draw_examples(
    series: &[Vec<f64>],
    patches: &Patches,
    jitter: f64,
    draw: usize,
    call: &Call,
) -> Vec<Examples> {
    let total: usize = series.iter().map(Vec::len).sum();
    let mut offset = (draw * total) as u64;
    series
        .iter()
        .map(|states| {
            let mut noise = vec![0.0; states.len()];
            if jitter > 0.0 {
                call.normal(JITTER, offset, &mut noise);
                noise.iter_mut().for_each(|value| *value *= jitter);
            }
            offset += states.len() as u64;
            patches.examples(states, &noise)
        })
        .collect()
}

/// The windows of a step: a series and the row of its first token. Every window of every series is
/// as likely as any other.
fn draw_windows(
    examples: &[Examples],
    patches: &Patches,
    batch: usize,
    step: usize,
    call: &Call,
) -> Vec<(usize, usize)> {
    let reach = (patches.tokens() - 1) * patches.patch();
    let total: usize = examples.iter().map(|examples| examples.rows - reach).sum();
    let mut draws = vec![0.0; batch];
    call.random(WINDOWS, (step * batch) as u64, &mut draws);
    draws
        .iter()
        .map(|draw| {
            let mut window = (draw * total as f64) as usize;
            for (number, examples) in examples.iter().enumerate() {
                let windows = examples.rows - reach;
                if window < windows {
                    return (number, window);
                }
                window -= windows;
            }
            (0, 0)
        })
        .collect()
}

/// The inputs and outputs of every token of the windows, one window after another.
fn gather(
    examples: &[Examples],
    starts: &[(usize, usize)],
    patches: &Patches,
) -> TensorResult<(Tensor, Tensor)> {
    let (width, outputs) = (patches.input_width(), patches.output_width());
    let tokens = patches.tokens();
    let rows = starts.len() * tokens;
    let (mut x, mut y) = (Vec::with_capacity(rows * width), Vec::with_capacity(rows * outputs));
    for (number, start) in starts {
        for token in 0..tokens {
            let row = start + token * patches.patch();
            x.extend_from_slice(&examples[*number].inputs[row * width..(row + 1) * width]);
            y.extend_from_slice(&examples[*number].outputs[row * outputs..(row + 1) * outputs]);
        }
    }
    let x = Tensor::from_vec(x, (rows, width), &Device::Cpu)?;
    Ok((x, Tensor::from_vec(y, (rows, outputs), &Device::Cpu)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_nn::gradient_check;

    #[test]
    fn every_variable_has_its_gradient() {
        let params =
            Params { patch: 3, tokens: 4, width: 8, heads: 2, batch: 3, ..Params::default() };
        let values = Array2::from_shape_fn((60, 2), |(row, column)| {
            (0.3 * row as f64 + column as f64).sin() + 0.2 * (0.7 * row as f64).cos()
        });
        let data = Dataset::single(0.1, values);
        let call = Call::for_tests(7);
        let patches = Patches::measure(&data, &params).unwrap();
        let (network, variables) = Network::new(&patches, &params, DType::F64, &call).unwrap();
        let series = patches.standardise(data.series[0].values.view());
        let examples = draw_examples(&[series], &patches, 0.1, 0, &call);
        let starts = draw_windows(&examples, &patches, params.batch, 0, &call);
        let (inputs, outputs) = gather(&examples, &starts, &patches).unwrap();
        let (inputs, outputs) =
            (inputs.to_dtype(DType::F64).unwrap(), outputs.to_dtype(DType::F64).unwrap());
        gradient_check(&variables, || network.loss(&inputs, &outputs, patches.tokens()), 1e-6)
            .unwrap();
        assert_eq!(variables.len(), 2 + 1 + params.layers * 8 + 2);
    }
}
