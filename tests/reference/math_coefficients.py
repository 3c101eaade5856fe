"""Writes crates/takens-core/src/math/coefficients.rs: python3 math_coefficients.py > .../coefficients.rs

Every polynomial interpolates its function at Chebyshev nodes, in 60 digits; mpmath only.
"""
import mpmath as mp

mp.mp.dps = 60


def bits(x):
    return repr(float(x))


def interpolate(f, low, high, degree):
    n = degree + 1
    nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    matrix = mp.matrix(n, n)
    for i, x in enumerate(nodes):
        for j in range(n):
            matrix[i, j] = x**j
    return list(mp.lu_solve(matrix, mp.matrix([f(x) for x in nodes])))


def table(name, doc, coefficients):
    print(f"/// {doc}")
    print(f"pub(super) const {name}: [f64; {len(coefficients)}] = [")
    for c in coefficients:
        print(f"    {bits(c)},")
    print("];")


def const(name, doc, value):
    print(f"/// {doc}")
    print(f"pub(super) const {name}: f64 = {bits(value)};")


def cut(x, places):
    """x truncated to a multiple of 2^-places."""
    return mp.floor(x * mp.mpf(2) ** places) / mp.mpf(2) ** places


def split(name, doc, x, places):
    """x as parts: one per entry of `places`, and the nearest double of the rest."""
    rest = x
    for i, p in enumerate(places):
        part = cut(rest, p)
        const(f"{name}_{i + 1}", f"{doc}, part {i + 1}: a multiple of 2^-{p}.", part)
        rest -= part
    const(f"{name}_{len(places) + 1}", f"{doc}, the rest.", rest)


def pair(name, doc, x):
    high = mp.mpf(float(x))
    const(f"{name}_HIGH", f"{doc}, nearest.", high)
    const(f"{name}_LOW", f"{doc}, the rest.", x - high)


root = lambda z: mp.sqrt(z)
quarter = mp.pi / 4 + mp.mpf("0.001")
s_max = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf("1.0001")

print("//! Constants of the elementary functions; `tests/reference/math_coefficients.py` wrote this file.")
print("//!")
print("//! Polynomials are near-minimax: they interpolate at Chebyshev nodes. Lowest coefficient first.")
print("#![allow(clippy::excessive_precision, clippy::unreadable_literal, clippy::approx_constant)]")
print()
table("EXP", "`(exp(r) - 1 - r) / r²` on |r| <= ln 2 / 2.",
      interpolate(lambda r: mp.fsum(r**n / mp.factorial(n + 2) for n in range(40)), -mp.mpf("0.3475"), mp.mpf("0.3475"), 10))
table("LOG", "`(log((1+s)/(1-s)) - 2s) / s³` of z = s².",
      interpolate(lambda z: (mp.log((1 + root(z)) / (1 - root(z))) - 2 * root(z)) / root(z)**3, mp.mpf(0), s_max**2, 7))
table("LOG_TAIL", "`(log((1+s)/(1-s)) - 2s - 2s³/3 - 2s⁵/5) / s⁷` of z = s².",
      interpolate(lambda z: mp.fsum(2 * z**n / (2 * n + 7) for n in range(60)), mp.mpf(0), s_max**2, 9))
table("SIN", "`(sin(r) - r) / r³` of z = r² on |r| <= pi/4.",
      interpolate(lambda z: (mp.sin(root(z)) - root(z)) / root(z)**3, mp.mpf(0), quarter**2, 6))
table("COS", "`(cos(r) - 1 + z/2) / z²` of z = r² on |r| <= pi/4.",
      interpolate(lambda z: (mp.cos(root(z)) - 1 + z / 2) / z**2, mp.mpf(0), quarter**2, 6))
table("ATAN", "`(atan(t) - t) / t³` of z = t² on |t| <= 7/16.",
      interpolate(lambda z: (mp.atan(root(z)) - root(z)) / root(z)**3, mp.mpf(0), mp.mpf("0.192"), 11))
table("ASIN", "`(asin(x) - x) / x³` of z = x² on |x| <= 1/2.",
      interpolate(lambda z: (mp.asin(root(z)) - root(z)) / root(z)**3, mp.mpf(0), mp.mpf("0.25"), 13))
table("SINH", "`(sinh(x) - x) / x³` of z = x² on |x| <= 1.",
      interpolate(lambda z: (mp.sinh(root(z)) - root(z)) / root(z)**3, mp.mpf(0), mp.mpf(1), 8))
table("TANH", "`(tanh(x) - x) / x³` of z = x² on |x| <= 0.55.",
      interpolate(lambda z: (mp.tanh(root(z)) - root(z)) / root(z)**3, mp.mpf(0), mp.mpf("0.3026"), 11))
print()
split("LN_2", "The logarithm of 2", mp.log(2), [42])
split("LN_2_LONG", "The logarithm of 2", mp.log(2), [42, 84])
const("LOG2_E", "1 / ln 2.", 1 / mp.log(2))
split("HALF_PI", "Half of pi", mp.pi / 2, [32, 65, 98])
const("TWO_OVER_PI", "2 / pi.", 2 / mp.pi)
pair("PI_2", "Half of pi", mp.pi / 2)
pair("PI", "Pi", mp.pi)
pair("PI_4", "A quarter of pi", mp.pi / 4)
pair("ATAN_1_2", "The angle of slope 1/2", mp.atan(mp.mpf(1) / 2))
pair("ATAN_3_2", "The angle of slope 3/2", mp.atan(mp.mpf(3) / 2))
pair("TWO_THIRDS", "2/3", mp.mpf(2) / 3)
pair("TWO_FIFTHS", "2/5", mp.mpf(2) / 5)
print()
mp.mp.dps = 500
words = 21
digits = int(mp.floor(2 / mp.pi * mp.mpf(2) ** (64 * (words - 1))))
print("/// The bits of 2/pi after 64 zeros, so that a window may begin before the point.")
print(f"pub(crate) const TWO_OVER_PI_BITS: [u64; {words}] = [")
for i in range(words):
    print(f"    0x{(digits >> (64 * (words - 1 - i))) & (2**64 - 1):016x},")
print("];")
