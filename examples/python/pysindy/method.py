"""Sparse identification of nonlinear dynamics by pysindy: polynomials whose terms go by thresholds.

A row of thresholds gives a row of systems, from many terms to few. Each is judged on the last fifth of every
trajectory, which no fit has seen; candidates are those that no smaller one equals, and before them the one
whose terms pay best in each equation.
"""

import warnings
from dataclasses import dataclass
from math import comb

import numpy as np
from pysindy import SINDy
from pysindy.differentiation import FiniteDifference, SmoothedFiniteDifference
from pysindy.feature_library import PolynomialLibrary
from pysindy.optimizers import STLSQ

from takens_method import Candidate, InvalidData, Method, Unsupported, param, run

# Shares of the typical derivative below which a term goes.
THRESHOLDS = np.geomspace(1e-4, 0.5, 16)
# What a term must lower the logarithm of the squared error by.
PRICE = 0.5
MOST_TERMS = 300
# Of finite differences.
ORDER = 8


@dataclass
class Found:
    """A system: `coefficients` is component × monomial, in the units of the data; squared errors by component."""

    coefficients: np.ndarray
    errors: np.ndarray

    @property
    def terms(self):
        return np.count_nonzero(self.coefficients, axis=1)

    @property
    def prices(self):
        # Below rounding, an error says no more.
        return np.log(np.maximum(self.errors, 1e-24)) + PRICE * self.terms


class PySindy(Method):
    id = "pysindy"
    version = "0.1.0"
    summary = "sparse identification by pysindy: polynomials, sequential thresholds"
    # The linear algebra below numpy adds up in another order on another number of threads.
    threads_matter = True
    params = {
        "degree": param(3, "total degree of the monomials, lowered where there are too many", minimum=1,
                        maximum=6, tune=[2, 3, 4]),
        "window": param(11, "samples of the polynomials that smooth noise, an odd number", minimum=5,
                        maximum=501, scale="log"),
    }

    def fit(self, data, call):
        window = self.params.window | 1
        data.require(max(5 * (ORDER + 1), 2 * window if data.noise else 0))
        self.names = data.names
        states, slopes = derivatives(data, window)
        # Sizes of order one, so that one threshold serves all terms. Without a shift, zeros stay zeros.
        sizes, rates = root_mean_square(states), root_mean_square(slopes)
        inner = [(x / sizes, dx / rates) for x, dx in zip(states, slopes)]
        train = [(x[: 4 * len(x) // 5], dx[: 4 * len(x) // 5]) for x, dx in inner]
        test = [(x[4 * len(x) // 5:], dx[4 * len(x) // 5:]) for x, dx in inner]
        dim, samples = len(self.names), sum(len(x) for x, _ in train)
        most = min(MOST_TERMS, samples // 3)
        fitting = [q for q in range(1, self.params.degree + 1) if comb(dim + q, q) <= most]
        if not fitting:
            raise Unsupported(f"{dim} components have more than {most} terms at degree 1; give more data")
        library = PolynomialLibrary(degree=fitting[-1])
        found = []
        for threshold in THRESHOLDS:
            call.check()
            model = regress(train, library, threshold)
            rest = np.concatenate([model.predict(x) - dx for x, dx in test])
            self.powers = model.feature_library.powers_
            units = rates[:, None] / np.prod(sizes ** self.powers, axis=1)
            found.append(Found(np.asarray(model.coefficients()) * units, np.mean(rest**2, axis=0)))
        if not all(np.isfinite(one.coefficients).all() and np.isfinite(one.errors).all() for one in found):
            raise InvalidData("coefficients are beyond all numbers: give the data in other units")
        self.front = front(found)

    def candidates(self, call):
        return [Candidate([self.expression(row) for row in one.coefficients], int(one.terms.sum()),
                          float(one.errors.mean()))
                for one in self.front]

    def expression(self, coefficients):
        """One right-hand side in the language of the host."""
        terms = []
        for coefficient, powers in zip(coefficients, self.powers):
            if coefficient != 0.0:
                factors = [name if power == 1 else f"{name}^{power}"
                           for name, power in zip(self.names, powers) if power > 0]
                terms.append("*".join([f"({float(coefficient)!r})"] + factors))
        return " + ".join(terms) or "0"


def derivatives(data, window):
    """States and what the equations give for them: derivatives, or the next states of a map."""
    if data.discrete:
        return [one.values[:-1] for one in data.series], [one.values[1:] for one in data.series]
    states, slopes = [], []
    for one in data.series:
        # In units of a sample, in which powers of the distance are neither huge nor tiny.
        unit = one.step or (one.times[-1] - one.times[0]) / (len(one.times) - 1)
        if data.noise is None:
            method, values, cut = FiniteDifference(order=ORDER, drop_endpoints=True), one.values, ORDER // 2
        elif one.step is None:
            raise Unsupported("noisy samples must be at equal distances, to be smoothed")
        else:
            method, cut = SmoothedFiniteDifference(smoother_kws={"window_length": window}), window // 2
            values = method.smoother(one.values, **method.smoother_kws)
        slope = np.asarray(method(one.values, (one.times - one.times[0]) / unit)) / unit
        states.append(np.asarray(values)[cut:-cut])
        slopes.append(slope[cut:-cut])
    return states, slopes


def regress(parts, library, threshold):
    """pysindy's fit of slopes by few monomials."""
    model = SINDy(optimizer=STLSQ(threshold=threshold, alpha=1e-9, max_iter=50), feature_library=library)
    with warnings.catch_warnings():
        # That a threshold left nothing, or that monomials are nearly alike, shows in the loss.
        warnings.simplefilter("ignore")
        model.fit([x for x, _ in parts], t=1.0, x_dot=[dx for _, dx in parts])
    return model


def root_mean_square(parts):
    values = np.concatenate(parts)
    largest = np.abs(values).max(axis=0)
    largest[~(largest > 0)] = 1.0
    return largest * np.sqrt(np.maximum(np.mean((values / largest) ** 2, axis=0), 1e-30))


def front(found):
    """The best in each equation, then those that no smaller one equals, the most plausible first."""
    best = [min(found, key=lambda one: one.prices[row]) for row in range(len(found[0].errors))]
    best = Found(np.array([one.coefficients[row] for row, one in enumerate(best)]),
                 np.array([one.errors[row] for row, one in enumerate(best)]))
    kept = []
    for one in sorted(found, key=lambda one: (one.terms.sum(), one.errors.sum())):
        smaller = not kept or one.errors.sum() < kept[-1].errors.sum()
        if smaller and not np.array_equal(one.coefficients, best.coefficients):
            kept.append(one)
    return [best] + sorted(kept, key=lambda one: one.prices.sum())


if __name__ == "__main__":
    run(PySindy)
