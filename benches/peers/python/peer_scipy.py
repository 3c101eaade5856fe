"""SciPy: solvers in Python (DOP853) and Fortran (LSODA), right-hand sides in Python or NumPy."""

import definitions as given
import numpy as np
from scipy.integrate import solve_ivp
from serve import Run


def lorenz(t, x):
    sigma, rho, beta = given.LORENZ
    a, b, c = x
    return (sigma * (b - a), a * (rho - c) - b, a * b - beta * c)


def lorenz96(t, x):
    return (np.roll(x, -1) - np.roll(x, 2)) * np.roll(x, 1) - x + given.LORENZ96_F


def van_der_pol(t, x):
    return (x[1], given.VAN_DER_POL_MU * (1 - x[0] * x[0]) * x[1] - x[0])


def robertson(t, x):
    k1, k2, k3 = given.ROBERTSON
    gain, back, loss = k1 * x[0], k3 * x[1] * x[2], k2 * x[1] * x[1]
    return (back - gain, gain - back - loss, loss)


def solved(rates, start, grid, method, relative, absolute):
    def call():
        made = solve_ivp(
            rates, (0.0, grid[-1]), start, method, grid, rtol=relative, atol=absolute
        )
        if not made.success:
            raise RuntimeError(made.message)
        return made.y.T, made.t[-1]

    return Run(f"solve_ivp, {method}, rtol {relative}, atol {absolute}", call)


def w1(tolerance):
    grid = 0.01 * np.arange(100_001)
    return solved(lorenz, given.LORENZ_START, grid, "DOP853", tolerance, tolerance)


def w3(tolerance):
    grid = 0.05 * np.arange(2001)
    return solved(lorenz96, given.lorenz96_start(40), grid, "DOP853", tolerance, tolerance)


def w4_van_der_pol(tolerance):
    grid = np.array([0.0, given.VAN_DER_POL_END])
    return solved(van_der_pol, given.VAN_DER_POL_START, grid, "LSODA", tolerance, tolerance)


def w4_robertson(tolerance):
    grid = np.array([0.0, given.ROBERTSON_END])
    absolute = given.ROBERTSON_ABSOLUTE
    return solved(robertson, given.ROBERTSON_START, grid, "LSODA", tolerance, absolute)


WORKLOADS = {"w1": w1, "w3-40": w3, "w4-vdp": w4_van_der_pol, "w4-robertson": w4_robertson}
