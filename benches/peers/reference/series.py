"""Taylor series in fixed point: the arithmetic behind the references.

A number is an integer, scaled by 2**BITS; 288 bits are 86 digits. A series is the list of its scaled terms
a_k h^k, so that its value one step on is their sum. A product of series is `product`, term by term, and a
system is integrated by `march`, which is given the rule from the terms so far to the next one.
"""

from fractions import Fraction
from operator import mul

BITS = 288
ONE = 1 << BITS


def fixed(value):
    """A float (taken exactly), an integer or a fraction, in fixed point."""
    return round(Fraction(value) * ONE)


def times(a, b):
    """The product of two numbers."""
    return a * b >> BITS


def product(a, b, k):
    """Term k of the product of the series a and b, of which terms 0 to k are there."""
    return sum(map(mul, a[: k + 1], b[k::-1])) >> BITS


def step(state, h, order, rates):
    """The series of every component over one step of length h (a fraction).

    `rates(series, k)` gives term k of the right-hand side of every component.
    """
    series = [[x] for x in state]
    for k in range(order):
        scale = Fraction(h) / (k + 1)
        for own, rate in zip(series, rates(series, k)):
            own.append(rate * scale.numerator // scale.denominator)
    return series


def at_end(series):
    """The state at the end of a step."""
    return [sum(own) for own in series]


def tail(series):
    """The size of the last two terms, as a float: what is cut off is of their order or smaller."""
    return max(abs(own[-1]) + abs(own[-2]) for own in series) / ONE


def march(state, h, steps, order, rates):
    """States after 0, 1, ..., `steps` steps of equal length, and the greatest tail."""
    states, worst = [state], 0.0
    for _ in range(steps):
        series = step(states[-1], h, order, rates)
        worst = max(worst, tail(series))
        states.append(at_end(series))
    return states, worst


def decimal(value, digits=40):
    """A fixed-point number as text."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    scaled = (value * 10**digits + ONE // 2) >> BITS
    whole, rest = divmod(scaled, 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}"
