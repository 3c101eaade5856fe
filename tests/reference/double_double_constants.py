"""Writes crates/takens-core/src/double_double/constants.rs: python3 double_double_constants.py > .../constants.rs

Every constant is an unevaluated sum of two f64, from 80 digits; mpmath only.
"""
import mpmath as mp

mp.mp.dps = 80


def pair(x):
    high = float(x)
    return f"DoubleDouble {{ high: {high!r}, low: {float(x - mp.mpf(high))!r} }}"


def const(name, doc, x):
    print(f"/// {doc}\npub(super) const {name}: DoubleDouble =\n    {pair(x)};")


def table(name, doc, values):
    print(f"/// {doc}\npub(super) const {name}: [DoubleDouble; {len(values)}] = [")
    for x in values:
        print(f"    {pair(x)},")
    print("];")


def parts(name, doc, x, places):
    """Multiples of 2^-places, and the nearest f64 of the rest."""
    values = []
    for p in places:
        values.append(mp.floor(x * mp.mpf(2) ** p) / mp.mpf(2) ** p)
        x -= values[-1]
    values.append(x)
    print(f"/// {doc}\npub(super) const {name}: [f64; {len(values)}] = [")
    for value in values:
        print(f"    {float(value)!r},")
    print("];")


print("//! Constants of the elementary functions; `tests/reference/double_double_constants.py` wrote this file.")
print("#![allow(clippy::excessive_precision, clippy::unreadable_literal, clippy::approx_constant)]\n")
print("use super::DoubleDouble;\n")
const("PI", "Pi.", mp.pi)
const("HALF_PI", "Half of pi.", mp.pi / 2)
table("INVERSE_FACTORIALS", "`1/n!`, n from 0.", [1 / mp.factorial(n) for n in range(31)])
table("INVERSE_ODD", "`1/(2n + 1)`, n from 0.", [mp.mpf(1) / (2 * n + 1) for n in range(23)])
parts("LN_2_PARTS", "The logarithm of 2: multiples of 2^-42 and 2^-84, and the rest.", mp.log(2), [42, 84])
parts("HALF_PI_PARTS", "Half of pi: multiples of 2^-32, 2^-65, 2^-98 and 2^-131, and the rest.", mp.pi / 2, [32, 65, 98, 131])
