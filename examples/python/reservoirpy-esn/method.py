"""Echo state network of reservoirpy: a random reservoir, a ridge readout, run in closed loop.

The readout predicts the next increment from the state and the reservoir. All numbers that are drawn come from one
seed, which is drawn from the host.
"""

import numpy as np
from reservoirpy import ESN
from reservoirpy.mat_gen import uniform
from reservoirpy.nodes import Reservoir, Ridge

from takens_method import Diverged, InvalidData, Method, Unsupported, param, run


class ReservoirpyEsn(Method):
    id = "reservoirpy-esn"
    version = "0.1.0"
    summary = "echo state network of reservoirpy, closed loop"
    stochastic = True
    # The linear algebra below numpy adds up in another order on another number of threads.
    threads_matter = True
    params = {
        "units": param(300, "reservoir size", minimum=1, maximum=5000, scale="log", tune=[100, 300, 1000],
                       fidelity=True),
        "connections": param(10, "incoming connections of a unit, on average", minimum=1, maximum=1000),
        "spectral_radius": param(0.9, "largest modulus of an eigenvalue of the recurrent weights",
                                 minimum=0.0, maximum=5.0, tune=[0.5, 0.9, 1.1]),
        "leak": param(1.0, "share of a unit that is renewed at each step", minimum=0.001, maximum=1.0,
                      tune=[0.3, 1.0]),
        "input_scaling": param(0.5, "largest weight of a standardised input", minimum=0.0, maximum=100.0,
                               scale="log", tune=[0.1, 0.2, 0.5]),
        "bias_scaling": param(0.5, "largest bias of a unit", minimum=0.0, maximum=100.0),
        "ridge": param(1e-9, "penalty on squared readout weights, per sample", minimum=1e-14, maximum=1e6,
                       scale="log", tune=[1e-11, 1e-9, 1e-7, 1e-5]),
        "washout": param(50, "samples that only drive the reservoir, at most a quarter of a trajectory",
                         minimum=0, maximum=100_000),
    }

    def fit(self, data, call):
        data.require(4)
        if any(series.step is None for series in data.series):
            raise Unsupported("samples must be at equal distances")
        self.scale = Scale(np.concatenate([series.values for series in data.series]))
        paths = [self.scale.of(series.values) for series in data.series]
        steps = np.concatenate([np.diff(path, axis=0) for path in paths])
        self.step_size = Scale(steps).size
        self.model = self.network(len(data.names), len(steps), call)
        inputs = [path[:-1] for path in paths]
        targets = [np.diff(path, axis=0) / self.step_size for path in paths]
        washout = min(self.params.washout, min(map(len, inputs)) // 4)
        try:
            self.model.fit(inputs, targets, warmup=washout)
        except np.linalg.LinAlgError as error:
            raise Diverged(f"the readout cannot be found: {error}")

    def network(self, components, samples, call):
        """Reservoir and readout, not trained yet. A network has its own generators, from one seed."""
        params = self.params
        weights, biases = np.random.SeedSequence(call.whole_seed()).spawn(2)
        reservoir = Reservoir(
            params.units, sr=params.spectral_radius, lr=params.leak, input_scaling=params.input_scaling,
            rc_connectivity=min(1.0, params.connections / params.units), input_connectivity=1.0, Win=uniform,
            bias=params.bias_scaling * np.random.default_rng(biases).uniform(-1.0, 1.0, params.units),
            input_dim=components, seed=np.random.default_rng(weights),
        )
        return ESN(reservoir=reservoir, readout=Ridge(ridge=params.ridge * samples), input_to_readout=True)

    def forecast(self, context, horizon, call):
        self.check_context(context, len(self.step_size))
        self.model.reset()
        state = self.scale.of(context[-1])
        path = np.empty((horizon, len(state)))
        step = self.model.run(self.scale.of(context))[-1]
        for row in range(horizon):
            call.check()
            state = state + step * self.step_size
            if not np.isfinite(state).all():
                raise Diverged(f"the forecast left all bounds at step {row}")
            path[row] = state
            step = self.model.step(state)
        return self.scale.back(path)


class Scale:
    """Mean and standard deviation of each column, 1 where it is constant. Squares of huge values do not overflow."""

    def __init__(self, values):
        with np.errstate(over="ignore"):
            spread = np.ptp(values, axis=0)
        if not np.isfinite(spread).all():
            raise InvalidData("the values are too far apart to be scaled")
        # A mean of equal values is not quite their value.
        self.mean = np.where(spread > 0, np.mean(values, axis=0), values[0])
        unit = np.where(spread > 0, spread, 1.0)
        size = unit * np.std((values - self.mean) / unit, axis=0)
        self.size = np.where(size > 0, size, 1.0)

    def of(self, values):
        return (values - self.mean) / self.size

    def back(self, values):
        return values * self.size + self.mean


if __name__ == "__main__":
    run(ReservoirpyEsn)
