"""Trying a method without a host: what is raised is shown as Python shows it, and a debugger can be used.

`takens plugin validate` looks at far more.
"""

import runpy
import time
from types import SimpleNamespace

import numpy as np

from .method import Dataset, Method, Series
from .serve import Call

SAMPLES, HORIZON, STEP = 1000, 20, 0.02


class Alone(Call):
    """A call of no host: its numbers are numpy's, its messages are printed."""

    def __init__(self, seed=0):
        super().__init__(None, {"seed": seed})

    def random(self, count, stream=0, offset=0):
        draws = np.random.default_rng([self.seed, stream]).random(offset + count)
        return draws[offset:]

    def log(self, text, level="info"):
        print(f"  {level}: {text}")

    def progress(self, fraction, loss=None, text=""):
        pass


def lorenz(samples):
    """A trajectory of the Lorenz system, by the classical method of Runge and Kutta."""
    def field(s):
        return np.array([10.0 * (s[1] - s[0]), s[0] * (28.0 - s[2]) - s[1], s[0] * s[1] - 8.0 / 3.0 * s[2]])

    state, path = np.array([-7.6, -9.3, 23.1]), np.empty((samples, 3))
    for row in range(samples):
        path[row] = state
        k1 = field(state)
        k2 = field(state + STEP / 2 * k1)
        k3 = field(state + STEP / 2 * k2)
        k4 = field(state + STEP * k3)
        state = state + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return path


def made(kind):
    """An instance with default parameters, as the host makes it."""
    method = kind.__new__(kind)
    method.params = SimpleNamespace(**{name: one["default"] for name, one in kind.params.items()})
    method.__init__()
    return method


def methods(script):
    """The classes of a script, which is not told to serve."""
    names = runpy.run_path(script, run_name="takens_trial")
    found = [one for one in names.values()
             if isinstance(one, type) and issubclass(one, Method) and one is not Method and one.id]
    return list(dict.fromkeys(found))


def trial(script):
    """Fits each method to a chaotic trajectory, and shows what it says. 1 if something is amiss, else 0."""
    found = methods(script)
    if not found:
        print(f"{script} has no class that derives from takens_method.Method and has an `id`")
        return 1
    amiss = 0
    path = lorenz(SAMPLES + HORIZON)
    seen, truth = path[:SAMPLES], path[SAMPLES:]
    for kind in found:
        print(f"{kind.id} {kind.version}: {kind.summary}")
        method, start = made(kind), time.perf_counter()
        method.fit(Dataset([Series(seen, STEP * np.arange(SAMPLES), STEP)], ["x", "y", "z"]), Alone())
        print(f"  fit of {SAMPLES} samples of Lorenz: {time.perf_counter() - start:.2f} s")
        if kind.has("forecast"):
            forecast = np.asarray(method.forecast(seen, HORIZON, Alone()), dtype=float)
            if forecast.shape != truth.shape or not np.isfinite(forecast).all():
                print(f"  the forecast is {forecast.shape}, or not finite; {truth.shape} was asked for")
                amiss = 1
                continue
            error = np.sqrt(np.mean(((forecast - truth) / seen.std(axis=0)) ** 2, axis=1))
            print(f"  error after 1, {HORIZON // 2}, {HORIZON} steps, in deviations: "
                  f"{error[0]:.2g}, {error[HORIZON // 2 - 1]:.2g}, {error[-1]:.2g}")
        if kind.has("candidates"):
            for one in method.candidates(Alone()):
                print(f"  complexity {one.complexity:g}, loss {one.loss:.2g}: " + "; ".join(one.equations)[:200])
        if not kind.has("forecast") and not kind.has("candidates"):
            print("  it has neither `forecast` nor `candidates`")
            amiss = 1
    return amiss
