"""Writes taylor_coefficients.txt: Taylor coefficients of functions along two curves.

A coefficient is an integral over a circle, by the trapezoidal rule in 120 digits: nothing here knows of
recurrences. Run with mpmath 1.3.0.
"""

from mpmath import mp, mpf, nstr

mp.dps = 120
ORDER, POINTS, RADIUS = 30, 256, mpf("0.02")


def exact(value):
    """A program computes with the f64 nearest the decimal."""
    return mpf(float(value))


CURVES = {
    # A polynomial in time, and a solution of u' = u.
    "linear": lambda h: exact(0.3) + exact(0.7) * h,
    "growing": lambda h: exact(0.3) * mp.exp(h),
}
FUNCTIONS = {
    "exp": mp.exp,
    "log": mp.log,
    "sqrt": mp.sqrt,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "square": lambda u: u**2,
    "power_3": lambda u: u**3,
    "power_7": lambda u: u**7,
    "power_-2": lambda u: u**-2,
    "power_1.75": lambda u: mp.exp(mpf("1.75") * mp.log(u)),
    "power_-0.25": lambda u: mp.exp(mpf("-0.25") * mp.log(u)),
    "power_u": lambda u: mp.exp(u * mp.log(2 - u)),
    "quotient": lambda u: (1 + u) / (1 + u * u),
    "reciprocal": lambda u: 1 / (2 - u),
    "atan2": lambda u: mp.atan(u / (2 - u)),
}


def coefficients(function):
    circle = [mp.expjpi(2 * mpf(j) / POINTS) for j in range(POINTS)]
    values = [function(RADIUS * point) for point in circle]
    for k in range(ORDER):
        total = sum(value * circle[(-j * k) % POINTS] for j, value in enumerate(values))
        yield (total / POINTS / RADIUS**k).real


with open("taylor_coefficients.txt", "w") as out:
    out.write("# Coefficients 0 to 29 of functions of u along the curves u = 0.3 + 0.7 h and u = 0.3 exp(h),\n")
    out.write("# by mpmath 1.3.0 at 120 digits, rounded to 20: written by taylor_coefficients.py.\n")
    for curve, along in CURVES.items():
        for name, function in FUNCTIONS.items():
            numbers = coefficients(lambda h: function(along(h)))
            out.write(f"{curve} {name} " + " ".join(nstr(number, 20) for number in numbers) + "\n")
