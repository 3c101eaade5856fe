"""heyoka: Taylor series compiled by LLVM."""

import definitions as given
import heyoka as hy
import numpy as np
from serve import Run


def lorenz_system():
    x, y, z = hy.make_vars("x", "y", "z")
    sigma, rho, beta = given.LORENZ
    return [(x, sigma * (y - x)), (y, x * (rho - z) - y), (z, x * y - beta * z)]


def lorenz96_system(n):
    x = hy.make_vars(*[f"x{i}" for i in range(n)])
    force = given.LORENZ96_F
    return [(x[i], (x[(i + 1) % n] - x[i - 2]) * x[i - 1] - x[i] + force) for i in range(n)]


def sampled(system, start, grid, tolerance, compact):
    integrator = hy.taylor_adaptive(system, start, tol=tolerance, compact_mode=compact)

    def call():
        integrator.time = 0.0
        integrator.state[:] = start
        outcome, *_, samples = integrator.propagate_grid(grid)
        if outcome != hy.taylor_outcome.time_limit:
            raise RuntimeError(f"stopped with {outcome}")
        return samples, integrator.time

    mode = "compact mode" if compact else "default mode"
    return Run(f"taylor_adaptive, order {integrator.order}, {mode}, propagate_grid", call)


def w1(tolerance):
    grid = 0.01 * np.arange(100_001)
    return sampled(lorenz_system(), list(given.LORENZ_START), grid, tolerance, False)


def w2(tolerance):
    """Batches of 8 lanes; all of a batch stop together."""
    starts = np.array(given.ensemble_starts(10_000))
    integrator = hy.taylor_adaptive_batch(lorenz_system(), np.ones((3, 8)), tol=tolerance)

    def call():
        ends = np.empty_like(starts)
        for first in range(0, len(starts), 8):
            integrator.set_time(0.0)
            integrator.state[:] = starts[first : first + 8].T
            integrator.propagate_until(20.0)
            ends[first : first + 8] = integrator.state.T
        return ends, min(integrator.time)

    return Run(f"taylor_adaptive_batch of 8, order {integrator.order}, propagate_until", call)


def w3(n, compact):
    grid = 0.05 * np.arange(2001)
    return lambda tolerance: sampled(
        lorenz96_system(n), given.lorenz96_start(n), grid, tolerance, compact
    )


def w5(system, start, transient, end, every):
    """Variational equations; the frame is made orthonormal by NumPy."""

    def prepare():
        variational = hy.var_ode_sys(system, hy.var_args.vars, order=1)
        n = len(start)
        integrator = hy.taylor_adaptive(variational, start, tol=1e-9, compact_mode=n > 3)
        identity = integrator.state[n:].copy()

        def call():
            integrator.time = 0.0
            integrator.state[:n] = start
            integrator.state[n:] = identity
            sums = np.zeros(n)
            for k in range(1, round((transient + end) / every) + 1):
                integrator.propagate_until(k * every)
                frame, triangle = np.linalg.qr(integrator.state[n:].reshape(n, n))
                integrator.state[n:] = frame.ravel()
                if k * every > transient + 1e-9:
                    sums += np.log(np.abs(np.diag(triangle)))
            exponents = np.sort(sums / end)[::-1]
            return exponents[None], integrator.time - transient

        return Run(f"var_ode_sys at 1e-9, QR by NumPy every {every}", call)

    return prepare


def w6(system, n):
    """A compiled function over many states at once."""

    def prepare():
        rates = hy.cfunc([rate for _, rate in system], [x for x, _ in system])
        states = np.ascontiguousarray(np.array(given.rate_states(n)).T)
        out = np.empty_like(states)

        def call():
            for _ in range(given.RATE_ROUNDS):
                rates(states, outputs=out)
            return out.T, given.RATE_ROUNDS * given.RATE_STATES

        return Run("cfunc over all states at once", call)

    return prepare


WORKLOADS = {
    "w1": w1,
    "w2": w2,
    "w3-40": w3(40, False),
    "w3-1000": w3(1000, True),
    "w5-lorenz": w5(lorenz_system(), list(given.LORENZ_START), 100.0, 10_000.0, 1.0),
    "w5-lorenz96": w5(lorenz96_system(40), given.lorenz96_start(40), 100.0, 1000.0, 0.5),
    "w6-lorenz": w6(lorenz_system(), 3),
    "w6-lorenz96": w6(lorenz96_system(40), 40),
}
