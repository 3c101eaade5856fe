"""JiTCODE and JiTCDDE: right-hand sides compiled as C."""

import warnings

import definitions as given
import numpy as np
from jitcdde import jitcdde
from jitcdde import t as time
from jitcdde import y as delayed
from jitcode import jitcode_lyap
from jitcode import y as state
from serve import Run

warnings.simplefilter("ignore")


def lorenz():
    sigma, rho, beta = given.LORENZ
    x, y, z = state(0), state(1), state(2)
    return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]


def lorenz96(n):
    x = [state(i) for i in range(n)]
    return [
        (x[(i + 1) % n] - x[i - 2]) * x[i - 1] - x[i] + given.LORENZ96_F for i in range(n)
    ]


def w5(rates, start, transient, end, every):
    """As in the manual: local exponents of stretches, averaged after a transient."""

    def prepare():
        n = len(start)
        solver = jitcode_lyap(rates, n_lyap=n, verbose=False)
        solver.set_integrator("dopri5", rtol=1e-6, atol=1e-6)

        def call():
            solver.set_initial_value(start, 0.0)
            local = [
                solver.integrate(k * every)[1]
                for k in range(1, round((transient + end) / every) + 1)
            ]
            kept = local[round(transient / every) :]
            return np.mean(kept, axis=0)[None], solver.t - transient

        solver.set_initial_value(start, 0.0)
        solver.integrate(every)
        return Run(f"jitcode_lyap, dopri5 at 1e-6, every {every}", call)

    return prepare


def w8(tau):
    def prepare(_tolerance):
        beta, gamma, past = given.MACKEY_GLASS
        back = delayed(0, time - tau)
        solver = jitcdde(
            [beta * back / (1 + back**10) - gamma * delayed(0)], verbose=False, max_delay=tau
        )
        solver.compile_C()
        solver.set_integration_parameters(rtol=1e-6, atol=1e-6)

        def call():
            solver.purge_past()
            solver.constant_past([past], time=0.0)
            solver.adjust_diff()
            began = solver.t
            samples = np.empty((10_001, 1))
            samples[0] = past
            for k in range(1, 10_001):
                samples[k] = solver.integrate(float(k)) if k > began else np.nan
            return samples, solver.t

        return Run("jitcdde, defaults at 1e-6, adjust_diff", call)

    return prepare


WORKLOADS = {
    "w5-lorenz": w5(lorenz(), list(given.LORENZ_START), 100.0, 10_000.0, 0.5),
    "w5-lorenz96": w5(lorenz96(40), given.lorenz96_start(40), 100.0, 1000.0, 0.5),
    "w8-17": w8(17.0),
    "w8-18": w8(18.0),
}
