"""numbalsoda: LSODA and DOP853 in C and Fortran, right-hand sides compiled by Numba."""

import definitions as given
import numba as nb
import numpy as np
from numbalsoda import dop853, lsoda, lsoda_sig
from serve import Run

SIGMA, RHO, BETA = given.LORENZ
FORCE = given.LORENZ96_F
MU = given.VAN_DER_POL_MU
K1, K2, K3 = given.ROBERTSON
MOST_STEPS = 10_000_000


def lorenz():
    @nb.cfunc(lsoda_sig)
    def rates(t, x, dx, p):
        dx[0] = SIGMA * (x[1] - x[0])
        dx[1] = x[0] * (RHO - x[2]) - x[1]
        dx[2] = x[0] * x[1] - BETA * x[2]

    return rates


def lorenz96(n):
    @nb.cfunc(lsoda_sig)
    def rates(t, x, dx, p):
        dx[0] = (x[1] - x[n - 2]) * x[n - 1] - x[0] + FORCE
        dx[1] = (x[2] - x[n - 1]) * x[0] - x[1] + FORCE
        for i in range(2, n - 1):
            dx[i] = (x[i + 1] - x[i - 2]) * x[i - 1] - x[i] + FORCE
        dx[n - 1] = (x[0] - x[n - 3]) * x[n - 2] - x[n - 1] + FORCE

    return rates


def van_der_pol():
    @nb.cfunc(lsoda_sig)
    def rates(t, x, dx, p):
        dx[0] = x[1]
        dx[1] = MU * (1.0 - x[0] * x[0]) * x[1] - x[0]

    return rates


def robertson():
    @nb.cfunc(lsoda_sig)
    def rates(t, x, dx, p):
        gain = K1 * x[0]
        back = K3 * x[1] * x[2]
        loss = K2 * x[1] * x[1]
        dx[0] = back - gain
        dx[1] = gain - back - loss
        dx[2] = loss

    return rates


def solved(solver, rates, start, grid, relative, absolute):
    pointer, start = rates.address, np.array(start)
    # Numba compiles at the first call of a signature.
    solver(pointer, start, grid[:2].copy(), rtol=relative, atol=absolute, mxstep=MOST_STEPS)

    def call():
        states, well = solver(
            pointer, start, grid, rtol=relative, atol=absolute, mxstep=MOST_STEPS
        )
        if not well:
            raise RuntimeError("the solver reports failure")
        return states, grid[-1]

    return Run(f"{solver.__name__}, rtol {relative}, atol {absolute}", call)


def w1(tolerance):
    grid = 0.01 * np.arange(100_001)
    return solved(dop853, lorenz(), given.LORENZ_START, grid, tolerance, tolerance)


@nb.njit
def all_ends(pointer, starts, grid, tolerance):
    ends = np.empty_like(starts)
    good = True
    for k in range(len(starts)):
        states, well = dop853(
            pointer, starts[k].copy(), grid, rtol=tolerance, atol=tolerance, mxstep=MOST_STEPS
        )
        ends[k] = states[-1]
        good = good and well
    return ends, good


def w2(tolerance):
    rates = lorenz()
    pointer, starts = rates.address, np.array(given.ensemble_starts(10_000))
    grid = np.array([0.0, 20.0])
    all_ends(pointer, starts[:1], grid, tolerance)

    def call():
        ends, well = all_ends(pointer, starts, grid, tolerance)
        if not well:
            raise RuntimeError("the solver reports failure")
        # Keeps the compiled function alive as long as its address is used.
        assert rates.address == pointer
        return ends, grid[-1]

    return Run("dop853 in a compiled loop", call)


def w3(n):
    grid = 0.05 * np.arange(2001)
    return lambda tolerance: solved(
        dop853, lorenz96(n), given.lorenz96_start(n), grid, tolerance, tolerance
    )


def w4_van_der_pol(tolerance):
    grid = np.array([0.0, given.VAN_DER_POL_END])
    return solved(lsoda, van_der_pol(), given.VAN_DER_POL_START, grid, tolerance, tolerance)


def w4_robertson(tolerance):
    grid = np.array([0.0, given.ROBERTSON_END])
    return solved(
        lsoda, robertson(), given.ROBERTSON_START, grid, tolerance, given.ROBERTSON_ABSOLUTE
    )


def w6(rates, n):
    """The compiled function over many states, in a compiled loop."""

    def prepare():
        inner = nb.njit(rates()._pyfunc)

        @nb.njit
        def over(states, out, rounds):
            for _ in range(rounds):
                for k in range(len(states)):
                    inner(0.0, states[k], out[k], 0)

        states = np.array(given.rate_states(n))
        out = np.empty_like(states)
        over(states, out, 1)

        def call():
            over(states, out, given.RATE_ROUNDS)
            return out, given.RATE_ROUNDS * len(states)

        return Run("numba alone, one state after the other", call)

    return prepare


WORKLOADS = {
    "w1": w1,
    "w2": w2,
    "w3-40": w3(40),
    "w3-1000": w3(1000),
    "w4-vdp": w4_van_der_pol,
    "w4-robertson": w4_robertson,
    "w6-lorenz": w6(lorenz, 3),
    "w6-lorenz96": w6(lambda: lorenz96(40), 40),
}
