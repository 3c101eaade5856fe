"""Radau collocation with many stages, in mpmath: for Robertson's system, which is stiff over ten decades.

With s stages the order is 2s - 1; nodes are the zeros of P_s - P_{s-1} (Legendre polynomials, moved to
[0, 1]): E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer (1996),
section IV.5.
"""

from fractions import Fraction

from mpmath import eye, legendre, lu_solve, matrix, mp, mpf, polyroots, taylor

import definitions as given
from series import fixed

mp.dps = 110


def tableau(stages):
    """The matrix A of the method: A[i][j] is the integral of the j-th Lagrange polynomial to node i."""
    below = taylor(lambda x: legendre(stages, x) - legendre(stages - 1, x), 0, stages)
    # Coefficients of Legendre polynomials are dyadic, so that rounding removes what differentiation left.
    scale = 2**stages
    exact = [mpf(int(mp.nint(value * scale))) / scale for value in below]
    nodes = sorted((1 + x.real) / 2 for x in polyroots(exact[::-1], maxsteps=500, extraprec=600))
    powers = matrix(stages, stages)
    integrals = matrix(stages, stages)
    for i, c in enumerate(nodes):
        for k in range(stages):
            powers[k, i] = c**k
            integrals[k, i] = c ** (k + 1) / (k + 1)
    # A V = I, with V[i][k] = c_i^k; transposed, so that the solver sees columns.
    a = matrix(stages, stages)
    inverse = powers**-1
    for i in range(stages):
        for j in range(stages):
            a[i, j] = mp.fsum(integrals[k, i] * inverse[j, k] for k in range(stages))
    return a


def robertson(y):
    """Rates of the first two components and their Jacobian; the third is one less these."""
    k1, k2, k3 = map(mpf, given.ROBERTSON)
    a, b = y
    c = 1 - a - b
    rates = (-k1 * a + k3 * b * c, k1 * a - k3 * b * c - k2 * b * b)
    da, db = -k1 - k3 * b, k3 * (c - b)
    return rates, ((da, db), (-da, -db - 2 * k2 * b))


def advance(y, h, a):
    """One step: Newton's iteration on the values at all nodes."""
    stages = a.rows
    values = [list(y) for _ in range(stages)]
    for _ in range(60):
        found = [robertson(value) for value in values]
        residual = matrix(2 * stages, 1)
        jacobian = eye(2 * stages)
        for i in range(stages):
            for p in range(2):
                sum_of_rates = mp.fsum(a[i, j] * found[j][0][p] for j in range(stages))
                residual[2 * i + p] = values[i][p] - y[p] - h * sum_of_rates
                for j in range(stages):
                    for q in range(2):
                        jacobian[2 * i + p, 2 * j + q] -= h * a[i, j] * found[j][1][p][q]
        change = lu_solve(jacobian, residual)
        for i in range(stages):
            for p in range(2):
                values[i][p] -= change[2 * i + p]
        if max(map(abs, change)) < mpf(10) ** -70:
            return values[-1]
    raise ArithmeticError(f"Newton's iteration does not converge with h = {h}")


def robertson_at_end(stages, growth):
    """The state at the end, in fixed point. Each step is `growth` times as long as the one before."""
    a = tableau(stages)
    end = mpf(given.ROBERTSON_END)
    y, t, h = [mpf(1), mpf(0)], mpf(0), mpf(2) ** -19
    while t < end:
        h = min(h * growth, end - t)
        y = advance(y, h, a)
        t += h
    y.append(1 - y[0] - y[1])
    return [fixed(Fraction(int(mp.nint(value * mpf(10) ** 75)), 10**75)) for value in y]
