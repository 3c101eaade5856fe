"""How far a result is from the truth, and whether it reached its end at all.

References of 30 digits and more are in `reference/`; `README.md` has the definitions in words.
"""

import json
import math
from functools import cache
from pathlib import Path
from statistics import median

import definitions as given

REFERENCE = Path(__file__).resolve().parent / "reference"

# From J. C. Sprott's page on the exponents of Lorenz's system, sprott.physics.wisc.edu/chaos/lorenzle.htm;
# the sum is the divergence, -(sigma + 1 + beta).
LORENZ_EXPONENTS = (0.9056, 0.0, -14.5723)
LORENZ_SUM = -41.0 / 3.0


@cache
def reference(name):
    """The states of a reference, row by row, and the step between the components it keeps."""
    file = json.loads((REFERENCE / f"{name}.json").read_text())
    every = 1 if file["components"] == "all" else int(file["components"].split(", ")[1])
    return [[float(x) for x in row] for row in file["states"]], every


def greatest(rows, name, first=0):
    """The greatest difference in any component from row `first` of a reference on."""
    truth, every = reference(name)
    pairs = list(zip(rows, truth))[first:]
    return max(abs(x - y) for row, true in pairs for x, y in zip(row[::every], true))


def ensemble(rows):
    """The median over the starts of the greatest difference: a few of them diverge much faster."""
    truth, _ = reference("ensemble")
    return median(max(abs(x - y) for x, y in zip(row, true)) for row, true in zip(rows, truth))


def van_der_pol(rows):
    """The difference of the position at the end; the velocity is a thousandth of it."""
    truth, _ = reference("van-der-pol")
    return abs(rows[-1][0] - truth[0][0])


def exponents(rows):
    """The greatest difference of Lorenz's exponents from those known."""
    return max(abs(x - y) for x, y in zip(rows[0], LORENZ_EXPONENTS))


def rates(derivative, n):
    """The greatest difference of rates from those computed here; states are whole numbers."""

    def error(rows):
        pairs = zip(rows, given.rate_states(n))
        return max(abs(x - y) for row, state in pairs for x, y in zip(row, derivative(state)))

    return error


def lorenz(x):
    sigma, rho, beta = given.LORENZ
    return (sigma * (x[1] - x[0]), x[0] * (rho - x[2]) - x[1], x[0] * x[1] - beta * x[2])


def lorenz96(x):
    n = len(x)
    return [(x[(i + 1) % n] - x[i - 2]) * x[i - 1] - x[i] + given.LORENZ96_F for i in range(n)]


def check_end(rows, reached, want_rows, want_end, first):
    """What is wrong with a result that should be whole; empty if nothing is."""
    if len(rows) < want_rows:
        return f"{len(rows)} rows of {want_rows}"
    if not abs(reached - want_end) <= 1e-4 * want_end:
        return f"stopped at {reached:g} of {want_end:g}"
    if not all(math.isfinite(x) for row in rows[first:] for x in row):
        return "not all numbers are finite"
    if all(row == rows[-1] for row in rows[-3:-1]) and len(rows) > 3:
        return "the end stands still"
    return ""
