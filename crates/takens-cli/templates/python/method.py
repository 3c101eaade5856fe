"""{{name}}: a forecasting method for Takens.

It goes on along the line through the first and the last sample, by a share `weight` of its slope: replace
`fit` and `forecast` by something better. `takens plugin validate .` says what is not as it should be.
"""

import numpy as np

from takens_method import Method, param, run


class Drift(Method):
    id = "{{name}}"
    version = "0.1.0"
    summary = "go on along a line: to be replaced by something better"
    params = {
        "weight": param(0.5, "share of the slope that is followed", minimum=0.0, maximum=1.0,
                        scale="linear", tune=[0.25, 0.5, 1.0]),
    }

    def fit(self, data, call):
        data.require(2)
        slopes = []
        for series in data.series:
            call.check()
            with np.errstate(over="ignore"):
                slopes.append((series.values[-1] - series.values[0]) / (len(series.values) - 1))
        self.slope = np.mean(slopes, axis=0)

    def forecast(self, context, horizon, call):
        self.check_context(context, len(self.slope))
        steps = np.arange(1, horizon + 1)[:, None]
        with np.errstate(over="ignore", invalid="ignore"):
            return context[-1] + self.params.weight * steps * self.slope

    # So that a fitted instance can be kept; the host seals the bytes, and gives back no others.
    def save(self):
        return self.slope.astype("<f8").tobytes()

    def load(self, data):
        self.slope = np.frombuffer(data, dtype="<f8")


if __name__ == "__main__":
    run(Drift)
